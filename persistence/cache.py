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
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import Any, Literal, TypeVar

from cachetools import LRUCache

log = logging.getLogger("milhena")

Level = Literal["memory", "disk"]
Found = TypeVar("Found")

LOCK_WAIT_S = 0.05
DATABASE = "cache.db"
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


@functools.cache
def _json_disk() -> Any:
    """How values are written on disk: as JSON, and read as nothing else."""
    import diskcache
    from diskcache.core import MODE_BINARY, MODE_RAW

    class JsonDisk(diskcache.JSONDisk):  # type: ignore[misc]  # the library has no types
        def fetch(self, mode: int, filename: str, value: Any, read: bool) -> Any:
            # The library unpickles, and so runs, a value whose row says that it is a pickle.
            if mode not in (MODE_RAW, MODE_BINARY):
                raise ValueError(f"a value of mode {mode} is not one of ours")
            return super().fetch(mode, filename, value, read)

    return JsonDisk


def _somebody_has_it(error: Exception) -> bool:
    """Whether the file is only locked, and so will be there again."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


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
        self._lock = Lock()
        # The library keeps a connection for every thread that used it: there shall be one, and
        # it shall be closed by its own thread.
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="milhena-cache")

    async def get(self, key: str) -> tuple[dict[str, Any], Level] | None:
        """Return the value and the level that had it, or None."""
        with self._lock:
            if self._memory_on and key in self._memory:
                return self._memory[key], "memory"
        value = await self._with_disk(self._on_disk, key)
        if value is None:
            return None
        self._remember(key, value)
        return value, "disk"

    async def put(self, key: str, value: dict[str, Any], *, keep_s: float) -> None:
        """Keep *value* (JSON types): *keep_s* seconds on disk, until evicted in memory."""
        self._remember(key, value)
        await self._with_disk(self._to_disk, key, value, keep_s)

    def close(self) -> None:
        """Close the disk level."""
        if not self._disk_off:
            self._disk_off = True
            self._worker.submit(self._close_disk)
        self._worker.shutdown()

    def _remember(self, key: str, value: dict[str, Any]) -> None:
        if self._memory_on:
            with self._lock:
                self._memory[key] = value

    # --- the disk, in its own thread -----------------------------------------------------------

    async def _with_disk(self, work: Callable[..., Found], *arguments: Any) -> Found | None:
        if self._disk_off:
            return None
        return await asyncio.get_running_loop().run_in_executor(self._worker, work, *arguments)

    def _on_disk(self, key: str) -> dict[str, Any] | None:
        disk = self._open(create=False)
        if disk is None:
            return None
        try:
            text = disk.get(key)
            value = None if text is None else json.loads(text)
        except _UNREADABLE:
            return None  # a damaged entry is one that is not there
        except _BROKEN as error:
            if not _somebody_has_it(error):
                self._leave_disk(error)
            return None
        return value if isinstance(value, dict) else None

    def _to_disk(self, key: str, value: dict[str, Any], keep_s: float) -> None:
        disk = self._open(create=True)
        if disk is None:
            return
        import diskcache

        try:
            disk.set(key, json.dumps(value, ensure_ascii=False), expire=keep_s)
        except diskcache.Timeout:
            return  # somebody else writes: the answer is simply made again next time
        except _BROKEN as error:
            if not _somebody_has_it(error):
                self._leave_disk(error)

    def _close_disk(self) -> None:
        if self._disk is not None:
            self._disk.close()

    def _open(self, *, create: bool) -> Any:
        """The disk level; None where there is none, or it cannot be opened just now."""
        if self._disk is None and not self._disk_off:
            try:
                if create or self._folder.exists():
                    self._disk = self._opened()
            except _BROKEN as error:
                if not _somebody_has_it(error):
                    self._leave_disk(error)
        return self._disk

    def _opened(self) -> Any:
        # Answers hold what people wrote to the company: their owner's to read.
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder.chmod(0o700)
        self._check_that_nobody_writes()
        import diskcache

        return diskcache.Cache(
            str(self._folder),
            disk=_json_disk(),
            size_limit=self._disk_bytes,
            timeout=LOCK_WAIT_S,
        )

    def _check_that_nobody_writes(self) -> None:
        """Raise where the file is locked: to open it the library writes, and waits a minute."""
        with closing(
            sqlite3.connect(self._folder / DATABASE, timeout=LOCK_WAIT_S, isolation_level=None)
        ) as connection:
            connection.execute("BEGIN IMMEDIATE")

    def _leave_disk(self, error: Exception) -> None:
        self._close_disk()
        self._disk, self._disk_off = None, True
        log.warning(
            "the cache on disk at %s is left out: %s: %s",
            self._folder,
            type(error).__name__,
            error,
        )
