"""Orders and invoices, each at its first appearance in an execution; and new customers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from persistence.mapping.fields import Fields, fields, find, find_all, follow, merged, squeezed
from persistence.mapping.model import Customers, Documents, Shape, Shapes
from persistence.n8n.findings import make_record
from persistence.n8n.payload import Item, StepRun
from persistence.n8n.records import BusinessRecord
from persistence.n8n.values import LONGEST_NAME, address_in, clean_text, parse_amount

_NO_VALUE = frozenset({"", "-", "--", "0", "null", "none", "undefined", "nan", "n/a", "n.d."})
_LONGEST_NUMBER = 120
_VALUE = fields("value")
_CURRENCY = fields("currency")
_WITHOUT_CENTS = frozenset(
    ("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv",
     "xaf", "xof", "xpf")
)  # fmt: skip
"""Currencies whose smallest unit is the whole one."""


@dataclass(slots=True)
class _Document:
    number: str
    run: StepRun
    index: int
    total: float | None = None
    customer: str | None = None
    customer_name: str | None = None
    details: dict[str, str] | None = None


@dataclass(slots=True)
class Appearances:
    """The orders, or the invoices, of one execution, each at its first appearance."""

    kind: Literal["order", "invoice"]
    declared: Documents
    customers: Customers
    began_at: datetime
    _known: dict[str, _Document] = field(default_factory=dict)
    """By every number that a document goes by."""
    _taken: set[tuple[str, int, int]] = field(default_factory=set)

    def look_at(self, run: StepRun) -> tuple[list[str], list[str]]:
        """Take the documents that *run* put out.

        :returns: the numbers that appeared here first, and those that an earlier step had.
        """
        new: list[str] = []
        carried: list[str] = []
        shapes = self.declared.shapes
        of_step = _shapes_of_step(run, shapes)
        for item in run.items:
            shape, part = _shape_of(item, of_step, shapes)
            if shape is not None and (numbers := _numbers_by_shape(part, shape)):
                found = [self._document(numbers, run, item.index, new, carried)]
                self._complete_by_shape(found[0], part, shape)
                continue
            for container, documents in self._named_in(item.json):
                found = [
                    self._document(numbers, run, item.index, new, carried) for numbers in documents
                ]
                if len(found) == 1:  # a total beside several orders is none of theirs
                    self._complete(found[0], container, item.json)
        return new, carried

    def first_step_of(self, number: str) -> str | None:
        """The step that had the document *number* first."""
        document = self._known.get(number)
        return document.run.step.name if document else None

    def records(self) -> Iterator[tuple[StepRun, BusinessRecord]]:
        """Yield one record per document, with the run where it first appeared."""
        for each in {id(each): each for each in self._known.values()}.values():
            number = f"{self.kind}_id"
            yield (
                each.run,
                make_record(
                    each.run,
                    each.index,
                    self.began_at,
                    {
                        "kind": self.kind,
                        number: each.number,
                        f"{self.kind}_total": each.total,
                        "customer": each.customer,
                        "customer_name": each.customer_name,
                        "customer_details": each.details or None,
                    },
                ),
            )

    def _document(
        self,
        numbers: tuple[str, ...],
        run: StepRun,
        index: int,
        new: list[str],
        carried: list[str],
    ) -> _Document:
        found = next((self._known[name] for name in numbers if name in self._known), None)
        if found is None:
            while (run.step.name, run.index, index) in self._taken:
                index += 1
            self._taken.add((run.step.name, run.index, index))
            found = _Document(numbers[0], run, index)
            new.append(found.number)
        elif found.run is not run:
            carried.append(found.number)
        for name in numbers:
            self._known.setdefault(name, found)
        return found

    def _complete(
        self, document: _Document, container: Mapping[str, Any], item: Mapping[str, Any]
    ) -> None:
        for part in (container, item) if container is not item else (item,):
            if document.total is None:
                document.total = _amount(part, self.declared.total)
            if document.customer is None or "@" not in document.customer:
                address, name = customer_of(part, self.customers)
                document.customer = address or document.customer or name
                document.customer_name = document.customer_name or name
            if not document.details:
                document.details = details_of(part, self.customers)

    def _complete_by_shape(
        self, document: _Document, part: Mapping[str, Any], shape: Shape
    ) -> None:
        if document.total is None:
            total = _amount(part, shape.total)
            if total is not None and shape.total_in_cents:
                currency = find(part, _CURRENCY)
                whole = isinstance(currency, str) and currency.lower() in _WITHOUT_CENTS
                total = total if whole else total / 100
            document.total = total
        address, _ = address_in(find(part, shape.customer))
        name = clean_text(find(part, shape.customer_name), LONGEST_NAME)
        others = customer_of(part, self.customers)
        address, name = address or others[0], name or others[1]
        if document.customer is None or "@" not in document.customer:
            document.customer = address or document.customer or name
            document.customer_name = document.customer_name or name
        if not document.details:
            document.details = details_of(part, self.customers)

    def _named_in(
        self, item: Mapping[str, Any]
    ) -> Iterator[tuple[Mapping[str, Any], list[tuple[str, ...]]]]:
        """Yield each part of *item* that names documents, with the numbers of each of them."""
        within: list[Mapping[str, Any]] = []
        named = False
        for container, inside in self._containers(item):
            if inside:
                within.append(container)
            if documents := self._named(container, self.declared.id):
                named = True
                yield container, documents
        if not named:
            for container in within:
                if documents := self._named(container, self.declared.id_within):
                    yield container, documents

    def _named(self, container: Mapping[str, Any], names: Fields) -> list[tuple[str, ...]]:
        """One tuple per document: the numbers it goes by, the best known name's first."""
        values = [self._numbers(value) for value in find_all(container, names)]
        values = [numbers for numbers in values if numbers]
        if any(len(numbers) > 1 for numbers in values):
            # A list of numbers names several; then fields do not name the same one.
            return [(number,) for number in dict.fromkeys(n for numbers in values for n in numbers)]
        aliases = tuple(dict.fromkeys(numbers[0] for numbers in values))
        return [aliases] if aliases else []

    def _containers(self, item: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], bool]]:
        inside = self.declared.inside
        yield item, False
        for _, key in inside.keys_of(item):
            if squeezed(key) != "body":
                yield from ((part, True) for part in _objects(item[key]))
                continue
            for body in _objects(item[key]):
                yield body, False
                for _, inner in inside.keys_of(body):
                    if squeezed(inner) != "body":
                        yield from ((part, True) for part in _objects(body[inner]))

    def _numbers(self, value: Any) -> tuple[str, ...]:
        """The numbers in a field of any type; () where it holds none."""
        if isinstance(value, list):
            parts = (self._numbers_inside(part) for part in value)
            return tuple(dict.fromkeys(number for part in parts for number in part))
        return self._numbers_inside(value)

    def _numbers_inside(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, dict):
            return _number(value)
        names = merged(merged(self.declared.id, self.declared.id_within), _VALUE)
        return next((numbers for v in find_all(value, names) if (numbers := _number(v))), ())


