"""The schema that is sent says all that a model must know, and no more."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import BaseModel, Field

from providers.reading import ModelReading
from providers.schemas import schema_of


class Part(BaseModel):
    """For readers of the code."""

    title: str = Field(description="What it is called.")
    kind: Literal["a", "b"] | None = None


class Whole(BaseModel):
    """For readers of the code, too."""

    first: Part = Field(description="The first one.")
    others: list[Part] = []
    either: int | str | None = None


def test_references_are_put_in_place_and_docstrings_left_out() -> None:
    part = {
        "type": "object",
        "properties": {
            "title": {"type": "string", "description": "What it is called."},
            "kind": {"type": "string", "enum": ["a", "b"]},
        },
        "required": ["title"],
    }
    assert schema_of(Whole) == {
        "title": "Whole",
        "type": "object",
        "properties": {
            "first": {**part, "description": "The first one."},
            "others": {"type": "array", "items": part},
            "either": {"anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "null"}]},
        },
        "required": ["first"],
    }


def test_a_reading_s_schema_is_much_smaller_and_lacks_no_field() -> None:
    sent, whole = schema_of(ModelReading), ModelReading.model_json_schema()
    assert set(sent["properties"]) == set(whole["properties"])
    assert len(json.dumps(sent)) < 0.7 * len(json.dumps(whole))
    assert not any("$ref" in text for text in _keys(sent))


def _keys(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [*node, *(key for each in node.values() for key in _keys(each))]
    return [key for each in node for key in _keys(each)] if isinstance(node, list) else []
