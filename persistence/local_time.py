"""SQL for the days, weeks, hours … of the business zone, of moments stored in UTC.

PostgreSQL knows zones. SQLite does not: there a moment is shifted by the zone's offset, which a
CASE chooses among the offsets that the zone has within the span of the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, String, and_, case, cast, func, or_

_DAY = timedelta(days=1)


class LocalTime:
    """Parts of local time as SQL expressions, for moments within *span*.

    Moments outside of *span* get the offset of its nearer end. Weeks are ISO weeks.
    """

    def __init__(
        self, zone: ZoneInfo, *, dialect: str, span: tuple[datetime, datetime] | None = None
    ) -> None:
        self._zone = zone
        self._sqlite = dialect == "sqlite"
        self._span = span or (datetime.now(UTC), datetime.now(UTC))

    def day(self, moment: ColumnElement[Any]) -> ColumnElement[str]:
        """``2026-11-22``."""
        if self._sqlite:
            return func.date(moment, self._shift(moment))
        return func.to_char(self._local(moment), "YYYY-MM-DD")

    def month(self, moment: ColumnElement[Any]) -> ColumnElement[str]:
        """``2026-11``."""
        if self._sqlite:
            return func.substr(self.day(moment), 1, 7)
        return func.to_char(self._local(moment), "YYYY-MM")

    def week(self, moment: ColumnElement[Any]) -> ColumnElement[str]:
        """A key of the ISO week, which `label` turns into ``2026-W47``."""
        if not self._sqlite:
            return func.to_char(self._local(moment), 'IYYY-"W"IW')
        # A week belongs to the year of its Thursday, and is numbered by it.
        return func.date(moment, self._shift(moment), "-3 days", "weekday 4")

    def label(self, part: str, key: ColumnElement[Any]) -> ColumnElement[Any]:
        """What is shown for a *key* of the part of this name; most keys are shown as they are."""
        if not self._sqlite or part != "week":
            return key
        number = (cast(func.strftime("%j", key), Integer) + 6) // 7
        return func.printf("%s-W%02d", func.substr(key, 1, 4), number, type_=String)

    def hour(self, moment: ColumnElement[Any]) -> ColumnElement[int]:
        """0 to 23."""
        if self._sqlite:
            return cast(func.substr(func.datetime(moment, self._shift(moment)), 12, 2), Integer)
        return cast(func.date_part("hour", self._local(moment)), Integer)

    def weekday(self, moment: ColumnElement[Any]) -> ColumnElement[int]:
        """1 (Monday) to 7."""
        if self._sqlite:
            sunday_first = cast(func.strftime("%w", moment, self._shift(moment)), Integer)
            return case((sunday_first == 0, 7), else_=sunday_first)
        return cast(func.date_part("isodow", self._local(moment)), Integer)

    def within_hours(
        self, moment: ColumnElement[Any], hours: Sequence[tuple[int, int]]
    ) -> ColumnElement[bool]:
        """Whether *moment* lies in one of the half-open spans of hours of the day."""
        hour = self.hour(moment)
        return or_(*(and_(hour >= start, hour < end) for start, end in hours))

    def _local(self, moment: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.timezone(self._zone.key, moment)

    def _shift(self, moment: ColumnElement[Any]) -> Any:
        first, *later = utc_offsets(self._zone, *self._span)
        offsets = [first[1], *(offset for _, offset in later)]
        if not later:
            return _modifier(offsets[0])
        return case(
            *(
                (moment < change, _modifier(before))
                for (change, _), before in zip(later, offsets, strict=False)
            ),
            else_=_modifier(offsets[-1]),
        )


def _modifier(offset: timedelta) -> str:
    return f"{int(offset.total_seconds()):+d} seconds"


def utc_offsets(zone: ZoneInfo, start: datetime, end: datetime) -> list[tuple[datetime, timedelta]]:
    """Return the offsets of *zone* from *start* to *end*: each with the moment it begins at.

    The first begins at *start*; the others where the clocks change, in UTC.
    """
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    offsets = [(start, _offset(zone, start))]
    for year in range(start.year, end.year + 1):
        offsets += [
            (moment, offset) for moment, offset in _changes(zone, year) if start < moment <= end
        ]
    return offsets


@lru_cache(maxsize=256)
def _changes(zone: ZoneInfo, year: int) -> tuple[tuple[datetime, timedelta], ...]:
    """The moments of a (UTC) year at which the clocks of *zone* change, with the new offset."""
    found = []
    moment = datetime(year, 1, 1, tzinfo=UTC)
    last = datetime(year + 1, 1, 1, tzinfo=UTC)
    while moment < last:
        following = moment + _DAY
        if _offset(zone, following) != _offset(zone, moment):
            before, after = moment, following
            while after - before > timedelta(seconds=1):
                middle = before + (after - before) / 2
                middle -= timedelta(microseconds=middle.microsecond)
                if _offset(zone, middle) == _offset(zone, moment):
                    before = middle
                else:
                    after = middle
            found.append((after, _offset(zone, after)))
        moment = following
    return tuple(found)


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
