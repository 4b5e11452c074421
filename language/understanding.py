"""The local tier: what a question asks, understood by rules, without model and network.

`read` understands a question from its text alone. `ground` checks and completes what a language
model, or a cache, understood of it: windows, process names, follow-ups and refusals are ours
whatever tier answered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from catalogue.metrics import METRICS, Language
from catalogue.query import DATA_TYPES, BusinessQuery, Filter, QuestionType
from catalogue.reading import Clarification, ClarifyReason, Reading
from language import topics
from language.assistant_questions import asks_about_assistant
from language.clarifying import clarify, completed
from language.detection import detect_language
from language.drafts import Draft
from language.followups import (
    NO_OPENING,
    changes_only_the_answer,
    complete_process,
    follow_up,
    goes_on_from,
    read_time_of_before,
)
from language.glossary import OFF_TOPIC
from language.names import NamedProcess, NameIndex
from language.question_types.object_voting import HEARD_UP_TO, ObjectVoter, object_heard
from language.question_types.objects import text_of_object
from language.question_types.voting import (
    Voter,
    asks_for_vote,
    hears_only_refusal,
    refused_by_vote,
    text_to_vote_on,
    with_vote,
)
from language.questions import read_question
from language.refusals import Refusal, refusal
from language.second_thoughts import second_thought
from language.sentences import Circumstances, Sentence, prepare
from language.tokens import word_set
from language.turns.choices import chosen_option, completed_by_process, type_of
from language.turns.forms import is_elliptic
from language.turns.narrowing import that_one
from language.turns.openings import opened
from language.turns.phrasing import Opening
from language.turns.pointing import named_in, pointed_at
from language.vagueness import is_vague
from language.vocabulary import KNOWN_WORDS, Cue

CERTAIN = 0.9
"""From this certainty on, the grammar's own reading stands whatever a model says."""


def read(
    text: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    processes: Sequence[NamedProcess],
    previous: Reading | None = None,
    language: Language | None = None,
    voter: Voter | None = None,
    object_voter: ObjectVoter | None = None,
) -> Reading:
    """Return what *text* asks; every text has a reading.

    *previous* is the reading of the conversation's last turn. *language* overrides the language
    that the words are in. *voter* is heard on the type, *object_voter* on what is asked for, where
    the grammar is not certain.
    """
    circumstances = Circumstances.of(now, zone, processes)
    reading = _read(text, circumstances, previous, language)
    compared = reading.query is not None and reading.query.compare_to is not None
    if previous is None and not compared and reading.type is not QuestionType.REFUSED:
        corrected = _as_corrected(text, circumstances, language)
        if corrected is not None:
            return _with_thread(corrected, text, circumstances, None)
    if voter is not None and asks_for_vote(reading, previous):
        prior = previous.language if previous else None
        sentence = prepare(text, circumstances, prior=prior, language=language)
        vote = voter(text_to_vote_on(sentence))
        on_object = None
        if object_voter is not None and not hears_only_refusal(reading):
            on_object = object_voter(text_of_object(sentence))
        draft = read_question(sentence)
        asked = None
        if on_object is not None:
            asked = object_heard(
                reading,
                on_object,
                vote,
                sentence,
                has_object=draft.has_object,
                goes_on=previous is not None and previous.query is not None,
            )
        if on_object is not None and asked is not None:
            sentence = prepare(text, circumstances, prior=prior, language=language)
            draft = read_question(sentence, asked)
            draft.certainty = min(on_object.confidence, HEARD_UP_TO)
            reading = _finished(sentence, draft)
        if vote is not None:
            reading = with_vote(reading, vote, sentence, draft)
    return _with_thread(reading, text, circumstances, previous)


