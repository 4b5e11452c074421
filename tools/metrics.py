"""The metrics tool: the key figures of a period, against the period before."""

from __future__ import annotations

import asyncio
from typing import Any

from langchain_core.tools import ArgsSchema
from pydantic import BaseModel, ConfigDict, Field

from catalogue import BusinessQuery, Window
from persistence.business_queries import run_query
from persistence.results import Result
from tools._stored import StoredDataTool, told


class MetricsInput(BaseModel):
    """What the metrics tool takes."""

    model_config = ConfigDict(extra="forbid")

    window: Window | None = Field(None, description="The period; null: all history.")
    compare_to: Window | None = Field(
        None, description="The period to compare with; null: the one before."
    )


class MetricsTool(StoredDataTool):
    """Key figures of a period with their change."""

    name: str = "metrics"
    description: str = (
        "Key figures of a period (executions, success rate, errors, duration, e-mails, orders, "
        "AI answers) with the change against the period before."
    )
    args_schema: ArgsSchema | None = MetricsInput

    def _run(
        self, window: Window | None = None, compare_to: Window | None = None, **_: Any
    ) -> tuple[str, Result]:
        query = BusinessQuery(kind="story", story="overview", window=window, compare_to=compare_to)
        return told(run_query(self.store, query, zone=self.zone, now=self.now()))

    async def _arun(
        self, window: Window | None = None, compare_to: Window | None = None, **_: Any
    ) -> tuple[str, Result]:
        return await asyncio.to_thread(self._run, window, compare_to)
