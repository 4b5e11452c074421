"""GET /health: whether questions can be answered, without saying where anything is."""

from __future__ import annotations

import asyncio
import time
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from core.checks import Check, worst
from core.settings import Settings
from persistence.checks import check_home, check_source_answers

FRESH_FOR_S = 5.0
"""A look is shared by all who ask within this time, so probes cost the databases nothing."""


class Finding(BaseModel):
    """One part and how it is."""

    name: str
    status: Literal["ok", "warning", "problem"]


class Health(BaseModel):
    """How Milhena is; a *degraded* one still answers what needs no data."""

    status: Literal["ok", "degraded"]
    checks: list[Finding]


class HealthProbe:
    """Looks at what questions depend on, at most once in `FRESH_FOR_S`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = asyncio.Lock()
        self._looked_at = float("-inf")
        self._found: list[Check] = []

    async def look(self) -> Health:
        """Return what was found, now or a moment ago."""
        async with self._lock:
            if time.monotonic() - self._looked_at > FRESH_FOR_S:
                self._found = await asyncio.to_thread(self._checks)
                self._looked_at = time.monotonic()
        return Health(
            status="degraded" if worst(self._found) == "problem" else "ok",
            # Messages name files and servers: those are for `doctor`, not for the network.
            checks=[Finding(name=check.name, status=check.status) for check in self._found],
        )

    def _checks(self) -> list[Check]:
        return [check_source_answers(self._settings), check_home(self._settings)]


router = APIRouter()


@router.get("/health", responses={503: {"model": Health}})
async def health(request: Request, response: Response) -> Health:
    """Return 200 when questions can be answered, 503 when something keeps them from it."""
    probe: HealthProbe = request.app.state.health
    found = await probe.look()
    if found.status != "ok":
        response.status_code = 503
    return found
