"""`business_metrics`: the figures of each business day, in all and per process.

They are made of the roll-ups, for the days that were just summed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from persistence.tables import business_days, business_metrics, execution_days, order_days


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


def write_days(connection: Connection, days: Sequence[date], *, now: datetime) -> None:
    """Write the figures of these *days*, whose roll-ups hold, anew."""
    connection.execute(delete(business_metrics).where(business_metrics.c.date.in_(days)))
    sums: defaultdict[tuple[date, str], _Sums] = defaultdict(_Sums)
    for row in _rows(connection, execution_days, days):
        found = sums[row.date, row.workflow_id]
        found.total_executions += row.number
        found.total_errors += row.number if row.status in {"error", "crashed"} else 0
        found.successes += row.number if row.status == "success" else 0
    for row in _rows(connection, business_days, days):
        found = sums[row.date, row.workflow_id]
        if row.kind == "email":
            found.total_emails += row.number
        elif row.kind == "answer":
            found.ai_interactions += row.number
            found.answered_s += row.total or 0.0
            found.timed_answers += row.known
    for row in _rows(connection, order_days, days):
        sums[row.date, row.workflow_id].total_orders += row.number
    if sums:
        connection.execute(
            insert(business_metrics),
            [
                {"date": day, "workflow_id": workflow_id, "updated_at": now, **found.row()}
                for (day, workflow_id), found in sums.items()
            ],
        )


def _rows(connection: Connection, table: Any, days: Sequence[date]) -> Any:
    return connection.execute(select(table).where(table.c.date.in_(days)))
