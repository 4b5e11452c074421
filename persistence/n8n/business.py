"""What counts as business: e-mails received and sent, AI answers, orders.

The first half of this module is declarations: which steps mean what, and under which names their
items carry a sender, a subject, an order number, a total, a customer. To teach Milhena a new step
or a new field name, add it there. The second half applies them.

Field names are written in lower case without separators: ``orderid`` is found as ``order_id``,
``orderId``, ``Order ID`` and ``ORDER-ID``. Only declared fields are ever copied: headers, cookies
and tokens stay where they are.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from persistence.n8n.lineage import Lineage
from persistence.n8n.payload import Item, Payload, StepRun
from persistence.n8n.records import BusinessRecord
from persistence.n8n.values import (
    LONGEST_NAME,
    LONGEST_TEXT,
    Names,
    address_in,
    clean_text,
    find,
    find_all,
    line_of,
    names,
    parse_amount,
    squeezed,
    without_markup,
)

# --- the steps -------------------------------------------------------------------------------

_BASE = "n8n-nodes-base."
_LANGCHAIN = "@n8n/n8n-nodes-langchain."

RECEIVING_STEPS = frozenset(
    _BASE + name for name in ("emailReadImap", "gmailTrigger", "microsoftOutlookTrigger")
)
"""Mail triggers: every item that they put out is a received e-mail."""

INTAKE_STEPS = frozenset(_BASE + name for name in ("webhook", "formTrigger"))
"""Intakes: an item is a received e-mail if it carries a sender's address and a subject."""


@dataclass(frozen=True, slots=True)
class Sending:
    """When a step delivers mail: the operations of each of its resources that do.

    n8n stores a parameter only if it differs from the default, so *resource* is the default one,
    and the operation "" stands for the default of its resource. No *deliveries*: it always does.
    """

    resource: str = ""
    deliveries: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def delivers(self, parameters: Mapping[str, Any]) -> bool:
        """Whether a step with these parameters sends mail."""
        resource = parameters.get("resource", self.resource)
        operations = self.deliveries.get(resource) if isinstance(resource, str) else None
        return not self.deliveries or (
            operations is not None and _operation(parameters) in operations
        )


def _operation(parameters: Mapping[str, Any]) -> str:
    operation = parameters.get("operation", "")
    return operation if isinstance(operation, str) else "?"


def _sending(resource: str, **deliveries: str) -> Sending:
    return Sending(
        resource, {name: frozenset(each.split(",")) for name, each in deliveries.items()}
    )


SENDING_STEPS: Mapping[str, Sending] = {
    _BASE + "emailSend": Sending(),
    _BASE + "gmail": _sending("message", message=",send,reply,sendAndWait", thread="reply"),
    _BASE + "microsoftOutlook": _sending(
        "message", message=",send,reply,sendAndWait", draft="send"
    ),
    _BASE + "sendGrid": _sending("list", mail=",send"),
    _BASE + "mailgun": Sending(),
    _BASE + "mailjet": _sending("email", email=",send,sendTemplate"),
    _BASE + "awsSes": _sending("email", email=",send,sendTemplate"),
    _BASE + "sendInBlue": _sending("email", email=",send,sendTemplate"),
    _BASE + "brevo": _sending("email", email=",send,sendTemplate"),
    _BASE + "mandrill": _sending("message", message=",sendTemplate,sendHtml"),
}
"""Mail-sending steps: an item that they put out is a delivered e-mail. The same step given to an
AI agent as a tool has "Tool" at the end of its type and counts alike."""

ANSWERING_STEPS = frozenset(
    _LANGCHAIN + name
    for name in ("agent", "openAiAssistant", "chainLlm", "chainRetrievalQa", "chainSummarization")
)
"""AI agents and chains: an item that they put out is an answer."""

WAITING_STEPS = frozenset(_BASE + name for name in ("wait", "form"))
WAITING_OPERATIONS = frozenset({"sendAndWait"})
"""Steps, and operations of any step, that put an execution to sleep."""

# --- the fields, the first found wins --------------------------------------------------------


