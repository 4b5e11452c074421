"""What is particular to n8n on PostgreSQL: schemas, roles, sessions, servers that do not answer."""

from __future__ import annotations

import socket
import struct
import threading
import time
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import InternalError

from core.errors import (
    SourceError,
    SourceForbidden,
    SourceLocked,
    SourceNotN8n,
    SourceUnreachable,
)
from persistence.n8n.connections import connect
from persistence.n8n.source import N8nSource
from tests.persistence.n8n.conftest import OpenSource
from tests.persistence.n8n.n8n_writer import BEGAN, N8nWriter, run


def execute(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def role(postgres_url: str) -> Iterator[str]:
    """A role that may log in and do nothing else; gone after the test."""
    name = f"milhena_{uuid.uuid4().hex[:10]}"
    execute(postgres_url, f"CREATE ROLE {name} LOGIN PASSWORD 's3cret'")
    yield name
    execute(postgres_url, f"DROP OWNED BY {name}", f"DROP ROLE {name}")


def as_role(url: str, role: str) -> str:
    found = make_url(url).set(username=role, password="s3cret")  # noqa: S106 - of a role of the test
    return found.render_as_string(hide_password=False)


# --- addresses and schemas -------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg", "PostgreSQL"])
def test_every_usual_scheme_is_taken(
    postgres_n8n: N8nWriter, open_source: OpenSource, scheme: str
) -> None:
    address = postgres_n8n.url.replace("postgresql+psycopg://", f"{scheme}://")
    source = open_source(address)
    assert source.schema == "n8n"
    assert source.url.startswith("postgresql://")
    assert source.identity == open_source(postgres_n8n.url).identity


def test_the_password_is_never_shown(
    postgres_n8n: N8nWriter, role: str, open_source: OpenSource
) -> None:
    address = as_role(postgres_n8n.url, role)
    with pytest.raises(SourceForbidden) as caught:
        N8nSource.open(address)
    assert "s3cret" not in str(caught.value) + caught.value.url
    execute(postgres_n8n.url, f"GRANT pg_read_all_data TO {role}")
    source = open_source(address)
    assert "s3cret" not in source.url + repr(source.facts())
    assert source.identity == open_source(postgres_n8n.url).identity


@pytest.mark.parametrize("schema", ["public", "N8N Produzione", 'un"virgolette'])
def test_a_schema_of_any_name_is_found(
    postgres_url: str, open_source: OpenSource, schema: str
) -> None:
    writer = N8nWriter(postgres_url, schema=schema.replace('"', '""'))
    writer.workflow()
    writer.execution(4)
    writer.close()
    for wanted in (None, schema):
        source = open_source(postgres_url, schema=wanted)
        assert (source.schema, source.max_execution_id()) == (schema, 4)


def test_two_schemas_with_n8ns_tables_are_a_question_back(
    postgres_n8n: N8nWriter, role: str, open_source: OpenSource
) -> None:
    other = N8nWriter(postgres_n8n.url, schema="n8n_prova")
    other.workflow()
    other.execution(9)
    other.close()
    with pytest.raises(SourceError, match=r"n8n, n8n_prova\. Set MILHENA_N8N_SCHEMA"):
        N8nSource.open(postgres_n8n.url)
    assert open_source(postgres_n8n.url, schema="n8n_prova").max_execution_id() == 9
    execute(
        postgres_n8n.url,
        f"GRANT USAGE ON SCHEMA n8n_prova TO {role}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA n8n_prova TO {role}",
    )
    assert open_source(as_role(postgres_n8n.url, role)).schema == "n8n_prova"


def test_a_wrong_schema_says_which_one_has_the_tables(postgres_n8n: N8nWriter) -> None:
    with pytest.raises(SourceNotN8n, match=r"'public'.*MILHENA_N8N_SCHEMA.*: n8n\."):
        N8nSource.open(postgres_n8n.url, schema="public")


@pytest.mark.parametrize("schema", [None, "n8n"])
def test_a_database_without_n8ns_tables_is_told(postgres_url: str, schema: str | None) -> None:
    with pytest.raises(SourceNotN8n, match="MILHENA_N8N_URL"):
        N8nSource.open(postgres_url, schema=schema)


# --- roles -----------------------------------------------------------------------------------


def test_a_role_without_rights_is_told_which_it_needs(
    postgres_n8n: N8nWriter, role: str, open_source: OpenSource
) -> None:
    address = as_role(postgres_n8n.url, role)
    with pytest.raises(SourceForbidden, match="execution_data") as caught:
        N8nSource.open(address)
    statements = str(caught.value).partition("run: ")[2]
    execute(postgres_n8n.url, *filter(None, statements.split("; ")))
    source = open_source(address)
    assert source.processes()[0].name == "Ordini"
    facts = source.facts()
    assert not facts.can_write
    assert not any("could change" in warning for warning in facts.warnings)
    assert source.identity == open_source(postgres_n8n.url).identity


def test_a_role_without_its_schema_is_told_so(postgres_n8n: N8nWriter, role: str) -> None:
    execute(postgres_n8n.url, f"GRANT SELECT ON ALL TABLES IN SCHEMA n8n TO {role}")
    with pytest.raises(SourceForbidden, match='GRANT USAGE ON SCHEMA "n8n"'):
        N8nSource.open(as_role(postgres_n8n.url, role))


def test_rights_on_columns_suffice(
    postgres_n8n: N8nWriter, role: str, open_source: OpenSource
) -> None:
    postgres_n8n.execution(1, {"Passo": [run({"order_id": "A"})]})
    execute(
        postgres_n8n.url,
        f"GRANT USAGE ON SCHEMA n8n TO {role}",
        f"GRANT SELECT ON n8n.execution_entity, n8n.execution_data TO {role}",
        f"GRANT SELECT (id, name, active) ON n8n.workflow_entity TO {role}",
    )
    source = open_source(as_role(postgres_n8n.url, role))
    assert source.processes()[0].saves_successes
    assert source.executions_after(0, limit=1)[0].business[0].order_id == "A"


def test_a_role_that_could_write_is_warned_about_and_yet_cannot(postgres_n8n: N8nWriter) -> None:
    source = N8nSource.open(postgres_n8n.url)
    facts = source.facts()
    source.close()
    assert facts.can_write
    assert any("GRANT SELECT" in warning for warning in facts.warnings)
    found = connect(postgres_n8n.url, pool_size=1, patience_s=1, statement_timeout_s=5)
    with pytest.raises(InternalError, match="read-only"), found.engine.begin() as connection:
        connection.execute(text("DELETE FROM n8n.execution_entity"))
    found.engine.dispose()


# --- sessions --------------------------------------------------------------------------------


END_OUR_SESSIONS = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE application_name = 'milhena' AND datname = current_database()"
)


