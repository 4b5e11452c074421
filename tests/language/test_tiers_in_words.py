"""Every reason has words in both languages."""

from __future__ import annotations

from typing import Literal

import pytest

from core.errors import FailureKind, Refusal
from language.tiers_in_words import budget_used_up, needs_somebody, read_by, why_not


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("kind", [*FailureKind, *Refusal])
def test_every_kind_has_words(kind: FailureKind | Refusal, language: Literal["it", "en"]) -> None:
    if kind is FailureKind.CANCELLED:
        return  # nobody is left to read it
    words = why_not(kind.value, language, retry_after_s=120)
    assert words != kind.value
    assert "{" not in words


def test_the_wait_is_told_in_a_unit_that_people_use() -> None:
    assert why_not("paused", "it", retry_after_s=42) == "in pausa (di nuovo tra 42 s)"
    assert why_not("paused", "it", retry_after_s=600) == "in pausa (di nuovo tra 10 min)"
    assert why_not("paused", "en", retry_after_s=7200 * 2) == "paused (again in 4 h)"
    assert why_not("paused", "en", retry_after_s=0.2) == "paused"


def test_who_read_the_question_is_a_sentence() -> None:
    assert read_by("groq", "it") == "Domanda letta da: Groq."


@pytest.mark.parametrize("language", ["it", "en"])
def test_each_budget_has_words_of_its_own_and_one_of_nothing_is_not_told(
    language: Literal["it", "en"],
) -> None:
    scopes = ("user", "day", "total", "none")
    assert len({why_not("budget_used_up", language, budget=each) for each in scopes}) == 4
    assert len({budget_used_up({each}, language) for each in scopes[:3]} - {None}) == 3
    assert budget_used_up({"none", None}, language) is None
    assert budget_used_up({"user", "total"}, language) == budget_used_up({"total"}, language)


def test_only_what_lasts_until_somebody_acts_is_told_unasked() -> None:
    told = {kind for kind in FailureKind if needs_somebody("groq", kind.value, "en") is not None}
    assert told == {FailureKind.PERMANENT, FailureKind.QUOTA}
    assert all(needs_somebody("groq", each.value, "it") is None for each in Refusal)
