from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from catalogue import Clarification, Language, QuestionType, Reading, checked_query
from language.rendering import render
from persistence.store import KnownProcess

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 22, 14, 5, tzinfo=ROME)
ORDERS = checked_query(metric="orders")


def process(name: str, **state: bool) -> KnownProcess:
    known: dict[str, Any] = {"active": True, "archived": False, "gone": False, **state}
    return KnownProcess(workflow_id=name, name=name, former_names=(), **known)


PROCESSES = (process("Vecchio", gone=True), process("Spento", active=False), process("Fatture"))


def told(
    type_: QuestionType,
    language: Language = "it",
    *,
    now: datetime = NOW,
    processes: Any = PROCESSES,
    source_configured: bool = True,
    **reading: Any,
) -> list[str]:
    return render(
        Reading(type=type_, language=language, **reading),
        None,
        now=now,
        zone=ROME,
        processes=processes,
        source_configured=source_configured,
    ).split("\n")


def test_a_greeting_offers_three_questions_with_a_living_process() -> None:
    assert told(QuestionType.GREETING) == [
        "👋 Buongiorno! Sono Milhena. Puoi chiedermi, per esempio:",
        "• Quante email abbiamo ricevuto oggi?",
        "• Quanti errori ha avuto «Fatture» questa settimana?",
        "• Qual è il processo che fallisce di più?",
    ]
    assert told(QuestionType.GREETING, "en") == [
        "👋 Good afternoon! I am Milhena. You can ask me, for example:",
        "• How many emails did we receive today?",
        "• How many errors did “Fatture” have this week?",
        "• Which process fails most?",
    ]


@pytest.mark.parametrize(
    ("hour", "italian", "english"),
    [
        (3, "👋 Buonasera!", "👋 Good evening!"),
        (9, "👋 Buongiorno!", "👋 Good morning!"),
        (16, "👋 Buongiorno!", "👋 Good afternoon!"),
        (17, "👋 Buonasera!", "👋 Good afternoon!"),
        (18, "👋 Buonasera!", "👋 Good evening!"),
        (21, "👋 Buonasera!", "👋 Good evening!"),
    ],
)
def test_a_greeting_fits_the_hour(hour: int, italian: str, english: str) -> None:
    now = NOW.replace(hour=hour)
    assert told(QuestionType.GREETING, now=now)[0].startswith(italian)
    assert told(QuestionType.GREETING, "en", now=now)[0].startswith(english)


def test_thanks_and_goodbye_are_answered_in_kind() -> None:
    assert told(QuestionType.GREETING, topic="thanks") == ["Prego! Se serve altro, chiedi pure."]
    assert told(QuestionType.GREETING, "en", topic="bye") == ["See you soon!"]


def test_without_processes_the_examples_need_none() -> None:
    assert told(QuestionType.GREETING, processes=())[1:] == [
        "• Quante email abbiamo ricevuto oggi?",
        "• Qual è il processo che fallisce di più?",
        "• Come va questa settimana?",
    ]


def test_help_names_the_processes_that_are_there_the_active_ones_first() -> None:
    italian, english = told(QuestionType.HELP), told(QuestionType.HELP, "en")
    assert italian[-1] == "Processi che conosco: «Fatture», «Spento»."
    assert english[-1] == "Processes that I know: “Fatture”, “Spento”."
    assert "«Quanto dura “Fatture”?»" in "\n".join(italian)
    assert len(italian) == len(english) == 8


def test_help_shortens_a_long_list_of_processes() -> None:
    many = [process(f"P{number}") for number in range(9)]
    assert told(QuestionType.HELP, processes=many)[-1] == (
        "Processi che conosco: «P0», «P1», «P2», «P3», «P4», «P5» e altri 3."
    )
    assert told(QuestionType.HELP, "en", processes=many[:7])[-1] == (
        "Processes that I know: “P0”, “P1”, “P2”, “P3”, “P4”, “P5” and 1 more."
    )


