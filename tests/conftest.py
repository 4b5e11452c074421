"""What every test gets: a clean environment, and real servers where they can be had."""

from __future__ import annotations

import os
import shutil
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

IN_CI = os.environ.get("CI", "").lower() == "true"
LOCAL_POSTGRES = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
_OURS = ("MILHENA_", "GOOGLE_API_KEY", "GEMINI_API_KEY", "GROQ_API_KEY", "LANGSMITH_", "LANGCHAIN_")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No keys, no `.env`, no home of the person who runs the tests; returns MILHENA_HOME."""
    for name in list(os.environ):
        if name.startswith(_OURS) and not name.startswith("MILHENA_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.delenv("COLUMNS", raising=False)  # set in the processes that share the tests
    home = tmp_path / "milhena-home"
    monkeypatch.setenv("MILHENA_HOME", str(home))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LANGSMITH_TRACING", "false")
    monkeypatch.chdir(tmp_path)
    return home


def _answers(url: str) -> bool:
    engine = create_engine(url, connect_args={"connect_timeout": 3})
    try:
        with engine.connect() as connection:
            connection.execute(text("select 1"))
    except Exception:  # whatever is wrong with it, this server is not to be had
        return False
    finally:
        engine.dispose()
    return True


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a PostgreSQL server where databases may be created.

    The one that MILHENA_TEST_POSTGRES_URL names, else one on localhost, else one that is
    started here.
    """
    configured = os.environ.get("MILHENA_TEST_POSTGRES_URL")
    if configured:
        yield str(
            make_url(configured)
            .set(drivername="postgresql+psycopg")
            .render_as_string(hide_password=False)
        )
        return
    with socket.socket() as probe:
        probe.settimeout(1)
        listening = probe.connect_ex(("127.0.0.1", 5432)) == 0
    if listening and _answers(LOCAL_POSTGRES):
        yield LOCAL_POSTGRES
        return
    yield from _embedded_postgres()


def _embedded_postgres() -> Iterator[str]:
    try:
        from tests.support.embedded_server import start_postgres
    except ImportError as error:
        if IN_CI:
            raise
        pytest.skip(f"no PostgreSQL on localhost and none can be started: {error}")
    with start_postgres() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """URL of a new, empty database; dropped afterwards."""
    name = f"milhena_{uuid.uuid4().hex[:12]}"
    admin = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'create database "{name}"'))
    try:
        yield make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'drop database if exists "{name}" with (force)'))
        admin.dispose()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """URL of a Redis server; a test uses a key prefix of its own.

    The one that MILHENA_TEST_REDIS_URL names, else one on localhost, else one that is started
    here.
    """
    from tests.support import redis_servers

    configured = os.environ.get("MILHENA_TEST_REDIS_URL")
    if configured:
        yield configured
    elif redis_servers.answers(redis_servers.LOCAL_REDIS):
        yield redis_servers.LOCAL_REDIS
    else:
        try:
            redis_servers.embedded_server()
        except ImportError as error:
            if IN_CI:
                raise
            pytest.skip(f"no Redis on localhost and none can be started: {error}")
        with redis_servers.start_redis() as url:
            yield url


@pytest.fixture
def redis_prefix(redis_server: str) -> Iterator[str]:
    """A prefix for keys that nobody else uses; what it was used for is deleted afterwards."""
    from tests.support import redis_servers

    prefix = f"milhena-test-{uuid.uuid4().hex[:12]}"
    yield prefix
    redis_servers.forget(redis_server, prefix)


def _redis_used() -> str:
    configured = os.environ.get("MILHENA_TEST_REDIS_URL")
    if configured:
        return f"the server at {make_url(configured).render_as_string(hide_password=True)}"
    with socket.socket() as probe:
        probe.settimeout(1)
        listening = probe.connect_ex(("127.0.0.1", 6379)) == 0
    return "the server on localhost" if listening else "a server that the tests start"


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say which servers the tests will use."""
    postgres = os.environ.get("MILHENA_TEST_POSTGRES_URL")
    if postgres:
        shown = make_url(postgres).render_as_string(hide_password=True)
    else:
        shown = "a server on localhost, else one that the tests start"
    return [
        f"PostgreSQL: {shown}",
        f"Redis: {_redis_used()}",
        f"docker-compose: {shutil.which('docker-compose') or 'none'}",
    ]
