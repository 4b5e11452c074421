"""Run every benchmark, or those named: ``python -m benchmarks grammar questions``."""

from __future__ import annotations

import importlib
import sys

BENCHMARKS = (
    "grammar",
    "questions",
    "processes",
    "shared_state",
    "question_types",
    "provider_faults",
    "aimock",
    "router",
    "tracing",
    "budgets",
    "sync",
    "history",
    "beside_sqlite",
)


def main() -> int:
    """Print one line a figure; returns the exit code."""
    chosen = sys.argv[1:] or BENCHMARKS
    unknown = [name for name in chosen if name not in BENCHMARKS]
    if unknown:
        print(f"no benchmark is called {unknown[0]!r}; there are {', '.join(BENCHMARKS)}")
        return 2
    for name in chosen:
        print(f"# {name}", flush=True)
        for line in importlib.import_module(f"benchmarks.{name}").run():
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
