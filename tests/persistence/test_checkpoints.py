"""Conversations: kept between processes, small, private, and never in the way of an answer."""

from __future__ import annotations

import asyncio
import logging
import socket
import sqlite3
import stat
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from core.errors import StoreError
from core.settings import Settings
from graph.assistant import Assistant
from persistence.checkpoints import CONVERSATIONS_FILE, open_conversations


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings without an n8n: a greeting needs none, and is a turn."""
    if request.param == "sqlite":
        return Settings(home=tmp_path / "home")
    return Settings(home=tmp_path / "home", store_url=request.getfixturevalue("postgres_url"))


def count_of(settings: Settings, table: str) -> int:
    """How many rows of the checkpointer's *table* there are."""
    if settings.store_url is None:
        name = "writes" if table == "checkpoint_writes" else table
        with closing(sqlite3.connect(settings.home / CONVERSATIONS_FILE)) as connection:
            (count,) = connection.execute(f"SELECT count(*) FROM {name}").fetchone()  # noqa: S608
    else:
        with psycopg.connect(plain(settings.store_url)) as server:
            row = server.execute(f"SELECT count(*) FROM pilotpros.{table}").fetchone()  # noqa: S608
            assert row is not None
            (count,) = row
    return int(count)


def plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


async def questions(assistant: Assistant, thread: str = "t") -> list[str]:
    return [turn["question"] for turn in await assistant.history(thread)]


async def test_a_thread_survives_a_restart(settings: Settings) -> None:
    for question in ("ciao", "aiuto"):
        async with await Assistant.open(settings, memory=True) as assistant:
            await assistant.ask(question, thread="t")
    async with await Assistant.open(settings, memory=True) as assistant:
        assert await questions(assistant) == ["ciao", "aiuto"]
        assert await questions(assistant, "unknown") == []


async def test_after_many_turns_only_the_newest_checkpoint_is_kept(settings: Settings) -> None:
    async with await Assistant.open(settings, memory=True) as assistant:
        await assistant.ask("ciao", thread="other")
        for number in range(30):
            await assistant.ask(f"ciao {'!' * number}", thread="t")
        assert len(await questions(assistant)) == settings.thread_turns
    assert count_of(settings, "checkpoints") == 2, "one a thread"
    assert count_of(settings, "checkpoint_writes") == 0
    if settings.store_url is not None:
        assert count_of(settings, "checkpoint_blobs") <= 4, "one a thread and channel"


async def test_a_question_without_a_thread_leaves_nothing(settings: Settings) -> None:
    async with await Assistant.open(settings, memory=True) as assistant:
        await assistant.ask("ciao")
    assert count_of(settings, "checkpoints") == 0


# --- a file --------------------------------------------------------------------------------------


