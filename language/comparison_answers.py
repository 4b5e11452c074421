"""One value over two spans: what changed, by how much, whether that is good, and how fair it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from catalogue.periods import period_label
from catalogue.query import Window
from language.fair_comparison import sentence_of_equal_parts, table_of_equal_parts
from language.group_labels import long_label, row_labels
from language.nouns import group_noun
from language.numbers_in_words import (
    comparable,
    difference,
    points_in_words,
    relative_change,
    value_in_words,
)
from language.plain_text import SHOWN_ROWS, table
from language.provenance_in_words import missing_spans, nothing_stored, why_unknown
from language.telling import Telling, capitalised, more_line, phrase
from language.value_answers import label_in_words, metric_of
from language.windows_in_words import recurrence_in_words, since_day_in_words
from persistence.results import Result

_SAME_LENGTH = timedelta(hours=2)
"""Spans that differ by less are equally long: a day of 23 or 25 hours lies in one of them."""

_MORE_AND_LESS = {
    "count": ("more", "fewer"),
    "percent": ("higher", "lower"),
    "seconds": ("longer", "shorter"),
    "euro": ("more", "less"),
}
_NEARLY_OVER = 0.95
"""From this part of a span on, what is missing of it does not turn a comparison round."""

Row = Sequence[Any]


def in_time_order(telling: Telling) -> Telling:
    """The comparison with the later span as its window, whichever was named first.

    A change is told from the earlier to the later span: "October against November" is a rise if
    November has more.
    """
    query = telling.query
    window, other = query.window, query.compare_to
    if window is None or other is None or window.start is None or other.start is None:
        return telling
    if (other.start, other.end) <= (window.start, window.end):
        return telling
    turned = query.model_copy(update={"window": other, "compare_to": window})
    first = _label(window, telling)
    rows = telling.result.rows
    later = tuple(row for row in rows if str(row[0]) != first)
    earlier = tuple(row for row in rows if str(row[0]) == first)
    return replace(telling, query=turned, result=replace(telling.result, rows=later + earlier))


def without_itself(telling: Telling) -> Telling:
    """A span compared with itself, as the plain value that it is."""
    query, result = telling.query, telling.result
    if query.window is None or query.window != query.compare_to:
        return telling
    rows = tuple(dict.fromkeys(tuple(row[1:]) for row in result.rows))
    return replace(
        telling,
        query=query.model_copy(update={"compare_to": None}),
        result=replace(result, columns=result.columns[1:], rows=rows, total_rows=len(rows)),
    )


def compared_value(telling: Telling, so_far: Result | None = None) -> list[str]:
    """The lines of a comparison in time order, with or without groups.

    *so_far* is the value over as much of the earlier span as has gone by of the later one.
    """
    if telling.result.coverage.start is None:
        return [f"ℹ️ {nothing_stored(telling.language)}"]
    if telling.query.group_by:
        return _by_group(telling)
    now_row, before_row = _two_rows(telling)
    value = comparable(now_row[-1]) if now_row else None
    previous = comparable(before_row[-1]) if before_row else None
    if value is None and previous is None:
        outside = why_unknown(telling)
        if outside is not None:
            return [f"ℹ️ {outside}"]
        return [f"{_head(telling)}: {telling.say('nessun dato', 'no data')}."]
    part = comparable(so_far.rows[0][-1]) if so_far is not None and so_far.rows else None
    if value is not None and part is not None and not _is_incomparable(telling):
        verdict = _verdict(telling, value, part)
        return [
            f"{_head(telling)}: {sentence_of_equal_parts(telling, value, part)}{verdict}.",
            *table_of_equal_parts(telling, value, part, previous),
        ]
    return [
        f"{_head(telling)}: {_sentence(telling, value, previous)}.",
        *_small_table(telling, value, previous),
        *fairness(telling),
    ]


def _names(telling: Telling) -> tuple[str, str]:
    """Both spans as adverbs, told apart by their own names."""
    first, second = (
        telling.window(window, relative=False)
        for window in (telling.query.window, telling.query.compare_to)
    )
    return first, second


def _head(telling: Telling) -> str:
    query = telling.query
    recurring = recurrence_in_words(query.hours, query.weekdays, telling.language)
    about = ", ".join(part for part in (telling.about(), recurring) if part)
    return phrase(metric_of(telling).emoji, label_in_words(telling), about)


def _two_rows(telling: Telling) -> tuple[Row | None, Row | None]:
    """The row of the window and the row of the span it is compared with.

    A span over which the value is unknown has no row: one row alone is told by its label.
    """
    rows = telling.result.rows
    if len(rows) >= 2:
        return rows[0], rows[1]
    if not rows:
        return None, None
    only = rows[0]
    if (
        str(only[0])
        == _label(telling.query.compare_to, telling)
        != _label(telling.query.window, telling)
    ):
        return None, only
    return only, None


def _label(window: Window | None, telling: Telling) -> str | None:
    """The label that a result gives to *window*."""
    return None if window is None else period_label(window, telling.zone)


def _sentence(telling: Telling, value: Decimal | None, previous: Decimal | None) -> str:
    first, second = _names(telling)
    metric_id = metric_of(telling).id
    if value is None or previous is None:
        known, where, unknown = (
            (previous, second, first) if value is None else (value, first, second)
        )
        shown = value_in_words(metric_id, known, telling.language)
        return telling.say(
            f"{shown} {where}; non c'è un valore {unknown}, quindi nessun confronto",
            f"{shown} {where}; there is no value {unknown}, so nothing to compare",
        )
    shown = value_in_words(metric_id, value, telling.language)
    before = value_in_words(metric_id, previous, telling.language)
    if _is_incomparable(telling):
        return telling.say(
            f"{shown} {first}; {before} {second}, ma quel periodo è registrato solo in parte: "
            "un confronto non è possibile",
            f"{shown} {first}; {before} {second}, but that period is recorded only in part: "
            "they cannot be compared",
        )
    change = change_in_words(telling, value, previous)
    verdict = _verdict(telling, value, previous) if _is_certain(telling, value, previous) else ""
    return telling.say(
        f"{shown} {first} contro {before} {second}, {change}{verdict}",
        f"{shown} {first} against {before} {second}, {change}{verdict}",
    )


def change_in_words(telling: Telling, value: Decimal, previous: Decimal) -> str:
    """ "30 in meno (−20%)", "1,4 punti in più", "nessuna variazione"."""
    change = difference(value, previous)
    if not change:
        return telling.say("nessuna variazione", "no change")
    metric = metric_of(telling)
    if metric.unit == "percent":
        points = points_in_words(change, telling.language)
        one = abs(change) == 1
        amount = telling.say(
            f"{points} {'punto' if one else 'punti'}",
            f"{points} percentage {'point' if one else 'points'}",
        )
        relative = None
    else:
        amount = value_in_words(metric.id, abs(change), telling.language)
        fair = _is_fair(telling)
        relative = relative_change(value, previous, metric.unit, telling.language) if fair else None
    more, less = _MORE_AND_LESS[metric.unit]
    if change > 0:
        text = telling.say(f"{amount} in più", f"{amount} {more}")
    else:
        text = telling.say(f"{amount} in meno", f"{amount} {less}")
    return f"{text} ({relative})" if relative else text


def _recorded_part(window: Window | None, telling: Telling) -> float:
    """How much of *window* is recorded, from the first record on, as a share of 1."""
    start = telling.result.coverage.start
    if window is None or window.start is None or start is None:
        return 1.0
    begins = max(window.start, start)
    missing = sum(
        (
            max(min(last, window.end) - max(first, begins), timedelta(0))
            for first, last in missing_spans(telling)
        ),
        timedelta(0),
    )
    return max(0.0, (window.end - begins - missing) / (window.end - window.start))


def _is_incomparable(telling: Telling) -> bool:
    """Whether the earlier amount lacks so much of its span that a difference would mislead."""
    adds_up = metric_of(telling).additive
    return adds_up and _recorded_part(telling.query.compare_to, telling) < _NEARLY_OVER


def _is_fair(telling: Telling) -> bool:
    """Whether a percentage means something: both spans are recorded, and as long as each other."""
    window, other = telling.query.window, telling.query.compare_to
    if _recorded_part(other, telling) < 1 or missing_spans(telling):
        return False
    if window is None or other is None or not _is_unfinished(window, telling.now):
        return True
    return (
        not metric_of(telling).additive
        or _is_cut_to_now(window, other, telling.now)
        or _is_nearly_over(window, other, telling)
    )


def _verdict(telling: Telling, value: Decimal, previous: Decimal) -> str:
    better = is_better(metric_of(telling).higher_is, value, previous)
    if better is None:
        return ""
    if better:
        return telling.say(": un miglioramento", ", which is better")
    return telling.say(": un peggioramento", ", which is worse")


def is_better(higher_is: str, value: Decimal, previous: Decimal) -> bool | None:
    """Whether the change is good; None where it is neither."""
    if higher_is == "neutral" or value == previous:
        return None
    return (value > previous) == (higher_is == "good")


def _small_table(telling: Telling, value: Decimal | None, previous: Decimal | None) -> list[str]:
    metric_id = metric_of(telling).id
    cells = []
    for window, amount in (
        (telling.query.window, value),
        (telling.query.compare_to, previous),
    ):
        name = _row_name(window, telling)
        cells.append([name, value_in_words(metric_id, amount, telling.language)])
    return table(cells, numeric=[False, True])


def _row_name(window: Window | None, telling: Telling, *, capital: bool = True) -> str:
    """A span at the head of a line or column."""
    name = telling.span(window, relative=False)
    name = name.removeprefix("il periodo ").removeprefix("the period ")
    return capitalised(name) if capital else name


# --- groups ----------------------------------------------------------------------------------


def _by_group(telling: Telling) -> list[str]:
    query, rows = telling.query, telling.result.rows
    if not rows:
        outside = why_unknown(telling)
        if outside is not None:
            return [f"ℹ️ {outside}"]
        return [f"{_head(telling)}: {telling.say('nessun dato', 'no data')}."]
    first_label = _first_label(telling)
    now_rows = {tuple(row[1:-1]): row[-1] for row in rows if str(row[0]) == first_label}
    before_rows = {tuple(row[1:-1]): row[-1] for row in rows if str(row[0]) != first_label}
    groups = list(dict.fromkeys([*now_rows, *before_rows]))
    first, second = (
        _row_name(window, telling, capital=False) for window in (query.window, query.compare_to)
    )
    ways = telling.say(" e ", " and ").join(
        group_noun(grouping, telling.language).one for grouping in query.group_by
    )
    lines = [
        phrase(
            _head(telling),
            telling.say(f"per {ways}", f"by {ways}") + ",",
            telling.say(f"{first} contro {second}", f"{first} against {second}"),
        )
        + ":"
    ]
    lines += _group_table(telling, groups, now_rows, before_rows)
    strongest = _strongest(telling, groups, now_rows, before_rows)
    return lines + strongest + fairness(telling)


def _first_label(telling: Telling) -> str | None:
    """The label of the window's own rows; None where only the other span has any."""
    labels = [str(row[0]) for row in telling.result.rows]
    label = _label(telling.query.window, telling)
    if label in labels:
        return label
    return None if labels[0] == _label(telling.query.compare_to, telling) else labels[0]


