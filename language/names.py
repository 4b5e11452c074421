"""Process names in questions: "l'ordine online" is the process "Ordini e-commerce".

A name is looked for where the question mentions one: after a word such as "processo", before
"workflow", or where distinctive words of a name stand together. The noun of a metric alone
("quanti ordini oggi?") is no name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Literal, Protocol

from rapidfuzz import fuzz

from language.cues import VOCABULARY, Cues, Hit
from language.other_processes import words_of_another
from language.sibling_names import decided_by_others, named_beside
from language.tokens import Token, root, word_set, words_of
from language.vocabulary import KNOWN_WORDS, NUMBER_WORDS, TIME_WORDS, Cue

ACCEPTED_FROM = 60.0
"""A name that fits a mention less than this (0–100) is not meant by it."""
MARGIN = 8.0
"""The best name must lead the runner-up by this much; otherwise both may be meant."""
_SIMILAR_WORDS = 80.0
_WORDS_OF_A_WHOLE_NAME = 3
_SYNONYM = 80.0
"""A synonym fits, but less than the word itself, by more than `MARGIN` in a name of two words."""
_MAX_CANDIDATES = 4


class NamedProcess(Protocol):
    """What is needed to know of a process; the store's `KnownProcess` fits."""

    @property
    def name(self) -> str:
        """Its current name."""
        ...

    @property
    def former_names(self) -> Sequence[str]:
        """The names it had before."""
        ...


@dataclass(frozen=True, slots=True)
class NameMatch:
    """What a mention means.

    ``name`` is set where one process is meant, ``candidates`` (best first, at most four) where
    several could be or, for a mention that fits none, the nearest. ``score`` is 0 to 100.
    """

    name: str | None = None
    candidates: tuple[str, ...] = ()
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where the question names a process, and what it means.

    ``tokens`` are the places of its words; ``excluded`` says that the process is left out
    ("senza il report"); ``named_by`` is how it was found: after a word for "process", or by its
    own words alone.
    """

    text: str
    tokens: tuple[int, ...]
    match: NameMatch
    named_by: Literal["cue", "words"] = "cue"
    excluded: bool = False


_SAME_MEANING = (
    "fattura invoice billing fatturazione",
    "ordine order acquisto ordinazione",
    "ecommerce online shop negozio web sito website shopify internet",
    "cliente customer client",
    "fornitore supplier vendor",
    "pagamento payment",
    "magazzino warehouse inventory inventario stock giacenze scorte",
    "spedizione shipment shipping consegna delivery",
    "reso return restituzione",
    "stipendio salary payroll paghe cedolini payslip busta paga",
    "preventivo quote quotation",
    "contratto contract",
    "sincronizzazione sync synchronization sincro allineamento",
    "importazione import importa importer caricamento acquisizione",
    "esportazione export esporta",
    "notifica notification avviso alert",
    "promemoria reminder sollecito solleciti",
    "report rapporto resoconto reporting",
    "giornaliero daily quotidiano",
    "settimanale weekly",
    "mensile monthly",
    "notturno nightly night notte",
    "assistente assistant chatbot bot",
    "newsletter",
    "mail email posta",
    "conferma confirmation",
    "vendita sale sales",
    "incasso revenue",
    "automatica automatico automatic auto",
    "copia copy backup salvataggio",
    "portale portal",
    "reclamo complaint",
    "guasto failure",
    "risposta reply answer",
    "assistenza support supporto",
    "gestione management gestire",
    "pulizia cleanup cleaning",
    "monitoraggio monitoring monitor",
    "archiviazione archive archivio",
    "recupero recovery reset",
    "appuntamento appointment prenotazione prenotato prenotati booking booked",
    "database db",
    "generazione generation genera",
    "aggiornamento update aggiorna",
    "riconciliazione reconciliation",
    "scadenza scaduti overdue",
    "candidato candidature candidate",
    "recensione review",
)
_MEANING: dict[str, str] = {
    root(word): root(line.split()[0]) for line in _SAME_MEANING for word in line.split()
}
"""The root of a word → the root that stands for all words of its meaning."""

_GENERIC = word_set(
    """processo processi workflow workflows flusso flussi automazione automazioni automation flow
    process procedura il lo la i gli le l un una di del dello della dei degli delle dell d da dal
    dalla dai al alla ai alle a per con su e ed o com come how what the of for to from and in on
    at by my our v nuovo new old"""
)
_LINKS = word_set(
    """di del dello della dei degli delle dell d il lo la l i gli le da dal dalla dai dalle dall al
    allo alla ai alle all of the to from for su sul sulla in nel nella chiamato chiamata detto
    named called chiama con che si"""
)
"""Words that may stand inside a mention."""
_STRONG_LINKS = _LINKS - {"che", "si", "con", "in", "nel", "nella", "i", "gli", "le", "from", "for"}
_INDEFINITE = word_set(
    """un uno una a an ogni each every quale quali which what che per by nessun nessuno no any
    qualche alcuni alcun tutti all tutte i gli le ciascun singolo stesso same altro other another
    altri quanti quante many di more piu most"""
)
_SINGULAR = word_set(
    "processo process workflow flusso flow automazione automation procedura automatismo"
)
_DETERMINERS = word_set(
    """il lo la l del dello della dell al allo alla all dal dallo dalla dall the of for sul sulla
    nel nella nell"""
)
_COUNTED = frozenset({Cue.HOW_MANY, Cue.LIST, Cue.EACH, Cue.PER, Cue.WHICH, Cue.HOW_MUCH, Cue.TOP})
_ABOUT_RUNS = frozenset(
    {Cue.ERROR, Cue.FAILED, Cue.RAN, Cue.EXECUTION, Cue.DURATION, Cue.SUCCESS_RATE, Cue.ERROR_RATE,
     Cue.STATE, Cue.HOW_GOING, Cue.WORKS, Cue.LAST, Cue.SUCCESS, Cue.UNFINISHED, Cue.SENT,
     Cue.WHY, Cue.SLOW, Cue.LONGEST, Cue.HAPPENED, Cue.RESPONSE_TIME}
)  # fmt: skip
_NOUN_CUES = frozenset(
    {Cue.EMAIL, Cue.MESSAGE, Cue.ORDER, Cue.ERROR, Cue.ASSISTANT, Cue.ANSWER, Cue.CUSTOMER,
     Cue.UNLISTED, Cue.CHANNEL, Cue.SUMMARY, Cue.CONVERSATION, Cue.STATUS, Cue.STATE,
     Cue.ORDER_VALUE, Cue.PREDICT, Cue.LIST, Cue.ANALYSE, Cue.BY_DAY, Cue.BY_WEEK, Cue.BY_MONTH,
     Cue.SENT, Cue.RESPONSE_TIME, Cue.HELP, Cue.FIGURES, Cue.CREATE_TEXT, Cue.INACTIVE,
     Cue.CANCELED, Cue.SENDER, Cue.DURATION, Cue.SUCCESS, Cue.THOSE}
)  # fmt: skip
"""Cues whose words may also be words of a name."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One way to call a process: its name or a former one."""

    process: str
    words: tuple[str, ...]
    roots: tuple[str, ...]


