"""One number, in words: how many, how long, whether there was any."""

from __future__ import annotations

from typing import Any

from catalogue.metrics import METRICS, Metric
from language.nouns import Noun, counted_noun, measured_noun
from language.numbers_in_words import comparable, value_in_words
from language.provenance_in_words import why_unknown
from language.telling import (
    Telling,
    capitalised,
    names_one_order,
    phrase,
    qualified,
    statuses_in_words,
)


def metric_of(telling: Telling) -> Metric:
    """The metric that the query asks for (a value has one)."""
    return METRICS[telling.query.metric or ""]


def label_in_words(telling: Telling) -> str:
    """What is counted or measured, with the statuses it is limited to: "Esecuzioni fallite"."""
    metric = metric_of(telling)
    label = metric.label[telling.language]
    if names_one_order(telling.query) and not telling.query.group_by:
        # One order, asked for by its number, is no kind of orders.
        if metric.unit == "count":
            return telling.say("Ordine", "Order")
        return telling.say("Valore dell'ordine", "Value of order")
    statuses = statuses_in_words(telling.query, telling.language)
    if not statuses:
        return label
    noun = noun_of(telling)
    if metric.id == "executions" and noun is not None:
        return capitalised(noun.many)
    return f"{label} ({telling.say('solo', 'only')} {statuses})"


def noun_of(telling: Telling) -> Noun | None:
    """What the metric counts, with the statuses it is limited to; None for a measure."""
    metric = metric_of(telling)
    noun = counted_noun(metric.id, telling.language)
    if noun is None or metric.id != "executions":
        return noun
    return qualified(noun, telling.query, telling.language)


def is_about_now(telling: Telling) -> bool:
    """Whether the metric is a state of now, which no window applies to."""
    return metric_of(telling).measure.facts == "processes"


def when_in_words(telling: Telling) -> str:
    """The window as it follows the label; all history is "in totale" only of what adds up."""
    if is_about_now(telling):
        return ""
    unbounded = None
    if names_one_order(telling.query):
        unbounded = ""
    elif metric_of(telling).measure.statuses == ("unfinished",):
        unbounded = telling.say("adesso", "now")  # what ended meanwhile is not among them
    elif not metric_of(telling).additive:
        unbounded = telling.say("su tutto lo storico", "over the whole record")
    return telling.when(unbounded=unbounded)


def headline(telling: Telling, *, kind: str = "") -> str:
    """Emoji, label, limits and window: what stands before the colon.

    *kind* follows the label: "per processo".
    """
    when = when_in_words(telling)
    if kind and telling.query.window is None:
        when = telling.when(unbounded="") if not is_about_now(telling) else ""
    return phrase(metric_of(telling).emoji, label_in_words(telling), kind, telling.about(), when)


def single_value(telling: Telling) -> list[str]:
    """The lines of a value without groups."""
    rows = telling.result.rows
    value = rows[0][-1] if rows and rows[0] else None
    if comparable(value) is None:
        return [_unknown(telling)]
    noun = noun_of(telling)
    if telling.reading.focus == "existence" and noun is not None:
        return [_yes_or_no(telling, noun, value)]
    shown = value_in_words(metric_of(telling).id, value, telling.language)
    return [f"{headline(telling)}: {shown}"]


def _yes_or_no(telling: Telling, noun: Noun, value: Any) -> str:
    when = "" if is_about_now(telling) else telling.when(unbounded="")
    rest = phrase(telling.about(), when)
    if names_one_order(telling.query) and comparable(value) == 1:
        return phrase(telling.say("Sì, c'è l'ordine", "Yes, there is order"), rest) + "."
    if names_one_order(telling.query) and telling.language == "en" and comparable(value) == 0:
        return phrase("No, there is no order", rest) + "."
    if comparable(value) == 0:
        return phrase("No,", noun.none(telling.language), rest) + "."
    return phrase(telling.say("Sì,", "Yes,"), noun.counted(value, telling.language), rest) + "."


def _unknown(telling: Telling) -> str:
    outside = why_unknown(telling)
    if outside is not None:
        return f"ℹ️ {outside}"
    metric = metric_of(telling)
    measured = measured_noun(metric.id, telling.language)
    name = measured.one if measured else metric.label[telling.language].lower()
    rest = phrase(telling.about(), when_in_words(telling))
    article = "una" if measured and measured.gender == "f" else "un"
    if metric.measure.facts == "answers":
        return phrase(
            metric.emoji,
            telling.say("Nessuna risposta dell'assistente", "No assistant answer"),
            rest,
        ) + telling.say(f": non c'è {article} {name}.", f": there is no {name}.")
    if any(note.code == "successes_not_saved" for note in telling.result.notes):
        # That no success is recorded does not mean that there was none.
        return f"{headline(telling)}: {telling.say('non si può calcolare', 'cannot be computed')}."
    if metric.measure.facts == "executions":
        return phrase(
            metric.emoji, telling.say("Nessuna esecuzione conclusa", "No finished execution"), rest
        ) + telling.say(f", quindi non c'è {article} {name}.", f", so there is no {name}.")
    return phrase(metric.emoji, metric.label[telling.language], rest) + telling.say(
        ": dato non disponibile.", ": not available."
    )
