"""Where the demo company lives: made once a day, and never used half made."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from core.errors import StoreError

ABANDONED_AFTER_S = 3600.0
"""A half-made database older than this belongs to a run that was killed."""


class DemoHome:
    """The folder ``demo`` in MILHENA_HOME, with a home of its own for everything of the demo.

    ``n8n.sqlite`` is there exactly when it is whole. ``demo.json`` says on which day, in which
    zone and by which generator it was made; without it the database is made anew.
    """

    def __init__(self, home: Path) -> None:
        self.folder = home / "demo"
        self.database = self.folder / "n8n.sqlite"
        self._made = self.folder / "demo.json"

    def exists(self) -> bool:
        """Whether there is a demo company, of whatever day."""
        return self.database.is_file()

    def is_current(self, *, zone: ZoneInfo) -> bool:
        """Whether there is one made today in *zone* by this version's generator."""
        return self.exists() and self._made_as() == self._certificate(datetime.now(UTC), zone)

    def ends_today(self, *, zone: ZoneInfo) -> bool:
        """Whether its records go up to today in *zone*."""
        return self._made_as().get("day") == self._certificate(datetime.now(UTC), zone)["day"]

    def make(self, *, zone: ZoneInfo, progress: Callable[[int, int], None] | None = None) -> None:
        """Make the company anew, up to now in *zone*; what was remembered of the old one goes.

        The old one stays until the new one is whole.

        :param progress: is told how many of how many executions are written.
        :raises StoreError: the folder cannot be written, or the disk is full.
        """
        from persistence.demo import make_demo_database

        now = datetime.now(UTC)
        part = self.folder / f"n8n.sqlite.part-{os.getpid()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._sweep()
            try:
                make_demo_database(part, now=now, zone=zone, progress=progress)
                self._forget_old()
                part.replace(self.database)
                self._write_certificate(now, zone)
            finally:
                part.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(
                f"The demo company cannot be made in {self.folder}: {error.strerror}. "
                "Set MILHENA_HOME to a folder that may be written and has 100 MB free."
            ) from None

    def _sweep(self) -> None:
        for leftover in self.folder.glob("n8n.sqlite.part-*"):
            # A younger one may belong to a run that is still writing it.
            if time.time() - leftover.stat().st_mtime > ABANDONED_AFTER_S:
                leftover.unlink(missing_ok=True)

    def _forget_old(self) -> None:
        """Delete the old company and all that is known of it: ids would mean other things.

        The database goes before the store does: a run killed in between leaves no demo, never an
        old store beside a new company.
        """
        self._made.unlink(missing_ok=True)
        self.database.unlink(missing_ok=True)
        for remembered in self.folder.iterdir():
            if remembered.name.startswith("n8n.sqlite.part-"):
                continue
            if remembered.is_dir():
                shutil.rmtree(remembered)
            else:
                with contextlib.suppress(FileNotFoundError):
                    remembered.unlink()

    def _write_certificate(self, now: datetime, zone: ZoneInfo) -> None:
        temporary = self._made.with_suffix(".json.part")
        temporary.write_text(json.dumps(self._certificate(now, zone)), encoding="utf-8")
        temporary.replace(self._made)

    def _made_as(self) -> dict[str, str]:
        try:
            made = json.loads(self._made.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return made if isinstance(made, dict) else {}

    @staticmethod
    def _certificate(now: datetime, zone: ZoneInfo) -> dict[str, str]:
        return {
            "day": now.astimezone(zone).date().isoformat(),
            "zone": zone.key,
            "generator": _generator_version(),
        }


def _generator_version() -> str:
    """Return a hash of the generator's own source, so that no change of it is forgotten."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
