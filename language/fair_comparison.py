"""An unfinished span beside as much of the other: the days that have gone by, in both.

The whole spans are what was asked for, and they are in the table; the sentence tells the change
over the same number of days, for that is the one that means something.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from catalogue.metrics import METRICS
from catalogue.periods import elapsed_part
from catalogue.query import BusinessQuery, Window
from language.numbers_in_words import difference, relative_change, value_in_words
from language.plain_text import table
from language.telling import Telling, capitalised


def query_of_equal_parts(
    query: BusinessQuery, now: datetime, zone: ZoneInfo
) -> BusinessQuery | None:
    """Return the query for the part of the earlier span that has gone by of the later one.

    None where both are over, where nothing is compared, or where amounts do not add up.
    """
    window, other = query.window, query.compare_to
    if query.metric is None or query.group_by or window is None or other is None:
        return None
    if not METRICS[query.metric].additive or window.start is None or other.start is None:
        return None
    later, earlier = (window, other) if window.start >= other.start else (other, window)
    part = elapsed_part(later, earlier, now, zone)
    if part == earlier:
        return None
    return query.model_copy(update={"window": part, "compare_to": None})


def sentence_of_equal_parts(telling: Telling, value: Decimal, so_far: Decimal) -> str:
    """ "320 a novembre finora contro 309 a ottobre fino allo stesso punto, 11 in più (+3,6%)"."""
    metric_id = str(telling.query.metric)
    unit = METRICS[metric_id].unit
    first, second = _names(telling)
    shown, before = (value_in_words(metric_id, each, telling.language) for each in (value, so_far))
    change = difference(value, so_far)
    if not change:
        changed = telling.say("nessuna variazione", "no change")
    else:
        amount = value_in_words(metric_id, abs(change), telling.language)
        more = telling.say("in più", "more") if change > 0 else _less(telling)
        relative = relative_change(value, so_far, unit, telling.language)
        changed = f"{amount} {more}" + (f" ({relative})" if relative else "")
    return telling.say(
        f"{shown} {first} finora contro {before} {second} fino allo stesso punto, {changed}",
        f"{shown} {first} so far against {before} {second} up to the same point, {changed}",
    )


def table_of_equal_parts(
    telling: Telling, value: Decimal, so_far: Decimal, whole: Decimal | None
) -> list[str]:
    """The unfinished span, as much of the other, and the whole of the other."""
    metric_id = str(telling.query.metric)
    later, earlier = (_noun(window, telling) for window in _spans(telling))
    rows = [
        (telling.say(f"{later} finora", f"{later} so far"), value),
        (
            telling.say(f"{earlier} fino allo stesso punto", f"{earlier} up to the same point"),
            so_far,
        ),
        (telling.say(f"{earlier} per intero", f"{earlier} as a whole"), whole),
    ]
    cells = [
        [capitalised(name), value_in_words(metric_id, amount, telling.language)]
        for name, amount in rows
    ]
    return table(cells, numeric=[False, True])


def _less(telling: Telling) -> str:
    euro = METRICS[str(telling.query.metric)].unit == "euro"
    return telling.say("in meno", "less" if euro else "fewer")


def _spans(telling: Telling) -> tuple[Window | None, Window | None]:
    return telling.query.window, telling.query.compare_to


def _names(telling: Telling) -> tuple[str, str]:
    first, second = (telling.window(window, relative=False) for window in _spans(telling))
    return first, second


def _noun(window: Window | None, telling: Telling) -> str:
    name = telling.span(window, relative=False)
    return name.removeprefix("il periodo ").removeprefix("the period ")
