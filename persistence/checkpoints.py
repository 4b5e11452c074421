"""Where conversations are kept between questions: LangGraph's own checkpointers."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from core.errors import StoreError
from persistence.tables import SCHEMA

CONVERSATIONS_FILE = "conversations.sqlite"


@asynccontextmanager
async def open_checkpointer(home: Path, store_url: str | None) -> AsyncIterator[Any]:
    """Yield the checkpointer: in the team's PostgreSQL where one is set, else a file in *home*.

    :raises StoreError: it cannot be opened or made.
    """
    if store_url and make_url(store_url).get_backend_name() == "postgresql":
        async with _postgres(store_url) as saver:
            yield saver
        return
    async with _sqlite(home / CONVERSATIONS_FILE) as saver:
        yield saver


@asynccontextmanager
async def _sqlite(path: Path) -> AsyncIterator[Any]:
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        opened = AsyncSqliteSaver.from_conn_string(str(path))
        saver = await opened.__aenter__()
        await saver.setup()
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"conversations cannot be kept in {path}: {error}. "
            "Set MILHENA_HOME to a folder that may be written."
        ) from None
    try:
        yield saver
    finally:
        await opened.__aexit__(None, None, None)


@asynccontextmanager
async def _postgres(store_url: str) -> AsyncIterator[Any]:
    import psycopg
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
    from psycopg.rows import dict_row
    from psycopg_pool import AsyncConnectionPool

    url = make_url(store_url).set(drivername="postgresql")
    pool = AsyncConnectionPool(
        url.render_as_string(hide_password=False),
        min_size=1,
        max_size=4,
        open=False,
        check=AsyncConnectionPool.check_connection,
        kwargs={
            "autocommit": True,
            "prepare_threshold": 0,
            "row_factory": dict_row,
            "options": f"-c search_path={SCHEMA}",
        },
    )
    try:
        await pool.open(wait=True, timeout=10)
        async with pool.connection() as connection:
            await connection.execute(f"create schema if not exists {SCHEMA}")
        saver = AsyncPostgresSaver(pool)  # type: ignore[arg-type]  # rows are dicts, as it wants
        await saver.setup()
    except (OSError, psycopg.Error) as error:
        await pool.close()
        shown = url.render_as_string(hide_password=True)
        raise StoreError(
            f"conversations cannot be kept in {shown}: {type(error).__name__}. "
            "Is MILHENA_STORE_URL right, and may its role create tables?"
        ) from None
    try:
        yield saver
    finally:
        await pool.close()
