"""Records in a Redis that several processes and hosts share.

Every operation is one Lua script on one key, by the Redis server's clock, so hosts whose clocks
differ agree. A Redis that is gone, never answers or answers with an error costs the first
operation `ANSWER_WITHIN_S` at most; then this process keeps records of its own and looks in the
background, every `BYPASS_S`, whether it is back.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import hashlib
import json
import logging
import threading
import time
import weakref
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from core.errors import SettingsError
from core.redis_url import redis_place, redis_secrets
from providers.shared_state import (
    ClockMs,
    InProcessState,
    Machine,
    Place,
    Reply,
    Standing,
    Undo,
)

log = logging.getLogger("milhena")

ANSWER_WITHIN_S = 0.025
BYPASS_S = 5.0
PREFIX = "milhena:1"
"""The number changes with the records' form: versions that differ do not read each other's."""

_CLOSE_WITHIN_S = 0.5
_PROBE_WITHIN_S = 1.0
_LOOK_AGAIN_TURNS = 5
_LOOK = "look for the Redis"
_PROBE = "return redis.call('SET', KEYS[1], '1', 'PX', 1000)"


@functools.cache
def _script(kind: str) -> tuple[str, str]:
    """Return the Lua source for *kind* and its digest."""
    folder = resources.files("providers") / "lua"
    parts = ((folder / name).read_text("utf-8") for name in ("_run.lua", f"{kind}.lua"))
    source = "\n".join([*parts, "return run(apply)"])
    return source, hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()


@dataclass
class _Link:
    """One event loop's connection. Its operations go one after another, so each is quick."""

    client: Any
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class RedisState:
    """Records in the Redis at *url*, and in this process while that cannot be used.

    :param answer_within_s: what one operation may cost.
    :param bypass_s: how long after a failure it is looked for again.
    :param clock: overrides the server's clock, for tests.
    :raises SettingsError: *url* is not one of a Redis; the text never holds it.
    """

    def __init__(
        self,
        url: str,
        *,
        answer_within_s: float = ANSWER_WITHIN_S,
        bypass_s: float = BYPASS_S,
        prefix: str = PREFIX,
        clock: ClockMs | None = None,
    ) -> None:
        self._url = url
        try:
            self._where = redis_place(url)
        except ValueError as error:
            raise SettingsError(
                f"MILHENA_REDIS_URL: {error}.", setting="MILHENA_REDIS_URL"
            ) from None
        self._answer_within_s = answer_within_s
        self._bypass_s = bypass_s
        self._prefix = prefix
        self._clock = clock
        self._in_process = InProcessState(clock)
        self._links: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Link] = (
            weakref.WeakKeyDictionary()
        )
        self._under_way: set[asyncio.Task[Any]] = set()
        self._guard = threading.Lock()  # the three below belong to all threads
        self._problem = ""
        self._probe_at = 0.0

    # --- what gates call ----------------------------------------------------------------------

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
        """Return what *operation* on the record *name* gives; raises nothing about Redis."""
        if place == "process":
            return self._in_process.apply(machine, name, operation, arguments)
        values = None
        if self._problem:
            self._look_for_it()
        else:
            values = await self._asked(machine, name, operation, arguments, undo)
        if values is not None:
            return Reply(values, "redis")
        if place == "redis":
            arguments = {**arguments, "foreign": True}
        return self._in_process.apply(machine, name, operation, arguments)

    def standing(self) -> Standing:
        """Return whether the Redis is used, and why not."""
        problem = self._problem
        return Standing(
            "process" if problem else "redis", shared=True, where=self._where, problem=problem
        )

    async def close(self) -> None:
        """Let what is under way on this event loop end, briefly, and close its connection."""
        loop = asyncio.get_running_loop()
        ours = {task for task in tuple(self._under_way) if task.get_loop() is loop}
        looks = {task for task in ours if task.get_name() == _LOOK}
        for task in looks:  # nobody needs to know any more whether it is back
            task.cancel()
        if looks:
            await asyncio.wait(looks)
        if ours := ours - looks:
            _, late = await asyncio.wait(ours, timeout=_CLOSE_WITHIN_S)
            for task in late:
                task.cancel()
        await self._hang_up(self._links.pop(loop, None))

    # --- one operation ------------------------------------------------------------------------

    async def _asked(
        self,
        machine: Machine,
        name: str,
        operation: str,
        arguments: Mapping[str, Any],
        undo: Undo | None,
    ) -> dict[str, Any] | None:
        """Ask the Redis; None when it cannot be used."""
        task = self._start(self._exchange(machine, name, operation, arguments))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            asking = asyncio.current_task()
            if task.cancelled() and asking is not None and not asking.cancelling():
                return None  # the state was closed meanwhile; whoever asked goes on
            # Whoever asked is gone, the request is not: what it brings must not be lost.
            if undo is not None:
                task.add_done_callback(
                    functools.partial(self._take_back, machine=machine, name=name, undo=undo)
                )
            raise

    async def _exchange(
        self, machine: Machine, name: str, operation: str, arguments: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        source, digest = _script(machine.kind)
        now = "" if self._clock is None else str(self._clock())
        rest = (
            1,
            f"{self._prefix}:{machine.kind}:{name}",
            operation,
            now,
            json.dumps(arguments),
            machine.keep_ms,
        )
        loop = asyncio.get_running_loop()
        try:
            link = await self._link()
        except Exception as error:  # an option in the address that the library does not take
            self._bypass(error)
            return None
        async with link.lock:
            if self._problem:  # found out while this one waited its turn
                return None
            try:
                answer = await _within(
                    self._answer_within_s, _evaluate(link.client, source, digest, rest)
                )
                values = json.loads(answer)
                if not isinstance(values, dict):
                    raise ValueError("an answer that is not one of our script's")
            # The library raises nearly anything on a stranger's bytes, and no question may fail
            # because of a Redis.
            except Exception as error:
                self._bypass(error)
                if self._links.get(loop) is link:
                    del self._links[loop]
                self._start(self._hang_up(link))
                return None
            return values

    def _take_back(
        self, task: asyncio.Task[dict[str, Any] | None], *, machine: Machine, name: str, undo: Undo
    ) -> None:
        if task.cancelled() or task.exception() is not None:
            return
        values = task.result()
        taken_back = undo(values) if values is not None else None
        if taken_back is not None:
            operation, arguments = taken_back
            self._start(self.run(machine, name, operation, arguments, place="redis"))

    def _start(self, work: Any, name: str | None = None) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.get_running_loop().create_task(work, name=name)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    # --- connections --------------------------------------------------------------------------

    async def _link(self) -> _Link:
        loop = asyncio.get_running_loop()
        if loop not in self._links:
            # Importing the library takes a tenth of a second: not on the event loop.
            connect = await asyncio.to_thread(_import_client)
            if loop not in self._links:
                longest_s = self._answer_within_s + _PROBE_WITHIN_S  # ours come first
                self._links[loop] = _Link(
                    connect(self._url, socket_timeout=longest_s, socket_connect_timeout=longest_s)
                )
        return self._links[loop]

    @staticmethod
    async def _hang_up(link: _Link | None) -> None:
        if link is not None:
            with contextlib.suppress(Exception):  # it is given up in any case
                await asyncio.wait_for(link.client.aclose(), _CLOSE_WITHIN_S)

    # --- without it ---------------------------------------------------------------------------

    def _bypass(self, error: BaseException) -> None:
        problem = self._described(error)
        with self._guard:
            first, self._problem = not self._problem, problem
            self._probe_at = time.monotonic() + self._bypass_s
        if first:
            log.warning(
                "the Redis at %s is bypassed: %s. Breakers, limits and pauses are kept in this "
                "process until it answers again.",
                self._where,
                problem,
            )

    def _described(self, error: BaseException) -> str:
        if isinstance(error, TimeoutError):
            return f"no answer within {self._answer_within_s * 1000:.0f} ms"
        text = f"{type(error).__name__}: {error}"
        for secret in redis_secrets(self._url):
            text = text.replace(secret, "***")
        return text[:200].rstrip(".")

    def _look_for_it(self) -> None:
        """Start a look in the background when it is time for one; nobody waits for it."""
        with self._guard:
            if time.monotonic() < self._probe_at:
                return
            self._probe_at = time.monotonic() + self._bypass_s
        self._start(self._probe(), _LOOK)

    async def _probe(self) -> None:
        try:
            link = await self._link()
            async with link.lock:
                write = functools.partial(
                    link.client.execute_command, "EVAL", _PROBE, 1, f"{self._prefix}:probe"
                )
                await _within(_PROBE_WITHIN_S, write())
                # Back, but too slow to be used, is not back.
                await _within(self._answer_within_s, write())
        except Exception as error:  # whatever is wrong with it, it stays bypassed
            with self._guard:
                self._problem = self._described(error)
            await self._hang_up(self._links.pop(asyncio.get_running_loop(), None))
            return
        with self._guard:
            self._problem = ""
        log.info("the Redis at %s is used again", self._where)


async def _evaluate(client: Any, source: str, digest: str, rest: tuple[Any, ...]) -> Any:
    from redis.exceptions import NoScriptError

    try:
        return await client.execute_command("EVALSHA", digest, *rest)
    except NoScriptError:
        return await client.execute_command("EVAL", source, *rest)


async def _within(seconds: float, work: Awaitable[Any]) -> Any:
    """Return what *work* gives.

    :raises TimeoutError: it had not come after *seconds*. That measures the other side: what
        already lies in the socket because our own event loop was busy still counts.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
        for _ in range(_LOOK_AGAIN_TURNS):
            if task.done():
                return task.result()
            await asyncio.sleep(0)
        raise TimeoutError
    finally:
        task.cancel()


def _import_client() -> Any:
    from redis.asyncio import Redis
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff

    return functools.partial(
        Redis.from_url,
        single_connection_client=True,
        retry=Retry(NoBackoff(), 0),
        protocol=2,  # one round trip less than a newer one, and all that is needed
        driver_info=None,  # two round trips less
    )
