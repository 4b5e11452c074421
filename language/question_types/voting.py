"""Grammar and classifier together: who decides what kind of question it is.

What the grammar is certain of stands. Elsewhere a vote that is sure decides the type; the query
stays the grammar's, for a type carries no query. A vote that abstains changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from catalogue.query import DATA_TYPES, QuestionType
from catalogue.reading import Reading
from language.clarifying import clarify
from language.drafts import Draft
from language.glossary import OFF_TOPIC
from language.sentences import Sentence
from language.vocabulary import Cue

if TYPE_CHECKING:
    from language.question_types.model import Vote

Voter = Callable[[str], "Vote | None"]
"""Returns the vote on a text; None where there is no classifier."""

CERTAIN = 0.9
"""From this certainty on the grammar is sure of its reading."""
_VAGUE = frozenset({"what", "which_metric", "no_previous"})
"""Questions back that only say that nothing was found: they are no reading to be certain of."""
_PERHAPS_CLEAR = 0.92
"""Above it the words themselves point at what is not there ("compare the two")."""
_OF_NO_DATA = frozenset({QuestionType.GREETING, QuestionType.HELP, QuestionType.GENERAL})
_NEEDING_A_QUERY = frozenset({QuestionType.BUSINESS_DATA, QuestionType.PREDICTION})
_AGAINST_A_QUERY = 0.9
"""How sure a vote must be that nothing is asked of the data where the grammar found a query."""
_ANALYSIS_OF_A_VALUE = 0.96
"""How sure a vote must be that a value that was asked for is to be judged, not told."""
_FIRMLY_OFF_TOPIC = 0.7
"""From here on the grammar knew words of what is none of our business."""
_STAND_IN = {"it": "Fatture", "en": "Invoices"}


def asks_for_vote(reading: Reading, previous: Reading | None = None) -> bool:
    """Whether *reading*, the grammar's, is so uncertain that a vote should be heard.

    What goes on from a turn before it means what it does by that turn: a vote on its words alone
    says nothing.
    """
    if reading.type is QuestionType.REFUSED:
        return False
    if previous is not None and previous.query is not None and reading.assumed:
        return False
    if hears_only_refusal(reading):
        return reading.certainty < CERTAIN
    asked = reading.clarification
    if asked is not None:
        return asked.reason in _VAGUE and reading.certainty <= _PERHAPS_CLEAR
    return reading.certainty < CERTAIN


def hears_only_refusal(reading: Reading) -> bool:
    """Whether it is asked back about something particular, which a vote knows nothing of."""
    asked = reading.clarification
    return asked is not None and asked.reason not in _VAGUE


def text_to_vote_on(sentence: Sentence) -> str:
    """Return the text with an ordinary name for each process.

    What a process is called says nothing of what is asked about it: "Cancella vecchi ordini" is
    no command, "Recupero password" asks for no secret.
    """
    text = sentence.text
    firm = sentence.firmly_masked
    spans = []
    for mention in sentence.mentions:
        if mention.match.name is not None and firm.issuperset(mention.tokens):
            tokens = [sentence.tokens[place] for place in mention.tokens]
            spans.append((min(each.start for each in tokens), max(each.end for each in tokens)))
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + _STAND_IN[sentence.language] + text[end:]
    return text


def refused_by_vote(reading: Reading, vote: Vote) -> Reading | None:
    """Return the refusal that *vote* asks for instead of a model's *reading*, if it is sure."""
    if vote.type is not QuestionType.REFUSED or not vote.sure:
        return None
    return _without_query(reading, vote, vote.topic)


def with_vote(reading: Reading, vote: Vote, sentence: Sentence, draft: Draft) -> Reading:
    """Return *reading* as *vote* changes it.

    *draft* is what the sentence says by itself, for its time where an overview is asked for.
    """
    if vote.type is reading.type:
        return _agreed(reading, vote) if vote.likely else reading
    if hears_only_refusal(reading):
        refused = vote.type is QuestionType.REFUSED and vote.sure
        return _without_query(reading, vote, vote.topic) if refused else reading
    if reading.query is not None and reading.type in DATA_TYPES:
        return _against_a_query(reading, vote, sentence) if vote.sure else reading
    return _where_nothing_was_read(reading, vote, sentence, draft)


