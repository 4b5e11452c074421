"""Turns of a conversation: "e ieri?", "solo quelli falliti", "by day", "il secondo".

A follow-up's query is the one before with what changed; what was taken over is named in the
reading's ``assumed``. Here it is decided whether a sentence goes on from the turn before; what it
then changes is in `language.turns`.
"""

from __future__ import annotations

import re

from catalogue.metrics import METRICS
from catalogue.query import BusinessQuery, Filter, QuestionType
from catalogue.reading import Reading
from language.drafts import Draft
from language.names import NameMatch
from language.questions import cause_word
from language.sentences import Sentence
from language.tokens import word_set
from language.turns.acts import acted
from language.turns.changes import Turn
from language.turns.comparing import earlier_of
from language.turns.forms import (
    LEADING,
    TO_A_TOTAL,
    completes_overview,
    is_bare_continuation,
    is_correction,
    is_elliptic,
    is_fragment,
    is_of_the_same,
    ranks_the_same,
    regroups_the_same,
)
from language.turns.phrasing import Opening
from language.turns.pointing import processes_of, speaks_of_one
from language.turns.state import draft_of
from language.turns.thread import measured_topic
from language.turns.times import complete_time
from language.vocabulary import ARTICLES, GROUPED_BY, SINGULAR_ARTICLES, THINGS, Cue

NO_OPENING = Opening("")


def goes_on_from(previous: Reading | None) -> bool:
    """Whether a turn can go on from *previous*: from a query, or a concept that is measured."""
    return previous is not None and (
        previous.query is not None or measured_topic(previous) is not None
    )


def changes_only_the_answer(sentence: Sentence, opening: Opening, previous: Reading | None) -> bool:
    """Whether a turn that sounds like a command is about the answer before: "togli il backup"."""
    if previous is None or previous.query is None or sentence.unexplained():
        return False
    query = previous.query
    known = bool(sentence.mentions or sentence.filters or sentence.has_time)
    if opening.act == "include":
        return bool(sentence.mentions and query.filters)
    if opening.act == "swap":
        return bool(sentence.mentions)
    if opening.act != "exclude" or not known:
        return False
    if opening.of_a_table and not query.group_by:
        return False
    # "togli il backup", but not "… dal server"; "remove the backup", but not "… the process".
    nouns = frozenset() if opening.of_a_table else _LEFT_OUT
    return all(
        place in sentence.masked or word in ARTICLES or word in nouns or word in _NEXT_TO_A_NAME
        for place, word in enumerate(sentence.words)
    )


_LEFT_OUT = word_set(
    """processo processi process processes cliente clienti customer mittente mittenti sender
    automazione flusso workflow ordini orders errori errors mail email emails messaggi messages"""
)
_NEXT_TO_A_NAME = word_set(
    "senza without anche also too pure e and then now ora adesso quelli quelle those ones please"
)


def complete_process(sentence: Sentence, draft: Draft, previous: Reading | None) -> None:
    """Let *draft* be of the process that was named just now and is not said again."""
    if previous is None or len(previous.named) != 1 or not draft.has_object:
        return
    if previous.named == processes_of(previous.query) or not speaks_of_one(sentence):
        return  # what the query before is kept to is carried on as its filter
    draft.filters.append(Filter(field="process", values=previous.named))
    draft.clarification = None
    draft.assume("filters")


def read_time_of_before(sentence: Sentence, previous: Reading | None) -> str | None:
    """Make whole a time that *sentence* says from the turn before: "il giorno dopo".

    Returns the words that name it, where they are known.
    """
    if previous is None or previous.query is None:
        return None
    return complete_time(sentence, previous.query, previous.window_words)


