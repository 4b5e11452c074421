"""The demo database: n8n's format, the same every time, with every trap of the real ones."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from persistence.demo import Simulation, make_demo_database
from tests.persistence.demo.conftest import ARGUMENTS, NOW, ROME, Demo
from tests.support.truth import unflatten

LATEST = "2026-11-22 12:58:00.000"


@pytest.fixture(scope="module")
def database(demo: Demo) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"file:{demo.path}?mode=ro", uri=True)
    yield connection
    connection.close()


def count(database: sqlite3.Connection, condition: str) -> int:
    """How many executions fulfil *condition* (``e`` the row, ``d`` its data, ``w`` its process)."""
    query = (
        "SELECT count(*) FROM execution_entity e "  # noqa: S608 - conditions of this file
        "JOIN workflow_entity w ON w.id = e.workflowId "
        f"LEFT JOIN execution_data d ON d.executionId = e.id WHERE {condition}"
    )
    return int(database.execute(query).fetchone()[0])


def runs_of(database: sqlite3.Connection, condition: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The decoded run data of the executions that fulfil *condition*."""
    query = (
        "SELECT e.id, d.data FROM execution_entity e "  # noqa: S608 - conditions of this file
        "JOIN workflow_entity w ON w.id = e.workflowId "
        f"JOIN execution_data d ON d.executionId = e.id WHERE {condition} ORDER BY e.id"
    )
    for number, text in database.execute(query):
        try:
            yield number, unflatten(text)["resultData"]["runData"]
        except (ValueError, LookupError):
            continue  # the damaged ones have a test of their own


def records(run: dict[str, Any]) -> list[dict[str, Any]]:
    return [item["json"] for output in run.get("data", {}).get("main", []) for item in output or []]


# --- the file --------------------------------------------------------------------------------

N8N_COLUMNS = {
    "execution_entity": "id workflowId finished mode retryOf retrySuccessId startedAt stoppedAt "
    "waitTill status deletedAt createdAt",
    "execution_data": "executionId workflowData data",
    "execution_metadata": "id executionId key value",
    "workflow_entity": "id name active nodes connections settings staticData pinData versionId "
    "triggerCount meta parentFolderId createdAt updatedAt isArchived versionCounter description "
    "activeVersionId",
    "workflow_history": "versionId workflowId authors createdAt updatedAt nodes connections name "
    "autosaved description",
    "shared_workflow": "workflowId projectId role createdAt updatedAt",
    "project": "id name type createdAt updatedAt icon description",
    "folder": "id name parentFolderId projectId createdAt updatedAt",
    "tag_entity": "id name createdAt updatedAt",
    "workflows_tags": "workflowId tagId",
    "workflow_statistics": "count latestEvent name workflowId rootCount",
    "insights_metadata": "metaId workflowId projectId workflowName projectName",
    "insights_raw": "id metaId type value timestamp",
    "insights_by_period": "id metaId type value periodUnit periodStart",
    "migrations": "id timestamp name",
    "settings": "key value loadOnStartup",
}


@pytest.mark.parametrize("table", N8N_COLUMNS)
def test_a_table_has_the_columns_of_n8n_1_in_their_order(
    table: str, database: sqlite3.Connection
) -> None:
    columns = [row[1] for row in database.execute(f'PRAGMA table_info("{table}")')]
    assert columns == N8N_COLUMNS[table].split()


def test_executions_have_the_indexes_of_n8n_1_and_no_more(database: sqlite3.Connection) -> None:
    indexes = {row[1] for row in database.execute("PRAGMA index_list(execution_entity)")}
    assert indexes == {"IDX_execution_entity_stoppedAt", "IDX_execution_entity_deletedAt"}


def test_the_journal_is_that_of_n8n_1(database: sqlite3.Connection) -> None:
    assert database.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_nothing_in_the_file_contradicts_itself(database: sqlite3.Connection) -> None:
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_moments_are_written_as_n8n_writes_them(database: sqlite3.Connection) -> None:
    shape = "____-__-__ __:__:__.___"
    for column in ("createdAt", "startedAt", "stoppedAt", "waitTill", "deletedAt"):
        assert not count(database, f"e.{column} NOT LIKE '{shape}'"), column


