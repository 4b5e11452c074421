"""The two databases of a process: n8n's, only read, and our store of it, kept up to date.

Both are opened when a question first needs them. A database that does not answer costs a question
its patience and never the event loop: whatever may block runs in a worker thread, and what is not
there in time is told.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, TypeVar

from core.errors import SourceError, SourceUnreachable, StoreError
from core.settings import Settings
from graph.state import Freshness
from persistence.read_ahead import ReadAhead
from persistence.recorded_metrics import AtHand, what_is_at_hand
from persistence.store import (
    KnownProcess,
    Store,
    SyncState,
    embedded_store_url,
    latest_embedded_store,
)
from persistence.sync import synchronise
from persistence.sync_report import ANOTHER_SYNC, SyncProgress, SyncReport, SyncStopped

if TYPE_CHECKING:
    from persistence.n8n.source import N8nSource

Found = TypeVar("Found")

FIRST_LOAD_ROWS = 20_000
"""An n8n with more executions than this is first loaded by `agent-cli sync`; a smaller one by
the first question, which waits up to `FIRST_LOAD_S` rather than say that it knows nothing."""
FIRST_LOAD_S = 15.0
SYNC_BATCH = 500
REFRESH_BATCH = 200
"""Executions in one transaction while a question waits: small, so that it sees what is done."""
FAILURE_REMEMBERED_S = 10.0
"""So long after n8n could not be opened no question tries again."""
OPENING_S = 30.0
"""How long `synchronise` waits for n8n: long enough for the server's own timeouts to speak."""
OPENING_AT_LEAST_S = 0.5
"""A question waits so long for n8n to be opened even where it is not to wait for new records."""
LISTING_S = 5.0
"""How long a question waits for the names of n8n's processes, while the store has none."""


@dataclass(frozen=True)
class _Failure:
    """Why n8n could not be opened, how long that was waited for, and until when it is believed."""

    until: float
    waited_s: float
    error: SourceError


