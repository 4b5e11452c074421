"""Groupings, rankings, counts and conditions, as words say them."""

from __future__ import annotations

from typing import Literal

from catalogue.metrics import METRICS
from catalogue.query import (
    Having,
    Window,
)
from catalogue.reading import Clarification
from language.cues import Hit
from language.drafts import Draft
from language.sentences import Sentence
from language.vocabulary import (
    ARTICLES,
    GROUPED_BY,
    GROUPED_OUTRIGHT,
    Cue,
)

RANKING = (Cue.MOST, Cue.LEAST, Cue.BEST, Cue.WORST, Cue.TOP, Cue.BOTTOM)


QUALITIES = (Cue.SLOW, Cue.FAST, Cue.RELIABLE, Cue.BUSY, Cue.LONGEST)


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


def subject_group(sentence: Sentence) -> tuple[str, Hit] | None:
    """The noun that a ranking or a "which" is about: "quale processo …", "i clienti che …"."""
    cues = sentence.cues
    for hit in cues:
        if hit.cue not in GROUPED_BY or _is_state(sentence, hit):
            continue
        before = sentence.before(hit.start)
        while before is not None and (
            sentence.number_at(before) is not None
            or sentence.words[before] in ("stati", "stato", "sono", "e", "is", "are", "was", "were",
                                          "nostri", "our", "dei", "giorni", "altri", "different",
                                          "diversi", "distinct", "unique", "unici", "distinti")
        ):  # fmt: skip
            before = sentence.before(before)
        asked = before is not None and cues.ending_at(before, *_SUBJECTS_BEFORE) is not None
        asked = asked or (hit.cue is Cue.HOUR and hit.end - hit.start > 1)  # "a che ora …"
        following = hit.end
        related = following < len(sentence.words) and (
            sentence.words[following] in _RELATIVE
            or cues.starting_at(following, *RANKING, *QUALITIES, Cue.MORE) is not None
        )
        if asked or related:
            return GROUPED_BY[hit.cue], hit
    return None


def _is_state(sentence: Sentence, hit: Hit) -> bool:
    """Whether "stato" means how things are, not what executions are grouped by."""
    return hit.cue is Cue.STATUS


def is_ranking(sentence: Sentence) -> bool:
    """Whether the best or the worst are asked for: "di più", "top 3", "quale … più …"."""
    cues = sentence.cues
    if cues.any(*RANKING, Cue.BUSY):
        return True
    if Cue.MORE in cues and cues.any(Cue.WHO, Cue.WHICH, Cue.WHEN, Cue.WHERE):
        return True
    if Cue.MORE in cues and subject_group(sentence) is not None:
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
        if earlier is not None:
            return earlier
    for hit in sentence.cues.of(Cue.MOST, Cue.LEAST):
        number = sentence.number_at(hit.start - 1)
        following = sentence.cues.starting_at(hit.end, *GROUPED_BY)
        if number is not None and number > 1 and following is not None:
            return number  # "three most frequent senders"
    for hit in sentence.cues.of(
        *GROUPED_BY, *QUALITIES, Cue.ERROR, Cue.ORDER, Cue.EMAIL, Cue.EXECUTION
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


CONDITIONS: dict[Cue, Literal[">=", ">", "<=", "<", "="]] = {
    Cue.AT_LEAST: ">=",
    Cue.MORE_THAN: ">",
    Cue.AT_MOST: "<=",
    Cue.LESS_THAN: "<",
    Cue.EXACTLY: "=",
}


SECONDS = {"secondo": 1, "secondi": 1, "second": 1, "seconds": 1, "sec": 1, "minuto": 60,
            "minuti": 60, "minute": 60, "minutes": 60, "min": 60, "ora": 3600, "ore": 3600,
            "hour": 3600, "hours": 3600}  # fmt: skip


def said_condition(sentence: Sentence) -> Having | None:
    """The condition on each group: "almeno 3 volte", "mai partiti"."""
    cues = sentence.cues
    for hit in sentence.cues.of(*CONDITIONS):
        number = sentence.number_at(hit.end)
        if number is None:
            continue
        unit = sentence.words[hit.end + 1] if hit.end + 1 < len(sentence.words) else ""
        return Having(op=CONDITIONS[hit.cue], value=float(number * SECONDS.get(unit, 1)))
    if Cue.NEVER in sentence.cues and sentence.cues.any(
        Cue.WHICH, Cue.LIST, Cue.PROCESS, Cue.HOW_MANY, Cue.THERE_IS, Cue.WHO
    ):
        return Having(op="=", value=0)
    if cues.any(Cue.WHICH, Cue.LIST, Cue.HOW_MANY) and Cue.PROCESS in cues:
        return Having(op="=", value=0) if is_negated(sentence) else None
    return None


def is_negated(sentence: Sentence) -> bool:
    """Whether those are asked for to whom something did not happen: "who hasn't written?"."""
    cues = sentence.cues
    return any(
        cues.starting_at(place, Cue.RAN, Cue.FAILED, Cue.RECEIVED, Cue.BOUGHT, Cue.WROTE_US)
        is not None
        for negation in cues.of(Cue.NOT)
        for place in range(negation.end, negation.end + 3)
    )


def is_group_ranking(sentence: Sentence) -> bool:
    """Whether "i primi 5 clienti" are a ranking: what is numbered is a group, not a record."""
    return subject_group(sentence) is not None and sentence.cues.any(
        Cue.CUSTOMER, Cue.SENDER, Cue.PROCESS
    )


def as_grouping(group: str, hit: Hit, sentence: Sentence, draft: Draft) -> str:
    """ "in quali giorni riceviamo più mail?" asks for weekdays where no period was named."""
    plural = sentence.words[hit.start] in ("giorni", "days", "giornate")
    if group == "day" and plural and draft.window is None and is_ranking(sentence):
        return "weekday"
    return group


def possible_group(metric: str, group: str, draft: Draft) -> str | None:
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


def grain_of(window: Window | None) -> str:
    """The step in which a trend over *window* is shown."""
    if window is None or window.start is None:
        return "week"
    days = (window.end - window.start).total_seconds() / 86400
    if days <= 1.1:
        return "hour"
    return "day" if days <= 45 else "week" if days <= 200 else "month"
