"""Copying from n8n: incrementally, whatever happens in between."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from catalogue import checked_query
from core.errors import StoreError
from persistence.business_queries import run_query
from persistence.exclusive import exclusively
from persistence.n8n.counters import Counted
from persistence.n8n.records import ExecutionRecord
from persistence.store import Store
from persistence.sync import SyncProgress, SyncReport, SyncStopped, synchronise
from persistence.tables import (
    business_execution_data,
    business_metrics,
    executions,
    metadata,
    sync_state,
)
from tests.persistence import truth
from tests.persistence.small_company import (
    NOW,
    ORDERS,
    ROME,
    SUPPORT,
    InMemorySource,
    answer,
    execution,
    order,
    process,
    random_company,
    received,
    rome,
    sent,
    small_company,
)

ROOT = Path(__file__).parents[2]


def sync(source: Any, store: Store, *, now: datetime = NOW, **options: Any) -> SyncReport:
    return synchronise(
        source, store, **{"zone": ROME, "store_content": False, "now": now, **options}
    )


def content(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All that a store says, whenever and in whatever order it was written."""
    how = {"id", "updated_at", "seen_at", "data_version", "synced_at", "notes"}
    with store.engine.connect() as connection:
        return {
            table.name: sorted(
                (
                    tuple(str(value) for name, value in row.items() if name not in how)
                    for row in connection.execute(select(table)).mappings()
                ),
            )
            for table in metadata.sorted_tables
        }


def rows(store: Store, table: Any) -> dict[Any, Any]:
    with store.engine.connect() as connection:
        return {row[0]: row for row in connection.execute(select(table))}


# --- all of it, then only what is new ------------------------------------------------------------


def test_the_first_sync_copies_everything(store: Store) -> None:
    source = small_company()
    report = sync(source, store)
    count = len(source.executions)
    assert (report.read, report.changed, report.caught_up) == (count, count, True)
    assert report.unreadable == 1
    assert rows(store, executions).keys() == source.executions.keys()
    state = store.state()
    assert state is not None
    assert state.source_id == "small-company"
    assert state.last_execution_id == 33
    assert state.covers_start == rome("2026-10-24 23:40:02"), "when the first one had ended"
    assert state.covers_end == state.synced_at == NOW
    assert (state.caught_up, state.unreadable, state.data_version) == (True, 1, report.data_version)


def test_a_sync_with_nothing_new_writes_nothing(store: Store) -> None:
    source = small_company()
    first = sync(source, store)
    before = content(store)
    written = rows(store, sync_state)
    later = sync(source, store, now=NOW + timedelta(seconds=30))
    assert (later.changed, later.caught_up) == (0, True)
    assert later.data_version == first.data_version
    assert rows(store, sync_state) == written
    assert content(store) == before
    state = store.state()
    assert state is not None
    assert state.synced_at == state.covers_end == NOW + timedelta(seconds=30), "it is known"


def test_how_fresh_the_store_is_gets_written_once_a_minute(store: Store) -> None:
    source = small_company()
    version = sync(source, store).data_version
    report = sync(source, store, now=NOW + timedelta(minutes=5))
    (row,) = rows(store, sync_state).values()
    assert row.synced_at == row.covers_end == NOW + timedelta(minutes=5)
    assert row.data_version == report.data_version == version


def test_only_what_is_new_is_read(store: Store) -> None:
    source = small_company()
    version = sync(source, store).data_version
    source.add(execution(34, ORDERS, "2026-11-22 14:30"))
    source.add(execution(36, ORDERS, "2026-11-22 14:40"))
    report = sync(source, store)
    assert report.changed == 2
    assert report.read == 2 + 1, "two new ones, and the one that runs: the one asleep did not move"
    assert report.data_version == version + 1
    assert {34, 36} <= rows(store, executions).keys()


def test_batches_of_any_size_come_to_the_same(new_store_url: Callable[[], str]) -> None:
    contents = []
    for size in (1, 7, 1000):
        store = Store.open(new_store_url())
        sync(random_company(3, executions=60), store, batch_size=size)
        contents.append(content(store))
        store.close()
    assert contents[0] == contents[1] == contents[2]


# --- executions that go on -----------------------------------------------------------------------


