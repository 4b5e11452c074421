"""Forgetting what people wrote once it is old: figures and facts stay, contents go."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, null, or_, select, update

from core.errors import StoreError
from persistence.exclusive import exclusively
from persistence.store import Store
from persistence.tables import attached_values, business_execution_data, executions, sync_state

ROWS_AT_ONCE = 1_000
"""Rows in one transaction: others can write between two of them."""
_CONTENTS = ("email_content", "message_text", "customer_details")


def prune_contents(store: Store, *, before: datetime) -> int:
    """Blank the texts that executions which began before *before* took in or sent.

    Subjects, senders, orders and all figures stay. Safe to stop at any point and to run again.

    :returns: how many rows lost a text.
    :raises StoreError: the store cannot be written, or a sync is running.
    """
    with (
        store.connected_for_writing() as connection,
        exclusively(connection, "sync") as held,
    ):
        if not held:
            raise StoreError(
                "a sync is running, and contents cannot be pruned beside it. "
                'Run "agent-cli sync --prune" again when it has ended.'
            )
        pruned = 0
        facts = business_execution_data.c
        old = select(facts.id).where(
            facts.created_at < before,
            or_(*(facts[name].is_not(None) for name in _CONTENTS)),
        )
        while True:
            with connection.begin():
                ids = list(connection.scalars(old.limit(ROWS_AT_ONCE)))
                connection.execute(
                    update(business_execution_data)
                    .where(facts.id.in_(ids))
                    .values({facts[name]: null() for name in _CONTENTS})
                )
            pruned += len(ids)
            if len(ids) < ROWS_AT_ONCE:
                break
        with connection.begin():
            began = select(executions.c.execution_id).where(executions.c.began_at < before)
            gone = connection.execute(
                delete(attached_values).where(
                    attached_values.c.is_content, attached_values.c.execution_id.in_(began)
                )
            )
            pruned += gone.rowcount
            if pruned:  # what can be found by its text is another now
                connection.execute(
                    update(sync_state).values(data_version=sync_state.c.data_version + 1)
                )
    return pruned
