from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import Language, Window
from language.windows_in_words import (
    hour_span_in_words,
    is_one_day,
    moment_in_words,
    recurrence_in_words,
    since_day_in_words,
    window_as_noun,
    window_in_words,
)

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 3, 18, 10, 30, tzinfo=ROME)  # a Wednesday


def window(start: str | None, end: str) -> Window:
    def moment(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=ROME)

    return Window(start=moment(start) if start else None, end=moment(end))


@pytest.mark.parametrize(
    ("start", "end", "italian", "english"),
    [
        pytest.param("2026-03-18", "2026-03-19", "oggi", "today", id="today"),
        pytest.param("2026-03-17", "2026-03-18", "ieri", "yesterday", id="yesterday"),
        pytest.param(
            "2026-03-16", "2026-03-17", "l'altro ieri", "the day before yesterday", id="2 days ago"
        ),
        pytest.param("2026-03-19", "2026-03-20", "domani", "tomorrow", id="tomorrow"),
        pytest.param(
            "2026-03-20", "2026-03-21", "dopodomani", "the day after tomorrow", id="in 2 days"
        ),
        pytest.param(
            "2026-03-13", "2026-03-14", "venerdì 13 marzo", "on Friday 13 March", id="a day"
        ),
        pytest.param(
            "2025-11-01",
            "2025-11-02",
            "sabato 1º novembre 2025",
            "on Saturday 1 November 2025",
            id="a day of another year",
        ),
        pytest.param("2026-03-16", "2026-03-23", "questa settimana", "this week", id="this week"),
        pytest.param(
            "2026-03-09", "2026-03-16", "la settimana scorsa", "last week", id="last week"
        ),
        pytest.param(
            "2026-03-23", "2026-03-30", "la prossima settimana", "next week", id="next week"
        ),
        pytest.param(
            "2026-03-02",
            "2026-03-09",
            "nella settimana dal 2 all'8 marzo",
            "in the week from 2 to 8 March",
            id="a week",
        ),
        pytest.param(
            "2025-12-29",
            "2026-01-05",
            "nella settimana dal 29 dicembre 2025 al 4 gennaio 2026",
            "in the week from 29 December 2025 to 4 January 2026",
            id="a week over new year",
        ),
        pytest.param(
            "2026-03-14",
            "2026-03-16",
            "lo scorso fine settimana",
            "last weekend",
            id="last weekend",
        ),
        pytest.param(
            "2026-03-21",
            "2026-03-23",
            "questo fine settimana",
            "this weekend",
            id="this weekend",
        ),
        pytest.param(
            "2026-02-28",
            "2026-03-02",
            "nel fine settimana del 28 febbraio e 1º marzo",
            "on the weekend of 28 February and 1 March",
            id="a weekend over two months",
        ),
        pytest.param(
            "2025-11-08",
            "2025-11-10",
            "nel fine settimana dell'8 e 9 novembre 2025",
            "on the weekend of 8 and 9 November 2025",
            id="a weekend with elision",
        ),
        pytest.param("2026-03-01", "2026-04-01", "questo mese", "this month", id="this month"),
        pytest.param("2026-02-01", "2026-03-01", "a febbraio", "in February", id="a month"),
        pytest.param("2026-04-01", "2026-05-01", "ad aprile", "in April", id="a month with d"),
        pytest.param(
            "2025-10-01", "2025-11-01", "a ottobre 2025", "in October 2025", id="a month of 2025"
        ),
        pytest.param(
            "2025-08-01", "2025-09-01", "ad agosto 2025", "in August 2025", id="August 2025"
        ),
        pytest.param(
            "2026-01-01", "2026-04-01", "questo trimestre", "this quarter", id="this quarter"
        ),
        pytest.param(
            "2025-10-01",
            "2026-01-01",
            "nel quarto trimestre 2025",
            "in the fourth quarter of 2025",
            id="a quarter",
        ),
        pytest.param(
            "2026-07-01",
            "2026-10-01",
            "nel terzo trimestre 2026",
            "in the third quarter of 2026",
            id="a quarter of this year",
        ),
        pytest.param(
            "2025-01-01",
            "2025-07-01",
            "nel primo semestre 2025",
            "in the first half of 2025",
            id="half a year",
        ),
        pytest.param("2026-01-01", "2027-01-01", "quest'anno", "this year", id="this year"),
        pytest.param("2025-01-01", "2026-01-01", "nel 2025", "in 2025", id="a year"),
        pytest.param(
            "2024-01-01", "2026-01-01", "dal 2024 al 2025", "from 2024 to 2025", id="two years"
        ),
        pytest.param(
            "2025-01-01",
            "2025-05-01",
            "da gennaio ad aprile 2025",
            "from January to April 2025",
            id="months",
        ),
        pytest.param(
            "2025-11-01",
            "2026-02-01",
            "da novembre 2025 a gennaio 2026",
            "from November 2025 to January 2026",
            id="months over new year",
        ),
        pytest.param(
            "2026-03-12", "2026-03-19", "negli ultimi 7 giorni", "in the last 7 days", id="7 days"
        ),
        pytest.param(
            "2026-02-17",
            "2026-03-19",
            "negli ultimi 30 giorni",
            "in the last 30 days",
            id="30 days",
        ),
        pytest.param("2026-03-17", "2026-03-19", "ieri e oggi", "yesterday and today", id="2 days"),
        pytest.param(
            "2025-12-19",
            "2026-03-19",
            "negli ultimi 3 mesi",
            "in the last 3 months",
            id="3 months",
        ),
        pytest.param(
            "2026-02-19",
            "2026-03-19",
            "nell'ultimo mese",
            "in the past month",
            id="a rolling month",
        ),
        pytest.param(
            "2026-02-15",
            "2026-03-19",
            "dal 15 febbraio a oggi",
            "from 15 February to today",
            id="since a day",
        ),
        pytest.param(
            "2025-11-11",
            "2026-03-19",
            "dall'11 novembre 2025 a oggi",
            "from 11 November 2025 to today",
            id="since a day of another year",
        ),
        pytest.param(
            "2026-03-01",
            "2026-03-19",
            "dall'inizio del mese",
            "since the beginning of the month",
            id="month to date",
        ),
        pytest.param(
            "2026-01-01",
            "2026-03-19",
            "dall'inizio dell'anno",
            "since the beginning of the year",
            id="year to date",
        ),
        pytest.param(
            "2026-02-01",
            "2026-03-19",
            "da febbraio a oggi",
            "from February to today",
            id="since a month",
        ),
        pytest.param(
            "2026-03-19",
            "2026-03-26",
            "nei prossimi 7 giorni",
            "in the next 7 days",
            id="next 7 days",
        ),
        pytest.param(
            "2026-03-18",
            "2026-04-01",
            "da oggi a fine mese",
            "from today to the end of the month",
            id="to the end of the month",
        ),
        pytest.param(
            "2026-03-18",
            "2026-03-28",
            "da oggi al 27 marzo",
            "from today to 27 March",
            id="from today on",
        ),
        pytest.param(
            "2026-03-03", "2026-03-11", "dal 3 al 10 marzo", "from 3 to 10 March", id="days"
        ),
        pytest.param(
            "2025-05-08",
            "2025-05-12",
            "dall'8 all'11 maggio 2025",
            "from 8 to 11 May 2025",
            id="days with elisions",
        ),
        pytest.param(
            "2026-01-01",
            "2026-01-16",
            "dal 1º al 15 gennaio",
            "from 1 to 15 January",
            id="from the first",
        ),
        pytest.param(
            "2026-02-20",
            "2026-03-06",
            "dal 20 febbraio al 5 marzo",
            "from 20 February to 5 March",
            id="days of two months",
        ),
        pytest.param(
            "2025-12-20",
            "2026-01-06",
            "dal 20 dicembre 2025 al 5 gennaio 2026",
            "from 20 December 2025 to 5 January 2026",
            id="days of two years",
        ),
        pytest.param(None, "2026-03-18", "fino a ieri", "up to yesterday", id="until yesterday"),
        pytest.param(None, "2026-03-19", "fino a oggi", "up to today", id="until today"),
        pytest.param(
            None,
            "2026-03-17",
            "fino all'altro ieri",
            "up to the day before yesterday",
            id="until 2 days ago",
        ),
        pytest.param(
            None, "2026-03-09", "fino all'8 marzo", "up to 8 March", id="until a day with elision"
        ),
        pytest.param(
            None,
            "2026-03-18T09:00",
            "fino alle 9 di oggi",
            "up to 9:00 today",
            id="until a moment",
        ),
        pytest.param(
            "2026-03-17T09:00",
            "2026-03-17T12:00",
            "ieri dalle 9 alle 12",
            "yesterday from 9:00 to 12:00",
            id="hours of yesterday",
        ),
        pytest.param(
            "2026-03-17T01:00",
            "2026-03-17T01:30",
            "ieri dall'1 all'1:30",
            "yesterday from 1:00 to 1:30",
            id="hours with elisions",
        ),
        pytest.param(
            "2026-03-13T15:00",
            "2026-03-13T16:00",
            "venerdì 13 marzo dalle 15 alle 16",
            "on Friday 13 March from 15:00 to 16:00",
            id="an hour of a day",
        ),
        pytest.param(
            "2026-03-18T09:00",
            "2026-03-19",
            "oggi dalle 9 in poi",
            "today from 9:00 on",
            id="after nine",
        ),
        pytest.param(
            "2026-03-17",
            "2026-03-17T09:00",
            "ieri fino alle 9",
            "yesterday until 9:00",
            id="until nine",
        ),
        pytest.param(
            "2026-03-18T06:00",
            "2026-03-18T12:00",
            "stamattina (6–12)",
            "this morning (6:00–12:00)",
            id="this morning",
        ),
        pytest.param(
            "2026-03-17T12:00",
            "2026-03-17T18:00",
            "ieri pomeriggio (12–18)",
            "yesterday afternoon (12:00–18:00)",
            id="yesterday afternoon",
        ),
        pytest.param(
            "2026-03-18T18:00",
            "2026-03-19",
            "stasera (18–24)",
            "this evening (18:00–24:00)",
            id="this evening",
        ),
        pytest.param(
            "2026-03-13T18:00",
            "2026-03-14",
            "la sera di venerdì 13 marzo (18–24)",
            "on the evening of Friday 13 March (18:00–24:00)",
            id="an evening",
        ),
        pytest.param(
            "2026-03-18",
            "2026-03-18T06:00",
            "stanotte (0–6)",
            "today from midnight to 6:00",
            id="tonight",
        ),
        pytest.param(
            "2026-03-17T10:30",
            "2026-03-18T10:30",
            "nelle ultime 24 ore",
            "in the last 24 hours",
            id="24 hours",
        ),
        pytest.param(
            "2026-03-18T09:30",
            "2026-03-18T10:30",
            "nell'ultima ora",
            "in the last hour",
            id="an hour",
        ),
        pytest.param(
            "2026-03-18T10:15",
            "2026-03-18T10:30",
            "negli ultimi 15 minuti",
            "in the last 15 minutes",
            id="15 minutes",
        ),
        pytest.param(
            "2026-03-18T10:30",
            "2026-03-18T12:30",
            "nelle prossime 2 ore",
            "in the next 2 hours",
            id="next 2 hours",
        ),
        pytest.param(
            "2026-02-01",
            "2026-02-18T10:30",
            "dal 1º febbraio alle 10:30 del 18 febbraio",
            "from 1 February to 10:30 on 18 February",
            id="a month cut at an hour",
        ),
        pytest.param(
            "2026-03-10T08:00",
            "2026-03-17T13:00",
            "dalle 8 di martedì 10 marzo alle 13 di ieri",
            "from 8:00 on Tuesday 10 March to 13:00 yesterday",
            id="two moments",
        ),
    ],
)
def test_a_window_is_said_as_people_say_it(
    start: str | None, end: str, italian: str, english: str
) -> None:
    asked = window(start, end)
    assert window_in_words(asked, "it", NOW, ROME) == italian
    assert window_in_words(asked, "en", NOW, ROME) == english


