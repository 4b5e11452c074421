"""What breakers, limits and pauses cost a call, in the process, in Redis, and when that is sick.

A Redis is the one that MILHENA_REDIS_URL names, else one on localhost; without any its lines are
left out. The sick ones are made here.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import statistics
import time
import uuid
from collections.abc import Sequence

from providers.breaker import BreakerGate
from providers.gate import Call, Gate, Outcome, passing
from providers.limits import LimitGate, Limits
from providers.pauses import PauseGate
from providers.redis_state import RedisState
from providers.shared_state import InProcessState, SharedState

LOCAL = "redis://127.0.0.1:6379/0"
CALLS = 400
SICK_ROUNDS = 5
CALL = Call(
    provider="groq",
    model="large",
    account="benchmark",
    need="classification",
    user_id="u",
    request_id="r",
    input_tokens=500,
    max_output_tokens=500,
    timeout_s=2.5,
)
GENEROUS = Limits(
    requests_per_minute=10**6,
    requests_per_day=10**6,
    tokens_per_minute=10**9,
    tokens_per_day=10**9,
    day_zone="America/Los_Angeles",
)


def _gates(state: SharedState) -> Sequence[Gate]:
    return (PauseGate(state), LimitGate(state, lambda *_: GENEROUS), BreakerGate(state))


async def _one_call_ms(gates: Sequence[Gate]) -> float:
    started = time.perf_counter()
    async with passing(gates, CALL) as passage:
        passage.ended(Outcome(verdict="success", duration_s=0.1))
    return (time.perf_counter() - started) * 1000


async def _calls_ms(state: SharedState, calls: int) -> list[float]:
    gates = _gates(state)
    spent = [await _one_call_ms(gates) for _ in range(calls)]
    await state.close()
    return spent


def _forget(url: str, prefix: str) -> None:
    from redis import Redis

    with Redis.from_url(url) as client:
        for key in client.scan_iter(match=f"{prefix}*"):
            client.delete(key)


def _sick(url: str) -> tuple[float, float]:
    """Return what the first call costs and, as a median, a later one."""
    first, later = [], []
    for _ in range(SICK_ROUNDS):
        spent = asyncio.run(_calls_ms(RedisState(url), 100))
        first.append(spent[0])
        later.append(statistics.median(spent[1:]))
    return statistics.median(first), statistics.median(later)


def run() -> list[str]:
    """Return the lines of this benchmark."""
    logging.getLogger("milhena").disabled = True
    asyncio.run(_calls_ms(RedisState("redis://127.0.0.1:1"), 1))  # the library is loaded once
    here = statistics.median(asyncio.run(_calls_ms(InProcessState(), CALLS)))
    lines = [f"in the process: {here:.3f} ms a call, three gates and what it is charged"]
    url = os.environ.get("MILHENA_REDIS_URL") or LOCAL
    prefix = f"milhena-benchmark-{uuid.uuid4().hex[:8]}"
    state = RedisState(url, prefix=prefix)
    spent = asyncio.run(_calls_ms(state, CALLS))
    if state.standing().problem:
        lines.append("in Redis: left out, none answers")
    else:
        _forget(url, prefix)
        there = statistics.median(spent[1:])
        lines.append(f"in Redis: {there:.2f} ms a call, {there / here:.0f} times the process's")
        lines.append(f"in Redis, the first call with connecting: {spent[0]:.2f} ms")
    with socket.socket() as closed, socket.socket() as silent:
        closed.bind(("127.0.0.1", 0))  # bound, but it does not listen
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)
        for name, server in (("refuses", closed), ("never answers", silent)):
            first, later = _sick(f"redis://127.0.0.1:{server.getsockname()[1]}/0")
            lines.append(
                f"a Redis that {name}: {first:.1f} ms once, then {later:.3f} ms a call, "
                f"{later / here:.1f} times the process's"
            )
    return lines
