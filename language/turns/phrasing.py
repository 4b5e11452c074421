"""The notation in which the openings of turns are written, and what was read of one.

Phrases are written in a small notation: ``a|b`` are alternatives, ``(a b)`` may be missing, commas
separate phrases.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from catalogue.metrics import Language
from language.tokens import fold

Act = Literal[
    "back", "repeat", "all", "include", "others", "ours", "exclude", "widen", "swap"
]  # fmt: skip


@dataclass(frozen=True)
class Opening:
    """A turn without its opening.

    ``continues`` says that the words themselves link it to what was said before, ``drops`` that
    they end it. ``act`` is what is to be done with the query before: go back to the one before it,
    answer it again, show all of it, include what follows or leave it out, put it in the place of
    what was named, take conditions off, ask for the others, or for our own figure.
    """

    text: str
    continues: bool = False
    drops: bool = False
    act: Act | None = None
    language: Language | None = None
    """The language that the answer was asked in."""
    fields: tuple[str, ...] = ()
    """The conditions that are taken off; all of them where none is named."""
    goes_on: bool = False
    """Whether more is said after what is done: "togli il filtro, e per giorno"."""
    of_a_table: bool = False
    """Whether the words mean a line of an answer only where there are lines ("remove …")."""


def phrases(notation: str) -> str:
    """Return the regular expression of the phrases in *notation*, each followed by a space."""
    return "|".join(
        "".join(_part(part) for part in re.findall(r"\([^)]*\)|[^\s()]+", phrase))
        for phrase in notation.split(",")
    )


def _part(part: str) -> str:
    if part.startswith("("):
        return f"(?:{''.join(_part(word) for word in part[1:-1].split())})?"
    return f"(?:{part}) "


def whole(notation: str) -> re.Pattern[str]:
    """Return the pattern of a text that is one of the phrases in *notation*."""
    return re.compile(f"^(?:{phrases(notation)})$")


def leading(notation: str) -> re.Pattern[str]:
    """Return the pattern of a text that opens with one of the phrases in *notation*."""
    return re.compile(f"^(?:{phrases(notation)})")


def after(pattern: re.Pattern[str], said: str) -> str | None:
    """What follows the opening that *pattern* finds; None where nothing is found or follows."""
    match = pattern.match(spaced(said))
    if match is None or not said[match.end() :].strip(" ,.:;?!"):
        return None
    return said[match.end() :].lstrip(" ,.:;")


def plain(text: str) -> str:
    """*text* folded letter by letter: places in it are places in *text*."""
    return fold(text).replace("'", " ").replace("’", " ")


def spaced(text: str) -> str:
    """*text* folded, with spaces for marks, and one after it: what phrases are looked for in."""
    return re.sub(r"[,.:;!?]", " ", plain(text)) + " "
