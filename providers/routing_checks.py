"""What `doctor` says about the models that may be asked: which for what, and how they stand."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.checks import Check
from core.errors import FailureKind, MilhenaError
from providers.choice import models_in_use
from providers.failures import RECOVERIES
from providers.router import PROVIDERS, ModelRouter

if TYPE_CHECKING:
    from core.settings import Settings
    from persistence.usage import FailedCalls
    from providers.gate import GateStatus, ProviderName

RECENT = timedelta(days=1)
"""Failures are told for so long."""
_SHOWN = {"gemini": "Gemini models", "groq": "Groq models"}
_FINE = frozenset({"closed", "free", "disabled", "metrics_only"})


def check_routing(settings: Settings) -> list[Check]:
    """Return one check for every provider that has a key; a look asks no model."""
    router = ModelRouter(settings)
    keyed = [provider for provider in PROVIDERS if router.has_key(provider)]
    if not keyed:
        return []
    statuses = asyncio.run(_statuses(router))
    failures = _recent_failures(settings)
    return [
        _check(
            provider,
            models_in_use(settings, provider),
            [each for each in statuses if each.provider == provider],
            [each for each in failures if each.provider == provider],
            shared=settings.redis_url is not None,
        )
        for provider in keyed
    ]


async def _statuses(router: ModelRouter) -> list[GateStatus]:
    log = logging.getLogger("milhena")
    was_disabled, log.disabled = log.disabled, True  # a Redis that is gone has a check of its own
    try:
        return await router.status()
    finally:
        await router.close()
        log.disabled = was_disabled


def _recent_failures(settings: Settings) -> Sequence[FailedCalls]:
    from persistence.usage import ledger_url, open_ledger

    url = ledger_url(settings)
    # Looked for first: opening makes it, and a diagnosis makes nothing.
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return []
    try:
        ledger = open_ledger(settings)
        try:
            return ledger.failures_since(datetime.now(UTC) - RECENT)
        finally:
            ledger.close()
    except MilhenaError:
        return []  # that the ledger cannot be read is told by the check of budgets


def _check(
    provider: ProviderName,
    models: Mapping[str, list[Any]],
    statuses: list[GateStatus],
    failed: Sequence[FailedCalls],
    *,
    shared: bool,
) -> Check:
    said = "; ".join(f"{model}: {', '.join(needs)}" for model, needs in models.items())
    trouble = [each for each in statuses if each.state not in _FINE]
    facts: dict[str, Any] = {
        "models": {model: [need.value for need in needs] for model, needs in models.items()},
        "gates": [
            {"gate": each.gate, "state": each.state, "target": each.facts.get("target")}
            for each in statuses
        ],
        "gates_of": "all processes, in Redis" if shared else "this process only",
        "failures": [
            {
                "kind": each.kind,
                "calls": each.calls,
                "model": each.model,
                "newest_at": each.newest_at.isoformat(timespec="seconds"),
                "recovery": RECOVERIES[FailureKind(each.kind)].in_words,
            }
            for each in failed
        ],
    }
    if trouble:
        said += ". " + "; ".join(each.message for each in trouble)
    if failed:
        said += ". Failures of the last day: " + "; ".join(map(_failures_in_words, failed))
    if trouble:
        return Check(_SHOWN[provider], "warning", said, _ADVICE, facts)
    return Check(_SHOWN[provider], "ok", said, facts=facts)


def _failures_in_words(failed: FailedCalls) -> str:
    recovery = RECOVERIES[FailureKind(failed.kind)].in_words
    return (
        f"{failed.calls} × {failed.kind}, the newest of {failed.model} at "
        f"{failed.newest_at:%Y-%m-%d %H:%M} UTC ({recovery})"
    )


_ADVICE = "The next tier answers meanwhile; docs/provider-faults.md says what is done about what."
