"""What the reader gives, the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, text

from catalogue.query import BusinessQuery
from persistence.business_queries import run_query
from persistence.n8n.source import address_key
from persistence.store import Store
from persistence.sync import synchronise
from tests.persistence.n8n.conftest import OpenSource
from tests.persistence.n8n.n8n_writer import (
    AGENT,
    BEGAN,
    N8nWriter,
    delivered,
    node,
    run,
)

WAIT = node("Attendi", "wait")
SECOND = timedelta(seconds=1)


def test_an_empty_n8n_has_nothing_to_read(n8n: N8nWriter, open_source: OpenSource) -> None:
    source = open_source(n8n.url)
    assert source.max_execution_id() == 0
    assert source.executions_after(0, limit=10) == []
    assert source.executions_by_id([1, -1, 2**70]) == []
    assert source.facts().executions == 0


def test_an_execution_is_read_with_its_business(n8n: N8nWriter, open_source: OpenSource) -> None:
    n8n.execution(
        7,
        {"Nuovo": [run({"body": {"order_id": "A", "total": "12,50"}})],
         "AI": [run({"output": "Ecco."}, at=1, after="Nuovo")],
         "Invia": [run(delivered("ada@x.it"), at=1.5, after="AI")]},
        nodes=[node("Nuovo", "webhook"), node("AI", AGENT), node("Invia", "emailSend")],
        createdAt=BEGAN,
        startedAt=BEGAN + SECOND,
        stoppedAt=BEGAN + 3.5 * SECOND,
    )  # fmt: skip
    (record,) = open_source(n8n.url).executions_after(0, limit=10)
    assert (record.execution_id, record.workflow_id) == (7, "w1")
    assert (record.mode, record.status, record.payload) == ("webhook", "success", "read")
    assert record.began_at == BEGAN
    assert record.began_at.tzinfo is UTC
    assert record.started_at == BEGAN + SECOND
    assert record.stopped_at == BEGAN + 3.5 * SECOND
    assert record.duration_s == pytest.approx(2.5)
    assert not record.waited
    assert record.error_message is None
    assert [(b.kind, b.order_id, b.order_total, b.ai_response, b.email_recipient)
            for b in record.business] == [
        ("answer", None, None, "Ecco.", None),
        ("email", None, None, None, "ada@x.it"),
        ("order", "A", 12.5, None, None),
    ]  # fmt: skip


def test_executions_come_in_batches_by_id_without_the_deleted(
    n8n: N8nWriter, open_source: OpenSource
) -> None:
    for number in (2, 3, 5, 8, 13):
        n8n.execution(number, deletedAt=BEGAN if number == 5 else None)
    source = open_source(n8n.url)
    assert [r.execution_id for r in source.executions_after(0, limit=3)] == [2, 3, 8]
    assert [r.execution_id for r in source.executions_after(8, limit=3)] == [13]
    assert source.executions_after(13, limit=3) == []
    assert source.max_execution_id() == 13
    assert [r.execution_id for r in source.executions_by_id([13, 5, 2, 99, 2])] == [2, 13]
    n8n.delete("execution_entity", 2)
    assert [r.execution_id for r in source.executions_by_id([13, 2])] == [13]


def test_more_executions_than_one_read_takes(n8n: N8nWriter, open_source: OpenSource) -> None:
    for number in range(1, 131):
        n8n.execution(number)
    source = open_source(n8n.url)
    assert [r.execution_id for r in source.executions_after(4, limit=120)] == list(range(5, 125))
    assert len(source.executions_by_id(range(1, 200))) == 130


def test_processes_are_read_as_they_are_now(n8n: N8nWriter, open_source: OpenSource) -> None:
    n8n.workflow("w2", "Archiviato", active=False, isArchived=True)
    n8n.workflow("w3", "Ping", settings={"saveDataSuccessExecution": "none"})
    n8n.workflow("w4", "Senza impostazioni", settings=None)
    n8n.workflow("w5", "Tutte", settings={"saveDataSuccessExecution": "all"})
    found = {p.workflow_id: p for p in open_source(n8n.url).processes()}
    assert [p.name for p in found.values()] == [
        "Archiviato", "Ordini", "Ping", "Senza impostazioni", "Tutte",
    ]  # fmt: skip
    assert (found["w2"].active, found["w2"].archived) == (False, True)
    assert (found["w1"].active, found["w1"].archived) == (True, False)
    assert [p.workflow_id for p in found.values() if not p.saves_successes] == ["w3"]
    assert found["w1"].created_at == BEGAN


# --- time and working time -------------------------------------------------------------------


def test_an_execution_that_waited_counts_its_steps_only(
    n8n: N8nWriter, open_source: OpenSource
) -> None:
    week = timedelta(days=7)
    model = {**run(), "data": {"ai_languageModel": [[{"json": {}}]]},
             "inputOverride": {"ai_languageModel": []}, "executionTime": 5000}  # fmt: skip
    steps = {"Invia": [run(delivered())], "Attendi": [run({}, at=700_000)], "Modello": [model]}
    n8n.execution(1, steps, nodes=[WAIT], startedAt=BEGAN, stoppedAt=BEGAN + week)
    n8n.execution(2, steps, nodes=[WAIT], startedAt=BEGAN + week, stoppedAt=BEGAN + week)
    n8n.execution(3, steps, nodes=[{**WAIT, "disabled": True}])
    kept, overwritten, off = open_source(n8n.url).executions_after(0, limit=10)
    assert kept.waited is True
    assert kept.duration_s == pytest.approx(0.08)
    assert overwritten.waited is True
    assert overwritten.duration_s == pytest.approx(0.08)
    assert overwritten.began_at == BEGAN
    assert off.waited is False
    assert off.duration_s == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("kind", "parameters"), [("form", {}), ("gmail", {"operation": "sendAndWait"})]
)
def test_forms_and_questions_to_people_wait_too(
    n8n: N8nWriter, open_source: OpenSource, kind: str, parameters: dict[str, Any]
) -> None:
    n8n.execution(1, {"P": [run({})]}, nodes=[node("P", kind, parameters=parameters)])
    assert open_source(n8n.url).executions_after(0, limit=1)[0].waited


def test_an_execution_that_still_waits_has_waited(n8n: N8nWriter, open_source: OpenSource) -> None:
    n8n.execution(1, status="waiting", waitTill=BEGAN + timedelta(days=7), payload=False)
    (record,) = open_source(n8n.url).executions_after(0, limit=1)
    assert (record.status, record.waited, record.duration_s) == ("waiting", True, None)


@pytest.mark.parametrize("status", ["crashed", "canceled", "running", "new", "waiting"])
def test_only_finished_executions_have_a_duration(
    n8n: N8nWriter, open_source: OpenSource, status: str
) -> None:
    n8n.execution(1, status=status)
    (record,) = open_source(n8n.url).executions_after(0, limit=1)
    assert (record.status, record.duration_s) == (status, None)


def test_a_clock_that_went_back_gives_no_duration(n8n: N8nWriter, open_source: OpenSource) -> None:
    n8n.execution(1, stoppedAt=BEGAN - SECOND)
    n8n.execution(2, stoppedAt=None)
    assert [r.duration_s for r in open_source(n8n.url).executions_after(0, limit=2)] == [None, None]


def test_clocks_that_jumped_either_way_leave_durations_as_sql_has_them_without(
    n8n: N8nWriter, open_source: OpenSource, tmp_path: Path
) -> None:
    night = timedelta(hours=13)
    long_call = {**run({}), "executionTime": 3 * 3600 * 1000}
    n8n.execution(1, {"A": [run({})], "B": [run({}, at=1)]})
    n8n.execution(2, {"A": [run({})]}, stoppedAt=BEGAN + timedelta(hours=2))  # not more than two
    n8n.execution(3, {"A": [run({})], "B": [run({}, at=1)]}, stoppedAt=BEGAN + night)  # ahead
    n8n.execution(4, {"A": [run({})]}, stoppedAt=BEGAN - SECOND)  # back
    n8n.execution(5, {"A": [long_call]}, stoppedAt=BEGAN + timedelta(hours=3, seconds=1))
    n8n.execution(6, {}, stoppedAt=BEGAN + night)  # no step tells
    source = open_source(n8n.url)
    durations = [each.duration_s for each in source.executions_after(0, limit=10)]
    assert durations == [2.0, 7200.0, pytest.approx(0.08), None, 10_801.0, night.total_seconds()]
    elapsed = (
        'select (julianday("stoppedAt") - julianday("startedAt")) * 86400'
        if n8n.dialect == "sqlite"
        else 'select extract(epoch from "stoppedAt" - "startedAt") '
    )
    table = "execution_entity" if n8n.dialect == "sqlite" else "n8n.execution_entity"
    engine = create_engine(n8n.url)
    with engine.connect() as connection:
        by_hand = connection.scalars(
            text(f"{elapsed} from {table} where id not in (3, 4) order by id")
        ).all()
    engine.dispose()
    store = Store.open(str(tmp_path / "store.sqlite"))
    now = BEGAN + timedelta(days=1)
    synchronise(source, store, zone=ZoneInfo("Europe/Rome"), store_content=False, now=now)
    asked = BusinessQuery(metric="avg_duration")
    (row,) = run_query(store, asked, zone=ZoneInfo("Europe/Rome"), now=now).rows
    assert row[0] == pytest.approx((sum(map(float, by_hand)) + 0.08) / 5, abs=1e-3)
    store.close()


def test_an_execution_that_has_not_started_begins_when_it_was_created(
    n8n: N8nWriter, open_source: OpenSource
) -> None:
    n8n.execution(1, status="new", startedAt=None, stoppedAt=None)
    (record,) = open_source(n8n.url).executions_after(0, limit=1)
    assert (record.began_at, record.started_at, record.payload) == (BEGAN, None, "read")


def test_a_retry_leaves_the_copied_steps_to_the_first_attempt(
    n8n: N8nWriter, open_source: OpenSource
) -> None:
    nodes = [node("Posta", "emailReadImap"), node("Invia", "emailSend")]
    mail = {"from": "ada@x.it", "subject": "Reso"}
    n8n.execution(1, {"Posta": [run(mail)]}, nodes=nodes, status="error",
                  result={"error": {"message": "x"}, "lastNodeExecuted": "Invia"})  # fmt: skip
    later = BEGAN + timedelta(hours=1)
    n8n.execution(
        2,
        {"Posta": [run(mail)], "Invia": [run(delivered(), at=3601, after="Posta")]},
        nodes=nodes, mode="retry", retryOf="1", createdAt=later, startedAt=later + SECOND,
        stoppedAt=later + 2 * SECOND,
    )  # fmt: skip
    first, second = open_source(n8n.url).executions_after(0, limit=2)
    assert [b.direction for b in first.business] == ["received"]
    assert [b.direction for b in second.business] == ["sent"]
    assert (first.retry_of, second.retry_of) == (None, 1)


# --- errors ----------------------------------------------------------------------------------


def failed(n8n: N8nWriter, open_source: OpenSource, error: Any, **more: Any) -> tuple[Any, ...]:
    columns = {"status": "error", **more.pop("columns", {})}
    nodes = [node("Nuovo", "webhook"), node("Valida", "code")]
    n8n.execution(
        1,
        more.pop("run_data", {"Nuovo": [run({})]}),
        nodes=nodes,
        result={"error": error, "lastNodeExecuted": "Valida", **more},
        **columns,
    )
    (r,) = open_source(n8n.url).executions_after(0, limit=1)
    return r.error_message, r.error_cause, r.error_step, r.error_step_type


def test_a_failure_has_message_cause_and_step(n8n: N8nWriter, open_source: OpenSource) -> None:
    error = {"message": "Manca l'ordine ORD-12 [line 2]", "stack": "Error: …"}
    assert failed(n8n, open_source, error) == (
        "Manca l'ordine ORD-12 [line 2]", "Manca l'ordine …", "Valida", "n8n-nodes-base.code",
    )  # fmt: skip


def test_a_message_that_n8n_1_split_is_put_together_for_the_cause(
    sqlite_n8n: N8nWriter, open_source: OpenSource
) -> None:
    error = {
        "message": "impossibile registrare [line 2]",
        "description": "Ordine senza numero",
        "stack": "Error: Ordine senza numero: impossibile registrare\n    at VmCodeWrapper",
    }
    message, cause, _, _ = failed(sqlite_n8n, open_source, error)
    assert message == "impossibile registrare [line 2]"
    assert cause == "Ordine senza numero: impossibile registrare"


@pytest.mark.parametrize(
    ("error", "more", "expected"),
    [
        pytest.param("quota", {}, ("quota", "quota", "Valida"), id="a text"),
        pytest.param({"name": "TypeError"}, {}, ("TypeError", "TypeError", "Valida"), id="a name"),
        pytest.param(
            {"message": "x", "node": {"name": "Nuovo", "type": "n8n-nodes-base.webhook"}},
            {"lastNodeExecuted": None}, ("x", "x", "Nuovo"), id="the error's own step"),
        pytest.param(
            {"message": "x", "node": {"name": "Via", "type": "t"}},
            {"lastNodeExecuted": 5}, ("x", "x", "Via"), id="a step that is gone"),
        pytest.param(
            None, {"lastNodeExecuted": None,
                   "run_data": {"Valida": [run(executionStatus="error", error={"message": "y"})]}},
            ("y", "y", "Valida"), id="only the step knows"),
        pytest.param(None, {}, (None, None, "Valida"), id="nothing but the step known"),
        pytest.param([1], {"lastNodeExecuted": {}}, (None, None, None), id="junk"),
    ],
)  # fmt: skip
def test_failures_of_every_shape(
    sqlite_n8n: N8nWriter, open_source: OpenSource, error: Any, more: dict[str, Any], expected: Any
) -> None:
    assert failed(sqlite_n8n, open_source, error, **more)[:3] == expected


def test_a_success_that_went_on_after_an_error_has_none(
    sqlite_n8n: N8nWriter, open_source: OpenSource
) -> None:
    assert failed(sqlite_n8n, open_source, {"message": "x"}, columns={"status": "success"}) == (
        None, None, None, None,
    )  # fmt: skip


# --- what cannot be read ---------------------------------------------------------------------


def test_an_execution_without_its_data_is_read_without_it(
    n8n: N8nWriter, open_source: OpenSource
) -> None:
    n8n.execution(1, payload=False)
    n8n.execution(2)
    states = [r.payload for r in open_source(n8n.url).executions_after(0, limit=5)]
    assert states == ["missing", "read"]


def test_data_in_a_storage_that_is_not_read_is_elsewhere(
    n8n: N8nWriter, open_source: OpenSource
) -> None:
    n8n.sql(
        f"ALTER TABLE {n8n.table('execution_entity')} "
        "ADD COLUMN \"storedAt\" varchar(2) DEFAULT 'db'"
    )
    n8n.execution(1, payload=False, storedAt="s3")
    n8n.execution(2, payload=False)
    n8n.execution(3)
    n8n.execution(4, payload=False, storedAt="az")
    source = open_source(n8n.url)
    states = [r.payload for r in source.executions_after(0, limit=5)]
    assert states == ["elsewhere", "missing", "read", "elsewhere"]
    (told,) = [each for each in source.facts().warnings if "storage" in each]
    assert "2 executions" in told
    assert "(az, s3)" in told


@pytest.mark.parametrize(
    "damage",
    [
        {"data": "junk"}, {"data": ""}, {"data": "[]"}, {"data": '["x"]'},
        {"data": '[{"resultData":"1"},["0"]]'}, {"data": '[{"a":"7"}]'},
        {"data": "[" * 100_000}, {"workflow_data": "[]"}, {"workflow_data": "7"},
    ],
)  # fmt: skip
def test_an_execution_that_cannot_be_decoded_does_not_stop_the_rest(
    n8n: N8nWriter, open_source: OpenSource, damage: dict[str, Any]
) -> None:
    n8n.execution(1, status="error", **damage)
    n8n.execution(2, {"Passo": [run({"order_id": "A"})]})
    broken, whole = open_source(n8n.url).executions_after(0, limit=5)
    assert (broken.payload, broken.status, broken.business) == ("unreadable", "error", ())
    assert broken.duration_s == pytest.approx(2.0)
    assert (whole.payload, len(whole.business)) == ("read", 1)


def test_a_status_that_nobody_knows_is_kept_and_reported(
    n8n: N8nWriter, open_source: OpenSource
) -> None:
    n8n.execution(1, {"Passo": [run({"order_id": "A"})]}, status="paused")
    n8n.execution(2)
    source = open_source(n8n.url)
    records = source.executions_after(0, limit=5)
    assert [(r.status, r.payload) for r in records] == [("paused", "read"), ("success", "read")]
    assert len(records[0].business) == 1
    assert any("paused" in warning for warning in source.facts().warnings)


def test_several_threads_read_at_once(n8n: N8nWriter, open_source: OpenSource) -> None:
    from concurrent.futures import ThreadPoolExecutor

    for number in range(1, 21):
        n8n.execution(number, {"Passo": [run({"order_id": str(number)})]})
    source = open_source(n8n.url, pool_size=3)
    expected = source.executions_after(0, limit=50)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: source.executions_after(0, limit=50), range(16)))
    assert all(records == expected for records in found)


# --- versions of n8n -------------------------------------------------------------------------


def test_the_tables_of_n8n_0_are_read(n8n: N8nWriter, open_source: OpenSource) -> None:
    for name in ("createdAt", "deletedAt", "status"):
        n8n.sql(f'ALTER TABLE {n8n.table("execution_entity")} RENAME COLUMN "{name}" TO "no{name}"')
    n8n.sql(f'ALTER TABLE {n8n.table("workflow_entity")} RENAME COLUMN "isArchived" TO "noA"')
    n8n.sql(f"DROP TABLE {n8n.table('execution_data')}", f"DROP TABLE {n8n.table('project')}")
    for name in ("data", "workflowData"):
        n8n.sql(f'ALTER TABLE {n8n.table("execution_entity")} ADD COLUMN "{name}" text')
    moment = "2026-11-02 09:00:00.000+00" if n8n.dialect == "postgresql" else "2026-11-02 09:00:00"
    text = '[{"resultData":"1"},{"runData":"2"},{"Passo":"3"},["4"],{"data":"5"},{"main":"6"},' \
           '["7"],["8"],{"json":"9"},{"order_id":"10"},"A"]'  # fmt: skip
    columns: dict[str, Any] = {
        "workflowId": "w1", "mode": "webhook", "data": text, "nostatus": "",
        "startedAt": moment, "workflowData": '{"nodes":[]}',
    }  # fmt: skip
    n8n.insert("execution_entity", id=1, finished=True, stoppedAt=moment, **columns)
    n8n.insert("execution_entity", id=2, finished=False, stoppedAt=moment, **columns)
    n8n.insert("execution_entity", id=3, finished=False, **columns)
    n8n.insert("execution_entity", id=4, finished=False, waitTill=moment, **columns)
    source = open_source(n8n.url)
    records = source.executions_after(0, limit=9)
    assert [r.status for r in records] == ["success", "error", "running", "waiting"]
    assert {(r.began_at, r.payload, r.business[0].order_id) for r in records} == {
        (BEGAN, "read", "A")
    }
    assert source.facts().n8n_major is None
    assert not source.processes()[0].archived


def test_which_n8n_it_is(n8n: N8nWriter, open_source: OpenSource) -> None:
    assert open_source(n8n.url).facts().n8n_major == 1
    n8n.sql(f'CREATE TABLE {n8n.table("workflow_published_version")} ("workflowId" varchar(36))')
    assert open_source(n8n.url).facts().n8n_major == 2


def test_an_upgrade_of_n8n_while_reading_is_noticed(
    n8n: N8nWriter, open_source: OpenSource
) -> None:
    n8n.execution(1)
    source = open_source(n8n.url)
    assert len(source.executions_after(0, limit=5)) == 1
    n8n.sql(f'ALTER TABLE {n8n.table("execution_entity")} DROP COLUMN "retryOf"')
    (record,) = source.executions_after(0, limit=5)
    assert record.retry_of is None


def test_facts_tell_what_was_found(n8n: N8nWriter, open_source: OpenSource) -> None:
    n8n.workflow("w2", "Ping", settings={"saveDataSuccessExecution": "none"})
    n8n.execution(4)
    n8n.execution(9, deletedAt=datetime(2026, 11, 3, tzinfo=UTC))
    facts = open_source(n8n.url).facts()
    assert (facts.executions, facts.max_execution_id, facts.processes) == (1, 4, 2)
    assert facts.dialect == n8n.dialect
    assert any("Ping" in warning for warning in facts.warnings)


def test_the_identity_is_stable_and_belongs_to_one_n8n(
    n8n: N8nWriter, open_source: OpenSource
) -> None:
    first = open_source(n8n.url).identity
    assert first == open_source(n8n.url).identity
    n8n.insert("project", id="sEcOnD", name="Bob", type="personal",
               createdAt="2027-01-01 00:00:00.000")  # fmt: skip
    assert open_source(n8n.url).identity == first
    n8n.delete("project", "pRoJeCt1")
    assert open_source(n8n.url).identity != first


def test_an_address_tells_how_its_identity_begins(n8n: N8nWriter, open_source: OpenSource) -> None:
    identity = open_source(n8n.url).identity
    assert identity == open_source(n8n.url, schema="n8n").identity
    assert identity.startswith(address_key(n8n.url))
    assert identity.startswith(address_key(n8n.url, "n8n") + "-")
    assert identity.startswith(address_key(n8n.url, "other")) is (n8n.dialect == "sqlite")
    assert not identity.startswith(address_key(n8n.url + "2"))
