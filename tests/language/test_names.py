"""Process names in questions."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from language.cues import find_cues
from language.names import Mention, NameIndex, name_index
from language.tokens import cleaned, tokenize
from tests.language.understanding_cases import Process

COMPANY = (
    "Ordini e-commerce", "Generazione fatture", "Invio fatture PEC", "Backup NAS notturno",
    "Email Triage", "AI Agent - Telegram", "Sollecito pagamenti", "Sync HubSpot CRM",
    "Perché piove? (prova)", "Caffè & Città", "Lead Scoring", "Report Ottobre",
)  # fmt: skip


def found(question: str, names: tuple[str, ...] = COMPANY) -> list[Mention]:
    index = NameIndex([Process(name) for name in names])
    tokens, cues = find_cues(tokenize(cleaned(question)), index.words)
    return index.find(tokens, cues)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("errori del processo ordini", "Ordini e-commerce"),
        ("l'ordine online ha avuto problemi?", "Ordini e-commerce"),
        ("il workflow generazione fattura è partito?", "Generazione fatture"),
        ("errori del workflow generazoine fature", "Generazione fatture"),
        ("quante volte ha girato l'invio delle fatture?", "Invio fatture PEC"),
        ("il backup è andato?", "Backup NAS notturno"),
        ("durata del backup di notte", "Backup NAS notturno"),
        ("did the nightly backup run?", "Backup NAS notturno"),
        ("quante mail ha smistato email triage", "Email Triage"),
        ("esecuzioni di AI Agent", "AI Agent - Telegram"),
        ("how is the payment reminder process doing?", "Sollecito pagamenti"),
        ("errori sync hubspot", "Sync HubSpot CRM"),
        ("il processo caffe citta", "Caffè & Città"),
        ("errori di «Caffè & Città»", "Caffè & Città"),
        ("lead scoring failures last week", "Lead Scoring"),
    ],
)
def test_a_name_is_found_as_people_say_it(question: str, name: str) -> None:
    assert [mention.match.name for mention in found(question)] == [name]


@pytest.mark.parametrize(
    "question",
    [
        "quanti ordini oggi?",
        "quante email abbiamo ricevuto ieri?",
        "qual è il processo più lento?",
        "tasso di successo per processo",
        "quale workflow fallisce di più?",
        "come si migliora un processo aziendale?",
        "numero di fatture del mese",
        "elenco dei processi attivi",
        "chi ci ha scritto?",
        "which process runs most?",
        "how many leads did we get?",
        "report di ieri",
        "pagamenti?",
    ],
)
def test_no_name_is_found_where_none_is_mentioned(question: str) -> None:
    assert found(question) == []


def test_a_name_that_fits_two_processes_is_left_open() -> None:
    (mention,) = found("errori del processo fatture")
    assert mention.match.name is None
    assert mention.match.candidates == ("Generazione fatture", "Invio fatture PEC")


def test_the_full_name_wins_over_a_longer_one_that_contains_it() -> None:
    names = ("Ordini", "Ordini e-commerce", "Ordini Amazon")
    assert NameIndex([Process(name) for name in names]).match("ordini").name == "Ordini"
    (mention,) = found("il processo ordini amazon è ok?", names)
    assert mention.match.name == "Ordini Amazon"


def test_a_name_that_no_process_has_offers_the_nearest() -> None:
    (mention,) = found("il processo fattoria è partito?")
    assert mention.match.name is None
    assert mention.match.score == 0
    assert mention.match.candidates


def test_a_name_is_also_called_without_its_subtitle() -> None:
    names = ("Fatture: emissione e invio", "Fatturazione elettronica", "Solleciti: fatture scadute")
    (mention,) = found("errori del processo fatture", names)
    assert mention.match.name == "Fatture: emissione e invio"


HOTEL = (
    "Check-in online (documenti ospiti)", "Menù del giorno: pubblica sui social",
    "Buoni regalo: vendita online", "Buoni regalo: promemoria scadenza",
    "E-mail ospiti: risposte con l'IA", "Recensioni: com'è andato il soggiorno?",
    "Report incassi serale", "Report incassi mensile", "Daily sales digest", "Weekly sales digest",
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("durata del check in online a settembre", ["Check-in online (documenti ospiti)"]),
        ("il check-in online è fallito?", ["Check-in online (documenti ospiti)"]),
        ("errori del menù del giorno", ["Menù del giorno: pubblica sui social"]),
        ("quanti buoni regalo abbiamo venduto?", ["Buoni regalo: vendita online"]),
        ("errori dei promemoria dei buoni regalo", ["Buoni regalo: promemoria scadenza"]),
        ("errori dei buoni regalo", [None]),
        ("tra report incassi serale e mensile quale fallisce di più?", list(HOTEL[6:8])),
        ("il report incassi mensile è più lento di quello serale?", [HOTEL[7], HOTEL[6]]),
        ("errori del report incassi mensile e di quello serale", [HOTEL[7], HOTEL[6]]),
        ("errori del report incassi mensile o quello serale", [HOTEL[7], HOTEL[6]]),
        ("errors of the daily and weekly sales digest", list(HOTEL[8:])),
        ("com'è messa la situazione errori?", []),
        ("quante risposte dell'IA?", []),
    ],
)
def test_processes_of_one_title_are_told_apart(question: str, names: list[str | None]) -> None:
    assert [mention.match.name for mention in found(question, HOTEL)] == names


def test_a_subtitle_does_not_choose_between_two_processes_of_one_title() -> None:
    (mention,) = found("errori del processo ordini", ("Ordini - Amazon", "Ordini - eBay"))
    assert mention.match.name is None
    assert set(mention.match.candidates) == {"Ordini - Amazon", "Ordini - eBay"}


def test_an_archived_process_gives_way_to_a_living_one() -> None:
    @dataclass(frozen=True)
    class Known(Process):
        archived: bool = False

    living = NameIndex([Known("Ordini nuovi"), Known("Ordini vecchi", archived=True)])
    assert living.match("ordini").name == "Ordini nuovi"
    assert living.match("ordini vecchi").name == "Ordini vecchi"


def test_a_former_name_finds_the_process() -> None:
    index = NameIndex([Process("Assistenza clienti", ("Helpdesk Bot",)), Process("Ordini")])
    assert index.match("helpdesk bot").name == "Assistenza clienti"
    assert index.match("Assistenza clienti").name == "Assistenza clienti"


def test_a_current_name_wins_over_the_former_name_of_another() -> None:
    index = NameIndex([Process("Nuovo nome", ("Ordini",)), Process("Ordini")])
    assert index.match("Ordini").name == "Ordini"


def test_two_processes_can_be_named_at_once() -> None:
    names = [mention.match.name for mention in found("confronta i processi ordini e hubspot")]
    assert names == ["Ordini e-commerce", "Sync HubSpot CRM"]


@pytest.mark.parametrize("question", ["errori senza il backup", "all errors except the nas backup"])
def test_a_process_can_be_left_out(question: str) -> None:
    (mention,) = found(question)
    assert mention.excluded
    assert mention.match.name == "Backup NAS notturno"


def test_a_word_of_the_question_between_names_is_not_part_of_one() -> None:
    (mention,) = found("il processo ordini quante volte è fallito ieri?")
    assert mention.text == "ordini"


@pytest.mark.parametrize("names", [(), ("",), ("!!!", "…"), ("il", "processo"), ("a", "e", "di")])
def test_odd_names_are_harmless(names: tuple[str, ...]) -> None:
    for question in ("errori del processo ordini", "il processo", "e il backup?", "workflow !!!"):
        for mention in found(question, names):
            assert mention.tokens
    assert NameIndex([Process(name) for name in names]).match("ordini").name is None


def test_the_index_of_the_same_names_is_made_once() -> None:
    processes = [Process(name) for name in COMPANY]
    assert name_index(processes) is name_index([Process(name) for name in COMPANY])
