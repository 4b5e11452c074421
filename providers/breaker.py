"""A circuit breaker: a provider that fails is left alone for a while, then tried by a few probes.

The semantics are those of resilience4j's; `breaker_machine` draws the states. Where its state
lives (this process, a Redis) is up to the `SharedState` it is given.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Literal

from core.errors import CallRefused, Refusal
from providers.breaker_machine import MACHINE
from providers.gate import Call, GateStatus, Outcome
from providers.shared_state import InProcessState, Reply, SharedState

log = logging.getLogger("milhena")


class BreakerState(StrEnum):
    """What a breaker does with calls."""

    CLOSED = "closed"
    """Lets all through and counts how they end."""
    OPEN = "open"
    """Lets none through until its wait is over."""
    HALF_OPEN = "half_open"
    """Lets a few probes through, which decide."""
    FORCED_OPEN = "forced_open"
    """Lets none through until somebody changes it."""
    DISABLED = "disabled"
    """Lets all through and counts nothing: forced closed."""
    METRICS_ONLY = "metrics_only"
    """Lets all through and counts, but never opens."""


@dataclass(frozen=True, kw_only=True)
class BreakerConfig:
    """When a breaker opens and closes. The defaults: 5 failures in a row, then 60 s of rest.

    :raises ValueError: a number is outside its range; the text names it.
    """

    failure_rate: float = 100.0
    """Opens at this share of failed calls, in percent."""
    slow_rate: float = 100.0
    """Opens at this share of slow calls, in percent."""
    slow_call_s: float = 60.0
    """A call that takes longer is slow, however it ends."""
    window_by: Literal["count", "time"] = "count"
    window: int = 5
    """How many calls, or how many seconds, are looked back over."""
    minimum_calls: int = 5
    """With fewer calls in the window no rate is computed."""
    open_s: float = 60.0
    """How long it stays open before it lets a probe through."""
    backoff: float = 1.0
    """Each time that probes fail it stays open so many times longer."""
    max_open_s: float = 3600.0
    """But never longer than this, or than `open_s` where that is more."""
    probes: int = 1
    """Exactly so many calls are let through half open."""
    max_half_open_s: float = 30.0
    """Half open for so long without a verdict, it opens again: a probe's process may have died.
    0 waits for ever."""

    def __post_init__(self) -> None:
        for name, least, most in (
            ("failure_rate", 0.01, 100),
            ("slow_rate", 0.01, 100),
            ("slow_call_s", 0.001, None),
            ("window", 1, None),
            ("minimum_calls", 1, None),
            ("open_s", 0.001, None),
            ("backoff", 1, None),
            ("probes", 1, None),
            ("max_half_open_s", 0, None),
        ):
            value = getattr(self, name)
            if value < least or (most is not None and value > most):
                span = f"at least {least}" if most is None else f"between {least} and {most}"
                raise ValueError(f"a breaker's {name} is {value}; it must be {span}")
        if self.window_by not in ("count", "time"):
            raise ValueError(f"a breaker's window_by is {self.window_by!r}, not 'count' or 'time'")

    def as_arguments(self) -> dict[str, Any]:
        """Return what the state machine needs, durations in milliseconds."""
        return {
            "failure_rate": self.failure_rate,
            "slow_rate": self.slow_rate,
            "window_by": self.window_by,
            "window": self.window,
            "minimum_calls": self.minimum_calls,
            "open_ms": round(self.open_s * 1000),
            "backoff": self.backoff,
            "max_open_ms": round(max(self.max_open_s, self.open_s) * 1000),
            "probes": self.probes,
            "max_half_open_ms": round(self.max_half_open_s * 1000),
        }


@dataclass(frozen=True)
class BreakerEvent:
    """Something that a breaker did."""

    breaker: str
    kind: Literal[
        "transition", "failure_rate_exceeded", "slow_rate_exceeded", "reset", "not_permitted"
    ]
    at_ms: int = 0
    """When, for a transition; milliseconds since 1970."""
    before: BreakerState | None = None
    after: BreakerState | None = None
    reason: str = ""
    """Why a transition: failure_rate, slow_rate, wait_over, probes, probes_overdue, by_hand."""


@dataclass(frozen=True)
class BreakerSnapshot:
    """What a breaker has counted in its present state."""

    state: BreakerState
    buffered: int
    """Calls in the window."""
    failed: int
    slow: int
    slow_failed: int
    not_permitted: int
    failure_rate: float | None
    """Percent; None with fewer calls than the minimum."""
    slow_rate: float | None
    permits: int
    """Probes that may still be let through."""
    retry_after_s: float | None
    """When a call may be let through again; 0 is now, None where nobody knows."""
    transitions: tuple[BreakerEvent, ...]
    """The latest ones, oldest first."""

    @property
    def succeeded(self) -> int:
        """Calls in the window that did not fail."""
        return self.buffered - self.failed


@dataclass(frozen=True)
class NotPermitted:
    """A call that is not let through."""

    state: BreakerState
    retry_after_s: float | None


class BreakerPermit:
    """Leave to make one call. Say how it ended once; later words are not heard."""

    def __init__(self, breaker: CircuitBreaker, reply: Reply) -> None:
        self._breaker = breaker
        self._generation: int = reply.values["generation"]
        self._place = reply.place
        self._ended = False

    async def succeeded(self, duration_s: float) -> None:
        """Count a success that took *duration_s* seconds."""
        await self._record(failed=False, duration_s=duration_s)

    async def failed(self, duration_s: float) -> None:
        """Count a failure that took *duration_s* seconds."""
        await self._record(failed=True, duration_s=duration_s)

    async def release(self) -> None:
        """Give the permit back uncounted: cancelled, ignored, or never used."""
        await self._end("release")

    async def _record(self, *, failed: bool, duration_s: float) -> None:
        slow = duration_s > self._breaker.config.slow_call_s
        await self._end("record", failed=failed, slow=slow)

    async def _end(self, operation: str, **said: bool) -> None:
        if self._ended:
            return
        self._ended = True
        arguments = {"generation": self._generation, **said}
        await self._breaker.carry_out(operation, arguments, place=self._place)


@dataclass
class CircuitBreaker:
    """A breaker called *name*; all that share its state and name are one.

    :param on_event: hears of transitions, exceeded rates, resets and refusals that this very
        object brought about. It must not raise.
    """

    name: str
    config: BreakerConfig = field(default_factory=BreakerConfig)
    state: SharedState = field(default_factory=InProcessState)
    on_event: Callable[[BreakerEvent], None] | None = None

    def __post_init__(self) -> None:
        self._config = self.config.as_arguments()

    async def acquire(self) -> BreakerPermit | NotPermitted:
        """Return leave for one call, or why there is none; never waits for it."""
        reply = await self.carry_out("acquire", {})
        if reply.values["permitted"]:
            return BreakerPermit(self, reply)
        if self.on_event is not None:
            self.on_event(BreakerEvent(self.name, "not_permitted"))
        return NotPermitted(BreakerState(reply.values["state"]), _seconds(reply.values["wait_ms"]))

    async def snapshot(self) -> BreakerSnapshot:
        """Return what it has counted."""
        values = (await self.carry_out("snapshot", {})).values
        total = values["total"]
        known = total > 0 and total >= values["minimum"]
        lines = values["log"].split("|") if values["log"] else ()
        return BreakerSnapshot(
            state=BreakerState(values["state"]),
            buffered=total,
            failed=values["failed"],
            slow=values["slow"],
            slow_failed=values["slow_failed"],
            not_permitted=values["refused"],
            failure_rate=values["failed"] * 100 / total if known else None,
            slow_rate=values["slow"] * 100 / total if known else None,
            permits=values["permits"],
            retry_after_s=_seconds(values["wait_ms"]),
            transitions=tuple(_event(self.name, line) for line in lines),
        )

    async def transition_to(self, state: BreakerState) -> None:
        """Change its state by hand; what it counted is forgotten, except when it opens.

        :raises ValueError: resilience4j knows no such change: half open from closed, and open or
            half open from metrics only.
        """
        reply = await self.carry_out("transition", {"to": state.value})
        if reply.values["illegal"]:
            raise ValueError(
                f"the breaker {self.name!r} cannot go from {reply.values['state']} to {state}"
            )

    async def reset(self) -> None:
        """Close it and forget what it counted."""
        await self.carry_out("reset", {})

    async def carry_out(
        self,
        operation: str,
        arguments: dict[str, Any],
        *,
        place: Literal["process", "redis"] | None = None,
    ) -> Reply:
        """Carry out one operation of the state machine and tell of what happened."""
        reply = await self.state.run(
            MACHINE,
            self.name,
            operation,
            {"config": self._config, **arguments},
            place=place,
            undo=self._give_back if operation == "acquire" else None,
        )
        for line in filter(None, reply.values["events"].split("|")):
            self._tell(_event(self.name, line))
        return reply

    def _give_back(self, values: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        if not values["permitted"]:
            return None
        return "release", {"config": self._config, "generation": values["generation"]}

    def _tell(self, event: BreakerEvent) -> None:
        if event.kind == "transition":
            level = logging.WARNING if event.after is BreakerState.OPEN else logging.INFO
            log.log(
                level,
                "circuit breaker %s: %s, was %s (%s)",
                event.breaker,
                event.after,
                event.before,
                event.reason,
            )
        if self.on_event is not None:
            self.on_event(event)


def _event(breaker: str, line: str) -> BreakerEvent:
    if line in ("failure_rate_exceeded", "slow_rate_exceeded", "reset"):
        return BreakerEvent(breaker, line)  # type: ignore[arg-type]  # one of the three
    at_ms, before, after, reason = line.split(" ")
    return BreakerEvent(
        breaker, "transition", int(at_ms), BreakerState(before), BreakerState(after), reason
    )


def _seconds(milliseconds: int) -> float | None:
    return None if milliseconds < 0 else milliseconds / 1000


# --- as a gate -----------------------------------------------------------------------------------


class _GatePermit:
    def __init__(self, permit: BreakerPermit) -> None:
        self._permit = permit

    async def settle(self, outcome: Outcome) -> None:
        """Count the outcome, or give the permit back."""
        if outcome.verdict == "ignored" or not outcome.sent:
            await self._permit.release()
        elif outcome.verdict == "success":
            await self._permit.succeeded(outcome.duration_s)
        else:
            await self._permit.failed(outcome.duration_s)


class BreakerGate:
    """One breaker for every ``provider:model``.

    :param targets: those that `status` tells of before any call was made.
    """

    def __init__(
        self,
        state: SharedState,
        config: BreakerConfig | None = None,
        *,
        targets: Iterable[str] = (),
        on_event: Callable[[BreakerEvent], None] | None = None,
    ) -> None:
        self._state = state
        self._config = config or BreakerConfig()
        self._on_event = on_event
        self._breakers: dict[str, CircuitBreaker] = {}
        for target in targets:
            self.breaker(target)

    def breaker(self, target: str) -> CircuitBreaker:
        """Return the breaker of *target* (``provider:model``)."""
        return self._breakers.setdefault(
            target, CircuitBreaker(target, self._config, self._state, self._on_event)
        )

    async def admit(self, call: Call) -> _GatePermit:
        """Return leave to make *call*.

        :raises CallRefused: the breaker is open, or half open and its probes are under way.
        """
        admitted = await self.breaker(call.target).acquire()
        if isinstance(admitted, BreakerPermit):
            return _GatePermit(admitted)
        raise CallRefused(
            call.provider,
            _REASONS[admitted.state],
            refusal=Refusal.CIRCUIT_OPEN,
            retry_after_s=admitted.retry_after_s,
        )

    async def status(self) -> list[GateStatus]:
        """Return how every breaker stands."""
        return [await self._status(breaker) for breaker in tuple(self._breakers.values())]

    async def _status(self, breaker: CircuitBreaker) -> GateStatus:
        snapshot = await breaker.snapshot()
        message = f"{breaker.name}: {_REASONS[snapshot.state]}"
        if snapshot.state is BreakerState.OPEN:
            message += f", a probe in {snapshot.retry_after_s or 0:.0f} s"
        facts = asdict(snapshot) | {"target": breaker.name}
        facts["transitions"] = [asdict(each) for each in snapshot.transitions]
        return GateStatus(
            provider=breaker.name.partition(":")[0],
            gate="breaker",
            state=snapshot.state.value,
            message=message,
            facts=facts,
        )

    async def close(self) -> None:
        """Close the state's connection of the running event loop."""
        await self._state.close()


_REASONS = {
    BreakerState.CLOSED: "answers",
    BreakerState.OPEN: "left alone after failures",
    BreakerState.HALF_OPEN: "being tried again after failures",
    BreakerState.FORCED_OPEN: "switched off by hand",
    BreakerState.DISABLED: "asked whatever happens",
    BreakerState.METRICS_ONLY: "asked whatever happens, and counted",
}
