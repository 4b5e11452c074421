"""The demo's rows as other n8ns would have written them: on PostgreSQL, and by n8n 2."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from persistence.demo import Simulation, company, write_sqlite
from persistence.demo.rows import ExecutionRow
from persistence.demo.schema import MIGRATIONS
from persistence.demo.writer import payload_text

# n8n 1's schema on PostgreSQL, as far as it matters to a reader: json and timestamptz(3).
_POSTGRES_TABLES = """
CREATE TABLE migrations (
    id serial PRIMARY KEY, "timestamp" bigint NOT NULL, name varchar NOT NULL);
CREATE TABLE settings (
    key varchar(255) PRIMARY KEY, value text NOT NULL,
    "loadOnStartup" boolean DEFAULT false NOT NULL);
CREATE TABLE project (
    id varchar(36) PRIMARY KEY, name varchar(255) NOT NULL, type varchar(36) NOT NULL,
    "createdAt" timestamptz(3) DEFAULT CURRENT_TIMESTAMP(3) NOT NULL,
    "updatedAt" timestamptz(3) DEFAULT CURRENT_TIMESTAMP(3) NOT NULL,
    icon json, description varchar(512));
CREATE TABLE tag_entity (
    name varchar(24) NOT NULL,
    "createdAt" timestamptz(3) DEFAULT CURRENT_TIMESTAMP(3) NOT NULL,
    "updatedAt" timestamptz(3) DEFAULT CURRENT_TIMESTAMP(3) NOT NULL,
    id varchar(36) PRIMARY KEY);
CREATE TABLE workflow_entity (
    name varchar(128) NOT NULL, active boolean NOT NULL,
    nodes json NOT NULL, connections json NOT NULL,
    "createdAt" timestamptz(3) DEFAULT CURRENT_TIMESTAMP(3) NOT NULL,
    "updatedAt" timestamptz(3) DEFAULT CURRENT_TIMESTAMP(3) NOT NULL,
    settings json, "staticData" json, "pinData" json, "versionId" character(36) NOT NULL,
    "triggerCount" integer DEFAULT 0 NOT NULL, id varchar(36) PRIMARY KEY, meta json,
    "parentFolderId" varchar(36), "isArchived" boolean DEFAULT false NOT NULL,
    "versionCounter" integer DEFAULT 1 NOT NULL, description text, "activeVersionId" varchar(36));
CREATE TABLE workflows_tags (
    "workflowId" varchar(36) NOT NULL, "tagId" varchar(36) NOT NULL,
    PRIMARY KEY ("workflowId", "tagId"));
CREATE TABLE shared_workflow (
    "workflowId" varchar(36) NOT NULL, "projectId" varchar(36) NOT NULL, role text NOT NULL,
    "createdAt" timestamptz(3) DEFAULT CURRENT_TIMESTAMP(3) NOT NULL,
    "updatedAt" timestamptz(3) DEFAULT CURRENT_TIMESTAMP(3) NOT NULL,
    PRIMARY KEY ("workflowId", "projectId"));
CREATE TABLE execution_entity (
    id serial PRIMARY KEY, finished boolean NOT NULL, mode varchar NOT NULL,
    "retryOf" varchar, "retrySuccessId" varchar,
    "startedAt" timestamptz(3), "stoppedAt" timestamptz(3), "waitTill" timestamptz(3),
    status varchar NOT NULL,
    "workflowId" varchar(36) NOT NULL REFERENCES workflow_entity ON DELETE CASCADE,
    "deletedAt" timestamptz(3),
    "createdAt" timestamptz(3) DEFAULT CURRENT_TIMESTAMP(3) NOT NULL);
CREATE TABLE execution_data (
    "executionId" integer PRIMARY KEY REFERENCES execution_entity ON DELETE CASCADE,
    "workflowData" json NOT NULL, data text NOT NULL);
CREATE TABLE execution_metadata (
    id serial PRIMARY KEY,
    "executionId" integer NOT NULL REFERENCES execution_entity ON DELETE CASCADE,
    key varchar(255) NOT NULL, value text NOT NULL);
CREATE TABLE workflow_statistics (
    count integer DEFAULT 0, "latestEvent" timestamptz(3), name varchar(128) NOT NULL,
    "workflowId" varchar(36) NOT NULL, "rootCount" integer DEFAULT 0,
    PRIMARY KEY ("workflowId", name));
CREATE TABLE insights_metadata (
    "metaId" integer PRIMARY KEY, "workflowId" varchar(16), "projectId" varchar(36),
    "workflowName" varchar(128) NOT NULL, "projectName" varchar(255) NOT NULL);
CREATE TABLE insights_by_period (
    id serial PRIMARY KEY, "metaId" integer NOT NULL, type integer NOT NULL,
    value bigint NOT NULL, "periodUnit" integer NOT NULL,
    "periodStart" timestamptz(0) DEFAULT CURRENT_TIMESTAMP);
