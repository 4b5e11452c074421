"""What `agent-cli keys` says and does. No part of a key is ever shown."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from core.errors import KeyStoreError
from providers.keys import KEY_NAMES, VARIABLES, KeyName
from terminal.output import note, say, say_json

if TYPE_CHECKING:
    from pydantic import SecretStr

    from core.settings import Settings
    from providers.keys.stored import KeyStore, StoredKey

LONGEST_SHOWN = 20
_PLACES = {"keyring": "the system's keyring", "file": "the encrypted file"}


def provider_named(words: Sequence[str]) -> KeyName:
    """Return the provider that the command line names.

    :raises typer.BadParameter: it names none, or says more than that. What stood there may be a
        key, so it is not repeated.
    """
    for name in KEY_NAMES:
        if list(words) == [name]:
            return name
    choices = ", ".join(KEY_NAMES)
    if words and words[0] in KEY_NAMES:
        raise typer.BadParameter(
            "a key is never given as an argument, where everybody on this machine can read it. "
            f"Run the command without it: it asks. Or: agent-cli keys set {words[0]} < FILE"
        )
    shown = f"{words[0]!r} is none of them" if words and _harmless(words[0]) else "none was named"
    raise typer.BadParameter(f"{shown}: {choices}", param_hint="PROVIDER")


def _harmless(word: str) -> bool:
    return len(word) <= LONGEST_SHOWN and word.isascii() and word.isalpha() and word.islower()


def typed_key(name: KeyName) -> SecretStr:
    """Return the key that is typed at a hidden prompt, or the first line of stdin."""
    from pydantic import SecretStr

    from providers.keys.stored import LONGEST_KEY

    if sys.stdin is not None and sys.stdin.isatty():
        try:
            return SecretStr(getpass.getpass(f"API key of {name} (it is not shown): "))
        except EOFError:
            return SecretStr("")
    if sys.stdin is None:
        return SecretStr("")
    line = sys.stdin.buffer.readline(2 * LONGEST_KEY)
    return SecretStr(line.decode("utf-8", errors="replace").rstrip("\r\n"))


def set_key(settings: Settings, name: KeyName) -> None:
    """Ask for a key and store it."""
    stored = _store(settings).set(name, typed_key(name))
    _say_stored(stored)
    _note_variable(settings, name)
    note("agent-cli doctor checks it.")


def rotate_key(settings: Settings, name: KeyName, *, check: bool) -> None:
    """Ask for a new key, see that it works, and store it in place of the old one."""
    store = _store(settings)
    if name not in store.stored():
        store.rotate(name, _nothing())  # which says what to do instead
    key = typed_key(name)
    if check:
        _check_new(settings, name, key)
    stored = store.rotate(name, key)
    _say_stored(stored)
    _note_variable(settings, name)
    note(f"The old key still works at {name} until it is deleted there.")


def remove_key(settings: Settings, name: KeyName) -> None:
    """Forget a key."""
    if _store(settings).remove(name):
        say(f"{name}: the stored key is removed")
    else:
        say(f"{name}: no key is stored")
    _note_variable(settings, name)


def list_keys(settings: Settings, *, as_json: bool) -> None:
    """Show which keys there are and where, and nothing of the keys."""
    stored = _store(settings).stored()
    rows: list[dict[str, Any]] = [
        {
            "provider": name,
            "variable": _variable(settings, name),
            "stored_in": stored[name].where if name in stored else None,
            "set_at": stored[name].set_at.isoformat() if name in stored else None,
        }
        for name in KEY_NAMES
    ]
    if as_json:
        say_json({"keys": rows}, indent=2)
        return
    for row in rows:
        say(f"{row['provider']:<10} {_in_words(row)}")


def _in_words(row: dict[str, Any]) -> str:
    stored = ""
    if row["stored_in"]:
        day, _, time = row["set_at"].partition("T")
        stored = f"in {_PLACES[row['stored_in']]}, set {day} {time[:5]} UTC"
    if row["variable"]:
        also = f" (it wins over the one {stored})" if stored else ""
        return f"from {row['variable']}{also}"
    return stored or f"none: agent-cli keys set {row['provider']}"


def _store(settings: Settings) -> KeyStore:
    from providers.keys.stored import KeyStore

    return KeyStore.of(settings)


def _nothing() -> SecretStr:
    from pydantic import SecretStr

    return SecretStr("")


def _check_new(settings: Settings, name: KeyName, key: SecretStr) -> None:
    from providers.key_check import check_key

    if not key.get_secret_value().strip():
        return  # storing it says what is wrong
    verdict = check_key(name, key, settings)
    if verdict.state not in ("works", "paused"):
        raise KeyStoreError(
            f"{name} does not take the new key: {verdict.reason}. The old one stays; --no-check "
            "stores the new one all the same."
        )


def _say_stored(stored: StoredKey) -> None:
    say(f"{stored.name}: stored in {_PLACES[stored.where]}")
    if stored.note:
        note(f"note: {stored.note}")


def _variable(settings: Settings, name: KeyName) -> str | None:
    """The variable that a key is set in, perhaps by .env."""
    import os

    known = next((each for each in VARIABLES[name] if os.environ.get(each)), None)
    if known is None and getattr(settings, f"{name}_api_key", None) is not None:
        return f"{VARIABLES[name][0]} in .env"
    return known


def _note_variable(settings: Settings, name: KeyName) -> None:
    variable = _variable(settings, name)
    if variable:
        note(f"note: {variable} is set too, and wins over a stored key")
