"""What was taken from one execution of n8n's, and why the rest was not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from persistence.n8n.business import findings
from persistence.n8n.findings import Finding, Reason
from persistence.n8n.records import AttachedValue, BusinessRecord
from persistence.n8n.rows import Attached, Reading, RowReader, attached_values, moment_of

_CONTENT = ("email_content", "message_text", "customer_details")
_PLACE = frozenset({"kind", "node_name", "node_type", "run_index", "item_index"})

IN_WORDS: dict[Reason, str] = {
    "mail_trigger": "a mail trigger: every item that it puts out is a received e-mail",
    "intake": "a webhook or form whose item has a sender's address and a subject",
    "no_sender_or_subject": (
        "a webhook or form without a sender's address or a subject: no e-mail"
    ),
    "mail_sent": "a mail-sending step whose items were delivered",
    "mail_not_delivered": "a mail-sending step that delivered nothing",
    "other_operation": "a step that can count, but with an operation that does not",
    "answer": "an AI agent or chain: every item that it puts out is an answer",
    "no_answer": "an AI agent or chain that put out no answer",
    "message_received": "a trigger of messages whose items are messages",
    "message_sent": "a step that sent messages",
    "no_message": "a step of messages without a message in its items",
    "order": "an order's number first appears here",
    "invoice": "an invoice's number first appears here",
    "customer": "an item that is a new customer by its form",
    "carried_along": "named by an earlier step already",
    "shown": "a step whose note carries a show tag",
    "nothing_to_show": "a step with a show tag, but without a plain field to tell",
    "copied_by_retry": "copied by the retry: it counts in the execution that is repeated",
    "disabled": "the step is disabled: it passed its input on and did nothing",
    "failed": "the step failed: what it put out is its input",
    "recovered": "rebuilt after a crash: its items are placeholders",
    "no_match": "no rule of the mapping speaks of this step or of its fields",
}


@dataclass(frozen=True)
class Taken:
    """One business record, with the fields that it has."""

    kind: str
    fields: dict[str, Any]
    not_stored: tuple[str, ...] = ()
    """Fields that were read but are kept only with contents."""


@dataclass(frozen=True)
class StepExplained:
    """One finding in one run of a step."""

    step: str
    step_type: str
    run: int
    began_at: datetime | None
    reason: Reason
    about: str | None = None
    taken: tuple[Taken, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """One execution explained."""

    execution_id: int
    workflow_id: str
    mode: str
    status: str
    began_at: datetime
    stored_at: str
    """Where n8n keeps its data: db, fs (with the file), s3, az."""
    payload: str
    """read, missing, elsewhere or unreadable."""
    mapping: str
    """The fingerprint of the mapping."""
    deleted_at: datetime | None = None
    """When n8n marked it as deleted: then it is not read anew."""
    no_business: str | None = None
    """Why nothing of it counts as business, whatever its steps did."""
    steps: tuple[StepExplained, ...] = ()
    attached: tuple[AttachedValue, ...] = ()
    not_kept: tuple[str, ...] = field(default=())
    """Names of what is attached but not kept."""


def explain(
    row: Any, attached: Attached, reader: RowReader, *, store_content: bool
) -> Explanation | None:
    """Return what is taken from *row* and why; None where the row cannot be used at all."""
    read = reader.read_row(row)
    if read is None:
        return None
    stored_at = str(row.storedAt or "db")
    if stored_at == "fs":
        path = reader.bundles.path_of(read.workflow_id, read.execution_id)
        stored_at = f"fs ({path})"
    mapping = reader.declaration.mapping
    values = attached.get(read.execution_id, ())
    kept = attached_values(values, mapping)
    kept_now = tuple(each for each in kept if store_content or not each.is_content)
    names = {str(key) for key, _ in values}
    return Explanation(
        execution_id=read.execution_id,
        workflow_id=read.workflow_id,
        mode=read.mode,
        status=read.status,
        began_at=read.began,
        stored_at=stored_at,
        payload=read.state,
        mapping=reader.declaration.fingerprint,
        deleted_at=moment_of(row.deletedAt),
        no_business=_why_nothing(read),
        steps=_steps(read, reader, store_content=store_content),
        attached=kept_now,
        not_kept=tuple(sorted(names - {each.key for each in kept_now})),
    )


def _why_nothing(read: Reading) -> str | None:
    if read.state == "missing":
        return "n8n has no data of it"
    if read.state == "elsewhere":
        return "n8n keeps its data in a storage that Milhena does not read"
    if read.payload is None:
        return "its data cannot be decoded"
    if read.mode == "manual":
        return "it was run by hand, from the editor: a rehearsal"
    return "it used pinned data: a rehearsal" if read.payload.pinned else None


def _steps(read: Reading, reader: RowReader, *, store_content: bool) -> tuple[StepExplained, ...]:
    if read.payload is None:
        return ()
    found = findings(
        read.payload,
        reader.declaration.mapping,
        began_at=read.began,
        not_before=read.not_before,
    )
    order = {id(run): place for place, run in enumerate(read.payload.runs)}
    ordered = sorted(found, key=lambda finding: order[id(finding.run)])
    return tuple(_explained(each, store_content=store_content) for each in ordered)


def _explained(finding: Finding, *, store_content: bool) -> StepExplained:
    run = finding.run
    return StepExplained(
        step=run.step.name,
        step_type=run.step.type,
        run=run.index,
        began_at=run.started_at,
        reason=finding.reason,
        about=finding.about,
        taken=tuple(_taken(record, store_content=store_content) for record in finding.records),
    )


def _taken(record: BusinessRecord, *, store_content: bool) -> Taken:
    fields = {
        name: value
        for name in record.__slots__
        if name not in _PLACE and (value := getattr(record, name)) is not None
    }
    hidden = () if store_content else tuple(name for name in _CONTENT if name in fields)
    for name in hidden:
        del fields[name]
    return Taken(record.kind, fields, hidden)
