"""A company as big as one likes, of which everything follows from the number of an execution.

The same formulas make n8n's PostgreSQL tables and the store's, and say what the totals are: the
server computes the rows, so that ten million of them are a matter of minutes.
"""

# ruff: noqa: S608 -- what is written into the statements are formulas and numbers of this file
from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg
from sqlalchemy import make_url

from persistence.demo.encoding import flatten
from persistence.tables import SCHEMA, metadata

SERVER = "postgresql://postgres@127.0.0.1:5432/postgres"
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
DAYS = 730
PROCESSES = 40
INSIDE_OTHERS = 2
"""So many of the processes run only as a part of others."""
SENDERS = 5_000
PAYLOADS_IN_100 = 20
"""So many executions in a hundred have their data in the n8n that is made (all the business)."""
START_MS = int((NOW - timedelta(days=DAYS)).timestamp() * 1000)
SPAN_MS = DAYS * 86_400_000

# Each a formula over i, the number of an execution from 1 on, in Python and in SQL alike.
_PROCESS = f"((i * 7919) % {PROCESSES})"
_LUCK = "((i * 104729) % 1000)"
_STEP = "(i % 3)"
_CAUSE = f"({_PROCESS} % 10 * 3 + i % 3)"
_WORK_MS = "(200 + ((i * 7907) % 99991) / 3)"
_SENDER = f"(((i * 6151) % 1009) * ((i * 6151) % 1009) / 204 % {SENDERS})"
_TOTAL_CENTS = "(1000 + (i * 271) % 90000)"
_KIND = "(i % 20)"
RECEIVED, ANSWERED, SENT, ORDERED = (0, 10), (2,), (1, 11), (3,)
"""What an execution does, by the last of its formulas."""
FAILING, CRASHING, CANCELED = 930, 980, 990
"""From this luck on an execution fails, crashes, is canceled."""


@dataclass(frozen=True)
class Totals:
    """What there is to be found."""

    executions: int
    errors: int
    emails_received: int
    orders: int
    order_cents: int


def totals(size: int, *, first: int = 1) -> Totals:
    """Count what the formulas make of the executions *first* to *size*, one by one."""
    found = {"executions": 0, "errors": 0, "received": 0, "orders": 0, "cents": 0}
    for i in range(first, size + 1):
        if (i * 7919) % PROCESSES < PROCESSES - INSIDE_OTHERS:
            found["executions"] += 1
            found["errors"] += FAILING <= (i * 104729) % 1000 < CANCELED
        kind = i % 20
        found["received"] += kind in RECEIVED
        if kind in ORDERED:
            found["orders"] += 1
            found["cents"] += 1000 + (i * 271) % 90000
    return Totals(*found.values())


@contextmanager
def database(server: str = SERVER) -> Iterator[str]:
    """A new database on *server*, by its address; dropped afterwards."""
    name = f"milhena_benchmark_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'create database "{name}"')
        try:
            url = make_url(server).set(database=name)
            yield url.render_as_string(hide_password=False)
        finally:
            admin.execute(f'drop database "{name}" with (force)')


def _began(size: int) -> str:
    return f"(timestamptz 'epoch' + interval '1 ms' * ({START_MS} + i * {SPAN_MS} / {size}))"


_STATUS = (
    f"case when {_LUCK} < {FAILING} then 'success' when {_LUCK} < {CRASHING} then 'error' "
    f"when {_LUCK} < {CANCELED} then 'crashed' else 'canceled' end"
)
_FAILED = f"({_LUCK} >= {FAILING} and {_LUCK} < {CANCELED})"
_INSIDE = f"({_PROCESS} >= {PROCESSES - INSIDE_OTHERS})"
_STEP_NAMES = {**dict.fromkeys(RECEIVED, "Casella"), **dict.fromkeys(SENT, "Invia"),
               **dict.fromkeys(ANSWERED, "Agente"), **dict.fromkeys(ORDERED, "Ordine")}  # fmt: skip

# --- our store -------------------------------------------------------------------------------