def _as_corrected(
    text: str, circumstances: Circumstances, language: Language | None
) -> Reading | None:
    """What is asked by "jobs, I mean customer orders"; None where nobody corrects himself."""
    thought = second_thought(text)
    if thought is None:
        return None
    at_first = _read(thought.at_first, circumstances, None, language)
    then = _read(thought.then, circumstances, None, language)
    complete = _asks_of_data(then) and "metric" not in then.assumed
    if complete and then.query is not None and then.query.window is not None:
        return then
    if not _asks_of_data(at_first):
        return then if complete else None
    continued = _read(f"no, {thought.then}", circumstances, at_first, language)
    if not _asks_of_data(continued):
        return None
    return continued.model_copy(update={"assumed": ()})


def _asks_of_data(reading: Reading) -> bool:
    return reading.query is not None and reading.type in DATA_TYPES


def _with_thread(
    reading: Reading, text: str, circumstances: Circumstances, previous: Reading | None
) -> Reading:
    """Note which processes were named; a question back keeps what was understood so far."""

    def mentioned() -> list[str]:
        sentence = prepare(text, circumstances, language=reading.language)
        return [each.match.name for each in sentence.mentions if each.match.name is not None]

    named = named_in(reading, previous, mentioned)
    if named:
        reading = reading.model_copy(update={"named": named})
    unclear = reading.type is QuestionType.CLARIFY and reading.query is None
    if not unclear or previous is None or previous.query is None:
        return reading
    return reading.model_copy(update={"query": previous.query})


def _read(
    text: str,
    circumstances: Circumstances,
    previous: Reading | None,
    language: Language | None,
) -> Reading:
    opening = opened(text) if goes_on_from(previous) else NO_OPENING
    sentence = _prepared(text, circumstances, previous, opening, language)
    reason = _refused(text, sentence, opening, previous)
    if reason is not None:
        return Reading(
            type=QuestionType.REFUSED, language=sentence.language, topic=reason, certainty=0.95
        )
    answered = _answer_to_question_back(sentence, previous)
    if answered is not None:
        return answered
    small_talk = None if asks_about_assistant(sentence) else topics.is_small_talk(sentence)
    if small_talk is not None:
        sure = topics.is_courtesy(sentence)
        return _without_query(sentence, QuestionType.GREETING, small_talk, sure=sure)
    if _follows_nothing(previous) and is_vague(sentence):
        vague = read_question(sentence)
        return _question_back(
            sentence, vague, _why_unclear(sentence), _unclear_words(sentence), sure=True
        )
    window_words = read_time_of_before(sentence, previous)
    pointed = pointed_at(sentence, previous)
    draft = read_question(sentence)
    draft.window_words = window_words
    if pointed is not None:
        draft.filters.append(pointed)
        draft.clarification = None
    if topics.asks_for_help(sentence, has_object=draft.has_object):
        return _without_query(sentence, QuestionType.HELP, sure=asks_about_assistant(sentence))
    topic = topics.explained_topic(sentence)
    if topic is not None:
        sure = topics.asks_for_meaning(sentence)
        return _without_query(sentence, QuestionType.GENERAL, topic, sure=sure)
    topic = _topic_of_last_metric(sentence, previous)
    if topic is not None:
        return _without_query(sentence, QuestionType.GENERAL, topic)
    complete_process(sentence, draft, previous)
    continued = follow_up(sentence, draft, previous, opening)
    if continued is not None:
        return _finished(sentence, continued)
    if topics.is_off_topic(
        sentence, has_object=draft.has_object or draft.clarification is not None
    ):
        if _stays_unclear(sentence, previous):
            return _question_back(
                sentence, draft, "what", _phrase(sentence, sentence.unexplained())
            )
        return _off_topic_or_unclear(sentence, draft)
    _complete_alone(sentence, draft)
    return _finished(sentence, draft)


def _follows_nothing(previous: Reading | None) -> bool:
    return previous is None or previous.query is None


def _prepared(
    whole: str,
    circumstances: Circumstances,
    previous: Reading | None,
    opening: Opening,
    language: Language | None,
) -> Sentence:
    prior = previous.language if previous else None
    return prepare(
        opening.text or whole,
        circumstances,
        # Of the words as they were written: those of an opening are replaced by words of ours.
        language=language or opening.language or detect_language(whole, prior=prior),
    )


