"""What a budget costs a question: setting money aside, against the question without a budget."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from decimal import Decimal
from pathlib import Path

from core.settings import Settings
from providers.budget import BudgetGate
from providers.gate import Call, Outcome, TokenUsage

CALLS = 300
PAUSE_S = 0.005
"""Between two questions: what is written after an answer is not in the next one's way."""


def _call(number: int) -> Call:
    return Call(
        provider="gemini",
        model="gemini-3.5-flash-lite",
        account="benchmark",
        need="classification",
        user_id=f"user-{number % 5}",
        request_id=str(number),
        input_tokens=1_000,
        max_output_tokens=1_000,
        timeout_s=2.5,
    )


async def _median_ms(settings: Settings) -> float:
    gate = BudgetGate.of(settings)
    used = Outcome(
        verdict="success",
        duration_s=0.5,
        usage=TokenUsage(input_tokens=500, output_tokens=50),
    )
    spent = []
    for number in range(CALLS):
        started = time.perf_counter()
        permit = await gate.admit(_call(number))
        await permit.settle(used)
        spent.append(time.perf_counter() - started)
        await asyncio.sleep(PAUSE_S)
    await gate.close()
    return statistics.median(spent) * 1000


def run() -> list[str]:
    """Return one line a figure."""
    plenty = Decimal(1_000)
    with tempfile.TemporaryDirectory() as folder:
        free = asyncio.run(_median_ms(Settings(home=Path(folder) / "free")))
        limited = Settings(
            home=Path(folder) / "limited",
            budget_usd_total=plenty,
            budget_usd_per_day=plenty,
            budget_usd_per_user_per_day=plenty,
        )
        reserved = asyncio.run(_median_ms(limited))
    return [
        f"a call with three budgets waits for its reservation: median {reserved:.2f} ms",
        f"a call without a budget: median {free:.2f} ms",
        f"with / without: {reserved / free:.0f}",
    ]
