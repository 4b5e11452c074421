"""What a circuit breaker does, in the process and in Redis.

The cases are those that resilience4j tests of its state machine.
"""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from providers.breaker import (
    BreakerConfig,
    BreakerEvent,
    BreakerPermit,
    BreakerSnapshot,
    BreakerState,
    CircuitBreaker,
    NotPermitted,
)
from providers.shared_state import SharedState
from tests.providers.conftest import ManualClock

CONFIG = BreakerConfig(
    failure_rate=50,
    slow_rate=50,
    slow_call_s=4,
    window_by="time",
    window=5,
    minimum_calls=5,
    open_s=5,
    probes=4,
    max_half_open_s=0,
)


@pytest.fixture
def events() -> list[BreakerEvent]:
    return []


@pytest.fixture
def breaker(shared_state: SharedState, events: list[BreakerEvent]) -> CircuitBreaker:
    return CircuitBreaker("gemini:flash", CONFIG, shared_state, events.append)


def configured(breaker: CircuitBreaker, **changes: object) -> CircuitBreaker:
    config = dataclasses.replace(breaker.config, **changes)  # type: ignore[arg-type]
    return dataclasses.replace(breaker, config=config)


async def permit(breaker: CircuitBreaker) -> BreakerPermit:
    admitted = await breaker.acquire()
    assert isinstance(admitted, BreakerPermit)
    return admitted


async def refusal(breaker: CircuitBreaker) -> NotPermitted:
    admitted = await breaker.acquire()
    assert isinstance(admitted, NotPermitted)
    return admitted


async def succeed(breaker: CircuitBreaker, duration_s: float = 0.0) -> None:
    await (await permit(breaker)).succeeded(duration_s)


async def fail(breaker: CircuitBreaker, duration_s: float = 0.0) -> None:
    await (await permit(breaker)).failed(duration_s)


async def half_open(breaker: CircuitBreaker) -> None:
    await breaker.transition_to(BreakerState.OPEN)
    await breaker.transition_to(BreakerState.HALF_OPEN)


def counted(snapshot: BreakerSnapshot) -> tuple[float | None, int, int, int, int]:
    """Failure rate, successes, buffered, failed, not permitted."""
    return (
        snapshot.failure_rate,
        snapshot.succeeded,
        snapshot.buffered,
        snapshot.failed,
        snapshot.not_permitted,
    )


NOTHING = (None, 0, 0, 0, 0)


# --- closed --------------------------------------------------------------------------------------


async def test_a_new_breaker_is_closed_and_has_counted_nothing(breaker: CircuitBreaker) -> None:
    snapshot = await breaker.snapshot()
    assert snapshot.state is BreakerState.CLOSED
    assert snapshot.retry_after_s == 0
    assert counted(snapshot) == NOTHING


async def test_it_opens_when_the_failure_rate_of_the_minimum_of_calls_is_reached(
    breaker: CircuitBreaker, events: list[BreakerEvent]
) -> None:
    for failures in (1, 2, 3):
        await fail(breaker)
        assert counted(await breaker.snapshot()) == (None, 0, failures, failures, 0)
    await succeed(breaker)
    assert (await breaker.snapshot()).state is BreakerState.CLOSED
    await succeed(breaker)
    snapshot = await breaker.snapshot()
    assert snapshot.state is BreakerState.OPEN
    assert counted(snapshot) == (60.0, 2, 5, 3, 0)
    assert [event.kind for event in events] == ["failure_rate_exceeded", "transition"]
    await refusal(breaker)
    assert counted(await breaker.snapshot()) == (60.0, 2, 5, 3, 1)


async def test_it_stays_closed_below_the_failure_rate(breaker: CircuitBreaker) -> None:
    for _ in range(3):
        await succeed(breaker)
    for _ in range(2):
        await fail(breaker)
    snapshot = await breaker.snapshot()
    assert snapshot.state is BreakerState.CLOSED
    assert snapshot.failure_rate == 40.0


