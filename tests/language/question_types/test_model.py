"""Models: what they vote, and their files."""

from __future__ import annotations

import io
import pickle
from pathlib import Path

import numpy as np
import pytest

from catalogue import QuestionType
from language.question_types.embedding import UniversalSentenceEncoder
from language.question_types.features import BUCKETS, ngrams
from language.question_types.model import ModelError, QuestionTypeModel, Vote, read_model
from language.question_types.phrases import frozen_phrases
from language.question_types.registry import Registry
from language.question_types.training import score
from tests.support.small_embedding import WordEmbedding


def test_probabilities_are_of_all_types_and_add_up(small_model: QuestionTypeModel) -> None:
    vote = small_model.vote("quanti ordini ieri?", WordEmbedding())
    assert set(vote.probabilities) == set(QuestionType)
    assert sum(vote.probabilities.values()) == pytest.approx(1.0)
    assert vote.confidence == max(vote.probabilities.values())


@pytest.mark.parametrize("text", ["", " ", "🙂", "\x00", "\ud800", "x" * 20_000, "שלום", "ciao\n"])
def test_every_text_gets_a_vote(small_model: QuestionTypeModel, text: str) -> None:
    assert 0 < small_model.vote(text, WordEmbedding()).confidence <= 1


def test_slips_of_the_keyboard_leave_most_ngrams_as_they_are() -> None:
    def places(text: str) -> set[int]:
        return set(ngrams(text)[0].tolist())

    right, slip, other = places("quante email ieri"), places("quante emial ieri"), places("aiuto")
    assert len(right & slip) > len(right) / 2 > len(right & other)
    assert max(right) < BUCKETS


def test_a_refusal_needs_more_confidence_than_other_votes(small_model: QuestionTypeModel) -> None:
    model = small_model.with_facts(sure_from=0.7, refusal_from=0.9, likely_from=0.5)

    def vote(label: str, confidence: float) -> Vote:
        labels = model.facts.labels
        return model.vote_of([confidence if each == label else 0.0 for each in labels])

    assert vote("HELP", 0.8).sure
    assert not vote("REFUSED/change", 0.8).sure
    assert vote("REFUSED/change", 0.8).likely
    assert vote("REFUSED/change", 0.95).sure
    assert vote("REFUSED/change", 0.95).topic == "change"
    assert not vote("HELP", 0.4).likely


def test_a_model_is_read_from_its_file_as_it_was(
    small_model: QuestionTypeModel, tmp_path: Path
) -> None:
    file = tmp_path / "model.npz"
    file.write_bytes(small_model.to_bytes())
    read = read_model(file)
    assert read.facts == small_model.facts
    before = small_model.label_probabilities("come va?", WordEmbedding())
    after = read.label_probabilities("come va?", WordEmbedding())
    assert after == pytest.approx(before, abs=0.01)  # half precision in the file


def test_a_damaged_file_is_an_error_that_names_it(
    small_model: QuestionTypeModel, tmp_path: Path
) -> None:
    whole = small_model.to_bytes()
    file = tmp_path / "model.npz"
    for content in (b"", b"PK", whole[: len(whole) // 2], b"x" * 5000):
        file.write_bytes(content)
        with pytest.raises(ModelError, match=r"model\.npz"):
            read_model(file)
    with pytest.raises(ModelError, match="cannot be read"):
        read_model(tmp_path / "none.npz")


def test_a_pickled_object_in_a_file_is_never_loaded(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (Path(tmp_path / "sprung"),))  # type: ignore[return-value]

    assert pickle.dumps(Trap())
    written = io.BytesIO()
    np.savez(written, facts=np.array([Trap()], dtype=object), dense=np.zeros((1, 1)))
    file = tmp_path / "model.npz"
    file.write_bytes(written.getvalue())
    with pytest.raises(ModelError):
        read_model(file)
    assert not (tmp_path / "sprung").exists()


def test_the_shipped_model_is_as_good_on_unseen_phrases_as_its_file_says(tmp_path: Path) -> None:
    model = Registry(tmp_path).model(0)
    noted = model.facts.metrics["frozen"]
    found = score(model, frozen_phrases(), UniversalSentenceEncoder())
    assert found.overall.share == pytest.approx(noted["accuracy"], abs=0.005)
    assert found.overall.share > 0.8
    assert found.sure.share > 0.9
