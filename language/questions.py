"""From cues to a query: which figure, how grouped, which list, which story.

The metric comes from `METRIC_RULES`, a table of scored combinations of cues; the form of the
answer (a value, a ranking, a list, a story …) from a few readers that look at where cues stand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from catalogue.metrics import METRICS
from catalogue.periods import previous_window
from catalogue.query import (
    MAX_LIST_ROWS,
    BusinessQuery,
    Filter,
    Having,
    QuestionType,
    Window,
)
from catalogue.reading import Clarification
from language.cues import Hit
from language.sentences import Sentence
from language.tokens import word_set
from language.vocabulary import (
    ARTICLES,
    CAUSE_WORDS,
    GROUPED_BY,
    GROUPED_OUTRIGHT,
    KNOWN_WORDS,
    Cue,
)

Focus = Literal["amount", "ranking", "existence", "last", "who", "trend", "cause"]


@dataclass
class Draft:
    """A query in the making, and what the question itself said of it."""

    kind: Literal["value", "list", "story"] = "value"
    metric: str | None = None
    subject: str | None = None
    story: str | None = None
    window: Window | None = None
    compare_to: Window | None = None
    hours: tuple[tuple[int, int], ...] = ()
    weekdays: tuple[int, ...] = ()
    filters: list[Filter] = field(default_factory=list)
    group_by: list[str] = field(default_factory=list)
    having: Having | None = None
    order: Literal["asc", "desc"] | None = None
    limit: int | None = None
    offset: int = 0
    type: QuestionType = QuestionType.BUSINESS_DATA
    focus: Focus | None = None
    assumed: list[str] = field(default_factory=list)
    clarification: Clarification | None = None
    certainty: float = 0.95
    strength: float = 0.0
    """How strongly the metric was named (the weight of its rule)."""

    @property
    def has_object(self) -> bool:
        """Whether it is known what is asked for."""
        return (self.metric or self.subject or self.story) is not None

    def value(self, metric: str) -> None:
        """Make it a value of *metric*."""
        self.kind, self.metric, self.subject, self.story = "value", metric, None, None

    def list(self, subject: str) -> None:
        """Make it a list of *subject*."""
        self.kind, self.metric, self.subject, self.story = "list", None, subject, None
        self.group_by, self.having = [], None

    def tell(self, story: str) -> None:
        """Make it the story *story*."""
        self.kind, self.metric, self.subject, self.story = "story", None, None, story
        self.group_by, self.having = [], None

    def assume(self, part: str) -> None:
        """Note that *part* was not said."""
        if part not in self.assumed:
            self.assumed.append(part)

    def query(self) -> BusinessQuery | None:
        """The query so far; None where it is not known what is asked for."""
        if not self.has_object:
            return None
        return BusinessQuery(
            kind=self.kind,
            metric=self.metric,
            subject=self.subject,
            story=self.story,
            window=self.window,
            compare_to=self.compare_to,
            hours=self.hours,
            weekdays=self.weekdays,
            filters=tuple(self.filters),
            group_by=tuple(self.group_by),
            having=self.having,
            order=self.order,
            limit=self.limit,
            offset=self.offset,
        )


# -------------------------------------------------------------------------- which metric it is


@dataclass(frozen=True, slots=True)
class MetricRule:
    """*metric* is meant, with this *weight*, where all of *needs* and none of *bars* occur."""

    weight: float
    metric: str
    needs: frozenset[Cue]
    bars: frozenset[Cue] = frozenset()


def _rule(weight: float, metric: str, *needs: Cue, bars: tuple[Cue, ...] = ()) -> MetricRule:
    return MetricRule(weight, metric, frozenset(needs), frozenset(bars))


METRIC_RULES: tuple[MetricRule, ...] = (
    _rule(10, "ai_response_time", Cue.RESPONSE_TIME),
    _rule(9, "error_rate", Cue.ERROR_RATE),
    _rule(9, "success_rate", Cue.SUCCESS_RATE),
    _rule(8.5, "error_rate", Cue.RATE, Cue.ERROR),
    _rule(8.4, "error_rate", Cue.RATE, Cue.FAILED, bars=(Cue.SUCCESS,)),
    _rule(8.3, "success_rate", Cue.RATE, Cue.SUCCESS),
    _rule(8.2, "ai_response_time", Cue.DURATION, Cue.ANSWER),
    _rule(8.1, "ai_response_time", Cue.SLOW, Cue.ANSWER),
    _rule(8.1, "ai_response_time", Cue.FAST, Cue.ANSWER),
    _rule(7.9, "ai_response_time", Cue.SLOW, Cue.ASSISTANT),
    _rule(7.9, "ai_response_time", Cue.FAST, Cue.ASSISTANT),
    _rule(8, "order_value", Cue.ORDER_VALUE),
    _rule(7.8, "ai_response_time", Cue.DURATION, Cue.ASSISTANT),
    _rule(7.6, "p95_duration", Cue.P95),
    _rule(7.5, "median_duration", Cue.MEDIAN),
    _rule(7.4, "max_duration", Cue.LONGEST, bars=(Cue.ASSISTANT,)),
    _rule(7, "avg_duration", Cue.DURATION),
    _rule(7, "ai_responses", Cue.ASSISTANT, Cue.MESSAGE),
    _rule(6.8, "ai_responses", Cue.ASSISTANT, Cue.CONVERSATION),
    _rule(6.8, "emails_received", Cue.SENT_BY_OTHERS),
    _rule(6.7, "emails_sent", Cue.EMAIL, Cue.SENT, bars=(Cue.WROTE_US,)),
    _rule(6.6, "emails_sent", Cue.MESSAGE, Cue.SENT, bars=(Cue.WROTE_US, Cue.ASSISTANT)),
    _rule(6.5, "ai_responses", Cue.ASSISTANT, Cue.ANSWER),
    _rule(6.4, "avg_duration", Cue.SLOW),
    _rule(6.4, "avg_duration", Cue.FAST),
    _rule(6.2, "success_rate", Cue.RELIABLE),
    _rule(6.1, "order_value", Cue.BOUGHT, Cue.HOW_MUCH),
    _rule(6.1, "order_value", Cue.SPENT),
    _rule(6, "unfinished", Cue.UNFINISHED, bars=(Cue.ORDER, Cue.EMAIL)),
    _rule(5.9, "canceled", Cue.CANCELED, Cue.EXECUTION),
    _rule(5.8, "ai_responses", Cue.CONVERSATION),
    _rule(5.5, "emails_received", Cue.WROTE_US),
    _rule(5, "errors", Cue.ERROR),
    _rule(5, "errors", Cue.FAILED),
    _rule(4.8, "successes", Cue.SUCCESS, Cue.EXECUTION),
    _rule(4.7, "canceled", Cue.CANCELED, bars=(Cue.ORDER, Cue.EMAIL, Cue.UNLISTED)),
    _rule(4.6, "successes", Cue.SUCCESS, Cue.HOW_MANY, bars=(Cue.ORDER, Cue.EMAIL)),
    _rule(4.5, "orders", Cue.ORDER),
    _rule(4.4, "orders", Cue.BOUGHT),
    _rule(4.2, "emails_received", Cue.EMAIL),
    _rule(4.1, "emails_received", Cue.MESSAGE),
    _rule(4, "emails_received", Cue.SENDER),
    _rule(3.5, "executions", Cue.EXECUTION),
    _rule(3, "ai_responses", Cue.ASSISTANT, bars=(Cue.SMALL_TALK,)),
    _rule(2.5, "ai_responses", Cue.ANSWER),
    _rule(2.4, "errors", Cue.CAUSE, bars=(Cue.ORDER, Cue.EMAIL)),
    _rule(2.3, "executions", Cue.BUSY),
    _rule(2.2, "executions", Cue.RAN),
    _rule(2.1, "executions", Cue.TIMES),
    _rule(2, "successes", Cue.SUCCESS, bars=(Cue.GREETING, Cue.THANKS)),
)
"""Read from the strongest down. The noun that is counted ("quanti ordini …") adds `_HEAD`."""

_HEAD = 2.0
_HEAD_NOUNS: dict[Cue, str] = {
    Cue.ERROR: "errors",
    Cue.ORDER: "orders",
    Cue.EMAIL: "emails_received",
    Cue.CONVERSATION: "ai_responses",
}
_FACT_NOUNS: dict[Cue, str] = {
    Cue.EMAIL: "emails",
    Cue.MESSAGE: "emails",
    Cue.WROTE_US: "emails",
    Cue.ORDER: "orders",
    Cue.ORDER_VALUE: "orders",
    Cue.EXECUTION: "executions",
    Cue.ERROR: "executions",
    Cue.CONVERSATION: "answers",
}
_OVER_EXECUTIONS = frozenset(
    metric_id for metric_id, metric in METRICS.items() if metric.measure.facts == "executions"
)
_STATUS_OF = {
    "errors": "error",
    "canceled": "canceled",
    "unfinished": "unfinished",
    "successes": "success",
}
_LIST_OF: dict[str, str] = {
    "executions": "executions",
    "successes": "executions",
    "canceled": "executions",
    "unfinished": "executions",
    "errors": "errors",
    "emails_received": "emails",
    "emails_sent": "emails",
    "orders": "orders",
    "order_value": "orders",
    "processes": "processes",
    "active_processes": "processes",
}
"""The list in which the things that a metric counts are found."""

MAIN_GROUP = {"executions": "process", "emails": "sender", "orders": "customer",
              "answers": "process", "processes": "process"}  # fmt: skip
"""What "quale …" means where only the metric was said."""


def read_metric(sentence: Sentence) -> tuple[str | None, float]:
    """Return the metric that the cues name, and how strongly."""
    present = sentence.cues.present
    head = _head_noun(sentence)
    best: tuple[float, str] | None = None
    for rule in METRIC_RULES:
        if rule.needs <= present and not rule.bars & present:
            weight = rule.weight
            if head is not None and len(rule.needs) == 1 and head in rule.needs:
                weight += _HEAD
            if best is None or weight > best[0]:
                best = (weight, rule.metric)
    return (best[1], best[0]) if best else (None, 0.0)


def _head_noun(sentence: Sentence) -> Cue | None:
    """The noun that is counted or listed: the first one after "quanti", "elenco", "which"."""
    for asking in sentence.cues.of(Cue.HOW_MANY, Cue.LIST, Cue.WHICH):
        place = sentence.after(asking.end)
        if place is None:
            continue
        for noun in _HEAD_NOUNS:
            if sentence.cues.starting_at(place, noun):
                return noun
    return None


# ------------------------------------------------------------------------------ how it is grouped

_RANKING = (Cue.MOST, Cue.LEAST, Cue.BEST, Cue.WORST, Cue.TOP, Cue.BOTTOM)
_QUALITIES = (Cue.SLOW, Cue.FAST, Cue.RELIABLE, Cue.BUSY, Cue.LONGEST)
_SUBJECTS_BEFORE = (Cue.WHICH, Cue.LIST, Cue.TOP, Cue.HOW_MANY, Cue.GIVE, Cue.FIRST, Cue.WHEN,
                    Cue.MOST, Cue.LEAST, Cue.BEST, Cue.WORST, Cue.BOTTOM, Cue.SLOW, Cue.FAST,
                    Cue.RELIABLE, Cue.BUSY, Cue.LAST, Cue.THERE_IS, Cue.ACTIVE)  # fmt: skip
_RELATIVE = frozenset(
    {"che", "with", "con", "that", "who", "cui", "dove", "where", "whose", "which"}
)


def said_groups(sentence: Sentence) -> list[str]:
    """Groupings that are said outright: "per processo e giorno", "day by day"."""
    groups: list[str] = []
    last_end = -1
    for hit in sentence.cues:
        if hit.cue in GROUPED_OUTRIGHT:
            if not _qualifies_summary(sentence, hit):
                groups.append(GROUPED_OUTRIGHT[hit.cue])
                last_end = hit.end
            continue
        if hit.cue not in GROUPED_BY:
            continue
        before = hit.start - 1
        introduced = sentence.cues.ending_at(before, Cue.PER, Cue.EACH) is not None or (
            before > 0
            and sentence.words[before] in ARTICLES
            and sentence.cues.ending_at(before - 1, Cue.PER) is not None
            and sentence.tokens[before - 1].word not in ("per",)
        )
        continued = (
            last_end >= 0
            and before in (last_end, last_end + 1)
            and sentence.words[last_end] in ("e", "and", "ed", "per")
        )
        headed = hit.cue is Cue.STATUS and (
            sentence.words[hit.start] in _OUTCOMES and Cue.EXECUTION in sentence.cues
        )
        if introduced or continued or headed:
            groups.append(GROUPED_BY[hit.cue])
            last_end = hit.end
    return list(dict.fromkeys(groups))


_OUTCOMES = frozenset({"esito", "esiti", "outcome", "outcomes", "statuses"})


def _qualifies_summary(sentence: Sentence, hit: Hit) -> bool:
    """ "report settimanale" is a report of the week, not one by weeks."""
    return (
        sentence.cues.any(Cue.SUMMARY, Cue.HOW_GOING)
        and not sentence.cues.any(Cue.TREND, Cue.PER, Cue.HOW_MANY)
        and sentence.words[hit.start] not in ("ogni", "every", "each")
    )


def _subject_group(sentence: Sentence) -> tuple[str, Hit] | None:
    """The noun that a ranking or a "which" is about: "quale processo …", "i clienti che …"."""
    cues = sentence.cues
    for hit in cues:
        if hit.cue not in GROUPED_BY or _is_state(sentence, hit):
            continue
        before = sentence.before(hit.start)
        while before is not None and (
            sentence.number_at(before) is not None
            or sentence.words[before] in ("stati", "stato", "sono", "e", "is", "are", "was", "were",
                                          "nostri", "our", "dei", "giorni", "altri")
        ):  # fmt: skip
            before = sentence.before(before)
        asked = before is not None and cues.ending_at(before, *_SUBJECTS_BEFORE) is not None
        following = hit.end
        related = following < len(sentence.words) and (
            sentence.words[following] in _RELATIVE
            or cues.starting_at(following, *_RANKING, *_QUALITIES, Cue.MORE) is not None
        )
        if asked or related:
            return GROUPED_BY[hit.cue], hit
    return None


def _is_state(sentence: Sentence, hit: Hit) -> bool:
    """Whether "stato" means how things are, not what executions are grouped by."""
    return hit.cue is Cue.STATUS


def _is_ranking(sentence: Sentence) -> bool:
    cues = sentence.cues
    if cues.any(*_RANKING, Cue.BUSY):
        return True
    if Cue.MORE in cues and cues.any(Cue.WHO, Cue.WHICH, Cue.WHEN, Cue.WHERE):
        return True
    if Cue.MORE in cues and _subject_group(sentence) is not None:
        return True
    return cues.any(Cue.SLOW, Cue.FAST, Cue.RELIABLE) and (
        cues.any(Cue.WHICH, Cue.PROCESS, Cue.EXECUTION) and not sentence.mentions
    )


def said_number(sentence: Sentence) -> int | None:
    """The N of "top 3", "i primi 5 clienti", "ultime 20 esecuzioni"."""
    for hit in sentence.cues.of(Cue.TOP, Cue.FIRST, Cue.LAST, Cue.BOTTOM, Cue.BEST, Cue.WORST):
        number = sentence.number_at(hit.end)
        if number is not None and sentence.words[hit.end] not in ("un", "una", "uno", "one", "a"):
            return number
        earlier = sentence.number_at(hit.start - 1)
        if earlier is not None and hit.cue is not Cue.LAST:
            return earlier
    for hit in sentence.cues.of(
        *GROUPED_BY, *_QUALITIES, Cue.ERROR, Cue.ORDER, Cue.EMAIL, Cue.EXECUTION
    ):
        number = sentence.number_at(hit.start - 1)
        if number is not None and number > 1 and not _is_condition(sentence, hit.start - 1):
            return number
    return None


def _is_condition(sentence: Sentence, place: int) -> bool:
    return (
        sentence.cues.ending_at(
            place - 1, Cue.AT_LEAST, Cue.MORE_THAN, Cue.AT_MOST, Cue.LESS_THAN, Cue.EXACTLY
        )
        is not None
    )


_CONDITIONS: dict[Cue, Literal[">=", ">", "<=", "<", "="]] = {
    Cue.AT_LEAST: ">=",
    Cue.MORE_THAN: ">",
    Cue.AT_MOST: "<=",
    Cue.LESS_THAN: "<",
    Cue.EXACTLY: "=",
}
_SECONDS = {"secondo": 1, "secondi": 1, "second": 1, "seconds": 1, "sec": 1, "minuto": 60,
            "minuti": 60, "minute": 60, "minutes": 60, "min": 60, "ora": 3600, "ore": 3600,
            "hour": 3600, "hours": 3600}  # fmt: skip


def _having(sentence: Sentence) -> Having | None:
    """The condition on each group: "almeno 3 volte", "mai partiti"."""
    cues = sentence.cues
    for hit in sentence.cues.of(*_CONDITIONS):
        number = sentence.number_at(hit.end)
        if number is None:
            continue
        unit = sentence.words[hit.end + 1] if hit.end + 1 < len(sentence.words) else ""
        return Having(op=_CONDITIONS[hit.cue], value=float(number * _SECONDS.get(unit, 1)))
    if Cue.NEVER in sentence.cues and sentence.cues.any(
        Cue.WHICH, Cue.LIST, Cue.PROCESS, Cue.HOW_MANY, Cue.THERE_IS, Cue.WHO
    ):
        return Having(op="=", value=0)
    if cues.any(Cue.WHICH, Cue.LIST, Cue.HOW_MANY) and Cue.PROCESS in cues:
        for negation in cues.of(Cue.NOT):
            for place in range(negation.end, negation.end + 3):
                if cues.starting_at(place, Cue.RAN, Cue.FAILED):
                    return Having(op="=", value=0)
    return None


# -------------------------------------------------------------------------------- the whole draft


def read_question(sentence: Sentence) -> Draft:
    """Return what *sentence* asks of the data; `Draft.has_object` says whether it asks at all."""
    draft = Draft()
    draft.window, draft.compare_to = sentence.time.window, sentence.time.compare_to
    draft.hours, draft.weekdays = sentence.time.hours, sentence.time.weekdays
    draft.filters = list(sentence.filters)
    _read_processes(sentence, draft)
    metric, draft.strength = read_metric(sentence)
    if metric is None and any(each.field == "sender" for each in draft.filters):
        metric, draft.strength = "emails_received", 4.0  # "è arrivato qualcosa da …?"
    for form in _FORMS:
        if form(sentence, draft, metric):
            break
    _read_conditions(sentence, draft)
    _read_leftover_nouns(sentence, draft)
    _read_qualifiers(sentence, draft)
    _read_type(sentence, draft)
    _fit_filters(draft)
    _judge_certainty(sentence, draft)
    return draft


def _read_processes(sentence: Sentence, draft: Draft) -> None:
    """Turn mentions of processes into a filter, or into a question back."""
    known = bool(sentence.circumstances.names)
    included: list[str] = []
    excluded: list[str] = []
    for mention in sentence.mentions:
        target = excluded if mention.excluded else included
        if mention.match.name is not None:
            target.append(mention.match.name)
        elif not known:
            # There is nothing to check the name against: it is taken as it was said.
            target.append(mention.text)
        elif mention.match.score:
            draft.clarification = Clarification(
                reason="which_process", mention=mention.text, options=mention.match.candidates
            )
        else:
            draft.clarification = Clarification(
                reason="unknown_process", mention=mention.text, options=mention.match.candidates
            )
    if included:
        draft.filters.append(Filter(field="process", values=tuple(dict.fromkeys(included))))
    if excluded:
        draft.filters.append(
            Filter(field="process", op="is_not", values=tuple(dict.fromkeys(excluded)))
        )


Form = Callable[[Sentence, Draft, str | None], bool]
"""Fills the draft if the sentence has this form, and says whether it has."""


def _as_causes(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """ "perché fallisce?", "le cause più frequenti": errors by their causes."""
    cues = sentence.cues
    about_errors = metric in ("errors", "error_rate", "success_rate", None) or cues.any(
        Cue.ERROR, Cue.FAILED
    )
    named = cues.any(Cue.WHY, Cue.CAUSE) and (
        metric in ("errors", "error_rate", "success_rate") or bool(sentence.mentions)
    )
    if not (named and about_errors):
        return False
    if said_groups(sentence) and Cue.WHY not in cues and Cue.CAUSE not in cues:
        return False
    # "in quali giorni falliamo di più, e perché?" asks first for the days.
    subject = _subject_group(sentence)
    if (
        subject is not None
        and subject[0] in ("hour", "weekday", "day")
        and _is_time_asked(sentence)
    ):
        return False
    if subject is not None and subject[0] == "process" and _is_ranking(sentence):
        return False
    draft.value("errors")
    groups = [group for group in said_groups(sentence) if group != "cause"][:1]
    draft.group_by = [*groups, "cause"]
    draft.order, draft.focus = "desc", "cause"
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
        (cues.any(Cue.SUMMARY, Cue.CONTENT) and about_mail and Cue.ORDER not in cues)
        or (Cue.CONTENT in cues and metric is None and not sentence.mentions)
        or (Cue.WE_ANSWERED in cues and Cue.HOW_MANY not in cues)
        or (Cue.CONTENT in cues and Cue.CUSTOMER in cues)
    )
    if not asked or said_groups(sentence) or Cue.HOW_MANY in cues:
        return False
    draft.tell("email")
    draft.filters = [each for each in draft.filters if each.field != "status"]
    return True


def _as_error_story(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """ "analisi degli errori" """
    cues = sentence.cues
    if not cues.any(Cue.ERROR, Cue.FAILED) or metric not in ("errors",):
        return False
    if not cues.any(Cue.ANALYSE, Cue.SUMMARY, Cue.HOW_GOING, Cue.STATE) or cues.any(
        Cue.HOW_MANY, Cue.TREND, Cue.COMPARE, Cue.IMPROVE, *_RANKING
    ):
        return False
    if said_groups(sentence) or draft.compare_to is not None:
        return False
    if Cue.HOW_GOING in cues and Cue.FAILED in cues and Cue.ERROR not in cues:
        return False
    draft.tell("errors")
    return True


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
    if _is_ranking(sentence) and _subject_group(sentence):
        return False
    draft.tell("overview")
    if compared and not sentence.has_time:
        _compare_with_before(sentence, draft, months=True)
    elif Cue.IMPROVE in cues and draft.compare_to is None and draft.window is not None:
        _compare_with_before(sentence, draft)
    elif not sentence.has_time and not sentence.mentions:
        draft.window = sentence.circumstances.window(_summary_span(sentence))
        draft.assume("window")
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


def _summary_span(sentence: Sentence) -> str:
    for cue, span in (
        (Cue.BY_DAY, "oggi"),
        (Cue.BY_WEEK, "questa settimana"),
        (Cue.BY_MONTH, "questo mese"),
    ):
        if cue in sentence.cues:
            return span
    return "ultimi 7 giorni"


def _as_several(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """ "quante email e quanti ordini oggi?": figures of several kinds are an overview."""
    for one, other in pairwise(sentence.cues.of(Cue.SUCCESS, Cue.ERROR, Cue.FAILED)):
        joined = sentence.words[one.end : other.start] in (["e"], ["and"], ["o"], ["or"])
        if joined and (one.cue is Cue.SUCCESS) is not (other.cue is Cue.SUCCESS):
            draft.value("executions")  # "ok e ko": how they ended
            draft.group_by = ["status"]
            return True
    for one, other in pairwise(sentence.cues.of(*_FACT_NOUNS)):
        between = sentence.words[one.end : other.start]
        if (
            _FACT_NOUNS[one.cue] != _FACT_NOUNS[other.cue]
            and between
            and ("e" in between or "and" in between)
            and len(between) <= 3
            and not any(sentence.tokens[place].grave for place in range(one.end, other.start))
            and not sentence.cues.any(Cue.FAILED, *_RANKING)
            and not said_groups(sentence)
            and all(
                word in ("e", "and", "quanti", "quante", "how", "many", "gli", "le", "i", "the",
                         "di", "of", "ricevute", "received", "arrivate")
                for word in between
            )
        ):  # fmt: skip
            draft.tell("overview")
            return True
    return False


def _as_last(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """ "l'ultima esecuzione del backup", "quando è fallito l'ultima volta?", "ultimi 10 errori"."""
    cues = sentence.cues
    if cues.any(Cue.HOW_MANY, Cue.RATE, Cue.SUCCESS_RATE) and not cues.any(Cue.DURATION):
        return False
    number = None
    single = False
    last = next(
        (hit for hit in cues.of(Cue.LAST, Cue.FIRST) if _precedes_thing(sentence, hit, draft)), None
    )
    if last is not None:
        number = said_number(sentence)
        single = number is None and _is_singular(sentence, last)
        if last.cue is Cue.FIRST and number is None and not single:
            return False
    elif Cue.WHEN in cues and not _is_ranking(sentence) and not sentence.sounds_future:
        happened = cues.any(Cue.RAN, Cue.FAILED, Cue.RECEIVED, Cue.SENT, Cue.WROTE_US, Cue.ERROR)
        if not (happened or sentence.mentions) or _is_time_of_day(sentence):
            return False
        single = True
    else:
        return False
    subject = _LIST_OF.get(metric or "executions") or (
        "executions" if sentence.mentions or metric in _OVER_EXECUTIONS else None
    )
    if metric in ("avg_duration", "max_duration") and not (sentence.mentions or single):
        return False
    if subject is None or (metric is None and not sentence.mentions):
        return False
    if said_groups(sentence) or (number is not None and _is_group_ranking(sentence)):
        return False
    draft.list(subject)
    _status_filter(draft, metric)
    draft.limit = 1 if single else number
    if last is not None and last.cue is Cue.FIRST:
        draft.order = "asc"
    if single:
        draft.focus = "last"
    return True


def _is_group_ranking(sentence: Sentence) -> bool:
    """Whether "i primi 5 clienti" are a ranking: what is numbered is a group, not a record."""
    return _subject_group(sentence) is not None and sentence.cues.any(
        Cue.CUSTOMER, Cue.SENDER, Cue.PROCESS
    )


def _precedes_thing(sentence: Sentence, hit: Hit, draft: Draft) -> bool:
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
_SINGULAR_LAST = word_set("ultimo ultima last latest recent recente newest prima primo first")


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
    return sentence.cues.any(*_RANKING, Cue.MORE)


def _as_ranking(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """ "quale processo fallisce di più?", "i primi 5 clienti", "i processi mai partiti"."""
    cues = sentence.cues
    subject = _subject_group(sentence)
    having = _having(sentence)
    ranked = _is_ranking(sentence)
    groups = said_groups(sentence)
    who = Cue.WHO in cues and subject is None
    if not (ranked or having or subject or who or cues.any(Cue.WHERE)):
        return False
    if metric is None:
        metric = _metric_of_ranking(sentence, subject, draft, ranked, having)
        if metric is None:
            return False
    if METRICS[metric].measure.facts == "processes":
        return False
    group = None
    if subject is not None and (ranked or having or not groups or Cue.WHICH in cues):
        group = _as_grouping(subject[0], subject[1], sentence, draft)
    elif Cue.WHERE in cues and sentence.mentions and metric == "errors":
        group = "step"  # "dove si rompe il processo ordini?"
    elif who:
        group = "customer" if METRICS[metric].measure.facts == "orders" else "sender"
    elif ranked and Cue.WHEN in cues:
        group = "hour"
    elif (ranked or having) and not groups and not sentence.mentions:
        if not ranked and not cues.any(Cue.WHICH, Cue.LIST, Cue.PROCESS, Cue.WHERE):
            return False
        if metric in ("max_duration",) and not cues.any(Cue.PROCESS, Cue.WHICH):
            return False
        group = MAIN_GROUP[METRICS[metric].measure.facts]
    elif cues.any(Cue.WHERE) and ranked:
        group = MAIN_GROUP[METRICS[metric].measure.facts]
    if group is not None:
        group = _possible_group(metric, group, draft)
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
    draft.limit = said_number(sentence) if having is None else None
    if ranked:
        draft.order = said_direction(sentence, metric)
        draft.focus = "ranking"
    elif group is not None:
        draft.focus = "who"
        draft.order = "desc" if group not in ("day", "week", "month", "hour", "weekday") else None
    return True


def _metric_of_ranking(
    sentence: Sentence,
    subject: tuple[str, Hit] | None,
    draft: Draft,
    ranked: bool,
    having: Having | None,
) -> str | None:
    """What a ranking without a figure means: "i clienti migliori" spend most."""
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


def _as_grouping(group: str, hit: Hit, sentence: Sentence, draft: Draft) -> str:
    """ "in quali giorni riceviamo più mail?" asks for weekdays where no period was named."""
    plural = sentence.words[hit.start] in ("giorni", "days", "giornate")
    if group == "day" and plural and draft.window is None and _is_ranking(sentence):
        return "weekday"
    return group


def _possible_group(metric: str, group: str, draft: Draft) -> str | None:
    """Return *group*, or what it is called for *metric*; None where it cannot be grouped so."""
    if group == "customer" and metric == "emails_received":
        return "sender"  # the customers who write are known by their address
    if group == "sender" and METRICS[metric].measure.facts == "orders":
        return "customer"
    if group in METRICS[metric].groupings:
        return group
    draft.value(metric)
    draft.clarification = Clarification(reason="not_in_catalogue", mention=group)
    return None


def said_direction(sentence: Sentence, metric: str) -> Literal["asc", "desc"]:
    """Return which end of a ranking was asked for: "il peggiore" of a rate is the lowest."""
    cues = sentence.cues
    good = METRICS[metric].higher_is
    if cues.any(Cue.FAST):
        return "asc"
    if cues.any(Cue.SLOW, Cue.LONGEST):
        return "desc"
    if Cue.WORST in cues:
        return "asc" if good == "good" and metric not in ("orders",) else "desc"
    if Cue.BEST in cues:
        return "asc" if good == "bad" else "desc"
    if cues.any(Cue.LEAST, Cue.BOTTOM) or any(
        sentence.words[hit.start] in ("meno", "least", "quietest") for hit in cues.of(Cue.BUSY)
    ):
        return "asc"
    return "desc"


def _as_trend(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """ "andamento delle email negli ultimi tre mesi" """
    cues = sentence.cues
    trend = Cue.TREND in cues or (
        cues.any(Cue.HOW_GOING, Cue.ANALYSE, Cue.ANOMALY)
        and metric is not None
        and Cue.HOW_MANY not in cues
    )
    if not trend or (cues.any(Cue.COMPARE) and draft.compare_to is not None):
        return False
    if metric is None:
        if not cues.any(Cue.TREND) or cues.any(Cue.UNLISTED):
            return False
        if sentence.mentions or cues.any(Cue.PROCESS):
            metric = "executions"
            draft.assume("metric")
        else:
            return _tell_overview(sentence, draft)
    groups = [each for each in said_groups(sentence) if each in METRICS[metric].groupings]
    subject = _subject_group(sentence)
    draft.value(metric)
    if not groups and subject and subject[0] in METRICS[metric].groupings and _is_ranking(sentence):
        return False
    time_groups = [each for each in groups if each in ("day", "week", "month", "hour", "weekday")]
    draft.group_by = (groups if time_groups else [*groups, grain_of(draft.window)])[:2]
    draft.focus = "trend"
    return True


def _tell_overview(sentence: Sentence, draft: Draft) -> bool:
    draft.tell("overview")
    if not sentence.has_time:
        draft.window = sentence.circumstances.window("ultimi 7 giorni")
        draft.assume("window")
    return True


def grain_of(window: Window | None) -> str:
    """The step in which a trend over *window* is shown."""
    if window is None or window.start is None:
        return "week"
    days = (window.end - window.start).total_seconds() / 86400
    if days <= 1.1:
        return "hour"
    return "day" if days <= 45 else "week" if days <= 200 else "month"


def _as_comparison(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
    """ "confronta gli ordini di marzo con febbraio", "stiamo peggiorando con gli errori?" """
    cues = sentence.cues
    changes = cues.any(Cue.IMPROVE, Cue.COMPARE) or (
        cues.any(Cue.SUMMARY, Cue.WHY) and metric is not None
    )
    changes = changes or (
        Cue.MORE in cues
        and not _is_ranking(sentence)
        and not cues.any(Cue.WHICH, Cue.WHO, Cue.PER)
        and not _having(sentence)
    )
    if draft.compare_to is None and not changes:
        return False
    if metric is None:
        return False
    groups = [each for each in said_groups(sentence) if each in METRICS[metric].groupings]
    if _is_ranking(sentence) and _subject_group(sentence):
        return False
    draft.value(metric)
    draft.group_by = groups[:1]
    several = len(sentence.mentions) > 1 or (Cue.COMPARE in cues and Cue.PROCESS in cues)
    if draft.compare_to is None:
        if several and "process" in METRICS[metric].groupings:
            draft.group_by = ["process"]
        else:
            _compare_with_before(sentence, draft)
    draft.focus = "cause" if Cue.WHY in cues else "trend" if Cue.IMPROVE in cues else None
    return True


def _compare_with_before(sentence: Sentence, draft: Draft, *, months: bool = False) -> None:
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
        if cues.any(Cue.HOW_MANY) or sentence.mentions:
            return False
        draft.list("processes")
        return True
    if metric is None or metric not in _LIST_OF:
        return False
    numbered = any(filter_.field == "order" for filter_ in draft.filters)
    if numbered and metric == "orders":
        draft.list("orders")
        draft.focus = "existence" if cues.any(Cue.RECEIVED, Cue.THERE_IS) else None
        return True
    if cues.any(Cue.HOW_MANY, Cue.HOW_MUCH, Cue.RATE, Cue.TIMES) or said_groups(sentence):
        return False
    if metric == "order_value":
        return False
    if not (_lists_things(sentence) or said_number(sentence)):
        return False
    draft.list(_LIST_OF[metric])
    _status_filter(draft, metric)
    draft.limit = said_number(sentence)
    if cues.any(Cue.FIRST) and draft.limit is not None and not cues.any(Cue.TOP):
        draft.order = "asc"
    return True


_LISTABLE = (Cue.EMAIL, Cue.MESSAGE, Cue.ORDER, Cue.EXECUTION, Cue.ERROR, Cue.FAILED, Cue.CANCELED,
             Cue.UNFINISHED, Cue.WROTE_US, Cue.SUCCESS)  # fmt: skip
_LIST_FRAME = word_set(
    """sono erano gli le i the are were stati state stato e c che ci tutti tutte all ultimi ultime
    altri altre dei delle degli solo nuovi nuove new"""
)


def _lists_things(sentence: Sentence) -> bool:
    """Whether things are to be shown one by one."""
    cues = sentence.cues
    if Cue.LIST in cues:
        return True
    for asking in cues.of(Cue.WHICH, Cue.GIVE):
        place = asking.end
        while place < len(sentence.words) and (
            sentence.words[place] in _LIST_FRAME
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


def _status_filter(draft: Draft, metric: str | None) -> None:
    """Keep of a list what *metric* counts."""
    status = status_of(metric, draft.subject) if metric is not None else None
    if status is not None:
        draft.filters.append(Filter(field="status", values=(status,)))


def list_of(metric: str) -> str | None:
    """Return the list in which the things that *metric* counts are found."""
    return _LIST_OF.get(metric)


def status_of(metric: str, subject: str | None) -> str | None:
    """Return the status to which a list of *subject* is kept to show what *metric* counts."""
    if subject == "executions":
        return _STATUS_OF.get(metric)
    return "sent" if subject == "emails" and metric == "emails_sent" else None


def _as_value(sentence: Sentence, draft: Draft, metric: str | None) -> bool:
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
    _assume_received(sentence, draft, metric)
    asked = said_groups(sentence)
    draft.group_by = []
    for group in asked[:2]:
        possible = _possible_group(metric, group, draft)
        if possible is None:
            draft.value(metric)
            return True
        draft.group_by.append(possible)
    if _is_ranking(sentence) and draft.group_by:
        draft.order = said_direction(sentence, metric)
        draft.focus = "ranking"
    if _asks_whether(sentence):
        draft.focus = "existence"
    elif cues.any(Cue.HOW_MANY, Cue.HOW_MUCH) and draft.focus is None:
        draft.focus = "amount"
    return True


def _assume_received(sentence: Sentence, draft: Draft, metric: str) -> None:
    """ "email" without a verb means those that came in: a convention that the answer tells."""
    if (
        metric == "emails_received"
        and not sentence.cues.any(Cue.RECEIVED, Cue.WROTE_US, Cue.SENT_BY_OTHERS, Cue.SENDER)
        and not any(each.field == "sender" for each in draft.filters)
    ):
        draft.assume("metric")


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


_FORMS: tuple[Form, ...] = (
    _as_email_story,
    _as_correlation,
    _as_causes,
    _as_day_story,
    _as_error_story,
    _as_several,
    _as_overview,
    _as_trend,
    _as_last,
    _as_comparison,
    _as_ranking,
    _as_list,
    _as_value,
)
"""The forms that a question may have, the most particular first."""


# ---------------------------------------------------------------- conditions and what is left over

_WEEKEND = frozenset({"weekend", "festivi", "domeniche", "domenica", "sabato"})


def _read_conditions(sentence: Sentence, draft: Draft) -> None:
    """Conditions beside the object: a kind of error, what is left out, what is not running."""
    cues = sentence.cues
    if draft.metric in ("errors", "error_rate") or draft.subject == "errors":
        for place, word in enumerate(sentence.words):
            kind = cause_word(word)
            if kind is None or place in sentence.masked:
                continue
            sentence.masked.add(place)
            if any(hit.end <= place <= hit.end + 2 for hit in cues.of(Cue.EXCEPT)):
                # A cause is looked for as a part of a text; there is no "not a part".
                draft.clarification = Clarification(reason="not_in_catalogue", mention=word)
            else:
                draft.filters.append(Filter(field="cause", op="contains", values=(kind,)))
            break
    for hit in cues.of(Cue.EXCEPT):
        for place in range(hit.end, min(hit.end + 3, len(sentence.words))):
            status = next(
                (
                    status
                    for cue, status in (
                        (Cue.CANCELED, "canceled"),
                        (Cue.UNFINISHED, "unfinished"),
                        (Cue.FAILED, "error"),
                        (Cue.ERROR, "error"),
                    )
                    if cues.starting_at(place, cue)
                ),
                None,
            )
            if status and (draft.metric in ("executions",) or draft.subject == "executions"):
                draft.filters.append(Filter(field="status", op="is_not", values=(status,)))
                break


def cause_word(word: str) -> str | None:
    """Return the kind of error that *word* names: "timeout", "429"."""
    return next((each for each in (word, word.removesuffix("s")) if each in CAUSE_WORDS), None)


def _read_leftover_nouns(sentence: Sentence, draft: Draft) -> None:
    """A noun that the metric does not explain names a process, or something we do not record.

    "errori degli ordini" are those of the process about orders; "fatture" are the executions of
    the process that makes them.
    """
    if draft.clarification is not None or any(each.field == "process" for each in draft.filters):
        return
    noun = _leftover_noun(sentence, draft)
    if noun is None:
        return
    names = sentence.circumstances.names
    word = sentence.tokens[noun.start].word
    match = names.by_noun(word)
    mention = sentence.tokens[noun.start].raw
    if match.name is None and not match.candidates and noun.end - noun.start > 1:
        match = names.match(" ".join(sentence.words[noun.start : noun.end]))
    if not names:
        draft.filters.append(Filter(field="process", values=(mention,)))
    elif match.name is not None:
        draft.filters.append(Filter(field="process", values=(match.name,)))
    elif match.score:
        draft.clarification = Clarification(
            reason="which_process", mention=mention, options=match.candidates
        )
    elif _is_counted(sentence, noun):
        draft.clarification = Clarification(reason="not_in_catalogue", mention=mention)
    else:
        draft.clarification = Clarification(
            reason="unknown_process", mention=mention, options=names.match(word).candidates[:4]
        )
    if noun.cue in (Cue.UNLISTED, Cue.CHANNEL) and (
        not draft.has_object or _is_weak(sentence, draft)
    ):
        succeeded = sentence.cues.any(Cue.SUCCESS, Cue.PRODUCED)
        _count_runs(sentence, draft, "successes" if succeeded else "executions")


_QUALIFIED = (Cue.EMAIL, Cue.MESSAGE, Cue.ORDER, Cue.EXECUTION, Cue.ERROR)
_MONEY = frozenset({"euro", "eur", "euros", "dollari", "dollars"})


def _read_qualifiers(sentence: Sentence, draft: Draft) -> None:
    """What restricts a noun in a way that is not recorded becomes a question back.

    The number of all orders would be a wrong answer to "quanti ordini urgenti?" and to "ordini
    sopra i 100 euro".
    """
    if draft.clarification is not None or not draft.has_object or draft.kind == "story":
        return
    unread = set(sentence.unexplained())
    for hit in sentence.cues.of(*_QUALIFIED):
        places = [hit.end]
        if sentence.language == "en":
            places = [hit.start - 1]
        elif hit.end < len(sentence.words) and sentence.words[hit.end] == "di":
            places = [hit.end + 1]
        for place in places:
            if place not in unread or not sentence.words[place].isalpha():
                continue
            first, last = sorted((place, hit.start))
            if sentence.tokens[last].after_break:
                continue
            end = max(place, hit.end - 1)
            mention = sentence.text[sentence.tokens[first].start : sentence.tokens[end].end]
            draft.clarification = Clarification(reason="not_in_catalogue", mention=mention[:80])
            return
    for threshold in sentence.cues.of(*_CONDITIONS):
        following = sentence.words[threshold.end + 1 : threshold.end + 2]
        said = sentence.number_at(threshold.end) is not None and _MONEY.intersection(following)
        if said and draft.having is None:
            unit = sentence.tokens[threshold.end + 1]
            draft.clarification = Clarification(
                reason="not_in_catalogue",
                mention=sentence.text[sentence.tokens[threshold.start].start : unit.end][:80],
            )


def _count_runs(sentence: Sentence, draft: Draft, metric: str) -> None:
    """What is counted are the executions of the process that a noun named."""
    groups = [each for each in said_groups(sentence) if each in METRICS[metric].groupings]
    filters, window = draft.filters, draft.window
    if draft.kind == "list":
        draft.list("executions")
    elif draft.kind == "story" and sentence.cues.any(Cue.SUMMARY, Cue.HOW_GOING, Cue.STATE):
        return
    else:
        draft.value(metric)
        draft.group_by = [each for each in (draft.group_by or groups) if each != "sender"][:2]
        draft.group_by = [each for each in draft.group_by if each in METRICS[metric].groupings]
        if Cue.TREND in sentence.cues and not draft.group_by:
            draft.group_by, draft.focus = [grain_of(draft.window)], "trend"
        if sentence.cues.any(Cue.COMPARE, Cue.IMPROVE) and draft.compare_to is None:
            _compare_with_before(sentence, draft)
    draft.filters, draft.window = filters, draft.window or window
    draft.assume("metric")


def _is_weak(sentence: Sentence, draft: Draft) -> bool:
    """Whether the metric came from a word that goes with any noun: "fatture inviate"."""
    if draft.metric == "emails_received" and not sentence.cues.any(
        Cue.EMAIL, Cue.WROTE_US, Cue.SENDER
    ):
        return Cue.CHANNEL in sentence.cues
    return draft.metric in ("executions", "successes", "canceled") and not sentence.cues.any(
        Cue.EXECUTION
    )


def _is_counted(sentence: Sentence, noun: Hit) -> bool:
    """Whether things are counted or listed by *noun*, which then is no process's name."""
    if sentence.words[noun.start] not in _PROCESS_NOUNS:
        return True
    return any(
        sentence.after(asking.end) == noun.start
        for asking in sentence.cues.of(Cue.HOW_MANY, Cue.LIST, Cue.WHICH, Cue.GIVE)
    )


