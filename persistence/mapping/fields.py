"""Names of fields, and finding them in an item.

Names are compared without regard to case and separators: ``order_id`` finds ``orderId``,
``Order ID`` and ``ORDER-ID``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

_SECRETS = (
    "password", "passwd", "passwort", "secret", "token", "cookie", "authorization", "apikey",
    "header", "credential", "bearer", "jwt", "privatekey", "signature",
)  # fmt: skip


MOST_PLANS, LONGEST_PLANNED = 2_048, 64
"""So many sets of keys, of at most so many, are remembered."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Names of fields with their rank: of those that an item has, the lowest wins."""

    ranks: Mapping[str, int] = field(default_factory=dict)
    paths: tuple[tuple[int, tuple[str, ...]], ...] = ()
    """Names that lead into objects, each with its rank."""
    _plans: dict[tuple[str, ...], tuple[tuple[int, str], ...]] = field(
        default_factory=dict, compare=False, repr=False
    )
    """Which keys to look at, by all the keys that an object has: a step's items have the same."""

    def keys_of(self, part: Mapping[str, Any]) -> tuple[tuple[int, str], ...]:
        """The keys of *part* that are among these names, with their ranks, the lowest first."""
        keys = tuple(part)
        plan = self._plans.get(keys)
        if plan is None:
            ranks = self.ranks
            found = [(rank, key) for key in keys if (rank := ranks.get(squeezed(key))) is not None]
            found.sort(key=_rank)
            plan = tuple(found)
            if len(keys) <= LONGEST_PLANNED:
                if len(self._plans) >= MOST_PLANS:
                    self._plans.clear()
                self._plans[keys] = plan
        return plan

    def __bool__(self) -> bool:
        return bool(self.ranks or self.paths)


NO_FIELDS = Fields()


def fields(*spelt: str) -> Fields:
    """The fields of these names, the first one the first choice; dots lead into objects."""
    ranks: dict[str, int] = {}
    paths = []
    for rank, name in enumerate(spelt):
        path = path_of(name)
        if len(path) == 1:
            ranks.setdefault(path[0], rank)
        else:
            paths.append((rank, path))
    return Fields(ranks, tuple(paths))


def path_of(name: str) -> tuple[str, ...]:
    """The parts of a dotted name, squeezed."""
    return tuple(squeezed(part) for part in name.split("."))


def merged(first: Fields, second: Fields) -> Fields:
    """Both, those of *first* before those of *second*."""
    start = 1 + max([*first.ranks.values(), *(rank for rank, _ in first.paths)], default=-1)
    ranks = {name: start + rank for name, rank in second.ranks.items()} | dict(first.ranks)
    return Fields(ranks, (*first.paths, *((start + rank, path) for rank, path in second.paths)))


@lru_cache(maxsize=16_384)
def squeezed(key: str) -> str:
    """A field name in lower case without separators."""
    return re.sub(r"[^a-z0-9]", "", key[:100].lower())


@lru_cache(maxsize=16_384)
def is_secret(key: str) -> bool:
    """Whether a field of this name holds what gives access, and so is never copied."""
    name = squeezed(key)
    return any(word in name for word in _SECRETS)


def find_all(part: Mapping[str, Any], wanted: Fields) -> list[Any]:
    """The filled fields of *part* that *wanted* lists, the first choice first."""
    if not wanted.paths:
        return [
            value
            for _, key in wanted.keys_of(part)
            if (value := part[key]) is not None and value != ""
        ]
    found = [(rank, part[key]) for rank, key in wanted.keys_of(part)]
    found += [(rank, follow(part, path)) for rank, path in wanted.paths]
    found.sort(key=_rank)
    return [value for _, value in found if value is not None and value != ""]


def _rank(found: tuple[int, Any]) -> int:
    return found[0]


def find(part: Mapping[str, Any], wanted: Fields) -> Any:
    """The first choice of the fields of *part* that *wanted* lists; None where there is none."""
    values = find_all(part, wanted)
    return values[0] if values else None


def follow(value: Any, path: tuple[str, ...]) -> Any:
    """What stands at the end of *path*, into objects and the first of lists; None if nothing."""
    for name in path:
        if isinstance(value, list):
            value = value[0] if value else None
        if not isinstance(value, dict):
            return None
        value = next((inner for key, inner in value.items() if squeezed(key) == name), None)
    return value
