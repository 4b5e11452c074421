"""Traces of the real graph, as a LangSmith endpoint receives them."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from langchain_core.runnables import RunnableLambda
from langchain_core.tracers.langchain import wait_for_all_tracers

from core.clock import FixedClock
from core.settings import Settings, load_settings
from graph.assistant import Assistant
from graph.services import Services
from graph.tracing import start_tracing, stop_tracing, trace_metadata
from tests.support.http_stand_in import HttpStandIn
from tests.support.langsmith_stand_in import everything_sent, healthy, runs_of, tree_of
from tests.support.provider_stand_in import Fails, Reply, StandIn

LANGSMITH_KEY = "lsv2_pt_6b1f00c9a8e4_77"
GROQ_KEY = "gsk_5c1d88aa20ef"
QUESTION = "Quanti ordini ha fatto Mario Rossi (mario.rossi@example.com, 333 1234567)?"
ORDERS = {
    "type": "BUSINESS_DATA",
    "language": "it",
    "kind": "value",
    "metric": "orders",
    "filters": [{"field": "customer", "op": "is", "values": ["Mario Rossi"]}],
}


@pytest.fixture
def langsmith(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpStandIn]:
    """A healthy endpoint, with tracing on."""
    with HttpStandIn(healthy) as server:
        monkeypatch.setenv("LANGSMITH_TRACING", "true")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", server.url)
        monkeypatch.setenv("LANGSMITH_API_KEY", LANGSMITH_KEY)
        # What tracing sets by itself is gone after the test.
        for name in ("USE_DAEMON", "DISABLE_RUN_COMPRESSION", "TRACING_QUEUE_MAX_SIZE", "PROJECT"):
            monkeypatch.setenv(f"LANGSMITH_{name}", "")
        yield server


async def ask(
    n8n_file: Path, home: Path, clock: FixedClock, question: str = QUESTION, **options: Any
) -> None:
    settings = load_settings(home=home, n8n_url=str(n8n_file), refresh_budget_s=30)
    async with await Assistant.open(settings, memory=True) as assistant:
        await assistant.ask(question, clock=clock, **options)


def named(runs: list[dict[str, Any]], name: str) -> dict[str, Any]:
    (run,) = [run for run in runs if run["name"] == name]
    return run


async def test_a_trace_shows_the_way_a_question_took_and_nothing_of_its_words(
    langsmith: HttpStandIn,
    stand_in: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    n8n_file: Path,
    tmp_path: Path,
    clock: FixedClock,
) -> None:
    monkeypatch.setenv("GOOGLE_API_KEY", "AIzaSyQ0-31c4")
    monkeypatch.setenv("GROQ_API_KEY", GROQ_KEY)
    monkeypatch.setenv("MILHENA_GEMINI_BASE_URL", stand_in.url)
    monkeypatch.setenv("MILHENA_GROQ_BASE_URL", stand_in.url)
    monkeypatch.setenv("MILHENA_CLASSIFY_TIMEOUT_S", "30")
    refusal = {"error": {"code": 403, "message": "no access for mario.rossi@example.com"}}
    stand_in.always("gemini", Fails(403, json.dumps(refusal)))
    stand_in.plan("groq", Reply(ORDERS))
    await ask(
        n8n_file,
        tmp_path / "home",
        clock,
        user="anna.bianchi@example.com",
        thread="vendite",
        request_id="request-1",
    )
    runs = runs_of(langsmith)
    tree = tree_of(runs)
    assert tree[0] == "milhena"
    assert [line for line in tree if not line.startswith("   ")] == [
        "milhena",
        "  guard",
        "  recall",
        "  look_up_reading",
        "  classify_gemini",
        "  __error_handler__classify_gemini",
        "  classify_groq",
        "  resolve",
        "  refresh",
        "  look_up_answer",
        "  run_tool",
        "  respond",
        "  remember",
    ]
    assert "    ChatGroq" in tree
    root = runs[0]
    assert root["session_name"] == "milhena"
    assert root["extra"]["metadata"]["request_id"] == "request-1"
    assert root["extra"]["metadata"]["thread_id"].startswith("vendite (")
    assert len(root["extra"]["metadata"]["user_hash"]) == 12
    answer = named(runs, "respond")["outputs"]["answer"]
    assert (answer["type"], answer["classified_by"], answer["cache"]) == (
        "BUSINESS_DATA",
        "groq",
        "miss",
    )
    assert answer["query"]["metric"] == "orders"
    (skipped,) = named(runs, "__error_handler__classify_gemini")["outputs"]["output"]["update"][
        "skipped"
    ]
    assert (skipped["tier"], skipped["kind"]) == ("gemini", "permanent")
    assert named(runs, "classify_gemini")["error"].startswith("ModelError < ")
    assert named(runs, "after_guard")["outputs"] == {"output": "recall"}
    usage = named(runs, "ChatGroq")["outputs"]["generations"][0][0]["message"]["kwargs"]
    assert usage["usage_metadata"]["input_tokens"] == 190

    sent = everything_sent(langsmith)
    for secret in (
        *("Mario", "Rossi", "mario.rossi", "example.com", "1234567"),  # the question
        *("anna", "bianchi"),  # who asked
        *(LANGSMITH_KEY, GROQ_KEY, "AIzaSy"),  # keys
        *("You read questions", "Processes:"),  # the prompt
    ):
        assert secret not in sent, secret


async def test_records_of_the_company_never_leave(
    langsmith: HttpStandIn, n8n_file: Path, tmp_path: Path, clock: FixedClock
) -> None:
    settings = load_settings(home=tmp_path / "home", n8n_url=str(n8n_file), refresh_budget_s=30)
    words: set[str] = set()
    async with await Assistant.open(settings, memory=True) as assistant:
        for question in (
            "Elenca le ultime email ricevute",
            "Elenca gli ordini degli ultimi 7 giorni",
            "Perché sono fallite le esecuzioni questo mese?",
            "Chi ci ha scritto di più questo mese?",
        ):
            answer = await assistant.ask(question, clock=clock, thread="t")
            assert answer.data.rows, question
            texts = (value for row in answer.data.rows for value in row if isinstance(value, str))
            ours = ("success", "error", "received", "sent")
            words.update(text for text in texts if text not in ours)
    sent = everything_sent(langsmith)
    assert words
    assert not [word for word in words if word in sent]
    assert "@" not in sent.replace("@langchain", "")
    processes = [each.name for each in await _processes(settings)]
    assert processes
    assert not [name for name in processes if name in sent]


async def _processes(settings: Settings) -> Any:
    async with await Assistant.open(settings) as assistant:
        return await assistant.services.databases.processes()


async def test_what_an_exception_said_stays_here(
    langsmith: HttpStandIn, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "Mario Rossi.sqlite"
    broken.write_text("not a database")
    settings = load_settings(home=tmp_path / "home", n8n_url=str(broken))
    async with await Assistant.open(settings) as assistant:
        with pytest.raises(Exception, match="Mario Rossi"):
            await assistant.ask("Quante email oggi?", clock=clock)
    assert named(runs_of(langsmith), "refresh")
    assert "Mario Rossi" not in everything_sent(langsmith)


async def test_off_means_that_nobody_is_asked_anything(
    langsmith: HttpStandIn,
    monkeypatch: pytest.MonkeyPatch,
    n8n_file: Path,
    tmp_path: Path,
    clock: FixedClock,
) -> None:
    monkeypatch.setenv("LANGSMITH_TRACING", "false")
    await ask(n8n_file, tmp_path / "home", clock)
    monkeypatch.delenv("LANGSMITH_TRACING")
    await ask(n8n_file, tmp_path / "home", clock)
    assert langsmith.asked == []


async def test_without_a_key_nothing_is_sent_and_that_is_said(
    langsmith: HttpStandIn,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    clock: FixedClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.delenv("LANGSMITH_API_KEY")
    monkeypatch.delenv("LANGSMITH_ENDPOINT")
    with caplog.at_level(logging.WARNING, logger="milhena"):
        async with await Assistant.open(load_settings(home=tmp_path / "home")) as assistant:
            assert (await assistant.ask("Ciao!", clock=clock)).type == "GREETING"
    assert "set LANGSMITH_API_KEY" in caplog.text


async def test_when_tracing_has_ended_the_library_does_not_go_on_by_itself(
    langsmith: HttpStandIn, tmp_path: Path, clock: FixedClock
) -> None:
    async with await Assistant.open(load_settings(home=tmp_path / "home")) as assistant:
        await assistant.ask("Ciao!", clock=clock)
    sent = len(langsmith.asked)
    await RunnableLambda(lambda text: text).ainvoke("Mario Rossi")
    wait_for_all_tracers()
    assert len(langsmith.asked) == sent
    assert "Rossi" not in everything_sent(langsmith)


async def test_of_a_sample_only_a_part_is_sent(
    langsmith: HttpStandIn,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    clock: FixedClock,
) -> None:
    monkeypatch.setenv("LANGSMITH_TRACING_SAMPLING_RATE", "0.5")
    async with await Assistant.open(load_settings(home=tmp_path / "home")) as assistant:
        for _ in range(40):
            await assistant.ask("Ciao!", clock=clock)
    runs = runs_of(langsmith)
    traces = {run["trace_id"] for run in runs}
    assert 5 < len(traces) < 35
    assert sum(run["name"] == "milhena" for run in runs) == len(traces), "each one is whole"


async def test_many_assistants_of_one_process_share_one_client(
    langsmith: HttpStandIn, tmp_path: Path, clock: FixedClock
) -> None:
    first = await Assistant.open(load_settings(home=tmp_path / "home"))
    second = await Assistant.open(load_settings(home=tmp_path / "home"))
    await asyncio.gather(*(each.ask("Ciao!", clock=clock) for each in (first, second)))
    await first.close()
    await second.ask("Ciao!", clock=clock)
    await second.close()
    assert sum(run["name"] == "milhena" for run in runs_of(langsmith)) == 3


async def test_an_assistant_made_by_hand_is_traced_scrubbed_as_well(
    langsmith: HttpStandIn, tmp_path: Path, clock: FixedClock
) -> None:
    services = Services(load_settings(home=tmp_path / "home"))
    async with Assistant(services, None, AsyncExitStack()) as assistant:
        await assistant.ask("Ciao, sono Mario Rossi!", clock=clock)
    assert tree_of(runs_of(langsmith))[0] == "milhena"
    assert "Rossi" not in everything_sent(langsmith)


async def test_a_user_has_one_hash_in_every_process_and_another_in_another_home(
    langsmith: HttpStandIn, tmp_path: Path
) -> None:
    def hash_in(home: str, user: str) -> str:
        settings = load_settings(home=tmp_path / home)
        assert start_tracing(settings)
        found: str = trace_metadata(user=user, thread=None, request_id="r")["user_hash"]
        stop_tracing()
        return found

    assert hash_in("one", "anna") == hash_in("one", "anna")
    assert hash_in("one", "anna") != hash_in("one", "bruno")
    assert hash_in("one", "anna") != hash_in("two", "anna")
    assert (tmp_path / "one" / "trace.salt").stat().st_mode & 0o777 == 0o600


async def test_variables_that_make_no_sense_cost_the_traces_and_nothing_else(
    langsmith: HttpStandIn,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    clock: FixedClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("LANGSMITH_TRACING_SAMPLING_RATE", "often")
    with caplog.at_level(logging.WARNING, logger="milhena"):
        async with await Assistant.open(load_settings(home=tmp_path / "home")) as assistant:
            assert (await assistant.ask("Ciao!", clock=clock)).type == "GREETING"
    assert "there will be no traces" in caplog.text
    assert langsmith.asked == []


async def test_a_stored_key_is_the_one_that_traces_are_sent_with(
    langsmith: HttpStandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clock: FixedClock
) -> None:
    from pydantic import SecretStr

    from providers.keys.stored import KeyStore

    monkeypatch.delenv("LANGSMITH_API_KEY")
    home = tmp_path / "home"
    KeyStore(home, where="file").set("langsmith", SecretStr("stored-langsmith-key"))
    async with await Assistant.open(load_settings(home=home)) as assistant:
        await assistant.ask("Ciao!", clock=clock)
    assert {asked.headers["x-api-key"] for asked in langsmith.asked if asked.body} == {
        "stored-langsmith-key"
    }
