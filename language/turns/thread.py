"""From which of a thread's readings the next question goes on."""

from __future__ import annotations

from collections.abc import Sequence

from catalogue.query import QuestionType
from catalogue.reading import Reading

_MEASURED: dict[str, str] = {
    "success_rate": "success_rate",
    "error_rate": "error_rate",
    "execution": "executions",
    "error": "errors",
    "canceled": "canceled",
    "duration": "avg_duration",
    "median": "median_duration",
    "percentile": "p95_duration",
    "ai_assistant": "ai_responses",
}
"""Concepts of the glossary that are also measured."""


def measured_topic(reading: Reading) -> str | None:
    """Return the metric of the concept that *reading* has explained, if it is measured."""
    if reading.type is not QuestionType.GENERAL:
        return None
    return _MEASURED.get(reading.topic or "")


def carried_over(readings: Sequence[Reading]) -> Reading | None:
    """Return the reading that the turn after *readings* (oldest first) may go on from, if any.

    That is the last one's, but a thank-you, a refusal, what is off topic or a question that could
    not be read do not end what was talked about: they are passed over. Its ``earlier`` is the
    one that it followed itself, for "torna a prima".
    """
    found = [reading for reading in readings if _can_be_gone_on_from(reading)]
    named = next((reading.named for reading in reversed(readings) if reading.named), ())
    if not found:
        # Nothing was asked of the data, but a process was named: "spegni la newsletter".
        return readings[-1].model_copy(update={"named": named}) if named else None
    last = found[-1]
    if last.type is QuestionType.GENERAL and last is not readings[-1]:
        # A concept that was explained some turns ago is not what "e ieri?" is about.
        found = [reading for reading in found if reading.type is not QuestionType.GENERAL]
        if not found:
            return None
        last = found[-1]
    earlier = next(
        (
            reading.model_copy(update={"earlier": None})
            for reading in reversed(found[:-1])
            if reading.query is not None
            and reading.type is not QuestionType.CLARIFY
            and reading.query != last.query
        ),
        None,
    )
    return last.model_copy(update={"earlier": earlier, "named": named})


def _can_be_gone_on_from(reading: Reading) -> bool:
    if reading.type is QuestionType.CLARIFY:
        asked = reading.clarification
        return asked is not None and (
            asked.reason not in ("no_previous", "what") or reading.query is not None
        )
    return reading.query is not None or measured_topic(reading) is not None
