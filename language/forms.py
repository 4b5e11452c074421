"""The forms that a question may have: a value, a ranking, a list, a story, a comparison …

Each form is a function that looks at which cues occur and where they stand, fills the draft and
says whether the question has this form. `FORMS` holds them, the most particular first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

from catalogue.metrics import METRICS
from catalogue.periods import previous_window
from catalogue.query import TIME_GROUPINGS, Having, QuestionType
from catalogue.reading import Clarification
from language.cues import Hit
from language.drafts import MAIN_GROUP, OVER_EXECUTIONS, Draft, keep_counted, list_of
from language.metric_rules import FACT_NOUNS
from language.rankings import (
    RANKING,
    as_grouping,
    asks_for_seconds,
    grain_of,
    is_group_ranking,
    is_negated,
    is_ranking,
    numbers_of_conditions,
    possible_group,
    said_condition,
    said_direction,
    said_groups,
    said_number,
    subject_group,
)
from language.sentences import Sentence
from language.tokens import word_set
from language.vocabulary import (
    ARTICLES,
    GROUPED_BY,
    Cue,
)

Form = Callable[[Sentence, Draft, str | None], bool]
"""Fills the draft if the sentence has this form, and says whether it has."""


def _as_trouble(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """ "cosa non va?", "what's broken?", "dobbiamo preoccuparci?": what fails, and why."""
    if Cue.TROUBLE not in sentence.cues or metric not in _OF_TROUBLE:
        return False
    if said_groups(sentence) or sentence.cues.any(Cue.HOW_MANY, Cue.COMPARE, Cue.TREND):
        return False
    draft.tell("errors")
    draft.type = QuestionType.ANALYSIS
    return True


_OF_TROUBLE = (None, "errors", "executions", "successes", "success_rate", "unfinished")


def _as_free_of_errors(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """ "i processi senza errori": those to which none happened, not those with the fewest."""
    cues = sentence.cues
    if Cue.FREE_OF_ERRORS not in cues:
        return False
    none_told = any(
        not {"nessun", "no", "zero", "0", "niente"}.isdisjoint(sentence.words[hit.start : hit.end])
        for hit in cues.of(Cue.FREE_OF_ERRORS)
    )
    if metric in (None, "errors", "successes") and none_told and not cues.any(
        Cue.PROCESS, Cue.EXECUTION, Cue.HOW_MANY, Cue.LIST, Cue.WHICH, Cue.WHO
    ):  # fmt: skip
        draft.value("errors")
        draft.focus = "existence"
        return True  # "nessun errore stanotte?"
    if Cue.PROCESS not in cues or sentence.mentions:
        return False
    draft.value("errors")
    draft.group_by, draft.having, draft.focus = ["process"], Having(op="=", value=0), "who"
    return True


def _as_too_particular(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """ "l'ordine più grande", "le 3 esecuzioni più lunghe": records by their size are not told."""
    cues = sentence.cues
    if metric is None or subject_group(sentence) is not None or said_groups(sentence):
        return False
    for largest in cues.of(Cue.LARGEST):
        for noun in cues.of(Cue.ORDER, Cue.EXECUTION, Cue.EMAIL, Cue.MESSAGE):
            beside = noun.end == largest.start or largest.end == noun.start
            several = (said_number(sentence) or 1) > 1
            if not beside or (noun.cue is Cue.EXECUTION and not several):
                continue  # "l'esecuzione più lunga" is the longest duration
            first, last = sorted((noun, largest), key=lambda hit: hit.start)
            draft.value("max_duration" if noun.cue is Cue.EXECUTION else _counted(noun.cue))
            mention = sentence.text[
                sentence.tokens[first.start].start : sentence.tokens[last.end - 1].end
            ]
            draft.clarification = Clarification(reason="not_in_catalogue", mention=mention[:80])
            return True
    return False


def _counted(noun: Cue) -> str:
    return "orders" if noun is Cue.ORDER else "emails_received"


def _as_causes(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """ "perché fallisce?", "le cause più frequenti": errors by their causes."""
    cues = sentence.cues
    if metric == "executions" and Cue.WHY in cues and is_negated(sentence):
        metric = "errors"  # "perché il backup non è andato?"
    about_errors = metric in ("errors", "error_rate", "success_rate", None) or cues.any(
        Cue.ERROR, Cue.FAILED
    )
    ranked = Cue.TOP in cues and metric == "errors" and subject_group(sentence) is None
    named = (cues.any(Cue.WHY, Cue.CAUSE) or (ranked and not said_groups(sentence))) and (
        metric in ("errors", "error_rate", "success_rate") or bool(sentence.mentions)
    )
    if not (named and about_errors):
        return False
    # "in quali giorni falliamo di più, e perché?" asks first for the days.
    subject = subject_group(sentence)
    if (
        subject is not None
        and subject[0] in ("hour", "weekday", "day")
        and _is_time_asked(sentence)
    ):
        return False
    if subject is not None and subject[0] == "process" and is_ranking(sentence):
        return False
    draft.value("errors")
    groups = [group for group in said_groups(sentence) if group != "cause"][:1]
    draft.group_by = [*groups, "cause"]
    draft.order, draft.focus = "desc", "cause"
    draft.having = said_condition(sentence) if Cue.NEVER not in cues else None
    if draft.having is not None:
        sentence.masked.update(numbers_of_conditions(sentence))  # they are read
        return True
    draft.limit = said_number(sentence)
    return True


def _is_time_asked(sentence: Sentence) -> bool:
    return sentence.cues.any(Cue.WHICH, Cue.WHEN)


def _as_correlation(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """ "c'è una correlazione tra orario e fallimenti?" """
    if Cue.CORRELATION not in sentence.cues or metric is None:
        return False
    group = next((GROUPED_BY[hit.cue] for hit in sentence.cues if hit.cue in GROUPED_BY), None)
    draft.value(metric)
    if group in METRICS[metric].groupings:
        draft.group_by = [str(group)]
    draft.focus = "trend"
    return True


def _as_day_story(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """ "cosa è successo oggi?" """
    cues = sentence.cues
    if Cue.HAPPENED not in cues or cues.any(
        Cue.ERROR, Cue.FAILED, Cue.ANOMALY, Cue.HOW_MANY, Cue.WHY
    ):
        return False
    if metric in ("emails_received", "emails_sent", "orders", "order_value") and cues.any(
        Cue.EMAIL, Cue.ORDER
    ):
        return False
    draft.tell("today")
    if draft.window is None and not sentence.has_time:
        draft.window = sentence.circumstances.window("oggi")
        draft.assume("window")
    return True


def _as_email_story(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """ "riassumi le email di oggi", "chi ci ha scritto e cosa abbiamo risposto?" """
    cues = sentence.cues
    about_mail = metric in ("emails_received", "emails_sent") or cues.any(Cue.EMAIL, Cue.WROTE_US)
    asked = (
        (cues.any(Cue.SUMMARY, Cue.CONTENT, Cue.TELL) and about_mail and Cue.ORDER not in cues)
        or (Cue.CONTENT in cues and metric is None and not sentence.mentions)
        or (Cue.WE_ANSWERED in cues and Cue.HOW_MANY not in cues)
        or (Cue.CONTENT in cues and Cue.CUSTOMER in cues)
        or (Cue.HAPPENED in cues and _is_only_of_mail(sentence))
    )
    if not asked or said_groups(sentence) or Cue.HOW_MANY in cues:
        return False
    draft.tell("email")
    draft.filters = [each for each in draft.filters if each.field != "status"]
    return True


def _is_only_of_mail(sentence: Sentence) -> bool:
    """Whether "what happened with the emails?" asks for them, and for no process or failure."""
    cues = sentence.cues
    return Cue.EMAIL in cues and not (
        sentence.mentions or cues.any(Cue.ORDER, Cue.ERROR, Cue.FAILED, Cue.WHY, Cue.PROCESS)
    )


def _as_error_story(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """ "analisi degli errori", "cosa è andato storto, e perché?" """
    cues = sentence.cues
    if not cues.any(Cue.ERROR, Cue.FAILED) or metric not in ("errors",):
        return False
    told = cues.any(Cue.TELL) or (
        cues.any(Cue.WHY, Cue.CAUSE) and (cues.any(Cue.SUMMARY) or _asks_what_failed(sentence))
    )
    judged = cues.any(Cue.ANALYSE, Cue.SUMMARY, Cue.HOW_GOING, Cue.STATE)
    if not told and (not judged or cues.any(Cue.WHY, Cue.CAUSE)):
        return False
    if cues.any(Cue.HOW_MANY, Cue.TREND, Cue.COMPARE, Cue.IMPROVE, *RANKING):
        return False
    if said_groups(sentence) or draft.compare_to is not None:
        return False
    if not told and Cue.HOW_GOING in cues and Cue.FAILED in cues and Cue.ERROR not in cues:
        return False
    draft.tell("errors")
    return True


def _asks_what_failed(sentence: Sentence) -> bool:
    """Whether all that failed is asked for: "cosa è andato storto", "what broke"."""
    cues = sentence.cues
    for failed in cues.of(Cue.FAILED):
        place = failed.start - 1
        while place >= 0 and sentence.words[place] in _LIST_FRAME:
            place -= 1
        if cues.ending_at(place, Cue.WHICH, Cue.DEFINE) and sentence.words[place] in _WHAT:
            return True
    return False


_WHAT = frozenset({"cosa", "che", "cos", "what"})


def _as_overview(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """ "come va?", "riepilogo della settimana", "com'è andato il backup?" """
    cues = sentence.cues
    asked = cues.any(Cue.SUMMARY, Cue.HOW_GOING, Cue.ANALYSE, Cue.STATE, Cue.ANOMALY) or (
        Cue.KEY_FIGURES in cues and (sentence.has_time or "kpi" in sentence.words)
    )
    compared = cues.any(Cue.COMPARE, Cue.IMPROVE) or draft.compare_to is not None
    works = bool(sentence.mentions) and cues.any(Cue.WORKS, Cue.STATE, Cue.HAPPENED)
    if not (asked or compared or works):
        return False
    if cues.any(Cue.HOW_MANY, Cue.RATE, Cue.SUCCESS_RATE, Cue.ERROR_RATE, Cue.TIMES):
        return False
    if metric is not None and not _is_incidental(sentence, metric):
        return False
    if cues.any(Cue.UNLISTED) and not sentence.mentions and not cues.any(Cue.PROCESS):
        return False  # "confronta le fatture": that is something else
    if is_ranking(sentence) and subject_group(sentence):
        return False
    draft.tell("overview")
    if (compared and not sentence.has_time) or (
        Cue.IMPROVE in cues and draft.compare_to is None and draft.window is not None
    ):
        compare_with_before(sentence, draft)
    elif not sentence.has_time and not sentence.mentions:
        span = _summary_span(sentence)
        draft.window = sentence.circumstances.window(span) if span else None
    return True


def _is_incidental(sentence: Sentence, metric: str) -> bool:
    """Whether *metric* comes from a word that here only asks how things went."""
    cues = sentence.cues
    if metric == "executions" and not cues.any(Cue.EXECUTION, Cue.TIMES, Cue.BUSY):
        return True
    if metric == "successes":
        return not cues.any(Cue.EXECUTION)
    if metric == "ai_responses" and sentence.mentions:
        return not cues.any(Cue.ANSWER, Cue.CONVERSATION, Cue.MESSAGE)
    if metric == "success_rate":
        return False
    return False


def _summary_span(sentence: Sentence) -> str | None:
    """The time that "daily summary" or "riepilogo settimanale" names."""
    for cue, span in (
        (Cue.BY_DAY, "oggi"),
        (Cue.BY_WEEK, "questa settimana"),
        (Cue.BY_MONTH, "questo mese"),
        (Cue.DAY, "oggi"),
        (Cue.WEEK, "questa settimana"),
        (Cue.MONTH, "questo mese"),
    ):
        if cue in sentence.cues:
            return span
    return None


_JOINING = frozenset(
    {"e", "ed", "and", "o", "or", "quanti", "quante", "how", "many", "vs", "versus", "contro"}
)


def _as_several(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """ "quante email e quanti ordini oggi?": figures of several kinds are an overview."""
    for one, other in pairwise(sentence.cues.of(Cue.SUCCESS, Cue.ERROR, Cue.FAILED)):
        linking = set(sentence.words[one.end : other.start])
        listed = one.end == other.start and sentence.tokens[other.start].after_break
        joined = (bool(linking) or listed) and linking <= _JOINING
        if joined and (one.cue is Cue.SUCCESS) is not (other.cue is Cue.SUCCESS):
            draft.value("executions")  # "ok e ko": how they ended
            others = [each for each in said_groups(sentence) if each != "status"]
            draft.group_by = ["status", *others][:2]
            return True
    if _tells_apart_what_did_not(sentence):
        draft.value("executions")
        draft.group_by = ["status"]
        return True
    for one, other in pairwise(sentence.cues.of(Cue.RECEIVED, Cue.SENT)):
        linking = set(sentence.words[one.end : other.start])
        joined = one.cue is not other.cue and bool(linking) and linking <= _JOINING
        if joined and Cue.EMAIL in sentence.cues and not said_groups(sentence):
            draft.tell("overview")  # "quante mail inviate e quante ricevute?"
            return True
    for one, other in pairwise(sentence.cues.of(*FACT_NOUNS)):
        between = sentence.words[one.end : other.start]
        if not between and sentence.words[other.start : other.end] == ["e", "mail"]:
            between = ["e"]  # "ordini e mail"
        if (
            FACT_NOUNS[one.cue] != FACT_NOUNS[other.cue]
            and between
            and not {"e", "ed", "and"}.isdisjoint(between)
            and len(between) <= 3
            and not any(sentence.tokens[place].grave for place in range(one.end, other.start))
            and not sentence.cues.any(Cue.FAILED, *RANKING)
            and not said_groups(sentence)
            and all(
                word in ("e", "ed", "and", "quanti", "quante", "how", "many", "gli", "le", "i",
                         "the", "di", "of", "ricevute", "received", "arrivate")
                for word in between
            )
        ):  # fmt: skip
            draft.tell("overview")
            return True
    return False


_HOW_MANY_DID_NOT = re.compile(
    r"\b(?:e|ed|and) (?:quant[ei] (?:invece )?(?:no|non)\b|how many (?:did not|didn t|not|weren t"
    r"|failed to))|\b(?:e|and) (?:quelle|quelli|those) (?:no|not|that didn t)\b"
)


def _tells_apart_what_did_not(sentence: Sentence) -> bool:
    """Whether "quante sono riuscite e quante no?" asks how executions ended."""
    counted = sentence.cues.any(Cue.SUCCESS, Cue.RAN, Cue.FAILED, Cue.WORKS)
    return (
        counted
        and not sentence.cues.any(Cue.EMAIL, Cue.ORDER, Cue.WROTE_US)
        and _HOW_MANY_DID_NOT.search(" ".join(sentence.words)) is not None
    )


def _as_last(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """ "l'ultima esecuzione del backup", "quando è fallito l'ultima volta?", "ultimi 10 errori"."""
    cues = sentence.cues
    if cues.any(Cue.HOW_MANY, Cue.RATE, Cue.SUCCESS_RATE) and not cues.any(Cue.DURATION):
        return False
    number = None
    single = False
    last = next(
        (
            hit
            for hit in cues.of(Cue.LAST, Cue.FIRST)
            if _precedes_thing(sentence, hit) or _is_oldest(sentence, hit)
        ),
        None,
    )
    if last is not None:
        number = said_number(sentence)
        single = number is None and _is_singular(sentence, last)
        if last.cue is Cue.FIRST and number is None and not single:
            return False
    elif Cue.WHEN in cues and not is_ranking(sentence) and not sentence.sounds_future:
        happened = cues.any(Cue.RAN, Cue.FAILED, Cue.RECEIVED, Cue.SENT, Cue.WROTE_US, Cue.ERROR)
        if not (happened or sentence.mentions) or _is_time_of_day(sentence):
            return False
        single = True
    else:
        return False
    subject = list_of(metric or "executions") or (
        "executions" if sentence.mentions or metric in OVER_EXECUTIONS else None
    )
    if metric in ("avg_duration", "max_duration") and not (sentence.mentions or single):
        return False
    if subject is None or (metric is None and not sentence.mentions):
        return False
    if said_groups(sentence) or (number is not None and is_group_ranking(sentence)):
        return False
    draft.list(subject)
    keep_counted(draft, metric)
    draft.limit = 1 if single else number
    if last is not None and last.cue is Cue.FIRST:
        draft.order = "asc"
    if single:
        draft.focus = "last"
    return True


def _is_oldest(sentence: Sentence, hit: Hit) -> bool:
    """Whether "first" is said of one thing behind its noun: "l'ordine più vecchio"."""
    if sentence.words[hit.end - 1] == "recenti":
        return sentence.cues.ending_at(hit.start - 1, *_LISTABLE) is not None
    return hit.cue is Cue.FIRST and sentence.words[hit.end - 1] in ("vecchio", "vecchia", "oldest")


def _precedes_thing(sentence: Sentence, hit: Hit) -> bool:
    """Whether "last" belongs to a record: "ultime 20 esecuzioni", not "ultimi giorni"."""
    for place in range(hit.end, min(hit.end + 4, len(sentence.words))):
        if place in sentence.masked:
            return any(place in mention.tokens for mention in sentence.mentions)
        if sentence.cues.starting_at(
            place, Cue.EXECUTION, Cue.ERROR, Cue.EMAIL, Cue.ORDER, Cue.MESSAGE, Cue.RAN, Cue.TIMES,
            Cue.FAILED, Cue.UNLISTED, Cue.CANCELED, Cue.CONVERSATION, Cue.PROCESS, Cue.SENT,
            Cue.RECEIVED, Cue.SUCCESS,
        ):  # fmt: skip
            return True
        if sentence.words[place] in ("volta", "time", "non"):
            return True
        if sentence.number_at(place) is None and sentence.words[place] not in ARTICLES:
            return False
    return False


_SINGULAR_NOUNS = word_set(
    """esecuzione errore ordine messaggio email mail run execution error order message giro lavoro
    volta time fallimento failure guasto avvio lancio commessa acquisto job crash problema sale
    purchase vendita"""
)


_SINGULAR_LAST = word_set(
    "ultimo ultima last latest recent recente newest prima primo first vecchio vecchia oldest"
)


def _is_singular(sentence: Sentence, last: Hit) -> bool:
    words = sentence.words
    if "quanto" in words[last.start : last.end] or words[last.start] == "how":
        return True  # "da quanto non gira il backup?"
    if words[last.end - 1] not in _SINGULAR_LAST:
        return False
    if words[last.start].startswith("ultim") or words[last.start] in ("prima", "primo", "piu"):
        return True
    following = [word for word in words[last.end : last.end + 3] if word not in ARTICLES]
    return any(word in _SINGULAR_NOUNS for word in following) or bool(sentence.mentions)


def _is_time_of_day(sentence: Sentence) -> bool:
    """Whether "a che ora" asks for an hour that recurs: "a che ora arrivano più mail?"."""
    if sentence.cues.any(*RANKING, Cue.MORE):
        return True
    return Cue.HOUR in sentence.cues and not _HABITUAL.isdisjoint(sentence.words)


_HABITUAL = word_set(
    """arrivano riceviamo ricevono scrivono ordinano comprano falliscono partono girano entrano
    vendiamo do usually solitamente generalmente solito"""
)


def _as_ranking(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """ "quale processo fallisce di più?", "i primi 5 clienti", "i processi mai partiti"."""
    cues = sentence.cues
    subject = subject_group(sentence)
    having = said_condition(sentence)
    ranked = is_ranking(sentence)
    groups = said_groups(sentence)
    who = Cue.WHO in cues and subject is None
    if (
        who
        and not ranked
        and any(
            cues.starting_at(sentence.after(hit.end) or 0, *_LISTABLE) for hit in cues.of(Cue.LIST)
        )
    ):
        return False  # "who wrote about a refund? list the mails"
    if not (ranked or having or subject or who or cues.any(Cue.WHERE)):
        return False
    if metric is None:
        metric = _metric_of_ranking(sentence, subject, draft, ranked, having)
        if metric is None:
            return False
    if METRICS[metric].measure.facts == "processes":
        return False
    if metric == "orders" and having is not None and _in_euros(sentence):
        metric = "order_value"  # "clienti con più di 1000 € di ordini"
    group = None
    if subject is not None and (ranked or having or not groups or Cue.WHICH in cues):
        group = as_grouping(subject[0], subject[1], sentence, draft)
    elif Cue.WHERE in cues and sentence.mentions and metric == "errors":
        group = "step"  # "dove si rompe il processo ordini?"
    elif who:
        facts = METRICS[metric].measure.facts
        chosen = len(sentence.mentions) > 1 or (ranked and facts == "executions")
        group = "process" if chosen else "customer" if facts == "orders" else "sender"
    elif ranked and Cue.WHEN in cues:
        group = "hour"
    elif ranked and len(sentence.mentions) > 1 and Cue.WHICH in cues and not groups:
        group = "process"  # "which has more errors, the backup or the import?"
    elif (ranked or having) and not groups and not sentence.mentions:
        if not ranked and not cues.any(Cue.WHICH, Cue.LIST, Cue.PROCESS, Cue.WHERE):
            return False
        if metric in ("max_duration",) and not cues.any(Cue.PROCESS, Cue.WHICH):
            return False
        group = MAIN_GROUP[METRICS[metric].measure.facts]
    elif cues.any(Cue.WHERE) and ranked:
        group = MAIN_GROUP[METRICS[metric].measure.facts]
    if group is not None:
        group = possible_group(metric, group, draft)
        if group is None:
            return True
        if group in groups:
            groups.remove(group)
        groups = [group, *groups]
    if not groups:
        return False
    draft.value(metric)
    draft.group_by = [each for each in groups if each in METRICS[metric].groupings][:2]
    draft.having = having
    if (is_negated(sentence) or (having is not None and having == Having(op="=", value=0))) and (
        draft.group_by[:1] != ["process"]
    ):
        # Only processes are known where nothing happened; customers and days are not listed.
        draft.clarification = Clarification(
            reason="not_in_catalogue", mention=sentence.text.strip(" ?!.")[:80]
        )
    draft.limit = said_number(sentence) if having is None else None
    if having is not None:
        sentence.masked.update(numbers_of_conditions(sentence))  # they are read
    if ranked:
        draft.order = said_direction(sentence, metric)
        draft.focus = "ranking"
    elif group is not None:
        draft.focus = "who"
        draft.order = "desc" if group not in ("day", "week", "month", "hour", "weekday") else None
    return True


_EUROS = re.compile(r"\d\s?(?:€|euro|eur\b)|€\s?\d", re.IGNORECASE)


def _in_euros(sentence: Sentence) -> bool:
    return _EUROS.search(sentence.text) is not None


def _metric_of_ranking(
    sentence: Sentence,
    subject: tuple[str, Hit] | None,
    draft: Draft,
    ranked: bool,
    having: Having | None,
) -> str | None:
    """What a ranking without a figure means: "i clienti migliori" spend most."""
    if having is not None and asks_for_seconds(sentence):
        return "avg_duration"
    if having is not None and subject is not None and subject[0] == "customer":
        return "order_value" if _in_euros(sentence) else None
    if subject is None and having is not None and {Cue.NEVER, Cue.PROCESS} <= sentence.cues.present:
        draft.assume("metric")
        return "executions"  # "processi fermi da un mese"
    if subject is None or not ranked:
        if subject is not None and subject[0] == "process" and having is not None:
            draft.assume("metric")
            return "executions"
        return None
    if subject[0] == "process" and Cue.WORST in sentence.cues:
        return "errors"
    draft.assume("metric")
    if subject[0] == "process" and Cue.BEST in sentence.cues:
        return "success_rate"
    return {
        "process": "executions",
        "customer": "order_value",
        "sender": "emails_received",
        "cause": "errors",
        "step": "errors",
        "status": "executions",
    }.get(subject[0])


def _as_trend(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """ "andamento delle email negli ultimi tre mesi" """
    cues = sentence.cues
    trend = Cue.TREND in cues or (
        cues.any(Cue.HOW_GOING, Cue.ANALYSE, Cue.ANOMALY)
        and metric is not None
        and not cues.any(Cue.HOW_MANY, Cue.USUAL, Cue.CHANGED)
    )
    if not trend or (cues.any(Cue.COMPARE) and draft.compare_to is not None):
        return False
    if Cue.TREND not in cues and any(_precedes_thing(sentence, hit) for hit in cues.of(Cue.LAST)):
        return False  # "l'ultima esecuzione com'è andata?"
    if metric is None:
        if not cues.any(Cue.TREND) or cues.any(Cue.UNLISTED):
            return False
        if sentence.mentions or cues.any(Cue.PROCESS):
            metric = "executions"
            draft.assume("metric")
        else:
            return _tell_overview(sentence, draft)
    groups = [each for each in said_groups(sentence) if each in METRICS[metric].groupings]
    subject = subject_group(sentence)
    draft.value(metric)
    if not groups and subject and subject[0] in METRICS[metric].groupings and is_ranking(sentence):
        return False
    time_groups = [each for each in groups if each in ("day", "week", "month", "hour", "weekday")]
    draft.group_by = (groups if time_groups else [*groups, grain_of(draft.window)])[:2]
    draft.focus = "trend"
    return True


def _tell_overview(sentence: Sentence, draft: Draft) -> bool:
    draft.tell("overview")
    return True


def _as_comparison(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """ "confronta gli ordini di marzo con febbraio", "stiamo peggiorando con gli errori?" """
    cues = sentence.cues
    changes = _more_or_less_than(sentence) or cues.any(
        Cue.IMPROVE, Cue.COMPARE, Cue.USUAL, Cue.CHANGED
    )
    changes = changes or (
        cues.any(Cue.SUMMARY, Cue.WHY) and metric is not None and Cue.HOW_MANY not in cues
    )
    changes = changes or (
        Cue.MORE in cues
        and not is_ranking(sentence)
        and not cues.any(Cue.WHICH, Cue.WHO, Cue.PER)
        and not said_condition(sentence)
    )
    if draft.compare_to is None and not changes:
        return False
    if metric is None:
        return False
    groups = [each for each in said_groups(sentence) if each in METRICS[metric].groupings]
    if is_ranking(sentence) and (subject_group(sentence) or cues.any(Cue.WHEN, Cue.WHERE, Cue.WHO)):
        return False
    draft.value(metric)
    draft.group_by = groups[:1]
    several = len(sentence.mentions) > 1 or (Cue.COMPARE in cues and Cue.PROCESS in cues)
    if draft.compare_to is None and _changes_within(sentence, draft):
        # "cresce, mese per mese nel 2026?": the months beside one another, no other year.
        if not draft.group_by:
            draft.group_by = [grain_of(draft.window)]
        draft.focus = "trend"
        return True
    if draft.compare_to is None:
        if several and "process" in METRICS[metric].groupings:
            draft.group_by = ["process"]
        else:
            compare_with_before(sentence, draft)
    draft.focus = "cause" if Cue.WHY in cues else "trend" if Cue.IMPROVE in cues else None
    return True


_LONG = timedelta(days=58)


def _changes_within(sentence: Sentence, draft: Draft) -> bool:
    """Whether a change is looked for inside the window, from one part of it to the next."""
    if Cue.COMPARE in sentence.cues:
        return False
    if any(group in TIME_GROUPINGS for group in draft.group_by):
        return True
    window = draft.window
    if Cue.IMPROVE not in sentence.cues or window is None or window.start is None:
        return False
    whole_months = window.start.day == window.end.day == 1
    return window.end - window.start > _LONG and not whole_months and not draft.group_by


def _more_or_less_than(sentence: Sentence) -> bool:
    """Whether "più o meno" compares ("più o meno mail della scorsa") and is no "roughly"."""
    return any(
        word in ("di", "del", "della", "dello", "dell", "dei", "delle", "rispetto", "than")
        for hit in sentence.cues.of(Cue.MORE_OR_LESS)
        for word in sentence.words[hit.end : hit.end + 3]
    )


def compare_with_before(sentence: Sentence, draft: Draft) -> None:
    """Compare with the period before; without a period, the last thirty days are looked at."""
    if draft.window is None:
        draft.window = sentence.circumstances.window("ultimi 30 giorni")
        draft.assume("window")
    if draft.window is not None and draft.compare_to is None and not sentence.time.future:
        draft.compare_to = previous_window(draft.window, sentence.circumstances.zone)


def _as_list(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """ "mostrami gli errori", "quali email", "dammi gli ordini di ieri" """
    cues = sentence.cues
    if (
        metric is None
        and Cue.PROCESS in cues
        and cues.any(Cue.LIST, Cue.WHICH, Cue.GIVE, Cue.ACTIVE, Cue.INACTIVE)
    ):
        if cues.any(Cue.HOW_MANY, Cue.OF_THEM) or sentence.mentions:
            return False
        draft.list("processes")
        return True
    if metric is None or list_of(metric) is None:
        return False
    numbered = any(filter_.field == "order" for filter_ in draft.filters)
    if numbered and metric == "orders":
        draft.list("orders")
        draft.focus = "existence" if cues.any(Cue.RECEIVED, Cue.THERE_IS) else None
        return True
    if cues.any(Cue.HOW_MANY, Cue.HOW_MUCH, Cue.RATE, Cue.TIMES) or said_groups(sentence):
        return False
    if Cue.OF_THEM in cues and not {"quanti", "quante", "many"}.isdisjoint(sentence.words):
        return False  # "gli ordini di ieri quanti sono stati?"
    if metric == "order_value":
        return False
    if _wants_no_list(sentence) or not (
        _lists_things(sentence) or said_number(sentence) or _tells_what_about(sentence, metric)
    ):
        return False
    draft.list(str(list_of(metric)))
    keep_counted(draft, metric)
    draft.limit = said_number(sentence)
    if cues.any(Cue.FIRST) and draft.limit is not None and not cues.any(Cue.TOP):
        draft.order = "asc"
    return True


_LISTABLE = (Cue.EMAIL, Cue.MESSAGE, Cue.ORDER, Cue.EXECUTION, Cue.ERROR, Cue.FAILED, Cue.CANCELED,
             Cue.UNFINISHED, Cue.WROTE_US, Cue.SUCCESS)  # fmt: skip


_LIST_FRAME = word_set(
    """sono erano gli le i the are were stati state stato e c che ci tutti tutte all ultimi ultime
    altri altre dei delle degli solo nuovi nuove new s tutto quello cio quel every everything each
    single that has have quelli quelle ogni full complete over me us a an un una"""
)


def _wants_no_list(sentence: Sentence) -> bool:
    """ "don't give me a list", "senza elenco": a figure will do."""
    cues = sentence.cues
    for hit in cues.of(Cue.LIST):
        nearest = [each.end for each in cues.of(Cue.NOT, Cue.EXCEPT) if each.end <= hit.start]
        if nearest and hit.start - max(nearest) <= _FEW_BETWEEN:
            return True
    return False


_FEW_BETWEEN = 4


def _tells_what_about(sentence: Sentence, metric: str) -> bool:
    """ "mail che parlano di rimborso": whoever says which ones wants to see them."""
    return (
        metric in ("emails_received", "emails_sent")
        and any(each.field == "text" for each in sentence.filters)
        and "?" not in sentence.text
        and not sentence.sounds_future
        and not sentence.cues.any(Cue.THERE_IS, Cue.TREND, Cue.COMPARE, Cue.RATE)
        and any(
            hit.end < len(sentence.words)
            and hit.start <= 1
            and sentence.words[hit.end] in ("che", "that", "which")
            for hit in sentence.cues.of(Cue.EMAIL, Cue.MESSAGE)
        )
    )


def _lists_things(sentence: Sentence) -> bool:
    """Whether things are to be shown one by one."""
    cues = sentence.cues
    if Cue.LIST in cues or any(
        hit.end - hit.start > 1 or hit.start == len(sentence.words) - 1
        for hit in cues.of(Cue.SHOW_THEM)
        if sentence.words[hit.start] not in ("quali", "which", "what", "e")
    ):
        return True
    for asking in cues.of(Cue.WHICH, Cue.GIVE):
        place = asking.end
        while place < len(sentence.words) and (
            (place in sentence.masked and asking.cue is Cue.GIVE)
            or sentence.words[place] in _LIST_FRAME
            or sentence.words[place] in ARTICLES
            or sentence.number_at(place) is not None
            or cues.starting_at(place, Cue.LAST) is not None
        ):
            place += 1
        noun = cues.starting_at(place, *_LISTABLE)
        if noun is None:
            continue
        if asking.cue is Cue.WHICH and sentence.words[asking.start] == "che":
            # "il backup che fallisce" is no question for a list; "che errori ha dato?" is one.
            return noun.cue is not Cue.FAILED
        return True
    return False


def as_value(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """One figure, or one per group."""
    cues = sentence.cues
    if metric is None:
        if Cue.PROCESS in cues and cues.any(Cue.HOW_MANY, Cue.ACTIVE, Cue.THERE_IS):
            metric = "active_processes" if Cue.ACTIVE in cues else "processes"
        elif sentence.mentions:
            return _as_process(sentence, draft)
        else:
            return False
    draft.value(metric)
    asked = said_groups(sentence)
    draft.group_by = []
    for group in asked[:2]:
        possible = possible_group(metric, group, draft)
        if possible is None:
            draft.value(metric)
            return True
        draft.group_by.append(possible)
    if not asked and _is_headed_by_senders(sentence, metric):
        draft.group_by, draft.focus, draft.order = ["sender"], "who", "desc"
        return True
    if is_ranking(sentence) and draft.group_by:
        draft.order = said_direction(sentence, metric)
        draft.focus = "ranking"
    if _asks_whether(sentence):
        draft.focus = "existence"
    elif cues.any(Cue.HOW_MANY, Cue.HOW_MUCH) and draft.focus is None:
        draft.focus = "amount"
    return True


def _is_headed_by_senders(sentence: Sentence, metric: str) -> bool:
    """Whether the senders themselves are wanted: "mittenti di ieri"."""
    hit = next(iter(sentence.cues.of(Cue.SENDER)), None)
    if hit is None or metric != "emails_received" or hit.start > 1:
        return False
    return sentence.words[hit.start] in ("mittenti", "senders") and not sentence.cues.any(
        Cue.EMAIL, Cue.MESSAGE, Cue.HOW_MANY, Cue.WROTE_US
    )


def _as_process(sentence: Sentence, draft: Draft) -> bool:
    """A process and nothing else is asked for: how it is doing, or how often it ran."""
    cues = sentence.cues
    if (
        cues.any(Cue.HOW_MANY, Cue.TIMES, Cue.PREDICT, Cue.FUTURE, Cue.EXECUTION)
        or sentence.has_time
    ):
        draft.value("executions")
        if not cues.any(Cue.EXECUTION, Cue.TIMES):
            draft.assume("metric")
        if _asks_whether(sentence):
            draft.focus = "existence"
        return True
    draft.tell("overview")
    return True


_QUESTION_VERBS = word_set(
    """did do does have has had is are was were ho abbiamo hai ha hanno e sono"""
)


def _asks_whether(sentence: Sentence) -> bool:
    """Whether yes or no is asked: "è partito il backup?", "did the backup run?"."""
    cues = sentence.cues
    if cues.any(Cue.HOW_MANY, Cue.HOW_MUCH, Cue.WHICH, Cue.WHO, Cue.WHEN, Cue.LIST, Cue.RATE,
                Cue.SUCCESS_RATE, Cue.ERROR_RATE, Cue.DURATION, Cue.PER, Cue.WHY,
                Cue.RESPONSE_TIME):  # fmt: skip
        return False
    if Cue.THERE_IS in cues:
        return True
    if not sentence.tokens:
        return False
    verbs = [
        place
        for place, token in enumerate(sentence.tokens)
        if token.word in _QUESTION_VERBS and (token.word != "e" or token.grave)
    ]
    if verbs and (verbs[0] == 0 or "?" in sentence.text):
        return True
    if cues.starting_at(0, Cue.RECEIVED, Cue.WROTE_US, Cue.RAN) and "?" in sentence.text:
        return True
    return (
        bool(sentence.mentions)
        and cues.any(Cue.RAN, Cue.FAILED, Cue.SENT, Cue.ERROR)
        and ("?" in sentence.text)
    )


FORMS: tuple[Form, ...] = (
    _as_trouble,
    _as_free_of_errors,
    _as_too_particular,
    _as_email_story,
    _as_correlation,
    _as_error_story,
    _as_causes,
    _as_day_story,
    _as_several,
    _as_overview,
    _as_trend,
    _as_last,
    _as_comparison,
    _as_ranking,
    _as_list,
    as_value,
)
"""The forms that a question may have, the most particular first."""