def test_nothing_happens_after_now_except_what_is_waited_for(
    database: sqlite3.Connection,
) -> None:
    for column in ("createdAt", "startedAt", "stoppedAt", "deletedAt"):
        assert not count(database, f"e.{column} > '{LATEST}'"), column
    assert count(database, f"e.waitTill > '{LATEST}'") >= 2


def test_executions_follow_each_other_in_time_and_id(database: sqlite3.Connection) -> None:
    query = (
        "SELECT count(*) FROM (SELECT createdAt, lag(createdAt) OVER (ORDER BY id) AS before "
        "FROM execution_entity) WHERE createdAt < before"
    )
    assert database.execute(query).fetchone() == (0,)


def test_the_summary_says_what_is_in_the_file(demo: Demo, database: sqlite3.Connection) -> None:
    written, first, last = database.execute(
        "SELECT count(*), min(createdAt), max(createdAt) FROM execution_entity"
    ).fetchone()
    names = {row[0] for row in database.execute("SELECT name FROM workflow_entity")}
    summary = demo.summary
    assert (summary.executions, summary.path) == (written, demo.path)
    assert summary.start == datetime.fromisoformat(first).replace(tzinfo=UTC)
    assert summary.end == datetime.fromisoformat(last).replace(tzinfo=UTC)
    assert set(summary.processes) == names
    assert len(summary.processes) == len(names)


def test_equal_arguments_give_equal_files_and_others_do_not(tmp_path: Path) -> None:
    small: dict[str, Any] = {**ARGUMENTS, "days": 4, "scale": 0.1}
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        make_demo_database(tmp_path / name, **small, seed=seed)
    a, b, c = ((tmp_path / name).read_bytes() for name in "abc")
    assert a == b
    assert a != c


def test_the_default_is_thousands_of_executions_with_a_peak_and_a_bad_morning(
    tmp_path: Path,
) -> None:
    path = tmp_path / "n8n.sqlite"
    summary = make_demo_database(path, now=NOW)
    assert 6_000 <= summary.executions <= 9_500
    assert path.stat().st_size < 80_000_000
    assert summary.start.astimezone(ROME).date() == NOW.astimezone(ROME).date() - timedelta(59)
    connection = sqlite3.connect(path)
    a_day = connection.execute(
        "SELECT sum(name = 'Ordini dal negozio online'), sum(status = 'error') "
        "FROM execution_entity e JOIN workflow_entity w ON w.id = workflowId "
        "GROUP BY date(e.createdAt) ORDER BY 1"
    ).fetchall()
    connection.close()
    orders, errors = (sorted(column) for column in zip(*a_day, strict=True))
    assert orders[-1] > 1.8 * orders[30]
    assert errors[-1] > 4 * errors[30]


def test_what_was_there_is_replaced_and_nothing_is_left_beside(tmp_path: Path) -> None:
    path = tmp_path / "new" / "n8n.sqlite"
    path.parent.mkdir()
    path.write_text("something else")
    make_demo_database(path, now=NOW, days=1, scale=0.1)
    assert [file.name for file in path.parent.iterdir()] == ["n8n.sqlite"]
    assert path.read_bytes().startswith(b"SQLite format 3\x00")


