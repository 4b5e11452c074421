from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from persistence.n8n.source import N8nSource
from tests.persistence.n8n.n8n_writer import N8nWriter

OpenSource = Callable[..., N8nSource]


@pytest.fixture
def open_source() -> Iterator[OpenSource]:
    """Opens sources that are closed at the end of the test."""
    opened: list[N8nSource] = []

    def open_one(url: str, **options: object) -> N8nSource:
        source = N8nSource.open(url, **options)  # type: ignore[arg-type]  # passed on as they are
        opened.append(source)
        return source

    yield open_one
    for source in opened:
        source.close()


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    return tmp_path / "database.sqlite"


@pytest.fixture
def sqlite_n8n(sqlite_file: Path) -> Iterator[N8nWriter]:
    """An n8n 1.x database on SQLite with one workflow."""
    writer = N8nWriter(f"sqlite:///{sqlite_file}")
    writer.workflow()
    yield writer
    writer.close()


@pytest.fixture
def postgres_n8n(postgres_url: str) -> Iterator[N8nWriter]:
    """The same on PostgreSQL, in the schema n8n."""
    writer = N8nWriter(postgres_url, schema="n8n")
    writer.workflow()
    yield writer
    writer.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def n8n(request: pytest.FixtureRequest) -> N8nWriter:
    """The same on either."""
    found: N8nWriter = request.getfixturevalue(
        "sqlite_n8n" if request.param == "sqlite" else "postgres_n8n"
    )
    return found
