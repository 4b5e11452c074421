"""A file of labelled questions: JSON lines, each read strictly.

The first line may say when the questions are asked and of which company::

    {"as_of": "2026-11-19T15:30", "timezone": "Europe/Rome", "processes": ["Fatture", "Ordini"]}

With ``processes`` the questions are asked of an n8n that has exactly these and no executions, so
that a file means the same everywhere. Every other line is a question, or a conversation::

    {"text": "Quante email ieri?", "language": "it", "type": "BUSINESS_DATA",
     "query": {"metric": "emails_received",
               "window": {"start": "2026-11-18T00:00", "end": "2026-11-19T00:00"}}}
    {"text": "Quante email ieri?", "value": 12}
    {"conversation": [{"text": "…"}, {"text": "…"}], "language": "it"}

Times without an offset are in the business zone. What a query leaves out has its default, and
``order``, ``limit`` and ``offset`` are only compared where they are written. A list of types or
of queries holds alternatives: any of them is right.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from catalogue import BusinessQuery, QuestionType
from core.errors import MilhenaError

Language = Literal["it", "en"]
_Model = TypeVar("_Model", bound=BaseModel)


class EvaluationError(MilhenaError):
    """A file of questions cannot be used; the text names the line and what it should hold."""

    code = "bad_evaluation"


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Header(_Closed):
    """When the questions of a file are asked, and of which company."""

    as_of: datetime | None = None
    timezone: str | None = None
    processes: tuple[str, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _known_zone(self) -> Header:
        if self.timezone is not None:
            try:
                ZoneInfo(self.timezone)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                raise ValueError(f"{self.timezone!r} is not an IANA time zone") from None
        return self

    def moment(self, zone: ZoneInfo) -> datetime | None:
        """The moment at which the questions are asked, in *zone* where none is written."""
        return None if self.as_of is None else _in_zone(self.as_of, zone)

    def zone(self, default: ZoneInfo) -> ZoneInfo:
        """The business zone of the file."""
        return default if self.timezone is None else ZoneInfo(self.timezone)


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) or value is None else [value]


class Case(_Closed):
    """One question and what is expected of its answer."""

    text: Annotated[str, Field(min_length=1)]
    language: Language | None = None
    type: Annotated[tuple[QuestionType, ...], BeforeValidator(_as_list)] = ()
    query: Annotated[tuple[dict[str, Any], ...], BeforeValidator(_as_list)] = ()
    value: float | int | str | None = None
    rows: tuple[tuple[Any, ...], ...] | None = None
    either_order: bool = False
    """Whether the two windows of a comparison may stand in either order."""
    tags: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _expects_something(self) -> Case:
        if not self.type and not self.query and self.value is None and self.rows is None:
            raise ValueError("it expects nothing: give type, query, value or rows")
        return self

    def queries(self, zone: ZoneInfo) -> tuple[BusinessQuery, ...]:
        """The queries that are right, their times in *zone*.

        :raises ValueError: one of them is not in the catalogue.
        """
        return tuple(BusinessQuery.model_validate(_zoned(query, zone)) for query in self.query)


class _Conversation(_Closed):
    conversation: Annotated[tuple[Case, ...], Field(min_length=1)]
    language: Language | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exchange:
    """A question that stands alone, or the turns of one conversation, from line *line*."""

    line: int
    turns: tuple[Case, ...]


@dataclass(frozen=True)
class EvaluationSet:
    """The questions of one file."""

    header: Header
    exchanges: tuple[Exchange, ...]

    @property
    def questions(self) -> int:
        """How many questions there are, turns included."""
        return sum(len(exchange.turns) for exchange in self.exchanges)


def read_set(path: Path, *, zone: ZoneInfo) -> EvaluationSet:
    """Return the questions in *path*; *zone* is that of times without an offset.

    :raises EvaluationError: it cannot be read, or a line is not as the format wants it.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise EvaluationError(f"{path} cannot be read: {reason}.") from None
    header = Header()
    exchanges: list[Exchange] = []
    for number, found in _objects(path, lines):
        if not exchanges and not {"text", "conversation"} & found.keys():
            header = _parsed(Header, found, path, number)
            continue
        exchange = _exchange(found, path, number)
        for case in exchange.turns:
            try:
                case.queries(header.zone(zone))
            except (ValidationError, ValueError) as error:
                raise EvaluationError(
                    f"{path}, line {number}: the expected query of {case.text!r} is not in the "
                    f"catalogue: {_first(error)}."
                ) from None
        exchanges.append(exchange)
    if not exchanges:
        raise EvaluationError(f"{path} holds no question: write one JSON object per line.")
    return EvaluationSet(header, tuple(exchanges))


def _objects(path: Path, lines: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except ValueError as error:
            raise EvaluationError(f"{path}, line {number}: not JSON ({error}).") from None
        if not isinstance(found, dict):
            raise EvaluationError(f"{path}, line {number}: not a JSON object.")
        yield number, found


def _exchange(found: dict[str, Any], path: Path, number: int) -> Exchange:
    if "conversation" not in found:
        return Exchange(number, (_parsed(Case, found, path, number),))
    talk = _parsed(_Conversation, found, path, number)
    turns = tuple(
        turn.model_copy(
            update={
                "language": turn.language or talk.language,
                "tags": (*talk.tags, *turn.tags),
            }
        )
        for turn in talk.conversation
    )
    return Exchange(number, turns)


def _parsed(model: type[_Model], found: dict[str, Any], path: Path, number: int) -> _Model:
    try:
        return model.model_validate(found)
    except ValidationError as error:
        raise EvaluationError(f"{path}, line {number}: {_first(error)}.") from None


def _first(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    reason = first["msg"].removeprefix("Value error, ")
    return f"{place}: {reason}" if place else reason


def _zoned(query: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    zoned = dict(query)
    object_kinds = {"subject": "list", "story": "story"}
    kind = next((kind for name, kind in object_kinds.items() if name in query), "value")
    zoned.setdefault("kind", kind)
    for name in ("window", "compare_to"):
        window = query.get(name)
        if isinstance(window, dict):
            zoned[name] = {
                edge: _in_zone(datetime.fromisoformat(text), zone) if text else None
                for edge, text in window.items()
            }
    return zoned


def _in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment
