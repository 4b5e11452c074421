from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persistence.mapping.declaration import Declaration
from persistence.n8n.business import extract_business
from persistence.n8n.payload import Payload, read_payload
from persistence.n8n.records import BusinessRecord
from tests.persistence.n8n.n8n_writer import (
    AGENT,
    BASE,
    BEGAN,
    delivered,
    execution_data,
    flatten,
    milliseconds,
    node,
    run,
    wrapped,
)

MAPPING = Declaration().mapping
CHAIN = "@n8n/n8n-nodes-langchain.chainLlm"
MAIL = {"from": "Ada <Ada@Example.com>", "to": "info@example.com", "subject": "Reso",
        "textPlain": "Vorrei rendere il vaso."}  # fmt: skip


def payload_of(run_data: Any, nodes: list[dict[str, Any]], **result: Any) -> Payload:
    snapshot = json.dumps({"nodes": nodes, "connections": {}})
    return read_payload(flatten(execution_data(run_data, **result)), snapshot)


def business(
    run_data: Any,
    *nodes: dict[str, Any],
    mode: str = "webhook",
    not_before: datetime | None = None,
    **result: Any,
) -> tuple[BusinessRecord, ...]:
    payload = payload_of(run_data, list(nodes), **result)
    return extract_business(payload, MAPPING, mode=mode, began_at=BEGAN, not_before=not_before)


def one(run_data: Any, *nodes: dict[str, Any], **more: Any) -> BusinessRecord:
    records = business(run_data, *nodes, **more)
    assert len(records) == 1, records
    return records[0]


# --- e-mails received ------------------------------------------------------------------------


def test_every_item_of_a_mail_trigger_is_a_received_email() -> None:
    other = {"from": "bob@example.com", "subject": "", "textPlain": ""}
    records = business({"Posta": [run(MAIL, other, at=3)]}, node("Posta", "emailReadImap"))
    assert [(r.direction, r.email_sender, r.email_subject) for r in records] == [
        ("received", "ada@example.com", "Reso"),
        ("received", "bob@example.com", None),
    ]
    assert [r.item_index for r in records] == [0, 1]
    assert records[0].occurred_at == BEGAN + timedelta(seconds=3)
    assert records[0].email_content == "Vorrei rendere il vaso."
    assert records[0].email_recipient == "info@example.com"
    assert (records[0].customer, records[0].customer_name) == ("ada@example.com", "Ada")


@pytest.mark.parametrize(
    ("kind", "item"),
    [
        pytest.param(
            "gmailTrigger",
            {"id": "1", "threadId": "1", "snippet": "Ciao", "From": "Ada <ada@example.com>",
             "Subject": "Reso", "labels": []},
            id="Gmail, simplified",
        ),
        pytest.param(
            "gmailTrigger",
            {"from": {"value": [{"address": "ADA@example.com", "name": "Ada"}], "text": "x"},
             "subject": "Reso", "text": "Ciao", "headers": {"received": "secret"}},
            id="Gmail, whole",
        ),
        pytest.param(
            "microsoftOutlookTrigger",
            {"from": {"emailAddress": {"address": "ada@example.com", "name": "Ada"}},
             "subject": "Reso", "body": {"contentType": "html", "content": "<p>Ciao</p>"}},
            id="Outlook, whole",
        ),
        pytest.param(
            "microsoftOutlookTrigger",
            {"from": "ada@example.com", "subject": "Reso", "bodyPreview": "Ciao"},
            id="Outlook, simplified",
        ),
    ],
)  # fmt: skip
def test_mails_of_every_trigger_are_understood(kind: str, item: dict[str, Any]) -> None:
    record = one({"Posta": [run(item)]}, node("Posta", kind))
    assert record.email_sender == "ada@example.com"
    assert (record.email_subject, record.email_content) == ("Reso", "Ciao")
    assert "secret" not in str(asdict(record))


