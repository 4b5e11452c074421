"""Words of time that turns share, and the time that a turn's words are found to mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from catalogue.query import Window
from language.tokens import word_set
from language.vocabulary import ARTICLES

ONE_DAY = timedelta(days=1)
UNITS: dict[str, str] = {
    **dict.fromkeys(("giorno", "giorni", "giornata", "day", "days"), "day"),
    **dict.fromkeys(
        ("notte", "mattina", "mattino", "pomeriggio", "sera", "night", "morning", "afternoon",
         "evening"), "part",
    ),
    **dict.fromkeys(("settimana", "settimane", "week", "weeks"), "week"),
    **dict.fromkeys(("mese", "mesi", "month", "months"), "month"),
    **dict.fromkeys(("trimestre", "trimestri", "quarter", "quarters"), "quarter"),
    **dict.fromkeys(("semestre", "semestri"), "half"),
    **dict.fromkeys(("anno", "anni", "year", "years"), "year"),
    **dict.fromkeys(("periodo", "periodi", "period", "periods"), "period"),
}  # fmt: skip
EARLIER = word_set("prima precedente precedenti before earlier previous preceding prior")
LATER = word_set(
    """dopo successivo successiva successivi successive seguente seguenti after later following
    subsequent"""
)
SMALL = ARTICLES | word_set(
    """e ed and ma but o invece instead ancora that it this quello quella what about how then poi ok
    ne se now adesso solo only just quanti quante how many i l"""
)
WEEKDAYS = {
    name: place
    for place, names in enumerate(
        ("lunedi monday", "martedi tuesday", "mercoledi wednesday", "giovedi thursday",
         "venerdi friday", "sabato saturday", "domenica sunday"), start=1,
    )
    for name in names.split()
}  # fmt: skip


LEADS = word_set("e ed and ma but what about how ok")


@dataclass(frozen=True)
class Completed:
    """A window, the tokens that say it, and the words that name it where they are known."""

    window: Window
    places: frozenset[int]
    words: str | None = None
    hours: tuple[tuple[int, int], ...] = ()
    weekdays: tuple[int, ...] = ()
