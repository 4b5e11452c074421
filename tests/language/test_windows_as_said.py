from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from catalogue import BusinessQuery, Language, QuestionType, Reading, Window
from language.rendering import render
from language.windows_as_said import manner_of
from language.windows_in_words import window_in_words
from persistence.results import Coverage, Result

ROME = ZoneInfo("Europe/Rome")
LANGS: tuple[Language, ...] = ("it", "en")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ROME)


def window(start: str, end: str) -> Window:
    return Window(start=at(start), end=at(end))


SUNDAY_NOON = at("2026-11-22T12:00")
THIS_WEEK = window("2026-11-16", "2026-11-23")
SINCE_WEDNESDAY = window("2026-11-18", "2026-11-23")


@pytest.mark.parametrize(
    ("words", "manner"),
    [
        ("ultimi 7 giorni", "days"),
        ("Negli ultimi sette giorni", "days"),
        ("in the last 7 days", "days"),
        ("the past few days", "days"),
        ("nell'ultima settimana", "weeks"),
        ("last 3 weeks", "weeks"),
        ("negli ultimi due mesi", "months"),
        ("past month", "months"),
        ("ultime 24 ore", "clock"),
        ("in the last six hours", "clock"),
        ("da mercoledì", "since"),
        ("dall'inizio della settimana", "since"),
        ("since Friday", "since"),
        ("da lunedì a oggi", "since"),
        ("dal 19 al 25 ottobre", "dates"),
        ("from 3 to 10 May", "dates"),
        ("il 18 novembre", "dates"),
        ("November 18th", "dates"),
        ("10/11", "dates"),
        ("questa settimana", None),
        ("last week", None),
        ("la settimana scorsa", None),
        ("la settimana del 2 marzo", None),
        ("weekend of 14 November", None),
        ("oggi", None),
        ("november 2026", None),
        ("stamattina", None),
        ("x" * 200, None),
        ("", None),
        (None, None),
    ],
)
def test_the_manner_of_a_named_time_is_told_from_its_words(
    words: str | None, manner: str | None
) -> None:
    assert manner_of(words) == manner


@pytest.mark.parametrize(
    ("asked", "words", "italian", "english"),
    [
        pytest.param(THIS_WEEK, None, "questa settimana", "this week", id="no words"),
        pytest.param(
            THIS_WEEK, "questa settimana", "questa settimana", "this week", id="the calendar's name"
        ),
        pytest.param(
            THIS_WEEK,
            "ultimi 7 giorni",
            "negli ultimi 7 giorni",
            "in the last 7 days",
            id="rolling days that are a week",
        ),
        pytest.param(
            THIS_WEEK,
            "nell'ultima settimana",
            "negli ultimi 7 giorni",
            "in the last 7 days",
            id="a rolling week",
        ),
        pytest.param(
            window("2026-11-02", "2026-11-23"),
            "last 3 weeks",
            "nelle ultime 3 settimane",
            "in the last 3 weeks",
            id="rolling weeks",
        ),
        pytest.param(
            window("2026-10-23", "2026-11-23"),
            "ultimo mese",
            "nell'ultimo mese",
            "in the past month",
            id="a rolling month",
        ),
        pytest.param(
            THIS_WEEK,
            "dal 16 al 22 novembre",
            "dal 16 al 22 novembre",
            "from 16 to 22 November",
            id="dates that are a week",
        ),
        pytest.param(
            window("2026-11-09", "2026-11-16"),
            "dal 9 al 15 novembre",
            "dal 9 al 15 novembre",
            "from 9 to 15 November",
            id="dates that are last week",
        ),
        pytest.param(
            window("2026-11-21", "2026-11-22"),
            "il 21 novembre",
            "sabato 21 novembre",
            "on Saturday 21 November",
            id="the date of yesterday",
        ),
        pytest.param(
            SINCE_WEDNESDAY,
            "da mercoledì",
            "da mercoledì 18 novembre a oggi",
            "from Wednesday 18 November to today",
            id="since a weekday",
        ),
        pytest.param(
            SINCE_WEDNESDAY,
            "ultimi cinque giorni",
            "negli ultimi 5 giorni",
            "in the last 5 days",
            id="as many rolling days",
        ),
        pytest.param(
            window("2026-11-21", "2026-11-23"),
            "since Saturday",
            "da sabato 21 novembre a oggi",
            "from Saturday 21 November to today",
            id="since a weekday, not this weekend",
        ),
        pytest.param(
            window("2026-11-01", "2026-11-23"),
            "dal primo del mese",
            "dall'inizio del mese",
            "since the beginning of the month",
            id="since the first",
        ),
        pytest.param(
            window("2026-11-22T06:00", "2026-11-22T12:00"),
            None,
            "stamattina (6–12)",
            "this morning (6:00–12:00)",
            id="this morning, asked at noon",
        ),
        pytest.param(
            window("2026-11-22T06:00", "2026-11-22T12:00"),
            "ultime 6 ore",
            "nelle ultime 6 ore",
            "in the last 6 hours",
            id="as many rolling hours",
        ),
        pytest.param(
            window("2026-11-16", "2026-11-23"),
            "tre giorni fa",
            "questa settimana",
            "this week",
            id="words that do not fit",
        ),
        pytest.param(
            window("2026-11-23", "2026-11-30"),
            "prossimi 7 giorni",
            "nei prossimi 7 giorni",
            "in the next 7 days",
            id="days to come that are a week",
        ),
    ],
)
def test_a_span_with_several_names_gets_the_one_it_was_asked_by(
    asked: Window, words: str | None, italian: str, english: str
) -> None:
    said = [window_in_words(asked, language, SUNDAY_NOON, ROME, words=words) for language in LANGS]
    assert said == [italian, english]


def told(reading: Reading, columns: tuple[str, ...], *rows: tuple[object, ...]) -> str:
    covers = Coverage(at("2026-01-10"), SUNDAY_NOON, True, True, SUNDAY_NOON)
    result = Result(columns, rows, len(rows), covers)
    return render(reading, result, now=SUNDAY_NOON, zone=ROME, processes=())


def test_an_answer_uses_the_manner_of_the_question() -> None:
    query = BusinessQuery(metric="errors", window=THIS_WEEK)
    reading = Reading(type=QuestionType.BUSINESS_DATA, query=query, window_words="ultimi 7 giorni")
    assert told(reading, ("errors",), (5,)) == "❌ Errori negli ultimi 7 giorni: 5"


def test_the_words_of_the_question_are_of_its_own_window_only() -> None:
    query = BusinessQuery(
        metric="errors", window=THIS_WEEK, compare_to=window("2026-11-09", "2026-11-16")
    )
    reading = Reading(
        type=QuestionType.ANALYSIS, language="en", query=query, window_words="the last 7 days"
    )
    columns = ("period", "errors")
    assert told(reading, columns, ("2026-W47", 15), ("2026-W46", 14)).split("\n")[0] == (
        "❌ Errors: 15 in the last 7 days against 14 last week, 1 more, which is worse."
    )