def test_help_without_a_source_says_how_to_connect_one() -> None:
    assert told(QuestionType.HELP, processes=(), source_configured=False)[-1] == (
        "Adesso non è collegato nessun n8n: indica il suo database con MILHENA_N8N_URL, "
        "oppure prova con dati inventati: agent-cli demo"
    )


def test_what_is_off_topic_is_declined_with_three_questions() -> None:
    lines = told(QuestionType.GENERAL, topic="off_topic")
    assert lines[0] == (
        "Su questo non posso aiutarti: mi occupo dei processi automatici dell'azienda. "
        "Puoi chiedermi, per esempio:"
    )
    assert len(lines) == 4
    assert told(QuestionType.GENERAL, "en", topic=None)[0] == (
        "I cannot help with that: I deal with the company's automatic processes. "
        "You can ask me, for example:"
    )


def test_a_concept_is_explained() -> None:
    assert told(QuestionType.GENERAL, "en", topic="timeout") == [
        "A timeout means that time ran out: the process asked a service for something and the "
        "answer did not come in time. It often passes; if it repeats, the service is slow or out "
        "of reach."
    ]
    assert told(QuestionType.GENERAL, topic="orders") == [
        "🛒 Ordini: numeri d'ordine distinti, ciascuno contato quando compare la prima volta."
    ]


def test_a_concept_outside_the_glossary_is_not_made_up() -> None:
    assert told(QuestionType.GENERAL, topic="quantum")[0] == (
        "Questo concetto non è nel mio glossario. "
        "Sui dati dell'azienda puoi chiedermi, per esempio:"
    )


@pytest.mark.parametrize(
    ("topic", "italian", "english"),
    [
        (
            "credentials",
            "🔒 Password, chiavi e accessi non li vedo e non li comunico. "
            "Per questi rivolgiti a chi amministra il sistema.",
            "🔒 I neither see nor give out passwords, keys and accesses. "
            "For those, please turn to whoever administers the system.",
        ),
        (
            "change",
            "🔒 Leggo soltanto: non posso avviare, fermare, modificare o cancellare nulla. "
            "Per farlo rivolgiti a chi gestisce n8n.",
            "🔒 I only read: I cannot start, stop, change or delete anything. "
            "For that, please turn to whoever manages n8n.",
        ),
        (
            "internals",
            "🔒 Dei dettagli tecnici interni non posso parlare; "
            "posso invece dirti che cosa hanno fatto i processi.",
            "🔒 I cannot talk about technical internals; "
            "I can tell you what the processes have done, though.",
        ),
        (
            "instructions",
            "🔒 Le mie istruzioni non posso mostrarle né cambiarle; "
            "alle domande sui dati dell'azienda rispondo volentieri.",
            "🔒 I cannot show or change my instructions; "
            "I am glad to answer questions about the company's data.",
        ),
        (
            "others_data",
            "🔒 I dati personali di altri non posso mostrarli. "
            "Posso rispondere sui numeri dei processi dell'azienda.",
            "🔒 I cannot show other people's personal data. "
            "I can answer about the figures of the company's processes.",
        ),
        (
            None,
            "🔒 Questo non posso farlo. Alle domande sui dati dell'azienda rispondo volentieri.",
            "🔒 I cannot do that. I am glad to answer questions about the company's data.",
        ),
    ],
)
def test_a_refusal_gives_its_reason_politely(topic: str | None, italian: str, english: str) -> None:
    assert told(QuestionType.REFUSED, topic=topic) == [
        italian,
        "Per esempio: «Quanti errori ha avuto “Fatture” questa settimana?»",
    ]
    assert told(QuestionType.REFUSED, "en", topic=topic) == [
        english,
        "For example: “How many errors did ‘Fatture’ have this week?”",
    ]


