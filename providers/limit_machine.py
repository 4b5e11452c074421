"""The limits of one model of one account, as a function on a record.

Every rule counts requests or tokens over a sliding span of time, or over a provider's calendar
day. A span is counted in slots, and a slot counts until all of it has left the span: what is let
through never exceeds the limit in any span of that length, and comes free at most one slot late.

What a provider says about itself makes a rule tighter, never looser: a limit that it names, and
what is left by its own count, which grows back until the moment that it names.

``lua/limits.lua`` does the same inside Redis: change both, the tests compare them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from providers.shared_state import Machine, Record

NEVER = -1


def apply(record: Record, operation: str, now: int, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out *operation* at *now* (ms) for ``arguments["rules"]``."""
    for rule in arguments["rules"]:
        counter = record.setdefault(rule["id"], {})
        _forget(counter, rule, now)
    match operation:
        case "reserve":
            return _reserve(record, now, arguments)
        case "settle":
            _correct(record, now, arguments)
            _learn(record, now, arguments)
            return {"done": True}
        case "look":
            return {rule["id"]: _figures(record[rule["id"]], rule) for rule in arguments["rules"]}
        case _:
            raise ValueError(f"limits have no operation {operation!r}")


def _reserve(record: Record, now: int, arguments: Mapping[str, Any]) -> dict[str, Any]:
    worst = None
    for rule in arguments["rules"]:
        wait = _wait_ms(record[rule["id"]], rule, now, arguments[rule["unit"]])
        # Never is longer than any time.
        if wait != 0 and (worst is None or wait == NEVER or 0 < worst["wait_ms"] < wait):
            limit = _limit(record[rule["id"]], rule)
            worst = {"rule": rule["id"], "wait_ms": wait, "limit": -1 if limit is None else limit}
    if worst is not None:
        return {"permitted": False, **worst}
    for rule in arguments["rules"]:
        counter, amount = record[rule["id"]], arguments[rule["unit"]]
        _add(counter, _slot_of(rule, now), amount)
        if "left" in counter:
            counter["taken"] += amount
    return {"permitted": True, "at": now}


def _correct(record: Record, now: int, arguments: Mapping[str, Any]) -> None:
    """Change what was reserved ``at`` to what was used: by ``requests`` and ``tokens``."""
    for rule in arguments["rules"]:
        change = arguments[rule["unit"]]
        if change == 0:
            continue
        counter = record[rule["id"]]
        start = _slot_of(rule, min(arguments["at"], now))
        for slot in counter.get("slots", ()):
            if slot[0] == start:
                slot[1] = max(slot[1] + change, 0)
        if "left" in counter:
            counter["taken"] = max(counter["taken"] + change, 0)


def _learn(record: Record, now: int, arguments: Mapping[str, Any]) -> None:
    for rule in arguments["rules"]:
        counter = record[rule["id"]]
        hint = arguments["hints"].get(rule["id"], {})
        if "limit" in hint:
            counter["learned"] = hint["limit"]
            counter["learned_until"] = now + rule["keep_learned_ms"]
        if "remaining" in hint:
            _believe(counter, rule, now, hint)
        if rule["id"] == arguments.get("refused_by"):
            # It refused without a number: what it had from us by then was too much.
            known, learned = _limit(counter, rule), max(_used(counter) - 1, 1)
            counter["learned"] = learned if known is None else min(learned, known)
            counter["learned_until"] = now + arguments["keep_guess_ms"]


def _believe(counter: Record, rule: Mapping[str, Any], now: int, hint: Mapping[str, Any]) -> None:
    """Go by what the provider says is left, which includes what others used of the account."""
    limit, left = _limit(counter, rule), hint["remaining"]
    full_in = max(hint.get("reset_ms", rule["span_ms"]), 1)
    grows = 1 if limit is None else max(limit - left, 1)
    if rule["days"]:  # nothing comes back before the day is over
        full_in, grows = _leaves_at(rule, _slot_of(rule, now)) - now, 0
    counter.update(left=left, left_at=now, left_until=now + full_in, grows=grows, taken=0)


def _wait_ms(counter: Record, rule: Mapping[str, Any], now: int, amount: int) -> int:
    """Return how long until *amount* would be let through; 0 now, -1 never."""
    if amount == 0:
        return 0
    limit = _limit(counter, rule)
    wait = 0
    if limit is not None and _used(counter) + amount > limit:
        if amount > limit:
            learned = limit != rule.get("limit")
            return int(counter["learned_until"] - now) if learned else NEVER
        excess = _used(counter) + amount - limit
        for start, count in counter["slots"]:
            excess -= count
            wait = _leaves_at(rule, start) - now
            if excess <= 0:
                break
    if "left" in counter:
        full_in = counter["left_until"] - counter["left_at"]
        passed = max(now - counter["left_at"], 0)
        lacking = amount + counter["taken"] - counter["left"]
        if lacking > passed * counter["grows"] // full_in:
            # At the latest when it is full: from then on only our own count holds.
            grown_in = full_in
            if counter["grows"] > 0:
                grown_in = min(-(-lacking * full_in // counter["grows"]), full_in)
            wait = max(wait, grown_in - passed)
    return int(wait)


def _limit(counter: Record, rule: Mapping[str, Any]) -> int | None:
    known = [each for each in (rule.get("limit"), counter.get("learned")) if each is not None]
    return min(known) if known else None


def _used(counter: Record) -> int:
    return sum(count for _, count in counter.get("slots", ()))


def _figures(counter: Record, rule: Mapping[str, Any]) -> dict[str, int]:
    limit = _limit(counter, rule)
    return {
        "used": _used(counter),
        "limit": -1 if limit is None else limit,
        "learned": counter.get("learned", -1),
        "remaining_said": counter.get("left", -1),
    }


# --- slots: [start, count], oldest first ---------------------------------------------------------


def _slot_of(rule: Mapping[str, Any], moment: int) -> int:
    days: Sequence[int] = rule["days"]
    if days:
        return max((start for start in days[:-1] if start <= moment), default=days[0])
    return int(moment // rule["slot_ms"] * rule["slot_ms"])


def _leaves_at(rule: Mapping[str, Any], start: int) -> int:
    """Return when what is counted in the slot that begins at *start* counts no longer."""
    days: Sequence[int] = rule["days"]
    if days:
        return min((end for end in days if end > start), default=start + int(rule["span_ms"]))
    return start + int(rule["slot_ms"]) + int(rule["span_ms"])


def _forget(counter: Record, rule: Mapping[str, Any], now: int) -> None:
    """Drop what no longer counts; a clock that was set back makes nothing count for longer."""
    slots = counter.pop("slots", ())
    present = _slot_of(rule, now)
    for start, count in slots:
        if _leaves_at(rule, start) > now:
            _add(counter, min(start, present), count)
    if "learned" in counter:
        counter["learned_until"] = min(counter["learned_until"], now + rule["keep_learned_ms"])
        if counter["learned_until"] <= now:
            del counter["learned"], counter["learned_until"]
    if "left" in counter:
        ahead = max(counter["left_at"] - now, 0)
        counter["left_at"] -= ahead
        counter["left_until"] -= ahead
        if counter["left_until"] <= now:
            for key in ("left", "left_at", "left_until", "grows", "taken"):
                del counter[key]


def _add(counter: Record, start: int, amount: int) -> None:
    slots: list[list[int]] = counter.setdefault("slots", [])
    if slots and slots[-1][0] == start:
        slots[-1][1] += amount
    else:
        slots.append([start, amount])


MACHINE = Machine("limits", apply, keep_ms=2 * 86_400_000)
