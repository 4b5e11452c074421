"""What is not recorded is never told as a figure: thrown-away successes, windows without data.

The generated n8n database holds four weeks up to `NOW`, and one process ("Controllo sito ogni 15
minuti") whose `saveDataSuccessExecution` is "none": only its errors are there.
"""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.clock import FixedClock
from graph.assistant import Assistant

SILENT = "Controllo sito ogni 15 minuti"


def test_the_database_holds_only_errors_of_the_process(n8n_file: Path) -> None:
    with closing(sqlite3.connect(n8n_file)) as database:
        settings, workflow_id = database.execute(
            "SELECT settings, id FROM workflow_entity WHERE name = ?", (SILENT,)
        ).fetchone()
        statuses = database.execute(
            'SELECT DISTINCT status FROM execution_entity WHERE "workflowId" = ?', (workflow_id,)
        ).fetchall()
    assert json.loads(settings)["saveDataSuccessExecution"] == "none"
    assert {status for (status,) in statuses} <= {"error", "crashed"}
    assert statuses


@pytest.mark.parametrize(
    "question",
    [
        "tasso di successo del controllo sito questo mese",
        "tasso di errore del controllo sito questo mese",
        "il controllo sito è affidabile?",
        "percentuale di riuscita del controllo sito giorno per giorno questo mese",
        "confronta il tasso di successo del controllo sito di questa settimana con la scorsa",
        "success rate of the Controllo sito process this month",
        "error rate of the Controllo sito process",
    ],
)
async def test_no_rate_is_told_of_a_process_that_does_not_save_its_successes(
    assistant: Assistant, clock: FixedClock, question: str
) -> None:
    answer = await assistant.ask(question, clock=clock)
    assert answer.query is not None
    assert answer.query["metric"] in ("success_rate", "error_rate")
    assert answer.data is not None
    assert answer.data.rows == []
    assert not re.search(r"\d\s?%", answer.answer)
    assert SILENT in answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "tasso di successo per processo questo mese",
        "quale processo ha il tasso di successo più basso?",
        "processi con tasso di successo sotto il 5%",
        "bottom 5 processes by success rate",
        "tasso di errore per processo",
    ],
)
async def test_a_ranking_by_rate_leaves_it_out_and_says_so(
    assistant: Assistant, clock: FixedClock, question: str
) -> None:
    answer = await assistant.ask(question, clock=clock)
    assert answer.data is not None
    assert SILENT not in [label for row in answer.data.rows for label in row]
    assert SILENT in answer.answer


async def test_how_the_process_is_doing_names_no_rate(
    assistant: Assistant, clock: FixedClock
) -> None:
    answer = await assistant.ask("come va il controllo sito?", clock=clock)
    assert SILENT in answer.answer
    assert "%" not in answer.answer


@pytest.mark.parametrize(
    ("question", "since"),
    [
        ("quanti ordini a gennaio 2024?", "24 ottobre 2026"),
        ("quante email a marzo?", "24 ottobre"),
        ("tasso di successo dell'anno scorso", "24 ottobre 2026"),
        ("ordini per giorno a settembre", "24 ottobre"),
        ("how many errors in January 2024?", "October 24, 2026|24 October 2026"),
    ],
)
async def test_a_window_before_the_data_has_no_figure_and_says_since_when_there_is_data(
    assistant: Assistant, clock: FixedClock, question: str, since: str
) -> None:
    answer = await assistant.ask(question, clock=clock)
    assert answer.data is not None
    assert answer.data.rows == []
    assert answer.provenance is not None
    assert answer.provenance.complete is False
    assert re.search(since, answer.answer)


@pytest.mark.parametrize(
    "question",
    ["quanti ordini negli ultimi 120 giorni?", "ordini quest'anno", "how many orders this year?"],
)
async def test_a_window_that_began_before_the_data_says_since_when_there_is_data(
    assistant: Assistant, clock: FixedClock, question: str
) -> None:
    answer = await assistant.ask(question, clock=clock)
    assert answer.data is not None
    ((orders,),) = answer.data.rows
    assert isinstance(orders, int)
    assert orders > 0
    assert answer.provenance is not None
    assert answer.provenance.complete is False
    assert re.search("24 ottobre|October 24|24 October", answer.answer)
