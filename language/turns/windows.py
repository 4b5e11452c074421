"""The window of a turn, seen from the one before."""

from __future__ import annotations

from datetime import timedelta

from catalogue.periods import previous_window
from catalogue.query import TIME_GROUPINGS, QuestionType, Window
from language.rankings import (
    grain_of,
)
from language.sentences import Sentence
from language.time.periods import exact, hours_of
from language.tokens import word_set
from language.turns.comparing import more_than_then
from language.turns.forms import LEADING, is_correction
from language.turns.state import TurnState
from language.vocabulary import ARTICLES, Cue

_UNITS: dict[Cue, tuple[str, str]] = {
    Cue.DAY: ("oggi", "ieri"),
    Cue.WEEK: ("questa settimana", "la settimana scorsa"),
    Cue.MONTH: ("questo mese", "il mese scorso"),
}
"""What a bare unit means in a correction: the current one, or the last if that was spoken of."""
_LENGTHS: dict[frozenset[str], tuple[int, int]] = {
    word_set("giorno day"): (1, 1),
    word_set("settimana week"): (6, 7),
    word_set("mese month"): (28, 31),
    word_set("anno year"): (365, 366),
}
"""The words for a unit of time, and how many days a window of it has."""
_PREVIOUS = word_set("previous precedente")
_LAST_ONE = word_set("scorsa scorso scorse scorsi passata passato")


def _is_bare_last(sentence: Sentence) -> bool:
    """Whether "e la scorsa?", "and last?" leave out the unit that was spoken of."""
    words = sentence.words
    if sentence.cues.any(*_UNITS):
        return False
    if len(words) <= 7 and not _LAST_ONE.isdisjoint(words):
        return True
    said = [word for word in words if word not in ARTICLES and word not in LEADING]
    return len(words) > 1 and said in (["last"], ["what", "last"], ["previous"], ["precedente"])


