"""What the tools share: the store they read, and how a result is told to another agent."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from langchain_core.tools import BaseTool
from pydantic import ConfigDict, Field

from core.clock import Clock, SystemClock
from persistence.results import Result
from persistence.store import Store

TOLD_ROWS = 50


class StoredDataTool(BaseTool):
    """A tool that reads the store; its artifact is the whole `Result`, its content the gist."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    response_format: Literal["content", "content_and_artifact"] = "content_and_artifact"
    store: Store = Field(exclude=True)
    zone: ZoneInfo = Field(exclude=True)
    clock: Clock = Field(default_factory=SystemClock, exclude=True)

    def now(self) -> datetime:
        """The moment that "now" means, in the business zone."""
        return self.clock.now().astimezone(self.zone)


def told(result: Result) -> tuple[str, Result]:
    """Return *result* as JSON for a language model, and whole for code.

    The text holds at most `TOLD_ROWS` rows and says how many there are.
    """
    content: dict[str, Any] = {
        "columns": result.columns,
        "rows": result.rows[:TOLD_ROWS],
        "total_rows": result.total_rows,
        "complete": result.coverage.complete,
        "recorded_from": result.coverage.start,
        "recorded_until": result.coverage.end,
    }
    return json.dumps(content, ensure_ascii=False, default=_plain), result


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
