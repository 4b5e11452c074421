"""Making a model of objects: trained, cross-validated and calibrated like that of the types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from language.question_types.embedding import Embedding
from language.question_types.linear import Weights
from language.question_types.object_model import ObjectFacts, ObjectModel
from language.question_types.object_phrases import ObjectPhrase
from language.question_types.objects import plain_text_of_object
from language.question_types.training import (
    FEWEST_LABELS,
    FEWEST_OF_A_LABEL,
    Accuracy,
    Progress,
    TrainingError,
    check_there_is_scikit_learn,
    cross_validated,
    fitted,
    matrix,
    softened,
    threshold,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LIKELY_ENOUGH, SURE_ENOUGH = 0.85, 0.87
"""Of the votes that are likely, or sure, at least this share is right.

The grammar's uncertain readings are right in three of four cases: what contradicts them need not
be as sure as what contradicts a type.
"""
LEAST_LIKELY, LEAST_SURE = 0.4, 0.6
STEPS = 7


@dataclass(frozen=True)
class ObjectScores:
    """How many phrases got the right object, of all and of those with a vote that is heard."""

    overall: Accuracy
    sure: Accuracy
    likely: Accuracy

    def as_json(self) -> dict[str, Any]:
        """Return the scores as JSON types."""
        return {
            "accuracy": round(self.overall.share, 4),
            "phrases": self.overall.total,
            "likely": {"accuracy": round(self.likely.share, 4), "votes": self.likely.total},
            "sure": {"accuracy": round(self.sure.share, 4), "votes": self.sure.total},
        }


def train_objects(
    phrases: Sequence[ObjectPhrase],
    embedding: Embedding,
    *,
    progress: Progress = lambda done, total: None,
) -> tuple[ObjectModel, ObjectScores]:
    """Return a model of *phrases*, and its cross-validated scores.

    :raises TrainingError: scikit-learn is missing, or there are too few phrases of an object.
    """
    import numpy as np

    check_there_is_scikit_learn()
    counts = Counter(phrase.object for phrase in phrases)
    few = sorted(label for label, count in counts.items() if count < FEWEST_OF_A_LABEL)
    if few or len(counts) < FEWEST_LABELS:
        raise TrainingError(
            f"there are fewer than {FEWEST_OF_A_LABEL} phrases that ask for "
            f"{', '.join(few) or f'{FEWEST_LABELS} objects'}: add some"
        )
    known = sorted(counts)
    labels = np.array([phrase.object for phrase in phrases])
    progress(0, STEPS)
    features = matrix([plain_text_of_object(phrase.text) for phrase in phrases], embedding)
    held_out = cross_validated(features, labels, lambda done: progress(done, STEPS))
    regression = fitted(features, labels)
    right = np.array([known.index(phrase.object) for phrase in phrases])
    facts = _calibrated(held_out, right, known, embedding)
    # As its file will hold them: what is compared now is what votes later.
    coefficients = regression.coef_.T.astype(np.float16)
    weights = Weights(
        coefficients[: embedding.dimensions].astype(np.float32),
        coefficients[embedding.dimensions :],
        regression.intercept_.astype(np.float32),
    )
    model = ObjectModel(facts, weights)
    scores = _scores(phrases, model, softened(held_out, facts.temperature))
    progress(STEPS, STEPS)
    return model, scores


def score_objects(
    model: ObjectModel, phrases: Sequence[ObjectPhrase], embedding: Embedding
) -> ObjectScores:
    """Return how *model* does on *phrases*."""
    probabilities = [
        model.probabilities(plain_text_of_object(phrase.text), embedding) for phrase in phrases
    ]
    return _scores(phrases, model, probabilities)


def _calibrated(
    held_out: NDArray[np.float64],
    right: NDArray[np.int64],
    known: Sequence[str],
    embedding: Embedding,
) -> ObjectFacts:
    import numpy as np

    rows = np.arange(len(right))

    def surprise(temperature: float) -> float:
        return float(-np.log(softened(held_out, temperature)[rows, right] + 1e-12).mean())

    temperature = min((step / 20 for step in range(4, 61)), key=surprise)
    probabilities = softened(held_out, temperature)
    confidence, correct = probabilities.max(axis=1), probabilities.argmax(axis=1) == right
    return ObjectFacts(
        labels=tuple(known),
        embedding=embedding.name,
        temperature=temperature,
        likely_from=threshold(confidence, correct, LIKELY_ENOUGH, LEAST_LIKELY),
        sure_from=threshold(confidence, correct, SURE_ENOUGH, LEAST_SURE),
        trained_at=datetime.now(UTC).isoformat(timespec="seconds"),
        phrases=len(right),
    )


def _scores(
    phrases: Sequence[ObjectPhrase],
    model: ObjectModel,
    probabilities: Sequence[NDArray[np.float64]] | NDArray[np.float64],
) -> ObjectScores:
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for phrase, each in zip(phrases, probabilities, strict=True):
        vote = model.vote_of(each)
        groups = ["all", *(["sure"] if vote.sure else []), *(["likely"] if vote.likely else [])]
        total.update(groups)
        if vote.object == phrase.object:
            right.update(groups)
    return ObjectScores(
        *(Accuracy(right[group], total[group]) for group in ("all", "sure", "likely"))
    )
