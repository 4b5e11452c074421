"""Leaving a model alone for as long as its provider asked.

Pauses belong to one model of one account: a limit of the strong model says nothing of the fast one,
and a model that is gone must not keep the others from being asked.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from core.errors import CallRefused, Refusal
from providers.gate import Call, GateStatus, Outcome
from providers.shared_state import Machine, Record, SharedState


def apply(record: Record, operation: str, now: int, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out *operation*: "pause" or "look". ``lua/pauses.lua`` does the same in Redis."""
    since, until = record.get("since", now), record.get("until", now)
    ahead = max(since - now, 0)  # a clock that was set back makes no pause longer
    since, until = since - ahead, until - ahead
    if operation == "pause" and now + arguments["for_ms"] > until:
        since, until = now, now + arguments["for_ms"]
    record.update(since=since, until=until)
    return {"wait_ms": max(until - now, 0)}


MACHINE = Machine("pauses", apply, keep_ms=8 * 86_400_000)
LONGEST_S = 7 * 86_400.0


class _GatePermit:
    def __init__(self, gate: PauseGate, name: str) -> None:
        self._gate = gate
        self._name = name

    async def settle(self, outcome: Outcome) -> None:
        """Begin the pause that the outcome asks for; a shorter one never ends a longer one."""
        if outcome.pause_s > 0:
            await self._gate.pause(self._name, outcome.pause_s)


class PauseGate:
    """The pauses of every model of every account.

    :param seen: ``(provider, model, account)`` that `status` tells of before any call was made.
    """

    def __init__(self, state: SharedState, *, seen: Iterable[tuple[str, str, str]] = ()) -> None:
        self._state = state
        self._targets = {
            f"{provider}:{model}:{account}": f"{provider}:{model}"
            for provider, model, account in seen
        }

    async def admit(self, call: Call) -> _GatePermit:
        """Return leave to make *call*.

        :raises CallRefused: its model is to be left alone.
        """
        name = f"{call.target}:{call.account}"
        self._targets[name] = call.target
        wait_s = await self._wait_s(name)
        if wait_s > 0:
            raise CallRefused(
                call.provider,
                f"left alone for {math.ceil(wait_s)} s more",
                refusal=Refusal.PAUSED,
                retry_after_s=wait_s,
            )
        return _GatePermit(self, name)

    async def pause(self, name: str, seconds: float) -> None:
        """Leave *name* (``provider:model:account``) alone for *seconds* from now."""
        for_ms = round(min(seconds, LONGEST_S) * 1000)
        await self._state.run(MACHINE, name, "pause", {"for_ms": for_ms})

    async def _wait_s(self, name: str) -> float:
        reply = await self._state.run(MACHINE, name, "look", {"for_ms": 0})
        return float(reply.values["wait_ms"]) / 1000

    async def status(self) -> list[GateStatus]:
        """Return how every model stands."""
        statuses = []
        for name, target in tuple(self._targets.items()):
            wait_s = await self._wait_s(name)
            statuses.append(
                GateStatus(
                    provider=target.partition(":")[0],
                    gate="pause",
                    state="paused" if wait_s > 0 else "free",
                    message=f"{target}: left alone for {math.ceil(wait_s)} s more"
                    if wait_s > 0
                    else f"{target}: not paused",
                    facts={"target": target, "retry_after_s": wait_s},
                )
            )
        return statuses

    async def close(self) -> None:
        """Close the state's connection of the running event loop."""
        await self._state.close()
