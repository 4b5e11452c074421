"""Settings: from the environment and `.env`, with a sentence where one cannot be used."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import load_settings


def dotenv(content: bytes) -> None:
    Path(".env").write_bytes(content)


def test_a_line_of_dotenv_is_a_setting_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dotenv("MILHENA_TIMEZONE=Europe/Paris\nMILHENA_THREAD_TURNS=7\n# perché no\n".encode())
    monkeypatch.setenv("MILHENA_THREAD_TURNS", "9")
    settings = load_settings()
    assert (settings.timezone, settings.thread_turns) == ("Europe/Paris", 9)
    assert settings.zone.key == "Europe/Paris"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("MILHENA_TIMEZONE=Europe/Rome # perché".encode("utf-16"), id="UTF-16"),
        pytest.param("MILHENA_HOME=/srv/città".encode("latin-1"), id="Latin-1"),
        pytest.param(b"\x80\x81\xfe\xff", id="no text"),
    ],
)
def test_a_dotenv_that_is_not_utf_8_is_one_sentence(content: bytes) -> None:
    dotenv(content)
    with pytest.raises(SettingsError, match="UTF-8") as caught:
        load_settings()
    assert str(Path.cwd()) in str(caught.value)
    assert caught.value.setting == ".env"
    assert "\n" not in str(caught.value)


def test_langsmith_s_variables_may_stand_in_dotenv_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LANGSMITH_PROJECT", "LANGSMITH_ENDPOINT", "LANGSMITH_TRACING", "OTHER_NAME"):
        monkeypatch.setenv(name, "to be put back")
        monkeypatch.delenv(name)
    monkeypatch.setenv("LANGSMITH_TRACING", "false")
    dotenv(
        b"LANGSMITH_PROJECT=milhena\nLANGSMITH_ENDPOINT=\nLANGSMITH_TRACING=true\nOTHER_NAME=x\n"
    )
    load_settings()
    assert os.environ["LANGSMITH_PROJECT"] == "milhena"
    assert "LANGSMITH_ENDPOINT" not in os.environ, "an empty variable is an unset one"
    assert os.environ["LANGSMITH_TRACING"] == "false", "the environment wins"
    assert "OTHER_NAME" not in os.environ


@pytest.mark.parametrize("name", ["GOOGLE_API_KEY", "GEMINI_API_KEY"])
def test_a_key_goes_by_its_usual_names_and_is_never_shown(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "secret-word")
    settings = load_settings()
    assert settings.gemini_api_key is not None
    assert settings.gemini_api_key.get_secret_value() == "secret-word"
    assert "secret-word" not in repr(settings)


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MILHENA_POOL_SIZE", "MILHENA_N8N_URL", "GROQ_API_KEY", "MILHENA_LANGUAGE"):
        monkeypatch.setenv(name, "")
    settings = load_settings()
    assert (settings.pool_size, settings.n8n_url, settings.groq_api_key) == (10, None, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("MILHENA_TIMEZONE", "Roma", id="no zone"),
        pytest.param("MILHENA_TIMEZONE", "../etc/passwd", id="no zone but a path"),
        pytest.param("MILHENA_POOL_SIZE", "many", id="no number"),
        pytest.param("MILHENA_REFRESH_BUDGET_S", "-1", id="below its range"),
        pytest.param("MILHENA_CLASSIFY", "guess", id="none of the choices"),
        pytest.param("MILHENA_MODELS_URGENT", "groq:small, claude", id="no provider's model"),
        pytest.param("MILHENA_GEMINI_BASE_URL", "http://[broken", id="no address"),
        pytest.param("MILHENA_GROQ_BASE_URL", "models.example.com", id="an address of no kind"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert caught.value.setting == name
    assert str(caught.value).startswith(f"{name} is {value!r}: ")
    assert ".env.example" in str(caught.value)


def test_home_begins_with_the_tilde_of_the_person_who_asks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MILHENA_HOME", "~/milhena")
    assert load_settings().home == tmp_path / "milhena"
