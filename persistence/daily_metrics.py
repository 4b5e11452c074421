"""`business_metrics`: the figures of each business day, in all and per process.

They follow from the facts and are summed anew for the days that a sync touched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Connection, delete, func, insert, or_, select, true

from catalogue.periods import midnight
from persistence.local_time import LocalTime
from persistence.tables import business_execution_data, business_metrics, executions, orders

IN_ALL = ""
"""The `workflow_id` of the rows over all processes."""

_DAY = timedelta(days=1)


@dataclass
class _Sums:
    total_executions: int = 0
    total_errors: int = 0
    successes: int = 0
    total_emails: int = 0
    total_orders: int = 0
    ai_interactions: int = 0
    answered_s: float = 0.0
    timed_answers: int = 0

    def row(self) -> dict[str, Any]:
        ended = self.successes + self.total_errors
        return {
            "total_executions": self.total_executions,
            "total_errors": self.total_errors,
            "total_emails": self.total_emails,
            "total_orders": self.total_orders,
            "ai_interactions": self.ai_interactions,
            "success_rate": 100 * self.successes / ended if ended else None,
            "avg_response_time_ms": (
                1000 * self.answered_s / self.timed_answers if self.timed_answers else None
            ),
        }


def sum_days(
    connection: Connection, moments: Iterable[datetime] | None, *, zone: ZoneInfo, now: datetime
) -> None:
    """Sum the days of *zone* on which *moments* lie anew; None: all days, from nothing."""
    if moments is None:
        connection.execute(delete(business_metrics))
        spans = None
    else:
        days = {moment.astimezone(zone).date() for moment in moments}
        if not days:
            return
        for chunk in _chunks(sorted(days)):
            connection.execute(delete(business_metrics).where(business_metrics.c.date.in_(chunk)))
        spans = _spans(days, zone)
    sums: defaultdict[tuple[str, str], _Sums] = defaultdict(_Sums)
    _sum_executions(connection, sums, spans, zone)
    _sum_business(connection, sums, spans, zone)
    _sum_orders(connection, sums, spans, zone)
    if sums:
        connection.execute(
            insert(business_metrics),
            [
                {
                    "date": date.fromisoformat(day),
                    "workflow_id": workflow_id,
                    "updated_at": now,
                    **found.row(),
                }
                for (day, workflow_id), found in sums.items()
            ],
        )


Spans = list[tuple[datetime, datetime]] | None
Days = defaultdict[tuple[str, str], _Sums]


def _sum_executions(connection: Connection, sums: Days, spans: Spans, zone: ZoneInfo) -> None:
    facts = executions.c
    for day, workflow_id, status, count in connection.execute(
        _grouped(connection, facts.began_at, spans, zone, facts.workflow_id, facts.status).where(
            facts.production
        )
    ):
        for found in (sums[day, workflow_id], sums[day, IN_ALL]):
            found.total_executions += count
            found.total_errors += count if status in {"error", "crashed"} else 0
            found.successes += count if status == "success" else 0


def _sum_business(connection: Connection, sums: Days, spans: Spans, zone: ZoneInfo) -> None:
    facts = business_execution_data.c
    for day, workflow_id, kind, count, seconds, timed in connection.execute(
        _grouped(connection, facts.occurred_at, spans, zone, facts.workflow_id, facts.kind)
        .add_columns(func.coalesce(func.sum(facts.duration_s), 0.0), func.count(facts.duration_s))
        .where(facts.kind.in_(["email", "answer"]))
    ):
        for found in (sums[day, workflow_id], sums[day, IN_ALL]):
            if kind == "email":
                found.total_emails += count
            else:
                found.ai_interactions += count
                found.answered_s += seconds
                found.timed_answers += timed


def _sum_orders(connection: Connection, sums: Days, spans: Spans, zone: ZoneInfo) -> None:
    facts = orders.c
    for day, workflow_id, count in connection.execute(
        _grouped(connection, facts.occurred_at, spans, zone, facts.workflow_id)
    ):
        for found in (sums[day, workflow_id], sums[day, IN_ALL]):
            found.total_orders += count


def _grouped(
    connection: Connection,
    moment: Column[datetime],
    spans: Spans,
    zone: ZoneInfo,
    *columns: Column[Any],
) -> Any:
    """Count rows by local day and *columns*, within *spans*."""
    if spans is None:
        first, last = connection.execute(select(func.min(moment), func.max(moment))).one()
        reach = (first, last) if first else None
        within: Any = true()
    else:
        reach = (spans[0][0], spans[-1][1])
        within = or_(*((moment >= start) & (moment < end) for start, end in spans))
    local = LocalTime(zone, dialect=connection.dialect.name, span=reach)
    # Grouped by its name: each writing of the expression would bind its parameters anew, and
    # PostgreSQL would not see that they are the same.
    day = local.day(moment).label("local_day")
    return select(day, *columns, func.count()).where(within).group_by("local_day", *columns)


def _spans(days: set[date], zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """The half-open spans, in UTC, that neighbouring *days* make."""
    spans: list[tuple[datetime, datetime]] = []
    for day in sorted(days):
        start = midnight(day, zone).astimezone(UTC)
        end = midnight(day + _DAY, zone).astimezone(UTC)
        if spans and spans[-1][1] == start:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _chunks(days: list[date]) -> Iterable[list[date]]:
    for start in range(0, len(days), 500):
        yield days[start : start + 500]
