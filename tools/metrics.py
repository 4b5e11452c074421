"""The metrics tool: the key figures of a period, against the period before."""

from __future__ import annotations

from langchain_core.tools import ArgsSchema
from pydantic import BaseModel, ConfigDict, Field

from catalogue import BusinessQuery, Window
from persistence.business_queries import run_query
from persistence.results import Result
from tools._stored import StoredDataTool


class MetricsInput(BaseModel):
    """What the metrics tool takes."""

    model_config = ConfigDict(extra="forbid")

    window: Window | None = Field(None, description="The period; null: all history.")
    compare_to: Window | None = Field(
        None, description="The period to compare with; null: the one before it."
    )


class MetricsTool(StoredDataTool):
    """Key figures of a period with their change."""

    name: str = "metrics"
    description: str = (
        "Key figures of a period, of all processes together: executions, success rate, errors, "
        "usual duration, e-mails received and sent, orders and their value, AI answers. Each row "
        "has the figure, that of the period before (of its same part, where the period is not "
        "over) and the change in percent of the latter."
    )
    args_schema: ArgsSchema | None = MetricsInput

    def answer(
        self, window: Window | None = None, compare_to: Window | None = None
    ) -> tuple[str, Result]:
        """Return the figures of *window* beside those of *compare_to*.

        :raises StoreError: the store cannot be read.
        """
        query = BusinessQuery(kind="story", story="overview", window=window, compare_to=compare_to)
        return self.told(run_query(self.store, query, zone=self.zone, now=self.now()))
