"""The store on both databases: one test body, two backends."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from persistence.store import Store
from persistence.sync import synchronise
from tests.persistence.small_company import NOW, ROME, InMemorySource


class EmptyDatabases:
    """PostgreSQL databases without a store, used again: making one costs more than most tests."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._admin = create_engine(server, isolation_level="AUTOCOMMIT")
        self._made: list[str] = []
        self._free: list[str] = []

    def take(self) -> str:
        if not self._free:
            name = f"milhena_store_{uuid.uuid4().hex[:12]}"
            with self._admin.connect() as connection:
                connection.execute(text(f'create database "{name}"'))
            self._made.append(name)
            url = make_url(self._server).set(database=name)
            self._free.append(url.render_as_string(hide_password=False))
        return self._free.pop()

    def give_back(self, url: str) -> None:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("drop schema if exists pilotpros cascade"))
        engine.dispose()
        self._free.append(url)

    def drop_all(self) -> None:
        with self._admin.connect() as connection:
            for name in self._made:
                connection.execute(text(f'drop database if exists "{name}" with (force)'))
        self._admin.dispose()


@pytest.fixture(scope="session")
def empty_databases(postgres_server: str) -> Iterator[EmptyDatabases]:
    databases = EmptyDatabases(postgres_server)
    yield databases
    databases.drop_all()


class Backend:
    """Makes addresses of stores that do not exist yet, on one kind of database."""

    def __init__(self, folder: Path, databases: EmptyDatabases | None) -> None:
        self._folder = folder
        self._databases = databases
        self._taken: list[str] = []

    def new_url(self) -> str:
        if self._databases is None:
            return f"sqlite:///{self._folder / uuid.uuid4().hex}.sqlite"
        self._taken.append(self._databases.take())
        return self._taken[-1]

    def give_back(self) -> None:
        if self._databases is not None:
            for url in self._taken:
                self._databases.give_back(url)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def new_backend(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Backend]:
    folder = tmp_path_factory.mktemp("stores")
    databases = request.getfixturevalue("empty_databases") if request.param != "sqlite" else None
    return lambda: Backend(folder, databases)


@pytest.fixture
def new_store_url(new_backend: Callable[[], Backend]) -> Iterator[Callable[[], str]]:
    """Makes addresses of stores that do not exist yet."""
    backend = new_backend()
    yield backend.new_url
    backend.give_back()


@pytest.fixture
def store(new_store_url: Callable[[], str]) -> Iterator[Store]:
    """An empty store."""
    opened = Store.open(new_store_url(), pool_size=3)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def store_of(new_backend: Callable[[], Backend]) -> Iterator[Callable[[InMemorySource], Store]]:
    """Makes a store that has copied all of a source."""
    backend = new_backend()
    stores: list[Store] = []

    def load(source: InMemorySource) -> Store:
        store = Store.open(backend.new_url(), pool_size=3)
        stores.append(store)
        synchronise(source, store, zone=ROME, store_content=False, now=NOW)
        return store

    yield load
    for store in stores:
        store.close()
    backend.give_back()
