"""Everything that can be wrong with a provider, as steps of the stand-in or as an address."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import FailureKind
from tests.support.provider_stand_in import (
    BreaksInBand,
    Cuts,
    Drips,
    EndsUnfinished,
    Fails,
    Finishes,
    Hangs,
    Reply,
    Resets,
    Step,
)


@dataclass(frozen=True)
class Fault:
    """One kind of sickness, and what the policy makes of it."""

    step: Step | None
    kind: FailureKind
    address: str = ""
    """Instead of a step: "refused", "unknown" or "black hole"."""
    slow: bool = False
    """It takes the whole time that the tier has."""

    def requests(self, *, attempts: int) -> int:
        """Return the most requests that one question may send to a provider with this fault."""
        retried = self.kind is FailureKind.TRANSIENT and not self.slow
        if isinstance(self.step, Fails) and "retry-after" in self.step.headers:
            retried = False
        return attempts if retried else 1


def _google_error(code: int, status: str, *details: Mapping[str, Any]) -> str:
    error = {"code": code, "status": status, "message": "said the provider", "details": details}
    return json.dumps({"error": error})


_KEY_INVALID = _google_error(
    400,
    "INVALID_ARGUMENT",
    {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"},
)
RETRY_INFO = _google_error(
    429,
    "RESOURCE_EXHAUSTED",
    {
        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
        "violations": [
            {
                "quotaId": "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
                "quotaValue": "15",
            }
        ],
    },
    {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17s"},
)
_K = FailureKind

FAULTS: dict[str, Fault] = {
    "400 bad key": Fault(Fails(400, _KEY_INVALID), _K.PERMANENT),
    "400 not understood": Fault(Fails(400), _K.UNSUITABLE),
    "401": Fault(Fails(401), _K.PERMANENT),
    "402": Fault(Fails(402), _K.QUOTA),
    "403": Fault(Fails(403), _K.PERMANENT),
    "404 model": Fault(Fails(404), _K.PERMANENT),
    "408": Fault(Fails(408), _K.TRANSIENT),
    "413": Fault(Fails(413), _K.UNSUITABLE),
    "429": Fault(Fails(429), _K.RATE_LIMITED),
    "429 Retry-After": Fault(Fails(429, headers={"retry-after": "7"}), _K.RATE_LIMITED),
    "429 RetryInfo": Fault(Fails(429, RETRY_INFO), _K.RATE_LIMITED),
    "500": Fault(Fails(500), _K.TRANSIENT),
    "503": Fault(Fails(503), _K.TRANSIENT),
    "503 Retry-After": Fault(Fails(503, headers={"retry-after": "20"}), _K.TRANSIENT),
    "529": Fault(Fails(529), _K.TRANSIENT),
    "refused": Fault(None, _K.TRANSIENT, address="refused"),
    "reset": Fault(Resets(), _K.TRANSIENT),
    "unknown host": Fault(None, _K.TRANSIENT, address="unknown"),
    "black hole": Fault(None, _K.TRANSIENT, address="black hole", slow=True),
    "hangs": Fault(Hangs(30), _K.TRANSIENT, slow=True),
    "slow drip": Fault(Drips({"type": "HELP"}), _K.TRANSIENT, slow=True),
    "junk": Fault(Fails(200, "<html>maintenance</html>"), _K.MALFORMED),
    "{}": Fault(Fails(200, "{}"), _K.MALFORMED),
    "prose": Fault(Reply("Certainly! Here it is."), _K.MALFORMED),
    "wrong schema": Fault(Reply({"answer": 42}), _K.MALFORMED),
    "SAFETY": Fault(Finishes("SAFETY"), _K.EMPTY),
    "MAX_TOKENS": Fault(Finishes("MAX_TOKENS"), _K.EMPTY),
    "error in a 200": Fault(BreaksInBand(), _K.MALFORMED),
    "cut in the middle": Fault(Cuts(), _K.TRANSIENT),
}

STREAM_FAULTS: dict[str, Fault] = {
    "error event": Fault(BreaksInBand(), _K.TRANSIENT),
    "error event, rate limit": Fault(
        BreaksInBand({"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "slow down"}),
        _K.RATE_LIMITED,
    ),
    "cut in the middle": Fault(Cuts(), _K.TRANSIENT),
    "no finish reason": Fault(EndsUnfinished(), _K.TRANSIENT),
    "SAFETY after some words": Fault(Finishes("SAFETY", "some words"), _K.EMPTY),
    "MAX_TOKENS before any": Fault(Finishes("MAX_TOKENS"), _K.EMPTY),
    "503": Fault(Fails(503), _K.TRANSIENT),
    "reset": Fault(Resets(), _K.TRANSIENT),
    "hangs": Fault(Hangs(30), _K.TRANSIENT, slow=True),
    "junk": Fault(Fails(200, "<html>"), _K.MALFORMED),
}


@contextlib.contextmanager
def sick_address(kind: str) -> Iterator[str]:
    """Give a base URL at which nothing can be had."""
    if kind == "unknown":
        yield "http://provider.invalid"  # a name that never resolves, by its standard
        return
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        if kind == "refused":
            yield url  # bound, so nobody else takes it, but it does not listen
            return
        # Accepts nothing: connections wait in a queue that is full.
        listener.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        try:
            yield url
        finally:
            for each in waiting:
                each.close()