@pytest.mark.parametrize(
    "item",
    [
        {"body": {"email_sender": "ada@example.com", "email_subject": "Reso"}},
        {"body": {"mittente": "Ada <ada@example.com>", "oggetto": "Reso"}, "query": {}},
        {"from": "ada@example.com", "subject": "Reso"},
        {"Email": "ada@example.com", "Oggetto": "Reso", "submittedAt": "…", "formMode": "x"},
    ],
)
@pytest.mark.parametrize("kind", ["webhook", "formTrigger"])
def test_an_intake_with_sender_and_subject_is_a_received_email(
    kind: str, item: dict[str, Any]
) -> None:
    item = {**item, "headers": {"cookie": "session=1", "authorization": "Bearer x"}}
    record = one({"Intake": [run(item)]}, node("Intake", kind))
    assert (record.email_sender, record.email_subject) == ("ada@example.com", "Reso")
    assert "Bearer" not in str(asdict(record))
    assert "session" not in str(asdict(record))


@pytest.mark.parametrize(
    "body",
    [
        {"email": "ada@example.com"},
        {"email": "ada@example.com", "subject": " "},
        {"subject": "Reso"},
        {"sender": "Ada", "subject": "Reso"},
        {"sender": 5, "subject": ["Reso"]},
        {},
        None,
        "ada@example.com",
    ],
)
def test_an_intake_without_sender_or_subject_is_no_email(body: Any) -> None:
    assert business({"Intake": [run({"body": body})]}, node("Intake", "webhook")) == ()


def test_only_the_step_that_received_the_mail_counts() -> None:
    records = business(
        {
            "Posta": [run(MAIL)],
            "Prepara": [run({"email_sender": "ada@example.com", "email_subject": "Reso"},
                            after="Posta", at=1)],
        },
        node("Posta", "emailReadImap"),
        node("Prepara", "set"),
    )  # fmt: skip
    assert [r.node_name for r in records] == ["Posta"]


# --- e-mails sent ----------------------------------------------------------------------------


def test_a_sent_mail_has_its_recipient_and_the_subject_it_was_sent_with() -> None:
    record = business(
        {
            "Posta": [run(MAIL)],
            "Prepara": [run({"s": "Reso"}, after="Posta", at=1)],
            "Invia": [run(delivered("Ada@Example.com"), after="Prepara", at=2)],
        },
        node("Posta", "emailReadImap"),
        node("Prepara", "set"),
        node(
            "Invia",
            "emailSend",
            parameters={
                "subject": "=Re: {{ $('Posta').item.json.subject }} ({{ $json.s }})",
                "text": "Grazie.",
            },
            notes="mostra questo: show-1",
        ),
    )[1]
    assert (record.direction, record.email_recipient) == ("sent", "ada@example.com")
    assert record.email_subject == "Re: Reso (Reso)"
    assert record.email_content == "Grazie."
    assert record.email_sender == "negozio@example.com"
    assert record.show_tag == "show-1"
    assert record.occurred_at == BEGAN + timedelta(seconds=2)


def test_a_subject_that_cannot_be_evaluated_is_carried_from_the_mail_it_answers() -> None:
    records = business(
        {
            "Posta": [run(MAIL, {**MAIL, "subject": "Fattura"})],
            "AI": [run({"output": "a"}, {"output": "b"}, after="Posta", at=1)],
            "Invia": [run(delivered(), delivered(), after="AI", at=2)],
        },
        node("Posta", "emailReadImap"),
        node("AI", AGENT),
        node("Invia", "emailSend", parameters={"subject": "={{ $now.toFormat('dd') }}"}),
    )
    sent = [r.email_subject for r in records if r.direction == "sent"]
    assert sent == ["Reso", "Fattura"]


