"""What `doctor` and `/health` say about the folder, n8n's database, the store and the cache."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from core.checks import Check
from core.errors import SourceError, StoreError

if TYPE_CHECKING:
    from core.settings import Settings
    from persistence.n8n.source import N8nSource
    from persistence.store import Store

MEGABYTE = 1_000_000
LITTLE_DISK_MB = 500
"""Less free space than this is worth a warning: a store grows by a few KB per execution."""
NO_DISK_MB = 20
"""With less than this a sync cannot be relied on."""
STALE_AFTER = timedelta(days=7)
"""n8n forgets after 14 days by default: a store last synced longer ago than this is at risk."""

NO_SOURCE = (
    "Set MILHENA_N8N_URL to n8n's database (sqlite:///path or postgresql://…), "
    'or try "agent-cli demo".'
)


def check_home(settings: Settings) -> Check:
    """Whether MILHENA_HOME can be written and has room."""
    home = settings.home
    there = _nearest_existing(home)
    facts: dict[str, object] = {"home": str(home), "exists": home.is_dir()}
    advice = "Set MILHENA_HOME to a folder that may be written."
    if not there.is_dir():
        return Check("home", "problem", f"{there} is not a folder", advice, facts)
    try:
        # A real file: permission bits say nothing of read-only mounts, quotas or root.
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        return Check(
            "home", "problem", f"{home} cannot be written: {error.strerror}", advice, facts
        )
    free_mb = shutil.disk_usage(there).free // MEGABYTE
    facts["free_mb"] = free_mb
    message = f"{home}, {free_mb:,} MB free"
    if free_mb < NO_DISK_MB:
        return Check("home", "problem", message, "Make room on this disk.", facts)
    if free_mb < LITTLE_DISK_MB:
        return Check("home", "warning", message, "Make room on this disk.", facts)
    return Check("home", "ok", message, facts=facts)


def _nearest_existing(folder: Path) -> Path:
    folder = folder.absolute()
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def check_databases(settings: Settings) -> list[Check]:
    """Open n8n's database and the store, and say what was found; writes nothing to n8n.

    A store that does not exist yet is not made.
    """
    source: N8nSource | None = None
    try:
        if settings.n8n_url is None:
            source_check = _no_source(settings)
        else:
            from persistence.n8n.source import N8nSource

            try:
                source = N8nSource.open(
                    settings.n8n_url,
                    schema=settings.n8n_schema,
                    pool_size=1,
                    storage=settings.n8n_storage,
                )
                source_check = _describe_source(source)
            except SourceError as error:
                source_check = Check(
                    "n8n", "problem", str(error), facts={"code": error.code, "url": error.url}
                )
        return [source_check, _check_store(settings, source)]
    finally:
        if source is not None:
            source.close()


def check_mapping(settings: Settings) -> Check:
    """Whether what counts as business can be read: the shipped mapping and MILHENA_MAPPING."""
    from core.errors import SettingsError
    from persistence.mapping.declaration import Declaration

    try:
        declaration = Declaration(settings.mapping)
    except SettingsError as error:
        return Check(
            "mapping", "problem", str(error), "Correct it, or leave MILHENA_MAPPING empty."
        )
    facts = {"additions": settings.mapping and str(settings.mapping),
             "fingerprint": declaration.fingerprint}  # fmt: skip
    added = f" with {settings.mapping}" if settings.mapping else ""
    return Check("mapping", "ok", f"as shipped{added}", facts=facts)


def check_source_answers(settings: Settings) -> Check:
    """Whether n8n's database can be read at all: cheap enough to be asked every few seconds."""
    if settings.n8n_url is None:
        return _no_source(settings)
    from persistence.n8n.source import N8nSource

    try:
        source = N8nSource.open(settings.n8n_url, schema=settings.n8n_schema, pool_size=1)
        try:
            source.max_execution_id()
        finally:
            source.close()
    except SourceError as error:
        return Check("n8n", "problem", str(error), facts={"code": error.code})
    return Check("n8n", "ok", "answers")


def _no_source(settings: Settings) -> Check:
    if settings.store_url is not None:
        message = "no n8n database is set: answers come from what the store remembers"
        return Check("n8n", "warning", message, NO_SOURCE)
    return Check("n8n", "problem", "no n8n database is set", NO_SOURCE)


