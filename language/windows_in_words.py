"""Spans of time in words: "oggi", "la settimana scorsa", "a ottobre 2025", "ieri dalle 9 alle 12".

A window is first recognised for what it is (a day, a calendar week, the last N days …), without
any language; each language then says it. Where a span has several right names (on a Sunday the last
seven days are this week) the words of the question choose; without them calendar names go first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from catalogue.metrics import Language
from catalogue.query import Window
from language.numbers_in_words import (
    date_in_words,
    day_number,
    month_name,
    number_in_words,
    weekday_name,
)
from language.windows_as_said import Manner, manner_of

_DAY = timedelta(days=1)
_USUAL_DAYS = frozenset({3, 5, 7, 10, 14, 15, 20, 21, 28, 30, 45, 60, 90, 100, 120, 180, 365})
"""Counts of days that people say; other spans up to today are named by their first day."""
_NOW_TOLERANCE_S = 60


class Phrase(NamedTuple):
    """A span said in two ways."""

    adverb: str
    """Stands in a sentence: "a ottobre", "nel 2025", "on Monday 16 November"."""
    noun: str
    """Stands after a preposition: "ottobre", "il 2025", "Monday 16 November"."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a window is, whatever the language."""

    kind: Literal[
        "day",
        "date",
        "weekend",
        "week",
        "month",
        "quarter",
        "half",
        "year",
        "months",
        "years",
        "last_days",
        "last_weeks",
        "last_months",
        "next_days",
        "month_to_date",
        "year_to_date",
        "since_day",
        "since_weekday",
        "since_month",
        "from_today",
        "to_month_end",
        "days",
        "hours",
        "last_minutes",
        "next_minutes",
        "moments",
        "until_day",
        "until_moment",
    ]
    first: date
    last: date
    """The last day, included."""
    count: int = 0
    start: datetime | None = None
    end: datetime | None = None


def window_in_words(
    window: Window | None,
    language: Language,
    now: datetime,
    zone: ZoneInfo,
    *,
    relative: bool = True,
    words: str | None = None,
) -> str:
    """How *window* stands in a sentence; None is all that is known ("in totale").

    With *relative* false the current month, quarter and year go by their names, as a comparison
    wants them: "a novembre" instead of "questo mese". *words* are those of the question: of
    several right names they choose one.
    """
    return _phrase(window, language, now, zone, relative, words).adverb


def window_as_noun(
    window: Window | None,
    language: Language,
    now: datetime,
    zone: ZoneInfo,
    *,
    relative: bool = True,
    words: str | None = None,
) -> str:
    """How *window* stands after "per" or "for", and at the head of a line of a table."""
    return _phrase(window, language, now, zone, relative, words).noun


def _phrase(
    window: Window | None,
    language: Language,
    now: datetime,
    zone: ZoneInfo,
    relative: bool,
    words: str | None,
) -> Phrase:
    if window is None:
        if language == "it":
            return Phrase("in totale", "tutto il periodo")
        return Phrase("in all", "the whole period")
    shape = _shape_of(window, now, zone, manner_of(words))
    today = _local(now, zone).date()
    if language == "it":
        return _in_italian(shape, today, relative)
    return _in_english(shape, today, relative)


# --- what a window is ------------------------------------------------------------------------


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    try:
        return moment.astimezone(zone)
    except OverflowError:  # the first or last day of the calendar: as it stands
        return moment.replace(tzinfo=zone)


