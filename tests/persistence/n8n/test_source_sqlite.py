"""What is particular to n8n on SQLite: files, locks, journals, and types that nobody checked."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from core.errors import (
    SourceError,
    SourceForbidden,
    SourceLocked,
    SourceNotN8n,
    SourceUnreachable,
)
from persistence.n8n.connections import connect
from persistence.n8n.source import N8nSource, address_key
from tests.persistence.n8n.conftest import OpenSource
from tests.persistence.n8n.n8n_writer import BEGAN, N8nWriter, run


def contents(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


# --- naming the file -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "{file}",
        " {file}\n",
        "sqlite:///{file}",
        "sqlite+pysqlite:///{file}",
        "SQLite:///{file}",
        "sqlite://{file}",
        "sqlite:///{relative}",
        "{relative}",
        "./{relative}",
        "~/{relative}",
        "sqlite:///~/{relative}",
        "{file}?mode=ro",
        "sqlite:///{file}?timeout=5",
    ],
)
def test_the_file_may_be_named_in_every_usual_way(
    sqlite_n8n: N8nWriter, sqlite_file: Path, open_source: OpenSource, address: str
) -> None:
    source = open_source(address.format(file=sqlite_file, relative=sqlite_file.name))
    assert source.url == f"sqlite:///{sqlite_file}"
    assert source.identity == open_source(str(sqlite_file)).identity


@pytest.mark.parametrize(
    "name",
    ["n8n è già qui.sqlite", "cos'è?.sqlite", "a#b.sqlite", "100%25.sqlite", "50%.sqlite",
     "a&b=c;d.db", "file:x.db", "spazio .sqlite"],
)  # fmt: skip
def test_every_file_name_works(
    sqlite_n8n: N8nWriter, tmp_path: Path, open_source: OpenSource, name: str
) -> None:
    sqlite_n8n.execution(3)
    folder = tmp_path / "una cartella #1"
    folder.mkdir()
    shutil.copy(tmp_path / "database.sqlite", folder / name)
    for address in (str(folder / name), f"sqlite:///{folder / name}"):
        assert open_source(address).max_execution_id() == 3
    assert [file.name for file in folder.iterdir()] == [name]


def test_a_percent_encoded_path_works(
    sqlite_n8n: N8nWriter, tmp_path: Path, open_source: OpenSource
) -> None:
    shutil.copy(tmp_path / "database.sqlite", tmp_path / "il mio n8n.sqlite")
    assert open_source(f"sqlite:///{tmp_path}/il%20mio%20n8n.sqlite").max_execution_id() == 0


def test_a_link_leads_to_the_same_source(
    sqlite_n8n: N8nWriter, sqlite_file: Path, tmp_path: Path, open_source: OpenSource
) -> None:
    (tmp_path / "link.sqlite").symlink_to(sqlite_file)
    link = open_source(str(tmp_path / "link.sqlite"))
    assert link.identity == open_source(str(sqlite_file)).identity


def test_another_file_is_another_source(
    sqlite_n8n: N8nWriter, sqlite_file: Path, tmp_path: Path, open_source: OpenSource
) -> None:
    shutil.copy(sqlite_file, tmp_path / "copy.sqlite")
    assert open_source("copy.sqlite").identity != open_source(str(sqlite_file)).identity


# --- files that are no n8n database ----------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        pytest.param(lambda f: None, SourceUnreachable, "no file", id="missing"),
        pytest.param(lambda f: f.mkdir(), SourceUnreachable, "folder", id="a folder"),
        pytest.param(lambda f: f.touch(), SourceNotN8n, "empty", id="empty"),
        pytest.param(lambda f: f.write_text("x" * 5000), SourceNotN8n, "not a SQLite", id="text"),
        pytest.param(lambda f: f.write_bytes(b"SQLite format 3\0" + b"\xff" * 4080),
                     SourceError, "database", id="only the header"),
        pytest.param(lambda f: os.mkfifo(f), SourceNotN8n, "not a database file", id="a pipe"),
    ],
)  # fmt: skip
def test_what_is_no_database_is_told_in_one_sentence(
    tmp_path: Path, make: Callable[[Path], Any], error: type[SourceError], words: str
) -> None:
    file = tmp_path / "n8n.sqlite"
    make(file)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(error, match=words) as caught:
        N8nSource.open(f"sqlite:///{file}")
    assert str(file) in str(caught.value)
    assert "MILHENA_N8N_URL" in str(caught.value)
    assert caught.value.url == f"sqlite:///{file}"
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("address", ["", "  ", ":memory:", "sqlite://", "sqlite:///:memory:"])
def test_an_address_without_a_file_is_told(address: str) -> None:
    with pytest.raises(SourceError, match="MILHENA_N8N_URL"):
        N8nSource.open(address)


@pytest.mark.parametrize("address", ["nul\0byte", "x" * 5000, "a/" * 3000, "~nobody-here/x.db"])
def test_a_path_that_cannot_be_is_told(address: str) -> None:
    with pytest.raises(SourceUnreachable):
        N8nSource.open(address)


@pytest.mark.parametrize("address", ["mysql://u:s3cret@h/d", "http://s3cret@x/", "oracle+x://a"])
def test_another_kind_of_database_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(SourceError, match="postgresql://") as caught:
        N8nSource.open(address)
    assert "s3cret" not in str(caught.value) + caught.value.url


def test_another_programs_database_is_not_n8ns(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "other.sqlite")
    connection.execute("CREATE TABLE notes (id)")
    connection.close()
    with pytest.raises(SourceNotN8n, match="execution_entity"):
        N8nSource.open("other.sqlite")


def test_tables_of_that_name_with_other_columns_are_not_n8ns(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "other.sqlite")
    connection.executescript(
        "CREATE TABLE execution_entity (id); CREATE TABLE workflow_entity (id)"
    )
    connection.close()
    with pytest.raises(SourceNotN8n, match="no column"):
        N8nSource.open("other.sqlite")


def test_a_damaged_database_is_told(sqlite_n8n: N8nWriter, sqlite_file: Path) -> None:
    for number in range(1, 60):
        sqlite_n8n.execution(number, {"Passo": [run({"text": "x" * 500})]})
    sqlite_n8n.close()
    whole = sqlite_file.read_bytes()
    sqlite_file.write_bytes(whole[: 4096 * 8] + b"\xee" * (len(whole) - 4096 * 8))
    with pytest.raises(SourceError, match=r"damaged|malformed"):  # noqa: PT012 - either may see it
        source = N8nSource.open(str(sqlite_file))
        try:
            source.executions_after(0, limit=100)
        finally:
            source.close()


def test_a_file_that_goes_away_is_told(
    sqlite_n8n: N8nWriter, sqlite_file: Path, open_source: OpenSource
) -> None:
    source = open_source(str(sqlite_file))
    sqlite_file.rename(sqlite_file.with_suffix(".old"))
    assert source.identity.startswith(address_key(str(sqlite_file)))
    assert source.identity.startswith(address_key(f"sqlite:///{sqlite_file.name}"))
    with pytest.raises(SourceUnreachable, match="no file"):
        source.max_execution_id()
    assert not sqlite_file.exists()


def test_a_file_restored_from_a_backup_is_read_anew(
    sqlite_n8n: N8nWriter, sqlite_file: Path, tmp_path: Path, open_source: OpenSource
) -> None:
    source = open_source(str(sqlite_file))
    shutil.copy(sqlite_file, tmp_path / "backup.sqlite")
    sqlite_n8n.execution(5)
    assert source.max_execution_id() == 5
    (tmp_path / "backup.sqlite").replace(sqlite_file)
    assert source.max_execution_id() == 0


# --- beside a running n8n --------------------------------------------------------------------


@pytest.fixture
def n8n_connection(sqlite_n8n: N8nWriter, sqlite_file: Path) -> Iterator[sqlite3.Connection]:
    """n8n's own connection, as another program would hold it."""
    connection = sqlite3.connect(
        sqlite_file, isolation_level=None, check_same_thread=False, timeout=0
    )
    yield connection
    connection.close()


