"""guard: can the question be taken at all? It judges size and encoding, never meaning."""

from __future__ import annotations

import unicodedata
from typing import Any

from langgraph.runtime import Runtime

from graph.context import AgentContext, context_of
from graph.state import AgentState

_KEPT_CONTROLS = frozenset("\t\n\r")
_SHOWN_CHARS = 40


async def guard(state: AgentState, runtime: Runtime[AgentContext]) -> dict[str, Any]:
    """Set `question` to its clean text, or `failure`."""
    context = context_of(runtime)
    question = state["question"]
    limit = context.settings.max_question_chars
    if len(question) > limit:
        return _rejected(
            "question_too_long",
            f"the question has {len(question):,} characters; at most {limit:,} are taken. "
            "Shorten it, or raise MILHENA_MAX_QUESTION_CHARS.",
        )
    if not question.strip():
        return _rejected(
            "empty_question", 'the question is empty; ask for example "Quante email oggi?"'
        )
    unreadable = next((char for char in question if _unreadable(char)), None)
    if unreadable is not None:
        return _rejected(
            "unreadable_question",
            f"the question {question[:_SHOWN_CHARS]!r} holds the character {unreadable!r}, which "
            "no text has; send plain UTF-8 text.",
        )
    return {"question": " ".join(question.split()), "skipped": [], "cache": "miss"}


def _unreadable(char: str) -> bool:
    # Cc: control characters; Cs: halves of a broken UTF-16 pair, which JSON cannot carry;
    # U+FFFD stands where bytes could not be decoded.
    return char == "\ufffd" or (
        unicodedata.category(char) in ("Cc", "Cs") and char not in _KEPT_CONTROLS
    )


def _rejected(code: str, message: str) -> dict[str, Any]:
    return {"failure": {"code": code, "message": message}}
