"""What one execution did, step by step, out of n8n's `execution_data` row.

Anything may be missing or of the wrong type in there (n8n writes what its nodes return): what
cannot be understood is left out, and only a text that cannot be decoded at all is an error.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from persistence.n8n import flatted

_SHOW_TAG = re.compile(r"\bshow-\w{1,50}\b", re.IGNORECASE)
_ERROR_NAME = re.compile(r"\s*(?:Uncaught )?((?:[A-Za-z_]\w{0,80})?(?:Error|Exception))\b")
_EARLIEST_MS = 946_684_800_000  # 2000-01-01; below it a number of milliseconds is not one
_LATEST_MS = 7_258_118_400_000  # 2200-01-01
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Step:
    """A node of the workflow as it was when the execution ran."""

    name: str
    type: str
    disabled: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict)
    show_tag: str | None = None
    """The `show-N` tag of the node's notes: what its owner wants to see."""


@dataclass(slots=True)
class Item:
    """One item that a step put out; ``index`` counts through all its outputs."""

    index: int
    output: int
    position: int
    """Within its output: what later items' `pairedItem` refers to."""
    json: Mapping[str, Any]
    failed: bool
    """The step went on after an error and put this out in place of a result."""
    paired: tuple[int, int] | None
    """Input, and position in it, of the item that it was made from, where n8n recorded one."""


@dataclass(slots=True)
class Source:
    """An output of a run of a step."""

    step: str
    run: int
    output: int


