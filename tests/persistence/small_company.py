"""A small company for the store's tests: an n8n in memory, with every trap, and a random one.

`InMemorySource` has the methods of `N8nSource`; what it holds is set by the tests.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from persistence.n8n.counters import Counted
from persistence.n8n.records import (
    BusinessRecord,
    ExecutionRecord,
    ExecutionState,
    ProcessRecord,
    SourceFacts,
)

FINAL = frozenset({"success", "error", "crashed", "canceled"})
ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 22, 15, 0, tzinfo=ROME)

ORDERS, SUPPORT, PING, SUB = "w-orders", "w-support", "w-ping", "w-sub"
REPORT, OTHER_REPORT, INVOICES, ACCENTED, IDLE = (
    "w-report-1",
    "w-report-2",
    "w-invoices",
    "w-accents",
    "w-idle",
)


@dataclass
class InMemorySource:
    """What `N8nSource` offers, from lists in memory."""

    identity: str = "small-company"
    listed: list[ProcessRecord] = field(default_factory=list)
    executions: dict[int, ExecutionRecord] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """Which methods were called, for tests that count."""
    read: list[int] = field(default_factory=list)
    """Which executions were read with their data, as often as they were."""
    unusable_rows: int = 0
    counters: list[Counted] = field(default_factory=list)
    """What n8n itself counted."""
    deleted_until: datetime | None = None
    """When the newest execution began that n8n has marked as deleted."""

    read_with: str = "shipped"
    storage: str | None = None

    def facts(self) -> SourceFacts:
        return SourceFacts(
            url="memory://small-company",
            dialect="sqlite",
            schema=None,
            n8n_major=1,
            executions=len(self.executions),
            max_execution_id=max(self.executions, default=0),
            processes=len(self.listed),
            journal_mode=None,
            can_write=False,
        )

    def counted(self, since: datetime | None) -> list[Counted]:
        return [
            each
            for each in self.counters
            if since is None or each.source == "statistics" or each.starts_at >= since
        ]

    def processes(self) -> list[ProcessRecord]:
        return list(self.listed)

    def max_execution_id(self) -> int:
        return max(self.executions, default=0)

    def complete_since(self) -> datetime | None:
        self.asked.append("complete_since")
        ended = [
            record.stopped_at
            for record in self.executions.values()
            if record.status in FINAL and record.stopped_at is not None
        ]
        after = [self.deleted_until + timedelta(milliseconds=1)] if self.deleted_until else []
        return max([*([min(ended)] if ended else []), *after], default=None)

    def executions_after(self, execution_id: int, *, limit: int) -> list[ExecutionRecord]:
        self.asked.append("executions_after")
        found = [i for i in sorted(self.executions) if i > execution_id][:limit]
        self.read += found
        return [self.executions[i] for i in found]

    def executions_by_id(self, ids: Sequence[int]) -> list[ExecutionRecord]:
        self.asked.append("executions_by_id")
        found = [i for i in sorted(ids) if i in self.executions]
        self.read += found
        return [self.executions[i] for i in found]

    def states(self, ids: Sequence[int]) -> dict[int, ExecutionState]:
        self.asked.append("states")
        return {
            i: ExecutionState(record.status, record.started_at, record.stopped_at)
            for i in ids
            if (record := self.executions.get(i)) is not None
        }

    def ids_between(self, first: int, last: int) -> list[int]:
        return [i for i in self.executions if first <= i <= last]

    def add(self, record: ExecutionRecord) -> ExecutionRecord:
        self.executions[record.execution_id] = record
        return record

    def change(self, execution_id: int, **changes: object) -> None:
        self.executions[execution_id] = replace(
            self.executions[execution_id],
            **changes,  # type: ignore[arg-type]  # fields of the record
        )


def process(workflow_id: str, name: str, **facts: object) -> ProcessRecord:
    defaults: dict[str, object] = {
        "active": True,
        "archived": False,
        "saves_successes": True,
        "created_at": None,
        "updated_at": None,
    }
    return ProcessRecord(workflow_id, name, **{**defaults, **facts})  # type: ignore[arg-type]


def rome(text: str) -> datetime:
    """``"2026-10-25 00:20"`` on the clocks of Rome; a trailing ``*`` is the second 02:xx."""
    moment = datetime.fromisoformat(text.rstrip("*")).replace(tzinfo=ROME)
    return moment.replace(fold=1) if text.endswith("*") else moment


def execution(
    execution_id: int,
    workflow_id: str,
    began: str | datetime,
    status: str = "success",
    *,
    mode: str = "webhook",
    seconds: float | None = 2.0,
    business: Sequence[BusinessRecord] = (),
    **facts: object,
) -> ExecutionRecord:
    """An execution that began at *began* (Rome) and worked for *seconds*."""
    moment = (rome(began) if isinstance(began, str) else began).astimezone(UTC)
    ended = status in {"success", "error", "crashed", "canceled"}
    failed = status in {"error", "crashed"}
    return ExecutionRecord(
        execution_id=execution_id,
        workflow_id=workflow_id,
        mode=mode,
        status=status,
        began_at=moment,
        started_at=moment,
        stopped_at=moment + timedelta(seconds=seconds or 0) if ended else None,
        duration_s=seconds if status in {"success", "error"} else None,
        waited=bool(facts.get("waited", False)),
        retry_of=facts.get("retry_of"),  # type: ignore[arg-type]
        payload=facts.get("payload", "read"),  # type: ignore[arg-type]
        error_message=facts.get("message", "Timeout after 30 s" if failed else None),  # type: ignore[arg-type]
        error_cause=facts.get("cause", "Timeout after … s" if failed else None),  # type: ignore[arg-type]
        error_step=facts.get("step", "Chiama ERP" if failed else None),  # type: ignore[arg-type]
        error_step_type="n8n-nodes-base.httpRequest" if failed else None,
        business=tuple(business),
    )


def received(at: str | datetime, sender: str | None, subject: str, item: int = 0) -> BusinessRecord:
    return BusinessRecord(
        "email", "Casella", "n8n-nodes-base.emailReadImap", 0, item, _utc(at),
        direction="received", email_sender=sender, email_recipient="info@azienda.example",
        email_subject=subject, email_content=f"Testo: {subject}", customer=sender,
        customer_name="Zoë Müller" if sender == "zoe@example.com" else None,
    )  # fmt: skip


def sent(at: str | datetime, recipient: str, item: int = 0) -> BusinessRecord:
    return BusinessRecord(
        "email", "Invia", "n8n-nodes-base.emailSend", 0, item, _utc(at), direction="sent",
        email_sender="info@azienda.example", email_recipient=recipient, email_subject="Re:",
        customer=recipient,
    )  # fmt: skip


def answer(at: str | datetime, text: str, seconds: float | None, item: int = 0) -> BusinessRecord:
    return BusinessRecord(
        "answer", "Agente", "@n8n/n8n-nodes-langchain.agent", 0, item, _utc(at),
        ai_response=text, duration_s=seconds,
    )  # fmt: skip


def order(
    at: str | datetime,
    order_id: str,
    total: float | None,
    customer: str | None = None,
    item: int = 0,
) -> BusinessRecord:
    return BusinessRecord(
        "order", "Nuovo ordine", "n8n-nodes-base.webhook", 0, item, _utc(at),
        order_id=order_id, order_total=total, customer=customer,
    )  # fmt: skip


def _utc(at: str | datetime) -> datetime:
    return (rome(at) if isinstance(at, str) else at).astimezone(UTC)


def small_company() -> InMemorySource:
    """Forty-odd executions, of which each is there for a reason."""
    source = InMemorySource()
    source.listed = [
        process(ORDERS, "Ordini e-commerce"),
        process(SUPPORT, "Assistenza clienti"),
        process(PING, "Ping sito", saves_successes=False),
        process(SUB, "Sub: cliente nel CRM", active=False),
        process(REPORT, "Report"),
        process(OTHER_REPORT, "Report"),
        process(INVOICES, "Fatturazione"),
        process(ACCENTED, "Perché la Città è ferma"),
        process(IDLE, "Mai partito", archived=True),
    ]
    add = source.add
    # Around the day of 25 hours (25 October): its midnights, and both of its hours from two.
    add(execution(1, ORDERS, "2026-10-24 23:40"))
    add(execution(2, ORDERS, "2026-10-25 00:20"))
    add(execution(3, ORDERS, "2026-10-25 02:30"))
    add(execution(4, ORDERS, "2026-10-25 02:30*"))
    add(execution(5, ORDERS, "2026-10-25 23:40", "error"))
    add(execution(6, ORDERS, "2026-10-26 00:20"))
    # What does not count, and what does.
    add(execution(7, ORDERS, "2026-11-02 10:00", mode="manual"))
    add(execution(8, SUB, "2026-11-02 10:01", mode="integrated"))
    add(execution(9, ORDERS, "2026-11-02 10:02", mode="chat"))
    add(execution(10, SUPPORT, "2026-11-02 10:03", "error"))
    add(execution(11, SUPPORT, "2026-11-02 10:04", mode="retry", retry_of=10))
    add(execution(12, SUPPORT, "2026-11-02 10:05", "crashed", cause="Memoria finita"))
    add(execution(13, SUPPORT, "2026-11-02 10:06", "canceled"))
    add(execution(14, SUPPORT, "2026-11-02 10:07", "waiting", waited=True))
    add(execution(15, SUPPORT, "2026-11-02 10:08", "running"))
    # Only its errors are there.
    add(execution(16, PING, "2026-11-03 09:00", "error", cause="Sito giù"))
    add(execution(17, PING, "2026-11-04 09:00", "error", cause="Sito giù"))
    # Two processes of one name.
    add(execution(18, REPORT, "2026-11-05 07:00", mode="trigger", seconds=1.0))
    add(execution(19, OTHER_REPORT, "2026-11-05 08:00", mode="trigger", seconds=3.0))
    add(execution(20, OTHER_REPORT, "2026-11-06 08:00", "error", mode="trigger", seconds=4.0))
    add(execution(21, ACCENTED, "2026-11-07 12:00", "error", cause="Perché no"))
    # An order that appears three times: first without a total, in an execution that failed.
    add(
        execution(22, ORDERS, "2026-11-09 11:00", "error",
                  business=[order("2026-11-09 11:00", "ORD-1", None, "anna@example.com")])
    )  # fmt: skip
    add(
        execution(23, ORDERS, "2026-11-10 11:00",
                  business=[order("2026-11-10 11:00", "ORD-1", 100.0),
                            order("2026-11-10 11:00", "ORD-2", 50.25, "zoe@example.com", 1)])
    )  # fmt: skip
    add(
        execution(24, ORDERS, "2026-11-11 11:00",
                  business=[order("2026-11-11 11:00", "ORD-1", 999.0)])
    )  # fmt: skip
    # Messages and what was answered; one waited a week, and its mail went out then.
    add(
        execution(25, SUPPORT, "2026-11-12 09:00",
                  business=[received("2026-11-12 09:00", "zoe@example.com", "Città sbagliata"),
                            answer("2026-11-12 09:00:02", "Corretta.", 1.5),
                            sent("2026-11-12 09:00:03", "zoe@example.com")])
    )  # fmt: skip
    add(
        execution(26, SUPPORT, "2026-11-12 09:30", "error",
                  business=[received("2026-11-12 09:30", "anna@example.com", "100% sconto_?")])
    )  # fmt: skip
    add(
        execution(27, SUPPORT, "2026-11-13 18:00", seconds=60.0,
                  business=[received("2026-11-13 18:00", "bruno@example.com", "Fattura", 0),
                            received("2026-11-13 18:00", None, "Anonimo", 1)])
    )  # fmt: skip
    add(
        execution(28, SUB, "2026-11-13 18:00:20", mode="integrated",
                  business=[answer("2026-11-13 18:00:21", "In allegato.", 0.5),
                            sent("2026-11-13 18:00:22", "bruno@example.com")])
    )  # fmt: skip
    add(
        execution(29, INVOICES, "2026-11-14 10:00", seconds=0.5, waited=True,
                  business=[sent("2026-11-21 10:00", "anna@example.com")])
    )  # fmt: skip
    # An execution whose data is elsewhere, and one whose data is broken.
    add(execution(30, INVOICES, "2026-11-15 10:00", payload="elsewhere"))
    add(execution(31, INVOICES, "2026-11-16 10:00", payload="unreadable"))
    # Today and tonight.
    add(execution(32, ORDERS, "2026-11-22 00:20", seconds=7.0))
    add(execution(33, ORDERS, "2026-11-22 14:00", "error", seconds=8.0))
    return source


MODES = ("webhook", "trigger", "retry", "error", "manual", "integrated", "chat")
STATUSES = ("success", "success", "success", "success", "error", "crashed", "canceled", "waiting")


def random_company(seed: int, *, executions: int = 400) -> InMemorySource:
    """A company of which only the seed decides what happened, around both changes of clocks."""
    chance = random.Random(seed)  # noqa: S311
    source = InMemorySource(identity=f"random-{seed}")
    source.listed = [
        process(f"w{number}", name, saves_successes=number != 3)
        for number, name in enumerate(
            ["Alfa", "Bèta", "beta due", "Gàmma", "Gemello", "Gemello", "Òmega"]
        )
    ]
    starts = [rome("2026-03-20 00:00"), rome("2026-10-16 00:00"), rome("2026-11-08 00:00")]
    moments = sorted(
        chance.choice(starts).astimezone(UTC)
        + timedelta(seconds=chance.randrange(14 * 86_400), milliseconds=chance.randrange(1000))
        for _ in range(executions)
    )
    latest = _utc(NOW) - timedelta(seconds=1)
    people = ["anna@example.com", "zoë@example.com", "bruno@example.com", None]
    for number, moment in enumerate(moments, start=1):
        number = number * 2  # n8n's ids have gaps
        business: list[BusinessRecord] = []
        for item in range(chance.choice([0, 0, 1, 2])):
            at = min(moment + timedelta(seconds=chance.choice([1, 5, 86_400 * 3])), latest)
            kind = chance.randrange(4)
            if kind == 0:
                business.append(received(at, chance.choice(people), f"Oggetto {item}", item))
            elif kind == 1:
                business.append(sent(at, chance.choice(people) or "x@example.com", item))
            elif kind == 2:
                seconds = chance.choice([None, round(chance.random(), 3)])
                business.append(answer(at, "Risposta", seconds, item))
            else:
                total = chance.choice([None, round(chance.random() * 100, 2)])
                name = f"ORD-{chance.randrange(60)}"
                business.append(order(at, name, total, chance.choice(people), item))
        mode = chance.choice(MODES)
        source.add(
            execution(
                number,
                f"w{chance.randrange(6)}",
                moment,
                chance.choice(STATUSES),
                mode=mode,
                seconds=round(chance.random() * 20, 3),
                business=business if mode != "manual" else (),
                cause=None,
            )
        )
    return source
