"""Both clients over real sockets: every fault is one error of the right kind."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

import pytest
from pydantic import BaseModel, SecretStr

from core.errors import FailureKind, ProviderError
from providers.failures import ModelError
from providers.gemini import GeminiClient
from providers.groq import GroqClient
from providers.interface import ModelClient, Request, StructuredRequest, TextPart
from tests.support.provider_faults import FAULTS, STREAM_FAULTS, Fault, sick_address
from tests.support.provider_stand_in import Fails, Finishes, Hangs, Reply, StandIn

ENOUGH_S = 30.0
KEY = "test-key-that-nobody-sees"


class Capital(BaseModel):
    """What the model is asked for."""

    city: str
    inhabitants: int | None = None


ASKED = StructuredRequest(system="Answer.", user="Italy?", input_tokens=20, answer=Capital)
ROME = {"city": "Rome"}


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as server:
        yield server


def make(provider: str, url: str) -> ModelClient:
    kind = GeminiClient if provider == "gemini" else GroqClient
    return kind(SecretStr(KEY), base_url=url)


@pytest.fixture(params=["gemini", "groq"])
async def client(request: pytest.FixtureRequest, stand_in: StandIn) -> AsyncIterator[ModelClient]:
    made = make(request.param, stand_in.url)
    await made.load("model-1")
    yield made
    await made.close()


async def test_a_model_s_json_becomes_the_type_that_was_asked_for(
    client: ModelClient, stand_in: StandIn
) -> None:
    stand_in.plan(client.provider, Reply(ROME))
    reply = await client.structured(ASKED, model="model-1", timeout_s=ENOUGH_S)
    assert reply.parsed == Capital(city="Rome")
    assert reply.finish_reason == "STOP"
    assert reply.usage is not None
    assert reply.usage.input_tokens in (210, 190)
    assert stand_in.models == [f"{client.provider}:model-1"]


async def test_the_model_and_the_room_for_its_answer_are_the_call_s(
    client: ModelClient, stand_in: StandIn
) -> None:
    stand_in.plan(client.provider, Reply(ROME), Reply(ROME))
    await client.structured(ASKED, model="model-1", timeout_s=ENOUGH_S)
    await client.structured(ASKED, model="model-2", timeout_s=ENOUGH_S)
    assert stand_in.models == [f"{client.provider}:model-1", f"{client.provider}:model-2"]
    for _, body in stand_in.asked:
        room = body.get("max_tokens") or body["generationConfig"]["maxOutputTokens"]
        assert room == ASKED.max_output_tokens


@pytest.mark.parametrize("name", FAULTS)
async def test_every_fault_is_one_error_of_its_kind_after_one_request(
    client: ModelClient, stand_in: StandIn, name: str
) -> None:
    fault = FAULTS[name]
    with contextlib.ExitStack() as stack:
        asked = client
        if fault.step is None:
            asked = make(client.provider, stack.enter_context(sick_address(fault.address)))
            await asked.load("model-1")
        else:
            stand_in.plan(client.provider, fault.step)
        with pytest.raises(ProviderError) as caught:
            await asked.structured(ASKED, model="model-1", timeout_s=_time_for(fault))
        await asked.close()
    assert caught.value.kind is fault.kind
    assert caught.value.provider == client.provider
    assert KEY not in str(caught.value)
    assert stand_in.count(client.provider) == (0 if fault.step is None else 1)


@pytest.mark.parametrize("name", STREAM_FAULTS)
async def test_every_fault_of_a_stream_is_one_error_of_its_kind(
    client: ModelClient, stand_in: StandIn, name: str
) -> None:
    fault = STREAM_FAULTS[name]
    assert fault.step is not None
    stand_in.plan(client.provider, fault.step)
    with pytest.raises(ProviderError) as caught:
        await _text(client, timeout_s=_time_for(fault))
    assert caught.value.kind is fault.kind


async def test_a_text_comes_in_pieces_and_says_how_it_ended(
    client: ModelClient, stand_in: StandIn
) -> None:
    stand_in.plan(client.provider, Reply("three words long"))
    parts = await _text(client, timeout_s=ENOUGH_S)
    assert "".join(part.text for part in parts) == "three words long"
    assert [part.finish_reason for part in parts][-1] == "STOP"
    assert len(parts) > 2


async def test_a_text_that_grew_too_long_is_said_to_be_cut_off(
    client: ModelClient, stand_in: StandIn
) -> None:
    reason = "MAX_TOKENS" if client.provider == "gemini" else "length"
    stand_in.plan(client.provider, Finishes(reason, "a beginning"))
    parts = await _text(client, timeout_s=ENOUGH_S)
    assert parts[-1].finish_reason in ("MAX_TOKENS", "LENGTH")


async def test_a_slow_reader_of_a_stream_is_not_interrupted_by_the_model_s_limit(
    client: ModelClient, stand_in: StandIn
) -> None:
    stand_in.plan(client.provider, Reply("some words"))
    pieces = 0
    with contextlib.suppress(ProviderError):  # the model's time may be over, the reader's is not
        async for _ in client.text(
            Request(system="s", user="u", input_tokens=10), model="model-1", timeout_s=1.0
        ):
            pieces += 1
            await asyncio.sleep(1.1 if pieces == 1 else 0)
    assert pieces >= 1


@pytest.mark.parametrize(
    ("step", "hint_s"),
    [
        (FAULTS["429 Retry-After"].step, 7.0),
        (FAULTS["429 RetryInfo"].step, 17.0),
        (Fails(429, headers={"retry-after-ms": "1500"}), 1.5),
        (Fails(503, headers={"retry-after": "20"}), 20.0),
        (Fails(429, headers={"retry-after": "soon"}), None),
        (Fails(429, headers={"retry-after": "-3"}), 0.0),
        (Fails(429), None),
    ],
)
async def test_how_long_a_provider_wants_to_be_left_alone_is_known(
    client: ModelClient, stand_in: StandIn, step: Fails, hint_s: float | None
) -> None:
    stand_in.plan(client.provider, step)
    with pytest.raises(ProviderError) as caught:
        await client.structured(ASKED, model="model-1", timeout_s=ENOUGH_S)
    assert caught.value.retry_after_s == hint_s


async def test_what_is_left_of_a_limit_is_handed_on(stand_in: StandIn) -> None:
    headers = {"x-ratelimit-remaining-requests": "3", "retry-after": "2", "server": "x"}
    stand_in.plan("groq", Fails(429, headers=headers))
    client = make("groq", stand_in.url)
    with pytest.raises(ModelError) as caught:
        await client.structured(ASKED, model="model-1", timeout_s=ENOUGH_S)
    await client.close()
    assert caught.value.rate_limit_headers == {
        "x-ratelimit-remaining-requests": "3",
        "retry-after": "2",
    }


async def test_google_s_quotas_are_handed_on_as_headers(stand_in: StandIn) -> None:
    stand_in.plan("gemini", FAULTS["429 RetryInfo"].step or Fails(599))
    client = make("gemini", stand_in.url)
    with pytest.raises(ModelError) as caught:
        await client.structured(ASKED, model="model-1", timeout_s=ENOUGH_S)
    await client.close()
    assert caught.value.rate_limit_headers["x-ratelimit-limit-requests-minute"] == "15"


async def test_tokens_of_an_answer_that_was_no_use_are_known_too(
    client: ModelClient, stand_in: StandIn
) -> None:
    stand_in.plan(client.provider, Reply("prose"))
    with pytest.raises(ModelError) as caught:
        await client.structured(ASKED, model="model-1", timeout_s=ENOUGH_S)
    assert caught.value.usage is not None
    assert caught.value.usage.output_tokens in (40, 35)


async def test_thoughts_of_gemini_are_output_that_is_paid(stand_in: StandIn) -> None:
    stand_in.plan("gemini", Reply(ROME, thoughts=300))
    client = make("gemini", stand_in.url)
    reply = await client.structured(ASKED, model="model-1", timeout_s=ENOUGH_S)
    await client.close()
    assert reply.usage is not None
    assert (reply.usage.output_tokens, reply.usage.thought_tokens) == (340, 300)


async def test_a_cancelled_call_is_cancelled_and_no_error_of_the_provider(
    client: ModelClient, stand_in: StandIn
) -> None:
    stand_in.plan(client.provider, Hangs(30))
    task = asyncio.create_task(client.structured(ASKED, model="model-1", timeout_s=ENOUGH_S))
    while not stand_in.asked:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("provider", ["gemini", "groq"])
def test_a_client_works_in_one_event_loop_after_the_other(stand_in: StandIn, provider: str) -> None:
    client = make(provider, stand_in.url)

    async def ask() -> str:
        stand_in.plan(provider, Reply(ROME))
        reply = await client.structured(ASKED, model="model-1", timeout_s=ENOUGH_S)
        await client.close()
        return reply.parsed.city

    assert [asyncio.run(ask()), asyncio.run(ask())] == ["Rome", "Rome"]


@pytest.mark.parametrize("provider", ["gemini", "groq"])
async def test_an_address_that_is_none_needs_the_operator(provider: str) -> None:
    client = make(provider, "ftp://provider.invalid")
    with pytest.raises(ProviderError) as caught:
        await client.structured(ASKED, model="model-1", timeout_s=ENOUGH_S)
    assert caught.value.kind is FailureKind.PERMANENT
    await client.close()


async def test_a_key_that_no_header_can_carry_needs_the_operator(stand_in: StandIn) -> None:
    for kind in (GeminiClient, GroqClient):
        client = kind(SecretStr("chiave-è"), base_url=stand_in.url)
        with pytest.raises(ProviderError) as caught:
            await client.structured(ASKED, model="model-1", timeout_s=ENOUGH_S)
        assert caught.value.kind is FailureKind.PERMANENT
        await client.close()
    assert stand_in.asked == []


async def _text(client: ModelClient, *, timeout_s: float) -> list[TextPart]:
    request = Request(system="Answer.", user="Say something.", input_tokens=20)
    return [part async for part in client.text(request, model="model-1", timeout_s=timeout_s)]


def _time_for(fault: Fault) -> float:
    return 0.3 if fault.slow else ENOUGH_S