def test_a_connection_lost_between_reads_is_opened_anew(
    postgres_n8n: N8nWriter, open_source: OpenSource
) -> None:
    source = open_source(postgres_n8n.url)
    postgres_n8n.execution(3)
    execute(postgres_n8n.url, END_OUR_SESSIONS)
    assert source.max_execution_id() == 3


def test_a_connection_lost_in_the_middle_of_a_read_is_tried_once_more(
    postgres_n8n: N8nWriter, open_source: OpenSource
) -> None:
    source = open_source(postgres_n8n.url)
    postgres_n8n.execution(3)
    with locked_tables(postgres_n8n.url):
        found: list[int] = []
        reader = threading.Thread(target=lambda: found.append(source.max_execution_id()))
        reader.start()
        time.sleep(0.3)
        execute(postgres_n8n.url, END_OUR_SESSIONS)
        time.sleep(0.2)
    reader.join(10)
    assert found == [3]


class locked_tables:  # noqa: N801 - reads as what it does
    """n8n's tables, locked as an upgrade of n8n locks them."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url)

    def __enter__(self) -> None:
        self._connection = self._engine.connect()
        self._connection.execute(text("LOCK TABLE n8n.execution_entity IN ACCESS EXCLUSIVE MODE"))

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._engine.dispose()


def test_a_table_that_stays_locked_is_told(
    postgres_n8n: N8nWriter, open_source: OpenSource
) -> None:
    source = open_source(postgres_n8n.url, patience_s=0.3)
    with locked_tables(postgres_n8n.url), pytest.raises(SourceLocked, match="locked"):
        source.max_execution_id()
    assert source.max_execution_id() == 0


def test_a_read_that_takes_too_long_is_told(
    postgres_n8n: N8nWriter, open_source: OpenSource
) -> None:
    source = open_source(postgres_n8n.url, statement_timeout_s=0.3)
    with locked_tables(postgres_n8n.url), pytest.raises(SourceUnreachable, match=r"0\.3 seconds"):
        source.max_execution_id()
    assert source.max_execution_id() == 0


def test_no_transaction_stays_open(postgres_n8n: N8nWriter, open_source: OpenSource) -> None:
    source = open_source(postgres_n8n.url)
    source.executions_after(0, limit=5)
    source.facts()
    engine = create_engine(postgres_n8n.url)
    with engine.connect() as connection:
        states = connection.execute(
            text(
                "SELECT DISTINCT state FROM pg_stat_activity "
                "WHERE application_name = 'milhena' AND datname = current_database()"
            )
        ).scalars()
        assert list(states) == ["idle"]
    engine.dispose()


def test_the_sessions_zone_does_not_move_the_times(
    postgres_n8n: N8nWriter, open_source: OpenSource
) -> None:
    database = make_url(postgres_n8n.url).database
    execute(
        postgres_n8n.url,
        f"ALTER DATABASE {database} SET timezone TO 'America/New_York'",
        f"ALTER DATABASE {database} SET datestyle TO 'SQL, DMY'",
    )
    postgres_n8n.insert(
        "execution_entity", id=1, workflowId="w1", finished=True, mode="webhook",
        status="success", createdAt="2026-11-02 10:00:00+01", startedAt="2026-11-02 09:00:00+00",
    )  # fmt: skip
    (record,) = open_source(postgres_n8n.url).executions_after(0, limit=1)
    assert (record.began_at, record.started_at) == (BEGAN, BEGAN)


@pytest.mark.parametrize("bad", ["infinity", "-infinity", "0044-03-15 00:00:00 BC"])
def test_a_moment_that_python_does_not_have_stops_nothing(
    postgres_n8n: N8nWriter, open_source: OpenSource, bad: str
) -> None:
    moment = "2026-11-02 09:00:00+00"
    common = {"workflowId": "w1", "finished": True, "mode": "webhook", "status": "success"}
    postgres_n8n.insert("execution_entity", id=1, createdAt=moment, stoppedAt=bad, **common)
    postgres_n8n.insert("execution_entity", id=2, createdAt=bad, startedAt=bad, **common)
    postgres_n8n.insert("execution_entity", id=3, createdAt=moment, **common)
    source = open_source(postgres_n8n.url)
    records = source.executions_after(0, limit=5)
    assert [(r.execution_id, r.payload) for r in records] == [(1, "unreadable"), (3, "missing")]
    assert source.unusable_rows == 1


# --- servers ---------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A server on this machine that answers a connection with *answer*, or with nothing."""

    def __init__(self, answer: bytes | None) -> None:
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)
        for connection in self._open:
            connection.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._open.append(connection)
            if self._answer is None:
                continue
            request = connection.recv(4096)
            if request[4:8] in (b"\x04\xd2\x16\x2f", b"\x04\xd2\x16\x30"):  # SSL or GSS wanted
                connection.sendall(b"N")
                connection.recv(4096)
            connection.sendall(self._answer)
            connection.close()


