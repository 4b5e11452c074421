"""Windows beside windows: the period before, the fair part of it, and what a period is called.

Pure functions on local calendars: a day is from midnight to midnight of its zone, be it 23, 24
or 25 hours long.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from catalogue.query import Window

_DAY = timedelta(days=1)


def previous_window(window: Window, zone: ZoneInfo) -> Window | None:
    """Return the period before *window*, of the same calendar length.

    Before whole months come as many whole months (so before a year the year before), before
    whole days as many whole days (so before a week the week before); before anything else as
    much time. None where *window* has no start: nothing comes before all history.
    """
    if window.start is None:
        return None
    start, end = window.start.astimezone(zone), window.end.astimezone(zone)
    if not (_begins_a_day(start, zone) and _begins_a_day(end, zone)):
        # Counted in UTC, so that it is as long on the day that the clocks change.
        length = window.end.astimezone(UTC) - window.start.astimezone(UTC)
        return Window(start=(window.start.astimezone(UTC) - length).astimezone(zone), end=start)
    if start.day == end.day == 1:
        months = (end.year - start.year) * 12 + end.month - start.month
        first = start.year * 12 + start.month - 1 - months
        before = date(first // 12, first % 12 + 1, 1)
    else:
        before = start.date() - (end.date() - start.date())
    return Window(start=midnight(before, zone), end=start)


def like_windows(window: Window, now: datetime, zone: ZoneInfo, count: int = 4) -> list[Window]:
    """Return the *count* latest windows that are like *window* and over by *now*, latest first.

    Like a day, or a part of one, is the same of a week before; like whole months are as many
    months; like whole days that are no weeks, as many days from the same weekday on. [] for a
    window without a start.
    """
    if window.start is None:
        return []
    start, end = window.start.astimezone(zone), window.end.astimezone(zone)
    whole_months = start.day == end.day == 1 and _begins_a_day(start, zone)
    months = (end.year - start.year) * 12 + end.month - start.month if whole_months else 0
    days = max(1, -(-(end.date() - start.date()).days // _WEEK)) * _WEEK
    found: list[Window] = []
    step = 0
    while len(found) < count:
        step += 1
        try:
            earlier = [
                _earlier(moment, zone, months=months * step, days=0 if months else days * step)
                for moment in (start, end)
            ]
        except (ValueError, OverflowError):
            break  # before the calendar's first year
        if earlier[1].astimezone(UTC) <= now.astimezone(UTC):
            found.append(Window(start=earlier[0], end=earlier[1]))
    return found


_WEEK = 7


def _earlier(moment: datetime, zone: ZoneInfo, *, months: int, days: int) -> datetime:
    """The wall clock of *moment*, so many months or days earlier."""
    day = moment.date() - days * _DAY
    if months:
        first = day.year * 12 + day.month - 1 - months
        day = date(first // 12, first % 12 + 1, 1)
    return datetime.combine(day, moment.time(), tzinfo=zone)


def elapsed_part(window: Window, compare: Window, now: datetime, zone: ZoneInfo) -> Window:
    """Return the part of *compare* to which an unfinished *window* can be compared fairly.

    It reaches as many days and as far into the day as *now* has come in *window*: on the 22nd
    at 15:00, the month before up to its 22nd at 15:00. All of *compare* where *window* is over,
    has not begun, or one of them has no start.
    """
    if window.start is None or compare.start is None:
        return compare
    # In UTC: two moments of one zone compare by their wall clocks, whatever their offsets.
    if not window.start.astimezone(UTC) < now.astimezone(UTC) < window.end.astimezone(UTC):
        return compare
    elapsed = _wall_clock(now, zone) - _wall_clock(window.start, zone)
    end = (_wall_clock(compare.start, zone) + elapsed).replace(tzinfo=zone)
    # In the hour that clocks repeat they may show that no time has gone by.
    if not compare.start.astimezone(UTC) < end.astimezone(UTC) < compare.end.astimezone(UTC):
        return compare
    return Window(start=compare.start, end=end)


def period_label(window: Window, zone: ZoneInfo) -> str:
    """Return the name of *window* in a column: the same for the same period, and sortable.

    ``2026`` (a year), ``2026-11`` (a month), ``2026-W47`` (a week), ``2026-11-22`` (a day),
    ``2026-11-01/2026-11-15`` (whole days, both included); else both moments. A window without
    a start leaves out what is before the slash.
    """
    end = window.end.astimezone(zone)
    if window.start is None:
        last = (end.date() - _DAY).isoformat() if _begins_a_day(end, zone) else _minute(end)
        return f"/{last}"
    start = window.start.astimezone(zone)
    if not (_begins_a_day(start, zone) and _begins_a_day(end, zone)):
        return f"{_minute(start)}/{_minute(end)}"
    days = (end.date() - start.date()).days
    if start.day == end.day == 1:
        months = (end.year - start.year) * 12 + end.month - start.month
        if months == 1:
            return f"{start:%Y-%m}"
        if months == 12 and start.month == 1:
            return f"{start:%Y}"
    if days == 7 and start.isoweekday() == 1:
        return week_label(start.date())
    if days == 1:
        return start.date().isoformat()
    return f"{start.date().isoformat()}/{(end.date() - _DAY).isoformat()}"


def week_label(day: date) -> str:
    """Return the ISO week of *day*: ``2026-W47``."""
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment at which *day* begins in *zone*."""
    return datetime.combine(day, time(), tzinfo=zone)


def day_window(day: date, zone: ZoneInfo, *, days: int = 1) -> Window:
    """Return the window of *days* whole days from *day* on."""
    return Window(start=midnight(day, zone), end=midnight(day + days * _DAY, zone))


def calendar_week(moment: datetime, zone: ZoneInfo) -> Window:
    """Return the week, Monday to Monday, that holds *moment* in *zone*."""
    day = moment.astimezone(zone).date()
    return day_window(day - day.weekday() * _DAY, zone, days=_WEEK)


def _wall_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _begins_a_day(moment: datetime, zone: ZoneInfo) -> bool:
    # Not "shows 00:00": in some zones clocks change at midnight, and a day begins at 01:00.
    return moment.astimezone(UTC) == midnight(moment.date(), zone).astimezone(UTC)


def _minute(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")
