"""What holds for every reading: order, offsets, past and future, disguises, places, speed."""

from __future__ import annotations

import time
import unicodedata
from datetime import UTC, date, datetime, timedelta
from datetime import time as dt_time
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from language.time_expressions import TimeReading, read_time

ROME = ZoneInfo("Europe/Rome")
WEDNESDAY = datetime(2026, 3, 18, 10, 30, tzinfo=ROME)

PAST = [
    "ieri", "l'altro ieri", "lunedì", "venerdì scorso", "a marzo", "a dicembre", "il 29 febbraio",
    "il 5/3", "dal 20 dicembre al 5 gennaio", "nel weekend", "questo weekend", "last week",
    "the week of March 2", "settimana 53", "settimana 1", "Q4", "secondo semestre", "a Natale",
    "a Pasqua", "Black Friday", "fine mese", "metà ottobre", "early June", "in summer",
    "il primo lunedì di marzo", "alle 15", "dopo le 18", "dalle 22 alle 6", "ultime 24 ore",
    "2 ore fa", "10 days ago", "3 mesi fa", "da lunedì", "dal 15 febbraio", "since October",
    "da ottobre a dicembre", "tra il 30 e il 31 gennaio", "between March 3 and 10", "3-10 maggio",
    "nell'ultimo mese", "nell'ultimo anno", "negli ultimi 2 trimestri", "l'anno scorso",
    "last night", "ieri notte", "month to date", "quest'anno finora",
    "lunedì della settimana scorsa",
    "ultimi 5 giorni lavorativi", "rispetto al mese scorso", "confronta gennaio e febbraio",
]  # fmt: skip
FUTURE = [
    "domani", "dopodomani", "prossima settimana", "next Monday", "il prossimo weekend",
    "prossimi 7 giorni", "entro fine mese", "by Friday", "tra 3 giorni", "next month",
    "nelle prossime 24 ore", "prossimo anno", "venerdì prossimo", "tra due mesi",
]  # fmt: skip
MOMENTS = [
    datetime(2026, 3, 18, 10, 30, tzinfo=ROME),
    datetime(2026, 3, 18, 0, 0, 1, tzinfo=ROME),
    datetime(2026, 11, 22, 23, 59, 59, tzinfo=ROME),
    datetime(2026, 3, 16, 0, 0, tzinfo=ROME),
    datetime(2026, 3, 31, 12, 0, tzinfo=ROME),
    datetime(2024, 2, 29, 12, 0, tzinfo=ROME),
    datetime(2026, 3, 29, 2, 59, tzinfo=ROME),
    datetime(2026, 3, 29, 3, 30, tzinfo=ROME),
    datetime(2026, 10, 25, 2, 30, tzinfo=ROME),
    datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ROME),
    datetime(2025, 12, 31, 23, 30, tzinfo=ROME),
    datetime(2026, 1, 1, 0, 10, tzinfo=ROME),
]  # fmt: skip


def at(text: str, now: datetime = WEDNESDAY, zone: ZoneInfo = ROME) -> TimeReading:
    return read_time(text, now=now, zone=zone)


