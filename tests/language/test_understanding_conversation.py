"""Turns of a conversation: what a question takes over from the one before it."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue import QuestionType, Reading
from language.understanding import read
from tests.language.understanding_cases import (
    NOW,
    OFFICE,
    PROCESSES,
    ROME,
    Process,
    described,
    differences,
)

QUESTIONS = Path(__file__).parent / "questions"
TWO_INVOICE_PROCESSES = tuple(
    Process(name)
    for name in ("Generazione fatture mensili", "Invio fatture fornitori", "Backup archivio")
)


def lines(name: str) -> list[str]:
    text = (QUESTIONS / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def said(turns: str, processes: tuple[Process, ...] = PROCESSES) -> Reading:
    """The reading of the last of *turns*, each read after the one before it."""
    reading: Reading | None = None
    for turn in turns.split(" >> "):
        reading = read(turn, now=NOW, zone=ROME, processes=processes, previous=reading)
    assert reading is not None
    return reading


@pytest.mark.parametrize("line", lines("conversations"))
def test_a_follow_up_is_the_question_before_with_what_changed(line: str) -> None:
    turns, _, wanted = line.rpartition(" => ")
    reading = said(turns)
    assert differences(reading, wanted) == {}, described(reading)


@pytest.mark.parametrize("line", lines("office_conversations"))
def test_a_conversation_goes_on_with_corrections_and_other_processes(line: str) -> None:
    turns, _, wanted = line.rpartition(" => ")
    reading = said(turns, OFFICE)
    assert differences(reading, wanted) == {}, described(reading)


@pytest.mark.parametrize("line", lines("ambiguous"))
def test_a_bare_answer_completes_the_question(line: str) -> None:
    turns, _, wanted = line.rpartition(" => ")
    reading = said(turns, TWO_INVOICE_PROCESSES)
    assert differences(reading, wanted) == {}, described(reading)


def test_the_language_of_the_conversation_decides_where_the_words_do_not() -> None:
    english = read("how many orders today?", now=NOW, zone=ROME, processes=PROCESSES)
    assert (
        read("email?", now=NOW, zone=ROME, processes=PROCESSES, previous=english).language == "en"
    )


def test_a_choice_that_was_not_offered_chooses_nothing() -> None:
    reading = said("errori del processo fatture >> il quarto", TWO_INVOICE_PROCESSES)
    assert reading.type is QuestionType.CLARIFY


def test_what_is_said_of_an_ambiguous_name_later_keeps_the_rest_of_the_question() -> None:
    reading = said(
        "errori per giorno del processo fatture a ottobre >> il primo", TWO_INVOICE_PROCESSES
    )
    assert described(reading) | {"lang": "it"} == {
        "type": "BUSINESS_DATA",
        "lang": "it",
        "object": "errors",
        "@": "last_month",
        "by": "day",
        "process": "$fatture",
        "assumed": "metric",
    }
