"""The batches of a sync: each one transaction of facts and of how far the sync came with them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from persistence.loading import Load, Loading, has_nothing_after, prepared, write
from persistence.n8n.records import ExecutionRecord
from persistence.read_ahead import Batch, ReadAhead
from persistence.recording import (
    Changes,
    differences,
    record_executions,
    record_vanished,
    upsert,
)
from persistence.rollups import mark_stale
from persistence.store import SyncState, gaps_to_json
from persistence.sync_look import Source
from persistence.sync_pace import Pace
from persistence.sync_report import OUTDATED
from persistence.tables import executions, sync_state

_LOADED_AT_ONCE = 4
"""So many batches of rows that are ready to be loaded make one transaction."""


class Batches:
    """Copies executions from *source*, batch by batch, as *loading* says.

    ``unusable`` counts what readers in other processes left out.
    """

    def __init__(
        self, source: Source, zone: ZoneInfo, loading: Loading, pace: Pace, *, newest: int
    ) -> None:
        self.unusable = 0
        self._source = source
        self._zone = zone
        self._loading = loading
        self._pace = pace
        self._newest = newest
        self._nothing_stored = False

    def differ(self, connection: Connection, records: Sequence[ExecutionRecord]) -> bool:
        """Whether the store says something else than *records*."""
        return any(
            differences(connection, part, store_content=store_content)
            for part, store_content in self._by_content(records)
        )

    def reached(self, connection: Connection) -> datetime:
        """Up to when all is known: now, or the newest record where n8n's clock is ahead."""
        latest = connection.scalar(select(func.max(executions.c.began_at)))
        return max(latest, self._loading.now) if latest else self._loading.now

    # --- copying -----------------------------------------------------------------------------

    def copy_again(
        self, connection: Connection, state: SyncState, ids: list[int], still_open: set[int]
    ) -> SyncState:
        """Copy these executions, which are stored already or were passed over."""
        started = time.monotonic()
        records = self._source.executions_by_id(ids)
        vanished = still_open.intersection(ids) - {record.execution_id for record in records}
        with connection.begin():
            changes = self._compared(connection, records)
            if vanished:
                changes.add(record_vanished(connection, vanished))
            if changes.executions:
                state = self._settled(connection, state, changes, is_empty=not records)
        self._pace.count(len(ids), changes, since=started)
        return state

    def look_ahead(self, connection: Connection, state: SyncState) -> None:
        """Find out whether all that follows is new to the store: nobody else may write now."""
        with connection.begin():
            self._nothing_stored = has_nothing_after(connection, state.last_execution_id)

    def copy_many(
        self, connection: Connection, state: SyncState, read_ahead: ReadAhead, *, size: int
    ) -> SyncState:
        """Copy what is read by several processes; nothing where there is little."""
        for batch in _joined(
            read_ahead.batches(
                self._source,
                after=state.last_execution_id,
                up_to=self._newest,
                size=size,
                loading=self._loading if self._nothing_stored else None,
            )
        ):
            started = time.monotonic()
            self.unusable += batch.unusable
            read, _, last_began_at = _extent(batch.found)
            with connection.begin():
                changes = self._written(connection, batch.found)
                state = replace(state, last_execution_id=batch.last_id, caught_up=False)
                state = _reaching(state, last_began_at)
                state = self._settled(connection, state, changes, is_empty=not read)
            self._pace.count(read, changes, since=started)
        return state

    def copy_next(
        self, connection: Connection, state: SyncState, size: int
    ) -> tuple[SyncState, bool]:
        """Copy the next *size* executions; also return whether those were the last."""
        started = time.monotonic()
        # Read before the transaction begins: nobody waits for n8n while we hold the store.
        records = self._source.executions_after(state.last_execution_id, limit=size)
        at_the_end = len(records) < size
        found = prepared(records, self._loading) if self._nothing_stored else records
        read, last_id, last_began_at = _extent(found)
        with connection.begin():
            changes = self._written(connection, found)
            last = last_id or state.last_execution_id
            state = replace(state, last_execution_id=last, caught_up=False)
            if at_the_end:
                state = replace(
                    state,
                    last_execution_id=max(last, self._newest),
                    caught_up=True,
                    synced_at=self._loading.now,
                    covers_end=self.reached(connection),
                )
                if state.outdated is None:
                    state = self._with_outdated_counted(connection, state)
            else:
                state = _reaching(state, last_began_at)
            state = self._settled(connection, state, changes, is_empty=not read)
        self._pace.count(read, changes, since=started)
        return state, at_the_end

    # --- in a transaction --------------------------------------------------------------------

    def _written(self, connection: Connection, found: Load | list[ExecutionRecord]) -> Changes:
        if isinstance(found, Load):
            return write(connection, found, self._zone)
        return self._compared(connection, found)

    def _compared(self, connection: Connection, records: Sequence[ExecutionRecord]) -> Changes:
        changes = Changes()
        for part, store_content in self._by_content(records):
            changes.add(
                record_executions(
                    connection, part, store_content=store_content, now=self._loading.now
                )
            )
        return changes

    def _by_content(
        self, records: Sequence[ExecutionRecord]
    ) -> list[tuple[Sequence[ExecutionRecord], bool]]:
        """The *records* of which texts are kept, and those of which none are."""
        kept = [record for record in records if self._loading.keeps_content(record)]
        if len(kept) in (0, len(records)):
            return [(records, bool(kept))]
        left = [record for record in records if not self._loading.keeps_content(record)]
        return [(kept, True), (left, False)]

    def _settled(
        self, connection: Connection, state: SyncState, changes: Changes, *, is_empty: bool
    ) -> SyncState:
        """Write what follows from *changes*, and how far the sync came."""
        mark_stale(connection, changes.moments, self._zone, days=changes.days)
        if state.covers_start is None and not is_empty:  # n8n had nothing when this sync began
            state = replace(state, covers_start=self._loading.now)
        state = replace(
            state,
            data_version=state.data_version + (changes.executions > 0),
            unreadable=state.unreadable + changes.payloads["unreadable"],
            missing=state.missing + changes.payloads["missing"],
            elsewhere=state.elsewhere + changes.payloads["elsewhere"],
            notes=tuple(sorted({*state.notes, *changes.notes})),
        )
        write_state(connection, state)
        return state

    def _with_outdated_counted(self, connection: Connection, state: SyncState) -> SyncState:
        """Count what was read with another mapping: n8n has deleted it, or its data is gone."""
        with_another = executions.c.read_with != state.read_with
        number = connection.scalar(select(func.count()).select_from(executions).where(with_another))
        notes = [note for note in state.notes if not note.startswith(OUTDATED)]
        if number:
            notes.append(f"{OUTDATED}:{number}")
            self._pace.note(notes[-1])
        return replace(state, outdated=number or 0, notes=tuple(sorted(notes)))


