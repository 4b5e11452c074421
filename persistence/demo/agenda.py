"""What happens when: work days, lunch breaks, schedules, a campaign, a bad morning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

from persistence.demo import sales, service, upkeep
from persistence.demo.world import DAY, HOUR, MINUTE, SECOND, Later, Scenario, Story

# How much of a day's work falls into each hour of the local day.
_SHOPPERS = (1, 0.5, 0.3, 0.2, 0.2, 0.4, 1, 3, 6, 8, 9, 8, 6, 4, 5, 6, 7, 7, 7, 7, 8, 9, 6, 3)
_OFFICE = (0, 0, 0, 0, 0, 0, 0, 1, 6, 10, 11, 8, 3, 2, 6, 8, 8, 6, 3, 1, 0.5, 0.3, 0.1, 0)
_MAILS = (0.3, 0.2, 0.1, 0.1, 0.1, 0.2, 0.6, 3, 8, 11, 10, 8, 5, 3, 6, 8, 8, 7, 5, 4, 4, 3, 2, 1)


@dataclass(frozen=True)
class _Rhythm:
    """How often something happens on a work day, a Saturday and a Sunday, and when."""

    process: str
    scenario: Callable[..., Story]
    a_day: tuple[float, float, float]
    hours: tuple[float, ...]
    until: float = 1.0
    """Share of the span after which it no longer happens."""
    mode: str = "webhook"


_RHYTHMS = (
    _Rhythm("orders", sales.order, (33, 21, 18), _SHOPPERS),
    _Rhythm("support", service.support, (20, 5, 3), _MAILS, mode="trigger"),
    _Rhythm("enquiries", service.enquiry, (6, 2, 1), _MAILS),
    _Rhythm("reminders", sales.reminder, (2.2, 0, 0), _OFFICE),
    _Rhythm("reviews", service.review, (6, 5, 4), _SHOPPERS),
    _Rhythm("chat", service.chat, (7, 4, 3), _SHOPPERS),
    _Rhythm("prices", upkeep.prices, (0.4, 0, 0), _OFFICE, mode="trigger"),
    _Rhythm("applications", service.application, (0.9, 0, 0), _OFFICE, 0.5, "trigger"),
    _Rhythm("old_marketplace", sales.old_marketplace, (7, 4, 3), _SHOPPERS, 0.33),
)


@dataclass(frozen=True)
class _Landmarks:
    """The days on which something special happened; None where the span is too short."""

    campaign: tuple[date, ...]
    outage: date
    """The ERP does not answer from 9:20 to 15:10."""
    quota: date
    """The model refuses from 15:00 to 16:30."""
    mail_down: date
    """The mail server refuses from 9:30 to 10:30."""
    full_cloud: tuple[date, ...]


class Agenda:
    """Everything that is planned for the *days* local days up to *now_ms*.

    *scale* multiplies the daily amounts of work; what must be there once is there at any scale.
    """

    def __init__(
        self, rng: Random, *, now_ms: int, zone: ZoneInfo, days: int, scale: float
    ) -> None:
        self._rng = rng
        self._now_ms = now_ms
        self._zone = zone
        self._scale = scale
        today = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(zone).date()
        self._days = [today - timedelta(days=back) for back in reversed(range(days))]
        self.begins_ms = self._moment(self._days[0], time(0))
        self._landmarks = self._find_landmarks()
        self._planned: list[Later] = []

    def plan(self) -> list[Later]:
        """Return the planned events, in no order; call it once only."""
        for day in self._days:
            self._plan_schedules(day)
            for rhythm in _RHYTHMS:
                self._plan_rhythm(day, rhythm)
        self._plan_once()
        return self._planned

    def _moment(self, day: date, clock: time) -> int:
        return int(datetime.combine(day, clock, self._zone).timestamp() * 1000)

    def _workday_near(self, share: float, weekday: int | None = None) -> date:
        wanted = int((len(self._days) - 1) * share)
        return min(
            self._days,
            key=lambda day: (
                not (day.weekday() == weekday if weekday is not None else day.weekday() < 5),
                abs(self._days.index(day) - wanted),
            ),
        )

    def _find_landmarks(self) -> _Landmarks:
        campaign = self._workday_near(0.6, weekday=1)
        full = self._workday_near(0.85)
        return _Landmarks(
            campaign=(campaign, campaign + timedelta(days=1)),
            outage=self._workday_near(0.78),
            quota=self._workday_near(0.45),
            mail_down=self._workday_near(0.3),
            full_cloud=(full, full + timedelta(days=1)),
        )

    def _plan_event(
        self, at_ms: int, process: str, scenario: Scenario, mode: str = "webhook"
    ) -> None:
        if self.begins_ms <= at_ms <= self._now_ms:
            self._planned.append(Later(process, at_ms, scenario, mode))

    def _plan_rhythm(self, day: date, rhythm: _Rhythm) -> None:
        position = self._days.index(day) / len(self._days)
        if position > rhythm.until:
            return
        rng = self._rng
        wanted = rhythm.a_day[max(0, day.weekday() - 4)] * self._scale * rng.uniform(0.8, 1.2)
        campaign = day in self._landmarks.campaign
        if rhythm.process == "orders":
            wanted *= (0.9 + 0.25 * position) * (2.3 if campaign else 1)
        count = int(wanted) + (rng.random() < wanted % 1)
        for hour in rng.choices(range(24), rhythm.hours, k=count):
            clock = time(hour, int(60 * rng.random()), int(60 * rng.random()))
            at_ms = self._moment(day, clock) + int(1000 * rng.random())
            self._plan_event(at_ms, rhythm.process, self._told(rhythm, day, at_ms), rhythm.mode)

    def _told(self, rhythm: _Rhythm, day: date, at_ms: int) -> Scenario:
        """The scenario of *rhythm*, with what the day brings."""
        rng, marks = self._rng, self._landmarks
        luck = rng.random()
        if rhythm.process == "orders":
            down = self._within(at_ms, marks.outage, time(9, 20), time(15, 10))
            case = "erp_down" if down or luck < 0.012 else "ok"
            if case == "ok" and luck > 0.97:
                case = rng.choice(("no_mail", "no_mail", "no_number", "sent_twice"))
            return partial(sales.order, case=case, campaign=day in marks.campaign)
        if rhythm.process == "support":
            quota = self._within(at_ms, marks.quota, time(15), time(16, 30))
            mails = 3 if luck < 0.03 else 2 if luck < 0.12 else 1
            case = "spam" if luck > 0.96 else "refused" if luck > 0.95 else "ok"
            return partial(service.support, mails=mails, quota=quota, case=case)
        if rhythm.process == "chat":
            quota = self._within(at_ms, marks.quota, time(15), time(16, 30)) or luck > 0.99
            return partial(service.chat, messages=1 + int(3.4 * luck), quota=quota)
        if rhythm.process == "reminders":
            return partial(sales.reminder, now_ms=self._now_ms, pays=luck < 0.6, fails=luck > 0.96)
        if rhythm.process == "prices":
            return partial(upkeep.prices, mails=2 if luck < 0.2 else 1)
        return rhythm.scenario

    def _within(self, at_ms: int, day: date, start: time, end: time) -> bool:
        return self._moment(day, start) <= at_ms < self._moment(day, end)

    def _plan_schedules(self, day: date) -> None:
        workday, marks = day.weekday() < 5, self._landmarks
        report = partial(sales.report, trigger="Ogni mattina alle 7:30", days=1)
        self._plan_clock(day, time(7, 30), "daily_report", report)
        if day.weekday() == 0:
            weekly = partial(sales.report, trigger="Ogni lunedì alle 8", days=7)
            self._plan_clock(day, time(8), "weekly_report", weekly)
        if day.weekday() == 1:
            readers = max(5, min(60, int(55 * self._scale)))
            letter = partial(service.newsletter, readers=readers)
            self._plan_clock(day, time(10), "newsletter", letter)
        for hour in range(8, 20, 2):
            down = day == marks.outage and hour in (10, 12, 14)
            self._plan_clock(day, time(hour), "stock", partial(sales.stock, down=down))
        for clock in (time(0, 20), time(2, 30), time(23, 40)):
            copy = partial(upkeep.backup, full=day in marks.full_cloud and clock.hour == 2)
            self._plan_clock(day, clock, "backup", copy)
        if workday:
            luck = self._rng.random()
            case = "bank_down" if luck < 0.04 else "canceled" if luck < 0.07 else "ok"
            at_ms = self._moment(day, time(18, 30)) + int(40_000 * self._rng.random())
            self._plan_event(at_ms, "ledger", partial(upkeep.ledger, case=case))
        opens, closes = self._moment(day, time(0)), self._moment(day + timedelta(days=1), time(0))
        for at_ms in range(opens, closes, 15 * MINUTE):
            down = self._rng.random() < 0.004
            check = partial(upkeep.site_check, down=down)
            self._plan_event(at_ms + 40, "site_check", check, "trigger")

    def _plan_clock(self, day: date, clock: time, process: str, scenario: Scenario) -> None:
        """Plan a scheduled run: twice if the clocks go back over it, never if they skip it."""
        moments = {self._moment(day, clock.replace(fold=fold)) for fold in (0, 1)}
        for at_ms in sorted(moments):
            shown = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(self._zone)
            if shown.time() == clock.replace(fold=0):
                at_ms += 20 + int(60 * self._rng.random())
                self._plan_event(at_ms, process, scenario, "trigger")

    def _plan_once(self) -> None:
        """Plan what must be there whatever the scale."""
        marks, span = self._landmarks, self._now_ms - self.begins_ms

        def at(share: float, process: str, scenario: Scenario, mode: str = "webhook") -> None:
            self._plan_event(self.begins_ms + int(span * share), process, scenario, mode)

        for share, case in (
            (0.05, "ok"),
            (0.11, "no_number"),
            (0.12, "blank_number"),
            (0.13, "no_mail"),
            (0.21, "no_mail"),
            (0.29, "long_note"),
            (0.31, "sent_twice"),
            (0.52, "sent_twice"),
            (0.35, "erp_down"),
            (0.36, "retried"),
            (0.57, "retried"),
            (0.66, "erp_down"),
            (0.97, "ok"),
        ):
            at(share, "orders", partial(sales.order, case=case))
        for share, mails, case in (
            (0.06, 1, "before_our_time"),
            (0.10, 1, "before_our_time"),
            (0.14, 3, "ok"),
            (0.24, 2, "ok"),
            (0.33, 1, "spam"),
            (0.40, 1, "refused"),
            (0.48, 1, "long"),
            (0.96, 2, "ok"),
        ):
            at(share, "support", partial(service.support, mails=mails, case=case), "trigger")
        at(0.451, "support", partial(service.support, quota=True), "trigger")
        at(0.452, "chat", partial(service.chat, quota=True))
        for share in (0.17, 0.44, 0.71):
            at(share, "chat", partial(service.chat, messages=2, mode="chat"), "chat")
        for share in (0.08, 0.55, 0.82):
            at(share, "invoices", sales.invoice_tried_by_hand, "manual")
        for share in (0.09, 0.63):
            at(share, "orders", sales.order_tried_by_hand, "manual")
        at(0.34, "stock", sales.stock, "manual")
        at(0.64, "support", service.support, "manual")
        for share in (0.18, 0.74):
            at(share, "ledger", upkeep.ledger, "cli")
        for share in (0.301, 0.302):
            at(share, "reviews", partial(service.review, mail_down=True))
        for share in (0.41, 0.42):
            at(share, "reviews", service.review, "evaluation")
        for share in (0.02, 0.15, 0.28):
            at(share, "old_marketplace", sales.old_marketplace)
            at(share + 0.01, "applications", service.application, "trigger")
        for share, pays, fails in ((0.03, False, False), (0.04, True, False), (0.07, False, True)):
            overdue = partial(sales.reminder, now_ms=self._now_ms, pays=pays, fails=fails)
            at(share, "reminders", overdue)
        for back in (30 * HOUR, 3 * DAY):
            overdue = partial(sales.reminder, now_ms=self._now_ms)
            self._plan_event(self._now_ms - back, "reminders", overdue)
        at(0.19, "prices", partial(upkeep.prices, mails=2), "trigger")
        at(0.46, "newsletter", partial(service.newsletter, readers=30), "trigger")
        for share in (0.23, 0.53, 0.88):
            at(share, "site_check", partial(upkeep.site_check, down=True), "trigger")
        for share in (0.27, 0.69):
            at(share, "ledger", partial(upkeep.ledger, case="canceled"))
        mail_day = marks.mail_down
        for minute in (35, 48, 56):
            refused = partial(sales.invoice, down=True)
            self._plan_event(self._moment(mail_day, time(9, minute)), "invoices", refused)
        killed = self._moment(marks.outage, time(15, 11))
        for offset in (3 * SECOND, 9 * SECOND):
            crash = partial(sales.order, case="crashed")
            self._plan_event(killed + offset, "orders", crash)
        crash = partial(upkeep.ledger, case="crashed", found_ms=killed + 5 * MINUTE)
        self._plan_event(killed + 12 * SECOND, "ledger", crash)
        stuck = partial(upkeep.ledger, case="stuck")
        self._plan_event(killed + 13 * SECOND, "ledger", stuck)
        slow = partial(upkeep.ledger, case="slow")
        self._plan_event(self._now_ms - 2 * MINUTE, "ledger", slow)
        self._plan_event(self._now_ms - 3 * SECOND, "stock", upkeep.queued, "trigger")
