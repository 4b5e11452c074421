"""A local server that speaks Gemini's and Groq's wire formats and follows a script.

The only fake in the tests: it stands for the language model's wit. It records what it was asked
and fails loudly when its script is over.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """The model says *said* (a JSON object, or any text), after *thoughts* tokens of thought."""

    said: Any
    thoughts: int = 0


@dataclass(frozen=True)
class Calls:
    """The model asks for the tool *name* with *arguments*."""

    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Fails:
    """The provider answers with an HTTP status, a body and headers."""

    status: int
    body: str = '{"error": {"code": 503, "message": "overloaded", "status": "UNAVAILABLE"}}'
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Hangs:
    """The provider accepts and says nothing for *seconds*."""

    seconds: float


@dataclass(frozen=True)
class Drips:
    """The provider begins a right answer and sends one byte every *every_s* seconds."""

    said: Any
    every_s: float = 0.2


@dataclass(frozen=True)
class Resets:
    """The provider reads the request and resets the connection."""


@dataclass(frozen=True)
class Cuts:
    """The connection closes in the middle of an answer (or of a stream)."""

    said: Any = "the beginning of an answer"


@dataclass(frozen=True)
class Finishes:
    """The model ends for *reason* after saying *said*: SAFETY, MAX_TOKENS, content_filter, …"""

    reason: str
    said: str = ""


@dataclass(frozen=True)
class BreaksInBand:
    """HTTP 200, and in it an error object: after the first words in a stream, alone otherwise."""

    error: dict[str, Any] = field(
        default_factory=lambda: {"code": 503, "message": "overloaded", "status": "UNAVAILABLE"}
    )
    said: str = "the beginning"


@dataclass(frozen=True)
class EndsUnfinished:
    """A stream that ends in good order without ever saying why (no finish reason)."""

    said: str = "the beginning"


Step = (
    Reply | Calls | Fails | Hangs | Drips | Resets | Cuts | Finishes | BreaksInBand | EndsUnfinished
)


@dataclass
class StandIn:
    """The running server and its script, one queue a provider."""

    script: dict[str, deque[Step]] = field(
        default_factory=lambda: {"gemini": deque(), "groq": deque()}
    )
    for_ever: dict[str, Step] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    """The model of each request, as ``provider:model``."""
    listed: list[str] = field(default_factory=list)
    """Who was asked for a list of models; that costs nothing."""
    _server: ThreadingHTTPServer | None = None
    _ended: threading.Event = field(default_factory=threading.Event)

    def plan(self, provider: str, *steps: Step) -> None:
        """Append *steps* to the script of *provider*."""
        self.script[provider].extend(steps)

    def always(self, provider: str, step: Step) -> None:
        """Do *step* whenever the script of *provider* is over."""
        self.for_ever[provider] = step

    def count(self, provider: str) -> int:
        """How often *provider* was asked."""
        return sum(1 for name, _ in self.asked if name == provider)

    @property
    def url(self) -> str:
        """The base URL for both clients."""
        assert self._server is not None
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def next_step(self, provider: str) -> Step:
        """Take the next step of the script."""
        queue = self.script[provider]
        if queue:
            return queue.popleft()
        return self.for_ever.get(provider, Fails(599, f"no script left for {provider}"))

    def wait(self, seconds: float) -> None:
        """Wait, but not longer than the server lives."""
        self._ended.wait(seconds)

    def __enter__(self) -> StandIn:
        stand_in = self

        class Handler(_Handler):
            owner = stand_in

        self._server = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        assert self._server is not None
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that leave early are what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    owner: StandIn

    def do_GET(self) -> None:
        """List the models: what a key is checked with, because it asks none of them."""
        provider = "groq" if "/openai/" in self.path else "gemini"
        self.owner.listed.append(provider)
        step = self.owner.for_ever.get(provider)
        if isinstance(step, Fails):
            self._send(step.status, step.body, step.headers)
        elif self.path.partition("?")[0] in ("/v1beta/models", "/openai/v1/models"):
            names = "data" if provider == "groq" else "models"
            self._send(200, json.dumps({names: [{"id": "stand-in", "name": "models/stand-in"}]}))
        else:
            self._send(404, "{}")

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        provider = "groq" if "/openai/" in self.path else "gemini"
        streaming = ":streamGenerateContent" in self.path or bool(body.get("stream"))
        model = body.get("model") or self.path.rpartition("/models/")[2].partition(":")[0]
        self.owner.asked.append((provider, body))
        self.owner.models.append(f"{provider}:{model}")
        step = self.owner.next_step(provider)
        if isinstance(step, Hangs):
            self.owner.wait(step.seconds)
            step = Fails(504)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if isinstance(step, Resets):
                self._reset()
            elif isinstance(step, Fails):
                self._send(step.status, step.body, step.headers)
            elif streaming:
                self._stream(provider, step)
            else:
                self._answer(provider, step)

    def _answer(self, provider: str, step: Any) -> None:
        if isinstance(step, BreaksInBand):
            self._send(200, json.dumps({"error": step.error}))
            return
        wire = _gemini(step) if provider == "gemini" else _groq(step)
        raw = json.dumps(wire)
        if isinstance(step, Drips):
            self._begin(200, "application/json", len(raw.encode()))
            for byte in raw.encode():
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                self.owner.wait(step.every_s)
        elif isinstance(step, Cuts):
            self._begin(200, "application/json", len(raw.encode()))
            self.wfile.write(raw.encode()[: len(raw) // 2])
            self.close_connection = True
        else:
            self._send(200, raw)

    def _stream(self, provider: str, step: Any) -> None:
        self._begin(200, "text/event-stream", None)
        self.close_connection = True
        chunk = _gemini_chunk if provider == "gemini" else _groq_chunk
        said = _text_of(step)
        middle = len(said) // 2
        for piece in (said[:middle], said[middle:]):
            if isinstance(step, Drips):
                self.owner.wait(step.every_s)
            self._event(chunk(piece, None))
            if isinstance(step, (Cuts, BreaksInBand)):
                break
        if isinstance(step, Cuts):
            self.wfile.write(b'data: {"candidates": [{"con')
            return
        if isinstance(step, BreaksInBand):
            self._event({"error": step.error})
        elif not isinstance(step, EndsUnfinished):
            self._event(chunk("", _finish_of(provider, step)))
        if provider == "groq":
            self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, payload: dict[str, Any]) -> None:
        self.wfile.write(b"data: " + json.dumps(payload).encode() + b"\n\n")
        self.wfile.flush()

    def _begin(self, status: int, media_type: str, length: int | None, headers: Any = None) -> None:
        self.send_response(status)
        self.send_header("content-type", media_type)
        if length is not None:
            self.send_header("content-length", str(length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()

    def _send(self, status: int, body: str, headers: dict[str, str] | None = None) -> None:
        raw = body.encode()
        self._begin(status, "application/json", len(raw), headers)
        self.wfile.write(raw)
        self.wfile.flush()

    def _reset(self) -> None:
        # Closing with unsent data discarded: the other side sees a reset, not an end.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def _finish_of(provider: str, step: Any) -> str:
    if isinstance(step, Finishes):
        return step.reason if provider == "gemini" else step.reason.lower()
    return "STOP" if provider == "gemini" else "stop"


def _gemini_chunk(text: str, finish: str | None) -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": [{"text": text}]}}
    if finish:
        candidate["finishReason"] = finish
    return {"candidates": [candidate], "modelVersion": "stand-in"}


def _groq_chunk(text: str, finish: str | None) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "stand-in",
        "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}],
    }


def _text_of(step: Any) -> str:
    return step.said if isinstance(step.said, str) else json.dumps(step.said)


def _gemini(step: Any) -> dict[str, Any]:
    part: dict[str, Any] = (
        {"functionCall": {"name": step.name, "args": step.arguments}}
        if isinstance(step, Calls)
        else {"text": _text_of(step)}
    )
    thoughts = getattr(step, "thoughts", 0)
    thought = {"thoughtsTokenCount": thoughts} if thoughts else {}
    return {
        "candidates": [
            {
                "content": {"role": "model", "parts": [part]},
                "finishReason": _finish_of("gemini", step),
                "index": 0,
            }
        ],
        "usageMetadata": {
            "promptTokenCount": 210,
            "candidatesTokenCount": 40,
            "totalTokenCount": 250 + thoughts,
            **thought,
        },
        "modelVersion": "stand-in",
    }


def _groq(step: Any) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": None}
    if isinstance(step, Calls):
        called = {"name": step.name, "arguments": json.dumps(step.arguments)}
        message["tool_calls"] = [{"id": "call-1", "type": "function", "function": called}]
    else:
        message["content"] = _text_of(step)
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "stand-in",
        "choices": [
            {
                "index": 0,
                "message": message,
                "finish_reason": "tool_calls"
                if isinstance(step, Calls)
                else _finish_of("groq", step),
            }
        ],
        "usage": {"prompt_tokens": 190, "completion_tokens": 35, "total_tokens": 225},
    }
