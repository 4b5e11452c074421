"""Periods told by units: this week, last month, 3 days ago, the end of the year, so far."""

from __future__ import annotations

from dataclasses import replace

from language.time import periods
from language.time.names import FEW, NamedPeriods
from language.time.periods import DAY, Period, Recurring, Span, Unit, later, rolled, whole
from language.time.reading import Found, Hours, Rules
from language.time.vocabulary import ADJECTIVES, Meaning, listed

_HOW_MANY_ARE_FEW = {
    Unit.MINUTE: 15, Unit.HOUR: 3, Unit.DAY: 7, Unit.WEEKEND: 3, Unit.WEEK: 4, Unit.MONTH: 3,
    Unit.QUARTER: 3, Unit.HALF: 2, Unit.YEAR: 3,
}  # fmt: skip
_ACCOUNTED = (Unit.WEEKEND, Unit.TWO_MONTHS, Unit.QUARTER, Unit.FOUR_MONTHS, Unit.HALF)
"""Units that are only ever whole: "nell'ultimo trimestre" is the last one that is closed."""
_DEEPEST = 4
"""How many periods may stand inside one another: "l'inizio della settimana prima di Natale"."""
_MOST_OFFERED = 4
"""A bare "il 3" may be the third of what was offered; nobody offers more than four."""
_MOST_MONTHS = 1200
"""A century: a larger number of months, quarters or years is no window."""
WORKDAYS = (1, 2, 3, 4, 5)

# "l'ora del giorno", "giorno della settimana", "order of the day": any day, not this one.
_OWNED_BY_ALL_DAYS = listed(
    """
    orario orari orarie fascia fasce momento momenti time times part parte migliore peggiore
    best worst primo prima ordine order fine inizio resto
    """
)


