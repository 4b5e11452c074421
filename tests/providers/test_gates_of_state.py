"""Breakers and pauses as what a call passes, in the process and in Redis."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from core.errors import CallRefused, FailureKind, ProviderError, Refusal
from core.settings import Settings
from providers.breaker import BreakerConfig, BreakerEvent, BreakerGate, BreakerState
from providers.gate import Call, Outcome, passing
from providers.gates import limits_for
from providers.limits import LimitGate, Limits
from providers.pauses import PauseGate
from providers.shared_state import SharedState
from tests.providers.conftest import ManualClock


def call(provider: str = "gemini", *, model: str = "flash", account: str = "ab12") -> Call:
    return Call(
        provider=provider,  # type: ignore[arg-type]
        model=model,
        account=account,
        need="classification",
        user_id="u",
        request_id="r",
        input_tokens=500,
        max_output_tokens=500,
        timeout_s=2.5,
    )


def ended(verdict: str, **changes: Any) -> Outcome:
    return Outcome(verdict=verdict, duration_s=0.1, **changes)  # type: ignore[arg-type]


async def pass_with(gates: list[Any], one: Call, outcome: Outcome) -> None:
    async with passing(gates, one) as passage:
        passage.ended(outcome)


async def refused_by(gate: Any, one: Call) -> CallRefused:
    with pytest.raises(CallRefused) as refused:
        await gate.admit(one)
    return refused.value


# --- the breaker ---------------------------------------------------------------------------------


async def test_five_failures_of_a_model_refuse_its_calls_and_no_others(
    shared_state: SharedState, clock: ManualClock
) -> None:
    gate = BreakerGate(shared_state)
    for _ in range(5):
        await pass_with([gate], call(), ended("failure"))
    refused = await refused_by(gate, call())
    assert refused.refusal is Refusal.CIRCUIT_OPEN
    assert refused.retry_after_s == 60
    assert str(refused) == "gemini: left alone after failures"
    await pass_with([gate], call(model="strong"), ended("success"))
    clock.advance(60)
    await pass_with([gate], call(), ended("success"))
    await pass_with([gate], call(), ended("success"))


@pytest.mark.parametrize(
    "outcome",
    [
        pytest.param(ended("ignored"), id="ignored"),
        pytest.param(ended("failure", sent=False), id="never sent"),
        pytest.param(ended("success", sent=False), id="refused by a later gate"),
    ],
)
async def test_an_outcome_that_says_nothing_of_the_model_gives_the_probe_back(
    shared_state: SharedState, outcome: Outcome
) -> None:
    gate = BreakerGate(shared_state)
    breaker = gate.breaker("gemini:flash")
    await breaker.transition_to(BreakerState.OPEN)
    await breaker.transition_to(BreakerState.HALF_OPEN)
    for _ in range(3):
        await pass_with([gate], call(), outcome)
        assert (await breaker.snapshot()).permits == 1
    await pass_with([gate], call(), ended("success"))
    assert (await breaker.snapshot()).state is BreakerState.CLOSED


async def test_a_probe_is_given_back_when_its_call_is_cancelled_or_breaks(
    shared_state: SharedState,
) -> None:
    gate = BreakerGate(shared_state)
    breaker = gate.breaker("gemini:flash")
    await breaker.transition_to(BreakerState.OPEN)
    await breaker.transition_to(BreakerState.HALF_OPEN)

    async def ask(broken: bool) -> None:
        async with passing([gate], call()):
            if broken:
                raise RuntimeError("a bug")
            await asyncio.sleep(3600)

    asking = asyncio.create_task(ask(broken=False))
    async with asyncio.timeout(10):
        while (await breaker.snapshot()).permits:
            await asyncio.sleep(0.005)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert (await breaker.snapshot()).permits == 1
    with pytest.raises(RuntimeError):
        await ask(broken=True)
    assert (await breaker.snapshot()).permits == 1


async def test_a_slow_model_is_left_alone_where_that_is_wanted(shared_state: SharedState) -> None:
    gate = BreakerGate(shared_state, BreakerConfig(slow_call_s=0.05))
    for _ in range(5):
        await pass_with([gate], call(), ended("success"))
    assert (await refused_by(gate, call())).refusal is Refusal.CIRCUIT_OPEN


async def test_the_gate_tells_how_every_breaker_stands_in_json(
    shared_state: SharedState, clock: ManualClock
) -> None:
    events: list[BreakerEvent] = []
    gate = BreakerGate(shared_state, targets=["groq:large"], on_event=events.append)
    for _ in range(5):
        await pass_with([gate], call(), ended("failure"))
    await refused_by(gate, call())
    clock.advance(20)
    groq, gemini = await gate.status()
    assert (groq.provider, groq.gate, groq.state) == ("groq", "breaker", "closed")
    assert groq.message == "groq:large: answers"
    assert gemini.state == "open"
    assert gemini.message == "gemini:flash: left alone after failures, a probe in 40 s"
    facts = json.loads(json.dumps(gemini.facts))
    assert (facts["failure_rate"], facts["not_permitted"]) == (100.0, 1)
    assert facts["transitions"][0]["after"] == "open"
    assert [event.kind for event in events][-2:] == ["transition", "not_permitted"]


# --- pauses --------------------------------------------------------------------------------------


async def test_a_model_is_left_alone_for_as_long_as_it_asked_and_nothing_else(
    shared_state: SharedState, clock: ManualClock
) -> None:
    gate = PauseGate(shared_state)
    error = ProviderError("gemini", "HTTP 429", kind=FailureKind.RATE_LIMITED, retry_after_s=17)
    await pass_with([gate], call(), ended("ignored", error=error, pause_s=17.0))
    refused = await refused_by(gate, call())
    assert (refused.refusal, refused.retry_after_s) == (Refusal.PAUSED, 17)
    await gate.admit(call(account="new-key"))
    await gate.admit(call(model="strong"))
    await gate.admit(call("groq"))
    clock.advance(16.5)
    assert str(await refused_by(gate, call())) == "gemini: left alone for 1 s more"
    clock.advance(0.5)
    await gate.admit(call())


async def test_a_shorter_pause_never_ends_a_longer_one(
    shared_state: SharedState, clock: ManualClock
) -> None:
    gate = PauseGate(shared_state)
    for pause_s in (60.0, 5.0, 0.0):
        await gate.pause("gemini:flash:ab12", pause_s)
    clock.advance(59)
    assert (await refused_by(gate, call())).retry_after_s == 1


async def test_a_clock_that_is_set_back_makes_no_pause_longer(
    shared_state: SharedState, clock: ManualClock
) -> None:
    gate = PauseGate(shared_state)
    await gate.pause("gemini:flash:ab12", 30.0)
    clock.advance(-3600)
    assert (await refused_by(gate, call())).retry_after_s == 30
    clock.advance(30)
    await gate.admit(call())


async def test_no_pause_is_longer_than_a_week(shared_state: SharedState) -> None:
    gate = PauseGate(shared_state)
    await gate.pause("gemini:flash:ab12", 1e12)
    assert (await refused_by(gate, call())).retry_after_s == 7 * 86_400


async def test_the_gate_tells_which_models_are_left_alone(shared_state: SharedState) -> None:
    gate = PauseGate(shared_state, seen=[("groq", "large", "cd34")])
    await gate.admit(call())
    await gate.pause("gemini:flash:ab12", 30.0)
    groq, gemini = await gate.status()
    assert (groq.provider, groq.state) == ("groq", "free")
    assert (gemini.state, gemini.message) == ("paused", "gemini:flash: left alone for 30 s more")
    assert "ab12" not in str(gemini)


# --- together ------------------------------------------------------------------------------------


async def test_a_call_that_one_gate_refuses_takes_nothing_from_the_others(
    shared_state: SharedState,
) -> None:
    pauses = PauseGate(shared_state)
    limits = LimitGate(shared_state, lambda provider, model: Limits(requests_per_minute=1))
    breakers = BreakerGate(shared_state)
    breaker = breakers.breaker("gemini:flash")
    await breaker.transition_to(BreakerState.FORCED_OPEN)
    for _ in range(3):
        with pytest.raises(CallRefused) as refused:
            await pass_with([pauses, limits, breakers], call(), ended("success"))
        assert refused.value.refusal is Refusal.CIRCUIT_OPEN
    await breaker.reset()
    await pass_with([pauses, limits, breakers], call(), ended("success"))
    with pytest.raises(CallRefused) as refused:
        await pass_with([pauses, limits, breakers], call(), ended("success"))
    assert refused.value.refusal is Refusal.LIMIT_REACHED


# --- of an installation --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "setting", "expected"),
    [
        pytest.param(
            "gemini",
            "gemini_model",
            Limits(requests_per_minute=15, day_zone="America/Los_Angeles"),
            id="flash",
        ),
        pytest.param(
            "gemini",
            "gemini_strong_model",
            Limits(requests_per_minute=2, day_zone="America/Los_Angeles"),
            id="strong",
        ),
        pytest.param(
            "groq",
            "groq_model",
            Limits(requests_per_minute=30, requests_per_day=1_000, tokens_per_minute=8_000),
            id="groq",
        ),
    ],
)
def test_the_limits_are_those_of_the_free_plans_by_default(
    provider: str, setting: str, expected: Limits
) -> None:
    assert limits_for(Settings(), provider, getattr(Settings(), setting)) == expected


def test_a_limit_of_zero_is_none_and_a_day_begins_where_the_operator_says() -> None:
    chosen = Settings(
        groq_requests_per_minute=0, groq_tokens_per_day=500, gemini_day_zone="Europe/Rome"
    )
    groq = limits_for(chosen, "groq", chosen.groq_small_model)
    assert (groq.requests_per_minute, groq.tokens_per_day) == (None, 500)
    assert limits_for(chosen, "gemini", chosen.gemini_model).day_zone == "Europe/Rome"
