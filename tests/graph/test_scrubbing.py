"""What of a run may leave this machine."""

from __future__ import annotations

import json
import traceback
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.build import build_graph
from graph.scrubbing import STEPS, error_outline, make_scrubber, outline

SCRUB = make_scrubber()
NEEDLE = "Mario Rossi"

inner = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.just(f"Ordini di {NEEDLE}"),
    lambda inside: st.lists(inside) | st.dictionaries(st.text(max_size=8), inside),
    max_leaves=20,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine
@given(
    st.dictionaries(
        st.sampled_from(
            ["question", "answer", "data", "rows", "result", "turns", "messages", "query", "user"]
        ),
        inner,
    )
)
def test_no_text_of_a_question_or_of_records_passes_however_deep_it_lies(state: Any) -> None:
    assert NEEDLE not in json.dumps(SCRUB(state))


def test_the_way_a_question_took_can_be_read() -> None:
    state = {
        "question": "Quanti ordini da mario@example.com?",
        "classified_by": "groq",
        "cache": "miss",
        "skipped": [{"tier": "gemini", "reason": "HTTP 503", "kind": "transient"}],
        "reading": {
            "type": "BUSINESS_DATA",
            "language": "it",
            "query": {
                "metric": "orders",
                "window": {"start": "2026-11-22T00:00:00+01:00", "end": None},
                "filters": [{"field": "sender", "op": "is", "values": ["mario@example.com"]}],
                "group_by": ["day", "process"],
            },
        },
        "usage": {"input_tokens": 190, "output_tokens": 35, "cost_usd": 0.0001},
    }
    assert SCRUB(state) == {
        "question": "[35 characters]",
        "classified_by": "groq",
        "cache": "miss",
        "skipped": [{"tier": "gemini", "reason": "HTTP 503", "kind": "transient"}],
        "reading": {
            "type": "BUSINESS_DATA",
            "language": "it",
            "query": {
                "metric": "orders",
                "window": {"start": "2026-11-22T00:00:00+01:00", "end": None},
                "filters": [{"field": "sender", "op": "is", "values": "[1 items]"}],
                "group_by": ["day", "process"],
            },
        },
        "usage": {"input_tokens": 190, "output_tokens": 35, "cost_usd": 0.0001},
    }


def test_figures_and_records_of_an_answer_do_not_pass() -> None:
    answer = {"data": {"columns": ["orders"], "rows": [["R-1001", 129.5]]}, "latency_ms": 4.1}
    assert SCRUB({"answer": answer}) == {"answer": {"data": "[2 fields]", "latency_ms": 4.1}}
    assert SCRUB({"order_total": 129.5}) == {"order_total": "[a number]"}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("from mario.rossi+x@mail.example.com.", "from [mail address]."),
        ("Authorization: Bearer abc.def-ghi", "Authorization: [credentials]"),
        ("key AIzaSyA1234567890abcdefghij refused", "key [key] refused"),
        ("gsk_abcdefghijklmnop1234", "[key]"),
        ("call +39 333 1234567 now", "call [phone number] now"),
        ("tel. 06 1234 5678", "tel. [phone number]"),
        ("postgresql://anna:secret@db/n8n", "postgresql://[credentials]@db/n8n"),
        ("IT60 X054 2811 1010 0000 0123 456", "[account]"),
        ("DE89 3704 0044 0532 0130 00", "[account]"),
    ],
)
def test_personal_data_in_a_technical_phrase_is_taken_out(text: str, left: str) -> None:
    assert SCRUB({"reason": text}) == {"reason": left}


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T00:00:00+01:00",
        "2026-11-22",
        "HTTP 503",
        "0ad1ad2f1d5b4ae0a38ab51cbe5a1d29",
        "no answer within 2.5 s",
        "gemini-3.5-flash-lite",
        "the budget of $0.00025 is used up ($0.00 left, a call may cost $0.0002)",
    ],
)
def test_moments_ids_and_figures_are_not_mistaken_for_telephone_numbers(text: str) -> None:
    assert SCRUB({"reason": text}) == {"reason": text}


def test_an_exception_leaves_its_class_and_its_place() -> None:
    def look_up(customer: str) -> None:
        raise LookupError(f"no orders of {customer}, mail mario@example.com, tel. 333 1234567")

    try:
        look_up(NEEDLE)
    except LookupError as error:
        text = repr(error) + "\n\n" + "".join(traceback.format_exception(error))
    shown = SCRUB({"error": text})["error"]
    assert shown.startswith("LookupError < test_scrubbing.py:")
    assert "in look_up" in shown
    for secret in (NEEDLE, "mario", "333", "customer"):
        assert secret not in shown


@pytest.mark.parametrize(
    "text", ["", "   ", "Mario Rossi called", "\n\n", "KeyError: 'Mario Rossi'\nMario Rossi"]
)
def test_any_error_text_is_outlined(text: str) -> None:
    shown = error_outline(text)
    assert NEEDLE not in shown
    assert shown


def test_where_an_edge_leads_is_shown_and_any_other_word_is_not() -> None:
    nodes = {name for name in build_graph().nodes if not name.startswith("__")}
    assert nodes == STEPS
    assert SCRUB({"output": "classify_groq"}) == {"output": "classify_groq"}
    assert SCRUB({"output": "rossi"}) == {"output": "[5 characters]"}


@given(inner)
def test_whatever_a_run_hands_over_is_outlined(value: Any) -> None:
    json.dumps(outline(value))