@pytest.mark.parametrize("text", [*PAST, *FUTURE])
def test_a_window_starts_before_it_ends_and_has_the_offsets_of_the_zone(text: str) -> None:
    zones = (ROME, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata"), ZoneInfo("UTC"))
    for now, zone in product(MOMENTS, zones):
        found = at(text, now, zone)
        assert found.window is not None, (text, now)
        for window in filter(None, (found.window, found.compare_to)):
            assert window.start is not None
            assert window.start < window.end
            for end in (window.start, window.end):
                assert end.utcoffset() == end.astimezone(zone).utcoffset()


@pytest.mark.parametrize("text", PAST)
def test_what_does_not_ask_about_the_future_begins_in_the_past(text: str) -> None:
    for now in MOMENTS:
        found = at(text, now)
        assert found.window is not None
        assert found.window.start is not None
        assert found.window.start <= now
        assert not found.future


@pytest.mark.parametrize("text", FUTURE)
def test_what_asks_about_the_future_ends_in_the_future_and_says_so(text: str) -> None:
    for now in MOMENTS:
        found = at(text, now)
        assert found.window is not None
        assert found.window.end > now
        assert found.future


@pytest.mark.parametrize("text", [*PAST, *FUTURE])
def test_capitals_accents_and_apostrophes_change_nothing(text: str) -> None:
    plain = at(text)
    without_accents = "".join(
        char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char)
    )
    disguises = (
        text.upper(),
        without_accents,
        unicodedata.normalize("NFD", text),
        text.replace("'", "’"),
        text.replace("'", " "),
        text + "?!",
        f"  {text}  ",
        text.replace(" ", "   "),
    )
    for disguise in disguises:
        found = at(disguise)
        assert (found.window, found.compare_to) == (plain.window, plain.compare_to), disguise
        assert (found.hours, found.weekdays) == (plain.hours, plain.weekdays), disguise


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Quante email oggi?", ["oggi"]),
        ("quanti errori nell'ultima settimana?", ["nell'ultima settimana"]),
        ("gli ordini di ieri, per favore", ["di ieri"]),
        ("mail È arrivata perché… lunedì?", ["lunedì"]),
        ("errori dal 3 al 10 maggio per processo", ["dal 3 al 10 maggio"]),
        ("ordini di marzo rispetto a febbraio", ["di marzo", "a febbraio"]),
        ("how many emails came in on Monday?", ["on Monday"]),
        ("quante mail tra le 9 e le 12 di ieri?", ["tra le 9 e le 12 di ieri"]),
        ("di notte, negli ultimi 30 giorni", ["di notte", "negli ultimi 30 giorni"]),
        ("quanti processi?", []),
    ],
)
def test_spans_are_the_places_of_what_was_read(text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in at(text).spans] == parts


def test_places_are_right_behind_characters_that_fold_to_more_than_one() -> None:
    text = "İstanbul ﬁliale ß — ordini di ieri"
    ((start, end),) = at(text).spans
    assert text[start:end] == "di ieri"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("questa setimana", "questa settimana"),
        ("la settimna scorsa", "la settimana scorsa"),
        ("yesterdy", "yesterday"),
        ("yesetrday", "yesterday"),
        ("tomorow", "tomorrow"),
        ("a febraio", "a febbraio"),
        ("a setembre", "a settembre"),
        ("in Febuary", "in February"),
        ("mercoldì scorso", "mercoledì scorso"),
        ("last wensday", "last wednesday"),
        ("last wendsy", "last wednesday"),
        ("ieri pomerigio", "ieri pomeriggio"),
        ("this mornign", "this morning"),
        ("trimestr scorso", "trimestre scorso"),
    ],
)
def test_one_wrong_letter_in_a_long_word_is_forgiven(typed: str, meant: str) -> None:
    if typed == "last wendsy":
        # Two letters are wrong: not forgiven, and nothing is guessed.
        assert at(typed).window is None
        return
    assert at(typed).window == at(meant).window
    assert at(typed).window is not None


@pytest.mark.parametrize(
    ("mixed", "plain"),
    [
        ("orders di ieri", "ordini di ieri"),
        ("quante email yesterday", "quante email ieri"),
        ("errori last week", "errors last week"),
        ("report of questa settimana", "questa settimana"),
        ("dal 3 al 10 March", "dal 3 al 10 marzo"),
    ],
)
def test_both_languages_are_read_in_one_text(mixed: str, plain: str) -> None:
    assert at(mixed).window == at(plain).window


VOCABULARY = """
ieri oggi last next questa settimana mese di del dal al 3 10 marzo lunedì alle 15 tra e le rispetto
a ultimi giorni fa fine inizio primo Q1 2025 scorso prossimo weekend notte confronta since until by
the of week month and vs than Natale prima dopo - , ? entro fino da ogni i 9999 anni 12/02/2026
"""
WORDS = st.sampled_from(sorted(set(VOCABULARY.split())))