def follow_up(
    sentence: Sentence,
    draft: Draft,
    previous: Reading | None,
    opening: Opening = NO_OPENING,
) -> Draft | None:
    """Return what *sentence* asks as a turn after *previous*; None where it stands alone.

    *draft* is what the sentence says by itself, *opening* what its opening said.
    """
    if previous is None:
        return None
    if previous.type is QuestionType.GENERAL:
        return _of_ours(sentence, draft, previous, opening)
    before = previous.query
    if before is None:
        return None
    if opening.act is not None:
        done = acted(opening, previous)
        if done is not None and not opening.goes_on:
            return done
        widened = done.query() if done is not None else None
        if widened is not None:
            previous, before = previous.model_copy(update={"query": widened}), widened
    if opening.drops and not is_elliptic(sentence):
        return None
    if _is_about_something_else(sentence, opening):
        return None
    continued = _read_as_continued(sentence, draft, before)
    elliptic = continued or opening.continues or is_elliptic(sentence) or is_correction(sentence)
    if completes_overview(sentence, draft, previous):
        draft.window = before.window
        draft.hours, draft.weekdays = before.hours, before.weekdays
        draft.assume("window")
        return draft
    if ranks_the_same(sentence, draft, before):
        draft.strength = 0.0
        elliptic = True
    elliptic = elliptic or regroups_the_same(sentence, draft, before)
    elliptic = elliptic or is_fragment(sentence, draft, before)
    elliptic = elliptic or is_of_the_same(sentence, draft, previous)
    if draft.has_object and not elliptic and not is_bare_continuation(sentence, draft):
        return None
    earlier = earlier_of(previous)
    turn = Turn(sentence, draft, before, _base_of(previous, before), opening, earlier)
    unread = [
        place
        for place in sentence.unexplained()
        if cause_word(sentence.words[place]) is None
        and not turn.names_person(place)
        and sentence.cues.starting_at(place + 1, Cue.PER) is None  # "ripartiti per mittente"
    ]
    if not elliptic and unread:
        return None
    return turn.resolve()


def _base_of(previous: Reading, before: BusinessQuery) -> Draft:
    """The query *before*, of *previous*, as the draft that a turn changes."""
    base = draft_of(before)
    base.type, base.focus = previous.type, previous.focus
    base.window_words = previous.window_words
    return base


def _is_about_something_else(sentence: Sentence, opening: Opening) -> bool:
    """Whether a turn is off topic by its own words: "che tempo fa domani?"."""
    cues = sentence.cues
    return (
        cues.any(Cue.OFF_TOPIC, Cue.CREATE_TEXT)
        and not cues.any(*THINGS)
        and not opening.continues
        and not is_elliptic(sentence)
    )


# ------------------------------------------------------------------------ after an explanation

_OURS = word_set("ours our nostro nostra nostri nostre noi we us abbiamo")


def _of_ours(sentence: Sentence, draft: Draft, previous: Reading, opening: Opening) -> Draft | None:
    """ "and what is ours?", "e del backup?" after a concept was explained: its figure."""
    metric = measured_topic(previous)
    if metric is None or sentence.unexplained():
        return None
    ours = opening.act == "ours" or not _OURS.isdisjoint(sentence.words)
    named_itself = draft.metric == metric and len(sentence.tokens) <= 8
    if draft.has_object and not named_itself and not ours and not is_elliptic(sentence):
        return None
    if sentence.cues.any(Cue.DEFINE, Cue.DIFFERENCE) and not ours:
        return None
    if not (
        ours or sentence.has_time or sentence.mentions or sentence.cues.any(Cue.PER, Cue.BY_DAY)
    ):
        return None
    earlier = earlier_of(previous)
    same = earlier is not None and earlier.metric == metric and not ours
    before = earlier if same and earlier is not None else BusinessQuery(metric=metric)
    base = draft_of(before)
    if draft.metric not in (None, metric) and draft.strength >= 2 and not ours:
        base.value(str(draft.metric))
    draft.metric = draft.subject = draft.story = None
    draft.strength = 0.0
    turn = Turn(sentence, draft, before, base, opening)
    changed = turn.resolve()
    if changed is not None:
        return changed
    base.assume("metric")
    return base


# ------------------------------------------------------ what means something only after a question


