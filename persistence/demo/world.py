"""The world that the scenarios share, and the terms in which they tell what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from persistence.demo import company
from persistence.demo.company import CUSTOMERS, Customer, Product
from persistence.demo.processes import BY_KEY
from persistence.demo.runs import Items, Run, node_error

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(slots=True)
class Order:
    """One order of the web shop; amounts are in cents."""

    order_id: str
    customer: Customer
    lines: tuple[tuple[Product, int], ...]
    placed_ms: int

    @property
    def total_cents(self) -> int:
        """What the customer pays."""
        return sum(product.cents * quantity for product, quantity in self.lines)


@dataclass(slots=True)
class Call:
    """A sub-workflow that a step started; its row's id goes into *link*."""

    process: str
    at_ms: int
    story: Story
    link: dict[str, Any]


@dataclass(slots=True)
class Later:
    """Something that follows from an execution."""

    process: str
    at_ms: int
    scenario: Scenario
    mode: str = "webhook"
    retries: bool = False
    """Whether it is a retry of the execution it follows from."""


@dataclass(slots=True)
class Story:
    """What one execution did and what follows from it."""

    run: Run
    status: str = "success"
    calls: list[Call] = field(default_factory=list)
    later: list[Later] = field(default_factory=list)
    custom_values: tuple[tuple[str, str], ...] = ()
    stack: Items | None = None
    wait_till_ms: int | None = None
    resumed_ms: int | None = None
    recovered: dict[str, Any] | None = None
    """What n8n rebuilt after a crash, in place of the run."""
    stopped_ms: int | None = None
    """Where the end is not the end of the last step."""


Scenario = Callable[["World", int], Story]


class World:
    """What the scenarios share: chance, the orders so far, the numbering."""

    def __init__(self, rng: Random, zone: ZoneInfo, first_order: int) -> None:
        self.rng = rng
        self.zone = zone
        self.orders: list[Order] = []
        self._next_order = first_order
        self._next_invoice = 301
        self._next_market = 480_120
        self._known: set[str] = set()

    def chance(self, share: float) -> bool:
        """True in *share* of the cases."""
        return self.rng.random() < share

    def ms(self, low: int, high: int) -> int:
        """A time between *low* and *high* ms, short ones more often."""
        return low + int((high - low) * self.rng.random() ** 2)

    def customer(self) -> Customer:
        """Somebody; a few buy much more often than the rest."""
        return CUSTOMERS[int(len(CUSTOMERS) * self.rng.random() ** 1.7)]

    def local(self, at_ms: int) -> datetime:
        """The moment on the company's clock."""
        return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(self.zone)

    def new_order(self, at_ms: int, *, campaign: bool = False) -> Order:
        """Somebody's next order; in a campaign more gift boxes."""
        rng = self.rng
        shelf = company.GIFT_BOXES if campaign and self.chance(0.6) else company.PRODUCTS
        count = rng.choice((1, 1, 2, 2, 3))
        chosen = {
            shelf[int(len(shelf) * rng.random())]: 1 + int(3 * rng.random()) for _ in range(count)
        }
        self._next_order += 1 + int(2.2 * rng.random() ** 3)
        order = Order(
            f"BM-{self.local(at_ms).year}-{self._next_order:05d}",
            self.customer(),
            tuple(chosen.items()),
            at_ms,
        )
        self.orders.append(order)
        return order

    def recent_order(self) -> Order | None:
        """One of the last orders."""
        if not self.orders:
            return None
        back = 1 + int(min(len(self.orders), 120) * self.rng.random())
        return self.orders[-back]

    def next_invoice(self, at_ms: int) -> str:
        """The next invoice number."""
        self._next_invoice += 1
        return f"FT/{self.local(at_ms).year}/{self._next_invoice}"

    def next_market_order(self) -> int:
        """The next number of the marketplace, which counts without a prefix."""
        self._next_market += 1 + int(4 * self.rng.random())
        return self._next_market

    def first_time(self, mail: str) -> bool:
        """Whether the CRM has not met *mail* before."""
        if mail in self._known:
            return False
        self._known.add(mail)
        return True

    def token(self) -> str:
        """A random id."""
        return f"{self.rng.getrandbits(64):016x}"


def euro(cents: int) -> float | int:
    """*cents* in euro, as JavaScript writes it: whole amounts without a decimal point."""
    return cents // 100 if cents % 100 == 0 else cents / 100


def iso(at_ms: int) -> str:
    """*at_ms* as JavaScript's ``toISOString``."""
    seconds, ms = divmod(at_ms, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{ms:03d}Z"


_EHLO = ["PIPELINING", "SIZE 36700160", "AUTH PLAIN LOGIN", "8BITMIME", "SMTPUTF8"]


def posted(world: World, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """What a webhook puts out: the request as it came, credentials included."""
    return {
        "headers": {
            "host": "automazioni.bottegamonterosso.example",
            "user-agent": "negozio/4.2",
            "authorization": f"Bearer chiave-di-esempio-{world.token()}",
            "cookie": f"sessione={world.token()}",
            "content-type": "application/json",
        },
        "params": {},
        "query": {},
        "body": body,
        "webhookUrl": f"{company.N8N_ADDRESS}/webhook/{path}",
        "executionMode": "production",
    }


def smtp_result(
    world: World, to: Sequence[str], sender: str = company.HELP_MAIL, refused: Sequence[str] = ()
) -> dict[str, Any]:
    """What a mail step puts out: neither subject nor text, only what the server said."""
    return {
        "accepted": list(to),
        "rejected": list(refused),
        "ehlo": _EHLO,
        "envelopeTime": world.ms(20, 90),
        "messageTime": world.ms(30, 160),
        "messageSize": world.ms(400, 2400),
        "response": "250 2.0.0 Ok: queued",
        "envelope": {"from": sender, "to": [*to, *refused]},
        "messageId": f"<{world.token()}@bottegamonterosso.example>",
    }


def ticked(world: World, at_ms: int) -> dict[str, Any]:
    """What a schedule puts out."""
    local = world.local(at_ms)
    return {
        "timestamp": local.isoformat(timespec="milliseconds"),
        "Hour": f"{local:%H}",
        "Minute": f"{local:%M}",
        "Timezone": f"{world.zone.key}",
    }


def fail(story: Story, name: str, error: dict[str, Any], took_ms: int) -> Story:
    """End *story* with *error* in the step *name*; return it."""
    story.run.fail(name, error, took_ms=took_ms)
    story.status = "error"
    return story


def erp_down(process: str, step: str, world: World) -> dict[str, Any]:
    """The error of a step that asked the ERP while it was down; its detail differs each time."""
    reference = world.token()[:8]
    return node_error(
        BY_KEY[process].node(step),
        "Service unavailable - try again later",
        code="503",
        detail=f"503 - gestionale in manutenzione (rif. {reference})",
    )
