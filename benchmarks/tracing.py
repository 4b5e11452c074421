"""What traces cost a process: processor time, memory and its end, at an endpoint well or sick.

Every line is one process that asks a thousand questions; its memory is compared with its own after
the first hundred, the rest with the process that leaves no traces.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks._timing import ROOT, only_the_defaults, python
from tests.support.http_stand_in import HttpStandIn
from tests.support.langsmith_stand_in import SICK, healthy

QUESTIONS, EARLY = 1_000, 100
_ASKS = f"""
import asyncio, logging, time
from pathlib import Path
from core.settings import load_settings
from graph.assistant import Assistant

def resident_pages():
    return int(Path("/proc/self/statm").read_text().split()[1])

async def main():
    logging.getLogger("milhena").setLevel(logging.CRITICAL)
    async with await Assistant.open(load_settings()) as assistant:
        for count in range(1, {QUESTIONS} + 1):
            await assistant.ask("Ciao!")
            if count == {EARLY}:
                early, begun_s = resident_pages(), time.process_time()
        used_s = time.process_time() - begun_s
        print(resident_pages() / early, used_s / ({QUESTIONS} - {EARLY}), flush=True)

asyncio.run(main())
"""


@dataclass(frozen=True)
class Spent:
    """What one process told, and how long it lived on after its last answer."""

    memory: float
    cpu_s: float
    end_s: float


def run() -> Iterator[str]:
    """Yield one line a figure."""
    only_the_defaults()
    untraced = _asked({})
    yield _line("no traces", untraced, untraced)
    with HttpStandIn(healthy) as server:
        yield _line("healthy", _asked(_tracing_to(server.url)), untraced)
    for name, sick in SICK.items():
        with sick() as url:
            yield _line(name, _asked(_tracing_to(url)), untraced)


def _tracing_to(url: str) -> dict[str, str]:
    return {
        "LANGSMITH_TRACING": "true",
        "LANGSMITH_ENDPOINT": url,
        "LANGSMITH_API_KEY": "a key of nobody",
    }


def _asked(variables: dict[str, str]) -> Spent:
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.Popen(
            python("-c", _ASKS),
            cwd=ROOT,
            env={**os.environ, "MILHENA_HOME": home, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        memory, cpu_s = map(float, process.stdout.readline().split())
        answered_s = time.monotonic()
        process.communicate()
        return Spent(memory, cpu_s, time.monotonic() - answered_s)


def _line(name: str, spent: Spent, untraced: Spent) -> str:
    return (
        f"{name:10} memory after {QUESTIONS} questions / after {EARLY}: {spent.memory:.3f}   "
        f"processor time / no traces: {spent.cpu_s / untraced.cpu_s:.1f}   "
        f"the end comes {spent.end_s - untraced.end_s:.2f} s later"
    )
