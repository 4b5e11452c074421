"""From which item an item was made: the way back through an execution.

n8n records for every run which outputs it read, and for most items which input item they came
from. Following that finds the mail that a reply answers, also where a loop handles many.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from persistence.n8n.payload import Item, Payload, Source, StepRun

_LOOP = "n8n-nodes-base.splitInBatches"
_FURTHEST = 60
"""Steps back at most: no workflow is longer, and a loop's chain of runs must end somewhere."""

_PART = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_SUBJECT_OF_PATH = re.compile(
    r"""^\s*(?:
        \$json
      | \$input\.(?:item|first\(\))\.json
      | \$\(\s*(?P<quote>["'])(?P<step>.+?)(?P=quote)\s*\)\.(?:item|first\(\)|last\(\))\.json
      | \$node\[\s*(?P<quote2>["'])(?P<step2>.+?)(?P=quote2)\s*\]\.json
    )(?P<path>(?:\s*\??\.\s*[A-Za-z_$][\w$]*|\s*(?:\?\.)?\[\s*(?:"[^"]+"|'[^']+'|\d+)\s*\])*)\s*$""",
    re.VERBOSE,
)
_PATH_PART = re.compile(r"""\.\s*([A-Za-z_$][\w$]*)|\[\s*(?:"([^"]+)"|'([^']+)'|(\d+))\s*\]""")


class Lineage:
    """The way back from any item of *payload*."""

    def __init__(self, payload: Payload) -> None:
        self._runs = payload.runs
        self._places: dict[int, dict[tuple[int, int], Item]] = {}

    # Most executions ask for no way back: what it takes is made when the first does.

    @cached_property
    def _order(self) -> dict[int, int]:
        return {id(run): place for place, run in enumerate(self._runs)}

    @cached_property
    def _by_address(self) -> dict[tuple[str, int], StepRun]:
        return {(run.step.name, run.index): run for run in self._runs}

    def ancestors(self, run: StepRun, item: Item) -> Iterator[tuple[StepRun, Item]]:
        """Yield the items that *item* was made from, the nearest first."""
        for _ in range(_FURTHEST):
            parent = self._parent(run, item)
            if parent is None:
                return
            run, item = parent
            yield parent

    def before(self, run: StepRun) -> Iterator[StepRun]:
        """Yield the runs that began before *run*, the latest first."""
        yield from reversed(self._runs[: self._order[id(run)]])

    def evaluate(self, expression: Any, run: StepRun, item: Item) -> str | None:
        """Return the text that a parameter of *run* had for *item*.

        Plain texts and templates of plain paths (``=Re: {{ $('Posta').item.json.subject }}``)
        are understood; None for anything else, never a guess.
        """
        if not isinstance(expression, str):
            return None
        if not expression.startswith("="):
            return expression or None
        parts: list[str] = []
        end = 1
        for match in _PART.finditer(expression):
            value = self._value_of(match.group(1), run, item)
            if value is None:
                return None
            parts += (expression[end : match.start()], value)
            end = match.end()
        parts.append(expression[end:])
        return "".join(parts) or None

    def _value_of(self, path: str, run: StepRun, item: Item) -> str | None:
        match = _SUBJECT_OF_PATH.match(path)
        if match is None:
            return None
        step = match["step"] or match["step2"]
        origin = self._item_of(step, run, item) if step else self._input_of(run, item)
        value: Any = origin.json if origin else None
        for name, double, single, index in _PATH_PART.findall(match["path"]):
            key = name or double or single
            if key:
                value = value.get(key) if isinstance(value, dict) else None
            else:
                place = int(index) if len(index) < 9 else -1
                in_range = isinstance(value, list) and 0 <= place < len(value)
                value = value[place] if in_range else None
        if isinstance(value, bool) or value is None:
            return None
        return str(value) if isinstance(value, str | int | float) else None

    def _input_of(self, run: StepRun, item: Item) -> Item | None:
        parent = self._parent(run, item)
        return parent[1] if parent else None

    def _item_of(self, step: str, run: StepRun, item: Item) -> Item | None:
        for ancestor, origin in self.ancestors(run, item):
            if ancestor.step.name == step:
                return origin
        # Not on the recorded way: take the step's latest run, if that leaves no choice.
        latest = next((r for r in self.before(run) if r.step.name == step), None)
        return latest.items[0] if latest and len(latest.items) == 1 else None

    def _parent(self, run: StepRun, item: Item) -> tuple[StepRun, Item] | None:
        if run.step.type == _LOOP and run.index > 0:
            # A loop hands out the items that it was given at first, not those that come back.
            run = self._by_address.get((run.step.name, 0), run)
        port, position = item.paired or (0, item.position)
        source = self._source(run, port)
        parent = self._by_address.get((source.step, source.run)) if source else None
        if source is None or parent is None or parent is run:
            return None
        items = self._items_at(parent)
        found = items.get((source.output, position)) or items.get((source.output, 0))
        return (parent, found) if found else None

    @staticmethod
    def _source(run: StepRun, port: int) -> Source | None:
        if 0 <= port < len(run.sources) and run.sources[port]:
            return run.sources[port]
        return next((source for source in run.sources if source), None)

    def _items_at(self, run: StepRun) -> dict[tuple[int, int], Item]:
        places = self._places.get(id(run))
        if places is None:
            places = {(item.output, item.position): item for item in run.items}
            self._places[id(run)] = places
        return places
