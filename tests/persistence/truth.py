"""What the answers should be, worked out in plain Python from what n8n recorded.

Written without a look at the compiler: no SQL, no store, only lists and `zoneinfo`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.persistence.small_company import ROME, InMemorySource

COUNTED_MODES = {"error", "retry", "cli", "trigger", "webhook", "evaluation"}
OURS = {
    "success": "success",
    "error": "error",
    "crashed": "error",
    "canceled": "canceled",
    "new": "unfinished",
    "running": "unfinished",
    "waiting": "unfinished",
}


@dataclass
class Fact:
    """One thing that happened."""

    moment: datetime
    workflow_id: str
    value: float | None = None
    status: str | None = None
    sender: str | None = None
    customer: str | None = None
    cause: str | None = None
    step: str | None = None


def executions(source: InMemorySource) -> list[Fact]:
    return [
        Fact(
            record.began_at,
            record.workflow_id,
            value=record.duration_s,
            status=OURS[record.status],
            cause=record.error_cause,
            step=record.error_step,
        )
        for record in source.executions.values()
        if record.mode in COUNTED_MODES
    ]


def emails(source: InMemorySource, direction: str) -> list[Fact]:
    return [
        Fact(
            item.occurred_at,
            record.workflow_id,
            sender=item.email_sender,
            customer=item.customer,
            step=item.node_name,
        )
        for record in source.executions.values()
        for item in record.business
        if item.kind == "email" and item.direction == direction
    ]


def answers(source: InMemorySource) -> list[Fact]:
    return [
        Fact(item.occurred_at, record.workflow_id, value=item.duration_s, step=item.node_name)
        for record in source.executions.values()
        for item in record.business
        if item.kind == "answer"
    ]


def orders(source: InMemorySource) -> list[Fact]:
    appearances: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for record in source.executions.values():
        for item in record.business:
            if item.kind == "order" and item.order_id:
                appearances[item.order_id].append(
                    (
                        item.occurred_at,
                        record.execution_id,
                        item.item_index,
                        record.workflow_id,
                        item.order_total,
                        item.customer,
                    )
                )
    facts = []
    for all_of_it in appearances.values():
        all_of_it.sort(key=lambda each: each[:3])
        totals = [each[4] for each in all_of_it if each[4] is not None]
        customers = [each[5] for each in all_of_it if each[5] is not None]
        facts.append(
            Fact(
                all_of_it[0][0],
                all_of_it[0][3],
                value=totals[0] if totals else None,
                customer=customers[0] if customers else None,
            )
        )
    return facts


def label(grouping: str, fact: Fact, names: dict[str, str]) -> Any:
    local = fact.moment.astimezone(ROME)
    match grouping:
        case "process":
            return names[fact.workflow_id]
        case "day":
            return local.date().isoformat()
        case "week":
            year, week, _ = local.date().isocalendar()
            return f"{year}-W{week:02}"
        case "month":
            return f"{local.year}-{local.month:02}"
        case "hour":
            return local.hour
        case "weekday":
            return local.isoweekday()
        case _:
            return getattr(fact, grouping)


def interpolated(values: Iterable[float | None], fraction: float) -> float | None:
    known = sorted(value for value in values if value is not None)
    if not known:
        return None
    place = fraction * (len(known) - 1)
    low, high = known[int(place)], known[min(int(place) + 1, len(known) - 1)]
    return low + (high - low) * (place - int(place))


def _known(facts: list[Fact]) -> list[float]:
    return [fact.value for fact in facts if fact.value is not None]


def _share(part: str) -> Callable[[list[Fact]], float | None]:
    def share(facts: list[Fact]) -> float | None:
        ended = [fact for fact in facts if fact.status in {"success", "error"}]
        hits = [fact for fact in ended if fact.status == part]
        return 100 * len(hits) / len(ended) if ended else None

    return share


def _with_status(*statuses: str) -> Callable[[list[Fact]], float | None]:
    return lambda facts: len([fact for fact in facts if fact.status in statuses])


def _ended(facts: list[Fact]) -> list[float]:
    return _known([fact for fact in facts if fact.status in {"success", "error"}])


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


MEASURES: dict[str, tuple[Callable[[InMemorySource], list[Fact]], Callable[[list[Fact]], Any]]] = {
    "executions": (executions, len),
    "successes": (executions, _with_status("success")),
    "errors": (executions, _with_status("error")),
    "canceled": (executions, _with_status("canceled")),
    "unfinished": (executions, _with_status("unfinished")),
    "success_rate": (executions, _share("success")),
    "error_rate": (executions, _share("error")),
    "avg_duration": (executions, lambda facts: _mean(_ended(facts))),
    "median_duration": (executions, lambda facts: interpolated(_ended(facts), 0.5)),
    "p95_duration": (executions, lambda facts: interpolated(_ended(facts), 0.95)),
    "max_duration": (executions, lambda facts: max(_ended(facts), default=None)),
    "emails_received": (lambda source: emails(source, "received"), len),
    "emails_sent": (lambda source: emails(source, "sent"), len),
    "orders": (orders, len),
    "order_value": (
        orders,
        lambda facts: sum(_known(facts)) if _known(facts) or not facts else None,
    ),
    "ai_responses": (answers, len),
    "ai_response_time": (answers, lambda facts: _mean(_known(facts))),
}
COUNTS = {"successes", "errors", "canceled", "unfinished"}
"""Metrics of which a group with none does not exist."""


def truth(
    source: InMemorySource,
    metric: str,
    group_by: tuple[str, ...] = (),
    *,
    keep: Callable[[Fact], bool] = lambda fact: True,
) -> dict[tuple[Any, ...], Any]:
    """The value of every group that exists, by its labels; () is the only one without grouping."""
    select, measure = MEASURES[metric]
    names = {each.workflow_id: each.name for each in source.listed}
    facts = [fact for fact in select(source) if keep(fact)]
    if "process" in group_by and metric in {"success_rate", "error_rate"}:
        unknown = {each.workflow_id for each in source.listed if not each.saves_successes}
        facts = [fact for fact in facts if fact.workflow_id not in unknown]
    groups: defaultdict[tuple[Any, ...], list[Fact]] = defaultdict(list)
    for fact in facts:
        groups[tuple(label(grouping, fact, names) for grouping in group_by)].append(fact)
    if not group_by:
        groups[()] = facts
    values = {labels: measure(facts) for labels, facts in groups.items()}
    return {
        labels: value
        for labels, value in values.items()
        if value is not None and not (group_by and metric in COUNTS and value == 0)
    }


def within(start: datetime | None, end: datetime | None) -> Callable[[Fact], bool]:
    def keep(fact: Fact) -> bool:
        moment = fact.moment.astimezone(UTC)
        return (start is None or start.astimezone(UTC) <= moment) and (
            end is None or moment < end.astimezone(UTC)
        )

    return keep
