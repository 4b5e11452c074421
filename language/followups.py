"""Turns of a conversation: "e ieri?", "solo quelli falliti", "by day", "il secondo".

A follow-up's query is the one before with what changed; what was taken over is named in the
reading's ``assumed``.
"""

from __future__ import annotations

from catalogue.metrics import METRICS
from catalogue.periods import previous_window
from catalogue.query import TIME_GROUPINGS, BusinessQuery, Filter, QuestionType
from catalogue.reading import Reading
from language.drafts import MAIN_GROUP, Draft, allowed_filters, list_of, status_of
from language.names import NameIndex, NameMatch
from language.questions import cause_word
from language.rankings import (
    grain_of,
    said_condition,
    said_direction,
    said_groups,
    said_number,
)
from language.sentences import Sentence
from language.tokens import word_set, words_of
from language.vocabulary import (
    ARTICLES,
    GROUPED_BY,
    KNOWN_WORDS,
    NUMBER_WORDS,
    ORDINALS,
    SINGULAR_ARTICLES,
    Cue,
)

PAGE = 10
"""How many more are shown where no number was said."""

_OPENERS = frozenset({"e", "ed", "and", "ma", "but", "invece", "ok", "poi", "also", "anche", "o"})
_ELLIPTIC = (Cue.INSTEAD, Cue.THOSE, Cue.OF_THEM, Cue.ONLY)
_POINTS_BACK = (Cue.THOSE, Cue.OF_THEM)
_METRIC_OF_LIST = {
    "executions": "executions",
    "errors": "errors",
    "emails": "emails_received",
    "orders": "orders",
    "processes": "processes",
}


def is_elliptic(sentence: Sentence) -> bool:
    """Whether the words show that something is left out: "e …?", "solo quelli …"."""
    tokens = sentence.tokens
    if not tokens:
        return False
    first = tokens[0]
    if first.word in _OPENERS and not first.grave and len(tokens) > 1:
        return True
    if sentence.cues.starting_at(0, Cue.AND_WHAT_ABOUT, Cue.CORRECTION, Cue.MORE_ROWS,
                                 Cue.SHOW_THEM, Cue.ONLY, Cue.INSTEAD) and first.word not in (
        "quali", "which", "no"
    ):  # fmt: skip
        return True
    if sentence.cues.any(Cue.OF_THEM) and len(tokens) <= 8:
        return True
    if len(tokens) <= 2 and Cue.WHO in sentence.cues:
        return True  # "da chi?"
    if len(tokens) <= 3 and Cue.WHICH in sentence.cues and sentence.cues.any(*GROUPED_BY):
        return True  # "quali processi?"
    return len(tokens) <= 7 and sentence.cues.any(Cue.INSTEAD, Cue.THOSE, Cue.SHOW_THEM)


def follow_up(sentence: Sentence, draft: Draft, previous: Reading | None) -> Draft | None:
    """Return what *sentence* asks as a turn after *previous*; None where it stands alone.

    *draft* is what the sentence says by itself.
    """
    if previous is not None and previous.type is QuestionType.GENERAL:
        return _of_ours(sentence, draft, previous)
    if previous is None or previous.query is None:
        return None
    continued = _read_as_continued(sentence, draft, previous.query)
    elliptic = continued or is_elliptic(sentence) or _is_correction(sentence)
    if _completes_overview(sentence, draft, previous):
        draft.window = previous.query.window
        draft.hours, draft.weekdays = previous.query.hours, previous.query.weekdays
        draft.assume("window")
        return draft
    if _ranks_the_same(sentence, draft, previous.query):
        draft.strength = 0.0
        elliptic = True
    elliptic = elliptic or _regroups_the_same(sentence, draft, previous.query)
    if draft.has_object and not elliptic and not _is_bare_continuation(sentence, draft):
        return None
    unread = [
        place for place in sentence.unexplained() if cause_word(sentence.words[place]) is None
    ]
    if not elliptic and unread and not _is_correction(sentence):
        return None
    base = _draft_of(previous.query)
    base.type = previous.type
    base.focus = previous.focus
    turn = _Turn(sentence, draft, previous.query, base)
    return turn.resolve()


_EXPLAINED: dict[str, str] = {
    "success_rate": "success_rate",
    "error_rate": "error_rate",
    "execution": "executions",
    "error": "errors",
    "canceled": "canceled",
    "duration": "avg_duration",
    "median": "median_duration",
    "percentile": "p95_duration",
    "ai_assistant": "ai_responses",
}
"""Concepts of the glossary that are also measured."""
_OURS = word_set("ours our nostro nostra nostri nostre noi we us abbiamo")