class UnitPeriods(NamedPeriods):
    """Rules for units of the calendar, and `named`: any period at all."""

    def named(self, place: int) -> Found | None:
        """Return the period named at *place*, by the first rule that reads one."""
        if self.depth == _DEEPEST:
            return None
        self.depth += 1
        read = None
        for rule in NAMED.for_(self.at(place).senses):
            read = rule(self, place)
            if read is not None:
                break
        self.depth -= 1
        return read

    # --- this, last, next ---------------------------------------------------------------
    def modified(self, place: int) -> Found | None:
        """Read "questa settimana", "last month", "gli ultimi 7 giorni", "next Monday"."""
        value = self.at(place)
        number = self.number(self.skip(place + 1, "article"))
        count, unit_place = number if number else (0, place + 1)
        if (closed := self._closed_unit(place)) is not None:
            return closed
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
        unit, end, total = self._unit(unit_place, count)
        if unit is None and not count:
            return self._shared_unit(place)
        if unit is None or (not count and self._narrowed(end)):
            return None
        many = total != 0 or self.has(unit_place, "plural")
        count = self._many(unit, total or FEW)
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

    def _closed_unit(self, place: int) -> Found | None:
        """Read "l'ultimo mese chiuso", "last full week": the latest that is over."""
        if not self.has(place, "rolling"):
            return None
        unit_place = self.skip(place + 1, "closed")
        unit, end = self.at(unit_place).unit, unit_place + 1
        if unit is None or unit <= Unit.HOUR or self.has(unit_place, "plural"):
            return None
        after = self.skip(end, "closed")
        if unit_place == place + 1 and after == end:
            return None
        return Found(after, self._ended(unit))

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

    # --- a unit, then which one ---------------------------------------------------------
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
        if (coming := self.coming_after(end)) is not None:
            return self._following(unit, coming)
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
        pronoun = self.skip(place + 1, "of", "article", "pronoun")
        if step < 0 and pronoun > place + 1 and self.has(pronoun, "previous"):
            return Found(pronoun + 1, self.current(unit, -2))  # "la settimana prima della scorsa"
        if step > 0 and pronoun > place + 1 and self.has(pronoun, "next"):
            return Found(pronoun + 1, self.current(unit, 2), future=True)
        if step > 0 and self.has(place + 1, "next"):
            return Found(place + 2, self.current(unit, 2), future=True)
        if step < 0 and count > 1 and self._stands_alone(place + 1):
            return Found(place + 1, self._before_today(unit, count), before=Unit.MINUTE)
        if count == 1 and self._stands_alone(place + 1):
            if step < 0:
                return Found(place + 1, self._ended(unit), before=unit)
            return self._following(unit, place + 1)
        return None

    def _stands_alone(self, place: int) -> bool:
        """Whether nothing that "prima" or "dopo" could refer to follows at *place*."""
        return self.ends(place) or self.has(place, "function", "and", "reference", "with", "in")

    # --- so many units ------------------------------------------------------------------
    def counted_units(self, place: int) -> Found | None:
        """Read "10 giorni fa", "un'ora fa", "3 giorni scorsi", "3 days from now"."""
        amount = self.number(place)
        if amount is None:
            return None
        unit, end, total = self._unit(amount[1], amount[0])
        if unit is None:
            return None
        few = amount[0] == FEW
        count = self._many(unit, total)
        if self.has(end, "ago") or (self.text(end) == "or" and self.has(end + 1, "sono")):
            end += 1 if self.has(end, "ago") else 2
            if few:
                return Found(end, self.last(unit, count))
            return self._ago_on_this_day(unit, count, end) or Found(end, self._ago(unit, count))
        if self.text(end) in ("from", "da") and self.has(end + 1, "now"):
            return Found(end + 2, self._ago(unit, -count), future=True)
        if self.has(end, "before it"):
            return Found(end + 1, self._before_today(unit, count), before=Unit.MINUTE)
        if self.has(end, "previous") and self.text(end) not in ("last",):
            return Found(end + 1, self.last(unit, count))
        if self._adjective_after(self.at(end), "next", end):
            return Found(end + 1, self.coming(unit, count), future=True)
        return self._relative_to(unit, count, end) if not few else None

    def _ago_on_this_day(self, unit: Unit, count: int, place: int) -> Found | None:
        """Read the rest of "un anno fa oggi", "a week ago yesterday": that day, so much earlier."""
        exactly = self.skip(place, "exactly")
        before = any(self.has(each, "exactly") for each in range(max(0, place - 4), place))
        day = self.at(exactly).day
        if unit < Unit.WEEK or self.mark(exactly) == ",":
            return None
        if day is not None and day <= 0 and self.at(exactly).part is None:
            return Found(exactly + 1, self._stepped(self.current(Unit.DAY, day), unit, -count))
        if (exactly > place or before) and unit > Unit.WEEK:
            return Found(exactly, self._stepped(self.today, unit, -count))  # "un anno fa esatto"
        return None

    def this_day_earlier(self, place: int) -> Found | None:
        """Read "oggi un anno fa", "yesterday last year", "this very date last year"."""
        day, end = self.at(place).day, place + 1
        if self.has(place, "this"):
            end = self.skip(end, "very")
            if not (self.at(end).unit == Unit.DAY or self.text(end) in ("date", "data")):
                return None
            day, end = 0, end + 1
        if day is None or day > 0 or self.at(place).part is not None or self.mark(end):
            return None
        other = self.skip(end, "of", "in", "article", "exactly")
        if self.mark(other) not in ("", "'"):
            return None
        amount = self.number(other)
        if amount is None and self.text(other - 1) in ("un", "una", "a", "one"):
            amount = 1, other
        if amount is not None:
            unit, after, count = self._unit(amount[1], amount[0])
            if unit is None or unit < Unit.WEEK or count == FEW or not self.has(after, "ago"):
                return None
            return Found(after + 1, self._stepped(self.current(Unit.DAY, day), unit, -count))
        outer = self.named(other)
        if outer is None or not isinstance(outer.period, Span) or outer.unit is None:
            return None
        unit = outer.unit
        if unit not in (Unit.WEEK, Unit.MONTH, Unit.YEAR) or outer.period != self._ended(unit):
            return None
        return Found(outer.end, self._stepped(self.current(Unit.DAY, day), unit, -1))

    def _unit(self, place: int, count: int) -> tuple[Unit | None, int, int]:
        """Return the unit at *place*, where it ends, and how many of it *count* means.

        "3 quarti d'ora" are 45 minutes, "2 ore e mezza" 150; 0 and `FEW` stay what they are.
        """
        unit, end, minutes = self._part_of_an_hour(place)
        if minutes:
            return unit, end, max(count, 1) * minutes
        if end > place:
            return None, place, count
        if self.text(place) == "fortnight":
            return Unit.WEEK, place + 1, 2 * max(count, 1)
        unit, end = self.at(place).unit, place + 1
        if unit in periods.MONTHS_IN and count * periods.MONTHS_IN[unit] > _MOST_MONTHS:
            return None, place, count
        if unit == Unit.HOUR and self.has(end, "and"):
            half = self.skip(end + 1, "article")
            if self.has(half, "half"):
                return Unit.MINUTE, half + 1, 60 * max(count, 1) + 30
        if unit is None and count > 0 and self.has(place, "and"):
            half = self.skip(place + 1, "article")
            if self.has(half, "half") and self.at(half + 1).unit == Unit.HOUR:
                return Unit.MINUTE, half + 2, 60 * count + 30  # "two and a half hours"
        return unit, end, count

    def _part_of_an_hour(self, place: int) -> tuple[Unit | None, int, int]:
        """Return the minutes of "mezz'ora", "quarter of an hour"; an end without is no unit."""
        half = self.has(place, "half")
        if not half and not self.has(place, "quarter of an hour"):
            return None, place, 0
        unit_place = self.skip(place + 1, "of", "article")
        if self.at(unit_place).unit == Unit.HOUR:
            return Unit.MINUTE, unit_place + 1, 30 if half else 15
        return None, place if self.at(place).unit is not None else place + 1, 0

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

    def _last_workdays(self, count: int, end: int) -> Found:
        day = self.today.end
        while count > 0:
            day -= DAY
            count -= day.isoweekday() in WORKDAYS
        return Found(end, Span(day, self.today.end, Unit.DAY), weekdays=WORKDAYS)

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
        unit, end, total = self._unit(amount[1], amount[0])
        if unit is None:
            return None
        if amount[0] == FEW:
            return Found(end, self.coming(unit, self._many(unit, FEW)), future=True)
        return Found(end, self._ago(unit, -total), future=True)

    # --- weekends, and units around a date ----------------------------------------------
    def bare_weekend(self, place: int) -> Found | None:
        """Read "nel weekend", "il fine settimana", "weekend scorso", "weekend del 7 marzo"."""
        end = self._weekend_end(place)
        if end is None or self.has(place, "plural"):
            return None
        if self.has(end, "before") and self.has(end + 1, "previous", "rolling"):
            return Found(end + 2, self._stepped(self._ended(Unit.WEEKEND), Unit.WEEK, -1))
        pair = self._days_of_weekend(self.skip(end, "of", "article"))
        if pair is not None:
            return pair
        date = self.named(self.skip(end, "of", "article"))
        if end < self.skip(end, "of") and date is not None and date.unit == Unit.DAY:
            assert date.period is not None  # noqa: S101
            return replace(date, period=self._around(date.period, Unit.WEEKEND))
        return self._which(end, periods.weekend())

    def _days_of_weekend(self, place: int) -> Found | None:
        """Read the "14/15 Nov" of a weekend: its two days, and their month."""
        days = self.text(place).split("/")
        if len(days) != 2 or not all(each.isdigit() for each in days):
            return None
        month = self.month(place + 1)
        first, second = int(days[0]), int(days[1])
        if month is None or second != first + 1 or not 1 <= first <= 30:
            return None
        date = periods.day_of_year(month, first)
        return Found(place + 2, self._around(date, Unit.WEEKEND)) if date else None

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
        following = self.skip(place + 1, "of", "article", "starting")
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

    def week_of_feast(self, place: int) -> Found | None:
        """Read "Easter week", "Christmas week"."""
        feast = self.feast(place)
        if feast is None or feast.period is None or self.text(feast.end) != "week":
            return None
        return replace(feast, end=feast.end + 1, period=self._around(feast.period, Unit.WEEK))

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

    # --- days of a month ---------------------------------------------------------------
    def day_of_the_month(self, place: int) -> Found | None:
        """Read "il 5", "il giorno 5", "on the 5th" where nothing else can be meant."""
        value, before = self.at(place), self.text(place - 1)
        day = self.day_number(place)
        said_day = self.has(place - 1, "day word") and before not in ("giorni", "days")
        article = before in ("il", "l") and not self.has(place - 2, "of")
        if day is None:
            return None
        alone = self.ends(place + 1) or self.at(place + 1).clock is not None
        alone = alone and (place >= 3 or day > _MOST_OFFERED)
        alone = alone or self.has(place + 1, "function") or self.at(place + 1).part is not None
        digits = bool(value.roles & {"digits", "digits ordinal"})
        led = article or before == "the" or "digits ordinal" in value.roles
        of_month = self._of_a_month(place + 1) if digits and led else None
        if of_month is not None:
            return replace(of_month, period=self._day_inside(of_month.period, day))
        if "digits" in value.roles and (said_day or (article and alone)):
            return self._which(place + 1, periods.day_of_month(day))
        if article and "digits" in value.roles and self.has(place + 1, "previous"):
            return self._which(place + 1, periods.day_of_month(day))
        if "digits ordinal" in value.roles and before == "the" and self.text(place - 2) == "on":
            return Found(place + 1, periods.day_of_month(day))
        return None

    def _of_a_month(self, place: int) -> Found | None:
        """Return the month of "il 12 di questo mese", "the 20th of last month"."""
        start = self.skip(place, "of", "article")
        if start == place or self.depth > 1:
            return None
        month = self.named(start)
        if month is None or month.unit != Unit.MONTH or not isinstance(month.period, Span):
            return None
        return month

    def _day_inside(self, month: Period | None, day: int) -> Period | None:
        """Return the day *day* of a month; None where that month has no such day."""
        assert isinstance(month, Span) and month.start is not None  # noqa: S101, PT018
        start = periods.moment_on(month.start, month.start.year, month.start.month, day)
        return periods.day_span(start) if start else None

    # --- parts of periods ---------------------------------------------------------------
    def edge(self, place: int) -> Found | None:
        """Read "inizio mese", "a metà novembre", "fine anno", "mid-March", "end of the month"."""
        which = self.at(place).edge
        if which is None:
            return self._edge_after_unit(place)
        if self.text(place) == "end" and self.text(place + 1) in ("the", "this"):
            return None  # "how will we end the year?"
        inner = self.container(self.skip(place + 1, "of", "article"))
        if inner is None or inner.period is None:
            return None
        if self.text(place) == "fine" and self.at(place + 1).day is not None:
            return None  # "did it run fine yesterday?"
        if which in ("start", "middle", "end") and self.text(place) in ("fine", "end", "late"):
            which = "end"
        if inner.unit == Unit.DAY and self.at(inner.end - 1).unit and not self.future:
            return None  # "la chiusura di fine giornata" is no day's
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
        fortnight = self.text(place + 1) == "quindicina"
        amount = self.number(place + 1) if not fortnight else None
        count, unit_place = amount if amount and amount[0] > 0 else (1, place + 1)
        if amount is None and self.has(unit_place, "plural") and self.at(unit_place).unit:
            amount = self._many(self.at(unit_place).unit or Unit.DAY, FEW), unit_place
            count = amount[0]
        if amount and plural and self.has(unit_place, "of"):
            return self._first_days(count, unit_place, last=last)
        of_what = self.skip(unit_place + 1, "of", "article", "in")
        if of_what == unit_place + 1 or not self.has(unit_place + 1, "of", "in"):
            return None
        unit, weekday = self.at(unit_place).unit, self.at(unit_place).weekday
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

    def _first_days(self, count: int, place: int, *, last: bool) -> Found | None:
        """Read the rest of "i primi 15 di ottobre": days of that month."""
        month = self.named(self.skip(place, "of", "article"))
        if month is None or month.unit != Unit.MONTH or month.period is None:
            return None
        days = periods.first_of(month.period, -count if last else count, Unit.DAY)
        return self._found(month.end, days)

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

    # --- vague, whole, summarised -------------------------------------------------------
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
        if self.future and self._is_closed(place):
            return Found(place + 1, self.current(unit))
        if self.has(place + 1, "narrows", "comparative", "since", "from"):
            return None
        if self.month(place + 1) is not None:
            return None  # "nel bimestre marzo-aprile"
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

    def _is_closed(self, place: int) -> bool:
        """Whether the unit is one that will be over: "chiuderemo il mese", "end the year with"."""
        article = self.has(place - 1, "article") or self.text(place - 1) in ("questo", "questa")
        return article and self.has(place - 2, "closes")

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

    # --- relative to another period -----------------------------------------------------
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
        if (amount := self.number(place)) is not None:
            return self._as_many_before(place, amount[1])
        if not self.has(place, "before it", "previous"):
            return None
        if self.has(place + 1, "period"):
            return Found(place + 2, before=Unit.MINUTE)
        linked = self.skip_back(place - 1, "article", "of", "to", "pronoun")
        if not self.has(linked, "and", "reference", "with", "or", "che", "comparative", "over"):
            return None
        end = place + 1 + (self.text(place + 1) in ("one", "ones"))
        if self.ends(end) or self.has(end, "function", "and", "in", "grouping"):
            return Found(end, before=Unit.MINUTE)
        return None

    def _as_many_before(self, place: int, end: int) -> Found | None:
        """Read "rispetto ai 7 precedenti", "vs the 30 before": as many, before those."""
        linked = self.skip_back(place - 1, "article", "of", "to", "pronoun", "before it")
        if not self.has(linked, "reference", "with", "and"):
            return None
        if self.has(place - 1, "before it") and (self.ends(end) or self.has(end, "function")):
            return Found(end, before=Unit.MINUTE)
        if self.has(end, "before it", "previous", "before") and self._stands_alone(end + 1):
            return Found(end + 1, before=Unit.MINUTE)
        return None

    # --- one period inside another ------------------------------------------------------
    def placed(self, read: Found) -> Found:
        """Return *read* inside the longer period that follows: "marzo dell'anno scorso"."""
        if not isinstance(read.period, Recurring) or read.hours:
            return read
        start = self.skip(read.end, "of", "in", "article")
        if start < len(self.words) and (self.words[start].before not in ("", ",", "'")):
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


