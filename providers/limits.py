"""How much a provider may be asked: requests and tokens, per minute and per day.

The limits are the operator's, made tighter by what the provider says about itself. They are
checked before a call, which is refused at once with the time to wait; nothing here ever waits.
Tokens are reserved before the call and corrected after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from core.clock import Clock, SystemClock
from core.errors import CallRefused, FailureKind, Refusal
from providers.gate import Call, GateStatus, Outcome
from providers.limit_machine import MACHINE
from providers.rate_limit_hints import RuleHint, hints_of
from providers.shared_state import Reply, SharedState

MINUTE_MS, DAY_MS = 60_000, 86_400_000
GUESS_MS = 600_000
"""How long a limit is believed in that was guessed from a refusal without a number."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one model of one account may be asked; None is no limit of ours."""

    requests_per_minute: int | None = None
    requests_per_day: int | None = None
    tokens_per_minute: int | None = None
    tokens_per_day: int | None = None
    day_zone: str | None = None
    """Where the provider's day begins at midnight; None: any 24 hours."""

    def rules(self, now: datetime) -> list[dict[str, Any]]:
        """Return the rules for the state machine; *now* says which days are near."""
        days = _days(self.day_zone, now.astimezone(UTC).date()) if self.day_zone else ()
        rules = []
        for unit in ("requests", "tokens"):
            for span, span_ms, slots in (("minute", MINUTE_MS, 60), ("day", DAY_MS, 96)):
                rule: dict[str, Any] = {
                    "id": f"{unit}/{span}",
                    "unit": unit,
                    "span_ms": span_ms,
                    "slot_ms": span_ms // slots,
                    "days": days if span == "day" else (),
                    # A plan may be changed: what a provider said is not held for ever.
                    "keep_learned_ms": DAY_MS if span == "day" else 60 * MINUTE_MS,
                }
                limit = getattr(self, f"{unit}_per_{span}")
                if limit is not None:
                    rule["limit"] = limit
                rules.append(rule)
        return rules


@lru_cache(maxsize=64)
def _days(zone: str, around: Any) -> tuple[int, ...]:
    """Return when the days around a UTC date begin in *zone*, in ms since 1970."""
    midnights = (
        datetime.combine(around + timedelta(days=offset), time(), tzinfo=ZoneInfo(zone))
        for offset in range(-2, 4)
    )
    return tuple(int(midnight.timestamp() * 1000) for midnight in midnights)


@dataclass(frozen=True)
class LimitReached:
    """A call that would go beyond a rule."""

    rule: str
    """ "requests/minute", "requests/day", "tokens/minute", "tokens/day"."""
    limit: int | None
    """None where only the provider's own count says so."""
    retry_after_s: float | None
    """None: the call is larger than the limit itself, and will never be let through."""


class Reservation:
    """Room for one call. Say once what it used."""

    def __init__(self, model: LimitedModel, reply: Reply, tokens: int) -> None:
        self._model = model
        self._reply = reply
        self._tokens = tokens
        self._settled = False

    async def settle(
        self,
        *,
        tokens: int | None = None,
        hints: Mapping[str, RuleHint] | None = None,
        refused_by: str = "",
    ) -> None:
        """Correct the reservation, and learn.

        :param tokens: what was used; None: not known, so what was reserved stays.
        :param hints: what the provider said, by rule.
        :param refused_by: the rule by which the provider refused without naming a number.
        """
        change = 0 if tokens is None else tokens - self._tokens
        await self._end(0, change, hints or {}, refused_by)

    async def give_back(self) -> None:
        """Make it as if the call had never been: nothing was sent."""
        await self._end(-1, -self._tokens, {}, "")

    async def _end(
        self, requests: int, tokens: int, hints: Mapping[str, RuleHint], refused_by: str
    ) -> None:
        if self._settled:
            return
        self._settled = True
        said = {rule: hint.as_arguments() for rule, hint in hints.items()}
        if requests or tokens or said or refused_by:
            await self._model.settle(self._reply, requests, tokens, said, refused_by)


