"""Which of n8n's tables and columns there are, and what the role may do with them.

n8n 0.x to 2.x differ, and PostgreSQL may hold several n8ns in schemas of any name: all is looked
up, nothing assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    cast,
    column,
    false,
    func,
    literal,
    null,
    select,
    table,
)
from sqlalchemy.engine import Row
from sqlalchemy.sql.expression import FromClause, TableClause

from core.errors import SourceError, SourceForbidden, SourceNotN8n

EXECUTIONS, PAYLOADS, PROCESSES, PROJECTS = (
    "execution_entity",
    "execution_data",
    "workflow_entity",
    "project",
)
PUBLISHED = "workflow_published_version"
ANNOTATIONS = "execution_annotations"
ATTACHED = "execution_metadata"
COUNTERS = ("insights_by_period", "insights_raw", "insights_metadata", "workflow_statistics")
TABLES = (EXECUTIONS, PAYLOADS, PROCESSES, PROJECTS, PUBLISHED, ANNOTATIONS, ATTACHED, *COUNTERS)
NEEDED = {
    EXECUTIONS: ("id", "workflowId", "mode", "stoppedAt"),
    PROCESSES: ("id", "name", "active"),
}

Fetch = Callable[[Select[Any]], Sequence[Row[Any]]]


@dataclass(frozen=True, slots=True)
class Layout:
    """Which of n8n's tables and columns there are, and may be read."""

    schema: str | None
    columns: dict[str, frozenset[str]]
    can_write: bool = False

    def table(self, name: str) -> TableClause:
        """The table *name* with the columns that there are."""
        return table(name, *map(column, sorted(self.columns[name])), schema=self.schema)

    def has(self, name: str, column_name: str) -> bool:
        """Whether there is such a column."""
        return column_name in self.columns.get(name, ())

    @property
    def n8n_major(self) -> int | None:
        """1 or 2; None for the tables of n8n 0.x."""
        if (
            self.has(EXECUTIONS, "storedAt")
            or self.has(PAYLOADS, "workflowVersionId")
            or self.has(PROJECTS, "creatorId")
            or PUBLISHED in self.columns
        ):
            return 2
        return 1 if PAYLOADS in self.columns else None


# --- finding them ------------------------------------------------------------------------------


def sqlite_layout(fetch: Fetch, url: str) -> Layout:
    """The layout of the SQLite file that *url* names.

    :raises SourceNotN8n: it has not what n8n writes.
    """
    master = table("sqlite_master", column("name"), column("type"))
    info = func.pragma_table_info(master.c.name).table_valued("name", name="info")
    rows = fetch(
        select(master.c.name.label("table"), info.c.name.label("column"))
        .select_from(master)
        .join(info, literal(True))
        .where(master.c.type.in_(("table", "view")), master.c.name.in_(TABLES))
    )
    columns: dict[str, set[str]] = {}
    for row in rows:
        columns.setdefault(row.table, set()).add(row.column)
    missing = [name for name in (EXECUTIONS, PROCESSES) if name not in columns]
    if missing:
        raise SourceNotN8n(
            f"The database {url} has no table {missing[0]}: it is not one that n8n "
            "writes. Set MILHENA_N8N_URL to n8n's file, usually ~/.n8n/database.sqlite.",
            url=url,
        )
    layout = Layout(None, {name: frozenset(found) for name, found in columns.items()})
    return _complete(layout, url)


def _complete(layout: Layout, url: str) -> Layout:
    for name, needed in NEEDED.items():
        for column_name in needed:
            if not layout.has(name, column_name):
                raise SourceNotN8n(
                    f"The table {name} of {url} has no column {column_name}: it is not "
                    "a version of n8n's tables that Milhena knows.",
                    url=url,
                )
    if not layout.has(PAYLOADS, "data") and not layout.has(EXECUTIONS, "data"):
        raise SourceNotN8n(
            f"The database {url} has no table {PAYLOADS}: it is not one that n8n writes.",
            url=url,
        )
    return layout


def postgres_layout(fetch: Fetch, url: str, user: str, wanted: str | None) -> Layout:
    """The layout of the schema *wanted*, or of the only one that fits, as *user* may see it.

    :raises SourceError: there is none, there are several, or the role may not read it.
    """
    found: dict[str, _Schema] = {}
    for row in fetch(_postgres_catalogue()):
        schema = found.setdefault(row.schema, _Schema(row.usable))
        schema.columns.setdefault(row.table, set()).add(row.column)
        if row.readable:
            schema.readable.setdefault(row.table, set()).add(row.column)
        schema.writable |= row.writable
    with_n8n = {
        name: schema
        for name, schema in found.items()
        if EXECUTIONS in schema.columns and PROCESSES in schema.columns
    }
    name = _chosen_schema(with_n8n, wanted, url)
    schema = with_n8n[name]
    lacking = [
        table_name
        for table_name in (EXECUTIONS, PAYLOADS, PROCESSES)
        if table_name in schema.columns
        and not schema.may_read(table_name, NEEDED.get(table_name, ("executionId", "data")))
    ]
    if lacking or not schema.usable:
        raise SourceForbidden(
            f"The role {user!r} may not read {', '.join(lacking) or 'the schema ' + name} of "
            f"{url}. Let the owner of the database run: {grants(name, user)}",
            url=url,
        )
    return _complete(
        Layout(
            name,
            {name: frozenset(columns) for name, columns in schema.readable.items()},
            can_write=schema.writable,
        ),
        url,
    )


