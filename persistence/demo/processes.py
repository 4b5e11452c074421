"""The processes of the demo company, as somebody drew them in n8n.

A process is declared with its nodes and arrows only; `snapshot` and `WorkflowRow` texts are made
from that once. Node names are what the simulation and people speak of.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from persistence.demo import company

_BASE = "n8n-nodes-base."
_AI = "@n8n/n8n-nodes-langchain."
_NAMESPACE = uuid.UUID("6f1f0a52-98a4-4d0e-a3ba-0c5b5a0d5e11")

Arrow = tuple[str, str] | tuple[str, str, int] | tuple[str, str, str]
"""From, to; third the output (0 unless said) or, for a part of an AI step, the kind of link."""


@dataclass(frozen=True)
class Node:
    """One step."""

    name: str
    type: str
    version: float
    parameters: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """Parameters that n8n leaves out of a saved workflow and fills in when it runs."""
    disabled: bool = False
    on_error: str | None = None
    credential: tuple[str, str] | None = None

    def drawn(self, position: int, *, running: bool) -> dict[str, Any]:
        """The node as it stands in a workflow's JSON."""
        parameters = {**self.defaults, **self.parameters} if running else dict(self.parameters)
        node: dict[str, Any] = {
            "parameters": parameters,
            "id": str(uuid.uuid5(_NAMESPACE, f"{self.type}:{self.name}")),
            "name": self.name,
            "type": self.type,
            "typeVersion": self.version,
            "position": [220 * position, 300],
        }
        if self.credential:
            kind, name = self.credential
            node["credentials"] = {kind: {"id": _short_id(name), "name": name}}
        if self.on_error:
            node["onError"] = self.on_error
        if self.disabled:
            node["disabled"] = True
        return node


@dataclass(frozen=True)
class Process:
    """One workflow."""

    key: str
    workflow_id: str
    name: str
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    active: bool = True
    archived: bool = False
    tags: tuple[str, ...] = ()
    former_name: str | None = None
    """What it was called in the first third of the span."""
    tells_errors: bool = True
    """Whether a failure starts the error workflow."""
    saves_successes: bool = True
    pinned: Mapping[str, Any] = field(default_factory=dict)
    static_state: Mapping[str, Any] | None = None

    @property
    def settings(self) -> dict[str, str]:
        """The workflow's settings as n8n stores them."""
        settings = {"executionOrder": "v1", "timezone": "Europe/Rome"}
        if self.tells_errors:
            settings["errorWorkflow"] = ERRORS_ID
        if not self.saves_successes:
            settings |= {"saveDataSuccessExecution": "none", "saveDataErrorExecution": "all"}
        return settings

    @property
    def version_id(self) -> str:
        """The id of its newest version."""
        return str(uuid.uuid5(_NAMESPACE, self.workflow_id))

    @property
    def connections(self) -> dict[str, dict[str, list[list[dict[str, Any]]]]]:
        """The arrows as n8n stores them."""
        drawn: dict[str, dict[str, list[list[dict[str, Any]]]]] = {}
        for start, end, *rest in self.arrows:
            kind, output = "main", 0
            if rest and isinstance(rest[0], str):
                kind = rest[0]
            elif rest:
                output = int(rest[0])
            outputs = drawn.setdefault(start, {}).setdefault(kind, [])
            while len(outputs) <= output:
                outputs.append([])
            outputs[output].append({"node": end, "type": kind, "index": 0})
        return drawn

    def node(self, name: str) -> dict[str, Any]:
        """The node called *name* as it runs."""
        return _running_nodes(self)[name]


def snapshot(process: Process, name: str, created: str, updated: str) -> str:
    """Return the JSON that n8n keeps beside every execution of *process* under *name*."""
    return dumps(
        {
            "id": process.workflow_id,
            "name": name,
            "active": process.active,
            "activeVersionId": process.version_id if process.active else None,
            "isArchived": process.archived,
            "createdAt": created,
            "updatedAt": updated,
            "nodes": list(_running_nodes(process).values()),
            "connections": process.connections,
            "settings": process.settings,
            "staticData": process.static_state,
            "pinData": process.pinned,
        }
    )


def saved_nodes(process: Process) -> str:
    """Return the JSON of the nodes as the editor saved them."""
    return dumps([n.drawn(i, running=False) for i, n in enumerate(process.nodes)])