class NameIndex:
    """The known process names, ready to be looked for."""

    def __init__(self, processes: Iterable[NamedProcess]) -> None:
        processes = list(processes)
        self._entries: list[_Entry] = []
        self._exact: dict[str, str] = {}
        self._retired: set[str] = set()
        """Names of archived and deleted processes: they give way to a living one."""
        for process in processes:
            if is_retired(process):
                self._retired.add(process.name)
            for called in _ways_to_call(process):
                words = _content_words(words_of(called)) or words_of(called)
                roots = tuple(dict.fromkeys(_meaning(word) for word in words))
                if roots:
                    self._entries.append(_Entry(process.name, words, roots))
        # A process's own name wins over another one's former name.
        for process in processes:
            self._exact[" ".join(words_of(process.name))] = process.name
        for process in processes:
            for former in process.former_names:
                self._exact.setdefault(" ".join(words_of(former)), process.name)
        self._titles = _titles_of(processes, self._exact)
        """Names without their subtitles, where only one process has that title."""
        self._whole: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        """First word → the complete names that begin with it, the longest first."""
        for name, process_name in (*self._exact.items(), *self._titles.items()):
            parts = tuple(name.split())
            if len(parts) >= _WORDS_OF_A_WHOLE_NAME:
                self._whole.setdefault(parts[0], []).append((parts, process_name))
        for whole in self._whole.values():
            whole.sort(key=lambda each: -len(each[0]))
        self.words: frozenset[str] = frozenset(
            word for entry in self._entries for word in entry.words
        )
        self._words: dict[str, frozenset[str]] = {}
        """Each process and the words of all its names; `_meanings`: what they mean."""
        for entry in self._entries:
            self._words[entry.process] = self._words.get(entry.process, frozenset()).union(
                entry.words
            )
        self._meanings = {
            name: frozenset(map(_meaning, words)) for name, words in self._words.items()
        }
        self._having: dict[str, set[int]] = {}
        for number, entry in enumerate(self._entries):
            for one in entry.roots:
                self._having.setdefault(one, set()).add(number)
        self._hits = lru_cache(maxsize=4096)(self._entries_with)
        self._timed = [
            parts
            for parts in (name.split() for name in (*self._exact, *self._titles))
            if len(parts) >= 2 and not TIME_WORDS.isdisjoint(parts)
        ]
        """The complete names in which a word of time stands."""

    def __bool__(self) -> bool:
        return bool(self._entries)

    @property
    def names(self) -> tuple[str, ...]:
        """The current names, each once."""
        return tuple(dict.fromkeys(entry.process for entry in self._entries))

    def match(self, mention: str) -> NameMatch:
        """Return the process that *mention*, a name as people write it, means."""
        words = words_of(mention)
        exact = self._exact.get(" ".join(words))
        if exact is not None:
            return NameMatch(exact, (exact,), 100.0)
        return self._match_words(_content_words(words) or words, mention)

    def find(
        self, tokens: Sequence[Token], cues: Cues, masked: Collection[int] = ()
    ) -> list[Mention]:
        """Return the mentions in a question, in its order.

        *masked* are tokens that mean something else (a time, an address).
        """
        mentions = self._by_full_name(tokens, masked)
        taken = {index for mention in mentions for index in mention.tokens}
        mentions += self._after_words_for_process(tokens, cues, taken.union(masked))
        if any(self._hits(token.word) for token in tokens):
            taken = {index for mention in mentions for index in mention.tokens}
            mentions += self._by_their_own_words(tokens, cues, taken.union(masked))
            taken = {index for mention in mentions for index in mention.tokens}
            mentions += self._by_their_place(tokens, cues, taken.union(masked))
        if not mentions:
            return []
        mentions = [self._decided(mention, tokens, cues, masked) for mention in mentions]
        mentions += self._siblings(mentions, tokens, masked)
        return _with_exclusions(
            sorted(mentions, key=lambda it: it.tokens[:1]), tokens, cues, masked
        )

    def _decided(
        self, mention: Mention, tokens: Sequence[Token], cues: Cues, masked: Collection[int]
    ) -> Mention:
        """Let other words of the question choose between names that fit *mention* alike."""
        match = mention.match
        if match.name is not None or match.score < ACCEPTED_FROM or len(mention.tokens) < 2:
            return mention
        words = {name: self._words[name] for name in match.candidates}
        name = decided_by_others(tokens, mention.tokens, words, cues, masked)
        if name is None:
            return mention
        return replace(mention, match=NameMatch(name, (name,), match.score))

    def _siblings(
        self, mentions: Sequence[Mention], tokens: Sequence[Token], masked: Collection[int]
    ) -> list[Mention]:
        """Find the second of "il report serale e mensile", named by the word that differs."""
        taken = {place for mention in mentions for place in mention.tokens}.union(masked)
        found: list[Mention] = []
        for mention in mentions:
            process = mention.match.name
            if process is None:
                continue
            sibling = named_beside(
                tokens,
                mention.tokens,
                process,
                taken=taken,
                roots=self._meanings,
                meaning=_meaning,
            )
            if sibling is not None:
                match = NameMatch(sibling.process, (sibling.process,), 100.0)
                text = tokens[sibling.places[-1]].raw
                found.append(Mention(text, sibling.places, match, "words"))
                taken.update(sibling.places)
        return found

    def sibling_of(self, process: str, word: str) -> str | None:
        """Return the one process of *process*'s title that *word* tells apart from it."""
        meant, own = _meaning(word), self._meanings.get(process, frozenset())
        if meant in own or word in _GENERIC:
            return None
        having = {name: len(its & own) for name, its in self._meanings.items() if meant in its}
        most = max(having.values(), default=0)
        found = [name for name, shared in having.items() if shared == most]
        return found[0] if most and len(found) == 1 else None

    def exact_spans(self, tokens: Sequence[Token]) -> list[tuple[int, int]]:
        """Return the token spans that are complete names or titles of two words or more.

        A time in such a name ("Report Ottobre", "Menù del giorno: …") is no time.
        """
        if not self._timed:
            return []
        words = [token.word for token in tokens]
        spans = []
        for parts in self._timed:
            size = len(parts)
            for start in range(len(words) - size + 1):
                if words[start : start + size] == parts and (
                    parts[0] not in TIME_WORDS
                    or " ".join(parts) in self._exact
                    or tokens[start + size - 1].capitalised
                ):
                    spans.append((start, start + size))  # "oggi in farmacia" is no "Oggi in …"
        return spans

    # ------------------------------------------------------------------ where a name may stand

    def _by_full_name(self, tokens: Sequence[Token], masked: Collection[int]) -> list[Mention]:
        """Find complete names of three words or more, whatever their words mean elsewhere."""
        words = [token.word for token in tokens]
        mentions: list[Mention] = []
        if self._whole.keys().isdisjoint(words):
            return mentions
        place = 0
        while place < len(words):
            found = next(
                (
                    (parts, name)
                    for parts, name in self._whole.get(words[place], ())
                    if tuple(words[place : place + len(parts)]) == parts
                    and not any(at in masked for at in range(place, place + len(parts)))
                ),
                None,
            )
            if found is None:
                place += 1
                continue
            parts, name = found
            places = tuple(range(place, place + len(parts)))
            text = " ".join(tokens[at].raw for at in places)
            by_title = " ".join(parts) in self._titles
            mentions.append(
                Mention(
                    text,
                    places,
                    NameMatch(name, (name,), 100.0),
                    "words" if by_title else "cue",
                )
            )
            place += len(parts)
        return mentions

    def _after_words_for_process(
        self, tokens: Sequence[Token], cues: Cues, masked: Collection[int]
    ) -> list[Mention]:
        mentions: list[Mention] = []
        taken: set[int] = set(masked)
        for hit in cues.of(Cue.PROCESS):
            if hit.end - hit.start != 1:
                continue
            plural = tokens[hit.start].word not in _SINGULAR
            before = tokens[hit.start - 1].word if hit.start else ""
            found: tuple[int, ...] = ()
            if before not in _INDEFINITE or (plural and before in ("i", "gli", "le")):
                found = self._mention_after(tokens, cues, taken, hit.end)
            if not plural and not self._any_known(tokens, found):
                found = self._mention_before(tokens, cues, taken, hit.start) or found
            if not found or (plural and not self._all_known(tokens, found)):
                continue
            parts = self._split_at_and(tokens, found)
            for part in parts:
                mentions.append(self._mention(tokens, part, "cue"))
                taken.update(part)
        return mentions

    def _all_known(self, tokens: Sequence[Token], found: Sequence[int]) -> bool:
        """Whether all words are of names: "i flussi ordini e fatture", not "i processi attivi"."""
        return all(place < 0 or self._hits(tokens[place].word) for place in found)

    def _any_known(self, tokens: Sequence[Token], found: Sequence[int]) -> bool:
        return any(place >= 0 and self._hits(tokens[place].word) for place in found)

    def _mention_after(
        self, tokens: Sequence[Token], cues: Cues, masked: Collection[int], start: int
    ) -> tuple[int, ...]:
        found: list[int] = []
        index = start
        while index < len(tokens) and len(found) < 8:
            token = tokens[index]
            if index in masked or (token.after_break and index > start):
                break
            if token.word in _LINKS and not self._hits(token.word):
                if token.word in ("che", "si", "in", "con") and not found:
                    break
            elif token.word in ("e", "ed", "and", "o", "or") and not token.grave and found:
                following = index + 1
                while following < len(tokens) and tokens[following].word in _LINKS:
                    following += 1
                if not (
                    following < len(tokens)
                    and following not in masked
                    and self._hits(tokens[following].word)
                ):
                    break
                found.append(-index)  # a mark: another name follows
            elif self._may_name(tokens, cues, index, found):
                found.append(index)
            else:
                break
            index += 1
        while found and found[-1] < 0:
            found.pop()
        return tuple(self._without_trailing_verb(tokens, found))

    def _mention_before(
        self, tokens: Sequence[Token], cues: Cues, masked: Collection[int], end: int
    ) -> tuple[int, ...]:
        """English puts the name first: "the invoice workflow"."""
        found: list[int] = []
        index = end - 1
        while index >= 0 and index not in masked and len(found) < 5:
            token = tokens[index]
            if (
                token.word in _DETERMINERS
                or token.word in _INDEFINITE
                or tokens[index + 1].after_break
            ):
                break
            if not self._hits(token.word) and (
                token.word in KNOWN_WORDS or token.word in VOCABULARY
            ):
                break
            found.insert(0, index)
            index -= 1
        if not found:
            return ()
        headed = (
            index >= 0 and tokens[index].word in _DETERMINERS and not tokens[index + 1].after_break
        )
        known = any(self._hits(tokens[place].word) for place in found)
        return tuple(found) if headed or known else ()

    def _may_name(
        self, tokens: Sequence[Token], cues: Cues, index: int, found: Sequence[int]
    ) -> bool:
        word = tokens[index].word
        hits = self._hits(word)
        if word in _INDEFINITE or word in NUMBER_WORDS:
            return bool(hits) and bool(found)
        meant = [hit for hit in cues if hit.start <= index < hit.end]
        if meant and not all(hit.cue in _NOUN_CUES for hit in meant):
            # A verb or a question word: part of a name only if that name has begun already.
            begun = [self._hits(tokens[place].word) for place in found if place >= 0]
            return bool(hits and begun and hits.intersection(*begun))
        if meant and found and not hits:
            return False
        if hits:
            return True
        if meant:
            return all(hit.cue in _NOUN_CUES and hit.end - hit.start == 1 for hit in meant)
        return word not in KNOWN_WORDS and not tokens[index].is_address

    def _without_trailing_verb(self, tokens: Sequence[Token], found: list[int]) -> list[int]:
        """Cut lower-case words no name has from the end, where a name stands before them."""
        known = [place for place in found if place >= 0 and self._hits(tokens[place].word)]
        if not known:
            return found
        kept = list(found)
        while (
            len(kept) > 1
            and kept[-1] >= 0
            and not self._hits(tokens[kept[-1]].word)
            and _looks_like_verb(tokens[kept[-1]])
        ):
            kept.pop()
        return kept

    def _split_at_and(self, tokens: Sequence[Token], found: Sequence[int]) -> list[tuple[int, ...]]:
        parts: list[list[int]] = [[]]
        for place in found:
            if place < 0:
                parts.append([])
            else:
                parts[-1].append(place)
        if len(parts) > 1:
            whole = [place for place in found if place >= 0]
            together = self._match_words(*self._as_words(tokens, whole))
            if together.name is not None:
                return [tuple(whole)]
        return [tuple(part) for part in parts if part]

    def _by_their_own_words(
        self, tokens: Sequence[Token], cues: Cues, masked: Collection[int]
    ) -> list[Mention]:
        """Find names that stand without a word for "process"."""
        runs = self._runs(tokens, masked)
        mentions = []
        for run in runs:
            mention = self._named_in(tokens, cues, run)
            if mention is not None:
                mentions.append(mention)
        return mentions

    def _by_their_place(
        self, tokens: Sequence[Token], cues: Cues, masked: Collection[int]
    ) -> list[Mention]:
        """Find nouns of ours that stand where a process stands: "errori della chat".

        "Quanti ordini?" counts orders; "gli ordini falliscono" speaks of what handles them.
        """
        mentions = []
        for hit in cues.of(*_NOUNS_THAT_NAME):
            place = hit.start
            if hit.end - place != 1 or place in masked or not self._hits(tokens[place].word):
                continue
            if _stands_as_process(tokens, cues, hit):
                mention = self._mention(tokens, (place,), "words")
                if mention.match.score:
                    mentions.append(mention)
        return mentions

    def _joins_a_name(self, tokens: Sequence[Token], place: int) -> bool:
        """Whether an "and" stands for the "&" of a name: "click and collect"."""
        if tokens[place].word not in ("and", "e", "n") or not 0 < place < len(tokens) - 1:
            return False
        roots = (_meaning(tokens[place - 1].word), _meaning(tokens[place + 1].word))
        sharing = self._having.get(roots[0], set()) & self._having.get(roots[1], set())
        return any(
            roots in pairwise(self._entries[number].roots) and roots[0] != roots[1]
            for number in sharing
        )

    def _runs(self, tokens: Sequence[Token], masked: Collection[int]) -> list[list[int]]:
        """Return the stretches of words that occur in names, links between them left out."""
        runs: list[list[int]] = [[]]
        for index, token in enumerate(tokens):
            if index in masked or (token.after_break and runs[-1]):
                runs.append([])
                if index in masked:
                    continue
            if (
                self._hits(token.word)
                and token.word not in _GENERIC
                and token.word not in KNOWN_WORDS
            ):
                runs[-1].append(index)
            elif token.word not in _STRONG_LINKS and not self._joins_a_name(tokens, index):
                runs.append([])
        return [run for run in runs if run]

    def _named_in(self, tokens: Sequence[Token], cues: Cues, run: Sequence[int]) -> Mention | None:
        """The name in a run: its longest part that fits one name (or several) well."""
        explained = {
            index
            for hit in cues
            if hit.cue not in (Cue.UNLISTED, Cue.CHANNEL)
            for index in range(hit.start, hit.end)
        }
        for size in range(len(run), 1, -1):
            for start in range(len(run) - size + 1):
                part = tuple(run[start : start + size])
                roots = list(dict.fromkeys(_meaning(tokens[place].word) for place in part))
                if len(roots) < 2:
                    continue
                sharing = set.intersection(*(self._hits(tokens[place].word) for place in part))
                if not sharing:
                    continue
                within = [hit for hit in cues if hit.start <= part[0] and part[-1] < hit.end]
                if within and not _stands_as_process(tokens, cues, within[0]):
                    continue  # "AI answers" is one thing that is counted
                if self._are_counted_answers(cues, part):
                    continue
                distinctive = any(place not in explained for place in part)
                if distinctive or any(self._stands_together(number, roots) for number in sharing):
                    return self._mention(tokens, part, "words")
        for place in run:
            if (
                (place not in explained or _is_left_out(cues, place))
                and _meaning(tokens[place].word) in self._having
                and (_is_left_out(cues, place) or self._is_mentioned_alone(tokens, cues, place))
            ):
                mention = self._mention(tokens, (place,), "words")
                if mention.match.name or mention.match.candidates:
                    return mention
        return None

    def _are_counted_answers(self, cues: Cues, part: Sequence[int]) -> bool:
        """Whether "le risposte dell'IA" are what is counted, and no words of a name."""
        answers = [
            hit
            for hit in cues.of(Cue.ANSWER, Cue.ASSISTANT, Cue.RESPONSE_TIME)
            if any(hit.start <= place < hit.end for place in part)
        ]
        return all(
            any(hit.start <= place < hit.end for hit in answers) for place in part
        ) and not cues.any(*_OF_RUNS, Cue.RAN)

    def _stands_together(self, number: int, roots: Sequence[str]) -> bool:
        """Whether a name has *roots* side by side, in this order: "AI Assistant - WhatsApp"."""
        own = self._entries[number].roots
        size = len(roots)
        # English puts first what Italian puts last: "the sales report" is the "Report vendite".
        orders = (tuple(roots), tuple(reversed(roots)))
        return any(own[at : at + size] in orders for at in range(len(own) - size + 1))

    def _is_mentioned_alone(self, tokens: Sequence[Token], cues: Cues, place: int) -> bool:
        """Whether one word of a name stands for it: "il backup è partito?", not "quanti ticket"."""
        if tokens[place].word.isdigit():
            return False  # the 15 of "ogni 15 minuti" is in "le ultime 15" too
        before = place - 1
        if before >= 0 and tokens[before].word in ("in", "at") and cues.any(Cue.HAPPENED):
            return False  # "cosa è successo oggi in negozio?": where, not which process
        while (
            before >= 0
            and tokens[before].word in _LINKS
            and tokens[before].word not in (_DETERMINERS)
        ):
            before -= 1
        if Cue.SENT in cues and cues.starting_at(place + 1, Cue.EMAIL, Cue.MESSAGE) is not None:
            return True  # "how many voucher emails were sent?"
        counted = before >= 0 and any(
            hit.cue in _COUNTED for hit in cues if hit.start <= before < hit.end
        )
        if counted and tokens[before].word == "by" and cues.ending_at(before - 1, *_DONE):
            counted = False  # "sent by info@"
        if before >= 0 and tokens[before].word in _DETERMINERS:
            earlier = before - 1
            return not any(
                hit.cue in (Cue.HOW_MANY, Cue.PER) for hit in cues if hit.start <= earlier < hit.end
            ) or cues.any(Cue.ERROR, Cue.FAILED, Cue.EXECUTION, Cue.RAN, Cue.TIMES)
        return not counted and bool(_ABOUT_RUNS.intersection(cues.present))

    # ------------------------------------------------------------------------- which name fits

    def by_noun(self, word: str) -> NameMatch:
        """Return the process that one noun ("fatture") stands for."""
        if not self._hits(word):
            return NameMatch()
        return self._match_words((word,), word)

    def _mention(
        self, tokens: Sequence[Token], places: Sequence[int], named_by: Literal["cue", "words"]
    ) -> Mention:
        words, text = self._as_words(tokens, places)
        exact = self._exact.get(" ".join(words))
        if exact is not None:
            return Mention(text, tuple(places), NameMatch(exact, (exact,), 100.0), named_by)
        match = self._match_words(words, text)
        if match.name is None and match.score:
            beside = self._told_apart_beside(tokens, places, match.candidates)
            match = match if beside is None else NameMatch(beside, (beside,), match.score)
        if match.name is not None:
            of_another = words_of_another(
                tokens,
                places,
                is_known=self._hits,
                said_otherwise=not {root(word) for word in words} & self._roots_of(match.name),
            )
            if of_another:
                places = sorted({*places, *of_another})
                text = " ".join(tokens[place].raw for place in places)
                match = NameMatch(None, self._nearest(text), 0.0)
        return Mention(text, tuple(places), match, named_by)

    def _told_apart_beside(
        self, tokens: Sequence[Token], places: Sequence[int], candidates: Sequence[str]
    ) -> str | None:
        """The one of *candidates* that the word beside tells apart: "new rental bookings"."""
        for place in (min(places) - 1, max(places) + 1):
            if not 0 <= place < len(tokens) or tokens[place].word in _LINKS:
                continue
            having = [each for each in candidates if tokens[place].word in words_of(each)]
            if len(having) == 1:
                return having[0]
        return None

    def _roots_of(self, process: str) -> set[str]:
        return {
            root(word)
            for entry in self._entries
            if entry.process == process
            for word in entry.words
        }

    def _as_words(
        self, tokens: Sequence[Token], places: Sequence[int]
    ) -> tuple[tuple[str, ...], str]:
        words = tuple(tokens[place].word for place in places)
        return words, " ".join(tokens[place].raw for place in places)

    def _match_words(self, words: Sequence[str], text: str) -> NameMatch:
        scores: dict[str, float] = {}
        shared = Counter(number for word in words for number in self._hits(word))
        most = max(shared.values(), default=0)
        for number, count in shared.items():
            if count < most - 1:
                continue  # cannot come near the best
            entry = self._entries[number]
            score = self._score(words, entry)
            scores[entry.process] = max(scores.get(entry.process, 0.0), score)
        if not scores:
            return NameMatch(None, self._nearest(text), 0.0)
        ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
        best_name, best = ranked[0]
        if best < ACCEPTED_FROM:
            return NameMatch(None, tuple(name for name, _ in ranked[:_MAX_CANDIDATES]), 0.0)
        rivals = [name for name, score in ranked if best - score < MARGIN]
        living = [name for name in rivals if name not in self._retired]
        if len(living) == 1:
            return NameMatch(living[0], (living[0],), scores[living[0]])
        if len(rivals) > 1:
            return NameMatch(None, tuple(rivals[:_MAX_CANDIDATES]), best)
        return NameMatch(best_name, (best_name,), best)

    def _score(self, words: Sequence[str], entry: _Entry) -> float:
        """How well *entry* fits: how much of the mention it has, then how much of it is said."""
        said = [max(self._likeness(word, other) for other in entry.words) for word in words]
        of_mention = sum(said) / len(said)
        of_name = sum(
            max(self._likeness(word, other) for word in words) for other in entry.words
        ) / len(entry.words)
        if min(of_mention, of_name) >= _SYNONYM:
            return (100.0 + of_mention) / 2  # the whole name, word for word or by synonyms
        return 0.85 * of_mention + 0.07 * of_name

    def _likeness(self, word: str, other: str) -> float:
        return _likeness(word, other)

    def _entries_with(self, word: str) -> set[int]:
        """The entries that have *word*, a form or synonym of it, or else a word much like it."""
        exact = self._having.get(_meaning(word))
        if exact is not None:
            return exact
        if len(word) < 5 or word in VOCABULARY or word in KNOWN_WORDS:
            return set()
        return self._similar_to(word)

    def _similar_to(self, word: str) -> set[int]:
        return {
            number
            for number, entry in enumerate(self._entries)
            if any(_likeness(word, other) >= _SIMILAR_WORDS for other in entry.words)
        }

    def _nearest(self, text: str) -> tuple[str, ...]:
        if not self._entries:
            return ()
        folded = " ".join(words_of(text))
        ranked = sorted(
            {
                (-fuzz.token_set_ratio(folded, " ".join(entry.words)), entry.process)
                for entry in self._entries
            }
        )
        return tuple(dict.fromkeys(name for _, name in ranked))[:3]


