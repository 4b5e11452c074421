"""Answers and readings that need not be made twice: in memory, then on disk.

Values are JSON; nothing is ever pickled. The disk cache serves later processes, so a second
``agent-cli ask`` finds what the first one made; a disk that cannot be used is left out, never
an error.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import json
import logging
import sqlite3
import zlib
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from cachetools import LRUCache

log = logging.getLogger("milhena")

Level = Literal["memory", "disk"]


LOCK_WAIT_S = 0.05
_BROKEN = (sqlite3.Error, OSError)
_UNREADABLE = (ValueError, TypeError, zlib.error)


@functools.cache
def _program_version() -> str:
    """Part of every key: another version may say or store things differently."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("milhena")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "unknown"


def cache_key(purpose: str, **parts: Any) -> str:
    """Return a key for *parts* (JSON types) that differs wherever any of them does."""
    parts["program"] = _program_version()
    text = json.dumps(parts, sort_keys=True, default=str, ensure_ascii=False)
    return f"{purpose}:{hashlib.sha256(text.encode()).hexdigest()}"


class AnswerCache:
    """A bounded cache with two levels.

    :param folder: where the disk level lives; made on first write.
    :param memory_entries: size of the first level; 0 turns it off.
    :param disk_mb: size of the second level; 0 turns it off.
    """

    def __init__(self, folder: Path, *, memory_entries: int, disk_mb: int) -> None:
        self._memory: LRUCache[str, dict[str, Any]] = LRUCache(maxsize=max(memory_entries, 1))
        self._memory_on = memory_entries > 0
        self._folder = folder
        self._disk_bytes = disk_mb * 1_000_000
        self._disk: Any = None
        self._disk_off = disk_mb == 0
        self._busy: tuple[type[Exception], ...] = ()
        self._lock = Lock()

    async def get(self, key: str) -> tuple[dict[str, Any], Level] | None:
        """Return the value and the level that had it, or None."""
        with self._lock:
            if self._memory_on and key in self._memory:
                return self._memory[key], "memory"
        value = None if self._disk_off else await asyncio.to_thread(self._on_disk, key)
        if value is None:
            return None
        self._remember(key, value)
        return value, "disk"

    def _on_disk(self, key: str) -> dict[str, Any] | None:
        disk = self._open(create=False)
        if disk is None:
            return None
        try:
            text = disk.get(key)
            value = None if text is None else json.loads(text)
        except self._busy:
            return None
        except _UNREADABLE:
            return None  # a damaged entry is one that is not there
        except _BROKEN as error:
            self._leave_disk(error)
            return None
        return value if isinstance(value, dict) else None

    async def put(self, key: str, value: dict[str, Any], *, keep_s: float) -> None:
        """Keep *value* (JSON types): *keep_s* seconds on disk, until evicted in memory."""
        self._remember(key, value)
        if not self._disk_off:
            await asyncio.to_thread(self._to_disk, key, value, keep_s)

    def _to_disk(self, key: str, value: dict[str, Any], keep_s: float) -> None:
        disk = self._open(create=True)
        if disk is None:
            return
        try:
            disk.set(key, json.dumps(value, ensure_ascii=False), expire=keep_s)
        except self._busy:
            return  # somebody else writes: the answer is simply made again next time
        except _BROKEN as error:
            self._leave_disk(error)

    def close(self) -> None:
        """Close the disk level."""
        with self._lock:
            disk, self._disk, self._disk_off = self._disk, None, True
        if disk is not None:
            disk.close()

    def _remember(self, key: str, value: dict[str, Any]) -> None:
        if self._memory_on:
            with self._lock:
                self._memory[key] = value

    def _open(self, *, create: bool) -> Any:
        with self._lock:
            if self._disk is None and not self._disk_off and (create or self._folder.exists()):
                self._disk = self._opened()
                self._disk_off = self._disk is None
            return self._disk

    def _opened(self) -> Any:
        import diskcache

        self._busy = (diskcache.Timeout,)
        try:
            # Answers hold what people wrote to the company: their owner's to read.
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._folder.chmod(0o700)
            # JSONDisk never unpickles, whatever somebody put into the folder.
            return diskcache.Cache(
                str(self._folder),
                disk=diskcache.JSONDisk,
                size_limit=self._disk_bytes,
                timeout=LOCK_WAIT_S,
            )
        except (*_BROKEN, diskcache.Timeout) as error:
            self._warn(error)
            return None

    def _leave_disk(self, error: Exception) -> None:
        with self._lock:
            self._disk, self._disk_off = None, True
        self._warn(error)

    def _warn(self, error: Exception) -> None:
        log.warning(
            "the cache on disk at %s is left out: %s: %s",
            self._folder,
            type(error).__name__,
            error,
        )
