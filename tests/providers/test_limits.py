"""What the limits of a model let through, in the process and in Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from core.clock import FixedClock
from core.errors import CallRefused, FailureKind, ProviderError, Refusal
from providers.gate import Call, Outcome, TokenUsage, passing
from providers.limits import LimitedModel, LimitGate, LimitReached, Limits, Reservation
from providers.rate_limit_hints import RuleHint, duration_s, hints_of, quota_headers
from providers.shared_state import SharedState
from tests.providers.conftest import ManualClock

PACIFIC = ZoneInfo("America/Los_Angeles")


def model(state: SharedState, name: str = "gemini:flash:ab12", **limits: object) -> LimitedModel:
    return LimitedModel(name, Limits(**limits), state)  # type: ignore[arg-type]


async def room(limited: LimitedModel, tokens: int = 0) -> Reservation:
    reserved = await limited.reserve(tokens=tokens)
    assert isinstance(reserved, Reservation)
    return reserved


async def refusal(limited: LimitedModel, tokens: int = 0) -> LimitReached:
    reserved = await limited.reserve(tokens=tokens)
    assert isinstance(reserved, LimitReached)
    return reserved


# --- by count and by clock -----------------------------------------------------------------------


async def test_a_used_up_minute_is_refused_at_once_with_the_time_to_wait(
    shared_state: SharedState, clock: ManualClock
) -> None:
    flash = model(shared_state, requests_per_minute=15)
    for _ in range(15):
        await room(flash)
    refused = await refusal(flash)
    assert (refused.rule, refused.limit) == ("requests/minute", 15)
    assert refused.retry_after_s == 61  # the slot of a second counts until all of it has left
    clock.advance(60)
    assert (await refusal(flash)).retry_after_s == 1
    clock.advance(1)
    for _ in range(15):
        await room(flash)
    await refusal(flash)


async def test_a_minute_slides_and_has_no_edge_where_twice_as_many_pass(
    shared_state: SharedState, clock: ManualClock
) -> None:
    strong = model(shared_state, requests_per_minute=2)
    clock.advance(59)
    await room(strong)
    await room(strong)
    clock.advance(2)  # another minute by the clock on the wall
    assert (await refusal(strong)).retry_after_s == 59


async def test_room_comes_back_as_it_was_taken(
    shared_state: SharedState, clock: ManualClock
) -> None:
    limited = model(shared_state, tokens_per_minute=8_000)
    await room(limited, 3_000)
    clock.advance(10)
    await room(limited, 3_000)
    clock.advance(10)
    assert (await refusal(limited, 4_000)).retry_after_s == 41  # when the first has left
    assert (await refusal(limited, 6_000)).retry_after_s == 51  # when both have
    await room(limited, 2_000)


async def test_the_rule_with_the_longest_wait_is_named(
    shared_state: SharedState, clock: ManualClock
) -> None:
    limited = model(shared_state, requests_per_minute=1, requests_per_day=1, tokens_per_minute=5)
    await room(limited, 5)
    assert (await refusal(limited, 1)).rule == "requests/day"


async def test_a_request_larger_than_a_limit_is_never_let_through_and_says_so(
    shared_state: SharedState,
) -> None:
    limited = model(shared_state, tokens_per_minute=8_000, requests_per_day=1)
    await room(limited)
    refused = await refusal(limited, 8_001)
    assert refused == LimitReached("tokens/minute", 8_000, None)


async def test_without_limits_nothing_is_refused(shared_state: SharedState) -> None:
    limited = model(shared_state)
    for _ in range(100):
        await room(limited, 1_000_000)


async def test_a_refused_request_takes_no_room_of_any_rule(shared_state: SharedState) -> None:
    limited = model(shared_state, requests_per_minute=5, tokens_per_minute=100)
    await room(limited, 90)
    for _ in range(10):
        await refusal(limited, 20)
    figures = await limited.look()
    assert figures["requests/minute"].used == 1
    assert figures["tokens/minute"].used == 90


async def test_names_have_rooms_of_their_own(shared_state: SharedState) -> None:
    await room(model(shared_state, "gemini:flash:ab12", requests_per_minute=1))
    await refusal(model(shared_state, "gemini:flash:ab12", requests_per_minute=1))
    await room(model(shared_state, "gemini:flash:cd34", requests_per_minute=1))


async def test_a_day_of_any_24_hours_slides(shared_state: SharedState, clock: ManualClock) -> None:
    limited = model(shared_state, requests_per_day=2)
    await room(limited)
    clock.advance(12 * 3600)
    await room(limited)
    refused = await refusal(limited)
    assert refused.retry_after_s is not None
    assert 12 * 3600 <= refused.retry_after_s <= 12 * 3600 + 900
    clock.advance(refused.retry_after_s)
    await room(limited)
    await refusal(limited)


@pytest.mark.parametrize(
    ("local", "hours_left"),
    [
        pytest.param(datetime(2026, 11, 22, 23, 0), 1.0, id="before midnight"),
        pytest.param(datetime(2026, 11, 22, 0, 0), 24.0, id="at midnight"),
        pytest.param(datetime(2026, 3, 8, 0, 30), 22.5, id="day of 23 hours"),
        pytest.param(datetime(2026, 11, 1, 0, 30), 24.5, id="day of 25 hours"),
    ],
)
async def test_a_calendar_day_ends_at_midnight_of_the_provider(
    shared_state: SharedState, clock: ManualClock, local: datetime, hours_left: float
) -> None:
    moment = local.replace(tzinfo=PACIFIC)
    clock.now_ms = int(moment.timestamp() * 1000)
    limits = Limits(requests_per_day=2, day_zone="America/Los_Angeles")
    limited = LimitedModel("gemini:flash", limits, shared_state, clock=FixedClock(moment))
    await room(limited)
    await room(limited)
    assert (await refusal(limited)).retry_after_s == hours_left * 3600
    clock.advance(hours_left * 3600 - 0.001)
    await refusal(limited)
    clock.advance(0.001)
    await room(limited)


async def test_a_host_whose_clock_is_a_day_off_counts_in_the_same_day_as_the_others(
    shared_state: SharedState, clock: ManualClock
) -> None:
    moment = datetime(2026, 11, 22, 12, tzinfo=PACIFIC)
    clock.now_ms = int(moment.timestamp() * 1000)
    limits = Limits(requests_per_day=3, day_zone="America/Los_Angeles")
    for days_off in (-1, 0, 1):
        wrong = FixedClock(moment.replace(day=22 + days_off))
        await room(LimitedModel("gemini:flash", limits, shared_state, clock=wrong))
    here = LimitedModel("gemini:flash", limits, shared_state, clock=FixedClock(moment))
    assert (await refusal(here)).retry_after_s == 12 * 3600


async def test_a_clock_that_is_set_back_makes_nothing_count_for_longer(
    shared_state: SharedState, clock: ManualClock
) -> None:
    limited = model(shared_state, requests_per_minute=1)
    await room(limited)
    clock.advance(-7200)
    assert (await refusal(limited)).retry_after_s == 61
    clock.advance(61)
    await room(limited)


async def test_a_clock_that_is_set_back_lets_what_the_provider_has_left_grow_as_before(
    shared_state: SharedState, clock: ManualClock
) -> None:
    limited = model(shared_state)
    left = {"requests/minute": RuleHint(limit=60, remaining=0, reset_s=60)}
    await (await room(limited)).settle(hints=left)
    clock.advance(-7200)
    assert (await refusal(limited)).retry_after_s == 1
    clock.advance(1)
    await room(limited)
    assert (await refusal(limited)).retry_after_s == 1


# --- reserved before, corrected after ------------------------------------------------------------


async def test_tokens_are_corrected_to_what_was_used(shared_state: SharedState) -> None:
    limited = model(shared_state, tokens_per_minute=8_000)
    first = await room(limited, 5_000)
    await refusal(limited, 4_000)
    await first.settle(tokens=700)
    await room(limited, 7_300)
    await refusal(limited, 1)


async def test_more_than_reserved_counts_too(shared_state: SharedState) -> None:
    limited = model(shared_state, tokens_per_minute=1_000)
    await (await room(limited, 100)).settle(tokens=900)
    await refusal(limited, 101)


async def test_what_is_not_known_stays_as_reserved(shared_state: SharedState) -> None:
    limited = model(shared_state, tokens_per_minute=1_000)
    await (await room(limited, 600)).settle()
    await refusal(limited, 401)
    await room(limited, 400)


async def test_a_call_that_was_never_sent_gives_all_its_room_back(
    shared_state: SharedState,
) -> None:
    limited = model(shared_state, requests_per_minute=1, tokens_per_minute=10)
    await (await room(limited, 10)).give_back()
    await room(limited, 10)


async def test_a_reservation_is_settled_once(shared_state: SharedState) -> None:
    limited = model(shared_state, tokens_per_minute=1_000)
    reserved = await room(limited, 600)
    await room(limited, 300)
    await reserved.settle(tokens=500)
    await reserved.settle(tokens=0)
    await reserved.give_back()
    assert (await limited.look())["tokens/minute"].used == 800


async def test_a_correction_after_the_span_changes_nothing(
    shared_state: SharedState, clock: ManualClock
) -> None:
    limited = model(shared_state, tokens_per_minute=1_000)
    early = await room(limited, 600)
    clock.advance(61)
    await room(limited, 600)
    await early.settle(tokens=0)
    await refusal(limited, 401)


async def test_cancelled_while_asking_loses_no_room(shared_state: SharedState) -> None:
    limited = model(shared_state, requests_per_minute=1)
    for turns in range(8):
        asking = asyncio.create_task(limited.reserve(tokens=1))
        for _ in range(turns):
            await asyncio.sleep(0)
        if not asking.cancel():
            await (await room_of(asking)).give_back()
        else:
            await asyncio.gather(asking, return_exceptions=True)
        async with asyncio.timeout(10):
            while (await limited.look())["requests/minute"].used:
                await asyncio.sleep(0.005)


async def room_of(asking: asyncio.Task[Reservation | LimitReached]) -> Reservation:
    reserved = await asking
    assert isinstance(reserved, Reservation)
    return reserved


# --- learning ------------------------------------------------------------------------------------


async def test_a_limit_that_the_provider_names_makes_ours_tighter_never_looser(
    shared_state: SharedState,
) -> None:
    limited = model(shared_state, requests_per_minute=5)
    await (await room(limited)).settle(hints={"requests/minute": RuleHint(limit=1_000)})
    assert (await limited.look())["requests/minute"].limit == 5
    await (await room(limited)).settle(hints={"requests/minute": RuleHint(limit=3)})
    await room(limited)
    refused = await refusal(limited)
    assert (refused.rule, refused.limit) == ("requests/minute", 3)


async def test_a_learned_limit_is_forgotten_after_a_while(
    shared_state: SharedState, clock: ManualClock
) -> None:
    limited = model(shared_state)
    await (await room(limited)).settle(hints={"requests/minute": RuleHint(limit=0)})
    assert (await refusal(limited)).retry_after_s == 3600
    clock.advance(3600)
    await room(limited)


async def test_what_others_used_of_the_account_counts_by_what_the_provider_has_left(
    shared_state: SharedState, clock: ManualClock
) -> None:
    limited = model(shared_state, "groq:large:ab12", tokens_per_minute=8_000)
    left = RuleHint(limit=8_000, remaining=2_000, reset_s=45)
    await (await room(limited, 500)).settle(tokens=500, hints={"tokens/minute": left})
    await room(limited, 2_000)
    # 6,000 tokens come back in 45 s.
    assert (await refusal(limited, 1_000)).retry_after_s == 7.5
    clock.advance(7.5)
    await room(limited, 1_000)
    assert (await refusal(limited, 1_000)).retry_after_s == 7.5


async def test_a_used_up_day_of_calendar_days_comes_back_with_the_next_one_only(
    shared_state: SharedState, clock: ManualClock
) -> None:
    moment = datetime(2026, 11, 22, 18, tzinfo=PACIFIC)
    clock.now_ms = int(moment.timestamp() * 1000)
    limits = Limits(day_zone="America/Los_Angeles")
    limited = LimitedModel("gemini:flash", limits, shared_state, clock=FixedClock(moment))
    await (await room(limited)).settle(hints={"requests/day": RuleHint(remaining=0)})
    assert (await refusal(limited)).retry_after_s == 6 * 3600
    clock.advance(5 * 3600)
    await refusal(limited)
    clock.advance(3600)
    await room(limited)


async def test_a_refusal_without_a_number_teaches_that_it_was_one_too_many(
    shared_state: SharedState, clock: ManualClock
) -> None:
    limited = model(shared_state, requests_per_minute=15)
    for _ in range(5):
        await room(limited)
    await (await room(limited)).settle(refused_by="requests/minute")
    assert (await limited.look())["requests/minute"].learned_limit == 5
    clock.advance(61)
    for _ in range(5):
        await room(limited)
    await refusal(limited)
    clock.advance(600)
    assert (await limited.look())["requests/minute"].limit == 15


@pytest.mark.parametrize(
    ("provider", "headers", "expected"),
    [
        pytest.param(
            "groq",
            {
                "retry-after": "2",
                "x-ratelimit-limit-requests": "14400",
                "x-ratelimit-limit-tokens": "18000",
                "x-ratelimit-remaining-requests": "14370",
                "x-ratelimit-remaining-tokens": "17997",
                "x-ratelimit-reset-requests": "2m59.56s",
                "x-ratelimit-reset-tokens": "7.66s",
            },
            {
                "requests/day": RuleHint(14_400, 14_370, 179.56),
                "tokens/minute": RuleHint(18_000, 17_997, 7.66),
            },
            id="groq",
        ),
        pytest.param(
            "another",
            {"x-ratelimit-limit-requests": "60", "x-ratelimit-limit-requests-day": "1000"},
            {"requests/minute": RuleHint(60), "requests/day": RuleHint(1000)},
            id="the usual, and a named span",
        ),
        pytest.param("groq", {"x-ratelimit-limit-tokens": "lots"}, {}, id="no number"),
        pytest.param("groq", {"x-ratelimit-remaining-tokens": "-3"}, {}, id="less than none"),
        pytest.param("groq", {"x-ratelimit-reset-tokens": "7s"}, {}, id="a reset alone"),
        pytest.param("groq", {"x-ratelimit-limit-images": "3"}, {}, id="something else"),
    ],
)
def test_headers_are_read_by_each_providers_own_spans(
    provider: str, headers: Mapping[str, str], expected: Mapping[str, RuleHint]
) -> None:
    assert hints_of(provider, headers) == expected


def test_googles_passed_quotas_say_the_limit_and_that_nothing_is_left() -> None:
    headers = quota_headers(
        [
            {
                "quotaMetric": "generativelanguage.googleapis.com/generate_requests",
                "quotaId": "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
                "quotaValue": "15",
            },
            {"quotaId": "GenerateContentInputTokensPerModelPerMinute-FreeTier"},
            {"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier", "quotaValue": "x"},
            {"quotaId": "SomethingElse", "quotaValue": "1"},
            {},
        ]
    )
    assert hints_of("gemini", headers) == {
        "requests/minute": RuleHint(limit=15, remaining=0),
        "tokens/minute": RuleHint(remaining=0),
        "requests/day": RuleHint(remaining=0),
    }


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("60", 60.0),
        ("7.66s", 7.66),
        ("120ms", 0.12),
        ("1h2m3s", 3723.0),
        ("1d", 86_400.0),
        ("999d", 31 * 86_400.0),
        ("soon", None),
        ("", None),
        ("5 s", None),
        ("-5s", None),
    ],
)
def test_spans_of_time_are_read_as_providers_write_them(text: str, seconds: float | None) -> None:
    assert duration_s(text) == seconds


# --- as a gate -----------------------------------------------------------------------------------


def call(provider: str = "groq", *, model: str = "large", max_output_tokens: int = 500) -> Call:
    return Call(
        provider=provider,  # type: ignore[arg-type]
        model=model,
        account="ab12",
        need="classification",
        user_id="u",
        request_id="r",
        input_tokens=500,
        max_output_tokens=max_output_tokens,
        timeout_s=2.5,
    )


def gate(state: SharedState, **limits: object) -> LimitGate:
    return LimitGate(state, lambda provider, model: Limits(**limits))  # type: ignore[arg-type]


def ended(**changes: object) -> Outcome:
    return Outcome(**{"verdict": "success", "duration_s": 0.1, **changes})  # type: ignore[arg-type]


async def test_the_gate_reserves_what_a_call_may_use_and_settles_what_it_used(
    shared_state: SharedState,
) -> None:
    limits = gate(shared_state, tokens_per_minute=2_000)
    async with passing([limits], call()) as passage:
        with pytest.raises(CallRefused) as refused:
            await limits.admit(call(max_output_tokens=501))
        usage = TokenUsage(input_tokens=300, output_tokens=100)
        passage.ended(ended(usage=usage))
    assert refused.value.refusal is Refusal.LIMIT_REACHED
    assert str(refused.value) == "groq: 2,000 tokens a minute are used up"
    await limits.admit(call(max_output_tokens=1_100))


async def test_the_gate_says_when_a_request_is_too_large_for_the_minute(
    shared_state: SharedState,
) -> None:
    with pytest.raises(CallRefused, match=r"needs more than the 900 tokens that a minute has"):
        await gate(shared_state, tokens_per_minute=900).admit(call())


async def test_the_gate_learns_from_a_429_with_headers_and_from_one_without(
    shared_state: SharedState,
) -> None:
    limits = gate(shared_state)
    error = ProviderError("groq", "HTTP 429", kind=FailureKind.RATE_LIMITED, status=429)
    headers = {
        "x-ratelimit-limit-tokens": "8000",
        "x-ratelimit-remaining-tokens": "0",
        "x-ratelimit-reset-tokens": "60s",
    }
    async with passing([limits], call()) as passage:
        passage.ended(ended(verdict="ignored", error=error, rate_limit_headers=headers))
    with pytest.raises(CallRefused) as refused:
        await limits.admit(call())
    assert refused.value.retry_after_s == 7.5
    async with passing([limits], call("gemini")) as passage:
        passage.ended(ended(verdict="ignored", error=error))
    with pytest.raises(CallRefused, match="1 requests a minute are used up"):
        await limits.admit(call("gemini"))


async def test_the_gate_tells_how_every_model_stands(shared_state: SharedState) -> None:
    limits = LimitGate(
        shared_state,
        lambda provider, model: Limits(requests_per_minute=1),
        seen=[("gemini", "flash", "cd34")],
    )
    await limits.admit(call())
    gemini, groq = await limits.status()
    assert (gemini.provider, gemini.state) == ("gemini", "free")
    assert (groq.provider, groq.state) == ("groq", "used_up")
    assert groq.message == "groq:large: 1 of 1 requests a minute"
    assert "ab12" not in str(groq)