_PROCESS_NOUNS = frozenset({"backup", "import", "importazione", "export", "newsletter"})
"""Nouns that name a piece of work rather than a thing."""


def _unread_head_noun(sentence: Sentence) -> int | None:
    """The place of a counted noun that no cue knows: "quanti solleciti sono partiti?"."""
    unread = set(sentence.unexplained())
    for asking in sentence.cues.of(Cue.HOW_MANY):
        place = sentence.after(asking.end)
        if place in unread:
            return place
    return None


def _leftover_noun(sentence: Sentence, draft: Draft) -> Hit | None:
    cues = sentence.cues
    counted = _unread_head_noun(sentence)
    if counted is not None and (not draft.has_object or _is_weak(sentence, draft)):
        return Hit(Cue.UNLISTED, counted, counted + 1)
    over_executions = draft.metric in _OVER_EXECUTIONS or draft.subject in ("errors", "executions")
    over_executions = over_executions or draft.story == "errors"
    unlisted = cues.of(Cue.UNLISTED)
    for hit in unlisted:
        thing = sentence.after(hit.end)
        of_a_thing = (
            thing is not None
            and thing > hit.end
            and (cues.starting_at(thing, Cue.ERROR, Cue.FAILED, Cue.ORDER, Cue.EMAIL) is not None)
        )
        if not (of_a_thing or Cue.ABOUT in cues):
            return hit  # and not the reports of "segnalazioni di errore"
    channel = cues.of(Cue.CHANNEL)
    if channel and (over_executions or not draft.has_object or cues.any(Cue.MESSAGE)):
        return channel[0]
    if over_executions and not draft.group_by:
        for hit in cues.of(Cue.ORDER, Cue.EMAIL, Cue.CUSTOMER, Cue.ASSISTANT, Cue.MESSAGE):
            if sentence.words[hit.start] not in KNOWN_WORDS:
                return hit
    return None


