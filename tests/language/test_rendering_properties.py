from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue import METRICS, BusinessQuery, Language, QuestionType, Reading, Window
from language.rendering import render
from language.story_answers import PROCESS_SUMMARY_COLUMNS
from persistence.business_queries import columns_of
from persistence.results import Coverage, Note, Result

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 22, 14, 5, tzinfo=ROME)
languages: st.SearchStrategy[Language] = st.sampled_from(["it", "en"])

days = st.integers(-400, 40).map(lambda count: NOW.replace(hour=0, minute=0) + timedelta(count))
moments = st.one_of(days, st.integers(-600_000, 60_000).map(lambda m: NOW + timedelta(minutes=m)))


@st.composite
def windows(draw: st.DrawFn) -> Window | None:
    if draw(st.integers(0, 4)) == 0:
        return None
    start, end = sorted((draw(moments), draw(moments)), key=datetime.timestamp)
    if start.timestamp() == end.timestamp():
        end = start + timedelta(days=1)
    return Window(start=None if draw(st.integers(0, 9)) == 0 else start, end=end)


names = st.one_of(st.text(max_size=30), st.sampled_from(["Ordini", "Fatture «A»", "", "x" * 200]))
filters = st.lists(
    st.fixed_dictionaries(
        {
            "field": st.sampled_from(["process", "sender", "customer", "order", "cause", "text"]),
            "op": st.sampled_from(["is", "is_not", "contains"]),
            "values": st.lists(names, min_size=1, max_size=3),
        }
    ),
    max_size=2,
)
statuses = st.lists(
    st.fixed_dictionaries(
        {
            "field": st.just("status"),
            "op": st.sampled_from(["is", "is_not"]),
            "values": st.lists(
                st.sampled_from(["success", "error", "canceled", "unfinished"]),
                min_size=1,
                max_size=2,
            ),
        }
    ),
    max_size=1,
)
figures = st.one_of(
    st.integers(0, 10_000),
    st.floats(0, 1e6),
    st.decimals(0, 10_000, places=2),
    st.none(),
    st.just(float("nan")),
)
texts = st.none() | names
times = st.none() | moments
labels: dict[str, st.SearchStrategy[Any]] = {
    "day": days.map(lambda day: f"{day:%Y-%m-%d}"),
    "week": days.map(lambda day: "{}-W{:02}".format(*day.isocalendar()[:2])),
    "month": days.map(lambda day: f"{day:%Y-%m}"),
    "hour": st.integers(0, 23),
    "weekday": st.integers(1, 7),
    "status": st.sampled_from(["success", "error", "canceled", "unfinished", "strange"]),
}
cells: dict[str, st.SearchStrategy[Any]] = {
    "time": times,
    "last_run": times,
    "last_error_at": times,
    "status": labels["status"] | st.none(),
    "last_status": labels["status"] | st.none(),
    "direction": st.sampled_from(["received", "sent", None]),
    "active": st.booleans(),
    "answered": st.booleans() | st.none(),
    "kind": st.sampled_from(["email_received", "email_sent", "order", "answer", "error", "other"]),
    "metric": st.sampled_from([*METRICS, "unheard_of"]),
    **dict.fromkeys(
        (
            "duration_s",
            "total",
            "errors",
            "last_7_days",
            "value",
            "previous",
            "change_percent",
            "executions",
            "success_rate",
            "median_duration",
        ),
        figures,
    ),
}
notes = st.lists(
    st.builds(
        Note,
        st.sampled_from(
            [
                "future",
                "never_synced",
                "not_caught_up",
                "nothing_recorded",
                "now_only",
                "previous_not_covered",
                "same_name",
                "successes_not_saved",
                "only_inside_others",
                "totals_missing",
            ]
        ),
        st.lists(names, max_size=3).map(tuple),
    ),
    max_size=3,
).map(tuple)


@st.composite
def coverages(draw: st.DrawFn) -> Coverage:
    if draw(st.integers(0, 5)) == 0:
        return Coverage(None, None, complete=False, caught_up=draw(st.booleans()), synced_at=None)
    start, end = sorted((draw(moments), draw(moments)), key=datetime.timestamp)
    return Coverage(start, end, draw(st.booleans()), draw(st.booleans()), end)