def _read_as_continued(sentence: Sentence, draft: Draft, before: BusinessQuery) -> bool:
    """Read what means something only after another question: a value, a process by one noun.

    Returns whether another figure of the same things was asked for.
    """
    quoted = _other_words(sentence, before)
    if quoted is not None:
        draft.metric = draft.subject = draft.story = None
        draft.strength, draft.group_by, draft.clarification = 0.0, [], None
        draft.filters = [quoted]
        return True
    facts = METRICS[before.metric].measure.facts if before.metric else before.subject
    metric = _figure_of_the_same(sentence, draft, before.metric, facts)
    if metric is not None:
        draft.value(metric)
        draft.strength, draft.clarification = 4.0, None
        draft.group_by, draft.order, draft.limit, draft.focus = [], None, None, None
        return True
    named = any(each.field == "process" and each.op == "is" for each in before.filters)
    of_processes = named and before.story is not None
    of_processes = (
        of_processes
        or facts in ("executions", "errors", "answers")
        or (named and facts is not None)
    )
    if not of_processes or sentence.mentions:
        return False
    if len(sentence.tokens) > 6 or sentence.cues.any(Cue.HOW_MANY, Cue.WHICH, Cue.LIST):
        return False
    if sentence.cues.any(Cue.EXCEPT):
        return False
    grouped = "process" in before.group_by and Cue.ONLY in sentence.cues
    match = _process_by_preposition(sentence, named=named, grouped=grouped)
    if match is not None and match.name is not None:
        draft.metric = draft.subject = draft.story = None
        draft.strength, draft.group_by, draft.clarification = 0.0, [], None
        draft.filters = [Filter(field="process", values=(match.name,))]
    return False


def _other_words(sentence: Sentence, before: BusinessQuery) -> Filter | None:
    """What is looked for by "and 'voucher'?" after other words were looked for."""
    looked_for = next((each for each in before.filters if each.field in ("text", "cause")), None)
    quoted = _ONLY_QUOTED.match(sentence.text)
    if looked_for is None or quoted is None:
        return None
    sentence.masked.update(
        place
        for place, token in enumerate(sentence.tokens)
        if quoted.start("words") <= token.start < quoted.end("words")
    )
    sentence.cues = sentence.cues.outside(sentence.masked)
    return Filter(field=looked_for.field, op="contains", values=(quoted["words"],))


_ONLY_QUOTED = re.compile(
    r"^\s*(?:(?:and|e|ed|ok|or|o|what about|how about|now|with|con|for|per|ma|but"
    r"|the word|la parola|mentioning|about|di)[\s,]+)*[\"'«“‘](?P<words>[^\"'»”’]+)[\"'»”’]"
    r"\s*(?:instead|invece)?[\s?.!]*$",
    re.IGNORECASE,
)


def _figure_of_the_same(
    sentence: Sentence, draft: Draft, before: str | None, facts: str | None
) -> str | None:
    """The metric of "e quanto valgono?", "and the maximum?", "in numeri assoluti?"."""
    cues, words = sentence.cues, sentence.words
    if facts == "orders" and len(words) <= 4 and not _IN_EUROS.isdisjoint(words):
        return "order_value"
    if Cue.VALUE in cues and facts == "orders" and draft.metric in (None, "orders"):
        return "order_value"
    if facts == "orders" and TO_A_TOTAL.match(sentence.said):
        return "order_value"
    if sentence.mentions or len(sentence.tokens) > 7:
        return None
    in_all = cues.any(Cue.IN_ALL) or not _AMOUNTING.isdisjoint(words)
    if facts == "orders" and cues.any(Cue.HOW_MUCH) and in_all and draft.metric in (None, "orders"):
        return "order_value"
    if before in _COUNTED and _asks_only_how_many(sentence, draft):
        return _COUNTED[str(before)]
    if before in _COUNT_OF_RATE and not _ABSOLUTE.isdisjoint(words):
        return _COUNT_OF_RATE[str(before)]
    asked = cues.any(Cue.SLOW, Cue.FAST, Cue.DURATION)
    if facts == "answers" and asked and not cues.any(Cue.PROCESS, Cue.EXECUTION, Cue.WHICH):
        return "ai_response_time"
    if before in _DURATIONS and (len(sentence.tokens) <= 4 or _IT_TOOK.search(" ".join(words))):
        said = (metric for metric, names in _DURATIONS_SAID if not names.isdisjoint(words))
        return next(said, None)
    return None


