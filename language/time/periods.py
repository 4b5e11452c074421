"""Periods: spans of the calendar, and named periods that come back every week, month or year.

Everything here is wall-clock arithmetic on moments of the business zone: a day later is the same
hour of the next day, however long the day was. Only hours and minutes that roll from now are
counted in UTC (`rolled`). `exact` turns a wall-clock moment into one with its true offset.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import IntEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo


class Unit(IntEnum):
    """Units of the calendar, shortest first."""

    MINUTE = 1
    HOUR = 2
    DAY = 3
    WEEKEND = 4
    WEEK = 5
    MONTH = 6
    TWO_MONTHS = 7
    QUARTER = 8
    FOUR_MONTHS = 9
    HALF = 10
    YEAR = 11


MONTHS_IN = {
    Unit.MONTH: 1,
    Unit.TWO_MONTHS: 2,
    Unit.QUARTER: 3,
    Unit.FOUR_MONTHS: 4,
    Unit.HALF: 6,
    Unit.YEAR: 12,
}

DAY = timedelta(days=1)


class Span(NamedTuple):
    """``[start, end)`` on the wall clock of the zone; ``unit`` is the unit it was named in.

    ``start`` None: everything before ``end``.
    """

    start: datetime | None
    end: datetime
    unit: Unit

    @property
    def days(self) -> int:
        """Whole days from start to end (0 for a part of a day)."""
        return (self.end - self.start).days if self.start else 0

    @property
    def is_day(self) -> bool:
        """Whether it is exactly one calendar day."""
        return self.start is not None and self.end - self.start == DAY and self.start.hour == 0

    def holds(self, other: Span) -> bool:
        """Whether *other* lies wholly inside."""
        return (
            other.start is not None
            and (self.start is None or self.start <= other.start)
            and other.end <= self.end
        )


def floor(moment: datetime, unit: Unit) -> datetime:
    """Return the start of the *unit* that holds *moment*."""
    if unit == Unit.MINUTE:
        return moment.replace(second=0, microsecond=0)
    if unit == Unit.HOUR:
        return moment.replace(minute=0, second=0, microsecond=0)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if unit == Unit.DAY:
        return midnight
    if unit <= Unit.WEEK:
        return midnight - midnight.weekday() * DAY
    length = MONTHS_IN[unit]
    return midnight.replace(day=1, month=(midnight.month - 1) // length * length + 1)


_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _days_of(year: int, month: int) -> int:
    return 29 if month == 2 and isleap(year) else _LENGTHS[month - 1]


def later(moment: datetime, unit: Unit, count: int) -> datetime:
    """Return the moment *count* units after *moment* (before it, if negative).

    A month later than the 31st is the last day of a shorter month.
    """
    if unit in MONTHS_IN:
        index = moment.year * 12 + moment.month - 1 + count * MONTHS_IN[unit]
        year, month = divmod(index, 12)
        day = min(moment.day, _days_of(year, month + 1))
        return moment.replace(year=year, month=month + 1, day=day)
    if unit >= Unit.DAY:
        return moment + count * (DAY if unit == Unit.DAY else 7 * DAY)
    return rolled(moment, unit, count)


def rolled(moment: datetime, unit: Unit, count: int) -> datetime:
    """Return the moment *count* hours or minutes after *moment*, however the clocks change."""
    step = timedelta(hours=count) if unit == Unit.HOUR else timedelta(minutes=count)
    return (moment.astimezone(UTC) + step).astimezone(moment.tzinfo)


def whole(moment: datetime, unit: Unit, offset: int = 0) -> Span:
    """Return the calendar unit that holds *moment*, or the one *offset* units after it."""
    start = later(floor(moment, unit), unit, offset)
    if unit == Unit.WEEKEND:
        return Span(start + 5 * DAY, start + 7 * DAY, unit)
    return Span(start, later(start, unit, 1), unit)


def day_span(moment: datetime) -> Span:
    """Return the day that holds *moment*."""
    return whole(moment, Unit.DAY)


def moment_on(zone_of: datetime, year: int, month: int, day: int) -> datetime | None:
    """Return midnight of that date in the zone of *zone_of*; None where there is no such date."""
    if not (1 <= month <= 12 and 1 <= day <= _days_of(year, month)):
        return None
    return datetime(year, month, day, tzinfo=zone_of.tzinfo)


def exact(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return *moment* with the offset that the zone has then, as a fixed offset.

    Fixed, because two moments of one zone compare by their wall clocks, and at the end of
    summer time the clock shows the same hour twice.
    """
    true = moment.astimezone(UTC).astimezone(zone)
    return true.replace(tzinfo=timezone(true.utcoffset() or timedelta(0)), fold=0)


