"""Numbers, money, percentages, durations and calendar names, as each language writes them.

Babel knows the rules; it is imported when the first number is written, because a question that
needs none should not pay for it. What was written once is remembered: the functions are pure.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from catalogue.metrics import METRICS, Language

if TYPE_CHECKING:
    from babel import Locale

UNKNOWN = "—"
"""Stands in a table where there is no value: never "None", never a zero."""

MINUS = "−"
_LARGEST = Decimal(10) ** 18
"""Beyond this it is no figure of a company but a mistake, and not written at all."""


@lru_cache(maxsize=4)
def _locale(language: Language) -> Locale:
    from babel import Locale

    # English as Europe writes it: 22 November, 14:05.
    return Locale("it") if language == "it" else Locale("en", "GB")


def _number(value: Any) -> Decimal | None:
    """*value* as an exact number, or None for what is not a finite one."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    try:
        number = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() and abs(number) < _LARGEST else None


@lru_cache(maxsize=4096)
def _decimal(value: Decimal, pattern: str, language: Language) -> str:
    from babel.numbers import format_decimal

    text: str = format_decimal(value, format=pattern, locale=_locale(language))
    return text.replace("-", MINUS).replace("\xa0", " ")


def number_in_words(value: Any, language: Language, *, decimals: int = 1) -> str:
    """*value* with at most *decimals* decimals and grouped thousands: "1.204", "12,5"."""
    number = _number(value)
    if number is None:
        return UNKNOWN
    if number == number.to_integral_value() and abs(number) < 1000:
        # No separators to choose: most answers need no more than this, and no Babel.
        return str(int(number)).replace("-", MINUS)
    pattern = "#,##0." + "#" * decimals if decimals else "#,##0"
    return _decimal(number, pattern, language)


def percent_in_words(value: Any, language: Language) -> str:
    """A percentage that is already one (97.5): "97,5%".

    What is not quite everything or nothing is not rounded to it: 99.97 is "99,97%".
    """
    number = _number(value)
    if number is None:
        return UNKNOWN
    for decimals in (1, 2, 3):
        rounded = round(number, decimals)
        if rounded == number or rounded not in (0, 100):
            break
    return number_in_words(number, language, decimals=decimals) + "%"


@lru_cache(maxsize=1024)
def _money(value: Decimal, language: Language) -> str:
    from babel.numbers import format_currency

    text: str = format_currency(value, "EUR", locale=_locale(language))
    return text.replace("-", MINUS).replace("\xa0", " ")


def euro_in_words(value: Any, language: Language) -> str:
    """An amount in euro: "93.314,50 €", "€93,314.50"."""
    number = _number(value)
    return UNKNOWN if number is None else _money(number, language)


def duration_in_words(seconds: Any, language: Language) -> str:
    """A duration given in seconds: "3 ms", "0,4 s", "3 min 20 s", "2 h 5 min", "3 g 4 h"."""
    number = _number(seconds)
    if number is None:
        return UNKNOWN
    if number < 0:
        return MINUS + duration_in_words(-number, language)
    if number == 0:
        return "0 s"
    if number < Decimal("0.01"):
        return number_in_words(number * 1000, language, decimals=2) + " ms"
    if number < 1:
        return number_in_words(number, language, decimals=2) + " s"
    if number < Decimal("9.95"):
        return number_in_words(number, language, decimals=1) + " s"
    whole = int(number.to_integral_value())
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(round(whole / 60), 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(round(whole / 3600), 24)
    day_sign = "g" if language == "it" else "d"
    shown = number_in_words(days, language, decimals=0)
    return f"{shown} {day_sign} {hours} h" if hours else f"{shown} {day_sign}"


def value_in_words(metric_id: str, value: Any, language: Language) -> str:
    """The value of a metric of the catalogue with its unit; "—" for an unknown one."""
    metric = METRICS.get(metric_id)
    match metric.unit if metric else "count":
        case "percent":
            return percent_in_words(value, language)
        case "seconds":
            return duration_in_words(value, language)
        case "euro":
            return euro_in_words(value, language)
        case _:
            return number_in_words(value, language)


def signed(text: str, value: Any) -> str:
    """*text*, the written form of the amount of *value*, with a plus before a rise."""
    number = _number(value)
    return f"+{text}" if number is not None and number > 0 else text


_SMALLEST_BASE = {"count": 10, "euro": 10}
_LARGEST_PERCENT = 1000


def relative_change(value: Any, previous: Any, unit: str, language: Language) -> str | None:
    """The change from *previous* to *value* as "+22,4%".

    None from the unknown, from zero, and where a percentage would only impress: of fewer than
    ten things, or of a change of ten times and more.
    """
    now, before = _number(value), _number(previous)
    if now is None or before is None or before == 0 or abs(before) < _SMALLEST_BASE.get(unit, 0):
        return None
    change = (now - before) / abs(before) * 100
    if abs(change) >= _LARGEST_PERCENT:
        return None
    return signed(number_in_words(change, language, decimals=1) + "%", round(change, 1))


def points_in_words(change: Any, language: Language) -> str:
    """The size of a change of a percentage, in points: "1,4"; small ones with two decimals."""
    number = abs(_number(change) or Decimal(0))
    return number_in_words(number, language, decimals=1 if number >= Decimal("0.1") else 2)


def difference(value: Any, previous: Any) -> Decimal | None:
    """*value* minus *previous*, exact; None where one of them is unknown."""
    now, before = _number(value), _number(previous)
    return None if now is None or before is None else now - before


def sum_of(values: Any) -> Decimal | None:
    """The exact sum of *values*; None where one of them is unknown."""
    total = Decimal(0)
    for value in values:
        number = _number(value)
        if number is None:
            return None
        total += number
    return total


def comparable(value: Any) -> Decimal | None:
    """*value* as a number that can be compared with another; None for an unknown one."""
    return _number(value)


# --- the calendar ----------------------------------------------------------------------------


@lru_cache(maxsize=64)
def month_name(month: int, language: Language, *, short: bool = False) -> str:
    """The name of month 1–12 as it stands inside a sentence: "ottobre", "October"."""
    width = "abbreviated" if short else "wide"
    return str(_locale(language).months["format"][width][month])


@lru_cache(maxsize=64)
def weekday_name(weekday: int, language: Language, *, short: bool = False) -> str:
    """The name of weekday 1 (Monday) to 7: "lunedì", "Monday"."""
    width = "abbreviated" if short else "wide"
    return str(_locale(language).days["format"][width][weekday - 1])


def day_number(day: int, language: Language) -> str:
    """The day of a month as it is said: Italian says the first as an ordinal ("1º")."""
    return "1º" if day == 1 and language == "it" else str(day)


def date_in_words(
    day: date,
    language: Language,
    *,
    this_year: int | None = None,
    weekday: bool = False,
    short: bool = False,
) -> str:
    """A date: "22 novembre", "domenica 22 novembre", "dom 22 nov", with its year if another one.

    *this_year* None always names the year.
    """
    text = f"{day_number(day.day, language)} {month_name(day.month, language, short=short)}"
    if weekday:
        text = f"{weekday_name(day.isoweekday(), language, short=short)} {text}"
    return text if day.year == this_year else f"{text} {day.year}"


def time_in_words(moment: datetime) -> str:
    """The time of day as everybody in both languages writes it in tables: "14:05"."""
    return f"{moment.hour:02d}:{moment.minute:02d}"
