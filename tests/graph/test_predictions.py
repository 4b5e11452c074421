"""Questions about the future, until there are forecasts: the like past, in real numbers."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from pathlib import Path

import pytest

from core.clock import FixedClock
from graph.assistant import Assistant


async def orders_on(assistant: Assistant, day: date, clock: FixedClock) -> int:
    """The orders of *day*, asked for as a plain question."""
    answer = await assistant.ask(f"quanti ordini il {day.day}/{day.month}/{day.year}?", clock=clock)
    return int(answer.data.rows[0][0])


@pytest.mark.parametrize(
    ("question", "so_far"),
    [("quanti ordini arriveranno domani?", "in media negli ultimi 3 sabati"),
     ("how many orders do you expect tomorrow?", "on average over the last 3 Saturdays")],
)  # fmt: skip
async def test_tomorrow_is_measured_by_the_same_weekday_of_the_weeks_before(
    assistant: Assistant, clock: FixedClock, question: str, so_far: str
) -> None:
    answer = await assistant.ask(question, clock=clock)
    assert answer.type == "PREDICTION"
    assert answer.query is not None
    assert answer.query["window"]["start"] == "2026-11-21T00:00:00+01:00"
    saturdays = [date(2026, 11, 21) - timedelta(weeks=week) for week in (1, 2, 3)]
    counts = [await orders_on(assistant, day, clock) for day in saturdays]
    assert sum(counts) > 0
    mean = f"{sum(counts) / 3:.1f}".removesuffix(".0")
    mean = mean.replace(".", ",") if answer.language == "it" else mean
    first, second = answer.answer.splitlines()[:2]
    assert first.startswith("🔮 ")
    assert f": {counts[0]}; " in second
    assert so_far in second
    assert second.endswith(f": {mean}."), (counts, second)


async def test_the_past_of_a_future_is_of_the_process_that_was_asked_for(
    assistant: Assistant, clock: FixedClock, n8n_file: Path
) -> None:
    with sqlite3.connect(f"file:{n8n_file}?mode=ro", uri=True) as connection:
        (name,) = connection.execute(
            """select name from workflow_entity
               where active = 1 and name not like '%:%' order by name limit 1"""
        ).fetchone()
    connection.close()
    asked = await assistant.ask(f'quante esecuzioni avrà il processo "{name}" domani?', clock=clock)
    assert asked.type == "PREDICTION", asked
    assert f"«{name}»" in asked.answer


async def test_a_period_that_the_records_do_not_reach_is_not_compared(
    assistant: Assistant, clock: FixedClock
) -> None:
    answer = await assistant.ask("prevedi gli ordini del 2027", clock=clock)
    assert answer.type == "PREDICTION"
    assert len(answer.answer.splitlines()) == 1, answer.answer
