from __future__ import annotations

import pytest

from catalogue import METRICS
from language.glossary import GLOSSARY, OFF_TOPIC, explain


@pytest.mark.parametrize("topic", sorted(GLOSSARY))
def test_a_topic_is_explained_in_both_languages(topic: str) -> None:
    italian, english = explain(topic, "it"), explain(topic, "en")
    assert italian
    assert english
    assert italian != english
    for text in (italian, english):
        assert text.endswith((".", "!", "?"))
        assert len(text) < 420
        assert "  " not in text


@pytest.mark.parametrize("metric", sorted(METRICS))
def test_a_metric_of_the_catalogue_is_a_topic_too(metric: str) -> None:
    italian = explain(metric, "it")
    assert italian
    if metric not in GLOSSARY:
        assert METRICS[metric].definition["it"] in italian


def test_names_of_topics_do_not_contradict_each_other() -> None:
    for language in ("it", "en"):
        names = [name for entry in GLOSSARY.values() for name in entry.names[language]]
        assert len(names) == len(set(names))
        assert all(name == name.lower().strip() and name for name in names)


@pytest.mark.parametrize("topic", ["", "nonsense", OFF_TOPIC])
def test_what_is_no_topic_has_no_explanation(topic: str) -> None:
    assert explain(topic, "it") is None


def test_the_success_rate_says_what_is_left_out() -> None:
    assert explain("success_rate", "it") == (
        "Il tasso di successo è la parte delle esecuzioni concluse che è riuscita: riuscite diviso "
        "(riuscite più fallite), in percentuale. Quelle annullate o ancora in corso non contano. "
        "Se nel periodo non si è concluso nulla, il tasso non esiste: non è zero."
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("error", "canceled"),
        ("error", "warning"),
        ("process", "execution"),
        ("trigger", "step"),
    ],
)
def test_two_topics_that_are_easily_confused_are_told_apart(first: str, second: str) -> None:
    both = f"{first}_and_{second}"
    assert {first, second, both} <= set(GLOSSARY)
    assert len({explain(topic, "it") for topic in (first, second, both)}) == 3


def test_an_error_and_a_canceled_execution_are_both_in_their_difference() -> None:
    english = explain("error_and_canceled", "en") or ""
    assert "An error happens by itself" in english
    assert "canceled execution was stopped by a person" in english
