"""The business query tool: any value, ranking, table, list or story of the catalogue."""

from __future__ import annotations

from copy import deepcopy
from typing import Annotated, Any

from langchain_core.tools import ArgsSchema
from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from catalogue import METRICS, BusinessQuery
from persistence.business_queries import run_query
from persistence.results import Result
from tools._stored import StoredDataTool

_MEANINGS = {
    "kind": "value: a figure, a ranking or a table, of `metric`; list: the single records of "
    "`subject`; story: a whole picture, of `story`. Exactly one of the three is set.",
    "metric": "What is counted, for kind value.",
    "subject": "Which records are listed, for kind list.",
    "story": "today: what happened, in time order; email: who wrote and what was answered; "
    "errors: failures by process; overview: the key figures with their change.",
    "window": "The period asked about; null: all history.",
    "compare_to": "A second period to compare with.",
    "hours": "Only these hours of every day, as [from, to): [[0, 6]] is at night.",
    "weekdays": "Only these days of every week: 1 is Monday, 7 Sunday.",
    "filters": "Conditions that all hold; several values of one are alternatives. status is "
    "success, error, canceled or unfinished (of a list of e-mails: received or sent); process "
    "is its full name.",
    "group_by": 'One figure for each of these: ["process"] ranks the processes.',
    "having": "Keep only the groups whose figure is so.",
    "order": "null: rankings best first, lists newest first, days and hours in time order.",
    "limit": "At most so many groups or records; a ranking keeps ties.",
    "offset": "Leave out so many of the first ones (the next page of a list).",
}


class _ForModels:
    """Adds to the schema of `BusinessQuery` what a language model needs to fill it in."""

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        schema = deepcopy(handler.resolve_ref_schema(handler(core_schema)))
        fields = schema["properties"]
        for name, meaning in _MEANINGS.items():
            fields[name]["description"] = meaning
        fields["metric"]["anyOf"][0]["enum"] = list(METRICS)
        # Gemini knows no tuples (prefixItems).
        span = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}
        fields["hours"]["items"] = span
        return schema


class BusinessQueryInput(BaseModel):
    """What the business query tool takes."""

    model_config = ConfigDict(extra="forbid")

    query: Annotated[BusinessQuery, _ForModels()] = Field(
        description="What is asked of the records."
    )


_METRIC_LINES = "\n".join(
    f"- {metric.id} ({metric.unit}; by {', '.join(metric.groupings) or 'nothing'}): "
    f"{metric.definition['en']}"
    for metric in METRICS.values()
)


class BusinessQueryTool(StoredDataTool):
    """Answers one `BusinessQuery` from the recorded data."""

    name: str = "business_query"
    description: str = (
        "Answer a question about what the company's automations did: a number, a ranking, a "
        "table, a list or a story, from the recorded executions, e-mails, orders and AI answers. "
        f"Metrics, with their unit and what they can be grouped by:\n{_METRIC_LINES}"
    )
    args_schema: ArgsSchema | None = BusinessQueryInput

    def answer(self, query: BusinessQuery) -> tuple[str, Result]:
        """Answer *query*.

        :raises QueryError: a filter that does not fit, an unknown process.
        :raises StoreError: the store cannot be read.
        """
        return self.told(run_query(self.store, query, zone=self.zone, now=self.now()))
