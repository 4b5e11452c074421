"""Questions inside one process: what the answer's own `latency_ms` says."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from core.settings import Settings
from graph.assistant import Assistant
from persistence.demo import make_demo_database

QUESTIONS = (
    "Quante email oggi?",
    "Quale processo fallisce di più negli ultimi 30 giorni?",
    "Ordini per giorno negli ultimi 14 giorni",
    "How many orders did we receive last week?",
    "Qual è il tasso di successo di questo mese?",
    "Mostrami gli errori di ieri",
)
ROUNDS = 20


async def _measure(home: Path) -> list[str]:
    source = home / "n8n.sqlite"
    make_demo_database(source, now=datetime.now(ZoneInfo("Europe/Rome")), days=60)
    settings = Settings(home=home, n8n_url=str(source))
    warm: list[float] = []
    cached: list[float] = []
    async with await Assistant.open(settings) as assistant:
        await assistant.synchronise()
        for question in QUESTIONS:
            await assistant.ask(question, use_cache=False)
        for _ in range(ROUNDS):
            for question in QUESTIONS:
                warm.append((await assistant.ask(question, use_cache=False)).latency_ms)
        for question in QUESTIONS:
            await assistant.ask(question)
        for _ in range(ROUNDS):
            for question in QUESTIONS:
                answer = await assistant.ask(question)
                assert answer.cache == "memory", question
                cached.append(answer.latency_ms)
    return [
        f"{label}: median {statistics.median(times):.1f} ms, "
        f"95th percentile {statistics.quantiles(times, n=20)[-1]:.1f} ms ({len(times)} questions)"
        for label, times in (("warm, not cached", warm), ("cached", cached))
    ] + [f"cached / warm: {statistics.median(cached) / statistics.median(warm):.2f}"]


def run() -> list[str]:
    """Return one line a figure."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measure(Path(folder)))
