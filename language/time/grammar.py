"""The rules: which words, one after the other, say when.

Rules stand in layers, each built from the one before:

1. `names`: "ieri", "5 marzo", "lunedì", Q1, Natale;
2. `units`: "last week", "negli ultimi 7 giorni", "10 days ago", "fine mese";
3. `hours`: "pomeriggio", "dopo le 18", "between 9 and 12";
4. here: moments ("ieri dalle 14 alle 18", "the morning of March 5"), ranges and open ends over them
   ("dal 3 al 10 maggio", "since Monday", "fino a ieri"), and what recurs ("i lunedì").

A rule is a method that takes the place of its first word and returns a `Found`, or None. The
tables (`NAMED`, `EXPRESSIONS`) say in which order rules are tried and with which senses of a first
word each can begin, so that most words of a question cost one look-up. Rules see meanings, never
languages.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from language.time import periods
from language.time.hours import BEFORE_AN_HOUR, HoursOfTheDay, in_part
from language.time.periods import Period, Recurring, Span, Unit, weekdays_between, whole
from language.time.reading import Found, Rules
from language.time.units import NAMED, WORKDAYS

_HALF_A_YEAR = timedelta(days=180)


class Grammar(HoursOfTheDay):
    """All rules over the words of one question."""

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

    def expression(self, place: int) -> Found | None:
        """Return what is said about time at *place*, by the first rule that reads something."""
        for rule in EXPRESSIONS.for_(self.at(place).senses):
            read = rule(self, place)
            if read is not None:
                return read
        return None

    # --- moments ------------------------------------------------------------------------
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

    # --- hours, then their day ----------------------------------------------------------
    def hours_then_day(self, place: int) -> Found | None:
        """Read "tra le 9 e le 12 di ieri", "the morning of March 5", "3 pm yesterday"."""
        read = self.hours(place)
        if read is None:
            return None
        dated = self._on_its_day(read)
        day = dated.period
        if self.text(place) in ("dalle", "dall", "since") and isinstance(day, Span) and dated.hours:
            start, end = dated.hours[-1]
            if end == 1440 and day.is_day and day.end < self.today.end:
                begun = periods.hours_of(day.start or day.end, start, end).start
                return Found(dated.end, Span(begun, self.today.end, Unit.DAY))
        return dated

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
        hours = tuple(in_part(hour, part) for hour in read.hours)
        return replace(day, end=end if day.hours else end + 1, hours=hours)

    # --- ranges -------------------------------------------------------------------------
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
        if self.text(place - 1) in BEFORE_AN_HOUR and self.text(place - 1)[-1] == "e":
            return None  # an hour
        return Found(place + 1, periods.day_of_month(day))

    def from_to(self, place: int) -> Found | None:
        """Read "dal 3 al 10 maggio", "from Monday to Wednesday", "da gennaio a oggi"."""
        if (hours := self._clock_range(place)) is not None:
            return self._on_its_day(hours)
        start = self._endpoint(place + 1)
        if start is None and self.has(place + 1, "here", "now"):
            start = Found(place + 2, self.today)  # "da qui a venerdì"
        if start is None:
            return None
        ranged = self._range_after(start, explicit=True)
        if ranged is not None:
            article = self.text(place) in ("dal", "dalla") and self.at(place + 1).weekday
            ends = ranged.parts
            if article and ends and weekdays_between(*ends):
                return self._habitual_weekdays(ends, ranged.end)
            return ranged
        return None

    def _habitual_weekdays(self, ends: tuple[Period, Period], end: int) -> Found:
        """Read "dal lunedì al venerdì": every week, as the articles say."""
        return Found(end, weekdays=weekdays_between(*ends), habitual=True)

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
        if time[2] < 2 and self.has(time[1], "to"):
            return None  # "dal 10 a oggi"
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
        stop = self._endpoint(stop_place) or self._week_like(start, stop_place)
        if stop is None and self.has(stop_place, "now"):
            stop = Found(stop_place + 1, self.today)
        if stop is None and self.at(stop_place).edge == "end" and start.unit == Unit.DAY:
            stop = Found(stop_place + 1, periods.last_day_of_month())  # "dal 16 alla fine"
        if stop is None or stop.period is None:
            return None
        if self._is_partial(start):
            ordinals = self.has(start.end - 1, "digits ordinal") and (
                self.has(stop.end - 1, "digits ordinal")
            )
            said = ordinals or self.text(joint - 2) in ("dal", "dall")
            said = said or self.at(stop_place).edge == "end"
            if self._is_partial(stop) and not said:
                return None  # "from 3 to 10" may be anything, "dal 3 al 10" is days
            if self.text(joint) == "a" and not explicit:
                return None
        return self._ranged(start, stop)

    def _week_like(self, start: Found, place: int) -> Found | None:
        """Read the end of "dalla settimana del 2 novembre a quella del 9"."""
        if start.unit != Unit.WEEK or not self.has(place, "pronoun") or start.period is None:
            return None
        day_place = self.skip(place + 1, "of", "article")
        day = self.day_number(day_place)
        if day is None or day_place == place + 1:
            return None
        week = self.settled(start.period)
        after = periods.day_of_month(day).first_from(week.end - timedelta(days=1))
        return Found(day_place + 1, whole(after.start or after.end, Unit.WEEK))

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
        if len(stop.weekdays) == 1 and isinstance(first.period, Recurring):
            days = weekdays_between(first.period, periods.weekday(stop.weekdays[0]))
            return replace(stop, weekdays=days) if days else None  # "… al venerdì di ottobre"
        one, two = self.both(self._narrow(first), self._narrow(_up_to_the_hour(last)))
        if one.start is None or two.start is None:
            return None
        begin, end = min(one.start, two.start), max(one.end, two.end)
        unit = one.unit if one.unit == two.unit else Unit.DAY
        future = begin > self.now
        read = Found(stop.end, Span(begin, end, unit), future=future)
        return replace(read, parts=(first.period, last.period))

    def _with_shared_month(self, start: Found, stop: Found) -> tuple[Found, Found]:
        """Return both ends; a bare day takes its month and year from the other one."""
        days = stop.period is not None and self.settled(stop.period).days < 28  # or an edge
        if self._is_partial(start) and not self._is_partial(stop) and days:
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

    def both(self, first: Period, last: Period) -> tuple[Span, Span]:
        """Return two ends of a range as spans, the undated one nearest to the other."""
        if isinstance(first, Recurring) and isinstance(last, Span):
            return first.latest_begun(last.end - timedelta(minutes=1)), last
        start = self.settled(first)
        if isinstance(last, Recurring):
            return start, last.first_from(start.start or start.end)
        return start, last

    # --- open ends ----------------------------------------------------------------------
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
        since = place - 1 - (self.text(place - 1) == "the")
        if read is None or not (self.has(since, "since the") or self.text(since) == "since"):
            return None
        onwards = self.has(self.skip(read.end, "in"), "onwards")
        asked = self.has(read.end, "function") and self.begins(since)
        return read if onwards or asked or self.ends(read.end) else None

    def _since_amount(self, place: int) -> Found | None:
        """Read "da tre giorni", "da una settimana": up to tonight."""
        amount = self.number(place)
        if amount is None or not self.has(place - 1, "since") or self.text(place - 1) == "since":
            return None
        unit, end, total = self._unit(amount[1], amount[0])
        if unit is None:
            return None
        return Found(end, self.last(unit, self._many(unit, total)))

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
        if not self.has(place, "until") or (
            self.text(place) == "up" and not self.has(place + 1, "to", "until")
        ):
            return None  # "did errors go up this week?"
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
            span = self._deadline_of(read.period)
        else:
            span = self._narrow_span(read)
        if span.end <= self.now:
            return Found(read.end, Span(None, span.end, span.unit))
        start = min(self.today.start or self.now, span.end - timedelta(minutes=1))
        return Found(read.end, Span(start, span.end, span.unit), future=True)

    def _deadline_of(self, period: Recurring) -> Span:
        """Return the next occurrence, or the last one where that is far nearer: "entro il 10"."""
        ahead, behind = period.next_to_end(self.now), period.latest_begun(self.now)
        dated = period.cycle == Unit.YEAR and period.unit == Unit.DAY
        far = dated and not self.future and ahead.end - self.now > _HALF_A_YEAR
        return behind if far else ahead

    def _narrow_span(self, read: Found) -> Span:
        return self.settled(self._narrow(read))

    def before_or_after(self, place: int) -> Found | None:
        """Read "prima di lunedì", "before March 5", "dopo Natale"."""
        prior = self.text(place) == "prior" and self.text(place + 1) == "to"
        if not self.has(place, "before", "after") and not prior:
            return None
        read = self._endpoint(self.skip(place + 1 + prior, "of", "article"))
        if read is None or read.period is None or self._is_partial(read):
            return None
        if (
            self.at(self.skip(place + 1, "of", "article")).number is not None
            and (read.unit == Unit.YEAR)
            and not self.has(place + 1, "of", "article")
        ):
            return None
        span = self.settled(self._narrow(read))
        if self.has(place, "before") or prior:
            return Found(read.end, Span(None, span.start or span.end, span.unit))
        if span.end >= self.today.end:
            return None
        return Found(read.end, Span(span.end, self.today.end, Unit.DAY))

    def before_a_date(self, place: int) -> Found | None:
        """Read "prior to March 5"."""
        return self.before_or_after(place) if self.text(place) == "prior" else None

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

    # --- what recurs --------------------------------------------------------------------
    def every_weekday(self, place: int) -> Found | None:
        """Read "i lunedì", "ogni sabato", "on Mondays", "la domenica"."""
        number = self.weekday_number(place)
        if number is None or self.feast(place) is not None:
            return None
        day = self.skip(place + 1, "of")
        feast = self.feast(day) if day > place + 1 and self.has(day, "feast name") else None
        if feast is not None:
            return feast  # "il lunedì di Pasquetta"
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
        if said == "di" and "habit" in before:
            return True  # "quanti ordini arrivano di lunedì"
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
            return Found(place + 1, weekdays=WORKDAYS, habitual=True)
        unit = self.at(place).unit
        if unit == Unit.DAY and self.has(place + 1, "working"):
            return Found(place + 2, weekdays=WORKDAYS, habitual=True)
        if self.has(place, "working") and self.at(place + 1).unit == Unit.DAY:
            return Found(place + 2, weekdays=WORKDAYS, habitual=True)
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


def _up_to_the_hour(read: Found) -> Found:
    """Return *read* ending when its hour strikes: "… e oggi alle 9"."""
    if len(read.hours) != 1 or read.hours[0][1] - read.hours[0][0] != 60:
        return read
    return replace(read, hours=((read.hours[0][0], read.hours[0][0]),))


EXPRESSIONS = Rules(
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
        "before", "until", "by", "at", "hour article", "outside",
    )),
    (Grammar.before_a_date, ("before it",)),
    (Grammar.since, ("since", "from", "starting")),
    (Grammar.until, ("until", "so far", "so", "to")),
    (Grammar.deadline, ("by",)),
    (Grammar.summary, ("summary", "adjective")),
    (Grammar.edge_ahead, ("edge", "unit")),
    (Grammar.plain_moment, NAMED.senses),
    (Grammar.before_or_after, ("before", "after")),
    (Grammar.period_before, ("period", "number", "before it", "previous", "before")),
)  # fmt: skip
