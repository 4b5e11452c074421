"""What kind of turn a sentence is, by its form: elliptic, a fragment, a correction, a ranking."""

from __future__ import annotations

import re

from catalogue.metrics import METRICS
from catalogue.query import BusinessQuery, QuestionType
from catalogue.reading import Reading
from language.drafts import OVER_EXECUTIONS, Draft
from language.rankings import said_condition
from language.sentences import Sentence
from language.tokens import word_set
from language.turns.comparing import earlier_of, more_than_then, which_of_two
from language.turns.pointing import processes_of, speaks_of_one
from language.vocabulary import ARTICLES, GROUPED_BY, Cue

_OPENERS = frozenset({"e", "ed", "and", "ma", "but", "invece", "ok", "poi", "also", "anche", "o"})

_NOW = frozenset({"now", "then", "so", "adesso", "ora", "allora", "quindi"})

LEADING = frozenset({"e", "and", "about", "ma", "but", "invece"})
METRIC_OF_LIST = {
    "executions": "executions",
    "errors": "errors",
    "emails": "emails_received",
    "orders": "orders",
    "processes": "processes",
}
"""What counts the things of a list."""


TO_A_TOTAL = re.compile(
    r"\s*(?:e |and )?(?:per|di|for|to) (?:un |una |che |quale |what |a )?(?:totale|valore|importo"
    r"|ammontare|somma|total|value|amount|sum)(?: complessiv[oa])?(?: di| of)?(?: quanto| quanti"
    r"| how much| what| euro)?\s*$"
)
"""What the things that were counted add up to: "per un totale di?"."""


def is_elliptic(sentence: Sentence) -> bool:
    """Whether the words show that something is left out: "e …?", "solo quelli …"."""
    tokens = sentence.tokens
    if not tokens:
        return False
    first = tokens[0]
    if first.word in _OPENERS and not first.grave and len(tokens) > 1:
        return True
    if sentence.cues.starting_at(0, Cue.AND_WHAT_ABOUT, Cue.CORRECTION, Cue.MORE_ROWS,
                                 Cue.SHOW_THEM, Cue.ONLY, Cue.INSTEAD, Cue.EXCEPT) and (
        first.word not in ("quali", "which", "no")
    ):  # fmt: skip
        return True
    if first.word in _NOW and sentence.cues.starting_at(1, Cue.ONLY) is not None:
        return True  # "now just the errors"
    if TO_A_TOTAL.match(sentence.said):
        return True
    if sentence.cues.any(Cue.OF_THEM) and len(tokens) <= 8:
        return True
    if Cue.WHY in sentence.cues and len(tokens) <= 5 and not sentence.mentions:
        return True  # "perché è fallito?"
    if len(tokens) <= 2 and Cue.WHO in sentence.cues:
        return True  # "da chi?"
    if len(tokens) <= 3 and Cue.WHICH in sentence.cues and sentence.cues.any(*GROUPED_BY):
        return True  # "quali processi?"
    return len(tokens) <= 7 and sentence.cues.any(
        Cue.INSTEAD, Cue.THOSE, Cue.SHOW_THEM, Cue.MORE_OR_LESS
    )


def is_fragment(sentence: Sentence, draft: Draft, before: BusinessQuery) -> bool:
    """Whether a turn only names another figure ("quante riuscite?", "percentuale", "fatturato?").

    In a conversation such a turn is of the time and the things that were spoken of.
    """
    if sentence.has_time or sentence.mentions:
        return False
    if draft.kind == "list" and _lists_the_same(sentence, draft, before):
        return True
    if draft.metric is None or draft.kind != "value":
        return False
    if sentence.cues.any(*_OF_ITS_OWN) or draft.clarification is not None:
        return False
    if METRICS[draft.metric].measure.facts == "processes":
        return before.metric in ("processes", "active_processes") or before.subject == "processes"
    if any(each not in before.group_by for each in draft.group_by):
        return False
    said = [word for word in sentence.words if word not in ARTICLES and word not in _VERBS]
    return len(said) <= _FRAGMENT_WORDS


def _lists_the_same(sentence: Sentence, draft: Draft, before: BusinessQuery) -> bool:
    """Whether the things that were counted, or one part of a story, are to be listed."""
    if draft.clarification is not None or len(sentence.tokens) > 6:
        return False
    if draft.limit is not None or sentence.cues.any(Cue.LAST, Cue.WHICH, Cue.PROCESS):
        return False
    counted = METRIC_OF_LIST.get(str(draft.subject))
    return before.metric == counted or before.kind == "story"


_FRAGMENT_WORDS = 3
_VERBS = word_set(
    "e sono era erano is are was were did do ci c there many quanti quante how out stati state any"
)
_OF_ITS_OWN = (
    Cue.HOW_GOING, Cue.STATE, Cue.SUMMARY, Cue.HAPPENED, Cue.LIST, Cue.GIVE, Cue.DEFINE,
    Cue.LAST, Cue.ANALYSE, Cue.PREDICT, Cue.PROCESS,
)  # fmt: skip


def completes_overview(sentence: Sentence, draft: Draft, previous: Reading) -> bool:
    """ "le mail ricevute", after a time of which it was not said what is asked."""
    return (
        previous.query is not None
        and previous.query.story == "overview"
        and ("metric" in previous.assumed or previous.type is QuestionType.CLARIFY)
        and draft.kind == "value"
        and draft.has_object
        and draft.clarification is None
        and not sentence.has_time
        and len(sentence.tokens) <= 4
        and not is_elliptic(sentence)
    )


