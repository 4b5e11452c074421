"""What a turn teaches of the one before it: "no, intendevo …", an option that was picked."""

from __future__ import annotations

from catalogue.query import DATA_TYPES, QuestionType
from catalogue.reading import Reading
from language.cues import find_cues
from language.question_types.phrases import key_of
from language.tokens import tokenize
from language.vocabulary import Cue

_SHORT_ANSWER = 4
"""So few words after a question back are an answer to it ("il secondo"), no new question."""


def meant_type(before: Reading, text: str, reading: Reading) -> QuestionType | None:
    """Return the type that the turn before *text* should have been read as; None: not corrected.

    *before* is how it was read, *reading* what *text*, with it, was understood to ask. What was
    refused is never taught to be harmless.
    """
    if before.type is QuestionType.REFUSED:
        return None
    if reading.type not in DATA_TYPES or reading.query is None:
        return None
    if before.type is QuestionType.CLARIFY:
        picked = before.clarification is not None and (
            len(text.split()) <= _SHORT_ANSWER
            or key_of(text) in {key_of(option) for option in before.clarification.options}
        )
        return reading.type if picked else None
    return reading.type if _corrects(text) else None


def _corrects(text: str) -> bool:
    tokens, cues = find_cues(tokenize(text))
    return len(tokens) > 1 and cues.starting_at(0, Cue.CORRECTION) is not None
