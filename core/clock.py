"""The moment that "now" means.

No node and no tool calls ``datetime.now()``: the clock travels in the run's context, so that
``--as-of`` and tests set it. Moving the clock moves the windows that a question means ("oggi");
it does not hide records made later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol, runtime_checkable


@runtime_checkable  # pydantic models of tools hold one
class Clock(Protocol):
    """Tells the time, with an offset."""

    def now(self) -> datetime:
        """The current moment; always aware."""
        ...


@dataclass(frozen=True)
class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current moment, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class FixedClock:
    """A clock that stands still at *moment* (which must have an offset)."""

    moment: datetime

    def __post_init__(self) -> None:
        if self.moment.tzinfo is None:
            raise ValueError(f"the moment {self.moment.isoformat()} has no offset")

    def now(self) -> datetime:
        """The moment that it stands at."""
        return self.moment