def _group_table(
    telling: Telling,
    groups: Sequence[tuple[Any, ...]],
    now_rows: dict[tuple[Any, ...], Any],
    before_rows: dict[tuple[Any, ...], Any],
) -> list[str]:
    query, metric_id = telling.query, metric_of(telling).id
    shown = groups[:SHOWN_ROWS]
    labels = row_labels(query.group_by, shown, telling)
    heads = [capitalised(group_noun(grouping, telling.language).one) for grouping in query.group_by]
    spans = [_row_name(window, telling) for window in (query.window, query.compare_to)]
    cells = [[*heads, *spans]]
    for group, label in zip(shown, labels, strict=True):
        values = [_amount(telling, rows.get(group)) for rows in (now_rows, before_rows)]
        cells.append(
            [*label, *(value_in_words(metric_id, value, telling.language) for value in values)]
        )
    lines = table(cells, numeric=[*(False for _ in heads), True, True])
    noun = group_noun(query.group_by[0], telling.language)
    left = len(groups) - len(shown)
    return lines + more_line(left, telling.language, feminine=noun.gender == "f")


def _amount(telling: Telling, value: Any) -> Any:
    """A group that a span's rows leave out had none of what is counted: a zero, not a gap.

    Unless rows were left out of them: of a ranking's first three nothing follows for the fourth.
    """
    query = telling.query
    whole = query.having is None and query.limit is None and not query.offset
    if value is None and metric_of(telling).additive and whole:
        return 0
    return value


