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
        if dialect.name == "sqlite":
            return value.replace(tzinfo=None).isoformat(" ", "milliseconds")
        return value

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
    Column("read_with", String(12)),  # fingerprint of the mapping; null where nothing was read
    Column("deleted_at", UtcDateTime),  # when it was first seen that n8n no longer has it
    Column("error_message", Text),
    Column("error_class", Text),
    Column("error_cause", Text),
    Column("error_step", Text),
    Column("error_step_type", Text),
    # All that most figures need, so that they are read from the index alone.
    Index("ix_executions_figures", "began_at", "workflow_id", "status", "production", "duration_s"),
    # In their order, so that a percentile is looked up instead of sorted out.
    Index("ix_executions_durations", "duration_s", "began_at", "production", "status"),
    Index(None, "workflow_id", "began_at"),
    Index(None, "status"),
    Index(None, "stopped_at"),
    Index(None, "retry_of"),
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
    # email | order | answer | invoice | message | customer | shown
    Column("kind", String(16), nullable=False),
    Column("direction", String(16)),  # received | sent, of an e-mail or a message
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
    Column("invoice_id", String(255)),
    Column("invoice_total", Float),
    Column("customer", Text),
    Column("customer_data", JSON(none_as_null=True)),
    Column("customer_details", JSON(none_as_null=True)),  # phone …: only with contents
    Column("channel", String(32)),  # of a message: telegram, whatsapp, …
    Column("message_text", Text),  # only with contents
    Column("shown_text", Text),  # what a step with a show-N tag has to tell
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

