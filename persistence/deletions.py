"""Which remembered executions n8n has deleted: they stay, marked with when that was seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection, func, select, update

from persistence.tables import executions

COMPARED_EVERY = timedelta(hours=1)
"""n8n prunes every hour; the mark is for people who look at single executions."""

_IDS_AT_ONCE = 20_000
_ROWS_AT_ONCE = 500


class Ids(Protocol):
    """What of n8n is needed here."""

    def ids_between(self, first: int, last: int) -> list[int]:
        """The ids from *first* to *last* that n8n has and has not marked as deleted."""


def ranges_to_compare(connection: Connection, last: int) -> list[tuple[int, int]]:
    """Return the ranges of ids, up to *last*, in which executions are remembered as there."""
    first = connection.scalar(
        select(func.min(executions.c.execution_id)).where(executions.c.deleted_at.is_(None))
    )
    if first is None:
        return []
    starts = range(first, last + 1, _IDS_AT_ONCE)
    return [(start, min(start + _IDS_AT_ONCE - 1, last)) for start in starts]


def mark_deleted(
    connection: Connection, there: Sequence[int], first: int, last: int, *, now: datetime
) -> int:
    """Mark those remembered from *first* to *last* that are not *there*; return how many."""
    facts = executions.c
    remembered = connection.scalars(
        select(facts.execution_id).where(
            facts.execution_id.between(first, last), facts.deleted_at.is_(None)
        )
    )
    gone = sorted(set(remembered).difference(there))
    for start in range(0, len(gone), _ROWS_AT_ONCE):
        chunk = gone[start : start + _ROWS_AT_ONCE]
        connection.execute(
            update(executions).where(facts.execution_id.in_(chunk)).values(deleted_at=now)
        )
    return len(gone)


def compare(
    connection: Connection,
    source: Ids,
    *,
    last: int,
    now: datetime,
    may_go_on: Callable[[], bool],
) -> bool:
    """Mark what n8n has deleted, range by range, each in a transaction of its own.

    :returns: whether all was compared; False where *may_go_on* said no.
    """
    for first, end in _with_transaction(connection, last):
        if not may_go_on():
            return False
        there = source.ids_between(first, end)  # before the transaction: nobody waits for n8n
        with connection.begin():
            mark_deleted(connection, there, first, end, now=now)
    return True


def _with_transaction(connection: Connection, last: int) -> Iterator[tuple[int, int]]:
    with connection.begin():
        found = ranges_to_compare(connection, last)
    yield from found
