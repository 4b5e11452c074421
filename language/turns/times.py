"""Times that the turn before makes whole: "il giorno dopo", "e nelle ultime 48?", "fino al 15".

Seen alone, such words name another time, or none. Each rule returns the window that they mean
after the one that was spoken of; where none fits, the words mean what they mean alone.
"""

from __future__ import annotations

import re
from datetime import timedelta

from catalogue.periods import day_window, midnight, previous_window
from catalogue.query import BusinessQuery, Window
from language.sentences import Sentence
from language.time_expressions import TimeReading, read_time
from language.tokens import word_set
from language.turns.calendar_steps import MONTHS, moved, run_of, stepped, unit_holding
from language.turns.time_words import (
    EARLIER,
    LATER,
    LEADS,
    ONE_DAY,
    SMALL,
    UNITS,
    WEEKDAYS,
    Completed,
)
from language.turns.to_come import look_ahead, next_one, other_hours, weekday_of_that_week
from language.vocabulary import NUMBER_WORDS, ORDINALS, Cue

_SAME = word_set("stesso stessa stessi stesse medesimo medesima same")
_WHOLE = word_set("tutto tutta tutti intero intera whole entire full all")
_LAST_ONE = word_set("scorso scorsa scorsi scorse passato passata last precedente previous prima")
_LASTS = word_set("ultimo ultima ultimi ultime last past latest scorsi scorse")


def complete_time(
    sentence: Sentence, before: BusinessQuery, before_words: str | None
) -> str | None:
    """Let *sentence* name the time that its words mean after *before*.

    *before_words* named the window of *before*. Returns the words that name the new window, where
    they are known.
    """
    other_hours(sentence, before)
    if before.window is None:
        return None
    look_ahead(sentence, before.window)
    completed = (
        weekday_of_that_week(sentence, before.window)
        or next_one(sentence, before.window)
        or _stepped(sentence, before.window)
        or _weekday_stepped(sentence, before.window)
        or _a_year_ago(sentence, before.window)
        or _same_of_another(sentence, before.window)
        or _whole_unit(sentence, before.window)
        or _this_one(sentence, before.window)
        or _as_many_before(sentence, before.window)
        or _other_end(sentence, before.window)
        or _other_number(sentence, before, before_words)
        or _part_of_the_day(sentence, before.window)
    )
    if completed is None:
        return None
    now = sentence.circumstances.now
    start = completed.window.start
    compared = Cue.COMPARE in sentence.cues and completed.window != before.window
    sentence.time = TimeReading(
        window=before.window if compared else completed.window,
        compare_to=completed.window if compared else None,
        hours=before.hours if compared else completed.hours,
        weekdays=before.weekdays if compared else completed.weekdays,
        future=start is not None and start > now,
    )
    sentence.masked |= completed.places
    sentence.cues = sentence.cues.outside(sentence.masked)
    return before_words if compared else completed.words


# ------------------------------------------------------------------------------ one unit further


def _stepped(sentence: Sentence, before: Window) -> Completed | None:
    """ "il giorno dopo", "two weeks before", "il mese precedente", "la notte prima"."""
    words = sentence.words
    for place, word in enumerate(words):
        unit = UNITS.get(word)
        if unit is None:
            continue
        number, first = 1, place
        if place and (said := _number(words[place - 1])) is not None:
            number, first = said, place - 1
        following = words[place + 1 : place + 2]
        leading = words[first - 1 : first] if first else []
        next_one = (
            leading == ["next"] and unit == "day" and before.end <= sentence.circumstances.now
        )
        if following and following[0] in EARLIER | LATER:
            last, said_word = place + 1, following[0]
        elif leading and (leading[0] in EARLIER | LATER or next_one):
            first, last, said_word = first - 1, place, "after" if next_one else leading[0]
        else:
            continue
        if not _is_all_that_is_said_of_time(sentence, first, last):
            return None
        steps = -number if said_word in EARLIER else number
        window = stepped(before, unit, steps, sentence.circumstances.zone)
        if number > 1 and first and words[first - 1] in _THESE:
            window = run_of(before, unit, steps, sentence.circumstances.zone)
        if window is None:
            return None
        return Completed(window, frozenset(range(first, last + 1)))
    return None


