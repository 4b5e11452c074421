"""Locks that one process at a time holds, and that a killed process cannot leave behind."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, func, select

MIGRATION_WAIT_S = 60.0


@contextmanager
def exclusively(connection: Connection, purpose: str, *, wait_s: float = 0.0) -> Iterator[bool]:
    """Hold the lock called *purpose* of the store behind *connection* for the block.

    Gives False, and holds nothing, where somebody else had it for all of *wait_s* seconds
    (PostgreSQL: any wait is unlimited).
    """
    if connection.dialect.name == "sqlite":
        with _beside_the_file(str(connection.engine.url.database), purpose, wait_s) as held:
            yield held
    else:
        with _on_the_server(connection, purpose, wait=wait_s > 0) as held:
            yield held


@contextmanager
def _beside_the_file(path: str, purpose: str, wait_s: float) -> Iterator[bool]:
    # A lock on an empty SQLite file: the same on every system, and gone with its process.
    # The store itself cannot serve: a transaction held for the whole block would keep
    # others from writing, and every batch of a sync is a transaction of its own.
    holder = sqlite3.connect(f"{path}.{purpose}-lock", timeout=wait_s, isolation_level=None)
    try:
        try:
            holder.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
            yield False
            return
        yield True
    finally:
        holder.close()


def is_busy(error: sqlite3.Error) -> bool:
    """Whether somebody else holds the file just now."""
    # The lower byte; the rest says more exactly why.
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


@contextmanager
def _on_the_server(connection: Connection, purpose: str, *, wait: bool) -> Iterator[bool]:
    digest = hashlib.sha256(f"milhena {purpose}".encode()).digest()
    key = int.from_bytes(digest[:8], "big", signed=True)
    if wait:
        connection.execute(select(func.pg_advisory_lock(key)))
        held = True
    else:
        held = bool(connection.scalar(select(func.pg_try_advisory_lock(key))))
    connection.commit()
    try:
        yield held
    finally:
        # A lost connection has let go of its locks already.
        if held and not connection.invalidated and not connection.closed:
            connection.rollback()
            connection.execute(select(func.pg_advisory_unlock(key)))
            connection.commit()
