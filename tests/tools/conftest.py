"""The demo company, copied once, with what is true of it counted separately."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from langchain_core.tools import BaseTool

from core.clock import FixedClock
from persistence.demo import make_demo_database
from persistence.n8n.source import N8nSource
from persistence.store import Store
from persistence.sync import synchronise
from tests.support.truth import Facts, read_facts
from tools import make_tools

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 22, 12, 58, tzinfo=UTC)
"""A Sunday."""


@dataclass(frozen=True)
class Company:
    """Its store, what is true of it, and the tools over it."""

    store: Store
    facts: Facts
    tools: dict[str, BaseTool]


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    folder = tmp_path_factory.mktemp("company")
    path = folder / "n8n.sqlite"
    make_demo_database(path, now=NOW, zone=ROME, days=40, scale=0.15)
    store = Store.open(f"sqlite:///{folder / 'store.sqlite'}")
    _copy(path, store)
    tools = make_tools(store, zone=ROME, clock=FixedClock(NOW))
    yield Company(store, read_facts(path, ROME), {tool.name: tool for tool in tools})
    store.close()


def _copy(path: Path, store: Store) -> None:
    source = N8nSource.open(str(path))
    try:
        report = synchronise(source, store, zone=ROME, store_content=False, now=NOW)
    finally:
        source.close()
    assert report.caught_up
