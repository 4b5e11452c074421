from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language.plain_text import one_line, sparkline, table, width
from language.wording import plain_cause, step_in_words, step_type_in_words, tidied


def is_control(character: str) -> bool:
    """Whether *character* is none to see; joiners are part of how emoji are written."""
    controls = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    return unicodedata.category(character) in controls and character not in "\u200c\u200d"


RECOGNISED = [
    ("Can't send mail - all recipients were rejected: 552 5.2.2 Mailbox full", "mailbox_full"),
    ("Can't send mail - all recipients were rejected: … Mailbox full", "mailbox_full"),
    ("550 5.1.1 user unknown", "recipient_rejected"),
    ("Invalid email address", "recipient_rejected"),
    ("message rejected as spam", "spam"),
    ("Workflow did not finish, possible out-of-memory issue", "crashed"),
    ("The service is receiving too many requests from you", "too_many_requests"),
    ("Request failed with status code 429", "too_many_requests"),
    ('429 - {"error":"slow down"}', "too_many_requests"),
    ("You exceeded your current quota, please check your plan", "too_many_requests"),
    ("connect ETIMEDOUT 10.1.2.3:443", "timeout"),
    ("timeout of 300000ms exceeded", "timeout"),
    ("The connection timed out, consider setting the 'Retry on Fail' option", "timeout"),
    ("504 - Gateway", "timeout"),
    ("getaddrinfo ENOTFOUND erp.example.local", "name_not_found"),
    ("connect ECONNREFUSED 127.0.0.1:5678", "refused"),
    ("read ECONNRESET", "interrupted"),
    ("socket hang up", "interrupted"),
    ("certificate has expired", "certificate"),
    ("Request failed with status code 401", "access_denied"),
    ("Authorization failed - please check your credentials", "access_denied"),
    ("Invalid login: 535 5.7.8 Username and Password not accepted", "access_denied"),
    ("Forbidden - perhaps check your credentials?", "forbidden"),
    ('duplicate key value violates unique constraint "orders_pkey"', "duplicate"),
    ("Payload too large", "too_large"),
    ("Your request is invalid or could not be processed by the service", "invalid_request"),
    ("HTTP 422", "invalid_request"),
    ("The resource you are requesting could not be found", "not_found"),
    ("HTTP 404", "not_found"),
    ("503 - Service Unavailable", "unavailable"),
    ("Internal Server Error", "unavailable"),
    ("Request failed with status code 502", "unavailable"),
    ("ENOSPC: no space left on device, write", "disk_full"),
    ("SQLITE_BUSY: database is locked", "busy_archive"),
    ("Unexpected token < in JSON at position 0", "bad_format"),
    ("Cannot read properties of undefined (reading 'id')", "missing_value"),
    ("The execution was cancelled manually", "stopped"),
]


@pytest.mark.parametrize(("message", "meaning"), RECOGNISED, ids=lambda value: value[:40])
def test_a_technical_message_becomes_a_cause_with_advice(message: str, meaning: str) -> None:
    italian, english = plain_cause(message, "it"), plain_cause(message, "en")
    assert italian.recognised
    assert english.recognised
    assert italian.text == plain_cause(_example_of(meaning), "it").text
    assert italian.text != english.text
    assert italian.advice
    assert english.advice


def _example_of(meaning: str) -> str:
    return next(message for message, other in RECOGNISED if other == meaning)


def test_meanings_that_differ_have_words_that_differ() -> None:
    meanings = {meaning for _, meaning in RECOGNISED}
    for language in ("it", "en"):
        words = {plain_cause(_example_of(meaning), language).text for meaning in meanings}
        assert len(words) == len(meanings)