def test_a_loop_gives_each_answer_its_own_subject() -> None:
    mails = [{**MAIL, "subject": f"Caso {place}"} for place in range(3)]

    def from_loop(round_: int) -> dict[str, Any]:
        return {
            "previousNode": "Uno alla volta",
            "previousNodeOutput": 1,
            "previousNodeRun": round_,
        }

    def looped(place: int) -> dict[str, Any]:
        step = run(at=2 * place + 1, after="Posta" if place == 0 else "Invia")
        step["data"]["main"] = [[], [wrapped(mails[place], place)]]
        return step

    records = business(
        {
            "Posta": [run(*mails)],
            "Uno alla volta": [looped(place) for place in range(3)],
            "Invia": [
                {**run(delivered(), at=2 * place + 2), "source": [from_loop(place)]}
                for place in range(3)
            ],
        },
        node("Posta", "emailReadImap"),
        node("Uno alla volta", "splitInBatches"),
        node(
            "Invia", "emailSend", parameters={"subject": "=Re: {{ $('Posta').item.json.subject }}"}
        ),
    )
    sent = [(r.run_index, r.email_subject) for r in records if r.direction == "sent"]
    assert sent == [(0, "Re: Caso 0"), (1, "Re: Caso 1"), (2, "Re: Caso 2")]


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("emailSend", {}),
        ("gmail", {}),
        ("gmail", {"operation": "reply"}),
        ("gmail", {"resource": "message", "operation": "send"}),
        ("microsoftOutlook", {}),
        ("microsoftOutlook", {"operation": "reply"}),
        ("microsoftOutlook", {"resource": "draft", "operation": "send"}),
        ("sendGrid", {"resource": "mail", "operation": "send"}),
        ("sendGrid", {"resource": "mail"}),
        ("mailgun", {}),
        ("mailjet", {}),
        ("mailjet", {"operation": "sendTemplate"}),
        ("awsSes", {}),
        ("sendInBlue", {}),
        ("mandrill", {"operation": "sendHtml"}),
    ],
)
def test_every_mail_sending_step_counts(kind: str, parameters: dict[str, Any]) -> None:
    record = one(
        {"Invia": [run({"id": "18c", "threadId": "18c"})]},
        node("Invia", kind, parameters=parameters),
    )
    assert record.direction == "sent"


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("gmail", {"operation": "getAll"}),
        ("gmail", {"resource": "draft", "operation": "create"}),
        ("gmail", {"resource": "label"}),
        ("microsoftOutlook", {"resource": "calendar", "operation": "create"}),
        ("sendGrid", {}),
        ("mailjet", {"resource": "sms"}),
        ("sendInBlue", {"resource": "contact", "operation": "create"}),
        ("awsSes", {"resource": "template", "operation": "create"}),
        ("gmail", {"operation": ["send"]}),
    ],
)
def test_other_work_of_such_a_step_is_no_mail(kind: str, parameters: dict[str, Any]) -> None:
    assert business({"Passo": [run({"id": "1"})]}, node("Passo", kind, parameters=parameters)) == ()


@pytest.mark.parametrize(
    "item",
    [
        pytest.param({"error": "Mailbox full"}, id="an error that the step went on after"),
        pytest.param({**delivered(), "error": {"message": "x"}}, id="an error beside the rest"),
        pytest.param({"accepted": [], "rejected": ["a@x.it"]}, id="rejected"),
        pytest.param({}, id="nothing"),
        pytest.param({"email": "a@x.it", "status": "rejected"}, id="rejected by Mandrill"),
    ],
)
def test_a_mail_that_was_not_delivered_does_not_count(item: dict[str, Any]) -> None:
    assert business({"Invia": [run(item)]}, node("Invia", "emailSend")) == ()


def test_the_error_output_of_a_sending_step_does_not_count() -> None:
    step = run()
    step["data"]["main"] = [
        [wrapped(delivered())],
        [wrapped({"order_id": None, "error": "rejected"}), wrapped({"messageId": "x"})],
    ]
    assert len(business({"Invia": [step]}, node("Invia", "emailSend"))) == 1


def test_an_item_marked_as_failed_does_not_count() -> None:
    step = run()
    step["data"]["main"] = [[{"json": delivered(), "error": {"message": "x"}}]]
    assert business({"Invia": [step]}, node("Invia", "emailSend")) == ()


def test_a_failed_step_passes_its_input_on_and_sent_nothing() -> None:
    step = run(MAIL, executionStatus="error", error={"message": "SMTP down"})
    assert business({"Invia": [step]}, node("Invia", "emailSend")) == ()


def test_a_message_that_waits_for_an_answer_was_sent_once() -> None:
    step = run({"a": 1}, {"a": 2}, executionStatus="waiting")
    parameters = {
        "operation": "sendAndWait",
        "sendTo": "capo@example.com",
        "subject": "Approvi?",
    }
    record = one({"Chiedi": [step]}, node("Chiedi", "gmail", parameters=parameters))
    assert (record.email_recipient, record.email_subject) == ("capo@example.com", "Approvi?")


