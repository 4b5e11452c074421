"""What the classifier learns from: phrases with their type, written for it.

A phrase is a JSON line: ``{"text": "che aria tira?", "type": "ANALYSIS", "language": "it"}``.
``topic`` says more of a type where the answer depends on it: of a refusal why (``credentials``,
``internals``, ``change``, ``instructions``, ``others_data``), of a greeting which (``hello``,
``thanks``, ``bye``), of a general question ``concept`` or ``off_topic``.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, cast

from catalogue.metrics import Language
from catalogue.query import QuestionType
from core.errors import MilhenaError

TOPICS: dict[QuestionType, frozenset[str]] = {
    QuestionType.GREETING: frozenset({"hello", "thanks", "bye"}),
    QuestionType.GENERAL: frozenset({"concept", "off_topic"}),
    QuestionType.REFUSED: frozenset(
        {"credentials", "internals", "change", "instructions", "others_data"}
    ),
}
"""The topics of the types that have some."""
LONGEST_TEXT = 1_000
_WORDS = re.compile(r"\w+")


class PhrasesError(MilhenaError):
    """A file of phrases cannot be used; the text names the file and the line."""

    code = "bad_phrases"


@dataclass(frozen=True)
class Phrase:
    """A text and what it is."""

    text: str
    type: QuestionType
    language: Language
    topic: str | None = None

    @property
    def label(self) -> str:
        """The class that is learnt: the type, and its topic where it has one."""
        return f"{self.type.value}/{self.topic}" if self.topic else self.type.value


def type_of_label(label: str) -> QuestionType:
    """Return the type that the class *label* belongs to."""
    return QuestionType(label.partition("/")[0])


def topic_of_label(label: str) -> str | None:
    """Return the topic that the class *label* names, if it names one."""
    return label.partition("/")[2] or None


def key_of(text: str) -> str:
    """Return what is the same for texts that differ in case, accents or punctuation only."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    return " ".join(_WORDS.findall(plain)) or text.strip()


def shipped_phrases() -> list[Phrase]:
    """Return the phrases that models are trained on."""
    return _shipped("phrases.jsonl")


def frozen_phrases() -> list[Phrase]:
    """Return the phrases that no model is ever trained on: two models are compared by them."""
    return _shipped("frozen.jsonl")


def _shipped(name: str) -> list[Phrase]:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return _parsed(text, name)


def read_phrases(file: Path) -> list[Phrase]:
    """Return the phrases in *file*.

    :raises PhrasesError: it cannot be read, or a line is no phrase.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise PhrasesError(f"{file} is not UTF-8 text: write one JSON object a line") from None
    except OSError as error:
        raise PhrasesError(f"{file} cannot be read: {error.strerror}") from None
    phrases = _parsed(text, str(file))
    if not phrases and not text.strip():
        raise PhrasesError(f"{file} holds no phrase: write one JSON object a line")
    return phrases


def without_repetitions(
    phrases: Iterable[Phrase], *, excluding: Iterable[Phrase] = ()
) -> list[Phrase]:
    """Return each text of *phrases* once, as it first stands, and none of *excluding*."""
    seen = {key_of(phrase.text) for phrase in excluding}
    kept: list[Phrase] = []
    for phrase in phrases:
        key = key_of(phrase.text)
        if key not in seen:
            seen.add(key)
            kept.append(phrase)
    return kept


def _parsed(text: str, where: str) -> list[Phrase]:
    found = [
        _phrase(line, f"{where}, line {number}")
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    ]
    return [phrase for phrase in found if phrase is not None]


def _phrase(line: str, where: str) -> Phrase | None:
    """Return the phrase of a *line*; None where it says an object and no type."""
    example = '{"text": "come andiamo?", "type": "ANALYSIS", "language": "it"}'
    try:
        fields: Any = json.loads(line)
    except ValueError:
        raise PhrasesError(f"{where}: no JSON object; a phrase is {example}") from None
    if not isinstance(fields, dict):
        raise PhrasesError(f"{where}: no JSON object; a phrase is {example}")
    if "object" in fields and "type" not in fields:
        return None
    text = fields.get("text")
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT:
        raise PhrasesError(
            f'{where}: "text" is {_shown(text)}, not 1 to {LONGEST_TEXT:,} characters'
        )
    kind = _one_of(fields.get("type"), [each.value for each in QuestionType], "type", where)
    language = _one_of(fields.get("language"), ["it", "en"], "language", where)
    topic, known = fields.get("topic"), TOPICS.get(QuestionType(kind))
    if known is not None:
        topic = _one_of(topic, sorted(known), "topic", where)
    elif topic is not None:
        raise PhrasesError(f'{where}: a phrase of type {kind} has no "topic"')
    return Phrase(text.strip(), QuestionType(kind), cast(Language, language), topic)


def _one_of(value: object, choices: Sequence[str], name: str, where: str) -> str:
    if not isinstance(value, str) or value not in choices:
        raise PhrasesError(f'{where}: "{name}" is {_shown(value)}, not {", ".join(choices)}')
    return value


def _shown(value: object) -> str:
    return "missing" if value is None else repr(value)[:60]
