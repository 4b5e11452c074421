"""Sick LangSmith endpoints: nobody waits for them, and memory does not grow."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.http_stand_in import HttpStandIn
from tests.support.langsmith_stand_in import SICK, everything_sent, healthy, runs_of, tree_of

if TYPE_CHECKING:
    from .conftest import Agent

ROOT = Path(__file__).parents[2]
PROMISED_S = 2.0
"""What the end of a process may be delayed by."""


def tracing_to(url: str) -> dict[str, str]:
    return {
        "LANGSMITH_TRACING": "true",
        "LANGSMITH_ENDPOINT": url,
        "LANGSMITH_API_KEY": "lsv2_pt_6b1f00c9a8e4_77",
    }


def from_answer_to_exit_s(agent: Agent, **variables: str) -> float:
    """Ask, and return how long the process lives on after its answer."""
    process = subprocess.Popen(
        [*agent.command, "ask", "Ciao!"],
        env=agent.environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    answered_s = time.monotonic()
    process.communicate(timeout=120)
    assert process.returncode == 0
    return time.monotonic() - answered_s


@pytest.mark.parametrize("sickness", SICK)
def test_a_sick_endpoint_delays_the_end_of_a_command_by_less_than_two_seconds(
    agent: Agent, sickness: str
) -> None:
    untraced_s = from_answer_to_exit_s(agent)
    with SICK[sickness]() as url:
        traced_s = from_answer_to_exit_s(agent, **tracing_to(url))
    assert traced_s - untraced_s < PROMISED_S


def test_a_healthy_endpoint_has_the_whole_trace_when_the_command_ends(agent: Agent) -> None:
    with HttpStandIn(healthy) as server:
        agent("ask", "Ciao, sono Mario Rossi!", "--user", "mario", **tracing_to(server.url))
    runs = runs_of(server)
    assert tree_of(runs)[:2] == ["milhena", "  guard"]
    assert all(run.get("end_time") for run in runs)
    assert "Rossi" not in everything_sent(server)
    assert "mario" not in everything_sent(server).lower()


# --- the server ----------------------------------------------------------------------------------


def served(agent: Agent, question: str, **variables: str) -> tuple[subprocess.Popen[bytes], float]:
    """Serve, ask one question, say SIGTERM; return the process and how long it lived on."""
    import urllib.request

    process = subprocess.Popen(
        [*agent.command, "serve", "--port", "0"],
        env=agent.environment(**variables),
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    first = process.stderr.readline().decode()
    address = first.split("Milhena answers at ")[1].split()[0]
    body = json.dumps({"input": {"question": question, "user": "mario"}}).encode()
    request = urllib.request.Request(  # noqa: S310  # our own server
        f"{address}/invoke", data=body, headers={"content-type": "application/json"}
    )
    for _ in range(100):
        try:
            with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
                assert json.loads(response.read())["output"]["type"] == "GREETING"
            break
        except OSError:
            time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    told_s = time.monotonic()
    process.communicate(timeout=60)
    return process, time.monotonic() - told_s


def test_a_server_with_a_sick_endpoint_ends_as_soon_as_one_without(agent: Agent) -> None:
    _, untraced_s = served(agent, "Ciao!")
    with SICK["black hole"]() as url:
        process, traced_s = served(agent, "Ciao!", **tracing_to(url))
    assert process.returncode == 0
    assert traced_s - untraced_s < PROMISED_S


def test_what_a_server_traces_is_one_tree_without_the_question_and_who_asked(
    agent: Agent,
) -> None:
    with HttpStandIn(healthy) as server:
        served(agent, "Ciao, sono Mario Rossi!", **tracing_to(server.url))
    runs = runs_of(server)
    assert len({run["trace_id"] for run in runs}) == 1
    assert "guard" in [line.strip() for line in tree_of(runs)]
    assert "mario" not in everything_sent(server).lower()
    assert "Rossi" not in everything_sent(server)


# --- memory --------------------------------------------------------------------------------------

FIRST, MORE = 10, 30
ASK_EVERY_ENDPOINT = f"""
import asyncio, logging, os, sys
from pathlib import Path
from core.settings import load_settings
from graph import tracing
from graph.assistant import Assistant

tracing.FLUSH_S = 0.05  # the end of a process is another test's
logging.getLogger("milhena").setLevel(logging.CRITICAL)

def resident_mb():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000

async def main():
    settings = load_settings()
    async with await Assistant.open(settings) as assistant:
        os.environ["LANGSMITH_TRACING"] = "true"
        for url in sys.argv[1:]:
            os.environ["LANGSMITH_ENDPOINT"] = url
            assert tracing.start_tracing(settings)
            for count in range({FIRST} + {MORE}):
                if count == {FIRST}:
                    early = resident_mb()
                await assistant.ask("Ciao!")
            print(resident_mb() - early, flush=True)
            tracing.stop_tracing()

asyncio.run(main())
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="Linux tells a process's memory")
def test_memory_stays_flat_at_every_sick_endpoint() -> None:
    """Runs that nobody takes are dropped; kept, those of one question would be 0.4 MB.

    The benchmark asks a thousand questions at each endpoint.
    """
    with contextlib.ExitStack() as stack:
        urls = [stack.enter_context(sick()) for sick in SICK.values()]
        done = subprocess.run(
            [sys.executable, "-c", ASK_EVERY_ENDPOINT, *urls],
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                **tracing_to(""),
                "LANGSMITH_TRACING": "false",
            },
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        )
    grown_mb = dict(zip(SICK, map(float, done.stdout.split()), strict=True))
    assert not {name: mb for name, mb in grown_mb.items() if mb > 0.15 * MORE}


def test_without_tracing_nothing_of_it_is_loaded(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from core.settings import load_settings\n"
        "from graph.assistant import Assistant\n"
        "async def main():\n"
        "    async with await Assistant.open(load_settings()) as assistant:\n"
        "        await assistant.ask('Ciao!')\n"
        "asyncio.run(main())\n"
        "print('graph.scrubbing' in sys.modules, 'keyring' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False False"