async def test_it_opens_when_the_rate_of_slow_calls_is_reached(
    breaker: CircuitBreaker, events: list[BreakerEvent]
) -> None:
    await fail(breaker, 5)
    await succeed(breaker, 5)
    await fail(breaker, 0.1)
    await succeed(breaker, 0.1)
    assert (await breaker.snapshot()).state is BreakerState.CLOSED
    await succeed(breaker, 5)
    snapshot = await breaker.snapshot()
    assert snapshot.state is BreakerState.OPEN
    assert (snapshot.slow, snapshot.slow_failed, snapshot.slow_rate) == (3, 1, 60.0)
    assert "slow_rate_exceeded" in [event.kind for event in events]


async def test_a_call_of_exactly_the_threshold_is_not_slow(breaker: CircuitBreaker) -> None:
    await succeed(breaker, 4.0)
    await succeed(breaker, 4.001)
    assert (await breaker.snapshot()).slow == 1


async def test_by_time_it_counts_the_last_seconds_only(
    breaker: CircuitBreaker, clock: ManualClock
) -> None:
    for outcome in (succeed, succeed, succeed, fail, fail):
        await outcome(breaker)
        clock.advance(1)
    assert (await breaker.snapshot()).state is BreakerState.CLOSED  # 2 of 5
    await fail(breaker)  # the first success has left: 3 of 5
    assert (await breaker.snapshot()).state is BreakerState.OPEN


async def test_by_time_everything_is_forgotten_after_the_window(
    breaker: CircuitBreaker, clock: ManualClock
) -> None:
    for _ in range(4):
        await fail(breaker)
    clock.advance(5)
    assert counted(await breaker.snapshot()) == NOTHING
    await fail(breaker)
    assert (await breaker.snapshot()).state is BreakerState.CLOSED


async def test_by_count_it_counts_the_last_calls_only(
    breaker: CircuitBreaker, clock: ManualClock
) -> None:
    breaker = configured(breaker, window_by="count", failure_rate=60.0)
    for _ in range(5):
        await succeed(breaker)
    await fail(breaker)
    await fail(breaker)
    clock.advance(3600)
    assert counted(await breaker.snapshot()) == (40.0, 3, 5, 2, 0)
    await fail(breaker)
    assert counted(await breaker.snapshot()) == (60.0, 2, 5, 3, 0)
    assert (await breaker.snapshot()).state is BreakerState.OPEN


async def test_by_count_the_minimum_is_never_more_than_the_window(
    breaker: CircuitBreaker,
) -> None:
    breaker = configured(breaker, window_by="count", window=2, minimum_calls=100)
    await fail(breaker)
    assert (await breaker.snapshot()).state is BreakerState.CLOSED
    await fail(breaker)
    assert (await breaker.snapshot()).state is BreakerState.OPEN


async def test_five_failures_in_a_row_open_it_for_a_minute_by_default(
    shared_state: SharedState, clock: ManualClock
) -> None:
    breaker = CircuitBreaker("groq:large", state=shared_state)
    for outcome in (fail, fail, fail, fail, succeed, fail, fail, fail, fail):
        await outcome(breaker)
    assert (await breaker.snapshot()).state is BreakerState.CLOSED
    await fail(breaker)
    assert (await refusal(breaker)).retry_after_s == 60
    clock.advance(59.999)
    assert (await refusal(breaker)).retry_after_s == pytest.approx(0.001)
    clock.advance(0.001)
    await permit(breaker)


async def test_a_result_of_a_call_from_before_a_reset_counts_nowhere(
    breaker: CircuitBreaker,
) -> None:
    early = await permit(breaker)
    await breaker.reset()
    await early.failed(0)
    assert counted(await breaker.snapshot()) == NOTHING


async def test_a_permit_is_ended_once(breaker: CircuitBreaker) -> None:
    held = await permit(breaker)
    await held.failed(0)
    await held.failed(0)
    await held.release()
    assert (await breaker.snapshot()).buffered == 1