class Databases:
    """n8n's database and our store of it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.store: Store | None = None
        """Our store, once `open_store` has opened it."""
        self._store_lock = asyncio.Lock()
        self._source: N8nSource | None = None
        self._opening: asyncio.Future[N8nSource] | None = None
        self._failure: _Failure | None = None
        self._syncing: asyncio.Task[SyncReport] | None = None
        self._copying: set[asyncio.Future[SyncReport]] = set()
        self._settled: tuple[Hashable, int, SyncState | None] | None = None
        self._known: tuple[int, Sequence[KnownProcess]] | None = None
        self._at_hand: AtHand | None = None
        self._read_ahead = ReadAhead(**_opening(settings))
        self._closing = Event()

    @property
    def configured(self) -> bool:
        """Whether there is anything that could hold data."""
        return bool(self._settings.n8n_url or self._settings.store_url)

    # --- opening -----------------------------------------------------------------------------

    async def open_source(self, patience_s: float) -> N8nSource | None:
        """Return n8n's database; None where no address is set.

        :raises SourceError: it cannot be opened, or has not answered for *patience_s* seconds
            (it goes on being opened, for a later question).
        """
        if not self._settings.n8n_url:
            return None
        if self._source is None:
            self._source = await self._opened_source(patience_s)
        return self._source

    async def _opened_source(self, patience_s: float) -> N8nSource:
        opening, failure = self._opening, self._failure
        if failure is not None and time.monotonic() >= failure.until:
            failure = None
        if opening is None or (opening.done() and opening.exception() is not None):
            if failure is not None:
                raise failure.error.with_traceback(None)
            opening = self._opening = self._start_opening()
        elif failure is not None and not opening.done() and patience_s <= failure.waited_s:
            # It may yet answer; but the question before has waited for that already.
            raise failure.error.with_traceback(None)
        error: SourceError
        try:
            # Not wait_for: before Python 3.12 it loses a cancellation that meets the result.
            async with asyncio.timeout(patience_s):
                return await asyncio.shield(opening)
        except TimeoutError:
            error = SourceUnreachable(
                f"n8n's database has not answered within {patience_s:g} s: it may be busy, locked "
                'or out of reach. "agent-cli doctor" shows what was found.'
            )
        except SourceError as found:
            error = found
        self._failure = _Failure(time.monotonic() + FAILURE_REMEMBERED_S, patience_s, error)
        raise error

    def _start_opening(self) -> asyncio.Future[N8nSource]:
        """Open n8n's database in a thread that the process does not wait for when it ends."""
        loop = asyncio.get_running_loop()
        opening: asyncio.Future[N8nSource] = loop.create_future()
        opening.add_done_callback(_retrieve)

        def hand_over(source: N8nSource | None, error: Exception | None) -> None:
            if source is not None and (self._closing.is_set() or opening.done()):
                source.close()
            elif source is not None:
                opening.set_result(source)
            elif error is not None and not opening.done():
                opening.set_exception(error)

        def open_it() -> None:
            source, error = None, None
            try:
                source = _open_source(self._settings)
            except Exception as found:  # whatever it is, it is raised where it is waited for
                error = found
            try:
                loop.call_soon_threadsafe(hand_over, source, error)
            except RuntimeError:  # the loop is closed: nobody waits any more
                if source is not None:
                    source.close()

        Thread(target=open_it, name="milhena-opens-n8n", daemon=True).start()
        return opening

    async def open_store(self, source: N8nSource | None) -> Store | None:
        """Return our store; None where there is nothing to remember.

        An embedded store belongs to one n8n, so its file is named after it: pointing
        ``MILHENA_N8N_URL`` elsewhere never mixes two histories. Without *source*, while n8n cannot
        be reached, the store last used for its address goes on answering.

        :raises StoreError: it cannot be opened.
        """
        async with self._store_lock:
            if self.store is None:
                self.store = await asyncio.to_thread(_open_store, self._settings, source)
            return self.store

    # --- what is known -----------------------------------------------------------------------

    async def processes(self) -> Sequence[KnownProcess]:
        """The processes known by name; n8n's own list while nothing is stored yet.

        [] where no database is set or none can be read: names are then simply not recognised.
        They are read anew after a refresh that found changes.
        """
        known = self._known
        if known is not None:
            return known[1]
        try:
            source = await self.open_source(self._opening_patience_s)
        except SourceError:
            source = None
        try:
            store = await self.open_store(source)
            if store is None:
                return []
            version, processes = await asyncio.to_thread(_stored_processes, store)
            if not processes and source is not None:
                async with asyncio.timeout(LISTING_S):
                    processes = await asyncio.to_thread(_listed_processes, source)
        except (SourceError, StoreError, TimeoutError):
            return []  # not kept: the next question tries again
        if processes or source is not None:
            self._known = (version, processes)
        return processes

    @property
    def _opening_patience_s(self) -> float:
        return max(self._settings.refresh_budget_s, OPENING_AT_LEAST_S)

    def _forget_processes(self, state: SyncState | None) -> None:
        if self._known is not None and self._known[0] != (state.data_version if state else 0):
            self._known = self._at_hand = None

    async def at_hand(self) -> AtHand | None:
        """Of what there are records, for suggestions; None where no store can be read."""
        nothing_yet = self._at_hand is None or not self._at_hand.metrics
        if nothing_yet and self.store is not None:
            with contextlib.suppress(StoreError):
                self._at_hand = await asyncio.to_thread(what_is_at_hand, self.store)
        return self._at_hand

    # --- keeping up with n8n -------------------------------------------------------------------

    async def refresh(self) -> Freshness | None:
        """Bring the store up to date within ``refresh_budget_s``; None where there is no store.

        What takes longer goes on in the background while the process lives. Only the first load
        of a small n8n is waited for a little longer.

        :raises SourceError: n8n cannot be read and nothing of it is remembered.
        :raises StoreError: the store cannot be read.
        """
        trouble: SourceError | None = None
        source: N8nSource | None = None
        patience_s = self._settings.refresh_budget_s
        deadline = time.monotonic() + patience_s
        if self.store is None and not await asyncio.to_thread(_remembers, self._settings):
            # Nothing else could answer: wait for n8n's own word on what is wrong.
            patience_s = max(patience_s, FIRST_LOAD_S)
        try:
            source = await self.open_source(patience_s)
            deadline = max(deadline, time.monotonic() + self._settings.refresh_budget_s / 2)
        except SourceError as error:
            trouble = error
        store = await self.open_store(source)
        if store is None:
            if trouble is not None:
                raise trouble
            return None
        caught_up, state = trouble is None, None
        if source is not None:
            try:
                caught_up, state = await self._catch_up(source, store, deadline)
            except SourceError as error:
                trouble, caught_up = error, False
        if state is None:
            state = await asyncio.to_thread(store.state)
        self._forget_processes(state)
        if trouble is not None and (state is None or state.synced_at is None):
            raise trouble  # nothing whole was ever read
        return _freshness(state, caught_up=caught_up, trouble=trouble)

    async def _catch_up(
        self, source: N8nSource, store: Store, deadline: float
    ) -> tuple[bool, SyncState | None]:
        """Copy what is new until *deadline*; whether all of it was, and the state if known."""
        try:
            async with asyncio.timeout(max(deadline - time.monotonic(), 0.05)):
                unchanged, state, deadline = await asyncio.to_thread(
                    self._first_look, source, store, deadline
                )
            if unchanged:
                return True, state
            while True:
                if self._syncing is None or self._syncing.done():
                    self._syncing = _unattended(self.synchronise(batch_size=REFRESH_BATCH))
                async with asyncio.timeout(max(deadline - time.monotonic(), 0.05)):
                    report = await asyncio.shield(self._syncing)
                if ANOTHER_SYNC not in report.notes:
                    return report.caught_up, None
                if time.monotonic() >= deadline:
                    return False, None
                await asyncio.sleep(0.1)  # another process copies: what it reads serves us too
        except TimeoutError:
            return False, None

    def _first_look(
        self, source: N8nSource, store: Store, deadline: float
    ) -> tuple[bool, SyncState | None, float]:
        """Whether n8n surely is as when the store last caught up, the state, and the deadline."""
        if self._settled is not None:
            token, data_version, known = self._settled
            if source.change_token() == token:
                now = datetime.now(UTC)
                store.found_unchanged(data_version, now)
                if known is None:
                    known = store.state()
                    self._settled = (token, data_version, known)
                elif known.covers_end is not None:
                    known = replace(known, synced_at=now, covers_end=max(now, known.covers_end))
                return True, known, deadline
        state = store.state()
        never_loaded = state is None or state.synced_at is None
        if never_loaded and source.count_up_to(FIRST_LOAD_ROWS + 1) <= FIRST_LOAD_ROWS:
            deadline = max(deadline, time.monotonic() + FIRST_LOAD_S)
        return False, state, deadline

    async def synchronise(
        self,
        *,
        progress: Callable[[SyncProgress], None] | None = None,
        budget_s: float | None = None,
        batch_size: int = SYNC_BATCH,
        rebuild: bool = False,
    ) -> SyncReport:
        """Copy what is new in n8n into the store, in a worker thread.

        Where there is much to copy, it is decoded by processes of its own. *rebuild* sums all
        days and months anew, too.

        :raises SourceError, StoreError: what the databases say.
        """
        source = await self.open_source(OPENING_S)
        if source is None:
            raise SourceError(
                "no n8n database is set: set MILHENA_N8N_URL to its address "
                '(sqlite:///path or postgresql://…), or try "agent-cli demo"'
            )
        store = await self.open_store(source)
        if store is None:
            raise StoreError("there is no store to copy n8n into")

        def watched(step: SyncProgress) -> None:
            if self._closing.is_set():
                raise SyncStopped  # every batch so far is committed
            if progress is not None:
                progress(step)

        token = await asyncio.to_thread(source.change_token)
        if self._closing.is_set():
            raise StoreError("the databases were closed before the sync began")
        now = datetime.now(UTC)
        copying = asyncio.ensure_future(
            asyncio.to_thread(
                synchronise,
                source,
                store,
                zone=self._settings.zone,
                store_content=self._settings.store_content,
                content_since=_content_since(self._settings, now),
                now=now,
                budget_s=budget_s,
                batch_size=batch_size,
                progress=watched,
                rebuild=rebuild,
                read_ahead=self._read_ahead,
            )
        )
        copying.add_done_callback(self._copying.discard)
        copying.add_done_callback(_retrieve)
        self._copying.add(copying)
        # Who stops waiting does not stop the thread: closing waits for it.
        report = await asyncio.shield(copying)
        # What n8n wrote while we read shows in the next token, as this one was taken before.
        settled = token is not None and report.caught_up
        self._settled = (token, report.data_version, None) if settled else None
        return report

    async def close(self) -> None:
        """Stop a running sync between two batches and close both databases."""
        self._closing.set()
        if self._copying:
            await asyncio.wait(self._copying, timeout=10)
        opening = self._opening
        if self._source is None and opening is not None and opening.done():
            self._source = None if opening.exception() else opening.result()
        if self._source is not None:
            self._source.close()
        if self.store is not None:
            self.store.close()