@dataclass(slots=True)
class StepRun:
    """One run of a step; in a loop a step has many."""

    step: Step
    index: int
    started_ms: float
    """For the order of runs: milliseconds, 0 where unknown."""
    execution_index: int
    execution_time_s: float | None
    status: str
    failed: bool
    """It ended in an error; what it then put out is its input."""
    recovered: bool
    """Rebuilt from the event log after a crash: its items are placeholders."""
    attached: bool
    """It ran inside another step (a language model, a tool, a memory of an agent)."""
    message: str | None
    """Of its error."""
    error: Any
    """As n8n wrote it; None where there is none."""
    sources: tuple[Source | None, ...]
    """Where each of its inputs came from."""
    query: Mapping[str, Any]
    """What an agent asked of it, where it is an agent's tool."""
    _outputs: list[Any]
    _items: list[Item] | None = None

    @property
    def started_at(self) -> datetime | None:
        """When it began, where that is known."""
        return _EPOCH + timedelta(milliseconds=self.started_ms) if self.started_ms else None

    def parts(self) -> Iterator[Mapping[str, Any]]:
        """The fields of each of its items, without making items of them."""
        for items in self._outputs:
            for item in items if isinstance(items, list) else ():
                if isinstance(item, dict) and isinstance(part := item.get("json"), dict):
                    yield part

    @property
    def items(self) -> list[Item]:
        """The items of its outputs, the first output's first."""
        if self._items is None:
            self._items = list(_items_of(self._outputs))
        return self._items


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an execution failed."""

    message: str | None
    full_message: str | None
    """With the first part that n8n 1 moved into the description put back."""
    step: Step | None
    kind: str | None = None
    """What n8n calls such an error, with the status of a web answer: "NodeApiError 404"."""


@dataclass(frozen=True, slots=True)
class Payload:
    """A decoded execution: its runs in the order in which they began."""

    runs: tuple[StepRun, ...]
    pinned: bool
    """It used pinned data: a rehearsal, not business."""
    _result: Mapping[str, Any]
    _steps: Mapping[str, Step]

    @property
    def failure(self) -> Failure:
        """What stopped it, if it failed: one that went on after an error has something here too."""
        return _read_failure(self._result, self._steps, self.runs)


def read_payload(data: str, workflow: str | Mapping[str, Any]) -> Payload:
    """Return what the two parts of an `execution_data` row say: the workflow as text or read.

    :raises ValueError: one of them cannot be decoded, or is not what n8n writes.
    """
    steps = read_steps(workflow)
    root = flatted.parse(data)
    if not isinstance(root, dict):
        raise ValueError("not an n8n execution: the root is no object")
    result = root.get("resultData")
    if result is None:
        result = {}  # an execution that never began
    if not isinstance(result, dict):
        raise ValueError("not an n8n execution: resultData is no object")
    run_data = result.get("runData")
    runs: list[StepRun] = []
    if isinstance(run_data, dict):
        for name, step_runs in run_data.items():
            if not isinstance(step_runs, list):
                continue
            step = steps.get(name) or Step(name, "")
            runs.extend(
                _read_run(step, index, run)
                for index, run in enumerate(step_runs)
                if isinstance(run, dict)
            )
    # n8n 1 counts executionIndex from 0 again when a waiting execution resumes: time goes first.
    if len(runs) > 1:
        runs.sort(key=lambda run: (run.started_ms, run.execution_index))
    return Payload(tuple(runs), bool(result.get("pinData")), result, steps)


def read_steps(workflow: str | Mapping[str, Any]) -> Mapping[str, Step]:
    """Return the steps of a workflow snapshot by name.

    :raises ValueError: the text is no JSON object.
    """
    if not isinstance(workflow, str):
        return _steps_of(workflow)
    if len(workflow) <= 100_000:
        return _cached_steps(workflow)
    return _read_steps(workflow)


def _read_steps(workflow: str) -> Mapping[str, Step]:
    try:
        snapshot = json.loads(workflow)
    except RecursionError:
        raise ValueError("the workflow's snapshot is nested too deeply") from None
    if not isinstance(snapshot, dict):
        raise ValueError("the workflow's snapshot is no object")
    return _steps_of(snapshot)


def _steps_of(snapshot: Mapping[str, Any]) -> Mapping[str, Step]:
    nodes = snapshot.get("nodes")
    steps: dict[str, Step] = {}
    for node in nodes if isinstance(nodes, list) else ():
        if not isinstance(node, dict) or not isinstance(node.get("name"), str):
            continue
        notes, parameters = node.get("notes"), node.get("parameters")
        tag = _SHOW_TAG.search(notes) if isinstance(notes, str) else None
        steps[node["name"]] = Step(
            name=node["name"],
            type=node["type"] if isinstance(node.get("type"), str) else "",
            disabled=bool(node.get("disabled")),
            parameters=parameters if isinstance(parameters, dict) else {},
            show_tag=tag.group().lower() if tag else None,
        )
    return steps


# Executions of one version of a workflow carry the same snapshot, text for text.
_cached_steps = lru_cache(maxsize=128)(_read_steps)


def _read_run(step: Step, index: int, run: dict[str, Any]) -> StepRun:
    data = run.get("data")
    data = data if isinstance(data, dict) else {}
    outputs = data.get("main")
    attached = "inputOverride" in run or (bool(data) and "main" not in data)
    if attached and not isinstance(outputs, list):
        outputs = next((value for key, value in data.items() if key.startswith("ai_")), None)
    outputs = outputs if isinstance(outputs, list) else []
    error = run.get("error")
    status = run.get("executionStatus")
    status = status if isinstance(status, str) else ""
    return StepRun(
        step=step,
        index=index,
        started_ms=_milliseconds(run.get("startTime")),
        execution_index=_whole(run.get("executionIndex")) or 0,
        execution_time_s=_seconds(run.get("executionTime")),
        status=status,
        failed=bool(error) or status in ("error", "crashed"),
        recovered=_is_recovered(outputs) or status == "crashed",
        attached=attached,
        message=_message_of(error) if error else None,
        error=error,
        sources=_sources_of(run.get("source")),
        query=_query_of(run.get("inputOverride")) if attached else {},
        _outputs=outputs,
    )


def _items_of(outputs: list[Any]) -> Iterator[Item]:
    index = 0
    for output, items in enumerate(outputs):
        if not isinstance(items, list):
            continue
        for position, item in enumerate(items):
            if isinstance(item, dict) and isinstance(json_part := item.get("json"), dict):
                yield Item(
                    index=index,
                    output=output,
                    position=position,
                    json=json_part,
                    failed=bool(item.get("error")),
                    paired=_paired_with(item.get("pairedItem")),
                )
            index += 1


def _paired_with(paired: Any) -> tuple[int, int] | None:
    if isinstance(paired, list) and len(paired) == 1:
        paired = paired[0]
    port: Any = 0
    if isinstance(paired, dict):
        paired, port = paired.get("item"), paired.get("input")
    position = _whole(paired)
    return None if position is None else (_whole(port) or 0, position)


def _is_recovered(outputs: list[Any]) -> bool:
    for items in outputs:
        for item in items if isinstance(items, list) else ():
            json_part = item.get("json") if isinstance(item, dict) else None
            return isinstance(json_part, dict) and bool(
                json_part.get("isArtificialRecoveredEventItem")
            )
    return False


def _sources_of(sources: Any) -> tuple[Source | None, ...]:
    if not sources or not isinstance(sources, list):
        return ()
    return tuple(
        Source(
            step=source["previousNode"],
            run=_whole(source.get("previousNodeRun")) or 0,
            output=_whole(source.get("previousNodeOutput")) or 0,
        )
        if isinstance(source, dict) and isinstance(source.get("previousNode"), str)
        else None
        for source in sources
    )


def _query_of(override: Any) -> Mapping[str, Any]:
    for outputs in override.values() if isinstance(override, dict) else ():
        for item in _items_of(outputs) if isinstance(outputs, list) else ():
            query = item.json.get("query")
            return query if isinstance(query, dict) else item.json
    return {}


def _read_failure(
    result: Mapping[str, Any], steps: Mapping[str, Step], runs: Sequence[StepRun]
) -> Failure:
    error = result.get("error")
    node = error.get("node") if isinstance(error, dict) else None
    named = node.get("name") if isinstance(node, dict) else node
    failed = next((run for run in reversed(runs) if run.failed and not run.attached), None)
    # The last step is the one people see in red; an error may name an agent's inner model.
    step = _step_named(result.get("lastNodeExecuted"), steps) or _step_named(named, steps)
    if step is None and isinstance(node, dict) and isinstance(named, str):
        step = Step(named, str(node.get("type") or ""))
    if step is None and failed is not None:
        step = failed.step
    message = _message_of(error) or (failed.message if failed else None)
    return Failure(message, _whole_message(error, message), step, _kind_of(error, failed))


def _kind_of(error: Any, failed: StepRun | None) -> str | None:
    """What n8n calls the error, or the error of the run that failed."""
    if not isinstance(error, dict) and failed is not None:
        error = failed.error
    if not isinstance(error, dict):
        return None
    name, status = error.get("name"), error.get("httpCode")
    if not isinstance(name, str) or not name.strip():
        # What a code step throws has no name of its own, but its stack begins with one.
        stack = error.get("stack")
        first = _ERROR_NAME.match(stack) if isinstance(stack, str) else None
        name = first[1] if first else None
    has_status = isinstance(status, int | str) and re.fullmatch(r"[1-5]\d\d", str(status))
    return f"{name} {status}" if name and has_status else name


def _step_named(name: Any, steps: Mapping[str, Step]) -> Step | None:
    return steps.get(name) if isinstance(name, str) else None


def _message_of(error: Any) -> str | None:
    if isinstance(error, str):
        return error or None
    if not isinstance(error, dict):
        return None
    for key in ("message", "description", "name"):
        if isinstance(text := error.get(key), str) and text.strip():
            return text
    return None


def _whole_message(error: Any, message: str | None) -> str | None:
    """Put back what n8n 1 cut off: it stored `Error('A: B')` as description A and message B."""
    if not isinstance(error, dict):
        return message
    first, stack = error.get("description"), error.get("stack")
    if not message or not isinstance(first, str) or not isinstance(stack, str):
        return message
    rest = re.sub(r"\s*\[line \d+\]$", "", message)
    whole = f"{first}: {rest}"
    return whole if stack.split("\n", 1)[0].endswith(whole) else message


def _milliseconds(value: Any) -> float:
    number = _number(value)
    if number is None:
        return 0.0
    if _EARLIEST_MS <= number * 1000 <= _LATEST_MS:
        number *= 1000  # steps recovered after a crash have seconds
    return number if _EARLIEST_MS <= number <= _LATEST_MS else 0.0


def _seconds(milliseconds: Any) -> float | None:
    number = _number(milliseconds)
    return number / 1000 if number is not None and number >= 0 else None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: Any) -> float | None:
    if type(value) is int and -_LATEST_MS <= value <= _LATEST_MS:
        return float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