def test_a_reply_goes_to_who_wrote() -> None:
    records = business(
        {
            "Posta": [run(MAIL)],
            "Rispondi": [run({"id": "1", "labelIds": ["SENT"]}, after="Posta", at=1)],
        },
        node("Posta", "gmailTrigger"),
        node(
            "Rispondi", "gmail", parameters={"operation": "reply", "messageId": "={{ $json.id }}"}
        ),
    )
    assert records[1].email_recipient == "ada@example.com"
    assert records[1].email_subject == "Reso"


def test_a_mail_that_an_agent_sends_with_a_tool_counts() -> None:
    step = {
        **run(at=1),
        "data": {"ai_tool": [[{"json": {"response": [{"id": "1"}]}}]]},
        "inputOverride": {
            "ai_tool": [[{"json": {"query": {"To": "ada@example.com", "Subject": "Reso"}}}]]
        },
    }
    record = one({"Scrivi": [step]}, node("Scrivi", "gmailTool"))
    assert (record.email_recipient, record.email_subject) == ("ada@example.com", "Reso")
    failed = {**step, "data": {"ai_tool": [[{"json": {"response": "There was an error: x"}}]]}}
    assert business({"Scrivi": [failed]}, node("Scrivi", "gmailTool")) == ()


def test_steps_that_carry_a_delivery_along_sent_nothing() -> None:
    records = business(
        {
            "Invia": [run(delivered())],
            "Attendi": [run(delivered(), after="Invia", at=1)],
            "Conferma": [run(delivered(), after="Attendi", at=2)],
        },
        node("Invia", "emailSend"),
        node("Attendi", "wait"),
        node("Conferma", "respondToWebhook"),
    )
    assert [r.node_name for r in records] == ["Invia"]


# --- AI answers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "item", "answer"),
    [
        (AGENT, {"output": "Ecco."}, "Ecco."),
        (CHAIN, {"text": "Ecco."}, "Ecco."),
        ("@n8n/n8n-nodes-langchain.chainRetrievalQa", {"response": {"text": "Ecco."}}, "Ecco."),
        ("@n8n/n8n-nodes-langchain.chainSummarization", {"output": {"text": "Ecco."}}, "Ecco."),
        (AGENT, {"output": {"tono": "buono", "voto": 5}}, '{"tono": "buono", "voto": 5}'),
        (CHAIN, {"tono": "buono"}, '{"tono": "buono"}'),
        (AGENT, {"output": ""}, '{"output": ""}'),
    ],
)
def test_an_output_of_an_agent_or_a_chain_is_an_answer(
    kind: str, item: dict[str, Any], answer: str
) -> None:
    record = one({"AI": [run(item, at=5)]}, node("AI", kind))
    assert (record.kind, record.ai_response) == ("answer", answer)
    assert record.occurred_at == BEGAN + timedelta(seconds=5)
    assert record.duration_s == pytest.approx(0.04)


def test_the_time_of_a_step_is_told_once_a_run() -> None:
    runs = [run({"output": "a"}, {"output": "b"}), run({"output": "c"}, at=1)]
    records = business({"AI": runs}, node("AI", AGENT))
    assert [(r.run_index, r.item_index, r.duration_s) for r in records] == [
        (0, 0, 0.04), (0, 1, None), (1, 0, 0.04),
    ]  # fmt: skip


def test_models_memories_and_failed_answers_are_no_answers() -> None:
    model = {**run(), "data": {"ai_languageModel": [[wrapped({"response": {"text": "x"}})]]},
             "inputOverride": {"ai_languageModel": [[wrapped({"messages": ["x"]})]]}}  # fmt: skip
    assert (
        business(
            {
                "Modello": [model],
                "Memoria": [{**run(), "data": {"ai_memory": [[wrapped({"chatHistory": []})]]}}],
                "AI": [run({"error": "429 quota"}), run({"output": "x"}, error={"message": "x"})],
            },
            node("Modello", "@n8n/n8n-nodes-langchain.lmChatOpenAi"),
            node("Memoria", "@n8n/n8n-nodes-langchain.memoryBufferWindow"),
            node("AI", AGENT),
        )
        == ()
    )


