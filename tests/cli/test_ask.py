from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .conftest import Agent

TimeOfDay = Callable[[str], str]
FRIDAY = datetime(2026, 11, 19, 23, tzinfo=UTC)
"""Midnight of 20 November in Rome."""
YESTERDAY_COUNT = "Quante esecuzioni ieri?"


def executions_between(database: Path, start: datetime, end: datetime) -> int:
    """Count production executions as n8n's own Insights do, with SQL of our own."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        return int(
            connection.execute(
                """select count(*) from execution_entity
                   where deletedAt is null and createdAt >= ? and createdAt < ?
                   and mode in ('error', 'retry', 'cli', 'trigger', 'webhook', 'evaluation')""",
                (f"{start:%Y-%m-%d %H:%M:%S}.000", f"{end:%Y-%m-%d %H:%M:%S}.000"),
            ).fetchone()[0]
        )
    finally:
        connection.close()


def objects(stdout: str) -> list[dict[str, Any]]:
    """Parse one JSON object per line, each line ended."""
    assert stdout == "" or stdout.endswith("\n")
    return [json.loads(line) for line in stdout.split("\n")[:-1]]


def test_the_answer_alone_is_on_stdout(
    agent: Agent, at_company: TimeOfDay, company_database: Path
) -> None:
    expected = executions_between(company_database, FRIDAY - timedelta(days=1), FRIDAY)
    done = agent("ask", YESTERDAY_COUNT, "--as-of", at_company("18:30"))
    assert (done.returncode, done.stderr) == (0, "")
    assert str(expected) in done.stdout


def test_words_need_no_quotes(agent: Agent, at_company: TimeOfDay) -> None:
    quoted = agent("ask", "Quante esecuzioni ieri", "--as-of", at_company("18:30"))
    loose = agent("ask", "--as-of", at_company("18:30"), "Quante", "esecuzioni", "ieri")
    assert loose.stdout == quoted.stdout != ""


def test_json_is_the_public_contract(
    agent: Agent, at_company: TimeOfDay, company_database: Path
) -> None:
    done = agent("ask", "--json", YESTERDAY_COUNT, "--as-of", at_company("18:30"))
    assert (done.returncode, done.stderr) == (0, "")
    [answer] = objects(done.stdout)
    assert list(answer) == [
        "question",
        "answer",
        "language",
        "type",
        "classified_by",
        "query",
        "data",
        "provenance",
        "cache",
        "usage",
        "latency_ms",
        "request_id",
        "thread_id",
    ]
    expected = executions_between(company_database, FRIDAY - timedelta(days=1), FRIDAY)
    assert answer["question"] == YESTERDAY_COUNT
    assert answer["data"] == {"columns": ["executions"], "rows": [[expected]]}
    assert answer["query"]["window"] == {
        "start": "2026-11-19T00:00:00+01:00",
        "end": "2026-11-20T00:00:00+01:00",
    }
    assert answer["provenance"]["as_of"] == "2026-11-20T18:30:00+01:00"


@pytest.mark.parametrize(
    ("as_of", "yesterday"),
    [
        pytest.param("2026-11-20T00:10", "2026-11-19", id="business zone"),
        pytest.param("2026-11-20T00:10:00Z", "2026-11-19", id="UTC"),
        pytest.param("2026-11-19T23:30:00Z", "2026-11-19", id="UTC, next day in Rome"),
        pytest.param("2026-11-20", "2026-11-19", id="a date alone"),
        pytest.param("2026-11-20T20:00:00-10:00", "2026-11-20", id="far west"),
    ],
)
def test_as_of_is_a_moment_of_the_business_zone_unless_it_has_an_offset(
    agent: Agent, at_company: TimeOfDay, as_of: str, yesterday: str
) -> None:
    done = agent("ask", "--json", YESTERDAY_COUNT, "--as-of", as_of)
    [answer] = objects(done.stdout)
    assert answer["query"]["window"]["start"] == f"{yesterday}T00:00:00+01:00"


def test_lines_of_stdin_are_answered_in_order_and_a_failing_one_stops_nothing(
    agent: Agent, at_company: TimeOfDay
) -> None:
    lines = [
        YESTERDAY_COUNT.encode(),
        b"",
        b"x" * 1_000_000,
        b"Quante email \xff\xfe oggi?",
        b"Quante\x00 email\x01\x02\x03 oggi?",
        b"How many executions yesterday?",
    ]
    done = agent("ask", "--json", "-", "--as-of", at_company("18:30"), stdin=b"\n".join(lines))
    answers = objects(done.stdout)
    assert done.returncode == 1
    assert done.stderr == ""
    assert [("error" in answer) for answer in answers] == [False, True, True, True, True, False]
    assert answers[0]["data"] == answers[5]["data"]
    assert answers[5]["language"] == "en"
    failures = [answer for answer in answers if "error" in answer]
    assert [failure["error"]["code"] for failure in failures] == [
        "empty_question",
        "question_too_long",
        "unreadable_question",
        "unreadable_question",
    ]
    for failure in failures:
        assert set(failure) == {"question", "error", "request_id"}
        assert failure["error"]["message"].count("\n") == 0
    assert len(answers[2]["question"]) < 1_000
    assert "0xff" in answers[3]["error"]["message"]
    assert len({answer["request_id"] for answer in answers}) == len(lines)


@pytest.mark.parametrize(
    ("stdin", "count"),
    [
        pytest.param(b"", 0, id="nothing"),
        pytest.param(b"ciao", 1, id="no line end"),
        pytest.param(b"ciao\n", 1, id="one line end"),
        pytest.param(b"\xef\xbb\xbfciao\r\nciao\r\n", 2, id="a Windows file"),
        pytest.param(b"ciao\n\nciao\n", 3, id="an empty line between"),
    ],
)
def test_every_line_gives_one_object(agent: Agent, stdin: bytes, count: int) -> None:
    done = agent("ask", "--json", "-", stdin=stdin)
    answers = objects(done.stdout)
    assert len(answers) == count
    assert {answer["question"] for answer in answers} <= {"ciao", ""}
    assert done.returncode == (1 if any("error" in answer for answer in answers) else 0)


def test_lines_without_json_print_answers_and_name_failures_on_stderr(agent: Agent) -> None:
    done = agent("ask", "-", stdin="ciao\n\nciao\n")
    assert done.returncode == 1
    assert done.stdout.strip()
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1


def test_each_line_is_answered_before_the_next_one_is_written(agent: Agent) -> None:
    with subprocess.Popen(
        [*agent.command, "ask", "--json", "-"],
        env=agent.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for question in ("ciao", "hello"):
            process.stdin.write(f"{question}\n".encode())
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["question"] == question
        process.stdin.close()
        assert process.wait(timeout=20) == 0


def test_a_thread_makes_lines_turns_of_one_conversation(
    agent: Agent, at_company: TimeOfDay
) -> None:
    both = f"{YESTERDAY_COUNT}\nE l'altro ieri?\n"
    as_of = ("--as-of", at_company("18:30"))
    done = agent("ask", "--json", "-", "--thread", "lines", *as_of, stdin=both)
    first, second = objects(done.stdout)
    assert first["thread_id"] == second["thread_id"] == "lines"
    assert second["query"]["metric"] == first["query"]["metric"] == "executions"
    assert second["query"]["window"]["start"] == "2026-11-18T00:00:00+01:00"


def test_a_thread_goes_on_in_the_next_process_but_for_another_user(
    agent: Agent, at_company: TimeOfDay
) -> None:
    options = ("--json", "--thread", "later", "--as-of", at_company("18:30"))
    agent("ask", YESTERDAY_COUNT, *options, "--user", "ada")
    [same] = objects(agent("ask", "E l'altro ieri?", *options, "--user", "ada").stdout)
    [other] = objects(agent("ask", "E l'altro ieri?", *options, "--user", "bruno").stdout)
    assert same["query"]["metric"] == "executions"
    assert (other["query"] or {}).get("metric") is None


def test_a_repeated_question_comes_from_the_cache_unless_told_otherwise(
    agent: Agent, at_company: TimeOfDay
) -> None:
    options = ("--json", "--as-of", at_company("18:30"))
    question = "Quante email abbiamo ricevuto ieri?"  # which no other test asks
    repeated = agent("ask", "-", *options, stdin=f"{question}\n{question}\n")
    first, second = objects(repeated.stdout)
    [fresh] = objects(agent("ask", question, *options, "--no-cache").stdout)
    assert [first["cache"], second["cache"], fresh["cache"]] == ["miss", "memory", "miss"]
    assert first["data"] == second["data"] == fresh["data"]


def test_n8ns_database_is_not_touched(
    agent: Agent, at_company: TimeOfDay, company_database: Path
) -> None:
    before = company_database.read_bytes()
    assert agent("sync").returncode == 0
    assert agent("ask", YESTERDAY_COUNT).returncode == 0
    assert agent("doctor").returncode == 0
    assert company_database.read_bytes() == before
    assert [path.name for path in company_database.parent.iterdir()] == ["n8n.sqlite"]


def test_without_a_source_the_answer_says_how_to_get_one(agent: Agent) -> None:
    done = agent("ask", "--json", "Quante email oggi?")
    [answer] = objects(done.stdout)
    assert done.returncode == 0
    assert "MILHENA_N8N_URL" in answer["answer"]
    assert "agent-cli demo" in answer["answer"]
    assert answer["data"]["rows"] == []
    assert answer["provenance"]["complete"] is False


@pytest.mark.parametrize(
    ("url", "code"),
    [
        pytest.param("sqlite:////nowhere/n8n.sqlite", "source_unreachable", id="no such file"),
        pytest.param(
            "postgresql://milhena@127.0.0.1:9/n8n", "source_unreachable", id="nobody listens"
        ),
        pytest.param("mysql://localhost/n8n", "source_error", id="another database"),
    ],
)
def test_an_unusable_source_is_one_sentence(agent: Agent, url: str, code: str) -> None:
    done = agent("ask", "Quante email oggi?", MILHENA_N8N_URL=url)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    [failure] = objects(agent("ask", "--json", "Quante email oggi?", MILHENA_N8N_URL=url).stdout)
    assert failure["error"]["code"] == code
    assert f"error: {failure['error']['message']}\n" == done.stderr


def test_a_setting_that_cannot_be_used_fails_every_line_and_is_named(agent: Agent) -> None:
    bad = {"MILHENA_TIMEZONE": "Italy/Milan"}
    done = agent("ask", "ciao", **bad)
    assert (done.returncode, done.stdout) == (1, "")
    assert "MILHENA_TIMEZONE is 'Italy/Milan'" in done.stderr
    answers = objects(agent("ask", "--json", "-", stdin="ciao\nciao\n", **bad).stdout)
    assert [answer["error"]["code"] for answer in answers] == ["bad_setting", "bad_setting"]


def test_bytes_of_the_command_line_that_are_no_text_are_refused(agent: Agent) -> None:
    done = subprocess.run(
        [*map(os.fsencode, agent.command), b"ask", b"--json", b"quante \xff email"],
        env=agent.environment(),
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "unreadable_question"


@pytest.mark.parametrize(
    "variables",
    [
        pytest.param({"LC_ALL": "C", "LANG": "C"}, id="C locale"),
        pytest.param({"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}, id="ASCII"),
        pytest.param({"TERM": "dumb", "COLUMNS": "20", "NO_COLOR": "1"}, id="dumb and narrow"),
    ],
)
def test_no_terminal_or_encoding_makes_an_answer_fail(
    agent: Agent, at_company: TimeOfDay, variables: dict[str, str]
) -> None:
    as_of = ("--as-of", at_company("18:30"))
    done = agent("ask", YESTERDAY_COUNT, *as_of, **variables)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()
    [answer] = objects(agent("ask", "--json", YESTERDAY_COUNT, *as_of, **variables).stdout)
    assert answer["data"]["columns"] == ["executions"]


def test_a_reader_that_leaves_ends_the_program_quietly(agent: Agent) -> None:
    with subprocess.Popen(
        [*agent.command, "ask", "--json", "-"],
        env=agent.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(b"ciao\n")
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        process.stdin.write(b"ciao\n" * 3)
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=20) == 141


def test_ctrl_c_while_waiting_for_a_line_ends_without_a_traceback(agent: Agent) -> None:
    with subprocess.Popen(
        [*agent.command, "ask", "--json", "-"],
        env=agent.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(b"ciao\n")
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 130
        assert process.stderr.read() == b""


def test_a_closed_stdin_or_stdout_is_no_reason_to_crash(agent: Agent) -> None:
    for redirection in ("<&-", ">&-"):
        done = subprocess.run(
            ["sh", "-c", f'"$@" {redirection}', "sh", *agent.command, "ask", "--json", "ciao"],
            env=agent.environment(),
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, "")


def test_a_home_that_cannot_be_used_is_one_sentence(
    agent: Agent, at_company: TimeOfDay, tmp_path: Path
) -> None:
    in_the_way = tmp_path / "a-file"
    in_the_way.write_text("not a folder")
    done = agent("ask", "Quante email oggi?", MILHENA_HOME=str(in_the_way))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert str(in_the_way) in done.stderr
