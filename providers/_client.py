"""What both clients share: connections per event loop, one bounded request, one kind of error."""

from __future__ import annotations

import asyncio
import contextlib
import weakref
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError

from core.errors import FailureKind
from providers.failures import ModelError, failure_of, rate_limit_headers
from providers.gate import ProviderName, TokenUsage
from providers.interface import Reply, Request, StructuredRequest, T, TextPart

CUT_OFF = frozenset({"MAX_TOKENS", "LENGTH"})
SAID_ALL = frozenset({"STOP"})

_headers_of_this_call: ContextVar[dict[str, str] | None] = ContextVar("headers", default=None)


async def note_headers(response: Any) -> None:
    """Keep a response's rate-limit headers for the call that it answers (an httpx event hook)."""
    kept = _headers_of_this_call.get()
    if kept is not None:
        kept.update(rate_limit_headers(response.headers))


@dataclass(frozen=True)
class BuiltModel:
    """A chat model and how its connections are closed."""

    chat: Any
    close: Callable[[], Awaitable[None]]


class LangChainClient(ABC):
    """The chat models of one provider behind `ModelClient`.

    The client library's own retries are off: it would sleep where the next tier could answer.

    :param timeout_s: the longest that any single request may take; every call has a shorter one.
    """

    provider: ProviderName

    def __init__(
        self, key: SecretStr, *, base_url: str | None = None, timeout_s: float = 30.0
    ) -> None:
        self._key = key
        self._base_url = base_url
        self._timeout_s = timeout_s
        # A client object that lived in another event loop fails there once: keep one per loop.
        self._building: weakref.WeakKeyDictionary[
            asyncio.AbstractEventLoop, dict[str, asyncio.Task[BuiltModel]]
        ] = weakref.WeakKeyDictionary()

    @abstractmethod
    def _build(self, model: str) -> BuiltModel:
        """Return the chat model; imports the provider's package."""

    @abstractmethod
    def _options(self, request: Request, answer: type[BaseModel] | None) -> dict[str, Any]:
        """Return how a call says the answer's shape and length; no shape is a plain text."""

    async def load(self, model: str) -> None:
        """Import and make what calls to *model* need."""
        await self._built(model)

    async def _built(self, model: str) -> BuiltModel:
        """The running loop's client, built once however many ask at the same time."""
        loop = asyncio.get_running_loop()
        tasks = self._building.setdefault(loop, {})
        task = tasks.get(model)
        if task is None or (task.done() and task.exception() is not None):
            # Importing a provider's package takes a second: not on the event loop.
            task = tasks[model] = loop.create_task(asyncio.to_thread(self._build, model))
        try:
            # Shielded: a question that ran out of time leaves a client for the next one.
            return await asyncio.shield(task)
        except Exception as error:
            # Nothing was sent: a broken package, a base URL that is none, a key that is no text.
            raise ModelError(
                self.provider,
                f"no client can be made ({type(error).__name__})",
                kind=FailureKind.PERMANENT,
            ) from None

    async def close(self) -> None:
        """Close the connections of the running event loop's clients."""
        for task in self._building.pop(asyncio.get_running_loop(), {}).values():
            with contextlib.suppress(Exception):  # what could not be built has nothing to close
                await (await task).close()

    async def structured(
        self, request: StructuredRequest[T], *, model: str, timeout_s: float
    ) -> Reply[T]:
        """Return the model's typed answer, in one request and within *timeout_s* seconds."""
        headers: dict[str, str] = {}
        _headers_of_this_call.set(headers)
        options = self._options(request, request.answer)
        try:
            async with asyncio.timeout(timeout_s):
                built = await self._built(model)
                message = await built.chat.ainvoke(_messages(request), **options)
        except ModelError:
            raise
        except Exception as error:
            # The clients raise anything on a junk body, AttributeError and TypeError too.
            raise failure_of(self.provider, error, timeout_s=timeout_s) from None
        return self._checked(message, request.answer, headers)

    async def text(
        self, request: Request, *, model: str, timeout_s: float
    ) -> AsyncIterator[TextPart]:
        """Yield the model's text as it is written, in one request, within *timeout_s* seconds."""
        options = self._options(request, None)
        deadline = asyncio.get_running_loop().time() + timeout_s
        finish_reason, usage, said = None, None, False
        chunks: AsyncIterator[Any] | None = None
        while True:
            try:
                # A limit for each piece: one around them all would strike the reader's own code.
                async with asyncio.timeout_at(deadline):
                    if chunks is None:
                        built = await self._built(model)
                        chunks = built.chat.astream(_messages(request), **options)
                    chunk = await anext(chunks)
            except StopAsyncIteration:
                break
            except ModelError:
                raise
            except Exception as error:
                failure = failure_of(self.provider, error, timeout_s=timeout_s)
                if said and failure.kind is FailureKind.MALFORMED:
                    break  # half an event: it was cut off
                raise failure from None
            finish_reason = _finish_reason(chunk) or finish_reason
            usage = _usage(chunk) or usage
            if text := _text(chunk):
                said = True
                yield TextPart(text=text)
        if finish_reason is None:
            raise ModelError(
                self.provider,
                "the stream ended in the middle",
                kind=FailureKind.TRANSIENT,
                usage=usage,
            )
        if finish_reason not in SAID_ALL and not (finish_reason in CUT_OFF and said):
            raise self._empty(finish_reason, usage, {})
        yield TextPart(text="", finish_reason=finish_reason, usage=usage)

    def _checked(self, message: Any, answer: type[T], headers: Mapping[str, str]) -> Reply[T]:
        finish_reason, usage, text = _finish_reason(message), _usage(message), _text(message)
        if finish_reason not in (None, *SAID_ALL, *CUT_OFF):
            # What came before a block is not an answer either.
            raise self._empty(finish_reason, usage, headers)
        if not text:
            if finish_reason is None:
                raise self._malformed("an answer with nothing in it", usage, headers)
            raise self._empty(finish_reason, usage, headers)
        try:
            parsed = answer.model_validate_json(text)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "it"
            raise self._malformed(
                f"the answer is not the JSON asked for ({where}: {first['type']})", usage, headers
            ) from None
        return Reply(
            parsed=parsed, finish_reason=finish_reason, usage=usage, rate_limit_headers=headers
        )

    def _empty(
        self, finish_reason: str | None, usage: TokenUsage | None, headers: Mapping[str, str]
    ) -> ModelError:
        return ModelError(
            self.provider,
            f"no answer: {finish_reason}",
            kind=FailureKind.EMPTY,
            usage=usage,
            rate_limit_headers=headers,
        )

    def _malformed(
        self, reason: str, usage: TokenUsage | None, headers: Mapping[str, str]
    ) -> ModelError:
        return ModelError(
            self.provider,
            reason,
            kind=FailureKind.MALFORMED,
            usage=usage,
            rate_limit_headers=headers,
        )


