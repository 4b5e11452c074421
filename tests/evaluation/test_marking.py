from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from evaluation.cases import Case
from evaluation.marking import Mark, mark
from evaluation.report import Report

ROME = ZoneInfo("Europe/Rome")
OCTOBER = {"start": "2026-10-01T00:00:00+02:00", "end": "2026-11-01T00:00:00+01:00"}
NOVEMBER = {"start": "2026-11-01T00:00:00+01:00", "end": "2026-12-01T00:00:00+01:00"}


def _marked(
    expected: dict[str, Any], query: dict[str, Any] | None, **answer: Any
) -> tuple[str, ...]:
    found = _mark({"text": "?", **expected}, query, **answer)
    return tuple(difference.part for difference in found.differences)


def _mark(expected: dict[str, Any], query: dict[str, Any] | None, **answer: Any) -> Mark:
    return mark(
        Case.model_validate(expected),
        {
            "type": "BUSINESS_DATA",
            "language": "it",
            "classified_by": "rules",
            "query": query,
            "data": {"columns": [], "rows": []},
            **answer,
        },
        zone=ROME,
        line=1,
    )


def test_a_query_is_right_when_every_part_is() -> None:
    expected = {"metric": "orders", "window": {"start": "2026-10-01", "end": "2026-11-01"}}
    assert _marked({"query": expected}, {"metric": "orders", "window": OCTOBER}) == ()
    assert _marked({"query": expected}, {"metric": "orders", "window": NOVEMBER}) == ("window",)
    assert _marked({"query": expected}, {"metric": "errors"}) == ("metric", "window")


def test_no_query_is_a_miss_of_its_own_and_of_the_window() -> None:
    found = _mark({"text": "?", "query": {"metric": "orders"}}, None)
    assert [difference.part for difference in found.differences] == ["query"]
    assert found.window_right is False


def test_the_nearest_of_several_right_queries_is_compared() -> None:
    expected = [{"subject": "errors"}, {"metric": "errors"}]
    assert _marked({"query": expected}, {"metric": "errors"}) == ()
    assert _marked({"query": expected}, {"metric": "errors", "window": OCTOBER}) == ("window",)


def test_order_and_limit_count_only_where_they_are_expected() -> None:
    got = {"metric": "errors", "group_by": ["process"], "limit": 5, "order": "desc"}
    assert _marked({"query": {"metric": "errors", "group_by": ["process"]}}, got) == ()
    expected = {"metric": "errors", "group_by": ["process"], "limit": 3}
    assert _marked({"query": expected}, got) == ("limit",)


def test_the_order_of_filter_values_and_their_case_do_not_matter() -> None:
    expected = {"metric": "errors", "filters": [{"field": "sender", "values": ["a@x", "b@x"]}]}
    got = {"metric": "errors", "filters": [{"field": "sender", "values": ["B@x", "A@x"]}]}
    assert _marked({"query": expected}, got) == ()
    other = {"metric": "errors", "filters": [{**got["filters"][0], "op": "is_not"}]}  # type: ignore[dict-item]
    assert _marked({"query": expected}, other) == ("filters",)


@pytest.mark.parametrize(
    ("metric", "same"), [("errors", ()), ("avg_duration", ("having",))], ids=["counts", "seconds"]
)
def test_more_than_three_is_at_least_four_of_whole_numbers_only(
    metric: str, same: tuple[str, ...]
) -> None:
    query = {"metric": metric, "group_by": ["process"]}
    expected = {**query, "having": {"op": ">", "value": 3}}
    assert _marked({"query": expected}, {**query, "having": {"op": ">=", "value": 4}}) == same


def test_windows_of_a_comparison_may_be_swapped_only_where_that_is_said() -> None:
    expected = {"metric": "orders", "window": NOVEMBER, "compare_to": OCTOBER}
    got = {"metric": "orders", "window": OCTOBER, "compare_to": NOVEMBER}
    assert _marked({"query": expected, "either_order": True}, got) == ()
    assert _marked({"query": expected}, got) == ("window", "compare_to")


def test_a_value_and_rows_are_compared_with_the_data() -> None:
    def rows(*found: list[Any]) -> dict[str, Any]:
        return {"data": {"columns": [], "rows": list(found)}}

    assert _marked({"value": 12}, None, **rows([12.0])) == ()
    assert _marked({"value": 12}, None, **rows([13])) == ("value",)
    assert _marked({"value": 0}, None, **rows()) == ("value",)
    assert _marked({"rows": [["Fatture", 2]]}, None, **rows(["Fatture", 2])) == ()
    assert _marked({"rows": [["Fatture", 2]]}, None, **rows(["Fatture", 3])) == ("rows",)


def test_an_error_is_a_miss_whatever_was_expected() -> None:
    case = Case.model_validate({"text": "?", "type": "HELP"})
    failed = {"question": "?", "error": {"code": "store_error", "message": "disk full"}}
    found = mark(case, failed, zone=ROME, line=4)
    assert not found.right
    assert found.classified_by == "none"
    assert found.differences[0].got == "an error: disk full"


def test_shares_are_told_per_type_language_and_tier() -> None:
    right = _mark({"text": "a", "type": "BUSINESS_DATA", "language": "it"}, None)
    wrong_type = _mark(
        {"text": "b", "type": ["HELP", "GREETING"], "language": "en"}, None, classified_by="groq"
    )
    wrong_query = _mark(
        {"text": "c", "type": "BUSINESS_DATA", "query": {"metric": "orders"}, "language": "en"},
        {"metric": "errors"},
    )
    shares = Report((right, wrong_type, wrong_query)).shares()
    assert {name: (share.right, share.total) for name, share in shares.items()} == {
        "all": (1, 3),
        "types": (2, 3),
        "data": (0, 1),
        "windows": (1, 1),
        "singles": (1, 3),
        "language.en": (0, 2),
        "language.it": (1, 1),
        "tier.groq": (0, 1),
        "tier.rules": (1, 2),
        "type.BUSINESS_DATA": (1, 2),
        "type.HELP": (0, 1),
    }
