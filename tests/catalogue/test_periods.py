"""The period before, the fair part of it, and what periods are called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import Window
from catalogue.periods import (
    day_window,
    elapsed_part,
    like_windows,
    period_label,
    previous_window,
)

ROME = ZoneInfo("Europe/Rome")


def window(start: str | None, end: str, zone: ZoneInfo = ROME) -> Window:
    return Window(
        start=None if start is None else datetime.fromisoformat(start).replace(tzinfo=zone),
        end=datetime.fromisoformat(end).replace(tzinfo=zone),
    )


@pytest.mark.parametrize(
    ("of", "before"),
    [
        # months, quarters, years
        (("2026-11-01", "2026-12-01"), ("2026-10-01", "2026-11-01")),
        (("2026-03-01", "2026-04-01"), ("2026-02-01", "2026-03-01")),
        (("2026-01-01", "2026-02-01"), ("2025-12-01", "2026-01-01")),
        (("2026-07-01", "2026-10-01"), ("2026-04-01", "2026-07-01")),
        (("2026-01-01", "2027-01-01"), ("2025-01-01", "2026-01-01")),
        # weeks and days; the day before is one of 25 hours, then one of 23
        (("2026-11-16", "2026-11-23"), ("2026-11-09", "2026-11-16")),
        (("2026-11-22", "2026-11-23"), ("2026-11-21", "2026-11-22")),
        (("2026-10-26", "2026-10-27"), ("2026-10-25", "2026-10-26")),
        (("2026-03-30", "2026-03-31"), ("2026-03-29", "2026-03-30")),
        (("2026-11-01", "2026-11-16"), ("2026-10-17", "2026-11-01")),
        # three hours; then four, which show as three on the clocks
        (("2026-11-22T09:00", "2026-11-22T12:00"), ("2026-11-22T06:00", "2026-11-22T09:00")),
        (("2026-10-25T02:30", "2026-10-25T05:30"), ("2026-10-24T22:30", "2026-10-25T02:30")),
    ],
)
def test_the_period_before_has_the_same_calendar_length(
    of: tuple[str, str], before: tuple[str, str]
) -> None:
    found = previous_window(window(*of), ROME)
    expected = window(*before)
    assert found is not None
    assert found.start is not None
    assert found.start.astimezone(UTC) == expected.start.astimezone(UTC)  # type: ignore[union-attr]
    assert found.end.astimezone(UTC) == expected.end.astimezone(UTC)


def test_before_all_history_comes_nothing() -> None:
    assert previous_window(window(None, "2026-12-01"), ROME) is None


def test_windows_in_utc_are_read_on_the_calendar_of_the_zone() -> None:
    november = Window(
        start=datetime(2026, 10, 31, 23, tzinfo=UTC), end=datetime(2026, 11, 30, 23, tzinfo=UTC)
    )
    assert period_label(november, ROME) == "2026-11"
    before = previous_window(november, ROME)
    assert before is not None
    assert period_label(before, ROME) == "2026-10"


@pytest.mark.parametrize(
    ("of", "compare", "now", "end"),
    [
        pytest.param(("2026-11-01", "2026-12-01"), ("2026-10-01", "2026-11-01"),
                     "2026-11-22T15:00", "2026-10-22T15:00", id="as many days and hours"),
        pytest.param(("2026-11-16", "2026-11-23"), ("2026-11-09", "2026-11-16"),
                     "2026-11-18T10:30", "2026-11-11T10:30", id="Wednesday beside Wednesday"),
        pytest.param(("2026-11-22", "2026-11-23"), ("2026-11-21", "2026-11-22"),
                     "2026-11-22T15:00", "2026-11-21T15:00", id="until the same hour"),
        pytest.param(("2026-10-26", "2026-10-27"), ("2026-10-25", "2026-10-26"),
                     "2026-10-26T15:00", "2026-10-25T15:00", id="the same hour on the clocks"),
        pytest.param(("2026-03-01", "2026-04-01"), ("2026-02-01", "2026-03-01"),
                     "2026-03-30T12:00", "2026-03-01", id="the month before was shorter"),
        pytest.param(("2026-10-01", "2026-11-01"), ("2026-09-01", "2026-10-01"),
                     "2026-11-22T15:00", "2026-10-01", id="over: all of it"),
        pytest.param(("2026-12-01", "2027-01-01"), ("2026-11-01", "2026-12-01"),
                     "2026-11-22T15:00", "2026-12-01", id="not begun: all of it"),
    ],
)  # fmt: skip
def test_an_unfinished_period_is_compared_to_its_elapsed_part(
    of: tuple[str, str], compare: tuple[str, str], now: str, end: str
) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=ROME)
    found = elapsed_part(window(*of), window(*compare), moment, ROME)
    assert found.start == window(*compare).start
    assert found.end == datetime.fromisoformat(end).replace(tzinfo=ROME)


@pytest.mark.parametrize(
    ("of", "label"),
    [
        (("2026-01-01", "2027-01-01"), "2026"),
        (("2026-11-01", "2026-12-01"), "2026-11"),
        (("2026-11-16", "2026-11-23"), "2026-W47"),
        (("2025-12-29", "2026-01-05"), "2026-W01"),
        (("2026-10-25", "2026-10-26"), "2026-10-25"),
        (("2026-11-01", "2026-11-16"), "2026-11-01/2026-11-15"),
        (("2026-11-17", "2026-11-24"), "2026-11-17/2026-11-23"),
        (("2026-07-01", "2026-10-01"), "2026-07-01/2026-09-30"),
        (("2026-07-01", "2027-07-01"), "2026-07-01/2027-06-30"),
        (("2026-11-22T09:00", "2026-11-22T12:00"), "2026-11-22T09:00/2026-11-22T12:00"),
        ((None, "2026-11-01"), "/2026-10-31"),
        ((None, "2026-11-01T10:00"), "/2026-11-01T10:00"),
    ],
)
def test_a_period_is_called_by_its_calendar_name(of: tuple[str | None, str], label: str) -> None:
    assert period_label(window(*of), ROME) == label


def test_a_day_that_begins_at_one_o_clock_is_a_whole_day() -> None:
    beirut = ZoneInfo("Asia/Beirut")  # its clocks went from 00:00 to 01:00 on 29 March 2026
    day = day_window(datetime(2026, 3, 29).date(), beirut)
    as_utc = Window(start=day.start and day.start.astimezone(UTC), end=day.end.astimezone(UTC))
    assert period_label(as_utc, beirut) == "2026-03-29"


zones = st.sampled_from(
    [ROME, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata"), ZoneInfo("UTC")]
)


@given(
    zone=zones,
    start=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    minutes=st.integers(1, 100_000),
    days=st.booleans(),
)
def test_the_period_before_ends_where_the_period_begins(
    zone: ZoneInfo, start: datetime, minutes: int, days: bool
) -> None:
    if days:
        start = start.replace(hour=0, minute=0, second=0, microsecond=0)
        end = start + timedelta(days=minutes // 1440 + 1)
    else:
        end = start + timedelta(minutes=minutes)
    begin, finish = start.replace(tzinfo=zone), end.replace(tzinfo=zone)
    if begin.astimezone(UTC) >= finish.astimezone(UTC):
        return
    before = previous_window(Window(start=begin, end=finish), zone)
    assert before is not None
    assert before.end.astimezone(UTC) == begin.astimezone(UTC)
    assert before.start is not None
    assert before.start.astimezone(UTC) < before.end.astimezone(UTC)


NOW = datetime(2026, 11, 18, 10, 30, tzinfo=ROME)


@pytest.mark.parametrize(
    ("asked", "latest", "fourth"),
    [
        (("2026-11-19", "2026-11-20"), ("2026-11-12", "2026-11-13"), ("2026-10-22", "2026-10-23")),
        (("2026-11-23", "2026-11-30"), ("2026-11-09", "2026-11-16"), ("2026-10-19", "2026-10-26")),
        (("2026-12-01", "2027-01-01"), ("2026-10-01", "2026-11-01"), ("2026-07-01", "2026-08-01")),
        (("2027-01-01", "2027-04-01"), ("2026-07-01", "2026-10-01"), ("2025-10-01", "2026-01-01")),
        (("2027-01-01", "2028-01-01"), ("2025-01-01", "2026-01-01"), ("2022-01-01", "2023-01-01")),
        (
            ("2026-11-18T14:00", "2026-11-18T18:00"),
            ("2026-11-11T14:00", "2026-11-11T18:00"),
            ("2026-10-21T14:00", "2026-10-21T18:00"),
        ),
    ],
    ids=["tomorrow", "next week", "next month", "next quarter", "next year", "this afternoon"],
)
def test_like_windows_are_the_latest_ones_of_their_kind_that_are_over(
    asked: tuple[str, str], latest: tuple[str, str], fourth: tuple[str, str]
) -> None:
    found = like_windows(window(*asked), NOW, ROME)
    assert len(found) == 4
    assert (found[0], found[3]) == (window(*latest), window(*fourth))


def test_nothing_is_like_a_window_without_a_beginning() -> None:
    assert like_windows(window(None, "2026-11-20"), NOW, ROME) == []


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    st.integers(1, 400),
    st.integers(1, 6),
)
def test_like_windows_are_over_begin_alike_and_follow_one_another(
    start: datetime, days: int, count: int
) -> None:
    begin = start.replace(hour=0, minute=0, second=0, microsecond=0)
    asked = Window(
        start=begin.replace(tzinfo=ROME), end=(begin + timedelta(days=days)).replace(tzinfo=ROME)
    )
    found = like_windows(asked, NOW, ROME, count)
    assert len(found) == count
    for each in found:
        assert each.end <= NOW
        assert each.start is not None
        assert each.start.hour == 0
    starts = [each.start for each in found if each.start is not None]
    assert starts == sorted(starts, reverse=True)