def _refused(
    text: str, sentence: Sentence, opening: Opening, previous: Reading | None
) -> Refusal | None:
    """Why a turn is refused: by its words without its opening, or by all of them.

    "Aggiungi il backup" after the errors of another process only asks for both.
    """
    if opening.act == "widen" and not opening.goes_on:
        return None  # conditions are taken off the answer: nothing is changed
    reason = refusal(sentence.text, sentence.tokens, sentence.cues, sentence.firmly_masked)
    if reason is not None or opening.text in ("", text):
        return reason
    if opening.act == "widen" or changes_only_the_answer(sentence, opening, previous):
        return None
    whole = prepare(text, sentence.circumstances, language=sentence.language)
    return refusal(whole.text, whole.tokens, whole.cues, whole.firmly_masked)


def _without_query(
    sentence: Sentence, kind: QuestionType, topic: str | None = None, *, sure: bool = False
) -> Reading:
    unread = 0 if sure else len(sentence.unexplained())
    return Reading(
        type=kind,
        language=sentence.language,
        topic=topic,
        certainty=max(0.4, 0.95 - 0.15 * unread),
    )


_METRIC_TOPICS: dict[str, str] = {
    "success_rate": "success_rate",
    "error_rate": "error_rate",
    "executions": "execution",
    "successes": "execution",
    "errors": "error",
    "canceled": "canceled",
    "unfinished": "waiting",
    "avg_duration": "duration",
    "max_duration": "duration",
    "median_duration": "median",
    "p95_duration": "percentile",
    "ai_responses": "ai_assistant",
    "ai_response_time": "ai_assistant",
    "processes": "process",
    "active_processes": "process",
}
"""The concept of the glossary that a metric is about."""


def _topic_of_last_metric(sentence: Sentence, previous: Reading | None) -> str | None:
    """The concept that "cosa significa?" asks about after a figure was shown."""
    if previous is None or previous.query is None or len(sentence.tokens) > 6:
        return None
    if Cue.DEFINE not in sentence.cues or sentence.has_time or sentence.unexplained():
        return None
    return _METRIC_TOPICS.get(previous.query.metric or "")


def _stays_unclear(sentence: Sentence, previous: Reading | None) -> bool:
    """Whether a few unknown words answer a question back, or go on from the turn before.

    That is no change of the subject.
    """
    if previous is None or len(sentence.tokens) > _FEW_WORDS:
        return False
    goes_on = previous.query is not None and is_elliptic(sentence)
    return (previous.type is QuestionType.CLARIFY or goes_on) and not (
        topics.is_elsewhere(sentence) or sentence.cues.any(Cue.CREATE_TEXT, Cue.DEFINE)
    )


_FEW_WORDS = 6


def _off_topic_or_unclear(sentence: Sentence, draft: Draft) -> Reading:
    """A text of no known words is no question at all; one about other things is off topic."""
    unread = sentence.unexplained()
    known = sum(
        token.word in KNOWN_WORDS and len(token.word) > 1 for token in sentence.tokens
    ) + len(sentence.cues.hits)
    names_our_things = sentence.cues.any(Cue.HOW_MANY, Cue.LIST) and (
        sentence.has_time
        or _speaks_of_us(sentence)
        or sentence.cues.any(Cue.RECEIVED, Cue.SENT, Cue.PRODUCED)
    )
    of_the_world = topics.asks_of_the_world(sentence)
    if of_the_world or Cue.CREATE_TEXT in sentence.cues:
        names_our_things = False
    if names_our_things and unread:
        return _question_back(sentence, draft, "not_in_catalogue", _phrase(sentence, unread))
    if not known and unread:
        return _question_back(sentence, draft, "what", _phrase(sentence, unread))
    return Reading(
        type=QuestionType.GENERAL,
        language=sentence.language,
        topic=OFF_TOPIC,
        certainty=_certainty_of_off_topic(sentence),
    )


def _certainty_of_off_topic(sentence: Sentence) -> float:
    if topics.is_elsewhere(sentence) or topics.asks_of_the_world(sentence):
        return CERTAIN
    known = len(sentence.unexplained()) > 1 or Cue.CREATE_TEXT in sentence.cues
    return 0.75 if known else 0.6


