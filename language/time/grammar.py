"""The rules: which words, one after the other, name a period, hours of the day, or both.

Rules stand in layers, each built from the one before:

1. *named periods*: "ieri", "5 marzo", "Q1", "last week", "negli ultimi 7 giorni", "10 days ago";
2. *hours*: "pomeriggio", "dopo le 18", "between 9 and 12";
3. *moments*: a named period inside another one, with hours: "lunedì della settimana scorsa", "the
   morning of March 5", "ieri dalle 14 alle 18";
4. *expressions*: ranges and open ends over moments: "dal 3 al 10 maggio", "since Monday", "fino a
   ieri", and what recurs: "i lunedì", "on weekdays".

A rule is a method that takes the place of its first word and returns a `Found`, or None. The
tables at the end say with which senses of a first word a rule can begin, so that most words of a
question cost one look-up. Rules see meanings, never languages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from language.time import periods
from language.time.periods import DAY, Period, Recurring, Span, Unit, later, rolled, whole
from language.time.vocabulary import (
    ADJECTIVES,
    COMPANY_FORMS,
    FEASTS_BY_FIRST_WORD,
    GIVEN_NAMES,
    MORNING,
    NIGHT,
    NOTHING,
    Meaning,
    listed,
)
from language.time.words import STOP, Word

Hours = tuple[int, int]
"""Minutes of the day, from and up to; the end may lie in the next day."""

FEW = -1
"""The number of "qualche", "a few" and of a bare plural ("negli ultimi giorni")."""
_HOW_MANY_ARE_FEW = {
    Unit.MINUTE: 15, Unit.HOUR: 3, Unit.DAY: 7, Unit.WEEKEND: 3, Unit.WEEK: 4, Unit.MONTH: 3,
    Unit.QUARTER: 3, Unit.HALF: 2, Unit.YEAR: 3,
}  # fmt: skip
_ACCOUNTED = (Unit.WEEKEND, Unit.TWO_MONTHS, Unit.QUARTER, Unit.FOUR_MONTHS, Unit.HALF)
"""Units that are only ever whole: "nell'ultimo trimestre" is the last one that is closed."""
_MOST_MONTHS = 1200
"""A century: a larger number of months, quarters or years is no window."""
_WORKDAYS = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule has read, up to the word before *end*.

    ``hours`` and ``weekdays`` narrow the period, or recur when ``habitual`` ("di notte", "i
    lunedì"). ``parts`` are the two ends of a range that a comparison may want apart. ``before``
    says that the period is the one before another: a unit, or `Unit.MINUTE` for "of the same
    kind" ("quella precedente"). ``same`` is (unit of the part, unit stepped, steps): "lo stesso
    mese dell'anno scorso". ``all_time`` is "da sempre", ``impossible`` a date that no year has ("30
    febbraio"), ``reference`` what is measured against whatever stands before it.
    """

    end: int
    period: Period | None = None
    hours: tuple[Hours, ...] = ()
    weekdays: tuple[int, ...] = ()
    habitual: bool = False
    parts: tuple[Period, Period] | None = None
    before: Unit | None = None
    same: tuple[Unit | None, Unit, int] | None = None
    future: bool = False
    all_time: bool = False
    impossible: bool = False
    reference: bool = False
    first: int = -1

    @property
    def unit(self) -> Unit | None:
        """The unit of the period, if there is one."""
        return self.period.unit if self.period is not None else None


Rule = Callable[["Grammar", int], Found | None]


