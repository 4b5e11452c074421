"""The typed query: the only thing that reaches SQL.

A language model, the grammar, a tool's caller: whoever asks, asks with a `BusinessQuery`. It is
closed (unknown fields are errors), it holds no SQL, and the store compiles it with bound
parameters.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator, model_validator

from catalogue.metrics import METRICS
from core.errors import QueryError

Kind = Literal["value", "list", "story"]
Subject = Literal["executions", "errors", "emails", "orders", "processes"]
StoryName = Literal["today", "email", "errors", "overview"]
Grouping = Literal[
    "process",
    "status",
    "day",
    "week",
    "month",
    "hour",
    "weekday",
    "sender",
    "customer",
    "cause",
    "step",
]
FilterField = Literal["process", "status", "sender", "customer", "order", "cause", "text"]
TIME_GROUPINGS: frozenset[str] = frozenset({"day", "week", "month", "hour", "weekday"})

STATUSES = ("success", "error", "canceled", "unfinished")
"""The statuses of a `status` filter and grouping; `error` includes crashed executions and
`unfinished` is new, running or waiting."""
EMAIL_STATUSES = ("received", "sent")
"""What a `status` filter holds in a list of e-mails; without one, received ones are listed."""

MAX_LIST_ROWS = 1_000


class QuestionType(StrEnum):
    """What kind of question it is."""

    GREETING = "GREETING"
    HELP = "HELP"
    BUSINESS_DATA = "BUSINESS_DATA"
    ANALYSIS = "ANALYSIS"
    PREDICTION = "PREDICTION"
    GENERAL = "GENERAL"
    CLARIFY = "CLARIFY"
    REFUSED = "REFUSED"


DATA_TYPES: frozenset[QuestionType] = frozenset(
    {QuestionType.BUSINESS_DATA, QuestionType.ANALYSIS, QuestionType.PREDICTION}
)
"""The types whose answer needs the store."""


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Window(_Closed):
    """A half-open span ``[start, end)`` with offsets.

    ``start`` is null where only the end was named ("fino a ieri").
    """

    start: AwareDatetime | None
    end: AwareDatetime

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        # In UTC: two moments of one zone compare by their clocks, which repeat an hour in autumn.
        if self.start is not None and self.start.astimezone(UTC) >= self.end.astimezone(UTC):
            raise ValueError(f"the window ends ({self.end}) before it starts ({self.start})")
        return self

    def contains(self, moment: datetime) -> bool:
        """Whether *moment* (aware) lies in the window."""
        moment = moment.astimezone(UTC)
        return (self.start is None or self.start.astimezone(UTC) <= moment) and (
            moment < self.end.astimezone(UTC)
        )


class Filter(_Closed):
    """One condition; several values of one filter are alternatives.

    Text is compared without regard to case; ``contains`` looks for the value anywhere.
    """

    field: FilterField
    op: Literal["is", "is_not", "contains"] = "is"
    values: Annotated[tuple[str, ...], Field(min_length=1, max_length=50)]


class Having(_Closed):
    """A condition on the value of each group ("almeno 3 volte")."""

    op: Literal[">=", ">", "<=", "<", "="]
    value: float


class BusinessQuery(_Closed):
    """What is asked of the records.

    ``kind`` says which of ``metric``, ``subject`` and ``story`` is set: a *value* has a metric
    (grouped or not), a *list* a subject, a *story* its name. ``window`` null means all history.
    ``hours`` are half-open spans of the business day (``[9, 12]`` is 09:00 to 12:00) and
    ``weekdays`` are 1 (Monday) to 7; both recur within the window. ``order`` null means best
    first for rankings and time order for lists and time groupings.
    """

    kind: Kind = "value"
    metric: str | None = None
    subject: Subject | None = None
    story: StoryName | None = None
    window: Window | None = None
    compare_to: Window | None = None
    hours: tuple[tuple[int, int], ...] = ()
    weekdays: tuple[Annotated[int, Field(ge=1, le=7)], ...] = ()
    filters: tuple[Filter, ...] = ()
    group_by: Annotated[tuple[Grouping, ...], Field(max_length=2)] = ()
    having: Having | None = None
    order: Literal["asc", "desc"] | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIST_ROWS)] | None = None
    offset: Annotated[int, Field(ge=0)] = 0

    @field_validator("hours")
    @classmethod
    def _hours_of_a_day(cls, value: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        for start, end in value:
            if not 0 <= start < end <= 24:
                raise ValueError(f"hours {start}–{end} are not within one day")
        return value

    @model_validator(mode="after")
    def _one_object(self) -> Self:
        named = {"value": self.metric, "list": self.subject, "story": self.story}
        if named[self.kind] is None or any(
            value is not None for kind, value in named.items() if kind != self.kind
        ):
            raise ValueError(
                f"a query of kind {self.kind!r} has exactly one object: "
                f"metric={self.metric!r}, subject={self.subject!r}, story={self.story!r}"
            )
        if self.metric is not None:
            metric = METRICS.get(self.metric)
            if metric is None:
                raise ValueError(f"metric {self.metric!r} is not in the catalogue")
            for grouping in self.group_by:
                if grouping not in metric.groupings:
                    raise ValueError(f"{self.metric!r} cannot be grouped by {grouping!r}")
        elif self.group_by:
            raise ValueError(f"a {self.kind} has no grouping")
        return self


def checked_query(**fields: object) -> BusinessQuery:
    """Build a query, or say in one sentence what the catalogue does not have.

    :raises QueryError: with the field at fault, its value and what it may hold.
    """
    from pydantic import ValidationError

    try:
        return BusinessQuery.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "query"
        choices: tuple[str, ...] = ()
        if "is not in the catalogue" in first["msg"]:
            field, choices = "metric", tuple(METRICS)
        elif "cannot be grouped by" in first["msg"]:
            metric = METRICS[str(fields["metric"])]
            field, choices = "group_by", tuple(metric.groupings)
        raise QueryError(
            f"{field}: {first['msg'].removeprefix('Value error, ')}",
            field=field,
            value=repr(first.get("input"))[:200],
            choices=choices,
        ) from None