def _read_type(sentence: Sentence, draft: Draft) -> None:
    cues = sentence.cues
    if sentence.sounds_future and not (
        Cue.FUTURE in cues
        and sentence.time.window
        and not sentence.time.future
        and Cue.PREDICT not in cues
        and _is_past(sentence)
    ):
        draft.type = QuestionType.PREDICTION
        if not draft.has_object and cues.any(Cue.PREDICT):
            draft.tell("overview")
        if draft.kind == "list" or draft.story == "today":
            metric, _ = read_metric(sentence)
            if metric:
                draft.value(metric)
                draft.limit = draft.order = draft.focus = None
            else:
                draft.tell("overview")
        if draft.story == "overview" and "window" in draft.assumed:
            draft.window = None
            draft.assumed.remove("window")
        draft.compare_to = None if not sentence.time.compare_to else draft.compare_to
        return
    analytical = cues.any(
        Cue.TREND,
        Cue.COMPARE,
        Cue.IMPROVE,
        Cue.SUMMARY,
        Cue.WHY,
        Cue.ANALYSE,
        Cue.ANOMALY,
        Cue.CORRELATION,
    )
    if cues.any(Cue.HOW_GOING, Cue.KEY_FIGURES) and (
        draft.story == "overview" or draft.focus == "trend"
    ):
        analytical = True
    if draft.compare_to is not None or "cause" in draft.group_by:
        analytical = True
    if analytical and draft.has_object:
        draft.type = QuestionType.ANALYSIS


