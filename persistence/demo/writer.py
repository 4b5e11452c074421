"""Writes the simulated rows as the SQLite file of an n8n 1."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from persistence.demo import company
from persistence.demo.encoding import flatten
from persistence.demo.rows import ExecutionRow, WorkflowRow
from persistence.demo.schema import INDEXES, MIGRATIONS, TABLES
from persistence.demo.simulation import Simulation

_ROWS_AT_ONCE = 500


def stamp(moment_ms: int | None) -> str | None:
    """Return *moment_ms* as n8n writes it in SQLite: UTC, ``2026-11-01 08:15:00.000``."""
    if moment_ms is None:
        return None
    seconds, ms = divmod(moment_ms, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}.{ms:03d}"


def payload_text(row: ExecutionRow) -> str | None:
    """Return what ``execution_data.data`` holds for *row*; None where there is no such row."""
    return row.run if row.run is None or isinstance(row.run, str) else flatten(row.run)


def write_sqlite(simulation: Simulation, path: Path) -> int:
    """Write everything that *simulation* yields to *path*; return how many executions.

    The file appears whole or not at all: it is written beside and moved into place, over
    whatever was there.

    :raises OSError: it cannot be written, for want of rights or of room.
    """
    with _appearing_whole(path) as connection:
        _write_settings(connection, simulation.begins_ms)
        _write_workflows(connection, simulation.workflows)
        written = _write_executions(connection, simulation.executions())
        _write_figures(connection, simulation)
        for statement in INDEXES:
            connection.execute(statement)
        connection.execute(
            "UPDATE sqlite_sequence SET seq = ? WHERE name = 'execution_entity'",
            (simulation.last_id,),
        )
    return written


def write_processes(names: Sequence[str], path: Path) -> None:
    """Write to *path* an n8n that has active processes of these *names*, and never ran one.

    :raises OSError: it cannot be written.
    """
    created_ms = 1_735_689_600_000  # the beginning of 2025
    workflows = tuple(
        WorkflowRow(
            workflow_id=f"process{number:09d}",
            name=name,
            active=True,
            archived=False,
            nodes="[]",
            connections="{}",
            settings="{}",
            static_state=None,
            pinned="{}",
            version_id=f"00000000-0000-4000-8000-{number:012d}",
            trigger_count=1,
            versions=1,
            created_ms=created_ms,
            updated_ms=created_ms,
            tags=(),
        )
        for number, name in enumerate(names, start=1)
    )
    with _appearing_whole(path) as connection:
        _write_settings(connection, created_ms)
        _write_workflows(connection, workflows)
        for statement in INDEXES:
            connection.execute(statement)


@contextlib.contextmanager
def _appearing_whole(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection to an n8n database without rows, which becomes *path* at the end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    unfinished.write_bytes(b"")  # says better than SQLite why a file cannot be made
    connection = sqlite3.connect(unfinished, isolation_level=None)
    try:
        # Nobody reads the file before it is complete, so it needs no journal while it grows.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for statement in TABLES:
            connection.execute(statement)
        yield connection
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.close()
        unfinished.replace(path)
    except sqlite3.OperationalError as error:
        raise OSError(errno.EIO, str(error), str(path)) from error
    finally:
        connection.close()
        unfinished.unlink(missing_ok=True)


def _insert(connection: sqlite3.Connection, table: str, columns: str, rows: list[Any]) -> None:
    names = ", ".join(f'"{name}"' for name in columns.split())
    marks = ", ".join("?" for _ in columns.split())
    statement = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608 - our own names
    connection.executemany(statement, rows)


def _write_settings(connection: sqlite3.Connection, begins_ms: int) -> None:
    _insert(connection, "migrations", "timestamp name", list(MIGRATIONS))
    _insert(connection, "settings", "key value loadOnStartup", list(company.N8N_SETTINGS))
    _insert(
        connection,
        "project",
        "id name type createdAt updatedAt",
        [
            (
                company.PROJECT_ID,
                company.PROJECT_NAME,
                "personal",
                stamp(begins_ms),
                stamp(begins_ms),
            )
        ],
    )


def _write_workflows(connection: sqlite3.Connection, workflows: tuple[WorkflowRow, ...]) -> None:
    _insert(
        connection,
        "workflow_history",
        "versionId workflowId authors createdAt updatedAt nodes connections name",
        [
            (
                w.version_id,
                w.workflow_id,
                company.OWNER,
                stamp(w.updated_ms),
                stamp(w.updated_ms),
                w.nodes,
                w.connections,
                w.name,
            )
            for w in workflows
        ],
    )
    _insert(
        connection,
        "workflow_entity",
        "id name active nodes connections settings staticData pinData versionId triggerCount "
        "createdAt updatedAt isArchived versionCounter activeVersionId",
        [
            (
                w.workflow_id,
                w.name,
                int(w.active),
                w.nodes,
                w.connections,
                w.settings,
                w.static_state,
                w.pinned,
                w.version_id,
                w.trigger_count,
                stamp(w.created_ms),
                stamp(w.updated_ms),
                int(w.archived),
                w.versions,
                w.version_id if w.active else None,
            )
            for w in workflows
        ],
    )
    _insert(
        connection,
        "shared_workflow",
        "workflowId projectId role createdAt updatedAt",
        [
            (
                w.workflow_id,
                company.PROJECT_ID,
                "workflow:owner",
                stamp(w.created_ms),
                stamp(w.created_ms),
            )
            for w in workflows
        ],
    )
    first = stamp(min(w.created_ms for w in workflows))
    _insert(
        connection,
        "tag_entity",
        "id name createdAt updatedAt",
        [(tag_id, name, first, first) for name, tag_id in company.TAGS.items()],
    )
    _insert(
        connection,
        "workflows_tags",
        "workflowId tagId",
        [(w.workflow_id, company.TAGS[tag]) for w in workflows for tag in w.tags],
    )


def _write_executions(connection: sqlite3.Connection, rows: Iterator[ExecutionRow]) -> int:
    written = 0
    while batch := list(islice(rows, _ROWS_AT_ONCE)):
        _insert(
            connection,
            "execution_entity",
            "id workflowId finished mode retryOf retrySuccessId startedAt stoppedAt waitTill "
            "status deletedAt createdAt",
            [
                (
                    r.execution_id,
                    r.workflow_id,
                    int(r.status == "success"),
                    r.mode,
                    None if r.retry_of is None else str(r.retry_of),
                    None if r.retry_success is None else str(r.retry_success),
                    stamp(r.resumed_ms or r.started_ms),
                    stamp(r.stopped_ms),
                    stamp(r.wait_till_ms),
                    r.status,
                    stamp(r.deleted_ms),
                    stamp(r.created_ms),
                )
                for r in batch
            ],
        )
        _insert(
            connection,
            "execution_data",
            "executionId workflowData data",
            [
                (r.execution_id, r.workflow_snapshot, text)
                for r in batch
                if (text := payload_text(r)) is not None
            ],
        )
        _insert(
            connection,
            "execution_metadata",
            "executionId key value",
            [(r.execution_id, key, value) for r in batch for key, value in r.custom_values],
        )
        written += len(batch)
    return written


def _write_figures(connection: sqlite3.Connection, simulation: Simulation) -> None:
    _insert(
        connection,
        "workflow_statistics",
        "count latestEvent name workflowId rootCount",
        [
            (s.count, stamp(s.latest_ms), s.name, s.workflow_id, s.root_count)
            for s in simulation.statistics()
        ],
    )
    names = {w.workflow_id: w.name for w in simulation.workflows}
    insights = simulation.insights()
    meta_ids: dict[str, int] = {}
    for insight in insights:
        meta_ids.setdefault(insight.workflow_id, len(meta_ids) + 1)
    _insert(
        connection,
        "insights_metadata",
        "metaId workflowId projectId workflowName projectName",
        [
            (meta_id, workflow_id, company.PROJECT_ID, names[workflow_id], company.PROJECT_NAME)
            for workflow_id, meta_id in meta_ids.items()
        ],
    )
    _insert(
        connection,
        "insights_by_period",
        "metaId type value periodUnit periodStart",
        [
            (meta_ids[i.workflow_id], i.type, i.value, 0, stamp(i.moment_ms))
            for i in insights
            if i.by_hour
        ],
    )
    _insert(
        connection,
        "insights_raw",
        "metaId type value timestamp",
        [
            (meta_ids[i.workflow_id], i.type, i.value, stamp(i.moment_ms))
            for i in insights
            if not i.by_hour
        ],
    )
