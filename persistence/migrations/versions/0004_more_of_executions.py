"""Why executions failed, what was attached to them, messages, invoices, what is gone from n8n."""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
)

revision = "0004"
down_revision = "0003"

SCHEMA = "pilotpros"
# Moments are timestamptz, and on SQLite text of this length: see UtcDateTime in tables.py.
Moment = DateTime(timezone=True).with_variant(String(23), "sqlite")


def _added() -> dict[str, tuple[Column[Any], ...]]:
    """The new columns, made anew each time: a column belongs to one table only."""
    return {
        "executions": (
            Column("error_class", Text),
            Column("read_with", String(12)),
            Column("deleted_at", Moment),
        ),
        "business_execution_data": (
            Column("invoice_id", String(255)),
            Column("invoice_total", Float),
            Column("channel", String(32)),
            Column("message_text", Text),
            Column("shown_text", Text),
            Column("customer_details", JSON),
        ),
        "sync_state": (
            Column("read_with", String(12)),
            Column("storage", Text),
            Column("missing", Integer, nullable=False, server_default="0"),
            Column("elsewhere", Integer, nullable=False, server_default="0"),
            Column("outdated", Integer),
            Column("compared_at", Moment),
        ),
    }


def _schema() -> str | None:
    # Alembic's own statements know nothing of the map from schemas to none on SQLite.
    return None if op.get_bind().dialect.name == "sqlite" else SCHEMA


def upgrade() -> None:
    for table, columns in _added().items():
        for column in columns:
            op.add_column(table, column, schema=_schema())
    op.create_index("ix_executions_retry_of", "executions", ["retry_of"], schema=SCHEMA)
    op.create_table(
        "attached_values",
        Column("execution_id", BigInteger, nullable=False),
        Column("key", String(255), nullable=False),
        Column("value", Text, nullable=False),
        Column("is_content", Boolean, nullable=False),
        PrimaryKeyConstraint("execution_id", "key", name="pk_attached_values"),
        ForeignKeyConstraint(
            ["execution_id"],
            [f"{SCHEMA}.executions.execution_id"],
            name="fk_attached_values_execution_id",
            ondelete="CASCADE",
        ),
        schema=SCHEMA,
    )


def downgrade() -> None:
    op.drop_table("attached_values", schema=SCHEMA)
    op.drop_index("ix_executions_retry_of", "executions", schema=SCHEMA)
    for table, columns in _added().items():
        with op.batch_alter_table(table, schema=_schema()) as batch:
            for column in columns:
                batch.drop_column(column.name)