def test_progress_ends_at_its_total(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    make_demo_database(
        tmp_path / "n8n.sqlite",
        now=NOW,
        days=2,
        scale=0.5,
        progress=lambda done, total: heard.append((done, total)),
    )
    assert heard == sorted(heard)
    assert heard[-1][0] == heard[-1][1] > 0


@pytest.mark.parametrize("days", [1, 2, 7, 30])
@pytest.mark.parametrize("zone", ["Europe/Rome", "America/New_York", "Asia/Kolkata"])
def test_short_spans_and_other_zones_work_too(days: int, zone: str, tmp_path: Path) -> None:
    now = datetime(2027, 3, 29, 0, 10, tzinfo=UTC)  # the morning after summer time began
    summary = make_demo_database(
        tmp_path / "n8n.sqlite", now=now, zone=ZoneInfo(zone), days=days, scale=0.05
    )
    today = now.astimezone(ZoneInfo(zone)).date()
    assert summary.start.astimezone(ZoneInfo(zone)).date() >= today - timedelta(days - 1)
    assert summary.end <= now


def test_a_moment_without_an_offset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no offset"):
        make_demo_database(tmp_path / "n8n.sqlite", now=datetime(2026, 11, 22))


@pytest.mark.parametrize("wrong", [{"days": 0}, {"scale": 0}, {"scale": -1}])
def test_a_span_without_days_or_work_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        Simulation(now=NOW, zone=ROME, **wrong)


def test_a_place_that_cannot_be_written_is_an_os_error_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError, match="file"):
        make_demo_database(tmp_path / "file" / "n8n.sqlite", now=NOW, days=1)
    assert [file.name for file in tmp_path.iterdir() if file.name != "milhena-home"] == ["file"]


# --- the rhythm ------------------------------------------------------------------------------


def test_work_days_are_busier_than_sundays_and_mornings_than_lunch(demo: Demo) -> None:
    received = [fact["at"] for fact in demo.facts["received"]]
    by_weekday = [sum(at.isoweekday() == day for at in received) for day in range(1, 8)]
    by_hour = [sum(at.hour == hour for at in received) for hour in range(24)]
    assert min(by_weekday[:5]) > 2 * max(by_weekday[5:])
    assert by_hour[10] > 1.5 * by_hour[13] < by_hour[15]


# --- the traps -------------------------------------------------------------------------------

IN_ROWS: dict[str, tuple[str, int]] = {
    "sub-workflows": ("e.mode = 'integrated'", 100),
    "runs of the error workflow": ("e.mode = 'error' AND e.status = 'success'", 20),
    "retries that succeed": ("e.mode = 'retry' AND e.status = 'success' AND e.retryOf <> ''", 2),
    "originals that know their retry": ("e.retrySuccessId <> '' AND e.status = 'error'", 2),
    "manual runs": ("e.mode = 'manual'", 5),
    "manual runs of the same process as real ones": (
        "e.mode = 'manual' AND w.name = 'Ordini dal negozio online'",
        1,
    ),
    "manual runs with pinned data": ("e.mode = 'manual' AND d.data LIKE '%\"pinData\"%'", 2),
    "runs from the command line": ("e.mode = 'cli'", 2),
    "evaluations": ("e.mode = 'evaluation'", 2),
    "runs of n8n's own chat": ("e.mode = 'chat'", 3),
    "crashed rows": ("e.status = 'crashed' AND d.data LIKE '%isArtificialRecovered%'", 2),
    "canceled rows": ("e.status = 'canceled' AND e.stoppedAt IS NOT NULL", 2),
    "waiting rows with an end": (
        "e.status = 'waiting' AND e.stoppedAt <> '' AND waitTill <> ''",
        2,
    ),
    "rows resumed a week after they were made": (
        "julianday(e.startedAt) - julianday(e.createdAt) > 6.9 AND e.status = 'success'",
        2,
    ),
    "resumed rows that failed": (
        "julianday(e.startedAt) - julianday(e.createdAt) > 6.9 AND e.status = 'error'",
        1,
    ),
    "running now": (f"e.status = 'running' AND e.createdAt > datetime('{LATEST}', '-1 hour')", 1),
    "left running for days": (
        f"e.status = 'running' AND e.createdAt < datetime('{LATEST}', '-5 days')",
        1,
    ),
    "queued": ("e.status = 'new' AND e.startedAt IS NULL", 1),
    "soft-deleted rows with data": ("e.deletedAt IS NOT NULL AND d.data <> ''", 3),
    "soft-deleted orders": (
        "e.deletedAt IS NOT NULL AND w.name = 'Ordini dal negozio online'",
        1,
    ),
    "rows without data": ("d.executionId IS NULL", 3),
    "rows under a former name": (
        "w.name LIKE 'Fatture%' AND d.workflowData LIKE '%\"Fatturazione elettronica\"%'",
        5,
    ),
    "executions of an inactive process": ("w.active = 0 AND w.isArchived = 0", 10),
    "executions of an archived process": ("w.isArchived = 1", 10),
    "apostrophes, accents and quotes in names": ("w.name LIKE '%com''è%' OR w.name LIKE '%«%'", 10),
    "percent signs, underscores and quotes in texts": (
        "d.data LIKE '%100\\%%' ESCAPE '\\' AND d.data LIKE '%\\_%' ESCAPE '\\'",
        1,
    ),
    "emoji": ("d.data LIKE '%🎁%' OR d.data LIKE '%🎀%'", 3),
    "very long texts": ("length(d.data) > 15000 AND d.data NOT LIKE '%readers%'", 2),
    "line separators of Unicode": (f"d.data LIKE '%{chr(0x2028)}%'", 5),
    "binary data in the row": ("d.data LIKE '%\"fileExtension\":%' AND d.data LIKE '%PD94bW%'", 5),
    "credentials in headers": ("d.data LIKE '%Bearer %' AND d.data LIKE '%\"cookie\"%'", 50),
    "loops": ("d.data LIKE '%\"noItemsLeft\":true%'", 5),
}


