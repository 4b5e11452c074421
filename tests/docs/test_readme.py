"""The README is checked where it can be."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

from core.settings import Settings

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
TEST_SERVERS = {"MILHENA_TEST_POSTGRES_URL", "MILHENA_TEST_REDIS_URL"}


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_drawing_in_the_readme_is_the_graph_s_own() -> None:
    assert script("generate_drawing").with_drawing(README) == README


def documented_settings(text: str) -> set[str]:
    return set(re.findall(r"\b(?:MILHENA_[A-Z0-9_]+|GOOGLE_API_KEY|GROQ_API_KEY)\b", text))


def test_every_setting_is_in_the_example_file_and_every_one_there_exists() -> None:
    real = {
        f"MILHENA_{name.upper()}" for name in Settings.model_fields if not name.endswith("api_key")
    } | {"GOOGLE_API_KEY", "GROQ_API_KEY"}
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert documented_settings(example) == real
    unknown = documented_settings(README) - real - TEST_SERVERS
    assert unknown == set()


def test_every_file_and_folder_that_the_readme_names_exists() -> None:
    layout = README.split("## Layout")[1].split("\n## ")[0]
    named = re.findall(r"^([\w./-]+)  ", layout, flags=re.MULTILINE)
    assert len(named) > 8
    missing = [name for name in named if not (ROOT / name).exists()]
    assert missing == []
