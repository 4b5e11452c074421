"""Somebody who corrects himself in one breath: "jobs, I mean customer orders, on Monday".

What comes after the words of correction is read as the next turn of a conversation would be, upon
what came before them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from language.tokens import cleaned, fold

_CORRECTING = re.compile(
    r"(?:[,;:.!?…\-–—]+\s*|\s)(?P<words>"
    r"(?:(?:oh|ah|ehm|er|uh|um|no|hmm|ma|but|well),?\s+)*"
    r"(?:no,?\s+wait|wait,?\s+no|wait|no,?\s+sorry|sorry,?\s+no|sorry|oops|ops|scratch that|strike"
    r" that|make that|i mean|i meant|or rather|actually,?\s+no|no,?\s+actually|no,?\s+just"
    r"|correction|anzi,?\s+no|anzi|no,?\s+anzi|no,?\s+scusa|no,?\s+scusi|scusa,?\s+no|no,?\s+aspetta|aspetta"
    r"|cioe,?\s+volevo dire|cioe,?\s+no|no,?\s+cioe|volevo dire|volevo dir|intendevo|mi correggo"
    r"|no,?\s+volevo|no,?\s+meglio|no,?\s+solo)"
    r")\b[,:;.!…\-–—\s]*"
)
_CUE = re.compile(
    r"wait|sorry|oops|ops|scratch|strike|make|mean|rather|actually|just|correct|anzi|scus|aspetta"
    r"|cioe|volevo|intendevo|corregg|meglio|solo"
)
"""Something of it stands in every correction: most texts are not searched for more."""
_OF_ITSELF = re.compile(
    r"(?:^|[.,;]\s*)(?:(?:volevo|intendevo|intendo|volevo dire|i mean|i meant|i wanted|just"
    r"|solo|no|scusa|sorry|wait|aspetta|anzi|dire|cioe)[,\s]+)+",
)
_FEWEST_WORDS = 2


@dataclass(frozen=True, slots=True)
class SecondThought:
    """A text that takes something back: what was said at first, and what was meant."""

    at_first: str
    then: str


def second_thought(text: str) -> SecondThought | None:
    """Return the two parts of *text* where its author corrects himself within it."""
    text = cleaned(text)
    found = None
    said = fold(text)
    if _CUE.search(said) is None:
        return None
    for match in _CORRECTING.finditer(said):
        found = match  # the last word counts
    if found is None:
        return None
    at_first, then = text[: found.start()].strip(), text[found.end() :].strip()
    leading = _OF_ITSELF.match(fold(then))
    if leading is not None:
        then = then[leading.end() :].strip()
    if len(at_first.split()) < _FEWEST_WORDS or not then.strip("?!. "):
        return None
    return SecondThought(at_first, then)
