"""remember: keep the turn, and what need not be made twice."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from langgraph.config import get_config
from langgraph.runtime import Runtime
from pydantic import ValidationError

from catalogue import DATA_TYPES, Reading
from core.errors import StoreError
from graph.context import AgentContext, context_of
from graph.state import AgentState, Turn
from language.question_types.corrections import meant_type

log = logging.getLogger("milhena")

KEEP_READING_S = 24 * 3600.0
KEEP_ANSWER_S = 24 * 3600.0
"""Keys hold the day, so nothing is of use for longer."""


async def remember(state: AgentState, runtime: Runtime[AgentContext]) -> dict[str, Any]:
    """Set `turns` to the thread's last ones and fill the two caches.

    Clarifications, refusals, failures and answers over incomplete data are never kept in a cache.
    A turn that corrects the one before is kept as something to learn from.
    """
    if state.get("failure"):
        return {}
    context, answer = context_of(runtime), state["answer"]
    await _fill_caches(state, context)
    if get_config().get("configurable", {}).get("thread_id") is None:
        return {}  # a question that stands alone
    await _learn_from(state, context)
    turn: Turn = {
        "question": answer["question"],
        "answer": answer["answer"],
        "type": answer["type"],
        "language": answer["language"],
        "reading": state["reading"].model_dump(mode="json"),
        "asked_at": context.now().isoformat(),
    }
    return {"turns": [*(state.get("turns") or []), turn][-context.settings.thread_turns :]}


async def _learn_from(state: AgentState, context: AgentContext) -> None:
    """Keep what this turn says of how the one before should have been read."""
    store, turns = context.services.databases.store, state.get("turns")
    if store is None or not turns:
        return
    try:
        before = Reading.model_validate(turns[-1]["reading"])
    except ValidationError:
        return  # written by another version
    meant = meant_type(before, state["question"], state["reading"])
    if meant is None:
        return
    from persistence.corrections import Correction, keep_correction

    correction = Correction(turns[-1]["question"], meant, before.language)
    try:
        await asyncio.to_thread(keep_correction, store, correction, now=context.now())
    except StoreError as trouble:
        log.warning("a correction was not kept: %s", trouble)


async def _fill_caches(state: AgentState, context: AgentContext) -> None:
    reading, answer = state["reading"], state["answer"]
    if reading.type not in DATA_TYPES:
        return
    cache = context.services.cache
    reading_key = state.get("reading_key")
    if reading_key and state["classified_by"] == _best_tier(state):
        await cache.put(reading_key, reading.model_dump(mode="json"), keep_s=KEEP_READING_S)
    answer_key = state.get("answer_key")
    if answer_key and state.get("result") is not None and answer["provenance"]["complete"]:
        await cache.put(
            answer_key,
            state["lasting_answer"].model_dump(mode="json"),
            keep_s=KEEP_ANSWER_S,
        )


def _best_tier(state: AgentState) -> str:
    plan = state.get("plan")
    return plan["models"][0]["tier"] if plan else "rules"
