"""What Alembic runs for every command: on the connection it is given, inside its transaction.

``Store.open`` gives the connection. A new version is a file in ``versions/``, numbered after the
last, and its number in ``REVISIONS``.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from persistence.tables import SCHEMA, metadata


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table_schema=None if connection.dialect.name == "sqlite" else SCHEMA,
        transactional_ddl=True,
    )
    context.run_migrations()


_run(context.config.attributes["connection"])
