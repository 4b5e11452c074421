"""Making a model: trained, cross-validated, calibrated, and compared with the one in use.

Needs scikit-learn (``pip install 'milhena[train]'``); a model that is made needs numpy alone.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from catalogue.metrics import Language
from catalogue.query import QuestionType
from core.errors import MilhenaError
from language.question_types.embedding import Embedding
from language.question_types.features import BUCKETS, embedded, ngrams
from language.question_types.model import ModelFacts, QuestionTypeModel
from language.question_types.phrases import Phrase, type_of_label

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Probabilities = NDArray[np.float64]

FOLDS = 5
FEWEST_OF_A_LABEL = FOLDS
FEWEST_LABELS = 3
INVERSE_REGULARISATION = 12.0
"""How far weights may go from zero, as cross-validation chose it."""
LIKELY_ENOUGH, SURE_ENOUGH, SURE_OF_REFUSAL = 0.85, 0.93, 0.98
"""Of the votes that are likely, sure, or surely refusals, at least this share is right."""
LEAST_LIKELY, LEAST_SURE, LEAST_SURE_OF_REFUSAL = 0.4, 0.6, 0.75
Progress = Callable[[int, int], None]


class TrainingError(MilhenaError):
    """No model can be made; the text says what is missing."""

    code = "cannot_train"


@dataclass(frozen=True)
class Accuracy:
    """How many of how many phrases got the right type."""

    right: int
    total: int

    @property
    def share(self) -> float:
        """Between 0 and 1; 0 of none."""
        return self.right / self.total if self.total else 0.0


@dataclass(frozen=True)
class Scores:
    """Accuracies of one model over one set of phrases."""

    overall: Accuracy
    by_type: Mapping[QuestionType, Accuracy]
    by_language: Mapping[Language, Accuracy]
    by_type_and_language: Mapping[tuple[QuestionType, Language], Accuracy]
    sure: Accuracy
    """Of the votes that may contradict a reading."""
    likely: Accuracy
    """Of the votes that are no abstentions."""

    def as_json(self) -> dict[str, Any]:
        """Return the scores as JSON types."""
        return {
            "accuracy": round(self.overall.share, 4),
            "phrases": self.overall.total,
            "likely": {"accuracy": round(self.likely.share, 4), "votes": self.likely.total},
            "sure": {"accuracy": round(self.sure.share, 4), "votes": self.sure.total},
            "by_type": {kind.value: _json(each) for kind, each in self.by_type.items()},
            "by_language": {each: _json(found) for each, found in self.by_language.items()},
            "by_type_and_language": {
                f"{kind.value} {language}": _json(each)
                for (kind, language), each in self.by_type_and_language.items()
            },
        }


def _json(accuracy: Accuracy) -> dict[str, float | int]:
    return {"accuracy": round(accuracy.share, 4), "phrases": accuracy.total}


@dataclass(frozen=True)
class Verdict:
    """Whether a new model takes the place of the one in use, and why not."""

    better: bool
    reasons: tuple[str, ...]
    new: Scores
    registered: Scores


def train(
    phrases: Sequence[Phrase],
    embedding: Embedding,
    *,
    corrections: int = 0,
    inverse_regularisation: float = INVERSE_REGULARISATION,
    progress: Progress = lambda done, total: None,
) -> tuple[QuestionTypeModel, Scores]:
    """Return a model of *phrases*, and its cross-validated scores.

    :param corrections: how many of the phrases are corrections; it is only noted.
    :raises TrainingError: scikit-learn is missing, or there are too few phrases of a kind.
    """
    import numpy as np

    check_there_is_scikit_learn()
    counts = Counter(phrase.label for phrase in phrases)
    few = sorted(label for label, count in counts.items() if count < FEWEST_OF_A_LABEL)
    if few or len(counts) < FEWEST_LABELS:
        raise TrainingError(
            f"there are fewer than {FEWEST_OF_A_LABEL} phrases of "
            f"{', '.join(few) or f'{FEWEST_LABELS} kinds'}: add some"
        )
    steps = FOLDS + 2
    texts = [phrase.text for phrase in phrases]
    labels = np.array([phrase.label for phrase in phrases])
    progress(0, steps)
    features = matrix(texts, embedding)
    known = sorted(counts)
    held_out = cross_validated(
        features,
        labels,
        lambda done: progress(done, steps),
        inverse_regularisation=inverse_regularisation,
    )
    regression = fitted(features, labels, inverse_regularisation)
    facts = _calibrated(held_out, labels, known, embedding)
    facts = replace(facts, phrases=len(phrases), corrections=corrections)
    weights = regression.coef_.T.astype(np.float32)
    model = QuestionTypeModel(
        facts,
        weights[: embedding.dimensions],
        weights[embedding.dimensions :].astype(np.float16),
        regression.intercept_.astype(np.float32),
    )
    scores = _scores_of(phrases, model, softened(held_out, facts.temperature))
    progress(steps, steps)
    return model, scores


def score(model: QuestionTypeModel, phrases: Sequence[Phrase], embedding: Embedding) -> Scores:
    """Return how *model* does on *phrases*."""
    return _scores_of(
        phrases, model, (model.label_probabilities(each.text, embedding) for each in phrases)
    )


def compare(new: Scores, registered: Scores) -> Verdict:
    """Return whether a model with the scores *new* takes the place of the one *registered*.

    It must get more phrases right in all, and fewer of no type.
    """
    reasons = []
    if new.overall.right <= registered.overall.right:
        same = new.overall.right == registered.overall.right
        reasons.append(
            f"it is {'no better' if same else 'worse'} on the frozen phrases: "
            f"{new.overall.right} of {new.overall.total} right, "
            f"the registered one {registered.overall.right}"
        )
    for kind, each in new.by_type.items():
        before = registered.by_type[kind]
        if each.right < before.right:
            reasons.append(
                f"it is worse on {kind.value}: {each.right} of {each.total} right, "
                f"the registered one {before.right}"
            )
    return Verdict(not reasons, tuple(reasons), new, registered)


def with_metrics(
    model: QuestionTypeModel, cross_validated: Scores, frozen: Scores
) -> QuestionTypeModel:
    """Return *model* with its scores noted in it."""
    metrics = {"cross_validated": cross_validated.as_json(), "frozen": frozen.as_json()}
    return model.with_facts(metrics=metrics)


def check_there_is_scikit_learn() -> None:
    """Raise `TrainingError` where it is not installed."""
    try:
        import sklearn  # noqa: F401  # only whether it is there
    except ImportError:
        raise TrainingError(
            "training needs scikit-learn, which is not installed: "
            "pip install 'milhena[train,embedding]'. The models that there are work without it."
        ) from None


def matrix(texts: Sequence[str], embedding: Embedding) -> Any:
    """Return the features of *texts*, a sparse row each."""
    import numpy as np
    from scipy import sparse

    rows, columns, weights = [], [], []
    for row, text in enumerate(texts):
        places, values = ngrams(text)
        rows.append(np.full(len(places), row))
        columns.append(places)
        weights.append(values)
    written = sparse.csr_matrix(
        (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns))),
        shape=(len(texts), BUCKETS),
    )
    return sparse.hstack([sparse.csr_matrix(embedded(texts, embedding)), written]).tocsr()


def cross_validated(
    features: Any,
    labels: Any,
    progress: Callable[[int], None] = lambda done: None,
    *,
    inverse_regularisation: float = INVERSE_REGULARISATION,
) -> Probabilities:
    """Return the scores of each row by a model that has not seen it, a column a sorted label."""
    import numpy as np
    from sklearn.model_selection import StratifiedKFold

    held_out = np.zeros((len(labels), len(set(labels))))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    progress(1)
    for number, (seen, unseen) in enumerate(folds.split(features, labels), start=2):
        regression = fitted(features[seen], labels[seen], inverse_regularisation)
        held_out[unseen] = regression.decision_function(features[unseen])
        progress(number)
    return held_out


def fitted(
    features: Any, labels: Any, inverse_regularisation: float = INVERSE_REGULARISATION
) -> Any:
    """Return a logistic regression of *labels* on the rows of *features*."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    # One thread: threads of so small multiplications mostly wait for each other.
    with warnings.catch_warnings(), threadpool_limits(limits=1):
        warnings.simplefilter("ignore")  # a step more or less of the solver is no matter
        regression = LogisticRegression(C=inverse_regularisation, max_iter=300, tol=1e-3)
        return regression.fit(features, labels)


