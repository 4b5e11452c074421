"""Loading executions that the store has never seen, many at a time: most of what a sync copies.

`recording` compares what it writes with what is stored. Here nothing is stored yet, so rows are
made ready to be written, by whichever process decoded them, and go in as the database takes them
fastest. What results is the same, row for row.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.exc import DBAPIError

from persistence.n8n.records import ExecutionRecord
from persistence.recording import Changes, settle_orders
from persistence.stored_rows import attached_rows, business_rows, execution_row, note_oddities
from persistence.tables import attached_values, business_execution_data, executions, orders

Row = tuple[Any, ...]
"""The values of a table's columns, each as both databases take it: moments are texts in UTC."""


def _columns(table: Table, *without: str) -> tuple[str, ...]:
    return tuple(column.name for column in table.c if column.name not in without)


_EXECUTION = _columns(executions)
_BUSINESS = _columns(business_execution_data, "id")
_ATTACHED = _columns(attached_values)
_ORDER = _columns(orders)
_values_of_execution = itemgetter(*_EXECUTION)
_values_of_business = itemgetter(*_BUSINESS)
_values_of_attached = itemgetter(*_ATTACHED)
_values_of_order = itemgetter(*_ORDER)

_ALMOST_AN_HOUR = timedelta(hours=1) - timedelta(milliseconds=1)
_TO_THE_HOUR = len("2026-11-01 08")
_TO_THE_MILLISECOND = len("2026-11-01 08:15:00.000")
_IDS_AT_ONCE = 500


@dataclass(frozen=True)
class Loading:
    """How rows are made of records; the same for all of a sync."""

    now: datetime
    store_content: bool
    content_since: datetime | None = None
    """No texts are kept of what executions did that began earlier."""

    def keeps_content(self, record: ExecutionRecord) -> bool:
        """Whether the texts of *record* are kept."""
        since = self.content_since
        return self.store_content and (since is None or record.began_at >= since)


@dataclass(slots=True)
class Load:
    """Executions in the order of their ids, as rows to be written."""

    read: int = 0
    last_id: int | None = None
    last_began_at: datetime | None = None
    executions: list[Row] = field(default_factory=list)
    business: list[Row] = field(default_factory=list)
    attached: list[Row] = field(default_factory=list)
    orders: dict[str, Row | None] = field(default_factory=dict)
    """Each by its id, where it appears once; None where several steps name it."""
    hours: set[str] = field(default_factory=set)
    """Of UTC, in which anything happened."""
    payloads: Counter[str] = field(default_factory=Counter)
    notes: set[str] = field(default_factory=set)

    def add(self, later: Load) -> None:
        """Take in *later*, whose executions follow these."""
        self.read += later.read
        if later.read:
            self.last_id, self.last_began_at = later.last_id, later.last_began_at
        self.executions += later.executions
        self.business += later.business
        self.attached += later.attached
        for number, row in later.orders.items():
            self.orders[number] = None if number in self.orders else row
        self.hours |= later.hours
        self.payloads.update(later.payloads)
        self.notes |= later.notes


def prepared(records: Sequence[ExecutionRecord], loading: Loading) -> Load:
    """Return *records* as rows; nothing of a database is touched."""
    load = Load(read=len(records))
    written_at = _text(loading.now)
    for record in records:
        note_oddities(record, load.notes)
        row = execution_row(record)
        for name in ("began_at", "started_at", "stopped_at"):
            row[name] = _text(row[name])
        load.executions.append(_values_of_execution(row))
        load.hours.add(row["began_at"][:_TO_THE_HOUR])
        load.payloads[record.payload] += 1
        if not record.business and not record.attached:
            continue
        keeps_content = loading.keeps_content(record)
        for row in business_rows(record, store_content=keeps_content):
            row["updated_at"] = written_at
            _add_business(load, row)
        load.attached += map(
            _values_of_attached, attached_rows(record, store_content=keeps_content)
        )
    if records:
        load.last_id, load.last_began_at = records[-1].execution_id, records[-1].began_at
    return load


def _add_business(load: Load, row: dict[str, Any]) -> None:
    for name in ("occurred_at", "created_at"):
        row[name] = _text(row[name])
    for name in ("customer_data", "customer_details"):
        row[name] = None if row[name] is None else json.dumps(row[name])
    load.business.append(_values_of_business(row))
    load.hours.add(row["occurred_at"][:_TO_THE_HOUR])
    if number := row["order_id"]:
        once = number not in load.orders and row["kind"] == "order"
        load.orders[number] = _values_of_order(row) if once else None


def _text(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(" ", "milliseconds")[:_TO_THE_MILLISECOND]


def has_nothing_after(connection: Connection, execution_id: int) -> bool:
    """Whether no execution after *execution_id* is stored yet, so that they may be loaded."""
    last = connection.scalar(select(func.max(executions.c.execution_id)))
    return last is None or last <= execution_id


def write(connection: Connection, load: Load, zone: ZoneInfo) -> Changes:
    """Write *load*, of which the store has nothing yet, inside the caller's transaction."""
    if connection.dialect.name == "postgresql":
        # The texts of our moments are UTC; and what a crash of the server undoes is read again.
        connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'; SET LOCAL synchronous_commit = off")
    _insert(connection, executions, _EXECUTION, load.executions)
    _insert(connection, business_execution_data, _BUSINESS, load.business)
    _insert(connection, attached_values, _ATTACHED, load.attached)
    known = set(_known_orders(connection, list(load.orders)))
    new = {number: row for number, row in load.orders.items() if row and number not in known}
    _insert(connection, orders, _ORDER, list(new.values()))
    return Changes(
        executions=load.read,
        payloads=load.payloads,
        moments=settle_orders(connection, load.orders.keys() - new.keys()),
        days=set(chain.from_iterable(_days_of(hour, zone) for hour in load.hours)),
        notes=load.notes,
    )


def _known_orders(connection: Connection, numbers: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(numbers), _IDS_AT_ONCE):
        some = numbers[start : start + _IDS_AT_ONCE]
        yield from connection.scalars(select(orders.c.order_id).where(orders.c.order_id.in_(some)))


@lru_cache(maxsize=4_096)
def _days_of(hour: str, zone: ZoneInfo) -> frozenset[date]:
    """The days of *zone* in which an hour of UTC lies: in some zones they change within one."""
    start = datetime.fromisoformat(f"{hour}:00:00+00:00")
    return frozenset(end.astimezone(zone).date() for end in (start, start + _ALMOST_AN_HOUR))


# --- as the database takes it fastest --------------------------------------------------------


def _insert(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Row]
) -> None:
    if not rows:
        return
    names = ", ".join(columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608  # our names
        connection.exec_driver_sql(statement, list(rows))
    else:
        _copy(connection, f"COPY {table.schema}.{table.name} ({names}) FROM STDIN", rows)


def _copy(connection: Connection, statement: str, rows: Iterable[Row]) -> None:
    """Send *rows* through PostgreSQL's COPY, which SQLAlchemy has no word for."""
    import psycopg  # the only one that a store on SQLite does without

    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101  # for this dialect it is
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copying:
            for row in rows:
                copying.write_row(row)
    except psycopg.Error as error:
        if driver.closed:
            connection.invalidate(error)
        raise DBAPIError.instance(statement, None, error, psycopg.Error) from error
