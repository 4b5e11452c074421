"""The circuit breaker's state machine, as a function on a record.

    CLOSED ──rate too high──→ OPEN ──wait over, next call──→ HALF_OPEN ──probes well──→ CLOSED
                               ↑────────probes badly, or too long without────────┘
    by hand, from everywhere:  FORCED_OPEN  DISABLED  METRICS_ONLY

``lua/breaker.lua`` does the same inside Redis: change both, the tests compare them.

Every state has a generation, and a permit carries the one that it was given in. So a call that was
let through before the breaker opened can neither be taken for a probe nor give a probe's permit
back, and a half-open breaker lets exactly its number of probes through.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from providers.shared_state import Machine, Record

LOGGED_TRANSITIONS = 20

# From here the listed states cannot be reached by hand.
_ILLEGAL = {"closed": ("half_open",), "metrics_only": ("open", "half_open")}
_PERMITTING = ("closed", "metrics_only", "disabled")


def apply(record: Record, operation: str, now: int, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out *operation* at *now* (ms) with ``arguments["config"]``."""
    if "state" not in record:
        record.update(state="closed", generation=1, since=now, opens=0, refused=0, calls=[])
    config = arguments["config"]
    events: list[str] = []
    # A server's clock may be set back: nothing happened later than now.
    record["since"] = min(record["since"], now)
    _give_up_waiting_for_probes(record, config, now, events)
    reply: dict[str, Any] = {}
    match operation:
        case "acquire":
            _acquire(record, config, now, events, reply)
        case "record":
            _record(record, config, now, arguments, events)
        case "release":
            if record["state"] == "half_open" and _is_own(record, arguments):
                record["permits"] = min(record["permits"] + 1, config["probes"])
        case "transition":
            reply["illegal"] = arguments["to"] in _ILLEGAL.get(record["state"], ())
            if not reply["illegal"]:
                _transition(record, arguments["to"], now, "by_hand", config, events)
        case "reset":
            _enter(record, "closed", now, config)
            record["opens"] = 0
            events.append("reset")
        case "snapshot":
            _forget_old_seconds(record, config, now)
        case _:
            raise ValueError(f"a breaker has no operation {operation!r}")
    counts = _counts(record)
    reply |= {
        "state": record["state"],
        "generation": record["generation"],
        "since": record["since"],
        "wait_ms": _wait_ms(record, config, now),
        "total": counts[0],
        "failed": counts[1],
        "slow": counts[2],
        "slow_failed": counts[3],
        "refused": record["refused"],
        "permits": record.get("permits", 0),
        "minimum": _minimum(record, config),
        "log": "|".join(record.get("log", ())),
        "events": "|".join(events),
    }
    return reply


def _acquire(
    record: Record,
    config: Mapping[str, Any],
    now: int,
    events: list[str],
    reply: dict[str, Any],
) -> None:
    if record["state"] == "open" and _wait_ms(record, config, now) == 0:
        _transition(record, "half_open", now, "wait_over", config, events)
    permitted = record["state"] in _PERMITTING
    if record["state"] == "half_open" and record["permits"] > 0:
        record["permits"] -= 1
        permitted = True
    if not permitted:
        record["refused"] += 1
    reply["permitted"] = permitted


def _record(
    record: Record,
    config: Mapping[str, Any],
    now: int,
    arguments: Mapping[str, Any],
    events: list[str],
) -> None:
    state = record["state"]
    if arguments.get("foreign"):
        # Let through elsewhere: it tells of the provider, but it was no probe of ours.
        counted = state in ("closed", "metrics_only")
    elif state == "open":
        # Let through just before it opened: seen in the figures, and nothing follows from it.
        counted = arguments["generation"] == record["generation"] - 1
    else:
        counted = _is_own(record, arguments) and state not in ("disabled", "forced_open")
    if not counted:
        return
    _count(record, config, now, failed=arguments["failed"], slow=arguments["slow"])
    if state == "open":
        return
    total, failed, slow, _ = _counts(record)
    if total < _minimum(record, config):
        return
    failing = failed * 100 >= config["failure_rate"] * total
    slowing = slow * 100 >= config["slow_rate"] * total
    _tell_exceeded(record, failing, slowing, events)
    if state == "metrics_only":
        return
    if failing or slowing:
        reason = "failure_rate" if failing else "slow_rate"
        _transition(record, "open", now, reason, config, events)
    elif state == "half_open":
        _transition(record, "closed", now, "probes", config, events)


