"""From a `BusinessQuery` to SQL conditions, with what is known when it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    and_,
    false,
    func,
    not_,
    or_,
    select,
    union,
)

from catalogue.query import STATUSES, BusinessQuery, Filter, Window
from core.errors import QueryError
from persistence.folding import Folded, folded
from persistence.local_time import LocalTime
from persistence.recorded_facts import (
    ATTACHED_TEXT,
    NAMED_PEOPLE,
    RECORDED,
    Recorded,
    RecordedFacts,
    status_is,
)
from persistence.results import Coverage, Note, NoteCode
from persistence.store import KnownProcess, SyncState
from persistence.tables import attached_values

FRESH_FOR = timedelta(seconds=60)
"""A store that was up to date this short ago counts as up to date."""

_MARGIN = timedelta(days=2)


@dataclass
class Inquiry:
    """One query being answered, inside one read transaction.

    ``now`` and the query's windows are in UTC (see `in_utc`): two moments of one zone compare by
    their wall clocks, which is wrong in the hour that clocks repeat.
    """

    connection: Connection
    query: BusinessQuery
    state: SyncState
    known: list[KnownProcess]
    zone: ZoneInfo
    now: datetime
    notes: list[Note] = field(default_factory=list)

    def note(self, code: NoteCode, values: Iterable[str] = ()) -> None:
        """Add a note, once."""
        note = Note(code, tuple(values))
        if note not in self.notes:
            self.notes.append(note)

    def for_query(self, **changes: Any) -> Inquiry:
        """Return an inquiry for this query with *changes*, in the same transaction."""
        return Inquiry(
            self.connection,
            self.query.model_copy(update=changes),
            self.state,
            self.known,
            self.zone,
            self.now,
        )

    # --- processes ---------------------------------------------------------------------------

    @cached_property
    def names(self) -> dict[str, str]:
        """The current name of every process by its id."""
        return {process.workflow_id: process.name for process in self.known}

    @cached_property
    def touched(self) -> list[KnownProcess]:
        """The processes that the query is about: those that its filters leave."""
        left = self.known
        for condition in self.query.filters:
            if condition.field == "process":
                matching = self._matching(condition)
                keep = condition.op != "is_not"
                left = [each for each in left if (each.workflow_id in matching) is keep]
        return left

    @property
    def names_processes(self) -> bool:
        """Whether a filter picks processes."""
        return any(condition.field == "process" for condition in self.query.filters)

    def _matching(self, condition: Filter) -> set[str]:
        """Ids of the processes that the values of *condition* name.

        A value is looked for among current names; only where none has it, among former ones.

        :raises QueryError: a value names no process.
        """
        found: set[str] = set()
        for value in condition.values:
            wanted = folded(value.strip())
            current = {each.workflow_id: [each.name] for each in self.known}
            former = {each.workflow_id: each.former_names for each in self.known}
            ids = _named(wanted, current, condition.op) or _named(wanted, former, condition.op)
            if not ids:
                raise QueryError(
                    f"no process is called {value!r}",
                    field="process",
                    value=value,
                    choices=tuple(sorted({each.name for each in self.known if not each.gone})),
                )
            found |= ids
        return found

    # --- conditions --------------------------------------------------------------------------

    def conditions(self, facts: RecordedFacts, window: Window | None) -> list[ColumnElement[bool]]:
        """The conditions of the query on *facts*, within *window*.

        :raises QueryError: a filter that these facts do not have, or a value it cannot hold.
        """
        recorded = RECORDED[facts]
        found = self.conditions_on(recorded)
        if recorded.moment is not None:
            found += self.within(recorded.moment, window)
        return found

    def conditions_on(self, recorded: Recorded) -> list[ColumnElement[bool]]:
        """The conditions of the query's filters on *recorded*, and those that it always has.

        :raises QueryError: a filter that these facts do not have, or a value it cannot hold.
        """
        return [*recorded.kept, *(self._filter(recorded, each) for each in self.query.filters)]

    def within(
        self, moment: ColumnElement[Any], window: Window | None
    ) -> list[ColumnElement[bool]]:
        """The conditions of *window* and of the query's recurring hours and weekdays."""
        found: list[ColumnElement[bool]] = []
        if window is not None:
            if window.start is not None:
                found.append(moment >= window.start)
            found.append(moment < window.end)
        if self.query.hours:
            found.append(self.local_time(window).within_hours(moment, self.query.hours))
        if self.query.weekdays:
            found.append(self.local_time(window).weekday(moment).in_(self.query.weekdays))
        return found

    def local_time(self, window: Window | None) -> LocalTime:
        """Local time for the moments that *window* can hold."""
        first = (self.state.covers_start or self.now) - _MARGIN
        last = (self.state.covers_end or self.now) + _MARGIN
        if window is not None:
            first = max(first, window.start or first)
            last = max(min(last, window.end), first)
        return LocalTime(self.zone, dialect=self.connection.dialect.name, span=(first, last))

    def _filter(self, recorded: Recorded, condition: Filter) -> ColumnElement[bool]:
        if condition.field == "process":
            picked: ColumnElement[bool] = recorded.workflow_id.in_(
                sorted(self._matching(condition))
            )
            return not_(picked) if condition.op == "is_not" else picked
        if condition.field == "status" and recorded.has_status:
            check_values(condition, STATUSES)
            picked = status_is(recorded.table.c.status, condition.values)
            return not_(picked) if condition.op == "is_not" else picked
        if condition.field not in recorded.texts:
            raise _no_such_filter(self.query, condition, recorded.filters)
        texts = recorded.texts[condition.field]
        if condition.field not in ("sender", "customer"):
            picked = text_condition(texts, condition)
            if condition.field == "text" and recorded.attached:
                return _or_attached(recorded, picked, condition)
            return picked
        op = "is" if condition.op == "is_not" else condition.op
        wanted = condition.model_copy(update={"op": op})
        picked = or_(
            text_condition(texts, wanted), *(text.in_(addresses_named(wanted)) for text in texts)
        )
        # An address that is not known is nobody's, so it is not the one left out either.
        return not_(func.coalesce(picked, false())) if condition.op == "is_not" else picked

    # --- what is covered ---------------------------------------------------------------------

    def is_recorded(self, window: Window | None) -> bool:
        """Whether any part of *window* lies within what is recorded."""
        span = self._span
        if span is None:
            return False
        if window is None:
            return True
        start, end = window.start, min(window.end, self.now)
        if start is None:
            return span[0] < end
        # A window that has not begun lies in no gap.
        return start < min(span[1], self.now) and span[0] < end and not self._is_in_a_gap(window)

    def is_complete(self, window: Window | None) -> bool:
        """Whether all of ``[start, min(end, now))`` lies within what is recorded."""
        span = self._span
        if span is None or not self.is_recorded(window):
            return False
        if self.gaps_in(window):
            return False
        if window is None:
            return self.now <= span[1]
        return (window.start is None or span[0] <= window.start) and (
            min(window.end, self.now) <= span[1]
        )

    def recorded_share(self, window: Window) -> float:
        """How much of ``[start, min(end, now))`` lies within what is recorded, 0 to 1."""
        span = self._span
        if span is None:
            return 0.0
        start, end = window.start or span[0], min(window.end, self.now)
        asked = (end - start).total_seconds()
        recorded = (min(end, span[1]) - max(start, span[0])).total_seconds()
        recorded -= sum((ends - begins).total_seconds() for begins, ends in self.gaps_in(window))
        return max(recorded, 0.0) / asked if asked > 0 else 0.0

    def gaps_in(self, window: Window | None) -> list[tuple[datetime, datetime]]:
        """The parts of *window*, up to now, that n8n deleted before they were read."""
        found = []
        for begins, ends in self.state.gaps:
            if window is not None:
                begins = max(begins, window.start or begins)
                ends = min(ends, window.end, self.now)
            if begins < ends:
                found.append((begins, ends))
        return found

    def _is_in_a_gap(self, window: Window) -> bool:
        """Whether all of *window* up to now lies in one gap."""
        end = min(window.end, self.now)
        return window.start is not None and any(
            begins <= window.start and end <= ends for begins, ends in self.state.gaps
        )

    def coverage(self, *windows: Window | None) -> Coverage:
        """What is recorded and whether it covers *windows*; notes what the text must say."""
        state = self.state
        if any(w is not None and w.start is not None and w.start >= self.now for w in windows):
            self.note("future")
        if not state.caught_up:
            self.note("not_caught_up")
        elif state.covers_start is None:
            self.note("nothing_recorded")
        gaps = [gap for window in windows for gap in self.gaps_in(window)]
        if gaps:
            moments = [self.local(moment) for gap in dict.fromkeys(gaps) for moment in gap]
            self.note("gap", [moment.isoformat() for moment in moments if moment is not None])
        return Coverage(
            start=self.local(state.covers_start),
            end=self.local(state.covers_end),
            complete=all(self.is_complete(window) for window in windows),
            caught_up=state.caught_up,
            synced_at=self.local(state.synced_at),
        )

    @property
    def _span(self) -> tuple[datetime, datetime] | None:
        start, end = self.state.covers_start, self.state.covers_end
        if start is None or end is None:
            return None
        if self.state.caught_up and end < self.now <= end + FRESH_FOR:
            end = self.now
        return start, end

    def local(self, moment: datetime | None) -> datetime | None:
        """*moment* in the business zone."""
        return moment and moment.astimezone(self.zone)


