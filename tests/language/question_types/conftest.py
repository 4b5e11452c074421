from __future__ import annotations

import pytest

from language.question_types.classifier import loaded_embedding
from language.question_types.model import QuestionTypeModel
from language.question_types.phrases import Phrase, shipped_phrases
from language.question_types.training import train
from tests.support.small_embedding import WordEmbedding


@pytest.fixture(scope="session", autouse=True)
def _embedding_at_hand() -> None:
    """No test here waits for the weights to be read: a question does not wait long for them."""
    loaded_embedding()


@pytest.fixture(scope="session")
def few_phrases() -> list[Phrase]:
    """Every ninth shipped phrase: enough of every kind, and quick to learn."""
    return shipped_phrases()[::9]


@pytest.fixture(scope="session")
def small_model(few_phrases: list[Phrase]) -> QuestionTypeModel:
    model, _ = train(few_phrases, WordEmbedding())
    return model
