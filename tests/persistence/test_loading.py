"""What is loaded as ready rows is what recording with comparison would have stored."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text

from core.errors import StoreError
from persistence.loading import Load, Loading, has_nothing_after, prepared, write
from persistence.n8n.records import AttachedValue, ExecutionRecord
from persistence.recording import Changes, record_executions
from persistence.store import Store
from persistence.tables import attached_values, business_execution_data, executions, orders
from tests.persistence.small_company import (
    NOW,
    ROME,
    execution,
    order,
    random_company,
    received,
    small_company,
)

FACTS = (executions, business_execution_data, attached_values, orders)


def odd_records() -> list[ExecutionRecord]:
    """Values that the two ways into a database could take differently."""
    text_of_all_signs = "tab\t newline\n backslash \\N \\. quote ' \" ü € 😀 \x00 \ud83d end"
    mail = replace(
        received("2026-10-25 02:30*", "anna@example.com", text_of_all_signs),
        customer_name=text_of_all_signs,
        customer_details={"telefono": "+39\t02", "città": "Forlì"},
    )
    return [
        replace(
            execution(1, "w1", "2026-03-29 03:00", "error", business=[mail]),
            error_message=text_of_all_signs,
            retry_of=2**40,
            duration_s=float("nan"),
            attached=(AttachedValue("cliente", "\\N", False), AttachedValue("testo", "a", True)),
        ),
        replace(execution(2, "w1", "2026-10-25 02:30"), mode="new mode", status="new status"),
        # In Rome's offset, and finer than what is kept.
        replace(
            execution(3, "w2", "2026-10-25 02:59"),
            began_at=datetime(2026, 10, 25, 0, 0, 0, 999_999, tzinfo=ROME),
            payload="unreadable",
        ),
        execution(4, "w2", "2026-11-01 09:00", business=[order("2026-11-01 09:00", "A\tB", 0.1)]),
        execution(5, "w2", "2026-11-01 10:00", business=[order("2026-10-01 09:00", "A\tB", 0.2)]),
    ]


def facts(store: Store) -> dict[str, list[str]]:
    with store.engine.connect() as connection:
        return {
            table.name: sorted(
                str({name: value for name, value in row.items() if name != "id"})
                for row in connection.execute(select(table)).mappings()
            )
            for table in FACTS
        }


def told(changes: Changes) -> tuple[object, ...]:
    days = {moment.astimezone(ROME).date() for moment in changes.moments} | changes.days
    return changes.executions, dict(changes.payloads), days, changes.notes


@pytest.mark.parametrize(
    "records",
    [
        pytest.param(odd_records(), id="odd values"),
        pytest.param(list(small_company().executions.values()), id="small company"),
        pytest.param(list(random_company(11).executions.values()), id="random company"),
    ],
)
@pytest.mark.parametrize("content_since", [None, NOW - timedelta(days=20)])
def test_loading_stores_what_recording_stores(
    records: Sequence[ExecutionRecord],
    content_since: datetime | None,
    new_store_url: Callable[[], str],
) -> None:
    records = sorted(records, key=lambda record: record.execution_id)
    loaded, recorded = Store.open(new_store_url()), Store.open(new_store_url())
    loading = Loading(NOW, store_content=True, content_since=content_since)
    for start in range(0, len(records), 3):
        some = records[start : start + 3]
        with loaded.writing() as connection:
            assert has_nothing_after(connection, some[0].execution_id - 1)
            load: Load = pickle.loads(pickle.dumps(prepared(some, loading)))  # noqa: S301
            one = write(connection, load, ROME)
        other = Changes()
        with recorded.writing() as connection:
            for record in some:
                keeps = content_since is None or record.began_at >= content_since
                other.add(record_executions(connection, [record], store_content=keeps, now=NOW))
        assert told(one) == told(other)
    assert facts(loaded) == facts(recorded)
    with loaded.writing() as connection:
        assert not has_nothing_after(connection, records[-1].execution_id - 1)
    loaded.close()
    recorded.close()


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        pytest.param("Asia/Kathmandu", {date(2026, 11, 1), date(2026, 11, 2)}, id="quarter past"),
        pytest.param("Europe/Rome", {date(2026, 11, 1)}, id="on the hour"),
    ],
)
def test_an_hour_in_which_the_day_changes_touches_both(
    zone: str, days: set[date], store: Store
) -> None:
    record = execution(1, "w1", datetime(2026, 11, 1, 18, 20, tzinfo=ZoneInfo("UTC")))
    with store.writing() as connection:
        changes = write(connection, prepared([record], Loading(NOW, False)), ZoneInfo(zone))
    assert changes.days == days


def test_a_database_that_refuses_is_told_as_a_trouble_of_the_store(store: Store) -> None:
    with store.writing() as connection:
        name = store.engine.dialect.identifier_preparer.quote("orders")
        schema = "pilotpros." if store.engine.dialect.name == "postgresql" else ""
        connection.execute(text(f"drop table {schema}{name}"))
    records = [execution(1, "w1", "2026-11-01 09:00", business=[order("2026-11-01 09:00", "1", 1)])]
    with pytest.raises(StoreError, match="failed"), store.writing() as connection:
        write(connection, prepared(records, Loading(NOW, False)), ROME)
    with store.engine.connect() as connection:
        assert connection.execute(select(executions)).all() == [], "nothing of it was kept"