def _of_ours(sentence: Sentence, draft: Draft, previous: Reading) -> Draft | None:
    """ "and what is ours?" after a concept was explained: its figure."""
    metric = _EXPLAINED.get(previous.topic or "")
    if metric is None or draft.has_object or not _OURS.intersection(sentence.words):
        return None
    if sentence.unexplained():
        return None
    draft.value(metric)
    draft.assume("metric")
    return draft


def _completes_overview(sentence: Sentence, draft: Draft, previous: Reading) -> bool:
    """ "le mail ricevute", after a time of which it was not said what is asked."""
    return (
        previous.query is not None
        and previous.query.story == "overview"
        and "metric" in previous.assumed
        and draft.kind == "value"
        and draft.has_object
        and draft.clarification is None
        and not sentence.has_time
        and len(sentence.tokens) <= 4
        and not is_elliptic(sentence)
    )


def _ranks_the_same(sentence: Sentence, draft: Draft, before: BusinessQuery) -> bool:
    """ "which process has the worst?": of what was asked before, which is not said again."""
    cues = sentence.cues
    if before.metric is None or len(draft.group_by) != 1 or len(sentence.tokens) > 8:
        return False
    if not cues.any(Cue.WORST, Cue.BEST, Cue.MOST, Cue.LEAST) or cues.any(*_NAMED_OBJECTS):
        return False
    return draft.group_by[0] in METRICS[before.metric].groupings


def _regroups_the_same(sentence: Sentence, draft: Draft, before: BusinessQuery) -> bool:
    """ "per mittente", "chi ci scrive di più?": the things that were asked before, grouped."""
    if sentence.has_time or len(sentence.tokens) > 5 or not draft.group_by:
        return False
    if draft.metric is None or draft.filters or sentence.mentions:
        return False
    if sentence.cues.any(Cue.HOW_MANY, Cue.HOW_MUCH, Cue.EMAIL, Cue.ORDER, Cue.ERROR, Cue.FAILED):
        return False
    metric = before.metric or _METRIC_OF_LIST.get(str(before.subject))
    return metric is not None and draft.metric == metric


_NAMED_OBJECTS = (
    Cue.EMAIL, Cue.MESSAGE, Cue.ORDER, Cue.ORDER_VALUE, Cue.ERROR, Cue.FAILED, Cue.EXECUTION,
    Cue.SUCCESS, Cue.SUCCESS_RATE, Cue.ERROR_RATE, Cue.DURATION, Cue.RAN, Cue.SLOW, Cue.FAST,
    Cue.WROTE_US, Cue.BOUGHT, Cue.SPENT, Cue.CONVERSATION, Cue.ASSISTANT, Cue.RELIABLE, Cue.BUSY,
    Cue.SENDER, Cue.LONGEST,
)  # fmt: skip


def _read_as_continued(sentence: Sentence, draft: Draft, before: BusinessQuery) -> bool:
    """Read what means something only after another question: a value, a process by one noun.

    Returns whether another figure of the same things was asked for.
    """
    facts = METRICS[before.metric].measure.facts if before.metric else before.subject
    metric = _figure_of_the_same(sentence, draft, before.metric, facts)
    if metric is not None:
        draft.value(metric)
        draft.strength, draft.clarification = 4.0, None
        draft.group_by, draft.order, draft.limit, draft.focus = [], None, None, None
        return True
    named = any(each.field == "process" and each.op == "is" for each in before.filters)
    of_processes = facts in ("executions", "errors", "answers") or (named and facts is not None)
    if not of_processes or sentence.mentions:
        return False
    if len(sentence.tokens) > 6 or sentence.cues.any(Cue.HOW_MANY, Cue.WHICH, Cue.LIST):
        return False
    if sentence.cues.any(Cue.EXCEPT):
        return False
    grouped = "process" in before.group_by and Cue.ONLY in sentence.cues
    match = _process_by_preposition(sentence, named=named, grouped=grouped)
    if match is not None and match.name is not None:
        draft.metric = draft.subject = draft.story = None
        draft.strength, draft.group_by, draft.clarification = 0.0, [], None
        draft.filters = [Filter(field="process", values=(match.name,))]
    return False


def _figure_of_the_same(
    sentence: Sentence, draft: Draft, before: str | None, facts: str | None
) -> str | None:
    """The metric of "e quanto valgono?", "and the maximum?", "how fast were they?"."""
    cues = sentence.cues
    if Cue.VALUE in cues and facts == "orders" and draft.metric in (None, "orders"):
        return "order_value"
    if sentence.mentions or len(sentence.tokens) > 7:
        return None
    asked = cues.any(Cue.SLOW, Cue.FAST, Cue.DURATION)
    if facts == "answers" and asked and not cues.any(Cue.PROCESS, Cue.EXECUTION, Cue.WHICH):
        return "ai_response_time"
    extremes = before in _DURATIONS and len(sentence.tokens) <= 4
    return "max_duration" if extremes and not _MAXIMUM.isdisjoint(sentence.words) else None


