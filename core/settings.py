"""The settings: read once, checked once, with a message that says what to do.

Every setting is an environment variable ``MILHENA_*`` or a line of ``.env`` (``.env.example``
lists them all); keys go by their usual names. An empty variable is an unset one.
"""

from __future__ import annotations

import os
import re
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    AliasChoices,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.errors import SettingsError
from core.redis_url import split_redis_url


def _default_home() -> Path:
    try:
        return Path.home() / ".milhena"
    except RuntimeError:
        raise ValueError("this user has no home folder: set it to a folder") from None


def _checked_order(value: str) -> str:
    for entry in value.split(","):
        provider, _, model = entry.strip().partition(":")
        if provider not in ("gemini", "groq") or not re.fullmatch(r"[\w./@:-]+", model):
            raise ValueError(
                f"{entry.strip()!r} is not provider:model, such as gemini:flash, gemini:strong, "
                "groq:large, groq:small or groq:llama-4-scout, separated by commas"
            )
    return value


def _checked_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return value
    except ValueError:
        pass
    raise ValueError('not an address such as "https://models.example.com"')


Requests = Annotated[int | None, Field(ge=0)]
"""How many a provider may be sent in a span of time; None or 0: as many as it takes."""

BaseUrl = Annotated[str | None, AfterValidator(lambda value: value and _checked_url(value))]