@pytest.mark.parametrize(
    ("message", "italian", "english"),
    [
        (
            "Request failed with status code 429",
            "il servizio ha ricevuto troppe richieste (limite superato)",
            "the service received too many requests (limit exceeded)",
        ),
        (
            "connect ETIMEDOUT",
            "il servizio non ha risposto in tempo",
            "the service did not answer in time",
        ),
        (
            "mailbox full",
            "la casella del destinatario è piena",
            "the recipient's mailbox is full",
        ),
        (None, "causa non registrata", "cause not recorded"),
        ("", "causa non registrata", "cause not recorded"),
        ("…", "causa non registrata", "cause not recorded"),
    ],
)
def test_a_cause_is_in_the_answers_language(
    message: str | None, italian: str, english: str
) -> None:
    assert plain_cause(message, "it").text == italian
    assert plain_cause(message, "en").text == english


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (
            "Ordine senza numero: impossibile registrare [line 2]",
            "Ordine senza numero: impossibile registrare",
        ),
        (
            "Manca l'e-mail del cliente per l'ordine ORD-2026-12122 [line 3]",
            "Manca l'e-mail del cliente per l'ordine ORD-2026-12122",
        ),
        ("Sito non raggiungibile [line 1]", "Sito non raggiungibile"),
        ("Error: Importo negativo", "Importo negativo"),
        ("TypeError: importo.toFixed non va", "importo.toFixed non va"),
        ("Fallito su https://erp.example.com/api/v1?k=1 oggi", "Fallito su […] oggi"),
        ("Fallito su erp.ditta.local:8443", "Fallito su […]"),
        ("Fallito su 192.168.1.20:5432 due volte", "Fallito su […] due volte"),
        ("File /home/node/.n8n/dati.csv illeggibile", "File […] illeggibile"),
        ("Riga 4f9c2d1e-8a7b-4c3d-9e0f-112233445566 rifiutata", "Riga […] rifiutata"),
        ("Passo rX7bQm2LpW9dKe02 rotto", "Passo […] rotto"),
        (
            "Guasto strano\n    at Object.run (/app/code.js:10:5)\n    at main (x.js:1:1)",
            "Guasto strano",
        ),
        ("Scrivere a mario.rossi@example.com", "Scrivere a mario.rossi@example.com"),
        ("Ordine 404 senza totale", "Ordine 404 senza totale"),
        ("Alle 5:00 mancavano 429 pezzi", "Alle 5:00 mancavano 429 pezzi"),
    ],
)
def test_an_unknown_message_stays_without_what_only_machines_need(message: str, shown: str) -> None:
    cause = plain_cause(message, "it")
    assert cause.text == shown
    assert not cause.recognised
    assert cause.advice is None
    assert cause.shown("it") == f"«{shown}»"
    assert cause.shown("en") == f"“{shown}”"


ordinary_words = st.sampled_from(
    [
        "l'ordine",
        "cliente",
        "fattura",
        "apice",
        "snodo",
        "nodoso",
        "timone",
        "erronea",
        "certificati",
        "conflittuale",
        "quotare",
        "quotazione",
        "spamming",
        "requestare",
        "ospite",
        "portale",
        "merce",
        "invoice",
        "delivery",
        "overseas",
        "timeless",
        "forbid",
        "portfolio",
        "customer",
        "errand",
        "refusenik",
        "tokenised",
        "Müller",
        "città",
        "perché",
        "nodejs",
        "workflowing",
        "D'Angelo",
        "prestazioni",
        "rapido",
        "capire",
        "capitolo",
        "apilarghe",
        "errare",
        "webinar",
        "hosting",
        "idea",
        "prezioso",
        "rapidamente",
        "performance",
        "understand",
        "1.500,00",
        "1500",
        "14:30",
        "2026-11-22",
        "22/11/2026",
        "+39 02 1234567",
        "7,5%",
        "e-commerce",
        "n8n",
        "99",
        "ore",
    ]
)
amounts = st.integers(0, 99_999).map(lambda cents: f"{cents // 100},{cents % 100:02d}")
times = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda t: f"{t[0]}:{t[1]:02d}")
addresses = st.sampled_from(
    ["mario.rossi@example.com", "info@ditta.it", "a_b+c@sub.example.org", "x@y.eu"]
)
harmless = st.one_of(ordinary_words, amounts, times, addresses, st.integers(0, 999_999).map(str))


@given(st.lists(harmless, min_size=1, max_size=9))
def test_figures_times_amounts_addresses_and_ordinary_words_pass_unchanged(
    words: list[str],
) -> None:
    text = "Nota " + " ".join(words)
    assert tidied(text) == one_line(text, 120)
    assert not plain_cause(text, "it").recognised


digits = st.integers(1, 254).map(str)
labels = st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=8)
machine_addresses = st.one_of(
    st.tuples(digits, digits, digits, digits).map(".".join),
    st.tuples(digits, digits, digits, digits, st.integers(1000, 65535)).map(
        lambda parts: f"{'.'.join(parts[:4])}:{parts[4]}"
    ),
    st.tuples(labels, labels).map(lambda parts: f"https://{parts[0]}.example.com/{parts[1]}?k=1"),
    st.tuples(labels, labels).map(lambda parts: f"{parts[0]}.{parts[1]}.internal"),
    st.tuples(labels, st.integers(1000, 65535)).map(lambda parts: f"localhost:{parts[1]}"),
    st.tuples(labels, labels).map(lambda parts: f"/home/{parts[0]}/.n8n/{parts[1]}.log"),
    st.tuples(labels, labels).map(lambda parts: f"C:\\{parts[0]}\\{parts[1]}.txt"),
    st.tuples(labels, labels).map(lambda parts: f"postgresql://{parts[0]}:{parts[1]}@db:5432/n8n"),
    st.just("2001:db8:85a3:0:0:8a2e:370:7334"),
    st.just("fe80::1ff:fe23:4567:890a"),
)
machine_names = st.one_of(
    st.uuids().map(str),
    st.binary(min_size=12, max_size=24)
    .map(bytes.hex)
    .filter(
        lambda text: any(each.isalpha() for each in text) and any(each.isdigit() for each in text)
    ),
    st.just("rX7bQm2LpW9dKe02"),
    st.just("sk-proj-Ab12Cd34Ef56Gh78"),
    st.just("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N"),
    st.just("AIzaSyA1b2C3d4E5f6G7h8I9j0"),
)


