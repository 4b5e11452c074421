"""One small interface to a language model: a typed answer, or text as it comes.

What goes wrong is always a `ProviderError` whose ``kind`` says what to do about it
(`providers/failures.py`). Nothing here retries, waits or counts: that is `providers/calling.py`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

from providers.gate import ProviderName, TokenUsage

T = TypeVar("T", bound=BaseModel)
Answer = TypeVar("Answer", bound=BaseModel, covariant=True)

MAX_OUTPUT_TOKENS = 1024
"""Room for a reading and for the little thought before it. Groq counts it against its limits before
the call (and refuses from 4,096 on), a budget reserves it: no more than is needed."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a model is asked."""

    system: str
    user: str
    input_tokens: int
    """How many the model will read at most (`providers/tokens.py` counts), schema included."""
    max_output_tokens: int = MAX_OUTPUT_TOKENS


@dataclass(frozen=True, kw_only=True)
class StructuredRequest(Request, Generic[Answer]):
    """What a model is asked, and the shape of the answer."""

    answer: type[Answer]


@dataclass(frozen=True, kw_only=True)
class Reply(Generic[T]):
    """A model's answer, checked against the shape that was asked for."""

    parsed: T
    finish_reason: str | None
    """As the provider calls it, in upper case: "STOP", "MAX_TOKENS", "LENGTH"."""
    usage: TokenUsage | None
    """None where the provider did not say."""
    rate_limit_headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TextPart:
    """A piece of a text that is being written; the last one says how it ended."""

    text: str
    finish_reason: str | None = None
    usage: TokenUsage | None = None


class ModelClient(Protocol):
    """The models of one provider. Used from any event loop; each gets connections of its own."""

    @property
    def provider(self) -> ProviderName:
        """Whose models they are."""
        ...

    async def load(self, model: str) -> None:
        """Import and make what calls to *model* need: up to a second, once, off the event loop.

        :raises ProviderError: permanent: the settings make no client.
        """
        ...

    async def structured(
        self, request: StructuredRequest[T], *, model: str, timeout_s: float
    ) -> Reply[T]:
        """Return the model's typed answer, in one request and within *timeout_s* seconds.

        :raises ProviderError: there is none; ``kind`` says why.
        """
        ...

    def text(self, request: Request, *, model: str, timeout_s: float) -> AsyncIterator[TextPart]:
        """Yield the model's text as it is written, in one request and within *timeout_s* seconds.

        :raises ProviderError: it broke off, was cut off or blocked. What was yielded before is then
            not the whole answer.
        """
        ...

    async def close(self) -> None:
        """Close the connections of the running event loop."""
        ...
