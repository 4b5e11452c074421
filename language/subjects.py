"""What is said to have run or failed, where no process has such a name: "l'inventario notturno".

The executions of all processes would be the answer to another question; who is meant is asked back.
"""

from __future__ import annotations

from language.sentences import Sentence
from language.tokens import word_set
from language.vocabulary import Cue

_ARTICLES = word_set("il lo la l the our nostro nostra del dello della dell quel quella quello")
_PLACES = word_set(
    "a ad al in nel nello nella nell con col su sul per at on with from per da verso during tra fra"
)
_WORK = (Cue.RAN, Cue.FAILED, Cue.TIMES, Cue.ERROR, Cue.DURATION, Cue.EXECUTION)
_NEAR = word_set(
    """e ed ha hanno aveva ho abbiamo fatto dato avuto fa was is are were has had have did does do
    been di of by for volte mai ancora gia ever just not non stato stata ci si ne"""
)
_SAID_OF_US = word_set(
    """sistema system azienda company ditta impresa business software baracca macchina tutto all
    cosa thing whole intero giornata ufficio office negozio shop team squadra"""
)
_THING = word_set("roba coso cosa aggeggio affare thing stuff one")


def unknown_subject(sentence: Sentence) -> list[int]:
    """Return the places of the words by which something unknown is said to have run; or []."""
    if sentence.mentions or sentence.filters or not sentence.cues.any(*_WORK):
        return []
    unread = set(sentence.unexplained())
    for first in sorted(unread):
        if not _is_led(sentence, first) or sentence.words[first] in _SAID_OF_US:
            continue
        places = [first]
        while places[-1] + 1 in unread and not sentence.tokens[places[-1] + 1].after_break:
            places.append(places[-1] + 1)
        if _is_of_work(sentence, first, places[-1]):
            return places
    return []


def _is_led(sentence: Sentence, place: int) -> bool:
    """Whether an article stands right before, and no preposition of place before that."""
    before = place - 1
    if before < 0 or sentence.words[before] not in _ARTICLES:
        named = before >= 1 and sentence.words[before] in ("degli", "delle", "dei", "for", "with")
        return named and sentence.words[before - 1] in _THING
    return before == 0 or sentence.words[before - 1] not in _PLACES


def _is_of_work(sentence: Sentence, first: int, last: int) -> bool:
    """Whether a word for running or failing stands beside, but for auxiliaries between."""
    place = first - 2
    while place >= 0 and sentence.words[place] in _NEAR:
        place -= 1
    if sentence.cues.ending_at(place, *_WORK) is not None:
        return True
    place = last + 1
    while place < len(sentence.words) and (
        sentence.words[place] in _NEAR
        or sentence.cues.starting_at(place, Cue.HOW_MANY, Cue.TIMES) is not None
    ):
        place += 1
    return sentence.cues.starting_at(place, *_WORK) is not None