def _weekday_stepped(sentence: Sentence, before: Window) -> Completed | None:
    """ "e il sabato prima?", "the Monday after": seen from the day that was spoken of."""
    words = sentence.words
    for place, word in enumerate(words[:-1]):
        weekday, way = WEEKDAYS.get(word), words[place + 1]
        if word == "weekend" and way in EARLIER | LATER:
            return _weekend_stepped(sentence, before, place)
        if weekday is None or way not in EARLIER | LATER or before.start is None:
            continue
        if len(words) > place + 2 and words[place + 2] not in SMALL:
            return None
        zone = sentence.circumstances.zone
        if way in EARLIER:
            day = before.start.astimezone(zone).date() - ONE_DAY
            day -= timedelta(days=(day.isoweekday() - weekday) % 7)
        else:
            day = before.end.astimezone(zone).date()
            day += timedelta(days=(weekday - day.isoweekday()) % 7)
        return Completed(day_window(day, zone), frozenset((place, place + 1)))
    return None


def _weekend_stepped(sentence: Sentence, before: Window, place: int) -> Completed | None:
    """ "and the weekend before?" after a weekend, or after a day of that week."""
    words, zone = sentence.words, sentence.circumstances.zone
    if before.start is None or before.end - before.start > timedelta(days=7, hours=1):
        return None
    if len(words) > place + 2 and words[place + 2] not in SMALL:
        return None
    first = before.start.astimezone(zone).date()
    saturday = first + timedelta(days=6 - first.isoweekday())
    if words[place + 1] in EARLIER and saturday >= first:
        saturday -= timedelta(days=7)
    elif words[place + 1] in LATER and saturday <= first:
        saturday += timedelta(days=7)
    window = Window(start=midnight(saturday, zone), end=midnight(saturday + 2 * ONE_DAY, zone))
    return Completed(window, frozenset((place, place + 1)))


def _a_year_ago(sentence: Sentence, before: Window) -> Completed | None:
    """ "rispetto a un anno fa?": the same days, a year earlier."""
    said = f" {' '.join(sentence.words)} "
    if Cue.COMPARE not in sentence.cues or not any(f" {each} " in said for each in _YEAR_AGO):
        return None
    window = moved(before, sentence.circumstances.zone, months=-12)
    places = (
        place
        for place, word in enumerate(sentence.words)
        if word in ("un", "anno", "fa", "a", "year", "ago", "one")
    )
    return Completed(window, frozenset(places)) if window else None


_YEAR_AGO = ("un anno fa", "a year ago", "one year ago")


def _is_all_that_is_said_of_time(sentence: Sentence, first: int, last: int) -> bool:
    """Whether no other time follows, as in "il giorno prima di ieri"."""
    return not any(
        place in sentence.masked and sentence.words[place] not in SMALL
        for place in range(len(sentence.words))
        if not first <= place <= last and place not in _named(sentence)
    )


def _named(sentence: Sentence) -> set[int]:
    return {place for mention in sentence.mentions for place in mention.tokens}


_THESE = word_set("i gli le nei negli nelle dei degli delle the in of for")


# --------------------------------------------------------------------------- the same of another


