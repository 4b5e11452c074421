"""What is true of an n8n database, counted a second time and in another way.

This is the yardstick for the product's own extraction and SQL, so it shares nothing with them:
plain Python over the rows, by the definitions of the catalogue, with a decoder of its own. It
reads n8n 1's and 2's formats on SQLite and PostgreSQL, and the files of n8n 2's file storage.

`read_facts` reads a database once; `measure` answers for any half-open window.
"""

from __future__ import annotations

import json
import math
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

Fact = dict[str, Any]
Facts = dict[str, list[Fact]]

NOT_PRODUCTION = {"manual", "integrated", "internal", "chat", "agent"}
OUR_STATUS = {
    "success": "success",
    "error": "error",
    "crashed": "error",
    "canceled": "canceled",
    "new": "unfinished",
    "running": "unfinished",
    "waiting": "unfinished",
}
MAIL_TRIGGERS = ("emailReadImap", "gmailTrigger", "microsoftOutlookTrigger")
INTAKES = ("webhook", "formTrigger")
ANSWERING = ("agent", "chainLlm", "chainRetrievalQa", "chainSummarization")
SENDER_KEYS = {"emailsender", "email", "mail", "from", "sender", "mittente", "emailmittente"}
SUBJECT_KEYS = {"emailsubject", "subject", "oggetto"}
ORDER_KEYS = {"orderid", "ordernumber", "numeroordine"}
TOTAL_KEYS = {"total", "totale"}
CUSTOMER_KEYS = {"customer", "cliente"}
NAME_KEYS = {"name", "nome"}
ADDRESS = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")

NAMED_FIELD = re.compile(r"\$\('(?P<step>[^']+)'\)\.item\.json\.(?P<field>\w+)")


def read_facts(path: Path, zone: ZoneInfo) -> Facts:
    """Return the facts of the database at *path*: executions, received, sent, answers, orders.

    Each fact is a dict with ``at`` (an aware moment in *zone*) and ``process`` (the current name)
    and what belongs to its kind. Executions are those of production modes; orders are there once
    each. ``unreadable`` lists the ids of executions whose payload is missing or damaged.
    """
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        names = dict(connection.execute("SELECT id, name FROM workflow_entity"))
        rows = connection.execute(
            "SELECT e.id, workflowId, mode, status, createdAt, startedAt, stoppedAt, "
            "d.workflowData, d.data FROM execution_entity e "
            "LEFT JOIN execution_data d ON d.executionId = e.id "
            "WHERE deletedAt IS NULL ORDER BY e.id"
        )
        return _facts_of(_with_files(rows, path.parent / "storage"), names, zone)
    finally:
        connection.close()


_ROWS_ON_POSTGRES = """
SELECT e.id, e."workflowId", mode, status,
    to_char("createdAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS'),
    to_char("startedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS'),
    to_char("stoppedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS'),
    d."workflowData"::text, d.data
FROM execution_entity e LEFT JOIN execution_data d ON d."executionId" = e.id
WHERE "deletedAt" IS NULL ORDER BY e.id"""


def read_facts_on_postgres(url: str, zone: ZoneInfo, *, schema: str = "n8n") -> Facts:
    """Return the same of the database at *url*, where n8n's tables are in *schema*."""
    with psycopg.connect(url, options=f"-c search_path={schema}") as connection:
        found = connection.execute("SELECT id, name FROM workflow_entity")
        names: dict[str, str] = {str(identity): str(name) for identity, name in found}
        return _facts_of(connection.execute(_ROWS_ON_POSTGRES), names, zone)


def _with_files(rows: Iterable[Any], storage: Path) -> Iterable[Any]:
    """*rows*, with what n8n 2 keeps in files in place of what its database then lacks."""
    for *row, snapshot, data in rows:
        file = storage.joinpath(
            "workflows", row[1], "executions", str(row[0]), "execution_data", "bundle.json"
        )
        if data is None and file.is_file():
            bundle = json.loads(file.read_text(encoding="utf-8"))
            snapshot, data = json.dumps(bundle["workflowData"]), bundle["data"]
        yield (*row, snapshot, data)


