"""Corrected questions: each text once, the newest correction, and not without end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from catalogue import QuestionType
from persistence import corrections
from persistence.corrections import LONGEST_TEXT, Correction, keep_correction, read_corrections
from persistence.store import Store

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def _correct(store: Store, text: str, kind: QuestionType, minutes: int = 0) -> bool:
    return keep_correction(
        store, Correction(text, kind, "it"), now=NOW + timedelta(minutes=minutes)
    )


def test_a_correction_is_read_as_it_was_kept(store: Store) -> None:
    assert read_corrections(store) == []
    assert _correct(store, "  che aria   tira? ", QuestionType.ANALYSIS)
    assert read_corrections(store) == [Correction("che aria tira?", QuestionType.ANALYSIS, "it")]


def test_a_text_counts_once_and_its_newest_correction_stands(store: Store) -> None:
    _correct(store, "Novità?", QuestionType.CLARIFY)
    _correct(store, "e poi?", QuestionType.CLARIFY, minutes=1)
    _correct(store, "novita", QuestionType.BUSINESS_DATA, minutes=2)
    assert [(each.text, each.type) for each in read_corrections(store)] == [
        ("e poi?", QuestionType.CLARIFY),
        ("novita", QuestionType.BUSINESS_DATA),
    ]


def test_letters_and_empty_texts_are_not_kept(store: Store) -> None:
    assert not _correct(store, "x" * (LONGEST_TEXT + 1), QuestionType.CLARIFY)
    assert not _correct(store, "  ", QuestionType.CLARIFY)
    assert read_corrections(store) == []


def test_only_the_newest_corrections_are_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "KEPT", 3)
    for number in range(5):
        _correct(store, f"domanda {number}", QuestionType.CLARIFY, minutes=number)
    assert [each.text for each in read_corrections(store)] == [
        "domanda 2", "domanda 3", "domanda 4",
    ]  # fmt: skip
