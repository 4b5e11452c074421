"""What a mapping declares, in the form that the extraction reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from persistence.mapping.fields import (
    LONGEST_PLANNED,
    MOST_PLANS,
    NO_FIELDS,
    Fields,
    fields,
    merged,
    squeezed,
)

NONE_POSSIBLE: frozenset[str] = frozenset()

DEFAULT = "default"
"""In a condition: the parameter was left as it is, so n8n did not store it."""


@dataclass(frozen=True)
class StepRule:
    """When a step of some type counts: if all conditions of one of the entries hold.

    Without entries it always does.
    """

    entries: tuple[Mapping[str, tuple[str, ...]], ...] = ()

    def holds(self, parameters: Mapping[str, Any]) -> bool:
        """Whether a step with these parameters counts."""
        return not self.entries or any(
            all(_is_one_of(parameters.get(name), allowed) for name, allowed in entry.items())
            for entry in self.entries
        )


def _is_one_of(value: Any, allowed: tuple[str, ...]) -> bool:
    if value is None or value == "":
        return DEFAULT in allowed
    return isinstance(value, str) and any(
        value == each or (each.endswith("*") and value.startswith(each[:-1])) for each in allowed
    )


Steps = Mapping[str, StepRule]
"""The types of steps that count, each with when it does."""


def rule_of(steps: Steps, kind: str) -> StepRule | None:
    """The rule for steps of type *kind*; a step given to an agent as a tool has its step's."""
    return steps.get(kind) or steps.get(kind.removesuffix("Tool"))


@dataclass(frozen=True)
class ReceivedMail:
    """Steps and fields of received e-mails."""

    steps: Steps
    intakes: Steps
    sender: Fields
    intake_sender: Fields
    recipient: Fields
    subject: Fields
    content: Fields


@dataclass(frozen=True)
class SentMail:
    """Steps and fields of sent e-mails."""

    steps: Steps
    delivered_to: Fields
    recipient_parameters: Fields
    subject_parameters: Fields
    content_parameters: Fields


@dataclass(frozen=True)
class Answer:
    """Steps and fields of AI answers."""

    steps: Steps
    text: Fields


@dataclass(frozen=True)
class Passage:
    """One direction of a channel of messages."""

    steps: Steps
    id: Fields
    contact: Fields = NO_FIELDS
    name: Fields = NO_FIELDS
    text: Fields = NO_FIELDS
    contact_parameters: Fields = NO_FIELDS
    text_parameters: Fields = NO_FIELDS


@dataclass(frozen=True)
class Channel:
    """A way by which messages come and go, such as Telegram."""

    received: Passage | None = None
    sent: Passage | None = None