def test_an_unfinished_execution_is_read_again_until_it_ends(store: Store) -> None:
    source = small_company()
    version = sync(source, store).data_version
    assert sync(source, store).data_version == version
    done = execution(
        15,
        SUPPORT,
        "2026-11-02 10:08",
        business=[received("2026-11-02 10:08:01", "anna@example.com", "Ciao")],
    )
    source.add(done)
    assert sync(source, store).data_version == version + 1
    assert rows(store, executions)[15].status == "success"
    result = run_query(store, checked_query(metric="emails_received"), zone=ROME, now=NOW)
    assert result.rows == ((5,),)


def test_an_unfinished_execution_that_n8n_removed_was_never_a_record(store: Store) -> None:
    source = small_company()
    sync(source, store)
    del source.executions[15]  # it succeeded, and successes are not saved
    assert sync(source, store).changed == 1
    assert 15 not in rows(store, executions)
    fresh = content(store)
    assert sync(source, store).changed == 0
    assert content(store) == fresh


def test_one_that_had_done_business_is_remembered(store: Store) -> None:
    source = small_company()
    source.change(14, business=(sent("2026-11-02 10:07:30", "anna@example.com"),))
    sync(source, store)
    del source.executions[14]
    version = sync(source, store).data_version
    assert rows(store, executions)[14].status == "vanished"
    source.read.clear()
    assert sync(source, store).data_version == version
    assert 14 not in _open_ids(store)
    assert source.read == [15], "only the other one that runs"
    query = checked_query(metric="emails_sent")
    assert run_query(store, query, zone=ROME, now=NOW).rows == ((4,),)


def _open_ids(store: Store) -> set[int]:
    open_statuses = {"new", "running", "waiting", "unknown"}
    return {i for i, row in rows(store, executions).items() if row.status in open_statuses}


def test_what_n8n_deletes_is_remembered(store: Store) -> None:
    source = small_company()
    sync(source, store)
    before = content(store)
    source.executions = {i: record for i, record in source.executions.items() if i > 20}
    assert 14 in _open_ids(store)
    sync(source, store)
    after = content(store)
    assert len(before["executions"]) - len(after["executions"]) == 2, "the two that were open"
    assert after["orders"] == before["orders"]


def test_a_lower_id_that_appears_later_is_found(store: Store) -> None:
    source = small_company()
    late = source.executions.pop(30)
    sync(source, store)
    source.add(late)
    assert sync(source, store).changed == 1
    assert 30 in rows(store, executions)


def test_an_execution_read_in_the_moment_it_ended_is_read_once_more(store: Store) -> None:
    source = small_company()
    just_now = NOW - timedelta(seconds=3)
    source.add(execution(34, ORDERS, just_now, seconds=1.0))  # its data is not written yet
    sync(source, store)
    source.change(34, business=(order(just_now, "ORD-9", 10.0),))
    assert sync(source, store, now=NOW + timedelta(seconds=1)).changed == 1
    query = checked_query(metric="orders")
    assert run_query(store, query, zone=ROME, now=NOW).rows == ((3,),)


def test_data_that_can_no_longer_be_read_leaves_what_was_remembered(store: Store) -> None:
    source = small_company()
    source.change(14, business=(sent("2026-11-02 10:07:30", "anna@example.com"),))
    sync(source, store)
    source.change(14, business=(), payload="missing", status="canceled")
    sync(source, store)
    assert rows(store, executions)[14].status == "canceled"
    query = checked_query(metric="emails_sent")
    assert run_query(store, query, zone=ROME, now=NOW).rows == ((4,),)


def test_ids_that_begin_anew_are_read_as_new(store: Store) -> None:
    source = small_company()
    sync(source, store)
    source.executions = {i: record for i, record in source.executions.items() if i <= 10}
    sync(source, store)
    source.add(execution(11, ORDERS, "2026-11-22 14:50", "error", cause="Dopo il ripristino"))
    sync(source, store)
    assert rows(store, executions)[11].error_cause == "Dopo il ripristino"


# --- orders --------------------------------------------------------------------------------------


def test_an_order_moves_to_an_earlier_appearance_found_later(store: Store) -> None:
    source = small_company()
    early = source.executions.pop(22)
    sync(source, store)
    by_day = checked_query(metric="orders", group_by=("day",))
    assert run_query(store, by_day, zone=ROME, now=NOW).rows == (("2026-11-10", 2),)
    source.add(early)
    sync(source, store)
    expected = (("2026-11-09", 1), ("2026-11-10", 1))
    assert run_query(store, by_day, zone=ROME, now=NOW).rows == expected


