"""Executions that wait or run: read again when n8n moved them, and only then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select

from catalogue import checked_query
from persistence.business_queries import run_query
from persistence.n8n.records import ExecutionRecord, ExecutionState
from persistence.n8n.source import N8nSource
from persistence.store import Store
from persistence.sync import SyncReport, synchronise
from persistence.tables import executions
from tests.persistence.n8n.conftest import OpenSource
from tests.persistence.n8n.n8n_writer import (
    BEGAN,
    N8nWriter,
    delivered,
    execution_data,
    flatten,
    node,
    run,
)

ROME = ZoneInfo("Europe/Rome")
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
NODES = [node("Nuovo", "webhook"), node("Invia", "emailSend"), node("Attendi", "wait")]


class Watched:
    """A real n8n database, noting which executions are read with their data."""

    def __init__(self, source: N8nSource) -> None:
        self._source = source
        self.read: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def executions_after(self, execution_id: int, *, limit: int) -> list[ExecutionRecord]:
        return self._noted(self._source.executions_after(execution_id, limit=limit))

    def executions_by_id(self, ids: Sequence[int]) -> list[ExecutionRecord]:
        return self._noted(self._source.executions_by_id(ids))

    def _noted(self, records: list[ExecutionRecord]) -> list[ExecutionRecord]:
        self.read += [record.execution_id for record in records]
        return records


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(str(tmp_path / "store.sqlite"))
    yield opened
    opened.close()


class Living:
    """An n8n, the store that follows it, and the clock of both."""

    def __init__(self, n8n: N8nWriter, source: Watched, store: Store) -> None:
        self.n8n, self.source, self.store = n8n, source, store
        self.now = BEGAN + MINUTE

    def sync(self, *, after: timedelta = MINUTE) -> SyncReport:
        """Look once more, and forget what was read before."""
        self.now += after
        self.source.read.clear()
        return synchronise(
            self.source, self.store, zone=ROME, store_content=False, now=self.now
        )  # fmt: skip

    def asleep(self, execution_id: int, *, since: datetime | None = None, mails: int = 1) -> None:
        """Write an execution that waits, and sent so many mails before."""
        since = since or self.now
        self.n8n.execution(
            execution_id,
            _steps(mails),
            nodes=NODES,
            status="waiting",
            stoppedAt=since,
            waitTill=since + DAY,
        )

    def move(self, execution_id: int, *, mails: int | None = None, **columns: Any) -> None:
        """Change an execution's row and, with *mails*, its data."""
        if columns:
            self.n8n.change("execution_entity", execution_id, **columns)
        if mails is not None:
            text = flatten(execution_data(_steps(mails)))
            self.n8n.change("execution_data", execution_id, data=text)

    def statuses(self) -> dict[int, str]:
        with self.store.engine.connect() as connection:
            rows = connection.execute(select(executions.c.execution_id, executions.c.status))
            return {row.execution_id: row.status for row in rows}

    def mails_sent(self) -> int:
        query = checked_query(metric="emails_sent")
        ((count,),) = run_query(self.store, query, zone=ROME, now=self.now).rows
        return int(count)


def _steps(mails: int) -> dict[str, Any]:
    runs = [run(delivered(f"{number}@x.it"), at=number) for number in range(mails)]
    return {"Nuovo": [run({})], "Invia": runs, "Attendi": [run({}, at=mails + 1)]}


@pytest.fixture
def living(n8n: N8nWriter, open_source: OpenSource, store: Store) -> Living:
    return Living(n8n, Watched(open_source(n8n.url)), store)


def test_states_are_those_of_the_records_and_read_no_data(
    n8n: N8nWriter, open_source: OpenSource
) -> None:
    n8n.execution(1)
    n8n.execution(2, status="waiting", waitTill=BEGAN + DAY)
    n8n.execution(3, status="running", stoppedAt=None)
    n8n.execution(4, deletedAt=BEGAN)
    source = open_source(n8n.url)
    asked: list[str] = []
    engine = source._connections.engine
    event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    states = source.states([3, 1, 2, 2, 4, 99, -1, 2**70])
    assert states == {
        1: ExecutionState("success", BEGAN, BEGAN + 2 * SECOND),
        2: ExecutionState("waiting", BEGAN, BEGAN + 2 * SECOND),
        3: ExecutionState("running", BEGAN, None),
    }
    assert len(asked) == 1
    assert "execution_data" not in asked[0]
    records = source.executions_by_id([1, 2, 3])
    assert states == {
        record.execution_id: ExecutionState(record.status, record.started_at, record.stopped_at)
        for record in records
    }


def test_states_of_many_are_asked_for_in_bounded_statements(
    sqlite_n8n: N8nWriter, open_source: OpenSource
) -> None:
    source = open_source(sqlite_n8n.url)
    sizes: list[int] = []
    engine = source._connections.engine
    event.listen(engine, "before_cursor_execute", lambda *call: sizes.append(len(call[3])))
    assert source.states(range(1, 1202)) == {}
    assert sizes == [500, 500, 201]


