"""Whole processes: what a person waits for who types a command."""

from __future__ import annotations

import os
import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks._timing import compare_processes, python
from persistence.demo import make_demo_database

BARE_TYPER = "import typer; app = typer.Typer(); app.command()(lambda: None); app(['--help'])"
BARE_IMPORTS = "import langgraph.graph, sqlalchemy"


def run() -> list[str]:
    """Return one line a figure."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ)
        for name in list(environment):
            if name.startswith(("MILHENA_", "LANGSMITH_", "GOOGLE_API", "GEMINI_", "GROQ_")):
                del environment[name]
        environment["MILHENA_HOME"] = folder
        source = Path(folder) / "n8n.sqlite"
        make_demo_database(source, now=datetime.now(ZoneInfo("Europe/Rome")), days=30)
        environment["MILHENA_N8N_URL"] = str(source)
        cases = [
            ("agent-cli --help / bare Typer --help", ["-m", "cli", "--help"], ["-c", BARE_TYPER]),
            (
                f'agent-cli ask (cached) / "{BARE_IMPORTS}"',
                ["-m", "cli", "ask", "Quante email oggi?"],
                ["-c", BARE_IMPORTS],
            ),
            (
                f'agent-cli ask --no-cache / "{BARE_IMPORTS}"',
                ["-m", "cli", "ask", "--no-cache", "Quante email oggi?"],
                ["-c", BARE_IMPORTS],
            ),
        ]
        for label, command, base in cases:
            ours, theirs, ratio = compare_processes(python(*command), python(*base), environment)
            lines.append(f"{label}: {ours:.2f} s / {theirs:.2f} s = {ratio:.2f}")
    return lines