def _ways_to_call(process: NamedProcess) -> Iterable[str]:
    """The names of *process*, and each without its subtitle: "Fatture: emissione" → "Fatture"."""
    for called in (process.name, *process.former_names):
        yield called
        head = _SUBTITLE.split(called, maxsplit=1)[0]
        if head != called and words_of(head):
            yield head


def _titles_of(processes: Sequence[NamedProcess], exact: Collection[str]) -> dict[str, str]:
    """Each title that one process alone has, as words, and that is nobody's whole name."""
    having: dict[str, set[str]] = {}
    for process in processes:
        for called in _ways_to_call(process):
            having.setdefault(" ".join(words_of(called)), set()).add(process.name)
    return {
        title: next(iter(names))
        for title, names in having.items()
        if len(names) == 1 and title not in exact
    }


_SUBTITLE = re.compile(r":\s|\s[-–—|]\s|\s\(")


def name_index(processes: Sequence[NamedProcess]) -> NameIndex:
    """Return the index of *processes*, made once for the same names."""
    return _index_of(
        tuple(
            (process.name, tuple(process.former_names), is_retired(process))
            for process in processes
        )
    )


@dataclass(frozen=True, slots=True)
class _Named:
    name: str
    former_names: tuple[str, ...]
    archived: bool


@lru_cache(maxsize=8)
def _index_of(names: tuple[tuple[str, tuple[str, ...], bool], ...]) -> NameIndex:
    return NameIndex([_Named(*each) for each in names])


