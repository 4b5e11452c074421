"""Sums of the facts by day and month, from which most figures are answered."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Float,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    update,
)

revision = "0005"
down_revision = "0004"

SCHEMA = "pilotpros"


def upgrade() -> None:
    workflow = [("workflow_id", String(64), False)]
    status = [("status", String(32), False)]
    hour = [("hour", Integer, False)]
    business = [("kind", String(16), False), ("direction", String(16), True)]
    _make("execution_days", workflow + status, in_all=True)
    _make("execution_hours", hour + status)
    _make(
        "failure_days",
        [*workflow, *status, ("step", Text, True), ("cause", Text, True)],
        in_all=True,
    )
    _make("business_days", [*workflow, *business, ("step", Text, True)], in_all=True)
    _make("business_hours", hour + business)
    _make(
        "correspondent_months",
        [*workflow, *business, ("sender", Text, True), ("customer", Text, True)],
    )
    _make("order_days", workflow, in_all=True)
    _make("order_hours", hour)
    _make("customer_months", [*workflow, ("customer", Text, True)])
    op.create_table(
        "stale_periods",
        Column("grain", String(8), nullable=False),
        Column("date", Date, nullable=False),
        PrimaryKeyConstraint("grain", "date", name="pk_stale_periods"),
        schema=SCHEMA,
    )
    # Days of no zone: the next sync sums everything, and until then nothing is taken from sums.
    # A whole Table: the embedded store has no schemas, and only a Table's is left out there.
    state = Table("sync_state", MetaData(), Column("timezone", Text), schema=SCHEMA)
    op.get_bind().execute(update(state).values(timezone=""))


def _make(name: str, keys: list[tuple[str, Any, bool]], *, in_all: bool = False) -> None:
    op.create_table(
        name,
        Column("date", Date, nullable=False),
        *(Column(key, kind, nullable=nullable) for key, kind, nullable in keys),
        Column("number", BigInteger, nullable=False),
        Column("known", BigInteger, nullable=False),
        Column("total", Float),
        Column("largest", Float),
        schema=SCHEMA,
    )
    op.create_index(f"ix_{name}_date", name, ["date"], schema=SCHEMA)
    if in_all:
        op.create_index(f"ix_{name}_workflow_id_date", name, ["workflow_id", "date"], schema=SCHEMA)


def downgrade() -> None:
    for name in (
        "stale_periods",
        "customer_months",
        "order_hours",
        "order_days",
        "correspondent_months",
        "business_hours",
        "business_days",
        "failure_days",
        "execution_hours",
        "execution_days",
    ):
        op.drop_table(name, schema=SCHEMA)
