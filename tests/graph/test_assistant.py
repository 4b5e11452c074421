"""The assistant as the CLI and the server use it: real graph, real databases."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import sqlite3
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from core.clock import FixedClock
from core.settings import Settings
from graph.assistant import Assistant, Step, UnansweredError
from graph.build import build_graph, dev_server_graph
from graph.services import default_services


async def nodes_of(assistant: Assistant, question: str, **options: object) -> list[str]:
    return [
        item.node
        async for item in assistant.stream(question, **options)  # type: ignore[arg-type]
        if isinstance(item, Step)
    ]


DATA_PATH = ["refresh", "look_up_answer", "run_tool", "respond", "remember"]


async def test_without_keys_the_rules_read_the_question_and_the_trace_says_why(
    assistant: Assistant, clock: FixedClock
) -> None:
    path = await nodes_of(assistant, "Quante email oggi?", clock=clock)
    assert path == [
        "guard",
        "recall",
        "look_up_reading",
        "classify_rules",
        "resolve",
        *DATA_PATH,
    ]


async def test_the_same_question_is_answered_from_memory_and_by_the_next_process_from_disk(
    assistant: Assistant, settings: Settings, clock: FixedClock
) -> None:
    first = await assistant.ask("Quanti ordini ieri?", clock=clock)
    second = await assistant.ask("Quanti ordini ieri?", clock=clock)
    assert (first.cache, second.cache) == ("miss", "memory")
    assert second.answer == first.answer
    assert second.data == first.data
    async with await Assistant.open(settings) as next_process:
        third = await next_process.ask("Quanti ordini ieri?", clock=clock)
    assert third.cache == "disk"
    assert third.answer == first.answer
    fresh = await assistant.ask("Quanti ordini ieri?", clock=clock, use_cache=False)
    assert fresh.cache == "miss"


async def test_a_cached_answer_skips_the_tool(assistant: Assistant, clock: FixedClock) -> None:
    await assistant.ask("Quanti ordini ieri?", clock=clock)
    path = await nodes_of(assistant, "Quanti ordini ieri?", clock=clock)
    assert "run_tool" not in path
    assert path[-2:] == ["respond", "remember"]


async def test_an_answer_is_the_number_that_sql_finds_in_n8n_itself(
    assistant: Assistant, clock: FixedClock, n8n_file: Path
) -> None:
    answer = await assistant.ask("Quante esecuzioni ieri?", clock=clock)
    with sqlite3.connect(f"file:{n8n_file}?mode=ro", uri=True) as connection:
        (expected,) = connection.execute(
            """select count(*) from execution_entity
               where "deletedAt" is null
                 and mode in ('error', 'retry', 'cli', 'trigger', 'webhook', 'evaluation')
                 and "createdAt" >= '2026-11-18 23:00:00.000'
                 and "createdAt" < '2026-11-19 23:00:00.000'"""
        ).fetchone()
    connection.close()
    assert expected > 0
    assert answer.data.rows == [[expected]]
    assert answer.query is not None
    assert answer.query["window"] == {
        "start": "2026-11-19T00:00:00+01:00",
        "end": "2026-11-20T00:00:00+01:00",
    }
    assert answer.provenance.complete
    assert answer.type == "BUSINESS_DATA"


async def test_nothing_of_n8n_s_file_is_changed(
    assistant: Assistant, clock: FixedClock, n8n_file: Path
) -> None:
    before = hashlib.sha256(n8n_file.read_bytes()).hexdigest()
    for question in ("Quante email oggi?", "errori per processo", "cosa è successo ieri?"):
        await assistant.ask(question, clock=clock)
    assert hashlib.sha256(n8n_file.read_bytes()).hexdigest() == before
    assert not list(n8n_file.parent.glob("database.sqlite-*"))


async def test_a_thread_carries_the_question_over_and_a_lone_question_does_not(
    assistant: Assistant, clock: FixedClock
) -> None:
    await assistant.ask("Quanti ordini oggi?", thread="t", clock=clock)
    followed = await assistant.ask("e ieri?", thread="t", clock=clock)
    assert followed.query is not None
    assert followed.query["metric"] == "orders"
    assert followed.query["window"]["start"] == "2026-11-19T00:00:00+01:00"
    assert followed.thread_id == "t"
    alone = await assistant.ask("e ieri?", clock=clock)
    assert alone.query is None or alone.query["metric"] != "orders"


async def test_a_thread_survives_the_process(settings: Settings, clock: FixedClock) -> None:
    async with await Assistant.open(settings, memory=True) as first:
        await first.ask("Quanti ordini oggi?", thread="t", clock=clock)
    async with await Assistant.open(settings, memory=True) as second:
        followed = await second.ask("e ieri?", thread="t", clock=clock)
        turns = await second.history("t")
    assert followed.query is not None
    assert followed.query["metric"] == "orders"
    assert [turn["question"] for turn in turns] == ["Quanti ordini oggi?", "e ieri?"]


async def test_one_user_s_thread_is_not_another_s(assistant: Assistant, clock: FixedClock) -> None:
    await assistant.ask("Quanti ordini oggi?", thread="t", user="anna", clock=clock)
    other = await assistant.ask("e ieri?", thread="t", user="bruno", clock=clock)
    assert other.query is None or other.query["metric"] != "orders"
    assert len(await assistant.history("t", user="anna")) == 1
    assert await assistant.history("t", user="carla") == []


async def test_a_thread_keeps_only_its_last_turns(n8n_file: Path, tmp_path: Path) -> None:
    few = Settings(home=tmp_path / "few", n8n_url=str(n8n_file), thread_turns=2)
    async with await Assistant.open(few, memory=True) as assistant:
        for question in ("ciao", "aiuto", "grazie"):
            await assistant.ask(question, thread="t")
        assert [turn["question"] for turn in await assistant.history("t")] == ["aiuto", "grazie"]


@pytest.mark.parametrize(
    ("question", "code"),
    [
        pytest.param("", "empty_question", id="empty"),
        pytest.param("  \n ", "empty_question", id="blank"),
        pytest.param("a" * 1_000_000, "question_too_long", id="one megabyte"),
        pytest.param("quante \x1b[31memail", "unreadable_question", id="escape sequence"),
        pytest.param("quante\x00email", "unreadable_question", id="nul"),
        pytest.param("quante \udcff email", "unreadable_question", id="broken utf-8"),
    ],
)
async def test_a_question_that_cannot_be_taken_is_refused_in_one_sentence(
    assistant: Assistant, question: str, code: str
) -> None:
    with pytest.raises(UnansweredError) as caught:
        await assistant.ask(question)
    assert caught.value.code == code
    assert len(str(caught.value)) < 300


async def test_greetings_need_no_database_at_all(tmp_path: Path) -> None:
    async with await Assistant.open(Settings(home=tmp_path / "home")) as assistant:
        answer = await assistant.ask("ciao!")
    assert answer.type == "GREETING"
    assert answer.data.rows == []
    assert not (tmp_path / "home").exists()


async def test_without_a_source_the_answer_says_what_to_set_and_what_was_understood(
    tmp_path: Path, clock: FixedClock
) -> None:
    async with await Assistant.open(Settings(home=tmp_path / "home")) as assistant:
        answer = await assistant.ask("Quante email oggi?", clock=clock)
    assert "MILHENA_N8N_URL" in answer.answer
    assert "agent-cli demo" in answer.answer
    assert answer.query is not None
    assert answer.query["metric"] == "emails_received"
    assert answer.data.rows == []
    assert not answer.provenance.complete


async def test_a_missing_database_is_one_clear_failure(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", n8n_url=str(tmp_path / "nowhere.sqlite"))
    async with await Assistant.open(settings) as assistant:
        with pytest.raises(UnansweredError, match=r"nowhere\.sqlite") as caught:
            await assistant.ask("Quante email oggi?")
    assert caught.value.code == "source_unreachable"
    assert not (tmp_path / "nowhere.sqlite").exists()


async def test_while_n8n_is_away_the_store_answers_and_says_so(
    n8n_file: Path, tmp_path: Path, clock: FixedClock
) -> None:
    moved = tmp_path / "n8n.sqlite"
    moved.write_bytes(n8n_file.read_bytes())
    settings = Settings(home=tmp_path / "home", n8n_url=str(moved), refresh_budget_s=30)
    async with await Assistant.open(settings) as assistant:
        with_n8n = await assistant.ask("Quanti ordini ieri?", clock=clock)
    moved.unlink()
    async with await Assistant.open(settings) as assistant:
        without = await assistant.ask("Quanti ordini ieri?", clock=clock)
    assert without.data == with_n8n.data
    assert "n8n" in without.answer
    assert without.answer != with_n8n.answer


async def test_two_sources_never_share_a_history(
    n8n_file: Path, tmp_path: Path, clock: FixedClock
) -> None:
    from persistence.demo import make_demo_database

    other = tmp_path / "other.sqlite"
    make_demo_database(other, now=clock.now(), days=3, scale=0.2, seed=7)
    counts = []
    for source in (n8n_file, other):
        settings = Settings(home=tmp_path / "home", n8n_url=str(source), refresh_budget_s=30)
        async with await Assistant.open(settings) as assistant:
            answer = await assistant.ask("Quante esecuzioni in totale?", clock=clock)
            counts.append(answer.data.rows)
    assert counts[0] != counts[1]
    assert len(list((tmp_path / "home").glob("store-*.sqlite"))) == 2


# --- several questions at once -------------------------------------------------------------------


async def test_questions_asked_at_once_on_one_thread_are_all_its_turns(
    assistant: Assistant, clock: FixedClock
) -> None:
    asked = [f"Quante esecuzioni {when}?" for when in ("oggi", "ieri", "lunedì", "martedì")]
    asked.append("ciao")
    answers = await asyncio.gather(
        *(assistant.ask(question, thread="t", clock=clock) for question in asked)
    )
    assert [answer.question for answer in answers] == asked
    turns = await assistant.history("t")
    assert sorted(turn["question"] for turn in turns) == sorted(asked)
    assert {turn["question"]: turn["answer"] for turn in turns} == {
        answer.question: answer.answer for answer in answers
    }


async def test_a_question_that_fails_or_is_given_up_lets_the_next_one_of_its_thread_in(
    assistant: Assistant, clock: FixedClock
) -> None:
    with pytest.raises(UnansweredError):
        await assistant.ask("", thread="t")
    given_up = asyncio.create_task(assistant.ask("Quanti ordini oggi?", thread="t", clock=clock))
    await asyncio.sleep(0.005)
    given_up.cancel()
    # On a quick machine it may have been answered before it was given up.
    with contextlib.suppress(asyncio.CancelledError):
        await given_up
    await asyncio.wait_for(assistant.ask("ciao", thread="t"), 30)
    assert [turn["question"] for turn in await assistant.history("t")][-1] == "ciao"


async def test_closing_while_what_a_question_began_to_copy_is_still_being_copied(
    n8n_file: Path, tmp_path: Path, clock: FixedClock
) -> None:
    home = tmp_path / "home"
    hasty = Settings(home=home, n8n_url=str(n8n_file), refresh_budget_s=0)
    async with await Assistant.open(hasty, memory=True) as assistant:
        running = asyncio.create_task(assistant.synchronise())
        asked = asyncio.create_task(assistant.ask("Quante esecuzioni ieri?", clock=clock))
        await asyncio.sleep(0.2)
        started = time.monotonic()
    assert time.monotonic() - started < 3
    await asyncio.wait([running, asked], timeout=5)
    assert running.done()
    assert asked.done()
    patient = Settings(home=home, n8n_url=str(n8n_file), refresh_budget_s=30)
    async with await Assistant.open(patient) as assistant:
        answer = await assistant.ask("Quante esecuzioni in totale?", clock=clock)
    with closing(sqlite3.connect(f"file:{n8n_file}?mode=ro", uri=True)) as connection:
        (expected,) = connection.execute(
            """select count(*) from execution_entity where "deletedAt" is null
               and mode not in ('manual', 'integrated', 'internal', 'chat', 'agent')"""
        ).fetchone()
    assert answer.data.rows == [[expected]]


# --- what is not kept ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Quante esecuzioni nelle ultime 24 ore?", id="hours that roll"),
        pytest.param("Quanti errori negli ultimi 90 minuti?", id="minutes that roll"),
        pytest.param("Quanti ordini oggi rispetto a ieri?", id="an unfinished day compared"),
        pytest.param("Quanti errori del processo Unicorni ieri?", id="asked back"),
        pytest.param("ciao", id="no question about data"),
    ],
)
async def test_an_answer_that_moves_with_the_clock_or_is_none_leaves_no_entry(
    settings: Settings, clock: FixedClock, question: str
) -> None:
    async with await Assistant.open(settings) as assistant:
        first = await assistant.ask(question, clock=clock)
        second = await assistant.ask(question, clock=clock)
    assert (first.type == "CLARIFY") == ("Unicorni" in question)
    assert (first.cache, second.cache) == ("miss", "miss")
    assert not (settings.home / "cache").exists()


# --- without a context, as LangGraph's own server runs it ----------------------------------------


@pytest.fixture
async def own_services(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Settings]:
    """The services of this process's own settings, opened anew and closed afterwards."""
    monkeypatch.setenv("MILHENA_HOME", str(settings.home))
    monkeypatch.setenv("MILHENA_N8N_URL", settings.n8n_url or "")
    monkeypatch.setenv("MILHENA_REFRESH_BUDGET_S", "30")
    default_services.cache_clear()
    yield settings
    await default_services().close()
    default_services.cache_clear()


async def test_a_run_without_a_context_has_one_request_and_one_now_in_all_its_nodes(
    own_services: Settings,
) -> None:
    graph = build_graph().compile(checkpointer=InMemorySaver())
    seen = []
    for _ in range(2):
        run = uuid.uuid4()
        state = await graph.ainvoke(
            {"question": "Quante esecuzioni ieri?"},
            config={"run_id": run, "configurable": {"thread_id": "t"}},
        )
        answer, turn = state["answer"], state["turns"][-1]
        assert answer["request_id"] == str(run)
        assert answer["thread_id"] == "t"
        # Written by two nodes, one after the other.
        assert turn["asked_at"] == answer["provenance"]["as_of"]
        assert answer["latency_ms"] > 0
        seen.append(answer["provenance"]["as_of"])
    assert seen[0] != seen[1], "the next run is another question"


async def test_the_dev_server_s_graph_answers_with_nothing_but_a_question(
    own_services: Settings,
) -> None:
    state = await dev_server_graph().ainvoke({"question": "ciao"}, config={"run_id": uuid.uuid4()})
    assert state["answer"]["type"] == "GREETING"
    assert "turns" not in state
