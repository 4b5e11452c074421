"""resolve: windows, names, follow-ups and refusals, checked by our code whatever tier answered."""

from __future__ import annotations

import functools
from typing import Any

from langgraph.runtime import Runtime

from catalogue import QuestionType, Reading
from core.errors import SourceError, StoreError
from graph.context import AgentContext, context_of
from graph.state import AgentState
from language.understanding import ground, read


async def resolve(state: AgentState, runtime: Runtime[AgentContext]) -> dict[str, Any]:
    """Complete `reading`.

    The grammar's own reading is complete already, except where a process name is not known: it
    may be younger than the store, which is then brought up to date first.
    """
    context = context_of(runtime)
    reading = state["reading"]
    if state["classified_by"] != "rules":
        reading = await _read_again(state, context, reading)
    if _names_unknown_process(reading) and context.services.has_data:
        try:
            await context.services.refresh()
        except (SourceError, StoreError):
            return {"reading": reading}  # the question back is right with what is known
        reading = await _read_again(
            state, context, state["reading"] if state["classified_by"] != "rules" else None
        )
    return {"reading": reading}


def _names_unknown_process(reading: Reading) -> bool:
    return (
        reading.type is QuestionType.CLARIFY
        and reading.clarification is not None
        and reading.clarification.reason == "unknown_process"
    )


async def _read_again(state: AgentState, context: AgentContext, draft: Reading | None) -> Reading:
    processes = await context.services.processes()
    understand = read if draft is None else functools.partial(ground, draft)
    return understand(
        state["question"],
        now=context.now(),
        zone=context.zone,
        processes=processes,
        previous=state.get("previous"),
        language=context.language or context.settings.language,
    )