def fill_store(url: str, size: int, *, zone: str = "Europe/Rome") -> None:
    """Write *size* executions straight into the (new) store at the PostgreSQL *url*."""
    with psycopg.connect(url) as connection:
        indexes = connection.execute(
            "select indexname, indexdef from pg_indexes where schemaname = %s and tablename in "
            "('executions', 'business_execution_data', 'orders') and indexname like 'ix_%%'",
            (SCHEMA,),
        ).fetchall()
        connection.execute(f"set search_path to {SCHEMA}")
        for name, _ in indexes:  # built at the end, in one go
            connection.execute(f'drop index "{name}"')
        began = _began(size)
        connection.execute(
            f"""insert into processes
            (workflow_id, name, active, archived, saves_successes, gone)
            select 'w' || i, 'Processo ' || i, true, false, true, false
            from generate_series(0, {PROCESSES - 1}) i"""
        )
        connection.execute(
            f"""insert into executions
            (execution_id, workflow_id, mode, status, production, began_at, started_at,
             stopped_at, duration_s, waited, payload, error_message, error_cause, error_step,
             error_step_type)
            select i, 'w' || {_PROCESS}, case when {_INSIDE} then 'integrated' else 'webhook' end,
              {_STATUS}, not {_INSIDE}, {began}, {began}, {began} + interval '1 ms' * {_WORK_MS},
              case when {_LUCK} < {CRASHING} then {_WORK_MS} / 1000.0 end, false, 'read',
              case when {_FAILED} then 'Errore numero ' || i || ' della causa ' || {_CAUSE} end,
              case when {_FAILED} then 'Causa ' || {_CAUSE} end,
              case when {_FAILED} then 'Passo ' || {_STEP} end,
              case when {_FAILED} then 'n8n-nodes-base.httpRequest' end
            from generate_series(1, {size}::bigint) i"""
        )
        connection.execute(
            f"""insert into business_execution_data
            (execution_id, workflow_id, node_name, node_type, kind, direction, run_index,
             item_index, occurred_at, email_sender, email_recipient, email_subject, ai_response,
             order_id, order_total, customer, duration_s, created_at, updated_at)
            select i, 'w' || {_PROCESS},
              case {_KIND} {" ".join(f"when {k} then '{n}'" for k, n in _STEP_NAMES.items())} end,
              'n8n-nodes-base.any',
              case when {_KIND} in (0, 10, 1, 11) then 'email' when {_KIND} = 2 then 'answer'
                else 'order' end,
              case when {_KIND} in (0, 10) then 'received' when {_KIND} in (1, 11) then 'sent' end,
              0, 0, {began} + interval '50 ms',
              case when {_KIND} in (0, 10, 1, 11)
                then 'cliente' || {_SENDER} || '@example.com' end,
              case when {_KIND} in (1, 11) then 'cliente' || {_SENDER} || '@example.com' end,
              case when {_KIND} in (0, 10, 1, 11) then 'Richiesta numero ' || i end,
              case when {_KIND} = 2 then 'Gentile cliente, la sua pratica ' || i || ' procede.' end,
              case when {_KIND} = 3 then 'ORD-' || i end,
              case when {_KIND} = 3 then {_TOTAL_CENTS} / 100.0 end,
              'cliente' || {_SENDER} || '@example.com',
              case when {_KIND} = 2 then {_WORK_MS} / 2000.0 end, {began}, {began}
            from generate_series(1, {size}::bigint) i where {_KIND} in (0, 10, 1, 11, 2, 3)"""
        )
        connection.execute(
            """insert into orders
            (order_id, execution_id, workflow_id, occurred_at, customer, order_total)
            select order_id, execution_id, workflow_id, occurred_at, customer, order_total
            from business_execution_data where kind = 'order'"""
        )
        connection.execute(
            """insert into sync_state
            (source_id, source_url, last_execution_id, data_version, caught_up, covers_start,
             covers_end, synced_at, timezone, stores_content, unreadable, notes)
            values ('benchmark', 'benchmark', %s, 1, true, %s, %s, %s, '', false, 0, '[]')""",
            (size, NOW - timedelta(days=DAYS), NOW, NOW),
        )
        for _, definition in indexes:
            connection.execute(definition)
    vacuum(url)


def vacuum(url: str) -> None:
    """Do what the server does by itself in a quiet minute."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"vacuum analyze {', '.join(map(str, metadata.tables))}")


# --- n8n's own tables ------------------------------------------------------------------------

_N8N_TABLES = """
create schema n8n;
set search_path to n8n;
create table project (id varchar(36) primary key, name varchar(255), type varchar(36),
    "createdAt" timestamptz(3) default current_timestamp);
create table workflow_entity (id varchar(36) primary key, name varchar(128) not null,
    active boolean not null, nodes json, connections json, settings json,
    "isArchived" boolean default false, "createdAt" timestamptz(3) default current_timestamp,
    "updatedAt" timestamptz(3) default current_timestamp);
create table execution_entity (id serial primary key, finished boolean not null,
    mode varchar not null, "retryOf" varchar, "retrySuccessId" varchar,
    "startedAt" timestamptz(3), "stoppedAt" timestamptz(3), "waitTill" timestamptz(3),
    status varchar not null, "workflowId" varchar(36) not null references workflow_entity,
    "deletedAt" timestamptz(3), "createdAt" timestamptz(3) not null default current_timestamp);
create table execution_data (
    "executionId" integer primary key references execution_entity on delete cascade,
    "workflowData" json not null, data text not null);
insert into project (id, name, type) values ('p1', 'Anna <anna@example.com>', 'personal');
"""
_N8N_INDEXES = """
create index on execution_entity ("deletedAt");
create index on execution_entity ("stoppedAt", status, "deletedAt")
    where "stoppedAt" is not null and "deletedAt" is null;
