"""Reading many executions on several cores: processes that read and decode, ahead of the writer.

Decoding costs more than anything else of a first load, and Python does it on one core at a time.
The processes open n8n's database themselves, read-only as ever. They are plain children that
read what to do from a pipe: unlike those of `multiprocessing` they never run the program's own
main module again, and they end when the pipe does, however the one that started them ends.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any, Protocol

from core.errors import MilhenaError
from persistence.loading import Load, Loading, prepared
from persistence.n8n.records import ExecutionRecord


class Lister(Protocol):
    """What is needed of n8n to share the work out."""

    def ids_between(self, first: int, last: int) -> list[int]:
        """The ids from *first* to *last* that it has and has not marked as deleted."""


WORTH_IT = 5_000
"""With fewer executions to read than this, starting processes costs more than they save."""
READERS_AT_MOST = 4
IDS_AT_ONCE = 20_000
_AHEAD = 2
"""Batches that each process is asked for at a time: what bounds the memory."""
_PIPE_BYTES = 1 << 20
_ENDING_S = 10.0
_OBJECTS_PER_COLLECTION = 100_000
"""What is decoded is soon let go of, and hardly ever holds cycles that must be searched for."""

Asked = tuple[int, int, Loading | None]
"""The first and the last id to read, and how rows are to be made of them (None: they are not)."""
Found = tuple[Load | list[ExecutionRecord], int]
"""The executions, and how many were left out because they cannot be told apart or placed."""


@dataclass(frozen=True)
class Batch:
    """The executions up to ``last_id``, in order, after those of the batch before."""

    last_id: int
    found: Load | list[ExecutionRecord]
    """Ready to be loaded, or as they are."""
    unusable: int
    """How many were left out because they cannot be told apart or placed."""


class ReadAhead:
    """Opens readers of one n8n when they are worth it.

    ``readers`` are the processes that are running now.

    :param opening: what ``N8nSource.open`` takes.
    """

    def __init__(self, **opening: Any) -> None:
        self._opening = {**opening, "pool_size": 1}
        self.processes = min(READERS_AT_MOST, _cores())
        self.readers: list[subprocess.Popen[bytes]] = []

    def batches(
        self, source: Lister, *, after: int, up_to: int, size: int, loading: Loading | None
    ) -> Iterator[Batch]:
        """Give the executions after *after* up to *up_to*, *size* at a time.

        It ends early where a reader fails: who goes on reading alone meets the reason.

        :param loading: how rows are made of them; None: they are given as they are.
        :raises SourceError: *source* cannot be read any more.
        """
        if self.processes < 2 or up_to - after < WORTH_IT:
            return
        waiting: deque[tuple[int, subprocess.Popen[bytes]]] = deque()
        with self._started() as readers:
            for turn, (first, last) in enumerate(_ranges(source, after, up_to, size)):
                reader = readers[turn % len(readers)]
                if not _told(reader, (first, last, loading)):
                    return
                waiting.append((last, reader))
                if len(waiting) == len(readers) * _AHEAD:
                    batch = _taken(*waiting.popleft())
                    if batch is None:
                        return
                    yield batch
            while waiting:
                batch = _taken(*waiting.popleft())
                if batch is None:
                    return
                yield batch

    @contextmanager
    def _started(self) -> Iterator[list[subprocess.Popen[bytes]]]:
        """Readers, as long as the block lasts."""
        with ExitStack() as ending:
            for _ in range(self.processes):
                reader = subprocess.Popen(  # noqa: S603  # ourselves
                    (sys.executable, "-c", _MAIN), stdin=subprocess.PIPE, stdout=subprocess.PIPE
                )
                self.readers.append(reader)
                ending.callback(self.readers.remove, reader)
                ending.callback(_end, reader)
                _widen(reader.stdout)
                _told(reader, sys.path)
                _told(reader, self._opening)
            yield list(self.readers)


def _told(reader: subprocess.Popen[bytes], what: Any) -> bool:
    """Send *what* to *reader*; False where it has ended."""
    assert reader.stdin is not None  # noqa: S101  # it is a pipe
    try:
        pickle.dump(what, reader.stdin)
        reader.stdin.flush()
    except OSError:
        return False
    return True


def _taken(last_id: int, reader: subprocess.Popen[bytes]) -> Batch | None:
    assert reader.stdout is not None  # noqa: S101  # it is a pipe
    try:
        found: Found | None = pickle.load(reader.stdout)  # noqa: S301  # from our own child
    except (EOFError, pickle.UnpicklingError):  # it was killed, or may not be started here
        return None
    return None if found is None else Batch(last_id, *found)


def _end(reader: subprocess.Popen[bytes]) -> None:
    for pipe in (reader.stdin, reader.stdout):
        assert pipe is not None  # noqa: S101
        with suppress(OSError):  # what it was still to be told
            pipe.close()
    try:
        reader.wait(_ENDING_S)
    except subprocess.TimeoutExpired:  # in the middle of a statement
        reader.kill()
        reader.wait()


def _widen(pipe: IO[bytes] | None) -> None:
    """Let a whole batch fit into *pipe*, so that its reader goes on with the next meanwhile."""
    with suppress(ImportError, AttributeError, OSError):  # only Linux can, and not without limit
        import fcntl

        assert pipe is not None  # noqa: S101
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _ranges(source: Lister, after: int, up_to: int, size: int) -> Iterator[tuple[int, int]]:
    """Ranges of ids, each with *size* executions, the last with what is left."""
    ids: list[int] = []
    for first in range(after + 1, up_to + 1, IDS_AT_ONCE):
        ids += sorted(source.ids_between(first, min(first + IDS_AT_ONCE - 1, up_to)))
        while len(ids) >= size:
            yield ids[0], ids[size - 1]
            del ids[:size]
    if ids:
        yield ids[0], ids[-1]


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


# --- in a reader -----------------------------------------------------------------------------

_MAIN = """
import pickle, sys
sys.path[:] = pickle.load(sys.stdin.buffer)
from persistence.read_ahead import read_as_told
read_as_told(sys.stdin.buffer)
"""


def read_as_told(told: IO[bytes]) -> None:
    """Read what is asked for through *told* until it ends, and write it to standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that started us
    from persistence.n8n.source import N8nSource

    opening = pickle.load(told)  # noqa: S301  # from our own parent
    # What anything prints must not get between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        source = N8nSource.open(**opening)
    except MilhenaError:
        return
    gc.freeze()
    gc.set_threshold(_OBJECTS_PER_COLLECTION)
    with suppress(EOFError, BrokenPipeError):  # nobody asks or listens any more
        while True:
            pickle.dump(_answer(source, pickle.load(told)), answers, pickle.HIGHEST_PROTOCOL)  # noqa: S301
            answers.flush()
    os._exit(0)  # nothing is left to be tidied up, and what could not be written would complain


def _answer(source: Any, asked: Asked) -> Found | None:
    first, last, loading = asked
    unusable_before = source.unusable_rows
    try:
        records = source.executions_between(first, last)
    except MilhenaError:
        return None
    found = records if loading is None else prepared(records, loading)
    return found, source.unusable_rows - unusable_before
