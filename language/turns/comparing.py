"""Turns that hold two times against each other: "qual è andato meglio?", "più lento di maggio?"."""

from __future__ import annotations

import re

from catalogue.metrics import METRICS
from catalogue.query import BusinessQuery, QuestionType
from catalogue.reading import Reading
from language.sentences import Sentence
from language.turns.state import TurnState
from language.vocabulary import Cue

_ASKING = re.compile(
    r"^(?:(?:e|ed|and|so|allora|quindi|ma|but) )*(?:in |on |of |tra |fra )?"
    r"(?:quale|qual|quali|which|what|chi)\b"
)
_EXTREME = re.compile(
    r"\b(?:meglio|peggio|miglior[ei]|peggior[ei]|better|worse|best|worst|piu|meno|more|less|fewer"
    r"|most|least|higher|lower|highest|lowest|maggiore|minore|bigger|smaller|superiore)\b"
)
_WERE_THEY = re.compile(
    r"^(?:(?:e|ed|and|so|allora|quindi|ma|but) )*(?:(?:were|was|are|is|did|do) (?:they|it|we|that"
    r"|those|this)|sono|erano|era|siamo|eravamo|andava|e) "
)
_COMPARATIVE = re.compile(
    r"(?<!il )(?<!la )(?<!i )(?<!le )\b(?:piu|meno|meglio|peggio|better|worse|more|fewer|less"
    r"|higher|lower|slower|faster|quicker|longer|shorter)\b"
)
_THE_TWO = re.compile(
    r"\b(?:dei|delle|tra i|tra le|fra i|fra le|of the|between the|of those|of these) (?:due|two)\b"
)
_HOLD_THE_TWO = re.compile(
    r"^(?:(?:e|ed|and|ora|now|allora|mi|me|please|puoi|can|you|fammi|un) )*"
    r"(?:confront\w*|paragon\w*|compar\w*)(?: (?:me|tra|fra|between))?"
    r" (?:i|le|gli|the|those|these) (?:due|two)\b"
    r"(?! (?:process|client|custom|mittent|sender))"
)
"""Whether both times are to be shown beside one another: "confrontami i due pomeriggi"."""
_OF_OTHERS = (Cue.PROCESS, Cue.CUSTOMER, Cue.SENDER, Cue.WHO, Cue.HOUR, Cue.WEEKDAY, Cue.CAUSE)
_SOLD = re.compile(r"\b(?:vend\w+|sold|sell|incass\w+|earn\w*|fattur\w+|guadagn\w+|revenue)\b")
_LONGEST = 10


def which_of_two(sentence: Sentence, before: BusinessQuery, earlier: BusinessQuery | None) -> bool:
    """Whether of the two times that were spoken of the better one is asked for."""
    if earlier is None or earlier.window is None or before.window is None:
        return False
    same = earlier.metric == before.metric and earlier.story == before.story
    if not same or earlier.window == before.window or before.group_by or before.compare_to:
        return False
    said = " ".join(sentence.words)
    if _HOLD_THE_TWO.match(said) and not sentence.mentions:
        return True
    if sentence.has_time or sentence.mentions or len(sentence.tokens) > _LONGEST:
        return False
    if _WERE_THEY.match(said) and _COMPARATIVE.search(said):
        return not sentence.cues.any(*_OF_OTHERS, Cue.WHICH)
    if not _EXTREME.search(said) or not _ASKING.match(said):
        return False
    return bool(_THE_TWO.search(said)) or not sentence.cues.any(*_OF_OTHERS)


_MORE_THAN = re.compile(
    r"\b(?:piu|meno|meglio|peggio|miglior[ei]|peggior[ei]|superior[ei]|inferior[ei])\b"
    r".*?\b(?:di|a|del|dello|della|dell|dei|degli|delle|dal|rispetto|che)\b"
    r"|\b(?:slower|faster|quicker|longer|shorter|higher|lower|better|worse|more|less|fewer|bigger"
    r"|smaller)\b.*?\bthan\b"
)
_ASKING_ANEW = (Cue.HOW_MANY, Cue.WHICH, Cue.WHO, Cue.LIST, Cue.PROCESS, Cue.CUSTOMER, Cue.SENDER,
                Cue.THERE_IS, Cue.PER)  # fmt: skip
_DURATIONS = ("avg_duration", "median_duration", "p95_duration", "max_duration", "ai_response_time")


def more_than_then(sentence: Sentence, before: BusinessQuery) -> bool:
    """Whether the figure of before is held against another time: "is that slower than in May?"."""
    if before.metric is None or before.window is None or not sentence.has_time:
        return False
    if sentence.mentions or len(sentence.tokens) > _LONGEST or sentence.cues.any(*_ASKING_ANEW):
        return False
    said = " ".join(sentence.words)
    return bool(_MORE_THAN.search(said)) and not sentence.unexplained()


def names_no_figure(sentence: Sentence, before: BusinessQuery) -> bool:
    """Whether "slower", "better" are of the figure of *before*, and no other one is named."""
    others = (Cue.EMAIL, Cue.MESSAGE, Cue.ORDER, Cue.ORDER_VALUE, Cue.ERROR, Cue.FAILED,
              Cue.EXECUTION, Cue.SUCCESS, Cue.SUCCESS_RATE, Cue.ERROR_RATE)  # fmt: skip
    if sentence.cues.any(*others):
        return False
    return before.metric in _DURATIONS or not sentence.cues.any(Cue.SLOW, Cue.FAST, Cue.DURATION)


def earlier_of(previous: Reading) -> BusinessQuery | None:
    """The query that was asked before the last one."""
    return previous.earlier.query if previous.earlier is not None else None


class Comparing(TurnState):
    """Reads which of two times was better."""

    def _of_the_two(self, metric: str | None) -> bool:
        earlier, base = self.earlier, self.base
        if earlier is None or not which_of_two(self.sentence, self.before, earlier):
            return False
        if earlier.window is None or base.window is None:
            return False
        if _SOLD.search(" ".join(self.sentence.words)):
            metric = "order_value"
        elif metric == "executions" and Cue.EXECUTION not in self.cues:
            metric = None  # "qual è andato meglio?"
        if metric is not None and metric in METRICS and metric != base.metric:
            base.value(metric)
            self.changed.add("object")
        base.window, base.compare_to = sorted(
            (base.window, earlier.window), key=lambda each: each.end, reverse=True
        )
        base.order = base.limit = base.having = base.focus = None
        base.type, base.offset = QuestionType.ANALYSIS, 0
        self.changed.add("window")
        return True