@dataclass(frozen=True, slots=True)
class Recurring:
    """A named period that comes back: a weekday, a month, 5 March, the first quarter, Christmas.

    ``occurrence`` gives, from the start of one cycle, the period in that cycle (None where that
    cycle has none: 29 February). ``weekdays`` are set where the period is days of the week.
    """

    cycle: Unit
    unit: Unit
    occurrence: Callable[[datetime], Span | None]
    weekdays: tuple[int, ...] = ()

    # 29 February may be eight years away (1896 to 1904, 2096 to 2104).
    _REACH = 9

    def near(self, moment: datetime, offset: int) -> Span | None:
        """Return the occurrence *offset* cycles after the one that holds *moment*."""
        return self.occurrence(later(floor(moment, self.cycle), self.cycle, offset))

    def latest_begun(self, now: datetime) -> Span:
        """Return the latest occurrence that has begun."""
        return self._search(now, -1, lambda span: span.start is not None and span.start <= now)

    def latest_ended(self, now: datetime) -> Span:
        """Return the latest occurrence that is over."""
        return self._search(now, -1, lambda span: span.end <= now)

    def next_to_begin(self, now: datetime) -> Span:
        """Return the first occurrence that has not begun."""
        return self._search(now, 1, lambda span: span.start is not None and span.start > now)

    def next_to_end(self, now: datetime) -> Span:
        """Return the first occurrence that is not over."""
        return self._search(now, 1, lambda span: span.end > now)

    def first_from(self, moment: datetime) -> Span:
        """Return the first occurrence that begins at *moment* or later."""
        return self._search(moment, 1, lambda span: span.start is not None and span.start >= moment)

    def inside(self, container: Span) -> Span | None:
        """Return the first occurrence wholly inside *container*."""
        if container.start is None:
            return None
        found = self.first_from(container.start)
        return found if container.holds(found) else None

    def _search(self, moment: datetime, step: int, fits: Callable[[Span], bool]) -> Span:
        for distance in range(self._REACH):
            # One cycle on the other side first: 29 December may lie in the week of the next year.
            found = self.near(moment, (distance - 1) * step)
            if found is not None and fits(found):
                return found
        raise ValueError("this period never comes back")


Period = Span | Recurring


def weekday(number: int) -> Recurring:
    """Return the day of the week *number* (1 Monday to 7 Sunday)."""

    def occurrence(week: datetime) -> Span:
        return day_span(week + (number - 1) * DAY)

    return Recurring(Unit.WEEK, Unit.DAY, occurrence, (number,))


def weekdays_between(first: Period, last: Period) -> tuple[int, ...]:
    """Return the days of the week from *first* to *last*; none where they are no weekdays."""
    if not (isinstance(first, Recurring) and isinstance(last, Recurring)):
        return ()
    if len(first.weekdays) != 1 or len(last.weekdays) != 1:
        return ()
    start, end = first.weekdays[0], last.weekdays[0]
    return tuple(sorted((start - 1 + step) % 7 + 1 for step in range((end - start) % 7 + 1)))


def weekend() -> Recurring:
    """Return Saturday and Sunday."""
    return Recurring(
        Unit.WEEK, Unit.WEEKEND, lambda week: whole(week, Unit.WEEKEND), weekdays=(6, 7)
    )


def month(number: int) -> Recurring:
    """Return the month *number* (1 to 12)."""
    return Recurring(
        Unit.YEAR, Unit.MONTH, lambda year: whole(year.replace(month=number), Unit.MONTH)
    )


