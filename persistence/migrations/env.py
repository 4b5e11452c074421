"""What Alembic runs for every command: on the connection it is given, inside its transaction.

``Store.open`` gives the connection. To write a new version, give the address of a migrated store:
``alembic -x store=sqlite:///… revision`` is not needed; copy the newest file in ``versions/``,
number it, and add the number to ``REVISIONS``.
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
