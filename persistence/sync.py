"""Copying what is new in n8n into the store: incrementally, as often as one likes.

Every batch is one transaction that writes the facts, what follows from them and how far the sync
came, so it may be killed at any point and run again, twice, or beside another.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, func, select, update

from core.errors import StoreError
from persistence.daily_metrics import sum_days
from persistence.exclusive import exclusively
from persistence.n8n.records import (
    ExecutionRecord,
    ExecutionState,
    ProcessRecord,
    SourceFacts,
)
from persistence.recording import (
    GROWING,
    OPEN,
    Changes,
    differences,
    record_executions,
    record_processes,
    record_vanished,
    same_processes,
    state_as_stored,
    stored_processes,
    upsert,
)
from persistence.store import Store, SyncState
from persistence.sync_report import ANOTHER_SYNC, STOPPED
from persistence.sync_report import SyncProgress as SyncProgress
from persistence.sync_report import SyncReport as SyncReport
from persistence.sync_report import SyncStopped as SyncStopped
from persistence.tables import business_execution_data, executions, sync_state

OVERLAP_IDS = 200
"""So many ids before the last one read are looked for again where the store lacks them: n8n on
PostgreSQL may commit a lower id after a higher one."""

SETTLING = timedelta(seconds=5)
"""An execution that stopped this shortly before it was read is read once more, whether it ended
or fell asleep: n8n 1 on SQLite writes that it stopped before it writes its data."""

STATE_KEPT_FOR = timedelta(seconds=60)
"""A look that finds nothing new is written down this often; in between it is remembered."""

FIRST_BATCH = 25
"""Executions in the first batch of a sync with a budget, which shows how fast this n8n is."""
_SHARE_OF_BUDGET_PLANNED = 0.7

# Made once: the look that finds nothing new is most of what a sync ever does.
_EXECUTION_IDS = select(executions.c.execution_id)
_STILL_OPEN = select(
    executions.c.execution_id,
    executions.c.status,
    executions.c.started_at,
    executions.c.stopped_at,
).where(executions.c.status.in_(sorted(OPEN)))
_STOPPED_SINCE = _EXECUTION_IDS.where(executions.c.stopped_at >= bindparam("since"))
_BETWEEN = _EXECUTION_IDS.where(
    executions.c.execution_id.between(bindparam("first"), bindparam("last"))
)


class Source(Protocol):
    """What a sync needs of n8n; see ``persistence.n8n.source.N8nSource``."""

    @property
    def identity(self) -> str:
        """Which n8n this is."""

    def facts(self) -> SourceFacts:
        """What a look at it found."""

    def processes(self) -> list[ProcessRecord]:
        """Its workflows, now."""

    def max_execution_id(self) -> int:
        """The highest id, 0 for none."""

    def complete_since(self) -> datetime | None:
        """From when on it has every execution that it saved; None where it has none."""

    def executions_after(self, execution_id: int, *, limit: int) -> list[ExecutionRecord]:
        """The next *limit* executions by id."""

    def executions_by_id(self, ids: Sequence[int]) -> list[ExecutionRecord]:
        """Those of *ids* that are still there."""

    def states(self, ids: Sequence[int]) -> dict[int, ExecutionState]:
        """How far those of *ids* are that are still there, without their data."""

    @property
    def unusable_rows(self) -> int:
        """How many executions could not be told apart or placed in time so far."""


def synchronise(
    source: Source,
    store: Store,
    *,
    zone: ZoneInfo,
    store_content: bool,
    now: datetime,
    budget_s: float | None = None,
    batch_size: int = 500,
    progress: Callable[[SyncProgress], None] | None = None,
) -> SyncReport:
    """Copy into *store* what *source* has and it has not, and say what was done.

    :param zone: of the days in `business_metrics`.
    :param store_content: whether the text of e-mails is kept too.
    :param now: the moment of this sync.
    :param budget_s: stop after about so many seconds, between two batches; None: at the end.
    :param batch_size: at most so many executions in one transaction.
    :param progress: called after every batch; may raise `SyncStopped`.
    :raises SourceError: n8n cannot be read.
    :raises StoreError: the store cannot be written, or belongs to another n8n.
    """
    run = _Run(source, store, zone, store_content, now, budget_s, batch_size, progress)
    return run.quick_look() or run.whole_sync()


@dataclass(frozen=True)
class _Found:
    """What a look into the store found before anything is copied."""

    written: SyncState
    processes_differ: bool
    still_open: dict[int, ExecutionState]
    """Executions whose end was not seen yet, as they were when they were last read."""
    just_stopped: list[int]
    """Those that ended, or fell asleep, just before they were read."""
    lacking: list[int]
    """Recent ids that the store does not have."""


@dataclass(frozen=True)
class _Again:
    """Which executions below the last id that was copied have to be read, or read again."""

    moved: set[int]
    """Open ones whose row n8n changed or removed since: the store is out of date."""
    unsure: set[int]
    """Those of which only reading tells whether there is anything to copy."""

    @property
    def newest_first(self) -> list[int]:
        # Where a budget ends early, those are the ones that people ask about.
        return sorted(self.moved | self.unsure, reverse=True)


class _Run:
    """One call of `synchronise`."""

    def __init__(
        self,
        source: Source,
        store: Store,
        zone: ZoneInfo,
        store_content: bool,
        now: datetime,
        budget_s: float | None,
        batch_size: int,
        progress: Callable[[SyncProgress], None] | None,
    ) -> None:
        self._source = source
        self._store = store
        self._zone = zone
        self._store_content = store_content
        self._now = now
        self._batch_size = batch_size
        self._progress = progress
        self._started = time.monotonic()
        self._deadline = None if budget_s is None else self._started + budget_s
        self._s_per_execution: float | None = None
        self._newest = source.max_execution_id()
        self._listed = source.processes()
        self._report = SyncReport(0, 0, 0, False, 0, now, (), 0.0)
        self._expected = 0

    # --- nothing new: no lock, and a write only once in a while ------------------------------

    def quick_look(self) -> SyncReport | None:
        """Return the report where there is nothing to copy, else None."""
        found = self._store.reading(self._look)
        if found is None or not self._is_settled(found):
            return None
        again = self._to_read_again(found)
        if again.moved or len(again.unsure) > OVERLAP_IDS + self._batch_size:
            return None
        if again.unsure:
            records = self._source.executions_by_id(again.newest_first)
            there = {record.execution_id for record in records}
            if not there >= again.unsure & found.still_open.keys() or self._store.reading(
                lambda connection: differences(
                    connection, records, store_content=self._store_content
                )
            ):
                return None
        state = found.written
        self._store.found_unchanged(state.data_version, self._now)
        if state.synced_at is None or abs(self._now - state.synced_at) >= STATE_KEPT_FOR:
            with self._store.writing() as connection:
                connection.execute(
                    update(sync_state)
                    .where(
                        sync_state.c.data_version == state.data_version,
                        sync_state.c.last_execution_id == state.last_execution_id,
                    )
                    .values(synced_at=self._now, covers_end=self._reached(connection))
                )
        return self._finished(state, caught_up=True)

    def _is_settled(self, found: _Found) -> bool:
        state = found.written
        return (
            state.caught_up
            and state.last_execution_id == self._newest
            and state.timezone == self._zone.key
            and state.stores_content == self._store_content
            and not found.processes_differ
        )

    def _look(self, connection: Connection) -> _Found | None:
        state = self._store.written_state(connection)
        if state is None:
            return None
        if state.source_id != self._source.identity:
            shown = self._store.engine.url.render_as_string(hide_password=True)
            raise StoreError(
                f"the store at {shown} belongs to another n8n ({state.source_url}). "
                "Set MILHENA_STORE_URL to a store of its own, or leave it empty."
            )
        seen = self._store.as_seen(state)
        looked_at = seen.synced_at if seen else None
        still_open = {row[0]: ExecutionState(*row[1:]) for row in connection.execute(_STILL_OPEN)}
        just_stopped: list[int] = []
        if looked_at is not None:
            since = {"since": looked_at - SETTLING}
            just_stopped = list(connection.scalars(_STOPPED_SINCE, since))
        last = min(state.last_execution_id, self._newest)
        first = max(last - OVERLAP_IDS, 0) + 1
        recent = connection.scalars(_BETWEEN, {"first": first, "last": last})
        return _Found(
            written=state,
            processes_differ=not same_processes(stored_processes(connection), self._listed),
            still_open=still_open,
            just_stopped=just_stopped,
            lacking=list(set(range(first, last + 1)).difference(recent)),
        )

    def _to_read_again(self, found: _Found) -> _Again:
        """Ask n8n how far the executions are that may have changed; it is not asked for data."""
        there = self._source.states([*found.still_open, *found.lacking])
        moved = {
            identity
            for identity, before in found.still_open.items()
            if identity not in there or state_as_stored(there[identity]) != before
        }
        growing = {
            identity for identity, state in found.still_open.items() if state.status in GROWING
        }
        unsure = {*growing, *found.just_stopped, *there.keys() & set(found.lacking)}
        return _Again(moved, unsure - moved)

    # --- copying -----------------------------------------------------------------------------

    def whole_sync(self) -> SyncReport:
        """Copy, holding the store's lock; where somebody else has it, only say so."""
        with (
            self._store.connected_for_writing() as connection,
            exclusively(connection, "sync") as held,
        ):
            if not held:
                with connection.begin():
                    state = self._store.written_state(connection)
                self._note(ANOTHER_SYNC)
                return self._finished(state, caught_up=False)
            try:
                state, caught_up = self._copy(connection)
            except SyncStopped:
                self._note(STOPPED)
                with connection.begin():
                    state = self._store.written_state(connection)
                caught_up = False
        return self._finished(state, caught_up=caught_up)

    def _copy(self, connection: Connection) -> tuple[SyncState, bool]:
        with connection.begin():
            found = self._look(connection)  # anew: whoever had the lock before may have copied
            state = self._prepared(connection, found)
        again = self._to_read_again(found).newest_first if found else []
        if self._progress is not None:
            unread = max(self._newest - state.last_execution_id, 0)
            self._expected = len(again) + min(unread, self._source.facts().executions)
        still_open = set(found.still_open) if found else set()
        while again:
            size = self._next_batch()
            if not size:
                return state, False
            chunk, again = again[:size], again[size:]
            state = self._copy_again(connection, state, chunk, still_open)
        while True:
            size = self._next_batch()
            if not size:
                return state, False
            state, at_the_end = self._copy_next(connection, state, size)
            if at_the_end:
                return state, True

    def _prepared(self, connection: Connection, found: _Found | None) -> SyncState:
        """Bring up to date all that is not an execution."""
        if found is None:
            facts = self._source.facts()
            state = SyncState(
                source_id=self._source.identity,
                source_url=facts.url,
                last_execution_id=0,
                data_version=0,
                caught_up=False,
                covers_start=None,
                covers_end=None,
                synced_at=None,
                timezone=self._zone.key,
                stores_content=self._store_content,
                unreadable=0,
                notes=(),
            )
        else:
            # n8n's ids went back: its database was restored, or its newest rows were deleted.
            # What it writes next is new, whatever ids it gets.
            state = replace(
                found.written,
                last_execution_id=min(found.written.last_execution_id, self._newest),
            )
        state = replace(state, covers_start=self._covered_from(state))
        changed = record_processes(connection, self._listed, now=self._now)
        if state.stores_content and not self._store_content:
            changed |= forget_content(connection)
        if state.timezone != self._zone.key:
            sum_days(connection, None, zone=self._zone, now=self._now)
        state = replace(
            state,
            timezone=self._zone.key,
            stores_content=self._store_content,
            data_version=state.data_version + changed,
        )
        if found is None or state != found.written:
            _write(connection, state)
        return state

    def _covered_from(self, state: SyncState) -> datetime | None:
        """From when on the store has all, once it has caught up; None while n8n had nothing yet.

        Executions that n8n kept from before are stored and counted too, but what it deleted
        around them is not known.
        """
        loaded = state.synced_at is not None
        if loaded and state.covers_start is not None:
            return state.covers_start  # what n8n deletes from now on is remembered
        if not self._newest:
            return None
        # Where all that n8n has is still going on, nothing tells what it deleted before.
        since = self._source.complete_since() or self._now
        if state.synced_at is not None:  # n8n had nothing then, so all came after
            return min(since, state.synced_at)
        if state.covers_start is None:
            return since
        # The first load was interrupted: did n8n meanwhile delete what was still to be read?
        has_gap = state.covers_end is None or state.covers_end < since
        return since if has_gap else state.covers_start

    def _copy_again(
        self, connection: Connection, state: SyncState, ids: list[int], still_open: set[int]
    ) -> SyncState:
        started = time.monotonic()
        records = self._source.executions_by_id(ids)
        vanished = still_open.intersection(ids) - {record.execution_id for record in records}
        with connection.begin():
            changes = self._record(connection, records)
            if vanished:
                changes.add(record_vanished(connection, vanished))
            if changes.executions:
                state = self._write_batch(connection, state, records, changes)
        self._count(len(ids), changes, started)
        return state

    def _copy_next(
        self, connection: Connection, state: SyncState, size: int
    ) -> tuple[SyncState, bool]:
        started = time.monotonic()
        # Read before the transaction begins: nobody waits for n8n while we hold the store.
        records = self._source.executions_after(state.last_execution_id, limit=size)
        at_the_end = len(records) < size
        with connection.begin():
            changes = self._record(connection, records)
            last = records[-1].execution_id if records else state.last_execution_id
            state = replace(state, last_execution_id=last, caught_up=False)
            if at_the_end:
                state = replace(
                    state,
                    last_execution_id=max(last, self._newest),
                    caught_up=True,
                    synced_at=self._now,
                    covers_end=self._reached(connection),
                )
            elif state.covers_end is None or records[-1].began_at > state.covers_end:
                state = replace(state, covers_end=records[-1].began_at)
            state = self._write_batch(connection, state, records, changes)
        self._count(len(records), changes, started)
        return state, at_the_end

    def _record(self, connection: Connection, records: Sequence[ExecutionRecord]) -> Changes:
        return record_executions(
            connection, records, store_content=self._store_content, now=self._now
        )

    def _write_batch(
        self,
        connection: Connection,
        state: SyncState,
        records: Sequence[ExecutionRecord],
        changes: Changes,
    ) -> SyncState:
        sum_days(connection, changes.moments, zone=self._zone, now=self._now)
        if state.covers_start is None and records:  # n8n had nothing when this sync began
            state = replace(state, covers_start=self._now)
        state = replace(
            state,
            data_version=state.data_version + (changes.executions > 0),
            unreadable=state.unreadable + changes.unreadable,
            notes=tuple(sorted({*state.notes, *changes.notes})),
        )
        _write(connection, state)
        return state

    def _reached(self, connection: Connection) -> datetime:
        """Up to when all is known: now, or the newest record where n8n's clock is ahead."""
        latest = connection.scalar(select(func.max(executions.c.began_at)))
        return max(latest, self._now) if latest else self._now

    # --- budget and report -------------------------------------------------------------------

    def _next_batch(self) -> int:
        """How many executions fit into what is left of the budget; 0: none."""
        if self._deadline is None:
            return self._batch_size
        left_s = self._deadline - time.monotonic()
        if left_s <= 0:
            return 0
        if self._s_per_execution is None:
            return min(FIRST_BATCH, self._batch_size)
        fitting = int(left_s * _SHARE_OF_BUDGET_PLANNED / self._s_per_execution)
        return min(fitting, self._batch_size)

    def _count(self, executions_read: int, changes: Changes, started: float) -> None:
        if executions_read:
            self._s_per_execution = (time.monotonic() - started) / executions_read
        self._report = replace(
            self._report,
            read=self._report.read + executions_read,
            changed=self._report.changed + changes.executions,
            unreadable=self._report.unreadable + max(changes.unreadable, 0),
        )
        for note in changes.notes:
            self._note(note)
        if self._progress is not None:
            read = self._report.read
            self._progress(SyncProgress(read, max(read, self._expected), self._report.unreadable))

    def _note(self, note: str) -> None:
        self._report = replace(self._report, notes=tuple(sorted({*self._report.notes, note})))

    def _finished(self, state: SyncState | None, *, caught_up: bool) -> SyncReport:
        return replace(
            self._report,
            caught_up=caught_up,
            data_version=state.data_version if state else 0,
            unusable=self._source.unusable_rows,
            elapsed_s=time.monotonic() - self._started,
        )


def forget_content(connection: Connection) -> bool:
    """Blank the texts of all e-mails; True if there were any."""
    column = business_execution_data.c.email_content
    found = connection.execute(
        update(business_execution_data).where(column.is_not(None)).values(email_content=None)
    )
    return found.rowcount > 0


def _write(connection: Connection, state: SyncState) -> None:
    upsert(connection, sync_state, [{**asdict(state), "notes": list(state.notes)}])
