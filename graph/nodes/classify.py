"""classify_gemini, classify_groq, classify_rules: three tiers, one typed reading.

The fallback is made of the graph's edges: a tier that fails, is refused or times out is caught by
its error handler, which notes why and sends the run on to the next tier of the plan. Which model a
tier asks, and which tier comes first, is the plan's (`providers/choice.py` has the table).
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from langgraph.errors import NodeError, NodeTimeoutError
from langgraph.runtime import Runtime
from langgraph.types import Command

from catalogue import METRICS, Reading
from core.errors import CallRefused, FailureKind, ProviderError, Refusal
from graph.context import AgentContext, context_of
from graph.routing import tier_after
from graph.state import AgentState, SkippedTier, TierModel, Usage
from language.question_types.voting import asks_for_vote
from language.understanding import ground, read
from providers.choice import ModelChoice
from providers.gate import ProviderName, TokenUsage

if TYPE_CHECKING:
    from providers.interface import StructuredRequest
    from providers.reading import ModelReading
    from providers.router import ModelRouter

KEPT_FOR_NEXT = 1 / 3
"""This share of the time that is left is kept back for a tier that comes after."""
NEXT_IS_LOADED_AFTER_S = 0.3
"""A tier that has not answered by then may fail: the next one's client is made meanwhile."""
MOST_NAMES = 100
"""Process names in a prompt, at most."""
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


async def classify_gemini(state: AgentState, runtime: Runtime[AgentContext]) -> dict[str, Any]:
    """Set `reading` to Gemini's."""
    return await _ask_model("gemini", state, context_of(runtime))


async def gemini_failed(
    state: AgentState, error: NodeError, runtime: Runtime[AgentContext]
) -> Command[Literal["classify_groq", "classify_rules"]]:
    """Note why Gemini did not answer and go on to the next tier of the plan."""
    update = _noted("gemini", state, error.error, context_of(runtime))
    return Command(update=update, goto=tier_after("gemini", state))  # type: ignore[arg-type]


async def classify_groq(state: AgentState, runtime: Runtime[AgentContext]) -> dict[str, Any]:
    """Set `reading` to Groq's."""
    return await _ask_model("groq", state, context_of(runtime))


async def groq_failed(
    state: AgentState, error: NodeError, runtime: Runtime[AgentContext]
) -> Command[Literal["classify_gemini", "classify_rules"]]:
    """Note why Groq did not answer and go on to the next tier of the plan."""
    update = _noted("groq", state, error.error, context_of(runtime))
    return Command(update=update, goto=tier_after("groq", state))  # type: ignore[arg-type]


async def classify_rules(state: AgentState, runtime: Runtime[AgentContext]) -> dict[str, Any]:
    """Set `reading` to the grammar's: always there, no key, no network."""
    reading = await local_reading(state, context_of(runtime))
    return {"reading": reading, "classified_by": "rules"}


async def local_reading(
    state: AgentState,
    context: AgentContext,
    draft: Reading | None = None,
    *,
    with_vote: bool = True,
) -> Reading:
    """Return what the local tier understands of the question; of *draft*, where a model read it.

    Where the grammar is not certain the classifier of question types votes, unless *with_vote*
    is false: it is loaded for the first question that needs it.
    """
    previous = state.get("previous")
    circumstances: dict[str, Any] = {
        "now": context.now(),
        "zone": context.zone,
        "processes": await context.services.databases.processes(),
        "previous": previous,
        "language": context.language or context.settings.language,
    }
    classifier = context.services.question_types
    if draft is not None:
        heard = classifier.vote if await classifier.ready() else None
        return ground(draft, state["question"], **circumstances, voter=heard)
    reading = read(state["question"], **circumstances)
    if with_vote and asks_for_vote(reading, previous) and await classifier.ready():
        return read(
            state["question"],
            **circumstances,
            voter=classifier.vote,
            object_voter=classifier.vote_on_object,
        )
    return reading


async def _ask_model(
    tier: ProviderName, state: AgentState, context: AgentContext
) -> dict[str, Any]:
    # Only who asks a model pays for what calls need.
    from providers.calling import Deadline

    models, plan = context.services.models, state.get("plan")
    choices = [_choice(each) for each in plan["models"]] if plan else []
    place = next((at for at, each in enumerate(choices) if each.provider == tier), None)
    if plan is None or place is None:
        raise CallRefused(tier, "not in the plan", refusal=Refusal.NOT_NEEDED)
    choice, following = choices[place], choices[place + 1 :]
    deadline = Deadline(plan["until_s"])
    if following:
        deadline = Deadline.after(deadline.left_s * (1 - KEPT_FOR_NEXT))
    names = [process.name for process in await context.services.databases.processes()]
    request = await asyncio.to_thread(_request, state, context, choice, names)

    def accept(said: ModelReading) -> Reading:
        return said.as_reading(context.zone)

    loading = asyncio.create_task(_load_next(models, choice, following[:1]))
    try:
        found = await models.ask(
            choice,
            request,
            accept=accept,
            need=plan["need"],
            deadline=deadline,
            user_id=context.user_id,
            request_id=context.request_id,
        )
    finally:
        loading.cancel()
    return {
        "reading": found.answer,
        "classified_by": tier,
        "usage": _usage(state, choice.model, found.usage, context),
    }


