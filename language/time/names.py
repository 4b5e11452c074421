"""Periods that have a name: today, 5 March, Monday, October, Q1, 2025, week 47, Christmas."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from language.time import periods
from language.time.periods import Period, Recurring, Span, Unit, later, whole
from language.time.reading import Found, Text
from language.time.vocabulary import FEASTS_BY_FIRST_WORD, MORNING, NIGHT, Meaning, listed

FEW = -1
"""The number of "qualche", "a few" and of a bare plural ("negli ultimi giorni")."""

# Words that stand for a number of things: "un paio di", "una decina di", "a couple of".
COLLECTIVES = listed(
    """
    paio couple decina dozzina dozen quindicina ventina trentina quarantina cinquantina
    centinaio hundred
    """
)


_MOST_DAYS_IN_A_LIST = 10

_WORDS_FOR_NUMBER = ("n", "no", "nr", "num", "numero", "number")


_ITALIAN = listed("ad di da dal nel tra fra fino entro")
_LEADS_TO_A_MONTH = {
    "ago": _ITALIAN | {"a", "in"},
    "gen": _ITALIAN | {"a", "in"},
    "giu": _ITALIAN | {"a", "in"},
    "mag": _ITALIAN | {"a", "in"},
    "set": _ITALIAN,
    "sett": _ITALIAN - {"di", "da"} | {"a"},
    "jan": listed("in since until during"),
}
"""Short words that mean a month, and nothing else, after these."""


class NamedPeriods(Text):
    """Rules for names of days, weeks, months, parts of years, years and feasts."""

    # --- days ---------------------------------------------------------------------------
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

    # --- dates --------------------------------------------------------------------------
    def written_date(self, place: int) -> Found | None:
        """Read 2026-02-12, 12/02/2026, 5/3, 03/2026."""
        date = self.at(place).date
        if self.has(place - 1, "labelled") or self.is_share(place):
            return None
        if date is None:
            return Found(place + 1, impossible=True) if self.has(place, "bad date") else None
        year, month, day = date
        if month is None:
            return None
        if day is None:
            return self._fixed_month(place + 1, year or 0, month)
        if year is not None:
            start = periods.moment_on(self.now, year, month, day)
            dated: Period | None = periods.day_span(start) if start else None
        else:
            dated = periods.day_of_year(month, day)
        return Found(place + 1, dated, impossible=dated is None)

    def is_share(self, place: int) -> bool:
        """Whether the figures are a part of something: "1/3 degli ordini", "2/3 of the runs"."""
        if self.has(place - 1, "article", "since", "of", "to", "in", "from"):
            return False
        return self.text(place + 1) in ("degli", "dei", "delle") or (
            self.text(place + 1) == "of" and self.at(place).date is not None
        )

    def day_and_month(self, place: int) -> Found | None:
        """Read "5 marzo", "primo marzo", "3rd of March 2026", "il 3 e il 10 maggio" (the 3)."""
        day = self.day_number(place)
        if day is None:
            return None
        month_place = self.skip(place + 1, "of", "article")
        if month_place > place + 1 and self.has(place - 1, "first", "rolling"):
            return None  # "i primi 3 di marzo"
        month = self.month(month_place)
        if month is not None:
            return self._dated(day, month, month_place + 1)
        return self._day_of_shared_month(day, place)

    def _day_of_shared_month(self, day: int, place: int) -> Found | None:
        """Read the 3 of "il 3 e il 10 maggio", "3, 4 and 5 May"."""
        last = place
        for _ in range(_MOST_DAYS_IN_A_LIST):
            following = self.skip(last + 1, "and", "article", "in")
            if following == last + 1 and self.mark(following) != ",":
                return None
            if self.day_number(following) is None:
                return None
            last = following
            month_place = self.skip(last + 1, "of", "article")
            month = self.month(month_place)
            if month is not None:
                other = self._dated(self.day_number(last) or day, month, month_place + 1)
                if other.period is None:
                    return None
                return replace(self._moved_day(other, day), end=place + 1)
        return None

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
        if self.at(place).weekday and self.month(place + 2) and not self.mark(place + 2):
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

    def _dated(self, day: int, month: int, end: int) -> Found:
        year = self.year(end)
        if year is not None:
            start = periods.moment_on(self.now, year[0], month, day)
            period: Period | None = periods.day_span(start) if start else None
            end = year[1]
        else:
            period = periods.day_of_year(month, day)
        return Found(end, period, impossible=period is None)

    def year(self, place: int) -> tuple[int, int] | None:
        """Return the year that follows a name ("2025", "del 2025", "'25") and where it ends."""
        if self.mark(place) == "'" and self.has(place, "digits"):
            number = self.at(place).number or 0
            return (2000 + number, place + 1) if number < 100 else None
        if self.has(place, "year"):
            return self.at(place).number or 0, place + 1
        joint = self.mark(place)
        if joint in ("-", "/") and self.mark(place - 1) == joint and self.has(place, "digits"):
            number = self.at(place).number or 0
            return (2000 + number, place + 1) if number < 100 else None  # "8-mag-26"
        after = self.skip(place, "of", "article")
        if after > place and self.has(after, "year"):
            return self.at(after).number or 0, after + 1
        return None

    # --- weekdays -----------------------------------------------------------------------
    def weekday(self, place: int) -> Found | None:
        """Read "lunedì", "lunedì scorso", "venerdì prossimo", "Monday, March 2"."""
        number = self.weekday_number(place)
        if number is None:
            return None
        following = self.skip(place + 1, "article")
        if self.mark(following) in ("", ","):
            date = (
                self._with_its_date(periods.weekday(number), following)
                or self.written_date(following)
                or self.day_and_month(following)
                or self.month_and_day(following)
            )
            if date is not None:
                return date  # the date says more than its weekday
            numbered = self._weekday_and_number(number, following)
            if numbered is not None:
                return numbered
        return self._which(place + 1, periods.weekday(number))

    def _weekday_and_number(self, number: int, place: int) -> Found | None:
        """Read the 8 of "venerdì 8", "Friday the 8th": the month in which that is a Friday."""
        day = self.day_number(place)
        if day is None or not self.has(place, "digits", "digits ordinal"):
            return None
        after = self.at(place + 1)
        if not (self.ends(place + 1) or after.part or self.has(place + 1, "function", "at")):
            return None
        plain = periods.day_of_month(day)

        def occurrence(first: datetime) -> Span | None:
            span = plain.occurrence(first)
            if span is None or span.start is None or span.start.isoweekday() != number:
                return None
            return span

        period = Recurring(Unit.MONTH, Unit.DAY, occurrence)
        try:
            return Found(place + 1, self.settled(period))
        except ValueError:  # no such day for months: then the weekday alone was meant
            return None

    def weekday_number(self, place: int) -> int | None:
        """Return the day of the week at *place*, unless a short word means something else."""
        number = self.at(place).weekday
        if number is None or not self.has(place, "short weekday"):
            return None if number is None or self.is_name(place) else number
        if (
            self.at(place).month
            and not self.has(place - 1, "previous", "next")
            and not self._in_a_range_of_weekdays(place)
        ):
            following = self.day_number(place + 1)
            return number if following and self.month(place + 2) else None
        beside = self.has(place - 1, "previous", "next", "english in", "since", "from", "every")
        beside = beside or self._in_a_range_of_weekdays(place)
        dashed = self.mark(place) == "-" or self.mark(place + 1) == "-"
        dated = self.day_number(place + 1) is not None or self.at(place + 1).date is not None
        return number if beside or dashed or dated else None

    def _in_a_range_of_weekdays(self, place: int) -> bool:
        """Whether a short word is an end of "lun a mer", "Mon to Wed", or says "lun scorso"."""
        if self.has(place + 1, "previous", "next") and not self.at(place).month:
            return True
        for joint, other in ((place - 1, place - 2), (place + 1, place + 2)):
            if self.has(joint, "to", "and", "until") and self.at(other).weekday:
                both_months = self.at(other).month and self.at(place).month
                return not both_months
        return False

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

    # --- months -------------------------------------------------------------------------
    def month(self, place: int) -> int | None:
        """Return the month named at *place*, unless the word means something else there."""
        value = self.at(place)
        if value.month is None or self.is_name(place):
            return None
        if value.unit is not None and self.has(place + 1, "ago", "previous", "next", "this"):
            return None  # "2 sett fa" are weeks
        if value.weekday is not None and self._in_a_range_of_weekdays(place):
            return None
        if "doubtful" not in value.roles or self._told_by_neighbours(place):
            return value.month
        return None

    def _told_by_neighbours(self, place: int) -> bool:
        """Whether the words around a doubtful one ("may", "set", "mar") show it to be a month."""
        before, after = self.at(place - 1), self.at(place + 1)
        if "digits" in before.roles or "digits ordinal" in before.roles or before.ordinal == 1:
            return True
        if before.date is not None and "after the verb may" not in after.roles:
            return True  # "the weekend of 9/10 May"
        if "digits" in after.roles or "digits ordinal" in after.roles:
            return not self.has(place + 2, "counted")  # "il set 12 pezzi"
        if self.text(place - 1) in _LEADS_TO_A_MONTH.get(self.text(place), ()):
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

    # --- quarters, halves, years, numbered weeks ----------------------------------------
    def piece_of_year(self, place: int) -> Found | None:
        """Read Q1, H2 2025, "primo trimestre", "secondo semestre 2025", "IV trimestre"."""
        value = self.at(place)
        if value.piece is not None:
            unit, number = value.piece
            if value.unit is not None and (
                self.has(place - 1, "rolling", "previous", "next", "after it", "between")
                or self.has(place + 1, "ago", "previous", "next", "before it")
            ):
                return None  # "ultime 2h", "2h fa"
            if "piece of year" in value.roles:
                return self._piece(unit, number, place + 1, year=(value.number or 0, place + 1))
            return self._piece(unit, number, place + 1)
        number_of = self._ordinal(place)
        if number_of is None:
            return self._numbered_piece(place)
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

    def _numbered_piece(self, place: int) -> Found | None:
        """Read "trimestre 1", "quarter 3"."""
        unit, number = self.at(place).unit, self.at(place + 1).number
        if unit not in (Unit.QUARTER, Unit.HALF) or not self.has(place + 1, "digits"):
            return None
        return self._piece(unit, number or 0, place + 2) if number else None

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

    def short_year(self, place: int) -> Found | None:
        """Read "nel '25"."""
        year = self.year(place) if self.mark(place) == "'" else None
        if year is None or self.text(place - 1) not in ("nel", "del", "dal", "in", "of", "since"):
            return None
        return Found(year[1], whole(self._new_year(year[0]), Unit.YEAR))

    def numbered_week(self, place: int) -> Found | None:
        """Read "settimana 47", "week 12 of 2025", W47, 2026-W47, "47a settimana"."""
        value = self.at(place)
        if value.week is not None:
            year, number, end = *value.week, place + 1
        elif value.unit == Unit.WEEK and not self.has(place, "plural"):
            digits = place + 1 + (self.text(place + 1) in _WORDS_FOR_NUMBER)
            if not self.has(digits, "digits") or self.month(self.skip(digits + 1, "of")):
                return None
            year, number, end = 0, self.at(digits).number or 0, digits + 1
        elif "digits ordinal" in value.roles and self.at(place + 1).unit == Unit.WEEK:
            year, number, end = 0, value.ordinal or 0, place + 2
        else:
            return None
        period = periods.iso_week(number)
        said = (year, end) if year else self.year(end)
        if period is None or said is None:
            return self._found(end, period)
        return self._found(said[1], period.occurrence(self._new_year(said[0])))

    # --- feasts and seasons -------------------------------------------------------------
    def feast(self, place: int) -> Found | None:
        """Read Natale, Black Friday 2025, lunedì dell'Angelo, last Christmas."""
        if self.is_name(place) or self.has(place - 1, "greeting"):
            return None
        for name, when in FEASTS_BY_FIRST_WORD.get(self.text(place), ()):
            end = place + len(name)
            if tuple(self.text(each) for each in range(place, end)) == name:
                period = periods.feast(when)
                year = self.year(end)
                if year is not None:
                    return self._found(year[1], period.occurrence(self._new_year(year[0])))
                return self._with_its_date(period, end) or self._which(end, period)
        return None

    def feast_of_last_year(self, place: int) -> Found | None:
        """Read "last year's Black Friday"."""
        if self.text(place) != "last" or self.at(place + 1).unit != Unit.YEAR:
            return None
        place += 3 if self.text(place + 2) == "s" else 2
        for name, when in FEASTS_BY_FIRST_WORD.get(self.text(place), ()):
            end = place + len(name)
            if tuple(self.text(each) for each in range(place, end)) == name:
                last_year = self._new_year(self.now.year - 1)
                return self._found(end, periods.feast(when).occurrence(last_year))
        return None

    def _with_its_date(self, named: Recurring, place: int) -> Found | None:
        """Read the date of "Black Friday, 27 November", "Wednesday 25 November".

        It is of the nearest year in which the date has that name.
        """
        start = self.skip(place, "article", "in", "of")
        if self.mark(start) not in ("", ",", "("):
            return None
        date = self.day_and_month(start) or self.month_and_day(start) or self.written_date(start)
        if date is None or not isinstance(date.period, Recurring):
            return None
        for span in (date.period.latest_begun(self.now), date.period.next_to_end(self.now)):
            named_then = named.first_from(span.start or span.end)
            if named_then == span:
                return replace(date, period=span, future=(span.start or span.end) > self.now)
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

    # --- numbers, and which of several --------------------------------------------------
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
            and (self.text(place + 1) in COLLECTIVES)
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
        if self.text(place) in COLLECTIVES:
            end = self.skip(end, "of")
        return total, end

    def _stepped(self, span: Span, unit: Unit, count: int) -> Span:
        start = later(span.start, unit, count) if span.start else None
        return Span(start, later(span.end, unit, count), span.unit)

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
        if (coming := self.coming_after(end)) is not None:
            return Found(coming, period.next_to_begin(self.now), future=True)
        return Found(end, period)

    def coming_after(self, place: int) -> int | None:
        """Return where "che viene", "a venire", "to come" ends, if it stands at *place*."""
        if self.has(place, "che") and self.has(place + 1, "comes"):
            return place + 2
        to_come = (self.text(place), self.text(place + 1)) in (("a", "venire"), ("to", "come"))
        return place + 2 if to_come else None

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
