"""resolve: windows, names, follow-ups and refusals, checked by our code whatever tier answered."""

from __future__ import annotations

from typing import Any

from langgraph.runtime import Runtime

from catalogue import QuestionType, Reading
from core.errors import SourceError, StoreError
from graph.context import AgentContext, context_of
from graph.nodes.classify import local_reading
from graph.state import AgentState
from language.clarifying import without_asking

MOST_ASKED_BACK = 2
"""Questions back in a row; a third would only annoy."""


async def resolve(state: AgentState, runtime: Runtime[AgentContext]) -> dict[str, Any]:
    """Complete `reading`; after two questions back in a row there is no third.

    The grammar's own reading is complete already, except where a process name is not known: it
    may be younger than the store, which is then brought up to date first.
    """
    context = context_of(runtime)
    reading = state["reading"]
    if state["classified_by"] != "rules":
        reading = await local_reading(state, context, draft=reading)
    if _names_unknown_process(reading) and context.services.databases.configured:
        try:
            await context.services.databases.refresh()
        except (SourceError, StoreError):
            pass  # the question back is right with what is known
        else:
            draft = state["reading"] if state["classified_by"] != "rules" else None
            reading = await local_reading(state, context, draft=draft)
    if reading.type is QuestionType.CLARIFY and state.get("asked_back", 0) >= MOST_ASKED_BACK:
        reading = without_asking(reading)
    return {"reading": reading}


def _names_unknown_process(reading: Reading) -> bool:
    return (
        reading.type is QuestionType.CLARIFY
        and reading.clarification is not None
        and reading.clarification.reason == "unknown_process"
    )