def test_all_history_is_in_all() -> None:
    assert window_in_words(None, "it", NOW, ROME) == "in totale"
    assert window_in_words(None, "en", NOW, ROME) == "in all"


@pytest.mark.parametrize(
    ("start", "end", "italian", "english"),
    [
        pytest.param("2025-10-01", "2025-11-01", "ottobre 2025", "October 2025", id="month"),
        pytest.param("2025-01-01", "2026-01-01", "il 2025", "2025", id="year"),
        pytest.param(
            "2026-03-12", "2026-03-19", "gli ultimi 7 giorni", "the last 7 days", id="7 days"
        ),
        pytest.param(
            "2026-03-17T10:30",
            "2026-03-18T10:30",
            "le ultime 24 ore",
            "the last 24 hours",
            id="24h",
        ),
        pytest.param("2026-03-13", "2026-03-14", "venerdì 13 marzo", "Friday 13 March", id="a day"),
        pytest.param(
            "2026-03-03",
            "2026-03-11",
            "il periodo dal 3 al 10 marzo",
            "the period from 3 to 10 March",
            id="days",
        ),
    ],
)
def test_a_window_is_a_noun_after_a_preposition(
    start: str, end: str, italian: str, english: str
) -> None:
    assert window_as_noun(window(start, end), "it", NOW, ROME) == italian
    assert window_as_noun(window(start, end), "en", NOW, ROME) == english