def softened(scores: Probabilities, temperature: float) -> Probabilities:
    """Return the probabilities that *scores* come to, at this *temperature*."""
    import numpy as np

    scaled = scores / temperature
    raised = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float64)


def _calibrated(
    held_out: Probabilities, labels: Any, known: Sequence[str], embedding: Embedding
) -> ModelFacts:
    """Choose temperature and thresholds on what the folds' models said of unseen phrases."""
    import numpy as np

    right = np.array([list(known).index(label) for label in labels])
    rows = np.arange(len(right))

    def surprise(temperature: float) -> float:
        return float(-np.log(softened(held_out, temperature)[rows, right] + 1e-12).mean())

    temperature = min((step / 20 for step in range(4, 61)), key=surprise)
    facts = ModelFacts(
        labels=tuple(known),
        embedding=embedding.name,
        temperature=temperature,
        likely_from=LEAST_LIKELY,
        sure_from=LEAST_SURE,
        refusal_from=LEAST_SURE_OF_REFUSAL,
        trained_at=datetime.now(UTC).isoformat(timespec="seconds"),
        phrases=len(labels),
    )
    probabilities = softened(held_out, temperature)
    types = [type_of_label(label) for label in known]
    kinds = sorted(set(types))
    by_type = np.stack(
        [probabilities[:, [at for at, each in enumerate(types) if each is kind]].sum(axis=1)
         for kind in kinds],
        axis=1,
    )  # fmt: skip
    voted = by_type.argmax(axis=1)
    confidence = by_type.max(axis=1)
    correct = np.array([kinds[place] for place in voted]) == np.array(
        [types[place] for place in right]
    )
    refused = np.array([kinds[place] is QuestionType.REFUSED for place in voted])
    return replace(
        facts,
        likely_from=threshold(confidence, correct, LIKELY_ENOUGH, LEAST_LIKELY),
        sure_from=threshold(confidence[~refused], correct[~refused], SURE_ENOUGH, LEAST_SURE),
        refusal_from=threshold(
            confidence[refused], correct[refused], SURE_OF_REFUSAL, LEAST_SURE_OF_REFUSAL
        ),
    )


