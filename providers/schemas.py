"""The JSON schema of an answer as it is sent: everything that a model must know, nothing else.

A schema is paid like the prompt and counts against the limits: pydantic's own is twice as long.
"""

from __future__ import annotations

import functools
from typing import Any

from pydantic import BaseModel


@functools.cache
def schema_of(answer: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of *answer*; not to be changed.

    Fields that may be null are fields that may be left out: that says the same to a model.
    Docstrings are for the readers of our code and stay here.
    """
    schema = answer.model_json_schema()
    definitions = schema.pop("$defs", {})
    sent: dict[str, Any] = _inlined(schema, definitions)
    return sent | {"title": answer.__name__}


_UNSAID = ("title", "default")


def _inlined(node: Any, definitions: dict[str, Any]) -> Any:
    """Return *node* without references and without what a model need not know."""
    if isinstance(node, list):
        return [_inlined(each, definitions) for each in node]
    if not isinstance(node, dict):
        return node
    said = {name: value for name, value in node.items() if name not in _UNSAID}
    if "$ref" in said:
        definition = definitions[said.pop("$ref").rpartition("/")[2]]
        return _inlined(definition, definitions) | said  # a field's own description stays
    real = [each for each in said.get("anyOf", ()) if each != {"type": "null"}]
    if len(real) == 1:
        del said["anyOf"]
        return _inlined(real[0], definitions) | said
    if "properties" not in said:
        return {name: _inlined(value, definitions) for name, value in said.items()}
    said.pop("description", None)  # a docstring
    fields = {name: _inlined(each, definitions) for name, each in said["properties"].items()}
    return said | {"properties": fields}
