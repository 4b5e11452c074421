"""What every kind of answer is made from, and what was asked, put into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from catalogue.metrics import METRICS, Language
from catalogue.query import BusinessQuery, Filter, Having, Window
from catalogue.reading import Reading
from language.nouns import Noun, status_in_words
from language.numbers_in_words import value_in_words
from language.plain_text import quoted
from language.windows_in_words import (
    joined,
    recurrence_in_words,
    window_as_noun,
    window_in_words,
)
from persistence.results import Result

_EXECUTION_FACTS = frozenset({"executions"})
_NAMES_OF_PEOPLE_AND_THINGS = frozenset({"sender", "customer", "order"})


@dataclass(frozen=True, slots=True)
class Telling:
    """One question with its result, about to be told."""

    reading: Reading
    query: BusinessQuery
    result: Result
    now: datetime
    zone: ZoneInfo

    @property
    def language(self) -> Language:
        """The language of the answer."""
        return self.reading.language

    def say(self, italian: str, english: str) -> str:
        """The one of two texts that is in the answer's language."""
        return italian if self.reading.language == "it" else english

    def window(self, window: Window | None, *, relative: bool = True) -> str:
        """*window* as an adverb: "a ottobre"."""
        return window_in_words(
            window,
            self.language,
            self.now,
            self.zone,
            relative=relative,
            words=self._words_of(window),
        )

    def span(self, window: Window | None, *, relative: bool = True) -> str:
        """*window* as a noun: "ottobre"."""
        return window_as_noun(
            window,
            self.language,
            self.now,
            self.zone,
            relative=relative,
            words=self._words_of(window),
        )

    def _words_of(self, window: Window | None) -> str | None:
        """The question's words for *window*, which are of the window it named only."""
        asked = self.reading.query
        return self.reading.window_words if asked and asked.window == window else None

    def when(self, *, unbounded: str | None = None) -> str:
        """The query's window and what recurs in it; *unbounded* stands for all history."""
        query = self.query
        if query.window is None and unbounded is not None:
            span = unbounded
        else:
            span = self.window(query.window)
        recurring = recurrence_in_words(query.hours, query.weekdays, self.language)
        return ", ".join(words for words in (span, recurring) if words)

    def about(self) -> str:
        """The query's filters, except the status, which is part of what is counted."""
        return filters_in_words(self._as_recorded(), self.language)

    def _as_recorded(self) -> BusinessQuery:
        """The query with the names of its filters as the rows write them, where they do."""
        cells = [cell for row in self.result.rows for cell in row if isinstance(cell, str)]
        filters = tuple(
            condition.model_copy(
                update={"values": tuple(_as_written(value, cells) for value in condition.values)}
            )
            if condition.field in _NAMES_OF_PEOPLE_AND_THINGS
            else condition
            for condition in self.query.filters
        )
        return self.query.model_copy(update={"filters": filters})


def _as_written(value: str, cells: Sequence[str]) -> str:
    wanted = value.lower()
    for cell in cells:
        place = cell.lower().find(wanted)
        # Some letters change their number with their case: then the places do not match.
        if place >= 0 and len(cell.lower()) == len(cell):
            return cell[place : place + len(wanted)]
    return value


def phrase(*parts: str) -> str:
    """The parts that are not empty, as one run of words; commas cling to what they follow."""
    return " ".join(part for part in parts if part).replace(" ,", ",")


def capitalised(text: str) -> str:
    """*text* with its first letter in upper case; n8n is always small."""
    return text if text.startswith("n8n") else text[:1].upper() + text[1:]