_US = word_set("""abbiamo ci nostri nostre nostro nostra noi we our us ours avevamo facciamo""")


def _speaks_of_us(sentence: Sentence) -> bool:
    return bool(_US.intersection(sentence.words))


def _phrase(sentence: Sentence, places: Sequence[int]) -> str:
    return " ".join(sentence.tokens[place].raw for place in places[:3])


# ---------------------------------------------------------------------------- questions of the data


def _complete_alone(sentence: Sentence, draft: Draft) -> None:
    """Complete a question that has no turn before it and yet leaves something out."""
    cues = sentence.cues
    pointed = cues.any(Cue.THOSE, Cue.OF_THEM)
    named = that_one(sentence)
    if (
        named is not None
        and named.name is not None
        and draft.metric in (None, "orders", "executions")
        and draft.subject in (None, "executions")
    ):
        if draft.metric != "executions" and draft.subject != "executions":
            draft.tell("overview")
            draft.assume("metric")
        draft.filters = [
            *(each for each in draft.filters if each.field != "process"),
            Filter(field="process", values=(named.name,)),
        ]
        draft.clarification = None
        return
    if draft.has_object:
        if draft.kind == "value" and pointed and Cue.ONLY in cues and draft.metric == "errors":
            draft.list("errors")
            draft.assume("metric")
        return
    if draft.clarification is not None:
        return
    open_question = cues.any(
        Cue.WHY,
        Cue.MORE_ROWS,
        Cue.PER,
        Cue.BY_DAY,
        Cue.BY_WEEK,
        Cue.BY_MONTH,
        Cue.BY_HOUR,
        Cue.ORDINAL,
        Cue.SHOW_THEM,
        Cue.MOST,
        Cue.LEAST,
    )
    if (
        sentence.has_time
        and not open_question
        and not sentence.unexplained()
        and not cues.any(Cue.HOW_MANY, Cue.LIST, Cue.FIGURES, Cue.CUSTOMER, Cue.THOSE)
    ):
        # "e il mese scorso?": of what is not known, so the figures of that time are told.
        draft.tell("overview")
        draft.assume("metric")
        draft.certainty = 0.7


def _finished(sentence: Sentence, draft: Draft) -> Reading:
    """Return the reading of *draft*: a query, or a question back with what was understood."""
    query: BusinessQuery | None
    try:
        query = draft.query()
    except ValidationError:
        # What was said cannot be asked together ("durata delle email per passo").
        query = None
        draft.clarification = draft.clarification or clarify(sentence, "what")
    if draft.clarification is None and query is None:
        return _question_back(sentence, draft, _why_unclear(sentence), _unclear_words(sentence))
    if draft.clarification is None and sentence.time.impossible:
        start, end = sentence.time.impossible[0]
        return _question_back(sentence, draft, "not_in_catalogue", sentence.text[start:end])
    if draft.clarification is None and Cue.AVERAGE_ORDER in sentence.cues:
        return _question_back(
            sentence, draft, "not_in_catalogue", _words_of_cue(sentence, Cue.AVERAGE_ORDER)
        )
    average = _average_of_counts(sentence, draft)
    if draft.clarification is None and average is not None:
        return _question_back(sentence, draft, "not_in_catalogue", average)
    if draft.clarification is None and _asks_for_unknown_state(sentence, draft):
        return _question_back(sentence, draft, "not_in_catalogue", sentence.text.strip(" ?!.")[:60])
    if draft.clarification is not None:
        return Reading(
            type=QuestionType.CLARIFY,
            language=sentence.language,
            query=query,
            certainty=0.92 if not sentence.unexplained() else 0.7,
            clarification=completed(draft.clarification, sentence, draft),
            assumed=tuple(draft.assumed),
            focus=draft.focus,
        )
    return Reading(
        type=draft.type,
        language=sentence.language,
        query=query,
        certainty=draft.certainty,
        assumed=tuple(draft.assumed),
        focus=draft.focus,
        window_words=_window_words(sentence, query) or draft.window_words,
    )


