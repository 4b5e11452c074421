"""Questions that need no data: greetings, help, concepts, and what is none of our business."""

from __future__ import annotations

import re
from functools import lru_cache

from catalogue.metrics import METRICS
from language.assistant_questions import asks_about_assistant
from language.glossary import GLOSSARY, UNKNOWN_CONCEPT
from language.pleasantries import courtesy
from language.request_patterns import asks_about_secrets_at_large
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
    if "?" in sentence.text and _PART_OF_DAY.issuperset(sentence.words):
        return None  # "afternoon?" asks, of the day that was spoken of
    polite_words = courtesy(sentence.as_written)
    if polite_words is not None:
        return polite_words
    wish = wished(sentence)
    if wish is not None:
        return wish
    polite = cues.any(Cue.GREETING, Cue.THANKS, Cue.SMALL_TALK)
    if not polite or cues.any(*_ABOUT_DATA) or sentence.mentions or Cue.HELP in cues:
        return None
    if sentence.filters or cues.any(*(THINGS - {Cue.SUCCESS_RATE}), Cue.TROUBLE):
        return None
    how_are_you = _HOW_ARE_YOU.search(sentence.said) is not None
    timeless = not sentence.has_time or how_are_you or _is_farewell(sentence)
    if len(sentence.unexplained()) > 1 or not timeless:
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


_PART_OF_DAY = frozenset({"morning", "afternoon", "evening"})


def is_courtesy(sentence: Sentence) -> bool:
    """Whether *sentence* is certainly nothing but polite."""
    return courtesy(sentence.as_written) is not None or wished(sentence) is not None


_HOW_ARE_YOU = re.compile(r"\b(?:come (?:stai|state|ti senti)|how are you|how have you been)\b")
_WISH = re.compile(
    r"^(?:(?:ciao|ok|grazie|bye|allora|e|and|thanks|hello|hi|so|then|well|wish you|i wish you|ti "
    r"auguro|vi auguro|a) )*(?:(?:un |una |a |an )?(?:buon|buona|buone|buono|felice|happy|merry)"
    r" (?!andamento|risultato|esito|fine\b(?! settimana|anno))|enjoy (?:your|the) |have an? (?:good"
    r"|nice|great|lovely|safe|wonderful|relaxing|happy) |best wishes|all the best"
    r"|season s greetings"
    r"|sleep well|good luck|in bocca al lupo|tanti auguri|auguri|sogni d oro|buon)"
)
_PRESENTED = re.compile(
    r"^(?:(?:ciao|salve|buongiorno|buonasera|buondi|hi|hello|hey|hiya|good|morning|afternoon"
    r"|evening|ehi) )*(?:sono|mi chiamo|qui e|qui|i m|i am|it s|this is|my name is|it is|here is) "
)
_LONGEST_WISH = 9


def wished(sentence: Sentence) -> str | None:
    """A good wish ("buon pranzo!") or a name that is given ("sono Carla del magazzino")."""
    if len(sentence.tokens) > _LONGEST_WISH or "?" in sentence.text or sentence.filters:
        return None
    asked = (THINGS - {Cue.SUCCESS_RATE}) | _ABOUT_DATA | {Cue.LIST, Cue.GIVE, Cue.SUMMARY}
    if sentence.cues.any(*asked, Cue.TROUBLE, Cue.HELP):
        return None
    said = sentence.said
    if _WISH.match(said):
        return "bye" if len(sentence.tokens) > 1 else "hello"
    presented = _PRESENTED.match(said)
    if presented is None:
        return None
    place = len(presented.group().split())
    named = place < len(sentence.tokens) and sentence.tokens[place].capitalised
    firm = [each for each in sentence.mentions if each.named_by != "words"]
    return "hello" if named and not firm and not sentence.has_time else None


def _is_farewell(sentence: Sentence) -> bool:
    return Cue.GREETING in sentence.cues and any(
        sentence.words[place] in _FAREWELL
        for hit in sentence.cues.of(Cue.GREETING)
        for place in range(hit.start, hit.end)
    )


def asks_for_help(sentence: Sentence, *, has_object: bool) -> bool:
    """Whether it is asked what can be asked, or how."""
    cues = sentence.cues
    if asks_about_assistant(sentence):
        return True
    if sentence.mentions or sentence.has_time:
        return False
    if _ASKING_FOR_HELP.search(sentence.said):
        return True
    if Cue.HELP not in cues:
        return False
    if has_object and cues.any(Cue.HOW_MANY, *_ABOUT_DATA):
        return False
    explained = cues.of(Cue.HELP)[0]
    beyond = [place for place in sentence.unexplained() if place >= explained.end]
    if has_object and cues.any(*THINGS):
        return explained.end - explained.start >= 3
    return len(beyond) <= 2


