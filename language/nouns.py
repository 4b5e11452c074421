"""The grammar of what is counted: singular, plural, gender, and what it is called in a ranking.

The catalogue declares what a metric *is*; here stands how a sentence bends its name. A metric
that is not here still gets its sentence, built from its label alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from catalogue.metrics import METRICS, Language
from language.numbers_in_words import comparable, number_in_words

Gender = Literal["m", "f"]


@dataclass(frozen=True, slots=True)
class Noun:
    """A thing that can be counted, in one language."""

    one: str
    many: str
    gender: Gender = "m"

    def counted(self, amount: Any, language: Language) -> str:
        """ "3 errori", "1 errore", "0 errori"."""
        return f"{number_in_words(amount, language)} {self.one if amount == 1 else self.many}"

    def none(self, language: Language) -> str:
        """ "nessun errore", "nessuna email ricevuta", "no errors"."""
        if language == "en":
            return f"no {self.many}"
        return f"{'nessuna' if self.gender == 'f' else 'nessun'} {self.one}"


_COUNTED: dict[str, tuple[Noun, Noun]] = {
    "executions": (Noun("esecuzione", "esecuzioni", "f"), Noun("execution", "executions")),
    "successes": (
        Noun("esecuzione riuscita", "esecuzioni riuscite", "f"),
        Noun("successful execution", "successful executions"),
    ),
    "errors": (Noun("errore", "errori"), Noun("error", "errors")),
    "canceled": (
        Noun("esecuzione annullata", "esecuzioni annullate", "f"),
        Noun("canceled execution", "canceled executions"),
    ),
    "unfinished": (
        Noun("esecuzione non conclusa", "esecuzioni non concluse", "f"),
        Noun("unfinished execution", "unfinished executions"),
    ),
    "emails_received": (
        Noun("email ricevuta", "email ricevute", "f"),
        Noun("email received", "emails received"),
    ),
    "emails_sent": (
        Noun("email inviata", "email inviate", "f"),
        Noun("email sent", "emails sent"),
    ),
    "emails": (Noun("email", "email", "f"), Noun("email", "emails")),
    "orders": (Noun("ordine", "ordini"), Noun("order", "orders")),
    "ai_responses": (
        Noun("risposta dell'assistente", "risposte dell'assistente", "f"),
        Noun("assistant answer", "assistant answers"),
    ),
    "processes": (Noun("processo", "processi"), Noun("process", "processes")),
    "active_processes": (
        Noun("processo attivo", "processi attivi"),
        Noun("active process", "active processes"),
    ),
}

_MEASURED: dict[str, tuple[Noun, Noun]] = {
    "success_rate": (Noun("tasso di successo", ""), Noun("success rate", "")),
    "error_rate": (Noun("tasso di errore", ""), Noun("error rate", "")),
    "avg_duration": (Noun("durata media", "", "f"), Noun("average duration", "")),
    "median_duration": (Noun("durata mediana", "", "f"), Noun("median duration", "")),
    "p95_duration": (
        Noun("durata al 95º percentile", "", "f"),
        Noun("95th percentile duration", ""),
    ),
    "max_duration": (Noun("durata massima", "", "f"), Noun("longest duration", "")),
    "order_value": (Noun("valore degli ordini", ""), Noun("order value", "")),
    "ai_response_time": (
        Noun("tempo medio di risposta dell'assistente", ""),
        Noun("assistant response time", ""),
    ),
}

_GROUPS: dict[str, tuple[Noun, Noun]] = {
    "process": (Noun("processo", "processi"), Noun("process", "processes")),
    "status": (Noun("esito", "esiti"), Noun("outcome", "outcomes")),
    "day": (Noun("giorno", "giorni"), Noun("day", "days")),
    "week": (Noun("settimana", "settimane", "f"), Noun("week", "weeks")),
    "month": (Noun("mese", "mesi"), Noun("month", "months")),
    "hour": (Noun("ora", "ore", "f"), Noun("hour", "hours")),
    "weekday": (
        Noun("giorno della settimana", "giorni della settimana"),
        Noun("weekday", "weekdays"),
    ),
    "sender": (Noun("mittente", "mittenti"), Noun("sender", "senders")),
    "customer": (Noun("cliente", "clienti"), Noun("customer", "customers")),
    "cause": (Noun("causa", "cause", "f"), Noun("cause", "causes")),
    "step": (Noun("passo", "passi"), Noun("step", "steps")),
}

_STATUS: dict[str, tuple[str, str]] = {
    "success": ("riuscita", "successful"),
    "error": ("fallita", "failed"),
    "crashed": ("fallita", "failed"),
    "canceled": ("annullata", "canceled"),
    "unfinished": ("non conclusa", "unfinished"),
    "new": ("non conclusa", "unfinished"),
    "running": ("in corso", "running"),
    "waiting": ("in attesa", "waiting"),
}


def _in(language: Language, pair: tuple[Noun, Noun] | None) -> Noun | None:
    return None if pair is None else pair[0 if language == "it" else 1]


def counted_noun(metric_id: str, language: Language) -> Noun | None:
    """What a count counts; None for a measure or a metric that has no grammar here."""
    return _in(language, _COUNTED.get(metric_id))


def measured_noun(metric_id: str, language: Language) -> Noun | None:
    """What a rate, a duration or a sum is called; None for a count."""
    return _in(language, _MEASURED.get(metric_id))


def group_noun(grouping: str, language: Language) -> Noun:
    """What a grouping's values are called."""
    return _in(language, _GROUPS.get(grouping)) or Noun(grouping, grouping)


def status_in_words(status: str, language: Language, *, plural: bool = False) -> str:
    """The outcome of one execution ("riuscita") or of several ("riuscite")."""
    pair = _STATUS.get(status)
    if pair is None:
        return status
    if language == "en":
        return pair[1]
    if not plural:
        return pair[0]
    head, separator, _ = pair[0].partition(" ")
    if head == "non":
        return "non concluse"
    return head if separator else head[:-1] + "e"


def status_as_label(status: str, language: Language) -> str:
    """An outcome at the head of a line."""
    if status in ("running", "waiting") and language == "it":
        return _STATUS[status][0]
    return status_in_words(status, language, plural=True)


def label_of(metric_id: str, language: Language) -> str:
    """The catalogue's label of a metric: "Email ricevute"; the id of an undeclared one."""
    metric = METRICS.get(metric_id)
    return metric.label[language] if metric else metric_id


def extreme(metric_id: str, language: Language, *, lowest: bool) -> str:
    """What marks the head of a ranking: "con più errori", "with the lowest success rate"."""
    counted = counted_noun(metric_id, language)
    if counted is not None:
        if language == "it":
            return f"con {'meno' if lowest else 'più'} {counted.many}"
        return f"with the {'fewest' if lowest else 'most'} {counted.many}"
    measured = measured_noun(metric_id, language) or Noun(label_of(metric_id, language).lower(), "")
    if language == "en":
        return f"with the {'lowest' if lowest else 'highest'} {measured.one}"
    article = "la" if measured.gender == "f" else "il"
    ending = "a" if measured.gender == "f" else "o"
    return f"con {article} {measured.one} più {'bass' if lowest else 'alt'}{ending}"


def is_zero(value: Any) -> bool:
    """Whether *value* is a number and zero."""
    return comparable(value) == 0
