"""Keeping the store up to date on a schedule: behind a server, or in a command of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from core.errors import MilhenaError
from persistence.sync_report import SyncReport

log = logging.getLogger("milhena.sync")

Told = Callable[[SyncReport | MilhenaError], None]


async def keep_up(
    synchronise: Callable[[], Awaitable[SyncReport]],
    *,
    every_s: float,
    stop: asyncio.Event,
    told: Told,
) -> None:
    """Synchronise, wait *every_s* seconds, and so on until *stop* is set.

    *told* hears of every sync, and of every one that failed: the next one tries again.
    """
    while not stop.is_set():
        try:
            told(await synchronise())
        except MilhenaError as error:
            told(error)
        try:
            async with asyncio.timeout(every_s):
                await stop.wait()
        except TimeoutError:
            continue


@asynccontextmanager
async def kept_up(
    synchronise: Callable[[], Awaitable[SyncReport]], *, every_s: float | None
) -> AsyncIterator[None]:
    """Keep up in the background for the block; None or 0: not at all.

    At the end of the block no further sync begins; who closes the databases ends a running one.
    """
    if not every_s:
        yield
        return
    stop = asyncio.Event()
    trouble: str | None = None

    def told(result: SyncReport | MilhenaError) -> None:
        nonlocal trouble
        if isinstance(result, SyncReport):
            if trouble is not None:
                log.info("n8n can be read again.")
            trouble = None
        elif trouble != str(result):  # said once, however often it is met
            trouble = str(result)
            log.warning("%s", trouble)

    task = asyncio.create_task(keep_up(synchronise, every_s=every_s, stop=stop, told=told))
    try:
        yield
    finally:
        stop.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
