"""The two databases behind a question: whatever they do, the question is answered in time."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from core.clock import FixedClock
from core.settings import Settings
from graph.assistant import Assistant, UnansweredError
from graph.databases import Databases
from persistence.demo import Simulation, make_demo_database
from persistence.sync_report import SyncProgress
from tests.graph.conftest import NOW
from tests.support.n8n_databases import write_n8n_postgres

ROOT = Path(__file__).parents[2]
ROME = NOW.tzinfo
BUDGET_S = 0.6
QUESTION = "Quante esecuzioni ieri?"


# --- a server that stops to speak ----------------------------------------------------------------


class Line:
    """A connection to PostgreSQL's server that can go silent: it still accepts, and that is all."""

    def __init__(self, server: str) -> None:
        url = make_url(server)
        self._server = (url.host or "127.0.0.1", url.port or 5432)
        self._silent = threading.Event()
        self._open: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.url = url.set(
            drivername="postgresql", host="127.0.0.1", port=self._door.getsockname()[1]
        ).render_as_string(hide_password=False)
        self.accepted = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def go_silent(self) -> None:
        self._silent.set()

    def speak_again(self) -> None:
        self._silent.clear()

    def close(self) -> None:
        self._door.close()
        for each in self._open:
            each.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                near, _ = self._door.accept()
                self.accepted += 1
                self._open.append(near)
                if self._silent.is_set():
                    continue
                far = socket.create_connection(self._server)
                self._open.append(far)
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while said := one.recv(65536):
                if not self._silent.is_set():
                    other.sendall(said)
            other.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def line(postgres_url: str) -> Iterator[Line]:
    """A line to an n8n on PostgreSQL."""
    simulation = Simulation(now=NOW, zone=ROME, days=3, scale=0.2)  # type: ignore[arg-type]
    write_n8n_postgres(postgres_url, simulation)
    opened = Line(postgres_url)
    yield opened
    opened.close()


@pytest.fixture
def over_the_line(line: Line, tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path / "home",
        n8n_url=f"{line.url}?connect_timeout=2",
        refresh_budget_s=BUDGET_S,
    )


@asynccontextmanager
async def never_blocked(at_most_s: float = 1.0) -> AsyncIterator[None]:
    """Check that the event loop was always there for others."""
    gaps: list[float] = []

    async def tick() -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.01)
            now = time.perf_counter()
            gaps.append(now - last)
            last = now

    ticking = asyncio.create_task(tick())
    yield
    ticking.cancel()
    assert max(gaps) < at_most_s


async def test_a_server_that_does_not_speak_costs_the_first_question_its_budget_and_later_nothing(
    line: Line, over_the_line: Settings, clock: FixedClock
) -> None:
    async with await Assistant.open(over_the_line) as assistant:
        await assistant.synchronise()
        expected = await assistant.ask(QUESTION, clock=clock)
        assert expected.data.rows[0][0] > 0
    line.go_silent()
    async with await Assistant.open(over_the_line) as assistant:
        async with never_blocked():
            started = time.monotonic()
            answer = await assistant.ask(QUESTION, clock=clock, use_cache=False)
            first_s = time.monotonic() - started
            started = time.monotonic()
            again = await assistant.ask("Quanti errori ieri?", clock=clock, use_cache=False)
            second_s = time.monotonic() - started
        closing_began = time.monotonic()
    assert answer.data == expected.data
    assert "n8n non si può leggere" in answer.answer
    assert "n8n non si può leggere" in again.answer
    assert first_s < BUDGET_S + 0.7
    assert second_s < BUDGET_S
    assert time.monotonic() - closing_began < 1, "nobody waits for it at the end either"


async def test_when_the_server_speaks_again_the_answer_is_fresh(
    line: Line, over_the_line: Settings, clock: FixedClock
) -> None:
    async with await Assistant.open(over_the_line) as assistant:
        await assistant.synchronise()
    line.go_silent()
    databases = Databases(over_the_line)
    try:
        freshness = await databases.refresh()
        assert freshness is not None
        assert freshness["trouble"] is not None
        assert not freshness["caught_up"]
        line.speak_again()
        deadline = time.monotonic() + 20
        while freshness["trouble"] is not None:
            assert time.monotonic() < deadline
            databases._failure = None  # the ten seconds are over
            await asyncio.sleep(0.2)
            freshness = await databases.refresh()
            assert freshness is not None
        assert freshness["caught_up"]
    finally:
        await databases.close()


async def test_a_slow_server_is_taken_as_soon_as_it_is_there(
    line: Line, over_the_line: Settings
) -> None:
    databases = Databases(over_the_line)
    try:
        with pytest.raises(Exception, match=r"has not answered within 0\.001 s"):
            await databases.open_source(0.001)
        await asyncio.sleep(0.5)
        source = await databases.open_source(0.001)
        assert source is not None, "it was opened meanwhile: the failure is no longer believed"
    finally:
        await databases.close()


async def test_with_nothing_remembered_a_silent_server_is_one_error(
    line: Line, over_the_line: Settings, clock: FixedClock
) -> None:
    line.go_silent()
    async with await Assistant.open(over_the_line) as assistant, never_blocked():
        with pytest.raises(UnansweredError) as caught:
            await assistant.ask(QUESTION, clock=clock)
        assert caught.value.code == "source_unreachable"
        started = time.monotonic()
        with pytest.raises(UnansweredError):
            await assistant.ask(QUESTION, clock=clock)
        assert time.monotonic() - started < BUDGET_S, "it is known to be silent"
        assert (await assistant.ask("ciao")).type == "GREETING"