def _is_past(sentence: Sentence) -> bool:
    window = sentence.time.window
    return window is not None and window.end <= sentence.circumstances.now


def _fit_filters(draft: Draft) -> None:
    """Drop nothing that was said: what the object cannot be filtered by becomes a question."""
    if draft.limit is not None:
        draft.limit = max(1, min(draft.limit, MAX_LIST_ROWS))
    allowed = allowed_filters(draft)
    for each in draft.filters:
        if each.field not in allowed and draft.clarification is None and draft.has_object:
            draft.clarification = Clarification(reason="not_in_catalogue", mention=each.values[0])
    draft.filters = [each for each in draft.filters if each.field in allowed]
    merged: dict[tuple[str, str], Filter] = {}
    for each in draft.filters:
        key = (each.field, each.op)
        before = merged.get(key)
        values = (*before.values, *each.values) if before else each.values
        merged[key] = Filter(field=each.field, op=each.op, values=tuple(dict.fromkeys(values)))
    draft.filters = list(merged.values())


_FILTERS_OF: dict[str, frozenset[str]] = {
    "executions": frozenset({"process", "status", "cause", "text"}),
    "emails": frozenset({"process", "sender", "customer", "text", "status"}),
    "orders": frozenset({"process", "customer", "order", "text"}),
    "answers": frozenset({"process", "text"}),
    "processes": frozenset({"process", "status"}),
}


