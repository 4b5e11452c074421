"""From what was read to rows of the store's tables; nothing here touches a database."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from persistence.n8n.records import (
    AttachedValue,
    BusinessRecord,
    ExecutionRecord,
    ExecutionState,
)

NOT_PRODUCTION = frozenset({"manual", "integrated", "internal", "chat", "agent"})
"""Modes that do not count as executions, as in n8n's own Insights; any other mode does."""

PRODUCTION = frozenset({"error", "retry", "cli", "trigger", "webhook", "evaluation"})
FINAL = frozenset({"success", "error", "crashed", "canceled"})
OPEN = frozenset({"new", "running", "waiting", "unknown"})
"""Statuses that n8n may still change."""

_KNOWN_STATUSES = FINAL | OPEN
_KNOWN_MODES = PRODUCTION | NOT_PRODUCTION

GROWING = frozenset({"running", "unknown"})
"""Statuses in which n8n may add to an execution's data while its row stays the same."""

BUSINESS_KEY = ("execution_id", "node_name", "kind", "run_index", "item_index")
"""What tells the rows of `business_execution_data` apart, and the order they are kept in."""


def execution_row(record: ExecutionRecord) -> dict[str, Any]:
    """Return *record* as a row of `executions`."""
    return {
        "execution_id": record.execution_id,
        "workflow_id": record.workflow_id,
        "mode": record.mode[:32],
        "status": record.status[:32],
        "production": record.mode not in NOT_PRODUCTION,
        "began_at": _to_milliseconds(record.began_at),
        "started_at": _to_milliseconds(record.started_at),
        "stopped_at": _to_milliseconds(record.stopped_at),
        "duration_s": _finite(record.duration_s),
        "waited": record.waited,
        "retry_of": record.retry_of,
        "payload": record.payload,
        "read_with": record.read_with,
        "deleted_at": None,
        "error_message": clean(record.error_message),
        "error_class": clean(record.error_class),
        "error_cause": clean(record.error_cause),
        "error_step": clean(record.error_step),
        "error_step_type": clean(record.error_step_type),
    }


def state_as_stored(state: ExecutionState) -> ExecutionState:
    """Return *state* as a row of `executions` would say it."""
    return ExecutionState(
        state.status[:32],
        _to_milliseconds(state.started_at),
        _to_milliseconds(state.stopped_at),
    )


def business_rows(record: ExecutionRecord, *, store_content: bool) -> list[dict[str, Any]]:
    """Return what *record* did as rows of `business_execution_data`, each once, by their key."""
    if not record.business:
        return []
    rows = [_business_row(record, item, store_content=store_content) for item in record.business]
    if len(rows) == 1:
        return rows
    unique = {tuple(row[name] for name in BUSINESS_KEY): row for row in rows}
    return [unique[key] for key in sorted(unique)]


def _business_row(
    record: ExecutionRecord, item: BusinessRecord, *, store_content: bool
) -> dict[str, Any]:
    who = {"name": clean(item.customer_name), "id": clean(item.customer)}
    return {
        "execution_id": record.execution_id,
        "workflow_id": record.workflow_id,
        "node_name": clean(item.node_name),
        "node_type": clean(item.node_type),
        "kind": item.kind,
        "direction": item.direction,
        "run_index": item.run_index,
        "item_index": item.item_index,
        "occurred_at": _to_milliseconds(item.occurred_at),
        "email_sender": clean(item.email_sender),
        "email_recipient": clean(item.email_recipient),
        "email_subject": clean(item.email_subject),
        "email_content": clean(item.email_content) if store_content else None,
        "ai_response": clean(item.ai_response),
        "order_id": clean(item.order_id, 255),
        "order_total": _finite(item.order_total),
        "invoice_id": clean(item.invoice_id, 255),
        "invoice_total": _finite(item.invoice_total),
        "customer": clean(item.customer),
        "customer_data": {k: v for k, v in who.items() if v} if any(who.values()) else None,
        "customer_details": _details(item) if store_content else None,
        "channel": clean(item.channel, 32),
        "message_text": clean(item.message_text) if store_content else None,
        "shown_text": clean(item.shown_text),
        "duration_s": _finite(item.duration_s),
        "show_tag": clean(item.show_tag, 64),
        "created_at": _to_milliseconds(record.began_at),
    }


def _details(item: BusinessRecord) -> dict[str, str] | None:
    details = {name: clean(value) or "" for name, value in (item.customer_details or {}).items()}
    return details or None


def attached_rows(record: ExecutionRecord, *, store_content: bool) -> list[dict[str, Any]]:
    """Return what is attached to *record* as rows of `attached_values`, by name."""
    if not record.attached:
        return []
    rows = [
        _attached_row(record.execution_id, each)
        for each in record.attached
        if store_content or not each.is_content
    ]
    return sorted(rows, key=lambda row: str(row["key"]))


def _attached_row(execution_id: int, attached: AttachedValue) -> dict[str, Any]:
    return {
        "execution_id": execution_id,
        "key": clean(attached.key, 255),
        "value": clean(attached.value),
        "is_content": attached.is_content,
    }


def note_oddities(record: ExecutionRecord, notes: set[str]) -> None:
    """Add to *notes* what n8n is not known to write."""
    if record.status not in _KNOWN_STATUSES:
        notes.add(f"unknown_status:{record.status}")
    if record.mode not in _KNOWN_MODES:
        notes.add(f"unknown_mode:{record.mode}")


def _to_milliseconds(moment: datetime | None) -> datetime | None:
    # What SQLite keeps; without it PostgreSQL would find a difference where there is none.
    if moment is None or not moment.microsecond % 1000:
        return moment
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _finite(number: float | None) -> float | None:
    return float(number) if number is not None and math.isfinite(number) else None


def clean(text: str | None, length: int | None = None) -> str | None:
    """Text that both databases take: no NUL, no half of a surrogate pair."""
    if text is None:
        return None
    if text.isascii() and "\x00" not in text:
        return text[:length]
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:length]
