"""Sales: orders, customers' cards, invoices, reminders, reports, shelves."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import partial
from typing import Any

from persistence.demo import company
from persistence.demo.company import Customer
from persistence.demo.processes import BY_KEY
from persistence.demo.runs import Items, Run, code_error, crashed, items, node_error
from persistence.demo.world import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    Call,
    Later,
    Order,
    Story,
    World,
    erp_down,
    euro,
    fail,
    posted,
    smtp_result,
    ticked,
)


def order(world: World, at_ms: int, *, case: str = "ok", campaign: bool = False) -> Story:
    """An order of the web shop.

    *case*: ok · no_number · blank_number · no_mail · erp_down · long_note · sent_twice ·
    crashed · retried (the ERP was down, and trying again helped).
    """
    placed = world.new_order(at_ms, campaign=campaign)
    return _order_arrives(world, at_ms, placed, case=case)


def _order_arrives(
    world: World, at_ms: int, placed: Order, *, case: str = "ok", extra_cents: int = 0
) -> Story:
    run = Run(at_ms)
    story = Story(run)
    if case == "crashed":
        # n8n was killed while it ran, and the shop, without an answer, sends the order again.
        steps = ("Ordine ricevuto", "Verifica ordine", "Registra nel gestionale")
        story.recovered = crashed(steps, at_ms, at_ms + 4 * MINUTE)
        story.status, story.stopped_ms = "crashed", at_ms + world.ms(200, 2500)
        again = partial(_order_arrives, placed=placed)
        story.later.append(Later("orders", at_ms + 10 * MINUTE, again))
        return story
    card = placed.customer.card
    number: str | None = placed.order_id
    if case == "no_mail":
        card = {"name": placed.customer.name}
    elif case == "no_number":
        number = None
    elif case == "blank_number":
        number = ""
    body = {
        "order_id": number,
        "customer": card,
        "items": [
            {"sku": p.sku, "name": p.name, "quantity": n, "price": euro(p.cents)}
            for p, n in placed.lines
        ],
        "note": company.LONG_NOTE if case == "long_note" else world.rng.choice(company.ORDER_NOTES),
    }
    run.step("Ordine ricevuto", items(posted(world, "ordine", body)), took_ms=world.ms(0, 3))
    if not number:
        error = code_error("Ordine senza numero", "non si può registrare")
        world.orders.pop()
        return fail(story, "Verifica ordine", error, world.ms(8, 30))
    if case == "no_mail":
        # The shop sends it again once somebody has added the address.
        again = partial(_order_arrives, placed=placed)
        story.later.append(Later("orders", at_ms + world.ms(25 * MINUTE, 3 * HOUR), again))
        error = code_error("Manca l'indirizzo e-mail", f"ordine {placed.order_id}")
        return fail(story, "Verifica ordine", error, world.ms(8, 30))
    checked = body | {
        "total": euro(placed.total_cents + extra_cents),
        "vat": euro(placed.total_cents // 11),
    }
    run.step("Verifica ordine", items(checked), took_ms=world.ms(8, 40))
    if case in ("erp_down", "retried"):
        helps = case == "retried" or world.chance(0.85)
        retry = partial(_order_retried, failed=run, placed=placed, checked=checked, helps=helps)
        if case == "retried" or world.chance(0.7):
            wait = world.ms(2 * HOUR, 7 * HOUR)
            story.later.append(Later("orders", at_ms + wait, retry, "retry", retries=True))
        error = erp_down("orders", "Registra nel gestionale", world)
        return fail(story, "Registra nel gestionale", error, world.ms(3000, 9000))
    if case == "sent_twice":
        # A double click in the shop: the second copy carries another total.
        double = partial(_order_arrives, placed=placed, extra_cents=500)
        story.later.append(Later("orders", at_ms + world.ms(2 * SECOND, 20 * SECOND), double))
    elif world.chance(0.4):
        wait = world.ms(20 * MINUTE, 5 * HOUR)
        story.later.append(Later("invoices", at_ms + wait, partial(invoice, placed=placed)))
    return _order_registered(world, story, placed, checked)


def _order_retried(
    world: World,
    at_ms: int,
    *,
    failed: Run,
    placed: Order,
    checked: Mapping[str, Any],
    helps: bool,
) -> Story:
    story = Story(Run.retry(failed, at_ms))
    if not helps:
        error = erp_down("orders", "Registra nel gestionale", world)
        return fail(story, "Registra nel gestionale", error, world.ms(3000, 9000))
    return _order_registered(world, story, placed, checked)


def _order_registered(
    world: World, story: Story, placed: Order, checked: Mapping[str, Any]
) -> Story:
    run = story.run
    run.step(
        "Registra nel gestionale",
        items({"registered": True, "order_id": placed.order_id, "protocol": world.token()[:8]}),
        took_ms=world.ms(90, 900),
    )
    handed = items({"customer": placed.customer.card, "order_id": placed.order_id})
    updated = call_crm(story, world, "Aggiorna cliente", handed, placed.customer)
    branch = 1
    if placed.total_cents > 15_000:
        run.step("Importo alto?", updated, [], took_ms=1)
        run.step("Avviso a Ludovica", updated, took_ms=0)  # disabled: hands its input on
        branch = 0
    else:
        run.step("Importo alto?", [], updated, took_ms=1)
    if world.chance(0.006):
        error = node_error(
            BY_KEY["orders"].node("Conferma al cliente"),
            "Can't send mail - all recipients were rejected: "
            f"550 5.1.1 <{placed.customer.mail}>: utente sconosciuto",
        )
        return fail(story, "Conferma al cliente", error, world.ms(300, 900))
    result = smtp_result(world, [placed.customer.mail], company.SHOP_MAIL)
    run.step("Conferma al cliente", items(result), took_ms=world.ms(120, 700), branch=branch)
    summary = items(
        {
            "order_id": placed.order_id,
            "total": checked["total"],
            "accepted": result["accepted"],
        }
    )
    run.step("Riepilogo", summary, took_ms=2)
    run.step("Rispondi al negozio", summary, took_ms=3)
    return story


def call_crm(story: Story, world: World, step: str, handed: Items, customer: Customer) -> Items:
    """The parent's step that starts the CRM process and waits for it."""
    run = story.run
    begins = run.clock + world.ms(25, 60)
    child = crm(world, begins, handed, customer)
    link: dict[str, Any] = {"executionId": "", "workflowId": BY_KEY["crm"].workflow_id}
    story.calls.append(Call("crm", begins - 14, child, link))
    result = child.run.steps[child.run.last or ""][-1]["data"]["main"][0]
    return run.step(
        step,
        items(*[item["json"] for item in result]),
        took_ms=child.run.clock - run.clock + world.ms(10, 40),
        metadata={"subExecution": link, "subExecutionsCount": 1},
    )