def dumps(value: Any) -> str:
    """Return compact JSON as JavaScript writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@cache
def _nodes_of(key: str) -> dict[str, dict[str, Any]]:
    process = BY_KEY[key]
    return {n.name: n.drawn(i, running=True) for i, n in enumerate(process.nodes)}


def _running_nodes(process: Process) -> dict[str, dict[str, Any]]:
    return _nodes_of(process.key)


def _short_id(text: str) -> str:
    return uuid.uuid5(_NAMESPACE, text).hex[:16]


# --- kinds of steps --------------------------------------------------------------------------


def _webhook(name: str, path: str, *, answers: bool = False) -> Node:
    return Node(
        name,
        _BASE + "webhook",
        2,
        {
            "httpMethod": "POST",
            "path": path,
            "responseMode": "responseNode" if answers else "onReceived",
            "options": {},
        },
        {"multipleMethods": False, "authentication": "none"},
    )


def _schedule(name: str, **rule: Any) -> Node:
    return Node(name, _BASE + "scheduleTrigger", 1.2, {"rule": {"interval": [rule]}})


def _mail(name: str, to: str, subject: str, text: str, **more: Any) -> Node:
    return Node(
        name,
        _BASE + "emailSend",
        2.1,
        {
            "fromEmail": company.HELP_MAIL,
            "toEmail": to,
            "subject": subject,
            "emailFormat": "text",
            "text": text,
            "options": {"appendAttribution": False},
        },
        {"resource": "email", "operation": "send"},
        credential=("smtp", "Posta in uscita"),
        **more,
    )


def _gmail(name: str, parameters: Mapping[str, Any], **more: Any) -> Node:
    return Node(
        name,
        _BASE + "gmail",
        2.1,
        parameters,
        {"authentication": "oAuth2", "resource": "message", "operation": "send"},
        credential=("gmailOAuth2", "Gmail dell'ufficio"),
        **more,
    )


def _set(name: str, *fields: str, **more: Any) -> Node:
    return Node(
        name,
        _BASE + "set",
        3.4,
        {
            "assignments": {
                "assignments": [
                    {"id": f"v{i}", "name": f, "value": "={{ $json." + f + " }}", "type": "string"}
                    for i, f in enumerate(fields)
                ]
            },
            "options": {},
        },
        {"mode": "manual", "includeOtherFields": False},
        **more,
    )


def _code(name: str, script: str) -> Node:
    return Node(
        name,
        _BASE + "code",
        2,
        {"jsCode": script},
        {"mode": "runOnceForAllItems", "language": "javaScript"},
    )


def _http(name: str, url: str, method: str = "POST", **more: Any) -> Node:
    return Node(
        name,
        _BASE + "httpRequest",
        4.2,
        {"method": method, "url": url, "options": {}},
        {"authentication": "none", "sendQuery": False, "sendHeaders": False},
        **more,
    )


def _if(name: str, left: str) -> Node:
    condition = {"id": "c", "leftValue": left, "rightValue": "", "operator": {"type": "boolean"}}
    return Node(
        name, _BASE + "if", 2.2, {"conditions": {"conditions": [condition], "combinator": "and"}}
    )


def _switch(name: str, *outputs: str) -> Node:
    rules = [{"conditions": {"conditions": []}, "outputKey": output} for output in outputs]
    return Node(
        name,
        _BASE + "switch",
        3.2,
        {"rules": {"values": rules}, "options": {"fallbackOutput": "extra"}},
        {"mode": "rules"},
    )


def _call(name: str, workflow_id: str) -> Node:
    return Node(
        name,
        _BASE + "executeWorkflow",
        1.2,
        {"workflowId": {"__rl": True, "mode": "id", "value": workflow_id}, "options": {}},
        {"operation": "call_workflow", "source": "database", "mode": "once"},
    )


def _agent(name: str, task: str, **more: Any) -> Node:
    return Node(
        name,
        _AI + "agent",
        2,
        {"promptType": "define", "text": task, "options": {"systemMessage": SYSTEM_MESSAGE}},
        {"hasOutputParser": False},
        **more,
    )


def _model(name: str) -> Node:
    return Node(
        name,
        _AI + "lmChatOpenAi",
        1.2,
        {"model": {"__rl": True, "mode": "list", "value": "gpt-4o-mini"}, "options": {}},
        credential=("openAiApi", "OpenAI"),
    )


def _memory(name: str) -> Node:
    return Node(name, _AI + "memoryBufferWindow", 1.3, {"contextWindowLength": 6})


def _plain(name: str, type_: str, version: float = 1, **more: Any) -> Node:
    return Node(name, _BASE + type_, version, more.pop("parameters", {}), **more)


SYSTEM_MESSAGE = (
    f"Rispondi per {company.COMPANY}: due frasi, tono cordiale, mai promettere rimborsi. "
    "Per lo stato di un ordine usa lo strumento cerca_ordine."
)
ERRORS_ID = "bMeRr0r1aVv1s017"
CRM_ID = "bMcRmCl13nT1s010"
CONTINUE = "continueRegularOutput"
ERROR_OUTPUT = "continueErrorOutput"

PROCESSES: tuple[Process, ...] = (
    Process(
        key="orders",
        workflow_id="bMoRd1N1s1T0w001",
        name="Ordini dal negozio online",
        tags=("vendite", "clienti"),
        nodes=(
            _webhook("Ordine ricevuto", "ordine", answers=True),
            _code("Verifica ordine", "if (!$json.body.order_id) throw new Error('…');"),
            _http("Registra nel gestionale", "https://gestionale.example/api/ordini"),
            _call("Aggiorna cliente", CRM_ID),
            _if("Importo alto?", "={{ $('Verifica ordine').item.json.total > 150 }}"),
            _mail(
                "Avviso a Ludovica",
                company.OWNER_MAIL,
                "=Ordine importante {{ $('Verifica ordine').item.json.order_id }}",
                "=Totale {{ $('Verifica ordine').item.json.total }} €",
                disabled=True,
            ),
            _mail(
                "Conferma al cliente",
                "={{ $('Ordine ricevuto').item.json.body.customer.email }}",
                "=Abbiamo ricevuto l'ordine {{ $('Verifica ordine').item.json.order_id }}",
                "=Grazie! Prepariamo la scatola entro domani.",
            ),
            _set("Riepilogo", "order_id", "total", "accepted"),
            _plain("Rispondi al negozio", "respondToWebhook", 1.1),
        ),
        arrows=(
            ("Ordine ricevuto", "Verifica ordine"),
            ("Verifica ordine", "Registra nel gestionale"),
            ("Registra nel gestionale", "Aggiorna cliente"),
            ("Aggiorna cliente", "Importo alto?"),
            ("Importo alto?", "Avviso a Ludovica"),
            ("Importo alto?", "Conferma al cliente", 1),
            ("Avviso a Ludovica", "Conferma al cliente"),
            ("Conferma al cliente", "Riepilogo"),
            ("Riepilogo", "Rispondi al negozio"),
        ),
    ),
    Process(
        key="support",
        workflow_id="bMaSs1sT3nZa0002",
        name="Assistenza clienti: risposte e-mail con l'IA",
        tags=("clienti",),
        static_state={"node:Posta in arrivo": {}},
        nodes=(
            Node(
                "Posta in arrivo",
                _BASE + "emailReadImap",
                2,
                {"options": {"customEmailConfig": '["UNSEEN"]'}},
                {"mailbox": "INBOX", "postProcessAction": "read", "format": "simple"},
                credential=("imap", "Casella assistenza@"),
            ),
            _set("Prepara testo", "email_sender", "email_subject", "email_content"),
            _if("È posta indesiderata?", "={{ $json.email_subject.includes('VINCI') }}"),
            _code("Cerca numero d'ordine", "return $input.all().map(leggiNumero);"),
            _agent("Assistente IA", "={{ $json.email_content }}", on_error=CONTINUE),
            _model("Modello OpenAI"),
            _memory("Memoria del cliente"),
            _plain("cerca_ordine", "httpRequestTool", 4.2),
            _set("Componi risposta", "email_sender", "email_subject", "output"),
            _mail(
                "Rispondi al cliente",
                "={{ $json.email_sender }}",
                "=Re: {{ $json.email_subject }}",
                "={{ $json.output }}",
            ),
            _plain("Annota esito", "executionData", 1),
            _http("Archivia nel cloud (spento)", "https://archivio.example/mail", disabled=True),
        ),
        arrows=(
            ("Posta in arrivo", "Prepara testo"),
            ("Prepara testo", "È posta indesiderata?"),
            ("È posta indesiderata?", "Cerca numero d'ordine", 1),
            ("Cerca numero d'ordine", "Assistente IA"),
            ("Modello OpenAI", "Assistente IA", "ai_languageModel"),
            ("Memoria del cliente", "Assistente IA", "ai_memory"),
            ("cerca_ordine", "Assistente IA", "ai_tool"),
            ("Assistente IA", "Componi risposta"),
            ("Componi risposta", "Rispondi al cliente"),
            ("Rispondi al cliente", "Annota esito"),
            ("Annota esito", "Archivia nel cloud (spento)"),
        ),
    ),
    Process(
        key="enquiries",
        workflow_id="bMm0Dul0s1T00003",
        name="Richieste dal sito (modulo contatti)",
        tags=("clienti",),
        nodes=(
            Node(
                "Modulo compilato",
                _BASE + "formTrigger",
                2.2,
                {
                    "formTitle": "Scrivici",
                    "formFields": {
                        "values": [
                            {"fieldLabel": "Nome"},
                            {"fieldLabel": "E-mail", "fieldType": "email"},
                            {"fieldLabel": "Oggetto"},
                            {"fieldLabel": "Messaggio", "fieldType": "textarea"},
                        ]
                    },
                },
            ),
            _set("Dati richiesta", "email_sender", "email_subject", "email_content"),
            _call("Registra contatto", CRM_ID),
            _gmail(
                "Conferma di ricezione",
                {
                    "sendTo": "={{ $('Dati richiesta').item.json.email_sender }}",
                    "subject": "Abbiamo ricevuto la tua richiesta",
                    "emailType": "text",
                    "message": "Ti rispondiamo entro un giorno lavorativo.",
                    "options": {},
                },
            ),
            _gmail(
                "Etichetta la conversazione",
                {"operation": "addLabels", "messageId": "={{ $json.id }}", "labelIds": ["Sito"]},
            ),
        ),
        arrows=(
            ("Modulo compilato", "Dati richiesta"),
            ("Dati richiesta", "Registra contatto"),
            ("Registra contatto", "Conferma di ricezione"),
            ("Conferma di ricezione", "Etichetta la conversazione"),
        ),
    ),
    Process(
        key="invoices",
        workflow_id="bMfAtTuR3000x004",
        name="Fatture: emissione e invio",
        former_name="Fatturazione elettronica",
        tags=("amministrazione",),
        pinned={
            "Ordine da fatturare": [
                {
                    "json": {
                        "body": {
                            "order_id": "BM-PROVA-1",
                            "total": 10,
                            "customer": {"name": "Prova", "email": "prova@example.com"},
                        }
                    }
                }
            ]
        },
        nodes=(
            _webhook("Ordine da fatturare", "fattura"),
            _code("Componi XML", "return fattura($json.body);"),
            _plain("Crea file", "convertToFile", 1.1),
            _mail(
                "Invia fattura",
                "={{ $('Ordine da fatturare').item.json.body.customer.email }}",
                "=Fattura {{ $('Componi XML').item.json.invoice }}",
                "In allegato la copia di cortesia.",
            ),
            _mail(
                "Copia al commercialista (sospesa)",
                "studio@example.com",
                "=Copia {{ $('Componi XML').item.json.invoice }}",
                "In allegato.",
                disabled=True,
            ),
            _set("Fattura inviata", "order_id", "invoice"),
        ),
        arrows=(
            ("Ordine da fatturare", "Componi XML"),
            ("Componi XML", "Crea file"),
            ("Crea file", "Invia fattura"),
            ("Invia fattura", "Copia al commercialista (sospesa)"),
            ("Copia al commercialista (sospesa)", "Fattura inviata"),
        ),
    ),
    Process(
        key="reminders",
        workflow_id="bMs0Ll3C1t100005",
        name="Solleciti: fatture scadute",
        tags=("amministrazione",),
        nodes=(
            _webhook("Fattura scaduta", "scaduta"),
            _mail(
                "Primo promemoria",
                "={{ $json.body.email }}",
                "=Promemoria fattura {{ $json.body.invoice }}",
                "Le ricordiamo la fattura in scadenza.",
            ),
            Node(
                "Attendi una settimana",
                _BASE + "wait",
                1.1,
                {"amount": 7, "unit": "days"},
                {"resume": "timeInterval"},
            ),
            _http("Controlla il pagamento", "https://gestionale.example/api/pagamenti", "GET"),
            _if("Ha pagato?", "={{ $json.paid }}"),
            _mail(
                "Secondo promemoria",
                "={{ $('Fattura scaduta').item.json.body.email }}",
                "=Secondo promemoria {{ $('Fattura scaduta').item.json.body.invoice }}",
                "Non risulta ancora il pagamento.",
            ),
        ),
        arrows=(
            ("Fattura scaduta", "Primo promemoria"),
            ("Primo promemoria", "Attendi una settimana"),
            ("Attendi una settimana", "Controlla il pagamento"),
            ("Controlla il pagamento", "Ha pagato?"),
            ("Ha pagato?", "Secondo promemoria", 1),
        ),
    ),
    *(
        Process(
            key=key,
            workflow_id=workflow_id,
            name=name,
            tags=("vendite",),
            nodes=(
                _schedule(when, **rule),
                _http("Leggi ordini", "https://gestionale.example/api/ordini", "GET"),
                Node(
                    "Un ordine per riga",
                    _BASE + "splitOut",
                    1,
                    {"fieldToSplitOut": "orders", "options": {}},
                ),
                _plain("Somma", "summarize", 1.1),
                _mail(
                    "Invia il report",
                    company.OWNER_MAIL,
                    "=Vendite al {{ $now.toFormat('dd/MM/yyyy') }}",
                    "=Totale: {{ $json.sum_total }} €",
                ),
            ),
            arrows=(
                (when, "Leggi ordini"),
                ("Leggi ordini", "Un ordine per riga"),
                ("Un ordine per riga", "Somma"),
                ("Somma", "Invia il report"),
            ),
        )
        for key, workflow_id, name, when, rule in (
            (
                "daily_report",
                "bMrEp0rTg10rN006",
                "Report vendite giornaliero",
                "Ogni mattina alle 7:30",
                {"triggerAtHour": 7, "triggerAtMinute": 30},
            ),
            (
                "weekly_report",
                "bMrEp0rTsEtT1007",
                "Report vendite settimanale",
                "Ogni lunedì alle 8",
                {"field": "weeks", "triggerAtDay": [1], "triggerAtHour": 8},
            ),
        )
    ),
    Process(
        key="stock",
        workflow_id="bMsC0rT3000x0008",
        name="Controllo scorte della dispensa",
        tags=("vendite",),
        nodes=(
            _schedule("Ogni due ore", field="hours", hoursInterval=2),
            _http("Leggi giacenze", "https://gestionale.example/api/scorte", "GET"),
            Node("Un articolo per riga", _BASE + "splitOut", 1, {"fieldToSplitOut": "stock"}),
            _if("Sotto scorta?", "={{ $json.quantity < $json.minimum }}"),
            _mail(
                "Avvisa il magazzino",
                company.WAREHOUSE_MAIL,
                "=Riordinare: {{ $json.name }}",
                "=Ne restano {{ $json.quantity }}",
            ),
            _plain("Tutto a posto", "noOp", 1),
        ),
        arrows=(
            ("Ogni due ore", "Leggi giacenze"),
            ("Leggi giacenze", "Un articolo per riga"),
            ("Un articolo per riga", "Sotto scorta?"),
            ("Sotto scorta?", "Avvisa il magazzino"),
            ("Sotto scorta?", "Tutto a posto", 1),
        ),
    ),
    Process(
        key="reviews",
        workflow_id="bMrEc3nS10n10009",
        name="Recensioni: com'è andata?",
        tags=("clienti",),
        nodes=(
            _webhook("Nuova recensione", "recensione"),
            Node(
                "Valuta il tono",
                _AI + "chainLlm",
                1.6,
                {"promptType": "define", "text": "=Che tono ha? {{ $json.body.text }}"},
                {"hasOutputParser": True, "needsFallback": False},
            ),
            _model("Modello per recensioni"),
            Node("Formato della valutazione", _AI + "outputParserStructured", 1.3),
            _switch("Secondo il tono", "positiva", "negativa"),
            _http("Pubblica sul sito", "https://bottegamonterosso.example/api/recensioni"),
            _mail(
                "Segnala all'ufficio",
                company.OFFICE_MAIL,
                "Recensione negativa",
                "={{ $('Nuova recensione').item.json.body.text }}",
                on_error=CONTINUE,
            ),
            _plain("Tieni da parte", "noOp", 1),
        ),
        arrows=(
            ("Nuova recensione", "Valuta il tono"),
            ("Modello per recensioni", "Valuta il tono", "ai_languageModel"),
            ("Formato della valutazione", "Valuta il tono", "ai_outputParser"),
            ("Valuta il tono", "Secondo il tono"),
            ("Secondo il tono", "Pubblica sul sito"),
            ("Secondo il tono", "Segnala all'ufficio", 1),
            ("Secondo il tono", "Tieni da parte", 2),
        ),
    ),
    Process(
        key="crm",
        workflow_id=CRM_ID,
        name="CRM: crea o aggiorna cliente",
        active=False,  # n8n 1 cannot activate a workflow that only others call
        tags=("clienti",),
        nodes=(
            Node(
                "Chiamato da un altro processo",
                _BASE + "executeWorkflowTrigger",
                1.1,
                {"inputSource": "passthrough"},
                {"events": "worklfow_call"},
            ),
            _http("Cerca nel CRM", "https://crm.example/api/clienti", "GET"),
            _if("Cliente nuovo?", "={{ !$json.found }}"),
            _http("Crea scheda", "https://crm.example/api/clienti"),
            _mail(
                "Benvenuto in bottega",
                "={{ $json.email }}",
                "Benvenuto in bottega!",
                "Un piccolo regalo per il prossimo ordine.",
            ),
            _set("Scheda aggiornata", "email", "azione"),
        ),
        arrows=(
            ("Chiamato da un altro processo", "Cerca nel CRM"),
            ("Cerca nel CRM", "Cliente nuovo?"),
            ("Cliente nuovo?", "Crea scheda"),
            ("Crea scheda", "Benvenuto in bottega"),
            ("Cliente nuovo?", "Scheda aggiornata", 1),
        ),
    ),
    Process(
        key="errors",
        workflow_id=ERRORS_ID,
        name="Errori: avvisa l'ufficio",
        tells_errors=False,
        nodes=(
            _plain("Qualcosa è andato storto", "errorTrigger", 1),
            _set("Riassunto", "process", "step", "message"),
            _mail(
                "Avviso di errore",
                company.OFFICE_MAIL,
                "=Errore in {{ $json.process }}",
                "={{ $json.message }}",
            ),
        ),
        arrows=(
            ("Qualcosa è andato storto", "Riassunto"),
            ("Riassunto", "Avviso di errore"),
        ),
    ),
    Process(
        key="backup",
        workflow_id="bMbAcKuPn0tTe011",
        name="Copia notturna dei dati",
        tags=("di notte",),
        nodes=(
            _schedule("Di notte", field="cronExpression", expression="20 0,2,23 * * *"),
            _plain("Esporta archivi", "executeCommand", 1),
            _http("Carica nel cloud", "https://archivio.example/copie"),
        ),
        arrows=(("Di notte", "Esporta archivi"), ("Esporta archivi", "Carica nel cloud")),
    ),
    Process(
        key="newsletter",
        workflow_id="bMnEwSl3tT3r0012",
        name="Newsletter «La Mareggiata»",
        tags=("clienti",),
        nodes=(
            _schedule("Martedì alle 10", field="weeks", triggerAtDay=[2], triggerAtHour=10),
            _http("Leggi iscritti", "https://crm.example/api/iscritti", "GET"),
            Node("Un iscritto per riga", _BASE + "splitOut", 1, {"fieldToSplitOut": "readers"}),
            Node("A gruppi di cinque", _BASE + "splitInBatches", 3, {"batchSize": 5}),
            _mail(
                "Spedisci il numero",
                "={{ $json.email }}",
                "La Mareggiata: novità di stagione",
                "Ecco che cosa c'è di nuovo in dispensa.",
                on_error=CONTINUE,
            ),
            _set("Conteggio", "sent"),
        ),
        arrows=(
            ("Martedì alle 10", "Leggi iscritti"),
            ("Leggi iscritti", "Un iscritto per riga"),
            ("Un iscritto per riga", "A gruppi di cinque"),
            ("A gruppi di cinque", "Conteggio"),
            ("A gruppi di cinque", "Spedisci il numero", 1),
            ("Spedisci il numero", "A gruppi di cinque"),
        ),
    ),
    Process(
        key="prices",
        workflow_id="bMl1sT1N1f0rN013",
        name="Importa listini dei fornitori",
        tags=("amministrazione",),
        nodes=(
            Node(
                "Listino via Gmail",
                _BASE + "gmailTrigger",
                1.2,
                {"simple": False, "options": {"downloadAttachments": True}},
                credential=("gmailOAuth2", "Gmail dell'ufficio"),
            ),
            Node("Leggi CSV", _BASE + "extractFromFile", 1, {"options": {"delimiter": ";"}}),
            Node("Tre righe alla volta", _BASE + "splitInBatches", 3, {"batchSize": 3}),
            _http(
                "Aggiorna prezzo", "https://gestionale.example/api/prezzi", on_error=ERROR_OUTPUT
            ),
            _gmail(
                "Bozza al fornitore",
                {
                    "resource": "draft",
                    "operation": "create",
                    "subject": "Listino ricevuto",
                    "message": "Grazie, abbiamo aggiornato i prezzi.",
                },
            ),
            _plain("Righe scartate", "noOp", 1),
        ),
        arrows=(
            ("Listino via Gmail", "Leggi CSV"),
            ("Leggi CSV", "Tre righe alla volta"),
            ("Tre righe alla volta", "Bozza al fornitore"),
            ("Tre righe alla volta", "Aggiorna prezzo", 1),
            ("Aggiorna prezzo", "Tre righe alla volta"),
            ("Aggiorna prezzo", "Righe scartate", 1),
        ),
    ),
    Process(
        key="chat",
        workflow_id="bMcHaTs1T0000014",
        name="Chat del sito: assistente IA",
        tags=("clienti",),
        nodes=(
            Node("Messaggio in chat", _AI + "chatTrigger", 1.1, {"public": True}),
            _agent("Assistente della bottega", "={{ $json.chatInput }}"),
            _model("Modello della chat"),
            _memory("Memoria della chat"),
        ),
        arrows=(
            ("Messaggio in chat", "Assistente della bottega"),
            ("Modello della chat", "Assistente della bottega", "ai_languageModel"),
            ("Memoria della chat", "Assistente della bottega", "ai_memory"),
        ),
    ),
    Process(
        key="site_check",
        workflow_id="bMc0nTr0Ls1T0015",
        name="Controllo sito ogni 15 minuti",
        saves_successes=False,
        nodes=(
            _schedule("Ogni quarto d'ora", field="minutes", minutesInterval=15),
            _http("Apri la pagina", "https://bottegamonterosso.example/", "GET"),
        ),
        arrows=(("Ogni quarto d'ora", "Apri la pagina"),),
    ),
    Process(
        key="applications",
        workflow_id="bMcUrR1cUlUm0016",
        name="Candidature: raccolta curriculum",
        active=False,
        nodes=(
            Node(
                "Posta Outlook",
                _BASE + "microsoftOutlookTrigger",
                1,
                {"output": "simple"},
                credential=("microsoftOutlookOAuth2Api", "Outlook lavoro@"),
            ),
            _set("Scheda candidato", "nome", "posta"),
        ),
        arrows=(("Posta Outlook", "Scheda candidato"),),
    ),
    Process(
        key="old_marketplace",
        workflow_id="bMm3RcAt0v3cC018",
        name="Ordini marketplace (vecchio, non usare)",
        active=False,
        archived=True,
        tags=("vendite",),
        nodes=(
            _webhook("Ordine marketplace", "marketplace"),
            _http("Inoltra al gestionale", "https://gestionale.example/api/ordini"),
        ),
        arrows=(("Ordine marketplace", "Inoltra al gestionale"),),
    ),
    Process(
        key="ledger",
        workflow_id="bMcHiUsUrA000019",
        name="Chiusura contabile di fine giornata",
        tags=("amministrazione", "di notte"),
        nodes=(
            _webhook("Avvia chiusura", "chiusura"),
            _http("Confronta movimenti", "https://banca.example/movimenti", "GET"),
            _set("Chiusura fatta", "esito"),
        ),
        arrows=(
            ("Avvia chiusura", "Confronta movimenti"),
            ("Confronta movimenti", "Chiusura fatta"),
        ),
    ),
)

BY_KEY: dict[str, Process] = {process.key: process for process in PROCESSES}
BY_ID: dict[str, Process] = {process.workflow_id: process for process in PROCESSES}
