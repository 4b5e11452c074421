"""The prompt of the model tiers: short, of today, and in step with the catalogue."""

from __future__ import annotations

from typing import get_args

import pytest
from langchain_core.messages import SystemMessage
from langchain_core.messages.utils import count_tokens_approximately

import prompts
from catalogue import METRICS, QuestionType
from catalogue.query import Grouping, StoryName, Subject

TEXT_TOKENS = 450
"""The text alone was 373 tokens when this was written, approximately."""
WHOLE_TOKENS = 700
"""With the metrics, twenty processes and the query before it was 607."""
PROCESSES = [f"Processo numero {number} (ordini)" for number in range(1, 21)]
PREVIOUS = '{"metric":"orders","window":{"start":"2026-11-21T00:00:00+01:00","end":"2026-11-22"}}'


def tokens(text: str) -> int:
    return count_tokens_approximately([SystemMessage(text)])


@pytest.fixture
def prompt() -> str:
    return prompts.render(
        "classify",
        now="2026-11-22T15:04",
        weekday="Sunday",
        timezone="Europe/Rome",
        metrics=", ".join(METRICS),
        processes="; ".join(PROCESSES),
        previous=PREVIOUS,
    )


def test_the_prompt_is_short(prompt: str) -> None:
    blank = dict.fromkeys(("now", "weekday", "timezone", "metrics", "processes", "previous"), "")
    assert tokens(prompts.render("classify", **blank)) <= TEXT_TOKENS
    assert tokens(prompt) <= WHOLE_TOKENS


def test_the_prompt_names_today_the_zone_the_processes_and_the_query_before(prompt: str) -> None:
    for expected in ("2026-11-22T15:04", "Sunday", "Europe/Rome", PREVIOUS, *PROCESSES):
        assert expected in prompt
    assert "$" not in prompt


def test_the_prompt_names_all_that_the_catalogue_has(prompt: str) -> None:
    known = (*METRICS, *QuestionType, *get_args(Grouping), *get_args(Subject), *get_args(StoryName))
    assert [each for each in known if str(each) not in prompt] == []


def test_a_placeholder_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        prompts.render("classify", now="2026-11-22T15:04")