_ASKING_FOR_HELP = re.compile(
    r"^(?:(?:qualche|altri|un|some|more|an|a few) )?(?:esempi|esempio|examples?)"
    r"(?: (?:please|per favore))?$"
    r"|\bnon so (?:\w+ )?(?:cosa|che cosa|come) (?:chieder\w*|domandar\w*|scriver\w*)"
    r"|\b(?:i )?(?:don t|do not) know what (?:to|i can|i could) ask"
)


def explained_topic(sentence: Sentence) -> str | None:
    """Return the glossary key of the concept that is asked about, or None."""
    cues = sentence.cues
    bare = _bare_topic(sentence)
    if bare is not None:
        return bare
    said = sentence.said
    counted = _COUNTING_AS.search(said) is not None
    if _SAME_AS.search(said) and _topics_in(sentence.words):
        return _topics_in(sentence.words)[0]
    meaning = asks_for_meaning(sentence)
    defined = counted or meaning or cues.any(Cue.DEFINE, Cue.DIFFERENCE)
    if not defined and not _asks_how_to_improve(sentence):
        return None
    if (
        sentence.has_time
        or any(
            not meaning or (each.named_by != "words" and each.match.name is not None)
            for each in sentence.mentions
        )
        or cues.any(Cue.MOST, Cue.LEAST, Cue.LAST, Cue.WHY, Cue.HAPPENED, Cue.TREND)
        or (Cue.HOW_MANY in cues and not counted)
    ):
        return None
    if Cue.COMPARE in cues and Cue.DIFFERENCE not in cues:
        return None
    if _asks_how_to_improve(sentence):
        return "improvement"
    topics = _topics_in(sentence.words)
    if not topics and (counted or meaning or not _ASKING_HOW_MADE.isdisjoint(sentence.words)):
        topics = _metrics_in(sentence.words)
    if not topics:
        return UNKNOWN_CONCEPT if meaning or _defines_a_noun(sentence) else None
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


_SAME_AS = re.compile(
    r"\b(?:is|are) (?:an? )?\w+ (?:\w+ )?(?:the same (?:thing )?as|equal to|identical to) an?\b"
    r"|\b(?:un|una|uno) \w+ (?:e|sarebbe) (?:la stessa cosa|lo stesso) (?:di|che) (?:un|una)\b"
)
_MEANING = re.compile(
    r"^(?:\w+ ){0,3}?(?:che )?(?:cos e|cosa e|cosa vuol dire|cosa vuole dire|che vuol dire"
    r"|cosa significa|che significa|(?:cosa|che) (?:si|s) intende (?:per|con)|cosa intend\w+ (?:per"
    r"|con)|what is meant by|what s meant by|cosa sarebbe|che sarebbe|cosa sarebbero"
    r"|what do you mean by|definizione di|definition of) (?!quest|quell|success|andat|che "
    r"|il problem"
    r"|l error|capitat|this|that|cambiat|arrivat|stat[oa]|il motivo|la causa|tutto)"
    r"|^(?:\w+ ){0,2}?what (?:does|do) (?!this|that|it\b)(?:\w+ ){1,4}(?:mean|stand for)\b"
    r"|^(?:\w+ ){1,5}?(?:what s|what is|what are|what) (?:that|this|those|it) (?:supposed to"
    r" (?:mean|tell (?:me|us)|say|show)|all about)\b"
    r"|\bwhat (?:is|s|are) (?:an? |the )?(?:\w+ ){1,4}?supposed to (?:mean|tell (?:me|us)|say)\b"
    r"|^(?:whats|what s|what is) an? (?:\w+ ){1,4}?(?:good|used|there|meant) for$"
    r"|^(?:\w+ ){0,2}?what (?:is|are|s) (?:\w+ ){1,4}?good for$"
    r"|^(?:\w+ ){0,2}?(?:a (?:che )?cosa|a che) serv(?:e|ono) (?:un|una|uno|il concetto di|dei"
    r"|delle) "
)


def asks_for_meaning(sentence: Sentence) -> bool:
    """Whether a word's meaning is asked for, whatever the word: "cosa vuol dire unfinished?"."""
    return _MEANING.search(sentence.as_written) is not None


_COUNTING_AS = re.compile(
    r"\b(?:counts?|counted) as\b|\bcont(?:a|ano|i|ate) come\b|\bconsider(?:i|ate|ato) un[ao]?\b|"
    r"\bcome (?:si |vengono |viene |li |le )?(?:conti|contate|conta|contano|contat[aoie])\b|"
    r"\bhow (?:do you|are|is) (?:\w+ )*count(?:ed)?\b"
)
_ASKING_HOW_MADE = word_set(
    """calcoli calcolate calcola calcolano calcolato calcolata calcolati calculated calculate
    computed compute measured measure significa significano mean means definizione definition"""
)


