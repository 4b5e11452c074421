"""What calls to language models used and cost: written once a call, read by `agent-cli usage`.

With a team's store all of its processes share one ledger; else there is one a home, in a file of
its own, whichever n8n is asked and also where none is.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import (
    Connection,
    Delete,
    Row,
    Update,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)

from core.errors import FailureKind
from persistence.budgets import Account, BudgetLimits, Scope, accounts_of, charge, charged
from persistence.store import Store
from persistence.tables import model_usage

if TYPE_CHECKING:
    from core.settings import Settings

CallStatus = Literal["success", "failure", "ignored"]
Grouping = Literal["day", "provider", "model", "user", "need"]

LEDGER_FILE = "usage.sqlite"
NO_LIMITS = BudgetLimits()
_LONGEST_USER, _LONGEST_MODEL, _LONGEST_NAME = 200, 128, 32


class _SettledBefore(Exception):
    """There is no such reservation any more; the transaction is rolled back."""


@dataclass(frozen=True, kw_only=True)
class CallFacts:
    """Who called what, and when."""

    called_at: datetime
    day: date
    """In the business zone: whose budget it counts for."""
    provider: str
    model: str
    need: str
    user_id: str
    request_id: str


@dataclass(frozen=True, kw_only=True)
class CallResult:
    """How a call ended; None where something is not known."""

    status: CallStatus
    charged_micro_usd: int
    """What budgets count for it."""
    error: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    thought_tokens: int | None = None
    cached_input_tokens: int | None = None
    cost_micro_usd: int | None = None


@dataclass(frozen=True, kw_only=True)
class UsageRow:
    """What the calls of one group used together."""

    group: str
    calls: int
    failed: int
    input_tokens: int
    output_tokens: int
    cost_micro_usd: int
    """Of the calls whose cost is known."""
    unknown_cost: int
    """So many calls have no known cost: no price, or an answer that never came."""
    charged_micro_usd: int
    """What budgets count: of calls without a known cost their highest price."""


@dataclass(frozen=True)
class FailedCalls:
    """Calls to the models of one provider that failed in the same way."""

    provider: str
    kind: str
    """A `FailureKind`."""
    calls: int
    model: str
    """Of the newest of them."""
    newest_at: datetime


class UsageLedger:
    """The calls of a store; safe to share between threads. Made by `open_ledger`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    # --- writing -------------------------------------------------------------------------------

    def reserve(
        self, facts: CallFacts, micro_usd: int, limits: BudgetLimits, *, expires_at: datetime
    ) -> str:
        """Set *micro_usd* aside for a call and return its id, for `settle` or `release`.

        Where a process dies before it settles, the reservation counts as spent from *expires_at*
        on: nobody knows what the call cost, and the provider has most likely done its work.

        :raises BudgetUsedUp: *limits* leave less than that; nothing was written.
        :raises StoreError: the store cannot be written.
        """
        call_id = uuid.uuid4().hex
        with self._store.writing() as connection:
            # Every transaction charges first: all of them begin with the same row's lock, so no
            # two can wait for each other.
            charge(
                connection,
                day=facts.day,
                user_id=_user(facts),
                micro_usd=micro_usd,
                limits=limits,
            )
            _expire(connection, facts.called_at)
            row = {"charged_micro_usd": micro_usd, "status": "reserved", "expires_at": expires_at}
            connection.execute(_INSERT, _row(call_id, facts) | row)
        return call_id

    def settle(self, call_id: str, result: CallResult) -> bool:
        """Replace a reservation by what the call came to; False where that was done before.

        :raises StoreError: the store cannot be written.
        """
        values = {**vars(result), "expires_at": None}
        change = update(model_usage).values(values)
        return self._replace(call_id, change, result.charged_micro_usd)

    def release(self, call_id: str) -> bool:
        """Take a reservation back for a call that was never sent; False where it is settled.

        :raises StoreError: the store cannot be written.
        """
        return self._replace(call_id, delete(model_usage), 0)

    def _replace(self, call_id: str, change: Update | Delete, micro_usd: int) -> bool:
        """Let *change* replace the open reservation *call_id*, charged *micro_usd* from now on."""
        with contextlib.suppress(_SettledBefore), self._store.writing() as connection:
            reserved = connection.execute(_RESERVATION, {"id": call_id}).first()
            if reserved is None:
                raise _SettledBefore
            charge(
                connection,
                day=reserved.day,
                user_id=reserved.user_id,
                micro_usd=micro_usd - reserved.charged_micro_usd,
                limits=NO_LIMITS,
            )
            if connection.execute(change.where(*_OPEN), {"id": call_id}).rowcount == 0:
                raise _SettledBefore  # by somebody who was quicker; nothing of this is kept
            return True
        return False

    def record(self, facts: CallFacts, result: CallResult) -> None:
        """Write a call that nothing was reserved for.

        :raises StoreError: the store cannot be written.
        """
        with self._store.writing() as connection:
            charge(
                connection,
                day=facts.day,
                user_id=_user(facts),
                micro_usd=result.charged_micro_usd,
                limits=NO_LIMITS,  # it is spent already
            )
            row = _row(uuid.uuid4().hex, facts) | vars(result)
            connection.execute(_INSERT, row)

    # --- reading -------------------------------------------------------------------------------

    def charged(self, day: date, user_id: str) -> dict[Scope, int]:
        """Return what counts against each budget of *user_id* on *day*, in micro-dollars.

        :raises StoreError: the store cannot be read.
        """

        def read(connection: Connection) -> dict[Scope, int]:
            accounts: list[Account] = list(accounts_of(day, user_id[:_LONGEST_USER]))
            return {account.scope: charged(connection, account) for account in accounts}

        return self._store.reading(read)

    def summary(
        self, by: Grouping, *, first_day: date, last_day: date, user_id: str | None = None
    ) -> list[UsageRow]:
        """Return what was used from *first_day* to *last_day* (both included), in order of group.

        Reservations of calls that are on their way count as charged.

        :raises StoreError: the store cannot be read.
        """
        calls = model_usage.c
        group = {
            "day": calls.day,
            "provider": calls.provider,
            "model": calls.model,
            "user": calls.user_id,
            "need": calls.need,
        }[by]
        query = (
            select(
                group.label("group"),
                func.count().label("calls"),
                _count(_failed(calls)).label("failed"),
                func.coalesce(func.sum(calls.input_tokens), 0).label("input_tokens"),
                func.coalesce(func.sum(calls.output_tokens), 0).label("output_tokens"),
                func.coalesce(func.sum(calls.cost_micro_usd), 0).label("cost_micro_usd"),
                _count(calls.cost_micro_usd.is_(None)).label("unknown_cost"),
                func.sum(calls.charged_micro_usd).label("charged_micro_usd"),
            )
            .where(calls.day.between(first_day, last_day))
            .group_by(group)
            .order_by(group)
        )
        if user_id is not None:
            query = query.where(calls.user_id == user_id)
        rows = self._store.reading(lambda connection: connection.execute(query).all())
        return [_usage_row(row) for row in rows]

    def failures_since(self, moment: datetime) -> list[FailedCalls]:
        """Return what failed from *moment* on, one row for each provider and kind, newest first.

        :raises StoreError: the store cannot be read.
        """
        calls = model_usage.c
        found = (
            select(
                calls.provider,
                calls.error,
                func.max(calls.called_at).label("at"),
                func.count().label("count"),
            )
            .where(_failed(calls), calls.called_at >= moment)
            .group_by(calls.provider, calls.error)
            .subquery()
        )
        newest = (
            select(
                found.c.provider,
                found.c.error,
                found.c.at,
                found.c.count,
                # Two calls of one moment are one row all the same.
                func.max(calls.model).label("model"),
            )
            .join(
                model_usage,
                (calls.provider == found.c.provider)
                & (calls.error == found.c.error)
                & (calls.called_at == found.c.at),
            )
            .group_by(found.c.provider, found.c.error, found.c.at, found.c.count)
            .order_by(found.c.at.desc(), found.c.error)
        )
        rows = self._store.reading(lambda connection: connection.execute(newest).all())
        return [FailedCalls(row.provider, row.error, row[3], row.model, row.at) for row in rows]


