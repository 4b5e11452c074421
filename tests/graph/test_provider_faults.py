"""The fault matrix: every fault at Gemini, at Groq and at both, over real sockets.

Every cell: a right answer in time, and a sick provider that sees no more requests than the policy
says, and none at all once it is to be left alone.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from core.clock import FixedClock
from graph.answer import Answer
from graph.assistant import Assistant
from tests.support.provider_faults import FAULTS, Fault
from tests.support.provider_stand_in import StandIn
from tests.support.sick_providers import PLACES, QUESTION, sick_providers

ATTEMPTS = 3
ENOUGH_S = 30.0
"""For faults that show at once: a busy machine needs its time."""
SLOW_S = 5.0
"""The budget where a fault takes the time that it gets; the next has a third of it."""
SLACK_S = 10.0
"""What a busy machine may add; a hung provider would add much more."""
QUICK = [name for name, fault in FAULTS.items() if not fault.slow]


async def ask(assistant: Assistant, clock: FixedClock) -> Answer:
    return await assistant.ask(QUESTION, clock=clock, use_cache=False, explain=True)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", QUICK)
async def test_every_fault_leaves_a_right_answer_in_time(
    tmp_path: Path, stand_in: StandIn, clock: FixedClock, name: str, place: str
) -> None:
    async with sick_providers(
        tmp_path, stand_in, FAULTS[name], place, classify_timeout_s=ENOUGH_S
    ) as assistant:
        answer = await ask(assistant, clock)
        check_cell(answer, assistant, stand_in, FAULTS[name], place, budget_s=ENOUGH_S)


async def test_every_fault_that_takes_all_its_time_leaves_a_right_answer_in_time(
    tmp_path: Path, clock: FixedClock
) -> None:
    cells = [(name, place) for name in FAULTS if name not in QUICK for place in PLACES]
    async with AsyncExitStack() as stack:
        servers = [stack.enter_context(StandIn()) for _ in cells]
        assistants = [
            await stack.enter_async_context(
                sick_providers(
                    tmp_path / name / place,
                    server,
                    FAULTS[name],
                    place,
                    classify_timeout_s=SLOW_S,
                )
            )
            for (name, place), server in zip(cells, servers, strict=True)
        ]
        # At once: what they do is wait.
        answers = await asyncio.gather(*(ask(assistant, clock) for assistant in assistants))
        for (name, place), server, assistant, answer in zip(
            cells, servers, assistants, answers, strict=True
        ):
            check_cell(answer, assistant, server, FAULTS[name], place, budget_s=SLOW_S)


def check_cell(
    answer: Answer,
    assistant: Assistant,
    stand_in: StandIn,
    fault: Fault,
    place: str,
    *,
    budget_s: float,
) -> None:
    """Check what came of one question with *fault* at *place*."""
    failures = {each.target.partition(":")[0]: each for each in failures_of(assistant)}
    assert answer.classified_by == {"gemini": "groq", "groq": "gemini", "both": "rules"}[place]
    assert answer.query is not None
    assert answer.query["metric"] == "orders"
    assert answer.query["window"]["start"] == "2026-11-19T00:00:00+01:00"
    assert answer.latency_ms < (budget_s + SLACK_S) * 1000
    for provider in PLACES[place]:
        assert failures[provider].kind is fault.kind
        assert stand_in.count(provider) <= fault.requests(attempts=ATTEMPTS)
    told = [(each["tier"], each["kind"]) for each in answer.model_dump()["explain"]]
    assert told == [(provider, fault.kind.value) for provider in PLACES[place]]


def failures_of(assistant: Assistant) -> list[Any]:
    return assistant.services.models.last_failures


@pytest.mark.parametrize("name", QUICK)
async def test_a_sick_provider_is_left_alone_after_five_failures_or_as_soon_as_it_asks(
    tmp_path: Path, stand_in: StandIn, clock: FixedClock, name: str
) -> None:
    fault = FAULTS[name]
    async with sick_providers(
        tmp_path, stand_in, fault, "gemini", classify_timeout_s=ENOUGH_S
    ) as assistant:
        for _ in range(5):
            assert (await ask(assistant, clock)).classified_by == "groq"
        before = stand_in.count("gemini")
        last = await ask(assistant, clock)
        states = [
            each.state
            for each in await assistant.services.models.status()
            if each.provider == "gemini"
        ]
    assert stand_in.count("gemini") == before, "left alone"
    assert before <= 5, "whatever the attempts: five failures open the breaker"
    assert {"open", "paused"} & set(states)
    (why,) = last.model_dump()["explain"]
    assert why["kind"] in ("circuit_open", "paused", "limit_reached")
