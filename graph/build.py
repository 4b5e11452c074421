"""The whole agent on one screen. It is returned uncompiled: whoever runs it picks the storage."""

from __future__ import annotations

from typing import Any

from langgraph.graph import END, START, StateGraph

from core.settings import load_settings
from graph.context import AgentContext
from graph.nodes.classify import (
    classify_gemini,
    classify_groq,
    classify_rules,
    gemini_failed,
    groq_failed,
)
from graph.nodes.guard import guard
from graph.nodes.look_up_answer import look_up_answer
from graph.nodes.look_up_reading import look_up_reading
from graph.nodes.recall import recall
from graph.nodes.refresh import refresh
from graph.nodes.remember import remember
from graph.nodes.resolve import resolve
from graph.nodes.respond import respond
from graph.nodes.run_tool import run_tool, tool_failed
from graph.routing import (
    after_guard,
    after_look_up_answer,
    after_look_up_reading,
    after_refresh,
    after_resolve,
)
from graph.state import AgentState, Question
from graph.tracing import start_tracing

MODEL_NODE_TIMEOUT_S = 65.0
"""The outermost limit of a tier; inside it, a tier keeps to what is left of the question's own
budget (``MILHENA_CLASSIFY_TIMEOUT_S``, at most 60 s)."""
TOOL_TIMEOUT_S = 60.0


def build_graph() -> StateGraph[AgentState, AgentContext, Question, AgentState]:
    """Return the state machine, ready to be compiled with a checkpointer or without."""
    builder: StateGraph[AgentState, AgentContext, Question, AgentState] = StateGraph(
        AgentState, context_schema=AgentContext, input_schema=Question
    )
    builder.add_node(guard)
    builder.add_node(recall)
    builder.add_node(look_up_reading)
    builder.add_node(
        classify_gemini,
        timeout=MODEL_NODE_TIMEOUT_S,
        error_handler=gemini_failed,
        destinations=("classify_groq", "classify_rules"),
    )
    builder.add_node(
        classify_groq,
        timeout=MODEL_NODE_TIMEOUT_S,
        error_handler=groq_failed,
        destinations=("classify_gemini", "classify_rules"),  # Gemini: for urgent questions
    )
    builder.add_node(classify_rules)
    builder.add_node(resolve)
    builder.add_node(refresh)
    builder.add_node(look_up_answer)
    builder.add_node(
        run_tool,
        timeout=TOOL_TIMEOUT_S,
        error_handler=tool_failed,
        destinations=("respond",),
    )
    builder.add_node(respond)
    builder.add_node(remember)

    builder.add_edge(START, "guard")
    builder.add_conditional_edges("guard", after_guard)
    builder.add_edge("recall", "look_up_reading")
    builder.add_conditional_edges("look_up_reading", after_look_up_reading)
    builder.add_edge("classify_gemini", "resolve")
    builder.add_edge("classify_groq", "resolve")
    builder.add_edge("classify_rules", "resolve")
    builder.add_conditional_edges("resolve", after_resolve)
    builder.add_conditional_edges("refresh", after_refresh)
    builder.add_conditional_edges("look_up_answer", after_look_up_answer)
    builder.add_edge("run_tool", "respond")
    builder.add_edge("respond", "remember")
    builder.add_edge("remember", END)
    return builder


def dev_server_graph() -> Any:
    """Return the compiled graph for LangGraph's own server, which brings its own checkpointer."""
    start_tracing(load_settings())  # else it would be traced unscrubbed
    return build_graph().compile(name="milhena")
