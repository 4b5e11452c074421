from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph.answer import Answer, FailedAnswer

JSON = {"content-type": "application/json"}
QUESTION = "Quante esecuzioni ieri?"


def invoke(client: httpx.Client, question: str, **more: Any) -> httpx.Response:
    config = more.pop("config", {})
    return client.post(
        "/milhena/invoke", json={"input": {"question": question, **more}, "config": config}
    )


def events(response: httpx.Response) -> Iterator[tuple[str, Any]]:
    """Parse server-sent events: name and JSON data."""
    name = ""
    for line in response.text.splitlines():
        if line.startswith("event:"):
            name = line.removeprefix("event:").strip()
            if name == "end":
                yield name, None
        elif line.startswith("data:") and name != "end":
            yield name, json.loads(line.removeprefix("data:"))


def executions_yesterday(database: Path) -> int:
    """Count production executions with SQL of our own; the days are Rome's."""
    from zoneinfo import ZoneInfo

    today = datetime.now(ZoneInfo("Europe/Rome")).replace(hour=0, minute=0, second=0, microsecond=0)
    yesterday = (today - timedelta(days=1)).astimezone(UTC)
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        return int(
            connection.execute(
                """select count(*) from execution_entity
                   where deletedAt is null and createdAt >= ? and createdAt < ?
                   and mode in ('error', 'retry', 'cli', 'trigger', 'webhook', 'evaluation')""",
                (
                    f"{yesterday:%Y-%m-%d %H:%M:%S}.000",
                    f"{today.astimezone(UTC):%Y-%m-%d %H:%M:%S}.000",
                ),
            ).fetchone()[0]
        )
    finally:
        connection.close()


def test_invoke_gives_the_public_answer(client: httpx.Client, company_database: Path) -> None:
    response = invoke(client, QUESTION)
    assert response.status_code == 200
    answer = Answer.model_validate(response.json()["output"])
    assert answer.question == QUESTION
    assert answer.data.columns == ["executions"]
    assert answer.data.rows == [[executions_yesterday(company_database)]]


def test_the_answers_language_can_be_chosen(client: httpx.Client) -> None:
    output = invoke(client, QUESTION, language="en").json()["output"]
    assert output["language"] == "en"


@pytest.mark.parametrize("place", ["input", "config"])
def test_a_thread_id_makes_a_conversation_wherever_it_stands(
    client: httpx.Client, place: str
) -> None:
    thread = f"thread-{place}"
    more: dict[str, Any] = (
        {"thread_id": thread}
        if place == "input"
        else {"config": {"configurable": {"thread_id": thread}}}
    )
    first = invoke(client, QUESTION, **more).json()["output"]
    second = invoke(client, "E l'altro ieri?", **more).json()["output"]
    assert first["thread_id"] == second["thread_id"] == thread
    assert second["query"]["metric"] == "executions"
    assert second["query"]["window"]["end"] == first["query"]["window"]["start"]


def test_one_persons_thread_is_not_anothers(client: httpx.Client) -> None:
    invoke(client, QUESTION, thread_id="shared", user="ada")
    other = invoke(client, "E l'altro ieri?", thread_id="shared", user="bruno").json()["output"]
    assert (other["query"] or {}).get("metric") is None


@pytest.mark.parametrize(
    ("question", "code"),
    [
        pytest.param("", "empty_question", id="empty"),
        pytest.param("x" * 20_000, "question_too_long", id="too long"),
        pytest.param("a\x00b\x01c\x02", "unreadable_question", id="binary"),
    ],
)
def test_a_bad_question_is_a_client_error_with_the_error_object(
    client: httpx.Client, question: str, code: str
) -> None:
    response = invoke(client, question)
    assert response.status_code == 422
    failure = FailedAnswer.model_validate(response.json())
    assert failure.error.code == code


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"{", id="half JSON"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xfe\x00", id="no text"),
        pytest.param(b"[" * 100_000, id="nested without end"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'"text"', id="a string"),
        pytest.param(b"{}", id="no input"),
        pytest.param(b'{"input": "ciao"}', id="a bare question"),
        pytest.param(b'{"input": {"question": 7}}', id="a number"),
        pytest.param(b'{"input": {"question": null}}', id="null"),
        pytest.param(b'{"input": {"question": "ciao", "sql": "x"}}', id="an unknown field"),
        pytest.param(b'{"input": {"question": "ciao", "language": "de"}}', id="no such language"),
        pytest.param(b'{"input": {"question": "ciao", "thread_id": " "}}', id="a blank thread"),
        pytest.param(b'{"input": {"question": "ciao", "user": "a\\u001bb"}}', id="escapes in user"),
        pytest.param(b'{"input": {"question": "\\ud83d"}}', id="half a character"),
        pytest.param(
            b'{"input": {"question": "ciao"}, "config": {"configurable": {"thread_id": 7}}}',
            id="a thread that is a number",
        ),
    ],
)
@pytest.mark.parametrize("endpoint", ["invoke", "stream", "stream_log"])
def test_a_malformed_body_is_a_client_error_in_json(
    client: httpx.Client, endpoint: str, body: bytes
) -> None:
    response = client.post(f"/milhena/{endpoint}", content=body, headers=JSON)
    assert 400 <= response.status_code < 500, response.text
    assert set(response.json()["error"]) == {"code", "message"}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"inputs": "ciao"}', id="no list"),
        pytest.param(b'{"inputs": [{"question": 7}]}', id="a number"),
        pytest.param(b'{"inputs": ["ciao"]}', id="a bare question"),
        pytest.param(b'{"inputs": [], "config": [{}]}', id="more configs than inputs"),
        pytest.param(b'{"inputs": [%s]}' % b",".join([b'{"question":"a"}'] * 101), id="too many"),
    ],
)
def test_a_malformed_batch_is_a_client_error_in_json(client: httpx.Client, body: bytes) -> None:
    response = client.post("/milhena/batch", content=body, headers=JSON)
    assert 400 <= response.status_code < 500, response.text
    assert {"code", "message"} == set(response.json()["error"])


