"""Values by group: rankings with their winner, tables, series in time with peaks and gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from catalogue.query import TIME_GROUPINGS
from language.causes_in_words import cause_details
from language.group_labels import long_label, row_labels, short_label
from language.nouns import extreme, group_noun
from language.numbers_in_words import (
    comparable,
    number_in_words,
    relative_change,
    sum_of,
    value_in_words,
)
from language.plain_text import SHOWN_ROWS, sparkline, table
from language.provenance_in_words import missing_spans, why_unknown
from language.telling import Telling, capitalised, having_in_words, more_line, phrase
from language.value_answers import headline, label_in_words, metric_of, noun_of
from language.windows_in_words import joined
from language.wording import plain_cause

_WHOLE_GROUPINGS = frozenset({"process", "status"}) | TIME_GROUPINGS
"""Groupings that every fact falls into: their parts add up to the whole."""
_TOLD_TIES = 4
_TOLD_PEAKS = 2
_TOLD_GAPS = 4
_BAR_COLUMNS = 16


def grouped_value(telling: Telling) -> list[str]:
    """The lines of a value by one or two groupings."""
    query, result = telling.query, telling.result
    if not result.rows:
        return [_nothing(telling)]
    groupings = query.group_by
    one = len(groupings) == 1
    lines = [_winner(telling)] if one and _is_ranking(telling) else [_overview(telling)]
    if len(result.rows) > 1 or not (one and _is_ranking(telling)):
        lines += _table(telling)
    if one:
        lines += _series_notes(telling) if groupings[0] in TIME_GROUPINGS else []
        lines += _first_cause(telling)
        lines += _advice(telling)
    return lines


def _nothing(telling: Telling) -> str:
    query = telling.query
    total = telling.result.total_rows
    if total and query.offset:
        return telling.say(
            f"Non c'è altro da mostrare: {total} in tutto.",
            f"There is nothing more to show: {total} in all.",
        )
    outside = why_unknown(telling)
    if outside is not None:
        return f"ℹ️ {outside}"
    metric = metric_of(telling)
    rest = phrase(telling.about(), telling.when())
    if query.having is not None:
        group = group_noun(query.group_by[0], telling.language)
        nobody = telling.say(capitalised(group.none("it")), f"No {group.one}")
        return phrase(metric.emoji, nobody, _condition(telling), rest) + "."
    noun = noun_of(telling)
    if noun is not None:
        emoji = "✅" if metric.id == "errors" else metric.emoji
        return phrase(emoji, capitalised(noun.none(telling.language)), rest) + "."
    return phrase(metric.emoji, label_in_words(telling), rest) + telling.say(
        ": nessun dato.", ": no data."
    )


# --- who comes first -------------------------------------------------------------------------


def _is_ranking(telling: Telling) -> bool:
    query = telling.query
    if query.having is not None or query.offset:
        return False
    if telling.reading.focus in ("ranking", "who", "last"):
        return True
    if query.group_by[0] in TIME_GROUPINGS:
        return query.limit == 1
    return telling.reading.focus == "cause" or query.limit is not None


def _ends_low(telling: Telling) -> bool:
    """Whether the ranking begins with the lowest value."""
    return telling.query.order == "asc"


def _first(telling: Telling) -> tuple[Decimal, list[Sequence[Any]]] | None:
    """The best value and the rows that share it; None where no row has a value."""
    valued = [(comparable(row[-1]), row) for row in telling.result.rows]
    known = [value for value, _ in valued if value is not None]
    if not known:
        return None
    best = min(known) if _ends_low(telling) else max(known)
    return best, [row for value, row in valued if value == best]


def _winner(telling: Telling) -> str:
    first = _first(telling)
    if first is None:
        return _overview(telling)
    best, tied = first
    grouping, metric = telling.query.group_by[0], metric_of(telling)
    names = [long_label(grouping, row[0], telling) for row in tied]
    shown = value_in_words(metric.id, best, telling.language)
    rest = phrase(telling.about(), telling.when(unbounded=""))
    if len(tied) > _TOLD_TIES:
        return _many_tied(telling, len(tied), shown, rest)
    many = len(tied) > 1
    who = joined(names, telling.language)
    leads = _leader(telling, many)
    each = f" {_each(telling)}" if many else ""
    if grouping == "cause":
        # A cause is a sentence of its own: it stands at the end.
        who = "; ".join(names)
        return f"{phrase(metric.emoji, leads, rest)} ({shown}{each}): {who}."
    if grouping == "sender":
        noun = noun_of(telling)
        shown = noun.counted(best, telling.language) if noun else shown
    return f"{phrase(metric.emoji, leads, rest, _verb(telling, many), who)}: {shown}{each}."


def _each(telling: Telling) -> str:
    feminine = group_noun(telling.query.group_by[0], telling.language).gender == "f"
    return telling.say("ciascuna" if feminine else "ciascuno", "each")


def _verb(telling: Telling, many: bool) -> str:
    window = telling.query.window
    over = window is not None and window.end <= telling.now
    if telling.language == "it":
        return "sono" if many else "è"
    if over:
        return "were" if many else "was"
    return "are" if many else "is"


def _many_tied(telling: Telling, count: int, shown: str, rest: str) -> str:
    metric = metric_of(telling)
    group = group_noun(telling.query.group_by[0], telling.language)
    marked = extreme(metric.id, telling.language, lowest=_ends_low(telling))
    shown_count = number_in_words(count, telling.language)
    return (
        phrase(
            metric.emoji,
            telling.say(
                f"A pari merito {shown_count} {group.many} {marked}",
                f"{shown_count} {group.many} tied {marked}",
            ),
            rest,
        )
        + f": {shown} {_each(telling)}."
    )


def _leader(telling: Telling, many: bool) -> str:
    """ "Il processo con più errori", "Chi ha scritto di più", "La causa d'errore più frequente"."""
    grouping, metric, low = telling.query.group_by[0], metric_of(telling), _ends_low(telling)
    if grouping == "sender" and metric.id == "emails_received":
        if telling.language == "it":
            who = "Chi" if not many else "Quelli che"
            return f"{who} {'hanno' if many else 'ha'} scritto di {'meno' if low else 'più'}"
        return f"{'Those' if many else 'The one'} who wrote {'least' if low else 'most'}"
    if grouping == "cause" and metric.id == "errors" and not low:
        if telling.language == "it":
            return "Le cause d'errore più frequenti" if many else "La causa d'errore più frequente"
        return f"The most frequent {'causes' if many else 'cause'} of errors"
    noun = group_noun(grouping, telling.language)
    marked = extreme(metric.id, telling.language, lowest=low)
    if telling.language == "en":
        return f"The {noun.many if many else noun.one} {marked}"
    if many:
        article = "Le" if noun.gender == "f" else "I"
        return f"{article} {noun.many} {marked}"
    if noun.one == "ora":
        return f"L'ora {marked}"
    if noun.one == "esito":
        return f"L'esito {marked}"
    return f"{'La' if noun.gender == 'f' else 'Il'} {noun.one} {marked}"


# --- the whole table -------------------------------------------------------------------------

_BY = {
    "process": ("per processo", "by process"),
    "status": ("per esito", "by outcome"),
    "day": ("per giorno", "by day"),
    "week": ("per settimana", "by week"),
    "month": ("per mese", "by month"),
    "hour": ("per ora del giorno", "by hour of the day"),
    "weekday": ("per giorno della settimana", "by weekday"),
    "sender": ("per mittente", "by sender"),
    "customer": ("per cliente", "by customer"),
    "cause": ("per causa", "by cause"),
    "step": ("per passo", "by step"),
}


def _overview(telling: Telling) -> str:
    query, result = telling.query, telling.result
    which = 0 if telling.language == "it" else 1
    if query.having is not None:
        return _matching_groups(telling)
    ways = [_BY[grouping][which] for grouping in query.group_by]
    kind = joined([ways[0], *(way.split(" ", 1)[1] for way in ways[1:])], telling.language)
    head = headline(telling, kind=kind)
    trend = _trend(telling)
    if trend:
        return f"{head}: {trend}."
    total = _total(telling)
    if total is None:
        return f"{head}:"
    shown = value_in_words(metric_of(telling).id, total, telling.language)
    if len(result.rows) == 1:
        return f"{head}: {shown}"
    return f"{head}: {shown} {telling.say('in tutto', 'in all')}"


def _matching_groups(telling: Telling) -> str:
    """How many groups fulfil the condition: "2 processi con almeno 3 (errori) …"."""
    query, metric = telling.query, metric_of(telling)
    noun = group_noun(query.group_by[0], telling.language)
    count = noun.counted(telling.result.total_rows, telling.language)
    rest = phrase(telling.about(), telling.when(unbounded=""))
    return f"{phrase(metric.emoji, count, _condition(telling), rest)}:"


def _condition(telling: Telling) -> str:
    label = label_in_words(telling).lower()
    return having_in_words(telling.query, label, noun_of(telling), telling.language)


def _is_whole(telling: Telling) -> bool:
    """Whether the rows are all groups, so that what is missing in them did not happen."""
    query, result = telling.query, telling.result
    return (
        query.having is None
        and query.limit is None
        and query.offset == 0
        and len(result.rows) == result.total_rows
    )


def _total(telling: Telling) -> Decimal | None:
    groupings = telling.query.group_by
    if not metric_of(telling).additive or not _is_whole(telling):
        return None
    if not all(grouping in _WHOLE_GROUPINGS for grouping in groupings):
        return None
    return sum_of(row[-1] for row in telling.result.rows)


def _table(telling: Telling) -> list[str]:
    query, result = telling.query, telling.result
    rows = result.rows[:SHOWN_ROWS]
    groupings = query.group_by
    labels = row_labels(groupings, rows, telling)
    metric_id = metric_of(telling).id
    values = [value_in_words(metric_id, row[-1], telling.language) for row in rows]
    cells = [[*label, value] for label, value in zip(labels, values, strict=True)]
    numeric = [*(False for _ in groupings), True]
    bars = _bars(telling, rows)
    if bars:
        cells = [[*row, bar] for row, bar in zip(cells, bars, strict=True)]
        numeric.append(False)
    available = len(result.rows)
    if query.limit is None:
        available = max(available, result.total_rows - query.offset)
    noun = group_noun(groupings[0], telling.language)
    more = more_line(available - len(rows), telling.language, feminine=noun.gender == "f")
    return table(cells, numeric=numeric) + more


def _bars(telling: Telling, rows: Sequence[Sequence[Any]]) -> list[str]:
    """A bar a row for amounts over time, where there are several to compare."""
    groupings = telling.query.group_by
    if len(groupings) != 1 or groupings[0] not in TIME_GROUPINGS or len(rows) < 3:
        return []
    if not metric_of(telling).additive:
        return []
    # All rows share the scale, also those that the text does not show.
    amounts = [comparable(row[-1]) for row in telling.result.rows]
    highest = max((amount for amount in amounts if amount is not None), default=Decimal(0))
    if highest <= 0:
        return []
    shown = []
    for row in rows:
        amount = comparable(row[-1]) or Decimal(0)
        length = int((amount / highest * _BAR_COLUMNS).to_integral_value())
        shown.append("█" * length if length or not amount else "▏")
    return shown


# --- series in time --------------------------------------------------------------------------


def _series_notes(telling: Telling) -> list[str]:
    """The shape of a long series, its peak, and when nothing happened."""
    rows, grouping = telling.result.rows, telling.query.group_by[0]
    lines = []
    values = [comparable(row[-1]) for row in rows]
    known = [value for value in values if value is not None]
    in_time = telling.query.order is None  # a ranking of days has no shape
    if in_time and len(rows) > SHOWN_ROWS and len(known) == len(rows) and _is_whole(telling):
        shape = sparkline([float(value) for value in known])
        if shape and max(known) > min(known):
            first = short_label(grouping, rows[0][0], telling)
            last = short_label(grouping, rows[-1][0], telling)
            lines.append(f"{first} {shape} {last}")
    if len(known) > 2 and not _is_ranking(telling):
        lines += _peak(telling, known)
    gaps = _gaps(telling)
    return lines + ([gaps] if gaps else [])


def _peak(telling: Telling, known: Sequence[Decimal]) -> list[str]:
    highest = max(known)
    if highest == min(known):
        return []
    grouping, metric_id = telling.query.group_by[0], metric_of(telling).id
    at = [row[0] for row in telling.result.rows if comparable(row[-1]) == highest]
    if len(at) > _TOLD_PEAKS:
        return []
    names = joined([long_label(grouping, label, telling) for label in at], telling.language)
    shown = value_in_words(metric_id, highest, telling.language)
    return [telling.say(f"Picco: {names} ({shown}).", f"Peak: {names} ({shown}).")]


def _recorded_days(telling: Telling) -> tuple[date, date] | None:
    """First and last day that the window and the records share, today included."""
    coverage, window = telling.result.coverage, telling.query.window
    if coverage.start is None:
        return None
    begins, ends = coverage.start, telling.now
    if window is not None:
        begins = begins if window.start is None else max(begins, window.start)
        ends = min(ends, window.end - timedelta(microseconds=1))
    if coverage.end is not None:
        ends = min(ends, coverage.end - timedelta(microseconds=1))
    first, last = (moment.astimezone(telling.zone).date() for moment in (begins, ends))
    return (first, last) if first <= last else None


def _slots(telling: Telling) -> list[Any] | None:
    """The labels that a gapless series would have, in order; None where that is not known."""
    span = _recorded_days(telling)
    query, grouping = telling.query, telling.query.group_by[0]
    if span is None or (span[1] - span[0]).days > 3_700:
        return None
    first, last = span
    days = [
        day
        for day in _days(first, last)
        if not query.weekdays or day.isoweekday() in query.weekdays
    ]
    match grouping:
        case "day":
            return _known_slots(days, date.isoformat, telling)
        case "week":
            return _known_slots(days, _week_label, telling)
        case "month":
            return _known_slots(days, lambda day: f"{day:%Y-%m}", telling)
        case "weekday":
            return sorted({day.isoweekday() for day in days})
        case "hour" if _holds_whole_days(telling):
            spans = query.hours or ((0, 24),)
            return sorted({hour for start, end in spans for hour in range(start, end)})
    return None


def _known_slots(days: Sequence[date], label: Callable[[date], str], telling: Telling) -> list[Any]:
    """The labels of *days*; of what n8n deleted before it was read nobody knows that it is none."""
    spans = [
        (begins.astimezone(telling.zone).date(), ends.astimezone(telling.zone).date())
        for begins, ends in missing_spans(telling)
    ]
    unknown = {label(day) for day in days if any(first <= day <= last for first, last in spans)}
    return [each for each in dict.fromkeys(map(label, days)) if each not in unknown]


def _holds_whole_days(telling: Telling) -> bool:
    """Whether every hour of the day had its chance within the recorded part of the window."""
    coverage, window = telling.result.coverage, telling.query.window
    if coverage.start is None:
        return False
    begins = (
        coverage.start if window is None else max(window.start or coverage.start, coverage.start)
    )
    ends = telling.now if window is None else min(window.end, telling.now)
    if coverage.end is not None:
        ends = min(ends, coverage.end)
    return ends - begins >= timedelta(hours=25)


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def _week_label(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def _gaps(telling: Telling) -> str | None:
    """When nothing happened, in words: rows exist only for groups that the records have."""
    query, metric = telling.query, metric_of(telling)
    if metric.unit != "count" or not metric.additive or not _is_whole(telling):
        return None
    slots = _slots(telling)
    if slots is None:
        return None
    present = {row[0] for row in telling.result.rows if comparable(row[-1])}
    missing = [slot for slot in slots if slot not in present]
    if not missing or len(missing) == len(slots):
        return None
    noun = noun_of(telling)
    what = noun.many if noun else metric.label[telling.language].lower()
    grouping = query.group_by[0]
    if grouping == "hour":
        when = _hours_in_spans(missing, telling)
    elif len(missing) <= _TOLD_GAPS:
        when = joined([_gap_label(grouping, slot, telling) for slot in missing], telling.language)
    else:
        unit = group_noun(grouping, telling.language)
        when = telling.say(
            f"{len(missing)} {unit.many} su {len(slots)}",
            f"{len(missing)} of {len(slots)} {unit.many}",
        )
    return telling.say(f"Senza {what}: {when}.", f"Without {what}: {when}.")


def _gap_label(grouping: str, slot: Any, telling: Telling) -> str:
    """A slot without anything; one that is not over yet had nothing so far."""
    if slot == _slot_of(telling.now, grouping, telling) and grouping == "day":
        return telling.say("oggi finora", "today so far")
    return short_label(grouping, slot, telling)


def _hours_in_spans(hours: Sequence[int], telling: Telling) -> str:
    spans: list[list[int]] = []
    for hour in hours:
        if spans and spans[-1][1] == hour:
            spans[-1][1] = hour + 1
        else:
            spans.append([hour, hour + 1])
    shape = telling.say("{}–{}", "{}:00–{}:00")
    return joined([shape.format(*span) for span in spans], telling.language)


# --- where it is going -----------------------------------------------------------------------


def _trend(telling: Telling) -> str:
    """Whether a series rises or falls, with the two figures that show it; "" where unknown."""
    query = telling.query
    if telling.reading.focus != "trend" or len(query.group_by) != 1 or not _is_whole(telling):
        return ""
    if query.group_by[0] not in ("day", "week", "month"):
        return ""
    series = _closed_series(telling)
    if metric_of(telling).additive:
        return _trend_of_halves(telling, [value for _, value in series])
    return _trend_of_ends(telling, series)


def _closed_series(telling: Telling) -> list[tuple[Any, Decimal]]:
    """Label and value of every slot that is over and wholly recorded."""
    grouping, metric = telling.query.group_by[0], metric_of(telling)
    recorded = {row[0]: comparable(row[-1]) for row in telling.result.rows}
    slots = _slots(telling) or [row[0] for row in telling.result.rows]
    if not metric.additive:
        slots = [slot for slot in slots if recorded.get(slot) is not None]
    current = _slot_of(telling.now, grouping, telling)
    slots = [slot for slot in slots if slot != current]
    start = telling.result.coverage.start
    if start is not None and _is_cut_by(start, grouping, telling):
        slots = [slot for slot in slots if slot != _slot_of(start, grouping, telling)]
    return [(slot, recorded.get(slot) or Decimal(0)) for slot in slots]


def _is_cut_by(start: datetime, grouping: str, telling: Telling) -> bool:
    """Whether the records begin within a week or month rather than on its first day."""
    day = start.astimezone(telling.zone).date()
    return (grouping == "week" and day.isoweekday() != 1) or (grouping == "month" and day.day != 1)


def _slot_of(moment: datetime, grouping: str, telling: Telling) -> str:
    day = moment.astimezone(telling.zone).date()
    match grouping:
        case "day":
            return day.isoformat()
        case "week":
            return _week_label(day)
        case _:
            return f"{day:%Y-%m}"


def _direction(telling: Telling, before: Decimal, after: Decimal) -> str:
    """A change of less than a twentieth is none."""
    if abs(after - before) * 20 < max(abs(before), abs(after)):
        return telling.say("andamento stabile", "steady")
    if after > before:
        return telling.say("andamento in crescita", "rising")
    return telling.say("andamento in calo", "falling")


def _trend_of_halves(telling: Telling, values: Sequence[Decimal]) -> str:
    half = len(values) // 2
    if half < 2:
        return ""
    before, after = sum(values[:half], Decimal(0)), sum(values[-half:], Decimal(0))
    metric_id = metric_of(telling).id
    first, second = (value_in_words(metric_id, x, telling.language) for x in (before, after))
    change = relative_change(after, before, metric_of(telling).unit, telling.language)
    percent = f" ({change})" if change and before != after else ""
    unit = group_noun(telling.query.group_by[0], telling.language)
    spans = f"{half} {unit.many}"
    if unit.gender == "f":
        latest, earliest = f"nelle ultime {spans} concluse", f"nelle prime {half}"
    else:
        latest, earliest = f"negli ultimi {spans} conclusi", f"nei primi {half}"
    return _direction(telling, before, after) + telling.say(
        f", {second} {latest} contro {first} {earliest}{percent}",
        f", {second} in the last {spans} that are over against {first} in the first "
        f"{half}{percent}",
    )


def _trend_of_ends(telling: Telling, series: Sequence[tuple[Any, Decimal]]) -> str:
    if len(series) < 2:
        return ""
    (begins, before), (ends, after) = series[0], series[-1]
    grouping, metric_id = telling.query.group_by[0], metric_of(telling).id
    first, second = (value_in_words(metric_id, x, telling.language) for x in (before, after))
    at = [long_label(grouping, label, telling) for label in (begins, ends)]
    return _direction(telling, before, after) + telling.say(
        f", da {first} ({at[0]}) a {second} ({at[1]})",
        f", from {first} ({at[0]}) to {second} ({at[1]})",
    )


# --- why, and what to do ----------------------------------------------------------------------


def _first_cause(telling: Telling) -> list[str]:
    """What else is known of the cause that comes first, where one does."""
    first = _first(telling)
    if first is None or telling.query.group_by[0] != "cause" or len(first[1]) > 1:
        return []
    cause = next((each for each in telling.result.causes if each.cause == first[1][0][0]), None)
    return [cause_details(cause, telling)] if cause and not _ends_low(telling) else []


def _advice(telling: Telling) -> list[str]:
    """For causes: what a person can do about the first one, or one that ties with it."""
    if telling.query.group_by[0] != "cause" or _ends_low(telling):
        return []
    first = _first(telling)
    for row in first[1] if first else ():
        advice = plain_cause(row[0], telling.language).advice if isinstance(row[0], str) else None
        if advice:
            return [f"💡 {advice}"]
    return []
