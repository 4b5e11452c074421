"""The metrics: each declared once, here, and nowhere else.

A declaration says what the metric is called, how it is computed from the recorded facts and how
its value is written. The compiler (``persistence/``) reads `Measure`, the grammar reads the
names and synonyms, the renderer reads label, unit and format. Adding a metric is adding one
declaration to `METRICS`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Language = Literal["it", "en"]
Facts = Literal["executions", "emails", "orders", "answers", "processes"]
"""Which recorded facts a metric counts: see ``persistence/tables.py``."""

Aggregate = Literal["count", "sum", "mean", "median", "p95", "max", "share"]
Unit = Literal["count", "percent", "seconds", "euro"]

_TIME = ("day", "week", "month", "hour", "weekday")
_EXECUTION_GROUPINGS = ("process", "status", *_TIME)
_ERROR_GROUPINGS = ("process", "status", *_TIME, "cause", "step")
_EMAIL_GROUPINGS = ("process", *_TIME, "sender", "customer", "step")
_ORDER_GROUPINGS = ("process", *_TIME, "customer")
_ANSWER_GROUPINGS = ("process", *_TIME, "step")

PRODUCTION_STATUSES: dict[str, tuple[str, ...]] = {
    "success": ("success",),
    "error": ("error", "crashed"),
    "canceled": ("canceled",),
    "unfinished": ("new", "running", "waiting"),
}
"""n8n's own statuses behind each of ours."""


@dataclass(frozen=True)
class Measure:
    """How a metric is computed.

    ``facts`` are the rows; ``statuses`` keeps executions of these (our) statuses; ``direction``
    keeps e-mails of one direction; ``column`` is what is aggregated (None: the rows are
    counted); ``share_of`` keeps, for a share, the statuses of the numerator while ``statuses``
    is the denominator; ``condition`` keeps processes in one state.
    """

    facts: Facts
    aggregate: Aggregate = "count"
    column: str | None = None
    statuses: tuple[str, ...] = ()
    share_of: tuple[str, ...] = ()
    direction: Literal["received", "sent"] | None = None
    condition: Literal["active"] | None = None


@dataclass(frozen=True)
class Metric:
    """One thing that can be asked.

    ``label`` is a noun phrase that stands before the value ("Email ricevute"); ``names`` are the
    words by which people ask for it, besides the label; ``higher_is`` says whether a rise is good.
    """

    id: str
    unit: Unit
    emoji: str
    label: dict[Language, str]
    definition: dict[Language, str]
    measure: Measure
    groupings: tuple[str, ...]
    names: dict[Language, tuple[str, ...]] = field(default_factory=dict)
    higher_is: Literal["good", "bad", "neutral"] = "neutral"
    caveat: dict[Language, str] = field(default_factory=dict)
    """What else belongs to the definition, in whole sentences, told where it is explained."""
    additive: bool = True
    """Whether the values of parts add up to the value of the whole."""


_DURATION_CAVEAT: dict[Language, str] = {
    "it": "Le esecuzioni interrotte da un crash non hanno durata, e nemmeno quelle che per "
    "l'orologio sono finite prima di cominciare. Se più di due ore non appartengono a nessun "
    "passo, l'orologio è saltato avanti o il computer era sospeso: conta solo il tempo dei passi.",
    "en": "Executions that ended in a crash have no duration, nor have those that, by the clock, "
    "ended before they began. Where more than two hours belong to no step, the clock jumped ahead "
    "or the computer slept: only the time of the steps counts.",
}

