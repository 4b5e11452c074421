from __future__ import annotations

from typing import Any

import pytest

from persistence.n8n.causes import cause_of
from persistence.n8n.values import (
    address_in,
    clean_text,
    parse_amount,
    without_credentials,
    without_markup,
)


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        (12, 12.0),
        (12.5, 12.5),
        ("12", 12.0),
        ("12,5", 12.5),
        ("12.50", 12.5),
        ("1.234,50", 1234.5),
        ("1,234.50", 1234.5),
        ("1 234,50", 1234.5),
        ("1'234.50", 1234.5),
        ("1.234", 1234.0),
        ("1,234", 1234.0),
        ("0.500", 0.5),
        ("1234.567", 1234.567),
        ("1.234.567", 1234567.0),
        ("€ 12", 12.0),
        ("€\xa01.234,50", 1234.5),
        ("12,00 EUR", 12.0),
        ("-5,20", -5.2),
        ({"amount": "3,20", "currency": "EUR"}, 3.2),
    ],
)
def test_amounts_are_read_in_both_languages(written: Any, amount: float) -> None:
    assert parse_amount(written) == pytest.approx(amount)


@pytest.mark.parametrize(
    "written",
    [None, True, "", "gratis", "12 pezzi", "1e5", "1.2,3.4", [12], {}, {"amount": {"value": 1}},
     float("nan"), float("inf"), 10**400, "9" * 50],
)  # fmt: skip
def test_what_is_no_amount_is_none(written: Any) -> None:
    assert parse_amount(written) is None


@pytest.mark.parametrize(
    ("written", "address", "name"),
    [
        ("ADA@Example.com", "ada@example.com", None),
        ("Ada D’Àvalos <Ada@example.com>", "ada@example.com", "Ada D’Àvalos"),
        ('"Rossi, Mario" <m@x.it>', "m@x.it", "Rossi, Mario"),
        ("a@x.it, b@x.it", "a@x.it", None),
        ("Ada", None, "Ada"),
        ({"value": [{"address": "A@x.it", "name": "Ada"}], "text": "…"}, "a@x.it", "Ada"),
        ({"emailAddress": {"address": "A@x.it", "name": "Ada"}}, "a@x.it", "Ada"),
        ([{"emailAddress": {"address": "a@x.it"}}], "a@x.it", None),
        ([None, 3, "a@x.it"], "a@x.it", None),
        (None, None, None),
        (7, None, None),
        ("<>@", None, None),
    ],
)
def test_addresses_are_found_in_every_shape(
    written: Any, address: str | None, name: str | None
) -> None:
    assert address_in(written) == (address, name)


def test_an_address_nested_without_end_is_none() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert address_in(endless) == (None, None)


def test_texts_are_made_fit_for_every_database() -> None:
    assert clean_text("a\x00b", 10) == "ab"
    assert clean_text("cut \ud83d", 10) == "cut ?"
    assert clean_text("  \x00 ", 10) is None
    assert clean_text("abcdef", 3) == "abc"
    assert clean_text(5, 3) is None


def test_markup_is_taken_out_and_other_texts_stay() -> None:
    page = "<html><style>p{}</style><p>Gentile <b>Ada</b>,</p><p>caff&egrave; &lt;3</p></html>"
    assert without_markup(page) == "Gentile Ada ,\ncaffè <3"
    assert without_markup("se 3 < 5 e 7 > 2") == "se 3 < 5 e 7 > 2"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Ordine ORD-2026-12088 senza totale", "Ordine ORD-2025-7 senza totale"),
        ("impossibile registrare [line 2]", "impossibile registrare [line 31]"),
        ("connect ECONNREFUSED 127.0.0.1:5432", "connect ECONNREFUSED 10.0.0.7:5433"),
        ("Il cliente «Rossi» non esiste", "Il cliente «D'Angelo» non esiste"),
        ("The workflow 'Ordini' is off", "The workflow 'Fatture' is off"),
        ("mail a ada@x.it respinta", "mail a bob@y.com respinta"),
        ("no answer from https://a.it/b?c=1", "no answer from http://q.com/"),
        ('Column "foo_1" is missing', 'Column "bar" is missing'),
        ("timeout of 3000ms exceeded", "timeout of 30000ms exceeded"),
        ("123", "456"),
    ],
)
def test_equal_causes_group(first: str, second: str) -> None:
    assert cause_of(first) == cause_of(second) != first


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ("Manca l'e-mail dell'ordine ORD-1", "Manca l'e-mail dell'ordine …"),
        ("Can't send mail: 552 5.2.2 Mailbox full", "Can't send mail: … Mailbox full"),
        ("Request failed with status code 503", "Request failed with status code 503"),
        ('400 - "prezzo non valido"', '"prezzo non valido"'),
        ("Errore\nat f (x.js:1:2)", "Errore"),
        (None, None),
        (" \n", None),
    ],
)  # fmt: skip
def test_a_cause_keeps_what_a_person_reads(message: str | None, cause: str | None) -> None:
    assert cause_of(message) == cause


def test_a_cause_is_short_and_quickly_found() -> None:
    for message in (
        "a-" * 50_000,
        "'" * 9_000,
        '"' * 9_001,
        "{" * 9_000,
        "1." * 9_000,
        "x@" * 9_000,
    ):
        assert len(cause_of(message) or "") <= 200


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Authorization: Bearer abc123def456", "Authorization: …"),
        ("GET https://x.example.com/?access_token=abc123&page=2",
         "GET https://x.example.com/?…&page=2"),
        ("postgres://ada:s3cret@db.example.com/shop", "postgres://…@db.example.com/shop"),
        ('{"api_key": "k3y", "order": 5}', '{"…, "order": 5}'),
        ("Set-Cookie: sid=1; Path=/\nnext", "…\nnext"),
        ("Incorrect API key provided: sk-proj-0123456789ab.", "Incorrect API key provided: …."),
        ("key=abc12345", "…"),
        ("The token has expired", "The token has expired"),
        ("Invalid token: please log in", "Invalid token: please log in"),
        ("Wrong password for ada@example.com", "Wrong password for ada@example.com"),
        ("Basic plan needed", "Basic plan needed"),
        ("duplicate key value", "duplicate key value"),
    ],
)  # fmt: skip
def test_what_gives_access_is_taken_out_of_texts(text: str, left: str) -> None:
    assert without_credentials(text) == left
