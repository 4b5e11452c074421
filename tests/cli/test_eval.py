from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Agent

YESTERDAY = {"start": "2026-11-18T00:00", "end": "2026-11-19T00:00"}
INVOICES = [{"field": "process", "values": ["Fatture"]}]
HEADER = {
    "as_of": "2026-11-19T15:30",
    "timezone": "Europe/Rome",
    "processes": ["Fatture", "Ordini web"],
}
RIGHT = {
    "text": "Quante email ieri?",
    "language": "it",
    "type": "BUSINESS_DATA",
    "query": {"metric": "emails_received", "window": YESTERDAY},
}
WRONG = {**RIGHT, "text": "Quanti ordini ieri?", "type": "HELP"}
TALK = {
    "language": "it",
    "conversation": [
        {"text": "errori delle fatture", "query": {"metric": "errors", "filters": INVOICES}},
        {
            "text": "e ieri?",
            "query": {"metric": "errors", "filters": INVOICES, "window": YESTERDAY},
        },
    ],
}


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in (HEADER, RIGHT, WRONG, TALK)))
    return path


def test_a_file_with_its_own_processes_needs_no_n8n(agent: Agent, questions: Path) -> None:
    done = agent("eval", str(questions), "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["questions"]) == (0, 4)
    assert report["shares"]["all"] == {"right": 3, "total": 4, "share": 0.75}
    assert report["shares"]["follow-ups"]["right"] == 1
    assert report["shares"]["tier.rules"]["total"] == 4


def test_each_miss_is_explained(agent: Agent, questions: Path) -> None:
    done = agent("eval", str(questions))
    assert "line 3: Quanti ordini ieri?" in done.stdout
    assert "type: expected HELP, got BUSINESS_DATA" in done.stdout
    assert "metric: expected emails_received, got orders" in done.stdout
    assert "line 2" not in done.stdout
    assert "line 3" not in agent("eval", str(questions), "--misses", "0").stdout


def test_a_share_below_its_minimum_exits_with_one(agent: Agent, questions: Path) -> None:
    assert agent("eval", str(questions), "--min", "0.75", "--min", "windows=95%").returncode == 0
    done = agent("eval", str(questions), "--min", "0.76")
    assert done.returncode == 1
    assert "all: 3/4 = 75.0 % is below 76 %" in done.stderr
    unknown = agent("eval", str(questions), "--min", "colour=0.5")
    assert unknown.returncode == 1
    assert "no share called 'colour'" in unknown.stderr


def test_bad_arguments_are_told(agent: Agent, questions: Path) -> None:
    assert agent("eval", str(questions), "--min", "most").returncode == 2
    missing = agent("eval", "nowhere.jsonl")
    assert missing.returncode == 1
    assert "nowhere.jsonl cannot be read" in missing.stderr
    keyless = agent("eval", str(questions), "--tier", "groq")
    assert keyless.returncode == 1
    assert "GROQ_API_KEY" in keyless.stderr


def test_values_are_compared_with_the_demo_company(agent: Agent, tmp_path: Path) -> None:
    assert agent("demo").returncode == 0
    asked = agent("ask", "--demo", "--json", "Quanti processi ci sono?")
    [[processes]] = json.loads(asked.stdout)["data"]["rows"]
    path = tmp_path / "values.jsonl"
    lines = [{"text": "Quanti processi ci sono?", "value": value} for value in (processes, -1)]
    path.write_text("\n".join(map(json.dumps, lines)))
    report = json.loads(agent("eval", str(path), "--demo", "--json").stdout)
    assert [miss["line"] for miss in report["misses"]] == [2]
