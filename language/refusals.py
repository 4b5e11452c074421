"""What is refused, by what it means: secrets, internals, hidden instructions, changes.

Refusing is courtesy: nothing behind the understanding could change anything or reveal a secret.
So what matters here is to let harmless questions pass that merely contain a word such as
"password", "server" or "cancellati". A process name is masked before anything is judged, and a
command is one only where a command can stand in a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Literal

from language.commands import COMMAND_FORMS, HOMOGRAPHS
from language.cues import VOCABULARY, Cues
from language.refused_words import (
    COLLEAGUES,
    CONVERSED,
    DISGUISES,
    IGNORE,
    INNARDS,
    INTERNALS,
    MACHINES,
    OBJECT_STARTS,
    OTHERS,
    PHRASAL,
    PIECES,
    PROPERTIES,
    REQUESTS,
    RULES,
    SECRETS,
    STRONG_SECRETS,
    WEAK_SECRETS,
)
from language.request_patterns import Refusal as Refusal
from language.request_patterns import (
    asks_about_secrets_at_large,
    asks_for_that_secret,
    only_narrows,
    refused_by_shape,
    set_in_a_scene,
)
from language.tokens import Token, fold, phrases_in, tokenize, undisguised, word_set
from language.vocabulary import KNOWN_WORDS, Cue

_CONJUNCTIONS = frozenset({"e", "ed", "and", "o", "or", "ma", "but"})


_SQL = re.compile(
    r"""
    \bselect\s+\*\s+from\b
  | \bselect\b .{1,200}? \bfrom\b \s+ [\w".]+ .{0,200}? \blimit\s+\d
  | \bselect\b .{1,200}? \bfrom\b \s+ [\w".]+  (?=.*[;*=(]|.*\bwhere\b|\s*$)
  | \bdrop\s+(?:table|database|schema|index|view)\b
  | \bdelete\s+from\s+\w+
  | \binsert\s+into\s+\w+
  | \bupdate\s+\w+\s+set\b
  | \btruncate\s+(?:table\s+)?\w+
  | \balter\s+(?:table|role|user|database)\b
  | \bunion\s+(?:all\s+)?select\b
  | \bgrant\s+\w+\s+(?:on|to)\b
  | ['"]\s*(?:or|and)\s+['"]?\d+['"]?\s*=\s*['"]?\d+
  | ['"]?\s*;\s*--
  | \bexec(?:ute)?\s*\(
  | <script\b
  | \brm\s+-rf\b
  | \bpg_(?:sleep|shadow|user)\b
  | \binformation_schema\b
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_SQL_SIGN = re.compile(
    r"select|drop|delete|insert|update|truncate|alter|union|grant|exec|<script|rm\s+-|pg_"
    r"|information_schema|['\"]|;"
)
"""Something of it stands in all SQL: most questions are not searched for more."""
_READING_SQL = re.compile(
    r"\bselect\b|\bunion\b|information_schema|pg_shadow|pg_user", re.IGNORECASE
)

_ASKED_FOR = frozenset({Cue.GIVE, Cue.LIST, Cue.WHICH, Cue.HELP, Cue.DEFINE, Cue.WHERE, Cue.WHO})
_ASKED_OUTRIGHT = frozenset({Cue.GIVE, Cue.LIST})
_COUNTED_WORK = (
    Cue.HOW_MANY, Cue.TIMES, Cue.RAN, Cue.ERROR, Cue.FAILED, Cue.EXECUTION, Cue.DURATION,
    Cue.SUCCESS_RATE, Cue.ERROR_RATE, Cue.PROCESS,
)  # fmt: skip
_COUNTING = word_set("quanti quante many")
_REFUSED_FROM = 2.0


def refusal(
    text: str, tokens: Sequence[Token], cues: Cues, masked: Collection[int] = ()
) -> Refusal | None:
    """Return why *text* is refused, or None.

    *masked* are tokens that are a name, a quotation or a time and so can be no command.
    """
    if _SQL_SIGN.search(fold(text)) and _SQL.search(text):
        return "internals" if _READING_SQL.search(text) else "change"
    # As written, then with slips repaired: an infinitive may look like a slip ("partire").
    written = [_as_written(token) for token in tokens]
    starts = _sentence_starts(text, tokens)
    found = _judged(written, cues, masked, starts)
    if found is None and any(one is not other for one, other in zip(written, tokens, strict=True)):
        found = _judged(tokens, cues, masked, starts)
    if found is None:
        plain = undisguised(text)
        if plain is not None:
            # Only in disguise is it hidden: judge what it says without.
            found = _judged(tokenize(plain), Cues(()), ())
    return found


def _sentence_starts(text: str, tokens: Sequence[Token]) -> list[int]:
    """For each token the place of the first one of its sentence."""
    starts: list[int] = []
    for place, token in enumerate(tokens):
        gap = text[tokens[place - 1].end : token.start] if place else ""
        ends = gap not in (" ", "'") and _SENTENCE_END.search(gap) is not None
        starts.append(place if not place or ends else starts[-1])
    return starts


_SENTENCE_END = re.compile(r"[.!?;\n]|\s[-–—]\s|:\s")


def _as_written(token: Token) -> Token:
    return token if token.written == token.word else replace(token, word=token.written)


def _judged(
    tokens: Sequence[Token],
    cues: Cues,
    masked: Collection[int],
    starts: Sequence[int] = (),
) -> Refusal | None:
    words = ["" if index in masked else token.word for index, token in enumerate(tokens)]
    sentence = f" {' '.join(words)} "
    shape = refused_by_shape(words, cues)
    if shape is not None:
        return shape
    if _ignores_rules(words) or _DISGUISES.weight(sentence, words) >= _REFUSED_FROM:
        return "instructions"
    spoken = f" {' '.join(token.word for token in tokens)} "
    if (_asks_for_secret(sentence, words, cues) and not asks_about_secrets_at_large(spoken)) or (
        asks_for_that_secret(spoken) and not cues.any(Cue.HOW_MANY, Cue.TIMES, Cue.FAILED)
    ):
        return "credentials"
    if _HIDDEN.said(sentence, words) and set_in_a_scene(spoken):
        return "credentials"
    if _INTERNALS.weight(sentence, words) >= _REFUSED_FROM and not _asks_for_explanation(
        cues, sentence
    ):
        return "internals"
    if _asks_for_machinery(words, cues):
        return "internals"
    if _commands(tokens, cues, words, starts) and not only_narrows(words):
        return "change"
    private = _near(words, COLLEAGUES, CONVERSED)
    private = private or _OTHERS.weight(sentence, words) >= _REFUSED_FROM
    if private and not (Cue.ABOUT in cues or _COUNTING.intersection(words)):
        return "others_data"
    return None


def _asks_for_machinery(words: Sequence[str], cues: Cues) -> bool:
    """Whether a technical property of a machine is asked for: "su che porta gira il database?"."""
    if cues.any(Cue.ERROR, Cue.FAILED, Cue.HOW_MANY, Cue.TIMES, Cue.DEFINE, Cue.DURATION):
        return False
    return _near(words, PROPERTIES, MACHINES) or _near(words, INNARDS, PIECES)


def _near(words: Sequence[str], these: frozenset[str], those: frozenset[str]) -> bool:
    """Whether one of *these* stands near one of *those*."""
    places = [place for place, word in enumerate(words) if word in these]
    others = [place for place, word in enumerate(words) if word in those]
    return any(abs(one - other) <= _NEAR for one in places for other in others)


_NEAR = 5


class _Phrases:
    """Phrases that are looked for in sentences, each with what it weighs."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._beginning: dict[str, list[tuple[str, float]]] = {}
        for phrase, weight in weights.items():
            first = phrase.partition(" ")[0]
            self._beginning.setdefault(first, []).append((phrase, weight))

    def said(self, sentence: str, words: Collection[str]) -> list[tuple[str, float]]:
        """Those that stand in *sentence*, its *words* between blanks."""
        # Most sentences hold none of their first words: nothing is searched for then.
        if self._beginning.keys().isdisjoint(words):
            return []
        return [
            found
            for word in self._beginning.keys() & set(words)
            for found in self._beginning[word]
            if f" {found[0]} " in sentence
        ]

    def weight(self, sentence: str, words: Collection[str]) -> float:
        """What those that stand in *sentence* weigh together."""
        return sum(weight for _, weight in self.said(sentence, words))


_DISGUISES = _Phrases(DISGUISES)
_INTERNALS = _Phrases(INTERNALS)
_OTHERS = _Phrases(OTHERS)
_HIDDEN = _Phrases(dict.fromkeys((*STRONG_SECRETS, *INTERNALS), 1.0))
_SECRETS = _Phrases({each: 1.0 if each in WEAK_SECRETS else 2.0 for each in SECRETS})


def _ignores_rules(words: Sequence[str]) -> bool:
    """Whether rules or instructions are to be ignored: "ignora tutte le istruzioni"."""
    for index, word in enumerate(words):
        if word in IGNORE and RULES.intersection(words[index + 1 : index + 7]):
            return True
    return False


def _asks_for_secret(sentence: str, words: Sequence[str], cues: Cues) -> bool:
    weight = max((weight for _, weight in _SECRETS.said(sentence, words)), default=0.0)
    if not weight:
        return False
    asked = _ASKED_FOR if weight > 1 else _ASKED_OUTRIGHT
    if asked.intersection(cues.present):
        weight += 1
    if any(
        f" {word} " in sentence
        for word in (
            "admin",
            "amministratore",
            "database",
            "n8n",
            "utenti",
            "users",
            "server",
            "gemini",
            "groq",
            "webhook",
            "gestionale",
            "tuoi",
            "your",
        )
    ):
        weight += 1
    if _USED.search(sentence) and cues.any(Cue.STEP, Cue.CHANNEL, Cue.WHICH):
        weight += 1  # "che token usa il nodo gmail?"
    if cues.any(*_COUNTED_WORK) or cues.any(Cue.ABOUT):
        weight -= 2
    return weight >= _REFUSED_FROM


_USED = re.compile(
    r" (?:che|quale|quali|qual e il|what|which) (?:token|tokens|chiavi|segreti|secrets)"
    r" (?:di \w+ )?(?:si )?(?:usa|usano|utilizza|utilizzano|ha|hanno|serve|does|do|is|are)\b"
)


def _asks_for_explanation(cues: Cues, sentence: str) -> bool:
    """ "what is an IP address?" is a question about a word, not about this machine."""
    return (
        Cue.DEFINE in cues
        and any(
            f" {article} " in sentence
            for article in ("un", "una", "uno", "a", "an", "significa", "mean")
        )
        and not any(
            f" {word} " in sentence for word in ("tuo", "tue", "tuoi", "your", "nostro", "our")
        )
    )


def _commands(
    tokens: Sequence[Token], cues: Cues, words: Sequence[str], starts: Sequence[int]
) -> bool:
    """Whether a verb that changes something stands where a command stands, with an object."""
    for index, word in enumerate(words):
        if not word:
            continue
        start = starts[index] if starts else 0
        if _phrasal_at(words, index) and _in_command_position(tokens, cues, words, index, start):
            return True
        command = _as_command(word)
        if command is None:
            continue
        form, carries_object = command
        if _in_command_position(
            tokens,
            cues,
            words,
            index,
            start,
            ambiguous=word in HOMOGRAPHS and words[index + 1 : index + 2] not in _OBJECTS_ALONE,
            infinitive=form == "inf",
            carries_object=carries_object,
        ) and (carries_object or _has_object(tokens, words, index)):
            return True
    return bool(_WISHED.said(f" {' '.join(words)} ", words))


def _phrasal_at(words: Sequence[str], index: int) -> bool:
    if words[index] == "re" and words[index + 1 : index + 2] and words[index + 1] in _DONE_AGAIN:
        return _has_object_at(words, index + 2)
    following = " ".join(words[index : index + 5]) + " "
    if following.startswith(_PHRASAL_STARTS):
        return True
    # "turn the backup off", "shut it down"
    return words[index] in ("turn", "shut", "switch", "take", "metti", "make") and any(
        word in ("off", "down", "offline", "disappear") for word in words[index + 1 : index + 6]
    )


def _has_object_at(words: Sequence[str], place: int) -> bool:
    return place < len(words) and (words[place] == "" or words[place] in OBJECT_STARTS | _TARGETS)


_DONE_AGAIN = word_set(
    """run start send try launch trigger process submit open import export activate enable execute
    issue queue schedule boot sync upload"""
)
"""What "re-" is written before: "re-run the import"."""


def _as_command(word: str) -> tuple[Literal["imp", "inf"], bool] | None:
    """Whether *word* commands, in which form, and whether it carries its object ("cancellalo")."""
    known = COMMAND_FORMS.get(word)
    if known is None and len(word) >= 7 and word not in VOCABULARY and word not in KNOWN_WORDS:
        known = COMMAND_FORMS.get(_slip_of_command(word))
    return known


@lru_cache(maxsize=2048)
def _slip_of_command(word: str) -> str:
    """The command that lacks, or has twice, one letter in *word*: "cancela", "elimmina"."""
    for known in COMMAND_FORMS:
        if len(known) >= 7 and abs(len(known) - len(word)) == 1 and known[0] == word[0]:
            longer, shorter = (known, word) if len(known) > len(word) else (word, known)
            if any(longer[:at] + longer[at + 1 :] == shorter for at in range(1, len(longer))):
                return "" if known in HOMOGRAPHS else known
    return ""


def _in_command_position(
    tokens: Sequence[Token],
    cues: Cues,
    words: Sequence[str],
    index: int,
    start: int,
    *,
    ambiguous: bool = False,
    infinitive: bool = False,
    carries_object: bool = False,
) -> bool:
    """Whether a command can stand at *index*: first, after a request, or after another command.

    *start* is the place at which its sentence begins.
    """
    before = list(words[start:index])
    if len(before) == 1 and before[0] in _CONJUNCTIONS and start:
        before = []  # "the failed runs - and restart them"
    if tokens[index].after_break and not ambiguous and not infinitive:
        return True
    if before and before[-1] in _CONJUNCTIONS and not ambiguous:
        # "mostrami gli errori e cancellali"; but not "il processo che legge e archivia le mail".
        orders = (
            cues.starting_at(start, Cue.LIST, Cue.GIVE) is not None or words[start] in _OTHER_ORDERS
        )
        return carries_object or orders or (before[-1] in ("ma", "but") and len(before) <= 4)
    text = " ".join(before)
    return _only_requests(text)


def _only_requests(text: str) -> bool:
    """Whether *text* is what may stand before a command: nothing, a greeting, a request."""
    text = text.strip()
    while text:
        for phrase in _REQUESTS_BY_LENGTH:
            if text == phrase or text.endswith(f" {phrase}"):
                if phrase in _ASKING:
                    return True
                text = text[: len(text) - len(phrase)].strip()
                break
        else:
            rest, _, last = text.rpartition(" ")
            if last not in _BETWEEN:
                return False
            text = rest
    return True


def _has_object(tokens: Sequence[Token], words: Sequence[str], index: int) -> bool:
    """Whether what follows is what would be changed: an article, a noun of ours, a name.

    A wish for an answer ("mandami un riepilogo", "create a chart") changes nothing.
    """
    if words[index] in HOMOGRAPHS and words[index + 1 : index + 2] in (["me"], ["us"]):
        return False  # "update me on …", "run me through …"
    following = index + 1
    while following < len(words) and (
        words[following] in _BETWEEN or words[following : following + 2] == ["per", "favore"]
    ):
        following += 1
    if following >= len(words):
        return False
    if tokens[following].after_break and words[index] in HOMOGRAPHS:
        return False
    if words[index] in _SENDING and _to_somebody_else(tokens, words, index):
        return True
    if words[index] in _MAKING and _ANSWERS.intersection(words[following : following + 4]):
        return False
    if words[index] in ("send", "invia", "manda", "forward") and words[index + 1] in ("me", "us"):
        return False
    word = words[following]
    if _names_one(tokens, words, following):
        return True  # "cancel order 20418"
    if word == "" and tokens[following].word in ("per", "for", "until", "fino"):
        return False  # "stop per oggi": a time is no object
    if word == "" or word in OBJECT_STARTS or word in _TARGETS:
        return True
    if words[index] in HOMOGRAPHS:
        return False
    return (word in VOCABULARY and word not in KNOWN_WORDS) or word.isdigit()


def _names_one(tokens: Sequence[Token], words: Sequence[str], place: int) -> bool:
    """Whether a thing and its number follow, and nothing is asked of it: "order 20418"."""
    if tokens[place].word not in _NUMBERED or place + 1 >= len(words):
        return False
    number = place + 1 + (tokens[place + 1].word in ("number", "numero", "n", "nr", "no"))
    return number < len(words) and tokens[number].word.strip("#").isdigit()


_NUMBERED = word_set(
    """order orders invoice invoices booking ticket case customer client user run execution job
    payment refund shipment delivery quote request ordine fattura prenotazione pratica cliente
    utente esecuzione pagamento rimborso spedizione consegna preventivo richiesta"""
)
_OBJECTS_ALONE = (["it"], ["them"], ["those"], ["everything"])
"""After them no word is a noun any more: "retry them"."""
_BETWEEN = word_set(
    """mi ci me you us to di a e favore please subito now anche immediatamente nuovo again ancora
    adesso tu"""
)
_SENDING = word_set("invia invii inviare manda mandare spedisci send forward inoltra")
_SOMEBODY = word_set(
    """tutti clienti cliente fornitori fornitore team ufficio collega colleghi capo everyone
    everybody all customers customer suppliers supplier boss office
    """
)


def _to_somebody_else(tokens: Sequence[Token], words: Sequence[str], index: int) -> bool:
    """Whether something is to be sent to others: "invia il report a mario@acme.it"."""
    if any("@" in token.raw for token in tokens[index + 1 :]):
        return True
    return any(
        words[place] in ("a", "al", "ai", "all", "alla", "alle", "to")
        and not _SOMEBODY.isdisjoint(words[place + 1 : place + 3])
        for place in range(index + 1, len(words))
    )


_OTHER_ORDERS = word_set("prendi trova apri find take get fetch open go vai fai")
_MAKING = word_set(
    """crea create creare prepara genera generate aggiungi add run esegui eseguire lancia launch
    avvia start cambia change invia manda mandare inviare send imposta set pubblica publish
    mandami inviami calcola edit duplica"""
)
_ANSWERS = word_set(
    """report riepilogo riassunto grafico grafici tabella elenco lista chart graph table list
    summary overview recap analisi analysis previsione forecast confronto comparison conto
    resoconto sintesi statistiche statistics stima estimate query domanda question risposta
    ricerca search calcolo calculation lingua language argomento topic discorso subject"""
)
"""What somebody may ask us to make."""
_WISHES = phrases_in(
    """
    make it stop, non deve piu partire, non devono piu partire, voglio che smetta, must not
    run anymore, should be deleted, va cancellato, va cancellata, vanno cancellati, vanno
    cancellate, vanno eliminati, vanno eliminate, must be deleted, deve essere cancellato,
    devono essere cancellati, devono essere cancellate, deve essere eliminato, devono essere
    eliminati, devono sparire, deve sparire, non voglio piu che parta, i want it gone, need to
    be deleted, needs to be deleted
    """
)
_WISHED = _Phrases(dict.fromkeys(_WISHES, 1.0))
_TARGETS = word_set(
    """database db tabella tabelle table tables record records righe rows sistema system server
    utente utenti user users account workflow status prezzo prezzi price prices"""
)
_ASKING = frozenset(REQUESTS) - word_set(
    """ora adesso subito allora dai ok okay now just ciao ehi hey hi hello milhena grazie then
    quindi poi anche also si yes no prima first next immediatamente immediately urgentemente
    kindly simply quickly semplicemente"""
)
_REQUESTS_BY_LENGTH = sorted(REQUESTS, key=len, reverse=True)
_PHRASAL_STARTS = tuple(f"{phrase} " for phrase in PHRASAL)
