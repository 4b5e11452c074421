"""`ask --explain`: which tier read the question, and why those before it did not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.provider_stand_in import Fails, Reply, StandIn

if TYPE_CHECKING:
    from .conftest import Agent


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as server:
        yield server


def test_without_keys_people_read_that_none_is_set(agent: Agent) -> None:
    done = agent("ask", "--explain", "Ciao!")
    assert done.returncode == 0, done.stderr
    assert "Domanda letta da: le regole di Milhena." in done.stderr
    assert "Gemini: non è stata impostata una chiave" in done.stderr
    assert "Domanda letta" not in done.stdout, "the answer stands alone there"


def test_the_reason_is_told_in_the_question_s_language(agent: Agent, stand_in: StandIn) -> None:
    stand_in.plan("gemini", Fails(429, headers={"retry-after": "40"}))
    stand_in.plan("groq", Reply({"type": "GREETING", "language": "en"}))
    done = agent(
        "ask",
        "--explain",
        "Good morning!",
        GOOGLE_API_KEY="a",
        GROQ_API_KEY="b",
        MILHENA_GEMINI_BASE_URL=stand_in.url,
        MILHENA_GROQ_BASE_URL=stand_in.url,
        MILHENA_CLASSIFY_TIMEOUT_S="30",
    )
    assert done.returncode == 0, done.stderr
    assert "The question was read by: Groq." in done.stderr
    assert "Gemini: asked to be sent nothing more (again in 40 s)" in done.stderr


def test_in_json_the_reasons_are_a_list_for_machines(agent: Agent) -> None:
    plain, explained = (
        json.loads(agent("ask", "--json", *options, "Ciao!").stdout)
        for options in ([], ["--explain"])
    )
    assert "explain" not in plain
    assert set(explained) - set(plain) == {"explain"}
    assert [(each["tier"], each["kind"]) for each in explained["explain"]] == [
        ("gemini", "no_key"),
        ("groq", "no_key"),
    ]
