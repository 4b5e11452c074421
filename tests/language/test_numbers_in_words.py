from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import METRICS
from language.numbers_in_words import (
    UNKNOWN,
    duration_in_words,
    euro_in_words,
    number_in_words,
    percent_in_words,
    relative_change,
    value_in_words,
)


@pytest.mark.parametrize(
    ("value", "italian", "english"),
    [
        (0, "0", "0"),
        (12, "12", "12"),
        (1204, "1.204", "1,204"),
        (1_234_567, "1.234.567", "1,234,567"),
        (7.0, "7", "7"),
        (12.345, "12,3", "12.3"),
        (Decimal("3.50"), "3,5", "3.5"),
        (-3, "−3", "−3"),
        (None, "—", "—"),
        (float("nan"), "—", "—"),
        (float("inf"), "—", "—"),
        ("no number", "—", "—"),
    ],
)
def test_numbers_are_written_as_each_language_does(
    value: object, italian: str, english: str
) -> None:
    assert number_in_words(value, "it") == italian
    assert number_in_words(value, "en") == english


@pytest.mark.parametrize(
    ("value", "italian", "english"),
    [
        (97.5, "97,5%", "97.5%"),
        (97.543, "97,5%", "97.5%"),
        (100, "100%", "100%"),
        (99.97, "99,97%", "99.97%"),
        (99.9996, "100%", "100%"),
        (0.04, "0,04%", "0.04%"),
        (0, "0%", "0%"),
        (None, "—", "—"),
    ],
)
def test_a_percentage_is_rounded_but_not_to_all_or_nothing(
    value: object, italian: str, english: str
) -> None:
    assert percent_in_words(value, "it") == italian
    assert percent_in_words(value, "en") == english


@pytest.mark.parametrize(
    ("value", "italian", "english"),
    [
        (93314.5, "93.314,50 €", "€93,314.50"),
        (0, "0,00 €", "€0.00"),
        (-12.3, "−12,30 €", "−€12.30"),
        (None, "—", "—"),
    ],
)
def test_money_has_its_sign_where_each_language_puts_it(
    value: object, italian: str, english: str
) -> None:
    assert euro_in_words(value, "it") == italian
    assert euro_in_words(value, "en") == english


@pytest.mark.parametrize(
    ("seconds", "italian", "english"),
    [
        (0, "0 s", "0 s"),
        (0.0034, "3,4 ms", "3.4 ms"),
        (0.08, "0,08 s", "0.08 s"),
        (0.4, "0,4 s", "0.4 s"),
        (2.59, "2,6 s", "2.6 s"),
        (9.96, "10 s", "10 s"),
        (12, "12 s", "12 s"),
        (59.6, "1 min", "1 min"),
        (200, "3 min 20 s", "3 min 20 s"),
        (3600, "1 h", "1 h"),
        (7500, "2 h 5 min", "2 h 5 min"),
        (12346.782, "3 h 26 min", "3 h 26 min"),
        (86_400, "1 g", "1 d"),
        (604_800, "7 g", "7 d"),
        (615_000, "7 g 3 h", "7 d 3 h"),
        (-12, "−12 s", "−12 s"),
        (None, "—", "—"),
    ],
)
def test_a_duration_has_the_units_that_fit_it(seconds: object, italian: str, english: str) -> None:
    assert duration_in_words(seconds, "it") == italian
    assert duration_in_words(seconds, "en") == english


@pytest.mark.parametrize(
    ("unit", "now", "before", "written"),
    [
        ("count", 120, 150, "−20%"),
        ("count", 150, 120, "+25%"),
        ("count", 50, 50, "0%"),
        ("count", 5, 0, None),
        ("count", None, 50, None),
        ("count", 25, 1, None),
        ("count", 12, 9, None),
        ("count", 12, 10, "+20%"),
        ("count", 109, 10, "+990%"),
        ("count", 110, 10, None),
        ("euro", 1000, 9.5, None),
        ("seconds", 0.4, 0.2, "+100%"),
        ("seconds", 40, 0.2, None),
    ],
)
def test_a_relative_change_is_given_where_it_tells_something(
    unit: str, now: object, before: object, written: str | None
) -> None:
    assert relative_change(now, before, unit, "it") == written


def test_every_metric_of_the_catalogue_has_a_written_value() -> None:
    for metric in METRICS:
        assert value_in_words(metric, 1.5, "it") != UNKNOWN
        assert value_in_words(metric, None, "it") == UNKNOWN


@given(st.one_of(st.floats(), st.integers(), st.decimals(), st.none(), st.booleans(), st.text()))
def test_no_value_breaks_the_writing(value: object) -> None:
    for written in (number_in_words, percent_in_words, euro_in_words, duration_in_words):
        text = written(value, "it")
        assert text
        assert "nan" not in text.lower()
        assert "None" not in text
