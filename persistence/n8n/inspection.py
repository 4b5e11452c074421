"""What a look at n8n's database should warn about, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.engine import Row

from persistence.n8n.layout import EXECUTIONS, Layout, as_text, grants, not_deleted
from persistence.n8n.records import ProcessRecord
from persistence.n8n.role import RoleRights
from persistence.n8n.rows import IN_FILES, KNOWN_STATUSES


def count_by_status(dialect: str, layout: Layout) -> Select[Any]:
    """How many executions there are, by status where n8n has one."""
    executions = layout.table(EXECUTIONS)
    status = as_text(dialect, layout, executions, EXECUTIONS, "status")
    counted = select(status, func.count().label("number")).where(*not_deleted(layout, executions))
    return counted.group_by(status) if layout.has(EXECUTIONS, "status") else counted


def count_outside(layout: Layout) -> Select[Any]:
    """How many executions have their data outside the database, by where."""
    executions = layout.table(EXECUTIONS)
    outside = select(executions.c.storedAt, func.count().label("number")).where(
        executions.c.storedAt != "db", *not_deleted(layout, executions)
    )
    return outside.group_by(executions.c.storedAt)


def role_warnings(role: RoleRights, schema: str) -> Iterator[str]:
    """Yield what is wrong with the rights of the role, and what would be right."""
    yield from role.warnings()
    if role.can_write:
        yield (
            "Milhena never writes to n8n, but a role that may only read is safer: "
            f"{grants(schema, 'milhena')}"
        )


def status_warnings(by_status: Sequence[Row[Any]]) -> Iterator[str]:
    """Yield whether executions have statuses that n8n is not known to use."""
    unknown = {
        str(row[0]): row.number for row in by_status if row[0] and row[0] not in KNOWN_STATUSES
    }
    if unknown:
        yield (
            f"{sum(unknown.values())} executions have a status that is not known: "
            f"{', '.join(sorted(unknown))}."
        )


def unsaved_warnings(processes: Sequence[ProcessRecord]) -> Iterator[str]:
    """Yield of which processes n8n keeps only the failures."""
    silent = [record.name for record in processes if not record.saves_successes]
    if silent:
        yield (
            "n8n does not keep successful executions of: " + ", ".join(silent) + ". Only "
            "their errors can be counted."
        )


def storage_warnings(
    counted: Sequence[Row[Any]], *, folder: str, there: str | None
) -> Iterator[str]:
    """Yield which executions' data cannot be read: *there* is *folder*, if it is there."""
    outside = {str(row[0]): int(row.number) for row in counted}
    in_files = outside.pop(IN_FILES, 0)
    if in_files and there is None:
        yield (
            f"n8n keeps the data of {in_files} executions in files, but there is no folder "
            f"{folder}: they are counted, but their e-mails, orders and answers are not seen. "
            "Set MILHENA_N8N_STORAGE to n8n's storage folder."
        )
    if outside:
        yield (
            f"n8n keeps the data of {sum(outside.values())} executions in a storage that "
            f"Milhena does not read ({', '.join(sorted(outside))}): they are counted, but "
            "their e-mails, orders and answers are not seen."
        )