def _same_of_another(sentence: Sentence, before: Window) -> Completed | None:
    """ "lo stesso mese dell'anno scorso", "the same day last week"."""
    words = sentence.words
    zone = sentence.circumstances.zone
    for place, word in enumerate(words):
        if word not in _SAME or UNITS.get("".join(words[place + 1 : place + 2])) is None:
            continue
        for outer in range(place + 2, min(place + 7, len(words))):
            unit = UNITS.get(words[outer])
            around = {*words[outer + 1 : outer + 2], *words[outer - 1 : outer]}
            if unit is None or not _LAST_ONE.intersection(around):
                continue
            if unit in ("day", "part", "period"):
                return None
            window = (
                moved(before, zone, days=-7)
                if unit == "week"
                else moved(before, zone, months=-MONTHS[unit])
            )
            end = outer + 1 + (words[outer + 1 : outer + 2] != [] and words[outer + 1] in _LAST_ONE)
            return Completed(window, frozenset(range(place, end))) if window else None
    return None


def _whole_unit(sentence: Sentence, before: Window) -> Completed | None:
    """ "e in tutta la settimana?", "and the whole month": the one that holds what was spoken of."""
    words = sentence.words
    if before.start is None:
        return None
    for place, word in enumerate(words):
        unit = UNITS.get(word)
        if unit in (None, "part", "period") or not _WHOLE.intersection(
            words[max(0, place - 2) : place]
        ):
            continue
        if {*words[place + 1 : place + 2]} & (_LAST_ONE | LATER) or (
            words[place - 1] in ("questo", "questa", "this", "last", "quest")
        ):
            return None
        zone = sentence.circumstances.zone
        day = before.start.astimezone(zone).date()
        first = next(at for at in range(place - 1, -1, -1) if words[at] in _WHOLE)
        return Completed(unit_holding(day, str(unit), zone), frozenset(range(first, place + 1)))
    return None


def _this_one(sentence: Sentence, before: Window) -> Completed | None:
    """ "e questa?", "and this one?" after last week: the current one."""
    words = [word for word in sentence.words if word not in LEADS]
    named = bool(words) and words[0] in _THIS
    if not named or words[1:] not in ([], ["one"], ["qui"]) or before.start is None:
        return None
    zone = sentence.circumstances.zone
    now = sentence.circumstances.now.astimezone(zone)
    for unit in ("day", "week", *MONTHS):
        day = before.start.astimezone(zone).date()
        if unit_holding(day, unit, zone) == before:
            current = unit_holding(now.date(), unit, zone)
            return Completed(current, frozenset(range(len(sentence.words))))
    return None


_THIS = word_set("questa questo this")


def _as_many_before(sentence: Sentence, before: Window) -> Completed | None:
    """ "e i 30 precedenti?" after "ultimi 30 giorni"."""
    words = [word for word in sentence.words if word not in SMALL]
    zone = sentence.circumstances.zone
    if len(words) != 2 or before.start is None or not EARLIER.intersection(words):
        return None
    number = next((said for word in words if (said := _number(word)) is not None), None)
    days = (before.end.astimezone(zone).date() - before.start.astimezone(zone).date()).days
    window = previous_window(before, zone) if number == days else None
    return Completed(window, frozenset(range(len(sentence.words)))) if window else None


# ------------------------------------------------------------------- another number, another end

_UP_TO = re.compile(
    r"^(?:(?:e|and|ma|but|anzi)\s+)?(?:fino al?|sino al?|al|until|till|up to|to)"
    r"(?:\s+(?:the|giorno))?\s+"
    r"(?P<day>[12]?\d|3[01])(?:st|nd|rd|th|°)?$"
)
_FROM_ON = re.compile(
    r"^(?:(?:e|and|ma|but|anzi)\s+)?(?:a partire dal|dal|from|since)(?:\s+(?:the|giorno))?\s+"
    r"(?P<day>[12]?\d|3[01])(?:st|nd|rd|th|°)?(?:\s+(?:on|in poi|onwards?))?$"
)


