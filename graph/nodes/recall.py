"""recall: what the thread carries over to this question."""

from __future__ import annotations

import logging
from typing import Any

from langgraph.runtime import Runtime
from pydantic import ValidationError

from catalogue import QuestionType, Reading
from graph.context import AgentContext
from graph.state import AgentState

log = logging.getLogger("milhena")


async def recall(state: AgentState, runtime: Runtime[AgentContext]) -> dict[str, Any]:
    """Set `previous` to the reading that this question may go on from; None if there is none.

    That is the last turn's, but a thank-you, an explanation or a question that could not be
    read do not end what was talked about: they are passed over.
    """
    for turn in reversed(state.get("turns") or []):
        try:
            reading = Reading.model_validate(turn["reading"])
        except ValidationError:
            # A turn kept by another version: still part of the conversation, but not to go on from.
            log.warning("a turn of this thread was written by another version; it is passed over")
            continue
        if _can_be_gone_on_from(reading):
            return {"previous": reading}
    return {"previous": None}


def _can_be_gone_on_from(reading: Reading) -> bool:
    if reading.type is QuestionType.CLARIFY:
        asked = reading.clarification
        return asked is not None and asked.reason not in ("no_previous", "what")
    return reading.query is not None
