from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Agent, OpenTerminal


def test_a_sync_says_what_it_read_and_the_next_one_reads_nothing_new(
    agent: Agent, at_company: Callable[[str], str], tmp_path: Path
) -> None:
    home = {"MILHENA_HOME": str(tmp_path / "own")}
    first = json.loads(agent("sync", "--json", **home).stdout)
    second = json.loads(agent("sync", "--json", **home).stdout)
    assert first["read"] > 100
    assert first["caught_up"] is second["caught_up"] is True
    assert second["changed"] == 0
    assert second["data_version"] == first["data_version"]


def test_the_summary_is_on_stdout_and_no_bar_where_there_is_no_terminal(
    agent: Agent, at_company: Callable[[str], str]
) -> None:
    done = agent("sync")
    assert done.returncode == 0
    assert "executions read" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    assert "\r" not in done.stderr


def test_without_a_source_a_sync_says_what_to_set(agent: Agent) -> None:
    done = agent("sync")
    assert (done.returncode, done.stdout) == (1, "")
    assert "MILHENA_N8N_URL" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_stopped_sync_leaves_without_a_traceback_and_the_next_one_goes_on(
    agent: Agent,
    at_company: Callable[[str], str],
    open_terminal: OpenTerminal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MILHENA_HOME", str(tmp_path / "own"))
    terminal = open_terminal("sync")
    terminal.wait_for("Reading n8n")
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.wait_for_the_end() == 130
    assert "Traceback" not in terminal.seen
    report = json.loads(agent("sync", "--json").stdout)
    assert report["caught_up"] is True
