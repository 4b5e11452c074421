"""The operating system's keyring, which may be absent, locked, or never answer."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

Found = TypeVar("Found")

SERVICE = "milhena"
READ_S = 2.0
"""How long a question waits for a keyring; it may be asking somebody for a password."""
WRITE_S = 10.0


class KeyringUnavailable(Exception):
    """There is no keyring, it is locked, or it does not answer; the text says which."""


class SystemKeyring:
    """The entries of one home in the keyring of the user that runs this."""

    _silent = False
    """A keyring that did not answer once is not asked again by this process."""

    def __init__(self, home: Path) -> None:
        self._home = str(home.expanduser().absolute())

    def get(self, name: str) -> str | None:
        """Return a key; None where there is none.

        :raises KeyringUnavailable: the keyring cannot be read.
        """
        found: str | None = self._asked(
            lambda keyring: keyring.get_password(SERVICE, self._account(name)), READ_S
        )
        return found

    def set(self, name: str, secret: str) -> None:
        """Store a key; it is there once this returns.

        :raises KeyringUnavailable: the keyring does not take it.
        """

        def store(keyring: Any) -> bool:
            keyring.set_password(SERVICE, self._account(name), secret)
            return bool(keyring.get_password(SERVICE, self._account(name)) == secret)

        if not self._asked(store, WRITE_S):
            raise KeyringUnavailable("it did not keep what it was given")

    def remove(self, name: str) -> None:
        """Forget a key; one that is not there is forgotten already.

        :raises KeyringUnavailable: the keyring does not let it go.
        """

        def remove(keyring: Any) -> None:
            if keyring.get_password(SERVICE, self._account(name)) is not None:
                keyring.delete_password(SERVICE, self._account(name))

        self._asked(remove, WRITE_S)

    def forget(self, name: str) -> None:
        """`remove` where that can be done; nothing where it cannot."""
        try:
            self.remove(name)
        except KeyringUnavailable:
            return

    def _account(self, name: str) -> str:
        # Two homes of one user have keys of their own.
        return f"{name} ({self._home})"

    def _asked(self, work: Callable[[Any], Found], patience_s: float) -> Found:
        """Return what *work* returns, done in a thread that may be left behind."""
        if SystemKeyring._silent:
            raise KeyringUnavailable("it does not answer")
        done: list[Found] = []
        failed: list[Exception] = []

        def run() -> None:
            try:
                done.append(work(_backend()))
            except Exception as error:  # backends raise whatever their system does
                failed.append(error)

        thread = threading.Thread(target=run, name="milhena-keyring", daemon=True)
        thread.start()
        thread.join(patience_s)
        if done:
            return done[0]
        if failed:
            if isinstance(failed[0], KeyringUnavailable):
                raise failed[0]
            # Their texts may hold anything; the class says enough.
            raise KeyringUnavailable(type(failed[0]).__name__)
        SystemKeyring._silent = True
        raise KeyringUnavailable(f"it has not answered within {patience_s:.0f} s")


def _backend() -> Any:
    import keyring

    backend = keyring.get_keyring()
    backends = getattr(backend, "backends", None) or [backend]
    usable = next((each for each in backends if _keeps_secrets(each)), None)
    if usable is None:
        raise KeyringUnavailable("there is none here")
    return usable


def _keeps_secrets(backend: Any) -> bool:
    module = type(backend).__module__
    if module in ("keyring.backends.fail", "keyring.backends.null"):
        return False
    # Files, some of them in plain text: ours is better, unless somebody chose them.
    return not module.startswith("keyrings.alt") or bool(os.environ.get("PYTHON_KEYRING_BACKEND"))