@st.composite
def queries(draw: st.DrawFn) -> BusinessQuery:
    fields: dict[str, Any] = {
        "window": draw(windows()),
        "filters": [*draw(filters), *draw(statuses)],
        "order": draw(st.sampled_from([None, "asc", "desc"])),
        "limit": draw(st.sampled_from([None, 1, 2, 20])),
        "offset": draw(st.sampled_from([0, 0, 0, 10])),
    }
    kind = draw(st.sampled_from(["value", "value", "list", "story"]))
    if kind == "value":
        metric = METRICS[draw(st.sampled_from(sorted(METRICS)))]
        compare_to = draw(windows())
        if draw(st.booleans()) and fields["window"] and compare_to:
            fields["compare_to"] = compare_to
        if metric.groupings:
            fields["group_by"] = draw(
                st.lists(st.sampled_from(metric.groupings), max_size=2, unique=True)
            )
        if fields.get("group_by") and draw(st.booleans()):
            fields["having"] = {
                "op": draw(st.sampled_from([">=", ">", "<=", "<", "="])),
                "value": 3,
            }
        fields["metric"] = metric.id
    elif kind == "list":
        fields["subject"] = draw(
            st.sampled_from(["executions", "errors", "emails", "orders", "processes"])
        )
    else:
        fields["story"] = draw(st.sampled_from(["today", "email", "errors", "overview"]))
    fields["hours"] = draw(st.sampled_from([(), ((0, 6),), ((9, 13),)]))
    fields["weekdays"] = draw(st.sampled_from([(), (1, 2, 3, 4, 5), (7,)]))
    return BusinessQuery.model_validate({"kind": kind, **fields})


@st.composite
def results(draw: st.DrawFn, query: BusinessQuery) -> Result:
    columns = columns_of(query)
    if query.story == "overview" and draw(st.booleans()):
        columns = PROCESS_SUMMARY_COLUMNS
    shape = [
        labels[column]
        if query.kind == "value" and column in labels
        else figures
        if column == query.metric and query.kind == "value"
        else cells.get(column, texts)
        for column in columns
    ]
    if columns[0] == "period":
        shape[0] = st.sampled_from(["2026-11", "2026-10", "2026-W47"])
    rows = draw(st.lists(st.tuples(*shape), max_size=13))
    if query.kind == "value" and not query.group_by:
        rows = rows[: len(columns)]
    more = draw(st.integers(0, 40))
    return Result(columns, tuple(rows), len(rows) + more, draw(coverages()), draw(notes))


@st.composite
def asked(draw: st.DrawFn) -> tuple[Reading, Result]:
    query = draw(queries())
    reading = Reading(
        type=draw(
            st.sampled_from(
                [QuestionType.BUSINESS_DATA, QuestionType.ANALYSIS, QuestionType.PREDICTION]
            )
        ),
        language=draw(languages),
        query=query,
        focus=draw(
            st.sampled_from(
                [None, "amount", "ranking", "existence", "last", "who", "trend", "cause"]
            )
        ),
        assumed=draw(st.sampled_from([(), ("window",), ("metric", "filters"), ("reading",)])),
    )
    return reading, draw(results(query))


def told(reading: Reading, result: Result) -> str:
    return render(reading, result, now=NOW, zone=ROME, processes=())


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(asked())
def test_every_shape_of_result_becomes_clean_text(question: tuple[Reading, Result]) -> None:
    reading, result = question
    text = told(reading, result)
    assert text.strip()
    assert told(reading, result) == text
    for line in text.split("\n"):
        assert line.strip()
        assert not any(
            unicodedata.category(each) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
            and each not in "\u200c\u200d"
            for each in line
        )
    named_so = re.compile("none|nan|inf", re.IGNORECASE)  # a process may bear such a name
    if not any(named_so.search(str(cell)) for cell in _strings(reading, result)):
        assert not re.search(r"\bNone\b|\bnan\b|\bNaN\b|\binf\b", text)
    assert sum(line.startswith("• ") for line in text.split("\n")) <= 10


