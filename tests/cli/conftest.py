from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
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
