"""One process in one row: whether it is on, how often and how well it ran, what went wrong last."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from catalogue.metrics import METRICS
from persistence.query_conditions import Inquiry
from persistence.recorded_facts import our_status, status_is
from persistence.results import Result
from persistence.second_sources import note_second_sources
from persistence.tables import executions
from persistence.values import (
    note_only_inside_others,
    note_same_names,
    note_unsaved,
    single_value,
)

COLUMNS = (
    "process",
    "active",
    "executions",
    "success_rate",
    "errors",
    "median_duration",
    "last_run",
    "last_status",
    "last_error_at",
    "last_error_step",
    "last_cause",
)
_FIGURES = ("executions", "success_rate", "errors", "median_duration")


def summarise(inquiry: Inquiry) -> Result:
    """Summarise the process that the inquiry's filter names, within its window."""
    window = inquiry.query.window
    named = inquiry.touched  # raises where there is none
    rows: list[tuple[Any, ...]] = []
    if inquiry.is_recorded(window):
        figures = [single_value(inquiry, METRICS[metric], window) for metric in _FIGURES]
        rows.append(
            (
                named[0].name,
                any(each.active and not each.archived for each in named),
                *figures,
                *_last_run(inquiry),
                *_last_error(inquiry),
            )
        )
        note_only_inside_others(inquiry, [(figures[0],)])
    note_second_sources(inquiry, METRICS["executions"])
    note_unsaved(inquiry)
    note_same_names(inquiry)
    coverage = inquiry.coverage(window)
    return Result(COLUMNS, tuple(rows), len(rows), coverage, tuple(inquiry.notes))


def _last_run(inquiry: Inquiry) -> tuple[Any, Any]:
    facts = executions.c
    row = inquiry.connection.execute(
        select(facts.began_at, our_status(facts.status))
        .where(*inquiry.conditions("executions", inquiry.query.window))
        .order_by(facts.began_at.desc(), facts.execution_id.desc())
        .limit(1)
    ).first()
    return (None, None) if row is None else (inquiry.local(row[0]), row[1])


def _last_error(inquiry: Inquiry) -> tuple[Any, Any, Any]:
    facts = executions.c
    row = inquiry.connection.execute(
        select(
            facts.began_at,
            facts.error_step,
            func.coalesce(facts.error_cause, facts.error_message),
        )
        .where(
            *inquiry.conditions("executions", inquiry.query.window),
            status_is(facts.status, ["error"]),
        )
        .order_by(facts.began_at.desc(), facts.execution_id.desc())
        .limit(1)
    ).first()
    return (None, None, None) if row is None else (inquiry.local(row[0]), row[1], row[2])
