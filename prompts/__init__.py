"""The prompt texts, one file a node, and how they are filled in."""

from __future__ import annotations

import functools
from importlib import resources
from string import Template


@functools.cache
def _template(name: str) -> Template:
    return Template((resources.files(__name__) / f"{name}.md").read_text(encoding="utf-8"))


def render(name: str, **values: str) -> str:
    """Return the prompt of node *name* with its ``$placeholders`` filled in.

    :raises KeyError: a placeholder has no value.
    """
    return _template(name).substitute(values)