def _or_attached(
    recorded: Recorded, picked: ColumnElement[bool], condition: Filter
) -> ColumnElement[bool]:
    """SQL for *picked*, or *condition* on what people attached to the execution."""
    asked = condition.model_copy(update={"op": "is"}) if condition.op == "is_not" else condition
    holders = select(attached_values.c.execution_id).where(text_condition((ATTACHED_TEXT,), asked))
    found = recorded.table.c.execution_id.in_(holders)
    return and_(picked, not_(found)) if condition.op == "is_not" else or_(picked, found)


def _named(wanted: str, names: Mapping[str, Sequence[str]], op: str) -> set[str]:
    """Those whose names have *wanted* in them or, unless *op* says so, are it."""
    return {
        workflow_id
        for workflow_id, all_of_it in names.items()
        for name in map(folded, all_of_it)
        if name == wanted or (op == "contains" and wanted in name)
    }


def check_fields(query: BusinessQuery, fields: tuple[str, ...]) -> None:
    """Check that *query* filters by nothing but *fields*.

    :raises QueryError: it does.
    """
    for condition in query.filters:
        if condition.field not in fields:
            raise _no_such_filter(query, condition, fields)


def _no_such_filter(
    query: BusinessQuery, condition: Filter, choices: tuple[str, ...]
) -> QueryError:
    return QueryError(
        f"{query.metric or query.subject or query.story} cannot be filtered by {condition.field}",
        field="filters",
        value=condition.field,
        choices=choices,
    )