NAMED = Rules(
    (UnitPeriods.feast_of_last_year, ("previous", "rolling")),
    (UnitPeriods.week_of_feast, ("feast name",)),
    (UnitPeriods.feast, ("feast name",)),
    (UnitPeriods.day_in_two_words, ("other", "ahead", "after")),
    (UnitPeriods.this_day_earlier, ("day", "this")),
    (UnitPeriods.relative_day, ("day",)),
    (UnitPeriods.written_date, ("date", "bad date")),
    (UnitPeriods.piece_of_year, ("piece", "ordinal", "roman", "unit")),
    (UnitPeriods.part_of_period, ("ordinal", "rolling", "first")),
    (UnitPeriods.day_and_month, ("number", "ordinal")),
    (UnitPeriods.month_and_day, ("month",)),
    (UnitPeriods.weekday, ("weekday",)),
    (UnitPeriods.modified_weekend, ("this", "previous", "rolling", "next")),
    (UnitPeriods.modified, ("this", "previous", "rolling", "next", "after it")),
    (UnitPeriods.bare_weekend, ("unit", "edge")),
    (UnitPeriods.edge, ("edge", "unit")),
    (UnitPeriods.unit_then_modifier, ("unit",)),
    (UnitPeriods.numbered_week, ("unit", "week", "digits ordinal")),
    (UnitPeriods.unit_around, ("unit",)),
    (UnitPeriods.weekdays_ago, ("number",)),
    (UnitPeriods.counted_units, ("number", "few", "half", "article")),
    (UnitPeriods.named_month, ("month",)),
    (UnitPeriods.season, ("season",)),
    (UnitPeriods.calendar_year, ("year",)),
    (UnitPeriods.short_year, ("digits",)),
    (UnitPeriods.day_of_the_month, ("number", "ordinal")),
    (UnitPeriods.recently, ("recently", "recent")),
    (UnitPeriods.to_date, ("to date",)),
    (UnitPeriods.the_current, ("unit",)),
)
