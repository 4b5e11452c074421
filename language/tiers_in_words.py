"""Who read the question, and why those before did not: in plain words, for `--explain`."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from catalogue.metrics import Language
from core.errors import FailureKind, Refusal

_NAMES: Mapping[Language, Mapping[str, str]] = {
    "it": {"gemini": "Gemini", "groq": "Groq", "rules": "le regole di Milhena"},
    "en": {"gemini": "Gemini", "groq": "Groq", "rules": "Milhena's own rules"},
}
_READ_BY: Mapping[Language, str] = {
    "it": "Domanda letta da: {name}.",
    "en": "The question was read by: {name}.",
}

_WHY: Mapping[Language, Mapping[str, str]] = {
    "it": {
        Refusal.NO_KEY: "non è stata impostata una chiave",
        Refusal.NOT_NEEDED: "non serviva: la domanda era già chiara",
        Refusal.CIRCUIT_OPEN: "lasciato in pace dopo diversi errori di fila{again}",
        Refusal.PAUSED: "in pausa{again}",
        Refusal.LIMIT_REACHED: "le richieste consentite per ora sono finite{again}",
        Refusal.BUDGET_USED_UP: "{budget}{again}",
        Refusal.BUDGET_UNKNOWN: "non si riesce a vedere quanto resta del budget{again}",
        Refusal.NO_TIME: "non restava abbastanza tempo",
        FailureKind.TRANSIENT: "non ha risposto: rete, sovraccarico o troppo lento{again}",
        FailureKind.RATE_LIMITED: "ha chiesto di non ricevere altre richieste{again}",
        FailureKind.QUOTA: "il credito o la quota del suo account sono finiti{again}",
        FailureKind.PERMANENT: (
            "la chiave, i permessi o il modello non vanno bene: «agent-cli doctor» dice di più"
        ),
        FailureKind.UNSUITABLE: "non ha accettato questa domanda",
        FailureKind.MALFORMED: "ha dato una risposta che non si può usare",
        FailureKind.EMPTY: "non ha detto nulla: risposta bloccata o interrotta",
    },
    "en": {
        Refusal.NO_KEY: "no key is set",
        Refusal.NOT_NEEDED: "not needed: the question was clear already",
        Refusal.CIRCUIT_OPEN: "left alone after several failures in a row{again}",
        Refusal.PAUSED: "paused{again}",
        Refusal.LIMIT_REACHED: "the requests that it allows are used up for now{again}",
        Refusal.BUDGET_USED_UP: "{budget}{again}",
        Refusal.BUDGET_UNKNOWN: "what is left of the budget cannot be looked up{again}",
        Refusal.NO_TIME: "there was not enough time left",
        FailureKind.TRANSIENT: "did not answer: network, overload or too slow{again}",
        FailureKind.RATE_LIMITED: "asked to be sent nothing more{again}",
        FailureKind.QUOTA: "its account is out of credit or quota{again}",
        FailureKind.PERMANENT: (
            'its key, its rights or its model are wrong: "agent-cli doctor" says more'
        ),
        FailureKind.UNSUITABLE: "did not take this question",
        FailureKind.MALFORMED: "gave an answer that cannot be used",
        FailureKind.EMPTY: "said nothing: the answer was blocked or cut off",
    },
}
_AGAIN: Mapping[Language, str] = {
    "it": " (di nuovo tra {wait})",
    "en": " (again in {wait})",
}


_BUDGETS: Mapping[Language, Mapping[str, str]] = {
    "it": {
        "user": "il budget di oggi di questa persona per i modelli è finito",
        "day": "il budget di oggi di tutti per i modelli è finito",
        "total": "il budget complessivo per i modelli è finito",
        "none": "il budget per i modelli è stato messo a zero",
    },
    "en": {
        "user": "this person's budget for models is used up for today",
        "day": "everyone's budget for models is used up for today",
        "total": "the whole budget for models is used up",
        "none": "the budget for models has been set to nothing",
    },
}
_USED_UP: Mapping[Language, Mapping[str, str]] = {
    "it": {
        "user": "ℹ️ Il tuo budget di oggi per i modelli linguistici è finito: "
        "hanno letto la domanda le regole di Milhena.",
        "day": "ℹ️ Il budget di oggi per i modelli linguistici, comune a tutti, è finito: "
        "hanno letto la domanda le regole di Milhena.",
        "total": "ℹ️ Il budget per i modelli linguistici è finito: "
        "hanno letto la domanda le regole di Milhena.",
    },
    "en": {
        "user": "ℹ️ Your budget for language models is used up for today: "
        "Milhena's own rules read the question.",
        "day": "ℹ️ Everyone's budget for language models is used up for today: "
        "Milhena's own rules read the question.",
        "total": "ℹ️ The budget for language models is used up: "
        "Milhena's own rules read the question.",
    },
}


def why_not(
    kind: str,
    language: Language,
    *,
    retry_after_s: float | None = None,
    budget: str | None = None,
) -> str:
    """Return why a tier did not read the question: a phrase that goes on from its name.

    :param kind: a `FailureKind` or a `Refusal`.
    :param budget: which budget is used up: "user" (a user's day), "day", "total", or "none"
        where the operator has set one of nothing.
    """
    again = ""
    if retry_after_s and retry_after_s >= 1:
        again = _AGAIN[language].format(wait=_wait(retry_after_s))
    said = _BUDGETS[language].get(budget or "", _BUDGETS[language]["total"])
    return _WHY[language].get(kind, kind).format(again=again, budget=said)


def budget_used_up(budgets: Collection[str | None], language: Language) -> str | None:
    """Return a sentence that says which budget kept the models from reading; None: none did.

    A budget that was set to nothing is not used up: whoever set it wanted no models.
    """
    named = next((each for each in ("total", "day", "user") if each in budgets), None)
    return None if named is None else _USED_UP[language][named]


def needs_somebody(tier: str, kind: str, language: Language) -> str | None:
    """Return a sentence about a failure that lasts until somebody acts; None for others."""
    if kind not in (FailureKind.PERMANENT, FailureKind.QUOTA):
        return None
    return f"{tier_name(tier, language)}: {why_not(kind, language)}."


def tier_name(tier: str, language: Language) -> str:
    """Return what people call *tier*: "Gemini", "Groq", "Milhena's own rules"."""
    return _NAMES[language][tier]


def read_by(tier: str, language: Language) -> str:
    """Return a sentence that says which tier read the question."""
    return _READ_BY[language].format(name=tier_name(tier, language))


def _wait(seconds: float) -> str:
    # The same symbols in both languages.
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.0f} h"
