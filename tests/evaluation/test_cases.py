from __future__ import annotations

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from evaluation.cases import EvaluationError, read_set

ROME = ZoneInfo("Europe/Rome")


def _file(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "questions.jsonl"
    path.write_text(
        "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    )
    return path


def test_times_without_an_offset_are_in_the_zone_of_the_file(tmp_path: Path) -> None:
    window = {"start": "2026-07-01T00:00", "end": "2026-07-02T00:00"}
    path = _file(
        tmp_path,
        {"as_of": "2026-07-10T09:00", "timezone": "America/New_York"},
        {"text": "orders on 1 July", "query": {"metric": "orders", "window": window}},
    )
    questions = read_set(path, zone=ROME)
    zone = questions.header.zone(ROME)
    [query] = questions.exchanges[0].turns[0].queries(zone)
    assert query.window is not None
    assert query.window.end.isoformat() == "2026-07-02T00:00:00-04:00"
    moment = questions.header.moment(zone)
    assert moment is not None
    assert moment.isoformat() == "2026-07-10T09:00:00-04:00"


def test_the_kind_of_a_query_follows_from_its_object(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        {"text": "a", "query": {"subject": "errors"}},
        {"text": "b", "query": [{"story": "today"}, {"metric": "errors"}]},
    )
    kinds = [
        query.kind
        for exchange in read_set(path, zone=ROME).exchanges
        for query in exchange.turns[0].queries(ROME)
    ]
    assert kinds == ["list", "story", "value"]


def test_turns_take_language_and_tags_from_their_conversation(tmp_path: Path) -> None:
    turns = [{"text": "a", "type": "HELP"}, {"text": "b", "type": "HELP", "language": "en"}]
    path = _file(tmp_path, {"conversation": turns, "language": "it", "tags": ["x"]})
    questions = read_set(path, zone=ROME)
    assert questions.questions == 2
    assert [turn.language for turn in questions.exchanges[0].turns] == ["it", "en"]
    assert [turn.tags for turn in questions.exchanges[0].turns] == [("x",), ("x",)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("{", "line 2: not JSON", id="no-json"),
        pytest.param("[1]", "line 2: not a JSON object", id="no-object"),
        pytest.param({"text": "a"}, "expects nothing", id="nothing-expected"),
        pytest.param({"text": "", "type": "HELP"}, "line 2: text", id="empty-text"),
        pytest.param({"text": "a", "type": "DATA"}, "line 2: type", id="unknown-type"),
        pytest.param({"text": "a", "kind": "x", "type": "HELP"}, "line 2: kind", id="unknown-key"),
        pytest.param(
            {"text": "a", "query": {"metric": "mails"}}, "'mails' is not in the", id="no-metric"
        ),
        pytest.param(
            {"text": "a", "query": {"metric": "orders", "window": {"end": "soon"}}},
            "line 2: the expected query of 'a'",
            id="no-time",
        ),
        pytest.param({"conversation": []}, "line 2: conversation", id="empty-conversation"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: object, said: str) -> None:
    path = _file(tmp_path, {"text": "fine", "type": "HELP"}, line)
    with pytest.raises(EvaluationError, match=said):
        read_set(path, zone=ROME)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        pytest.param([], "holds no question", id="empty"),
        pytest.param([{"timezone": "Mars/Olympus"}], "is not an IANA time zone", id="zone"),
        pytest.param([{"as_of": "then"}], "line 1: as_of", id="moment"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    tmp_path: Path, lines: list[object], said: str
) -> None:
    with pytest.raises(EvaluationError, match=said):
        read_set(_file(tmp_path, *lines), zone=ROME)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"nowhere\.jsonl cannot be read: No such file"):
        read_set(tmp_path / "nowhere.jsonl", zone=ROME)
