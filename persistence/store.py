"""Milhena's own store: opened, migrated, read and written; every trouble told as a `StoreError`.

SQLite (one file per n8n) or PostgreSQL (schema `pilotpros`). Tables are in ``tables.py``.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, NoReturn, TypeVar

from sqlalchemy import (
    Connection,
    Engine,
    column,
    create_engine,
    event,
    func,
    inspect,
    select,
    table,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.schema import CreateSchema

from core.errors import StoreError
from persistence import folding, percentiles
from persistence.exclusive import MIGRATION_WAIT_S, exclusively, is_busy
from persistence.folding import folded_or_null
from persistence.migrations import HEAD, REVISIONS
from persistence.percentiles import PercentileForSqlite, bucket_of
from persistence.tables import SCHEMA, process_names, processes, sync_state

Answer = TypeVar("Answer")

BUSY_TIMEOUT_S = 10
CONNECT_TIMEOUT_S = 10
_STATE = select(sync_state)
_MIGRATING = Lock()
"""Alembic's context is one for the process: two stores made at once would take it from each
other."""
_FILE_PREFIX = "store-"
_FILE_SUFFIX = ".sqlite"


@dataclass(frozen=True)
class KnownProcess:
    """One process as it is now, with the names it had before."""

    workflow_id: str
    name: str
    active: bool
    archived: bool
    gone: bool
    """No longer in n8n; what it did is still remembered."""
    former_names: tuple[str, ...]
    saves_successes: bool = True
    """False where n8n throws its successful executions away."""


@dataclass(frozen=True)
class SyncState:
    """How far the store has copied its n8n."""

    source_id: str
    source_url: str
    last_execution_id: int
    data_version: int
    """Rises with every change of what can be asked."""
    caught_up: bool
    covers_start: datetime | None
    covers_end: datetime | None
    synced_at: datetime | None
    timezone: str
    stores_content: bool
    """Whether the texts of e-mails are kept."""
    unreadable: int
    """Executions whose data could not be decoded."""
    notes: tuple[str, ...]
    read_with: str | None = None
    """The fingerprint of the mapping with which executions are read."""
    storage: str | None = None
    """The folder where n8n keeps executions' data in files; None while there was none."""
    missing: int = 0
    """Executions whose data n8n should have and has not."""
    elsewhere: int = 0
    """Executions whose data n8n keeps in a storage that is not read."""
    outdated: int | None = None
    """Executions that n8n has deleted, read with an earlier mapping; None: not counted yet."""
    compared_at: datetime | None = None
    """When it was last looked which executions n8n still has."""
    gaps: tuple[tuple[datetime, datetime], ...] = ()
    """Spans that n8n deleted before they were read, half open, the oldest first."""


def gaps_to_json(gaps: tuple[tuple[datetime, datetime], ...]) -> list[list[str]]:
    """Return *gaps* as `sync_state` keeps them."""
    return [[moment.astimezone(UTC).isoformat() for moment in gap] for gap in gaps]


def gaps_from_json(kept: list[list[str]]) -> tuple[tuple[datetime, datetime], ...]:
    """Return the gaps that `gaps_to_json` wrote."""
    return tuple(
        (datetime.fromisoformat(begins), datetime.fromisoformat(ends)) for begins, ends in kept
    )