_DURATIONS = frozenset({"avg_duration", "median_duration", "p95_duration", "max_duration"})
_MAXIMUM = word_set("max maximum massimo massima longest")


def _process_by_preposition(sentence: Sentence, *, named: bool, grouped: bool) -> NameMatch | None:
    """The process of "e della chat?", "from the chat only".

    *named* says that the turn before named one: then "e la chat?" names another. *grouped* says
    that one of several is picked: "solo gli ordini".
    """
    words = sentence.words
    for place, word in enumerate(words):
        another = word in _LEADING and _names_another(sentence, place + 1, named=named)
        picked = grouped and place == 0 and word in _AFTER_A_NAME
        if place > 2 or not (another or picked or word in _OWNING):
            continue
        noun = place + 1
        while noun < len(words) and words[noun] in ARTICLES:
            noun += 1
        if noun >= len(words) or noun in sentence.masked:
            continue
        rest = words[noun + 1 :]
        if all(each in _AFTER_A_NAME for each in rest):
            match = sentence.circumstances.names.by_noun(words[noun])
            if match.score:
                return match
    return None


def _names_another(sentence: Sentence, place: int, *, named: bool) -> bool:
    """Whether another process is named from *place* on: "e la chat?", "e i solleciti?"."""
    words, cues = sentence.words, sentence.cues
    article = words[place : place + 1]
    noun = place
    while noun < len(words) and words[noun] in ARTICLES:
        noun += 1
    if noun >= len(words):
        return False
    if noun in sentence.unexplained():
        return True  # no noun of ours, so it can only be a name
    if not named or cues.starting_at(noun, *_COUNTED_THINGS) is not None:
        return False
    return noun == place or article[0] in SINGULAR_ARTICLES


_COUNTED_THINGS = (Cue.ORDER, Cue.EMAIL, Cue.MESSAGE, Cue.ERROR, Cue.EXECUTION, Cue.ANSWER)
_OWNING = word_set(
    """di del dello della dell dei degli delle dal dallo dalla dall dai dagli dalle nel nella nello
    nei nelle of from in for by per"""
)
_LEADING = frozenset({"e", "and", "about", "ma", "but", "invece"})
_AFTER_A_NAME = frozenset(
    {"only", "solo", "soltanto", "invece", "instead", "then", "process", "one"}
)


def _is_correction(sentence: Sentence) -> bool:
    return sentence.cues.starting_at(0, Cue.CORRECTION) is not None and len(sentence.tokens) > 1


def _is_bare_continuation(sentence: Sentence, draft: Draft) -> bool:
    """Whether only a process, a time or a form was said, which make no question alone."""
    cues = sentence.cues
    said_metric = draft.strength > 0 and not cues.any(Cue.WHY, Cue.TREND)
    if said_metric:
        return False
    only_process = "metric" in draft.assumed or draft.story == "overview"
    how = cues.any(Cue.SUMMARY, Cue.HOW_GOING, Cue.STATE, Cue.HAPPENED, Cue.ANALYSE, Cue.WORKS)
    return only_process and not how


_UNITS: dict[Cue, tuple[str, str]] = {
    Cue.DAY: ("oggi", "ieri"),
    Cue.WEEK: ("questa settimana", "la settimana scorsa"),
    Cue.MONTH: ("questo mese", "il mese scorso"),
}
"""What a bare unit means in a correction: the current one, or the last if that was spoken of."""


_LENGTHS: dict[frozenset[str], tuple[int, int]] = {
    word_set("giorno day"): (1, 1),
    word_set("settimana week"): (6, 7),
    word_set("mese month"): (28, 31),
    word_set("anno year"): (365, 366),
}
"""The words for a unit of time, and how many days a window of it has."""
_PREVIOUS = word_set("previous precedente")
_LAST_ONE = word_set("scorsa scorso scorse scorsi passata passato")


def _is_bare_last(sentence: Sentence) -> bool:
    """Whether "e la scorsa?", "and last?" leave out the unit that was spoken of."""
    words = sentence.words
    if sentence.cues.any(*_UNITS):
        return False
    if len(words) <= 7 and not _LAST_ONE.isdisjoint(words):
        return True
    said = [word for word in words if word not in ARTICLES and word not in _LEADING]
    return len(words) > 1 and said in (["last"], ["what", "last"], ["previous"], ["precedente"])