attached_values = Table(
    "attached_values",  # what people attached to an execution: n8n's execution_metadata
    metadata,
    Column(
        "execution_id",
        BigInteger,
        ForeignKey(f"{SCHEMA}.executions.execution_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("key", String(255), primary_key=True),
    Column("value", Text, nullable=False),
    Column("is_content", Boolean, nullable=False),  # what somebody wrote: only with contents
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

# --- roll-ups: sums of the facts of days and months of the business zone -------------------------


def _sums() -> list[Column[Any]]:
    return [
        Column("number", BigInteger, nullable=False),  # of facts
        Column("known", BigInteger, nullable=False),  # of those whose value is known
        Column("total", Float),  # of the known values
        Column("largest", Float),
    ]


execution_days = Table(
    "execution_days",  # production executions and their durations; workflow_id '': in all
    metadata,
    Column("date", Date, nullable=False),
    Column("workflow_id", String(64), nullable=False),
    Column("status", String(32), nullable=False),
    *_sums(),
    Index(None, "date"),
    Index(None, "workflow_id", "date"),
)

execution_hours = Table(
    "execution_hours",  # the same in all, by hour of the day
    metadata,
    Column("date", Date, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("status", String(32), nullable=False),
    *_sums(),
    Index(None, "date"),
)

duration_days = Table(
    "duration_days",  # how many production executions, in all, took about how long
    metadata,
    Column("date", Date, nullable=False),
    Column("status", String(32), nullable=False),
    Column("bucket", Integer),  # see percentiles.py; null: unknown
    *_sums(),
    Index(None, "date"),
)

failure_days = Table(
    "failure_days",  # production executions that failed; workflow_id '': in all
    metadata,
    Column("date", Date, nullable=False),
    Column("workflow_id", String(64), nullable=False),
    Column("status", String(32), nullable=False),
    Column("step", Text),
    Column("cause", Text),
    *_sums(),
    Index(None, "date"),
    Index(None, "workflow_id", "date"),
)

business_days = Table(
    "business_days",  # e-mails and answers (with their times) by step; workflow_id '': in all
    metadata,
    Column("date", Date, nullable=False),
    Column("workflow_id", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("direction", String(16)),
    Column("step", Text),
    *_sums(),
    Index(None, "date"),
    Index(None, "workflow_id", "date"),
)

business_hours = Table(
    "business_hours",  # the same in all, by hour of the day
    metadata,
    Column("date", Date, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("direction", String(16)),
    *_sums(),
    Index(None, "date"),
)

correspondent_months = Table(
    "correspondent_months",  # e-mails by who wrote and who the customer is
    metadata,
    Column("date", Date, nullable=False),  # the month's first day
    Column("workflow_id", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("direction", String(16)),
    Column("sender", Text),
    Column("customer", Text),
    *_sums(),
    Index(None, "date"),
)

order_days = Table(
    "order_days",  # orders and their totals; workflow_id '': in all
    metadata,
    Column("date", Date, nullable=False),
    Column("workflow_id", String(64), nullable=False),
    *_sums(),
    Index(None, "date"),
    Index(None, "workflow_id", "date"),
)

order_hours = Table(
    "order_hours",  # the same in all, by hour of the day
    metadata,
    Column("date", Date, nullable=False),
    Column("hour", Integer, nullable=False),
    *_sums(),
    Index(None, "date"),
)

customer_months = Table(
    "customer_months",  # orders and their totals by customer
    metadata,
    Column("date", Date, nullable=False),  # the month's first day
    Column("workflow_id", String(64), nullable=False),
    Column("customer", Text),
    *_sums(),
    Index(None, "date"),
)

stale_periods = Table(
    "stale_periods",  # days and months whose facts changed since they were summed
    metadata,
    Column("grain", String(8), primary_key=True),  # day | month
    Column("date", Date, primary_key=True),  # its first day
)

counted_periods = Table(
    "counted_periods",  # what n8n's own counters say: never added to what is recorded
    metadata,
    Column("source", String(16), primary_key=True),  # insights | statistics (lifetime)
    Column("workflow_id", String(64), primary_key=True),
    Column("starts_at", UtcDateTime, primary_key=True),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("successes", BigInteger, nullable=False),
    Column("failures", BigInteger, nullable=False),
    Column("run_time_ms", BigInteger, nullable=False),
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
    Column("read_with", String(12)),  # fingerprint of the mapping that all was read with
    Column("storage", Text),  # the folder of n8n's files, while it was there
    Column("missing", Integer, nullable=False, server_default="0"),
    Column("elsewhere", Integer, nullable=False, server_default="0"),
    # Executions that n8n has deleted and that another mapping was read with; null: to be counted.
    Column("outdated", Integer),
    Column("compared_at", UtcDateTime),  # when it was last looked which executions n8n still has
    # Spans that n8n deleted before they were read: [[begins, ends], …] in UTC, oldest first.
    Column("gaps", JSON, nullable=False, server_default="[]"),
)

question_corrections = Table(
    "question_corrections",  # questions first read wrongly, for training; see corrections.py
    metadata,
    Column("text_key", String(64), primary_key=True),  # of the folded text: each counts once
    Column("text", String(300), nullable=False),
    Column("type", String(16), nullable=False),  # the type it should have been read as
    Column("language", String(2), nullable=False),
    Column("corrected_at", UtcDateTime, nullable=False),
    Index(None, "corrected_at"),
)

model_usage = Table(
    "model_usage",  # every call to a language model, and the calls that are on their way
    metadata,
    Column("call_id", String(32), primary_key=True),
    Column("called_at", UtcDateTime, nullable=False),
    Column("day", Date, nullable=False),  # in the business zone
    Column("provider", String(32), nullable=False),
    Column("model", String(128), nullable=False),
    Column("need", String(32), nullable=False),
    Column("user_id", String(200), nullable=False),
    Column("request_id", String(64), nullable=False),
    Column(
        "status", String(16), nullable=False
    ),  # reserved, then success | failure | ignored | lost
    Column("error", String(32)),  # its kind, of a call that failed
    Column("input_tokens", BigInteger),  # null: not known
    Column("output_tokens", BigInteger),  # thoughts included
    Column("thought_tokens", BigInteger),
    Column("cached_input_tokens", BigInteger),
    Column("cost_micro_usd", BigInteger),  # null: no price or no usage is known
    Column("charged_micro_usd", BigInteger, nullable=False),  # what budgets count
    Column("expires_at", UtcDateTime),  # of a reservation
    Index(None, "day"),
    Index(None, "expires_at"),
)

budget_spending = Table(
    "budget_spending",  # what each budget has spent or reserved; derived from model_usage
    metadata,
    Column("account", String(255), primary_key=True),  # "total", "day:…", "user:…:…"
    Column("day", Date),
    Column("charged_micro_usd", BigInteger, nullable=False),
)
