"""What comes next: pure functions whose return types list every exit."""

from __future__ import annotations

from typing import Literal

from langgraph.runtime import Runtime

from catalogue import DATA_TYPES
from graph.context import AgentContext, context_of
from graph.state import AgentState


async def after_guard(state: AgentState) -> Literal["recall", "respond"]:
    """A question that cannot be taken is answered at once."""
    return "respond" if state.get("failure") else "recall"


async def after_look_up_reading(
    state: AgentState, runtime: Runtime[AgentContext]
) -> Literal["resolve", "classify_gemini", "classify_groq", "classify_rules"]:
    """A known reading is resolved; else the first tier that has a key reads the question."""
    settings = context_of(runtime).settings
    if state.get("reading") is not None:
        return "resolve"
    if settings.gemini_api_key is not None:
        return "classify_gemini"
    if settings.groq_api_key is not None:
        return "classify_groq"
    return "classify_rules"


async def after_resolve(state: AgentState) -> Literal["refresh", "respond"]:
    """Only questions about the data need it."""
    reading = state["reading"]
    return "refresh" if reading.type in DATA_TYPES and reading.query is not None else "respond"


async def after_refresh(state: AgentState) -> Literal["look_up_answer", "respond"]:
    """Without anything to read from, the answer says so."""
    return "respond" if state.get("freshness") is None else "look_up_answer"


async def after_look_up_answer(state: AgentState) -> Literal["respond", "run_tool"]:
    """An answer that is still true is given again."""
    return "respond" if state.get("cached_answer") is not None else "run_tool"