def test_an_order_that_no_step_names_any_more_is_gone(store: Store) -> None:
    source = small_company()
    source.change(15, business=(order("2026-11-02 10:08", "ORD-3", 1.0),))
    sync(source, store)
    source.change(15, business=(), status="error")
    sync(source, store)
    query = checked_query(metric="orders")
    assert run_query(store, query, zone=ROME, now=NOW).rows == ((2,),)


# --- processes -----------------------------------------------------------------------------------


def test_a_renamed_process_is_found_by_both_names(store: Store) -> None:
    source = small_company()
    version = sync(source, store).data_version
    source.listed[0] = process(ORDERS, "Negozio online")
    assert sync(source, store).data_version == version + 1
    known = {each.workflow_id: each for each in store.processes()}
    assert known[ORDERS].name == "Negozio online"
    assert known[ORDERS].former_names == ("Ordini e-commerce",)
    for name in ("negozio ONLINE", "Ordini e-commerce"):
        query = checked_query(
            metric="errors",
            group_by=("process",),
            filters=[{"field": "process", "values": [name]}],
        )
        rows = run_query(store, query, zone=ROME, now=NOW).rows
        assert rows == (("Negozio online", 3),)


def test_a_name_that_another_process_has_now_means_that_one(store: Store) -> None:
    source = small_company()
    sync(source, store)
    source.listed[0] = process(ORDERS, "Negozio online")
    source.listed[1] = process(SUPPORT, "Ordini e-commerce")
    sync(source, store)
    query = checked_query(
        metric="canceled", filters=[{"field": "process", "values": ["Ordini e-commerce"]}]
    )
    assert run_query(store, query, zone=ROME, now=NOW).rows == ((1,),)


def test_a_deleted_process_is_gone_but_what_it_did_stays(store: Store) -> None:
    source = small_company()
    sync(source, store)
    removed = source.listed.pop(0)
    sync(source, store)
    known = {each.workflow_id: each for each in store.processes()}
    assert (known[ORDERS].gone, known[ORDERS].active) == (True, False)
    count = checked_query(metric="processes")
    assert run_query(store, count, zone=ROME, now=NOW).rows == ((8,),)
    errors = checked_query(metric="errors", group_by=("process",), limit=1)
    rows = run_query(store, errors, zone=ROME, now=NOW).rows
    assert ("Ordini e-commerce", 3) in rows
    source.listed.append(removed)
    sync(source, store)
    assert not {each.workflow_id: each for each in store.processes()}[ORDERS].gone


def test_an_edit_that_changes_nothing_one_can_ask_about_is_no_new_version(store: Store) -> None:
    source = small_company()
    version = sync(source, store).data_version
    source.listed[0] = replace(source.listed[0], updated_at=NOW.astimezone(UTC))
    assert sync(source, store).data_version == version


# --- the texts of e-mails ------------------------------------------------------------------------


def test_texts_are_kept_only_where_that_is_wished(store: Store) -> None:
    def texts() -> set[str]:
        with store.engine.connect() as connection:
            found = connection.scalars(select(business_execution_data.c.email_content))
            return {text for text in found if text}

    source = small_company()
    sync(source, store)
    assert texts() == set()
    source.add(
        execution(34, SUPPORT, "2026-11-22 14:30",
                  business=[received("2026-11-22 14:30", "anna@example.com", "Nuova")])
    )  # fmt: skip
    sync(source, store, store_content=True)
    assert texts() == {"Testo: Nuova"}
    sync(source, store, store_content=False)
    assert texts() == set()


def test_texts_that_no_database_takes_are_cleaned(store: Store) -> None:
    source = small_company()
    odd = received("2026-11-22 14:30", "anna@example.com", "nul \x00 e mezzo \ud83d surrogato")
    source.add(execution(34, SUPPORT, "2026-11-22 14:30", business=[odd]))
    assert sync(source, store).caught_up
    with store.engine.connect() as connection:
        subject = connection.scalar(
            select(business_execution_data.c.email_subject).where(
                business_execution_data.c.execution_id == 34
            )
        )
    assert subject == "nul  e mezzo ? surrogato"
    assert sync(source, store).changed == 0


