"""Sums of days and months: right after whatever n8n does, and never asked while they are not.

What they should say is written here once more, as plain SQL over the facts.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text, update

from catalogue.query import BusinessQuery, Filter, Window
from persistence.business_queries import run_query
from persistence.rollups import ROLL_UPS, stale
from persistence.store import Store
from persistence.sync import SyncProgress, SyncStopped, synchronise
from persistence.tables import business_metrics, execution_days, stale_periods
from tests.persistence import truth
from tests.persistence.small_company import (
    NOW,
    ORDERS,
    ROME,
    SUPPORT,
    InMemorySource,
    answer,
    execution,
    order,
    process,
    random_company,
    received,
    rome,
    small_company,
)


def sync(source: Any, store: Store, *, now: datetime = NOW, **options: Any) -> None:
    synchronise(source, store, **{"zone": ROME, "store_content": False, "now": now, **options})


def ask(store: Store, metric: str, *by: str, now: datetime = NOW, **query: Any) -> Any:
    asked = BusinessQuery(metric=metric, group_by=by, **query)
    result = run_query(store, asked, zone=ROME, now=now)
    if not by:
        return result.rows[0][0] if result.rows else None
    return {row[:-1] if len(by) > 1 else row[0]: row[-1] for row in result.rows}


def sql(store: Store, on_sqlite: str, on_postgresql: str, **values: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement written by hand; `{facts}` is where the tables are."""
    is_sqlite = store.engine.dialect.name == "sqlite"
    written = on_sqlite if is_sqlite else on_postgresql
    with store.engine.connect() as connection:
        rows = connection.execute(
            text(written.format(facts="" if is_sqlite else "pilotpros.")), values
        )
        return [tuple(row) for row in rows]


def executions_by_day(store: Store, changes: list[tuple[datetime, int]]) -> dict[str, int]:
    """Production executions by day of Rome; for SQLite with the offsets written out by hand."""
    offsets = " ".join(
        f"when began_at >= '{moment:%Y-%m-%d %H:%M:%S}.000' then '+{hours} hours'"
        for moment, hours in reversed(changes)
    )
    return dict(
        sql(
            store,
            f"select date(began_at, case {offsets} end), count(*) from {{facts}}executions "  # noqa: S608
            "where production group by 1",
            "select to_char(began_at at time zone 'Europe/Rome', 'YYYY-MM-DD'), count(*) "
            "from {facts}executions where production group by 1",
        )
    )


ROME_2026 = [
    (datetime(1970, 1, 1, tzinfo=UTC), 1),
    (datetime(2026, 3, 29, 1, tzinfo=UTC), 2),
    (datetime(2026, 10, 25, 1, tzinfo=UTC), 1),
]


def metrics_by_day(store: Store) -> dict[date, int]:
    with store.engine.connect() as connection:
        rows = connection.execute(
            select(business_metrics.c.date, business_metrics.c.total_executions).where(
                business_metrics.c.workflow_id == ""
            )
        )
        return {day: number for day, number in rows if number}


def everything_is_right(store: Store) -> None:
    expected = executions_by_day(store, ROME_2026)
    assert ask(store, "executions", "day") == expected
    assert ask(store, "executions") == sum(expected.values())
    assert {day.isoformat(): n for day, n in metrics_by_day(store).items()} == expected


def test_a_row_that_comes_late_is_in_the_sums_of_its_day(store: Store) -> None:
    source = small_company()
    late = source.executions.pop(20)
    sync(source, store)
    assert ask(store, "executions", "day")["2026-11-05"] == 2
    assert "2026-11-06" not in ask(store, "executions", "day")
    source.add(late)
    sync(source, store, now=NOW + timedelta(minutes=5))
    assert ask(store, "executions", "day")["2026-11-06"] == 1
    everything_is_right(store)


