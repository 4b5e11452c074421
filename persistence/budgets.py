"""Budgets: how much may still be spent on language models, in whole micro-dollars.

A call's highest price is reserved before it is made, on every account that it counts for: all
time, the day, the user's day. Each account is one row; reserving is one conditional statement a
row, all in one transaction, so two processes can never both take the last cent.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import BigInteger, Connection, Executable, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from persistence.tables import budget_spending

Scope = Literal["total", "day", "user"]


@dataclass(frozen=True)
class BudgetLimits:
    """What may be spent, in micro-dollars; None: no limit."""

    total: int | None = None
    day: int | None = None
    user: int | None = None
    """A day and user."""

    def __bool__(self) -> bool:
        return any(limit is not None for limit in (self.total, self.day, self.user))

    def of(self, scope: Scope) -> int | None:
        """The limit of one scope."""
        return {"total": self.total, "day": self.day, "user": self.user}[scope]


@dataclass(eq=False)
class BudgetUsedUp(Exception):
    """A budget has less left than a call may cost; nothing was reserved."""

    scope: Scope
    limit_micro_usd: int
    charged_micro_usd: int
    """What is spent and reserved already."""
    wanted_micro_usd: int


@dataclass(frozen=True)
class Account:
    """One row of what was spent."""

    scope: Scope
    key: str
    day: date | None


def accounts_of(day: date, user_id: str) -> Iterator[Account]:
    """Yield what a call of *user_id* on *day* counts for.

    Always in this order: transactions that lock rows in one order never wait for each other in a
    circle.
    """
    yield Account("total", "total", None)
    yield Account("day", f"day:{day.isoformat()}", day)
    yield Account("user", f"user:{day.isoformat()}:{user_id}", day)


def charge(
    connection: Connection, *, day: date, user_id: str, micro_usd: int, limits: BudgetLimits
) -> None:
    """Add *micro_usd* to all accounts of a call, inside a write transaction of the caller's.

    :raises BudgetUsedUp: one of *limits* would be exceeded; the caller rolls back.
    """
    for account in accounts_of(day, user_id):
        limit = limits.of(account.scope)
        # The row may not be there yet: then no condition of the statement would see the limit.
        if limit is not None and micro_usd > limit:
            raise _used_up(connection, account, limit, micro_usd)
        statement = _charge(connection.dialect.name, limited=limit is not None)
        figures = {"key": account.key, "on": account.day, "more": micro_usd}
        if limit is not None:
            figures["limit"] = limit
        if connection.scalar(statement, figures) is None:
            raise _used_up(connection, account, limit or 0, micro_usd)


@functools.cache  # writing it down anew would take most of a reservation's time
def _charge(dialect_name: str, *, limited: bool) -> Executable:
    insert = sqlite.insert if dialect_name == "sqlite" else postgresql.insert
    row = insert(budget_spending).values(
        account=bindparam("key"), day=bindparam("on"), charged_micro_usd=bindparam("more")
    )
    charged = budget_spending.c.charged_micro_usd + row.excluded.charged_micro_usd
    return row.on_conflict_do_update(
        index_elements=[budget_spending.c.account],
        set_={"charged_micro_usd": charged},
        where=charged <= bindparam("limit", type_=BigInteger) if limited else None,
    ).returning(budget_spending.c.account)


def _used_up(connection: Connection, account: Account, limit: int, wanted: int) -> BudgetUsedUp:
    return BudgetUsedUp(account.scope, limit, charged(connection, account), wanted)


def charged(connection: Connection, account: Account) -> int:
    """Return what is spent and reserved on *account*, in micro-dollars."""
    rows = budget_spending.c
    found = connection.scalar(select(rows.charged_micro_usd).where(rows.account == account.key))
    return found or 0
