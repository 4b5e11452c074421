"""How long a question takes with a sick provider: every fault at Gemini, at Groq and at both.

Real graph, real clients, real sockets, the default settings. The table goes into
docs/provider-faults.md.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks._timing import only_the_defaults
from core.clock import SystemClock
from core.errors import FailureKind
from graph.assistant import Assistant
from providers.choice import MODELS
from providers.failures import RECOVERIES
from tests.support.provider_faults import FAULTS, Fault
from tests.support.provider_stand_in import Reply, StandIn
from tests.support.sick_providers import ORDERS, PLACES, QUESTION, sick_providers

PAGE = Path(__file__).parent.parent / "docs" / "provider-faults.md"
BEGIN, END = "<!-- {name}: begin -->\n", "<!-- {name}: end -->"
HEALTHY = Fault(Reply(ORDERS), FailureKind.TRANSIENT)


@dataclass(frozen=True)
class Cell:
    """What became of a question, and of the same one once the provider is left alone."""

    first_ms: float
    tier: str
    requests: int
    later_ms: float


def run() -> Iterator[str]:
    """Measure; yield one line a fault and write the page."""
    only_the_defaults()  # failures are what is measured here: they need not be told
    rows: dict[str, dict[str, Cell]] = {}
    for name, fault in {"none": HEALTHY, **FAULTS}.items():
        rows[name] = {place: asyncio.run(_measure(fault, place)) for place in PLACES}
        yield f"{name:20} " + "   ".join(
            f"{place} {cell.first_ms:6.0f} ms → {cell.tier:6} later {cell.later_ms:4.0f} ms"
            for place, cell in rows[name].items()
        )
    page = PAGE.read_text(encoding="utf-8")
    for part, text in (
        ("times", _table(rows)),
        ("recoveries", recoveries()),
        ("models", models()),
    ):
        page = with_part(page, part, text)
    PAGE.write_text(page, encoding="utf-8")


async def _measure(fault: Fault, place: str) -> Cell:
    with tempfile.TemporaryDirectory() as home, StandIn() as stand_in:
        async with sick_providers(Path(home), stand_in, fault, place) as assistant:
            stand_in.plan("gemini", Reply(ORDERS))
            stand_in.plan("groq", Reply(ORDERS))
            if fault.step is not None:
                await _ask(assistant)  # the first question of a process opens its databases
                for queue in stand_in.script.values():
                    queue.clear()
            before = len(stand_in.asked)
            first_ms, tier = await _ask(assistant)
            requests = sum(
                1 for provider, _ in stand_in.asked[before:] if provider in PLACES[place]
            )
            for _ in range(0 if fault is HEALTHY else 5):  # until the breaker opens
                await _ask(assistant)
            later_ms, _ = await _ask(assistant)
    return Cell(first_ms, tier, requests, later_ms)


async def _ask(assistant: Assistant) -> tuple[float, str]:
    started = time.perf_counter()
    answer = await assistant.ask(QUESTION, clock=SystemClock(), use_cache=False)
    assert answer.query is not None
    assert answer.query["metric"] == "orders", "right in every cell"
    return (time.perf_counter() - started) * 1000, answer.classified_by


# --- the page ------------------------------------------------------------------------------------


def _table(rows: dict[str, dict[str, Cell]]) -> str:
    head = "| fault | kind | at Gemini | at Groq | at both | requests | later |\n"
    lines = [head, "|---|---|---|---|---|---|---|\n"]
    for name, cells in rows.items():
        kind = "" if name == "none" else FAULTS[name].kind.value
        shown = " | ".join(f"{cell.first_ms:,.0f} ms → {cell.tier}" for cell in cells.values())
        gemini = cells["gemini"]
        sent = "" if name != "none" and FAULTS[name].address else str(gemini.requests)
        lines.append(f"| {name} | {kind} | {shown} | {sent} | {gemini.later_ms:,.0f} ms |\n")
    return "".join(lines)


def recoveries() -> str:
    """Return the policy as a table: one recovery a kind of failure."""
    lines = ["| kind | what is done | left alone | counts at the breaker as |\n|---|---|---|---|\n"]
    for kind, recovery in RECOVERIES.items():
        pause = f"{recovery.pause_s:,.0f} s" if recovery.pause_s else "as it asks"
        if kind is FailureKind.CANCELLED:
            pause = "no"
        lines.append(f"| {kind} | {recovery.in_words} | {pause} | {recovery.breaker} |\n")
    return "".join(lines)


def models() -> str:
    """Return which models are asked for which need, as a table."""
    lines = ["| need | first | then | setting |\n|---|---|---|---|\n"]
    for need, line in MODELS.items():
        first, then = (entry.strip() for entry in line.split(","))
        lines.append(f"| {need} | `{first}` | `{then}` | `MILHENA_MODELS_{need.upper()}` |\n")
    return "".join(lines)


def with_part(page: str, name: str, text: str) -> str:
    """Return *page* with *text* between the marks of *name*."""
    before, begin, rest = page.partition(BEGIN.format(name=name))
    _, end, after = rest.partition(END.format(name=name))
    assert end, f"docs/provider-faults.md lacks the marks of {name!r}"
    return before + begin + text + end + after
