"""n8n's database as Milhena reads it: processes and executions, in our terms.

Which tables and columns there are is looked up, never assumed: n8n 0.x to 2.x differ. Every read
is one short statement whose rows are fetched completely before anything is decoded, as a reader
that lingers keeps n8n on SQLite from writing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.engine import Row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.sql.expression import TableClause

from persistence.mapping.declaration import Declaration
from persistence.n8n.connections import (
    Connections,
    PostgresConnections,
    SqliteConnections,
    connect,
    place_of,
)
from persistence.n8n.counters import Counted, read_counters
from persistence.n8n.files import Bundles, default_folder
from persistence.n8n.inspection import (
    count_by_status,
    count_outside,
    role_warnings,
    status_warnings,
    storage_warnings,
    unsaved_warnings,
)
from persistence.n8n.layout import (
    ATTACHED,
    EXECUTIONS,
    PAYLOADS,
    PROCESSES,
    PROJECTS,
    Layout,
    as_text,
    not_deleted,
    postgres_layout,
    sqlite_layout,
)
from persistence.n8n.records import ExecutionRecord, ExecutionState, ProcessRecord, SourceFacts
from persistence.n8n.retention import complete_since
from persistence.n8n.role import RoleRights, role_rights
from persistence.n8n.rows import (
    Attached,
    RowReader,
    is_true,
    moment_of,
    saves_successes,
    status_of,
)
from persistence.n8n.values import clean_text

if TYPE_CHECKING:
    from persistence.n8n.explaining import Explanation

_ROWS_AT_FIRST, _ROWS_AT_MOST = 100, 500
_STATES_PER_READ = 500
_CHARACTERS_PER_READ = 16_000_000
"""So many rows are read at a time that about this much text is held: payloads may be huge."""


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

    def __init__(
        self,
        connections: Connections,
        schema: str | None,
        declaration: Declaration | None = None,
        storage: Path | None = None,
    ) -> None:
        self._connections = connections
        file = connections.path if isinstance(connections, SqliteConnections) else None
        self._reader = RowReader(
            declaration or Declaration(), Bundles(storage or default_folder(file))
        )
        self._wanted_schema = schema or None
        self._unusable: set[Any] = set()
        self._size = _ROWS_AT_FIRST
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
        mapping: Path | None = None,
        storage: Path | None = None,
    ) -> N8nSource:
        """Return the source at *url*: ``sqlite:///file``, a bare path, or ``postgresql://…``.

        *schema* names the PostgreSQL schema of n8n's tables; without it the only one that has
        them is taken. A lock or a silent server is waited for *patience_s* seconds.

        *mapping* is a file of additions to what counts as business, *storage* the folder where
        n8n 2 may keep executions' data (default: ``storage`` beside the SQLite file, or in
        ``~/.n8n``).

        :raises SourceError: it cannot be read; which of the family tells why.
        :raises SettingsError: the mapping cannot be used.
        """
        declaration = Declaration(mapping)
        connections = connect(
            url,
            pool_size=pool_size,
            patience_s=patience_s,
            statement_timeout_s=statement_timeout_s,
        )
        try:
            return cls(connections, schema, declaration, storage)
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
    def read_with(self) -> str:
        """The fingerprint of the mapping that tells what counts as business."""
        return self._reader.declaration.fingerprint

    @property
    def storage(self) -> str | None:
        """The folder where n8n may keep executions' data; None while there is none."""
        return self._reader.bundles.place

    @property
    def unusable_rows(self) -> int:
        """How many executions were left out because they cannot be told apart or placed."""
        return len(self._unusable)

    # --- what there is -------------------------------------------------------------------------

    def facts(self) -> SourceFacts:
        """Return what a look at the source finds; it counts all rows, so it takes a moment.

        :raises SourceError: the database cannot be read any more.
        """
        by_status = self._rows(partial(count_by_status, self._connections.dialect))
        processes = self.processes()
        connections = self._connections
        journal_mode, can_write, role = None, self._layout.can_write, None
        if isinstance(connections, PostgresConnections) and self.schema is not None:
            role = role_rights(self._fetch, self.schema)
            can_write = role.can_write
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
            role=role,
            warnings=tuple(self._warnings(by_status, processes, role)),
        )

    def _warnings(
        self,
        by_status: Sequence[Row[Any]],
        processes: Sequence[ProcessRecord],
        role: RoleRights | None,
    ) -> Iterator[str]:
        if role is not None:
            yield from role_warnings(role, self.schema or "")
        elif self._wanted_schema:
            yield "MILHENA_N8N_SCHEMA is not used: a SQLite file has no schemas."
        yield from status_warnings(by_status)
        yield from unsaved_warnings(processes)
        if self._layout.has(EXECUTIONS, "storedAt"):
            bundles = self._reader.bundles
            yield from storage_warnings(
                self._rows(count_outside), folder=str(bundles.folder), there=bundles.place
            )

    def processes(self) -> list[ProcessRecord]:
        """Return all workflows as they are now, archived ones too, by name.

        :raises SourceError: the database cannot be read any more.
        """

        def statement(layout: Layout) -> Select[Any]:
            found = layout.table(PROCESSES)
            names = ("id", "name", "active", "isArchived", "settings", "createdAt", "updatedAt")
            return select(*(self._text(layout, found, PROCESSES, name) for name in names))

        records = [
            ProcessRecord(
                workflow_id=workflow_id,
                name=clean_text(row.name, 255) or workflow_id,
                active=is_true(row.active),
                archived=is_true(row.isArchived),
                saves_successes=saves_successes(row.settings),
                created_at=moment_of(row.createdAt),
                updated_at=moment_of(row.updatedAt),
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
            kept = select(executions.c.id).where(*not_deleted(layout, executions))
            return kept.order_by(executions.c.id.desc()).limit(1)

        rows = self._rows(statement)
        return int(rows[0][0]) if rows else 0

    def count_up_to(self, limit: int) -> int:
        """Return how many executions there are, but never count beyond *limit*.

        :raises SourceError: the database cannot be read any more.
        """

        def statement(layout: Layout) -> Select[Any]:
            executions = layout.table(EXECUTIONS)
            some = select(executions.c.id).where(*not_deleted(layout, executions)).limit(limit)
            return select(func.count()).select_from(some.subquery())

        return int(self._rows(statement)[0][0])

    def counted(self, since: datetime | None = None) -> list[Counted]:
        """Return what n8n itself counted, by process and period; [] where it shows nothing.

        With *since* only of periods that began then or later.

        :raises SourceError: the database cannot be read any more.
        """
        return read_counters(self._rows, self._layout, since=since, now=datetime.now(UTC))

    def complete_since(self) -> datetime | None:
        """Return from when on n8n still has every execution that it saved; None: it has none.

        :raises SourceError: the database cannot be read any more.
        """
        return complete_since(self._rows, self._connections.dialect)

    # --- executions ----------------------------------------------------------------------------

    def executions_after(self, execution_id: int, *, limit: int) -> list[ExecutionRecord]:
        """Return the next executions after *execution_id*, by id, at most *limit*, decoded.

        Fewer than *limit* mean that the end was reached. Deleted ones are left out; one whose
        data cannot be read is there with its ``payload`` saying so; one that cannot even be
        placed in time is passed over and counted in ``unusable_rows``.

        :raises SourceError: the database cannot be read any more.
        """
        return self._in_order(execution_id, None, limit)

    def executions_between(self, first: int, last: int) -> list[ExecutionRecord]:
        """Return the executions from *first* to *last*, by id, as `executions_after` does.

        :raises SourceError: the database cannot be read any more.
        """
        return self._in_order(first - 1, last, last - first + 1)

    def _in_order(self, after: int, last: int | None, limit: int) -> list[ExecutionRecord]:
        """The next executions after *after*, up to *last*, at most *limit*."""
        records: list[ExecutionRecord] = []
        size = self._size
        while len(records) < limit:
            wanted = min(size, limit - len(records))
            rows = self._rows(partial(self._next_executions, after, last, wanted))
            records.extend(self._records(rows))
            if len(rows) < wanted:
                break
            after = int(rows[-1].id)
            size = _next_size(rows, size)
        self._size = size  # of the neighbours of what was just read
        return records

    def _next_executions(
        self, after: int, last: int | None, limit: int, layout: Layout
    ) -> Select[Any]:
        executions = layout.table(EXECUTIONS)
        chosen = self._executions(layout, executions).where(executions.c.id > after)
        if last is not None:
            chosen = chosen.where(executions.c.id <= last)
        return chosen.order_by(executions.c.id).limit(limit)

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
                    *(self._text(layout, executions, EXECUTIONS, name) for name in names),
                ).where(executions.c.id.in_(some), *not_deleted(layout, executions))

            for row in self._rows(statement):
                states[row.id] = ExecutionState(
                    status_of(row), moment_of(row.startedAt), moment_of(row.stoppedAt)
                )
        return states

    def explain(self, execution_id: int, *, store_content: bool) -> Explanation | None:
        """Return what is taken from one execution and why; None where there is no such one.

        Also of one that n8n has marked as deleted, which is not read anew otherwise.

        :raises SourceError: the database cannot be read any more.
        """
        from persistence.n8n.explaining import explain

        if not _possible([execution_id]):
            return None

        def statement(layout: Layout) -> Select[Any]:
            executions = layout.table(EXECUTIONS)
            chosen = self._executions(layout, executions, deleted=True)
            deleted_at = self._text(layout, executions, EXECUTIONS, "deletedAt")
            return chosen.add_columns(deleted_at).where(executions.c.id == execution_id)

        rows = self._rows(statement)
        if not rows:
            return None
        attached = self._attached_to([execution_id])
        return explain(rows[0], attached, self._reader, store_content=store_content)

    def ids_between(self, first: int, last: int) -> list[int]:
        """Return the ids from *first* to *last* that n8n has and has not marked as deleted.

        :raises SourceError: the database cannot be read any more.
        """

        def statement(layout: Layout) -> Select[Any]:
            executions = layout.table(EXECUTIONS)
            return select(executions.c.id).where(
                executions.c.id.between(first, last), *not_deleted(layout, executions)
            )

        return [row[0] for row in self._rows(statement)]

    def _executions(
        self, layout: Layout, executions: TableClause, *, deleted: bool = False
    ) -> Select[Any]:
        """Executions with their payloads, in one statement; with *deleted* those too."""
        names = ("workflowId", "mode", "status", "finished", "createdAt", "startedAt",
                 "stoppedAt", "waitTill", "retryOf", "storedAt")  # fmt: skip
        columns = [
            executions.c.id,
            *(self._text(layout, executions, EXECUTIONS, name) for name in names),
        ]
        if layout.has(PAYLOADS, "data"):
            payloads = layout.table(PAYLOADS)
            columns += [
                self._text(layout, payloads, PAYLOADS, name) for name in ("workflowData", "data")
            ]
            rows = executions.outerjoin(payloads, payloads.c.executionId == executions.c.id)
            chosen = select(*columns).select_from(rows)
        else:  # n8n 0.x keeps them in the execution's own row
            columns += [
                self._text(layout, executions, EXECUTIONS, name)
                for name in ("workflowData", "data")
            ]
            chosen = select(*columns)
        return chosen if deleted else chosen.where(*not_deleted(layout, executions))

    def _text(
        self, layout: Layout, found: TableClause, name: str, column_name: str
    ) -> ColumnElement[Any]:
        return as_text(self._connections.dialect, layout, found, name, column_name)

    def _attached_to(self, ids: Sequence[int]) -> Attached:
        """What people attached to these executions."""
        if not ids or not self._layout.has(ATTACHED, "executionId"):
            return {}

        def statement(layout: Layout) -> Select[Any]:
            values = layout.table(ATTACHED)
            return select(values.c.executionId, values.c.key, values.c.value).where(
                values.c.executionId.in_(ids)
            )

        found: dict[int, list[tuple[Any, Any]]] = {}
        for row in self._rows(statement):
            found.setdefault(row.executionId, []).append((row.key, row.value))
        return found

    def _records(self, rows: Sequence[Row[Any]]) -> Iterator[ExecutionRecord]:
        attached = self._attached_to([row.id for row in rows if isinstance(row.id, int)])
        for row in rows:
            record = self._reader.record(row, attached)
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
                return postgres_layout(
                    self._fetch, self.url, self._connections.user, self._wanted_schema
                )
            return sqlite_layout(self._fetch, self.url)
        except (DBAPIError, PoolTimeout) as error:
            raise self._connections.explain(error) from error

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
