"""Haste in the words of a question, and words that only look like it."""

from __future__ import annotations

import pytest

from language.urgency import is_urgent


@pytest.mark.parametrize(
    "text",
    [
        "Urgente: quante email oggi?",
        "URGENTE quanti ordini ieri",
        "Quante email oggi? È urgente!",
        "quanti errori ieri, molto urgente",
        "Mi serve subito: quanti ordini ieri?",
        "dimmi immediatamente gli errori di oggi",
        "ordini di ieri al più presto",
        "ASAP how many emails today?",
        "how many orders yesterday? it's urgent",
        "I need today's errors right away",
        "Urgent - which process failed?",
    ],
)
def test_haste_is_heard(text: str) -> None:
    assert is_urgent(text)


@pytest.mark.parametrize(
    "text",
    [
        "quanti ordini urgenti oggi?",
        "Urgent orders yesterday",
        "il processo Ticket Urgente è fallito?",
        "quale ordine è urgente tra quelli di ieri?",
        "errori subito dopo le 9",
        "emails immediately before noon",
        "quanti danni subiti dal processo?",
        "Quante email oggi?",
    ],
)
def test_urgent_things_are_no_haste(text: str) -> None:
    assert not is_urgent(text)
