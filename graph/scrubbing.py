"""What a trace may hold: the way a question took, never its words or what it was answered.

Two layers. Only what is named here is shown at all, everything else by its size: a question, a
prompt or a record has no name in the lists. What is shown passes LangSmith's own anonymizer, so
that an address or a key in a technical phrase does not leave this machine either.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from typing import Any

LONGEST_SHOWN = 200
DEEPEST = 12

_FACTS = frozenset(
    """
    type language kind metric subject story group_by order limit offset field op start end
    classified_by certainty tier need model plan until_s urgent refusal reason retryable
    cache complete caught_up data_version as_of timezone fresh_as_of covers_start covers_end
    synced_at latency_ms cost_usd input_tokens output_tokens total_tokens reasoning cache_read
    code goto answered status retry_after_s budget request_id thread_id user_hash
    finish_reason model_name model_provider role run_type lc
    """.split()  # noqa: SIM905  # a list of so many words is not to be read
)
"""Values that may be shown: our own words, ids, times and counts of tokens."""

_PARTS = frozenset(
    """
    reading local_reading query window compare_to filters skipped usage freshness answer failure
    provenance covers explain plan models update output input messages generations message
    kwargs usage_metadata response_metadata input_token_details output_token_details
    """.split()  # noqa: SIM905
)
"""Objects and lists that are looked into."""

STEPS = frozenset(
    """
    guard recall look_up_reading classify_gemini classify_groq classify_rules resolve refresh
    look_up_answer run_tool respond remember
    """.split()  # noqa: SIM905
)
"""The graph's nodes: what an edge leads to is shown."""

_PREFIXES = ("langgraph_", "ls_")
"""Of LangGraph's and LangSmith's own metadata."""
_NEVER = frozenset({"langgraph_auth_user", "langgraph_auth_user_id"})

_RAISED = re.compile(r"([A-Za-z_][\w.]*)\(")
"""How an exception is written in code, with which the text begins."""
_ESCAPED = re.compile(r"([A-Za-z_][\w.]*(?:Error|Exception))(?::|$)")
"""How a traceback ends; any other word there may be a part of a message."""
_FRAME = re.compile(r'File "(?:[^"\n]*[/\\])?([^"/\\\n]+)", line (\d+), in ([\w<>.]+)')
_LAST_FRAMES = 4


def make_scrubber() -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return what LangSmith's client calls on inputs, outputs, metadata and errors of a run."""
    from langsmith.anonymizer import DEFAULT_SECRET_RULES, create_anonymizer

    rules = [(rule["pattern"], rule.get("replace") or "[secret]") for rule in DEFAULT_SECRET_RULES]
    rules += _RULES

    @functools.lru_cache(maxsize=2_048)  # the same few words stand in every run
    def without_secrets(text: str) -> str:
        for pattern, replacement in rules:
            text = pattern.sub(replacement, text)
        return text

    anonymize = create_anonymizer(without_secrets, max_depth=2 * DEEPEST)  # type: ignore[arg-type]  # of the text alone, which it takes too

    def scrub(run_part: dict[str, Any]) -> dict[str, Any]:
        scrubbed: dict[str, Any] = anonymize(outline(run_part))
        return scrubbed

    return scrub


_RULES: list[tuple[re.Pattern[str], str]] = [
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[mail address]"),
    (re.compile(r"(?i)\bbearer\s+\S+"), "[credentials]"),
    (re.compile(r"//[^\s/@]+@"), "//[credentials]@"),
    (re.compile(r"\b(?:gsk|sk|lsv2|AIza|AQ)[_\-.]?[\w\-.]{12,}"), "[key]"),
    (re.compile(r"\b[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b"), "[account]"),
    (
        # Not a date, a moment or a figure: a phone number has a plus, or groups of digits.
        re.compile(
            r"(?<![\w:.+-])(?!\d{4}-\d\d)(?:\+\d[\d ./()-]{6,}\d|\d{2,4}[ ./-]\d[\d ./-]{4,}\d)"
            r"(?![\w:-])"
        ),
        "[phone number]",
    ),
]


def outline(value: Any) -> dict[str, Any]:
    """Return the part of a run that may be shown, as JSON types."""
    if not isinstance(value, Mapping):
        return {"shown": _size(value)}
    if set(value) == {"error"}:
        return {"error": error_outline(str(value["error"]))}
    return _object(value, depth=0)


def error_outline(text: str) -> str:
    """Return the class of an exception and where it was raised; what it said may be anything."""
    lines = text.strip().splitlines() or [""]
    raised = _RAISED.match(lines[0]) or _ESCAPED.match(lines[-1])
    name = raised.group(1) if raised else "an error"
    frames = [f"{file}:{line} in {place}" for file, line, place in _FRAME.findall(text)]
    return " < ".join([name[:LONGEST_SHOWN], *reversed(frames[-_LAST_FRAMES:])])


def _object(value: Mapping[Any, Any], *, depth: int) -> dict[str, Any]:
    return {str(key): _value(str(key), each, depth=depth + 1) for key, each in value.items()}


def _value(key: str, value: Any, *, depth: int) -> Any:
    if key not in _NEVER and (key in _FACTS or key.startswith(_PREFIXES)):
        fact = _fact(value)
        if fact is not _NO_FACT:
            return fact
    if key == "output" and isinstance(value, str) and value in STEPS:
        return value
    if key in _PARTS and depth < DEEPEST:
        if isinstance(value, Mapping):
            return _object(value, depth=depth)
        if isinstance(value, list):
            return [_value(key, each, depth=depth + 1) for each in value]
    return _size(value)


_NO_FACT = object()


def _fact(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return value if len(value) <= LONGEST_SHOWN else _size(value)
    if isinstance(value, list) and all(isinstance(each, (str, int)) for each in value):
        return [_fact(each) for each in value[:20]]
    return _NO_FACT


def _size(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return f"[{len(value)} characters]" if value else ""
    if isinstance(value, (list, tuple)):
        return f"[{len(value)} items]"
    if isinstance(value, Mapping):
        return f"[{len(value)} fields]"
    return "[a number]" if isinstance(value, (int, float)) else "[…]"
