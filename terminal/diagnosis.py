"""What `agent-cli doctor` looks at, and how it shows it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from core.checks import Check, check_python, check_settings, check_time_zone
from core.errors import SettingsError
from terminal.output import guarded, printable

if TYPE_CHECKING:
    from core.settings import Settings

WIDTH_OF_A_PIPE = 1_000


def diagnose(settings: Settings | SettingsError) -> list[Check]:
    """Look at everything that Milhena depends on, in the order in which one would mend it."""
    from providers.checks import check_budgets, check_langsmith, check_models

    if isinstance(settings, SettingsError):
        # Nothing else can be looked at without knowing where it is.
        return [check_python(), Check("settings", "problem", str(settings)), check_langsmith()]
    from language.question_types.checks import check_question_types
    from persistence.checks import check_cache, check_databases, check_home, check_mapping
    from providers.routing_checks import check_routing
    from providers.shared_state_check import check_shared_state

    return [
        check_python(),
        check_settings(settings),
        check_time_zone(settings),
        check_home(settings),
        check_mapping(settings),
        *check_databases(settings),
        check_cache(settings),
        check_question_types(settings.home / "models"),
        *check_models(settings),
        *check_routing(settings),
        check_shared_state(settings),
        check_budgets(settings),
        check_langsmith(settings),
    ]


def show_checks(checks: list[Check]) -> None:
    """Print *checks* as a table."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    colours = {"ok": "green", "warning": "yellow", "problem": "bold red"}
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in checks:
        message = Text(printable(check.message))
        if check.advice:
            message.append("\n" + printable(check.advice), style="dim")
        table.add_row(Text(check.status, style=colours[check.status]), Text(check.name), message)
    # Only a terminal has a width, unless it is said: a pipe gets each check on one line.
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else WIDTH_OF_A_PIPE
    guarded(lambda: Console(file=sys.stdout, width=width).print(table))
