"""Text as words: folded, freed of disguises, with their place in the sentence.

Everything that understands a question works on `Token`s, so that accents, apostrophes, capitals,
invisible characters and shorthand are dealt with once, here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

MAX_TOKENS = 300
"""A question is understood from its first words; what follows is quotation or noise."""

# Letters of other alphabets that look like ours: used to hide words from filters.
_LOOKALIKES = dict(zip("аеорсухкмтвніѕјοαερτυνκ", "aeopcyxkmtbhisjoaeptuvk", strict=True)) | {
    "’": "'",
    "‘": "'",
    "`": "'",
    "´": "'",
    "ʼ": "'",
    "–": "-",
    "—": "-",
    "−": "-",
    "_": " ",
}

_SHORTHAND = {
    # Italian
    "qnt": "quante", "qnte": "quante", "qnti": "quanti", "qto": "quanto", "qnto": "quanto",
    "nn": "non", "cmq": "comunque", "xke": "perche", "xche": "perche", "xk": "perche",
    "pk": "perche", "perke": "perche", "xe": "perche", "ke": "che", "sn": "sono", "ogg": "oggi",
    "qst": "questa", "qsta": "questa", "qsto": "questo", "qnd": "quando", "qndo": "quando",
    "tt": "tutti", "tutt": "tutti", "gg": "giorni", "sett": "settimana", "cs": "cosa",
    "dv": "dove", "msg": "messaggi", "msgs": "messaggi", "mex": "messaggi",
    "esec": "esecuzioni", "proc": "processo", "nr": "numero", "num": "numero", "tot": "totale",
    "qlc": "qualche", "qlcs": "qualcosa", "qcs": "qualcosa", "grz": "grazie", "cque": "comunque",
    "risp": "risposte", "ord": "ordini", "fatt": "fatture", "x": "per", "xo": "pero",
    "ult": "ultimi", "ordn": "ordini", "err": "errori",
    # English
    "pls": "please", "plz": "please", "thx": "thanks", "tnx": "thanks", "ty": "thanks",
    "u": "you", "ur": "your", "r": "are", "hw": "how", "2day": "today", "tdy": "today",
    "2moro": "tomorrow", "tmrw": "tomorrow", "tmr": "tomorrow", "yday": "yesterday",
    "ystrday": "yesterday", "wk": "week", "wks": "weeks", "mth": "month", "mths": "months",
    "mny": "many", "wf": "workflow", "wfs": "workflows", "exec": "execution", "execs": "executions",
    "errs": "errors", "ords": "orders", "yest": "yesterday", "ystdy": "yesterday", "lst": "last",
    "avg": "average", "whats": "what", "hows": "how", "wht": "what",
    "mnay": "many", "amny": "many", "hwo": "how", "waht": "what", "wich": "which", "teh": "the",
}  # fmt: skip

_LEET = str.maketrans("013457@$!", "oieastasi")

_TOKEN = re.compile(
    r"""
    [a-z0-9._%+\-]+@[a-z0-9\-]+(?:\.[a-z0-9\-]+)+      # an e-mail address
  | @?[a-z0-9\-]+(?:\.[a-z0-9\-]+)*\.(?:com|it|eu|org|net|de|fr|uk|io|biz|info)\b   # a domain
  | [a-z0-9][a-z0-9.\-]*@(?!\w)                        # "info@": a mailbox without its domain
  | \d+(?:[.,:/]\d+)+                                   # 1.500, 14:30, 3/10
  | [^\W_]+                                             # a word or a number
  | %
  | (?<![\d.,£€])(?<!\d\s)[£€](?!\s?\d|[£€])        # "total £": money, not an amount
    """,
    re.VERBOSE,
)
_PLAIN_TOKEN = re.compile(r"\d+(?:[.,:/]\d+)+|[^\W_]+|%|(?<![\d.,£€])(?<!\d\s)[£€](?!\s?\d|[£€])")
"""The tokens of a text in which no address stands."""
_HARD_STOP = re.compile(r"[.,;:!?\n()\"«»“”]")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class _Fold(dict[int, str | None]):
    """Maps a character to exactly one plain lower-case character, or to nothing (invisible)."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        folded: str | None
        if unicodedata.category(character) in ("Cf", "Mn"):
            folded = None
        else:
            folded = unicodedata.normalize("NFKD", character)[:1].lower()[:1] or character
            folded = _LOOKALIKES.get(folded, folded)
        self[code] = folded
        return folded


