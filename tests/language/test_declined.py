"""What is refused, explained, declined or asked back, and what only looks as if it were."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue import QuestionType
from catalogue.metrics import METRICS
from language.conversation import general
from language.understanding import read
from tests.language.understanding_cases import NOW, PROCESSES, ROME

CASES = [
    tuple(line.rsplit(" => ", 1))
    for line in (Path(__file__).parent / "questions" / "declined.txt")
    .read_text(encoding="utf-8")
    .splitlines()
    if line and not line.startswith("#")
]
DECLINED = (QuestionType.REFUSED, QuestionType.GENERAL)


@pytest.mark.parametrize(("question", "wanted"), CASES)
def test_a_question_is_declined_by_what_it_means_and_not_by_a_word_in_it(
    question: str, wanted: str
) -> None:
    reading = read(question, now=NOW, zone=ROME, processes=PROCESSES)
    if wanted == "passes":
        assert reading.type not in DECLINED
    else:
        assert reading.type == wanted


@pytest.mark.parametrize(
    "command",
    ["cancellali tutti", "riavviali", "delete them", "now retry them", "e adesso fermalo",
     "stessa cosa ma cancella gli errori", "aggiungi un utente",
     "no, non quello, elimina il backup", "ok, disattiva la newsletter", "make it stop"],
)  # fmt: skip
def test_a_command_is_refused_also_as_a_turn_of_a_conversation(command: str) -> None:
    before = read("quanti errori del backup ieri?", now=NOW, zone=ROME, processes=PROCESSES)
    reading = read(command, now=NOW, zone=ROME, processes=PROCESSES, previous=before)
    assert reading.type is QuestionType.REFUSED


@pytest.mark.parametrize(
    ("question", "metric"),
    [("what counts as an order?", "orders"), ("cosa conta come email ricevuta?", "emails_received"),
     ("come calcoli il valore degli ordini?", "order_value")],
)  # fmt: skip
def test_what_counts_as_what_is_told_by_the_definition_of_the_metric(
    question: str, metric: str
) -> None:
    reading = read(question, now=NOW, zone=ROME, processes=PROCESSES)
    assert reading.type is QuestionType.GENERAL
    assert METRICS[metric].definition[reading.language] in general(reading, ())


def test_a_word_that_is_explained_nowhere_is_said_not_to_be() -> None:
    reading = read("cos'è una PEC?", now=NOW, zone=ROME, processes=PROCESSES)
    assert "non è nel mio glossario" in general(reading, PROCESSES)
