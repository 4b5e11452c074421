"""What a query gives back: rows, how far they can be trusted, and what the text must add."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

NoteCode = Literal[
    "future",
    "never_synced",
    "not_caught_up",
    "nothing_recorded",
    "now_only",
    "previous_not_covered",
    "same_name",
    "successes_not_saved",
    "only_inside_others",
    "totals_missing",
    "second_source",
    "gap",
]


@dataclass(frozen=True)
class Note:
    """A fact about the rows that the answer's text must tell.

    =======================  ==============================================================
    ``future``               the window has not begun
    ``never_synced``         nothing was copied from n8n yet
    ``not_caught_up``        records that n8n has are still to be copied
    ``nothing_recorded``     n8n had no execution at all when it was last read
    ``now_only``             the figure is of now: it has no history, its window was not used
    ``previous_not_covered`` the period before lies outside what is recorded, or with the value
                             ``partly`` is recorded only in part; no change is given
    ``same_name``            several processes share each of these names and are taken together
    ``successes_not_saved``  n8n throws away the successful executions of these processes
    ``only_inside_others``   these processes ran only as a part of others, which does not count
    ``second_source``        what n8n's own counters say of what is not recorded: ``before`` (the
                             records begin), ``gap`` (what n8n deleted before it was read) or
                             ``unsaved`` (successes of the processes named at the end);
                             ``insights`` or ``statistics``, successes, failures, days (0:
                             unknown), mean seconds ("": unknown)
    ``gap``                  n8n deleted parts of the time asked for before they were read: the
                             beginning and the end of each, as ISO moments, in turn
    ``totals_missing``       so many orders (the value) came without a total
    =======================  ==============================================================
    """

    code: NoteCode
    values: tuple[str, ...] = ()
    """Names or numbers that the text needs."""


@dataclass(frozen=True)
class Coverage:
    """The recorded span, and whether it holds all that was asked for.

    ``complete`` is False if any part of ``[start, min(end, now))`` of a window lies outside the
    span; a window that has not begun is never complete. ``start`` and ``end`` are in the
    business zone, null where nothing is recorded.
    """

    start: datetime | None
    end: datetime | None
    complete: bool
    caught_up: bool
    """Whether the last sync reached n8n's newest record."""
    synced_at: datetime | None


@dataclass(frozen=True)
class FailureCause:
    """One cause of errors, within what was asked. Moments are in the business zone."""

    cause: str | None
    errors: int
    first_at: datetime | None
    last_at: datetime | None
    processes: int
    """In how many processes it struck."""
    retried: int
    """How many of the failed executions were run again."""
    recovered: int
    """How many of those succeeded then."""
    step: str | None
    """The step that failed, and the rest: as of the latest of them."""
    error_class: str | None
    """What n8n calls such an error, such as "NodeApiError 404"."""
    process: str
    example: str | None
    """The message as n8n recorded it."""
    example_execution_id: int


@dataclass(frozen=True)
class Result:
    """Rows under their columns: what is in the public answer's ``data``.

    Moments are aware datetimes in the business zone, rates are percentages, durations seconds.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    total_rows: int
    """How many rows there are before limit and offset."""
    coverage: Coverage
    notes: tuple[Note, ...] = ()
    causes: tuple[FailureCause, ...] = ()
    """Where errors are told by cause, and in the story of errors: the causes of most of them."""
