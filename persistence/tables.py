"""Milhena's own tables: PostgreSQL schema `pilotpros`, or one SQLite file without a schema.

Facts are copied from n8n once and kept: n8n forgets, the store does not. Times are UTC
(`UtcDateTime`); days of the business zone are computed when asked, so a changed zone needs no
rebuild.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

SCHEMA = "pilotpros"
SQLITE_MOMENT = "%Y-%m-%d %H:%M:%S.%f"

metadata = MetaData(
    schema=SCHEMA,
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    },
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment: ``timestamptz`` on PostgreSQL, UTC text with milliseconds on SQLite.

    The text has n8n's own shape (``2026-11-01 08:15:00.000``), so that moments compare as
    strings and SQLite's date functions read them.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Choose what the database stores."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(23))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Turn an aware moment into what is stored."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without an offset reached the store: {value!r}")
        value = value.astimezone(UTC)
        return value.strftime(SQLITE_MOMENT)[:-3] if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Turn what is stored into a moment in UTC."""
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        return value.astimezone(UTC)  # type: ignore[no-any-return]  # a datetime by its type


processes = Table(
    "processes",
    metadata,
    Column("workflow_id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("archived", Boolean, nullable=False),
    Column("saves_successes", Boolean, nullable=False),
    Column("gone", Boolean, nullable=False),  # no longer in n8n; its history stays
    Column("created_at", UtcDateTime),
    Column("updated_at", UtcDateTime),
)

process_names = Table(
    "process_names",  # every name a process ever had, so that old names are found too
    metadata,
    Column("workflow_id", String(64), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False),
)

executions = Table(
    "executions",
    metadata,
    Column("execution_id", BigInteger, primary_key=True, autoincrement=False),
    Column("workflow_id", String(64), nullable=False),
    Column("mode", String(32), nullable=False),
    Column("status", String(32), nullable=False),  # as n8n recorded it
    Column("production", Boolean, nullable=False),  # whether its mode counts as an execution
    Column("began_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("stopped_at", UtcDateTime),
    Column("duration_s", Float),
    Column("waited", Boolean, nullable=False),
    Column("retry_of", BigInteger),
    Column("payload", String(16), nullable=False),
    Column("error_message", Text),
    Column("error_cause", Text),
    Column("error_step", Text),
    Column("error_step_type", Text),
    # All that most figures need, so that they are read from the index alone.
    Index("ix_executions_figures", "began_at", "workflow_id", "status", "production", "duration_s"),
    Index(None, "workflow_id", "began_at"),
    Index(None, "status"),
    Index(None, "stopped_at"),
)

business_execution_data = Table(
    "business_execution_data",
    metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "execution_id",
        BigInteger,
        ForeignKey(f"{SCHEMA}.executions.execution_id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("workflow_id", String(64), nullable=False),
    Column("node_name", Text, nullable=False),
    Column("node_type", Text, nullable=False),
    Column("kind", String(16), nullable=False),  # email | order | answer
    Column("direction", String(16)),  # received | sent, of an e-mail
    Column("run_index", Integer, nullable=False),
    Column("item_index", Integer, nullable=False),
    Column("occurred_at", UtcDateTime, nullable=False),  # when the step ran
    Column("email_sender", Text),
    Column("email_recipient", Text),
    Column("email_subject", Text),
    Column("email_content", Text),
    Column("ai_response", Text),
    Column("order_id", String(255)),
    Column("order_total", Float),
    Column("customer", Text),
    Column("customer_data", JSON(none_as_null=True)),
    Column("duration_s", Float),
    Column("show_tag", String(64)),
    Column("created_at", UtcDateTime, nullable=False),  # when the execution began
    Column("updated_at", UtcDateTime, nullable=False),  # when Milhena last wrote the row
    UniqueConstraint(
        *("execution_id", "node_name", "kind", "run_index", "item_index"),
        name="uq_business_execution_data_item",  # PostgreSQL allows 63 characters
    ),
    Index("ix_business_execution_data_figures", "kind", "occurred_at", "direction", "workflow_id"),
    Index(None, "order_id"),
)

orders = Table(
    "orders",  # each order once, at its first appearance; derived from business_execution_data
    metadata,
    Column("order_id", String(255), primary_key=True),
    Column("execution_id", BigInteger, nullable=False),
    Column("workflow_id", String(64), nullable=False),
    Column("occurred_at", UtcDateTime, nullable=False),
    Column("customer", Text),
    Column("customer_data", JSON(none_as_null=True)),
    Column("order_total", Float),  # the first total recorded for it
    Index(None, "occurred_at"),
)

business_metrics = Table(
    "business_metrics",  # one row a day and process, and one a day in all (workflow_id '')
    metadata,
    Column("date", Date, primary_key=True),  # in the business zone
    Column("workflow_id", String(64), primary_key=True),
    Column("total_executions", Integer, nullable=False),
    Column("total_errors", Integer, nullable=False),
    Column("total_emails", Integer, nullable=False),
    Column("total_orders", Integer, nullable=False),
    Column("ai_interactions", Integer, nullable=False),
    Column("success_rate", Float),
    Column("avg_response_time_ms", Float),
    Column("updated_at", UtcDateTime, nullable=False),
)

sync_state = Table(
    "sync_state",
    metadata,
    Column("source_id", String(64), primary_key=True),  # which n8n this store belongs to
    Column("source_url", Text, nullable=False),  # without its password
    Column("last_execution_id", BigInteger, nullable=False),
    Column("data_version", BigInteger, nullable=False),  # rises with every change of the facts
    Column("caught_up", Boolean, nullable=False),  # the last run reached the source's end
    Column("covers_start", UtcDateTime),
    Column("covers_end", UtcDateTime),
    Column("synced_at", UtcDateTime),
    Column("timezone", String(64), nullable=False),  # of the days in business_metrics
    Column("stores_content", Boolean, nullable=False),  # whether e-mail texts are kept
    Column("unreadable", Integer, nullable=False),
    Column("notes", JSON, nullable=False),
)