@settings(max_examples=400, deadline=None)
@given(st.lists(WORDS, max_size=9).map(" ".join), st.sampled_from(MOMENTS))
def test_no_order_of_words_breaks_the_grammar(text: str, now: datetime) -> None:
    found = at(text, now)
    for start, end in found.spans:
        assert 0 <= start < end <= len(text)
    assert list(found.spans) == sorted(found.spans)
    assert all(0 <= start < end <= 24 for start, end in found.hours)
    assert set(found.weekdays) <= set(range(1, 8))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_the_grammar(text: str) -> None:
    at(text)


@pytest.mark.parametrize(
    "text",
    ["ultimi 9999 anni", "tra 9999 anni", "9999 quarters ago", "il 9999-12-31", "0000-00-00",
     "last 9999 months", "il 0/0/0000", "week 99", "Q9", "alle 99", "25:61"],
)  # fmt: skip
def test_what_lies_outside_the_calendar_is_no_window(text: str) -> None:
    assert at(text).window is None


@settings(max_examples=60, deadline=None)
@given(st.datetimes(datetime(1995, 1, 1), datetime(2090, 1, 1)), st.integers(1, 400))
def test_the_last_days_are_as_many_as_asked_and_end_tonight(now: datetime, days: int) -> None:
    moment = now.replace(tzinfo=ROME)
    window = at(f"ultimi {days} giorni", moment).window
    assert window is not None
    assert window.start is not None
    first, end = window.start.astimezone(ROME).date(), window.end.astimezone(ROME).date()
    assert (end - first).days == days
    assert end - timedelta(days=1) == moment.date()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "quanti ordini di ieri tra le 9 e le 12 rispetto a marzo e lunedì " * 150, id="words"
        ),
        pytest.param("settimana" * 1_200, id="one word"),
        pytest.param("12/" * 3_400, id="slashes"),
        pytest.param("3-" * 5_000, id="dashes"),
        pytest.param("da " * 3_400, id="since"),
        pytest.param("tra 3 e " * 1_250, id="between"),
        pytest.param("this and " * 1_200, id="this and"),
        pytest.param("3, " * 3_400, id="numbers"),
        pytest.param("di prima " * 1_200, id="small words"),
        pytest.param("inizio del " * 1_000, id="start of"),
        pytest.param("il giorno prima del " * 600, id="day before"),
        pytest.param("prima settimana di " * 600, id="first week of"),
        pytest.param("two days after " * 700, id="days after"),
        pytest.param("half past " * 1_000, id="half past"),
        pytest.param("la settimana di " * 700, id="week of"),
        pytest.param("lunedì di " * 1_000, id="weekday of"),
        pytest.param("lunedì e " * 1_000, id="weekdays"),
        pytest.param("notte tra ieri e " * 700, id="nights"),
    ],
)
def test_a_very_long_question_takes_no_more_than_its_length(text: str) -> None:
    began = time.perf_counter()
    at(text[:10_000])
    assert time.perf_counter() - began < 10, "not the square of its length"


# --- a date survives all its usual spellings -----------------------------------------------------

IT_MONTHS = [
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre",
    "ottobre", "novembre", "dicembre",
]  # fmt: skip
EN_MONTHS = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
]  # fmt: skip
IT_DAYS = ["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"]


