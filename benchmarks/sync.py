"""Copying all of a big n8n on PostgreSQL: speed against reading it alone, and memory.

Reading alone is one process that fetches every row and decodes its JSON; it runs before and after
each copy, which is held against the mean of the two: other people's work slows down all alike.
A copy may use all cores, so the processor's time of both, without the servers', is told as well.

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
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from benchmarks import _big_company
from benchmarks._timing import ROOT, python

SERVER = os.environ.get("MILHENA_TEST_POSTGRES_URL", _big_company.SERVER)
ROME = ZoneInfo("Europe/Rome")
PAYLOADS_IN_100 = 100
"""All that do business: three executions in ten."""
AIM = 0.5
"""A copy is to make at least this part of the rows in a second that reading alone makes."""


class Measured(NamedTuple):
    """What one process, with its children, took."""

    rows: int
    seconds: float
    processor_seconds: float
    peak_mb: float

    @property
    def processor_us_per_row(self) -> float:
        """Microseconds of processor time for each row."""
        return self.processor_seconds / self.rows * 1e6


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


def _measured(what: str, *addresses: str) -> Measured:
    """Run one of the functions in a process of its own."""
    done = subprocess.run(
        python("-m", "benchmarks.sync", what, *addresses),
        check=True,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    rows, *figures = done.stdout.split()
    return Measured(int(rows), *map(float, figures))


def _held_against(alone: Sequence[Measured], copied: Measured) -> str:
    alone_s = sum(each.seconds for each in alone) / len(alone)
    alone_us = sum(each.processor_us_per_row for each in alone) / len(alone)
    ratio = alone_s / copied.seconds
    verdict = "reached" if ratio >= AIM else "missed"
    return (
        f"{copied.rows / copied.seconds:,.0f} rows/s against {copied.rows / alone_s:,.0f} of "
        f"reading alone: {ratio:.2f} (aim: at least {AIM:.2f}, {verdict}); processor "
        f"{copied.processor_us_per_row:.0f} against {alone_us:.0f} µs a row; "
        f"peak {copied.peak_mb:.0f} MB"
    )


def run() -> list[str]:
    """Return one line a figure."""
    sizes = os.environ.get("MILHENA_BENCHMARK_EXECUTIONS", "100000,1000000")
    lines, peaks = [], {}
    for size in map(int, sizes.split(",")):
        with _big_company.database(SERVER) as url, tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            _big_company.fill_n8n(url, size, payloads_in_100=PAYLOADS_IN_100)
            lines.append(f"{size:,} executions made in {time.perf_counter() - started:.0f} s")
            alone = [_measured("read", url)]
            for kind in ("sqlite", "postgresql"):
                with _big_company.database(SERVER) as server_store:
                    file = f"sqlite:///{Path(folder) / 'store.sqlite'}"
                    store = file if kind == "sqlite" else server_store
                    copied = _measured("copy", url, store)
                alone.append(_measured("read", url))
                assert copied.rows == alone[0].rows == size
                peaks[size, kind] = copied.peak_mb
                lines.append(f"  synchronised into {kind}: {_held_against(alone[-2:], copied)}")
    for kind in ("sqlite", "postgresql"):
        of_kind = [peak for (_, stored), peak in peaks.items() if stored == kind]
        if len(of_kind) > 1:
            lines.append(f"peak memory, largest / smallest, {kind}: {of_kind[-1] / of_kind[0]:.2f}")
    return lines


if __name__ == "__main__":
    began = time.perf_counter()
    number = read_alone(sys.argv[2]) if sys.argv[1] == "read" else copy(*sys.argv[2:])
    took = time.perf_counter() - began
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    processor_s = sum(each.ru_utime + each.ru_stime for each in used)
    print(number, took, processor_s, sum(each.ru_maxrss for each in used) / 1024)
