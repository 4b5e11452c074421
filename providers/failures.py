"""What can go wrong with a provider, and what is done about each kind.

The table below is the whole policy: `providers/calling.py` follows it, the trace, the log and
`agent-cli doctor` show it. The client packages raise whatever their HTTP layer raises (httpx,
httpx2 or aiohttp, by what is installed) and anything at all on a junk body: the rest of this module
turns that into one `ProviderError` with a kind, without secrets in its text.
"""

from __future__ import annotations

import math
import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from core.errors import FailureKind, ProviderError
from providers.gate import ProviderName, TokenUsage, Verdict
from providers.rate_limit_hints import quota_headers

RATE_LIMIT_PAUSE_S = 30.0
"""How long a provider that counts by the minute is left alone when it does not say."""
OPERATOR_PAUSE_S = 600.0
"""How long a provider is left alone that needs somebody to act. Then one call looks again: who pays
a bill or enables a model need not restart anything here."""
LONGEST_PAUSE_S = 24 * 3600.0
DAILY_LIMIT_PAUSE_S = 3600.0
"""A day's limit is used up: looked at again every hour, as providers' days begin when they like."""


@dataclass(frozen=True)
class Recovery:
    """What is done about a kind of failure; the next tier takes over in every case."""

    retry_here: bool
    """Try again here first, if that still fits into the tier's share of the time."""
    breaker: Verdict
    """What the circuit breaker counts it as."""
    pause_s: float
    """Leave the provider alone at least so long; its own hint counts where that is longer."""
    in_words: str


RECOVERIES: Mapping[FailureKind, Recovery] = {
    # kind                      retry  breaker    pause_s
    FailureKind.TRANSIENT: Recovery(
        True, "failure", 0.0, "tried again if time is left, then the next tier"
    ),
    FailureKind.RATE_LIMITED: Recovery(
        False,
        "ignored",
        RATE_LIMIT_PAUSE_S,
        "left alone for as long as it asked, next tier at once",
    ),
    FailureKind.QUOTA: Recovery(
        False, "ignored", OPERATOR_PAUSE_S, "left alone until its account is in order, next tier"
    ),
    FailureKind.PERMANENT: Recovery(
        False, "ignored", OPERATOR_PAUSE_S, "left alone until key, rights or model are set right"
    ),
    FailureKind.UNSUITABLE: Recovery(False, "failure", 0.0, "the next tier takes this question"),
    FailureKind.MALFORMED: Recovery(False, "failure", 0.0, "the next tier takes this question"),
    FailureKind.EMPTY: Recovery(False, "failure", 0.0, "the next tier takes this question"),
    FailureKind.CANCELLED: Recovery(False, "ignored", 0.0, "nothing: nobody waits any more"),
}
"""One recovery a kind. One odd question counts against a provider too: a breaker opens after
failures in a row, and a provider that can use none of five questions is as good as down."""


def pause_of(error: ProviderError) -> float:
    """Return for how many seconds the provider is left alone after *error*."""
    least = RECOVERIES[error.kind].pause_s
    if error.retry_after_s is None:
        return least
    if error.kind is FailureKind.RATE_LIMITED:
        return min(error.retry_after_s, LONGEST_PAUSE_S)  # it knows better than our default
    return min(max(error.retry_after_s, least), LONGEST_PAUSE_S)


def worth_a_retry(error: BaseException) -> bool:
    """Whether the same provider may be asked again at once: a failure that passes by itself.

    A provider that says how long to wait means it.
    """
    return (
        isinstance(error, ProviderError)
        and RECOVERIES[error.kind].retry_here
        and not error.retry_after_s
    )


NOTHING_USED = TokenUsage(input_tokens=0, output_tokens=0)