class _Turn:
    """One follow-up being resolved: each reader changes `base` and notes what it changed."""

    def __init__(
        self, sentence: Sentence, draft: Draft, before: BusinessQuery, base: Draft
    ) -> None:
        self.sentence, self.draft, self.before, self.base = sentence, draft, before, base
        self.cues = sentence.cues
        self.changed: set[str] = set()

    def resolve(self) -> Draft | None:
        """Return the changed draft, or None where nothing of it was said."""
        if self._pages():
            self.base.certainty = 0.95
            return self._finished()
        self._object()
        self._process()
        self._time()
        self._filters()
        self._in_all()
        self._groups()
        self._condition()
        self._order()
        self._form()
        if not self.changed:
            return None
        self.base.clarification = self.draft.clarification
        self.base.certainty = max(0.3, self.draft.certainty - 0.02)
        return self._finished()

    # ------------------------------------------------------------------------- what may change

    def _pages(self) -> bool:
        """ "mostra altri", "more" """
        hit = next(iter(self.cues.of(Cue.MORE_ROWS)), None)
        if hit is None or self.draft.strength >= 3 or self.sentence.has_time:
            return False
        if self.sentence.mentions or (hit.start > 2):
            return False
        said = self.sentence.number_at(hit.end)
        step = self.base.limit or PAGE
        self.base.offset += step
        self.base.limit = said or step
        self.changed.add("page")
        return True

    def _object(self) -> None:
        metric = self._said_metric()
        if metric is None:
            if (
                self.draft.story is not None
                and self.draft.strength == 0
                and self.cues.any(Cue.SUMMARY, Cue.HOW_GOING, Cue.HAPPENED)
            ):
                self.base.tell(self.draft.story)
                self.changed.add("object")
            return
        base = self.base
        as_list = base.kind == "list" and not self.cues.any(Cue.HOW_MANY, Cue.RATE, Cue.DURATION)
        as_list = as_list or self.draft.kind == "list"
        filters, groups = base.filters, base.group_by
        if as_list and list_of(metric) is not None:
            base.list(str(list_of(metric)))
            status = status_of(metric, base.subject)
            base.filters = [each for each in filters if each.field != "status"]
            if status is not None:
                base.filters.append(Filter(field="status", values=(status,)))
            if self.draft.limit is not None:
                base.limit = self.draft.limit
        else:
            was_grouped = bool(groups) and base.kind == "value"
            base.value(metric)
            base.filters = [each for each in filters if each.field != "status"]
            base.group_by = [
                each for each in groups if was_grouped and each in METRICS[metric].groupings
            ]
            if not base.group_by:
                base.having = base.order = base.limit = None
            base.offset = 0
            if base.focus in ("cause", "last", "existence", "who", "ranking") and (
                not base.group_by
            ):
                base.focus = None
            if self.draft.group_by and self.draft.kind == "value":
                base.group_by, base.order = list(self.draft.group_by), self.draft.order
                base.limit, base.focus = self.draft.limit, self.draft.focus
        self.changed.add("object")

    def _said_metric(self) -> str | None:
        """The metric that was said, completed by what went before: "e quelle inviate?"."""
        if any(each.field in ("sender", "customer") for each in self.sentence.filters) and (
            not self.cues.any(Cue.EMAIL, Cue.MESSAGE, Cue.ORDER, Cue.WROTE_US)
        ):
            return None  # "solo quelli di Rossi"
        cues, before = self.cues, self.before
        facts = METRICS[before.metric].measure.facts if before.metric else None
        if (facts == "emails" or before.subject == "emails") and self.draft.strength < 4:
            if Cue.SENT in cues:
                return "emails_sent"
            if cues.any(Cue.RECEIVED):
                return "emails_received"
        if Cue.RATE in cues and self.draft.metric is None:
            return "error_rate" if before.metric in ("errors", "error_rate") else "success_rate"
        if self.draft.metric == "emails_received" and not cues.any(
            Cue.EMAIL, Cue.MESSAGE, Cue.WROTE_US, Cue.RECEIVED
        ):
            return None  # "per mittente", "da chi?": how it is grouped, not what is counted
        if self.draft.strength >= 2 and self.draft.metric is not None:
            if (
                self.draft.metric == "executions"
                and self.draft.strength < 2.5
                and (facts == "executions" and self.sentence.mentions)
            ):
                return None  # "e il backup è partito?" keeps what was asked
            return self.draft.metric
        if self.draft.subject is not None and self.draft.strength >= 2:
            return _METRIC_OF_LIST[self.draft.subject] if status_filter(self.draft) is None else (
                {"error": "errors", "canceled": "canceled", "unfinished": "unfinished",
                 "success": "successes", "sent": "emails_sent",
                 "received": "emails_received"}[str(status_filter(self.draft))]
            )  # fmt: skip
        return None

    def _process(self) -> None:
        named = [each for each in self.draft.filters if each.field == "process"]
        if not named:
            match = self._that_one()
            if match is not None and match.name is not None:
                named = [Filter(field="process", values=(match.name,))]
                if "object" in self.changed:  # "quello degli ordini" is a process, not orders
                    self._restore_object()
        if not named:
            return
        kept = [
            each
            for each in self.base.filters
            if each.field != "process" or any(each.op != other.op for other in named)
        ]
        wanted = {value for each in named if each.op == "is" for value in each.values}
        kept = [
            each
            for each in kept
            if (each.field, each.op) != ("process", "is_not")
            or not wanted.intersection(each.values)
        ]
        self.base.filters = [*kept, *named]
        if named[0].op == "is" and "process" in self.base.group_by:
            self.base.group_by.remove("process")
            self.base.having = self.base.order = self.base.limit = None
            if self.base.focus in ("ranking", "who"):
                self.base.focus = None
        self.base.offset = 0
        self.changed.add("process")

    def _that_one(self) -> NameMatch | None:
        """The process of "quello degli ordini", "the invoices one"."""
        return that_one(self.sentence)

    def _restore_object(self) -> None:
        original = _draft_of(self.before)
        for part in ("kind", "metric", "subject", "story", "group_by", "order", "limit", "having"):
            setattr(self.base, part, getattr(original, part))
        self.base.filters = original.filters
        self.changed.discard("object")

    def _time(self) -> None:
        time, base = self.sentence.time, self.base
        if not self.sentence.has_time or (Cue.ONE_BEFORE in self.cues and len(time.spans) == 1):
            self._time_seen_from_before()
            return
        if self._steps_back() or self._compares_with_said():
            return
        if time.window is not None:
            base.window = time.window
            base.hours, base.weekdays = time.hours, time.weekdays
            if base.compare_to is not None and time.compare_to is None:
                base.compare_to = (
                    previous_window(time.window, self.sentence.circumstances.zone)
                    if "metric" not in base.assumed and self.before.story == "overview"
                    else None
                )
            if (
                len(base.group_by) == 1
                and base.focus == "trend"
                and (base.group_by[0] in TIME_GROUPINGS)
            ):
                base.group_by = [grain_of(time.window)]
        else:
            base.hours = time.hours or base.hours
            base.weekdays = time.weekdays or base.weekdays
        if time.compare_to is not None:
            base.compare_to = time.compare_to
            base.type = QuestionType.ANALYSIS
        base.offset = 0
        self.changed.add("window")

    def _steps_back(self) -> bool:
        """ "and the previous month?" is the one before the month that was spoken of."""
        base, words = self.base, self.sentence.words
        unit = next((days for name, days in _LENGTHS.items() if not name.isdisjoint(words)), None)
        window = base.window
        if unit is None or _PREVIOUS.isdisjoint(words) or window is None or window.start is None:
            return False
        if not unit[0] <= (window.end - window.start).days <= unit[1]:
            return False
        base.window = previous_window(window, self.sentence.circumstances.zone)
        if base.compare_to is not None and base.window is not None:
            base.compare_to = previous_window(base.window, self.sentence.circumstances.zone)
        base.offset = 0
        self.changed.add("window")
        return True

    def _compares_with_said(self) -> bool:
        """ "confrontale con il mese scorso": the window of before with the one that is said."""
        time, base = self.sentence.time, self.base
        said, window = time.window, base.window
        if said is None or window is None or time.compare_to is not None or said == window:
            return False
        if Cue.COMPARE not in self.cues or base.metric is None:
            return False
        base.window, base.compare_to = sorted(
            (window, said), key=lambda each: each.end, reverse=True
        )
        base.type = QuestionType.ANALYSIS
        base.offset = 0
        self.changed.add("window")
        return True

    def _time_seen_from_before(self) -> None:
        """ "e quella prima?", "no, intendevo il mese": times that the turn before makes whole."""
        base, circumstances = self.base, self.sentence.circumstances
        if base.window is None:
            return
        unit = next(
            (_UNITS[hit.cue] for hit in self.cues.of(*_UNITS) if Cue.PER not in self.cues), None
        )
        window = None
        if Cue.ONE_BEFORE in self.cues or _is_bare_last(self.sentence):
            window = previous_window(base.window, circumstances.zone)
            ahead = base.window.start is not None and base.window.start > circumstances.now
            if ahead and window is not None and window.end > circumstances.now:
                # After a week to come, "la scorsa" is the last that is over.
                window = previous_window(window, circumstances.zone)
        elif unit is not None and _is_correction(self.sentence):
            past = base.window.end <= circumstances.now
            window = circumstances.window(unit[1] if past else unit[0])
        if window is None:
            return
        base.window = window
        if base.compare_to is not None:
            base.compare_to = previous_window(window, circumstances.zone)
        base.offset = 0
        self.changed.add("window")

    def _in_all(self) -> None:
        """ "e in totale?": without the groups, or else without what it was narrowed to."""
        base = self.base
        if Cue.IN_ALL not in self.cues or self.changed - {"window"} or base.metric is None:
            return
        if base.group_by:
            base.group_by, base.having, base.order, base.limit = [], None, None, None
        else:
            base.filters = [each for each in base.filters if each.field == "status"]
        base.offset, base.focus = 0, "amount"
        self.changed.add("total")

    def _condition(self) -> None:
        """ "solo quelli con almeno 5" """
        having = said_condition(self.sentence)
        if having is not None and self.base.group_by:
            self.base.having, self.base.limit = having, None
            self.changed.add("having")

    def _filters(self) -> None:
        base = self.base
        said = list(self.draft.filters)
        said += (each for each in self.sentence.filters if each not in said)
        if not any(each.field == "cause" for each in said):
            kinds = [kind for kind in map(cause_word, self.sentence.words) if kind is not None]
            said += (Filter(field="cause", op="contains", values=(kind,)) for kind in kinds)
        for each in said:
            if each.field in ("process", "status"):
                continue
            fitting = each.model_copy(update={"field": self._field(each.field)})
            if fitting.field not in allowed_filters(base):
                continue
            key = (fitting.field, fitting.op)
            base.filters = [kept for kept in base.filters if (kept.field, kept.op) != key]
            base.filters.append(fitting)
            self.changed.add("filters")

    def _field(self, said: str) -> str:
        """What a person is to the records: of a mail received the sender, of an order the
        customer."""
        if said not in ("sender", "customer"):
            return said
        base = self.base
        received = base.metric == "emails_received" or base.story == "email"
        received = received or (base.subject == "emails" and status_filter(base) != "sent")
        return "sender" if received else "customer"

    def _groups(self) -> None:
        base = self.base
        groups = said_groups(self.sentence)
        if not groups and _ranks_the_same(self.sentence, self.draft, self.before):
            groups = list(self.draft.group_by)
        if not groups and self.draft.subject == "processes" and base.metric is not None:
            groups = ["process"]
        if not groups and Cue.WHO in self.cues and base.metric is not None:
            groups = [MAIN_GROUP[METRICS[base.metric].measure.facts]]
        if not groups:
            return
        if base.kind == "list":
            base_metric = _METRIC_OF_LIST[str(base.subject)]
            status = status_filter(base)
            if status == "sent":
                base_metric = "emails_sent"
            base.filters = [
                each for each in base.filters if status != "sent" or each.field != "status"
            ]
            base.value(base_metric)
            base.limit = base.order = None
        elif base.kind == "story":
            base.value(
                {"email": "emails_received", "errors": "errors"}.get(str(base.story), "executions")
            )
            base.assume("metric")
        metric = METRICS[str(base.metric)]
        possible = [
            "sender" if each == "customer" and base.metric == "emails_received" else each
            for each in groups
        ]
        possible = [each for each in possible if each in metric.groupings]
        if not possible:
            return
        base.group_by = possible[:2]
        base.order = base.limit = base.having = None
        base.offset = 0
        base.focus = None
        self.changed.add("groups")

    def _order(self) -> None:
        base, cues = self.base, self.cues
        ordinal = self._ordinal()
        if ordinal is not None and (base.group_by or base.kind == "list"):
            base.offset, base.limit = ordinal - 1, 1
            base.focus = "ranking" if base.group_by else "last"
            self.changed.add("order")
            return
        number = said_number(self.sentence) if "having" not in self.changed else None
        if number is not None and (base.group_by or base.kind == "list"):
            base.limit, base.offset = number, 0
            self.changed.add("order")
        if (
            base.metric is not None
            and base.group_by
            and cues.any(Cue.MOST, Cue.LEAST, Cue.BEST, Cue.WORST, Cue.BOTTOM, Cue.TOP)
        ):
            base.order = said_direction(self.sentence, base.metric)
            base.focus = "ranking"
            self.changed.add("order")
        elif (
            cues.any(Cue.LAST)
            and number is None
            and base.kind != "story"
            and "window" not in self.changed
            and (self.draft.focus != "last")
        ):
            self._last_one()

    def _last_one(self) -> None:
        """ "e l'ultimo?" """
        base = self.base
        subject = base.subject or list_of(str(base.metric))
        if subject is None or len(self.sentence.tokens) > 5:
            return
        base.list(subject)
        base.order, base.limit, base.offset, base.focus = None, 1, 0, "last"
        self.changed.add("order")

    def _ordinal(self) -> int | None:
        for hit in self.cues.of(Cue.ORDINAL):
            for place in range(hit.start, hit.end):
                number = ORDINALS.get(self.sentence.words[place])
                if number is not None and number > 0 and len(self.sentence.tokens) <= 5:
                    return number
        return None

    def _form(self) -> None:
        """ "perché?", "e l'andamento?", "mostrali", "quanti sono?" """
        base, cues, sentence = self.base, self.cues, self.sentence
        if Cue.WHY in cues and "object" not in self.changed:
            self._why()
        elif Cue.TREND in cues and base.metric is not None and "groups" not in self.changed:
            base.group_by, base.focus, base.type = (
                [grain_of(base.window)], "trend", QuestionType.ANALYSIS,
            )  # fmt: skip
            base.order = base.limit = None
            self.changed.add("form")
        elif (
            cues.any(Cue.COMPARE, Cue.IMPROVE)
            and base.compare_to is None
            and (base.window is not None and base.kind != "list")
        ):
            base.compare_to = previous_window(base.window, sentence.circumstances.zone)
            base.type = QuestionType.ANALYSIS
            self.changed.add("form")
        elif (
            base.kind == "list"
            and cues.any(Cue.HOW_MANY, Cue.OF_THEM)
            and ("object" not in self.changed)
        ):
            metric = _METRIC_OF_LIST[str(base.subject)]
            status = status_filter(base)
            base.value("emails_sent" if status == "sent" else metric)
            base.filters = [each for each in base.filters if each.field in allowed_filters(base)]
            base.limit = base.order = None
            base.focus, base.offset = "amount", 0
            self.changed.add("form")
        elif base.metric is not None and (
            (cues.any(Cue.SHOW_THEM, Cue.LIST) and not base.group_by)
            or (Cue.SHOW_THEM in cues and base.group_by == ["cause"] and not self._regrouped())
        ):
            subject = list_of(base.metric)
            if subject is None:
                return
            status = status_of(base.metric, subject)
            base.list(subject)
            if status is not None and not any(each.field == "status" for each in base.filters):
                base.filters.append(Filter(field="status", values=(status,)))
            base.focus = base.order = None
            self.changed.add("form")
        elif base.metric and cues.any(Cue.SHOW_THEM) and base.group_by:
            self.changed.add("form")
        elif sentence.sounds_future and sentence.time.future:
            base.type = QuestionType.PREDICTION
            self.changed.add("form")

    def _regrouped(self) -> bool:
        return bool(self.changed & {"groups", "object", "order"})

    def _why(self) -> None:
        base = self.base
        metric = METRICS[base.metric] if base.metric else None
        about_runs = (
            (metric is not None and metric.measure.facts == "executions")
            or base.subject in ("errors", "executions")
            or base.story in ("errors", "today", "overview")
        )
        if about_runs:
            kept = [each for each in base.filters if each.field in ("process", "cause", "text")]
            base.value("errors")
            base.filters, base.group_by = kept, ["cause"]
            base.order, base.limit, base.having, base.offset = "desc", None, None, 0
        elif base.metric is not None and base.window is not None and base.compare_to is None:
            base.group_by = []
            base.compare_to = previous_window(base.window, self.sentence.circumstances.zone)
        base.focus, base.type = "cause", QuestionType.ANALYSIS
        self.changed.add("form")

    # ----------------------------------------------------------------------------- the outcome

    def _finished(self) -> Draft:
        base = self.base
        allowed = allowed_filters(base)
        base.filters = [each for each in base.filters if each.field in allowed]
        assumed = []
        if not self.changed & {"object"}:
            assumed.append("metric")
        if (
            self.before.window is not None
            and base.window == self.before.window
            and ("window" not in self.changed)
        ):
            assumed.append("window")
        if any(each in self.before.filters for each in base.filters):
            assumed.append("filters")
        base.assumed = assumed
        base.type = self._type()
        return base

    def _type(self) -> QuestionType:
        base = self.base
        now = self.sentence.circumstances.now
        if self.sentence.time.future or (
            base.type is QuestionType.PREDICTION and "window" not in self.changed
        ):
            return QuestionType.PREDICTION
        if self.cues.any(Cue.PREDICT, Cue.FUTURE) and (
            base.window is None or base.window.end > now
        ):
            return QuestionType.PREDICTION
        if base.compare_to is not None or "cause" in base.group_by or base.focus == "trend":
            return QuestionType.ANALYSIS
        if base.type is QuestionType.ANALYSIS and base.kind == "story":
            return QuestionType.ANALYSIS
        return QuestionType.BUSINESS_DATA


