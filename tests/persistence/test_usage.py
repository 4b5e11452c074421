"""The ledger of what language models cost: never over a budget, on both databases."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from persistence.budgets import BudgetLimits, BudgetUsedUp, Scope
from persistence.store import Store
from persistence.tables import budget_spending, model_usage
from persistence.usage import CallFacts, CallResult, UsageLedger

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
FACTS = CallFacts(
    called_at=NOW,
    day=TODAY,
    provider="gemini",
    model="gemini-3.5-flash-lite",
    need="classification",
    user_id="anna",
    request_id="r-1",
)
LATER = NOW + timedelta(minutes=5)
PAID = CallResult(
    status="success",
    charged_micro_usd=40,
    cost_micro_usd=40,
    input_tokens=100,
    output_tokens=10,
    thought_tokens=4,
    cached_input_tokens=0,
)


@pytest.fixture
def ledger(store: Store) -> UsageLedger:
    return UsageLedger(store)


def reserve(ledger: UsageLedger, micro_usd: int, limits: BudgetLimits, **facts: Any) -> str:
    return ledger.reserve(replace(FACTS, **facts), micro_usd, limits, expires_at=LATER)


def of_anna(ledger: UsageLedger) -> dict[Scope, int]:
    return ledger.charged(TODAY, "anna")


def test_a_reservation_counts_for_all_three_budgets_until_it_is_settled(
    ledger: UsageLedger,
) -> None:
    call = reserve(ledger, 100, BudgetLimits(day=1000))
    assert of_anna(ledger) == {"total": 100, "day": 100, "user": 100}
    assert ledger.settle(call, PAID)
    assert of_anna(ledger) == {"total": 40, "day": 40, "user": 40}
    (row,) = ledger.summary("user", first_day=TODAY, last_day=TODAY)
    assert (row.group, row.calls, row.failed) == ("anna", 1, 0)
    assert (row.input_tokens, row.output_tokens, row.cost_micro_usd) == (100, 10, 40)


def test_a_reservation_is_settled_once_and_only_once(ledger: UsageLedger) -> None:
    call = reserve(ledger, 100, BudgetLimits(day=1000))
    assert ledger.settle(call, PAID)
    assert not ledger.settle(call, PAID)
    assert not ledger.release(call)
    assert of_anna(ledger)["total"] == 40


def test_a_call_that_was_never_sent_costs_nothing_and_is_not_listed(ledger: UsageLedger) -> None:
    call = reserve(ledger, 100, BudgetLimits(day=100))
    assert ledger.release(call)
    assert of_anna(ledger) == {"total": 0, "day": 0, "user": 0}
    assert ledger.summary("day", first_day=TODAY, last_day=TODAY) == []
    reserve(ledger, 100, BudgetLimits(day=100))


@pytest.mark.parametrize("scope", ["total", "day", "user"])
def test_each_budget_holds_to_its_last_micro_dollar(ledger: UsageLedger, scope: str) -> None:
    limits = BudgetLimits(**{scope: 100})
    reserve(ledger, 60, limits)
    reserve(ledger, 40, limits)
    with pytest.raises(BudgetUsedUp) as caught:
        reserve(ledger, 1, limits)
    assert (caught.value.scope, caught.value.charged_micro_usd) == (scope, 100)
    assert of_anna(ledger) == {"total": 100, "day": 100, "user": 100}, "refused: nothing is kept"


def test_a_first_call_dearer_than_the_budget_is_refused(ledger: UsageLedger) -> None:
    with pytest.raises(BudgetUsedUp) as caught:
        reserve(ledger, 101, BudgetLimits(user=100))
    assert caught.value.charged_micro_usd == 0


def test_free_calls_pass_a_budget_of_nothing(ledger: UsageLedger) -> None:
    reserve(ledger, 0, BudgetLimits(total=0, day=0, user=0))
    with pytest.raises(BudgetUsedUp):
        reserve(ledger, 1, BudgetLimits(total=0))


def test_users_and_days_have_budgets_of_their_own(ledger: UsageLedger) -> None:
    limits = BudgetLimits(user=100, day=250)
    reserve(ledger, 100, limits)
    reserve(ledger, 100, limits, user_id="bruno")
    with pytest.raises(BudgetUsedUp) as caught:
        reserve(ledger, 100, limits, user_id="carla")
    assert caught.value.scope == "day"
    reserve(ledger, 100, limits, day=TODAY + timedelta(days=1))


def test_a_budget_set_in_the_middle_of_a_day_counts_what_was_spent_before(
    ledger: UsageLedger,
) -> None:
    ledger.record(FACTS, replace(PAID, charged_micro_usd=90, cost_micro_usd=90))
    with pytest.raises(BudgetUsedUp):
        reserve(ledger, 20, BudgetLimits(day=100))


def test_a_reservation_made_before_midnight_is_settled_on_its_own_day(ledger: UsageLedger) -> None:
    call = reserve(ledger, 100, BudgetLimits(day=100))
    tomorrow = TODAY + timedelta(days=1)
    reserve(ledger, 50, BudgetLimits(day=100), day=tomorrow)
    ledger.settle(call, PAID)
    assert ledger.charged(TODAY, "anna")["day"] == 40
    assert ledger.charged(tomorrow, "anna")["day"] == 50


def test_unknown_costs_are_counted_apart_and_charged_at_their_highest(ledger: UsageLedger) -> None:
    unknown = replace(PAID, cost_micro_usd=None, charged_micro_usd=70)
    ledger.record(FACTS, unknown)
    ledger.record(FACTS, PAID)
    ledger.record(FACTS, CallResult(status="failure", error="transient", charged_micro_usd=0))
    (row,) = ledger.summary("provider", first_day=TODAY, last_day=TODAY)
    assert (row.calls, row.failed, row.unknown_cost) == (3, 1, 2)
    assert (row.cost_micro_usd, row.charged_micro_usd) == (40, 110)


def test_a_call_has_failed_whatever_a_breaker_makes_of_it_but_not_when_we_stopped_it(
    ledger: UsageLedger,
) -> None:
    for error in ("rate_limited", "quota", "permanent", "cancelled"):
        ledger.record(FACTS, CallResult(status="ignored", error=error, charged_micro_usd=0))
    (row,) = ledger.summary("provider", first_day=TODAY, last_day=TODAY)
    assert (row.calls, row.failed) == (4, 3)


# --- many at once --------------------------------------------------------------------------------


PROCESSES = 4
ROUNDS = 10
"""Each a day of its own, which all processes begin at the same moment."""
LIMITS = BudgetLimits(total=10_000, day=300, user=110)
WANTED, CHEAPER = 30, 17


def spend_all(ledger: UsageLedger, start: Any, spent: list[int], user: str) -> None:
    """Call, each day, as long as the budget lets; every other call is cheaper than reserved."""
    for day in days():
        start.wait(120)
        while True:
            try:
                call = reserve(ledger, WANTED, LIMITS, user_id=user, day=day)
            except BudgetUsedUp:
                break
            cost = WANTED if len(spent) % 2 else CHEAPER
            assert ledger.settle(call, replace(PAID, charged_micro_usd=cost, cost_micro_usd=cost))
            spent.append(cost)


def days() -> list[date]:
    return [TODAY + timedelta(days=n) for n in range(ROUNDS)]


def check_that_nothing_is_over(store: Store, spent: int) -> None:
    with store.engine.connect() as connection:
        accounts = {
            row.account: row.charged_micro_usd
            for row in connection.execute(select(budget_spending))
        }
        calls = connection.scalar(select(func.sum(model_usage.c.charged_micro_usd)))
    assert accounts["total"] == calls == spent <= 10_000
    users = [charged for account, charged in accounts.items() if account.startswith("user:")]
    assert sum(users) == spent
    assert all(0 < charged <= 110 for charged in users)
    ledger = UsageLedger(store)
    for day in days():
        left = 300 - accounts[f"day:{day}"]
        # Nobody may give up before the budget is used up. Whoever is refused sees what others
        # have reserved: that these then turn out cheaper leaves more than one call's price.
        assert 0 <= left < WANTED + 8 * (WANTED - CHEAPER)
        with pytest.raises(BudgetUsedUp):
            reserve(ledger, left + 1, BudgetLimits(day=300), user_id="late", day=day)
        reserve(ledger, left, BudgetLimits(day=300), user_id="late", day=day)


def test_threads_that_start_together_never_spend_a_micro_dollar_too_much(
    store: Store, ledger: UsageLedger
) -> None:
    start = threading.Barrier(8)
    spent: list[list[int]] = [[] for _ in range(8)]
    threads = [
        threading.Thread(target=spend_all, args=(ledger, start, spent[n], f"user-{n % 4}"))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(240)
    assert all(not thread.is_alive() for thread in threads)
    check_that_nothing_is_over(store, sum(map(sum, spent)))


def _spend_in_a_process(url: str, start: Barrier, user: str, answers: Any) -> None:
    store = Store.open(url, pool_size=1)
    spent: list[int] = []
    spend_all(UsageLedger(store), start, spent, user)
    answers.put(sum(spent))
    store.close()


def test_processes_that_start_together_never_spend_a_micro_dollar_too_much(
    new_store_url: Callable[[], str],
) -> None:
    url = new_store_url()
    context = multiprocessing.get_context("spawn")
    start, answers = context.Barrier(PROCESSES), context.Queue()
    processes = [
        context.Process(target=_spend_in_a_process, args=(url, start, f"user-{n % 4}", answers))
        for n in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    spent = sum(answers.get(timeout=240) for _ in processes)
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    store = Store.open(url, pool_size=1)
    check_that_nothing_is_over(store, spent)
    store.close()


def _reserve_and_wait(url: str, reserved: Any) -> None:
    ledger = UsageLedger(Store.open(url, pool_size=1))
    reserved.put(reserve(ledger, 100, BudgetLimits(day=150)))
    threading.Event().wait(60)


def test_what_a_killed_process_reserved_counts_as_spent_and_is_said_to_be_lost(
    new_store_url: Callable[[], str],
) -> None:
    url = new_store_url()
    store = Store.open(url, pool_size=1)
    ledger = UsageLedger(store)
    context = multiprocessing.get_context("spawn")
    reserved = context.Queue()
    process = context.Process(target=_reserve_and_wait, args=(url, reserved))
    process.start()
    call = reserved.get(timeout=60)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join(60)

    with pytest.raises(BudgetUsedUp):
        reserve(ledger, 100, BudgetLimits(day=150))
    reserve(ledger, 50, BudgetLimits(day=150), called_at=LATER + timedelta(seconds=1))
    with store.engine.connect() as connection:
        rows = connection.execute(
            select(model_usage.c.status, model_usage.c.expires_at).where(
                model_usage.c.call_id == call
            )
        ).all()
    assert [tuple(row) for row in rows] == [("lost", None)]
    assert ledger.charged(TODAY, "anna")["day"] == 150
    store.close()


def test_a_call_slower_than_its_reservation_is_still_settled_once(ledger: UsageLedger) -> None:
    slow = reserve(ledger, 100, BudgetLimits(day=1000))
    reserve(ledger, 1, BudgetLimits(day=1000), called_at=LATER + timedelta(seconds=1))
    assert ledger.settle(slow, PAID)
    assert not ledger.settle(slow, PAID)
    assert of_anna(ledger)["day"] == 41
