"""How long executions took, so that percentiles over long times need not sort them all."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    update,
)

revision = "0007"
down_revision = "0006"

SCHEMA = "pilotpros"


def upgrade() -> None:
    op.create_table(
        "duration_days",
        Column("date", Date, nullable=False),
        Column("status", String(32), nullable=False),
        Column("bucket", Integer),
        Column("number", BigInteger, nullable=False),
        Column("known", BigInteger, nullable=False),
        Column("total", Float),
        Column("largest", Float),
        schema=SCHEMA,
    )
    op.create_index("ix_duration_days_date", "duration_days", ["date"], schema=SCHEMA)
    op.create_index(
        "ix_executions_durations",
        "executions",
        ["duration_s", "began_at", "production", "status"],
        schema=SCHEMA,
    )
    # The next sync sums everything anew.
    state = Table("sync_state", MetaData(), Column("timezone", Text), schema=SCHEMA)
    op.get_bind().execute(update(state).values(timezone=""))


def downgrade() -> None:
    op.drop_index("ix_executions_durations", "executions", schema=SCHEMA)
    op.drop_table("duration_days", schema=SCHEMA)
