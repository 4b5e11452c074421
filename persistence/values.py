"""Values: a metric over a window, whole or by groups, as its `Measure` declares it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Select,
    Subquery,
    Table,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from catalogue.metrics import METRICS, Measure, Metric
from catalogue.periods import period_label
from catalogue.query import TIME_GROUPINGS, Having, Window
from persistence.folding import folded
from persistence.local_time import LocalTime
from persistence.percentiles import Percentile
from persistence.query_conditions import Inquiry
from persistence.recorded_facts import RECORDED, Recorded, status_is
from persistence.results import Result
from persistence.rollup_choice import Choice, DateParts, choose
from persistence.rollups import within_spans
from persistence.second_sources import note_second_sources
from persistence.spread import percentile_of_all
from persistence.tables import executions

Row = tuple[Any, ...]

_DECIMALS = {"percent": 4, "seconds": 3, "euro": 2}
_PERCENTILES = {"median": 0.5, "p95": 0.95}
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
}


def answer_value(inquiry: Inquiry) -> Result:
    """Answer a query of kind *value*, compared to another window or not."""
    query = inquiry.query
    metric = METRICS[str(query.metric)]
    columns = (*query.group_by, metric.id)
    if query.compare_to is None:
        groups = group_values(inquiry, metric, query.window)
        windows = [query.window]
        rows = cut(groups, inquiry, metric)
    else:
        columns = ("period", *columns)
        windows = [query.window, query.compare_to]
        groups = group_values(inquiry, metric, query.window)
        shown = cut(groups, inquiry, metric)
        before = _beside(shown, inquiry, metric)
        groups = [*groups, *before]
        rows = [
            (_period(inquiry, window), *row)
            for window, found in zip(windows, (shown, before), strict=True)
            for row in found
        ]
    coverage = inquiry.coverage(*windows)
    _note_what_is_missing(inquiry, metric, rows)
    return Result(columns, tuple(rows), len(groups), coverage, tuple(inquiry.notes))


def _beside(shown: Sequence[Row], inquiry: Inquiry, metric: Metric) -> list[Row]:
    """The rows of the second window; of a cut ranking, those of the groups that are *shown*.

    "Top 3, against last week" is about the three of this week, whatever their place was then.
    Days, weeks and months are others in each window, and so are cut in each.
    """
    query = inquiry.query
    chosen = bool(query.group_by) and (query.limit is not None or query.having is not None)
    times = {"day", "week", "month"}
    if not (chosen and shown) or not times.isdisjoint(query.group_by):
        return cut(group_values(inquiry, metric, query.compare_to), inquiry, metric)
    names = {row[:-1] for row in shown}
    found = group_values(inquiry.for_query(having=None), metric, query.compare_to)
    return [row for row in found if row[:-1] in names]


def single_value(inquiry: Inquiry, metric: Metric, window: Window | None) -> Any:
    """The metric over *window* as one number; None where it is unknown."""
    rows = group_values(inquiry.for_query(group_by=(), having=None), metric, window)
    return rows[0][0] if rows else None


def group_values(inquiry: Inquiry, metric: Metric, window: Window | None) -> list[Row]:
    """All groups of the metric over *window*, in their order, before limit and offset."""
    recorded = RECORDED[metric.measure.facts]
    by = inquiry.query.group_by
    statement = _compiled(inquiry, metric, recorded, window)  # first: it checks the filters
    if recorded.moment is not None and not inquiry.is_recorded(window):
        return []
    if _knows_no_share(inquiry, metric):
        return []
    found = _percentile(inquiry, metric, recorded, window)
    rows = [
        (*_labels(inquiry, by, row[:-1]), _rounded(row[-1], metric))
        for row in (inquiry.connection.execute(statement) if found is None else found)
        if row[-1] is not None
    ]
    if rows == [(0,)] and metric.measure.statuses == ("success",) and _keeps_no_success(inquiry):
        return []  # not none: thrown away
    having = inquiry.query.having
    if having is not None:
        if by == ("process",) and metric.unit == "count" and _admits_zero(having):
            there = {row[0] for row in rows}
            absent = {each.name for each in inquiry.touched if not each.gone} - there
            rows += [(name, 0) for name in absent]
        holds = _COMPARISONS[having.op]
        rows = [row for row in rows if holds(row[-1], having.value)]
    return _ordered(rows, by, inquiry.query.order)


def _compiled(
    inquiry: Inquiry, metric: Metric, recorded: Recorded, window: Window | None
) -> Select[Any]:
    """The statement whose rows are the groups' labels and the value."""
    by, local = inquiry.query.group_by, inquiry.local_time(window)
    # Grouped inside and labelled outside: a statement that wrote a label twice would bind its
    # parameters twice, and PostgreSQL would not see that they are the same.
    inner, summed = _rows(inquiry, metric, recorded, window)
    groups = [inner.c[f"group_{place}"] for place in range(len(by))]
    labels = [local.label(grouping, key) for grouping, key in zip(by, groups, strict=True)]
    value = (_summed if summed else _aggregated)(metric.measure, inner.c)
    return select(*labels, value).select_from(inner).group_by(*groups)