SENDER = names(
    "emailsender", "sender", "senderemail", "emailfrom", "fromemail", "fromaddress", "from",
    "mittente", "emailmittente", "mailfrom", "replyto",
)  # fmt: skip
INTAKE_SENDER = names(
    *SENDER, "email", "mail", "emailaddress", "indirizzoemail", "youremail", "latuaemail",
    "customeremail", "emailcliente", "emaildelcliente",
)  # fmt: skip
SUBJECT = names("emailsubject", "subject", "mailsubject", "oggetto", "oggettoemail")
CONTENT = names(
    "emailcontent", "textplain", "text", "contenuto", "testo", "messaggio", "content",
    "message", "body", "corpo", "html", "texthtml", "textashtml", "bodypreview", "snippet",
)  # fmt: skip
RECIPIENT = names("to", "torecipients", "recipient", "deliveredto", "destinatario")
DELIVERED_TO = names("envelope", "accepted", "to", "recipient", "email")
"""In what a mail-sending step puts out."""
RECIPIENT_PARAMETERS = names(
    "toemail", "sendto", "torecipients", "toaddresses", "to", "recipients", "receivers"
)
SUBJECT_PARAMETERS = names("subject", "emailsubject")
CONTENT_PARAMETERS = names(
    "text", "message", "bodycontent", "contentvalue", "textcontent", "body", "html", "htmlcontent"
)
ANSWER = names("output", "text", "response", "answer", "content")

ORDER_ID = names(
    "orderid", "ordernumber", "ordernum", "orderno", "ordercode", "orderref", "numeroordine",
    "numordine", "nordine", "idordine", "ordineid", "ordinenumero", "codiceordine",
    "riferimentoordine",
)  # fmt: skip
ORDER_CONTAINERS = frozenset({"order", "ordine"})
ORDER_ID_WITHIN = names("id", "number", "numero", "codice", "code")
"""Names that mean an order's number only inside an ``order``."""
ORDER_TOTAL = names(
    "ordertotal", "totaleordine", "grandtotal", "totalprice", "totalamount", "total", "totale",
    "importototale", "totaleimporto", "prezzototale", "importoordine", "importo", "amount",
    "ordervalue", "valoreordine",
)  # fmt: skip
CUSTOMER = names("customer", "cliente", "buyer", "acquirente", "billing", "billingaddress")
CUSTOMER_EMAIL = names(
    "customeremail", "emailcliente", "clienteemail", "emailaddress", "email", "mail",
    "indirizzoemail", "contactemail",
)  # fmt: skip
CUSTOMER_NAME = names(
    "customername", "nomecliente", "clientenome", "ragionesociale", "companyname", "company",
    "azienda", "fullname", "nominativo",
)  # fmt: skip
NAME_WITHIN = names("name", "nome", *CUSTOMER_NAME, "displayname", "denominazione")
FIRST_NAME = names("firstname", "nome", "name")
LAST_NAME = names("lastname", "cognome", "surname")

_NO_VALUE = frozenset({"", "-", "--", "0", "null", "none", "undefined", "nan", "n/a", "n.d."})
_LONGEST_ORDER_ID = 120

# --- the extraction --------------------------------------------------------------------------


def extract_business(
    payload: Payload, *, mode: str, began_at: datetime, not_before: datetime | None = None
) -> tuple[BusinessRecord, ...]:
    """Return what business an execution did, in the order in which its steps ran.

    Manual and pinned executions did none; neither did disabled steps, steps that failed and
    steps rebuilt after a crash. Runs that began before *not_before* are copies in a retry and
    belong to the execution that it repeats. *began_at* stands in for a step's missing moment.
    """
    if mode == "manual" or payload.pinned:
        return ()
    lineage = Lineage(payload)
    records: list[BusinessRecord] = []
    orders = _Orders(began_at)
    for run in own_runs(payload, not_before):
        if run.step.disabled or run.failed or run.recovered:
            continue
        kind = run.step.type
        if kind in RECEIVING_STEPS or kind in INTAKE_STEPS:
            records.extend(_received(run, began_at))
        elif kind in ANSWERING_STEPS:
            records.extend(_answers(run, began_at))
        elif (sending := _sending_of(kind)) and sending.delivers(run.step.parameters):
            records.extend(_sent(run, lineage, began_at))
        if not run.attached:
            orders.look_at(run)
    records.extend(orders.records())
    return tuple(records)


