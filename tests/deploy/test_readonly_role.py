from __future__ import annotations

import shutil
import subprocess
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import (
    Column,
    Engine,
    Integer,
    MetaData,
    Select,
    Table,
    create_engine,
    func,
    select,
    table,
    text,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError

from core.checks import Check
from core.settings import load_settings
from persistence.checks import check_databases
from tests.persistence.n8n.n8n_writer import N8nWriter

SCRIPT = Path(__file__).parents[2] / "deploy" / "n8n-readonly.sql"
READABLE = (
    "execution_entity",
    "execution_data",
    "execution_metadata",
    "workflow_entity",
    "workflow_published_version",
    "workflow_statistics",
    "workflows_tags",
    "tag_entity",
    "folder",
    "project",
    "shared_workflow",
    "insights_metadata",
    "insights_raw",
    "insights_by_period",
    "migrations",
)
SECRET = ("credentials_entity", "user", "user_api_keys", "settings", "auth_identity")
PHRASE = "s3cret'quoted"

pytestmark = pytest.mark.skipif(shutil.which("psql") is None, reason="psql is not installed")


def psql(url: URL, **variables: str) -> subprocess.CompletedProcess[str]:
    settings = [f"--set={name}={value}" for name, value in variables.items()]
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return subprocess.run(
        ["psql", "--no-psqlrc", "--quiet", f"--file={SCRIPT}", *settings, plain],
        capture_output=True,
        text=True,
        timeout=60,
    )


def make_tables(owner: Engine, schema: str, tables: Iterable[str]) -> None:
    with owner.begin() as connection:
        connection.execute(text(f'create schema if not exists "{schema}"'))
        for name in tables:
            made = Table(name, MetaData(schema=schema), Column("id", Integer))
            made.create(connection)
            connection.execute(made.insert().values(id=1))


def count_of(name: str) -> Select[int]:
    return select(func.count()).select_from(table(name, schema="n8n"))


@pytest.fixture
def owner(postgres_url: str) -> Iterator[Engine]:
    engine = create_engine(postgres_url)
    yield engine
    engine.dispose()


@pytest.fixture
def role(owner: Engine) -> Iterator[str]:
    """A name for the role that nobody else uses: roles belong to the whole server."""
    name = f"reader_{uuid.uuid4().hex[:12]}"
    yield name
    with owner.begin() as connection:
        there = connection.scalar(
            text("select count(*) from pg_roles where rolname = :name"), {"name": name}
        )
        if there:
            connection.execute(text(f'drop owned by "{name}"'))
            connection.execute(text(f'drop role "{name}"'))


@pytest.fixture
def reader(owner: Engine, role: str) -> Iterator[Engine]:
    """n8n's tables, and a connection of the role that the script made for them."""
    make_tables(owner, "n8n", [*READABLE, *SECRET])
    done = psql(owner.url, role=role, password=PHRASE)
    assert (done.returncode, done.stderr) == (0, "")
    engine = create_engine(owner.url.set(username=role, password=PHRASE))
    yield engine
    engine.dispose()


@pytest.mark.parametrize("name", READABLE)
def test_the_role_reads_what_milhena_needs(reader: Engine, name: str) -> None:
    with reader.connect() as connection:
        assert connection.scalar(count_of(name)) == 1


@pytest.mark.parametrize("name", SECRET)
def test_the_role_is_refused_n8ns_secrets(reader: Engine, name: str) -> None:
    with reader.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(count_of(name))


@pytest.mark.parametrize(
    "statement",
    [
        "update n8n.execution_entity set id = 2",
        "delete from n8n.execution_entity",
        "insert into n8n.execution_entity values (3)",
        "truncate n8n.execution_entity",
        "drop table n8n.execution_entity",
        "create table n8n.of_mine (id int)",
    ],
)
def test_the_role_cannot_write_even_when_it_leaves_read_only_mode(
    reader: Engine, owner: Engine, statement: str
) -> None:
    with reader.connect() as connection:
        connection.execute(text("set session characteristics as transaction read write"))
        connection.commit()
        with pytest.raises(SQLAlchemyError, match=r"permission denied|must be owner"):
            connection.execute(text(statement))
    with owner.connect() as connection:
        assert connection.scalar(text("select id from n8n.execution_entity")) == 1


def test_the_role_starts_every_transaction_read_only(reader: Engine) -> None:
    with reader.connect() as connection:
        assert connection.scalar(text("show transaction_read_only")) == "on"
        assert connection.scalar(text("show statement_timeout")) == "30s"


def test_a_second_run_takes_back_what_was_granted_by_hand(
    owner: Engine, role: str, reader: Engine
) -> None:
    with owner.begin() as connection:
        connection.execute(text(f'grant select on n8n.credentials_entity to "{role}"'))
        connection.execute(text("create table n8n.oauth_access_tokens (id int)"))
    assert psql(owner.url, role=role).returncode == 0
    with reader.connect() as connection:
        assert connection.scalar(count_of("execution_entity")) == 1
        for name in ("credentials_entity", "oauth_access_tokens"):
            with pytest.raises(ProgrammingError, match="permission denied"):
                connection.execute(count_of(name))
            connection.rollback()


def test_annotated_executions_are_known_but_not_what_was_written(owner: Engine, role: str) -> None:
    make_tables(owner, "n8n", READABLE)
    with owner.begin() as connection:
        connection.execute(
            text('create table n8n.execution_annotations ("executionId" int, note text)')
        )
    assert psql(owner.url, role=role, password=PHRASE).returncode == 0
    engine = create_engine(owner.url.set(username=role, password=PHRASE))
    with engine.connect() as connection:
        connection.execute(text('select "executionId" from n8n.execution_annotations'))
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("select note from n8n.execution_annotations"))
    engine.dispose()


