"""The budget gate: money is set aside before a call and counted after it.

All of the ledger's work is done in one thread of its own, in order. A question waits for it only
where a budget is set, and then a few milliseconds; what a call used is written after the answer.
Money that cannot be counted is not spent: a ledger that does not answer refuses calls as long as
there is a budget, and the local tier answers for nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from core.errors import CallRefused, MilhenaError, Refusal
from persistence.budgets import BudgetLimits, BudgetUsedUp
from providers.gate import Call, GateStatus, Outcome
from providers.prices import Prices, in_words, micro_usd

if TYPE_CHECKING:
    from core.settings import Settings
    from persistence.budgets import Scope
    from persistence.usage import CallFacts, CallResult, UsageLedger

log = logging.getLogger("milhena")
log_of_models = logging.getLogger("milhena.providers")
"""What the command line says in its own words, in the answer or beside it."""

PATIENCE_S = 0.5
"""How long a call waits for its reservation."""
LEFT_ALONE_S = 10.0
"""How long a ledger that did not answer is not asked again."""
DRAIN_S = 2.0
"""How long closing waits for what is still to be written."""
MOST_WAITING = 1_000
"""Writes that may wait for a slow ledger; more are dropped, and said to be."""
OUTLIVES_CALL_S = 60.0
"""So long after a call's time is over its reservation is taken for one of a dead process."""
_SCOPES = {"total": "the whole budget", "day": "today's budget", "user": "this user's budget today"}


def limits_of(settings: Settings) -> BudgetLimits:
    """Return the budgets that the operator has set."""

    def limit(dollars: Decimal | None) -> int | None:
        return None if dollars is None else micro_usd(dollars)

    return BudgetLimits(
        total=limit(settings.budget_usd_total),
        day=limit(settings.budget_usd_per_day),
        user=limit(settings.budget_usd_per_user_per_day),
    )


