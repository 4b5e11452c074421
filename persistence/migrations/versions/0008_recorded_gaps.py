"""Spans that n8n deleted before they were read: nothing is known of them."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, Column

revision = "0008"
down_revision = "0007"

SCHEMA = "pilotpros"


def _schema() -> str | None:
    # Alembic's own statements know nothing of the map from schemas to none on SQLite.
    return None if op.get_bind().dialect.name == "sqlite" else SCHEMA


def upgrade() -> None:
    gaps = Column("gaps", JSON, nullable=False, server_default="[]")
    op.add_column("sync_state", gaps, schema=_schema())


def downgrade() -> None:
    with op.batch_alter_table("sync_state", schema=_schema()) as batch:
        batch.drop_column("gaps")
