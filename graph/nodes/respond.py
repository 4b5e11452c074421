"""respond: put the answer into words, deterministically, in the question's language."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from langgraph.runtime import Runtime

from catalogue import DATA_TYPES
from graph.answer import KeptAnswer, Table
from graph.context import AgentContext, context_of
from graph.state import AgentState, Freshness
from language.rendering import render
from language.tiers_in_words import budget_used_up, why_not
from language.windows_in_words import moment_in_words
from persistence.results import Result


async def respond(state: AgentState, runtime: Runtime[AgentContext]) -> dict[str, Any]:
    """Set `answer` to the public answer (DESIGN of its JSON: ``graph/answer.py``).

    Set `lasting_answer` to what of it stays true as long as the data do. A failure has no answer;
    the caller reports it.
    """
    if state.get("failure"):
        return {}
    context, reading = context_of(runtime), state["reading"]
    kept = state.get("cached_answer")
    result = state.get("result")
    if kept is None:
        # Formats of a language are read from files when they are first needed.
        text = await asyncio.to_thread(
            render,
            reading,
            result,
            now=context.now(),
            zone=context.zone,
            processes=await context.services.databases.processes(),
            source_configured=context.services.databases.configured,
            past=state.get("past") or (),
            so_far=state.get("so_far"),
            recorded=None
            if reading.type in DATA_TYPES
            else await context.services.databases.at_hand(),
        )
        kept = KeptAnswer(answer=text, data=_table(result))
    freshness = state.get("freshness")
    fresh_as_of = freshness["synced_at"] if freshness else None
    answer: dict[str, Any] = {
        "question": state["question"],
        "answer": "\n".join([kept.answer, *_notices(state, context)]),
        "language": reading.language,
        "type": reading.type.value,
        "classified_by": state["classified_by"],
        "query": reading.query.model_dump(mode="json") if reading.query else None,
        "data": kept.data.model_dump(),
        "provenance": {
            "as_of": context.now().isoformat(),
            "timezone": context.settings.timezone,
            "covers": _covers(freshness, context.zone),
            "complete": _complete(state, result),
            "fresh_as_of": fresh_as_of.astimezone(context.zone).isoformat()
            if fresh_as_of
            else None,
        },
        "cache": state.get("cache", "miss"),
        "usage": state.get("usage") or {"input_tokens": 0, "output_tokens": 0, "cost_usd": 0.0},
        "latency_ms": round((time.perf_counter() - context.started_s) * 1000, 2),
        "request_id": context.request_id,
        "thread_id": context.thread_id,
    }
    if context.explain:
        answer["explain"] = _explained(state)
    return {"answer": answer, "lasting_answer": kept}


def _explained(state: AgentState) -> list[dict[str, str]]:
    language = state["reading"].language
    return [
        {
            "tier": each["tier"],
            "kind": each["kind"],
            "reason": why_not(
                each["kind"],
                language,
                retry_after_s=each.get("retry_after_s"),
                budget=each.get("budget"),
            ),
        }
        for each in state.get("skipped", [])
    ]


def _complete(state: AgentState, result: Result | None) -> bool:
    if state.get("cached_answer") is not None:
        return True  # only such answers are kept
    if result is None:
        return state["reading"].type not in DATA_TYPES  # nothing was asked of the data
    return result.coverage.complete


def _covers(freshness: Freshness | None, zone: ZoneInfo) -> dict[str, str] | None:
    if freshness is None or freshness["covers_start"] is None or freshness["covers_end"] is None:
        return None
    return {
        "start": freshness["covers_start"].astimezone(zone).isoformat(),
        "end": freshness["covers_end"].astimezone(zone).isoformat(),
    }


def _table(result: Result | None) -> Table:
    if result is None:
        return Table(columns=[], rows=[])
    rows = [[_plain(value) for value in row] for row in result.rows]
    return Table(columns=list(result.columns), rows=rows)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


_TROUBLE = {
    "it": "⚠️ n8n non si può leggere in questo momento. Ultima lettura: {at}.",
    "en": "⚠️ n8n cannot be read right now. Last read: {at}.",
}


def _notices(state: AgentState, context: AgentContext) -> list[str]:
    """What is to be said beside the answer, and may not be true for the next one."""
    language = state["reading"].language
    notices = []
    freshness = state.get("freshness")
    if freshness and freshness["trouble"] and freshness["synced_at"] is not None:
        at = moment_in_words(freshness["synced_at"], language, context.now(), context.zone)
        notices.append(_TROUBLE[language].format(at=at))
    if state["classified_by"] == "rules":
        used_up = {each.get("budget") for each in state.get("skipped", [])}
        notices += filter(None, [budget_used_up(used_up, language)])
    return notices
