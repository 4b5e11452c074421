"""`aimock`, a provider that others wrote: a Node program that speaks both wire formats.

`make aimock` installs it beside our own packages; without Node its part of the fault matrix is
left out, and said to be.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from core.errors import FailureKind
from core.settings import Settings
from graph.assistant import Assistant
from providers.choice import Need
from tests.support.sick_providers import ORDERS, PLACES

_INSTALLED = Path(sys.prefix) / "aimock" / "node_modules" / ".bin" / "llmock"
"""It goes by its old name on the command line where it is given fixtures."""
MODELS = {"gemini": "gemini-3.5-flash-lite", "groq": "openai/gpt-oss-120b"}
START_S = 60.0
LEFT_OUT = "aimock is not installed: make aimock (it needs Node)"
HEALTHY = {"content": json.dumps(ORDERS)}


def aimock_command() -> str | None:
    """Return how aimock is called; None where it or Node is not installed."""
    return str(_INSTALLED) if _INSTALLED.exists() and shutil.which("node") else None


@dataclass(frozen=True)
class Played:
    """What aimock plays for a provider, and what the policy makes of it."""

    kind: FailureKind
    response: dict[str, Any] = field(default_factory=dict)
    chaos: dict[str, Any] = field(default_factory=dict)

    def requests(self, *, attempts: int) -> int:
        """Return the most requests that one question may send to a provider that plays this."""
        return attempts if self.kind is FailureKind.TRANSIENT and not self.slow else 1

    @property
    def slow(self) -> bool:
        """It takes the whole time that the tier has."""
        return "latencyMs" in self.chaos


def _error(status: int, code: str = "", **more: Any) -> dict[str, Any]:
    error = {"message": code or "said the provider", "type": "error", "code": code or None}
    return {"error": error, "status": status, **more}


_K = FailureKind
FAULTS: dict[str, Played] = {
    "400": Played(_K.UNSUITABLE, _error(400)),
    "400 bad key": Played(_K.PERMANENT, _error(400, "API_KEY_INVALID")),
    "401": Played(_K.PERMANENT, _error(401)),
    "402": Played(_K.QUOTA, _error(402)),
    "403": Played(_K.PERMANENT, _error(403)),
    "404": Played(_K.PERMANENT, _error(404)),
    "408": Played(_K.TRANSIENT, _error(408)),
    "413": Played(_K.UNSUITABLE, _error(413)),
    "429": Played(_K.RATE_LIMITED, _error(429)),
    "429 Retry-After": Played(_K.RATE_LIMITED, _error(429, retryAfter=7)),
    "500": Played(_K.TRANSIENT, _error(500)),
    "503": Played(_K.TRANSIENT, _error(503)),
    "529": Played(_K.TRANSIENT, _error(529)),
    "prose": Played(_K.MALFORMED, {"content": "Certainly! Here it is."}),
    "wrong schema": Played(_K.MALFORMED, {"content": '{"answer": 42}'}),
    # It plays no empty answers: words before a block, and half an answer.
    "SAFETY": Played(_K.EMPTY, {"content": "It is", "finishReason": "content_filter"}),
    "MAX_TOKENS": Played(_K.MALFORMED, {"content": '{"type":', "finishReason": "length"}),
    "malformed": Played(_K.MALFORMED, HEALTHY, chaos={"malformedRate": 1}),
    "disconnect": Played(_K.TRANSIENT, HEALTHY, chaos={"disconnectRate": 1}),
    "slow": Played(_K.TRANSIENT, HEALTHY, chaos={"latencyMs": 20_000}),
}


class Aimock:
    """The running program."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx.Client(base_url=url, timeout=10)

    def play(self, sick: dict[str, Played]) -> None:
        """Let the providers that *sick* names fail, and the others answer with a reading."""
        self._client.post("/__aimock/reset").raise_for_status()
        fixtures = []
        for provider, model in MODELS.items():
            played = sick.get(provider)
            fixture: dict[str, Any] = {
                "match": {"model": model},
                "response": played.response if played else HEALTHY,
            }
            if played and played.chaos:
                fixture["chaos"] = played.chaos
            fixtures.append(fixture)
        answer = self._client.post("/__aimock/fixtures", json={"fixtures": fixtures})
        answer.raise_for_status()

    def count(self, provider: str) -> int:
        """How often *provider* was asked since `play`."""
        entries = self._client.get("/__aimock/journal").raise_for_status().json()
        mark = "/openai/" if provider == "groq" else ":generateContent"
        return sum(mark in entry["path"] for entry in entries)

    def wait_until_it_answers(self) -> None:
        """Return when the program has started."""
        give_up = time.monotonic() + START_S
        while time.monotonic() < give_up:
            try:
                self._client.get("/__aimock/health").raise_for_status()
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("aimock did not start")

    def close(self) -> None:
        """Close our connections to it."""
        self._client.close()


@contextlib.asynccontextmanager
async def assistant_at(
    aimock: Aimock, home: Path, sick: str, played: Played, **settings: Any
) -> AsyncIterator[Assistant]:
    """Open an assistant whose providers at *sick* play *played*; the other one comes second."""
    aimock.play(dict.fromkeys(PLACES[sick], played))
    order = "groq:large,gemini:flash" if sick == "groq" else None
    values: dict[str, Any] = {
        "GOOGLE_API_KEY": "gemini-key",
        "GROQ_API_KEY": "groq-key",
        "gemini_base_url": aimock.url,
        "groq_base_url": aimock.url,
        "groq_tokens_per_minute": 0,
        "models_classification": order,
        **settings,
    }
    async with await Assistant.open(Settings(home=home, **values)) as assistant:
        models = assistant.services.models
        await models.load(models.models_for(Need.CLASSIFICATION))
        yield assistant


@contextlib.contextmanager
def aimock_running(command: str, directory: Path) -> Iterator[Aimock]:
    """Run aimock while the block runs; *directory* is for the fixtures it wants at its start."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    fixtures = directory / "fixtures.json"
    first = {"match": {"model": "none"}, "response": HEALTHY}
    fixtures.write_text(json.dumps({"fixtures": [first]}), encoding="utf-8")
    arguments = ["-p", str(port), "-h", "127.0.0.1", "-f", str(fixtures), "--log-level", "silent"]
    with subprocess.Popen(
        [command, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as program:
        aimock = Aimock(f"http://127.0.0.1:{port}")
        try:
            aimock.wait_until_it_answers()
            yield aimock
        finally:
            aimock.close()
            program.terminate()
