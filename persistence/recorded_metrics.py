"""Of what there are records at all: what can be suggested to somebody who does not know."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, literal, select

from catalogue.metrics import METRICS
from persistence.recorded_facts import RECORDED
from persistence.store import Store
from persistence.tables import executions, processes
from persistence.values import measured

_SUGGESTED = (
    "orders", "emails_received", "emails_sent", "ai_responses", "errors", "executions",
)  # fmt: skip


@dataclass(frozen=True)
class AtHand:
    """The metrics that have at least one record, and the process that ran last."""

    metrics: frozenset[str]
    process: str | None


def what_is_at_hand(store: Store) -> AtHand:
    """Return what *store* has records of.

    :raises StoreError: it cannot be read.
    """
    return store.reading(_found)


def _found(connection: Connection) -> AtHand:
    there = frozenset(each for each in _SUGGESTED if _has_records(connection, each))
    latest = connection.execute(
        select(processes.c.name)
        .join(executions, executions.c.workflow_id == processes.c.workflow_id)
        .where(executions.c.production, processes.c.gone.is_(False))
        .order_by(executions.c.began_at.desc())
        .limit(1)
    ).scalar()
    return AtHand(there, latest)


def _has_records(connection: Connection, metric: str) -> bool:
    measure = METRICS[metric].measure
    recorded = RECORDED[measure.facts]
    statement = (
        select(literal(1))
        .select_from(recorded.table)
        .where(*recorded.kept, *measured(measure))
        .limit(1)
    )
    return connection.execute(statement).first() is not None
