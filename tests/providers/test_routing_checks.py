"""What `doctor` says of the models: which for what, how they stand, how the last one failed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.clock import SystemClock
from core.errors import FailureKind
from core.settings import Settings
from graph.assistant import Assistant
from providers.failures import RECOVERIES
from providers.routing_checks import check_routing
from tests.support.provider_faults import FAULTS
from tests.support.provider_stand_in import StandIn
from tests.support.sick_providers import QUESTION, sick_providers


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as server:
        yield server


def settings(home: Path, **changes: Any) -> Settings:
    return Settings(home=home, **{"GOOGLE_API_KEY": "k", "GROQ_API_KEY": "k", **changes})


def test_without_a_key_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert check_routing(Settings(home=tmp_path)) == []
    assert list(tmp_path.iterdir()) == [], "a diagnosis makes nothing"


def test_each_model_is_named_with_what_it_is_for(tmp_path: Path) -> None:
    gemini, groq = check_routing(settings(tmp_path, models_other="groq:my/model"))
    assert gemini.status == groq.status == "ok"
    assert gemini.facts["models"] == {
        "gemini-3.5-flash-lite": ["conversation", "classification", "urgent"],
        "gemini-3.8-flash": ["analysis", "prediction"],
    }
    assert groq.facts["models"]["my/model"] == ["other"]
    assert "my/model: other" in groq.message
    assert {each["state"] for each in gemini.facts["gates"]} <= {"closed", "free"}
    json.dumps(gemini.as_json())


async def test_every_kind_of_failure_of_the_last_day_is_told_with_what_is_done_about_it(
    tmp_path: Path, stand_in: StandIn
) -> None:
    async with sick_providers(
        tmp_path, stand_in, FAULTS["413"], "gemini", classify_timeout_s=30
    ) as assistant:
        for fault in ("413", "SAFETY", "413", "429"):
            step = FAULTS[fault].step
            assert step is not None
            stand_in.plan("gemini", step)
            await _ask(assistant)
    gemini, groq = await asyncio.to_thread(check_routing, settings(tmp_path))
    told = {each["kind"]: each for each in gemini.facts["failures"]}
    assert {kind: each["calls"] for kind, each in told.items()} == {
        "unsuitable": 2,
        "empty": 1,
        "rate_limited": 1,
    }
    for kind, each in told.items():
        assert each["model"] == "gemini-3.5-flash-lite"
        assert each["recovery"] == RECOVERIES[FailureKind(kind)].in_words
        assert each["recovery"] in gemini.message
    assert "2 × unsuitable, the newest of gemini-3.5-flash-lite at " in gemini.message
    assert gemini.message.index("rate_limited,") < gemini.message.index("unsuitable,"), (
        "newest first"
    )
    assert groq.facts["failures"] == []


async def _ask(assistant: Assistant) -> None:
    answer = await assistant.ask(QUESTION, clock=SystemClock(), use_cache=False)
    assert answer.classified_by == "groq"
