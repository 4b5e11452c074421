from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persistence.n8n import flatted
from tests.persistence.n8n.n8n_writer import flatten

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=40,
)  # fmt: skip


@settings(max_examples=150)
@given(JSON_VALUES)
def test_what_was_flattened_comes_back_as_it_was(value: Any) -> None:
    assert flatted.parse(flatten(value)) == value


@settings(max_examples=150)
@given(st.text(alphabet='[]{}",:0123456789ab-+. \\u', max_size=60))
def test_any_text_is_either_read_or_a_value_error(text: str) -> None:
    try:
        flatted.parse(text)
    except ValueError:
        return
    assert isinstance(json.loads(text), list)


def test_a_sample_of_n8n_is_read() -> None:
    text = (
        '[{"version":1,"startData":"1","resultData":"2"},{},{"runData":"3",'
        '"lastNodeExecuted":"4"},{"Webhook":"5"},"Webhook",["6"],{"startTime":7,"ok":true,'
        '"error":null}]'
    )
    assert flatted.parse(text) == {
        "version": 1,
        "startData": {},
        "resultData": {
            "runData": {"Webhook": [{"startTime": 7, "ok": True, "error": None}]},
            "lastNodeExecuted": "Webhook",
        },
    }


def test_a_hundred_thousand_levels_are_read() -> None:
    depth = 100_000
    text = "[" + ",".join(f'["{level + 1}"]' for level in range(depth)) + ',"end"]'
    value, levels = flatted.parse(text), 0
    while isinstance(value, list):
        value, levels = value[0], levels + 1
    assert (value, levels) == ("end", depth)


def test_an_element_that_is_addressed_twice_is_one_object() -> None:
    shared: dict[str, Any] = {"name": "x"}
    read = flatted.parse(flatten({"a": shared, "b": [shared]}))
    assert read["a"] is read["b"][0]


def test_a_cycle_stays_a_cycle() -> None:
    read = flatted.parse('[{"self":"0","list":"1"},["0","1"]]')
    assert read["self"] is read
    assert read["list"][1] is read["list"]


def test_texts_that_look_like_addresses_stay_texts() -> None:
    assert flatted.parse(flatten(["0", "1", {"2": "3"}])) == ["0", "1", {"2": "3"}]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("junk", id="no JSON"),
        pytest.param("{}", id="an object"),
        pytest.param("[]", id="an empty array"),
        pytest.param('"text"', id="a text"),
        pytest.param('[{"a":"1"}]', id="address beyond the end"),
        pytest.param('[["-1"],1]', id="negative address"),
        pytest.param('[["01"],1]', id="address with a leading zero"),
        pytest.param('[["x"]]', id="address that is no number"),
        pytest.param('[{"a":{"b":1}}]', id="inline object"),
        pytest.param("[[[1]]]", id="inline array"),
        pytest.param("[NaN]", id="NaN"),
        pytest.param('[{"a":1}', id="cut off"),
        pytest.param("[" * 200_000, id="nested too deeply"),
        pytest.param("[" + "9" * 5000 + "]", id="a number without end"),
    ],
)
def test_junk_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        flatted.parse(text)


def test_large_texts_know_their_own_addresses() -> None:
    values = [f"v{place}" for place in range(40_000)]
    assert flatted.parse(flatten(values)) == values
    with pytest.raises(ValueError, match="outside"):
        flatted.parse(flatten(values).replace('["1"', '["40001"', 1))


@pytest.mark.parametrize(
    "number", [123456789012345678901234567890, 2**64, -(2**70), 2**63 - 1, 1e300, 0.1, -0.0]
)
def test_numbers_of_any_length_stay_what_they_are(number: Any) -> None:
    for value in ({"n": number}, [number], number):
        found = flatted.parse(flatten(value))
        assert found == value
        assert json.dumps(found) == json.dumps(value)