def test_a_status_that_changes_after_midnight_changes_the_day_on_which_it_began(
    store: Store,
) -> None:
    source = InMemorySource(listed=[process(ORDERS, "Ordini")])
    source.add(execution(1, ORDERS, "2026-11-20 23:59:30", "running"))
    before = rome("2026-11-20 23:59:50")
    sync(source, store, now=before)
    assert ask(store, "unfinished", "day", now=before) == {"2026-11-20": 1}
    ended = execution(1, ORDERS, "2026-11-20 23:59:30", "error", seconds=60.0,
                      business=[order("2026-11-21 00:00:10", "ORD-9", 12.5)])  # fmt: skip
    source.executions[1] = ended
    after = rome("2026-11-21 00:01:00")
    sync(source, store, now=after)
    assert ask(store, "unfinished", "day", now=after) == {}
    assert ask(store, "errors", "day", now=after) == {"2026-11-20": 1}
    assert ask(store, "orders", "day", now=after) == {"2026-11-21": 1}, "when its step ran"
    assert ask(store, "avg_duration", now=after) == 60.0
    everything_is_right(store)


def test_a_process_renamed_between_two_syncs_keeps_its_sums(store: Store) -> None:
    source = small_company()
    sync(source, store)
    before = ask(store, "executions", "process")["Ordini e-commerce"]
    source.listed[0] = replace(source.listed[0], name="Vendite")
    source.add(execution(40, ORDERS, "2026-11-22 14:30"))
    sync(source, store)
    found = ask(store, "executions", "process")
    assert found["Vendite"] == before + 1
    assert "Ordini e-commerce" not in found
    by_hand = dict(
        sql(
            store,
            "select workflow_id, count(*) from executions where production group by 1",
            "select workflow_id, count(*) from {facts}executions where production group by 1",
        )
    )
    assert found["Vendite"] == by_hand[ORDERS]


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)], ids=["23 hours", "25 hours"]
)
def test_days_on_which_clocks_change_are_whole_days(store: Store, day: str, hours: int) -> None:
    source = InMemorySource(listed=[process(ORDERS, "Ordini")])
    midnight = rome(f"{day} 00:00").astimezone(UTC)
    for place in range(-2, hours + 2):  # one in the middle of every hour, and of those around
        moment = midnight + timedelta(hours=place, minutes=30)
        source.add(execution(place + 10, ORDERS, moment, business=[answer(moment, "Sì", 1.0)]))
    sync(source, store)
    assert ask(store, "executions", "day")[day] == hours
    assert ask(store, "ai_responses", "day")[day] == hours
    by_hour = ask(store, "executions", "hour", filters=())
    assert by_hour == truth_by_hour(store)
    assert by_hour.get(2, 0) == (0 if hours == 23 else 2)
    everything_is_right(store)


def truth_by_hour(store: Store) -> dict[int, int]:
    changes = " ".join(
        f"when began_at >= '{moment:%Y-%m-%d %H:%M:%S}.000' then '+{hours} hours'"
        for moment, hours in reversed(ROME_2026)
    )
    return dict(
        sql(
            store,
            f"select cast(strftime('%H', began_at, case {changes} end) as integer), count(*) "  # noqa: S608
            "from executions where production group by 1",
            "select extract(hour from began_at at time zone 'Europe/Rome')::int, count(*) "
            "from {facts}executions where production group by 1",
        )
    )


def test_a_clock_that_jumped_puts_executions_where_it_said(store: Store) -> None:
    source = small_company()
    sync(source, store)
    # It went back three weeks for one execution, and a year ahead for the next.
    source.add(execution(50, SUPPORT, "2026-11-01 10:00"))
    source.add(replace(execution(51, SUPPORT, "2027-11-22 10:00"), duration_s=None))
    sync(source, store, now=NOW + timedelta(minutes=5))
    later = rome("2027-11-23 00:00")
    found = ask(store, "executions", "day", now=later)
    assert (found["2026-11-01"], found["2027-11-22"]) == (1, 1)
    everything_is_right(store)


# --- when they are asked, and when not -----------------------------------------------------------


def spoil(store: Store, day: str) -> None:
    """Write a wrong sum, to see who asks it."""
    with store.writing() as connection:
        connection.execute(
            update(execution_days)
            .where(execution_days.c.date == date.fromisoformat(day))
            .values(number=1000)
        )


def window(start: str, end: str) -> Window:
    return Window(start=rome(start), end=rome(end))


