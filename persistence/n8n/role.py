"""What the role that reads n8n's PostgreSQL database may do there, and what it had better not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, column, func, select, table
from sqlalchemy.engine import Row

from persistence.n8n.layout import Fetch

SCRIPT = "deploy/n8n-readonly.sql"

USEFUL = {
    "execution_metadata": "what people attached to executions",
    "project": "which n8n this is, when two share an address",
    "workflow_statistics": "counts of executions that n8n did not keep",
    "insights_metadata": "counts of executions that n8n has deleted",
    "insights_raw": "counts of executions that n8n has deleted",
    "insights_by_period": "counts of executions that n8n has deleted",
}
"""Tables that are read where that is allowed, and what they tell."""

_SECRET = ("credentials_entity", "user", "user_api_keys", "settings", "deployment_key",
           "auth_identity", "auth_provider_sync_history", "invalid_auth_token")  # fmt: skip
_SECRET_BEGINNINGS = ("oauth_",)
_SHOWN_TABLES = 5
_CHANGES = "INSERT, UPDATE, DELETE, TRUNCATE"


@dataclass(frozen=True)
class RoleRights:
    """The rights of the role in n8n's schema. Tables are in the order of their names."""

    user: str
    superuser: bool
    may_create: bool
    """It may make tables in n8n's schema."""
    writable: tuple[str, ...]
    """Tables of n8n's that it could change."""
    secrets: tuple[str, ...]
    """Tables with credentials, keys and people that it could read."""
    lacking: tuple[str, ...]
    """Useful tables that are there and that it may not read."""
    starts_read_only: bool
    """The server begins all its transactions read-only, whoever connects."""
    has_time_limit: bool
    """The server ends its long statements, whoever connects."""

    @property
    def can_write(self) -> bool:
        """Whether it could change anything of n8n's."""
        return self.superuser or self.may_create or bool(self.writable)

    def warnings(self) -> Iterator[str]:
        """Yield what should be changed, in sentences."""
        if self.superuser:
            yield f"The role {self.user!r} is a superuser: it could change and read everything."
        else:
            if self.writable:
                yield f"The role {self.user!r} could change {_some(self.writable)}."
            if self.may_create:
                yield f"The role {self.user!r} could make tables in n8n's schema."
            if self.secrets:
                yield (
                    f"The role {self.user!r} may read {_some(self.secrets)}, which hold n8n's "
                    "secrets and people: Milhena does not need them."
                )
        if self.lacking:
            told = "; ".join(dict.fromkeys(USEFUL[name] for name in self.lacking))
            yield f"The role {self.user!r} may not read {_some(self.lacking)} ({told})."


def role_rights(fetch: Fetch, schema: str) -> RoleRights:
    """Return what the connected role may do in *schema*."""
    roles = table(
        "pg_roles", *map(column, ("rolname", "rolsuper", "rolconfig")), schema="pg_catalog"
    )
    row: Row[Any] = fetch(
        select(
            roles.c.rolname,
            roles.c.rolsuper,
            func.array_to_string(roles.c.rolconfig, "\n").label("settings"),
            func.has_schema_privilege(schema, "CREATE").label("may_create"),
        ).where(roles.c.rolname == func.current_user())
    )[0]
    settings = dict(line.split("=", 1) for line in (row.settings or "").splitlines() if "=" in line)
    found = fetch(_tables(schema))
    return RoleRights(
        user=row.rolname,
        superuser=bool(row.rolsuper),
        may_create=bool(row.may_create),
        writable=tuple(each.name for each in found if each.writable),
        secrets=tuple(each.name for each in found if each.readable and _is_secret(each.name)),
        lacking=tuple(each.name for each in found if each.name in USEFUL and not each.readable),
        starts_read_only=settings.get("default_transaction_read_only") == "on",
        has_time_limit=settings.get("statement_timeout", "0") not in ("0", "0ms"),
    )


def _tables(schema: str) -> Select[Any]:
    relation = table(
        "pg_class", *map(column, ("oid", "relname", "relkind", "relnamespace")), schema="pg_catalog"
    )
    namespace = table("pg_namespace", column("oid"), column("nspname"), schema="pg_catalog")
    return (
        select(
            relation.c.relname.label("name"),
            func.has_any_column_privilege(relation.c.oid, "SELECT").label("readable"),
            func.has_table_privilege(relation.c.oid, _CHANGES).label("writable"),
        )
        .join(namespace, namespace.c.oid == relation.c.relnamespace)
        .where(namespace.c.nspname == schema, relation.c.relkind.in_(("r", "p")))
        .order_by(relation.c.relname)
    )


def _is_secret(name: str) -> bool:
    return name in _SECRET or name.startswith(_SECRET_BEGINNINGS)


def _some(names: tuple[str, ...]) -> str:
    more = len(names) - _SHOWN_TABLES
    shown = ", ".join(names[:_SHOWN_TABLES])
    return f"{shown} and {more} more tables" if more > 0 else shown