def own_runs(payload: Payload, not_before: datetime | None) -> Iterator[StepRun]:
    """Yield the runs that the execution made itself: a retry holds copies of earlier ones."""
    for run in payload.runs:
        if not_before is None or run.started_at is None or run.started_at >= not_before:
            yield run


def puts_to_sleep(run: StepRun) -> bool:
    """Whether *run* is of a step that makes an execution wait."""
    return not run.step.disabled and (
        run.step.type in WAITING_STEPS or run.step.parameters.get("operation") in WAITING_OPERATIONS
    )


def _received(run: StepRun, began_at: datetime) -> Iterator[BusinessRecord]:
    intake = run.step.type in INTAKE_STEPS
    for item in run.items:
        if item.failed or not item.json:
            continue
        mail: Mapping[str, Any] = item.json
        if intake:
            body = item.json.get("body")
            mail = body if isinstance(body, dict) else mail
        sender, name = address_in(find(mail, INTAKE_SENDER if intake else SENDER))
        subject = line_of(find(mail, SUBJECT))
        if intake and not (sender and subject):
            continue
        yield _record(
            run, item.index, began_at,
            kind="email",
            direction="received",
            email_sender=sender,
            email_recipient=address_in(find(mail, RECIPIENT))[0],
            email_subject=subject,
            email_content=_content(mail),
            customer=sender or name,
            customer_name=name,
        )  # fmt: skip


def _sending_of(kind: str) -> Sending | None:
    return SENDING_STEPS.get(kind) or SENDING_STEPS.get(kind.removesuffix("Tool"))


def _sent(run: StepRun, lineage: Lineage, began_at: datetime) -> Iterator[BusinessRecord]:
    waits = _operation(run.step.parameters) in WAITING_OPERATIONS
    items = run.items
    if waits:
        items = items[:1]  # one message asks for the answer, however many items came in
    for item in items:
        if item.output > 0 or not (waits or _delivered(item)):
            continue
        recipient, name = _recipient(run, item, lineage)
        content = _parameter(CONTENT_PARAMETERS, run, item, lineage)
        yield _record(
            run, item.index, began_at,
            kind="email",
            direction="sent",
            email_sender=_sender_of(item),
            email_recipient=recipient,
            email_subject=_sent_subject(run, item, lineage),
            email_content=clean_text(content, LONGEST_TEXT),
            customer=recipient or name,
            customer_name=name,
        )  # fmt: skip


def _delivered(item: Item) -> bool:
    result = item.json
    if item.failed or not result or result.get("error"):
        return False
    if isinstance(accepted := result.get("accepted"), list) and not accepted:
        return False
    if isinstance(said := result.get("response"), str) and _TOOL_ERROR.match(said):
        return False
    status = result.get("status")
    return not (isinstance(status, str) and status.lower() in ("rejected", "invalid", "error"))


def _sender_of(item: Item) -> str | None:
    envelope = item.json.get("envelope")
    return address_in(envelope.get("from"))[0] if isinstance(envelope, dict) else None


def _recipient(run: StepRun, item: Item, lineage: Lineage) -> tuple[str | None, str | None]:
    for candidate in find_all(item.json, DELIVERED_TO):
        address, name = address_in(candidate)
        if address:
            return address, name
    address, name = address_in(_parameter(RECIPIENT_PARAMETERS, run, item, lineage))
    if address is None and _operation(run.step.parameters) == "reply":
        for _, origin in lineage.ancestors(run, item):
            address, name = address_in(_find_in_mail(origin.json, SENDER))
            if address:
                break
    return address, name


def _sent_subject(run: StepRun, item: Item, lineage: Lineage) -> str | None:
    own = line_of(_parameter(SUBJECT_PARAMETERS, run, item, lineage))
    if own:
        return own
    for _, origin in lineage.ancestors(run, item):
        if subject := line_of(_find_in_mail(origin.json, SUBJECT)):
            return subject
    for earlier in lineage.before(run):
        subjects = {line_of(_find_in_mail(origin.json, SUBJECT)) for origin in earlier.items} - {
            None
        }
        if subjects:
            return subjects.pop() if len(subjects) == 1 else None
    return None


