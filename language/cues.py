"""Finds the cues of a sentence: phrases of the vocabulary, also when a word is misspelled."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter

from rapidfuzz.distance import OSA

from language.commands import COMMAND_FORMS
from language.foretelling import foretells
from language.time.vocabulary import ROLES
from language.tokens import Token, fold, word_set
from language.vocabulary import (
    ITALIAN_WORDS,
    KNOWN_WORDS,
    NUMBER_WORDS,
    ORDINARY_WORDS,
    PHRASES,
    TIME_WORDS,
    Cue,
)

_ENDINGS = "oaie"
_APOCOPE = frozenset(word for word in ITALIAN_WORDS if len(word) >= 5 and word[-1] in "oe")
"""Words of the frame that may lose their last vowel: "abbiam", "vogliam"."""
_LONG_WORD = 7
"""From this many letters on, any one edit is taken for a slip; in shorter words a replaced
letter must stand beside the right one on the keyboard ("costa" is not "posta")."""
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass(slots=True)
class _Branch:
    """One step into the vocabulary: what may follow, and what the words so far mean."""

    further: dict[str, _Branch]
    cues: tuple[Cue, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue and the tokens ``[start, end)`` that express it."""

    cue: Cue
    start: int
    end: int


_PLACE = attrgetter("start", "end")


class Cues:
    """The cues of one sentence, in its order."""

    def __init__(self, hits: Iterable[Hit]) -> None:
        self.hits = list(hits)
        self._at: dict[Cue, list[Hit]] = {}
        self._places: tuple[dict[int, list[Hit]], dict[int, list[Hit]]] | None = None
        self._covered: frozenset[int] | None = None
        for hit in self.hits:
            self._at.setdefault(hit.cue, []).append(hit)

    def _by_place(self) -> tuple[dict[int, list[Hit]], dict[int, list[Hit]]]:
        """The cues by the places of their first tokens, and by those of their last ones."""
        if self._places is None:
            starting: dict[int, list[Hit]] = {}
            ending: dict[int, list[Hit]] = {}
            for hit in self.hits:
                starting.setdefault(hit.start, []).append(hit)
                ending.setdefault(hit.end - 1, []).append(hit)
            self._places = starting, ending
        return self._places

    def __contains__(self, cue: object) -> bool:
        return cue in self._at

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    @property
    def present(self) -> AbstractSet[Cue]:
        """The cues that occur."""
        return self._at.keys()

    def any(self, *cues: Cue) -> bool:
        """Whether at least one of *cues* occurs."""
        return not self._at.keys().isdisjoint(cues)

    def all(self, *cues: Cue) -> bool:
        """Whether all of *cues* occur."""
        return all(cue in self._at for cue in cues)

    def of(self, *cues: Cue) -> list[Hit]:
        """The places where one of *cues* occurs, in the sentence's order."""
        if len(cues) == 1:
            return list(self._at.get(cues[0], ()))
        if self._at.keys().isdisjoint(cues):
            return []
        at = self._at
        found = [hit for cue in cues if cue in at for hit in at[cue]]
        return sorted(found, key=_PLACE) if len(found) > 1 else found

    def starting_at(self, index: int, *cues: Cue) -> Hit | None:
        """One of *cues* that begins with token *index*."""
        there = self._by_place()[0].get(index)
        if there is None:
            return None
        found = [hit for hit in there if hit.cue in cues]
        return min(found, key=_PLACE) if found else None

    def ending_at(self, index: int, *cues: Cue) -> Hit | None:
        """One of *cues* whose last token is *index*."""
        there = self._by_place()[1].get(index)
        if there is None:
            return None
        found = [hit for hit in there if hit.cue in cues]
        return min(found, key=_PLACE) if found else None

    def outside(self, masked: Collection[int]) -> Cues:
        """The cues none of whose tokens is *masked*."""
        if not masked:
            return self
        kept = [
            hit
            for hit in self.hits
            if not (
                hit.start in masked
                if hit.end - hit.start == 1
                else any(index in masked for index in range(hit.start, hit.end))
            )
        ]
        return self if len(kept) == len(self.hits) else Cues(kept)

    def covered(self) -> frozenset[int]:
        """The tokens that some cue explains."""
        if self._covered is None:
            places = [range(hit.start, hit.end) for hit in self.hits]
            self._covered = frozenset().union(*places)
        return self._covered


def find_cues(tokens: Sequence[Token], names: Collection[str] = ()) -> tuple[list[Token], Cues]:
    """Return the *tokens* with slips repaired, and their cues.

    *names* are words of process names, which are never taken for a slip.
    """
    tokens = [_repaired(token, position, names) for position, token in enumerate(tokens)]
    words = [token.word for token in tokens]
    hits: list[Hit] = []
    index, count = 0, len(words)
    while index < count:
        if foretells(tokens, index):
            hits.append(Hit(Cue.FUTURE, index, index + 1))
        if words[index] not in _TREE.further:
            index += 1
            continue
        end, cues = _longest(words, index)
        hits += [Hit(cue, index, end) for cue in cues]
        index = max(end, index + 1)
    return tokens, Cues(hits)


