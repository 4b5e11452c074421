"""A query in the making: what is asked for, and what of it the question itself said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from catalogue.metrics import METRICS
from catalogue.query import (
    BusinessQuery,
    Filter,
    Having,
    QuestionType,
    Window,
)
from catalogue.reading import Clarification

Focus = Literal["amount", "ranking", "existence", "last", "who", "trend", "cause"]


@dataclass
class Draft:
    """A query in the making, and what the question itself said of it."""

    kind: Literal["value", "list", "story"] = "value"
    metric: str | None = None
    subject: str | None = None
    story: str | None = None
    window: Window | None = None
    compare_to: Window | None = None
    hours: tuple[tuple[int, int], ...] = ()
    weekdays: tuple[int, ...] = ()
    filters: list[Filter] = field(default_factory=list)
    group_by: list[str] = field(default_factory=list)
    having: Having | None = None
    order: Literal["asc", "desc"] | None = None
    limit: int | None = None
    offset: int = 0
    type: QuestionType = QuestionType.BUSINESS_DATA
    focus: Focus | None = None
    assumed: list[str] = field(default_factory=list)
    clarification: Clarification | None = None
    certainty: float = 0.95
    strength: float = 0.0
    """How strongly the metric was named (the weight of its rule)."""
    window_words: str | None = None
    """The words that named the window, where they stand in the turn before."""

    @property
    def has_object(self) -> bool:
        """Whether it is known what is asked for."""
        return (self.metric or self.subject or self.story) is not None

    def value(self, metric: str) -> None:
        """Make it a value of *metric*."""
        self.kind, self.metric, self.subject, self.story = "value", metric, None, None

    def list(self, subject: str) -> None:
        """Make it a list of *subject*."""
        self.kind, self.metric, self.subject, self.story = "list", None, subject, None
        self.group_by, self.having = [], None

    def tell(self, story: str) -> None:
        """Make it the story *story*."""
        self.kind, self.metric, self.subject, self.story = "story", None, None, story
        self.group_by, self.having = [], None

    def assume(self, part: str) -> None:
        """Note that *part* was not said."""
        if part not in self.assumed:
            self.assumed.append(part)

    def query(self) -> BusinessQuery | None:
        """The query so far; None where it is not known what is asked for."""
        if not self.has_object:
            return None
        return BusinessQuery(
            kind=self.kind,
            metric=self.metric,
            subject=self.subject,
            story=self.story,
            window=self.window,
            compare_to=self.compare_to,
            hours=self.hours,
            weekdays=self.weekdays,
            filters=tuple(without_contradictions(self.filters)),
            group_by=tuple(self.group_by),
            having=self.having,
            order=self.order,
            limit=self.limit,
            offset=self.offset,
        )


OVER_EXECUTIONS = frozenset(
    metric_id for metric_id, metric in METRICS.items() if metric.measure.facts == "executions"
)


_STATUS_OF = {
    "errors": "error",
    "canceled": "canceled",
    "unfinished": "unfinished",
    "successes": "success",
}


_LIST_OF: dict[str, str] = {
    "executions": "executions",
    "successes": "executions",
    "canceled": "executions",
    "unfinished": "executions",
    "errors": "errors",
    "emails_received": "emails",
    "emails_sent": "emails",
    "orders": "orders",
    "order_value": "orders",
    "processes": "processes",
    "active_processes": "processes",
}
"""The list in which the things that a metric counts are found."""


MAIN_GROUP = {"executions": "process", "emails": "sender", "orders": "customer",
              "answers": "process", "processes": "process"}  # fmt: skip
"""What "quale …" means where only the metric was said."""


def keep_counted(draft: Draft, metric: str | None) -> None:
    """Keep of a list what *metric* counts."""
    status = status_of(metric, draft.subject) if metric is not None else None
    if status is not None:
        draft.filters.append(Filter(field="status", values=(status,)))


def list_of(metric: str) -> str | None:
    """Return the list in which the things that *metric* counts are found."""
    return _LIST_OF.get(metric)


def status_of(metric: str, subject: str | None) -> str | None:
    """Return the status to which a list of *subject* is kept to show what *metric* counts."""
    if subject == "executions":
        return _STATUS_OF.get(metric)
    return "sent" if subject == "emails" and metric == "emails_sent" else None


_FILTERS_OF: dict[str, frozenset[str]] = {
    "executions": frozenset({"process", "status", "cause", "text"}),
    "emails": frozenset({"process", "sender", "customer", "text", "status"}),
    "orders": frozenset({"process", "customer", "order", "text"}),
    "answers": frozenset({"process", "text"}),
    "processes": frozenset({"process", "status"}),
}


def allowed_filters(draft: Draft) -> frozenset[str]:
    """The fields by which what *draft* asks for can be filtered."""
    if draft.story == "email":
        return _FILTERS_OF["emails"]
    if draft.story is not None:
        return frozenset({"process"}) if draft.story != "errors" else _FILTERS_OF["executions"]
    if draft.subject is not None:
        facts = "executions" if draft.subject == "errors" else draft.subject
        return _FILTERS_OF[facts]
    if draft.metric is not None:
        fields = _FILTERS_OF[METRICS[draft.metric].measure.facts]
        return fields - {"status"} if METRICS[draft.metric].measure.facts == "emails" else fields
    return frozenset().union(*_FILTERS_OF.values())


def without_contradictions(filters: Sequence[Filter]) -> list[Filter]:
    """Return *filters* with no process both asked for and left out: leaving out is the narrower."""
    left_out = {
        value
        for each in filters
        if (each.field, each.op) == ("process", "is_not")
        for value in each.values
    }
    kept = []
    for each in filters:
        if (each.field, each.op) == ("process", "is") and left_out.intersection(each.values):
            values = tuple(value for value in each.values if value not in left_out)
            if not values:
                continue
            each = each.model_copy(update={"values": values})
        kept.append(each)
    return kept
