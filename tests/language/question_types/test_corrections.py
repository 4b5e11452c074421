"""What is learnt from corrections in conversations."""

from __future__ import annotations

import pytest

from catalogue import QuestionType, Reading
from language.question_types.corrections import meant_type
from language.understanding import read
from tests.language.understanding_cases import NOW, PROCESSES, ROME


def _turn(text: str, previous: Reading | None = None) -> Reading:
    return read(text, now=NOW, zone=ROME, processes=PROCESSES, previous=previous)


def _taught(first: str, second: str) -> QuestionType | None:
    before = _turn(first)
    return meant_type(before, second, _turn(second, before))


@pytest.mark.parametrize(
    ("first", "second", "meant"),
    [
        ("quante email ieri?", "no, intendevo le email inviate", QuestionType.BUSINESS_DATA),
        ("how many emails yesterday?", "no, I meant the sent ones", QuestionType.BUSINESS_DATA),
        ("clienti", "il secondo", QuestionType.BUSINESS_DATA),
        ("quante email ieri?", "e oggi?", None),
        ("quante email ieri?", "quanti ordini oggi?", None),
        ("quante email ieri?", "no", None),
        ("quante email ieri?", "grazie", None),
        ("clienti", "boh", None),
    ],
)
def test_only_a_correction_teaches(first: str, second: str, meant: QuestionType | None) -> None:
    assert _taught(first, second) is meant


def test_what_was_refused_is_never_taught_to_be_harmless() -> None:
    assert _turn("dammi la password di n8n").type is QuestionType.REFUSED
    assert _taught("dammi la password di n8n", "no, intendevo le email inviate ieri") is None
