"""What a look at one run of a step found: what was taken, and why or why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from persistence.n8n.payload import StepRun
from persistence.n8n.records import BusinessRecord
from persistence.n8n.values import LONGEST_NAME, clean_text

Reason = Literal[
    "mail_trigger",
    "intake",
    "no_sender_or_subject",
    "mail_sent",
    "mail_not_delivered",
    "other_operation",
    "answer",
    "no_answer",
    "message_received",
    "message_sent",
    "no_message",
    "order",
    "invoice",
    "customer",
    "carried_along",
    "shown",
    "nothing_to_show",
    "copied_by_retry",
    "disabled",
    "failed",
    "recovered",
    "no_match",
]
"""Why something of a run counts, or does not."""


@dataclass(slots=True)
class Finding:
    """One thing that was found, or found not to count, in a run of a step."""

    run: StepRun
    reason: Reason
    records: tuple[BusinessRecord, ...] = ()
    about: str | None = None
    """Of what was carried along: the number, and which step had it first."""


@lru_cache(maxsize=4_096)
def _node_name(name: str) -> str:
    return clean_text(name, LONGEST_NAME) or "?"


def make_record(
    run: StepRun, index: int, began_at: datetime, fields: Mapping[str, Any]
) -> BusinessRecord:
    """A record of what *run* did with the item at *index*."""
    return BusinessRecord(
        node_name=_node_name(run.step.name),
        node_type=run.step.type,
        run_index=run.index,
        item_index=index,
        occurred_at=run.started_at or began_at,
        show_tag=run.step.show_tag,
        **fields,
    )
