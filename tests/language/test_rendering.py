from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from catalogue import BusinessQuery, Language, QuestionType, Reading, Window
from language.rendering import render
from language.story_answers import PROCESS_SUMMARY_COLUMNS
from persistence.business_queries import columns_of
from persistence.results import Coverage, FailureCause, Note, Result

ROME = ZoneInfo("Europe/Rome")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ROME)


def span(start: str | None, end: str) -> Window:
    return Window(start=at(start) if start else None, end=at(end))


NOW = at("2026-11-22T14:05")  # a Sunday
TODAY = span("2026-11-22", "2026-11-23")
YESTERDAY = span("2026-11-21", "2026-11-22")
TOMORROW = span("2026-11-23", "2026-11-24")
THIS_WEEK = span("2026-11-16", "2026-11-23")
LAST_WEEK = span("2026-11-09", "2026-11-16")
NOVEMBER = span("2026-11-01", "2026-12-01")
OCTOBER = span("2026-10-01", "2026-11-01")
LAST_30_DAYS = span("2026-10-24", "2026-11-23")
COVERS = Coverage(at("2026-10-19T08:15"), NOW, complete=True, caught_up=True, synced_at=NOW)
IN_PART = Coverage(at("2026-10-19T08:15"), NOW, complete=False, caught_up=True, synced_at=NOW)
LONG = Coverage(at("2025-01-10T08:15"), NOW, complete=True, caught_up=True, synced_at=NOW)


def limited(**fields: str) -> tuple[dict[str, Any], ...]:
    return tuple({"field": name, "values": [value]} for name, value in fields.items())


@dataclass(frozen=True)
class Case:
    """A result and its whole text, line by line, in both languages."""

    id: str
    query: dict[str, Any]
    rows: Sequence[Sequence[Any]]
    it: Sequence[str]
    en: Sequence[str]
    focus: Any = None
    type: QuestionType = QuestionType.BUSINESS_DATA
    notes: tuple[Note, ...] = ()
    total: int | None = None
    coverage: Coverage = COVERS
    assumed: tuple[str, ...] = ()
    columns: tuple[str, ...] = field(default=())
    causes: tuple[FailureCause, ...] = ()

    def text(self, language: Language) -> str:
        query = BusinessQuery.model_validate(self.query)
        reading = Reading(
            type=self.type, language=language, query=query, focus=self.focus, assumed=self.assumed
        )
        result = Result(
            columns=self.columns or columns_of(query),
            rows=tuple(tuple(row) for row in self.rows),
            total_rows=len(self.rows) if self.total is None else self.total,
            coverage=self.coverage,
            notes=self.notes,
            causes=self.causes,
        )
        return render(reading, result, now=NOW, zone=ROME, processes=())


QUOTA = FailureCause(
    cause="Request failed with status code 429",
    errors=9,
    first_at=at("2026-11-09T09:12"),
    last_at=at("2026-11-14T18:30"),
    processes=2,
    retried=5,
    recovered=3,
    step="Chiama ERP",
    error_class="NodeApiError 429",
    process="Ordini e-commerce",
    example="Request failed with status code 429",
    example_execution_id=812,
)
MISSING_NUMBER = replace(
    QUOTA,
    cause="Ordine … senza numero",
    example="Ordine 4711 senza numero",
    processes=1,
    retried=0,
    recovered=0,
)
GAP = Note("gap", (at("2026-11-10T12:00").isoformat(), at("2026-11-12T09:00").isoformat()))
INCOMPLETE = replace(COVERS, complete=False)