def _metrics_in(words: list[str]) -> list[str]:
    """The metric whose name is longest among *words*: its definition is what is asked for."""
    said = f" {' '.join(words)} "
    named = [
        (len(name), metric)
        for name, metric in _metric_names()
        if f" {name} " in said or said.startswith(f" {name}")
    ]
    singular = _SINGULARS.intersection(words)
    if not named and singular:
        return [_METRIC_OF_NOUN[next(iter(singular))]]
    return [max(named)[1]] if named else []


@lru_cache(maxsize=1)
def _metric_names() -> tuple[tuple[str, str], ...]:
    return tuple(
        (" ".join(words_of(name)), metric.id)
        for metric in METRICS.values()
        for names in (*metric.names.values(), metric.label.values())
        for name in names
    )


_METRIC_OF_NOUN = {
    "ordine": "orders",
    "order": "orders",
    "email": "emails_received",
    "mail": "emails_received",
    "esecuzione": "executions",
    "risposta": "ai_responses",
    "answer": "ai_responses",
    "processo": "processes",
    "process": "processes",
}
_SINGULARS = frozenset(_METRIC_OF_NOUN)


def _defines_a_noun(sentence: Sentence) -> bool:
    """ "cos'è una PEC?", "what is a DDT?": a word that is explained nowhere here."""
    if len(sentence.tokens) > 7:
        return False
    return any(
        sentence.words[hit.end - 1 : hit.end] in (["a"], ["an"], ["un"], ["una"])
        or sentence.words[hit.end : hit.end + 1] in (["a"], ["an"], ["un"], ["uno"], ["una"])
        for hit in sentence.cues.of(Cue.DEFINE)
    )


_NAMES = frozenset({"n8n", "milhena"})
_ASKING_WHAT = frozenset({"what", "who", "is", "s", "cosa", "chi", "e", "cos", "che", "exactly"})


def _bare_topic(sentence: Sentence) -> str | None:
    """The topic of "what is n8n": a name takes no article."""
    rest = [word for word in sentence.words if word not in _ASKING_WHAT]
    asked = len(rest) < len(sentence.words)
    if not asked or not 1 <= len(rest) <= 2:
        return None
    if rest[0] not in _NAMES and (sentence.words[:2] != ["what", "is"] or rest[-1].endswith("s")):
        return None
    return _topic_phrases().get(tuple(rest))


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


_ELSEWHERE = word_set(
    """partita calcio scudetto campionato football soccer match mondiali olimpiadi bitcoin borsa
    criptovalute crypto capitale presidente president ricetta barzelletta oroscopo lotto meteo
    weather rain raining snow snowing piove piovera nevica nevichera
    canzone song poesia poem film movie ristorante restaurant vacanza vacanze holiday carbonara
    pizza
    dio amore filosofia politica elezioni elections guerra war"""
)
"""Subjects that are none of a company's automations'."""
_GAMES = word_set("vinto vince vincera won wins scudetto campionato football soccer")


def is_elsewhere(sentence: Sentence) -> bool:
    """Whether the words themselves name what is none of our business: the weather, a match."""
    if sentence.mentions:
        return False
    if not _GAMES.isdisjoint(sentence.words):
        return True
    said = {word for place, word in enumerate(sentence.words) if place not in sentence.masked}
    named = not _ELSEWHERE.isdisjoint(said) or Cue.OFF_TOPIC in sentence.cues
    return named and not sentence.cues.any(*THINGS)