class Windows(TurnState):
    """Reads times, and what is compared with what."""

    def _time(self) -> None:
        time, base = self.sentence.time, self.base
        if time.spans and not self.sentence.has_time and _EVER.intersection(self.sentence.words):
            base.window, base.window_words, base.compare_to = None, None, None
            self.changed.add("window")
            return
        if self.is_one_record() and Cue.ONE_BEFORE in self.cues:
            return  # "e quello prima?": the record before, see `_order`
        if not self.sentence.has_time or (Cue.ONE_BEFORE in self.cues and len(time.spans) == 1):
            self._time_seen_from_before()
            return
        if self._steps_back() or self._compares_with_said():
            return
        if time.window is not None and self._is_held_against_another():
            base.compare_to = time.window
        elif time.window is not None:
            base.window = time.window
            base.window_words = self.draft.window_words
            base.hours, base.weekdays = time.hours, time.weekdays
            if base.compare_to is not None and time.compare_to is None:
                zone = self.sentence.circumstances.zone
                # What was compared with the period before it goes on to be.
                beside = self.before.window is not None and base.compare_to == previous_window(
                    self.before.window, zone
                )
                keeps = beside and Cue.ONLY not in self.cues and "object" not in self.changed
                base.compare_to = previous_window(time.window, zone) if keeps else None
            if (
                len(base.group_by) == 1
                and base.focus == "trend"
                and (base.group_by[0] in TIME_GROUPINGS)
            ):
                base.group_by = [grain_of(time.window)]
        elif (part := self._part_of_the_day()) is not None:
            base.window, base.window_words, base.hours = part, None, ()
        elif (day := self._weekday_beside()) is not None:
            base.window, base.window_words = day, None
        else:
            base.hours = time.hours or base.hours
            base.weekdays = time.weekdays or base.weekdays
        if time.compare_to is not None:
            base.compare_to = time.compare_to
            base.type = QuestionType.ANALYSIS
        base.offset = 0
        self.changed.add("window")

    def _is_held_against_another(self) -> bool:
        """Whether "and with November last year?" only exchanges what is compared with."""
        base, words = self.base, self.sentence.words
        if base.compare_to is None or base.window is None or self.sentence.time.compare_to:
            return False
        led = [word for word in words[:4] if word not in LEADING]
        return led[:1] in ([each] for each in _HELD_AGAINST) and not self.cues.any(Cue.PROCESS)

    def _part_of_the_day(self) -> Window | None:
        """The hours of "solo il pomeriggio", of the one day that was spoken of."""
        window, hours = self.base.window, self.sentence.time.hours
        if window is None or window.start is None or len(hours) != 1:
            return None
        if self.sentence.time.weekdays or self.base.compare_to is not None or self.base.group_by:
            return None
        zone = self.sentence.circumstances.zone
        # Of the wall clock: a day of 23 or 25 hours has its evening at 18 too.
        day = window.start.astimezone(zone).replace(hour=0, minute=0)
        if window.end.astimezone(zone) > day + timedelta(days=1):
            return None
        part = hours_of(day, hours[0][0] * 60, hours[0][1] * 60)
        return Window(start=exact(part.start or part.end, zone), end=exact(part.end, zone))

    def _weekday_beside(self) -> Window | None:
        """ "e il venerdì?" after one day that was spoken of is a day too, not every Friday."""
        window, time = self.base.window, self.sentence.time
        if window is None or window.start is None or len(time.weekdays) != 1 or time.hours:
            return None
        if window.end - window.start > timedelta(hours=25) or self.base.group_by:
            return None
        return self.sentence.circumstances.window(_WEEKDAYS[time.weekdays[0] - 1])

    def _steps_back(self) -> bool:
        """ "and the previous month?" is the one before the month that was spoken of."""
        base, words = self.base, self.sentence.words
        unit = next((days for name, days in _LENGTHS.items() if not name.isdisjoint(words)), None)
        window = base.window
        if unit is None or _PREVIOUS.isdisjoint(words) or window is None or window.start is None:
            return False
        if not unit[0] <= (window.end - window.start).days <= unit[1]:
            return False
        base.window = previous_window(window, self.sentence.circumstances.zone)
        if base.compare_to is not None and base.window is not None:
            base.compare_to = previous_window(base.window, self.sentence.circumstances.zone)
        base.offset = 0
        self.changed.add("window")
        return True

    def _compares_with_said(self) -> bool:
        """ "confrontale con il mese scorso": the window of before with the one that is said."""
        time, base = self.sentence.time, self.base
        said, window = time.window, base.window
        held_against = more_than_then(self.sentence, self.before)
        if held_against and time.compare_to is not None:
            said = time.compare_to  # "than in May": of the two it is the one that was said
        elif time.compare_to is not None:
            return False
        if said is None or window is None or said == window or base.metric is None:
            return False
        if not held_against and not self.cues.any(Cue.COMPARE, Cue.MORE_OR_LESS, *_MORE):
            return False
        if base.group_by and not held_against and not self.cues.any(Cue.COMPARE, Cue.MORE_OR_LESS):
            return False
        base.window, base.compare_to = sorted(
            (window, said), key=lambda each: each.end, reverse=True
        )
        base.type = QuestionType.ANALYSIS
        base.offset = 0
        self.changed.add("window")
        return True

    def _time_seen_from_before(self) -> None:
        """ "e quella prima?", "no, intendevo il mese": times that the turn before makes whole."""
        base, circumstances = self.base, self.sentence.circumstances
        if base.window is None:
            return
        unit = next(
            (_UNITS[hit.cue] for hit in self.cues.of(*_UNITS) if Cue.PER not in self.cues), None
        )
        window = None
        if Cue.ONE_BEFORE in self.cues or _is_bare_last(self.sentence):
            window = previous_window(base.window, circumstances.zone)
            ahead = base.window.start is not None and base.window.start > circumstances.now
            if ahead and window is not None and window.end > circumstances.now:
                # After a week to come, "la scorsa" is the last that is over.
                window = previous_window(window, circumstances.zone)
        elif unit is not None and is_correction(self.sentence):
            past = base.window.end <= circumstances.now
            window = circumstances.window(unit[1] if past else unit[0])
        if window is None:
            return
        if self.cues.any(*_MORE, Cue.MORE_OR_LESS, Cue.IMPROVE) and base.metric is not None:
            base.compare_to, base.type = window, QuestionType.ANALYSIS  # "più della scorsa?"
            self.changed.add("window")
            return
        base.window = window
        if base.compare_to is not None:
            base.compare_to = previous_window(window, circumstances.zone)
        base.offset = 0
        self.changed.add("window")


_WEEKDAYS = ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica")
_HELD_AGAINST = word_set("with against versus vs con rispetto contro")
_EVER = word_set("sempre ever beginning inizio")
_MORE = (Cue.MORE_THAN, Cue.LESS_THAN, Cue.MORE, Cue.LEAST)