def _longest(words: Sequence[str], start: int) -> tuple[int, tuple[Cue, ...]]:
    branch = _TREE
    found: tuple[int, tuple[Cue, ...]] = (start, ())
    for index in range(start, len(words)):
        following = branch.further.get(words[index])
        if following is None:
            # "ci hanno già scritto": a filler inside a phrase does not break it.
            if index > start and words[index] in _FILLERS:
                continue
            break
        branch = following
        if branch.cues:
            found = (index + 1, branch.cues)
    return found


def _repaired(token: Token, position: int, names: Collection[str]) -> Token:
    word = token.word
    if (
        word in _KNOWN_AS_IT_STANDS
        or len(word) < 4
        or word in names
        or not word.isalpha()
        or (token.capitalised and position > 0 and not token.raw.isupper())
    ):
        return token
    if not token.capitalised and _APOCOPE.intersection((word + "o", word + "e")):
        return replace(token, word=next(each for each in (word + "o", word + "e")
                                        if each in _APOCOPE))  # fmt: skip
    meant = nearest_word(word)
    return replace(token, word=meant) if meant else token


@lru_cache(maxsize=4096)
def nearest_word(word: str) -> str | None:
    """Return the word of the vocabulary that *word* is a slip of, if there is one."""
    best: tuple[int, int, str] | None = None
    for length in range(len(word) - 1, len(word) + 2):
        for known in _BY_LENGTH.get(length, ()):
            if OSA.distance(word, known, score_cutoff=1) == 1 and _is_slip(word, known):
                rank = (0 if known[0] == word[0] else 1, abs(length - len(word)), known)
                best = min(best, rank) if best else rank
    return best[2] if best else None


def _is_slip(word: str, known: str) -> bool:
    if len(word) == len(known):
        differing = [i for i in range(len(word)) if word[i] != known[i]]
        if len(differing) == 2:
            return True  # two letters swapped
        if len(word) == 4:
            return False
        if len(word) >= _LONG_WORD:
            # A different last letter is another form of the word, or another word.
            return differing[0] < len(word) - 1 or _is_near(word[-1], known[-1])
        return _is_near(word[differing[0]], known[differing[0]])
    return len(word) >= 5 and len(known) >= 5


@lru_cache(maxsize=1024)
def _is_near(one: str, other: str) -> bool:
    """Whether two letters stand side by side on the keyboard, or sound alike."""
    if {one, other} in ({"c", "k"}, {"i", "y"}):
        return True
    places = {
        letter: (row, column)
        for row, line in enumerate(_KEYBOARD)
        for column, letter in enumerate(line)
    }
    if one not in places or other not in places:
        return False
    (row, column), (other_row, other_column) = places[one], places[other]
    return abs(row - other_row) <= 1 and abs(column - other_column) <= 1


def _grow() -> _Branch:
    """Return the vocabulary as a tree of words."""
    tree = _Branch({})
    for cue, notation in PHRASES.items():
        for phrase in fold(notation).split(","):
            plain = not _NOTATION.search(phrase)
            ends = _follow([tree], phrase.split()) if plain else _follow_notation(tree, phrase)
            for branch in ends:
                if branch is not tree and cue not in branch.cues:
                    branch.cues = (*branch.cues, cue)
    return tree


def _follow_notation(tree: _Branch, phrase: str) -> list[_Branch]:
    """Return where the phrases end that *phrase* stands for (see ``vocabulary``)."""
    branches = [tree]
    for part in _PARTS.findall(phrase):
        if part.startswith("("):
            # "(per il)" may be missing as a whole, "(a|b)" is one of two or nothing.
            branches = branches + _follow(branches, part[1:-1].split())
        else:
            branches = _follow(branches, [part])
    return branches


def _follow(branches: list[_Branch], words: Sequence[str]) -> list[_Branch]:
    for word in words:
        branches = [
            _following(branch, form)
            for branch in branches
            for option in word.split("|")
            for form in _forms_of(option)
        ]
    return branches


def _following(branch: _Branch, word: str) -> _Branch:
    following = branch.further.get(word)
    if following is None:
        following = branch.further[word] = _Branch({})
    return following


def _forms_of(word: str) -> Sequence[str]:
    return [word[:-1] + ending for ending in _ENDINGS] if word[-1] == "~" else (word,)


_NOTATION = re.compile(r"[(|~]")
_PARTS = re.compile(r"\([^)]*\)|[^\s()]+")


def _all_words(branch: _Branch) -> Iterator[str]:
    for word, following in branch.further.items():
        yield word
        yield from _all_words(following)


_FILLERS = word_set(
    """gia anche tutto ancora davvero proprio sempre poi pure piu just already also really ever
    all so far invece magari spesso mai molto mi"""
) - {"piu"}
_TREE = _grow()
VOCABULARY: frozenset[str] = frozenset(_all_words(_TREE)) | frozenset(NUMBER_WORDS)
"""Every word of every phrase."""
_KNOWN_AS_IT_STANDS = (
    VOCABULARY
    | KNOWN_WORDS
    | TIME_WORDS
    | ORDINARY_WORDS
    | frozenset(COMMAND_FORMS)
    | frozenset(ROLES)
)
_BY_LENGTH: dict[int, list[str]] = {}
"""What a slip may have been meant to be: words that mean something by themselves."""
for _word in sorted(
    {word for word, branch in _TREE.further.items() if branch.cues}
    | {word for word in TIME_WORDS if len(word) >= 6}
):
    if len(_word) >= 4 and _word.isalpha():
        _BY_LENGTH.setdefault(len(_word), []).append(_word)
