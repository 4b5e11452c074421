"""What holds whatever happens: breakers against a plain model, limits in every window, and the
same replies from the process and from Redis."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from core.clock import FixedClock
from providers import breaker_machine, limit_machine, pauses
from providers.breaker import (
    BreakerConfig,
    BreakerPermit,
    BreakerState,
    CircuitBreaker,
)
from providers.limits import LimitedModel, LimitReached, Limits, Reservation
from providers.redis_state import RedisState
from providers.shared_state import InProcessState, Machine
from tests.providers.conftest import PATIENT_S, ManualClock

Result = TypeVar("Result")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def at_once(work: Coroutine[Any, Any, Result]) -> Result:
    """Run what never waits, without an event loop."""
    try:
        work.send(None)
    except StopIteration as end:
        result: Result = end.value
        return result
    raise AssertionError("it waited")


# --- breakers ------------------------------------------------------------------------------------


class BreakerAgainstAPlainModel(RuleBasedStateMachine):
    """The model keeps every call of the present state and computes everything anew each time."""

    permits: Bundle[tuple[BreakerPermit, int]] = Bundle("permits")

    @initialize(
        by=st.sampled_from(["count", "time"]),
        window=st.integers(1, 6),
        minimum=st.integers(1, 6),
        rates=st.tuples(st.integers(1, 100), st.integers(1, 100)),
        probes=st.integers(1, 4),
        half_open_s=st.integers(0, 8),
    )
    def begin(
        self,
        by: Any,
        window: int,
        minimum: int,
        rates: tuple[int, int],
        probes: int,
        half_open_s: int,
    ) -> None:
        self.clock = ManualClock()
        self.config = BreakerConfig(
            window_by=by,
            window=window,
            minimum_calls=minimum,
            failure_rate=rates[0],
            slow_rate=rates[1],
            slow_call_s=2,
            open_s=5,
            probes=probes,
            max_half_open_s=half_open_s,
        )
        self.breaker = CircuitBreaker("modelled", self.config, InProcessState(self.clock))
        self.era = 0  # one for each state that was entered
        self.enter(BreakerState.CLOSED)

    # the model

    def enter(self, state: BreakerState) -> None:
        if state is not BreakerState.OPEN:
            self.calls: list[tuple[int, bool, bool]] = []
            self.refused = 0
            self.of_probes = state is BreakerState.HALF_OPEN
        self.state, self.since, self.era = state, self.clock.now_ms, self.era + 1
        self.out = 0  # probes under way or counted

    def overdue(self) -> None:
        longest = round(self.config.max_half_open_s * 1000)
        if self.state is BreakerState.HALF_OPEN and longest:
            due = self.since + longest
            if self.clock.now_ms >= due:
                self.enter(BreakerState.OPEN)
                self.since = due

    def counted(self) -> list[tuple[int, bool, bool]]:
        if self.of_probes:
            return self.calls[-self.config.probes :]
        if self.config.window_by == "count":
            return self.calls[-self.config.window :]
        second = self.clock.now_ms // 1000
        return [each for each in self.calls if each[0] // 1000 > second - self.config.window]

    def judge(self) -> None:
        calls, config = self.counted(), self.config
        size = config.probes if self.of_probes else config.window
        by_count = self.of_probes or config.window_by == "count"
        if len(calls) < (min(config.minimum_calls, size) if by_count else config.minimum_calls):
            return
        failed, slow = sum(call[1] for call in calls), sum(call[2] for call in calls)
        bad = 100 * failed / len(calls) >= config.failure_rate
        bad = bad or 100 * slow / len(calls) >= config.slow_rate
        if bad and self.state in (BreakerState.CLOSED, BreakerState.HALF_OPEN):
            self.enter(BreakerState.OPEN)
        elif self.state is BreakerState.HALF_OPEN:
            self.enter(BreakerState.CLOSED)

    # what may happen

    @rule(seconds=st.sampled_from([0.001, 0.5, 1, 2, 4.999, 5, 9]))
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule(target=permits)
    def acquire(self) -> Any:
        self.overdue()
        waited = self.clock.now_ms >= self.since + 5000
        if self.state is BreakerState.OPEN and waited:
            self.enter(BreakerState.HALF_OPEN)
        allowed = self.state in (
            BreakerState.CLOSED,
            BreakerState.DISABLED,
            BreakerState.METRICS_ONLY,
        )
        if self.state is BreakerState.HALF_OPEN and self.out < self.config.probes:
            self.out += 1
            allowed = True
        self.refused += not allowed
        admitted = at_once(self.breaker.acquire())
        assert isinstance(admitted, BreakerPermit) == allowed
        return (admitted, self.era) if isinstance(admitted, BreakerPermit) else multiple()

    @rule(held=consumes(permits), failed=st.booleans(), slow=st.booleans())
    def end(self, held: tuple[BreakerPermit, int], failed: bool, slow: bool) -> None:
        permit, era = held
        self.overdue()
        duration_s = 3.0 if slow else 1.0
        at_once(permit.failed(duration_s) if failed else permit.succeeded(duration_s))
        if self.state is BreakerState.OPEN:
            if era == self.era - 1:
                self.calls.append((self.clock.now_ms, failed, slow))
        elif era == self.era and self.state not in (
            BreakerState.DISABLED,
            BreakerState.FORCED_OPEN,
        ):
            self.calls.append((self.clock.now_ms, failed, slow))
            self.judge()

    @rule(held=consumes(permits))
    def release(self, held: tuple[BreakerPermit, int]) -> None:
        permit, era = held
        self.overdue()
        at_once(permit.release())
        if self.state is BreakerState.HALF_OPEN and era == self.era:
            self.out -= 1

    @rule(to=st.sampled_from(list(BreakerState)))
    def change_by_hand(self, to: BreakerState) -> None:
        self.overdue()
        illegal = {
            (BreakerState.CLOSED, BreakerState.HALF_OPEN),
            (BreakerState.METRICS_ONLY, BreakerState.HALF_OPEN),
            (BreakerState.METRICS_ONLY, BreakerState.OPEN),
        }
        if (self.state, to) in illegal:
            with pytest.raises(ValueError, match="cannot go from"):
                at_once(self.breaker.transition_to(to))
        else:
            at_once(self.breaker.transition_to(to))
            self.enter(to)

    @invariant()
    def the_figures_agree(self) -> None:
        if not hasattr(self, "breaker"):
            return
        self.overdue()
        snapshot, calls = at_once(self.breaker.snapshot()), self.counted()
        assert snapshot.state is self.state
        assert snapshot.buffered == len(calls)
        assert snapshot.failed == sum(call[1] for call in calls)
        assert snapshot.slow == sum(call[2] for call in calls)
        assert snapshot.not_permitted == self.refused
        left = self.config.probes - self.out if self.state is BreakerState.HALF_OPEN else 0
        assert snapshot.permits == left
        assert 0 <= snapshot.permits <= self.config.probes


TestBreakerAgainstAPlainModel = BreakerAgainstAPlainModel.TestCase
TestBreakerAgainstAPlainModel.settings = settings(
    max_examples=150, stateful_step_count=40, deadline=None
)


# --- limits --------------------------------------------------------------------------------------

ARRIVALS = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 250, 999, 1_000, 7_300, 30_000, 59_999, 60_000, 61_000]),
        st.integers(0, 60),
        st.sampled_from(["keep", "keep", "less", "give back"]),
    ),
    max_size=60,
)


def largest_in_any_span(events: list[tuple[int, int]], span_ms: int) -> int:
    """Return the largest sum of amounts in any half-open span of that length."""
    return max(
        (
            sum(amount for at, amount in events if start <= at < start + span_ms)
            for start, _ in events
        ),
        default=0,
    )


@given(arrivals=ARRIVALS, requests=st.integers(1, 8), tokens=st.integers(60, 150))
@settings(max_examples=150, deadline=None)
def test_no_span_of_a_minute_ever_holds_more_than_the_limits(
    arrivals: list[tuple[int, int, str]], requests: int, tokens: int
) -> None:
    clock = ManualClock()
    limits = Limits(requests_per_minute=requests, tokens_per_minute=tokens)
    model = LimitedModel("any", limits, InProcessState(clock), clock=FixedClock(NOON))
    passed: list[tuple[int, int]] = []
    for gap_ms, amount, then in arrivals:
        clock.now_ms += gap_ms
        reserved = at_once(model.reserve(tokens=amount))
        if isinstance(reserved, LimitReached):
            # Not refused for nothing: with it, some span of a minute and a slot has too much.
            recent = [each for each in passed if each[0] > clock.now_ms - 61_000]
            total = sum(each[1] for each in recent) + amount
            assert len(recent) + 1 > requests or total > tokens
            assert reserved.retry_after_s is not None
            assert reserved.retry_after_s > 0
            continue
        match then:
            case "give back":
                at_once(reserved.give_back())
                continue
            case "less":
                at_once(reserved.settle(tokens=amount // 2))
                amount //= 2
        passed.append((clock.now_ms, amount))
        assert largest_in_any_span([(at, 1) for at, _ in passed], 60_000) <= requests
        assert largest_in_any_span(passed, 60_000) <= tokens


@given(arrivals=ARRIVALS, requests=st.integers(1, 5), tokens=st.integers(60, 100))
@settings(max_examples=100, deadline=None)
def test_who_waits_as_long_as_told_is_let_through(
    arrivals: list[tuple[int, int, str]], requests: int, tokens: int
) -> None:
    clock = ManualClock()
    limits = Limits(requests_per_minute=requests, tokens_per_minute=tokens, requests_per_day=50)
    model = LimitedModel("any", limits, InProcessState(clock), clock=FixedClock(NOON))
    for gap_ms, amount, _ in arrivals:
        clock.now_ms += gap_ms
        reserved = at_once(model.reserve(tokens=amount))
        if isinstance(reserved, LimitReached):
            assert reserved.retry_after_s is not None
            before = clock.now_ms
            clock.advance(reserved.retry_after_s - 0.001)
            assert isinstance(at_once(model.reserve(tokens=amount)), LimitReached)
            clock.now_ms = before
            clock.advance(reserved.retry_after_s)
            assert isinstance(at_once(model.reserve(tokens=amount)), Reservation)


@given(
    rounds=st.lists(
        st.tuples(st.sampled_from([1, 1_000, 20_000, 61_000]), st.integers(1, 12)), max_size=8
    ),
    requests=st.integers(1, 10),
)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_several_clients_of_one_redis_never_pass_the_limit_together(
    redis_server: str, redis_prefix: str, rounds: list[tuple[int, int]], requests: int
) -> None:
    clock = ManualClock()

    async def ask() -> list[tuple[int, int]]:
        states = [
            RedisState(redis_server, prefix=redis_prefix, clock=clock, answer_within_s=PATIENT_S)
            for _ in range(3)
        ]
        name = uuid.uuid4().hex
        limits = Limits(requests_per_minute=requests)
        models = [LimitedModel(name, limits, state, clock=FixedClock(NOON)) for state in states]
        passed = []
        for gap_ms, callers in rounds:
            clock.now_ms += gap_ms
            reserved = await asyncio.gather(
                *(models[i % 3].reserve(tokens=1) for i in range(callers))
            )
            got = sum(isinstance(each, Reservation) for each in reserved)
            passed.append((clock.now_ms, got))
        for state in states:
            assert state.standing().problem == ""
            await state.close()
        return passed

    assert largest_in_any_span(asyncio.run(ask()), 60_000) <= requests


# --- the process and Redis -----------------------------------------------------------------------

Operations = st.SearchStrategy[tuple[str, dict[str, Any]]]
Steps = list[tuple[int, tuple[str, dict[str, Any]]]]

BREAKER_CONFIGS = st.fixed_dictionaries(
    {
        "failure_rate": st.sampled_from([1, 33.3, 50, 66.6, 100]),
        "slow_rate": st.sampled_from([50, 100]),
        "window_by": st.sampled_from(["count", "time"]),
        "window": st.integers(1, 5),
        "minimum_calls": st.integers(1, 5),
        "open_ms": st.sampled_from([1_000, 5_001]),
        "backoff": st.sampled_from([1, 1.5, 2]),
        "max_open_ms": st.just(9_000),
        "probes": st.integers(1, 3),
        "max_half_open_ms": st.sampled_from([0, 3_000]),
    }
)
BREAKER_OPERATIONS: Operations = st.one_of(
    st.tuples(st.just("acquire"), st.just({})),
    st.tuples(
        st.just("record"),
        st.fixed_dictionaries(
            {"generation": st.integers(1, 6), "failed": st.booleans(), "slow": st.booleans()},
            optional={"foreign": st.just(True)},
        ),
    ),
    st.tuples(
        st.just("release"),
        st.fixed_dictionaries(
            {"generation": st.integers(1, 6)}, optional={"foreign": st.just(True)}
        ),
    ),
    st.tuples(
        st.just("transition"),
        st.fixed_dictionaries({"to": st.sampled_from([each.value for each in BreakerState])}),
    ),
    st.tuples(st.sampled_from(["reset", "snapshot"]), st.just({})),
)
HINTS = st.dictionaries(
    st.sampled_from(["requests/minute", "requests/day", "tokens/minute", "tokens/day"]),
    st.dictionaries(
        st.sampled_from(["limit", "remaining", "reset_ms"]), st.integers(0, 90_000), min_size=1
    ),
    max_size=2,
)
LIMIT_OPERATIONS: Operations = st.one_of(
    st.tuples(
        st.just("reserve"),
        st.fixed_dictionaries({"requests": st.just(1), "tokens": st.integers(0, 700)}),
    ),
    st.tuples(
        st.just("settle"),
        st.fixed_dictionaries(
            {
                "at": st.integers(-70_000, 0),
                "requests": st.sampled_from([0, -1]),
                "tokens": st.integers(-500, 500),
                "hints": HINTS,
                "refused_by": st.sampled_from(["", "", "requests/minute"]),
                "keep_guess_ms": st.just(600_000),
            }
        ),
    ),
    st.tuples(st.just("look"), st.just({})),
)
PAUSE_OPERATIONS: Operations = st.tuples(
    st.sampled_from(["pause", "look"]),
    st.fixed_dictionaries({"for_ms": st.integers(0, 100_000)}),
)
# A server's clock may also be set back.
GAPS_MS = st.sampled_from([0, 1, 999, 1_000, 4_000, 30_000, 61_000, 90_000_000, -5_000, -3_600_000])


def replies_agree(
    redis_server: str,
    redis_prefix: str,
    machine: Machine,
    steps: Steps,
    constant: dict[str, Any],
) -> None:
    clock = ManualClock()

    async def compare() -> None:
        here = InProcessState(clock)
        there = RedisState(
            redis_server, prefix=redis_prefix, clock=clock, answer_within_s=PATIENT_S
        )
        name = uuid.uuid4().hex
        for gap_ms, (operation, arguments) in steps:
            clock.now_ms += gap_ms
            said = constant | arguments
            if "at" in said:
                said["at"] += clock.now_ms
            expected = here.apply(machine, name, operation, said)
            reply = await there.run(machine, name, operation, said)
            assert reply.place == "redis", there.standing().problem
            assert reply.values == expected.values
        await there.close()

    asyncio.run(compare())


same_in_both = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(
    config=BREAKER_CONFIGS,
    steps=st.lists(st.tuples(GAPS_MS, BREAKER_OPERATIONS), max_size=40),
)
@same_in_both
def test_a_breaker_in_redis_says_what_one_in_the_process_says(
    redis_server: str, redis_prefix: str, config: dict[str, Any], steps: Steps
) -> None:
    replies_agree(redis_server, redis_prefix, breaker_machine.MACHINE, steps, {"config": config})


@given(
    requests=st.one_of(st.none(), st.integers(1, 4)),
    tokens=st.one_of(st.none(), st.integers(300, 1_500)),
    zone=st.sampled_from([None, "America/Los_Angeles"]),
    steps=st.lists(st.tuples(GAPS_MS, LIMIT_OPERATIONS), max_size=40),
)
@same_in_both
def test_limits_in_redis_say_what_those_in_the_process_say(
    redis_server: str,
    redis_prefix: str,
    requests: int | None,
    tokens: int | None,
    zone: str | None,
    steps: Steps,
) -> None:
    limits = Limits(
        requests_per_minute=requests,
        requests_per_day=9,
        tokens_per_minute=tokens,
        tokens_per_day=tokens,
        day_zone=zone,
    )
    rules = {"rules": limits.rules(NOON)}
    replies_agree(redis_server, redis_prefix, limit_machine.MACHINE, steps, rules)


@given(steps=st.lists(st.tuples(GAPS_MS, PAUSE_OPERATIONS), max_size=40))
@same_in_both
def test_pauses_in_redis_say_what_those_in_the_process_say(
    redis_server: str, redis_prefix: str, steps: Steps
) -> None:
    replies_agree(redis_server, redis_prefix, pauses.MACHINE, steps, {})
