"""Copying what is new in n8n into the store: incrementally, as often as one likes.

Every batch is one transaction that writes the facts, what follows from them and how far the sync
came, so it may be killed at any point and run again, twice, or beside another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from persistence.daily_metrics import write_days
from persistence.deletions import COMPARED_EVERY, compare
from persistence.exclusive import exclusively
from persistence.loading import Loading
from persistence.read_ahead import ReadAhead
from persistence.recording import forget_content, record_processes
from persistence.rollups import mark_all_stale, periods_at_once, sum_periods, to_be_summed
from persistence.second_sources import record_counted, still_counted_since
from persistence.store import Store, SyncState
from persistence.sync_batches import Batches, write_state
from persistence.sync_look import GRAINS, OVERLAP_IDS, Found, Source, look, to_read_again
from persistence.sync_pace import Pace
from persistence.sync_report import ANOTHER_SYNC, MAPPING_CHANGED, STOPPED
from persistence.sync_report import SyncProgress as SyncProgress
from persistence.sync_report import SyncReport as SyncReport
from persistence.sync_report import SyncStopped as SyncStopped
from persistence.tables import executions, sync_state

STATE_KEPT_FOR = timedelta(seconds=60)
"""A look that finds nothing new is written down this often; in between it is remembered."""


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
    :param batch_size: at most so many executions in one transaction; four times as many of
        those that are new to the store and read by several processes.
    :param progress: called after every batch; may raise `SyncStopped`.
    :param rebuild: sum all days and months anew, from the facts in the store.
    :param read_ahead: reads on several cores where there is much to read.
    :raises SourceError: n8n cannot be read.
    :raises StoreError: the store cannot be written, or belongs to another n8n.
    """
    pace = Pace(now, budget_s=budget_s, batch_size=batch_size, progress=progress)
    loading = Loading(now, store_content, content_since)
    run = _Run(source, store, zone, loading, pace, rebuild=rebuild)
    return run.quick_look() or run.whole_sync(read_ahead)


class _Run:
    """One call of `synchronise`."""

    def __init__(
        self,
        source: Source,
        store: Store,
        zone: ZoneInfo,
        loading: Loading,
        pace: Pace,
        *,
        rebuild: bool,
    ) -> None:
        self._source = source
        self._store = store
        self._zone = zone
        self._store_content = loading.store_content
        self._now = loading.now
        self._today = loading.now.astimezone(zone).date()
        self._rebuild = rebuild
        self._pace = pace
        self._newest = source.max_execution_id()
        self._listed = source.processes()
        self._batches = Batches(source, zone, loading, pace, newest=self._newest)

    # --- nothing new: no lock, and a write only once in a while ------------------------------

    def quick_look(self) -> SyncReport | None:
        """Return the report where there is nothing to copy, else None."""
        found = self._store.reading(self._look)
        if found is None or not self._is_settled(found):
            return None
        again = to_read_again(self._source, found)
        if again.moved or len(again.unsure) > OVERLAP_IDS + self._pace.batch_size:
            return None
        if again.unsure:
            records = self._source.executions_by_id(again.newest_first)
            there = {record.execution_id for record in records}
            if not there >= again.unsure & found.still_open.keys() or self._store.reading(
                lambda connection: self._batches.differ(connection, records)
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
                    .values(synced_at=self._now, covers_end=self._batches.reached(connection))
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

    def whole_sync(self, read_ahead: ReadAhead | None) -> SyncReport:
        """Copy, holding the store's lock; where somebody else has it, only say so."""
        with (
            self._store.connected_for_writing() as connection,
            exclusively(connection, "sync") as held,
        ):
            if not held:
                with connection.begin():
                    state = self._store.written_state(connection)
                self._pace.note(ANOTHER_SYNC)
                return self._finished(state, caught_up=False)
            try:
                state, caught_up = self._copy(connection, read_ahead)
                if caught_up:
                    state = self._count_apart(connection, state)
                self._sum(connection)
            except SyncStopped:
                self._pace.note(STOPPED)
                with connection.begin():
                    state = self._store.written_state(connection)
                caught_up = False
        return self._finished(state, caught_up=caught_up)

    def _copy(self, connection: Connection, read_ahead: ReadAhead | None) -> tuple[SyncState, bool]:
        batches, pace = self._batches, self._pace
        with connection.begin():
            found = self._look(connection)  # anew: whoever had the lock before may have copied
            state = self._prepared(connection, found)
        again = to_read_again(self._source, found).newest_first if found else []
        if pace.is_watched:
            unread = max(self._newest - state.last_execution_id, 0)
            pace.expected = len(again) + min(unread, self._source.facts().executions)
        still_open = set(found.still_open) if found else set()
        while again:
            size = pace.next_batch()
            if not size:
                return state, False
            chunk, again = again[:size], again[size:]
            state = batches.copy_again(connection, state, chunk, still_open)
        batches.look_ahead(connection, state)
        if read_ahead is not None and not pace.is_limited:
            state = batches.copy_many(connection, state, read_ahead, size=pace.batch_size)
        while True:
            size = pace.next_batch()
            if not size:
                return state, False
            state, at_the_end = batches.copy_next(connection, state, size)
            if at_the_end:
                return self._compare(connection, state), True

    def _compare(self, connection: Connection, state: SyncState) -> SyncState:
        """Mark what n8n has deleted, where it is time to look again and time is left."""
        if not self._is_to_be_compared(state):
            return state
        done = compare(
            connection,
            self._source,
            last=self._newest,
            now=self._now,
            may_go_on=self._pace.time_is_left,
        )
        if done:
            state = replace(state, compared_at=self._now)
            with connection.begin():
                write_state(connection, state)
        return state

    def _count_apart(self, connection: Connection, state: SyncState) -> SyncState:
        """Keep what n8n itself counted, beside the records."""
        with connection.begin():
            since = still_counted_since(connection)
        found = self._source.counted(since)
        with connection.begin():
            if record_counted(connection, found):
                state = replace(state, data_version=state.data_version + 1)
                write_state(connection, state)
        return state

    def _sum(self, connection: Connection) -> None:
        """Sum the days and months that changed; what no time is left for stays stale."""
        for grain in GRAINS:
            with connection.begin():
                periods = to_be_summed(connection, grain, today=self._today)
            at_once = periods_at_once(
                len(periods), facts=self._newest, in_a_hurry=self._pace.is_limited
            )
            while periods and self._pace.time_is_left():
                some, periods = periods[:at_once], periods[at_once:]
                with connection.begin():
                    sum_periods(connection, grain, some, self._zone)
                    if grain == "day":
                        write_days(connection, some, now=self._now)
                if periods:
                    self._pace.tell()

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
                self._pace.note(MAPPING_CHANGED)
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
            write_state(connection, state)
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

    def _finished(self, state: SyncState | None, *, caught_up: bool) -> SyncReport:
        unusable = self._source.unusable_rows + self._batches.unusable
        return self._pace.finished(state, caught_up=caught_up, unusable=unusable)


def _remembers_ended(connection: Connection) -> bool:
    """Whether an execution is remembered that n8n would keep until it deletes its oldest."""
    ended = select(executions.c.execution_id).where(
        executions.c.status.in_(("success", "error", "crashed", "canceled"))
    )
    return connection.scalar(ended.limit(1)) is not None