# --- budget, progress, stopping ------------------------------------------------------------------


class SlowSource(InMemorySource):
    """An n8n that takes a while for every execution."""

    seconds_each = 0.01

    def executions_after(self, execution_id: int, *, limit: int) -> list[ExecutionRecord]:
        records = super().executions_after(execution_id, limit=limit)
        time.sleep(self.seconds_each * len(records))
        return records


def _slow(source: InMemorySource) -> SlowSource:
    return SlowSource(source.identity, source.listed, source.executions)


def test_a_sync_with_a_budget_ends_near_it_and_the_next_goes_on(store: Store) -> None:
    source = _slow(random_company(5, executions=500))
    started = time.monotonic()
    report = sync(source, store, budget_s=0.8)
    # All of it takes five seconds; the margin is for machines that are busy otherwise.
    assert time.monotonic() - started < 1.8
    assert not report.caught_up
    assert 25 <= report.read < 100
    state = store.state()
    assert state is not None
    assert not state.caught_up
    last = source.executions[state.last_execution_id].began_at
    assert state.covers_end == last, "known up to the last one that was read"
    query = checked_query(metric="executions")
    result = run_query(store, query, zone=ROME, now=NOW)
    assert [note.code for note in result.notes] == ["not_caught_up", "successes_not_saved"]
    assert not result.coverage.complete
    source.seconds_each = 0.0
    assert sync(source, store).caught_up
    assert len(rows(store, executions)) == 500


def test_without_any_time_nothing_is_copied(store: Store) -> None:
    report = sync(small_company(), store, budget_s=0.0)
    assert (report.read, report.caught_up) == (0, False)


def test_progress_is_told_after_every_batch(store: Store) -> None:
    told: list[SyncProgress] = []
    sync(small_company(), store, batch_size=10, progress=told.append)
    assert [(step.done, step.total) for step in told] == [(10, 33), (20, 33), (30, 33), (33, 33)]
    assert told[-1].unreadable == 1


def test_a_sync_that_is_told_to_stop_keeps_what_it_has(store: Store) -> None:
    def stop(step: SyncProgress) -> None:
        raise SyncStopped

    source = small_company()
    report = sync(source, store, batch_size=10, progress=stop)
    assert (report.caught_up, report.notes) == (False, ("stopped",))
    assert len(rows(store, executions)) == 10
    assert sync(source, store).caught_up


def test_values_that_n8n_is_not_known_to_use_are_noted_and_counted(store: Store) -> None:
    source = small_company()
    source.add(execution(34, ORDERS, "2026-11-22 14:30", "dreaming", mode="telepathy"))
    report = sync(source, store)
    assert report.notes == ("unknown_mode:telepathy", "unknown_status:dreaming")
    state = store.state()
    assert state is not None
    assert state.notes == report.notes
    result = run_query(
        store, checked_query(metric="executions", group_by=("status",)), zone=ROME, now=NOW
    )
    assert ("dreaming", 1) in result.rows


def test_a_sync_with_nothing_to_tell_tells_nothing(store: Store) -> None:
    assert sync(_sound_company(), store).told() == ()


def test_what_people_should_know_of_a_sync_is_told_in_sentences(store: Store) -> None:
    source = small_company()
    source.unusable_rows = 1_234
    source.add(execution(34, ORDERS, "2026-11-22 14:30", "dreaming", mode="telepathy"))
    report = sync(source, store)
    assert report.unusable == 1_234
    assert report.told() == (
        "1,234 executions were left out: the row in n8n's database has no usable id, process or "
        "beginning.",
        "1 execution was counted, but the recorded data cannot be read: e-mails, orders and "
        "answers may be missing.",
        "1 execution was counted, but n8n keeps the data in a storage that Milhena does not read "
        "(S3 or Azure): e-mails, orders and answers are not seen.",
        "Some executions were started in a way that n8n is not known to use, 'telepathy': they "
        "count as executions.",
        "Some executions have a status that n8n is not known to use, 'dreaming': it is kept.",
    )
    again = sync(source, store, now=NOW + timedelta(seconds=30))
    assert len(again.told()) == 1, "what was left out stays left out"


