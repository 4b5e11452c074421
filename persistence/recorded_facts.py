"""What is recorded, as queries see it: its table, its moment, its groupings and its filters.

Each kind of facts that a metric or a list can be about is declared once, here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Table, case, not_

from catalogue.metrics import PRODUCTION_STATUSES, Facts
from persistence.tables import (
    attached_values,
    business_execution_data,
    executions,
    orders,
    processes,
)

RecordedFacts = Facts | Literal["events"]
"""What metrics count, and what else happened: messages, invoices, new customers, what steps with
a tag have to tell."""


@dataclass(frozen=True)
class Recorded:
    """One kind of facts.

    ``columns`` are what it can be grouped by (time aside) and ``texts`` what it can be searched
    in; several texts of one filter are alternatives.
    """

    table: Table
    kept: tuple[ColumnElement[bool], ...]
    """Conditions that hold for every fact of this kind."""
    workflow_id: ColumnElement[Any]
    moment: ColumnElement[Any] | None
    """When it happened; None where the facts are of now."""
    columns: Mapping[str, ColumnElement[Any]]
    texts: Mapping[str, tuple[ColumnElement[Any], ...]]
    has_status: bool = False
    attached: bool = False
    """Whether a search for a text also looks at what people attached to the execution."""

    @property
    def filters(self) -> tuple[str, ...]:
        """The fields by which these facts can be filtered."""
        return ("process", *(["status"] if self.has_status else []), *self.texts)


def our_status(status: ColumnElement[Any]) -> ColumnElement[str]:
    """SQL for the status in our terms; one that n8n is not known to use stays as it is."""
    return case(
        *((status.in_(theirs), ours) for ours, theirs in PRODUCTION_STATUSES.items()),
        else_=status,
    )


def status_is(status: ColumnElement[Any], ours: Sequence[str]) -> ColumnElement[bool]:
    """SQL for "the status is one of these (our) statuses"."""
    return status.in_([theirs for name in ours for theirs in PRODUCTION_STATUSES[name]])


_execution = executions.c
_business = business_execution_data.c
_order = orders.c

_attached = attached_values.c
ATTACHED_TEXT = _attached.key.concat(": ").concat(_attached.value)
"""What people attached to an execution, as it is searched and shown: "cliente: Bottega Ro"."""

NAMED_PEOPLE = (
    (_business.customer, _business.customer_data["name"].as_string()),
    (_order.customer, _order.customer_data["name"].as_string()),
)
"""Where names of people stand beside the addresses that facts are kept under. A name is often
recorded with some facts of an address only, so it is looked up here first."""

RECORDED: dict[RecordedFacts, Recorded] = {
    "executions": Recorded(
        table=executions,
        kept=(_execution.production,),
        workflow_id=_execution.workflow_id,
        moment=_execution.began_at,
        columns={
            "status": our_status(_execution.status),
            "cause": _execution.error_cause,
            "step": _execution.error_step,
        },
        texts={
            "cause": (_execution.error_cause,),
            "text": (_execution.error_message, _execution.error_cause),
        },
        has_status=True,
        attached=True,
    ),
    "emails": Recorded(
        table=business_execution_data,
        kept=(_business.kind == "email",),
        workflow_id=_business.workflow_id,
        moment=_business.occurred_at,
        columns={
            "sender": _business.email_sender,
            "customer": _business.customer,
            "step": _business.node_name,
        },
        texts={
            "sender": (_business.email_sender,),
            "customer": (_business.customer,),
            "text": (_business.email_subject, _business.email_content),
        },
    ),
    "orders": Recorded(
        table=orders,
        kept=(),
        workflow_id=_order.workflow_id,
        moment=_order.occurred_at,
        columns={"customer": _order.customer},
        texts={
            "customer": (_order.customer,),
            "order": (_order.order_id,),
            "text": (_order.order_id, _order.customer, _order.customer_data["name"].as_string()),
        },
    ),
    "answers": Recorded(
        table=business_execution_data,
        kept=(_business.kind == "answer",),
        workflow_id=_business.workflow_id,
        moment=_business.occurred_at,
        columns={"step": _business.node_name},
        texts={"text": (_business.ai_response,)},
    ),
    "events": Recorded(
        table=business_execution_data,
        kept=(_business.kind.in_(("message", "invoice", "customer", "shown")),),
        workflow_id=_business.workflow_id,
        moment=_business.occurred_at,
        columns={"customer": _business.customer, "step": _business.node_name},
        texts={
            "customer": (_business.customer,),
            "text": (
                _business.customer,
                _business.customer_data["name"].as_string(),
                _business.invoice_id,
                _business.message_text,
                _business.shown_text,
            ),
        },
    ),
    "processes": Recorded(
        table=processes,
        kept=(not_(processes.c.gone),),
        workflow_id=processes.c.workflow_id,
        moment=None,
        columns={},
        texts={},
    ),
}
