"""Copying all of a big n8n on PostgreSQL: speed against reading it alone, and memory.

``MILHENA_BENCHMARK_EXECUTIONS`` (default 100000, 1000000) are the sizes, smallest first; a
PostgreSQL server where databases may be made is at ``MILHENA_TEST_POSTGRES_URL``, else on
localhost.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks import _big_company
from benchmarks._timing import ROOT, python

SERVER = os.environ.get("MILHENA_TEST_POSTGRES_URL", _big_company.SERVER)
ROME = ZoneInfo("Europe/Rome")
PAYLOADS_IN_100 = 100
"""All that do business: three executions in ten."""


def read_alone(url: str) -> int:
    """Read every execution with its data and decode the JSON; nothing more."""
    import psycopg

    read = 0
    with psycopg.connect(url, autocommit=True) as connection:
        last = 0
        while True:
            rows = connection.execute(
                'select e.id, e."workflowId", e.mode, e.status, e.finished, e."createdAt"::text, '
                'e."startedAt"::text, e."stoppedAt"::text, e."waitTill"::text, e."retryOf", '
                'd."workflowData"::text, d.data from n8n.execution_entity e '
                'left join n8n.execution_data d on d."executionId" = e.id '
                'where e.id > %s and e."deletedAt" is null order by e.id limit 500',
                (last,),
            ).fetchall()
            for row in rows:
                if row[-1] is not None:
                    json.loads(row[-1])
                    json.loads(row[-2])
            read += len(rows)
            if len(rows) < 500:
                return read
            last = rows[-1][0]


def copy(url: str, store_url: str) -> int:
    """Synchronise a new store with all of it."""
    from persistence.n8n.source import N8nSource
    from persistence.read_ahead import ReadAhead
    from persistence.store import Store
    from persistence.sync import synchronise

    source, store = N8nSource.open(url), Store.open(store_url)
    report = synchronise(
        source,
        store,
        zone=ROME,
        store_content=False,
        now=datetime.now(UTC),
        read_ahead=ReadAhead(url=url),
    )
    store.close()
    source.close()
    assert report.caught_up
    return report.read


def _measured(what: str, *addresses: str) -> tuple[int, float, float]:
    """Run one of the functions in a process of its own: rows, seconds, peak memory in MB."""
    done = subprocess.run(
        python("-m", "benchmarks.sync", what, *addresses),
        check=True,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    rows, seconds, peak_mb = done.stdout.split()
    return int(rows), float(seconds), float(peak_mb)


def run() -> list[str]:
    """Return one line a figure."""
    sizes = os.environ.get("MILHENA_BENCHMARK_EXECUTIONS", "100000,1000000")
    lines, peaks = [], {}
    for size in map(int, sizes.split(",")):
        with _big_company.database(SERVER) as url, tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            _big_company.fill_n8n(url, size, payloads_in_100=PAYLOADS_IN_100)
            lines.append(f"{size:,} executions made in {time.perf_counter() - started:.0f} s")
            read, alone_s, _ = _measured("read", url)
            assert read == size
            lines.append(f"  read and decoded alone: {size / alone_s:,.0f} rows/s")
            for kind in ("sqlite", "postgresql"):
                with _big_company.database(SERVER) as server_store:
                    file = f"sqlite:///{Path(folder) / 'store.sqlite'}"
                    store = file if kind == "sqlite" else server_store
                    copied, copy_s, peak_mb = _measured("copy", url, store)
                    assert copied == size
                peaks[size, kind] = peak_mb
                lines.append(
                    f"  synchronised into {kind}: {size / copy_s:,.0f} rows/s, "
                    f"{alone_s / copy_s:.2f} of reading alone, peak {peak_mb:.0f} MB"
                )
    for kind in ("sqlite", "postgresql"):
        of_kind = [peak for (_, stored), peak in peaks.items() if stored == kind]
        if len(of_kind) > 1:
            lines.append(f"peak memory, largest / smallest, {kind}: {of_kind[-1] / of_kind[0]:.2f}")
    return lines


if __name__ == "__main__":
    began = time.perf_counter()
    number = read_alone(sys.argv[2]) if sys.argv[1] == "read" else copy(*sys.argv[2:])
    of_children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + of_children
    print(number, time.perf_counter() - began, used / 1024)