def _chosen_schema(found: dict[str, _Schema], wanted: str | None, url: str) -> str:
    there = ", ".join(sorted(found))
    if wanted is not None:
        if wanted in found:
            return wanted
        raise SourceNotN8n(
            f"The schema {wanted!r} of {url} has no tables of n8n's. "
            + (
                f"Set MILHENA_N8N_SCHEMA to one that has them: {there}."
                if found
                else "Nor has any other: set MILHENA_N8N_URL to n8n's own database."
            ),
            url=url,
        )
    if not found:
        raise SourceNotN8n(
            f"The database {url} has no tables {EXECUTIONS} and {PROCESSES}: it is not "
            "one that n8n writes. Set MILHENA_N8N_URL to n8n's own database.",
            url=url,
        )
    if len(found) == 1:
        return next(iter(found))
    open_to_us = [name for name, schema in found.items() if schema.may_read_all()]
    if len(open_to_us) == 1:  # the role was made for one of them
        return open_to_us[0]
    raise SourceError(
        f"Several schemas of {url} have n8n's tables: {there}. "
        "Set MILHENA_N8N_SCHEMA to the one to read.",
        url=url,
    )


# --- PostgreSQL's catalogue ------------------------------------------------------------------


class _Schema:
    """What a schema has of n8n's tables, and what the role may do there."""

    def __init__(self, usable: bool) -> None:
        self.usable = usable
        self.columns: dict[str, set[str]] = {}
        self.readable: dict[str, set[str]] = {}
        self.writable = False

    def may_read(self, name: str, needed: Sequence[str]) -> bool:
        return self.readable.get(name, set()).issuperset(needed)

    def may_read_all(self) -> bool:
        return self.usable and all(self.may_read(name, needed) for name, needed in NEEDED.items())


def _postgres_catalogue() -> Select[Any]:
    """Every column of n8n's tables in any schema, and what the role may do with it.

    The information schema would hide what the role may not read, and with it the reason.
    """
    relation = table("pg_class", *map(column, ("oid", "relname", "relkind", "relnamespace")),
                     schema="pg_catalog")  # fmt: skip
    namespace = table("pg_namespace", column("oid"), column("nspname"), schema="pg_catalog")
    attribute = table(
        "pg_attribute",
        *map(column, ("attrelid", "attname", "attnum", "attisdropped")),
        schema="pg_catalog",
    )
    changes = "INSERT, UPDATE, DELETE, TRUNCATE"
    return (
        select(
            namespace.c.nspname.label("schema"),
            relation.c.relname.label("table"),
            attribute.c.attname.label("column"),
            func.has_schema_privilege(namespace.c.oid, "USAGE").label("usable"),
            func.has_column_privilege(relation.c.oid, attribute.c.attnum, "SELECT").label(
                "readable"
            ),
            func.has_table_privilege(relation.c.oid, changes).label("writable"),
        )
        .select_from(relation)
        .join(namespace, namespace.c.oid == relation.c.relnamespace)
        .join(attribute, attribute.c.attrelid == relation.c.oid)
        .where(
            relation.c.relname.in_(TABLES),
            relation.c.relkind.in_(("r", "p", "v", "m", "f")),
            attribute.c.attnum > 0,
            attribute.c.attisdropped.is_(False),
            func.left(namespace.c.nspname, 3) != "pg_",
        )
    )


def grants(schema: str, role: str) -> str:
    """The statements that let *role* read what is needed, and nothing else."""
    quoted_schema, quoted_role = (
        f'"{name.replace(chr(34), chr(34) * 2)}"' for name in (schema, role)
    )
    tables = ", ".join(
        f"{quoted_schema}.{name}" for name in (EXECUTIONS, PAYLOADS, PROCESSES, PROJECTS)
    )
    return (
        f"GRANT USAGE ON SCHEMA {quoted_schema} TO {quoted_role}; "
        f"GRANT SELECT ON {tables} TO {quoted_role};"
    )


def beginning(layout: Layout) -> str:
    """The column that tells when an execution began."""
    return "createdAt" if layout.has(EXECUTIONS, "createdAt") else "startedAt"


def marked_as_deleted(layout: Layout, executions: FromClause) -> list[ColumnElement[bool]]:
    """Conditions of the executions that n8n has marked as deleted and will remove."""
    if not layout.has(EXECUTIONS, "deletedAt"):
        return [false()]
    # One that was run by hand and is not to be saved is marked as soon as it ends.
    return [
        executions.c.deletedAt.is_not(None),
        executions.c.mode != "manual",
        executions.c[beginning(layout)].is_not(None),
    ]


def not_deleted(layout: Layout, executions: FromClause) -> list[ColumnElement[bool]]:
    """Conditions of the executions that n8n has not marked as deleted."""
    if not layout.has(EXECUTIONS, "deletedAt"):
        return []
    return [executions.c.deletedAt.is_(None)]


def as_text(
    dialect: str, layout: Layout, found: FromClause, name: str, column_name: str
) -> ColumnElement[Any]:
    """A column as n8n's own text, NULL where n8n has no such column.

    PostgreSQL would turn json, infinite moments and the like into objects or errors.
    """
    if not layout.has(name, column_name):
        return null().label(column_name)
    value = found.c[column_name]
    if dialect == "postgresql":
        return cast(value, Text).label(column_name)
    return value