def _window_words(sentence: Sentence, query: BusinessQuery | None) -> str | None:
    """The words that named the query's window, where they stand together."""
    time = sentence.time
    if query is None or time.window is None or query.window != time.window or not time.spans:
        return None
    start, end = time.spans[0][0], time.spans[-1][1]
    for (_, left), (right, _) in pairwise(time.spans):
        if sentence.text[left:right].strip():
            return None
    return sentence.text[start:end].strip() or None


_AVERAGE = word_set("medio media medi medie mediamente average averages mean")
_EVERY_UNIT = (Cue.BY_DAY, Cue.BY_WEEK, Cue.BY_MONTH, Cue.BY_HOUR, Cue.PER, Cue.EACH)


def _average_of_counts(sentence: Sentence, draft: Draft) -> str | None:
    """The words of "ordini in media al giorno": counts are added up and never averaged."""
    metric = METRICS.get(draft.metric or "")
    if metric is None or metric.unit not in ("count", "euro") or sentence.mentions:
        return None
    place = next((at for at, word in enumerate(sentence.words) if word in _AVERAGE), None)
    if place is None or not sentence.cues.any(*_EVERY_UNIT):
        return None
    return sentence.text.strip(" ?!.")[:60]


def _asks_for_unknown_state(sentence: Sentence, draft: Draft) -> bool:
    """Whether a state of orders or mails is asked for that is not recorded: "ordini annullati"."""
    cues = sentence.cues
    if any(each.field == "process" for each in draft.filters):
        return False
    if draft.metric in ("processes", "active_processes"):
        return Cue.INACTIVE in cues  # only those that are active, or all, are counted
    if draft.metric in ("orders", "emails_received") or draft.subject in ("orders",):
        if cues.any(Cue.ORDER_STATE) and Cue.ORDER in cues:
            return not sentence.mentions
        return cues.any(Cue.CANCELED, Cue.UNFINISHED, Cue.FAILED) and not sentence.mentions
    return False


def _why_unclear(sentence: Sentence) -> ClarifyReason:
    cues = sentence.cues
    if cues.any(Cue.AVERAGE_ORDER):
        return "not_in_catalogue"
    if cues.any(Cue.HOW_MANY, Cue.HOW_MUCH) and sentence.has_time:
        return "which_metric"  # "quanti oggi?"
    if is_elliptic(sentence) or cues.any(
        Cue.WHY,
        Cue.MORE_ROWS,
        Cue.PER,
        Cue.BY_DAY,
        Cue.BY_WEEK,
        Cue.BY_MONTH,
        Cue.THOSE,
        Cue.SHOW_THEM,
        Cue.ORDINAL,
    ):
        return "no_previous"
    if cues.any(Cue.CUSTOMER, Cue.RATE, Cue.MOST, Cue.LEAST, Cue.SUCCESS):
        return "which_metric"
    return "what"


def _unclear_words(sentence: Sentence) -> str:
    if Cue.AVERAGE_ORDER in sentence.cues:
        return _words_of_cue(sentence, Cue.AVERAGE_ORDER)
    for cue in (Cue.CUSTOMER, Cue.RATE, Cue.FIGURES):
        if cue in sentence.cues:
            return _words_of_cue(sentence, cue)
    return _phrase(sentence, sentence.unexplained())


def _words_of_cue(sentence: Sentence, cue: Cue) -> str:
    hit = sentence.cues.of(cue)[0]
    return sentence.text[sentence.tokens[hit.start].start : sentence.tokens[hit.end - 1].end]


def _question_back(
    sentence: Sentence,
    draft: Draft,
    reason: ClarifyReason,
    mention: str = "",
    *,
    sure: bool = False,
) -> Reading:
    query: BusinessQuery | None = None
    try:
        if not draft.has_object and draft.window is not None:
            # The time that was said is not lost: a bare answer ("email") completes it.
            draft.tell("overview")
        query = draft.query()
    except ValidationError:
        pass  # nothing that could be completed
    return Reading(
        type=QuestionType.CLARIFY,
        language=sentence.language,
        query=query,
        certainty=0.95 if sure else 0.6 if sentence.unexplained() else 0.9,
        clarification=clarify(sentence, reason, mention),
        assumed=tuple(draft.assumed),
    )


