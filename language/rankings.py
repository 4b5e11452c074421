"""Groupings, rankings, counts and conditions, as words say them."""

from __future__ import annotations

import re
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
            (sentence.words[hit.start] in _OUTCOMES and Cue.EXECUTION in sentence.cues)
            or _is_state_of_runs(sentence, hit)
        )
        if introduced or continued or headed:
            groups.append(GROUPED_BY[hit.cue])
            last_end = hit.end
    return list(dict.fromkeys(groups))


_OUTCOMES = frozenset({"esito", "esiti", "outcome", "outcomes", "statuses"})


def _is_state_of_runs(sentence: Sentence, hit: Hit) -> bool:
    """ "stato delle esecuzioni di ieri": how many ended how."""
    noun = sentence.after(hit.end)
    return (
        noun is not None
        and noun > hit.end
        and sentence.cues.starting_at(noun, Cue.EXECUTION) is not None
        and sentence.words[noun].endswith(("i", "s"))
    )


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
        if before is not None and sentence.words[before] in ("any", "qualsiasi"):
            asked = False  # "the longest any process took", "between 6 and 10, any day"
        asked = asked or (hit.cue is Cue.HOUR and hit.end - hit.start > 1)  # "a che ora …"
        following = hit.end
        while following in sentence.masked or (
            sentence.cues.starting_at(following, Cue.CHANNEL) is not None
        ):
            following += 1  # "i clienti Amazon con …", "i giorni di settembre con …"
        if sentence.words[following : following + 1] in (["in"], ["on"], ["nei"], ["nelle"]):
            following += sentence.words[following + 1 : following + 2] in (
                ["cui"], ["which"], ["quali"],
            )  # fmt: skip
        related = following < len(sentence.words) and (
            sentence.words[following] in _RELATIVE
            or cues.starting_at(following, *RANKING, *QUALITIES, Cue.MORE, *CONDITIONS) is not None
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
    if (written := _in_signs(sentence) or _or_more(sentence)) is not None:
        return written
    for hit in sentence.cues.of(*CONDITIONS):
        number = sentence.number_at(hit.end)
        if number is None and sentence.words[hit.end : hit.end + 1] in (["a"], ["an"]):
            number = 1  # "longer than a minute"
        if number is None:
            continue
        unit = sentence.words[hit.end + 1] if hit.end + 1 < len(sentence.words) else ""
        return Having(op=CONDITIONS[hit.cue], value=float(number * SECONDS.get(unit, 1)))
    exactly = _said_exactly(sentence)
    if exactly is not None:
        return Having(op="=", value=float(exactly))
    if Cue.NEVER in sentence.cues and sentence.cues.any(
        Cue.WHICH, Cue.LIST, Cue.PROCESS, Cue.HOW_MANY, Cue.THERE_IS, Cue.WHO
    ):
        return Having(op="=", value=0)
    told_apart = cues.any(Cue.WHICH, Cue.LIST, Cue.HOW_MANY) or subject_group(sentence) is not None
    if Cue.PROCESS in cues and told_apart:
        return Having(op="=", value=0) if is_negated(sentence) else None
    return None


_SIGNS: dict[str, Literal[">=", ">", "<=", "<", "="]] = {
    ">": ">", "<": "<", ">=": ">=", "=>": ">=", "<=": "<=", "=<": "<=", "≥": ">=", "≤": "<=",
    "=": "=", "+": ">=",
}  # fmt: skip
_SIGNED = re.compile(r"(?P<sign>[<>]=?|=[<>]?|≥|≤)\s*(?P<number>\d{1,6})\b|\b(?P<more>\d{1,4})\+")
_MORE = frozenset({"piu", "oltre", "more", "above", "superiore", "over"})
_FEWER = frozenset({"meno", "less", "fewer", "below"})


def _in_signs(sentence: Sentence) -> Having | None:
    """The condition of "> 5", ">=3", "5+"."""
    if not _WITH_SIGNS.intersection(sentence.text):
        return None
    match = _SIGNED.search(sentence.text)
    if match is None:
        return None
    if match["more"]:
        return Having(op=">=", value=float(match["more"]))
    return Having(op=_SIGNS[match["sign"]], value=float(match["number"]))


_WITH_SIGNS = frozenset("<>=≥≤+")


def _or_more(sentence: Sentence) -> Having | None:
    """The condition of "3 o più errori", "2 or fewer orders", "da 5 in su"."""
    words = sentence.words
    for place in range(1, len(words) - 1):
        number = sentence.number_at(place - 1)
        if number is None:
            continue
        if words[place] in ("o", "or", "and") and words[place + 1] in _MORE:
            return Having(op=">=", value=float(number))
        if words[place] in ("o", "or") and words[place + 1] in _FEWER:
            return Having(op="<=", value=float(number))
        if words[place] == "in" and words[place + 1] == "su":
            return Having(op=">=", value=float(number))
    return None


_UNITS = frozenset(SECONDS) | {"euro", "euros", "eur", "percentuale"}


def numbers_of_conditions(sentence: Sentence) -> set[int]:
    """The places of the numbers, and their units, that conditions are about: "over 500 euros"."""
    places: set[int] = set()
    for hit in sentence.cues.of(*CONDITIONS):
        if sentence.number_at(hit.end) is not None:
            places.add(hit.end)
            if hit.end + 1 < len(sentence.words) and sentence.words[hit.end + 1] in _UNITS:
                places.add(hit.end + 1)
    return places


def asks_for_seconds(sentence: Sentence) -> bool:
    """Whether a condition is on a time: "processi oltre i 2 minuti"."""
    return any(
        (sentence.number_at(hit.end) is not None or sentence.words[hit.end : hit.end + 1] == ["a"])
        and sentence.words[hit.end + 1 : hit.end + 2]
        and sentence.words[hit.end + 1] in SECONDS
        for hit in sentence.cues.of(*CONDITIONS)
    )


_ALONE = frozenset({"solo", "sola", "sole", "unico", "unica", "single"})


def _said_exactly(sentence: Sentence) -> int | None:
    """The number of "una sola volta", "solo due volte", "only once"."""
    words = sentence.words
    if Cue.ONLY not in sentence.cues and _ALONE.isdisjoint(words):
        return None
    for place, word in enumerate(words):
        if word not in ("volta", "volte", "time", "times"):
            continue
        alone = words[place - 1] in ("sola", "sole", "single")
        number = sentence.number_at(place - 1 - alone)
        only = sentence.cues.ending_at(place - 2 - alone, Cue.ONLY) is not None
        if number is not None and (alone or only or words[place + 1 : place + 2] == ["sola"]):
            return number
    counted = (Cue.ORDER, Cue.EMAIL, Cue.MESSAGE, Cue.ERROR, Cue.EXECUTION)
    for place in range(1, len(words)):
        noun = sentence.cues.starting_at(place, *counted)
        if noun is None or not sentence.cues.any(*GROUPED_BY, Cue.WHO, Cue.WHICH):
            continue
        if words[place - 1] in ("solo", "sola", "unico", "unica", "single"):
            number = sentence.number_at(place - 2)
            if number is not None and place >= 2 and words[place - 3 : place - 2] != ["e"]:
                return number  # "clienti con un solo ordine"
        number = sentence.number_at(place - 1)
        if number is not None and sentence.cues.ending_at(place - 2, Cue.ONLY) is not None:
            return number  # "customers with only 2 orders"
    for hit in sentence.cues.of(Cue.ONLY):
        if sentence.words[hit.end : hit.end + 1] in (["once"], ["twice"]):
            return 1 if sentence.words[hit.end] == "once" else 2
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
        return "asc" if good == "good" else "desc"
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
