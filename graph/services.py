"""What outlives a question: the two databases, the caches, the language models.

Opened lazily and once; safe to use from several questions at the same time.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.errors import SourceError, StoreError
from core.settings import Settings, load_settings
from graph.state import Freshness
from persistence.cache import AnswerCache
from persistence.store import (
    KnownProcess,
    Store,
    SyncState,
    embedded_store_url,
    latest_embedded_store,
)
from persistence.sync import SyncProgress, SyncReport, SyncStopped, synchronise

if TYPE_CHECKING:
    from persistence.n8n.source import N8nSource
    from providers.interface import Classifier

log = logging.getLogger("milhena")

FIRST_LOAD_ROWS = 20_000
"""An n8n with more executions than this is first loaded by `agent-cli sync`; a smaller one by
the first question, which waits up to `FIRST_LOAD_S` rather than say that it knows nothing."""
FIRST_LOAD_S = 15.0
SYNC_BATCH = 500
REFRESH_BATCH = 200
"""Executions in one transaction while a question waits: small, so that it sees what is done."""


@dataclass(frozen=True)
class _Look:
    """What a first look at both databases found."""

    store: Store
    state: SyncState | None
    is_current: bool
    """Nothing has to be copied."""
    patience_s: float
    """How long a question waits for the copying."""


class Services:
    """The databases, caches and models of one process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.cache = AnswerCache(
            settings.home / "cache",
            memory_entries=settings.memory_cache_entries,
            disk_mb=settings.disk_cache_mb,
        )
        self._lock = threading.RLock()
        self._store: Store | None = None
        self._source: N8nSource | None = None
        self._source_trouble: SourceError | None = None
        self._closing = threading.Event()
        self._sync_task: asyncio.Task[SyncReport] | None = None
        self._settled: tuple[Hashable, int] | None = None
        self._processes: Sequence[KnownProcess] | None = None
        self._processes_version = -1
        self._classifiers: dict[str, Classifier] = {}

    # --- databases -------------------------------------------------------------------------

    @property
    def has_data(self) -> bool:
        """Whether there is anything that could hold data."""
        return bool(self.settings.n8n_url or self.settings.store_url)

    def source(self) -> N8nSource | None:
        """n8n's database, opened on first use; None where no address is set.

        :raises SourceError: it cannot be opened.
        """
        if not self.settings.n8n_url:
            return None
        with self._lock:
            if self._source is None:
                from persistence.n8n.source import N8nSource

                self._source = N8nSource.open(
                    self.settings.n8n_url,
                    schema=self.settings.n8n_schema,
                    pool_size=self.settings.pool_size,
                )
            return self._source

    def store(self) -> Store | None:
        """Our own store, opened on first use; None where there is nothing to remember.

        An embedded store belongs to one n8n, so its file is named after it: pointing
        ``MILHENA_N8N_URL`` elsewhere never mixes two histories. While n8n cannot be reached, the
        store last used for its address goes on answering.

        :raises SourceError: n8n cannot be read and nothing of it is remembered.
        :raises StoreError: the store cannot be opened.
        """
        with self._lock:
            if self._store is None:
                url = self.settings.store_url or self._embedded_url()
                if url is not None:
                    self._store = Store.open(url, pool_size=self.settings.pool_size)
            return self._store

    def _embedded_url(self) -> str | None:
        try:
            source = self.source()
        except SourceError:
            from persistence.n8n.source import address_key

            address = address_key(self.settings.n8n_url or "", self.settings.n8n_schema)
            remembered = latest_embedded_store(self.settings.home, address)
            if remembered is None:
                raise
            return remembered
        if source is None:
            return None
        return embedded_store_url(self.settings.home, source.identity)

    async def processes(self) -> Sequence[KnownProcess]:
        """The processes known by name; n8n's own list while nothing is stored yet.

        [] where no database is set or none can be read: names are then simply not recognised.
        They are read anew after a refresh that found changes.
        """
        if self._processes is None:
            self._processes = await asyncio.to_thread(self._read_processes)
        return self._processes

    def _read_processes(self) -> Sequence[KnownProcess]:
        try:
            store = self.store()
            return (store.processes() if store else []) or self._processes_of_source()
        except (SourceError, StoreError):
            return []

    def _processes_of_source(self) -> list[KnownProcess]:
        try:
            source = self.source()
            records = source.processes() if source else []
        except SourceError:
            return []
        return [
            KnownProcess(
                workflow_id=record.workflow_id,
                name=record.name,
                active=record.active,
                archived=record.archived,
                gone=False,
                former_names=(),
            )
            for record in records
        ]

    # --- keeping up with n8n ---------------------------------------------------------------

    async def refresh(self) -> Freshness | None:
        """Bring the store up to date within ``refresh_budget_s``; None where there is no store.

        What takes longer goes on in the background while the process lives.

        :raises SourceError: n8n cannot be read and nothing of it is remembered.
        :raises StoreError: the store cannot be read.
        """
        look = await asyncio.to_thread(self._look)
        if look is None:
            return None
        self._forget_processes(look.state)
        if look.is_current:
            return _freshness(look.state, None)
        trouble: SourceError | None = None
        try:
            if self._sync_task is None or self._sync_task.done():
                self._sync_task = asyncio.create_task(self.synchronise(batch_size=REFRESH_BATCH))
                # Whoever waits sees the error; nobody waiting must not mean a log line.
                self._sync_task.add_done_callback(_retrieve)
            await asyncio.wait_for(asyncio.shield(self._sync_task), look.patience_s)
        except TimeoutError:
            pass  # the state below says how far it came
        except SourceError as error:
            trouble = error
        state = await asyncio.to_thread(look.store.state)
        self._forget_processes(state)
        if state is None and trouble is not None:
            raise trouble
        return _freshness(state, trouble)

    def _forget_processes(self, state: SyncState | None) -> None:
        version = state.data_version if state else 0
        if version != self._processes_version:
            self._processes_version, self._processes = version, None

    def _look(self) -> _Look | None:
        """Open what is not open yet and see whether anything has to be copied at all."""
        store = self.store()
        if store is None:
            return None
        budget_s = self.settings.refresh_budget_s
        try:
            source = self.source()
        except SourceError:
            # The store answers; the sync that follows says what is wrong with n8n.
            return _Look(store, store.state(), is_current=False, patience_s=budget_s)
        if source is None:  # a team's store that another process keeps up to date
            return _Look(store, store.state(), is_current=True, patience_s=0)
        if self._settled is not None:
            token, data_version = self._settled
            if source.change_token() == token:
                store.found_unchanged(data_version, datetime.now(UTC))
                return _Look(store, store.state(), is_current=True, patience_s=0)
        state = store.state()
        never_loaded = state is None or state.synced_at is None
        if never_loaded and source.facts().executions <= FIRST_LOAD_ROWS:
            budget_s = max(FIRST_LOAD_S, budget_s)
        return _Look(store, state, is_current=False, patience_s=budget_s)

    async def synchronise(
        self,
        *,
        progress: Callable[[SyncProgress], None] | None = None,
        budget_s: float | None = None,
        batch_size: int = SYNC_BATCH,
    ) -> SyncReport:
        """Copy what is new in n8n into the store, in a worker thread.

        :raises SourceError, StoreError: what the databases say.
        """
        return await asyncio.to_thread(self._synchronise, progress, budget_s, batch_size)

    def _synchronise(
        self,
        progress: Callable[[SyncProgress], None] | None,
        budget_s: float | None,
        batch_size: int,
    ) -> SyncReport:
        source, store = self.source(), self.store()
        if source is None or store is None:
            raise SourceError(
                "no n8n database is set: set MILHENA_N8N_URL to its address "
                '(sqlite:///path or postgresql://…), or try "agent-cli demo"'
            )

        def watched(step: SyncProgress) -> None:
            if self._closing.is_set():
                raise SyncStopped  # every batch so far is committed
            if progress is not None:
                progress(step)

        token = source.change_token()
        report = synchronise(
            source,
            store,
            zone=self.settings.zone,
            store_content=self.settings.store_content,
            now=datetime.now(UTC),
            budget_s=budget_s,
            batch_size=batch_size,
            progress=watched,
        )
        # What n8n wrote while we read shows in the next token, as this one was taken before.
        settled = token is not None and report.caught_up
        self._settled = (token, report.data_version) if settled else None
        return report

    # --- language models -------------------------------------------------------------------

    def classifier(self, provider: str) -> Classifier | None:
        """The client of *provider* ("gemini" or "groq"); None without a key. Built on first use."""
        key = {
            "gemini": self.settings.gemini_api_key,
            "groq": self.settings.groq_api_key,
        }[provider]
        if key is None:
            return None
        with self._lock:
            if provider not in self._classifiers:
                if provider == "gemini":
                    from providers.gemini import GeminiClassifier

                    self._classifiers[provider] = GeminiClassifier(
                        key,
                        model=self.settings.gemini_model,
                        base_url=self.settings.gemini_base_url,
                    )
                else:
                    from providers.groq import GroqClassifier

                    self._classifiers[provider] = GroqClassifier(
                        key, model=self.settings.groq_model, base_url=self.settings.groq_base_url
                    )
            return self._classifiers[provider]

    async def close(self) -> None:
        """Stop a running sync between two batches and close the databases."""
        self._closing.set()
        if self._sync_task is not None and not self._sync_task.done():
            await asyncio.wait([self._sync_task], timeout=10)
        for classifier in self._classifiers.values():
            await classifier.close()
        with self._lock:
            if self._source is not None:
                self._source.close()
            if self._store is not None:
                self._store.close()
            self.cache.close()


def _freshness(state: SyncState | None, trouble: SourceError | None) -> Freshness:
    return Freshness(
        covers_start=state.covers_start if state else None,
        covers_end=state.covers_end if state else None,
        synced_at=state.synced_at if state else None,
        data_version=state.data_version if state else 0,
        caught_up=state is not None and state.caught_up and trouble is None,
        trouble=str(trouble) if trouble else None,
    )


def _retrieve(task: asyncio.Task[SyncReport]) -> None:
    if not task.cancelled():
        task.exception()


@functools.lru_cache(maxsize=1)
def default_services() -> Services:
    """The services of this process's own settings."""
    return Services(load_settings())