def crm(world: World, at_ms: int, handed: Items, customer: Customer) -> Story:
    """A customer's card is made or brought up to date; new ones get a welcome mail."""
    run = Run(at_ms)
    story = Story(run)
    run.step("Chiamato da un altro processo", handed, took_ms=1)
    new = world.first_time(customer.mail)
    found = items({"found": not new, "email": customer.mail})
    run.step("Cerca nel CRM", found, took_ms=world.ms(40, 220))
    if not new:
        run.step("Cliente nuovo?", [], found)
        card = items({"email": customer.mail, "azione": "aggiornata"})
        run.step("Scheda aggiornata", card, took_ms=2, branch=1)
        return story
    run.step("Cliente nuovo?", found, [])
    card = items({"email": customer.mail, "name": customer.name, "azione": "creata"})
    run.step("Crea scheda", card, took_ms=world.ms(60, 300))
    welcome = items(smtp_result(world, [customer.mail], company.NEWS_MAIL))
    run.step("Benvenuto in bottega", welcome, took_ms=world.ms(120, 500))
    return story


def old_marketplace(world: World, at_ms: int) -> Story:
    """An order of the marketplace, while the company still sold there."""
    run = Run(at_ms)
    customer = world.customer()
    product = world.rng.choice(company.PRODUCTS)
    body = {
        "orderId": world.next_market_order(),
        "cliente": {"nome": customer.name, "email": customer.mail},
        "totale": euro(product.cents * 2),
        "articoli": [{"codice": product.sku, "quantita": 2}],
    }
    arrived = items(posted(world, "marketplace", body))
    run.step("Ordine marketplace", arrived, took_ms=world.ms(0, 2))
    story = Story(run)
    if world.chance(0.06):
        error = node_error(
            BY_KEY["old_marketplace"].node("Inoltra al gestionale"),
            "The resource you are requesting could not be found",
            code="404",
            detail='404 - {"errore":"articolo sconosciuto"}',
        )
        return fail(story, "Inoltra al gestionale", error, world.ms(80, 300))
    run.step("Inoltra al gestionale", items({"ok": True}), took_ms=world.ms(80, 600))
    return story