# --- open ----------------------------------------------------------------------------------------


async def test_it_lets_none_through_while_open_and_counts_them(breaker: CircuitBreaker) -> None:
    await breaker.transition_to(BreakerState.OPEN)
    refused = await refusal(breaker)
    assert refused == NotPermitted(BreakerState.OPEN, 5.0)
    assert (await breaker.snapshot()).not_permitted == 1


async def test_it_turns_half_open_with_the_first_call_after_the_wait(
    breaker: CircuitBreaker, clock: ManualClock
) -> None:
    await breaker.transition_to(BreakerState.OPEN)
    await refusal(breaker)
    clock.advance(3)
    await refusal(breaker)
    assert counted(await breaker.snapshot()) == (None, 0, 0, 0, 2)
    clock.advance(3)
    assert (await breaker.snapshot()).state is BreakerState.OPEN
    await permit(breaker)
    snapshot = await breaker.snapshot()
    assert snapshot.state is BreakerState.HALF_OPEN
    assert counted(snapshot) == NOTHING


async def test_it_waits_longer_each_time_that_probes_fail(
    breaker: CircuitBreaker, clock: ManualClock
) -> None:
    breaker = configured(breaker, probes=1, backoff=2.0, max_open_s=15.0)
    await breaker.transition_to(BreakerState.OPEN)
    for wait_s in (5, 10, 15, 15):
        assert (await refusal(breaker)).retry_after_s == wait_s
        clock.advance(wait_s)
        await fail(breaker)
    clock.advance(15)
    await succeed(breaker)
    await breaker.transition_to(BreakerState.OPEN)
    assert (await refusal(breaker)).retry_after_s == 5


async def test_late_results_are_seen_while_open_but_change_nothing(
    breaker: CircuitBreaker,
) -> None:
    late = [await permit(breaker) for _ in range(6)]
    await breaker.transition_to(BreakerState.OPEN)
    for each in late[:3]:
        await each.succeeded(0)
    for each in late[3:]:
        await each.failed(0)
    snapshot = await breaker.snapshot()
    assert snapshot.state is BreakerState.OPEN
    assert (snapshot.buffered, snapshot.failed) == (6, 3)


async def test_a_clock_that_is_set_back_lengthens_no_wait_beyond_its_own(
    breaker: CircuitBreaker, clock: ManualClock
) -> None:
    await breaker.transition_to(BreakerState.OPEN)
    clock.advance(-3600)
    assert (await refusal(breaker)).retry_after_s == 5
    clock.advance(5)
    await permit(breaker)


# --- half open -----------------------------------------------------------------------------------


async def test_it_lets_exactly_its_probes_through_each_time_it_is_half_open(
    breaker: CircuitBreaker,
) -> None:
    for _ in range(2):
        await half_open(breaker)
        for _ in range(4):
            await permit(breaker)
        await refusal(breaker)
        assert (await refusal(breaker)).retry_after_s is None
        assert (await breaker.snapshot()).not_permitted == 2


async def test_a_released_permit_is_given_to_the_next_caller(breaker: CircuitBreaker) -> None:
    await half_open(breaker)
    held = [await permit(breaker) for _ in range(4)]
    await refusal(breaker)
    await held[0].release()
    await permit(breaker)
    await refusal(breaker)


async def test_there_are_never_more_probes_than_its_own_however_many_are_given_back(
    breaker: CircuitBreaker,
) -> None:
    await half_open(breaker)
    generation = (await breaker.carry_out("snapshot", {})).values["generation"]
    for _ in range(3):
        await breaker.carry_out("release", {"generation": generation})
    for _ in range(4):
        await permit(breaker)
    await refusal(breaker)


