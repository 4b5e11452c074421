"""The three tools, as another agent uses them: alone, with plain arguments or tool calls."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import SecretStr, ValidationError

from catalogue import METRICS, BusinessQuery, Filter, Window
from core.clock import FixedClock
from core.errors import QueryError
from persistence.results import Note, NoteCode, Result
from persistence.store import Store
from persistence.sync import synchronise
from tests.persistence.small_company import NOW as SMALL_NOW
from tests.persistence.small_company import (
    ORDERS,
    InMemorySource,
    execution,
    process,
    small_company,
)
from tests.support.provider_stand_in import Calls, Reply, StandIn
from tests.support.truth import Fact, measure
from tests.tools.conftest import NOW, ROME, Company
from tools import BusinessQueryTool, MetricsTool, WorkflowTool, make_tools

INVOICES = "Fatture: emissione e invio"
WEEK = (datetime(2026, 11, 9, tzinfo=ROME), datetime(2026, 11, 16, tzinfo=ROME))
WEEK_BEFORE = (datetime(2026, 11, 2, tzinfo=ROME), datetime(2026, 11, 9, tzinfo=ROME))
WINDOW = {"start": WEEK[0].isoformat(), "end": WEEK[1].isoformat()}


def told(tool: BaseTool, **arguments: Any) -> dict[str, Any]:
    """What *tool* says to plain arguments."""
    content = tool.invoke(arguments)
    assert isinstance(content, str)
    found = json.loads(content)
    assert isinstance(found, dict)
    return found


def called(tool: BaseTool, **arguments: Any) -> ToolMessage:
    """What *tool* answers a model's tool call."""
    message = tool.invoke(
        {"type": "tool_call", "id": "call-7", "name": tool.name, "args": arguments}
    )
    assert isinstance(message, ToolMessage)
    assert (message.tool_call_id, message.name) == ("call-7", tool.name)
    return message


def true_value(company: Company, metric: str, window: Any = WEEK) -> float | None:
    return measure(company.facts, metric, start=window[0], end=window[1]).get(())


# --- their numbers -------------------------------------------------------------------------------


def test_a_ranking_asked_for_with_plain_arguments(company: Company) -> None:
    query = {"metric": "errors", "group_by": ["process"], "window": WINDOW}
    found = told(company.tools["business_query"], query=query)
    wanted = measure(company.facts, "errors", start=WEEK[0], end=WEEK[1], group_by=("process",))
    assert {(name,): value for name, value in found["rows"]} == wanted
    assert found["columns"] == ["process", "errors"]
    assert found["units"] == {"errors": "count"}
    assert found["total_rows"] == len(wanted) > 1
    assert (found["complete"], found["timezone"]) == (True, "Europe/Rome")
    assert datetime.fromisoformat(found["as_of"]) == NOW


def test_a_tool_call_gets_the_content_and_the_whole_result(company: Company) -> None:
    query = {"metric": "emails_received", "window": WINDOW}
    message = called(company.tools["business_query"], query=query)
    value = true_value(company, "emails_received")
    assert message.status == "success"
    assert json.loads(str(message.content))["rows"] == [[value]]
    assert isinstance(message.artifact, Result)
    assert message.artifact.rows == ((value,),)


def test_typed_arguments_are_taken_as_they_are(company: Company) -> None:
    query = BusinessQuery(metric="orders", window=Window(start=WEEK[0], end=WEEK[1]))
    found = told(company.tools["business_query"], query=query)
    assert found["rows"] == [[true_value(company, "orders")]]


async def test_the_tools_work_in_an_event_loop(company: Company) -> None:
    query = {"metric": "executions", "window": WINDOW}
    content = await company.tools["business_query"].ainvoke({"query": query})
    assert json.loads(content)["rows"] == [[true_value(company, "executions")]]


def test_the_metrics_of_a_week_stand_beside_those_of_the_week_before(company: Company) -> None:
    found = told(company.tools["metrics"], window=WINDOW)
    assert found["columns"] == ["metric", "value", "previous", "change_percent"]
    assert {row[0] for row in found["rows"]} == set(found["units"])
    assert len(found["rows"]) >= 8
    for metric, value, previous, change in found["rows"]:
        if METRICS[metric].measure.facts == "executions" and metric != "executions":
            continue  # of all processes: one of them records its failures only
        now, before = true_value(company, metric), true_value(company, metric, WEEK_BEFORE)
        assert now is not None
        assert before is not None
        assert (value, previous) == (pytest.approx(now, abs=6e-3), pytest.approx(before, abs=6e-3))
        assert change == pytest.approx(100 * (value - previous) / previous, abs=6e-3)


