"""The local tier alone: reading a question's time, reading the question, wording the answer."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from catalogue import QuestionType, Reading, checked_query
from language.rendering import render
from language.time_expressions import read_time
from language.understanding import read
from persistence.results import Coverage, Result

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 20, 18, 30, tzinfo=ROME)
QUESTIONS = (
    "Quante email abbiamo ricevuto ieri?",
    "quale processo fallisce di più negli ultimi 30 giorni",
    "ordini per giorno dal 3 al 10 novembre",
    "tasso di successo di questo mese per processo",
    "confronta gli ordini di ottobre e novembre",
    "errori del processo fatture tra le 9 e le 12 di ieri",
    "How many orders did we receive last week?",
    "show me the errors of the invoice process since Monday",
    "which customers ordered most in October?",
    "is the error rate getting better?",
)
NAMES = ("Fatture", "Ordini dal negozio", "Copia notturna", "Assistenza clienti", "Newsletter")
ROUNDS = 50


@dataclass(frozen=True)
class Process:
    """A process as the grammar knows it."""

    name: str
    former_names: tuple[str, ...] = ()
    archived: bool = False
    gone: bool = False


def _median_ms(work: Callable[[str], object]) -> float:
    for question in QUESTIONS:
        work(question)
    spent = []
    for _ in range(ROUNDS):
        for question in QUESTIONS:
            started = time.perf_counter()
            work(question)
            spent.append(time.perf_counter() - started)
    return statistics.median(spent) * 1000


def run() -> list[str]:
    """Return one line a figure."""
    processes = [Process(name) for name in NAMES]
    query = checked_query(metric="executions", group_by=["process"])
    rows = tuple((f"Processo numero {number}", 100 - number) for number in range(30))
    result = Result(("process", "executions"), rows, 30, Coverage(NOW, NOW, True, True, NOW))
    reading = Reading(type=QuestionType.BUSINESS_DATA, query=query)
    times = _median_ms(lambda text: read_time(text, now=NOW, zone=ROME))
    whole = _median_ms(lambda text: read(text, now=NOW, zone=ROME, processes=processes))
    told = _median_ms(lambda _: render(reading, result, now=NOW, zone=ROME, processes=processes))
    return [
        f"reading the time of a question: median {times:.2f} ms",
        f"reading a question, its time included: median {whole:.2f} ms",
        f"wording a ranking of 30 rows: median {told:.2f} ms",
        f"time / whole reading: {times / whole:.2f}",
    ]
