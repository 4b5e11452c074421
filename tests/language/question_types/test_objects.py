"""What a question asks for: the text that is voted on, the phrases, the second head's model."""

from __future__ import annotations

import io
import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from language.question_types.linear import ModelError
from language.question_types.object_model import ObjectModel, read_object_model
from language.question_types.object_phrases import (
    ObjectPhrase,
    frozen_object_phrases,
    object_phrases_in,
    shipped_object_phrases,
    without_repeated_objects,
)
from language.question_types.object_training import score_objects, train_objects
from language.question_types.objects import OBJECTS, plain_text_of_object, text_of_object
from language.question_types.phrases import PhrasesError, key_of, read_phrases
from language.question_types.registry import Registry
from language.question_types.training import TrainingError
from language.sentences import Circumstances, prepare
from tests.support.small_embedding import WordEmbedding

ROME = ZoneInfo("Europe/Rome")


class _Process:
    def __init__(self, name: str) -> None:
        self.name, self.former_names = name, ()


@pytest.fixture(scope="module")
def few_objects() -> list[ObjectPhrase]:
    wanted = ("orders", "order_value", "story:overview", "list:errors", "none")
    return [phrase for phrase in shipped_object_phrases() if phrase.object in wanted][::2]


@pytest.fixture(scope="module")
def small_objects(few_objects: list[ObjectPhrase]) -> ObjectModel:
    return train_objects(few_objects, WordEmbedding())[0]


def _masked(text: str) -> str:
    now = datetime(2026, 11, 19, 15, 30, tzinfo=ROME)
    processes = [_Process("Cancella vecchi ordini"), _Process("Recupero password")]
    return text_of_object(prepare(text, Circumstances.of(now, ROME, processes)))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("quante volte è girato Cancella vecchi ordini?", "quante volte è girato Alfa?"),
        ("ordini con 250 pezzi", "ordini con 5 pezzi"),
    ],
)
def test_names_and_numbers_say_nothing_of_what_is_asked_for(text: str, masked: str) -> None:
    assert _masked(text) == masked


def test_questions_that_differ_in_their_time_alone_are_the_same_text() -> None:
    assert _masked("incassi di ieri") == _masked("incassi di marzo") == "incassi oggi"
    assert _masked("errors last week") == _masked("errors since 3 March") == "errors today"


def test_senders_say_nothing_of_what_is_asked_for() -> None:
    one, other = _masked("mail da bice@example.com"), _masked("mail da ugo.neri@example.org")
    assert one == other
    assert "example" not in one


def test_a_masked_text_stays_as_it_is() -> None:
    for phrase in shipped_object_phrases()[::25]:
        masked = plain_text_of_object(phrase.text)
        assert plain_text_of_object(masked) == masked


def test_every_object_is_learnt_in_both_languages() -> None:
    phrases = without_repeated_objects(shipped_object_phrases(), excluding=frozen_object_phrases())
    for language in ("it", "en"):
        counts = dict.fromkeys(OBJECTS, 0)
        for phrase in phrases:
            counts[phrase.object] += phrase.language == language
        assert min(counts.values()) >= 8, counts


def test_no_frozen_phrase_is_among_those_that_models_learn_from() -> None:
    frozen = {key_of(phrase.text) for phrase in frozen_object_phrases()}
    own = [each for each in shipped_object_phrases() if key_of(each.text) in frozen]
    assert len(frozen) > 150
    # Only questions of the development sets may happen to be worded the same; they are left out.
    assert not {key_of(each.text) for each in without_repeated_objects(
        shipped_object_phrases(), excluding=frozen_object_phrases()
    )} & frozen  # fmt: skip
    assert len(own) < 10


def test_a_model_tells_what_it_was_taught_and_survives_its_file(
    small_objects: ObjectModel, few_objects: list[ObjectPhrase], tmp_path: Path
) -> None:
    file = tmp_path / "objects.npz"
    file.write_bytes(small_objects.to_bytes())
    read = read_object_model(file)
    assert read.facts == small_objects.facts
    assert score_objects(small_objects, few_objects, WordEmbedding()).overall.share > 0.75
    for phrase in few_objects[::20]:
        mine = small_objects.vote(phrase.text, WordEmbedding())
        assert read.vote(phrase.text, WordEmbedding()).object == mine.object


def test_a_file_of_objects_that_are_not_in_the_catalogue_is_turned_away(
    small_objects: ObjectModel, tmp_path: Path
) -> None:
    with np.load(io.BytesIO(small_objects.to_bytes())) as archive:
        arrays = {name: archive[name] for name in archive.files}
    facts = json.loads(arrays["facts"].tobytes())
    facts["labels"][0] = "list:invoices"
    arrays["facts"] = np.frombuffer(json.dumps(facts).encode(), np.uint8)
    file = tmp_path / "objects.npz"
    np.savez(file, **arrays)
    with pytest.raises(ModelError, match="list:invoices"):
        read_object_model(file)


def test_the_shipped_model_tells_unseen_phrases_better_than_chance_by_far() -> None:
    facts = Registry(Path("nowhere")).objects(0).facts
    assert set(facts.labels) == set(OBJECTS)
    assert facts.metrics["frozen"]["accuracy"] > 0.65
    assert facts.metrics["frozen"]["phrases"] == len(frozen_object_phrases())
    assert facts.likely_from < facts.sure_from


def test_too_few_phrases_of_an_object_are_named(few_objects: list[ObjectPhrase]) -> None:
    with pytest.raises(TrainingError, match="ask for emails_sent"):
        train_objects([*few_objects, ObjectPhrase("a", "emails_sent", "en")], WordEmbedding())


def test_a_file_of_ones_own_may_hold_types_and_objects(tmp_path: Path) -> None:
    file = tmp_path / "ours.jsonl"
    file.write_text(
        '{"text": "che aria tira?", "type": "ANALYSIS", "language": "it"}\n'
        '{"text": "soldi entrati", "object": "order_value", "language": "it"}\n'
        '{"text": "come butta?", "type": "ANALYSIS", "object": "story:overview", "language": "it"}'
    )
    assert [phrase.text for phrase in read_phrases(file)] == ["che aria tira?", "come butta?"]
    assert [phrase.object for phrase in object_phrases_in(file)] == [
        "order_value",
        "story:overview",
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"text": "x", "object": "invoices", "language": "it"}', "'invoices'"),
        ('{"text": "x", "object": "orders", "language": "fr"}', "'fr'"),
        ('{"text": "", "object": "orders", "language": "it"}', '"text"'),
    ],
)
def test_a_phrase_with_an_unknown_object_is_named_with_its_line(
    line: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "ours.jsonl"
    file.write_text(f"\n{line}\n")
    with pytest.raises(PhrasesError, match=f"line 2: .*{said}"):
        object_phrases_in(file)


def test_both_heads_are_registered_together_and_older_versions_use_the_shipped_objects(
    small_objects: ObjectModel, tmp_path: Path
) -> None:
    registry = Registry(tmp_path)
    with registry.training():
        registry.register(registry.model(0), small_objects)
    assert registry.registered_models()[2].facts == small_objects.facts
    (tmp_path / "objects-0001.npz").unlink()
    assert registry.registered_models()[2].facts == registry.objects(0).facts


def test_a_damaged_head_of_objects_gives_way_to_the_shipped_models(
    small_objects: ObjectModel, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    registry = Registry(tmp_path)
    with registry.training():
        registry.register(registry.model(0), small_objects)
    (tmp_path / "objects-0001.npz").write_bytes(b"no archive")
    assert registry.registered_models()[0] == 0
    assert "objects-0001.npz is damaged" in caplog.text
