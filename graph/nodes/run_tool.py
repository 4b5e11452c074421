"""run_tool: call the one tool that answers the query."""

from __future__ import annotations

from typing import Any, Literal

from langchain_core.tools import BaseTool
from langgraph.errors import NodeError, NodeTimeoutError
from langgraph.runtime import Runtime
from langgraph.types import Command

from catalogue import BusinessQuery, Clarification, QuestionType, Reading
from core.errors import QueryError, StoreError
from graph.context import AgentContext, context_of
from graph.state import AgentState
from tools import BusinessQueryTool, MetricsTool, WorkflowTool


async def run_tool(state: AgentState, runtime: Runtime[AgentContext]) -> dict[str, Any]:
    """Set `result`; `failure` where the store cannot be read."""
    context, query = context_of(runtime), state["reading"].query
    store = context.services.databases.store
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
    except QueryError as error:
        return {"result": None, "reading": _asked_back(state["reading"], error)}
    except StoreError as error:
        return {"result": None, "failure": {"code": error.code, "message": str(error)}}
    return {"result": message.artifact}


def _asked_back(reading: Reading, error: QueryError) -> Reading:
    """The question back about what the records do not have; it is never ignored or guessed."""
    unknown_process = error.field == "process"
    return reading.model_copy(
        update={
            "type": QuestionType.CLARIFY,
            "clarification": Clarification(
                reason="unknown_process" if unknown_process else "not_in_catalogue",
                mention=error.value,
                options=error.choices[:4] if unknown_process else (),
            ),
        }
    )


async def tool_failed(state: AgentState, error: NodeError) -> Command[Literal["respond"]]:
    """Say that the store did not answer in time; anything else is a bug and goes through."""
    if not isinstance(error.error, NodeTimeoutError):
        raise error.error
    return Command(
        update={
            "failure": {
                "code": "store_timeout",
                "message": "the store has not answered in time; try again, or ask about a "
                "shorter period",
            }
        },
        goto="respond",
    )


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
