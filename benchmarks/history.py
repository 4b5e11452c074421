"""Every question of the catalogue over a long history, at two sizes; and n8n's tables asked.

``MILHENA_BENCHMARK_EXECUTIONS`` (default 1000000, 10000000) are the sizes: as many executions in
the same two years. A PostgreSQL server where databases may be made is at
``MILHENA_TEST_POSTGRES_URL``, else on localhost.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg

from benchmarks import _big_company
from catalogue.metrics import METRICS
from catalogue.query import BusinessQuery, Window
from persistence.business_queries import run_query
from persistence.daily_metrics import write_days
from persistence.rollups import (
    Grain,
    mark_all_stale,
    periods_at_once,
    sum_periods,
    to_be_summed,
)
from persistence.store import Store
from persistence.tables import sync_state

SERVER = os.environ.get("MILHENA_TEST_POSTGRES_URL", _big_company.SERVER)
ROME = ZoneInfo("Europe/Rome")
TODAY = datetime(2026, 11, 22, tzinfo=ROME)
ROUNDS = 3
AIM_MS = 50.0
WINDOWS = {
    "30 days": Window(start=TODAY - timedelta(days=29), end=TODAY + timedelta(days=1)),
    "all": None,
}
OF_N8N = {
    "executions in 30 days": 'select count(*) from n8n.execution_entity where "deletedAt" is null '
    "and \"createdAt\" >= '2026-10-24' and mode not in ('manual', 'integrated')",
    "errors by process": 'select "workflowId", count(*) from n8n.execution_entity where '
    "\"deletedAt\" is null and status in ('error', 'crashed') and mode not in ('manual', "
    "'integrated') group by 1",
    "executions by day": "select (\"createdAt\" at time zone 'Europe/Rome')::date, count(*) from "
    "n8n.execution_entity where \"deletedAt\" is null and mode not in ('manual', 'integrated') "
    "group by 1",
    "median duration": "select percentile_cont(0.5) within group (order by extract(epoch from "
    '"stoppedAt" - "startedAt")) from n8n.execution_entity where "deletedAt" is null and status '
    "in ('success', 'error') and mode not in ('manual', 'integrated')",
}
"""What n8n's own tables can be asked without reading a payload."""


def sum_all(store: Store, size: int) -> None:
    """Sum all days and months, as `sync --rebuild` does."""
    grains: tuple[Grain, ...] = ("day", "month")
    with store.connected_for_writing() as connection:
        with connection.begin():
            mark_all_stale(connection, ROME)
        for grain in grains:
            with connection.begin():
                periods = to_be_summed(connection, grain, today=TODAY.date())
            at_once = periods_at_once(len(periods), facts=size, in_a_hurry=False)
            while periods:
                some, periods = periods[:at_once], periods[at_once:]
                with connection.begin():
                    sum_periods(connection, grain, some, ROME)
                    if grain == "day":
                        write_days(connection, some, now=TODAY)
        with connection.begin():
            connection.execute(sync_state.update().values(timezone=ROME.key))


def questions() -> Iterator[tuple[str, BusinessQuery]]:
    """Every metric by every grouping, over a month and over everything."""
    for metric in METRICS.values():
        for by in ("", *metric.groupings):
            for name, window in WINDOWS.items():
                query = BusinessQuery(
                    metric=metric.id, group_by=(by,) if by else (), window=window, limit=10
                )
                yield f"{metric.id} by {by or 'nothing'}, {name}", query


def ask_all(store: Store) -> dict[str, float]:
    """The median milliseconds of every question."""
    took = {}
    for name, query in questions():
        times = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            run_query(store, query, zone=ROME, now=_big_company.NOW)
            times.append((time.perf_counter() - started) * 1000)
        took[name] = statistics.median(times)
    return took


def check(store: Store, size: int) -> None:
    """Compare the totals with what the formulas say."""
    expected = _big_company.totals(size)
    for metric in ("executions", "errors", "emails_received", "orders"):
        query = BusinessQuery(metric=metric)
        found = run_query(store, query, zone=ROME, now=_big_company.NOW).rows[0][0]
        assert found == getattr(expected, metric), (metric, found, expected)


def _described(size: int, took: dict[str, float]) -> list[str]:
    times = sorted(took.values())
    p95 = statistics.quantiles(times, n=20)[-1]
    slow = sorted(((ms, name) for name, ms in took.items() if ms > AIM_MS), reverse=True)
    return [
        f"{size:,} executions, {len(times)} questions: median {statistics.median(times):.1f} ms, "
        f"95th percentile {p95:.0f} ms, {len(slow)} above {AIM_MS:.0f} ms",
        *(f"  {ms:,.0f} ms  {name}" for ms, name in slow[:8]),
    ]


def run() -> list[str]:
    """Return one line a figure."""
    lines = []
    took: dict[int, dict[str, float]] = {}
    sizes = os.environ.get("MILHENA_BENCHMARK_EXECUTIONS", "1000000,10000000")
    for size in map(int, sizes.split(",")):
        with _big_company.database(SERVER) as url:
            store = Store.open(url)
            _big_company.fill_store(url, size)
            started = time.perf_counter()
            sum_all(store, size)
            lines.append(f"{size:,} executions summed in {time.perf_counter() - started:.0f} s")
            _big_company.vacuum(url)
            check(store, size)
            took[size] = ask_all(store)
            store.close()
        lines += _described(size, took[size])
        with _big_company.database(SERVER) as url:
            _big_company.fill_n8n(url, size, payloads_in_100=0)
            with psycopg.connect(url, autocommit=True) as connection:
                for name, statement in OF_N8N.items():
                    started = time.perf_counter()
                    connection.execute(statement.encode()).fetchall()
                    ms = (time.perf_counter() - started) * 1000
                    lines.append(f"  n8n's own tables, {name}: {ms:,.0f} ms")
    if len(took) > 1:
        first, last = took[min(took)], took[max(took)]
        ratios = [last[name] / first[name] for name in first]
        lines.append(
            f"largest / smallest, question by question: median {statistics.median(ratios):.2f}, "
            f"95th percentile {statistics.quantiles(ratios, n=20)[-1]:.2f}"
        )
    return lines