def test_nothing_is_written_and_nothing_can_be(
    sqlite_n8n: N8nWriter, sqlite_file: Path, tmp_path: Path
) -> None:
    for number in range(1, 20):
        sqlite_n8n.execution(number)
    sqlite_n8n.close()
    before = contents(tmp_path)
    source = N8nSource.open(str(sqlite_file))
    source.facts()
    source.executions_after(0, limit=50)
    source.close()
    connections = connect(str(sqlite_file), pool_size=1, patience_s=1, statement_timeout_s=1)
    with (
        pytest.raises(OperationalError, match="readonly"),
        connections.engine.begin() as connection,
    ):
        connection.execute(text("DELETE FROM execution_entity"))
    connections.engine.dispose()
    assert contents(tmp_path) == before


def test_no_read_lock_is_held_between_reads(
    sqlite_n8n: N8nWriter,
    sqlite_file: Path,
    open_source: OpenSource,
    n8n_connection: sqlite3.Connection,
) -> None:
    sqlite_n8n.execution(1)
    source = open_source(str(sqlite_file))
    for read in (
        lambda: source.executions_after(0, limit=1),
        lambda: source.executions_by_id([1]),
        source.processes,
        source.facts,
        source.max_execution_id,
    ):
        read()
        n8n_connection.execute("BEGIN EXCLUSIVE")  # fails at once if anybody still reads
        n8n_connection.execute("ROLLBACK")