def test_an_answer_that_holds_itself_does_not_stop_the_rest() -> None:
    text = flatten(execution_data({"AI": [run({"output": {"self": None}})]}))
    looped = text.replace('{"self": null}', '{"self": "0"}')
    assert looped != text
    payload = read_payload(looped, json.dumps({"nodes": [node("AI", AGENT)]}))
    (record,) = extract_business(payload, MAPPING, mode="webhook", began_at=BEGAN)
    assert record.ai_response is None


# --- orders ----------------------------------------------------------------------------------


def orders(run_data: Any, *nodes: dict[str, Any], **more: Any) -> list[tuple[Any, ...]]:
    return [
        (r.order_id, r.order_total, r.customer)
        for r in business(run_data, *nodes, **more)
        if r.kind == "order"
    ]


@pytest.mark.parametrize(
    "item",
    [
        {"order_id": "ORD-1"},
        {"orderId": "ORD-1"},
        {"order_number": "ORD-1"},
        {"orderNumber": " ORD-1 "},
        {"numero_ordine": "#ORD-1"},
        {"id_ordine": "ORD-1"},
        {"Numero Ordine": "ORD-1"},
        {"body": {"order_id": "ORD-1"}},
        {"body": [{"order_id": "ORD-1"}]},
        {"order": {"id": "ORD-1"}},
        {"ordine": {"numero": "ORD-1"}},
        {"body": {"order": {"order_id": "ORD-1", "id": 7}}},
        {"order_id": ["ORD-1"]},
        {"order_id": {"value": "ORD-1"}},
        {"order_id": "ORD-1", "order": {"id": 9}},
        {"order_id": "ORD-1", "order_number": 1001},
    ],
)
def test_an_order_is_found_under_every_declared_name(item: dict[str, Any]) -> None:
    assert orders({"Passo": [run(item)]}, node("Passo", "set")) == [("ORD-1", None, None)]


@pytest.mark.parametrize(
    "value", [None, "", "  ", "null", "undefined", "-", "0", 0, True, {}, [], [None], [[1]],
              {"a": "b"}, float("1e400"), "x" * 500],
)  # fmt: skip
def test_an_order_without_a_number_is_none(value: Any) -> None:
    text = flatten(execution_data({"Passo": [run({"order_id": value})]})).replace(
        "Infinity", "1e999"
    )
    payload = read_payload(text, json.dumps({"nodes": [node("Passo", "set")]}))
    assert extract_business(payload, MAPPING, mode="webhook", began_at=BEGAN) == ()


@pytest.mark.parametrize(("value", "number"), [(1001, "1001"), (1001.0, "1001"), ("1001", "1001")])
def test_numbers_of_every_type_are_the_same_order(value: Any, number: str) -> None:
    found = orders({"Passo": [run({"order_id": value}), run({"orderId": number}, at=1)]})
    assert found == [(number, None, None)]


def test_a_list_of_numbers_is_several_orders_without_a_total() -> None:
    records = business({"Passo": [run({"order_id": ["A", 7, "A"], "total": 90})]})
    assert [(r.order_id, r.order_total) for r in records] == [("A", None), ("7", None)]
    assert len({(r.node_name, r.run_index, r.item_index) for r in records}) == 2


def test_an_order_counts_once_where_it_first_appears() -> None:
    records = business(
        {
            "Valida": [run({"order_id": "A", "total": "1.234,50"}, at=2, after="Nuovo")],
            "Nuovo": [run({"body": {"order_id": "A", "customer": {"email": "Ada@X.it",
                                                                  "name": "Ada"}}}, at=1)],
            "Registra": [run({"order_id": "A", "total": 9999}, at=3, after="Valida")],
        },
        node("Nuovo", "webhook"),
        node("Valida", "code"),
        node("Registra", "httpRequest"),
    )  # fmt: skip
    assert len(records) == 1
    record = records[0]
    assert (record.node_name, record.node_type) == ("Nuovo", BASE + "webhook")
    assert record.occurred_at == BEGAN + timedelta(seconds=1)
    assert record.order_total == pytest.approx(1234.5)
    assert (record.customer, record.customer_name) == ("ada@x.it", "Ada")


