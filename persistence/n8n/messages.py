"""Messages by Telegram, WhatsApp and the like, and what steps with a tag have to tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from persistence.mapping.fields import find, find_all, is_secret, squeezed
from persistence.mapping.model import BusinessMapping, Passage
from persistence.n8n.findings import make_record
from persistence.n8n.lineage import Lineage
from persistence.n8n.mails import parameter, was_delivered
from persistence.n8n.payload import Item, StepRun
from persistence.n8n.records import BusinessRecord
from persistence.n8n.values import (
    LONGEST_LINE,
    LONGEST_NAME,
    LONGEST_TEXT,
    clean_text,
    without_credentials,
)

_SHOWN_ITEMS, _SHOWN_FIELDS, _SHOWN_VALUE = 20, 6, 80


def messages(
    run: StepRun,
    channel: str,
    direction: Literal["received", "sent"],
    passage: Passage,
    lineage: Lineage,
    began_at: datetime,
) -> Iterator[BusinessRecord]:
    """Yield the messages that *run* took in or sent by *channel*."""
    for item in run.items:
        if item.failed or item.output > 0 or find(item.json, passage.id) is None:
            continue
        if direction == "sent" and not was_delivered(item):
            continue
        contact = _plain(find(item.json, passage.contact))
        text = _plain(find(item.json, passage.text))
        if direction == "sent":
            contact = contact or parameter(passage.contact_parameters, run, item, lineage)
            text = text or parameter(passage.text_parameters, run, item, lineage)
        name = clean_text(_plain(find(item.json, passage.name)), LONGEST_NAME)
        yield make_record(
            run,
            item.index,
            began_at,
            {
                "kind": "message",
                "direction": direction,
                "channel": channel,
                "customer": clean_text(contact, LONGEST_NAME) or name,
                "customer_name": name,
                "message_text": clean_text(text, LONGEST_TEXT),
            },
        )


def shown(run: StepRun, mapping: BusinessMapping, began_at: datetime) -> Iterator[BusinessRecord]:
    """Yield what a step with a tag has to tell of each of its items."""
    for item in run.items[:_SHOWN_ITEMS]:
        if item.failed:
            continue
        text = _told(item, mapping)
        if text:
            yield make_record(run, item.index, began_at, {"kind": "shown", "shown_text": text})


def _told(item: Item, mapping: BusinessMapping) -> str | None:
    fields: Mapping[str, Any] = item.json
    body = fields.get("body")
    if isinstance(body, dict):  # of a request: its headers are nobody's business
        fields = body
    for value in find_all(fields, mapping.shown):
        if text := clean_text(_plain(value), LONGEST_LINE):
            return without_credentials(" ".join(text.split()))
    content = mapping.received_mail.content.ranks
    parts = []
    for key, value in fields.items():
        written = clean_text(_plain(value), _SHOWN_VALUE)
        if written is None or is_secret(key) or squeezed(key) in content:
            continue
        parts.append(f"{key[:_SHOWN_VALUE]}: {' '.join(written.split())}")
        if len(parts) == _SHOWN_FIELDS:
            break
    return clean_text(without_credentials(", ".join(parts)), LONGEST_LINE)


def _plain(value: Any) -> str | None:
    """A value that stands on its own, as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return str(value)[:LONGEST_NAME]
    return None