def test_a_comparison_calls_the_current_month_by_its_name() -> None:
    march = window("2026-03-01", "2026-04-01")
    assert window_in_words(march, "it", NOW, ROME, relative=False) == "a marzo"
    assert window_in_words(march, "en", NOW, ROME, relative=False) == "in March"


def test_days_of_23_and_25_hours_are_still_days() -> None:
    now = datetime(2026, 10, 26, 9, tzinfo=ROME)
    assert window_in_words(window("2026-10-25", "2026-10-26"), "it", now, ROME) == "ieri"
    assert window_in_words(window("2026-10-19", "2026-10-26"), "it", now, ROME) == (
        "la settimana scorsa"
    )


def test_the_zone_decides_which_day_a_window_is() -> None:
    in_utc = Window(
        start=datetime(2026, 3, 16, 23, tzinfo=UTC), end=datetime(2026, 3, 17, 23, tzinfo=UTC)
    )
    assert window_in_words(in_utc, "it", NOW, ROME) == "ieri"
    assert window_in_words(in_utc, "it", NOW, ZoneInfo("UTC")) == (
        "dalle 23 di lunedì 16 marzo alle 23 di ieri"
    )


def test_a_day_that_begins_at_one_o_clock_is_a_day() -> None:
    beirut = ZoneInfo("Asia/Beirut")  # clocks went forward at midnight there
    begins = datetime(2023, 3, 30, 0, tzinfo=beirut)
    day = Window(start=begins.astimezone(UTC), end=datetime(2023, 3, 31, tzinfo=beirut))
    now = datetime(2023, 3, 31, 12, tzinfo=beirut)
    assert window_in_words(day, "en", now, beirut) == "yesterday"
    assert is_one_day(day, beirut)