def check_values(condition: Filter, choices: tuple[str, ...]) -> None:
    """Check that *condition* names some of *choices*.

    :raises QueryError: it does not, or looks for a part of a word.
    """
    for value in condition.values:
        if value not in choices or condition.op == "contains":
            raise QueryError(
                f"{condition.field} {condition.op} {value!r}: it is one of {', '.join(choices)}",
                field=condition.field,
                value=value,
                choices=choices,
            )


def text_condition(
    columns: tuple[ColumnElement[Any], ...], condition: Filter
) -> ColumnElement[bool]:
    """SQL for *condition* on the texts in *columns*, without regard to case and accents."""
    values = [folded(value.strip()) for value in condition.values]
    if condition.op == "contains":
        return or_(
            *(
                Folded(column).contains(value, autoescape=True)
                for column in columns
                for value in values
            )
        )
    if condition.op == "is":
        return or_(*(Folded(column).in_(values) for column in columns))
    return and_(*(Folded(func.coalesce(column, "")).not_in(values) for column in columns))


def addresses_named(condition: Filter) -> CompoundSelect[Any]:
    """SQL for the addresses of the people whose recorded names *condition* describes."""
    return union(
        *(
            select(address).where(address.is_not(None), text_condition((name,), condition))
            for address, name in NAMED_PEOPLE
        )
    )


def in_utc(window: Window | None) -> Window | None:
    """Return *window* with its moments in UTC."""
    if window is None:
        return None
    return Window(
        start=window.start and window.start.astimezone(UTC), end=window.end.astimezone(UTC)
    )