async def test_it_opens_again_when_too_many_probes_fail(breaker: CircuitBreaker) -> None:
    await half_open(breaker)
    await fail(breaker)
    await fail(breaker)
    await succeed(breaker)
    assert (await breaker.snapshot()).state is BreakerState.HALF_OPEN
    await fail(breaker)
    snapshot = await breaker.snapshot()
    assert snapshot.state is BreakerState.OPEN
    assert counted(snapshot) == (75.0, 1, 4, 3, 0)


async def test_it_opens_again_when_too_many_probes_are_slow(breaker: CircuitBreaker) -> None:
    await half_open(breaker)
    for duration_s in (5, 5, 5, 1):
        await succeed(breaker, duration_s)
    snapshot = await breaker.snapshot()
    assert snapshot.state is BreakerState.OPEN
    assert (snapshot.slow_rate, snapshot.failure_rate) == (75.0, 0.0)


async def test_it_closes_when_enough_probes_succeed(breaker: CircuitBreaker) -> None:
    await half_open(breaker)
    await fail(breaker)
    for _ in range(3):
        await succeed(breaker)
    snapshot = await breaker.snapshot()
    assert snapshot.state is BreakerState.CLOSED
    assert counted(snapshot) == NOTHING
    await succeed(breaker)
    assert counted(await breaker.snapshot()) == (None, 1, 1, 0, 0)


async def test_an_ignored_failure_gives_its_probe_back(breaker: CircuitBreaker) -> None:
    await half_open(breaker)
    for _ in range(3):
        await succeed(breaker)
    for _ in range(6):
        await (await permit(breaker)).release()
    snapshot = await breaker.snapshot()
    assert snapshot.state is BreakerState.HALF_OPEN
    assert counted(snapshot) == (None, 3, 3, 0, 0)
    await fail(breaker)
    assert (await breaker.snapshot()).state is BreakerState.CLOSED


async def test_a_call_from_before_it_opened_is_no_probe_and_gives_none_back(
    breaker: CircuitBreaker,
) -> None:
    early = [await permit(breaker) for _ in range(12)]
    await half_open(breaker)
    for each in early[:4]:
        await each.failed(0)
    for each in early[4:8]:
        await each.succeeded(0)
    for each in early[8:]:
        await each.release()
    snapshot = await breaker.snapshot()
    assert (snapshot.state, snapshot.buffered) == (BreakerState.HALF_OPEN, 0)
    for _ in range(4):
        await permit(breaker)
    await refusal(breaker)


async def test_it_opens_again_when_probes_bring_no_verdict_in_time(
    breaker: CircuitBreaker, clock: ManualClock
) -> None:
    breaker = configured(breaker, max_half_open_s=1.0)
    await half_open(breaker)
    lost = [await permit(breaker) for _ in range(4)]
    clock.advance(0.999)
    assert (await breaker.snapshot()).state is BreakerState.HALF_OPEN
    clock.advance(2.001)
    # It opened when the second was over, though nobody looked until now.
    snapshot = await breaker.snapshot()
    assert (snapshot.state, snapshot.retry_after_s) == (BreakerState.OPEN, 3.0)
    clock.advance(3)
    for _ in range(4):
        await permit(breaker)
    for each in lost:
        await each.release()
    await refusal(breaker)


async def test_without_a_longest_time_it_waits_for_its_probes_for_ever(
    breaker: CircuitBreaker, clock: ManualClock
) -> None:
    await half_open(breaker)
    for _ in range(4):
        await permit(breaker)
    clock.advance(86_400)
    await refusal(breaker)


@pytest.mark.parametrize("probes", [1, 3])
async def test_of_fifty_callers_at_once_exactly_the_probes_are_let_through(
    breaker: CircuitBreaker, clock: ManualClock, probes: int
) -> None:
    breaker = configured(breaker, probes=probes)
    await breaker.transition_to(BreakerState.OPEN)
    clock.advance(5)
    admitted = await asyncio.gather(*(breaker.acquire() for _ in range(50)))
    assert sum(isinstance(each, BreakerPermit) for each in admitted) == probes
    assert (await breaker.snapshot()).not_permitted == 50 - probes


