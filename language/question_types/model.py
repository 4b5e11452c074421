"""A trained model of question types: what its votes are, and what is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalogue.query import QuestionType
from language.question_types.embedding import Embedding
from language.question_types.linear import ModelError, Weights, damaged, read_weights
from language.question_types.phrases import topic_of_label, type_of_label

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from language.question_types.linear import Matrix

__all__ = ["ModelError", "ModelFacts", "QuestionTypeModel", "Vote", "read_model"]


@dataclass(frozen=True)
class Vote:
    """What type a text seems to be of.

    ``type`` is the likeliest one and ``confidence`` how likely (calibrated: of votes with 0.9,
    nine in ten are right). ``sure`` says that it may contradict a reading, ``likely`` that it
    may stand where nothing was read; a vote that is not even likely is an abstention. ``topic``
    is the likeliest topic within the type.
    """

    type: QuestionType
    confidence: float
    sure: bool
    likely: bool
    topic: str | None
    probabilities: Mapping[QuestionType, float]


@dataclass(frozen=True)
class ModelFacts:
    """How a model was made and what it is worth; all of it is in its file."""

    labels: tuple[str, ...]
    embedding: str
    temperature: float
    """What the scores are divided by, so that probabilities say how often they are right."""
    likely_from: float
    """A vote with less confidence is an abstention."""
    sure_from: float
    """A vote with less confidence does not contradict what was read."""
    refusal_from: float
    """A vote for a refusal needs this much: a harmless question must not be turned away."""
    trained_at: str
    phrases: int
    corrections: int = 0
    metrics: Mapping[str, Any] = field(default_factory=dict)
    """Accuracies: ``cross_validated`` and ``frozen``, in all, by type and by language."""


class QuestionTypeModel:
    """A multinomial logistic regression over an embedding and character n-grams."""

    def __init__(self, facts: ModelFacts, dense: Matrix, sparse: Matrix, bias: Matrix) -> None:
        self.facts = facts
        self._weights = Weights(dense, sparse, bias)
        self._types = [type_of_label(label) for label in facts.labels]
        self._topics = [topic_of_label(label) for label in facts.labels]

    def label_probabilities(self, text: str, embedding: Embedding) -> NDArray[np.float64]:
        """Return the calibrated probability of each label of *text*."""
        return self._weights.probabilities(text, embedding, self.facts.temperature)

    def vote(self, text: str, embedding: Embedding) -> Vote:
        """Return what type *text* seems to be of."""
        return self.vote_of(self.label_probabilities(text, embedding))

    def vote_of(self, probabilities: Sequence[float] | NDArray[np.float64]) -> Vote:
        """Return the vote that *probabilities* of the labels come to."""
        by_type: dict[QuestionType, float] = {}
        for kind, each in zip(self._types, probabilities, strict=True):
            by_type[kind] = by_type.get(kind, 0.0) + float(each)
        best = max(by_type, key=lambda kind: by_type[kind])
        needed = self.facts.refusal_from if best is QuestionType.REFUSED else self.facts.sure_from
        own = [place for place, kind in enumerate(self._types) if kind is best]
        likeliest = max(own, key=lambda place: float(probabilities[place]))
        return Vote(
            type=best,
            confidence=by_type[best],
            sure=by_type[best] >= needed,
            likely=by_type[best] >= self.facts.likely_from,
            topic=self._topics[likeliest],
            probabilities=by_type,
        )

    def with_facts(self, **changes: Any) -> QuestionTypeModel:
        """Return the same weights with other facts."""
        facts, weights = replace(self.facts, **changes), self._weights
        return QuestionTypeModel(facts, weights.dense, weights.sparse, weights.bias)

    def to_bytes(self) -> bytes:
        """Return the model as the content of its file."""
        return self._weights.to_bytes(_as_json(self.facts))


def read_model(file: Path | Any) -> QuestionTypeModel:
    """Return the model in *file*, a path or a resource of a package.

    :raises ModelError: it cannot be read, is damaged, or was made for other features.
    """
    facts, weights = read_weights(file)
    try:
        known = ModelFacts(**facts)
        return QuestionTypeModel(known, weights.dense, weights.sparse, weights.bias)
    except (ValueError, TypeError) as error:
        raise damaged(file, error) from None


def _as_json(facts: ModelFacts) -> dict[str, Any]:
    return {
        "labels": list(facts.labels),
        "embedding": facts.embedding,
        "temperature": facts.temperature,
        "likely_from": facts.likely_from,
        "sure_from": facts.sure_from,
        "refusal_from": facts.refusal_from,
        "trained_at": facts.trained_at,
        "phrases": facts.phrases,
        "corrections": facts.corrections,
        "metrics": dict(facts.metrics),
    }
