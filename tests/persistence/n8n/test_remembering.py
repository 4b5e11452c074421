"""What happens to what is remembered: another mapping, rows that n8n deletes, attached values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from catalogue.query import BusinessQuery, Filter
from persistence.business_queries import run_query
from persistence.n8n.source import N8nSource
from persistence.store import Store
from persistence.sync import SyncReport, synchronise
from persistence.tables import attached_values, executions, orders
from tests.persistence.n8n.n8n_writer import BEGAN, N8nWriter, run

ROME = ZoneInfo("Europe/Rome")
NOW = BEGAN + timedelta(hours=1)
METADATA = {
    "sqlite": 'CREATE TABLE execution_metadata ("id" integer PRIMARY KEY AUTOINCREMENT, '
    '"executionId" integer NOT NULL, "key" varchar(255) NOT NULL, "value" text NOT NULL)',
    "postgresql": 'CREATE TABLE n8n.execution_metadata (id serial PRIMARY KEY, "executionId" '
    "integer NOT NULL, key varchar(255) NOT NULL, value text NOT NULL)",
}


class Company:
    """An n8n, and the store that is kept of it."""

    def __init__(self, n8n: N8nWriter, folder: Path) -> None:
        self.n8n = n8n
        self._folder = folder
        self.store = Store.open(str(folder / "store.sqlite"))
        self.now = NOW
        self.mapping: Path | None = None

    def declare(self, text: str | None) -> None:
        self.mapping = None
        if text is not None:
            self.mapping = self._folder / "mine.yaml"
            self.mapping.write_text(text)

    def sync(self, **options: Any) -> SyncReport:
        source = N8nSource.open(self.n8n.url, mapping=self.mapping)
        try:
            arguments: dict[str, Any] = {"zone": ROME, "store_content": False, "now": self.now}
            return synchronise(source, self.store, **arguments | options)
        finally:
            source.close()

    def orders(self) -> list[str]:
        with self.store.engine.connect() as connection:
            return list(connection.scalars(select(orders.c.order_id).order_by(orders.c.order_id)))

    def rows(self, table: Any) -> list[Any]:
        with self.store.engine.connect() as connection:
            return list(connection.execute(select(table)))

    def close(self) -> None:
        self.store.close()


@pytest.fixture
def company(n8n: N8nWriter, tmp_path: Path) -> Iterator[Company]:
    found = Company(n8n, tmp_path)
    yield found
    found.close()


# --- another mapping -----------------------------------------------------------------------------


def test_all_that_n8n_still_has_is_read_again_with_another_mapping(company: Company) -> None:
    for number in (1, 2, 3):
        company.n8n.execution(number, {"Passo": [run({"commessa": f"K-{number}"})]})
    assert company.sync().notes == ()
    assert company.orders() == []
    company.declare("order: {id: [commessa]}")
    report = company.sync()
    assert report.caught_up
    assert "mapping_changed" in report.notes
    assert any("declared anew" in sentence for sentence in report.told())
    assert company.orders() == ["K-1", "K-2", "K-3"]
    again = company.sync()
    assert (again.read, again.changed) == (0, 0)


def test_what_n8n_has_deleted_stays_as_it_was_read_and_that_is_told(company: Company) -> None:
    company.n8n.execution(1, {"Passo": [run({"order_id": "A"})]})
    company.n8n.execution(2, {"Passo": [run({"order_id": "B"})]})
    company.sync()
    company.n8n.change("execution_entity", 1, deletedAt=NOW)
    company.declare('order: {id: ["-order_id"]}')
    report = company.sync()
    assert company.orders() == ["A"], "B is no order any more, A can no longer be looked at"
    assert "read_with_another_mapping:1" in report.notes
    (told,) = [sentence for sentence in report.told() if "stays as it was" in sentence]
    assert told.startswith("1 execution was deleted")
    state = company.store.state()
    assert state is not None
    assert state.outdated == 1
    company.declare(None)
    assert not [note for note in company.sync().notes if note.startswith("read_with")]
    assert company.orders() == ["A", "B"]


def test_reading_again_goes_on_where_it_was_stopped(company: Company) -> None:
    for number in range(1, 31):
        company.n8n.execution(number, {"Passo": [run({"commessa": f"K-{number:02}"})]})
    company.sync()
    company.declare("order: {id: [commessa]}")
    company.sync(budget_s=0.0)
    state = company.store.state()
    assert state is not None
    assert not state.caught_up
    assert company.sync(batch_size=7).caught_up
    assert len(company.orders()) == 30


# --- deleted by n8n ------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["marked", "removed"])
def test_what_n8n_deletes_is_kept_and_marked(company: Company, how: str) -> None:
    for number in (1, 2, 3):
        company.n8n.execution(number, {"Passo": [run({"order_id": f"A-{number}"})]})
    company.sync()
    if how == "marked":
        company.n8n.change("execution_entity", 2, deletedAt=NOW)
    else:
        company.n8n.delete("execution_entity", 2)
    version = company.sync().data_version
    company.now = NOW + timedelta(hours=2)
    report = company.sync()
    assert (report.changed, report.data_version) == (0, version), "figures stay what they were"
    found = {row.execution_id: row.deleted_at for row in company.rows(executions)}
    assert found == {1: None, 2: company.now, 3: None}
    assert company.orders() == ["A-1", "A-2", "A-3"]
    company.now += timedelta(hours=2)
    company.sync()
    found = {row.execution_id: row.deleted_at for row in company.rows(executions)}
    assert found[2] == NOW + timedelta(hours=2), "the first time that it was seen"


# --- what people attach --------------------------------------------------------------------------


def asked(company: Company, op: str, value: str, kind: str = "list") -> Any:
    condition = Filter(field="text", op=op, values=(value,))
    what = {"subject": "executions"} if kind == "list" else {"metric": "executions"}
    query = BusinessQuery(kind=kind, filters=(condition,), **what)
    return run_query(company.store, query, zone=ROME, now=company.now)


@pytest.fixture
def with_attached(company: Company) -> Company:
    company.n8n.sql(METADATA[company.n8n.dialect])
    for number in (1, 2, 3):
        company.n8n.execution(number)
    for execution_id, key, value in (
        (1, "cliente", "Bottega Ro"),
        (1, "esito", "spedito"),
        (2, "cliente", "Ada"),
        (2, "input_chat", "dove è il mio ordine?"),
        (2, "session_id", "s1"),
        (3, "api_token", "t0ken"),
    ):
        company.n8n.insert("execution_metadata", executionId=execution_id, key=key, value=value)
    company.sync()
    return company


def test_what_is_attached_can_be_asked_for_and_is_listed(with_attached: Company) -> None:
    found = asked(with_attached, "contains", "bottega")
    assert found.columns[-1] == "attached"
    assert [row[-1] for row in found.rows] == ["cliente: Bottega Ro, esito: spedito"]
    assert asked(with_attached, "is", "Cliente: ada", "value").rows == ((1,),)
    assert asked(with_attached, "contains", "cliente:", "value").rows == ((2,),)
    assert asked(with_attached, "is_not", "esito: spedito", "value").rows == ((2,),)
    assert asked(with_attached, "contains", "t0ken", "value").rows == ((0,),)


def test_what_somebody_wrote_is_kept_only_with_contents(with_attached: Company) -> None:
    kept = {(row.execution_id, row.key) for row in with_attached.rows(attached_values)}
    assert kept == {(1, "cliente"), (1, "esito"), (2, "cliente")}


def test_an_attached_value_that_changes_while_it_runs_is_followed(company: Company) -> None:
    company.n8n.sql(METADATA[company.n8n.dialect])
    company.n8n.execution(1, status="running", stoppedAt=None)
    company.n8n.insert("execution_metadata", executionId=1, key="esito", value="in corso")
    company.sync()
    company.n8n.sql(f"UPDATE {company.n8n.table('execution_metadata')} SET value = 'fatto'")  # noqa: S608 - our names
    company.n8n.change("execution_entity", 1, status="success", stoppedAt=NOW)
    company.sync()
    assert [row.value for row in company.rows(attached_values)] == ["fatto"]