def spellings(day: date) -> list[str]:
    """The usual ways to write *day*, its year included."""
    d, m, y = day.day, day.month, day.year
    it, en = IT_MONTHS[m - 1], EN_MONTHS[m - 1]
    suffix = "th" if 10 <= d % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(d % 10, "th")
    return [
        f"{d}/{m}/{y}", f"{d:02}/{m:02}/{y}", f"{d:02}/{m:02}/{y % 100:02}", f"{d}-{m}-{y}",
        f"{d}.{m}.{y}", f"{d:02}.{m:02}.{y % 100:02}", f"{y}-{m:02}-{d:02}", f"{y}/{m:02}/{d:02}",
        f"{d} {it} {y}", f"il {d} {it} {y}", f"il {d} di {it} del {y}", f"{d} {it[:3]} {y}",
        f"{d}-{it[:3]}-{y}", f"{d} {it.upper()} {y}", f"{IT_DAYS[day.weekday()]} {d} {it} {y}",
        f"{d} {en} {y}", f"{en} {d}, {y}", f"{en} {d}{suffix} {y}", f"the {d}{suffix} of {en} {y}",
        f"{en[:3]} {d} {y}", f"{d} {en[:3]} {y}", f"{d}-{en[:3]}-{y}", f"on {en} {d} {y}",
    ]  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.dates(date(2015, 1, 1), date(2039, 12, 31)))
@example(date(2024, 2, 29))
@example(date(2026, 3, 29))
@example(date(2026, 10, 25))
@example(date(2026, 12, 31))
@example(date(2027, 1, 1))
def test_a_day_is_the_same_in_all_its_usual_spellings(day: date) -> None:
    start = datetime.combine(day, dt_time(), tzinfo=ROME)
    end = datetime.combine(day + timedelta(days=1), dt_time(), tzinfo=ROME)
    for written in spellings(day):
        window = at(f"ordini {written}").window
        assert window is not None, written
        assert (window.start, window.end) == (start, end), written


@settings(max_examples=80, deadline=None)
@given(st.dates(date(2020, 1, 1), date(2030, 12, 30)), st.integers(1, 400))
@example(date(2024, 2, 28), 2)
@example(date(2026, 3, 28), 2)
@example(date(2026, 10, 24), 2)
@example(date(2026, 12, 30), 3)
def test_a_range_of_days_includes_both_in_all_its_usual_spellings(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    start = datetime.combine(first, dt_time(), tzinfo=ROME)
    end = datetime.combine(last + timedelta(days=1), dt_time(), tzinfo=ROME)
    slashed = [f"{each.day}/{each.month}/{each.year}" for each in (first, last)]
    italian = [f"{each.day} {IT_MONTHS[each.month - 1]} {each.year}" for each in (first, last)]
    english = [f"{EN_MONTHS[each.month - 1]} {each.day}, {each.year}" for each in (first, last)]
    for written in (
        f"dal {slashed[0]} al {slashed[1]}", f"tra il {slashed[0]} e il {slashed[1]}",
        f"{slashed[0]} - {slashed[1]}", f"dal {italian[0]} al {italian[1]}",
        f"fra il {italian[0]} e il {italian[1]}", f"from {english[0]} to {english[1]}",
        f"between {english[0]} and {english[1]}", f"{english[0]} through {english[1]}",
        f"from {first.isoformat()} to {last.isoformat()}", f"{first} .. {last}".replace("..", "-"),
    ):  # fmt: skip
        window = at(f"errori {written}").window
        assert window is not None, written
        assert (window.start, window.end) == (start, end), written


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12), st.integers(1, 31), st.integers(2015, 2039))
def test_a_date_that_its_year_does_not_have_is_told_and_never_moved(
    month: int, day: int, year: int
) -> None:
    try:
        date(year, month, day)
    except ValueError:
        for written in (f"il {day}/{month}/{year}", f"il {day} {IT_MONTHS[month - 1]} {year}"):
            found = at(f"ordini {written}")
            assert found.window is None, written
            assert found.impossible, written
            assert not found.certain, written


# --- days of 23 and 25 hours, leap days, ends of years --------------------------------------------


