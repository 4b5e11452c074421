"""Times as people type them: spelled, shortened, misspelled, each window computed independently.

The windows in ``questions/times.txt`` come from a calendar of their own (days, weeks and months
counted with the standard library), not from the grammar.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from catalogue.query import Window
from language.time_expressions import read_time

ROME = ZoneInfo("Europe/Rome")
CASES = Path(__file__).parent / "questions" / "times.txt"


def cases() -> list[tuple[str, str, str]]:
    """The moment, the text and its window, of every line."""
    now, found = "", []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line.startswith("@"):
            now = line[2:]
        elif line and not line.startswith("#"):
            text, _, window = line.rpartition(" => ")
            found.append((now, text, window))
    return found


def shown(window: Window | None) -> str:
    """Return *window* as the file writes it, in wall-clock time."""
    if window is None:
        return "none"
    start, end = (
        "…" if each is None else f"{each.astimezone(ROME):%Y-%m-%dT%H:%M}".removesuffix("T00:00")
        for each in (window.start, window.end)
    )
    return f"{start} .. {end}"


@pytest.mark.parametrize(("now", "text", "wanted"), cases())
def test_a_time_is_read_as_it_was_typed(now: str, text: str, wanted: str) -> None:
    read = read_time(text, now=datetime.fromisoformat(now).replace(tzinfo=ROME), zone=ROME)
    got = shown(read.window)
    if read.compare_to is not None:
        got += f" ~ {shown(read.compare_to)}"
    assert got == wanted
    assert (read.hours, read.weekdays) == ((), ())


@pytest.mark.parametrize(
    "text",
    [
        "quanti ordini il 31/11?",
        "ordini del 30/02",
        "errori del 31/4/2026",
        "mail del 29/02/2026",
        "ordini dal 31/09",
        "how many orders on 31/06/2026?",
        "errors on 2026-02-30",
        "ordini del 32/01/2026",
    ],
)
def test_a_date_in_digits_that_no_year_has_is_told_as_impossible(text: str) -> None:
    read = read_time(text, now=datetime(2026, 5, 14, 9, 20, tzinfo=ROME), zone=ROME)
    ((start, end),) = read.impossible
    assert any(char.isdigit() for char in text[start:end])
    assert read.window is None
    assert not read.certain
