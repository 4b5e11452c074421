"""Gemini, then Groq, then the rules: the fallback edges over real sockets."""

from __future__ import annotations

import asyncio
import gc
import time
from pathlib import Path
from typing import Any

import pytest

from core.clock import FixedClock
from core.settings import Settings
from graph.answer import Answer
from graph.assistant import Assistant, Step
from graph.build import build_graph
from graph.context import AgentContext
from tests.support.provider_stand_in import Fails, Hangs, Reply, StandIn

CLIENT = "ChatGoogleGenerativeAI"
ORDERS = {
    "type": "BUSINESS_DATA",
    "language": "it",
    "kind": "value",
    "metric": "orders",
    "window": {"start": "2020-01-01T00:00", "end": "2020-01-02T00:00"},
}


def with_models(settings: Settings, stand_in: StandIn, **changes: Any) -> Settings:
    return Settings(
        home=settings.home,
        n8n_url=settings.n8n_url,
        refresh_budget_s=30,
        gemini_base_url=stand_in.url,
        groq_base_url=stand_in.url,
        **{
            "GOOGLE_API_KEY": "gemini-key",
            "GROQ_API_KEY": "groq-key",
            "classify_timeout_s": 20,
            **changes,
        },
    )


async def run(assistant: Assistant, question: str, clock: FixedClock) -> tuple[list[str], Answer]:
    path: list[str] = []
    async for item in assistant.stream(question, clock=clock):
        if isinstance(item, Step):
            path.append(item.node)
        else:
            return path, item
    raise AssertionError("the stream ended without an answer")


async def test_gemini_reads_first_and_our_grammar_corrects_its_window(
    settings: Settings, stand_in: StandIn, clock: FixedClock
) -> None:
    stand_in.plan("gemini", Reply(ORDERS))
    async with await Assistant.open(with_models(settings, stand_in)) as assistant:
        path, answer = await run(assistant, "Quanti ordini ieri?", clock)
    assert answer.classified_by == "gemini"
    assert "classify_gemini" in path
    assert "classify_groq" not in path
    assert answer.query is not None
    assert answer.query["window"]["start"] == "2026-11-19T00:00:00+01:00"
    assert answer.usage.input_tokens == 210
    assert answer.usage.cost_usd is None, "no price is known"
    assert stand_in.count("groq") == 0


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fails(503), id="overloaded"),
        pytest.param(Fails(400, '{"error": {"message": "API_KEY_INVALID"}}'), id="bad key"),
        pytest.param(Reply(""), id="empty"),
        pytest.param(Reply({**ORDERS, "metric": "unicorns"}), id="outside the catalogue"),
    ],
)
async def test_groq_answers_when_gemini_cannot(
    settings: Settings, stand_in: StandIn, clock: FixedClock, fault: object
) -> None:
    stand_in.plan("gemini", fault)
    stand_in.plan("groq", Reply(ORDERS))
    async with await Assistant.open(with_models(settings, stand_in)) as assistant:
        path, answer = await run(assistant, "Quanti ordini ieri?", clock)
    assert answer.classified_by == "groq"
    assert path.index("classify_groq") < path.index("resolve")
    assert stand_in.count("gemini") == 1, "a tier that failed is not asked again"


async def test_the_rules_answer_when_neither_model_can(
    settings: Settings, stand_in: StandIn, clock: FixedClock
) -> None:
    stand_in.plan("gemini", Fails(503))
    stand_in.plan("groq", Fails(503))
    async with await Assistant.open(with_models(settings, stand_in)) as assistant:
        path, answer = await run(assistant, "Quanti ordini ieri?", clock)
    assert answer.classified_by == "rules"
    assert "classify_rules" in path
    assert answer.query is not None
    assert answer.query["metric"] == "orders"


async def test_hanging_models_cost_the_budget_and_not_more(
    settings: Settings, stand_in: StandIn, clock: FixedClock
) -> None:
    changed = with_models(settings, stand_in, classify_timeout_s=1.5)
    async with await Assistant.open(with_models(settings, stand_in)) as warm:
        stand_in.plan("gemini", Fails(503))
        stand_in.plan("groq", Reply(ORDERS))
        await warm.ask("Quanti ordini ieri?", clock=clock, use_cache=False)  # imports are done
    stand_in.plan("gemini", Hangs(30))
    stand_in.plan("groq", Hangs(30))
    async with await Assistant.open(changed) as assistant:
        answer = await assistant.ask("Quanti ordini oggi?", clock=clock)
    assert answer.classified_by == "rules"
    assert answer.latency_ms < 10_000, "far from the 30 s that both would have taken"


