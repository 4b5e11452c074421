"""From n8n's rows to our records."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from sqlalchemy.engine import Row

from persistence.mapping.declaration import Declaration
from persistence.mapping.fields import is_secret
from persistence.mapping.model import BusinessMapping
from persistence.n8n.business import extract_business, own_runs, puts_to_sleep
from persistence.n8n.causes import cause_of
from persistence.n8n.files import Bundles, NoBundle
from persistence.n8n.payload import Failure, Payload, read_payload
from persistence.n8n.records import AttachedValue, BusinessRecord, ExecutionRecord
from persistence.n8n.records import Payload as PayloadState
from persistence.n8n.values import clean_text, without_credentials

KNOWN_STATUSES = frozenset(
    {"success", "error", "crashed", "canceled", "new", "running", "waiting", "unknown"}
)
_FAILED = frozenset({"error", "crashed"})
_FINISHED = frozenset({"success", "error"})

IN_FILES = "fs"
"""What ``storedAt`` says where n8n keeps an execution's data in files beside its database."""
_LONGEST_KEY, _LONGEST_VALUE = 255, 1_000

Attached = Mapping[int, Sequence[tuple[Any, Any]]]
"""What is attached to executions, by their id: names and values."""


CLOCK_JUMP_S = 2 * 3600.0
"""More time than this between the steps of an execution that did not wait is nobody's work: n8n
goes from step to step in milliseconds. The clock was put forward, or the machine slept. What a
step itself says that it took is believed, however long: calls may last for hours."""


@dataclass(slots=True)  # not frozen: that would double what making one costs
class Reading:
    """One execution's row, understood as far as it goes; what it did is still to be told."""

    execution_id: int
    workflow_id: str
    mode: str
    status: str
    created: datetime | None
    started: datetime | None
    stopped: datetime | None
    state: PayloadState
    payload: Payload | None

    @property
    def began(self) -> datetime:
        """When it began."""
        moment = self.created or self.started
        assert moment is not None  # noqa: S101  # `read_row` makes none without
        return moment

    @property
    def not_before(self) -> datetime | None:
        """Of a retry: runs that began earlier are copies."""
        if self.mode != "retry":
            return None
        return min(moment for moment in (self.created, self.started) if moment is not None)


class RowReader:
    """Makes records of rows."""

    def __init__(self, declaration: Declaration, bundles: Bundles) -> None:
        self.declaration = declaration
        self.bundles = bundles

    def read_row(self, row: Row[Any]) -> Reading | None:
        """Return *row* as far as it goes; None if it cannot be told apart or placed in time."""
        written = (row.createdAt, row.startedAt, row.stoppedAt)
        created, started, stopped = map(moment_of, written)
        workflow_id = _name(row.workflowId, 64)
        if not isinstance(row.id, int) or workflow_id is None or not (created or started):
            return None
        state, payload = self._payload(row, workflow_id)
        if created is None or started is None or stopped is None:
            moments = (created, started, stopped)
            if any(
                text is not None and moment is None
                for text, moment in zip(written, moments, strict=True)
            ):  # one of the times says something that is no time
                state = "unreadable"
        return Reading(
            execution_id=row.id,
            workflow_id=workflow_id,
            mode=_name(row.mode, 32) or "unknown",
            status=status_of(row),
            created=created,
            started=started,
            stopped=stopped,
            state=state,
            payload=payload,
        )

    def record(self, row: Row[Any], attached: Attached) -> ExecutionRecord | None:
        """Return *row* as a record; None if it cannot be told apart or placed in time."""
        read = self.read_row(row)
        if read is None:
            return None
        payload, status = read.payload, read.status
        business: tuple[BusinessRecord, ...] = ()
        waited, own_time_s, has_steps = bool(row.waitTill), None, False
        if payload is not None:
            mapping = self.declaration.mapping
            business = extract_business(
                payload,
                mapping,
                mode=read.mode,
                began_at=read.began,
                not_before=read.not_before,
            )
            own = list(own_runs(payload, read.not_before))
            waited = waited or any(puts_to_sleep(run, mapping) for run in own)
            own_time_s = sum(run.execution_time_s or 0.0 for run in own if not run.attached)
            has_steps = bool(own)
        duration_s: float | None = None
        if status in _FINISHED and read.started and read.stopped:
            duration_s = (read.stopped - read.started).total_seconds()
            jumped = has_steps and duration_s - (own_time_s or 0.0) > CLOCK_JUMP_S
            if own_time_s is not None and (waited or jumped):
                duration_s = own_time_s
        failure = payload.failure if payload and status in _FAILED else None
        told = failure.full_message if failure else None
        values = attached.get(read.execution_id)
        return ExecutionRecord(
            execution_id=read.execution_id,
            workflow_id=read.workflow_id,
            mode=read.mode,
            status=status,
            began_at=read.began,
            started_at=read.started,
            stopped_at=read.stopped,
            duration_s=duration_s if duration_s is not None and duration_s >= 0 else None,
            waited=waited,
            retry_of=_whole(row.retryOf),
            payload=read.state,
            error_message=_message(failure),
            error_class=clean_text(failure.kind, 255) if failure else None,
            error_cause=_cause(told) if told else None,
            error_step=_step_name(failure),
            error_step_type=failure.step.type or None if failure and failure.step else None,
            business=business,
            attached=attached_values(values, self.declaration.mapping) if values else (),
            read_with=self.declaration.fingerprint if payload is not None else None,
        )

    def _payload(self, row: Row[Any], workflow_id: str) -> tuple[PayloadState, Payload | None]:
        try:
            data, stored_at = row.data, row.storedAt
            if data is not None:
                return "read", read_payload(_plain(data), _plain(row.workflowData))
            if stored_at == IN_FILES:
                return "read", read_payload(*self.bundles.read(workflow_id, row.id))
        except NoBundle:
            return "missing", None
        except ValueError:
            return "unreadable", None
        return ("elsewhere" if stored_at not in (None, "db") else "missing"), None