def test_a_writer_that_has_begun_does_not_disturb(
    sqlite_n8n: N8nWriter,
    sqlite_file: Path,
    open_source: OpenSource,
    n8n_connection: sqlite3.Connection,
) -> None:
    sqlite_n8n.execution(1)
    n8n_connection.execute("BEGIN IMMEDIATE")
    n8n_connection.execute("DELETE FROM execution_entity")
    assert open_source(str(sqlite_file), patience_s=0.1).max_execution_id() == 1
    n8n_connection.execute("ROLLBACK")


def test_a_short_lock_is_waited_for(
    sqlite_n8n: N8nWriter,
    sqlite_file: Path,
    open_source: OpenSource,
    n8n_connection: sqlite3.Connection,
) -> None:
    sqlite_n8n.execution(1)
    source = open_source(str(sqlite_file))
    n8n_connection.execute("BEGIN EXCLUSIVE")
    release = threading.Timer(0.4, lambda: n8n_connection.execute("COMMIT"))
    release.start()
    assert len(source.executions_after(0, limit=5)) == 1
    release.join()


def test_a_lock_that_stays_is_told(
    sqlite_n8n: N8nWriter,
    sqlite_file: Path,
    open_source: OpenSource,
    n8n_connection: sqlite3.Connection,
) -> None:
    source = open_source(str(sqlite_file), patience_s=0.2)
    n8n_connection.execute("BEGIN EXCLUSIVE")
    began = time.monotonic()
    for read in (source.max_execution_id, lambda: N8nSource.open(str(sqlite_file), patience_s=0.2)):
        with pytest.raises(SourceLocked, match="locked"):
            read()
    assert time.monotonic() - began < 3
    n8n_connection.execute("ROLLBACK")
    assert source.max_execution_id() == 0


def test_changes_that_wait_in_the_wal_are_seen(
    sqlite_n8n: N8nWriter,
    sqlite_file: Path,
    open_source: OpenSource,
    n8n_connection: sqlite3.Connection,
) -> None:
    n8n_connection.execute("PRAGMA journal_mode = wal")
    n8n_connection.execute("PRAGMA wal_autocheckpoint = 0")
    source = open_source(str(sqlite_file))
    sqlite_n8n.execution(1)
    assert sqlite_file.with_name("database.sqlite-wal").stat().st_size > 0
    before = hashlib.sha256(sqlite_file.read_bytes()).hexdigest()
    n8n_connection.execute("BEGIN IMMEDIATE")
    n8n_connection.execute("UPDATE execution_entity SET status = 'crashed'")
    assert [r.status for r in source.executions_after(0, limit=5)] == ["success"]
    n8n_connection.execute("COMMIT")
    assert [r.status for r in source.executions_after(0, limit=5)] == ["crashed"]
    assert source.facts().journal_mode == "wal"
    assert hashlib.sha256(sqlite_file.read_bytes()).hexdigest() == before


