"""What travels through the graph. Each key says who writes it and who reads it.

Only `turns` outlives a question: every other key is an untracked value, so a checkpoint holds
the conversation and nothing else, and no run sees what the one before it left.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from langgraph.channels import UntrackedValue

from catalogue import Reading
from graph.answer import KeptAnswer
from language.past_figures import PastFigure
from persistence.results import Result

Tier = Literal["gemini", "groq", "rules"]
CacheLevel = Literal["miss", "memory", "disk", "redis"]


class Turn(TypedDict):
    """One question and its answer, as the thread remembers them (plain JSON types)."""

    question: str
    answer: str
    type: str
    language: str
    reading: dict[str, Any]
    asked_at: str


class Failure(TypedDict):
    """Why a question could not be answered."""

    code: str
    message: str


class SkippedTier(TypedDict):
    """A tier that did not answer, and why."""

    tier: Tier
    kind: str
    """A `FailureKind` where it failed, a `Refusal` where it was not asked."""
    reason: str
    """One technical phrase, for the trace and the log."""
    recovery: NotRequired[str]
    """What is done about a failure of this kind."""
    retry_after_s: NotRequired[float | None]
    """When it will be asked again, where that is known; seconds."""
    budget: NotRequired[Literal["total", "day", "user", "none"] | None]
    """Which budget is used up, where that is why."""


class TierModel(TypedDict):
    """A tier and the model that it asks."""

    tier: Tier
    model: str


class ModelPlan(TypedDict):
    """Which tiers may read the question, in which order, and until when."""

    need: str
    models: list[TierModel]
    """Those that have a key, the first one first; our own tier comes after them."""
    until_s: float
    """When they must be done, on the clock of ``time.perf_counter``."""


class Usage(TypedDict):
    """What the language models of this question used; the cost is None where no price is known."""

    input_tokens: int
    output_tokens: int
    cost_usd: float | None


class Freshness(TypedDict):
    """How far the store is up to date with n8n, as `refresh` left it."""

    covers_start: datetime | None
    covers_end: datetime | None
    """The recorded span."""
    synced_at: datetime | None
    data_version: int
    caught_up: bool
    trouble: str | None
    """Why n8n could not be read just now; the store answers with what it has."""


class Question(TypedDict):
    """The graph's input."""

    question: Annotated[str, UntrackedValue]
    """Written by the caller, cleaned by `guard`, read by all."""


class AgentState(Question):
    """Everything that a run knows."""

    turns: NotRequired[list[Turn]]
    """Written by `remember`, kept by the checkpointer, read by `recall`."""
    previous: NotRequired[Annotated[Reading | None, UntrackedValue]]
    """Set by `recall`: what the turn before was understood as; read by the tiers and `resolve`."""
    asked_back: NotRequired[Annotated[int, UntrackedValue]]
    """Set by `recall`: how many questions back were asked in a row; read by `resolve`."""
    failure: NotRequired[Annotated[Failure | None, UntrackedValue]]
    """Set by `guard`, `refresh` or `run_tool`; read by `respond` and the caller."""
    skipped: NotRequired[Annotated[list[SkippedTier], UntrackedValue]]
    """Set by `look_up_reading` (no key) and the tiers' error handlers; shows in the trace, and with
    ``--explain`` in the answer, why a tier did not answer."""
    plan: NotRequired[Annotated[ModelPlan | None, UntrackedValue]]
    """Set by `look_up_reading` where models may be asked; read by the tiers and their edges."""
    reading: NotRequired[Annotated[Reading, UntrackedValue]]
    """Set by `look_up_reading` or a tier, completed by `resolve`, read by all after it."""
    classified_by: NotRequired[Annotated[Tier, UntrackedValue]]
    """Set with `reading`."""
    reading_key: NotRequired[Annotated[str | None, UntrackedValue]]
    """Set by `look_up_reading` where the reading may be kept; read by `remember`."""
    usage: NotRequired[Annotated[Usage, UntrackedValue]]
    """Set by the tiers that call a model, and by their error handlers: failures cost too."""
    freshness: NotRequired[Annotated[Freshness | None, UntrackedValue]]
    """Set by `refresh`; None where there is nothing to read from."""
    answer_key: NotRequired[Annotated[str | None, UntrackedValue]]
    """Set by `look_up_answer` where the answer may be kept; read by `remember`."""
    cached_answer: NotRequired[Annotated[KeptAnswer | None, UntrackedValue]]
    """Set by `look_up_answer` on a hit; read by `respond`."""
    cache: NotRequired[Annotated[CacheLevel, UntrackedValue]]
    """Set by `look_up_answer`."""
    result: NotRequired[Annotated[Result | None, UntrackedValue]]
    """Set by `run_tool`, read by `respond`."""
    past: NotRequired[Annotated[list[PastFigure], UntrackedValue]]
    """Set by `run_tool` for a question about the future: like periods; read by `respond`."""
    so_far: NotRequired[Annotated[Result | None, UntrackedValue]]
    """Set by `run_tool` for a comparison with an unfinished span: as much of the other; read by
    `respond`."""
    answer: NotRequired[Annotated[dict[str, Any], UntrackedValue]]
    """Set by `respond`: the public answer; read by `remember` and the caller."""
    lasting_answer: NotRequired[Annotated[KeptAnswer, UntrackedValue]]
    """Set by `respond`: the answer without what is true only just now; kept by `remember`."""
