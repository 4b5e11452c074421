"""A reading: what somebody (the grammar, a language model) understood of a question."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from catalogue.query import BusinessQuery, QuestionType

ClarifyReason = Literal[
    "what", "which_process", "unknown_process", "which_metric", "not_in_catalogue", "no_previous"
]


class Clarification(BaseModel):
    """Why a question back is needed, and the two to four answers that are offered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: ClarifyReason
    mention: str = ""
    """The words that could not be read in one way (a name, a noun)."""
    options: Annotated[tuple[str, ...], Field(max_length=4)] = ()
    """Complete questions or names, in the question's language."""


class Reading(BaseModel):
    """What was understood.

    ``certainty`` is 0 to 1; from 0.9 on the grammar is sure. ``assumed`` names the parts of the
    query that the question did not say itself but took from the turn before or by convention
    ("window", "metric", "filters"): the answer tells them. ``topic`` is a glossary key for
    GENERAL, or ``off_topic``; for REFUSED why (``credentials``, ``internals``, ``change``,
    ``instructions``, ``others_data``).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: QuestionType
    language: Literal["it", "en"] = "it"
    query: BusinessQuery | None = None
    certainty: Annotated[float, Field(ge=0, le=1)] = 1.0
    clarification: Clarification | None = None
    topic: str | None = None
    assumed: tuple[str, ...] = ()
    focus: Literal["amount", "ranking", "existence", "last", "who", "trend", "cause"] | None = None
    """What the person wants first: a yes or no, the name at the top, the last one …"""
    window_words: str | None = None
    """The words by which the question named the window ("ultimi 7 giorni", "da mercoledì").

    They choose, of several right names of one span, the one that the answer uses; they are never
    repeated in it. None where no time was named, or the words are not known.
    """
    named: tuple[str, ...] = ()
    """In a conversation, the processes that it named or was offered last, in that order.

    They are what "e l'altro?", "the second one" and "quante volte ha girato?" speak of.
    """
    earlier: Reading | None = None
    """In a conversation, the reading that this one followed ("torna a prima"); one level deep."""
