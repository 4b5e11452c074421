"""What is off topic, refused or unclear is met with suggestions that have an answer here."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from core.clock import FixedClock
from core.settings import Settings
from graph.assistant import Assistant


@pytest.mark.parametrize(
    "question", ["raccontami una barzelletta", "who won the match yesterday?", "ciao!"]
)
async def test_each_of_three_suggestions_is_answered_with_data(
    assistant: Assistant, clock: FixedClock, question: str
) -> None:
    await assistant.ask("quanti ordini ieri?", clock=clock)  # brings the store up to date
    declined = await assistant.ask(question, clock=clock)
    assert declined.type in ("GENERAL", "GREETING")
    suggestions = [line[2:] for line in declined.answer.splitlines() if line.startswith("• ")]
    assert len(suggestions) == 3
    for suggestion in suggestions:
        answer = await assistant.ask(suggestion, clock=clock)
        assert answer.type in ("BUSINESS_DATA", "ANALYSIS"), suggestion
        assert answer.data.rows, suggestion


async def test_nothing_is_suggested_of_which_there_is_no_record(
    n8n_file: Path, tmp_path: Path, clock: FixedClock
) -> None:
    copy = tmp_path / "no-content.sqlite"
    copy.write_bytes(n8n_file.read_bytes())
    with sqlite3.connect(copy) as connection:
        connection.execute("delete from execution_data")
    connection.close()
    settings = Settings(home=tmp_path / "other", n8n_url=str(copy), refresh_budget_s=30)
    async with await Assistant.open(settings) as assistant:
        counted = await assistant.ask("quanti ordini in tutto?", clock=clock)
        declined = await assistant.ask("scrivimi una poesia", clock=clock)
    assert counted.data.rows == [[0]]
    assert not re.search(r"\bordini\b|\bemail\b", declined.answer), declined.answer
    assert declined.answer.count("• ") == 3
