"""What the reader hands to the store: n8n's rows in our terms. All moments are aware UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from persistence.n8n.role import RoleRights

Payload = Literal["read", "missing", "elsewhere", "unreadable"]
"""Whether an execution's data could be read: *elsewhere* is a storage that is not read (S3, Azure),
*missing* that n8n has none where it should be."""

Kind = Literal["email", "order", "answer", "invoice", "message", "customer", "shown"]
"""What a step did: *shown* is what a step with a tag in its note has to tell."""


@dataclass(frozen=True, slots=True)
class ProcessRecord:
    """One workflow as it is now."""

    workflow_id: str
    name: str
    active: bool
    archived: bool
    saves_successes: bool
    """False where its settings say that successful executions are not kept."""
    created_at: datetime | None
    updated_at: datetime | None


@dataclass(slots=True)  # not frozen: that would double what making one costs
class BusinessRecord:
    """One thing that a step did and that counts as business."""

    kind: Kind
    node_name: str
    node_type: str
    run_index: int
    item_index: int
    occurred_at: datetime
    """When the step ran (its ``startTime``)."""
    direction: Literal["received", "sent"] | None = None
    email_sender: str | None = None
    """Lower-case address."""
    email_recipient: str | None = None
    """Lower-case address; the first, where there are several."""
    email_subject: str | None = None
    email_content: str | None = None
    """Always read; the store keeps it only if ``MILHENA_STORE_CONTENT`` says so."""
    ai_response: str | None = None
    order_id: str | None = None
    order_total: float | None = None
    customer: str | None = None
    """What customers are grouped by: lower-case address, else the name as written."""
    customer_name: str | None = None
    customer_details: Mapping[str, str] | None = None
    """Phone, town and the like; the store keeps them only with contents."""
    invoice_id: str | None = None
    invoice_total: float | None = None
    channel: str | None = None
    """Of a message: telegram, whatsapp, …; who it came from or went to is the customer."""
    message_text: str | None = None
    """Always read; the store keeps it only with contents."""
    shown_text: str | None = None
    """What a step with a tag has to tell."""
    show_tag: str | None = None
    duration_s: float | None = None
    """Of an answer: its step's execution time, once per run (None on the run's later items)."""


class AttachedValue(NamedTuple):
    """A value that people, or the Chat Trigger, attached to an execution under a name."""

    key: str
    value: str
    is_content: bool
    """It is what somebody wrote: the store keeps it only with contents."""


@dataclass(slots=True)  # not frozen: that would double what making one costs
class ExecutionRecord:
    """One execution with what business it did.

    ``began_at`` is ``createdAt`` (n8n 1 overwrites ``startedAt`` when a waiting execution
    resumes), ``startedAt`` where there is no ``createdAt``. ``duration_s`` is the working time:
    stoppedAt − startedAt, of executions that waited the sum of their steps' times; None unless
    the status is success or error and both ends are known.
    """

    execution_id: int
    workflow_id: str
    mode: str
    status: str
    began_at: datetime
    started_at: datetime | None
    stopped_at: datetime | None
    duration_s: float | None
    waited: bool
    retry_of: int | None
    payload: Payload
    error_message: str | None = None
    """As n8n recorded it, without credentials; None unless the execution failed or crashed."""
    error_class: str | None = None
    """What kind of error n8n calls it, such as NodeApiError."""
    error_cause: str | None = None
    """The message with numbers, ids and names taken out, so that equal causes group."""
    error_step: str | None = None
    """Name of the step that failed."""
    error_step_type: str | None = None
    business: tuple[BusinessRecord, ...] = ()
    attached: tuple[AttachedValue, ...] = ()
    read_with: str | None = None
    """The fingerprint of the mapping that told what counts; None where nothing could be read."""


class ExecutionState(NamedTuple):
    """What n8n changes in an execution's row when it starts, falls asleep, goes on or ends."""

    status: str
    started_at: datetime | None
    stopped_at: datetime | None
    """Of one that waits, when it last fell asleep."""


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What a look at the source found, for ``doctor`` and for warnings."""

    url: str
    """Without its password."""
    dialect: Literal["sqlite", "postgresql"]
    schema: str | None
    n8n_major: int | None
    """1 or 2 as the tables tell; None where they do not."""
    executions: int
    """Rows that n8n has not marked as deleted."""
    max_execution_id: int
    processes: int
    journal_mode: str | None
    can_write: bool
    """Whether the role could change n8n's data; we never do."""
    role: RoleRights | None = None
    """What the role of a PostgreSQL database may do; None on SQLite."""
    warnings: tuple[str, ...] = field(default=())
