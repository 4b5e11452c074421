"""One execution explained: what n8n's row gives, and what the store remembers of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select

from core.errors import QueryError, SourceError
from persistence.n8n.explaining import IN_WORDS, Explanation
from persistence.n8n.source import N8nSource
from persistence.store import Store, embedded_store_url, store_address
from persistence.tables import business_execution_data, executions, processes

if TYPE_CHECKING:
    from core.settings import Settings


@dataclass(frozen=True)
class Remembered:
    """What the store has of an execution."""

    status: str
    began_at: datetime
    read_with: str | None
    """The fingerprint of the mapping that it was read with."""
    deleted_at: datetime | None
    """When it was first seen that n8n no longer has it."""
    records: dict[str, int]
    """How many business records, by kind."""


@dataclass(frozen=True)
class ExecutionExplained:
    """One execution, in n8n and in the store; at least one of them has it."""

    execution_id: int
    process: str | None
    in_n8n: Explanation | None
    remembered: Remembered | None

    def as_json(self) -> dict[str, Any]:
        """Return it for `say_json`; every reason also in words."""
        told = asdict(self)
        for step in told["in_n8n"]["steps"] if told["in_n8n"] else ():
            step["why"] = IN_WORDS[step["reason"]]
        shown: dict[str, Any] = _plain(told)
        return shown


def explain_execution(settings: Settings, execution_id: int) -> ExecutionExplained:
    """Return what is taken from the execution *execution_id* and what is remembered of it.

    Nothing is copied. A store that does not exist yet is not made.

    :raises QueryError: neither n8n nor the store has it.
    :raises SourceError, StoreError, SettingsError: what the databases and the mapping say.
    """
    if not settings.n8n_url:
        raise SourceError(
            "no n8n database is set: set MILHENA_N8N_URL to its address "
            '(sqlite:///path or postgresql://…), or try "agent-cli demo"'
        )
    source = N8nSource.open(
        settings.n8n_url,
        schema=settings.n8n_schema,
        pool_size=1,
        mapping=settings.mapping,
        storage=settings.n8n_storage,
    )
    try:
        in_n8n = source.explain(execution_id, store_content=settings.store_content)
        process, remembered = _remembered(settings, source, execution_id)
        if in_n8n is not None:
            names = {each.workflow_id: each.name for each in source.processes()}
            process = names.get(in_n8n.workflow_id, process)
        elif remembered is None:
            newest = source.max_execution_id()
            raise QueryError(
                f"n8n has no execution {execution_id} (its newest is {newest}), and nothing of "
                "it is remembered. The number stands at the end of an execution's address in "
                "n8n: …/executions/123",
                field="execution",
                value=str(execution_id),
            )
    finally:
        source.close()
    return ExecutionExplained(execution_id, process, in_n8n, remembered)


def _remembered(
    settings: Settings, source: N8nSource, execution_id: int
) -> tuple[str | None, Remembered | None]:
    """The process and what the store has; nothing where there is no store yet."""
    url = settings.store_url or embedded_store_url(settings.home, source.identity)
    address = store_address(url)
    if address.get_backend_name() == "sqlite" and not Path(str(address.database)).exists():
        return None, None
    store = Store.open(url, pool_size=1)
    try:
        return store.reading(lambda connection: _read(connection, execution_id))
    finally:
        store.close()


def _read(connection: Connection, execution_id: int) -> tuple[str | None, Remembered | None]:
    facts, business = executions.c, business_execution_data.c
    row = connection.execute(
        select(executions, processes.c.name)
        .outerjoin(processes, processes.c.workflow_id == facts.workflow_id)
        .where(facts.execution_id == execution_id)
    ).first()
    if row is None:
        return None, None
    counted = connection.execute(
        select(business.kind, func.count())
        .where(business.execution_id == execution_id)
        .group_by(business.kind)
    )
    records = {kind: int(number) for kind, number in counted}
    found = Remembered(row.status, row.began_at, row.read_with, row.deleted_at, records)
    return row.name, found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime) else value