def is_of_the_same(sentence: Sentence, draft: Draft, previous: Reading) -> bool:
    """Whether a turn that could stand alone speaks of what was asked before.

    "More than 5 times?" of the groups that were shown, "has it failed?" of the process that was
    named, "the most frequent cause?" of the errors that were counted.
    """
    before = previous.query
    if before is None:
        return False
    if draft.filters and any(each.field == "process" for each in draft.filters):
        return processes_of(before) != () and not sentence.mentions
    if processes_of(before) and speaks_of_one(sentence):
        return True
    if which_of_two(sentence, before, earlier_of(previous)) or more_than_then(sentence, before):
        return True
    if sentence.has_time or sentence.mentions or len(sentence.tokens) > _OF_THE_SAME_WORDS:
        return False
    if asks_for_the_worst(sentence) and before.metric is not None:
        return "process" in METRICS[before.metric].groupings
    if went_wrong(sentence) and (before.window is not None or before.story is not None):
        return True
    if before.group_by and said_condition(sentence) is not None:
        return not sentence.cues.any(Cue.WHICH, Cue.WHO, Cue.LIST, *GROUPED_BY)
    of_runs = before.metric in OVER_EXECUTIONS or before.subject in ("errors", "executions")
    of_runs = of_runs or before.story is not None
    return of_runs and draft.group_by == ["cause"] and not sentence.cues.any(Cue.PROCESS)


_OF_THE_SAME_WORDS = 8
_WENT_WRONG = re.compile(
    r"\b(?:cosa|che|what|anything|qualcosa|niente)\b.*\b(?:stort[oa]|andat[oa] male|went wrong"
    r"|go wrong|gone wrong|was wrong|not work|non ha funzionato|non e andat[oa]|rotto|broke)\b"
)


def went_wrong(sentence: Sentence) -> bool:
    """Whether it is asked what failed of what was told: "what went wrong?"."""
    if sentence.has_time or sentence.mentions or len(sentence.tokens) > _OF_THE_SAME_WORDS:
        return False
    return _WENT_WRONG.search(" ".join(sentence.words)) is not None


_WHICH_IS_WORST = re.compile(
    r"^(?:(?:e|and|ma|but|so|quindi) )*(?:qual|quale|which|what|chi)(?: one)?(?: e| is| was| did"
    r"| va| s)? (?:stato )?(?:il |la |the )?(?:peggiore|migliore|peggio|meglio|worst|best)"
    r"(?: one)?$"
)


def asks_for_the_worst(sentence: Sentence) -> bool:
    """Whether only an end is asked for, of what was spoken of: "qual è il peggiore?"."""
    return _WHICH_IS_WORST.match(" ".join(sentence.words)) is not None


def ranks_the_same(sentence: Sentence, draft: Draft, before: BusinessQuery) -> bool:
    """ "which process has the worst?": of what was asked before, which is not said again."""
    cues = sentence.cues
    if before.metric is None or len(draft.group_by) != 1 or len(sentence.tokens) > 8:
        return False
    if not cues.any(Cue.WORST, Cue.BEST, Cue.MOST, Cue.LEAST, Cue.BUSY) or cues.any(
        *(each for each in _NAMED_OBJECTS if each is not Cue.BUSY or not before.group_by)
    ):
        return False
    return draft.group_by[0] in METRICS[before.metric].groupings


def regroups_the_same(sentence: Sentence, draft: Draft, before: BusinessQuery) -> bool:
    """ "per mittente", "chi ci scrive di più?": the things that were asked before, grouped."""
    if sentence.has_time or len(sentence.tokens) > 5 or not draft.group_by:
        return False
    if draft.metric is None or draft.filters or sentence.mentions:
        return False
    if sentence.cues.any(Cue.HOW_MANY, Cue.HOW_MUCH, Cue.EMAIL, Cue.ORDER, Cue.ERROR, Cue.FAILED):
        return False
    metric = before.metric or METRIC_OF_LIST.get(str(before.subject))
    return metric is not None and draft.metric == metric


_NAMED_OBJECTS = (
    Cue.EMAIL, Cue.MESSAGE, Cue.ORDER, Cue.ORDER_VALUE, Cue.ERROR, Cue.FAILED, Cue.EXECUTION,
    Cue.SUCCESS, Cue.SUCCESS_RATE, Cue.ERROR_RATE, Cue.DURATION, Cue.RAN, Cue.SLOW, Cue.FAST,
    Cue.WROTE_US, Cue.BOUGHT, Cue.SPENT, Cue.CONVERSATION, Cue.ASSISTANT, Cue.RELIABLE, Cue.BUSY,
    Cue.SENDER, Cue.LONGEST,
)  # fmt: skip


def is_correction(sentence: Sentence) -> bool:
    """Whether a turn takes back what was said: "no, intendevo …"."""
    return sentence.cues.starting_at(0, Cue.CORRECTION) is not None and len(sentence.tokens) > 1


def is_bare_continuation(sentence: Sentence, draft: Draft) -> bool:
    """Whether only a process, a time or a form was said, which make no question alone."""
    cues = sentence.cues
    said_metric = draft.strength > 0 and not cues.any(Cue.WHY, Cue.TREND)
    if said_metric:
        return False
    only_process = "metric" in draft.assumed or draft.story == "overview"
    how = cues.any(Cue.SUMMARY, Cue.HOW_GOING, Cue.STATE, Cue.HAPPENED, Cue.ANALYSE, Cue.WORKS)
    return only_process and not how