def open_ledger(settings: Settings) -> UsageLedger:
    """Return the ledger of this installation; it is made where there is none.

    :raises StoreError: it cannot be opened.
    """
    return UsageLedger(Store.open(ledger_url(settings), pool_size=2))


def ledger_url(settings: Settings) -> str:
    """Return the address of the store that holds the ledger."""
    url = settings.usage_store_url or settings.store_url
    return url if url is not None else f"sqlite:///{settings.account_home.absolute() / LEDGER_FILE}"


def _expire(connection: Connection, now: datetime) -> None:
    connection.execute(_EXPIRE, {"now": now})


_INSERT = insert(model_usage)
_OPEN = (
    model_usage.c.call_id == bindparam("id"),
    # Lost: the call took longer than expected, but its process lives.
    model_usage.c.status.in_(("reserved", "lost")),
)
_RESERVATION = select(
    model_usage.c.day, model_usage.c.user_id, model_usage.c.charged_micro_usd
).where(*_OPEN)
_EXPIRE = (
    update(model_usage)
    .where(model_usage.c.expires_at < bindparam("now"))
    .values(status="lost", expires_at=None)
)


def _user(facts: CallFacts) -> str:
    return facts.user_id[:_LONGEST_USER]


def _row(call_id: str, facts: CallFacts) -> dict[str, Any]:
    return {
        "call_id": call_id,
        "called_at": facts.called_at,
        "day": facts.day,
        "provider": facts.provider[:_LONGEST_NAME],
        "model": facts.model[:_LONGEST_MODEL],
        "need": facts.need[:_LONGEST_NAME],
        "user_id": _user(facts),
        "request_id": facts.request_id[:64],
    }


def _failed(calls: Any) -> Any:
    # Not by the status: what a breaker ignores, such as a rate limit, has failed all the same.
    return and_(calls.error.is_not(None), calls.error != FailureKind.CANCELLED.value)


def _count(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _usage_row(row: Row[Any]) -> UsageRow:
    group = row.group.isoformat() if isinstance(row.group, date) else row.group
    # PostgreSQL's sums of big integers are decimals.
    figures = {name: int(getattr(row, name)) for name in _FIGURES}
    return UsageRow(group=group, **figures)


_FIGURES: Sequence[str] = (
    "calls",
    "failed",
    "input_tokens",
    "output_tokens",
    "cost_micro_usd",
    "unknown_cost",
    "charged_micro_usd",
)
