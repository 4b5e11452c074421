"""The four stories: a day in order, the e-mails, the errors, a period beside the one before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, null, select, union_all

from catalogue.metrics import METRICS, Measure, Metric
from catalogue.periods import day_window, elapsed_part, previous_window
from catalogue.query import MAX_LIST_ROWS
from persistence.failure_causes import most_frequent_causes
from persistence.lists import page
from persistence.query_conditions import Inquiry, check_fields, in_utc
from persistence.recorded_facts import RECORDED, RecordedFacts, status_is
from persistence.results import Result
from persistence.second_sources import note_second_sources
from persistence.tables import business_execution_data, executions, orders
from persistence.values import measured, note_same_names, note_unsaved, single_value

COLUMNS: dict[str, tuple[str, ...]] = {
    "today": ("time", "kind", "process", "text"),
    "email": ("time", "sender", "subject", "answered", "answer"),
    "errors": ("process", "errors", "last_error_at", "last_cause", "last_7_days"),
    "overview": ("metric", "value", "previous", "change_percent"),
}

OVERVIEW = (
    "executions",
    "success_rate",
    "errors",
    "median_duration",
    "emails_received",
    "emails_sent",
    "orders",
    "order_value",
    "ai_responses",
    "ai_response_time",
)
"""The metrics of the overview, in their order."""

_business = business_execution_data.c

_CAUSES_TOLD = 3
_NEARLY_ALL = 0.95
"""A period recorded to this share may be compared with: what is missing changes little."""


def answer_story(inquiry: Inquiry) -> Result:
    """Answer a query of kind *story*."""
    return _STORIES[str(inquiry.query.story)](inquiry)


def _result(inquiry: Inquiry, rows: Sequence[tuple[Any, ...]], total: int) -> Result:
    coverage = inquiry.coverage(inquiry.query.window)
    columns = COLUMNS[str(inquiry.query.story)]
    return Result(columns, tuple(rows), total, coverage, tuple(inquiry.notes))


# --- today: what happened, in time order ---------------------------------------------------------


def _today(inquiry: Inquiry) -> Result:
    """Without a window: today."""
    query = inquiry.query
    if query.window is None:
        today = inquiry.now.astimezone(inquiry.zone).date()
        inquiry = inquiry.for_query(window=in_utc(day_window(today, inquiry.zone)))
        query = inquiry.query
    check_fields(inquiry.query, ("process", "text"))
    # Each with the same columns: when, what, of which process, who, and what about.
    subject, who = _business.email_subject, _business.email_sender
    happened = union_all(
        _happened(inquiry, "emails", "email_received", who, subject).where(
            _business.direction == "received"
        ),
        _happened(inquiry, "emails", "email_sent", _business.email_recipient, subject).where(
            _business.direction == "sent"
        ),
        _happened(inquiry, "orders", "order", orders.c.customer, orders.c.order_id),
        _happened(inquiry, "answers", "answer", null(), _business.ai_response),
        *(
            _happened(inquiry, "events", told, who_or_which, what).where(*kind)
            for told, who_or_which, what, kind in _EVENTS
        ),
        _happened(
            inquiry,
            "executions",
            "error",
            executions.c.error_step,
            func.coalesce(executions.c.error_cause, executions.c.error_message),
        ).where(status_is(executions.c.status, ["error"])),
    ).subquery()
    if not inquiry.is_recorded(query.window):
        return _result(inquiry, [], 0)
    columns = happened.c
    total = inquiry.connection.scalar(select(func.count()).select_from(happened)) or 0
    by = (columns.time, columns.execution_id, columns.place, columns.what)
    found = inquiry.connection.execute(
        select(columns.time, columns.kind, columns.workflow_id, columns.who, columns.what)
        .order_by(*(each.desc() if query.order == "desc" else each.asc() for each in by))
        .limit(query.limit or MAX_LIST_ROWS)
        .offset(query.offset)
    )
    rows = [
        (
            inquiry.local(time),
            kind,
            inquiry.names.get(workflow_id, workflow_id),
            ": ".join(part for part in (who, what) if part) or None,
        )
        for time, kind, workflow_id, who, what in found
    ]
    return _result(inquiry, rows, total)


_IN_ONE_MOMENT = (
    "email_received",
    "message_received",
    "customer",
    "order",
    "invoice",
    "answer",
    "shown",
    "email_sent",
    "message_sent",
    "error",
)
"""The order in which things are told that one execution did in the same millisecond."""


_EVENTS: tuple[tuple[str, ColumnElement[Any], ColumnElement[Any], Any], ...] = (
    (
        "message_received",
        func.coalesce(_business.customer_data["name"].as_string(), _business.customer),
        func.coalesce(_business.message_text, _business.channel),
        (_business.kind == "message", _business.direction == "received"),
    ),
    (
        "message_sent",
        func.coalesce(_business.customer_data["name"].as_string(), _business.customer),
        func.coalesce(_business.message_text, _business.channel),
        (_business.kind == "message", _business.direction == "sent"),
    ),
    ("invoice", _business.customer, _business.invoice_id, (_business.kind == "invoice",)),
    (
        "customer",
        _business.customer_data["name"].as_string(),
        _business.customer,
        (_business.kind == "customer",),
    ),
    ("shown", _business.node_name, _business.shown_text, (_business.kind == "shown",)),
)


def _happened(
    inquiry: Inquiry,
    facts: RecordedFacts,
    kind: str,
    who: ColumnElement[Any],
    what: ColumnElement[Any],
) -> Select[Any]:
    recorded = RECORDED[facts]
    assert recorded.moment is not None  # noqa: S101  # all of these have one
    return select(
        recorded.moment.label("time"),
        recorded.table.c.execution_id.label("execution_id"),
        literal(kind).label("kind"),
        literal(_IN_ONE_MOMENT.index(kind)).label("place"),
        recorded.workflow_id.label("workflow_id"),
        who.label("who"),
        what.label("what"),
    ).where(*inquiry.conditions(facts, inquiry.query.window))


# --- e-mails: who wrote, what about, what was answered -------------------------------------------


def _email(inquiry: Inquiry) -> Result:
    found, total = page(
        inquiry,
        business_execution_data,
        (
            _business.occurred_at,
            _business.execution_id,
            _business.item_index,
            _business.email_sender,
            _business.email_subject,
        ),
        [
            *inquiry.conditions("emails", inquiry.query.window),
            _business.direction == "received",
        ],
        by=(
            _business.occurred_at,
            _business.execution_id,
            _business.run_index,
            _business.item_index,
        ),
    )
    replies = _replies(inquiry, sorted({email.execution_id for email in found}))
    rows = [
        (
            inquiry.local(email.occurred_at),
            email.email_sender,
            email.email_subject,
            *_reply_to(email, replies[email.execution_id]),
        )
        for email in found
    ]
    if inquiry.names_processes:
        note_unsaved(inquiry)
    return _result(inquiry, rows, total)


def _replies(inquiry: Inquiry, execution_ids: Sequence[int]) -> defaultdict[int, list[Any]]:
    """What these executions, and the sub-workflows that ran while they did, sent and answered."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    did = (
        _business.execution_id.label("by"),
        _business.kind,
        _business.direction,
        _business.item_index,
        _business.occurred_at,
        _business.email_recipient,
        _business.ai_response,
        _business.email_subject,
    )
    replying = (_business.kind == "answer") | (_business.direction == "sent")
    order = (_business.occurred_at, _business.run_index, _business.item_index)
    for start in range(0, len(execution_ids), 500):
        chunk = execution_ids[start : start + 500]
        own = (
            select(_business.execution_id, *did)
            .where(_business.execution_id.in_(chunk), replying)
            .order_by(*order)
        )
        caller, called = executions.alias("caller"), executions.alias("called")
        inside = (
            select(caller.c.execution_id, *did)
            .select_from(caller)
            .join(
                called,
                (called.c.mode == "integrated")
                & (called.c.began_at >= caller.c.began_at)
                & (called.c.began_at <= caller.c.stopped_at),
            )
            .join(business_execution_data, _business.execution_id == called.c.execution_id)
            .where(caller.c.execution_id.in_(chunk), replying)
            .order_by(*order)
        )
        for statement in (own, inside):
            for row in inquiry.connection.execute(statement):
                found[row[0]].append(row)
    return found


