"""refresh: bring the store up to date with n8n, within about a second."""

from __future__ import annotations

from typing import Any

from langgraph.runtime import Runtime

from core.errors import SourceError, StoreError
from graph.context import AgentContext, context_of
from graph.state import AgentState


async def refresh(state: AgentState, runtime: Runtime[AgentContext]) -> dict[str, Any]:
    """Set `freshness`; `failure` where neither n8n nor a store of it can be read."""
    try:
        return {"freshness": await context_of(runtime).services.databases.refresh()}
    except (SourceError, StoreError) as error:
        return {"freshness": None, "failure": {"code": error.code, "message": str(error)}}