@pytest.mark.parametrize(
    ("hours", "weekdays", "italian", "english"),
    [
        pytest.param((), (), "", "", id="nothing"),
        pytest.param(((0, 6),), (), "di notte (0–6)", "at night (0:00–6:00)", id="night"),
        pytest.param(
            ((6, 12),), (), "di mattina (6–12)", "in the morning (6:00–12:00)", id="morning"
        ),
        pytest.param(((9, 12),), (), "dalle 9 alle 12", "from 9:00 to 12:00", id="hours"),
        pytest.param(
            ((22, 24), (0, 6)),
            (),
            "dalle 22 a mezzanotte e di notte (0–6)",
            "from 22:00 to midnight and at night (0:00–6:00)",
            id="two spans",
        ),
        pytest.param((), (1,), "il lunedì", "on Mondays", id="Mondays"),
        pytest.param((), (7,), "la domenica", "on Sundays", id="Sundays"),
        pytest.param(
            (), (3, 1), "il lunedì e il mercoledì", "on Mondays and Wednesdays", id="two weekdays"
        ),
        pytest.param((), (1, 2, 3, 4, 5), "nei giorni feriali", "on weekdays", id="workdays"),
        pytest.param((), (6, 7), "nei fine settimana", "at weekends", id="weekends"),
        pytest.param((), tuple(range(1, 8)), "", "", id="every day"),
        pytest.param(
            ((18, 24),),
            (5,),
            "il venerdì, di sera (18–24)",
            "on Fridays, in the evening (18:00–24:00)",
            id="Friday evenings",
        ),
    ],
)
def test_what_recurs_is_said(
    hours: tuple[tuple[int, int], ...], weekdays: tuple[int, ...], italian: str, english: str
) -> None:
    assert recurrence_in_words(hours, weekdays, "it") == italian
    assert recurrence_in_words(hours, weekdays, "en") == english


