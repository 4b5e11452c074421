"""Text out of the records, made safe to show, and plain tables and lists made of it.

Subjects and names come from strangers: they may hold colour codes, characters that turn the
line round, or a page of text. What is shown is one line of visible characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from catalogue.metrics import Language

SHOWN_ROWS = 10
"""So many rows a text shows; the rest is in the data."""

_ESCAPE_SEQUENCES = re.compile(
    "\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?"  # titles and links: up to BEL or ST
    "|(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]?"  # colours and cursor moves
    "|\x1b[PX^_][^\x1b]*(?:\x1b\\\\)?"  # strings for the device
    "|\x1b[ -/]*[0-~]?"
)
_JOINERS = "\u200c\u200d"  # part of how some scripts and emoji are written
_AS_EMOJI = "\ufe0f"
_MAX_MARKS = 3
"""Accents stacked on one letter; more of them only smear over the lines around."""


@lru_cache(maxsize=2048)
def one_line(text: str, limit: int = 80) -> str:
    """*text* on one line, without control, escape and direction characters.

    Longer texts end in an ellipsis after at most *limit* characters.
    """
    if not text.isprintable():
        text = _ESCAPE_SEQUENCES.sub("", text)
        text = "".join(map(_visible, text))
    if not text.isascii():
        text = _without_piled_marks(text)
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    cut = limit - 1
    # An accent or a joiner belongs to the letter before it.
    while cut > 1 and (unicodedata.combining(text[cut]) or text[cut] in _JOINERS):
        cut -= 1
    return text[:cut].rstrip() + "…"


def _visible(character: str) -> str:
    if character in _JOINERS:
        return character
    match unicodedata.category(character):
        case "Cc" | "Zl" | "Zp":
            # Blank and line characters divide words; other controls vanish.
            return " " if character.isspace() else ""
        case "Cf" | "Co":
            return ""
        case "Cs":
            return "\ufffd"  # half a character: could not even be printed
        case _:
            return character


def _without_piled_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def quoted(text: str, language: Language, limit: int = 80) -> str:
    """A name or subject between the quotation marks of the language: «Ordini», “Orders”."""
    shown = one_line(text, limit)
    return f"«{shown}»" if language == "it" else f"“{shown}”"


def width(text: str) -> int:
    """Columns that *text* takes in a terminal: wide characters take two, accents none."""
    if text.isascii():
        return len(text)
    columns = last = 0
    for character in text:
        if character == _AS_EMOJI:
            columns += 2 - last  # what stands before it is drawn as an emoji
            last = 2
        elif not (unicodedata.combining(character) or character in _JOINERS):
            last = 2 if unicodedata.east_asian_width(character) in "WF" else 1
            columns += last
    return columns


def table(rows: Sequence[Sequence[str]], *, numeric: Sequence[bool]) -> list[str]:
    """Lines with aligned columns; *numeric* columns are aligned to the right.

    :param rows: cells, already written; the first row may be a head.
    """
    if not rows:
        return []
    widths = [max(width(row[i]) for row in rows) for i in range(len(numeric))]
    lines = []
    for row in rows:
        cells = []
        for cell, column_width, right in zip(row, widths, numeric, strict=True):
            gap = " " * (column_width - width(cell))
            cells.append(gap + cell if right else cell + gap)
        lines.append(("  " + "  ".join(cells)).rstrip())
    return lines


def bullets(items: Sequence[str]) -> list[str]:
    """One line an item, that reads well in a terminal and in a chat."""
    return [f"• {item}" for item in items]


_BLOCKS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float]) -> str:
    """The shape of a series in one line: the lowest block is zero, the highest the maximum."""
    highest = max(values, default=0)
    if highest <= 0:
        return ""
    top = len(_BLOCKS) - 1
    return "".join(_BLOCKS[max(0, min(top, round(value / highest * top)))] for value in values)
