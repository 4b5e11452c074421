"""run_tool: call the one tool that answers the query."""

from __future__ import annotations

from typing import Any

from langchain_core.tools import BaseTool
from langgraph.runtime import Runtime

from catalogue import BusinessQuery
from core.errors import QueryError, StoreError
from graph.context import AgentContext, context_of
from graph.state import AgentState
from tools import BusinessQueryTool, MetricsTool, WorkflowTool


async def run_tool(state: AgentState, runtime: Runtime[AgentContext]) -> dict[str, Any]:
    """Set `result`; `failure` where the store cannot be read."""
    context, query = context_of(runtime), state["reading"].query
    store = context.services.store()
    if query is None or store is None:
        return {"result": None}
    made_with = {"store": store, "zone": context.zone, "clock": context.clock}
    tool: BaseTool
    arguments: dict[str, Any]
    process = _one_process(query)
    if query.story == "overview" and process is not None and query.compare_to is None:
        tool = WorkflowTool(**made_with)
        arguments = {"process": process, "window": query.window}
    elif query.story == "overview" and not query.filters:
        tool = MetricsTool(**made_with)
        arguments = {"window": query.window, "compare_to": query.compare_to}
    else:
        tool = BusinessQueryTool(**made_with)
        arguments = {"query": query}
    try:
        message = await tool.ainvoke(
            {"type": "tool_call", "id": context.request_id, "name": tool.name, "args": arguments}
        )
    except (QueryError, StoreError) as error:
        return {"result": None, "failure": {"code": error.code, "message": str(error)}}
    return {"result": message.artifact}


def _one_process(query: BusinessQuery) -> str | None:
    """The process that the query is about, if it is about exactly one and nothing else."""
    if len(query.filters) != 1:
        return None
    only = query.filters[0]
    return (
        only.values[0]
        if only.field == "process" and only.op == "is" and len(only.values) == 1
        else None
    )