_DECLARED = (
    Metric(
        id="executions",
        unit="count",
        emoji="⚙️",
        label={"it": "Esecuzioni", "en": "Executions"},
        names={
            "it": ("esecuzioni", "giri", "lavori eseguiti", "volte partito", "avvii"),
            "en": ("executions", "runs", "jobs", "times it ran"),
        },
        definition={
            "it": "esecuzioni di produzione iniziate nel periodo",
            "en": "production executions that began in the period",
        },
        measure=Measure("executions"),
        groupings=_EXECUTION_GROUPINGS,
    ),
    Metric(
        id="successes",
        unit="count",
        emoji="✅",
        label={"it": "Esecuzioni riuscite", "en": "Successful executions"},
        names={
            "it": ("successi", "riuscite", "andate a buon fine", "completate", "ok"),
            "en": ("successes", "successful", "succeeded", "completed", "ok"),
        },
        definition={
            "it": "esecuzioni di produzione concluse con successo",
            "en": "production executions that ended in success",
        },
        measure=Measure("executions", statuses=("success",)),
        groupings=_EXECUTION_GROUPINGS,
        higher_is="good",
    ),
    Metric(
        id="errors",
        unit="count",
        emoji="❌",
        label={"it": "Errori", "en": "Errors"},
        names={
            "it": ("errori", "fallimenti", "fallite", "guasti", "ko", "andate storte", "in rosso"),
            "en": ("errors", "failures", "failed", "crashes", "went wrong"),
        },
        definition={
            "it": "esecuzioni di produzione fallite o interrotte da un arresto",
            "en": "production executions that failed or crashed",
        },
        measure=Measure("executions", statuses=("error",)),
        groupings=_ERROR_GROUPINGS,
        higher_is="bad",
    ),
    Metric(
        id="canceled",
        unit="count",
        emoji="🚫",
        label={"it": "Esecuzioni annullate", "en": "Canceled executions"},
        names={
            "it": ("annullate", "interrotte a mano"),
            "en": ("canceled", "cancelled", "stopped"),
        },
        definition={
            "it": "esecuzioni di produzione annullate da una persona",
            "en": "production executions canceled by a person",
        },
        measure=Measure("executions", statuses=("canceled",)),
        groupings=_EXECUTION_GROUPINGS,
    ),
    Metric(
        id="unfinished",
        unit="count",
        emoji="⏳",
        label={"it": "Esecuzioni non concluse", "en": "Unfinished executions"},
        names={
            "it": ("in corso", "in attesa", "non concluse", "non finite", "in esecuzione"),
            "en": ("running", "waiting", "in progress", "unfinished", "pending"),
        },
        definition={
            "it": "esecuzioni di produzione nuove, in corso o in attesa",
            "en": "production executions that are new, running or waiting",
        },
        measure=Measure("executions", statuses=("unfinished",)),
        groupings=_EXECUTION_GROUPINGS,
    ),
    Metric(
        id="success_rate",
        unit="percent",
        emoji="🎯",
        label={"it": "Tasso di successo", "en": "Success rate"},
        names={
            "it": ("tasso di successo", "percentuale di successo", "percentuale di riuscita"),
            "en": ("success rate", "success percentage", "share of successes"),
        },
        definition={
            "it": "riuscite su riuscite più fallite",
            "en": "successes over successes plus errors",
        },
        measure=Measure(
            "executions", "share", statuses=("success", "error"), share_of=("success",)
        ),
        groupings=("process", *_TIME),
        higher_is="good",
        additive=False,
    ),
    Metric(
        id="error_rate",
        unit="percent",
        emoji="📉",
        label={"it": "Tasso di errore", "en": "Error rate"},
        names={
            "it": ("tasso di errore", "percentuale di errori", "percentuale di fallimento"),
            "en": ("error rate", "failure rate", "share of errors"),
        },
        definition={
            "it": "fallite su riuscite più fallite",
            "en": "errors over successes plus errors",
        },
        measure=Measure("executions", "share", statuses=("success", "error"), share_of=("error",)),
        groupings=("process", *_TIME),
        higher_is="bad",
        additive=False,
    ),
    *(
        Metric(
            id=f"{prefix}_duration",
            unit="seconds",
            emoji="⏱️",
            label={"it": label_it, "en": label_en},
            names={"it": names_it, "en": names_en},
            definition={
                "it": f"{label_it.lower()} del lavoro delle esecuzioni riuscite o fallite, "
                "senza le attese",
                "en": f"{label_en.lower()} of the work of executions that succeeded or failed, "
                "waits left out",
            },
            measure=Measure(
                "executions",
                aggregate,  # type: ignore[arg-type]  # one of the literals listed below
                column="duration_s",
                statuses=("success", "error"),
            ),
            groupings=("process", "status", *_TIME),
            higher_is="bad",
            caveat=_DURATION_CAVEAT,
            additive=False,
        )
        for prefix, aggregate, label_it, label_en, names_it, names_en in (
            (
                "avg",
                "mean",
                "Durata media",
                "Average duration",
                ("durata media", "tempo medio", "quanto dura", "quanto ci mette", "in media"),
                ("average duration", "mean time", "how long does it take", "on average"),
            ),
            (
                "median",
                "median",
                "Durata mediana",
                "Median duration",
                ("durata mediana", "mediana", "durata tipica"),
                ("median duration", "median time", "typical duration"),
            ),
            (
                "p95",
                "p95",
                "Durata al 95º percentile",
                "95th percentile duration",
                ("95 percentile", "p95", "percentile"),
                ("95th percentile", "p95", "percentile"),
            ),
            (
                "max",
                "max",
                "Durata massima",
                "Longest duration",
                ("durata massima", "la più lunga", "il tempo più lungo"),
                ("longest", "maximum duration", "max duration"),
            ),
        )
    ),
    Metric(
        id="emails_received",
        unit="count",
        emoji="📧",
        label={"it": "Email ricevute", "en": "Emails received"},
        names={
            "it": ("email", "mail", "e-mail", "posta", "messaggi ricevuti", "ci hanno scritto"),
            "en": ("emails", "mails", "messages received", "wrote to us"),
        },
        definition={
            "it": "messaggi arrivati a una casella o a un modulo collegato",
            "en": "messages that came in to a connected mailbox or form",
        },
        measure=Measure("emails", direction="received"),
        groupings=_EMAIL_GROUPINGS,
    ),
    Metric(
        id="emails_sent",
        unit="count",
        emoji="📤",
        label={"it": "Email inviate", "en": "Emails sent"},
        names={
            "it": ("email inviate", "mail spedite", "mail mandate", "email partite"),
            "en": ("emails sent", "mails sent", "sent messages"),
        },
        definition={
            "it": "messaggi consegnati da un passo di invio",
            "en": "messages that a sending step delivered",
        },
        measure=Measure("emails", direction="sent"),
        groupings=_EMAIL_GROUPINGS,
    ),
    Metric(
        id="orders",
        unit="count",
        emoji="🛒",
        label={"it": "Ordini", "en": "Orders"},
        names={
            "it": ("ordini", "ordine", "commesse", "acquisti"),
            "en": ("orders", "order", "purchases"),
        },
        definition={
            "it": "numeri d'ordine distinti, ciascuno contato quando compare la prima volta",
            "en": "distinct order numbers, each counted when it first appears",
        },
        measure=Measure("orders"),
        groupings=_ORDER_GROUPINGS,
        higher_is="good",
    ),
    Metric(
        id="order_value",
        unit="euro",
        emoji="💶",
        label={"it": "Valore degli ordini", "en": "Order value"},
        names={
            "it": ("valore degli ordini", "fatturato", "incasso", "importo degli ordini"),
            "en": ("order value", "revenue", "turnover", "order amount"),
        },
        definition={
            "it": "somma del primo totale registrato di ciascun ordine",
            "en": "sum of the first total recorded for each order",
        },
        measure=Measure("orders", "sum", column="order_total"),
        groupings=_ORDER_GROUPINGS,
        higher_is="good",
    ),
    Metric(
        id="ai_responses",
        unit="count",
        emoji="🤖",
        label={"it": "Risposte dell'assistente", "en": "Assistant answers"},
        names={
            "it": ("risposte dell'assistente", "risposte ai", "conversazioni", "messaggi gestiti"),
            "en": ("assistant answers", "ai responses", "conversations", "messages handled"),
        },
        definition={
            "it": "risposte prodotte dai passi di intelligenza artificiale",
            "en": "answers produced by artificial intelligence steps",
        },
        measure=Measure("answers"),
        groupings=_ANSWER_GROUPINGS,
    ),
    Metric(
        id="ai_response_time",
        unit="seconds",
        emoji="⚡",
        label={"it": "Tempo medio di risposta dell'assistente", "en": "Assistant response time"},
        names={
            "it": ("tempo di risposta", "tempo medio di risposta", "velocità di risposta"),
            "en": ("response time", "reply time", "time to answer"),
        },
        definition={
            "it": "tempo medio di esecuzione dei passi di intelligenza artificiale",
            "en": "mean execution time of artificial intelligence steps",
        },
        measure=Measure("answers", "mean", column="duration_s"),
        groupings=_ANSWER_GROUPINGS,
        higher_is="bad",
        additive=False,
    ),
    Metric(
        id="processes",
        unit="count",
        emoji="🗂️",
        label={"it": "Processi", "en": "Processes"},
        names={
            "it": ("processi", "workflow", "flussi", "automazioni"),
            "en": ("processes", "workflows", "flows", "automations"),
        },
        definition={"it": "processi conosciuti", "en": "processes known"},
        measure=Measure("processes"),
        groupings=(),
    ),
    Metric(
        id="active_processes",
        unit="count",
        emoji="🟢",
        label={"it": "Processi attivi", "en": "Active processes"},
        names={
            "it": ("processi attivi", "workflow attivi", "flussi attivi"),
            "en": ("active processes", "active workflows"),
        },
        definition={
            "it": "processi attivi e non archiviati, adesso",
            "en": "processes active and not archived, now",
        },
        measure=Measure("processes", condition="active"),
        groupings=(),
    ),
)

METRICS: dict[str, Metric] = {metric.id: metric for metric in _DECLARED}
"""Every metric by its id."""
