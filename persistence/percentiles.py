"""Exact percentiles in SQL: PostgreSQL's own, and the same for SQLite, which has none."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Float, literal
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
