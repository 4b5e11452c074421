"""Writes run data the way n8n does: npm's ``flatted`` text."""

from __future__ import annotations

import json
from typing import Any


def flatten(root: Any) -> str:
    """Return the flatted text of *root* (dicts, lists, texts, numbers, booleans, None).

    The text is a JSON array of everything that *root* reaches, breadth first: texts are kept once
    per value, dicts and lists once per identity, and inside them each is written as its index (a
    text of digits). Cycles are allowed.
    """
    reached: list[Any] = [root]
    texts: dict[str, str] = {}
    containers: dict[int, str] = {id(root): "0"}
    written: list[Any] = []

    def index_of(child: Any) -> Any:
        if child.__class__ is str:
            index = texts.get(child)
            if index is None:
                index = texts[child] = str(len(reached))
                reached.append(child)
            return index
        if child.__class__ is dict or child.__class__ is list:
            key = id(child)
            index = containers.get(key)
            if index is None:
                index = containers[key] = str(len(reached))
                reached.append(child)
            return index
        return child

    for value in reached:  # grows while we walk along it
        if value.__class__ is dict:
            written.append({key: index_of(child) for key, child in value.items()})
        elif value.__class__ is list:
            written.append([index_of(child) for child in value])
        else:
            written.append(value)
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"))
