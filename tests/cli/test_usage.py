from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.provider_stand_in import Reply, StandIn

if TYPE_CHECKING:
    from .conftest import Agent

GREETING = {"type": "GREETING", "language": "it"}


def asked_of(server: StandIn) -> dict[str, str]:
    return {"GOOGLE_API_KEY": "test-key", "MILHENA_GEMINI_BASE_URL": server.url,
            "MILHENA_CLASSIFY_TIMEOUT_S": "30"}  # fmt: skip


def usage_of(agent: Agent, *arguments: str, **variables: str) -> dict[str, object]:
    shown: dict[str, object] = json.loads(agent("usage", "--json", *arguments, **variables).stdout)
    return shown


def test_before_the_first_call_there_is_nothing_to_show(agent: Agent) -> None:
    assert "no language model was called" in agent("usage").stdout
    assert usage_of(agent)["rows"] == []


def test_an_answer_says_what_it_cost_and_usage_adds_it_up(agent: Agent) -> None:
    with StandIn() as server:
        server.always("gemini", Reply(GREETING))
        asked = [
            agent("ask", "--json", "--no-cache", "--user", user, "Ciao!", **asked_of(server))
            for user in ("anna", "anna", "bruno")
        ]
    costs = [json.loads(each.stdout)["usage"]["cost_usd"] for each in asked]
    assert all(cost > 0 for cost in costs), asked[0].stderr
    rows = usage_of(agent, "--by", "user")["rows"]
    assert isinstance(rows, list)
    assert [(row["user"], row["calls"]) for row in rows] == [("anna", 2), ("bruno", 1)]
    assert sum(row["cost_usd"] for row in rows) == pytest.approx(sum(costs))
    assert rows[0]["input_tokens"] > rows[0]["output_tokens"] > 0
    shown = agent("usage", "--by", "provider").stdout
    assert "gemini" in shown
    assert "$0.00" in shown


def test_a_used_up_budget_leaves_the_local_tier_answering_for_nothing(agent: Agent) -> None:
    with StandIn() as server:
        server.always("gemini", Reply(GREETING))
        budget = {"MILHENA_BUDGET_USD_PER_DAY": "0.000001"}
        done = agent("ask", "--json", "--no-cache", "Ciao!", **asked_of(server), **budget)
        assert server.count("gemini") == 0
    answer = json.loads(done.stdout)
    assert (answer["classified_by"], answer["usage"]["cost_usd"]) == ("rules", 0.0)
    assert usage_of(agent, **budget)["budgets"] == [
        {"scope": "day", "limit_usd": 1e-06, "charged_usd": 0.0, "left_usd": 1e-06}
    ]
