"""Lives the company's last weeks, event after event, and yields n8n's rows for them.

The agenda says what happens when, the scenarios (`sales`, `service`, `upkeep`)
tell what each execution did; here both meet n8n's rules: ids in order of creation,
sub-workflows, the error workflow, retries, what is still running now, what was deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from heapq import heappop, heappush
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from persistence.demo import upkeep
from persistence.demo.agenda import Agenda
from persistence.demo.company import N8N_ADDRESS
from persistence.demo.processes import BY_KEY, PROCESSES, Process, dumps, saved_nodes, snapshot
from persistence.demo.rows import ExecutionRow, InsightRow, StatisticRow, WorkflowRow
from persistence.demo.runs import Run
from persistence.demo.world import DAY, HOUR, MINUTE, Call, Later, Story, World, iso

FIRST_ID = 31_207
"""n8n has run for longer than its database remembers."""
FIRST_ORDER = 4_100

_NOBODY_NOTIFIED = frozenset({"manual", "integrated", "chat"})
_OUTSIDE_INSIGHTS = frozenset({"manual", "integrated", "internal", "chat"})
_NOT_ROOT = frozenset({"integrated", "error"})

# What happened to rows on disk: ordinal numbers among the finished executions.
_WITHOUT_PAYLOAD = frozenset({45, 120, 210, 1013, 2500, 4711})
_CUT_OFF = frozenset({66, 1800})
_DANGLING = frozenset({83})
_NOT_JSON = frozenset({101})


@dataclass(order=True, slots=True)
class _Due:
    at_ms: int
    number: int
    what: Later | Call = field(compare=False)
    after: ExecutionRow | None = field(compare=False, default=None)
    planned: bool = field(compare=False, default=False)


class Simulation:
    """Everything that n8n would have recorded from the first of *days* local days up to *now*.

    *scale* multiplies the daily amounts of work (what must be there once is there at any scale).
    Equal arguments give equal rows.

    :raises ValueError: *now* has no offset, or *days* or *scale* are not positive.
    """

    def __init__(
        self,
        *,
        now: datetime,
        zone: ZoneInfo,
        days: int = 60,
        scale: float = 1.0,
        seed: int = 20261,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        if now.tzinfo is None:
            raise ValueError(f"the moment {now.isoformat()} has no offset")
        if days < 1 or scale <= 0:
            raise ValueError(f"days={days!r} and scale={scale!r} must be positive")
        self._progress = progress
        self._rng = Random(seed)  # noqa: S311 - the same chance every time is the point
        self.now_ms = int(now.timestamp() * 1000)
        self._agenda = Agenda(self._rng, now_ms=self.now_ms, zone=zone, days=days, scale=scale)
        self.begins_ms = self._agenda.begins_ms
        self.world = World(self._rng, zone, FIRST_ORDER)
        self.workflows = tuple(self._workflow(process) for process in PROCESSES)
        self.last_id = FIRST_ID - 1
        self.first_created_ms, self.last_created_ms = self.now_ms, self.begins_ms
        self._snapshots = self._make_snapshots()
        self._due: list[_Due] = []
        self._pushed = 0
        self._open_ends: dict[int, int] = {}
        self._ready: list[ExecutionRow] = []
        self._finished = 0
        self._statistics: dict[tuple[str, str], StatisticRow] = {}
        self._insights: dict[tuple[str, int, int, bool], int] = {}

    # --- what is asked from outside ----------------------------------------------------------

    def executions(self) -> Iterator[ExecutionRow]:
        """Yield every execution once, nearly in the order of ids; call it once only.

        A row comes as soon as the ids that it speaks of are known.
        """
        for event in self._agenda.plan():
            self._push(event, planned=True)
        planned, done = len(self._due), 0
        while self._due:
            due = heappop(self._due)
            self._live(due)
            if due.planned:
                done += 1
                if self._progress is not None and (done % 200 == 0 or done == planned):
                    self._progress(done, planned)
            for row in self._ready:
                self.first_created_ms = min(self.first_created_ms, row.created_ms)
                self.last_created_ms = max(self.last_created_ms, row.created_ms)
                yield row
            self._ready.clear()

    def statistics(self) -> list[StatisticRow]:
        """n8n's lifetime counters, once the executions have been taken."""
        return [self._statistics[key] for key in sorted(self._statistics)]

    def insights(self) -> list[InsightRow]:
        """n8n's insights, once the executions have been taken."""
        return [
            InsightRow(workflow_id, kind, value, moment, by_hour)
            for (workflow_id, kind, moment, by_hour), value in sorted(self._insights.items())
        ]

    # --- living through it -------------------------------------------------------------------

    def _push(
        self, what: Later | Call, after: ExecutionRow | None = None, *, planned: bool = False
    ) -> None:
        self._pushed += 1
        heappush(self._due, _Due(what.at_ms, self._pushed, what, after, planned))
        if after is not None:
            self._open_ends[after.execution_id] = self._open_ends.get(after.execution_id, 0) + 1

    def _live(self, due: _Due) -> None:
        what, rng = due.what, self._rng
        self.last_id += 1
        if due.planned and rng.random() < 0.002:
            return  # deleted by hand in n8n: the id is gone
        process = BY_KEY[what.process]
        mode = "integrated" if isinstance(what, Call) else what.mode
        row = ExecutionRow(
            self.last_id,
            process.workflow_id,
            mode,
            due.at_ms,
            self._snapshot_at(process, due.at_ms),
        )
        if isinstance(what, Call):
            story = what.story
            row.started_ms = story.run.began - 3
            if due.after is not None:
                self._join(row, what, due.after)
        else:
            row.started_ms = due.at_ms + 9 + int(70 * rng.random() ** 2)
            story = what.scenario(self.world, row.started_ms + 4)
        self._settle(process, row, story)
        if isinstance(what, Later) and what.retries and due.after is not None:
            row.retry_of = due.after.execution_id
            if row.status == "success":
                due.after.retry_success = row.execution_id
        if due.after is not None:
            self._close_end(due.after)

    def _join(self, row: ExecutionRow, call: Call, parent: ExecutionRow) -> None:
        """Tell the sub-workflow who called it and the caller which execution that was."""
        call.link["executionId"] = str(row.execution_id)
        origin = {"executionId": str(parent.execution_id), "workflowId": parent.workflow_id}
        run = call.story.run
        run.parent = origin
        first = next(iter(run.steps.values()))[0]
        first["metadata"] = {"parentExecution": origin}

    def _settle(self, process: Process, row: ExecutionRow, story: Story) -> None:
        """Write the end of *story* into *row*, as far as it has happened by now."""
        run = story.run
        stopped = story.stopped_ms or run.clock + 2
        unfinished = story.status in ("new", "running")
        if unfinished or stopped > self.now_ms:
            row.status = story.status if unfinished else "running"
            if row.status == "new":
                row.started_ms = None
            row.run = Run(run.began).payload(row.mode, stack=self._first_items(run))
            self._ready.append(row)
            return
        row.status = story.status
        row.stopped_ms = stopped
        row.resumed_ms = story.resumed_ms
        row.wait_till_ms = story.wait_till_ms
        row.custom_values = story.custom_values
        row.run = story.recovered or run.payload(
            row.mode,
            stack=story.stack,
            wait_till=None if story.wait_till_ms is None else iso(story.wait_till_ms),
        )
        self._count(process, row, stopped)
        if row.status == "success" and not process.saves_successes:
            return  # n8n deletes it at once
        self._finished += 1
        self._age(row)
        for call in story.calls:
            self._push(call, row)
        for later in story.later:
            if later.at_ms <= self.now_ms:
                self._push(later, row if later.retries else None)
        if row.status == "error" and process.tells_errors and row.mode not in _NOBODY_NOTIFIED:
            self._notify(process, row, run)
        if not self._open_ends.get(row.execution_id):
            self._ready.append(row)

    def _close_end(self, row: ExecutionRow) -> None:
        self._open_ends[row.execution_id] -= 1
        if not self._open_ends[row.execution_id]:
            del self._open_ends[row.execution_id]
            self._ready.append(row)

    @staticmethod
    def _first_items(run: Run) -> list[dict[str, Any]]:
        """What an execution that has not ended waits to run: its trigger with its items."""
        if not run.steps:
            return []
        name, runs = next(iter(run.steps.items()))
        outputs = runs[0].get("data", {}).get("main", [[]])
        return [{"node": {"name": name}, "data": {"main": outputs}, "source": None}]

    def _notify(self, process: Process, row: ExecutionRow, run: Run) -> None:
        at_ms = (row.stopped_ms or row.created_ms) + 60 + int(200 * self._rng.random())
        failed = {
            "execution": {
                "id": str(row.execution_id),
                "url": f"{N8N_ADDRESS}/workflow/{row.workflow_id}/executions/{row.execution_id}",
                "error": run.error,
                "lastNodeExecuted": run.last,
                "mode": row.mode,
            },
            "workflow": {"id": row.workflow_id, "name": process.name},
        }
        if at_ms <= self.now_ms:
            notice = partial(upkeep.error_notice, failed=failed)
            self._push(Later("errors", at_ms, notice, "error"))

    def _age(self, row: ExecutionRow) -> None:
        """What the weeks did to the row: soft deletion, lost or damaged data."""
        number = self._finished
        deleted = row.created_ms + 14 * DAY + 20 * MINUTE
        if deleted < self.now_ms and (number % 173 == 50 or number in (12, 31)):
            row.deleted_ms = deleted
        elif number in _WITHOUT_PAYLOAD:
            row.run = None
        elif number in _CUT_OFF:
            row.run = '[{"version":1,"startData":"1","resultData":"2"},{},{"runData":"3"},{"Ord'
        elif number in _DANGLING:
            row.run = '[{"version":1,"resultData":"7"},{"runData":"4000"}]'
        elif number in _NOT_JSON:
            row.run = "{blocco illeggibile"

    def _count(self, process: Process, row: ExecutionRow, stopped: int) -> None:
        """Add the row to n8n's own counters."""
        if row.status not in ("success", "error", "crashed"):
            return
        outcome = "success" if row.status == "success" else "error"
        name = f"{'manual' if row.mode == 'manual' else 'production'}_{outcome}"
        self._tally(process, name, stopped, root=row.mode not in _NOT_ROOT)
        if (process.workflow_id, "data_loaded") not in self._statistics:
            self._tally(process, "data_loaded", stopped, root=True)
        if row.mode in _OUTSIDE_INSIGHTS:
            return
        began = row.resumed_ms or row.started_ms or row.created_ms
        by_hour = stopped < self.now_ms - 45 * MINUTE
        moment = stopped // HOUR * HOUR if by_hour else stopped
        for kind, value in (
            (1, stopped - began),
            (2 if outcome == "success" else 3, 1),
        ):
            key = (process.workflow_id, kind, moment, by_hour)
            self._insights[key] = self._insights.get(key, 0) + value

    def _tally(self, process: Process, name: str, at_ms: int, *, root: bool) -> None:
        key = (process.workflow_id, name)
        counter = self._statistics.setdefault(key, StatisticRow(*key))
        counter.count += 1
        counter.root_count += root
        counter.latest_ms = max(counter.latest_ms, at_ms)

    # --- the workflows -----------------------------------------------------------------------

    def _workflow(self, process: Process) -> WorkflowRow:
        created = self.begins_ms - 200 * DAY
        updated = self.begins_ms - 9 * DAY
        if process.former_name or process.archived:
            updated = self._renamed_ms()
        return WorkflowRow(
            workflow_id=process.workflow_id,
            name=process.name,
            active=process.active,
            archived=process.archived,
            nodes=saved_nodes(process),
            connections=dumps(process.connections),
            settings=dumps(process.settings),
            static_state=None if process.static_state is None else dumps(process.static_state),
            pinned=dumps(process.pinned),
            version_id=process.version_id,
            trigger_count=1 if process.active else 0,
            versions=3 + len(process.nodes),
            created_ms=created,
            updated_ms=updated,
            tags=process.tags,
        )

    def _renamed_ms(self) -> int:
        return self.begins_ms + (self.now_ms - self.begins_ms) // 3

    def _make_snapshots(self) -> dict[tuple[str, str], str]:
        made = {}
        for process, row in zip(PROCESSES, self.workflows, strict=True):
            for name in {process.name, process.former_name or process.name}:
                made[process.key, name] = snapshot(
                    process, name, iso(row.created_ms), iso(row.updated_ms)
                )
        return made

    def _snapshot_at(self, process: Process, at_ms: int) -> str:
        name = process.name
        if process.former_name and at_ms < self._renamed_ms():
            name = process.former_name
        return self._snapshots[process.key, name]