def test_a_sync_that_did_not_reach_the_end_says_why(store: Store) -> None:
    def stop(step: SyncProgress) -> None:
        raise SyncStopped

    again = 'Not all is loaded yet: run "agent-cli sync" again.'
    source = _sound_company()
    assert sync(source, store, budget_s=0.0).told() == (again,)
    assert sync(source, store, batch_size=10, progress=stop).told() == (
        "The sync was stopped; what it had copied is kept.",
        again,
    )
    with store.connected_for_writing() as connection, exclusively(connection, "sync"):
        assert sync(source, store).told() == ("Another sync is running and does the work.",)


def _sound_company() -> InMemorySource:
    source = small_company()
    source.change(30, payload="read")
    source.change(31, payload="read")
    return source


# --- one store, one n8n, one writer --------------------------------------------------------------


def test_a_store_takes_no_other_n8n(store: Store) -> None:
    sync(small_company(), store)
    other = random_company(1)
    with pytest.raises(StoreError, match="belongs to another n8n"):
        sync(other, store)


def test_beside_another_sync_one_goes_on_without_waiting(store: Store) -> None:
    source = small_company()
    with store.connected_for_writing() as connection, exclusively(connection, "sync") as held:
        assert held
        report = sync(source, store)
    assert (report.caught_up, report.notes) == (False, ("another_sync_is_running",))
    assert store.state() is None
    assert sync(source, store).caught_up


def test_several_syncs_at_once_come_to_the_same_as_one(new_store_url: Callable[[], str]) -> None:
    url = new_store_url()
    reports: list[SyncReport] = []
    failures: list[BaseException] = []

    def copy() -> None:
        store = Store.open(url)
        try:
            for _ in range(200):
                report = sync(random_company(8), store, batch_size=20)
                if report.caught_up:
                    break
                time.sleep(0.02)
            reports.append(report)
        except BaseException as failure:
            failures.append(failure)
        finally:
            store.close()

    threads = [threading.Thread(target=copy) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    assert [report.caught_up for report in reports] == [True] * 3
    assert _content_at(url) == _content_of_one_sync(random_company(8), new_store_url())


def _content_at(url: str) -> dict[str, list[tuple[Any, ...]]]:
    store = Store.open(url)
    found = content(store)
    store.close()
    return found


def _content_of_one_sync(source: InMemorySource, url: str) -> dict[str, list[tuple[Any, ...]]]:
    store = Store.open(url)
    sync(source, store)
    found = content(store)
    store.close()
    return found


KILLED = """
    import os, random, signal, sys
    from sqlalchemy import event
    from persistence.store import Store
    from persistence.sync import synchronise
    from tests.persistence.small_company import NOW, ROME
    from tests.persistence.test_sync import company_to_kill, wipe

    url, statements, chance = sys.argv[1], int(sys.argv[2]), random.Random(4)

    def sync_until(point):
        store, passed = Store.open(url), 0

        def reach(*of_the_event):
            nonlocal passed
            passed += 1
            if passed == point:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(store.engine, "after_cursor_execute", reach)
        event.listen(store.engine, "commit", reach)
        synchronise(company_to_kill(), store, zone=ROME, store_content=False, now=NOW,
                    batch_size=20)

    killed = 0
    while killed < 20:
        child = os.fork()
        if not child:
            sync_until(chance.randrange(statements // 8) + 1)
            os._exit(0)
        ended = os.waitpid(child, 0)[1]
        if os.WIFSIGNALED(ended):
            killed += 1
        elif ended == 0:  # it came to the end before its point: once more, from nothing
            wipe(url)
        else:
            sys.exit("a sync failed")
    """


def company_to_kill() -> InMemorySource:
    source = random_company(9)
    source.counters = [
        Counted("insights", f"w{number % 6}", moment, moment + timedelta(hours=1), number, 1, 50)
        for number in range(40)
        for moment in [datetime(2026, 10, 1, tzinfo=UTC) + timedelta(hours=number)]
    ]
    return source


def wipe(url: str) -> None:
    """Empty the store, so that the next sync begins anew."""
    store = Store.open(url)
    with store.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    store.close()


def statements_of_one_sync(store: Store) -> int:
    """How many statements and commits a whole sync makes."""
    passed: list[None] = []
    for name in ("after_cursor_execute", "commit"):
        event.listen(store.engine, name, lambda *of_the_event: passed.append(None))
    sync(company_to_kill(), store, batch_size=20)
    return len(passed)


def test_a_sync_killed_at_twenty_random_points_goes_on_to_the_same_end(
    new_store_url: Callable[[], str],
) -> None:
    """Facts, sums and n8n's own counters: wherever in a transaction it was killed."""
    url, undisturbed = new_store_url(), Store.open(new_store_url())
    statements = statements_of_one_sync(undisturbed)
    Store.open(url).close()
    subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), url, str(statements)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        timeout=120,
    )
    store = Store.open(url)
    sync(company_to_kill(), store)
    found, expected = content(store), content(undisturbed)
    assert all(expected[name] for name in ("executions", "execution_days", "counted_periods"))
    assert {name for name in found if found[name] != expected[name]} == set()
    store.close()
    undisturbed.close()


