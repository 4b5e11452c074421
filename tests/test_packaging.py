"""The flat root is a promise: our top-level names must be ours alone, and the wheel complete."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
OUR_NAMES = {name.split(".")[0] for name in [*DECLARED["packages"], *DECLARED["py-modules"]]}


def test_no_dependency_ships_a_top_level_module_of_one_of_our_names() -> None:
    owners = packages_distributions()
    clashes = {
        name: sorted(set(owners[name]) - {"milhena"})
        for name in OUR_NAMES
        if set(owners.get(name, ())) - {"milhena"}
    }
    assert clashes == {}


def test_every_package_folder_is_declared() -> None:
    folders = {
        str(path.parent.relative_to(ROOT)).replace("/", ".")
        for top in OUR_NAMES - {"cli"}
        for path in (ROOT / top).rglob("*.py")
    }
    assert folders == set(DECLARED["packages"])


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, source = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("source") / "copy"
    # Built from a copy: what an earlier build left in the folder must not get into this one.
    leave = shutil.ignore_patterns(".*", "build", "*.egg-info", "__pycache__", "tests")
    shutil.copytree(ROOT, source, ignore=leave)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--no-deps",
            "--quiet",
            "-w",
            str(folder),
            str(source),
        ],
        check=True,
    )
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_every_file_that_the_program_reads(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    needed = {
        str(path.relative_to(ROOT))
        for top in OUR_NAMES - {"cli"}
        for path in (ROOT / top).rglob("*")
        if path.is_file() and path.suffix not in {".pyc"}
    } | {"cli.py"}
    ours = {name for name in inside if ".dist-info/" not in name}
    assert ours == needed


def test_the_wheel_s_command_runs_outside_the_repository(wheel: Path, tmp_path: Path) -> None:
    # The dependencies are this environment's (installing them again takes minutes); the program
    # itself is only what the wheel holds.
    home = tmp_path / "environment"
    venv.create(home, with_pip=False, system_site_packages=False)
    site = next((home / "lib").glob("python3*/site-packages"))
    zipfile.ZipFile(wheel).extractall(site)
    dependencies = [path for path in sys.path if path.endswith("site-packages")]
    (site / "dependencies.pth").write_text("\n".join(dependencies))
    python = home / "bin" / "python"
    where = subprocess.run(
        [python, "-c", "import cli, prompts; print(cli.__file__); prompts.render"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(site) in where.stdout
    answer = subprocess.run(
        [python, "-c", "from cli import main; main()", "ask", "ciao"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip()
