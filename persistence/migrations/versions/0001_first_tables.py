"""The first tables: facts copied from n8n, what follows from them, and the state of the sync."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None

SCHEMA = "pilotpros"
# Moments are timestamptz, and on SQLite text of this length: see UtcDateTime in tables.py.
Moment = DateTime(timezone=True).with_variant(String(23), "sqlite")


def upgrade() -> None:
    op.create_table(
        "processes",
        Column("workflow_id", String(64), nullable=False),
        Column("name", Text, nullable=False),
        Column("active", Boolean, nullable=False),
        Column("archived", Boolean, nullable=False),
        Column("saves_successes", Boolean, nullable=False),
        Column("gone", Boolean, nullable=False),
        Column("created_at", Moment),
        Column("updated_at", Moment),
        PrimaryKeyConstraint("workflow_id", name="pk_processes"),
        schema=SCHEMA,
    )
    op.create_table(
        "process_names",
        Column("workflow_id", String(64), nullable=False),
        Column("name", String(255), nullable=False),
        Column("seen_at", Moment, nullable=False),
        PrimaryKeyConstraint("workflow_id", "name", name="pk_process_names"),
        schema=SCHEMA,
    )
    op.create_table(
        "executions",
        Column("execution_id", BigInteger, nullable=False, autoincrement=False),
        Column("workflow_id", String(64), nullable=False),
        Column("mode", String(32), nullable=False),
        Column("status", String(32), nullable=False),
        Column("production", Boolean, nullable=False),
        Column("began_at", Moment, nullable=False),
        Column("started_at", Moment),
        Column("stopped_at", Moment),
        Column("duration_s", Float),
        Column("waited", Boolean, nullable=False),
        Column("retry_of", BigInteger),
        Column("payload", String(16), nullable=False),
        Column("error_message", Text),
        Column("error_cause", Text),
        Column("error_step", Text),
        Column("error_step_type", Text),
        PrimaryKeyConstraint("execution_id", name="pk_executions"),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_executions_figures",
        "executions",
        ["began_at", "workflow_id", "status", "production", "duration_s"],
        schema=SCHEMA,
    )
    for columns in (
        ["workflow_id", "began_at"],
        ["status"],
        ["stopped_at"],
    ):
        _index("executions", columns)
    op.create_table(
        "business_execution_data",
        Column("id", Integer, nullable=False),
        Column("execution_id", BigInteger, nullable=False),
        Column("workflow_id", String(64), nullable=False),
        Column("node_name", Text, nullable=False),
        Column("node_type", Text, nullable=False),
        Column("kind", String(16), nullable=False),
        Column("direction", String(16)),
        Column("run_index", Integer, nullable=False),
        Column("item_index", Integer, nullable=False),
        Column("occurred_at", Moment, nullable=False),
        Column("email_sender", Text),
        Column("email_recipient", Text),
        Column("email_subject", Text),
        Column("email_content", Text),
        Column("ai_response", Text),
        Column("order_id", String(255)),
        Column("order_total", Float),
        Column("customer", Text),
        Column("customer_data", JSON),
        Column("duration_s", Float),
        Column("show_tag", String(64)),
        Column("created_at", Moment, nullable=False),
        Column("updated_at", Moment, nullable=False),
        PrimaryKeyConstraint("id", name="pk_business_execution_data"),
        ForeignKeyConstraint(
            ["execution_id"],
            [f"{SCHEMA}.executions.execution_id"],
            name="fk_business_execution_data_execution_id",
            ondelete="CASCADE",
        ),
        UniqueConstraint(
            "execution_id",
            "node_name",
            "kind",
            "run_index",
            "item_index",
            name="uq_business_execution_data_item",
        ),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_business_execution_data_figures",
        "business_execution_data",
        ["kind", "occurred_at", "direction", "workflow_id"],
        schema=SCHEMA,
    )
    _index("business_execution_data", ["order_id"])
    op.create_table(
        "orders",
        Column("order_id", String(255), nullable=False),
        Column("execution_id", BigInteger, nullable=False),
        Column("workflow_id", String(64), nullable=False),
        Column("occurred_at", Moment, nullable=False),
        Column("customer", Text),
        Column("customer_data", JSON),
        Column("order_total", Float),
        PrimaryKeyConstraint("order_id", name="pk_orders"),
        schema=SCHEMA,
    )
    _index("orders", ["occurred_at"])
    op.create_table(
        "business_metrics",
        Column("date", Date, nullable=False),
        Column("workflow_id", String(64), nullable=False),
        Column("total_executions", Integer, nullable=False),
        Column("total_errors", Integer, nullable=False),
        Column("total_emails", Integer, nullable=False),
        Column("total_orders", Integer, nullable=False),
        Column("ai_interactions", Integer, nullable=False),
        Column("success_rate", Float),
        Column("avg_response_time_ms", Float),
        Column("updated_at", Moment, nullable=False),
        PrimaryKeyConstraint("date", "workflow_id", name="pk_business_metrics"),
        schema=SCHEMA,
    )
    op.create_table(
        "sync_state",
        Column("source_id", String(64), nullable=False),
        Column("source_url", Text, nullable=False),
        Column("last_execution_id", BigInteger, nullable=False),
        Column("data_version", BigInteger, nullable=False),
        Column("caught_up", Boolean, nullable=False),
        Column("covers_start", Moment),
        Column("covers_end", Moment),
        Column("synced_at", Moment),
        Column("timezone", String(64), nullable=False),
        Column("stores_content", Boolean, nullable=False),
        Column("unreadable", Integer, nullable=False),
        Column("notes", JSON, nullable=False),
        PrimaryKeyConstraint("source_id", name="pk_sync_state"),
        schema=SCHEMA,
    )


def _index(table: str, columns: list[str]) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns, schema=SCHEMA)


def downgrade() -> None:
    for table in (
        "sync_state",
        "business_metrics",
        "orders",
        "business_execution_data",
        "executions",
        "process_names",
        "processes",
    ):
        op.drop_table(table, schema=SCHEMA)
