"""How long a question takes with the faults that `aimock` plays: a provider that others wrote.

Left out, and said to be, where `make aimock` has not installed it.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks._timing import only_the_defaults
from core.clock import SystemClock
from tests.support.aimock import (
    FAULTS,
    LEFT_OUT,
    Aimock,
    Played,
    aimock_command,
    aimock_running,
    assistant_at,
)
from tests.support.sick_providers import PLACES, QUESTION


def run() -> Iterator[str]:
    """Measure; yield one line a fault."""
    command = aimock_command()
    if command is None:
        yield f"left out: {LEFT_OUT}"
        return
    only_the_defaults()
    with tempfile.TemporaryDirectory() as home, aimock_running(command, Path(home)) as aimock:
        for name, played in FAULTS.items():
            cells = [asyncio.run(_measured(aimock, played, place)) for place in PLACES]
            yield f"{name:20} " + "   ".join(cells)


async def _measured(aimock: Aimock, played: Played, place: str) -> str:
    with tempfile.TemporaryDirectory() as home:
        async with assistant_at(aimock, Path(home), place, played) as assistant:
            started = time.perf_counter()
            answer = await assistant.ask(QUESTION, clock=SystemClock(), use_cache=False)
            taken_ms = (time.perf_counter() - started) * 1000
    assert answer.query is not None
    assert answer.query["metric"] == "orders", "right in every cell"
    return f"{place} {taken_ms:6.0f} ms → {answer.classified_by:6}"