def that_one(sentence: Sentence) -> NameMatch | None:
    """Return the process that "quello degli ordini" or "the invoices one" means."""
    words, names = sentence.words, sentence.circumstances.names
    for hit in sentence.cues.of(Cue.THOSE):
        place: int | None = None
        if words[hit.end - 1] in ("one", "ones"):
            place = hit.start - 1 if hit.end - hit.start == 1 else None
        elif (
            words[hit.start] in ("quello", "quella", "that")
            and hit.end < len(words)
            and (words[hit.end] in ARTICLES)
        ):
            place = sentence.after(hit.end)
        if place is None or not 0 <= place < len(words):
            continue
        match = names.by_noun(words[place])
        if match.score:
            return match
    return None


def status_filter(draft: Draft) -> str | None:
    """The status that a list is kept to, if one."""
    return next(
        (each.values[0] for each in draft.filters if each.field == "status" and each.op == "is"),
        None,
    )


def _draft_of(query: BusinessQuery) -> Draft:
    return Draft(
        kind=query.kind,
        metric=query.metric,
        subject=query.subject,
        story=query.story,
        window=query.window,
        compare_to=query.compare_to,
        hours=query.hours,
        weekdays=query.weekdays,
        filters=list(query.filters),
        group_by=list(query.group_by),
        having=query.having,
        order=query.order,
        limit=query.limit,
        offset=query.offset,
    )


