"""Where conversations are kept between questions: LangGraph's own checkpointers.

A thread's newest checkpoint holds its last turns, so older ones are deleted as new ones come.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from core.errors import StoreError
from persistence.exclusive import is_busy
from persistence.store import Store, store_address
from persistence.tables import SCHEMA

CONVERSATIONS_FILE = "conversations.sqlite"
CONNECT_TIMEOUT_S = 10
SETUP_WAIT_S = 10.0
LOCK_WAIT_S = 2.0
"""So long a question waits for a file that another process writes."""

_LOCK = 0x6D696C68656E61
"""Key of the server's lock that is held while the tables are made."""


class Conversations(ABC):
    """A checkpointer and what else a thread's owner may wish of it."""

    def __init__(self, checkpointer: Any, place: str) -> None:
        self.checkpointer = checkpointer
        self._place = place

    async def keep_only_the_newest(self, thread_id: str) -> None:
        """Delete all checkpoints of *thread_id* but the last.

        :raises StoreError: they cannot be written.
        """
        try:
            await self._prune(thread_id)
        except storage_errors() as error:
            await self.give_up()
            raise self.trouble(error) from None

    @abstractmethod
    async def _prune(self, thread_id: str) -> None: ...

    async def give_up(self) -> None:  # noqa: B027  # nothing to let go of by default
        """Let go of what a write that failed has left half done."""

    def trouble(self, error: Exception) -> StoreError:
        """The `StoreError` that says what *error* means for conversations."""
        return StoreError(
            f"the conversation cannot be kept in {self._place}: {error}. "
            'Ask without --thread, or see "agent-cli doctor".'
        )


class _SqliteConversations(Conversations):
    async def _prune(self, thread_id: str) -> None:
        connection = self.checkpointer.conn
        async with self.checkpointer.lock:  # all threads share the connection
            for table in ("writes", "checkpoints"):
                await connection.execute(
                    f"DELETE FROM {table} WHERE thread_id = ? AND checkpoint_id < "  # noqa: S608  # names of ours
                    "(SELECT max(checkpoint_id) FROM checkpoints WHERE thread_id = ?)",
                    (thread_id, thread_id),
                )
            await connection.commit()

    async def give_up(self) -> None:
        """Let go of what a write that failed has left half done."""
        # A transaction that stays open sees an old state for ever, and so can never write again.
        async with self.checkpointer.lock:
            with suppress(sqlite3.Error):
                await self.checkpointer.conn.rollback()


class _PostgresConversations(Conversations):
    async def _prune(self, thread_id: str) -> None:
        async with self.checkpointer.conn.connection() as connection, connection.transaction():
            for table in ("checkpoint_writes", "checkpoints"):
                await connection.execute(
                    f"DELETE FROM {table} WHERE thread_id = %s AND checkpoint_id < "  # noqa: S608  # names of ours
                    "(SELECT max(checkpoint_id) FROM checkpoints WHERE thread_id = %s)",
                    (thread_id, thread_id),
                )
            await connection.execute(
                "DELETE FROM checkpoint_blobs AS old WHERE thread_id = %s AND NOT EXISTS ("
                "SELECT FROM checkpoints AS kept, "
                "jsonb_each_text(kept.checkpoint -> 'channel_versions') AS version "
                "WHERE kept.thread_id = old.thread_id AND version.key = old.channel "
                "AND version.value = old.version)",
                (thread_id,),
            )


def storage_errors() -> tuple[type[Exception], ...]:
    """What a checkpointer raises when its database fails."""
    psycopg = sys.modules.get("psycopg")  # not imported where no PostgreSQL is used
    pool = sys.modules.get("psycopg_pool")
    return (
        sqlite3.Error,
        OSError,
        *((psycopg.Error,) if psycopg else ()),
        *((pool.PoolTimeout,) if pool else ()),
    )


