"""Copying what is new in n8n into the store: incrementally, as often as one likes.

Every batch is one transaction that writes the facts, what follows from them and how far the sync
came, so it may be killed at any point and run again, twice, or beside another.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select, update

from persistence.daily_metrics import write_days
from persistence.deletions import COMPARED_EVERY, compare
from persistence.exclusive import exclusively
from persistence.n8n.records import (
    ExecutionRecord,
)
from persistence.read_ahead import ReadAhead
from persistence.recording import (
    Changes,
    differences,
    forget_content,
    record_executions,
    record_processes,
    record_vanished,
    upsert,
)
from persistence.rollups import (
    PERIODS_AT_ONCE,
    mark_all_stale,
    mark_stale,
    sum_periods,
    to_be_summed,
)
from persistence.second_sources import record_counted, still_counted_since
from persistence.store import Store, SyncState, gaps_to_json
from persistence.sync_look import GRAINS, OVERLAP_IDS, Found, Source, look, to_read_again
from persistence.sync_report import ANOTHER_SYNC, MAPPING_CHANGED, OUTDATED, STOPPED
from persistence.sync_report import SyncProgress as SyncProgress
from persistence.sync_report import SyncReport as SyncReport
from persistence.sync_report import SyncStopped as SyncStopped
from persistence.tables import executions, sync_state

STATE_KEPT_FOR = timedelta(seconds=60)
"""A look that finds nothing new is written down this often; in between it is remembered."""

FIRST_BATCH = 25
"""Executions in the first batch of a sync with a budget, which shows how fast this n8n is."""
_SHARE_OF_BUDGET_PLANNED = 0.7


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
    content_since: datetime | None = None,
    rebuild: bool = False,
    read_ahead: ReadAhead | None = None,
) -> SyncReport:
    """Copy into *store* what *source* has and it has not, and say what was done.

    :param zone: of the days in `business_metrics`.
    :param store_content: whether the text of e-mails is kept too.
    :param content_since: the texts of what executions did that began earlier are not kept.
    :param now: the moment of this sync.
    :param budget_s: stop after about so many seconds, between two batches; None: at the end.
    :param batch_size: at most so many executions in one transaction.
    :param progress: called after every batch; may raise `SyncStopped`.
    :param rebuild: sum all days and months anew, from the facts in the store.
    :param read_ahead: reads on several cores where there is much to read.
    :raises SourceError: n8n cannot be read.
    :raises StoreError: the store cannot be written, or belongs to another n8n.
    """
    run = _Run(source, store, zone, store_content, now, budget_s, batch_size, progress, rebuild)
    run.read_ahead = read_ahead
    run.content_since = content_since
    return run.quick_look() or run.whole_sync()


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
        rebuild: bool,
    ) -> None:
        self._source = source
        self._store = store
        self._zone = zone
        self._store_content = store_content
        self._now = now
        self._today = now.astimezone(zone).date()
        self._rebuild = rebuild
        self._batch_size = batch_size
        self._progress = progress
        self.read_ahead: ReadAhead | None = None
        self.content_since: datetime | None = None
        self._unusable_ahead = 0
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
        again = to_read_again(self._source, found)
        if again.moved or len(again.unsure) > OVERLAP_IDS + self._batch_size:
            return None
        if again.unsure:
            records = self._source.executions_by_id(again.newest_first)
            there = {record.execution_id for record in records}
            if not there >= again.unsure & found.still_open.keys() or self._store.reading(
                lambda connection: any(
                    differences(connection, part, store_content=store_content)
                    for part, store_content in self._by_content(records)
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

    def _is_settled(self, found: Found) -> bool:
        state = found.written
        return (
            state.caught_up
            and state.last_execution_id == self._newest
            and state.timezone == self._zone.key
            and state.stores_content == self._store_content
            and state.read_with == self._source.read_with
            and not found.found_at_last
            and not self._is_to_be_compared(state)
            and not found.processes_differ
            and not found.unsummed
            and not self._rebuild
        )

    def _is_to_be_compared(self, state: SyncState) -> bool:
        """Whether to look anew which executions n8n has deleted."""
        return state.compared_at is None or abs(self._now - state.compared_at) >= COMPARED_EVERY

    def _look(self, connection: Connection) -> Found | None:
        return look(
            connection,
            self._store,
            self._source,
            listed=self._listed,
            newest=self._newest,
            today=self._today,
        )

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
                if caught_up:
                    state = self._count_apart(connection, state)
                self._sum(connection)
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
        again = to_read_again(self._source, found).newest_first if found else []
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
        if self.read_ahead is not None and self._deadline is None:
            state = self._copy_many(connection, state, self.read_ahead)
        while True:
            size = self._next_batch()
            if not size:
                return state, False
            state, at_the_end = self._copy_next(connection, state, size)
            if at_the_end:
                return self._compare(connection, state), True

    def _count_apart(self, connection: Connection, state: SyncState) -> SyncState:
        """Keep what n8n itself counted, beside the records."""
        with connection.begin():
            since = still_counted_since(connection)
        found = self._source.counted(since)
        with connection.begin():
            if record_counted(connection, found):
                state = replace(state, data_version=state.data_version + 1)
                _write(connection, state)
        return state

    def _sum(self, connection: Connection) -> None:
        """Sum the days and months that changed; what no time is left for stays stale."""
        for grain in GRAINS:
            with connection.begin():
                periods = to_be_summed(connection, grain, today=self._today)
            while periods and (self._deadline is None or time.monotonic() < self._deadline):
                some, periods = periods[:PERIODS_AT_ONCE], periods[PERIODS_AT_ONCE:]
                with connection.begin():
                    sum_periods(connection, grain, some, self._zone)
                    if grain == "day":
                        write_days(connection, some, now=self._now)
                if periods:
                    self._tell()

    def _prepared(self, connection: Connection, found: Found | None) -> SyncState:
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
            if state.read_with != self._source.read_with:
                # What n8n still has is read again; what it has not is counted at the end.
                state = replace(state, last_execution_id=0, caught_up=False, outdated=None)
                self._note(MAPPING_CHANGED)
        state = replace(
            state,
            covers_start=self._covered_from(state),
            gaps=self._gaps(connection, state),
            read_with=self._source.read_with,
            storage=self._source.storage,
        )
        changed = record_processes(connection, self._listed, now=self._now)
        if state.stores_content and not self._store_content:
            changed |= forget_content(connection)
        if state.timezone != self._zone.key or self._rebuild:
            mark_all_stale(connection, self._zone)
            self._rebuild = False
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

    def _gaps(
        self, connection: Connection, state: SyncState
    ) -> tuple[tuple[datetime, datetime], ...]:
        """The spans that n8n deleted before they were read, with one that shows only now."""
        known_until = state.covers_end
        if (
            state.synced_at is None
            or known_until is None
            or self._newest <= state.last_execution_id
        ):
            return state.gaps
        next_id = state.last_execution_id + 1
        if self._source.ids_between(next_id, next_id):
            return state.gaps  # the very next one is there: none was deleted in between
        since = self._source.complete_since()
        if since is None or since <= known_until or not _remembers_ended(connection):
            return state.gaps
        last = state.gaps[-1] if state.gaps else None
        if last is not None and last[1] >= known_until:
            return (*state.gaps[:-1], (last[0], since))
        return (*state.gaps, (known_until, since))

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

    def _copy_many(
        self, connection: Connection, state: SyncState, read_ahead: ReadAhead
    ) -> SyncState:
        """Copy what is read by several processes; nothing where there is little."""
        for batch in read_ahead.batches(
            self._source,
            after=state.last_execution_id,
            up_to=self._newest,
            size=self._batch_size,
        ):
            started = time.monotonic()
            self._unusable_ahead += batch.unusable
            with connection.begin():
                changes = self._record(connection, batch.records)
                state = replace(state, last_execution_id=batch.last_id, caught_up=False)
                state = self._write_batch(
                    connection, _reaching(state, batch.records), batch.records, changes
                )
            self._count(len(batch.records), changes, started)
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
                if state.outdated is None:
                    state = self._with_outdated_counted(connection, state)
            else:
                state = _reaching(state, records)
            state = self._write_batch(connection, state, records, changes)
        self._count(len(records), changes, started)
        return state, at_the_end

    def _with_outdated_counted(self, connection: Connection, state: SyncState) -> SyncState:
        """Count what was read with another mapping: n8n has deleted it, or its data is gone."""
        with_another = executions.c.read_with != state.read_with
        number = connection.scalar(select(func.count()).select_from(executions).where(with_another))
        notes = [note for note in state.notes if not note.startswith(OUTDATED)]
        if number:
            notes.append(f"{OUTDATED}:{number}")
            self._note(notes[-1])
        return replace(state, outdated=number or 0, notes=tuple(sorted(notes)))

    def _compare(self, connection: Connection, state: SyncState) -> SyncState:
        """Mark what n8n has deleted, where it is time to look again and time is left."""
        if not self._is_to_be_compared(state):
            return state
        done = compare(
            connection,
            self._source,
            last=self._newest,
            now=self._now,
            may_go_on=lambda: self._deadline is None or time.monotonic() < self._deadline,
        )
        if done:
            state = replace(state, compared_at=self._now)
            with connection.begin():
                _write(connection, state)
        return state

    def _record(self, connection: Connection, records: Sequence[ExecutionRecord]) -> Changes:
        changes = Changes()
        for part, store_content in self._by_content(records):
            changes.add(
                record_executions(connection, part, store_content=store_content, now=self._now)
            )
        return changes

    def _by_content(
        self, records: Sequence[ExecutionRecord]
    ) -> list[tuple[Sequence[ExecutionRecord], bool]]:
        """The *records* of which texts are kept, and those of which none are."""
        since = self.content_since
        if since is None or not self._store_content:
            return [(records, self._store_content)]
        fresh = [record for record in records if record.began_at >= since]
        old = [record for record in records if record.began_at < since]
        return [(part, kept) for part, kept in ((fresh, True), (old, False)) if part]

    def _write_batch(
        self,
        connection: Connection,
        state: SyncState,
        records: Sequence[ExecutionRecord],
        changes: Changes,
    ) -> SyncState:
        mark_stale(connection, changes.moments, self._zone)
        if state.covers_start is None and records:  # n8n had nothing when this sync began
            state = replace(state, covers_start=self._now)
        state = replace(
            state,
            data_version=state.data_version + (changes.executions > 0),
            unreadable=state.unreadable + changes.payloads["unreadable"],
            missing=state.missing + changes.payloads["missing"],
            elsewhere=state.elsewhere + changes.payloads["elsewhere"],
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
            unreadable=self._report.unreadable + max(changes.payloads["unreadable"], 0),
            missing=self._report.missing + max(changes.payloads["missing"], 0),
            elsewhere=self._report.elsewhere + max(changes.payloads["elsewhere"], 0),
        )
        for note in changes.notes:
            self._note(note)
        self._tell()

    def _tell(self) -> None:
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
            unusable=self._source.unusable_rows + self._unusable_ahead,
            elapsed_s=time.monotonic() - self._started,
        )


def _remembers_ended(connection: Connection) -> bool:
    """Whether an execution is remembered that n8n would keep until it deletes its oldest."""
    ended = select(executions.c.execution_id).where(
        executions.c.status.in_(("success", "error", "crashed", "canceled"))
    )
    return connection.scalar(ended.limit(1)) is not None


def _reaching(state: SyncState, records: Sequence[ExecutionRecord]) -> SyncState:
    """Return *state*, in the middle of a sync, with what *records* cover."""
    if records and (state.covers_end is None or records[-1].began_at > state.covers_end):
        return replace(state, covers_end=records[-1].began_at)
    return state


def _write(connection: Connection, state: SyncState) -> None:
    row = {**asdict(state), "notes": list(state.notes), "gaps": gaps_to_json(state.gaps)}
    upsert(connection, sync_state, [row])