def _asks_only_how_many(sentence: Sentence, draft: Draft) -> bool:
    """ "e quanti?", "how many?": of what was valued, measured or shared out."""
    asked = sentence.cues.any(Cue.HOW_MANY) and not sentence.cues.any(Cue.HOW_MUCH, Cue.TIMES)
    return asked and draft.strength < 2 and len(sentence.tokens) <= 5 and not sentence.unexplained()


_COUNTED = {"order_value": "orders", "error_rate": "errors", "success_rate": "successes",
            "avg_duration": "executions", "ai_response_time": "ai_responses"}  # fmt: skip
_COUNT_OF_RATE = {"error_rate": "errors", "success_rate": "successes"}
_ABSOLUTE = word_set("assoluto assoluti assoluta absolute numero numeri number numbers unita count")
_AMOUNTING = word_set("fanno fa worth vale valgono ammontano sommano importo")
_IN_EUROS = word_set("euro euros eur soldi money")
_DURATIONS = frozenset({"avg_duration", "median_duration", "p95_duration", "max_duration"})
_IT_TOOK = re.compile(
    r"\b(?:it|that|they) (?:ever )?(?:took|lasted|ran|takes)\b|\bci (?:ha|abbia) mess"
)
_DURATIONS_SAID = (
    ("max_duration", word_set("max maximum massimo massima longest record")),
    ("median_duration", word_set("mediana mediano median")),
    ("avg_duration", word_set("media medio average mean avg")),
)


def _process_by_preposition(sentence: Sentence, *, named: bool, grouped: bool) -> NameMatch | None:
    """The process of "e della chat?", "from the chat only".

    *named* says that the turn before named one: then "e la chat?" names another. *grouped* says
    that one of several is picked: "solo gli ordini".
    """
    words = sentence.words
    for place, word in enumerate(words):
        another = word in LEADING and _names_another(sentence, place + 1, named=named)
        picked = grouped and place == 0 and word in _AFTER_A_NAME
        if place > 2 or not (another or picked or word in _OWNING):
            continue
        noun = place + 1
        while noun < len(words) and (words[noun] in ARTICLES or words[noun] in _ALONE):
            noun += 1
        if noun >= len(words) or noun in sentence.masked:
            continue
        if sentence.cues.starting_at(noun, *GROUPED_BY) is not None:
            continue  # "per giorno" is no process
        rest = words[noun + 1 :]
        if all(each in _AFTER_A_NAME for each in rest):
            match = sentence.circumstances.names.by_noun(words[noun])
            if match.score:
                return match
    return None


def _names_another(sentence: Sentence, place: int, *, named: bool) -> bool:
    """Whether another process is named from *place* on: "e la chat?", "e i solleciti?"."""
    words, cues = sentence.words, sentence.cues
    article = words[place : place + 1]
    noun = place
    while noun < len(words) and words[noun] in ARTICLES:
        noun += 1
    if noun >= len(words):
        return False
    if noun in sentence.unexplained():
        return True  # no noun of ours, so it can only be a name
    if not named or cues.starting_at(noun, *_COUNTED_THINGS) is not None:
        return False
    return noun == place or article[0] in SINGULAR_ARTICLES


_COUNTED_THINGS = (Cue.ORDER, Cue.EMAIL, Cue.MESSAGE, Cue.ERROR, Cue.EXECUTION, Cue.ANSWER)
_OWNING = word_set(
    """di del dello della dell dei degli delle dal dallo dalla dall dai dagli dalle nel nella nello
    nei nelle of from in for by per"""
)
_ALONE = word_set("solo sola soli sole only just")
_AFTER_A_NAME = frozenset(
    {"only", "solo", "soltanto", "invece", "instead", "then", "process", "one"}
)
