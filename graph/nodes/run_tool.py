"""run_tool: call the one tool that answers the query."""

from __future__ import annotations

from typing import Any, Literal

from langchain_core.tools import BaseTool
from langgraph.errors import NodeError, NodeTimeoutError
from langgraph.runtime import Runtime
from langgraph.types import Command

from catalogue import BusinessQuery, Clarification, QuestionType, Reading
from catalogue.periods import calendar_week, like_windows
from core.errors import QueryError, StoreError
from graph.context import AgentContext, context_of
from graph.state import AgentState
from language.fair_comparison import query_of_equal_parts
from language.past_figures import PastFigure
from persistence.results import Result
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
        past = await _past(state["reading"], made_with, context)
        so_far = await _so_far(query, made_with, context)
    except QueryError as error:
        return {"result": None, "reading": _asked_back(state["reading"], error)}
    except StoreError as error:
        return {"result": None, "failure": {"code": error.code, "message": str(error)}}
    return {"result": message.artifact, "past": past, "so_far": so_far}


async def _so_far(
    query: BusinessQuery, made_with: dict[str, Any], context: AgentContext
) -> Result | None:
    """As much of the earlier span as has gone by of the later one, where that is unfinished."""
    equal_parts = query_of_equal_parts(query, context.now(), context.zone)
    if equal_parts is None:
        return None
    return await _answered(equal_parts, made_with, context)


async def _answered(
    query: BusinessQuery, made_with: dict[str, Any], context: AgentContext
) -> Result:
    tool = BusinessQueryTool(**made_with)
    message = await tool.ainvoke(
        {
            "type": "tool_call",
            "id": context.request_id,
            "name": tool.name,
            "args": {"query": query},
        }
    )
    result: Result = message.artifact
    return result


async def _past(
    reading: Reading, made_with: dict[str, Any], context: AgentContext
) -> list[PastFigure]:
    """What a question about the future can be measured by: the same metric over like periods.

    Only periods that are recorded as a whole; without a period, the last whole weeks.
    """
    query = reading.query
    if reading.type is not QuestionType.PREDICTION or query is None or query.metric is None:
        return []
    now = context.now()
    asked = query.window or calendar_week(now, context.zone)
    figures: list[PastFigure] = []
    for window in like_windows(asked, now, context.zone):
        single = query.model_copy(
            update={
                "window": window, "compare_to": None, "group_by": (), "having": None,
                "order": None, "limit": None, "offset": 0,
            }
        )  # fmt: skip
        result = await _answered(single, made_with, context)
        if not result.coverage.complete:
            break  # earlier ones are not recorded either
        if result.rows:
            figures.append(PastFigure(window, result.rows[0][-1]))
    return figures


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
