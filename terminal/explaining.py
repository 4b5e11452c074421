"""`sync --explain`: one execution, step by step, for whoever wonders about a figure."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from persistence.explanations import ExecutionExplained, Remembered
from persistence.n8n.explaining import IN_WORDS, Explanation, StepExplained, Taken
from terminal.output import say

_LONGEST_VALUE = 160


def show_explanation(found: ExecutionExplained, zone: ZoneInfo) -> None:
    """Print what was taken from an execution, and why the rest was not."""
    say(f"execution {found.execution_id} of {found.process or 'an unknown process'}")
    if found.in_n8n is None:
        say("  n8n no longer has it: this is what was remembered of it")
    else:
        _show_row(found.in_n8n, zone)
    if found.remembered is None:
        say("in the store: nothing yet; agent-cli sync copies it")
    else:
        _show_remembered(found.remembered, found.in_n8n, zone)


def _show_row(explained: Explanation, zone: ZoneInfo) -> None:
    began = _moment(explained.began_at, zone)
    say(f"  {explained.mode}, {explained.status}, began {began}")
    say(f"  data: {explained.payload}, stored in {explained.stored_at}")
    if explained.deleted_at:
        deleted = _moment(explained.deleted_at, zone)
        say(f"  n8n marked it as deleted on {deleted}: it is not read anew")
    if explained.no_business:
        say(f"  nothing of it counts as business: {explained.no_business}")
    for step in explained.steps:
        _show_step(step, counts=explained.no_business is None)
    for each in explained.attached:
        say(f"  attached: {each.key} = {_short(each.value)}")
    if explained.not_kept:
        say(f"  attached but not kept: {', '.join(explained.not_kept)}")


def _show_step(step: StepExplained, *, counts: bool) -> None:
    run = f" (run {step.run + 1})" if step.run else ""
    about = f" ({step.about})" if step.about else ""
    sign = "+" if step.taken and counts else "-"
    say(f"  {sign} {step.step}{run} [{step.step_type}]: {IN_WORDS[step.reason]}{about}")
    for taken in step.taken:
        say(f"      {taken.kind}: {_fields(taken)}")


def _fields(taken: Taken) -> str:
    told = [f"{name}={_short(value)}" for name, value in taken.fields.items()]
    told += [f"{name} is not stored (MILHENA_STORE_CONTENT)" for name in taken.not_stored]
    return ", ".join(told)


def _show_remembered(remembered: Remembered, explained: Explanation | None, zone: ZoneInfo) -> None:
    counted = ", ".join(f"{number} {kind}" for kind, number in sorted(remembered.records.items()))
    say(f"in the store: {remembered.status}, {counted or 'no business'}")
    if remembered.deleted_at:
        say(f"  deleted by n8n, seen on {_moment(remembered.deleted_at, zone)}")
    outdated = explained and remembered.read_with not in (None, explained.mapping)
    if outdated:
        say("  it was read with an earlier mapping; agent-cli sync reads it again")


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def _short(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
