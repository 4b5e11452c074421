from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from terminal.output import printable, say_json

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("\x1b]0;owned\x07\x1b[31mred", "�]0;owned��[31mred", id="escape sequences"),
        pytest.param("a\x9b31mb\x85c", "a�31mb�c", id="C1 controls"),
        pytest.param("overwritten\rshown", "overwritten�shown", id="carriage return"),
        pytest.param("one\r\ntwo\tthree\nfour", "one\ntwo\tthree\nfour", id="line ends and tabs"),
        pytest.param("safe\u202egnp.exe", "safe�gnp.exe", id="right-to-left override"),
        pytest.param("half \ud83d", "half �", id="half a character"),
        pytest.param(
            "📧 Perché? È così ✅ ⏱️ 👩‍💻", "📧 Perché? È così ✅ ⏱️ 👩‍💻", id="ordinary text"
        ),
    ],
)
def test_nothing_that_steers_a_terminal_is_printed(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_json_carries_controls_as_escapes_and_keeps_the_value(
    capsys: pytest.CaptureFixture[str],
) -> None:
    value = {"answer": "a\x9b31m \x1b[0m \u202e \x7f è 📧\n"}
    say_json(value)
    printed = capsys.readouterr().out
    assert json.loads(printed) == value
    assert printed.count("\n") == 1
    assert printable(printed) == printed


def run_snippet(code: str, *, stdout: int, **variables: str) -> subprocess.CompletedProcess[bytes]:
    program = f"from terminal.output import *; prepare_streams(); {code}"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, **variables},
        stdout=stdout,
        stderr=subprocess.PIPE,
        timeout=30,
    )


def test_an_encoding_without_emojis_gets_question_marks_and_ascii_json() -> None:
    done = run_snippet(
        "say('📧 città'); say_json({'a': '📧'})",
        stdout=subprocess.PIPE,
        PYTHONIOENCODING="latin-1",
    )
    assert done.stdout == b'? citt\xe0\n{"a": "\\ud83d\\udce7"}\n'


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_behind_stdout_is_one_sentence() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        done = run_snippet("import cli; cli.app(['--version'])", stdout=full, NO_COLOR="1")
    finally:
        os.close(full)
    assert done.returncode == 1
    assert done.stderr == b"error: the answer cannot be written: No space left on device\n"


def test_a_terminal_that_cannot_take_lines_back_gets_no_progress() -> None:
    parent, child = pty.openpty()
    try:
        done = run_snippet(
            "import sys; say(str(can_animate(sys.stdout)))", stdout=child, TERM="dumb"
        )
        assert done.returncode == 0
        assert os.read(parent, 100) == b"False\r\n"
    finally:
        os.close(parent)
        os.close(child)