def test_in_a_batch_each_question_fails_alone(client: httpx.Client) -> None:
    questions = [QUESTION, "", "x" * 20_000, "ciao"]
    response = client.post(
        "/milhena/batch", json={"inputs": [{"question": question} for question in questions]}
    )
    assert response.status_code == 200
    output = response.json()["output"]
    assert [("error" in item) for item in output] == [False, True, True, False]
    assert output[0]["data"]["columns"] == ["executions"]
    assert output[1]["error"]["code"] == "empty_question"
    assert output[2]["error"]["code"] == "question_too_long"


def test_questions_of_one_thread_in_a_batch_are_turns_in_order(client: httpx.Client) -> None:
    inputs = [
        {"question": QUESTION, "thread_id": "batch"},
        {"question": "ciao"},
        {"question": "E l'altro ieri?", "thread_id": "batch"},
    ]
    output = client.post("/milhena/batch", json={"inputs": inputs}).json()["output"]
    assert output[2]["query"]["metric"] == "executions"
    assert output[2]["query"]["window"]["end"] == output[0]["query"]["window"]["start"]


def test_an_empty_batch_is_an_empty_list(client: httpx.Client) -> None:
    response = client.post("/milhena/batch", json={"inputs": []})
    assert (response.status_code, response.json()["output"]) == (200, [])


def test_a_stream_tells_its_steps_and_then_the_answer(client: httpx.Client) -> None:
    # Not asked before, so that no cache takes the short way.
    question = "Quante email abbiamo ricevuto ieri?"
    response = client.post("/milhena/stream", json={"input": {"question": question}})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    told = list(events(response))
    data = [value for name, value in told if name == "data"]
    steps = [value["step"] for value in data if "step" in value]
    assert steps[0] == "guard"
    assert steps.index("resolve") < steps.index("run_tool") < steps.index("respond")
    assert Answer.model_validate(data[-1]).data.columns == ["emails_received"]
    assert told[-1][0] == "end"


def test_a_stream_of_a_bad_question_ends_with_the_error_object(client: httpx.Client) -> None:
    response = client.post("/milhena/stream", json={"input": {"question": "x" * 20_000}})
    told = list(events(response))
    assert FailedAnswer.model_validate(told[-2][1]).error.code == "question_too_long"
    assert told[-1][0] == "end"


def test_the_stream_log_that_the_playground_reads_ends_with_the_answer(
    client: httpx.Client,
) -> None:
    response = client.post("/milhena/stream_log", json={"input": {"question": "ciao"}})
    patches = [value for name, value in events(response) if name == "data"]
    streamed = [
        op["value"]
        for patch in patches
        for op in patch["ops"]
        if op["path"] == "/streamed_output/-"
    ]
    assert Answer.model_validate(streamed[-1]).type == "GREETING"


def test_the_playground_and_its_schemas_are_there(client: httpx.Client) -> None:
    page = client.get("/milhena/playground/")
    assert page.status_code == 200
    assert "<html" in page.text
    assert "question" in client.get("/milhena/input_schema").json()["properties"]
    assert client.get("/milhena/output_schema").status_code == 200
    configurable = json.dumps(client.get("/milhena/config_schema").json())
    assert "thread_id" in configurable


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/milhena/stream_events"),
        ("POST", "/milhena/feedback"),
        ("POST", "/milhena/token_feedback"),
        ("POST", "/milhena/public_trace_link"),
        ("GET", "/milhena/playground/../../../etc/passwd"),
        ("GET", "/nothing"),
    ],
)
def test_what_is_not_offered_is_not_found_in_json(
    client: httpx.Client, method: str, path: str
) -> None:
    response = client.request(method, path)
    assert response.status_code in (404, 405)


def test_many_questions_at_once_are_all_answered(client: httpx.Client) -> None:
    def ask(number: int) -> int:
        answer = invoke(client, QUESTION, thread_id=f"at-once-{number}").json()["output"]
        return int(answer["data"]["rows"][0][0])

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(24)))) == 1


def test_the_openapi_description_is_there(client: httpx.Client) -> None:
    description = client.get("/openapi.json").json()
    assert "/health" in description["paths"]
    assert "/milhena/invoke" in description["paths"]
