"""How far back n8n still has everything: it deletes its oldest executions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.engine import Row
from sqlalchemy.sql.expression import TableClause

from persistence.n8n.layout import (
    ANNOTATIONS,
    EXECUTIONS,
    Layout,
    as_text,
    beginning,
    marked_as_deleted,
    not_deleted,
)
from persistence.n8n.rows import moment_of

Rows = Callable[[Callable[[Layout], Select[Any]]], Sequence[Row[Any]]]
"""Runs the statement made for the layout."""

_NOT_OVER = ("new", "running", "waiting", "unknown")
_MOMENTS_TRIED = 50
"""So many rows are looked at for one whose time can be understood."""
_COUNTED = 1_000
"""So many rows are enough to tell pruning from single deletions."""
_SHORT = timedelta(minutes=1)


def complete_since(rows: Rows, dialect: str) -> datetime | None:
    """Return from when on n8n still has every execution that it saved; None: it has none.

    n8n deletes the oldest ones, by when they ended, but never those that are not over or
    that somebody annotated: how far back the rows reach says nothing. It has all that began
    since the first one left that it would delete, and nothing for sure up to the beginning
    of the newest one that it has marked as deleted.

    :raises SourceError: the database cannot be read any more.
    """
    since = _first_left(rows, dialect)
    deleted = _newest_marked(rows, dialect) if since is not None else None
    if since is None or deleted is None or not _deletes_the_oldest(rows):
        return since
    return max(since, deleted + timedelta(milliseconds=1))


def _first_left(rows: Rows, dialect: str) -> datetime | None:
    """When the first execution began that is left of those which n8n deletes."""
    for row in rows(partial(_ended, dialect)):
        began, ended = moment_of(row.began), moment_of(row.ended)
        if ended is None:
            continue
        # Of what began and ended while a long one went on, some may be deleted already.
        return began if began is not None and ended - began <= _SHORT else ended
    return None


def _ended(dialect: str, layout: Layout) -> Select[Any]:
    """Executions that n8n deletes one day and has not yet; those that ended first, first."""
    executions = layout.table(EXECUTIONS)
    began = as_text(dialect, layout, executions, EXECUTIONS, beginning(layout)).label("began")
    ended = as_text(dialect, layout, executions, EXECUTIONS, "stoppedAt").label("ended")
    return (
        select(began, ended)
        .where(*_over(layout, executions))
        .order_by(executions.c.stoppedAt)
        .limit(_MOMENTS_TRIED)
    )


def _over(layout: Layout, executions: TableClause) -> list[ColumnElement[bool]]:
    over = [executions.c.stoppedAt.is_not(None), *not_deleted(layout, executions)]
    if layout.has(EXECUTIONS, "status"):
        over.append(executions.c.status.not_in(_NOT_OVER))
    elif layout.has(EXECUTIONS, "waitTill"):
        over.append(executions.c.waitTill.is_(None))
    if layout.has(ANNOTATIONS, "executionId"):
        annotated = layout.table(ANNOTATIONS)
        over.append(~exists().where(annotated.c.executionId == executions.c.id))
    return over


def _newest_marked(rows: Rows, dialect: str) -> datetime | None:
    """When the newest execution began that n8n has marked as deleted."""

    def statement(layout: Layout) -> Select[Any]:
        executions = layout.table(EXECUTIONS)
        name = beginning(layout)
        began = as_text(dialect, layout, executions, EXECUTIONS, name)
        marked = select(began).where(*marked_as_deleted(layout, executions))
        return marked.order_by(executions.c[name].desc()).limit(_MOMENTS_TRIED)

    found = (moment_of(row[0]) for row in rows(statement))
    return next((moment for moment in found if moment is not None), None)


def _deletes_the_oldest(rows: Rows) -> bool:
    """Whether the marks are n8n's own pruning, which takes the oldest executions first.

    Where many that began earlier are still there, somebody deleted single ones instead: that
    says nothing of the others.
    """

    def left_before(layout: Layout) -> Select[Any]:
        executions = layout.table(EXECUTIONS)
        began = executions.c[beginning(layout)]
        others = layout.table(EXECUTIONS).alias("marked")
        newest = (
            select(func.max(others.c[beginning(layout)]))
            .where(*marked_as_deleted(layout, others))
            .scalar_subquery()
        )
        left = select(executions.c.id).where(*_over(layout, executions), began < newest)
        return select(func.count()).select_from(left.limit(_COUNTED).subquery())

    def marked(layout: Layout) -> Select[Any]:
        executions = layout.table(EXECUTIONS)
        gone = select(executions.c.id).where(*marked_as_deleted(layout, executions))
        return select(func.count()).select_from(gone.limit(_COUNTED).subquery())

    left, gone = (int(rows(count)[0][0]) for count in (left_before, marked))
    return left * 10 <= gone
