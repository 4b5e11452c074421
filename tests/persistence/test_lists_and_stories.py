"""Lists, stories and the summary of one process, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from catalogue import MAX_LIST_ROWS, checked_query
from core.errors import QueryError
from persistence.business_queries import process_summary, run_query
from persistence.results import Note, Result
from persistence.store import Store
from tests.persistence.small_company import (
    NOW,
    ORDERS,
    REPORT,
    ROME,
    SUPPORT,
    InMemorySource,
    answer,
    execution,
    received,
    rome,
    sent,
    small_company,
)
from tests.persistence.test_sync import sync

Ask = Callable[..., Result]


@pytest.fixture(scope="module")
def loaded(store_of: Callable[[InMemorySource], Store]) -> Store:
    return store_of(small_company())


@pytest.fixture(scope="module")
def ask(loaded: Store) -> Ask:
    return _asking(loaded)


def _asking(store: Store) -> Ask:
    def ask(**query: Any) -> Result:
        return run_query(store, checked_query(**query), zone=ROME, now=NOW)

    return ask


def _window(start: str, end: str) -> dict[str, Any]:
    return {"start": rome(start), "end": rome(end)}


def _overview(store: Store, start: str, end: str, *, now: datetime = NOW) -> Result:
    query = checked_query(kind="story", story="overview", window=_window(start, end))
    return run_query(store, query, zone=ROME, now=now)


# --- lists ---------------------------------------------------------------------------------------


def test_a_list_is_newest_first_and_comes_in_pages(ask: Ask) -> None:
    whole = ask(kind="list", subject="executions")
    assert whole.columns == ("time", "process", "status", "duration_s")
    assert whole.total_rows == len(whole.rows) == 29
    assert whole.rows[0] == (rome("2026-11-22 14:00"), "Ordini e-commerce", "error", 8.0)
    assert str(whole.rows[0][0]).endswith("+01:00"), "moments are in the business zone"
    times = [row[0] for row in whole.rows]
    assert times == sorted(times, reverse=True)
    page = ask(kind="list", subject="executions", limit=10, offset=20)
    assert (page.rows, page.total_rows) == (whole.rows[20:], 29)
    oldest = ask(kind="list", subject="executions", order="asc", limit=1)
    assert oldest.rows == (whole.rows[-1],)


def test_executions_have_our_statuses(ask: Ask) -> None:
    failed = ask(
        kind="list",
        subject="executions",
        filters=[{"field": "status", "values": ["error"]}],
        window=_window("2026-11-02 00:00", "2026-11-03 00:00"),
    )
    assert [row[2] for row in failed.rows] == ["error", "error"], "one of them crashed"


def test_errors_tell_where_and_why(ask: Ask) -> None:
    errors = ask(
        kind="list", subject="errors", filters=[{"field": "process", "values": ["Ping sito"]}]
    )
    assert errors.columns == ("time", "process", "step", "cause")
    assert errors.rows == (
        (rome("2026-11-04 09:00"), "Ping sito", "Chiama ERP", "Sito giù"),
        (rome("2026-11-03 09:00"), "Ping sito", "Chiama ERP", "Sito giù"),
    )


def test_an_error_without_a_known_cause_tells_its_message(
    store_of: Callable[[InMemorySource], Store],
) -> None:
    source = small_company()
    source.executions.clear()
    source.add(execution(1, ORDERS, "2026-11-20 10:00", "error", cause=None, message="Boh"))
    assert _asking(store_of(source))(kind="list", subject="errors").rows[0][3] == "Boh"


@pytest.mark.parametrize(
    ("condition", "directions"),
    [
        pytest.param(None, ["received"] * 4, id="received unless said otherwise"),
        pytest.param(("is", ["sent"]), ["sent"] * 3, id="sent"),
        pytest.param(("is_not", ["received"]), ["sent"] * 3, id="not received"),
        pytest.param(("is", ["received", "sent"]), ["sent"] * 3 + ["received"] * 4, id="both"),
    ],
)
def test_a_list_of_mails_is_of_one_direction(
    ask: Ask, condition: tuple[str, list[str]] | None, directions: list[str]
) -> None:
    filters = []
    if condition:
        filters = [{"field": "status", "op": condition[0], "values": condition[1]}]
    mails = ask(kind="list", subject="emails", filters=filters)
    assert mails.columns == ("time", "direction", "sender", "recipient", "subject")
    assert sorted(row[1] for row in mails.rows) == sorted(directions)


def test_a_list_of_mails_can_be_searched(ask: Ask) -> None:
    found = ask(
        kind="list",
        subject="emails",
        filters=[{"field": "text", "op": "contains", "values": ["CITTA"]}],
    )
    assert [row[2:] for row in found.rows] == [
        ("zoe@example.com", "info@azienda.example", "Città sbagliata")
    ]


def test_a_status_that_mails_do_not_have_says_which_they_have(ask: Ask) -> None:
    with pytest.raises(QueryError) as refusal:
        ask(kind="list", subject="emails", filters=[{"field": "status", "values": ["error"]}])
    assert refusal.value.choices == ("received", "sent")


def test_orders_are_listed_once_each(ask: Ask) -> None:
    orders = ask(kind="list", subject="orders")
    assert orders.columns == ("time", "order", "customer", "total", "process")
    assert orders.rows == (
        (rome("2026-11-10 11:00"), "ORD-2", "zoe@example.com", 50.25, "Ordini e-commerce"),
        (rome("2026-11-09 11:00"), "ORD-1", "anna@example.com", 100.0, "Ordini e-commerce"),
    )


def test_processes_are_listed_with_their_last_run(ask: Ask) -> None:
    processes = ask(kind="list", subject="processes")
    assert processes.columns == ("process", "active", "last_run", "last_status")
    assert len(processes.rows) == 9
    assert processes.rows[0] == ("Ordini e-commerce", True, rome("2026-11-22 14:00"), "error")
    assert [row[:2] for row in processes.rows[-2:]] == [
        ("Mai partito", False),
        ("Sub: cliente nel CRM", False),
    ]
    assert processes.rows[-1][2:] == (None, None)


def test_processes_of_a_window_are_those_that_ran_in_it(ask: Ask) -> None:
    ran = ask(
        kind="list", subject="processes", window=_window("2026-11-05 00:00", "2026-11-07 00:00")
    )
    assert [(row[0], row[2], row[3]) for row in ran.rows] == [
        ("Report", rome("2026-11-06 08:00"), "error"),
        ("Report", rome("2026-11-05 07:00"), "success"),
    ]
    before = ask(
        kind="list", subject="processes", window=_window("2026-01-05 00:00", "2026-01-07 00:00")
    )
    assert (before.rows, before.coverage.complete) == ((), False)


def test_processes_can_be_listed_by_how_their_last_run_ended(ask: Ask) -> None:
    failed = ask(
        kind="list", subject="processes", filters=[{"field": "status", "values": ["error"]}]
    )
    assert [row[0] for row in failed.rows] == [
        "Ordini e-commerce",
        "Perché la Città è ferma",
        "Report",
        "Ping sito",
    ]


def test_a_list_outside_of_what_is_recorded_is_empty_and_says_so(ask: Ask) -> None:
    early = ask(
        kind="list", subject="errors", window=_window("2026-01-01 00:00", "2026-02-01 00:00")
    )
    assert (early.rows, early.total_rows, early.coverage.complete) == ((), 0, False)


def test_a_list_without_a_limit_has_at_most_so_many_rows(
    store_of: Callable[[InMemorySource], Store],
) -> None:
    source = small_company()
    for number in range(100, 100 + MAX_LIST_ROWS):
        source.add(execution(number, ORDERS, rome("2026-11-20 10:00") + timedelta(seconds=number)))
    result = _asking(store_of(source))(kind="list", subject="executions")
    assert (len(result.rows), result.total_rows) == (MAX_LIST_ROWS, MAX_LIST_ROWS + 29)


# --- today ---------------------------------------------------------------------------------------


def test_the_story_of_a_day_is_in_time_order(ask: Ask) -> None:
    day = ask(kind="story", story="today", window=_window("2026-11-12 00:00", "2026-11-13 00:00"))
    assert day.columns == ("time", "kind", "process", "text")
    support = "Assistenza clienti"
    assert [(row[0].strftime("%H:%M:%S"), *row[1:]) for row in day.rows] == [
        ("09:00:00", "email_received", support, "zoe@example.com: Città sbagliata"),
        ("09:00:02", "answer", support, "Corretta."),
        ("09:00:03", "email_sent", support, "zoe@example.com: Re:"),
        ("09:30:00", "email_received", support, "anna@example.com: 100% sconto_?"),
        ("09:30:00", "error", support, "Chiama ERP: Timeout after … s"),
    ]


def test_without_a_window_it_is_the_story_of_today(ask: Ask) -> None:
    today = ask(kind="story", story="today")
    assert [(row[0], row[1]) for row in today.rows] == [(rome("2026-11-22 14:00"), "error")]
    assert today.coverage.complete
    page = ask(
        kind="story",
        story="today",
        window=_window("2026-11-01 00:00", "2026-12-01 00:00"),
        limit=2,
        offset=1,
    )
    assert (len(page.rows), page.total_rows) == (2, 20)


# --- e-mails -------------------------------------------------------------------------------------


def test_the_story_of_mails_tells_what_was_answered(ask: Ask) -> None:
    mails = ask(kind="story", story="email")
    assert mails.columns == ("time", "sender", "subject", "answered", "answer")
    assert [row[1:] for row in mails.rows] == [
        (None, "Anonimo", False, None),
        ("bruno@example.com", "Fattura", True, "In allegato."),
        ("anna@example.com", "100% sconto_?", False, None),
        ("zoe@example.com", "Città sbagliata", True, "Corretta."),
    ]


def test_several_mails_of_one_run_each_have_their_own_answer(
    store_of: Callable[[InMemorySource], Store],
) -> None:
    source = small_company()
    source.executions.clear()
    at = "2026-11-20 10:00"
    source.add(
        execution(1, SUPPORT, at, business=[
            received(at, "anna@example.com", "Uno", 0),
            received(at, "bruno@example.com", "Due", 1),
            answer("2026-11-20 10:00:01", "A due", 1.0, 1),
            answer("2026-11-20 10:00:01", "A uno", 1.0, 0),
            sent("2026-11-20 10:00:02", "anna@example.com", 0),
        ])
    )  # fmt: skip
    mails = _asking(store_of(source))(kind="story", story="email", order="asc")
    assert [row[1:] for row in mails.rows] == [
        ("anna@example.com", "Uno", True, "A uno"),
        ("bruno@example.com", "Due", False, "A due"),
    ]


# --- errors --------------------------------------------------------------------------------------


def test_the_story_of_errors_is_by_process_with_the_last_one(ask: Ask) -> None:
    errors = ask(kind="story", story="errors")
    assert errors.columns == ("process", "errors", "last_error_at", "last_cause", "last_7_days")
    timeout = "Timeout after … s"
    assert errors.rows == (
        ("Ordini e-commerce", 3, rome("2026-11-22 14:00"), timeout, 1),
        ("Assistenza clienti", 3, rome("2026-11-12 09:30"), timeout, 0),
        ("Ping sito", 2, rome("2026-11-04 09:00"), "Sito giù", 0),
        ("Perché la Città è ferma", 1, rome("2026-11-07 12:00"), "Perché no", 0),
        ("Report", 1, rome("2026-11-06 08:00"), timeout, 0),
    )
    one = ask(
        kind="story",
        story="errors",
        window=_window("2026-11-02 00:00", "2026-11-03 00:00"),
        filters=[{"field": "process", "op": "contains", "values": ["assistenza"]}],
    )
    assert one.rows == (("Assistenza clienti", 2, rome("2026-11-02 10:05"), "Memoria finita", 0),)


def test_errors_of_processes_of_one_name_are_told_together(
    store_of: Callable[[InMemorySource], Store],
) -> None:
    source = small_company()
    source.add(execution(34, REPORT, "2026-11-21 08:00", "error", cause="Ieri"))
    errors = _asking(store_of(source))(
        kind="story", story="errors", filters=[{"field": "process", "values": ["Report"]}]
    )
    assert errors.rows == (("Report", 2, rome("2026-11-21 08:00"), "Ieri", 1),)
    assert Note("same_name", ("Report",)) in errors.notes


@pytest.mark.parametrize(
    ("story", "field", "choices"),
    [
        ("today", "sender", ("process", "text")),
        ("overview", "status", ("process",)),
        ("email", "cause", ("process", "sender", "customer", "text")),
        ("errors", "sender", ("process", "status", "cause", "text")),
    ],
)
def test_a_story_says_by_what_it_can_be_filtered(
    ask: Ask, story: str, field: str, choices: tuple[str, ...]
) -> None:
    for window in (None, _window("2020-01-01 00:00", "2020-02-01 00:00")):
        with pytest.raises(QueryError) as refusal:
            ask(
                kind="story",
                story=story,
                window=window,
                filters=[{"field": field, "values": ["x"]}],
            )
        assert refusal.value.choices == choices


# --- overview ------------------------------------------------------------------------------------


def test_the_overview_sets_a_period_beside_the_one_before(loaded: Store) -> None:
    week = _overview(loaded, "2026-11-09 00:00", "2026-11-16 00:00")
    assert week.columns == ("metric", "value", "previous", "change_percent")
    found = {row[0]: row[1:] for row in week.rows}
    assert list(found) == [
        "executions", "success_rate", "errors", "median_duration", "emails_received",
        "emails_sent", "orders", "order_value", "ai_responses", "ai_response_time",
    ]  # fmt: skip
    assert found["executions"] == (8, 12, -33.33)
    assert found["success_rate"] == (75.0, 33.3333, 125.0)
    assert found["errors"] == (2, 6, -66.67)
    assert found["orders"] == (2, 0, None)
    assert found["ai_response_time"] == (1.0, None, None)


def test_an_unfinished_period_is_set_beside_as_much_of_the_one_before(loaded: Store) -> None:
    def mails_sent(now: datetime) -> tuple[Any, ...]:
        today = _overview(loaded, "2026-11-22 00:00", "2026-11-23 00:00", now=now)
        return {row[0]: row[1:] for row in today.rows}["emails_sent"]

    assert mails_sent(NOW) == (0, 1, -100.0)
    # Yesterday's mail went out at ten: at nine there was none to compare with.
    assert mails_sent(rome("2026-11-22 09:00")) == (0, 0, None)


def test_a_period_before_that_is_not_covered_gives_no_change(loaded: Store) -> None:
    month = _overview(loaded, "2026-11-01 00:00", "2026-12-01 00:00")
    assert all(row[2:] == (None, None) for row in month.rows)
    assert Note("previous_not_covered") in month.notes


def test_what_was_never_recorded_is_not_in_the_overview(
    store_of: Callable[[InMemorySource], Store],
) -> None:
    source = small_company()
    for identity in list(source.executions):
        source.change(identity, business=())
    overview = _asking(store_of(source))(
        kind="story", story="overview", window=_window("2026-11-09 00:00", "2026-11-16 00:00")
    )
    assert [row[0] for row in overview.rows] == [
        "executions",
        "success_rate",
        "errors",
        "median_duration",
    ]


# --- one process ---------------------------------------------------------------------------------


def test_a_process_is_summed_up_in_one_row(loaded: Store) -> None:
    result = process_summary(loaded, "assistenza CLIENTI", window=None, zone=ROME, now=NOW)
    assert dict(zip(result.columns, result.rows[0], strict=True)) == {
        "process": "Assistenza clienti",
        "active": True,
        "executions": 9,
        "success_rate": 50.0,
        "errors": 3,
        "median_duration": 2.0,
        "last_run": rome("2026-11-13 18:00"),
        "last_status": "success",
        "last_error_at": rome("2026-11-12 09:30"),
        "last_error_step": "Chiama ERP",
        "last_cause": "Timeout after … s",
    }
    assert result.total_rows == 1


def test_the_summary_of_a_window_knows_only_that_window(loaded: Store) -> None:
    def summary(process: str) -> Result:
        from catalogue import Window

        window = Window(start=rome("2026-11-16 00:00"), end=rome("2026-11-23 00:00"))
        return process_summary(loaded, process, window=window, zone=ROME, now=NOW)

    assert summary("Ping sito").rows == (
        ("Ping sito", True, 0, None, 0, None, None, None, None, None, None),
    )
    assert summary("Ping sito").notes == (Note("successes_not_saved", ("Ping sito",)),)


def test_the_summary_of_a_sub_workflow_says_that_it_runs_inside_others(loaded: Store) -> None:
    result = process_summary(loaded, "Sub: cliente nel CRM", window=None, zone=ROME, now=NOW)
    assert result.rows[0][2] == 0
    assert result.notes == (Note("only_inside_others", ("Sub: cliente nel CRM",)),)


def test_the_summary_of_a_process_that_is_not_there_is_an_error(loaded: Store) -> None:
    with pytest.raises(QueryError, match="no process is called 'Paghe'"):
        process_summary(loaded, "Paghe", window=None, zone=ROME, now=NOW)


def test_a_summary_follows_a_rename(store: Store) -> None:
    source = small_company()
    sync(source, store)
    source.listed[0] = type(source.listed[0])(ORDERS, "Negozio", True, False, True, None, None)
    sync(source, store)
    result = process_summary(store, "Ordini e-commerce", window=None, zone=ROME, now=NOW)
    assert result.rows[0][0] == "Negozio"
