"""Writes small databases in n8n's own format, for the tests of the reader.

The tables are those of n8n 1.x with the columns that matter, and ``flatten`` writes the format of
`execution_data` independently of the code that reads it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import create_engine

BASE = "n8n-nodes-base."
AGENT = "@n8n/n8n-nodes-langchain.agent"
BEGAN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

SQLITE_TABLES = (
    'CREATE TABLE "workflow_entity" ("id" varchar(36) PRIMARY KEY NOT NULL, '
    '"name" varchar(128) NOT NULL, "active" boolean NOT NULL, "nodes" text, "connections" text, '
    '"settings" text, "staticData" text, "pinData" text, "versionId" varchar(36), '
    '"createdAt" datetime(3), "updatedAt" datetime(3), '
    '"isArchived" boolean NOT NULL DEFAULT (FALSE))',
    'CREATE TABLE "execution_entity" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, '
    '"workflowId" varchar(36) NOT NULL, "finished" boolean NOT NULL, "mode" varchar NOT NULL, '
    '"retryOf" varchar, "retrySuccessId" varchar, "startedAt" datetime, "stoppedAt" datetime, '
    '"waitTill" datetime, "status" varchar NOT NULL, "deletedAt" datetime(3), '
    "\"createdAt\" datetime(3) NOT NULL DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')))",
    'CREATE TABLE "execution_data" ("executionId" int PRIMARY KEY NOT NULL, '
    '"workflowData" text NOT NULL, "data" text NOT NULL, '
    'FOREIGN KEY("executionId") REFERENCES "execution_entity" ("id") ON DELETE CASCADE)',
    'CREATE TABLE "project" ("id" varchar(36) PRIMARY KEY NOT NULL, "name" varchar(255), '
    '"type" varchar(36) NOT NULL, "createdAt" datetime(3))',
    'CREATE INDEX "IDX_execution_entity_stoppedAt" ON "execution_entity" ("stoppedAt")',
    'CREATE INDEX "IDX_execution_entity_deletedAt" ON "execution_entity" ("deletedAt")',
)
POSTGRES_TABLES = (
    "CREATE TABLE {s}.workflow_entity (id varchar(36) PRIMARY KEY, name varchar(128) NOT NULL, "
    'active boolean NOT NULL, nodes json, connections json, settings json, "staticData" json, '
    '"pinData" json, "versionId" char(36), "createdAt" timestamptz(3), "updatedAt" '
    'timestamptz(3), "isArchived" boolean DEFAULT false NOT NULL)',
    "CREATE TABLE {s}.execution_entity (id serial PRIMARY KEY, "
    '"workflowId" varchar(36) NOT NULL, finished boolean NOT NULL, mode varchar NOT NULL, '
    '"retryOf" varchar, "retrySuccessId" varchar, "startedAt" timestamptz(3), '
    '"stoppedAt" timestamptz(3), "waitTill" timestamptz(3), status varchar NOT NULL, '
    '"deletedAt" timestamptz(3), "createdAt" timestamptz(3) DEFAULT now() NOT NULL)',
    'CREATE TABLE {s}.execution_data ("executionId" integer PRIMARY KEY '
    "REFERENCES {s}.execution_entity (id) ON DELETE CASCADE, "
    '"workflowData" json NOT NULL, data text NOT NULL)',
    "CREATE TABLE {s}.project (id varchar(36) PRIMARY KEY, name varchar(255), "
    'type varchar(36) NOT NULL, "createdAt" timestamptz(3))',
)


def flatten(root: Any) -> str:
    """Encode *root* as `flatted` does: every container and every string gets an address."""
    elements: list[Any] = []
    addresses: dict[Any, int] = {}

    def address_of(value: Any) -> int:
        key = ("text", value) if isinstance(value, str) else ("object", id(value))
        if key not in addresses:
            addresses[key] = len(elements)
            elements.append(value)
        return addresses[key]

    def inline(value: Any) -> Any:
        return str(address_of(value)) if isinstance(value, str | dict | list) else value

    if not isinstance(root, str | dict | list):
        return json.dumps([root])
    address_of(root)
    flat: list[Any] = []
    while len(flat) < len(elements):
        element = elements[len(flat)]
        if isinstance(element, dict):
            flat.append({key: inline(value) for key, value in element.items()})
        elif isinstance(element, list):
            flat.append([inline(value) for value in element])
        else:
            flat.append(element)
    return json.dumps(flat, ensure_ascii=False)


def node(name: str, kind: str, **more: Any) -> dict[str, Any]:
    """A node of a workflow; *kind* without a package is one of n8n's own."""
    kind = kind if "." in kind else BASE + kind
    return {"id": name, "name": name, "type": kind, "typeVersion": 1, "parameters": {}, **more}


def milliseconds(seconds_after: float) -> int:
    """A step's startTime, *seconds_after* the execution began."""
    return round((BEGAN.timestamp() + seconds_after) * 1000)


def run(*items: Any, at: float = 0, after: str | None = None, **more: Any) -> dict[str, Any]:
    """One run of a step: *items* are the ``json`` of what it put out on its first output."""
    source = [{"previousNode": after}] if after else []
    return {
        "startTime": milliseconds(at),
        "executionTime": 40,
        "executionIndex": round(at),
        "executionStatus": "success",
        "hints": [],
        "source": source,
        "data": {"main": [[wrapped(item, place) for place, item in enumerate(items)]]},
        **more,
    }


