from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from .conftest import Server

ROOT = Path(__file__).parents[2]
LIMIT = 1_000_000


def test_health_is_ok_while_n8n_can_be_read(client: httpx.Client) -> None:
    response = client.get("/health")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "checks": [{"name": "n8n", "status": "ok"}, {"name": "home", "status": "ok"}],
    }


def test_health_and_questions_tell_that_n8n_is_unreachable_without_saying_where(
    make_server: type[Server], tmp_path: Path
) -> None:
    server = make_server(tmp_path / "home", MILHENA_N8N_URL="sqlite:////srv/hidden/n8n.sqlite")
    try:
        health = server.client.get("/health")
        assert health.status_code == 503
        assert health.json()["status"] == "degraded"
        assert "hidden" not in health.text
        body = {"input": {"question": "Quante esecuzioni ieri?"}}
        asked = server.client.post("/milhena/invoke", json=body)
        assert asked.status_code == 503
        assert asked.json()["error"]["code"] == "source_unreachable"
        greeted = server.client.post("/milhena/invoke", json={"input": {"question": "ciao"}})
        assert greeted.status_code == 200
    finally:
        server.stop()


def test_a_body_that_says_it_is_too_long_is_refused(client: httpx.Client) -> None:
    body = b'{"input": {"question": "' + b"x" * LIMIT + b'"}}'
    response = client.post("/milhena/invoke", content=body)
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "too_large"


def test_a_body_that_never_says_its_length_is_refused_once_it_is_too_long(
    client: httpx.Client,
) -> None:
    def endless() -> object:
        for _ in range(40):
            yield b"x" * (LIMIT // 20)

    response = client.post("/milhena/invoke", content=endless())  # type: ignore[arg-type]  # bytes
    assert response.status_code == 413
    assert client.get("/health").status_code == 200


def test_the_server_ends_cleanly_on_sigterm_and_says_nothing_of_deprecation(
    make_server: type[Server], tmp_path: Path
) -> None:
    server = make_server(tmp_path / "home")
    code, stdout, stderr = server.stop()
    assert code == 0
    assert stdout == ""
    assert "Traceback" not in stderr
    assert "Warning" not in stderr
    assert "LANGSERVE" not in stderr
    assert f"{server.url}/milhena" in stderr


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, str(ROOT / "cli.py"), "serve", "--port", port],
            env=dict(os.environ),
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"error: cannot listen on 127.0.0.1:{port}: Address already in")
    assert done.stderr.count("\n") == 1
    assert "--port" in done.stderr


def test_an_address_that_is_not_ours_is_one_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "serve", "--host", "no.such.host.invalid"],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("error: cannot listen on no.such.host.invalid:8089")
