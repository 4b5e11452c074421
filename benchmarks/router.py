"""What the router costs around a provider that answers at once, against the bare client.

The provider is a process of its own that answers every request with the same bytes. All are
measured in turns in one run: the ratios count, not the milliseconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from benchmarks._timing import only_the_defaults
from catalogue import Reading
from core.clock import SystemClock
from core.settings import Settings
from graph.assistant import Assistant
from providers.calling import Deadline
from providers.choice import ModelChoice
from providers.interface import StructuredRequest
from providers.reading import ModelReading
from providers.router import ModelRouter
from tests.support.sick_providers import ORDERS, QUESTION

ROUNDS = 150
WARM_UP = 20
Work = Callable[[], Awaitable[Any]]

_SERVER = """
import asyncio, json, sys

BODIES = {name: json.dumps(body).encode() for name, body in json.load(sys.stdin).items()}

async def serve(reader, writer):
    try:
        while True:
            head = await reader.readuntil(b"\\r\\n\\r\\n")
            lines = head.decode("latin-1").lower().split("\\r\\n")
            length = next(int(each.split(":")[1]) for each in lines if "content-length" in each)
            await reader.readexactly(length)
            body = BODIES["groq" if "/openai/" in lines[0] else "gemini"]
            head = "HTTP/1.1 200 OK", "content-type: application/json", "content-length: %d"
            writer.write(("\\r\\n".join((*head, "", "")) % len(body)).encode() + body)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()

async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""


def run() -> Iterator[str]:
    """Yield one line a figure."""
    only_the_defaults(log_level=logging.ERROR)
    with _provider() as url:
        for provider in ("gemini", "groq"):
            yield from asyncio.run(_compared(provider, url))


@contextlib.contextmanager
def _provider() -> Iterator[str]:
    said = json.dumps(ORDERS)
    bodies = {
        "gemini": {
            "candidates": [{"content": {"parts": [{"text": said}]}, "finishReason": "STOP"}],
            "usageMetadata": {"promptTokenCount": 500, "candidatesTokenCount": 40},
        },
        "groq": {
            "id": "1",
            "object": "chat.completion",
            "created": 1,
            "model": "m",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": said},
                    "finish_reason": "stop",
                }
            ],
            "usage": {"prompt_tokens": 500, "completion_tokens": 40, "total_tokens": 540},
        },
    }
    with subprocess.Popen(
        [sys.executable, "-c", _SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps(bodies))
        server.stdin.close()
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.terminate()


async def _compared(provider: str, url: str) -> list[str]:
    with tempfile.TemporaryDirectory() as home:
        values: dict[str, Any] = {
            "GOOGLE_API_KEY": "k",
            "GROQ_API_KEY": "k",
            "gemini_base_url": url,
            "groq_base_url": url,
            "gemini_requests_per_minute": 0,
            "groq_requests_per_minute": 0,
            "groq_requests_per_day": 0,
            "groq_tokens_per_minute": 0,
            "classify_timeout_s": 30.0,
            "models_classification": f"{provider}:model",
        }
        settings = Settings(home=Path(home), **values)
        async with _bare(provider, url) as bare, await Assistant.open(settings) as assistant:
            works: dict[str, Work] = {
                "bare client": bare,
                "router": _routed(assistant.services.models, provider),
                "question": _asked(assistant),
            }
            medians = await _medians(works)
    bare_ms = medians["bare client"]
    return [
        f"{provider:7} {name:12} {ms:6.2f} ms   {ms / bare_ms:5.2f} × the bare client"
        for name, ms in medians.items()
    ]


async def _medians(works: dict[str, Work]) -> dict[str, float]:
    taken: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(ROUNDS + WARM_UP):
        for name, work in works.items():
            started = time.perf_counter()
            await work()
            if turn >= WARM_UP:
                taken[name].append((time.perf_counter() - started) * 1000)
    return {name: statistics.median(values) for name, values in taken.items()}


@contextlib.asynccontextmanager
async def _bare(provider: str, url: str) -> AsyncIterator[Work]:
    """The package as anybody would use it: a chat model with structured output."""
    chat: Any
    if provider == "gemini":
        from langchain_google_genai import ChatGoogleGenerativeAI

        chat = ChatGoogleGenerativeAI(
            model="model", google_api_key=SecretStr("k"), base_url=url, max_retries=1, timeout=30
        )
    else:
        from langchain_groq import ChatGroq

        chat = ChatGroq(
            model_name="model", api_key=SecretStr("k"), base_url=url, max_retries=0, timeout=30
        )
    structured = chat.with_structured_output(ModelReading, method="json_schema")
    messages = [("system", "Read the question."), ("human", QUESTION)]
    yield lambda: structured.ainvoke(messages)
    if provider == "gemini":
        await chat.aclose()


def _routed(models: ModelRouter, provider: str) -> Work:
    """One call through all gates, its reading checked against the catalogue."""
    choice = ModelChoice("gemini" if provider == "gemini" else "groq", "model")
    request = StructuredRequest(
        system="Read the question.", user=QUESTION, input_tokens=500, answer=ModelReading
    )
    zone = Settings().zone

    def accept(said: ModelReading) -> Reading:
        return said.as_reading(zone)

    async def work() -> None:
        await models.ask(
            choice,
            request,
            accept=accept,
            need="classification",
            deadline=Deadline.after(30),
            user_id="u",
            request_id="r",
        )

    return work


def _asked(assistant: Assistant) -> Work:
    """A whole question: the graph, the prompt, the reading made certain, the answer's words."""

    async def work() -> None:
        answer = await assistant.ask(QUESTION, clock=SystemClock(), use_cache=False)
        assert answer.classified_by != "rules"

    return work
