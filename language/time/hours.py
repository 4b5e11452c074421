"""Parts of a day: morning, at night, after 18:00, between 9 and 12, at 3 pm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from language.time.names import COLLECTIVES
from language.time.periods import Unit
from language.time.reading import Found, Hours
from language.time.units import UnitPeriods
from language.time.vocabulary import NIGHT, listed

# "le 9", "dalle 9", "all'1": what follows is an hour.
BEFORE_AN_HOUR = listed("le l ore h alle all dalle dall delle dell")

_CLOCK_ENDS: tuple[tuple[tuple[str, ...], Callable[[int], Hours]], ...] = (
    (("after", "from hour", "since"), lambda minute: (minute % 1440, 1440)),
    (("before", "until", "by"), lambda minute: (0, minute)),
    (("at", "hour article"), lambda minute: (minute % 1440, minute % 1440 + 60)),
)


class HoursOfTheDay(UnitPeriods):
    """Rules for parts of the day and clock times."""

    def hours(self, place: int, *, beside_day: bool = False) -> Found | None:
        """Read "pomeriggio", "at night", "dopo le 18", "between 9 and 12", "alle 15"."""
        return self.part_of_day(place) or self.clock_span(place, beside_day)

    def part_of_day(self, place: int) -> Found | None:
        """Read "mattina", "di notte", "in the evening", "overnight"."""
        value = self.at(place)
        if value.part is None or value.day is not None or self.has(place - 1, "greeting"):
            return None
        if "of things" in value.roles and not self.has(place - 1, "counted"):
            return None  # "errori notturni" recur at night, "i backup notturni" are a name
        if "night" in value.roles and (between := self._night_between(place)) is not None:
            return between
        if self.has(place + 1, "previous") and self.text(place + 1) != "last":
            return self._modified_part(self.at(place + 1), value.part, place + 2)
        return Found(place + 1, hours=(value.part,), habitual=self._habitual_part(place))

    def _habitual_part(self, place: int) -> bool:
        """Whether the part of the day is any day's: "di notte", "la mattina", "in the evening"."""
        said = self.text(place - 1)
        if "plural" in self.at(place).roles or self.has(place - 1, "every"):
            return True
        if "single" in self.at(place).roles and said not in ("la", "al", "il"):
            return False
        if said in ("di", "la", "il", "le", "i", "at", "al", "alla", "by"):
            return True
        return said == "the" and self.text(place - 2) in ("in", "during")

    def _night_between(self, place: int) -> Found | None:
        """Read "la notte tra sabato e domenica": the night that ends on Sunday morning."""
        if not self.has(place + 1, "between"):
            return None
        first = self.named(self.skip(place + 2, "article"))
        if first is None or not self.has(first.end, "and"):
            return None
        second = self.named(self.skip(first.end + 1, "article"))
        if second is None or second.unit != Unit.DAY:
            return None
        return replace(second, hours=(NIGHT,))

    def clock_span(self, place: int, beside_day: bool = False) -> Found | None:
        """Read "tra le 9 e le 12", "dalle 14 alle 18", "dopo le 18", "prima delle 9", "at 3 pm"."""
        if self.has(place, "outside"):
            return self._outside(place)
        if (pair := self._clock_range(place, beside_day)) is not None:
            return pair
        at_ore = self.text(place) in ("ore", "h") or "exact clock" in self.at(place).roles
        if at_ore and (pair := self._clock_pair(place, True, ("to",), dash_only=True)) is not None:
            return pair
        for roles, to_span in _CLOCK_ENDS:
            if self.has(place, *roles):
                read = self._clock_end(place, beside_day, to_span)
                if read is not None and not self._counts(place, read.end):
                    return read
        time = self.clock_time(place)
        if time is None or (time[2] < 3 and not self.has(place, "exact clock", "hour by name")):
            return None
        start = time[0] % 1440
        return Found(time[1], hours=((start, start + 60),))

    def _counts(self, place: int, end: int) -> bool:
        """Whether "le 5" counts what follows: "le 5 automazioni", "le tre cause"."""
        if self.text(place) not in ("le", "l") or self.ends(end) or self.mark(end):
            return False
        following = self.at(end)
        return not following.senses

    def _clock_range(self, place: int, beside_day: bool = False) -> Found | None:
        """Read "tra le 9 e le 12", "dalle 14 alle 18", "from 9 to 12" beside a day."""
        if self.has(place, "between"):
            return self._clock_pair(place + 1, beside_day, ("and",))
        if self.has(place, "from hour", "from") or (self.has(place, "since") and beside_day):
            return self._clock_pair(place + 1, beside_day, ("to", "until"))
        return None

    def _clock_pair(
        self, place: int, beside_day: bool, joints: tuple[str, ...], *, dash_only: bool = False
    ) -> Found | None:
        first = self.clock_time(place)
        if first is None:
            return None
        middle = first[1]
        if self.mark(middle) == "-":
            second_place = middle
        elif self.has(middle, *joints) and not dash_only:
            second_place = self.skip(middle + 1, *joints)
        else:
            return None
        second = self.clock_time(second_place)
        if second is None:
            return None
        start, end = first[0] % 1440, second[0]
        if first[2] < 2 and second[2] < 2 and not beside_day and not self._day_at(second[1]):
            return None  # "between 3 and 10" may be anything
        if second[2] == 3 and first[2] < 3 and end >= 720 and start + 720 < end:
            start += 720  # "from 2 to 5 pm"
        if end <= start == 720:
            end += 720  # "tra mezzogiorno e le due"
        if end <= start:
            end += 1440
        return Found(second[1], hours=((start, end),))

    def _outside(self, place: int) -> Found | None:
        """Read "outside nine to six", "fuori dalle 9 alle 18": before the one, after the other."""
        start = self.skip(place + 1, "from hour", "from", "since", "article", "of")
        inside = self._clock_pair(start, True, ("to", "until", "and"))
        if inside is None:
            return None
        first, last = inside.hours[0]
        if last > 1440:
            last -= 720  # "outside nine to six"
        hours = tuple(each for each in ((0, first), (last, 1440)) if each[0] < each[1])
        return replace(inside, hours=hours, habitual=True) if 0 < last <= 1440 else None

    def _clock_end(
        self, place: int, beside_day: bool, to_span: Callable[[int], Hours]
    ) -> Found | None:
        start = place + 1
        if self.text(place) in ("fino", "sino") or self.has(start, "of", "of hour", "to"):
            start = self.skip(start, "of", "to", "about")
        feminine = self.text(start - 1) in BEFORE_AN_HOUR
        time = self.clock_time(start)
        if time is None:
            return None
        certainty = 2 if feminine or beside_day else time[2]
        if certainty < 2 and not (self._day_at(time[1]) or self.ends(time[1])):
            return None
        if (
            certainty < 2
            and self.has(place, "in", "to", "by", "since")
            and (self.text(place) != "at")
        ):
            return None
        end = time[1]
        if self.has(end, "onwards") or (self.has(end, "in") and self.has(end + 1, "onwards")):
            end = self.skip(end, "in", "onwards")
        span = to_span(time[0])
        return Found(end, hours=(span,)) if span[0] < span[1] else None

    def clock_time(self, place: int) -> tuple[int, int, int] | None:
        """Return the minute of the day at *place*, where it ends, and how sure it is one.

        3: with am/pm or a part of the day; 2: "le 9", "9:30", noon; 1: a bare number.
        """
        hour_place = self.skip(place, "hour article", "article", "about")
        if self.text(hour_place + 1) == "past" and (
            self.has(hour_place, "half") or self.text(hour_place) == "quarter"
        ):
            hour = self.at(hour_place + 2).number
            after = self.clock_time(hour_place + 2) if hour else None
            more = 30 if self.has(hour_place, "half") else 15
            return (after[0] + more, after[1], 3) if after else None
        if self.text(hour_place) == "quarter" and self.text(hour_place + 1) == "to":
            until = self.clock_time(hour_place + 2) if self.at(hour_place + 2).number else None
            return (until[0] - 15, until[1], 3) if until else None
        said_hour = self.text(hour_place - 1) in BEFORE_AN_HOUR
        value = self.at(hour_place)
        if value.number == 12 and self.has(hour_place + 1, "hour by name"):
            return self.clock_time(hour_place + 1)  # "twelve noon"
        before = self.text(hour_place - 1)
        if before in ("il", "i") or self.has(hour_place - 1, "labelled"):
            return None  # "fra il 3 e il 10", "scala 1:50"
        if self.text(hour_place) in COLLECTIVES:
            return None  # "la prima quindicina"
        if value.clock is not None:
            sure = 3 if value.roles & {"exact clock"} and "m" in self.text(hour_place) else 2
            if "dotted clock" in value.roles:
                sure = 2 if said_hour or self.has(hour_place - 1, "at", "from hour") else 1
            minute, end = value.clock, hour_place + 1
            if self.has(end, "am", "pm"):
                return self._half_day(minute, end), end + 1, 3
            return minute, end, sure
        hour = value.number
        if (
            hour is None
            or hour > 24
            or "amount" in value.roles
            or (
                "year" in value.roles
                or (self.text(hour_place) in ("un", "una", "a", "an") and not said_hour)
            )
        ):
            return None
        minute, end = hour * 60, hour_place + 1
        if self.has(end, "am", "pm"):
            return (self._half_day(minute, end), end + 1, 3) if hour <= 12 else None
        if self.text(end) == "o" and self.text(end + 1) == "clock":
            return minute, end + 2, 3
        if (
            self.at(end).unit is not None
            or self.has(end, "counted", "before it")
            or self.month(end)
        ):
            return None
        if self.has(end, "and"):
            more = self.skip(end + 1, "article")
            if self.has(more, "half"):
                minute, end = minute + 30, more + 1
            elif self.at(more).ordinal == 4 and said_hour:
                minute, end = minute + 15, more + 1
            elif (self.at(more).number or 0) in (5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55) and (
                said_hour and more == end + 1
            ):
                minute, end = minute + (self.at(more).number or 0), more + 1
        part_place = self.skip(end, "of", "in", "article")
        part = self.at(part_place).part
        if part is not None and part_place > end and self.at(part_place).day is None and hour <= 12:
            if part[0] >= 720 and hour < 12:
                minute += 720
            return minute, part_place + 1, 3
        return minute, end, 2 if said_hour else 1

    def _half_day(self, minute: int, place: int) -> int:
        return minute % 720 + (720 if self.has(place, "pm") else 0)

    def _day_at(self, place: int) -> bool:
        """Whether a day, or a longer stretch of days, is named at *place*."""
        day = self.named(self.skip(place, "of", "in", "article"))
        return day is not None and day.period is not None and day.period.unit >= Unit.DAY


def in_part(hours: Hours, part: Hours) -> Hours:
    """Return *hours* in that part of the day: "dopo le 9" of an evening is after 21:00."""
    start, end = hours
    if part[0] < 720 or start >= 720:
        return hours
    return start + 720, end if end == 1440 else end + 720