def _describe_source(source: N8nSource) -> Check:
    found = source.facts()
    facts = {
        "url": found.url,
        "dialect": found.dialect,
        "schema": found.schema,
        "n8n_major": found.n8n_major,
        "executions": found.executions,
        "processes": found.processes,
        "journal_mode": found.journal_mode,
        "can_write": found.can_write,
        "role": None if found.role is None else asdict(found.role),
        "warnings": list(found.warnings),
    }
    version = f"n8n {found.n8n_major}.x" if found.n8n_major else "n8n of an unknown version"
    where = "PostgreSQL" if found.dialect == "postgresql" else "SQLite"
    if found.schema:
        where += f", schema {found.schema}"
    if found.journal_mode:
        where += f", journal {found.journal_mode}"
    message = (
        f"{version} ({where}) at {found.url}: "
        f"{found.processes:,} processes, {found.executions:,} executions"
    )
    advice = list(found.warnings)
    # A SQLite file is opened read-only whoever owns it; of a server the role decides.
    if found.role is not None and any(found.role.warnings()):
        if found.can_write:
            message += "; this role could write"
        advice.insert(0, "deploy/n8n-readonly.sql makes a role that may read what is needed only.")
    if advice:
        return Check("n8n", "warning", message, " ".join(advice), facts)
    return Check("n8n", "ok", message, facts=facts)


def _check_store(settings: Settings, source: N8nSource | None) -> Check:
    from persistence.store import Store, embedded_store_url, store_address

    url = settings.store_url
    if url is None:
        if source is None:
            return Check("store", "ok", "none yet: it is made for an n8n database")
        url = embedded_store_url(settings.home, source.identity)
    try:
        address = store_address(url)
        if address.get_backend_name() == "sqlite" and not Path(str(address.database)).exists():
            # Looked for first: opening makes it, and a diagnosis makes nothing.
            return Check("store", "warning", "none yet", 'Run "agent-cli sync" to load it.')
        store = Store.open(url, pool_size=1)
    except StoreError as error:
        return Check("store", "problem", str(error), facts={"code": error.code})
    try:
        return _describe_store(store)
    except StoreError as error:
        return Check("store", "problem", str(error), facts={"code": error.code})
    finally:
        store.close()


def _describe_store(store: Store) -> Check:
    from persistence.migrations import HEAD

    url = store.engine.url.render_as_string(hide_password=True)
    dialect = store.engine.dialect.name
    facts: dict[str, object] = {"url": url, "dialect": dialect, "migration": HEAD}
    state = store.state()
    if state is None or state.synced_at is None:
        return Check("store", "warning", f"{url}: empty", 'Run "agent-cli sync".', facts)
    facts |= {
        "covers_start": _iso(state.covers_start),
        "covers_end": _iso(state.covers_end),
        "synced_at": _iso(state.synced_at),
        "caught_up": state.caught_up,
        "unreadable": state.unreadable,
        "missing": state.missing,
        "elsewhere": state.elsewhere,
        "read_with_another_mapping": state.outdated,
    }
    message = (
        f"{url} (migration {HEAD}): covers {_day(state.covers_start)} to "
        f"{_day(state.covers_end)}, last sync {_minute(state.synced_at)}"
    )
    for number, what in (
        (state.unreadable, "could not be read"),
        (state.missing, "have no data in n8n"),
        (state.elsewhere, "have their data in a storage that is not read"),
        (state.outdated, "that n8n has deleted were read with an earlier mapping"),
    ):
        if number:
            message += f", {number} executions {what}"
    if not state.caught_up:
        return Check(
            "store", "warning", message + ", not all loaded", 'Run "agent-cli sync".', facts
        )
    if datetime.now(UTC) - state.synced_at > STALE_AFTER:
        advice = 'Run "agent-cli sync" at least once a week: n8n forgets, and Milhena cannot then.'
        return Check("store", "warning", message, advice, facts)
    return Check("store", "ok", message, facts=facts)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else "nothing"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def check_cache(settings: Settings) -> Check:
    """Whether the two levels of the cache are on and the one on disk can be used."""
    folder = settings.home / "cache"
    facts: dict[str, object] = {
        "memory_entries": settings.memory_cache_entries,
        "disk_mb": settings.disk_cache_mb,
        "folder": str(folder),
    }
    if not settings.disk_cache_mb:
        return Check("cache", "ok", "on disk: off", facts=facts)
    if not folder.exists():
        return Check("cache", "ok", "on disk: empty", facts=facts)
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return Check(
            "cache",
            "warning",
            f"{folder} cannot be used: answers are made anew each time",
            "Make it writable, or delete it.",
            facts,
        )
    used = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    facts["used_mb"] = round(used / MEGABYTE, 1)
    return Check(
        "cache",
        "ok",
        f"on disk: {used / MEGABYTE:.1f} of {settings.disk_cache_mb} MB",
        facts=facts,
    )