class Grammar:
    """The rules over the words of one question, at one moment."""

    def __init__(
        self,
        words: Sequence[Word],
        *,
        now: datetime,
        future: bool,
        language: Literal["it", "en"] | None = None,
    ) -> None:
        self.words = words
        self.now = now
        self.today = whole(now, Unit.DAY)
        self.future = future
        self.language = language
        self.compares = any("compare" in word.meaning.roles for word in words)

    def founds(self) -> list[Found]:
        """Return all that the text says about time, in order, nothing twice."""
        found: list[Found] = []
        place = 0
        while place < len(self.words):
            read = self.expression(place) if self.words[place].meaning.senses else None
            if read is None:
                place += 1
            else:
                found.append(replace(read, first=place))
                place = max(read.end, place + 1)
        return found

    # --- looking at words --------------------------------------------------------------------
    def at(self, place: int) -> Meaning:
        """Return the meaning of the word at *place*; `NOTHING` beyond the ends."""
        return self.words[place].meaning if 0 <= place < len(self.words) else NOTHING

    def text(self, place: int) -> str:
        """Return the folded word at *place*; empty beyond the ends."""
        return self.words[place].text if 0 <= place < len(self.words) else ""

    def mark(self, place: int) -> str:
        """Return the mark before the word at *place*."""
        return self.words[place].before if 0 <= place < len(self.words) else ""

    def has(self, place: int, *roles: str) -> bool:
        """Whether the word at *place* plays one of *roles*."""
        return not self.at(place).roles.isdisjoint(roles)

    def skip(self, place: int, *roles: str) -> int:
        """Return the first place from *place* on whose word plays none of *roles*."""
        while self.has(place, *roles):
            place += 1
        return place

    def ends(self, place: int) -> bool:
        """Whether the sentence is over at *place*."""
        return place >= len(self.words) or self.words[place] is STOP

    def settled(self, period: Period) -> Span:
        """Return the span that a named period means by itself: the latest begun, or the next."""
        if isinstance(period, Span):
            return period
        if not self.future:
            return period.latest_begun(self.now)
        ahead = period.next_to_begin if period.weekdays else period.next_to_end
        return ahead(self.now)

    def current(self, unit: Unit, offset: int = 0) -> Span:
        """Return the current calendar unit, or the one *offset* units later."""
        return whole(self.now, unit, offset)

    # === 1. named periods ====================================================================
    def named(self, place: int) -> Found | None:
        """Return the period named at *place*, by the first rule that reads one."""
        for rule in _NAMED.for_(self.at(place).senses):
            read = rule(self, place)
            if read is not None:
                return read
        return None

    def relative_day(self, place: int) -> Found | None:
        """Read oggi, yesterday, dopodomani, stamattina, tonight; ieri l'altro."""
        value = self.at(place)
        if value.day is None or (value.date and not value.day):
            return None
        offset, end = value.day, place + 1
        if abs(offset) == 1 and self.has(self.skip(end, "article"), "other"):
            other = self.skip(end, "article")
            if not self.has(other + 1, "counted", "labelled"):
                offset, end = 2 * offset, other + 1
        hours = (value.part,) if value.part else ()
        if "this night" in value.roles and self.future and self.now >= self._six_o_clock():
            offset = 1  # the night that comes
        if offset == -1 and "night" in self.at(end).roles:
            offset, hours, end = 0, (NIGHT,), end + 1  # "ieri notte" ended this morning
        return Found(end, self.current(Unit.DAY, offset), hours, future=offset > 0)

    def _six_o_clock(self) -> datetime:
        return periods.hours_of(periods.floor(self.now, Unit.DAY), *MORNING).start or self.now

    def day_in_two_words(self, place: int) -> Found | None:
        """Read "l'altro ieri", "avant'ieri", "dopo domani"."""
        step = {"other": -1, "ahead": -1, "after": 1}
        for role, day in step.items():
            if (
                self.has(place, role)
                and self.at(place + 1).day == day
                and self.mark(place + 1) in ("", "'")
            ):
                return Found(place + 2, self.current(Unit.DAY, 2 * day), future=day > 0)
        return None

    # --- dates -------------------------------------------------------------------------------
    def written_date(self, place: int) -> Found | None:
        """Read 2026-02-12, 12/02/2026, 5/3, 03/2026."""
        date = self.at(place).date
        if date is None or self.has(place - 1, "labelled"):
            return None
        year, month, day = date
        if month is None:
            return None
        if day is None:
            return self._fixed_month(place + 1, year or 0, month)
        if year is not None:
            start = periods.moment_on(self.now, year, month, day)
            return Found(place + 1, periods.day_span(start)) if start else None
        return self._found(place + 1, periods.day_of_year(month, day))

    def day_and_month(self, place: int) -> Found | None:
        """Read "5 marzo", "primo marzo", "3rd of March 2026", "il 3 e il 10 maggio" (the 3)."""
        day = self.day_number(place)
        if day is None:
            return None
        month_place = self.skip(place + 1, "of", "article")
        month = self.month(month_place)
        if month is not None:
            return self._dated(day, month, month_place + 1)
        return self._day_of_shared_month(day, place)

    def _day_of_shared_month(self, day: int, place: int) -> Found | None:
        """Read the 3 of "il 3 e il 10 maggio", "3, 4 and 5 May"."""
        following = self.skip(place + 1, "and", "article", "to", "in")
        if following == place + 1 and self.mark(following) != ",":
            return None
        if self.has(place + 1, "to") and not self.has(place + 1, "and"):
            return None
        if self.day_number(following) is None:
            return None
        other = self.day_and_month(following)
        if other is None or not isinstance(other.period, Period):
            return None
        return replace(self._moved_day(other, day), end=place + 1)

    def _moved_day(self, other: Found, day: int) -> Found:
        """Return *day* of the month in which *other* lies."""

        def move(span: Span) -> Span:
            assert span.start is not None  # noqa: S101  # a day has a start
            start = periods.moment_on(span.start, span.start.year, span.start.month, day)
            return periods.day_span(start) if start else span

        assert other.period is not None  # noqa: S101  # asked of dates only
        return replace(other, period=periods.changed(other.period, move))

    def month_and_day(self, place: int) -> Found | None:
        """Read "March 3", "March 3rd, 2026"."""
        month = self.month(place)
        day = self.day_number(place + 1, after_month=True) if month else None
        if month is None or day is None:
            return None
        if self.at(place).weekday and self.month(place + 2):
            return None  # "mar 3 marzo" is a Tuesday
        if self.has(place + 2, "counted") or self.at(place + 2).unit or self.mark(place + 1) == "'":
            return None  # "in March 5 orders", "marzo '25"
        return self._dated(day, month, place + 2)

    def day_number(self, place: int, *, after_month: bool = False) -> int | None:
        """Return the day of the month written at *place*: 3, 3rd, 1°, primo, tre."""
        value = self.at(place)
        if (
            value.ordinal is not None and ("digits ordinal" in value.roles or value.ordinal == 1)
        ) or (value.ordinal is not None and self.language != "it" and value.number is None):
            day = value.ordinal
        elif value.number is not None and value.unit is None and "article" not in value.roles:
            if after_month and "digits" not in value.roles:
                return None  # "a marzo due ordini"
            day = value.number
        else:
            return None
        return day if 1 <= day <= 31 else None

    def _dated(self, day: int, month: int, end: int) -> Found | None:
        year = self.year(end)
        if year is not None:
            start = periods.moment_on(self.now, year[0], month, day)
            period: Period | None = periods.day_span(start) if start else None
            end = year[1]
        else:
            period = periods.day_of_year(month, day)
        return Found(end, period, impossible=period is None)

    def day_of_the_month(self, place: int) -> Found | None:
        """Read "il 5", "il giorno 5", "on the 5th" where nothing else can be meant."""
        value, before = self.at(place), self.text(place - 1)
        day = self.day_number(place)
        said_day = self.has(place - 1, "day word") and before not in ("giorni", "days")
        article = before in ("il", "l") and not self.has(place - 2, "of")
        if day is None:
            return None
        alone = self.ends(place + 1) or self.at(place + 1).clock is not None
        if "digits" in value.roles and (said_day or (article and place >= 3 and alone)):
            return Found(place + 1, periods.day_of_month(day))
        if "digits ordinal" in value.roles and before == "the" and self.text(place - 2) == "on":
            return Found(place + 1, periods.day_of_month(day))
        return None

    def year(self, place: int) -> tuple[int, int] | None:
        """Return the year that follows a name ("2025", "del 2025", "'25") and where it ends."""
        if self.mark(place) == "'" and self.has(place, "digits"):
            number = self.at(place).number or 0
            return (2000 + number, place + 1) if number < 100 else None
        if self.has(place, "year"):
            return self.at(place).number or 0, place + 1
        after = self.skip(place, "of", "article")
        if after > place and self.has(after, "year"):
            return self.at(after).number or 0, after + 1
        return None

    # --- weekdays ----------------------------------------------------------------------------
    def weekday(self, place: int) -> Found | None:
        """Read "lunedì", "lunedì scorso", "venerdì prossimo", "Monday, March 2"."""
        number = self.weekday_number(place)
        if number is None:
            return None
        following = self.skip(place + 1, "article")
        if self.mark(following) in ("", ","):
            date = (
                self.written_date(following)
                or self.day_and_month(following)
                or (self.month_and_day(following))
            )
            if date is not None:
                return date  # the date says more than its weekday
        return self._which(place + 1, periods.weekday(number))

    def weekday_number(self, place: int) -> int | None:
        """Return the day of the week at *place*, unless a short word means something else."""
        number = self.at(place).weekday
        if number is None or not self.has(place, "short weekday"):
            return None if number is None or self.is_name(place) else number
        if self.at(place).month and not self.has(place - 1, "previous", "next"):
            following = self.day_number(place + 1)
            return number if following and self.month(place + 2) else None
        beside = self.has(place - 1, "previous", "next", "english in", "since", "from", "every")
        dashed = self.mark(place) == "-" or self.mark(place + 1) == "-"
        dated = self.day_number(place + 1) is not None or self.at(place + 1).date is not None
        return number if beside or dashed or dated else None

    def weekdays_ago(self, place: int) -> Found | None:
        """Read "due lunedì fa", "two Mondays ago"."""
        amount = self.number(place)
        if amount is None or not self.has(amount[1] + 1, "ago"):
            return None
        number = self.at(amount[1]).weekday
        if number is None or amount[0] < 1:
            return None
        ended = periods.weekday(number).latest_ended(self.now)
        return Found(amount[1] + 2, self._stepped(ended, Unit.WEEK, 1 - amount[0]))

    # --- months ------------------------------------------------------------------------------
    def month(self, place: int) -> int | None:
        """Return the month named at *place*, unless the word means something else there."""
        value = self.at(place)
        if value.month is None or self.is_name(place):
            return None
        if "doubtful" not in value.roles or self._told_by_neighbours(place):
            return value.month
        return None

    def _told_by_neighbours(self, place: int) -> bool:
        """Whether the words around a doubtful one ("may", "set", "mar") show it to be a month."""
        before, after = self.at(place - 1), self.at(place + 1)
        if "digits" in before.roles or "digits ordinal" in before.roles or before.ordinal == 1:
            return True
        if "digits" in after.roles or "digits ordinal" in after.roles:
            return True
        if "very doubtful" not in self.at(place).roles or self.text(place) in ("march", "may"):
            if self.text(place) == "may" and "after the verb may" in after.roles:
                return False
            if before.roles & {
                "in",
                "of",
                "since",
                "from",
                "until",
                "by",
                "previous",
                "next",
                "this",
                "between",
                "to",
                "edge adjective",
                "reference",
            }:
                return True
        if self.text(place) == "march":
            if self.text(place - 1) in ("the", "a") and self.has(place + 1, "of"):
                return False  # "the march of progress"
            return not self.has(place + 1, "onwards") and self.text(place - 1) != "to"
        for other, joint in ((place - 1, place), (place + 1, place + 1)):
            joined = self.mark(joint) in ("-", "/")
            step = other if joined else other + (1 if other > place else -1)
            link = joined or self.has(other, "and", "reference", "with", "or", "to")
            if link and self.at(step).month is not None:
                return True
        return False

    def is_name(self, place: int) -> bool:
        """Whether the word at *place* is part of a name: Mario Marzo, signor Maggio, Aprile Srl."""
        if self.has(place - 1, "title") and not self.at(place - 1).month:
            return self.words[place].capital or self.text(place - 1) != "cliente"
        if self.text(place + 1) in COMPANY_FORMS or self.text(place - 1) in GIVEN_NAMES:
            return True
        if not self.words[place].capital:
            return False
        before, after = self.word(place - 1), self.word(place + 1)
        if before.capital and before.meaning is NOTHING and not self.begins(place - 1):
            return self.mark(place) == ""
        unknown_after = after.capital and after.meaning is NOTHING and self.mark(place + 1) == ""
        return (
            unknown_after
            and self.has(place - 1, "from", "since", "to", "by", "with", "of")
            and (self.text(place - 1) not in ("a", "ad", "dal"))
        )

    def word(self, place: int) -> Word:
        """Return the word at *place*; `STOP` beyond the ends."""
        return self.words[place] if 0 <= place < len(self.words) else STOP

    def begins(self, place: int) -> bool:
        """Whether the word at *place* is the first of its sentence."""
        return place == 0 or self.words[place - 1] is STOP

    def named_month(self, place: int) -> Found | None:
        """Read "marzo", "marzo 2025", "marzo scorso"."""
        month = self.month(place)
        if month is None:
            return None
        year = self.year(place + 1)
        if year is not None:
            return self._fixed_month(year[1], year[0], month)
        return self._which(place + 1, periods.month(month))

    def _fixed_month(self, end: int, year: int, month: int) -> Found | None:
        start = periods.moment_on(self.now, year, month, 1)
        return Found(end, whole(start, Unit.MONTH)) if start else None

    # --- quarters, halves, years, weeks by number --------------------------------------------
    def piece_of_year(self, place: int) -> Found | None:
        """Read Q1, H2 2025, "primo trimestre", "secondo semestre 2025", "IV trimestre"."""
        value = self.at(place)
        if value.piece is not None:
            unit, number = value.piece
            if "piece of year" in value.roles:
                return self._piece(unit, number, place + 1, year=(value.number or 0, place + 1))
            return self._piece(unit, number, place + 1)
        number_of = self._ordinal(place)
        if number_of is None:
            return None
        unit_place = place + 1
        borrowed = self.skip(unit_place, "and", "or", "with", "reference", "article", "to", "of")
        if borrowed > unit_place and self._ordinal(borrowed) is not None:
            unit_place = borrowed + 1  # "primo e secondo trimestre"
        unit_of = self.at(unit_place).unit
        if unit_of is None and self.has(unit_place, "half") and self.text(unit_place) == "half":
            unit_of = Unit.HALF
        if unit_of not in (Unit.TWO_MONTHS, Unit.QUARTER, Unit.FOUR_MONTHS, Unit.HALF):
            return None
        end = unit_place + 1
        of_what = self.skip(end, "of", "article")
        if self.text(unit_place) == "half":
            if self.year(end) is None and self.at(of_what).unit != Unit.YEAR:
                return None  # "the first half of March" is another rule
            if self.at(of_what).unit == Unit.YEAR:
                end = of_what + 1
        elif self.at(of_what).unit == Unit.YEAR and self.text(of_what - 1) in ("dell", "the"):
            end = of_what + 1  # "primo trimestre dell'anno"
            if self.has(end, "previous", "next", "before it"):
                end = unit_place + 1
        if unit_place == place + 1:
            return self._piece(unit_of, number_of, end)
        year = self.year(end)
        return self._piece(unit_of, number_of, place + 1, year=year and (year[0], place + 1))

    def _ordinal(self, place: int) -> int | None:
        value = self.at(place)
        if value.ordinal is not None:
            return value.ordinal
        if "roman" in value.roles:
            return len(self.text(place)) if self.text(place) != "iv" else 4
        return None

    def _piece(
        self, unit: Unit, number: int, end: int, *, year: tuple[int, int] | None = None
    ) -> Found | None:
        period = periods.part_of_year(number, unit)
        year = year or self.year(end)
        if period is None or year is None:
            return self._found(end, period)
        return self._found(year[1], period.near(self._new_year(year[0]), 0))

    def _new_year(self, year: int) -> datetime:
        return datetime(year, 1, 1, tzinfo=self.now.tzinfo)

    def calendar_year(self, place: int) -> Found | None:
        """Read "nel 2025", "anno 2025", "orders 2025", but no number that merely looks like one."""
        if not self.has(place, "year"):
            return None
        number, before = self.at(place).number or 0, self.at(place - 1)
        said = self.text(place - 1)
        told = (
            said in ("nel", "del", "dal", "dall", "al", "il", "in", "during", "since", "year")
            or before.unit == Unit.YEAR
        )
        linked = before.roles & {"and", "reference", "with", "of", "to", "between", "until", "from"}
        likely = 2010 <= number <= 2039 and (
            self.ends(place + 1) or self.has(place + 1, "and", "reference", "with", "function")
        )
        refused = before.roles & {"labelled", "amount word", "comparative", "first", "rolling"}
        if self.has(place + 1, "counted") or self.at(place + 1).unit is not None:
            return None
        compared = self.has(place + 1, "and", "reference")
        if not (told or (likely and not refused and (linked or compared or place > 0))):
            return None
        return Found(place + 1, whole(self._new_year(number), Unit.YEAR))

    def numbered_week(self, place: int) -> Found | None:
        """Read "settimana 47", "week 12 of 2025", W47, 2026-W47, "47a settimana"."""
        value = self.at(place)
        if value.week is not None:
            year, number, end = *value.week, place + 1
        elif value.unit == Unit.WEEK and self.has(place + 1, "digits"):
            if self.month(self.skip(place + 2, "of")) or self.has(place, "plural"):
                return None
            year, number, end = 0, self.at(place + 1).number or 0, place + 2
        else:
            return None
        period = periods.iso_week(number)
        said = (year, end) if year else self.year(end)
        if period is None or said is None:
            return self._found(end, period)
        return self._found(said[1], period.occurrence(self._new_year(said[0])))

    # --- feasts and seasons ------------------------------------------------------------------
    def feast(self, place: int) -> Found | None:
        """Read Natale, Black Friday 2025, lunedì dell'Angelo, last Christmas."""
        if self.is_name(place) or self.has(place - 1, "greeting"):
            return None
        for name, when in FEASTS_BY_FIRST_WORD[self.text(place)]:
            end = place + len(name)
            if tuple(self.text(each) for each in range(place, end)) == name:
                period = periods.feast(when)
                year = self.year(end)
                if year is not None:
                    return self._found(year[1], period.occurrence(self._new_year(year[0])))
                return self._which(end, period)
        return None

    def season(self, place: int) -> Found | None:
        """Read "quest'estate", "inverno 2025", "last summer": three whole months."""
        value = self.at(place).season
        before = self.at(place - 1).roles
        year = self.year(place + 1)
        if value is None or (
            "doubtful" in self.at(place).roles
            and year is None
            and not self.has(place + 1, "previous", "next")
            and not before & {"in", "of", "this", "previous", "next"}
        ):
            return None
        period = periods.months(*value, Unit.QUARTER)
        if year is not None:
            return self._found(year[1], period.occurrence(self._new_year(year[0])))
        return self._which(place + 1, period)

    # --- units: this, last, next, N … --------------------------------------------------------
    def modified(self, place: int) -> Found | None:
        """Read "questa settimana", "last month", "gli ultimi 7 giorni", "next Monday"."""
        value = self.at(place)
        number = self.number(self.skip(place + 1, "article"))
        count, unit_place = number if number else (0, place + 1)
        if "rolling" in value.roles and self.has(unit_place, "previous") and number is None:
            return None
        name = self._modified_name(place, unit_place) if not count else None
        if name is not None:
            return name
        if self.has(unit_place, "working") and self.at(unit_place + 1).unit == Unit.DAY and count:
            return self._last_workdays(count, unit_place + 2)
        weekday = self.weekday_number(unit_place) if count > 1 else None
        if weekday is not None and "next" not in value.roles:
            return self._last_weekdays(weekday, count, unit_place + 1)
        unit, end, scale = self._unit(unit_place, count)
        if unit is None and not count:
            return self._shared_unit(place)
        if unit is None or (not count and self._narrowed(end)):
            return None
        many = count != 0 or scale != 1 or self.has(unit_place, "plural")
        count = self._many(unit, count * scale if count else scale if scale != 1 else FEW)
        if many:
            return self._several(place, unit, count, end)
        if "this" in value.roles:
            return Found(end, self.current(unit)) if unit >= Unit.DAY else None
        if "next" in value.roles or "after it" in value.roles:
            return self._following(unit, end)
        if "rolling" in value.roles and self._rolls(place, unit):
            return Found(end, self.last(unit, 1))
        if unit <= Unit.HOUR:
            return Found(end, self.last(unit, 1))
        before = unit if "before it" in value.roles else None
        return Found(end, self._ended(unit), before=before)

    def _rolls(self, place: int, unit: Unit) -> bool:
        """Whether "last" means up to now: "nell'ultima settimana", "the past month", not "last"."""
        if unit in _ACCOUNTED:
            return False
        return "previous" not in self.at(place).roles or self.text(place - 1) == "the"

    def _several(self, place: int, unit: Unit, count: int, end: int) -> Found | None:
        value = self.at(place)
        if "this" in value.roles:
            return Found(end, self.last(unit, count)) if self.has(end - 1, "plural") else None
        if "next" in value.roles:
            return Found(end, self.coming(unit, count), future=True)
        if self.text(place) in ("previous", "preceding", "prior", "precedenti"):
            return Found(end, self._before_today(unit, count), before=Unit.MINUTE)
        if self.has(end, "working"):
            return self._last_workdays(count, end + 1)
        return Found(end, self.last(unit, count))

    def _modified_name(self, place: int, name_place: int) -> Found | None:
        """Read "last Friday", "questo weekend", "prossimo marzo", "last night", "this morning"."""
        value = self.at(place)
        part = self.at(name_place).part
        if part is not None and self.at(name_place).day is None:
            return self._modified_part(value, part, name_place + 1)
        weekday = self.weekday_number(name_place)
        if weekday is not None:
            period: Recurring = periods.weekday(weekday)
        elif self.at(name_place).unit == Unit.WEEKEND:
            period = periods.weekend()
        elif (month := self.month(name_place)) is not None:
            if self.day_number(name_place + 1, after_month=True) or self.year(name_place + 1):
                return None
            period = periods.month(month)
        elif (season := self.at(name_place).season) is not None:
            period = periods.months(*season, Unit.QUARTER)
        elif self.has(name_place, "feast name"):
            feast = self.feast(name_place)
            if feast is None or not isinstance(feast.period, Recurring):
                return None
            period, name_place = feast.period, feast.end - 1
        else:
            return None
        return self._chosen(value, period, name_place + 1)

    def _modified_part(self, value: Meaning, part: Hours, end: int) -> Found | None:
        if "this" in value.roles:
            return Found(end, self.current(Unit.DAY), (part,))
        if value.roles & {"previous", "rolling"}:
            day = periods.clock(*part).latest_ended(self.now).start or self.now
            return Found(end, periods.day_span(day), (part,))
        return None

    def _chosen(self, value: Meaning, period: Recurring, end: int) -> Found:
        if "next" in value.roles:
            return Found(end, period.next_to_begin(self.now), future=True)
        if value.roles & {"previous", "rolling"}:
            return Found(end, period.latest_ended(self.now))
        return Found(end, self.settled(period))

    def _which(self, end: int, period: Recurring) -> Found:
        """Read what follows a name: "lunedì scorso", "marzo prossimo", "Natale scorso"."""
        after = self.at(end)
        if after.roles & {"previous", "next"} and not self._before_a_noun(end):
            return self._chosen(after, period, end + 1)
        return Found(end, period)

    def _before_a_noun(self, place: int) -> bool:
        """Whether the adjective at *place* belongs to what follows: "lunedì last week"."""
        following = self.at(place + 1)
        return (
            following.unit is not None
            or following.weekday is not None
            or (
                self.text(place) in ("last", "next", "ultimo", "prossimo")
                and following.month is not None
            )
        )

    def _shared_unit(self, place: int) -> Found | None:
        """Read the "this" of "this and last month", the first of "tra la scorsa e questa"."""
        link = self.skip(place + 1, "and", "or", "reference", "with", "to", "of", "article")
        if link == place + 1 or not self.has(link, "this", "previous", "next", "rolling"):
            return None
        unit = self.at(link + 1).unit
        if unit is None or self.has(link + 1, "plural"):
            return None
        value = self.at(place)
        if "this" in value.roles:
            return Found(place + 1, self.current(unit))
        if "next" in value.roles:
            return self._following(unit, place + 1)
        return Found(place + 1, self._ended(unit))

    def _narrowed(self, place: int) -> bool:
        """Whether what follows makes it one of many: "l'ultima settimana in cui …"."""
        return self.text(place) in ("cui", "when", "where", "quando") or (
            self.has(place, "in") and self.text(place + 1) in ("cui", "which")
        )

    def _ended(self, unit: Unit) -> Span:
        """Return the latest *unit* that is over."""
        if unit == Unit.WEEKEND:
            return periods.weekend().latest_ended(self.now)
        return self.current(unit, -1)

    def _following(self, unit: Unit, end: int) -> Found:
        if unit == Unit.WEEKEND:
            return Found(end, periods.weekend().next_to_begin(self.now), future=True)
        if unit <= Unit.HOUR:
            return Found(end, self.coming(unit, 1), future=True)
        return Found(end, self.current(unit, 1), future=True)

    def unit_then_modifier(self, place: int) -> Found | None:
        """Read "settimana scorsa", "mese in corso", "la settimana prima", "month to date"."""
        value, end = self.at(place), place + 1
        unit = value.unit
        if unit is None or "amount" in value.roles or unit <= Unit.HOUR:
            return None
        if "plural" in value.roles:
            return self._plural_then_modifier(unit, end)
        after = self.at(end)
        if self.has(end, "just") and self.text(end + 1) in (
            "finito",
            "finita",
            "concluso",
            "conclusa",
            "passato",
            "passata",
        ):
            return Found(end + 2, self._ended(unit))
        if "previous" in after.roles and self.text(end) not in ("last", "previous", "prior"):
            before = unit if "before it" in after.roles else None
            return Found(end + 1, self._ended(unit), before=before)
        if self._adjective_after(after, "next", end):
            return self._following(unit, end + 1)
        if "this" in after.roles and self.text(end) not in ("this", "these", "questo", "questa"):
            return Found(end + 1, self.current(unit))
        if self.has(end, "in") and self.has(end + 1, "course"):
            return Found(end + 2, self.current(unit))
        if self.has(end, "che") and self.has(end + 1, "comes"):
            return self._following(unit, end + 2)
        if self.has(end, "to") and self.has(end + 1, "to date word"):
            return Found(end + 2, self._up_to_tonight(self.current(unit)))
        return self._relative_to(unit, 1, end)

    def _adjective_after(self, after: Meaning, role: str, place: int) -> bool:
        return role in after.roles and self.text(place) not in ("next", "coming", "upcoming")

    def _plural_then_modifier(self, unit: Unit, end: int) -> Found | None:
        """Read "i giorni scorsi", "le settimane passate"."""
        if self.has(end, "previous") and self.text(end) not in ("last", "previous", "prior"):
            return Found(end + 1, self.last(unit, self._many(unit, FEW)))
        return None

    def _relative_to(self, unit: Unit, count: int, place: int) -> Found | None:
        """Read "il giorno prima di Natale", "the day before yesterday", "la settimana prima"."""
        step = -1 if self.has(place, "before") else 1 if self.has(place, "after", "after it") else 0
        if step == 0 or unit < Unit.DAY:
            return None
        other = self.named(self.skip(place + 1, "of", "article"))
        if other is not None and other.period is not None:

            def neighbour(span: Span) -> Span:
                return whole(span.start or span.end, unit, step * count)

            period = periods.changed(other.period, neighbour)
            ahead = isinstance(period, Span) and (period.start or period.end) > self.now
            return Found(other.end, period, future=ahead)
        if step < 0 and self.has(place + 1, "previous", "rolling"):
            return Found(place + 2, self.current(unit, -2))  # "the week before last"
        if step > 0 and self.has(place + 1, "next"):
            return Found(place + 2, self.current(unit, 2), future=True)
        if count == 1 and self._stands_alone(place + 1):
            if step < 0:
                return Found(place + 1, self._ended(unit), before=unit)
            return replace(self._following(unit, place + 1))
        return None

    def _stands_alone(self, place: int) -> bool:
        """Whether nothing that "prima" or "dopo" could refer to follows at *place*."""
        return self.ends(place) or self.has(place, "function", "and", "reference", "with", "in")

    def counted_units(self, place: int) -> Found | None:
        """Read "10 giorni fa", "un'ora fa", "3 giorni scorsi", "3 days from now"."""
        amount = self.number(place)
        if amount is None:
            return None
        unit, end, scale = self._unit(amount[1], amount[0])
        if unit is None:
            return None
        few = amount[0] == FEW
        count = self._many(unit, amount[0]) * (1 if few else scale)
        if self.has(end, "ago") or (self.text(end) == "or" and self.has(end + 1, "sono")):
            end += 1 if self.has(end, "ago") else 2
            return Found(end, self.last(unit, count) if few else self._ago(unit, count))
        if self.text(end) in ("from", "da") and self.has(end + 1, "now"):
            return Found(end + 2, self._ago(unit, -count), future=True)
        if self.has(end, "before it"):
            return Found(end + 1, self._before_today(unit, count), before=Unit.MINUTE)
        if self.has(end, "previous") and self.text(end) not in ("last",):
            return Found(end + 1, self.last(unit, count))
        if self._adjective_after(self.at(end), "next", end):
            return Found(end + 1, self.coming(unit, count), future=True)
        return self._relative_to(unit, count, end) if not few else None

    def number(self, place: int) -> tuple[int, int] | None:
        """Return the number at *place* (`FEW` for a vague one) and where it ends."""
        if self.has(place, "few"):
            return FEW, place + 1
        if self.text(place) in ("a", "un", "una", "an") and self.has(place + 1, "few"):
            return FEW, place + 2
        value = self.at(place)
        if (
            self.text(place) in ("un", "una", "a", "an")
            and self.at(place + 1).number
            and (self.text(place + 1) in _COLLECTIVES)
        ):
            place += 1
            value = self.at(place)
        if self.has(place, "half") and self.at(place + 1).unit is not None:
            return 1, place
        if self.text(place) in ("half", "mezz", "mezza"):
            return 1, place
        if value.number is None or "year" in value.roles:
            return None
        if "amount" in value.roles:
            return value.number, place
        total, end = value.number, place + 1
        if "tens" in value.roles and self.at(end).number and (self.at(end).number or 0) < 10:
            total, end = total + (self.at(end).number or 0), end + 1
        if self.text(place) in _COLLECTIVES:
            end = self.skip(end, "of")
        return total, end

    def _unit(self, place: int, count: int) -> tuple[Unit | None, int, int]:
        """Return the unit at *place*, where it ends, and by how much to multiply the count."""
        if self.has(place, "half"):
            unit_place = self.skip(place + 1, "article")
            if self.at(unit_place).unit == Unit.HOUR:
                return Unit.MINUTE, unit_place + 1, 30
            return None, place, 1
        if self.at(place).ordinal == 4 and self.text(place + 1) == "d":
            if self.at(place + 2).unit == Unit.HOUR:
                return Unit.MINUTE, place + 3, 15
            return None, place, 1
        unit, end = self.at(place).unit, place + 1
        if unit in periods.MONTHS_IN and count * periods.MONTHS_IN[unit] > _MOST_MONTHS:
            return None, place, 1
        if unit == Unit.HOUR and self.has(end, "and"):
            half = self.skip(end + 1, "article")
            if self.has(half, "half"):
                return Unit.MINUTE, half + 1, 90
        return unit, end, 1

    def _many(self, unit: Unit, count: int) -> int:
        return _HOW_MANY_ARE_FEW.get(unit, 3) if count == FEW else count

    def last(self, unit: Unit, count: int) -> Span:
        """Return the last *count* units: up to now for hours and minutes, else up to tonight."""
        if unit <= Unit.HOUR:
            return Span(rolled(self.now, unit, -count), self.now, unit)
        if unit in _ACCOUNTED:
            closed = self._ended(unit)
            return Span(self._stepped(closed, unit, 1 - count).start, closed.end, unit)
        end = self.today.end
        return Span(
            later(end, unit, -count), end, Unit.DAY if count > 1 or unit < Unit.WEEK else unit
        )

    def coming(self, unit: Unit, count: int) -> Span:
        """Return the next *count* units: from now for hours and minutes, else from tomorrow."""
        if unit <= Unit.HOUR:
            return Span(self.now, rolled(self.now, unit, count), unit)
        if unit in _ACCOUNTED:
            first = self._following(unit, 0).period
            assert isinstance(first, Span)  # noqa: S101
            return Span(first.start, self._stepped(first, unit, count - 1).end, unit)
        start = self.today.end
        return Span(start, later(start, unit, count), Unit.DAY)

    def _before_today(self, unit: Unit, count: int) -> Span:
        """Return the *count* units before today (before this hour, for hours)."""
        if unit <= Unit.HOUR:
            return Span(rolled(self.now, unit, -2 * count), rolled(self.now, unit, -count), unit)
        end = periods.floor(self.now, max(unit, Unit.DAY))
        return Span(later(end, unit, -count), end, unit)

    def _ago(self, unit: Unit, count: int) -> Span:
        """Return the calendar unit *count* units ago; hours and minutes are counted from now."""
        if unit == Unit.MINUTE:
            start, end = sorted((rolled(self.now, unit, -count), self.now))
            return Span(start, end, unit)
        if unit == Unit.HOUR:
            start = rolled(self.now, unit, -count)
            return Span(start, rolled(start, unit, 1), unit)
        if unit == Unit.WEEKEND:
            return self._stepped(self._ended(unit), unit, 1 - count)
        return self.current(unit, -count)

    def _stepped(self, span: Span, unit: Unit, count: int) -> Span:
        start = later(span.start, unit, count) if span.start else None
        return Span(start, later(span.end, unit, count), span.unit)

    def _last_workdays(self, count: int, end: int) -> Found:
        day = self.today.end
        while count > 0:
            day -= DAY
            count -= day.isoweekday() in _WORKDAYS
        return Found(end, Span(day, self.today.end, Unit.DAY), weekdays=_WORKDAYS)

    def _last_weekdays(self, number: int, count: int, end: int) -> Found:
        """Read "gli ultimi tre lunedì", "the last 3 Mondays"."""
        latest = periods.weekday(number).latest_begun(self.now)
        start = self._stepped(latest, Unit.WEEK, 1 - count).start
        return Found(end, Span(start, self.today.end, Unit.DAY), weekdays=(number,))

    def unit_over_unit(self, place: int) -> Found | None:
        """Read "anno su anno", "month over month": against the same part of the unit before."""
        unit = self.at(place).unit
        if unit is None or unit < Unit.WEEK or self.at(place + 2).unit != unit:
            return None
        if self.text(place + 1) not in ("su", "over", "on"):
            return None
        return Found(place + 3, same=(None, unit, 1), reference=True)

    def future_distance(self, place: int) -> Found | None:
        """Read "tra 3 giorni", "fra due settimane"; "in 3 days" where the future is asked about."""
        if not self.has(place, "between") and not (self.future and self.text(place) == "in"):
            return None
        amount = self.number(place + 1)
        if amount is None:
            return None
        unit, end, scale = self._unit(amount[1], amount[0])
        if unit is None:
            return None
        if amount[0] == FEW:
            return Found(end, self.coming(unit, self._many(unit, FEW)), future=True)
        return Found(end, self._ago(unit, -amount[0] * scale), future=True)

    def bare_weekend(self, place: int) -> Found | None:
        """Read "nel weekend", "il fine settimana", "weekend scorso", "weekend del 7 marzo"."""
        end = self._weekend_end(place)
        if end is None or self.has(place, "plural"):
            return None
        date = self.named(self.skip(end, "of", "article"))
        if end < self.skip(end, "of") and date is not None and date.unit == Unit.DAY:
            assert date.period is not None  # noqa: S101
            return replace(date, period=self._around(date.period, Unit.WEEKEND))
        return self._which(end, periods.weekend())

    def _weekend_end(self, place: int) -> int | None:
        if self.at(place).unit == Unit.WEEKEND:
            return place + 1
        if self.text(place) == "fine" and self.text(place + 1) == "settimana":
            return place + 2
        if self.text(place) == "week" and self.text(place + 1) == "end":
            return place + 2
        return None

    def modified_weekend(self, place: int) -> Found | None:
        """Read "lo scorso fine settimana", "questo fine settimana"."""
        end = self._weekend_end(place + 1)
        return self._chosen(self.at(place), periods.weekend(), end) if end else None

    def unit_around(self, place: int) -> Found | None:
        """Read "la settimana del 2 marzo", "week of March 2", "il mese di marzo", "anno 2025"."""
        unit = self.at(place).unit
        following = self.skip(place + 1, "of", "article")
        if unit is None or unit < Unit.DAY or self.has(place, "plural"):
            return None
        if following == place + 1 and unit not in (Unit.WEEK, Unit.YEAR, Unit.DAY, Unit.MONTH):
            return None
        other = self.named(following)
        if other is None or other.period is None:
            return self._week_of_day_number(unit, following)
        if other.period.unit == unit:
            return other
        if (
            unit == Unit.WEEK
            and other.period.unit == Unit.DAY
            and (following > place + 1 or self.has(following, "digits", "digits ordinal"))
        ):
            if isinstance(other.period, Span) and other.period.days > 1:
                return None
            return replace(other, period=self._around(other.period, unit))
        return None

    def _week_of_day_number(self, unit: Unit, place: int) -> Found | None:
        day = self.day_number(place) if self.has(place, "digits", "digits ordinal") else None
        if unit != Unit.WEEK or day is None or self.text(place - 1) not in ("del", "dell", "the"):
            return None
        return Found(place + 1, self._around(periods.day_of_month(day), unit))

    def _around(self, period: Period, unit: Unit) -> Period:
        """Return the calendar *unit* that holds *period*."""
        return replace_unit(
            periods.changed(period, lambda span: whole(span.start or span.end, unit)), unit
        )

    # --- parts of periods --------------------------------------------------------------------
    def edge(self, place: int) -> Found | None:
        """Read "inizio mese", "a metà novembre", "fine anno", "mid-March", "end of the month"."""
        which = self.at(place).edge
        if which is None:
            return self._edge_after_unit(place)
        inner = self.container(self.skip(place + 1, "of", "article"))
        if inner is None or inner.period is None:
            return None
        if which in ("start", "middle", "end") and self.text(place) in ("fine", "end", "late"):
            which = "end"
        return self._found(inner.end, periods.edge(inner.period, which))

    def _edge_after_unit(self, place: int) -> Found | None:
        unit = self.at(place).unit
        if unit is None or self.at(place + 1).edge is None or self.text(place + 1) != "end":
            return None
        current = self._current_as_recurring(unit)
        return self._found(place + 2, periods.edge(current, "end")) if current else None

    def container(self, place: int) -> Found | None:
        """Return the period at *place*; a bare unit is the current one ("di fine mese")."""
        read = self.named(place)
        if read is not None:
            return self.placed(read)
        unit = self.at(place).unit
        if unit is None or unit < Unit.DAY or self.has(place, "plural"):
            return None
        period = self._current_as_recurring(unit)
        return Found(place + 1, period) if period else None

    def _current_as_recurring(self, unit: Unit) -> Recurring | None:
        if unit in (Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.QUARTER, Unit.HALF, Unit.YEAR):
            return Recurring(unit, unit, lambda cycle: whole(cycle, unit))
        return None

    def part_of_period(self, place: int) -> Found | None:
        """Read "i primi 10 giorni di marzo", "last week of October", "prima metà di marzo"."""
        value = self.at(place)
        ordinal = value.ordinal
        last = "rolling" in value.roles
        plural = "first" in value.roles or (last and self.has(place + 1, "digits"))
        if ordinal is None and not last and not plural:
            return None
        if "first" in value.roles and (month := self._early_in_a_month(place)) is not None:
            return month
        amount = self.number(place + 1)
        count, unit_place = amount if amount and amount[0] > 0 else (1, place + 1)
        if amount is None and self.has(unit_place, "plural") and self.at(unit_place).unit:
            amount = self._many(self.at(unit_place).unit or Unit.DAY, FEW), unit_place
            count = amount[0]
        of_what = self.skip(unit_place + 1, "of", "article", "in")
        if of_what == unit_place + 1 or not self.has(unit_place + 1, "of", "in"):
            return None
        unit, weekday = self.at(unit_place).unit, self.at(unit_place).weekday
        fortnight = self.text(unit_place) == "quindicina"
        halves = (
            self.at(unit_place).edge == "middle" or self.text(unit_place) == "half" or fortnight
        )
        if unit is None and weekday is None and not halves:
            return None
        inner = self.container(of_what)
        if inner is None or inner.period is None:
            return None
        return self._found(
            inner.end,
            self._part(inner.period, count, -1 if last else ordinal or 1, unit, weekday, amount),
        )

    def _early_in_a_month(self, place: int) -> Found | None:
        """Read "ai primi di marzo"."""
        if not self.has(place + 1, "of") or self.month(place + 2) is None:
            return None
        month = self.named(place + 2)
        if month is None or month.unit != Unit.MONTH or month.period is None:
            return None
        return self._found(month.end, periods.edge(month.period, "start"))

    def _part(
        self,
        period: Period,
        count: int,
        which: int,
        unit: Unit | None,
        weekday: int | None,
        amount: tuple[int, int] | None,
    ) -> Period | None:
        if weekday is not None:
            return periods.weekday_of(period, weekday, which)
        if unit is None:
            return periods.half_of(period, which)
        if unit == Unit.WEEKEND:
            return periods.weekend_of(period, which)
        if amount is not None or which < 0:
            return periods.first_of(period, -count if which < 0 else count, unit)
        return periods.nth_of(period, which, unit)

    # --- vague, whole, summarised ------------------------------------------------------------
    def recently(self, place: int) -> Found | None:
        """Read "recently", "ultimamente", "di recente": the last seven days."""
        if self.has(place, "recently") or (
            self.has(place, "recent") and self.text(place - 1) == "di"
        ):
            return Found(place + 1, self.last(Unit.DAY, _HOW_MANY_ARE_FEW[Unit.DAY]))
        return None

    def to_date(self, place: int) -> Found | None:
        """Read MTD, QTD, YTD, WTD."""
        if not self.has(place, "to date"):
            return None
        unit = {"m": Unit.MONTH, "q": Unit.QUARTER, "y": Unit.YEAR, "w": Unit.WEEK}
        current = self.current(unit[self.text(place)[0]])
        return Found(place + 1, self._up_to_tonight(current))

    def _up_to_tonight(self, span: Span) -> Span:
        return Span(span.start, min(span.end, self.today.end), span.unit)

    def the_current(self, place: int) -> Found | None:
        """Read "riepilogo della settimana", "in giornata", "how was the week?"."""
        unit, said = self.at(place).unit, self.text(place - 1)
        if unit is None or unit <= Unit.HOUR or self.has(place, "plural") or unit in _ACCOUNTED[:1]:
            return None
        if self.has(place + 1, "narrows", "comparative", "since", "from"):
            return None
        if self._so_far(place + 1) is not None and said in ("il", "la", "l", "the"):
            return Found(place + 1, self.current(unit))
        if said == "in" and self.text(place) in ("giornata", "settimana"):
            return Found(place + 1, self.current(unit))
        whose = place - 1
        while self.has(whose, "article", "of"):
            whose -= 1
        of_it = said in ("della", "del", "dell", "nel", "nell", "nella") or (
            said == "the" and self.text(place - 2) == "of"
        )
        owner = self.at(whose)
        if of_it and not (
            owner.unit
            or owner.weekday
            or owner.edge
            or owner.part
            or owner.ordinal
            or self.text(whose) in _OWNED_BY_ALL_DAYS
        ):
            return Found(place + 1, self.current(unit))
        asked = said in ("la", "il", "l", "the") and self.ends(place + 1)
        if asked and any(self.has(each, "went") for each in range(max(0, place - 5), place)):
            return Found(place + 1, self.current(unit))
        return None

    def summary(self, place: int) -> Found | None:
        """Read "riassunto settimanale", "weekly summary": the current week."""
        one, other = self.word(place), self.word(place + 1)
        adjective, noun = (one, other) if "adjective" in one.meaning.roles else (other, one)
        if "adjective" not in adjective.meaning.roles or "summary" not in noun.meaning.roles:
            return None
        if other.capital and one.capital:
            return None  # a process called "Weekly Summary"
        return Found(place + 2, self.current(ADJECTIVES[adjective.text]))

    def always(self, place: int) -> Found | None:
        """Read "da sempre", "all time", "dall'inizio": all of history, said."""
        if self.has(place, "always") and self.text(place - 1) in ("da", "di"):
            return Found(place + 1, all_time=True)
        if self.text(place) == "all" and self.text(place + 1) == "time":
            return Found(place + 2, all_time=True)
        return None

    def same_period(self, place: int) -> Found | None:
        """Read "lo stesso periodo dell'anno scorso", "same day last week"."""
        if not self.has(place, "same"):
            return None
        part = self.at(place + 1).unit
        if part is None and not self.has(place + 1, "period"):
            return None
        other = self.named(self.skip(place + 2, "of", "article", "in"))
        if other is None or not isinstance(other.period, Span) or other.period.start is None:
            return None
        unit = other.period.unit
        steps = _steps_between(other.period, self.current(unit), unit)
        return Found(other.end, same=(part, unit, steps)) if steps else None

    def period_before(self, place: int) -> Found | None:
        """Read "il periodo precedente", "previous period", "quella precedente", "lo scorso"."""
        if self.has(place, "period") and self.has(place + 1, "before it", "previous"):
            return Found(place + 2, before=Unit.MINUTE)
        if self.has(place, "before") and self.text(place - 1).startswith("quell"):
            return Found(place + 1, before=Unit.MINUTE)
        if not self.has(place, "before it", "previous"):
            return None
        if self.has(place + 1, "period"):
            return Found(place + 2, before=Unit.MINUTE)
        linked = self.skip_back(place - 1, "article", "of", "to", "pronoun")
        if not self.has(linked, "and", "reference", "with", "or", "che"):
            return None
        end = place + 1 + (self.text(place + 1) in ("one", "ones"))
        if self.ends(end) or self.has(end, "function", "and", "in", "grouping"):
            return Found(end, before=Unit.MINUTE)
        return None

    def skip_back(self, place: int, *roles: str) -> int:
        """Return the last place up to *place* whose word plays none of *roles*."""
        while place >= 0 and self.has(place, *roles):
            place -= 1
        return place

    def _found(self, end: int, period: Period | None) -> Found | None:
        return Found(end, period) if period is not None else None

    # === 2. hours ============================================================================
    def hours(self, place: int, *, beside_day: bool = False) -> Found | None:
        """Read "pomeriggio", "at night", "dopo le 18", "between 9 and 12", "alle 15"."""
        return self.part_of_day(place) or self.clock_span(place, beside_day)

    def part_of_day(self, place: int) -> Found | None:
        """Read "mattina", "di notte", "in the evening", "overnight"."""
        value = self.at(place)
        if value.part is None or value.day is not None or self.has(place - 1, "greeting"):
            return None
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
        if (pair := self._clock_range(place, beside_day)) is not None:
            return pair
        at_ore = self.text(place) in ("ore", "h") or "exact clock" in self.at(place).roles
        if at_ore and (pair := self._clock_pair(place, True, ("to",), dash_only=True)) is not None:
            return pair
        for roles, to_span in _CLOCK_ENDS:
            if self.has(place, *roles):
                read = self._clock_end(place, beside_day, to_span)
                if read is not None:
                    return read
        time = self.clock_time(place)
        if time is None or (time[2] < 3 and not self.has(place, "exact clock", "hour by name")):
            return None
        start = time[0] % 1440
        return Found(time[1], hours=((start, start + 60),))

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
        start, end = first[0], second[0]
        if first[2] < 2 and second[2] < 2 and not beside_day and not self._day_at(second[1]):
            return None  # "between 3 and 10" may be anything
        if second[2] == 3 and first[2] < 3 and end >= 720 and start + 720 < end:
            start += 720  # "from 2 to 5 pm"
        if end <= start:
            end += 1440
        return Found(second[1], hours=((start % 1440, end),))

    def _clock_end(
        self, place: int, beside_day: bool, to_span: Callable[[int], Hours]
    ) -> Found | None:
        start = place + 1
        if self.text(place) in ("fino", "sino") or self.has(start, "of", "of hour", "to"):
            start = self.skip(start, "of", "to", "about")
        feminine = self.text(start - 1) in _BEFORE_AN_HOUR
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
            after = self.clock_time(hour_place + 2)
            more = 30 if self.has(hour_place, "half") else 15
            return (after[0] + more, after[1], 3) if after else None
        said_hour = self.text(hour_place - 1) in _BEFORE_AN_HOUR
        value = self.at(hour_place)
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
        if self.at(end).unit is not None or self.has(end, "counted") or self.month(end):
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

    # === 3. moments ==========================================================================
    def moment(self, place: int) -> Found | None:
        """Return a named period, inside another one if that is said, with its hours."""
        read = self.named(place)
        if read is None:
            return None
        read = self.placed(read)
        far = self._so_far(read.end)
        span = read.period
        if far is not None and isinstance(span, Span) and span.holds(self.today):
            return replace(read, end=far, period=self._up_to_tonight(span))
        return self.with_hours(read)

    def placed(self, read: Found) -> Found:
        """Return *read* inside the longer period that follows: "marzo dell'anno scorso"."""
        if not isinstance(read.period, Recurring) or read.hours:
            return read
        start = self.skip(read.end, "of", "in", "article")
        if start < len(self.words) and (self.words[start].before not in ("", ",")):
            return read
        outer = self.named(start) if start > read.end or self._adjective_first(start) else None
        if outer is None or outer.period is None or outer.period.unit <= read.period.unit:
            return read
        if isinstance(outer.period, Span) and outer.period.unit >= read.period.cycle:
            inner = read.period.inside(outer.period)
            if read.period.weekdays and outer.period.unit > Unit.WEEK:
                return Found(outer.end, outer.period, weekdays=read.period.weekdays)
            return replace(read, end=outer.end, period=inner) if inner else read
        if read.period.weekdays and outer.period.unit > Unit.WEEK:
            return Found(outer.end, self.settled(outer.period), weekdays=read.period.weekdays)
        return read

    def _adjective_first(self, place: int) -> bool:
        """Whether a period stands right after a name: "March last year"."""
        return self.has(place, "previous", "next", "this") or self.at(place).unit is not None

    def with_hours(self, read: Found) -> Found:
        """Return *read* with the hours that follow: "ieri pomeriggio", "oggi dopo le 9"."""
        if read.hours or read.unit not in (Unit.DAY, Unit.WEEKEND, Unit.WEEK, Unit.MONTH):
            return read
        one_day = read.unit == Unit.DAY
        hours = self.hours(read.end, beside_day=one_day)
        if hours is None and one_day:
            start = self.skip(read.end, "of", "in", "article", "to")
            hours = self.hours(start, beside_day=True) if start > read.end else None
        if hours is None or hours.period is not None or not one_day:
            return read
        return replace(read, end=hours.end, hours=hours.hours)

    def _so_far(self, place: int) -> int | None:
        """Return where "finora", "so far", "fino a oggi" ends, if it stands at *place*."""
        if self.has(place, "so far"):
            return place + 1
        if self.has(place, "so") and self.has(place + 1, "far"):
            return place + 2
        if self.has(place, "until"):
            end = self.skip(place + 1, "to")
            if self.has(end, "now"):
                return end + 1
        return None

    # === 4. expressions ======================================================================
    def expression(self, place: int) -> Found | None:
        """Return what is said about time at *place*, by the first rule that reads something."""
        for rule in _EXPRESSIONS.for_(self.at(place).senses):
            read = rule(self, place)
            if read is not None:
                return read
        return None

    def hours_then_day(self, place: int) -> Found | None:
        """Read "tra le 9 e le 12 di ieri", "the morning of March 5", "3 pm yesterday"."""
        read = self.hours(place)
        return self._on_its_day(read) if read is not None else None

    def _on_its_day(self, read: Found) -> Found:
        """Return *read* on the day that follows: "… di ieri", "… of March 5"."""
        start = self.skip(read.end, "of", "in", "article", "to")
        day = None
        if (self.mark(start) in ("", ",") and not self.has(read.end, "to")) or start == read.end:
            day = self.named(start) if read.period is None else None
        if day is None or day.unit != Unit.DAY or day.period is None:
            return read
        day = self.placed(day)
        if isinstance(day.period, Span) and not day.period.is_day:
            return read
        part, end = (day.hours[0] if day.hours else self.at(day.end).part), day.end
        if part is None:
            return replace(day, hours=read.hours)
        hours = tuple(_in_part(hour, part) for hour in read.hours)
        return replace(day, end=end if day.hours else end + 1, hours=hours)

    def plain_moment(self, place: int) -> Found | None:
        """Read a moment, or a range written without "from": "3-10 maggio", "Monday to Friday"."""
        if self.has(place - 1, "greeting") or self.farewell(place):
            return None
        first = self.moment(place)
        if first is not None and first.period is None and not first.weekdays:
            return first
        start = first or self._partial(place) or self._first_of_two_years(place)
        if start is None:
            return None
        ranged = self._range_after(start, explicit=False)
        if ranged is not None:
            return ranged
        return first

    def _first_of_two_years(self, place: int) -> Found | None:
        """Read the 2024 of "2024-2025"."""
        joined = self.mark(place + 1) == "-" and self.has(place + 1, "year")
        return self._bare_year(place) if joined else None

    def farewell(self, place: int) -> bool:
        """Whether the day is a farewell: "a domani", "see you tomorrow"."""
        said = self.text(place - 1)
        if said == "you" and self.text(place - 2) == "see":
            return True
        return (
            said == "a"
            and self.ends(place + 1)
            and (place == 1 or self.text(place - 2) in ("ciao", "grazie", "ok"))
            and (self.at(place).day is not None or self.at(place).weekday is not None)
        )

    def _partial(self, place: int) -> Found | None:
        """Return a bare number as the day of a month still to be said: the 3 of "3-10 maggio"."""
        value = self.at(place)
        day = self.day_number(place)
        if day is None or (not value.roles & {"digits", "digits ordinal"} and value.ordinal != 1):
            return None
        if self.text(place - 1) in _BEFORE_AN_HOUR and self.text(place - 1)[-1] == "e":
            return None  # an hour
        return Found(place + 1, periods.day_of_month(day))

    def from_to(self, place: int) -> Found | None:
        """Read "dal 3 al 10 maggio", "from Monday to Wednesday", "da gennaio a oggi"."""
        if (hours := self._clock_range(place)) is not None:
            return self._on_its_day(hours)
        start = self._endpoint(place + 1)
        if start is None:
            return None
        ranged = self._range_after(start, explicit=True)
        if ranged is not None:
            article = self.text(place) in ("dal", "dalla") and self.at(place + 1).weekday
            ends = ranged.parts
            if (
                article
                and ends
                and all(isinstance(end, Recurring) and end.weekdays for end in ends)
            ):
                return self._habitual_weekdays(ends, ranged.end)
            return ranged
        return None

    def _habitual_weekdays(self, ends: tuple[Period, Period], end: int) -> Found:
        """Read "dal lunedì al venerdì": every week, as the articles say."""
        first, last = (each.weekdays[0] for each in ends if isinstance(each, Recurring))
        days = tuple((first - 1 + step) % 7 + 1 for step in range((last - first) % 7 + 1))
        return Found(end, weekdays=tuple(sorted(days)), habitual=True)

    def between(self, place: int) -> Found | None:
        """Read "tra il 20 febbraio e il 5 marzo", "between March 3 and 10"."""
        if (hours := self._clock_range(place)) is not None:
            return self._on_its_day(hours)
        start = self._endpoint(self.skip(place + 1, "article"))
        if start is None or not self.has(start.end, "and"):
            return None
        stop = self._endpoint(self.skip(start.end + 1, "article", "to"))
        if stop is None or (
            self._is_partial(start) and self._is_partial(stop) and self.text(place + 1) != "il"
        ):
            return None  # "between 3 and 10" may be anything
        return self._ranged(start, stop)

    def _endpoint(self, place: int) -> Found | None:
        """Return one end of a range: a moment, a clock time of a day, a bare day, a year."""
        place = self.skip(place, "article")
        on_day = self._clock_of_day(place)
        if on_day is not None:
            return on_day
        return self.moment(place) or self._partial(place) or self._bare_year(place)

    def _bare_year(self, place: int) -> Found | None:
        if not self.has(place, "year"):
            return None
        return Found(place + 1, whole(self._new_year(self.at(place).number or 0), Unit.YEAR))

    def _clock_of_day(self, place: int) -> Found | None:
        """Read "22 di ieri", "3 pm yesterday" as one moment."""
        time = self.clock_time(place)
        if time is None:
            return None
        start = self.skip(time[1], "of", "in", "article")
        day = self.named(start) if start > time[1] or time[2] >= 2 else None
        if day is None or day.unit != Unit.DAY or day.period is None:
            return None
        midnight = self.settled(day.period).start or self.now
        moment = midnight + timedelta(minutes=time[0])
        return Found(day.end, Span(moment, moment, Unit.MINUTE))

    def _range_after(self, start: Found, *, explicit: bool) -> Found | None:
        """Read the rest of a range: "… al 10 maggio", "… - 10 maggio"."""
        joint = start.end
        if self.mark(joint) == "-":
            stop_place = self.skip(joint, "article")
        elif self.has(joint, "to", "until"):
            stop_place = self.skip(joint + 1, "to", "article", "until")
        else:
            return None
        stop = self._endpoint(stop_place)
        if stop is None or stop.period is None:
            return None
        if self._is_partial(start):
            if self._is_partial(stop) and self.text(joint - 2) not in ("dal", "dall"):
                return None  # "from 3 to 10" may be anything, "dal 3 al 10" is days
            if self.text(joint) == "a" and not explicit:
                return None
        return self._ranged(start, stop)

    def _is_partial(self, read: Found) -> bool:
        period = read.period
        return (
            isinstance(period, Recurring) and period.cycle == Unit.MONTH and period.unit == Unit.DAY
        )

    def _ranged(self, start: Found, stop: Found) -> Found | None:
        """Return the range from *start* up to the end of *stop*, each helping to date the other."""
        first, last = self._with_shared_month(start, stop)
        if first.period is None or last.period is None:
            return None
        one, two = self._both(self._narrow(first), self._narrow(_up_to_the_hour(last)))
        if one.start is None or two.start is None:
            return None
        begin, end = min(one.start, two.start), max(one.end, two.end)
        unit = one.unit if one.unit == two.unit else Unit.DAY
        future = begin > self.now
        read = Found(stop.end, Span(begin, end, unit), future=future)
        return replace(read, parts=(first.period, last.period))

    def _with_shared_month(self, start: Found, stop: Found) -> tuple[Found, Found]:
        """Return both ends; a bare day takes its month and year from the other one."""
        if self._is_partial(start) and not self._is_partial(stop) and stop.unit == Unit.DAY:
            day = self._partial_day(start)
            if (
                isinstance(stop.period, Recurring) and stop.period.cycle == Unit.YEAR
            ) or isinstance(stop.period, Span):
                return self._earlier_day(stop, day), stop
        return start, stop

    def _partial_day(self, read: Found) -> int:
        return self.day_number(read.end - 1) or 1

    def _earlier_day(self, stop: Found, day: int) -> Found:
        """Return the latest *day* of a month that is not after *stop*."""

        def move(span: Span) -> Span:
            assert span.start is not None  # noqa: S101  # a day has a start
            return periods.day_of_month(day).latest_begun(span.start)

        assert stop.period is not None  # noqa: S101
        return replace(stop, period=periods.changed(stop.period, move), hours=())

    def _narrow(self, read: Found) -> Period:
        """Return the period of *read* cut to its hours."""
        assert read.period is not None  # noqa: S101
        if not read.hours:
            return read.period
        start, end = read.hours[0][0], read.hours[-1][1]
        return periods.changed(
            read.period, lambda span: periods.hours_of(span.start or span.end, start, end)
        )

    def _both(self, first: Period, last: Period) -> tuple[Span, Span]:
        """Return two ends of a range as spans, the undated one nearest to the other."""
        if isinstance(first, Recurring) and isinstance(last, Span):
            return first.latest_begun(last.end - timedelta(minutes=1)), last
        start = self.settled(first)
        if isinstance(last, Recurring):
            return start, last.first_from(start.start or start.end)
        return start, last

    def since(self, place: int) -> Found | None:
        """Read "da lunedì", "dal 15 febbraio", "since last week", "dall'inizio del mese"."""
        if not self.has(place, "since", "from", "starting"):
            return None
        start_place = place + 1
        if self.has(place, "starting"):  # "a partire da", "starting from"
            start_place = self.skip(start_place, "since", "from")
        elif self.has(start_place, "starting"):
            return None
        amount = self._since_amount(start_place)
        if amount is not None:
            return amount
        start_place = self.skip(start_place, "article")
        clocked = self._clock_of_day(start_place)
        read = clocked or self.moment(start_place) or self._since_day(start_place)
        if read is None:
            return self._since_edge(place, start_place)
        if read.period is None:
            return None
        end = self.skip(read.end, "in") if self.has(self.skip(read.end, "in"), "onwards") else None
        onwards = end is not None
        if not onwards and self.text(place) == "from":
            return read  # "the emails from Monday" are Monday's
        span = self.settled(self._narrow(read))
        if span.start is None:
            return None
        stop = max(self.today.end, span.end)
        if span.unit <= Unit.HOUR and span.start < self.now:
            stop = self.today.end
        after = end + 1 if end is not None else read.end
        return Found(
            after,
            Span(span.start, stop, Unit.DAY),
            weekdays=read.weekdays,
            future=span.start > self.now,
        )

    def _since_day(self, place: int) -> Found | None:
        """Read the 15 of "dal 15", where nothing else follows."""
        read = self._partial(place)
        if read is None or not self.has(place - 1, "since the"):
            return None
        onwards = self.has(self.skip(read.end, "in"), "onwards")
        return read if onwards or self.ends(read.end) else None

    def _since_amount(self, place: int) -> Found | None:
        """Read "da tre giorni", "da una settimana": up to tonight."""
        amount = self.number(place)
        if amount is None or not self.has(place - 1, "since") or self.text(place - 1) == "since":
            return None
        unit, end, scale = self._unit(amount[1], amount[0])
        if unit is None:
            return None
        return Found(end, self.last(unit, self._many(unit, amount[0]) * scale))

    def _since_edge(self, since: int, place: int) -> Found | None:
        """Read "dall'inizio": all of history."""
        if self.text(since) != "dall" or self.text(place) != "inizio":
            return None
        return Found(place + 1, all_time=True)

    def until(self, place: int) -> Found | None:
        """Read "fino a ieri", "until March 5", "finora": open at the start."""
        if self.has(place, "so far") or (self.has(place, "so") and self.has(place + 1, "far")):
            end = self._so_far(place) or place + 1
            return Found(end, Span(None, self.today.end, Unit.DAY))
        if self.text(place) == "ad" and self.at(place + 1).day == 0:
            return Found(place + 2, Span(None, self.today.end, Unit.DAY))
        if not self.has(place, "until"):
            return None
        now_end = self._so_far(place)
        if now_end is not None:
            return Found(now_end, Span(None, self.today.end, Unit.DAY))
        read = self._endpoint(self.skip(place + 1, "to", "article", "of"))
        return self._up_to(read) if read else None

    def _up_to(self, read: Found) -> Found | None:
        if read.period is None:
            return None
        span = self.settled(self._narrow(read))
        if span.end > self.today.end:
            return Found(read.end, Span(self.today.start, span.end, span.unit), future=True)
        return Found(read.end, Span(None, span.end, span.unit))

    def deadline(self, place: int) -> Found | None:
        """Read "entro fine mese", "by Friday", "entro domani": from today on."""
        if not self.has(place, "by"):
            return None
        read = self.moment(self.skip(place + 1, "article"))
        if read is None or read.period is None:
            return None
        if isinstance(read.period, Recurring):
            span = read.period.next_to_end(self.now)
        else:
            span = self._narrow_span(read)
        if span.end <= self.now:
            return Found(read.end, Span(None, span.end, span.unit))
        start = min(self.today.start or self.now, span.end - timedelta(minutes=1))
        return Found(read.end, Span(start, span.end, span.unit), future=True)

    def _narrow_span(self, read: Found) -> Span:
        return self.settled(self._narrow(read))

    def before_or_after(self, place: int) -> Found | None:
        """Read "prima di lunedì", "before March 5", "dopo Natale"."""
        if not self.has(place, "before", "after"):
            return None
        read = self._endpoint(self.skip(place + 1, "of", "article"))
        if read is None or read.period is None or self._is_partial(read):
            return None
        if (
            self.at(self.skip(place + 1, "of", "article")).number is not None
            and (read.unit == Unit.YEAR)
            and not self.has(place + 1, "of", "article")
        ):
            return None
        span = self.settled(self._narrow(read))
        if self.has(place, "before"):
            return Found(read.end, Span(None, span.start or span.end, span.unit))
        if span.end >= self.today.end:
            return None
        return Found(read.end, Span(span.end, self.today.end, Unit.DAY))

    def edge_ahead(self, place: int) -> Found | None:
        """Read "a fine mese" in a question about the future: from today to the end of the month."""
        if (
            not self.future
            or (self.at(place).edge != "end" and self.at(place + 1).edge != "end")
            or self._weekend_end(place)
        ):
            return None
        read = self.edge(place)
        if read is None or not isinstance(read.period, Recurring):
            return None
        span = read.period.next_to_end(self.now)
        return Found(read.end, Span(self.today.start, span.end, span.unit), future=True)

    # --- what recurs -------------------------------------------------------------------------
    def every_weekday(self, place: int) -> Found | None:
        """Read "i lunedì", "ogni sabato", "on Mondays", "la domenica"."""
        number = self.weekday_number(place)
        if number is None:
            return None
        plural = self.has(place, "plural")
        if not plural and not self._habit_before(place):
            return None
        if not plural and (
            self.has(place + 1, "previous", "next", "before", "after")
            or self.day_number(place + 1) is not None
            or self.at(place + 1).date is not None
            or self.mark(place + 1) == "-"
        ):
            return None
        if not plural:
            placed = self.placed(Found(place + 1, periods.weekday(number)))
            if isinstance(placed.period, Span) and placed.period.is_day:
                return None  # "il lunedì della settimana scorsa"
        return self._with_habitual_hours(Found(place + 1, weekdays=(number,), habitual=True))

    def _habit_before(self, place: int) -> bool:
        if self.has(place - 1, "every") and self.text(place - 1) not in ("all",):
            return True
        said, before = self.text(place - 1), self.at(place - 2).roles
        if said in ("i", "le") and self.text(place - 1) != "":
            return True
        return said in ("il", "la") and not before & {"previous", "next", "of"}

    def _with_habitual_hours(self, read: Found) -> Found:
        hours = self.hours(read.end, beside_day=True)
        if hours is None or hours.period is not None:
            return read
        return replace(read, end=hours.end, hours=hours.hours)

    def kinds_of_days(self, place: int) -> Found | None:
        """Read "giorni feriali", "on weekdays", "nei weekend", "working days"."""
        if self.has(place, "weekday word") and self.has(place, "plural"):
            return Found(place + 1, weekdays=_WORKDAYS, habitual=True)
        unit = self.at(place).unit
        if unit == Unit.DAY and self.has(place + 1, "working"):
            return Found(place + 2, weekdays=_WORKDAYS, habitual=True)
        if self.has(place, "working") and self.at(place + 1).unit == Unit.DAY:
            return Found(place + 2, weekdays=_WORKDAYS, habitual=True)
        end = self._weekend_end(place)
        if end is None or self.has(end, "previous", "next"):
            return None
        if self.has(place, "plural") or self.text(place - 1) in (
            "nei",
            "dei",
            "i",
            "ogni",
            "every",
            "sui",
        ):
            return Found(end, weekdays=(6, 7), habitual=True)
        return None

    def every_day_at(self, place: int) -> Found | None:
        """Read "ogni giorno alle 15", "tutti i giorni dopo le 18", "every day at 9 am"."""
        if not self.has(place, "every"):
            return None
        day = self.skip(place + 1, "article")
        if self.at(day).unit != Unit.DAY:
            return None
        hours = self.clock_span(day + 1, beside_day=True)
        return replace(hours, habitual=True) if hours else None


