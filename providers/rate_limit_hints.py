"""What providers say about their own limits, in headers and in Google's list of passed quotas.

Both become the same few facts a rule: its limit, what is left, when it is full again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

RULES = ("requests/minute", "requests/day", "tokens/minute", "tokens/day")

# Groq counts requests by the day and tokens by the minute under these plain names.
_PLAIN_SPANS: Mapping[str, Mapping[str, str]] = {
    "groq": {"requests": "day", "tokens": "minute"},
}
_USUAL_SPANS: Mapping[str, str] = {"requests": "minute", "tokens": "minute"}
_NAME = re.compile(
    r"x-ratelimit-(limit|remaining|reset)-(requests|tokens)(?:-(minute|day))?", re.ASCII
)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)", re.ASCII)
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_LONGEST_S = 31 * 86_400.0


@dataclass(frozen=True)
class RuleHint:
    """What a provider said about one rule; None where it said nothing."""

    limit: int | None = None
    remaining: int | None = None
    reset_s: float | None = None
    """In how many seconds the rule is as if nothing had been used."""

    def as_arguments(self) -> dict[str, int]:
        """Return what is known, for the state machine."""
        found = {"limit": self.limit, "remaining": self.remaining}
        if self.reset_s is not None:
            found["reset_ms"] = round(self.reset_s * 1000)
        return {name: value for name, value in found.items() if value is not None}


def hints_of(provider: str, headers: Mapping[str, str]) -> dict[str, RuleHint]:
    """Return what *headers* (names in lower case) say, by rule; what is no number is left out."""
    found: dict[str, dict[str, Any]] = {}
    for name, value in headers.items():
        match = _NAME.fullmatch(name)
        if match is None:
            continue
        what, unit, span = match.groups()
        span = span or _PLAIN_SPANS.get(provider, _USUAL_SPANS)[unit]
        said = duration_s(value) if what == "reset" else _whole(value)
        if said is not None:
            field = "reset_s" if what == "reset" else what
            found.setdefault(f"{unit}/{span}", {})[field] = said
    return {
        rule: RuleHint(**facts)
        for rule, facts in found.items()
        if "limit" in facts or "remaining" in facts
    }


def quota_headers(violations: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return Google's list of passed quotas as if it had been sent in headers.

    ``{"quotaId": "GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "quotaValue": "15"}``
    says that a minute has 15 requests, and that none is left.
    """
    headers: dict[str, str] = {}
    for violation in violations:
        quota = str(violation.get("quotaId") or "")
        span = "day" if "PerDay" in quota else "minute" if "PerMinute" in quota else None
        unit = "tokens" if "Token" in quota else "requests" if "Requests" in quota else None
        if span is None or unit is None:
            continue
        headers[f"x-ratelimit-remaining-{unit}-{span}"] = "0"
        limit = _whole(str(violation.get("quotaValue") or ""))
        if limit is not None:
            headers[f"x-ratelimit-limit-{unit}-{span}"] = str(limit)
    return headers


def duration_s(text: str) -> float | None:
    """Return "2m59.56s", "7.66s", "120ms" or "60" in seconds; None for anything else."""
    text = text.strip().lower()
    if re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII):
        text += "s"
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    return min(seconds, _LONGEST_S)


def _whole(text: str) -> int | None:
    text = text.strip()
    if not re.fullmatch(r"\d{1,12}", text, re.ASCII):
        return None
    return int(text)
