"""What comes next: pure functions whose return types list every exit."""

from __future__ import annotations

from typing import Literal

from catalogue import DATA_TYPES
from graph.state import AgentState, Tier


async def after_guard(state: AgentState) -> Literal["recall", "respond"]:
    """A question that cannot be taken is answered at once."""
    return "respond" if state.get("failure") else "recall"


async def after_look_up_reading(
    state: AgentState,
) -> Literal["resolve", "classify_gemini", "classify_groq", "classify_rules"]:
    """A known reading is resolved; else the first tier of the plan reads the question."""
    return "resolve" if state.get("reading") is not None else tier_after(None, state)


def tier_after(
    tier: Tier | None, state: AgentState
) -> Literal["classify_gemini", "classify_groq", "classify_rules"]:
    """Return the node that the plan has after *tier* (None: the first); our own tier is the last.

    Every tier is in a plan at most once, so the edges between the two providers make no circle.
    """
    plan = state.get("plan")
    tiers = [each["tier"] for each in plan["models"]] if plan else []
    following = tiers[tiers.index(tier) + 1 :] if tier in tiers else tiers if tier is None else []
    if not following:
        return "classify_rules"
    return "classify_gemini" if following[0] == "gemini" else "classify_groq"


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