_MONTHS = (
    "gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre"
)
_NONE_OF_OURS = re.compile(
    r"^(?:\w+ ){0,3}?quanto (?:fa|fanno|viene) (?:il )?\d|\d+ ?% (?:di|of) \d"
    r"|\bwhat(?: s| is) (?:the )?\d+ ?(?:%|times|plus|minus|x|percent|divided|per)"
    r"|\bquanti giorni (?:ha|hanno) (?:un|il|l|" + _MONTHS + r")\b"
    r"|\bquanti giorni ci sono (?:a|in) |\bhow many days (?:are (?:there )?in|(?:does"
    r"|has) \w+ have)\b"
    r"|\b(?:abitanti|population of)\b|\bpeople live\b|\b(?:farmacia|pharmacy) (?:di turno|on duty"
    r"|aperta|open)\b|\b(?:it ll|it will|will it|does it) (?:snow|rain)\b"
    r"|^(?:\w+ )?what (?:should|would|could) an? (?:\w+ ){1,5}?be\b"
    r"|\b(?:intelligenz[ae] artificial[ei]|ia|ai|robots?|machines?)\b.{0,30}\b(?:rub\w+|steal\w*"
    r"|sostitui\w+|replac\w+|take over|take)\b.{0,20}\b(?:lavor\w|jobs?|people|persone|noi|us)\b"
)
_HOW_TO = re.compile(
    r"^(?:(?:and|e|ma|but|ok|scusa|hey|ciao|hi|senti|please) )*(?:come (?:si|faccio a|posso|potrei"
    r"|conviene|dovrei|e meglio|mi consigli di) \w+|in che modo (?:si|posso) \w+|how (?:do|can"
    r"|should|would) (?:you|i|one|people|somebody) \w+|how to \w+|what s the best way to \w+"
    r"|what is the best way to \w+|qual e il (?:modo )?migliore? (?:modo )?(?:per|di) \w+)"
)
_OPINION = re.compile(
    r"^(?:(?:and|e|ma|but|ok|scusa|hey|ciao|hi|senti|so) )*(?:pensi che|credi che|credi (?:in|a)"
    r"|secondo te (?:esist\w+|vincer\w+|e giusto|e vero)|do you (?:think|believe|like|love|prefer)"
    r"|ti piac\w+|preferisci|what do you think (?:of|about)|(?:che|cosa) (?:ne )?pensi d\w+)\b"
)
_OF_SOMEBODY_ELSE = re.compile(
    r"\bhow (?:many|much) \w+ (?:\w+ )?(?:does|do|did|has|have) (?!we|you|i|they|the|it|our|this"
    r"|that|each|every)\w+ (?:\w+ )?(?:have|has|own|sell|employ|make|earn)\b"
    r"|\bhow many people (?:work|live) (?:at|for|in) (?!we|our|the|this)\w+"
    r"|\bquant[aeio] \w+ (?:ha|hanno|fattura|vende) (?:la |il |l |lo )?\w+$"
)


def _asks_at_large(sentence: Sentence) -> bool:
    """ "Come si puliscono le cozze?", "do you like jazz?": how to, and what one thinks."""
    said = sentence.as_written
    if asks_about_secrets_at_large(said) and not sentence.cues.any(*_OF_WORK):
        return True
    if sentence.mentions or sentence.has_time or sentence.filters:
        return False
    if _OF_SOMEBODY_ELSE.search(said) and not sentence.cues.any(*(THINGS - {Cue.UNLISTED})):
        return any(token.capitalised for token in sentence.tokens[1:])
    if sentence.cues.any(*_OURS):
        return False
    asked = _HOW_TO.match(said) or _OPINION.match(said)
    if asked is None or _YOU.search(said, asked.end()):
        return False  # "how would I get a ranking out of you?"
    return bool(sentence.unexplained())


_YOU = re.compile(r"\b(?:you|te|tu|ti|da te|chiedert\w|dirti)\b")
_OF_WORK = (Cue.EMAIL, Cue.MESSAGE, Cue.ORDER, Cue.ERROR, Cue.EXECUTION, Cue.WROTE_US, Cue.LIST)


_OURS = (THINGS | _ABOUT_DATA) - {Cue.HOW_MANY, Cue.RAN} | {
    Cue.HELP, Cue.HOW_GOING, Cue.STATE, Cue.TROUBLE, Cue.LIST, Cue.SUMMARY, Cue.DEFINE,
    Cue.FIGURES, Cue.PROCESS,
}  # fmt: skip
"""What a question of the company's own data would name."""


def asks_of_the_world(sentence: Sentence) -> bool:
    """Whether *sentence* is built like no question of the company's: "quanto fa 3 per 4?"."""
    if _NONE_OF_OURS.search(sentence.as_written) is not None:
        return True
    return _asks_at_large(sentence)


def is_off_topic(sentence: Sentence, *, has_object: bool) -> bool:
    """Whether the question has nothing to do with what the processes do."""
    cues = sentence.cues
    if asks_of_the_world(sentence) or is_elsewhere(sentence):
        return True
    asks_when = cues.starting_at(0, Cue.WHEN) is not None and sentence.has_time
    if asks_when and not sentence.mentions and not cues.any(*THINGS):
        return not (cues.present - {Cue.WHEN, Cue.WHICH})  # "quando è Pasqua?"
    if Cue.CREATE_TEXT in cues and not cues.any(
        Cue.SUMMARY,
        Cue.HAPPENED,
        Cue.HOW_MANY,
        Cue.LIST,
        Cue.TREND,
        Cue.PER,
        Cue.ERROR,
        Cue.FAILED,
        Cue.HOW_GOING,
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
