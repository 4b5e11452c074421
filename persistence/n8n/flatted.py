"""n8n's execution data is `flatted` JSON: one flat array in which strings are addresses.

Element 0 is the root. Inside an object or an array every string is the index of another element;
real strings are elements themselves; numbers, booleans and null stand inline. An element that is
addressed twice is one object, so references may be shared and may form cycles.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

import orjson

_KNOWN_ADDRESSES = 1 << 14
_ROUNDED_FROM = 2.0**63
_ADDRESSES = {str(index): index for index in range(_KNOWN_ADDRESSES)}
"""How every address of an ordinary text is spelt: a look-up is faster than ``int`` and, unlike
it, does not take "-1", "+1" or " 1" for an address."""


def parse(text: str) -> Any:
    """Return the value that *text* holds, with shared and cyclic references kept as they are.

    Takes time and memory in proportion to the text, whatever the nesting: nothing recurses.

    :raises ValueError: the text is not flatted JSON; nothing of it is returned.
    """
    try:
        return _linked(orjson.loads(text))
    except (ValueError, _MayBeRounded):
        pass  # halves of surrogate pairs, infinite and very long numbers: Python's decoder has them
    try:
        elements = _decode(text)
    except RecursionError:
        # Flatted text nests two levels deep at most, whatever the value it holds.
        raise ValueError("not flatted: the text itself is nested too deeply") from None
    return _linked(elements, rounded=False)


class _MayBeRounded(Exception):  # a sign, not an error
    """There is a number that orjson may have rounded: it has no whole ones beyond 64 bits."""


def _linked(elements: Any, *, rounded: bool = True) -> Any:
    """The first of *elements*, with the addresses in it replaced by what they address.

    With *rounded*, a number that may have been is refused.
    """
    addresses = _ADDRESSES
    if type(elements) is not list or not elements:
        raise ValueError("not flatted: the text is no array with a first element")
    if len(elements) > _KNOWN_ADDRESSES:
        addresses = {str(index): index for index in range(len(elements))}
    try:
        for element in elements:
            if type(element) is str:
                continue  # most are
            if type(element) is dict:
                for key, value in element.items():
                    if type(value) is str:
                        element[key] = elements[addresses[value]]
                    elif type(value) is not int and value is not None:
                        _check_inline(value, rounded)
            elif type(element) is list:
                for position, value in enumerate(element):
                    if type(value) is str:
                        element[position] = elements[addresses[value]]
                    elif type(value) is not int and value is not None:
                        _check_inline(value, rounded)
            elif type(element) is float:
                _check_inline(element, rounded)
    except (KeyError, IndexError):
        raise ValueError("not flatted: an address points outside the text") from None
    return elements[0]


def _check_inline(value: Any, rounded: bool) -> None:
    if type(value) is dict or type(value) is list:
        raise ValueError("not flatted: a container stands inline")
    if rounded and type(value) is float and abs(value) >= _ROUNDED_FROM:
        raise _MayBeRounded


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"not flatted: {name} is no JSON value")


_decode = json.JSONDecoder(parse_constant=_refuse_constant).decode