# -------------------------------------------------------------------- answers to a question back


def chosen_option(sentence: Sentence, previous: Reading) -> str | None:
    """Return the option of the question back in *previous* that *sentence* chooses."""
    asked = previous.clarification
    if asked is None or not asked.options:
        return None
    options = asked.options
    words = [word for word in sentence.words if word not in ARTICLES]
    if len(words) <= 4:
        number = _number_chosen(words)
        if number is not None:
            if number == -1:
                return options[-1]
            return options[number - 1] if 1 <= number <= len(options) else None
        if len(options) == 1 and words and words[0] in ("si", "yes", "ok", "esatto", "certo",
                                                       "yep", "sure", "giusto"):  # fmt: skip
            return options[0]
    said = set(words_of(sentence.text)) - ARTICLES
    exact = [option for option in options if words_of(option) == words_of(sentence.text)]
    if exact:
        return exact[0]
    if asked.reason in ("which_process", "unknown_process") and said and len(sentence.tokens) <= 8:
        named = " ".join(token.raw for token in sentence.tokens if token.word not in KNOWN_WORDS)
        match = NameIndex([_Option(option) for option in options]).match(named)
        if match.name is not None and match.score >= 60:
            return match.name
        fitting = [option for option in options if said & set(words_of(option))]
        distinctive = [
            option
            for option in fitting
            if any(
                sum(word in words_of(other) for other in options) == 1
                for word in said & set(words_of(option))
            )
        ]
        if len(distinctive) == 1:
            return distinctive[0]
    return None


