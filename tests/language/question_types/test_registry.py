"""The registry: versions, the way back, two at once, and processes that are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from language.question_types.model import QuestionTypeModel
from language.question_types.registry import KEPT_VERSIONS, Registry, RegistryError

ROOT = Path(__file__).parents[3]


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


def _register(registry: Registry, model: QuestionTypeModel) -> int:
    with registry.training():
        return registry.register(model)


def _roll_back(registry: Registry, number: int | None = None) -> int:
    with registry.training():
        return registry.roll_back(number)


def test_without_any_training_the_shipped_model_is_in_use(registry: Registry) -> None:
    number, model = registry.registered_model()
    assert number == 0
    assert model.facts.embedding == "use-multilingual-3"
    assert [each.number for each in registry.versions()] == [0]
    assert not registry.folder.exists()


def test_a_registered_model_is_in_use_until_it_is_rolled_back(
    registry: Registry, small_model: QuestionTypeModel
) -> None:
    assert _register(registry, small_model) == 1
    assert _register(registry, small_model) == 2
    assert registry.registered_model()[0] == 2
    assert _roll_back(registry) == 1
    assert _roll_back(registry) == 0
    with pytest.raises(RegistryError, match="nothing to go back to"):
        _roll_back(registry)
    assert _roll_back(registry, 2) == 2
    assert _roll_back(registry) == 0
    assert [(each.number, each.registered) for each in registry.versions()] == [
        (0, True), (1, False), (2, False),
    ]  # fmt: skip


def test_a_version_that_is_not_there_or_in_use_is_named(
    registry: Registry, small_model: QuestionTypeModel
) -> None:
    _register(registry, small_model)
    with pytest.raises(RegistryError, match="no version 7; there are: 0, 1"):
        _roll_back(registry, 7)
    with pytest.raises(RegistryError, match="version 1 is in use already"):
        _roll_back(registry, 1)


def test_a_damaged_model_gives_way_to_the_shipped_one(
    registry: Registry, small_model: QuestionTypeModel, caplog: pytest.LogCaptureFixture
) -> None:
    _register(registry, small_model)
    (registry.folder / "model-0001.npz").write_bytes(b"half a")
    assert registry.registered_model()[0] == 0
    assert "model-0001.npz is damaged" in caplog.text
    assert registry.versions()[1].trouble is not None
    (registry.folder / "registered.json").write_text('{"history": "all"}')
    assert registry.registered() == 0
    # The number of the damaged one is not given again.
    assert _register(registry, small_model) == 2


def test_old_versions_are_deleted_but_none_that_was_lately_in_use(
    registry: Registry, small_model: QuestionTypeModel
) -> None:
    for _ in range(KEPT_VERSIONS + 3):
        last = _register(registry, small_model)
    kept = [each.number for each in registry.versions()]
    assert kept == [0, *range(last - KEPT_VERSIONS + 1, last + 1)]


def test_a_second_training_is_kept_out_while_one_runs(registry: Registry) -> None:
    with (
        registry.training(),
        pytest.raises(RegistryError, match="another training is under way"),
        Registry(registry.folder).training(),
    ):
        pass
    with registry.training():
        pass


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    with (
        pytest.raises(RegistryError, match="cannot be written"),
        Registry(tmp_path / "models").training(),
    ):
        pass


@pytest.mark.parametrize("moment", ["before the model", "before the word"])
def test_a_training_that_is_killed_leaves_the_old_state_and_no_lock(
    registry: Registry, small_model: QuestionTypeModel, tmp_path: Path, moment: str
) -> None:
    _register(registry, small_model)
    file = tmp_path / "new.npz"
    file.write_bytes(small_model.to_bytes())
    program = """
        import os, signal, sys
        from pathlib import Path
        from language.question_types.model import read_model
        from language.question_types.registry import Registry

        folder, file, calls = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
        replace = Path.replace
        def killed(self, target):
            global calls
            calls -= 1
            if calls == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return replace(self, target)
        Path.replace = killed
        registry = Registry(folder)
        with registry.training():
            registry.register(read_model(file))
    """
    calls = "1" if moment == "before the model" else "2"
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), str(registry.folder), str(file), calls],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
    )
    assert done.returncode == -signal.SIGKILL
    assert registry.registered_model()[0] == 1
    assert _register(registry, small_model) == (2 if moment == "before the model" else 3)
    assert not list(registry.folder.glob(".writing-*"))
