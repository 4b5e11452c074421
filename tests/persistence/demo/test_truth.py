"""Every metric in every grouping, against a second count written separately."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from catalogue import METRICS, BusinessQuery, Filter, Window
from persistence.business_queries import run_query
from persistence.demo import Simulation, make_demo_database
from persistence.store import Store
from tests.persistence.demo.conftest import ARGUMENTS, NOW, ROME, Demo, synced
from tests.support.n8n_databases import N8n2Database, write_n8n2_sqlite, write_n8n_postgres
from tests.support.truth import LABELS, Fact, Facts, measure, read_facts

RECORDED = [metric for metric in METRICS.values() if metric.measure.facts != "processes"]
ROUNDING = {"seconds": 6e-4, "percent": 6e-5, "euro": 6e-3, "count": 0.0}
"""Answers have milliseconds, cents and four decimals of a percentage."""
NOT_SAVING = "Controllo sito ogni 15 minuti"
"""Of this process only the failures are recorded, so a share of successes would be a lie."""


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ROME)  # type: ignore[misc, arg-type]  # year, month, day …


Span = tuple[datetime | None, datetime] | None
WINDOWS: dict[str, Span] = {
    "all history": None,
    "today": (at(2026, 11, 22), at(2026, 11, 23)),
    "the day of 25 hours": (at(2026, 10, 25), at(2026, 10, 26)),
    "the day before it": (at(2026, 10, 24), at(2026, 10, 25)),
    "the week of the change": (at(2026, 10, 19), at(2026, 10, 26)),
    "a month": (at(2026, 10, 1), at(2026, 11, 1)),
    "three hours": (at(2026, 11, 3, 9), at(2026, 11, 3, 12)),
    "up to a day": (None, at(2026, 10, 10)),
    "before anything": (at(2026, 1, 1), at(2026, 2, 1)),
    "the day of 23 hours": (at(2027, 3, 28), at(2027, 3, 29)),
    "the week of 167 hours": (at(2027, 3, 22), at(2027, 3, 29)),
}
AUTUMN = tuple(name for name, span in WINDOWS.items() if span is None or span[1] < at(2027, 1, 1))


def groupings_of(metric: str) -> Iterable[tuple[Any, ...]]:
    """Every grouping that can be counted twice (causes are the product's own wording)."""
    single = [grouping for grouping in METRICS[metric].groupings if grouping in LABELS]
    yield ()
    yield from ((grouping,) for grouping in single)
    yield from (("process", grouping) for grouping in single if grouping in ("day", "hour"))


def disagreements(
    store: Store,
    facts: Facts,
    metric: str,
    windows: Iterable[str] = AUTUMN,
    now: datetime = NOW,
) -> list[str]:
    found = []
    for group_by in groupings_of(metric):
        for name in windows:
            span = WINDOWS[name]
            query = BusinessQuery(
                metric=metric,
                group_by=group_by,
                window=None if span is None else Window(start=span[0], end=span[1]),
            )
            start, end = span or (None, None)
            wanted = measure(facts, metric, start=start, end=end, group_by=group_by)
            found += differences(store, query, wanted, where=f"{group_by} in {name}", now=now)
    return found


def differences(
    store: Store,
    query: BusinessQuery,
    wanted: dict[tuple[Any, ...], float],
    *,
    where: str,
    now: datetime = NOW,
) -> list[str]:
    result = run_query(store, query, zone=ROME, now=now)
    answered = {row[:-1]: row[-1] for row in result.rows}
    metric = METRICS[str(query.metric)]
    if not query.group_by and metric.unit in ("count", "euro") and answered.get(()) == 0:
        wanted = wanted or {(): 0}  # within the recorded span a count of nothing is 0
    if metric.unit == "percent" and "process" in query.group_by:
        wanted = {label: value for label, value in wanted.items() if NOT_SAVING not in label}
    tolerance = ROUNDING[metric.unit]
    return [
        f"{query.metric} by {where}: {label} is {answered.get(label)}, not {wanted.get(label)}"
        for label in answered.keys() | wanted.keys()
        if label not in answered
        or label not in wanted
        or not math.isclose(answered[label], wanted[label], rel_tol=1e-9, abs_tol=tolerance)
    ]


@pytest.mark.parametrize("metric", [metric.id for metric in RECORDED])
def test_every_grouping_and_window_agrees_with_the_second_count(
    metric: str, demo: Demo, synced_store: Store
) -> None:
    assert disagreements(synced_store, demo.facts, metric) == []


@pytest.mark.parametrize("metric", [metric.id for metric in RECORDED])
def test_the_second_count_finds_something_to_compare(metric: str, demo: Demo) -> None:
    for group_by in groupings_of(metric):
        assert measure(demo.facts, metric, group_by=group_by), group_by


NARROWED: dict[str, tuple[dict[str, Any], Callable[[Fact], bool]]] = {
    "at night": ({"hours": ((0, 6),)}, lambda f: f["at"].hour < 6),
    "in two parts of the day": (
        {"hours": ((9, 12), (14, 18))},
        lambda f: 9 <= f["at"].hour < 12 or 14 <= f["at"].hour < 18,
    ),
    "on Mondays and Sundays": ({"weekdays": (1, 7)}, lambda f: f["at"].isoweekday() in (1, 7)),
    "of one process": (
        {"filters": (Filter(field="process", values=("FATTURE: emissione e invio",)),)},
        lambda f: f["process"] == "Fatture: emissione e invio",
    ),
    "of all processes but two": (
        {
            "filters": (
                Filter(
                    field="process",
                    op="is_not",
                    values=("Ordini dal negozio online", "CRM: crea o aggiorna cliente"),
                ),
            )
        },
        lambda f: f["process"] not in ("Ordini dal negozio online", "CRM: crea o aggiorna cliente"),
    ),
}


@pytest.mark.parametrize("narrowed", NARROWED)
@pytest.mark.parametrize(
    "metric", ["executions", "median_duration", "emails_received", "emails_sent", "orders"]
)
def test_recurring_hours_weekdays_and_processes_narrow_alike(
    metric: str, narrowed: str, demo: Demo, synced_store: Store
) -> None:
    fields, keep = NARROWED[narrowed]
    query = BusinessQuery(metric=metric, group_by=("day",), **fields)
    wanted = measure(demo.facts, metric, group_by=("day",), keep=keep)
    assert differences(synced_store, query, wanted, where=f"day {narrowed}") == []


@pytest.mark.parametrize(
    ("subject", "metric", "fields"),
    [
        pytest.param("executions", "executions", {}, id="executions"),
        pytest.param("errors", "errors", {}, id="errors"),
        pytest.param("emails", "emails_received", {}, id="received"),
        pytest.param(
            "emails",
            "emails_sent",
            {"filters": (Filter(field="status", values=("sent",)),)},
            id="sent",
        ),
        pytest.param("orders", "orders", {}, id="orders"),
    ],
)
@pytest.mark.parametrize("window", ["all history", "the day of 25 hours", "three hours"])
def test_a_list_is_as_long_as_its_metric_counts(
    subject: Any,
    metric: str,
    fields: dict[str, Any],
    window: str,
    demo: Demo,
    synced_store: Store,
) -> None:
    span = WINDOWS[window]
    asked = None if span is None else Window(start=span[0], end=span[1])
    query = BusinessQuery(kind="list", subject=subject, window=asked, **fields)
    start, end = span or (None, None)
    counted = measure(demo.facts, metric, start=start, end=end).get((), 0)
    result = run_query(synced_store, query, zone=ROME, now=NOW)
    assert (result.total_rows, len(result.rows)) == (counted, min(counted, 1000))


def test_causes_add_up_to_the_errors_and_are_few(demo: Demo, synced_store: Store) -> None:
    query = BusinessQuery(metric="errors", group_by=("cause",))
    rows = run_query(synced_store, query, zone=ROME, now=NOW).rows
    assert sum(row[-1] for row in rows) == measure(demo.facts, "errors")[()]
    # Every message of the ERP, the mail server and the cloud carries another number or address.
    assert len(rows) <= 20


def test_reading_in_small_batches_gives_the_same_answers(demo: Demo, tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'store.sqlite'}")
    try:
        synced(str(demo.path), store, batch_size=37)
        for metric in ("executions", "emails_sent", "orders", "order_value"):
            assert disagreements(store, demo.facts, metric, ["all history", "a month"]) == []
    finally:
        store.close()


def test_the_day_on_which_the_clocks_go_forward_has_23_hours(tmp_path: Path) -> None:
    path = tmp_path / "n8n.sqlite"
    now = datetime(2027, 3, 31, 9, tzinfo=UTC)
    make_demo_database(path, now=now, days=9, scale=0.4)
    facts = read_facts(path, ROME)
    store = Store.open(f"sqlite:///{tmp_path / 'store.sqlite'}")
    try:
        synced(str(path), store, now=now)
        for metric in ("executions", "success_rate", "median_duration", "emails_sent", "orders"):
            spring = ["all history", "the day of 23 hours", "the week of 167 hours"]
            assert disagreements(store, facts, metric, spring, now) == []
    finally:
        store.close()


FEW = ["all history", "the day of 25 hours"]


def test_an_n8n_on_postgresql_gives_the_same_answers(
    demo: Demo, postgres_url: str, tmp_path: Path
) -> None:
    written = write_n8n_postgres(postgres_url, Simulation(**ARGUMENTS), schema="automazioni")
    store = Store.open(f"sqlite:///{tmp_path / 'store.sqlite'}")
    try:
        synced(postgres_url, store)
        assert written == demo.summary.executions
        for metric in RECORDED:
            assert disagreements(store, demo.facts, metric.id, FEW) == []
    finally:
        store.close()


def test_a_store_on_postgresql_gives_the_same_answers(demo: Demo, postgres_url: str) -> None:
    store = Store.open(postgres_url)
    try:
        synced(str(demo.path), store)
        for metric in RECORDED:
            assert disagreements(store, demo.facts, metric.id, FEW) == []
    finally:
        store.close()


@pytest.fixture(scope="module")
def n8n_2(tmp_path_factory: pytest.TempPathFactory) -> tuple[N8n2Database, Facts]:
    written = write_n8n2_sqlite(tmp_path_factory.mktemp("n8n-2") / "n8n.sqlite", **ARGUMENTS)
    return written, read_facts(written.path, ROME)


def test_an_n8n_2_gives_the_same_answers(n8n_2: tuple[N8n2Database, Facts], tmp_path: Path) -> None:
    written, facts = n8n_2
    store = Store.open(f"sqlite:///{tmp_path / 'store.sqlite'}")
    try:
        synced(str(written.path), store)
        unreadable = {fact["id"] for fact in facts["unreadable"]}
        assert set(written.elsewhere) <= unreadable
        assert len(written.in_files) == 38
        assert not unreadable & set(written.in_files)
        for metric in RECORDED:
            assert disagreements(store, facts, metric.id, FEW) == []
    finally:
        store.close()


def test_waits_count_the_same_whether_n8n_1_or_2_recorded_them(
    demo: Demo, n8n_2: tuple[N8n2Database, Facts]
) -> None:
    """n8n 1 writes the resumption over the start, n8n 2 does not; the working time is one."""
    for metric in ("avg_duration", "max_duration"):
        group_by = ("process",)
        assert measure(n8n_2[1], metric, group_by=group_by) == pytest.approx(
            measure(demo.facts, metric, group_by=group_by)
        )
