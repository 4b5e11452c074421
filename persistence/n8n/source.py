"""n8n's database as Milhena reads it: processes and executions, in our terms.

Which tables and columns there are is looked up, never assumed: n8n 0.x to 2.x differ. Every read
is one short statement whose rows are fetched completely before anything is decoded, as a reader
that lingers keeps n8n on SQLite from writing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    cast,
    column,
    exists,
    false,
    func,
    literal,
    null,
    select,
    table,
)
from sqlalchemy.engine import Row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.sql.expression import FromClause, TableClause

from core.errors import SourceError, SourceForbidden, SourceNotN8n
from persistence.n8n.business import extract_business, own_runs, puts_to_sleep
from persistence.n8n.causes import cause_of
from persistence.n8n.connections import (
    Connections,
    PostgresConnections,
    SqliteConnections,
    connect,
    place_of,
)
from persistence.n8n.payload import Failure, Payload, read_payload
from persistence.n8n.records import (
    BusinessRecord,
    ExecutionRecord,
    ExecutionState,
    ProcessRecord,
    SourceFacts,
)
from persistence.n8n.records import Payload as PayloadState
from persistence.n8n.values import clean_text

EXECUTIONS, PAYLOADS, PROCESSES, PROJECTS = (
    "execution_entity",
    "execution_data",
    "workflow_entity",
    "project",
)
_PUBLISHED = "workflow_published_version"
_ANNOTATIONS = "execution_annotations"
_TABLES = (EXECUTIONS, PAYLOADS, PROCESSES, PROJECTS, _PUBLISHED, _ANNOTATIONS)
_NEEDED = {
    EXECUTIONS: ("id", "workflowId", "mode", "stoppedAt"),
    PROCESSES: ("id", "name", "active"),
}

KNOWN_STATUSES = frozenset(
    {"success", "error", "crashed", "canceled", "new", "running", "waiting", "unknown"}
)
_FAILED = frozenset({"error", "crashed"})
_FINISHED = frozenset({"success", "error"})
_NOT_OVER = ("new", "running", "waiting", "unknown")

_ROWS_AT_FIRST, _ROWS_AT_MOST = 100, 500
_STATES_PER_READ = 500
_MOMENTS_TRIED = 50
_COUNTED = 1_000
"""So many rows are enough to tell pruning from single deletions."""
_SHORT = timedelta(minutes=1)
"""So many rows are looked at for one whose time can be understood."""
_CHARACTERS_PER_READ = 16_000_000
"""So many rows are read at a time that about this much text is held: payloads may be huge."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which of n8n's tables and columns there are, and may be read."""

    schema: str | None
    columns: dict[str, frozenset[str]]
    can_write: bool = False

    def table(self, name: str) -> TableClause:
        """The table *name* with the columns that there are."""
        return table(name, *map(column, sorted(self.columns[name])), schema=self.schema)

    def has(self, name: str, column_name: str) -> bool:
        """Whether there is such a column."""
        return column_name in self.columns.get(name, ())

    @property
    def n8n_major(self) -> int | None:
        """1 or 2; None for the tables of n8n 0.x."""
        if (
            self.has(EXECUTIONS, "storedAt")
            or self.has(PAYLOADS, "workflowVersionId")
            or self.has(PROJECTS, "creatorId")
            or _PUBLISHED in self.columns
        ):
            return 2
        return 1 if PAYLOADS in self.columns else None


def address_key(url: str, schema: str | None = None) -> str:
    """Return what the identity of the source at *url* begins with; it need not be reachable.

    Without a *schema*, one of PostgreSQL is what the identities of all its schemas begin with.

    :raises SourceError: the URL cannot be used.
    """
    dialect, place = place_of(url)
    if dialect == "sqlite":
        return _key_of(place, "")
    return _key_of(place, schema or None)


def _key_of(place: str, schema: str | None) -> str:
    key = _short_hash(place, 12)
    return key if schema is None else f"{key}-{_short_hash(schema, 6)}"


def _short_hash(text: str, length: int) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:length]