async def test_callers_cancelled_while_they_ask_or_hold_a_probe_lose_none(
    breaker: CircuitBreaker, clock: ManualClock
) -> None:
    breaker = configured(breaker, probes=3)
    await breaker.transition_to(BreakerState.OPEN)
    clock.advance(5)

    async def probe() -> None:
        admitted = await breaker.acquire()
        if isinstance(admitted, BreakerPermit):
            try:
                await asyncio.sleep(3600)
            finally:
                await admitted.release()

    for turns in range(12):
        callers = [asyncio.create_task(probe()) for _ in range(10)]
        for _ in range(turns):
            await asyncio.sleep(0)
        for caller in callers:
            caller.cancel()
        await asyncio.gather(*callers, return_exceptions=True)
    # What a cancelled caller asked for is given back a moment after it is gone.
    async with asyncio.timeout(10):
        while (await breaker.snapshot()).permits < 3:
            if (await breaker.snapshot()).state is BreakerState.OPEN:
                break
            await asyncio.sleep(0.005)
    admitted = await asyncio.gather(*(breaker.acquire() for _ in range(50)))
    assert sum(isinstance(each, BreakerPermit) for each in admitted) == 3


# --- by hand -------------------------------------------------------------------------------------


async def test_forced_open_lets_none_through_however_long_one_waits(
    breaker: CircuitBreaker, clock: ManualClock
) -> None:
    await breaker.transition_to(BreakerState.FORCED_OPEN)
    assert (await refusal(breaker)).retry_after_s is None
    clock.advance(6)
    await refusal(breaker)
    snapshot = await breaker.snapshot()
    assert snapshot.state is BreakerState.FORCED_OPEN
    assert counted(snapshot) == (None, 0, 0, 0, 2)


async def test_disabled_lets_all_through_and_counts_nothing(
    breaker: CircuitBreaker, events: list[BreakerEvent]
) -> None:
    await breaker.transition_to(BreakerState.DISABLED)
    events.clear()
    for _ in range(10):
        await fail(breaker)
    snapshot = await breaker.snapshot()
    assert snapshot.state is BreakerState.DISABLED
    assert counted(snapshot) == NOTHING
    assert events == []


async def test_metrics_only_counts_tells_each_exceeded_rate_once_and_never_opens(
    breaker: CircuitBreaker, events: list[BreakerEvent]
) -> None:
    await succeed(breaker)
    await breaker.transition_to(BreakerState.METRICS_ONLY)
    assert counted(await breaker.snapshot()) == NOTHING
    events.clear()
    for _ in range(3):
        await fail(breaker, 5)
    await succeed(breaker)
    assert counted(await breaker.snapshot()) == (None, 1, 4, 3, 0)
    assert events == []
    for _ in range(3):
        await fail(breaker, 5)
    snapshot = await breaker.snapshot()
    assert snapshot.state is BreakerState.METRICS_ONLY
    assert snapshot.failed == 6
    assert [event.kind for event in events] == ["failure_rate_exceeded", "slow_rate_exceeded"]


@pytest.mark.parametrize("state", list(BreakerState))
async def test_every_state_can_be_left_for_metrics_only_and_for_itself(
    breaker: CircuitBreaker, state: BreakerState
) -> None:
    if state is BreakerState.HALF_OPEN:
        await breaker.transition_to(BreakerState.OPEN)
    await breaker.transition_to(state)
    if state is BreakerState.HALF_OPEN:
        await permit(breaker)
    if state is not BreakerState.METRICS_ONLY:
        await breaker.transition_to(state)
        assert (await breaker.snapshot()).state is state
    await breaker.transition_to(BreakerState.METRICS_ONLY)
    assert (await breaker.snapshot()).state is BreakerState.METRICS_ONLY


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(BreakerState.CLOSED, BreakerState.HALF_OPEN, id="closed-half_open"),
        pytest.param(BreakerState.METRICS_ONLY, BreakerState.HALF_OPEN, id="metrics-half_open"),
        pytest.param(BreakerState.METRICS_ONLY, BreakerState.OPEN, id="metrics-open"),
    ],
)
async def test_a_change_that_makes_no_sense_is_refused(
    breaker: CircuitBreaker, before: BreakerState, after: BreakerState
) -> None:
    await breaker.transition_to(before)
    with pytest.raises(ValueError, match=f"'gemini:flash' cannot go from {before} to {after}"):
        await breaker.transition_to(after)
    assert (await breaker.snapshot()).state is before