def test_metrics_are_compared_with_the_period_that_is_named(company: Company) -> None:
    earlier = (datetime(2026, 10, 26, tzinfo=ROME), WEEK_BEFORE[0])
    compare_to = {"start": earlier[0].isoformat(), "end": earlier[1].isoformat()}
    found = told(company.tools["metrics"], window=WINDOW, compare_to=compare_to)
    (orders,) = (row for row in found["rows"] if row[0] == "orders")
    assert orders[2] == true_value(company, "orders", earlier)
    assert orders[2] != true_value(company, "orders", WEEK_BEFORE)


def test_one_process_is_told_with_its_state_its_figures_and_its_last_runs(
    company: Company,
) -> None:
    found = told(company.tools["workflow"], process=INVOICES)
    runs = [fact for fact in company.facts["executions"] if fact["process"] == INVOICES]
    assert (found["process"], found["state"]) == (INVOICES, "active")
    assert found["figures"] == {
        "executions": len(runs),
        "success_rate": pytest.approx(_of_process(company, "success_rate"), abs=6e-5),
        "errors": _of_process(company, "errors"),
        "median_duration": pytest.approx(_of_process(company, "median_duration"), abs=6e-4),
    }
    runs.sort(key=lambda fact: (fact["at"], fact["id"]), reverse=True)
    assert [_run(run) for run in found["last_runs"]] == [
        (run["at"].replace(microsecond=0), run["status"]) for run in runs[:5]
    ]
    failed = next(run for run in runs if run["status"] == "error")
    last = found["last_error"]
    assert datetime.fromisoformat(last["time"]).replace(microsecond=0) == failed["at"].replace(
        microsecond=0
    )
    assert last["step"] == failed["step"]


def _run(told_run: dict[str, Any]) -> tuple[datetime, str]:
    return datetime.fromisoformat(told_run["time"]).replace(microsecond=0), told_run["status"]


def _of_process(company: Company, metric: str) -> float:
    return measure(company.facts, metric, keep=lambda fact: fact["process"] == INVOICES)[()]


def test_a_process_is_found_by_what_people_call_it(company: Company) -> None:
    found = told(company.tools["workflow"], process="fatture", window=WINDOW)
    assert found["process"] == INVOICES
    assert found["figures"]["executions"] == len(
        [fact for fact in company.facts["executions"] if _in_week(fact)]
    )


def _in_week(fact: Fact) -> bool:
    return fact["process"] == INVOICES and bool(WEEK[0] <= fact["at"] < WEEK[1])


def test_a_period_in_which_nothing_is_recorded_has_unknown_figures(company: Company) -> None:
    window = {"start": "2020-01-01T00:00:00+01:00", "end": "2020-02-01T00:00:00+01:00"}
    found = told(company.tools["workflow"], process=INVOICES, window=window)
    assert set(found["figures"].values()) == {None}
    assert (found["last_runs"], found["last_error"], found["complete"]) == ([], None, False)
    query = {"metric": "orders", "window": window}
    assert told(company.tools["business_query"], query=query)["rows"] == []


# --- small companies: words, states, cuts --------------------------------------------------------


@pytest.fixture
def empty_store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(str(tmp_path / "store.sqlite"))
    yield store
    store.close()


def tools_over(source: InMemorySource, store: Store, **options: Any) -> dict[str, BaseTool]:
    synchronise(source, store, zone=ROME, store_content=False, now=SMALL_NOW)
    made = make_tools(store, zone=ROME, clock=FixedClock(SMALL_NOW), **options)
    return {tool.name: tool for tool in made}


