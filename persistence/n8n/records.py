"""What the reader hands to the store: n8n's rows in our terms. All moments are aware UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

Payload = Literal["read", "missing", "elsewhere", "unreadable"]
"""Whether an execution's data could be read: *elsewhere* is n8n 2's file storage."""


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


@dataclass(frozen=True, slots=True)
class BusinessRecord:
    """One e-mail, order or AI answer that a step produced."""

    kind: Literal["email", "order", "answer"]
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
    show_tag: str | None = None
    duration_s: float | None = None
    """Of an answer: its step's execution time, once per run (None on the run's later items)."""


@dataclass(frozen=True, slots=True)
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
    """As n8n recorded it; None unless the execution failed or crashed."""
    error_cause: str | None = None
    """The message with numbers, ids and names taken out, so that equal causes group."""
    error_step: str | None = None
    """Name of the step that failed."""
    error_step_type: str | None = None
    business: tuple[BusinessRecord, ...] = ()


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
    warnings: tuple[str, ...] = field(default=())
