"""LangSmith's own variables, as its library reads them: ``LANGSMITH_*``, else ``LANGCHAIN_*``."""

from __future__ import annotations

import os

_TRUE = {"1", "true", "yes", "on"}


def langsmith_variable(name: str) -> str | None:
    """Return the value of ``LANGSMITH_<name>``; None where it is unset or empty."""
    for prefix in ("LANGSMITH", "LANGCHAIN"):
        value = os.environ.get(f"{prefix}_{name}", "").strip().strip("\"'")
        if value:
            return value
    return None


def tracing_wanted() -> bool:
    """Whether the operator has turned LangSmith's tracing on."""
    switch = langsmith_variable("TRACING_V2") or langsmith_variable("TRACING") or ""
    return switch.lower() in _TRUE
