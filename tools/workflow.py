"""The workflow tool: how one process is doing."""

from __future__ import annotations

import asyncio
from typing import Any

from langchain_core.tools import ArgsSchema, ToolException
from pydantic import BaseModel, ConfigDict, Field

from catalogue import Window
from language.names import NameIndex
from persistence.business_queries import process_summary
from persistence.results import Result
from tools._stored import StoredDataTool, told


class WorkflowInput(BaseModel):
    """What the workflow tool takes."""

    model_config = ConfigDict(extra="forbid")

    process: str = Field(description="The name of the process, as people write it.")
    window: Window | None = Field(None, description="The period; null: all history.")


class WorkflowTool(StoredDataTool):
    """State, last runs, success rate, duration and last error of one process."""

    name: str = "workflow"
    description: str = (
        "How one process (workflow) is doing: whether it is active, how often it ran, its success "
        "rate, its usual duration, its last run and its last error."
    )
    args_schema: ArgsSchema | None = WorkflowInput
    handle_tool_error: bool = True

    def _run(self, process: str, window: Window | None = None, **_: Any) -> tuple[str, Result]:
        return told(
            process_summary(
                self.store, self._known_name(process), window=window, zone=self.zone, now=self.now()
            )
        )

    async def _arun(
        self, process: str, window: Window | None = None, **_: Any
    ) -> tuple[str, Result]:
        return await asyncio.to_thread(self._run, process, window)

    def _known_name(self, process: str) -> str:
        known = self.store.processes()
        if any(process == candidate.name for candidate in known):
            return process
        match = NameIndex(known).match(process)
        if match.name is None:
            near = ", ".join(match.candidates) or ", ".join(item.name for item in known[:4])
            raise ToolException(f"no process is called {process!r}; known ones: {near}")
        return match.name
