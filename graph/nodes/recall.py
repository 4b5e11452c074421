"""recall: what the thread carries over to this question."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from langgraph.runtime import Runtime
from pydantic import ValidationError

from catalogue import QuestionType, Reading
from graph.context import AgentContext
from graph.state import AgentState, Turn
from language.turns.thread import carried_over

log = logging.getLogger("milhena")


async def recall(state: AgentState, runtime: Runtime[AgentContext]) -> dict[str, Any]:
    """Set `previous` to the reading that this question may go on from; None if there is none.

    Set `asked_back` to how many questions back have just been asked in a row.
    """
    turns = state.get("turns") or []
    return {"previous": carried_over(_readings(turns)), "asked_back": _asked_back(turns)}


def _readings(turns: Sequence[Turn]) -> list[Reading]:
    readings: list[Reading] = []
    for turn in turns:
        try:
            readings.append(Reading.model_validate(turn["reading"]))
        except ValidationError:
            # A turn kept by another version: still part of the conversation, but not to go on from.
            log.warning("a turn of this thread was written by another version; it is passed over")
    return readings


def _asked_back(turns: Sequence[Turn]) -> int:
    """How many of the last turns, without a break, were questions back."""
    count = 0
    for turn in reversed(turns):
        if turn["type"] != QuestionType.CLARIFY:
            break
        count += 1
    return count
