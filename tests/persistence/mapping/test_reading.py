from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import SettingsError
from persistence.mapping.declaration import SHIPPED, Declaration
from persistence.mapping.fields import fields, find, is_secret, merged
from persistence.mapping.model import BusinessMapping, StepRule


def with_additions(folder: Path, text: str | bytes) -> Declaration:
    file = folder / "mine.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Declaration(file)


def added(folder: Path, text: str) -> BusinessMapping:
    return with_additions(folder, text).mapping


SHIPPED_MAPPING = Declaration().mapping


# --- what it may say -----------------------------------------------------------------------------


def test_the_shipped_mapping_has_every_part() -> None:
    mapping = SHIPPED_MAPPING
    assert "n8n-nodes-base.emailReadImap" in mapping.received_mail.steps
    assert "n8n-nodes-base.emailSend" in mapping.sent_mail.steps
    assert set(mapping.channels) == {"telegram", "whatsapp", "sms"}
    assert {"woocommerce", "shopify", "stripe_checkout", "google_sheets"} <= set(
        mapping.order.shapes
    )
    assert mapping.order.id.ranks["orderid"] == 0


@pytest.mark.parametrize("text", ["", "# nothing\n", "version: 1\n", "order:\nmessage:\n"])
def test_a_file_that_adds_nothing_leaves_the_shipped_mapping(tmp_path: Path, text: str) -> None:
    assert added(tmp_path, text) == SHIPPED_MAPPING


def test_names_that_are_added_are_tried_first(tmp_path: Path) -> None:
    mapping = added(tmp_path, "order: {id: [commessa, job.number], total: [netto]}")
    item = {"order_id": "A", "Commessa": "K-7", "job": [{"Number": 9}]}
    assert find(item, mapping.order.id) == "K-7"
    assert find({"order_id": "A", "job": [{"Number": 9}]}, mapping.order.id) == 9
    assert find({"order_id": "A"}, mapping.order.id) == "A"
    assert mapping.order.containers == SHIPPED_MAPPING.order.containers


def test_a_name_can_be_taken_away(tmp_path: Path) -> None:
    mapping = added(tmp_path, 'order: {total: ["-amount", -importo]}')
    assert find({"amount": 5}, mapping.order.total) is None
    assert find({"total": 5}, mapping.order.total) == 5


def test_steps_are_added_changed_and_taken_away(tmp_path: Path) -> None:
    mapping = added(
        tmp_path,
        """
        sent_mail:
          steps:
            n8n-nodes-acme.mailer:
            n8n-nodes-base.gmail: {operation: send}
            n8n-nodes-base.mailgun: never
        answer:
          steps: ["@acme/n8n-nodes-ai.oracle"]
        """,
    )
    steps = mapping.sent_mail.steps
    assert steps["n8n-nodes-acme.mailer"] == StepRule()
    assert not steps["n8n-nodes-base.gmail"].holds({})
    assert steps["n8n-nodes-base.gmail"].holds({"operation": "send"})
    assert "n8n-nodes-base.mailgun" not in steps
    assert "@acme/n8n-nodes-ai.oracle" in mapping.answer.steps


def test_conditions_hold_for_defaults_and_for_beginnings() -> None:
    rule = SHIPPED_MAPPING.channels["telegram"].sent
    assert rule is not None
    (step,) = rule.steps.values()
    assert step.holds({})
    assert step.holds({"operation": "sendPhoto", "resource": "message"})
    assert not step.holds({"operation": "deleteMessage"})
    assert not step.holds({"resource": "chat"})
    assert not step.holds({"operation": ["sendPhoto"]})


def test_shapes_and_channels_are_added_replaced_and_taken_away(tmp_path: Path) -> None:
    mapping = added(
        tmp_path,
        """
        order:
          shapes:
            google_sheets: never
            gestionale: {signs: [riga, commessa], id: [commessa], total_in: units}
        message:
          channels:
            sms: never
            signal:
              received: {steps: {n8n-nodes-acme.signal: }, id: [msg.id], text: [msg.body]}
        """,
    )
    assert "google_sheets" not in mapping.order.shapes
    assert mapping.order.shapes["gestionale"].signs == fields("riga", "commessa")
    assert set(mapping.channels) == {"telegram", "whatsapp", "signal"}


