"""What expressions of time mean, each window worked out by hand from the conventions.

A case is ``(text, start, end)`` in wall-clock time of Rome; a date alone is its midnight; start
None is an open beginning. The end is the first moment that no longer counts.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from catalogue.query import Window
from language.time_expressions import TimeReading, read_time

ROME = ZoneInfo("Europe/Rome")
WEDNESDAY = "2026-03-18 10:30"

Case = tuple[str, str | None, str]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ROME)


def read(text: str, now: str = WEDNESDAY, *, future: bool = False) -> TimeReading:
    return read_time(text, now=moment(now), zone=ROME, future=future)


def shown(window: Window | None) -> tuple[str | None, str] | None:
    """Return both ends as wall-clock text, so that a difference is easy to see."""
    if window is None:
        return None
    start, end = (
        None if end is None else f"{end.astimezone(ROME):%Y-%m-%d %H:%M}".removesuffix(" 00:00")
        for end in (window.start, window.end)
    )
    assert end is not None
    return start, end


def check(case: Case, now: str = WEDNESDAY, *, future: bool = False) -> None:
    text, start, end = case
    found = read(text, now, future=future)
    assert shown(found.window) == (start, end)
    assert found.compare_to is None
    assert found.hours == ()
    assert found.weekdays == ()
    assert found.certain


def each(*cases: Case) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=[case[0] for case in cases])


@each(
    ("quante mail oggi?", "2026-03-18", "2026-03-19"),
    ("QUANTE MAIL OGGI", "2026-03-18", "2026-03-19"),
    ("how's today going?", "2026-03-18", "2026-03-19"),
    ("today's orders", "2026-03-18", "2026-03-19"),
    ("gli ordini della giornata odierna", "2026-03-18", "2026-03-19"),
    ("che errori abbiamo avuto in giornata?", "2026-03-18", "2026-03-19"),
    ("ieri com'è andata?", "2026-03-17", "2026-03-18"),
    ("yesterday's failures", "2026-03-17", "2026-03-18"),
    ("yesterdays failures", "2026-03-17", "2026-03-18"),
    ("e ieri?", "2026-03-17", "2026-03-18"),
    ("nella giornata di ieri", "2026-03-17", "2026-03-18"),
    ("l'altro ieri quanti ordini?", "2026-03-16", "2026-03-17"),
    ("l altro ieri quanti ordini?", "2026-03-16", "2026-03-17"),
    ("l'altroieri", "2026-03-16", "2026-03-17"),
    ("errori di ieri l'altro", "2026-03-16", "2026-03-17"),
    ("avant'ieri", "2026-03-16", "2026-03-17"),
    ("the day before yesterday", "2026-03-16", "2026-03-17"),
    ("il giorno prima", "2026-03-17", "2026-03-18"),
    ("the previous day", "2026-03-17", "2026-03-18"),
    ("three days ago", "2026-03-15", "2026-03-16"),
    ("tre giorni fa", "2026-03-15", "2026-03-16"),
    ("un giorno fa", "2026-03-17", "2026-03-18"),
    ("un paio di giorni fa", "2026-03-16", "2026-03-17"),
    ("a couple of days ago", "2026-03-16", "2026-03-17"),
    ("una decina di giorni fa", "2026-03-08", "2026-03-09"),
    ("twenty-one days ago", "2026-02-25", "2026-02-26"),
    ("ventuno giorni fa", "2026-02-25", "2026-02-26"),
    ("20gg fa", "2026-02-26", "2026-02-27"),
)
def test_days_counted_from_today(case: Case) -> None:
    check(case)


@each(
    ("stamattina", "2026-03-18 06:00", "2026-03-18 12:00"),
    ("stamane è arrivato qualcosa?", "2026-03-18 06:00", "2026-03-18 12:00"),
    ("this afternoon", "2026-03-18 12:00", "2026-03-18 18:00"),
    ("questo pomeriggio", "2026-03-18 12:00", "2026-03-18 18:00"),
    ("oggi pomeriggio", "2026-03-18 12:00", "2026-03-18 18:00"),
    ("stasera", "2026-03-18 18:00", "2026-03-19"),
    ("this evening", "2026-03-18 18:00", "2026-03-19"),
    ("stanotte è fallito qualcosa?", "2026-03-18", "2026-03-18 06:00"),
    ("la notte scorsa", "2026-03-18", "2026-03-18 06:00"),
    ("did the backup run last night?", "2026-03-18", "2026-03-18 06:00"),
    ("what failed overnight?", "2026-03-18", "2026-03-18 06:00"),
    ("ieri notte", "2026-03-18", "2026-03-18 06:00"),
    ("cosa è successo nella notte?", "2026-03-18", "2026-03-18 06:00"),
    ("ieri mattina", "2026-03-17 06:00", "2026-03-17 12:00"),
    ("ieri pomeriggio", "2026-03-17 12:00", "2026-03-17 18:00"),
    ("nel pomeriggio di ieri", "2026-03-17 12:00", "2026-03-17 18:00"),
    ("ieri sera", "2026-03-17 18:00", "2026-03-18"),
    ("yesterday evening", "2026-03-17 18:00", "2026-03-18"),
    ("last evening", "2026-03-17 18:00", "2026-03-18"),
    ("yesterday morning", "2026-03-17 06:00", "2026-03-17 12:00"),
    ("in the morning of March 5", "2026-03-05 06:00", "2026-03-05 12:00"),
    ("la sera del 5 marzo", "2026-03-05 18:00", "2026-03-06"),
    ("lunedì pomeriggio", "2026-03-16 12:00", "2026-03-16 18:00"),
    ("on Friday afternoon", "2026-03-13 12:00", "2026-03-13 18:00"),
    ("venerdì scorso di mattina", "2026-03-13 06:00", "2026-03-13 12:00"),
    ("la notte tra sabato e domenica", "2026-03-15", "2026-03-15 06:00"),
    ("nel pomeriggio quanti errori?", "2026-03-17 12:00", "2026-03-17 18:00"),
    ("quanti ordini in mattinata?", "2026-03-18 06:00", "2026-03-18 12:00"),
)
def test_parts_of_a_day(case: Case) -> None:
    check(case)


@each(
    ("quante mail lunedì?", "2026-03-16", "2026-03-17"),
    ("quante mail lunedi", "2026-03-16", "2026-03-17"),
    ("e giovedì?", "2026-03-12", "2026-03-13"),
    ("mercoledì", "2026-03-18", "2026-03-19"),
    ("mercoledì scorso", "2026-03-11", "2026-03-12"),
    ("last Wednesday", "2026-03-11", "2026-03-12"),
    ("on Sunday", "2026-03-15", "2026-03-16"),
    ("lo scorso venerdì", "2026-03-13", "2026-03-14"),
    ("l'ultimo lunedì", "2026-03-16", "2026-03-17"),
    ("sabato passato", "2026-03-14", "2026-03-15"),
    ("questo lunedì", "2026-03-16", "2026-03-17"),
    ("lunedì della settimana scorsa", "2026-03-09", "2026-03-10"),
    ("il lunedì della settimana scorsa", "2026-03-09", "2026-03-10"),
    ("Monday of last week", "2026-03-09", "2026-03-10"),
    ("last week on Friday", "2026-03-13", "2026-03-14"),
    ("due lunedì fa", "2026-03-09", "2026-03-10"),
    ("two Fridays ago", "2026-03-06", "2026-03-07"),
    ("lunedì 9 marzo", "2026-03-09", "2026-03-10"),
    ("Monday, March 9", "2026-03-09", "2026-03-10"),
    ("lun 9 marzo", "2026-03-09", "2026-03-10"),
    ("il primo lunedì di marzo", "2026-03-02", "2026-03-03"),
    ("the last Friday of February", "2026-02-27", "2026-02-28"),
    ("l'ultimo venerdì del mese", "2026-02-27", "2026-02-28"),
    ("the first Monday of the month", "2026-03-02", "2026-03-03"),
    ("lunedì e martedì della settimana scorsa", "2026-03-09", "2026-03-11"),
    ("mar 3 marzo", "2026-03-03", "2026-03-04"),
    ("gio 5/3", "2026-03-05", "2026-03-06"),
    ("lunedì e martedì", "2026-03-16", "2026-03-18"),
    ("da lunedì a martedì", "2026-03-16", "2026-03-18"),
    ("lunedì-mercoledì", "2026-03-16", "2026-03-19"),
)
def test_weekdays(case: Case) -> None:
    check(case)


@each(
    ("nel weekend", "2026-03-14", "2026-03-16"),
    ("il fine settimana", "2026-03-14", "2026-03-16"),
    ("questo weekend", "2026-03-14", "2026-03-16"),
    ("lo scorso fine settimana", "2026-03-14", "2026-03-16"),
    ("last week-end", "2026-03-14", "2026-03-16"),
    ("nel primo weekend di marzo", "2026-03-07", "2026-03-09"),
    ("the weekend of March 7", "2026-03-07", "2026-03-09"),
    ("nel weekend del 28 febbraio", "2026-02-28", "2026-03-02"),
    ("durante il weekend", "2026-03-14", "2026-03-16"),
)
def test_weekends(case: Case) -> None:
    check(case)


@each(
    ("questa settimana", "2026-03-16", "2026-03-23"),
    ("qst settimana", "2026-03-16", "2026-03-23"),
    ("questa setimana", "2026-03-16", "2026-03-23"),
    ("settimana in corso", "2026-03-16", "2026-03-23"),
    ("la settimana corrente", "2026-03-16", "2026-03-23"),
    ("the current week", "2026-03-16", "2026-03-23"),
    ("fammi un riepilogo della settimana", "2026-03-16", "2026-03-23"),
    ("com'è andata la settimana?", "2026-03-16", "2026-03-23"),
    ("nel corso della settimana", "2026-03-16", "2026-03-23"),
    ("how did the week go? summary of the week", "2026-03-16", "2026-03-23"),
    ("riassunto settimanale", "2026-03-16", "2026-03-23"),
    ("give me the weekly recap", "2026-03-16", "2026-03-23"),
    ("la scorsa settimana", "2026-03-09", "2026-03-16"),
    ("settimana passata", "2026-03-09", "2026-03-16"),
    ("e la settimana prima?", "2026-03-09", "2026-03-16"),
    ("la settimana precedente", "2026-03-09", "2026-03-16"),
    ("the previous week", "2026-03-09", "2026-03-16"),
    ("last week's orders", "2026-03-09", "2026-03-16"),
    ("one week ago", "2026-03-09", "2026-03-16"),
    ("una settimana fa", "2026-03-09", "2026-03-16"),
    ("tre settimane fa", "2026-02-23", "2026-03-02"),
    ("3 weeks ago", "2026-02-23", "2026-03-02"),
    ("the week before last", "2026-03-02", "2026-03-09"),
    ("la settimana del 2 marzo", "2026-03-02", "2026-03-09"),
    ("la settimana del 5 marzo", "2026-03-02", "2026-03-09"),
    ("week of March 2", "2026-03-02", "2026-03-09"),
    ("the week of the 10th of March", "2026-03-09", "2026-03-16"),
    ("la settimana di Natale", "2025-12-22", "2025-12-29"),
    ("settimana 10", "2026-03-02", "2026-03-09"),
    ("week 47", "2025-11-17", "2025-11-24"),
    ("sett. 47", "2025-11-17", "2025-11-24"),
    ("W10", "2026-03-02", "2026-03-09"),
    ("2026-W10", "2026-03-02", "2026-03-09"),
    ("settimana 1 del 2026", "2025-12-29", "2026-01-05"),
    ("settimana n. 10", "2026-03-02", "2026-03-09"),
    ("week number 10", "2026-03-02", "2026-03-09"),
    ("la 10a settimana", "2026-03-02", "2026-03-09"),
    ("nell'ultima settimana", "2026-03-12", "2026-03-19"),
    ("in the last week", "2026-03-12", "2026-03-19"),
    ("over the past week", "2026-03-12", "2026-03-19"),
    ("nelle ultime due settimane", "2026-03-05", "2026-03-19"),
    ("past 2 weeks", "2026-03-05", "2026-03-19"),
    ("da una settimana", "2026-03-12", "2026-03-19"),
    ("la prima settimana di marzo", "2026-03-01", "2026-03-08"),
    ("l'ultima settimana di febbraio", "2026-02-22", "2026-03-01"),
)
def test_weeks(case: Case) -> None:
    check(case)


@each(
    ("a gennaio", "2026-01-01", "2026-02-01"),
    ("ordini GENNAIO", "2026-01-01", "2026-02-01"),
    ("in january", "2026-01-01", "2026-02-01"),
    ("gen 2026", "2026-01-01", "2026-02-01"),
    ("gen. 2026", "2026-01-01", "2026-02-01"),
    ("ordini di feb", "2026-02-01", "2026-03-01"),
    ("orders in Feb", "2026-02-01", "2026-03-01"),
    ("ad aprile", "2025-04-01", "2025-05-01"),
    ("orders in May", "2025-05-01", "2025-06-01"),
    ("May orders 2025? no: May 2025", "2025-05-01", "2025-06-01"),
    ("settmbre", "2025-09-01", "2025-10-01"),
    ("ordini di dicembre", "2025-12-01", "2026-01-01"),
    ("ordini di marzo 2025", "2025-03-01", "2025-04-01"),
    ("marzo del 2025", "2025-03-01", "2025-04-01"),
    ("marzo '25", "2025-03-01", "2025-04-01"),
    ("03/2025", "2025-03-01", "2025-04-01"),
    ("2025-03", "2025-03-01", "2025-04-01"),
    ("marzo-2025", "2025-03-01", "2025-04-01"),
    ("marzo scorso", "2025-03-01", "2025-04-01"),
    ("last March", "2025-03-01", "2025-04-01"),
    ("lo scorso dicembre", "2025-12-01", "2026-01-01"),
    ("nel mese di febbraio", "2026-02-01", "2026-03-01"),
    ("the month of February", "2026-02-01", "2026-03-01"),
    ("a marzo dell'anno scorso", "2025-03-01", "2025-04-01"),
    ("in March last year", "2025-03-01", "2025-04-01"),
    ("gennaio di quest'anno", "2026-01-01", "2026-02-01"),
    ("questo mese", "2026-03-01", "2026-04-01"),
    ("mese in corso", "2026-03-01", "2026-04-01"),
    ("il mese scorso", "2026-02-01", "2026-03-01"),
    ("MESE PASSATO", "2026-02-01", "2026-03-01"),
    ("last month's invoices", "2026-02-01", "2026-03-01"),
    ("due mesi fa", "2026-01-01", "2026-02-01"),
    ("a month ago", "2026-02-01", "2026-03-01"),
    ("nell'ultimo mese", "2026-02-19", "2026-03-19"),
    ("during the past month", "2026-02-19", "2026-03-19"),
    ("negli ultimi 6 mesi", "2025-09-19", "2026-03-19"),
    ("ottobre e novembre", "2025-10-01", "2025-12-01"),
    ("ottobre-novembre", "2025-10-01", "2025-12-01"),
    ("Oct-Nov 2025", "2025-10-01", "2025-12-01"),
    ("inizio marzo", "2026-03-01", "2026-03-11"),
    ("a metà novembre", "2025-11-11", "2025-11-21"),
    ("mid-February", "2026-02-11", "2026-02-21"),
    ("fine febbraio", "2026-02-21", "2026-03-01"),
    ("at the end of February", "2026-02-21", "2026-03-01"),
    ("a fine mese", "2026-02-21", "2026-03-01"),
    ("a inizio mese", "2026-03-01", "2026-03-11"),
    ("early March", "2026-03-01", "2026-03-11"),
    ("alla fine del mese scorso", "2026-02-21", "2026-03-01"),
    ("la prima metà di febbraio", "2026-02-01", "2026-02-16"),
    ("second half of February", "2026-02-16", "2026-03-01"),
    ("i primi dieci giorni di marzo", "2026-03-01", "2026-03-11"),
    ("negli ultimi 3 giorni di febbraio", "2026-02-26", "2026-03-01"),
    ("the first 5 days of January", "2026-01-01", "2026-01-06"),
    ("l'ultimo giorno di febbraio", "2026-02-28", "2026-03-01"),
)
def test_months(case: Case) -> None:
    check(case)


@each(
    ("Q1", "2026-01-01", "2026-04-01"),
    ("nel q4", "2025-10-01", "2026-01-01"),
    ("Q3 2025", "2025-07-01", "2025-10-01"),
    ("2025-Q3", "2025-07-01", "2025-10-01"),
    ("primo trimestre", "2026-01-01", "2026-04-01"),
    ("secondo trimestre", "2025-04-01", "2025-07-01"),
    ("terzo trimestre del 2024", "2024-07-01", "2024-10-01"),
    ("IV trimestre 2025", "2025-10-01", "2026-01-01"),
    ("1° trimestre", "2026-01-01", "2026-04-01"),
    ("the third quarter of 2025", "2025-07-01", "2025-10-01"),
    ("1st quarter", "2026-01-01", "2026-04-01"),
    ("questo trimestre", "2026-01-01", "2026-04-01"),
    ("l'ultimo trimestre", "2025-10-01", "2026-01-01"),
    ("il trimestre scorso", "2025-10-01", "2026-01-01"),
    ("last quarter", "2025-10-01", "2026-01-01"),
    ("l'ultimo trimestre del 2024", "2024-10-01", "2025-01-01"),
    ("primo semestre 2025", "2025-01-01", "2025-07-01"),
    ("secondo semestre", "2025-07-01", "2026-01-01"),
    ("H2 2025", "2025-07-01", "2026-01-01"),
    ("first half of 2025", "2025-01-01", "2025-07-01"),
    ("the first half of the year", "2026-01-01", "2026-07-01"),
    ("semestre scorso", "2025-07-01", "2026-01-01"),
    ("quest'anno", "2026-01-01", "2027-01-01"),
    ("quest anno", "2026-01-01", "2027-01-01"),
    ("this year", "2026-01-01", "2027-01-01"),
    ("anno in corso", "2026-01-01", "2027-01-01"),
    ("l'anno scorso", "2025-01-01", "2026-01-01"),
    ("lo scorso anno", "2025-01-01", "2026-01-01"),
    ("due anni fa", "2024-01-01", "2025-01-01"),
    ("nel 2024", "2024-01-01", "2025-01-01"),
    ("nel '24", "2024-01-01", "2025-01-01"),
    ("i primi 3 clienti del 2024", "2024-01-01", "2025-01-01"),
    ("fatturato 2025", "2025-01-01", "2026-01-01"),
    ("orders of 2025", "2025-01-01", "2026-01-01"),
    ("l'anno 2025", "2025-01-01", "2026-01-01"),
    ("nell'ultimo anno", "2025-03-19", "2026-03-19"),
    ("over the past year", "2025-03-19", "2026-03-19"),
    ("a fine anno", "2025-12-01", "2026-01-01"),
    ("i primi tre mesi del 2025", "2025-01-01", "2025-04-01"),
    ("il bilancio dell'anno", "2026-01-01", "2027-01-01"),
    ("estate 2025", "2025-06-01", "2025-09-01"),
    ("last summer", "2025-06-01", "2025-09-01"),
    ("l'estate scorsa", "2025-06-01", "2025-09-01"),
    ("l'inverno 2025", "2025-12-01", "2026-03-01"),
)
def test_quarters_halves_and_years(case: Case) -> None:
    check(case)


@each(
    ("ultimi 7 giorni", "2026-03-12", "2026-03-19"),
    ("negli scorsi 3 giorni", "2026-03-16", "2026-03-19"),
    ("nei 3 giorni scorsi", "2026-03-16", "2026-03-19"),
    ("in the last seven days", "2026-03-12", "2026-03-19"),
    ("past 90 days", "2025-12-19", "2026-03-19"),
    ("ultimi 90gg", "2025-12-19", "2026-03-19"),
    ("last 30d", "2026-02-17", "2026-03-19"),
    ("negli ultimi due giorni", "2026-03-17", "2026-03-19"),
    ("nell'ultimo paio di giorni", "2026-03-17", "2026-03-19"),
    ("negli ultimi trenta giorni", "2026-02-17", "2026-03-19"),
    ("negli ultimi giorni", "2026-03-12", "2026-03-19"),
    ("nei giorni scorsi", "2026-03-12", "2026-03-19"),
    ("recently", "2026-03-12", "2026-03-19"),
    ("ultimamente", "2026-03-12", "2026-03-19"),
    ("di recente", "2026-03-12", "2026-03-19"),
    ("in the last few days", "2026-03-12", "2026-03-19"),
    ("in questi giorni", "2026-03-12", "2026-03-19"),
    ("qualche giorno fa", "2026-03-12", "2026-03-19"),
    ("nelle ultime settimane", "2026-02-19", "2026-03-19"),
    ("da tre giorni", "2026-03-16", "2026-03-19"),
    ("ultime 24 ore", "2026-03-17 10:30", "2026-03-18 10:30"),
    ("last 24h", "2026-03-17 10:30", "2026-03-18 10:30"),
    ("nelle ultime quarantotto ore", "2026-03-16 10:30", "2026-03-18 10:30"),
    ("last forty-eight hours", "2026-03-16 10:30", "2026-03-18 10:30"),
    ("nell'ultima ora", "2026-03-18 09:30", "2026-03-18 10:30"),
    ("in the last hour", "2026-03-18 09:30", "2026-03-18 10:30"),
    ("nell'ultima mezz'ora", "2026-03-18 10:00", "2026-03-18 10:30"),
    ("in the last half hour", "2026-03-18 10:00", "2026-03-18 10:30"),
    ("ultimi 5 minuti", "2026-03-18 10:25", "2026-03-18 10:30"),
    ("last 90 minutes", "2026-03-18 09:00", "2026-03-18 10:30"),
    ("2 ore fa", "2026-03-18 08:30", "2026-03-18 09:30"),
    ("mezz'ora fa", "2026-03-18 10:00", "2026-03-18 10:30"),
    ("an hour ago", "2026-03-18 09:30", "2026-03-18 10:30"),
)
def test_windows_that_roll(case: Case) -> None:
    check(case)


@each(
    ("il 5 marzo", "2026-03-05", "2026-03-06"),
    ("5 marzo 2025", "2025-03-05", "2025-03-06"),
    ("cinque marzo", "2026-03-05", "2026-03-06"),
    ("il primo marzo", "2026-03-01", "2026-03-02"),
    ("1° marzo", "2026-03-01", "2026-03-02"),
    ("l'8 marzo", "2026-03-08", "2026-03-09"),
    ("il 20 marzo", "2025-03-20", "2025-03-21"),
    ("March 3rd", "2026-03-03", "2026-03-04"),
    ("March 3, 2025", "2025-03-03", "2025-03-04"),
    ("the 3rd of March", "2026-03-03", "2026-03-04"),
    ("on 12 February 2026", "2026-02-12", "2026-02-13"),
    ("Feb 12", "2026-02-12", "2026-02-13"),
    ("12-feb-2026", "2026-02-12", "2026-02-13"),
    ("May 3", "2025-05-03", "2025-05-04"),
    ("12/02/2026", "2026-02-12", "2026-02-13"),
    ("12/02/26", "2026-02-12", "2026-02-13"),
    ("2/12/2026 in English too", "2026-12-02", "2026-12-03"),
    ("12/31/2025", "2025-12-31", "2026-01-01"),
    ("2026-02-12", "2026-02-12", "2026-02-13"),
    ("2026/02/12", "2026-02-12", "2026-02-13"),
    ("5.3.2026", "2026-03-05", "2026-03-06"),
    ("5-3-2026", "2026-03-05", "2026-03-06"),
    ("errori del 5/3", "2026-03-05", "2026-03-06"),
    ("quante mail il 15?", "2026-03-15", "2026-03-16"),
    ("quante mail il 25?", "2026-02-25", "2026-02-26"),
    ("il giorno 5 marzo", "2026-03-05", "2026-03-06"),
    ("29 febbraio", "2024-02-29", "2024-03-01"),
    ("31 dicembre", "2025-12-31", "2026-01-01"),
)
def test_dates(case: Case) -> None:
    check(case)


@each(
    ("dal 3 al 10 marzo", "2026-03-03", "2026-03-11"),
    ("dal 3 al 10 maggio", "2025-05-03", "2025-05-11"),
    ("3-10 maggio", "2025-05-03", "2025-05-11"),
    ("dall'1 al 15 febbraio", "2026-02-01", "2026-02-16"),
    ("dall'8 al 10 marzo", "2026-03-08", "2026-03-11"),
    ("dal 3 al 10", "2026-03-03", "2026-03-11"),
    ("tra il 3 e il 10 marzo", "2026-03-03", "2026-03-11"),
    ("between March 3 and 10", "2026-03-03", "2026-03-11"),
    ("March 3-10", "2026-03-03", "2026-03-11"),
    ("from March 3 to 10", "2026-03-03", "2026-03-11"),
    ("from 3 to 10 May 2025", "2025-05-03", "2025-05-11"),
    ("tra il 20 febbraio e il 5 marzo", "2026-02-20", "2026-03-06"),
    ("dal 20 dicembre al 5 gennaio", "2025-12-20", "2026-01-06"),
    ("dal 28 al 3 marzo", "2026-02-28", "2026-03-04"),
    ("dal 10 al 20 marzo", "2026-03-10", "2026-03-21"),
    ("tra il 3 ed il 10 marzo", "2026-03-03", "2026-03-11"),
    ("dal 01/02/2026 al 10/02/2026", "2026-02-01", "2026-02-11"),
    ("from 2026-01-01 until 2026-01-15", "2026-01-01", "2026-01-16"),
    ("2026-01-01 - 2026-01-15", "2026-01-01", "2026-01-16"),
    ("dal 5/2 al 10/2", "2026-02-05", "2026-02-11"),
    ("da gennaio a marzo", "2026-01-01", "2026-04-01"),
    ("from October to December", "2025-10-01", "2026-01-01"),
    ("da novembre a gennaio 2026", "2025-11-01", "2026-02-01"),
    ("gennaio-marzo 2025", "2025-01-01", "2025-04-01"),
    ("tra ottobre e dicembre", "2025-10-01", "2026-01-01"),
    ("da gennaio a oggi", "2026-01-01", "2026-03-19"),
    ("dal 3 marzo a ieri", "2026-03-03", "2026-03-18"),
    ("from Monday to today", "2026-03-16", "2026-03-19"),
    ("from Monday to Wednesday", "2026-03-16", "2026-03-19"),
    ("Monday through Wednesday", "2026-03-16", "2026-03-19"),
    ("da venerdì a lunedì", "2026-03-13", "2026-03-17"),
    ("dal 2024 al 2025", "2024-01-01", "2026-01-01"),
    ("2024-2025", "2024-01-01", "2026-01-01"),
    ("1/2-15/2", "2026-02-01", "2026-02-16"),
    ("Mar 1 - Mar 15", "2026-03-01", "2026-03-16"),
    ("gennaio, febbraio e marzo 2025", "2025-01-01", "2025-04-01"),
    ("tra il 2024 e il 2025", "2024-01-01", "2026-01-01"),
    ("ieri e oggi", "2026-03-17", "2026-03-19"),
    ("oggi e ieri", "2026-03-17", "2026-03-19"),
    ("il 3 e il 4 marzo", "2026-03-03", "2026-03-05"),
    ("dalle 22 di ieri alle 6 di oggi", "2026-03-17 22:00", "2026-03-18 06:00"),
    ("da ieri sera a stamattina", "2026-03-17 18:00", "2026-03-18 12:00"),
    ("tra ieri alle 18 e oggi alle 9", "2026-03-17 18:00", "2026-03-18 09:00"),
    ("from yesterday 6pm to today 9am", "2026-03-17 18:00", "2026-03-18 09:00"),
    ("set-ott 2025", "2025-09-01", "2025-11-01"),
    ("da martedì a giovedì della settimana scorsa", "2026-03-10", "2026-03-13"),
    ("il 3, 4 e 5 marzo", "2026-03-03", "2026-03-06"),
    ("nella settimana dal 2 all'8 marzo", "2026-03-02", "2026-03-09"),
)
def test_ranges_include_their_last_day_or_month(case: Case) -> None:
    check(case)


@each(
    ("da lunedì", "2026-03-16", "2026-03-19"),
    ("da ieri", "2026-03-17", "2026-03-19"),
    ("dal 15 febbraio", "2026-02-15", "2026-03-19"),
    ("dal 15 febbraio in poi", "2026-02-15", "2026-03-19"),
    ("a partire dal 15 febbraio", "2026-02-15", "2026-03-19"),
    ("starting from February 15", "2026-02-15", "2026-03-19"),
    ("from February 15 onwards", "2026-02-15", "2026-03-19"),
    ("since February", "2026-02-01", "2026-03-19"),
    ("da gennaio", "2026-01-01", "2026-03-19"),
    ("since 2025", "2025-01-01", "2026-03-19"),
    ("since last week", "2026-03-09", "2026-03-19"),
    ("dalla settimana scorsa", "2026-03-09", "2026-03-19"),
    ("dal mese scorso", "2026-02-01", "2026-03-19"),
    ("dall'inizio del mese", "2026-03-01", "2026-03-19"),
    ("da inizio anno", "2026-01-01", "2026-03-19"),
    ("dall'inizio della settimana", "2026-03-16", "2026-03-19"),
    ("since the beginning of the month", "2026-03-01", "2026-03-19"),
    ("since the start of the quarter", "2026-01-01", "2026-03-19"),
    ("month to date", "2026-03-01", "2026-03-19"),
    ("year-to-date", "2026-01-01", "2026-03-19"),
    ("YTD", "2026-01-01", "2026-03-19"),
    ("quest'anno finora", "2026-01-01", "2026-03-19"),
    ("this month so far", "2026-03-01", "2026-03-19"),
    ("da Natale", "2025-12-25", "2026-03-19"),
    ("since this morning", "2026-03-18 06:00", "2026-03-19"),
    ("since 9 am", "2026-03-18 09:00", "2026-03-19"),
    ("ad oggi", None, "2026-03-19"),
    ("da stamattina", "2026-03-18 06:00", "2026-03-19"),
    ("da ieri sera", "2026-03-17 18:00", "2026-03-19"),
    ("dopo il 5 marzo", "2026-03-06", "2026-03-19"),
    ("after March 5", "2026-03-06", "2026-03-19"),
    ("fino a ieri", None, "2026-03-18"),
    ("until yesterday", None, "2026-03-18"),
    ("fino al 10 marzo", None, "2026-03-11"),
    ("up to March 10", None, "2026-03-11"),
    ("fino a febbraio", None, "2026-03-01"),
    ("finora", None, "2026-03-19"),
    ("prima di lunedì", None, "2026-03-16"),
    ("before March 5", None, "2026-03-05"),
    ("prima del 2026", None, "2026-01-01"),
)
def test_open_ends(case: Case) -> None:
    check(case)


@each(
    ("alle 9", "2026-03-18 09:00", "2026-03-18 10:00"),
    ("alle 15", "2026-03-17 15:00", "2026-03-17 16:00"),
    ("alle 15 di ieri", "2026-03-17 15:00", "2026-03-17 16:00"),
    ("ieri alle 15", "2026-03-17 15:00", "2026-03-17 16:00"),
    ("ieri alle ore 15:30", "2026-03-17 15:30", "2026-03-17 16:30"),
    ("alle tre del pomeriggio di ieri", "2026-03-17 15:00", "2026-03-17 16:00"),
    ("at 3 pm yesterday", "2026-03-17 15:00", "2026-03-17 16:00"),
    ("yesterday at 3pm", "2026-03-17 15:00", "2026-03-17 16:00"),
    ("9 am on Monday", "2026-03-16 09:00", "2026-03-16 10:00"),
    ("tra le 9 e le 12 di ieri", "2026-03-17 09:00", "2026-03-17 12:00"),
    ("ieri tra le 9 e le 12", "2026-03-17 09:00", "2026-03-17 12:00"),
    ("tra le 9 e mezzogiorno di ieri", "2026-03-17 09:00", "2026-03-17 12:00"),
    ("between 9 and 12 yesterday", "2026-03-17 09:00", "2026-03-17 12:00"),
    ("yesterday between 9:30 and 11", "2026-03-17 09:30", "2026-03-17 11:00"),
    ("from 2 to 5 pm yesterday", "2026-03-17 14:00", "2026-03-17 17:00"),
    ("from 9 to 12 yesterday", "2026-03-17 09:00", "2026-03-17 12:00"),
    ("dalle 14 alle 18 di lunedì", "2026-03-16 14:00", "2026-03-16 18:00"),
    ("lunedì dalle 14 alle 18", "2026-03-16 14:00", "2026-03-16 18:00"),
    ("ieri dalle 9 e 30 alle 11 e mezza", "2026-03-17 09:30", "2026-03-17 11:30"),
    ("dopo le 18", "2026-03-17 18:00", "2026-03-18"),
    ("ieri dopo le 18", "2026-03-17 18:00", "2026-03-18"),
    ("oggi dopo le 9", "2026-03-18 09:00", "2026-03-19"),
    ("prima delle 9", "2026-03-18", "2026-03-18 09:00"),
    ("ieri prima delle 9", "2026-03-17", "2026-03-17 09:00"),
    ("yesterday before 9 am", "2026-03-17", "2026-03-17 09:00"),
    ("dopo mezzogiorno", "2026-03-17 12:00", "2026-03-18"),
    ("after noon on Monday", "2026-03-16 12:00", "2026-03-17"),
    ("il 5 marzo alle 8", "2026-03-05 08:00", "2026-03-05 09:00"),
    ("ieri a mezzogiorno", "2026-03-17 12:00", "2026-03-17 13:00"),
    ("alle 8 di stamattina", "2026-03-18 08:00", "2026-03-18 09:00"),
    ("dopo le 9 di ieri sera", "2026-03-17 21:00", "2026-03-18"),
    ("stanotte tra le 2 e le 4", "2026-03-18 02:00", "2026-03-18 04:00"),
    ("half past nine yesterday", "2026-03-17 09:30", "2026-03-17 10:30"),
    ("9 o'clock yesterday", "2026-03-17 09:00", "2026-03-17 10:00"),
    ("ieri dalle 22", "2026-03-17 22:00", "2026-03-18"),
    ("ieri quante mail sono arrivate dopo le 18?", "2026-03-17 18:00", "2026-03-18"),
    ("tra le 9 e le 10 quante mail ieri?", "2026-03-17 09:00", "2026-03-17 10:00"),
    ("dalle 22 alle 6", "2026-03-17 22:00", "2026-03-18 06:00"),
)
def test_clock_times(case: Case) -> None:
    check(case)


@each(
    ("a Natale", "2025-12-25", "2025-12-26"),
    ("Natale 2024", "2024-12-25", "2024-12-26"),
    ("last Christmas", "2025-12-25", "2025-12-26"),
    ("la vigilia di Natale", "2025-12-24", "2025-12-25"),
    ("on Christmas Eve", "2025-12-24", "2025-12-25"),
    ("a Santo Stefano", "2025-12-26", "2025-12-27"),
    ("a Capodanno", "2026-01-01", "2026-01-02"),
    ("New Year's Eve", "2025-12-31", "2026-01-01"),
    ("all'Epifania", "2026-01-06", "2026-01-07"),
    ("a Pasqua", "2025-04-20", "2025-04-21"),
    ("Easter 2026", "2026-04-05", "2026-04-06"),
    ("Easter Monday", "2025-04-21", "2025-04-22"),
    ("a Pasquetta", "2025-04-21", "2025-04-22"),
    ("lunedì dell'Angelo", "2025-04-21", "2025-04-22"),
    ("a Ferragosto", "2025-08-15", "2025-08-16"),
    ("il Black Friday", "2025-11-28", "2025-11-29"),
    ("Black Friday 2024", "2024-11-29", "2024-11-30"),
    ("Cyber Monday", "2025-12-01", "2025-12-02"),
    ("il 1 maggio", "2025-05-01", "2025-05-02"),
    ("il 25 aprile", "2025-04-25", "2025-04-26"),
    ("a Ognissanti", "2025-11-01", "2025-11-02"),
    ("l'Immacolata", "2025-12-08", "2025-12-09"),
    ("il giorno prima di Natale", "2025-12-24", "2025-12-25"),
    ("la settimana prima di Natale", "2025-12-15", "2025-12-22"),
    ("due giorni dopo Natale", "2025-12-27", "2025-12-28"),
)
def test_feasts(case: Case) -> None:
    check(case)


@each(
    ("domani", "2026-03-19", "2026-03-20"),
    ("dopodomani", "2026-03-20", "2026-03-21"),
    ("dopo domani", "2026-03-20", "2026-03-21"),
    ("the day after tomorrow", "2026-03-20", "2026-03-21"),
    ("domani mattina", "2026-03-19 06:00", "2026-03-19 12:00"),
    ("tomorrow afternoon", "2026-03-19 12:00", "2026-03-19 18:00"),
    ("tonight", "2026-03-18 18:00", "2026-03-19"),
    ("lunedì prossimo", "2026-03-23", "2026-03-24"),
    ("venerdì prossimo", "2026-03-20", "2026-03-21"),
    ("next Monday", "2026-03-23", "2026-03-24"),
    ("il prossimo weekend", "2026-03-21", "2026-03-23"),
    ("la settimana prossima", "2026-03-23", "2026-03-30"),
    ("next week", "2026-03-23", "2026-03-30"),
    ("la settimana che viene", "2026-03-23", "2026-03-30"),
    ("il mese prossimo", "2026-04-01", "2026-05-01"),
    ("prossimo trimestre", "2026-04-01", "2026-07-01"),
    ("next year", "2027-01-01", "2028-01-01"),
    ("prossimi 7 giorni", "2026-03-19", "2026-03-26"),
    ("in the next 3 days", "2026-03-19", "2026-03-22"),
    ("nelle prossime due settimane", "2026-03-19", "2026-04-02"),
    ("nelle prossime 24 ore", "2026-03-18 10:30", "2026-03-19 10:30"),
    ("tra 3 giorni", "2026-03-21", "2026-03-22"),
    ("fra due settimane", "2026-03-30", "2026-04-06"),
    ("3 days from now", "2026-03-21", "2026-03-22"),
    ("entro fine mese", "2026-03-18", "2026-04-01"),
    ("by the end of the month", "2026-03-18", "2026-04-01"),
    ("entro venerdì", "2026-03-18", "2026-03-21"),
    ("by Friday", "2026-03-18", "2026-03-21"),
    ("entro domani", "2026-03-18", "2026-03-20"),
    ("entro la fine dell'anno", "2026-03-18", "2027-01-01"),
    ("entro il 30 aprile", "2026-03-18", "2026-05-01"),
    ("a marzo dell'anno prossimo", "2027-03-01", "2027-04-01"),
    ("prevedi gli ordini di lunedì", "2026-03-23", "2026-03-24"),
    ("quante mail arriveranno venerdì?", "2026-03-20", "2026-03-21"),
    ("how many orders will we get on Wednesday?", "2026-03-25", "2026-03-26"),
    ("che ordini avremo ad aprile?", "2026-04-01", "2026-05-01"),
    ("arriverà qualcosa a maggio?", "2026-05-01", "2026-06-01"),
    ("quanti ordini faremo a fine mese?", "2026-03-18", "2026-04-01"),
    ("forecast for Christmas", "2026-12-25", "2026-12-26"),
    ("prevedi gli ordini dal 20 al 25 marzo", "2026-03-20", "2026-03-26"),
    ("che cosa prevedi per questo weekend?", "2026-03-21", "2026-03-23"),
    ("quanti ordini arriveranno fino a domenica?", "2026-03-18", "2026-03-23"),
)
def test_the_future_when_the_words_ask_for_it(case: Case) -> None:
    check(case)
    assert read(case[0]).future


@each(
    ("lunedì", "2026-03-23", "2026-03-24"),
    ("mercoledì", "2026-03-25", "2026-03-26"),
    ("a marzo", "2026-03-01", "2026-04-01"),
    ("ad aprile", "2026-04-01", "2026-05-01"),
    ("il 10 marzo", "2027-03-10", "2027-03-11"),
    ("nel weekend", "2026-03-21", "2026-03-23"),
    ("in 3 days", "2026-03-21", "2026-03-22"),
    ("stanotte", "2026-03-19", "2026-03-19 06:00"),
    ("alle 15", "2026-03-18 15:00", "2026-03-18 16:00"),
    ("ieri", "2026-03-17", "2026-03-18"),
)
def test_bare_names_are_the_next_ones_in_a_question_about_the_future(case: Case) -> None:
    check(case, future=True)


JUST_AFTER_MIDNIGHT = "2026-03-18 00:05"


@each(
    ("oggi", "2026-03-18", "2026-03-19"),
    ("ieri", "2026-03-17", "2026-03-18"),
    ("stanotte", "2026-03-18", "2026-03-18 06:00"),
    ("la notte scorsa", "2026-03-17", "2026-03-17 06:00"),
    ("ieri sera", "2026-03-17 18:00", "2026-03-18"),
    ("ultime 2 ore", "2026-03-17 22:05", "2026-03-18 00:05"),
    ("mercoledì", "2026-03-18", "2026-03-19"),
    ("dopo le 18", "2026-03-17 18:00", "2026-03-18"),
    ("ultimi 2 giorni", "2026-03-17", "2026-03-19"),
)
def test_just_after_midnight(case: Case) -> None:
    check(case, JUST_AFTER_MIDNIGHT)


SUNDAY_EVENING = "2026-11-22 21:15"


@each(
    ("questa settimana", "2026-11-16", "2026-11-23"),
    ("la settimana scorsa", "2026-11-09", "2026-11-16"),
    ("domenica", "2026-11-22", "2026-11-23"),
    ("domenica scorsa", "2026-11-15", "2026-11-16"),
    ("nel weekend", "2026-11-21", "2026-11-23"),
    ("lo scorso weekend", "2026-11-14", "2026-11-16"),
    ("da lunedì", "2026-11-16", "2026-11-23"),
    ("next week", "2026-11-23", "2026-11-30"),
    ("next Monday", "2026-11-23", "2026-11-24"),
    ("settimana 47", "2026-11-16", "2026-11-23"),
    ("ultimi 7 giorni", "2026-11-16", "2026-11-23"),
    ("stasera", "2026-11-22 18:00", "2026-11-23"),
    ("il Black Friday", "2025-11-28", "2025-11-29"),
    ("da ottobre a dicembre", "2026-10-01", "2027-01-01"),
)
def test_on_a_sunday_evening(case: Case) -> None:
    check(case, SUNDAY_EVENING)


MONDAY_MORNING = "2026-03-16 08:00"


@each(
    ("lunedì", "2026-03-16", "2026-03-17"),
    ("lunedì scorso", "2026-03-09", "2026-03-10"),
    ("lunedì prossimo", "2026-03-23", "2026-03-24"),
    ("questa settimana", "2026-03-16", "2026-03-23"),
    ("nel weekend", "2026-03-14", "2026-03-16"),
    ("last weekend", "2026-03-14", "2026-03-16"),
    ("da lunedì", "2026-03-16", "2026-03-17"),
    ("week to date", "2026-03-16", "2026-03-17"),
    ("venerdì", "2026-03-13", "2026-03-14"),
)
def test_on_a_monday_morning(case: Case) -> None:
    check(case, MONDAY_MORNING)


@each(
    ("nell'ultimo mese", "2026-03-01", "2026-04-01"),
    ("un mese fa", "2026-02-01", "2026-03-01"),
    ("questo mese", "2026-03-01", "2026-04-01"),
    ("il mese prossimo", "2026-04-01", "2026-05-01"),
    ("il 31", "2026-03-31", "2026-04-01"),
    ("il 30 quanti ordini?", "2026-03-30", "2026-03-31"),
    ("domani", "2026-04-01", "2026-04-02"),
    ("fine mese", "2026-03-21", "2026-04-01"),
)
def test_on_the_31st(case: Case) -> None:
    text = case[0] if case[0] != "il 31" else "quante mail il 31"
    if case[0] == "il 30 quanti ordini?":
        text = "quanti ordini ci sono stati il 30"
    check((text, case[1], case[2]), "2026-03-31 12:00")


@each(
    ("oggi", "2024-02-29", "2024-03-01"),
    ("l'anno scorso", "2023-01-01", "2024-01-01"),
    ("nell'ultimo anno", "2023-03-01", "2024-03-01"),
    ("29 febbraio", "2024-02-29", "2024-03-01"),
    ("il mese scorso", "2024-01-01", "2024-02-01"),
    ("ultimi 29 giorni", "2024-02-01", "2024-03-01"),
    ("29/02/2024", "2024-02-29", "2024-03-01"),
)
def test_on_29_february(case: Case) -> None:
    check(case, "2024-02-29 15:00")


@each(
    ("oggi", "2025-12-31", "2026-01-01"),
    ("questa settimana", "2025-12-29", "2026-01-05"),
    ("domani", "2026-01-01", "2026-01-02"),
    ("l'anno prossimo", "2026-01-01", "2027-01-01"),
    ("settimana 1", "2025-12-29", "2026-01-05"),
    ("questo trimestre", "2025-10-01", "2026-01-01"),
    ("San Silvestro", "2025-12-31", "2026-01-01"),
    ("a Capodanno", "2025-01-01", "2025-01-02"),
    ("ultimi 7 giorni", "2025-12-25", "2026-01-01"),
)
def test_at_the_end_of_the_year(case: Case) -> None:
    check(case, "2025-12-31 23:30")


@each(
    ("gennaio", "2026-01-01", "2026-02-01"),
    ("dicembre", "2025-12-01", "2026-01-01"),
    ("la settimana scorsa", "2025-12-22", "2025-12-29"),
    ("ieri", "2025-12-31", "2026-01-01"),
    ("il mese scorso", "2025-12-01", "2026-01-01"),
    ("l'anno scorso", "2025-01-01", "2026-01-01"),
    ("last quarter", "2025-10-01", "2026-01-01"),
)
def test_on_new_years_day(case: Case) -> None:
    check(case, "2026-01-01 09:00")


def test_the_day_on_which_summer_time_begins_has_23_hours() -> None:
    window = read("oggi", "2026-03-29 12:00").window
    assert window is not None
    assert window.start is not None
    assert (window.end - window.start).total_seconds() == 23 * 3600
    assert window.start.isoformat() == "2026-03-29T00:00:00+01:00"
    assert window.end.isoformat() == "2026-03-30T00:00:00+02:00"


def test_the_day_on_which_summer_time_ends_has_25_hours() -> None:
    window = read("oggi", "2026-10-25 12:00").window
    assert window is not None
    assert window.start is not None
    assert (window.end - window.start).total_seconds() == 25 * 3600
    assert window.start.isoformat() == "2026-10-25T00:00:00+02:00"


@pytest.mark.parametrize(
    ("now", "start"),
    [
        pytest.param("2026-03-29T10:00+02:00", "2026-03-28T09:00:00+01:00", id="spring"),
        pytest.param("2026-10-25T10:00+01:00", "2026-10-24T11:00:00+02:00", id="autumn"),
    ],
)
def test_24_hours_are_24_hours_when_the_clocks_change(now: str, start: str) -> None:
    found = read_time("nelle ultime 24 ore", now=datetime.fromisoformat(now), zone=ROME)
    assert found.window is not None
    assert found.window.start is not None
    assert found.window.start.isoformat() == start


def test_one_hour_back_within_the_hour_that_the_clock_shows_twice() -> None:
    second_time = datetime.fromisoformat("2026-10-25T02:30+01:00")
    window = read_time("nell'ultima ora", now=second_time, zone=ROME).window
    assert window is not None
    assert window.start is not None
    assert window.start.isoformat() == "2026-10-25T02:30:00+02:00"
    assert window.end.isoformat() == "2026-10-25T02:30:00+01:00"
    assert window.start < window.end


def test_an_hour_that_the_clocks_skip_is_the_hour_after() -> None:
    window = read("il 29 marzo alle 2", "2026-03-30 10:00").window
    assert window is not None
    assert window.start is not None
    assert window.start.isoformat() == "2026-03-29T03:00:00+02:00"
    assert window.end.isoformat() == "2026-03-29T04:00:00+02:00"


def test_the_zone_decides_what_today_is() -> None:
    now = datetime.fromisoformat("2026-03-18T23:30+00:00")
    tokyo = read_time("oggi", now=now, zone=ZoneInfo("Asia/Tokyo")).window
    new_york = read_time("today", now=now, zone=ZoneInfo("America/New_York")).window
    assert tokyo is not None
    assert new_york is not None
    assert tokyo.start is not None
    assert new_york.start is not None
    assert tokyo.start.isoformat() == "2026-03-19T00:00:00+09:00"
    assert new_york.start.isoformat() == "2026-03-18T00:00:00-04:00"