def _facts_of(rows: Iterable[Any], names: dict[str, str], zone: ZoneInfo) -> Facts:
    facts: Facts = {k: [] for k in ("executions", "received", "sent", "answers", "unreadable")}
    sightings: list[Fact] = []
    for number, workflow, mode, status, created, started, stopped, snapshot, data in rows:
        process = names[workflow]
        began = _moment(created or started)
        try:
            payload = None if data is None else unflatten(data)
            nodes = {n["name"]: n for n in json.loads(snapshot)["nodes"]} if snapshot else {}
        except (ValueError, LookupError, TypeError, RecursionError):
            payload = None
        if payload is None:
            facts["unreadable"].append({"id": number, "process": process, "at": began})
        runs = list(_runs(payload, nodes)) if payload else []
        if mode not in NOT_PRODUCTION:
            failed = OUR_STATUS[status] == "error"
            facts["executions"].append(
                {
                    "id": number,
                    "at": began.astimezone(zone),
                    "process": process,
                    "status": OUR_STATUS[status],
                    "seconds": _working_time(status, started, stopped, runs),
                    "step": _failing_step(payload) if failed and payload else None,
                }
            )
        if mode == "manual":
            continue
        for run in runs:
            if run["disabled"] or run["artificial"]:
                continue
            at = datetime.fromtimestamp(run["start"] / 1000, UTC)
            if mode == "retry" and at < began:
                continue  # copied from the execution that it tries again
            run |= {"id": number, "at": at.astimezone(zone), "process": process}
            _note_mails(facts, run, runs)
            _note_answers(facts, run)
            sightings.extend(_order_sightings(run))
    facts["orders"] = _first_appearances(sightings)
    return facts


# --- reading one execution -------------------------------------------------------------------


def unflatten(text: str) -> Any:
    """Return what npm's ``flatted`` wrote as *text*.

    :raises ValueError: it is not JSON. :raises LookupError: it points at what is not there.
    """
    table = json.loads(text)
    built: dict[int, Any] = {}
    todo: list[int] = []

    def at(position: int) -> Any:
        if position not in built:
            value = table[position]
            if isinstance(value, (dict, list)):
                built[position] = type(value)()
                todo.append(position)
            else:
                built[position] = value
        return built[position]

    def child(value: Any) -> Any:
        return at(int(value)) if isinstance(value, str) else value

    root = at(0)
    while todo:
        position = todo.pop()
        source, target = table[position], built[position]
        if isinstance(source, dict):
            target.update((key, child(value)) for key, value in source.items())
        else:
            target.extend(child(value) for value in source)
    return root


def _runs(payload: Any, nodes: dict[str, Any]) -> Iterator[Fact]:
    for name, runs in payload["resultData"]["runData"].items():
        node = nodes.get(name, {})
        for index, run in enumerate(runs):
            outputs = (run.get("data") or {}).get("main") or []
            records = [
                item["json"] for output in outputs for item in output or [] if "json" in item
            ]
            yield {
                "node": name,
                "type": str(node.get("type", "")).rsplit(".", 1)[-1],
                "parameters": node.get("parameters", {}),
                "disabled": bool(node.get("disabled")),
                "artificial": any("isArtificialRecoveredEventItem" in r for r in records)
                or run.get("executionStatus") == "crashed",
                "index": index,
                "order": run.get("executionIndex", 0),
                "start": run["startTime"],
                "took": run["executionTime"],
                "attached": "inputOverride" in run
                or "main" not in (run.get("data") or {"main": 0}),
                "status": run.get("executionStatus"),
                "records": records,
            }


def _working_time(
    status: str, started: str | None, stopped: str | None, runs: list[Fact]
) -> float | None:
    if status not in ("success", "error") or not started or not stopped:
        return None
    if any(run["type"] == "wait" for run in runs):
        return float(sum(run["took"] for run in runs)) / 1000
    elapsed = (_moment(stopped) - _moment(started)).total_seconds()
    worked: float = sum(run["took"] for run in runs if not run["attached"]) / 1000
    if runs and elapsed - worked > 7200:
        return worked  # a clock that jumped ahead, or a machine that slept
    return elapsed if elapsed >= 0 else None


