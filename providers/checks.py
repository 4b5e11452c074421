"""What `doctor` says about the language models: their keys, the budgets, the traces.

Each key is shown to its provider with a request that costs nothing; no key is ever shown to
anybody else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.checks import Check
from core.errors import KeyStoreError, MilhenaError
from core.tracing_variables import tracing_wanted
from providers.keys import VARIABLES, KeyName, anything_stored

if TYPE_CHECKING:
    from pydantic import SecretStr

    from core.settings import Settings
    from providers.key_check import KeyVerdict

_SHOWN = {"gemini": "Gemini", "groq": "Groq", "langsmith": "LangSmith"}


def check_models(settings: Settings) -> list[Check]:
    """Whether each language model has a key that works; without one the next tier answers."""
    looks: Sequence[Callable[[], Check]] = (
        lambda: _check_model("gemini", settings.gemini_api_key, settings.gemini_model, settings),
        lambda: _check_model("groq", settings.groq_api_key, settings.groq_model, settings),
    )
    with ThreadPoolExecutor(len(looks)) as workers:
        return list(workers.map(lambda look: look(), looks))


def _check_model(name: KeyName, key: SecretStr | None, model: str, settings: Settings) -> Check:
    shown = _SHOWN[name]
    source = "environment"
    facts: dict[str, Any] = {"key": key is not None, "model": model}
    if key is None:
        try:
            key, source = _stored(name, settings)
        except KeyStoreError as error:
            return Check(shown, "warning", str(error), "Until then it is not used.", facts)
    if key is None:
        # Not a warning: Milhena promises to answer with no key at all.
        return Check(
            shown,
            "ok",
            "no key: questions are understood without it",
            f'Set {VARIABLES[name][0]}, or run "agent-cli keys set {name}", to also use {shown}.',
            facts,
        )
    facts |= {"key": True, "key_from": source}
    verdict = _verdict(name, key, settings)
    facts["key_state"] = verdict.state
    message = f"{verdict.reason}; model {model}"
    if verdict.state == "works":
        return Check(shown, "ok", message, facts=facts)
    return Check(shown, "warning", message, _advice(name, verdict), facts)


def _stored(name: KeyName, settings: Settings) -> tuple[SecretStr | None, str]:
    from providers.keys.stored import KeyStore

    if not anything_stored(settings):
        return None, ""
    store = KeyStore.of(settings)
    stored = store.stored().get(name)
    return (None, "") if stored is None else (store.get(name), stored.where)


def _verdict(name: KeyName, key: SecretStr, settings: Settings) -> KeyVerdict:
    from providers.key_check import check_key

    return check_key(name, key, settings)


def _advice(name: KeyName, verdict: KeyVerdict) -> str:
    if verdict.state == "refused":
        return f'Make a new key, then "agent-cli keys set {name}" or {VARIABLES[name][0]}.'
    if verdict.state == "paused":
        return "Wait, or raise the limits of the account; the next tier answers meanwhile."
    variable = "LANGSMITH_ENDPOINT" if name == "langsmith" else f"MILHENA_{name.upper()}_BASE_URL"
    return f"Look at the network, a proxy, and {variable}; the next tier answers meanwhile."


def check_budgets(settings: Settings) -> Check:
    """What is left of the budgets; one that is used up leaves the local tier answering."""
    from persistence.usage import ledger_url, open_ledger
    from providers.budget import limits_of
    from providers.prices import in_words, usd

    limits = limits_of(settings)
    if not limits:
        return Check("budgets", "ok", "none set: models are asked as often as needed")
    url = ledger_url(settings)
    charged: dict[Any, int] = {}
    # Looked for first: opening makes it, and a diagnosis makes nothing.
    if not url.startswith("sqlite:///") or Path(url.removeprefix("sqlite:///")).exists():
        try:
            ledger = open_ledger(settings)
            try:
                charged = dict(ledger.charged(datetime.now(settings.zone).date(), ""))
            finally:
                ledger.close()
        except MilhenaError as error:
            return Check("budgets", "warning", f"no model is asked: {error}")
    said, facts, used_up = [], {}, False
    for scope, name in (("day", "today"), ("total", "in all")):
        limit, spent = limits.of(scope), charged.get(scope, 0)  # type: ignore[arg-type]
        if limit is not None:
            said.append(f"{name} {in_words(spent)} of {in_words(limit)}")
            facts[scope] = {"limit_usd": usd(limit), "charged_usd": usd(spent)}
            used_up |= spent >= limit
    if limits.user is not None:
        said.append(f"{in_words(limits.user)} a user and day")
        facts["user"] = {"limit_usd": usd(limits.user)}
    message = "; ".join(said)
    if used_up:
        advice = "Raise MILHENA_BUDGET_USD_…; the local tier answers meanwhile, for nothing."
        return Check("budgets", "warning", f"used up: {message}", advice, facts)
    return Check("budgets", "ok", message, facts=facts)


def check_langsmith(settings: Settings | None = None) -> Check:
    """Whether runs are traced to LangSmith, and whether it takes the key.

    :param settings: None where they cannot be read: then a stored key is not looked for.
    """
    from providers.keys import langsmith_key

    if not tracing_wanted():
        return Check("LangSmith", "ok", "tracing is off", facts={"tracing": False})
    key = langsmith_key(settings)
    facts: dict[str, Any] = {"tracing": True, "key": key is not None}
    if key is None:
        return Check(
            "LangSmith",
            "warning",
            "tracing is on but there is no key: nothing arrives",
            "Set LANGSMITH_API_KEY, or LANGSMITH_TRACING=false.",
            facts,
        )
    if settings is None:
        return Check("LangSmith", "ok", "tracing is on", facts=facts)
    verdict = _verdict("langsmith", key, settings)
    facts["key_state"] = verdict.state
    message = f"tracing is on, without texts and names: {verdict.reason}"
    if verdict.state == "works":
        return Check("LangSmith", "ok", message, facts=facts)
    return Check("LangSmith", "warning", message, _advice("langsmith", verdict), facts)
