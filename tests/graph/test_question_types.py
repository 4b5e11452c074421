"""The classifier of question types in the whole graph, and what conversations teach it."""

from __future__ import annotations

import asyncio

from catalogue import QuestionType
from core.clock import FixedClock
from graph.assistant import Assistant
from persistence.corrections import Correction, read_corrections


async def test_a_question_that_the_grammar_is_certain_of_loads_no_classifier(
    assistant: Assistant, clock: FixedClock
) -> None:
    await assistant.ask("Quante email ieri?", clock=clock)
    assert assistant.services.question_types.version is None


async def test_a_colloquial_question_is_typed_by_the_classifier(
    assistant: Assistant, clock: FixedClock
) -> None:
    answer = await assistant.ask("mi daresti una dritta su come ti si adopera?", clock=clock)
    assert (answer.type, answer.classified_by) == ("HELP", "rules")
    assert assistant.services.question_types.version == 0


async def test_the_loop_goes_on_while_the_classifier_is_loaded(
    assistant: Assistant, clock: FixedClock
) -> None:
    loading = asyncio.ensure_future(
        assistant.ask("mi daresti una dritta su come ti si adopera?", clock=clock)
    )
    certain = await assistant.ask("Quante email ieri?", clock=clock)
    assert certain.type == "BUSINESS_DATA"
    assert (await loading).type == "HELP"


async def test_what_a_person_corrects_is_kept_once_to_learn_from(
    assistant: Assistant, clock: FixedClock
) -> None:
    for thread in ("one", "two"):
        await assistant.ask("Quante email ieri?", thread=thread, clock=clock)
        corrected = await assistant.ask(
            "no, intendevo le email inviate", thread=thread, clock=clock
        )
        assert corrected.query is not None
        assert corrected.query["metric"] == "emails_sent"
    await assistant.ask("e oggi?", thread="one", clock=clock)
    store = assistant.services.databases.store
    assert store is not None
    assert read_corrections(store) == [
        Correction("Quante email ieri?", QuestionType.BUSINESS_DATA, "it")
    ]


async def test_without_a_thread_nothing_is_learnt(assistant: Assistant, clock: FixedClock) -> None:
    await assistant.ask("Quante email ieri?", clock=clock)
    await assistant.ask("no, intendevo le email inviate", clock=clock)
    store = assistant.services.databases.store
    assert store is not None
    assert read_corrections(store) == []
