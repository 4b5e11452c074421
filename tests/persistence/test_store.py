"""Opening the store: made, migrated, refused with a sentence."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import MetaData, create_engine, func, inspect, literal, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.sql.schema import SchemaConst

from core.errors import StoreError
from persistence.exclusive import exclusively
from persistence.folding import Folded, folded
from persistence.migrations import HEAD, REVISIONS
from persistence.store import Store, embedded_store_url, latest_embedded_store
from persistence.tables import SCHEMA, metadata, processes

ROOT = Path(__file__).parents[2]


def _python(program: str, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload,no-any-return]  # options as given
        [sys.executable, "-c", textwrap.dedent(program), *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        **options,
    )


# --- making and migrating ------------------------------------------------------------------------


def test_an_opened_store_has_just_the_tables_that_are_declared(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    sqlite = store.engine.dialect.name == "sqlite"
    for table in metadata.tables.values():
        assert inspect(store.engine).has_table(table.name, schema=None if sqlite else SCHEMA)
    declared = metadata
    if sqlite:
        declared = MetaData()
        for table in metadata.tables.values():
            table.to_metadata(
                declared,
                schema=None,  # type: ignore[arg-type]  # None is how no schema is written
                referred_schema_fn=lambda *_: SchemaConst.BLANK_SCHEMA,  # type: ignore[arg-type]
            )
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": not sqlite,
                "include_name": lambda name, kind, _: sqlite or kind != "schema" or name == SCHEMA,
                "version_table_schema": None if sqlite else SCHEMA,
                "compare_type": not sqlite,  # SQLite has no types to compare
            },
        )
        assert compare_metadata(context, declared) == []


def test_the_head_marker_is_the_newest_migration_there_is() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(ROOT / "persistence" / "migrations"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [HEAD]
    assert {script.revision for script in scripts.walk_revisions()} == set(REVISIONS)


def test_the_first_migration_can_be_taken_back(store: Store) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(ROOT / "persistence" / "migrations"))
    config.set_main_option("path_separator", "os")
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    schema = None if store.engine.dialect.name == "sqlite" else SCHEMA
    assert inspect(store.engine).get_table_names(schema=schema) == ["alembic_version"]


def test_alembic_is_not_loaded_where_the_store_is_up_to_date(
    new_store_url: Callable[[], str],
) -> None:
    url = new_store_url()
    Store.open(url).close()
    found = _python(
        """
        import sys
        from persistence.store import Store
        Store.open(sys.argv[1]).close()
        print("alembic" in sys.modules)
        """,
        url,
    )
    assert (found.stdout.strip(), found.stderr) == ("False", "")


def test_a_store_that_two_processes_open_at_once_is_made_once(
    new_store_url: Callable[[], str],
) -> None:
    url = new_store_url()
    program = "import sys; from persistence.store import Store; Store.open(sys.argv[1]).close()"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, url], cwd=ROOT, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    errors = [each.communicate(timeout=60)[1] for each in running]
    assert errors == ["", "", ""]
    store = Store.open(url)
    assert store.state() is None
    store.close()


def test_sqlite_is_opened_for_many_readers_beside_a_writer(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/s.sqlite")
    with store.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"pragma {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "synchronous": 1,
        "busy_timeout": 10_000,
    }
    with store.writing() as writer:
        writer.execute(processes.delete())
        assert store.state() is None  # a read, while the writer writes
    store.close()


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    store = Store.open(embedded_store_url(tmp_path / "home", "abc"))
    store.close()
    file = tmp_path / "home" / "store-abc.sqlite"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_bare_path_is_a_sqlite_file(tmp_path: Path) -> None:
    Store.open(str(tmp_path / "mine.db")).close()
    assert (tmp_path / "mine.db").stat().st_size > 0


def test_the_store_last_used_for_an_address_is_found_again(tmp_path: Path) -> None:
    assert latest_embedded_store(tmp_path / "nowhere", "abc") is None
    for number, name in enumerate(["abc-old", "abc-new", "xyz"]):
        url = embedded_store_url(tmp_path, name)
        Store.open(url).close()
        os.utime(make_url(url).database or "", (number, number))
    assert latest_embedded_store(tmp_path, "abc") == embedded_store_url(tmp_path, "abc-new")
    assert latest_embedded_store(tmp_path, "abcd") is None


# --- refusing, with a sentence -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://root@localhost/x", "cannot be a mysql database"),
        ("sqlite://", "needs a file"),
        ("post gres://host", "cannot be read"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence):
        Store.open(url)


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    with pytest.raises(StoreError, match="cannot be written") as refusal:
        Store.open(embedded_store_url(tmp_path / "home", "abc"))
    assert "MILHENA_HOME" in str(refusal.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to become somebody without rights")
def test_a_home_that_may_not_be_written_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    Store.open(embedded_store_url(home, "abc")).close()
    for folder in (home, *home.parents):
        if folder.is_relative_to("/tmp") and folder != Path("/tmp"):  # noqa: S108
            folder.chmod(0o755)
    (home / "store-abc.sqlite").chmod(0o644)
    program = """
        import os, sys
        from core.errors import StoreError
        from persistence.store import Store
        os.setuid(65534)
        for name in ("abc", "new"):
            try:
                Store.open(f"sqlite:///{sys.argv[1]}/store-{name}.sqlite")
            except StoreError as error:
                print(error)
        """
    found = _python(program, str(home))
    first, second = found.stdout.splitlines()
    assert "cannot be written: Permission denied" in first
    assert "cannot be written: Permission denied" in second


def test_a_full_disk_is_told_and_nothing_is_half_written(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/s.sqlite"
    program = """
        import resource, signal, sys
        from core.errors import StoreError
        from persistence.store import Store
        from persistence.tables import processes
        from sqlalchemy import insert
        store = Store.open(sys.argv[1])
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        row = dict(active=True, archived=False, saves_successes=True, gone=False, name="x" * 900)
        try:
            with store.writing() as connection:
                for number in range(5_000):
                    connection.execute(insert(processes).values(workflow_id=str(number), **row))
        except StoreError as error:
            print(error)
        """
    found = _python(program, url)
    assert "disk is full" in found.stdout.lower(), found
    assert found.stderr == ""
    store = Store.open(url)
    assert store.processes() == []
    store.close()


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "s.sqlite"
    Store.open(str(file)).close()
    content = bytearray(file.read_bytes())
    content[100:4000] = os.urandom(3900)
    file.write_bytes(content)
    with pytest.raises(StoreError, match=r"damaged: move it away"):
        Store.open(str(file))


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "s.sqlite"
    file.write_text("Gentile cliente, " * 100)
    with pytest.raises(StoreError, match="Something else is in that file"):
        Store.open(str(file))
    assert file.read_text().startswith("Gentile cliente")


def test_n8ns_own_database_is_never_made_a_store(tmp_path: Path) -> None:
    file = tmp_path / "database.sqlite"
    with sqlite3.connect(file) as n8n:
        n8n.execute("create table execution_entity (id integer primary key)")
    n8n.close()
    before = file.read_bytes()
    with pytest.raises(StoreError, match="n8n's own database"):
        Store.open(str(file))
    with sqlite3.connect(file) as n8n:
        tables = [name for (name,) in n8n.execute("select name from sqlite_master")]
    n8n.close()
    assert tables == ["execution_entity"]
    assert len(file.read_bytes()) == len(before)


def test_a_store_of_a_newer_version_is_refused(new_store_url: Callable[[], str]) -> None:
    url = new_store_url()
    store = Store.open(url)
    table = "alembic_version" if url.startswith("sqlite") else f"{SCHEMA}.alembic_version"
    with store.engine.begin() as connection:
        connection.execute(text(f"update {table} set version_num = '9999'"))  # noqa: S608
    store.close()
    with pytest.raises(StoreError, match=r"newer Milhena \(version '9999'"):
        Store.open(url)


def test_a_server_that_does_not_answer_is_told_without_its_password() -> None:
    with pytest.raises(StoreError, match="Check that the server runs") as refusal:
        Store.open("postgresql://ada:secret@127.0.0.1:1/milhena")
    assert "secret" not in str(refusal.value)
    assert "ada:***@127.0.0.1" in str(refusal.value)


def test_a_database_that_is_not_there_is_told(postgres_url: str) -> None:
    missing = make_url(postgres_url).set(database="no_such_database")
    with pytest.raises(StoreError, match='"no_such_database" does not exist'):
        Store.open(missing.render_as_string(hide_password=False))


def test_a_role_without_rights_is_told_what_its_owner_must_do(postgres_url: str) -> None:
    admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    role = make_url(postgres_url).database or ""
    with admin.connect() as connection:
        connection.execute(text(f'create role "{role}" login'))
    try:
        url = make_url(postgres_url).set(username=role).render_as_string(hide_password=False)
        with pytest.raises(StoreError, match="may not create the schema pilotpros") as refusal:
            Store.open(url)
        assert f"CREATE SCHEMA pilotpros AUTHORIZATION {role};" in str(refusal.value)
        with admin.connect() as connection:
            connection.execute(text(f'create schema pilotpros authorization "{role}"'))
        Store.open(url).close()
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'drop owned by "{role}" cascade'))
            connection.execute(text(f'drop role "{role}"'))
        admin.dispose()


# --- reading and writing -------------------------------------------------------------------------


def test_a_read_on_a_lost_connection_is_tried_once_more(postgres_url: str) -> None:
    store = Store.open(postgres_url, pool_size=1)
    attempts: list[int] = []

    def read(connection: object) -> int:
        attempts.append(1)
        pid: int = connection.scalar(select(func.pg_backend_pid()))  # type: ignore[attr-defined]
        if len(attempts) == 1:
            admin = create_engine(postgres_url)
            with admin.begin() as other:
                other.execute(select(func.pg_terminate_backend(pid)))
            admin.dispose()
        return connection.scalar(select(func.count()).select_from(processes))  # type: ignore[attr-defined,no-any-return]

    assert store.reading(read) == 0
    assert len(attempts) == 2
    store.close()


def test_a_read_that_fails_twice_is_a_store_error(postgres_url: str) -> None:
    store = Store.open(postgres_url, pool_size=1)

    def read(connection: object) -> None:
        pid = connection.scalar(select(func.pg_backend_pid()))  # type: ignore[attr-defined]
        admin = create_engine(postgres_url)
        with admin.begin() as other:
            other.execute(select(func.pg_terminate_backend(pid)))
        admin.dispose()
        connection.scalar(select(func.now()))  # type: ignore[attr-defined]

    with pytest.raises(StoreError):
        store.reading(read)
    store.close()


def test_a_pool_that_is_used_up_is_told(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "s.sqlite"), pool_size=1)
    store.engine.pool._timeout = 0.1  # type: ignore[attr-defined]  # not to wait half a minute
    with store.engine.connect(), pytest.raises(StoreError, match="QueuePool limit"):
        store.state()
    store.close()


def test_nothing_of_a_block_that_fails_is_kept(store: Store) -> None:
    row = {
        "workflow_id": "w", "name": "n", "active": True, "archived": False,
        "saves_successes": True, "gone": False,
    }  # fmt: skip

    def fail() -> None:
        with store.writing() as connection:
            connection.execute(processes.insert().values(row))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert store.processes() == []
    with store.writing() as connection:
        connection.execute(processes.insert().values(row))
    assert [each.name for each in store.processes()] == ["n"]


def test_writers_wait_for_each_other(store: Store) -> None:
    def count_up() -> None:
        for _ in range(10):
            with store.writing() as connection:
                number = connection.scalar(select(func.count()).select_from(processes))
                connection.execute(
                    processes.insert().values(
                        workflow_id=f"{threading.get_ident()}-{number}-{_}", name="n", active=True,
                        archived=False, saves_successes=True, gone=False,
                    )
                )  # fmt: skip

    threads = [threading.Thread(target=count_up) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(store.processes()) == 30


@pytest.mark.parametrize(
    "written",
    ["Città", "PERCHÉ", "Zoe\u0308", "Straße", "Łódź", "ÀÈÌÒÙ àèìòù", "plain", "100% _/x", "日本"],
)
def test_text_is_folded_alike_in_python_and_in_sql(store: Store, written: str) -> None:
    with store.engine.connect() as connection:
        assert connection.scalar(select(Folded(literal(written)))) == folded(written)


def test_a_killed_process_leaves_no_lock(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/s.sqlite"
    Store.open(url).close()
    program = """
        import sys, time
        from persistence.exclusive import exclusively
        from persistence.store import Store
        store = Store.open(sys.argv[1])
        with store.connected_for_writing() as connection, exclusively(connection, "sync"):
            print("held", flush=True)
            time.sleep(60)
        """
    holder = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program), url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    store = Store.open(url)
    with store.connected_for_writing() as connection:
        with exclusively(connection, "sync") as held:
            assert not held
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        holder.stdout.close()
        with exclusively(connection, "sync") as held:
            assert held
    store.close()


def test_somebody_elses_file_is_refused_before_a_byte_of_it_changes(tmp_path: Path) -> None:
    for name, table in (("n8n.sqlite", "execution_entity"), ("other.sqlite", "invoices")):
        file = tmp_path / name
        with sqlite3.connect(file) as connection:
            connection.execute(f"create table {table} (id integer)")
        connection.close()
        before = file.read_bytes()
        with pytest.raises(StoreError, match="Milhena never writes there"):
            Store.open(f"sqlite:///{file}")
        assert file.read_bytes() == before
        assert [path.name for path in tmp_path.iterdir()] == [name]
        file.unlink()
