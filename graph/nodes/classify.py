"""classify_gemini, classify_groq, classify_rules: three tiers, one typed reading.

The fallback is made of the graph's edges: a tier that fails or times out is caught by its error
handler, which notes why and sends the run on to the next tier.
"""

from __future__ import annotations

import asyncio
import functools
import time
from typing import Any, Literal

from langgraph.errors import NodeError, NodeTimeoutError
from langgraph.runtime import Runtime
from langgraph.types import Command

from catalogue import METRICS, Reading
from core.errors import ProviderError
from graph.context import AgentContext, context_of
from graph.state import AgentState, SkippedTier, Tier
from language.understanding import ground, read

GROQ_SHARE_S = 0.8
"""Kept back for Groq from the time that Gemini may take."""
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


async def classify_gemini(state: AgentState, runtime: Runtime[AgentContext]) -> dict[str, Any]:
    """Set `reading` to Gemini's."""
    context = context_of(runtime)
    keep_s = GROQ_SHARE_S if context.settings.groq_api_key is not None else 0.0
    return await _ask_model("gemini", state, context, keep_s=keep_s)


async def gemini_failed(
    state: AgentState, error: NodeError, runtime: Runtime[AgentContext]
) -> Command[Literal["classify_groq", "classify_rules"]]:
    """Note why Gemini did not answer and go on to Groq, or to the rules without a key for it."""
    has_groq = context_of(runtime).settings.groq_api_key is not None
    return Command(
        update={"skipped": [*state.get("skipped", []), _skipped("gemini", error.error)]},
        goto="classify_groq" if has_groq else "classify_rules",
    )


async def classify_groq(state: AgentState, runtime: Runtime[AgentContext]) -> dict[str, Any]:
    """Set `reading` to Groq's."""
    return await _ask_model("groq", state, context_of(runtime), keep_s=0.0)


async def groq_failed(state: AgentState, error: NodeError) -> Command[Literal["classify_rules"]]:
    """Note why Groq did not answer and go on to the rules."""
    return Command(
        update={"skipped": [*state.get("skipped", []), _skipped("groq", error.error)]},
        goto="classify_rules",
    )


async def classify_rules(state: AgentState, runtime: Runtime[AgentContext]) -> dict[str, Any]:
    """Set `reading` to the grammar's: always there, no key, no network."""
    reading = await local_reading(state, context_of(runtime))
    return {"reading": reading, "classified_by": "rules"}


async def local_reading(
    state: AgentState, context: AgentContext, draft: Reading | None = None
) -> Reading:
    """Return what the grammar understands of the question; of *draft*, where a model read it."""
    understand = read if draft is None else functools.partial(ground, draft)
    return understand(
        state["question"],
        now=context.now(),
        zone=context.zone,
        processes=await context.services.databases.processes(),
        previous=state.get("previous"),
        language=context.language or context.settings.language,
    )


async def _ask_model(
    provider: Literal["gemini", "groq"], state: AgentState, context: AgentContext, *, keep_s: float
) -> dict[str, Any]:
    classifier = context.services.classifier(provider)
    if classifier is None:
        raise ProviderError(provider, "no key")
    left_s = context.settings.classify_timeout_s - (time.perf_counter() - context.started_s)
    if left_s - keep_s <= 0:
        raise ProviderError(provider, "no time left for it")
    processes = await context.services.databases.processes()
    names = [process.name for process in processes]
    answer = await classifier.classify(
        await asyncio.to_thread(_prompt, state, context, names),
        state["question"],
        zone=context.zone,
        timeout_s=left_s - keep_s,
    )
    return {
        "reading": answer.reading,
        "classified_by": provider,
        "usage": {
            "input_tokens": answer.input_tokens,
            "output_tokens": answer.output_tokens,
            "cost_usd": None,
        },
    }


def _prompt(state: AgentState, context: AgentContext, process_names: list[str]) -> str:
    import prompts

    now = context.now()
    previous = state.get("previous")
    return prompts.render(
        "classify",
        now=now.strftime("%Y-%m-%dT%H:%M"),
        weekday=_WEEKDAYS[now.weekday()],
        timezone=context.settings.timezone,
        metrics=", ".join(METRICS),
        processes="; ".join(process_names[:100]) or "none known",
        previous=previous.query.model_dump_json(exclude_defaults=True)
        if previous and previous.query
        else "nothing",
    )


def _skipped(tier: Tier, error: BaseException) -> SkippedTier:
    """Describe a tier's expected failure; anything else is a bug of ours and goes through."""
    if isinstance(error, ProviderError):
        return {"tier": tier, "reason": error.reason}
    if isinstance(error, NodeTimeoutError):
        return {"tier": tier, "reason": "no answer in time"}
    raise error