def _other_end(sentence: Sentence, before: Window) -> Completed | None:
    """ "e fino al 15?", "dal 5": another end of the same days."""
    if before.start is None:
        return None
    said = " ".join(sentence.words)
    zone = sentence.circumstances.zone
    start, end = before.start.astimezone(zone), before.end.astimezone(zone)
    if end - start < timedelta(hours=47):
        return None  # of one day, "al 15" are other days
    places = frozenset(range(len(sentence.words)))
    upper, lower = _UP_TO.match(said), _FROM_ON.match(said)
    try:
        if upper is not None:
            day = start.date().replace(day=int(upper["day"])) + ONE_DAY
            return Completed(Window(start=start, end=midnight(day, zone)), places)
        if lower is not None:
            day = start.date().replace(day=int(lower["day"]))
            return Completed(Window(start=midnight(day, zone), end=end), places)
    except ValueError:  # a day that the month does not have, or an end before its start
        return None
    return None


def _other_number(
    sentence: Sentence, before: BusinessQuery, before_words: str | None
) -> Completed | None:
    """ "e ultimi 30?" after "ultimi 7 giorni", "e nel terzo?" after "nel primo trimestre"."""
    if not before_words or before.limit is not None or before.kind == "list":
        return None
    places = [
        place
        for place, word in enumerate(sentence.words)
        if word not in SMALL and word not in _LASTS and word not in ("nelle", "in")
    ]
    if len(places) != 1:
        return None
    said = sentence.words[places[0]]
    kinds = (_number, ORDINALS.get) if not before.group_by else (_number,)
    for kind in kinds:
        if kind(said) is None:
            continue
        replaced = "".join(
            said if kind(part.lower()) is not None else part
            for part in re.split(r"(\W+)", before_words)
        )
        if replaced == before_words:
            continue
        reading = read_time(
            replaced,
            now=sentence.circumstances.now,
            zone=sentence.circumstances.zone,
            language=sentence.language,
        )
        if reading.window is not None and reading.compare_to is None:
            return Completed(
                reading.window,
                frozenset(range(len(sentence.words))),
                replaced,
                reading.hours,
                reading.weekdays,
            )
    return None


def _number(word: str) -> int | None:
    if word.isdigit() and len(word) <= 3:
        return int(word)
    return None if word in ("un", "uno", "una", "one", "a", "sei") else NUMBER_WORDS.get(word)


# ----------------------------------------------------------------------------------- of that day

_OF_NOW = word_set(
    """oggi stamattina stamani stasera stanotte ieri today tonight yesterday ultimo ultima ultimi
    ultime last past fa ago scorso scorsa questa questo this now adesso domani tomorrow"""
)


def _part_of_the_day(sentence: Sentence, before: Window) -> Completed | None:
    """ "dalle 9 alle 12", "e nel pomeriggio?": of the one day that was spoken of."""
    time_said = sentence.time
    said, zone = time_said.window, sentence.circumstances.zone
    if said is None or said.start is None or before.start is None or time_said.compare_to:
        return None
    if said.end - said.start >= timedelta(hours=23) or _OF_NOW.intersection(sentence.words):
        return None
    if any(UNITS.get(word) == "day" for word in sentence.words) or _names_a_day(sentence):
        return None
    start, end = before.start.astimezone(zone), before.end.astimezone(zone)
    last = (end - timedelta(microseconds=1)).date()
    if start.date() != last:
        return None
    shifted = moved(said, zone, days=(last - said.start.astimezone(zone).date()).days)
    if shifted is None:
        return None
    places = frozenset(
        place
        for place, token in enumerate(sentence.tokens)
        if any(token.start < stop and first < token.end for first, stop in time_said.spans)
    )
    return Completed(shifted, places)


def _names_a_day(sentence: Sentence) -> bool:
    """Whether the words name a day themselves: "lunedì mattina", "il 3 maggio alle 9"."""
    return any(
        reading.window is not None
        and reading.window.end - reading.window.start >= timedelta(hours=23)
        for token in sentence.tokens
        if token.word.isalpha() and token.word not in UNITS
        for reading in (
            read_time(token.raw, now=sentence.circumstances.now, zone=sentence.circumstances.zone),
        )
        if reading.window is not None and reading.window.start is not None
    )
