"""Texts go when they are old; what they were about stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.errors import StoreError
from persistence.exclusive import exclusively
from persistence.retention import prune_contents
from persistence.store import Store
from persistence.sync import synchronise
from persistence.tables import business_execution_data
from tests.persistence.small_company import NOW, ROME, rome, small_company


def texts(store: Store) -> dict[str, str | None]:
    """The texts of what was received, by subject."""
    facts = business_execution_data.c
    with store.engine.connect() as connection:
        return {
            row[0]: row[1]
            for row in connection.execute(
                select(facts.email_subject, facts.email_content).where(
                    facts.direction == "received"
                )
            )
        }


def test_old_texts_go_and_their_subjects_stay(store: Store) -> None:
    synchronise(small_company(), store, zone=ROME, store_content=True, now=NOW)
    before, state = texts(store), store.state()
    assert None not in before.values()
    assert prune_contents(store, before=rome("2026-11-13 00:00")) == 2
    after = texts(store)
    assert after.keys() == before.keys()
    assert {subject for subject, content in after.items() if content is None} == {
        "Città sbagliata",
        "100% sconto_?",
    }
    pruned = store.state()
    assert state is not None
    assert pruned is not None
    assert pruned.data_version == state.data_version + 1
    assert prune_contents(store, before=rome("2026-11-13 00:00")) == 0


def test_a_sync_brings_no_old_texts_back(store: Store) -> None:
    options = {"zone": ROME, "store_content": True, "content_since": rome("2026-11-13 00:00")}
    source = small_company()
    synchronise(source, store, now=NOW, **options)  # type: ignore[arg-type]
    first = texts(store)
    assert [subject for subject, content in first.items() if content is None] == [
        "Città sbagliata",
        "100% sconto_?",
    ]
    report = synchronise(source, store, now=NOW + timedelta(minutes=2), **options)  # type: ignore[arg-type]
    assert report.changed == 0
    assert texts(store) == first


def test_nothing_is_pruned_beside_a_sync(store: Store) -> None:
    with store.connected_for_writing() as connection, exclusively(connection, "sync") as held:
        assert held
        with pytest.raises(StoreError, match="a sync is running"):
            prune_contents(store, before=NOW)
