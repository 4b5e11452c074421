from __future__ import annotations

import codecs
import os
import pty
import re
import select
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Agent

PROMPT = "❯ "


class Terminal:
    """A person at a terminal: types, and waits for what appears."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._parent, child = pty.openpty()
        self.process = subprocess.Popen(
            command,
            stdin=child,
            stdout=child,
            stderr=child,
            env={**environment, "TERM": "xterm", "COLUMNS": "80", "PYTHONUTF8": "1"},
            start_new_session=True,
            # Its own terminal, so that Ctrl-C typed there becomes a signal.
            preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)),
        )
        os.close(child)
        self.seen = ""
        # One character may arrive in several pieces.
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def type(self, text: str) -> None:
        os.write(self._parent, text.encode())

    def wait_for(self, text: str, *, times: int = 1, timeout: float = 30) -> None:
        """Read until *text* has appeared *times* in all."""
        deadline = time.monotonic() + timeout
        while self.seen.count(text) < times:
            left = deadline - time.monotonic()
            assert left > 0, f"{text!r} did not appear {times} times in {self.seen!r}"
            if select.select([self._parent], [], [], left)[0]:
                try:
                    self.seen += self._decoder.decode(os.read(self._parent, 4096))
                except OSError:  # the other side is closed
                    break
        assert self.seen.count(text) >= times, self.seen

    def wait_for_the_end(self) -> int:
        """Return the exit code, once everything is read."""
        while True:
            try:
                chunk = os.read(self._parent, 4096)
            except OSError:
                break
            if not chunk:
                break
            self.seen += self._decoder.decode(chunk)
        return self.process.wait(timeout=20)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._parent)


@pytest.fixture
def terminal(agent: Agent) -> Iterator[Terminal]:
    opened = Terminal([*agent.command, "chat"], agent.environment(LANG="en_US.UTF-8"))
    yield opened
    opened.close()


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
    assert terminal.wait_for_the_end() == 0
    assert "Traceback" not in terminal.seen


def test_ctrl_c_at_the_prompt_leaves_with_130(terminal: Terminal) -> None:
    terminal.wait_for(PROMPT)
    terminal.type("half a quest")
    terminal.wait_for("half a quest")
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.wait_for_the_end() == 130
    assert "Traceback" not in terminal.seen


def test_progress_is_shown_in_business_words_and_taken_back(terminal: Terminal) -> None:
    terminal.wait_for(PROMPT)
    terminal.type("ciao\n")
    terminal.wait_for(PROMPT, times=2)
    assert "understanding the question …" in terminal.seen
    assert "classify" not in terminal.seen
    assert terminal.seen.rindex("\r\x1b[K") > terminal.seen.rindex("…")


def test_a_former_line_comes_back_with_the_arrow_key(agent: Agent, clean_environment: Path) -> None:
    clean_environment.mkdir()
    (clean_environment / "chat_history").write_text("ciao\n")
    terminal = Terminal([*agent.command, "chat"], agent.environment(LANG="en_US.UTF-8"))
    try:
        terminal.wait_for(PROMPT)
        terminal.type("\x1b[A")
        terminal.wait_for("ciao")
        terminal.type("\n")
        terminal.wait_for(PROMPT, times=2)
        terminal.type("\x04")
        assert terminal.wait_for_the_end() == 0
    finally:
        terminal.close()


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