class Store:
    """An open store; safe to share between threads. Made by `Store.open`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._readers = (
            engine
            if engine.dialect.name == "sqlite"  # BEGIN there is a snapshot already
            else engine.execution_options(isolation_level="REPEATABLE READ")
        )
        self._writers = engine.execution_options(milhena_writes=True)
        self._lock = Lock()
        self._checked: tuple[int, datetime] | None = None
        self._known: tuple[tuple[str, int], list[KnownProcess]] | None = None

    @classmethod
    def open(cls, url: str, *, pool_size: int = 10) -> Store:
        """Open the store at *url* (``sqlite:///…``, a bare path, ``postgresql://…``).

        It is created where it does not exist and brought to the current version.

        :raises StoreError: it cannot be opened, created, migrated or written; the text says why
            and what to do.
        """
        parsed = store_address(url)
        if parsed.get_backend_name() == "sqlite":
            _prepare_file(parsed)
        engine = _engine(parsed, pool_size)
        store = cls(engine)
        try:
            store._bring_to_current_version()
        except BaseException:
            engine.dispose()
            raise
        return store

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    # --- reading and writing -----------------------------------------------------------------

    def reading(self, work: Callable[[Connection], Answer]) -> Answer:
        """Return what *work* returns, run inside one consistent read transaction.

        On a connection that turns out to be lost, *work* is run once more on a new one.

        :raises StoreError: the store cannot be read.
        """
        try:
            return self._read_once(work)
        except DBAPIError as error:
            if not error.connection_invalidated:
                _raise_store_error(error, self.engine.url)
        except PoolTimeout as error:
            _raise_store_error(error, self.engine.url)
        with _told(self.engine.url):
            return self._read_once(work)

    def _read_once(self, work: Callable[[Connection], Answer]) -> Answer:
        with self._readers.connect() as connection:
            return work(connection)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection inside one write transaction, committed at the end of the block.

        :raises StoreError: the store cannot be written; nothing of the block was kept.
        """
        with _told(self.engine.url), self._writers.begin() as connection:
            yield connection

    @contextmanager
    def connected_for_writing(self) -> Iterator[Connection]:
        """A connection whose transactions (``begin()``) are write transactions.

        :raises StoreError: the store cannot be reached or written.
        """
        with _told(self.engine.url), self._writers.connect() as connection:
            yield connection

    # --- what is known -----------------------------------------------------------------------

    def state(self) -> SyncState | None:
        """Return how far the store is; None before the first sync.

        :raises StoreError: the store cannot be read.
        """
        return self.reading(self.state_within)

    def state_within(self, connection: Connection) -> SyncState | None:
        """`state`, inside a transaction of the caller's."""
        return self.as_seen(self.written_state(connection))

    def as_seen(self, state: SyncState | None) -> SyncState | None:
        """Add to the written *state* what this process alone has seen since."""
        checked = self._checked
        if (
            state is None
            or checked is None
            or not state.caught_up
            or state.synced_at is None
            or state.covers_end is None
            or checked[0] != state.data_version
            or checked[1] <= state.synced_at
        ):
            return state
        # Nothing new was found later than the row says; see `found_unchanged`.
        return replace(state, synced_at=checked[1], covers_end=max(checked[1], state.covers_end))

    def written_state(self, connection: Connection) -> SyncState | None:
        """`state_within` as it is in the table, without what this process alone has seen."""
        row = connection.execute(_STATE).mappings().first()
        if row is None:
            return None
        return SyncState(
            **{**row, "notes": tuple(row["notes"]), "gaps": gaps_from_json(row["gaps"])}
        )

    def found_unchanged(self, data_version: int, moment: datetime) -> None:
        """Remember that at *moment* n8n had nothing that *data_version* lacks.

        Kept in memory only: a look that finds nothing must not cost a write.
        """
        self._checked = (data_version, moment)

    def processes(self) -> list[KnownProcess]:
        """Return every process ever seen, by name; [] before the first sync.

        :raises StoreError: the store cannot be read.
        """
        return self.reading(_read_processes)

    def processes_within(self, connection: Connection, state: SyncState) -> list[KnownProcess]:
        """`processes`, inside a transaction of the caller's; read once per data version."""
        version = (state.source_id, state.data_version)
        known = self._known
        if known is None or known[0] != version:
            known = (version, _read_processes(connection))
            self._known = known
        return known[1]

    # --- versions ----------------------------------------------------------------------------

    def _bring_to_current_version(self) -> None:
        if self.reading(_version_or_refusal) == HEAD:
            return
        with (
            self.connected_for_writing() as connection,
            exclusively(connection, "migration", wait_s=MIGRATION_WAIT_S) as held,
        ):
            if not held:
                raise StoreError(
                    f"the store at {_shown(self.engine.url)} has been migrating in another "
                    f"process for {MIGRATION_WAIT_S:.0f} s. Wait for it to end, or stop it."
                )
            if connection.dialect.name == "sqlite":
                _let_readers_and_writer_coexist(connection)
            with connection.begin():
                self._migrate(connection)

    def _migrate(self, connection: Connection) -> None:
        version = _version(connection)  # anew: whoever had the lock before may have migrated
        if version == HEAD:
            return
        if version is not None and version not in REVISIONS:
            raise StoreError(
                f"the store at {_shown(self.engine.url)} was written by a newer Milhena "
                f"(version {version!r}, this one knows up to {HEAD!r}). "
                "Install that release, or set MILHENA_STORE_URL to another store."
            )
        if version is None and connection.dialect.name == "postgresql":
            _check_encoding(connection)
            _make_schema(connection, self.engine.url)
        # Imported here: a store that is up to date, the usual case, does not pay for it.
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        with _MIGRATING:
            command.upgrade(config, "head")


def embedded_store_url(home: Path, source_identity: str | None) -> str:
    """Return the address of the SQLite store in *home* that belongs to one n8n."""
    name = f"{_FILE_PREFIX}{source_identity or 'none'}{_FILE_SUFFIX}"
    return f"sqlite:///{home.expanduser().absolute() / name}"


def latest_embedded_store(home: Path, identity_prefix: str) -> str | None:
    """Return the address of the store in *home* last written among those of one n8n address.

    *identity_prefix* is what the identities of that address begin with; None: there is none.
    """
    try:
        files = [
            (file.stat().st_mtime, file)
            for file in home.expanduser().absolute().iterdir()
            if file.name.startswith(f"{_FILE_PREFIX}{identity_prefix}")
            and file.name.endswith(_FILE_SUFFIX)
        ]
    except OSError:
        return None
    return f"sqlite:///{max(files)[1]}" if files else None


def store_files(home: Path) -> list[str]:
    """Return the addresses of all embedded stores in *home*; [] where there is none."""
    folder = home.expanduser().absolute()
    return [f"sqlite:///{file}" for file in sorted(folder.glob(f"{_FILE_PREFIX}*{_FILE_SUFFIX}"))]


def _read_processes(connection: Connection) -> list[KnownProcess]:
    former: dict[str, list[str]] = {}
    for workflow_id, name in connection.execute(
        select(process_names.c.workflow_id, process_names.c.name).order_by(process_names.c.seen_at)
    ):
        former.setdefault(workflow_id, []).append(name)
    return [
        KnownProcess(
            workflow_id=row.workflow_id,
            name=row.name,
            active=row.active,
            archived=row.archived,
            gone=row.gone,
            former_names=tuple(
                name for name in former.get(row.workflow_id, ()) if name != row.name
            ),
            saves_successes=row.saves_successes,
        )
        for row in connection.execute(
            select(processes).order_by(processes.c.name, processes.c.workflow_id)
        )
    ]


# --- opening -------------------------------------------------------------------------------------


def store_address(url: str) -> URL:
    """Return *url* (``sqlite:///…``, a bare path, ``postgresql://…``) with our driver.

    :raises StoreError: it cannot be read, or names another kind of database.
    """
    if "://" not in url:
        return URL.create("sqlite", database=str(Path(url).expanduser()))
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except ArgumentError:
        raise StoreError(
            "the store's address cannot be read. MILHENA_STORE_URL is sqlite:///path or "
            "postgresql://user:password@host/database."
        ) from None
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if backend == "sqlite":
        if parsed.database in {None, "", ":memory:"}:
            raise StoreError("the store needs a file: MILHENA_STORE_URL is sqlite:///path.")
        return parsed.set(drivername="sqlite")
    raise StoreError(
        f"the store cannot be a {backend} database. "
        "MILHENA_STORE_URL is sqlite:///path or postgresql://user:password@host/database."
    )


def _prepare_file(url: URL) -> None:
    file = Path(str(url.database)).absolute()
    folder = file.parent
    advice = "Set MILHENA_HOME (or MILHENA_STORE_URL) to a place that may be written."
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Made here, so that what people wrote to the company is its owner's to read.
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreError(
            f"the store {file} cannot be written: {error.strerror} ({error.filename}). {advice}"
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StoreError(f"the folder {folder} of the store cannot be written. {advice}")


def _engine(url: URL, pool_size: int) -> Engine:
    options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 0, "pool_pre_ping": True}
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url,
            connect_args={"timeout": BUSY_TIMEOUT_S},
            execution_options={"schema_translate_map": {SCHEMA: None}},
            **options,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url,
        connect_args={"connect_timeout": CONNECT_TIMEOUT_S, "application_name": "milhena"},
        **options,
    )


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own implicit BEGIN would leave reads without a transaction.
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.create_function(folding.SQLITE_FUNCTION, 1, folded_or_null, deterministic=True)
    connection.create_function(percentiles.SQLITE_BUCKET, 1, bucket_of, deterministic=True)
    connection.create_aggregate(
        percentiles.SQLITE_FUNCTION,
        2,
        PercentileForSqlite,  # type: ignore[arg-type]  # typed for one argument only
    )