def _number(value: Any) -> tuple[str, ...]:
    if isinstance(value, bool) or value is None:
        return ()
    if isinstance(value, float):
        if not math.isfinite(value):
            return ()
        value = int(value) if value.is_integer() else value
    if isinstance(value, int | float):
        value = str(value)
    if not isinstance(value, str):
        return ()
    number = (clean_text(value, LONGEST_NAME) or "").strip().lstrip("#").strip()
    usable = number.lower() not in _NO_VALUE and len(number) <= _LONGEST_NUMBER
    return (number,) if usable else ()


def _objects(value: Any) -> Iterable[Mapping[str, Any]]:
    if isinstance(value, dict):
        return (value,)
    if isinstance(value, list):
        return tuple(part for part in value if isinstance(part, dict))
    return ()


# --- forms -------------------------------------------------------------------------------------


def _shapes_of_step(run: StepRun, shapes: Shapes) -> list[Shape]:
    """The forms that all items of *run* have, as its step tells."""
    parameters = run.step.parameters
    return [shape for shape, rule in shapes.of_step(run.step.type) if rule.holds(parameters)]


def _shape_of(
    item: Item, of_step: list[Shape], shapes: Shapes
) -> tuple[Shape | None, Mapping[str, Any]]:
    """The form that *item* has, and the part of it that the form speaks of."""
    whole: Mapping[str, Any] = item.json
    for shape in of_step:
        if (inner := _part(whole, shape)) is not None:
            return shape, inner
    body = whole.get("body")
    for part in (whole, body) if isinstance(body, dict) else (whole,):
        for shape in shapes.signed(part):
            if (inner := _part(part, shape)) is not None:
                return shape, inner
    return None, whole


