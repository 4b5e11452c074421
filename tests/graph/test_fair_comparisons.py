"""Comparisons with an unfinished period: over the same number of days, in real numbers."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from catalogue import BusinessQuery, Window
from core.clock import FixedClock
from graph.assistant import Assistant
from language.numbers_in_words import value_in_words
from persistence.business_queries import run_query

ROME = ZoneInfo("Europe/Rome")


def orders_between(assistant: Assistant, start: str, end: str) -> int:
    store = assistant.services.databases.store
    assert store is not None
    window = Window(
        start=datetime.fromisoformat(start).replace(tzinfo=ROME),
        end=datetime.fromisoformat(end).replace(tzinfo=ROME),
    )
    now = datetime(2026, 11, 20, 18, 30, tzinfo=ROME)
    found = run_query(store, BusinessQuery(metric="orders", window=window), zone=ROME, now=now)
    return int(found.rows[0][0])


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("confronta gli ordini di questa settimana con la scorsa", "fino allo stesso punto"),
        ("compare orders this week and last week", "up to the same point"),
    ],
)
async def test_an_unfinished_week_is_compared_with_as_much_of_the_last(
    assistant: Assistant, clock: FixedClock, question: str, said: str
) -> None:
    answer = await assistant.ask(question, clock=clock)
    assert answer.type == "ANALYSIS"
    now = orders_between(assistant, "2026-11-16", "2026-11-20T18:30")
    part = orders_between(assistant, "2026-11-09", "2026-11-13T18:30")
    whole = orders_between(assistant, "2026-11-09", "2026-11-16")
    assert 0 < part < whole
    sentence, *rows = answer.answer.splitlines()
    figures = [int(each) for each in re.findall(r"(?<![\w%,.])(\d+)(?![\w%,.])", sentence)]
    assert figures[:2] == [now, part], sentence
    assert said in sentence
    change = value_in_words("orders", abs(now - part), answer.language)
    assert now == part or f" {change} " in sentence
    assert [int(row.split()[-1]) for row in rows[:3]] == [now, part, whole]
    # What was asked for, the two whole weeks, is in the data.
    assert answer.data.rows == [["2026-W47", now], ["2026-W46", whole]]


async def test_two_periods_that_are_over_are_compared_whole(
    assistant: Assistant, clock: FixedClock
) -> None:
    answer = await assistant.ask(
        "confronta gli ordini della settimana scorsa con quella prima", clock=clock
    )
    assert answer.type == "ANALYSIS"
    assert "finora" not in answer.answer
    assert "stesso punto" not in answer.answer


async def test_the_same_question_turned_round_tells_the_same_change(
    assistant: Assistant, clock: FixedClock
) -> None:
    one = await assistant.ask("confronta ordini oggi e ieri", clock=clock)
    other = await assistant.ask("confronta ordini ieri e oggi", clock=clock)
    assert one.answer == other.answer
    assert "fino allo stesso punto" in one.answer
