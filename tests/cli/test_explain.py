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


def with_keys(stand_in: StandIn, **more: str) -> dict[str, str]:
    """Variables with which both models are the stand-in's, and have all the time they need."""
    return {
        "GOOGLE_API_KEY": "a",
        "GROQ_API_KEY": "b",
        "MILHENA_GEMINI_BASE_URL": stand_in.url,
        "MILHENA_GROQ_BASE_URL": stand_in.url,
        "MILHENA_CLASSIFY_TIMEOUT_S": "30",
        **more,
    }


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
        **with_keys(stand_in),
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


KEY_REFUSED = Fails(400, '{"error": {"details": [{"reason": "API_KEY_INVALID"}]}}')


def test_a_refused_key_is_one_clear_line_in_the_question_s_language(
    agent: Agent, stand_in: StandIn
) -> None:
    stand_in.always("gemini", KEY_REFUSED)
    stand_in.always("groq", Reply({"type": "GREETING", "language": "it"}))
    done = agent("ask", "--json", "-", stdin="Ciao!\nBuongiorno!\n", **with_keys(stand_in))
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["classified_by"], second["classified_by"]) == ("groq", "groq")
    assert "explain" not in first
    assert done.stderr.splitlines() == [
        "Gemini: la chiave, i permessi o il modello non vanno bene: «agent-cli doctor» dice di più."
    ], "once, and no line of a log"


def test_the_answer_itself_says_that_a_budget_is_used_up_and_explain_says_which(
    agent: Agent, stand_in: StandIn
) -> None:
    variables = with_keys(stand_in, MILHENA_BUDGET_USD_PER_USER_PER_DAY="0.000001")
    done = agent("ask", "--explain", "Ciao!", **variables)
    assert "Il tuo budget di oggi per i modelli linguistici è finito" in done.stdout
    assert "Gemini: il budget di oggi di questa persona per i modelli è finito" in done.stderr
    assert "MILHENA" not in done.stderr
    assert stand_in.asked == []


def test_doctor_checks_each_key_without_asking_a_model(agent: Agent, stand_in: StandIn) -> None:
    stand_in.always("groq", Fails(401))
    done = agent("doctor", "--json", **with_keys(stand_in))
    checks = {each["name"]: each for each in json.loads(done.stdout)["checks"]}
    assert (checks["Gemini"]["facts"]["key_state"], checks["Groq"]["facts"]["key_state"]) == (
        "works",
        "refused",
    )
    assert sorted(stand_in.listed) == ["gemini", "groq"]
    assert stand_in.asked == [], "nothing that costs"
