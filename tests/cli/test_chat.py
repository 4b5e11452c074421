from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Agent, OpenTerminal, Terminal

PROMPT = "❯ "


@pytest.fixture
def terminal(open_terminal: OpenTerminal) -> Terminal:
    return open_terminal("chat")


def test_a_conversation_at_a_terminal(terminal: Terminal, clean_environment: Path) -> None:
    terminal.wait_for(PROMPT)
    assert "/help" in terminal.seen
    terminal.type("ciao\n")
    terminal.wait_for(PROMPT, times=2)
    terminal.type("/history\n")
    terminal.wait_for(PROMPT, times=3)
    assert re.search(r"\d\d:\d\d  ciao", terminal.seen)
    terminal.type("/new\n")
    terminal.wait_for("A new conversation.")
    terminal.type("/history\n")
    terminal.wait_for("No questions yet.")
    terminal.type("/nonsense\n")
    terminal.wait_for("Unknown command: /nonsense")
    terminal.type("/quit\n")
    assert terminal.wait_for_the_end() == 0
    assert "To go on later: agent-cli chat --thread chat-" in terminal.seen
    assert "Traceback" not in terminal.seen
    history = clean_environment / "chat_history"
    assert "ciao" in history.read_text().splitlines()
    assert stat.S_IMODE(history.stat().st_mode) == 0o600


def test_ctrl_d_leaves_with_zero(terminal: Terminal) -> None:
    terminal.wait_for(PROMPT)
    terminal.type("\x04")
    assert terminal.wait_for_the_end(again="\x04") == 0
    assert "Traceback" not in terminal.seen


def test_ctrl_c_at_the_prompt_leaves_with_130(terminal: Terminal) -> None:
    terminal.wait_for(PROMPT)
    terminal.type("half a quest")
    terminal.wait_for("half a quest")
    terminal.type("\x03")
    assert terminal.wait_for_the_end(again="\x03") == 130
    assert "Traceback" not in terminal.seen


def test_progress_is_shown_in_business_words_and_taken_back(terminal: Terminal) -> None:
    terminal.wait_for(PROMPT)
    terminal.type("ciao\n")
    terminal.wait_for(PROMPT, times=2)
    assert "understanding the question …" in terminal.seen
    assert "classify" not in terminal.seen
    assert "Domanda letta da: le regole di Milhena." in terminal.seen
    assert terminal.seen.rindex("\r\x1b[K") > terminal.seen.rindex("…")


def test_a_former_line_comes_back_with_the_arrow_key(
    open_terminal: OpenTerminal, clean_environment: Path
) -> None:
    clean_environment.mkdir()
    (clean_environment / "chat_history").write_text("ciao\n")
    terminal = open_terminal("chat")
    terminal.wait_for(PROMPT)
    terminal.type("\x1b[A")
    terminal.wait_for("ciao")
    terminal.type("\n")
    terminal.wait_for(PROMPT, times=2)
    terminal.type("\x04")
    assert terminal.wait_for_the_end() == 0


def test_a_piped_conversation_prints_answers_only(agent: Agent) -> None:
    done = agent("chat", stdin="ciao\n\n/help\n/quit\nciao\n", LANG="it_IT.UTF-8")
    assert done.returncode == 0
    assert done.stdout.strip()
    assert "❯" not in done.stdout + done.stderr
    assert "/new      nuova conversazione" in done.stderr


def test_a_line_that_fails_is_told_and_the_conversation_goes_on(agent: Agent) -> None:
    done = agent("chat", stdin=b"\xff\xfe\nciao\n")
    assert done.returncode == 1
    assert done.stderr.count("error: ") == 1
    assert done.stdout.strip()


def test_a_conversation_is_taken_up_again(agent: Agent) -> None:
    agent("chat", "--thread", "mine", stdin="ciao\n")
    done = agent("chat", "--thread", "mine", stdin="/history\n")
    assert re.search(r"\d\d:\d\d  ciao\n", done.stderr)