async def test_a_failed_look_at_the_processes_is_not_kept(
    line: Line, over_the_line: Settings
) -> None:
    line.go_silent()
    databases = Databases(over_the_line)
    try:
        assert await databases.processes() == []
        line.speak_again()
        databases._failure = None  # the ten seconds are over
        deadline = time.monotonic() + 10
        while not (found := await databases.processes()):
            assert time.monotonic() < deadline
            databases._failure = None
            await asyncio.sleep(0.1)
        assert "Ordini" in " ".join(process.name for process in found)
    finally:
        await databases.close()


async def test_a_file_that_appears_is_found_although_it_was_missed_before(tmp_path: Path) -> None:
    file = tmp_path / "n8n.sqlite"
    databases = Databases(Settings(home=tmp_path / "home", n8n_url=str(file)))
    try:
        assert await databases.processes() == []
        make_demo_database(file, now=NOW, days=1, scale=0.1)
        databases._failure = None  # the ten seconds are over
        assert await databases.processes()
    finally:
        await databases.close()


# --- several processes ---------------------------------------------------------------------------

SEVERAL = """
    import asyncio, os, sys
    from core.clock import FixedClock
    from core.settings import load_settings
    from datetime import datetime
    from graph.assistant import Assistant
    import alembic.command, diskcache, persistence.n8n.source  # once for all

    async def ask():
        clock = FixedClock(datetime.fromisoformat(sys.argv[2]))
        async with await Assistant.open(load_settings()) as assistant:
            answer = await assistant.ask(sys.argv[1], clock=clock)
            return f"{answer.data.rows} {answer.provenance.complete}"

    children = []
    for number in range(3):  # as three shells would, but for what they import
        read, write = os.pipe()
        if os.fork() == 0:
            os.write(write, asyncio.run(ask()).encode())
            os._exit(0)
        os.close(write)
        children.append(read)
    for child in children:
        with os.fdopen(child) as said:
            print(said.read())
"""


def test_three_processes_that_start_at_once_on_an_empty_home_all_give_the_right_number(
    n8n_file: Path, clean_environment: Path
) -> None:
    with closing(sqlite3.connect(f"file:{n8n_file}?mode=ro", uri=True)) as connection:
        ((expected,),) = connection.execute(
            """select count(*) from execution_entity
               where "deletedAt" is null
                 and mode in ('error', 'retry', 'cli', 'trigger', 'webhook', 'evaluation')
                 and "createdAt" >= '2026-11-18 23:00:00.000'
                 and "createdAt" < '2026-11-19 23:00:00.000'"""
        ).fetchall()
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SEVERAL), QUESTION, NOW.isoformat()],
        cwd=ROOT,
        env={
            **os.environ,
            "MILHENA_N8N_URL": str(n8n_file),
            "MILHENA_HOME": str(clean_environment),
            "MILHENA_REFRESH_BUDGET_S": "20",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == [f"[[{expected}]] True"] * 3, done.stderr


# --- a store without an n8n ----------------------------------------------------------------------


async def test_a_store_whose_last_sync_is_hours_old_is_never_complete_up_to_now(
    n8n_file: Path, tmp_path: Path
) -> None:
    store = tmp_path / "team.sqlite"
    filled = Settings(home=tmp_path / "home", n8n_url=str(n8n_file), store_url=str(store))
    async with await Assistant.open(filled) as assistant:
        await assistant.synchronise()
    now = datetime.now(UTC)
    with closing(sqlite3.connect(store)) as connection, connection:
        hours_ago = (now - timedelta(hours=5)).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
        connection.execute("UPDATE sync_state SET synced_at = ?, covers_end = ?", [hours_ago] * 2)
    alone = Settings(home=tmp_path / "home", store_url=str(store))
    question = "Quante esecuzioni negli ultimi 90 giorni?"
    for _ in range(2):  # the next process finds nothing on disk either
        async with await Assistant.open(alone) as assistant:
            for _ in range(2):
                answer = await assistant.ask(question, clock=FixedClock(now))
                assert answer.data.rows[0][0] > 0
                assert not answer.provenance.complete
                assert answer.cache == "miss"
            before = FixedClock(now - timedelta(hours=6))
            known = await assistant.ask("Quante esecuzioni ieri?", clock=before)
            assert known.provenance.complete


async def test_a_store_address_that_cannot_be_used_is_one_error(
    tmp_path: Path, clock: FixedClock
) -> None:
    settings = Settings(home=tmp_path, store_url="mysql://root@localhost/team")
    async with await Assistant.open(settings) as assistant:
        with pytest.raises(UnansweredError, match="MILHENA_STORE_URL") as caught:
            await assistant.ask(QUESTION, clock=clock)
    assert caught.value.code == "store_error"


# --- closing -------------------------------------------------------------------------------------


async def test_closing_stops_a_running_sync_between_two_batches_and_the_next_one_goes_on(
    n8n_file: Path, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "home", n8n_url=str(n8n_file), refresh_budget_s=0)
    databases = Databases(settings)
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def progress(_: SyncProgress) -> None:
        loop.call_soon_threadsafe(begun.set)

    running = asyncio.create_task(databases.synchronise(progress=progress, batch_size=5))
    await begun.wait()
    started = time.monotonic()
    await databases.close()
    assert time.monotonic() - started < 3
    report = await running
    assert not report.caught_up
    assert report.read > 0
    again = Databases(settings)
    rest = await again.synchronise()
    await again.close()
    assert rest.caught_up
    assert rest.read > 0
    store = next((tmp_path / "home").glob("store-*.sqlite"))
    counts = []
    for file, table in ((store, "executions"), (n8n_file, "execution_entity")):
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            where = 'where "deletedAt" is null' if file == n8n_file else ""
            counts += connection.execute(f"select count(*) from {table} {where}").fetchone()  # noqa: S608
    assert counts[0] == counts[1] == report.read + rest.read
