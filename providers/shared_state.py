"""Where breakers, limits and pauses live: in this process, or in a Redis that several share.

What lives there are small records of JSON types. A `Machine` says how an operation changes one of
them: in Python for the process, in Lua for Redis, where the script runs as one step whoever else
asks. Both do the same; the tests run over both and compare them. Nothing is ever on disk.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from core.settings import Settings

Record = dict[str, Any]
"""What is kept under one name, as JSON types; an empty one is one that was never written."""
Place = Literal["process", "redis"]
ClockMs = Callable[[], int]
"""Milliseconds since 1970."""


@dataclass(frozen=True)
class Machine:
    """How the records of one kind change."""

    kind: str
    """First part of the keys, and the name of the Lua script that does the same as `apply`."""
    apply: Callable[[Record, str, int, Mapping[str, Any]], dict[str, Any]]
    """``(record, operation, now_ms, arguments)``: changes *record*, returns the reply."""
    keep_ms: int
    """A record that nobody touched for so long is forgotten."""


@dataclass(frozen=True)
class Reply:
    """What an operation returned."""

    values: dict[str, Any]
    place: Place
    """Where it was carried out: what was taken there is given back there."""


class Undo(Protocol):
    """Says which operation, if any, takes back what led to a reply."""

    def __call__(self, values: dict[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
        """Return the operation and its arguments, or None where there is nothing to undo."""
        ...


@dataclass(frozen=True)
class Standing:
    """Whether state is shared as the operator wants it."""

    place: Place
    """Where operations are carried out now."""
    shared: bool
    """Whether a Redis is configured at all."""
    where: str = ""
    """The Redis, without its password."""
    problem: str = ""
    """Why it is bypassed; empty when it is not."""


class SharedState(Protocol):
    """Carries out operations on records, each as one step. Safe from many tasks and threads."""

    async def run(
        self,
        machine: Machine,
        name: str,
        operation: str,
        arguments: Mapping[str, Any],
        *,
        place: Place | None = None,
        undo: Undo | None = None,
    ) -> Reply:
        """Return what *operation* on the record *name* gives.

        :param place: where the permit was taken that this operation ends. If that cannot be
            reached, the operation is carried out here, with ``foreign`` among its arguments.
        :param undo: what takes the operation back if whoever asked is cancelled before the reply.
        """
        ...

    def standing(self) -> Standing:
        """Return where operations are carried out, and why not elsewhere."""
        ...

    async def close(self) -> None:
        """Close the connection of the running event loop, if there is one."""
        ...


class SteadyClock:
    """The time of day in milliseconds, which never goes back.

    It follows the machine's clock when that jumps ahead (a laptop that slept), and goes on at the
    usual pace when it is set back: a pause of a minute is never one of an hour.
    """

    def __init__(self) -> None:
        self._wall = time.time()
        self._ticks = time.monotonic()
        self._lock = threading.Lock()

    def __call__(self) -> int:
        """The time now."""
        with self._lock:
            ticks = time.monotonic()
            self._wall = max(self._wall + ticks - self._ticks, time.time())
            self._ticks = ticks
            return int(self._wall * 1000)


class InProcessState:
    """Records in this process, for all its threads and event loops; gone when it ends."""

    def __init__(self, clock: ClockMs | None = None) -> None:
        self._clock = clock or SteadyClock()
        self._records: dict[str, tuple[Record, int]] = {}
        self._lock = threading.Lock()

    def apply(
        self, machine: Machine, name: str, operation: str, arguments: Mapping[str, Any]
    ) -> Reply:
        """Do what `run` does, without an event loop."""
        key = f"{machine.kind}:{name}"
        with self._lock:
            now = self._clock()
            record, forgotten_at = self._records.get(key, ({}, 0))
            if forgotten_at <= now:
                record = {}
            values = machine.apply(record, operation, now, arguments)
            self._records[key] = (record, now + machine.keep_ms)
        return Reply(values, "process")

    async def run(
        self,
        machine: Machine,
        name: str,
        operation: str,
        arguments: Mapping[str, Any],
        *,
        place: Place | None = None,
        undo: Undo | None = None,
    ) -> Reply:
        """Return what *operation* on the record *name* gives; it never waits."""
        return self.apply(machine, name, operation, arguments)

    def standing(self) -> Standing:
        """Say that everything is kept here, as it should be."""
        return Standing("process", shared=False)

    async def close(self) -> None:
        """Do nothing: there is no connection."""


def open_shared_state(settings: Settings) -> SharedState:
    """Return the state that *settings* ask for; no connection is made yet.

    :raises SettingsError: MILHENA_REDIS_URL cannot be read.
    """
    if settings.redis_url is None:
        return InProcessState()
    from providers.redis_state import RedisState

    return RedisState(settings.redis_url.get_secret_value())