def _strongest(
    telling: Telling,
    groups: Sequence[tuple[Any, ...]],
    now_rows: dict[tuple[Any, ...], Any],
    before_rows: dict[tuple[Any, ...], Any],
) -> list[str]:
    """The group that changed most; none where several share that place."""
    if len(telling.query.group_by) != 1 or len(groups) < 2 or _is_incomparable(telling):
        return []
    changes = []
    for group in groups:
        now_value, before_value = (
            _amount(telling, rows.get(group)) for rows in (now_rows, before_rows)
        )
        change = difference(now_value, before_value)
        if change:
            changes.append((abs(change), group, before_value, now_value))
    changes.sort(key=lambda found: found[0], reverse=True)
    if not changes or (len(changes) > 1 and changes[0][0] == changes[1][0]):
        return []
    _, group, before_value, now_value = changes[0]
    metric_id = metric_of(telling).id
    name = long_label(telling.query.group_by[0], group[0], telling)
    before, after = (
        value_in_words(metric_id, value, telling.language) for value in (before_value, now_value)
    )
    return [
        telling.say(
            f"La variazione più forte: {name}, da {before} a {after}.",
            f"The biggest change: {name}, from {before} to {after}.",
        )
    ]


# --- fairness --------------------------------------------------------------------------------


def fairness(telling: Telling) -> list[str]:
    """What a reader must know before trusting the comparison."""
    window, other = telling.query.window, telling.query.compare_to
    if window is None or other is None or window.start is None or other.start is None:
        return []
    said = []
    start = telling.result.coverage.start
    if start is not None and other.start < start < other.end:
        name = telling.span(other, relative=False)
        begins = since_day_in_words(start, telling.language, telling.now, telling.zone)
        fact = telling.say(
            f"per {name} ci sono dati solo {begins}.", f"for {name} there is data only {begins}."
        )
        partial = telling.say("Confronto parziale: ", "Partial comparison: ")
        said.append(f"⚖️ {capitalised(fact) if _is_incomparable(telling) else partial + fact}")
    if said and _equally_long(window, other):
        return said
    if _is_cut_to_now(window, other, telling.now):
        return said or _same_part(telling, window)
    if _is_unfinished(window, telling.now):
        said += _about_the_unfinished(telling, window, other)
    elif _begin_alike(window, other, telling) and not said:
        said += _equal_parts(telling, window, other)
    return said