@pytest.fixture
def in_a_file(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


async def test_the_file_is_its_owner_s_alone(in_a_file: Settings) -> None:
    async with await Assistant.open(in_a_file, memory=True) as assistant:
        await assistant.ask("ciao", thread="t")
        files = sorted(in_a_file.home.glob(f"{CONVERSATIONS_FILE}*"))
        assert len(files) == 3, "and what SQLite writes beside it"
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(in_a_file.home.stat().st_mode) == 0o700


@pytest.mark.parametrize("form", ["bare path", "sqlite:///"])
async def test_a_store_in_a_file_leaves_the_conversations_at_home(
    tmp_path: Path, form: str
) -> None:
    file = tmp_path / "team.sqlite"
    url = str(file) if form == "bare path" else f"sqlite:///{file}"
    async with open_conversations(tmp_path / "home", url):
        assert (tmp_path / "home" / CONVERSATIONS_FILE).exists()
    assert not file.exists()


async def test_while_another_holds_the_file_the_answer_stands_and_later_turns_are_kept(
    in_a_file: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with await Assistant.open(in_a_file, memory=True) as assistant:
        await assistant.ask("ciao", thread="t")
        other = sqlite3.connect(in_a_file.home / CONVERSATIONS_FILE, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM writes WHERE thread_id = 'nobody'")
        other.execute("CREATE TABLE something (x)")
        started = time.monotonic()
        answer = await assistant.ask("aiuto", thread="t")
        assert time.monotonic() - started < 4
        assert answer.type == "HELP"
        other.execute("COMMIT")
        other.close()
        (record,) = caplog.records
        assert record.levelno == logging.WARNING
        assert "locked" in record.getMessage()
        assert "The answer stands" in record.getMessage()
        assert await questions(assistant) == ["ciao"]
        async with await Assistant.open(in_a_file, memory=True) as another:
            await another.ask("buongiorno", thread="t")
        assert await questions(assistant) == ["ciao", "buongiorno"], "no old state is held on to"
        await assistant.ask("grazie", thread="t")
        assert await questions(assistant) == ["ciao", "buongiorno", "grazie"]
    assert len(caplog.records) == 1


async def test_where_a_thread_cannot_even_be_read_one_sentence_says_so(settings: Settings) -> None:
    async with await Assistant.open(settings, memory=True) as assistant:
        if settings.store_url is None:
            file = settings.home / CONVERSATIONS_FILE
            with closing(sqlite3.connect(file)) as connection, connection:
                connection.execute("DROP TABLE checkpoints")
        else:
            with psycopg.connect(plain(settings.store_url)) as server:
                server.execute("DROP TABLE pilotpros.checkpoints")
        with pytest.raises(StoreError, match="the conversation cannot be kept in"):
            await assistant.ask("ciao", thread="t")
        with pytest.raises(StoreError, match="the conversation cannot be kept in"):
            await assistant.history("t")
        assert (await assistant.ask("ciao")).type == "GREETING", "without a thread nothing is lost"


@pytest.mark.parametrize("obstacle", ["no database", "a folder", "a file for a home"])
async def test_a_file_that_cannot_be_used_is_one_clear_error(tmp_path: Path, obstacle: str) -> None:
    home = tmp_path / "home"
    if obstacle == "a file for a home":
        home.write_text("")
    else:
        home.mkdir()
        if obstacle == "a folder":
            (home / CONVERSATIONS_FILE).mkdir()
        else:
            (home / CONVERSATIONS_FILE).write_bytes(b"a shopping list" * 1000)
    with pytest.raises(StoreError, match="MILHENA_HOME"):
        await Assistant.open(Settings(home=home), memory=True)


async def test_several_that_make_the_tables_at_once_do_not_collide(settings: Settings) -> None:
    several = [Assistant.open(settings, memory=True) for _ in range(4)]
    assistants = await asyncio.gather(*several)
    await asyncio.gather(
        *(each.ask("ciao", thread=f"t{number}") for number, each in enumerate(assistants))
    )
    for number, assistant in enumerate(reversed(assistants)):
        assert await questions(assistant, f"t{number}") == ["ciao"]
        await assistant.close()


# --- a server ------------------------------------------------------------------------------------


@pytest.fixture
def limited_role(postgres_url: str) -> Iterator[Callable[[], str]]:
    """Makes the URL of a role that owns the schema and may do nothing else in the database."""
    name = f"milhena_role_{uuid.uuid4().hex[:10]}"
    database = make_url(postgres_url).database
    with psycopg.connect(plain(postgres_url), autocommit=True) as server:
        server.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'secret-word'")
        server.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
        server.execute(f'GRANT CONNECT ON DATABASE "{database}" TO {name}')
        server.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")

    def with_the_schema() -> str:
        with psycopg.connect(plain(postgres_url), autocommit=True) as server:
            server.execute(f"CREATE SCHEMA pilotpros AUTHORIZATION {name}")
        url = make_url(postgres_url).set(username=name, password="secret-word")  # noqa: S106
        return url.render_as_string(hide_password=False)

    yield with_the_schema
    with psycopg.connect(plain(postgres_url), autocommit=True) as server:
        server.execute(f"DROP OWNED BY {name} CASCADE")
        server.execute(f"DROP ROLE {name}")


async def test_a_role_that_owns_only_the_schema_is_enough(
    limited_role: Callable[[], str], tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "home", store_url=limited_role())
    async with await Assistant.open(settings, memory=True) as assistant:
        await assistant.ask("ciao", thread="t")
    async with await Assistant.open(settings, memory=True) as assistant:
        assert await questions(assistant) == ["ciao"]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
async def test_every_form_of_a_server_s_address_is_taken(
    postgres_url: str, tmp_path: Path, scheme: str
) -> None:
    url = postgres_url.replace("postgresql+psycopg://", f"{scheme}://")
    assert url.startswith(f"{scheme}://")
    url += "?options=-c%20timezone%3DAsia/Tokyo"
    async with (
        open_conversations(tmp_path / "home", url) as conversations,
        conversations.checkpointer.conn.connection() as connection,
    ):
        row = await (await connection.execute("SHOW search_path")).fetchone()
        assert row == {"search_path": "pilotpros"}
        row = await (await connection.execute("SHOW timezone")).fetchone()
        assert row == {"TimeZone": "Asia/Tokyo"}, "what the address says holds too"
    assert not (tmp_path / "home").exists()


async def test_a_server_that_does_not_answer_is_one_error_with_a_reason_and_no_noise(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        url = f"postgresql://ada:secret-word@127.0.0.1:{taken.getsockname()[1]}/team"
        started = time.monotonic()
        with pytest.raises(StoreError) as caught:
            await Assistant.open(Settings(home=tmp_path, store_url=url), memory=True)
    assert time.monotonic() - started < 3
    assert "refused" in str(caught.value)
    assert "MILHENA_STORE_URL" in str(caught.value)
    assert "secret-word" not in str(caught.value)
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


async def test_connections_that_the_server_dropped_are_made_anew(
    postgres_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(home=tmp_path / "home", store_url=postgres_url)
    async with await Assistant.open(settings, memory=True) as assistant:
        await assistant.ask("ciao", thread="t")
        with psycopg.connect(plain(postgres_url), autocommit=True) as server:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        await assistant.ask("aiuto", thread="t")
        assert await questions(assistant) == ["ciao", "aiuto"]
    assert caplog.records == []


async def test_where_a_turn_cannot_be_written_to_the_server_the_answer_stands(
    postgres_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(home=tmp_path / "home", store_url=postgres_url)
    refuse: Any = "SET default_transaction_read_only = on"
    async with await Assistant.open(settings, memory=True) as assistant:
        await assistant.ask("ciao", thread="t")
        database = make_url(postgres_url).database
        with psycopg.connect(plain(postgres_url), autocommit=True) as server:
            server.execute(f'ALTER DATABASE "{database}" {refuse}')
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        answer = await assistant.ask("aiuto", thread="t")
        assert answer.type == "HELP"
        assert await questions(assistant) == ["ciao"]
    (record,) = caplog.records
    assert "read-only transaction" in record.getMessage()
    assert "The answer stands" in record.getMessage()