@pytest.mark.parametrize("trap", IN_ROWS)
def test_the_trap_is_there(trap: str, database: sqlite3.Connection) -> None:
    condition, at_least = IN_ROWS[trap]
    assert count(database, condition) >= at_least


def test_ids_have_gaps(database: sqlite3.Connection) -> None:
    rows, first, last = database.execute(
        "SELECT count(*), min(id), max(id) FROM execution_entity"
    ).fetchone()
    assert last - first > 1.5 * rows
    assert (
        last <= dict(database.execute("SELECT name, seq FROM sqlite_sequence"))["execution_entity"]
    )


def test_damaged_data_is_damaged_in_three_ways(database: sqlite3.Connection) -> None:
    failures = set()
    for (text,) in database.execute("SELECT data FROM execution_data"):
        try:
            unflatten(text)
        except (ValueError, LookupError) as error:
            failures.add(f"{type(error).__name__} {text[:2]}")
    assert failures == {"JSONDecodeError [{", "IndexError [{", "JSONDecodeError {b"}


def test_a_process_that_saves_no_successes_has_only_its_errors_and_statistics(
    database: sqlite3.Connection,
) -> None:
    name = "Controllo sito ogni 15 minuti"
    errors = count(database, f"w.name = '{name}'")
    assert errors == count(database, f"w.name = '{name}' AND e.status = 'error'") >= 3
    figures = dict(
        database.execute(
            "SELECT s.name, s.count FROM workflow_statistics s "
            "JOIN workflow_entity w ON w.id = s.workflowId WHERE w.name = ?",
            (name,),
        )
    )
    assert figures["production_error"] == errors
    assert figures["production_success"] > 5_000
    settings = database.execute(
        "SELECT settings FROM workflow_entity WHERE name = ?", (name,)
    ).fetchone()[0]
    assert json.loads(settings)["saveDataSuccessExecution"] == "none"


def test_statistics_and_insights_count_what_n8n_would_have_counted(
    database: sqlite3.Connection,
) -> None:
    (counted,) = database.execute(
        "SELECT sum(count) FROM workflow_statistics s JOIN workflow_entity w "
        "ON w.id = s.workflowId WHERE s.name = 'production_error'"
    ).fetchone()
    assert counted == count(database, "e.status IN ('error', 'crashed') AND e.mode <> 'manual'")
    (failures,) = database.execute(
        "SELECT (SELECT coalesce(sum(value), 0) FROM insights_by_period WHERE type = 3) "
        "+ (SELECT coalesce(sum(value), 0) FROM insights_raw WHERE type = 3)"
    ).fetchone()
    assert failures == count(
        database,
        "e.status IN ('error', 'crashed') AND e.mode NOT IN ('manual', 'integrated', 'chat')",
    )


