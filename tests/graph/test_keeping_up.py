"""The store is kept up to date on a schedule, whatever goes wrong in between."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import SourceError
from core.settings import Settings
from graph.databases import Databases
from graph.keeping_up import kept_up
from persistence.demo import make_demo_database
from persistence.store import Store
from tests.graph.conftest import NOW


async def until(store: Store, least: int) -> int:
    """Wait until the store has copied up to the execution *least*."""
    deadline = time.monotonic() + 20
    while True:
        state = await asyncio.to_thread(store.state)
        if state is not None and state.caught_up and state.last_execution_id >= least:
            return state.last_execution_id
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def test_what_is_new_is_copied_without_a_question(tmp_path: Path) -> None:
    file = tmp_path / "n8n.sqlite"
    make_demo_database(file, now=NOW, days=2, scale=0.2)
    databases = Databases(Settings(home=tmp_path / "home", n8n_url=str(file)))
    try:
        async with kept_up(databases.synchronise, every_s=0.05):
            deadline = time.monotonic() + 20
            while databases.store is None:
                assert time.monotonic() < deadline
                await asyncio.sleep(0.05)
            last = await until(databases.store, 1)
            with closing(sqlite3.connect(file)) as n8n, n8n:
                n8n.execute(
                    'INSERT INTO execution_entity ("workflowId", finished, mode, status, '
                    '"createdAt", "startedAt", "stoppedAt") SELECT "workflowId", 1, mode, status, '
                    '"createdAt", "startedAt", "stoppedAt" FROM execution_entity '
                    "WHERE status = 'success' LIMIT 1"
                )
            assert await until(databases.store, last + 1) == last + 1
        before = asyncio.all_tasks()
        await asyncio.sleep(0.2)
        assert all(task.done() for task in before - {asyncio.current_task()}), "it has ended"
    finally:
        await databases.close()


async def test_a_trouble_is_said_once_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    tried = asyncio.Semaphore(0)

    async def fails() -> None:
        tried.release()
        raise SourceError("n8n's database is not there")

    with caplog.at_level(logging.INFO, logger="milhena.sync"):
        async with kept_up(fails, every_s=0.01):  # type: ignore[arg-type]  # it never returns
            for _ in range(5):
                await tried.acquire()
    assert [record.message for record in caplog.records] == ["n8n's database is not there"]


async def test_without_a_schedule_nothing_is_copied() -> None:
    async with kept_up(None, every_s=None):  # type: ignore[arg-type]  # it is never called
        assert asyncio.all_tasks() == {asyncio.current_task()}
