"""How a running sync gets on: what it did so far, and how much of its time is left."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from persistence.recording import Changes
from persistence.store import SyncState
from persistence.sync_report import SyncProgress, SyncReport

FIRST_BATCH = 25
"""Executions in the first batch of a sync with a budget, which shows how fast this n8n is."""
_SHARE_OF_BUDGET_PLANNED = 0.7


class Pace:
    """Counts what one sync does; ``expected`` executions in all, as far as that is known.

    :param budget_s: see `next_batch`; None: there is no hurry.
    :param progress: called after every batch; may raise `SyncStopped`.
    """

    def __init__(
        self,
        now: datetime,
        *,
        budget_s: float | None,
        batch_size: int,
        progress: Callable[[SyncProgress], None] | None,
    ) -> None:
        self.expected = 0
        self.is_watched = progress is not None
        self._progress = progress
        self.batch_size = batch_size
        self._started = time.monotonic()
        self._deadline = None if budget_s is None else self._started + budget_s
        self._s_per_execution: float | None = None
        self._report = SyncReport(0, 0, 0, False, 0, now, (), 0.0)

    @property
    def is_limited(self) -> bool:
        """Whether there is a budget of time."""
        return self._deadline is not None

    def time_is_left(self) -> bool:
        """Whether the budget has not been used up."""
        return self._deadline is None or time.monotonic() < self._deadline

    def next_batch(self) -> int:
        """How many executions fit into what is left of the budget; 0: none."""
        if self._deadline is None:
            return self.batch_size
        left_s = self._deadline - time.monotonic()
        if left_s <= 0:
            return 0
        if self._s_per_execution is None:
            return min(FIRST_BATCH, self.batch_size)
        fitting = int(left_s * _SHARE_OF_BUDGET_PLANNED / self._s_per_execution)
        return min(fitting, self.batch_size)

    def count(self, executions_read: int, changes: Changes, *, since: float) -> None:
        """Count a batch that was begun at *since* (of the monotonic clock), and tell of it."""
        if executions_read:
            self._s_per_execution = (time.monotonic() - since) / executions_read
        self._report = replace(
            self._report,
            read=self._report.read + executions_read,
            changed=self._report.changed + changes.executions,
            unreadable=self._report.unreadable + max(changes.payloads["unreadable"], 0),
            missing=self._report.missing + max(changes.payloads["missing"], 0),
            elsewhere=self._report.elsewhere + max(changes.payloads["elsewhere"], 0),
        )
        for note in changes.notes:
            self.note(note)
        self.tell()

    def tell(self) -> None:
        """Say how far the sync is."""
        if self._progress is not None:
            read = self._report.read
            self._progress(SyncProgress(read, max(read, self.expected), self._report.unreadable))

    def note(self, note: str) -> None:
        """Keep *note* for the report."""
        self._report = replace(self._report, notes=tuple(sorted({*self._report.notes, note})))

    def finished(self, state: SyncState | None, *, caught_up: bool, unusable: int) -> SyncReport:
        """Return the report of a sync that left the store in *state*."""
        return replace(
            self._report,
            caught_up=caught_up,
            data_version=state.data_version if state else 0,
            unusable=unusable,
            elapsed_s=time.monotonic() - self._started,
        )
