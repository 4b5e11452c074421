"""A sentence made ready to be understood: its words, cues, times and names, each said once.

What one reader has taken (a time, a process name, an address, quoted text) is masked for the
others, so that "il processo Recupero password" is not about passwords and "il report di ottobre"
is not grouped by month.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from catalogue.metrics import Language
from catalogue.periods import previous_window
from catalogue.query import Filter, Window
from language.asides import without_asides
from language.cues import VOCABULARY, Cues, Hit, find_cues
from language.detection import language_of
from language.names import Mention, NamedProcess, NameIndex, name_index
from language.time.spelling import is_known, meaning_of, slip_of
from language.time.vocabulary import GIVEN_NAMES, NOTHING
from language.time_expressions import TimeReading, read_time
from language.tokens import Token, apart, cleaned, fold, repaired, tokenize, word_set
from language.vocabulary import ARTICLES, KNOWN_WORDS, NUMBER_WORDS, TIME_WORDS, Cue


@dataclass(frozen=True)
class Circumstances:
    """What is known beside the text: the moment, the zone, the process names."""

    now: datetime
    zone: ZoneInfo
    names: NameIndex

    @classmethod
    def of(cls, now: datetime, zone: ZoneInfo, processes: Sequence[NamedProcess]) -> Circumstances:
        """Return the circumstances with an index of *processes*."""
        return cls(now, zone, name_index(processes))

    def window(self, expression: str) -> Window | None:
        """Return the window that *expression*, Italian words of ours, means now."""
        return _window_of(expression, self.now, self.zone)


_EXPLAINED = KNOWN_WORDS | ARTICLES | NUMBER_WORDS.keys()


@lru_cache(maxsize=64)
def _window_of(expression: str, now: datetime, zone: ZoneInfo) -> Window | None:
    return read_time(expression, now=now, zone=zone, language="it").window


@dataclass
class Sentence:
    """A question with everything that was found in it.

    ``cues`` are those of words that mean nothing else; ``masked`` are the tokens of times,
    names and quotations; ``filters`` are conditions that the words named outright (an address,
    a subject, an order's number).
    """

    text: str
    tokens: list[Token]
    cues: Cues
    time: TimeReading
    mentions: list[Mention]
    language: Language
    circumstances: Circumstances
    masked: set[int] = field(default_factory=set)
    filters: list[Filter] = field(default_factory=list)
    slips: int = 0
    """How many words were repaired."""

    @property
    def firmly_masked(self) -> set[int]:
        """The masked tokens, but not a single word that only may be a process's name."""
        loose = {
            mention.tokens[0]
            for mention in self.mentions
            if mention.named_by == "words" and len(mention.tokens) == 1
        }
        return self.masked - loose

    @cached_property
    def words(self) -> list[str]:
        """The words, folded and repaired."""
        return [token.word for token in self.tokens]

    @cached_property
    def said(self) -> str:
        """The words, folded and repaired, with blanks between them."""
        return " ".join(self.words)

    @cached_property
    def as_written(self) -> str:
        """The words as they were written: "arrivederla" is no slip of another word."""
        return " ".join([token.written for token in self.tokens])

    @property
    def sounds_future(self) -> bool:
        """Whether the words speak of what is to come."""
        return self.time.future or self.cues.any(Cue.PREDICT, Cue.FUTURE)

    @property
    def has_time(self) -> bool:
        """Whether a time was named."""
        reading = self.time
        return bool(reading.window or reading.compare_to or reading.hours or reading.weekdays)

    def unexplained(self) -> list[int]:
        """The tokens that carry meaning and that nobody has read."""
        covered = self.cues.covered() | self.masked
        return [
            index
            for index, word in enumerate(self.words)
            if index not in covered and word not in _EXPLAINED and len(word) > 1
        ]

    def before(self, index: int) -> int | None:
        """The place of the nearest word before *index* that is no article or preposition."""
        for place in range(index - 1, -1, -1):
            if self.words[place] not in ARTICLES:
                return place
        return None

    def after(self, index: int) -> int | None:
        """The place of the first word from *index* on that is no article or preposition."""
        for place in range(index, len(self.tokens)):
            if self.words[place] not in ARTICLES:
                return place
        return None

    def number_at(self, index: int | None) -> int | None:
        """The number that token *index* is, in digits or in words."""
        if index is None or not 0 <= index < len(self.tokens) or index in self.masked:
            return None
        word = self.tokens[index].word
        if word.isdigit() and len(word) <= 6:
            return int(word)
        return NUMBER_WORDS.get(word)


def prepare(
    text: str,
    circumstances: Circumstances,
    *,
    prior: Language | None = None,
    language: Language | None = None,
) -> Sentence:
    """Return *text* as a `Sentence`.

    *language* is used where it is given; *prior* only decides where the words do not.
    """
    found = _found_in(cleaned(text), circumstances)
    return replace(
        found,
        tokens=list(found.tokens),
        language=language or language_of(found.tokens, found.text, prior=prior),
        mentions=list(found.mentions),
        masked=set(found.masked),
        filters=list(found.filters),
    )


@lru_cache(maxsize=4)  # one question is prepared several times: alone, after a turn, for a vote
def _found_in(text: str, circumstances: Circumstances) -> Sentence:
    """Return everything that is found in a cleaned *text*; nobody may change it."""
    text = without_asides(apart(text))
    names = circumstances.names
    written = tokenize(text)
    tokens, cues = find_cues(written, names.words)
    cues = _without_auxiliaries(tokens, cues)
    cues = _with_named_mail(tokens, cues, names)
    time = _read_time(text, written, tokens, cues, circumstances)
    time = _without_left_out_weekend(text, tokens, cues, time, circumstances)
    time = _as_compared(tokens, cues, time, circumstances)
    time = _as_asked_apart(text, tokens, cues, time, circumstances)
    if time.compare_to is not None and time.compare_to == time.window:
        time = replace(time, compare_to=None)  # nothing is compared with itself
    masked: set[int] = set()
    if time.spans:
        masked = {index for index, token in enumerate(tokens) if _overlaps(token, time.spans)}
        masked -= _not_time_after_all(tokens, cues, masked)
    sentence = Sentence(
        text=text,
        tokens=tokens,
        cues=cues.outside(masked),
        time=time,
        mentions=[],
        language="it",
        circumstances=circumstances,
        masked=masked,
        slips=sum(before.word != after.word for before, after in zip(written, tokens, strict=True)),
    )
    _read_filters(sentence)
    sentence.mentions = names.find(tokens, sentence.cues, sentence.masked)
    for mention in sentence.mentions:
        counted = _counted_nouns(sentence) if mention.named_by == "words" else set()
        counted |= _orders_of(sentence, mention) | _mails_of(sentence, mention)
        if len(mention.tokens) > 1:
            # "quanti ordini dal negozio online?": orders, of that process.
            sentence.masked.update(set(mention.tokens) - counted)
        else:
            sentence.masked.update(mention.tokens)
    sentence.cues = cues.outside(sentence.masked)
    return sentence


def _counted_nouns(sentence: Sentence) -> set[int]:
    """The places of the nouns of ours that "quanti" stands before."""
    return {
        noun.start
        for asking in sentence.cues.of(Cue.HOW_MANY)
        for noun in sentence.cues.of(Cue.ORDER, Cue.EMAIL, Cue.ERROR, Cue.EXECUTION)
        if noun.start == sentence.after(asking.end)
    }


_OF_RUNS = (
    Cue.ERROR, Cue.FAILED, Cue.EXECUTION, Cue.RAN, Cue.TIMES, Cue.DURATION, Cue.LONGEST, Cue.SLOW,
    Cue.FAST, Cue.SUCCESS, Cue.SUCCESS_RATE, Cue.ERROR_RATE, Cue.STATE, Cue.STATUS, Cue.WORKS,
    Cue.HOW_GOING, Cue.HAPPENED, Cue.SUMMARY, Cue.TROUBLE, Cue.UNFINISHED, Cue.CANCELED,
    Cue.RELIABLE, Cue.WHY, Cue.PROCESS, Cue.EMAIL, Cue.MESSAGE, Cue.ANSWER,
)  # fmt: skip
_SEVERAL_ORDERS = word_set("ordini orders commesse vendite acquisti sales purchases")


def _orders_of(sentence: Sentence, mention: Mention) -> set[int]:
    """The noun of "ordini Amazon", "Amazon orders": orders are counted, those of that process."""
    if mention.named_by != "words" or sentence.cues.any(*_OF_RUNS):
        return set()
    ends = {mention.tokens[0], mention.tokens[-1]}
    return {
        hit.start
        for hit in sentence.cues.of(Cue.ORDER)
        if hit.start in ends and sentence.words[hit.start] in _SEVERAL_ORDERS
    }


def _mails_of(sentence: Sentence, mention: Mention) -> set[int]:
    """The noun of "how many recovery mails went out?": what that process sends is counted."""
    if Cue.SENT not in sentence.cues or sentence.cues.any(*_OF_FAILING):
        return set()
    return {
        hit.start
        for hit in sentence.cues.of(Cue.EMAIL)
        if hit.start in mention.tokens and hit.end - hit.start == 1
    }


_OF_FAILING = (Cue.ERROR, Cue.FAILED, Cue.EXECUTION, Cue.TIMES, Cue.DURATION, Cue.SUCCESS_RATE,
               Cue.ERROR_RATE, Cue.WROTE_US)  # fmt: skip


def _overlaps(token: Token, spans: Sequence[tuple[int, int]]) -> bool:
    return any(token.start < end and start < token.end for start, end in spans)


def _with_named_mail(tokens: Sequence[Token], cues: Cues, names: NameIndex) -> Cues:
    """Let "pec" be the thing that a process of that name handles, where there is one."""
    if "pec" not in names.words or Cue.EMAIL not in cues:
        return cues
    return Cues(
        replace(hit, cue=Cue.UNLISTED)
        if hit.cue is Cue.EMAIL and tokens[hit.start].word == "pec"
        else hit
        for hit in cues
    )


_HAVING = word_set("ha hanno abbiamo avete ho hai have has had")
_BEING = word_set("e sono era erano essere siamo sia sarebbe sara saranno fossero")


def _without_auxiliaries(tokens: Sequence[Token], cues: Cues) -> Cues:
    """Drop the nouns that are participles: "qual è stato …?", "ha prodotto più errori"."""
    if Cue.UNLISTED not in cues and _EQUIVOCAL.isdisjoint([token.word for token in tokens]):
        return cues
    return Cues(
        hit
        for hit in cues
        if not (
            hit.start > 0
            and (
                (
                    hit.cue in (Cue.STATE, Cue.STATUS)
                    and tokens[hit.start].word in ("stato", "stati", "state")
                    and tokens[hit.start - 1].word in _BEING
                )
                or (hit.cue is Cue.UNLISTED and tokens[hit.start - 1].word in _HAVING)
            )
        )
        and not _is_named_sara(tokens, hit)
        and not (
            # "drop the backup and tell me …" leaves out; "why did orders drop?" falls
            tokens[hit.start].word == "drop"
            and hit.cue is (Cue.IMPROVE if _is_command(tokens, hit.start) else Cue.EXCEPT)
        )
        and not (
            # "ok, how many errors …?" agrees, and asks for no successes
            (hit.start, hit.end) == (0, 1)
            and tokens[0].word == "ok"
            and len(tokens) > 2
            and (tokens[1].after_break or tokens[1].word in _ASKING_WORDS)
        )
        and not (hit.cue is Cue.ORDER_VALUE and _brings_things(tokens, cues, hit))
    )


_ASKING_WORDS = word_set("how what which who when show list give and so quanti quante quali chi e")


def _brings_things(tokens: Sequence[Token], cues: Cues, hit: Hit) -> bool:
    """Whether "brought in" is said of mails or orders, and of no money."""
    return tokens[hit.start].word in ("brought", "bring", "brings") and any(
        cues.starting_at(place, Cue.EMAIL, Cue.MESSAGE, Cue.ORDER)
        for place in range(hit.end, hit.end + 3)
    )


_EQUIVOCAL = word_set("stato stati state sara drop ok brought bring brings")


def _is_command(tokens: Sequence[Token], place: int) -> bool:
    return place == 0 or tokens[place - 1].word in ("please", "you", "just", "then", "let")


def _is_named_sara(tokens: Sequence[Token], hit: Hit) -> bool:
    """Whether "sara", without its accent, is a name: "mail di sara neri"."""
    token = tokens[hit.start]
    if hit.cue is not Cue.FUTURE or token.word != "sara" or not token.raw.isascii():
        return False
    before = tokens[hit.start - 1].word if hit.start else ""
    after = tokens[hit.end].word if hit.end < len(tokens) else ""
    unknown = bool(after) and after not in VOCABULARY | KNOWN_WORDS | TIME_WORDS
    return token.capitalised or unknown or before in _FROM or before in _DID


_SPANS_OF_TIME = (Cue.DAY, Cue.WEEK, Cue.MONTH, Cue.HOUR, Cue.WEEKDAY)
_STEPS = (Cue.BY_DAY, Cue.BY_WEEK, Cue.BY_MONTH, Cue.BY_HOUR, Cue.BY_WEEKDAY)
_THRESHOLDS = (Cue.AT_LEAST, Cue.MORE_THAN, Cue.AT_MOST, Cue.LESS_THAN, Cue.EXACTLY)


def _not_time_after_all(tokens: Sequence[Token], cues: Cues, masked: set[int]) -> set[int]:
    """The tokens that a time took although they belong to another phrase.

    The report of "a weekly summary", the "on" of "what's going on today".
    """
    places: set[int] = set()
    for hit in cues:
        taken = masked.intersection(range(hit.start, hit.end))
        if taken and (
            hit.cue in (Cue.SUMMARY, Cue.HOW_GOING, Cue.ONE_BEFORE, Cue.TELL)
            or (
                hit.start not in masked
                and all(tokens[place].word in _PREPOSITIONS for place in taken)
            )
        ):
            places |= taken
    return places


_PREPOSITIONS = ARTICLES | {"on", "at", "by", "a", "per", "than", "e", "and", "through"}
_MEASURES = word_set(
    """volte times second seconds secondi secondo minuti minuto minutes minute ore ora hours hour
    giorni days"""
)


def _not_times(tokens: Sequence[Token], cues: Cues) -> set[int]:
    """The tokens that only look like a time: "per mese", "mese per mese", "più di 10 minuti"."""
    places: set[int] = set()
    for hit in cues.of(*_STEPS):
        if hit.end - hit.start > 1:
            places.update(range(hit.start, hit.end))
    for hit in cues.of(*_SPANS_OF_TIME):
        following = tokens[hit.end].word if hit.end < len(tokens) else ""
        dated = following.isdigit() and not tokens[hit.end].after_break
        if cues.ending_at(hit.start - 1, Cue.PER) and not (
            dated or following.startswith(("scors", "prossim", "corrent"))
        ):
            places.update(range(hit.start - 1, hit.end))
    for hit in cues.of(Cue.HOW_GOING, Cue.HAPPENED, Cue.EXCEPT):
        if tokens[hit.end - 1].word in ("on", "up", "than", "fine"):
            places.add(hit.end - 1)  # "what's going on today"
    for hit in cues.of(*_THRESHOLDS):
        if hit.end < len(tokens) and (
            tokens[hit.end].word.isdigit() or tokens[hit.end].word in NUMBER_WORDS
        ):
            measured = hit.end + 1 < len(tokens) and tokens[hit.end + 1].word in _MEASURES
            places.update(range(hit.start, hit.end + 1 + measured))
    return places


_NOW = ("oggi", "questa settimana", "questo mese", "questo trimestre", "quest'anno")


def _as_compared(
    tokens: Sequence[Token], cues: Cues, time: TimeReading, circumstances: Circumstances
) -> TimeReading:
    """ "più email di ieri?" compares with yesterday what has come today."""
    if time.window is None or time.compare_to is not None or len(time.spans) != 1:
        return time
    if cues.any(Cue.CHANGED, Cue.IMPROVE) and _since(text_of(tokens, time.spans)):
        return _since_then(time, circumstances)
    more = next(iter(cues.of(Cue.MORE, Cue.LEAST, Cue.MORE_THAN, Cue.LESS_THAN, Cue.IMPROVE)), None)
    first = next((place for place, each in enumerate(tokens) if _overlaps(each, time.spans)), None)
    if more is None or first is None or not more.start < first <= more.end + 4:
        return time
    if cues.any(Cue.WHICH, Cue.WHO, Cue.PER, Cue.PROCESS, *_ASKING_A_RANKING):
        return time
    linked = tokens[first].word in _THAN or tokens[first - 1].word in _THAN
    if not linked:
        return time
    for expression in _NOW:
        current = circumstances.window(expression)
        if current is not None and previous_window(current, circumstances.zone) == time.window:
            return replace(time, window=current, compare_to=time.window)
    return time


def _since(words: Sequence[str]) -> bool:
    return bool(words) and words[0] in ("since", "da", "dal", "dalla", "dallo")


def text_of(tokens: Sequence[Token], spans: Sequence[tuple[int, int]]) -> list[str]:
    """The words that lie in *spans*."""
    return [token.word for token in tokens if _overlaps(token, spans)]


def _since_then(time: TimeReading, circumstances: Circumstances) -> TimeReading:
    """ "how has it changed since last month?" compares this month with the last."""
    for expression in _NOW:
        current = circumstances.window(expression)
        before = previous_window(current, circumstances.zone) if current is not None else None
        if before is not None and time.window is not None and before.start == time.window.start:
            return replace(time, window=current, compare_to=before)
    return time


def _as_asked_apart(
    text: str,
    tokens: Sequence[Token],
    cues: Cues,
    time: TimeReading,
    circumstances: Circumstances,
) -> TimeReading:
    """ "quanti ordini ieri e quanti oggi?" asks for the two days, each for itself."""
    asking = cues.of(Cue.HOW_MANY, Cue.HOW_MUCH)
    if not asking or not time.spans or time.compare_to is not None:
        return time
    second = asking[-1]
    if second.start < 2 or tokens[second.start - 1].word not in ("e", "ed", "and"):
        return time
    nouns = (Cue.EMAIL, Cue.ORDER, Cue.ERROR, Cue.EXECUTION, Cue.FAILED, Cue.SUCCESS, Cue.MESSAGE)
    if any(hit.start >= second.end for hit in cues.of(*nouns)):
        return time
    place = tokens[second.start].start
    windows = [
        read_time(part, now=circumstances.now, zone=circumstances.zone).window
        for part in (text[:place], text[place:])
    ]
    if None in windows or windows[0] == windows[1]:
        return time
    earlier, later = sorted(windows, key=lambda window: window.end)  # type: ignore[union-attr]
    return replace(time, window=later, compare_to=earlier)


_THAN = word_set("di del della dell dei degli delle che than rispetto")
_ASKING_A_RANKING = (Cue.WHEN, Cue.WHERE, Cue.CUSTOMER, Cue.SENDER, Cue.HOUR, Cue.DAY)
_WEEKENDS = frozenset({"weekend", "weekends", "festivi"})
_WORKING_DAYS = (1, 2, 3, 4, 5)


def _without_left_out_weekend(
    text: str,
    tokens: Sequence[Token],
    cues: Cues,
    time: TimeReading,
    circumstances: Circumstances,
) -> TimeReading:
    """ "escluso il weekend" leaves out Saturdays and Sundays; it is no window."""
    for hit in cues.of(Cue.EXCEPT):
        place = hit.end
        while place < len(tokens) and tokens[place].word in ARTICLES:
            place += 1
        if place + 1 < len(tokens) and tokens[place].word in ("fine", "week"):
            place += 1
        if place >= len(tokens) or tokens[place].word not in _WEEKENDS | {"settimana", "end"}:
            continue
        start, end = tokens[hit.start].start, tokens[place].end
        rest = text[:start] + " " * (end - start) + text[end:]
        reading = read_time(rest, now=circumstances.now, zone=circumstances.zone)
        return replace(
            reading, weekdays=_WORKING_DAYS, spans=tuple(sorted((*reading.spans, (start, end))))
        )
    return time


def _read_time(
    text: str,
    written: Sequence[Token],
    tokens: Sequence[Token],
    cues: Cues,
    circumstances: Circumstances,
) -> TimeReading:
    """Read the times of *text* as if its misspelled words were right and its names absent.

    The spans are places in *text* itself.
    """
    blanked = _not_times(tokens, cues)
    for start, end in circumstances.names.exact_spans(tokens):
        blanked.update(range(start, end))
    words = []
    changed = bool(blanked)
    for index, (before, after) in enumerate(zip(written, tokens, strict=True)):
        plain = before.raw
        if index in blanked or _is_only_a_name(before.word, circumstances.names):
            changed = True
            plain = "_" * len(before.raw)
        elif (
            (after.word in TIME_WORDS or before.word == after.word)
            and after.word != before.raw.lower()
            and before.raw.isascii()
            and before.word not in ("ia", "percentuale")
        ):
            plain, changed = after.word, True
        words.append(plain)
    future = cues.any(Cue.PREDICT, Cue.FUTURE)
    if not changed:
        reading = read_time(text, now=circumstances.now, zone=circumstances.zone, future=future)
        return _after_comma(text, tokens, reading, circumstances, future=future)
    spoken = repaired(text, written, words)
    reading = read_time(spoken, now=circumstances.now, zone=circumstances.zone, future=future)
    # Back to places in the text as it was written.
    spans: list[tuple[int, int]] = []
    shift = 0
    places = []
    for token, word in zip(written, words, strict=True):
        start = token.start + shift
        places.append((start, start + len(word), token))
        shift += len(word) - (token.end - token.start)
    for start, end, token in places:
        if any(start < stop and begin < end for begin, stop in reading.spans):
            spans.append((token.start, token.end))
    return replace(reading, spans=tuple(spans))


def _is_only_a_name(word: str, names: NameIndex) -> bool:
    """Whether *word* is of a process's name, and would be a time only by a slip: "scorte"."""
    if word not in names.words or not word.isalpha() or is_known(word):
        return False
    return slip_of(word) is not NOTHING or meaning_of(word) is not NOTHING


def _after_comma(
    text: str,
    tokens: Sequence[Token],
    reading: TimeReading,
    circumstances: Circumstances,
    *,
    future: bool,
) -> TimeReading:
    """Read a time that stands alone after the last comma: "errori del fornitore, novembre"."""
    if reading.spans or not tokens:
        return reading
    start = next((each.start for each in reversed(tokens) if each.after_break), None)
    if not start:
        return reading
    tail = read_time(text[start:], now=circumstances.now, zone=circumstances.zone, future=future)
    if tail.window is None:
        return reading
    return replace(tail, spans=tuple((first + start, last + start) for first, last in tail.spans))


# ----------------------------------------------------------- conditions that words name outright

_FROM = word_set("da dal dalla dai dalle dall di del dei from by of")
_MAIL_CUES = (Cue.EMAIL, Cue.MESSAGE, Cue.WROTE_US, Cue.SENDER, Cue.RECEIVED)
_OPENING = "\"«“'‘"


def _read_filters(sentence: Sentence) -> None:
    _read_what_stands_in_it(sentence)
    _read_subjects(sentence)
    _read_causes(sentence)
    _read_words_in_errors(sentence)
    _read_quoted(sentence)
    _read_kinds_of_mail(sentence)
    _read_addresses(sentence)
    _read_order_numbers(sentence)
    _read_persons(sentence)
    sentence.cues = sentence.cues.outside(sentence.masked)


def _quoted_from(sentence: Sentence, start: int) -> list[int]:
    """The tokens of the quotation that begins with token *start*; none where none does."""
    first = sentence.tokens[start].start if start < len(sentence.tokens) else 0
    if first == 0 or sentence.text[first - 1] not in _CLOSING:
        return []
    closing = sentence.text.find(_CLOSING[sentence.text[first - 1]], first)
    if closing < 0:
        return []
    return [
        place
        for place in range(start, len(sentence.tokens))
        if sentence.tokens[place].start < closing
    ]


_CLOSING = {'"': '"', "«": "»", "“": "”", "‘": "’", "„": "“", "'": "'"}
_HAVING_IN_IT = word_set(
    "con with hanno ha have has che contengono contiene containing contain that email mail emails"
)


def _read_what_stands_in_it(sentence: Sentence) -> None:
    """ "le email che hanno reso nell'oggetto" → text contains "reso"."""
    for hit in sentence.cues.of(Cue.IN_SUBJECT):
        places: list[int] = []
        place = hit.start - 1
        while place >= 0 and len(places) < 12 and place not in sentence.masked:
            word = sentence.words[place]
            mail = sentence.cues.ending_at(place, Cue.EMAIL, Cue.MESSAGE) is not None
            if (
                word in _HAVING_IN_IT
                or mail
                or (places and sentence.cues.ending_at(place, Cue.ABOUT, Cue.RECEIVED) is not None)
            ):
                break
            if sentence.cues.ending_at(place, Cue.IN_SUBJECT) is None:
                places.insert(0, place)
            place -= 1
        while places and sentence.words[places[0]] in ARTICLES | {"parola", "word"}:
            places.pop(0)
        while places and sentence.words[places[-1]] in ("o", "or", "e", "and"):
            places.pop()
        if places and place >= 0:
            _filter_by(sentence, "text", places)
            sentence.masked.update(range(hit.start, hit.end))


def _filter_by(sentence: Sentence, name: Literal["text", "cause"], places: Sequence[int]) -> None:
    first, last = sentence.tokens[places[0]], sentence.tokens[places[-1]]
    value = sentence.text[first.start : last.end]
    sentence.filters.append(Filter(field=name, op="contains", values=(value,)))
    sentence.masked.update(places)


def _read_causes(sentence: Sentence) -> None:
    """ "errori dovuti a quota" → cause contains "quota"."""
    for hit in sentence.cues.of(Cue.CAUSED_BY):
        places = _quoted_from(sentence, hit.end)
        quoted, place = bool(places), hit.end
        while not quoted and place < len(sentence.tokens) and sentence.words[place] in ARTICLES:
            place += 1
        while not quoted and place < len(sentence.tokens) and place not in sentence.masked:
            ended = bool(places) and sentence.tokens[place].after_break
            if ended or sentence.words[place] in KNOWN_WORDS:
                break
            places.append(place)
            place += 1
        if places:
            _filter_by(sentence, "cause", places)
            sentence.masked.update(range(hit.start, places[-1] + 1))
    _read_cause_of_failing(sentence)


_FAULTS = word_set(
    """token timeout quota credenziali connessione rete autenticazione permessi permesso memoria
    certificato credentials connection network authentication permission permissions memory
    certificate"""
)
_HOW_FAULTY = word_set(
    """scaduto scaduta scadute scaduti mancante mancanti esaurita esaurito superata errate errata
    assente negato negati rifiutata insufficiente expired missing exceeded denied refused
    invalid non valido valida valide"""
)


def _read_cause_of_failing(sentence: Sentence) -> None:
    """ "fallito per token scaduto": a fault that stands behind "per" is the cause."""
    words = sentence.words
    if not sentence.cues.any(Cue.FAILED, Cue.ERROR) or sentence.filters:
        return
    for place in range(1, len(words) - 1):
        if words[place] not in ("per", "for") or words[place + 1] not in _FAULTS | _HOW_FAULTY:
            continue
        end = place + 1
        while end < len(words) and words[end] in _FAULTS | _HOW_FAULTY:
            end += 1
        if any(word in _FAULTS for word in words[place + 1 : end]):
            _filter_by(sentence, "cause", range(place + 1, end))
            sentence.masked.add(place)
            return


def _read_quoted(sentence: Sentence) -> None:
    """What is quoted of errors is their cause ("token expired"), of e-mails a part of them."""
    failing = sentence.cues.any(Cue.ERROR, Cue.FAILED)
    about_mail = sentence.cues.any(*_MAILED)
    if sentence.filters or failing is about_mail:
        return
    for start in range(1, len(sentence.tokens)):
        opening = sentence.tokens[start].start - 1
        if sentence.text[opening - 1 : opening].isalnum():
            continue  # the apostrophe of "c'è un'ora"
        places = _quoted_from(sentence, start)
        if places and not sentence.masked.intersection(places):
            value = " ".join(sentence.words[place] for place in places)
            looked_for = about_mail and len(places) == 1  # "refund", and not "Refunds …"
            if looked_for or sentence.circumstances.names.match(value).score < _SURELY_A_NAME:
                _filter_by(sentence, "cause" if failing else "text", places)
            return


_IN_THE_ERROR = re.compile(
    r"\b(?:with|having|con|containing|contain|contains|mentioning|mentions?|saying|says?|has|have"
    r"|che dicono|dice|contenente|contenenti|contengono) "
    r"(?:the (?:words?|text|phrase) |la parola |le parole |il testo )?(?P<what>[^,?!]+?) "
    r"(?:(?:in|as) (?:the|their|its) (?:error|cause)(?: messages?| texts?)?"
    r"|nel (?:messaggio di |testo dell ?'?)?errore|nell'errore|nella causa)\b"
)


def _read_words_in_errors(sentence: Sentence) -> None:
    """ "runs with the word token in the error" → cause contains "token"."""
    if sentence.filters or not sentence.cues.any(Cue.ERROR, Cue.CAUSE):
        return
    found = _IN_THE_ERROR.search(fold(sentence.text))
    if found is None:
        return
    start, end = found.span("what")
    places = [place for place, token in enumerate(sentence.tokens) if start <= token.start < end]
    if not places or sentence.masked.intersection(places):
        return
    _filter_by(sentence, "cause", places)
    sentence.masked.update(
        place
        for place, token in enumerate(sentence.tokens)
        if found.start() <= token.start < found.end()
    )
    if not sentence.cues.outside(sentence.masked).any(Cue.ERROR, Cue.FAILED):
        # "runs with the word token in the error": those that failed.
        sentence.masked.difference_update(
            place for place, token in enumerate(sentence.tokens) if end <= token.start < found.end()
        )


_MAILED = (Cue.EMAIL, Cue.MESSAGE, Cue.WROTE_US)
_SURELY_A_NAME = 70.0


def _read_subjects(sentence: Sentence) -> None:
    """ "le email che parlano di reso" → text contains "reso"."""
    for hit in (*sentence.cues.of(Cue.ABOUT), *_said_upon(sentence)):
        if not sentence.cues.any(
            Cue.EMAIL, Cue.MESSAGE, Cue.WROTE_US, Cue.ERROR, Cue.ORDER, Cue.CONVERSATION, Cue.ANSWER
        ):
            return
        places = _quoted_from(sentence, hit.end)
        quoted = bool(places)
        asked = not _ASKING.isdisjoint(sentence.words[hit.start : hit.end])
        for place in range(hit.end, len(sentence.tokens)):
            if quoted:
                break
            token = sentence.tokens[place]
            if place in sentence.masked or (places and token.after_break):
                break
            if not places and token.word in ARTICLES:
                continue
            meant = [cue.cue for cue in sentence.cues if cue.start <= place < cue.end]
            if places and asked and _leads_on(sentence, place):
                places.append(place)
                continue
            if places and token.word in _OF_WHAT and _is_of_one_thing(sentence, place + 1):
                places.append(place)  # "la carta di credito"
                continue
            if places and (
                token.word in KNOWN_WORDS
                or token.word in _APPEARING
                or any(cue in _ENDING_A_SUBJECT for cue in meant)
            ):
                break
            places.append(place)
        if places:
            first, last = sentence.tokens[places[0]], sentence.tokens[places[-1]]
            value = sentence.text[first.start : last.end]
            sentence.filters.append(Filter(field="text", op="contains", values=(value,)))
            end = places[-1] + 1
            while (
                asked
                and end < len(sentence.tokens)
                and not (sentence.tokens[end].after_break or end in sentence.masked)
            ):
                end += 1  # "... alla newsletter" belongs to what is asked for
            sentence.masked.update(range(hit.start, end))


_ASKING = word_set("chiedono chiede asking")
_APPEARING = word_set("turn turns appear appears come comes crop crops show shows")
_BEFORE_A_NOUN = word_set("il lo la l i gli le un uno una the a an their my our")


def _leads_on(sentence: Sentence, place: int) -> bool:
    """Whether an article leads to the object of what is asked for: "modificare un ordine"."""
    following = place + 1
    return (
        sentence.words[place] in _BEFORE_A_NOUN
        and following < len(sentence.tokens)
        and following not in sentence.masked
        and not sentence.tokens[following].after_break
    )


_OF_WHAT = word_set("di d")


def _is_of_one_thing(sentence: Sentence, place: int) -> bool:
    """Whether a noun that nothing else explains goes on what the mails are about."""
    if place >= len(sentence.tokens) or place in sentence.masked:
        return False
    token = sentence.tokens[place]
    known = token.word in KNOWN_WORDS or token.word in VOCABULARY
    return token.raw.isalpha() and token.raw.islower() and not known and not token.after_break


_UPON = word_set("su sul sullo sulla sull sui sugli sulle")


def _said_upon(sentence: Sentence) -> list[Hit]:
    """ "mail sul preventivo": what stands behind "su" is what the e-mails are about."""
    mail = next(iter(sentence.cues.of(Cue.EMAIL, Cue.MESSAGE)), None)
    if mail is None:
        return []
    return [
        Hit(Cue.ABOUT, place, place + 1)
        for place in range(mail.end, len(sentence.tokens) - 1)
        if sentence.words[place] in _UPON
        and place not in sentence.masked
        and place + 1 not in sentence.masked
        and not any(hit.start <= place < hit.end for hit in sentence.cues)
        and sentence.cues.starting_at(place + 1, Cue.HOW_MANY, Cue.EMAIL, Cue.CHANNEL) is None
        and sentence.number_at(place + 1) is None
    ][:1]


def _read_kinds_of_mail(sentence: Sentence) -> None:
    """ "mail di reclamo" → text contains "reclamo": what a mail is about, not what is counted."""
    for hit in sentence.cues.of(Cue.EMAIL, Cue.MESSAGE):
        place = hit.end + 1
        if place >= len(sentence.tokens) or sentence.words[hit.end] not in ("di", "su", "about"):
            continue
        kind = sentence.cues.starting_at(place, Cue.UNLISTED)
        if kind is not None and kind.end - kind.start == 1:
            value = sentence.tokens[place].raw.casefold()
            sentence.filters.append(Filter(field="text", op="contains", values=(value,)))
            sentence.masked.update((hit.end, place))


_ENDING_A_SUBJECT = frozenset(
    {Cue.PER, Cue.HOW_MANY, Cue.RECEIVED, Cue.SENT, Cue.BY_DAY, Cue.BY_WEEK, Cue.BY_MONTH,
     Cue.EMAIL, Cue.THERE_IS, Cue.WHO}
)  # fmt: skip


def _read_addresses(sentence: Sentence) -> None:
    """An e-mail address, or the domain of one, is a sender: of a sent mail, its recipient."""
    if "." not in sentence.text:
        return
    values: dict[str, list[str]] = {"is": [], "is_not": [], "contains": []}
    for place, token in enumerate(sentence.tokens):
        if not token.is_address or place in sentence.masked:
            continue
        whole = "@" in token.word[1:]
        left_out = _is_left_out(sentence, place)
        values["is_not" if left_out else "is" if whole else "contains"].append(
            token.word.lstrip("@")
        )
        sentence.masked.add(place)
    of_orders = _is_about_orders(sentence) and not sentence.cues.any(*_WRITTEN)
    field_name = "customer" if of_orders or _is_about_sent(sentence) else "sender"
    for op, found in values.items():
        if found:
            sentence.filters.append(Filter(field=field_name, op=op, values=tuple(found)))


_BEFORE_WHOM = ARTICLES | word_set(
    """quelle quelli quella quello those ones the by che vengono placed made written sent come
    coming came fatti fatte mandate inviate arrivate"""
)


def _is_left_out(sentence: Sentence, place: int) -> bool:
    """Whether whoever is named at *place* is left out: "tranne quelle di …", "not from …"."""
    for hit in sentence.cues.of(Cue.EXCEPT, Cue.NOT):
        between = sentence.words[hit.end : place]
        if hit.end <= place and all(word in _BEFORE_WHOM for word in between):
            return True
    return False


_WRITTEN = (Cue.EMAIL, Cue.MESSAGE, Cue.WROTE_US, Cue.SENDER)


def _is_about_orders(sentence: Sentence) -> bool:
    return sentence.cues.any(Cue.ORDER, Cue.ORDER_VALUE, Cue.BOUGHT, Cue.SPENT)


def _is_about_sent(sentence: Sentence) -> bool:
    return Cue.SENT in sentence.cues and not sentence.cues.any(Cue.WROTE_US, Cue.RECEIVED)


def _read_order_numbers(sentence: Sentence) -> None:
    """ "l'ordine 10234", "order #A-17" → that order."""
    for hit in sentence.cues.of(Cue.ORDER):
        if sentence.words[hit.start] not in ("ordine", "order", "commessa", "purchase", "acquisto"):
            continue
        place = hit.end
        if place < len(sentence.tokens) and sentence.words[place] in (
            "numero", "n", "no", "number", "id", "codice", "nro",
        ):  # fmt: skip
            place += 1
        if place >= len(sentence.tokens) or place in sentence.masked:
            continue
        last = place
        while (
            last + 1 < len(sentence.tokens)
            and sentence.text[sentence.tokens[last].end : sentence.tokens[last + 1].start] in "-/_"
        ):
            last += 1
        first_token, last_token = sentence.tokens[place], sentence.tokens[last]
        value = sentence.text[first_token.start : last_token.end]
        if any(character.isdigit() for character in value):
            sentence.filters.append(Filter(field="order", values=(value,)))
            sentence.masked.update(range(place, last + 1))


def _read_persons(sentence: Sentence) -> None:
    """ "mail da Rossi", "gli ordini del cliente Bianchi": whose they are."""
    cues = sentence.cues
    about_orders = _is_about_orders(sentence)
    about_mail = cues.any(*_MAIL_CUES) and not about_orders
    if any(each.field in ("customer", "sender") for each in sentence.filters):
        return  # an address has named them
    narrowing = cues.any(Cue.THOSE, Cue.ONLY) and len(sentence.tokens) <= 6
    if not (about_mail or about_orders or narrowing):
        return
    for start in range(len(sentence.tokens)):
        places = _person_at(sentence, start)
        if not places:
            continue
        places = _with_legal_form(sentence, places)
        first, last = sentence.tokens[places[0]], sentence.tokens[places[-1]]
        value = sentence.text[first.start : last.end].casefold()
        left_out = _is_left_out(sentence, places[0])
        by_sender = about_mail and not _is_about_sent(sentence)
        sentence.filters.append(
            Filter(
                field="sender" if by_sender else "customer",
                op="is_not" if left_out else "contains",
                values=(value,),
            )
        )
        sentence.masked.update(places)
        return


_PLACES = word_set(
    """agenzia agency ristorante restaurant osteria trattoria pizzeria bar caffe cafe hotel albergo
    agriturismo farmacia pharmacy panificio pasticceria gelateria enoteca cantina cantine
    macelleria salumeria
    studio casa villa gruppo fratelli bottega locanda residence lido pub
    bistrot bistro cooperativa ferramenta libreria officina palestra clinica tenuta masseria
    residenza grand"""
)
"""What a company is, at the head of its name: "Ristorante Corallo", "Studio Bianchi"."""
_WITHIN_NAMES = word_set(
    "di del della dello dei degli delle dell d da dal al alla all ai la il lo l i le e the of and"
)
_LEGAL_FORMS = word_set("srl srls spa snc sas ltd llc inc gmbh co sl bv plc")


def _company_at(sentence: Sentence, start: int) -> list[int]:
    """The tokens of a name that its kind stands before: "Osteria della Luna", "Bar Sport srl"."""
    tokens = sentence.tokens
    if tokens[start].word not in _PLACES or start in sentence.masked:
        return []
    if sentence.circumstances.names.by_noun(tokens[start].word).score:
        return []
    places, place = [start], start + 1
    while place < len(tokens) and place - start <= 5:
        inner = place
        while inner < len(tokens) - 1 and tokens[inner].word in _WITHIN_NAMES and inner < place + 2:
            inner += 1
        following = tokens[inner]
        if inner in sentence.masked or any(each.after_break for each in tokens[place : inner + 1]):
            break
        written = following.capitalised and not following.raw.isupper()
        small = len(places) == 1 and inner == place and _can_be_person(sentence, inner)
        if not (written or small):
            break
        places += range(place, inner + 1)
        place = inner + 1
    return places if len(places) > 1 else []


def _with_legal_form(sentence: Sentence, places: list[int]) -> list[int]:
    """Let "srl" belong to the name that it follows."""
    following = places[-1] + 1
    while following < len(sentence.tokens) and sentence.words[following] in _LEGAL_FORMS:
        places = [*places, following]
        following += 1
    return places


def _person_at(sentence: Sentence, start: int) -> list[int]:
    """The tokens of a person's or company's name that begins at *start*, if one does."""
    company = _company_at(sentence, start)
    if company:
        return company
    if not _can_be_person(sentence, start):
        return []
    token = sentence.tokens[start]
    introduced = start > 0 and (
        sentence.cues.ending_at(start - 1, Cue.CUSTOMER, Cue.SENDER) is not None
        or sentence.words[start - 1] in _TITLES | _KINDS_OF_COMPANY | _CALLED
    )
    of_whom = start > 0 and sentence.words[start - 1] in _FROM
    from_whom = start > 0 and sentence.words[start - 1] in ("da", "dal", "dalla", "from", "by")
    wrote = any(
        hit.end == start or hit.start == start + 1 for hit in sentence.cues.of(Cue.WROTE_US)
    )
    writes = _is_writing(sentence, start)
    named = sentence.circumstances.names.by_noun(token.word).score > 0
    alone = start > 0 and token.capitalised and not token.raw.isupper() and not named
    alone = alone and not _begins_a_sentence(sentence, start)
    bought = not named and (_is_buying(sentence, start) or _leads(sentence, start))
    if named and (from_whom or of_whom) and not introduced and _is_about_sent(sentence):
        return []  # "mail inviate dai Solleciti": the process that sends them
    if not (
        introduced
        or from_whom
        or alone
        or bought
        or writes
        or ((of_whom or wrote) and (token.capitalised or token.word in GIVEN_NAMES))
    ):
        return []
    if named and not token.capitalised:
        return []
    done = start > 0 and sentence.words[start - 1] in _HAVING
    if done and not token.capitalised and token.word.endswith(("to", "ta", "ti", "te", "so", "ed")):
        return []  # "quanti ordini ha raccolto il sito?"
    places = [start]
    while len(places) < 6 and _goes_on_name(sentence, places[-1] + 1):
        places.append(places[-1] + 1)  # "D'Àvalos", "Dall'Ò"
    while (
        len(places) < 4
        and (
            _can_be_person(sentence, places[-1] + 1)
            or (token.capitalised and _is_of_a_whole_name(sentence, places[-1] + 1))
        )
        and not sentence.tokens[places[-1] + 1].after_break
        and sentence.tokens[places[-1] + 1].capitalised == token.capitalised
        and (token.capitalised or len(places) < 2)
    ):
        places.append(places[-1] + 1)
        while len(places) < 6 and _goes_on_name(sentence, places[-1] + 1):
            places.append(places[-1] + 1)
    return places


def _begins_a_sentence(sentence: Sentence, place: int) -> bool:
    """Whether a capital letter says no more than that a sentence begins."""
    gap = sentence.text[sentence.tokens[place - 1].end : sentence.tokens[place].start]
    return not {".", "?", "!", "…"}.isdisjoint(gap)


_TITLES = word_set("signor signora signore sig mr mrs ms")
_KINDS_OF_COMPANY = word_set("azienda ditta company societa studio")
_CALLED = word_set("called named chiamato chiamata")


def _is_of_a_whole_name(sentence: Sentence, place: int) -> bool:
    """Whether a word that we know goes on a name: the "Tre" of "Osteria Tre Archi"."""
    if place >= len(sentence.tokens) or place in sentence.masked:
        return False
    token = sentence.tokens[place]
    return (
        token.capitalised
        and token.word.isalpha()
        and len(token.word) > 2
        and not token.raw.isupper()
        and not all(each.capitalised for each in sentence.tokens if each.word.isalpha())
    )


_BUYING = word_set(
    """ha hanno has have had did does do fatto speso ordinato comprato acquistato spende spendono
    ordina compra acquista inviato mandato placed spent ordered bought"""
)


def _is_buying(sentence: Sentence, place: int) -> bool:
    """Whether token *place* says who orders or pays: "quanto ha speso la piazzetta?"."""
    if not _is_about_orders(sentence):
        return False
    before = sentence.before(place)
    return before is not None and sentence.words[before] in _BUYING


_DID = word_set("did has have do does was")


def _is_writing(sentence: Sentence, start: int) -> bool:
    """Whether the name beside "ci ha scritto" begins at *start*, in small letters too."""
    unread = set(sentence.unexplained())
    if start not in unread:
        return False
    for hit in sentence.cues.of(Cue.WROTE_US):
        if start >= hit.end and sentence.after(hit.end) == start:
            return not sentence.tokens[start].after_break
        first = hit.start
        while first - 1 in unread and not sentence.tokens[first].after_break:
            first -= 1
        led = first == 0 or sentence.words[first - 1] in _DID or sentence.tokens[first].after_break
        led = led or sentence.words[first - 1] in ARTICLES
        if first == start < hit.start <= start + 3 and led:
            return True
    return False


_ASKED_OF = word_set("quanto quanti quante quanta ha hanno has have did quando when how")


def _leads(sentence: Sentence, start: int) -> bool:
    """Whether a name opens the sentence: "la ferramenta galli quanto ha ordinato?"."""
    if any(word not in ARTICLES for word in sentence.words[:start]):
        return False
    unread = set(sentence.unexplained())
    end = start
    while end in unread and end < start + 4:
        end += 1
    return start < end < len(sentence.words) and sentence.words[end] in _ASKED_OF


def _goes_on_name(sentence: Sentence, place: int) -> bool:
    """Whether token *place* is joined to the one before, or to the next, by an apostrophe."""
    if not 0 < place < len(sentence.tokens) or place in sentence.masked:
        return False
    token = sentence.tokens[place]
    gap = sentence.text[sentence.tokens[place - 1].end : token.start]
    if gap in ("'", "’"):
        return sentence.tokens[place - 1].capitalised
    following = sentence.text[token.end : token.end + 1]
    return (
        token.capitalised
        and gap == " "
        and following in ("'", "’")
        and place + 1 < len(sentence.tokens)
        and sentence.tokens[place + 1].capitalised
    )


def _can_be_person(sentence: Sentence, place: int) -> bool:
    if place >= len(sentence.tokens) or place in sentence.masked:
        return False
    token = sentence.tokens[place]
    if not token.word.isalpha() or len(token.word) < 3 or token.word in _TITLES | _CALLED:
        return False
    if token.word == "milhena":
        return False  # that is who is asked
    if token.word in GIVEN_NAMES and token.word in VOCABULARY:
        return not any(hit.start <= place < hit.end for hit in sentence.cues)  # "sara neri"
    if token.raw.casefold() != token.word and token.raw.isascii():
        return token.capitalised and place > 0  # a name that looks like a slip of ours
    return (
        token.word not in VOCABULARY
        and token.word not in KNOWN_WORDS
        and (token.word not in TIME_WORDS)
    )