class ModelError(ProviderError):
    """A failed call, with what is known of the response: it may have cost tokens all the same."""

    def __init__(
        self,
        provider: str,
        reason: str,
        *,
        kind: FailureKind,
        status: int | None = None,
        retry_after_s: float | None = None,
        usage: TokenUsage | None = None,
        rate_limit_headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(provider, reason, kind=kind, status=status, retry_after_s=retry_after_s)
        self.usage = usage
        self.rate_limit_headers: Mapping[str, str] = rate_limit_headers or {}


_BY_STATUS: Mapping[int, FailureKind] = {
    400: FailureKind.UNSUITABLE,
    401: FailureKind.PERMANENT,
    402: FailureKind.QUOTA,
    403: FailureKind.PERMANENT,
    404: FailureKind.PERMANENT,  # a model that is gone, or a wrong base URL
    405: FailureKind.PERMANENT,
    408: FailureKind.TRANSIENT,
    409: FailureKind.TRANSIENT,
    410: FailureKind.PERMANENT,
    413: FailureKind.UNSUITABLE,
    422: FailureKind.UNSUITABLE,
    425: FailureKind.TRANSIENT,
    429: FailureKind.RATE_LIMITED,
    451: FailureKind.PERMANENT,
    498: FailureKind.TRANSIENT,  # Groq: no capacity
    499: FailureKind.TRANSIENT,
}

# What a provider says in a 400, 403 or 429 tells more than the status. Lower case.
_BY_PHRASE: tuple[tuple[str, FailureKind], ...] = (
    ("api_key_invalid", FailureKind.PERMANENT),
    ("api key not valid", FailureKind.PERMANENT),
    ("api key expired", FailureKind.PERMANENT),
    ("invalid_api_key", FailureKind.PERMANENT),
    ("model_decommissioned", FailureKind.PERMANENT),
    ("model_not_found", FailureKind.PERMANENT),
    ("user location is not supported", FailureKind.PERMANENT),
    ("json_validate_failed", FailureKind.MALFORMED),
    ("insufficient_quota", FailureKind.QUOTA),
    ("insufficient credit", FailureKind.QUOTA),
    ("credit balance", FailureKind.QUOTA),
    ("blocked_api_access", FailureKind.QUOTA),
    ("spend_limit", FailureKind.QUOTA),
    ("spend limit", FailureKind.QUOTA),
)

_CONNECTION_MODULES = frozenset({"httpx", "httpx2", "httpcore", "httpcore2", "aiohttp", "anyio"})
_OUR_SETTINGS = frozenset(
    {
        "UnsupportedProtocol",
        "NonHttpUrlClientError",
        "InvalidURL",
        "LocalProtocolError",
        "TooManyRedirects",
    }
)
"""HTTP errors that come from a base URL or a key that cannot be sent."""
_UNREADABLE = frozenset({"DecodingError", "ContentEncodingError", "ContentTypeError"})
"""HTTP errors over a body that came whole and cannot be read."""


def failure_of(provider: ProviderName, error: BaseException, *, timeout_s: float) -> ModelError:
    """Return what *error*, raised by a client package, means.

    Its text holds the status, the provider's own code and the class: never a message, which may
    repeat parts of a request or a key.
    """
    chain = list(_chain(error))
    status = next((found for each in chain if (found := _status(each)) is not None), None)
    body = next(filter(None, map(_body, chain)), {})
    headers = next(filter(None, map(_headers, chain)), {})
    kind = _kind(chain, status, body)
    names = type(error).__name__
    if code := _code(body):
        names = f"{code}, {names}"
    if isinstance(error, TimeoutError):
        reason = f"no answer within {timeout_s:.1f} s"
    else:
        reason = f"HTTP {status} ({names})" if status else names
    return ModelError(
        provider,
        reason,
        kind=kind,
        status=status,
        # Who answers with an error has generated nothing, and charges nothing.
        usage=NOTHING_USED if status is not None and status >= 400 else None,
        retry_after_s=_retry_after_s(headers, body) if kind is not FailureKind.PERMANENT else None,
        rate_limit_headers=quota_headers(_violations(body)) | headers,
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield *error* and what brought it about, outermost first; client packages wrap."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _kind(chain: list[BaseException], status: int | None, body: Mapping[str, Any]) -> FailureKind:
    if status is not None and status != 200:
        return _kind_of_status(status, body)
    if body:  # an error that came inside a stream
        return _kind_in_band(body)
    if any(isinstance(each, (ssl.SSLCertVerificationError, ImportError)) for each in chain):
        return FailureKind.PERMANENT
    if any(not _OUR_SETTINGS.isdisjoint(_class_names(each)) for each in chain):
        return FailureKind.PERMANENT
    if any(isinstance(each, UnicodeEncodeError) for each in chain):
        return FailureKind.PERMANENT  # a key with letters that no header can carry
    if any(type(each).__name__ in _UNREADABLE for each in chain):
        return FailureKind.MALFORMED
    if any(_is_connection_error(each) for each in chain):
        return FailureKind.TRANSIENT
    # What is left is what the clients raise over a body that they did not expect: JSONDecodeError,
    # AttributeError, TypeError, KeyError, a validation error.
    return FailureKind.MALFORMED


def _kind_of_status(status: int, body: Mapping[str, Any]) -> FailureKind:
    if status >= 500:
        return FailureKind.TRANSIENT
    said = _kind_of_phrases(body)
    if status in (400, 403, 404, 429) and said is not None:
        return said
    if status == 429 and _quota_is_nothing(body):
        return FailureKind.QUOTA
    if 200 <= status < 300:
        return FailureKind.MALFORMED
    if 300 <= status < 400:
        return FailureKind.PERMANENT  # the base URL is not the provider's
    return _BY_STATUS.get(status, FailureKind.UNSUITABLE)


def _kind_in_band(body: Mapping[str, Any]) -> FailureKind:
    code = _error_object(body).get("code")
    if isinstance(code, int) and 300 <= code < 1000:
        return _kind_of_status(code, body)
    if re.search(r"rate_limit|resource_exhausted", str(body).lower()):
        return FailureKind.RATE_LIMITED
    return _kind_of_phrases(body) or FailureKind.TRANSIENT


def _kind_of_phrases(body: Mapping[str, Any]) -> FailureKind | None:
    text = str(body).lower()
    return next((kind for phrase, kind in _BY_PHRASE if phrase in text), None)


def _is_connection_error(error: BaseException) -> bool:
    return (
        isinstance(error, (TimeoutError, OSError, EOFError))
        or type(error).__module__.partition(".")[0] in _CONNECTION_MODULES
        or type(error).__name__ in ("APIConnectionError", "APITimeoutError", "ModelTimeoutError")
        # A pool whose event loop has gone, or that was closed under a late call.
        or (isinstance(error, RuntimeError) and "clos" in str(error))
    )


def _class_names(error: BaseException) -> frozenset[str]:
    return frozenset(each.__name__ for each in type(error).__mro__)


def _status(error: BaseException) -> int | None:
    if type(error).__module__.startswith("aiohttp."):
        # Its parser calls every broken answer a 400, which nobody said.
        said = [getattr(error, "status", None)]
    else:
        said = [getattr(error, name, None) for name in ("status_code", "code")]
        said.append(getattr(getattr(error, "response", None), "status_code", None))
    return next((each for each in said if isinstance(each, int) and 100 <= each < 1000), None)


def _body(error: BaseException) -> dict[str, Any]:
    """Return the JSON that came with *error*; google's ``details``, groq's ``body``."""
    for name in ("details", "body"):
        found = getattr(error, name, None)
        if isinstance(found, list) and found:
            found = found[0]
        if isinstance(found, dict):
            return found
    return {}


def _headers(error: BaseException) -> dict[str, str]:
    headers = getattr(getattr(error, "response", None), "headers", None)
    return rate_limit_headers(headers) if headers is not None else {}


def rate_limit_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return those of a response's headers that say when to come back and what is left."""
    return {
        name.lower(): value
        for name, value in headers.items()
        if name.lower().startswith(("retry-after", "x-ratelimit-"))
    }


def _error_object(body: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = body.get("error", body)
    return inner if isinstance(inner, Mapping) else {}


def _code(body: Mapping[str, Any]) -> str:
    """Return the provider's own name for what is wrong, such as "API_KEY_INVALID"."""
    error = _error_object(body)
    reasons = [each.get("reason") for each in _details(body)]
    for said in (*reasons, error.get("code"), error.get("status"), error.get("type")):
        # Only what looks like a constant: free text may repeat a request.
        if isinstance(said, str) and re.fullmatch(r"[A-Za-z][A-Za-z_]{2,39}", said):
            return said
    return ""


def _details(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    details = _error_object(body).get("details")
    return (
        [each for each in details if isinstance(each, Mapping)] if isinstance(details, list) else []
    )


def _violations(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Google's list of the limits that were passed."""
    found = [each.get("violations") for each in _details(body)]
    return [
        one for some in found if isinstance(some, list) for one in some if isinstance(one, Mapping)
    ]


def _quota_is_nothing(body: Mapping[str, Any]) -> bool:
    # The model is not part of the free tier at all: waiting gives nothing back.
    return any(str(each.get("quotaValue")) == "0" for each in _violations(body))


def _retry_after_s(headers: Mapping[str, str], body: Mapping[str, Any]) -> float | None:
    """Return for how many seconds the provider wants to be left alone; None: it did not say."""
    hints = [_seconds(each.get("retryDelay")) for each in _details(body)]
    milliseconds = _seconds(headers.get("retry-after-ms"))
    hints.append(milliseconds / 1000 if milliseconds is not None else None)
    hints.append(_seconds(headers.get("retry-after")))
    if any("PerDay" in str(each.get("quotaId")) for each in _violations(body)):
        # The delay that comes with a day's limit is that of the minute's.
        hints.append(DAILY_LIMIT_PAUSE_S)
    known = [hint for hint in hints if hint is not None]
    return max(known) if known else None


def _seconds(value: object) -> float | None:
    """Return "17", "17.5s" or an HTTP date as seconds from now; None for anything else."""
    if value is None:
        return None
    text = str(value).strip()
    try:
        seconds = float(text.removesuffix("s"))
    except ValueError:
        return _seconds_until(text)
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def _seconds_until(http_date: str) -> float | None:
    from datetime import UTC, datetime

    try:
        moment = parsedate_to_datetime(http_date)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    # A provider's wait in real time, nothing that a question asks for.
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0)
