"""When: the window of time that a question names, in Italian, in English, or in both at once.

``read_time("ordini dal 3 al 10 marzo", now=…, zone=…)`` returns exact half-open windows. The
conventions: calendar units are whole and weeks run from Monday to Monday; "ultimi N giorni" end
tonight and include today; hours and minutes roll from now; a bare month, day or weekday is the
latest one that has begun, "scorso" the latest that is over, and neither lies in the future unless
the question does. Where nothing names a time, nothing is found.

The grammar itself is in `language.time`: words → meanings → periods → how they combine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from catalogue.query import Window
from language.time.combining import combined
from language.time.grammar import Grammar
from language.time.periods import Span, Unit, exact, rolled
from language.time.reading import Found
from language.time.words import STOP, Word, words_of


@dataclass(frozen=True)
class TimeReading:
    """What a text says about time.

    ``window`` is None where no time is named, and where all of history is ("da sempre": then
    ``spans`` is not empty). ``compare_to`` is the period that ``window`` is measured against.
    ``hours`` (of the day, half-open) and ``weekdays`` (1 Monday to 7 Sunday) recur within the
    window. Offsets are fixed ones, true for each moment.
    """

    window: Window | None = None
    compare_to: Window | None = None
    hours: tuple[tuple[int, int], ...] = ()
    weekdays: tuple[int, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    """Character spans of the text that were read as time, in order."""
    future: bool = False
    """Whether the window lies in the future, or the words ask about the future."""
    certain: bool = True
    """Whether nothing that looks like a time was left unread."""
    impossible: tuple[tuple[int, int], ...] = ()
    """Character spans of dates that no year has ("30 febbraio")."""


def read_time(
    text: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    language: Literal["it", "en"] | None = None,
    future: bool = False,
) -> TimeReading:
    """Return the windows that *text* names, seen from *now* in *zone*.

    With *future* a bare name ("lunedì") is the next one; words that ask about the future
    ("prevedi", "arriveranno", "expect") have the same effect. *language* is a hint for the few
    words that mean a time in one language only; both are read in one text.
    """
    words = words_of(text)
    senses = {word.meaning.senses for word in words}
    if not any(senses):
        return TimeReading(future=future)
    foretelling = any("foretelling" in each for each in senses)
    grammar = Grammar(
        words, now=now.astimezone(zone), future=future or foretelling, language=language
    )
    founds = grammar.founds()
    if not founds:
        return TimeReading(future=future or foretelling, certain=not _left_over(grammar, founds))
    read = combined(grammar, founds)
    return TimeReading(
        window=_window(read.window, zone),
        compare_to=_window(read.compare_to, zone),
        hours=read.hours,
        weekdays=read.weekdays,
        spans=tuple(_span(grammar, each) for each in founds if not each.impossible),
        future=future or foretelling or read.future,
        certain=read.complete and not _left_over(grammar, founds),
        impossible=tuple(_span(grammar, each) for each in founds if each.impossible),
    )


def _window(span: Span | None, zone: ZoneInfo) -> Window | None:
    if span is None:
        return None
    start = exact(span.start, zone) if span.start else None
    end = exact(span.end, zone)
    if start is not None and end <= start:
        end = exact(rolled(start, Unit.HOUR, 1), zone)  # an hour that the clocks skip
    return Window(start=start, end=end)


def _span(grammar: Grammar, found: Found) -> tuple[int, int]:
    """Return the characters of *found*, with the small words that lead to it ("nel", "di")."""
    first = found.first
    while (
        first > 0
        and grammar.has(first - 1, "in", "of", "article", "to", "at", "every", "whole")
        and grammar.mark(first) in ("", "'")
        and not (grammar.has(first - 1, "english in") and grammar.has(first, "english in"))
        and not grammar.has(first - 1, "and", "unit")
    ):
        first -= 1
    return grammar.words[first].start, grammar.words[found.end - 1].end


def _left_over(grammar: Grammar, founds: Sequence[Found]) -> bool:
    """Whether a word that can hardly mean anything but a time was not read."""
    read = {place for each in founds for place in range(each.first, each.end)}
    for place, word in enumerate(grammar.words):
        if word.meaning.senses and place not in read and _tells_time(grammar, place, word):
            return True
    return False


_TELLING = frozenset({"date", "bad date", "month", "weekday", "day", "part"})


def _tells_time(grammar: Grammar, place: int, word: Word) -> bool:
    if word is STOP or not word.meaning.senses:
        return False
    value = word.meaning
    if _TELLING.isdisjoint(value.senses) or "of things" in value.roles:
        return False
    if "bad date" in value.roles or value.date is not None:
        return not grammar.has(place - 1, "labelled") and not grammar.is_share(place)
    if grammar.has(place - 1, "greeting") or grammar.is_name(place) or grammar.farewell(place):
        return False
    named = value.month is not None and "doubtful" not in value.roles
    weekday = value.weekday is not None and "short weekday" not in value.roles
    return named or weekday or value.day is not None or value.part is not None