def test_steps_at_the_same_moment_go_by_their_order_of_execution() -> None:
    first = {**run({"order_id": "A"}), "executionIndex": 1}
    second = {**run({"order_id": "A"}), "executionIndex": 0}
    assert one({"Dopo": [first], "Prima": [second]}).node_name == "Prima"


@pytest.mark.parametrize(
    "field",
    ["total", "totale", "order_total", "total_price", "amount", "importo", "Totale Ordine"],
)
def test_the_total_is_found_under_every_declared_name(field: str) -> None:
    item = {"order_id": "A", field: "€ 1.234,50"}
    assert orders({"Passo": [run(item)]}) == [("A", 1234.5, None)]
    inside = {"body": {"order_id": "A"}, field: 7}
    assert orders({"Passo": [run(inside)]}) == [("A", 7.0, None)]


def test_a_total_of_another_item_is_not_the_orders() -> None:
    assert orders({"Passo": [run({"order_id": "A"}, {"total": 5})]}) == [("A", None, None)]


@pytest.mark.parametrize(
    ("fields", "customer", "name"),
    [
        ({"customer_email": "Ada@x.it"}, "ada@x.it", None),
        ({"customer": {"email": "ada@x.it", "first_name": "Ada", "last_name": "Ro"}}, "ada@x.it",
         "Ada Ro"),
        ({"cliente": "Bottega Ro", "email": "ADA@x.it"}, "ada@x.it", "Bottega Ro"),
        ({"cliente": "Bottega Ro"}, "Bottega Ro", "Bottega Ro"),
        ({"customer": {"ragione_sociale": "Ro S.r.l."}}, "Ro S.r.l.", "Ro S.r.l."),
        ({"nome_cliente": "Ada"}, "Ada", "Ada"),
        ({"customer": 5, "email": ["a"], "cliente": None}, None, None),
    ],
)  # fmt: skip
def test_the_customer_is_found_under_every_declared_name(
    fields: dict[str, Any], customer: str | None, name: str | None
) -> None:
    record = one({"Passo": [run({"order_id": "A", **fields})]})
    assert (record.customer, record.customer_name) == (customer, name)


def test_an_order_of_a_failed_execution_counts() -> None:
    records = orders(
        {"Nuovo": [run({"body": {"order_id": "A"}})],
         "Valida": [run(at=1, executionStatus="error", error={"message": "x"})]},
        node("Nuovo", "webhook"), node("Valida", "code"),
        error={"message": "x"},
    )  # fmt: skip
    assert records == [("A", None, None)]


# --- what is no business ---------------------------------------------------------------------

EVERYTHING: dict[str, Any] = {
    "Posta": [run({**MAIL, "order_id": "A"})],
    "AI": [run({"output": "x"}, at=1)],
    "Invia": [run(delivered(), at=2)],
}
EVERY_STEP = (node("Posta", "emailReadImap"), node("AI", AGENT), node("Invia", "emailSend"))


@pytest.mark.parametrize("mode", ["webhook", "trigger", "integrated", "error", "retry", "chat"])
def test_executions_of_every_other_mode_do_business(mode: str) -> None:
    assert len(business(EVERYTHING, *EVERY_STEP, mode=mode)) == 4


def test_manual_executions_do_none() -> None:
    assert business(EVERYTHING, *EVERY_STEP, mode="manual") == ()


def test_executions_with_pinned_data_do_none() -> None:
    assert business(EVERYTHING, *EVERY_STEP, pinData={"Posta": [wrapped(MAIL)]}) == ()
    assert len(business(EVERYTHING, *EVERY_STEP, pinData={})) == 4


def test_disabled_steps_did_nothing() -> None:
    off = [{**step, "disabled": True} for step in EVERY_STEP]
    assert business(EVERYTHING, *off) == ()