def _percentile(
    inquiry: Inquiry, metric: Metric, recorded: Recorded, window: Window | None
) -> list[Row] | None:
    """The one row of a percentile over all executions; None for anything else."""
    measure = metric.measure
    if measure.aggregate not in _PERCENTILES:
        return None
    choice = choose(inquiry, metric, window)
    if choice is None:
        return None
    conditions = [*inquiry.conditions(measure.facts, window), *measured(measure)]
    kept = [*choice.recorded.kept, *measured(measure, choice.recorded.table)]
    fraction = _PERCENTILES[measure.aggregate]
    return [(percentile_of_all(inquiry, metric, choice, recorded, conditions, kept, fraction),)]


def _rows(
    inquiry: Inquiry, metric: Metric, recorded: Recorded, window: Window | None
) -> tuple[Subquery, bool]:
    """Facts, and rows of roll-ups where they help, with their keys; whether there are sums."""
    measure, by = metric.measure, inquiry.query.group_by
    local = inquiry.local_time(window)
    # The facts' own conditions first: they check the filters.
    conditions = inquiry.conditions(measure.facts, window)
    conditions += [*measured(measure), *_of_known_shares(inquiry, measure, recorded)]
    adds_up = measure.aggregate not in _PERCENTILES
    choice = choose(inquiry, metric, window) if adds_up else None
    parts: list[Select[Any]] = []
    if choice is not None:
        parts.append(_from_sums(inquiry, measure, choice))
        if recorded.moment is not None and choice.spans:
            conditions.append(within_spans(recorded.moment, choice.spans))
    if choice is None or choice.spans:
        keys = [_grouping(inquiry, recorded, grouping, local) for grouping in by]
        parts.append(_from_facts(measure, recorded, keys).where(*conditions))
    inner = (union_all(*parts) if len(parts) > 1 else parts[0]).subquery()
    return inner, choice is not None


def _from_facts(
    measure: Measure, recorded: Recorded, keys: Sequence[ColumnElement[Any]]
) -> Select[Any]:
    """The facts, each in the shape of a roll-up's row that sums one."""
    value: ColumnElement[Any] = (
        recorded.table.c[measure.column] if measure.column else _unknown_number()
    )
    columns = [
        literal(1).label("number"),
        case((value.is_(None), 0), else_=1).label("known"),
        value.label("total"),
        value.label("largest"),
    ]
    if measure.aggregate == "share":
        hit = status_is(recorded.table.c.status, measure.share_of)
        columns.append(case((hit, 1), else_=0).label("hits"))
    return select(*_numbered(keys), *columns).select_from(recorded.table)


def _from_sums(inquiry: Inquiry, measure: Measure, choice: Choice) -> Select[Any]:
    """The rows of a roll-up, for the periods of which it holds."""
    recorded, sums = choice.recorded, choice.roll_up.table.c
    parts = DateParts(dialect=inquiry.connection.dialect.name)
    keys = [
        sums.hour
        if grouping == "hour"
        else getattr(parts, grouping)(sums.date)
        if grouping in TIME_GROUPINGS
        else _grouping(inquiry, recorded, grouping, parts)
        for grouping in inquiry.query.group_by
    ]
    columns: list[ColumnElement[Any]] = [sums.number, sums.known, sums.total, sums.largest]
    if measure.aggregate == "share":
        hit = status_is(sums.status, measure.share_of)
        columns.append(case((hit, sums.number), else_=0).label("hits"))
    return (
        select(*_numbered(keys), *columns)
        .select_from(recorded.table)
        .where(
            *inquiry.conditions_on(recorded),
            *measured(measure, recorded.table),
            *_of_known_shares(inquiry, measure, recorded),
            *choice.conditions(inquiry.query, parts),
        )
    )


