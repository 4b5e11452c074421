from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

ROOT = Path(__file__).parents[2]
ROME = ZoneInfo("Europe/Rome")


class Server:
    """`agent-cli serve` in a process of its own, on a free port."""

    def __init__(self, home: Path, *options: str, **variables: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "cli.py"), "serve", "--port", "0", *options],
            env={**os.environ, "MILHENA_HOME": str(home), **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stderr is not None
        self.log: list[str] = []
        first = self.process.stderr.readline()
        self.log.append(first)
        match = re.search(r"http://\S+?:\d+", first)
        assert match, (first, self.process.stderr.read())
        self.url = match[0]
        # Read on, or the server would wait for us once the pipe is full.
        self._reader = threading.Thread(target=self.log.extend, args=(self.process.stderr,))
        self._reader.start()
        self.client = httpx.Client(base_url=self.url, timeout=30)
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        # The port is open before the application is: a request waits until it is there.
        self.client.get("/health")

    def stop(self) -> tuple[int, str, str]:
        """Send SIGTERM; return exit code, stdout and stderr."""
        self.client.close()
        self.process.terminate()
        assert self.process.stdout is not None
        stdout = self.process.stdout.read()
        code = self.process.wait(timeout=20)
        self._reader.join(timeout=5)
        self.process.stdout.close()
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code, stdout, "".join(self.log)


@pytest.fixture(scope="session")
def company_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """n8n's database of a small invented company, up to now."""
    from persistence.demo import make_demo_database

    path = tmp_path_factory.mktemp("company") / "n8n.sqlite"
    make_demo_database(path, now=datetime.now(ROME), zone=ROME, days=15, scale=0.25)
    return path


@pytest.fixture(scope="module")
def server(company_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for the company; one for all tests of a file."""
    running = Server(
        tmp_path_factory.mktemp("home"),
        MILHENA_N8N_URL=f"sqlite:///{company_database}",
        LANGSMITH_TRACING="false",
        GOOGLE_API_KEY="",
        GEMINI_API_KEY="",
        GROQ_API_KEY="",
    )
    yield running
    running.stop()


@pytest.fixture
def client(server: Server) -> httpx.Client:
    return server.client


@pytest.fixture
def make_server() -> type[Server]:
    """To start one with other settings; whoever starts it stops it."""
    return Server
