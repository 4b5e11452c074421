"""What a question about the future is answered with until there are forecasts: the like past.

The figures come from SQL; their mean is the only number that is made here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from catalogue.metrics import METRICS
from catalogue.query import Window
from language.nouns import label_of
from language.numbers_in_words import comparable, value_in_words
from language.telling import Telling, phrase


@dataclass(frozen=True)
class PastFigure:
    """The value of the asked metric over a window like the one that was asked for."""

    window: Window
    value: Any


_WEEKDAYS = {
    "it": ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabati", "domeniche"),
    "en": ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"),
}
_FEMININE = 6
"""The place of the only weekday that is feminine in Italian."""


def past_in_words(telling: Telling, figures: Sequence[PastFigure]) -> list[str]:
    """The latest like period and the mean of all of them; [] where none is recorded.

    *figures* are the latest first.
    """
    metric = METRICS[str(telling.query.metric)]
    known = [
        (figure.window, value)
        for figure in figures
        if (value := comparable(figure.value)) is not None
    ]
    if not known:
        return []
    window, latest = known[0]
    label = label_of(metric.id, telling.language)
    shown = value_in_words(metric.id, latest, telling.language)
    line = f"{phrase(label, telling.about(), telling.window(window))}: {shown}"
    if len(known) > 1:
        values = [value for _, value in known]
        line += "; " + _among(telling, metric.id, values, [each for each, _ in known])
    return [f"{line}."]


def _among(
    telling: Telling, metric_id: str, values: Sequence[Decimal], windows: Sequence[Window]
) -> str:
    """ "in media negli ultimi 4 giovedì: 7,5"; of what does not add up, from where to where."""
    periods = _periods(telling, windows)
    if METRICS[metric_id].additive:
        mean = sum(values, Decimal(0)) / len(values)
        shown = _mean_in_words(metric_id, mean, telling)
        return telling.say(f"in media {periods}: {shown}", f"on average {periods}: {shown}")
    low, high = (
        value_in_words(metric_id, value, telling.language) for value in (min(values), max(values))
    )
    return telling.say(f"{periods} da {low} a {high}", f"{periods} from {low} to {high}")


def _mean_in_words(metric_id: str, mean: Decimal, telling: Telling) -> str:
    if METRICS[metric_id].unit != "count":
        return value_in_words(metric_id, mean, telling.language)
    rounded = mean.quantize(Decimal("0.1"), ROUND_HALF_UP)
    text = f"{rounded.normalize():,f}"
    if telling.language == "en":
        return text
    return text.translate(str.maketrans(",.", ".,"))


def _periods(telling: Telling, windows: Sequence[Window]) -> str:
    """What the windows are called together: "negli ultimi 4 giovedì", "in the last 3 months"."""
    count, window = len(windows), windows[0]
    if window.start is None:
        return telling.say(f"negli ultimi {count} periodi", f"in the last {count} periods")
    start = window.start.astimezone(telling.zone)
    length = window.end - window.start
    if length <= timedelta(hours=25):
        place = start.weekday()
        ending = "e" if place == _FEMININE else "i"
        article = "nelle" if place == _FEMININE else "negli"
        part = (
            "" if length >= timedelta(hours=23) else telling.say(" alle stesse ore", ", same hours")
        )
        return telling.say(
            f"{article} ultim{ending} {count} {_WEEKDAYS['it'][place]}{part}",
            f"over the last {count} {_WEEKDAYS['en'][place]}{part}",
        )
    days = round(length.total_seconds() / 86400)
    if days == 7 and start.weekday() == 0:
        return telling.say(f"nelle ultime {count} settimane", f"over the last {count} weeks")
    if start.day == 1 and 28 <= days <= 31:
        return telling.say(f"negli ultimi {count} mesi", f"over the last {count} months")
    return telling.say(
        f"negli ultimi {count} periodi uguali", f"over the last {count} periods like it"
    )
