"""Reaching n8n's database without ever being able to change it.

SQLite is opened read-only, in short autocommitted reads, as a reader that lingers makes n8n fail.
SQLite's backup API is not used for a first load: in one step it locks n8n out of a
rollback-journal file for as long as copying all of it takes (``benchmarks/beside_sqlite.py``
measures both), and in small steps it begins anew whenever n8n writes, so that it may never end.
PostgreSQL is read in sessions whose transactions are read-only. What goes wrong becomes a
`SourceError` with one sentence: what happened, to which value, what to do.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Hashable
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, Literal, Protocol
from urllib.parse import quote, unquote

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from core.errors import (
    SourceError,
    SourceForbidden,
    SourceLocked,
    SourceNotN8n,
    SourceUnreachable,
)

Dialect = Literal["sqlite", "postgresql"]

_WHICH_FILE = "Set MILHENA_N8N_URL to the file that n8n writes, usually ~/.n8n/database.sqlite"
_SECRET_PARAMETERS = ("password", "sslpassword", "passfile", "sslkey")


class Connections(Protocol):
    """A pool of read-only connections to one database."""

    dialect: Dialect
    url: str
    """Without its password."""
    place: str
    """Which database it is, however one connects to it: the same for every user and option."""
    engine: Engine

    def before_read(self) -> None:
        """Check what must hold before a read; drop connections that are out of date.

        :raises SourceError: the database is not there any more.
        """

    def change_token(self) -> Hashable | None:
        """A value that stays the same only while nobody writes; None where that is not known."""

    def explain(self, error: DBAPIError | PoolTimeout) -> SourceError:
        """The `SourceError` that says what *error* means."""


def connect(
    url: str, *, pool_size: int, patience_s: float, statement_timeout_s: float
) -> Connections:
    """Return connections for *url*; nothing is opened yet, but a SQLite file must be there.

    :raises SourceError: the URL cannot be used, or there is no such file.
    """
    address = _read_address(url)
    if isinstance(address, Path):
        return SqliteConnections(address, pool_size=pool_size, patience_s=patience_s)
    return PostgresConnections(
        address,
        pool_size=pool_size,
        patience_s=patience_s,
        statement_timeout_s=statement_timeout_s,
    )


def place_of(url: str) -> tuple[Dialect, str]:
    """Return the kind of database at *url* and its ``place``, without looking whether it is there.

    :raises SourceError: the URL cannot be used.
    """
    address = _read_address(url)
    if isinstance(address, Path):
        return "sqlite", str(address)
    return "postgresql", _postgres_place(address)


def _read_address(url: str) -> Path | URL:
    """The file, or the PostgreSQL address, that *url* means."""
    text = url.strip()
    if not text:
        raise SourceError(
            f"The address of n8n's database is empty. {_WHICH_FILE}, or to its "
            "postgresql:// address."
        )
    scheme, separator, rest = text.partition("://")
    scheme = scheme.lower()
    if not separator:
        return _existing(text)
    kind = scheme.split("+")[0]
    if kind in ("postgresql", "postgres"):
        return _postgres_address(scheme, rest)
    if kind == "sqlite":
        # Three slashes begin a relative path, four an absolute one; many mean the latter by three.
        return _existing(rest.removeprefix("/"), or_else=rest)
    raise SourceError(
        f"MILHENA_N8N_URL begins with {scheme!r}://, which n8n does not use: take "
        "sqlite:///path, a bare path, or postgresql://user:password@host:5432/database.",
        url=f"{scheme}://…",
    )


# --- SQLite ----------------------------------------------------------------------------------


def _existing(text: str, *, or_else: str = "") -> Path:
    """The file that *text* names: as written, or else percent-decoded, or without "?options"."""
    if text in ("", ":memory:"):
        raise SourceUnreachable(
            f"A SQLite database in memory holds nothing of n8n's. {_WHICH_FILE}.", url=text
        )
    bare = text.split("?", 1)[0]
    for candidate in dict.fromkeys((text, unquote(text), bare, unquote(bare), or_else)):
        try:
            path = Path(candidate).expanduser()
            if candidate and path.exists():
                return path.resolve()
        except (OSError, ValueError, RuntimeError):  # too long, a NUL, no home, not permitted
            continue
    try:
        return Path(text).expanduser().resolve()
    except (OSError, ValueError, RuntimeError):
        return Path(text)


class _ReadOnlyConnection(sqlite3.Connection):
    immutable = False
    """Opened on the promise that nobody writes: good for one read."""


class SqliteConnections:
    """Read-only connections to a SQLite file."""

    dialect: Dialect = "sqlite"

    def __init__(self, path: Path, *, pool_size: int, patience_s: float) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"
        self.place = str(path)
        self._patience_s = patience_s
        self._file = self._checked_file()
        self._watching: _ReadOnlyConnection | None = None
        self._watched: tuple[int, tuple[int, int]] = (0, self._file)
        self._watch_lock = Lock()
        self.engine = create_engine(
            "sqlite://",
            creator=self._open,
            poolclass=QueuePool,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=max(2.0, patience_s),
            isolation_level="AUTOCOMMIT",
        )

    def before_read(self) -> None:
        """Look whether the file is there and still the same one."""
        file = self._checked_file()
        if file != self._file:  # restored from a backup: the pool still holds the old file
            self._file = file
            self.engine.dispose()

    def change_token(self) -> Hashable | None:
        """A value that stays the same only while nobody writes the file; None if not known.

        SQLite tells one connection that another has written, by reading one page: asking costs
        microseconds, where a look at the tables costs milliseconds.
        """
        with self._watch_lock:
            try:
                file = self._checked_file()
                opened, watched_file = self._watched
                if self._watching is None or watched_file != file:
                    self._forget_watch()
                    self._watching = self._open()
                    self._watched = (opened + 1, file)
                if self._watching.immutable:
                    return None
                (version,) = self._watching.execute("PRAGMA data_version").fetchone()
            except (sqlite3.Error, SourceError):
                self._forget_watch()
                return None  # the read that follows says what is wrong
            return (*self._watched, version)

    def stop_watching(self) -> None:
        """Close the connection that `change_token` asks."""
        with self._watch_lock:
            self._forget_watch()

    def _forget_watch(self) -> None:
        if self._watching is not None:
            self._watching.close()
            self._watching = None

    def keep_only_safe(self, connection: Connection) -> None:
        """Let *connection* go back to the pool only if it notices what others write."""
        driver = connection.connection.dbapi_connection
        if isinstance(driver, _ReadOnlyConnection) and driver.immutable:
            connection.detach()

    def writable(self) -> bool:
        """Whether this user could write the file."""
        return os.access(self.path, os.W_OK)

    def _checked_file(self) -> tuple[int, int]:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            raise self._error(
                SourceUnreachable, f"There is no file {self.path}", _WHICH_FILE
            ) from None
        except PermissionError:
            raise self._forbidden() from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise self._error(
                SourceUnreachable, f"{str(self.path)!r} cannot be opened ({reason})", _WHICH_FILE
            ) from None
        if stat.S_ISDIR(found.st_mode):
            raise self._error(
                SourceUnreachable, f"{self.path} is a folder, not a file", _WHICH_FILE
            )
        if not stat.S_ISREG(found.st_mode):
            raise self._error(SourceNotN8n, f"{self.path} is not a database file", _WHICH_FILE)
        if not os.access(self.path, os.R_OK):
            raise self._forbidden()
        if found.st_size == 0:
            raise self._error(SourceNotN8n, f"The file {self.path} is empty", _WHICH_FILE)
        return found.st_dev, found.st_ino

    def _open(self) -> _ReadOnlyConnection:
        try:
            return self._open_as("mode=ro")
        except sqlite3.OperationalError as error:
            # A WAL database whose -shm file is gone needs one; in a folder that we may not write
            # it can only be read as immutable, which is wrong while a -wal file holds changes.
            code = _primary_code(error)
            if code not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                raise
            if self._has_wal() or os.access(self.path.parent, os.W_OK):
                raise
        connection = self._open_as("mode=ro&immutable=1")
        connection.immutable = True
        return connection

    def _open_as(self, mode: str) -> _ReadOnlyConnection:
        connection = sqlite3.connect(
            f"file:{quote(os.fsencode(self.path))}?{mode}",
            uri=True,
            timeout=self._patience_s,
            isolation_level=None,
            check_same_thread=False,
            factory=_ReadOnlyConnection,
        )
        try:
            # A text that is not UTF-8 costs its own row something, not the whole read.
            connection.text_factory = partial(str, encoding="utf-8", errors="replace")
            connection.execute("PRAGMA query_only = ON")
            # Opening is lazy: the first look at the schema tells whether it can be read.
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except BaseException:
            connection.close()
            raise
        return connection

    def _has_wal(self) -> bool:
        return self.path.with_name(f"{self.path.name}-wal").exists()

    def explain(self, error: DBAPIError | PoolTimeout) -> SourceError:
        """The `SourceError` that says what *error* means."""
        if isinstance(error, PoolTimeout):
            return self._error(SourceLocked, f"All connections to {self.path} are in use",
                               "Try again, or raise MILHENA_POOL_SIZE")  # fmt: skip
        cause = error.orig
        match _primary_code(cause):
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                return self._error(
                    SourceLocked,
                    f"{self.path} stayed locked for {self._patience_s:g} seconds",
                    "Another program is writing it: try again in a moment",
                )
            case sqlite3.SQLITE_NOTADB:
                return self._error(
                    SourceNotN8n, f"{self.path} is not a SQLite database", _WHICH_FILE
                )
            case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_FORMAT:
                return self._error(
                    SourceError,
                    f"The database {self.path} is damaged ({cause})",
                    'Check it with "PRAGMA integrity_check", or read a copy made by ".backup"',
                )
            case sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
                return self._forbidden()
            case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY if self._has_wal():
                return self._error(
                    SourceForbidden,
                    f"{self.path} has changes waiting in its -wal file, which this user "
                    "cannot open",
                    "Give this user the right to write the folder, or read a copy made by "
                    '".backup"',
                )
        return self._error(SourceError, f"{self.path} cannot be read ({cause})", _WHICH_FILE)

    def _forbidden(self) -> SourceError:
        return self._error(
            SourceForbidden,
            f"This user may not read {self.path}",
            f'Give it the right to, for example with "chmod o+r {self.path}"',
        )

    def _error(self, kind: type[SourceError], what: str, advice: str) -> SourceError:
        return kind(f"{what}. {advice}.", url=self.url)


def _primary_code(error: BaseException | None) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


# --- PostgreSQL ------------------------------------------------------------------------------


class PostgresConnections:
    """Connections to PostgreSQL whose transactions are read-only."""

    dialect: Dialect = "postgresql"

    def __init__(
        self, url: URL, *, pool_size: int, patience_s: float, statement_timeout_s: float
    ) -> None:
        self.user = url.username or ""
        self._server = _server_of(url)
        self._database = url.database or url.username or ""
        self.url = _without_password(url)
        self.place = _postgres_place(url)
        self._patience_s = patience_s
        self._statement_timeout_s = statement_timeout_s
        options = (
            "-c default_transaction_read_only=on"
            f" -c statement_timeout={int(statement_timeout_s * 1000)}"
            f" -c lock_timeout={int(patience_s * 1000)}"
            " -c timezone=UTC -c datestyle=ISO"
        )
        own = url.query.get("options")
        arguments: dict[str, Any] = {
            "options": f"{own} {options}" if isinstance(own, str) else options,
            "application_name": "milhena",
            # One prepared statement per connection would be all that is gained.
            "prepare_threshold": None,
        }
        if "connect_timeout" not in url.query:
            arguments["connect_timeout"] = max(2, round(patience_s))
        self.engine = create_engine(
            url.difference_update_query(["options"]),
            connect_args=arguments,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=max(2.0, patience_s),
            pool_pre_ping=True,
            isolation_level="AUTOCOMMIT",
            use_native_hstore=False,
        )

    def before_read(self) -> None:
        """Nothing to check: the pool tests every connection that it hands out."""

    def change_token(self) -> Hashable | None:
        """None: PostgreSQL has nothing that tells this and that a reader may ask."""
        return None

    def explain(self, error: DBAPIError | PoolTimeout) -> SourceError:
        """The `SourceError` that says what *error* means."""
        if isinstance(error, PoolTimeout):
            return self._error(SourceLocked, f"All connections to {self.url} are in use",
                               "Try again, or raise MILHENA_POOL_SIZE")  # fmt: skip
        cause = error.orig
        state = getattr(cause, "sqlstate", None) or ""
        said = " ".join(str(cause).split())
        low = said.lower()
        if state == "57014":
            return self._error(
                SourceUnreachable,
                f"{self.url} took longer than {self._statement_timeout_s:g} seconds to answer",
                "Try again when the server is less busy",
            )
        if state == "55P03":
            return self._error(
                SourceLocked,
                f"A table of {self.url} stayed locked for {self._patience_s:g} seconds",
                "n8n may be upgrading its tables: try again in a moment",
            )
        if state.startswith("28") or any(
            words in low for words in ("password authentication failed", "no password supplied",
                                       "no pg_hba.conf entry", "authentication failed")
        ) or ("role" in low and "does not exist" in low):  # fmt: skip
            return self._error(
                SourceForbidden,
                f"{self._server} refused the user {self.user!r} ({_first_reason(said)})",
                "Check user and password in MILHENA_N8N_URL",
            )
        if state == "3D000" or ("database" in low and "does not exist" in low):
            return self._error(
                SourceUnreachable,
                f"{self._server} has no database {self._database!r}",
                "Check the name after the last / of MILHENA_N8N_URL",
            )
        if state == "42501":
            return self._error(
                SourceForbidden,
                f"The role {self.user!r} may not read {self.url} ({_first_reason(said)})",
                "Grant it SELECT on n8n's tables",
            )
        if state == "53300" or "too many" in low:
            return self._error(
                SourceUnreachable,
                f"{self._server} takes no more connections ({_first_reason(said)})",
                "Lower MILHENA_POOL_SIZE, or raise max_connections on the server",
            )
        if "startup parameter" in low:
            return self._error(
                SourceUnreachable,
                f"A connection pooler at {self._server} does not let sessions be read-only",
                "Use PostgreSQL's own port in MILHENA_N8N_URL",
            )
        if any(words in low for words in ("resolve host", "translate host", "name or service")):
            return self._error(
                SourceUnreachable,
                f"No server is known by the name of {self._server}",
                "Check the host in MILHENA_N8N_URL",
            )
        if "timeout" in low or "timed out" in low:
            return self._error(
                SourceUnreachable,
                f"{self._server} did not answer in time",
                "Check host and port in MILHENA_N8N_URL, and any firewall between",
            )
        if not state or error.connection_invalidated:
            return self._error(
                SourceUnreachable,
                f"No PostgreSQL server answers at {self._server} ({_first_reason(said)})",
                "Check host and port in MILHENA_N8N_URL, and that the server runs",
            )
        return self._error(SourceError, f"{self.url} cannot be read ({_first_reason(said)})",
                           'Run "agent-cli doctor"')  # fmt: skip

    def _error(self, kind: type[SourceError], what: str, advice: str) -> SourceError:
        return kind(f"{what}. {advice}.", url=self.url)


def _postgres_address(scheme: str, rest: str) -> URL:
    if scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise SourceError(
            f"MILHENA_N8N_URL begins with {scheme!r}://, a driver that Milhena does not "
            "have: begin it with postgresql://.",
            url=f"{scheme}://…",
        )
    try:
        return make_url(f"postgresql+psycopg://{rest}")
    except (ArgumentError, ValueError):
        # What follows may hold a password in a place that nobody can tell: it is not shown.
        raise SourceError(
            "MILHENA_N8N_URL is no valid PostgreSQL address: it has the form "
            "postgresql://user:password@host:5432/database, with %40 for an @ in the password.",
            url=f"{scheme}://…",
        ) from None


def _server_of(url: URL) -> str:
    host = url.host or _parameter(url, "host") or "the local socket"
    return f"{host}:{url.port or _parameter(url, 'port') or 5432}"


def _postgres_place(url: URL) -> str:
    return f"postgresql://{_server_of(url)}/{url.database or url.username or ''}"


def _parameter(url: URL, name: str) -> str:
    value = url.query.get(name, "")
    return value if isinstance(value, str) else ",".join(value)


def _without_password(url: URL) -> str:
    shown = url.set(drivername="postgresql").difference_update_query(_SECRET_PARAMETERS)
    return URL.create(
        "postgresql", shown.username, None, shown.host, shown.port, shown.database, shown.query
    ).render_as_string()


def _first_reason(said: str) -> str:
    """The server's own words, without what the driver says around them."""
    for mark in ("FATAL: ", "ERROR: "):
        said = said.rpartition(mark)[2] if mark in said else said
    return said.split(" LINE 1:")[0].split(" Multiple connection attempts")[0][:200].strip(" .")
