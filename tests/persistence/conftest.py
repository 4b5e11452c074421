"""The store on both databases: one test body, two backends."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from persistence.store import Store
from persistence.sync import synchronise
from tests.persistence.small_company import NOW, ROME, InMemorySource


@contextmanager
def _database(server: str) -> Iterator[str]:
    name = f"milhena_store_{uuid.uuid4().hex[:12]}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'create database "{name}"'))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'drop database if exists "{name}" with (force)'))
        admin.dispose()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def new_store_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], str]]:
    """Makes addresses of stores that do not exist yet."""
    folder: Path = tmp_path_factory.mktemp("stores")
    with ExitStack() as databases:

        def make() -> str:
            if request.param == "sqlite":
                return f"sqlite:///{folder / uuid.uuid4().hex}.sqlite"
            server: str = request.getfixturevalue("postgres_server")
            return databases.enter_context(_database(server))

        yield make


@pytest.fixture(scope="module")
def store_of(new_store_url: Callable[[], str]) -> Iterator[Callable[[InMemorySource], Store]]:
    """Makes a store that has copied all of a source."""
    stores: list[Store] = []

    def load(source: InMemorySource) -> Store:
        store = Store.open(new_store_url(), pool_size=3)
        stores.append(store)
        synchronise(source, store, zone=ROME, store_content=False, now=NOW)
        return store

    yield load
    for store in stores:
        store.close()


@pytest.fixture
def store(new_store_url: Callable[[], str]) -> Iterator[Store]:
    """An empty store."""
    opened = Store.open(new_store_url(), pool_size=3)
    yield opened
    opened.close()