def _joined(batches: Iterable[Batch]) -> Iterator[Batch]:
    """The *batches* of rows that are ready to be loaded, several as one, the others as they are.

    Where rows cost so little, what a transaction costs by itself weighs as much as 500 of them.
    """
    held: list[Batch] = []
    for batch in batches:
        if not isinstance(batch.found, Load):
            yield batch
            continue
        held.append(batch)
        if len(held) == _LOADED_AT_ONCE:
            yield _as_one(held)
            held = []
    if held:
        yield _as_one(held)


def _as_one(batches: Sequence[Batch]) -> Batch:
    whole = Load()
    for batch in batches:
        assert isinstance(batch.found, Load)  # noqa: S101  # those alone are held
        whole.add(batch.found)
    return Batch(batches[-1].last_id, whole, sum(batch.unusable for batch in batches))


def _extent(found: Load | list[ExecutionRecord]) -> tuple[int, int | None, datetime | None]:
    """How many were *found*, the last one's id, and when it began."""
    if isinstance(found, Load):
        return found.read, found.last_id, found.last_began_at
    if not found:
        return 0, None, None
    return len(found), found[-1].execution_id, found[-1].began_at


def _reaching(state: SyncState, began_at: datetime | None) -> SyncState:
    """Return *state*, in the middle of a sync, with an execution of *began_at* covered."""
    if began_at is not None and (state.covers_end is None or began_at > state.covers_end):
        return replace(state, covers_end=began_at)
    return state


def write_state(connection: Connection, state: SyncState) -> None:
    """Write how far the store is, inside the caller's transaction."""
    row = {**asdict(state), "notes": list(state.notes), "gaps": gaps_to_json(state.gaps)}
    upsert(connection, sync_state, [row])
