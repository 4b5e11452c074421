"""What n8n's own counters say, beside what is recorded."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, DateTime, PrimaryKeyConstraint, String

revision = "0006"
down_revision = "0005"

SCHEMA = "pilotpros"
# Moments are timestamptz, and on SQLite text of this length: see UtcDateTime in tables.py.
Moment = DateTime(timezone=True).with_variant(String(23), "sqlite")


def upgrade() -> None:
    op.create_table(
        "counted_periods",
        Column("source", String(16), nullable=False),
        Column("workflow_id", String(64), nullable=False),
        Column("starts_at", Moment, nullable=False),
        Column("ends_at", Moment, nullable=False),
        Column("successes", BigInteger, nullable=False),
        Column("failures", BigInteger, nullable=False),
        Column("run_time_ms", BigInteger, nullable=False),
        PrimaryKeyConstraint("source", "workflow_id", "starts_at", name="pk_counted_periods"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    op.drop_table("counted_periods", schema=SCHEMA)
