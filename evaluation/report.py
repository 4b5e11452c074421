"""What an evaluation comes to: shares per tier, type and language, and every miss explained."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.marking import Mark


@dataclass(frozen=True)
class Share:
    """How many of how many were right."""

    right: int
    total: int

    @property
    def value(self) -> float:
        """0 to 1; 0 for none of none."""
        return self.right / self.total if self.total else 0.0

    def __str__(self) -> str:
        return f"{self.right}/{self.total} = {100 * self.value:.1f} %"


@dataclass(frozen=True)
class Report:
    """All marks, and the shares that they come to."""

    marks: tuple[Mark, ...]

    def shares(self) -> dict[str, Share]:
        """Return the shares by name.

        ``all``; ``types`` (the type alone) and ``windows`` (the windows alone, of questions that
        expect a query); ``data`` (questions that expect a query); ``singles`` and ``follow-ups``;
        then ``tier.rules``, ``type.REFUSED``, ``language.it`` and so on.
        """
        marks = self.marks
        data = [mark for mark in marks if mark.window_right is not None]
        named = {
            "all": _share(marks),
            "types": _share([mark for mark in marks if mark.case.type], lambda m: m.type_right),
            "data": _share(data),
            "windows": _share(data, lambda mark: bool(mark.window_right)),
            "singles": _share([mark for mark in marks if mark.turn == 0]),
            "follow-ups": _share([mark for mark in marks if mark.turn > 0]),
        }
        groups: dict[str, list[Mark]] = defaultdict(list)
        for each in marks:
            groups[f"tier.{each.classified_by}"].append(each)
            groups[f"type.{each.case.type[0] if each.case.type else each.type}"].append(each)
            groups[f"language.{each.case.language or each.language}"].append(each)
        named |= {name: _share(groups[name]) for name in sorted(groups)}
        return {name: share for name, share in named.items() if share.total}

    def misses(self) -> list[Mark]:
        """Return what was not answered as expected, in the order of the file."""
        return [mark for mark in self.marks if not mark.right]

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain JSON types."""
        return {
            "questions": len(self.marks),
            "shares": {
                name: {"right": share.right, "total": share.total, "share": share.value}
                for name, share in self.shares().items()
            },
            "misses": [_miss_as_json(mark) for mark in self.misses()],
        }


def explained(mark: Mark) -> str:
    """Return a miss as lines of text: the question, then each thing that differs."""
    said = "".join(f"{text} » " for text in mark.said_before)
    lines = [f"line {mark.line}: {said}{mark.case.text}"]
    lines += [
        f"    {each.part}: expected {each.expected}, got {each.got}" for each in mark.differences
    ]
    return "\n".join(lines)


def _miss_as_json(mark: Mark) -> dict[str, Any]:
    return {
        "line": mark.line,
        "said_before": list(mark.said_before),
        "text": mark.case.text,
        "classified_by": mark.classified_by,
        "type": mark.type,
        "answer": mark.answer,
        "differences": [
            {"part": each.part, "expected": each.expected, "got": each.got}
            for each in mark.differences
        ],
    }


def _share(marks: Sequence[Mark], right: Callable[[Mark], bool] = lambda mark: mark.right) -> Share:
    return Share(sum(map(right, marks)), len(marks))
