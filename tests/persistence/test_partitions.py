"""However a window is cut, its parts add up to the whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import literal, select

from catalogue import METRICS, Window, checked_query
from catalogue.periods import day_window
from persistence.business_queries import run_query
from persistence.local_time import LocalTime, utc_offsets
from persistence.store import Store
from persistence.tables import UtcDateTime
from tests.persistence.small_company import NOW, ROME, InMemorySource, random_company

ADDITIVE = [
    metric.id
    for metric in METRICS.values()
    if metric.additive and metric.measure.facts != "processes"
]
GROUPINGS = [(metric, grouping) for metric in ADDITIVE for grouping in METRICS[metric].groupings]
lightly = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
moments = st.datetimes(
    datetime(2026, 3, 15),
    datetime(2026, 11, 25),
    timezones=st.sampled_from([ROME, UTC]),
)


@pytest.fixture(scope="module")
def loaded(store_of: Callable[[InMemorySource], Store]) -> Store:
    return store_of(random_company(11))


def _value(store: Store, **query: Any) -> float:
    rows = run_query(store, checked_query(**query), zone=ROME, now=NOW).rows
    return float(sum(row[-1] for row in rows))


def _recorded(store: Store) -> tuple[datetime, datetime]:
    state = store.state()
    assert state is not None
    assert state.covers_start is not None
    assert state.covers_end is not None
    return state.covers_start, state.covers_end


@lightly
@given(chosen=st.sampled_from(GROUPINGS), bounds=st.tuples(moments, moments))
def test_groups_add_up_to_the_whole(
    loaded: Store, chosen: tuple[str, str], bounds: tuple[datetime, datetime]
) -> None:
    metric, grouping = chosen
    start, end = sorted(bounds, key=lambda moment: moment.astimezone(UTC))
    if start.astimezone(UTC) == end.astimezone(UTC):
        return
    window = {"start": start, "end": end}
    whole = _value(loaded, metric=metric, window=window)
    parts = _value(loaded, metric=metric, window=window, group_by=(grouping,))
    assert parts == pytest.approx(whole, abs=0.01)


@lightly
@given(metric=st.sampled_from(ADDITIVE), cuts=st.lists(moments, min_size=2, max_size=6))
def test_windows_side_by_side_add_up_to_the_whole(
    loaded: Store, metric: str, cuts: list[datetime]
) -> None:
    start, end = _recorded(loaded)
    # To the millisecond, as moments are kept. What lies before the recorded span is not known.
    wanted = {moment.replace(microsecond=0).astimezone(UTC) for moment in cuts}
    ordered = sorted({moment for moment in wanted if moment > start} | {start, end})
    parts = sum(
        _value(loaded, metric=metric, window={"start": start, "end": end})
        for start, end in pairwise(ordered)
    )
    whole = _value(loaded, metric=metric, window={"start": ordered[0], "end": ordered[-1]})
    assert parts == pytest.approx(whole, abs=0.01)


@lightly
@given(metric=st.sampled_from(ADDITIVE), day=st.dates(datetime(2026, 3, 20).date(), NOW.date()))
def test_the_value_of_a_day_is_that_of_its_window(loaded: Store, metric: str, day: Any) -> None:
    window = day_window(day, ROME)
    grouped = run_query(loaded, checked_query(metric=metric, group_by=("day",)), zone=ROME, now=NOW)
    of_day = dict(grouped.rows).get(day.isoformat(), 0)
    assert of_day == pytest.approx(
        _value(loaded, metric=metric, window={"start": window.start, "end": window.end})
    )


zones = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            "Europe/Rome",
            "America/Sao_Paulo",
            "Asia/Kolkata",
            "Australia/Lord_Howe",
            "Africa/Casablanca",
            "Asia/Beirut",
            "UTC",
        )
    ]
)
any_moment = st.datetimes(datetime(2015, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)


@lightly
@given(zone=zones, moment=any_moment, margin=st.integers(0, 900))
def test_local_time_in_sql_is_that_of_the_zone(
    loaded: Store, zone: ZoneInfo, moment: datetime, margin: int
) -> None:
    span = (moment - timedelta(days=margin), moment + timedelta(days=margin))
    local = LocalTime(zone, dialect=loaded.engine.dialect.name, span=span)
    kept = literal(moment, UtcDateTime())
    week = local.week(kept)
    with loaded.engine.connect() as connection:
        found = connection.execute(
            select(
                local.day(kept),
                local.month(kept),
                local.label("week", week),
                local.hour(kept),
                local.weekday(kept),
            )
        ).one()
    there = moment.astimezone(zone)
    year, number, weekday = there.isocalendar()
    assert tuple(found) == (
        there.date().isoformat(),
        f"{there:%Y-%m}",
        f"{year}-W{number:02}",
        there.hour,
        weekday,
    )


@given(zone=zones, start=any_moment, days=st.integers(0, 1500))
def test_the_offsets_of_a_span_are_those_of_every_moment_in_it(
    zone: ZoneInfo, start: datetime, days: int
) -> None:
    end = start + timedelta(days=days)
    offsets = utc_offsets(zone, start, end)
    assert offsets[0][0] == start
    for begins, offset in offsets:
        assert begins.astimezone(zone).utcoffset() == offset
        if begins != start:
            before = begins - timedelta(seconds=1)
            assert before.astimezone(zone).utcoffset() != offset


def test_a_window_is_half_open() -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    window = Window(start=noon, end=noon + timedelta(hours=1))
    assert window.contains(noon)
    assert not window.contains(window.end)
