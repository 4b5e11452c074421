"""What a Redis that is sick, gone or back costs, and what is said about it."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import pytest
from redis import Redis

from core.errors import SettingsError
from core.settings import Settings
from providers.breaker import (
    BreakerConfig,
    BreakerPermit,
    BreakerState,
    CircuitBreaker,
    NotPermitted,
)
from providers.limits import LimitedModel, Limits, Reservation
from providers.redis_state import RedisState
from providers.shared_state import InProcessState, SteadyClock, open_shared_state
from tests.providers.conftest import PATIENT_S
from tests.support.redis_servers import black_hole, free_port, start_redis

ROOT = Path(__file__).parents[2]
HIDDEN = "s3cr3t-never-shown"
BLOW_UP_S = 5.0
"""No measure of speed: a question that waits for a dead Redis would take longer."""

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def use(state: RedisState, times: int = 20) -> None:
    """Ask a breaker and limits so often; every answer must come from somewhere."""
    breaker = CircuitBreaker("gemini:flash", state=state)
    model = LimitedModel("gemini:flash:ab12", Limits(requests_per_minute=1_000), state)
    for _ in range(times):
        permit = await breaker.acquire()
        assert isinstance(permit, BreakerPermit)
        await permit.succeeded(0.1)
        assert isinstance(await model.reserve(tokens=1), Reservation)


@asynccontextmanager
async def server(handle: Handler):  # type: ignore[no-untyped-def]
    """Yield the URL of a server that treats every connection so, and the number of those."""
    connections: list[int] = []

    async def counted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(1)
        try:
            await handle(reader, writer)
        finally:
            writer.close()

    listening = await asyncio.start_server(counted, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    yield f"redis://:{HIDDEN}@127.0.0.1:{port}/0", connections
    listening.close()


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()  # until the other side hangs up


async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)


async def speaks_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    writer.write(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
    await writer.drain()


async def speaks_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    writer.write(b"\xff\xfe$-7\r\n*9\r\n\x00")
    await writer.drain()
    await reader.read()


def says(line: str) -> Handler:
    """Answer every command with *line*, but take any password."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while command := await reader.read(65_536):
            accepted = b"AUTH" in command or b"SELECT" in command
            writer.write(b"+OK\r\n" if accepted else line.encode() + b"\r\n")
            await writer.drain()

    return handle


