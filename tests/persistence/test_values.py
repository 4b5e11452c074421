"""Values against figures worked out in plain Python, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from catalogue import METRICS, checked_query
from core.errors import QueryError
from persistence.business_queries import run_query
from persistence.results import Note, Result
from persistence.store import Store
from tests.persistence.small_company import (
    NOW,
    OTHER_REPORT,
    REPORT,
    ROME,
    InMemorySource,
    execution,
    order,
    random_company,
    rome,
    small_company,
)
from tests.persistence.truth import MEASURES, Fact, truth, within

Ask = Callable[..., Result]


@pytest.fixture(scope="module")
def company() -> InMemorySource:
    return small_company()


@pytest.fixture(scope="module")
def ask(company: InMemorySource, store_of: Callable[[InMemorySource], Store]) -> Ask:
    return _asking(store_of(company))


@pytest.fixture(scope="module")
def other_company() -> InMemorySource:
    return random_company(7)


@pytest.fixture(scope="module")
def ask_other(other_company: InMemorySource, store_of: Callable[[InMemorySource], Store]) -> Ask:
    return _asking(store_of(other_company))


def _asking(store: Store) -> Ask:
    def ask(now: datetime = NOW, **query: Any) -> Result:
        return run_query(store, checked_query(**query), zone=ROME, now=now)

    return ask


def _window(start: str | None, end: str) -> dict[str, datetime | None]:
    return {"start": start and rome(start), "end": rome(end)}  # type: ignore[dict-item]


def _by_labels(result: Result) -> dict[tuple[Any, ...], Any]:
    found = {row[:-1]: row[-1] for row in result.rows}
    assert len(found) == len(result.rows), "a group appears twice"
    return found


def _same(result: Result, expected: dict[tuple[Any, ...], Any]) -> None:
    found = _by_labels(result)
    assert found.keys() == expected.keys()
    for labels, value in expected.items():
        assert found[labels] == pytest.approx(value, abs=0.006), labels


CASES = [
    pytest.param(metric.id, groupings, id=f"{metric.id} by {' and '.join(groupings) or 'nothing'}")
    for metric in METRICS.values()
    if metric.measure.facts != "processes"
    for groupings in [
        (),
        *((each,) for each in metric.groupings),
        *([("process", "week"), ("weekday", "hour")] if metric.groupings else []),
    ]
]


@pytest.mark.parametrize(("metric", "group_by"), CASES)
def test_every_metric_and_grouping_equals_the_truth(
    metric: str,
    group_by: tuple[str, ...],
    ask: Ask,
    ask_other: Ask,
    company: InMemorySource,
    other_company: InMemorySource,
) -> None:
    window = _window("2026-10-17 00:00", "2026-11-16 00:00")
    keep = within(window["start"], window["end"])
    for asking, source in ((ask, company), (ask_other, other_company)):
        _same(asking(metric=metric, group_by=group_by), truth(source, metric, group_by))
        _same(
            asking(metric=metric, group_by=group_by, window=window),
            truth(source, metric, group_by, keep=keep),
        )


def test_every_metric_of_the_catalogue_has_its_truth_here() -> None:
    recorded = {each.id for each in METRICS.values() if each.measure.facts != "processes"}
    assert set(MEASURES) == recorded


# --- the traps by name ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "executions"),
    [
        pytest.param("2026-10-24", 1, id="the last minutes of the day before"),
        pytest.param("2026-10-25", 4, id="25 hours, of which two are called two o'clock"),
        pytest.param("2026-10-26", 1, id="the first minutes of the day after"),
    ],
)
def test_a_day_reaches_from_local_midnight_to_local_midnight(
    ask: Ask, day: str, executions: int
) -> None:
    start = rome(f"{day} 00:00")
    end = (start.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=ROME)
    assert ask(metric="executions", window={"start": start, "end": end}).rows == ((executions,),)
    assert dict(ask(metric="executions", group_by=("day",)).rows)[day] == executions


def test_the_repeated_hour_is_one_hour_of_the_day(ask: Ask) -> None:
    day = _window("2026-10-25 00:00", "2026-10-26 00:00")
    assert ask(metric="executions", group_by=("hour",), window=day).rows == (
        (0, 1),
        (2, 2),
        (23, 1),
    )
    assert ask(metric="executions", hours=[(2, 3)], window=day).rows == ((2,),)


def test_recurring_hours_and_weekdays_are_local(
    ask_other: Ask, other_company: InMemorySource
) -> None:
    def keep(fact: Fact) -> bool:
        local = fact.moment.astimezone(ROME)
        return local.isoweekday() in {6, 7} and (local.hour < 3 or local.hour >= 22)

    result = ask_other(metric="executions", hours=[(0, 3), (22, 24)], weekdays=[6, 7])
    assert result.rows[0][0] > 0
    assert result.rows[0][0] == truth(other_company, "executions", keep=keep)[()]


def test_only_production_modes_count(ask: Ask) -> None:
    day = _window("2026-11-02 00:00", "2026-11-03 00:00")
    assert _by_labels(ask(metric="executions", group_by=("status",), window=day)) == {
        ("success",): 1,
        ("error",): 2,
        ("canceled",): 1,
        ("unfinished",): 2,
    }


def test_an_order_counts_once_where_it_first_appeared_with_its_first_total(ask: Ask) -> None:
    assert ask(metric="orders", group_by=("day",)).rows == (("2026-11-09", 1), ("2026-11-10", 1))
    assert ask(metric="order_value").rows == ((150.25,),)
    first = _window("2026-11-09 00:00", "2026-11-10 00:00")
    assert ask(metric="order_value", window=first).rows == ((100.0,),)


def test_a_mail_sent_after_a_wait_is_sent_then(ask: Ask) -> None:
    assert ask(metric="emails_sent", group_by=("day",)).rows[-1] == ("2026-11-21", 1)


def test_a_rate_over_nothing_has_no_row_and_a_count_is_zero(ask: Ask) -> None:
    quiet = _window("2026-11-17 00:00", "2026-11-18 00:00")
    for metric in ("success_rate", "median_duration", "max_duration", "ai_response_time"):
        assert ask(metric=metric, window=quiet).rows == ()
    for metric in ("executions", "errors", "emails_received", "orders", "order_value"):
        assert ask(metric=metric, window=quiet).rows == ((0,),)


def test_a_process_whose_successes_are_not_saved_has_no_rate(ask: Ask) -> None:
    note = Note("successes_not_saved", ("Ping sito",))
    alone = [{"field": "process", "values": ["ping sito"]}]
    for metric in ("success_rate", "error_rate"):
        result = ask(metric=metric, filters=alone)
        assert (result.rows, result.notes) == ((), (note,))
        grouped = ask(metric=metric, group_by=("process",))
        assert ("Ping sito",) not in _by_labels(grouped)
        assert note in grouped.notes
    assert ask(metric="errors", filters=alone).rows == ((2,),)
    assert ask(metric="errors", filters=alone).notes == ()
    assert ask(metric="executions", filters=alone).notes == (note,)


def test_processes_of_one_name_are_taken_together_and_that_is_said(
    ask: Ask, company: InMemorySource
) -> None:
    both = [{"field": "process", "values": ["report"]}]
    ids = {REPORT, OTHER_REPORT}
    result = ask(metric="median_duration", filters=both)
    keep = truth(company, "median_duration", keep=lambda fact: fact.workflow_id in ids)
    assert result.rows == ((keep[()],),)
    assert Note("same_name", ("Report",)) in result.notes
    grouped = ask(metric="executions", group_by=("process",))
    assert _by_labels(grouped)["Report",] == 3


def test_a_process_that_only_ran_inside_others_is_noted(ask: Ask) -> None:
    result = ask(
        metric="executions", filters=[{"field": "process", "values": ["Sub: cliente nel CRM"]}]
    )
    assert result.rows == ((0,),)
    assert result.notes == (Note("only_inside_others", ("Sub: cliente nel CRM",)),)


def test_an_order_whose_total_nobody_recorded_has_no_value(
    store_of: Callable[[InMemorySource], Store],
) -> None:
    source = small_company()
    source.add(
        execution(
            40, "w-orders", "2026-11-20 10:00", business=[order("2026-11-20 10:00", "X", None)]
        )
    )
    ask = _asking(store_of(source))
    missing = Note("totals_missing", ("1",))
    alone = ask(metric="order_value", window=_window("2026-11-20 00:00", "2026-11-21 00:00"))
    assert (alone.rows, alone.notes) == ((), (missing,))
    beside = ask(metric="order_value")
    assert (beside.rows, beside.notes) == (((150.25,),), (missing,))


# --- processes -----------------------------------------------------------------------------------


def test_processes_are_counted_as_they_are_now(ask: Ask) -> None:
    assert ask(metric="processes").rows == ((9,),)
    assert ask(metric="active_processes").rows == ((7,),)
    past = ask(metric="processes", window=_window("2026-11-01 00:00", "2026-11-02 00:00"))
    assert (past.rows, past.notes) == (((9,),), (Note("now_only"),))


# --- filters -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metric", "condition", "expected"),
    [
        pytest.param("errors", ("process", "is", "PERCHE la citta E FERMA"), 1, id="accents, case"),
        pytest.param("errors", ("process", "contains", "citt"), 1, id="a part of a name"),
        pytest.param("errors", ("process", "is_not", "Ping sito"), 8, id="all but one"),
        pytest.param("executions", ("status", "is", "error"), 10, id="crashed is an error"),
        pytest.param("executions", ("status", "is_not", "success"), 13, id="not a success"),
        pytest.param("errors", ("cause", "is", "perche NO"), 1, id="a cause"),
        pytest.param("errors", ("cause", "contains", "giu"), 2, id="a part of a cause"),
        pytest.param("errors", ("text", "contains", "after 30"), 10, id="in the message"),
        pytest.param("emails_received", ("sender", "is", "Zoe@Example.com"), 1, id="a sender"),
        pytest.param("emails_received", ("sender", "is", "zoe muller"), 1, id="a sender's name"),
        pytest.param("emails_received", ("sender", "contains", "Müller"), 1, id="part of a name"),
        pytest.param("emails_received", ("sender", "is_not", "Zoë Müller"), 3, id="all but a name"),
        pytest.param(
            "emails_received", ("sender", "is_not", "zoe@example.com"), 3, id="nobody too"
        ),
        pytest.param("emails_received", ("text", "contains", "CITTA"), 1, id="in the subject"),
        pytest.param("emails_received", ("text", "contains", "100%"), 1, id="a percent sign"),
        pytest.param("emails_received", ("text", "contains", "0_s"), 0, id="no wildcard"),
        pytest.param("emails_received", ("text", "contains", "o_?"), 1, id="an underscore"),
        pytest.param("emails_received", ("customer", "contains", "muller"), 1, id="a name"),
        pytest.param("emails_sent", ("customer", "is", "anna@example.com"), 1, id="whom we wrote"),
        pytest.param("orders", ("order", "is", "ord-2"), 1, id="an order"),
        pytest.param("orders", ("customer", "contains", "anna"), 1, id="a customer"),
        pytest.param("ai_responses", ("text", "contains", "corretta"), 1, id="in an answer"),
    ],
)
def test_filters_compare_without_case_and_accents(
    ask: Ask, metric: str, condition: tuple[str, str, str], expected: int
) -> None:
    field, op, value = condition
    filters = [{"field": field, "op": op, "values": [value]}]
    assert ask(metric=metric, filters=filters).rows == ((expected,),)


def test_values_of_a_filter_are_alternatives_and_filters_add_up(ask: Ask) -> None:
    either = {"field": "process", "values": ["Ping sito", "Perché la Città è ferma"]}
    assert ask(metric="errors", filters=[either]).rows == ((3,),)
    and_cause = {"field": "cause", "values": ["Sito giù"]}
    assert ask(metric="errors", filters=[either, and_cause]).rows == ((2,),)


STATUSES = ("success", "error", "canceled", "unfinished")


@pytest.mark.parametrize(
    ("metric", "field", "value", "choices"),
    [
        ("executions", "sender", "x", ("process", "status", "cause", "text")),
        ("orders", "status", "error", ("process", "customer", "order", "text")),
        ("emails_received", "status", "sent", ("process", "sender", "customer", "text")),
        ("errors", "status", "kaputt", STATUSES),
    ],
)
def test_a_filter_that_makes_no_sense_says_what_would(
    ask: Ask, metric: str, field: str, value: str, choices: tuple[str, ...]
) -> None:
    with pytest.raises(QueryError) as refusal:
        ask(metric=metric, filters=[{"field": field, "values": [value]}])
    assert refusal.value.choices == choices


@pytest.mark.parametrize("window", [None, ("2020-01-01 00:00", "2020-02-01 00:00")])
def test_an_unknown_process_is_an_error_that_names_the_known_ones(
    ask: Ask, window: tuple[str, str] | None
) -> None:
    with pytest.raises(QueryError) as refusal:
        ask(
            metric="executions",
            window=window and _window(*window),
            filters=[{"field": "process", "values": ["Paghe"]}],
        )
    assert (refusal.value.field, refusal.value.value) == ("process", "Paghe")
    assert "Ordini e-commerce" in refusal.value.choices


# --- order, limit, having ------------------------------------------------------------------------


def test_rankings_are_best_first_and_keep_ties_at_the_limit(ask: Ask) -> None:
    by_sender = ask(metric="emails_received", group_by=("sender",), limit=1)
    assert by_sender.rows == (
        ("anna@example.com", 1),
        ("bruno@example.com", 1),
        ("zoe@example.com", 1),
    )
    assert by_sender.total_rows == 4, "the message without a sender is a group, but not a winner"
    worst = ask(metric="errors", group_by=("process",), order="asc", limit=1)
    assert worst.rows == (("Perché la Città è ferma", 1), ("Report", 1))


def test_time_groupings_are_in_time_order_unless_an_order_is_asked_for(ask: Ask) -> None:
    days = [row[0] for row in ask(metric="executions", group_by=("day",)).rows]
    assert days == sorted(days)
    busiest = ask(metric="executions", group_by=("day",), order="desc", limit=1)
    assert busiest.rows == (("2026-11-02", 6),)
    first = ask(metric="executions", group_by=("day",), limit=2, offset=1)
    assert first.rows == (("2026-10-25", 4), ("2026-10-26", 1))


def test_having_keeps_the_groups_that_hold(ask: Ask) -> None:
    often = ask(metric="errors", group_by=("process",), having={"op": ">=", "value": 3})
    assert _by_labels(often) == {("Assistenza clienti",): 3, ("Ordini e-commerce",): 3}


def test_having_that_admits_zero_brings_in_processes_with_none(ask: Ask) -> None:
    never = ask(metric="errors", group_by=("process",), having={"op": "=", "value": 0})
    assert _by_labels(never) == {
        ("Fatturazione",): 0,
        ("Mai partito",): 0,
        ("Sub: cliente nel CRM",): 0,
    }


# --- comparisons and coverage --------------------------------------------------------------------


def test_a_comparison_has_the_rows_of_both_windows(ask: Ask) -> None:
    november, october = (
        ("2026-11-01 00:00", "2026-12-01 00:00"),
        ("2026-10-01 00:00", "2026-11-01 00:00"),
    )
    result = ask(metric="executions", window=_window(*november), compare_to=_window(*october))
    assert result.columns == ("period", "executions")
    assert result.rows == (("2026-11", 23), ("2026-10", 6))
    assert not result.coverage.complete, "October began before what is recorded"


@pytest.mark.parametrize("narrowed", [{"limit": 2}, {"having": {"op": ">=", "value": 2}}])
def test_a_ranking_of_one_window_shows_its_own_groups_of_the_other(
    ask: Ask, narrowed: dict[str, Any]
) -> None:
    grouped = ask(
        metric="errors", group_by=("process",), **narrowed,
        window=_window("2026-11-01 00:00", "2026-12-01 00:00"),
        compare_to=_window("2026-10-01 00:00", "2026-11-01 00:00"),
    )  # fmt: skip
    assert grouped.columns == ("period", "process", "errors")
    assert grouped.rows == (
        ("2026-11", "Assistenza clienti", 3),
        ("2026-11", "Ordini e-commerce", 2),
        ("2026-11", "Ping sito", 2),
        # Less than two, and not among October's first two: still what November is compared with.
        ("2026-10", "Ordini e-commerce", 1),
    )
    turned = ask(
        metric="errors", group_by=("process",), limit=1,
        window=_window("2026-10-01 00:00", "2026-11-01 00:00"),
        compare_to=_window("2026-11-01 00:00", "2026-12-01 00:00"),
    )  # fmt: skip
    assert turned.rows == (
        ("2026-10", "Ordini e-commerce", 1),
        ("2026-11", "Ordini e-commerce", 2),  # and not November's first
    )


@pytest.mark.parametrize(
    ("start", "end", "rows", "complete"),
    [
        pytest.param("2026-11-02 00:00", "2026-11-03 00:00", 1, True, id="inside"),
        pytest.param("2026-11-22 00:00", "2026-11-23 00:00", 1, True, id="today, so far"),
        pytest.param("2026-10-01 00:00", "2026-11-01 00:00", 1, False, id="begins too early"),
        pytest.param(None, "2026-11-01 00:00", 1, True, id="from the first record on"),
        pytest.param(
            "2026-09-01 00:00", "2026-10-01 00:00", 0, False, id="before the first record"
        ),
        pytest.param("2026-11-23 00:00", "2026-11-24 00:00", 0, False, id="tomorrow"),
    ],
)
def test_a_window_is_complete_where_all_of_it_is_recorded(
    ask: Ask, start: str | None, end: str, rows: int, complete: bool
) -> None:
    result = ask(metric="executions", window=_window(start, end))
    assert len(result.rows) == rows
    assert result.coverage.complete is complete
    assert (Note("future") in result.notes) is (start == "2026-11-23 00:00")
    assert result.coverage.start == rome("2026-10-24 23:40:02")
    assert str(result.coverage.start).endswith("+02:00"), "in the business zone"
    assert result.coverage.end == NOW


def test_a_store_last_filled_yesterday_does_not_cover_today(ask: Ask) -> None:
    tomorrow = NOW + timedelta(days=1)
    day = {"start": tomorrow.replace(hour=0), "end": tomorrow.replace(hour=0) + timedelta(days=1)}
    result = ask(now=tomorrow, metric="executions", window=day)
    assert (result.rows, result.coverage.complete) == ((), False)
    both_days = {"start": NOW.replace(hour=0), "end": day["end"]}
    result = ask(now=tomorrow, metric="executions", window=both_days)
    assert (result.rows, result.coverage.complete) == (((2,),), False)


def test_before_the_first_sync_nothing_is_known(store: Store) -> None:
    result = run_query(store, checked_query(metric="executions"), zone=ROME, now=NOW)
    assert (result.columns, result.rows, result.total_rows) == (("executions",), (), 0)
    assert result.notes == (Note("never_synced"),)
    assert not result.coverage.complete


def test_an_n8n_without_any_execution_is_said_to_have_none(
    store_of: Callable[[InMemorySource], Store],
) -> None:
    empty = InMemorySource(listed=small_company().listed)
    result = _asking(store_of(empty))(metric="executions")
    assert (result.rows, result.notes) == (
        (),
        (Note("nothing_recorded"), Note("successes_not_saved", ("Ping sito",))),
    )


def test_moments_are_compared_in_time_not_by_their_clocks(ask: Ask) -> None:
    # Between the two halves of the repeated hour, given once in Rome's time and once in UTC.
    between = rome("2026-10-25 02:00*")
    for moment in (between, between.astimezone(UTC)):
        window = {"start": rome("2026-10-25 02:00"), "end": moment}
        assert ask(metric="executions", window=window).rows == ((1,),)
