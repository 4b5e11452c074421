from __future__ import annotations

import json
import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
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


def test_a_watch_copies_what_is_new_until_it_is_told_to_end(
    agent: Agent,
    company_database: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    open_terminal: OpenTerminal,
) -> None:
    file = tmp_path / "n8n.sqlite"
    shutil.copy(company_database, file)
    monkeypatch.setenv("MILHENA_HOME", str(tmp_path / "own"))
    monkeypatch.setenv("MILHENA_N8N_URL", str(file))
    terminal = open_terminal("sync", "--watch", "1")
    terminal.wait_for("new or changed")
    with closing(sqlite3.connect(file)) as n8n, n8n:
        n8n.execute(
            'INSERT INTO execution_entity ("workflowId", finished, mode, status, "createdAt", '
            '"startedAt", "stoppedAt") SELECT "workflowId", 1, \'trigger\', \'success\', '
            '"createdAt", "startedAt", "stoppedAt" FROM execution_entity '
            "WHERE \"deletedAt\" IS NULL AND status = 'success' LIMIT 1"
        )
    terminal.wait_for("1 executions new or changed")
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.wait_for_the_end() == 0
    assert "ended; everything that was read is kept" in terminal.seen
    assert "Traceback" not in terminal.seen
    assert json.loads(agent("sync", "--json").stdout)["changed"] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["30"], "SECONDS goes with --watch"),
        (["--watch", "0.1"], "SECONDS is 0.1"),
        (["--watch", "--prune"], "--watch and --prune are two commands"),
    ],
    ids=["seconds alone", "too often", "two commands"],
)
def test_a_wrong_use_of_sync_is_said_before_anything_is_done(
    agent: Agent, arguments: list[str], said: str
) -> None:
    done = agent("sync", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in " ".join(done.stderr.replace("│", " ").split())


def test_pruning_without_an_age_says_what_to_set(
    agent: Agent, at_company: Callable[[str], str]
) -> None:
    done = agent("sync", "--prune")
    assert (done.returncode, done.stdout) == (1, "")
    assert "MILHENA_CONTENT_DAYS" in done.stderr


def test_pruning_removes_old_texts_once(
    agent: Agent, at_company: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILHENA_HOME", str(tmp_path / "own"))
    monkeypatch.setenv("MILHENA_STORE_CONTENT", "true")
    agent("sync")
    monkeypatch.setenv("MILHENA_CONTENT_DAYS", "0")
    first, second = agent("sync", "--prune"), agent("sync", "--prune")
    assert first.returncode == second.returncode == 0
    assert int(first.stdout.split()[0].replace(",", "")) > 10
    assert second.stdout == "0 texts removed\n"


def test_a_rebuild_comes_to_the_same_figures(
    agent: Agent, at_company: Callable[[str], str]
) -> None:
    asked = ("ask", "--json", "--no-cache", "--as-of", at_company("18:30"), "Ordini per giorno")
    before = json.loads(agent(*asked).stdout)["data"]
    assert agent("sync", "--rebuild").returncode == 0
    assert json.loads(agent(*asked).stdout)["data"] == before
