"""What a run depends on but never changes: who asks, in which language, when, and with what."""

from __future__ import annotations

import functools
import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from langgraph.runtime import Runtime

from core.clock import Clock, FixedClock, SystemClock
from core.settings import Settings
from graph.services import Services, default_services


@dataclass(frozen=True, kw_only=True)
class AgentContext:
    """The frozen context of one question.

    Everything has a default, so that LangGraph's own server can run the graph; the services are
    then those of this process's settings.
    """

    user_id: str = "anonymous"
    thread_id: str | None = None
    language: Literal["it", "en"] | None = None
    """Answer in this language; None: the question's."""
    clock: Clock = field(default_factory=SystemClock)
    use_cache: bool = True
    explain: bool = False
    """Let the answer say why the tiers before the one that read the question did not."""
    request_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    started_s: float = field(default_factory=time.perf_counter)
    """When the question came in, on the clock that measures latency."""
    services: Services = field(default_factory=default_services)

    @property
    def settings(self) -> Settings:
        """The settings that the services were opened with."""
        return self.services.settings

    @property
    def zone(self) -> ZoneInfo:
        """The business time zone."""
        return self.settings.zone

    def now(self) -> datetime:
        """The moment of the question, in the business zone."""
        return self.clock.now().astimezone(self.zone)


def context_of(runtime: Runtime[AgentContext]) -> AgentContext:
    """Return the run's context; where the caller passed none, one with defaults for the run."""
    if isinstance(runtime.context, AgentContext):
        return runtime.context
    run = runtime.execution_info
    if run is None or run.run_id is None:
        return AgentContext()
    return _default_context(run.run_id, run.thread_id)


@functools.lru_cache(maxsize=256)
def _default_context(run_id: str, thread_id: str | None) -> AgentContext:
    # One for all nodes of a run: "now" and the request id must not change on the way.
    return AgentContext(
        thread_id=thread_id, clock=FixedClock(SystemClock().now()), request_id=run_id
    )