def moment_of(value: Any) -> datetime | None:
    """A moment out of a row: as it is, or from the ISO text that a cache made of it."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, datetime) and value.tzinfo is not None else None


def statuses_of(query: BusinessQuery) -> tuple[str, ...]:
    """The statuses that the query asks for, where it names them positively."""
    return tuple(
        value
        for condition in query.filters
        if condition.field == "status" and condition.op != "is_not"
        for value in condition.values
    )


def statuses_in_words(query: BusinessQuery, language: Language) -> str:
    """The query's statuses as they qualify executions: "fallite o annullate", "non riuscite"."""
    wanted = [status_in_words(status, language, plural=True) for status in statuses_of(query)]
    unwanted = [
        status_in_words(status, language, plural=True)
        for condition in query.filters
        if condition.field == "status" and condition.op == "is_not"
        for status in condition.values
    ]
    last = "o" if language == "it" else "or"
    said = joined(wanted, language, last=last)
    if unwanted:
        without = joined(unwanted, language, last=last)
        exception = f"tranne {without}" if language == "it" else f"other than {without}"
        said = phrase(said, exception)
    return said


def qualified(noun: Noun, query: BusinessQuery, language: Language) -> Noun:
    """*noun*, an execution, with the statuses that the query limits it to: "failed execution"."""
    if not statuses_in_words(query, language):
        return noun
    conditions = [condition for condition in query.filters if condition.field == "status"]
    if any(condition.op == "is_not" for condition in conditions):
        suffix = statuses_in_words(query, language)
        suffix = suffix if language == "en" and len(conditions) == 1 else f"({suffix})"
        return Noun(f"{noun.one} {suffix}", f"{noun.many} {suffix}", noun.gender)
    statuses = statuses_of(query)
    if language == "en":
        either = joined([status_in_words(status, "en") for status in statuses], "en", last="or")
        return Noun(f"{either} {noun.one}", f"{either} {noun.many}")
    one = joined([status_in_words(status, "it") for status in statuses], "it", last="o")
    many = joined([status_in_words(s, "it", plural=True) for s in statuses], "it", last="o")
    return Noun(f"{noun.one} {one}", f"{noun.many} {many}", noun.gender)


def filters_in_words(query: BusinessQuery, language: Language) -> str:
    """What the query is limited to: "nel processo «Ordini»", "from mario@example.com"."""
    said = [
        _condition_in_words(condition, query, language)
        for condition in query.filters
        if condition.field != "status"
    ]
    return ", ".join(words for words in said if words)


def _names(values: Sequence[str], language: Language, last: str) -> str:
    return joined([quoted(value, language) for value in values], language, last=last)


def _condition_in_words(condition: Filter, query: BusinessQuery, language: Language) -> str:
    italian = language == "it"
    either = _names(condition.values, language, "o" if italian else "or")
    if condition.op == "is_not":
        return f"(esclusi: {either})" if italian else f"(excluding {either})"
    inside = condition.op == "contains"
    match condition.field:
        case "process":
            return _process_condition(condition, query, language)
        case "sender":
            if inside and not _are_whole_names(condition):
                return f"da mittenti con {either}" if italian else f"from senders with {either}"
            return f"da {either}" if italian else f"from {either}"
        case "customer":
            if inside and not _are_whole_names(condition):
                return f"di clienti con {either}" if italian else f"of customers with {either}"
            return f"del cliente {either}" if italian else f"of customer {either}"
        case "order":
            if inside:
                return f"con {either} nel numero" if italian else f"with {either} in the number"
            if _facts_of(query) == "orders":
                return either
            return f"dell'ordine {either}" if italian else f"of order {either}"
        case "cause":
            return f"con causa {either}" if italian else f"with cause {either}"
        case _:
            where = _SEARCHED.get(_facts_of(query), _SEARCHED[""])[0 if italian else 1]
            return f"con {either} {where}" if italian else f"with {either} {where}"


def _are_whole_names(condition: Filter) -> bool:
    """Whether the values are first and last names, not parts of names or addresses."""
    return all(" " in value.strip() for value in condition.values)


_SEARCHED = {
    "emails": ("nell'oggetto o nel testo conservato", "in the subject or the stored text"),
    "executions": ("nel messaggio d'errore", "in the error message"),
    "orders": ("nel numero o nel cliente", "in the number or the customer"),
    "": ("nel testo", "in the text"),
}
"""Where a text is looked for, by the facts that are searched."""