# Words that stand for a number of things: "un paio di", "una decina di", "a couple of".
_COLLECTIVES = listed(
    """
    paio couple decina dozzina dozen quindicina ventina trentina quarantina cinquantina
    centinaio hundred
    """
)

# "le 9", "dalle 9", "all'1": what follows is an hour.
_BEFORE_AN_HOUR = listed("le l ore h alle all dalle dall delle dell")

# "l'ora del giorno", "giorno della settimana", "order of the day": any day, not this one.
_OWNED_BY_ALL_DAYS = listed(
    """
    orario orari orarie fascia fasce momento momenti time times part parte migliore peggiore
    best worst primo prima ordine order fine inizio resto
    """
)

_CLOCK_ENDS: tuple[tuple[tuple[str, ...], Callable[[int], Hours]], ...] = (
    (("after", "from hour", "since"), lambda minute: (minute % 1440, 1440)),
    (("before", "until", "by"), lambda minute: (0, minute)),
    (("at", "hour article"), lambda minute: (minute % 1440, minute % 1440 + 60)),
)


def _up_to_the_hour(read: Found) -> Found:
    """Return *read* ending when its hour strikes: "… e oggi alle 9"."""
    if len(read.hours) != 1 or read.hours[0][1] - read.hours[0][0] != 60:
        return read
    return replace(read, hours=((read.hours[0][0], read.hours[0][0]),))