# --- rights ----------------------------------------------------------------------------------


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users may enter (pytest's own are private)."""
    folder = Path(tempfile.mkdtemp(prefix="milhena-test-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def as_ordinary_user(action: Callable[[], str]) -> str:
    """What *action* gives for a user whom permissions bind: root is not one."""
    if os.geteuid() != 0:
        return action()
    receiving, sending = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # no thread of ours runs now
        child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            os.write(sending, action().encode())
        except BaseException as error:  # the parent must hear of it, whatever it is
            os.write(sending, repr(error).encode())
        finally:
            os._exit(0)
    os.close(sending)
    with os.fdopen(receiving, "rb") as pipe:
        told = pipe.read().decode()
    os.waitpid(child, 0)
    return told


def try_to_read(file: Path) -> str:
    try:
        source = N8nSource.open(str(file), patience_s=0.5)
        try:
            return f"{source.max_execution_id()} {source.facts().can_write}"
        finally:
            source.close()
    except SourceError as error:
        return f"{type(error).__name__}: {error}"


def n8n_in(folder: Path, *, wal: bool) -> Path:
    file = folder / "database.sqlite"
    writer = N8nWriter(f"sqlite:///{file}")
    writer.workflow()
    writer.execution(1)
    writer.execution(2)
    if wal:
        writer.sql("PRAGMA journal_mode = wal")
    writer.close()
    file.chmod(0o644)
    return file


@pytest.mark.parametrize("wal", [False, True], ids=["rollback journal", "WAL"])
def test_a_file_in_a_folder_that_one_may_not_write_is_read(open_folder: Path, wal: bool) -> None:
    file = n8n_in(open_folder, wal=wal)
    assert sorted(f.name for f in open_folder.iterdir()) == ["database.sqlite"]
    open_folder.chmod(0o555)
    assert try_to_read(file)[0] == "2"
    for leftover in open_folder.glob("*-*"):  # root may write everywhere
        leftover.unlink()
    assert as_ordinary_user(lambda: try_to_read(file)) == f"2 {os.geteuid() != 0}"
    assert sorted(f.name for f in open_folder.iterdir()) == ["database.sqlite"]


def test_a_wal_that_one_may_not_open_is_not_passed_over(open_folder: Path) -> None:
    file = n8n_in(open_folder, wal=True)
    file.with_name("database.sqlite-wal").write_bytes(b"changes")
    file.with_name("database.sqlite-wal").chmod(0o600 if os.geteuid() == 0 else 0o000)
    open_folder.chmod(0o555)
    assert as_ordinary_user(lambda: try_to_read(file)).startswith("SourceForbidden: ")


def test_a_file_that_one_may_not_read_is_told(open_folder: Path) -> None:
    file = n8n_in(open_folder, wal=False)
    try_to_read(file)
    file.chmod(0o000)
    told = as_ordinary_user(lambda: try_to_read(file))
    assert told.startswith(f"{SourceForbidden.__name__}: This user may not read {file}")


# --- what SQLite lets into a row -------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-02 09:00:00.000",
        "2026-11-02 09:00:00",
        "2026-11-02 09:00:00.0",
        "2026-11-02T09:00:00.000Z",
        "2026-11-02T09:00:00Z",
        "2026-11-02 10:00:00+01:00",
        "2026-11-02 09:00",
        1793610000000,
        1793610000,
    ],
)
def test_times_of_every_shape_are_the_same_moment(
    sqlite_n8n: N8nWriter, open_source: OpenSource, written: Any
) -> None:
    sqlite_n8n.insert("execution_entity", id=1, workflowId="w1", finished=1, mode="webhook",
                      status="success", createdAt=written, startedAt=written,
                      stoppedAt="2026-11-02 09:00:02")  # fmt: skip
    (record,) = open_source(sqlite_n8n.url).executions_after(0, limit=1)
    assert record.began_at == BEGAN
    assert record.duration_s == pytest.approx(2.0)
    assert record.payload == "missing"


BAD_TIMES = ["", "ieri", "2026-13-01 00:00:00", "0000-00-00 00:00:00", "9999-12-31T23:59:59-05:00",
             "0001-01-01", 10**30, -5.5e20, b"\xff\xfe", "2026-11-02 25:00:00"]  # fmt: skip


@pytest.mark.parametrize("bad", BAD_TIMES)
def test_a_bad_time_is_told_and_stops_nothing(
    sqlite_n8n: N8nWriter, open_source: OpenSource, bad: Any
) -> None:
    steps = {"Passo": [run({"order_id": "A"})]}
    sqlite_n8n.execution(1, steps)
    sqlite_n8n.execution(2, steps)
    sqlite_n8n.execution(3)
    for number, name in ((1, "stoppedAt"), (2, "createdAt")):
        change(sqlite_n8n, number, **{name: bad})
    source = open_source(sqlite_n8n.url)
    stopped, created, whole = source.executions_after(0, limit=5)
    assert (stopped.payload, stopped.stopped_at, stopped.duration_s) == ("unreadable", None, None)
    assert (created.payload, created.began_at) == ("unreadable", BEGAN)
    assert [len(r.business) for r in (stopped, created)] == [1, 1]
    assert whole.payload == "read"
    assert source.unusable_rows == 0


def change(n8n: N8nWriter, execution_id: int, **columns: Any) -> None:
    connection = sqlite3.connect(n8n.url.removeprefix("sqlite:///"))
    for name, value in columns.items():
        value = str(value) if isinstance(value, int) and abs(value) > 2**62 else value
        connection.execute(
            f'UPDATE execution_entity SET "{name}" = ? WHERE id = ?',  # noqa: S608 - our own names
            (value, execution_id),
        )
    connection.commit()
    connection.close()


def test_rows_that_cannot_be_placed_are_counted_and_passed_over(
    sqlite_n8n: N8nWriter, open_source: OpenSource
) -> None:
    for number in range(1, 8):
        sqlite_n8n.execution(number)
    for number in (2, 3, 4):
        change(sqlite_n8n, number, createdAt="x", startedAt="y")
    change(sqlite_n8n, 5, workflowId="")
    source = open_source(sqlite_n8n.url)
    assert [r.execution_id for r in source.executions_after(0, limit=3)] == [1, 6, 7]
    assert source.unusable_rows == 4
    source.executions_after(1, limit=1)
    assert source.unusable_rows == 4


def test_values_of_the_wrong_type_are_read_for_what_they_are(
    sqlite_n8n: N8nWriter, open_source: OpenSource
) -> None:
    sqlite_n8n.execution(1, {"Passo": [run({"order_id": "A"})]})
    change(sqlite_n8n, 1, mode=5, status=b"success", retryOf="x", workflowId=17)
    (record,) = open_source(sqlite_n8n.url).executions_after(0, limit=5)
    assert (record.mode, record.status) == ("5", "success")
    assert (record.retry_of, record.workflow_id) == (None, "17")


def test_a_payload_that_is_not_utf_8_does_not_stop_the_read(
    sqlite_n8n: N8nWriter, sqlite_file: Path, open_source: OpenSource
) -> None:
    sqlite_n8n.execution(1, {"Passo": [run({"order_id": "A", "nota": "QUI"})]})
    sqlite_n8n.execution(2, {"Passo": [run({"order_id": "B"})]})
    connection = sqlite3.connect(sqlite_file)
    connection.execute(
        "UPDATE execution_data SET data = CAST(replace(CAST(data AS BLOB), 'QUI', x'fffe') AS TEXT)"
        " WHERE executionId = 1"
    )
    connection.execute("UPDATE execution_data SET data = CAST(data AS BLOB) WHERE executionId = 2")
    connection.commit()
    connection.close()
    records = open_source(str(sqlite_file)).executions_after(0, limit=5)
    assert [r.business[0].order_id for r in records] == ["A", "B"]


def test_settings_that_are_no_json_save_successes(
    sqlite_n8n: N8nWriter, open_source: OpenSource
) -> None:
    sqlite_n8n.workflow("w2", "Rotto", settings="{")
    sqlite_n8n.workflow("w3", "Vuoto", settings="[]")
    sqlite_n8n.workflow("w4", "Profondo", settings="[" * 100_000)
    sqlite_n8n.workflow("w5", "", createdAt="ieri")
    found = open_source(sqlite_n8n.url).processes()
    assert all(record.saves_successes for record in found)
    assert [r.name for r in found if r.workflow_id == "w5"] == ["w5"]
    assert [r.created_at for r in found if r.workflow_id == "w5"] == [None]


def test_huge_payloads_are_read_a_few_at_a_time(
    sqlite_n8n: N8nWriter, open_source: OpenSource
) -> None:
    for number in range(1, 31):
        sqlite_n8n.execution(
            number, {"Passo": [run({"order_id": f"{number}", "a": "x" * 900_000})]}
        )
    source = open_source(sqlite_n8n.url)
    records = source.executions_after(0, limit=500)
    assert [r.business[0].order_id for r in records] == [str(number) for number in range(1, 31)]


def test_a_schema_means_nothing_on_sqlite(sqlite_n8n: N8nWriter, open_source: OpenSource) -> None:
    facts = open_source(sqlite_n8n.url, schema="n8n").facts()
    assert facts.schema is None
    assert any("MILHENA_N8N_SCHEMA" in warning for warning in facts.warnings)


def test_days_are_told_apart_across_a_change_of_the_clock(
    sqlite_n8n: N8nWriter, open_source: OpenSource
) -> None:
    moment = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    sqlite_n8n.execution(
        1, createdAt=moment, startedAt=moment, stoppedAt=moment + timedelta(hours=2)
    )
    (record,) = open_source(sqlite_n8n.url).executions_after(0, limit=1)
    assert record.duration_s == pytest.approx(7200.0)