def _facts_of(query: BusinessQuery) -> str:
    """What kind of facts the query is about; "" where it is about several."""
    if query.metric is not None:
        return METRICS[query.metric].measure.facts
    if query.subject is not None:
        return "executions" if query.subject == "errors" else query.subject
    return {"email": "emails", "errors": "executions"}.get(query.story or "", "")


def names_one_order(query: BusinessQuery) -> bool:
    """Whether orders are asked for and one of them is named."""
    named = [condition for condition in query.filters if condition.field == "order"]
    return (
        _facts_of(query) == "orders"
        and len(named) == 1
        and named[0].op == "is"
        and len(named[0].values) == 1
    )


def _process_condition(condition: Filter, query: BusinessQuery, language: Language) -> str:
    metric = METRICS.get(query.metric or "")
    of_it = metric is not None and (
        metric.unit in ("percent", "seconds") or metric.measure.facts in _EXECUTION_FACTS
    )
    if query.subject == "executions" or query.story is not None:
        of_it = True
    one = len(condition.values) == 1
    if condition.op == "contains":
        either = _names(condition.values, language, "o" if language == "it" else "or")
        if language == "it":
            return f"{'dei' if of_it else 'nei'} processi con {either} nel nome"
        return f"in processes with {either} in their name"
    names = _names(condition.values, language, "e" if language == "it" else "and")
    if language == "it":
        article = ("del" if one else "dei") if of_it else ("nel" if one else "nei")
        return f"{article} {'processo' if one else 'processi'} {names}"
    errors = query.metric == "errors" or query.story is not None
    return f"{'of' if of_it and not errors else 'in'} {names}"


_HOW_MANY = {
    ">=": ("almeno", "at least"),
    ">": ("più di", "more than"),
    "<=": ("al massimo", "at most"),
    "<": ("meno di", "fewer than"),
    "=": ("esattamente", "exactly"),
}
_NONE_AT_ALL = frozenset({("=", 0), ("<=", 0), ("<", 1)})
_HOW_MUCH = {
    ">=": ("di almeno", "of at least"),
    ">": ("superiore a", "above"),
    "<=": ("di al massimo", "of at most"),
    "<": ("inferiore a", "below"),
    "=": ("pari a", "of exactly"),
}


def having_in_words(query: BusinessQuery, label: str, noun: Noun | None, language: Language) -> str:
    """The condition on each group: "con almeno 3 errori", "with success rate below 95%"; else "".

    *noun* is what a count counts; None for a measure, which goes by its *label*.
    """
    having = query.having
    if having is None or query.metric is None:
        return ""
    which = 0 if language == "it" else 1
    if noun is not None and (having.op, having.value) in _NONE_AT_ALL:
        return f"{('senza', 'without')[which]} {noun.many}"
    value = value_in_words(query.metric, having.value, language)
    condition = _condition_on_value(having, value, label, noun, which)
    return f"{('con', 'with')[which]} {condition}"


def _condition_on_value(
    having: Having, value: str, label: str, noun: Noun | None, which: int
) -> str:
    if noun is None:
        return f"{label} {_HOW_MUCH[having.op][which]} {value}"
    return f"{_HOW_MANY[having.op][which]} {value} {noun.one if having.value == 1 else noun.many}"


def more_line(remaining: int, language: Language, *, feminine: bool = False) -> list[str]:
    """The line after a shortened list; no line where nothing is left."""
    if remaining <= 0:
        return []
    if language == "en":
        return [f"… and {remaining} more: ask “show more”"]
    if remaining == 1:
        another = "un'altra" if feminine else "un altro"
        return [f"… e {another}: chiedi «mostra altri»"]
    others = "altre" if feminine else "altri"
    return [f"… e {others} {remaining}: chiedi «mostra altri»"]