# -------------------------------------------------------------------- answers to a question back


def _answer_to_question_back(sentence: Sentence, previous: Reading | None) -> Reading | None:
    """Return the reading that a bare answer ("il secondo", "email") completes."""
    if previous is None or previous.type is not QuestionType.CLARIFY:
        return None
    asked = previous.clarification
    if asked is None:
        return None
    future = (
        previous.query is not None
        and previous.query.window is not None
        and (
            previous.query.window.start is not None
            and previous.query.window.start > sentence.circumstances.now
        )
    )
    option = chosen_option(sentence, previous)
    about_process = asked.reason in ("which_process", "unknown_process")
    if option is None and about_process:
        option = _only_name(sentence)
    if option is not None and about_process:
        draft = completed_by_process(previous, option)
        draft.type = type_of(draft, future=future)
        return _finished(sentence, draft)
    if option is not None:
        return _read(option, sentence.circumstances, None, previous.language)
    if previous.query is None or len(sentence.tokens) > 3 or is_elliptic(sentence):
        return None
    draft = read_question(sentence)
    if draft.has_object and draft.window is None and draft.clarification is None:
        # "email" after "che cosa vuoi sapere di ieri?"
        draft.window = previous.query.window
        draft.hours, draft.weekdays = previous.query.hours, previous.query.weekdays
        draft.assume("window")
        draft.type = QuestionType.PREDICTION if future else draft.type
        return _finished(sentence, draft)
    return None


_TAKEN_BACK = re.compile(r"(?:ah|oh|eh|ehm|no|scusa|sorry)\b")
_WORDS_OF_CORRECTION = 4


def _only_name(sentence: Sentence) -> str | None:
    """The process that the whole answer names."""
    if sentence.mentions and len(sentence.mentions) == 1 and not sentence.has_time:
        mention = sentence.mentions[0]
        rest = len(sentence.tokens) - len(mention.tokens)
        if sentence.cues.starting_at(0, Cue.CORRECTION) or _TAKEN_BACK.match(sentence.said):
            rest -= _WORDS_OF_CORRECTION
        return mention.match.name if rest <= 4 else None
    if len(sentence.tokens) <= 6:
        match = sentence.circumstances.names.match(sentence.text)
        return match.name if match.score >= 60 else None
    return None


# --------------------------------------------------------------------- checking a model's reading


def ground(
    reading: Reading,
    text: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    processes: Sequence[NamedProcess],
    previous: Reading | None = None,
    language: Language | None = None,
    voter: Voter | None = None,
) -> Reading:
    """Return *reading*, a model's or a cached one of *text*, checked and completed.

    Refusals are ours. Where the grammar is certain its own reading stands; elsewhere it corrects
    the window and the names, and a name that no process has becomes a question back. *voter* is
    heard on whether the question is refused, where the grammar is not certain that it is not.
    """
    circumstances = Circumstances.of(now, zone, processes)
    own = _read(text, circumstances, previous, language)
    if own.type is QuestionType.REFUSED or own.certainty >= CERTAIN:
        return own
    if voter is not None and asks_for_vote(own, previous):
        prior = previous.language if previous else None
        vote = voter(text_to_vote_on(prepare(text, circumstances, prior=prior, language=language)))
        refused = refused_by_vote(own, vote) if vote is not None else None
        if refused is not None:
            return refused
    if reading.query is None or reading.type in _WITHOUT_DATA:
        return _grounded_without_query(reading, own)
    sentence = prepare(
        text, circumstances, prior=previous.language if previous else None, language=language
    )
    query = _with_own_windows(reading.query, own, sentence, previous)
    grounded = reading.model_copy(update={"query": query, "language": own.language})
    return _with_known_names(grounded, own, circumstances.names)