class BudgetGate:
    """Refuses calls that a budget does not cover, and records what every call used.

    :param open_ledger: opens the ledger, in the gate's own thread, when it is first needed.
    :param zone: where a budget's day begins and ends.
    :param patience_s: how long a call waits for its reservation.
    """

    def __init__(
        self,
        open_ledger: Callable[[], UsageLedger],
        *,
        prices: Prices,
        limits: BudgetLimits,
        zone: ZoneInfo,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.limits = limits
        self._prices = prices
        self._zone = zone
        self._now = now
        self._patience_s = patience_s
        self._bookkeeper = _Bookkeeper(open_ledger)
        self._left_alone_until = 0.0
        self._told: set[tuple[Scope, date]] = set()
        if limits:
            self._bookkeeper.open()

    @classmethod
    def of(cls, settings: Settings) -> BudgetGate:
        """Return the gate of an installation."""

        def open_ledger() -> UsageLedger:
            from persistence.usage import open_ledger

            return open_ledger(settings)

        return cls(
            open_ledger,
            prices=Prices(settings.prices),
            limits=limits_of(settings),
            zone=settings.zone,
        )

    async def admit(self, call: Call) -> BudgetPermit:
        """Return leave to make *call*, its highest price set aside.

        :raises CallRefused: a budget does not cover it, or the ledger does not answer.
        """
        facts = self._facts(call, self._now())
        at_most = self._prices.at_most_micro_usd(
            call.model,
            input_tokens=call.input_tokens,
            output_tokens=call.max_output_tokens,
            day=facts.day,
        )
        if not self.limits:
            return BudgetPermit(self, facts, at_most, None)
        return BudgetPermit(self, facts, at_most, await self._reserved(call, facts, at_most))

    async def status(self) -> list[GateStatus]:
        """Return nothing: budgets are no provider's; `agent-cli usage` shows them."""
        return []

    async def close(self) -> None:
        """Write what is still to be written, for at most `DRAIN_S` seconds."""
        await asyncio.to_thread(self._bookkeeper.close)

    # --- reserving -----------------------------------------------------------------------------

    async def _reserved(self, call: Call, facts: CallFacts, at_most: int) -> str:
        if time.monotonic() < self._left_alone_until:
            raise self._unanswered(call)
        expires_at = facts.called_at + timedelta(seconds=call.timeout_s + OUTLIVES_CALL_S)
        reservation = _Reservation()
        # Made anew a ledger takes its time, once: then it may use half of the call's.
        opened = self._bookkeeper.opened
        patience_s = self._patience_s if opened else max(self._patience_s, call.timeout_s / 2)

        def reserve(ledger: UsageLedger) -> None:
            call_id = ledger.reserve(facts, at_most, self.limits, expires_at=expires_at)
            if not reservation.made(call_id):
                ledger.release(call_id)

        try:
            async with asyncio.timeout(patience_s):
                await self._bookkeeper.ask(reserve)
            return reservation.taken()
        except BudgetUsedUp as used_up:
            raise self._used_up(call, used_up, facts.called_at) from None
        except TimeoutError:
            self._left_alone_until = time.monotonic() + LEFT_ALONE_S
            log.warning("the ledger of budgets has not answered within %.1f s", patience_s)
            raise self._unanswered(call) from None
        except MilhenaError as error:
            self._left_alone_until = time.monotonic() + LEFT_ALONE_S
            log.warning("the ledger of budgets cannot be written: %s", error)
            raise self._unanswered(call) from None
        finally:
            # Whoever asked may have stopped waiting, at whatever moment.
            abandoned = reservation.abandoned()
            if abandoned is not None:
                self._bookkeeper.tell(lambda ledger: ledger.release(abandoned))

    def _used_up(self, call: Call, found: BudgetUsedUp, now: datetime) -> CallRefused:
        left = max(found.limit_micro_usd - found.charged_micro_usd, 0)
        reason = (
            f"{_SCOPES[found.scope]} of {in_words(found.limit_micro_usd)} is used up "
            f"({in_words(left)} left, a call may cost {in_words(found.wanted_micro_usd)})"
        )
        self._tell_once(found, reason, now)
        return CallRefused(
            call.provider,
            reason,
            refusal=Refusal.BUDGET_USED_UP,
            retry_after_s=None if found.scope == "total" else self._until_midnight_s(now),
            budget=found.scope if found.limit_micro_usd else "none",
        )

    def _tell_once(self, found: BudgetUsedUp, reason: str, now: datetime) -> None:
        """Tell the operator, once a day and budget; one of nothing was meant to be used up."""
        told = (found.scope, now.astimezone(self._zone).date())
        if found.limit_micro_usd == 0 or told in self._told:
            return
        self._told = {each for each in self._told if each[1] == told[1]} | {told}
        log_of_models.warning("%s; the local tier goes on answering, for nothing", reason)

    def _unanswered(self, call: Call) -> CallRefused:
        return CallRefused(
            call.provider,
            "the budget cannot be looked up just now, so nothing is spent",
            refusal=Refusal.BUDGET_UNKNOWN,
            retry_after_s=max(self._left_alone_until - time.monotonic(), 0.0),
        )

    def _until_midnight_s(self, now: datetime) -> float:
        today = now.astimezone(self._zone).date()
        midnight = datetime.combine(today + timedelta(days=1), datetime.min.time(), self._zone)
        return (midnight - now).total_seconds()

    # --- after the call ------------------------------------------------------------------------

    def _settle(
        self, facts: CallFacts, at_most: int, reservation: str | None, outcome: Outcome
    ) -> None:
        if not outcome.sent:
            if reservation is not None:
                self._bookkeeper.tell(lambda ledger: ledger.release(reservation))
            return
        result = self._result(facts, at_most, outcome)
        if reservation is None:
            self._bookkeeper.tell(lambda ledger: ledger.record(facts, result))
        else:
            self._bookkeeper.tell(lambda ledger: ledger.settle(reservation, result))

    def _result(self, facts: CallFacts, at_most: int, outcome: Outcome) -> CallResult:
        from persistence.usage import CallResult

        usage = outcome.usage
        error = outcome.error
        kind = None if error is None else error.kind.value
        if usage is None:
            # It may have been paid. What surely cost nothing says so: `failures.NOTHING_USED`.
            return CallResult(status=outcome.verdict, error=kind, charged_micro_usd=at_most)
        cost = self._prices.cost_micro_usd(facts.model, usage, facts.day)
        charged = self._prices.at_most_micro_usd(
            facts.model,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            day=facts.day,
        )
        return CallResult(
            status=outcome.verdict,
            error=kind,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            thought_tokens=usage.thought_tokens,
            cached_input_tokens=usage.cached_input_tokens,
            cost_micro_usd=cost,
            charged_micro_usd=charged,
        )

    def _facts(self, call: Call, now: datetime) -> CallFacts:
        from persistence.usage import CallFacts

        return CallFacts(
            called_at=now,
            day=now.astimezone(self._zone).date(),
            provider=call.provider,
            model=call.model,
            need=call.need,
            user_id=call.user_id,
            request_id=call.request_id,
        )


@dataclass(frozen=True)
class BudgetPermit:
    """Leave to make one call, with or without money set aside for it."""

    gate: BudgetGate
    facts: CallFacts
    at_most_micro_usd: int
    reservation: str | None

    async def settle(self, outcome: Outcome) -> None:
        """Have it written what the call came to; does not wait for the ledger."""
        self.gate._settle(self.facts, self.at_most_micro_usd, self.reservation, outcome)


class _Reservation:
    """Money that is being set aside, for a call that may stop waiting for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._call_id: str | None = None
        self._over = False

    def made(self, call_id: str) -> bool:
        """Note that the money is set aside; False where nobody wants it any more."""
        with self._lock:
            if not self._over:
                self._call_id = call_id
            return not self._over

    def taken(self) -> str:
        """Return the reservation to the call that goes on with it."""
        with self._lock:
            call_id, self._call_id, self._over = self._call_id, None, True
        assert call_id is not None  # noqa: S101  # whoever waited for it has it
        return call_id

    def abandoned(self) -> str | None:
        """Return what nobody took, to be released; what is made later releases itself."""
        with self._lock:
            call_id, self._call_id, self._over = self._call_id, None, True
        return call_id


class _Bookkeeper:
    """The thread that writes into the ledger; started by the first thing there is to do.

    A daemon: a database that hangs does not keep the process from ending.
    """

    def __init__(self, open_ledger: Callable[[], UsageLedger]) -> None:
        self._open_ledger = open_ledger
        self._jobs: queue.Queue[Callable[[], None] | None] = queue.Queue(MOST_WAITING)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._ledger: UsageLedger | None = None
        self._closed = False

    @property
    def opened(self) -> bool:
        return self._ledger is not None

    def open(self) -> None:
        """Open the ledger beside whatever else is done."""
        self._put(lambda: None)

    def ask(self, work: Callable[[UsageLedger], Any]) -> asyncio.Future[Any]:
        """Return what *work* returns or raises, in its turn."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()

        def hand_over(result: Any, error: Exception | None) -> None:
            if answer.done():
                return
            if error is not None:
                answer.set_exception(error)
            else:
                answer.set_result(result)

        def job() -> None:
            result, error = None, None
            try:
                result = work(self._opened_ledger())
            except Exception as found:  # whatever it is, it is raised where it is waited for
                error = found
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(hand_over, result, error)

        if not self._put(job):
            answer.set_exception(MilhenaError("the ledger has too much to write"))
        return answer

    def tell(self, work: Callable[[UsageLedger], Any]) -> None:
        """Have *work* done, in its turn; what goes wrong is logged."""

        def job() -> None:
            try:
                work(self._opened_ledger())
            except MilhenaError as error:
                log.warning("what a language model used could not be written: %s", error)

        if not self._put(job):
            log.warning("what a language model used is not written: the ledger is too slow")

    def close(self) -> None:
        with self._lock:
            thread, self._closed = self._thread, True
        if thread is None:
            return
        with contextlib.suppress(queue.Full):
            self._jobs.put(None, timeout=DRAIN_S)
        thread.join(DRAIN_S)
        if thread.is_alive():
            log.warning("what language models used is not all written: the ledger is too slow")

    def _put(self, job: Callable[[], None]) -> bool:
        with self._lock:
            if self._closed:
                return False
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._work, name="milhena-bookkeeper", daemon=True
                )
                self._thread.start()
            try:
                self._jobs.put_nowait(job)
            except queue.Full:
                return False
        return True

    def _opened_ledger(self) -> UsageLedger:
        if self._ledger is None:
            self._ledger = self._open_ledger()
        return self._ledger

    def _work(self) -> None:
        with contextlib.suppress(MilhenaError):  # it is tried again, and told, when it is needed
            self._opened_ledger()
        while (job := self._jobs.get()) is not None:
            job()
        if self._ledger is not None:
            self._ledger.close()
