"""Questions back: at most two in a row, then the likeliest reading or help."""

from __future__ import annotations

import pytest

from core.clock import FixedClock
from graph.assistant import Assistant


@pytest.mark.parametrize(
    ("turns", "language"),
    [
        (("dati", "quelli lì", "insomma quella cosa"), "it"),
        (("data", "those ones", "well, that thing"), "en"),
    ],
)
async def test_there_is_no_third_question_back_in_a_row(
    assistant: Assistant, clock: FixedClock, turns: tuple[str, ...], language: str
) -> None:
    answers = [await assistant.ask(each, thread="t", clock=clock) for each in turns]
    assert [each.type for each in answers[:2]] == ["CLARIFY", "CLARIFY"]
    assert answers[2].type == "HELP"
    assert answers[2].answer.count("•") == 3, answers[2].answer
    assert answers[2].language == language


async def test_after_an_answer_two_more_questions_back_may_be_asked(
    assistant: Assistant, clock: FixedClock
) -> None:
    asked = ("dati", "quelli lì", "quanti ordini ieri?", "dati", "boh, quella cosa")
    answers = [await assistant.ask(each, thread="t", clock=clock) for each in asked]
    assert [each.type for each in answers] == [
        "CLARIFY", "CLARIFY", "BUSINESS_DATA", "CLARIFY", "CLARIFY",
    ]  # fmt: skip


async def test_a_time_that_was_said_is_answered_by_its_overview_and_says_that_it_is_a_guess(
    assistant: Assistant, clock: FixedClock
) -> None:
    asked = ("dati di ieri", "quelli lì", "eh, quella roba")
    answers = [await assistant.ask(each, thread="t", clock=clock) for each in asked]
    assert [each.type for each in answers] == ["CLARIFY", "CLARIFY", "ANALYSIS"]
    assert answers[2].query is not None
    assert answers[2].query["story"] == "overview"
    assert answers[2].query["window"]["start"] == "2026-11-19T00:00:00+01:00"
    assert "Non ero sicuro di aver capito" in answers[2].answer


async def test_a_name_that_stays_unclear_is_taken_for_the_likeliest_process(
    assistant: Assistant, clock: FixedClock
) -> None:
    asked = ("errori del processo ordini vendite", "mah", "non saprei")
    answers = [await assistant.ask(each, thread="t", clock=clock) for each in asked]
    assert answers[-1].type != "CLARIFY", [(each.type, each.answer) for each in answers]
