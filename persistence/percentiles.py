"""Exact percentiles in SQL: PostgreSQL's own, and the same for SQLite, which has none."""

from __future__ import annotations

import math
from typing import Any

from sqlalchemy import ColumnElement, Float, Integer, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

SQLITE_FUNCTION = "milhena_percentile"


def percentile(values: list[float], fraction: float) -> float | None:
    """Return the value below which *fraction* of *values* lie; None of no values.

    Between two values it lies as far as the fraction does (linear interpolation), so that half
    of an even number of values gives the mean of the middle two.
    """
    if not values:
        return None
    values = sorted(values)
    place = fraction * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])


BUCKETS_PER_E_FOLD = 40
"""A bucket of durations ends 2.5 % above where it begins: fine enough to find a percentile in."""
SHORTEST_S = 0.001
SQLITE_BUCKET = "milhena_bucket"


def bucket_of(seconds: float | None) -> int | None:
    """Return the number of the bucket that *seconds* fall into; None of an unknown duration."""
    if seconds is None:
        return None
    return math.floor(math.log(max(seconds, SHORTEST_S)) * BUCKETS_PER_E_FOLD)


def bounds_of(bucket: int) -> tuple[float, float]:
    """Return seconds between which all of *bucket* lie, and little else."""
    # A little wider: databases and Python may disagree about the last digit of a logarithm.
    shortest = math.exp(bucket / BUCKETS_PER_E_FOLD) * (1 - 1e-9)
    longest = math.exp((bucket + 1) / BUCKETS_PER_E_FOLD) * (1 + 1e-9)
    return (-math.inf if shortest <= SHORTEST_S else shortest), longest


class Bucket(GenericFunction[int]):
    """SQL for `bucket_of`."""

    type = Integer()
    inherit_cache = True
    name = SQLITE_BUCKET


@compiles(Bucket, "postgresql")
def _bucket_on_postgresql(element: Bucket, compiler: Any, **options: Any) -> str:
    (value,) = (compiler.process(each, **options) for each in element.clauses)
    # Not greatest(): it would take an unknown duration for the shortest.
    at_least = f"case when {value} < {SHORTEST_S} then {SHORTEST_S} else {value} end"
    return f"floor(ln({at_least}) * {BUCKETS_PER_E_FOLD})::int"


class PercentileForSqlite:
    """What SQLite calls for one group: ``step`` with each value, ``finalize`` for the result."""

    def __init__(self) -> None:
        self._values: list[float] = []
        self._fraction = 0.5

    def step(self, value: float | None, fraction: float) -> None:
        """Take one value; unknown ones do not count."""
        if value is not None:
            self._values.append(value)
        self._fraction = fraction

    def finalize(self) -> float | None:
        """Return the percentile of the values taken."""
        return percentile(self._values, self._fraction)


class Percentile(GenericFunction[float]):
    """SQL for `percentile` over the values of a group."""

    type = Float()
    inherit_cache = True
    name = SQLITE_FUNCTION

    def __init__(self, value: ColumnElement[Any], fraction: float) -> None:
        super().__init__(value, literal(fraction, Float()))


@compiles(Percentile, "postgresql")
def _postgresql(element: Percentile, compiler: Any, **options: Any) -> str:
    value, fraction = (compiler.process(each, **options) for each in element.clauses)
    return f"percentile_cont({fraction}) WITHIN GROUP (ORDER BY {value})"