def _failing_step(payload: Any) -> str | None:
    result = payload["resultData"]
    node = result.get("error", {}).get("node") or {}
    step = node.get("name") or result.get("lastNodeExecuted")
    return None if step is None else str(step)


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)


# --- the business that a step did ------------------------------------------------------------


def _note_mails(facts: Facts, run: Fact, runs: list[Fact]) -> None:
    base = {k: run[k] for k in ("id", "at", "process")} | {"step": run["node"]}
    for record in run["records"]:
        if run["type"] in MAIL_TRIGGERS:
            sender = _address(_field(record, {"from"}))
            facts["received"].append(base | {"sender": sender, "customer": sender})
        elif run["type"] in INTAKES:
            body = record.get("body") if isinstance(record.get("body"), dict) else record
            sender = _address(_field(body, SENDER_KEYS))
            if sender and _field(body, SUBJECT_KEYS):
                facts["received"].append(base | {"sender": sender, "customer": sender})
        elif run["type"] == "emailSend" and record.get("accepted"):
            sender, reader = record["envelope"]["from"], record["accepted"][0]
            mail = {"sender": _address(sender), "customer": _address(reader)}
            facts["sent"].append(base | mail)
        elif _sends_with_gmail(run) and "id" in record:
            reader = _named_by(str(run["parameters"].get("sendTo", "")), runs)
            facts["sent"].append(base | {"sender": None, "customer": _address(reader)})


def _sends_with_gmail(run: Fact) -> bool:
    parameters = run["parameters"]
    return (
        run["type"] == "gmail"
        and parameters.get("resource", "message") == "message"
        and parameters.get("operation", "send") in ("send", "reply")
    )


def _named_by(expression: str, runs: list[Fact]) -> Any:
    """The value that an expression like ``={{ $('Step').item.json.field }}`` stood for."""
    found = NAMED_FIELD.search(expression)
    if not found:
        return expression
    for run in runs:
        if run["node"] == found["step"] and run["records"]:
            return run["records"][0].get(found["field"])
    return None


def _note_answers(facts: Facts, run: Fact) -> None:
    if run["type"] not in ANSWERING:
        return
    answers = [r for r in run["records"] if r.get("output") or r.get("text") or r.get("response")]
    for position, _ in enumerate(answers):
        facts["answers"].append(
            {
                "id": run["id"],
                "at": run["at"],
                "process": run["process"],
                "step": run["node"],
                "seconds": None if position else run["took"] / 1000,
            }
        )


def _order_sightings(run: Fact) -> Iterator[Fact]:
    for record in run["records"]:
        body = record.get("body") if isinstance(record.get("body"), dict) else record
        number = _field(body, ORDER_KEYS)
        if number is None or not str(number).strip():
            continue
        total = _field(body, TOTAL_KEYS)
        yield {
            "order": str(number).strip(),
            "total": float(total) if isinstance(total, (int, float)) else None,
            "customer": _customer(body),
            "at": run["at"],
            "process": run["process"],
            "rank": (run["at"], run["id"], run["order"]),
        }


def _first_appearances(sightings: list[Fact]) -> list[Fact]:
    orders: dict[str, Fact] = {}
    for sighting in sorted(sightings, key=lambda s: s["rank"]):
        first = orders.setdefault(sighting["order"], dict(sighting))
        for known_later in ("total", "customer"):
            if first[known_later] is None:
                first[known_later] = sighting[known_later]
    return list(orders.values())


def _customer(body: Fact) -> str | None:
    card = _field(body, CUSTOMER_KEYS)
    if isinstance(card, str):
        return card
    if isinstance(card, dict):
        return _address(_field(card, SENDER_KEYS)) or _field(card, NAME_KEYS)
    return None


