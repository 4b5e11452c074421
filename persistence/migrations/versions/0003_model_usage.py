"""What every call to a language model used and cost, and what the budgets have spent."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Date, DateTime, PrimaryKeyConstraint, String

revision = "0003"
down_revision = "0002"

SCHEMA = "pilotpros"
# Moments are timestamptz, and on SQLite text of this length: see UtcDateTime in tables.py.
Moment = DateTime(timezone=True).with_variant(String(23), "sqlite")


def upgrade() -> None:
    op.create_table(
        "model_usage",
        Column("call_id", String(32), nullable=False),
        Column("called_at", Moment, nullable=False),
        Column("day", Date, nullable=False),
        Column("provider", String(32), nullable=False),
        Column("model", String(128), nullable=False),
        Column("need", String(32), nullable=False),
        Column("user_id", String(200), nullable=False),
        Column("request_id", String(64), nullable=False),
        Column("status", String(16), nullable=False),
        Column("error", String(32)),
        Column("input_tokens", BigInteger),
        Column("output_tokens", BigInteger),
        Column("thought_tokens", BigInteger),
        Column("cached_input_tokens", BigInteger),
        Column("cost_micro_usd", BigInteger),
        Column("charged_micro_usd", BigInteger, nullable=False),
        Column("expires_at", Moment),
        PrimaryKeyConstraint("call_id", name="pk_model_usage"),
        schema=SCHEMA,
    )
    for column in ("day", "expires_at"):
        op.create_index(f"ix_model_usage_{column}", "model_usage", [column], schema=SCHEMA)
    op.create_table(
        "budget_spending",
        Column("account", String(255), nullable=False),
        Column("day", Date),
        Column("charged_micro_usd", BigInteger, nullable=False),
        PrimaryKeyConstraint("account", name="pk_budget_spending"),
        schema=SCHEMA,
    )


def downgrade() -> None:
    for table in ("budget_spending", "model_usage"):
        op.drop_table(table, schema=SCHEMA)
