"""How expectations of the tests of understanding are written and checked.

An expectation is one line: the type, then the object (``errors``, ``list:errors``,
``story:overview``), then what more is expected: ``@yesterday`` (a window's name), ``~last_month``
(what it is compared to), ``by:process,day``, ``order:desc``, ``limit:5``, ``focus:ranking``,
``having:>=3``, ``hours:0-6``, ``days:1,2``, ``offset:10``, ``process:$fatture`` (and ``sender:``,
``customer:``, ``status:``, ``text:``, ``cause:``, ``order#:``; a value after ``!`` is left out,
after ``*`` is contained), ``topic:``, ``reason:``, ``lang:``. Groups, filters and windows that are
not named must not be there; ``@any`` lets any window pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from catalogue import Reading, Window

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 18, 10, 30, tzinfo=ROME)
"""A Wednesday."""


@dataclass(frozen=True)
class Process:
    """A process as the index of names takes it."""

    name: str
    former_names: tuple[str, ...] = ()


NAMED = {
    "$fatture": "Generazione fatture mensili",
    "$ordini": "Ordini e-commerce",
    "$whatsapp": "Assistente WhatsApp",
    "$backup": "Backup notturno database",
    "$triage": "Email Triage",
    "$solleciti": "Promemoria pagamenti scaduti",
    "$newsletter": "Newsletter settimanale",
    "$password": "Recupero password",
    "$vendite": "Report vendite giornaliero",
    "$firma": "Firma digitale contratti",
    "$crm": "Sync CRM",
    "$onboarding": "Onboarding dipendenti",
    "$support": "Customer Support Agent",
    "$resi": "Gestione resi Amazon",
}
PROCESSES = tuple(
    Process(name, ("Helpdesk Bot",) if name == "Customer Support Agent" else ())
    for name in NAMED.values()
)

NAMED_OFFICE = {
    "$shop": "Ordini Shopify → contabilità",
    "$portal": "Chat del portale (assistente AI)",
    "$reply": "Risposta automatica vendite@ (webhook)",
    "$desk": "Reclami clienti – bozza di risposta con AI",
    "$sales": "Report incassi settimanale",
    "$invoice": "Emissione fatture (PDF + invio)",
    "$alarm": "Gestione guasti – avviso al responsabile",
    "$stock": "Inventario notturno (SAP)",
    "$copy": "Copia archivio (lunga)",
}
OFFICE = tuple(Process(name) for name in NAMED_OFFICE.values())
"""Another company's processes, named with arrows, brackets and addresses."""

NAMED_WORKSHOP = {
    "$preventivi": "Invio preventivi clienti",
    "$ddt": "Registrazione DDT magazzino",
    "$ordini": "Ordini dal sito web",
    "$marketplace": "Ordini Amazon e eBay",
    "$assist": "Assistenza clienti (AI)",
    "$pec": "Smistamento PEC",
    "$backup": "Backup giornaliero",
    "$stipendi": "Buste paga mensili",
    "$lead": "Lead dal form contatti",
    "$solleciti": "Solleciti di pagamento",
    "$sync": "Sync giacenze magazzino",
    "$report": "Report vendite settimanale",
    "$invoice": "Invoice Approval",
    "$welcome": "Customer Welcome Email",
}
WORKSHOP = tuple(
    Process(name, ("Contatti Facebook Ads",) if short == "$lead" else ())
    for short, name in NAMED_WORKSHOP.items()
)
"""A company with two processes about its warehouse, and one that was renamed."""

