"""Sealing keys for the file: Fernet, with a key beside it or one made of a passphrase."""

from __future__ import annotations

import base64
import binascii
import json
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from core.errors import KeyStoreError
from providers.keys.key_file import Entry, read_private, write_private

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

KEY_FILE = "keys.key"
# 32 MB and a tenth of a second a try: cheap once, dear for whoever tries millions.
_SCRYPT = {"n": 2**15, "r": 8, "p": 1}
_SALT_BYTES = 16


class Sealer:
    """Seals with the passphrase where there is one, else with the key file of *home*."""

    def __init__(self, home: Path, passphrase: SecretStr | None) -> None:
        self._file = home / KEY_FILE
        self._passphrase = passphrase

    def sealed(
        self, name: str, secret: str, set_at: datetime, *, with_key_file: bool = False
    ) -> Entry:
        """Return the entry of a key.

        :raises KeyStoreError: the key file cannot be read or made.
        """
        # The name is sealed with it: one key cannot be put in another's place.
        content = json.dumps({"name": name, "key": secret}).encode()
        if self._passphrase is None or with_key_file:
            token = self._with_key_file(make=True).encrypt(content).decode()
            return Entry("file", set_at, sealed_with="key-file", token=token)
        salt = os.urandom(_SALT_BYTES)
        token = self._with_passphrase(name, salt).encrypt(content).decode()
        shown_salt = base64.b64encode(salt).decode()
        return Entry("file", set_at, sealed_with="passphrase", salt=shown_salt, token=token)

    def opened(self, name: str, entry: Entry) -> str:
        """Return the key of an entry.

        :raises KeyStoreError: it cannot be opened; the text says what is missing.
        """
        from cryptography.fernet import InvalidToken

        if entry.sealed_with == "passphrase":
            fernet, lock = (
                self._with_passphrase(name, _salt(name, entry)),
                "MILHENA_KEYS_PASSPHRASE",
            )
        else:
            fernet, lock = self._with_key_file(make=False), str(self._file)
        try:
            content = json.loads(fernet.decrypt((entry.token or "").encode()))
            if content["name"] == name:
                return str(content["key"])
        except (InvalidToken, ValueError, KeyError, TypeError):
            pass
        raise KeyStoreError(
            f"the key of {name} cannot be opened with {lock}: it was sealed with another, or is "
            f'damaged. "agent-cli keys set {name}" stores it anew.'
        )

    # --- the key file --------------------------------------------------------------------------

    def holds_key_of(self, entry: Entry) -> bool:
        """Whether an entry is sealed with the key file."""
        return entry.sealed_with == "key-file"

    def add_new_key(self) -> None:
        """Seal with a new key from now on; what the former ones sealed can still be opened."""
        from cryptography.fernet import Fernet

        write_private(self._file, b"\n".join([Fernet.generate_key(), *self._keys()]) + b"\n")

    def drop_old_keys(self) -> None:
        """Forget all keys but the newest."""
        write_private(self._file, self._keys()[0] + b"\n")

    def _keys(self) -> list[bytes]:
        return (read_private(self._file) or b"").split()

    def _with_key_file(self, *, make: bool) -> MultiFernet:
        from cryptography.fernet import Fernet, MultiFernet

        keys = self._keys()
        if not keys and make:
            self.add_new_key()
            keys = self._keys()
        if not keys:
            raise KeyStoreError(
                f"{self._file}, which opens the stored keys, is gone: put it back, or store the "
                "keys again with agent-cli keys set."
            )
        try:
            return MultiFernet([Fernet(key) for key in keys])
        except (ValueError, binascii.Error):
            raise KeyStoreError(
                f"{self._file} is damaged or not Milhena's. Move it and keys.json away, and store "
                "the keys again with agent-cli keys set."
            ) from None

    # --- the passphrase ------------------------------------------------------------------------

    def _with_passphrase(self, name: str, salt: bytes) -> MultiFernet:
        from cryptography.fernet import Fernet, MultiFernet
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

        if self._passphrase is None:
            raise KeyStoreError(
                f"the key of {name} is sealed with a passphrase: set MILHENA_KEYS_PASSPHRASE."
            )
        passphrase = self._passphrase.get_secret_value().encode("utf-8", errors="surrogatepass")
        key = Scrypt(salt=salt, length=32, **_SCRYPT).derive(passphrase)
        return MultiFernet([Fernet(base64.urlsafe_b64encode(key))])


def _salt(name: str, entry: Entry) -> bytes:
    try:
        return base64.b64decode(entry.salt or "", validate=True)
    except (ValueError, binascii.Error):
        raise KeyStoreError(
            f'the stored key of {name} is damaged. "agent-cli keys set {name}" stores it anew.'
        ) from None
