from __future__ import annotations

import codecs
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

ROOT = Path(__file__).parents[2]
ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 20, 18, 30, tzinfo=ROME)
"""When the company's records end: a Friday evening."""


@dataclass(frozen=True)
class Agent:
    """Runs the real command line in a process of its own."""

    command: tuple[str, ...] = (sys.executable, str(ROOT / "cli.py"))

    def __call__(
        self, *arguments: str, stdin: str | bytes = b"", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Return what a command printed; stdout and stderr are decoded as UTF-8."""
        done = subprocess.run(
            [*self.command, *arguments],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            env=self.environment(**variables),
            capture_output=True,
            timeout=120,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    @staticmethod
    def environment(**variables: str) -> dict[str, str]:
        """This test's clean environment, with *variables*."""
        return {**os.environ, **variables}


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

    def wait_for_the_end(self, *, again: str = "", timeout: float = 60) -> int:
        """Return the exit code, once everything is read; type *again* every 5 s until then.

        A key typed between the prompt and the reading of it is lost to the line editor.
        """
        deadline = time.monotonic() + timeout
        while True:
            assert time.monotonic() < deadline, f"it did not end: {self.seen!r}"
            if not select.select([self._parent], [], [], 5)[0]:
                if again:
                    self.type(again)
                continue
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


OpenTerminal = Callable[..., Terminal]


@pytest.fixture
def agent() -> Agent:
    return Agent()


@pytest.fixture(scope="session")
def company_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """n8n's database of a small invented company, from a month before `NOW` up to it."""
    from persistence.demo import make_demo_database

    path = tmp_path_factory.mktemp("company") / "n8n.sqlite"
    make_demo_database(path, now=NOW, zone=ROME, days=30, scale=0.25)
    return path


@pytest.fixture(scope="session")
def company_home(tmp_path_factory: pytest.TempPathFactory, company_database: Path) -> Path:
    """A MILHENA_HOME that all tests about the company share, with everything loaded."""
    home = tmp_path_factory.mktemp("company-home")
    done = Agent()("sync", MILHENA_HOME=str(home), MILHENA_N8N_URL=f"sqlite:///{company_database}")
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture
def at_company(
    company_database: Path, company_home: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], str]:
    """Let the test's commands ask the company; gives --as-of for a time of day on `NOW`'s day."""
    monkeypatch.setenv("MILHENA_N8N_URL", f"sqlite:///{company_database}")
    monkeypatch.setenv("MILHENA_HOME", str(company_home))
    return lambda time_of_day: f"{NOW:%Y-%m-%d}T{time_of_day}"


@pytest.fixture
def open_terminal(agent: Agent) -> Iterator[OpenTerminal]:
    """To run a command at a terminal; it is closed after the test."""
    opened: list[Terminal] = []

    def start(*arguments: str) -> Terminal:
        environment = agent.environment(LANG="en_US.UTF-8")
        opened.append(Terminal([*agent.command, *arguments], environment))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.close()
