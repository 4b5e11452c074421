"""An assistant with sick providers, for the fault matrix: as a test and as a benchmark."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from core.settings import Settings
from graph.assistant import Assistant
from providers.choice import Need
from tests.support.provider_faults import Fault, sick_address
from tests.support.provider_stand_in import Reply, StandIn

QUESTION = "Quanti ordini ieri?"
ORDERS = {"type": "BUSINESS_DATA", "language": "it", "kind": "value", "metric": "orders"}
"""What a healthy provider makes of it."""
PLACES: dict[str, tuple[str, ...]] = {
    "gemini": ("gemini",),
    "groq": ("groq",),
    "both": ("gemini", "groq"),
}
"""Where a fault is; the other provider is healthy, and comes second."""


@contextlib.asynccontextmanager
async def sick_providers(
    home: Path, stand_in: StandIn, fault: Fault, place: str, **settings: Any
) -> AsyncIterator[Assistant]:
    """Open an assistant whose providers at *place* have *fault*, with their clients made.

    It has no n8n: who reads a question, and how, is seen without.
    """
    sick: Sequence[str] = PLACES[place]
    for provider in ("gemini", "groq"):
        stand_in.always(provider, Reply(ORDERS))
    with contextlib.ExitStack() as stack:
        addresses = {f"{provider}_base_url": stand_in.url for provider in ("gemini", "groq")}
        for provider in sick:
            if fault.step is not None:
                stand_in.always(provider, fault.step)
            else:
                addresses[f"{provider}_base_url"] = stack.enter_context(sick_address(fault.address))
        order = "groq:large,gemini:flash" if sick[0] == "groq" else None
        values: dict[str, Any] = {
            "GOOGLE_API_KEY": "gemini-key",
            "GROQ_API_KEY": "groq-key",
            "groq_tokens_per_minute": 0,
            "models_classification": order,
            **addresses,
            **settings,
        }
        async with await Assistant.open(Settings(home=home, **values)) as assistant:
            models = assistant.services.models
            await models.load(models.models_for(Need.CLASSIFICATION))
            yield assistant