def allowed_filters(draft: Draft) -> frozenset[str]:
    """The fields by which what *draft* asks for can be filtered."""
    if draft.story == "email":
        return _FILTERS_OF["emails"]
    if draft.story is not None:
        return frozenset({"process"}) if draft.story != "errors" else _FILTERS_OF["executions"]
    if draft.subject is not None:
        facts = "executions" if draft.subject == "errors" else draft.subject
        return _FILTERS_OF[facts]
    if draft.metric is not None:
        fields = _FILTERS_OF[METRICS[draft.metric].measure.facts]
        return fields - {"status"} if METRICS[draft.metric].measure.facts == "emails" else fields
    return frozenset().union(*_FILTERS_OF.values())


def _judge_certainty(sentence: Sentence, draft: Draft) -> None:
    """Lower the certainty by all that was not read, was repaired or was assumed."""
    unread = len(sentence.unexplained())
    certainty = 0.97 - 0.14 * unread - 0.03 * sentence.slips
    if not sentence.time.certain:
        certainty -= 0.15
    if draft.strength and draft.strength < 2.5 and not sentence.mentions:
        certainty -= 0.1
    if "metric" in draft.assumed:
        certainty -= 0.05
    if any(mention.named_by == "words" for mention in sentence.mentions):
        certainty -= 0.03
    draft.certainty = round(max(0.2, min(certainty, 0.97)), 2)