def is_retired(process: NamedProcess) -> bool:
    """Whether *process* is archived or no longer there, where that is known."""
    return bool(getattr(process, "archived", False) or getattr(process, "gone", False))


def _content_words(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in _GENERIC)


@lru_cache(maxsize=8192)
def _meaning(word: str) -> str:
    stem = root(word)
    return _MEANING.get(stem, stem)


@lru_cache(maxsize=32768)
def _likeness(word: str, other: str) -> float:
    """How alike two words are, 0 to 100; forms of one word are the same."""
    if word == other or root(word) == root(other):
        return 100.0
    if _meaning(word) == _meaning(other):
        return _SYNONYM
    if min(len(word), len(other)) < 5:
        return 0.0
    ratio = fuzz.ratio(word, other)
    return ratio if ratio >= _SIMILAR_WORDS else 0.0


def _looks_like_verb(token: Token) -> bool:
    return (
        token.word.endswith(
            ("a", "ano", "ono", "to", "ta", "ti", "te", "ed", "s", "ing", "e", "isce")
        )
        and not token.capitalised
    )


def _is_left_out(cues: Cues, place: int) -> bool:
    """Whether an "except" stands before: "senza il report"."""
    if any(hit.start <= place < hit.end for hit in cues.of(*_NEVER_NAMES)):
        return False
    asked = cues.of(Cue.HOW_MANY, Cue.HOW_MUCH, Cue.WHICH)
    return any(
        hit.end <= place <= hit.end + 2
        and not any(hit.end <= asking.start < place for asking in asked)
        for hit in cues.of(Cue.EXCEPT)
    )