def invoice(world: World, at_ms: int, *, placed: Order | None = None, down: bool = False) -> Story:
    """The invoice of an order (a recent one unless *placed*) is written, attached and mailed."""
    placed = placed or world.recent_order() or world.new_order(at_ms)
    run = Run(at_ms)
    story = Story(run)
    body = {
        "order_id": placed.order_id,
        "total": euro(placed.total_cents),
        "customer": placed.customer.card,
    }
    run.step("Ordine da fatturare", items(posted(world, "fattura", body)), took_ms=1)
    number = world.next_invoice(at_ms)
    xml = (
        f'<?xml version="1.0"?><Fattura numero="{number}"><Cliente>{placed.customer.name}'
        f"</Cliente><Ordine>{placed.order_id}</Ordine></Fattura>"
    )
    written = {"invoice": number, "order_id": placed.order_id, "total": body["total"], "xml": xml}
    run.step("Componi XML", items(written), took_ms=world.ms(6, 30))
    content = xml.encode()
    attached: Items = [
        {
            "json": {},
            "binary": {
                "data": {
                    "mimeType": "application/xml",
                    "fileType": "text",
                    "fileExtension": "xml",
                    "data": base64.b64encode(content).decode(),
                    "fileName": f"{number.replace('/', '_')}.xml",
                    "fileSize": f"{len(content)} B",
                }
            },
            "pairedItem": {"item": 0},
        }
    ]
    run.step("Crea file", attached, took_ms=world.ms(4, 15))
    if down or world.chance(0.012):
        error = node_error(
            BY_KEY["invoices"].node("Invia fattura"),
            "connect ECONNREFUSED 203.0.113.25:465",
        )
        return fail(story, "Invia fattura", error, world.ms(200, 2000))
    sent = items(smtp_result(world, [placed.customer.mail], company.OFFICE_MAIL))
    run.step("Invia fattura", sent, took_ms=world.ms(200, 1500))
    run.step("Copia al commercialista (sospesa)", sent, took_ms=0)  # disabled
    done = items({"order_id": placed.order_id, "invoice": number})
    run.step("Fattura inviata", done, took_ms=2)
    return story


def invoice_tried_by_hand(world: World, at_ms: int) -> Story:
    """Somebody tries the invoice process in the editor, with pinned data."""
    customer = Customer("Prova", "prova@example.com")
    story = invoice(
        world, at_ms, placed=Order("BM-PROVA-1", customer, ((company.PRODUCTS[0], 1),), at_ms)
    )
    story.run.pinned = BY_KEY["invoices"].pinned
    return story


def order_tried_by_hand(world: World, at_ms: int) -> Story:
    """Somebody tries the order process in the editor, with a real mail and an invented order."""
    placed = Order(
        f"BM-TEST-{1 + int(9 * world.rng.random())}",
        Customer("Ludovica Parodi", company.OWNER_MAIL),
        ((company.OIL_CAN, 1),),
        at_ms,
    )
    run = Run(at_ms)
    body = {"order_id": placed.order_id, "customer": placed.customer.card, "items": []}
    run.step("Ordine ricevuto", items(posted(world, "ordine", body)))
    checked = body | {"total": euro(placed.total_cents)}
    run.step("Verifica ordine", items(checked), took_ms=9)
    return _order_registered(world, Story(run), placed, checked)