ModelOrder = Annotated[str | None, AfterValidator(lambda value: value and _checked_order(value))]
"""Models in the order in which they are asked, as ``provider:model``."""


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
    n8n_storage: Path | None = Field(
        None, description="Folder where n8n 2 keeps executions' data, if it does; default: n8n's."
    )
    mapping: Path | None = Field(
        None, description="Your additions to what counts as business (a YAML file)."
    )
    store_content: bool = Field(
        False,
        description="Also keep the texts of e-mails and messages, and details of customers.",
    )
    content_days: Annotated[int | None, Field(ge=0)] = Field(
        None, description="Contents older than so many days are not kept; default: for ever."
    )
    sync_every_s: Annotated[float | None, Field(ge=1)] = Field(
        None, description="`serve` copies what is new so often; default: when a question is asked."
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
        None, description="A Redis where several servers share breakers, limits and pauses."
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
    gemini_base_url: BaseUrl = Field(None, description="Another address for Gemini.")
    groq_base_url: BaseUrl = Field(None, description="Another address for Groq.")
    gemini_model: str = Field("gemini-3.5-flash-lite", description="Gemini's fast model (flash).")
    gemini_strong_model: str = Field(
        "gemini-3.8-flash", description="Gemini's best model (strong): analysis and prediction."
    )
    groq_model: str = Field("openai/gpt-oss-120b", description="Groq's best model (large).")
    groq_small_model: str = Field(
        "openai/gpt-oss-20b", description="Groq's fastest model (small): urgent questions."
    )
    # Which models are asked for which need; the table of defaults is in providers/choice.py.
    models_conversation: ModelOrder = None
    models_classification: ModelOrder = None
    models_analysis: ModelOrder = None
    models_prediction: ModelOrder = None
    models_urgent: ModelOrder = None
    models_other: ModelOrder = None
    # What the free plans allow, per model; made tighter by what the providers say. 0: no limit.
    gemini_requests_per_minute: Requests = 15
    gemini_requests_per_day: Requests = None
    gemini_tokens_per_minute: Requests = None
    gemini_tokens_per_day: Requests = None
    gemini_strong_requests_per_minute: Requests = 2
    gemini_strong_requests_per_day: Requests = None
    gemini_strong_tokens_per_minute: Requests = None
    gemini_strong_tokens_per_day: Requests = None
    gemini_day_zone: str = Field(
        "America/Los_Angeles", description="Google's quotas of a day begin at midnight there."
    )
    groq_requests_per_minute: Requests = 30
    groq_requests_per_day: Requests = 1_000
    groq_tokens_per_minute: Requests = 8_000
    groq_tokens_per_day: Requests = None
    breaker_failures: Annotated[int, Field(ge=1, le=1_000)] = Field(
        5, description="After so many failures in a row a model is left alone."
    )
    breaker_open_s: Annotated[float, Field(gt=0, le=86_400)] = Field(
        60.0, description="For so many seconds; then one call tries whether it is back."
    )
    model_attempts: Annotated[int, Field(ge=1, le=10)] = Field(
        3, description="Requests to one provider for one question, while its time lasts."
    )
    model_timeout_s: Annotated[float, Field(gt=0, le=600)] = Field(
        30.0, description="The longest that one request to a language model may take."
    )

    # --- stored keys (agent-cli keys) ----------------------------------------------------------
    keys_store: Literal["auto", "keyring", "file", "none"] = Field(
        "auto",
        description="auto: the system's keyring, else an encrypted file; none: no stored keys.",
    )
    keys_passphrase: SecretStr | None = Field(
        None, description="Seals the encrypted file; default: a key in a file of its own."
    )

    # --- money -------------------------------------------------------------------------------
    budget_usd_per_day: Annotated[Decimal | None, Field(ge=0)] = Field(
        None, description="At most so many US dollars for language models a day."
    )
    budget_usd_per_user_per_day: Annotated[Decimal | None, Field(ge=0)] = Field(
        None, description="At most so many US dollars for language models a day and user."
    )
    budget_usd_total: Annotated[Decimal | None, Field(ge=0)] = Field(
        None, description="At most so many US dollars for language models in all."
    )
    prices: Annotated[dict[str, tuple[Decimal, Decimal]], NoDecode] = Field(
        {}, description="model=input/output, …: US dollars per million tokens."
    )
    max_prompt_tokens: Annotated[int, Field(ge=500)] = Field(
        8_000, description="No longer prompt is sent to a language model."
    )
    shared_home: Path | None = Field(
        None, description="Folder of keys, usage and budgets; default: MILHENA_HOME."
    )
    usage_store_url: str | None = Field(
        None,
        description="Store of usage and budgets; default: MILHENA_STORE_URL, else in that folder.",
    )

    # --- the server --------------------------------------------------------------------------
    host: str = Field("127.0.0.1", description="Address that `serve` listens on.")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8089, description="Port of `serve`.")

    @field_validator("timezone", "gemini_day_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError('not an IANA time zone; use a name such as "Europe/Rome"') from error
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            split_redis_url(value.get_secret_value())
        return value

    @field_validator("home", "shared_home", "n8n_storage", "mapping")
    @classmethod
    def _expanded(cls, value: Path | None) -> Path | None:
        return value and value.expanduser()

    @field_validator("prices", mode="before")
    @classmethod
    def _read_prices(cls, value: object) -> object:
        return _prices_in(value) if isinstance(value, str) else value

    @property
    def account_home(self) -> Path:
        """Where keys, usage and budgets are: one place, however many homes share them."""
        return self.shared_home or self.home

    @cached_property
    def zone(self) -> ZoneInfo:
        """The business time zone."""
        return ZoneInfo(self.timezone)


def _prices_in(text: str) -> dict[str, tuple[Decimal, Decimal]]:
    prices = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        model, _, figures = entry.rpartition("=")
        try:
            input_usd, output_usd = (Decimal(figure.strip()) for figure in figures.split("/"))
            if not (model and 0 <= input_usd < 1_000_000 and 0 <= output_usd < 1_000_000):
                raise ValueError(entry)
        except (ValueError, ArithmeticError):
            raise ValueError(
                f"{entry!r} is not model=input/output, the US dollars per million tokens, such as "
                "openai/gpt-oss-120b=0.15/0.60"
            ) from None
        prices[model.strip()] = (input_usd, output_usd)
    return prices


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
        shown = "" if "KEY" in variable or "REDIS" in variable else f" is {first.get('input')!r}"
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
