"""Questions back: what could be meant, as two to four options in the question's language."""

from __future__ import annotations

from catalogue.metrics import METRICS, Language
from catalogue.query import BusinessQuery, QuestionType
from catalogue.reading import Clarification, ClarifyReason, Reading
from language.drafts import Draft
from language.glossary import LOST
from language.sentences import Sentence
from language.turns.choices import completed_by_process
from language.vocabulary import Cue

_ANYTHING: dict[Language, tuple[str, ...]] = {
    "it": (
        "Come va questa settimana?",
        "Quante email abbiamo ricevuto oggi?",
        "Quali processi sono falliti ieri?",
        "Quanti ordini sono arrivati questo mese?",
    ),
    "en": (
        "How are we doing this week?",
        "How many emails did we receive today?",
        "Which processes failed yesterday?",
        "How many orders came in this month?",
    ),
}
_ABOUT_CUSTOMERS: dict[Language, tuple[str, ...]] = {
    "it": (
        "Quali clienti ci hanno scritto questo mese?",
        "Quali clienti hanno ordinato di più?",
        "Chi ci ha scritto di più?",
    ),
    "en": (
        "Which customers wrote to us this month?",
        "Which customers ordered the most?",
        "Who sent us the most emails?",
    ),
}
_ABOUT_ORDERS: dict[Language, tuple[str, ...]] = {
    "it": ("Valore degli ordini di questo mese", "Quanti ordini questo mese?"),
    "en": ("Order value this month", "How many orders this month?"),
}
_ABOUT_ANSWERING: dict[Language, tuple[str, ...]] = {
    "it": ("Quanti errori ci sono stati oggi?", "Mostra gli ultimi errori"),
    "en": ("How many errors were there today?", "Show the latest errors"),
}
_AFTER_NOTHING: dict[Language, tuple[str, ...]] = {
    "it": (
        "Quante esecuzioni al giorno questa settimana?",
        "Quanti errori per processo questo mese?",
        "Quali sono le cause più frequenti di errore?",
    ),
    "en": (
        "How many executions a day this week?",
        "How many errors by process this month?",
        "What are the most frequent causes of errors?",
    ),
}
_GROUPING_WORDS: dict[str, dict[Language, str]] = {
    "process": {"it": "per processo", "en": "by process"},
    "status": {"it": "per stato", "en": "by status"},
    "sender": {"it": "per mittente", "en": "by sender"},
    "customer": {"it": "per cliente", "en": "by customer"},
    "cause": {"it": "per causa", "en": "by cause"},
    "step": {"it": "per passo", "en": "by step"},
    "day": {"it": "per giorno", "en": "by day"},
    "week": {"it": "per settimana", "en": "by week"},
    "month": {"it": "per mese", "en": "by month"},
    "hour": {"it": "per ora", "en": "by hour"},
    "weekday": {"it": "per giorno della settimana", "en": "by weekday"},
}


def clarify(sentence: Sentence, reason: ClarifyReason, mention: str = "") -> Clarification:
    """Return the question back for *reason*, with options that fit what was said."""
    language = sentence.language
    if reason == "no_previous":
        options = _AFTER_NOTHING[language]
    elif Cue.CUSTOMER in sentence.cues:
        options = _ABOUT_CUSTOMERS[language]
    elif sentence.cues.any(Cue.AVERAGE_ORDER, Cue.ORDER):
        options = _ABOUT_ORDERS[language]
    elif sentence.cues.any(Cue.FAILED, Cue.ERROR):
        options = _ABOUT_ANSWERING[language]
    else:
        options = _ANYTHING[language]
    return Clarification(reason=reason, mention=mention[:80], options=options[:4])


def without_asking(reading: Reading) -> Reading:
    """Return what is answered instead of another question back.

    The likeliest reading, with what was assumed; help with examples where there is none.
    """
    asked, query = reading.clarification, reading.query
    lost = Reading(type=QuestionType.HELP, language=reading.language, topic=LOST, certainty=0.5)
    if asked is None or asked.reason == "not_in_catalogue":
        return lost  # what is not recorded has no likely figure
    assumed: tuple[str, ...] = (*reading.assumed, "metric", "window")
    if asked.reason in ("which_process", "unknown_process"):
        if not asked.options:
            return lost
        query, assumed = completed_by_process(reading, asked.options[0]).query(), reading.assumed
    if query is None:
        return lost
    return reading.model_copy(
        update={
            "type": type_of_query(query),
            "query": query,
            "clarification": None,
            "assumed": tuple(dict.fromkeys(("reading", *assumed))),
            "certainty": 0.5,
        }
    )


def type_of_query(query: BusinessQuery) -> QuestionType:
    """Return the type of question that *query* answers."""
    analytical = query.compare_to is not None or "cause" in query.group_by
    return (
        QuestionType.ANALYSIS
        if analytical or query.story == "overview"
        else QuestionType.BUSINESS_DATA
    )


def completed(clarification: Clarification, sentence: Sentence, draft: Draft) -> Clarification:
    """Return *clarification* with options and words in the question's language."""
    language = sentence.language
    mention, options = clarification.mention, clarification.options
    if mention in _GROUPING_WORDS and draft.metric is not None:
        possible = METRICS[draft.metric].groupings
        label = METRICS[draft.metric].label[language]
        wanted = [each for each in ("process", "customer", "sender", "day") if each in possible]
        mention = f"{label.lower()} {_GROUPING_WORDS[mention][language]}"
        options = tuple(f"{label} {_GROUPING_WORDS[each][language]}" for each in wanted[:3])
    if not options and clarification.reason not in ("which_process", "unknown_process"):
        options = clarify(sentence, clarification.reason, mention).options
    return Clarification(reason=clarification.reason, mention=mention[:80], options=options[:4])
