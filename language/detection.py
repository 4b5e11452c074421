"""Which of the two languages a question is written in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from catalogue.metrics import Language
from language.tokens import Token, cleaned, tokenize, word_set
from language.vocabulary import ENGLISH_WORDS, ITALIAN_WORDS

_ITALIAN_ONLY = ITALIAN_WORDS - ENGLISH_WORDS
_ENGLISH_ONLY = ENGLISH_WORDS - ITALIAN_WORDS

_TOPICAL_ITALIAN = word_set(
    """ordini ordine errori errore esecuzioni esecuzione processi processo flusso flussi messaggi
    messaggio posta clienti cliente mittente mittenti risposte risposta durata tasso
    successo andamento riepilogo fatturato incasso elenco mostrami mostra fallite falliti
    fallita fallito inviate ricevute grazie ciao salve buongiorno buonasera aiuto cancella
    elimina automazione automazioni confronta previsione previsioni oggi ieri domani
    stanotte gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre
    novembre dicembre trimestre causa cause motivo motivi annullate attivi dati numeri
    perche inviata barzelletta"""
)
_TOPICAL_ENGLISH = word_set(
    """orders order errors error executions execution processes process runs run messages message
    customers customer sender senders answers answer duration rate success trend summary
    revenue list show failed sent received thanks hello hi hey help delete remove drop
    compare forecast today yesterday tomorrow january february march april may june july
    august september october november december quarter cause causes reason reasons canceled
    cancelled active numbers why workflows weekly daily monthly hourly assistant replies
    reply failures failure emails slowest fastest morning evening joke disable stop
    summarize predict good explain tell write sing song poem bye"""
)
_ITALIAN_LETTERS = re.compile(r"[àèéìòù]", re.IGNORECASE)
_ITALIAN_ENDING = re.compile(r"(?:zione|zioni|mente|iamo|ando|endo|ato|ata|ati|ate|iti|ite|etto)$")
_ENGLISH_ENDING = re.compile(r"(?:ing|tion|tions|ness|ed|ly|ght|ies|ould|w|y)$")


_ELIDED = re.compile(
    r"\b(?:l|un|dell|all|nell|sull|dall|c|com|cos|qual|quest)['’](?=\w)", re.IGNORECASE
)
_CONTRACTED = re.compile(r"['’](?:s|re|t|ve|ll|m)\b", re.IGNORECASE)
_SCORED = _ITALIAN_ONLY | _ENGLISH_ONLY | _TOPICAL_ITALIAN | _TOPICAL_ENGLISH


def detect_language(text: str, *, prior: Language | None = None) -> Language:
    """Return the language of *text*.

    *prior*, the conversation's language, decides where the words do not ("email?"); without one
    that is Italian.
    """
    return language_of(tokenize(cleaned(text)), text, prior=prior)


def language_of(tokens: Sequence[Token], text: str, *, prior: Language | None = None) -> Language:
    """`detect_language` for a text that is already split into *tokens*."""
    words = [_as_scored(token) for token in tokens]
    italian = sum(_italian_weight(word) for word in words)
    english = sum(_english_weight(word) for word in words)
    if not text.isascii() and _ITALIAN_LETTERS.search(text):
        italian += 2
    if "'" in text or "’" in text:
        italian += 2 * bool(_ELIDED.search(text))
        english += 2 * bool(_CONTRACTED.search(text))
    # "per customer": within a conversation one short word more does not change its language.
    if abs(italian - english) < 0.5 or (prior and abs(italian - english) <= 0.5):
        return prior or "it"
    return "it" if italian > english else "en"


def _as_scored(token: Token) -> str:
    """The word as it was written, or, where that is a shorthand or a slip, what it stands for."""
    written = token.raw.lower()
    return written if written.isascii() and written in _SCORED else token.word


@lru_cache(maxsize=8192)
def _italian_weight(word: str) -> float:
    return _weight(word, _ITALIAN_ONLY, _TOPICAL_ITALIAN, _ITALIAN_ENDING)


@lru_cache(maxsize=8192)
def _english_weight(word: str) -> float:
    return _weight(word, _ENGLISH_ONLY, _TOPICAL_ENGLISH, _ENGLISH_ENDING)


def _weight(
    word: str, frame: frozenset[str], topical: frozenset[str], ending: re.Pattern[str]
) -> float:
    """How much *word* looks like one language: frame words weigh most, endings least."""
    if word in frame:
        return 1.5
    if word in topical:
        return 1.0
    return 0.4 if len(word) > 4 and ending.search(word) else 0.0
