"""The flatted text, as npm's library writes it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persistence.demo.encoding import flatten
from tests.support.truth import unflatten


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param({}, "[{}]", id="an empty object"),
        pytest.param("è", '["è"]', id="a lone text"),
        pytest.param(
            {"a": "b", "c": ["b", 1, None, True, 2.5]},
            '[{"a":"1","c":"2"},"b",["1",1,null,true,2.5]]',
            id="texts once, other values inline",
        ),
        pytest.param({"n": "7", "m": 7}, '[{"n":"1","m":7},"7"]', id="digits as text"),
        pytest.param(
            {"x": {"y": {"z": "deep"}}, "w": "w"},
            '[{"x":"1","w":"2"},{"y":"3"},"w",{"z":"4"},"deep"]',
            id="breadth first",
        ),
    ],
)
def test_values_are_written_in_the_order_in_which_they_are_reached(value: Any, text: str) -> None:
    assert flatten(value) == text


def test_an_object_used_twice_is_written_once() -> None:
    item = {"json": {"a": 1}}
    assert flatten({"first": [item], "second": [item]}) == (
        '[{"first":"1","second":"2"},["3"],["3"],{"json":"4"},{"a":1}]'
    )


def test_a_cycle_is_written_and_read_back() -> None:
    loop: dict[str, Any] = {"name": "io"}
    loop["self"] = loop
    read = unflatten(flatten(loop))
    assert read["self"] is read


def test_a_very_deep_value_needs_no_recursion() -> None:
    deep: list[Any] = []
    for _ in range(20_000):
        deep = [deep]
    assert len(json.loads(flatten(deep))) == 20_001


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(_JSON)
def test_whatever_is_written_is_read_back_the_same(value: Any) -> None:
    assert unflatten(flatten(value)) == value