@pytest.mark.parametrize(
    ("language", "cause", "advice"),
    [
        ("it", "il servizio non ha risposto in tempo", "Di solito è passeggero"),
        ("en", "the service did not answer in time", "It usually passes"),
    ],
)
def test_the_last_error_is_told_in_plain_words(
    empty_store: Store, language: str, cause: str, advice: str
) -> None:
    source = small_company()
    source.add(execution(34, ORDERS, "2026-11-22 14:30", "error", cause="ETIMEDOUT 10.0.0.7:443"))
    tools = tools_over(source, empty_store, language=language)
    error = told(tools["workflow"], process="Ordini e-commerce")["last_error"]
    assert (error["step"], error["cause"]) == ("Chiama ERP", cause)
    assert error["advice"].startswith(advice)
    assert error["time"] == "2026-11-22T14:30:00+01:00"


def test_the_state_of_a_process_is_told(empty_store: Store) -> None:
    source = small_company()
    tools = tools_over(source, empty_store)

    def state(name: str) -> str:
        return str(told(tools["workflow"], process=name)["state"])

    assert state("Fatturazione") == "active"
    assert state("Sub: cliente nel CRM") == "not active"
    assert state("Mai partito") == "archived"
    source.listed = [each for each in source.listed if each.name != "Fatturazione"]
    synchronise(source, empty_store, zone=ROME, store_content=False, now=SMALL_NOW)
    assert state("Fatturazione") == "no longer in n8n"


def test_what_a_figure_leaves_out_is_said_in_words(empty_store: Store) -> None:
    tools = tools_over(small_company(), empty_store)
    (note,) = told(tools["workflow"], process="Ping sito")["notes"]
    assert note.endswith("only their errors are known: Ping sito.")


@pytest.mark.parametrize("code", get_args(NoteCode))
def test_every_note_has_words(company: Company, code: NoteCode) -> None:
    tool = company.tools["metrics"]
    assert isinstance(tool, MetricsTool)
    result = replace(_nothing(company), notes=(Note(code, ("Uno", "Due")),))
    content, _ = tool.told(result)
    (sentence,) = json.loads(content)["notes"]
    assert sentence.endswith(".")
    assert "{" not in sentence


def _nothing(company: Company) -> Result:
    query = {"metric": "orders", "window": WINDOW}
    artifact = called(company.tools["business_query"], query=query).artifact
    assert isinstance(artifact, Result)
    return artifact


def test_before_the_first_sync_nothing_is_known_and_that_is_said(empty_store: Store) -> None:
    tools = {tool.name: tool for tool in make_tools(empty_store, zone=ROME)}
    found = told(tools["metrics"])
    assert (found["rows"], found["complete"]) == ([], False)
    assert found["notes"] == ["Nothing was copied from n8n yet: nothing is known."]
    message = called(tools["workflow"], process="Ordini")
    assert (message.status, message.content) == ("error", "no process is known yet.")


def test_a_long_table_is_cut_for_the_model_and_whole_for_the_program(empty_store: Store) -> None:
    source = InMemorySource(listed=[process(ORDERS, "Ordini")])
    for number in range(1, 81):
        began = SMALL_NOW - timedelta(days=80 - number, hours=1)
        source.add(execution(number, ORDERS, began))
    tools = tools_over(source, empty_store)
    query = {"metric": "executions", "group_by": ["day"]}
    message = called(tools["business_query"], query=query)
    content = json.loads(str(message.content))
    assert (len(content["rows"]), content["total_rows"], len(message.artifact.rows)) == (50, 80, 80)


# --- what is asked for wrongly -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        pytest.param("workflow", {"process": "Fatturre ed emisione"}, id="workflow"),
        pytest.param(
            "business_query",
            {"query": {"metric": "errors",
                       "filters": [{"field": "process", "values": ["Fatturre ed emisione"]}]}},
            id="a filter",
        ),
    ],
)  # fmt: skip
def test_a_misspelled_process_is_found_or_its_neighbours_are_named(
    company: Company, tool: str, arguments: dict[str, Any]
) -> None:
    message = called(company.tools[tool], **arguments)
    if message.status == "success":  # near enough for the tool that finds names by itself
        assert json.loads(str(message.content))["process"] == INVOICES
    else:
        assert "no process is called 'Fatturre ed emisione'" in str(message.content)
        assert f"It can be: {INVOICES}" in str(message.content)