_WITHOUT_DATA = frozenset(
    {QuestionType.GREETING, QuestionType.HELP, QuestionType.GENERAL, QuestionType.REFUSED}
)


def _grounded_without_query(reading: Reading, own: Reading) -> Reading:
    needs_query = reading.type not in _WITHOUT_DATA and reading.type is not QuestionType.CLARIFY
    if needs_query:
        return own  # a question of the data without a query can be answered by nobody
    update: dict[str, object] = {"language": own.language}
    if reading.type in _WITHOUT_DATA:
        update |= {"query": None, "clarification": None}
    elif reading.clarification is None:
        update["clarification"] = own.clarification or Clarification(reason="what")
    return reading.model_copy(update=update)


def _with_own_windows(
    query: BusinessQuery, own: Reading, sentence: Sentence, previous: Reading | None
) -> BusinessQuery:
    """Return *query* with the windows that the grammar read, where it is sure of them."""
    time = sentence.time
    changes: dict[str, object] = {}
    if sentence.has_time:
        changes = {
            "window": time.window if time.window is not None else query.window,
            "hours": time.hours,
            "weekdays": time.weekdays,
        }
        if time.compare_to is not None or query.compare_to is not None:
            changes["compare_to"] = time.compare_to or query.compare_to
    elif time.certain and not _inherits(own, previous):
        # No time was named: a model's window is its own invention, unless the turn before
        # carries one over or a convention of ours gives one.
        own_query = own.query
        by_convention = own_query is not None and "window" in own.assumed
        changes = {
            "window": own_query.window if by_convention and own_query else None,
            "compare_to": own_query.compare_to if by_convention and own_query else None,
            "hours": (),
            "weekdays": (),
        }
    elif own.query is not None and own.query.window is not None:
        changes = {"window": own.query.window}
    return _changed(query, changes)


def _inherits(own: Reading, previous: Reading | None) -> bool:
    return previous is not None and previous.query is not None and "window" in own.assumed


def _changed(query: BusinessQuery, changes: dict[str, object]) -> BusinessQuery:
    try:
        return BusinessQuery.model_validate({**query.model_dump(), **changes})
    except ValidationError:
        return query


def _with_known_names(grounded: Reading, own: Reading, names: NameIndex) -> Reading:
    """Return the reading with each process by its known name, or a question back."""
    query = grounded.query
    if query is None:
        return grounded
    own_filters = [
        each for each in (own.query.filters if own.query else ()) if each.field == "process"
    ]
    if own.clarification is not None and own.clarification.reason in (
        "which_process", "unknown_process",
    ):  # fmt: skip
        return _asked_back(grounded, own.clarification)
    filters: list[Filter] = []
    for each in query.filters:
        if each.field != "process":
            filters.append(each)
            continue
        if own_filters:
            continue  # the grammar's names stand
        if each.op == "contains" or not names:
            filters.append(each)
            continue
        resolved: list[str] = []
        for value in each.values:
            match = names.match(value)
            if match.name is None:
                several = match.score > 0
                return _asked_back(
                    grounded,
                    Clarification(
                        reason="which_process" if several else "unknown_process",
                        mention=value[:80],
                        options=match.candidates[:4],
                    ),
                )
            resolved.append(match.name)
        filters.append(each.model_copy(update={"values": tuple(dict.fromkeys(resolved))}))
    filters += own_filters
    possible = tuple(filters)
    if query.metric is not None and query.metric not in METRICS:
        return own
    return grounded.model_copy(
        update={"query": query.model_copy(update={"filters": possible}), "clarification": None}
        if grounded.type is not QuestionType.CLARIFY
        else {"query": query.model_copy(update={"filters": possible})}
    )


def _asked_back(grounded: Reading, clarification: Clarification) -> Reading:
    query = grounded.query
    if query is not None:
        kept = tuple(each for each in query.filters if each.field != "process")
        query = query.model_copy(update={"filters": kept})
    return grounded.model_copy(
        update={
            "type": QuestionType.CLARIFY,
            "query": query,
            "clarification": clarification,
            "certainty": 0.9,
        }
    )
