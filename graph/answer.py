"""The answer as the outside sees it: one JSON object for the CLI, HTTP and LangServe alike."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from core.errors import MilhenaError


class _Public(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Table(_Public):
    """What the answer's numbers were read from: group columns first, the value last."""

    columns: list[str]
    rows: list[list[Any]]


class Span(_Public):
    """The span that the store has records of, as ISO text with offsets."""

    start: str
    end: str


class Provenance(_Public):
    """How the answer was made."""

    as_of: str
    timezone: str
    covers: Span | None
    complete: bool
    fresh_as_of: str | None


class ModelUsage(_Public):
    """What language models used for this question; the cost is null where no price is known."""

    input_tokens: int
    output_tokens: int
    cost_usd: float | None


class Answer(_Public):
    """A question that was answered."""

    question: str
    answer: str
    language: Literal["it", "en"]
    type: str
    classified_by: Literal["gemini", "groq", "rules"]
    query: dict[str, Any] | None
    data: Table
    provenance: Provenance
    cache: Literal["miss", "memory", "disk", "redis"]
    usage: ModelUsage
    latency_ms: float
    request_id: str
    thread_id: str | None


class SkippedBefore(_Public):
    """A tier that did not read the question."""

    tier: Literal["gemini", "groq", "rules"]
    kind: str
    """What went wrong, or why it was not asked; stable, for machines."""
    reason: str
    """The same in the question's language, for people."""


class ExplainedAnswer(Answer):
    """An answer that says why the tiers before the one that read the question did not."""

    explain: list[SkippedBefore]


class Problem(_Public):
    """Why a question was not answered: a stable code and a sentence."""

    code: str
    message: str


class KeptAnswer(_Public):
    """What the cache keeps of an answer over complete data."""

    answer: str
    data: Table


class FailedAnswer(_Public):
    """A question that could not be answered."""

    question: str
    error: Problem
    request_id: str

    @classmethod
    def of(cls, question: str, error: MilhenaError, request_id: str) -> FailedAnswer:
        """Describe *error* for the outside; a very long question is shortened."""
        shown = question if len(question) <= 500 else question[:499] + "…"
        return cls(
            question=shown,
            error=Problem(code=error.code, message=str(error)),
            request_id=request_id,
        )
