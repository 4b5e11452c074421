"""What n8n itself counted: its insights and its lifetime statistics.

They also count executions that n8n did not keep or has deleted, but say nothing about any one of
them: they stand beside what is recorded, and are never added to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, Text, cast, literal, select, true
from sqlalchemy.engine import Row

from persistence.n8n.layout import COUNTERS, Layout
from persistence.n8n.rows import moment_of
from persistence.n8n.values import clean_text

SUMS, RAW, NAMES, LIFETIME = COUNTERS

_HOUR = timedelta(hours=1)
_LENGTHS = {0: _HOUR, 1: timedelta(days=1), 2: timedelta(days=7)}
_RUN_TIME, _SUCCESS, _FAILURE = 1, 2, 3


@dataclass(slots=True)
class Counted:
    """What n8n counted for one process in one period; for lifetime counters it has no end.

    Production executions only, as in n8n's dashboard: no sub-workflows, no manual runs.
    """

    source: Literal["insights", "statistics"]
    workflow_id: str
    starts_at: datetime
    ends_at: datetime
    successes: int = 0
    failures: int = 0
    run_time_ms: int = 0


Rows = Callable[[Callable[[Layout], Select[Any]]], Sequence[Row[Any]]]


def read_counters(
    rows: Rows, layout: Layout, *, since: datetime | None, now: datetime
) -> list[Counted]:
    """Return what n8n counted, by process and period; [] where it has, or shows, no counters.

    Of periods only those that began at *since* or later; lifetime counters always.
    """
    found: dict[tuple[str, datetime, datetime], Counted] = {}

    def add(row: Row[Any], starts_at: datetime | None, length: timedelta | None) -> None:
        workflow_id = clean_text(row.workflow_id, 64)
        if starts_at is None or length is None or workflow_id is None:
            return  # the process is gone, or the row is of a kind that is not known
        key = (workflow_id, starts_at, starts_at + length)
        one = found.setdefault(key, Counted("insights", *key))
        if row.type == _RUN_TIME:
            one.run_time_ms += int(row.value)
        elif row.type == _SUCCESS:
            one.successes += int(row.value)
        elif row.type == _FAILURE:
            one.failures += int(row.value)

    if layout.has(SUMS, "periodStart") and layout.has(NAMES, "workflowId"):
        for row in rows(partial(_sums, since)):
            add(row, moment_of(row.began), _LENGTHS.get(row.unit))
    if layout.has(RAW, "timestamp") and layout.has(NAMES, "workflowId"):
        for row in rows(partial(_raw, since)):
            at = moment_of(row.began)
            add(row, at and at.replace(minute=0, second=0, microsecond=0), _HOUR)
    return [*found.values(), *_lifetime(rows, layout, now)]


def _from(since: datetime | None, began: ColumnElement[Any], layout: Layout) -> Any:
    if since is None:
        return true()
    on_sqlite = layout.schema is None  # there moments are text, in UTC
    return began >= (f"{since.astimezone(UTC):%Y-%m-%d %H:%M:%S}.000" if on_sqlite else since)


def _sums(since: datetime | None, layout: Layout) -> Select[Any]:
    sums, names = layout.table(SUMS), layout.table(NAMES)
    return (
        select(
            names.c.workflowId.label("workflow_id"),
            sums.c.type,
            sums.c.value,
            cast(sums.c.periodStart, Text).label("began"),
            sums.c.periodUnit.label("unit"),
        )
        .select_from(sums.join(names, names.c.metaId == sums.c.metaId))
        .where(
            sums.c.type.in_((_RUN_TIME, _SUCCESS, _FAILURE)),
            _from(since, sums.c.periodStart, layout),
        )
    )


def _raw(since: datetime | None, layout: Layout) -> Select[Any]:
    raw, names = layout.table(RAW), layout.table(NAMES)
    return (
        select(
            names.c.workflowId.label("workflow_id"),
            raw.c.type,
            raw.c.value,
            cast(raw.c.timestamp, Text).label("began"),
        )
        .select_from(raw.join(names, names.c.metaId == raw.c.metaId))
        .where(
            raw.c.type.in_((_RUN_TIME, _SUCCESS, _FAILURE)),
            _from(since, raw.c.timestamp, layout),
        )
    )


def _lifetime(rows: Rows, layout: Layout, now: datetime) -> list[Counted]:
    if not layout.has(LIFETIME, "workflowId"):
        return []
    # Without sub-workflow runs, where n8n counts them apart.
    counter = "rootCount" if layout.has(LIFETIME, "rootCount") else "count"

    def statement(found: Layout) -> Select[Any]:
        lifetime = found.table(LIFETIME)
        return select(
            lifetime.c.workflowId.label("workflow_id"),
            lifetime.c.name,
            (lifetime.c[counter] + literal(0)).label("number"),
        ).where(lifetime.c.name.in_(("production_success", "production_error")))

    epoch = datetime(1970, 1, 1, tzinfo=now.tzinfo)
    found: dict[str, Counted] = {}
    for row in rows(statement):
        workflow_id = clean_text(row.workflow_id, 64)
        if workflow_id is None or not row.number:
            continue
        one = found.setdefault(workflow_id, Counted("statistics", workflow_id, epoch, now))
        if row.name == "production_success":
            one.successes += int(row.number)
        else:
            one.failures += int(row.number)
    return list(found.values())
