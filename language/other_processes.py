"""Names that share a word with a process of ours and yet mean another one, which is not there.

"The hotel allotment sync" is not the "Lead Sync", nor is "the sync of the warehouse" the process
that checks the stock: a question back is right, the figures of another process are not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from language.cues import VOCABULARY
from language.tokens import Token, word_set
from language.vocabulary import KNOWN_WORDS, NUMBER_WORDS, PHRASES, TIME_WORDS, Cue

_KINDS_OF_WORK = word_set(
    """sync sincronizzazione sincro import importazione importer export esportazione alert report
    reminder check controllo verifica monitor monitoraggio backup newsletter digest update
    aggiornamento archive archiviazione triage feed job robot bot inventario elaborazione stampa
    invio caricamento allineamento mailer"""
)
"""Words for what is done, which say nothing of what it is done to."""
_OF = word_set("di del dello della dell dei degli delle of for")
_ARTICLES = word_set("il lo la l i gli le the our nostro nostra nostri nostre un una uno a an")
_OTHER_PROCESS_WORDS = word_set("processo process workflow flusso flow automazione automation")
_THINGS = frozenset(
    word for phrase in PHRASES[Cue.UNLISTED].split(",") for word in phrase.split()
) | {"robot", "app"}
"""Nouns that the grammar knows and that are no figure of ours."""
_PARTS_OF_TIME = word_set(
    """notte notti night nights giorno day mattina mattino morning sera evening pomeriggio afternoon
    weekend settimana week mese month anno year trimestre quarter"""
)
_NO_NAME = (
    KNOWN_WORDS
    | TIME_WORDS
    | _PARTS_OF_TIME
    | _ARTICLES
    | _OF
    | _OTHER_PROCESS_WORDS
    | frozenset(NUMBER_WORDS)
)


def words_of_another(
    tokens: Sequence[Token],
    places: Sequence[int],
    *,
    is_known: Callable[[str], Collection[int]],
    said_otherwise: bool,
) -> list[int]:
    """Return the words by which the mention at *places* means no process that there is.

    :param is_known: the processes whose name has a word.
    :param said_otherwise: the mention has the name's word only in another word of its meaning.
    """
    named = [place for place in places if is_known(tokens[place].word)]

    def is_foreign(place: int) -> bool:
        word = tokens[place].word
        return (
            word.isalpha()
            and len(word) > 2
            and (word in _THINGS or word not in VOCABULARY)
            and word not in _NO_NAME
            and not is_known(word)
        )

    if all(tokens[place].word in _KINDS_OF_WORK for place in named):
        return _beside(tokens, places, is_foreign)
    if len(places) == 1:
        kind = _kind_before(tokens, places[0])
        if kind is not None and not is_known(tokens[kind].word):
            return [kind]
        if said_otherwise:
            return _joined(tokens, places[0], is_foreign)
    return []


def _beside(
    tokens: Sequence[Token], places: Sequence[int], is_foreign: Callable[[int], bool]
) -> list[int]:
    """The foreign words within *places*, right before them, and after an "of" behind them."""
    found = [place for place in places if is_foreign(place)]
    before = _run_before(tokens, places[0], is_foreign)
    place = places[0] - len(before) - 1
    if before and place >= 0 and (tokens[place].word in _ARTICLES or len(before) > 1):
        found += before  # "did Rossi sync" has a name before a verb
    place = places[-1] + 1
    if place < len(tokens) and tokens[place].word in _OF and not tokens[place].after_break:
        while place < len(tokens) and tokens[place].word in _OF | _ARTICLES:
            place += 1
        while place < len(tokens) and is_foreign(place) and not tokens[place].after_break:
            found.append(place)
            place += 1
    return found


def _run_before(
    tokens: Sequence[Token], first: int, is_foreign: Callable[[int], bool]
) -> list[int]:
    found: list[int] = []
    place = first - 1
    while place >= 0 and is_foreign(place) and not tokens[place + 1].after_break:
        found.append(place)
        place -= 1
    return found


def _joined(tokens: Sequence[Token], place: int, is_foreign: Callable[[int], bool]) -> list[int]:
    """The noun right behind, where both together are called a process: "warehouse robot flow"."""
    behind = place + 1
    if behind + 1 < len(tokens) and is_foreign(behind) and not tokens[behind].after_break:
        return [behind] if tokens[behind + 1].word in _OTHER_PROCESS_WORDS else []
    return []


def _kind_before(tokens: Sequence[Token], first: int) -> int | None:
    """The place of "sync" in "the sync of the warehouse"."""
    place = first - 1
    linked = False
    while place >= 0 and tokens[place].word in _OF | _ARTICLES:
        linked = linked or tokens[place].word in _OF
        place -= 1
    return place if linked and place >= 0 and tokens[place].word in _KINDS_OF_WORK else None
