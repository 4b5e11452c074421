"""What a sync needs of n8n, and the look into the store that comes before any copying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection, bindparam, select

from core.errors import StoreError
from persistence.n8n.counters import Counted
from persistence.n8n.records import ExecutionRecord, ExecutionState, ProcessRecord, SourceFacts
from persistence.recording import same_processes, stored_processes
from persistence.rollups import Grain, to_be_summed
from persistence.store import Store, SyncState
from persistence.stored_rows import GROWING, OPEN, state_as_stored
from persistence.tables import executions

OVERLAP_IDS = 200
"""So many ids before the last one read are looked for again where the store lacks them: n8n on
PostgreSQL may commit a lower id after a higher one."""

SETTLING = timedelta(seconds=5)
"""An execution that stopped this shortly before it was read is read once more, whether it ended
or fell asleep: n8n 1 on SQLite writes that it stopped before it writes its data."""

GRAINS: tuple[Grain, ...] = ("day", "month")


# Made once: the look that finds nothing new is most of what a sync ever does.
_EXECUTION_IDS = select(executions.c.execution_id)
_STILL_OPEN = select(
    executions.c.execution_id,
    executions.c.status,
    executions.c.started_at,
    executions.c.stopped_at,
).where(executions.c.status.in_(sorted(OPEN)))
_STOPPED_SINCE = _EXECUTION_IDS.where(executions.c.stopped_at >= bindparam("since"))
_MISSING = _EXECUTION_IDS.where(executions.c.payload == "missing")
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

    def counted(self, since: datetime | None) -> list[Counted]:
        """What n8n itself counted, by process and period, since then."""

    def complete_since(self) -> datetime | None:
        """From when on it has every execution that it saved; None where it has none."""

    def executions_after(self, execution_id: int, *, limit: int) -> list[ExecutionRecord]:
        """The next *limit* executions by id."""

    def executions_by_id(self, ids: Sequence[int]) -> list[ExecutionRecord]:
        """Those of *ids* that are still there."""

    def states(self, ids: Sequence[int]) -> dict[int, ExecutionState]:
        """How far those of *ids* are that are still there, without their data."""

    def ids_between(self, first: int, last: int) -> list[int]:
        """The ids from *first* to *last* that it has and has not marked as deleted."""

    @property
    def read_with(self) -> str:
        """The fingerprint of the mapping that tells what counts as business."""

    @property
    def storage(self) -> str | None:
        """The folder where it keeps executions' data in files, while it is there."""

    @property
    def unusable_rows(self) -> int:
        """How many executions could not be told apart or placed in time so far."""


@dataclass(frozen=True)
class Found:
    """What a look into the store found before anything is copied."""

    written: SyncState
    processes_differ: bool
    unsummed: bool
    """Days or months changed since they were summed."""
    still_open: dict[int, ExecutionState]
    """Executions whose end was not seen yet, as they were when they were last read."""
    just_stopped: list[int]
    """Those that ended, or fell asleep, just before they were read."""
    lacking: list[int]
    """Recent ids that the store does not have."""
    found_at_last: list[int]
    """Executions whose data was missing, now that there is another folder to look in."""


@dataclass(frozen=True)
class Again:
    """Which executions below the last id that was copied have to be read, or read again."""

    moved: set[int]
    """Open ones whose row n8n changed or removed since: the store is out of date."""
    unsure: set[int]
    """Those of which only reading tells whether there is anything to copy."""

    @property
    def newest_first(self) -> list[int]:
        """The ids of both."""
        # Where a budget ends early, those are the ones that people ask about.
        return sorted(self.moved | self.unsure, reverse=True)


def look(
    connection: Connection,
    store: Store,
    source: Source,
    *,
    listed: Sequence[ProcessRecord],
    newest: int,
    today: date,
) -> Found | None:
    """Return what is in *store* and may be out of date; None where nothing is in it yet.

    :param listed: n8n's processes, and *newest* its highest id, now.
    :param today: in the business zone.
    :raises StoreError: it belongs to another n8n.
    """
    state = store.written_state(connection)
    if state is None:
        return None
    if state.source_id != source.identity:
        shown = store.engine.url.render_as_string(hide_password=True)
        raise StoreError(
            f"the store at {shown} belongs to another n8n ({state.source_url}). "
            "Set MILHENA_STORE_URL to a store of its own, or leave it empty."
        )
    seen = store.as_seen(state)
    looked_at = seen.synced_at if seen else None
    still_open = {row[0]: ExecutionState(*row[1:]) for row in connection.execute(_STILL_OPEN)}
    just_stopped: list[int] = []
    if looked_at is not None:
        since = {"since": looked_at - SETTLING}
        just_stopped = list(connection.scalars(_STOPPED_SINCE, since))
    last = min(state.last_execution_id, newest)
    first = max(last - OVERLAP_IDS, 0) + 1
    recent = connection.scalars(_BETWEEN, {"first": first, "last": last})
    found_at_last: list[int] = []
    if state.missing and source.storage not in (None, state.storage):
        found_at_last = list(connection.scalars(_MISSING))
    return Found(
        written=state,
        processes_differ=not same_processes(stored_processes(connection), listed),
        unsummed=any(to_be_summed(connection, grain, today=today) for grain in GRAINS),
        still_open=still_open,
        just_stopped=just_stopped,
        lacking=list(set(range(first, last + 1)).difference(recent)),
        found_at_last=found_at_last,
    )


def to_read_again(source: Source, found: Found) -> Again:
    """Ask n8n how far the executions are that may have changed; it is not asked for data."""
    there = source.states([*found.still_open, *found.lacking])
    moved = {
        identity
        for identity, before in found.still_open.items()
        if identity not in there or state_as_stored(there[identity]) != before
    }
    growing = {identity for identity, state in found.still_open.items() if state.status in GROWING}
    unsure = {
        *growing,
        *found.just_stopped,
        *there.keys() & set(found.lacking),
        *found.found_at_last,
    }
    return Again(moved, unsure - moved)
