"""The stored keys of an installation: which there are, where each one is, and changing them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import SecretStr

from core.errors import KeyStoreError
from providers.keys import KEYS_FILE, KeyName
from providers.keys.key_file import Entry, locked, read_entries, write_entries
from providers.keys.sealing import Sealer
from providers.keys.system_keyring import KeyringUnavailable, SystemKeyring

if TYPE_CHECKING:
    from core.settings import Settings

LONGEST_KEY = 1_000


@dataclass(frozen=True)
class StoredKey:
    """What may be told of a key: nothing of the key itself."""

    name: str
    where: Literal["keyring", "file"]
    set_at: datetime
    note: str = ""
    """Why it is not where it was wanted."""


class KeyStore:
    """The keys stored in one home.

    :param where: ``auto`` takes the keyring where there is one that answers, else the file.
    """

    def __init__(
        self,
        home: Path,
        *,
        where: Literal["auto", "keyring", "file", "none"] = "auto",
        passphrase: SecretStr | None = None,
    ) -> None:
        self._home = home
        self._where = where
        self._file = home / KEYS_FILE
        self._sealer = Sealer(home, passphrase)
        self._keyring = SystemKeyring(home)

    @classmethod
    def of(cls, settings: Settings) -> KeyStore:
        """Return the store of an installation; nothing is opened yet."""
        return cls(
            settings.account_home, where=settings.keys_store, passphrase=settings.keys_passphrase
        )

    def stored(self) -> dict[str, StoredKey]:
        """Return what is stored, by name; no key is opened and no keyring asked.

        With ``none`` too: what lies there can still be listed and removed.

        :raises KeyStoreError: the file cannot be read.
        """
        return {name: _told(name, entry) for name, entry in read_entries(self._file).items()}

    def get(self, name: KeyName) -> SecretStr | None:
        """Return the key; None where none is stored.

        :raises KeyStoreError: there is one that cannot be read.
        """
        entry = read_entries(self._file).get(name)
        if entry is None:
            return None
        if entry.where == "file":
            return SecretStr(self._sealer.opened(name, entry))
        try:
            secret = self._keyring.get(name)
        except KeyringUnavailable as error:
            raise KeyStoreError(
                f"the key of {name} is in the system's keyring, which cannot be read: {error}. "
                f'Unlock it, or store the key anew: "agent-cli keys set {name}".'
            ) from None
        if secret is None:
            raise KeyStoreError(
                f"the key of {name} is no longer in the system's keyring: "
                f'"agent-cli keys set {name}" stores it anew.'
            )
        return SecretStr(secret)

    def set(self, name: KeyName, key: SecretStr) -> StoredKey:
        """Store *key* in place of any former one, and return what may be told of it.

        :raises KeyStoreError: it is no key, or it cannot be stored.
        """
        secret = _checked(key)
        with locked(self._home):
            entries = read_entries(self._file)
            former = entries.get(name)
            entry, note = self._stored_anew(name, secret)
            write_entries(self._file, {**entries, name: entry})
            if former is not None and former.where == "keyring" and entry.where != "keyring":
                self._keyring.forget(name)  # no second copy that nobody knows of
        return replace(_told(name, entry), note=note)

    def rotate(self, name: KeyName, key: SecretStr) -> StoredKey:
        """Replace a stored key, and seal what the encrypted file holds with a new key file.

        :raises KeyStoreError: none is stored, or the new one cannot be.
        """
        if name not in read_entries(self._file):
            raise KeyStoreError(
                f'there is no stored key of {name} to replace: "agent-cli keys set {name}" '
                "stores one."
            )
        stored = self.set(name, key)
        with locked(self._home):
            self._seal_anew()
        return stored

    def remove(self, name: KeyName) -> bool:
        """Forget a key; False where there was none.

        :raises KeyStoreError: it cannot be removed.
        """
        with locked(self._home):
            entries = read_entries(self._file)
            entry = entries.pop(name, None)
            if entry is None:
                return False
            if entry.where == "keyring":
                try:
                    self._keyring.remove(name)
                except KeyringUnavailable as error:
                    raise KeyStoreError(
                        f"the key of {name} is in the system's keyring, which does not let it "
                        f"go: {error}. Unlock it and try again."
                    ) from None
            write_entries(self._file, entries)
        return True

    def _stored_anew(self, name: KeyName, secret: str) -> tuple[Entry, str]:
        if self._where == "none":
            raise KeyStoreError(
                "no key is stored: MILHENA_KEYS_STORE is none. Set it to auto, keyring or file."
            )
        now, note = datetime.now(UTC).replace(microsecond=0), ""
        if self._where != "file":
            try:
                self._keyring.set(name, secret)
                return Entry(where="keyring", set_at=now), ""
            except KeyringUnavailable as error:
                if self._where == "keyring":
                    raise KeyStoreError(
                        f"the key of {name} cannot be put into the system's keyring: {error}. "
                        "MILHENA_KEYS_STORE=file keeps keys in an encrypted file instead."
                    ) from None
                note = f"not in the system's keyring: {error}"
        return self._sealer.sealed(name, secret, now), note

    def _seal_anew(self) -> None:
        """Seal every entry of the file anew; whenever this ends, all of them can be opened."""
        entries = read_entries(self._file)
        mine = {name: each for name, each in entries.items() if self._sealer.holds_key_of(each)}
        if not mine:
            return
        opened = {name: self._sealer.opened(name, entry) for name, entry in mine.items()}
        self._sealer.add_new_key()
        sealed: Mapping[str, Entry] = {
            name: self._sealer.sealed(name, secret, mine[name].set_at, with_key_file=True)
            for name, secret in opened.items()
        }
        write_entries(self._file, {**entries, **sealed})
        self._sealer.drop_old_keys()


def _told(name: str, entry: Entry) -> StoredKey:
    return StoredKey(name, entry.where, entry.set_at)


def _checked(key: SecretStr) -> str:
    secret = key.get_secret_value().strip()
    if not secret:
        raise KeyStoreError("no key was given: nothing is stored")
    if len(secret) > LONGEST_KEY:
        raise KeyStoreError(
            f"what was given has {len(secret):,} characters: no API key is longer than "
            f"{LONGEST_KEY:,}. Nothing is stored."
        )
    # It travels in an HTTP header.
    if any(not "!" <= character <= "~" for character in secret):
        raise KeyStoreError(
            "what was given holds spaces, control characters or letters that no API key has. "
            "Nothing is stored."
        )
    return secret
