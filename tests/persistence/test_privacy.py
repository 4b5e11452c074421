"""What the store never holds, and what it holds only where that is wished.

Secrets are planted in every place of an n8n where they occur, and looked for in the bytes of the
store itself: no query of ours decides what is found.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from persistence.n8n.source import N8nSource
from persistence.store import Store
from persistence.sync import synchronise
from tests.persistence.n8n.n8n_writer import AGENT, BEGAN, N8nWriter, delivered, node, run

ROME = ZoneInfo("Europe/Rome")
SECRETS = {
    "cookie": "c00kie5ecret",
    "authorization": "Bearer b3arer5ecret9",
    "x-api-key": "k3y5ecret",
}
NEVER = (
    "c00kie5ecret", "b3arer5ecret9", "k3y5ecret", "t0ken5ecret1", "pa55word5ecret", "s3ssion5ecret",
    "sk-proj-0123456789abcdef", "eyJhbGciOiJIUzI1NiJ9", "cr3dential5ecret", "qu3ry5ecret",
    "binary5ecret",
)  # fmt: skip
ONLY_WITH_CONTENT = (
    "Corpo riservato della mail", "Corpo riservato della risposta", "Testo riservato su Telegram",
    "+39 333 7654321", "Messaggio riservato in chat",
)  # fmt: skip
BY_DEFAULT = ("Oggetto visibile", "ada@example.com", "ORD-77", "esito-visibile")


@pytest.fixture
def planted(tmp_path: Path) -> N8nWriter:
    n8n = N8nWriter(f"sqlite:///{tmp_path / 'n8n.sqlite'}")
    n8n.sql(
        'CREATE TABLE execution_metadata ("id" integer PRIMARY KEY AUTOINCREMENT, '
        '"executionId" integer NOT NULL, "key" varchar(255) NOT NULL, "value" text NOT NULL)'
    )
    n8n.workflow(settings={"callerIds": "cr3dential5ecret"})
    request = {
        "headers": SECRETS,
        "params": {"token": "t0ken5ecret1"},
        "query": {"access_token": "qu3ry5ecret"},
        "body": {
            "email_sender": "ada@example.com",
            "email_subject": "Oggetto visibile",
            "email_content": "Corpo riservato della mail",
            "order_id": "ORD-77",
            "customer": {
                "email": "ada@example.com",
                "phone": "+39 333 7654321",
                "password": "pa55word5ecret",
            },
            "session_id": "s3ssion5ecret",
            "csrf_token": "t0ken5ecret1",
        },
    }
    telegram = {
        "update_id": 1,
        "message": {
            "message_id": 5,
            "from": {"id": 42, "first_name": "Ada"},
            "chat": {"id": 42},
            "text": "Testo riservato su Telegram",
        },
    }
    attachment = {"json": request, "binary": {"data": {"data": "binary5ecret"}}}
    first = run(request)
    first["data"]["main"][0][0] = attachment
    n8n.execution(
        1,
        {
            "Modulo": [first],
            "Telegram": [run(telegram, at=1)],
            "AI": [run({"output": "Risposta", "apiKey": "k3y5ecret"}, at=2)],
            "Riepilogo": [
                run({"ordini": 3, "token": "t0ken5ecret1", "nota": "key=k3y5ecret"}, at=3)
            ],
            "Invia": [run({**delivered("ada@example.com"), "auth": "pa55word5ecret"}, at=4)],
        },
        nodes=[
            node("Modulo", "webhook", credentials={"httpHeaderAuth": {"id": "cr3dential5ecret"}}),
            node("Telegram", "telegramTrigger"),
            node("AI", AGENT),
            node("Riepilogo", "set", notes="show-1", parameters={"password": "pa55word5ecret"}),
            node("Invia", "emailSend", parameters={"text": "Corpo riservato della risposta"}),
        ],
    )
    message = (
        "401 from https://user:pa55word5ecret@erp.example.com/api?access_token=qu3ry5ecret with "
        'Authorization: Bearer b3arer5ecret9 and {"apiKey": "k3y5ecret"}, '
        "sk-proj-0123456789abcdef, eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln "
        "(password: pa55word5ecret)\nCookie: a=1; session=c00kie5ecret"
    )
    n8n.execution(
        2,
        {
            "Modulo": [
                run(error={"message": message, "name": "NodeApiError"}, executionStatus="error")
            ]
        },
        nodes=[node("Modulo", "httpRequest")],
        result={"error": {"message": message, "name": "NodeApiError", "httpCode": "401"}},
        status="error",
    )
    for key, value in (
        ("esito", "esito-visibile"),
        ("session_id", "s3ssion5ecret"),
        ("api_token", "t0ken5ecret1"),
        ("nota", "password=pa55word5ecret"),
        ("input_messaggio", "Messaggio riservato in chat"),
    ):
        n8n.insert("execution_metadata", executionId=1, key=key, value=value)
    n8n.close()
    return n8n


def copied(n8n: N8nWriter, folder: Path, *, content: bool) -> bytes:
    """The bytes of the store, and of its journal."""
    store = Store.open(str(folder / "store.sqlite"))
    source = N8nSource.open(n8n.url)
    now = BEGAN + timedelta(hours=1)
    report = synchronise(source, store, zone=ROME, store_content=content, now=now)
    assert report.caught_up
    assert report.unreadable == 0
    with store.writing() as connection:
        connection.exec_driver_sql("SELECT 1")
    source.close()
    store.close()
    return b"".join(file.read_bytes() for file in folder.glob("store.sqlite*"))


@pytest.mark.parametrize("content", [False, True], ids=["default", "with contents"])
def test_headers_cookies_and_tokens_are_never_stored(
    planted: N8nWriter, tmp_path: Path, content: bool
) -> None:
    stored = copied(planted, tmp_path, content=content)
    assert [secret for secret in NEVER if secret.encode() in stored] == []
    assert [text for text in BY_DEFAULT if text.encode() not in stored] == [], "it looks there"


def test_texts_and_details_are_stored_only_where_that_is_wished(
    planted: N8nWriter, tmp_path: Path
) -> None:
    stored = copied(planted, tmp_path, content=False)
    assert [text for text in ONLY_WITH_CONTENT if text.encode() in stored] == []
    (tmp_path / "other").mkdir()
    stored = copied(planted, tmp_path / "other", content=True)
    assert [text for text in ONLY_WITH_CONTENT if text.encode() not in stored] == []


def test_what_is_no_longer_wished_is_forgotten(planted: N8nWriter, tmp_path: Path) -> None:
    copied(planted, tmp_path, content=True)
    copied(planted, tmp_path, content=False)
    store = Store.open(str(tmp_path / "store.sqlite"))
    with store.engine.connect() as connection:
        tables = ("business_execution_data", "attached_values")
        told = str([connection.exec_driver_sql(f"SELECT * FROM {t}").all() for t in tables])  # noqa: S608 - our names
    store.close()
    assert [text for text in ONLY_WITH_CONTENT if text in told] == []
    assert "esito-visibile" in told