def reminder(
    world: World, at_ms: int, *, now_ms: int, pays: bool = False, fails: bool = False
) -> Story:
    """An overdue invoice: a mail, a week's wait, a look at the bank, perhaps a second mail."""
    run = Run(at_ms)
    story = Story(run)
    customer = world.customer()
    body = {"email": customer.mail, "cliente": customer.name, "invoice": world.next_invoice(at_ms)}
    run.step("Fattura scaduta", items(posted(world, "scaduta", body)), took_ms=1)
    first = items(smtp_result(world, [customer.mail], company.OFFICE_MAIL))
    run.step("Primo promemoria", first, took_ms=world.ms(120, 600))
    wait_till = run.clock + 7 * DAY
    if wait_till + MINUTE > now_ms:
        run.step("Attendi una settimana", first, took_ms=1, status="waiting")
        story.status = "waiting"
        story.wait_till_ms = wait_till
        story.stack = first
        # n8n writes the end of the row when it falls asleep.
        story.stopped_ms = run.clock + 12
        return story
    resumed = wait_till + world.ms(200, 20 * SECOND)
    story.resumed_ms = resumed
    run.again_from(resumed + 9)
    run.step("Attendi una settimana", first, took_ms=1)
    if fails:
        error = node_error(
            BY_KEY["reminders"].node("Controlla il pagamento"),
            "Authorization failed - please check your credentials",
            code="401",
        )
        return fail(story, "Controlla il pagamento", error, world.ms(90, 400))
    paid = items({"paid": pays, "invoice": body["invoice"]})
    run.step("Controlla il pagamento", paid, took_ms=world.ms(90, 700))
    if pays:
        run.step("Ha pagato?", paid, [])
        return story
    run.step("Ha pagato?", [], paid)
    second = items(smtp_result(world, [customer.mail], company.OFFICE_MAIL))
    run.step("Secondo promemoria", second, took_ms=world.ms(120, 600), branch=1)
    return story


def report(world: World, at_ms: int, *, trigger: str, days: int) -> Story:
    """The orders of the last days, added up and mailed to the owner."""
    run = Run(at_ms)
    run.step(trigger, items(ticked(world, at_ms)), took_ms=0)
    since = at_ms - days * DAY
    placed = [o for o in world.orders[-60 * days :] if o.placed_ms >= since][-40:]
    rows = [
        {"order_id": o.order_id, "customer": o.customer.name, "total": euro(o.total_cents)}
        for o in placed
    ]
    run.step("Leggi ordini", items({"orders": rows}), took_ms=world.ms(80, 500))
    run.step("Un ordine per riga", items(*rows), took_ms=2)
    total = sum(o.total_cents for o in placed)
    run.step("Somma", items({"count": len(rows), "sum_total": euro(total)}), took_ms=3)
    sent = items(smtp_result(world, [company.OWNER_MAIL], company.OFFICE_MAIL))
    run.step("Invia il report", sent, took_ms=world.ms(120, 500))
    return Story(run)


def stock(world: World, at_ms: int, *, down: bool = False) -> Story:
    """The shelves are counted; the warehouse gets a mail for each product that runs low."""
    run = Run(at_ms)
    story = Story(run)
    run.step("Ogni due ore", items(ticked(world, at_ms)), took_ms=0)
    if down:
        error = erp_down("stock", "Leggi giacenze", world)
        return fail(story, "Leggi giacenze", error, world.ms(3000, 9000))
    rows = [
        {"sku": p.sku, "name": p.name, "quantity": world.ms(2, 90), "minimum": 3}
        for p in world.rng.sample(company.PRODUCTS, 7)
    ]
    run.step("Leggi giacenze", items({"stock": rows}), took_ms=world.ms(60, 400))
    lines = items(*rows)
    run.step("Un articolo per riga", lines, took_ms=2)
    low = [item for item in lines if item["json"]["quantity"] < item["json"]["minimum"]]
    fine = [item for item in lines if item not in low]
    run.step("Sotto scorta?", low, fine, took_ms=2)
    if low:
        sent = [smtp_result(world, [company.WAREHOUSE_MAIL]) for _ in low]
        run.step("Avvisa il magazzino", items(*sent), took_ms=world.ms(150, 600))
    if fine:
        run.step("Tutto a posto", fine, took_ms=0, after="Sotto scorta?", branch=1)
    return story
