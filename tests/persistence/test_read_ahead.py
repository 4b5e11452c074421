"""Several processes that read come to the same as one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from persistence import read_ahead
from persistence.demo import make_demo_database
from persistence.n8n.source import N8nSource
from persistence.read_ahead import ReadAhead
from persistence.store import Store
from persistence.sync import SyncProgress, SyncStopped, synchronise
from persistence.tables import metadata
from tests.persistence.small_company import NOW, ROME

ROOT = Path(__file__).parents[2]


@pytest.fixture
def n8n(tmp_path: Path) -> Iterator[N8nSource]:
    file = tmp_path / "n8n.sqlite"
    make_demo_database(file, now=NOW, days=20, scale=0.5)
    source = N8nSource.open(str(file))
    yield source
    source.close()


@pytest.fixture
def readers(n8n: N8nSource, monkeypatch: pytest.MonkeyPatch) -> ReadAhead:
    monkeypatch.setattr(read_ahead, "WORTH_IT", 10)
    readers = ReadAhead(url=n8n.url)
    readers.processes = 2
    return readers


def load(source: N8nSource, store: Store, **options: Any) -> Any:
    return synchronise(
        source, store, zone=ROME, store_content=False, now=datetime.now(UTC), batch_size=100,
        **options,
    )  # fmt: skip


def content(store: Store) -> dict[str, list[str]]:
    how = {"id", "updated_at", "seen_at", "data_version", "synced_at", "covers_end", "compared_at",
           "ends_at"}  # fmt: skip  # lifetime counters end when they were read
    with store.engine.connect() as connection:
        return {
            table.name: sorted(
                str({name: value for name, value in row.items() if name not in how})
                for row in connection.execute(select(table)).mappings()
            )
            for table in metadata.sorted_tables
        }


def test_it_is_the_same_store_however_many_read(
    n8n: N8nSource, readers: ReadAhead, new_store_url: Callable[[], str]
) -> None:
    alone, together = Store.open(new_store_url()), Store.open(new_store_url())
    one, several = load(n8n, alone), load(n8n, together, read_ahead=readers)
    assert one.read == several.read > 500
    assert content(together) == content(alone)
    assert readers.readers == [], "they have ended"
    alone.close()
    together.close()


def test_a_sync_that_is_stopped_ends_its_readers_and_keeps_what_it_has(
    n8n: N8nSource, readers: ReadAhead, store: Store
) -> None:
    running: list[subprocess.Popen[bytes]] = []

    def stop(step: SyncProgress) -> None:
        if step.done >= 300:
            running.extend(readers.readers)
            raise SyncStopped

    stopped = load(n8n, store, read_ahead=readers, progress=stop)
    assert (stopped.read, stopped.caught_up) == (400, False), "four batches are one transaction"
    assert len(running) == 2
    assert None not in [reader.poll() for reader in running]
    assert load(n8n, store, read_ahead=readers).caught_up


def test_where_readers_cannot_open_n8n_it_is_read_without_them(
    n8n: N8nSource, readers: ReadAhead, store: Store
) -> None:
    broken = ReadAhead(url="sqlite:////nowhere/n8n.sqlite")
    broken.processes = 2
    report = load(n8n, store, read_ahead=broken)
    assert report.caught_up
    assert report.read > 500


def test_little_is_read_without_starting_anything(n8n: N8nSource) -> None:
    readers = ReadAhead(url=n8n.url)
    assert list(readers.batches(n8n, after=0, up_to=100, size=10, loading=None)) == []


def test_a_script_without_a_main_guard_may_synchronise(n8n: N8nSource, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from datetime import UTC, datetime\n"
        "from zoneinfo import ZoneInfo\n"
        "from persistence import read_ahead\n"
        "from persistence.n8n.source import N8nSource\n"
        "from persistence.store import Store\n"
        "from persistence.sync import synchronise\n"
        "read_ahead.WORTH_IT = 10\n"
        f"readers = read_ahead.ReadAhead(url={n8n.url!r})\n"
        "readers.processes = 2\n"
        f"source = N8nSource.open({n8n.url!r})\n"
        f"store = Store.open({str(tmp_path / 'store.sqlite')!r})\n"
        "print(synchronise(source, store, zone=ZoneInfo('Europe/Rome'), store_content=False,\n"
        "                  now=datetime.now(UTC), read_ahead=readers).read)\n"
    )
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert len(done.stdout.split()) == 1, "it ran once"
    assert int(done.stdout) > 500