async def _load_next(
    models: ModelRouter, choice: ModelChoice, following: Sequence[ModelChoice]
) -> None:
    await models.load([choice])  # two at once would only hold each other up
    await asyncio.sleep(NEXT_IS_LOADED_AFTER_S)
    await models.load(following)


def _choice(planned: TierModel) -> ModelChoice:
    return ModelChoice("gemini" if planned["tier"] == "gemini" else "groq", planned["model"])


def _request(
    state: AgentState, context: AgentContext, choice: ModelChoice, process_names: Sequence[str]
) -> StructuredRequest[ModelReading]:
    from providers.interface import MAX_OUTPUT_TOKENS, StructuredRequest
    from providers.reading import ModelReading
    from providers.tokens import fit

    fitted = fit(
        functools.partial(_prompt, state, context),
        state["question"],
        process_names=process_names[:MOST_NAMES],
        provider=choice.provider,
        model=choice.model,
        max_prompt_tokens=context.settings.max_prompt_tokens,
        max_output_tokens=MAX_OUTPUT_TOKENS,
        schema_tokens=_schema_tokens(),
    )
    return StructuredRequest(
        system=fitted.prompt,
        user=state["question"],
        input_tokens=fitted.input_tokens,
        answer=ModelReading,
    )


@functools.cache
def _schema_tokens() -> int:
    from providers.reading import ModelReading
    from providers.schemas import schema_of
    from providers.tokens import count_schema

    return count_schema(schema_of(ModelReading))


def _prompt(state: AgentState, context: AgentContext, process_names: Sequence[str]) -> str:
    import prompts

    now = context.now()
    previous = state.get("previous")
    return prompts.render(
        "classify",
        now=now.strftime("%Y-%m-%dT%H:%M"),
        weekday=_WEEKDAYS[now.weekday()],
        timezone=context.settings.timezone,
        metrics=", ".join(METRICS),
        processes="; ".join(process_names) or "none known",
        previous=previous.query.model_dump_json(exclude_defaults=True)
        if previous and previous.query
        else "nothing",
    )


def _noted(
    tier: ProviderName, state: AgentState, error: BaseException, context: AgentContext
) -> dict[str, Any]:
    """Return what a tier's expected failure changes; anything else is a bug and goes through."""
    from providers.failures import ModelError

    noted: dict[str, Any] = {"skipped": [*state.get("skipped", []), _skipped(tier, error)]}
    plan = state.get("plan")
    if isinstance(error, ModelError) and error.usage is not None and plan is not None:
        model = next(each["model"] for each in plan["models"] if each["tier"] == tier)
        noted["usage"] = _usage(state, model, error.usage, context)
    return noted


def _skipped(tier: ProviderName, error: BaseException) -> SkippedTier:
    from providers.failures import RECOVERIES, pause_of

    if isinstance(error, CallRefused):
        return {
            "tier": tier,
            "kind": error.refusal.value,
            "reason": error.reason,
            "retry_after_s": error.retry_after_s,
            "budget": error.budget,
        }
    if isinstance(error, NodeTimeoutError):
        error = ProviderError(tier, "no answer in time", kind=FailureKind.TRANSIENT)
    if not isinstance(error, ProviderError):
        raise error
    return {
        "tier": tier,
        "kind": error.kind.value,
        "reason": error.reason,
        "recovery": RECOVERIES[error.kind].in_words,
        "retry_after_s": pause_of(error) or None,
    }


def _usage(state: AgentState, model: str, used: TokenUsage | None, context: AgentContext) -> Usage:
    """Return what the question's models used so far, *used* included.

    The cost is None as soon as that of one of them is not known.
    """
    before = state.get("usage") or {"input_tokens": 0, "output_tokens": 0, "cost_usd": 0.0}
    cost = None if used is None else context.services.models.cost_usd(model, used)
    known = before["cost_usd"]
    return {
        "input_tokens": before["input_tokens"] + (used.input_tokens if used else 0),
        "output_tokens": before["output_tokens"] + (used.output_tokens if used else 0),
        "cost_usd": None if cost is None or known is None else known + cost,
    }