def threshold(confidence: Any, correct: Any, wanted: float, least: float) -> float:
    """Return the lowest confidence from which on votes are right as often as *wanted*."""
    for step in range(round(least * 100), 100):
        above = confidence >= step / 100
        if above.any() and correct[above].mean() >= wanted:
            return step / 100
    return 0.99


def _scores_of(
    phrases: Sequence[Phrase],
    model: QuestionTypeModel,
    probabilities: Probabilities | Iterator[Probabilities],
) -> Scores:
    right: Counter[Any] = Counter()
    total: Counter[Any] = Counter()
    for phrase, each in zip(phrases, probabilities, strict=True):
        vote = model.vote_of(each)
        groups: list[Any] = ["all", phrase.type, phrase.language, (phrase.type, phrase.language)]
        if vote.sure:
            groups.append("sure")
        if vote.likely:
            groups.append("likely")
        total.update(groups)
        if vote.type is phrase.type:
            right.update(groups)

    def of(group: Any) -> Accuracy:
        return Accuracy(right[group], total[group])

    kinds = [kind for kind in QuestionType if total[kind]]
    languages: list[Language] = [each for each in ("it", "en") if total[each]]
    return Scores(
        overall=of("all"),
        by_type={kind: of(kind) for kind in kinds},
        by_language={each: of(each) for each in languages},
        by_type_and_language={
            (kind, each): of((kind, each))
            for kind in kinds
            for each in languages
            if total[(kind, each)]
        },
        sure=of("sure"),
        likely=of("likely"),
    )
