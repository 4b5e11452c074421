"""What an agent can call: LangChain tools that answer from the recorded data.

They work alone too::

    from tools import make_tools

    agent = chat_model.bind_tools(make_tools(store, zone=ZoneInfo("Europe/Rome")))
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from langchain_core.tools import BaseTool

from core.clock import Clock, SystemClock
from persistence.store import Store
from tools.business_query import BusinessQueryTool
from tools.metrics import MetricsTool
from tools.workflow import WorkflowTool

__all__ = ["BusinessQueryTool", "MetricsTool", "WorkflowTool", "make_tools"]


def make_tools(store: Store, *, zone: ZoneInfo, clock: Clock | None = None) -> list[BaseTool]:
    """Return the three tools over *store*, ready to be bound to a chat model."""
    made_with = {"store": store, "zone": zone, "clock": clock or SystemClock()}
    return [
        BusinessQueryTool(**made_with),
        MetricsTool(**made_with),
        WorkflowTool(**made_with),
    ]
