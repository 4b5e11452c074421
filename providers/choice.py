"""Which models are asked for which need, in which order. The table is the whole policy.

The need is judged before any call, by what our own grammar reads in well under a millisecond; it
decides about models only, never about the answer. Whatever the order, our own tier comes last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from catalogue import QuestionType, Reading
from providers.gate import ProviderName

if TYPE_CHECKING:
    from core.settings import Settings


class Need(StrEnum):
    """What a model is needed for."""

    CONVERSATION = "conversation"
    CLASSIFICATION = "classification"
    ANALYSIS = "analysis"
    PREDICTION = "prediction"
    URGENT = "urgent"
    OTHER = "other"


MODELS: Mapping[Need, str] = {
    # need                first            then
    Need.CONVERSATION:   "gemini:flash,    groq:small",   # greetings and help: the fastest free one
    Need.CLASSIFICATION: "gemini:flash,    groq:large",   # reading a question about the data
    Need.ANALYSIS:       "gemini:strong,   groq:large",   # comparisons, causes: the best quality
    Need.PREDICTION:     "gemini:strong,   groq:large",
    Need.URGENT:         "groq:small,      gemini:flash", # "urgente", "subito", "ASAP": the fastest
    Need.OTHER:          "gemini:flash,    groq:small",   # the cheapest that can do it
}  # fmt: skip
"""``MILHENA_MODELS_<NEED>`` overrides a line. flash, strong, large and small are the settings
``MILHENA_GEMINI_MODEL``, ``MILHENA_GEMINI_STRONG_MODEL``, ``MILHENA_GROQ_MODEL`` and
``MILHENA_GROQ_SMALL_MODEL``; any other word is a model's own name."""

_NEEDS: Mapping[QuestionType, Need] = {
    QuestionType.GREETING: Need.CONVERSATION,
    QuestionType.HELP: Need.CONVERSATION,
    QuestionType.BUSINESS_DATA: Need.CLASSIFICATION,
    QuestionType.CLARIFY: Need.CLASSIFICATION,  # perhaps a model understands what we did not
    QuestionType.ANALYSIS: Need.ANALYSIS,
    QuestionType.PREDICTION: Need.PREDICTION,
}


@dataclass(frozen=True)
class ModelChoice:
    """One model of one provider."""

    provider: ProviderName
    model: str

    @property
    def target(self) -> str:
        """``provider:model``."""
        return f"{self.provider}:{self.model}"


def need_of(reading: Reading, *, urgent: bool) -> Need:
    """Return what the question needs, by what our own grammar made of it."""
    return Need.URGENT if urgent else _NEEDS.get(reading.type, Need.OTHER)


def models_for(need: Need, settings: Settings) -> tuple[ModelChoice, ...]:
    """Return the models to ask for *need*, the first one first; at most one of each provider."""
    line = getattr(settings, f"models_{need}") or MODELS[need]
    chosen: dict[ProviderName, ModelChoice] = {}
    for entry in line.split(","):
        name, _, model = entry.strip().partition(":")
        provider: ProviderName = "gemini" if name == "gemini" else "groq"
        named = _NAMES.get((provider, model))
        chosen.setdefault(
            provider, ModelChoice(provider, getattr(settings, named) if named else model)
        )
    return tuple(chosen.values())


_NAMES: Mapping[tuple[str, str], str] = {
    ("gemini", "flash"): "gemini_model",
    ("gemini", "strong"): "gemini_strong_model",
    ("groq", "large"): "groq_model",
    ("groq", "small"): "groq_small_model",
}


def models_in_use(settings: Settings, provider: ProviderName) -> dict[str, list[Need]]:
    """Return the models of *provider* that some need names, and the needs of each."""
    found: dict[str, list[Need]] = {}
    for need in Need:
        for choice in models_for(need, settings):
            if choice.provider == provider:
                found.setdefault(choice.model, []).append(need)
    return found
