"""Times of a turn beside those before: to come, the next one, of that week, other hours."""

from __future__ import annotations

import re
from datetime import timedelta

from catalogue.periods import day_window
from catalogue.query import BusinessQuery, Window
from language.sentences import Sentence
from language.time_expressions import TimeReading, read_time
from language.tokens import word_set
from language.turns.calendar_steps import MONTHS, stepped, unit_holding
from language.turns.time_words import LEADS, ONE_DAY, UNITS, WEEKDAYS, Completed

_PAST = word_set("scorso scorsa scorsi scorse passato passata fa ieri last ago yesterday previous")
_SOON = timedelta(days=184)
"""How far ahead a month is meant that is named after a question about the future."""


def look_ahead(sentence: Sentence, before: Window) -> None:
    """After a forecast, "e lunedì?", "and in December?" are the ones to come."""
    now, zone = sentence.circumstances.now, sentence.circumstances.zone
    said = sentence.time.window
    if before.start is None or before.start <= now or said is None or said.end > now:
        return
    if not _PAST.isdisjoint(sentence.words):
        return
    ahead = read_time(sentence.text, now=now, zone=zone, future=True)
    start = ahead.window.start if ahead.window is not None else None
    if start is not None and now < start <= now + _SOON:
        sentence.time = ahead


_NEXT_NOW = word_set("prossimo prossima next")
_ONE_AFTER = re.compile(
    r"^(?:(?:e|ed|and|ma|ok|what about|how about) )*(?:quell[oa] (?:dopo|successiv[oa]|seguente)"
    r"|(?:the )?(?:one after(?: that)?|next one|following one))\b"
)


def next_one(sentence: Sentence, before: Window) -> Completed | None:
    """ "e la prossima?" of what was spoken of by weeks, "e quella dopo?" the one after it."""
    words, zone = sentence.words, sentence.circumstances.zone
    now = sentence.circumstances.now.astimezone(zone)
    if not words:
        return None
    after = _ONE_AFTER.match(" ".join(words)) is not None
    bare = len(words) <= 7 and words[0] in LEADS and not _NEXT_NOW.isdisjoint(words)
    if not (after or bare) or before.start is None or any(word in UNITS for word in words):
        return None
    if sentence.has_time or (after and len(words) > 6):
        return None
    for unit in ("day", "week", *MONTHS):
        day = before.start.astimezone(zone).date()
        if unit_holding(day, unit, zone) != before:
            continue
        from_now = not after and before.end <= now
        base = unit_holding(now.date(), unit, zone) if from_now else before
        window = stepped(base, unit, 1, zone)
        said = _NEXT_NOW | word_set("quella quello dopo successiva successivo one after following")
        places = {place for place, word in enumerate(words) if word in said}
        return Completed(window, frozenset(places)) if window else None
    return None


_OF_THAT_WEEK = re.compile(
    r"\b(?:(?:di|in) )?(?:quella|stessa|medesima) (?:stessa )?settimana\b"
    r"|\b(?:of |in )?(?:that|the) (?:same )?week\b|\bsame week\b"
)


def weekday_of_that_week(sentence: Sentence, before: Window) -> Completed | None:
    """ "e mercoledì, sempre di quella settimana?", "and on Friday that week?"."""
    words, zone = sentence.words, sentence.circumstances.zone
    days = [place for place, word in enumerate(words) if word in WEEKDAYS]
    match = _OF_THAT_WEEK.search(" ".join(words))
    if match is None or len(days) != 1 or before.start is None:
        return None
    monday = unit_holding(before.start.astimezone(zone).date(), "week", zone).start
    if monday is None:
        return None
    day = monday.astimezone(zone).date() + (WEEKDAYS[words[days[0]]] - 1) * ONE_DAY
    first = len(" ".join(words)[: match.start()].split())
    places = {days[0], *range(first, first + len(match.group().split()))}
    return Completed(day_window(day, zone), frozenset(places))


_BETWEEN = re.compile(
    r"\b(?:between|from|tra le|fra le|tra|fra|dalle|da) (?P<first>[01]?\d|2[0-4]) "
    r"(?:and|to|till|until|e le|e|alle|a) (?P<last>[01]?\d|2[0-4])\b"
)


def other_hours(sentence: Sentence, before: BusinessQuery) -> None:
    """ "and between 18 and 22?" after the orders that come between 9 and 12: other hours."""
    said = " ".join(sentence.words)
    match = _BETWEEN.search(said)
    if match is None or not before.hours or sentence.has_time:
        return
    first, last = int(match["first"]), int(match["last"])
    if first >= last:
        return
    place = len(said[: match.start()].split())
    sentence.time = TimeReading(window=None, hours=((first, last),))
    sentence.masked |= set(range(place, place + len(match.group().split())))
    sentence.cues = sentence.cues.outside(sentence.masked)