def _reply_to(email: Any, replies: Sequence[Any]) -> tuple[bool, str | None]:
    """Whether *email* was answered by mail, and the assistant's answer to it."""
    own = [reply for reply in replies if reply.by == email.execution_id]
    sent = [
        reply
        for reply in replies
        if reply.direction == "sent" and reply.occurred_at >= email.occurred_at
    ]
    if email.email_sender is not None:
        sent = [reply for reply in sent if reply.email_recipient == email.email_sender]
    else:
        sent = [reply for reply in sent if reply in own]
    # Several messages of one run go through the same steps: each answer is at its message's place.
    sent.sort(key=lambda reply: reply.item_index != email.item_index)
    answers = [reply for reply in own if reply.kind == "answer"]
    if not answers and sent:
        answers = [reply for reply in replies if reply.kind == "answer" and reply.by == sent[0].by]
    placed = [reply for reply in answers if reply.item_index == email.item_index]
    if placed:
        return bool(sent), placed[-1].ai_response
    return bool(sent), answers[-1].ai_response if len(answers) == 1 else None


# --- errors: by process, the last one, the last seven days ---------------------------------------


def _errors(inquiry: Inquiry) -> Result:
    facts = executions.c
    query = inquiry.query
    failed = [
        *inquiry.conditions("executions", query.window),
        status_is(facts.status, ["error"]),
    ]
    if not inquiry.is_recorded(query.window):
        return _result(inquiry, [], 0)
    place = func.row_number().over(
        partition_by=facts.workflow_id,
        order_by=(facts.began_at.desc(), facts.execution_id.desc()),
    )
    latest = (
        select(
            facts.workflow_id,
            facts.began_at,
            func.coalesce(facts.error_cause, facts.error_message).label("cause"),
            func.count().over(partition_by=facts.workflow_id).label("errors"),
            place.label("place"),
        )
        .where(*failed)
        .subquery()
    )
    today = inquiry.now.astimezone(inquiry.zone).date()
    week = in_utc(day_window(today - timedelta(days=6), inquiry.zone, days=7))
    recent: dict[str, int] = dict(
        inquiry.connection.execute(
            select(facts.workflow_id, func.count())
            .where(*inquiry.conditions("executions", week), status_is(facts.status, ["error"]))
            .group_by(facts.workflow_id)
        ).all()
    )
    by_name: dict[str, tuple[Any, ...]] = {}
    for row in inquiry.connection.execute(
        select(latest).where(latest.c.place == 1).order_by(latest.c.began_at.desc())
    ):
        name = inquiry.names.get(row.workflow_id, row.workflow_id)
        # Processes of one name are one to the reader: the first here failed last.
        _, errors, last, cause, lately = by_name.get(
            name, (name, 0, inquiry.local(row.began_at), row.cause, 0)
        )
        lately += recent.get(row.workflow_id, 0)
        by_name[name] = (name, errors + row.errors, last, cause, lately)
    # Stable: among equals the one that failed last comes first.
    rows = sorted(by_name.values(), key=lambda row: row[1], reverse=query.order != "asc")
    note_same_names(inquiry)
    shown = rows[query.offset : query.offset + (query.limit or MAX_LIST_ROWS)]
    causes = most_frequent_causes(inquiry, _CAUSES_TOLD)
    return replace(_result(inquiry, shown, len(rows)), causes=causes)


