"""``keys.json``: which keys there are and where; sealed keys too. Its owner's to read only."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from core.errors import KeyStoreError

VERSION = 1
LARGEST_FILE = 100_000
LOCK_FILE = "keys.lock"
LOCK_WAIT_S = 10.0


@dataclass(frozen=True)
class Entry:
    """One key: where it is, and its sealed form where that is this file."""

    where: Literal["keyring", "file"]
    set_at: datetime
    sealed_with: Literal["key-file", "passphrase"] | None = None
    salt: str | None = None
    """Of the passphrase, base64."""
    token: str | None = None


def read_entries(file: Path) -> dict[str, Entry]:
    """Return the entries by name; {} where there is no file.

    :raises KeyStoreError: it cannot be read, others may read it, or it is not ours.
    """
    text = read_private(file)
    if text is None:
        return {}
    advice = "Move it away, and store the keys again with agent-cli keys set."
    try:
        content = json.loads(text)
        version = content["milhena_keys"]
    except (ValueError, TypeError, KeyError, UnicodeDecodeError):
        raise KeyStoreError(f"{file} is damaged or not Milhena's. {advice}") from None
    if version != VERSION:
        raise KeyStoreError(
            f"{file} was written by another Milhena (version {version!r}, this one knows "
            f"{VERSION}). Install that release, or: {advice[0].lower()}{advice[1:]}"
        )
    try:
        return {str(name): _entry(raw) for name, raw in content["keys"].items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        raise KeyStoreError(f"{file} is damaged. {advice}") from None


def write_entries(file: Path, entries: Mapping[str, Entry]) -> None:
    """Write *entries* in place of what was there, whole or not at all.

    :raises KeyStoreError: the folder cannot be written.
    """
    if not entries:
        with _told(file):
            file.unlink(missing_ok=True)  # without the file nothing is looked for any more
        return
    keys = {name: _raw(entry) for name, entry in sorted(entries.items())}
    write_private(file, json.dumps({"milhena_keys": VERSION, "keys": keys}, indent=2).encode())


def _entry(raw: dict[str, Any]) -> Entry:
    entry = Entry(**{**raw, "set_at": datetime.fromisoformat(raw["set_at"])})
    sealed = (entry.sealed_with, entry.token)
    if entry.where not in ("keyring", "file") or (entry.where == "file") != all(sealed):
        raise ValueError(entry.where)
    if entry.sealed_with not in (None, "key-file", "passphrase") or entry.set_at.tzinfo is None:
        raise ValueError(entry.sealed_with)
    return entry


def _raw(entry: Entry) -> dict[str, Any]:
    raw = {**vars(entry), "set_at": entry.set_at.isoformat()}
    return {name: value for name, value in raw.items() if value is not None}


# --- files that only their owner may read --------------------------------------------------------


def read_private(file: Path) -> bytes | None:
    """Return what *file* holds; None where there is none.

    :raises KeyStoreError: it cannot be read, is no ordinary file of this user, or others may
        read it.
    """
    # A link could lead to a file that somebody else may change; O_NONBLOCK: a pipe would hang.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(file, flags)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KeyStoreError(f"{file} cannot be read: {error.strerror}.") from None
    try:
        _check_private(file, os.fstat(descriptor))
        return os.read(descriptor, LARGEST_FILE)
    finally:
        os.close(descriptor)


def _check_private(file: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode) or found.st_size >= LARGEST_FILE:
        raise KeyStoreError(f"{file} is not a file of keys. Move it away.")
    if os.name != "posix":
        return  # elsewhere the mode says nothing
    if found.st_uid not in (os.geteuid(), 0):
        raise KeyStoreError(
            f"{file} belongs to another user (id {found.st_uid}), so it is not read."
        )
    if found.st_mode & 0o077:
        raise KeyStoreError(
            f"{file} may be read or written by others (mode {found.st_mode & 0o777:o}), "
            f"so it is not used. Run: chmod 600 {file} (and replace keys that somebody "
            "may have seen)."
        )


def write_private(file: Path, content: bytes) -> None:
    """Put *content* in the place of *file*, readable by this user only, whole or not at all.

    :raises KeyStoreError: the folder cannot be written.
    """
    with _told(file):
        make_folder(file.parent)
        # Made with mode 0600, in the same folder so that it can take the other's place.
        descriptor, part = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(part).replace(file)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(part).unlink()
            raise


def make_folder(folder: Path) -> None:
    """Make *folder* where it is not there yet, for this user only."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)


@contextlib.contextmanager
def locked(home: Path) -> Iterator[None]:
    """Let one process at a time change the keys of *home*.

    :raises KeyStoreError: another one has been at it for `LOCK_WAIT_S` seconds, or the folder
        cannot be written.
    """
    file = home / LOCK_FILE
    with _told(file):
        make_folder(home)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(descriptor, file)
        yield
    finally:
        os.close(descriptor)  # which also lets go of the lock


def _lock(descriptor: int, file: Path) -> None:
    try:
        import fcntl
    except ImportError:  # Windows: the last of two writers wins
        return
    deadline = time.monotonic() + LOCK_WAIT_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise KeyStoreError(
                    f"another process has been changing the keys for {LOCK_WAIT_S:.0f} s "
                    f"({file}). Wait for it to end, or stop it."
                ) from None
        time.sleep(0.05)


@contextlib.contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise KeyStoreError(
            f"{file} cannot be written: {error.strerror}. Set MILHENA_HOME to a folder that may "
            "be written."
        ) from None