@given(
    st.lists(harmless, max_size=4),
    st.one_of(machine_addresses, machine_names),
    st.lists(harmless, max_size=4),
)
def test_addresses_of_machines_and_identifiers_are_never_shown(
    before: list[str], hidden: str, after: list[str]
) -> None:
    shown = tidied(" ".join(["Nota", *before, hidden, *after]))
    assert hidden not in shown
    assert "[…]" in shown
    for word in [*before, *after]:
        assert word in shown or len(shown) >= 119


@given(st.lists(harmless, min_size=1, max_size=5), labels, st.integers(1, 500))
def test_a_stack_trace_is_never_shown(words: list[str], name: str, line: int) -> None:
    said = "Nota " + " ".join(words)
    for trace in (
        f"\n    at {name}.run (/srv/app/{name}.js:{line}:5)\n    at main (x.js:1:1)",
        f'\nTraceback (most recent call last):\n  File "{name}.py", line {line}, in run',
        f"\n    at async {name} (node:internal/process:{line}:5)",
    ):
        shown = tidied(said + trace)
        assert shown == one_line(said, 120)


@given(st.text(max_size=400))
def test_any_message_becomes_one_clean_line(message: str) -> None:
    for language in ("it", "en"):
        cause = plain_cause(message, language)
        assert cause.text
        assert not any(is_control(each) for each in cause.text)
        assert len(cause.text) <= 120


def test_a_page_of_noise_is_read_quickly_and_shortened() -> None:
    assert len(plain_cause("a." * 200_000 + " at (", "it").text) <= 120


def test_a_step_that_n8n_named_is_told_in_business_words() -> None:
    assert step_in_words("HTTP Request1", "it") == "«chiamata a un servizio esterno»"
    assert step_in_words("Send Email", "en") == "“sending an e-mail”"
    assert step_in_words("Valida ordine", "it") == "«Valida ordine»"


def test_a_type_of_step_is_told_in_business_words() -> None:
    assert step_type_in_words("n8n-nodes-base.emailSend", "it") == "invio di un'email"
    assert step_type_in_words("@n8n/n8n-nodes-langchain.agent", "en") == "AI assistant"
    assert step_type_in_words("@n8n/n8n-nodes-langchain.somethingNew", "it") == (
        "un passo del processo"
    )
    assert step_type_in_words(None, "en") == "a step of the process"


# --- plain text ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ciao\nmondo\t!", "Ciao mondo !"),
        ("\x1b[31mrosso\x1b[0m", "rosso"),
        ("\x1b]8;;https://x.example\x07link\x1b]8;;\x07", "link"),
        ("a\x00b\x07c\x9b31md", "abcd"),
        ("fattura\u202efdp.exe", "fatturafdp.exe"),
        ("a\u200bb\ufeffc\u2066d", "abcd"),
        ("riga\u2028nuova", "riga nuova"),
        ("mezzo \ud800 carattere", "mezzo \ufffd carattere"),
        ("e\u0301 resta", "e\u0301 resta"),
        ("z\u0301\u0302\u0303\u0304\u0305!", "z\u0301\u0302\u0303!"),
        ("👩\u200d🔧 tecnica", "👩\u200d🔧 tecnica"),
        ("  tanti   spazi\xa0 ", "tanti spazi"),
    ],
)
def test_text_from_strangers_is_one_visible_line(text: str, shown: str) -> None:
    assert one_line(text) == shown


def test_a_long_text_ends_in_an_ellipsis() -> None:
    assert one_line("x" * 100, 10) == "xxxxxxxxx…"
    assert one_line("x" * 10, 10) == "x" * 10
    assert one_line("abcde\u0301fghij", 6) == "abcd…"


@given(st.text(), st.integers(2, 60))
def test_any_text_is_safe_to_print(text: str, limit: int) -> None:
    shown = one_line(text, limit)
    assert len(shown) <= limit
    shown.encode("utf-8")
    assert not any(is_control(each) for each in shown)


def test_columns_of_a_table_are_aligned_also_beside_wide_characters() -> None:
    assert table([["日本", "1"], ["Ordini", "12"]], numeric=[False, True]) == [
        "  日本     1",
        "  Ordini  12",
    ]
    assert width("⚙️") == 2
    assert width("e\u0301") == 1


def test_a_sparkline_starts_at_zero() -> None:
    assert sparkline([0, 5, 10]) == "▁▅█"
    assert sparkline([0, 0]) == ""
