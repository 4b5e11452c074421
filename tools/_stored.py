"""What the tools share: the store they read, how a result is told, how an error is explained."""

from __future__ import annotations

import json
from abc import abstractmethod
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from langchain_core.tools import BaseTool, ToolException
from pydantic import ConfigDict, Field, ValidationError

from catalogue import METRICS, Language, checked_query
from core.clock import Clock, SystemClock
from core.errors import MilhenaError, QueryError
from language.names import NameIndex
from persistence.results import Note, NoteCode, Result
from persistence.store import Store

TOLD_ROWS = 50
_SHOWN_CHOICES = 25
_SHOWN_ERRORS = 5
_UNITS = {
    **{metric.id: metric.unit for metric in METRICS.values()},
    "duration_s": "seconds",
    "total": "euro",
}


class StoredDataTool(BaseTool):
    """A tool that reads the store.

    Its artifact is the whole `Result`; its content is JSON for a language model. Errors are
    raised, or with ``explains_errors`` (as `make_tools` sets it) told to the model in a tool
    message of status "error", so that it can ask better.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    response_format: Literal["content", "content_and_artifact"] = "content_and_artifact"
    store: Store = Field(exclude=True)
    zone: ZoneInfo = Field(exclude=True)
    clock: Clock = Field(default_factory=SystemClock, exclude=True)
    language: Language = "en"
    """Of what is told in words, such as the cause of an error."""
    explains_errors: bool = False

    def model_post_init(self, context: Any, /) -> None:
        """Tell the model which clock counts, and let it see what it did wrong."""
        super().model_post_init(context)
        self.description = (
            f"{self.description}\nA period is half-open, [start, end), in ISO 8601 with offset; "
            f"days begin at midnight in {self.zone.key}. In an answer null, or no row at all, "
            "means not known, which is not zero."
        )
        if self.explains_errors:
            self.handle_tool_error = True
            self.handle_validation_error = _explain_arguments

    @abstractmethod
    def answer(self, *args: Any, **kwargs: Any) -> tuple[str, Result]:
        """Return the content and the artifact for the checked arguments.

        :raises MilhenaError: there is no answer.
        """

    def _run(self, *args: Any, **kwargs: Any) -> tuple[str, Result]:
        try:
            return self.answer(*args, **kwargs)
        except MilhenaError as error:
            if not self.explains_errors:
                raise
            raise ToolException(self._explain(error)) from error

    def now(self) -> datetime:
        """The moment that "now" means, in the business zone."""
        return self.clock.now().astimezone(self.zone)

    def told(self, result: Result, **facts: Any) -> tuple[str, Result]:
        """Return *facts* and what *result* says of itself as JSON, and the result whole.

        Without facts of its own, the text holds the rows: at most `TOLD_ROWS`, and how many
        there are.
        """
        told = facts or _rows_of(result)
        coverage = result.coverage
        told |= {
            "as_of": self.now(),
            "timezone": self.zone.key,
            "recorded_from": coverage.start,
            "recorded_until": coverage.end,
            "complete": coverage.complete,
        }
        if result.notes:
            told["notes"] = [_in_words(note) for note in result.notes]
        return json.dumps(told, ensure_ascii=False, default=_plain), result

    def nearest_names(self, process: str) -> tuple[str, ...]:
        """Return the names of processes that *process* may mean, the likeliest first."""
        known = self.store.processes()
        match = NameIndex(known).match(process)
        likely = dict.fromkeys(((match.name,) if match.name else ()) + match.candidates)
        return tuple(likely) or tuple(each.name for each in known if not each.gone)

    def _explain(self, error: MilhenaError) -> str:
        if not isinstance(error, QueryError):
            return str(error)
        choices = error.choices
        if error.field == "process":
            choices = self.nearest_names(error.value)
        return _with_choices(str(error), choices)


def _rows_of(result: Result) -> dict[str, Any]:
    shown = result.rows[:TOLD_ROWS]
    names = {*result.columns, *(row[0] for row in shown if result.columns[0] == "metric")}
    told: dict[str, Any] = {"columns": result.columns, "rows": shown}
    units = {name: unit for name, unit in _UNITS.items() if name in names}
    if units:
        told["units"] = units
    told["total_rows"] = result.total_rows
    return told


def _explain_arguments(error: Any) -> str:
    """Say which argument is wrong, why, and what it may be."""
    if not isinstance(error, ValidationError):  # pydantic 1, which no tool of ours uses
        return str(error)
    return " ".join(_explain_argument(each) for each in error.errors()[:_SHOWN_ERRORS])


def _explain_argument(wrong: Any) -> str:
    where = ".".join(str(part) for part in wrong["loc"])
    if wrong["type"] == "value_error" and where == "query" and isinstance(wrong["input"], dict):
        try:
            checked_query(**wrong["input"])
        except QueryError as error:
            return _with_choices(str(error), error.choices)
    reason = wrong["msg"].removeprefix("Value error, ")
    if wrong["type"] == "timezone_aware":
        reason = "a moment needs its offset, as in 2026-11-22T00:00:00+01:00"
    return f"{where}: {reason}."


def _with_choices(sentence: str, choices: tuple[str, ...]) -> str:
    if not choices:
        return f"{sentence}."
    more = ", …" if len(choices) > _SHOWN_CHOICES else ""
    return f"{sentence}. It can be: {', '.join(choices[:_SHOWN_CHOICES])}{more}."


_NOTES: dict[NoteCode, str] = {
    "future": "The period has not begun.",
    "never_synced": "Nothing was copied from n8n yet: nothing is known.",
    "not_caught_up": "n8n has records that are still to be copied: figures may rise.",
    "nothing_recorded": "n8n has no execution at all.",
    "now_only": "This is a figure of now: the period was not used.",
    "previous_not_covered": "The period before was not recorded as a whole: no change is given.",
    "same_name": "Several processes share a name and are taken together: {values}.",
    "successes_not_saved": (
        "n8n throws away the successful executions of these processes, so only their errors are "
        "known: {values}."
    ),
    "only_inside_others": (
        "These processes ran only as a part of others, which does not count as an execution: "
        "{values}."
    ),
    "second_source": (
        "Not recorded, and not in the figures: n8n's own counters, as scope (before the records, "
        "a gap in them, or successes that are not saved), counter, successes, failures, days (0: "
        "unknown), mean seconds, processes: {values}."
    ),
    "gap": (
        "n8n deleted what happened in these spans before it was read, so nothing is known of "
        "them (beginning and end of each): {values}."
    ),
    "totals_missing": "So many orders came without a total and are not in the sum: {values}.",
}


def _in_words(note: Note) -> str:
    return _NOTES[note.code].format(values=", ".join(note.values))


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