# --- what it may not -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("order:\n  ids: [a]\n", 2, "'ids' is not known here; did you mean 'id'?"),
        ("ordini: 5\n", 1, "'ordini' is not known here"),
        ("order:\n  id: [a]\n  id: [b]\n", 3, "'id' stands here for the second time"),
        ("order: [a]\n", 1, "here a list stands, but id, containers"),
        ("order:\n  id:\n    a: b\n", 3, "here an object stands, but a name must"),
        ("order:\n  id: [a, [b]]\n", 2, "here a list stands, but a name must"),
        ("order:\n  id: [a, '']\n", 2, "here '' stands, but a name must"),
        ("order:\n  id: [a, ~]\n", 2, "here nothing stands, but a name must"),
        ("order:\n  id: ['€']\n", 2, "'€' is no name of a field"),
        ("order:\n  id: [a..b]\n", 2, "'a..b' is no name of a field"),
        ("\n\norder:\n  id: [access_token]\n", 4, "'access_token' may hold what gives access"),
        ("order:\n  id: [headers.cookie]\n", 2, "'headers.cookie' may hold what gives access"),
        ("order:\n  id: [-nowhere]\n", 2, "'-nowhere' takes away a name that is not there"),
        ("answer:\n  steps: [agent]\n", 2, "'agent' is no type of a step"),
        ("answer:\n  steps:\n    a.b: never\n", 3, "'a.b' is taken away but is not there"),
        ("answer:\n  steps:\n    a.b: {operation: []}\n", 3, "a condition names a parameter"),
        ("answer:\n  steps:\n    a.b: sometimes\n", 3, "here 'sometimes' stands"),
        ("order:\n  shapes:\n    x: {steps: [a.b]}\n", 3, "does not say which field is its id"),
        ("order:\n  shapes:\n    x: {id: [n]}\n", 3, "says neither steps nor signs"),
        ("order:\n  shapes:\n    x: {id: [n], signs: [a], total_in: euro}\n", 3, "not 'euro'"),
        ("order:\n  shapes:\n    x: {id: [n], signs: [a], id_has_digits: 2}\n", 3, "neither true"),
        ("order:\n  shapes:\n    x: never\n", 3, "the shape 'x' is taken away but is not there"),
        ("message:\n  channels:\n    x: {received: {id: [a]}}\n", 3, "need steps, and the id"),
        ("message:\n  channels:\n    x: {}\n", 3, "says nothing of received or sent"),
        ("customer:\n  details:\n    password: [p]\n", 3, "'password' cannot be a detail"),
        ("version: 2\n", 1, "this Milhena reads version 1 of mappings"),
        ("order:\n  id: [a\n", 3, "not YAML"),
        ("order: {id: *b}\n", 1, "*b refers to another part"),
        ("x: &a [1]\ny: *a\n", 2, "*a refers to another part"),
        ("order: !!python/object:os.system {}\nordine: 1\n", 2, "'ordine' is not known here"),
        ("just words\n", 1, "here 'just words' stands"),
        ("a: 1\n---\nb: 2\n", 2, "not YAML"),
    ],
)  # fmt: skip
def test_a_bad_mapping_is_refused_with_line_and_reason(
    tmp_path: Path, text: str, line: int, reason: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        with_additions(tmp_path, text)
    told = str(refused.value)
    assert told.startswith(f"{tmp_path / 'mine.yaml'}, line {line}: "), told
    assert reason in told
    assert refused.value.setting == "MILHENA_MAPPING"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"order: \xff", "line 1: this is no UTF-8 text"),
        (b"x: " + b"[" * 50_000, "not YAML|nested too deeply"),
        (b"#" * 1_000_001, "larger than 1,000,000 bytes"),
    ],
)
def test_a_file_that_is_no_mapping_at_all_is_refused(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(SettingsError, match=reason):
        with_additions(tmp_path, content)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"MILHENA_MAPPING is .*gone\.yaml.* cannot be read"):
        Declaration(tmp_path / "gone.yaml")


# --- what changes --------------------------------------------------------------------------------


def test_the_fingerprint_changes_with_what_is_said_and_not_with_comments(tmp_path: Path) -> None:
    one = with_additions(tmp_path, "order:\n  id: [commessa]\n").fingerprint
    same = with_additions(tmp_path, "# mine\norder:\n\n  id: [commessa]  \n").fingerprint
    other = with_additions(tmp_path, "order:\n  id: [lavoro]\n").fingerprint
    assert one == same
    assert len({one, other, Declaration().fingerprint}) == 3


def test_the_shipped_file_says_how_it_is_written() -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    assert "MILHENA_MAPPING" in text.split("\nversion:")[0]


def test_the_shipped_mapping_names_nothing_that_gives_access() -> None:
    for line in SHIPPED.read_text(encoding="utf-8").splitlines():
        if not line.lstrip().startswith("#"):
            assert not is_secret(line.replace("[", " ").split(":")[0]), line


def test_merged_fields_keep_their_order() -> None:
    both = merged(fields("b", "x.y"), fields("a", "b", "z"))
    part = {"a": 1, "z": 3, "x": {"y": 4}}
    assert find(part, both) == 4
    assert find({"a": 1, "z": 3}, both) == 1
    assert find({"b": 2, **part}, both) == 2


def test_a_mapping_made_of_another_keeps_nothing_that_the_other_decided(tmp_path: Path) -> None:
    shipped = Declaration().mapping
    assert shipped.meanings_of("custom.inbox") == ()
    assert shipped.possible_in({"commessa": "K-1"}) == frozenset()
    mapping = added(tmp_path, "received_mail: {steps: {custom.inbox: }}\norder: {id: [commessa]}\n")
    assert [meaning.what for meaning in mapping.meanings_of("custom.inbox")] == ["mail_trigger"]
    assert mapping.possible_in({"commessa": "K-1"}) == {"order"}


@pytest.mark.parametrize(
    ("item", "possible"),
    [
        ({}, set()),
        ({"campo": 1, "body": {"campo": 2}}, set()),
        ({"Order ID": None}, {"order"}),
        ({"ordine": {}}, {"order"}),
        ({"fattura": []}, {"invoice"}),
        ({"BODY": {"order_id": 1}}, {"order"}),
        ({"body": [1, {"invoice_number": 1}, {"orderNumber": 1}]}, {"order", "invoice"}),
        ({"body": {"body": {"order_id": 1}}}, set()),
        ({"livemode": True, "api_version": "1", "data": {}}, {"order", "invoice", "customer"}),
        ({"body": {"order_key": "", "line_items": [], "billing": {}}}, {"order"}),
    ],
)
def test_the_names_of_its_fields_tell_what_an_item_may_hold(
    item: dict[str, object], possible: set[str]
) -> None:
    mapping = Declaration().mapping
    assert mapping.possible_in(item) == possible
    assert mapping.possible_in(dict.fromkeys(item)) <= possible  # the keys alone are remembered
    assert mapping.possible_in(item) == possible
