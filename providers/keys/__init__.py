"""API keys: set once with `agent-cli keys`, read when a language model is first needed.

Environment variables win. A key is kept in the system's keyring, or else sealed in ``keys.json``;
that file also says which keys there are, so where nothing is stored nothing is imported.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, get_args

from core.errors import KeyStoreError

if TYPE_CHECKING:
    from pydantic import SecretStr

    from core.settings import Settings

log = logging.getLogger("milhena")

KeyName = Literal["gemini", "groq", "langsmith"]
KEY_NAMES: tuple[KeyName, ...] = get_args(KeyName)
VARIABLES: Mapping[KeyName, tuple[str, ...]] = {
    "gemini": ("GOOGLE_API_KEY", "GEMINI_API_KEY"),
    "groq": ("GROQ_API_KEY",),
    "langsmith": ("LANGSMITH_API_KEY", "LANGCHAIN_API_KEY"),
}
"""What the operator may set instead; the first one is the one to tell."""
KEYS_FILE = "keys.json"


def with_stored_keys(settings: Settings) -> Settings:
    """Return *settings* with the stored keys of the models that have none in the environment.

    A key that cannot be read is told in the log and is then no key: questions are answered
    without it.
    """
    if not anything_stored(settings):
        return settings
    found = {
        f"{name}_api_key": key
        for name in ("gemini", "groq")
        if getattr(settings, f"{name}_api_key") is None
        and (key := _stored_or_none(settings, name)) is not None
    }
    return settings.model_copy(update=found) if found else settings


def langsmith_key(settings: Settings | None) -> SecretStr | None:
    """Return LangSmith's key: the environment's, else the stored one of *settings*."""
    from pydantic import SecretStr

    for variable in VARIABLES["langsmith"]:
        if value := os.environ.get(variable, "").strip():
            return SecretStr(value)
    if settings is None or not anything_stored(settings):
        return None
    return _stored_or_none(settings, "langsmith")


def anything_stored(settings: Settings) -> bool:
    """Whether stored keys are wanted and there are any: one look at the file system."""
    return settings.keys_store != "none" and (settings.account_home / KEYS_FILE).exists()


def _stored_or_none(settings: Settings, name: KeyName) -> SecretStr | None:
    from providers.keys.stored import KeyStore

    try:
        return KeyStore.of(settings).get(name)
    except KeyStoreError as error:
        log.warning("%s", error)
        return None