def _numbered(keys: Sequence[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    return [key.label(f"group_{number}") for number, key in enumerate(keys)]


def _unknown_number() -> ColumnElement[Any]:
    """SQL for an unknown number; a NULL of no type would be a text to PostgreSQL."""
    return cast(null(), Float)


def _of_known_shares(
    inquiry: Inquiry, measure: Measure, recorded: Recorded
) -> list[ColumnElement[bool]]:
    """Leave out, in a ranking of shares, the processes of which no share is known."""
    if (
        measure.aggregate != "share"
        or not _needs_successes(measure)
        or "process" not in inquiry.query.group_by
    ):
        return []
    unknown = [each.workflow_id for each in inquiry.touched if not each.saves_successes]
    return [recorded.workflow_id.not_in(unknown)] if unknown else []


def measured(measure: Measure, rows: Table | None = None) -> list[ColumnElement[bool]]:
    """What the declaration itself keeps of the facts, or of a roll-up's *rows*."""
    columns = (RECORDED[measure.facts].table if rows is None else rows).c
    found: list[ColumnElement[bool]] = []
    if measure.statuses:
        found.append(status_is(columns.status, measure.statuses))
    if measure.direction:
        found.append(columns.direction == measure.direction)
    if measure.condition == "active":
        found += [columns.active, ~columns.archived]
    return found


def _aggregated(measure: Measure, facts: Any) -> ColumnElement[Any]:
    """The value of facts alone; it costs less than `_summed`."""
    match measure.aggregate:
        case "count":
            return func.count()
        case "mean":
            return func.avg(facts.total)
        case "median" | "p95" as percentile:
            return Percentile(facts.total, _PERCENTILES[percentile])
        case _:
            return _summed(measure, facts)


def _summed(measure: Measure, sums: Any) -> ColumnElement[Any]:
    number = func.coalesce(func.sum(sums.number), 0)
    match measure.aggregate:
        case "sum":
            # Nothing sums to zero; facts whose values are all unknown do not.
            return case((number == 0, 0.0), else_=func.sum(sums.total))
        case "mean":
            return func.sum(sums.total) / func.nullif(func.sum(sums.known), 0)
        case "max":
            return func.max(sums.largest)
        case "share":
            return 100.0 * func.sum(sums.hits) / func.nullif(number, 0)
        case _:
            return number


def _grouping(
    inquiry: Inquiry, recorded: Recorded, grouping: str, local: LocalTime
) -> ColumnElement[Any]:
    if grouping == "process":
        return _process(inquiry, recorded.workflow_id)
    if grouping in TIME_GROUPINGS:
        part: Callable[[ColumnElement[Any]], ColumnElement[Any]] = getattr(local, grouping)
        assert recorded.moment is not None  # the catalogue groups no timeless facts  # noqa: S101
        return part(recorded.moment)
    return recorded.columns[grouping]


def _process(inquiry: Inquiry, workflow_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """The process by its id; those that share a name, which is all people see, by one of them."""
    first: dict[str, str] = {}
    same: dict[str, str] = {}
    for each in inquiry.known:
        if first.setdefault(each.name, each.workflow_id) != each.workflow_id:
            same[each.workflow_id] = first[each.name]
    if not same:
        return workflow_id
    return case(same, value=workflow_id, else_=workflow_id)


def _labels(inquiry: Inquiry, by: Sequence[str], labels: Sequence[Any]) -> list[Any]:
    return [
        inquiry.names.get(label, label) if grouping == "process" else label
        for grouping, label in zip(by, labels, strict=True)
    ]


def _rounded(value: Any, metric: Metric) -> int | float:
    # Only what summing floats adds goes: a millionth of a percent, of a second, of a cent.
    if metric.unit == "count":
        return int(value)
    return round(float(value), _DECIMALS[metric.unit])


def _admits_zero(having: Having) -> bool:
    return _COMPARISONS[having.op](0, having.value)


# --- order, limit, offset ------------------------------------------------------------------------


def _ordered(rows: list[Row], by: Sequence[str], order: str | None) -> list[Row]:
    """Best first; by time where time is grouped by and no order is asked for.

    A group without a label (a message without a sender) comes last: it is nobody.
    """
    times = [place for place, grouping in enumerate(by) if grouping in TIME_GROUPINGS]
    rows = sorted(rows, key=lambda row: [_label_key(label) for label in row[:-1]])
    rows.sort(key=lambda row: row[-1], reverse=order != "asc")
    if times and order is None:
        rows.sort(key=lambda row: [_label_key(row[place]) for place in times])
    rows.sort(key=lambda row: None in row[:-1])
    return rows


def _label_key(label: Any) -> tuple[bool, Any, Any]:
    if label is None:
        return (True, "", "")
    return (False, folded(label) if isinstance(label, str) else label, label)


def cut(rows: list[Row], inquiry: Inquiry, metric: Metric) -> list[Row]:
    """*limit* rows from ``offset`` on; in a ranking also those that tie with the last of them."""
    query = inquiry.query
    if not query.group_by:
        return rows
    rows = rows[query.offset :]
    if query.limit is None or len(rows) <= query.limit:
        return rows
    kept = rows[: query.limit]
    in_time = query.order is None and any(by in TIME_GROUPINGS for by in query.group_by)
    if not in_time:
        last = kept[-1][-1]
        kept += [row for row in rows[query.limit :] if row[-1] == last and None not in row[:-1]]
    return kept


def _period(inquiry: Inquiry, window: Window | None) -> str:
    return period_label(window, inquiry.zone) if window else "/"


# --- what the numbers do not say -----------------------------------------------------------------


def _needs_successes(measure: Measure) -> bool:
    """Whether successes that were not saved are missing from the metric."""
    return measure.facts == "executions" and (
        not measure.statuses or "success" in (*measure.statuses, *measure.share_of)
    )


def _knows_no_share(inquiry: Inquiry, metric: Metric) -> bool:
    """Whether the metric is a share of successes that were all thrown away."""
    return (
        metric.measure.aggregate == "share"
        and _needs_successes(metric.measure)
        and _keeps_no_success(inquiry)
    )


def _keeps_no_success(inquiry: Inquiry) -> bool:
    """Whether n8n throws away the successes of all the processes that the query is about."""
    touched = inquiry.touched
    return bool(touched) and not any(each.saves_successes for each in touched)


def _note_what_is_missing(inquiry: Inquiry, metric: Metric, rows: list[Row]) -> None:
    measure = metric.measure
    note_second_sources(inquiry, metric)
    if measure.facts == "processes":
        if inquiry.query.window is not None:
            inquiry.note("now_only")
        return
    if _needs_successes(measure) or (measure.facts != "executions" and inquiry.names_processes):
        note_unsaved(inquiry)
    if "process" in inquiry.query.group_by or inquiry.names_processes:
        note_same_names(inquiry)
    if measure.facts == "executions" and inquiry.names_processes and not inquiry.query.group_by:
        note_only_inside_others(inquiry, rows)
    if measure.column == "order_total":
        _note_totals_missing(inquiry)


def note_unsaved(inquiry: Inquiry) -> None:
    """Note the processes of the query whose successes n8n throws away."""
    names = {
        each.name
        for each in inquiry.touched
        if not each.saves_successes
        # What can no longer run misses nothing now; of its past one has to ask by name.
        and (inquiry.names_processes or not (each.gone or each.archived))
    }
    if names:
        inquiry.note("successes_not_saved", sorted(names))


def note_same_names(inquiry: Inquiry) -> None:
    """Note the names of the query that several processes share."""
    names = [each.name for each in inquiry.touched]
    shared = sorted({name for name in names if names.count(name) > 1})
    if shared:
        inquiry.note("same_name", shared)


def note_only_inside_others(inquiry: Inquiry, rows: Sequence[Row]) -> None:
    """Where nothing was found: note the processes of the query that ran, but never on their own."""
    if any(row[-1] for row in rows):
        return
    ids = [each.workflow_id for each in inquiry.touched]
    facts = executions.c
    ran = inquiry.connection.execute(
        select(facts.workflow_id, func.max(case((facts.production, 1), else_=0)))
        .where(facts.workflow_id.in_(ids))
        .group_by(facts.workflow_id)
    )
    names = sorted({inquiry.names[workflow_id] for workflow_id, alone in ran if not alone})
    if names:
        inquiry.note("only_inside_others", names)


def _note_totals_missing(inquiry: Inquiry) -> None:
    whole = inquiry.for_query(group_by=(), having=None)
    inner, _ = _rows(whole, METRICS["order_value"], RECORDED["orders"], inquiry.query.window)
    missing = inquiry.connection.scalar(select(func.sum(inner.c.number - inner.c.known)))
    if missing:
        inquiry.note("totals_missing", [str(int(missing))])
