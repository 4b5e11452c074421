"""Grammar and classifier: who decides what."""

from __future__ import annotations

import pytest

from catalogue import QuestionType, Reading
from language.question_types.model import Vote
from language.question_types.voting import asks_for_vote, text_to_vote_on
from language.sentences import Circumstances, prepare
from language.understanding import read
from tests.language.understanding_cases import NOW, PROCESSES, ROME


def _vote(kind: QuestionType, confidence: float, topic: str | None = None) -> Vote:
    sure, likely = confidence >= 0.75, confidence >= 0.4
    return Vote(kind, confidence, sure, likely, topic, {kind: confidence})


def _read(text: str, vote: Vote | None = None, previous: Reading | None = None) -> Reading:
    return read(
        text,
        now=NOW,
        zone=ROME,
        processes=PROCESSES,
        previous=previous,
        voter=None if vote is None else lambda _: vote,
    )


UNREAD = "zorblax gnarfio bluvento"
"""Words that mean nothing to anybody."""


def test_what_the_grammar_is_certain_of_is_not_put_to_the_vote() -> None:
    def never(_: str) -> Vote:
        raise AssertionError("asked")

    for text in ("quante email ieri?", "cancella tutti gli ordini", "ciao", "che cosa sai fare?"):
        reading = read(text, now=NOW, zone=ROME, processes=PROCESSES, voter=never)
        assert reading.certainty >= 0.9


@pytest.mark.parametrize(
    ("kind", "topic"),
    [
        (QuestionType.GREETING, "thanks"),
        (QuestionType.HELP, None),
        (QuestionType.GENERAL, "off_topic"),
        (QuestionType.REFUSED, "internals"),
    ],
)
def test_where_nothing_was_read_a_likely_vote_decides(
    kind: QuestionType, topic: str | None
) -> None:
    reading = _read(UNREAD, _vote(kind, 0.6, topic))
    assert (reading.type, reading.topic, reading.query) == (kind, topic, None)
    assert reading.certainty < 0.9


def test_an_abstention_is_a_question_back() -> None:
    reading = _read(UNREAD, _vote(QuestionType.GREETING, 0.3, "hello"))
    assert reading.type is QuestionType.CLARIFY
    assert reading.clarification is not None
    assert 2 <= len(reading.clarification.options) <= 4


def test_an_analysis_of_nothing_in_particular_is_the_overview_of_its_time() -> None:
    text = "che atmosfera ieri?"
    assert asks_for_vote(_read(text))
    reading = _read(text, _vote(QuestionType.ANALYSIS, 0.8))
    assert reading.type is QuestionType.ANALYSIS
    assert reading.query is not None
    assert reading.query.story == "overview"
    assert reading.query.window == _read("quante email ieri?").query.window  # type: ignore[union-attr]


def test_a_data_question_that_cannot_be_read_is_asked_back_not_declined() -> None:
    reading = _read(UNREAD, _vote(QuestionType.BUSINESS_DATA, 0.9))
    assert reading.type is QuestionType.CLARIFY


def _uncertain(kind: QuestionType) -> str:
    text = {
        QuestionType.BUSINESS_DATA: "quante email ieri zorblax gnarfio?",
        QuestionType.ANALYSIS: "andamento ordini di ottobre zorblax gnarfio",
    }[kind]
    reading = _read(text)
    assert (reading.type, asks_for_vote(reading)) == (kind, True)
    return text


def test_a_query_that_was_read_keeps_its_query_when_only_the_type_changes() -> None:
    text = _uncertain(QuestionType.BUSINESS_DATA)
    changed = _read(text, _vote(QuestionType.ANALYSIS, 0.97))
    assert changed.type is QuestionType.ANALYSIS
    assert changed.query == _read(text).query


@pytest.mark.parametrize(
    "kind",
    [QuestionType.REFUSED, QuestionType.HELP, QuestionType.CLARIFY, QuestionType.GENERAL],
)
def test_an_unsure_vote_takes_no_query_away(kind: QuestionType) -> None:
    text = _uncertain(QuestionType.BUSINESS_DATA)
    assert _read(text, _vote(kind, 0.7)) == _read(text)


def test_nobody_foresees_what_is_over() -> None:
    text = _uncertain(QuestionType.BUSINESS_DATA)
    assert _read(text, _vote(QuestionType.PREDICTION, 0.99)).type is QuestionType.BUSINESS_DATA


def test_two_that_agree_are_surer_but_never_certain() -> None:
    text = _uncertain(QuestionType.ANALYSIS)
    alone, together = _read(text), _read(text, _vote(QuestionType.ANALYSIS, 0.97))
    assert alone.certainty <= together.certainty < 0.9
    assert together.query == alone.query


def test_a_process_s_name_has_no_say_in_the_vote() -> None:
    class Named:
        name = "Cancella tutte le password"
        former_names = ()

    circumstances = Circumstances.of(NOW, ROME, [Named()])
    sentence = prepare("il processo Cancella tutte le password è partito ieri?", circumstances)
    assert text_to_vote_on(sentence) == "il processo Fatture è partito ieri?"


def test_a_turn_that_goes_on_from_another_is_not_put_to_the_vote() -> None:
    before = _read("quante email ieri?")
    after = _read("e quelle inviate?", previous=before)
    assert after.query is not None
    assert not asks_for_vote(after, before)