def _parameter(names: Names, run: StepRun, item: Item, lineage: Lineage) -> str | None:
    for parameters in (run.step.parameters, run.query):
        for value in find_all(parameters, names):
            if isinstance(value, list) and value:
                value = value[0]
            if text := lineage.evaluate(value, run, item):
                return text
    return None


def _answers(run: StepRun, began_at: datetime) -> Iterator[BusinessRecord]:
    duration = run.execution_time_s
    for item in run.items:
        if item.output > 0 or item.failed or not item.json or item.json.get("error"):
            continue
        answer = find(item.json, ANSWER)
        if answer is None:
            answer = item.json
        yield _record(
            run, item.index, began_at,
            kind="answer",
            ai_response=_answer_text(answer),
            duration_s=duration,
        )  # fmt: skip
        duration = None


def _answer_text(answer: Any) -> str | None:
    if isinstance(answer, dict) and isinstance(inner := find(answer, ANSWER), str):
        answer = inner
    if isinstance(answer, str):
        return clean_text(answer, LONGEST_TEXT)
    try:
        return clean_text(json.dumps(answer, ensure_ascii=False), LONGEST_TEXT)
    except (ValueError, TypeError, RecursionError):  # a cycle in it
        return None


@dataclass(slots=True)
class _Order:
    order_id: str
    run: StepRun
    index: int
    total: float | None = None
    customer: str | None = None
    customer_name: str | None = None


@dataclass(slots=True)
class _Orders:
    """The orders of one execution, each at its first appearance."""

    began_at: datetime
    _known: dict[str, _Order] = field(default_factory=dict)
    """By every number that an order goes by."""
    _taken: set[tuple[str, int, int]] = field(default_factory=set)

    def look_at(self, run: StepRun) -> None:
        """Take the orders that *run* put out."""
        for item in run.items:
            for container, order_ids in _order_ids(item.json):
                found = [self._order(names, run, item.index) for names in order_ids]
                if len(found) == 1:  # a total beside several orders is none of theirs
                    self._complete(found[0], container, item.json)

    def _order(self, names: tuple[str, ...], run: StepRun, index: int) -> _Order:
        order = next((self._known[name] for name in names if name in self._known), None)
        if order is None:
            while (run.step.name, run.index, index) in self._taken:
                index += 1
            self._taken.add((run.step.name, run.index, index))
            order = _Order(names[0], run, index)
        for name in names:
            self._known.setdefault(name, order)
        return order

    @staticmethod
    def _complete(order: _Order, container: Mapping[str, Any], item: Mapping[str, Any]) -> None:
        for part in (container, item) if container is not item else (item,):
            if order.total is None:
                order.total = next(
                    (
                        amount
                        for value in find_all(part, ORDER_TOTAL)
                        if (amount := parse_amount(value)) is not None
                    ),
                    None,
                )
            if order.customer is None or "@" not in order.customer:
                address, name = _customer(part)
                order.customer = address or order.customer or name
                order.customer_name = order.customer_name or name

    def records(self) -> Iterator[BusinessRecord]:
        """Yield one record per order."""
        for order in {id(order): order for order in self._known.values()}.values():
            yield _record(
                order.run, order.index, self.began_at,
                kind="order",
                order_id=order.order_id,
                order_total=order.total,
                customer=order.customer,
                customer_name=order.customer_name,
            )  # fmt: skip


def _order_ids(
    item: Mapping[str, Any],
) -> Iterator[tuple[Mapping[str, Any], list[tuple[str, ...]]]]:
    """Yield each part of *item* that names orders, with the names of each of its orders."""
    within: list[Mapping[str, Any]] = []
    named = False
    for container, inside_order in _order_containers(item):
        if inside_order:
            within.append(container)
        if orders := _orders_named(container, ORDER_ID):
            named = True
            yield container, orders
    if not named:
        for container in within:
            if orders := _orders_named(container, ORDER_ID_WITHIN):
                yield container, orders


