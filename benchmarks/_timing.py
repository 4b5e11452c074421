"""How things are timed here: whole processes in turns, medians, ratios pair by pair."""

from __future__ import annotations

import logging
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent


def only_the_defaults(*, log_level: int = logging.CRITICAL) -> None:
    """Forget the settings of this machine, and say nothing below *log_level*."""
    for name in list(os.environ):
        if name.startswith(("MILHENA_", "LANGSMITH_", "LANGCHAIN_")):
            del os.environ[name]
    logging.getLogger("milhena").setLevel(log_level)


def wall_s(command: Sequence[str], environment: dict[str, str]) -> float:
    """Return the seconds that *command* takes as a whole process; its output is thrown away."""
    started = time.perf_counter()
    subprocess.run(
        command,
        check=True,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - started


def compare_processes(
    command: Sequence[str], base: Sequence[str], environment: dict[str, str], *, rounds: int = 7
) -> tuple[float, float, float]:
    """Return the medians of both in seconds, and of the ratio *command* / *base*.

    They run in turns after one run of each that is not counted, so that a machine whose speed
    drifts changes both.
    """
    wall_s(command, environment)
    wall_s(base, environment)
    pairs = [(wall_s(command, environment), wall_s(base, environment)) for _ in range(rounds)]
    return (
        statistics.median(first for first, _ in pairs),
        statistics.median(second for _, second in pairs),
        statistics.median(first / second for first, second in pairs),
    )


def python(*arguments: str) -> list[str]:
    """Return a command line of this very interpreter."""
    return [sys.executable, *arguments]