def attached_values(
    values: Sequence[tuple[Any, Any]], mapping: BusinessMapping
) -> tuple[AttachedValue, ...]:
    """Return what may be kept of what is attached to an execution, by name."""
    found: dict[str, AttachedValue] = {}
    for written_key, written_value in sorted(values, key=lambda each: str(each[0])):
        key = clean_text(_plain(written_key), _LONGEST_KEY)
        value = clean_text(_plain(written_value), _LONGEST_VALUE)
        if key is None or value is None or is_secret(key):
            continue
        if any(fnmatchcase(key, pattern) for pattern in mapping.attached.ignored):
            continue
        content = any(fnmatchcase(key, pattern) for pattern in mapping.attached.content)
        found.setdefault(key, AttachedValue(key, without_credentials(value), content))
    return tuple(found.values())


def _message(failure: Failure | None) -> str | None:
    message = clean_text(failure.message, 5_000) if failure else None
    return _scrubbed(message) if message else None


def _scrubbed(message: str) -> str:
    return (_scrubbed_before if len(message) <= _OFTEN else without_credentials)(message)


def _cause(message: str) -> str | None:
    return (_cause_before if len(message) <= _OFTEN else _cause_anew)(message)


def _cause_anew(message: str) -> str | None:
    return clean_text(cause_of(without_credentials(message)), 255)


# What fails, fails often, in the same words.
_OFTEN = 1_000
_scrubbed_before = lru_cache(maxsize=1_024)(without_credentials)
_cause_before = lru_cache(maxsize=1_024)(_cause_anew)


def _step_name(failure: Failure | None) -> str | None:
    return clean_text(failure.step.name, 255) if failure and failure.step else None


def status_of(row: Row[Any]) -> str:
    """n8n's own status; what it means in versions that have none."""
    if status := _name(row.status, 32):
        return status
    if is_true(row.finished):
        return "success"
    if row.waitTill:
        return "waiting"
    return "error" if row.stoppedAt else "running"


def moment_of(value: Any) -> datetime | None:
    """A time as n8n wrote it, in UTC; None if it is none.

    Takes "2026-11-01 08:15:00.123", with or without milliseconds, with T, Z or an offset, and
    numbers of seconds or milliseconds. A time without an offset is UTC.
    """
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value.strip())
        elif isinstance(value, int | float) and not isinstance(value, bool):
            moment = datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, UTC)
        else:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        elif moment.tzinfo is not UTC:
            moment = moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if 1970 <= moment.year < 2200 else None


def saves_successes(settings: Any) -> bool:
    """Whether a workflow with these *settings* keeps its successful executions."""
    try:
        read = json.loads(_plain(settings))
    except (ValueError, RecursionError):
        return True
    return not (isinstance(read, dict) and read.get("saveDataSuccessExecution") == "none")


def is_true(value: Any) -> bool:
    """Whether a database said yes, in any of the ways that they do."""
    return value in (1, True) or str(value).lower() in ("true", "t", "1")


def _name(value: Any, longest: int) -> str | None:
    """A status, a mode, an id of a process: one of few, in very many rows."""
    if value is None:
        return None
    return _cleaned(_plain(value)[:longest], longest)


_cleaned = lru_cache(maxsize=4_096)(clean_text)


def _whole(value: Any) -> int | None:
    if value is None:
        return None
    text = _plain(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _plain(value: Any) -> str:
    """A value of any SQLite type as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)