CASES = [
    Case(
        "the most frequent cause, with what is known of it",
        query={"metric": "errors", "window": LAST_WEEK, "group_by": ["cause"], "limit": 1},
        rows=[("Request failed with status code 429", 9)],
        total=2,
        causes=(QUOTA,),
        it=[
            (
                "❌ La causa d'errore più frequente la settimana scorsa (9): il servizio ha "
                "ricevuto troppe richieste (limite superato)."
            ),
            (
                "🔎 In 2 processi; l'ultima volta in «Ordini e-commerce», al passo «Chiama ERP». "
                "La prima volta lunedì 9 novembre alle 9:12, l'ultima sabato 14 novembre alle "
                "18:30. Ritentate 5, riuscite 3. Esempio: «Request failed with status code 429»."
            ),
            "💡 Distribuisci le richieste nel tempo o chiedi al fornitore un limite più alto.",
        ],
        en=[
            (
                "❌ The most frequent cause of errors last week (9): the service received too many"
                " requests (limit exceeded)."
            ),
            (
                "🔎 In 2 processes; the last time in “Ordini e-commerce”, at step “Chiama ERP”. "
                "First on Monday 9 November at 9:12, most recently on Saturday 14 November at "
                "18:30. Run again: 5, succeeded: 3. Example: “Request failed with status code "
                "429”."
            ),
            "💡 Spread the requests over time, or ask the provider for a higher limit.",
        ],
        focus="cause",
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "a cause that nobody tried again",
        query={"metric": "errors", "window": LAST_WEEK, "group_by": ["cause"], "limit": 1},
        rows=[("Ordine … senza numero", 9)],
        causes=(MISSING_NUMBER,),
        it=[
            "❌ La causa d'errore più frequente la settimana scorsa (9): «Ordine … senza numero».",
            (
                "🔎 In «Ordini e-commerce», al passo «Chiama ERP». La prima volta lunedì 9 "
                "novembre alle 9:12, l'ultima sabato 14 novembre alle 18:30. Nessuna è stata "
                "ritentata. Esempio: «Ordine 4711 senza numero»."
            ),
        ],
        en=[
            "❌ The most frequent cause of errors last week (9): “Ordine … senza numero”.",
            (
                "🔎 In “Ordini e-commerce”, at step “Chiama ERP”. First on Monday 9 November at "
                "9:12, most recently on Saturday 14 November at 18:30. None was run again. "
                "Example: “Ordine 4711 senza numero”."
            ),
        ],
        focus="cause",
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "a cause that struck once",
        query={"metric": "errors", "window": LAST_WEEK, "group_by": ["cause"], "limit": 1},
        rows=[("Request failed with status code 429", 1)],
        causes=(replace(QUOTA, errors=1, processes=1, retried=1, recovered=0),),
        it=[
            (
                "❌ La causa d'errore più frequente la settimana scorsa (1): il servizio ha "
                "ricevuto troppe richieste (limite superato)."
            ),
            (
                "🔎 In «Ordini e-commerce», al passo «Chiama ERP». Una volta sola, sabato 14 "
                "novembre alle 18:30. Ritentata, non è riuscita. Esempio: «Request failed with "
                "status code 429»."
            ),
            "💡 Distribuisci le richieste nel tempo o chiedi al fornitore un limite più alto.",
        ],
        en=[
            (
                "❌ The most frequent cause of errors last week (1): the service received too many"
                " requests (limit exceeded)."
            ),
            (
                "🔎 In “Ordini e-commerce”, at step “Chiama ERP”. Only once, on Saturday 14 "
                "November at 18:30. Run again, it failed again. Example: “Request failed with "
                "status code 429”."
            ),
            "💡 Spread the requests over time, or ask the provider for a higher limit.",
        ],
        focus="cause",
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "the errors of a week with the cause of most",
        query={"kind": "story", "story": "errors", "window": LAST_WEEK},
        rows=[("Ordini", 9, at("2026-11-14T18:30"), "Ordine … senza numero", 9)],
        causes=(MISSING_NUMBER, replace(QUOTA, errors=2)),
        it=[
            "❌ Errori la settimana scorsa: 9",
            (
                "• Ordini · 9 errori · l'ultimo sabato 14 novembre alle 18:30: «Ordine … senza "
                "numero» · negli ultimi 7 giorni: 9"
            ),
            "La causa più frequente (9): «Ordine … senza numero».",
            (
                "🔎 In «Ordini e-commerce», al passo «Chiama ERP». La prima volta lunedì 9 "
                "novembre alle 9:12, l'ultima sabato 14 novembre alle 18:30. Nessuna è stata "
                "ritentata. Esempio: «Ordine 4711 senza numero»."
            ),
        ],
        en=[
            "❌ Errors last week: 9",
            (
                "• Ordini · 9 errors · the last one on Saturday 14 November at 18:30: “Ordine … "
                "senza numero” · in the last 7 days: 9"
            ),
            "The most frequent cause (9): “Ordine … senza numero”.",
            (
                "🔎 In “Ordini e-commerce”, at step “Chiama ERP”. First on Monday 9 November at "
                "9:12, most recently on Saturday 14 November at 18:30. None was run again. "
                "Example: “Ordine 4711 senza numero”."
            ),
        ],
    ),
    Case(
        "a window with a gap",
        query={"metric": "orders", "window": LAST_WEEK},
        rows=[(12,)],
        notes=(GAP, Note("second_source", ("gap", "insights", "16", "1", "2", ""))),
        coverage=INCOMPLETE,
        it=[
            "🛒 Ordini la settimana scorsa: 12",
            (
                "ℹ️ Manca il periodo da martedì 10 novembre alle 12:00 a giovedì 12 novembre alle"
                " 9:00: n8n ha cancellato quei dati prima che li leggessi. Del periodo che manca "
                "so solo quanto dicono i contatori di n8n (che non sommo ai dati registrati): 16 "
                "riuscite e 1 fallita in 2 giorni."
            ),
        ],
        en=[
            "🛒 Orders last week: 12",
            (
                "ℹ️ The time from Tuesday 10 November at 12:00 to Thursday 12 November at 9:00 is"
                " missing: n8n deleted that data before I had read it. Of the time that is "
                "missing I only know what n8n's own counters (which I do not add to the records) "
                "say: 16 succeeded and 1 failed on 2 days."
            ),
        ],
    ),
    Case(
        "a window inside a gap",
        query={"metric": "orders", "window": span("2026-11-11", "2026-11-12")},
        rows=[],
        notes=(Note("gap", (at("2026-11-11").isoformat(), at("2026-11-12").isoformat())),),
        coverage=INCOMPLETE,
        it=[
            (
                "ℹ️ Non ho dati per mercoledì 11 novembre: n8n li ha cancellati prima che li "
                "leggessi."
            ),
        ],
        en=[
            "ℹ️ I have no data for Wednesday 11 November: n8n deleted it before I had read it.",
        ],
    ),
    Case(
        "days of which some lie in a gap",
        query={"metric": "orders", "window": LAST_WEEK, "group_by": ["day"]},
        rows=[("2026-11-09", 3), ("2026-11-13", 4), ("2026-11-14", 5)],
        notes=(GAP,),
        coverage=INCOMPLETE,
        it=[
            "🛒 Ordini per giorno la settimana scorsa: 12 in tutto",
            "  lun 9 nov   3  ██████████",
            "  ven 13 nov  4  █████████████",
            "  sab 14 nov  5  ████████████████",
            "Picco: sabato 14 novembre (5).",
            "Senza ordini: dom 15 nov.",
            (
                "ℹ️ Manca il periodo da martedì 10 novembre alle 12:00 a giovedì 12 novembre alle"
                " 9:00: n8n ha cancellato quei dati prima che li leggessi."
            ),
        ],
        en=[
            "🛒 Orders by day last week: 12 in all",
            "  Mon 9 Nov   3  ██████████",
            "  Fri 13 Nov  4  █████████████",
            "  Sat 14 Nov  5  ████████████████",
            "Peak: Saturday 14 November (5).",
            "Without orders: Sun 15 Nov.",
            (
                "ℹ️ The time from Tuesday 10 November at 12:00 to Thursday 12 November at 9:00 is"
                " missing: n8n deleted that data before I had read it."
            ),
        ],
    ),
    Case(
        "a comparison with a week that has a gap",
        query={
            "metric": "orders",
            "window": span("2026-11-16", "2026-11-22"),
            "compare_to": LAST_WEEK,
        },
        rows=[("2026-W47", 30), ("2026-W46", 12)],
        notes=(GAP,),
        coverage=INCOMPLETE,
        it=[
            (
                "🛒 Ordini: 30 dal 16 al 21 novembre; 12 la settimana scorsa, ma quel periodo è "
                "registrato solo in parte: un confronto non è possibile."
            ),
            "  Dal 16 al 21 novembre  30",
            "  La settimana scorsa    12",
            (
                "ℹ️ Manca il periodo da martedì 10 novembre alle 12:00 a giovedì 12 novembre alle"
                " 9:00: n8n ha cancellato quei dati prima che li leggessi."
            ),
        ],
        en=[
            (
                "🛒 Orders: 30 from 16 to 21 November; 12 last week, but that period is recorded "
                "only in part: they cannot be compared."
            ),
            "  From 16 to 21 November  30",
            "  Last week               12",
            (
                "ℹ️ The time from Tuesday 10 November at 12:00 to Thursday 12 November at 9:00 is"
                " missing: n8n deleted that data before I had read it."
            ),
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "a count",
        query={"metric": "emails_received", "window": TODAY},
        rows=[(12,)],
        it=["📧 Email ricevute oggi: 12"],
        en=["📧 Emails received today: 12"],
    ),
    Case(
        "a count of zero",
        query={"metric": "errors", "window": TODAY},
        rows=[(0,)],
        it=["❌ Errori oggi: 0"],
        en=["❌ Errors today: 0"],
    ),
    Case(
        "a count of one",
        query={"metric": "orders", "window": YESTERDAY},
        rows=[(1,)],
        it=["🛒 Ordini ieri: 1"],
        en=["🛒 Orders yesterday: 1"],
    ),
    Case(
        "a count in the thousands",
        query={"metric": "emails_received"},
        rows=[(1204,)],
        it=["📧 Email ricevute in totale: 1.204", "ℹ️ Dati dal 19 ottobre."],
        en=["📧 Emails received in all: 1,204", "ℹ️ Data from 19 October."],
    ),
    Case(
        "sent emails",
        query={"metric": "emails_sent", "window": LAST_WEEK},
        rows=[(129,)],
        it=["📤 Email inviate la settimana scorsa: 129"],
        en=["📤 Emails sent last week: 129"],
    ),
    Case(
        "a month",
        query={"metric": "orders", "window": OCTOBER},
        rows=[(67,)],
        it=["🛒 Ordini a ottobre: 67"],
        en=["🛒 Orders in October: 67"],
        coverage=LONG,
    ),
    Case(
        "a month of another year",
        query={"metric": "orders", "window": span("2025-10-01", "2025-11-01")},
        rows=[(67,)],
        it=["🛒 Ordini a ottobre 2025: 67"],
        en=["🛒 Orders in October 2025: 67"],
        coverage=LONG,
    ),
    Case(
        "hours of a day",
        query={"metric": "executions", "window": span("2026-11-21T09:00", "2026-11-21T12:00")},
        rows=[(40,)],
        it=["⚙️ Esecuzioni ieri dalle 9 alle 12: 40"],
        en=["⚙️ Executions yesterday from 9:00 to 12:00: 40"],
    ),
    Case(
        "hours that recur",
        query={"metric": "errors", "window": LAST_30_DAYS, "hours": [(0, 6)]},
        rows=[(3,)],
        it=["❌ Errori negli ultimi 30 giorni, di notte (0–6): 3"],
        en=["❌ Errors in the last 30 days, at night (0:00–6:00): 3"],
    ),
    Case(
        "weekdays that recur",
        query={"metric": "orders", "window": NOVEMBER, "weekdays": [1]},
        rows=[(9,)],
        it=["🛒 Ordini questo mese, il lunedì: 9"],
        en=["🛒 Orders this month, on Mondays: 9"],
    ),
    Case(
        "one process",
        query={"metric": "errors", "window": YESTERDAY, "filters": limited(process="Fatture")},
        rows=[(3,)],
        it=["❌ Errori del processo «Fatture» ieri: 3"],
        en=["❌ Errors in “Fatture” yesterday: 3"],
    ),
    Case(
        "emails of a process",
        query={
            "metric": "emails_received",
            "window": YESTERDAY,
            "filters": limited(process="Fatture"),
        },
        rows=[(3,)],
        it=["📧 Email ricevute nel processo «Fatture» ieri: 3"],
        en=["📧 Emails received in “Fatture” yesterday: 3"],
    ),
    Case(
        "two processes",
        query={
            "metric": "executions",
            "window": YESTERDAY,
            "filters": [{"field": "process", "values": ["Fatture", "Ordini"]}],
        },
        rows=[(30,)],
        it=["⚙️ Esecuzioni dei processi «Fatture» e «Ordini» ieri: 30"],
        en=["⚙️ Executions of “Fatture” and “Ordini” yesterday: 30"],
    ),
    Case(
        "all but one process",
        query={
            "metric": "errors",
            "window": YESTERDAY,
            "filters": [{"field": "process", "op": "is_not", "values": ["Fatture"]}],
        },
        rows=[(3,)],
        it=["❌ Errori (esclusi: «Fatture») ieri: 3"],
        en=["❌ Errors (excluding “Fatture”) yesterday: 3"],
    ),
    Case(
        "processes by a part of their name",
        query={
            "metric": "errors",
            "window": YESTERDAY,
            "filters": [{"field": "process", "op": "contains", "values": ["fatt"]}],
        },
        rows=[(3,)],
        it=["❌ Errori dei processi con «fatt» nel nome ieri: 3"],
        en=["❌ Errors in processes with “fatt” in their name yesterday: 3"],
    ),
    Case(
        "a status",
        query={"metric": "executions", "window": YESTERDAY, "filters": limited(status="error")},
        rows=[(3,)],
        it=["⚙️ Esecuzioni fallite ieri: 3"],
        en=["⚙️ Failed executions yesterday: 3"],
    ),
    Case(
        "two statuses",
        query={
            "metric": "executions",
            "window": YESTERDAY,
            "filters": [{"field": "status", "values": ["error", "canceled"]}],
        },
        rows=[(3,)],
        it=["⚙️ Esecuzioni fallite o annullate ieri: 3"],
        en=["⚙️ Failed or canceled executions yesterday: 3"],
    ),
    Case(
        "a duration of successes only",
        query={"metric": "avg_duration", "window": YESTERDAY, "filters": limited(status="success")},
        rows=[(0.4,)],
        it=["⏱️ Durata media (solo riuscite) ieri: 0,4 s"],
        en=["⏱️ Average duration (only successful) yesterday: 0.4 s"],
    ),
    Case(
        "a sender",
        query={"metric": "emails_received", "filters": limited(sender="mario@example.com")},
        rows=[(4,)],
        it=["📧 Email ricevute da «mario@example.com» in totale: 4", "ℹ️ Dati dal 19 ottobre."],
        en=["📧 Emails received from “mario@example.com” in all: 4", "ℹ️ Data from 19 October."],
    ),
    Case(
        "a customer",
        query={"metric": "orders", "window": OCTOBER, "filters": limited(customer="Rossi Srl")},
        rows=[(4,)],
        it=["🛒 Ordini del cliente «Rossi Srl» a ottobre: 4"],
        en=["🛒 Orders of customer “Rossi Srl” in October: 4"],
        coverage=LONG,
    ),
    Case(
        "a text",
        query={
            "metric": "emails_received",
            "window": TODAY,
            "filters": [{"field": "text", "op": "contains", "values": ["reso"]}],
        },
        rows=[(2,)],
        it=["📧 Email ricevute con «reso» nell'oggetto o nel testo conservato oggi: 2"],
        en=["📧 Emails received with “reso” in the subject or the stored text today: 2"],
    ),
    Case(
        "a rate",
        query={"metric": "success_rate", "window": LAST_30_DAYS},
        rows=[(97.543,)],
        it=[
            "🎯 Tasso di successo negli ultimi 30 giorni: 97,5%",
            "ℹ️ Calcolo: riuscite su riuscite più fallite.",
        ],
        en=[
            "🎯 Success rate in the last 30 days: 97.5%",
            "ℹ️ How: successes over successes plus errors.",
        ],
    ),
    Case(
        "a rate that is nearly all",
        query={"metric": "success_rate", "window": LAST_WEEK},
        rows=[(99.97,)],
        it=[
            "🎯 Tasso di successo la settimana scorsa: 99,97%",
            "ℹ️ Calcolo: riuscite su riuscite più fallite.",
        ],
        en=["🎯 Success rate last week: 99.97%", "ℹ️ How: successes over successes plus errors."],
    ),
    Case(
        "a rate of a process",
        query={"metric": "error_rate", "window": LAST_WEEK, "filters": limited(process="Fatture")},
        rows=[(4.0,)],
        it=[
            "📉 Tasso di errore del processo «Fatture» la settimana scorsa: 4%",
            "ℹ️ Calcolo: fallite su riuscite più fallite.",
        ],
        en=[
            "📉 Error rate of “Fatture” last week: 4%",
            "ℹ️ How: errors over successes plus errors.",
        ],
    ),
    Case(
        "a rate over all history",
        query={"metric": "success_rate"},
        rows=[(95.2,)],
        it=[
            "🎯 Tasso di successo su tutto lo storico: 95,2%",
            "ℹ️ Dati dal 19 ottobre. Calcolo: riuscite su riuscite più fallite.",
        ],
        en=[
            "🎯 Success rate over the whole record: 95.2%",
            "ℹ️ Data from 19 October. How: successes over successes plus errors.",
        ],
    ),
    Case(
        "a duration",
        query={"metric": "avg_duration", "window": TODAY, "filters": limited(process="Fatture")},
        rows=[(200.4,)],
        it=[
            "⏱️ Durata media del processo «Fatture» oggi: 3 min 20 s",
            (
                "ℹ️ Calcolo: durata media del lavoro delle esecuzioni riuscite o fallite, "
                "senza le attese."
            ),
        ],
        en=[
            "⏱️ Average duration of “Fatture” today: 3 min 20 s",
            (
                "ℹ️ How: average duration of the work of executions that succeeded or "
                "failed, waits left out."
            ),
        ],
    ),
    Case(
        "a long duration",
        query={"metric": "max_duration", "window": LAST_WEEK},
        rows=[(7500,)],
        it=[
            "⏱️ Durata massima la settimana scorsa: 2 h 5 min",
            (
                "ℹ️ Calcolo: durata massima del lavoro delle esecuzioni riuscite o fallite, "
                "senza le attese."
            ),
        ],
        en=[
            "⏱️ Longest duration last week: 2 h 5 min",
            (
                "ℹ️ How: longest duration of the work of executions that succeeded or "
                "failed, waits left out."
            ),
        ],
    ),
    Case(
        "money",
        query={"metric": "order_value", "window": OCTOBER},
        rows=[(93314.5,)],
        it=[
            "💶 Valore degli ordini a ottobre: 93.314,50 €",
            "ℹ️ Calcolo: somma del primo totale registrato di ciascun ordine.",
        ],
        en=[
            "💶 Order value in October: €93,314.50",
            "ℹ️ How: sum of the first total recorded for each order.",
        ],
        coverage=LONG,
    ),
    Case(
        "money with totals missing",
        query={"metric": "order_value"},
        rows=[(1000,)],
        it=[
            "💶 Valore degli ordini in totale: 1.000,00 €",
            (
                "ℹ️ Dati dal 19 ottobre. 2 ordini sono arrivati senza importo e non sono "
                "nella somma. Calcolo: somma del primo totale registrato di ciascun ordine."
            ),
        ],
        en=[
            "💶 Order value in all: €1,000.00",
            (
                "ℹ️ Data from 19 October. 2 orders came without an amount and are not in the "
                "sum. How: sum of the first total recorded for each order."
            ),
        ],
        notes=(Note("totals_missing", ("2",)),),
    ),
    Case(
        "money with one total missing",
        query={"metric": "order_value", "window": TODAY},
        rows=[(1000,)],
        it=[
            "💶 Valore degli ordini oggi: 1.000,00 €",
            (
                "ℹ️ Un ordine è arrivato senza importo e non è nella somma. Calcolo: somma "
                "del primo totale registrato di ciascun ordine."
            ),
        ],
        en=[
            "💶 Order value today: €1,000.00",
            (
                "ℹ️ One order came without an amount and is not in the sum. How: sum of the "
                "first total recorded for each order."
            ),
        ],
        notes=(Note("totals_missing", ("1",)),),
    ),
    Case(
        "a state of now",
        query={"metric": "active_processes"},
        rows=[(12,)],
        it=["🟢 Processi attivi: 12"],
        en=["🟢 Active processes: 12"],
    ),
    Case(
        "a state of now with a window",
        query={"metric": "processes", "window": OCTOBER},
        rows=[(14,)],
        it=["🗂️ Processi: 14", "ℹ️ È la situazione di adesso: non ha uno storico."],
        en=["🗂️ Processes: 14", "ℹ️ This is how things are now: it has no history."],
        notes=(Note("now_only"),),
    ),
    Case(
        "yes",
        query={"metric": "errors", "window": YESTERDAY},
        rows=[(3,)],
        it=["Sì, 3 errori ieri."],
        en=["Yes, 3 errors yesterday."],
        focus="existence",
    ),
    Case(
        "yes, one",
        query={"metric": "errors", "window": YESTERDAY},
        rows=[(1,)],
        it=["Sì, 1 errore ieri."],
        en=["Yes, 1 error yesterday."],
        focus="existence",
    ),
    Case(
        "no",
        query={"metric": "errors", "window": YESTERDAY, "filters": limited(process="Fatture")},
        rows=[(0,)],
        it=["No, nessun errore del processo «Fatture» ieri."],
        en=["No, no errors in “Fatture” yesterday."],
        focus="existence",
    ),
    Case(
        "no email",
        query={"metric": "emails_received", "window": TODAY},
        rows=[(0,)],
        it=["No, nessuna email ricevuta oggi."],
        en=["No, no emails received today."],
        focus="existence",
    ),
    Case(
        "yes, of a status",
        query={"metric": "executions", "window": TODAY, "filters": limited(status="unfinished")},
        rows=[(2,)],
        it=["Sì, 2 esecuzioni non concluse oggi."],
        en=["Yes, 2 unfinished executions today."],
        focus="existence",
    ),
    Case(
        "no, of a status",
        query={"metric": "executions", "window": TODAY, "filters": limited(status="unfinished")},
        rows=[(0,)],
        it=["No, nessuna esecuzione non conclusa oggi."],
        en=["No, no unfinished executions today."],
        focus="existence",
    ),
    Case(
        "a rate over nothing",
        query={"metric": "success_rate", "window": TODAY},
        rows=[],
        it=["🎯 Nessuna esecuzione conclusa oggi, quindi non c'è un tasso di successo."],
        en=["🎯 No finished execution today, so there is no success rate."],
    ),
    Case(
        "a rate whose successes are thrown away",
        query={
            "metric": "success_rate",
            "window": LAST_WEEK,
            "filters": limited(process="Ping sito"),
        },
        rows=[],
        it=[
            (
                "🎯 Tasso di successo del processo «Ping sito» la settimana scorsa: non si "
                "può calcolare."
            ),
            (
                "ℹ️ n8n non conserva le esecuzioni riuscite di «Ping sito»: il calcolo ne "
                "vede solo una parte."
            ),
        ],
        en=[
            "🎯 Success rate of “Ping sito” last week: cannot be computed.",
            (
                "ℹ️ n8n does not keep the successful executions of “Ping sito”: this is "
                "computed without them."
            ),
        ],
        notes=(Note("successes_not_saved", ("Ping sito",)),),
    ),
    Case(
        "a duration over nothing",
        query={"metric": "median_duration", "window": TODAY, "filters": limited(process="Fatture")},
        rows=[],
        it=[
            (
                "⏱️ Nessuna esecuzione conclusa del processo «Fatture» oggi, quindi non c'è "
                "una durata mediana."
            )
        ],
        en=["⏱️ No finished execution of “Fatture” today, so there is no median duration."],
    ),
    Case(
        "an answer time over nothing",
        query={"metric": "ai_response_time", "window": TODAY},
        rows=[],
        it=[
            (
                "⚡ Nessuna risposta dell'assistente oggi: non c'è un tempo medio di risposta "
                "dell'assistente."
            )
        ],
        en=["⚡ No assistant answer today: there is no assistant response time."],
    ),
    Case(
        "before the records",
        query={"metric": "orders", "window": span("2025-10-01", "2025-11-01")},
        rows=[],
        it=["ℹ️ Non ho dati per ottobre 2025: i dati partono dal 19 ottobre 2026."],
        en=["ℹ️ I have no data for October 2025: the data starts on 19 October 2026."],
        coverage=IN_PART,
    ),
    Case(
        "before the records of this year",
        query={"metric": "orders", "window": span("2026-09-01", "2026-10-01")},
        rows=[],
        it=["ℹ️ Non ho dati per settembre: i dati partono dal 19 ottobre."],
        en=["ℹ️ I have no data for September: the data starts on 19 October."],
        coverage=IN_PART,
    ),
    Case(
        "after the records",
        query={"metric": "orders", "window": TODAY},
        rows=[],
        it=["ℹ️ Non ho dati per oggi: gli ultimi sono dell'altro ieri alle 18:00."],
        en=[("ℹ️ I have no data for today: the latest is from the day before yesterday at 18:00.")],
        coverage=Coverage(at("2026-10-19T08:15"), at("2026-11-20T18:00"), False, True, NOW),
    ),
    Case(
        "the future",
        query={"metric": "orders", "window": TOMORROW},
        rows=[],
        it=["ℹ️ Non ho dati per domani: deve ancora cominciare."],
        en=["ℹ️ I have no data for tomorrow: it has not begun yet."],
        coverage=IN_PART,
        notes=(Note("future"),),
    ),
    Case(
        "a part of the records",
        query={"metric": "orders", "window": OCTOBER},
        rows=[(67,)],
        it=[
            "🛒 Ordini a ottobre: 67",
            "ℹ️ I dati partono dal 19 ottobre: il periodo è coperto solo in parte.",
        ],
        en=[
            "🛒 Orders in October: 67",
            "ℹ️ The data starts on 19 October: the period is covered only in part.",
        ],
        coverage=IN_PART,
    ),
    Case(
        "a part of a year",
        query={"metric": "orders", "window": span("2025-07-01", "2026-11-23")},
        rows=[(67,)],
        it=[
            "🛒 Ordini da luglio 2025 a oggi: 67",
            "ℹ️ I dati partono dal 19 ottobre 2026: il periodo è coperto solo in parte.",
        ],
        en=[
            "🛒 Orders from July 2025 to today: 67",
            "ℹ️ The data starts on 19 October 2026: the period is covered only in part.",
        ],
        coverage=IN_PART,
    ),
    Case(
        "until a day",
        query={"metric": "orders", "window": span(None, "2026-11-22")},
        rows=[(67,)],
        it=["🛒 Ordini fino a ieri: 67", "ℹ️ Dati dal 19 ottobre."],
        en=["🛒 Orders up to yesterday: 67", "ℹ️ Data from 19 October."],
        coverage=IN_PART,
    ),
    Case(
        "records that end early",
        query={"metric": "orders", "window": THIS_WEEK},
        rows=[(7,)],
        it=["🛒 Ordini questa settimana: 7", "ℹ️ I dati arrivano fino all'altro ieri alle 18:00."],
        en=[
            "🛒 Orders this week: 7",
            "ℹ️ The data reaches up to the day before yesterday at 18:00.",
        ],
        coverage=Coverage(at("2026-10-19T08:15"), at("2026-11-20T18:00"), False, True, NOW),
    ),
    Case(
        "not caught up",
        query={"metric": "orders", "window": OCTOBER},
        rows=[(7,)],
        it=[
            "🛒 Ordini a ottobre: 7",
            (
                "ℹ️ Sto ancora leggendo i dati di n8n: l'ultima parte manca. I dati arrivano "
                "fino a martedì 20 ottobre alle 18:00."
            ),
        ],
        en=[
            "🛒 Orders in October: 7",
            (
                "ℹ️ I am still reading n8n's data: the latest part is missing. The data "
                "reaches up to Tuesday 20 October at 18:00."
            ),
        ],
        coverage=Coverage(at("2026-09-19T08:15"), at("2026-10-20T18:00"), False, False, NOW),
        notes=(Note("not_caught_up"),),
    ),
    Case(
        "never synced",
        query={"metric": "orders", "window": TODAY},
        rows=[],
        it=[
            (
                "ℹ️ Non ho ancora letto i dati di n8n, quindi non posso rispondere. Avvia "
                "«agent-cli sync» e rifammi la domanda."
            )
        ],
        en=[
            (
                "ℹ️ I have not read n8n's data yet, so I cannot answer. Run “agent-cli sync” "
                "and ask me again."
            )
        ],
        coverage=Coverage(None, None, False, False, None),
        notes=(Note("never_synced"),),
    ),
    Case(
        "nothing recorded",
        query={"metric": "orders", "window": TODAY},
        rows=[],
        it=["ℹ️ n8n non ha ancora registrato nessuna esecuzione."],
        en=["ℹ️ n8n has not recorded any execution yet."],
        coverage=Coverage(None, None, False, True, NOW),
        notes=(Note("nothing_recorded"),),
    ),
    Case(
        "successes not saved",
        query={"metric": "success_rate", "window": LAST_WEEK},
        rows=[(95.0,)],
        it=[
            "🎯 Tasso di successo la settimana scorsa: 95%",
            (
                "ℹ️ n8n non conserva le esecuzioni riuscite di «Ping sito»: il calcolo ne "
                "vede solo una parte. Calcolo: riuscite su riuscite più fallite."
            ),
        ],
        en=[
            "🎯 Success rate last week: 95%",
            (
                "ℹ️ n8n does not keep the successful executions of “Ping sito”: this is "
                "computed without them. How: successes over successes plus errors."
            ),
        ],
        notes=(Note("successes_not_saved", ("Ping sito",)),),
    ),
    Case(
        "successes of many not saved",
        query={"metric": "executions", "window": LAST_WEEK},
        rows=[(95,)],
        it=[
            "⚙️ Esecuzioni la settimana scorsa: 95",
            (
                "ℹ️ n8n non conserva le esecuzioni riuscite di «A», «B», «C» e 2 altri: i "
                "conteggi ne mostrano solo una parte."
            ),
        ],
        en=[
            "⚙️ Executions last week: 95",
            (
                "ℹ️ n8n does not keep the successful executions of “A”, “B”, “C” and 2 more: "
                "the counts show only a part of them."
            ),
        ],
        notes=(Note("successes_not_saved", ("A", "B", "C", "D", "E")),),
    ),
    Case(
        "only inside others",
        query={"metric": "executions", "window": LAST_WEEK, "filters": limited(process="Sub: CRM")},
        rows=[(0,)],
        it=[
            "⚙️ Esecuzioni del processo «Sub: CRM» la settimana scorsa: 0",
            (
                "ℹ️ «Sub: CRM» gira solo dentro altri processi: quelle esecuzioni non si "
                "contano a parte."
            ),
        ],
        en=[
            "⚙️ Executions of “Sub: CRM” last week: 0",
            (
                "ℹ️ “Sub: CRM” runs only inside other processes: those executions are not "
                "counted separately."
            ),
        ],
        notes=(Note("only_inside_others", ("Sub: CRM",)),),
    ),
    Case(
        "a shared name",
        query={"metric": "executions", "window": LAST_WEEK, "filters": limited(process="Copia")},
        rows=[(10,)],
        it=[
            "⚙️ Esecuzioni del processo «Copia» la settimana scorsa: 10",
            "ℹ️ Più processi si chiamano «Copia»: li ho presi insieme.",
        ],
        en=[
            "⚙️ Executions of “Copia” last week: 10",
            "ℹ️ Several processes are called “Copia”: I took them together.",
        ],
        notes=(Note("same_name", ("Copia",)),),
    ),
    Case(
        "assumed to be received",
        query={"metric": "emails_received", "window": TODAY},
        rows=[(12,)],
        it=["📧 Email ricevute oggi: 12"],
        en=["📧 Emails received today: 12"],
        assumed=("metric",),
    ),
    Case(
        "a metric taken over",
        query={"metric": "orders", "window": TODAY},
        rows=[(12,)],
        it=["🛒 Ordini oggi: 12"],
        en=["🛒 Orders today: 12"],
        assumed=("metric",),
    ),
    Case(
        "a window taken over",
        query={"metric": "orders", "window": OCTOBER, "filters": limited(process="Fatture")},
        rows=[(12,)],
        it=["🛒 Ordini nel processo «Fatture» a ottobre: 12"],
        en=["🛒 Orders in “Fatture” in October: 12"],
        assumed=("window", "filters"),
        coverage=LONG,
    ),
    Case(
        "who fails most",
        query={"metric": "errors", "window": LAST_WEEK, "group_by": ["process"]},
        rows=[("Ordini", 14), ("Fatture", 3), ("Backup", 1)],
        it=[
            "❌ Il processo con più errori la settimana scorsa è «Ordini»: 14.",
            "  Ordini   14",
            "  Fatture   3",
            "  Backup    1",
        ],
        en=[
            "❌ The process with the most errors last week was “Ordini”: 14.",
            "  Ordini   14",
            "  Fatture   3",
            "  Backup    1",
        ],
        focus="ranking",
    ),
    Case(
        "who fails least",
        query={"metric": "errors", "window": LAST_WEEK, "group_by": ["process"], "order": "asc"},
        rows=[("Backup", 1), ("Ordini", 14)],
        it=[
            "❌ Il processo con meno errori la settimana scorsa è «Backup»: 1.",
            "  Backup   1",
            "  Ordini  14",
        ],
        en=[
            "❌ The process with the fewest errors last week was “Backup”: 1.",
            "  Backup   1",
            "  Ordini  14",
        ],
        focus="ranking",
    ),
    Case(
        "a tie at the top",
        query={"metric": "errors", "window": LAST_WEEK, "group_by": ["process"], "limit": 1},
        rows=[("Ordini", 14), ("Fatture", 14)],
        it=[
            (
                "❌ I processi con più errori la settimana scorsa sono «Ordini» e «Fatture»: "
                "14 ciascuno."
            ),
            "  Ordini   14",
            "  Fatture  14",
        ],
        en=[
            (
                "❌ The processes with the most errors last week were “Ordini” and “Fatture”: "
                "14 each."
            ),
            "  Ordini   14",
            "  Fatture  14",
        ],
        total=5,
    ),
    Case(
        "a tie of many",
        query={"metric": "errors", "group_by": ["process"]},
        rows=[("A", 1), ("B", 1), ("C", 1), ("D", 1), ("E", 1)],
        it=[
            "❌ A pari merito 5 processi con più errori: 1 ciascuno.",
            "  A  1",
            "  B  1",
            "  C  1",
            "  D  1",
            "  E  1",
            "ℹ️ Dati dal 19 ottobre.",
        ],
        en=[
            "❌ 5 processes tied with the most errors: 1 each.",
            "  A  1",
            "  B  1",
            "  C  1",
            "  D  1",
            "  E  1",
            "ℹ️ Data from 19 October.",
        ],
        focus="ranking",
    ),
    Case(
        "a winner alone",
        query={"metric": "errors", "window": THIS_WEEK, "group_by": ["process"], "limit": 1},
        rows=[("Ordini", 14)],
        it=["❌ Il processo con più errori questa settimana è «Ordini»: 14."],
        en=["❌ The process with the most errors this week is “Ordini”: 14."],
        total=5,
    ),
    Case(
        "the lowest rate",
        query={
            "metric": "success_rate",
            "window": LAST_WEEK,
            "group_by": ["process"],
            "order": "asc",
        },
        rows=[("Fatture", 91.5), ("Ordini", 99)],
        it=[
            (
                "🎯 Il processo con il tasso di successo più basso la settimana scorsa è "
                "«Fatture»: 91,5%."
            ),
            "  Fatture  91,5%",
            "  Ordini     99%",
            "ℹ️ Calcolo: riuscite su riuscite più fallite.",
        ],
        en=[
            "🎯 The process with the lowest success rate last week was “Fatture”: 91.5%.",
            "  Fatture  91.5%",
            "  Ordini     99%",
            "ℹ️ How: successes over successes plus errors.",
        ],
        focus="ranking",
    ),
    Case(
        "the longest duration",
        query={"metric": "avg_duration", "window": LAST_WEEK, "group_by": ["process"]},
        rows=[("Fatture", 91.5), ("Ordini", 0.4)],
        it=[
            (
                "⏱️ Il processo con la durata media più alta la settimana scorsa è "
                "«Fatture»: 1 min 32 s."
            ),
            "  Fatture  1 min 32 s",
            "  Ordini        0,4 s",
            (
                "ℹ️ Calcolo: durata media del lavoro delle esecuzioni riuscite o fallite, "
                "senza le attese."
            ),
        ],
        en=[
            (
                "⏱️ The process with the highest average duration last week was “Fatture”: 1 "
                "min 32 s."
            ),
            "  Fatture  1 min 32 s",
            "  Ordini        0.4 s",
            (
                "ℹ️ How: average duration of the work of executions that succeeded or "
                "failed, waits left out."
            ),
        ],
        focus="ranking",
    ),
    Case(
        "who wrote most",
        query={"metric": "emails_received", "window": LAST_WEEK, "group_by": ["sender"]},
        rows=[("a@example.com", 5), ("b@example.com", 1)],
        it=[
            ("📧 Chi ha scritto di più la settimana scorsa è a@example.com: 5 email ricevute."),
            "  a@example.com  5",
            "  b@example.com  1",
        ],
        en=[
            "📧 The one who wrote most last week was a@example.com: 5 emails received.",
            "  a@example.com  5",
            "  b@example.com  1",
        ],
        focus="who",
    ),
    Case(
        "the best customer",
        query={"metric": "order_value", "window": OCTOBER, "group_by": ["customer"]},
        rows=[("Rossi Srl", 900), ("Bianchi", 10.5), (None, 1)],
        it=[
            (
                "💶 Il cliente con il valore degli ordini più alto a ottobre è «Rossi Srl»: "
                "900,00 €."
            ),
            "  Rossi Srl       900,00 €",
            "  Bianchi          10,50 €",
            "  (non indicato)    1,00 €",
            "ℹ️ Calcolo: somma del primo totale registrato di ciascun ordine.",
        ],
        en=[
            ("💶 The customer with the highest order value in October was “Rossi Srl”: €900.00."),
            "  Rossi Srl    €900.00",
            "  Bianchi       €10.50",
            "  (not given)    €1.00",
            "ℹ️ How: sum of the first total recorded for each order.",
        ],
        focus="ranking",
        coverage=LONG,
    ),
    Case(
        "the most frequent cause",
        query={"metric": "errors", "window": LAST_WEEK, "group_by": ["cause"]},
        rows=[("Request failed with status code 429", 9), ("Ordine senza numero", 2)],
        it=[
            (
                "❌ La causa d'errore più frequente la settimana scorsa (9): il servizio ha "
                "ricevuto troppe richieste (limite superato)."
            ),
            "  il servizio ha ricevuto troppe richieste (limite superato)  9",
            "  «Ordine senza numero»                                       2",
            ("💡 Distribuisci le richieste nel tempo o chiedi al fornitore un limite più alto."),
        ],
        en=[
            (
                "❌ The most frequent cause of errors last week (9): the service received too "
                "many requests (limit exceeded)."
            ),
            "  the service received too many requests (limit exceeded)  9",
            "  “Ordine senza numero”                                    2",
            "💡 Spread the requests over time, or ask the provider for a higher limit.",
        ],
        focus="cause",
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "two causes with one meaning",
        query={"metric": "errors", "window": LAST_WEEK, "group_by": ["cause"]},
        rows=[("read ECONNRESET", 3), ("socket hang up", 2)],
        it=[
            "❌ Errori per causa la settimana scorsa:",
            "  il collegamento con il servizio si è interrotto «read ECONNRESET»  3",
            "  il collegamento con il servizio si è interrotto «socket hang up»   2",
            "💡 Di solito è passeggero: se si ripete, fai controllare la rete.",
        ],
        en=[
            "❌ Errors by cause last week:",
            "  the connection to the service broke off “read ECONNRESET”  3",
            "  the connection to the service broke off “socket hang up”   2",
            "💡 It usually passes: if it repeats, have the network checked.",
        ],
    ),
    Case(
        "the step that fails",
        query={"metric": "errors", "window": LAST_WEEK, "group_by": ["step"]},
        rows=[("HTTP Request", 3), ("Valida ordine", 2)],
        it=[
            (
                "❌ Il passo con più errori la settimana scorsa è «chiamata a un servizio "
                "esterno»: 3."
            ),
            "  «chiamata a un servizio esterno»  3",
            "  «Valida ordine»                   2",
        ],
        en=[
            ("❌ The step with the most errors last week was “call to an external service”: 3."),
            "  “call to an external service”  3",
            "  “Valida ordine”                2",
        ],
        focus="ranking",
    ),
    Case(
        "the busiest hour",
        query={
            "metric": "emails_received",
            "window": LAST_WEEK,
            "group_by": ["hour"],
            "order": "desc",
            "limit": 1,
        },
        rows=[(10, 7)],
        it=["📧 L'ora con più email ricevute la settimana scorsa è dalle 10 alle 11: 7."],
        en=[("📧 The hour with the most emails received last week was from 10:00 to 11:00: 7.")],
        focus="ranking",
        total=9,
    ),
    Case(
        "the busiest weekday",
        query={"metric": "emails_received", "group_by": ["weekday"], "order": "desc", "limit": 1},
        rows=[(1, 7)],
        it=["📧 Il giorno della settimana con più email ricevute è lunedì: 7."],
        en=["📧 The weekday with the most emails received is Monday: 7."],
        total=7,
    ),
    Case(
        "by process",
        query={"metric": "success_rate", "window": LAST_WEEK, "group_by": ["process"]},
        rows=[("Ordini", 99), ("Fatture", 97)],
        it=[
            "🎯 Tasso di successo per processo la settimana scorsa:",
            "  Ordini   99%",
            "  Fatture  97%",
            "ℹ️ Calcolo: riuscite su riuscite più fallite.",
        ],
        en=[
            "🎯 Success rate by process last week:",
            "  Ordini   99%",
            "  Fatture  97%",
            "ℹ️ How: successes over successes plus errors.",
        ],
    ),
    Case(
        "by outcome",
        query={"metric": "executions", "window": LAST_WEEK, "group_by": ["status"]},
        rows=[("success", 674), ("error", 34), ("canceled", 3), ("unfinished", 1)],
        it=[
            "⚙️ Esecuzioni per esito la settimana scorsa: 712 in tutto",
            "  riuscite      674",
            "  fallite        34",
            "  annullate       3",
            "  non concluse    1",
        ],
        en=[
            "⚙️ Executions by outcome last week: 712 in all",
            "  successful  674",
            "  failed       34",
            "  canceled      3",
            "  unfinished    1",
        ],
    ),
    Case(
        "more than ten",
        query={"metric": "executions", "window": LAST_WEEK, "group_by": ["process"]},
        rows=[
            ("P1", 20),
            ("P2", 19),
            ("P3", 18),
            ("P4", 17),
            ("P5", 16),
            ("P6", 15),
            ("P7", 14),
            ("P8", 13),
            ("P9", 12),
            ("P10", 11),
            ("P11", 10),
            ("P12", 9),
        ],
        it=[
            "⚙️ Esecuzioni per processo la settimana scorsa: 174 in tutto",
            "  P1   20",
            "  P2   19",
            "  P3   18",
            "  P4   17",
            "  P5   16",
            "  P6   15",
            "  P7   14",
            "  P8   13",
            "  P9   12",
            "  P10  11",
            "… e altri 2: chiedi «mostra altri»",
        ],
        en=[
            "⚙️ Executions by process last week: 174 in all",
            "  P1   20",
            "  P2   19",
            "  P3   18",
            "  P4   17",
            "  P5   16",
            "  P6   15",
            "  P7   14",
            "  P8   13",
            "  P9   12",
            "  P10  11",
            "… and 2 more: ask “show more”",
        ],
    ),
    Case(
        "eleven hours",
        query={"metric": "ai_response_time", "window": LAST_WEEK, "group_by": ["hour"]},
        rows=[(hour, 0.5) for hour in range(8, 19)],
        it=[
            ("⚡ Tempo medio di risposta dell'assistente per ora del giorno la settimana scorsa:"),
            "  8–9    0,5 s",
            "  9–10   0,5 s",
            "  10–11  0,5 s",
            "  11–12  0,5 s",
            "  12–13  0,5 s",
            "  13–14  0,5 s",
            "  14–15  0,5 s",
            "  15–16  0,5 s",
            "  16–17  0,5 s",
            "  17–18  0,5 s",
            "… e un'altra: chiedi «mostra altri»",
            "ℹ️ Calcolo: tempo medio di esecuzione dei passi di intelligenza artificiale.",
        ],
        en=[
            "⚡ Assistant response time by hour of the day last week:",
            "  8:00–9:00    0.5 s",
            "  9:00–10:00   0.5 s",
            "  10:00–11:00  0.5 s",
            "  11:00–12:00  0.5 s",
            "  12:00–13:00  0.5 s",
            "  13:00–14:00  0.5 s",
            "  14:00–15:00  0.5 s",
            "  15:00–16:00  0.5 s",
            "  16:00–17:00  0.5 s",
            "  17:00–18:00  0.5 s",
            "… and 1 more: ask “show more”",
            "ℹ️ How: mean execution time of artificial intelligence steps.",
        ],
    ),
    Case(
        "at least three times",
        query={
            "metric": "errors",
            "window": LAST_WEEK,
            "group_by": ["process"],
            "having": {"op": ">=", "value": 3},
        },
        rows=[("Ordini", 14), ("Fatture", 3)],
        it=[
            "❌ 2 processi con almeno 3 errori la settimana scorsa:",
            "  Ordini   14",
            "  Fatture   3",
        ],
        en=["❌ 2 processes with at least 3 errors last week:", "  Ordini   14", "  Fatture   3"],
    ),
    Case(
        "nobody as often",
        query={
            "metric": "errors",
            "window": LAST_WEEK,
            "group_by": ["process"],
            "having": {"op": ">", "value": 30},
        },
        rows=[],
        it=["❌ Nessun processo con più di 30 errori la settimana scorsa."],
        en=["❌ No process with more than 30 errors last week."],
    ),
    Case(
        "a rate below",
        query={
            "metric": "success_rate",
            "window": LAST_WEEK,
            "group_by": ["process"],
            "having": {"op": "<", "value": 95},
        },
        rows=[("Fatture", 91.5)],
        it=[
            "🎯 1 processo con tasso di successo inferiore a 95% la settimana scorsa:",
            "  Fatture  91,5%",
            "ℹ️ Calcolo: riuscite su riuscite più fallite.",
        ],
        en=[
            "🎯 1 process with success rate below 95% last week:",
            "  Fatture  91.5%",
            "ℹ️ How: successes over successes plus errors.",
        ],
    ),
    Case(
        "no groups",
        query={"metric": "errors", "window": LAST_WEEK, "group_by": ["process"]},
        rows=[],
        it=["✅ Nessun errore la settimana scorsa."],
        en=["✅ No errors last week."],
    ),
    Case(
        "a page after the last",
        query={"metric": "executions", "window": LAST_WEEK, "group_by": ["process"], "offset": 20},
        rows=[],
        it=["Non c'è altro da mostrare: 12 in tutto."],
        en=["There is nothing more to show: 12 in all."],
        total=12,
    ),
    Case(
        "days of a week",
        query={"metric": "emails_received", "window": THIS_WEEK, "group_by": ["day"]},
        rows=[("2026-11-16", 14), ("2026-11-17", 3), ("2026-11-19", 8)],
        it=[
            "📧 Email ricevute per giorno questa settimana: 25 in tutto",
            "  lun 16 nov  14  ████████████████",
            "  mar 17 nov   3  ███",
            "  gio 19 nov   8  █████████",
            "Picco: lunedì 16 novembre (14).",
            "Senza email ricevute: mer 18 nov, ven 20 nov, sab 21 nov e oggi finora.",
        ],
        en=[
            "📧 Emails received by day this week: 25 in all",
            "  Mon 16 Nov  14  ████████████████",
            "  Tue 17 Nov   3  ███",
            "  Thu 19 Nov   8  █████████",
            "Peak: Monday 16 November (14).",
            ("Without emails received: Wed 18 Nov, Fri 20 Nov, Sat 21 Nov and today so far."),
        ],
    ),
    Case(
        "hours of a week",
        query={"metric": "errors", "window": LAST_WEEK, "group_by": ["hour"]},
        rows=[(8, 14), (9, 3), (15, 8)],
        it=[
            "❌ Errori per ora del giorno la settimana scorsa: 25 in tutto",
            "  8–9    14  ████████████████",
            "  9–10    3  ███",
            "  15–16   8  █████████",
            "Picco: dalle 8 alle 9 (14).",
            "Senza errori: 0–8, 10–15 e 16–24.",
        ],
        en=[
            "❌ Errors by hour of the day last week: 25 in all",
            "  8:00–9:00    14  ████████████████",
            "  9:00–10:00    3  ███",
            "  15:00–16:00   8  █████████",
            "Peak: from 8:00 to 9:00 (14).",
            "Without errors: 0:00–8:00, 10:00–15:00 and 16:00–24:00.",
        ],
    ),
    Case(
        "weeks",
        query={"metric": "executions", "group_by": ["week"]},
        rows=[
            ("2026-W43", 157),
            ("2026-W44", 139),
            ("2026-W45", 139),
            ("2026-W46", 139),
            ("2026-W47", 140),
        ],
        it=[
            "⚙️ Esecuzioni per settimana: 714 in tutto",
            "  19–25 ott        157  ████████████████",
            "  26 ott – 1º nov  139  ██████████████",
            "  2–8 nov          139  ██████████████",
            "  9–15 nov         139  ██████████████",
            "  16–22 nov        140  ██████████████",
            "Picco: dal 19 al 25 ottobre (157).",
            "ℹ️ Dati dal 19 ottobre.",
        ],
        en=[
            "⚙️ Executions by week: 714 in all",
            "  19–25 Oct       157  ████████████████",
            "  26 Oct – 1 Nov  139  ██████████████",
            "  2–8 Nov         139  ██████████████",
            "  9–15 Nov        139  ██████████████",
            "  16–22 Nov       140  ██████████████",
            "Peak: from 19 to 25 October (157).",
            "ℹ️ Data from 19 October.",
        ],
    ),
    Case(
        "months of two years",
        query={"metric": "orders", "group_by": ["month"]},
        rows=[("2025-12", 10), ("2026-01", 20)],
        it=[
            "🛒 Ordini per mese: 30 in tutto",
            "  dicembre 2025  10",
            "  gennaio        20",
            "ℹ️ Dati dal 1º dicembre 2025.",
        ],
        en=[
            "🛒 Orders by month: 30 in all",
            "  December 2025  10",
            "  January        20",
            "ℹ️ Data from 1 December 2025.",
        ],
        coverage=Coverage(at("2025-12-01"), at("2026-02-01"), True, True, NOW),
    ),
    Case(
        "weekdays",
        query={"metric": "orders", "window": LAST_WEEK, "group_by": ["weekday"]},
        rows=[(1, 5), (2, 6), (3, 5), (4, 5), (5, 5)],
        it=[
            "🛒 Ordini per giorno della settimana la settimana scorsa: 26 in tutto",
            "  lunedì     5  █████████████",
            "  martedì    6  ████████████████",
            "  mercoledì  5  █████████████",
            "  giovedì    5  █████████████",
            "  venerdì    5  █████████████",
            "Picco: martedì (6).",
            "Senza ordini: sabato e domenica.",
        ],
        en=[
            "🛒 Orders by weekday last week: 26 in all",
            "  Monday     5  █████████████",
            "  Tuesday    6  ████████████████",
            "  Wednesday  5  █████████████",
            "  Thursday   5  █████████████",
            "  Friday     5  █████████████",
            "Peak: Tuesday (6).",
            "Without orders: Saturday and Sunday.",
        ],
    ),
    Case(
        "two groupings",
        query={"metric": "executions", "window": LAST_WEEK, "group_by": ["process", "status"]},
        rows=[("Ordini", "success", 33), ("Fatture", "error", 2)],
        it=[
            "⚙️ Esecuzioni per processo ed esito la settimana scorsa: 35 in tutto",
            "  Ordini   riuscite  33",
            "  Fatture  fallite    2",
        ],
        en=[
            "⚙️ Executions by process and outcome last week: 35 in all",
            "  Ordini   successful  33",
            "  Fatture  failed       2",
        ],
    ),
    Case(
        "a rising trend",
        query={"metric": "orders", "window": THIS_WEEK, "group_by": ["day"]},
        rows=[
            ("2026-11-16", 2),
            ("2026-11-17", 2),
            ("2026-11-18", 3),
            ("2026-11-19", 5),
            ("2026-11-20", 6),
            ("2026-11-21", 7),
            ("2026-11-22", 1),
        ],
        it=[
            (
                "🛒 Ordini per giorno questa settimana: andamento in crescita, 18 negli "
                "ultimi 3 giorni conclusi contro 7 nei primi 3."
            ),
            "  lun 16 nov  2  █████",
            "  mar 17 nov  2  █████",
            "  mer 18 nov  3  ███████",
            "  gio 19 nov  5  ███████████",
            "  ven 20 nov  6  ██████████████",
            "  sab 21 nov  7  ████████████████",
            "  dom 22 nov  1  ██",
            "Picco: sabato 21 novembre (7).",
        ],
        en=[
            (
                "🛒 Orders by day this week: rising, 18 in the last 3 days that are over "
                "against 7 in the first 3."
            ),
            "  Mon 16 Nov  2  █████",
            "  Tue 17 Nov  2  █████",
            "  Wed 18 Nov  3  ███████",
            "  Thu 19 Nov  5  ███████████",
            "  Fri 20 Nov  6  ██████████████",
            "  Sat 21 Nov  7  ████████████████",
            "  Sun 22 Nov  1  ██",
            "Peak: Saturday 21 November (7).",
        ],
        focus="trend",
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "a rate's trend",
        query={"metric": "success_rate", "group_by": ["week"]},
        rows=[("2026-W44", 90.0), ("2026-W45", 93.5), ("2026-W46", 97.1), ("2026-W47", 50.0)],
        it=[
            (
                "🎯 Tasso di successo per settimana: andamento in crescita, da 90% (dal 26 "
                "ottobre al 1º novembre) a 97,1% (dal 9 al 15 novembre)."
            ),
            "  26 ott – 1º nov    90%",
            "  2–8 nov          93,5%",
            "  9–15 nov         97,1%",
            "  16–22 nov          50%",
            "Picco: dal 9 al 15 novembre (97,1%).",
            "ℹ️ Dati dal 19 ottobre. Calcolo: riuscite su riuscite più fallite.",
        ],
        en=[
            (
                "🎯 Success rate by week: rising, from 90% (from 26 October to 1 November) to "
                "97.1% (from 9 to 15 November)."
            ),
            "  26 Oct – 1 Nov    90%",
            "  2–8 Nov         93.5%",
            "  9–15 Nov        97.1%",
            "  16–22 Nov         50%",
            "Peak: from 9 to 15 November (97.1%).",
            "ℹ️ Data from 19 October. How: successes over successes plus errors.",
        ],
        focus="trend",
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "a month not over",
        query={"metric": "orders", "window": NOVEMBER, "compare_to": OCTOBER},
        rows=[("2026-11", 120), ("2026-10", 150)],
        it=[
            "🛒 Ordini: 120 a novembre contro 150 a ottobre, 30 in meno.",
            "  Novembre  120",
            "  Ottobre   150",
            "⚖️ Novembre non è ancora finito (giorno 22 di 30): il confronto non è alla pari.",
        ],
        en=[
            "🛒 Orders: 120 in November against 150 in October, 30 fewer.",
            "  November  120",
            "  October   150",
            "⚖️ November is not over yet (day 22 of 30): the comparison is not like for like.",
        ],
        type=QuestionType.ANALYSIS,
        coverage=LONG,
    ),
    Case(
        "a month already above",
        query={"metric": "orders", "window": NOVEMBER, "compare_to": OCTOBER},
        rows=[("2026-11", 180), ("2026-10", 150)],
        it=[
            "🛒 Ordini: 180 a novembre contro 150 a ottobre, 30 in più: un miglioramento.",
            "  Novembre  180",
            "  Ottobre   150",
            "⚖️ Novembre non è ancora finito (giorno 22 di 30): il confronto non è alla pari.",
        ],
        en=[
            "🛒 Orders: 180 in November against 150 in October, 30 more, which is better.",
            "  November  180",
            "  October   150",
            "⚖️ November is not over yet (day 22 of 30): the comparison is not like for like.",
        ],
        type=QuestionType.ANALYSIS,
        coverage=LONG,
    ),
    Case(
        "a month recorded in part",
        query={"metric": "orders", "window": NOVEMBER, "compare_to": OCTOBER},
        rows=[("2026-11", 120), ("2026-10", 50)],
        it=[
            (
                "🛒 Ordini: 120 a novembre; 50 a ottobre, ma quel periodo è registrato "
                "solo in parte: un confronto non è possibile."
            ),
            "  Novembre  120",
            "  Ottobre    50",
            "⚖️ Per ottobre ci sono dati solo dal 19 ottobre.",
            "⚖️ Novembre non è ancora finito (giorno 22 di 30): il confronto non è alla pari.",
        ],
        en=[
            (
                "🛒 Orders: 120 in November; 50 in October, but that period is recorded "
                "only in part: they cannot be compared."
            ),
            "  November  120",
            "  October    50",
            "⚖️ For October there is data only from 19 October.",
            "⚖️ November is not over yet (day 22 of 30): the comparison is not like for like.",
        ],
        type=QuestionType.ANALYSIS,
        coverage=IN_PART,
    ),
    Case(
        "the same days of both months",
        query={
            "metric": "orders",
            "window": span("2026-11-01", "2026-11-23"),
            "compare_to": span("2026-10-01", "2026-10-23"),
        },
        rows=[("2026-11-01/2026-11-22", 120), ("2026-10-01/2026-10-22", 150)],
        it=[
            (
                "🛒 Ordini: 120 dal 1º al 22 novembre contro 150 dal 1º al 22 ottobre, 30 in "
                "meno (−20%): un peggioramento."
            ),
            "  Dal 1º al 22 novembre  120",
            "  Dal 1º al 22 ottobre   150",
            ("⚖️ Confronto alla pari: i primi 22 giorni di entrambi i mesi, oggi compreso fin qui."),
        ],
        en=[
            (
                "🛒 Orders: 120 from 1 to 22 November against 150 from 1 to 22 October, 30 "
                "fewer (−20%), which is worse."
            ),
            "  From 1 to 22 November  120",
            "  From 1 to 22 October   150",
            "⚖️ Like for like: the first 22 days of both months, today included so far.",
        ],
        type=QuestionType.ANALYSIS,
        coverage=LONG,
    ),
    Case(
        "the same part of both months",
        query={
            "metric": "orders",
            "window": NOVEMBER,
            "compare_to": span("2026-10-01", "2026-10-22T14:05"),
        },
        rows=[("2026-11", 120), ("2026-10-01T00:00/2026-10-22T14:05", 150)],
        it=[
            (
                "🛒 Ordini: 120 a novembre contro 150 dal 1º ottobre alle 14:05 del 22 "
                "ottobre, 30 in meno (−20%): un peggioramento."
            ),
            "  Novembre                                  120",
            "  Dal 1º ottobre alle 14:05 del 22 ottobre  150",
            (
                "⚖️ Confronto alla pari: novembre non è ancora finito, quindi prendo la "
                "stessa parte del periodo prima."
            ),
        ],
        en=[
            (
                "🛒 Orders: 120 in November against 150 from 1 October to 14:05 on 22 "
                "October, 30 fewer (−20%), which is worse."
            ),
            "  November                               120",
            "  From 1 October to 14:05 on 22 October  150",
            (
                "⚖️ Like for like: November is not over yet, so I take the same part of the "
                "period before."
            ),
        ],
        type=QuestionType.ANALYSIS,
        coverage=LONG,
    ),
    Case(
        "weeks that are over",
        query={
            "metric": "errors",
            "window": LAST_WEEK,
            "compare_to": span("2026-11-02", "2026-11-09"),
        },
        rows=[("2026-W46", 3), ("2026-W45", 4)],
        it=[
            (
                "❌ Errori: 3 la settimana scorsa contro 4 nella settimana dal 2 all'8 "
                "novembre, 1 in meno: un miglioramento."
            ),
            "  La settimana scorsa                3",
            "  La settimana dal 2 all'8 novembre  4",
        ],
        en=[
            (
                "❌ Errors: 3 last week against 4 in the week from 2 to 8 November, 1 "
                "fewer, which is better."
            ),
            "  Last week                      3",
            "  The week from 2 to 8 November  4",
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "days",
        query={"metric": "emails_received", "window": TODAY, "compare_to": YESTERDAY},
        rows=[("2026-11-22", 3), ("2026-11-21", 8)],
        it=[
            "📧 Email ricevute: 3 oggi contro 8 ieri, 5 in meno.",
            "  Oggi  3",
            "  Ieri  8",
            "⚖️ Oggi non è ancora finito: il confronto non è del tutto alla pari.",
        ],
        en=[
            "📧 Emails received: 3 today against 8 yesterday, 5 fewer.",
            "  Today      3",
            "  Yesterday  8",
            "⚖️ Today is not over yet: the comparison is not quite like for like.",
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "no change",
        query={
            "metric": "errors",
            "window": LAST_WEEK,
            "compare_to": span("2026-11-02", "2026-11-09"),
        },
        rows=[("2026-W46", 4), ("2026-W45", 4)],
        it=[
            (
                "❌ Errori: 4 la settimana scorsa contro 4 nella settimana dal 2 all'8 "
                "novembre, nessuna variazione."
            ),
            "  La settimana scorsa                4",
            "  La settimana dal 2 all'8 novembre  4",
        ],
        en=[
            "❌ Errors: 4 last week against 4 in the week from 2 to 8 November, no change.",
            "  Last week                      4",
            "  The week from 2 to 8 November  4",
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "from zero",
        query={
            "metric": "errors",
            "window": LAST_WEEK,
            "compare_to": span("2026-11-02", "2026-11-09"),
        },
        rows=[("2026-W46", 4), ("2026-W45", 0)],
        it=[
            (
                "❌ Errori: 4 la settimana scorsa contro 0 nella settimana dal 2 all'8 "
                "novembre, 4 in più: un peggioramento."
            ),
            "  La settimana scorsa                4",
            "  La settimana dal 2 all'8 novembre  0",
        ],
        en=[
            (
                "❌ Errors: 4 last week against 0 in the week from 2 to 8 November, 4 more, "
                "which is worse."
            ),
            "  Last week                      4",
            "  The week from 2 to 8 November  0",
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "rates",
        query={"metric": "success_rate", "window": THIS_WEEK, "compare_to": LAST_WEEK},
        rows=[("2026-W47", 98.5), ("2026-W46", 97.5)],
        it=[
            (
                "🎯 Tasso di successo: 98,5% questa settimana contro 97,5% la settimana "
                "scorsa, 1 punto in più: un miglioramento."
            ),
            "  Questa settimana     98,5%",
            "  La settimana scorsa  97,5%",
            "ℹ️ Calcolo: riuscite su riuscite più fallite.",
        ],
        en=[
            (
                "🎯 Success rate: 98.5% this week against 97.5% last week, 1 percentage point "
                "higher, which is better."
            ),
            "  This week  98.5%",
            "  Last week  97.5%",
            "ℹ️ How: successes over successes plus errors.",
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "durations",
        query={
            "metric": "avg_duration",
            "window": THIS_WEEK,
            "compare_to": LAST_WEEK,
            "filters": limited(process="Fatture"),
        },
        rows=[("2026-W47", 0.8), ("2026-W46", 0.4)],
        it=[
            (
                "⏱️ Durata media del processo «Fatture»: 0,8 s questa settimana contro 0,4 s "
                "la settimana scorsa, 0,4 s in più (+100%): un peggioramento."
            ),
            "  Questa settimana     0,8 s",
            "  La settimana scorsa  0,4 s",
            (
                "ℹ️ Calcolo: durata media del lavoro delle esecuzioni riuscite o fallite, "
                "senza le attese."
            ),
        ],
        en=[
            (
                "⏱️ Average duration of “Fatture”: 0.8 s this week against 0.4 s last week, "
                "0.4 s longer (+100%), which is worse."
            ),
            "  This week  0.8 s",
            "  Last week  0.4 s",
            (
                "ℹ️ How: average duration of the work of executions that succeeded or "
                "failed, waits left out."
            ),
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "amounts",
        query={
            "metric": "order_value",
            "window": LAST_WEEK,
            "compare_to": span("2026-11-02", "2026-11-09"),
        },
        rows=[("2026-W46", 900), ("2026-W45", 1200.5)],
        it=[
            (
                "💶 Valore degli ordini: 900,00 € la settimana scorsa contro 1.200,50 € nella "
                "settimana dal 2 all'8 novembre, 300,50 € in meno (−25%): un peggioramento."
            ),
            "  La settimana scorsa                  900,00 €",
            "  La settimana dal 2 all'8 novembre  1.200,50 €",
            "ℹ️ Calcolo: somma del primo totale registrato di ciascun ordine.",
        ],
        en=[
            (
                "💶 Order value: €900.00 last week against €1,200.50 in the week from 2 to 8 "
                "November, €300.50 less (−25%), which is worse."
            ),
            "  Last week                        €900.00",
            "  The week from 2 to 8 November  €1,200.50",
            "ℹ️ How: sum of the first total recorded for each order.",
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "one side unknown",
        query={"metric": "success_rate", "window": THIS_WEEK, "compare_to": LAST_WEEK},
        rows=[("2026-W46", 97.5)],
        it=[
            (
                "🎯 Tasso di successo: 97,5% la settimana scorsa; non c'è un valore questa "
                "settimana, quindi nessun confronto."
            ),
            "  Questa settimana         —",
            "  La settimana scorsa  97,5%",
            "ℹ️ Calcolo: riuscite su riuscite più fallite.",
        ],
        en=[
            (
                "🎯 Success rate: 97.5% last week; there is no value this week, so nothing to "
                "compare."
            ),
            "  This week      —",
            "  Last week  97.5%",
            "ℹ️ How: successes over successes plus errors.",
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "years",
        query={
            "metric": "orders",
            "window": span("2026-01-01", "2027-01-01"),
            "compare_to": span("2025-01-01", "2026-01-01"),
        },
        rows=[("2026", 900), ("2025", 1100)],
        it=[
            "🛒 Ordini: 900 nel 2026 contro 1.100 nel 2025, 200 in meno.",
            "  Il 2026    900",
            "  Il 2025  1.100",
            "⚖️ Confronto parziale: per il 2025 ci sono dati solo dal 10 gennaio 2025.",
        ],
        en=[
            "🛒 Orders: 900 in 2026 against 1,100 in 2025, 200 fewer.",
            "  2026    900",
            "  2025  1,100",
            "⚖️ Partial comparison: for 2025 there is data only from 10 January 2025.",
        ],
        type=QuestionType.ANALYSIS,
        coverage=LONG,
    ),
    Case(
        "by process in two weeks",
        query={
            "metric": "errors",
            "window": LAST_WEEK,
            "compare_to": span("2026-11-02", "2026-11-09"),
            "group_by": ["process"],
        },
        rows=[("2026-W46", "Ordini", 9), ("2026-W46", "Fatture", 1), ("2026-W45", "Ordini", 3)],
        it=[
            (
                "❌ Errori per processo, la settimana scorsa contro la settimana dal 2 all'8 "
                "novembre:"
            ),
            "  Processo  La settimana scorsa  La settimana dal 2 all'8 novembre",
            "  Ordini                      9                                  3",
            "  Fatture                     1                                  0",
            "La variazione più forte: «Ordini», da 3 a 9.",
        ],
        en=[
            "❌ Errors by process, last week against the week from 2 to 8 November:",
            "  Process  Last week  The week from 2 to 8 November",
            "  Ordini           9                              3",
            "  Fatture          1                              0",
            "The biggest change: “Ordini”, from 3 to 9.",
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "nothing on both sides",
        query={
            "metric": "success_rate",
            "window": LAST_WEEK,
            "compare_to": span("2026-11-02", "2026-11-09"),
        },
        rows=[],
        it=["🎯 Tasso di successo: nessun dato."],
        en=["🎯 Success rate: no data."],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "executions of a day",
        query={"kind": "list", "subject": "executions", "window": TODAY},
        rows=[
            (at("2026-11-22T14:01"), "Ordini", "success", 0.4),
            (at("2026-11-22T13:01"), "Fatture", "error", 200.4),
            (at("2026-11-22T13:00"), "Fatture", "unfinished", None),
        ],
        it=[
            "⚙️ Esecuzioni oggi: 3",
            "• 14:01 · Ordini · riuscita · 0,4 s",
            "• 13:01 · Fatture · fallita · 3 min 20 s",
            "• 13:00 · Fatture · non conclusa",
        ],
        en=[
            "⚙️ Executions today: 3",
            "• 14:01 · Ordini · successful · 0.4 s",
            "• 13:01 · Fatture · failed · 3 min 20 s",
            "• 13:00 · Fatture · unfinished",
        ],
    ),
    Case(
        "executions of one process",
        query={
            "kind": "list",
            "subject": "executions",
            "window": YESTERDAY,
            "filters": limited(process="Fatture"),
        },
        rows=[(at("2026-11-21T14:01"), "Fatture", "success", 0.4)],
        it=["⚙️ Esecuzioni del processo «Fatture» ieri: 1", "• 14:01 · riuscita · 0,4 s"],
        en=["⚙️ Executions of “Fatture” yesterday: 1", "• 14:01 · successful · 0.4 s"],
        total=1,
    ),
    Case(
        "the latest two",
        query={
            "kind": "list",
            "subject": "executions",
            "limit": 2,
            "filters": limited(status="error"),
        },
        rows=[
            (at("2026-11-21T14:01"), "Fatture", "error", 0.4),
            (at("2026-11-20T01:01"), "Ordini", "error", None),
        ],
        it=[
            "⚙️ Esecuzioni fallite: le ultime 2 di 36",
            "• sab 21 nov 14:01 · Fatture · fallita · 0,4 s",
            "• ven 20 nov 01:01 · Ordini · fallita",
            "ℹ️ Dati dal 19 ottobre.",
        ],
        en=[
            "⚙️ Failed executions: the latest 2 of 36",
            "• Sat 21 Nov 14:01 · Fatture · failed · 0.4 s",
            "• Fri 20 Nov 01:01 · Ordini · failed",
            "ℹ️ Data from 19 October.",
        ],
        total=36,
    ),
    Case(
        "the last execution",
        query={
            "kind": "list",
            "subject": "executions",
            "limit": 1,
            "filters": limited(process="Backup"),
        },
        rows=[(at("2026-11-22T02:00"), "Backup", "success", 3.2)],
        it=[("⚙️ L'ultima esecuzione del processo «Backup»: oggi alle 2:00, riuscita in 3,2 s.")],
        en=["⚙️ The last execution of “Backup”: today at 2:00, successful in 3.2 s."],
        total=60,
        focus="last",
    ),
    Case(
        "the last failed execution",
        query={
            "kind": "list",
            "subject": "executions",
            "limit": 1,
            "filters": limited(status="error"),
        },
        rows=[(at("2026-11-21T01:05"), "Fatture", "error", None)],
        it=["⚙️ L'ultima esecuzione fallita: «Fatture», ieri all'1:05."],
        en=["⚙️ The last failed execution: “Fatture”, yesterday at 1:05."],
        total=36,
        focus="last",
    ),
    Case(
        "the first execution",
        query={
            "kind": "list",
            "subject": "executions",
            "window": TODAY,
            "limit": 1,
            "order": "asc",
        },
        rows=[(at("2026-11-22T00:20"), "Report", "success", 1)],
        it=["⚙️ La prima esecuzione oggi: «Report», alle 0:20, riuscita in 1 s."],
        en=["⚙️ The first execution today: “Report”, at 0:20, successful in 1 s."],
        total=9,
    ),
    Case(
        "are any running",
        query={
            "kind": "list",
            "subject": "executions",
            "window": TODAY,
            "filters": limited(status="unfinished"),
        },
        rows=[],
        it=["No, nessuna esecuzione non conclusa oggi."],
        en=["No, no unfinished executions today."],
        focus="existence",
    ),
    Case(
        "some are running",
        query={
            "kind": "list",
            "subject": "executions",
            "window": TODAY,
            "filters": limited(status="unfinished"),
        },
        rows=[(at("2026-11-22T14:01"), "Ordini", "unfinished", None)],
        it=["Sì, 1 esecuzione non conclusa oggi:", "• 14:01 · Ordini · non conclusa"],
        en=["Yes, 1 unfinished execution today:", "• 14:01 · Ordini · unfinished"],
        focus="existence",
    ),
    Case(
        "no executions",
        query={"kind": "list", "subject": "executions", "window": TODAY},
        rows=[],
        it=["⚙️ Nessuna esecuzione oggi."],
        en=["⚙️ No executions today."],
    ),
    Case(
        "no failed or canceled executions",
        query={
            "kind": "list",
            "subject": "executions",
            "window": TODAY,
            "filters": [{"field": "status", "values": ["error", "canceled"]}],
        },
        rows=[],
        it=["⚙️ Nessuna esecuzione fallita o annullata oggi."],
        en=["⚙️ No failed or canceled executions today."],
    ),
    Case(
        "errors of a week",
        query={"kind": "list", "subject": "errors", "window": THIS_WEEK},
        rows=[
            (at("2026-11-22T08:00"), "Ordini", "HTTP Request1", "connect ETIMEDOUT"),
            (at("2026-11-20T10:40"), "Ordini", "Valida ordine", "Ordine senza numero [line 2]"),
            (at("2026-11-20T10:30"), "Backup", None, None),
        ],
        it=[
            "❌ Errori questa settimana: 3",
            (
                "• dom 22 nov 08:00 · Ordini · passo «chiamata a un servizio esterno» · il "
                "servizio non ha risposto in tempo"
            ),
            "• ven 20 nov 10:40 · Ordini · passo «Valida ordine» · «Ordine senza numero»",
            "• ven 20 nov 10:30 · Backup · causa non registrata",
        ],
        en=[
            "❌ Errors this week: 3",
            (
                "• Sun 22 Nov 08:00 · Ordini · step “call to an external service” · the "
                "service did not answer in time"
            ),
            "• Fri 20 Nov 10:40 · Ordini · step “Valida ordine” · “Ordine senza numero”",
            "• Fri 20 Nov 10:30 · Backup · cause not recorded",
        ],
    ),
    Case(
        "the last error",
        query={"kind": "list", "subject": "errors", "limit": 1},
        rows=[
            (at("2026-11-20T18:45"), "Risposte", "Agente", "Request failed with status code 429")
        ],
        it=[
            (
                "❌ L'ultimo errore: «Risposte», l'altro ieri alle 18:45, al passo «Agente»: "
                "il servizio ha ricevuto troppe richieste (limite superato)."
            ),
            ("💡 Distribuisci le richieste nel tempo o chiedi al fornitore un limite più alto."),
        ],
        en=[
            (
                "❌ The last error: “Risposte”, the day before yesterday at 18:45, at step "
                "“Agente”: the service received too many requests (limit exceeded)."
            ),
            "💡 Spread the requests over time, or ask the provider for a higher limit.",
        ],
        total=34,
        focus="last",
    ),
    Case(
        "no errors",
        query={"kind": "list", "subject": "errors", "window": TODAY},
        rows=[],
        it=["✅ Nessun errore oggi."],
        en=["✅ No errors today."],
    ),
    Case(
        "emails",
        query={"kind": "list", "subject": "emails", "window": TODAY},
        rows=[
            (at("2026-11-22T09:10"), "received", "mario@example.com", None, "Preventivo"),
            (at("2026-11-22T08:10"), "received", None, None, ""),
        ],
        it=[
            "📧 Email ricevute oggi: 2",
            "• 09:10 · mario@example.com · «Preventivo»",
            "• 08:10 · (indirizzo ignoto) · (senza oggetto)",
        ],
        en=[
            "📧 Emails received today: 2",
            "• 09:10 · mario@example.com · “Preventivo”",
            "• 08:10 · (unknown address) · (no subject)",
        ],
    ),
    Case(
        "sent emails listed",
        query={
            "kind": "list",
            "subject": "emails",
            "window": YESTERDAY,
            "filters": limited(status="sent"),
        },
        rows=[
            (at("2026-11-21T09:10"), "sent", None, "mario@example.com", "Re: Preventivo"),
            (at("2026-11-21T09:00"), "sent", None, "b@example.com", None),
        ],
        it=[
            "📤 Email inviate ieri: 2",
            "• 09:10 · a mario@example.com · «Re: Preventivo»",
            "• 09:00 · a b@example.com",
        ],
        en=[
            "📤 Emails sent yesterday: 2",
            "• 09:10 · to mario@example.com · “Re: Preventivo”",
            "• 09:00 · to b@example.com",
        ],
    ),
    Case(
        "emails both ways",
        query={
            "kind": "list",
            "subject": "emails",
            "window": YESTERDAY,
            "filters": [{"field": "status", "values": ["received", "sent"]}],
        },
        rows=[
            (at("2026-11-21T09:10"), "sent", None, "mario@example.com", "Re: Preventivo"),
            (at("2026-11-21T09:00"), "received", "mario@example.com", None, "Preventivo"),
        ],
        it=[
            "📧 Email ricevute e inviate ieri: 2",
            "• 09:10 · a mario@example.com · «Re: Preventivo»",
            "• 09:00 · da mario@example.com · «Preventivo»",
        ],
        en=[
            "📧 Emails received and sent yesterday: 2",
            "• 09:10 · to mario@example.com · “Re: Preventivo”",
            "• 09:00 · from mario@example.com · “Preventivo”",
        ],
    ),
    Case(
        "a hostile subject",
        query={"kind": "list", "subject": "emails", "window": TODAY},
        rows=[
            (
                at("2026-11-22T09:10"),
                "received",
                "x@example.com",
                None,
                "Ciao\n\x1b[31mrosso\u202egnirts " + "x" * 100,
            )
        ],
        it=[
            "📧 Email ricevute oggi: 1",
            (
                "• 09:10 · x@example.com · «Ciao rossognirts "
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…»"
            ),
        ],
        en=[
            "📧 Emails received today: 1",
            (
                "• 09:10 · x@example.com · “Ciao rossognirts "
                "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…”"
            ),
        ],
    ),
    Case(
        "the last email",
        query={"kind": "list", "subject": "emails", "limit": 1},
        rows=[(at("2026-11-22T09:10"), "received", "mario@example.com", None, "Preventivo")],
        it=[("📧 L'ultima email ricevuta: da mario@example.com, oggi alle 9:10, «Preventivo».")],
        en=[("📧 The last email received: from mario@example.com, today at 9:10, “Preventivo”.")],
        total=300,
        focus="last",
    ),
    Case(
        "no emails",
        query={
            "kind": "list",
            "subject": "emails",
            "window": TODAY,
            "filters": limited(sender="mario@example.com"),
        },
        rows=[],
        it=["📧 Nessuna email ricevuta da «mario@example.com» oggi."],
        en=["📧 No emails received from “mario@example.com” today."],
    ),
    Case(
        "orders",
        query={"kind": "list", "subject": "orders", "window": THIS_WEEK},
        rows=[
            (at("2026-11-21T17:30"), "ORD-12", "Rossi Srl", 120, "Ordini"),
            (at("2026-11-16T07:30"), "ORD-11", None, None, "Ordini"),
        ],
        it=[
            "🛒 Ordini questa settimana: 2",
            "• sab 21 nov 17:30 · ORD-12 · Rossi Srl · 120,00 €",
            "• lun 16 nov 07:30 · ORD-11 · importo non indicato",
        ],
        en=[
            "🛒 Orders this week: 2",
            "• Sat 21 Nov 17:30 · ORD-12 · Rossi Srl · €120.00",
            "• Mon 16 Nov 07:30 · ORD-11 · no amount given",
        ],
    ),
    Case(
        "the last order",
        query={"kind": "list", "subject": "orders", "limit": 1},
        rows=[(at("2026-11-21T17:30"), "ORD-12", "Rossi Srl", 120, "Ordini")],
        it=["🛒 L'ultimo ordine: ORD-12 di Rossi Srl, 120,00 €, ieri alle 17:30."],
        en=["🛒 The last order: ORD-12 of Rossi Srl, €120.00, yesterday at 17:30."],
        total=180,
        focus="last",
    ),
    Case(
        "a second page",
        query={"kind": "list", "subject": "orders", "window": THIS_WEEK, "offset": 10},
        rows=[
            (at("2026-11-16T07:30"), "ORD-2", "Rossi", 5, "Ordini"),
            (at("2026-11-16T07:00"), "ORD-1", "Rossi", 5, "Ordini"),
        ],
        it=[
            "🛒 Ordini questa settimana: 11–12 di 12",
            "• lun 16 nov 07:30 · ORD-2 · Rossi · 5,00 €",
            "• lun 16 nov 07:00 · ORD-1 · Rossi · 5,00 €",
        ],
        en=[
            "🛒 Orders this week: 11–12 of 12",
            "• Mon 16 Nov 07:30 · ORD-2 · Rossi · €5.00",
            "• Mon 16 Nov 07:00 · ORD-1 · Rossi · €5.00",
        ],
        total=12,
    ),
    Case(
        "a page beyond the end",
        query={"kind": "list", "subject": "orders", "window": THIS_WEEK, "offset": 20},
        rows=[],
        it=["Non c'è altro da mostrare: 12 in tutto."],
        en=["There is nothing more to show: 12 in all."],
        total=12,
    ),
    Case(
        "one more",
        query={"kind": "list", "subject": "executions", "window": TODAY},
        rows=[(at("2026-11-22T10:00"), "Ordini", "success", 1)] * 11,
        it=[
            "⚙️ Esecuzioni oggi: 11",
            "• 10:00 · Ordini · riuscita · 1 s",
            "• 10:00 · Ordini · riuscita · 1 s",
            "• 10:00 · Ordini · riuscita · 1 s",
            "• 10:00 · Ordini · riuscita · 1 s",
            "• 10:00 · Ordini · riuscita · 1 s",
            "• 10:00 · Ordini · riuscita · 1 s",
            "• 10:00 · Ordini · riuscita · 1 s",
            "• 10:00 · Ordini · riuscita · 1 s",
            "• 10:00 · Ordini · riuscita · 1 s",
            "• 10:00 · Ordini · riuscita · 1 s",
            "… e un'altra: chiedi «mostra altri»",
        ],
        en=[
            "⚙️ Executions today: 11",
            "• 10:00 · Ordini · successful · 1 s",
            "• 10:00 · Ordini · successful · 1 s",
            "• 10:00 · Ordini · successful · 1 s",
            "• 10:00 · Ordini · successful · 1 s",
            "• 10:00 · Ordini · successful · 1 s",
            "• 10:00 · Ordini · successful · 1 s",
            "• 10:00 · Ordini · successful · 1 s",
            "• 10:00 · Ordini · successful · 1 s",
            "• 10:00 · Ordini · successful · 1 s",
            "• 10:00 · Ordini · successful · 1 s",
            "… and 1 more: ask “show more”",
        ],
    ),
    Case(
        "one more order",
        query={"kind": "list", "subject": "orders", "window": TODAY},
        rows=[(at("2026-11-22T10:00"), "ORD-1", "Rossi", 1, "Ordini")] * 11,
        it=[
            "🛒 Ordini oggi: 11",
            "• 10:00 · ORD-1 · Rossi · 1,00 €",
            "• 10:00 · ORD-1 · Rossi · 1,00 €",
            "• 10:00 · ORD-1 · Rossi · 1,00 €",
            "• 10:00 · ORD-1 · Rossi · 1,00 €",
            "• 10:00 · ORD-1 · Rossi · 1,00 €",
            "• 10:00 · ORD-1 · Rossi · 1,00 €",
            "• 10:00 · ORD-1 · Rossi · 1,00 €",
            "• 10:00 · ORD-1 · Rossi · 1,00 €",
            "• 10:00 · ORD-1 · Rossi · 1,00 €",
            "• 10:00 · ORD-1 · Rossi · 1,00 €",
            "… e un altro: chiedi «mostra altri»",
        ],
        en=[
            "🛒 Orders today: 11",
            "• 10:00 · ORD-1 · Rossi · €1.00",
            "• 10:00 · ORD-1 · Rossi · €1.00",
            "• 10:00 · ORD-1 · Rossi · €1.00",
            "• 10:00 · ORD-1 · Rossi · €1.00",
            "• 10:00 · ORD-1 · Rossi · €1.00",
            "• 10:00 · ORD-1 · Rossi · €1.00",
            "• 10:00 · ORD-1 · Rossi · €1.00",
            "• 10:00 · ORD-1 · Rossi · €1.00",
            "• 10:00 · ORD-1 · Rossi · €1.00",
            "• 10:00 · ORD-1 · Rossi · €1.00",
            "… and 1 more: ask “show more”",
        ],
    ),
    Case(
        "processes",
        query={"kind": "list", "subject": "processes"},
        rows=[("Ordini", True, at("2026-11-22T07:40"), "success"), ("Vecchio", False, None, None)],
        it=[
            "🗂️ Processi: 2, di cui 1 attivo",
            "• 🟢 Ordini · ultima esecuzione oggi alle 7:40, riuscita",
            "• ⚪ Vecchio · nessuna esecuzione registrata",
        ],
        en=[
            "🗂️ Processes: 2, 1 of them active",
            "• 🟢 Ordini · last execution today at 7:40, successful",
            "• ⚪ Vecchio · no recorded execution",
        ],
    ),
    Case(
        "all processes active",
        query={"kind": "list", "subject": "processes"},
        rows=[
            ("Ordini", True, at("2026-11-22T07:40"), "success"),
            ("Fatture", True, at("2026-11-21T01:40"), "error"),
        ],
        it=[
            "🗂️ Processi: 2, tutti attivi",
            "• 🟢 Ordini · ultima esecuzione oggi alle 7:40, riuscita",
            "• 🟢 Fatture · ultima esecuzione ieri all'1:40, fallita",
        ],
        en=[
            "🗂️ Processes: 2, all active",
            "• 🟢 Ordini · last execution today at 7:40, successful",
            "• 🟢 Fatture · last execution yesterday at 1:40, failed",
        ],
    ),
    Case(
        "processes whose last run failed",
        query={"kind": "list", "subject": "processes", "filters": limited(status="error")},
        rows=[("Fatture", True, at("2026-11-21T01:40"), "error")],
        it=[
            "🗂️ Processi (ultima esecuzione: fallita): 1",
            "• 🟢 Fatture · ultima esecuzione ieri all'1:40, fallita",
        ],
        en=[
            "🗂️ Processes (last execution: failed): 1",
            "• 🟢 Fatture · last execution yesterday at 1:40, failed",
        ],
    ),
    Case(
        "today's story",
        query={"kind": "story", "story": "today"},
        rows=[
            (
                at("2026-11-22T07:40"),
                "email_received",
                "Risposte",
                "mario@example.com: Dove siete?",
            ),
            (
                at("2026-11-22T07:41"),
                "email_sent",
                "Risposte",
                "mario@example.com: Re: Dove siete?",
            ),
            (at("2026-11-22T08:00"), "order", "Ordini", "Rossi: ORD-12"),
            (at("2026-11-22T08:05"), "answer", "Risposte", "Gentile cliente"),
            (at("2026-11-22T09:00"), "error", "Ordini", "HTTP Request: connect ETIMEDOUT"),
        ],
        it=[
            (
                "📅 Oggi: 1 email ricevuta, 1 email inviata, 1 ordine, 1 risposta "
                "dell'assistente e 1 errore."
            ),
            "• 07:40 📧 · mario@example.com: Dove siete? · Risposte",
            "• 07:41 📤 · mario@example.com: Re: Dove siete? · Risposte",
            "• 08:00 🛒 · Rossi: ORD-12 · Ordini",
            "• 08:05 🤖 · Gentile cliente · Risposte",
            "• 09:00 ❌ · il servizio non ha risposto in tempo · Ordini",
        ],
        en=[
            ("📅 Today: 1 email received, 1 email sent, 1 order, 1 assistant answer and 1 error."),
            "• 07:40 📧 · mario@example.com: Dove siete? · Risposte",
            "• 07:41 📤 · mario@example.com: Re: Dove siete? · Risposte",
            "• 08:00 🛒 · Rossi: ORD-12 · Ordini",
            "• 08:05 🤖 · Gentile cliente · Risposte",
            "• 09:00 ❌ · the service did not answer in time · Ordini",
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "a day without errors",
        query={"kind": "story", "story": "today", "window": YESTERDAY},
        rows=[
            (at("2026-11-21T07:40"), "order", "Ordini", None),
            (at("2026-11-21T07:41"), "order", "Ordini", None),
        ],
        it=["📅 Ieri: 2 ordini e nessun errore.", "• 07:40 🛒 · Ordini", "• 07:41 🛒 · Ordini"],
        en=["📅 Yesterday: 2 orders and no errors.", "• 07:40 🛒 · Ordini", "• 07:41 🛒 · Ordini"],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "a story with more to it",
        query={"kind": "story", "story": "today", "window": TODAY},
        rows=[(at("2026-11-22T07:40"), "order", "Ordini", "ORD-1")] * 10,
        it=[
            "📅 Oggi: 31 eventi.",
            "• 07:40 🛒 · ORD-1 · Ordini",
            "• 07:40 🛒 · ORD-1 · Ordini",
            "• 07:40 🛒 · ORD-1 · Ordini",
            "• 07:40 🛒 · ORD-1 · Ordini",
            "• 07:40 🛒 · ORD-1 · Ordini",
            "• 07:40 🛒 · ORD-1 · Ordini",
            "• 07:40 🛒 · ORD-1 · Ordini",
            "• 07:40 🛒 · ORD-1 · Ordini",
            "• 07:40 🛒 · ORD-1 · Ordini",
            "• 07:40 🛒 · ORD-1 · Ordini",
            "… e altri 21: chiedi «mostra altri»",
        ],
        en=[
            "📅 Today: 31 events.",
            "• 07:40 🛒 · ORD-1 · Ordini",
            "• 07:40 🛒 · ORD-1 · Ordini",
            "• 07:40 🛒 · ORD-1 · Ordini",
            "• 07:40 🛒 · ORD-1 · Ordini",
            "• 07:40 🛒 · ORD-1 · Ordini",
            "• 07:40 🛒 · ORD-1 · Ordini",
            "• 07:40 🛒 · ORD-1 · Ordini",
            "• 07:40 🛒 · ORD-1 · Ordini",
            "• 07:40 🛒 · ORD-1 · Ordini",
            "• 07:40 🛒 · ORD-1 · Ordini",
            "… and 21 more: ask “show more”",
        ],
        type=QuestionType.ANALYSIS,
        total=31,
    ),
    Case(
        "a quiet day",
        query={"kind": "story", "story": "today", "window": TODAY},
        rows=[],
        it=["📅 Niente da segnalare oggi."],
        en=["📅 Nothing to report today."],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "the mail and its answers",
        query={"kind": "story", "story": "email", "window": TODAY},
        rows=[
            (at("2026-11-22T07:40"), "mario@example.com", "Reso", True, "Gentile cliente, ecco"),
            (at("2026-11-22T08:40"), "b@example.com", "Info", True, None),
            (at("2026-11-22T09:40"), "c@example.com", None, False, None),
            (at("2026-11-22T09:50"), "d@example.com", "Piena", False, "Gentile"),
        ],
        it=[
            "📧 Email ricevute oggi: 4, 2 con risposta e 2 senza",
            "• 07:40 · mario@example.com · «Reso» → «Gentile cliente, ecco»",
            "• 08:40 · b@example.com · «Info» → con risposta",
            "• 09:40 · c@example.com · (senza oggetto) → senza risposta",
            "• 09:50 · d@example.com · «Piena» → risposta non inviata: «Gentile»",
        ],
        en=[
            "📧 Emails received today: 4, 2 answered and 2 not",
            "• 07:40 · mario@example.com · “Reso” → “Gentile cliente, ecco”",
            "• 08:40 · b@example.com · “Info” → answered",
            "• 09:40 · c@example.com · (no subject) → not answered",
            "• 09:50 · d@example.com · “Piena” → answer not sent: “Gentile”",
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "all mail answered",
        query={"kind": "story", "story": "email", "window": TODAY},
        rows=[(at("2026-11-22T07:40"), "mario@example.com", "Reso", True, None)] * 2,
        it=[
            "📧 Email ricevute oggi: 2, tutte con risposta",
            "• 07:40 · mario@example.com · «Reso» → con risposta",
            "• 07:40 · mario@example.com · «Reso» → con risposta",
        ],
        en=[
            "📧 Emails received today: 2, all answered",
            "• 07:40 · mario@example.com · “Reso” → answered",
            "• 07:40 · mario@example.com · “Reso” → answered",
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "no mail",
        query={"kind": "story", "story": "email", "window": TODAY},
        rows=[],
        it=["📧 Nessuna email ricevuta oggi."],
        en=["📧 No emails received today."],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "the errors of a month",
        query={"kind": "story", "story": "errors", "window": NOVEMBER},
        rows=[
            ("Ordini", 14, at("2026-11-22T02:01"), "HTTP 503", 4),
            ("Fatture", 1, at("2026-11-01T02:01"), "Boh", 0),
        ],
        it=[
            (
                "❌ Errori questo mese: 15 in 2 processi; il processo con più errori è "
                "«Ordini» (14)."
            ),
            (
                "• Ordini · 14 errori · l'ultimo oggi alle 2:01: il servizio non è "
                "disponibile in questo momento · negli ultimi 7 giorni: 4"
            ),
            (
                "• Fatture · 1 errore · l'ultimo domenica 1º novembre alle 2:01: «Boh» · "
                "negli ultimi 7 giorni: 0"
            ),
            "💡 Di solito è passeggero: se si ripete, chiedi al fornitore del servizio.",
        ],
        en=[
            (
                "❌ Errors this month: 15 in 2 processes; the process with the most errors is "
                "“Ordini” (14)."
            ),
            (
                "• Ordini · 14 errors · the last one today at 2:01: the service is not "
                "available at the moment · in the last 7 days: 4"
            ),
            (
                "• Fatture · 1 error · the last one on Sunday 1 November at 2:01: “Boh” · in "
                "the last 7 days: 0"
            ),
            "💡 It usually passes: if it repeats, ask the provider of the service.",
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "the errors of one process",
        query={
            "kind": "story",
            "story": "errors",
            "window": NOVEMBER,
            "filters": limited(process="Ordini"),
        },
        rows=[("Ordini", 1, at("2026-11-22T02:01"), None, 1)],
        it=[
            "❌ Errori del processo «Ordini» questo mese: 1",
            "• Ordini · 1 errore · l'ultimo oggi alle 2:01 · negli ultimi 7 giorni: 1",
        ],
        en=[
            "❌ Errors in “Ordini” this month: 1",
            "• Ordini · 1 error · the last one today at 2:01 · in the last 7 days: 1",
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "no errors to tell",
        query={"kind": "story", "story": "errors", "window": YESTERDAY},
        rows=[],
        it=["✅ Nessun errore ieri."],
        en=["✅ No errors yesterday."],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "the figures of a week",
        query={"kind": "story", "story": "overview", "window": LAST_WEEK},
        rows=[
            ("executions", 120, 100, 20.0),
            ("success_rate", 98.2, 97.0, 1.24),
            ("errors", 5, 3, 66.67),
            ("median_duration", 0.4, 0.4, 0.0),
            ("order_value", 1000, 0, None),
            ("ai_response_time", None, 0.2, None),
        ],
        it=[
            "📊 Riepilogo: la settimana scorsa, a confronto con il periodo prima.",
            "                                                  valore   prima",
            "  ⚙️ Esecuzioni                                      120     100  ▲ +20%",
            "  🎯 Tasso di successo                             98,2%     97%  ▲ +1,2 punti",
            "  ❌ Errori                                            5       3  ▲ +2",
            "  ⏱️ Durata mediana                                0,4 s   0,4 s  =",
            "  💶 Valore degli ordini                      1.000,00 €  0,00 €  ▲ +1.000,00 €",
            "  ⚡ Tempo medio di risposta dell'assistente           —   0,2 s",
            "👍 Meglio: tasso di successo e valore degli ordini.",
            "👎 Peggio: errori.",
        ],
        en=[
            "📊 Summary: last week, compared with the period before.",
            "                                  value  before",
            "  ⚙️ Executions                     120     100  ▲ +20%",
            "  🎯 Success rate                 98.2%     97%  ▲ +1.2 points",
            "  ❌ Errors                           5       3  ▲ +2",
            "  ⏱️ Median duration              0.4 s   0.4 s  =",
            "  💶 Order value              €1,000.00   €0.00  ▲ +€1,000.00",
            "  ⚡ Assistant response time          —   0.2 s",
            "👍 Better: success rate and order value.",
            "👎 Worse: errors.",
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "the figures of a month not over",
        query={"kind": "story", "story": "overview", "window": NOVEMBER},
        rows=[("orders", 120, 150, -20.0)],
        it=[
            "📊 Riepilogo: questo mese, a confronto con la stessa parte del periodo prima.",
            "             valore  prima",
            "  🛒 Ordini     120    150  ▼ −20%",
            "👎 Peggio: ordini.",
        ],
        en=[
            "📊 Summary: this month, compared with the same part of the period before.",
            "             value  before",
            "  🛒 Orders    120     150  ▼ −20%",
            "👎 Worse: orders.",
        ],
        type=QuestionType.ANALYSIS,
        coverage=LONG,
    ),
    Case(
        "figures without a period before",
        query={"kind": "story", "story": "overview"},
        rows=[("executions", 714, None, None), ("success_rate", None, None, None)],
        it=[
            "📊 Riepilogo di tutto il periodo.",
            "  ⚙️ Esecuzioni         714",
            "  🎯 Tasso di successo    —",
            "ℹ️ Dati dal 19 ottobre.",
        ],
        en=[
            "📊 Summary of the whole period.",
            "  ⚙️ Executions    714",
            "  🎯 Success rate    —",
            "ℹ️ Data from 19 October.",
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "figures whose period before is not covered",
        query={"kind": "story", "story": "overview", "window": NOVEMBER},
        rows=[("orders", 120, None, None)],
        it=[
            "📊 Riepilogo: questo mese.",
            "  🛒 Ordini  120",
            "ℹ️ Il periodo di confronto è fuori dai dati registrati: nessuna variazione.",
        ],
        en=[
            "📊 Summary: this month.",
            "  🛒 Orders  120",
            ("ℹ️ The period to compare with lies outside the recorded data: no change given."),
        ],
        type=QuestionType.ANALYSIS,
        notes=(Note("previous_not_covered"),),
    ),
    Case(
        "one process in words",
        query={
            "kind": "story",
            "story": "overview",
            "window": THIS_WEEK,
            "filters": limited(process="Ordini"),
        },
        rows=[
            (
                "Ordini",
                True,
                191,
                92.7,
                14,
                0.4,
                at("2026-11-22T07:40"),
                "success",
                at("2026-11-18T10:40"),
                "Valida ordine",
                "Ordine senza numero",
            )
        ],
        it=[
            (
                "🟢 «Ordini» è attivo: 191 esecuzioni questa settimana, 14 errori, tasso di "
                "successo 92,7%, durata tipica 0,4 s."
            ),
            "Ultima esecuzione: oggi alle 7:40, riuscita.",
            (
                "Ultimo errore: mercoledì 18 novembre alle 10:40, al passo «Valida ordine»: "
                "«Ordine senza numero»."
            ),
        ],
        en=[
            (
                "🟢 “Ordini” is active: 191 executions this week, 14 errors, success rate "
                "92.7%, typical duration 0.4 s."
            ),
            "Last execution: today at 7:40, successful.",
            (
                "Last error: on Wednesday 18 November at 10:40, at step “Valida ordine”: "
                "“Ordine senza numero”."
            ),
        ],
        type=QuestionType.ANALYSIS,
        columns=PROCESS_SUMMARY_COLUMNS,
    ),
    Case(
        "a process that did nothing",
        query={
            "kind": "story",
            "story": "overview",
            "window": THIS_WEEK,
            "filters": limited(process="Ordini"),
        },
        rows=[("Ordini", False, 0, None, 0, None, None, None, None, None, None)],
        it=["⚪ «Ordini» non è attivo: nessuna esecuzione questa settimana."],
        en=["⚪ “Ordini” is not active: no executions this week."],
        type=QuestionType.ANALYSIS,
        columns=PROCESS_SUMMARY_COLUMNS,
    ),
    Case(
        "a process without errors",
        query={
            "kind": "story",
            "story": "overview",
            "window": THIS_WEEK,
            "filters": limited(process="Ordini"),
        },
        rows=[
            ("Ordini", True, 1, 100, 0, 3.0, at("2026-11-22T07:40"), "success", None, None, None)
        ],
        it=[
            (
                "🟢 «Ordini» è attivo: 1 esecuzione questa settimana, nessun errore, tasso di "
                "successo 100%, durata tipica 3 s."
            ),
            "Ultima esecuzione: oggi alle 7:40, riuscita.",
        ],
        en=[
            (
                "🟢 “Ordini” is active: 1 execution this week, no errors, success rate 100%, "
                "typical duration 3 s."
            ),
            "Last execution: today at 7:40, successful.",
        ],
        type=QuestionType.ANALYSIS,
        columns=PROCESS_SUMMARY_COLUMNS,
    ),
    Case(
        "a forecast",
        query={"metric": "orders", "window": TOMORROW},
        rows=[],
        it=["🔮 Non so ancora fare previsioni: rispondo su ciò che è già successo."],
        en=["🔮 I cannot forecast yet: I answer about what has already happened."],
        type=QuestionType.PREDICTION,
        coverage=IN_PART,
        notes=(Note("future"),),
    ),
    Case(
        "a forecast with what came so far",
        query={"metric": "orders", "window": NOVEMBER},
        rows=[(120,)],
        it=[
            "🔮 Non so ancora fare previsioni: rispondo su ciò che è già successo.",
            "Ordini questo mese finora: 120",
        ],
        en=[
            "🔮 I cannot forecast yet: I answer about what has already happened.",
            "Orders this month so far: 120",
        ],
        type=QuestionType.PREDICTION,
    ),
    Case(
        "a forecast with a past to compare",
        query={"metric": "orders", "window": TOMORROW, "compare_to": YESTERDAY},
        rows=[("2026-11-21", 8)],
        it=[
            "🔮 Non so ancora fare previsioni: rispondo su ciò che è già successo.",
            "Ordini ieri: 8",
        ],
        en=[
            "🔮 I cannot forecast yet: I answer about what has already happened.",
            "Orders yesterday: 8",
        ],
        type=QuestionType.PREDICTION,
    ),
    Case(
        "a trend over weeks",
        query={"metric": "emails_received", "group_by": ["week"]},
        rows=[
            ("2026-W43", 35),
            ("2026-W44", 37),
            ("2026-W45", 25),
            ("2026-W46", 28),
            ("2026-W47", 28),
        ],
        it=[
            (
                "📧 Email ricevute per settimana: andamento in calo, 53 nelle ultime 2 "
                "settimane concluse contro 72 nelle prime 2 (−26,4%)."
            ),
            "  19–25 ott        35  ███████████████",
            "  26 ott – 1º nov  37  ████████████████",
            "  2–8 nov          25  ███████████",
            "  9–15 nov         28  ████████████",
            "  16–22 nov        28  ████████████",
            "Picco: dal 26 ottobre al 1º novembre (37).",
            "ℹ️ Dati dal 19 ottobre.",
        ],
        en=[
            (
                "📧 Emails received by week: falling, 53 in the last 2 weeks that are over "
                "against 72 in the first 2 (−26.4%)."
            ),
            "  19–25 Oct       35  ███████████████",
            "  26 Oct – 1 Nov  37  ████████████████",
            "  2–8 Nov         25  ███████████",
            "  9–15 Nov        28  ████████████",
            "  16–22 Nov       28  ████████████",
            "Peak: from 26 October to 1 November (37).",
            "ℹ️ Data from 19 October.",
        ],
        focus="trend",
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "causes that tie",
        query={"metric": "errors", "window": LAST_WEEK, "group_by": ["cause"]},
        rows=[("Ordine senza numero", 9), ("Request failed with status code 429", 9)],
        it=[
            (
                "❌ Le cause d'errore più frequenti la settimana scorsa (9 ciascuna): «Ordine "
                "senza numero»; il servizio ha ricevuto troppe richieste (limite superato)."
            ),
            "  «Ordine senza numero»                                       9",
            "  il servizio ha ricevuto troppe richieste (limite superato)  9",
            ("💡 Distribuisci le richieste nel tempo o chiedi al fornitore un limite più alto."),
        ],
        en=[
            (
                "❌ The most frequent causes of errors last week (9 each): “Ordine senza "
                "numero”; the service received too many requests (limit exceeded)."
            ),
            "  “Ordine senza numero”                                    9",
            "  the service received too many requests (limit exceeded)  9",
            "💡 Spread the requests over time, or ask the provider for a higher limit.",
        ],
        focus="cause",
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "yes, in all history",
        query={"metric": "unfinished"},
        rows=[(3,)],
        it=["Sì, 3 esecuzioni non concluse.", "ℹ️ Dati dal 19 ottobre."],
        en=["Yes, 3 unfinished executions.", "ℹ️ Data from 19 October."],
        focus="existence",
    ),
    Case(
        "a week beside the last one",
        query={"kind": "story", "story": "overview", "window": THIS_WEEK, "compare_to": LAST_WEEK},
        rows=[("success_rate", 96.3, 97.1, -0.8), ("errors", 4, 5, -20.0)],
        it=[
            (
                "📊 Riepilogo: questa settimana, a confronto con la settimana scorsa fino "
                "allo stesso punto."
            ),
            "                        valore  prima",
            "  🎯 Tasso di successo   96,3%  97,1%  ≈ −0,8 punti",
            "  ❌ Errori                  4      5  ▼ −1",
            "👍 Meglio: errori.",
            "≈ quasi uguale: meno del 5%, o di 1 punto per un tasso.",
        ],
        en=[
            "📊 Summary: this week, compared with last week up to the same point.",
            "                   value  before",
            "  🎯 Success rate  96.3%   97.1%  ≈ −0.8 points",
            "  ❌ Errors            4       5  ▼ −1",
            "👍 Better: errors.",
            "≈ about the same: less than 5%, or than 1 point of a rate.",
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "a comparison asked in time order",
        query={"metric": "orders", "window": OCTOBER, "compare_to": NOVEMBER},
        rows=[("2026-10", 150), ("2026-11", 180)],
        it=[
            "🛒 Ordini: 180 a novembre contro 150 a ottobre, 30 in più: un miglioramento.",
            "  Novembre  180",
            "  Ottobre   150",
            "⚖️ Novembre non è ancora finito (giorno 22 di 30): il confronto non è alla pari.",
        ],
        en=[
            "🛒 Orders: 180 in November against 150 in October, 30 more, which is better.",
            "  November  180",
            "  October   150",
            "⚖️ November is not over yet (day 22 of 30): the comparison is not like for like.",
        ],
        type=QuestionType.ANALYSIS,
        coverage=LONG,
    ),
    Case(
        "weeks asked in time order",
        query={
            "metric": "orders",
            "window": span("2026-11-02", "2026-11-09"),
            "compare_to": LAST_WEEK,
        },
        rows=[("2026-W45", 30), ("2026-W46", 36)],
        it=[
            (
                "🛒 Ordini: 36 la settimana scorsa contro 30 nella settimana dal 2 all'8 "
                "novembre, 6 in più (+20%): un miglioramento."
            ),
            "  La settimana scorsa                36",
            "  La settimana dal 2 all'8 novembre  30",
        ],
        en=[
            (
                "🛒 Orders: 36 last week against 30 in the week from 2 to 8 November, 6 "
                "more (+20%), which is better."
            ),
            "  Last week                      36",
            "  The week from 2 to 8 November  30",
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "a comparison in time order, the earlier month recorded in part",
        query={"metric": "order_value", "window": OCTOBER, "compare_to": NOVEMBER},
        rows=[("2026-10", 37580.7), ("2026-11", 57132.4)],
        it=[
            (
                "💶 Valore degli ordini: 57.132,40 € a novembre; 37.580,70 € a ottobre, ma "
                "quel periodo è registrato solo in parte: un confronto non è possibile."
            ),
            "  Novembre  57.132,40 €",
            "  Ottobre   37.580,70 €",
            "⚖️ Per ottobre ci sono dati solo dal 19 ottobre.",
            "⚖️ Novembre non è ancora finito (giorno 22 di 30): il confronto non è alla pari.",
            "ℹ️ Calcolo: somma del primo totale registrato di ciascun ordine.",
        ],
        en=[
            (
                "💶 Order value: €57,132.40 in November; €37,580.70 in October, but that "
                "period is recorded only in part: they cannot be compared."
            ),
            "  November  €57,132.40",
            "  October   €37,580.70",
            "⚖️ For October there is data only from 19 October.",
            "⚖️ November is not over yet (day 22 of 30): the comparison is not like for like.",
            "ℹ️ How: sum of the first total recorded for each order.",
        ],
        type=QuestionType.ANALYSIS,
        coverage=IN_PART,
    ),
    Case(
        "rates in time order, the earlier month recorded in part",
        query={"metric": "success_rate", "window": OCTOBER, "compare_to": NOVEMBER},
        rows=[("2026-10", 94.1), ("2026-11", 95.8)],
        it=[
            "🎯 Tasso di successo: 95,8% a novembre contro 94,1% a ottobre, 1,7 punti in più.",
            "  Novembre  95,8%",
            "  Ottobre   94,1%",
            "⚖️ Confronto parziale: per ottobre ci sono dati solo dal 19 ottobre.",
            "⚖️ Novembre non è ancora finito (giorno 22 di 30): il confronto non è alla pari.",
            "ℹ️ Calcolo: riuscite su riuscite più fallite.",
        ],
        en=[
            (
                "🎯 Success rate: 95.8% in November against 94.1% in October, 1.7 "
                "percentage points higher."
            ),
            "  November  95.8%",
            "  October   94.1%",
            "⚖️ Partial comparison: for October there is data only from 19 October.",
            "⚖️ November is not over yet (day 22 of 30): the comparison is not like for like.",
            "ℹ️ How: successes over successes plus errors.",
        ],
        type=QuestionType.ANALYSIS,
        coverage=IN_PART,
    ),
    Case(
        "a comparison in time order where only the later one has a value",
        query={"metric": "success_rate", "window": OCTOBER, "compare_to": NOVEMBER},
        rows=[("2026-11", 95.8)],
        it=[
            (
                "🎯 Tasso di successo: 95,8% a novembre; non c'è un valore a ottobre, "
                "quindi nessun confronto."
            ),
            "  Novembre  95,8%",
            "  Ottobre       —",
            "⚖️ Novembre non è ancora finito (giorno 22 di 30): il confronto non è alla pari.",
            "ℹ️ Calcolo: riuscite su riuscite più fallite.",
        ],
        en=[
            (
                "🎯 Success rate: 95.8% in November; there is no value in October, so "
                "nothing to compare."
            ),
            "  November  95.8%",
            "  October       —",
            "⚖️ November is not over yet (day 22 of 30): the comparison is not like for like.",
            "ℹ️ How: successes over successes plus errors.",
        ],
        type=QuestionType.ANALYSIS,
        coverage=LONG,
    ),
    Case(
        "groups in time order",
        query={
            "metric": "errors",
            "window": span("2026-11-02", "2026-11-09"),
            "compare_to": LAST_WEEK,
            "group_by": ["process"],
        },
        rows=[("2026-W45", "Ordini", 3), ("2026-W45", "Fatture", 1), ("2026-W46", "Ordini", 7)],
        it=[
            (
                "❌ Errori per processo, la settimana scorsa contro la settimana dal 2 "
                "all'8 novembre:"
            ),
            "  Processo  La settimana scorsa  La settimana dal 2 all'8 novembre",
            "  Ordini                      7                                  3",
            "  Fatture                     0                                  1",
            "La variazione più forte: «Ordini», da 3 a 7.",
        ],
        en=[
            "❌ Errors by process, last week against the week from 2 to 8 November:",
            "  Process  Last week  The week from 2 to 8 November",
            "  Ordini           7                              3",
            "  Fatture          0                              1",
            "The biggest change: “Ordini”, from 3 to 7.",
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "groups of a month recorded in part",
        query={
            "metric": "errors",
            "window": NOVEMBER,
            "compare_to": OCTOBER,
            "group_by": ["process"],
        },
        rows=[("2026-11", "Ordini", 7), ("2026-11", "Fatture", 4), ("2026-10", "Ordini", 3)],
        it=[
            "❌ Errori per processo, novembre contro ottobre:",
            "  Processo  Novembre  Ottobre",
            "  Ordini           7        3",
            "  Fatture          4        0",
            "⚖️ Per ottobre ci sono dati solo dal 19 ottobre.",
            "⚖️ Novembre non è ancora finito (giorno 22 di 30): il confronto non è alla pari.",
        ],
        en=[
            "❌ Errors by process, November against October:",
            "  Process  November  October",
            "  Ordini          7        3",
            "  Fatture         4        0",
            "⚖️ For October there is data only from 19 October.",
            "⚖️ November is not over yet (day 22 of 30): the comparison is not like for like.",
        ],
        type=QuestionType.ANALYSIS,
        coverage=IN_PART,
    ),
    Case(
        "a month of which hardly anything is missing",
        query={"metric": "orders", "window": LAST_WEEK, "compare_to": OCTOBER},
        rows=[("2026-W46", 40), ("2026-10", 50)],
        it=[
            "🛒 Ordini: 40 la settimana scorsa contro 50 a ottobre, 10 in meno.",
            "  La settimana scorsa  40",
            "  Ottobre              50",
            "⚖️ Confronto parziale: per ottobre ci sono dati solo dal 1º ottobre.",
        ],
        en=[
            "🛒 Orders: 40 last week against 50 in October, 10 fewer.",
            "  Last week  40",
            "  October    50",
            "⚖️ Partial comparison: for October there is data only from 1 October.",
        ],
        type=QuestionType.ANALYSIS,
        coverage=Coverage(at("2026-10-01T08:15"), NOW, False, True, NOW),
    ),
    Case(
        "a week beside itself",
        query={
            "metric": "errors",
            "window": LAST_WEEK,
            "compare_to": LAST_WEEK,
            "group_by": ["process"],
        },
        rows=[("2026-W46", "Ordini", 7), ("2026-W46", "Fatture", 2), ("2026-W46", "Ordini", 7)],
        it=[
            "❌ Errori per processo la settimana scorsa: 9 in tutto",
            "  Ordini   7",
            "  Fatture  2",
        ],
        en=[
            "❌ Errors by process last week: 9 in all",
            "  Ordini   7",
            "  Fatture  2",
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "one order by its number",
        query={"metric": "orders", "filters": limited(order="ORD-7")},
        rows=[(1,)],
        it=[
            "🛒 Ordine «ORD-7»: 1",
            "ℹ️ Dati dal 19 ottobre.",
        ],
        en=[
            "🛒 Order “ORD-7”: 1",
            "ℹ️ Data from 19 October.",
        ],
    ),
    Case(
        "whether there is an order",
        query={"metric": "orders", "filters": limited(order="ORD-7")},
        rows=[(1,)],
        it=[
            "Sì, c'è l'ordine «ORD-7».",
            "ℹ️ Dati dal 19 ottobre.",
        ],
        en=[
            "Yes, there is order “ORD-7”.",
            "ℹ️ Data from 19 October.",
        ],
        focus="existence",
    ),
    Case(
        "whether there is an order that there is not",
        query={"metric": "orders", "window": NOVEMBER, "filters": limited(order="ORD-7")},
        rows=[(0,)],
        it=["No, nessun ordine «ORD-7» questo mese."],
        en=["No, there is no order “ORD-7” this month."],
        focus="existence",
    ),
    Case(
        "the value of one order",
        query={"metric": "order_value", "filters": limited(order="ORD-7")},
        rows=[(249.7,)],
        it=[
            "💶 Valore dell'ordine «ORD-7»: 249,70 €",
            (
                "ℹ️ Dati dal 19 ottobre. Calcolo: somma del primo totale registrato di "
                "ciascun ordine."
            ),
        ],
        en=[
            "💶 Value of order “ORD-7”: €249.70",
            "ℹ️ Data from 19 October. How: sum of the first total recorded for each order.",
        ],
    ),
    Case(
        "several orders by their numbers",
        query={"metric": "orders", "filters": [{"field": "order", "values": ["ORD-7", "ORD-8"]}]},
        rows=[(2,)],
        it=[
            "🛒 Ordini «ORD-7» o «ORD-8» in totale: 2",
            "ℹ️ Dati dal 19 ottobre.",
        ],
        en=[
            "🛒 Orders “ORD-7” or “ORD-8” in all: 2",
            "ℹ️ Data from 19 October.",
        ],
    ),
    Case(
        "orders by a part of their number",
        query={
            "metric": "orders",
            "window": TODAY,
            "filters": [{"field": "order", "op": "contains", "values": ["ORD-2026"]}],
        },
        rows=[(2,)],
        it=["🛒 Ordini con «ORD-2026» nel numero oggi: 2"],
        en=["🛒 Orders with “ORD-2026” in the number today: 2"],
    ),
    Case(
        "one order shown",
        query={"kind": "list", "subject": "orders", "filters": limited(order="ord-7")},
        rows=[(at("2026-11-03T10:40"), "ORD-7", "Rossi Srl", 249.7, "Ordini")],
        it=[
            "🛒 Ordine ORD-7: 249,70 €, di Rossi Srl, martedì 3 novembre alle 10:40.",
            "ℹ️ Dati dal 19 ottobre.",
        ],
        en=[
            "🛒 Order ORD-7: €249.70, of Rossi Srl, on Tuesday 3 November at 10:40.",
            "ℹ️ Data from 19 October.",
        ],
    ),
    Case(
        "one order that is not there",
        query={"kind": "list", "subject": "orders", "filters": limited(order="ORD-7")},
        rows=[],
        it=[
            "🛒 Nessun ordine «ORD-7».",
            "ℹ️ Dati dal 19 ottobre.",
        ],
        en=[
            "🛒 No order “ORD-7”.",
            "ℹ️ Data from 19 October.",
        ],
    ),
    Case(
        "orders of a customer, by the name that is recorded",
        query={
            "kind": "list",
            "subject": "orders",
            "window": LAST_WEEK,
            "filters": [{"field": "customer", "op": "contains", "values": ["zoë müller"]}],
        },
        rows=[
            (at("2026-11-11T10:40"), "ORD-8", "Zoë Müller", 20, "Ordini"),
            (at("2026-11-10T09:40"), "ORD-7", "Zoë Müller", 249.7, "Ordini"),
        ],
        it=[
            "🛒 Ordini del cliente «Zoë Müller» la settimana scorsa: 2",
            "• mer 11 nov 10:40 · ORD-8 · Zoë Müller · 20,00 €",
            "• mar 10 nov 09:40 · ORD-7 · Zoë Müller · 249,70 €",
        ],
        en=[
            "🛒 Orders of customer “Zoë Müller” last week: 2",
            "• Wed 11 Nov 10:40 · ORD-8 · Zoë Müller · €20.00",
            "• Tue 10 Nov 09:40 · ORD-7 · Zoë Müller · €249.70",
        ],
    ),
    Case(
        "errors by a part of their message",
        query={
            "metric": "errors",
            "window": TODAY,
            "filters": [{"field": "text", "op": "contains", "values": ["timeout"]}],
        },
        rows=[(2,)],
        it=["❌ Errori con «timeout» nel messaggio d'errore oggi: 2"],
        en=["❌ Errors with “timeout” in the error message today: 2"],
    ),
    Case(
        "assistant answers by a part of their text",
        query={
            "metric": "ai_responses",
            "window": TODAY,
            "filters": [{"field": "text", "op": "contains", "values": ["reso"]}],
        },
        rows=[(2,)],
        it=["🤖 Risposte dell'assistente con «reso» nel testo oggi: 2"],
        en=["🤖 Assistant answers with “reso” in the text today: 2"],
    ),
    Case(
        "successes not saved, where nothing is recorded anyhow",
        query={"metric": "executions", "window": span("2026-01-01", "2026-04-01")},
        rows=[],
        it=["ℹ️ Non ho dati per il primo trimestre 2026: i dati partono dal 19 ottobre."],
        en=["ℹ️ I have no data for the first quarter of 2026: the data starts on 19 October."],
        coverage=IN_PART,
        notes=(Note("successes_not_saved", ("Ping sito",)),),
    ),
    Case(
        "successes not saved, of emails of other processes",
        query={
            "metric": "emails_received",
            "window": TODAY,
            "filters": [{"field": "process", "op": "is_not", "values": ["Fatture"]}],
        },
        rows=[(4,)],
        it=["📧 Email ricevute (esclusi: «Fatture») oggi: 4"],
        en=["📧 Emails received (excluding “Fatture”) today: 4"],
        notes=(Note("successes_not_saved", ("Ping sito",)),),
    ),
    Case(
        "successes not saved, of emails of that process",
        query={
            "metric": "emails_received",
            "window": TODAY,
            "filters": limited(process="Ping sito"),
        },
        rows=[(0,)],
        it=[
            "📧 Email ricevute nel processo «Ping sito» oggi: 0",
            (
                "ℹ️ n8n non conserva le esecuzioni riuscite di «Ping sito»: ciò che hanno "
                "fatto non si vede."
            ),
        ],
        en=[
            "📧 Emails received in “Ping sito” today: 0",
            (
                "ℹ️ n8n does not keep the successful executions of “Ping sito”: what they "
                "did cannot be seen."
            ),
        ],
        notes=(Note("successes_not_saved", ("Ping sito",)),),
    ),
    Case(
        "successes not saved, of a process left out of a ranking of rates",
        query={"metric": "error_rate", "window": LAST_WEEK, "group_by": ["process"]},
        rows=[("Ordini", 7.2), ("Fatture", 0)],
        it=[
            "📉 Tasso di errore per processo la settimana scorsa:",
            "  Ordini   7,2%",
            "  Fatture    0%",
            (
                "ℹ️ n8n non conserva le esecuzioni riuscite di «Ping sito»: il suo tasso "
                "non si può calcolare e non è in elenco. Calcolo: fallite su riuscite più "
                "fallite."
            ),
        ],
        en=[
            "📉 Error rate by process last week:",
            "  Ordini   7.2%",
            "  Fatture    0%",
            (
                "ℹ️ n8n does not keep the successful executions of “Ping sito”: its rate "
                "cannot be computed and is not listed. How: errors over successes plus "
                "errors."
            ),
        ],
        notes=(Note("successes_not_saved", ("Ping sito",)),),
    ),
    Case(
        "a period taken over that the answer does not show",
        query={"metric": "processes", "window": OCTOBER},
        rows=[(14,)],
        it=[
            "🗂️ Processi: 14",
            ("ℹ️ Sottinteso: il periodo (ottobre). È la situazione di adesso: non ha uno storico."),
        ],
        en=[
            "🗂️ Processes: 14",
            (
                "ℹ️ Taken as understood: the period (October). This is how things are "
                "now: it has no history."
            ),
        ],
        notes=(Note("now_only"),),
        assumed=("window",),
    ),
    Case(
        "a forecast with a like period found for it",
        query={"metric": "orders", "window": TOMORROW, "compare_to": LAST_WEEK},
        rows=[("2026-11-16", 5)],
        it=[
            "🔮 Non so ancora fare previsioni: rispondo su ciò che è già successo.",
            "Ordini lunedì 16 novembre: 5",
        ],
        en=[
            "🔮 I cannot forecast yet: I answer about what has already happened.",
            "Orders on Monday 16 November: 5",
        ],
        type=QuestionType.PREDICTION,
        coverage=IN_PART,
    ),
    Case(
        "figures that hardly changed",
        query={"kind": "story", "story": "overview", "window": LAST_WEEK},
        rows=[
            ("executions", 25, 1, 2400.0),
            ("success_rate", 96.2, 97.1, -0.93),
            ("order_value", 19078.6, 19946.8, -4.35),
            ("orders", 33, 35, -5.71),
            ("emails_sent", 127, 121, 4.96),
        ],
        it=[
            "📊 Riepilogo: la settimana scorsa, a confronto con il periodo prima.",
            "                               valore        prima",
            "  ⚙️ Esecuzioni                    25            1  ▲ +24",
            "  🎯 Tasso di successo          96,2%        97,1%  ≈ −0,9 punti",
            "  💶 Valore degli ordini  19.078,60 €  19.946,80 €  ≈ −4,4%",
            "  🛒 Ordini                        33           35  ▼ −5,7%",
            "  📤 Email inviate                127          121  ▲ +5%",
            "👎 Peggio: ordini.",
            "≈ quasi uguale: meno del 5%, o di 1 punto per un tasso.",
        ],
        en=[
            "📊 Summary: last week, compared with the period before.",
            "                        value      before",
            "  ⚙️ Executions            25           1  ▲ +24",
            "  🎯 Success rate       96.2%       97.1%  ≈ −0.9 points",
            "  💶 Order value   €19,078.60  €19,946.80  ≈ −4.4%",
            "  🛒 Orders                33          35  ▼ −5.7%",
            "  📤 Emails sent          127         121  ▲ +5%",
            "👎 Worse: orders.",
            "≈ about the same: less than 5%, or than 1 point of a rate.",
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "first groups of two months, of which no zero follows",
        query={
            "metric": "orders",
            "window": LAST_WEEK,
            "compare_to": THIS_WEEK,
            "group_by": ["customer"],
            "limit": 1,
        },
        rows=[("2026-W46", "Rossi", 8), ("2026-W47", "Bianchi", 11)],
        it=[
            "🛒 Ordini per cliente, questa settimana contro la settimana scorsa:",
            "  Cliente  Questa settimana  La settimana scorsa",
            "  Bianchi                11                    —",
            "  Rossi                   —                    8",
            "⚖️ Oggi non è ancora finito: il confronto non è del tutto alla pari.",
        ],
        en=[
            "🛒 Orders by customer, this week against last week:",
            "  Customer  This week  Last week",
            "  Bianchi          11          —",
            "  Rossi             —          8",
            "⚖️ Today is not over yet: the comparison is not quite like for like.",
        ],
        type=QuestionType.ANALYSIS,
    ),
    Case(
        "processes with none",
        query={
            "metric": "executions",
            "window": LAST_WEEK,
            "group_by": ["process"],
            "having": {"op": "=", "value": 0},
        },
        rows=[("Listino", 0), ("Scorte", 0)],
        it=[
            "⚙️ 2 processi senza esecuzioni la settimana scorsa:",
            "  Listino  0",
            "  Scorte   0",
        ],
        en=[
            "⚙️ 2 processes without executions last week:",
            "  Listino  0",
            "  Scorte   0",
        ],
    ),
    Case(
        "no process with none",
        query={
            "metric": "errors",
            "window": LAST_WEEK,
            "group_by": ["process"],
            "having": {"op": "<", "value": 1},
        },
        rows=[],
        it=["❌ Nessun processo senza errori la settimana scorsa."],
        en=["❌ No process without errors last week."],
    ),
    Case(
        "whether there is an order, shown",
        query={"kind": "list", "subject": "orders", "filters": limited(order="ORD-7")},
        rows=[(at("2026-11-03T10:40"), "ORD-7", None, None, "Ordini")],
        it=[
            "Sì, c'è l'ordine ORD-7: importo non indicato, martedì 3 novembre alle 10:40.",
            "ℹ️ Dati dal 19 ottobre.",
        ],
        en=[
            "Yes, there is order ORD-7: no amount given, on Tuesday 3 November at 10:40.",
            "ℹ️ Data from 19 October.",
        ],
        focus="existence",
    ),
    Case(
        "what is not finished, with no time named",
        query={"metric": "unfinished"},
        rows=[(3,)],
        it=[
            "⏳ Esecuzioni non concluse adesso: 3",
            "ℹ️ Dati dal 19 ottobre.",
        ],
        en=[
            "⏳ Unfinished executions now: 3",
            "ℹ️ Data from 19 October.",
        ],
    ),
]


IN_BOTH_LANGUAGES = [
    pytest.param(case, language, expected, id=f"{case.id}-{language}")
    for case in CASES
    for language, expected in (("it", case.it), ("en", case.en))
]


@pytest.mark.parametrize(("case", "language", "expected"), IN_BOTH_LANGUAGES)
def test_a_result_is_told_in_these_words(
    case: Case, language: Language, expected: Sequence[str]
) -> None:
    assert case.text(language).split("\n") == list(expected)