async def drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    while not reader.at_eof():
        writer.write(b"+")
        await writer.drain()
        await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("handle", "told"),
    [
        pytest.param(silent, "no answer within 25 ms", id="black hole"),
        pytest.param(drips, "no answer within 25 ms", id="slow drip"),
        pytest.param(hangs_up, "ConnectionError", id="hangs up"),
        pytest.param(speaks_http, "HTTP/1.1 400", id="another service"),
        pytest.param(speaks_nonsense, "", id="nonsense"),
        pytest.param(says("-OOM command not allowed"), "OutOfMemoryError", id="out of memory"),
        pytest.param(says("-READONLY You can't write"), "ReadOnlyError", id="read-only replica"),
        pytest.param(says("-LOADING in memory"), "BusyLoadingError", id="loading"),
        pytest.param(says("-NOPERM no permissions"), "NoPermissionError", id="not allowed"),
        pytest.param(says("-MOVED 1 10.0.0.1:6379"), "Error", id="a cluster"),
        pytest.param(says("-BUSY running a script"), "BUSY", id="busy"),
        pytest.param(says(f"-WRONGPASS {HIDDEN}"), "***", id="an error that repeats a secret"),
        pytest.param(says("+not json"), "", id="another kind of answer"),
        pytest.param(says(":1"), "", id="a number"),
        pytest.param(says("+[1]"), "not one of our script's", id="other JSON"),
    ],
)
async def test_a_sick_redis_is_asked_once_then_bypassed_and_said_so_once(
    handle: Handler, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    started = time.monotonic()
    async with server(handle) as (url, connections):
        state = RedisState(url)
        await use(state)
        standing = state.standing()
        assert (standing.place, standing.shared) == ("process", True)
        assert told in standing.problem
        assert standing.problem
        assert len(connections) == 1
        await state.close()
    warnings = [each for each in caplog.records if each.levelname == "WARNING"]
    assert len(warnings) == 1
    assert "is bypassed" in warnings[0].getMessage()
    assert HIDDEN not in caplog.text + repr(state) + repr(standing)
    assert time.monotonic() - started < BLOW_UP_S


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("redis://127.0.0.1:{port}/0", id="refused"),
        pytest.param("redis://no-such-host.invalid:6379/0", id="no such host"),
        pytest.param("unix:///no/such/socket", id="no such socket"),
        pytest.param("rediss://127.0.0.1:{port}/0", id="refused with TLS"),
        pytest.param("redis://127.0.0.1:{port}/0?no_such_option=1", id="unknown option"),
        pytest.param("redis://127.0.0.1:{port}/0?socket_timeout=soon", id="option misspelled"),
        pytest.param("redis://127.0.0.1:{port}/zero", id="database that is no number"),
    ],
)
async def test_a_redis_that_is_not_there_is_bypassed(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    started = time.monotonic()
    state = RedisState(url.format(port=free_port()))
    await use(state)
    assert state.standing().place == "process"
    assert caplog.text.count("is bypassed") == 1
    await state.close()
    assert time.monotonic() - started < BLOW_UP_S


async def test_fifty_callers_at_once_pay_for_a_silent_redis_together_and_once() -> None:
    async with server(silent) as (url, connections):
        state = RedisState(url)
        breaker = CircuitBreaker("gemini:flash", BreakerConfig(probes=2), state)
        started = time.monotonic()
        await asyncio.gather(*(breaker.acquire() for _ in range(50)))
        assert time.monotonic() - started < 50 * 0.05  # far from one wait each
        assert len(connections) == 1
        await state.close()


async def test_a_cancelled_caller_of_a_silent_redis_is_gone_at_once() -> None:
    async with server(silent) as (url, _):
        state = RedisState(url, answer_within_s=PATIENT_S)
        caller = asyncio.create_task(CircuitBreaker("gemini:flash", state=state).acquire())
        await asyncio.sleep(0.05)
        started = time.monotonic()
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        await state.close()
        assert time.monotonic() - started < BLOW_UP_S


async def test_whoever_asks_while_it_is_closed_gets_an_answer_from_the_process() -> None:
    async with server(silent) as (url, _):
        state = RedisState(url, answer_within_s=PATIENT_S)
        caller = asyncio.create_task(CircuitBreaker("gemini:flash", state=state).acquire())
        await asyncio.sleep(0.05)
        await state.close()
        assert isinstance(await caller, BreakerPermit)


async def test_while_it_is_bypassed_breakers_and_limits_work_in_the_process() -> None:
    state = RedisState(f"redis://127.0.0.1:{free_port()}/0")
    breaker = CircuitBreaker("groq:large", state=state)
    for _ in range(5):
        permit = await breaker.acquire()
        assert isinstance(permit, BreakerPermit)
        await permit.failed(0.1)
    assert isinstance(await breaker.acquire(), NotPermitted)
    model = LimitedModel("groq:large:ab12", Limits(requests_per_minute=2), state)
    assert isinstance(await model.reserve(tokens=1), Reservation)
    assert isinstance(await model.reserve(tokens=1), Reservation)
    assert not isinstance(await model.reserve(tokens=1), Reservation)
    await state.close()


def an_event(condition: Callable[[], bool]) -> Awaitable[None]:
    """Wait until *condition* holds."""

    async def wait() -> None:
        async with asyncio.timeout(20):
            while not condition():
                await asyncio.sleep(0.01)

    return wait()


async def test_a_redis_that_comes_back_is_used_again_without_a_question_waiting_for_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    port = free_port()
    with ExitStack() as running:
        url = running.enter_context(start_redis(port=port))
        state = RedisState(url, bypass_s=0.02, answer_within_s=2)
        breaker = CircuitBreaker("groq:large", state=state)
        await breaker.transition_to(BreakerState.FORCED_OPEN)
        assert state.standing().place == "redis"
        running.close()
        # What another process forced open is not known here: calls are let through.
        assert isinstance(await breaker.acquire(), BreakerPermit)
        assert state.standing().place == "process"
    with start_redis(port=port) as url:

        def back() -> bool:
            return state.standing().place == "redis"

        async def keep_asking() -> None:
            while not back():
                await breaker.acquire()
                await asyncio.sleep(0.01)

        async with asyncio.timeout(20):
            await keep_asking()
        await breaker.transition_to(BreakerState.DISABLED)
        with Redis.from_url(url) as client:
            assert len(client.keys("milhena:1:breaker:*")) == 1
        await state.close()
    assert caplog.text.count("is bypassed") == 1
    assert caplog.text.count("is used again") == 1


async def test_what_was_let_through_by_redis_is_counted_here_when_that_is_gone() -> None:
    with ExitStack() as running:
        url = running.enter_context(start_redis())
        state = RedisState(url, answer_within_s=2)
        breaker = CircuitBreaker("groq:large", state=state)
        await breaker.reset()
        permits = [await breaker.acquire() for _ in range(5)]
        running.close()
        for permit in permits:
            assert isinstance(permit, BreakerPermit)
            await permit.failed(0.1)
        assert state.standing().place == "process"
        assert isinstance(await breaker.acquire(), NotPermitted)
        await state.close()


async def test_what_was_let_through_here_is_ended_here_when_redis_is_back(
    redis_server: str, redis_prefix: str
) -> None:
    state = RedisState(redis_server, prefix=redis_prefix, answer_within_s=PATIENT_S)
    breaker = CircuitBreaker("groq:large", state=state)
    state._bypass(ConnectionError("for a moment"))
    permit = await breaker.acquire()
    assert isinstance(permit, BreakerPermit)
    state._problem = ""
    await permit.failed(0.1)
    assert (await breaker.snapshot()).buffered == 0
    state._bypass(ConnectionError("again"))
    assert (await breaker.snapshot()).failed == 1
    await state.close()


@pytest.mark.parametrize("options", [("--requirepass", HIDDEN), ("--maxmemory", "1")])
async def test_a_real_server_that_refuses_is_bypassed(
    options: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with start_redis(*options) as url:
        state = RedisState(url, answer_within_s=2)
        await use(state)
        assert state.standing().place == "process"
        assert state.standing().problem
        await state.close()
    assert HIDDEN not in caplog.text


async def test_a_password_opens_a_real_server_and_is_never_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with start_redis("--requirepass", HIDDEN) as url:
        with_password = url.replace("//", f"//:{HIDDEN}@")
        state = RedisState(with_password, answer_within_s=2)
        await use(state)
        standing = state.standing()
        assert (standing.place, standing.problem) == ("redis", "")
        assert HIDDEN not in repr(standing) + repr(state) + caplog.text
        await state.close()


async def test_keys_have_the_prefix_expire_and_hold_plain_json(
    redis_server: str, redis_prefix: str
) -> None:
    state = RedisState(redis_server, prefix=redis_prefix, answer_within_s=PATIENT_S)
    await use(state, 1)
    await state.close()
    with Redis.from_url(redis_server) as client:
        keys = sorted(client.scan_iter(match=f"{redis_prefix}*"))
        assert keys == [
            f"{redis_prefix}:breaker:gemini:flash".encode(),
            f"{redis_prefix}:limits:gemini:flash:ab12".encode(),
        ]
        for key in keys:
            assert client.pttl(key) > 0
            assert isinstance(json.loads(client.get(key) or b""), dict)


@pytest.mark.parametrize("stored", [b"", b"no json", b"[1]", b"7", b"null", b"\xff"])
async def test_a_record_that_cannot_be_read_is_begun_anew(
    redis_server: str, redis_prefix: str, stored: bytes
) -> None:
    state = RedisState(redis_server, prefix=redis_prefix, answer_within_s=PATIENT_S)
    with Redis.from_url(redis_server) as client:
        client.set(f"{redis_prefix}:breaker:gemini:flash", stored)
    await use(state, 2)
    assert state.standing().problem == ""
    await state.close()


async def test_the_servers_clock_is_the_one_that_counts(
    redis_server: str, redis_prefix: str
) -> None:
    state = RedisState(redis_server, prefix=redis_prefix, answer_within_s=PATIENT_S)
    breaker = CircuitBreaker("groq:large", state=state)
    with Redis.from_url(redis_server) as client:
        before, _ = client.time()
        await breaker.transition_to(BreakerState.OPEN)
        after, _ = client.time()
    opened_at_s = (await breaker.snapshot()).transitions[0].at_ms / 1000
    assert before <= opened_at_s < after + 1
    await state.close()


async def test_a_state_may_be_closed_and_used_again(redis_server: str, redis_prefix: str) -> None:
    state = RedisState(redis_server, prefix=redis_prefix, answer_within_s=PATIENT_S)
    await use(state, 1)
    await state.close()
    await state.close()
    await use(state, 1)
    assert state.standing().place == "redis"
    await state.close()


def test_without_a_redis_state_lives_in_the_process_and_the_library_is_not_loaded() -> None:
    code = (
        "import sys\n"
        "from core.settings import Settings\n"
        "from providers.shared_state import open_shared_state\n"
        "from providers.breaker import BreakerGate\n"
        "from providers.limits import LimitGate, Limits\n"
        "state = open_shared_state(Settings())\n"
        "BreakerGate(state), LimitGate(state, lambda provider, model: Limits())\n"
        "print(state.standing().place, 'redis' in sys.modules, 'langgraph' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["process", "False", "False"]


async def test_the_settings_say_where_state_lives(redis_server: str) -> None:
    assert isinstance(open_shared_state(Settings()), InProcessState)
    shared = open_shared_state(Settings(redis_url=redis_server))
    assert isinstance(shared, RedisState)
    await shared.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:6379",
        "http://localhost",
        "redis://",
        f"redis://:{HIDDEN}@host:port/0",
        "unix:",
    ],
)
def test_an_address_that_is_none_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(SettingsError, match="not the address of a Redis") as refused:
        RedisState(url)
    assert HIDDEN not in str(refused.value)
    assert refused.value.setting == "MILHENA_REDIS_URL"


def test_the_processes_clock_never_goes_back_and_goes_on() -> None:
    clock = SteadyClock()
    moments = [clock() for _ in range(1_000)]
    assert moments == sorted(moments)
    assert abs(moments[0] - time.time() * 1000) < 60_000
    # As if the machine's clock had been an hour ahead until now.
    clock._wall += 3600
    ahead = clock()
    time.sleep(0.02)
    assert 10 <= clock() - ahead < 60_000


@pytest.fixture
def hole() -> Iterator[str]:
    with black_hole() as url:
        yield url


def test_a_process_ends_at_once_though_its_redis_never_answers(hole: str) -> None:
    code = (
        "import asyncio, sys\n"
        "from providers.breaker import CircuitBreaker\n"
        "from providers.redis_state import RedisState\n"
        "async def main():\n"
        "    state = RedisState(sys.argv[1], bypass_s=0.001)\n"
        "    for _ in range(20):\n"
        "        await CircuitBreaker('groq:large', state=state).acquire()\n"
        "        await asyncio.sleep(0.001)\n"
        "    await state.close()\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, hole],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert done.stderr.count("is bypassed") == 1
    assert "Warning" not in done.stderr
