"""The verbs by which somebody asks for a change, in the forms in which a command is given."""

from __future__ import annotations

from typing import Literal

from language.tokens import word_set

_ENCLITICS = word_set(
    "mi ti ci lo la li le ne gli melo mela meli mele glielo gliela glieli gliele telo tela"
)

_ITALIAN_VERBS = word_set("""
    cancellare eliminare rimuovere disattivare attivare riattivare abilitare disabilitare riavviare
    spegnere accendere fermare bloccare sbloccare interrompere arrestare avviare lanciare eseguire
    modificare cambiare aggiornare correggere impostare inserire aggiungere creare rinominare
    spostare svuotare azzerare resettare ripristinare buttare sovrascrivere pubblicare installare
    disinstallare pianificare schedulare annullare sospendere distruggere togliere levare gettare
    terminare chiudere inoltrare inviare mandare spedire sostituire duplicare importare caricare
    archiviare riprovare rilanciare riattivare configurare assegnare approvare rifiutare pagare
    programmare alterare manomettere formattare killare droppare stoppare bannare uccidere
    cestinare purgare rimborsare ripulire aggiustare riparare sistemare
    segnare contrassegnare staccare scollegare collegare falsificare raddoppiare nascondere
""")
_AGAIN = frozenset({"attivare", "avviare", "lanciare", "eseguire", "creare", "inviare", "mandare",
                    "spedire", "aprire", "accendere", "schedulare", "programmare",
                    "pubblicare", "caricare", "inserire", "aggiungere"})  # fmt: skip
"""Verbs that take "ri-": "rieseguire", "reinviare"."""
_GIVING = frozenset({"inviare", "mandare", "inoltrare", "spedire", "caricare"})
_IRREGULAR_IMPERATIVES = {"togliere": "togli", "rimuovere": "rimuovi", "spegnere": "spegni"}

_ENGLISH_VERBS = word_set(
    """delete remove erase drop wipe purge truncate disable enable deactivate activate stop pause
    restart reboot kill shut update modify change edit set insert add create rename move reset
    clear send forward archive retry rerun resume unpause cancel terminate destroy overwrite replace
    install uninstall configure schedule trigger execute launch start run reactivate publish
    unpublish duplicate turn alter tamper grant revoke assign approve pay refund block unblock ban
    eliminate mark suspend abort halt fix void discard trash unplug"""
)
HOMOGRAPHS = word_set(
    """ferma attiva modifica blocca sposta cambia chiudi crea avvia run start stop set change update
    move clear fix schedule trigger block pay add turn send forward retry refund cancel reset pause
    edit archive drop launch replace eliminate mark segna importa esegui annulla invia manda
    collega carica pubblica lancia interrompi approva assegna correggi import
    invii sistema sistemi ripara"""
)
"""Imperatives that are also nouns, adjectives or third persons: a command only up front."""


def _imperative(infinitive: str) -> str:
    if infinitive in _IRREGULAR_IMPERATIVES:
        return _IRREGULAR_IMPERATIVES[infinitive]
    return infinitive[:-3] + ("a" if infinitive.endswith("are") else "i")


def _command_forms() -> dict[str, tuple[Literal["imp", "inf"], bool]]:
    forms: dict[str, tuple[Literal["imp", "inf"], bool]] = {}
    repeated = {f"{prefix}{verb}" for verb in _AGAIN for prefix in ("ri", "re")}
    for infinitive in _ITALIAN_VERBS | repeated:
        imperative = _imperative(infinitive)
        forms[infinitive] = ("inf", False)
        forms[imperative] = ("imp", False)
        forms[infinitive[:-3] + "iamo"] = ("imp", False)
        # "vorrei che tu cancellassi"
        forms[infinitive[:-2] + "ssi"] = ("imp", False)
        if infinitive.endswith("are"):
            forms[infinitive[:-3] + "i"] = ("imp", False)  # the polite "cancelli"
        for enclitic in _ENCLITICS:
            if infinitive in _GIVING and enclitic in ("mi", "ci"):
                continue  # "mandami l'elenco" asks for an answer
            # "cancellami gli errori" has its object still to come.
            complete = enclitic not in ("mi", "ti", "ci", "gli")
            forms[imperative + enclitic] = ("imp", complete)
            forms[infinitive[:-1] + enclitic] = ("inf", complete)
    for verb in _ENGLISH_VERBS:
        forms[verb] = ("imp", False)
    # Forms that are ordinary words of questions.
    for word in (
        "mandi",
        "carichi",
        "termini",
        "lanci",
        "avvii",
        "cambi",
        "invii",
        "cancelli",
        "blocchi",
        "fermi",
        "mandati",
        "inviati",
        "creati",
        "caricati",
        "terminati",
        "cancellati",
        "eliminati",
        "modificati",
        "fermati",
        "bloccati",
        "annullati",
        "spostati",
        "avviati",
        "lanciati",
        "inviate",
        "attivati",
        "aggiornati",
        "pagati",
        "archiviati",
        "paghi",
        "attivi",
        "correggi",
        "inseriti",
        "eseguiti",
        "spediti",
        "chiudi",
    ):
        forms.pop(word, None)
    forms["correggi"] = ("imp", False)
    forms["chiudi"] = ("imp", False)
    return forms


COMMAND_FORMS = _command_forms()
"""Each form of a command → imperative or infinitive, and whether it carries its object
("cancellalo")."""
