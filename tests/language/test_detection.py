"""Which of the two languages a text is in."""

from __future__ import annotations

import pytest

from language.detection import detect_language

ITALIAN = (
    "quante email oggi?", "email oggi", "ordini", "errori di ieri", "Come va?", "perché?",
    "qual è il processo più lento", "mostrami i workflow attivi", "report settimanale",
    "top 5 clienti", "il backup è ok?", "e ieri?", "ciao", "solo i falliti", "xke", "per processo",
    "error rate di ieri", "quanti run ieri?", "stato del sync CRM", "andamento email",
)  # fmt: skip
ENGLISH = (
    "how many emails today?", "emails today", "orders?", "yesterday's errors", "how are we doing?",
    "why?", "which process is slowest", "show me the active workflows", "weekly report",
    "top 5 customers", "is the backup ok?", "and yesterday?", "hi", "only failed", "by day",
    "did Generazione fatture run?", "failed runs", "order trend", "success rate", "more",
)  # fmt: skip


@pytest.mark.parametrize("text", ITALIAN)
def test_italian_is_recognised(text: str) -> None:
    assert detect_language(text) == "it"


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_recognised(text: str) -> None:
    assert detect_language(text) == "en"


@pytest.mark.parametrize("text", ["", "?", "email", "123", "Acme", "ok"])
def test_where_the_words_do_not_decide_the_conversation_does(text: str) -> None:
    assert detect_language(text, prior="en") == "en"
    assert detect_language(text, prior="it") == "it"
    assert detect_language(text) == "it"


def test_clear_words_win_over_the_conversation() -> None:
    assert detect_language("quanti ordini oggi?", prior="en") == "it"
    assert detect_language("how many orders today?", prior="it") == "en"
