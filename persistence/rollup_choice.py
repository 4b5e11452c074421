"""Which part of a question roll-ups answer, and what is left for the facts themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, DateTime, cast, or_, true

from catalogue.metrics import Measure, Metric
from catalogue.periods import midnight
from catalogue.query import TIME_GROUPINGS, BusinessQuery, Window
from persistence.local_time import LocalTime
from persistence.query_conditions import Inquiry
from persistence.recorded_facts import RECORDED, Recorded, our_status
from persistence.rollups import (
    DURATIONS,
    IN_ALL,
    ROLL_UPS,
    Grain,
    RollUp,
    Spans,
    following,
    spans_of,
    stale,
)

_ADDING_UP = ("count", "sum", "mean", "max", "share")
_IN_A_MONTH = {"day", "week", "weekday", "hour"}
"""What a month's sums do not tell apart."""
_STALE_AT_MOST: dict[Grain, int] = {"day": 60, "month": 6}
"""With more stale periods than this in a window the facts alone are quicker."""


class DateParts(LocalTime):
    """Parts of dates, under the same keys as those of moments."""

    def __init__(self, *, dialect: str) -> None:
        super().__init__(ZoneInfo("UTC"), dialect=dialect)

    def _local(self, moment: ColumnElement[Any]) -> ColumnElement[Any]:
        return cast(moment, DateTime())

    def _shift(self, moment: ColumnElement[Any]) -> Any:
        return "+0 days"


@dataclass(frozen=True)
class Choice:
    """A roll-up that answers for the periods in ``holds``, and the ``spans`` that it does not."""

    roll_up: RollUp
    recorded: Recorded
    """The roll-up's rows, as queries see facts."""
    holds: ColumnElement[bool]
    spans: Spans

    def conditions(self, query: BusinessQuery, parts: DateParts) -> list[ColumnElement[bool]]:
        """The conditions of the recurring hours and weekdays of *query*, and where it holds."""
        columns, found = self.roll_up.table.c, [self.holds]
        if query.hours:
            spans = ((columns.hour >= start) & (columns.hour < end) for start, end in query.hours)
            found.append(or_(*spans))
        if query.weekdays:
            found.append(parts.weekday(columns.date).in_(query.weekdays))
        return found


def choose(inquiry: Inquiry, metric: Metric, window: Window | None) -> Choice | None:
    """Return how roll-ups help with *metric* over *window*; None where they do not."""
    if inquiry.state.timezone != inquiry.zone.key:
        return None  # they hold the days of another zone
    if metric.measure.aggregate in ("median", "p95"):
        query = inquiry.query
        # Other facts than all of some days are sorted out: they are fewer.
        if query.group_by or query.filters or query.hours or query.weekdays:
            return None
        return _applied(DURATIONS, inquiry, metric, window)
    for roll_up in ROLL_UPS:
        if _can_answer(roll_up, metric.measure, inquiry.query):
            return _applied(roll_up, inquiry, metric, window)
    return None


def _can_answer(roll_up: RollUp, measure: Measure, query: BusinessQuery) -> bool:
    columns = roll_up.table.c
    if roll_up is DURATIONS:
        return False
    if measure.facts not in roll_up.values or measure.aggregate not in _ADDING_UP:
        return False
    value = roll_up.values[measure.facts]
    if measure.column is not None and (value is None or value.key != measure.column):
        return False
    if roll_up.only_statuses and measure.statuses != roll_up.only_statuses:
        return False
    needed: set[str] = {by for by in query.group_by if by not in TIME_GROUPINGS}
    needed |= {condition.field for condition in query.filters}
    if measure.statuses:
        needed.add("status")
    if measure.direction:
        needed.add("direction")
    if "process" in needed:
        needed = needed - {"process"} | {"workflow_id"}
    if query.hours or "hour" in query.group_by:
        needed.add("hour")
    if roll_up.grain == "month" and (query.weekdays or _IN_A_MONTH & set(query.group_by)):
        return False
    texts = RECORDED[measure.facts].texts
    searched = {each.field for each in query.filters} - {"process", "status"}
    # Searched in one text only, it is the one that the roll-up is summed by.
    return needed <= set(columns.keys()) and all(len(texts.get(each, ())) == 1 for each in searched)


def _applied(
    roll_up: RollUp, inquiry: Inquiry, metric: Metric, window: Window | None
) -> Choice | None:
    grain, zone, column = roll_up.grain, inquiry.zone, roll_up.table.c.date
    first = _first_whole(window.start, inquiry, grain) if window and window.start else None
    after = _begun_with(window.end, inquiry, grain) if window else None
    if first and after and first >= after:
        return None
    out_of_date = [
        each
        for each in stale(inquiry.connection, grain)
        if (first is None or each >= first) and (after is None or each < after)
    ]
    if len(out_of_date) > _STALE_AT_MOST[grain]:
        return None
    spans = spans_of(out_of_date, grain, zone)
    holds: ColumnElement[bool] = true()
    if first is not None and window is not None and window.start is not None:
        holds &= column >= first
        spans.append((window.start, midnight(first, zone).astimezone(UTC)))
    if after is not None and window is not None:
        holds &= column < after
        spans.append((midnight(after, zone).astimezone(UTC), window.end))
    if out_of_date:
        holds &= column.not_in(out_of_date)
    spans = [(start, end) for start, end in spans if start < end]
    return Choice(roll_up, _as_recorded(roll_up, inquiry, metric), holds, spans)


def _begun_with(moment: datetime, inquiry: Inquiry, grain: Grain) -> date:
    """The first day of the period in which *moment* lies."""
    day = moment.astimezone(inquiry.zone).date()
    return day.replace(day=1) if grain == "month" else day


def _first_whole(moment: datetime, inquiry: Inquiry, grain: Grain) -> date:
    """The first day of the first period that begins at *moment* or later."""
    first = _begun_with(moment, inquiry, grain)
    if midnight(first, inquiry.zone).astimezone(UTC) >= moment.astimezone(UTC):
        return first
    return following(first, grain)


def _as_recorded(roll_up: RollUp, inquiry: Inquiry, metric: Metric) -> Recorded:
    facts, columns = RECORDED[metric.measure.facts], roll_up.table.c
    kept: list[ColumnElement[bool]] = []
    if roll_up.by_process:
        tells_processes = "process" in inquiry.query.group_by or inquiry.names_processes
        if roll_up.in_all:
            whole = columns.workflow_id == IN_ALL
            kept.append(~whole if tells_processes else whole)
    if roll_up.kind_of is not None:
        kept.append(columns.kind == roll_up.kind_of[metric.measure.facts])
    told = columns.__contains__
    return Recorded(
        table=roll_up.table,
        kept=tuple(kept),
        workflow_id=columns.workflow_id if roll_up.by_process else facts.workflow_id,
        moment=None,
        columns={
            name: our_status(columns.status) if name == "status" else columns[name]
            for name in facts.columns
            if told(name)
        },
        texts={name: (columns[name],) for name in facts.texts if told(name)},
        has_status="status" in columns,
    )