_NEVER_NAMES = (Cue.ERROR, Cue.FAILED, Cue.EXECUTION, Cue.SUCCESS, Cue.FREE_OF_ERRORS)
_DONE = (Cue.SENT, Cue.PRODUCED, Cue.ANSWER, Cue.RAN)
_NOUNS_THAT_NAME = (Cue.ORDER, Cue.EMAIL, Cue.MESSAGE, Cue.CONVERSATION, Cue.ANSWER, Cue.ASSISTANT,
                    Cue.SUMMARY, Cue.UNLISTED, Cue.CHANNEL)  # fmt: skip
"""What is counted, and may as well be the word for the process that handles it."""
_OF_RUNS = (Cue.ERROR, Cue.FAILED, Cue.EXECUTION, Cue.DURATION, Cue.SUCCESS_RATE, Cue.ERROR_RATE,
            Cue.UNFINISHED, Cue.CANCELED)  # fmt: skip
"""Nouns of which a process is the owner: "gli errori di …"."""
_HEADS = (Cue.ERROR, Cue.FAILED, Cue.EXECUTION, Cue.DURATION, Cue.SUCCESS_RATE, Cue.ERROR_RATE)
_GENITIVES = word_set(
    "di del dello della dell dei degli delle nel nello nella nell nei negli nelle of by in for from"
)
_WITH = frozenset({"con", "col", "with"})
_HAD = word_set("avuto fatto dato fa ha hanno had have")
_AUXILIARIES = word_set("do does did has have had is was")


