"""Questions that were first read wrongly, with the type they should have been read as."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, DateTime, PrimaryKeyConstraint, String

revision = "0002"
down_revision = "0001"

SCHEMA = "pilotpros"
# Moments are timestamptz, and on SQLite text of this length: see UtcDateTime in tables.py.
Moment = DateTime(timezone=True).with_variant(String(23), "sqlite")


def upgrade() -> None:
    op.create_table(
        "question_corrections",
        Column("text_key", String(64), nullable=False),
        Column("text", String(300), nullable=False),
        Column("type", String(16), nullable=False),
        Column("language", String(2), nullable=False),
        Column("corrected_at", Moment, nullable=False),
        PrimaryKeyConstraint("text_key", name="pk_question_corrections"),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_question_corrections_corrected_at",
        "question_corrections",
        ["corrected_at"],
        schema=SCHEMA,
    )


def downgrade() -> None:
    op.drop_table("question_corrections", schema=SCHEMA)