def test_whole_days_are_answered_from_sums_and_ragged_edges_from_facts(store: Store) -> None:
    sync(small_company(), store)
    spoil(store, "2026-11-05")
    assert ask(store, "executions", "day")["2026-11-05"] > 2, "from sums"
    in_part = ask(store, "executions", window=window("2026-11-05 06:00", "2026-11-05 23:00"))
    assert in_part == 2, "not a whole day: from facts"
    edges = window("2026-11-05 07:30", "2026-11-07 00:00")
    assert ask(store, "executions", window=edges) == 2, "a part of the 5th, all of the 6th"
    text_filter = (Filter(field="text", op="contains", values=("erp",)),)
    assert ask(store, "executions", filters=text_filter) == 0, "sums hold no texts"


def test_a_day_that_changed_is_answered_from_facts_until_it_is_summed(store: Store) -> None:
    sync(small_company(), store)
    spoil(store, "2026-11-05")
    with store.writing() as connection:
        connection.execute(
            stale_periods.insert().values(grain="day", date=date.fromisoformat("2026-11-05"))
        )
    assert ask(store, "executions", "day")["2026-11-05"] == 2
    assert ask(store, "executions", window=window("2026-11-05 00:00", "2026-11-06 00:00")) == 2


def test_sums_of_another_zone_are_not_asked(store: Store) -> None:
    sync(small_company(), store)
    spoil(store, "2026-11-05")
    tokyo = ZoneInfo("Asia/Tokyo")
    asked = BusinessQuery(metric="executions", group_by=("day",))
    rows = run_query(store, asked, zone=tokyo, now=NOW).rows
    assert max(number for _, number in rows) < 100


def test_a_sync_that_ends_in_the_middle_leaves_answers_right(store: Store) -> None:
    source = random_company(11)

    def stop(step: SyncProgress) -> None:
        if step.done >= 200:
            raise SyncStopped

    sync(source, store, batch_size=50, progress=stop)
    with store.engine.connect() as connection:
        assert stale(connection, "day")
    there = InMemorySource(listed=source.listed)
    with store.engine.connect() as connection:
        kept = connection.execute(text(sql_ids(store))).scalars().all()
    there.executions = {identity: source.executions[identity] for identity in kept}
    for metric, by in (("executions", ("day",)), ("emails_received", ("sender",))):
        expected = truth.truth(there, metric, by)
        assert ask(store, metric, *by) == {key[0]: value for key, value in expected.items()}
    sync(source, store)
    with store.engine.connect() as connection:
        assert stale(connection, "day") == []
    everything_is_right(store)


def sql_ids(store: Store) -> str:
    where = "" if store.engine.dialect.name == "sqlite" else "pilotpros."
    return f"select execution_id from {where}executions"  # noqa: S608


def test_a_rebuild_sums_everything_anew(store: Store) -> None:
    source = small_company()
    sync(source, store)
    before = sums(store)
    spoil(store, "2026-11-05")
    sync(source, store)
    assert sums(store) != before, "nothing new: nothing is summed"
    sync(source, store, rebuild=True)
    assert sums(store) == before
    everything_is_right(store)


def sums(store: Store) -> dict[str, list[str]]:
    with store.engine.connect() as connection:
        return {
            roll_up.table.name: sorted(
                str(tuple(row)) for row in connection.execute(select(roll_up.table))
            )
            for roll_up in ROLL_UPS
        }


def test_small_syncs_come_to_the_sums_of_one(new_store_url: Callable[[], str]) -> None:
    source = random_company(12)
    whole, pieces = Store.open(new_store_url()), Store.open(new_store_url())
    sync(source, whole)
    growing = InMemorySource(identity=source.identity, listed=source.listed)
    for number, record in sorted(source.executions.items()):
        growing.executions[number] = record
        if number % 100 == 0:
            sync(growing, pieces)
    sync(source, pieces)
    rounded = [
        {name: [round_floats(row) for row in rows] for name, rows in sums(store).items()}
        for store in (whole, pieces)
    ]
    assert rounded[0] == rounded[1]
    whole.close()
    pieces.close()


def round_floats(row: str) -> str:
    return ", ".join(
        f"{float(part):.6f}" if part.replace(".", "", 1).isdigit() else part
        for part in row.strip("()").split(", ")
    )


METRICS_THAT_ADD_UP = (
    "executions", "successes", "errors", "success_rate", "avg_duration", "max_duration",
    "emails_received", "emails_sent", "orders", "order_value", "ai_responses", "ai_response_time",
)  # fmt: skip


