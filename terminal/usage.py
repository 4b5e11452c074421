"""What `agent-cli usage` shows: tokens and money by day, provider, model, user or need."""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from terminal.output import guarded, note, printable, say, say_json

if TYPE_CHECKING:
    from core.settings import Settings
    from persistence.budgets import BudgetLimits, Scope
    from persistence.usage import UsageLedger, UsageRow

Grouping = Literal["day", "provider", "model", "user", "need"]


def show_usage(
    settings: Settings, *, by: Grouping, days: int, user: str | None, as_json: bool
) -> None:
    """Print what language models used in the last *days* days, today included.

    :raises MilhenaError: the ledger cannot be read.
    """
    from providers.budget import limits_of

    today = datetime.now(settings.zone).date()
    first_day = today - timedelta(days=days - 1)
    rows, charged = _read(settings, by, first_day, today, user)
    budgets = _budgets(limits_of(settings), charged, user)
    if as_json:
        say_json(_as_json(by, first_day, today, rows, budgets), indent=2)
        return
    _show(by, rows, first_day)
    for budget in budgets:
        say(budget["message"])
    if any(row.unknown_cost for row in rows):
        note(
            "note: of some calls the cost is not known (a model without a price, or no answer); "
            "budgets count what they may have cost. MILHENA_PRICES sets prices."
        )


def _read(
    settings: Settings, by: Grouping, first_day: date, today: date, user: str | None
) -> tuple[list[UsageRow], dict[Scope, int]]:
    from persistence.usage import ledger_url, open_ledger

    url = ledger_url(settings)
    # Looked for first: opening makes it, and to look is not to make.
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return [], {}
    ledger: UsageLedger = open_ledger(settings)
    try:
        rows = ledger.summary(by, first_day=first_day, last_day=today, user_id=user)
        return rows, ledger.charged(today, user or "")
    finally:
        ledger.close()


def _budgets(
    limits: BudgetLimits, charged: dict[Scope, int], user: str | None
) -> list[dict[str, Any]]:
    from providers.prices import in_words, usd

    named: list[tuple[Scope, str]] = [("day", "today"), ("total", "in all")]
    if user is not None:
        named.insert(1, ("user", f"today, {user}"))
    budgets = []
    for scope, name in named:
        limit, spent = limits.of(scope), charged.get(scope, 0)
        if limit is None:
            continue
        left = max(limit - spent, 0)
        budgets.append(
            {
                "scope": scope,
                "limit_usd": usd(limit),
                "charged_usd": usd(spent),
                "left_usd": usd(left),
                "message": f"budget {name}: {in_words(spent)} of {in_words(limit)}, "
                f"{in_words(left)} left",
            }
        )
    return budgets


def _as_json(
    by: Grouping,
    first_day: date,
    today: date,
    rows: list[UsageRow],
    budgets: list[dict[str, Any]],
) -> dict[str, Any]:
    from providers.prices import usd

    return {
        "first_day": first_day.isoformat(),
        "last_day": today.isoformat(),
        "rows": [
            {
                by: row.group,
                "calls": row.calls,
                "failed": row.failed,
                "input_tokens": row.input_tokens,
                "output_tokens": row.output_tokens,
                "cost_usd": usd(row.cost_micro_usd),
                "calls_of_unknown_cost": row.unknown_cost,
                "charged_usd": usd(row.charged_micro_usd),
            }
            for row in rows
        ],
        "budgets": [
            {name: value for name, value in budget.items() if name != "message"}
            for budget in budgets
        ],
    }


def _show(by: Grouping, rows: list[UsageRow], first_day: date) -> None:
    if not rows:
        say(f"no language model was called since {first_day.isoformat()}")
        return
    from rich.console import Console
    from rich.table import Table

    from providers.prices import in_words

    table = Table(box=None, pad_edge=False)
    table.add_column(by)
    for name in ("calls", "failed", "input tokens", "output tokens", "cost"):
        table.add_column(name, justify="right")
    for row in rows:
        cost = in_words(row.cost_micro_usd) + ("+?" if row.unknown_cost else "")
        figures = (row.calls, row.failed, row.input_tokens, row.output_tokens)
        table.add_row(printable(row.group), *(f"{figure:,}" for figure in figures), cost)
    guarded(lambda: Console(file=sys.stdout, markup=False).print(table))
