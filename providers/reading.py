"""What a model that classifies may say: a reading of the question, nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from catalogue import METRICS, BusinessQuery, QuestionType, Reading
from catalogue.query import FilterField, Grouping, Kind, StoryName, Subject


class ModelWindow(BaseModel):
    """A span of local time, start included, end excluded."""

    start: str | None = Field(None, description="ISO local date and time, e.g. 2026-11-22T00:00")
    end: str = Field(description="ISO local date and time, not included")


class ModelFilter(BaseModel):
    """One condition."""

    field: FilterField
    op: Literal["is", "is_not", "contains"] = "is"
    values: list[str]


class ModelReading(BaseModel):
    """What the question means.

    Flat and small on purpose: providers refuse or ignore much of JSON Schema. Windows and names
    are checked by our own code afterwards.
    """

    type: QuestionType
    language: Literal["it", "en"]
    kind: Kind | None = None
    metric: str | None = None
    subject: Subject | None = None
    story: StoryName | None = None
    window: ModelWindow | None = None
    compare_to: ModelWindow | None = None
    filters: list[ModelFilter] = []
    group_by: list[Grouping] = []
    order: Literal["asc", "desc"] | None = None
    limit: int | None = None
    topic: str | None = None
    certainty: float = 0.7

    def as_reading(self, zone: ZoneInfo) -> Reading:
        """Return the typed reading that the rest of the graph works with.

        :raises ValueError: what the model said does not fit the catalogue.
        """
        query: dict[str, Any] | None = None
        if self.metric or self.subject or self.story:
            kind = self.kind or ("value" if self.metric else "list" if self.subject else "story")
            query = {
                "kind": kind,
                "metric": self.metric if kind == "value" else None,
                "subject": self.subject if kind == "list" else None,
                "story": self.story if kind == "story" else None,
                "window": _window(self.window, zone),
                "compare_to": _window(self.compare_to, zone),
                "filters": [item.model_dump() for item in self.filters],
                "group_by": _groupings(self.metric, self.group_by) if kind == "value" else (),
                "order": self.order,
                "limit": self.limit,
            }
        return Reading(
            type=self.type,
            language=self.language,
            query=BusinessQuery.model_validate(query) if query else None,
            # Our grammar is the one that may be certain; a model only ever proposes.
            certainty=min(max(self.certainty, 0.0), 0.89),
            topic=self.topic,
        )


def _groupings(metric: str | None, proposed: list[Grouping]) -> tuple[Grouping, ...]:
    allowed = METRICS[metric].groupings if metric in METRICS else ()
    return tuple(grouping for grouping in proposed[:2] if grouping in allowed)


def _window(window: ModelWindow | None, zone: ZoneInfo) -> dict[str, datetime | None] | None:
    if window is None:
        return None

    def moment(text: str) -> datetime:
        parsed = datetime.fromisoformat(text)
        return parsed.replace(tzinfo=zone) if parsed.tzinfo is None else parsed.astimezone(zone)

    return {
        "start": moment(window.start) if window.start else None,
        "end": moment(window.end),
    }
