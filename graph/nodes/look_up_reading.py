"""look_up_reading: which models may read this question, and has one of them read it before?"""

from __future__ import annotations

import contextlib
import time
from typing import Any

from langgraph.runtime import Runtime
from pydantic import ValidationError

from catalogue import CATALOGUE_VERSION, Reading
from core.errors import Refusal
from graph.context import AgentContext, context_of
from graph.nodes.classify import local_reading
from graph.state import AgentState, ModelPlan, SkippedTier, TierModel
from language.urgency import is_urgent
from persistence.cache import cache_key
from providers.choice import ModelChoice, need_of
from providers.router import KEY_VARIABLES, PROVIDERS

CERTAIN = 0.9
"""From this certainty on the grammar is sure of its reading."""


async def look_up_reading(state: AgentState, runtime: Runtime[AgentContext]) -> dict[str, Any]:
    """Set `plan`; `reading` on a hit, `reading_key` on a miss.

    `skipped` says which tiers have no key. Only readings of the first tier of the plan are kept.
    Without any key there is nothing to look up: the grammar reads a question faster than a disk
    finds it.
    """
    context = context_of(runtime)
    models = context.services.models
    await models.look_for_keys()
    skipped: list[SkippedTier] = [
        {
            "tier": provider,
            "kind": Refusal.NO_KEY.value,
            "reason": f"no key: set {KEY_VARIABLES[provider]} to use it",
        }
        for provider in PROVIDERS
        if not models.has_key(provider)
    ]
    if len(skipped) == len(PROVIDERS):
        return {"skipped": skipped}
    local = await local_reading(state, context, with_vote=False)
    if context.settings.classify == "local-first" and local.certainty >= CERTAIN:
        return {"reading": local, "classified_by": "rules", "skipped": _not_needed(local)}
    need = need_of(local, urgent=is_urgent(state["question"]))
    chosen = models.models_for(need)
    found: dict[str, Any] = {"skipped": skipped}
    if not chosen:  # the operator's own choice names no provider that has a key
        return found
    plan: ModelPlan = {
        "need": need.value,
        "models": [TierModel(tier=each.provider, model=each.model) for each in chosen],
        "until_s": 0.0,
    }
    if context.use_cache:
        key = await _key(state, context, chosen[0])
        reading = await _kept(context, key)
        if reading is not None:
            return found | {"reading": reading, "classified_by": chosen[0].provider}
        found["reading_key"] = key
    # The models' time begins here: what a first look at the databases took is not theirs.
    plan["until_s"] = time.perf_counter() + context.settings.classify_timeout_s
    return found | {"plan": plan}


def _not_needed(local: Reading) -> list[SkippedTier]:
    reason = f"the local tier is certain ({local.certainty:.2f})"
    return [
        {"tier": provider, "kind": Refusal.NOT_NEEDED.value, "reason": reason}
        for provider in PROVIDERS
    ]


async def _key(state: AgentState, context: AgentContext, best: ModelChoice) -> str:
    previous = state.get("previous")
    settings = context.settings
    return cache_key(
        "reading",
        text=state["question"],
        previous=previous.model_dump(mode="json") if previous else None,
        language=context.language or settings.language,
        day=context.now().date(),
        zone=settings.timezone,
        catalogue=CATALOGUE_VERSION,
        model=best.target,
        processes=sorted(each.name for each in await context.services.databases.processes()),
    )


async def _kept(context: AgentContext, key: str) -> Reading | None:
    hit = await context.services.cache.get(key)
    if hit is not None:
        with contextlib.suppress(ValidationError):  # kept by another version, or damaged
            return Reading.model_validate(hit[0])
    return None