def _part(part: Mapping[str, Any], shape: Shape) -> Mapping[str, Any] | None:
    """The object in *part* that *shape* speaks of; None where it does not hold."""
    inner = follow(part, shape.within) if shape.within else part
    return inner if isinstance(inner, dict) and _holds(part, shape.when) else None


def _holds(part: Mapping[str, Any], when: Mapping[str, tuple[str, ...]]) -> bool:
    return all(
        follow(part, tuple(squeezed(name) for name in path.split("."))) in allowed
        for path, allowed in when.items()
    )


def _numbers_by_shape(part: Mapping[str, Any], shape: Shape) -> tuple[str, ...]:
    numbers = dict.fromkeys(n for value in find_all(part, shape.id) for n in _number(value))
    if shape.id_has_digits:
        return tuple(n for n in numbers if any(sign.isdigit() for sign in n))
    return tuple(numbers)


def _amount(part: Mapping[str, Any], names: Fields) -> float | None:
    return next(
        (amount for value in find_all(part, names) if (amount := parse_amount(value)) is not None),
        None,
    )


# --- customers ---------------------------------------------------------------------------------


def customer_of(part: Mapping[str, Any], declared: Customers) -> tuple[str | None, str | None]:
    """The address and the name of the customer that *part* of an item tells of."""
    address, name = None, None
    for value in find_all(part, declared.containers):
        if isinstance(value, dict):
            address = address or address_in(find(value, declared.address))[0]
            name = name or _person(value, declared)
        elif isinstance(value, str):
            found, displayed = address_in(value)
            address, name = address or found, name or displayed
    address = address or address_in(find(part, declared.address))[0]
    name = name or clean_text(find(part, declared.name), LONGEST_NAME)
    return address, name


def _person(value: Mapping[str, Any], declared: Customers) -> str | None:
    first, last = find(value, declared.first_name), find(value, declared.last_name)
    if isinstance(first, str) and isinstance(last, str) and last.strip():
        return clean_text(f"{first} {last}", LONGEST_NAME)
    for names in (declared.name_within, declared.name):
        if name := clean_text(find(value, names), LONGEST_NAME):
            return name
    return None


def details_of(part: Mapping[str, Any], declared: Customers) -> dict[str, str]:
    """Phone, town and the like of the customer that *part* of an item tells of."""
    places = [*_objects_in(part, declared.containers), part]
    found: dict[str, str] = {}
    for detail, names in declared.details.items():
        for place in places:
            value = find(place, names)
            text = value if isinstance(value, str) else None
            if isinstance(value, int) and not isinstance(value, bool):
                text = str(value)
            if text := clean_text(text, LONGEST_NAME):
                found[detail] = text
                break
    return found


def _objects_in(part: Mapping[str, Any], names: Fields) -> list[Mapping[str, Any]]:
    return [value for value in find_all(part, names) if isinstance(value, dict)]


def new_customers(
    run: StepRun, declared: Customers, began_at: datetime
) -> Iterator[BusinessRecord]:
    """Yield the items of *run* that are a new customer by their form."""
    shapes = declared.shapes
    of_step = _shapes_of_step(run, shapes)
    for item in run.items:
        if item.failed or item.output > 0:
            continue
        shape, part = _shape_of(item, of_step, shapes)
        if shape is None:
            continue
        number = next((n for value in find_all(part, shape.id) for n in _number(value)), None)
        if number is None:
            continue
        address, name = customer_of(part, declared)
        name = name or _person(part, declared)
        yield make_record(
            run,
            item.index,
            began_at,
            {
                "kind": "customer",
                "customer": address or address_in(number)[0] or name or number,
                "customer_name": name,
                "customer_details": details_of(part, declared) or None,
            },
        )
