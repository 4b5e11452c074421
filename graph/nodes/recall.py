"""recall: what the thread carries over to this question."""

from __future__ import annotations

import logging
from typing import Any

from langgraph.runtime import Runtime
from pydantic import ValidationError

from catalogue import Reading
from graph.context import AgentContext
from graph.state import AgentState

log = logging.getLogger("milhena")


async def recall(state: AgentState, runtime: Runtime[AgentContext]) -> dict[str, Any]:
    """Set `previous` to the reading of the thread's last turn; None in a new thread."""
    turns = state.get("turns") or []
    if not turns:
        return {"previous": None}
    try:
        return {"previous": Reading.model_validate(turns[-1]["reading"])}
    except ValidationError:
        # A thread kept by another version: it is a conversation still, but carries nothing over.
        log.warning("the last turn of this thread was written by another version; starting afresh")
        return {"previous": None}
