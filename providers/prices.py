"""What language models cost: a table with its date, and the arithmetic in whole micro-dollars.

A dollar per million tokens is a micro-dollar per token, so costs are whole numbers and sums are
exact. What is paid is rounded up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from providers.gate import TokenUsage

PRICES_TAKEN_ON = date(2026, 10, 7)
"""When the table was read from the providers' price pages."""

MICRO_USD_PER_USD = 1_000_000


@dataclass(frozen=True)
class ModelPrice:
    """US dollars per million tokens; a model's thoughts are output."""

    input_usd: Decimal
    output_usd: Decimal
    from_day: date = date.min
    """It holds from this day on, until a later one of the same model."""


def _price(input_usd: str, output_usd: str, from_day: date = date.min) -> ModelPrice:
    return ModelPrice(Decimal(input_usd), Decimal(output_usd), from_day)


# Paid plans, prompts of up to 200,000 tokens, no batch, no cache. What a free plan gives for
# nothing is counted like everything else: set MILHENA_PRICES=model=0/0 for it.
_LIST_PRICES: dict[str, tuple[ModelPrice, ...]] = {
    "gemini-3.8-flash": (_price("0.75", "3.75"), _price("1.50", "7.50", date(2027, 1, 1))),
    "gemini-3.5-flash": (_price("1.50", "9.00"),),
    "gemini-3.5-flash-lite": (_price("0.30", "2.50"),),
    "gemini-3.1-pro-preview": (_price("2.00", "12.00"),),
    "gemini-3.1-flash-lite": (_price("0.25", "1.50"),),
    "gemini-2.5-pro": (_price("1.25", "10.00"),),
    "gemini-2.5-flash": (_price("0.30", "2.50"),),
    "gemini-2.5-flash-lite": (_price("0.10", "0.40"),),
    "openai/gpt-oss-120b": (_price("0.15", "0.60"),),
    "openai/gpt-oss-20b": (_price("0.075", "0.30"),),
}


class Prices:
    """The prices of this installation.

    :param overrides: model → (input, output) in US dollars per million tokens; wins over the
        table.
    """

    def __init__(self, overrides: Mapping[str, tuple[Decimal, Decimal]] | None = None) -> None:
        self._prices = dict(_LIST_PRICES)
        for model, (input_usd, output_usd) in (overrides or {}).items():
            self._prices[model] = (ModelPrice(input_usd, output_usd),)

    def price(self, model: str, day: date) -> ModelPrice | None:
        """Return what *model* costs on *day*; None where no price is known."""
        held = [price for price in self._prices.get(model, ()) if price.from_day <= day]
        return held[-1] if held else None

    def cost_micro_usd(self, model: str, usage: TokenUsage, day: date) -> int | None:
        """Return what *usage* costs in micro-dollars, rounded up; None: no price is known.

        Input that the provider had cached is counted at the full price: never too little.
        """
        price = self.price(model, day)
        return None if price is None else _cost(price, usage.input_tokens, usage.output_tokens)

    def at_most_micro_usd(
        self, model: str, *, input_tokens: int, output_tokens: int, day: date
    ) -> int:
        """Return what so many tokens cost at most, in micro-dollars.

        A model without a known price is taken for the dearest there is, so that a budget holds.
        """
        price = self.price(model, day)
        if price is not None:
            return _cost(price, input_tokens, output_tokens)
        known = (self.price(name, day) for name in self._prices)
        return max(_cost(each, input_tokens, output_tokens) for each in known if each is not None)


def _cost(price: ModelPrice, input_tokens: int, output_tokens: int) -> int:
    exact = price.input_usd * input_tokens + price.output_usd * output_tokens
    return int(exact.to_integral_value(rounding=ROUND_CEILING))


def usd(micro_usd: int) -> float:
    """Return micro-dollars as dollars, for an answer."""
    return micro_usd / MICRO_USD_PER_USD


def micro_usd(dollars: Decimal) -> int:
    """Return dollars as micro-dollars, rounded down: a limit is never widened."""
    return int(dollars * MICRO_USD_PER_USD)


def in_words(micro_usd: int) -> str:
    """Return micro-dollars as people read them: "$1.25", "$0.0003"."""
    dollars = Decimal(micro_usd) / MICRO_USD_PER_USD
    if dollars == dollars.quantize(Decimal("0.01")):
        return f"${dollars:,.2f}"
    return f"${dollars:,.6f}".rstrip("0")
