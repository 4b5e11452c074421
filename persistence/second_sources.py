"""Figures of n8n's own counters, for what is not recorded: kept apart, labelled, never added.

A store knows an execution, or it does not: of days before its first sync, and of processes whose
successes n8n throws away, only n8n's counters tell. What is asked of such days or processes is
answered from the records as ever, and a note says what the counters say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from catalogue.metrics import Metric
from catalogue.query import Window
from persistence.n8n.counters import Counted
from persistence.query_conditions import Inquiry
from persistence.tables import counted_periods

_STILL_COUNTED = timedelta(hours=2)
"""n8n may still add to a period that began this long before the newest one."""

_periods = counted_periods.c


@dataclass(frozen=True)
class Figures:
    """What the counters say of some processes in some time."""

    source: str
    successes: int
    failures: int
    run_time_ms: int
    days: int
    """On how many days of the business zone something was counted; 0: not known by day."""


def still_counted_since(connection: Connection) -> datetime | None:
    """Return from when on n8n's counters may say more than is kept of them; None: all of it."""
    newest: datetime | None = connection.scalar(
        select(func.max(_periods.starts_at)).where(_periods.source == "insights")
    )
    return None if newest is None else newest - _STILL_COUNTED


def record_counted(connection: Connection, found: Sequence[Counted]) -> bool:
    """Keep what n8n counted since `still_counted_since`; True if anything is new.

    n8n makes days of its hours after three months, and weeks of its days: what was kept by the
    hour is not taken again by the day.
    """
    since = still_counted_since(connection)
    fresh = {
        (each.source, each.workflow_id, each.starts_at): each
        for each in found
        if since is None or each.source == "statistics" or each.starts_at >= since
    }
    kept = select(counted_periods)
    if since is not None:
        kept = kept.where((_periods.starts_at >= since) | (_periods.source == "statistics"))
    before = {
        (row.source, row.workflow_id, row.starts_at): (row.successes, row.failures)
        for row in connection.execute(kept)
    }
    changed = {
        key: each
        for key, each in fresh.items()
        if before.get(key) != (each.successes, each.failures)
    }
    for source, workflow_id, starts_at in changed.keys() & before.keys():
        connection.execute(
            delete(counted_periods).where(
                _periods.source == source,
                _periods.workflow_id == workflow_id,
                _periods.starts_at == starts_at,
            )
        )
    if changed:
        names = [column.name for column in counted_periods.c]
        connection.execute(
            insert(counted_periods),
            [{name: getattr(each, name) for name in names} for each in changed.values()],
        )
    return bool(changed)


def note_second_sources(inquiry: Inquiry, metric: Metric) -> None:
    """Note what n8n's counters say where *metric* is asked of what is not recorded."""
    query, measure = inquiry.query, metric.measure
    filtered = {condition.field for condition in query.filters} - {"process"}
    if (
        measure.facts != "executions"
        or measure.aggregate not in ("count", "share", "mean")
        or set(measure.statuses) - {"success", "error"}
        or filtered
        or query.hours
        or query.weekdays
        or query.compare_to is not None
    ):
        return
    window, begins = query.window, inquiry.state.covers_start
    unsaved = [each for each in inquiry.touched if not each.saves_successes]
    if inquiry.names_processes and unsaved:
        figures = counted(inquiry, window, [each.workflow_id for each in unsaved])
        names = sorted({each.name for each in unsaved})
        _note(inquiry, "unsaved", figures, names)
        return
    ids = [each.workflow_id for each in inquiry.touched]
    if begins is not None and (window is None or not _starts_after(window, begins)):
        earlier = Window(start=window.start if window else None, end=_earlier(window, begins))
        figures = counted(inquiry, earlier, ids)
        if figures is not None and figures.source == "insights":
            _note(inquiry, "before", figures, [])
    gaps = [Window(start=start, end=end) for start, end in inquiry.gaps_in(window)]
    in_gaps = [figures for gap in gaps if (figures := counted(inquiry, gap, ids)) is not None]
    if in_gaps:
        _note(inquiry, "gap", _together(in_gaps), [])


def _starts_after(window: Window, begins: datetime) -> bool:
    return window.start is not None and window.start >= begins


def _earlier(window: Window | None, begins: datetime) -> datetime:
    return begins if window is None else min(window.end, begins)


def _note(inquiry: Inquiry, scope: str, figures: Figures | None, names: Sequence[str]) -> None:
    if figures is None or not figures.successes + figures.failures:
        return
    ended = figures.successes + figures.failures
    mean_s = f"{figures.run_time_ms / ended / 1000:.3f}" if figures.run_time_ms else ""
    numbers = [figures.successes, figures.failures, figures.days]
    inquiry.note("second_source", [scope, figures.source, *map(str, numbers), mean_s, *names])


def _together(figures: Sequence[Figures]) -> Figures:
    """The figures of spans that do not overlap, as one."""
    return Figures(
        source=figures[0].source,
        successes=sum(each.successes for each in figures),
        failures=sum(each.failures for each in figures),
        run_time_ms=sum(each.run_time_ms for each in figures),
        days=sum(each.days for each in figures) if all(each.days for each in figures) else 0,
    )


def counted(inquiry: Inquiry, window: Window | None, workflow_ids: Sequence[str]) -> Figures | None:
    """What n8n counted of these processes in the periods that lie wholly in *window*.

    Its lifetime counters only where all history is asked for and insights have nothing; None
    where nothing was counted.
    """
    found = select(counted_periods).where(_periods.workflow_id.in_(workflow_ids))
    insights = found.where(_periods.source == "insights")
    if window is not None:
        insights = insights.where(_periods.ends_at <= window.end)
        if window.start is not None:
            insights = insights.where(_periods.starts_at >= window.start)
    rows = inquiry.connection.execute(insights).all()
    if not rows and window is None:
        rows = inquiry.connection.execute(found.where(_periods.source == "statistics")).all()
    if not rows:
        return None
    by_day = rows[0].source == "insights" and all(
        row.ends_at - row.starts_at <= timedelta(days=1) for row in rows
    )
    days = {
        row.starts_at.astimezone(inquiry.zone).date()
        for row in rows
        if row.successes + row.failures
    }
    return Figures(
        source=rows[0].source,
        successes=sum(row.successes for row in rows),
        failures=sum(row.failures for row in rows),
        run_time_ms=sum(row.run_time_ms for row in rows),
        days=len(days) if by_day else 0,
    )