@pytest.mark.parametrize(
    ("reason", "mention", "italian", "english"),
    [
        ("what", "", "🤔 Che cosa vuoi sapere?", "🤔 What would you like to know?"),
        (
            "which_process",
            "fattur",
            "🤔 Con «fattur» quale processo intendi?",
            "🤔 Which process do you mean by “fattur”?",
        ),
        (
            "which_process",
            "",
            "🤔 Quale processo intendi?",
            "🤔 Which process do you mean?",
        ),
        (
            "unknown_process",
            "spedizioni",
            "🤔 Non conosco un processo «spedizioni». Intendi uno di questi?",
            "🤔 I do not know a process “spedizioni”. Do you mean one of these?",
        ),
        (
            "which_metric",
            "andamento",
            "🤔 Con «andamento» che cosa vuoi sapere di preciso?",
            "🤔 What exactly do you mean by “andamento”?",
        ),
        (
            "not_in_catalogue",
            "resi",
            "🤔 Su «resi» non ho dati. Ti serve una di queste cose?",
            "🤔 I have no data about “resi”. Is it one of these that you need?",
        ),
        (
            "no_previous",
            "",
            "🤔 Non mi è chiaro a che cosa si riferisce la domanda. Puoi chiedere, per esempio:",
            "🤔 It is not clear to me what the question refers to. You can ask, for example:",
        ),
    ],
)
def test_a_question_back_is_short_and_numbers_its_options(
    reason: Any, mention: str, italian: str, english: str
) -> None:
    asked = Clarification(reason=reason, mention=mention, options=("Fatture", "Ordini"))
    assert told(QuestionType.CLARIFY, clarification=asked) == [italian, "1. Fatture", "2. Ordini"]
    assert told(QuestionType.CLARIFY, "en", clarification=asked) == [
        english,
        "1. Fatture",
        "2. Ordini",
    ]


def test_a_question_back_without_options_offers_what_is_there() -> None:
    asked = Clarification(reason="unknown_process", mention="spedizioni")
    assert told(QuestionType.CLARIFY, clarification=asked)[1:] == ["1. Fatture", "2. Spento"]
    assert told(QuestionType.CLARIFY)[1] == "1. Quante email abbiamo ricevuto oggi?"
    assert told(QuestionType.CLARIFY, clarification=asked, processes=()) == [
        "🤔 Non conosco un processo «spedizioni»."
    ]


def test_a_mention_cannot_break_the_line() -> None:
    asked = Clarification(reason="unknown_process", mention="x\n\x1b[2Jy", options=("A", "B\nC"))
    assert told(QuestionType.CLARIFY, clarification=asked) == [
        "🤔 Non conosco un processo «x y». Intendi uno di questi?",
        "1. A",
        "2. B C",
    ]


@pytest.mark.parametrize(
    "type_", [QuestionType.BUSINESS_DATA, QuestionType.ANALYSIS, QuestionType.PREDICTION]
)
def test_without_a_source_questions_about_data_say_what_to_set(type_: QuestionType) -> None:
    assert told(type_, query=ORDERS, source_configured=False) == [
        "ℹ️ Non è collegato nessun n8n, quindi non ho dati per rispondere. "
        "Indica il suo database con MILHENA_N8N_URL, oppure prova con dati inventati: "
        "agent-cli demo"
    ]
    assert told(type_, "en", query=ORDERS, source_configured=False) == [
        "ℹ️ No n8n is connected, so I have no data to answer from. "
        "Set MILHENA_N8N_URL to its database, or try it on invented data: agent-cli demo"
    ]


def test_before_the_first_sync_the_answer_says_to_run_it() -> None:
    assert told(QuestionType.BUSINESS_DATA, query=ORDERS) == [
        "ℹ️ Non ho ancora letto i dati di n8n, quindi non posso rispondere. "
        "Avvia «agent-cli sync» e rifammi la domanda."
    ]


def test_a_forecast_without_data_only_says_that_there_is_none() -> None:
    assert told(QuestionType.PREDICTION, "en", query=ORDERS) == [
        "🔮 I cannot forecast yet: I answer about what has already happened."
    ]


def test_any_object_with_a_name_serves_as_a_process() -> None:
    @dataclass(frozen=True)
    class OnlyAName:
        name: str

    assert told(QuestionType.GREETING, processes=[OnlyAName("Cassa")])[2] == (
        "• Quanti errori ha avuto «Cassa» questa settimana?"
    )
