"""Writing what was read from n8n: executions, their business, the orders that follow from it.

Everything here runs inside one transaction of the caller's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, null, select, update

from persistence.n8n.records import ExecutionRecord, ProcessRecord
from persistence.stored_rows import (
    BUSINESS_KEY,
    attached_rows,
    business_rows,
    clean,
    execution_row,
    note_oddities,
)
from persistence.tables import (
    attached_values,
    business_execution_data,
    executions,
    orders,
    process_names,
    processes,
)

VANISHED = "vanished"
"""Status of an execution that n8n removed before its end was seen, and that had done business."""

_ROWS_AT_ONCE = 500
_BUSINESS_FACTS = [
    column for column in business_execution_data.c if column.name not in {"id", "updated_at"}
]
_PROCESS_FACTS = ("name", "active", "archived", "saves_successes", "gone")
_PROCESSES = select(*(processes.c[name] for name in ("workflow_id", *_PROCESS_FACTS)))
_WHY = ("error_message", "error_class", "error_cause", "error_step", "error_step_type")


@dataclass
class Changes:
    """What a transaction changed."""

    executions: int = 0
    payloads: Counter[str] = field(default_factory=Counter)
    """By how much the numbers of executions grew whose data is missing, elsewhere, unreadable."""
    moments: set[datetime] = field(default_factory=set)
    """When what was added, changed or taken away happened: whose days are to be summed anew."""
    days: set[date] = field(default_factory=set)
    """Further days of the business zone that are to be summed anew."""
    notes: set[str] = field(default_factory=set)

    def add(self, other: Changes) -> None:
        """Take in what *other* says too."""
        self.executions += other.executions
        self.payloads.update(other.payloads)
        self.moments |= other.moments
        self.days |= other.days
        self.notes |= other.notes


@dataclass(frozen=True)
class Difference:
    """One execution that is not stored as n8n has it."""

    row: dict[str, Any]
    row_before: dict[str, Any] | None
    business: list[dict[str, Any]]
    business_before: list[dict[str, Any]]
    attached: list[dict[str, Any]]
    attached_before: list[dict[str, Any]]


def differences(
    connection: Connection, records: Sequence[ExecutionRecord], *, store_content: bool
) -> list[Difference]:
    """Return what would have to be written for the store to say what *records* say."""
    known = _stored_executions(connection, [record.execution_id for record in records])
    known_business = _stored_business(connection, list(known))
    known_attached = _stored_attached(connection, list(known))
    found = []
    for record in records:
        row, row_before = execution_row(record), known.get(record.execution_id)
        business = business_rows(record, store_content=store_content)
        business_before = known_business.get(record.execution_id, [])
        if record.payload != "read" and business_before:
            business = business_before  # it can no longer be read: what was remembered stays
            row["read_with"] = row_before["read_with"] if row_before else None
        if record.payload != "read" and row_before and row_before["payload"] == "read":
            row |= {name: row_before[name] for name in _WHY if row[name] is None}
        attached = attached_rows(record, store_content=store_content)
        attached_before = known_attached.get(record.execution_id, [])
        if row != row_before or business != business_before or attached != attached_before:
            found.append(
                Difference(row, row_before, business, business_before, attached, attached_before)
            )
    return found


def record_executions(
    connection: Connection,
    records: Sequence[ExecutionRecord],
    *,
    store_content: bool,
    now: datetime,
) -> Changes:
    """Write *records* over what is stored of them; what is stored already is not written again."""
    changes = Changes()
    for record in records:
        note_oddities(record, changes.notes)
    found = differences(connection, records, store_content=store_content)
    if not found:
        return changes
    changes.executions = len(found)
    for difference in found:
        for sign, row in ((1, difference.row), (-1, difference.row_before)):
            if row is not None:
                changes.moments.add(row["began_at"])
                changes.payloads[row["payload"]] += sign
    upsert(connection, executions, [difference.row for difference in found])
    changed = [each for each in found if each.business != each.business_before]
    written = [row for difference in changed for row in difference.business]
    replaced = [row for difference in changed for row in difference.business_before]
    _delete_business(connection, {row["execution_id"] for row in replaced})
    if written:
        connection.execute(
            insert(business_execution_data), [{**row, "updated_at": now} for row in written]
        )
    _replace_attached(connection, found)
    changes.moments |= {row["occurred_at"] for row in (*written, *replaced)}
    changes.moments |= settle_orders(
        connection, {row["order_id"] for row in (*written, *replaced) if row["order_id"]}
    )
    return changes


def record_vanished(connection: Connection, ids: Iterable[int]) -> Changes:
    """Settle unfinished executions that are no longer in n8n.

    n8n removes a success that it does not save: such a row never was a record, and goes. One
    that had done business is kept, its end unknown.
    """
    changes = Changes()
    known = _stored_executions(connection, list(ids))
    with_business = set(_stored_business(connection, list(known)))
    for identity, row in known.items():
        changes.executions += 1
        changes.moments.add(row["began_at"])
        here = executions.c.execution_id == identity
        if identity in with_business:
            connection.execute(update(executions).where(here).values(status=VANISHED))
        else:
            changes.payloads[row["payload"]] -= 1
            connection.execute(delete(executions).where(here))
    return changes


def record_processes(
    connection: Connection, records: Sequence[ProcessRecord], *, now: datetime
) -> bool:
    """Write the processes as they are now; True if anything that can be asked about changed."""
    stored = stored_processes(connection)
    current = {record.workflow_id: process_facts(record) for record in records}
    if same_processes(stored, records):
        return False
    new = [
        {
            "workflow_id": record.workflow_id,
            **current[record.workflow_id],
            "created_at": record.created_at,
            "updated_at": record.updated_at,
        }
        for record in records
        if stored.get(record.workflow_id) != current[record.workflow_id]
    ]
    if new:
        upsert(connection, processes, new)
    for workflow_id in stored.keys() - current.keys():
        connection.execute(
            update(processes)
            .where(processes.c.workflow_id == workflow_id)
            .values(gone=True, active=False)
        )
    names = [
        {"workflow_id": row["workflow_id"], "name": row["name"][:255], "seen_at": now}
        for row in new
    ]
    if names:
        # A name that comes back counts as seen now: former names are in order of last use.
        upsert(connection, process_names, names)
    return True


def same_processes(stored: dict[str, dict[str, Any]], records: Sequence[ProcessRecord]) -> bool:
    """Whether the stored processes say just what *records* say, and those missing are gone."""
    current = {record.workflow_id: process_facts(record) for record in records}
    return all(stored.get(identity) == facts for identity, facts in current.items()) and all(
        row["gone"] for identity, row in stored.items() if identity not in current
    )


def stored_processes(connection: Connection) -> dict[str, dict[str, Any]]:
    """Return what is stored of every process, by its id, in the shape of `process_facts`."""
    return {
        row.workflow_id: {name: getattr(row, name) for name in _PROCESS_FACTS}
        for row in connection.execute(_PROCESSES)
    }


def process_facts(record: ProcessRecord) -> dict[str, Any]:
    """Return what of a process can be asked about (not when it was last edited)."""
    return {
        "name": clean(record.name) or record.workflow_id,
        "active": record.active,
        "archived": record.archived,
        "saves_successes": record.saves_successes,
        "gone": False,
    }


def settle_orders(connection: Connection, order_ids: Iterable[str]) -> set[datetime]:
    """Derive these orders anew from every step that named them.

    :returns: the moments at which they appeared, before and now.
    """
    moments: set[datetime] = set()
    for chunk in _chunks(sorted(order_ids)):
        here = orders.c.order_id.in_(chunk)
        moments |= set(connection.scalars(select(orders.c.occurred_at).where(here)))
        connection.execute(delete(orders).where(here))
        rows = [
            _settled([dict(row) for row in appearances])
            for _, appearances in groupby(
                connection.execute(_appearances(chunk)).mappings(),
                key=lambda row: row["order_id"],
            )
        ]
        if rows:
            connection.execute(insert(orders), rows)
        moments |= {row["occurred_at"] for row in rows}
    return moments


def _appearances(order_ids: Sequence[str]) -> Any:
    columns = business_execution_data.c
    return (
        select(
            columns.order_id,
            columns.execution_id,
            columns.workflow_id,
            columns.occurred_at,
            columns.customer,
            columns.customer_data,
            columns.order_total,
        )
        .where(columns.kind == "order", columns.order_id.in_(order_ids))
        .order_by(
            columns.order_id,
            columns.occurred_at,
            columns.execution_id,
            columns.node_name,
            columns.run_index,
            columns.item_index,
        )
    )


def _settled(appearances: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One order: where and when it first appeared, with the first of each fact ever given."""
    order = dict(appearances[0])
    for fact in ("customer", "customer_data", "order_total"):
        order[fact] = next((row[fact] for row in appearances if row[fact] is not None), None)
    return order


