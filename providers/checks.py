"""What `doctor` says about the language models. No request is made and no key is looked into."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from core.checks import Check

if TYPE_CHECKING:
    from core.settings import Settings

_TRUE = {"1", "true", "yes", "on"}


def check_models(settings: Settings) -> list[Check]:
    """Whether each language model has a key; without one the next tier answers."""
    return [
        _check_key(
            "Gemini",
            settings.gemini_api_key is not None,
            settings.gemini_model,
            "GOOGLE_API_KEY",
        ),
        _check_key("Groq", settings.groq_api_key is not None, settings.groq_model, "GROQ_API_KEY"),
    ]


def _check_key(provider: str, present: bool, model: str, variable: str) -> Check:
    facts = {"key": present, "model": model}
    if present:
        return Check(provider, "ok", f"a key is set; model {model}", facts=facts)
    # Not a warning: Milhena promises to answer with no key at all.
    return Check(
        provider,
        "ok",
        "no key: questions are understood without it",
        f"Set {variable} to also use {provider}.",
        facts,
    )


def check_langsmith() -> Check:
    """Whether runs are traced to LangSmith, which sends questions and answers to that service."""
    switch = os.environ.get("LANGSMITH_TRACING") or os.environ.get("LANGCHAIN_TRACING_V2") or ""
    tracing = switch.strip().lower() in _TRUE
    key = bool(os.environ.get("LANGSMITH_API_KEY") or os.environ.get("LANGCHAIN_API_KEY"))
    facts = {"tracing": tracing, "key": key}
    if tracing and not key:
        return Check(
            "LangSmith",
            "warning",
            "tracing is on but there is no key: nothing arrives",
            "Set LANGSMITH_API_KEY, or LANGSMITH_TRACING=false.",
            facts,
        )
    if tracing:
        return Check("LangSmith", "ok", "tracing is on: questions are sent to it", facts=facts)
    return Check("LangSmith", "ok", "tracing is off", facts=facts)
