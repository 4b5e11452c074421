"""What the second head learns from: phrases with the object that they ask for.

A phrase is a JSON line: ``{"text": "quanto abbiamo incassato?", "object": "order_value",
"language": "it"}``. In the shipped ones every process is called Alfa. A file of one's own may
hold such lines beside phrases with a type; a line with both is both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, cast

from catalogue.metrics import Language
from language.question_types.objects import OBJECTS
from language.question_types.phrases import LONGEST_TEXT, PhrasesError, key_of

SHIPPED = ("objects.jsonl", "objects_of_companies.jsonl")
FROZEN = "frozen_objects.jsonl"


@dataclass(frozen=True)
class ObjectPhrase:
    """A text and what it asks for."""

    text: str
    object: str
    language: Language


def shipped_object_phrases() -> list[ObjectPhrase]:
    """Return the phrases that models of objects are trained on."""
    return [phrase for name in SHIPPED for phrase in _shipped(name)]


def frozen_object_phrases() -> list[ObjectPhrase]:
    """Return the phrases that no model is ever trained on: two models are compared by them."""
    return _shipped(FROZEN)


def object_phrases_in(file: Path) -> list[ObjectPhrase]:
    """Return the phrases with an object in *file*, in which every line is a JSON object.

    :raises PhrasesError: an object is not in the catalogue, or a text is none.
    """
    return _parsed(file.read_text(encoding="utf-8-sig"), str(file))


def without_repeated_objects(
    phrases: Iterable[ObjectPhrase], *, excluding: Iterable[ObjectPhrase] = ()
) -> list[ObjectPhrase]:
    """Return each text of *phrases* once, as it first stands, and none of *excluding*."""
    seen = {key_of(phrase.text) for phrase in excluding}
    kept: list[ObjectPhrase] = []
    for phrase in phrases:
        key = key_of(phrase.text)
        if key not in seen:
            seen.add(key)
            kept.append(phrase)
    return kept


def _shipped(name: str) -> list[ObjectPhrase]:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return _parsed(text, name)


def _parsed(text: str, where: str) -> list[ObjectPhrase]:
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        fields: Any = json.loads(line) if line.strip() else None
        if isinstance(fields, dict) and "object" in fields:
            found.append(_phrase(fields, f"{where}, line {number}"))
    return found


def _phrase(fields: dict[str, Any], where: str) -> ObjectPhrase:
    text, asked, language = fields.get("text"), fields["object"], fields.get("language")
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT:
        raise PhrasesError(f'{where}: "text" is not 1 to {LONGEST_TEXT:,} characters')
    if asked not in OBJECTS:
        raise PhrasesError(f'{where}: "object" is {asked!r}, not {", ".join(OBJECTS)}')
    if language not in ("it", "en"):
        raise PhrasesError(f'{where}: "language" is {language!r}, not it, en')
    return ObjectPhrase(text.strip(), asked, cast(Language, language))
