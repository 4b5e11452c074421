"""What `doctor` says about where breakers, limits and pauses are kept."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from core.checks import Check

if TYPE_CHECKING:
    from core.settings import Settings

_PATIENCE_S = 2.0
_NAME = "shared state"


def check_shared_state(settings: Settings) -> Check:
    """Whether the Redis that several processes are to share answers, and soon enough."""
    if settings.redis_url is None:
        return Check(
            _NAME,
            "ok",
            "each process keeps breakers, limits and pauses of its own",
            "Set MILHENA_REDIS_URL where several servers use the same keys.",
            {"shared": False},
        )
    return asyncio.run(_check_redis(settings.redis_url.get_secret_value()))


async def _check_redis(url: str) -> Check:
    from providers.breaker import CircuitBreaker
    from providers.redis_state import ANSWER_WITHIN_S, RedisState

    state = RedisState(url, answer_within_s=_PATIENCE_S)
    # A look at a breaker reads and writes as a question would.
    breaker = CircuitBreaker("doctor", state=state)
    log = logging.getLogger("milhena")
    was_disabled, log.disabled = log.disabled, True  # the check itself says what is wrong
    try:
        await breaker.snapshot()
        started = time.perf_counter()
        await breaker.snapshot()
        took_ms = round((time.perf_counter() - started) * 1000, 1)
    finally:
        log.disabled = was_disabled
    standing = state.standing()
    await state.close()
    facts = {"shared": not standing.problem, "redis": standing.where, "answer_ms": took_ms}
    if standing.problem:
        return Check(
            _NAME,
            "warning",
            f"the Redis at {standing.where} is bypassed: {standing.problem}",
            "Until it answers, each process keeps breakers, limits and pauses of its own. Check "
            "MILHENA_REDIS_URL, and that the server may be written to.",
            facts | {"problem": standing.problem},
        )
    if took_ms > ANSWER_WITHIN_S * 1000:
        return Check(
            _NAME,
            "warning",
            f"the Redis at {standing.where} took {took_ms} ms: it is bypassed when it takes more "
            f"than {ANSWER_WITHIN_S * 1000:.0f} ms",
            "Use a Redis near this machine.",
            facts,
        )
    return Check(
        _NAME, "ok", f"in the Redis at {standing.where}, which answers in {took_ms} ms", facts=facts
    )
