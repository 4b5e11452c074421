"""One cause of errors in words: where, since when, whether running again helped, an example."""

from __future__ import annotations

from catalogue.metrics import Language
from language.numbers_in_words import number_in_words
from language.plain_text import one_line, quoted
from language.telling import Telling
from language.windows_in_words import moment_in_words
from language.wording import plain_cause, step_in_words, tidied
from persistence.results import FailureCause

_EXAMPLE_CHARS = 120


def cause_details(cause: FailureCause, telling: Telling) -> str:
    """What else is known of *cause*, as one line below the answer that names it."""
    parts = [_where(cause, telling), _when(cause, telling), _again(cause, telling.language)]
    example = _example(cause, telling.language)
    return "🔎 " + " ".join([*parts, *([example] if example else [])])


def _where(cause: FailureCause, telling: Telling) -> str:
    process = quoted(cause.process, telling.language, 60)
    step = ""
    if cause.step:
        named = step_in_words(cause.step, telling.language)
        step = telling.say(f", al passo {named}", f", at step {named}")
    if cause.processes == 1:
        return telling.say(f"In {process}{step}.", f"In {process}{step}.")
    number = number_in_words(cause.processes, telling.language)
    return telling.say(
        f"In {number} processi; l'ultima volta in {process}{step}.",
        f"In {number} processes; the last time in {process}{step}.",
    )


def _when(cause: FailureCause, telling: Telling) -> str:
    if cause.first_at is None or cause.last_at is None:
        return telling.say("Non si sa quando.", "It is not known when.")
    first, last = (
        moment_in_words(moment, telling.language, telling.now, telling.zone)
        for moment in (cause.first_at, cause.last_at)
    )
    if cause.errors == 1:
        return telling.say(f"Una volta sola, {last}.", f"Only once, {last}.")
    return telling.say(
        f"La prima volta {first}, l'ultima {last}.", f"First {first}, most recently {last}."
    )


def _again(cause: FailureCause, language: Language) -> str:
    """Whether somebody ran it again in n8n, and what came of it."""
    one, italian = cause.errors == 1, language == "it"
    tried, good = (number_in_words(each, language) for each in (cause.retried, cause.recovered))
    if not cause.retried:
        if italian:
            return "Non è stata ritentata." if one else "Nessuna è stata ritentata."
        return "It was not run again." if one else "None was run again."
    if one:
        if italian:
            return f"Ritentata, {'è riuscita' if cause.recovered else 'non è riuscita'}."
        return f"Run again, it {'succeeded' if cause.recovered else 'failed again'}."
    if italian:
        came_of_it = f"riuscite {good}" if cause.recovered else "nessuna riuscita"
        return f"Ritentate {tried}, {came_of_it}."
    return f"Run again: {tried}, {f'succeeded: {good}' if cause.recovered else 'none succeeded'}."


def _example(cause: FailureCause, language: Language) -> str | None:
    """The latest message, unless the answer shows it already."""
    message = tidied(cause.example or "")
    shown = plain_cause(cause.cause, language)
    if not message or (message == tidied(cause.cause or "") and not shown.recognised):
        return None
    told = quoted(one_line(message, _EXAMPLE_CHARS), language, _EXAMPLE_CHARS)
    return f"Esempio: {told}." if language == "it" else f"Example: {told}."