def _is_unfinished(window: Window, now: datetime) -> bool:
    return window.start is not None and window.start <= now < window.end


def _is_certain(telling: Telling, value: Decimal, previous: Decimal) -> bool:
    """Whether good or bad can be said now.

    Both spans are recorded and over, or the value does not add up, or so much came in already
    that what is still to come can only add to it.
    """
    window, other = telling.query.window, telling.query.compare_to
    if window is None or other is None or window.start is None or other.start is None:
        return False
    start = telling.result.coverage.start
    if start is not None and min(window.start, other.start) < start:
        return False
    if missing_spans(telling):
        return False
    if not metric_of(telling).additive or not _is_unfinished(window, telling.now):
        return True
    if _is_cut_to_now(window, other, telling.now):
        return True
    return value > previous or _is_nearly_over(window, other, telling)


def _is_cut_to_now(window: Window, other: Window, now: datetime) -> bool:
    """Whether the other span is only as long as what has gone by of the unfinished one."""
    if window.start is None or other.start is None or not _is_unfinished(window, now):
        return False
    return abs((now - window.start) - (other.end - other.start)) <= _SAME_LENGTH


def _is_nearly_over(window: Window, other: Window, telling: Telling) -> bool:
    if window.start is None or not _equally_long(window, other):
        return False
    return (telling.now - window.start) / (window.end - window.start) >= _NEARLY_OVER


def _ends_today(window: Window, telling: Telling) -> bool:
    return window.end - telling.now <= timedelta(hours=25)


def _equally_long(window: Window, other: Window) -> bool:
    if window.start is None or other.start is None:
        return False
    lengths = (window.end - window.start, other.end - other.start)
    return abs(lengths[0] - lengths[1]) <= _SAME_LENGTH


