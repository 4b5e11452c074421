"""Upkeep: price lists, the night's copies, the site, the books, notices of errors."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from persistence.demo import company
from persistence.demo.processes import BY_KEY
from persistence.demo.runs import Items, Run, crashed, items, node_error
from persistence.demo.world import (
    MINUTE,
    SECOND,
    Story,
    World,
    fail,
    iso,
    posted,
    smtp_result,
    ticked,
)


def prices(world: World, at_ms: int, *, mails: int = 1) -> Story:
    """Suppliers mail their price lists; each line is written, some are refused."""
    run = Run(at_ms)
    arrived: Items = []
    lines: list[dict[str, str]] = []
    for index in range(mails):
        name, address = world.rng.choice(company.SUPPLIERS)
        own = [
            {
                "codice": f"F{world.ms(100, 999)}",
                "descrizione": f"Vaso n° {n} – qualità «A»",
                "prezzo": f"{world.ms(40, 900) / 100:.2f}".replace(".", ","),
            }
            for n in range(5)
        ]
        lines += own
        table = "codice;descrizione;prezzo\n" + "\n".join(";".join(x.values()) for x in own)
        arrived.append(
            {
                "json": {
                    "id": world.token(),
                    "threadId": world.token(),
                    "labelIds": ["INBOX", "UNREAD"],
                    "headers": {"subject": "Subject: Listino aggiornato"},
                    "text": "In allegato il nuovo listino. Cordiali saluti",
                    "subject": f"Listino aggiornato {world.local(at_ms):%m/%Y}",
                    "date": iso(at_ms),
                    "from": {
                        "value": [{"address": address.upper() if index else address, "name": name}],
                        "text": f'"{name}" <{address}>',
                    },
                    "to": {"value": [{"address": company.OFFICE_MAIL, "name": ""}]},
                },
                "binary": {
                    "attachment_0": {
                        "mimeType": "text/csv",
                        "fileExtension": "csv",
                        "fileName": "listino.csv",
                        "data": base64.b64encode(table.encode()).decode(),
                    }
                },
                "pairedItem": {"item": 0},
            }
        )
    run.step("Listino via Gmail", arrived, took_ms=3)
    rows = items(*lines)
    run.step("Leggi CSV", rows, took_ms=world.ms(5, 20))
    turn = 0
    refused: Items = []
    for start in range(0, len(rows), 3):
        batch = rows[start : start + 3]
        run.step("Tre righe alla volta", [], batch, took_ms=1, turn=max(turn - 1, 0))
        good = [item for item in batch if not item["json"]["codice"].endswith("7")]
        bad = [
            {"json": {**item["json"], "error": {"message": "400 - prezzo non valido"}}}
            for item in batch
            if item not in good
        ]
        written = items(*[{"ok": True, "codice": i["json"]["codice"]} for i in good])
        took = world.ms(90, 500)
        run.step("Aggiorna prezzo", written, bad, took_ms=took, branch=1, turn=turn)
        refused += bad
        if bad:
            run.step("Righe scartate", bad, took_ms=0, branch=1, turn=turn)
        turn += 1
    run.step("Tre righe alla volta", rows, [], took_ms=1, after="Aggiorna prezzo", turn=turn - 1)
    run.splits("Tre righe alla volta", turn)
    draft = items({"id": world.token(), "message": {"id": world.token(), "labelIds": ["DRAFT"]}})
    run.step("Bozza al fornitore", draft, took_ms=world.ms(150, 500), turn=turn)
    return Story(run)


def backup(world: World, at_ms: int, *, full: bool = False) -> Story:
    """The night's copy of the archives."""
    run = Run(at_ms)
    story = Story(run)
    run.step("Di notte", items(ticked(world, at_ms)), took_ms=0)
    made = {"exitCode": 0, "stderr": "", "stdout": f"copiati {world.ms(900, 4000)} file\u2028ok"}
    run.step("Esporta archivi", items(made), took_ms=world.ms(4 * SECOND, 50 * SECOND))
    if full:
        error = node_error(
            BY_KEY["backup"].node("Carica nel cloud"),
            "Your request is invalid or could not be processed by the service",
            code="507",
            detail=f"507 - spazio esaurito: mancano {world.ms(10, 900)} MB",
        )
        return fail(story, "Carica nel cloud", error, world.ms(2 * SECOND, 9 * SECOND))
    took = world.ms(8 * SECOND, 90 * SECOND)
    run.step("Carica nel cloud", items({"caricato": True}), took_ms=took)
    return story


def site_check(world: World, at_ms: int, *, down: bool = False) -> Story:
    """The web site is opened once."""
    run = Run(at_ms)
    story = Story(run)
    run.step("Ogni quarto d'ora", items(ticked(world, at_ms)), took_ms=0)
    if down:
        error = node_error(
            BY_KEY["site_check"].node("Apri la pagina"),
            "The connection was aborted, perhaps the server is offline",
            code="ECONNABORTED",
            detail="timeout of 10000ms exceeded",
        )
        return fail(story, "Apri la pagina", error, 10_000 + world.ms(5, 60))
    run.step("Apri la pagina", items({"statusCode": 200}), took_ms=world.ms(90, 900))
    return story


def ledger(world: World, at_ms: int, *, case: str = "ok", found_ms: int = 0) -> Story:
    """The day is closed in the books.

    *case*: ok · slow · canceled · crashed · bank_down · stuck (its end could never be written).
    """
    run = Run(at_ms)
    story = Story(run)
    asked = posted(world, "chiusura", {"giorno": f"{world.local(at_ms):%Y-%m-%d}"})
    run.step("Avvia chiusura", items(asked), took_ms=1)
    took = world.ms(40 * SECOND, 400 * SECOND)
    if case == "canceled":
        story.status = "canceled"
        story.stopped_ms = run.clock + took // 2
        return story
    if case == "crashed":
        story.status = "crashed"
        story.recovered = crashed(("Avvia chiusura", "Confronta movimenti"), at_ms, found_ms)
        story.stopped_ms = run.clock + world.ms(200, 2500)
        return story
    if case == "bank_down":
        error = node_error(
            BY_KEY["ledger"].node("Confronta movimenti"),
            "The service refused the connection - perhaps it is offline",
            code="ECONNREFUSED",
        )
        return fail(story, "Confronta movimenti", error, world.ms(100, 900))
    if case == "stuck":
        story.status = "running"
    if case == "slow":
        took = 45 * MINUTE
    run.step("Confronta movimenti", items({"movimenti": world.ms(20, 200)}), took_ms=took)
    run.step("Chiusura fatta", items({"esito": "quadra"}), took_ms=2)
    return story


def queued(world: World, at_ms: int) -> Story:
    """An execution that waits for its turn."""
    return Story(Run(at_ms), status="new")


def error_notice(world: World, at_ms: int, *, failed: Mapping[str, Any]) -> Story:
    """The error workflow: one mail to the office."""
    run = Run(at_ms)
    run.step("Qualcosa è andato storto", items(failed), took_ms=1)
    execution = failed["execution"]
    summary = {
        "process": failed["workflow"]["name"],
        "step": execution["lastNodeExecuted"],
        "message": execution["error"]["message"],
    }
    run.step("Riassunto", items(summary), took_ms=world.ms(2, 20))
    sent = items(smtp_result(world, [company.OFFICE_MAIL], company.OFFICE_MAIL))
    run.step("Avviso di errore", sent, took_ms=world.ms(120, 500))
    return Story(run)