def _owns_by_verb(tokens: Sequence[Token], cues: Cues, noun: Hit, linking: str) -> bool:
    """ "quanti errori ha avuto la chat?", "how long does the report take?"."""
    following = tokens[noun.end].word if noun.end < len(tokens) else ""
    counted = cues.any(Cue.ERROR, Cue.FAILED, Cue.EXECUTION)
    if noun.cue is Cue.CONVERSATION and cues.any(Cue.ANSWER):
        counted = True  # "quante risposte ha dato la chat?"
        if linking in _AUXILIARIES:
            return True
    if counted and (linking in _HAD or following in _HAD):
        return True
    acting = cues.any(Cue.FAILED) or (noun.cue is not Cue.ORDER and cues.any(Cue.RAN))
    lasting = cues.any(Cue.DURATION, Cue.SLOW, Cue.FAST) and noun.cue not in (
        Cue.ASSISTANT, Cue.ANSWER, Cue.ORDER,
    )  # fmt: skip
    if linking in _AUXILIARIES and (acting or lasting):
        return True
    return lasting and any(hit.end < noun.start for hit in cues.of(Cue.DURATION))


_ARTICLES = _DETERMINERS | word_set(
    """i gli le dei degli delle nostro nostra nostri nostre our my dal dallo dalla dall dai dagli
    dalle"""
)
_MEANS = word_set("by via per tramite")
_BY_WHOM = word_set("da dal dallo dalla dall dai dagli dalle by from")
_BETWEEN_NOUN_AND_VERB = word_set(
    """e ed sono era erano ha hanno si ci mi stati stato stata state sta stanno keep keeps kept is
    are was were been being has have had did does do always often sempre spesso ancora still mai
    non not ever again continuano continua a to gia already"""
)


