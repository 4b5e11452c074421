from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text()
SECRETS = sorted(set(re.findall(r"\$\{(\w+):\?", COMPOSE)))

needs_compose = pytest.mark.skipif(
    shutil.which("docker-compose") is None, reason="docker-compose is not installed"
)


def docker_compose_config(folder: Path, **secrets: str) -> subprocess.CompletedProcess[str]:
    """Check the file with these variables only: the .env of whoever runs this is not read."""
    nothing = folder / "empty.env"
    nothing.touch()
    places = ["--project-directory", str(ROOT), "--env-file", str(nothing)]
    return subprocess.run(
        ["docker-compose", *places, "--file", str(ROOT / "docker-compose.yml"), "config", "-q"],
        env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **secrets},
        capture_output=True,
        text=True,
        timeout=60,
    )


@needs_compose
def test_docker_compose_accepts_the_file(tmp_path: Path) -> None:
    done = docker_compose_config(tmp_path, **dict.fromkeys(SECRETS, "0123abcd"))
    assert (done.returncode, done.stderr) == (0, "")


@needs_compose
@pytest.mark.parametrize("missing", SECRETS)
def test_a_missing_secret_is_named_with_what_to_do(missing: str, tmp_path: Path) -> None:
    given = {name: "0123abcd" for name in SECRETS if name != missing}
    done = docker_compose_config(tmp_path, **given)
    assert done.returncode != 0
    assert f"set {missing} in .env, see the top of docker-compose.yml" in done.stderr


def test_every_password_and_key_comes_from_the_environment() -> None:
    assert len(SECRETS) == 5
    for line in COMPOSE.splitlines():
        if match := re.match(r"\s+\w*(?:PASSWORD|KEY)\w*: (.*)", line):
            assert match[1].startswith("${"), line
        assert not re.search(r"://[\w.]+:[^$/@ ]+@", line), line


def test_the_example_at_the_top_names_every_secret() -> None:
    header = COMPOSE.split("services:")[0]
    assert [name for name in SECRETS if name not in header] == []


def test_the_image_and_its_context_hold_every_package() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    packages = {name.split(".")[0] for name in declared["packages"]}
    copied = set(
        re.findall(r"^COPY (\w+) \1$", (ROOT / "deploy/Dockerfile").read_text(), flags=re.M)
    )
    in_context = set(re.findall(r"^!(\w+)$", (ROOT / ".dockerignore").read_text(), flags=re.M))
    assert copied == packages
    assert packages <= in_context


def test_the_server_refers_to_files_that_are_there() -> None:
    for path in re.findall(r"\./(deploy/[\w.-]+)", COMPOSE):
        assert (ROOT / path).is_file(), path
