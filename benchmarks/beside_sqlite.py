"""What a sync costs an n8n that writes: a rollback-journal SQLite file under steady writes.

A writer in a process of its own does what n8n does for every execution, many times a second, with
the patience of n8n's own driver. It does so alone, beside first loads one after the other, beside
a sync that looks again and again, and beside copies of the file by SQLite's backup API, which a
first load could be made from; and beside a program that only computes, as sharing the processor
costs it something too.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks._timing import ROOT, python

ROME = ZoneInfo("Europe/Rome")
WRITING_S = 12.0
PAUSE_S = 0.01
"""Between two executions: a hundred a second is more than n8n manages."""
N8N_WAITS_S = 5.0
"""So long n8n's own driver waits for a lock before it fails."""


def write(path: str, seconds: float) -> dict[str, float]:
    """Record executions as n8n does; how long each took, and how often a lock was met."""
    took_ms, failed = [], 0
    with closing(sqlite3.connect(path, timeout=N8N_WAITS_S, isolation_level=None)) as n8n:
        assert n8n.execute("PRAGMA journal_mode = DELETE").fetchone()[0] == "delete"
        workflow, snapshot, run = n8n.execute(
            'SELECT e."workflowId", d."workflowData", d.data FROM execution_entity e '
            'JOIN execution_data d ON d."executionId" = e.id LIMIT 1'
        ).fetchone()
        deadline = time.perf_counter() + seconds
        while time.perf_counter() < deadline:
            started = time.perf_counter()
            now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
            try:
                n8n.execute("BEGIN")
                number = n8n.execute(
                    "INSERT INTO execution_entity "
                    '("workflowId", finished, mode, status, "createdAt", "startedAt") '
                    "VALUES (?, 0, 'webhook', 'running', ?, ?)",
                    (workflow, now, now),
                ).lastrowid
                n8n.execute("INSERT INTO execution_data VALUES (?, ?, ?)", (number, snapshot, run))
                n8n.execute("COMMIT")
                n8n.execute(
                    "UPDATE execution_entity SET finished = 1, status = 'success', "
                    '"stoppedAt" = ? WHERE id = ?',
                    (now, number),
                )
            except sqlite3.OperationalError:
                failed += 1
                if n8n.in_transaction:
                    n8n.execute("ROLLBACK")
            took_ms.append((time.perf_counter() - started) * 1000)
            time.sleep(PAUSE_S)
    return {
        "written": len(took_ms),
        "failed": failed,
        "median_ms": statistics.median(took_ms),
        "p95_ms": statistics.quantiles(took_ms, n=20)[-1],
        "p99_ms": statistics.quantiles(took_ms, n=100)[-1],
        "max_ms": max(took_ms),
    }


def _beside(path: Path, work: Callable[[], object]) -> dict[str, float]:
    """Let the writer write while *work* is done over and over."""
    writer = subprocess.Popen(
        python("-m", "benchmarks.beside_sqlite", str(path), str(WRITING_S)),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    while writer.poll() is None:
        work()
    assert writer.stdout is not None
    with writer.stdout:
        return dict(json.loads(writer.stdout.read()))


def _compute() -> None:
    sum(number * number for number in range(300_000))


def _back_up(file: Path, copy: Path) -> None:
    """Copy the whole file in one step: in small ones it begins anew at every write."""
    with (
        closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as n8n,
        closing(sqlite3.connect(copy)) as target,
    ):
        n8n.backup(target)


def run() -> list[str]:
    """Return one line a figure."""
    from persistence.demo import make_demo_database
    from persistence.n8n.source import N8nSource
    from persistence.store import Store
    from persistence.sync import synchronise

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "n8n.sqlite"
        make_demo_database(file, now=datetime.now(ROME), days=60)
        loads, looks, copies = 0, 0, 0

        def copy(name: str) -> None:
            source, store = N8nSource.open(str(file)), Store.open(str(Path(folder) / name))
            synchronise(source, store, zone=ROME, store_content=True, now=datetime.now(UTC))
            store.close()
            source.close()

        def first_load() -> None:
            nonlocal loads
            loads += 1
            copy(f"store-{loads}.sqlite")

        def look_again() -> None:
            nonlocal looks
            looks += 1
            copy("watch.sqlite")
            time.sleep(0.2)

        def back_up() -> None:
            nonlocal copies
            copies += 1
            _back_up(file, Path(folder) / "copy.sqlite")

        copy("watch.sqlite")
        found = {
            "alone": _beside(file, lambda: time.sleep(0.05)),
            "computing": _beside(file, _compute),
            "first loads": _beside(file, first_load),
            "looks": _beside(file, look_again),
            "backups": _beside(file, back_up),
        }
    names = {
        "alone": "a writer alone",
        "computing": "beside a program that only computes",
        "first loads": f"beside {loads} first loads",
        "looks": f"beside {looks} syncs of what is new",
        "backups": f"beside {copies} copies by the backup API",
    }
    lines = [
        f"{names[key]}: {each['written']:.0f} executions written, {each['failed']:.0f} errors, "
        f"median {each['median_ms']:.1f} ms, p95 {each['p95_ms']:.1f}, p99 {each['p99_ms']:.1f}, "
        f"longest {each['max_ms']:.0f}"
        for key, each in found.items()
    ]
    for key in ("first loads", "looks", "backups"):
        cost = {
            name: found[key][name] - found["computing"][name]
            for name in ("median_ms", "p95_ms", "max_ms")
        }
        lines.append(
            f"{names[key]}, more than beside computing: median {cost['median_ms']:+.1f} ms, "
            f"p95 {cost['p95_ms']:+.1f} ms, longest {cost['max_ms']:+.0f} ms"
        )
    return lines


if __name__ == "__main__":
    print(json.dumps(write(sys.argv[1], float(sys.argv[2]))))
