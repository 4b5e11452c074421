"""Answering a `BusinessQuery` from the store: every number of every answer comes from here.

What a query is about is declared in ``catalogue/`` (metrics) and ``recorded_facts.py`` (tables);
``query_conditions.py`` turns filters and windows into SQL; ``values.py``, ``lists.py``,
``stories.py`` and ``process_summary.py`` answer each kind.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from catalogue.query import BusinessQuery, Filter, Window
from persistence import lists, stories
from persistence import process_summary as summaries
from persistence.failure_causes import answer_value_with_causes
from persistence.query_conditions import Inquiry, in_utc
from persistence.results import Coverage, Note, Result
from persistence.store import Store


def run_query(store: Store, query: BusinessQuery, *, zone: ZoneInfo, now: datetime) -> Result:
    """Return what *query* asks for, in one consistent read.

    :param zone: of days, weeks, hours … and of the moments in the rows.
    :param now: the moment of the question.
    :raises QueryError: a filter that the metric or list does not have, an unknown process.
    :raises StoreError: the store cannot be read.
    """
    return _answered(store, query, zone, now, columns_of(query), _ANSWERS[query.kind])


def process_summary(
    store: Store, process: str, *, window: Window | None, zone: ZoneInfo, now: datetime
) -> Result:
    """Return one row about the process called *process*, within *window* (None: all history).

    :raises QueryError: no process is or was called so.
    :raises StoreError: the store cannot be read.
    """
    query = BusinessQuery(
        kind="list",
        subject="executions",
        window=window,
        filters=(Filter(field="process", values=(process,)),),
    )
    return _answered(store, query, zone, now, summaries.COLUMNS, summaries.summarise)


def columns_of(query: BusinessQuery) -> tuple[str, ...]:
    """Return the columns of the result of *query*."""
    if query.kind == "list":
        return lists.columns_of_list(query)
    if query.kind == "story":
        return stories.COLUMNS[str(query.story)]
    period = ("period",) if query.compare_to else ()
    return (*period, *query.group_by, str(query.metric))


_ANSWERS: dict[str, Callable[[Inquiry], Result]] = {
    "value": answer_value_with_causes,
    "list": lists.answer_list,
    "story": stories.answer_story,
}


def _answered(
    store: Store,
    query: BusinessQuery,
    zone: ZoneInfo,
    now: datetime,
    columns: tuple[str, ...],
    answer: Callable[[Inquiry], Result],
) -> Result:
    query = query.model_copy(
        update={"window": in_utc(query.window), "compare_to": in_utc(query.compare_to)}
    )

    def answered(connection: Connection) -> Result:
        state = store.state_within(connection)
        if state is None:
            nothing = Coverage(None, None, complete=False, caught_up=False, synced_at=None)
            return Result(columns, (), 0, nothing, (Note("never_synced"),))
        known = store.processes_within(connection, state)
        return answer(Inquiry(connection, query, state, known, zone, now.astimezone(UTC)))

    return store.reading(answered)
