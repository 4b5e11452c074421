"""n8n's own counters: asked where nothing is recorded, labelled, and never added."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from catalogue.query import BusinessQuery, Filter, Window
from persistence.business_queries import process_summary, run_query
from persistence.demo import make_demo_database
from persistence.n8n.counters import Counted
from persistence.n8n.source import N8nSource
from persistence.results import Result
from persistence.store import Store
from persistence.sync import synchronise
from tests.persistence.small_company import (
    NOW,
    ORDERS,
    PING,
    ROME,
    InMemorySource,
    execution,
    process,
    rome,
    small_company,
)

NOVEMBER = rome("2026-11-01 00:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def counted(
    workflow_id: str, began: str, good: int, bad: int, length: timedelta = HOUR, ms: int = 0
) -> Counted:
    moment = rome(began).astimezone(UTC)
    return Counted("insights", workflow_id, moment, moment + length, good, bad, ms)


def sync(source: Any, store: Store, now: datetime = NOW) -> None:
    synchronise(source, store, zone=ROME, store_content=False, now=now)


def ask(store: Store, metric: str, *, process: str | None = None, **query: Any) -> Result:
    filters = (Filter(field="process", values=(process,)),) if process else ()
    asked = BusinessQuery(metric=metric, filters=filters, **query)
    return run_query(store, asked, zone=ROME, now=NOW)


def said(result: Result) -> tuple[str, ...] | None:
    found = [note.values for note in result.notes if note.code == "second_source"]
    assert len(found) <= 1
    return found[0] if found else None


def window(start: str, end: str) -> Window:
    return Window(start=rome(start), end=rome(end))


@pytest.fixture
def company() -> InMemorySource:
    source = small_company()
    source.counters = [
        counted(ORDERS, "2026-10-01 10:00", 40, 2, ms=84_000),
        counted(ORDERS, "2026-10-02 10:00", 8, 0, DAY),
        counted(ORDERS, "2026-11-09 11:00", 500, 500),
        counted(PING, "2026-11-03 09:00", 20, 1),
        counted(PING, "2026-11-04 09:00", 39, 1),
    ]
    return source


def test_days_before_the_records_have_only_the_counters_figures(
    company: InMemorySource, store: Store
) -> None:
    sync(company, store)
    september = window("2026-10-01 00:00", "2026-10-04 00:00")
    result = ask(store, "executions", window=september)
    assert result.rows == (), "they are no records"
    assert said(result) == ("before", "insights", "48", "2", "2", "1.680")
    first_day = ask(store, "error_rate", window=window("2026-10-01 00:00", "2026-10-02 00:00"))
    assert said(first_day) == ("before", "insights", "40", "2", "1", "2.000")


def test_a_period_that_reaches_out_of_the_window_is_not_taken(
    company: InMemorySource, store: Store
) -> None:
    sync(company, store)
    half_a_day = window("2026-10-02 00:00", "2026-10-02 15:00")
    assert said(ask(store, "executions", window=half_a_day)) is None


def test_recorded_days_are_never_mixed_with_counters(company: InMemorySource, store: Store) -> None:
    without = small_company()
    sync(company, store)
    november = Window(start=NOVEMBER, end=rome("2026-12-01 00:00"))
    result = ask(store, "executions", window=november)
    assert said(result) is None
    recorded = [
        each
        for each in without.executions.values()
        if each.began_at >= rome("2026-11-01 00:00")
        and each.mode in {"webhook", "trigger", "retry"}
    ]
    assert result.rows == ((len(recorded),),)


def test_a_process_that_keeps_only_its_failures_has_no_rate_but_counters(
    company: InMemorySource, store: Store
) -> None:
    sync(company, store)
    rate = ask(store, "success_rate", process="Ping sito")
    assert rate.rows == (), "never 0 % as a fact"
    assert said(rate) == ("unsaved", "insights", "59", "2", "2", "", "Ping sito")
    assert ask(store, "successes", process="Ping sito").rows == (), "unknown, not zero"
    errors = ask(store, "errors", process="Ping sito")
    assert errors.rows == ((2,),), "what is recorded, and nothing added"
    assert said(errors) == said(rate)


def test_lifetime_counters_are_taken_only_for_all_history_and_without_insights(
    company: InMemorySource, store: Store
) -> None:
    company.counters = [Counted("statistics", PING, datetime(1970, 1, 1, tzinfo=UTC), NOW, 62, 3)]
    sync(company, store)
    assert said(ask(store, "successes", process="Ping sito")) == (
        "unsaved", "statistics", "62", "3", "0", "", "Ping sito",
    )  # fmt: skip
    in_november = window("2026-11-01 00:00", "2026-12-01 00:00")
    assert said(ask(store, "successes", process="Ping sito", window=in_november)) is None


def test_hours_that_n8n_made_days_of_are_not_taken_twice(store: Store) -> None:
    source = InMemorySource(listed=[process(PING, "Ping", saves_successes=False)])
    source.add(execution(1, PING, "2026-11-10 09:00", "error"))
    source.counters = [
        counted(PING, "2026-11-10 09:00", 5, 1),
        counted(PING, "2026-11-10 10:00", 7, 0),
        counted(PING, "2026-11-20 10:00", 1, 0),
    ]
    sync(source, store)
    source.counters = [
        counted(PING, "2026-11-10 01:00", 12, 1, DAY),  # the hours above, as one day
        counted(PING, "2026-11-20 10:00", 4, 0),  # it went on
    ]
    source.add(execution(2, PING, "2026-11-21 09:00", "error"))
    sync(source, store, NOW + timedelta(minutes=5))
    assert said(ask(store, "executions", process="Ping")) == (
        "unsaved", "insights", "16", "1", "2", "", "Ping",
    )  # fmt: skip


def test_what_a_sync_finds_in_the_counters_is_a_new_version(
    company: InMemorySource, store: Store
) -> None:
    sync(company, store)
    before = store.state()
    company.add(execution(60, ORDERS, "2026-11-22 14:50"))
    company.counters.append(counted(PING, "2026-11-22 13:00", 1, 0))
    sync(company, store, NOW + timedelta(minutes=1))
    after = store.state()
    assert before is not None
    assert after is not None
    assert after.data_version == before.data_version + 2


def test_a_process_told_as_a_whole_has_the_counters_too(
    company: InMemorySource, store: Store
) -> None:
    sync(company, store)
    asked = BusinessQuery(
        kind="story", story="overview", filters=(Filter(field="process", values=("Ping sito",)),)
    )
    counters = ("unsaved", "insights", "59", "2", "2", "", "Ping sito")
    assert said(run_query(store, asked, zone=ROME, now=NOW)) == counters
    assert said(process_summary(store, "Ping sito", window=None, zone=ROME, now=NOW)) == counters


# --- what n8n deleted before it was read ---------------------------------------------------------

LAST_LOOK = rome("2026-11-10 12:00")
FIRST_LEFT = rome("2026-11-16 09:00")


@pytest.fixture
def left_alone(store: Store) -> InMemorySource:
    """An n8n that nobody read from the 10th to the 22nd, and that deleted all before the 16th."""
    source = InMemorySource(listed=[process(ORDERS, "Ordini"), process(PING, "Ping")])
    for number, began in enumerate(("2026-11-08 09:00", "2026-11-09 09:00"), start=1):
        source.add(execution(number, ORDERS, began))
    sync(source, store, LAST_LOOK)
    source.executions.clear()
    source.add(execution(20, ORDERS, FIRST_LEFT, "error", seconds=0.0))
    source.add(execution(21, ORDERS, "2026-11-20 09:00"))
    source.counters = [
        counted(ORDERS, "2026-11-09 09:00", 1, 0),
        counted(ORDERS, "2026-11-12 10:00", 6, 1),
        counted(ORDERS, "2026-11-13 10:00", 10, 0),
    ]
    return source


def notes(result: Result) -> dict[str, tuple[str, ...]]:
    return {note.code: note.values for note in result.notes}


def test_what_n8n_deleted_before_it_was_read_is_a_gap_with_the_counters_figures(
    left_alone: InMemorySource, store: Store
) -> None:
    sync(left_alone, store)
    state = store.state()
    assert state is not None
    assert state.gaps == ((LAST_LOOK, FIRST_LEFT),)
    across = ask(store, "executions", window=window("2026-11-09 00:00", "2026-11-17 00:00"))
    assert across.rows == ((2,),), "what is recorded on both sides"
    assert not across.coverage.complete
    assert notes(across)["gap"] == (LAST_LOOK.isoformat(), FIRST_LEFT.isoformat())
    assert said(across) == ("gap", "insights", "16", "1", "2", "")
    inside = ask(store, "executions", window=window("2026-11-12 00:00", "2026-11-13 00:00"))
    assert inside.rows == (), "unknown, not zero"
    assert said(inside) == ("gap", "insights", "6", "1", "1", "")
    for start, end in ("2026-11-09", "2026-11-10"), ("2026-11-17", "2026-11-21"):
        recorded = window(f"{start} 00:00", f"{end} 00:00")
        result = ask(store, "executions", window=recorded)
        assert result.coverage.complete
        assert notes(result) == {}


def test_a_gap_is_kept_and_the_next_one_added(left_alone: InMemorySource, store: Store) -> None:
    sync(left_alone, store, rome("2026-11-21 00:00"))
    sync(left_alone, store, rome("2026-11-21 00:05"))
    left_alone.executions.clear()
    left_alone.add(execution(40, ORDERS, "2026-11-22 10:00", seconds=0.0))
    sync(left_alone, store)
    state = store.state()
    assert state is not None
    assert state.gaps == (
        (LAST_LOOK, FIRST_LEFT),
        (rome("2026-11-21 00:05"), rome("2026-11-22 10:00")),
    )


@pytest.mark.parametrize("what", ["the next id is there", "older ones are there", "none had ended"])
def test_silence_is_no_gap(store: Store, what: str) -> None:
    source = InMemorySource(listed=[process(ORDERS, "Ordini")])
    first = execution(1, ORDERS, "2026-11-09 09:00", "success" if what[0] != "n" else "running")
    source.add(first)
    sync(source, store, LAST_LOOK)
    if what != "older ones are there":
        source.executions.clear()
    source.add(execution(2 if what == "the next id is there" else 20, ORDERS, FIRST_LEFT))
    sync(source, store)
    state = store.state()
    assert state is not None
    assert state.gaps == ()


# --- out of n8n's own tables ---------------------------------------------------------------------


def test_counters_are_read_as_sql_reads_them(
    tmp_path: Path, new_store_url: Callable[[], str]
) -> None:
    file = tmp_path / "n8n.sqlite"
    make_demo_database(file, now=NOW, days=30, scale=0.5)
    source = N8nSource.open(str(file))
    found = source.counted()
    with closing(sqlite3.connect(file)) as n8n:
        totals = dict(
            n8n.execute(
                "select type, sum(value) from (select type, value, metaId from insights_by_period "
                "union all select type, value, metaId from insights_raw) "
                "join insights_metadata using (metaId) where workflowId is not null group by type"
            ).fetchall()
        )
        lifetime = n8n.execute(
            "select sum(rootCount) from workflow_statistics where name = 'production_success'"
        ).fetchone()[0]
    insights = [each for each in found if each.source == "insights"]
    assert sum(each.successes for each in insights) == totals[2] > 0
    assert sum(each.failures for each in insights) == totals[3] > 0
    assert sum(each.run_time_ms for each in insights) == totals[1] > 0
    assert sum(each.successes for each in found if each.source == "statistics") == lifetime
    newest = max(each.starts_at for each in insights)
    later = [each for each in source.counted(newest) if each.source == "insights"]
    assert {each.starts_at for each in later} == {newest}
    source.close()


def test_an_n8n_without_counters_has_none(tmp_path: Path, new_store_url: Callable[[], str]) -> None:
    file = tmp_path / "n8n.sqlite"
    make_demo_database(file, now=NOW, days=3, scale=0.2)
    with closing(sqlite3.connect(file)) as n8n, n8n:
        for table in ("insights_raw", "insights_by_period", "insights_metadata",
                      "workflow_statistics"):  # fmt: skip
            n8n.execute(f"drop table {table}")
    source = N8nSource.open(str(file))
    assert source.counted() == []
    store = Store.open(new_store_url())
    sync(source, store)
    store.close()
    source.close()