@asynccontextmanager
async def open_conversations(home: Path, store_url: str | None) -> AsyncIterator[Conversations]:
    """Yield the conversations: in the team's PostgreSQL where one is set, else a file in *home*.

    :raises StoreError: they cannot be opened or made.
    """
    url = store_address(store_url) if store_url else None
    if url is not None and url.get_backend_name() == "postgresql":
        # Opening the store makes its schema, or says in a sentence why it cannot.
        store = await asyncio.to_thread(Store.open, store_url or "", pool_size=1)
        store.close()
        async with _postgres(url) as conversations:
            yield conversations
        return
    async with _sqlite(home / CONVERSATIONS_FILE) as conversations:
        yield conversations


@asynccontextmanager
async def _sqlite(path: Path) -> AsyncIterator[Conversations]:
    import aiosqlite
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Made here, so that what people asked is its owner's to read.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = await aiosqlite.connect(path, timeout=LOCK_WAIT_S)
    except (OSError, sqlite3.Error) as error:
        raise _unusable(path, error) from None
    try:
        saver = AsyncSqliteSaver(connection)
        try:
            await _set_up(saver)
        except sqlite3.Error as error:
            raise _unusable(path, error) from None
        yield _SqliteConversations(saver, str(path))
    finally:
        await connection.close()


async def _set_up(saver: Any) -> None:
    """Make the tables; where another process makes them just now, wait for it."""
    deadline = time.monotonic() + SETUP_WAIT_S
    while True:
        try:
            return await saver.setup()  # type: ignore[no-any-return]  # it returns None
        except sqlite3.OperationalError as error:
            # SQLite does not wait for its turn to change the journal, but gives up at once.
            if not is_busy(error) or time.monotonic() > deadline:
                raise
        await asyncio.sleep(0.01)


def _unusable(path: Path, error: Exception) -> StoreError:
    return StoreError(
        f"conversations cannot be kept in {path}: {error}. "
        "Set MILHENA_HOME to a folder that may be written."
    )


@asynccontextmanager
async def _postgres(url: URL) -> AsyncIterator[Conversations]:
    import psycopg
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
    from psycopg.rows import dict_row
    from psycopg_pool import AsyncConnectionPool, PoolTimeout

    # What the pool would log is in the error that follows.
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
    address = url.set(drivername="postgresql")
    own = url.query.get("options")
    options = f"-c search_path={SCHEMA}"
    pool = AsyncConnectionPool(
        address.render_as_string(hide_password=False),
        min_size=1,
        max_size=4,
        open=False,
        timeout=CONNECT_TIMEOUT_S,
        check=AsyncConnectionPool.check_connection,
        kwargs={
            "autocommit": True,
            "prepare_threshold": 0,
            "row_factory": dict_row,
            "options": f"{own} {options}" if isinstance(own, str) else options,
        },
    )
    shown = address.render_as_string(hide_password=True)
    try:
        await pool.open(wait=True, timeout=CONNECT_TIMEOUT_S)
        saver = AsyncPostgresSaver(pool)  # type: ignore[arg-type]  # rows are dicts, as it wants
        async with _alone(pool):
            await saver.setup()
    except (OSError, psycopg.Error, PoolTimeout) as error:
        await pool.close()
        raise StoreError(
            f"conversations cannot be kept in {shown}: {error}. "
            "Is MILHENA_STORE_URL right, and may its role create tables?"
        ) from None
    try:
        yield _PostgresConversations(saver, shown)
    finally:
        await pool.close()


@asynccontextmanager
async def _alone(pool: Any) -> AsyncIterator[None]:
    """Let one process at a time make the tables: two that do collide.

    The lock is asked for again and again: a statement that waits for it would keep the other's
    indexes, which wait for every statement, from being made.
    """
    deadline = time.monotonic() + SETUP_WAIT_S
    async with pool.connection() as connection:
        while True:
            held = await connection.execute("SELECT pg_try_advisory_lock(%s) AS held", (_LOCK,))
            if (await held.fetchone())["held"] or time.monotonic() > deadline:
                break
            await asyncio.sleep(0.05)
        try:
            yield
        finally:
            await connection.execute("SELECT pg_advisory_unlock_all()")
