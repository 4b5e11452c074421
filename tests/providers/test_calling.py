"""One tier's try: attempts, time and gates, with a client and a gate that follow a script."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import BaseModel

from core.errors import CallRefused, FailureKind, ProviderError, Refusal
from providers.calling import LEAST_CALL_S, Accepted, Deadline, ask
from providers.gate import Call, GateStatus, Outcome, ProviderName, TokenUsage
from providers.interface import Reply, Request, StructuredRequest, TextPart

USED = TokenUsage(input_tokens=7, output_tokens=3)


class Number(BaseModel):
    value: int


CALL = Call(
    provider="groq",
    model="m",
    account="a",
    need="other",
    user_id="u",
    request_id="r",
    input_tokens=10,
    max_output_tokens=10,
    timeout_s=0,
)
REQUEST = StructuredRequest(system="s", user="u", input_tokens=10, answer=Number)


@dataclass
class ScriptedClient:
    """Does one step a call, and fails loudly when the script is over."""

    steps: deque[Any]
    provider: ProviderName = "groq"
    given_s: list[float] = field(default_factory=list)
    load_s: float = 0.0

    async def load(self, model: str) -> None:
        await asyncio.sleep(self.load_s)

    async def structured(
        self, request: StructuredRequest[Any], *, model: str, timeout_s: float
    ) -> Reply[Any]:
        self.given_s.append(timeout_s)
        step = self.steps.popleft()
        if isinstance(step, float):
            await asyncio.sleep(step)
            step = 1
        if isinstance(step, BaseException):
            raise step
        return Reply(parsed=Number(value=step), finish_reason="STOP", usage=USED)

    async def text(
        self, request: Request, *, model: str, timeout_s: float
    ) -> AsyncIterator[TextPart]:
        raise AssertionError("nobody asks for a text here")
        yield

    async def close(self) -> None:
        return


@dataclass
class RecordingGate:
    """Lets so many calls through and keeps what it is told."""

    most: int = 100
    outcomes: list[Outcome] = field(default_factory=list)
    admitted: int = 0

    async def admit(self, call: Call) -> RecordingGate:
        if self.admitted >= self.most:
            raise CallRefused(call.provider, "enough", refusal=Refusal.CIRCUIT_OPEN)
        self.admitted += 1
        return self

    async def settle(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)

    async def status(self) -> list[GateStatus]:
        return []

    async def close(self) -> None:
        return


def failure(kind: FailureKind, retry_after_s: float | None = None) -> ProviderError:
    return ProviderError("groq", "sick", kind=kind, retry_after_s=retry_after_s)


TRANSIENT = FailureKind.TRANSIENT


async def run(
    client: ScriptedClient,
    *gates: RecordingGate,
    seconds: float = 60.0,
    deadline: Deadline | None = None,
    attempts: int = 3,
) -> Accepted[int]:
    def accept(number: Number) -> int:
        if number.value < 0:
            raise ValueError("negative")
        return number.value

    return await ask(
        client,
        gates,
        CALL,
        REQUEST,
        accept=accept,
        deadline=deadline or Deadline.after(seconds),
        attempts=attempts,
    )


async def test_every_attempt_passes_the_gates_and_is_told_to_them() -> None:
    client = ScriptedClient(deque([failure(TRANSIENT), failure(TRANSIENT), 5]))
    gate = RecordingGate()
    found = await run(client, gate)
    assert (found.answer, found.usage) == (5, USED)
    assert [each.verdict for each in gate.outcomes] == ["failure", "failure", "success"]
    assert gate.outcomes[-1].usage == USED


async def test_no_more_attempts_than_allowed() -> None:
    client = ScriptedClient(deque([failure(TRANSIENT)] * 3))
    with pytest.raises(ProviderError, match="sick"):
        await run(client, attempts=3)
    assert len(client.given_s) == 3


@pytest.mark.parametrize("kind", [kind for kind in FailureKind if kind is not TRANSIENT])
async def test_what_does_not_pass_by_itself_is_not_tried_again(kind: FailureKind) -> None:
    client = ScriptedClient(deque([failure(kind)]))
    with pytest.raises(ProviderError):
        await run(client)


async def test_a_provider_that_says_how_long_to_wait_is_not_tried_again_but_paused() -> None:
    client, gate = ScriptedClient(deque([failure(TRANSIENT, 0.5)])), RecordingGate()
    with pytest.raises(ProviderError):
        await run(client, gate)
    assert gate.outcomes[0].pause_s == 0.5


@dataclass(frozen=True)
class OverAfterOneCall(Deadline):
    """All the time in the world until a call was made, then too little for another."""

    client: ScriptedClient

    @property
    def left_s(self) -> float:
        return LEAST_CALL_S if self.client.given_s else 60.0


async def test_no_attempt_is_begun_that_could_not_end_in_time() -> None:
    client = ScriptedClient(deque([failure(TRANSIENT), 5]))
    with pytest.raises(ProviderError, match="sick"):
        await run(client, deadline=OverAfterOneCall(0.0, client))
    assert len(client.given_s) == 1


async def test_without_time_nothing_is_sent_and_no_gate_is_charged() -> None:
    client, gate = ScriptedClient(deque()), RecordingGate()
    with pytest.raises(CallRefused) as refused:
        await run(client, gate, seconds=0.0)
    assert refused.value.refusal is Refusal.NO_TIME
    assert all(not outcome.sent for outcome in gate.outcomes)


async def test_a_client_that_takes_too_long_to_load_is_nobody_s_failure() -> None:
    client, gate = ScriptedClient(deque(), load_s=30), RecordingGate()
    with pytest.raises(CallRefused, match="still being loaded") as refused:
        await run(client, gate, seconds=LEAST_CALL_S + 0.05)
    assert refused.value.refusal is Refusal.NO_TIME
    assert gate.admitted == 0


async def test_each_attempt_gets_what_is_left_of_the_time() -> None:
    client = ScriptedClient(deque([failure(TRANSIENT), failure(TRANSIENT), 5]))
    await run(client, seconds=60)
    assert client.given_s == sorted(client.given_s, reverse=True)
    assert 50 < client.given_s[-1] < 60


async def test_an_answer_that_makes_no_sense_counts_against_the_provider_and_was_paid() -> None:
    client, gate = ScriptedClient(deque([-1])), RecordingGate()
    with pytest.raises(ProviderError) as caught:
        await run(client, gate)
    assert caught.value.kind is FailureKind.MALFORMED
    assert (gate.outcomes[0].verdict, gate.outcomes[0].usage) == ("failure", USED)


async def test_a_cancelled_call_gives_its_permit_back_uncounted() -> None:
    client, gate = ScriptedClient(deque([30.0])), RecordingGate()
    task = asyncio.create_task(run(client, gate))
    while not client.given_s:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (outcome,) = gate.outcomes
    assert outcome.verdict == "ignored"
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.CANCELLED


async def test_a_gate_that_closes_between_attempts_leaves_the_failure_to_be_told() -> None:
    client, gate = ScriptedClient(deque([failure(TRANSIENT)])), RecordingGate(most=1)
    with pytest.raises(ProviderError, match="sick"):
        await run(client, gate)


async def test_a_gate_that_refuses_costs_the_gates_before_it_nothing() -> None:
    client, first = ScriptedClient(deque()), RecordingGate()
    with pytest.raises(CallRefused):
        await run(client, first, RecordingGate(most=0))
    (outcome,) = first.outcomes
    assert not outcome.sent
    assert outcome.verdict == "ignored"


async def test_a_bug_of_ours_goes_through_and_its_permit_is_settled() -> None:
    client, gate = ScriptedClient(deque([RuntimeError("a bug")])), RecordingGate()
    with pytest.raises(RuntimeError, match="a bug"):
        await run(client, gate)
    assert [each.verdict for each in gate.outcomes] == ["ignored"]