def refusal(code: str, message: str) -> bytes:
    """What PostgreSQL sends to a session that it does not want."""
    fields = b"".join(
        mark + value.encode() + b"\0"
        for mark, value in ((b"S", "FATAL"), (b"V", "FATAL"), (b"C", code), (b"M", message))
    )
    return b"E" + struct.pack("!I", len(fields) + 5) + fields + b"\0"


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        pytest.param(refusal("28P01", 'password authentication failed for user "ada"'),
                     SourceForbidden, "refused the user 'ada'", id="wrong password"),
        pytest.param(refusal("28000", 'no pg_hba.conf entry for host "10.0.0.1"'),
                     SourceForbidden, "pg_hba.conf", id="host not allowed"),
        pytest.param(refusal("53300", "sorry, too many clients already"),
                     SourceUnreachable, "MILHENA_POOL_SIZE", id="too many sessions"),
        pytest.param(refusal("08P01", "unsupported startup parameter: options"),
                     SourceUnreachable, "pooler", id="a pooler"),
        pytest.param(refusal("57P03", "the database system is starting up"),
                     SourceUnreachable, "starting up", id="starting up"),
        pytest.param(b"HTTP/1.1 400 Bad Request\r\n\r\n", SourceUnreachable, "127.0.0.1",
                     id="another server"),
        pytest.param(b"", SourceUnreachable, "127.0.0.1", id="hangs up"),
        pytest.param(None, SourceUnreachable, "in time", id="says nothing"),
    ],
)  # fmt: skip
def test_a_server_that_refuses_is_told(
    answer: bytes | None, error: type[SourceError], words: str
) -> None:
    with Server(answer) as server:
        address = f"postgresql://ada:s3cret@127.0.0.1:{server.port}/n8n?sslmode=prefer"
        began = time.monotonic()
        with pytest.raises(error, match=words) as caught:
            N8nSource.open(address, patience_s=2)
    assert time.monotonic() - began < 8
    assert "s3cret" not in str(caught.value) + caught.value.url
    assert "\n" not in str(caught.value)


def test_a_port_where_nobody_listens_is_told() -> None:
    port = free_port()
    with pytest.raises(SourceUnreachable, match=f"127.0.0.1:{port}"):
        N8nSource.open(f"postgresql://ada:s3cret@127.0.0.1:{port}/n8n")


def test_a_host_that_nobody_knows_is_told() -> None:
    with pytest.raises(SourceUnreachable, match=r"nessuno\.invalid"):
        N8nSource.open("postgresql://ada:s3cret@nessuno.invalid/n8n")


def test_a_database_that_is_not_there_is_told(postgres_server: str) -> None:
    address = make_url(postgres_server).set(database="nessun_database")
    with pytest.raises(SourceUnreachable, match="'nessun_database'"):
        N8nSource.open(address.render_as_string(hide_password=False))


def test_a_role_that_is_not_there_is_told(postgres_url: str) -> None:
    address = make_url(postgres_url).set(username="nessun_ruolo")
    with pytest.raises(SourceForbidden, match="'nessun_ruolo'"):
        N8nSource.open(address.render_as_string(hide_password=False))


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://ada:s3cret@host:porta/n8n",
        "postgresql+asyncpg://ada:s3cret@host/n8n",
        "postgres+psycopg2://ada:s3cret@host/n8n",
    ],
)
def test_an_address_that_cannot_be_used_is_told_without_its_password(address: str) -> None:
    with pytest.raises(SourceError, match="postgresql://") as caught:
        N8nSource.open(address)
    assert "s3cret" not in str(caught.value) + caught.value.url
