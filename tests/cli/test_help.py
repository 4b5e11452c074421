from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Agent

ROOT = Path(__file__).parents[2]
COMMANDS = ("ask", "chat", "sync", "demo", "doctor", "train", "serve")
BARE_PROGRAM = """
import typer
app = typer.Typer()
@app.command()
def one(name: str) -> None: ...
@app.command()
def two(name: str) -> None: ...
app(["--help"])
"""


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(
    agent: Agent, command: str, option: str
) -> None:
    done = agent(command, option)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"agent-cli {command}" in done.stdout or "agent-cli chat --demo" in done.stdout


def test_the_version_is_that_of_the_package(agent: Agent) -> None:
    done = agent("--version")
    assert (done.returncode, done.stdout) == (0, f"agent-cli {version('milhena')}\n")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param(["asc"], "Did you mean 'ask'?", id="command"),
        pytest.param(["ask", "--jsn", "x"], "No such option: --jsn", id="option"),
        pytest.param(["ask", "x", "--language", "de"], "'de'", id="language"),
        pytest.param(["ask", "x", "--as-of", "ieri"], "'ieri' is not a moment", id="moment"),
        pytest.param(["ask", "x", "--as-of", "0001-01-01"], "not a moment", id="first year"),
        pytest.param(["ask", "x", "--as-of", "9999-12-31"], "not a moment", id="last year"),
        pytest.param(["ask", "x", "--as-of", "2026-02-30"], "not a moment", id="no such day"),
        pytest.param(["ask", "x", "--thread", "  "], "--thread", id="blank thread"),
        pytest.param(["ask", "x", "--thread", "a\x1b[0m"], "--thread", id="thread with escapes"),
        pytest.param(["ask", "x", "--user", "u" * 201], "--user", id="long user"),
        pytest.param(["serve", "--port", "70000"], "65535", id="port"),
    ],
)
def test_a_wrong_command_line_is_said_on_stderr(
    agent: Agent, arguments: list[str], complaint: str
) -> None:
    done = agent(*arguments, TYPER_USE_RICH="0")
    assert (done.returncode, done.stdout) == (2, "")
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr


def test_help_fits_a_narrow_terminal_without_colours(agent: Agent) -> None:
    done = agent("ask", "--help", COLUMNS="40", NO_COLOR="1")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 40


def test_the_documentation_is_what_help_says() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "generate_cli.py"), "--check"],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
