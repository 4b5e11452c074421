"""The demo: an invented company's n8n database, in n8n's own SQLite format.

`make_demo_database` writes the file. What happens is simulated (`simulation`, `scenarios`); how
it is written is the writer's business, so that the same rows can be written elsewhere too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from persistence.demo.simulation import Simulation
from persistence.demo.writer import write_sqlite

__all__ = ["DemoSummary", "Simulation", "make_demo_database", "write_sqlite"]

ROME = ZoneInfo("Europe/Rome")


@dataclass(frozen=True)
class DemoSummary:
    """What was written."""

    path: Path
    executions: int
    """Rows of executions, deleted ones included."""
    start: datetime
    """When the first execution began (UTC)."""
    end: datetime
    """When the last one began (UTC)."""
    processes: tuple[str, ...]
    """The names of the processes."""


def make_demo_database(
    path: Path,
    *,
    now: datetime,
    zone: ZoneInfo = ROME,
    days: int = 60,
    scale: float = 1.0,
    seed: int = 20261,
    progress: Callable[[int, int], None] | None = None,
) -> DemoSummary:
    """Write the demo database to *path*, over whatever is there, and say what is in it.

    It holds the *days* local days of *zone* up to *now* (nothing later), about 140 executions a
    day times *scale*. Equal arguments give equal rows. *progress* hears how many of how many
    planned events have been lived through.

    :raises ValueError: *now* has no offset, or *days* or *scale* are not positive.
    :raises OSError: the file cannot be written.
    """
    simulation = Simulation(
        now=now, zone=zone, days=days, scale=scale, seed=seed, progress=progress
    )
    written = write_sqlite(simulation, path)
    return DemoSummary(
        path=path,
        executions=written,
        start=datetime.fromtimestamp(simulation.first_created_ms / 1000, UTC),
        end=datetime.fromtimestamp(simulation.last_created_ms / 1000, UTC),
        processes=tuple(workflow.name for workflow in simulation.workflows),
    )
