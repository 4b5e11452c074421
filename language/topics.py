"""Questions that need no data: greetings, help, concepts, and what is none of our business."""

from __future__ import annotations

from functools import lru_cache

from language.glossary import GLOSSARY
from language.sentences import Sentence
from language.tokens import word_set, words_of
from language.vocabulary import THINGS, Cue

_FAREWELL = word_set(
    """bye goodbye arrivederci addio dopo presto vediamo sentiamo domani see notte buonanotte
    tardi later"""
)
_OUR_STATE = word_set("siamo messi andiamo stiamo we")
"""Words by which "how are …?" asks about the company rather than about us."""
_ABOUT_DATA = frozenset(
    {Cue.HOW_MANY, Cue.TREND, Cue.COMPARE, Cue.IMPROVE, Cue.WHY, Cue.CAUSE, Cue.HAPPENED,
     Cue.MOST, Cue.LEAST, Cue.BY_DAY, Cue.PREDICT}
)  # fmt: skip


def is_small_talk(sentence: Sentence) -> str | None:
    """Return "hello", "thanks" or "bye" where *sentence* is no more than that."""
    cues = sentence.cues
    polite = cues.any(Cue.GREETING, Cue.THANKS, Cue.SMALL_TALK)
    if not polite or cues.any(*_ABOUT_DATA) or sentence.mentions or Cue.HELP in cues:
        return None
    if sentence.filters or cues.any(*(THINGS - {Cue.SUCCESS_RATE}), Cue.TROUBLE):
        return None
    if len(sentence.unexplained()) > 1 or (sentence.has_time and not _is_farewell(sentence)):
        return None
    if cues.any(Cue.LIST, Cue.GIVE, Cue.SUMMARY, Cue.DEFINE, Cue.CREATE_TEXT, Cue.FIGURES):
        return None
    if Cue.HOW_GOING in cues and (
        not cues.any(Cue.GREETING, Cue.SMALL_TALK) or not _OUR_STATE.isdisjoint(sentence.words)
    ):
        return None
    if _is_farewell(sentence):
        return "bye"
    if Cue.THANKS in cues and Cue.GREETING not in cues and Cue.SMALL_TALK not in cues:
        return "thanks"
    return "hello"


def _is_farewell(sentence: Sentence) -> bool:
    return Cue.GREETING in sentence.cues and any(
        sentence.words[place] in _FAREWELL
        for hit in sentence.cues.of(Cue.GREETING)
        for place in range(hit.start, hit.end)
    )


def asks_for_help(sentence: Sentence, *, has_object: bool) -> bool:
    """Whether it is asked what can be asked, or how."""
    cues = sentence.cues
    if Cue.HELP not in cues or sentence.mentions or sentence.has_time:
        return False
    if has_object and cues.any(Cue.HOW_MANY, *_ABOUT_DATA):
        return False
    explained = cues.of(Cue.HELP)[0]
    beyond = [place for place in sentence.unexplained() if place >= explained.end]
    if has_object and cues.any(*THINGS):
        return explained.end - explained.start >= 3
    return len(beyond) <= 2


def explained_topic(sentence: Sentence) -> str | None:
    """Return the glossary key of the concept that is asked about, or None."""
    cues = sentence.cues
    bare = _bare_topic(sentence)
    if bare is not None:
        return bare
    if not cues.any(Cue.DEFINE, Cue.DIFFERENCE) and not _asks_how_to_improve(sentence):
        return None
    if (
        sentence.has_time
        or sentence.mentions
        or cues.any(Cue.HOW_MANY, Cue.MOST, Cue.LEAST, Cue.WHY, Cue.HAPPENED, Cue.TREND)
    ):
        return None
    if Cue.COMPARE in cues and Cue.DIFFERENCE not in cues:
        return None
    if _asks_how_to_improve(sentence):
        return "improvement"
    topics = _topics_in(sentence.words)
    if not topics:
        return None
    if Cue.DIFFERENCE in cues and len(topics) > 1:
        first, second = topics[:2]
        return next(
            (
                both
                for both in (f"{first}_and_{second}", f"{second}_and_{first}")
                if both in GLOSSARY
            ),
            first,
        )
    # "errore di timeout" is about the particular, not about errors in general.
    return next((topic for topic in topics if topic != "error"), topics[0])


_NAMES = frozenset({"n8n", "milhena"})
_ASKING_WHAT = frozenset({"what", "who", "is", "s", "cosa", "chi", "e", "cos", "che", "exactly"})


def _bare_topic(sentence: Sentence) -> str | None:
    """The topic of "what is n8n": a name takes no article."""
    rest = [word for word in sentence.words if word not in _ASKING_WHAT]
    asked = len(rest) < len(sentence.words)
    if not asked or len(rest) != 1 or rest[0] not in _NAMES:
        return None
    return next(iter(_topics_in(rest)), None)


def _asks_how_to_improve(sentence: Sentence) -> bool:
    words = set(sentence.words)
    return (
        bool({"migliorare", "improve", "ottimizzare", "optimize"} & words)
        and bool({"come", "how"} & words)
        and not sentence.mentions
        and not sentence.has_time
    )


def _topics_in(words: list[str]) -> list[str]:
    """The glossary keys whose names occur, in the order in which they stand."""
    found: list[str] = []
    place = 0
    phrases = _topic_phrases()
    while place < len(words):
        for size in range(5, 0, -1):
            topic = phrases.get(tuple(words[place : place + size]))
            if topic is not None and len(words[place : place + size]) == size:
                if topic not in found:
                    found.append(topic)
                place += size - 1
                break
        place += 1
    return found


@lru_cache(maxsize=1)
def _topic_phrases() -> dict[tuple[str, ...], str]:
    phrases: dict[tuple[str, ...], str] = {}
    for topic, entry in GLOSSARY.items():
        for names in entry.names.values():
            for name in names:
                phrases.setdefault(words_of(name), topic)
    return phrases


def is_off_topic(sentence: Sentence, *, has_object: bool) -> bool:
    """Whether the question has nothing to do with what the processes do."""
    cues = sentence.cues
    if Cue.CREATE_TEXT in cues and not cues.any(
        Cue.SUMMARY, Cue.HAPPENED, Cue.HOW_MANY, Cue.LIST, Cue.TREND, Cue.PER
    ):
        return not sentence.mentions
    if Cue.OFF_TOPIC in cues and not cues.any(*THINGS, Cue.HOW_GOING, Cue.HAPPENED):
        return not sentence.mentions
    unread = len(sentence.unexplained())
    if has_object and cues.any(*THINGS):
        return False
    if has_object:
        # "parlami della storia di Roma": a summary, but of nothing that we know.
        return (
            unread >= 2
            and not sentence.mentions
            and not cues.any(Cue.HOW_GOING, Cue.HAPPENED, Cue.STATE, Cue.PROCESS)
        )
    return bool(sentence.unexplained()) or Cue.DEFINE in cues
