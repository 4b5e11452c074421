"""Lists: executions, errors, e-mails, orders, processes; newest first, by pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select

from catalogue.query import EMAIL_STATUSES, MAX_LIST_ROWS, STATUSES, BusinessQuery, Filter
from persistence.folding import folded
from persistence.query_conditions import Inquiry, check_values
from persistence.recorded_facts import ATTACHED_TEXT, our_status, status_is
from persistence.results import Result
from persistence.tables import (
    attached_values,
    business_execution_data,
    executions,
    orders,
    processes,
)
from persistence.values import note_unsaved

COLUMNS: dict[str, tuple[str, ...]] = {
    "executions": ("time", "process", "status", "duration_s"),
    "errors": ("time", "process", "step", "cause"),
    "emails": ("time", "direction", "sender", "recipient", "subject"),
    "orders": ("time", "order", "customer", "total", "process"),
    "processes": ("process", "active", "last_run", "last_status"),
}


_WITH_ATTACHED = ("executions", "errors")


def columns_of_list(query: BusinessQuery) -> tuple[str, ...]:
    """Return the columns of the list that *query* asks for.

    Executions that are looked for by a text show what people attached to them.
    """
    subject = str(query.subject)
    return (*COLUMNS[subject], *(("attached",) if _shows_attached(query) else ()))


def _shows_attached(query: BusinessQuery) -> bool:
    return str(query.subject) in _WITH_ATTACHED and any(
        condition.field == "text" for condition in query.filters
    )


def answer_list(inquiry: Inquiry) -> Result:
    """Answer a query of kind *list*."""
    subject = str(inquiry.query.subject)
    window = inquiry.query.window
    rows, total = _LISTS[subject](inquiry)
    coverage = inquiry.coverage(window)
    if subject == "executions" or (subject != "processes" and inquiry.names_processes):
        note_unsaved(inquiry)
    columns = columns_of_list(inquiry.query)
    return Result(columns, tuple(rows), total, coverage, tuple(inquiry.notes))


_IDS_AT_ONCE = 500
Page = tuple[list[tuple[Any, ...]], int]


def _executions(inquiry: Inquiry) -> Page:
    facts = executions.c
    found, total = page(
        inquiry,
        executions,
        (
            facts.began_at,
            facts.workflow_id,
            our_status(facts.status),
            facts.duration_s,
            facts.execution_id,
        ),
        inquiry.conditions("executions", inquiry.query.window),
        by=(facts.began_at, facts.execution_id),
    )
    attached = _attached_to(inquiry, [row.execution_id for row in found])
    return [
        (
            inquiry.local(began_at),
            inquiry.names.get(workflow_id, workflow_id),
            status,
            duration,
            *attached(execution_id),
        )
        for began_at, workflow_id, status, duration, execution_id in found
    ], total


def _errors(inquiry: Inquiry) -> Page:
    facts = executions.c
    found, total = page(
        inquiry,
        executions,
        (
            facts.began_at,
            facts.workflow_id,
            facts.error_step,
            func.coalesce(facts.error_cause, facts.error_message),
            facts.execution_id,
        ),
        [
            *inquiry.conditions("executions", inquiry.query.window),
            status_is(facts.status, ["error"]),
        ],
        by=(facts.began_at, facts.execution_id),
    )
    attached = _attached_to(inquiry, [row.execution_id for row in found])
    return [
        (
            inquiry.local(began_at),
            inquiry.names.get(workflow_id, workflow_id),
            step,
            cause,
            *attached(execution_id),
        )
        for began_at, workflow_id, step, cause, execution_id in found
    ], total


def _attached_to(
    inquiry: Inquiry, execution_ids: Sequence[int]
) -> Callable[[int], tuple[str | None, ...]]:
    """What ends the row of an execution: what people attached to it, where that is shown."""
    if not _shows_attached(inquiry.query):
        return lambda _: ()
    values = attached_values.c
    found: defaultdict[int, list[str]] = defaultdict(list)
    for start in range(0, len(execution_ids), _IDS_AT_ONCE):
        chunk = execution_ids[start : start + _IDS_AT_ONCE]
        for execution_id, text in inquiry.connection.execute(
            select(values.execution_id, ATTACHED_TEXT)
            .where(values.execution_id.in_(chunk))
            .order_by(values.execution_id, values.key)
        ):
            found[execution_id].append(text)
    return lambda execution_id: (", ".join(found[execution_id]) or None,)


def _emails(inquiry: Inquiry) -> Page:
    facts = business_execution_data.c
    directions = [each for each in inquiry.query.filters if each.field == "status"]
    others = tuple(each for each in inquiry.query.filters if each.field != "status")
    found, total = page(
        inquiry,
        business_execution_data,
        (
            facts.occurred_at,
            facts.direction,
            facts.email_sender,
            facts.email_recipient,
            facts.email_subject,
        ),
        [
            *inquiry.for_query(filters=others).conditions("emails", inquiry.query.window),
            facts.direction.in_(_directions(directions)),
        ],
        by=(facts.occurred_at, facts.execution_id, facts.run_index, facts.item_index),
    )
    return [(inquiry.local(row[0]), *row[1:]) for row in found], total


def _directions(conditions: Sequence[Filter]) -> list[str]:
    if not conditions:
        return ["received"]
    left = set(EMAIL_STATUSES)
    for condition in conditions:
        check_values(condition, EMAIL_STATUSES)
        named = set(condition.values)
        left = left - named if condition.op == "is_not" else left & named
    return sorted(left)


def _orders(inquiry: Inquiry) -> Page:
    facts = orders.c
    found, total = page(
        inquiry,
        orders,
        (
            facts.occurred_at,
            facts.order_id,
            func.coalesce(facts.customer, facts.customer_data["name"].as_string()),
            facts.order_total,
            facts.workflow_id,
        ),
        inquiry.conditions("orders", inquiry.query.window),
        by=(facts.occurred_at, facts.order_id),
    )
    return [
        (inquiry.local(row[0]), *row[1:4], inquiry.names.get(row[4], row[4])) for row in found
    ], total


def _processes(inquiry: Inquiry) -> Page:
    """Processes with their last run; within a window or hours, only those that ran then."""
    query = inquiry.query
    statuses = [each for each in query.filters if each.field == "status"]
    others = tuple(each for each in query.filters if each.field != "status")
    facts = executions.c
    latest = (
        select(facts.execution_id)
        .where(
            facts.workflow_id == processes.c.workflow_id,
            facts.production,
            *inquiry.within(facts.began_at, query.window),
        )
        .order_by(facts.began_at.desc(), facts.execution_id.desc())
        .limit(1)
        .correlate(processes)
        .scalar_subquery()
    )
    statement = (
        select(
            processes.c.name,
            processes.c.active,
            processes.c.archived,
            facts.began_at,
            our_status(facts.status),
        )
        .select_from(processes.outerjoin(executions, facts.execution_id == latest))
        .where(*inquiry.for_query(filters=others).conditions("processes", None))
    )
    for condition in statuses:
        check_values(condition, STATUSES)
        picked = status_is(facts.status, condition.values)
        statement = statement.where(~picked if condition.op == "is_not" else picked)
    if query.window is not None or query.hours or query.weekdays:
        statement = statement.where(facts.execution_id.is_not(None))
        if not inquiry.is_recorded(query.window):
            return [], 0
    rows = [
        (name, active and not archived, inquiry.local(began_at), status)
        for name, active, archived, began_at, status in inquiry.connection.execute(statement)
    ]
    rows.sort(key=lambda row: folded(row[0]))
    ran = sorted(
        (row for row in rows if row[2] is not None), key=_last_run, reverse=query.order != "asc"
    )
    rows = ran + [row for row in rows if row[2] is None]
    limit = query.limit or MAX_LIST_ROWS
    return rows[query.offset : query.offset + limit], len(rows)


def _last_run(row: tuple[Any, ...]) -> Any:
    return row[2]


_LISTS: dict[str, Callable[[Inquiry], Page]] = {
    "executions": _executions,
    "errors": _errors,
    "emails": _emails,
    "orders": _orders,
    "processes": _processes,
}


def page(
    inquiry: Inquiry,
    table: Table,
    columns: Sequence[ColumnElement[Any]],
    conditions: Sequence[ColumnElement[bool]],
    *,
    by: Sequence[ColumnElement[Any]],
) -> tuple[Sequence[Any], int]:
    """The rows of one page, newest first unless the query says otherwise; and how many in all."""
    query = inquiry.query
    if not inquiry.is_recorded(query.window):
        return [], 0
    total = inquiry.connection.scalar(select(func.count()).select_from(table).where(*conditions))
    order = [each.asc() if query.order == "asc" else each.desc() for each in by]
    rows = inquiry.connection.execute(
        select(*columns)
        .where(*conditions)
        .order_by(*order)
        .limit(query.limit or MAX_LIST_ROWS)
        .offset(query.offset)
    ).all()
    return rows, int(total or 0)
