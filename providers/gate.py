"""What stands before every call to a language model, and what is told about it afterwards.

A gate lets a call through or refuses it: a circuit breaker, the limits and pauses of a provider, a
budget. Gates know nothing of the graph, of prompts or of clients; they see a `Call` before it is
made and its `Outcome` after. What an outcome means (does it count against the provider, how long
is the provider left alone) is decided once, in `providers/failures.py`.

    admit ──refused──→ CallRefused: nothing was sent, the next tier answers
      └─ Permit ── the call ── settle(Outcome), exactly once, also when the call was cancelled
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from core.errors import ProviderError

ProviderName = Literal["gemini", "groq"]
Verdict = Literal["success", "failure", "ignored"]


@dataclass(frozen=True, kw_only=True)
class TokenUsage:
    """What one call used, as the provider counted it."""

    input_tokens: int
    output_tokens: int
    """Everything that is paid as output: a model's thoughts are in it."""
    thought_tokens: int = 0
    """The part of the output that was thought, not said."""
    cached_input_tokens: int = 0
    """The part of the input that the provider had cached."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request that is about to be sent to a provider; a retry is another call."""

    provider: ProviderName
    model: str
    account: str
    """A fingerprint of the API key, never the key: limits and pauses belong to an account, and a
    new key does not inherit what the old one brought about."""
    need: str
    """What it is for: "classification", "analysis", …"""
    user_id: str
    request_id: str
    input_tokens: int
    """Estimated, never too few."""
    max_output_tokens: int
    """The most that the model may put out, thoughts included."""
    timeout_s: float
    """What is left for it of the question's time."""

    @property
    def target(self) -> str:
        """``provider:model``, what a circuit breaker watches."""
        return f"{self.provider}:{self.model}"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a call ended."""

    verdict: Verdict
    """Whether it counts for the provider, against it, or not at all (cancelled by us, or a request
    that no provider would take): a circuit breaker gives an ignored permit back uncounted."""
    duration_s: float
    sent: bool = True
    """False: no request left this machine; neither limits nor budgets may charge for it."""
    usage: TokenUsage | None = None
    """None: not known. A sent call of unknown usage is charged what was reserved for it."""
    error: ProviderError | None = None
    """Why it failed: ``kind``, ``status``, ``retry_after_s``. None on success."""
    pause_s: float = 0.0
    """Leave this model of the provider's account alone for so long from now; 0: no pause."""
    rate_limit_headers: Mapping[str, str] = field(default_factory=dict)
    """The response's ``retry-after`` and ``x-ratelimit-*`` headers, names in lower case."""


class Permit(Protocol):
    """Leave to make one call."""

    async def settle(self, outcome: Outcome) -> None:
        """Take note of how the call ended. Called exactly once; never raises."""
        ...


@dataclass(frozen=True, kw_only=True)
class GateStatus:
    """How one provider stands at one gate, for `doctor` and `/health`; JSON types only."""

    provider: str
    gate: str
    """ "breaker", "limits", "pause", "budget"."""
    state: str
    """One word: "closed", "open", "half_open", "free", "used_up", "paused", …"""
    message: str
    """One plain sentence."""
    facts: dict[str, Any] = field(default_factory=dict)


class Gate(Protocol):
    """Something that may refuse a call. Safe to use from many tasks at once."""

    async def admit(self, call: Call) -> Permit:
        """Return leave to make *call*.

        Takes a few milliseconds at most, also when what it shares state through is gone.

        :raises CallRefused: with ``refusal``, and ``retry_after_s`` where it is known when a call
            would be let through again.
        """
        ...

    async def status(self) -> list[GateStatus]:
        """Return how the providers stand that it has seen."""
        ...

    async def close(self) -> None:
        """Close what it opened on the running event loop."""
        ...


class Passage:
    """A call that all gates let through; say how it ended with `ended`."""

    def __init__(self) -> None:
        self.outcome: Outcome | None = None

    def ended(self, outcome: Outcome) -> None:
        """Set how the call ended; the gates are told when the passage is left."""
        self.outcome = outcome


@asynccontextmanager
async def passing(gates: Sequence[Gate], call: Call) -> AsyncIterator[Passage]:
    """Let *call* through all *gates*, in order, and tell each how it ended.

    Whatever happens inside (an error, a cancellation, no outcome set), every permit is settled
    exactly once; without an outcome as ignored and, to be safe, as sent.

    :raises CallRefused: one of them refused; those before it got their permit back unsent.
    """
    permits: list[Permit] = []
    passage = Passage()
    # Until the caller has the passage nothing can have been sent.
    settled = Outcome(verdict="ignored", duration_s=0.0, sent=False)
    try:
        for gate in gates:
            permits.append(await gate.admit(call))
        settled = Outcome(verdict="ignored", duration_s=0.0)
        yield passage
    finally:
        outcome = passage.outcome or settled
        # A permit that a cancelled question kept would block a half-open breaker for good.
        await _finish(asyncio.gather(*(permit.settle(outcome) for permit in permits)))


async def _finish(settling: asyncio.Future[Any]) -> None:
    """Wait until *settling* is over, also when this task is cancelled meanwhile."""
    cancelled: asyncio.CancelledError | None = None
    while not settling.done():
        try:
            await asyncio.shield(settling)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