@pytest.mark.parametrize("tool", ["workflow", "business_query"])
def test_an_unknown_process_is_answered_with_those_that_there_are(
    company: Company, tool: str
) -> None:
    named = {"field": "process", "values": ["Zebra"]}
    arguments: dict[str, dict[str, Any]] = {
        "workflow": {"process": "Zebra"},
        "business_query": {"query": {"metric": "errors", "filters": [named]}},
    }
    message = called(company.tools[tool], **arguments[tool])
    assert message.status == "error"
    assert message.artifact is None
    text = str(message.content)
    assert text.startswith("no process is called 'Zebra'. It can be: ")
    known = [each.name for each in company.store.processes()]
    assert sum(name in text for name in known) >= 3


WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "an unknown metric": (
        "business_query",
        {"query": {"metric": "unicorns"}},
        "metric: metric 'unicorns' is not in the catalogue. It can be: executions, successes",
    ),
    "a grouping that the metric has not": (
        "business_query",
        {"query": {"metric": "orders", "group_by": ["cause"]}},
        "group_by: 'orders' cannot be grouped by 'cause'. It can be: process, day",
    ),
    "a filter that the metric has not": (
        "business_query",
        {"query": {"metric": "orders", "filters": [{"field": "sender", "values": ["x"]}]}},
        "orders cannot be filtered by sender. It can be: ",
    ),
    "an unknown field": (
        "business_query",
        {"query": {"metric": "orders", "sql": "drop table"}},
        "query.sql: Extra inputs are not permitted.",
    ),
    "a moment without an offset": (
        "metrics",
        {"window": {"start": "2026-11-01T00:00:00", "end": "2026-11-02T00:00:00+01:00"}},
        "window.start: a moment needs its offset, as in 2026-11-22T00:00:00+01:00.",
    ),
    "a window that ends before it starts": (
        "workflow",
        {"process": INVOICES, "window": {"start": WINDOW["end"], "end": WINDOW["start"]}},
        "before it starts",
    ),
    "no process": ("workflow", {}, "process: Field required."),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_model_that_asks_wrongly_is_told_what_it_can_ask(company: Company, case: str) -> None:
    tool, arguments, said = WRONG[case]
    message = called(company.tools[tool], **arguments)
    assert message.status == "error"
    assert said in str(message.content)
    assert "pydantic" not in str(message.content)


def test_a_program_gets_exceptions_where_it_wants_them(company: Company) -> None:
    made_with: Any = {"store": company.store, "zone": ROME, "clock": FixedClock(NOW)}
    with pytest.raises(QueryError, match="no process is called 'Zebra'") as caught:
        WorkflowTool(**made_with).invoke({"process": "Zebra"})
    assert caught.value.choices
    with pytest.raises(ValidationError):
        BusinessQueryTool(**made_with).invoke({"query": {"metric": "unicorns"}})
    unknown = BusinessQuery(metric="errors", filters=(Filter(field="process", values=("Z",)),))
    with pytest.raises(QueryError):
        BusinessQueryTool(**made_with).invoke({"query": unknown})


# --- their schemas, as providers see them --------------------------------------------------------


