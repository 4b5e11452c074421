"""What both clients share: one client per event loop, one bounded call, one kind of error."""

from __future__ import annotations

import asyncio
import contextlib
import weakref
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from core.errors import ProviderError
from providers.interface import Classification, ModelReading, checked


@dataclass(frozen=True)
class BuiltModel:
    """A chat model that answers with a `ModelReading`, and how its connections are closed."""

    structured: Any
    close: Callable[[], Awaitable[None]]


class LangChainClassifier(ABC):
    """A chat model behind `Classifier`.

    The client library's own retries are off: a tier that fails hands over to the next one at once.
    """

    name: str

    def __init__(
        self, key: SecretStr, *, model: str, base_url: str | None = None, timeout_s: float = 20.0
    ) -> None:
        self._key = key
        self._model = model
        self._base_url = base_url
        self._timeout_s = timeout_s
        # A client object that lived in another event loop fails there once: keep one per loop.
        self._building: weakref.WeakKeyDictionary[
            asyncio.AbstractEventLoop, asyncio.Task[BuiltModel]
        ] = weakref.WeakKeyDictionary()

    @abstractmethod
    def _build(self) -> BuiltModel:
        """Return the chat model; imports the provider's package."""

    async def _built(self) -> BuiltModel:
        """The running loop's client, built once however many ask at the same time."""
        loop = asyncio.get_running_loop()
        task = self._building.get(loop)
        if task is None or (task.done() and task.exception() is not None):
            # Importing a provider's package takes a second: not on the event loop.
            task = loop.create_task(asyncio.to_thread(self._build))
            self._building[loop] = task
        # Shielded: a question that ran out of time leaves a client for the next one.
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Close the connections of the running event loop's client."""
        task = self._building.pop(asyncio.get_running_loop(), None)
        if task is not None:
            with contextlib.suppress(Exception):  # what could not be built has nothing to close
                await (await task).close()

    async def classify(
        self, prompt: str, question: str, *, zone: ZoneInfo, timeout_s: float
    ) -> Classification:
        """Return the model's reading of *question* within *timeout_s* seconds."""
        try:
            async with asyncio.timeout(timeout_s):
                built = await self._built()
                answer = await built.structured.ainvoke([("system", prompt), ("human", question)])
        except TimeoutError:
            raise ProviderError(self.name, f"no answer within {timeout_s:.1f} s") from None
        except Exception as error:
            # The clients raise anything on a junk body (AttributeError and TypeError too), and
            # their texts may hold request details: only the class and the status are kept.
            raise ProviderError(self.name, _reason(error)) from None
        if answer.get("parsing_error") is not None:
            raise ProviderError(self.name, "answer is not the JSON asked for")
        usage = getattr(answer.get("raw"), "usage_metadata", None)
        return checked(self.name, answer.get("parsed"), usage, zone)


def _reason(error: BaseException) -> str:
    status = (
        getattr(error, "status_code", None)
        or getattr(error, "code", None)
        or getattr(getattr(error, "__cause__", None), "code", None)
    )
    name = type(error).__name__
    return f"HTTP {status} ({name})" if isinstance(status, int) else name


def answering_with_a_reading(chat: Any) -> Any:
    """Return *chat* bound to answer with a `ModelReading`, and to hand over the raw message too."""
    return chat.with_structured_output(ModelReading, method="json_schema", include_raw=True)