def _stored_attached(connection: Connection, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for chunk in _chunks(ids):
        for row in connection.execute(
            select(attached_values).where(attached_values.c.execution_id.in_(chunk))
        ).mappings():
            found.setdefault(row["execution_id"], []).append(dict(row))
    for rows in found.values():
        rows.sort(key=lambda row: str(row["key"]))
    return found


def _replace_attached(connection: Connection, found: Sequence[Difference]) -> None:
    changed = [each for each in found if each.attached != each.attached_before]
    old = sorted({row["execution_id"] for each in changed for row in each.attached_before})
    for chunk in _chunks(old):
        connection.execute(delete(attached_values).where(attached_values.c.execution_id.in_(chunk)))
    new = [row for each in changed for row in each.attached]
    if new:
        connection.execute(insert(attached_values), new)


def forget_content(connection: Connection) -> bool:
    """Blank all that is kept only with contents; True if there was anything."""
    found = False
    facts = business_execution_data.c
    for column in (facts.email_content, facts.message_text, facts.customer_details):
        blanked = connection.execute(
            update(business_execution_data).where(column.is_not(None)).values({column: null()})
        )
        found |= blanked.rowcount > 0
    gone = connection.execute(delete(attached_values).where(attached_values.c.is_content))
    return found or gone.rowcount > 0


def _stored_executions(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    return {
        row["execution_id"]: dict(row)
        for chunk in _chunks(ids)
        for row in connection.execute(
            select(executions).where(executions.c.execution_id.in_(chunk))
        ).mappings()
    }


def _stored_business(connection: Connection, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for chunk in _chunks(ids):
        for row in connection.execute(
            select(*_BUSINESS_FACTS).where(business_execution_data.c.execution_id.in_(chunk))
        ).mappings():
            found.setdefault(row["execution_id"], []).append(dict(row))
    for rows in found.values():
        rows.sort(key=lambda row: tuple(row[name] for name in BUSINESS_KEY))
    return found


def _delete_business(connection: Connection, ids: Iterable[int]) -> None:
    for chunk in _chunks(sorted(ids)):
        connection.execute(
            delete(business_execution_data).where(business_execution_data.c.execution_id.in_(chunk))
        )


def upsert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert *rows* (all with the same columns), or overwrite those that are there."""
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as insert_or_update
    else:
        from sqlalchemy.dialects.postgresql import (  # type: ignore[assignment]  # same use
            insert as insert_or_update,
        )
    statement = insert_or_update(table)
    keys = [column.name for column in table.primary_key]
    changed = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=changed), list(rows)
    )


def _chunks(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(items), _ROWS_AT_ONCE):
        yield items[start : start + _ROWS_AT_ONCE]
