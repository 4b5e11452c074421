"""The business query tool: any value, ranking, table, list or story of the catalogue."""

from __future__ import annotations

import asyncio
from typing import Any

from langchain_core.tools import ArgsSchema
from pydantic import BaseModel, ConfigDict, Field

from catalogue import METRICS, BusinessQuery
from persistence.business_queries import run_query
from persistence.results import Result
from tools._stored import StoredDataTool, told


class BusinessQueryInput(BaseModel):
    """What the business query tool takes."""

    model_config = ConfigDict(extra="forbid")

    query: BusinessQuery = Field(description="What is asked of the records.")


_METRIC_LINES = "\n".join(
    f"- {metric.id} ({metric.unit}): {metric.definition['en']}" for metric in METRICS.values()
)


class BusinessQueryTool(StoredDataTool):
    """Answers one `BusinessQuery` from the recorded data."""

    name: str = "business_query"
    description: str = (
        "Answer a question about what the company's automations did: a number, a ranking, a "
        "table, a list or a story, from the recorded executions, e-mails, orders and AI answers.\n"
        f"Metrics:\n{_METRIC_LINES}"
    )
    args_schema: ArgsSchema | None = BusinessQueryInput

    def _run(self, query: BusinessQuery, **_: Any) -> tuple[str, Result]:
        return told(run_query(self.store, query, zone=self.zone, now=self.now()))

    async def _arun(self, query: BusinessQuery, **_: Any) -> tuple[str, Result]:
        return await asyncio.to_thread(self._run, query)
