"""What counts as business: mails, messages, AI answers, orders, invoices, new customers.

What means what is declared in `persistence/mapping/`; here it is applied, run by run of an
execution's steps. Only declared fields are ever copied: headers, cookies and tokens stay where
they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain

from persistence.mapping.model import NONE_POSSIBLE, BusinessMapping, Meaning
from persistence.n8n.documents import Appearances, new_customers
from persistence.n8n.findings import Finding, Reason
from persistence.n8n.lineage import Lineage
from persistence.n8n.mails import answers, operation_of, received_mails, sent_mails
from persistence.n8n.messages import messages, shown
from persistence.n8n.payload import Payload, StepRun
from persistence.n8n.records import BusinessRecord


def extract_business(
    payload: Payload,
    mapping: BusinessMapping,
    *,
    mode: str,
    began_at: datetime,
    not_before: datetime | None = None,
) -> tuple[BusinessRecord, ...]:
    """Return what business an execution did, in the order in which its steps ran.

    Manual and pinned executions did none; neither did disabled steps, steps that failed and
    steps rebuilt after a crash. Runs that began before *not_before* are copies in a retry and
    belong to the execution that it repeats. *began_at* stands in for a step's missing moment.
    """
    if mode == "manual" or payload.pinned:
        return ()
    found = findings(payload, mapping, began_at=began_at, not_before=not_before)
    return tuple(chain.from_iterable(finding.records for finding in found))


def findings(
    payload: Payload,
    mapping: BusinessMapping,
    *,
    began_at: datetime,
    not_before: datetime | None = None,
) -> Iterator[Finding]:
    """Yield what was found in every run of every step, and why it counts or does not."""
    lineage = Lineage(payload)
    orders = Appearances("order", mapping.order, mapping.customer, began_at)
    invoices = Appearances("invoice", mapping.invoice, mapping.customer, began_at)
    for run in payload.runs:
        if reason := _why_not_at_all(run, not_before):
            yield Finding(run, reason)
            continue
        by_step = _by_type(run, mapping, lineage, began_at)
        silent = by_step is None or not by_step.records
        something = by_step is not None
        if by_step is not None:
            yield by_step
        possible = NONE_POSSIBLE if run.attached else _possible_in(run, mapping)
        if possible:
            for appearances in (orders, invoices):
                if appearances.kind not in possible:
                    continue
                new, carried = appearances.look_at(run)
                silent &= not new
                something |= bool(new or carried)
                for number in dict.fromkeys(carried):
                    first = appearances.first_step_of(number)
                    about = f"{appearances.kind} {number}, first in {first!r}"
                    yield Finding(run, "carried_along", about=about)
            if "customer" in possible and (
                records := tuple(new_customers(run, mapping.customer, began_at))
            ):
                silent, something = False, True
                yield Finding(run, "customer", records)
        if silent and run.step.show_tag:
            something = True
            records = tuple(shown(run, mapping, began_at))
            yield Finding(run, "shown" if records else "nothing_to_show", records)
        if not something:
            yield Finding(run, "no_match")
    for appearances in (orders, invoices):  # at the end, as later steps complete them
        for run, record in appearances.records():
            yield Finding(run, appearances.kind, (record,))


def _possible_in(run: StepRun, mapping: BusinessMapping) -> frozenset[str]:
    """Which of orders, invoices and customers *run* can hold at all."""
    possible = mapping.possible_by_step(run.step.type)
    for part in run.parts():
        found = mapping.possible_in(part)
        if not found <= possible:
            possible |= found
    return possible


def _why_not_at_all(run: StepRun, not_before: datetime | None) -> Reason | None:
    if not is_own(run, not_before):
        return "copied_by_retry"
    if run.step.disabled:
        return "disabled"
    if run.recovered:
        return "recovered"
    return "failed" if run.failed else None


def _by_type(
    run: StepRun, mapping: BusinessMapping, lineage: Lineage, began_at: datetime
) -> Finding | None:
    """What the type of the step says that *run* did; None where it says nothing."""
    parameters = run.step.parameters
    meanings = mapping.meanings_of(run.step.type)
    meaning = next((each for each in meanings if each.rule.holds(parameters)), None)
    if meaning is None:
        if not meanings:
            return None
        return Finding(run, "other_operation", about=operation_of(parameters) or None)
    match meaning.what:
        case "mail_trigger" | "intake" as what:
            intake = what == "intake"
            mails = tuple(received_mails(run, mapping.received_mail, began_at, intake=intake))
            if intake and not mails:
                return Finding(run, "no_sender_or_subject")
            return Finding(run, "intake" if intake else "mail_trigger", mails)
        case "answer":
            found = tuple(answers(run, mapping.answer.text, began_at))
            return Finding(run, "answer" if found else "no_answer", found)
        case "mail_sent":
            mails = tuple(sent_mails(run, mapping, lineage, began_at))
            return Finding(run, "mail_sent" if mails else "mail_not_delivered", mails)
        case _:
            return _messages(run, meaning, lineage, began_at)


def _messages(
    run: StepRun, meaning: Meaning, lineage: Lineage, began_at: datetime
) -> Finding | None:
    if meaning.passage is None:
        return None
    received = meaning.what == "message_received"
    found = tuple(
        messages(
            run,
            meaning.channel,
            "received" if received else "sent",
            meaning.passage,
            lineage,
            began_at,
        )
    )
    told: Reason = "message_received" if received else "message_sent"
    return Finding(run, told if found else "no_message", found)


def own_runs(payload: Payload, not_before: datetime | None) -> Iterator[StepRun]:
    """Yield the runs that the execution made itself: a retry holds copies of earlier ones."""
    return (run for run in payload.runs if is_own(run, not_before))


def is_own(run: StepRun, not_before: datetime | None) -> bool:
    """Whether the execution made *run* itself."""
    return not_before is None or run.started_at is None or run.started_at >= not_before


def puts_to_sleep(run: StepRun, mapping: BusinessMapping) -> bool:
    """Whether *run* is of a step that makes an execution wait."""
    return not run.step.disabled and (
        run.step.type in mapping.waiting_steps
        or run.step.parameters.get("operation") in mapping.waiting_operations
    )
