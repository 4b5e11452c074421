"""Many callers at the same moment: tasks, threads, and four processes over one Redis."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

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


def in_processes(**order: Any) -> int:
    """Let `CALLERS` in each of `PROCESSES` ask at the same moment; return how many got it."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.shared_state_worker"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    pipes = [(worker.stdin, worker.stdout) for worker in workers]
    for to, _ in pipes:
        assert to is not None
        to.write(json.dumps({**order, "callers": CALLERS}) + "\n")
        to.flush()
    for _, back in pipes:
        assert back is not None
        assert back.readline() == "ready\n"
    for to, _ in pipes:
        assert to is not None
        to.write("go\n")
        to.flush()
    answers = [json.loads(worker.communicate(timeout=60)[0]) for worker in workers]
    assert [answer["problem"] for answer in answers] == [""] * PROCESSES
    return sum(answer["got"] for answer in answers)


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
    passed = in_processes(what="breaker", url=redis_server, prefix=redis_prefix, limit=probes)
    assert passed == probes


def test_four_processes_that_ask_a_limit_at_once_get_no_more_than_it_together(
    redis_server: str, redis_prefix: str
) -> None:
    passed = in_processes(what="limits", url=redis_server, prefix=redis_prefix, limit=30)
    assert passed == 30
