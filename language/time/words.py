"""A text as words: folded, each with its place in the text and what it means for time.

Folding (no accents, no capitals, straight apostrophes) never changes a length, so that places in
the folded text are places in the original. Shapes made of digits (12/02/2026, 15:30, 3rd, Q1, 24h)
are read here; whatever mixes letters and digits otherwise (ORD-2026-12032, n8n, v2.1) and all
addresses are opaque: no rule looks inside.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from language.time.periods import Unit
from language.time.spelling import FORETELLING, is_known, meaning_of, slip_of
from language.time.vocabulary import NOTHING, Meaning, meaning


@dataclass(frozen=True, slots=True)
class Word:
    """One word, its place in the text, and the mark (comma, dash, slash) that stands before it."""

    text: str
    start: int
    end: int
    meaning: Meaning
    before: str = ""
    capital: bool = False
    """First letter upper case, the others not."""


STOP = Word(".", 0, 0, NOTHING)
"""Stands where a sentence ends: no rule reads across it."""


def _folding_table() -> dict[int, str]:
    table = {ord(mark): "'" for mark in "’‘`´ʼ′"} | {ord(mark): "-" for mark in "–—−‐‑"}
    table |= {ord("°"): "º", ord("ª"): "º", 0x130: "i", 0xA0: " ", 0x202F: " "}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if code not in table and base.isascii():
            table[code] = base
    return table


_FOLDING = _folding_table()
_COMBINING = re.compile("[\u0300-\u036f]")


def folded(text: str) -> str:
    """Return *text* without accents and capitals, every character in its place."""
    if text.isascii():
        return text.lower()
    plain = text.translate(_FOLDING)
    lower = plain.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := char.lower()) == 1 else char for char in plain)


_PIECES = re.compile(
    r"""
    (?P<compound> \w+ (?: [-./:@+] \w+ )+ )
  | (?P<word> \w[\w\u0300-\u036f]* )
  | (?P<mark> [.,;:!?()\-/&'\n] )
    """,
    re.VERBOSE,
)
_STOPS = frozenset(".;:!?\n")

_DATE_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?:t[\d:.z+-]*)?"), "ymd"),
    (re.compile(r"(?P<d>\d{1,2})([-/.])(?P<m>\d{1,2})\2(?P<y>\d{4}|\d{2})"), "dmy"),
    (re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})"), "dm"),
    (re.compile(r"(?P<m>\d{1,2})/(?P<y>(?:19|20)\d{2})"), "my"),
    (re.compile(r"(?P<y>(?:19|20)\d{2})[-/](?P<m>\d{2})"), "ym"),
)
_CLOCK = re.compile(r"(?P<h>\d{1,2})[:.](?P<min>\d{2})(?::\d{2})?(?P<half>am|pm)?")
_PIECE = re.compile(r"(?:(?P<y>\d{4})[-/])?(?P<u>[qhw])(?P<n>\d{1,2})(?:[-/](?P<y2>\d{4}))?")
_PIECE_TURNED = re.compile(r"(?P<n>\d)(?P<u>[qh])(?P<yy>\d{2})?")
_HOURS = re.compile(r"(?P<n>\d{1,3})h")
_SUFFIXED = re.compile(r"(?P<n>\d{1,3})(?P<suffix>[a-zº]+)")
_JOINTS = re.compile(r"([-/])")
_ORDINAL_SUFFIXES = frozenset(("st", "nd", "rd", "th", "º", "o", "a", "mo", "esima", "esimo"))
_PIECE_UNITS = {"q": Unit.QUARTER, "h": Unit.HALF, "w": Unit.WEEK}
_LONGEST = 24
"""Letters of the longest word that is looked at."""
_MONEY = frozenset("€$£%#")


def words_of(text: str) -> list[Word]:
    """Return the words of *text*; `STOP` stands between sentences."""
    fold = folded(text)
    words: list[Word] = []
    before = ""
    for piece in _PIECES.finditer(fold):
        start, end = piece.span()
        if piece.lastgroup == "word":
            words.append(_word(text, fold, start, end, before))
            before = ""
        elif piece.lastgroup == "compound":
            words.extend(_compound(text, fold, start, end, before))
            before = ""
        else:
            mark = piece.group()
            if mark == "'" and words and words[-1].end == start and _breaks(fold, end):
                continue  # an apostrophe for an accent: "giovedi' 7"
            if mark in _STOPS and not _abbreviated(mark, words, fold, end):
                words.append(STOP)
                before = ""
            else:
                before = before + mark
    for place, word in enumerate(words):
        if word.meaning is NOTHING and not word.capital:
            slip = slip_of(word.text) if word.text.isalpha() else NOTHING
            if slip is not NOTHING and _fits(slip, words, place):
                words[place] = replace(word, meaning=slip)
    return words


def _breaks(fold: str, place: int) -> bool:
    return place >= len(fold) or fold[place] == " "


def _fits(slip: Meaning, words: list[Word], place: int) -> bool:
    """Whether the words beside *place* make the slip of a short word one of time."""
    before, after = _beside(words, place, -1), _beside(words, place, 1)
    if slip.unit is not None:
        chosen = before.roles | (after.roles - {"rolling"})
        counted = before.number is not None and not after.roles.isdisjoint(("ago", "previous"))
        return counted or not chosen.isdisjoint(("this", "previous", "rolling", "next"))
    if slip.month is not None:
        led = before.roles & {"in", "to", "since", "from", "between", "until", "this", "previous"}
        return bool(led) or "year" in after.roles or before.number is not None
    if after.number is not None and after.unit is None:
        after = _beside(words, place + 1, 1)
    return any(
        each.unit is not None or each.weekday is not None or each.month is not None
        for each in (before, after)
    )


def _beside(words: list[Word], place: int, step: int) -> Meaning:
    """Return the meaning of the next word but articles; `NOTHING` at the ends."""
    place += step
    while 0 <= place < len(words) and step < 0 and "digits" in words[place].meaning.roles:
        if place < 1 or words[place - 1].meaning.roles.isdisjoint(("rolling", "next")):
            break
        place += step
    if not 0 <= place < len(words):
        return NOTHING
    found = words[place].meaning
    return slip_of(words[place].text) if found is NOTHING else found


def _abbreviated(mark: str, words: list[Word], fold: str, end: int) -> bool:
    """Whether the full stop only ends an abbreviation: "sett. 47", "sig. Marzo"."""
    if mark != "." or not words or "abbreviated" not in words[-1].meaning.roles:
        return False
    return words[-1].end == end - 1 and fold[end : end + 2].strip() != ""


def _word(text: str, fold: str, start: int, end: int, before: str) -> Word:
    word, original = fold[start:end], text[start:end]
    if not word.isascii():
        word = _COMBINING.sub("", word)
    if len(word) > _LONGEST:
        found = NOTHING
    elif word.isalpha() and "º" not in word:
        found = meaning_of(word)
        if found is NOTHING and len(word) > 3 and original.endswith(("rà", "RÀ", "ra\u0300")):
            found = FORETELLING  # "arriverà": the accent tells the future from "ancora"
    elif word.isdecimal():
        found = _number(word, fold, start, end)
    else:
        # Generations of mobile networks: "5G", never five days.
        found = NOTHING if original.endswith("G") else _mixed(word)
    return Word(word, start, end, found, before, original[:1].isupper() and not original.isupper())


def _number(word: str, fold: str, start: int, end: int) -> Meaning:
    around = fold[start - 1 : start] + fold[end : end + 2].strip()[:1]
    if len(word) > 4 or any(char in _MONEY for char in around):
        return NOTHING
    return _plain_number(int(word), len(word))


def _plain_number(value: int, digits: int) -> Meaning:
    if digits == 4 and 1990 <= value <= 2099:
        return meaning("year", "digits", number=value)
    return meaning("digits", number=value)


def _mixed(word: str) -> Meaning:
    """Return the meaning of letters and digits without a separator: "3rd", "9am", "24h", "q1"."""
    if is_known(word):
        return meaning_of(word)  # "2day", "n8n"
    if match := _HOURS.fullmatch(word):
        number = int(match["n"])
        half = {"piece": (Unit.HALF, number)} if number in (1, 2) else {}
        return meaning("amount", number=number, unit=Unit.HOUR, **half)  # "2h" may be H2
    if (match := _PIECE.fullmatch(word)) or (match := _PIECE_TURNED.fullmatch(word)):
        return _piece(match.groupdict())
    match = _SUFFIXED.fullmatch(word)
    if match is None:
        return NOTHING
    number, suffix = int(match["n"]), match["suffix"]
    if suffix in ("am", "pm") and 1 <= number <= 12:
        return meaning("exact clock", clock=(number % 12 + (12 if suffix == "pm" else 0)) * 60)
    if suffix in _ORDINAL_SUFFIXES:
        return meaning("digits ordinal", ordinal=number)
    unit = meaning_of(suffix).unit
    return meaning("amount", number=number, unit=unit) if unit else NOTHING


def _piece(groups: dict[str, str | None]) -> Meaning:
    unit, number = _PIECE_UNITS[groups["u"] or ""], int(groups["n"] or 0)
    year = int(groups.get("y") or groups.get("y2") or 0)
    if groups.get("yy"):
        year = 2000 + int(groups["yy"] or 0)  # "1Q26"
    if unit == Unit.WEEK:
        return meaning(week=(year, number)) if 1 <= number <= 53 else NOTHING
    if not 1 <= number <= (4 if unit == Unit.QUARTER else 2):
        return NOTHING
    if year:
        return meaning("piece of year", piece=(unit, number), number=year)
    return meaning(piece=(unit, number))


def _compound(text: str, fold: str, start: int, end: int, before: str) -> list[Word]:
    """Return what pieces joined by dashes, slashes, dots or colons mean, as one word or several."""
    shape = fold[start:end]
    whole = Word(shape, start, end, _shape(shape), before)
    if whole.meaning is not NOTHING:
        around = fold[start - 1 : start] + fold[end : end + 2].strip()[:1]
        if any(char in _MONEY or char == "+" for char in around):
            return [Word(shape, start, end, NOTHING, before)]
        return [whole]
    if _sentence_ends_inside(text[start:end]):
        first = shape.index(".")
        return [
            _word(text, fold, start, start + first, before),
            STOP,
            *_compound(text, fold, start + first + 1, end, ""),
        ]
    left, _, right = shape.partition("-")
    if _shape(left) is not NOTHING and _shape(right) is not NOTHING:
        first = start + len(left)
        return [  # "1/3-15/3"
            *_compound(text, fold, start, first, before),
            *_compound(text, fold, first + 1, end, "-"),
        ]
    parts = _JOINTS.split(shape)
    if not _separable(parts):
        return [whole]
    words: list[Word] = []
    place = start
    for part, joint in zip(parts[::2], ["", *parts[1::2]], strict=True):
        place += len(joint)
        kind = _compound if not part.isalnum() else _one_word
        words.extend(kind(text, fold, place, place + len(part), joint or before))
        place += len(part)
    return words


def _one_word(text: str, fold: str, start: int, end: int, before: str) -> list[Word]:
    return [_word(text, fold, start, end, before)]


def _sentence_ends_inside(original: str) -> bool:
    """Whether a space is missing after a full stop: "oggi.Quante" (but not "monday.com")."""
    first, dot, rest = original.partition(".")
    return bool(dot) and first.isalpha() and rest[:1].isupper() and rest[1:2].islower()


def _separable(parts: list[str]) -> bool:
    """Whether every part is a word of time or a small number: "3-10", "ott-nov", "gen-2026"."""
    pieces, joints = parts[::2], set(parts[1::2])
    if len(pieces) < 2:
        return False
    if all(piece.isdecimal() for piece in pieces):
        years = all(len(piece) == 4 for piece in pieces)
        return len(pieces) == 2 and joints == {"-"} and (years or len("".join(pieces)) <= 4)
    return all(len(piece) <= 4 if piece.isdecimal() else _known(piece) for piece in pieces)


def _known(piece: str) -> bool:
    if piece.isalpha():
        return is_known(piece) and (len(piece) > 2 or piece == "to")  # not "GG-2015-1990"
    return _mixed(piece) is not NOTHING or bool(_CLOCK.fullmatch(piece))


def _shape(shape: str) -> Meaning:
    if shape in ("a.m", "p.m"):
        return meaning_of(shape[0] + "m")
    if shape == "week-end":
        return meaning_of("weekend")
    if shape == "24/7":
        return NOTHING
    if match := _CLOCK.fullmatch(shape):
        return _clock(match, shape)
    if match := _PIECE.fullmatch(shape):
        return _piece(match.groupdict())
    for pattern, _ in _DATE_SHAPES:
        if match := pattern.fullmatch(shape):
            return _date(match.groupdict(), shape)
    return NOTHING


def _clock(match: re.Match[str], shape: str) -> Meaning:
    hour, minute, half = int(match["h"]), int(match["min"]), match["half"]
    if hour > 24 or minute > 59 or (half and hour > 12):
        return NOTHING
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    # "15:30" is a time wherever it stands, "15.30" only where a time is expected.
    certain = ":" in shape or half
    return meaning("exact clock" if certain else "dotted clock", clock=hour * 60 + minute)


def _date(groups: dict[str, str | None], shape: str) -> Meaning:
    """Return the date; day first unless that cannot be. "bad date" where no order can be."""
    year = int(groups["y"] or 0) if groups.get("y") else None
    if year is not None and year < 100:
        year += 2000
    if year is not None and not 1900 <= year <= 2199:
        return meaning("bad date")
    month = int(groups["m"] or 0)
    if groups.get("d") is None:
        return meaning(date=(year, month, None)) if 1 <= month <= 12 else NOTHING
    day = int(groups["d"] or 0)
    if month > 12 >= day:
        day, month = month, day
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return meaning("bad date") if year else NOTHING
    return meaning(date=(year, month, day))
