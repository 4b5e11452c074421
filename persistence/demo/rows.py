"""What the demo writes, as plain rows: no database, no JSON text, no time zone.

Moments are milliseconds since 1970 (UTC), as n8n's own run data counts them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class WorkflowRow:
    """One process as it is now."""

    workflow_id: str
    name: str
    active: bool
    archived: bool
    nodes: str
    """JSON text, as are the four that follow."""
    connections: str
    settings: str
    static_state: str | None
    pinned: str
    version_id: str
    trigger_count: int
    versions: int
    """How often it was saved."""
    created_ms: int
    updated_ms: int
    tags: tuple[str, ...]


@dataclass(slots=True)
class ExecutionRow:
    """One execution with everything its nodes put out."""

    execution_id: int
    workflow_id: str
    mode: str
    created_ms: int
    workflow_snapshot: str
    """The workflow as it was when it ran (JSON text, shared by all its executions)."""
    status: str = "running"
    started_ms: int | None = None
    """First start; None while it is queued."""
    resumed_ms: int | None = None
    """When it went on after a wait: n8n 1 writes this over the first start, n8n 2 does not."""
    stopped_ms: int | None = None
    wait_till_ms: int | None = None
    deleted_ms: int | None = None
    retry_of: int | None = None
    retry_success: int | None = None
    run: Mapping[str, Any] | str | None = None
    """The decoded run data; text where it was damaged on disk; None where there is no data row."""
    custom_values: tuple[tuple[str, str], ...] = ()
    """What an Execution Data node kept (``execution_metadata``)."""


@dataclass(slots=True)
class StatisticRow:
    """A lifetime counter of n8n; it also counts executions that left no row."""

    workflow_id: str
    name: str
    count: int = 0
    root_count: int = 0
    latest_ms: int = 0


@dataclass(slots=True)
class InsightRow:
    """One figure of n8n's own insights: type 1 run time in ms, 2 successes, 3 failures."""

    workflow_id: str
    type: int
    value: int
    moment_ms: int
    by_hour: bool
    """Whether it is the sum of the UTC hour that begins at the moment."""
