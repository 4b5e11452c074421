"""Whether an API key works, by asking for something that costs nothing: the list of models."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from providers.keys import KeyName

if TYPE_CHECKING:
    import httpx
    from pydantic import SecretStr

    from core.settings import Settings

KeyState = Literal["works", "refused", "paused", "unreachable", "unexpected"]

TIMEOUT_S = 3.0
ALL_IN_ALL_S = 5.0
"""Looking up a host's name knows no timeout: the check as a whole has one."""
GEMINI_URL = "https://generativelanguage.googleapis.com"
GROQ_URL = "https://api.groq.com"
LANGSMITH_URL = "https://api.smith.langchain.com"


@dataclass(frozen=True)
class KeyVerdict:
    """What a provider said to a key; no part of the key."""

    state: KeyState
    reason: str
    """One phrase: "the key is refused (HTTP 401)"."""


@dataclass(frozen=True)
class _Request:
    url: str
    headers: dict[str, str]
    lists: str
    """The field that holds the list; "" for a bare list."""


def check_key(name: KeyName, key: SecretStr, settings: Settings) -> KeyVerdict:
    """Return what the provider says to *key*; answers within `ALL_IN_ALL_S` seconds."""
    request = _request(name, key.get_secret_value(), settings)
    found: list[KeyVerdict] = []
    thread = threading.Thread(
        target=lambda: found.append(_asked(request)), name="milhena-key-check", daemon=True
    )
    thread.start()
    thread.join(ALL_IN_ALL_S)
    if found:
        return found[0]
    return KeyVerdict("unreachable", f"no answer within {ALL_IN_ALL_S:.0f} s")


def _request(name: KeyName, secret: str, settings: Settings) -> _Request:
    if name == "gemini":
        base = settings.gemini_base_url or GEMINI_URL
        # In a header, not in the address: addresses end up in logs.
        headers = {"x-goog-api-key": secret}
        return _Request(f"{base.rstrip('/')}/v1beta/models?pageSize=1", headers, "models")
    if name == "groq":
        base = settings.groq_base_url or GROQ_URL
        headers = {"authorization": f"Bearer {secret}"}
        return _Request(f"{base.rstrip('/')}/openai/v1/models", headers, "data")
    from core.tracing_variables import langsmith_variable

    base = langsmith_variable("ENDPOINT") or LANGSMITH_URL
    return _Request(f"{base.rstrip('/')}/sessions?limit=1", {"x-api-key": secret}, "")


def _asked(request: _Request) -> KeyVerdict:
    import httpx

    try:
        # A redirection could carry the key elsewhere.
        response = httpx.get(
            request.url, headers=request.headers, timeout=TIMEOUT_S, follow_redirects=False
        )
    except httpx.TimeoutException:
        return KeyVerdict("unreachable", f"no answer within {TIMEOUT_S:.0f} s")
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        return KeyVerdict("unreachable", f"it cannot be reached ({type(error).__name__})")
    return _verdict(request, response)


def _verdict(request: _Request, response: httpx.Response) -> KeyVerdict:
    status = response.status_code
    # Gemini says so with 400; other bad requests would be ours.
    if status in (401, 403) or (status == 400 and "API_KEY_INVALID" in response.text):
        return KeyVerdict("refused", f"the key is refused (HTTP {status})")
    if status == 402:
        return KeyVerdict("paused", "the account has no money left (HTTP 402)")
    if status == 429:
        wait_s = response.headers.get("retry-after", "")
        until = f", for {wait_s} s" if wait_s.isdigit() else ""
        return KeyVerdict("paused", f"the key works, but is at its limit (HTTP 429{until})")
    if status >= 500:
        return KeyVerdict("unreachable", f"it is out of order (HTTP {status})")
    if status != 200:
        return KeyVerdict("unexpected", f"it answers HTTP {status}: is the address right?")
    try:
        listed = response.json()
        listed = listed.get(request.lists) if request.lists else listed
    except (ValueError, AttributeError):
        listed = None
    if not isinstance(listed, list):
        return KeyVerdict("unexpected", "what answers is something else: is the address right?")
    return KeyVerdict("works", "the key works")
