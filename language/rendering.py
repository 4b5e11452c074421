"""The whole answer in words: deterministic, in the question's language, from the rows alone.

First one sentence that answers; then, where it helps, a short table or list; then a line that
says how the figures were made. Every number, date and name in it stands in the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from catalogue.query import QuestionType
from catalogue.reading import Reading
from language.comparison_answers import compared_value, in_time_order, without_itself
from language.conversation import (
    NamedProcess,
    Recorded,
    clarification,
    general,
    greeting,
    help_text,
    refusal,
)
from language.glossary import LOST
from language.group_answers import grouped_value
from language.list_answers import listing
from language.nouns import label_of
from language.numbers_in_words import comparable, value_in_words
from language.past_figures import PastFigure, past_in_words
from language.provenance_in_words import no_source, note_lines, nothing_stored
from language.story_answers import PROCESS_SUMMARY_COLUMNS, process_in_words, story
from language.telling import Telling, phrase
from language.value_answers import single_value
from language.windows_in_words import period_of_label
from persistence.results import Result

__all__ = ["NamedProcess", "render"]


def render(
    reading: Reading,
    result: Result | None,
    *,
    now: datetime,
    zone: ZoneInfo,
    processes: Sequence[NamedProcess],
    source_configured: bool = True,
    past: Sequence[PastFigure] = (),
    so_far: Result | None = None,
    recorded: Recorded | None = None,
) -> str:
    """The answer to *reading*, whole, in its language.

    :param result: the rows that the query gave; None where nothing was asked of the data, or
        where nothing is stored.
    :param now: the moment that "now" means, aware.
    :param processes: the known processes; real names stand in examples and help.
    :param source_configured: False where no n8n is connected: questions about data are then
        answered with what to do about that.
    :param so_far: for a comparison with an unfinished span, the value over as much of the other.
    :param recorded: of what there are records, for what is suggested.
    :param past: for a question about the future, the figures of like periods, latest first.
    """
    match reading.type:
        case QuestionType.GREETING:
            return greeting(reading, processes, now=now, zone=zone, recorded=recorded)
        case QuestionType.HELP:
            return help_text(
                reading.language,
                processes,
                source_configured=source_configured,
                lost=reading.topic == LOST,
                recorded=recorded,
            )
        case QuestionType.GENERAL:
            return general(reading, processes, recorded)
        case QuestionType.REFUSED:
            return refusal(reading, processes, recorded)
        case QuestionType.CLARIFY:
            return clarification(reading, processes, recorded)
    if not source_configured and (result is None or not result.rows):
        return f"ℹ️ {no_source(reading.language)}"
    if result is None:
        return _without_result(reading)
    if reading.query is None:
        return help_text(reading.language, processes, source_configured=source_configured)
    telling = Telling(reading, reading.query, result, now, zone)
    if result.columns[:1] == ("period",):
        telling = in_time_order(without_itself(telling))
    if reading.type is QuestionType.PREDICTION:
        return "\n".join(_prediction(telling, past))
    lines = _data_lines(telling, so_far)
    return "\n".join([*lines, *note_lines(telling, lines)])


def _without_result(reading: Reading) -> str:
    if reading.type is QuestionType.PREDICTION:
        return _no_forecast(reading)
    return f"ℹ️ {nothing_stored(reading.language)}"


def _data_lines(telling: Telling, so_far: Result | None) -> list[str]:
    query, result = telling.query, telling.result
    if result.columns == PROCESS_SUMMARY_COLUMNS:
        return process_in_words(telling)
    if query.kind == "list":
        return listing(telling)
    if query.kind == "story":
        return story(telling)
    if result.columns[:1] == ("period",):
        return compared_value(telling, so_far)
    if len(result.columns) > 1:
        return grouped_value(telling)
    return single_value(telling)


# --- the future ------------------------------------------------------------------------------


def _no_forecast(reading: Reading) -> str:
    if reading.language == "it":
        return "🔮 Non so ancora fare previsioni: rispondo su ciò che è già successo."
    return "🔮 I cannot forecast yet: I answer about what has already happened."


def _prediction(telling: Telling, past: Sequence[PastFigure]) -> list[str]:
    """That there is no forecast, and what it was in like periods, or is so far."""
    lines = [_no_forecast(telling.reading)]
    query, result = telling.query, telling.result
    told = past_in_words(telling, past) if query.metric is not None else []
    if told:
        return [*lines, *told]
    if query.metric is None or not result.rows or query.group_by:
        return lines
    label = label_of(query.metric, telling.language)
    value = comparable(result.rows[-1][-1])
    if value is None:
        return lines
    shown = value_in_words(query.metric, value, telling.language)
    period = period_of_label(str(result.rows[-1][0]), telling.zone)
    if result.columns[:1] == ("period",) and period is not None:
        when = telling.window(period)
    elif query.compare_to is not None:
        when = telling.window(query.compare_to)
    elif query.window is None:
        when = telling.say("finora, in totale", "so far, in all")
    elif query.window.start is None or query.window.start <= telling.now:
        when = phrase(telling.window(query.window), telling.say("finora", "so far"))
    else:
        when = telling.say("nel periodo più recente paragonabile", "in the latest like period")
    lines.append(f"{phrase(label, telling.about(), when)}: {shown}")
    return [*lines, *note_lines(telling, lines)]
