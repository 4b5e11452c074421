"""The models that were made on this machine: a folder that is never half written.

Version 0 is what ships with Milhena. Each later version is two files, the model of the types
(``model-0003.npz``) and that of the objects (``objects-0003.npz``), in use together;
``registered.json`` says which are and which were before them. Every file is written beside its
place and then moved there, so whoever reads, or is killed while writing, finds the old state or
the new one. One training at a time: a lock that ends with its process.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from core.errors import MilhenaError
from language.question_types.model import ModelError, QuestionTypeModel, read_model
from language.question_types.object_model import ObjectModel, read_object_model

log = logging.getLogger("milhena")

KEPT_VERSIONS = 10
"""Older files than these are deleted, but never one that a rollback leads to first."""
_FILE = re.compile(r"model-(\d{4,9})\.npz")
_REGISTERED = "registered.json"
_GOES_BACK = '%s. The shipped model is used; "agent-cli train --rollback" goes back.'


class RegistryError(MilhenaError):
    """The folder of models cannot be used as asked; the text says why."""

    code = "model_registry"


@dataclass(frozen=True)
class Version:
    """One model of the registry; ``trouble`` says why it cannot be used."""

    number: int
    registered: bool
    model: QuestionTypeModel | None
    trouble: str | None = None
    objects: ObjectModel | None = None


class Registry:
    """The models in *folder*, which need not exist."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def registered(self) -> int:
        """Return the version in use; 0 where nothing was ever registered."""
        return self._history()[-1]

    def stamp(self) -> tuple[int, int] | None:
        """Return what changes whenever another version is registered."""
        try:
            found = (self.folder / _REGISTERED).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino

    def versions(self) -> Sequence[Version]:
        """Return every version there is, oldest first."""
        used = self.registered()
        found = []
        for number in sorted({0, used, *self._numbers()}):
            try:
                model, objects = self.model(number), self.objects(number)
                found.append(Version(number, number == used, model, objects=objects))
            except ModelError as error:
                found.append(Version(number, number == used, None, str(error)))
        return found

    def model(self, number: int) -> QuestionTypeModel:
        """Return the model of version *number*.

        :raises ModelError: there is none, or it cannot be used.
        """
        if number == 0:
            return read_model(resources.files(__package__).joinpath("model-0.npz"))
        return read_model(self._file(number))

    def objects(self, number: int) -> ObjectModel:
        """Return the model of objects of version *number*; the shipped one where it has none.

        :raises ModelError: it cannot be used.
        """
        file = self._objects_file(number)
        if number == 0 or not file.exists():  # versions were made before there were any
            return read_object_model(resources.files(__package__).joinpath("objects-0.npz"))
        return read_object_model(file)

    def registered_models(self) -> tuple[int, QuestionTypeModel, ObjectModel]:
        """Return the models in use and their version.

        Those that cannot be used give way to the ones that ship with Milhena, with a warning.
        """
        number, model = self.registered_model()
        try:
            return number, model, self.objects(number)
        except ModelError as error:
            if number == 0:
                raise
            log.warning(_GOES_BACK, error)
            return 0, self.model(0), self.objects(0)

    def registered_model(self) -> tuple[int, QuestionTypeModel]:
        """Return the model in use and its version.

        One that cannot be used gives way to the model that ships with Milhena, with a warning.
        """
        number = self.registered()
        try:
            return number, self.model(number)
        except ModelError as error:
            if number == 0:
                raise
            log.warning(_GOES_BACK, error)
            return 0, self.model(0)

    # --- changing ------------------------------------------------------------------------------

    @contextlib.contextmanager
    def training(self) -> Iterator[None]:
        """Keep every other training and rollback of this folder out for the block.

        :raises RegistryError: one is under way, or the folder cannot be written.
        """
        lock = self.folder / "training.lock"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            # An empty SQLite file: locked the same way on every system, and by no dead process.
            holder = sqlite3.connect(lock, timeout=0.0, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise self._unwritable(error) from None
        try:
            try:
                holder.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                    raise RegistryError(
                        f"another training is under way in {self.folder}: wait for it to end"
                    ) from None
                raise self._unwritable(error) from None
            yield
        finally:
            holder.close()

    def register(self, model: QuestionTypeModel, objects: ObjectModel | None = None) -> int:
        """Keep the models and put them into use; returns their version. Call it inside `training`.

        Without *objects* the shipped model of objects is used.

        :raises RegistryError: the folder cannot be written; the model in use stays.
        """
        history = self._history()
        number = max([0, *history, *self._numbers()]) + 1
        if objects is not None:
            self._write(self._objects_file(number).name, objects.to_bytes())
        self._write(self._file(number).name, model.to_bytes())
        self._write_history([*history, number])
        self._forget_old()
        return number

    def roll_back(self, number: int | None = None) -> int:
        """Put version *number*, or the one before the one in use, into use again; returns it.

        Call it inside `training`.

        :raises RegistryError: there is no such version, or it cannot be used.
        """
        history = self._history()
        if number is None:
            if len(history) < 2:
                raise RegistryError(
                    "there is nothing to go back to: the shipped model, version 0, is in use"
                )
            number, history = history[-2], history[:-2]
        if number == self.registered():
            raise RegistryError(f"version {number} is in use already")
        if number != 0 and number not in self._numbers():
            there = ", ".join(str(each) for each in sorted({0, *self._numbers()}))
            raise RegistryError(f"there is no version {number}; there are: {there}")
        try:
            self.model(number)
            self.objects(number)
        except ModelError as error:
            raise RegistryError(f"version {number} cannot be used: {error}") from None
        self._write_history([*history, number])
        return number

    # --- files ---------------------------------------------------------------------------------

    def _file(self, number: int) -> Path:
        return self.folder / f"model-{number:04d}.npz"

    def _objects_file(self, number: int) -> Path:
        return self.folder / f"objects-{number:04d}.npz"

    def _numbers(self) -> list[int]:
        try:
            names = [file.name for file in self.folder.iterdir()]
        except OSError:
            return []
        return sorted(int(found.group(1)) for name in names if (found := _FILE.fullmatch(name)))

    def _history(self) -> list[int]:
        """The versions that were in use, the one that is last; never empty."""
        file = self.folder / _REGISTERED
        try:
            history = json.loads(file.read_bytes())["history"]
            if history and all(type(each) is int and each >= 0 for each in history):
                return list(history)
            raise ValueError("no list of versions")
        except FileNotFoundError:
            return [0]
        except (OSError, ValueError, KeyError, TypeError):
            log.warning("%s cannot be read: the shipped model is used", file)
            return [0]

    def _write_history(self, history: Sequence[int]) -> None:
        kept = [number for at, number in enumerate(history) if at == 0 or history[at - 1] != number]
        content = json.dumps({"version": kept[-1], "history": kept[-50:]})
        self._write(_REGISTERED, content.encode())

    def _write(self, name: str, content: bytes) -> None:
        """Write the file *name* so that it is there whole or not at all."""
        temporary: Path | None = None
        try:
            handle, path = tempfile.mkstemp(prefix=".writing-", dir=self.folder)
            temporary = Path(path)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.folder / name)
        except OSError as error:
            if temporary is not None:
                with contextlib.suppress(OSError):
                    temporary.unlink()
            raise self._unwritable(error) from None

    def _forget_old(self) -> None:
        wanted = set(self._history()[-KEPT_VERSIONS:])
        for number in self._numbers():
            if number not in wanted and number < max(wanted):
                for file in (self._file(number), self._objects_file(number)):
                    with contextlib.suppress(OSError):
                        file.unlink()
        for left in self.folder.glob(".writing-*"):  # of a training that was killed
            with contextlib.suppress(OSError):
                left.unlink()

    def _unwritable(self, error: Exception) -> RegistryError:
        reason = getattr(error, "strerror", None) or str(error)
        return RegistryError(
            f"the folder of models {self.folder} cannot be written: {reason}. "
            "Set MILHENA_HOME to a folder that may be written."
        )
