"""Why executions failed, cause by cause: an example, when, how often, and what a retry brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select

from persistence.query_conditions import Inquiry
from persistence.recorded_facts import status_is
from persistence.results import FailureCause, Result
from persistence.tables import executions
from persistence.values import answer_value

DESCRIBED = 10
"""So many causes of an answer are described."""

_facts = executions.c


def answer_value_with_causes(inquiry: Inquiry) -> Result:
    """Answer a query of kind *value*; where errors are grouped by cause, with their causes."""
    result = answer_value(inquiry)
    query = inquiry.query
    if query.metric != "errors" or "cause" not in query.group_by or query.compare_to is not None:
        return result
    place = result.columns.index("cause")
    causes = list(dict.fromkeys(row[place] for row in result.rows))[:DESCRIBED]
    return replace(result, causes=describe_causes(inquiry, causes))


def most_frequent_causes(inquiry: Inquiry, limit: int) -> tuple[FailureCause, ...]:
    """Describe the causes of most of the errors that *inquiry* is about."""
    counted = inquiry.connection.execute(
        select(_facts.error_cause, func.count().label("errors"))
        .where(*_failed(inquiry))
        .group_by(_facts.error_cause)
        .order_by(func.count().desc(), func.max(_facts.began_at).desc())
        .limit(limit)
    )
    return describe_causes(inquiry, [row.error_cause for row in counted])


def describe_causes(inquiry: Inquiry, causes: Sequence[str | None]) -> tuple[FailureCause, ...]:
    """Describe *causes* as far as they are within what *inquiry* asks, in their order."""
    if not causes:
        return ()
    named = [cause for cause in causes if cause is not None]
    among: ColumnElement[bool] = _facts.error_cause.in_(named)
    if None in causes:
        among = or_(among, _facts.error_cause.is_(None))
    conditions = [*_failed(inquiry), among]
    retry = executions.alias("retry")
    of_this = retry.c.retry_of == _facts.execution_id
    retried = exists().where(of_this)
    recovered = exists().where(and_(of_this, retry.c.status == "success"))
    figures = {
        row.error_cause: row
        for row in inquiry.connection.execute(
            select(
                _facts.error_cause,
                func.count().label("errors"),
                func.min(_facts.began_at).label("first_at"),
                func.max(_facts.began_at).label("last_at"),
                _number(retried).label("retried"),
                _number(recovered).label("recovered"),
                func.count(_facts.workflow_id.distinct()).label("processes"),
            )
            .where(*conditions)
            .group_by(_facts.error_cause)
        )
    }
    place = func.row_number().over(
        partition_by=_facts.error_cause,
        order_by=(_facts.began_at.desc(), _facts.execution_id.desc()),
    )
    latest = (
        select(
            _facts.error_cause,
            _facts.execution_id,
            _facts.workflow_id,
            _facts.error_message,
            _facts.error_class,
            _facts.error_step,
            place.label("place"),
        )
        .where(*conditions)
        .subquery()
    )
    examples = {
        row.error_cause: row
        for row in inquiry.connection.execute(select(latest).where(latest.c.place == 1))
    }
    return tuple(
        _described(inquiry, figures[cause], examples[cause]) for cause in causes if cause in figures
    )


def _failed(inquiry: Inquiry) -> list[ColumnElement[bool]]:
    return [
        *inquiry.conditions("executions", inquiry.query.window),
        status_is(_facts.status, ["error"]),
    ]


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _described(inquiry: Inquiry, figures: Any, example: Any) -> FailureCause:
    return FailureCause(
        cause=figures.error_cause,
        errors=int(figures.errors),
        first_at=inquiry.local(figures.first_at),
        last_at=inquiry.local(figures.last_at),
        processes=int(figures.processes),
        retried=int(figures.retried),
        recovered=int(figures.recovered),
        step=example.error_step,
        error_class=example.error_class,
        process=inquiry.names.get(example.workflow_id, example.workflow_id),
        example=example.error_message,
        example_execution_id=example.execution_id,
    )
