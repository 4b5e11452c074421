"""Grammar and votes on what is asked for: who is heard, and what of the query stays."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from catalogue import QuestionType
from catalogue.reading import Reading
from language.question_types.object_model import ObjectVote
from language.question_types.object_voting import HEARD_UP_TO, ObjectVoter, object_of_query
from language.understanding import read

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 19, 15, 30, tzinfo=ROME)


class _Process:
    def __init__(self, name: str) -> None:
        self.name, self.former_names = name, ()


def _voting(asked: str, confidence: float = 0.9) -> ObjectVoter:
    vote = ObjectVote(asked, confidence, sure=confidence >= 0.7, likely=confidence >= 0.5)
    return lambda _text: vote


def _read(text: str, voter: ObjectVoter | None = None, previous: Reading | None = None) -> Reading:
    return read(
        text,
        now=NOW,
        zone=ROME,
        processes=[_Process("Backup notturno"), _Process("Solleciti")],
        voter=lambda _text: None,
        object_voter=voter,
        previous=previous,
    )


def test_a_likely_vote_says_what_is_asked_for_where_the_grammar_found_nothing() -> None:
    text = "che quattrini sono piovuti ieri?"
    assert _read(text).query is None
    heard = _read(text, _voting("order_value", 0.6))
    assert heard.type is QuestionType.BUSINESS_DATA
    assert heard.query is not None
    assert heard.query.metric == "order_value"
    assert heard.query.window == _read("incassi di ieri").query.window  # type: ignore[union-attr]
    assert heard.certainty <= HEARD_UP_TO


def test_an_abstention_and_a_vote_for_nothing_change_nothing() -> None:
    text = "che quattrini sono piovuti ieri?"
    assert _read(text, _voting("order_value", 0.4)) == _read(text)
    assert _read(text, _voting("none")) == _read(text)


@pytest.mark.parametrize(
    "text", ["quante email sono arrivate ieri?", "errori per processo questa settimana"]
)
def test_a_certain_reading_is_never_contradicted(text: str) -> None:
    assert _read(text, _voting("orders", 0.99)) == _read(text)


def test_a_sure_vote_contradicts_an_uncertain_reading_and_keeps_its_window_and_name() -> None:
    text = "il Backup notturno ieri arrancava?"
    own = _read(text)
    assert own.query is not None
    heard = _read(text, _voting("avg_duration", 0.9))
    assert heard.query is not None
    assert heard.query.metric == "avg_duration"
    assert (heard.query.window, heard.query.filters) == (own.query.window, own.query.filters)
    assert _read(text, _voting("avg_duration", 0.6)) == own


def test_a_list_that_is_asked_for_plainly_stays_a_list() -> None:
    text = "elenca le frattaglie squinternate delle mail di ieri"
    assert object_of_query(_read(text, _voting("emails_sent")).query) == object_of_query(
        _read(text).query
    )


def test_what_points_back_at_nothing_is_not_answered_by_a_vote() -> None:
    for text in ("e per giorno?", "ottobre"):
        assert _read(text, _voting("story:overview")) == _read(text)


def test_a_vote_is_not_heard_against_what_goes_on_from_the_turn_before() -> None:
    before = _read("quanti errori ieri?")
    for text in ("e oggi?", "e il gobbuto dell'altro ieri?"):
        voted = _read(text, _voting("order_value"), before)
        if _read(text, None, before).query is not None:
            assert voted.query == _read(text, None, before).query


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("esecuzioni annullate a settembre, una per una", "list:executions"),
        ("failed runs of last week, one by one", "list:errors"),
        ("a quanto ammontano gli ordini di ieri?", "order_value"),
        ("what have we ordered in euros this month?", "order_value"),
        ("quick one - orders yesterday?", "orders"),
        ("quick check: failures since Monday", "errors"),
        ("quick status report, yesterday", "story:overview"),
        ("October in a nutshell", "story:overview"),
        ("how many automations are switched on?", "active_processes"),
        ("median time of the backup", "median_duration"),
        ("is the backup fast?", "avg_duration"),
        ("quale processo è il più veloce?", "avg_duration"),
        ("who wrote to us yesterday and what did we say back?", "story:email"),
    ],
)
def test_plain_words_for_an_object_need_no_vote(text: str, asked: str) -> None:
    assert object_of_query(_read(text).query) == asked


@pytest.mark.parametrize(
    "text", ["is the backup fast?", "quante persone ieri?", "abbiamo venduto ieri?"]
)
def test_words_that_only_hint_at_a_metric_make_an_uncertain_reading(text: str) -> None:
    assert _read(text).certainty < 0.9
