"""What n8n has deleted before the first sync is not known, whatever it kept from before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from catalogue import checked_query
from persistence.business_queries import run_query
from persistence.n8n.source import N8nSource
from persistence.results import Result
from persistence.store import Store
from persistence.sync import SyncStopped, synchronise
from tests.persistence.n8n.conftest import OpenSource
from tests.persistence.n8n.n8n_writer import BEGAN, N8nWriter

ROME = ZoneInfo("Europe/Rome")
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
MS = timedelta(milliseconds=1)
NOW = BEGAN + 30 * DAY


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(str(tmp_path / "store.sqlite"))
    yield opened
    opened.close()


def ran(
    n8n: N8nWriter, execution_id: int, began: datetime, *, lasting: timedelta = SECOND, **more: Any
) -> None:
    ends = {"createdAt": began, "startedAt": began, "stoppedAt": began + lasting}
    n8n.execution(execution_id, payload=False, **{**ends, **more})


def copied(source: N8nSource, store: Store, *, now: datetime = NOW) -> datetime | None:
    assert synchronise(source, store, zone=ROME, store_content=False, now=now).caught_up
    state = store.state()
    assert state is not None
    return state.covers_start


def counted(
    store: Store, start: datetime | None = None, end: datetime = NOW, *, now: datetime = NOW
) -> Result:
    window = None if start is None else {"start": start, "end": end}
    query = checked_query(metric="executions", window=window)
    return run_query(store, query, zone=ROME, now=now)


def pruned_around_a_sleeper(n8n: N8nWriter) -> None:
    """An execution that waits since day 0, 500 that n8n has deleted, and what it has left."""
    ran(n8n, 1, BEGAN, status="waiting", waitTill=BEGAN + 60 * DAY)
    for number in range(502, 522):
        ran(n8n, number, BEGAN + 20 * DAY + (number - 502) * HOUR)


def test_an_old_execution_that_waits_does_not_make_the_deleted_ones_after_it_known(
    n8n: N8nWriter, open_source: OpenSource, store: Store
) -> None:
    pruned_around_a_sleeper(n8n)
    source = open_source(n8n.url)
    assert source.complete_since() == BEGAN + 20 * DAY
    assert copied(source, store) == BEGAN + 20 * DAY
    deleted = counted(store, BEGAN + 5 * DAY, BEGAN + 12 * DAY)
    assert deleted.rows == (), "not zero"
    assert not deleted.coverage.complete
    partly = counted(store, BEGAN + 5 * DAY, BEGAN + 22 * DAY)
    assert partly.rows == ((20,),)
    assert not partly.coverage.complete
    known = counted(store, BEGAN + 22 * DAY, BEGAN + 23 * DAY)
    assert (known.rows, known.coverage.complete) == (((0,),), True)
    assert counted(store).rows == ((21,),), "the one that waits is stored and counted"


def test_one_that_slept_for_days_before_it_ended_does_not_either(
    n8n: N8nWriter, open_source: OpenSource, store: Store
) -> None:
    ran(n8n, 1, BEGAN, lasting=15 * DAY)
    ran(n8n, 700, BEGAN + 14 * DAY)
    assert copied(open_source(n8n.url), store) == BEGAN + 14 * DAY


def test_what_n8n_has_marked_as_deleted_is_not_covered(
    n8n: N8nWriter, open_source: OpenSource, store: Store
) -> None:
    ran(n8n, 1, BEGAN, lasting=2 * SECOND)  # kept by whatever n8n keeps things for
    for day in range(1, 11):
        ran(n8n, 1 + day, BEGAN + day * DAY, deletedAt=NOW - HOUR)
    ran(n8n, 20, BEGAN + 12 * DAY)
    source = open_source(n8n.url)
    assert copied(source, store) == BEGAN + 10 * DAY + MS
    assert counted(store, BEGAN + 3 * DAY, BEGAN + 4 * DAY).rows == ()
    assert counted(store, BEGAN + 11 * DAY, BEGAN + 12 * DAY).rows == ((0,),)
    assert [record.execution_id for record in source.executions_after(0, limit=9)] == [1, 20]


def test_single_executions_that_somebody_deleted_hide_nothing_but_themselves(
    n8n: N8nWriter, open_source: OpenSource, store: Store
) -> None:
    for day in range(1, 21):
        gone: dict[str, Any] = {"deletedAt": NOW - HOUR} if day in (3, 11, 17) else {}
        ran(n8n, day, BEGAN + day * DAY, **gone)
    assert copied(open_source(n8n.url), store) == BEGAN + DAY
    month = counted(store, BEGAN + DAY, BEGAN + 21 * DAY)
    assert (month.rows, month.coverage.complete) == (((17,),), True)


def test_a_run_by_hand_that_is_not_saved_hides_nothing(
    n8n: N8nWriter, open_source: OpenSource
) -> None:
    ran(n8n, 1, BEGAN)
    ran(n8n, 2, BEGAN + DAY, mode="manual", deletedAt=BEGAN + DAY + SECOND)
    assert open_source(n8n.url).complete_since() == BEGAN


def test_an_annotated_execution_is_kept_for_ever_and_tells_nothing(
    n8n: N8nWriter, open_source: OpenSource
) -> None:
    table = n8n.table("execution_annotations")
    n8n.sql(f'CREATE TABLE {table} (id integer PRIMARY KEY, "executionId" integer, vote text)')
    n8n.insert("execution_annotations", id=1, executionId=1, vote="up")
    ran(n8n, 1, BEGAN)
    ran(n8n, 400, BEGAN + 9 * DAY)
    assert open_source(n8n.url).complete_since() == BEGAN + 9 * DAY


def test_an_old_n8n_marks_nothing_as_deleted(n8n: N8nWriter, open_source: OpenSource) -> None:
    for name in ("deletedAt", "createdAt", "status"):
        index = '"IDX_execution_entity_deletedAt"'
        if n8n.dialect == "sqlite":
            n8n.sql(f"DROP INDEX IF EXISTS {index}")
        n8n.sql(f'ALTER TABLE {n8n.table("execution_entity")} DROP COLUMN "{name}"')
    ends = {"startedAt": "2026-11-02 09:00:00.000", "stoppedAt": "2026-11-02 09:00:07.000"}
    common = {"workflowId": "w1", "mode": "webhook", "finished": True}
    n8n.insert(
        "execution_entity",
        id=1,
        **{**common, "finished": False},
        **ends,
        waitTill=ends["startedAt"],
    )
    n8n.insert(
        "execution_entity", id=2, **common, **{**ends, "stoppedAt": "2026-11-02 09:00:09.000"}
    )
    assert open_source(n8n.url).complete_since() == BEGAN


def test_what_is_remembered_stays_covered_when_n8n_deletes_it(
    n8n: N8nWriter, open_source: OpenSource, store: Store
) -> None:
    for day in range(10):
        ran(n8n, 1 + day, BEGAN + day * DAY)
    source = open_source(n8n.url)
    assert copied(source, store, now=BEGAN + 10 * DAY) == BEGAN
    for day in range(8):
        if day % 2:
            n8n.change("execution_entity", 1 + day, deletedAt=BEGAN + 10 * DAY)
        else:
            n8n.delete("execution_entity", 1 + day)
    ran(n8n, 30, BEGAN + 11 * DAY)
    later = BEGAN + 12 * DAY
    assert copied(source, store, now=later) == BEGAN
    remembered = counted(store, BEGAN + DAY, BEGAN + 4 * DAY, now=later)
    assert (remembered.rows, remembered.coverage.complete) == (((3,),), True)


def test_where_nothing_has_ended_yet_all_is_known_from_the_sync_on(
    n8n: N8nWriter, open_source: OpenSource, store: Store
) -> None:
    ran(n8n, 1, BEGAN, status="waiting", waitTill=BEGAN + 60 * DAY)
    ran(n8n, 2, BEGAN + DAY, status="running", stoppedAt=None)
    source = open_source(n8n.url)
    assert source.complete_since() is None
    assert copied(source, store) == NOW
    assert counted(store, BEGAN, NOW - DAY).rows == ()
    assert counted(store).rows == ((2,),)


def test_an_n8n_that_was_empty_is_known_from_then_on(
    n8n: N8nWriter, open_source: OpenSource, store: Store
) -> None:
    source = open_source(n8n.url)
    assert source.complete_since() is None
    assert copied(source, store, now=BEGAN) is None
    ran(n8n, 1, BEGAN + 2 * DAY)
    assert copied(source, store, now=BEGAN + 3 * DAY) == BEGAN


def test_an_interrupted_first_load_that_n8n_overtook_begins_anew(
    n8n: N8nWriter, open_source: OpenSource, store: Store
) -> None:
    for day in range(10):
        ran(n8n, 1 + day, BEGAN + day * DAY)
    source = open_source(n8n.url)

    def first_batch_only(_: object) -> None:
        raise SyncStopped

    def interrupted() -> datetime | None:
        synchronise(
            source,
            store,
            zone=ROME,
            store_content=False,
            now=NOW,
            batch_size=3,
            progress=first_batch_only,
        )
        state = store.state()
        assert state is not None
        assert state.synced_at is None
        return state.covers_start

    assert interrupted() == BEGAN
    n8n.delete("execution_entity", 1)
    assert interrupted() == BEGAN, "that one had been read"
    for number in range(2, 9):
        n8n.delete("execution_entity", number)
    assert copied(source, store) == BEGAN + 8 * DAY