def parts_of(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema within *schema*."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from parts_of(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from parts_of(value)


@pytest.mark.parametrize("name", ["business_query", "metrics", "workflow"])
def test_the_schema_is_complete_and_of_plain_json(company: Company, name: str) -> None:
    exported = json.loads(json.dumps(convert_to_openai_tool(company.tools[name])))
    function = exported["function"]
    assert (exported["type"], function["name"]) == ("function", name)
    assert "Europe/Rome" in function["description"]
    parameters = function["parameters"]
    for field, schema in parameters["properties"].items():
        assert schema.get("description"), field
    for part in parts_of(parameters):
        assert not {"$ref", "$defs", "prefixItems"} & part.keys()
        assert part.get("type") != "array" or "items" in part


def test_the_schema_of_a_query_says_all_that_can_be_asked(company: Company) -> None:
    tool = company.tools["business_query"]
    function = convert_to_openai_tool(tool)["function"]
    assert all(f"- {metric} (" in function["description"] for metric in METRICS)
    fields = function["parameters"]["properties"]["query"]["properties"]
    assert fields.keys() == BusinessQuery.model_fields.keys()
    assert all(schema.get("description") for schema in fields.values())
    assert fields["metric"]["anyOf"][0]["enum"] == list(METRICS)
    of_the_catalogue = BusinessQuery.model_json_schema()["properties"]
    assert not any("description" in schema for schema in of_the_catalogue.values())
    night = {"metric": "executions", "hours": [[0, 6]], "weekdays": [1, 7], "window": WINDOW}
    wanted = measure(
        company.facts,
        "executions",
        start=WEEK[0],
        end=WEEK[1],
        keep=lambda fact: fact["at"].hour < 6 and fact["at"].isoweekday() in (1, 7),
    )
    assert told(tool, query=night)["rows"] == [[wanted[()]]]


GEMINI_KNOWS = {
    "type", "format", "title", "description", "nullable", "enum", "maxItems", "minItems",
    "properties", "required", "minProperties", "maxProperties", "minLength", "maxLength",
    "pattern", "example", "anyOf", "propertyOrdering", "default", "items", "minimum", "maximum",
}  # fmt: skip
"""The fields of a Schema in Gemini's API; anything else is refused."""


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as server:
        yield server


@asynccontextmanager
async def chat_model(provider: str, url: str) -> AsyncIterator[Any]:
    """A provider's real client; closed at the end."""
    if provider == "groq":
        from langchain_groq import ChatGroq

        async with httpx.AsyncClient() as connections:
            yield ChatGroq(
                model_name="groq-test",
                api_key=SecretStr("test-key"),
                base_url=url,
                max_retries=0,
                http_async_client=connections,
            )
        return
    from langchain_google_genai import ChatGoogleGenerativeAI

    chat = ChatGoogleGenerativeAI(
        model="gemini-test", google_api_key=SecretStr("test-key"), base_url=url, max_retries=1
    )
    yield chat
    await chat.aclose()


@pytest.mark.parametrize("provider", ["groq", "gemini"])
async def test_a_real_client_binds_the_tools_and_a_model_works_with_them(
    company: Company, stand_in: StandIn, provider: str, caplog: pytest.LogCaptureFixture
) -> None:
    query = {"metric": "orders", "window": WINDOW}
    stand_in.plan(provider, Calls("business_query", {"query": query}), Reply("Fatto."))
    asked: list[Any] = [HumanMessage("Quanti ordini?")]
    async with chat_model(provider, stand_in.url) as chat:
        model = chat.bind_tools(list(company.tools.values()))
        answer = await model.ainvoke(asked)
        assert isinstance(answer, AIMessage)
        (call,) = answer.tool_calls
        message = await company.tools[call["name"]].ainvoke(call)
        last = await model.ainvoke([*asked, answer, message])
    assert json.loads(message.content)["rows"] == [[true_value(company, "orders")]]
    assert last.text == "Fatto."
    offered = _offered(provider, stand_in.asked[0][1])
    assert offered.keys() == company.tools.keys()
    for name, schema in offered.items():
        assert schema["properties"].keys() == company.tools[name].args.keys()
    text = json.dumps(stand_in.asked[1][1], ensure_ascii=False)
    assert "total_rows" in text, "the model sees what the tool said"
    assert not [record for record in caplog.records if "not supported" in record.getMessage()]


def _offered(provider: str, body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    if provider == "groq":
        return {
            each["function"]["name"]: each["function"]["parameters"] for each in body["tools"]
        }  # fmt: skip
    declared = [each for tool in body["tools"] for each in tool["functionDeclarations"]]
    return {each["name"]: each.get("parameters") or each["parametersJsonSchema"]
            for each in declared}  # fmt: skip


@pytest.mark.parametrize("provider", ["groq", "gemini"])
async def test_what_a_client_sends_of_the_schemas_its_provider_takes(
    company: Company, stand_in: StandIn, provider: str
) -> None:
    stand_in.plan(provider, Reply("Ciao."))
    async with chat_model(provider, stand_in.url) as chat:
        await chat.bind_tools(list(company.tools.values())).ainvoke("?")
    for schema in _offered(provider, stand_in.asked[0][1]).values():
        for part in _schemas(schema):
            assert "$ref" not in part
            if provider == "gemini":
                assert part.keys() <= GEMINI_KNOWS
            assert str(part.get("type", "")).lower() != "array" or "items" in part


def _schemas(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """*schema* and the schemas within it, not counting the names of properties."""
    yield schema
    for each in schema.get("properties", {}).values():
        yield from _schemas(each)
    for each in (*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else [])):
        yield from _schemas(each)
