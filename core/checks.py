"""What a look at one part of the installation found, for `doctor` and `/health`.

The checks of a part live beside it (``persistence/checks.py``, ``providers/checks.py``); here are
their common shape and those of the process itself.
"""

from __future__ import annotations

import difflib
import os
import platform
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from core.settings import Settings

Status = Literal["ok", "warning", "problem"]
MINIMUM_PYTHON = (3, 11)


@dataclass(frozen=True)
class Check:
    """One finding. No field ever holds a secret.

    A *warning* leaves everything working; a *problem* keeps questions from being answered.
    ``advice`` says what to do and is empty when all is well.
    """

    name: str
    status: Status
    message: str
    advice: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    """What the message says, for machines (JSON types)."""

    def as_json(self) -> dict[str, Any]:
        """Return the check as JSON types."""
        return asdict(self)


def worst(checks: Sequence[Check]) -> Status:
    """Return the worst status of *checks*; "ok" for none."""
    statuses = {check.status for check in checks}
    if "problem" in statuses:
        return "problem"
    return "warning" if "warning" in statuses else "ok"


def check_python() -> Check:
    """Whether this Python is one that Milhena runs on."""
    version = platform.python_version()
    facts = {"version": version, "executable": sys.executable}
    if sys.version_info[:2] < MINIMUM_PYTHON:
        needed = ".".join(str(part) for part in MINIMUM_PYTHON)
        return Check(
            "python", "problem", f"Python {version}", f"Install Python {needed} or later.", facts
        )
    return Check("python", "ok", f"Python {version}", facts=facts)


def check_settings(settings: Settings) -> Check:
    """Which settings differ from their defaults: their names, never their values."""
    defaults = {name: field.default for name, field in type(settings).model_fields.items()}
    changed = sorted(
        name for name in settings.model_fields_set if getattr(settings, name) != defaults[name]
    )
    unknown = unknown_variables(defaults)
    if unknown:
        name, nearest = unknown[0]
        meant = f"Did you mean {nearest}? " if nearest else ""
        return Check(
            "settings",
            "warning",
            f"nothing is called {name}: it is not read",
            f"{meant}.env.example lists every setting.",
            {"set": changed, "unknown": [name for name, _ in unknown]},
        )
    if not changed:
        return Check("settings", "ok", "all at their defaults", facts={"set": []})
    return Check("settings", "ok", f"set: {', '.join(changed)}", facts={"set": changed})


def unknown_variables(settings: Iterable[str]) -> list[tuple[str, str | None]]:
    """Return the ``MILHENA_*`` variables that are no setting, each with the nearest one's name.

    They may stand in the environment or in ``.env``; a variable that is set but empty counts too.
    """
    from dotenv import dotenv_values

    known = {f"MILHENA_{name.upper()}" for name in settings}
    present = {*os.environ, *dotenv_values(".env", encoding="utf-8")}
    # Test servers are told to the tests alone.
    ours = (name for name in present if name.upper().startswith("MILHENA_"))
    unknown = (
        name for name in ours if name.upper() not in known and not name.startswith("MILHENA_TEST_")
    )
    return [
        (name, next(iter(difflib.get_close_matches(name.upper(), known, n=1)), None))
        for name in sorted(unknown)
    ]


def check_time_zone(settings: Settings) -> Check:
    """What the business zone is and what time it is there."""
    now = datetime.now(UTC).astimezone(settings.zone)
    return Check(
        "time zone",
        "ok",
        f"{settings.timezone}, now {now:%Y-%m-%d %H:%M %z}",
        facts={"timezone": settings.timezone, "now": now.isoformat(timespec="seconds")},
    )
