"""The phrases that ship, and files of phrases that people write."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from catalogue import QuestionType
from language.question_types.phrases import (
    TOPICS,
    Phrase,
    PhrasesError,
    frozen_phrases,
    key_of,
    read_phrases,
    shipped_phrases,
    without_repetitions,
)


def test_the_shipped_phrases_are_many_of_every_type_in_both_languages() -> None:
    everything = [*shipped_phrases(), *frozen_phrases()]
    assert len(everything) >= 3_000
    counts = Counter((phrase.type, phrase.language) for phrase in everything)
    assert set(counts) == {(kind, each) for kind in QuestionType for each in ("it", "en")}
    assert min(counts.values()) >= 100
    topics = Counter((phrase.type, phrase.topic) for phrase in everything)
    assert all(topics[(kind, topic)] >= 40 for kind, known in TOPICS.items() for topic in known)


def test_no_frozen_phrase_is_trained_on_and_no_text_stands_twice() -> None:
    shipped, frozen = shipped_phrases(), frozen_phrases()
    assert without_repetitions(shipped, excluding=frozen) == shipped
    assert without_repetitions(frozen) == frozen


def test_case_accents_and_punctuation_make_no_other_text() -> None:
    assert key_of("Perché?  Così!") == key_of("perche cosi")
    assert key_of("???") != key_of("...")


def test_a_file_of_phrases_is_read_as_written(tmp_path: Path) -> None:
    file = tmp_path / "ours.jsonl"
    file.write_text(
        '\ufeff{"text": " che aria tira? ", "type": "ANALYSIS", "language": "it"}\n\n'
        '{"text": "cheers", "type": "GREETING", "language": "en", "topic": "thanks"}\n',
        encoding="utf-8",
    )
    assert read_phrases(file) == [
        Phrase("che aria tira?", QuestionType.ANALYSIS, "it"),
        Phrase("cheers", QuestionType.GREETING, "en", "thanks"),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("ciao", "line 1: no JSON object", id="no JSON"),
        pytest.param("[1]", "line 1: no JSON object", id="no object"),
        pytest.param('{"type": "HELP", "language": "it"}', '"text" is missing', id="no text"),
        pytest.param(
            '{"text": "x", "type": "DATA", "language": "it"}', "\"type\" is 'DATA', not", id="type"
        ),
        pytest.param(
            '{"text": "x", "type": "HELP", "language": "fr"}', "'fr', not it, en", id="language"
        ),
        pytest.param(
            '{"text": "x", "type": "REFUSED", "language": "it"}',
            '"topic" is missing, not change, credentials',
            id="no topic",
        ),
        pytest.param(
            '{"text": "x", "type": "HELP", "language": "it", "topic": "y"}',
            'HELP has no "topic"',
            id="topic of none",
        ),
        pytest.param("", "holds no phrase", id="empty"),
    ],
)
def test_a_line_that_is_no_phrase_is_named_with_what_is_wrong(
    tmp_path: Path, line: str, said: str
) -> None:
    file = tmp_path / "ours.jsonl"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(PhrasesError, match=r"ours\.jsonl") as caught:
        read_phrases(file)
    assert said in str(caught.value)


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(PhrasesError, match="cannot be read: No such file"):
        read_phrases(tmp_path / "none.jsonl")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PhrasesError, match="not UTF-8"):
        read_phrases(tmp_path / "binary")
