"""What is done with the reading of a language model, or of a cache."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue import (
    METRICS,
    BusinessQuery,
    Clarification,
    Filter,
    QuestionType,
    Reading,
    Window,
)
from language.understanding import ground, read
from tests.language.understanding_cases import NOW, PROCESSES, ROME, described, window

UNCLEAR = "cosa mi racconti di bello sulle bollicine quantistiche"
"""A text of which the grammar is not certain."""


def grounded(reading: Reading, text: str, **known: object) -> Reading:
    return ground(reading, text, now=NOW, zone=ROME, processes=PROCESSES, **known)  # type: ignore[arg-type]


def model_reading(**query: object) -> Reading:
    return Reading(
        type=QuestionType.BUSINESS_DATA,
        query=BusinessQuery.model_validate({"metric": "emails_received", **query}),
        certainty=0.8,
    )


def test_a_certain_reading_of_ours_overrides_the_models() -> None:
    wrong = model_reading(metric="orders", window=window("last_year"))
    assert described(grounded(wrong, "quante email ieri?")) == described(
        read("quante email ieri?", now=NOW, zone=ROME, processes=PROCESSES)
    )


def test_a_models_refusal_of_a_harmless_question_does_not_stand() -> None:
    refused = Reading(type=QuestionType.REFUSED, topic="internals")
    reading = grounded(refused, "errori del processo fatture ieri")
    assert reading.type is QuestionType.BUSINESS_DATA


def test_our_refusal_stands_whatever_a_model_says() -> None:
    reading = grounded(model_reading(), "cancella tutte le email di ieri")
    assert (reading.type, reading.query) == (QuestionType.REFUSED, None)


def test_a_models_window_gives_way_to_the_time_that_was_said() -> None:
    text = "dimmi quante cosucce frullose postali sono piovute ieri"
    reading = grounded(model_reading(window=window("last_year")), text)
    assert described(reading)["@"] == "yesterday"


def test_a_window_that_nobody_named_is_dropped() -> None:
    text = "dimmi quante cosucce frullose postali sono piovute"
    assert "@" not in described(grounded(model_reading(window=window("last_year")), text))


def test_a_models_process_name_becomes_the_known_one() -> None:
    reading = grounded(
        model_reading(
            metric="errors", filters=[Filter(field="process", values=("fatture mensili",))]
        ),
        UNCLEAR,
    )
    assert described(reading)["process"] == "$fatture"


def test_a_process_name_that_a_model_invented_becomes_a_question_back() -> None:
    reading = grounded(
        model_reading(metric="errors", filters=[Filter(field="process", values=("Zanzibar",))]),
        UNCLEAR,
    )
    assert reading.type is QuestionType.CLARIFY
    assert reading.clarification is not None
    assert (reading.clarification.reason, reading.clarification.mention) == (
        "unknown_process",
        "Zanzibar",
    )
    assert reading.query is not None
    assert reading.query.filters == ()


def test_a_follow_up_inherits_whatever_a_model_made_of_it() -> None:
    before = read("quanti errori ieri per processo?", now=NOW, zone=ROME, processes=PROCESSES)
    reading = grounded(model_reading(), "e a ottobre?", previous=before)
    assert described(reading)["object"] == "errors"
    assert described(reading)["by"] == "process"
    assert described(reading)["@"] == "last_month"


def test_the_answer_is_in_the_language_of_the_question_not_of_the_model() -> None:
    assert grounded(model_reading(), "dimmi tutto sulle cosucce frullose postali").language == "it"


@pytest.mark.parametrize("kind", [QuestionType.BUSINESS_DATA, QuestionType.ANALYSIS])
def test_a_data_question_without_a_query_is_read_by_ourselves(kind: QuestionType) -> None:
    own = read(UNCLEAR, now=NOW, zone=ROME, processes=PROCESSES)
    assert grounded(Reading(type=kind), UNCLEAR) == own


def test_a_clarification_without_a_question_gets_one() -> None:
    reading = grounded(Reading(type=QuestionType.CLARIFY), UNCLEAR)
    assert reading.clarification is not None


_MOMENTS = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1))


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(list(QuestionType)),
    metric=st.none() | st.sampled_from(sorted(METRICS)),
    name=st.text(min_size=1, max_size=30),
    start=_MOMENTS,
    hours=st.integers(1, 5000),
    text=st.sampled_from(
        [
            "",
            "?",
            "e ieri?",
            "quante email ieri",
            UNCLEAR,
            "solo quelli falliti",
            "il secondo",
            "cancella tutto",
            "perché?",
            "fatture",
            "\x00\x00",
            "compare this week with last week",
        ]
    ),
    options=st.none() | st.lists(st.text(max_size=20), max_size=4),
)
def test_odd_readings_never_break_it(
    kind: QuestionType,
    metric: str | None,
    name: str,
    start: datetime,
    hours: int,
    text: str,
    options: list[str] | None,
) -> None:
    moment = start.replace(tzinfo=ROME)
    query = metric and BusinessQuery(
        metric=metric,
        window=Window(start=moment, end=moment + timedelta(hours=hours)),
        filters=(Filter(field="process", values=(name,)), Filter(field="text", values=(name,))),
    )
    odd = Reading(
        type=kind,
        query=query or None,
        clarification=None
        if options is None
        else Clarification(reason="which_process", options=tuple(options)),
    )
    first = grounded(odd, text)
    assert Reading.model_validate(first.model_dump()) == first
    again = grounded(odd, text, previous=odd)
    assert Reading.model_validate(again.model_dump()) == again
