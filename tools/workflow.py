"""The workflow tool: how one process is doing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from langchain_core.tools import ArgsSchema
from pydantic import BaseModel, ConfigDict, Field

from catalogue import BusinessQuery, Filter, Window
from core.errors import QueryError
from language.names import NameIndex
from language.wording import plain_cause
from persistence.business_queries import process_summary, run_query
from persistence.results import Result
from persistence.store import KnownProcess
from tools._stored import StoredDataTool

LAST_RUNS = 5
_FIGURES = ("executions", "success_rate", "errors", "median_duration")

State = Literal["active", "not active", "archived", "no longer in n8n"]


class WorkflowInput(BaseModel):
    """What the workflow tool takes."""

    model_config = ConfigDict(extra="forbid")

    process: str = Field(
        description="The name of the process as people write it; it need not be exact."
    )
    window: Window | None = Field(None, description="The period; null: all history.")


class WorkflowTool(StoredDataTool):
    """State, last runs, success rate, duration and last error of one process."""

    name: str = "workflow"
    description: str = (
        "How one process (workflow) is doing: whether it is active, how often it ran, its success "
        "rate in percent, its usual duration in seconds, its last runs, and its last error with "
        "the failing step, the cause in plain words and what can be done."
    )
    args_schema: ArgsSchema | None = WorkflowInput

    def answer(self, process: str, window: Window | None = None) -> tuple[str, Result]:
        """Tell how *process* did within *window*.

        :raises QueryError: no process is called so, or several may be meant.
        :raises StoreError: the store cannot be read.
        """
        known = self.store.processes()
        name = _meant(process, known)
        result = process_summary(self.store, name, window=window, zone=self.zone, now=self.now())
        row = dict(zip(result.columns, result.rows[0], strict=True)) if result.rows else {}
        return self.told(
            result,
            process=name,
            state=_state([each for each in known if each.name == name]),
            figures={figure: row.get(figure) for figure in _FIGURES},
            units={"success_rate": "percent", "median_duration": "seconds"},
            last_runs=self._last_runs(name, window),
            last_error=self._last_error(row),
        )

    def _last_runs(self, name: str, window: Window | None) -> list[dict[str, Any]]:
        query = BusinessQuery(
            kind="list",
            subject="executions",
            window=window,
            filters=(Filter(field="process", values=(name,)),),
            limit=LAST_RUNS,
        )
        runs = run_query(self.store, query, zone=self.zone, now=self.now())
        named = [dict(zip(runs.columns, row, strict=True)) for row in runs.rows]
        return [{key: run[key] for key in ("time", "status", "duration_s")} for run in named]

    def _last_error(self, row: dict[str, Any]) -> dict[str, Any] | None:
        if row.get("last_error_at") is None:
            return None
        cause = plain_cause(row["last_cause"], self.language)
        return {
            "time": row["last_error_at"],
            "step": row["last_error_step"],
            "cause": cause.text,
            "advice": cause.advice,
        }


def _meant(process: str, known: Sequence[KnownProcess]) -> str:
    """Return the full name of the process that *process* means.

    :raises QueryError: none or several.
    """
    if any(process == each.name for each in known):
        return process
    if not known:
        raise QueryError("no process is known yet", field="process", value=process)
    match = NameIndex(known).match(process)
    if match.name is None:
        raise QueryError(
            f"no process is called {process!r}",
            field="process",
            value=process,
            choices=match.candidates or tuple(each.name for each in known if not each.gone),
        )
    return match.name


def _state(named: Sequence[KnownProcess]) -> State:
    if any(each.active and not each.archived for each in named):
        return "active"
    if all(each.gone for each in named):
        return "no longer in n8n"
    return "archived" if all(each.archived for each in named if not each.gone) else "not active"
