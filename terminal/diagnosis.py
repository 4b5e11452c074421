"""What `agent-cli doctor` looks at, and how it shows it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from core.checks import Check, check_python, check_settings, check_time_zone
from core.errors import SettingsError
from terminal.output import guarded, printable

if TYPE_CHECKING:
    from core.settings import Settings


def diagnose(settings: Settings | SettingsError) -> list[Check]:
    """Look at everything that Milhena depends on, in the order in which one would mend it."""
    from providers.checks import check_langsmith, check_models

    if isinstance(settings, SettingsError):
        # Nothing else can be looked at without knowing where it is.
        return [check_python(), Check("settings", "problem", str(settings)), check_langsmith()]
    from persistence.checks import check_cache, check_databases, check_home

    return [
        check_python(),
        check_settings(settings),
        check_time_zone(settings),
        check_home(settings),
        *check_databases(settings),
        check_cache(settings),
        *check_models(settings),
        check_langsmith(),
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
    guarded(lambda: Console(file=sys.stdout).print(table))
