"""n8n 2 with N8N_EXECUTION_DATA_STORAGE_MODE=filesystem: executions' data in files."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from persistence.n8n.files import Bundles, NoBundle, default_folder
from persistence.n8n.source import N8nSource
from persistence.store import Store
from persistence.sync import synchronise
from persistence.tables import executions, orders
from tests.persistence.n8n.conftest import OpenSource
from tests.persistence.n8n.n8n_writer import BEGAN, N8nWriter, execution_data, flatten, node, run

ROME = ZoneInfo("Europe/Rome")
NOW = BEGAN + timedelta(hours=1)


def in_files(n8n: N8nWriter) -> None:
    n8n.sql(
        f"ALTER TABLE {n8n.table('execution_entity')} "
        "ADD COLUMN \"storedAt\" varchar(2) DEFAULT 'db' NOT NULL"
    )


def bundle(storage: Path, execution_id: int, content: Any = None, *, order: str = "A") -> Path:
    """Write the file as n8n does."""
    if content is None:
        workflow = {"id": "w1", "name": "Ordini", "nodes": [node("Nuovo", "webhook")]}
        content = {
            "data": flatten(execution_data({"Nuovo": [run({"body": {"order_id": order}})]})),
            "workflowData": workflow,
            "workflowVersionId": "7c53575a",
            "version": 1,
        }
    folder = storage / "workflows" / "w1" / "executions" / str(execution_id)
    file = folder / "execution_data" / "bundle.json"
    file.parent.mkdir(parents=True)
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    attachment = folder / "binary_data" / "71734295"
    attachment.parent.mkdir()
    attachment.write_bytes(b"%PDF")
    attachment.chmod(0)
    return file


def test_data_in_files_is_read_like_data_in_the_database(
    n8n: N8nWriter, open_source: OpenSource, tmp_path: Path
) -> None:
    in_files(n8n)
    storage = tmp_path / "storage"
    n8n.execution(
        1, {"Nuovo": [run({"body": {"order_id": "A"}})]}, nodes=[node("Nuovo", "webhook")]
    )
    n8n.execution(2, payload=False, storedAt="fs")
    bundle(storage, 2)
    source = open_source(n8n.url, storage=storage)
    one, two = source.executions_after(0, limit=5)
    assert [r.payload for r in (one, two)] == ["read", "read"]
    assert one.business == two.business != ()
    assert not [each for each in source.facts().warnings if "files" in each]


@pytest.mark.parametrize(
    ("content", "state"),
    [
        ("", "unreadable"),
        ('{"data": "[', "unreadable"),
        ("[1]", "unreadable"),
        ({"data": "junk", "workflowData": {}}, "unreadable"),
        ({"data": 5, "workflowData": {}}, "unreadable"),
        ({"data": "[{}]"}, "unreadable"),
        ('{"a":' + "[" * 100_000, "unreadable"),
        (None, "missing"),
    ],
)
def test_a_broken_or_missing_file_does_not_stop_the_rest(
    sqlite_n8n: N8nWriter, open_source: OpenSource, tmp_path: Path, content: Any, state: str
) -> None:
    in_files(sqlite_n8n)
    sqlite_n8n.execution(1, payload=False, storedAt="fs")
    sqlite_n8n.execution(2, payload=False, storedAt="fs")
    storage = tmp_path / "storage"
    bundle(storage, 2)
    if content is not None:
        bundle(storage, 1, content)
    source = open_source(sqlite_n8n.url)  # beside the SQLite file by default
    assert [r.payload for r in source.executions_after(0, limit=5)] == [state, "read"]


def test_an_id_that_leads_out_of_the_folder_reads_nothing(tmp_path: Path) -> None:
    bundles = Bundles(tmp_path / "storage")
    assert bundles.path_of("../../../etc", 1) is None
    with pytest.raises(NoBundle):
        bundles.read("../../../etc", 1)


def test_the_default_folder_is_beside_the_file_or_at_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert default_folder(tmp_path / "database.sqlite") == tmp_path / "storage"
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_folder(None) == tmp_path / ".n8n" / "storage"


def test_a_folder_that_is_not_there_is_told(
    sqlite_n8n: N8nWriter, open_source: OpenSource, tmp_path: Path
) -> None:
    in_files(sqlite_n8n)
    sqlite_n8n.execution(1, payload=False, storedAt="fs")
    source = open_source(sqlite_n8n.url, storage=tmp_path / "nowhere")
    (told,) = [each for each in source.facts().warnings if "files" in each]
    assert str(tmp_path / "nowhere") in told
    assert "MILHENA_N8N_STORAGE" in told


def test_files_that_were_missing_are_read_once_the_folder_is_known(
    sqlite_n8n: N8nWriter, open_source: OpenSource, tmp_path: Path
) -> None:
    in_files(sqlite_n8n)
    sqlite_n8n.execution(1, payload=False, storedAt="fs")
    sqlite_n8n.execution(2, payload=False, storedAt="s3")
    storage = tmp_path / "elsewhere"
    store = Store.open(str(tmp_path / "store.sqlite"))

    def sync(source: N8nSource) -> Any:
        return synchronise(source, store, zone=ROME, store_content=False, now=NOW)

    first = sync(open_source(sqlite_n8n.url, storage=storage))
    assert (first.missing, first.elsewhere, first.unreadable) == (1, 1, 0)
    assert any("MILHENA_N8N_STORAGE" in sentence for sentence in first.told())
    assert any("S3 or Azure" in sentence for sentence in first.told())
    bundle(storage, 1, order="B")
    second = sync(open_source(sqlite_n8n.url, storage=storage))
    assert second.changed == 1
    state = store.state()
    assert state is not None
    assert (state.missing, state.elsewhere, state.storage) == (0, 1, str(storage))
    with store.engine.connect() as connection:
        assert list(connection.scalars(select(orders.c.order_id))) == ["B"]
    assert sync(open_source(sqlite_n8n.url, storage=storage)).changed == 0
    store.close()


def test_what_was_read_stays_when_n8n_removes_the_file(
    sqlite_n8n: N8nWriter, open_source: OpenSource, tmp_path: Path
) -> None:
    in_files(sqlite_n8n)
    sqlite_n8n.execution(1, payload=False, storedAt="fs", stoppedAt=NOW)
    file = bundle(tmp_path / "storage", 1)
    store = Store.open(str(tmp_path / "store.sqlite"))
    source = open_source(sqlite_n8n.url)
    synchronise(source, store, zone=ROME, store_content=False, now=NOW)
    file.unlink()
    synchronise(source, store, zone=ROME, store_content=False, now=NOW + timedelta(seconds=2))
    with store.engine.connect() as connection:
        assert list(connection.scalars(select(orders.c.order_id))) == ["A"]
        assert connection.scalar(select(executions.c.read_with)) == source.read_with
    store.close()
