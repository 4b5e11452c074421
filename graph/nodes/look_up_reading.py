"""look_up_reading: has a model read this question before?"""

from __future__ import annotations

import contextlib
from typing import Any

from langgraph.runtime import Runtime
from pydantic import ValidationError

from catalogue import CATALOGUE_VERSION, Reading
from graph.context import AgentContext, context_of
from graph.nodes.classify import local_reading
from graph.state import AgentState, SkippedTier
from persistence.cache import cache_key

CERTAIN = 0.9
"""From this certainty on the grammar is sure of its reading."""


async def look_up_reading(state: AgentState, runtime: Runtime[AgentContext]) -> dict[str, Any]:
    """Set `reading` on a hit, `reading_key` on a miss, and `skipped` for tiers that have no key.

    Only readings of the best tier that has a key are kept. Without any key there is nothing to
    look up: the grammar reads a question faster than a disk finds it.
    """
    context = context_of(runtime)
    settings = context.settings
    skipped: list[SkippedTier] = []
    if settings.gemini_api_key is None:
        skipped.append({"tier": "gemini", "reason": "no key: set GOOGLE_API_KEY to use it"})
    if settings.groq_api_key is None:
        skipped.append({"tier": "groq", "reason": "no key: set GROQ_API_KEY to use it"})
    if len(skipped) == 2:
        return {"skipped": skipped}
    if settings.classify == "local-first":
        reading = await local_reading(state, context)
        if reading.certainty >= CERTAIN:
            reason = f"the local tier is certain ({reading.certainty:.2f})"
            return {
                "reading": reading,
                "classified_by": "rules",
                "skipped": [{"tier": tier, "reason": reason} for tier in ("gemini", "groq")],
            }
    previous = state.get("previous")
    best_tier = "gemini" if settings.gemini_api_key is not None else "groq"
    key = cache_key(
        "reading",
        text=state["question"],
        previous=previous.model_dump(mode="json") if previous else None,
        language=context.language or settings.language,
        day=context.now().date(),
        zone=settings.timezone,
        catalogue=CATALOGUE_VERSION,
        model=settings.gemini_model if best_tier == "gemini" else settings.groq_model,
        processes=sorted(each.name for each in await context.services.databases.processes()),
    )
    if not context.use_cache:
        return {"skipped": skipped}
    hit = await context.services.cache.get(key)
    if hit is not None:
        with contextlib.suppress(ValidationError):  # kept by another version, or damaged
            reading = Reading.model_validate(hit[0])
            return {"reading": reading, "classified_by": best_tier, "skipped": skipped}
    return {"skipped": skipped, "reading_key": key}