def wrapped(item: Any, place: int = 0) -> dict[str, Any]:
    """An item as n8n stores it."""
    return {"json": item, "pairedItem": {"item": place}}


def delivered(to: str = "cliente@example.com") -> dict[str, Any]:
    """What emailSend puts out for a delivered mail."""
    return {
        "accepted": [to],
        "rejected": [],
        "envelope": {"from": "negozio@example.com", "to": [to]},
        "response": "250 Message accepted for delivery",
        "messageId": "<1@example.com>",
    }


def execution_data(run_data: Any, **result: Any) -> dict[str, Any]:
    """The decoded form of an `execution_data` row."""
    names = list(run_data) if isinstance(run_data, dict) else []
    return {
        "version": 1,
        "startData": {},
        "resultData": {
            "runData": run_data,
            "lastNodeExecuted": names[-1] if names else None,
            **result,
        },
        "executionData": {"contextData": {}},
    }


def written(moment: datetime | str | None) -> str | None:
    """A moment in n8n's SQLite shape."""
    if moment is None or isinstance(moment, str):
        return moment
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


class N8nWriter:
    """An n8n database that a test fills."""

    def __init__(self, url: str, *, schema: str | None = None) -> None:
        self.url = url
        self.schema = schema
        self._engine = create_engine(url)
        self.dialect = self._engine.dialect.name
        self._prefix = f'"{schema}".' if schema else ""
        if self.dialect == "sqlite":
            self.sql(*SQLITE_TABLES)
        else:
            self.sql(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
            self.sql(*(statement.format(s=f'"{schema}"') for statement in POSTGRES_TABLES))
        self.insert("project", id="pRoJeCt1", name="Ada", type="personal", createdAt=written(BEGAN))

    def close(self) -> None:
        self._engine.dispose()

    def sql(self, *statements: str) -> None:
        with self._engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def table(self, name: str) -> str:
        return self._prefix + name

    def insert(self, table_name: str, **values: Any) -> None:
        mark = "?" if self.dialect == "sqlite" else "%s"
        columns = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join(mark for _ in values)
        with self._engine.begin() as connection:
            connection.exec_driver_sql(
                f"INSERT INTO {self.table(table_name)} ({columns}) VALUES ({marks})",  # noqa: S608 - our names
                tuple(values.values()),
            )

    def change(self, table_name: str, key: int, **values: Any) -> None:
        """Overwrite columns of the row of an execution, or of its data."""
        mark = "?" if self.dialect == "sqlite" else "%s"
        columns = ", ".join(f'"{name}" = {mark}' for name in values)
        identity = '"executionId"' if table_name == "execution_data" else "id"
        texts = [
            written(value) if isinstance(value, datetime) else value for value in values.values()
        ]
        with self._engine.begin() as connection:
            connection.exec_driver_sql(
                f"UPDATE {self.table(table_name)} SET {columns} WHERE {identity} = {mark}",  # noqa: S608 - our names
                (*texts, key),
            )

    def delete(self, table_name: str, key: int | str) -> None:
        mark = "?" if self.dialect == "sqlite" else "%s"
        with self._engine.begin() as connection:
            connection.exec_driver_sql(
                f"DELETE FROM {self.table(table_name)} WHERE id = {mark}",  # noqa: S608 - our names
                (key,),
            )

    def workflow(self, workflow_id: str = "w1", name: str = "Ordini", **more: Any) -> None:
        settings = more.pop("settings", {})
        values = {"active": True, "nodes": "[]", "connections": "{}", "createdAt": written(BEGAN),
                  "updatedAt": written(BEGAN), **more}  # fmt: skip
        settings = settings if isinstance(settings, str | None) else json.dumps(settings)
        self.insert("workflow_entity", id=workflow_id, name=name, settings=settings, **values)

    def execution(
        self,
        execution_id: int,
        run_data: Any = None,
        *,
        nodes: list[dict[str, Any]] | None = None,
        result: Mapping[str, Any] | None = None,
        data: str | None = None,
        workflow_data: str | None = None,
        payload: bool = True,
        **columns: Any,
    ) -> None:
        """Write one execution; by default a webhook's success that took two seconds."""
        values: dict[str, Any] = {
            "workflowId": "w1",
            "finished": columns.get("status", "success") == "success",
            "mode": "webhook",
            "status": "success",
            "createdAt": BEGAN,
            "startedAt": BEGAN,
            "stoppedAt": BEGAN + timedelta(seconds=2),
            **columns,
        }
        for name in ("createdAt", "startedAt", "stoppedAt", "waitTill", "deletedAt"):
            if name in values:
                values[name] = written(values[name])
        self.insert("execution_entity", id=execution_id, **values)
        if payload:
            snapshot = {"id": "w1", "name": "Ordini", "nodes": nodes or [], "connections": {}}
            text = flatten(execution_data(run_data or {}, **(result or {})))
            self.insert(
                "execution_data",
                executionId=execution_id,
                workflowData=workflow_data if workflow_data is not None else json.dumps(snapshot),
                data=data if data is not None else text,
            )
