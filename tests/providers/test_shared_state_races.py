"""Many callers at the same moment: tasks, threads, and four processes over one Redis."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Coroutine, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.settings import load_settings
from persistence.usage import open_ledger
from providers.breaker import (
    BreakerConfig,
    BreakerPermit,
    BreakerState,
    CircuitBreaker,
    NotPermitted,
)
from providers.limits import LimitedModel, Limits, Reservation
from providers.redis_state import RedisState
from providers.shared_state import InProcessState, SharedState
from tests.providers.conftest import PATIENT_S
from tests.support import redis_servers
from tests.support.shared_state_worker import SPAN_MS, TASKS

ROOT = Path(__file__).parents[2]
PROCESSES = 4
CALLERS = 50


def in_threads(count: int, work: Any) -> list[Any]:
    """Run *work()*, a coroutine, in *count* threads that begin at the same moment."""
    barrier = threading.Barrier(count)
    results: list[Any] = []

    def one() -> None:
        barrier.wait()
        results.append(asyncio.run(work()))

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == count
    return results


def in_processes(orders: Sequence[dict[str, Any]]) -> list[Any]:
    """Let one process for each of *orders* begin at the same moment; return what they got."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.shared_state_worker"],
        cwd=ROOT,
        input=json.dumps(orders),
        stdout=subprocess.PIPE,
        text=True,
        timeout=240,
        check=True,
    )
    got: list[Any] = json.loads(done.stdout)
    assert len(got) == len(orders)
    return got


def passed_by_all(what: str, url: str, prefix: str, **limit: int) -> int:
    """Let `CALLERS` in each of `PROCESSES` ask at the same moment; return how many got it."""
    order = {"what": what, "url": url, "prefix": prefix, "with": {"callers": CALLERS, **limit}}
    return sum(in_processes([order] * PROCESSES))


def now(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


@pytest.mark.parametrize("probes", [1, 3])
def test_of_fifty_threads_on_a_half_open_breaker_exactly_the_probes_pass(probes: int) -> None:
    breaker = CircuitBreaker("raced", BreakerConfig(probes=probes), InProcessState())
    now(breaker.transition_to(BreakerState.OPEN))
    now(breaker.transition_to(BreakerState.HALF_OPEN))
    admitted = in_threads(CALLERS, breaker.acquire)
    assert sum(isinstance(each, BreakerPermit) for each in admitted) == probes
    assert sum(isinstance(each, NotPermitted) for each in admitted) == CALLERS - probes


def test_threads_that_ask_a_limit_at_once_get_no_more_than_it() -> None:
    model = LimitedModel("raced", Limits(requests_per_minute=15), InProcessState())

    async def reserve() -> bool:
        return isinstance(await model.reserve(tokens=1), Reservation)

    assert sum(in_threads(CALLERS, reserve)) == 15


def test_event_loops_of_several_threads_share_one_redis_state(
    redis_server: str, redis_prefix: str
) -> None:
    state = RedisState(redis_server, prefix=redis_prefix, answer_within_s=PATIENT_S)
    breaker = CircuitBreaker("raced", BreakerConfig(probes=2), state)

    async def prepare() -> None:
        await breaker.transition_to(BreakerState.OPEN)
        await breaker.transition_to(BreakerState.HALF_OPEN)
        await state.close()

    async def ask() -> bool:
        admitted = await breaker.acquire()
        await state.close()
        return isinstance(admitted, BreakerPermit)

    now(prepare())
    assert sum(in_threads(16, ask)) == 2
    assert state.standing().problem == ""


@pytest.mark.parametrize("probes", [1, 3])
def test_of_two_hundred_callers_in_four_processes_exactly_the_probes_pass(
    redis_server: str, redis_prefix: str, probes: int
) -> None:
    async def open_it() -> None:
        state: SharedState = RedisState(
            redis_server, prefix=redis_prefix, answer_within_s=PATIENT_S
        )
        breaker = CircuitBreaker("raced", BreakerConfig(probes=probes, open_s=0.001), state)
        await breaker.transition_to(BreakerState.OPEN)
        await state.close()

    now(open_it())
    passed = passed_by_all("breaker", redis_server, redis_prefix, probes=probes)
    assert passed == probes


def test_four_processes_that_ask_a_limit_at_once_get_no_more_than_it_together(
    redis_server: str, redis_prefix: str
) -> None:
    passed = passed_by_all("limits", redis_server, redis_prefix, per_minute=30)
    assert passed == 30


def most_in_any_window(passed: list[tuple[int, int]], length_ms: int) -> int:
    """Return the largest sum of amounts in any window of that length; *passed* is in order."""
    most = total = first = 0
    for at, amount in passed:
        total += amount
        while passed[first][0] <= at - length_ms:
            total -= passed[first][1]
            first += 1
        most = max(most, total)
    return most


def test_four_processes_that_hammer_one_limit_stay_within_it_in_every_window(
    redis_server: str, redis_prefix: str
) -> None:
    requests, tokens = 12, 200
    order = {"what": "hammer", "url": redis_server, "prefix": redis_prefix}
    rest = {"seconds": 2.0, "requests": requests, "tokens": tokens}
    each = in_processes([{**order, "with": {**rest, "seed": n}} for n in range(PROCESSES)])
    assert sum(bool(got) for got in each) > 1, "they compete"
    passed = sorted((at, amount) for got in each for at, amount in got)
    assert len(passed) > 2 * requests, "room comes back"
    # At most the rate × t + the burst in any window of any length, and tighter: whole spans.
    for spans in range(1, 1 + -(-(passed[-1][0] - passed[0][0]) // SPAN_MS)):
        length_ms = spans * SPAN_MS
        assert most_in_any_window([(at, 1) for at, _ in passed], length_ms) <= spans * requests
        assert most_in_any_window(passed, length_ms) <= spans * tokens


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store that several processes share."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


def test_processes_on_one_store_never_spend_too_much_whatever_their_redis_does(
    redis_server: str, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget, wanted, cheaper = 1_200, 30, 17  # micro-dollars
    monkeypatch.setenv("MILHENA_STORE_URL", store_url)
    monkeypatch.setenv("MILHENA_BUDGET_USD_PER_DAY", "0.0012")
    monkeypatch.setenv("MILHENA_PRICES", "priced=1/1")
    monkeypatch.setenv("MILHENA_GEMINI_REQUESTS_PER_MINUTE", "0")
    open_ledger(load_settings()).close()  # its tables are there
    with redis_servers.black_hole() as silent:
        redis_urls = [redis_server, redis_server, silent]
        order = {"what": "budget", "wanted": wanted, "cheaper": cheaper}
        environments = [{"MILHENA_REDIS_URL": url} for url in redis_urls]
        spent = sum(in_processes([{**order, "environment": each} for each in environments]))
    ledger = open_ledger(load_settings())
    (day,) = ledger.summary("day", first_day=date.min, last_day=date.max)
    ledger.close()
    assert day.charged_micro_usd == spent <= budget
    # Nobody gave up before it was used up, but for what others had set aside at that moment.
    under_way = len(redis_urls) * TASKS
    assert spent > budget - wanted - under_way * (wanted - cheaper)
