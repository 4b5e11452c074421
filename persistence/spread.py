"""Percentiles of durations over long times: exact, without sorting all of them.

Sums by bucket tell in which bucket a percentile lies and how many values lie below it; only the
bucket's own values are then looked at, in the order that an index has them in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, select, union_all

from catalogue.metrics import Metric
from persistence.percentiles import Bucket, bounds_of
from persistence.query_conditions import Inquiry
from persistence.recorded_facts import Recorded
from persistence.rollup_choice import Choice, DateParts
from persistence.rollups import within_spans


def percentile_of_all(
    inquiry: Inquiry,
    metric: Metric,
    choice: Choice,
    recorded: Recorded,
    conditions: Sequence[ColumnElement[bool]],
    kept: Sequence[ColumnElement[bool]],
    fraction: float,
) -> float | None:
    """The percentile of the facts that *conditions* keep; None where no duration is known.

    *kept* is what the metric itself keeps of the roll-up's rows.
    """
    assert recorded.moment is not None  # noqa: S101  # executions have one
    value, sums = recorded.table.c[str(metric.measure.column)], choice.roll_up.table.c
    parts = [
        select(sums.bucket, sums.number).where(
            *kept,
            *choice.conditions(inquiry.query, DateParts(dialect=inquiry.connection.dialect.name)),
            sums.bucket.is_not(None),
        )
    ]
    if choice.spans:
        parts.append(
            select(Bucket(value).label("bucket"), literal(1).label("number")).where(
                *conditions, within_spans(recorded.moment, choice.spans), value.is_not(None)
            )
        )
    all_of_it = union_all(*parts).subquery()
    counted = inquiry.connection.execute(
        select(all_of_it.c.bucket, func.sum(all_of_it.c.number))
        .group_by(all_of_it.c.bucket)
        .order_by(all_of_it.c.bucket)
    )
    buckets = [(int(bucket), int(number)) for bucket, number in counted]
    number = sum(count for _, count in buckets)
    if not number:
        return None
    place = fraction * (number - 1)
    below = int(place)
    values = [
        _value_at(inquiry, value, conditions, buckets, rank)
        for rank in dict.fromkeys((below, min(below + 1, number - 1)))
    ]
    return values[0] + (place - below) * (values[-1] - values[0])


def _value_at(
    inquiry: Inquiry,
    value: ColumnElement[Any],
    conditions: Sequence[ColumnElement[bool]],
    buckets: Sequence[tuple[int, int]],
    rank: int,
) -> float:
    """The value that *rank* others lie below."""
    place = 0
    while rank >= buckets[place][1]:
        rank -= buckets[place][1]
        place += 1
    bucket, count = buckets[place]
    shortest, longest = bounds_of(bucket)
    inside = and_(value >= shortest, value < longest, Bucket(value) == bucket)
    backwards = rank > count // 2  # from the nearer end
    return float(
        inquiry.connection.execute(
            select(value)
            .where(*conditions, inside)
            .order_by(value.desc() if backwards else value)
            .offset(count - 1 - rank if backwards else rank)
            .limit(1)
        ).scalar_one()
    )