def _let_readers_and_writer_coexist(connection: Connection) -> None:
    # Kept in the file, so once is enough. SQLite does not wait for its turn here, but gives up
    # at once where anybody else so much as looks at the file: we wait ourselves.
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101  # for this dialect it is
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            driver.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
        time.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that starts by reading cannot become a writing one once another has
    # written: who means to write says so at the start.
    writes = connection.get_execution_options().get("milhena_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _check_encoding(connection: Connection) -> None:
    encoding = connection.scalar(select(func.current_setting("server_encoding")))
    if encoding != "UTF8":
        raise StoreError(
            f"the store's database has the encoding {encoding}; Milhena needs one with UTF8 "
            "(create database … encoding 'UTF8')."
        )


def _version_or_refusal(connection: Connection) -> str | None:
    """The store's version; None for one that is still empty.

    :raises StoreError: it is somebody else's database. Found before anything is written: even
        the journal mode of n8n's file is n8n's.
    """
    version = _version(connection)
    if version is not None:
        return version
    on_sqlite = connection.dialect.name == "sqlite"
    tables = inspect(connection).get_table_names(schema=None if on_sqlite else SCHEMA)
    shown = _shown(connection.engine.url)
    if "execution_entity" in tables:
        raise StoreError(
            f"{shown} is n8n's own database: Milhena never writes there. "
            "Its address belongs in MILHENA_N8N_URL; leave MILHENA_STORE_URL empty."
        )
    if on_sqlite and tables:
        raise StoreError(
            f"{shown} holds another program's tables ({tables[0]!r}): Milhena never writes there. "
            "Set MILHENA_STORE_URL to a file of its own, or leave it empty."
        )
    return None


def _make_schema(connection: Connection, url: URL) -> None:
    # Looked for first: CREATE SCHEMA IF NOT EXISTS wants the right even where it exists.
    if inspect(connection).has_schema(SCHEMA):
        return
    try:
        connection.execute(CreateSchema(SCHEMA))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != "42501":
            raise
        raise StoreError(
            f"the role {url.username!r} may not create the schema {SCHEMA} at {_shown(url)}. "
            f"Let its owner run: CREATE SCHEMA {SCHEMA} AUTHORIZATION {url.username};"
        ) from None


def _version(connection: Connection) -> str | None:
    schema = None if connection.dialect.name == "sqlite" else SCHEMA
    if not inspect(connection).has_table("alembic_version", schema=schema):
        return None
    number = connection.scalar(
        select(column("version_num")).select_from(table("alembic_version", schema=schema))
    )
    return None if number is None else str(number)


# --- telling what is wrong -----------------------------------------------------------------------


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)


