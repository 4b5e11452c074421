"""The real graph over a small generated n8n database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from core.clock import FixedClock
from core.settings import Settings
from graph.assistant import Assistant
from persistence.demo import make_demo_database
from tests.support.provider_stand_in import StandIn

NOW = datetime(2026, 11, 20, 18, 30, tzinfo=ZoneInfo("Europe/Rome"))


@pytest.fixture(scope="session")
def n8n_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated n8n database of four weeks up to `NOW`; not to be changed."""
    path = tmp_path_factory.mktemp("n8n") / "database.sqlite"
    make_demo_database(path, now=NOW, days=28, scale=0.3)
    return path


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def settings(n8n_file: Path, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", n8n_url=str(n8n_file), refresh_budget_s=30)


@pytest.fixture
async def assistant(settings: Settings) -> AsyncIterator[Assistant]:
    async with await Assistant.open(settings, memory=True) as opened:
        yield opened


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as server:
        yield server
