"""Processes of one title, told apart by a word: "il report incassi serale e mensile".

Where a mention fits several names alike, other words of the question may decide between them:
"quanti buoni regalo abbiamo venduto?" is of the one that sells them, not of the one that reminds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import takewhile

from language.cues import Cues
from language.tokens import Token, root, word_set
from language.vocabulary import KNOWN_WORDS, TIME_WORDS, Cue

_JOINTS = word_set("e ed o and or vs versus contro con with rispetto")
_BETWEEN = word_set("il lo la l i gli le quello quella the a al alla con")
_MAY_DECIDE = (Cue.BOUGHT, Cue.SENT, Cue.PRODUCED, Cue.RECEIVED, Cue.UNLISTED, Cue.CHANNEL)
"""Cues whose words may tell two processes apart; those of runs and failures cannot."""
_SHARED_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another process that is named beside one, and the places of the words that name it."""

    process: str
    places: tuple[int, ...]


def named_beside(
    tokens: Sequence[Token],
    places: Sequence[int],
    process: str,
    *,
    taken: Collection[int],
    roots: dict[str, frozenset[str]],
    meaning: Callable[[str], str],
) -> Sibling | None:
    """Return the process that one word beside a mention of *process* names.

    :param places: the mention's tokens.
    :param roots: each process and the meanings of its name's words.
    """
    said = [meaning(tokens[place].word) for place in places]
    for place, between in (_after(tokens, places[-1]), _before(tokens, places[0])):
        if place is None or place in taken:
            continue
        word = meaning(tokens[place].word)
        if word in roots.get(process, ()):
            continue
        found = [
            other
            for other, its in roots.items()
            if other != process
            and word in its
            and sum(each not in its for each in said) == 1
            and len(said) > 1
        ]
        if len(found) == 1:
            return Sibling(found[0], (*between, place))
    return None


def _after(tokens: Sequence[Token], last: int) -> tuple[int | None, tuple[int, ...]]:
    """The place of "mensile" in "… serale e (quello) mensile", and those of what leads to it."""
    place = last + 1
    if place >= len(tokens) or tokens[place].word not in _JOINTS or tokens[place].grave:
        return None, ()
    place += 1
    led: list[int] = []
    while place < len(tokens) and tokens[place].word in _BETWEEN:
        led.append(place)
        place += 1
    return (place, tuple(led)) if place < len(tokens) else (None, ())


def _before(tokens: Sequence[Token], first: int) -> tuple[int | None, tuple[int, ...]]:
    """The place of "daily" in "the daily and (the) weekly report"."""
    place = first - 1
    while place >= 0 and tokens[place].word in _BETWEEN:
        place -= 1
    if place < 1 or tokens[place].word not in _JOINTS or tokens[place].grave:
        return None, ()
    return place - 1, ()


def decided_by_others(
    tokens: Sequence[Token],
    places: Collection[int],
    words_of: dict[str, frozenset[str]],
    cues: Cues,
    masked: Collection[int],
) -> str | None:
    """Return the one candidate that words outside a mention at *places* speak for.

    :param words_of: each candidate and the words of its name.
    """
    own = {
        name: frozenset()
        .union(words)
        .difference(*(others for other, others in words_of.items() if other != name))
        for name, words in words_of.items()
    }
    spoken_for = {
        name
        for place, token in enumerate(tokens)
        if place not in places and place not in masked and _may_decide(token.word, place, cues)
        for name, words in own.items()
        if any(_akin(token.word, word) for word in words)
    }
    return next(iter(spoken_for)) if len(spoken_for) == 1 else None


def _may_decide(word: str, place: int, cues: Cues) -> bool:
    if len(word) < _SHARED_LETTERS or word in KNOWN_WORDS or word in TIME_WORDS:
        return False
    return all(hit.cue in _MAY_DECIDE for hit in cues if hit.start <= place < hit.end)


def _akin(word: str, other: str) -> bool:
    """Whether two words are of one family: "venduto" and "vendita"."""
    if root(word) == root(other):
        return True
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False))
    shared = sum(1 for _ in alike)
    return shared >= _SHARED_LETTERS and 2 * shared >= min(len(word), len(other))