def months(first: int, count: int, unit: Unit) -> Recurring:
    """Return *count* months of a year from month *first* on (a quarter, a half, a season)."""

    def occurrence(year: datetime) -> Span:
        start = later(year, Unit.MONTH, first - 1)
        return Span(start, later(start, Unit.MONTH, count), unit)

    return Recurring(Unit.YEAR, unit, occurrence)


def part_of_year(number: int, unit: Unit) -> Recurring | None:
    """Return the *number*-th quarter (half, …) of a year; None if a year has fewer."""
    length = MONTHS_IN[unit]
    return months((number - 1) * length + 1, length, unit) if number * length <= 12 else None


def day_of_year(month_number: int, day: int) -> Recurring | None:
    """Return the day *day* of the month; None for a date that no year has."""
    if not (1 <= month_number <= 12 and 1 <= day <= _days_of(2024, month_number)):
        return None

    def occurrence(year: datetime) -> Span | None:
        start = moment_on(year, year.year, month_number, day)
        return day_span(start) if start else None

    return Recurring(Unit.YEAR, Unit.DAY, occurrence)


def day_of_month(day: int) -> Recurring:
    """Return the day *day* of a month."""

    def occurrence(first: datetime) -> Span | None:
        start = moment_on(first, first.year, first.month, day)
        return day_span(start) if start else None

    return Recurring(Unit.MONTH, Unit.DAY, occurrence)


def last_day_of_month() -> Recurring:
    """Return the last day of a month."""
    return Recurring(
        Unit.MONTH, Unit.DAY, lambda first: day_span(later(first, Unit.MONTH, 1) - DAY)
    )


def feast(date_in: Callable[[int], date]) -> Recurring:
    """Return a day that every year has; *date_in* says when."""

    def occurrence(year: datetime) -> Span:
        return day_span(datetime.combine(date_in(year.year), year.timetz()))

    return Recurring(Unit.YEAR, Unit.DAY, occurrence)


def iso_week(number: int) -> Recurring | None:
    """Return the ISO week *number* (1 to 53)."""
    if not 1 <= number <= 53:
        return None

    def occurrence(year: datetime) -> Span | None:
        try:
            monday = date.fromisocalendar(year.year, number, 1)
        except ValueError:
            return None
        return whole(datetime.combine(monday, year.timetz()), Unit.WEEK)

    return Recurring(Unit.YEAR, Unit.WEEK, occurrence)


def clock(start_minute: int, end_minute: int) -> Recurring:
    """Return the part of a day between two minutes of it (the end may lie in the next day)."""

    def occurrence(day: datetime) -> Span:
        return hours_of(day, start_minute, end_minute)

    return Recurring(Unit.DAY, Unit.HOUR, occurrence)


def hours_of(day: datetime, start_minute: int, end_minute: int) -> Span:
    """Return the part of *day* (a midnight) between two minutes of its wall clock."""
    return Span(
        day + timedelta(minutes=start_minute), day + timedelta(minutes=end_minute), Unit.HOUR
    )


_EDGES: dict[Unit, dict[str, tuple[Unit, int, int | None]]] = {
    # unit → edge → (counted in, from, up to); None is the end of the period.
    Unit.WEEK: {
        "start": (Unit.DAY, 0, 2),
        "middle": (Unit.DAY, 2, 4),
        "end": (Unit.DAY, 4, None),
    },
    Unit.MONTH: {
        "start": (Unit.DAY, 0, 10),
        "middle": (Unit.DAY, 10, 20),
        "end": (Unit.DAY, 20, None),
    },
    Unit.QUARTER: {
        "start": (Unit.MONTH, 0, 1),
        "middle": (Unit.MONTH, 1, 2),
        "end": (Unit.MONTH, 2, None),
    },
    Unit.HALF: {
        "start": (Unit.MONTH, 0, 2),
        "middle": (Unit.MONTH, 2, 4),
        "end": (Unit.MONTH, 4, None),
    },
    Unit.YEAR: {
        "start": (Unit.MONTH, 0, 1),
        "middle": (Unit.MONTH, 5, 7),
        "end": (Unit.MONTH, 11, None),
    },
}


