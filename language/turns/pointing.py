"""Which process a turn points at without its name: "e l'altro?", "the first one", "has it run?"."""

from __future__ import annotations

import re
from collections.abc import Callable

from catalogue.query import BusinessQuery, Filter, QuestionType
from catalogue.reading import Reading
from language.sentences import Sentence
from language.tokens import word_set
from language.vocabulary import ARTICLES, ORDINALS, Cue

_NOUNS = word_set("processo automazione flusso uno process workflow automation one ones")
_OTHER = word_set("altro altra other another")
_BOTH = re.compile(
    r"\b(?:tutt[ei] e due|entramb[ei]|ambedue|both(?: of them)?|the two(?: of them)?"
    r"|(?:i|le) due(?: insieme)?)\b"
)


def named_in(
    reading: Reading, previous: Reading | None, mentioned: Callable[[], list[str]]
) -> tuple[str, ...]:
    """Return the processes that *reading* leaves the conversation with.

    *mentioned* returns those that its text names, in their order.
    """
    asked, before = reading.clarification, previous.named if previous is not None else ()
    if asked is not None and asked.reason in ("which_process", "unknown_process"):
        return asked.options
    processes = processes_of(reading.query)
    if len(processes) > 1:
        said = [one for one in mentioned() if one in processes]
        return tuple(dict.fromkeys((*said, *processes)))
    if len(processes) == 1:
        return before if processes[0] in before else processes
    if reading.type is QuestionType.REFUSED:
        said = mentioned()
        return tuple(said) if len(said) == 1 else ()
    return before if len(before) > 1 else ()


def processes_of(query: BusinessQuery | None) -> tuple[str, ...]:
    """The processes to which *query* is kept."""
    if query is None:
        return ()
    return next(
        (each.values for each in query.filters if (each.field, each.op) == ("process", "is")), ()
    )


def pointed_at(sentence: Sentence, previous: Reading | None) -> Filter | None:
    """Take from *sentence* the words that choose among the processes that were named.

    Returns the condition on the process; None where none is pointed at.
    """
    if previous is None or sentence.mentions:
        return None
    now = processes_of(previous.query)
    sibling = _told_apart(sentence, now)
    if sibling is not None:
        return sibling
    if len(previous.named) < 2:
        return None
    if not now or len(sentence.tokens) > _LONGEST:
        return None
    found = _chosen(sentence, previous.named, now)
    if found is None:
        return None
    names, places = found
    sentence.masked |= places
    sentence.cues = sentence.cues.outside(sentence.masked)
    return Filter(field="process", values=names)


_LONGEST = 9
_THAT = word_set("quello quella that")
_THE = word_set("il la lo l the del della dell")


def _told_apart(sentence: Sentence, now: tuple[str, ...]) -> Filter | None:
    """The process of "e quello mensile?", "the weekly one" after another of the same title."""
    words = sentence.words
    if len(now) != 1 or len(words) > _LONGEST:
        return None
    for place, word in enumerate(words):
        behind = words[place + 1 : place + 2]
        alone = not behind and words[place - 1] in _THE  # "e il mensile?"
        if not place or not (behind == ["one"] or words[place - 1] in _THAT or alone):
            continue
        other = sentence.circumstances.names.sibling_of(now[0], word)
        if other is not None:
            places = {place, place + 1 if behind == ["one"] else place - 1}
            sentence.masked |= places
            sentence.cues = sentence.cues.outside(sentence.masked)
            return Filter(field="process", values=(other,))
    return None


def _chosen(
    sentence: Sentence, named: tuple[str, ...], now: tuple[str, ...]
) -> tuple[tuple[str, ...], set[int]] | None:
    words = sentence.words
    both = _BOTH.search(" ".join(words))
    if both is not None:
        first = len(" ".join(words)[: both.start()].split())
        return named, set(range(first, first + len(both.group().split())))
    for place, word in enumerate(words):
        followed = words[place + 1 : place + 2]
        if followed and followed[0] not in _NOUNS and len(followed[0]) > 3:
            continue  # "il secondo trimestre", "first week": another noun is meant
        if place in sentence.masked or place == 0 or words[place - 1] not in _BEFORE:
            continue
        end = place + 1 + (bool(followed) and followed[0] in _NOUNS)
        if word in _OTHER and len(named) == 2 and len(now) == 1:
            return tuple(one for one in named if one not in now), set(range(place, end))
        number = ORDINALS.get(word)
        if number is not None and -1 <= number <= len(named):
            return (named[number - 1 if number > 0 else -1],), set(range(place, end))
    return None


_BEFORE = ARTICLES | word_set("the il la l del della dell dal nel of")

_IT = word_set("it its")
_ITS_WORK = (Cue.RAN, Cue.FAILED, Cue.ERROR, Cue.DURATION, Cue.LONGEST, Cue.SLOW, Cue.FAST,
             Cue.SUCCESS, Cue.EXECUTION, Cue.TIMES, Cue.SUCCESS_RATE, Cue.ERROR_RATE)  # fmt: skip
_ONE_RAN = re.compile(
    r"\b(?:quante volte|quando|come mai|perche|da quanto|ogni quanto|quanto(?: tempo)?"
    r"|qual e stata l ultima volta che) (?:si |ci |non |c |gia |mai )*(?:(?:e|ha|era|aveva|sara) "
    r"(?:mai |gia |stat[oa] )?(?:l ultima volta )?(?:fallit[oa]|partit[oa]|girato|girat[oa]"
    r"|andat[oa]|scattat[oa]|durat[oa]|eseguit[oa]|lavorato|funzionato|finit[oa]|avut\w+"
    r"|dato errore|rott[oa]|bloccat[oa]|impiegato|messo)|gira|parte|fallisce|dura|impiega|mette"
    r"|va in errore|scatta)\b"
)


def speaks_of_one(sentence: Sentence) -> bool:
    """Whether one process is spoken of without its name: "quante volte ha girato?"."""
    if sentence.mentions or sentence.cues.any(Cue.PROCESS, Cue.WHO):
        return False
    said = " ".join(sentence.words)
    if _ONE_RAN.search(said):
        return not sentence.unexplained()
    if _IT.isdisjoint(sentence.words) or not sentence.cues.any(*_ITS_WORK):
        return False
    return not sentence.unexplained() and not sentence.cues.any(Cue.EMAIL, Cue.ORDER)
