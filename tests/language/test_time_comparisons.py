"""Two windows, and what recurs within one: comparisons, hours of the day, days of the week."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from catalogue.query import Window
from language.time_expressions import read_time

ROME = ZoneInfo("Europe/Rome")
WEDNESDAY = datetime(2026, 3, 18, 10, 30, tzinfo=ROME)

Ends = tuple[str | None, str]

THIS_WEEK, LAST_WEEK = ("2026-03-16", "2026-03-23"), ("2026-03-09", "2026-03-16")
MARCH, FEBRUARY = ("2026-03-01", "2026-04-01"), ("2026-02-01", "2026-03-01")
JANUARY = ("2026-01-01", "2026-02-01")
OCTOBER, NOVEMBER = ("2025-10-01", "2025-11-01"), ("2025-11-01", "2025-12-01")
TODAY, YESTERDAY = ("2026-03-18", "2026-03-19"), ("2026-03-17", "2026-03-18")
THIS_YEAR, LAST_YEAR = ("2026-01-01", "2027-01-01"), ("2025-01-01", "2026-01-01")
Q1, Q4 = ("2026-01-01", "2026-04-01"), ("2025-10-01", "2026-01-01")
LAST_30_DAYS = ("2026-02-17", "2026-03-19")


def shown(window: Window | None) -> Ends | None:
    if window is None:
        return None
    start, end = (
        None if end is None else f"{end.astimezone(ROME):%Y-%m-%d %H:%M}".removesuffix(" 00:00")
        for end in (window.start, window.end)
    )
    assert end is not None
    return start, end


@pytest.mark.parametrize(
    ("text", "window", "compare_to"),
    [
        ("confronta ottobre e novembre", NOVEMBER, OCTOBER),
        ("confronta novembre e ottobre", NOVEMBER, OCTOBER),
        ("mettimi a confronto gennaio e febbraio", FEBRUARY, JANUARY),
        ("confronta gli ordini di marzo con febbraio", MARCH, FEBRUARY),
        ("confronta febbraio con marzo", FEBRUARY, MARCH),
        ("marzo con febbraio", MARCH, FEBRUARY),
        ("Feb vs Jan", FEBRUARY, JANUARY),
        ("Feb versus Jan", FEBRUARY, JANUARY),
        ("marzo contro febbraio", MARCH, FEBRUARY),
        ("compare March to February", MARCH, FEBRUARY),
        ("compare this week's orders with last week", THIS_WEEK, LAST_WEEK),
        ("questa settimana vs la scorsa", THIS_WEEK, LAST_WEEK),
        ("questa settimana rispetto a quella precedente", THIS_WEEK, LAST_WEEK),
        ("differenza tra gli ordini di questa settimana e della scorsa", THIS_WEEK, LAST_WEEK),
        ("confronta la scorsa e questa settimana", THIS_WEEK, LAST_WEEK),
        ("confronta questo e lo scorso mese", MARCH, FEBRUARY),
        ("compare this and last month", MARCH, FEBRUARY),
        ("this month vs the previous one", MARCH, FEBRUARY),
        ("questo mese rispetto al precedente", MARCH, FEBRUARY),
        ("il mese scorso rispetto a quello prima", FEBRUARY, JANUARY),
        ("novembre rispetto al mese precedente", NOVEMBER, OCTOBER),
        ("differenza tra marzo e febbraio", MARCH, FEBRUARY),
        ("the difference between February and March", MARCH, FEBRUARY),
        ("oggi rispetto a ieri", TODAY, YESTERDAY),
        ("ci sono più errori oggi di ieri?", TODAY, YESTERDAY),
        ("are there more errors today than yesterday?", TODAY, YESTERDAY),
        ("abbiamo più ordini a marzo che a febbraio?", MARCH, FEBRUARY),
        ("ieri rispetto al giorno prima", YESTERDAY, ("2026-03-16", "2026-03-17")),
        ("confronta con febbraio i dati di marzo", MARCH, FEBRUARY),
        ("rispetto a febbraio, com'è andato marzo?", MARCH, FEBRUARY),
        ("Q1 vs Q4 2025", Q1, Q4),
        ("più errori a gennaio o a febbraio?", FEBRUARY, JANUARY),
        ("January or February, which had more orders?", FEBRUARY, JANUARY),
        ("confronta marzo 2025 e 2026", MARCH, ("2025-03-01", "2025-04-01")),
        ("questo mese anno su anno", MARCH, ("2025-03-01", "2025-04-01")),
        ("ordini anno su anno", ("2026-01-01", "2026-03-19"), ("2025-01-01", "2025-03-19")),
        ("confronta questo trimestre con quello scorso", Q1, Q4),
        ("2025 vs 2024", LAST_YEAR, ("2024-01-01", "2025-01-01")),
        ("confronta gennaio e febbraio 2025", ("2025-02-01", "2025-03-01"),
         ("2025-01-01", "2025-02-01")),
        ("confronta il primo e il secondo trimestre 2025", ("2025-04-01", "2025-07-01"),
         ("2025-01-01", "2025-04-01")),
        ("ultimi 7 giorni rispetto ai 7 giorni precedenti", ("2026-03-12", "2026-03-19"),
         ("2026-03-05", "2026-03-12")),
        ("last 30 days vs the previous 30 days", LAST_30_DAYS, ("2026-01-18", "2026-02-17")),
        ("ultimi 7 giorni rispetto al periodo precedente", ("2026-03-12", "2026-03-19"),
         ("2026-03-05", "2026-03-12")),
        ("ieri mattina rispetto a oggi pomeriggio", ("2026-03-17 06:00", "2026-03-17 12:00"),
         ("2026-03-18 12:00", "2026-03-18 18:00")),
        ("oggi rispetto a lunedì scorso", TODAY, ("2026-03-16", "2026-03-17")),
        ("today compared with the same day last week", TODAY, ("2026-03-11", "2026-03-12")),
        ("ordini di marzo rispetto all'anno scorso", MARCH, ("2025-03-01", "2025-04-01")),
        ("marzo rispetto allo stesso mese dell'anno scorso", MARCH, ("2025-03-01", "2025-04-01")),
        ("this month against the same period last year", MARCH, ("2025-03-01", "2025-04-01")),
    ],
)  # fmt: skip
def test_a_comparison_names_the_subject_and_what_it_is_measured_against(
    text: str, window: Ends, compare_to: Ends
) -> None:
    found = read_time(text, now=WEDNESDAY, zone=ROME)
    assert shown(found.window) == window
    assert shown(found.compare_to) == compare_to
    assert found.certain


@pytest.mark.parametrize(
    ("text", "window", "compare_to"),
    [
        ("come siamo messi rispetto all'anno scorso?", THIS_YEAR, LAST_YEAR),
        ("siamo migliorati rispetto al mese scorso?", MARCH, FEBRUARY),
        ("how did we do compared to last month?", MARCH, FEBRUARY),
        ("compared to last week", THIS_WEEK, LAST_WEEK),
        ("rispetto a ieri", TODAY, YESTERDAY),
        ("vs last quarter", Q1, Q4),
        ("rispetto a febbraio", MARCH, FEBRUARY),
        ("rispetto a lunedì", TODAY, ("2026-03-16", "2026-03-17")),
        ("siamo andati meglio di ieri?", TODAY, YESTERDAY),
        ("better than last month?", MARCH, FEBRUARY),
        ("did we get more orders than last week?", THIS_WEEK, LAST_WEEK),
        ("rispetto a ieri mattina", ("2026-03-18 06:00", "2026-03-18 12:00"),
         ("2026-03-17 06:00", "2026-03-17 12:00")),
        ("rispetto allo stesso periodo dell'anno scorso", ("2026-01-01", "2026-03-19"),
         ("2025-01-01", "2025-03-19")),
    ],
)  # fmt: skip
def test_a_reference_alone_is_compared_with_the_current_period_of_its_kind(
    text: str, window: Ends, compare_to: Ends
) -> None:
    found = read_time(text, now=WEDNESDAY, zone=ROME)
    assert shown(found.window) == window
    assert shown(found.compare_to) == compare_to


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("Confronta con gli ordini di febbraio", FEBRUARY),
        ("compare with last month", FEBRUARY),
        ("confronta con la settimana scorsa", LAST_WEEK),
    ],
)
def test_compare_with_alone_leaves_the_subject_to_the_turn_before(text: str, window: Ends) -> None:
    found = read_time(text, now=WEDNESDAY, zone=ROME)
    assert shown(found.window) == window
    assert found.compare_to is None


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("i processi con più errori del mese scorso", FEBRUARY),
        ("perché ieri ci sono stati più errori del solito?", YESTERDAY),
        ("il cliente migliore di febbraio", FEBRUARY),
        ("quante mail con allegato a febbraio?", FEBRUARY),
        ("the fastest process of last week, with errors", LAST_WEEK),
        ("executions longer than 5 minutes yesterday", YESTERDAY),
        ("tra gli ordini di febbraio quanti sono grandi?", FEBRUARY),
    ],
)
def test_a_superlative_or_another_with_is_no_comparison(text: str, window: Ends) -> None:
    found = read_time(text, now=WEDNESDAY, zone=ROME)
    assert shown(found.window) == window
    assert found.compare_to is None


@pytest.mark.parametrize(
    ("text", "window", "hours", "weekdays"),
    [
        ("errori di notte", None, ((0, 6),), ()),
        ("errors at night", None, ((0, 6),), ()),
        ("la mattina", None, ((6, 12),), ()),
        ("in the evenings", None, ((18, 24),), ()),
        ("ogni mattina", None, ((6, 12),), ()),
        ("di notte negli ultimi 30 giorni", LAST_30_DAYS, ((0, 6),), ()),
        ("errors at night in the last 30 days", LAST_30_DAYS, ((0, 6),), ()),
        ("negli ultimi 30 giorni la sera", LAST_30_DAYS, ((18, 24),), ()),
        ("nel pomeriggio degli ultimi 30 giorni", LAST_30_DAYS, ((12, 18),), ()),
        ("tra le 9 e le 12 negli ultimi 30 giorni", LAST_30_DAYS, ((9, 12),), ()),
        ("between 9 and 12 over the past 30 days", LAST_30_DAYS, ((9, 12),), ()),
        ("dopo le 18 a febbraio", FEBRUARY, ((18, 24),), ()),
        ("prima delle 9 questa settimana", THIS_WEEK, ((0, 9),), ()),
        ("dalle 22 alle 6 a febbraio", FEBRUARY, ((0, 6), (22, 24)), ()),
        ("di mattina e di sera a febbraio", FEBRUARY, ((6, 12), (18, 24)), ()),
        ("ogni giorno alle 15", None, ((15, 16),), ()),
        ("every day after 6 pm", None, ((18, 24),), ()),
        ("i lunedì di ottobre", OCTOBER, (), (1,)),
        ("lunedì di ottobre", OCTOBER, (), (1,)),
        ("Mondays in October", OCTOBER, (), (1,)),
        ("tutti i venerdì del mese scorso", FEBRUARY, (), (5,)),
        ("di lunedì negli ultimi 30 giorni", LAST_30_DAYS, (), (1,)),
        ("quante mail la domenica?", None, (), (7,)),
        ("ogni lunedì mattina", None, ((6, 12),), (1,)),
        ("every Monday", None, (), (1,)),
        ("il sabato e la domenica", None, (), (6, 7)),
        ("on Saturdays and Sundays in February", FEBRUARY, (), (6, 7)),
        ("nei weekend di novembre", NOVEMBER, (), (6, 7)),
        ("on weekends", None, (), (6, 7)),
        ("on weekdays", None, (), (1, 2, 3, 4, 5)),
        ("nei giorni feriali di febbraio", FEBRUARY, (), (1, 2, 3, 4, 5)),
        ("giorni lavorativi", None, (), (1, 2, 3, 4, 5)),
        ("dal lunedì al venerdì", None, (), (1, 2, 3, 4, 5)),
        ("negli ultimi 5 giorni lavorativi", ("2026-03-12", "2026-03-19"), (), (1, 2, 3, 4, 5)),
        ("last 3 business days", ("2026-03-16", "2026-03-19"), (), (1, 2, 3, 4, 5)),
        ("negli ultimi tre lunedì", ("2026-03-02", "2026-03-19"), (), (1,)),
        ("lunedì e giovedì", ("2026-03-12", "2026-03-17"), (), (1, 4)),
    ],
)
def test_what_recurs_is_hours_and_weekdays_within_the_window(
    text: str,
    window: Ends | None,
    hours: tuple[tuple[int, int], ...],
    weekdays: tuple[int, ...],
) -> None:
    found = read_time(text, now=WEDNESDAY, zone=ROME)
    assert shown(found.window) == window
    assert found.hours == hours
    assert found.weekdays == weekdays
    assert found.certain
    assert found.spans


def test_half_hours_that_recur_are_read_in_whole_hours_but_not_for_certain() -> None:
    found = read_time("tra le 9:30 e le 12 a febbraio", now=WEDNESDAY, zone=ROME)
    assert found.hours == ((9, 12),)
    assert not found.certain


@pytest.mark.parametrize("text", ["ordini da sempre", "orders of all time", "dall'inizio"])
def test_all_of_history_is_said_but_has_no_window(text: str) -> None:
    found = read_time(text, now=WEDNESDAY, zone=ROME)
    assert found.window is None
    assert found.spans
