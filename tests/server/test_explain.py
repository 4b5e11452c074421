"""`explain: true` over HTTP; without it the answer is what it always was."""

from __future__ import annotations

import httpx


def test_an_answer_says_on_request_why_no_model_read_the_question(client: httpx.Client) -> None:
    plain, explained = (
        client.post("/milhena/invoke", json={"input": {"question": "Ciao!", **more}}).json()
        for more in ({}, {"explain": True})
    )
    assert "explain" not in plain["output"]
    assert explained["output"]["explain"] == [
        {"tier": tier, "kind": "no_key", "reason": "non è stata impostata una chiave"}
        for tier in ("gemini", "groq")
    ]
    assert set(explained["output"]) - set(plain["output"]) == {"explain"}