def _opening(settings: Settings) -> dict[str, Any]:
    return {
        "url": settings.n8n_url or "",
        "schema": settings.n8n_schema,
        "pool_size": settings.pool_size,
        "mapping": settings.mapping,
        "storage": settings.n8n_storage,
    }


def _open_source(settings: Settings) -> N8nSource:
    from persistence.n8n.source import N8nSource

    return N8nSource.open(**_opening(settings))


def _content_since(settings: Settings, now: datetime) -> datetime | None:
    return None if settings.content_days is None else now - timedelta(days=settings.content_days)


def _open_store(settings: Settings, source: N8nSource | None) -> Store | None:
    if settings.store_url is None and source is not None:
        url: str | None = embedded_store_url(settings.home, source.identity)
    else:
        url = _remembered_store(settings)
    return Store.open(url, pool_size=settings.pool_size) if url else None


def _remembered_store(settings: Settings) -> str | None:
    """The address of the store that answers while n8n cannot be reached."""
    if settings.store_url is not None or not settings.n8n_url:
        return settings.store_url
    from persistence.n8n.source import address_key

    try:
        address = address_key(settings.n8n_url, settings.n8n_schema)
    except SourceError:
        return None  # an address that cannot be read was never used
    return latest_embedded_store(settings.home, address)


