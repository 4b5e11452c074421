"""What errors mean, also those that no server here can bring about."""

from __future__ import annotations

import json
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from core.errors import FailureKind, ProviderError
from providers.failures import (
    DAILY_LIMIT_PAUSE_S,
    LONGEST_PAUSE_S,
    OPERATOR_PAUSE_S,
    RATE_LIMIT_PAUSE_S,
    RECOVERIES,
    failure_of,
    pause_of,
    worth_a_retry,
)


def aiohttp_error(name: str, *bases: type[Exception], inside: str = "client_exceptions") -> Any:
    """Return a class as aiohttp has it: its name, its module, what it is derived from.

    Google's package uses aiohttp where that is installed; Milhena does not bring it along. The
    names are those of aiohttp 3.14, with which the faults of `test_clients.py` were played too.
    """
    return type(name, bases or (Exception,), {"__module__": f"aiohttp.{inside}"})


InvalidURL = aiohttp_error("InvalidURL", ValueError)
ClientConnectorDNSError = aiohttp_error(
    "ClientConnectorDNSError", aiohttp_error("ClientConnectorError", OSError)
)


def aiohttp_response_error(name: str, status: int) -> Exception:
    """Return an error that aiohttp raises over a response."""
    error: Exception = aiohttp_error(name)()
    error.status = status  # type: ignore[attr-defined]  # as aiohttp has it
    return error


def cut_off_in_aiohttp() -> Exception:
    """Return what aiohttp raises where a body ends too early: its parser calls that a 400."""
    error: Exception = aiohttp_error("ClientPayloadError")()
    error.__cause__ = aiohttp_error("ContentLengthError", inside="http_exceptions")()
    error.__cause__.code = 400  # type: ignore[union-attr]  # as aiohttp has it
    return error


class StatusError(Exception):
    """As the client packages raise them: a status, a body, a response."""

    def __init__(self, status: int, body: dict[str, Any] | None = None, **headers: str) -> None:
        super().__init__("secret-key and the request's text")
        self.status_code = status
        self.body = body
        dashed = {name.replace("_", "-"): value for name, value in headers.items()}
        self.response = httpx.Response(status, headers=dashed)


def google(*details: dict[str, Any], status: str = "RESOURCE_EXHAUSTED") -> dict[str, Any]:
    return {"error": {"code": 429, "status": status, "details": list(details)}}


def groq(code: str) -> dict[str, Any]:
    return {"error": {"message": "text", "type": "invalid_request_error", "code": code}}


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TimeoutError(), FailureKind.TRANSIENT),
        (ConnectionResetError(), FailureKind.TRANSIENT),
        (httpx.ConnectError("x"), FailureKind.TRANSIENT),
        (httpx.ReadTimeout("x"), FailureKind.TRANSIENT),
        (httpx.RemoteProtocolError("x"), FailureKind.TRANSIENT),
        (ClientConnectorDNSError("x"), FailureKind.TRANSIENT),
        (aiohttp_error("ServerDisconnectedError")("x"), FailureKind.TRANSIENT),
        (aiohttp_error("SocketTimeoutError", TimeoutError)("x"), FailureKind.TRANSIENT),
        (cut_off_in_aiohttp(), FailureKind.TRANSIENT),
        (aiohttp_response_error("ClientResponseError", 503), FailureKind.TRANSIENT),
        (aiohttp_response_error("ClientResponseError", 401), FailureKind.PERMANENT),
        (aiohttp_response_error("ContentTypeError", 200), FailureKind.MALFORMED),
        (aiohttp_response_error("TooManyRedirects", 302), FailureKind.PERMANENT),
        (aiohttp_error("NonHttpUrlClientError")("x"), FailureKind.PERMANENT),
        (aiohttp_error("InvalidUrlClientError", InvalidURL)("x"), FailureKind.PERMANENT),
        (
            aiohttp_error("ClientConnectorCertificateError", ssl.SSLCertVerificationError)("x"),
            FailureKind.PERMANENT,
        ),
        (RuntimeError("Event loop is closed"), FailureKind.TRANSIENT),
        (
            httpx.HTTPStatusError(
                "x", request=httpx.Request("POST", "http://x"), response=httpx.Response(402)
            ),
            FailureKind.QUOTA,
        ),
        (httpx.DecodingError("x"), FailureKind.MALFORMED),
        (httpx.UnsupportedProtocol("x"), FailureKind.PERMANENT),
        (httpx.TooManyRedirects("x"), FailureKind.PERMANENT),
        (ssl.SSLCertVerificationError("x"), FailureKind.PERMANENT),
        (json.JSONDecodeError("x", "<html>", 0), FailureKind.MALFORMED),
        (AttributeError("x"), FailureKind.MALFORMED),
        (TypeError("x"), FailureKind.MALFORMED),
        (StatusError(302), FailureKind.PERMANENT),
        (StatusError(410), FailureKind.PERMANENT),
        (StatusError(418), FailureKind.UNSUITABLE),
        (StatusError(498), FailureKind.TRANSIENT),
        (StatusError(400, groq("json_validate_failed")), FailureKind.MALFORMED),
        (StatusError(400, groq("model_decommissioned")), FailureKind.PERMANENT),
        (StatusError(400, groq("blocked_api_access")), FailureKind.QUOTA),
        (StatusError(429, groq("insufficient_quota")), FailureKind.QUOTA),
        (StatusError(429, groq("rate_limit_exceeded")), FailureKind.RATE_LIMITED),
        (
            StatusError(429, google({"violations": [{"quotaId": "x", "quotaValue": "0"}]})),
            FailureKind.QUOTA,
        ),
    ],
    ids=lambda value: value.value if isinstance(value, FailureKind) else repr(value)[:60],
)
def test_an_error_has_the_kind_that_says_what_to_do(error: Exception, kind: FailureKind) -> None:
    assert failure_of("groq", error, timeout_s=1).kind is kind