# --- what follows from the facts -----------------------------------------------------------------


@pytest.mark.parametrize("size", [13, 500])
def test_the_daily_figures_are_those_of_the_facts(store: Store, size: int) -> None:
    source = random_company(6)
    sync(source, store, batch_size=size)
    _check_daily_figures(store, source)


def test_the_daily_figures_follow_the_business_zone(store: Store) -> None:
    source = random_company(6)
    sync(source, store, zone=ZoneInfo("America/New_York"))
    version = store.state()
    assert sync(source, store).caught_up
    _check_daily_figures(store, source)
    state = store.state()
    assert state is not None
    assert version is not None
    assert (state.timezone, state.data_version) == ("Europe/Rome", version.data_version)


def _check_daily_figures(store: Store, source: InMemorySource) -> None:
    with store.engine.connect() as connection:
        stored = {
            (row.date, row.workflow_id): row for row in connection.execute(select(business_metrics))
        }
    names = {each.workflow_id: each.workflow_id for each in source.listed}
    facts: dict[tuple[date, str], list[float]] = {}

    def count(place: int, found: Sequence[truth.Fact], amount: Callable[[Any], float]) -> None:
        for fact in found:
            day = date.fromisoformat(truth.label("day", fact, names))
            for key in ((day, fact.workflow_id), (day, "")):
                facts.setdefault(key, [0.0] * 8)[place] += amount(fact)

    runs, answers = truth.executions(source), truth.answers(source)
    count(0, runs, lambda fact: 1)
    count(1, runs, lambda fact: fact.status == "error")
    count(2, runs, lambda fact: fact.status == "success")
    for direction in ("received", "sent"):
        count(3, truth.emails(source, direction), lambda fact: 1)
    count(4, truth.orders(source), lambda fact: 1)
    count(5, answers, lambda fact: 1)
    count(6, answers, lambda fact: fact.value or 0.0)
    count(7, answers, lambda fact: fact.value is not None)
    assert stored.keys() == facts.keys()
    for key, (total, errors, good, mails, new_orders, replies, seconds, timed) in facts.items():
        row = stored[key]
        assert row.total_executions == total
        assert row.total_errors == errors
        assert row.total_emails == mails
        assert row.total_orders == new_orders
        assert row.ai_interactions == replies
        rate = 100 * good / (good + errors) if good + errors else None
        assert row.success_rate == pytest.approx(rate)
        mean = 1000 * seconds / timed if timed else None
        assert row.avg_response_time_ms == pytest.approx(mean)


def test_answers_of_a_sync_without_seconds_have_no_average(store: Store) -> None:
    source = small_company()
    source.executions = {25: source.executions[25]}
    source.change(25, business=(answer("2026-11-12 09:00:02", "Sì", None),))
    sync(source, store)
    with store.engine.connect() as connection:
        row = connection.execute(
            select(business_metrics).where(business_metrics.c.workflow_id == "")
        ).one()
    assert (row.ai_interactions, row.avg_response_time_ms) == (1, None)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 10_000), steps=st.lists(st.integers(1, 60), min_size=1, max_size=4))
