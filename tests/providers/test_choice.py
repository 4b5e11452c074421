"""Which models are asked for which need."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue import QuestionType, Reading
from core.settings import Settings
from providers.choice import ModelChoice, Need, models_for, models_in_use, need_of

FLASH = ModelChoice("gemini", "gemini-3.5-flash-lite")
STRONG = ModelChoice("gemini", "gemini-3.8-flash")
LARGE = ModelChoice("groq", "openai/gpt-oss-120b")
SMALL = ModelChoice("groq", "openai/gpt-oss-20b")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        (Need.CONVERSATION, (FLASH, SMALL)),
        (Need.CLASSIFICATION, (FLASH, LARGE)),
        (Need.ANALYSIS, (STRONG, LARGE)),
        (Need.PREDICTION, (STRONG, LARGE)),
        (Need.URGENT, (SMALL, FLASH)),
        (Need.OTHER, (FLASH, SMALL)),
    ],
)
def test_the_table_is_the_customer_s(
    settings: Settings, need: Need, expected: tuple[ModelChoice, ...]
) -> None:
    assert models_for(need, settings) == expected


@pytest.mark.parametrize("kind", QuestionType)
def test_every_type_has_a_need_and_haste_comes_before_it(kind: QuestionType) -> None:
    reading = Reading(type=kind, language="it", query=None, certainty=0.5)
    assert need_of(reading, urgent=False) in set(Need) - {Need.URGENT}
    assert need_of(reading, urgent=True) is Need.URGENT


def test_a_line_of_the_operator_s_may_name_any_model_and_each_provider_once(
    tmp_path: Path,
) -> None:
    settings = Settings(
        home=tmp_path, models_urgent=" groq:meta/llama-5 ,groq:small, gemini:strong"
    )
    assert models_for(Need.URGENT, settings) == (ModelChoice("groq", "meta/llama-5"), STRONG)
    assert models_for(Need.OTHER, settings) == (FLASH, SMALL), "the other lines stay"


def test_the_models_themselves_are_settings(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, gemini_model="g", gemini_strong_model="G")
    assert models_in_use(settings, "gemini") == {
        "g": [Need.CONVERSATION, Need.CLASSIFICATION, Need.URGENT, Need.OTHER],
        "G": [Need.ANALYSIS, Need.PREDICTION],
    }