def test_a_crashed_row_has_artificial_items_and_moments_in_seconds(
    database: sqlite3.Connection,
) -> None:
    for _, runs in runs_of(database, "e.status = 'crashed'"):
        for run in (run for node in runs.values() for run in node):
            assert run["startTime"] < 10_000_000_000
            assert all(r == {"isArtificialRecoveredEventItem": True} for r in records(run))


def test_a_retry_copies_steps_that_are_older_than_itself(database: sqlite3.Connection) -> None:
    created = dict(
        database.execute(
            "SELECT id, (julianday(createdAt) - 2440587.5) * 86400000 FROM execution_entity"
        )
    )
    copied = set()
    for number, runs in runs_of(database, "e.mode = 'retry'"):
        old = {name for name, node in runs.items() if node[0]["startTime"] < created[number]}
        assert old
        assert old < runs.keys()
        copied |= old
    # Among them are steps that did business when they ran for the first time.
    assert {"Ordine ricevuto", "Posta in arrivo", "Assistente IA"} <= copied


def test_disabled_steps_hand_on_what_a_mail_step_put_out(database: sqlite3.Connection) -> None:
    mails = "Copia al commercialista (sospesa)"
    (nodes,) = database.execute(
        "SELECT nodes FROM workflow_entity WHERE nodes LIKE ?", (f"%{mails}%",)
    ).fetchone()
    assert next(n for n in json.loads(nodes) if n["name"] == mails)["disabled"] is True
    found = [runs for _, runs in runs_of(database, "w.nodes LIKE '%sospesa%'") if mails in runs]
    assert found
    for runs in found:
        assert records(runs[mails][0]) == records(runs["Invia fattura"][0])
        assert records(runs[mails][0])[0]["accepted"]


def test_parents_and_sub_workflows_know_each_other(database: sqlite3.Connection) -> None:
    modes = dict(database.execute("SELECT id, mode FROM execution_entity"))
    calls = [
        run["metadata"]["subExecution"]
        for _, runs in runs_of(database, "w.name = 'Ordini dal negozio online'")
        for run in runs.get("Aggiorna cliente", ())
    ]
    assert calls
    assert {modes[int(call["executionId"])] for call in calls} == {"integrated"}
    for number, runs in runs_of(database, "e.mode = 'integrated'"):
        first = next(iter(runs.values()))[0]
        parent = int(first["metadata"]["parentExecution"]["executionId"])
        assert parent < number
        assert modes.get(parent, "webhook") in ("webhook", "retry", "manual")


def test_an_agent_calls_its_model_more_than_once_for_one_answer(
    database: sqlite3.Connection,
) -> None:
    found = [
        (len(runs["Modello OpenAI"]), len(records(runs["Assistente IA"][0])))
        for _, runs in runs_of(database, "w.nodes LIKE '%cerca_ordine%'")
        if "Assistente IA" in runs
    ]
    assert any(calls > answers for calls, answers in found)
    assert max(answers for _, answers in found) == 3


def test_one_look_into_the_mailbox_brings_several_mails(database: sqlite3.Connection) -> None:
    found = [
        len(records(runs["Posta in arrivo"][0]))
        for _, runs in runs_of(database, "w.nodes LIKE '%Posta in arrivo%'")
    ]
    assert {1, 2, 3} <= set(found)


def test_the_newsletter_has_many_runs_refused_readers_and_error_items(
    database: sqlite3.Connection,
) -> None:
    sent: list[dict[str, Any]] = []
    loops = []
    for _, runs in runs_of(database, "w.name LIKE 'Newsletter%'"):
        loops.append(len(runs["A gruppi di cinque"]))
        sent += [record for run in runs["Spedisci il numero"] for record in records(run)]
    assert max(loops) >= 6
    assert any("error" in record for record in sent)
    assert any(record.get("rejected") and not record["accepted"] for record in sent)
    assert any(record.get("rejected") and record["accepted"] for record in sent)


def test_an_ai_step_that_goes_on_after_an_error_puts_out_no_answer(
    database: sqlite3.Connection,
) -> None:
    found = [
        record
        for _, runs in runs_of(database, "w.nodes LIKE '%cerca_ordine%'")
        for record in records(runs.get("Assistente IA", [{}])[0])
        if "error" in record
    ]
    assert found
    assert not any("output" in record for record in found)


