"""State that breakers, limits and pauses share: the same tests run over both places."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from providers.redis_state import RedisState
from providers.shared_state import InProcessState, SharedState

PATIENT_S = 10.0
"""What a Redis may take in a test that is not about its slowness; the machine may be busy."""


class ManualClock:
    """Milliseconds that pass when a test says so. Begins on 2026-11-22 at 11:00 UTC."""

    def __init__(self) -> None:
        self.now_ms = 1_795_345_200_000

    def __call__(self) -> int:
        return self.now_ms

    def advance(self, seconds: float) -> None:
        self.now_ms += round(seconds * 1000)


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands still until a test moves it."""
    return ManualClock()


@pytest.fixture(params=["process", "redis"])
async def shared_state(
    request: pytest.FixtureRequest, clock: ManualClock
) -> AsyncIterator[SharedState]:
    """State in this process, and state in a real Redis, by the same clock."""
    if request.param == "process":
        yield InProcessState(clock)
        return
    state = RedisState(
        request.getfixturevalue("redis_server"),
        prefix=request.getfixturevalue("redis_prefix"),
        clock=clock,
        answer_within_s=PATIENT_S,
    )
    yield state
    assert state.standing().problem == ""
    await state.close()
