"""`business_metrics`: the figures of each business day, in all and per process.

They are made of the roll-ups, for the days that were just summed, by the database itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Select,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    null,
    select,
    union_all,
)

from persistence.tables import business_days, business_metrics, execution_days, order_days

_PARTS = (
    "total_executions",
    "total_errors",
    "successes",
    "total_emails",
    "total_orders",
    "ai_interactions",
    "timed_answers",
    "answered_s",
)


def write_days(connection: Connection, days: Sequence[date], *, now: datetime) -> None:
    """Write the figures of these *days*, whose roll-ups hold, anew."""
    connection.execute(delete(business_metrics).where(business_metrics.c.date.in_(days)))
    parts = union_all(_of_executions(days), _of_business(days), _of_orders(days)).subquery()
    sums = {name: func.coalesce(func.sum(parts.c[name]), 0) for name in _PARTS}
    ended = sums["successes"] + sums["total_errors"]
    figures = {
        "date": parts.c.date,
        "workflow_id": parts.c.workflow_id,
        **{name: sums[name] for name in _PARTS if name in business_metrics.c},
        "success_rate": _ratio(100, sums["successes"], ended),
        "avg_response_time_ms": _ratio(1000, sums["answered_s"], sums["timed_answers"]),
        "updated_at": literal(now, business_metrics.c.updated_at.type),
    }
    written = select(*(value.label(name) for name, value in figures.items()))
    connection.execute(
        insert(business_metrics).from_select(
            list(figures), written.group_by(parts.c.date, parts.c.workflow_id)
        )
    )


def _ratio(
    times: int, part: ColumnElement[Any], whole: ColumnElement[Any]
) -> ColumnElement[float | None]:
    """SQL for *times* a *part* of the *whole*, null where there is none."""
    return case((whole > 0, times * cast(part, Float) / whole), else_=null())


def _of_executions(days: Sequence[date]) -> Select[Any]:
    row = execution_days.c
    return _parts(
        execution_days,
        days,
        total_executions=row.number,
        total_errors=_where(row.status.in_(("error", "crashed")), row.number),
        successes=_where(row.status == "success", row.number),
    )


def _of_business(days: Sequence[date]) -> Select[Any]:
    row = business_days.c
    answered = row.kind == "answer"
    return _parts(
        business_days,
        days,
        total_emails=_where(row.kind == "email", row.number),
        ai_interactions=_where(answered, row.number),
        timed_answers=_where(answered, row.known),
        answered_s=_where(answered, row.total),
    ).where(row.kind.in_(("email", "answer")))


def _of_orders(days: Sequence[date]) -> Select[Any]:
    return _parts(order_days, days, total_orders=order_days.c.number)


def _parts(table: Any, days: Sequence[date], **known: ColumnElement[Any]) -> Select[Any]:
    """The rows of a roll-up with all parts, those that it does not know as nothing."""
    parts = (
        known.get(name, literal(0.0 if name == "answered_s" else 0)).label(name) for name in _PARTS
    )
    return select(table.c.date, table.c.workflow_id, *parts).where(table.c.date.in_(days))


def _where(condition: ColumnElement[bool], value: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((condition, value), else_=0)