def test_steps_recovered_after_a_crash_are_placeholders() -> None:
    recovered = {**run({"isArtificialRecoveredEventItem": True}), "startTime": 1793715607}
    crashed = {**run(), "startTime": 1793715607, "executionStatus": "crashed", "data": None}
    assert business({"Posta": [recovered], "Invia": [crashed]}, *EVERY_STEP) == ()


def test_a_retry_counts_only_what_it_ran_itself() -> None:
    copied = run(MAIL, at=-3600)
    own = run(delivered(), at=1, after="Posta")
    records = business({"Posta": [copied], "Invia": [own]}, *EVERY_STEP, mode="retry",
                       not_before=BEGAN)  # fmt: skip
    assert [(r.node_name, r.email_subject) for r in records] == [("Invia", "Reso")]


def test_seconds_in_place_of_milliseconds_are_understood() -> None:
    step = {**run({"order_id": "A"}), "startTime": int(BEGAN.timestamp())}
    assert one({"Passo": [step]}).occurred_at == BEGAN


@pytest.mark.parametrize("moment", [None, "x", -1, 0, 10**400, 1e308, True, [], 12345])
def test_a_step_without_a_usable_moment_belongs_to_the_beginning(moment: Any) -> None:
    step = {**run({"order_id": "A"}), "startTime": moment}
    assert one({"Passo": [step]}).occurred_at == BEGAN


# --- any JSON at all -------------------------------------------------------------------------

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5) | st.sampled_from(["a@x.it", "1.234,50", "ORD-1", "main", "error"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["json", "error", "body", "from", "subject", "order_id", "total", "order",
                         "customer", "output", "text", "envelope", "to", "accepted", "value"]),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip
PARTS = st.fixed_dictionaries(
    {},
    optional={
        "startTime": ANYTHING, "executionTime": ANYTHING, "executionIndex": ANYTHING,
        "executionStatus": ANYTHING, "source": ANYTHING, "error": ANYTHING,
        "inputOverride": ANYTHING,
        "data": ANYTHING | st.fixed_dictionaries({"main": st.lists(st.lists(
            st.fixed_dictionaries({"json": ANYTHING, "pairedItem": ANYTHING}) | ANYTHING,
            max_size=3), max_size=2) | ANYTHING}),
    },
)  # fmt: skip
NODES = [
    node("Posta", "emailReadImap"), node("Intake", "webhook"), node("AI", AGENT),
    node("Invia", "emailSend", parameters={"subject": "=Re: {{ $('Posta').item.json.subject }}"}),
    node("Rispondi", "gmail", parameters={"operation": "reply"}), node("Passo", "set"),
]  # fmt: skip
RUN_DATA = st.dictionaries(
    st.sampled_from([step["name"] for step in NODES] + ["Ignoto"]),
    st.lists(PARTS | ANYTHING, max_size=3) | ANYTHING,
    max_size=4,
)


@settings(max_examples=250, deadline=None)
@given(RUN_DATA, ANYTHING)
def test_no_json_of_any_type_stops_the_extraction(run_data: Any, error: Any) -> None:
    payload = payload_of(run_data, NODES, error=error)
    records = extract_business(payload, MAPPING, mode="webhook", began_at=BEGAN)
    keys = [(r.node_name, r.kind, r.run_index, r.item_index) for r in records]
    assert len(set(keys)) == len(keys)
    for record in records:
        assert record.occurred_at.tzinfo is UTC
        assert record.order_total is None or isinstance(record.order_total, float)
        for value in asdict(record).values():
            if isinstance(value, str):
                value.encode()


def test_records_hold_only_declared_fields_of_a_request() -> None:
    item = {
        "headers": {"cookie": "c00kie", "authorization": "t0ken"},
        "body": {"order_id": "A", "total": 5, "card_number": "4111", "token": "t0ken"},
    }
    told = str(asdict(one({"Nuovo": [run(item)]}, node("Nuovo", "webhook"))))
    assert not any(secret in told for secret in ("c00kie", "t0ken", "4111"))


def test_the_declared_sending_steps_are_n8n_nodes() -> None:
    assert all(kind.startswith(BASE) for kind in MAPPING.sent_mail.steps)
    assert milliseconds(1) - milliseconds(0) == 1000