def _in_part(hours: Hours, part: Hours) -> Hours:
    """Return *hours* in that part of the day: "dopo le 9" of an evening is after 21:00."""
    start, end = hours
    if part[0] < 720 or start >= 720:
        return hours
    return start + 720, end if end == 1440 else end + 720


def replace_unit(period: Period, unit: Unit) -> Period:
    """Return *period* counted as *unit*."""
    if isinstance(period, Span):
        return period._replace(unit=unit)
    return replace(period, unit=unit, weekdays=())


def _steps_between(earlier: Span, now: Span, unit: Unit) -> int:
    """Return how many *unit* steps lie between two spans of that unit."""
    if earlier.start is None or now.start is None:
        return 0
    if unit in periods.MONTHS_IN:
        months = (now.start.year - earlier.start.year) * 12 + now.start.month - earlier.start.month
        return months // periods.MONTHS_IN[unit]
    days = (now.start - earlier.start).days
    return days if unit == Unit.DAY else days // 7


class _Rules:
    """Rules in the order in which they are tried, each with the senses it can begin with."""

    def __init__(self, *rules: tuple[Rule, tuple[str, ...]]) -> None:
        self.rules = rules
        self.senses = tuple({sense: None for _, senses in rules for sense in senses})
        self._by_senses: dict[tuple[str, ...], tuple[Rule, ...]] = {}

    def for_(self, senses: tuple[str, ...]) -> tuple[Rule, ...]:
        """Return the rules that can begin with a word of these *senses*."""
        found = self._by_senses.get(senses)
        if found is None:
            found = tuple(rule for rule, first in self.rules if not set(first).isdisjoint(senses))
            self._by_senses[senses] = found
        return found


