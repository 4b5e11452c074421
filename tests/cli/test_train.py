"""`agent-cli train`: the models there are, the way back, and what cannot be trained on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from language.question_types.classifier import loaded_embedding
from language.question_types.object_phrases import shipped_object_phrases
from language.question_types.object_training import train_objects
from language.question_types.phrases import frozen_phrases, shipped_phrases
from language.question_types.registry import Registry
from language.question_types.training import train

if TYPE_CHECKING:
    from .conftest import Agent


def test_the_shipped_model_is_listed_as_the_one_in_use(agent: Agent) -> None:
    done = agent("train", "--list")
    assert done.returncode == 0
    assert "*   0" in done.stdout
    assert f"{len(shipped_phrases()):,} phrases" in done.stdout
    found = json.loads(agent("train", "--list", "--json").stdout)
    assert [(each["version"], each["registered"]) for each in found] == [(0, True)]
    assert found[0]["metrics"]["frozen"]["phrases"] == len(frozen_phrases())


def test_the_way_back_leads_to_a_version_that_there_is(
    agent: Agent, clean_environment: Path
) -> None:
    registry = Registry(clean_environment / "models")
    shipped = registry.model(0)
    with registry.training():
        registry.register(shipped)
        registry.register(shipped)
    assert agent("train", "--rollback").stdout == "Version 1 is in use again.\n"
    assert json.loads(agent("train", "--rollback", "2", "--json").stdout) == {"version": 2}
    done = agent("train", "--rollback", "9")
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no version 9; there are: 0, 1, 2" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["3"], "only given with --rollback"),
        (["--rollback", "--list"], "cannot be combined"),
        (["--rollback", "-1"], "-1"),
    ],
)
def test_a_wrong_command_line_is_told(agent: Agent, arguments: list[str], said: str) -> None:
    done = agent("train", *arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_phrases_that_cannot_be_used_are_named_with_their_line(
    agent: Agent, tmp_path: Path
) -> None:
    file = tmp_path / "ours.jsonl"
    file.write_text('{"text": "x", "type": "HELP", "language": "it"}\n{"text": 1}\n')
    done = agent("train", "--phrases", str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert "ours.jsonl, line 2" in done.stderr


def test_a_second_training_is_turned_away(agent: Agent, clean_environment: Path) -> None:
    with Registry(clean_environment / "models").training():
        done = agent("train", "--dry-run")
    assert done.returncode == 1
    assert "another training is under way" in done.stderr


def test_a_model_of_the_same_phrases_is_no_better_and_is_not_registered(
    agent: Agent, clean_environment: Path
) -> None:
    done = agent("train", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["phrases"]["shipped"] == len(shipped_phrases())
    assert report["cross_validated"]["accuracy"] > 0.8
    assert set(report["cross_validated"]["by_language"]) == {"it", "en"}
    assert (report["better"], report["version"]) == (False, None)
    assert report["reasons"]
    assert Registry(clean_environment / "models").registered() == 0


def test_a_model_that_is_better_than_the_one_in_use_takes_its_place(
    agent: Agent, clean_environment: Path, tmp_path: Path
) -> None:
    some = shipped_phrases()[::9]
    others = some[100:] + some[:100]
    mislabelled = [
        replace(phrase, type=other.type, topic=other.topic)
        for phrase, other in zip(some, others, strict=True)
    ]
    poor, _ = train(mislabelled, loaded_embedding())
    registry = Registry(clean_environment / "models")
    with registry.training():
        registry.register(poor)
    file = tmp_path / "ours.jsonl"
    file.write_text('{"text": "che aria tira in reparto?", "type": "ANALYSIS", "language": "it"}')
    done = agent("train", "--phrases", str(file))
    assert done.returncode == 0, done.stderr
    assert "1 of yours" in done.stdout
    assert "Registered as version 2" in done.stdout
    number, model = registry.registered_model()
    assert (number, model.facts.phrases) == (2, len(shipped_phrases()) + 1)
    assert model.facts.metrics["frozen"]["accuracy"] > 0.8


def test_a_better_head_of_objects_takes_over_alone(agent: Agent, clean_environment: Path) -> None:
    registry = Registry(clean_environment / "models")
    kinds = {phrase.object for phrase in shipped_object_phrases()}
    swapped = dict(zip(sorted(kinds), sorted(kinds, reverse=True), strict=True))
    poor, _ = train_objects(
        [replace(each, object=swapped[each.object]) for each in shipped_object_phrases()[::2]],
        loaded_embedding(),
    )
    with registry.training():
        registry.register(registry.model(0), poor)
    done = agent("train", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["objects"]["better"]
    assert (report["reasons"] != [], report["version"]) == (True, 2)
    _, types, objects = registry.registered_models()
    assert types.facts == registry.model(0).facts
    assert objects.facts.metrics["frozen"] == report["objects"]["frozen"]["new"]
