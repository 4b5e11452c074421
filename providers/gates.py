"""The gates of an installation, in the order in which a call passes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from providers.gate import Gate

if TYPE_CHECKING:
    from core.settings import Settings
    from providers.limits import Limits


def open_gates(settings: Settings, *, seen: Sequence[tuple[str, str, str]] = ()) -> Sequence[Gate]:
    """Return the gates that *settings* ask for; nothing is connected or read yet.

    :param seen: ``(provider, model, account)`` that their status tells of before any call was made.

    A breaker's probe is not spent on a call that a pause or a limit would refuse, and no money is
    set aside for one that a breaker refuses.

    :raises SettingsError: MILHENA_REDIS_URL cannot be read.
    """
    from providers.breaker import BreakerConfig, BreakerGate
    from providers.budget import BudgetGate
    from providers.limits import LimitGate
    from providers.pauses import PauseGate
    from providers.shared_state import open_shared_state

    state = open_shared_state(settings)
    breaker = BreakerConfig(
        window=settings.breaker_failures,
        minimum_calls=settings.breaker_failures,
        open_s=settings.breaker_open_s,
        # Whoever is slow is cut off by the question's own time, and has failed.
        slow_call_s=settings.model_timeout_s,
    )
    return (
        PauseGate(state, seen=seen),
        LimitGate(state, lambda provider, model: limits_for(settings, provider, model), seen=seen),
        BreakerGate(state, breaker, targets=[f"{provider}:{model}" for provider, model, _ in seen]),
        BudgetGate.of(settings),
    )


def limits_for(settings: Settings, provider: str, model: str) -> Limits:
    """Return what the operator allows *model* to be asked; unknown ones as the provider's main."""
    from providers.limits import Limits

    strong = provider == "gemini" and model == settings.gemini_strong_model
    name = "gemini_strong" if strong else provider
    return Limits(
        requests_per_minute=getattr(settings, f"{name}_requests_per_minute") or None,
        requests_per_day=getattr(settings, f"{name}_requests_per_day") or None,
        tokens_per_minute=getattr(settings, f"{name}_tokens_per_minute") or None,
        tokens_per_day=getattr(settings, f"{name}_tokens_per_day") or None,
        # Google's quotas are those of a calendar day, Groq's of any 24 hours.
        day_zone=settings.gemini_day_zone if provider == "gemini" else None,
    )