def test_what_a_client_wraps_is_seen() -> None:
    wrapped = Exception("connection error")
    wrapped.__cause__ = httpx.ConnectError("x")
    assert failure_of("groq", wrapped, timeout_s=1).kind is FailureKind.TRANSIENT


def test_the_text_names_status_and_code_and_nothing_of_the_message() -> None:
    failure = failure_of("groq", StatusError(429, groq("rate_limit_exceeded")), timeout_s=1)
    assert str(failure) == "groq: HTTP 429 (rate_limit_exceeded, StatusError)"
    sneaky = failure_of("groq", StatusError(400, groq("your key gsk_123 is bad")), timeout_s=1)
    assert "gsk" not in str(sneaky)


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (StatusError(429, None, retry_after="12"), 12.0),
        (StatusError(429, None, retry_after_ms="250"), 0.25),
        (StatusError(429, google({"retryDelay": "3.5s"})), 3.5),
        (StatusError(429, google({"retryDelay": "3s"}), retry_after="9"), 9.0),
        (StatusError(429, google({"retryDelay": {"seconds": 3}})), None),
        (StatusError(429, None, retry_after="nan"), None),
        (StatusError(429, None, retry_after="inf"), None),
        (
            StatusError(
                429,
                google(
                    {"violations": [{"quotaId": "GenerateRequestsPerDayPerProject"}]},
                    {"retryDelay": "20s"},
                ),
            ),
            DAILY_LIMIT_PAUSE_S,
        ),
    ],
)
def test_hints_are_read_in_every_form(error: Exception, seconds: float | None) -> None:
    assert failure_of("gemini", error, timeout_s=1).retry_after_s == seconds


def test_a_hint_may_be_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    found = failure_of("groq", StatusError(429, None, retry_after=later), timeout_s=1)
    assert found.retry_after_s is not None
    assert 80 < found.retry_after_s <= 90
    past = StatusError(429, None, retry_after="Wed, 21 Oct 2015 07:28:00 GMT")
    assert failure_of("groq", past, timeout_s=1).retry_after_s == 0.0


@pytest.mark.parametrize(
    ("kind", "hint_s", "pause_s"),
    [
        (FailureKind.TRANSIENT, None, 0.0),
        (FailureKind.TRANSIENT, 20.0, 20.0),
        (FailureKind.RATE_LIMITED, None, RATE_LIMIT_PAUSE_S),
        (FailureKind.RATE_LIMITED, 2.0, 2.0),
        (FailureKind.RATE_LIMITED, 1e12, LONGEST_PAUSE_S),
        (FailureKind.QUOTA, 5.0, OPERATOR_PAUSE_S),
        (FailureKind.PERMANENT, None, OPERATOR_PAUSE_S),
        (FailureKind.MALFORMED, None, 0.0),
    ],
)
def test_a_provider_is_left_alone_as_long_as_its_failure_asks(
    kind: FailureKind, hint_s: float | None, pause_s: float
) -> None:
    assert pause_of(ProviderError("groq", "x", kind=kind, retry_after_s=hint_s)) == pause_s


def test_only_what_passes_by_itself_is_tried_again() -> None:
    again = {kind for kind in FailureKind if worth_a_retry(ProviderError("x", "y", kind=kind))}
    assert again == {FailureKind.TRANSIENT}
    told_to_wait = ProviderError("x", "y", kind=FailureKind.TRANSIENT, retry_after_s=3)
    assert not worth_a_retry(told_to_wait)
    assert not worth_a_retry(ValueError("a bug of ours"))


def test_every_kind_has_exactly_one_recovery() -> None:
    assert set(RECOVERIES) == set(FailureKind)