def _messages(request: Request) -> list[tuple[str, str]]:
    return [("system", request.system), ("human", request.user)]


def _text(message: Any) -> str:
    content = message.content
    if isinstance(content, str):
        return content
    # Gemini's thoughts come as blocks of their own.
    return "".join(
        block if isinstance(block, str) else str(block.get("text") or "")
        for block in content
        if isinstance(block, str) or (isinstance(block, dict) and block.get("type") == "text")
    )


def _finish_reason(message: Any) -> str | None:
    said = message.response_metadata
    reason = said.get("finish_reason")
    if not reason:
        # Gemini's way to say that the question itself was blocked: no candidate at all.
        blocked = (said.get("prompt_feedback") or {}).get("block_reason")
        reason = getattr(blocked, "value", blocked)
    if not reason:
        return None
    # Chunks of a stream that both name it are joined: "STOPSTOP".
    name = str(reason).upper()
    return "STOP" if name == "STOPSTOP" else name


def _usage(message: Any) -> TokenUsage | None:
    said = getattr(message, "usage_metadata", None)
    if not said:
        return None
    return TokenUsage(
        input_tokens=int(said.get("input_tokens") or 0),
        output_tokens=int(said.get("output_tokens") or 0),
        thought_tokens=int((said.get("output_token_details") or {}).get("reasoning") or 0),
        cached_input_tokens=int((said.get("input_token_details") or {}).get("cache_read") or 0),
    )
