"""Gemini, then Groq, then the rules: the fallback edges over real sockets."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path
from typing import Any

import pytest

from core.clock import FixedClock
from core.settings import Settings
from graph.answer import Answer, ExplainedAnswer
from graph.assistant import Assistant, Step
from graph.build import build_graph
from graph.context import AgentContext
from graph.services import Services
from tests.support.provider_stand_in import Fails, Hangs, Reply, Resets, StandIn
from tests.support.redis_servers import start_redis

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
    assert answer.usage.cost_usd == pytest.approx(0.000163), "210 tokens read, 40 written"
    assert stand_in.count("groq") == 0


async def test_groq_answers_when_gemini_cannot(
    settings: Settings, stand_in: StandIn, clock: FixedClock
) -> None:
    stand_in.plan("gemini", Reply({**ORDERS, "metric": "unicorns"}))
    stand_in.plan("groq", Reply(ORDERS))
    async with await Assistant.open(with_models(settings, stand_in)) as assistant:
        path, answer = await run(assistant, "Quanti ordini ieri?", clock)
    assert answer.classified_by == "groq"
    assert path.index("classify_groq") < path.index("resolve")
    assert stand_in.count("gemini") == 1, "a reading outside the catalogue is not asked for again"
    assert answer.usage.input_tokens == 210 + 190, "what was no use was paid all the same"


async def test_the_rules_answer_when_neither_model_can(
    settings: Settings, stand_in: StandIn, clock: FixedClock
) -> None:
    stand_in.always("gemini", Fails(503))
    stand_in.always("groq", Fails(503))
    async with await Assistant.open(with_models(settings, stand_in)) as assistant:
        path, answer = await run(assistant, "Quanti ordini ieri?", clock)
    assert answer.classified_by == "rules"
    assert "classify_rules" in path
    assert answer.query is not None
    assert answer.query["metric"] == "orders"
    assert (stand_in.count("gemini"), stand_in.count("groq")) == (3, 3), "the attempts there are"


async def test_a_failure_that_passes_is_tried_again_at_the_same_provider(
    settings: Settings, stand_in: StandIn, clock: FixedClock
) -> None:
    stand_in.plan("gemini", Fails(503), Resets(), Reply(ORDERS))
    async with await Assistant.open(with_models(settings, stand_in)) as assistant:
        answer = await assistant.ask("Quanti ordini ieri?", clock=clock)
    assert answer.classified_by == "gemini"
    assert (stand_in.count("gemini"), stand_in.count("groq")) == (3, 0)


async def test_a_provider_that_asks_for_a_pause_gets_it_and_nobody_waits(
    settings: Settings, stand_in: StandIn, clock: FixedClock
) -> None:
    stand_in.plan("gemini", Fails(429, headers={"retry-after": "3600"}))
    stand_in.always("groq", Reply(ORDERS))
    async with await Assistant.open(with_models(settings, stand_in)) as assistant:
        for question in ("Quanti ordini ieri?", "Quanti ordini oggi?", "Quanti ordini lunedì?"):
            answer = await assistant.ask(question, clock=clock)
            assert answer.classified_by == "groq"
    assert stand_in.count("gemini") == 1


async def test_after_the_breaker_opened_a_sick_provider_sees_nothing_until_the_probe(
    settings: Settings, stand_in: StandIn, clock: FixedClock
) -> None:
    stand_in.always("gemini", Fails(500))
    stand_in.always("groq", Reply(ORDERS))
    changed = with_models(settings, stand_in, breaker_open_s=1.0, model_attempts=1)
    async with await Assistant.open(changed) as assistant:

        async def ask() -> Answer:
            return await assistant.ask("Quanti ordini ieri?", clock=clock, use_cache=False)

        for _ in range(8):
            assert (await ask()).classified_by == "groq"
        assert stand_in.count("gemini") == 5, "five failures, then none"
        await asyncio.sleep(1.1)
        await asyncio.gather(*(ask() for _ in range(6)))
        assert stand_in.count("gemini") == 6, "one probe, however many ask"
        stand_in.always("gemini", Reply(ORDERS))
        await asyncio.sleep(1.1)
        assert (await ask()).classified_by == "gemini", "it is back"


@pytest.mark.parametrize(
    ("question", "models"),
    [
        ("Ciao!", ["gemini:flash", "groq:small"]),
        ("Cosa puoi fare?", ["gemini:flash", "groq:small"]),
        ("Quanti ordini ieri?", ["gemini:flash", "groq:large"]),
        ("Ordini di questa settimana rispetto alla scorsa", ["gemini:strong", "groq:large"]),
        ("Quanti ordini prevedi per domani?", ["gemini:strong", "groq:large"]),
        ("URGENTE: quanti ordini ieri?", ["groq:small", "gemini:flash"]),
        ("Che cos'è un tasso di successo?", ["gemini:flash", "groq:small"]),
    ],
)
async def test_models_are_asked_in_the_order_of_the_need(
    settings: Settings, stand_in: StandIn, clock: FixedClock, question: str, models: list[str]
) -> None:
    stand_in.always("gemini", Fails(413))
    stand_in.always("groq", Fails(413))
    changed = with_models(
        settings,
        stand_in,
        gemini_model="flash",
        gemini_strong_model="strong",
        groq_model="large",
        groq_small_model="small",
    )
    async with await Assistant.open(changed) as assistant:
        answer = await assistant.ask(question, clock=clock)
    assert stand_in.models == models
    assert answer.classified_by == "rules"


async def test_the_operator_s_own_choice_of_models_wins(
    settings: Settings, stand_in: StandIn, clock: FixedClock
) -> None:
    stand_in.always("groq", Reply(ORDERS))
    changed = with_models(settings, stand_in, models_classification="groq:my/own-model")
    async with await Assistant.open(changed) as assistant:
        answer = await assistant.ask("Quanti ordini ieri?", clock=clock)
    assert answer.classified_by == "groq"
    assert stand_in.models == ["groq:my/own-model"]


async def test_a_budget_that_is_used_up_is_told_and_the_rules_answer_for_nothing(
    settings: Settings, stand_in: StandIn, clock: FixedClock
) -> None:
    changed = with_models(settings, stand_in, budget_usd_per_day=0)
    async with await Assistant.open(changed) as assistant:
        answer = await assistant.ask("Quanti ordini ieri?", clock=clock, explain=True)
    assert answer.classified_by == "rules"
    assert stand_in.asked == []
    assert isinstance(answer, ExplainedAnswer)
    assert {each.kind for each in answer.explain} == {"budget_used_up"}
    assert "budget" in answer.explain[0].reason


async def test_when_the_minute_of_one_provider_is_used_up_the_next_answers_at_once(
    settings: Settings, stand_in: StandIn, clock: FixedClock
) -> None:
    stand_in.always("gemini", Reply(ORDERS))
    stand_in.always("groq", Reply(ORDERS))
    changed = with_models(settings, stand_in, gemini_requests_per_minute=2)
    async with await Assistant.open(changed) as assistant:
        tiers = [
            (await assistant.ask("Quanti ordini ieri?", clock=clock, use_cache=False)).classified_by
            for _ in range(3)
        ]
    assert tiers == ["gemini", "gemini", "groq"]
    assert stand_in.count("gemini") == 2


async def test_what_one_server_learned_of_a_provider_another_one_obeys(
    settings: Settings, stand_in: StandIn, clock: FixedClock
) -> None:
    stand_in.plan("gemini", Fails(429, headers={"retry-after": "600"}))
    stand_in.always("groq", Reply(ORDERS))
    with start_redis() as url:
        changed = with_models(settings, stand_in, redis_url=url)
        for _ in range(2):
            async with await Assistant.open(changed) as assistant:
                answer = await assistant.ask("Quanti ordini ieri?", clock=clock, use_cache=False)
            assert answer.classified_by == "groq"
    assert stand_in.count("gemini") == 1


async def test_a_question_that_is_cancelled_ends_and_gives_its_permits_back(
    settings: Settings, stand_in: StandIn, clock: FixedClock
) -> None:
    stand_in.plan("gemini", Hangs(30), Reply(ORDERS))
    async with await Assistant.open(with_models(settings, stand_in)) as assistant:
        task = asyncio.create_task(assistant.ask("Quanti ordini ieri?", clock=clock))
        while not stand_in.asked:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        breaker = next(
            each for each in await assistant.services.models.status() if each.gate == "breaker"
        )
        assert breaker.facts["target"] == "gemini:gemini-3.5-flash-lite"
        assert breaker.state == "closed"
        assert breaker.facts["buffered"] == 0, "nobody's fault: not counted"
        assert stand_in.count("groq") == 0, "nobody waits for another tier"
        answer = await assistant.ask("Quanti ordini ieri?", clock=clock)
    assert answer.classified_by == "gemini"


async def test_hanging_models_cost_the_budget_and_not_more(
    settings: Settings, stand_in: StandIn, clock: FixedClock
) -> None:
    changed = with_models(settings, stand_in, classify_timeout_s=1.5)
    async with await Assistant.open(with_models(settings, stand_in)) as warm:
        stand_in.plan("gemini", Fails(413))
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
    stand_in.plan("gemini", Fails(413), Reply(ORDERS))
    stand_in.plan("groq", Fails(413))
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
    only_gemini = with_models(settings, stand_in, GROQ_API_KEY=None, model_timeout_s=9)
    async with await Assistant.open(only_gemini) as assistant:
        services = assistant.services
        # The first one has no time for a model, and is answered by the rules.
        hurried = Services(only_gemini.model_copy(update={"classify_timeout_s": 0.001}))
        hurried.databases, hurried.models = services.databases, services.models
        late = AgentContext(services=hurried, clock=clock, use_cache=False)
        asked = {"question": "Quanti ordini ieri?"}
        first, second, third = await asyncio.gather(
            build_graph().compile().ainvoke(asked, context=late),  # type: ignore[call-overload]
            assistant.ask("Quanti ordini oggi?", clock=clock),
            assistant.ask("Quanti ordini lunedì?", clock=clock),
        )
        assert first["answer"]["classified_by"] == "rules"
        assert first["skipped"][-1]["kind"] == "no_time"
        assert (second.classified_by, third.classified_by) == ("gemini", "gemini")
        (client,) = (each for each in gc.get_objects() if type(each).__name__ == CLIENT)
        assert client.timeout == 9, "not what the first one had left"