def _stands_as_process(tokens: Sequence[Token], cues: Cues, noun: Hit) -> bool:
    """Whether the noun is the subject of running or failing, or the owner of runs and errors."""
    first = noun.start
    if noun.cue is Cue.EMAIL and first > 0 and tokens[first - 1].word in _MEANS:
        return False  # "sent by e-mail": how, not by which process
    while first > 0 and tokens[first - 1].word in _ARTICLES and not tokens[first].after_break:
        first -= 1
    led = first < noun.start
    linking = tokens[first - 1].word if first > 0 and not tokens[first].after_break else ""
    leading = {linking, *(tokens[place].word for place in range(first, noun.start))}
    head = first - 1
    genitive = not _GENITIVES.isdisjoint(leading)
    by_whom = not _BY_WHOM.isdisjoint(leading)
    if linking in _GENITIVES | _BY_WHOM | _WITH:
        head -= 1
    if genitive and cues.ending_at(head, *_OF_RUNS) is not None:
        return True
    if cues.ending_at(head, Cue.TROUBLE) is not None:
        return led or genitive
    if noun.cue in (Cue.CONVERSATION, Cue.SUMMARY, Cue.UNLISTED, Cue.CHANNEL):
        if led and cues.ending_at(first - 1, Cue.HOW_GOING) is not None:
            return True  # "come sta andando il report?"
        if genitive and cues.ending_at(head, Cue.SUMMARY, Cue.STATE) is not None:
            return True  # "riassunto della chat"
    if by_whom and cues.ending_at(head, *_DONE) is not None:
        return True
    if noun.cue in (Cue.EMAIL, Cue.MESSAGE):
        return False
    if led and _owns_by_verb(tokens, cues, noun, linking):
        return True
    following = noun.end
    if following < len(tokens) and not tokens[following].after_break:
        direct = cues.starting_at(following, *_HEADS)
        if direct is not None and (led or first == 0) and direct.cue is not Cue.FAILED:
            return True  # "the chat errors"
    acting = (Cue.FAILED,) if noun.cue is Cue.ORDER else (Cue.FAILED, Cue.RAN)
    while (
        following < len(tokens)
        and tokens[following].word in _BETWEEN_NOUN_AND_VERB
        and not tokens[following].after_break
        and cues.starting_at(following, *acting) is None
    ):
        following += 1
    if led and cues.starting_at(following, *acting) is not None:
        return True
    # "si bloccano gli ordini", "è girata la risposta"
    return led and not genitive and not by_whom and cues.ending_at(first - 1, *acting) is not None


