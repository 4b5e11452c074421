"""The demo database, made once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from persistence.demo import DemoSummary, make_demo_database
from persistence.n8n.source import N8nSource
from persistence.store import Store
from persistence.sync import synchronise
from tests.support.truth import Facts, read_facts

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 22, 12, 58, tzinfo=UTC)
"""A Sunday, four weeks after the clocks went back."""
ARGUMENTS: dict[str, Any] = {"now": NOW, "zone": ROME, "days": 60, "scale": 0.15}


@dataclass(frozen=True)
class Demo:
    """The database and what is true of it."""

    path: Path
    summary: DemoSummary
    facts: Facts


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    path = tmp_path_factory.mktemp("demo") / "n8n.sqlite"
    summary = make_demo_database(path, **ARGUMENTS)
    return Demo(path, summary, read_facts(path, ROME))


@pytest.fixture(scope="session")
def synced_store(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that has read all of the demo."""
    store = Store.open(f"sqlite:///{tmp_path_factory.mktemp('store') / 'store.sqlite'}")
    synced(str(demo.path), store)
    yield store
    store.close()


def synced(source_url: str, store: Store, *, batch_size: int = 500, now: datetime = NOW) -> None:
    """Copy everything of the n8n at *source_url* into *store*."""
    source = N8nSource.open(source_url)
    try:
        report = synchronise(
            source, store, zone=ROME, store_content=False, now=now, batch_size=batch_size
        )
    finally:
        source.close()
    assert report.caught_up