def _about_the_unfinished(telling: Telling, window: Window, other: Window) -> list[str]:
    """The first span is still running: its figure grows."""
    if _equally_long(window, other) and _ends_today(window, telling):
        parts = _equal_parts(telling, window, other)
        if parts:
            return [
                parts[0].removesuffix(".")
                + telling.say(", oggi compreso fin qui.", ", today included so far.")
            ]
        if not metric_of(telling).additive or _is_nearly_over(window, other, telling):
            return []
        return [
            telling.say(
                "⚖️ Oggi non è ancora finito: il confronto non è del tutto alla pari.",
                "⚖️ Today is not over yet: the comparison is not quite like for like.",
            )
        ]
    name = _span_name(window, telling)
    day = _day_of(window, telling)
    return [
        telling.say(
            f"⚖️ {capitalised(name)} non è ancora finit{_ending(name)}{day}: "
            "il confronto non è alla pari.",
            f"⚖️ {capitalised(name)} is not over yet{day}: the comparison is not like for like.",
        )
    ]


def _same_part(telling: Telling, window: Window) -> list[str]:
    name = _span_name(window, telling)
    return [
        telling.say(
            f"⚖️ Confronto alla pari: {name} non è ancora finit{_ending(name)}, "
            "quindi prendo la stessa parte del periodo prima.",
            f"⚖️ Like for like: {name} is not over yet, "
            "so I take the same part of the period before.",
        )
    ]


def _span_name(window: Window, telling: Telling) -> str:
    """A span as the subject of a sentence; those with a plural name are just "the period"."""
    name = telling.span(window, relative=False)
    if name.startswith(("gli ", "le ", "i ", "the last ", "the next ")) or " e oggi" in name:
        return telling.say("il periodo", "the period")
    return name


def _ending(name: str) -> str:
    return "a" if "settimana" in name else "o"


def _day_of(window: Window, telling: Telling) -> str:
    """How far the span has come: " (giorno 22 di 30)"."""
    if window.start is None:
        return ""
    first = window.start.astimezone(telling.zone).date()
    last = (window.end - timedelta(microseconds=1)).astimezone(telling.zone).date()
    today = telling.now.astimezone(telling.zone).date()
    days, reached = (last - first).days + 1, (today - first).days + 1
    if days < 2:
        return ""
    return telling.say(f" (giorno {reached} di {days})", f" (day {reached} of {days})")


def _begin_alike(window: Window, other: Window, telling: Telling) -> bool:
    return _common_unit(window, other, telling) is not None


def _common_unit(window: Window, other: Window, telling: Telling) -> str | None:
    """Of which calendar unit both spans are the first days; None where of none."""
    if window.start is None or other.start is None:
        return None
    starts = [moment.astimezone(telling.zone) for moment in (window.start, other.start)]
    if any((start.hour, start.minute) != (0, 0) for start in starts):
        return None
    days = _whole_days(window, telling)
    if days is None or days != _whole_days(other, telling):
        return None
    if all(start.isoweekday() == 1 for start in starts) and 1 < days < 7:
        return "week"
    if all((start.month, start.day) == (1, 1) for start in starts) and 31 < days < 365:
        return "year"
    if all(start.day == 1 for start in starts) and 1 < days < 28:
        return "month"
    return None


def _whole_days(window: Window, telling: Telling) -> int | None:
    if window.start is None:
        return None
    start, end = (moment.astimezone(telling.zone) for moment in (window.start, window.end))
    if (end.hour, end.minute) != (0, 0):
        return None
    return (end.date() - start.date()).days


def _equal_parts(telling: Telling, window: Window, other: Window) -> list[str]:
    """ "primi 22 giorni di entrambi i mesi"."""
    unit = _common_unit(window, other, telling)
    if unit is None:
        return []
    days = _whole_days(window, telling)
    both = {
        "week": ("di entrambe le settimane", "of both weeks"),
        "month": ("di entrambi i mesi", "of both months"),
        "year": ("di entrambi gli anni", "of both years"),
    }[unit]
    return [
        telling.say(
            f"⚖️ Confronto alla pari: i primi {days} giorni {both[0]}.",
            f"⚖️ Like for like: the first {days} days {both[1]}.",
        )
    ]
