"""One of several processes that ask for permits at the same moment.

Reads lines of JSON from standard input: first what to do, then, when all are ready, "go".
Prints "ready", then one line of JSON with what it got.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from providers.breaker import BreakerConfig, BreakerPermit, CircuitBreaker
from providers.limits import LimitedModel, Limits, Reservation
from providers.redis_state import RedisState


async def ask_breaker(state: RedisState, callers: int, probes: int) -> int:
    """Return how many of *callers* at once are let through."""
    breaker = CircuitBreaker("raced", BreakerConfig(probes=probes, open_s=0.001), state)
    admitted = await asyncio.gather(*(breaker.acquire() for _ in range(callers)))
    return sum(isinstance(each, BreakerPermit) for each in admitted)


async def ask_limits(state: RedisState, callers: int, per_minute: int) -> int:
    """Return how many of *callers* at once are let through."""
    model = LimitedModel("raced", Limits(requests_per_minute=per_minute), state)
    admitted = await asyncio.gather(*(model.reserve(tokens=10) for _ in range(callers)))
    return sum(isinstance(each, Reservation) for each in admitted)


async def main(order: dict[str, Any]) -> None:
    """Connect, say so, wait for the others, ask."""
    state = RedisState(order["url"], prefix=order["prefix"], answer_within_s=30)
    await CircuitBreaker("warm-up", state=state).snapshot()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    ask = {"breaker": ask_breaker, "limits": ask_limits}[order["what"]]
    got = await ask(state, order["callers"], order["limit"])
    print(json.dumps({"got": got, "problem": state.standing().problem}), flush=True)
    await state.close()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.stdin.readline())))
