"""Both clients over a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from catalogue import QuestionType
from core.errors import ProviderError
from providers.gemini import GeminiClassifier
from providers.groq import GroqClassifier
from providers.interface import Classifier
from tests.support.provider_stand_in import Fails, Hangs, Reply, StandIn

ROME = ZoneInfo("Europe/Rome")
ORDERS_TODAY = {
    "type": "BUSINESS_DATA",
    "language": "it",
    "kind": "value",
    "metric": "orders",
    "window": {"start": "2026-11-22T00:00", "end": "2026-11-23T00:00"},
    "certainty": 0.95,
}


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as server:
        yield server


@pytest.fixture(params=["gemini", "groq"])
async def classifier(
    request: pytest.FixtureRequest, stand_in: StandIn
) -> AsyncIterator[Classifier]:
    key = SecretStr("test-key")
    made: Classifier
    if request.param == "gemini":
        made = GeminiClassifier(key, model="gemini-test", base_url=stand_in.url)
    else:
        made = GroqClassifier(key, model="groq-test", base_url=stand_in.url)
    yield made
    await made.close()


async def test_a_model_s_json_becomes_a_typed_reading(
    classifier: Classifier, stand_in: StandIn
) -> None:
    stand_in.plan(classifier.name, Reply(ORDERS_TODAY))
    answer = await classifier.classify("prompt", "Quanti ordini?", zone=ROME, timeout_s=20)
    assert answer.reading.type is QuestionType.BUSINESS_DATA
    assert answer.reading.query is not None
    assert answer.reading.query.metric == "orders"
    assert answer.reading.query.window is not None
    assert answer.reading.query.window.start is not None
    assert answer.reading.query.window.start.isoformat() == "2026-11-22T00:00:00+01:00"
    assert answer.input_tokens in (210, 190)
    assert answer.reading.certainty < 0.9, "a model is never certain"


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(Fails(503), id="overloaded"),
        pytest.param(Fails(429), id="rate limited"),
        pytest.param(Fails(401), id="bad key"),
        pytest.param(Fails(200, "<html>hello</html>"), id="html"),
        pytest.param(Fails(200, "{}"), id="empty object"),
        pytest.param(Reply("not json"), id="prose"),
        pytest.param(Reply({**ORDERS_TODAY, "metric": "unicorns"}), id="unknown metric"),
        pytest.param(
            Reply({**ORDERS_TODAY, "window": {"start": "yesterday", "end": "today"}}),
            id="windows in words",
        ),
    ],
)
async def test_whatever_goes_wrong_is_one_provider_error_after_one_request(
    classifier: Classifier, stand_in: StandIn, step: object
) -> None:
    stand_in.plan(classifier.name, step)
    with pytest.raises(ProviderError) as caught:
        await classifier.classify("prompt", "Quanti ordini?", zone=ROME, timeout_s=20)
    assert caught.value.provider == classifier.name
    assert "test-key" not in str(caught.value)
    assert stand_in.count(classifier.name) == 1


async def test_a_provider_that_hangs_is_left_after_the_time_given(
    classifier: Classifier, stand_in: StandIn
) -> None:
    stand_in.plan(classifier.name, Reply(ORDERS_TODAY), Hangs(5))
    await classifier.classify("prompt", "Quanti ordini?", zone=ROME, timeout_s=20)
    with pytest.raises(ProviderError, match="within"):
        await classifier.classify("prompt", "Quanti ordini?", zone=ROME, timeout_s=0.3)