class _Option:
    """An option as `NameIndex` takes it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.former_names: tuple[str, ...] = ()


def _number_chosen(words: list[str]) -> int | None:
    for word in words:
        if word in ORDINALS:
            return ORDINALS[word]
        if word.isdigit() and len(word) == 1:
            return int(word)
        if word in NUMBER_WORDS and word not in ("un", "uno", "una", "one", "sei"):
            return NUMBER_WORDS[word]
    if words in (["uno"], ["one"], ["the", "one"]):
        return 1
    return None


def completed_by_process(previous: Reading, name: str) -> Draft:
    """Return the query of *previous* with the process that was asked for."""
    if previous.query is None:
        draft = Draft()
        draft.tell("overview")
    else:
        draft = _draft_of(previous.query)
    draft.filters = [
        *(each for each in draft.filters if each.field != "process"),
        Filter(field="process", values=(name,)),
    ]
    draft.focus = previous.focus
    draft.assumed = ["metric"] if previous.query is not None else []
    draft.certainty = 0.95
    return draft


def type_of(draft: Draft, *, future: bool = False) -> QuestionType:
    """Return the type of question that *draft* answers."""
    if future:
        return QuestionType.PREDICTION
    if draft.compare_to is not None or "cause" in draft.group_by or draft.story == "overview":
        return QuestionType.ANALYSIS
    return QuestionType.BUSINESS_DATA
