"""The settings: read once, checked once, with a message that says what to do.

Every setting is an environment variable ``MILHENA_*`` or a line of ``.env`` (``.env.example``
lists them all); keys go by their usual names. An empty variable is an unset one.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import SettingsError


def _default_home() -> Path:
    try:
        return Path.home() / ".milhena"
    except RuntimeError:
        raise ValueError("this user has no home folder: set it to a folder") from None


class Settings(BaseSettings):
    """What the operator may choose."""

    model_config = SettingsConfigDict(
        env_prefix="MILHENA_",
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    # --- the two databases -------------------------------------------------------------------
    n8n_url: str | None = Field(
        None, description="n8n's database: sqlite:///file, a bare path, or postgresql://…"
    )
    n8n_schema: str | None = Field(
        None, description="PostgreSQL schema of n8n's tables; found by itself where one fits."
    )
    store_url: str | None = Field(
        None, description="Milhena's own store; default: a SQLite file in MILHENA_HOME."
    )
    home: Path = Field(
        default_factory=_default_home, description="Folder for the embedded store and the cache."
    )
    store_content: bool = Field(
        False, description="Also keep the text of e-mails (default: subject and sender only)."
    )
    pool_size: Annotated[int, Field(ge=1, le=200)] = Field(
        10, description="Pooled connections per database."
    )
    refresh_budget_s: Annotated[float, Field(ge=0, le=30)] = Field(
        1.0, description="At most this long a question waits for new records."
    )

    # --- questions ---------------------------------------------------------------------------
    timezone: str = Field("Europe/Rome", description="The business time zone (IANA name).")
    language: Literal["it", "en"] | None = Field(
        None, description="Answer always in this language; default: the question's."
    )
    max_question_chars: Annotated[int, Field(ge=1)] = Field(
        10_000, description="Longer questions are not taken."
    )
    memory_cache_entries: Annotated[int, Field(ge=0)] = Field(
        1_000, description="Entries of the cache in memory; 0 turns it off."
    )
    disk_cache_mb: Annotated[int, Field(ge=0)] = Field(
        64, description="Size of the cache on disk in MB; 0 turns it off."
    )
    thread_turns: Annotated[int, Field(ge=1, le=200)] = Field(
        20, description="How many turns of a conversation are kept."
    )
    redis_url: SecretStr | None = Field(
        None, description="Reserved: a Redis that several servers share."
    )

    # --- language models ---------------------------------------------------------------------
    classify: Literal["models-first", "local-first"] = Field(
        "models-first",
        description="local-first: a reading of which the local tier is certain skips the models.",
    )
    classify_timeout_s: Annotated[float, Field(gt=0, le=60)] = Field(
        2.5, description="Time for all language models of one question together."
    )
    gemini_api_key: SecretStr | None = Field(
        None, validation_alias=AliasChoices("GOOGLE_API_KEY", "GEMINI_API_KEY")
    )
    groq_api_key: SecretStr | None = Field(None, validation_alias="GROQ_API_KEY")
    gemini_base_url: str | None = Field(None, description="Another address for Gemini.")
    groq_base_url: str | None = Field(None, description="Another address for Groq.")
    gemini_model: str = Field("gemini-3.5-flash-lite", description="Gemini model that classifies.")
    groq_model: str = Field("openai/gpt-oss-120b", description="Groq model that classifies.")

    # --- the server --------------------------------------------------------------------------
    host: str = Field("127.0.0.1", description="Address that `serve` listens on.")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8089, description="Port of `serve`.")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError('not an IANA time zone; use a name such as "Europe/Rome"') from error
        return value

    @field_validator("home")
    @classmethod
    def _expanded(cls, value: Path) -> Path:
        return value.expanduser()

    @cached_property
    def zone(self) -> ZoneInfo:
        """The business time zone."""
        return ZoneInfo(self.timezone)


def load_settings(**overrides: Any) -> Settings:
    """Return the settings of this process.

    :raises SettingsError: a variable holds a value that cannot be used; the text names the
        variable, its value (never a secret's) and what it may be.
    """
    try:
        _export_tracing_variables()
        return Settings(**overrides)
    except (UnicodeDecodeError, OSError) as error:
        raise SettingsError(
            f"the file .env in {Path.cwd()} cannot be read: {error}. It is plain UTF-8 text, one "
            "NAME=value a line.",
            setting=".env",
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "?"
        variable = name if name.isupper() else f"MILHENA_{name.upper()}"
        shown = "" if "KEY" in variable else f" is {first.get('input')!r}"
        reason = first["msg"].removeprefix("Value error, ")
        raise SettingsError(
            f"{variable}{shown}: {reason}. Set it in the environment or in .env; "
            ".env.example lists every setting.",
            setting=variable,
        ) from None
    except ValueError as error:  # no ValidationError: raised where the default is worked out
        raise SettingsError(f"MILHENA_HOME: {error}", setting="MILHENA_HOME") from None


def _export_tracing_variables() -> None:
    """Let LangSmith's variables stand in `.env` too: its library only reads the environment."""
    from dotenv import dotenv_values

    for name, value in dotenv_values(".env", encoding="utf-8").items():
        if name.startswith("LANGSMITH_") and value:
            os.environ.setdefault(name, value)
