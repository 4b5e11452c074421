"""Words that ask about what is to come, where their place in the sentence tells them apart.

"Quanti ordini potrebbero arrivare?" foretells, "potrebbe dirmi …?" is only polite; "project the
orders" foretells, "the project" is a thing. Phrases that always foretell are in the vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from language.tokens import Token, word_set

_FUTURE_ENDINGS = ("remo", "ranno", "rete")
_NOT_FUTURE = frozenset({"estremo", "supremo", "tremo", "remo", "premo", "rete", "prete", "parete"})

_MAY = word_set("potrebbe potrebbero potremmo dovrebbe dovrebbero dovremmo might could may")
_HAPPEN = word_set(
    """
    arrivare entrare giungere pervenire venire esserci ricevere fatturare incassare vendere
    scrivere fallire rompersi bloccarsi partire girare saltare arrivarci scriverci andare
    come arrive land get see expect receive fail hit reach run make sell take roll pop bring
    """
)
_BETWEEN = word_set("ci ne mai ancora we there well still also possibly then se che")
_VERB_OF_PROJECT = word_set("project proj est estimate guesstimate")
_NOUN_FOLLOWS = word_set("the our my how next tomorrow tomorrows this december january")


def foretells(tokens: Sequence[Token], index: int) -> bool:
    """Whether the token at *index* says that the question is about the future."""
    token = tokens[index]
    return (
        _is_future_verb(token.word, token.raw)
        or (token.word in _MAY and _may_happen(tokens, index))
        or (token.written in _VERB_OF_PROJECT and _projects(tokens, index))
    )


@lru_cache(maxsize=4096)
def _is_future_verb(word: str, raw: str) -> bool:
    """Italian says the future by an ending: "arriveranno", "sarà", "faremo"."""
    if len(word) < 5 or word in _NOT_FUTURE:
        return False
    if word.endswith(_FUTURE_ENDINGS):
        return True
    return not raw.isascii() and raw.casefold().endswith(("rà", "rò"))


def _may_happen(tokens: Sequence[Token], index: int) -> bool:
    """Whether something may happen: "potrebbero arrivare", "might come", "orders could we get"."""
    place = index + 1
    while place < len(tokens) and tokens[place].word in _BETWEEN:
        place += 1
    asked_politely = index == 0 or tokens[index].after_break
    verb = tokens[place].written if place < len(tokens) else ""
    return verb in _HAPPEN and not (asked_politely and place > index + 1)


def _projects(tokens: Sequence[Token], index: int) -> bool:
    """Whether "project" and "est." are asked for, and no project, and no east, is named."""
    said = tokens[index].written  # a slip of "projects", for the vocabulary
    opens = index == 0 or tokens[index].after_break
    if said in ("est", "proj"):
        return opens
    following = tokens[index + 1].word if index + 1 < len(tokens) else ""
    asked = opens or tokens[index - 1].word in ("you", "please", "pls", "to", "and")
    return asked and following in _NOUN_FOLLOWS