create index on execution_entity ("workflowId", "startedAt")
    where "startedAt" is not null and "deletedAt" is null;
analyze;
"""
_TYPES = {
    "Casella": "n8n-nodes-base.emailReadImap",
    "Invia": "n8n-nodes-base.emailSend",
    "Agente": "@n8n/n8n-nodes-langchain.agent",
    "Ordine": "n8n-nodes-base.webhook",
    "Prepara": "n8n-nodes-base.set",
}


def fill_n8n(url: str, size: int, *, payloads_in_100: int = PAYLOADS_IN_100) -> None:
    """Write *size* executions into the empty PostgreSQL database *url* as n8n 1 would."""
    began = _began(size)
    snapshot = json.dumps(
        {
            "nodes": [
                {"name": name, "type": kind, "parameters": {}, "position": [0, 0], "id": name}
                for name, kind in _TYPES.items()
            ],
            "connections": {},
            "settings": {},
            "comment": "x" * 3_000,  # what a snapshot weighs
        }
    )
    with psycopg.connect(url) as connection:
        connection.execute(_N8N_TABLES)
        connection.execute(
            f"""insert into workflow_entity (id, name, active, settings)
            select 'w' || i, 'Processo ' || i, true, '{{}}'
            from generate_series(0, {PROCESSES - 1}) i"""
        )
        connection.execute(
            f"""insert into execution_entity
            (id, finished, mode, "startedAt", "stoppedAt", status, "workflowId", "createdAt")
            select i, {_LUCK} < {FAILING},
              case when {_INSIDE} then 'integrated' else 'webhook' end,
              {began}, {began} + interval '1 ms' * {_WORK_MS}, {_STATUS}, 'w' || {_PROCESS}, {began}
            from generate_series(1, {size}::bigint) i"""
        )
        for kind, name in _STEP_NAMES.items():
            connection.execute(
                f"""insert into execution_data ("executionId", "workflowData", data)
                select i, {_quoted(snapshot)}::json,
                  replace(replace(replace(replace(replace({_quoted(_payload(name))},
                    '@ID@', i::text), '@SENDER@', 'cliente' || {_SENDER} || '@example.com'),
                    '"@TOTAL@"', ({_TOTAL_CENTS} / 100.0)::numeric(12, 2)::text),
                    '"@START@"', ({START_MS} + i * {SPAN_MS} / {size} + 50)::text),
                    '"@TOOK@"', ({_WORK_MS} / 2)::text)
                from generate_series(1, {size}::bigint) i
                where {_KIND} = {kind} and i % 100 < {payloads_in_100}"""
            )
        connection.execute("select setval('execution_entity_id_seq', %s)", (size,))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set search_path to n8n")
        for statement in filter(str.strip, _N8N_INDEXES.split(";")):
            connection.execute(statement)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _payload(step: str) -> str:
    """Flatted data of about 5 KB: what came in, a few steps that carry it along, the business."""
    incoming = {
        "headers": {f"x-header-{number}": f"value {number} " * 8 for number in range(12)},
        "body": {f"campo_{number}": f"valore {number} " * 10 for number in range(8)},
    }
    own = {
        "Casella": {"from": "@SENDER@", "subject": "Richiesta numero @ID@", "to": "i@a.example",
                    "date": "2026-01-01", "textPlain": "Buongiorno, vorrei sapere. " * 20},
        "Invia": {"accepted": ["@SENDER@"], "rejected": [], "messageId": "<@ID@@a.example>",
                  "envelope": {"from": "i@a.example", "to": ["@SENDER@"]}, "response": "250 OK"},
        "Agente": {"output": "Gentile cliente, la sua pratica @ID@ procede."},
        "Ordine": {"headers": {}, "params": {}, "query": {}, "webhookUrl": "http://n8n/webhook",
                   "body": {"order_id": "ORD-@ID@", "total": "@TOTAL@", "email": "@SENDER@"}},
    }[step]  # fmt: skip

    def run(record: object) -> list[object]:
        return [
            {
                "startTime": "@START@",
                "executionTime": "@TOOK@",
                "executionStatus": "success",
                "executionIndex": 0,
                "source": [],
                "hints": [],
                "data": {"main": [[{"json": record, "pairedItem": {"item": 0}}]]},
            }
        ]

    flat = flatten(
        {
            "version": 1,
            "startData": {},
            "resultData": {
                "runData": {"Prepara": run(incoming), step: run(own)},
                "lastNodeExecuted": step,
            },
            "executionData": {"contextData": {}, "nodeExecutionStack": [], "metadata": {}},
        }
    )
    # Numbers stand inline in flatted text; here the place holders are texts of their own.
    elements = json.loads(flat)
    places = {value: str(place) for place, value in enumerate(elements) if isinstance(value, str)}
    for holder in ("@START@", "@TOOK@", "@TOTAL@"):
        if holder in places:
            flat = flat.replace(f':"{places[holder]}"', f':"{holder}"')
    return flat
