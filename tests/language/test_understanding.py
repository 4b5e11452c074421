"""What the local tier understands of single questions, most of them worded as people word them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue import DATA_TYPES, QuestionType, Reading
from language.understanding import read
from tests.language.understanding_cases import (
    NOW,
    OFFICE,
    PROCESSES,
    ROME,
    WORKSHOP,
    Process,
    described,
    differences,
)

QUESTIONS = Path(__file__).parent / "questions"


def lines(name: str) -> list[str]:
    """The cases of a file, without its comments."""
    text = (QUESTIONS / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def understood(text: str, processes: object = PROCESSES, **known: object) -> Reading:
    return read(text, now=NOW, zone=ROME, processes=processes, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "line",
    [
        line
        for name in (
            "values",
            "groups",
            "analysis",
            "others",
            "second_batch",
            "third_batch",
            "fourth_batch",
            "fifth_batch",
        )
        for line in lines(name)
    ],
)
def test_a_question_is_read_as_its_author_meant_it(line: str) -> None:
    question, _, wanted = line.rpartition(" => ")
    reading = understood(question)
    assert differences(reading, wanted) == {}, described(reading)


@pytest.mark.parametrize("line", lines("office") + lines("office_second"))
def test_questions_of_another_company_are_read_by_its_own_names(line: str) -> None:
    question, _, wanted = line.rpartition(" => ")
    reading = understood(question, processes=OFFICE)
    assert differences(reading, wanted) == {}, described(reading)


@pytest.mark.parametrize("line", lines("workshop"))
def test_a_workshop_s_questions_are_read_by_its_own_names(line: str) -> None:
    question, _, wanted = line.rpartition(" => ")
    reading = understood(question, processes=WORKSHOP)
    assert differences(reading, wanted) == {}, described(reading)


@pytest.mark.parametrize("line", lines("refused"))
def test_what_would_reveal_or_change_something_is_refused(line: str) -> None:
    question, _, reason = line.rpartition(" => ")
    reading = understood(question)
    assert (reading.type, reading.topic, reading.query) == (QuestionType.REFUSED, reason, None)


@pytest.mark.parametrize("question", lines("harmless"))
def test_a_harmless_question_is_not_refused(question: str) -> None:
    assert understood(question).type is not QuestionType.REFUSED


@pytest.mark.parametrize(
    "question",
    [
        "quanti errori ha avuto il processo fatture?",
        "quante fatture il mese scorso?",
        "did the invoice process run today?",
    ],
)
def test_without_known_processes_a_name_is_taken_as_it_was_said(question: str) -> None:
    reading = understood(question, processes=())
    assert reading.type in DATA_TYPES
    assert reading.query is not None
    (named,) = reading.query.filters
    assert named.field == "process"
    assert named.values[0] in ("fatture", "invoice")


def test_two_processes_that_a_name_may_mean_are_offered() -> None:
    reading = understood(
        "errori dei backup? il processo backup",
        processes=_named("Backup clienti", "Backup archivio", "Ordini"),
    )
    assert reading.type is QuestionType.CLARIFY
    assert reading.clarification is not None
    assert reading.clarification.reason == "which_process"
    assert set(reading.clarification.options) == {"Backup clienti", "Backup archivio"}
    assert reading.query is not None
    assert reading.query.metric == "errors"


def test_of_an_unknown_process_the_nearest_names_are_offered() -> None:
    reading = understood(
        "quanti errori ha il processo fatturazione estero?",
        processes=_named("Ordini", "Fatture Italia"),
    )
    assert reading.clarification is not None
    assert reading.clarification.reason == "unknown_process"
    assert reading.clarification.mention == "fatturazione estero"
    assert reading.clarification.options[0] == "Fatture Italia"


def test_email_without_a_verb_is_what_came_in_and_nothing_is_assumed() -> None:
    for text in ("email oggi", "email ricevute oggi"):
        reading = understood(text)
        assert reading.query is not None
        assert (reading.query.metric, reading.assumed) == ("emails_received", ())


def test_a_question_back_keeps_the_time_that_was_said() -> None:
    reading = understood("dati di ieri")
    assert reading.type is QuestionType.CLARIFY
    assert reading.query is not None
    assert described(reading)["@"] == "yesterday"


@pytest.mark.parametrize("text", ["dati", "clienti", "quello", "boh", "errori del processo Pippo"])
def test_a_question_back_offers_at_most_four_answers(text: str) -> None:
    reading = understood(text)
    assert reading.type is QuestionType.CLARIFY
    assert reading.clarification is not None
    assert 2 <= len(reading.clarification.options) <= 4


def test_the_options_of_a_question_back_are_in_the_language_of_the_question() -> None:
    reading = understood("customers", language="en")
    assert reading.clarification is not None
    assert all(understood(option).language == "en" for option in reading.clarification.options)


def test_every_option_that_is_offered_can_be_answered() -> None:
    for text in (
        "dati",
        "data",
        "clienti",
        "customers",
        "perché?",
        "why?",
        "ordini annullati ieri",
        "canceled orders",
        "valore medio degli ordini",
        "quanti preventivi abbiamo?",
    ):
        reading = understood(text)
        assert reading.clarification is not None, text
        for option in reading.clarification.options:
            assert understood(option).type in DATA_TYPES, option


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text(max_size=200))
def test_every_text_has_a_reading(text: str) -> None:
    reading = understood(text)
    assert (reading.type in DATA_TYPES) <= (reading.query is not None)
    assert (reading.type is QuestionType.CLARIFY) == (reading.clarification is not None)


_WORDS = st.sampled_from(
    """quante email ieri per processo più di 3 errori chi di meno tranne il backup e fatture solo
    quali confronta andamento ultimi ordini 5 perché mai almeno ogni giorno stato clienti inviate
    show me the last failed by day more which customers why compare without never top 10 ones
    cancella password domani arriveranno oggi""".split()  # noqa: SIM905  # a table
)


@settings(max_examples=250, deadline=None)
@given(words=st.lists(_WORDS, min_size=1, max_size=9), before=st.lists(_WORDS, max_size=6))
def test_words_in_any_order_never_break_the_reading(words: list[str], before: list[str]) -> None:
    previous = understood(" ".join(before))
    reading = understood(" ".join(words), previous=previous)
    assert Reading.model_validate(reading.model_dump()) == reading


def test_a_very_long_text_is_read_in_a_moment() -> None:
    started = time.perf_counter()
    understood("quante email abbiamo ricevuto ieri " * 300)
    assert time.perf_counter() - started < 10, "not the square of its length"


def _named(*names: str) -> list[object]:
    return [type(PROCESSES[0])(name) for name in names]


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        pytest.param("quanti ordini il 31 febbraio?", "il 31 febbraio", id="italian"),
        pytest.param("orders on February 30", "on February 30", id="english"),
    ],
)
def test_a_date_that_no_year_has_is_asked_back_and_never_left_out(text: str, mention: str) -> None:
    reading = read(text, now=NOW, zone=ROME, processes=())
    assert reading.type is QuestionType.CLARIFY
    assert reading.clarification is not None
    assert reading.clarification.mention == mention


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("errori del backup e delle zucchine ieri", "zucchine"),
        ("quanti errori hanno avuto il backup e le spedizioni?", "spedizioni"),
        ("errors of the backup and the shipping yesterday", "shipping"),
    ],
)
def test_of_two_names_of_which_one_is_unknown_none_is_dropped(question: str, unknown: str) -> None:
    reading = understood(question, processes=WORKSHOP)
    assert reading.type is QuestionType.CLARIFY
    assert reading.clarification is not None
    assert reading.clarification.reason == "unknown_process"
    assert reading.clarification.mention == unknown
    assert reading.clarification.options


RENAMED = (
    Process("Incassi e riconciliazioni", ("Quadratura banca", "Prima nota automatica")),
    Process("Assistenza telefonica", ("Centralino virtuale",)),
    Process("Ordini dal sito web"),
)


@pytest.mark.parametrize(
    ("called", "process"),
    [
        ("Incassi e riconciliazioni", "Incassi e riconciliazioni"),
        ("incassi", "Incassi e riconciliazioni"),
        ("quadratura banca", "Incassi e riconciliazioni"),
        ("Quadratura Bnaca", "Incassi e riconciliazioni"),
        ("prima nota", "Incassi e riconciliazioni"),
        ("centralino", "Assistenza telefonica"),
        ("Centralino virtuale", "Assistenza telefonica"),
    ],
)
def test_a_renamed_process_is_found_by_its_old_and_its_new_name(called: str, process: str) -> None:
    for question in (f"quanti errori ha il processo {called}?", f"errors of the {called} process"):
        reading = understood(question, processes=RENAMED)
        assert reading.query is not None
        assert [(each.field, each.values) for each in reading.query.filters] == [
            ("process", (process,))
        ], question


@pytest.mark.parametrize(
    ("misspelt", "nearest"),
    [
        ("il processo Ordini dal sitto wbe è partito?", "Ordini dal sito web"),
        ("errori del processo centrallino vrituale", "Assistenza telefonica"),
        ("quante volte è girato il processo incasi riconcigliazioni?", "Incassi e riconciliazioni"),
        ("errori del processo centraline notturne", "Assistenza telefonica"),
    ],
)
def test_a_misspelt_name_is_understood_or_the_nearest_is_offered(
    misspelt: str, nearest: str
) -> None:
    reading = understood(misspelt, processes=RENAMED)
    assert reading.query is not None
    if reading.clarification is None:
        assert [each.values for each in reading.query.filters] == [(nearest,)]
    else:
        assert reading.clarification.reason == "unknown_process"
        assert nearest in reading.clarification.options