class LimitedModel:
    """The limits of what *name* names; all that share its state and name share its room.

    :param clock: says which days are near; the time itself is the state's.
    """

    def __init__(
        self, name: str, limits: Limits, state: SharedState, *, clock: Clock | None = None
    ) -> None:
        self.name = name
        self.limits = limits
        self._state = state
        self._clock = clock or SystemClock()

    async def reserve(self, *, tokens: int) -> Reservation | LimitReached:
        """Return room for one request of *tokens* tokens, or which rule leaves none."""
        arguments = self._arguments() | {"requests": 1, "tokens": max(tokens, 0)}

        def give_back(values: dict[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
            if not values["permitted"]:
                return None
            back = {"requests": -1, "tokens": -max(tokens, 0), "at": values["at"], "hints": {}}
            return "settle", arguments | back

        reply = await self._state.run(MACHINE, self.name, "reserve", arguments, undo=give_back)
        values = reply.values
        if values["permitted"]:
            return Reservation(self, reply, max(tokens, 0))
        return LimitReached(
            rule=values["rule"],
            limit=values["limit"] if values["limit"] >= 0 else None,
            retry_after_s=values["wait_ms"] / 1000 if values["wait_ms"] >= 0 else None,
        )

    async def settle(
        self,
        reserved: Reply,
        requests: int,
        tokens: int,
        hints: Mapping[str, Mapping[str, int]],
        refused_by: str,
    ) -> None:
        """Change what was *reserved* by so many requests and tokens; see `Reservation`."""
        arguments = self._arguments() | {
            "at": reserved.values["at"],
            "requests": requests,
            "tokens": tokens,
            "hints": hints,
            "refused_by": refused_by,
            "keep_guess_ms": GUESS_MS,
        }
        await self._state.run(MACHINE, self.name, "settle", arguments, place=reserved.place)

    async def look(self) -> dict[str, RuleFigures]:
        """Return what is used of every rule."""
        reply = await self._state.run(MACHINE, self.name, "look", self._arguments())
        return {
            rule: RuleFigures(
                used=figures["used"],
                limit=_known(figures["limit"]),
                learned_limit=_known(figures["learned"]),
                remaining_said=_known(figures["remaining_said"]),
            )
            for rule, figures in sorted(reply.values.items())
        }

    def _arguments(self) -> dict[str, Any]:
        return {"rules": self.limits.rules(self._clock.now())}


@dataclass(frozen=True)
class RuleFigures:
    """How one rule stands."""

    used: int
    limit: int | None
    """The one in force: the operator's or a tighter one that was learned."""
    learned_limit: int | None
    remaining_said: int | None
    """What was left by the provider's own count when it last said so."""

    @property
    def used_up(self) -> bool:
        """Whether nothing is left."""
        return self.limit is not None and self.used >= self.limit


def _known(figure: int) -> int | None:
    return figure if figure >= 0 else None


# --- as a gate -----------------------------------------------------------------------------------

LimitsFor = Callable[[str, str], Limits]
"""``(provider, model)``: what the operator allows."""


class _GatePermit:
    def __init__(self, provider: str, reservation: Reservation) -> None:
        self._provider = provider
        self._reservation = reservation

    async def settle(self, outcome: Outcome) -> None:
        """Correct what was reserved, and learn from what the provider said."""
        if not outcome.sent:
            await self._reservation.give_back()
            return
        usage, error = outcome.usage, outcome.error
        hints = hints_of(self._provider, outcome.rate_limit_headers)
        refused = error is not None and error.kind is FailureKind.RATE_LIMITED
        await self._reservation.settle(
            tokens=usage.input_tokens + usage.output_tokens if usage is not None else None,
            hints=hints,
            refused_by="requests/minute" if refused and not hints else "",
        )


class LimitGate:
    """The limits of every model of every account.

    :param limits_for: the operator's limits, by provider and model.
    :param seen: ``(provider, model, account)`` that `status` tells of before any call was made.
    """

    def __init__(
        self,
        state: SharedState,
        limits_for: LimitsFor,
        *,
        seen: Iterable[tuple[str, str, str]] = (),
        clock: Clock | None = None,
    ) -> None:
        self._state = state
        self._limits_for = limits_for
        self._clock = clock
        self._models: dict[tuple[str, str, str], LimitedModel] = {}
        for each in seen:
            self._model(*each)

    def _model(self, provider: str, model: str, account: str) -> LimitedModel:
        key = (provider, model, account)
        if key not in self._models:
            self._models[key] = LimitedModel(
                ":".join(key), self._limits_for(provider, model), self._state, clock=self._clock
            )
        return self._models[key]

    async def admit(self, call: Call) -> _GatePermit:
        """Return room for *call*.

        :raises CallRefused: the requests or tokens of this minute or day are used up.
        """
        model = self._model(call.provider, call.model, call.account)
        reserved = await model.reserve(tokens=call.input_tokens + call.max_output_tokens)
        if isinstance(reserved, Reservation):
            return _GatePermit(call.provider, reserved)
        unit, span = reserved.rule.split("/")
        most = "the" if reserved.limit is None else f"{reserved.limit:,}"
        reason = f"{most} {unit} a {span} are used up"
        if reserved.retry_after_s is None:
            reason = f"the request needs more than the {most} {unit} that a {span} has"
        raise CallRefused(
            call.provider,
            reason,
            refusal=Refusal.LIMIT_REACHED,
            retry_after_s=reserved.retry_after_s,
        )

    async def status(self) -> list[GateStatus]:
        """Return how every model stands."""
        statuses = []
        for (provider, name, _), model in tuple(self._models.items()):
            figures = await model.look()
            used_up = [rule for rule, each in figures.items() if each.used_up]
            shown = [
                f"{each.used:,} of {each.limit:,} {rule.replace('/', ' a ')}"
                for rule, each in figures.items()
                if each.limit is not None
            ]
            statuses.append(
                GateStatus(
                    provider=provider,
                    gate="limits",
                    state="used_up" if used_up else "free",
                    message=f"{provider}:{name}: {', '.join(shown) or 'no limits'}",
                    facts={
                        "target": f"{provider}:{name}",
                        "used_up": used_up,
                        "rules": {rule: asdict(each) for rule, each in figures.items()},
                    },
                )
            )
        return statuses

    async def close(self) -> None:
        """Close the state's connection of the running event loop."""
        await self._state.close()