WINDOWS = {
    "today": ("2026-11-18", "2026-11-19"),
    "yesterday": ("2026-11-17", "2026-11-18"),
    "this_week": ("2026-11-16", "2026-11-23"),
    "last_week": ("2026-11-09", "2026-11-16"),
    "this_month": ("2026-11-01", "2026-12-01"),
    "last_month": ("2026-10-01", "2026-11-01"),
    "september": ("2026-09-01", "2026-10-01"),
    "march": ("2026-03-01", "2026-04-01"),
    "february": ("2026-02-01", "2026-03-01"),
    "this_year": ("2026-01-01", "2027-01-01"),
    "last_year": ("2025-01-01", "2026-01-01"),
    "last_7_days": ("2026-11-12", "2026-11-19"),
    "7_days_before": ("2026-11-05", "2026-11-12"),
    "last_3_days": ("2026-11-16", "2026-11-19"),
    "last_30_days": ("2026-10-20", "2026-11-19"),
    "30_days_before": ("2026-09-20", "2026-10-20"),
    "last_90_days": ("2026-08-21", "2026-11-19"),
    "tomorrow": ("2026-11-19", "2026-11-20"),
    "next_week": ("2026-11-23", "2026-11-30"),
    "next_month": ("2026-12-01", "2027-01-01"),
    "monday": ("2026-11-16", "2026-11-17"),
    "next_monday": ("2026-11-23", "2026-11-24"),
    "last_night": ("2026-11-18", "2026-11-18T06:00"),
    "this_morning": ("2026-11-18T06:00", "2026-11-18T12:00"),
    "yesterday_afternoon": ("2026-11-17T12:00", "2026-11-17T18:00"),
    "q1": ("2026-01-01", "2026-04-01"),
    "q3": ("2026-07-01", "2026-10-01"),
    "3_to_10_may": ("2026-05-03", "2026-05-11"),
}
_SPACED = ("text", "sender", "customer", "process", "cause")
_FILTERS = ("process", "sender", "customer", "status", "text", "cause", "order#")


def window(name: str) -> Window:
    """Return the window that tests call *name*."""
    start, end = (
        datetime.fromisoformat(each).replace(tzinfo=ROME)
        if "T" in each
        else datetime.combine(date.fromisoformat(each), time(), tzinfo=ROME)
        for each in WINDOWS[name]
    )
    return Window(start=start, end=end)


def described(reading: Reading) -> dict[str, str]:
    """Return *reading* in the words of an expectation."""
    said = {"type": reading.type.value, "lang": reading.language}
    if reading.assumed:
        said["assumed"] = ",".join(reading.assumed)
    for key in ("topic", "focus"):
        if getattr(reading, key) is not None:
            said[key] = str(getattr(reading, key))
    if reading.clarification is not None:
        said["reason"] = reading.clarification.reason
    query = reading.query
    if query is None:
        return said
    if query.kind == "value":
        said["object"] = str(query.metric)
    else:
        said["object"] = f"{query.kind}:{query.subject or query.story}"
    for key, moment in (("@", query.window), ("~", query.compare_to)):
        if moment is not None:
            said[key] = next(
                (name for name in WINDOWS if window(name) == moment),
                f"{moment.start}/{moment.end}",
            )
    for each in query.filters:
        name = "order#" if each.field == "order" else each.field
        mark = {"is": "", "is_not": "!", "contains": "*"}[each.op]
        values = "|".join(_short(value) for value in each.values)
        said[name] = ",".join(filter(None, (said.get(name), mark + values)))
    if query.group_by:
        said["by"] = ",".join(query.group_by)
    if query.having:
        said["having"] = f"{query.having.op}{query.having.value:g}"
    for key in ("order", "limit", "offset"):
        if getattr(query, key):
            said[key] = str(getattr(query, key))
    if query.hours:
        said["hours"] = ",".join(f"{start}-{end}" for start, end in query.hours)
    if query.weekdays:
        said["days"] = ",".join(map(str, query.weekdays))
    return said


def _short(name: str) -> str:
    companies = (NAMED, NAMED_OFFICE, NAMED_WORKSHOP)
    called = (each for company in companies for each in company.items())
    return next((short for short, full in called if full == name), name)


def expected(line: str) -> dict[str, str]:
    """Return the expectation that *line* writes."""
    parts = line.split()
    wanted = {"type": parts[0]}
    for part in parts[1:]:
        if part[0] in "@~":
            wanted[part[0]] = part[1:]
        elif ":" in part and not part.startswith(("list:", "story:")):
            key, _, value = part.partition(":")
            wanted[key] = value.replace("_", " ") if key in _SPACED else value
        else:
            wanted["object"] = part
    return wanted


def differences(reading: Reading, line: str) -> dict[str, tuple[str | None, str | None]]:
    """Return where *reading* is not what *line* expects: key → (wanted, got)."""
    wanted, got = expected(line), described(reading)
    needed = set(wanted)
    if "object" in wanted:
        needed |= {"@", "~", "by", "having", "hours", "days", "limit", *_FILTERS}
    if wanted.get("@") == "any":
        needed.discard("@")
    return {
        key: (wanted.get(key), got.get(key))
        for key in sorted(needed)
        if wanted.get(key) != got.get(key)
    }