_JOINING = _LINKS | {
    "nei",
    "negli",
    "nelle",
    "e",
    "ed",
    "o",
    "ne",
    "and",
    "or",
    "nor",
    "nemmeno",
    "neanche",
}


def _with_exclusions(
    mentions: Sequence[Mention], tokens: Sequence[Token], cues: Cues, masked: Collection[int]
) -> list[Mention]:
    """Mark the mentions that an "except" stands before, and all that it enumerates.

    "senza il report e la copia" leaves out both.
    """
    marked: list[Mention] = []
    for mention in mentions:
        first = mention.tokens[0]
        excluded = any(hit.end <= first <= hit.end + 3 for hit in cues.of(Cue.EXCEPT))
        excluded = excluded or is_denied(tokens, cues, first)
        if not excluded and marked and marked[-1].excluded:
            between = range(marked[-1].tokens[-1] + 1, first)
            excluded = all(
                place in masked or tokens[place].word in _JOINING or _is_number(tokens[place])
                for place in between
            )
        marked.append(replace(mention, excluded=excluded))
    return marked


def is_denied(tokens: Sequence[Token], cues: Cues, first: int) -> bool:
    """Whether a bare "not from" or "non di" stands right before: "orders not from Amazon"."""
    linked = first - 1
    while linked >= 0 and tokens[linked].word in _FROM_WHERE:
        linked -= 1
    return linked < first - 1 and cues.ending_at(linked, Cue.NOT) is not None


_FROM_WHERE = _GENITIVES | _BY_WHOM | word_set("nel nello nella nei the il la i gli le via su")


def _is_number(token: Token) -> bool:
    return token.word.isdigit() or token.word in ("ogni", "every")