async def test_changes_to_the_state_it_is_in_are_not_told(
    breaker: CircuitBreaker, events: list[BreakerEvent]
) -> None:
    path = (
        BreakerState.OPEN,
        BreakerState.HALF_OPEN,
        BreakerState.DISABLED,
        BreakerState.METRICS_ONLY,
        BreakerState.CLOSED,
    )
    for told, state in enumerate(path, 1):
        await breaker.transition_to(state)
        await breaker.transition_to(state)
        assert len(events) == told


async def test_a_reset_closes_it_and_forgets(breaker: CircuitBreaker) -> None:
    await succeed(breaker)
    await fail(breaker)
    await breaker.reset()
    assert counted(await breaker.snapshot()) == NOTHING
    await breaker.transition_to(BreakerState.OPEN)
    await breaker.reset()
    assert (await breaker.snapshot()).state is BreakerState.CLOSED
    await permit(breaker)


async def test_its_latest_changes_can_be_read_with_their_reasons(
    breaker: CircuitBreaker, clock: ManualClock, events: list[BreakerEvent]
) -> None:
    opened_at = clock.now_ms
    for _ in range(5):
        await fail(breaker)
    clock.advance(5)
    for _ in range(4):
        await succeed(breaker)
    transitions = (await breaker.snapshot()).transitions
    assert [(each.before, each.after, each.reason) for each in transitions] == [
        ("closed", "open", "failure_rate"),
        ("open", "half_open", "wait_over"),
        ("half_open", "closed", "probes"),
    ]
    assert [each.at_ms - opened_at for each in transitions] == [0, 5000, 5000]
    assert [each for each in events if each.kind == "transition"] == list(transitions)
    for _ in range(30):
        await half_open(breaker)
    assert len((await breaker.snapshot()).transitions) == 20


async def test_breakers_of_one_name_are_one_and_of_two_names_are_two(
    breaker: CircuitBreaker,
) -> None:
    await dataclasses.replace(breaker).transition_to(BreakerState.OPEN)
    await refusal(breaker)
    await permit(dataclasses.replace(breaker, name="gemini:strong"))


async def test_a_window_of_another_kind_than_the_one_remembered_begins_anew(
    breaker: CircuitBreaker,
) -> None:
    for _ in range(3):
        await fail(breaker)
    by_count = configured(breaker, window_by="count")
    await fail(by_count)
    assert (await by_count.snapshot()).buffered == 1
    await fail(breaker)
    assert (await breaker.snapshot()).buffered == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"failure_rate": 0}, "failure_rate is 0; it must be between", id="rate"),
        pytest.param({"failure_rate": 101}, "failure_rate is 101", id="more than all"),
        pytest.param({"probes": 0}, "probes is 0; it must be at least 1", id="probes"),
        pytest.param({"window": 0}, "window is 0", id="window"),
        pytest.param({"open_s": 0}, "open_s is 0", id="no wait"),
        pytest.param({"backoff": 0.5}, "backoff is 0.5", id="shorter each time"),
        pytest.param({"window_by": "days"}, "window_by is 'days'", id="kind of window"),
    ],
)
def test_a_number_that_makes_no_sense_is_named(changes: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        BreakerConfig(**changes)  # type: ignore[arg-type]