def _tell_exceeded(record: Record, failing: bool, slowing: bool, events: list[str]) -> None:
    # Only `metrics_only` stays where it is when a rate is too high: there it is told once.
    for exceeded, event in ((failing, "failure_rate_exceeded"), (slowing, "slow_rate_exceeded")):
        if exceeded and not record.get(event):
            record[event] = True
            events.append(event)


def _transition(
    record: Record,
    to: str,
    now: int,
    reason: str,
    config: Mapping[str, Any],
    events: list[str],
) -> None:
    before = record["state"]
    if to == "open":
        # What made it open stays to be seen.
        record.update(state="open", since=now, opens=record["opens"] + 1, permits=0)
        record["generation"] += 1
    else:
        _enter(record, to, now, config)
    if to in _PERMITTING:
        record["opens"] = 0
    if before != to:
        line = f"{now} {before} {to} {reason}"
        record["log"] = [*record.get("log", ()), line][-LOGGED_TRANSITIONS:]
        events.append(line)


def _enter(record: Record, state: str, now: int, config: Mapping[str, Any]) -> None:
    record["generation"] += 1
    record.update(state=state, since=now, refused=0, calls=[])
    record["permits"] = config["probes"] if state == "half_open" else 0
    record["of_probes"] = state == "half_open"
    record.pop("failure_rate_exceeded", None)
    record.pop("slow_rate_exceeded", None)


def _give_up_waiting_for_probes(
    record: Record, config: Mapping[str, Any], now: int, events: list[str]
) -> None:
    longest = config["max_half_open_ms"]
    if record["state"] == "half_open" and longest > 0 and now >= record["since"] + longest:
        _transition(record, "open", record["since"] + longest, "probes_overdue", config, events)


def _is_own(record: Record, arguments: Mapping[str, Any]) -> bool:
    return bool(not arguments.get("foreign") and arguments["generation"] == record["generation"])


def _wait_ms(record: Record, config: Mapping[str, Any], now: int) -> int:
    """How long it stays shut; -1 where only a probe or a person can say."""
    if record["state"] in _PERMITTING:
        return 0
    if record["state"] != "open":
        return -1
    wait = config["open_ms"]
    for _ in range(record["opens"] - 1):
        wait = min(int(wait * config["backoff"]), config["max_open_ms"])
    return int(max(record["since"] + wait - now, 0))


# --- the window of calls -------------------------------------------------------------------------
# By count: the last calls, oldest first, as 0 well, 1 failed, 2 slow, 3 both.
# By time: one [second, well, failed, slow, both] a second. Probes are always counted.


def _of_probes(record: Record) -> bool:
    """Whether the window holds probes; it still does when they made the breaker open."""
    return bool(record.get("of_probes"))


def _by_time(record: Record, config: Mapping[str, Any]) -> bool:
    return config["window_by"] == "time" and not _of_probes(record)


def _minimum(record: Record, config: Mapping[str, Any]) -> int:
    if _of_probes(record):
        return int(min(config["minimum_calls"], config["probes"]))
    if config["window_by"] == "time":
        return int(config["minimum_calls"])
    return int(min(config["minimum_calls"], config["window"]))


def _count(
    record: Record, config: Mapping[str, Any], now: int, *, failed: bool, slow: bool
) -> None:
    kind = (1 if failed else 0) + (2 if slow else 0)
    calls: list[Any] = record["calls"]
    if not _by_time(record, config):
        if calls and isinstance(calls[0], list):
            calls.clear()  # the operator changed the kind of window
        calls.append(kind)
        size = config["probes"] if _of_probes(record) else config["window"]
        del calls[: max(len(calls) - size, 0)]
        return
    _forget_old_seconds(record, config, now)
    second = now // 1000
    if not calls or calls[-1][0] != second:
        calls.append([second, 0, 0, 0, 0])
    calls[-1][1 + kind] += 1


def _forget_old_seconds(record: Record, config: Mapping[str, Any], now: int) -> None:
    if not _by_time(record, config):
        return
    second = now // 1000
    record["calls"][:] = [
        bucket
        for bucket in record["calls"]
        if isinstance(bucket, list) and second - config["window"] < bucket[0] <= second
    ]


def _counts(record: Record) -> tuple[int, int, int, int]:
    """Return how many calls there are, and how many failed, were slow, were both."""
    calls = record["calls"]
    kinds = [0, 0, 0, 0]
    for call in calls:
        if isinstance(call, list):
            for kind in range(4):
                kinds[kind] += call[1 + kind]
        else:
            kinds[call] += 1
    return sum(kinds), kinds[1] + kinds[3], kinds[2] + kinds[3], kinds[3]


DAY_MS = 86_400_000
MACHINE = Machine("breaker", apply, keep_ms=30 * DAY_MS)
