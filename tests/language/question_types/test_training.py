"""Training: what it learns, what it needs, and when a new model takes over."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from catalogue import QuestionType
from language.question_types.model import QuestionTypeModel
from language.question_types.phrases import Phrase
from language.question_types.training import (
    Accuracy,
    Scores,
    TrainingError,
    compare,
    score,
    train,
)
from tests.support.small_embedding import WordEmbedding

ROOT = Path(__file__).parents[3]


def test_a_model_tells_what_it_was_taught(
    small_model: QuestionTypeModel, few_phrases: list[Phrase]
) -> None:
    found = score(small_model, few_phrases, WordEmbedding())
    assert found.overall.share > 0.75
    assert found.overall.total == sum(each.total for each in found.by_type.values())
    assert found.overall.total == sum(each.total for each in found.by_language.values())


def test_cross_validation_judges_phrases_by_models_that_have_not_seen_them(
    few_phrases: list[Phrase],
) -> None:
    # With labels that mean nothing, only a model that has seen a phrase can tell its type.
    kinds = [QuestionType.HELP, QuestionType.CLARIFY, QuestionType.ANALYSIS]
    shuffled = [
        Phrase(phrase.text, kinds[at * 7919 % 13 % 3], phrase.language)
        for at, phrase in enumerate(few_phrases[:120])
    ]
    model, unseen = train(shuffled, WordEmbedding())
    seen = score(model, shuffled, WordEmbedding())
    assert seen.overall.share > 0.9
    assert unseen.overall.share < 0.6


def test_too_few_phrases_of_a_kind_are_named(few_phrases: list[Phrase]) -> None:
    bye = [phrase for phrase in few_phrases if phrase.topic == "bye"][:2]
    rest = [phrase for phrase in few_phrases if phrase.topic != "bye"]
    with pytest.raises(TrainingError, match="fewer than 5 phrases of GREETING/bye"):
        train([*rest, *bye], WordEmbedding())
    with pytest.raises(TrainingError, match="of 3 kinds"):
        train([], WordEmbedding())


def _scores(**right: int) -> Scores:
    by_type = {QuestionType(kind): Accuracy(each, 10) for kind, each in right.items()}
    total = Accuracy(sum(right.values()), 10 * len(right))
    return Scores(total, by_type, {"it": total}, {}, total, total)


def test_a_better_model_that_is_worse_on_no_type_takes_over() -> None:
    verdict = compare(_scores(HELP=8, CLARIFY=7), _scores(HELP=8, CLARIFY=6))
    assert verdict.better
    assert verdict.reasons == ()


def test_a_model_that_is_only_as_good_does_not_take_over() -> None:
    verdict = compare(_scores(HELP=8, CLARIFY=6), _scores(HELP=8, CLARIFY=6))
    assert not verdict.better
    assert verdict.reasons == (
        "it is no better on the frozen phrases: 14 of 20 right, the registered one 14",
    )


def test_a_model_that_is_worse_on_one_type_does_not_take_over() -> None:
    verdict = compare(_scores(HELP=10, CLARIFY=5), _scores(HELP=8, CLARIFY=6))
    assert verdict.reasons == ("it is worse on CLARIFY: 5 of 10 right, the registered one 6",)


def test_thresholds_grow_with_what_depends_on_them(small_model: QuestionTypeModel) -> None:
    facts = small_model.facts
    assert facts.likely_from <= facts.sure_from < 1
    assert 0.75 <= facts.refusal_from < 1


def test_without_scikit_learn_it_says_what_to_install() -> None:
    program = """
        import sys
        sys.modules["sklearn"] = None
        from language.question_types.training import TrainingError, train
        from tests.support.small_embedding import WordEmbedding
        try:
            train([], WordEmbedding())
        except TrainingError as error:
            print(error)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "pip install 'milhena[train,embedding]'" in done.stdout, done.stderr
