"""One tier's try: gates, a bounded number of attempts, and never more than its share of the time.

An attempt passes the gates, is made, and is told to the gates; a retry passes them anew. Only
failures that pass by themselves are tried again here, after a short random wait, and only where
the answer could still come in time: whatever a provider asks us to wait, no user waits for it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    stop_any,
    wait_random_exponential,
)
from tenacity.stop import stop_base

from core.errors import CallRefused, FailureKind, ProviderError, Refusal
from providers.failures import RECOVERIES, ModelError, pause_of, worth_a_retry
from providers.gate import Call, Gate, Outcome, TokenUsage, passing
from providers.interface import ModelClient, Reply, StructuredRequest, T

R = TypeVar("R")

log = logging.getLogger("milhena.providers")

LEAST_CALL_S = 0.25
"""No call is begun with less: the fastest model needs about so long for a reading."""
FIRST_WAIT_S = 0.1
"""Before the second attempt at most so long, twice that before the third; at random, so that many
servers do not come back in step."""


@dataclass(frozen=True)
class Accepted(Generic[R]):
    """An answer that made sense, and what it used (None where the provider did not say)."""

    answer: R
    usage: TokenUsage | None


@dataclass(frozen=True)
class Deadline:
    """When a tier must be done, on the clock of `time.perf_counter`."""

    at_s: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the deadline that is *seconds* from now."""
        return cls(time.perf_counter() + seconds)

    @property
    def left_s(self) -> float:
        """Seconds that are left; never negative."""
        return max(self.at_s - time.perf_counter(), 0.0)


async def ask(
    client: ModelClient,
    gates: Sequence[Gate],
    call: Call,
    request: StructuredRequest[T],
    *,
    accept: Callable[[T], R],
    deadline: Deadline,
    attempts: int,
) -> Accepted[R]:
    """Return the model's answer before *deadline*.

    :param call: what the gates are shown; its ``timeout_s`` is set for each attempt.
    :param accept: makes of the model's answer what the caller works with; a ``ValueError`` says
        that it makes no sense, which counts against the provider.
    :param attempts: at most so many requests are sent.
    :raises ProviderError: the last attempt failed.
    :raises CallRefused: a gate refused, or there was no time for a call.
    """
    await _load(client, call.model, deadline)
    retrying = AsyncRetrying(
        retry=retry_if_exception(worth_a_retry),
        stop=stop_any(stop_after_attempt(attempts), _Late(deadline)),
        wait=wait_random_exponential(multiplier=FIRST_WAIT_S, max=1.0),
        before_sleep=_say_again,
        reraise=True,
    )
    failure: ProviderError | None = None
    try:
        async for attempt in retrying:
            with attempt:
                try:
                    return await _attempt(client, gates, call, request, accept, deadline)
                except ProviderError as error:
                    failure = error
                    raise
    except CallRefused:
        # A breaker that opened between two attempts: the failure that opened it says more.
        if failure is not None:
            raise failure from None
        raise
    raise AssertionError("an attempt returns or raises")


async def _load(client: ModelClient, model: str, deadline: Deadline) -> None:
    """Make the client within the time there is: what is not ready yet is nobody's failure."""
    try:
        async with asyncio.timeout(max(deadline.left_s - LEAST_CALL_S, 0.0)):
            await client.load(model)
    except TimeoutError:
        raise CallRefused(
            client.provider,
            "no time left for it: its client was still being loaded",
            refusal=Refusal.NO_TIME,
        ) from None


async def _attempt(
    client: ModelClient,
    gates: Sequence[Gate],
    call: Call,
    request: StructuredRequest[T],
    accept: Callable[[T], R],
    deadline: Deadline,
) -> Accepted[R]:
    async with passing(gates, replace(call, timeout_s=deadline.left_s)) as passage:
        left_s = deadline.left_s  # gates may have taken some
        if left_s < LEAST_CALL_S:
            passage.ended(Outcome(verdict="ignored", duration_s=0.0, sent=False))
            raise CallRefused(call.provider, "no time left for it", refusal=Refusal.NO_TIME)
        began = time.perf_counter()
        try:
            reply = await client.structured(request, model=call.model, timeout_s=left_s)
            accepted = _accepted(call, reply, accept)
        except asyncio.CancelledError:
            passage.ended(_of_cancelled(call, time.perf_counter() - began))
            raise
        except ProviderError as error:
            passage.ended(_of_failure(error, time.perf_counter() - began))
            _say_failed(call, error)
            raise
        passage.ended(
            Outcome(
                verdict="success",
                duration_s=time.perf_counter() - began,
                usage=reply.usage,
                rate_limit_headers=reply.rate_limit_headers,
            )
        )
        return accepted


def _accepted(call: Call, reply: Reply[T], accept: Callable[[T], R]) -> Accepted[R]:
    try:
        return Accepted(accept(reply.parsed), reply.usage)
    except (ValueError, KeyError) as error:
        raise ModelError(
            call.provider,
            f"the answer makes no sense here ({type(error).__name__})",
            kind=FailureKind.MALFORMED,
            usage=reply.usage,
            rate_limit_headers=reply.rate_limit_headers,
        ) from error


def _of_failure(error: ProviderError, duration_s: float) -> Outcome:
    outcome = Outcome(
        verdict=RECOVERIES[error.kind].breaker,
        duration_s=duration_s,
        error=error,
        pause_s=pause_of(error),
    )
    if not isinstance(error, ModelError):
        return outcome
    return replace(outcome, usage=error.usage, rate_limit_headers=error.rate_limit_headers)


def _of_cancelled(call: Call, duration_s: float) -> Outcome:
    error = ProviderError(call.provider, "the question was cancelled", kind=FailureKind.CANCELLED)
    return Outcome(
        verdict=RECOVERIES[FailureKind.CANCELLED].breaker, duration_s=duration_s, error=error
    )


class _Late(stop_base):
    """Stops where an answer to the next attempt could not come in time."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline

    def __call__(self, state: RetryCallState) -> bool:
        return self._deadline.left_s < state.upcoming_sleep + LEAST_CALL_S


def _say_failed(call: Call, error: ProviderError) -> None:
    recovery = RECOVERIES[error.kind]
    # What needs somebody to act is said once: after it the provider is left alone.
    level = logging.WARNING if recovery.pause_s > 60 else logging.INFO
    log.log(
        level, "%s failed (%s): %s; %s", call.target, error.kind, error.reason, recovery.in_words
    )


def _say_again(state: RetryCallState) -> None:
    log.debug("attempt %d follows in %.2f s", state.attempt_number + 1, state.upcoming_sleep)
