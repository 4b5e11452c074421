"""Against `aimock`, which others wrote: the faults that it can play, at each and at both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.clock import SystemClock
from tests.support.aimock import (
    FAULTS,
    LEFT_OUT,
    Aimock,
    aimock_command,
    aimock_running,
    assistant_at,
)
from tests.support.sick_providers import PLACES, QUESTION

COMMAND = aimock_command()
pytestmark = pytest.mark.skipif(COMMAND is None, reason=LEFT_OUT)
ATTEMPTS = 3
ENOUGH_S = 30.0
"""For faults that show at once: a busy machine needs its time."""
SLOW_S = 3.0
"""The budget where a fault takes the time that it gets."""
SLACK_S = 10.0
"""What a busy machine may add; a hung provider would add much more."""


@pytest.fixture(scope="module")
def aimock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aimock]:
    with aimock_running(str(COMMAND), tmp_path_factory.mktemp("aimock")) as running:
        yield running


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", FAULTS)
async def test_every_fault_it_plays_leaves_a_right_answer_in_time(
    aimock: Aimock, tmp_path: Path, name: str, place: str
) -> None:
    played = FAULTS[name]
    budget_s = SLOW_S if played.slow else ENOUGH_S
    async with assistant_at(
        aimock, tmp_path, place, played, classify_timeout_s=budget_s
    ) as assistant:
        answer = await assistant.ask(QUESTION, clock=SystemClock(), use_cache=False, explain=True)
    assert answer.classified_by == {"gemini": "groq", "groq": "gemini", "both": "rules"}[place]
    assert answer.query is not None
    assert answer.query["metric"] == "orders"
    assert answer.latency_ms < (budget_s + SLACK_S) * 1000
    told = [(each["tier"], each["kind"]) for each in answer.model_dump()["explain"]]
    assert told == [(provider, played.kind.value) for provider in PLACES[place]]
    for provider in PLACES[place]:
        # It notes a request when it answers it: of one that we gave up it knows nothing.
        least = 0 if played.slow else 1
        assert least <= aimock.count(provider) <= played.requests(attempts=ATTEMPTS)


async def test_a_healthy_one_is_asked_once(aimock: Aimock, tmp_path: Path) -> None:
    async with assistant_at(aimock, tmp_path, "gemini", FAULTS["500"]) as assistant:
        aimock.play({})
        answer = await assistant.ask(QUESTION, clock=SystemClock(), use_cache=False)
    assert answer.classified_by == "gemini"
    assert (aimock.count("gemini"), aimock.count("groq")) == (1, 0)
