"""Copying n8n from the command line: once, with a progress bar, or for ever, on a schedule."""

from __future__ import annotations

import asyncio
import signal
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from core.errors import MilhenaError, SettingsError
from terminal.output import note
from terminal.progress import progress_bar

if TYPE_CHECKING:
    from core.settings import Settings
    from persistence.sync_report import SyncReport


def synchronise(settings: Settings, *, rebuild: bool = False) -> SyncReport:
    """Copy what is new, with a progress bar; Ctrl-C stops between two batches.

    :param rebuild: sum all days and months anew, too.
    :raises SourceError, StoreError: what the databases say.
    """
    from graph.assistant import Assistant
    from persistence.sync_report import SyncProgress, SyncStopped

    stopping = threading.Event()
    with progress_bar("Reading n8n") as advance, asyncio.Runner() as runner:

        def report(step: SyncProgress) -> None:
            if stopping.is_set():
                raise SyncStopped
            advance(step.done, step.total)

        assistant = runner.run(Assistant.open(settings))
        try:
            return runner.run(assistant.synchronise(progress=report, rebuild=rebuild))
        except KeyboardInterrupt:
            stopping.set()  # the worker thread ends with its batch; the loop waits for it
            note('stopped; what was read is kept: "agent-cli sync" goes on from there')
            raise
        finally:
            runner.run(assistant.close())


def watch(settings: Settings, *, every_s: float) -> None:
    """Copy what is new every *every_s* seconds until SIGTERM or Ctrl-C; says what it finds.

    What goes wrong is said once, and tried again.
    """
    asyncio.run(_watch(settings, every_s))


async def _watch(settings: Settings, every_s: float) -> None:
    from graph.assistant import Assistant
    from graph.keeping_up import keep_up

    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # not on every system: there Ctrl-C raises
            break
    said: set[str] = set()

    def told(result: SyncReport | MilhenaError) -> None:
        nonlocal said
        lines = {f"error: {result}"} if isinstance(result, MilhenaError) else set(_news(result))
        for line in sorted(lines - said):
            note(line)
        said = lines

    note(f"copying what is new every {every_s:g} s; Ctrl-C ends it")
    async with await Assistant.open(settings) as assistant:
        watching = asyncio.create_task(
            keep_up(assistant.synchronise, every_s=every_s, stop=stop, told=told)
        )
        stopped = asyncio.create_task(stop.wait())
        # A running sync ends with its batch, when the databases are closed.
        await asyncio.wait({watching, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        watching.cancel()
        await asyncio.gather(watching, stopped, return_exceptions=True)
    note("ended; everything that was read is kept")


def _news(report: SyncReport) -> list[str]:
    found = [f"note: {sentence}" for sentence in report.told()]
    if report.changed:
        moment = f"{report.synced_at.astimezone():%H:%M:%S}"
        found.append(f"{moment}  {report.changed:,} executions new or changed")
    return found


def prune(settings: Settings) -> int:
    """Blank the contents of mails older than the setting says; how many rows lost a text.

    :raises SettingsError: no number of days is set.
    :raises StoreError: the store cannot be written.
    """
    from graph.databases import Databases
    from persistence.retention import prune_contents

    if settings.content_days is None:
        raise SettingsError(
            "MILHENA_CONTENT_DAYS is not set, so contents are kept for ever: set it to the "
            "number of days after which the texts of e-mails are to go",
            setting="MILHENA_CONTENT_DAYS",
        )

    async def run(before: datetime) -> int:
        databases = Databases(settings)
        try:
            try:
                source = await databases.open_source(settings.refresh_budget_s)
            except MilhenaError:
                source = None  # the store that was last used is pruned all the same
            store = await databases.open_store(source)
            return await asyncio.to_thread(prune_contents, store, before=before) if store else 0
        finally:
            await databases.close()

    return asyncio.run(run(datetime.now(UTC) - timedelta(days=settings.content_days)))
