from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.http_stand_in import HttpStandIn, Says

if TYPE_CHECKING:
    from .conftest import Agent, OpenTerminal

SECRET = "AIza7Qx2Vb9Kt4Wz8Jm3Hp6Rd1Gf5Ls"  # noqa: S105  # invented


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """The keyring of whoever runs the tests is theirs."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


def keys_of(agent: Agent) -> dict[str, dict[str, str | None]]:
    listed = json.loads(agent("keys", "list", "--json").stdout)["keys"]
    return {row["provider"]: row for row in listed}


def test_a_key_from_stdin_is_stored_listed_and_removed_without_being_shown(
    agent: Agent, clean_environment: Path
) -> None:
    done = agent("keys", "set", "gemini", stdin=f"{SECRET}\n")
    assert (done.returncode, done.stdout) == (0, "gemini: stored in the encrypted file\n")
    assert "there is none here" in done.stderr
    listed = agent("keys", "list")
    assert "gemini     in the encrypted file, set 20" in listed.stdout
    assert keys_of(agent)["gemini"]["stored_in"] == "file"
    assert keys_of(agent)["groq"]["stored_in"] is None
    removed = agent("keys", "remove", "gemini")
    assert removed.stdout == "gemini: the stored key is removed\n"
    assert keys_of(agent)["gemini"]["stored_in"] is None
    shown = "".join(each.stdout + each.stderr for each in (done, listed, removed))
    assert all(SECRET[at : at + 4] not in shown for at in range(len(SECRET) - 3))
    assert agent("keys", "remove", "gemini").returncode == 0


def test_a_key_is_typed_at_a_prompt_that_shows_nothing(
    open_terminal: OpenTerminal, agent: Agent
) -> None:
    terminal = open_terminal("keys", "set", "groq")
    terminal.wait_for("API key of groq")
    terminal.type(f"{SECRET}\n")
    assert terminal.wait_for_the_end() == 0
    assert SECRET not in terminal.seen
    assert "stored in the encrypted file" in terminal.seen
    assert keys_of(agent)["groq"]["stored_in"] == "file"


@pytest.mark.parametrize(
    "arguments",
    [
        ("set", "gemini", SECRET),
        ("set", SECRET),
        ("set", f"--key={SECRET}", "gemini"),
        ("set", "gemini", "--key", SECRET),
        ("rotate", "gemini", SECRET),
        ("remove", SECRET),
    ],
)
def test_a_key_on_the_command_line_is_refused_and_not_repeated(
    agent: Agent, arguments: tuple[str, ...], clean_environment: Path
) -> None:
    done = agent("keys", *arguments)
    assert done.returncode == 2
    assert SECRET not in done.stdout + done.stderr
    assert not clean_environment.exists()


def test_an_unknown_provider_is_told_which_there_are(agent: Agent) -> None:
    done = agent("keys", "set", "openai")
    assert done.returncode == 2
    assert "openai" in done.stderr
    assert "gemini, groq, langsmith" in " ".join(done.stderr.replace("│", " ").split())


def test_an_empty_key_is_refused(agent: Agent, clean_environment: Path) -> None:
    done = agent("keys", "set", "gemini", stdin="\n")
    assert done.returncode == 1
    assert "no key was given" in done.stderr
    assert not clean_environment.exists()


def test_the_environment_wins_and_both_are_listed(agent: Agent) -> None:
    agent("keys", "set", "groq", stdin=SECRET)
    listed = agent("keys", "list", GROQ_API_KEY="another").stdout
    assert "groq       from GROQ_API_KEY (it wins over the one in the encrypted file" in listed


def test_a_new_key_replaces_the_old_one_only_where_it_works(agent: Agent) -> None:
    agent("keys", "set", "gemini", stdin=SECRET)
    answers = [Says(401), Says(200, '{"models": []}')]
    with HttpStandIn(lambda _: answers.pop(0)) as server:
        base = {"MILHENA_GEMINI_BASE_URL": server.url}
        refused = agent("keys", "rotate", "gemini", stdin="second-key", **base)
        assert refused.returncode == 1
        assert "the key is refused (HTTP 401)" in refused.stderr
        assert agent("keys", "rotate", "gemini", stdin="third-key", **base).returncode == 0
        offered = [asked.headers["x-goog-api-key"] for asked in server.asked]
        assert offered == ["second-key", "third-key"]
        answers.append(Says(200, '{"models": []}'))
        agent("doctor", **base)
    assert server.asked[-1].headers["x-goog-api-key"] == "third-key"


def test_a_stored_key_is_what_a_question_is_asked_with(agent: Agent) -> None:
    agent("keys", "set", "groq", stdin=SECRET)
    with HttpStandIn(lambda _: Says(401)) as server:
        done = agent("ask", "Ciao!", MILHENA_GROQ_BASE_URL=server.url)
    assert done.returncode == 0, "a key that is refused leaves the local tier answering"
    assert server.asked[0].headers["authorization"] == f"Bearer {SECRET}"
    assert SECRET not in done.stdout + done.stderr