def test_many_small_syncs_of_a_living_n8n_come_to_the_same_as_one_at_the_end(
    tmp_path_factory: pytest.TempPathFactory, seed: int, steps: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("living")
    whole = random_company(seed, executions=60)
    chance = random.Random(seed)  # noqa: S311
    living = InMemorySource(whole.identity, whole.listed)
    store = Store.open(str(folder / "living.sqlite"))
    for step in steps:
        seen = set(living.executions)
        for identity in sorted(whole.executions)[: len(seen) + step]:
            record = whole.executions[identity]
            began_to_run = identity not in seen and chance.random() < 0.5
            living.add(
                replace(record, status="running", stopped_at=None, duration_s=None, business=())
                if began_to_run
                else record
            )
        sync(living, store, batch_size=chance.choice([1, 9, 100]))
    living.executions = whole.executions
    sync(living, store)
    fresh = Store.open(str(folder / "fresh.sqlite"))
    sync(whole, fresh)
    followed, copied = content(store), content(fresh)
    # Who was there from the beginning knows more of what came before the oldest that ended.
    del followed["sync_state"], copied["sync_state"]
    assert followed == copied
    store.close()
    fresh.close()


@pytest.mark.parametrize("seed", range(5))
def test_however_executions_sleep_and_wake_the_store_follows(
    new_store_url: Callable[[], str], seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311
    living = _SleepersAndWakers(chance)
    store = Store.open(new_store_url())
    for _ in range(25):
        living.go_on()
        sync(living.source, store, now=living.now, batch_size=chance.choice([1, 9, 100]))
    living.write_what_is_due()
    living.now += timedelta(minutes=2)
    assert sync(living.source, store, now=living.now).caught_up
    fresh = Store.open(new_store_url())
    sync(living.source, fresh, now=living.now)
    followed, copied = content(store), content(fresh)
    # What n8n removed since may have ended earlier than anything that is still there.
    del followed["sync_state"], copied["sync_state"]
    assert followed == copied
    store.close()
    fresh.close()


class _SleepersAndWakers:
    """An n8n whose executions start, fall asleep, wake, end or go, in any order."""

    def __init__(self, chance: random.Random) -> None:
        self.source = InMemorySource(listed=[process(SUPPORT, "Assistenza clienti")])
        self.now = NOW - timedelta(hours=1)
        self._chance = chance
        self._uncommitted: list[ExecutionRecord] = []
        self._due: list[int] = []
        """Executions whose row says that they stopped, and whose data does not yet."""
        self._mails: dict[int, int] = {}
        self._last_id = 0

    def go_on(self) -> None:
        self.now += timedelta(seconds=self._chance.choice([1, 4, 30, 300]))
        self.write_what_is_due()
        for identity in list(self.source.executions):
            if self._chance.random() < 0.5:
                self._move(identity)
        for _ in range(self._chance.randrange(3)):
            self._begin()
        if self._uncommitted and self._chance.random() < 0.5:
            self.source.add(self._uncommitted.pop())

    def write_what_is_due(self) -> None:
        for identity in self._due:
            self._write_data(identity)
        self._due = []

    def _begin(self) -> None:
        self._last_id += 1
        record = execution(self._last_id, SUPPORT, self.now, "running")
        if self._chance.random() < 0.2:
            self._uncommitted.append(record)
        else:
            self.source.add(record)

    def _move(self, identity: int) -> None:
        status = self.source.executions[identity].status
        if status == "waiting" and self._chance.random() < 0.5:
            resumed = (
                {"started_at": self.now.astimezone(UTC)} if self._chance.random() < 0.5 else {}
            )
            self.source.change(identity, status="running", **resumed)
        elif status in ("running", "waiting"):
            if self._chance.random() < 0.1 and identity not in self._mails:
                del self.source.executions[identity]
                return
            self._stop(identity, self._chance.choice(["waiting", "waiting", "success", "error"]))

    def _stop(self, identity: int, status: str) -> None:
        stopped = self.now.astimezone(UTC)
        ended = status != "waiting"
        self.source.change(
            identity, status=status, stopped_at=stopped, duration_s=1.0 if ended else None
        )
        self._mails[identity] = self._mails.get(identity, 0) + 1
        if self._chance.random() < 0.5:
            self._due.append(identity)
        else:
            self._write_data(identity)

    def _write_data(self, identity: int) -> None:
        mails = [sent(self.now, "anna@example.com", item) for item in range(self._mails[identity])]
        self.source.change(identity, business=tuple(mails))