# --- overview: the figures of a period beside those of the one before ----------------------------


def _overview(inquiry: Inquiry) -> Result:
    check_fields(inquiry.query, ("process",))
    window = inquiry.query.window
    before = inquiry.query.compare_to
    if window is not None and before is None:
        before = previous_window(window, inquiry.zone)
    if window is not None and before is not None:
        before = in_utc(elapsed_part(window, before, inquiry.now, inquiry.zone))
    share = inquiry.recorded_share(before) if before is not None else 0.0
    comparable = share >= _NEARLY_ALL
    if before is not None and not comparable:
        inquiry.note("previous_not_covered", ["partly"] if share else [])
    rows = []
    if inquiry.is_recorded(window):
        for metric in _recorded_metrics(inquiry):
            value = single_value(inquiry, metric, window)
            previous = single_value(inquiry, metric, before) if comparable else None
            rows.append((metric.id, value, previous, _change(value, previous)))
    note_second_sources(inquiry, METRICS["executions"])
    note_unsaved(inquiry)
    return _result(inquiry, rows, len(rows))


def _recorded_metrics(inquiry: Inquiry) -> list[Metric]:
    """The metrics of the overview of which the store holds anything at all."""
    looked_for = {
        metric_id: _anything(METRICS[metric_id].measure)
        for metric_id in OVERVIEW
        if METRICS[metric_id].measure.facts != "executions"
    }
    found = inquiry.connection.execute(
        select(*(case((there, 1), else_=0).label(name) for name, there in looked_for.items()))
    ).one()
    present = {name for name, is_there in zip(looked_for, found, strict=True) if is_there}
    return [
        METRICS[metric_id]
        for metric_id in OVERVIEW
        if metric_id in present or metric_id not in looked_for
    ]


def _anything(measure: Measure) -> ColumnElement[bool]:
    """SQL for "anything that the measure counts is recorded"."""
    recorded = RECORDED[measure.facts]
    conditions = [*recorded.kept, *measured(measure)]
    if measure.column:
        conditions.append(recorded.table.c[measure.column].is_not(None))
    return select(literal(1)).select_from(recorded.table).where(*conditions).exists()


def _change(value: float | None, previous: float | None) -> float | None:
    if value is None or not previous:
        return None
    return round(100 * (value - previous) / previous, 2)


_STORIES: dict[str, Callable[[Inquiry], Result]] = {
    "today": _today,
    "email": _email,
    "errors": _errors,
    "overview": _overview,
}
