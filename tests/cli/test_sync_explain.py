from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Agent
from tests.persistence.n8n.n8n_writer import AGENT, BEGAN, N8nWriter, delivered, node, run

MAIL = {"from": "Ada <ada@example.com>", "subject": "Reso\x1b[31m", "textPlain": "Testo riservato"}


@pytest.fixture
def n8n(tmp_path: Path) -> Iterator[N8nWriter]:
    writer = N8nWriter(f"sqlite:///{tmp_path / 'n8n.sqlite'}")
    writer.workflow(name="Assistenza")
    nodes = [
        node("Posta", "emailReadImap"),
        node("AI", AGENT),
        node("Etichetta", "gmail", parameters={"operation": "addLabels"}),
        node("Spenta", "emailSend", disabled=True),
        node("Rispondi", "emailSend"),
        node("Fine", "noOp"),
    ]
    writer.execution(
        1,
        {
            "Posta": [run({**MAIL, "order_id": "A-1"})],
            "AI": [run({"output": "Certo."}, at=1, after="Posta")],
            "Etichetta": [run({"id": "1"}, at=2, after="AI")],
            "Spenta": [run(delivered(), at=3, after="AI")],
            "Rispondi": [run(delivered(), at=4, after="AI")],
            "Fine": [run({"order_id": "A-1"}, at=5, after="Rispondi")],
        },
        nodes=nodes,
    )
    writer.execution(
        2,
        {"Posta": [run(MAIL, at=-600)], "Rispondi": [run(delivered(), at=1, after="Posta")]},
        nodes=nodes,
        mode="retry",
        retryOf="1",
    )
    writer.execution(3, {"Posta": [run(MAIL)]}, nodes=nodes, mode="manual")
    writer.execution(4, data="junk", status="error")
    writer.execution(5, payload=False, deletedAt=BEGAN + timedelta(days=1))
    yield writer
    writer.close()


def test_an_execution_is_explained_step_by_step(agent: Agent, n8n: N8nWriter) -> None:
    done = agent("sync", "--explain", "1", MILHENA_N8N_URL=n8n.url)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "execution 1 of Assistenza"
    told = {line.split(" [")[0].strip(): line for line in lines if " [" in line}
    assert "every item that it puts out is a received e-mail" in done.stdout
    assert "the step is disabled" in told["- Spenta"]
    assert "an operation that does not (addLabels)" in told["- Etichetta"]
    assert "order A-1, first in 'Posta'" in told["- Fine"]
    assert "delivered" in told["+ Rispondi"]
    assert "email_content is not stored (MILHENA_STORE_CONTENT)" in done.stdout
    assert "Testo riservato" not in done.stdout
    assert "\x1b" not in done.stdout
    assert "nothing yet; agent-cli sync copies it" in lines[-1]


def test_it_is_explained_as_json_too(agent: Agent, n8n: N8nWriter) -> None:
    url = n8n.url
    agent("sync", MILHENA_N8N_URL=url)
    done = agent("sync", "--explain", "2", "--json", MILHENA_N8N_URL=url)
    found = json.loads(done.stdout)
    assert (found["execution_id"], found["process"]) == (2, "Assistenza")
    steps = {step["step"]: step for step in found["in_n8n"]["steps"]}
    assert steps["Posta"]["reason"] == "copied_by_retry"
    assert steps["Posta"]["why"].startswith("copied by the retry")
    assert steps["Posta"]["taken"] == []
    assert steps["Rispondi"]["taken"][0]["fields"]["direction"] == "sent"
    assert found["remembered"]["records"] == {"email": 1}
    assert found["remembered"]["read_with"] == found["in_n8n"]["mapping"]


@pytest.mark.parametrize(
    ("execution_id", "told"),
    [
        ("3", "nothing of it counts as business: it was run by hand"),
        ("4", "nothing of it counts as business: its data cannot be decoded"),
        ("5", "n8n marked it as deleted on 2026-11-03 10:00:00: it is not read anew"),
    ],
)
def test_what_counts_for_nothing_says_why(
    agent: Agent, n8n: N8nWriter, execution_id: str, told: str
) -> None:
    done = agent("sync", "--explain", execution_id, MILHENA_N8N_URL=n8n.url)
    assert done.returncode == 0
    assert told in done.stdout


def test_one_that_n8n_has_deleted_is_told_from_memory(agent: Agent, n8n: N8nWriter) -> None:
    agent("sync", MILHENA_N8N_URL=n8n.url)
    n8n.delete("execution_entity", 1)
    done = agent("sync", "--explain", "1", MILHENA_N8N_URL=n8n.url)
    assert done.returncode == 0
    assert "n8n no longer has it" in done.stdout
    assert "in the store: success, 1 answer, 2 email, 1 order" in done.stdout


def test_one_that_nobody_knows_is_an_error(agent: Agent, n8n: N8nWriter) -> None:
    done = agent("sync", "--explain", "77", MILHENA_N8N_URL=n8n.url)
    assert (done.returncode, done.stdout) == (1, "")
    assert "n8n has no execution 77 (its newest is 4)" in done.stderr


@pytest.mark.parametrize("value", ["abc", "0", "-3"])
def test_what_is_no_number_of_an_execution_is_wrong_usage(
    agent: Agent, n8n: N8nWriter, value: str
) -> None:
    done = agent("sync", "--explain", value, MILHENA_N8N_URL=n8n.url)
    assert done.returncode == 2
    assert "--explain" in done.stderr


def test_a_bad_mapping_is_refused_wherever_it_would_be_used(
    agent: Agent, n8n: N8nWriter, tmp_path: Path
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("order:\n  totals: [netto]\n")
    variables = {"MILHENA_N8N_URL": n8n.url, "MILHENA_MAPPING": str(file)}
    reason = f"{file}, line 2: 'totals' is not known here; did you mean 'total'?"
    for arguments in (("sync",), ("sync", "--explain", "1"), ("ask", "Quanti ordini oggi?")):
        done = agent(*arguments, **variables)
        assert done.returncode == 1, arguments
        assert reason in done.stderr, arguments
    done = agent("doctor", "--json", **variables)
    assert done.returncode == 1
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert checks["mapping"]["status"] == "problem"
    assert reason in checks["mapping"]["message"]


def test_additions_are_used_by_the_next_sync(agent: Agent, n8n: N8nWriter, tmp_path: Path) -> None:
    n8n.execution(6, {"Passo": [run({"commessa": "K-7", "netto": "12,50"})]})
    agent("sync", MILHENA_N8N_URL=n8n.url)
    file = tmp_path / "mine.yaml"
    file.write_text("order: {id: [commessa], total: [netto]}\n")
    variables = {"MILHENA_N8N_URL": n8n.url, "MILHENA_MAPPING": str(file)}
    done = agent("sync", **variables)
    assert "What counts as business was declared anew" in done.stderr
    told = agent("sync", "--explain", "6", **variables).stdout
    assert "order_id=K-7, order_total=12.5" in told
    assert "1 order" in told.splitlines()[-1]
