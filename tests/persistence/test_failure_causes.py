from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from catalogue.query import BusinessQuery, Window
from persistence.business_queries import run_query
from persistence.results import FailureCause, Result
from persistence.store import Store
from persistence.sync import synchronise
from tests.persistence.small_company import (
    NOW,
    ORDERS,
    ROME,
    SUPPORT,
    InMemorySource,
    execution,
    process,
    rome,
)

DOWN, FULL = "Il gestionale non risponde", "Casella piena"


def failed(number: int, workflow: str, began: str, cause: str | None, **more: Any) -> Any:
    facts: dict[str, Any] = {
        "error_cause": cause,
        "error_message": cause and f"{cause} (tentativo {number})",
        "error_step": "Registra",
        "error_class": "NodeApiError 503",
    }
    facts |= {name: more.pop(name) for name in tuple(more) if name.startswith("error_")}
    return replace(execution(number, workflow, began, "error", **more), **facts)


def company() -> InMemorySource:
    source = InMemorySource(listed=[process(ORDERS, "Ordini"), process(SUPPORT, "Assistenza")])
    for record in (
        failed(1, ORDERS, "2026-10-31 23:50", DOWN),
        failed(2, ORDERS, "2026-11-02 09:00", DOWN),
        failed(3, SUPPORT, "2026-11-05 09:00", FULL, error_class=None),
        failed(4, SUPPORT, "2026-11-09 09:00", DOWN, error_step="Rispondi"),
        failed(5, ORDERS, "2026-11-20 09:00", DOWN),
        failed(6, ORDERS, "2026-11-21 09:00", None, error_message=None),
        execution(7, ORDERS, "2026-11-02 10:00", mode="retry", retry_of=2),
        failed(8, SUPPORT, "2026-11-09 10:00", FULL, mode="retry", retry_of=4),
        execution(9, ORDERS, "2026-11-21 11:00"),
    ):
        source.add(record)
    return source


@pytest.fixture
def filled(store: Store) -> Store:
    synchronise(company(), store, zone=ROME, store_content=False, now=NOW)
    return store


def asked(store: Store, **fields: Any) -> Result:
    november = Window(start=rome("2026-11-01 00:00"), end=rome("2026-12-01 00:00"))
    query = BusinessQuery(**{"metric": "errors", "window": november, **fields})
    return run_query(store, query, zone=ROME, now=NOW)


def test_the_most_frequent_cause_comes_with_example_moments_and_retries(filled: Store) -> None:
    result = asked(filled, group_by=("cause",))
    assert result.rows == ((DOWN, 3), (FULL, 2), (None, 1))
    assert result.causes[0] == FailureCause(
        cause=DOWN,
        errors=3,
        first_at=rome("2026-11-02 09:00"),
        last_at=rome("2026-11-20 09:00"),
        processes=2,
        retried=2,
        recovered=1,
        step="Registra",
        error_class="NodeApiError 503",
        process="Ordini",
        example=f"{DOWN} (tentativo 5)",
        example_execution_id=5,
    )
    assert [(each.cause, each.errors) for each in result.causes] == list(result.rows)
    assert result.causes[1].example_execution_id == 8
    assert (result.causes[2].example, result.causes[2].retried) == (None, 0)


def test_causes_are_described_within_what_was_asked(filled: Store) -> None:
    week = Window(start=rome("2026-11-16 00:00"), end=rome("2026-11-23 00:00"))
    (first, _) = asked(filled, group_by=("cause",), window=week).causes
    assert (first.cause, first.errors, first.first_at) == (DOWN, 1, first.last_at)
    by_process = asked(filled, group_by=("process", "cause"), limit=1)
    assert [each.cause for each in by_process.causes] == [FULL, DOWN], "they tie"


def test_other_questions_have_no_causes(filled: Store) -> None:
    assert asked(filled, group_by=("process",)).causes == ()
    assert asked(filled, metric="executions", group_by=("status",)).causes == ()


def test_the_story_of_errors_tells_the_causes_of_most_of_them(filled: Store) -> None:
    result = asked(filled, kind="story", metric=None, story="errors")
    assert [(each.cause, each.errors) for each in result.causes] == [
        (DOWN, 3),
        (FULL, 2),
        (None, 1),
    ]


def test_a_retry_that_comes_later_counts_as_soon_as_it_is_read(store: Store) -> None:
    source = company()
    synchronise(source, store, zone=ROME, store_content=False, now=NOW)
    assert asked(store, group_by=("cause",)).causes[0].recovered == 1
    source.add(execution(10, SUPPORT, "2026-11-22 14:00", mode="retry", retry_of=4))
    later = NOW + timedelta(minutes=1)
    synchronise(source, store, zone=ROME, store_content=False, now=later)
    assert asked(store, group_by=("cause",)).causes[0].recovered == 2
