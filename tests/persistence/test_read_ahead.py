"""Several processes that read come to the same as one."""

from __future__ import annotations

import subprocess
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
    assert (stopped.read, stopped.caught_up) == (300, False)
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