def _strings(reading: Reading, result: Result) -> list[str]:
    cells = [cell for row in result.rows for cell in row if isinstance(cell, str)]
    named = [value for note in result.notes for value in note.values]
    query = reading.query
    asked_for = [value for each in query.filters for value in each.values] if query else []
    return cells + named + asked_for


@given(
    values=st.lists(st.integers(0, 99_999), min_size=1, max_size=10),
    metric=st.sampled_from(["executions", "errors", "emails_received", "orders"]),
    focus=st.sampled_from([None, "ranking"]),
    language=languages,
)
def test_every_figure_of_a_table_stands_in_the_rows(
    values: list[int], metric: str, focus: Any, language: Language
) -> None:
    query = BusinessQuery.model_validate({"metric": metric, "group_by": ["process"]})
    rows = tuple((f"P{chr(65 + place)}", value) for place, value in enumerate(values))
    start = NOW - timedelta(days=34)
    result = Result(columns_of(query), rows, len(rows), Coverage(start, NOW, True, True, NOW))
    text = told(
        Reading(type=QuestionType.ANALYSIS, language=language, query=query, focus=focus), result
    )
    tied = values.count(max(values))
    recorded = {*values, sum(values), len(values), tied, start.day}
    for figure in re.findall(r"\d[\d.,]*", text):
        assert int(re.sub("[.,]", "", figure)) in recorded, figure


@given(value=st.integers(0, 99_999), previous=st.integers(1, 99_999), language=languages)
def test_a_change_is_the_difference_of_the_two_values(
    value: int, previous: int, language: Language
) -> None:
    weeks = [
        Window(
            start=NOW.replace(day=day, hour=0, minute=0),
            end=NOW.replace(day=day + 7, hour=0, minute=0),
        )
        for day in (9, 2)
    ]
    query = BusinessQuery(metric="errors", window=weeks[0], compare_to=weeks[1])
    result = Result(
        columns_of(query),
        (("2026-W46", value), ("2026-W45", previous)),
        2,
        Coverage(NOW - timedelta(days=90), NOW, True, True, NOW),
    )
    line = told(Reading(type=QuestionType.ANALYSIS, language=language, query=query), result).split(
        "\n"
    )[0]
    figures_told = [int(re.sub("[.,]", "", x)) for x in re.findall(r"\d[\d.,]*(?![\d.,%])", line)]
    assert abs(value - previous) in figures_told or value == previous
    percent = re.search(r"([+−])([\d.,]+)%", line)
    if percent is None:
        few_or_far = previous < 10 or abs(value - previous) >= 10 * previous
        assert value == previous or few_or_far
    else:
        thousands, point = (".", ",") if language == "it" else (",", ".")
        written = Decimal(percent[2].replace(thousands, "").replace(point, "."))
        assert abs(written - abs(Decimal(100) * (value - previous) / previous)) <= Decimal("0.051")
        assert (percent[1] == "+") == (value > previous)
    if value != previous:
        better = "miglioramento" if language == "it" else "better"
        assert (better in line) == (value < previous)


_ANSWER_IN_A_NEW_PROCESS = """
import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo
from catalogue import QuestionType, Reading, Window, checked_query
from language.rendering import render
from persistence.results import Coverage, Result

zone = ZoneInfo("Europe/Rome")
now = datetime(2026, 11, 22, 14, 5, tzinfo=zone)
begins = now.replace(hour=0, minute=0)
today = Window(start=begins, end=begins + timedelta(days=1))
query = checked_query(metric="emails_received", window=today)
coverage = Coverage(now, now, True, True, now)
result = Result(("emails_received",), ((12,),), 1, coverage)
reading = Reading(type=QuestionType.BUSINESS_DATA, query=query)
print(render(reading, result, now=now, zone=zone, processes=()))
print([name for name in sys.modules if name.split(".")[0] in ("babel", "sqlalchemy", "langgraph")])
"""


def test_a_plain_number_is_told_without_loading_what_it_does_not_need() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _ANSWER_IN_A_NEW_PROCESS],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8"},
    )
    assert done.stdout.splitlines() == ["📧 Email ricevute oggi: 12", "[]"]