def _field(record: Fact, keys: set[str]) -> Any:
    """The value of the first field whose name, without case and signs, is one of *keys*."""
    for key, value in record.items():
        if re.sub(r"[^a-z]", "", key.lower()) in keys:
            return value
    return None


def _address(value: Any) -> str | None:
    """The lower-case address in a text, or in the shapes of Gmail and Outlook."""
    if isinstance(value, dict):
        if "emailAddress" in value:
            return _address(value["emailAddress"]["address"])
        inner = value.get("value") or []
        return _address(inner[0]["address"]) if inner else None
    found = ADDRESS.search(str(value)) if value else None
    return found.group().lower() if found else None


# --- measuring -------------------------------------------------------------------------------

LABELS: dict[str, Callable[[Fact], Any]] = {
    "process": lambda f: f["process"],
    "status": lambda f: f["status"],
    "sender": lambda f: f["sender"],
    "customer": lambda f: f["customer"],
    "step": lambda f: f["step"],
    "day": lambda f: f["at"].date().isoformat(),
    "week": lambda f: f"{f['at']:%G-W%V}",
    "month": lambda f: f"{f['at']:%Y-%m}",
    "hour": lambda f: f["at"].hour,
    "weekday": lambda f: f["at"].isoweekday(),
}
"""How a fact is labelled in each grouping."""

_COUNTED_STATUS = {
    "successes": "success",
    "errors": "error",
    "canceled": "canceled",
    "unfinished": "unfinished",
}
_DURATIONS = {"avg_duration", "median_duration", "p95_duration", "max_duration"}


def measure(
    facts: Facts,
    metric: str,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    group_by: tuple[str, ...] = (),
    keep: Callable[[Fact], bool] = lambda fact: True,
) -> dict[tuple[Any, ...], float]:
    """Return the value of *metric* over ``[start, end)`` for each group that has one.

    Without *group_by* the only key is ``()``; a rate or duration over nothing has no key at all,
    and so has a count whose group is empty. *keep* narrows the facts.
    """
    groups: dict[tuple[Any, ...], list[Fact]] = defaultdict(list)
    for fact in _facts_behind(facts, metric):
        if (start is None or fact["at"] >= start) and (end is None or fact["at"] < end):
            if not keep(fact):
                continue
            groups[tuple(LABELS[g](fact) for g in group_by)].append(fact)
    values = {label: _value(metric, members) for label, members in groups.items()}
    return {label: value for label, value in values.items() if value is not None}


def _facts_behind(facts: Facts, metric: str) -> list[Fact]:
    if metric in _COUNTED_STATUS:
        wanted = _COUNTED_STATUS[metric]
        return [f for f in facts["executions"] if f["status"] == wanted]
    return {
        "emails_received": facts["received"],
        "emails_sent": facts["sent"],
        "orders": facts["orders"],
        "order_value": facts["orders"],
        "ai_responses": facts["answers"],
        "ai_response_time": facts["answers"],
    }.get(metric, facts["executions"])


def _value(metric: str, members: list[Fact]) -> float | None:
    if metric in ("success_rate", "error_rate"):
        good = sum(f["status"] == "success" for f in members)
        bad = sum(f["status"] == "error" for f in members)
        part = good if metric == "success_rate" else bad
        return 100 * part / (good + bad) if good + bad else None
    if metric in _DURATIONS or metric == "ai_response_time":
        times = sorted(f["seconds"] for f in members if f["seconds"] is not None)
        if not times:
            return None
        if metric in ("avg_duration", "ai_response_time"):
            return math.fsum(times) / len(times)
        return quantile(times, {"median_duration": 0.5, "p95_duration": 0.95}.get(metric, 1.0))
    if metric == "order_value":
        totals = [f["total"] for f in members if f["total"] is not None]
        return math.fsum(totals) if totals else None
    return len(members)


def quantile(ordered: list[float], share: float) -> float:
    """Return the value at *share* of *ordered*, straight between its two neighbours."""
    position = share * (len(ordered) - 1)
    below = math.floor(position)
    above = math.ceil(position)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)
