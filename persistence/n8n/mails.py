"""E-mails and AI answers: what came in, what was delivered, what was answered."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from persistence.mapping.fields import Fields, find, find_all
from persistence.mapping.model import BusinessMapping, ReceivedMail, SentMail
from persistence.n8n.findings import make_record
from persistence.n8n.lineage import Lineage
from persistence.n8n.payload import Item, StepRun
from persistence.n8n.records import BusinessRecord
from persistence.n8n.values import LONGEST_TEXT, address_in, clean_text, line_of, without_markup

# What n8n tells an agent when its tool failed.
_TOOL_ERROR = re.compile(r"there was an error", re.IGNORECASE)


def operation_of(parameters: Mapping[str, Any]) -> str:
    """The operation of a step; "" where it was left as it is."""
    operation = parameters.get("operation", "")
    return operation if isinstance(operation, str) else "?"


# --- received ----------------------------------------------------------------------------------


def received_mails(
    run: StepRun, mail: ReceivedMail, began_at: datetime, *, intake: bool
) -> Iterator[BusinessRecord]:
    """Yield the e-mails that *run* took in."""
    for item in run.items:
        if item.failed or not item.json:
            continue
        fields: Mapping[str, Any] = item.json
        if intake:
            body = item.json.get("body")
            fields = body if isinstance(body, dict) else fields
        written = find(fields, mail.sender)
        if written is None and intake:
            written = find(fields, mail.intake_sender)
        sender, name = address_in(written)
        subject = line_of(find(fields, mail.subject))
        if intake and not (sender and subject):
            continue
        yield make_record(
            run,
            item.index,
            began_at,
            {
                "kind": "email",
                "direction": "received",
                "email_sender": sender,
                "email_recipient": address_in(find(fields, mail.recipient))[0],
                "email_subject": subject,
                "email_content": _content(fields, mail.content),
                "customer": sender or name,
                "customer_name": name,
            },
        )


def _content(mail: Mapping[str, Any], names: Fields) -> str | None:
    for value in find_all(mail, names):
        if isinstance(value, dict):  # Outlook: {contentType, content}
            value = value.get("content")
        if isinstance(value, str) and value.strip():
            return clean_text(without_markup(value[: 4 * LONGEST_TEXT]), LONGEST_TEXT)
    return None


# --- sent --------------------------------------------------------------------------------------


def sent_mails(
    run: StepRun, mapping: BusinessMapping, lineage: Lineage, began_at: datetime
) -> Iterator[BusinessRecord]:
    """Yield the e-mails that *run* delivered."""
    mail = mapping.sent_mail
    waits = operation_of(run.step.parameters) in mapping.waiting_operations
    items = run.items
    if waits:
        items = items[:1]  # one message asks for the answer, however many items came in
    for item in items:
        if item.output > 0 or not (waits or was_delivered(item)):
            continue
        recipient, name = _recipient(run, item, lineage, mapping)
        content = parameter(mail.content_parameters, run, item, lineage)
        yield make_record(
            run,
            item.index,
            began_at,
            {
                "kind": "email",
                "direction": "sent",
                "email_sender": _sender_of(item),
                "email_recipient": recipient,
                "email_subject": _sent_subject(run, item, lineage, mapping),
                "email_content": clean_text(content, LONGEST_TEXT),
                "customer": recipient or name,
                "customer_name": name,
            },
        )


def was_delivered(item: Item) -> bool:
    """Whether a sending step says of *item* that it was delivered."""
    result = item.json
    if item.failed or not result or result.get("error"):
        return False
    if isinstance(accepted := result.get("accepted"), list) and not accepted:
        return False
    if isinstance(said := result.get("response"), str) and _TOOL_ERROR.match(said):
        return False
    status = result.get("status")
    return not (isinstance(status, str) and status.lower() in ("rejected", "invalid", "error"))


def _sender_of(item: Item) -> str | None:
    envelope = item.json.get("envelope")
    return address_in(envelope.get("from"))[0] if isinstance(envelope, dict) else None


def _recipient(
    run: StepRun, item: Item, lineage: Lineage, mapping: BusinessMapping
) -> tuple[str | None, str | None]:
    mail: SentMail = mapping.sent_mail
    for candidate in find_all(item.json, mail.delivered_to):
        address, name = address_in(candidate)
        if address:
            return address, name
    address, name = address_in(parameter(mail.recipient_parameters, run, item, lineage))
    if address is None and operation_of(run.step.parameters) == "reply":
        for _, origin in lineage.ancestors(run, item):
            address, name = address_in(_find_in_mail(origin.json, mapping.received_mail.sender))
            if address:
                break
    return address, name


def _sent_subject(
    run: StepRun, item: Item, lineage: Lineage, mapping: BusinessMapping
) -> str | None:
    own = line_of(parameter(mapping.sent_mail.subject_parameters, run, item, lineage))
    if own:
        return own
    names = mapping.received_mail.subject
    for _, origin in lineage.ancestors(run, item):
        if subject := line_of(_find_in_mail(origin.json, names)):
            return subject
    for earlier in lineage.before(run):
        subjects = {line_of(_find_in_mail(origin.json, names)) for origin in earlier.items} - {None}
        if subjects:
            return subjects.pop() if len(subjects) == 1 else None
    return None


def _find_in_mail(item: Mapping[str, Any], names: Fields) -> Any:
    body = item.get("body")
    found = find(item, names)
    return find(body, names) if found is None and isinstance(body, dict) else found


def parameter(names: Fields, run: StepRun, item: Item, lineage: Lineage) -> str | None:
    """What the first of the parameters *names* of the step said for *item*."""
    for parameters in (run.step.parameters, run.query):
        for value in find_all(parameters, names):
            if isinstance(value, list) and value:
                value = value[0]
            if text := lineage.evaluate(value, run, item):
                return text
    return None


# --- answers -----------------------------------------------------------------------------------


def answers(run: StepRun, names: Fields, began_at: datetime) -> Iterator[BusinessRecord]:
    """Yield the AI answers of *run*; its duration is told once."""
    duration = run.execution_time_s
    for item in run.items:
        if item.output > 0 or item.failed or not item.json or item.json.get("error"):
            continue
        answer = find(item.json, names)
        if answer is None:
            answer = item.json
        yield make_record(
            run,
            item.index,
            began_at,
            {
                "kind": "answer",
                "ai_response": _answer_text(answer, names),
                "duration_s": duration,
            },
        )
        duration = None


def _answer_text(answer: Any, names: Fields) -> str | None:
    if isinstance(answer, dict) and isinstance(inner := find(answer, names), str):
        answer = inner
    if isinstance(answer, str):
        return clean_text(answer, LONGEST_TEXT)
    try:
        return clean_text(json.dumps(answer, ensure_ascii=False), LONGEST_TEXT)
    except (ValueError, TypeError, RecursionError):  # a cycle in it
        return None
