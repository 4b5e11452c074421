"""remember: keep the turn, and what need not be made twice."""

from __future__ import annotations

from typing import Any

from langgraph.config import get_config
from langgraph.runtime import Runtime

from catalogue import DATA_TYPES
from graph.context import AgentContext, context_of
from graph.state import AgentState, Turn

KEEP_READING_S = 24 * 3600.0
KEEP_ANSWER_S = 24 * 3600.0
"""Keys hold the day, so nothing is of use for longer."""


async def remember(state: AgentState, runtime: Runtime[AgentContext]) -> dict[str, Any]:
    """Set `turns` to the thread's last ones and fill the two caches.

    Clarifications, refusals, failures and answers over incomplete data are never kept in a cache.
    """
    if state.get("failure"):
        return {}
    context, answer = context_of(runtime), state["answer"]
    await _fill_caches(state, context)
    if get_config().get("configurable", {}).get("thread_id") is None:
        return {}  # a question that stands alone
    turn: Turn = {
        "question": answer["question"],
        "answer": answer["answer"],
        "type": answer["type"],
        "language": answer["language"],
        "reading": state["reading"].model_dump(mode="json"),
        "asked_at": context.now().isoformat(),
    }
    return {"turns": [*(state.get("turns") or []), turn][-context.settings.thread_turns :]}


async def _fill_caches(state: AgentState, context: AgentContext) -> None:
    reading, answer = state["reading"], state["answer"]
    if reading.type not in DATA_TYPES:
        return
    cache = context.services.cache
    reading_key = state.get("reading_key")
    if reading_key and state["classified_by"] == _best_tier(context):
        await cache.put(reading_key, reading.model_dump(mode="json"), keep_s=KEEP_READING_S)
    answer_key = state.get("answer_key")
    if answer_key and state.get("result") is not None and answer["provenance"]["complete"]:
        await cache.put(
            answer_key,
            {"answer": answer["answer"], "data": answer["data"]},
            keep_s=KEEP_ANSWER_S,
        )


def _best_tier(context: AgentContext) -> str:
    if context.settings.gemini_api_key is not None:
        return "gemini"
    return "groq" if context.settings.groq_api_key is not None else "rules"
