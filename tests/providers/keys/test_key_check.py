"""What a provider says to a key, asked for nothing that costs, over real sockets."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.settings import Settings
from providers.checks import check_budgets, check_langsmith, check_models
from providers.key_check import KeyVerdict, check_key
from providers.keys import KeyName
from providers.keys.stored import KeyStore
from tests.support.http_stand_in import Asked, HttpStandIn, Says

SECRET = "secret-key-of-a-test"  # noqa: S105  # invented
LISTS = {"gemini": {"models": []}, "groq": {"data": []}, "langsmith": []}


def check(name: KeyName, url: str, monkeypatch: pytest.MonkeyPatch) -> KeyVerdict:
    monkeypatch.setenv("LANGSMITH_ENDPOINT", url)
    settings = Settings(gemini_base_url=url, groq_base_url=url)
    return check_key(name, SecretStr(SECRET), settings)


@pytest.mark.parametrize("name", ["gemini", "groq", "langsmith"])
def test_a_key_that_works_is_found_by_asking_for_a_list(
    name: KeyName, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HttpStandIn(lambda _: Says(200, json.dumps(LISTS[name]))) as server:
        assert check(name, server.url, monkeypatch).state == "works"
    (asked,) = server.asked
    paths = {
        "gemini": "/v1beta/models?pageSize=1",
        "groq": "/openai/v1/models",
        "langsmith": "/sessions?limit=1",
    }
    assert (asked.method, asked.path, asked.body) == ("GET", paths[name], b"")
    headers = {"gemini": "x-goog-api-key", "groq": "authorization", "langsmith": "x-api-key"}
    assert asked.headers[headers[name]].removeprefix("Bearer ") == SECRET


@pytest.mark.parametrize(
    ("says", "state", "told"),
    [
        pytest.param(Says(401), "refused", "HTTP 401", id="401"),
        pytest.param(Says(403, f"no {SECRET}"), "refused", "HTTP 403", id="403"),
        pytest.param(
            Says(400, '{"error": {"details": [{"reason": "API_KEY_INVALID"}]}}'),
            "refused",
            "HTTP 400",
            id="Gemini's invalid key",
        ),
        pytest.param(Says(400, "{}"), "unexpected", "HTTP 400", id="400"),
        pytest.param(Says(402), "paused", "no money", id="402"),
        pytest.param(Says(429), "paused", "at its limit", id="429"),
        pytest.param(Says(429, "", {"retry-after": "17"}), "paused", "for 17 s", id="429, hint"),
        pytest.param(Says(503), "unreachable", "HTTP 503", id="503"),
        pytest.param(Says(404), "unexpected", "address", id="404"),
        pytest.param(Says(301, "", {"location": "/x"}), "unexpected", "HTTP 301", id="301"),
        pytest.param(Says(200, "<html>"), "unexpected", "something else", id="a web page"),
        pytest.param(Says(200, "{}"), "unexpected", "something else", id="no list"),
    ],
)
@pytest.mark.parametrize("name", ["gemini", "groq"])
def test_everything_else_is_told_apart(
    name: KeyName, monkeypatch: pytest.MonkeyPatch, says: Says, state: str, told: str
) -> None:
    with HttpStandIn(lambda _: says) as server:
        verdict = check(name, server.url, monkeypatch)
    assert verdict.state == state
    assert told in verdict.reason
    assert SECRET not in verdict.reason
    assert len(server.asked) == 1, "a redirection is not followed: it would carry the key along"


def test_nobody_there_and_nobody_answering_are_both_unreachable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("providers.key_check.TIMEOUT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as black_hole:
        url = f"http://127.0.0.1:{black_hole.getsockname()[1]}"
        assert check("gemini", url, monkeypatch).state == "unreachable"
    assert check("groq", url, monkeypatch).state == "unreachable"
    assert check("groq", "http://no-such-host.invalid", monkeypatch).state == "unreachable"


# --- what doctor makes of it ---------------------------------------------------------------------


def provider(answers: dict[str, Says]) -> Callable[[Asked], Says]:
    return lambda asked: answers["groq" if "/openai/" in asked.path else "gemini"]


def test_doctor_says_of_each_key_where_it_is_and_whether_it_works(tmp_path: Path) -> None:
    home = tmp_path / "home"
    KeyStore(home, where="file").set("gemini", SecretStr(SECRET))
    answers = {"gemini": Says(200, '{"models": []}'), "groq": Says(401)}
    with HttpStandIn(provider(answers)) as server:
        settings = Settings(
            home=home,
            groq_api_key=SecretStr(SECRET),
            gemini_base_url=server.url,
            groq_base_url=server.url,
        )
        gemini, groq = check_models(settings)
    assert (gemini.status, gemini.facts["key_from"]) == ("ok", "file")
    assert (groq.status, groq.facts["key_from"]) == ("warning", "environment")
    assert (gemini.facts["key_state"], groq.facts["key_state"]) == ("works", "refused")
    assert "agent-cli keys set groq" in groq.advice
    assert SECRET not in repr((gemini, groq))


def test_doctor_says_why_a_stored_key_is_of_no_use(tmp_path: Path) -> None:
    home = tmp_path / "home"
    KeyStore(home, where="file").set("gemini", SecretStr(SECRET))
    (home / "keys.key").chmod(0o644)
    gemini, groq = check_models(Settings(home=home))
    assert (gemini.status, groq.status) == ("warning", "ok")
    assert "chmod 600" in gemini.message


def test_doctor_asks_nobody_where_there_is_no_key(tmp_path: Path) -> None:
    with HttpStandIn(lambda _: Says(500)) as server:
        checks = check_models(Settings(gemini_base_url=server.url, groq_base_url=server.url))
    assert [check.status for check in checks] == ["ok", "ok"]
    assert server.asked == []


def test_doctor_shows_langsmith_s_key_only_where_tracing_is_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with HttpStandIn(lambda _: Says(200, "[]")) as server:
        monkeypatch.setenv("LANGSMITH_ENDPOINT", server.url)
        monkeypatch.setenv("LANGSMITH_API_KEY", SECRET)
        assert check_langsmith(Settings()).message == "tracing is off"
        assert server.asked == []
        monkeypatch.setenv("LANGSMITH_TRACING", "true")
        found = check_langsmith(Settings())
    assert (found.status, found.facts["key_state"]) == ("ok", "works")


def test_doctor_says_what_is_left_of_a_budget_and_makes_nothing(
    monkeypatch: pytest.MonkeyPatch, clean_environment: Path
) -> None:
    assert check_budgets(Settings()).message.startswith("none set")
    monkeypatch.setenv("MILHENA_BUDGET_USD_PER_DAY", "1.5")
    found = check_budgets(Settings())
    assert (found.status, found.message) == ("ok", "today $0.00 of $1.50")
    monkeypatch.setenv("MILHENA_BUDGET_USD_TOTAL", "0")
    assert check_budgets(Settings()).status == "warning"
    assert not clean_environment.exists()
