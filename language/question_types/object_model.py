"""The second head: which object a question asks for, by what it resembles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from language.question_types.embedding import Embedding
from language.question_types.linear import ModelError, Weights, damaged, read_weights
from language.question_types.objects import OBJECTS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class ObjectVote:
    """What a text seems to ask for.

    ``object`` is one of `OBJECTS`, ``confidence`` how likely it is (calibrated). ``likely`` says
    that it may stand where no object was read, ``sure`` that it may contradict an uncertain one.
    """

    object: str
    confidence: float
    sure: bool
    likely: bool


@dataclass(frozen=True)
class ObjectFacts:
    """How a model of objects was made and what it is worth; all of it is in its file."""

    labels: tuple[str, ...]
    embedding: str
    temperature: float
    """What the scores are divided by, so that probabilities say how often they are right."""
    likely_from: float
    """A vote with less confidence is an abstention."""
    sure_from: float
    """A vote with less confidence does not contradict what was read."""
    trained_at: str
    phrases: int
    metrics: Mapping[str, Any] = field(default_factory=dict)
    """Accuracies: ``cross_validated`` and ``frozen``."""


class ObjectModel:
    """A multinomial logistic regression over an embedding and character n-grams."""

    def __init__(self, facts: ObjectFacts, weights: Weights) -> None:
        self.facts = facts
        self._weights = weights

    def probabilities(self, text: str, embedding: Embedding) -> NDArray[np.float64]:
        """Return the calibrated probability of each label of *text*, a `text_of_object`."""
        return self._weights.probabilities(text, embedding, self.facts.temperature)

    def vote(self, text: str, embedding: Embedding) -> ObjectVote:
        """Return what *text*, a `text_of_object`, seems to ask for."""
        return self.vote_of(self.probabilities(text, embedding))

    def vote_of(self, probabilities: Sequence[float] | NDArray[np.float64]) -> ObjectVote:
        """Return the vote that *probabilities* of the labels come to."""
        best = max(range(len(self.facts.labels)), key=lambda place: float(probabilities[place]))
        confidence = float(probabilities[best])
        return ObjectVote(
            object=self.facts.labels[best],
            confidence=confidence,
            sure=confidence >= self.facts.sure_from,
            likely=confidence >= self.facts.likely_from,
        )

    def with_metrics(self, metrics: Mapping[str, Any]) -> ObjectModel:
        """Return the same model with its accuracies noted."""
        return ObjectModel(replace(self.facts, metrics=dict(metrics)), self._weights)

    def to_bytes(self) -> bytes:
        """Return the model as the content of its file."""
        return self._weights.to_bytes(asdict(self.facts))


def read_object_model(file: Path | Any) -> ObjectModel:
    """Return the model in *file*, a path or a resource of a package.

    :raises ModelError: it cannot be read, is damaged, or was made for other features or objects.
    """
    facts, weights = read_weights(file)
    try:
        known = ObjectFacts(**facts)
    except TypeError as error:
        raise damaged(file, error) from None
    strange = [label for label in known.labels if label not in OBJECTS]
    if strange:
        raise ModelError(
            f"{file} tells objects that are not in the catalogue ({', '.join(strange)}): "
            'run "agent-cli train" anew'
        )
    return ObjectModel(known, weights)