_NAMED = _Rules(
    (Grammar.feast, ("feast name",)),
    (Grammar.day_in_two_words, ("other", "ahead", "after")),
    (Grammar.relative_day, ("day",)),
    (Grammar.written_date, ("date",)),
    (Grammar.piece_of_year, ("piece", "ordinal", "roman")),
    (Grammar.part_of_period, ("ordinal", "rolling", "first")),
    (Grammar.day_and_month, ("number", "ordinal")),
    (Grammar.month_and_day, ("month",)),
    (Grammar.weekday, ("weekday",)),
    (Grammar.modified_weekend, ("this", "previous", "rolling", "next")),
    (Grammar.modified, ("this", "previous", "rolling", "next", "after it")),
    (Grammar.bare_weekend, ("unit", "edge")),
    (Grammar.edge, ("edge", "unit")),
    (Grammar.unit_then_modifier, ("unit",)),
    (Grammar.numbered_week, ("unit", "week")),
    (Grammar.unit_around, ("unit",)),
    (Grammar.weekdays_ago, ("number",)),
    (Grammar.counted_units, ("number", "few", "half", "article")),
    (Grammar.named_month, ("month",)),
    (Grammar.season, ("season",)),
    (Grammar.calendar_year, ("year",)),
    (Grammar.day_of_the_month, ("number", "ordinal")),
    (Grammar.recently, ("recently", "recent")),
    (Grammar.to_date, ("to date",)),
    (Grammar.the_current, ("unit",)),
)

_EXPRESSIONS = _Rules(
    (Grammar.same_period, ("same",)),
    (Grammar.unit_over_unit, ("unit",)),
    (Grammar.always, ("always", "at")),
    (Grammar.every_day_at, ("every",)),
    (Grammar.future_distance, ("between", "in")),
    (Grammar.kinds_of_days, ("weekday word", "unit", "working", "edge")),
    (Grammar.every_weekday, ("weekday",)),
    (Grammar.from_to, ("since", "from")),
    (Grammar.between, ("between",)),
    (Grammar.hours_then_day, (
        "part", "clock", "number", "half", "between", "from hour", "from", "since", "after",
        "before", "until", "by", "at", "hour article",
    )),
    (Grammar.since, ("since", "from", "starting")),
    (Grammar.until, ("until", "so far", "so", "to")),
    (Grammar.deadline, ("by",)),
    (Grammar.summary, ("summary", "adjective")),
    (Grammar.edge_ahead, ("edge", "unit")),
    (Grammar.plain_moment, _NAMED.senses),
    (Grammar.before_or_after, ("before", "after")),
    (Grammar.period_before, ("period", "before it", "previous", "before")),
)  # fmt: skip
