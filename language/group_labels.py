"""The labels of groups in words: "2026-W47" is the week from 16 to 22 November."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from language.nouns import status_as_label
from language.numbers_in_words import date_in_words, month_name, weekday_name
from language.plain_text import one_line, quoted
from language.telling import Telling
from language.windows_in_words import (
    day_of_label,
    hour_span_in_words,
    month_of_label,
    short_range,
    week_in_words,
    week_of_label,
)
from language.wording import plain_cause, step_in_words

LABEL_CHARS = 48


def short_label(grouping: str, label: Any, telling: Telling) -> str:
    """A group at the head of a line: "lun 16 nov", "16–22 nov", "10–11", "Ordini"."""
    language = telling.language
    year = telling.now.astimezone(telling.zone).year
    text = str(label)
    match grouping:
        case _ if label is None or not text.strip():
            return telling.say("(non indicato)", "(not given)")
        case "day" if (day := day_of_label(text)) is not None:
            return date_in_words(day, language, this_year=year, weekday=True, short=True)
        case "week" if (week := week_of_label(text)) is not None:
            return short_range(*week, language, year)
        case "month" if (month := month_of_label(text)) is not None:
            name = month_name(month.month, language)
            return name if month.year == year else f"{name} {month.year}"
        case "hour" if (hour := _whole(label, 0, 23)) is not None:
            return f"{hour}–{hour + 1}" if language == "it" else f"{hour}:00–{hour + 1}:00"
        case "weekday" if (weekday := _whole(label, 1, 7)) is not None:
            return weekday_name(weekday, language)
        case "status":
            return one_line(status_as_label(text, language), LABEL_CHARS)
        case "cause":
            return plain_cause(text, language).shown(language)
        case "step":
            return step_in_words(text, language)
        case _:
            return one_line(text, LABEL_CHARS)


def long_label(grouping: str, label: Any, telling: Telling) -> str:
    """A group inside a sentence: "lunedì 16 novembre", "«Ordini»", "dalle 10 alle 11"."""
    language = telling.language
    year = telling.now.astimezone(telling.zone).year
    text = str(label)
    match grouping:
        case _ if label is None or not text.strip():
            return short_label(grouping, label, telling)
        case "day" if (day := day_of_label(text)) is not None:
            return date_in_words(day, language, this_year=year, weekday=True)
        case "week" if (week := week_of_label(text)) is not None:
            words = week_in_words(*week, language, year)
            return words.removeprefix("la settimana ").removeprefix("the week ")
        case "hour" if (hour := _whole(label, 0, 23)) is not None:
            return hour_span_in_words(hour, hour + 1, language)
        case "process" | "customer":
            return quoted(text, language)
        case _:
            return short_label(grouping, label, telling)


def row_labels(
    groupings: Sequence[str], rows: Sequence[Sequence[Any]], telling: Telling
) -> list[list[str]]:
    """The label cells of *rows*, one a grouping.

    Two causes that mean the same in business words stay two lines, told apart by their messages.
    """
    cells = [
        [short_label(grouping, row[i], telling) for i, grouping in enumerate(groupings)]
        for row in rows
    ]
    if "cause" in groupings:
        _tell_causes_apart(groupings, rows, cells, telling)
    return cells


def _tell_causes_apart(
    groupings: Sequence[str],
    rows: Sequence[Sequence[Any]],
    cells: list[list[str]],
    telling: Telling,
) -> None:
    column = list(groupings).index("cause")
    seen: dict[tuple[str, ...], int] = {}
    for labels in cells:
        seen[tuple(labels)] = seen.get(tuple(labels), 0) + 1
    for row, labels in zip(rows, cells, strict=True):
        if seen[tuple(labels)] > 1 and row[column] is not None:
            message = quoted(str(row[column]), telling.language, 40)
            labels[column] = f"{labels[column]} {message}"


def _whole(label: Any, lowest: int, highest: int) -> int | None:
    if isinstance(label, bool):
        return None
    try:
        number = int(label)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if lowest <= number <= highest else None
