"""What a question asks for, as the second head of the classifier hears it.

The object of a question is a metric of the catalogue (``order_value``), a list
(``list:errors``), a story (``story:overview``), or ``none``: nothing of the data. Names, senders,
numbers and times say nothing of it, so each is replaced by an ordinary one before the text is
embedded: "Cancella vecchi ordini" is a process, not orders.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from catalogue.metrics import METRICS
from language.sentences import Circumstances, Sentence, prepare

NONE = "none"
"""The object of what asks nothing of the data."""
LIST, STORY = "list:", "story:"
OBJECTS: tuple[str, ...] = (
    *METRICS,
    *(LIST + each for each in ("executions", "errors", "emails", "orders", "processes")),
    *(STORY + each for each in ("today", "email", "errors", "overview")),
    NONE,
)
"""Everything that can be asked for."""
NAME, SENDER, NUMBER = "Alfa", "Rossi", "5"
TIME = {"it": "oggi", "en": "today"}


def object_of(metric: str | None, subject: str | None, story: str | None) -> str:
    """Return the object of a query with these parts; `NONE` without any of them."""
    if subject is not None:
        return LIST + subject
    if story is not None:
        return STORY + story
    return metric or NONE


def text_of_object(sentence: Sentence) -> str:
    """Return the text of *sentence* with the same ordinary name, number and time for all."""
    spans: list[tuple[int, int, str]] = []
    named = {place for mention in sentence.mentions for place in mention.tokens}
    for place, token in enumerate(sentence.tokens):
        if any(token.start < end and start < token.end for start, end in sentence.time.spans):
            stand_in = TIME[sentence.language]
        elif place in sentence.masked:
            stand_in = NAME if place in named else SENDER
        elif token.word.isdigit():
            stand_in = NUMBER
        else:
            continue
        if spans and spans[-1][2] == stand_in and spans[-1][1] in (token.start, token.start - 1):
            spans[-1] = (spans[-1][0], token.end, stand_in)
        else:
            spans.append((token.start, token.end, stand_in))
    text = sentence.text
    for start, end, stand_in in reversed(spans):
        text = text[:start] + stand_in + text[end:]
    return text


@dataclass(frozen=True)
class _Named:
    name: str
    former_names: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def _circumstances() -> Circumstances:
    # Any moment will do: only which words are times matters, not which times they are.
    return Circumstances.of(datetime(2026, 11, 18, 10, tzinfo=UTC), ZoneInfo("UTC"), [_Named(NAME)])


def plain_text_of_object(text: str) -> str:
    """Return `text_of_object` of a phrase that names no process but `NAME`."""
    return text_of_object(prepare(text, _circumstances()))