@dataclass(frozen=True)
class Shape:
    """The form by which an item is an order, an invoice or a customer."""

    id: Fields
    steps: Steps = field(default_factory=dict)
    signs: Fields = NO_FIELDS
    """Names of fields; any item that has all of them has this form, whatever step it is of."""
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What fields of the item must hold."""
    within: tuple[str, ...] = ()
    """The way to the object that the other names are of."""
    id_has_digits: bool = False
    total: Fields = NO_FIELDS
    total_in_cents: bool = False
    customer: Fields = NO_FIELDS
    customer_name: Fields = NO_FIELDS


class Shapes(dict[str, Shape]):
    """Forms by their names."""

    def __init__(self, shapes: Mapping[str, Shape] | None = None) -> None:
        super().__init__(shapes or {})
        self._by_type: dict[str, tuple[tuple[Shape, StepRule], ...]] = {}
        self._by_keys: dict[tuple[str, ...], tuple[Shape, ...]] = {}

    def of_step(self, kind: str) -> tuple[tuple[Shape, StepRule], ...]:
        """The forms that steps of type *kind* alone tell, each with when they do."""
        found = self._by_type.get(kind)
        if found is None:
            rules = ((shape, rule_of(shape.steps, kind)) for shape in self.values())
            found = tuple((shape, rule) for shape, rule in rules if rule is not None)
            self._by_type[kind] = found
        return found

    def signed(self, part: Mapping[str, Any]) -> tuple[Shape, ...]:
        """The forms all of whose signs *part* has."""
        keys = tuple(part)
        found = self._by_keys.get(keys)
        if found is None:
            names = {squeezed(key) for key in keys}
            found = tuple(
                shape
                for shape in self.values()
                if shape.signs and names.issuperset(shape.signs.ranks)
            )
            if len(keys) <= LONGEST_PLANNED:
                if len(self._by_keys) >= MOST_PLANS:
                    self._by_keys.clear()
                self._by_keys[keys] = found
        return found


@dataclass(frozen=True)
class Meaning:
    """What a type of steps means where the rule holds."""

    what: str
    rule: StepRule
    channel: str = ""
    passage: Passage | None = None


@dataclass(frozen=True)
class Documents:
    """Fields and forms of orders or invoices."""

    id: Fields
    containers: frozenset[str]
    id_within: Fields
    total: Fields
    shapes: Shapes

    @cached_property
    def inside(self) -> Fields:
        """The keys of an item under which documents may stand, in any order."""
        return fields(*sorted(self.containers), "body")

    @cached_property
    def naming(self) -> Fields:
        """The keys of which an item, or its body, must have one to name a document."""
        leading = fields(*(path[0] for _, path in self.id.paths))
        return merged(merged(self.id, leading), fields(*sorted(self.containers)))


@dataclass(frozen=True)
class Customers:
    """Fields and forms of customers."""

    containers: Fields
    address: Fields
    name: Fields
    name_within: Fields
    first_name: Fields
    last_name: Fields
    details: Mapping[str, Fields]
    shapes: Shapes


@dataclass(frozen=True)
class Attached:
    """Which of what people attach to an execution is not kept, or only with contents."""

    ignored: tuple[str, ...]
    content: tuple[str, ...]


@dataclass(frozen=True)
class BusinessMapping:
    """What of an execution counts as business."""

    received_mail: ReceivedMail
    sent_mail: SentMail
    answer: Answer
    channels: Mapping[str, Channel]
    order: Documents
    invoice: Documents
    customer: Customers
    shown: Fields
    waiting_steps: Steps
    waiting_operations: frozenset[str]
    attached: Attached
    # Not of what it is made of: one that is made of another decides anew.
    _meanings: dict[str, tuple[Meaning, ...]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    _by_step: dict[str, frozenset[str]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    _by_keys: dict[tuple[str, ...], tuple[frozenset[str], tuple[str, ...]]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    """What is possible by the keys of an object, and which of them hold a request's body."""

    def possible_by_step(self, kind: str) -> frozenset[str]:
        """Which of orders, invoices and customers any item of a step of type *kind* may be."""
        found = self._by_step.get(kind)
        if found is None:
            found = self._by_step[kind] = frozenset(
                what for what, shapes, _ in self._documents if shapes.of_step(kind)
            )
        return found

    def possible_in(self, item: Mapping[str, Any]) -> frozenset[str]:
        """Which of orders, invoices and customers *item* may hold, by the names of its fields.

        Most items hold none, and the items of a step have the same names: it is decided once.
        """
        possible, bodies = self._possible_by_keys(item)
        for key in bodies:
            body = item[key]
            for part in body if isinstance(body, list) else (body,):
                if isinstance(part, dict):
                    possible |= self._possible_by_keys(part)[0]
        return possible

    def _possible_by_keys(self, part: Mapping[str, Any]) -> tuple[frozenset[str], tuple[str, ...]]:
        keys = tuple(part)
        found = self._by_keys.get(keys)
        if found is None:
            possible = frozenset(
                what
                for what, shapes, naming in self._documents
                if shapes.signed(part) or naming.keys_of(part)
            )
            found = possible, tuple(key for key in keys if squeezed(key) == "body")
            if len(keys) <= LONGEST_PLANNED:
                if len(self._by_keys) >= MOST_PLANS:
                    self._by_keys.clear()
                self._by_keys[keys] = found
        return found

    @cached_property
    def _documents(self) -> tuple[tuple[str, Shapes, Fields], ...]:
        """Each kind with its forms, and the keys of which an object must have one to name it."""
        return (
            ("order", self.order.shapes, self.order.naming),
            ("invoice", self.invoice.shapes, self.invoice.naming),
            ("customer", self.customer.shapes, NO_FIELDS),
        )

    def meanings_of(self, kind: str) -> tuple[Meaning, ...]:
        """What steps of type *kind* can mean, in the order in which it is looked at."""
        found = self._meanings.get(kind)
        if found is None:
            found = self._meanings[kind] = tuple(self._find_meanings(kind))
        return found

    def _find_meanings(self, kind: str) -> Iterator[Meaning]:
        for what, steps in (
            ("mail_trigger", self.received_mail.steps),
            ("intake", self.received_mail.intakes),
            ("answer", self.answer.steps),
        ):
            if rule := steps.get(kind):
                yield Meaning(what, rule)
        if rule := rule_of(self.sent_mail.steps, kind):
            yield Meaning("mail_sent", rule)
        for name, channel in self.channels.items():
            for what, passage in (
                ("message_received", channel.received),
                ("message_sent", channel.sent),
            ):
                if passage is not None and (rule := rule_of(passage.steps, kind)):
                    yield Meaning(what, rule, name, passage)
