"""What a rule works with: the words around a place, and what it has read of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from language.time.periods import Period, Span, Unit, whole
from language.time.vocabulary import (
    COMPANY_FORMS,
    GIVEN_NAMES,
    NAMES_OF_PEOPLE,
    NOTHING,
    Meaning,
)
from language.time.words import STOP, Word

Hours = tuple[int, int]
"""Minutes of the day, from and up to; the end may lie in the next day."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule has read, up to the word before *end*.

    ``hours`` and ``weekdays`` narrow the period, or recur when ``habitual`` ("di notte", "i
    lunedì"). ``parts`` are the two ends of a range that a comparison may want apart. ``before``
    says that the period is the one before another: a unit, or `Unit.MINUTE` for "of the same
    kind" ("quella precedente"). ``same`` is (unit of the part, unit stepped, steps): "lo stesso
    mese dell'anno scorso". ``all_time`` is "da sempre", ``impossible`` a date that no year has ("30
    febbraio"), ``reference`` what is measured against whatever stands before it.
    """

    end: int
    period: Period | None = None
    hours: tuple[Hours, ...] = ()
    weekdays: tuple[int, ...] = ()
    habitual: bool = False
    parts: tuple[Period, Period] | None = None
    before: Unit | None = None
    same: tuple[Unit | None, Unit, int] | None = None
    future: bool = False
    all_time: bool = False
    impossible: bool = False
    reference: bool = False
    first: int = -1

    @property
    def unit(self) -> Unit | None:
        """The unit of the period, if there is one."""
        return self.period.unit if self.period is not None else None


Rule = Callable[[Any, int], Found | None]
"""A method of a grammar: from the place of its first word to what it reads there, or None."""


class Rules:
    """Rules in the order in which they are tried, each with the senses it can begin with."""

    def __init__(self, *rules: tuple[Rule, tuple[str, ...]]) -> None:
        self.rules = rules
        self.senses = tuple({sense: None for _, senses in rules for sense in senses})
        self._by_senses: dict[tuple[str, ...], tuple[Rule, ...]] = {}

    def for_(self, senses: tuple[str, ...]) -> tuple[Rule, ...]:
        """Return the rules that can begin with a word of these *senses*."""
        found = self._by_senses.get(senses)
        if found is None:
            found = tuple(rule for rule, first in self.rules if not set(first).isdisjoint(senses))
            self._by_senses[senses] = found
        return found


class Text:
    """The words of one question, seen at one moment."""

    def __init__(
        self,
        words: Sequence[Word],
        *,
        now: datetime,
        future: bool,
        language: Literal["it", "en"] | None = None,
    ) -> None:
        self.words = words
        self._meanings = [word.meaning for word in words]
        self._count = len(words)
        self.now = now
        self.today = whole(now, Unit.DAY)
        self.future = future
        self.language = language
        self.depth = 0  # of periods that are being read inside one another
        self.compares = any("compare" in each.roles for each in self._meanings)

    def at(self, place: int) -> Meaning:
        """Return the meaning of the word at *place*; `NOTHING` beyond the ends."""
        return self._meanings[place] if 0 <= place < self._count else NOTHING

    def text(self, place: int) -> str:
        """Return the folded word at *place*; empty beyond the ends."""
        return self.words[place].text if 0 <= place < self._count else ""

    def mark(self, place: int) -> str:
        """Return the mark before the word at *place*."""
        return self.words[place].before if 0 <= place < len(self.words) else ""

    def has(self, place: int, *roles: str) -> bool:
        """Whether the word at *place* plays one of *roles*."""
        return 0 <= place < self._count and not self._meanings[place].roles.isdisjoint(roles)

    def word(self, place: int) -> Word:
        """Return the word at *place*; `STOP` beyond the ends."""
        return self.words[place] if 0 <= place < len(self.words) else STOP

    def skip(self, place: int, *roles: str) -> int:
        """Return the first place from *place* on whose word plays none of *roles*."""
        while self.has(place, *roles):
            place += 1
        return place

    def skip_back(self, place: int, *roles: str) -> int:
        """Return the last place up to *place* whose word plays none of *roles*."""
        while place >= 0 and self.has(place, *roles):
            place -= 1
        return place

    def begins(self, place: int) -> bool:
        """Whether the word at *place* is the first of its sentence."""
        return place == 0 or self.words[place - 1] is STOP

    def ends(self, place: int) -> bool:
        """Whether the sentence is over at *place*."""
        return place >= len(self.words) or self.words[place] is STOP

    def is_name(self, place: int) -> bool:
        """Whether the word at *place* is part of a name: Mario Marzo, signor Maggio, Aprile Srl."""
        if self.has(place - 1, "title", "calls", "street") or self.has(place - 2, "street"):
            if self.has(place - 1, "title") and not self.at(place - 1).month:
                return self.words[place].capital or self.text(place - 1) != "cliente"
            if self.has(place - 1, "calls") or self._in_a_street(place):
                return True
        if self.text(place + 1) in COMPANY_FORMS or self.text(place - 1) in GIVEN_NAMES:
            return True
        if not self.words[place].capital:
            return False
        before, after = self.word(place - 1), self.word(place + 1)
        if before.capital and before.meaning is NOTHING and not self.begins(place - 1):
            return self.mark(place) == ""
        unknown_after = after.capital and after.meaning is NOTHING and self.mark(place + 1) == ""
        if unknown_after and self.begins(place) and self.text(place) in NAMES_OF_PEOPLE:
            beyond = self.word(place + 2)
            return beyond is not STOP and not beyond.capital  # "April Jones wrote", no title
        return (
            unknown_after
            and self.has(place - 1, "from", "since", "to", "by", "with", "of")
            and (self.text(place - 1) not in ("a", "ad", "dal"))
        )

    def _in_a_street(self, place: int) -> bool:
        """Whether the word belongs to an address: "via 25 Aprile", "piazza I Maggio"."""
        if self.has(place - 1, "street"):
            return True
        numbered = self.at(place - 1).number is not None
        return self.has(place - 2, "street") and (numbered or self.word(place).capital)

    def settled(self, period: Period) -> Span:
        """Return the span that a named period means by itself: the latest begun, or the next."""
        if isinstance(period, Span):
            return period
        if not self.future:
            return period.latest_begun(self.now)
        ahead = period.next_to_begin if period.weekdays else period.next_to_end
        return ahead(self.now)

    def current(self, unit: Unit, offset: int = 0) -> Span:
        """Return the current calendar unit, or the one *offset* units later."""
        return whole(self.now, unit, offset)

    def _found(self, end: int, period: Period | None) -> Found | None:
        return Found(end, period) if period is not None else None
