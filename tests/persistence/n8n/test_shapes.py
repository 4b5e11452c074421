"""Orders, invoices, customers and messages as shops, payments and messengers write them."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from persistence.mapping.declaration import Declaration
from persistence.n8n.business import extract_business
from persistence.n8n.payload import read_payload
from persistence.n8n.records import BusinessRecord
from tests.persistence.n8n.n8n_writer import BEGAN, execution_data, flatten, node, run

MAPPING = Declaration().mapping

WOO = {
    "id": 727, "number": "727", "order_key": "wc_order_58d2d042d1d", "status": "processing",
    "currency": "EUR", "total": "29.35",
    "billing": {"first_name": "Ada", "last_name": "Rossi", "email": "Ada@Example.com",
                "phone": "+39 333 1", "city": "Faenza"},
    "line_items": [{"id": 315, "name": "Vaso", "total": "6.00"}],
}  # fmt: skip
SHOPIFY = {
    "id": 820982911946154508, "name": "#1001", "order_number": 1001, "email": "jon@example.com",
    "financial_status": "paid", "total_price": "403.00", "checkout_token": "t0ken",
    "customer": {"id": 1, "email": "jon@example.com", "first_name": "Jon", "last_name": "Snow"},
    "line_items": [{"id": 1, "price": "199.00"}],
}  # fmt: skip


def stripe(kind: str, **fields: Any) -> dict[str, Any]:
    about = {"object": kind.rsplit(".", 1)[0], **fields}
    head = {"id": "evt_1", "object": "event", "api_version": "2020-08-27", "livemode": True}
    return {**head, "type": kind, "data": {"object": about}}


CHECKOUT = stripe(
    "checkout.session.completed", id="cs_1", amount_total=2050, currency="eur",
    customer_details={"email": "ada@example.com", "name": "Ada Rossi"}, metadata={},
)  # fmt: skip


def business(*items: Any, kind: str, **parameters: Any) -> tuple[BusinessRecord, ...]:
    nodes = [node("Passo", kind, parameters=parameters)]
    payload = read_payload(
        flatten(execution_data({"Passo": [run(*items)]})), json.dumps({"nodes": nodes})
    )
    return extract_business(payload, MAPPING, mode="trigger", began_at=BEGAN)


def orders(*items: Any, kind: str, **parameters: Any) -> list[tuple[Any, ...]]:
    return [
        (r.order_id, r.order_total, r.customer, r.customer_name)
        for r in business(*items, kind=kind, **parameters)
        if r.kind == "order"
    ]


# --- orders --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "parameters", "item", "order"),
    [
        pytest.param("wooCommerceTrigger", {"event": "order.created"}, WOO,
                     ("727", 29.35, "ada@example.com", "Ada Rossi"), id="WooCommerce's trigger"),
        pytest.param("wooCommerce", {"resource": "order", "operation": "getAll"}, WOO,
                     ("727", 29.35, "ada@example.com", "Ada Rossi"), id="WooCommerce's step"),
        pytest.param("webhook", {}, {"headers": {}, "body": WOO},
                     ("727", 29.35, "ada@example.com", "Ada Rossi"), id="WooCommerce's webhook"),
        pytest.param("shopifyTrigger", {"topic": "orders/create"}, SHOPIFY,
                     ("1001", 403.0, "jon@example.com", "Jon Snow"), id="Shopify's trigger"),
        pytest.param("shopify", {"operation": "get"}, SHOPIFY,
                     ("1001", 403.0, "jon@example.com", "Jon Snow"), id="Shopify's step"),
        pytest.param("httpRequest", {}, SHOPIFY,
                     ("1001", 403.0, "jon@example.com", "Jon Snow"), id="Shopify's form"),
        pytest.param("stripeTrigger", {}, CHECKOUT,
                     ("cs_1", 20.5, "ada@example.com", "Ada Rossi"), id="Stripe's checkout"),
        pytest.param("googleSheetsTrigger", {},
                     {"row_number": 2, "Ordine": "A-12", "Cliente": "Bottega Ro",
                      "E-mail": "ro@example.com", "Totale": "1.234,50"},
                     ("A-12", 1234.5, "ro@example.com", "Bottega Ro"), id="a row of a sheet"),
    ],
)  # fmt: skip
def test_an_order_is_known_by_its_form(
    kind: str, parameters: dict[str, Any], item: dict[str, Any], order: tuple[Any, ...]
) -> None:
    assert orders(item, kind=kind, **parameters) == [order]


@pytest.mark.parametrize(
    ("kind", "parameters", "item"),
    [
        ("wooCommerceTrigger", {"event": "product.created"}, {"id": 5, "name": "Vaso"}),
        ("wooCommerceTrigger", {"event": "order.deleted"}, {"id": 5}),
        ("wooCommerce", {"resource": "product"}, {"id": 5, "total": "7"}),
        ("shopifyTrigger", {"topic": "products/create"}, {"id": 5, "title": "Vaso"}),
        ("stripeTrigger", {}, stripe("charge.succeeded", id="ch_1", amount=100)),
        ("googleSheets", {}, {"row_number": 3, "Ordine": "da confermare", "Totale": 5}),
        ("googleSheets", {"operation": "clear"}, {"Ordine": "A-1"}),
        ("set", {}, {"Ordine": "A-1"}),
    ],
)
def test_what_has_not_the_form_is_no_order(
    kind: str, parameters: dict[str, Any], item: dict[str, Any]
) -> None:
    assert orders(item, kind=kind, **parameters) == []


def test_the_shops_own_number_comes_before_stripes() -> None:
    item = {**CHECKOUT, "data": {"object": {**CHECKOUT["data"]["object"],
                                            "metadata": {"order_id": "W-9"}}}}  # fmt: skip
    assert orders(item, kind="stripeTrigger")[0][0] == "W-9"


def test_an_amount_in_yen_has_no_cents() -> None:
    item = stripe("checkout.session.completed", id="cs_2", amount_total=500, currency="JPY")
    assert orders(item, kind="stripeTrigger") == [("cs_2", 500.0, None, None)]


def test_an_order_in_two_forms_counts_once() -> None:
    nodes = [node("Negozio", "shopifyTrigger", parameters={"topic": "orders/create"}),
             node("Valida", "code")]  # fmt: skip
    runs = {"Negozio": [run(SHOPIFY)], "Valida": [run({"order_number": "1001"}, at=1)]}
    payload = read_payload(flatten(execution_data(runs)), json.dumps({"nodes": nodes}))
    records = extract_business(payload, MAPPING, mode="trigger", began_at=BEGAN)
    assert [(r.order_id, r.node_name) for r in records] == [("1001", "Negozio")]


def test_a_name_that_leads_into_an_object_is_followed(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("order: {id: [job.number]}")
    nodes = [node("Passo", "set")]
    items = run({"job": {"Number": "K-1"}}, {"body": {"job": {"number": "K-2"}}}, {"job": 5})
    payload = read_payload(
        flatten(execution_data({"Passo": [items]})), json.dumps({"nodes": nodes})
    )
    mapping = Declaration(file).mapping
    records = extract_business(payload, mapping, mode="trigger", began_at=BEGAN)
    assert [r.order_id for r in records] == ["K-1", "K-2"]


# --- invoices and customers ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "item", "invoice"),
    [
        ("set", {"numero_fattura": "2026/17", "totale": "122,00", "cliente": "Bottega Ro"},
         ("2026/17", 122.0, "Bottega Ro")),
        ("webhook", {"body": {"invoice": {"number": 5, "total": 10}}}, ("5", 10.0, None)),
        ("stripeTrigger", stripe("invoice.paid", id="in_1", number="A-1", total=999,
                                 currency="eur", customer_email="ada@example.com"),
         ("A-1", 9.99, "ada@example.com")),
    ],
)  # fmt: skip
def test_an_invoice_counts_with_number_total_and_customer(
    kind: str, item: dict[str, Any], invoice: tuple[Any, ...]
) -> None:
    (record,) = (r for r in business(item, kind=kind) if r.kind == "invoice")
    assert (record.invoice_id, record.invoice_total, record.customer) == invoice


def test_details_of_a_customer_are_told_apart_from_who_it_is() -> None:
    (record,) = business(WOO, kind="wooCommerceTrigger", event="order.created")
    assert (record.customer, record.customer_name) == ("ada@example.com", "Ada Rossi")
    assert record.customer_details == {"phone": "+39 333 1", "city": "Faenza"}


@pytest.mark.parametrize(
    ("kind", "parameters", "item"),
    [
        ("wooCommerceTrigger", {"event": "customer.created"},
         {"id": 25, "email": "ada@example.com", "first_name": "Ada", "last_name": "Rossi"}),
        ("shopifyTrigger", {"topic": "customers/create"},
         {"id": 7, "email": "ada@example.com", "first_name": "Ada", "last_name": "Rossi"}),
        ("stripeTrigger", {}, stripe("customer.created", id="cus_1", email="Ada@example.com",
                                     name="Ada Rossi")),
    ],
)  # fmt: skip
def test_a_new_customer_is_known_by_its_form(
    kind: str, parameters: dict[str, Any], item: dict[str, Any]
) -> None:
    (record,) = business(item, kind=kind, **parameters)
    assert (record.kind, record.customer) == ("customer", "ada@example.com")
    assert record.customer_name == "Ada Rossi"


# --- messages ------------------------------------------------------------------------------------

TELEGRAM = {"update_id": 1, "message": {
    "message_id": 5, "from": {"id": 42, "first_name": "Ada", "username": "ada_r"},
    "chat": {"id": 42, "type": "private"}, "date": 1, "text": "È pronto?"}}  # fmt: skip
WHATSAPP = {
    "messaging_product": "whatsapp", "field": "messages",
    "contacts": [{"profile": {"name": "Ada"}, "wa_id": "39333"}],
    "messages": [{"from": "39333", "id": "wamid.1", "type": "text", "text": {"body": "Ciao"}}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "parameters", "item", "message"),
    [
        ("telegramTrigger", {}, TELEGRAM,
         ("received", "telegram", "ada_r", "Ada", "È pronto?")),
        ("telegram", {"chatId": "42", "text": "Sì"},
         {"ok": True, "result": {"message_id": 6, "chat": {"id": 42, "first_name": "Ada"},
                                 "text": "Sì"}},
         ("sent", "telegram", "42", "Ada", "Sì")),
        ("whatsAppTrigger", {}, WHATSAPP, ("received", "whatsapp", "39333", "Ada", "Ciao")),
        ("whatsApp", {"operation": "send", "textBody": "Pronto", "recipientPhoneNumber": "39333"},
         {"messaging_product": "whatsapp", "contacts": [{"input": "39333", "wa_id": "39333"}],
          "messages": [{"id": "wamid.2"}]},
         ("sent", "whatsapp", "39333", None, "Pronto")),
    ],
)  # fmt: skip
def test_messages_count_with_channel_contact_and_text(
    kind: str, parameters: dict[str, Any], item: dict[str, Any], message: tuple[Any, ...]
) -> None:
    (r,) = business(item, kind=kind, **parameters)
    assert r.kind == "message"
    assert (r.direction, r.channel, r.customer, r.customer_name, r.message_text) == message


@pytest.mark.parametrize(
    ("kind", "parameters", "item"),
    [
        ("telegramTrigger", {}, {"update_id": 1, "callback_query": {"id": "7"}}),
        ("whatsAppTrigger", {}, {"field": "messages", "statuses": [{"status": "read"}]}),
        ("telegram", {"operation": "deleteMessage"}, {"ok": True, "result": True}),
        ("telegram", {"resource": "file"}, {"result": {"message_id": 1}}),
        ("telegram", {}, {"error": "Bad Request", "result": {"message_id": 1}}),
    ],
)
def test_what_is_no_message_does_not_count(
    kind: str, parameters: dict[str, Any], item: dict[str, Any]
) -> None:
    assert business(item, kind=kind, **parameters) == ()


def test_a_message_that_an_agent_sends_with_a_tool_counts() -> None:
    item = {"ok": True, "result": {"message_id": 6, "chat": {"id": 42}, "text": "Sì"}}
    (record,) = business(item, kind="telegramTool")
    assert (record.kind, record.direction) == ("message", "sent")


# --- the story -----------------------------------------------------------------------------------


def shown(item: dict[str, Any], notes: str = "per il titolare: show-2", **more: Any) -> Any:
    nodes = [node("Riepilogo", "set", notes=notes, **more)]
    payload = read_payload(
        flatten(execution_data({"Riepilogo": [run(item)]})), json.dumps({"nodes": nodes})
    )
    return extract_business(payload, MAPPING, mode="trigger", began_at=BEGAN)


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ({"riepilogo": " 12 ordini\ndi 9 clienti ", "altro": 5}, "12 ordini di 9 clienti"),
        ({"ordini": 12, "fatto": True, "righe": [1]}, "ordini: 12, fatto: true"),
        ({"headers": {"cookie": "c"}, "body": {"esito": "ok"}}, "ok"),
        ({"ordini": 12, "api_key": "k3y", "testo": "Cara Ada…"}, "ordini: 12"),
        ({"riepilogo": "chiave: token=abc123xyz"}, "chiave: …"),
    ],
)
def test_a_step_with_a_tag_tells_what_it_did(item: dict[str, Any], text: str) -> None:
    (record,) = shown(item)
    assert (record.kind, record.shown_text, record.show_tag) == ("shown", text, "show-2")


def test_a_step_with_a_tag_that_did_business_is_told_as_that() -> None:
    (record,) = shown({"order_id": "A"})
    assert (record.kind, record.show_tag) == ("order", "show-2")


def test_without_a_tag_or_switched_off_nothing_is_told() -> None:
    assert shown({"riepilogo": "x"}, notes="una nota") == ()
    assert shown({"riepilogo": "x"}, disabled=True) == ()
    assert shown({"righe": [1]}) == ()


def test_nothing_that_gives_access_is_ever_taken() -> None:
    items = ({**SHOPIFY, "headers": {"authorization": "Bearer t0ken"}}, {**WOO, "cookie": "c00kie"})
    told = str([asdict(r) for r in business(*items, kind="httpRequest")])
    assert not any(secret in told for secret in ("t0ken", "c00kie", "wc_order"))