def test_one_o_clock_takes_an_elision() -> None:
    assert hour_span_in_words(1, 2, "it") == "dall'1 alle 2"
    assert hour_span_in_words(0, 1, "it") == "da mezzanotte all'1"
    assert hour_span_in_words(23, 24, "en") == "from 23:00 to midnight"


@pytest.mark.parametrize(
    ("moment", "italian", "english"),
    [
        ("2026-03-18T14:05", "oggi alle 14:05", "today at 14:05"),
        ("2026-03-17T01:07", "ieri all'1:07", "yesterday at 1:07"),
        ("2026-03-08T09:00", "domenica 8 marzo alle 9:00", "on Sunday 8 March at 9:00"),
        (
            "2025-10-03T00:00",
            "venerdì 3 ottobre 2025 alle 0:00",
            "on Friday 3 October 2025 at 0:00",
        ),
    ],
)
def test_a_moment_is_said_with_its_day(moment: str, italian: str, english: str) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=ROME)
    assert moment_in_words(at, "it", NOW, ROME) == italian
    assert moment_in_words(at, "en", NOW, ROME) == english


def test_the_first_recorded_day_takes_the_right_article() -> None:
    def since(day: date) -> str:
        at = datetime(day.year, day.month, day.day, 8, tzinfo=ROME)
        return since_day_in_words(at, "it", NOW, ROME)

    assert since(date(2026, 3, 8)) == "dall'8 marzo"
    assert since(date(2026, 3, 1)) == "dal 1º marzo"
    assert since(date(2025, 11, 11)) == "dall'11 novembre 2025"
    assert since(date(2026, 3, 18)) == "dal 18 marzo"


moments = st.datetimes(
    min_value=datetime(1, 1, 3),  # the zone is given below
    max_value=datetime(9999, 12, 28),
    timezones=st.sampled_from([ROME, ZoneInfo("UTC"), ZoneInfo("Asia/Beirut")]),
    allow_imaginary=False,
)


@given(
    start=st.none() | moments,
    length=st.timedeltas(timedelta(microseconds=1), timedelta(days=2_000)),
    end=moments,
    now=moments,
    language=st.sampled_from(["it", "en"]),
    zone=st.sampled_from([ROME, ZoneInfo("America/New_York"), ZoneInfo("Pacific/Apia")]),
)
def test_every_window_has_words(
    start: datetime | None,
    length: timedelta,
    end: datetime,
    now: datetime,
    language: Language,
    zone: ZoneInfo,
) -> None:
    if start is not None:
        try:
            end = start + length
        except OverflowError:
            return
        if start >= end:  # in the hour that clocks repeat
            return
    words = window_in_words(Window(start=start, end=end), language, now, zone)
    assert words
    assert words == " ".join(words.split())
    assert "None" not in words


@given(
    day=st.dates(date(2000, 1, 1), date(2050, 1, 1)),
    days=st.integers(1, 800),
    now=st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1)),
)
def test_windows_of_days_that_differ_have_different_words(
    day: date, days: int, now: datetime
) -> None:
    now = now.replace(tzinfo=ROME)

    def words(first: date, count: int) -> str:
        last = first + timedelta(days=count)
        asked = Window(
            start=datetime(first.year, first.month, first.day, tzinfo=ROME),
            end=datetime(last.year, last.month, last.day, tzinfo=ROME),
        )
        return window_in_words(asked, "it", now, ROME)

    assert words(day, days) != words(day + timedelta(days=1), days)
    assert words(day, days) != words(day, days + 1)
