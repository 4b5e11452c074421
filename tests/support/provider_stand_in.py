"""A local server that speaks Gemini's and Groq's wire formats and follows a script.

The only fake in the tests: it stands for the language model's wit. It records what it was asked
and fails loudly when its script is over.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """The model says *said* (a JSON object, or any text)."""

    said: Any


@dataclass(frozen=True)
class Calls:
    """The model asks for the tool *name* with *arguments*."""

    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Fails:
    """The provider answers with an HTTP status and a body."""

    status: int
    body: str = '{"error": {"code": 503, "message": "overloaded", "status": "UNAVAILABLE"}}'


@dataclass(frozen=True)
class Hangs:
    """The provider accepts and says nothing for *seconds*."""

    seconds: float


@dataclass
class StandIn:
    """The running server and its script, one queue a provider."""

    script: dict[str, deque[Any]] = field(
        default_factory=lambda: {"gemini": deque(), "groq": deque()}
    )
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _server: ThreadingHTTPServer | None = None

    def plan(self, provider: str, *steps: Any) -> None:
        """Append *steps* to the script of *provider*."""
        self.script[provider].extend(steps)

    def count(self, provider: str) -> int:
        """How often *provider* was asked."""
        return sum(1 for name, _ in self.asked if name == provider)

    @property
    def url(self) -> str:
        """The base URL for both clients."""
        assert self._server is not None
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def __enter__(self) -> StandIn:
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                provider = "groq" if "/openai/" in self.path else "gemini"
                stand_in.asked.append((provider, body))
                queue = stand_in.script[provider]
                step = queue.popleft() if queue else Fails(599, f"no script left for {provider}")
                if isinstance(step, Hangs):
                    time.sleep(step.seconds)
                    step = Fails(504)
                if isinstance(step, Fails):
                    self._send(step.status, step.body)
                    return
                answer = _gemini(step) if provider == "gemini" else _groq(step)
                self._send(200, json.dumps(answer))

            def _send(self, status: int, body: str) -> None:
                raw = body.encode()
                try:
                    self.send_response(status)
                    self.send_header("content-type", "application/json")
                    self.send_header("content-length", str(len(raw)))
                    self.end_headers()
                    self.wfile.write(raw)
                except (BrokenPipeError, ConnectionResetError):
                    return  # the client had stopped waiting: that is what the test is about

            def log_message(self, format: str, *args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()


def _text_of(step: Reply) -> str:
    return step.said if isinstance(step.said, str) else json.dumps(step.said)


def _gemini(step: Reply | Calls) -> dict[str, Any]:
    part: dict[str, Any] = (
        {"functionCall": {"name": step.name, "args": step.arguments}}
        if isinstance(step, Calls)
        else {"text": _text_of(step)}
    )
    return {
        "candidates": [
            {
                "content": {"role": "model", "parts": [part]},
                "finishReason": "STOP",
                "index": 0,
            }
        ],
        "usageMetadata": {
            "promptTokenCount": 210,
            "candidatesTokenCount": 40,
            "totalTokenCount": 250,
        },
        "modelVersion": "stand-in",
    }


def _groq(step: Reply | Calls) -> dict[str, Any]:
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
                "finish_reason": "tool_calls" if isinstance(step, Calls) else "stop",
            }
        ],
        "usage": {"prompt_tokens": 190, "completion_tokens": 35, "total_tokens": 225},
    }
