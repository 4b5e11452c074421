"""Against `llmock`, which others wrote: the faults that it can play, through the whole graph."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.clock import SystemClock
from core.settings import Settings
from graph.answer import Answer
from graph.assistant import Assistant
from tests.support.sick_providers import ORDERS, QUESTION

COMMAND = shutil.which("llmock", path=f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}")
pytestmark = pytest.mark.skipif(COMMAND is None, reason="llmock is not installed")


@pytest.fixture(scope="module")
def llmock() -> Iterator[httpx.Client]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(COMMAND), "serve", "--host", "127.0.0.1", "--port", str(port)]
    with (
        subprocess.Popen(
            [*command, "--log-level", "critical"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as server,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client,
    ):
        try:
            _wait(client)
            yield client
        finally:
            server.terminate()


def _wait(client: httpx.Client) -> None:
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        try:
            client.get("/_llmock/requests")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("llmock did not start")


def play(client: httpx.Client, *behaviours: dict[str, Any]) -> None:
    """Let both providers answer with a reading, after *behaviours*."""
    client.post("/_llmock/reset").raise_for_status()
    reading = {"type": "reply", "text": json.dumps(ORDERS), "times": None}
    scenario = {"behaviors": [*behaviours, reading]}
    client.post("/_llmock/scenario", json=scenario).raise_for_status()


async def ask(client: httpx.Client, home: Path, **changes: Any) -> Answer:
    values: dict[str, Any] = {
        "GOOGLE_API_KEY": "k",
        "GROQ_API_KEY": "k",
        "gemini_base_url": f"{client.base_url}/gemini",
        "groq_base_url": f"{client.base_url}/groq",
        "classify_timeout_s": 30,
        **changes,
    }
    async with await Assistant.open(Settings(home=home, **values)) as assistant:
        return await assistant.ask(QUESTION, clock=SystemClock(), explain=True)


async def test_a_healthy_provider_reads_the_question(llmock: httpx.Client, tmp_path: Path) -> None:
    play(llmock)
    answer = await ask(llmock, tmp_path)
    assert answer.classified_by == "gemini"
    assert answer.query is not None
    assert answer.query["metric"] == "orders"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 429, 500, 503])
async def test_whatever_status_gemini_answers_groq_reads_the_question(
    llmock: httpx.Client, tmp_path: Path, status: int
) -> None:
    fault = {"type": "fail", "status": status, "times": None, "match": {"provider": "gemini"}}
    play(llmock, fault)
    answer = await ask(llmock, tmp_path)
    assert answer.classified_by == "groq"


async def test_a_wait_that_gemini_asks_for_is_told_and_nobody_waits(
    llmock: httpx.Client, tmp_path: Path
) -> None:
    play(
        llmock,
        {
            "type": "fail",
            "status": 429,
            "retry_after": 45,
            "times": None,
            "match": {"provider": "gemini"},
        },
    )
    answer = await ask(llmock, tmp_path)
    assert answer.classified_by == "groq"
    (why,) = answer.model_dump()["explain"]
    assert why["kind"] == "rate_limited"
    assert "45 s" in why["reason"]


async def test_two_sick_providers_leave_the_rules(llmock: httpx.Client, tmp_path: Path) -> None:
    play(llmock, {"type": "fail", "status": 503, "times": None})
    answer = await ask(llmock, tmp_path)
    assert answer.classified_by == "rules"
    assert [each["tier"] for each in answer.model_dump()["explain"]] == ["gemini", "groq"]