@pytest.mark.parametrize("metric", METRICS_THAT_ADD_UP)
def test_any_window_equals_the_truth_whatever_part_of_it_comes_from_sums(
    store_of: Callable[[InMemorySource], Store], metric: str
) -> None:
    source = random_company(13)
    store = store_of(source)
    chance = random.Random(metric)  # noqa: S311
    groupings = [(), ("process",), ("day",), ("hour",), ("process", "weekday")]
    if metric.startswith("emails"):
        groupings += [("sender",), ("customer", "month")]
    for _ in range(12):
        start = rome("2026-03-18 00:00") + timedelta(hours=chance.randrange(24 * 240))
        length = chance.choice([timedelta(hours=30), timedelta(days=9), timedelta(days=100)])
        if chance.random() < 0.5:
            start = start.replace(hour=0)
        asked = Window(start=start, end=start + length)
        by = chance.choice(groupings)
        names = chance.sample(["Alfa", "Gàmma", "Òmega"], 2)
        chosen = {each.workflow_id for each in source.listed if each.name in names}
        filters = (Filter(field="process", op="is_not", values=tuple(names)),)
        expected = truth.truth(source, metric, by, keep=within_and_not(asked, chosen))
        result = run_query(
            store,
            BusinessQuery(metric=metric, group_by=by, window=asked, filters=filters),
            zone=ROME,
            now=NOW,
        )
        if result.coverage.start and asked.end <= result.coverage.start:
            continue  # before anything is recorded there is no value, not even zero
        found = {row[:-1]: row[-1] for row in result.rows}
        assert found == {key: pytest.approx(value, abs=1e-3) for key, value in expected.items()}, (
            metric,
            by,
            asked,
        )


def within_and_not(asked: Window, workflows: set[str]) -> Callable[[truth.Fact], bool]:
    inside = truth.within(asked.start, asked.end)
    return lambda fact: inside(fact) and fact.workflow_id not in workflows


def test_senders_of_months_that_are_over_come_from_sums(store: Store) -> None:
    source = InMemorySource(listed=[process(SUPPORT, "Assistenza")])
    for number, moment in enumerate(["2026-09-30 23:59", "2026-10-01 00:00", "2026-11-03 10:00"]):
        mail = received(moment, "anna@example.com", "Ciao")
        source.add(execution(number + 1, SUPPORT, moment, business=[mail]))
    sync(source, store)
    with store.engine.connect() as connection:
        assert stale(connection, "month") == [date(2026, 11, 1)], "not over yet"
    assert ask(store, "emails_received", "sender") == {"anna@example.com": 3}
    assert ask(store, "emails_received", "sender", "month") == {
        ("anna@example.com", "2026-09"): 1,
        ("anna@example.com", "2026-10"): 1,
        ("anna@example.com", "2026-11"): 1,
    }


@pytest.mark.parametrize("metric", ["median_duration", "p95_duration"])
def test_a_percentile_is_exact_whatever_part_of_it_is_looked_up(
    store_of: Callable[[InMemorySource], Store], metric: str
) -> None:
    source = random_company(14)
    # Equal ones, ones that differ in the last digit, none at all, and some beyond any bucket.
    for number, seconds in enumerate([0.0, 0.0004, 0.001, 1.0, 1.0, 1.0 + 1e-9, 86_400.0, 1e7]):
        source.add(execution(2001 + number, "w1", "2026-10-20 10:00", seconds=seconds))
    store = store_of(source)
    chance = random.Random(metric)  # noqa: S311
    windows: list[Window | None] = [None, window("2026-10-20 00:00", "2026-10-21 00:00")]
    for _ in range(25):
        start = rome("2026-10-10 00:00") + timedelta(hours=chance.randrange(24 * 30))
        windows.append(Window(start=start, end=start + timedelta(hours=chance.randrange(1, 400))))
    for asked in windows:
        inside = truth.within(asked.start, asked.end) if asked else (lambda _: True)
        expected = truth.truth(source, metric, keep=inside)
        assert ask(store, metric, window=asked) == (
            pytest.approx(expected[()], abs=1e-3) if expected else None
        ), asked
