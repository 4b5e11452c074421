"""Write docs/cli.md from the --help of every command; with --check only say if it is current."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "cli.md"
COMMANDS = (
    "",
    "ask",
    "chat",
    "sync",
    "demo",
    "doctor",
    "train",
    "serve",
    "usage",
    "keys",
    "keys set",
    "keys list",
    "keys remove",
    "keys rotate",
)


def help_of(command: str) -> str:
    """Return the plain help text of *command* ("" for the program itself)."""
    # Plain and of one width, whatever terminal this runs in.
    plain = {"TYPER_USE_RICH": "0", "NO_COLOR": "1", "COLUMNS": "96", "TERMINAL_WIDTH": "96"}
    program = "from cli import app; app(prog_name='agent-cli')"
    arguments = [*command.split(), "--help"]
    done = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        env={**os.environ, **plain},
        capture_output=True,
        text=True,
        check=True,
    )
    return "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())


def page() -> str:
    """Return the whole page."""
    parts = [
        "# agent-cli\n",
        "Written by `python docs/generate_cli.py` from the program's own `--help`.\n",
        "Answers go to stdout, everything else to stderr. Exit codes: 0 all was answered, 1 it was",
        "not, 2 the command line is wrong, 130 Ctrl-C.\n",
    ]
    for command in COMMANDS:
        title = f"agent-cli {command}".strip()
        parts += [f"## {title}\n", f"```text\n{help_of(command)}\n```\n"]
    return "\n".join(parts)


def main() -> int:
    """Write the page, or say whether it is current."""
    current = page()
    if "--check" in sys.argv[1:]:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == current:
            return 0
        print(f'{PAGE} is not current: run "python docs/generate_cli.py"', file=sys.stderr)
        return 1
    PAGE.write_text(current, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