CREATE INDEX "IDX_execution_entity_deletedAt" ON execution_entity ("deletedAt");
CREATE INDEX idx_execution_entity_stopped_at_status_deleted_at
    ON execution_entity ("stoppedAt", status, "deletedAt")
    WHERE "stoppedAt" IS NOT NULL AND "deletedAt" IS NULL;
CREATE INDEX idx_execution_entity_workflow_id_started_at
    ON execution_entity ("workflowId", "startedAt")
    WHERE "startedAt" IS NOT NULL AND "deletedAt" IS NULL;
CREATE UNIQUE INDEX "IDX_cec8eea3bf49551482ccb4933e" ON execution_metadata ("executionId", key);
"""


def write_n8n_postgres(url: str, simulation: Simulation, *, schema: str = "n8n") -> int:
    """Write *simulation* as n8n 1 writes PostgreSQL, into the new *schema* of the database *url*.

    Return how many executions there are.
    """
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
        cursor.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(schema)))
        cursor.execute(_POSTGRES_TABLES)
        _copy(cursor, "migrations", "timestamp name", MIGRATIONS)
        _copy(
            cursor,
            "settings",
            "key value loadOnStartup",
            ((key, value, bool(loaded)) for key, value, loaded in company.N8N_SETTINGS),
        )
        _copy(
            cursor,
            "project",
            "id name type",
            [(company.PROJECT_ID, company.PROJECT_NAME, "personal")],
        )
        _copy_workflows(cursor, simulation)
        written = _copy_executions(cursor, simulation.executions())
        _copy(
            cursor,
            "workflow_statistics",
            "count latestEvent name workflowId rootCount",
            (
                (s.count, _moment(s.latest_ms), s.name, s.workflow_id, s.root_count)
                for s in simulation.statistics()
            ),
        )
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('execution_entity', 'id'), %s)",
            (simulation.last_id,),
        )
    return written


def _copy_workflows(cursor: psycopg.Cursor[Any], simulation: Simulation) -> None:
    _copy(
        cursor,
        "workflow_entity",
        "id name active nodes connections createdAt updatedAt settings staticData pinData "
        "versionId triggerCount isArchived versionCounter activeVersionId",
        (
            (
                w.workflow_id,
                w.name,
                w.active,
                w.nodes,
                w.connections,
                _moment(w.created_ms),
                _moment(w.updated_ms),
                w.settings,
                w.static_state,
                w.pinned,
                w.version_id,
                w.trigger_count,
                w.archived,
                w.versions,
                w.version_id if w.active else None,
            )
            for w in simulation.workflows
        ),
    )
    _copy(
        cursor,
        "shared_workflow",
        "workflowId projectId role",
        ((w.workflow_id, company.PROJECT_ID, "workflow:owner") for w in simulation.workflows),
    )


def _copy_executions(cursor: psycopg.Cursor[Any], rows: Iterator[ExecutionRow]) -> int:
    kept = []
    for row in rows:
        row.run = payload_text(row)  # a text is much smaller than the objects behind it
        kept.append(row)
    _copy(
        cursor,
        "execution_entity",
        "id finished mode retryOf retrySuccessId startedAt stoppedAt waitTill status workflowId "
        "deletedAt createdAt",
        (
            (
                r.execution_id,
                r.status == "success",
                r.mode,
                None if r.retry_of is None else str(r.retry_of),
                None if r.retry_success is None else str(r.retry_success),
                _moment(r.resumed_ms or r.started_ms),
                _moment(r.stopped_ms),
                _moment(r.wait_till_ms),
                r.status,
                r.workflow_id,
                _moment(r.deleted_ms),
                _moment(r.created_ms),
            )
            for r in kept
        ),
    )
    _copy(
        cursor,
        "execution_data",
        "executionId workflowData data",
        ((r.execution_id, r.workflow_snapshot, r.run) for r in kept if r.run is not None),
    )
    _copy(
        cursor,
        "execution_metadata",
        "executionId key value",
        ((r.execution_id, key, value) for r in kept for key, value in r.custom_values),
    )
    return len(kept)


def _copy(
    cursor: psycopg.Cursor[Any], table: str, columns: str, rows: Iterable[tuple[Any, ...]]
) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns.split()))
    )
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _moment(moment_ms: int | None) -> datetime | None:
    if moment_ms is None:
        return None
    seconds, ms = divmod(moment_ms, 1000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=ms * 1000)


class _KeepsFirstStart(Simulation):
    """n8n 2 does not write the resumption over the first start."""

    def executions(self) -> Iterator[ExecutionRow]:
        for row in super().executions():
            row.resumed_ms = None
            yield row


@dataclass(frozen=True)
class N8n2Database:
    """An n8n 2 database on SQLite."""

    path: Path
    executions: int
    in_files: tuple[int, ...]
    """The executions whose data n8n keeps in files beside the database."""
    elsewhere: tuple[int, int]
    """One whose file is gone, and one in a storage that is not on this machine."""


_N8N_2 = """
ALTER TABLE execution_entity ADD "storedAt" varchar(2) NOT NULL DEFAULT ('db')
    CONSTRAINT "CHK_execution_entity_storedAt" CHECK ("storedAt" IN ('db', 'fs', 's3', 'az'));
