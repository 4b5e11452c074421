from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .conftest import Agent


def checks_of(stdout: str) -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in json.loads(stdout)["checks"]}


def test_a_fresh_installation_is_told_what_to_do_next(agent: Agent) -> None:
    done = agent("doctor")
    assert done.returncode == 1
    assert done.stderr == ""
    assert "no n8n database is set" in done.stdout
    assert "MILHENA_N8N_URL" in done.stdout
    assert "agent-cli demo" in done.stdout


def test_a_company_that_was_never_synced_has_a_warning_and_then_none(
    agent: Agent, at_company: Callable[[str], str], tmp_path: Path
) -> None:
    home = {"MILHENA_HOME": str(tmp_path / "new-home")}
    before = agent("doctor", "--json", **home)
    assert before.returncode == 0
    assert checks_of(before.stdout)["store"]["status"] == "warning"
    assert "agent-cli sync" in checks_of(before.stdout)["store"]["advice"]
    assert not (tmp_path / "new-home").exists()

    assert agent("sync", **home).returncode == 0
    store = checks_of(agent("doctor", "--json", **home).stdout)["store"]
    assert store["status"] == "ok"
    assert store["facts"]["caught_up"] is True
    assert store["facts"]["covers_start"] < store["facts"]["covers_end"]


def test_the_source_is_described(agent: Agent, at_company: Callable[[str], str]) -> None:
    found = checks_of(agent("doctor", "--json").stdout)
    assert found["n8n"]["facts"]["dialect"] == "sqlite"
    assert found["n8n"]["facts"]["n8n_major"] == 1
    assert found["n8n"]["facts"]["executions"] > 100
    assert found["n8n"]["facts"]["journal_mode"] == "delete"


def test_no_secret_and_nothing_of_its_shape_is_shown(agent: Agent) -> None:
    secret = "AIzaSyFirstPartOfAKeyLastPart"  # noqa: S105  # invented
    done = agent(
        "doctor",
        "--json",
        GOOGLE_API_KEY=secret,
        MILHENA_N8N_URL=f"postgresql://reader:{secret}@127.0.0.1:9/n8n",
        MILHENA_STORE_URL=f"postgresql://milhena:{secret}@127.0.0.1:9/milhena",
    )
    assert done.returncode == 1
    assert secret[:6] not in done.stdout + done.stderr
    assert secret[-6:] not in done.stdout + done.stderr
    assert checks_of(done.stdout)["Gemini"]["facts"]["key"] is True
    assert checks_of(done.stdout)["Groq"]["facts"]["key"] is False


def test_a_setting_that_cannot_be_used_is_a_problem_with_its_name(agent: Agent) -> None:
    done = agent("doctor", "--json", MILHENA_PORT="eighty")
    settings = checks_of(done.stdout)["settings"]
    assert done.returncode == 1
    assert settings["status"] == "problem"
    assert "MILHENA_PORT" in settings["message"]


def test_a_home_that_is_a_file_is_a_problem(agent: Agent, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = agent("doctor", "--json", MILHENA_HOME=str(tmp_path / "file"))
    assert checks_of(done.stdout)["home"]["status"] == "problem"


def test_tracing_without_a_key_is_a_warning(agent: Agent) -> None:
    done = agent("doctor", "--json", LANGSMITH_TRACING="true")
    assert checks_of(done.stdout)["LangSmith"]["status"] == "warning"


def test_a_role_that_could_write_is_a_warning_that_names_the_script(
    agent: Agent, postgres_url: str
) -> None:
    from sqlalchemy import create_engine, text

    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        for statement in (
            "create schema n8n",
            'create table n8n.execution_entity (id int primary key, "workflowId" varchar, '
            'finished boolean, mode varchar, status varchar, "createdAt" timestamptz, '
            '"startedAt" timestamptz, "stoppedAt" timestamptz, "waitTill" timestamptz, '
            '"deletedAt" timestamptz, "retryOf" varchar, "retrySuccessId" varchar)',
            'create table n8n.execution_data ("executionId" int primary key, '
            '"workflowData" json, data text)',
            "create table n8n.workflow_entity (id varchar primary key, name varchar, "
            'active boolean, "isArchived" boolean, settings json, nodes json, '
            '"createdAt" timestamptz, "updatedAt" timestamptz)',
        ):
            connection.execute(text(statement))
    engine.dispose()
    done = agent("doctor", "--json", MILHENA_N8N_URL=postgres_url)
    source = checks_of(done.stdout)["n8n"]
    assert source["status"] == "warning"
    assert source["facts"]["schema"] == "n8n"
    assert "deploy/n8n-readonly.sql" in source["advice"]


def test_the_table_fits_a_narrow_terminal(agent: Agent) -> None:
    done = agent("doctor", COLUMNS="40", NO_COLOR="1", HOME=os.environ["HOME"])
    assert max(map(len, done.stdout.splitlines())) <= 40
    assert "\x1b" not in done.stdout


def test_a_misspelt_variable_is_told_with_the_one_that_was_meant(
    agent: Agent, tmp_path: Path
) -> None:
    typed = checks_of(agent("doctor", "--json", MILHENA_TIMEZON="Europe/Rome").stdout)["settings"]
    assert typed["status"] == "warning"
    assert "MILHENA_TIMEZON:" in typed["message"]
    assert "MILHENA_TIMEZONE" in typed["advice"]
    (tmp_path / ".env").write_text("MILHENA_STORE=x\n")
    assert checks_of(agent("doctor", "--json").stdout)["settings"]["facts"]["unknown"] == [
        "MILHENA_STORE"
    ]


def test_in_a_pipe_a_finding_is_not_broken_into_lines(agent: Agent, tmp_path: Path) -> None:
    place = f"sqlite:///{tmp_path / ('deep' * 30) / 'n8n.sqlite'}"
    done = agent("doctor", MILHENA_N8N_URL=place)
    assert any(place.removeprefix("sqlite:///") in line for line in done.stdout.splitlines())