def _orders_named(container: Mapping[str, Any], names: Names) -> list[tuple[str, ...]]:
    """One tuple per order: the numbers that it goes by, the best known name's first."""
    values = [_identifiers(value) for value in find_all(container, names)]
    values = [numbers for numbers in values if numbers]
    if any(len(numbers) > 1 for numbers in values):
        # A list of numbers names several orders; then fields do not name the same one.
        return [(number,) for number in dict.fromkeys(n for numbers in values for n in numbers)]
    aliases = tuple(dict.fromkeys(numbers[0] for numbers in values))
    return [aliases] if aliases else []


def _order_containers(item: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], bool]]:
    yield item, False
    for key, value in item.items():
        name = squeezed(key)
        if name in ORDER_CONTAINERS:
            yield from ((part, True) for part in _objects(value))
        elif name == "body":
            for body in _objects(value):
                yield body, False
                for inner_key, inner in body.items():
                    if squeezed(inner_key) in ORDER_CONTAINERS:
                        yield from ((part, True) for part in _objects(inner))


def _objects(value: Any) -> Iterable[Mapping[str, Any]]:
    if isinstance(value, dict):
        return (value,)
    if isinstance(value, list):
        return tuple(part for part in value if isinstance(part, dict))
    return ()


def _identifiers(value: Any, *, nested: bool = False) -> tuple[str, ...]:
    """The order numbers in a field of any type; () where it holds none."""
    if isinstance(value, bool) or value is None:
        return ()
    if isinstance(value, float):
        if not math.isfinite(value):
            return ()
        value = int(value) if value.is_integer() else value
    if isinstance(value, int | float):
        value = str(value)
    if isinstance(value, str):
        number = (clean_text(value, LONGEST_NAME) or "").strip().lstrip("#").strip()
        usable = number.lower() not in _NO_VALUE and len(number) <= _LONGEST_ORDER_ID
        return (number,) if usable else ()
    if nested:
        return ()
    if isinstance(value, list):
        parts = (_identifiers(part, nested=True) for part in value)
        return tuple(dict.fromkeys(number for part in parts for number in part))
    if isinstance(value, dict):
        for inner in find_all(value, {**ORDER_ID, **ORDER_ID_WITHIN, "value": 99}):
            if numbers := _identifiers(inner, nested=True):
                return numbers
    return ()


def _customer(part: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The address and the name of the customer that *part* of an item tells of."""
    address, name = None, None
    for value in find_all(part, CUSTOMER):
        if isinstance(value, dict):
            address = address or address_in(find(value, CUSTOMER_EMAIL))[0]
            name = name or _person(value)
        elif isinstance(value, str):
            found, displayed = address_in(value)
            address, name = address or found, name or displayed
    address = address or address_in(find(part, CUSTOMER_EMAIL))[0]
    name = name or clean_text(find(part, CUSTOMER_NAME), LONGEST_NAME)
    return address, name


def _person(value: Mapping[str, Any]) -> str | None:
    first, last = find(value, FIRST_NAME), find(value, LAST_NAME)
    if isinstance(first, str) and isinstance(last, str) and last.strip():
        return clean_text(f"{first} {last}", LONGEST_NAME)
    return clean_text(find(value, NAME_WITHIN), LONGEST_NAME)


def _content(mail: Mapping[str, Any]) -> str | None:
    for value in find_all(mail, CONTENT):
        if isinstance(value, dict):  # Outlook: {contentType, content}
            value = value.get("content")
        if isinstance(value, str) and value.strip():
            return clean_text(without_markup(value[: 4 * LONGEST_TEXT]), LONGEST_TEXT)
    return None


# What n8n tells an agent when its tool failed.
_TOOL_ERROR = re.compile(r"there was an error", re.IGNORECASE)

# --- looking fields up -----------------------------------------------------------------------


def _find_in_mail(item: Mapping[str, Any], names: Names) -> Any:
    body = item.get("body")
    found = find(item, names)
    return find(body, names) if found is None and isinstance(body, dict) else found


def _record(run: StepRun, index: int, began_at: datetime, **fields: Any) -> BusinessRecord:
    return BusinessRecord(
        node_name=clean_text(run.step.name, LONGEST_NAME) or "?",
        node_type=run.step.type,
        run_index=run.index,
        item_index=index,
        occurred_at=run.started_at or began_at,
        show_tag=run.step.show_tag,
        **fields,
    )