def _against_a_query(reading: Reading, vote: Vote, sentence: Sentence) -> Reading:
    """The vote is another than the type of the query that the grammar found."""
    if vote.type is QuestionType.REFUSED:
        return _without_query(reading, vote, vote.topic)
    if vote.type in DATA_TYPES:
        return _as_other_data_type(reading, vote, sentence)
    if vote.confidence < _AGAINST_A_QUERY or sentence.mentions or sentence.has_time:
        return reading  # whoever names a process or a time asks about what was done
    if vote.type is QuestionType.CLARIFY:
        return _unclear(reading, vote, sentence)
    return _of_no_data(reading, vote)


def _where_nothing_was_read(
    reading: Reading, vote: Vote, sentence: Sentence, draft: Draft
) -> Reading:
    """The grammar found nothing to ask of the data, or nothing that it understood."""
    if reading.type is QuestionType.CLARIFY and not vote.sure and draft.has_object:
        return reading
    hardly = vote.type in _NEEDING_A_QUERY and not vote.sure and not draft.has_object
    if hardly or not vote.likely:
        return _unclear(reading, vote, sentence) if _only_supposed(reading) else reading
    if vote.type is QuestionType.REFUSED:
        return _without_query(reading, vote, vote.topic)
    if vote.type in _OF_NO_DATA:
        return _of_no_data(reading, vote)
    if vote.type is QuestionType.ANALYSIS and not draft.has_object:
        return _overview(reading, vote, sentence, draft)
    if reading.type is QuestionType.CLARIFY:
        return reading  # a question of the data, of which nothing more is known
    return _unclear(reading, vote, sentence)


def _only_supposed(reading: Reading) -> bool:
    """Whether the reading says no more than that nothing of ours was found."""
    off_topic = reading.type is QuestionType.GENERAL and reading.topic == OFF_TOPIC
    return off_topic and reading.certainty < _FIRMLY_OFF_TOPIC


def _agreed(reading: Reading, vote: Vote) -> Reading:
    # Both together are surer than the grammar was alone, but never as sure as certain.
    certainty = max(reading.certainty, min(vote.confidence, CERTAIN - 0.01))
    return reading.model_copy(update={"certainty": certainty})


def _certainty(vote: Vote) -> float:
    return min(vote.confidence, CERTAIN - 0.01)


def _without_query(reading: Reading, vote: Vote, topic: str | None) -> Reading:
    return Reading(
        type=vote.type, language=reading.language, topic=topic, certainty=_certainty(vote)
    )


def _of_no_data(reading: Reading, vote: Vote) -> Reading:
    topic = vote.topic
    if vote.type is QuestionType.GENERAL and topic != OFF_TOPIC:
        topic = "unknown"  # which concept it is only the grammar can tell, and it found none
    return _without_query(reading, vote, topic)


def _unclear(reading: Reading, vote: Vote, sentence: Sentence) -> Reading:
    return Reading(
        type=QuestionType.CLARIFY,
        language=reading.language,
        query=reading.query,
        certainty=_certainty(vote),
        clarification=clarify(sentence, "what"),
        assumed=reading.assumed,
    )


def _as_other_data_type(reading: Reading, vote: Vote, sentence: Sentence) -> Reading:
    query = reading.query
    window = query.window if query is not None else None
    now = sentence.circumstances.now
    ahead = window is not None and window.end is not None and window.end > now
    if vote.type is QuestionType.PREDICTION and not ahead:
        over = window is not None  # nobody foresees what is over
        if over or vote.confidence < _AGAINST_A_QUERY:
            return reading
    if reading.type is QuestionType.PREDICTION and sentence.sounds_future:
        return reading
    if query is not None and query.compare_to is not None:
        return reading  # two windows side by side are an analysis, whatever is compared
    if reading.type is QuestionType.ANALYSIS and sentence.cues.any(Cue.WHY, Cue.CAUSE):
        return reading
    if vote.type is QuestionType.ANALYSIS and vote.confidence < _ANALYSIS_OF_A_VALUE:
        return reading
    return reading.model_copy(update={"type": vote.type, "certainty": _certainty(vote)})


def _overview(reading: Reading, vote: Vote, sentence: Sentence, draft: Draft) -> Reading:
    """An analysis of nothing in particular is the overview: "che aria tira?"."""
    draft.tell("overview")
    draft.clarification = None
    draft.assume("metric")
    return Reading(
        type=QuestionType.ANALYSIS,
        language=reading.language,
        query=draft.query(),
        certainty=_certainty(vote),
        assumed=tuple(draft.assumed),
    )
