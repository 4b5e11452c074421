"""Processes that ask for permits, room or money at the same time.

Reads a list of orders from standard input, as JSON, and prints what each process got. They are
forked from this one, so what they import is loaded once.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from multiprocessing.synchronize import Barrier
from typing import Any

from core.errors import CallRefused, Refusal
from providers.breaker import BreakerConfig, BreakerPermit, CircuitBreaker
from providers.gate import Call, Gate, Outcome, TokenUsage, passing
from providers.limits import LimitedModel, Limits, Reservation
from providers.redis_state import RedisState

TASKS = 3
"""Of one process that ask again and again."""
SPAN_MS, SLOT_MS = 300, 5
"""A minute and its sixtieth, two hundred times as fast: a short test sees many of them."""


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


class BriefLimits(Limits):
    """Limits whose minute is `SPAN_MS` long."""

    def rules(self, now: datetime) -> list[dict[str, Any]]:
        """Return the rules of a minute, in fast motion."""
        spans = {"span_ms": SPAN_MS, "slot_ms": SLOT_MS}
        return [rule | spans for rule in super().rules(now) if rule["id"].endswith("/minute")]


async def hammer_limits(
    state: RedisState, seconds: float, requests: int, tokens: int, seed: int
) -> list[tuple[int, int]]:
    """Ask for *seconds*; return what was let through: when by the Redis's clock, and tokens."""
    chance = random.Random(seed)  # noqa: S311  # guards nothing
    limits = BriefLimits(requests_per_minute=requests, tokens_per_minute=tokens)
    model = LimitedModel("hammered", limits, state)
    passed: list[tuple[int, int]] = []
    end_s = time.monotonic() + seconds

    async def one() -> None:
        while time.monotonic() < end_s:
            wanted = chance.randint(0, tokens // 3)
            reserved = await model.reserve(tokens=wanted)
            if not isinstance(reserved, Reservation):
                continue
            match chance.choice(["keep", "less", "give back"]):
                case "give back":
                    await reserved.give_back()
                    continue
                case "less":
                    wanted //= 2
                    await reserved.settle(tokens=wanted)
            passed.append((reserved._reply.values["at"], wanted))

    await asyncio.gather(*(one() for _ in range(TASKS)))
    return passed


async def spend(gates: Sequence[Gate], wanted: int, cheaper: int) -> int:
    """Call until the budget is used up, for *wanted* or *cheaper*; return what was spent."""
    spent = 0

    async def one(name: str) -> None:
        nonlocal spent
        for number in range(10_000):
            call = Call(
                provider="gemini",
                model="priced",
                account="shared",
                need="classification",
                user_id=name,
                request_id=f"{name}-{number}",
                input_tokens=wanted,
                max_output_tokens=0,
                timeout_s=60.0,
            )
            try:
                async with passing(gates, call) as passage:
                    await asyncio.sleep(0.002)  # on its way to the provider
                    used = wanted if number % 2 else cheaper
                    spent += used
                    usage = TokenUsage(input_tokens=used, output_tokens=0)
                    passage.ended(Outcome(verdict="success", duration_s=0.002, usage=usage))
            except CallRefused as refused:
                if refused.refusal is not Refusal.BUDGET_USED_UP:
                    raise
                return

    await asyncio.gather(*(one(f"user-{n}") for n in range(TASKS)))
    return spent


async def of_the_environment(order: dict[str, Any], start: Barrier) -> Any:
    """Open the gates that the environment asks for, wait for the others, spend."""
    from core.settings import load_settings
    from providers.budget import BudgetGate
    from providers.gates import open_gates

    gates = open_gates(load_settings())
    for gate in gates:
        await gate.status()
        if isinstance(gate, BudgetGate):
            gate._patience_s = 30  # the machine may be busy
    await asyncio.to_thread(start.wait)
    got = await spend(gates, order["wanted"], order["cheaper"])
    for gate in gates:
        await gate.close()
    return got


async def of_one_redis(order: dict[str, Any], start: Barrier) -> Any:
    """Connect, wait for the others, ask."""
    state = RedisState(order["url"], prefix=order["prefix"], answer_within_s=30)
    await CircuitBreaker("warm-up", state=state).snapshot()
    await asyncio.to_thread(start.wait)
    ask: Any = {"breaker": ask_breaker, "limits": ask_limits, "hammer": hammer_limits}
    got = await ask[order["what"]](state, **order["with"])
    problem = state.standing().problem
    await state.close()
    assert not problem, problem
    return got


def work(order: dict[str, Any], start: Barrier, results: Any) -> None:
    """Do what *order* says, in a process of its own."""
    os.environ.update(order.get("environment", {}))
    of = of_the_environment if order["what"] == "budget" else of_one_redis
    results.put(asyncio.run(of(order, start)))


def main(orders: list[dict[str, Any]]) -> None:
    """Let a process for each of *orders* begin at the same moment."""
    if any(order["what"] == "budget" for order in orders):
        importlib.import_module("providers.budget")  # SQLAlchemy, once and not in each process
    context = multiprocessing.get_context("fork")
    start, results = context.Barrier(len(orders)), context.Queue()
    processes = [context.Process(target=work, args=(each, start, results)) for each in orders]
    for process in processes:
        process.start()
    got = [results.get(timeout=120) for _ in processes]
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    print(json.dumps(got))


if __name__ == "__main__":
    main(json.load(sys.stdin))