def _opens_a_day(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether *moment* (local) is the first of its day, also where a day begins at 01:00."""
    midnight = datetime.combine(moment.date(), time(), tzinfo=zone)
    try:
        return moment.astimezone(UTC) == midnight.astimezone(UTC)
    except OverflowError:
        return moment.time() == time()


def _day_before(day: date) -> date:
    return day if day == date.min else day - _DAY


def _months_before(day: date, months: int) -> date:
    """The same day of the month *months* earlier, or that month's last day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    if year < 1:
        return date.min
    for shorter in range(4):
        try:
            return date(year, month + 1, day.day - shorter)
        except ValueError:
            continue
    return date(year, month + 1, 28)


def _next_month(day: date) -> date | None:
    """The first of the month after *day*'s; None at the end of the calendar."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return None if year > date.max.year else date(year, month, 1)


def _shape_of(window: Window, now: datetime, zone: ZoneInfo, manner: Manner | None) -> _Shape:
    end = _local(window.end, zone)
    today = _local(now, zone).date()
    whole_end = _opens_a_day(end, zone)
    last = _day_before(end.date()) if whole_end else end.date()
    if window.start is None:
        kind: Literal["until_day", "until_moment"] = "until_day" if whole_end else "until_moment"
        return _Shape(kind, last, last, end=end)
    start = _local(window.start, zone)
    first = start.date()
    rolling = _rolling_shape(window.start, window.end, now, first, last)
    if rolling is not None and manner == "clock":
        return rolling
    if whole_end and _opens_a_day(start, zone):
        return _days_shape(first, last, today, manner)
    one_day = first == last
    hours = _Shape("hours" if one_day else "moments", first, last, start=start, end=end)
    if one_day and _part_of_day(start, end) is not None:
        return hours  # at noon the last six hours are this morning
    return rolling or hours


def _rolling_shape(
    start: datetime, end: datetime, now: datetime, first: date, last: date
) -> _Shape | None:
    """Whole minutes that end (or begin) now, of a length that people say: else None."""
    try:
        seconds = (end.astimezone(UTC) - start.astimezone(UTC)).total_seconds()
        from_now = (start - now).total_seconds()
        to_now = (end - now).total_seconds()
    except OverflowError:
        return None
    minutes = round(seconds / 60)
    said = abs(seconds - minutes * 60) < 1 and (
        minutes % 60 == 0 or (minutes < 60 and minutes % 5 == 0) or 0 < minutes < 10
    )
    if not said or minutes == 0:
        return None
    if abs(to_now) <= _NOW_TOLERANCE_S:
        return _Shape("last_minutes", first, last, minutes)
    if abs(from_now) <= _NOW_TOLERANCE_S:
        return _Shape("next_minutes", first, last, minutes)
    return None


def _days_shape(first: date, last: date, today: date, manner: Manner | None) -> _Shape:
    """What whole days from *first* to *last* are."""
    days = (last - first).days + 1
    as_said = _as_said(first, last, today, manner) if manner is not None else None
    if as_said is not None:
        return as_said
    if days == 1:
        return _Shape("day", first, last)
    calendar = _calendar_shape(first, last, days)
    if calendar is not None:
        return calendar
    if last == today:
        return _shape_up_to_today(first, last, days)
    if first - today == _DAY:
        return _Shape("next_days", first, last, days)
    ends_month = (last + _DAY).day == 1 if last < date.max else True
    if first == today:
        this_month = ends_month and last.month == today.month and last.year == today.year
        return _Shape("to_month_end" if this_month else "from_today", first, last)
    if first.day == 1 and ends_month:
        whole_years = first.month == 1 and last.month == 12
        return _Shape("years" if whole_years else "months", first, last)
    return _Shape("days", first, last)


def _as_said(first: date, last: date, today: date, manner: Manner) -> _Shape | None:
    """What the days are in the manner of the question; None where that does not fit them."""
    days = (last - first).days + 1
    if manner == "dates":
        return _Shape("date" if days == 1 else "days", first, last)
    if days == 1 or today not in (last, first - _DAY):
        return None
    if last != today:
        return None if manner == "since" else _Shape("next_days", first, last, days)
    match manner:
        case "since":
            if first.day == 1:
                return None  # "dall'inizio del mese", "da ottobre a oggi"
            return _Shape("since_weekday" if days <= 7 else "since_day", first, last)
        case "weeks" if days % 7 == 0 and days > 7:
            return _Shape("last_weeks", first, last, days // 7)
        case "months" if last < date.max:
            for months in range(1, 37):
                if _months_before(last + _DAY, months) == first:
                    return _Shape("last_months", first, last, months)
    return _Shape("last_days", first, last, days)


def _calendar_shape(first: date, last: date, days: int) -> _Shape | None:
    """A calendar unit, if the days are one."""
    if days == 2 and first.isoweekday() == 6:
        return _Shape("weekend", first, last)
    if days == 7 and first.isoweekday() == 1:
        return _Shape("week", first, last)
    if first.day != 1 or first.year != last.year:
        return None
    if last < date.max and (last + _DAY).day != 1:
        return None
    match last.month - first.month + 1:
        case 1:
            return _Shape("month", first, last)
        case 3 if first.month % 3 == 1:
            return _Shape("quarter", first, last, first.month // 3 + 1)
        case 6 if first.month in (1, 7):
            return _Shape("half", first, last, 1 if first.month == 1 else 2)
        case 12:
            return _Shape("year", first, last)
    return None


def _shape_up_to_today(first: date, today: date, days: int) -> _Shape:
    if days == 2:
        return _Shape("last_days", first, today, 2)
    if first.day == 1 and (first.year, first.month) == (today.year, today.month):
        return _Shape("month_to_date", first, today)
    if (first.month, first.day, first.year) == (1, 1, today.year):
        return _Shape("year_to_date", first, today)
    if today < date.max:
        for months in range(1, 37):
            begins = _months_before(today + _DAY, months)
            if begins == first and not (months == 1 and days == 30):
                return _Shape("last_months", first, today, months)
            if begins < first:
                break
    if days in _USUAL_DAYS:
        return _Shape("last_days", first, today, days)
    if first.day == 1:
        return _Shape("since_month", first, today)
    return _Shape("since_day", first, today)


# --- Italian ---------------------------------------------------------------------------------


def _elided(day: int) -> bool:
    """Whether the article before a day of the month loses its vowel: "l'8", "dall'11"."""
    return day in (8, 11)


def _il(day: date, year: int | None, *, with_month: bool = True) -> str:
    text = date_in_words(day, "it", this_year=year) if with_month else day_number(day.day, "it")
    return f"l'{text}" if _elided(day.day) else f"il {text}"


def _dal(day: date, year: int | None, *, with_month: bool = True) -> str:
    text = date_in_words(day, "it", this_year=year) if with_month else day_number(day.day, "it")
    return f"dall'{text}" if _elided(day.day) else f"dal {text}"


def _from_weekday_it(day: date, year: int | None) -> str:
    """ "da mercoledì 18 novembre": so near that its weekday tells the day."""
    return f"da {date_in_words(day, 'it', this_year=year, weekday=True)}"


def _al(day: date, year: int | None) -> str:
    text = date_in_words(day, "it", this_year=year)
    return f"all'{text}" if _elided(day.day) else f"al {text}"


def _month_it(day: date, year: int | None) -> str:
    name = month_name(day.month, "it")
    return name if day.year == year else f"{name} {day.year}"


def _a_month(day: date, year: int | None) -> str:
    """ "a ottobre", "ad aprile": the d stands before the same vowel only."""
    text = _month_it(day, year)
    return f"ad {text}" if text.startswith("a") else f"a {text}"


def _hour(moment: datetime) -> str:
    """ "9", "9:30": as it is said after "alle"."""
    return f"{moment.hour}:{moment.minute:02d}" if moment.minute else str(moment.hour)


def _from_hour_it(moment: datetime) -> str:
    if (moment.hour, moment.minute) == (0, 0):
        return "da mezzanotte"
    return f"dall'{_hour(moment)}" if moment.hour == 1 else f"dalle {_hour(moment)}"


def _to_hour_it(moment: datetime) -> str:
    if (moment.hour, moment.minute) == (0, 0):
        return "a mezzanotte"
    return f"all'{_hour(moment)}" if moment.hour == 1 else f"alle {_hour(moment)}"


def _range_it(first: date, last: date, year: int | None) -> str:
    """ "dal 3 al 10 maggio", "dal 20 dicembre 2025 al 5 gennaio 2026"."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{_dal(first, year, with_month=False)} {_al(last, year)}"
    if first.year == last.year:
        return f"{_dal(first, first.year)} {_al(last, year)}"
    return f"{_dal(first, None)} {_al(last, None)}"


_ORDINALS_IT = ("primo", "secondo", "terzo", "quarto")
_RELATIVE_DAYS_IT = {
    -2: "l'altro ieri",
    -1: "ieri",
    0: "oggi",
    1: "domani",
    2: "dopodomani",
}


def _day_it(day: date, today: date) -> str:
    return _RELATIVE_DAYS_IT.get((day - today).days) or date_in_words(
        day, "it", this_year=today.year, weekday=True
    )


def _same(text: str) -> Phrase:
    return Phrase(text, text)


def _period_it(text: str) -> Phrase:
    return Phrase(text, f"il periodo {text}")


def _in_italian(shape: _Shape, today: date, relative: bool) -> Phrase:
    first, last, count, year = shape.first, shape.last, shape.count, today.year
    monday = today - timedelta(days=min(today.isoweekday() - 1, today.toordinal() - 1))
    current = relative and first <= today <= last
    match shape.kind:
        case "day":
            return _same(_day_it(first, today))
        case "date":
            return _same(date_in_words(first, "it", this_year=year, weekday=True))
        case "weekend":
            match (first - monday).days:
                case 5:
                    return _same("questo fine settimana")
                case -2:
                    return _same("lo scorso fine settimana")
                case 12:
                    return _same("il prossimo fine settimana")
            days = _weekend_it(first, last, year)
            return Phrase(f"nel fine settimana {days}", f"il fine settimana {days}")
        case "week":
            match (first - monday).days:
                case 0:
                    return _same("questa settimana")
                case -7:
                    return _same("la settimana scorsa")
                case 7:
                    return _same("la prossima settimana")
            days = _range_it(first, last, year)
            return Phrase(f"nella settimana {days}", f"la settimana {days}")
        case "month":
            if current:
                return _same("questo mese")
            return Phrase(_a_month(first, year), _month_it(first, year))
        case "quarter":
            if current:
                return _same("questo trimestre")
            name = f"{_ORDINALS_IT[count - 1]} trimestre {first.year}"
            return Phrase(f"nel {name}", f"il {name}")
        case "half":
            name = f"{_ORDINALS_IT[count - 1]} semestre {first.year}"
            return Phrase(f"nel {name}", f"il {name}")
        case "year":
            if current:
                return _same("quest'anno")
            return Phrase(f"nel {first.year}", f"il {first.year}")
        case "months":
            begins = _month_it(first, last.year if first.year == last.year else None)
            ends = _a_month(last, year if first.year == last.year else None)
            return _period_it(f"da {begins} {ends}")
        case "years":
            return _period_it(f"dal {first.year} al {last.year}")
        case "last_days":
            if count == 2:
                return _same("ieri e oggi")
            return Phrase(f"negli ultimi {count} giorni", f"gli ultimi {count} giorni")
        case "last_weeks":
            return Phrase(f"nelle ultime {count} settimane", f"le ultime {count} settimane")
        case "last_months":
            if count == 1:
                return Phrase("nell'ultimo mese", "l'ultimo mese")
            return Phrase(f"negli ultimi {count} mesi", f"gli ultimi {count} mesi")
        case "next_days":
            return Phrase(f"nei prossimi {count} giorni", f"i prossimi {count} giorni")
        case "month_to_date" if relative:
            return _period_it("dall'inizio del mese")
        case "year_to_date" if relative:
            return _period_it("dall'inizio dell'anno")
        case "since_month":
            return _period_it(f"da {_month_it(first, year)} a oggi")
        case "since_day":
            return _period_it(f"{_dal(first, year)} a oggi")
        case "since_weekday":
            return _period_it(f"{_from_weekday_it(first, year)} a oggi")
        case "from_today":
            return _period_it(f"da oggi {_al(last, year)}")
        case "to_month_end":
            return _period_it("da oggi a fine mese")
        case "last_minutes":
            return _rolling_it(count, past=True)
        case "next_minutes":
            return _rolling_it(count, past=False)
        case "until_day":
            day = (last - today).days
            near = _RELATIVE_DAYS_IT.get(day)
            if near is not None:
                return _period_it(f"fino {'al' + near if day == -2 else 'a ' + near}")
            return _period_it(f"fino {_al(last, year)}")
        case "hours" if shape.start and shape.end:
            return _same(_hours_it(shape.start, shape.end, today))
        case "until_moment" if shape.end:
            return _period_it(f"fino {_to_hour_it(shape.end)} di {_of_day_it(last, today)}")
        case "moments" if shape.start and shape.end:
            if (shape.start.hour, shape.start.minute) == (0, 0):
                begins = _dal(first, last.year if first.year == last.year else None)
                ends = f"{_to_hour_it(shape.end)} {_del_day_it(last, today)}"
                return _period_it(f"{begins} {ends}")
            begins = f"{_from_hour_it(shape.start)} di {_of_day_it(first, today)}"
            if (shape.end.hour, shape.end.minute) == (0, 0):
                return _period_it(f"{begins} a tutto {_of_day_it(_day_before(last), today)}")
            return _period_it(f"{begins} {_to_hour_it(shape.end)} di {_of_day_it(last, today)}")
        case _:
            return _period_it(_range_it(first, last, year))


def _del_day_it(day: date, today: date) -> str:
    """ "di oggi", "del 22 ottobre", "dell'8 ottobre"."""
    if (day - today).days in (-1, 0, 1):
        return f"di {_RELATIVE_DAYS_IT[(day - today).days]}"
    text = date_in_words(day, "it", this_year=today.year)
    return f"dell'{text}" if _elided(day.day) else f"del {text}"


def _of_day_it(day: date, today: date) -> str:
    """A day after "di": the day before yesterday goes by its name there."""
    if (day - today).days == -2:
        return date_in_words(day, "it", this_year=today.year, weekday=True)
    return _day_it(day, today)


def _weekend_it(first: date, last: date, year: int) -> str:
    """ "del 14 e 15 marzo", "dell'8 e 9 marzo", "del 31 ottobre e 1º novembre"."""
    same_month = first.month == last.month
    begins = (
        day_number(first.day, "it")
        if same_month
        else date_in_words(first, "it", this_year=first.year)
    )
    article = "dell'" if _elided(first.day) else "del "
    return f"{article}{begins} e {date_in_words(last, 'it', this_year=year)}"


def _rolling_it(minutes: int, *, past: bool) -> Phrase:
    if minutes % 60 == 0:
        hours = minutes // 60
        if hours == 1:
            return Phrase("nell'ultima ora", "l'ultima ora") if past else _same("la prossima ora")
        words = f"{'ultime' if past else 'prossime'} {number_in_words(hours, 'it')} ore"
        return Phrase(f"nelle {words}", f"le {words}")
    if minutes == 1:
        if past:
            return Phrase("nell'ultimo minuto", "l'ultimo minuto")
        return _same("il prossimo minuto")
    words = f"{'ultimi' if past else 'prossimi'} {minutes} minuti"
    return (
        Phrase(f"negli {words}", f"gli {words}") if past else Phrase(f"nei {words}", f"i {words}")
    )


def _part_of_day(start: datetime, end: datetime) -> str | None:
    hours = (start.hour, start.minute, end.hour, end.minute)
    return {
        (6, 0, 12, 0): "morning",
        (12, 0, 18, 0): "afternoon",
        (18, 0, 0, 0): "evening",
    }.get(hours)


def _hours_it(start: datetime, end: datetime, today: date) -> str:
    """Hours of one day; an end at midnight is the end of that day."""
    day = start.date()
    name = _day_it(day, today)
    part = _part_of_day(start, end)
    if part is not None:
        span = f"({start.hour}–{end.hour or 24})"
        word = {"morning": "mattina", "afternoon": "pomeriggio", "evening": "sera"}[part]
        if day == today:
            today_word = {"mattina": "stamattina", "sera": "stasera"}.get(word, f"oggi {word}")
            return f"{today_word} {span}"
        if name in ("ieri", "domani"):
            return f"{name} {word} {span}"
        article = "il" if word == "pomeriggio" else "la"
        return f"{article} {word} di {_of_day_it(day, today)} {span}"
    if (end.hour, end.minute) == (0, 0):
        return f"{name} {_from_hour_it(start)} in poi"
    if (start.hour, start.minute) == (0, 0):
        if end.hour == 6 and not end.minute:
            if day == today:
                return "stanotte (0–6)"
            return f"{name} {_from_hour_it(start)} {_to_hour_it(end)}"
        return f"{name} fino {_to_hour_it(end)}"
    return f"{name} {_from_hour_it(start)} {_to_hour_it(end)}"


# --- English ---------------------------------------------------------------------------------

_ORDINALS_EN = ("first", "second", "third", "fourth")
_RELATIVE_DAYS_EN = {
    -2: "the day before yesterday",
    -1: "yesterday",
    0: "today",
    1: "tomorrow",
    2: "the day after tomorrow",
}


def _day_en(day: date, today: date) -> Phrase:
    near = _RELATIVE_DAYS_EN.get((day - today).days)
    if near is not None:
        return _same(near)
    name = date_in_words(day, "en", this_year=today.year, weekday=True)
    return Phrase(f"on {name}", name)


def _month_en(day: date, year: int | None) -> str:
    name = month_name(day.month, "en")
    return name if day.year == year else f"{name} {day.year}"


def _range_en(first: date, last: date, year: int | None) -> str:
    """ "3 to 10 May", "20 December 2025 to 5 January 2026"."""
    ends = date_in_words(last, "en", this_year=year)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {ends}"
    if first.year == last.year:
        return f"{date_in_words(first, 'en', this_year=first.year)} to {ends}"
    return f"{date_in_words(first, 'en')} to {date_in_words(last, 'en')}"


def _period_en(text: str) -> Phrase:
    return Phrase(text, f"the period {text}")


def _clock_en(moment: datetime) -> str:
    if (moment.hour, moment.minute) == (0, 0):
        return "midnight"
    return f"{moment.hour}:{moment.minute:02d}"


def _in_english(shape: _Shape, today: date, relative: bool) -> Phrase:
    first, last, count, year = shape.first, shape.last, shape.count, today.year
    monday = today - timedelta(days=min(today.isoweekday() - 1, today.toordinal() - 1))
    current = relative and first <= today <= last
    match shape.kind:
        case "day":
            return _day_en(first, today)
        case "date":
            name = date_in_words(first, "en", this_year=year, weekday=True)
            return Phrase(f"on {name}", name)
        case "weekend":
            match (first - monday).days:
                case 5:
                    return _same("this weekend")
                case -2:
                    return _same("last weekend")
                case 12:
                    return _same("next weekend")
            days = _range_en(first, last, year).replace(" to ", " and ")
            return Phrase(f"on the weekend of {days}", f"the weekend of {days}")
        case "week":
            match (first - monday).days:
                case 0:
                    return _same("this week")
                case -7:
                    return _same("last week")
                case 7:
                    return _same("next week")
            days = _range_en(first, last, year)
            return Phrase(f"in the week from {days}", f"the week from {days}")
        case "month":
            if current:
                return _same("this month")
            return Phrase(f"in {_month_en(first, year)}", _month_en(first, year))
        case "quarter":
            if current:
                return _same("this quarter")
            name = f"the {_ORDINALS_EN[count - 1]} quarter of {first.year}"
            return Phrase(f"in {name}", name)
        case "half":
            name = f"the {_ORDINALS_EN[count - 1]} half of {first.year}"
            return Phrase(f"in {name}", name)
        case "year":
            if current:
                return _same("this year")
            return Phrase(f"in {first.year}", f"{first.year}")
        case "months":
            same_year = first.year == last.year
            begins = _month_en(first, first.year if same_year else None)
            ends = _month_en(last, year if same_year else None)
            return _period_en(f"from {begins} to {ends}")
        case "years":
            return _period_en(f"from {first.year} to {last.year}")
        case "last_days":
            if count == 2:
                return _same("yesterday and today")
            return Phrase(f"in the last {count} days", f"the last {count} days")
        case "last_weeks":
            return Phrase(f"in the last {count} weeks", f"the last {count} weeks")
        case "last_months":
            if count == 1:
                return Phrase("in the past month", "the past month")
            return Phrase(f"in the last {count} months", f"the last {count} months")
        case "next_days":
            return Phrase(f"in the next {count} days", f"the next {count} days")
        case "month_to_date" if relative:
            return _period_en("since the beginning of the month")
        case "year_to_date" if relative:
            return _period_en("since the beginning of the year")
        case "since_month":
            return _period_en(f"from {_month_en(first, year)} to today")
        case "since_day":
            return _period_en(f"from {date_in_words(first, 'en', this_year=year)} to today")
        case "since_weekday":
            begins = date_in_words(first, "en", this_year=year, weekday=True)
            return _period_en(f"from {begins} to today")
        case "from_today":
            return _period_en(f"from today to {date_in_words(last, 'en', this_year=year)}")
        case "to_month_end":
            return _period_en("from today to the end of the month")
        case "last_minutes":
            return _rolling_en(count, "last")
        case "next_minutes":
            return _rolling_en(count, "next")
        case "until_day":
            near = _RELATIVE_DAYS_EN.get((last - today).days)
            return _period_en(f"up to {near or date_in_words(last, 'en', this_year=year)}")
        case "hours" if shape.start and shape.end:
            return _hours_en(shape.start, shape.end, today)
        case "until_moment" if shape.end:
            return _period_en(f"up to {_clock_en(shape.end)} {_day_en(last, today).adverb}")
        case "moments" if shape.start and shape.end:
            if (shape.start.hour, shape.start.minute) == (0, 0):
                same_year = first.year == last.year
                begins = date_in_words(first, "en", this_year=last.year if same_year else None)
                ends = f"{_clock_en(shape.end)} {_on_day_en(last, today)}"
                return _period_en(f"from {begins} to {ends}")
            begins = f"from {_clock_en(shape.start)} {_day_en(first, today).adverb}"
            if (shape.end.hour, shape.end.minute) == (0, 0):
                ends = _day_en(_day_before(last), today).noun
                return _period_en(f"{begins} to the end of {ends}")
            ends = f"{_clock_en(shape.end)} {_day_en(last, today).adverb}"
            return _period_en(f"{begins} to {ends}")
        case _:
            return _period_en(f"from {_range_en(first, last, year)}")


def _on_day_en(day: date, today: date) -> str:
    near = _RELATIVE_DAYS_EN.get((day - today).days)
    return near or f"on {date_in_words(day, 'en', this_year=today.year)}"


def _rolling_en(minutes: int, which: str) -> Phrase:
    if minutes % 60 == 0:
        hours = minutes // 60
        words = "hour" if hours == 1 else f"{number_in_words(hours, 'en')} hours"
    else:
        words = "minute" if minutes == 1 else f"{minutes} minutes"
    return Phrase(f"in the {which} {words}", f"the {which} {words}")


def _hours_en(start: datetime, end: datetime, today: date) -> Phrase:
    day = start.date()
    name = _day_en(day, today)
    part = _part_of_day(start, end)
    if part is not None:
        span = f"({start.hour}:00–{end.hour or 24}:00)"
        if day == today:
            return _same(f"this {part} {span}")
        if name.noun in ("yesterday", "tomorrow"):
            return _same(f"{name.noun} {part} {span}")
        date_words = date_in_words(day, "en", this_year=today.year, weekday=True)
        noun = f"the {part} of {date_words} {span}"
        return Phrase(f"on {noun}", noun)
    if (end.hour, end.minute) == (0, 0):
        tail = f"from {_clock_en(start)} on"
    elif (start.hour, start.minute) == (0, 0) and not (end.hour == 6 and not end.minute):
        tail = f"until {_clock_en(end)}"
    else:
        tail = f"from {_clock_en(start)} to {_clock_en(end)}"
    return Phrase(f"{name.adverb} {tail}", f"{name.noun} {tail}")


# --- what recurs -----------------------------------------------------------------------------

_PARTS = {(0, 6): "night", (6, 12): "morning", (12, 18): "afternoon", (18, 24): "evening"}
_PARTS_IT = {
    "night": "di notte",
    "morning": "di mattina",
    "afternoon": "di pomeriggio",
    "evening": "di sera",
}
_PARTS_EN = {
    "night": "at night",
    "morning": "in the morning",
    "afternoon": "in the afternoon",
    "evening": "in the evening",
}


def recurrence_in_words(
    hours: Sequence[tuple[int, int]], weekdays: Sequence[int], language: Language
) -> str:
    """What recurs within a window: "di notte (0–6)", "il lunedì", "nei giorni feriali"; else ""."""
    said = [
        words
        for words in (_weekdays_in_words(weekdays, language), _hours_in_words(hours, language))
        if words
    ]
    return ", ".join(said)


def _weekdays_in_words(weekdays: Sequence[int], language: Language) -> str:
    days = sorted({day for day in weekdays if 1 <= day <= 7})
    italian = language == "it"
    if not days or len(days) == 7:
        return ""
    if days == [1, 2, 3, 4, 5]:
        return "nei giorni feriali" if italian else "on weekdays"
    if days == [6, 7]:
        return "nei fine settimana" if italian else "at weekends"
    names = [weekday_name(day, language) for day in days]
    if italian:
        # Sunday is the only feminine one.
        return joined(
            [f"{'la' if day == 7 else 'il'} {name}" for day, name in zip(days, names, strict=True)],
            language,
        )
    return "on " + joined([f"{name}s" for name in names], language)


def _hours_in_words(hours: Sequence[tuple[int, int]], language: Language) -> str:
    italian = language == "it"
    said = []
    for start, end in hours:
        part = _PARTS.get((start, end))
        if part is not None:
            words = (_PARTS_IT if italian else _PARTS_EN)[part]
            said.append(f"{words} ({start}–{end})" if italian else f"{words} ({start}:00–{end}:00)")
        else:
            said.append(hour_span_in_words(start, end, language))
    return joined(said, language)


def hour_span_in_words(start: int, end: int, language: Language) -> str:
    """Whole hours of any day: "dalle 9 alle 12", "dall'1 a mezzanotte", "from 9:00 to 12:00"."""
    if language == "it":
        begins = {0: "da mezzanotte", 1: "dall'1"}.get(start, f"dalle {start}")
        ends = {24: "a mezzanotte", 0: "a mezzanotte", 1: "all'1"}.get(end, f"alle {end}")
        return f"{begins} {ends}"
    begins = "midnight" if start == 0 else f"{start}:00"
    ends = "midnight" if end in (0, 24) else f"{end}:00"
    return f"from {begins} to {ends}"


def joined(words: Sequence[str], language: Language, *, last: str | None = None) -> str:
    """Words in a row: "a, b e c" (or with another *last* conjunction, such as "o")."""
    conjunction = last or ("e" if language == "it" else "and")
    if len(words) < 2:
        return "".join(words)
    head, tail = ", ".join(words[:-1]), words[-1]
    if conjunction == "e" and tail[:1].lower() == "e":
        conjunction = "ed"
    return f"{head} {conjunction} {tail}"


# --- one moment ------------------------------------------------------------------------------


def moment_in_words(moment: datetime, language: Language, now: datetime, zone: ZoneInfo) -> str:
    """A moment in a sentence: "oggi alle 14:05", "on Sunday 15 November at 9:12"."""
    local, today = _local(moment, zone), _local(now, zone).date()
    at = clock_in_words(moment, language, zone)
    if language == "it":
        return f"{_day_it(local.date(), today)} {at}"
    return f"{_day_en(local.date(), today).adverb} {at}"


def clock_in_words(moment: datetime, language: Language, zone: ZoneInfo) -> str:
    """The time of a moment whose day is known: "alle 14:05", "all'1:05", "at 9:12"."""
    local = _local(moment, zone)
    clock = f"{local.hour}:{local.minute:02d}"
    if language == "en":
        return f"at {clock}"
    return f"all'{clock}" if local.hour == 1 else f"alle {clock}"


def after(preposition: str, words: str) -> str:
    """Italian *words* after "di", "a" or "da": "di ieri", but "dell'altro ieri"."""
    if words.startswith("l'"):
        return {"di": "dell'", "a": "all'", "da": "dall'"}[preposition] + words[2:]
    return f"{preposition} {words}"


def day_in_words(moment: datetime, language: Language, now: datetime, zone: ZoneInfo) -> str:
    """The day of a moment, without a weekday: "19 ottobre", "19 ottobre 2025"."""
    local, today = _local(moment, zone), _local(now, zone).date()
    return date_in_words(local.date(), language, this_year=today.year)


def since_day_in_words(moment: datetime, language: Language, now: datetime, zone: ZoneInfo) -> str:
    """From which day on: "dal 19 ottobre", "dall'8 novembre 2025", "from 19 October"."""
    local, today = _local(moment, zone), _local(now, zone).date()
    if language == "it":
        return _dal(local.date(), today.year)
    return "from " + date_in_words(local.date(), "en", this_year=today.year)


def short_moment(
    moment: datetime, language: Language, now: datetime, zone: ZoneInfo, *, with_day: bool
) -> str:
    """A moment at the head of a line: "14:05", or "dom 22 nov 14:05" *with_day*."""
    local = _local(moment, zone)
    clock = f"{local.hour:02d}:{local.minute:02d}"
    if not with_day:
        return clock
    year = _local(now, zone).year
    day = date_in_words(local.date(), language, this_year=year, weekday=True, short=True)
    return f"{day} {clock}"


def is_one_day(window: Window | None, zone: ZoneInfo) -> bool:
    """Whether the window lies within one day, so that times alone tell its moments apart."""
    if window is None or window.start is None:
        return False
    start, end = _local(window.start, zone), _local(window.end, zone)
    last = _day_before(end.date()) if _opens_a_day(end, zone) else end.date()
    return start.date() == last


# --- labels of groups ------------------------------------------------------------------------


def week_of_label(label: str) -> tuple[date, date] | None:
    """Monday and Sunday of an ISO week "2026-W47"; None for anything else."""
    year, separator, week = label.partition("-W")
    if not separator or not (year.isdecimal() and week.isdecimal()):
        return None
    try:
        monday = date.fromisocalendar(int(year), int(week), 1)
        return monday, monday + timedelta(days=6)
    except (ValueError, OverflowError):
        return None


def day_of_label(label: str) -> date | None:
    """The day of "2026-11-22"; None for anything else."""
    if len(label) != 10:
        return None
    try:
        return date.fromisoformat(label)
    except ValueError:
        return None


def month_of_label(label: str) -> date | None:
    """The first day of month "2026-11"; None for anything else."""
    return day_of_label(f"{label}-01") if len(label) == 7 else None


def period_of_label(label: str, zone: ZoneInfo) -> Window | None:
    """The window of a period's label: a year, month, week, day, or two days with a slash."""
    first, separator, last = label.partition("/")
    days: tuple[date, date] | None = week_of_label(label)
    if separator:
        begins, ends = day_of_label(first), day_of_label(last)
        days = (begins, ends) if begins and ends and begins <= ends else None
    elif (month := month_of_label(label)) is not None:
        following = _next_month(month)
        days = (month, following - _DAY) if following else None
    elif (day := day_of_label(label)) is not None:
        days = (day, day)
    elif len(label) == 4 and (january := day_of_label(f"{label}-01-01")) is not None:
        days = (january, january.replace(month=12, day=31))
    if days is None or days[1] == date.max:
        return None
    start, end = (datetime.combine(day, time(), tzinfo=zone) for day in (days[0], days[1] + _DAY))
    return Window(start=start, end=end)


def short_range(first: date, last: date, language: Language, this_year: int) -> str:
    """Days at the head of a line: "16–22 nov", "26 ott – 1º nov"."""
    ends = date_in_words(last, language, this_year=this_year, short=True)
    if (first.year, first.month) == (last.year, last.month):
        return f"{day_number(first.day, language)}–{ends}"
    begins_year = first.year if first.year == last.year else this_year
    begins = date_in_words(first, language, this_year=begins_year, short=True)
    return f"{begins} – {ends}"


def week_in_words(first: date, last: date, language: Language, this_year: int) -> str:
    """A calendar week by its days: "la settimana dal 16 al 22 novembre"."""
    if language == "it":
        return f"la settimana {_range_it(first, last, this_year)}"
    return f"the week from {_range_en(first, last, this_year)}"