ALTER TABLE execution_entity ADD "tracingContext" text;
ALTER TABLE execution_entity ADD "deduplicationKey" varchar(255);
ALTER TABLE execution_entity ADD "jsonSizeBytes" bigint NOT NULL DEFAULT (0);
ALTER TABLE execution_entity ADD "workflowVersionId" varchar(36) DEFAULT (NULL);
ALTER TABLE execution_entity ADD "binaryDataSizeBytes" bigint NOT NULL DEFAULT (0);
ALTER TABLE execution_entity ADD "usedPrivateCredentials" BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE execution_data ADD "workflowVersionId" VARCHAR(36);
ALTER TABLE workflow_entity ADD "nodeGroups" text NOT NULL DEFAULT ('[]');
ALTER TABLE workflow_entity ADD "sourceWorkflowId" varchar;
ALTER TABLE workflow_statistics RENAME TO statistics_of_n8n_1;
CREATE TABLE workflow_statistics (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT, "count" INTEGER DEFAULT 0, "latestEvent" DATETIME,
    "name" VARCHAR(128) NOT NULL, "workflowId" VARCHAR(36) NOT NULL,
    "workflowName" VARCHAR(128), "rootCount" INTEGER DEFAULT 0);
INSERT INTO workflow_statistics
    ("count", "latestEvent", "name", "workflowId", "workflowName", "rootCount")
    SELECT s."count", s."latestEvent", s."name", s."workflowId", w."name", s."rootCount"
    FROM statistics_of_n8n_1 AS s JOIN workflow_entity AS w ON w."id" = s."workflowId";
DROP TABLE statistics_of_n8n_1;
UPDATE execution_entity SET
    "workflowVersionId" = (SELECT "versionId" FROM workflow_entity WHERE "id" = "workflowId"),
    "jsonSizeBytes" = coalesce(
        (SELECT length("data") + length("workflowData") FROM execution_data
         WHERE "executionId" = execution_entity."id"), 0);
UPDATE workflow_entity SET "active" = 1 WHERE "nodes" LIKE '%executeWorkflowTrigger%';
INSERT INTO migrations ("timestamp", "name") VALUES
    (1768557000000, 'AddStoredAtToExecutionEntity1768557000000'),
    (1784000000029, 'AddJsonSizeBytesAndWorkflowVersionIdToExecutionEntity1784000000029');
"""


def write_n8n2_sqlite(path: Path, **arguments: Any) -> N8n2Database:
    """Write the simulation of *arguments* to *path* as n8n 2 writes SQLite, journal WAL.

    The last executions have their data in files, so no row of it.
    """
    executions = write_sqlite(_KeepsFirstStart(**arguments), path)
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(_N8N_2)
        moved = connection.execute(
            'SELECT id, "workflowId", "workflowData", data FROM execution_entity '
            'JOIN execution_data ON "executionId" = id WHERE "deletedAt" IS NULL '
            "ORDER BY (status = 'success' AND mode = 'webhook') DESC, id DESC LIMIT 40"
        ).fetchall()
        for execution_id, workflow_id, workflow, run in moved:
            _write_bundle(path.parent, execution_id, workflow_id, workflow, run)
        ids = [(row[0],) for row in moved]
        connection.executemany("UPDATE execution_entity SET \"storedAt\" = 'fs' WHERE id = ?", ids)
        connection.executemany('DELETE FROM execution_data WHERE "executionId" = ?', ids)
        gone, away, *kept = moved
        _bundle_of(path.parent, gone[0], gone[1]).unlink()
        _bundle_of(path.parent, away[0], away[1]).unlink()
        connection.execute(
            "UPDATE execution_entity SET \"storedAt\" = 's3' WHERE id = ?", (away[0],)
        )
        connection.commit()
    finally:
        connection.close()
    return N8n2Database(path, executions, tuple(row[0] for row in kept), (gone[0], away[0]))


def _bundle_of(folder: Path, execution_id: int, workflow_id: str) -> Path:
    place = folder / "storage" / "workflows" / workflow_id / "executions" / str(execution_id)
    return place / "execution_data" / "bundle.json"


def _write_bundle(
    folder: Path, execution_id: int, workflow_id: str, workflow: str, run: str
) -> None:
    snapshot = json.loads(workflow)
    bundle = {
        "data": run,
        "workflowData": snapshot,
        "workflowVersionId": snapshot.get("versionId"),
        "version": 1,
    }
    file = _bundle_of(folder, execution_id, workflow_id)
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(bundle, ensure_ascii=False), encoding="utf-8")