def edge(period: Period, which: str) -> Period | None:
    """Return the start, middle or end of *period*: of a month its days 1–10, 11–20, 21–end.

    Of a week two days, two, three; of a year January, June and July, December; of a day the day.
    None for units that have no edges.
    """
    steps = _EDGES.get(period.unit, {}).get(which)
    if steps is None:
        return period if period.unit == Unit.DAY else None
    unit, begin, stop = steps

    def cut(span: Span) -> Span:
        assert span.start is not None  # noqa: S101  # periods with edges have both ends
        end = span.end if stop is None else later(span.start, unit, stop)
        return Span(later(span.start, unit, begin), end, unit)

    return changed(period, cut)


def first_of(period: Period, count: int, unit: Unit) -> Period | None:
    """Return the first *count* units of *period* (the last ones, if negative)."""
    if unit >= period.unit and not (unit == Unit.WEEK and period.unit == Unit.WEEK):
        return None

    def cut(span: Span) -> Span:
        if count > 0 and span.start is not None:
            return Span(span.start, min(later(span.start, unit, count), span.end), unit)
        return Span(later(span.end, unit, count), span.end, unit)

    return changed(period, cut)


def nth_of(period: Period, number: int, unit: Unit) -> Period | None:
    """Return the *number*-th unit of *period*, counted from its start; None if it is not in it."""
    if unit >= period.unit:
        return None

    def cut(span: Span) -> Span:
        start = later(span.start or span.end, unit, number - 1)
        return Span(start, min(later(start, unit, 1), span.end), unit)

    return changed(period, cut)


def half_of(period: Period, number: int) -> Period | None:
    """Return the first or second half: of a month its first fifteen days and the rest."""
    if number not in (1, 2) or period.unit not in (Unit.MONTH, Unit.YEAR, Unit.QUARTER):
        return None

    def cut(span: Span) -> Span:
        start = span.start or span.end
        if period.unit == Unit.YEAR:
            middle = later(start, Unit.MONTH, 6)
            return (
                Span(start, middle, Unit.HALF) if number == 1 else Span(middle, span.end, Unit.HALF)
            )
        middle = start + (15 if period.unit == Unit.MONTH else 45) * DAY
        return Span(start, middle, Unit.DAY) if number == 1 else Span(middle, span.end, Unit.DAY)

    return changed(period, cut)


def weekday_of(period: Period, number: int, which: int) -> Period | None:
    """Return the *which*-th weekday *number* of *period* (-1: the last one)."""
    if period.unit < Unit.MONTH:
        return None

    def cut(span: Span) -> Span:
        start = span.start or span.end
        if which < 0:
            day = span.end - DAY
            return day_span(day - (day.isoweekday() - number) % 7 * DAY)
        first = start + (number - start.isoweekday()) % 7 * DAY
        return day_span(first + (which - 1) * 7 * DAY)

    return changed(period, cut)


def weekend_of(period: Period, which: int) -> Period | None:
    """Return the *which*-th weekend whose Saturday lies in *period* (-1: the last one)."""
    saturday = weekday_of(period, 6, which)
    if saturday is None:
        return None
    return changed(saturday, lambda span: Span(span.start, span.end + DAY, Unit.WEEKEND))


def changed(period: Period, change: Callable[[Span], Span]) -> Period:
    """Return *period* with *change* applied to the span, or to every occurrence."""
    if isinstance(period, Span):
        return change(period)
    inner = period.occurrence

    def occurrence(cycle: datetime) -> Span | None:
        span = inner(cycle)
        return change(span) if span is not None else None

    return Recurring(period.cycle, period.unit, occurrence)


def easter(year: int) -> date:
    """Return Easter Sunday of *year* in the Gregorian calendar (Meeus, Jones, Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month_number, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month_number, day + 1)


def thanksgiving(year: int) -> date:
    """Return the fourth Thursday of November of *year*."""
    first = date(year, 11, 1)
    return first + ((3 - first.weekday()) % 7 + 21) * DAY
