"""Grammar and classifier together: who decides what a question asks for.

What the grammar is certain of stands, and so does what a type vote calls no question of the
data. Elsewhere a likely vote gives an object where none was read, and a sure one another than the
grammar's; the query is then read anew for that object, so its window, names and filters stay the
grammar's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from catalogue.query import DATA_TYPES, BusinessQuery, QuestionType
from catalogue.reading import Reading
from language.question_types.objects import LIST, NONE, STORY, object_of
from language.vocabulary import Cue

if TYPE_CHECKING:
    from language.question_types.model import Vote
    from language.question_types.object_model import ObjectVote
    from language.sentences import Sentence

ObjectVoter = Callable[[str], "ObjectVote | None"]
"""Returns the vote on a `text_of_object`; None where there is no classifier."""

HEARD_UP_TO = 0.89
"""A reading by vote is never as sure as one of which the grammar is certain."""
_NEARLY_SAME = frozenset(
    {
        ("list:errors", "list:executions"),
        ("errors", "story:errors"),
        ("successes", "errors"),
        ("errors", "successes"),
    }
)
"""What is read and what is voted for where the reading says more than the vote.

Opposites resemble each other in all but the one word, and the grammar has read that.
"""
_OF_NO_DATA = frozenset(
    {QuestionType.GREETING, QuestionType.HELP, QuestionType.GENERAL, QuestionType.REFUSED}
)


def object_heard(
    reading: Reading,
    vote: ObjectVote,
    on_type: Vote | None,
    sentence: Sentence,
    *,
    has_object: bool,
    goes_on: bool = False,
) -> str | None:
    """Return the object to read the question for; None: *reading* stays as it is.

    *reading* is the grammar's, an uncertain one; *has_object* says whether the grammar found
    what *sentence* asks for, *on_type* what type the other head takes it for, *goes_on* whether
    a turn before it asked for something.
    """
    if vote.object == NONE or not vote.likely or _is_vetoed(vote.object, sentence):
        return None
    if on_type is not None and on_type.likely and on_type.type in _OF_NO_DATA:
        return None
    if not has_object:
        return vote.object if _may_be_clear(reading, sentence, on_type) else None
    if goes_on or reading.type not in DATA_TYPES or not vote.sure:
        return None
    read = object_of_query(reading.query)
    return None if read == vote.object or (read, vote.object) in _NEARLY_SAME else vote.object


def _may_be_clear(reading: Reading, sentence: Sentence, on_type: Vote | None) -> bool:
    """Whether what the grammar would ask back about may be told by words that it did not read."""
    if on_type is not None and on_type.likely and on_type.type is QuestionType.CLARIFY:
        return False
    asked_back = reading.clarification
    points_back = asked_back is not None and asked_back.reason == "no_previous"
    return not points_back and bool(sentence.unexplained())  # "ottobre", "did it work?"


def _is_vetoed(asked: str, sentence: Sentence) -> bool:
    """Whether the words say plainly that figures, or a list, are wanted, and *asked* is none."""
    if Cue.ORDER_VALUE in sentence.cues and asked in ("executions", "successes"):
        return True  # "quanto ha reso il negozio online?"
    if Cue.LIST in sentence.cues:
        return not asked.startswith(LIST)
    return Cue.HOW_MANY in sentence.cues and asked.startswith((LIST, STORY))


def object_of_query(query: BusinessQuery | None) -> str:
    """Return the object that *query* asks for; `NONE` without a query."""
    return NONE if query is None else object_of(query.metric, query.subject, query.story)