@contextmanager
def _told(url: URL) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeout, sqlite3.Error) as error:
        _raise_store_error(error, url)


_Advice = tuple[tuple[str, str], ...]
"""Words of a database's message, and what to do then."""

_SQLITE_ADVICE: _Advice = (
    ("readonly", "Make the file and its folder writable."),
    ("unable to open", "Make the file and its folder writable."),
    ("disk is full", "The disk is full: make room."),
    ("disk I/O", "The disk is full or failing: make room, or look at its health."),
    (
        "malformed",
        "The file is damaged: move it away, and the next sync makes a new one from what n8n "
        "still has.",
    ),
    ("not a database", "Something else is in that file: set MILHENA_STORE_URL to another."),
    ("locked", "Another program holds it: try again."),
)
_POSTGRESQL_ADVICE: _Advice = (
    ("password", "Check user and password in MILHENA_STORE_URL."),
    ("does not exist", "Create it, or correct MILHENA_STORE_URL."),
    ("permission denied", f"Give the role all rights in schema {SCHEMA}."),
    ("No space left", "The server's disk is full: make room."),
    ("already exists", f"The schema {SCHEMA} holds tables that are not Milhena's."),
)


def _raise_store_error(error: Exception, url: URL) -> NoReturn:
    reason = str(getattr(error, "orig", None) or error).strip()
    if url.get_backend_name() == "sqlite":
        known, otherwise = _SQLITE_ADVICE, '"agent-cli doctor" shows what was found.'
    else:
        known, otherwise = _POSTGRESQL_ADVICE, "Check that the server runs and MILHENA_STORE_URL."
    advice = next((advice for sign, advice in known if sign in reason), otherwise)
    # libpq repeats its reason for every address it tried; the first says it all.
    raise StoreError(
        f"the store at {_shown(url)} failed: {reason.splitlines()[0].rstrip('.')}. {advice}"
    ) from error