def test_a_mail_step_that_may_fail_hands_its_input_on(database: sqlite3.Connection) -> None:
    found = [
        run
        for _, runs in runs_of(database, "w.name LIKE 'Recensioni%' AND e.status = 'success'")
        for run in runs.get("Segnala all'ufficio", ())
        if "error" in run
    ]
    assert found
    assert all(records(run) and not records(run)[0].get("accepted") for run in found)


def _numbers_seen(database: sqlite3.Connection) -> dict[str, list[tuple[str, str, bool]]]:
    """For each order number the executions that show it: process, status, with a total or not."""
    seen: dict[str, list[tuple[str, str, bool]]] = {}
    known = {
        number: (name, status)
        for number, name, status in database.execute(
            "SELECT e.id, w.name, status FROM execution_entity e "
            "JOIN workflow_entity w ON w.id = workflowId "
            "WHERE deletedAt IS NULL AND mode <> 'manual'"
        )
    }
    for number, runs in runs_of(database, "e.status IN ('success', 'error')"):
        if number not in known:
            continue
        shown: dict[str, bool] = {}
        for record in (r for node in runs.values() for run in node for r in records(run)):
            body = record.get("body") or record
            order = body.get("order_id") or body.get("orderId")
            if order:
                shown[str(order)] = shown.get(str(order), False) or "total" in body
        for order, total in shown.items():
            seen.setdefault(order, []).append((*known[number], total))
    return seen


def test_an_order_number_comes_back_in_other_executions_and_processes(
    database: sqlite3.Connection,
) -> None:
    seen = _numbers_seen(database)
    assert max(len({process for process, _, _ in shown}) for shown in seen.values()) >= 4
    assert any(
        sum(process == "Ordini dal negozio online" for process, _, _ in shown) > 1
        for shown in seen.values()
    )


def test_some_orders_are_first_seen_in_a_failure_and_get_their_total_later(
    database: sqlite3.Connection,
) -> None:
    found = [
        shown
        for shown in _numbers_seen(database).values()
        if shown[0][1] == "error" and not shown[0][2] and any(total for _, _, total in shown)
    ]
    assert len(found) >= 2


def test_some_orders_are_first_seen_elsewhere(database: sqlite3.Connection) -> None:
    first = {shown[0][0] for shown in _numbers_seen(database).values()}
    assert {
        "Ordini dal negozio online",
        "Ordini marketplace (vecchio, non usare)",
        "Assistenza clienti: risposte e-mail con l'IA",
    } < first


def test_the_night_runs_follow_the_local_clock_across_the_change(demo: Demo) -> None:
    nights: dict[str, list[str]] = {}
    for fact in demo.facts["executions"]:
        if fact["process"] == "Copia notturna dei dati":
            nights.setdefault(f"{fact['at']:%d/%m}", []).append(f"{fact['at']:%H:%M %z}")
    assert nights["24/10"] == ["00:20 +0200", "02:30 +0200", "23:40 +0200"]
    assert nights["25/10"] == ["00:20 +0200", "02:30 +0200", "02:30 +0100", "23:40 +0100"]
    assert nights["26/10"] == ["00:20 +0100", "02:30 +0100", "23:40 +0100"]


def test_a_skipped_hour_has_no_run(tmp_path: Path) -> None:
    path = tmp_path / "n8n.sqlite"
    make_demo_database(path, now=datetime(2027, 3, 29, 6, tzinfo=UTC), days=3, scale=0.1)
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT substr(e.createdAt, 12, 5) FROM execution_entity e JOIN workflow_entity w "
        "ON w.id = workflowId WHERE w.name = 'Copia notturna dei dati' "
        "AND e.createdAt BETWEEN '2027-03-27 22:50' AND '2027-03-28 22:00' ORDER BY e.createdAt"
    ).fetchall()
    connection.close()
    assert [row[0] for row in rows] == ["23:20", "21:40"]
