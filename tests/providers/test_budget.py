"""The budget gate over a real ledger."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from core.errors import CallRefused, Refusal, StoreError
from core.settings import Settings
from persistence.budgets import BudgetLimits
from persistence.usage import UsageLedger, UsageRow, open_ledger
from providers.budget import BudgetGate, limits_of
from providers.failures import failure_of
from providers.gate import Call, Outcome, TokenUsage, passing
from providers.prices import Prices

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
TODAY = date(2026, 11, 22)
PRICES = Prices({"cheap": (Decimal(1), Decimal(2)), "free": (Decimal(0), Decimal(0))})


def call(model: str = "cheap", **changed: Any) -> Call:
    """One that costs 100 + 2 × 50 = 200 micro-dollars at most."""
    facts: dict[str, Any] = {
        "provider": "gemini",
        "model": model,
        "account": "fingerprint",
        "need": "classification",
        "user_id": "anna",
        "request_id": "r-1",
        "input_tokens": 100,
        "max_output_tokens": 50,
        "timeout_s": 60.0,
    }
    return Call(**(facts | changed))


def answered(input_tokens: int, output_tokens: int) -> Outcome:
    usage = TokenUsage(input_tokens=input_tokens, output_tokens=output_tokens, thought_tokens=3)
    return Outcome(verdict="success", duration_s=0.1, usage=usage)


def failed(error: Exception) -> Outcome:
    """One whose client raised *error*."""
    failure = failure_of("gemini", error, timeout_s=1)
    return Outcome(verdict="failure", duration_s=0.1, error=failure, usage=failure.usage)


def refused(status: int) -> Exception:
    return httpx.HTTPStatusError(
        "refused", request=httpx.Request("POST", "http://p"), response=httpx.Response(status)
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
async def gate_with(settings: Settings) -> AsyncIterator[Callable[..., BudgetGate]]:
    gates: list[BudgetGate] = []

    def make(
        *,
        ledger: Callable[[], UsageLedger] | None = None,
        now: datetime = NOW,
        patience_s: float = 30.0,
        **limits: int,
    ) -> BudgetGate:
        gate = BudgetGate(
            ledger or (lambda: open_ledger(settings)),
            prices=PRICES,
            limits=BudgetLimits(**limits),
            zone=ROME,
            now=lambda: now,
            patience_s=patience_s,  # the machine may be busy
        )
        gates.append(gate)
        return gate

    yield make
    for gate in gates:
        await gate.close()


async def summary(settings: Settings, gate: BudgetGate) -> UsageRow | None:
    """What is written once *gate* is closed."""
    await gate.close()
    ledger = open_ledger(settings)
    try:
        rows = ledger.summary("day", first_day=date(2026, 1, 1), last_day=date(2027, 1, 1))
        return rows[0] if rows else None
    finally:
        ledger.close()


@pytest.mark.parametrize("limits", [{}, {"day": 1_000}], ids=["no budget", "a budget"])
async def test_every_call_is_recorded_with_what_it_used(
    gate_with: Callable[..., BudgetGate], settings: Settings, limits: dict[str, int]
) -> None:
    gate = gate_with(**limits)
    async with passing([gate], call()) as passage:
        passage.ended(answered(90, 20))
    row = await summary(settings, gate)
    assert row is not None
    assert (row.calls, row.input_tokens, row.output_tokens) == (1, 90, 20)
    assert (row.cost_micro_usd, row.charged_micro_usd, row.unknown_cost) == (130, 130, 0)


@pytest.mark.parametrize("limits", [{}, {"day": 1_000}], ids=["no budget", "a budget"])
@pytest.mark.parametrize(
    ("outcome", "charged"),
    [
        pytest.param(failed(refused(429)), 0, id="an HTTP error costs nothing"),
        pytest.param(failed(TimeoutError()), 200, id="no answer: it may have been paid"),
        pytest.param(Outcome(verdict="ignored", duration_s=1), 200, id="cancelled on the way"),
    ],
)
async def test_a_call_of_unknown_usage_is_charged_what_it_may_have_cost(
    gate_with: Callable[..., BudgetGate],
    settings: Settings,
    limits: dict[str, int],
    outcome: Outcome,
    charged: int,
) -> None:
    gate = gate_with(**limits)
    async with passing([gate], call()) as passage:
        passage.ended(outcome)
    row = await summary(settings, gate)
    assert row is not None
    assert (row.calls, row.charged_micro_usd, row.cost_micro_usd) == (1, charged, 0)


@pytest.mark.parametrize("limits", [{}, {"day": 1_000}], ids=["no budget", "a budget"])
async def test_a_call_that_was_never_sent_leaves_no_trace(
    gate_with: Callable[..., BudgetGate], settings: Settings, limits: dict[str, int]
) -> None:
    gate = gate_with(**limits)
    async with passing([gate], call()) as passage:
        passage.ended(Outcome(verdict="failure", duration_s=0, sent=False))
    assert await summary(settings, gate) is None


async def test_a_used_up_budget_refuses_in_plain_words_until_midnight_in_the_business_zone(
    gate_with: Callable[..., BudgetGate],
) -> None:
    gate = gate_with(day=250)  # it is 23:30 in Rome
    async with passing([gate], call()) as passage:
        passage.ended(answered(100, 50))
    with pytest.raises(CallRefused) as caught:
        await gate.admit(call())
    assert caught.value.refusal is Refusal.BUDGET_USED_UP
    assert "today's budget of $0.00025 is used up" in caught.value.reason
    assert (caught.value.retry_after_s, caught.value.budget) == (30 * 60, "day")
    free = await gate.admit(call("free"))
    await free.settle(answered(10, 10))


async def test_a_used_up_budget_is_told_once_and_one_of_nothing_never(
    gate_with: Callable[..., BudgetGate], caplog: pytest.LogCaptureFixture
) -> None:
    for gate in (gate_with(day=100), gate_with(day=0)):
        for _ in range(3):
            with pytest.raises(CallRefused):
                await gate.admit(call())
    (told,) = caplog.messages
    assert "today's budget of $0.0001 is used up" in told


async def test_a_total_budget_does_not_come_back_by_itself(
    gate_with: Callable[..., BudgetGate],
) -> None:
    with pytest.raises(CallRefused) as caught:
        await gate_with(total=199).admit(call())
    assert (caught.value.retry_after_s, caught.value.budget) == (None, "total")
    assert "the whole budget" in caught.value.reason


async def test_the_days_of_a_budget_begin_at_midnight_in_the_business_zone(
    gate_with: Callable[..., BudgetGate],
) -> None:
    evening = gate_with(day=200, now=datetime(2026, 11, 22, 22, 59, tzinfo=UTC))
    night = gate_with(day=200, now=datetime(2026, 11, 22, 23, 1, tzinfo=UTC))
    await evening.admit(call())
    await night.admit(call())
    with pytest.raises(CallRefused):
        await evening.admit(call())


async def test_fifty_questions_at_once_spend_just_what_is_there(
    gate_with: Callable[..., BudgetGate], settings: Settings
) -> None:
    gate = gate_with(day=200 * 7)
    sent = 0

    async def ask(n: int) -> None:
        nonlocal sent
        async with passing([gate], call(user_id=f"user-{n}")) as passage:
            sent += 1
            await asyncio.sleep(0.01)
            passage.ended(answered(100, 50))

    results = await asyncio.gather(*map(ask, range(50)), return_exceptions=True)
    assert sum(isinstance(result, CallRefused) for result in results) == 43
    assert sent == 7
    row = await summary(settings, gate)
    assert row is not None
    assert row.charged_micro_usd == 1_400


async def test_a_question_that_stops_waiting_gives_the_money_back(
    gate_with: Callable[..., BudgetGate], settings: Settings
) -> None:
    gate = gate_with(day=200)
    for wait_s in (0.0, 0.001, 0.003, 0.01):
        task = asyncio.create_task(gate.admit(call()))
        await asyncio.sleep(wait_s)
        if task.cancel():
            with pytest.raises(asyncio.CancelledError):
                await task
        else:
            await task.result().settle(Outcome(verdict="ignored", duration_s=0, sent=False))
    await gate.admit(call())


async def test_a_ledger_that_hangs_refuses_quickly_and_gives_back_what_it_sets_aside_too_late(
    gate_with: Callable[..., BudgetGate], settings: Settings
) -> None:
    held = threading.Event()

    class Slow(UsageLedger):
        def reserve(self, *arguments: Any, **options: Any) -> str:
            held.wait(30)
            return super().reserve(*arguments, **options)

    def opened() -> UsageLedger:
        return Slow(open_ledger(settings)._store)

    gate = gate_with(ledger=opened, patience_s=0.3, day=1_000)
    while not gate._bookkeeper.opened:
        await asyncio.sleep(0.01)
    began = time.monotonic()
    with pytest.raises(CallRefused) as caught:
        await gate.admit(call())
    assert caught.value.refusal is Refusal.BUDGET_UNKNOWN
    assert "cannot be looked up" in caught.value.reason
    waited_s = time.monotonic() - began
    began = time.monotonic()
    with pytest.raises(CallRefused):
        await gate.admit(call())
    assert time.monotonic() - began < waited_s / 2, "the second does not wait again"
    held.set()
    assert await summary(settings, gate) is None


async def test_a_ledger_that_cannot_be_opened_refuses_only_where_there_is_a_budget(
    gate_with: Callable[..., BudgetGate], caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> UsageLedger:
        raise StoreError("the disk is on fire")

    with pytest.raises(CallRefused):
        await gate_with(ledger=broken, day=1_000).admit(call())
    without = gate_with(ledger=broken)
    permit = await without.admit(call())
    await permit.settle(answered(1, 1))
    await without.close()
    assert "the disk is on fire" in caplog.text


async def test_without_a_budget_nothing_is_opened_before_a_call(
    gate_with: Callable[..., BudgetGate], settings: Settings
) -> None:
    gate = gate_with()
    permit = await gate.admit(call())
    await permit.settle(Outcome(verdict="failure", duration_s=0, sent=False))
    await gate.close()
    assert not settings.home.exists()


def test_the_budgets_of_the_settings(tmp_path: Path) -> None:
    assert not limits_of(Settings())
    limits = limits_of(
        Settings(
            budget_usd_per_day=Decimal("1.5"),
            budget_usd_per_user_per_day=Decimal("0"),
            budget_usd_total=Decimal("100"),
        )
    )
    assert limits == BudgetLimits(total=100_000_000, day=1_500_000, user=0)
    assert limits


async def test_all_homes_that_share_one_folder_share_one_budget(tmp_path: Path) -> None:
    def gate(home: str) -> BudgetGate:
        settings = Settings(
            home=tmp_path / home,
            shared_home=tmp_path / "shared",
            budget_usd_per_day=Decimal("0.0003"),
            prices={"cheap": (Decimal(1), Decimal(2))},
        )
        return BudgetGate.of(settings)

    first, second = gate("one"), gate("two")
    await first.admit(call())
    with pytest.raises(CallRefused):
        await second.admit(call())
    await first.close()
    await second.close()
