"""How everything that a question says about time becomes one window, or two.

The grammar finds pieces: periods, hours, weekdays. Here they are put together: a weekday in the
week that was named elsewhere, an afternoon on its day, two months as one stretch, or as the two
sides of a comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from language.time import periods
from language.time.grammar import Grammar
from language.time.hours import in_part
from language.time.periods import (
    DAY,
    Recurring,
    Span,
    Unit,
    floor,
    hours_of,
    later,
    weekdays_between,
    whole,
)
from language.time.reading import Found, Hours

_WHICH = frozenset({"quale", "qual", "which"})
_MOST_PIECES = 12
"""A text that names more times than this is no question; the first ones are read."""


@dataclass(frozen=True)
class Combined:
    """One or two windows and what recurs within them."""

    window: Span | None = None
    compare_to: Span | None = None
    hours: tuple[Hours, ...] = ()
    weekdays: tuple[int, ...] = ()
    future: bool = False
    complete: bool = True
    """Whether everything that was found has its place in it."""


def combined(grammar: Grammar, founds: Sequence[Found]) -> Combined:
    """Return what *founds* say together."""
    return _Combination(grammar, founds).result()


class _Combination:
    """Puts the pieces of one question together."""

    def __init__(self, grammar: Grammar, founds: Sequence[Found]) -> None:
        self.grammar = grammar
        said = [each for each in founds[:_MOST_PIECES] if not self._is_appointment(each, founds)]
        self.founds = self._with_bare_years(said)
        self.complete = len(founds) <= _MOST_PIECES and not any(each.impossible for each in founds)
        self.hours: list[Hours] = []
        self.weekdays: set[int] = set()

    def _is_appointment(self, each: Found, founds: Sequence[Found]) -> bool:
        """Whether it says when the answer is needed: "ho la riunione tra dieci minuti"."""
        ahead = each.future and each.unit is not None and each.unit <= Unit.DAY
        if len(founds) == 1 or not (each.hours or ahead):
            return False
        return any(
            self.grammar.has(place, "appointment") for place in range(each.first - 3, each.first)
        )

    def _with_bare_years(self, founds: Sequence[Found]) -> list[Found]:
        """Let "marzo 2025 e 2026" be March of both years."""
        read = list(founds)
        for place in range(1, len(read)):
            before, this = read[place - 1], read[place]
            a, b = before.period, this.period
            if (
                isinstance(a, Span)
                and isinstance(b, Span)
                and a.start is not None
                and b.start is not None
                and a.unit < Unit.YEAR == b.unit
                and this.end == this.first + 1
                and self._has_year(before)
                and self.grammar.has(this.first - 1, "and", "reference", "with")
                and before.end == this.first - 1
            ):
                years = b.start.year - a.start.year
                read[place] = replace(this, period=_moved(a, Unit.YEAR, years))
        return read

    def result(self) -> Combined:
        """Return the windows, and the hours and weekdays that recur in them."""
        subjects, references = self._sides()
        window = self._merged(subjects)
        compare_to: Span | None = None
        if references:
            window, compare_to = self._compared(window, references)
        elif len(self.apart) > 1:
            window, compare_to = self._newer_first(self.apart)
        elif (both := self._parts_of(subjects) or self._changed_between(subjects)) is not None:
            window, compare_to = both
        window, compare_to = self._with_loose_hours(window, compare_to)
        if window is not None and compare_to is not None and window.is_day and compare_to.is_day:
            self.weekdays.clear()  # "Monday or Friday": two days, and no days that recur
        return Combined(
            window,
            compare_to,
            tuple(sorted(set(self.hours))),
            tuple(sorted(self.weekdays)),
            self._future(window),
            self.complete,
        )

    # --- which side of a comparison ----------------------------------------------------------
    def _sides(self) -> tuple[list[Found], list[Found]]:
        """Return what is asked about, and what it is compared with."""
        subjects: list[Found] = []
        references: list[Found] = []
        relative = [each for each in self.founds if each.same or each.before is not None]
        dated = [each for each in self.founds if each.period is not None or each in relative]
        for place, each in enumerate(dated):
            previous = dated[place - 1] if place else None
            if self._is_reference(each, previous, len(dated) == 1) and not (
                references and previous is references[-1] and not self._said_as_reference(each)
            ):
                references.append(each)
            else:
                subjects.append(each)
        subjects = self._without_what_is_measured_against(subjects, references)
        if references and not subjects and len(references) > 1:
            subjects = [references.pop(0)]
        return subjects, references

    def _said_as_reference(self, each: Found) -> bool:
        """Whether the words right before *each* say it outright: "rispetto a", "than in"."""
        last = self.grammar.skip_back(each.first - 1, "article", "of", "to", "pronoun", "in")
        return each.reference or self.grammar.has(last, "reference", "with")

    def _without_what_is_measured_against(
        self, subjects: list[Found], references: Sequence[Found]
    ) -> list[Found]:
        """Drop a base that was named before: "meglio di un mese fa? confronta … con ottobre"."""
        if len(references) != 1 or references[0].period is None or len(subjects) < 2:
            return subjects
        base = self._settled(references[0])
        return [each for each in subjects if each.period is None or self._settled(each) != base]

    def _is_reference(self, each: Found, previous: Found | None, alone: bool) -> bool:
        """Whether the words before *each* make it the side that the other is measured against."""
        grammar = self.grammar
        start = previous.end if previous is not None else 0
        between = range(start, each.first)
        if each.reference:
            return True
        if any(grammar.has(place, "reference") for place in between):
            return not self._said_of(between)
        if (each.same is not None or each.before == Unit.MINUTE) and previous is not None:
            return True
        last = grammar.skip_back(each.first - 1, "article", "of", "to", "pronoun", "in")
        if any(grammar.has(place, "with") for place in between) and (
            grammar.compares or (previous is not None and self._only_joins(between))
        ):
            return not alone
        if alone and grammar.has(last, "better"):
            return True
        if previous is None:
            return False
        if (grammar.has(last, "over") or grammar.has(start, "over")) and self._apart(
            previous, each
        ):
            return True  # "novembre sopra ottobre", "November beating October"
        if self._on_the_one_before(previous, each):
            return True
        if grammar.compares and any(grammar.text(place) == "to" for place in between):
            return True
        measured = any(grammar.has(place, "comparative") for place in range(each.first))
        if not measured:
            return False
        linked = grammar.has(last, "che") or (
            grammar.has(each.first - 1, "of") and not grammar.has(last, "and", "reference")
        )
        return linked and self._apart(previous, each)

    def _on_the_one_before(self, previous: Found, each: Found) -> bool:
        """Whether two units stand in "novembre su ottobre": the second is the base."""
        return (
            self.grammar.text(previous.end) in ("su", "over")
            and each.first <= previous.end + 1
            and each.unit == previous.unit
            and each.unit is not None
            and each.unit >= Unit.WEEK
            and self._apart(previous, each)
        )

    def _only_joins(self, between: range) -> bool:
        """Whether nothing but small words stands between: "marzo con febbraio"."""
        small = ("with", "article", "of", "in", "to", "pronoun")
        return all(self.grammar.has(place, *small) for place in between)

    def _said_of(self, between: range) -> bool:
        """Whether "contro" and the like is part of something else ("than 5 minutes")."""
        grammar = self.grammar
        last = max(place for place in between if grammar.has(place, "reference"))
        return any(grammar.has(place, "digits") for place in range(last + 1, between.stop)) and (
            any(grammar.at(place).unit is not None for place in range(last + 1, between.stop))
        )

    def _apart(self, one: Found, other: Found) -> bool:
        if one.period is None or other.period is None or self._is_one_before(other):
            return True
        a, b = self._settled(one), self._settled(other)
        return not (a.holds(b) or b.holds(a))

    def _is_one_before(self, each: Found) -> bool:
        """Whether "martedì prima", "the Friday before" is named, seen from another day."""
        period = each.period
        return (
            isinstance(period, Recurring)
            and bool(period.weekdays)
            and self.grammar.has(each.end, "before", "before it")
        )

    def _settled(self, each: Found) -> Span:
        assert each.period is not None  # noqa: S101  # only asked of periods
        return self.grammar.settled(each.period)

    # --- several periods that are one subject ------------------------------------------------
    def _merged(self, subjects: Sequence[Found]) -> Span | None:
        """Return the one span that *subjects* mean together; `apart` keeps those that cannot."""
        self.apart: list[Span] = []
        spans: list[tuple[Span, Found]] = []
        for each in self._with_shared_years([each for each in subjects if each.period]):
            placed = self._placed(each, [span for span, _ in spans], subjects)
            if placed is not None:
                spans.append((placed, each))
        if not spans:
            return self._relative_subject(subjects)
        window, first = spans[0]
        window = self._narrowed(window, first)
        self.weekdays.update(first.weekdays)
        for span, each in spans[1:]:
            self.weekdays.update(each.weekdays)
            joined = self._joined(window, self._narrowed(span, each), each)
            if joined is None:
                self.apart = [window, self._narrowed(span, each)]
                self.complete = len(spans) == 2
                return window
            window = joined
        if (
            len(spans) == 2
            and self._side_by_side(spans)
            and (self.grammar.compares or self._is_choice(spans[0][1], spans[1][1]))
        ):
            self.apart = [self._narrowed(*each) for each in spans]
        return window

    def _is_choice(self, one: Found, other: Found) -> bool:
        """Whether one of two is asked for: "più errori a gennaio o a febbraio?"."""
        grammar = self.grammar
        return any(grammar.has(place, "or") for place in range(one.end, other.first)) and any(
            "comparative" in word.meaning.roles for word in grammar.words
        )

    def _side_by_side(self, spans: Sequence[tuple[Span, Found]]) -> bool:
        (one, _), (two, _) = spans
        return not (one.holds(two) or two.holds(one))

    def _with_shared_years(self, subjects: Sequence[Found]) -> list[Found]:
        """Let "marzo e aprile 2025" be two months of 2025."""
        shared = list(subjects)
        dated = {each.first for each in subjects if self._has_year(each)}
        for place in range(len(shared) - 1, 0, -1):
            this, before = shared[place], shared[place - 1]
            linked = all(
                self.grammar.has(
                    each, "and", "or", "article", "of", "in", "reference", "with", "to"
                )
                for each in range(before.end, this.first)
            )
            if (
                linked
                and isinstance(before.period, Recurring)
                and isinstance(this.period, Span)
                and this.period.unit == before.period.unit
                and before.period.cycle == Unit.YEAR
                and this.period.start is not None
                and this.first in dated
            ):
                inside = before.period.inside(whole(this.period.start, Unit.YEAR))
                if inside is not None:
                    shared[place - 1] = replace(before, period=inside)
                    dated.add(before.first)
            elif linked and self._has_weekday(this) and isinstance(before.period, Recurring):
                inside = before.period.inside(whole(self._settled(this).end - DAY, Unit.WEEK))
                if before.period.weekdays and isinstance(this.period, Span) and inside:
                    shared[place - 1] = replace(before, period=inside)
        return shared

    def _has_weekday(self, each: Found) -> bool:
        return any(self.grammar.at(place).weekday for place in range(each.first, each.end))

    def _has_year(self, each: Found) -> bool:
        return any(self.grammar.has(place, "year") for place in range(each.first, each.end))

    def _placed(
        self, each: Found, others: Sequence[Span], subjects: Sequence[Found]
    ) -> Span | None:
        """Return the span of *each*, inside one of *others* where a named period fits there."""
        period = each.period
        if each.parts is not None and (days := self._days_inside(each, others)) is not None:
            return days
        if each.parts is not None and not each.hours and self._longer_than_a_week(each):
            recurring = weekdays_between(*each.parts)
            if recurring:
                self.weekdays.update(recurring)
                return None
        if isinstance(period, Recurring):
            for other in others:
                if other.unit < period.cycle and other.days < 7:
                    continue
                if period.weekdays and other.days > 7:
                    self.weekdays.update(period.weekdays)
                    self._recur(each.hours)
                    return None
                inside = period.inside(other)
                if inside is not None and other.unit > period.unit:
                    return inside
            if period.weekdays and self._longer_than_a_week(each):
                self.weekdays.update(period.weekdays)
                self._recur(each.hours)
                return None
            for other_found in subjects:
                outer_period = other_found.period
                if other_found is not each and isinstance(outer_period, Span):
                    inside = period.inside(outer_period)
                    if inside is not None and outer_period.unit > period.unit:
                        return inside
        return self._settled(each)

    def _days_inside(self, each: Found, others: Sequence[Span]) -> Span | None:
        """Return the days of a week or month named before: "la settimana scorsa da lunedì a …"."""
        assert each.parts is not None  # noqa: S101  # only asked of ranges
        first, last = each.parts
        if not (isinstance(first, Recurring) and isinstance(last, Recurring)):
            return None
        if first.cycle != last.cycle or first.cycle not in (Unit.WEEK, Unit.MONTH):
            return None
        outer = next((other for other in others if other.unit == first.cycle), None)
        if outer is None or (first.cycle == Unit.WEEK and not (first.weekdays and last.weekdays)):
            return None
        start, end = first.inside(outer), last.inside(outer)
        if start is None or end is None or start.start is None:
            return None
        return Span(start.start, end.end, Unit.DAY) if start.start < end.end else None

    def _longer_than_a_week(self, each: Found) -> bool:
        """Whether a longer period stands elsewhere: then a weekday in it recurs."""
        return any(
            other is not each
            and other.period is not None
            and self._settled(other).days > 7
            and not self.grammar.compares
            for other in self.founds
        )

    def _joined(self, window: Span, span: Span, each: Found) -> Span | None:
        """Return one span for two: the inner one, or both if they touch."""
        if self.grammar.mark(each.first) == "(" and span.is_day and window.start == span.start:
            return window  # "since 1/10 (1 October)"
        if window.holds(span):
            return span
        if span.holds(window):
            return window
        if window.start is None or span.start is None:
            first, last = sorted((window, span), key=lambda item: item.end)
            return Span(last.start, first.end, first.unit) if last.start else first
        if window.start <= span.end and span.start <= window.end:
            return Span(min(window.start, span.start), max(window.end, span.end), Unit.DAY)
        whole_days = window.is_day and span.is_day
        if whole_days and abs(span.start - window.start) < 7 * DAY and not self.grammar.compares:
            # "lunedì e giovedì": those two days of the stretch from one to the other.
            self.weekdays.update((window.start.isoweekday(), span.start.isoweekday()))
            return Span(min(window.start, span.start), max(window.end, span.end), Unit.DAY)
        return None

    def _narrowed(self, span: Span, each: Found) -> Span:
        """Return *span* cut to the hours that were said with it, which recur in a longer one."""
        if not each.hours:
            return span
        if len(each.hours) == 1 and span.is_day and span.start is not None:
            return hours_of(span.start, *each.hours[0])
        self._recur(each.hours)
        return span

    def _recur(self, hours: Sequence[Hours]) -> None:
        """Let *hours* recur in the window; only whole hours of a day can."""
        for start, end in hours:
            if start % 60 or end % 60:
                self.complete = False
            first, last = start // 60, -(-end // 60)
            if last > 24:
                self.hours.extend(((first, 24), (0, last - 24)))
            else:
                self.hours.append((first, last))

    def _relative_subject(self, subjects: Sequence[Found]) -> Span | None:
        """Return what "lo stesso periodo dell'anno scorso" means by itself."""
        for each in subjects:
            if each.same is not None:
                return self._same(None, each)
        return None

    # --- comparisons -------------------------------------------------------------------------
    def _compared(
        self, window: Span | None, references: Sequence[Found]
    ) -> tuple[Span | None, Span | None]:
        """Return the window and what it is compared with."""
        # What is named says more than "month over month" beside it.
        reference = next((each for each in references if each.period), references[0])
        references = [each for each in references if each.period or each is reference]
        self.complete = self.complete and len(references) == 1
        if reference.same is not None and reference.reference and _holds_several(window, reference):
            return window, None  # "month over month in 2026": its months beside one another
        if reference.same is not None:
            part, unit, _ = reference.same
            if window is None:
                window = self._part_to_date(part, unit)
            return window, self._same(window, reference)
        if reference.before is not None and window is not None:
            return window, self._before(window, reference)
        if reference.period is None:
            current = whole(self.grammar.now, Unit.DAY)
            return window, self._before(window or current, reference) if window else None
        named = reference.period
        if (
            isinstance(named, Recurring)
            and window is not None
            and window.start is not None
            and self._is_one_before(reference)
        ):
            before = named.latest_begun(window.start - timedelta(minutes=1))
            return window, self._narrowed(before, reference)  # "with the Friday before"
        compare_to = self._narrowed(self._settled(reference), reference)
        if compare_to == window and (compare_to.is_day or compare_to.unit == Unit.WEEKEND):
            return window, _moved(compare_to, Unit.WEEK, -1)  # "lunedì rispetto a lunedì scorso"
        if window is None:
            return self._current_like(compare_to), compare_to
        if (
            reference.period.unit == Unit.YEAR
            and window.unit < Unit.YEAR
            and isinstance(reference.period, Span)
            and window.start is not None
            and compare_to.start is not None
            and compare_to.start.year < window.start.year
        ):
            years = window.start.year - compare_to.start.year
            return window, _moved(window, Unit.YEAR, -years)
        return window, compare_to

    def _current_like(self, reference: Span) -> Span:
        """Return the current period of the kind of *reference*: "rispetto al mese scorso"."""
        now = self.grammar.now
        today = self.grammar.today
        if reference.start is None:
            return today
        if reference.unit <= Unit.HOUR and today.start is not None:
            day = floor(reference.start, Unit.DAY)
            if reference.unit == Unit.HOUR and reference.end <= day + 2 * DAY:
                return _moved(reference, Unit.DAY, (today.start - day).days)
        unit = reference.unit if reference.unit >= Unit.DAY else Unit.DAY
        length = reference.days
        if unit == Unit.DAY and length > 1:
            return Span(today.end - length * DAY, today.end, Unit.DAY)
        return whole(now, unit)

    def _before(self, window: Span, reference: Found) -> Span | None:
        """Return the period before *window*: "il mese precedente", "quella precedente"."""
        unit = reference.before
        if window.start is None:
            return None
        if unit is not None and unit >= Unit.DAY:
            return whole(window.start, unit, -1)
        if window.unit <= Unit.HOUR:
            if window.days < 1 and window.start.minute == 0:
                return _moved(window, Unit.DAY, -1)
            return Span(window.start - (window.end - window.start), window.start, window.unit)
        if window.unit == Unit.WEEKEND:
            return _moved(window, Unit.WEEK, -1)
        if window == whole(window.start, window.unit):
            return _moved(window, window.unit, -1)
        if window.start.day == window.end.day == 1:
            months = (window.end.year - window.start.year) * 12 + window.end.month
            return Span(
                later(window.start, Unit.MONTH, window.start.month - months),
                window.start,
                window.unit,
            )
        return Span(window.start - window.days * DAY, window.start, window.unit)

    def _same(self, window: Span | None, reference: Found) -> Span | None:
        assert reference.same is not None  # noqa: S101
        part, unit, steps = reference.same
        base = window or self._part_to_date(part, unit)
        return _moved(base, unit, -steps)

    def _part_to_date(self, part: Unit | None, unit: Unit) -> Span:
        """Return the current *part*, or what has gone by of the current *unit*."""
        if part is not None:
            return whole(self.grammar.now, part)
        current = whole(self.grammar.now, unit)
        return Span(current.start, min(current.end, self.grammar.today.end), Unit.DAY)

    def _newer_first(self, spans: Sequence[Span]) -> tuple[Span, Span]:
        one, two = spans[0], spans[1]
        return (one, two) if one.end >= two.end else (two, one)

    def _parts_of(self, subjects: Sequence[Found]) -> tuple[Span, Span] | None:
        """Return the two sides of "differenza tra marzo e aprile", "compare March to February"."""
        ranged = [each for each in subjects if each.parts is not None]
        if len(ranged) != 1 or len(subjects) != 1 or not self.grammar.compares:
            return None
        only = ranged[0]
        if (
            not (
                self.grammar.has(only.first, "between")
                or not self.grammar.has(only.first, "since", "from")
            )
            or only.parts is None
        ):
            return None
        if self.grammar.mark(only.end - 1) == "-":
            return None
        one, two = (self.grammar.settled(each) for each in only.parts)
        if self.grammar.has(only.first, "between"):
            return self._newer_first((one, two))
        return one, two

    def _changed_between(self, subjects: Sequence[Found]) -> tuple[Span, Span] | None:
        """Return the two sides of "è calato da settembre a ottobre": neighbours, newer first."""
        ranged = [each for each in subjects if each.parts is not None]
        if len(ranged) != 1 or len(subjects) != 1 or ranged[0].parts is None:
            return None
        words = self.grammar.words
        changes = any("changes" in word.meaning.roles for word in words)
        chosen = self.grammar.has(ranged[0].first, "between") and any(
            "comparative" in word.meaning.roles for word in words
        )
        if not changes and not (chosen and any(word.text in _WHICH for word in words)):
            return None
        one, two = self.grammar.both(*ranged[0].parts)
        older, newer = sorted((one, two), key=lambda span: span.end)
        neighbours = older.unit == newer.unit >= Unit.WEEK and older.end == newer.start
        return (newer, older) if neighbours else None

    # --- hours that stand alone --------------------------------------------------------------
    def _with_loose_hours(
        self, window: Span | None, compare_to: Span | None
    ) -> tuple[Span | None, Span | None]:
        """Apply hours and weekdays that were said apart from any period."""
        loose = [
            each for each in self.founds if each.period is None and (each.hours or each.weekdays)
        ]
        for each in loose:
            self.weekdays.update(each.weekdays)
        hours = [each for each in loose if each.hours]
        if not hours:
            return window, compare_to
        spans = [span for each in hours for span in each.hours]
        if window is not None and window.unit == Unit.HOUR and window.start is not None:
            part = (window.start.hour * 60, window.start.hour * 60)
            spans = [in_part(span, part) for span in spans]
        spans = _innermost(spans)
        if window is None:
            if self.weekdays or any(each.habitual for each in hours):
                self._recur(spans)
                return None, compare_to
            first = self.grammar.settled(periods.clock(*spans[0]))
            if len(spans) > 1:
                self._recur(spans)
                return self.grammar.today, compare_to
            return first, compare_to
        if len(spans) == 1 and window.is_day and (compare_to is None or compare_to.is_day):
            assert window.start is not None  # noqa: S101
            narrowed = hours_of(window.start, *spans[0])
            if compare_to is not None and compare_to.start is not None:
                compare_to = hours_of(compare_to.start, *spans[0])
            return narrowed, compare_to
        if len(spans) == 1 and window.unit == Unit.HOUR and window.start is not None:
            inner = hours_of(floor(window.start, Unit.DAY), *spans[0])
            start = max(window.start, inner.start or window.start)
            if start < (end := min(window.end, inner.end)):
                # "stanotte tra le 2 e le 4", "stamattina dopo le 10"
                return Span(start, end, Unit.HOUR), compare_to
        self._recur(spans)
        return window, compare_to

    def _future(self, window: Span | None) -> bool:
        if any(each.future for each in self.founds):
            return True
        return (
            window is not None
            and window.start is not None
            and _utc(window.start) > _utc(self.grammar.now)
        )


def _innermost(hours: Sequence[Hours]) -> list[Hours]:
    """Return *hours* without those that others narrow: "at night, between midnight and five"."""
    return [
        one
        for one in dict.fromkeys(hours)
        if not any(one != two and one[0] <= two[0] and two[1] <= one[1] for two in hours)
    ]


def _holds_several(window: Span | None, reference: Found) -> bool:
    """Whether *window* is longer than the unit of "month over month"."""
    assert reference.same is not None  # noqa: S101  # only asked of "unit over unit"
    if window is None or window.start is None:
        return False
    return window.end > later(window.start, reference.same[1], 1)


def _moved(span: Span, unit: Unit, count: int) -> Span:
    """Return *span* moved by *count* units; a whole month stays one."""
    start = later(span.start, unit, count) if span.start else None
    end = later(span.end, unit, count)
    if start is not None and unit in periods.MONTHS_IN and span.start is not None:
        if span.start == floor(span.start, Unit.DAY) and span.end - span.start == DAY:
            end = start + DAY
        elif span.unit == Unit.WEEK and span == whole(span.start, Unit.WEEK):
            # The same week of another year begins on a Monday too.
            return whole(start + 3 * DAY, Unit.WEEK)
    return Span(start, end, span.unit)


def _utc(moment: datetime) -> datetime:
    return moment - (moment.utcoffset() or timedelta(0))
