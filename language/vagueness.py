"""What nobody could answer without asking back: a bare noun, a time alone, "confrontali".

It is asked only of a question that stands alone. After another turn the same words go on from it.
"""

from __future__ import annotations

import re

from language.sentences import Sentence
from language.vocabulary import ARTICLES, Cue


def is_vague(sentence: Sentence) -> bool:
    """Whether *sentence*, which follows no other, leaves open what is asked."""
    if sentence.filters or any(each.named_by != "words" for each in sentence.mentions):
        return False
    said = sentence.as_written
    if _POINTING_BACK.search(said) or _UNNAMED.search(said):
        return True
    if sentence.mentions:
        return False
    if not sentence.has_time and _BARE.search(said):
        return True
    return sentence.has_time and _says_only_when(sentence)


def _says_only_when(sentence: Sentence) -> bool:
    """ "ottobre", "average last week": a time, of nothing."""
    averaged = not _AVERAGED.isdisjoint(sentence.words)
    if sentence.sounds_future or ("?" in sentence.text and not averaged):
        return False
    if sentence.cues.any(*_SAYING_SOMETHING):
        return False
    rest = [
        token.word
        for token in sentence.tokens
        if token.word not in ARTICLES
        and not any(token.start < end and start < token.end for start, end in sentence.time.spans)
    ]
    return all(word in _FILLERS for word in rest)


_SAYING_SOMETHING = (Cue.SUMMARY, Cue.HOW_GOING, Cue.HAPPENED, Cue.COMPARE, Cue.TREND)
_AVERAGED = frozenset({"average", "averages", "media", "medie", "mean"})
_FILLERS = _AVERAGED | frozenset(
    {"what", "s", "is", "was", "qual", "e", "total", "totale", "please", "grazie", "solo", "only"}
)
_POLITE = r"(?: (?:please|pls|per favore|perfavore|grazie|thanks|dai|ok))*$"
_POINTING_BACK = re.compile(
    r"\b(?:di cui (?:ti )?(?:parlavo|parlavamo|abbiamo parlato|ho parlato|dicevo|dicevamo)"
    r"|che (?:ti )?dicev(?:o|amo)|we (?:talked|spoke|were talking) about|(?:i|we) mentioned"
    r"|i told you about)\b"
    r"|^(?:e |and |so |ma )*(?:compare|confronta|paragona|compara)(?:li|le|lo|la| them| those"
    r"| these| it)?" + _POLITE + r"|^(?:e |and |so |ma )*(?:compared|versus|vs|rispetto"
    r"|in confronto"
    r"|confrontat[oaie]) (?:with |to |against |a |al |alla |all |agli |alle |con )?(?:the |il "
    r"|la |l "
    r"|le |i |gli )?(?:other|previous|altr[oaie]|precedent[ei]|prima)(?: (?:one|ones))?" + _POLITE
    + r"|^(?:e |and |so |ma )*(?:per|for|with|con) (?:the |l |gli |le |i |il |la |un |an)?(?:other"
    r"|another|altr[oaie]) (?:supplier|customer|client|one|process|fornitore|cliente|processo)s?"
    + _POLITE
)  # fmt: skip
_UNNAMED = re.compile(
    # what was said at another time
    r"\b(?:dato|numero|cifra|cosa|domanda|risposta|quello|informazione|figure|number|thing"
    r"|question|answer|data) (?:(?:che|that|ti|you|i|we|mi) )*(?:ho |avevo |abbiamo |had |hai )?"
    r"(?:chiesto|domandato|asked|requested|told|detto|gave me|dato)(?: \w+){0,2}?"
    r" (?:prima|ieri|poco fa|before|earlier|just now|l altra volta|last time|yesterday)\b"
    # two things that were not said
    r"|^(?:(?:e|and|so|ma|ok|please|puoi|can you|could you) )*(?:compare|confronta|paragona"
    r"|compara|confrontare|paragonare|metti a confronto) (?:(?:the|i|le|gli|questi|queste|these"
    r"|those|tutti e|tutte e) )?(?:two|both|2|due|pair|entrambi|entrambe)(?: of them)?" + _POLITE
    # how long, of nothing
    + r"|^(?:(?:e|and|ma|but|so|ok|scusa) )*(?:(?:di solito|in media|usually) )?(?:quanto (?:(?:ci"
    r"|si) )?(?:mette|mettono|impiega|impiegano|ha messo|dura|durano|e durato)|quanto tempo"
    r" (?:ci mette|ci vuole|impiega|dura)|how long (?:does|did|do|will) (?:it|that|they|this)"
    r" (?:usually |normally )?(?:take|last|run|need)|how long is it)(?: (?:in media|di solito"
    r"|normalmente|usually|normally|on average|each time|ogni volta))*" + _POLITE
    # a time that goes on from nothing
    + r"|^(?:e|and) (?:ieri|oggi|yesterday|today|(?:l )?altro ieri|(?:the )?day before"
    r"(?: yesterday)?|(?:il|lo|la|the)? ?(?:mese|settimana|anno|last|this) ?(?:scors[oa]|week"
    r"|month|year)|last (?:week|month|year)|(?:lo )?scorso (?:mese|anno)|(?:la )?scorsa settimana)$"
)  # fmt: skip
"""What points at something that nobody has named yet."""
_BARE = re.compile(
    r"^(?:e |and |so |ok )*(?:(?:mostra|fammi vedere|fai vedere|dammi|show|give|let me see|vorrei"
    r"|voglio|i want|i need|mi serve|can you show|can i see|puoi mostrarmi|get)(?:mi| me| us"
    r"| you)? )?"
    r"(?:(?:il|la|i|le|lo|gli|l|the|un|una|a|an|my|our|solito|usual) )*(?:report|durata|duration"
    r"|tempi|stato|status|differenza|difference|media|average|totale|total|percentuale|percentage"
    r"|dettagli\w*|details?|numeri|numbers|figures|cifre)" + _POLITE
    + r"|^(?:sort|reverse|invert|inverti|ordina(?:l[aeio])?|riordina\w*|mett\w+ in ordine)"
    r"(?: (?:it|them|the|this|other|way|round|around|order|alphabetically|ascending|descending"
    r"|al contrario|in|ordine|alfabetico|crescente|decrescente|dal|piu|grande))*" + _POLITE
)  # fmt: skip