async def test_with_one_key_the_other_tier_is_skipped_without_a_request(
    settings: Settings, stand_in: StandIn, clock: FixedClock
) -> None:
    stand_in.plan("groq", Reply(ORDERS))
    only_groq = with_models(settings, stand_in, GOOGLE_API_KEY=None)
    async with await Assistant.open(only_groq) as assistant:
        path, answer = await run(assistant, "Quanti ordini ieri?", clock)
    assert answer.classified_by == "groq"
    assert "classify_gemini" not in path


async def test_a_repeated_question_costs_no_model(
    settings: Settings, stand_in: StandIn, clock: FixedClock
) -> None:
    stand_in.plan("gemini", Reply(ORDERS))
    async with await Assistant.open(with_models(settings, stand_in)) as assistant:
        first = await assistant.ask("Quanti ordini ieri?", clock=clock)
        path, second = await run(assistant, "Quanti ordini ieri?", clock)
    assert stand_in.count("gemini") == 1
    assert "classify_gemini" not in path
    assert second.classified_by == "gemini"
    assert second.usage.input_tokens == 0
    assert second.data == first.data


async def test_a_reading_of_a_lower_tier_is_not_kept_in_place_of_a_better_one(
    settings: Settings, stand_in: StandIn, clock: FixedClock
) -> None:
    stand_in.plan("gemini", Fails(503), Reply(ORDERS))
    stand_in.plan("groq", Fails(503))
    async with await Assistant.open(with_models(settings, stand_in)) as assistant:
        first = await assistant.ask("Quanti ordini ieri?", clock=clock)
        second = await assistant.ask("Quanti ordini ieri?", clock=clock)
    assert (first.classified_by, second.classified_by) == ("rules", "gemini")


async def test_local_first_asks_no_model_where_the_grammar_is_certain(
    settings: Settings, stand_in: StandIn, clock: FixedClock
) -> None:
    local_first = with_models(settings, stand_in, classify="local-first")
    async with await Assistant.open(local_first) as assistant:
        answer = await assistant.ask("Quante email oggi?", clock=clock)
    assert answer.classified_by == "rules"
    assert stand_in.asked == []


async def test_keys_never_reach_an_answer_or_the_disk(
    settings: Settings, stand_in: StandIn, clock: FixedClock
) -> None:
    stand_in.plan("gemini", Reply(ORDERS))
    async with await Assistant.open(with_models(settings, stand_in), memory=True) as assistant:
        answer = await assistant.ask("Quanti ordini ieri?", thread="t", clock=clock)
    assert "gemini-key" not in answer.model_dump_json()
    for file in Path(settings.home).rglob("*"):
        if file.is_file():
            assert b"gemini-key" not in file.read_bytes()


async def test_two_first_questions_at_once_build_one_client_with_all_of_its_time(
    settings: Settings, stand_in: StandIn, clock: FixedClock
) -> None:
    gc.collect()  # clients of the tests before
    stand_in.plan("gemini", Reply(ORDERS), Reply(ORDERS), Reply(ORDERS))
    only_gemini = with_models(settings, stand_in, GROQ_API_KEY=None, classify_timeout_s=9)
    async with await Assistant.open(only_gemini) as assistant:
        services = assistant.services
        # The first one has hardly any time left, and is answered by the rules.
        late = AgentContext(
            services=services, clock=clock, use_cache=False, started_s=time.perf_counter() - 8.98
        )
        asked = {"question": "Quanti ordini ieri?"}
        first, second, third = await asyncio.gather(
            build_graph().compile().ainvoke(asked, context=late),  # type: ignore[call-overload]
            assistant.ask("Quanti ordini oggi?", clock=clock),
            assistant.ask("Quanti ordini lunedì?", clock=clock),
        )
        assert first["answer"]["classified_by"] == "rules"
        assert (second.classified_by, third.classified_by) == ("gemini", "gemini")
        (client,) = (each for each in gc.get_objects() if type(each).__name__ == CLIENT)
        assert client.timeout == 9, "not what the first one had left"
