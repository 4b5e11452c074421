"""Marking: is an answer what was expected, and if not, in what does it differ?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from catalogue import METRICS, BusinessQuery
from catalogue.query import Having, Window
from evaluation.cases import Case

ONLY_IF_EXPECTED = ("order", "limit", "offset")
"""Parts of a query that are compared only where the expectation writes them."""
_PARTS = (
    "kind",
    "metric",
    "subject",
    "story",
    "window",
    "compare_to",
    "hours",
    "weekdays",
    "filters",
    "group_by",
    "having",
    *ONLY_IF_EXPECTED,
)


@dataclass(frozen=True)
class Difference:
    """One thing that is not as expected, as text."""

    part: str
    expected: str
    got: str


@dataclass(frozen=True)
class Mark:
    """How one question was answered.

    ``classified_by`` is "none" where there was no answer. ``window_right`` is None where no
    query was expected.
    """

    case: Case
    line: int
    turn: int
    classified_by: str
    type: str
    language: str
    differences: tuple[Difference, ...]
    window_right: bool | None
    answer: str = ""
    said_before: tuple[str, ...] = ()
    """The questions of the conversation before this one."""

    @property
    def right(self) -> bool:
        """Whether everything expected was found."""
        return not self.differences

    @property
    def type_right(self) -> bool:
        """Whether the type is right, whatever the query."""
        return all(difference.part != "type" for difference in self.differences)


def mark(
    case: Case,
    answer: dict[str, Any],
    *,
    zone: ZoneInfo,
    line: int,
    turn: int = 0,
    said_before: tuple[str, ...] = (),
) -> Mark:
    """Compare *answer*, the public JSON object, with what *case* expects."""
    differences: list[Difference] = []
    window_right: bool | None = None
    if "error" in answer:
        text = str(answer["error"]["message"])
        wanted = " or ".join(case.type) or "an answer"
        differences.append(Difference("type", wanted, f"an error: {text}"))
        window_right = False if case.query else None
    else:
        if case.type and answer["type"] not in case.type:
            differences.append(Difference("type", " or ".join(case.type), answer["type"]))
        expected = case.queries(zone)
        if expected:
            got = answer["query"] and BusinessQuery.model_validate(answer["query"])
            candidates = [
                _query_differences(right, got, case, written)
                for right, written in zip(expected, case.query, strict=True)
            ]
            nearest = min(candidates, key=len)
            differences += nearest
            window_right = not any(each.part in ("window", "compare_to") for each in nearest)
            window_right = window_right and got is not None
        differences += _value_differences(case, answer["data"]["rows"])
    return Mark(
        case=case,
        line=line,
        turn=turn,
        classified_by=answer.get("classified_by", "none"),
        type=answer.get("type", "none"),
        language=answer.get("language", "none"),
        differences=tuple(differences),
        window_right=window_right,
        answer=answer.get("answer", ""),
        said_before=said_before,
    )


def _query_differences(
    expected: BusinessQuery, got: BusinessQuery | None, case: Case, written: dict[str, Any]
) -> list[Difference]:
    if got is None:
        return [Difference("query", _shown(expected.metric or expected.subject), "none")]
    if case.either_order and expected.compare_to and got.compare_to:
        swapped = got.model_copy(update={"window": got.compare_to, "compare_to": got.window})
        if _same(expected.window, swapped.window):
            got = swapped
    found = []
    for part in _PARTS:
        if part in ONLY_IF_EXPECTED and part not in written:
            continue
        wanted, had = _part(expected, part), _part(got, part)
        if not _same(wanted, had):
            found.append(Difference(part, _shown(wanted), _shown(had)))
    return found


def _part(query: BusinessQuery, part: str) -> Any:
    value = getattr(query, part)
    if isinstance(value, Having) and query.metric and METRICS[query.metric].unit == "count":
        # Of whole numbers, more than 3 is at least 4.
        closed = {">": (">=", value.value + 1), "<": ("<=", value.value - 1)}
        op, bound = closed.get(value.op, (value.op, value.value))
        return Having(op=op, value=bound)
    return value


def _same(wanted: Any, had: Any) -> bool:
    return bool(_comparable(wanted) == _comparable(had))


def _comparable(value: Any) -> Any:
    """Return *value* so that what means the same is equal."""
    if isinstance(value, Window):
        return (
            None if value.start is None else value.start.astimezone(UTC),
            value.end.astimezone(UTC),
        )
    if isinstance(value, tuple):
        return frozenset(_comparable(item) for item in value)
    if hasattr(value, "field"):  # a filter: its values are alternatives, compared without case
        return (value.field, value.op, frozenset(text.casefold() for text in value.values))
    return value


def _value_differences(case: Case, rows: list[list[Any]]) -> list[Difference]:
    if case.value is not None:
        got = rows[0][-1] if len(rows) == 1 else None
        if not _same_figure(case.value, got):
            shown = str(got) if len(rows) == 1 else f"{len(rows)} rows"
            return [Difference("value", str(case.value), shown)]
    if case.rows is not None:
        same = len(case.rows) == len(rows) and all(
            len(wanted) == len(had) and all(map(_same_figure, wanted, had))
            for wanted, had in zip(case.rows, rows, strict=True)
        )
        if not same:
            return [Difference("rows", f"{len(case.rows)} rows", f"{len(rows)} rows: {rows[:3]}")]
    return []


def _same_figure(wanted: Any, had: Any) -> bool:
    if isinstance(wanted, int | float) and isinstance(had, int | float):
        return math.isclose(wanted, had, rel_tol=1e-9, abs_tol=1e-9)
    return bool(wanted == had)


def _shown(value: Any) -> str:
    if value is None or value == ():
        return "none"
    if isinstance(value, Window):
        start = "" if value.start is None else value.start.strftime("%Y-%m-%d %H:%M")
        return f"[{start}, {value.end:%Y-%m-%d %H:%M})"
    if isinstance(value, tuple):
        return ", ".join(_shown(item) for item in value)
    if hasattr(value, "field"):
        return f"{value.field} {value.op} {' | '.join(value.values)}"
    if hasattr(value, "op"):
        return f"{value.op} {value.value:g}"
    return str(value)