_FOLD = _Fold()


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text.

    ``word`` is folded and freed of shorthand, ``raw`` as it was written, ``written`` only folded;
    ``start`` and ``end`` are its place in the cleaned text. ``after_break`` says that punctuation
    stands before it, ``grave`` that it was written as "è", which is a verb and not "and".
    """

    raw: str
    word: str
    start: int
    end: int
    written: str
    after_break: bool = False
    grave: bool = False

    @property
    def capitalised(self) -> bool:
        """Whether it was written with a capital first letter."""
        return self.raw[:1].isupper()

    @property
    def is_address(self) -> bool:
        """Whether it is an e-mail address or the domain of one."""
        return "." in self.word and not self.word[:1].isdigit()


def word_set(text: str) -> frozenset[str]:
    """Return the words of *text*, a table written as a paragraph."""
    return frozenset(text.split())


def phrases_in(text: str) -> tuple[str, ...]:
    """Return the phrases of *text*, a table written with commas."""
    return tuple(" ".join(phrase.split()) for phrase in text.split(",") if phrase.strip())


def cleaned(text: str) -> str:
    """Return *text* composed, without invisible characters; control characters are spaces."""
    return text if text.isascii() and text.isprintable() else _cleaned(text)


@lru_cache(maxsize=8)
def _cleaned(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        " " if category in ("Cc", "Zl", "Zp", "Zs") else character
        for character in composed
        if (category := unicodedata.category(character)) != "Cf"
    )


def begins_at_a_word(pattern: re.Pattern[str], said: str) -> bool:
    """Whether *pattern* matches from the beginning of one of the words of *said* on.

    Of words with blanks between them; much sooner known than by looking at every letter.
    """
    place = 0
    while pattern.match(said, place) is None:
        place = said.find(" ", place) + 1
        if not place:
            return False
    return True


def apart(text: str) -> str:
    """Return *text* with words apart that were written as one: "howmany", "lastweek"."""
    return _RUN_TOGETHER.sub(r"\g<0> ", text)


_RUN_TOGETHER = re.compile(
    r"\b(?:how(?=(?:many|much|long|often)\b)|(?:last|this)(?=(?:week|month|year|weekend|morning)\b)"
    r"|quant[ie](?=(?:e?mail|ordini|errori|volte)\b))",
    re.IGNORECASE,
)


def fold(text: str) -> str:
    """Return *text* in plain lower-case letters, one character for one."""
    return text.lower() if text.isascii() else text.translate(_FOLD)


def tokenize(text: str, *, shorthand: bool = True) -> list[Token]:
    """Return the words of a cleaned *text* (see `cleaned`), at most `MAX_TOKENS`."""
    return list(_tokenized(text, shorthand))


@lru_cache(maxsize=4)  # the readers of one question share its words
def _tokenized(text: str, shorthand: bool) -> tuple[Token, ...]:
    folded = fold(text)
    if len(folded) != len(text):  # a combining mark that could not be composed
        text = folded
    tokens: list[Token] = []
    last_end = 0
    pattern = _TOKEN if "@" in folded or "." in folded else _PLAIN_TOKEN
    for match in pattern.finditer(folded):
        start, end = match.span()
        word = match.group()
        gap = folded[last_end:start]
        if (
            gap == "-"
            and tokens
            and len(tokens[-1].word) == 1
            and tokens[-1].word.isalpha()
            and word.isalpha()
        ):
            # "e-mail", "e-commerce": one word.
            first = tokens.pop()
            start, word, gap = first.start, first.word + word, ""
        if word == "%":
            word = "percentuale"
        elif word in "£€":
            word = "euro"
        elif word == "ai" and text[start:end] == "AI":
            word = "ia"  # and not the article of "ai clienti"
        elif shorthand:
            word = _SHORTHAND.get(word, word)
        raw = text[start:end]
        after_break = gap not in _NO_STOPS and _HARD_STOP.search(gap) is not None
        tokens.append(
            Token(raw, word, start, end, folded[start:end], after_break, raw in ("è", "È"))
        )
        last_end = end
        if len(tokens) >= MAX_TOKENS:
            break
    return tuple(tokens)


_NO_STOPS = (" ", "", "'")


@lru_cache(maxsize=1024)
def words_of(text: str) -> tuple[str, ...]:
    """Return the folded words of *text*."""
    return tuple(token.word for token in tokenize(cleaned(text), shorthand=False))


_SPACED_OUT = re.compile(r"(?<![^\W_])(?:[^\W\d_][\s.\-*|/]+){3,}[^\W\d_](?![^\W_])")
_DIGIT_FOR_LETTER = re.compile(r"[0-9@$!]")
_DISGUISED = re.compile(r"[a-z0-9@$!]*[0-9@$!][a-z0-9@$!]*")


def undisguised(text: str) -> str | None:
    """Return *text* with spaced-out letters joined and digits for letters undone.

    None where there was no disguise.
    """
    folded = fold(cleaned(text))
    joined = _SPACED_OUT.sub(lambda match: _joined_letters(match.group()), folded)
    plain = joined
    if _DIGIT_FOR_LETTER.search(joined):
        plain = _DISGUISED.sub(lambda match: _letters_for_digits(match.group()), joined)
    return plain if plain != folded else None


def _joined_letters(spaced: str) -> str:
    """ "c a n c e l l a  t u t t o" → "cancella tutto": a wider gap separates the words."""
    words = re.split(r"\s{2,}|[\s]*[|/][\s]*", spaced)
    return " ".join(re.sub(r"[^a-z]", "", word) for word in words)


def _letters_for_digits(word: str) -> str:
    core = word.rstrip("!")
    letters = sum(character.isalpha() for character in core)
    disguised = letters >= 2 and letters < len(core)
    return core.translate(_LEET) if disguised and "@" not in core[1:-1] else word


def repaired(text: str, tokens: Sequence[Token], words: Iterable[str]) -> str:
    """Return *text* with the *words* put in the place of the *tokens* that they repair."""
    parts: list[str] = []
    position = 0
    for token, word in zip(tokens, words, strict=True):
        parts += (text[position : token.start], word)
        position = token.end
    return "".join(parts) + text[position:]


@lru_cache(maxsize=8192)
def root(word: str) -> str:
    """Return what the forms of one word share: "fatture", "fattura" → "fattur"."""
    if len(word) <= 4 or not word.isalpha():
        return word.rstrip("aeio") if len(word) == 4 and word[-1] in "aeio" else word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    if word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    stem = word.rstrip("aeioy")
    if stem.endswith(("ch", "gh")):
        stem = stem[:-1]
    return stem if len(stem) >= 3 else word


_SUFFIXES = tuple(
    sorted(
        (
            "azione", "azioni", "zione", "zioni", "ation", "ations", "amento", "amenti", "imento",
            "imenti", "aggio", "aggi", "ing", "ato", "ata", "ati", "ate", "ito", "ita", "iti",
            "ite", "uto", "uta", "uti", "ute", "are", "ere", "ire", "tions", "tion",
        ),
        key=len,
        reverse=True,
    )
)  # fmt: skip