def test_executions_that_wait_are_not_read_again_while_they_sleep(living: Living) -> None:
    for number in range(1, 8):
        living.asleep(number)
    assert living.sync(after=MINUTE).changed == 7
    for _ in range(3):
        report = living.sync()
        assert (report.caught_up, report.read, living.source.read) == (True, 0, [])
    living.n8n.execution(8)
    assert living.sync().read == 1, "nor where there is something new to copy"
    assert living.source.read == [8]


def test_one_that_woke_up_and_ended_is_read(living: Living) -> None:
    living.asleep(1)
    living.asleep(2)
    living.sync()
    living.move(1, status="success", startedAt=living.now, stoppedAt=living.now, mails=2)
    assert living.sync().changed == 1
    assert set(living.source.read) == {1}
    assert (living.statuses(), living.mails_sent()) == ({1: "success", 2: "waiting"}, 3)


def test_one_that_woke_up_and_fell_asleep_again_between_two_looks_is_read(living: Living) -> None:
    living.asleep(1)
    living.sync()
    # As n8n 2 does: it keeps when the execution started.
    living.move(1, stoppedAt=living.now + 30 * SECOND, waitTill=living.now + DAY, mails=2)
    assert living.sync().changed == 1
    assert (living.statuses(), living.mails_sent()) == ({1: "waiting"}, 2)


def test_one_whose_row_says_that_it_sleeps_before_its_data_does_is_read_once_more(
    living: Living,
) -> None:
    living.asleep(1, since=living.now + MINUTE - SECOND, mails=0)
    living.sync()
    assert living.mails_sent() == 0
    living.move(1, mails=1)
    living.sync()
    assert (living.source.read[0], living.mails_sent()) == (1, 1)
    living.sync()
    assert living.source.read == [], "it has settled"


def test_one_that_saves_its_progress_while_it_runs_is_followed(living: Living) -> None:
    living.n8n.execution(1, _steps(1), nodes=NODES, status="running", stoppedAt=None)
    living.sync()
    living.move(1, mails=2)  # its row stays as it was
    assert living.sync().changed == 1
    assert living.mails_sent() == 2


def test_one_in_the_queue_is_followed_through_running_to_its_end(living: Living) -> None:
    living.n8n.execution(1, _steps(0), nodes=NODES, status="new", startedAt=None, stoppedAt=None)
    living.sync()
    assert living.statuses() == {1: "new"}
    living.move(1, status="running", startedAt=living.now)
    living.sync()
    assert living.statuses() == {1: "running"}
    living.move(1, status="success", stoppedAt=living.now, mails=2)
    living.sync()
    assert (living.statuses(), living.mails_sent()) == ({1: "success"}, 2)
    living.sync()
    assert living.source.read == [], "it has ended"


def test_one_that_got_stuck_is_looked_at_for_days_until_n8n_calls_it_crashed(
    living: Living,
) -> None:
    living.n8n.execution(1, _steps(1), nodes=NODES, status="running", stoppedAt=None)
    living.sync()
    for _ in range(3):
        assert living.sync(after=DAY).changed == 0
        assert 1 in living.source.read
    living.move(1, status="crashed", stoppedAt=living.now)
    assert living.sync().changed == 1
    assert (living.statuses(), living.mails_sent()) == ({1: "crashed"}, 1)


@pytest.mark.parametrize("removed", ["deleted", "marked as deleted"])
def test_one_that_n8n_removed_while_it_slept_is_settled(living: Living, removed: str) -> None:
    living.asleep(1, mails=0)
    living.asleep(2, mails=1)
    living.asleep(3)
    living.sync()
    for number in (1, 2):
        if removed == "deleted":
            living.n8n.delete("execution_entity", number)
        else:
            living.move(number, deletedAt=living.now)
    assert living.sync().changed == 2
    assert living.statuses() == {2: "vanished", 3: "waiting"}
    assert living.sync().changed == 0


def test_a_lower_id_that_appears_later_is_read_beside_those_that_sleep(living: Living) -> None:
    living.asleep(1)
    living.n8n.execution(4)
    living.sync()
    living.asleep(2)
    living.n8n.execution(3, _steps(2), nodes=NODES, createdAt=living.now)
    assert living.sync().changed == 2
    assert set(living.source.read) == {2, 3}
    assert living.mails_sent() == 4


def test_moments_finer_than_the_store_keeps_are_no_change(
    postgres_n8n: N8nWriter, open_source: OpenSource, store: Store
) -> None:
    columns = ("createdAt", "startedAt", "stoppedAt")
    table = postgres_n8n.table("execution_entity")
    postgres_n8n.sql(*(f'ALTER TABLE {table} ALTER "{name}" TYPE timestamptz(6)'
                       for name in columns))  # fmt: skip
    living = Living(postgres_n8n, Watched(open_source(postgres_n8n.url)), store)
    living.asleep(1)
    living.move(1, stoppedAt="2026-11-02 09:00:01.234567+00")
    living.sync()
    assert living.sync().read == 0
    assert living.source.read == []


def test_a_sync_tells_how_many_rows_it_had_to_leave_out(living: Living) -> None:
    living.n8n.execution(1)
    for number in (2, 3):
        living.n8n.execution(number, workflowId="")
    report = living.sync()
    assert (report.changed, report.unusable) == (1, 2)
    assert report.told()[0].startswith("2 executions were left out")
    assert living.sync().unusable == 2, "each is counted once"