class N8nSource:
    """n8n's database, opened for reading only. Safe to use from several threads.

    ``unusable_rows`` counts the executions whose id, process or beginning could not be
    understood: they are in no answer of this object.
    """

    identity: str
    """A short hash that stays the same for this database, whoever connects to it and how; it
    begins with the `address_key` of the address."""

    def __init__(self, connections: Connections, schema: str | None) -> None:
        self._connections = connections
        self._wanted_schema = schema or None
        self._unusable: set[Any] = set()
        self._layout = self._look_at_layout()
        self.identity = self._identify()

    @classmethod
    def open(
        cls,
        url: str,
        *,
        schema: str | None = None,
        pool_size: int = 10,
        patience_s: float = 8.0,
        statement_timeout_s: float = 60.0,
    ) -> N8nSource:
        """Return the source at *url*: ``sqlite:///file``, a bare path, or ``postgresql://…``.

        *schema* names the PostgreSQL schema of n8n's tables; without it the only one that has
        them is taken. A lock or a silent server is waited for *patience_s* seconds.

        :raises SourceError: it cannot be read; which of the family tells why.
        """
        connections = connect(
            url,
            pool_size=pool_size,
            patience_s=patience_s,
            statement_timeout_s=statement_timeout_s,
        )
        try:
            return cls(connections, schema)
        except BaseException:
            connections.engine.dispose()
            raise

    def close(self) -> None:
        """Close all connections."""
        if isinstance(self._connections, SqliteConnections):
            self._connections.stop_watching()
        self._connections.engine.dispose()

    def change_token(self) -> Hashable | None:
        """Return a value that stays the same only while nobody writes n8n's database.

        None where that cannot be known (PostgreSQL, a file that cannot be read right now).
        """
        return self._connections.change_token()

    @property
    def url(self) -> str:
        """The address, without its password."""
        return self._connections.url

    @property
    def schema(self) -> str | None:
        """The PostgreSQL schema that is read; None on SQLite."""
        return self._layout.schema

    @property
    def unusable_rows(self) -> int:
        """How many executions were left out because they cannot be told apart or placed."""
        return len(self._unusable)

    # --- what there is -------------------------------------------------------------------------

    def facts(self) -> SourceFacts:
        """Return what a look at the source finds; it counts all rows, so it takes a moment.

        :raises SourceError: the database cannot be read any more.
        """
        by_status = self._rows(self._count_by_status)
        processes = self.processes()
        connections = self._connections
        journal_mode, can_write = None, self._layout.can_write
        if isinstance(connections, SqliteConnections):
            can_write = connections.writable()
            journal = func.pragma_journal_mode().table_valued("journal_mode")
            journal_mode = str(self._rows(lambda _: select(journal.c.journal_mode))[0][0])
        return SourceFacts(
            url=self.url,
            dialect=connections.dialect,
            schema=self.schema,
            n8n_major=self._layout.n8n_major,
            executions=sum(row.number for row in by_status),
            max_execution_id=self.max_execution_id(),
            processes=len(processes),
            journal_mode=journal_mode,
            can_write=can_write,
            warnings=tuple(self._warnings(by_status, processes)),
        )

    def processes(self) -> list[ProcessRecord]:
        """Return all workflows as they are now, archived ones too, by name.

        :raises SourceError: the database cannot be read any more.
        """

        def statement(layout: Layout) -> Select[Any]:
            found = layout.table(PROCESSES)
            names = ("id", "name", "active", "isArchived", "settings", "createdAt", "updatedAt")
            return select(*(self._as_text(layout, found, PROCESSES, name) for name in names))

        records = [
            ProcessRecord(
                workflow_id=workflow_id,
                name=clean_text(row.name, 255) or workflow_id,
                active=_is_true(row.active),
                archived=_is_true(row.isArchived),
                saves_successes=_saves_successes(row.settings),
                created_at=_moment(row.createdAt),
                updated_at=_moment(row.updatedAt),
            )
            for row in self._rows(statement)
            if (workflow_id := clean_text(row.id, 64))
        ]
        return sorted(records, key=lambda record: (record.name.casefold(), record.workflow_id))

    def max_execution_id(self) -> int:
        """Return the highest id of an execution that n8n has not deleted; 0 if there is none.

        :raises SourceError: the database cannot be read any more.
        """

        def statement(layout: Layout) -> Select[Any]:
            executions = layout.table(EXECUTIONS)
            kept = select(executions.c.id).where(*_not_deleted(layout, executions))
            return kept.order_by(executions.c.id.desc()).limit(1)

        rows = self._rows(statement)
        return int(rows[0][0]) if rows else 0

    def count_up_to(self, limit: int) -> int:
        """Return how many executions there are, but never count beyond *limit*.

        :raises SourceError: the database cannot be read any more.
        """

        def statement(layout: Layout) -> Select[Any]:
            executions = layout.table(EXECUTIONS)
            some = select(executions.c.id).where(*_not_deleted(layout, executions)).limit(limit)
            return select(func.count()).select_from(some.subquery())

        return int(self._rows(statement)[0][0])

    def complete_since(self) -> datetime | None:
        """Return from when on n8n still has every execution that it saved; None: it has none.

        n8n deletes the oldest ones, by when they ended, but never those that are not over or
        that somebody annotated: how far back the rows reach says nothing. It has all that began
        since the first one left that it would delete, and nothing for sure up to the beginning
        of the newest one that it has marked as deleted.

        :raises SourceError: the database cannot be read any more.
        """
        since = self._first_left()
        deleted = self._newest_marked() if since is not None else None
        if since is None or deleted is None or not self._deletes_the_oldest():
            return since
        return max(since, deleted + timedelta(milliseconds=1))

    def _first_left(self) -> datetime | None:
        """When the first execution began that is left of those which n8n deletes."""
        for row in self._rows(self._ended):
            began, ended = _moment(row.began), _moment(row.ended)
            if ended is None:
                continue
            # Of what began and ended while a long one went on, some may be deleted already.
            return began if began is not None and ended - began <= _SHORT else ended
        return None

    def _ended(self, layout: Layout) -> Select[Any]:
        """Executions that n8n deletes one day and has not yet; those that ended first, first."""
        executions = layout.table(EXECUTIONS)
        began = self._as_text(layout, executions, EXECUTIONS, _beginning(layout)).label("began")
        ended = self._as_text(layout, executions, EXECUTIONS, "stoppedAt").label("ended")
        return (
            select(began, ended)
            .where(*self._over(layout, executions))
            .order_by(executions.c.stoppedAt)
            .limit(_MOMENTS_TRIED)
        )

    def _over(self, layout: Layout, executions: TableClause) -> list[ColumnElement[bool]]:
        over = [executions.c.stoppedAt.is_not(None), *_not_deleted(layout, executions)]
        if layout.has(EXECUTIONS, "status"):
            over.append(executions.c.status.not_in(_NOT_OVER))
        elif layout.has(EXECUTIONS, "waitTill"):
            over.append(executions.c.waitTill.is_(None))
        if layout.has(_ANNOTATIONS, "executionId"):
            annotated = layout.table(_ANNOTATIONS)
            over.append(~exists().where(annotated.c.executionId == executions.c.id))
        return over

    def _newest_marked(self) -> datetime | None:
        """When the newest execution began that n8n has marked as deleted."""

        def statement(layout: Layout) -> Select[Any]:
            executions = layout.table(EXECUTIONS)
            name = _beginning(layout)
            began = self._as_text(layout, executions, EXECUTIONS, name)
            marked = select(began).where(*_marked_as_deleted(layout, executions))
            return marked.order_by(executions.c[name].desc()).limit(_MOMENTS_TRIED)

        found = (_moment(row[0]) for row in self._rows(statement))
        return next((moment for moment in found if moment is not None), None)

    def _deletes_the_oldest(self) -> bool:
        """Whether the marks are n8n's own pruning, which takes the oldest executions first.

        Where many that began earlier are still there, somebody deleted single ones instead: that
        says nothing of the others.
        """

        def left_before(layout: Layout) -> Select[Any]:
            executions = layout.table(EXECUTIONS)
            began = executions.c[_beginning(layout)]
            others = layout.table(EXECUTIONS).alias("marked")
            newest = (
                select(func.max(others.c[_beginning(layout)]))
                .where(*_marked_as_deleted(layout, others))
                .scalar_subquery()
            )
            left = select(executions.c.id).where(*self._over(layout, executions), began < newest)
            return select(func.count()).select_from(left.limit(_COUNTED).subquery())

        def marked(layout: Layout) -> Select[Any]:
            executions = layout.table(EXECUTIONS)
            gone = select(executions.c.id).where(*_marked_as_deleted(layout, executions))
            return select(func.count()).select_from(gone.limit(_COUNTED).subquery())

        left, gone = (int(self._rows(count)[0][0]) for count in (left_before, marked))
        return left * 10 <= gone

    # --- executions ----------------------------------------------------------------------------

    def executions_after(self, execution_id: int, *, limit: int) -> list[ExecutionRecord]:
        """Return the next executions after *execution_id*, by id, at most *limit*, decoded.

        Fewer than *limit* mean that the end was reached. Deleted ones are left out; one whose
        data cannot be read is there with its ``payload`` saying so; one that cannot even be
        placed in time is passed over and counted in ``unusable_rows``.

        :raises SourceError: the database cannot be read any more.
        """
        records: list[ExecutionRecord] = []
        size = _ROWS_AT_FIRST
        while len(records) < limit:
            wanted = min(size, limit - len(records))
            after = execution_id

            def statement(layout: Layout, after: int = after, wanted: int = wanted) -> Select[Any]:
                executions = layout.table(EXECUTIONS)
                chosen = self._executions(layout, executions)
                return chosen.where(executions.c.id > after).order_by(executions.c.id).limit(wanted)

            rows = self._rows(statement)
            records.extend(self._records(rows))
            if len(rows) < wanted:
                break
            execution_id = int(rows[-1].id)
            size = _next_size(rows, size)
        return records

    def executions_by_id(self, ids: Sequence[int]) -> list[ExecutionRecord]:
        """Return those of the executions *ids* that are still there, by id, decoded.

        :raises SourceError: the database cannot be read any more.
        """
        wanted = _possible(ids)
        records: list[ExecutionRecord] = []
        size = _ROWS_AT_FIRST
        while wanted:
            some, wanted = wanted[:size], wanted[size:]

            def statement(layout: Layout, some: list[int] = some) -> Select[Any]:
                executions = layout.table(EXECUTIONS)
                chosen = self._executions(layout, executions)
                return chosen.where(executions.c.id.in_(some)).order_by(executions.c.id)

            rows = self._rows(statement)
            records.extend(self._records(rows))
            size = _next_size(rows, size)
        return records

    def states(self, ids: Sequence[int]) -> dict[int, ExecutionState]:
        """Return how far those of *ids* are that are still there, by id, without their data.

        It costs a small part of reading them: who has seen an execution in the same state before
        need not read it again, unless it is running (n8n may save its progress meanwhile).

        :raises SourceError: the database cannot be read any more.
        """
        wanted = _possible(ids)
        states: dict[int, ExecutionState] = {}
        for start in range(0, len(wanted), _STATES_PER_READ):
            some = wanted[start : start + _STATES_PER_READ]

            def statement(layout: Layout, some: list[int] = some) -> Select[Any]:
                executions = layout.table(EXECUTIONS)
                names = ("status", "finished", "startedAt", "stoppedAt", "waitTill")
                return select(
                    executions.c.id,
                    *(self._as_text(layout, executions, EXECUTIONS, name) for name in names),
                ).where(executions.c.id.in_(some), *_not_deleted(layout, executions))

            for row in self._rows(statement):
                states[row.id] = ExecutionState(
                    _status(row), _moment(row.startedAt), _moment(row.stoppedAt)
                )
        return states

    def _executions(self, layout: Layout, executions: TableClause) -> Select[Any]:
        """Executions with their payloads, in one statement."""
        names = ("workflowId", "mode", "status", "finished", "createdAt", "startedAt",
                 "stoppedAt", "waitTill", "retryOf", "storedAt")  # fmt: skip
        columns = [
            executions.c.id,
            *(self._as_text(layout, executions, EXECUTIONS, name) for name in names),
        ]
        if layout.has(PAYLOADS, "data"):
            payloads = layout.table(PAYLOADS)
            columns += [
                self._as_text(layout, payloads, PAYLOADS, name) for name in ("workflowData", "data")
            ]
            rows = executions.outerjoin(payloads, payloads.c.executionId == executions.c.id)
            chosen = select(*columns).select_from(rows)
        else:  # n8n 0.x keeps them in the execution's own row
            columns += [
                self._as_text(layout, executions, EXECUTIONS, name)
                for name in ("workflowData", "data")
            ]
            chosen = select(*columns)
        return chosen.where(*_not_deleted(layout, executions))

    def _as_text(
        self, layout: Layout, found: TableClause, name: str, column_name: str
    ) -> ColumnElement[Any]:
        """A column as n8n's own text, NULL where n8n has no such column.

        PostgreSQL would turn json, infinite moments and the like into objects or errors.
        """
        if not layout.has(name, column_name):
            return null().label(column_name)
        value = found.c[column_name]
        if self._connections.dialect == "postgresql":
            return cast(value, Text).label(column_name)
        return value

    def _records(self, rows: Sequence[Row[Any]]) -> Iterator[ExecutionRecord]:
        for row in rows:
            record = _execution_of(row)
            if record is None:
                self._unusable.add(row.id)
            else:
                yield record

    # --- reading -------------------------------------------------------------------------------

    def _rows(self, statement: Callable[[Layout], Select[Any]]) -> Sequence[Row[Any]]:
        """Run a statement; once more if the connection was lost or n8n changed its tables."""
        try:
            return self._fetch(statement(self._layout))
        except (DBAPIError, PoolTimeout) as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                pass
            elif _names_what_is_not_there(error):
                self._layout = self._look_at_layout()
            else:
                raise self._connections.explain(error) from error
        try:
            return self._fetch(statement(self._layout))
        except (DBAPIError, PoolTimeout) as error:
            raise self._connections.explain(error) from error

    def _fetch(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        self._connections.before_read()
        with self._connections.engine.connect() as connection:
            if isinstance(self._connections, SqliteConnections):
                self._connections.keep_only_safe(connection)
            return connection.execute(statement).fetchall()

    # --- the layout ----------------------------------------------------------------------------

    def _look_at_layout(self) -> Layout:
        try:
            if isinstance(self._connections, PostgresConnections):
                return self._postgres_layout(self._connections.user)
            return self._sqlite_layout()
        except (DBAPIError, PoolTimeout) as error:
            raise self._connections.explain(error) from error

    def _sqlite_layout(self) -> Layout:
        master = table("sqlite_master", column("name"), column("type"))
        info = func.pragma_table_info(master.c.name).table_valued("name", name="info")
        rows = self._fetch(
            select(master.c.name.label("table"), info.c.name.label("column"))
            .select_from(master)
            .join(info, literal(True))
            .where(master.c.type.in_(("table", "view")), master.c.name.in_(_TABLES))
        )
        columns: dict[str, set[str]] = {}
        for row in rows:
            columns.setdefault(row.table, set()).add(row.column)
        missing = [name for name in (EXECUTIONS, PROCESSES) if name not in columns]
        if missing:
            raise SourceNotN8n(
                f"The database {self.url} has no table {missing[0]}: it is not one that n8n "
                "writes. Set MILHENA_N8N_URL to n8n's file, usually ~/.n8n/database.sqlite.",
                url=self.url,
            )
        return self._complete(
            Layout(None, {name: frozenset(found) for name, found in columns.items()})
        )

    def _complete(self, layout: Layout) -> Layout:
        for name, needed in _NEEDED.items():
            for column_name in needed:
                if not layout.has(name, column_name):
                    raise SourceNotN8n(
                        f"The table {name} of {self.url} has no column {column_name}: it is not "
                        "a version of n8n's tables that Milhena knows.",
                        url=self.url,
                    )
        if not layout.has(PAYLOADS, "data") and not layout.has(EXECUTIONS, "data"):
            raise SourceNotN8n(
                f"The database {self.url} has no table {PAYLOADS}: it is not one that n8n writes.",
                url=self.url,
            )
        return layout

    def _postgres_layout(self, user: str) -> Layout:
        found: dict[str, _Schema] = {}
        for row in self._fetch(_postgres_catalogue()):
            schema = found.setdefault(row.schema, _Schema(row.usable))
            schema.columns.setdefault(row.table, set()).add(row.column)
            if row.readable:
                schema.readable.setdefault(row.table, set()).add(row.column)
            schema.writable |= row.writable
        with_n8n = {
            name: schema
            for name, schema in found.items()
            if EXECUTIONS in schema.columns and PROCESSES in schema.columns
        }
        name = self._chosen_schema(with_n8n)
        schema = with_n8n[name]
        lacking = [
            table_name
            for table_name in (EXECUTIONS, PAYLOADS, PROCESSES)
            if table_name in schema.columns
            and not schema.may_read(table_name, _NEEDED.get(table_name, ("executionId", "data")))
        ]
        if lacking or not schema.usable:
            raise SourceForbidden(
                f"The role {user!r} may not read {', '.join(lacking) or 'the schema ' + name} of "
                f"{self.url}. Let the owner of the database run: {_grants(name, user)}",
                url=self.url,
            )
        return self._complete(
            Layout(
                name,
                {name: frozenset(columns) for name, columns in schema.readable.items()},
                can_write=schema.writable,
            )
        )

    def _chosen_schema(self, found: dict[str, _Schema]) -> str:
        wanted = self._wanted_schema
        there = ", ".join(sorted(found))
        if wanted is not None:
            if wanted in found:
                return wanted
            raise SourceNotN8n(
                f"The schema {wanted!r} of {self.url} has no tables of n8n's. "
                + (
                    f"Set MILHENA_N8N_SCHEMA to one that has them: {there}."
                    if found
                    else "Nor has any other: set MILHENA_N8N_URL to n8n's own database."
                ),
                url=self.url,
            )
        if not found:
            raise SourceNotN8n(
                f"The database {self.url} has no tables {EXECUTIONS} and {PROCESSES}: it is not "
                "one that n8n writes. Set MILHENA_N8N_URL to n8n's own database.",
                url=self.url,
            )
        if len(found) == 1:
            return next(iter(found))
        open_to_us = [name for name, schema in found.items() if schema.may_read_all()]
        if len(open_to_us) == 1:  # the role was made for one of them
            return open_to_us[0]
        raise SourceError(
            f"Several schemas of {self.url} have n8n's tables: {there}. "
            "Set MILHENA_N8N_SCHEMA to the one to read.",
            url=self.url,
        )

    def _identify(self) -> str:
        project = ""
        if self._layout.has(PROJECTS, "id") and self._layout.has(PROJECTS, "type"):

            def oldest(layout: Layout) -> Select[Any]:
                projects = layout.table(PROJECTS)
                order = [projects.c.createdAt] if layout.has(PROJECTS, "createdAt") else []
                personal = select(projects.c.id).where(projects.c.type == "personal")
                return personal.order_by(*order, projects.c.id).limit(1)

            rows = self._rows(oldest)
            project = str(rows[0][0]) if rows else ""
        return f"{_key_of(self._connections.place, self.schema or '')}-{_short_hash(project, 8)}"

    # --- warnings ------------------------------------------------------------------------------

    def _count_by_status(self, layout: Layout) -> Select[Any]:
        executions = layout.table(EXECUTIONS)
        status = self._as_text(layout, executions, EXECUTIONS, "status")
        counted = select(status, func.count().label("number")).where(
            *_not_deleted(layout, executions)
        )
        return counted.group_by(status) if layout.has(EXECUTIONS, "status") else counted

    def _stored_elsewhere(self, layout: Layout) -> Select[Any]:
        executions = layout.table(EXECUTIONS)
        elsewhere = executions.c.storedAt != "db"
        return select(func.count()).where(elsewhere, *_not_deleted(layout, executions))

    def _warnings(
        self, by_status: Sequence[Row[Any]], processes: Sequence[ProcessRecord]
    ) -> Iterator[str]:
        connections = self._connections
        if isinstance(connections, PostgresConnections) and self._layout.can_write:
            yield (
                f"The role {connections.user!r} could change n8n's data. Milhena never does, but "
                f"a role that may only read is safer: {_grants(self.schema or '', 'milhena')}"
            )
        if isinstance(connections, SqliteConnections) and self._wanted_schema:
            yield "MILHENA_N8N_SCHEMA is not used: a SQLite file has no schemas."
        unknown = {
            str(row[0]): row.number for row in by_status if row[0] and row[0] not in KNOWN_STATUSES
        }
        if unknown:
            yield (
                f"{sum(unknown.values())} executions have a status that is not known: "
                f"{', '.join(sorted(unknown))}."
            )
        silent = [record.name for record in processes if not record.saves_successes]
        if silent:
            yield (
                "n8n does not keep successful executions of: " + ", ".join(silent) + ". Only "
                "their errors can be counted."
            )
        if self._layout.has(EXECUTIONS, "storedAt"):
            elsewhere = int(self._rows(self._stored_elsewhere)[0][0])
            if elsewhere:
                yield (
                    f"n8n keeps the data of {elsewhere} executions outside its database: they "
                    "are counted, but their e-mails, orders and answers are not seen."
                )


# --- PostgreSQL's catalogue ------------------------------------------------------------------


class _Schema:
    """What a schema has of n8n's tables, and what the role may do there."""

    def __init__(self, usable: bool) -> None:
        self.usable = usable
        self.columns: dict[str, set[str]] = {}
        self.readable: dict[str, set[str]] = {}
        self.writable = False

    def may_read(self, name: str, needed: Sequence[str]) -> bool:
        return self.readable.get(name, set()).issuperset(needed)

    def may_read_all(self) -> bool:
        return self.usable and all(self.may_read(name, needed) for name, needed in _NEEDED.items())


def _postgres_catalogue() -> Select[Any]:
    """Every column of n8n's tables in any schema, and what the role may do with it.

    The information schema would hide what the role may not read, and with it the reason.
    """
    relation = table("pg_class", *map(column, ("oid", "relname", "relkind", "relnamespace")),
                     schema="pg_catalog")  # fmt: skip
    namespace = table("pg_namespace", column("oid"), column("nspname"), schema="pg_catalog")
    attribute = table(
        "pg_attribute",
        *map(column, ("attrelid", "attname", "attnum", "attisdropped")),
        schema="pg_catalog",
    )
    changes = "INSERT, UPDATE, DELETE, TRUNCATE"
    return (
        select(
            namespace.c.nspname.label("schema"),
            relation.c.relname.label("table"),
            attribute.c.attname.label("column"),
            func.has_schema_privilege(namespace.c.oid, "USAGE").label("usable"),
            func.has_column_privilege(relation.c.oid, attribute.c.attnum, "SELECT").label(
                "readable"
            ),
            func.has_table_privilege(relation.c.oid, changes).label("writable"),
        )
        .select_from(relation)
        .join(namespace, namespace.c.oid == relation.c.relnamespace)
        .join(attribute, attribute.c.attrelid == relation.c.oid)
        .where(
            relation.c.relname.in_(_TABLES),
            relation.c.relkind.in_(("r", "p", "v", "m", "f")),
            attribute.c.attnum > 0,
            attribute.c.attisdropped.is_(False),
            func.left(namespace.c.nspname, 3) != "pg_",
        )
    )


def _grants(schema: str, role: str) -> str:
    """The statements that let *role* read what is needed, and nothing else."""
    quoted_schema, quoted_role = (
        f'"{name.replace(chr(34), chr(34) * 2)}"' for name in (schema, role)
    )
    tables = ", ".join(
        f"{quoted_schema}.{name}" for name in (EXECUTIONS, PAYLOADS, PROCESSES, PROJECTS)
    )
    return (
        f"GRANT USAGE ON SCHEMA {quoted_schema} TO {quoted_role}; "
        f"GRANT SELECT ON {tables} TO {quoted_role};"
    )


def _beginning(layout: Layout) -> str:
    """The column that tells when an execution began."""
    return "createdAt" if layout.has(EXECUTIONS, "createdAt") else "startedAt"


def _marked_as_deleted(layout: Layout, executions: FromClause) -> list[ColumnElement[bool]]:
    """Conditions of the executions that n8n has marked as deleted and will remove."""
    if not layout.has(EXECUTIONS, "deletedAt"):
        return [false()]
    # One that was run by hand and is not to be saved is marked as soon as it ends.
    return [
        executions.c.deletedAt.is_not(None),
        executions.c.mode != "manual",
        executions.c[_beginning(layout)].is_not(None),
    ]


def _not_deleted(layout: Layout, executions: TableClause) -> list[ColumnElement[bool]]:
    if not layout.has(EXECUTIONS, "deletedAt"):
        return []
    return [executions.c.deletedAt.is_(None)]


def _names_what_is_not_there(error: DBAPIError | PoolTimeout) -> bool:
    """Whether n8n changed its tables (an upgrade) since they were looked up."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    if getattr(cause, "sqlstate", None) in ("42P01", "42703"):
        return True
    return str(cause).startswith(("no such column", "no such table"))


def _possible(ids: Sequence[int]) -> list[int]:
    """The ids that a database can have, each once, ascending."""
    return sorted({number for number in ids if 0 < number < 2**63})


def _next_size(rows: Sequence[Row[Any]], size: int) -> int:
    """How many rows to read next, so that a read holds neither much text nor a lock for long."""
    characters = sum(len(row.data or "") + len(row.workflowData or "") for row in rows)
    if not rows or not characters:
        return _ROWS_AT_MOST
    fitting = _CHARACTERS_PER_READ * len(rows) // characters
    return max(1, min(_ROWS_AT_MOST, 2 * size, fitting))


# --- rows to records -------------------------------------------------------------------------


def _execution_of(row: Row[Any]) -> ExecutionRecord | None:
    """One execution in our terms; None if it cannot be told apart or placed in time."""
    created, started, stopped = map(_moment, (row.createdAt, row.startedAt, row.stoppedAt))
    began = created or started
    workflow_id = clean_text(_plain(row.workflowId), 64)
    if not isinstance(row.id, int) or workflow_id is None or began is None:
        return None
    mode = clean_text(_plain(row.mode), 32) or "unknown"
    status = _status(row)
    state, payload = _payload(row)
    not_before = None
    if mode == "retry":
        not_before = min(moment for moment in (created, started) if moment is not None)
    own = list(own_runs(payload, not_before)) if payload else []
    waited = bool(row.waitTill) or any(map(puts_to_sleep, own))
    business: tuple[BusinessRecord, ...] = ()
    if payload is not None:
        business = extract_business(payload, mode=mode, began_at=began, not_before=not_before)
    if _is_garbled(row, created, started, stopped):
        state = "unreadable"
    duration: float | None = None
    if status in _FINISHED and started and stopped:
        duration = (stopped - started).total_seconds()
        if waited and payload is not None:
            duration = sum(run.execution_time_s or 0.0 for run in own if not run.attached)
    failure = payload.failure if payload and status in _FAILED else None
    message = clean_text(failure.message, 5_000) if failure else None
    return ExecutionRecord(
        execution_id=row.id,
        workflow_id=workflow_id,
        mode=mode,
        status=status,
        began_at=began,
        started_at=started,
        stopped_at=stopped,
        duration_s=duration if duration is not None and duration >= 0 else None,
        waited=waited,
        retry_of=_whole(row.retryOf),
        payload=state,
        error_message=message,
        error_cause=clean_text(cause_of(failure.full_message), 255) if failure else None,
        error_step=_step_name(failure),
        error_step_type=failure.step.type or None if failure and failure.step else None,
        business=business,
    )


def _step_name(failure: Failure | None) -> str | None:
    return clean_text(failure.step.name, 255) if failure and failure.step else None


def _payload(row: Row[Any]) -> tuple[PayloadState, Payload | None]:
    if row.data is None:
        return ("elsewhere" if row.storedAt not in (None, "db") else "missing"), None
    try:
        return "read", read_payload(_plain(row.data), _plain(row.workflowData))
    except ValueError:
        return "unreadable", None


def _status(row: Row[Any]) -> str:
    """n8n's own status; what it means in versions that have none."""
    if status := clean_text(_plain(row.status), 32):
        return status
    if _is_true(row.finished):
        return "success"
    if row.waitTill:
        return "waiting"
    return "error" if row.stoppedAt else "running"


def _is_garbled(row: Row[Any], *moments: datetime | None) -> bool:
    """Whether one of the row's times says something that is no time."""
    written = (row.createdAt, row.startedAt, row.stoppedAt)
    return any(
        text is not None and moment is None for text, moment in zip(written, moments, strict=True)
    )


def _moment(value: Any) -> datetime | None:
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
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if 1970 <= moment.year < 2200 else None


def _saves_successes(settings: Any) -> bool:
    try:
        read = json.loads(_plain(settings))
    except (ValueError, RecursionError):
        return True
    return not (isinstance(read, dict) and read.get("saveDataSuccessExecution") == "none")


def _is_true(value: Any) -> bool:
    return value in (1, True) or str(value).lower() in ("true", "t", "1")


def _whole(value: Any) -> int | None:
    text = _plain(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _plain(value: Any) -> str:
    """A value of any SQLite type as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)