def _remembers(settings: Settings) -> bool:
    return _remembered_store(settings) is not None


def _stored_processes(store: Store) -> tuple[int, Sequence[KnownProcess]]:
    state = store.state()
    return (state.data_version, store.processes()) if state else (0, [])


def _listed_processes(source: N8nSource) -> Sequence[KnownProcess]:
    return [
        KnownProcess(
            workflow_id=record.workflow_id,
            name=record.name,
            active=record.active,
            archived=record.archived,
            gone=False,
            former_names=(),
        )
        for record in source.processes()
    ]


def _freshness(
    state: SyncState | None, *, caught_up: bool, trouble: SourceError | None
) -> Freshness:
    return Freshness(
        covers_start=state.covers_start if state else None,
        covers_end=state.covers_end if state else None,
        synced_at=state.synced_at if state else None,
        data_version=state.data_version if state else 0,
        caught_up=state is not None and state.caught_up and caught_up,
        trouble=str(trouble) if trouble else None,
    )


def _unattended(work: Awaitable[Found]) -> asyncio.Task[Found]:
    """Run *work* as a task that goes on when nobody waits for it any more."""

    async def run() -> Found:
        return await work

    task = asyncio.create_task(run())
    task.add_done_callback(_retrieve)
    return task


def _retrieve(task: asyncio.Future[Any]) -> None:
    # Whoever waits sees the error; nobody waiting must not mean a log line.
    if not task.cancelled():
        task.exception()