# --- what doctor says of roles -------------------------------------------------------------------


def n8n_of(url: URL, owner: Engine) -> N8nWriter:
    """n8n's tables, with some of its secret ones."""
    writer = N8nWriter(owner.url.render_as_string(hide_password=False), schema="n8n")
    writer.workflow()
    make_tables(owner, "n8n", ["execution_metadata", "workflow_statistics", *SECRET])
    return writer


def diagnosis(url: URL, tmp_path: Path) -> Check:
    settings = load_settings(n8n_url=url.render_as_string(hide_password=False), home=tmp_path)
    return check_databases(settings)[0]


def test_doctor_has_nothing_to_say_of_the_role_that_the_script_made(
    owner: Engine, role: str, tmp_path: Path
) -> None:
    n8n_of(owner.url, owner).close()
    assert psql(owner.url, role=role, password=PHRASE).returncode == 0
    check = diagnosis(owner.url.set(username=role, password=PHRASE), tmp_path)
    assert check.status == "ok", check
    rights = check.facts["role"]
    assert isinstance(rights, dict)
    assert rights["user"] == role
    assert not rights["superuser"]
    assert rights["starts_read_only"]
    assert rights["has_time_limit"]
    for name in ("writable", "secrets", "lacking"):
        assert rights[name] == ()


@pytest.mark.parametrize(
    ("grants", "told"),
    [
        (("grant update on n8n.workflow_entity to {r}",), "could change workflow_entity"),
        (("grant create on schema n8n to {r}",), "could make tables in n8n's schema"),
        (("grant select on n8n.credentials_entity to {r}",), "may read credentials_entity"),
        (
            ("revoke select on n8n.execution_metadata from {r}",),
            "may not read execution_metadata (what people attached to executions)",
        ),
    ],
)
def test_doctor_warns_of_a_role_with_other_rights(
    owner: Engine, role: str, tmp_path: Path, grants: tuple[str, ...], told: str
) -> None:
    n8n_of(owner.url, owner).close()
    assert psql(owner.url, role=role, password=PHRASE).returncode == 0
    with owner.begin() as connection:
        for grant in grants:
            connection.execute(text(grant.format(r=f'"{role}"')))
    check = diagnosis(owner.url.set(username=role, password=PHRASE), tmp_path)
    assert check.status == "warning"
    assert told in str(check.advice)
    assert "deploy/n8n-readonly.sql" in str(check.advice)


def test_doctor_warns_of_a_superuser(owner: Engine, tmp_path: Path) -> None:
    n8n_of(owner.url, owner).close()
    check = diagnosis(owner.url, tmp_path)
    assert (check.status, check.facts["can_write"]) == ("warning", True)
    assert "is a superuser" in str(check.advice)


def test_another_schema_and_an_older_n8n_without_some_tables_will_do(
    owner: Engine, role: str
) -> None:
    make_tables(owner, "Meine Daten", ["execution_entity", "workflow_entity"])
    done = psql(owner.url, role=role, schema="Meine Daten")
    assert (done.returncode, done.stderr) == (0, "")
    with owner.connect() as connection:
        granted = connection.scalars(
            text("select table_name from information_schema.role_table_grants where grantee = :r"),
            {"r": role},
        )
        assert sorted(granted) == ["execution_entity", "workflow_entity"]


def test_a_database_without_n8ns_tables_is_said_and_fails(owner: Engine, role: str) -> None:
    make_tables(owner, "n8n", ["something_else"])
    done = psql(owner.url, role=role)
    assert done.returncode != 0
    assert "start n8n once" in done.stderr


def test_a_schema_that_is_not_there_fails_and_leaves_no_role(owner: Engine, role: str) -> None:
    done = psql(owner.url, role=role, schema="nowhere")
    assert done.returncode != 0
    assert 'schema "nowhere" does not exist' in done.stderr
    with owner.connect() as connection:
        assert not connection.scalar(
            text("select count(*) from pg_roles where rolname = :r"), {"r": role}
        )
