"""What a sync says of itself: figures for programs, sentences for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

ANOTHER_SYNC = "another_sync_is_running"
STOPPED = "stopped"
MAPPING_CHANGED = "mapping_changed"
OUTDATED = "read_with_another_mapping"


class SyncStopped(Exception):  # a wish, not an error
    """Raised by ``progress`` to stop a sync; what was reported done is kept."""


@dataclass(frozen=True)
class SyncProgress:
    """How far a running sync is, in executions."""

    done: int
    total: int
    """Of which so many are expected in all; never less than ``done``."""
    unreadable: int


@dataclass(frozen=True)
class SyncReport:
    """What a sync did.

    ``caught_up`` is False where the budget ended first, another sync was running, or the sync
    was stopped. ``notes`` are for programs: ``another_sync_is_running``, ``stopped``,
    ``unknown_status:…`` and ``unknown_mode:…`` (values that n8n is not known to use; they count
    as recorded), ``mapping_changed`` (all was read again) and ``read_with_another_mapping:…``
    (so many that n8n had deleted before). ``told`` says all of it to people.
    """

    read: int
    changed: int
    unreadable: int
    """Executions whose data could not be decoded: counted, but what they did is not known."""
    caught_up: bool
    data_version: int
    synced_at: datetime
    notes: tuple[str, ...]
    elapsed_s: float
    unusable: int = 0
    """Executions left out since the source was opened: they cannot be told apart or placed."""
    missing: int = 0
    """Executions that n8n should have the data of and has not (a file that is gone)."""
    elsewhere: int = 0
    """Executions whose data n8n keeps in a storage that is not read (S3, Azure)."""

    def told(self) -> tuple[str, ...]:
        """Return what a person should know of this sync, in whole sentences; () if all is well."""
        sentences = []
        if self.unusable:
            sentences.append(
                f"{_counted(self.unusable)} left out: the row in n8n's database has no usable "
                "id, process or beginning."
            )
        if self.unreadable:
            sentences.append(
                f"{_counted(self.unreadable)} counted, but the recorded data cannot be read: "
                "e-mails, orders and answers may be missing."
            )
        if self.missing:
            sentences.append(
                f"{_counted(self.missing)} counted, but n8n has no data of "
                f"{'it' if self.missing == 1 else 'them'}: e-mails, orders and answers may be "
                "missing. Where n8n keeps data in files, MILHENA_N8N_STORAGE says where."
            )
        if self.elsewhere:
            sentences.append(
                f"{_counted(self.elsewhere)} counted, but n8n keeps the data in a storage that "
                "Milhena does not read (S3 or Azure): e-mails, orders and answers are not seen."
            )
        sentences += map(note_in_words, self.notes)
        if not self.caught_up and ANOTHER_SYNC not in self.notes:
            sentences.append('Not all is loaded yet: run "agent-cli sync" again.')
        return tuple(sentences)


def note_in_words(note: str) -> str:
    """Return one of the ``notes`` of a `SyncReport` or of a store's state as a sentence."""
    code, _, value = note.partition(":")
    if code == ANOTHER_SYNC:
        return "Another sync is running and does the work."
    if code == STOPPED:
        return "The sync was stopped; what it had copied is kept."
    if code == "unknown_status":
        return f"Some executions have a status that n8n is not known to use, {value!r}: it is kept."
    if code == "unknown_mode":
        return (
            f"Some executions were started in a way that n8n is not known to use, {value!r}: they "
            "count as executions."
        )
    if code == MAPPING_CHANGED:
        return "What counts as business was declared anew: all that n8n still has was read again."
    if code == OUTDATED:
        kept = _counted(int(value))
        return (
            f"{kept} deleted by n8n before the mapping changed: what was read of "
            f"{'it' if value == '1' else 'them'} stays as it was."
        )
    raise ValueError(f"no sync notes {note!r}")


def _counted(executions: int) -> str:
    return f"{executions:,} execution{' was' if executions == 1 else 's were'}"
