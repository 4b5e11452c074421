"""Reading many executions on several cores: processes that read and decode, ahead of the writer.

Decoding costs more than anything else of a first load, and Python does it on one core at a time.
The processes open n8n's database themselves, read-only as ever; they end with the one that
started them, however that ends.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from core.errors import MilhenaError
from persistence.n8n.records import ExecutionRecord

if TYPE_CHECKING:
    from concurrent.futures import Future

    from persistence.n8n.source import N8nSource


class Lister(Protocol):
    """What is needed of n8n to share the work out."""

    def ids_between(self, first: int, last: int) -> list[int]:
        """The ids from *first* to *last* that it has and has not marked as deleted."""


WORTH_IT = 5_000
"""With fewer executions to read than this, starting processes costs more than they save."""
READERS_AT_MOST = 4
IDS_AT_ONCE = 20_000
_AHEAD = 2
"""Batches that each process may have ready before they are written: what bounds the memory."""


@dataclass(frozen=True)
class Batch:
    """The executions up to ``last_id``, in order, after those of the batch before."""

    last_id: int
    records: list[ExecutionRecord]
    unusable: int
    """How many were left out because they cannot be told apart or placed."""


class ReadAhead:
    """Opens readers of one n8n when they are worth it.

    :param opening: what ``N8nSource.open`` takes.
    """

    def __init__(self, **opening: Any) -> None:
        self._opening = {**opening, "pool_size": 1}
        self.processes = min(READERS_AT_MOST, _cores())

    def batches(self, source: Lister, *, after: int, up_to: int, size: int) -> Iterator[Batch]:
        """Give the executions after *after* up to *up_to*, *size* at a time.

        It ends early where a reader fails: who goes on reading alone meets the reason.

        :raises SourceError: *source* cannot be read any more.
        """
        if self.processes < 2 or up_to - after < WORTH_IT:
            return
        # Imported here: most syncs find little, and a question must not wait for this.
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        with ProcessPoolExecutor(
            self.processes,
            mp_context=get_context("spawn"),  # a fork would share the store's connections
            initializer=_open,
            initargs=(self._opening,),
        ) as pool:
            waiting: deque[tuple[int, Future[Any]]] = deque()
            try:
                for ids in _chunks(source, after, up_to, size):
                    waiting.append((ids[-1], pool.submit(_read, ids)))
                    if len(waiting) > self.processes * _AHEAD:
                        batch = _taken(*waiting.popleft())
                        if batch is None:
                            return
                        yield batch
                while waiting:
                    batch = _taken(*waiting.popleft())
                    if batch is None:
                        return
                    yield batch
            finally:
                pool.shutdown(wait=True, cancel_futures=True)


def _taken(last_id: int, work: Future[Any]) -> Batch | None:
    from concurrent.futures.process import BrokenProcessPool

    try:
        found = work.result()
    except BrokenProcessPool:  # a reader was killed, or may not be started here
        return None
    return None if found is None else Batch(last_id, *found)


def _chunks(source: Lister, after: int, up_to: int, size: int) -> Iterator[list[int]]:
    ids: list[int] = []
    for first in range(after + 1, up_to + 1, IDS_AT_ONCE):
        ids += sorted(source.ids_between(first, min(first + IDS_AT_ONCE - 1, up_to)))
        while len(ids) >= size:
            yield ids[:size]
            del ids[:size]
    if ids:
        yield ids


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


# --- in a reader -----------------------------------------------------------------------------

_source: N8nSource | None = None
_unusable_before = 0


def _open(opening: dict[str, Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that started us
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from persistence.n8n.source import N8nSource

    global _source  # a process has no other place that lasts
    try:
        _source = N8nSource.open(**opening)
    except MilhenaError:
        _source = None


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _read(ids: Sequence[int]) -> tuple[list[ExecutionRecord], int] | None:
    global _unusable_before
    if _source is None:
        return None
    try:
        records = _source.executions_by_id(ids)
    except MilhenaError:
        return None
    unusable, _unusable_before = _source.unusable_rows - _unusable_before, _source.unusable_rows
    return records, unusable
