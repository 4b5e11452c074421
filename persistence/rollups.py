"""Roll-ups: sums of the facts by day or month of the business zone, and which of them hold.

Each is declared once, with what it is summed from; ``values.py`` answers from them what adds up.
A change of the facts marks the days and months it touches as stale, in its own transaction: from
then on those are answered from the facts themselves, until they have been summed anew. So an
answer is right at every moment, however often a sync is killed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Select,
    Table,
    and_,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    type_coerce,
)

from catalogue.metrics import Facts
from catalogue.periods import midnight
from persistence.local_time import LocalTime
from persistence.percentiles import Bucket
from persistence.recorded_facts import RECORDED, Recorded, status_is
from persistence.tables import (
    business_days,
    business_execution_data,
    business_hours,
    business_metrics,
    correspondent_months,
    customer_months,
    duration_days,
    execution_days,
    execution_hours,
    executions,
    failure_days,
    order_days,
    order_hours,
    orders,
    stale_periods,
)

Grain = Literal["day", "month"]
IN_ALL = ""
"""The `workflow_id` of the rows over all processes."""

_FACTS_AT_ONCE = 200_000
_PERIODS_AT_ONCE, _PERIODS_IN_A_HURRY = 1_000, 40
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class RollUp:
    """One table of sums.

    ``keys`` are the columns it is summed by, besides the date, each with what it is among the
    facts; ``values`` what is summed of each kind of facts.
    """

    table: Table
    grain: Grain
    values: dict[Facts, ColumnElement[Any] | None]
    keys: dict[str, Callable[[Recorded], ColumnElement[Any]]]
    only_statuses: tuple[str, ...] = ()
    """It is summed from executions of these (our) statuses alone."""
    kind_of: dict[Facts, str] | None = None
    """The ``kind`` of the rows of each kind of facts, where there are several."""
    in_all: bool = False
    """It also has rows over all processes."""

    @property
    def by_process(self) -> bool:
        """Whether it tells processes apart."""
        return "workflow_id" in self.table.c

    @property
    def by_hour(self) -> bool:
        """Whether it tells the hours of the day apart."""
        return "hour" in self.table.c


def _recorded(name: str) -> Callable[[Recorded], ColumnElement[Any]]:
    return lambda recorded: recorded.table.c[name]


def _grouping(name: str) -> Callable[[Recorded], ColumnElement[Any]]:
    return lambda recorded: recorded.columns[name]


_WORKFLOW = {"workflow_id": _recorded("workflow_id")}
_STATUS = {"status": _recorded("status")}
_BUSINESS = {"kind": _recorded("kind"), "direction": _recorded("direction")}
_DURATIONS: dict[Facts, ColumnElement[Any] | None] = {"executions": executions.c.duration_s}
_ANSWERS: dict[Facts, ColumnElement[Any] | None] = {
    "emails": None,
    "answers": business_execution_data.c.duration_s,
}
_KINDS: dict[Facts, str] = {"emails": "email", "answers": "answer"}
_TOTALS: dict[Facts, ColumnElement[Any] | None] = {"orders": orders.c.order_total}

DURATIONS = RollUp(
    duration_days,
    "day",
    {"executions": None},
    _STATUS | {"bucket": lambda recorded: Bucket(recorded.table.c.duration_s)},
)
"""How long executions took: where a percentile is to be looked for."""

ROLL_UPS = (
    RollUp(execution_days, "day", _DURATIONS, _WORKFLOW | _STATUS, in_all=True),
    RollUp(execution_hours, "day", _DURATIONS, _STATUS),
    RollUp(
        failure_days,
        "day",
        {"executions": None},
        _WORKFLOW | _STATUS | {"step": _grouping("step"), "cause": _grouping("cause")},
        only_statuses=("error",),
        in_all=True,
    ),
    RollUp(
        business_days,
        "day",
        _ANSWERS,
        _WORKFLOW | _BUSINESS | {"step": _grouping("step")},
        kind_of=_KINDS,
        in_all=True,
    ),
    RollUp(business_hours, "day", _ANSWERS, _BUSINESS, kind_of=_KINDS),
    RollUp(
        correspondent_months,
        "month",
        {"emails": None},
        _WORKFLOW | _BUSINESS | {"sender": _grouping("sender"), "customer": _grouping("customer")},
        kind_of=_KINDS,
    ),
    RollUp(order_days, "day", _TOTALS, _WORKFLOW, in_all=True),
    RollUp(order_hours, "day", _TOTALS, {}),
    DURATIONS,
    RollUp(customer_months, "month", _TOTALS, _WORKFLOW | {"customer": _grouping("customer")}),
)
"""All of them; where several could answer, the first that can is taken."""


# --- what is out of date -------------------------------------------------------------------------


def stale(connection: Connection, grain: Grain) -> list[date]:
    """Return the first days of the periods whose sums do not hold, in order."""
    found = select(stale_periods.c.date).where(stale_periods.c.grain == grain)
    return sorted(connection.scalars(found))


def mark_stale(
    connection: Connection,
    moments: Iterable[datetime],
    zone: ZoneInfo,
    *,
    days: Iterable[date] = (),
) -> None:
    """Let the sums of the days and months of *zone* on which *moments* lie hold no longer.

    :param days: further days of *zone*.
    """
    days = {moment.astimezone(zone).date() for moment in moments}.union(days)
    _mark(connection, "day", days)
    _mark(connection, "month", {day.replace(day=1) for day in days})


def mark_all_stale(connection: Connection, zone: ZoneInfo) -> None:
    """Throw all sums away, and let every day and month that has facts be summed anew."""
    for roll_up in ROLL_UPS:
        connection.execute(delete(roll_up.table))
    connection.execute(delete(business_metrics))
    connection.execute(delete(stale_periods))
    days: set[date] = set()
    for moment in (
        executions.c.began_at,
        business_execution_data.c.occurred_at,
        orders.c.occurred_at,
    ):
        first, last = connection.execute(select(func.min(moment), func.max(moment))).one()
        if first is None:
            continue
        local = LocalTime(zone, dialect=connection.dialect.name, span=(first, last))
        found = connection.scalars(select(local.day(moment).label("day")).distinct())
        days |= {date.fromisoformat(day) for day in found}
    _mark(connection, "day", days)
    _mark(connection, "month", {day.replace(day=1) for day in days})


def _mark(connection: Connection, grain: Grain, dates: set[date]) -> None:
    if not dates:
        return
    row = stale_periods.c
    known = set(connection.scalars(select(row.date).where(row.grain == grain, row.date.in_(dates))))
    new = [{"grain": grain, "date": day} for day in sorted(dates - known)]
    if new:
        connection.execute(insert(stale_periods), new)


def to_be_summed(connection: Connection, grain: Grain, *, today: date) -> list[date]:
    """Return the stale periods that are to be summed now, newest first.

    A month is summed once it is over: until then it would be summed at every sync.
    """
    found = stale(connection, grain)
    if grain == "month":
        found = [month for month in found if month < today.replace(day=1)]
    return found[::-1]


def periods_at_once(periods: int, *, facts: int, in_a_hurry: bool) -> int:
    """Return how many of so many *periods*, with so many *facts* in all, make one transaction."""
    most = _PERIODS_IN_A_HURRY if in_a_hurry else _PERIODS_AT_ONCE
    return min(most, max(1, periods * _FACTS_AT_ONCE // max(facts, 1)))


# --- summing -------------------------------------------------------------------------------------


def sum_periods(
    connection: Connection, grain: Grain, periods: Sequence[date], zone: ZoneInfo
) -> None:
    """Sum these days or months of *zone* anew, from the facts."""
    spans = spans_of(periods, grain, zone)
    for roll_up in ROLL_UPS:
        if roll_up.grain == grain:
            _sum(connection, roll_up, periods, spans, zone)
    connection.execute(
        delete(stale_periods).where(
            stale_periods.c.grain == grain, stale_periods.c.date.in_(periods)
        )
    )


Spans = list[tuple[datetime, datetime]]


def spans_of(periods: Sequence[date], grain: Grain, zone: ZoneInfo) -> Spans:
    """Return the half-open spans, in UTC, that neighbouring *periods* make."""
    spans: Spans = []
    for first in sorted(periods):
        start = midnight(first, zone).astimezone(UTC)
        end = midnight(following(first, grain), zone).astimezone(UTC)
        if spans and spans[-1][1] == start:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def following(first: date, grain: Grain) -> date:
    """Return the first day of the period after the one that begins on *first*."""
    if grain == "day":
        return first + _DAY
    return (first.replace(day=28) + 4 * _DAY).replace(day=1)


def within_spans(moment: ColumnElement[Any], spans: Spans) -> ColumnElement[bool]:
    """SQL for "*moment* lies in one of *spans*"."""
    return or_(*(and_(moment >= start, moment < end) for start, end in spans))


def _sum(
    connection: Connection,
    roll_up: RollUp,
    periods: Sequence[date],
    spans: Spans,
    zone: ZoneInfo,
) -> None:
    table = roll_up.table
    connection.execute(delete(table).where(table.c.date.in_(periods)))
    local = LocalTime(zone, dialect=connection.dialect.name, span=(spans[0][0], spans[-1][1]))
    for facts, value in roll_up.values.items():
        recorded = RECORDED[facts]
        summed = _summed(roll_up, recorded, value, spans, local, connection.dialect.name)
        connection.execute(insert(table).from_select(list(summed.selected_columns.keys()), summed))
    if roll_up.in_all:
        connection.execute(_over_all_processes(table, periods))


def _summed(
    roll_up: RollUp,
    recorded: Recorded,
    value: ColumnElement[Any] | None,
    spans: Spans,
    local: LocalTime,
    dialect: str,
) -> Select[Any]:
    assert recorded.moment is not None  # noqa: S101  # facts of now are not summed
    # Grouped outside: a statement that wrote an expression twice would bind its parameters
    # twice, and PostgreSQL would not see that they are the same.
    columns = [key(recorded).label(name) for name, key in roll_up.keys.items()]
    if roll_up.by_hour:
        columns.append(local.hour(recorded.moment).label("hour"))
    kept = [*recorded.kept, within_spans(recorded.moment, spans)]
    if roll_up.only_statuses:
        kept.append(status_is(recorded.table.c.status, roll_up.only_statuses))
    day = local.day(recorded.moment) if roll_up.grain == "day" else _first_day(local, recorded)
    shown = value if value is not None else type_coerce(literal(None), executions.c.duration_s.type)
    facts = select(day.label("day"), *columns, shown.label("value")).where(*kept).subquery()
    written = cast(facts.c.day, Date) if dialect == "postgresql" else facts.c.day
    keys = [facts.c[column.name] for column in columns]
    totals: list[ColumnElement[Any]] = [literal(0).label("known")]
    if value is not None:
        totals = [
            func.count(facts.c.value).label("known"),
            func.sum(facts.c.value).label("total"),
            func.max(facts.c.value).label("largest"),
        ]
    return select(written.label("date"), *keys, func.count().label("number"), *totals).group_by(
        facts.c.day, *keys
    )


def _first_day(local: LocalTime, recorded: Recorded) -> ColumnElement[str]:
    assert recorded.moment is not None  # noqa: S101
    return local.month(recorded.moment).concat("-01")


def _over_all_processes(table: Table, periods: Sequence[date]) -> Any:
    sums = {"number", "known", "total", "largest"}
    names = [each.name for each in table.c if each.name not in sums | {"workflow_id"}]
    keys = [table.c[name] for name in names]
    whole = (
        select(
            *keys,
            literal(IN_ALL),
            func.sum(table.c.number),
            func.sum(table.c.known),
            func.sum(table.c.total),
            func.max(table.c.largest),
        )
        .where(table.c.date.in_(periods))
        .group_by(*keys)
    )
    return insert(table).from_select(
        [*names, "workflow_id", "number", "known", "total", "largest"], whole
    )