@pytest.mark.parametrize(
    ("day", "hours"), [("29/3/2026", 23), ("25/10/2026", 25), ("28/3/2027", 23), ("2/6/2026", 24)]
)
def test_a_day_has_the_hours_that_its_clocks_gave_it(day: str, hours: int) -> None:
    window = at(f"quante email il {day}?", datetime(2027, 6, 1, 12, tzinfo=ROME)).window
    assert window is not None
    assert window.start is not None
    assert window.end.astimezone(UTC) - window.start.astimezone(UTC) == timedelta(hours=hours)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["2026-03-29T00:30", "2026-03-29T12:00", "2026-10-25T01:30", "2026-10-25T23:00",
                     "2026-10-26T01:00", "2026-03-30T01:15"]),
    st.integers(1, 72),
)  # fmt: skip
def test_the_last_hours_are_as_many_whatever_the_clocks_did(now: str, hours: int) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=ROME)
    for words in (f"ultime {hours} ore", f"nelle ultime {hours}h", f"last {hours} hours"):
        window = at(words, moment).window
        assert window is not None
        assert window.start is not None
        assert window.end == moment
        assert window.end.astimezone(UTC) - window.start.astimezone(UTC) == timedelta(hours=hours)


@settings(max_examples=60, deadline=None)
@given(st.datetimes(datetime(2015, 1, 1), datetime(2039, 12, 31)))
@example(datetime(2024, 2, 29, 9))
@example(datetime(2026, 12, 31, 23, 59))
@example(datetime(2027, 1, 1))
def test_units_of_the_calendar_touch_and_tell_the_same_in_both_languages(now: datetime) -> None:
    moment = now.replace(tzinfo=ROME)
    for before, current, english in (
        ("ieri", "oggi", "yesterday"),
        ("la settimana scorsa", "questa settimana", "last week"),
        ("il mese scorso", "questo mese", "last month"),
        ("lo scorso trimestre", "questo trimestre", "last quarter"),
        ("l'anno scorso", "quest'anno", "last year"),
    ):
        one, two = at(before, moment).window, at(current, moment).window
        assert one is not None
        assert two is not None
        assert two.start is not None
        assert one.end == two.start
        assert two.contains(moment)
        assert at(english, moment).window == one


# --- no window where none is named ----------------------------------------------------------------

SURNAMES = ("Marzo", "Aprile", "Maggio", "Agosto", "Sabato", "Domenica", "Ottobre", "May", "March")
LETTERS = "ABCDFGKLMNPRSTVXZ"


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_numbers_and_names_that_are_no_times_are_no_windows(data: st.DataObject) -> None:
    number = data.draw(st.integers(1, 99_999))
    small = data.draw(st.integers(1, 60))
    letter = data.draw(st.sampled_from(LETTERS))
    surname = data.draw(st.sampled_from(SURNAMES))
    year = data.draw(st.integers(2015, 2035))
    for text in (
        f"i primi {small} errori", f"top {small} processi", f"le {small} cause più frequenti",
        f"ultimi {small} ordini", f"ordine {number}", f"order #{number}", f"ordine n. {number}",
        f"ordine {letter}{letter}-{year}-{number}", f"fattura {number}/{year}",
        f"versione {small}.{number % 30}.{small}", f"n8n {small}.{number % 100:02}.{small}",
        f"totale {number},{small:02} euro", f"€ {small}.{number % 1000:03},50",
        f"ordini sopra {number} €", f"orders above {small}.{number % 100:02} euros",
        f"tel. 0{small} {number:05}", f"+39 3{small:02} {number:05}{small:02}",
        f"mail da {letter.lower()}{number}@marzo.it", f"ordini di Mario {surname}",
        f"ordini della ditta {surname} srl", f"errore {number % 600}", f"HTTP {number % 600}",
        f"almeno {small} volte", f"più di {small} errori", f"processi oltre i {small} secondi",
        f"via {small} Maggio {number % 100}", f"192.168.{small}.{number % 255}", f"{small} su 100",
        f"may I see the {small} worst processes?",
    ):  # fmt: skip
        found = at(text)
        assert found.window is None, text
        assert (found.compare_to, found.hours, found.weekdays) == (None, (), ()), text
