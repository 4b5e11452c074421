"""Whole conversations, turn by turn, each read after what the thread carries over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from catalogue import Reading
from language.turns.thread import carried_over
from language.understanding import read
from tests.language.understanding_cases import NOW, PROCESSES, ROME, described, expected

QUESTIONS = Path(__file__).parent / "questions"
_MAY_BE_SAID = ("assumed", "focus", "lang", "topic", "reason", "order")
"""What a conversation's line need not name."""


def conversations(name: str) -> list[str]:
    text = (QUESTIONS / f"{name}.txt").read_text(encoding="utf-8")
    return [block for block in text.strip().split("\n\n") if block]


def window_in_short(said: str) -> str:
    """A window without a name: ``2026-11-02/2026-11-09``, with times where it has any."""
    start, _, end = said.partition("/")
    return "/".join(
        re.sub(r"(?: 00:00:00|:00)\+\d\d:\d\d$", "", moment).replace(" ", "T")
        for moment in (start, end)
    )


def in_short(reading: Reading) -> dict[str, str]:
    said = described(reading)
    return {
        key: window_in_short(value) if key in "@~" and "/" in value else value
        for key, value in said.items()
    }


@pytest.mark.parametrize(
    "conversation", conversations("turns"), ids=lambda text: text.split("\n")[0][:60]
)
def test_every_turn_changes_what_it_says_and_keeps_the_rest(conversation: str) -> None:
    readings: list[Reading] = []
    for line in conversation.split("\n"):
        question, _, wanted = line.rpartition(" => ")
        readings.append(
            read(
                question,
                now=NOW,
                zone=ROME,
                processes=PROCESSES,
                previous=carried_over(readings),
            )
        )
        if wanted == "-":
            continue
        got, want = in_short(readings[-1]), expected(wanted)
        needed = {*want, *(key for key in got if key not in _MAY_BE_SAID)}
        differing = {
            key: (want.get(key), got.get(key)) for key in needed if want.get(key) != got.get(key)
        }
        assert differing == {}, f"{line}\n{got}"
