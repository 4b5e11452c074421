"""What an agent can call: LangChain tools that answer from the recorded data.

They work alone too::

    from tools import make_tools

    agent = chat_model.bind_tools(make_tools(store, zone=ZoneInfo("Europe/Rome")))
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from langchain_core.tools import BaseTool

from catalogue import Language
from core.clock import Clock, SystemClock
from persistence.store import Store
from tools.business_query import BusinessQueryTool
from tools.metrics import MetricsTool
from tools.workflow import WorkflowTool

__all__ = ["BusinessQueryTool", "MetricsTool", "WorkflowTool", "make_tools"]


def make_tools(
    store: Store, *, zone: ZoneInfo, clock: Clock | None = None, language: Language = "en"
) -> list[BaseTool]:
    """Return the three tools over *store*, ready to be bound to a chat model.

    A model that asks for what is not there gets a tool message of status "error" that says what
    there is, instead of an exception. *language* is that of causes told in plain words.
    """
    made_with = {
        "store": store,
        "zone": zone,
        "clock": clock or SystemClock(),
        "language": language,
        "explains_errors": True,
    }
    return [
        BusinessQueryTool(**made_with),
        MetricsTool(**made_with),
        WorkflowTool(**made_with),
    ]
