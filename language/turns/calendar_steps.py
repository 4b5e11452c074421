"""Calendar steps from one window to another: the month after, the three weeks before."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from catalogue.periods import day_window, midnight, previous_window
from catalogue.query import Window

_ONE_DAY = timedelta(days=1)
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
"""How many months the longer units have."""


def stepped(before: Window, unit: str, steps: int, zone: ZoneInfo) -> Window | None:
    """Return the window *steps* units after *before* (before it, if negative)."""
    if before.start is None:
        return None
    start, end = before.start.astimezone(zone), before.end.astimezone(zone)
    days = (end.date() - start.date()).days
    if unit == "period" or (unit == "day" and days > 1 and days == abs(steps)):
        return previous_window(before, zone) if steps < 0 else moved(before, zone, days=days)
    if unit in ("day", "part"):
        if end - start <= timedelta(hours=25):
            return moved(before, zone, days=steps)
        day = start.date() + steps * _ONE_DAY if steps < 0 else end.date() + (steps - 1) * _ONE_DAY
        return day_window(day, zone)
    if unit == "week":
        if days == 7 or (days == 0 and start.time() == end.time()):
            return moved(before, zone, days=7 * steps)
        day = start.date() if steps < 0 else (end - timedelta(microseconds=1)).date()
        monday = day - timedelta(days=day.weekday())
        return day_window(monday + timedelta(weeks=steps), zone, days=7)
    months = MONTHS[unit] * steps
    whole = start.day == end.day == 1 and start.time() == end.time() == time()
    if unit == "year" or (whole and _months_between(start, end) == MONTHS[unit]):
        return moved(before, zone, months=months)
    if not whole and 28 <= days <= 31 and unit == "month":
        return previous_window(before, zone) if steps == -1 else None
    size = MONTHS[unit]
    first = start.date().replace(month=(start.month - 1) // size * size + 1, day=1)
    return Window(
        start=midnight(_months_later(first, months), zone),
        end=midnight(_months_later(first, months + size), zone),
    )


def run_of(before: Window, unit: str, steps: int, zone: ZoneInfo) -> Window | None:
    """ "nei tre mesi prima": so many units together, beside what was spoken of."""
    ends = [stepped(before, unit, step, zone) for step in (-1, steps)]
    if steps > 0:
        ends = [stepped(before, unit, step, zone) for step in (steps, 1)]
    nearest, furthest = ends
    if nearest is None or furthest is None or furthest.start is None:
        return None
    return Window(start=furthest.start, end=nearest.end)


def moved(window: Window, zone: ZoneInfo, *, days: int = 0, months: int = 0) -> Window | None:
    """*window* moved on the calendar, at the same hours of the day."""
    if window.start is None:
        return None

    def later(moment: datetime) -> datetime:
        local = moment.astimezone(zone)
        day = _months_later(local.date(), months) + timedelta(days=days)
        return datetime.combine(day, local.time(), tzinfo=zone)

    try:
        return Window(start=later(window.start), end=later(window.end))
    except (ValueError, OverflowError):
        return None


def unit_holding(day: date, unit: str, zone: ZoneInfo) -> Window:
    """The calendar unit that holds *day*."""
    if unit == "day":
        return day_window(day, zone)
    if unit == "week":
        return day_window(day - timedelta(days=day.weekday()), zone, days=7)
    size = MONTHS[unit]
    first = day.replace(month=(day.month - 1) // size * size + 1, day=1)
    return Window(start=midnight(first, zone), end=midnight(_months_later(first, size), zone))


def _months_between(start: datetime, end: datetime) -> int:
    return (end.year - start.year) * 12 + end.month - start.month


def _months_later(day: date, months: int) -> date:
    first = day.year * 12 + day.month - 1 + months
    year, month = first // 12, first % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(f"{day} has no day {months} months later")
