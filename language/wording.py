"""Technical words in business words: error messages, types of steps, default names of steps.

An error message is recognised for what it means and told as a cause with advice. One that is
not recognised is shown as its author wrote it (many are written by the company itself: "Ordine
senza numero"), without addresses, identifiers and stack traces. Everything is matched on whole
words: figures, times, amounts, e-mail addresses and ordinary words pass unchanged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from catalogue.metrics import Language
from language.plain_text import one_line, quoted

CAUSE_CHARS = 120
_READ_CHARS = 2_000
"""What a message means stands at its beginning; the rest may be a page of stack trace."""


@dataclass(frozen=True, slots=True)
class PlainCause:
    """Why something failed.

    ``recognised`` says whether ``text`` is ours, in the answer's language; otherwise it is the
    message itself, tidied. ``advice`` says what a person can do, where that is known.
    """

    text: str
    advice: str | None
    recognised: bool

    def shown(self, language: Language) -> str:
        """The cause inside a sentence: somebody else's words stand in quotation marks."""
        return self.text if self.recognised else quoted(self.text, language, CAUSE_CHARS)


@dataclass(frozen=True, slots=True)
class _Signs:
    """By what a cause is known: whole words (a pattern), or a status code of HTTP or SMTP."""

    words: str
    http: str = ""
    smtp: str = ""


@dataclass(frozen=True, slots=True)
class _Cause:
    id: str
    signs: _Signs
    text: tuple[str, str]
    advice: tuple[str, str]


@lru_cache(maxsize=64)
def _matching(signs: _Signs) -> re.Pattern[str]:
    """The pattern of *signs*, made when the first error is told: most answers tell none.

    A bare number is never a status: an order may be number 404.
    """
    words, http, smtp = signs.words, signs.http, signs.smtp
    alternatives = [rf"(?<!\w)(?:{words})(?!\w)"]
    if http:
        alternatives.append(
            rf"(?<!\w)(?:https?|status|status[ -]code|response[ -]code|error[ -]code|code|codice|"
            rf"stato)\W{{1,3}}(?:{http})(?!\d)"
        )
        alternatives.append(rf"^\s*(?:error:?\s*)?(?:{http})\s*(?:[-–:]\s|$)")
    if smtp:
        alternatives.append(rf"(?<!\w)(?:{smtp})[ -]\d\.\d\.\d(?!\d)")
    return re.compile("|".join(alternatives), re.IGNORECASE)


# The first that matches wins: the narrower meaning stands before the wider one.
_CAUSES = (
    _Cause(
        "mailbox_full",
        _Signs(
            r"mailbox (?:is )?full|quota exceeded for (?:the )?mailbox|over quota|"
            r"casella (?:di posta )?piena|insufficient (?:system )?storage",
            smtp="552",
        ),
        ("la casella del destinatario è piena", "the recipient's mailbox is full"),
        (
            "Avvisa il destinatario per un'altra via, o usa un altro indirizzo.",
            "Tell the recipient another way, or use another address.",
        ),
    ),
    _Cause(
        "recipient_rejected",
        _Signs(
            r"(?:all )?recipients? (?:address(?:es)? )?(?:were |was )?rejected|user unknown|"
            r"unknown user|no such (?:user|mailbox|recipient)|no recipients defined|EENVELOPE|"
            r"invalid (?:e-?mail|recipient|address)(?: address)?|mailbox (?:unavailable|not found)|"
            r"recipient (?:not found|unknown)",
            smtp="550|551|553",
        ),
        (
            "l'indirizzo del destinatario è sbagliato o è stato rifiutato",
            "the recipient's address is wrong or was rejected",
        ),
        (
            "Controlla l'indirizzo email del destinatario.",
            "Check the recipient's e-mail address.",
        ),
    ),
    _Cause(
        "spam",
        _Signs(r"(?:rejected|blocked|classified|marked) (?:as|for) spam|spam message rejected"),
        ("il messaggio è stato respinto come spam", "the message was rejected as spam"),
        (
            "Fai controllare la reputazione del dominio da cui si spedisce.",
            "Have the reputation of the sending domain checked.",
        ),
    ),
    _Cause(
        "crashed",
        _Signs(
            r"did not finish|out[ -]of[ -]memory|heap limit|(?:workflow|node|process) crashed|"
            r"WorkflowCrashedError|NodeCrashedError|ENOMEM|SIGKILL|SIGTERM"
        ),
        (
            "l'esecuzione si è interrotta di colpo, forse per mancanza di memoria",
            "the execution stopped all at once, perhaps for lack of memory",
        ),
        (
            "Se succede ancora, fai controllare memoria e riavvii del server di n8n.",
            "If it happens again, have the memory and the restarts of the n8n server checked.",
        ),
    ),
    _Cause(
        "too_many_requests",
        _Signs(
            r"too many requests|rate[ -]?limit(?:s|ed|ing)?(?: (?:reached|exceeded))?|"
            r"quota (?:exceeded|exhausted)|exceeded your (?:current )?quota|"
            r"request limit (?:reached|exceeded)|troppe richieste",
            http="429",
        ),
        (
            "il servizio ha ricevuto troppe richieste (limite superato)",
            "the service received too many requests (limit exceeded)",
        ),
        (
            "Distribuisci le richieste nel tempo o chiedi al fornitore un limite più alto.",
            "Spread the requests over time, or ask the provider for a higher limit.",
        ),
    ),
    _Cause(
        "timeout",
        _Signs(
            r"E(?:SOCKET)?TIMEDOUT|ECONNABORTED|time[ -]?out(?:s| exceeded)?|timed[ -]out|"
            r"tempo (?:massimo )?scaduto|deadline exceeded|ESOCKETTIMEDOUT",
            http="408|504|524",
        ),
        ("il servizio non ha risposto in tempo", "the service did not answer in time"),
        (
            "Di solito è passeggero: se si ripete, chiedi al fornitore del servizio.",
            "It usually passes: if it repeats, ask the provider of the service.",
        ),
    ),
    _Cause(
        "name_not_found",
        _Signs(r"ENOTFOUND|EAI_AGAIN|getaddrinfo|(?:dns|host ?name) (?:lookup|resolution).*"),
        (
            "l'indirizzo del servizio non si trova in rete",
            "the address of the service cannot be found on the network",
        ),
        (
            "Fai controllare l'indirizzo del servizio e la connessione a Internet.",
            "Have the address of the service and the Internet connection checked.",
        ),
    ),
    _Cause(
        "refused",
        _Signs(
            r"ECONNREFUSED|connection (?:was )?refused|refused the connection|EHOSTUNREACH|"
            r"ENETUNREACH|connessione rifiutata"
        ),
        (
            "il servizio rifiuta il collegamento: forse è spento",
            "the service refuses the connection: perhaps it is down",
        ),
        (
            "Fai controllare che il servizio sia acceso e raggiungibile.",
            "Have somebody check that the service is up and reachable.",
        ),
    ),
    _Cause(
        "interrupted",
        _Signs(
            r"ECONNRESET|EPIPE|socket hang ?up|connection (?:was )?(?:reset|lost|closed|aborted|"
            r"terminated|interrupted)(?: .*)?"
        ),
        (
            "il collegamento con il servizio si è interrotto",
            "the connection to the service broke off",
        ),
        (
            "Di solito è passeggero: se si ripete, fai controllare la rete.",
            "It usually passes: if it repeats, have the network checked.",
        ),
    ),
    _Cause(
        "certificate",
        _Signs(
            r"(?:self[ -]signed|expired|invalid) certificate|certificate (?:has expired|is not "
            r"(?:yet )?valid|verify failed)|CERT_HAS_EXPIRED|DEPTH_ZERO_SELF_SIGNED_CERT|"
            r"UNABLE_TO_VERIFY_LEAF_SIGNATURE|(?:ssl|tls) (?:handshake|alert|error).*"
        ),
        (
            "il certificato di sicurezza del servizio non è valido",
            "the security certificate of the service is not valid",
        ),
        (
            "Chiedi al fornitore del servizio di rinnovare il certificato.",
            "Ask the provider of the service to renew the certificate.",
        ),
    ),
    _Cause(
        "access_denied",
        _Signs(
            r"unauthori[sz]ed|authentication (?:failed|required|error)|"
            r"invalid (?:credentials|login|api[ -]?key|password|grant|token)|"
            r"(?:token|api[ -]?key) (?:has |is )?(?:expired|invalid|revoked)|"
            r"authori[sz]ation (?:failed|required)|EAUTH|login failed|"
            r"credentials? (?:.* )?(?:not (?:valid|found|set)|(?:is|are) (?:missing|invalid)|"
            r"does not exist)|credenziali non valide",
            http="401",
            smtp="530|535",
        ),
        (
            "il servizio non riconosce l'accesso (scaduto o non valido)",
            "the service does not accept the access (expired or not valid)",
        ),
        (
            "Chiedi a chi gestisce n8n di rinnovare l'accesso al servizio.",
            "Ask whoever manages n8n to renew the access to the service.",
        ),
    ),
    _Cause(
        "forbidden",
        _Signs(
            r"forbidden|access (?:is )?denied|permission denied|insufficient (?:permissions?|"
            r"privileges?|scopes?)|not allowed to|EACCES|EPERM|accesso negato|permesso negato",
            http="403",
        ),
        ("manca il permesso per questa operazione", "the permission for this operation is missing"),
        (
            "Chiedi a chi gestisce il servizio di dare il permesso che manca.",
            "Ask whoever manages the service to grant the missing permission.",
        ),
    ),
    _Cause(
        "duplicate",
        _Signs(
            r"duplicate (?:key|entry|record|value)(?: .*)?|unique constraint(?: .*)?|"
            r"already exists|ER_DUP_ENTRY|conflict",
            http="409",
        ),
        ("il dato da registrare esisteva già", "the record already existed"),
        (
            "Controlla se lo stesso dato arriva due volte.",
            "Check whether the same record comes in twice.",
        ),
    ),
    _Cause(
        "too_large",
        _Signs(
            r"(?:payload|entity|file|message|request|body) (?:is )?too (?:large|big)|"
            r"(?:max(?:imum)?|size) (?:file |body )?(?:size |limit )?exceeded|EMSGSIZE",
            http="413",
        ),
        ("il file o il messaggio è troppo grande", "the file or message is too large"),
        ("Riduci il file o dividilo in più parti.", "Make the file smaller or split it."),
    ),
    _Cause(
        "invalid_request",
        _Signs(
            r"bad request(?: .*)?|(?:your )?request is invalid(?: .*)?|invalid request|"
            r"unprocessable (?:entity|content)|validation (?:failed|error)",
            http="400|422",
        ),
        (
            "il servizio ha rifiutato i dati inviati",
            "the service rejected what was sent to it",
        ),
        (
            "Controlla i dati di partenza: qualcosa manca o non è nel formato giusto.",
            "Check the original data: something is missing or not in the right format.",
        ),
    ),
    _Cause(
        "not_found",
        _Signs(
            r"(?:resource|page|record|file|object|item|url|the resource you are requesting)"
            r"(?: you are requesting)? (?:could not be|was not|not) found|ENOENT|"
            r"no such file(?: or directory)?",
            http="404|410",
        ),
        (
            "ciò che il processo cercava non esiste più o ha cambiato posto",
            "what the process looked for is gone or has moved",
        ),
        (
            "Controlla che il documento o l'indirizzo cercato esista ancora.",
            "Check that the document or address still exists.",
        ),
    ),
    _Cause(
        "unavailable",
        _Signs(
            r"service (?:is )?(?:temporarily )?unavailable|internal server error|bad gateway|"
            r"server error|(?:is )?overloaded|under maintenance|"
            r"service (?:was )?not able to process your request|servizio non disponibile",
            http="5\\d\\d",
        ),
        (
            "il servizio non è disponibile in questo momento",
            "the service is not available at the moment",
        ),
        (
            "Di solito è passeggero: se si ripete, chiedi al fornitore del servizio.",
            "It usually passes: if it repeats, ask the provider of the service.",
        ),
    ),
    _Cause(
        "disk_full",
        _Signs(r"ENOSPC|no space left(?: on device)?|disk (?:is )?full|disco pieno"),
        ("lo spazio su disco è finito", "the disk is full"),
        ("Fai liberare spazio sul server.", "Have space freed on the server."),
    ),
    _Cause(
        "busy_archive",
        _Signs(
            r"deadlock(?: detected)?|database is locked|lock wait timeout(?: .*)?|"
            r"too many connections|SQLITE_BUSY"
        ),
        ("l'archivio dei dati era occupato", "the database was busy"),
        (
            "Di solito basta riprovare: se si ripete, avvisa chi gestisce l'archivio.",
            "Trying again usually helps: if it repeats, tell whoever manages the database.",
        ),
    ),
    _Cause(
        "bad_format",
        _Signs(
            r"unexpected (?:token|end of (?:json )?input|end of file)(?: .*)?|"
            r"(?:is )?not valid json|invalid json(?: .*)?|json parse error|"
            r"(?:could not|failed to|cannot) parse(?: .*)?|invalid syntax|malformed(?: .*)?"
        ),
        (
            "i dati ricevuti non erano nel formato previsto",
            "the data received was not in the expected format",
        ),
        (
            "Controlla il file o il messaggio di partenza.",
            "Check the original file or message.",
        ),
    ),
    _Cause(
        "missing_value",
        _Signs(
            r"cannot read propert(?:y|ies)(?: .*)?|(?:is|are) (?:undefined|not defined)|"
            r"undefined is not(?: .*)?|null is not an object(?: .*)?|"
            r"missing (?:required )?(?:field|parameter|property|value|data)s?(?: .*)?|"
            r"(?:required )?(?:field|parameter|property) (?:.* )?is (?:required|missing)|"
            r"(?:violates )?not[ -]null constraint"
        ),
        ("mancava un dato necessario", "a necessary value was missing"),
        (
            "Controlla che i dati in ingresso siano completi.",
            "Check that the incoming data is complete.",
        ),
    ),
    _Cause(
        "stopped",
        _Signs(r"(?:execution|workflow) was (?:cancell?ed|stopped)(?: .*)?|manually stopped"),
        ("l'esecuzione è stata fermata", "the execution was stopped"),
        (
            "Chiedi a chi l'ha fermata se va ripetuta.",
            "Ask whoever stopped it whether it has to be repeated.",
        ),
    ),
)


def plain_cause(message: str | None, language: Language) -> PlainCause:
    """What an error message means, in business words; its own words where it is not known."""
    return _plain_cause(message or "", language)


@lru_cache(maxsize=1024)
def _plain_cause(message: str, language: Language) -> PlainCause:
    which = 0 if language == "it" else 1
    head = one_line(message[:_READ_CHARS], 600)
    for cause in _CAUSES:
        if _matching(cause.signs).search(head):
            return PlainCause(cause.text[which], cause.advice[which], True)
    text = tidied(message)
    if not any(character.isalnum() for character in text):
        return PlainCause(("causa non registrata", "cause not recorded")[which], None, True)
    return PlainCause(text, None, False)


_HIDDEN = "[…]"


@lru_cache(maxsize=1)
def _stack() -> re.Pattern[str]:
    return re.compile(
        r"(?:^|[\r\n])\s*(?:at \S.*[(:]\S*\d\)?|Traceback \(most recent call last\).*)"
    )


@lru_cache(maxsize=1)
def _noise() -> tuple[tuple[re.Pattern[str], str], ...]:
    """What is taken out of a message, with what stands in its place."""
    return (
        # where in somebody's code it happened
        (re.compile(r"\s*[\[(](?:line|item|riga)s? [\d, –-]+(?:, for item \d+)?[\])]", re.I), ""),
        (re.compile(r"^(?:(?:Uncaught )?[A-Z]\w*(?:Error|Exception)|Error|Uncaught):\s+"), ""),
        # addresses of the web and of machines; not those of people
        (
            re.compile(r"\b(?:https?|wss?|ftp|postgres(?:ql)?|mysql|redis|amqp|file)://\S+", re.I),
            _HIDDEN,
        ),
        (
            re.compile(
                r"(?<![\w@.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+"
                r"(?:com|net|org|io|it|eu|dev|cloud|app|local|internal|lan|intranet|localhost)"
                r"(?::\d{1,5})?(?![\w@-])(?!\.\w)",
                re.I,
            ),
            _HIDDEN,
        ),
        (
            re.compile(r"(?<![\w@.-])(?:localhost|[a-z][\w-]*\.[\w.-]+):\d{2,5}(?!\d)", re.I),
            _HIDDEN,
        ),
        (re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?![\w.]*\w)"), _HIDDEN),
        (re.compile(r"(?<![\w:])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{1,4}(?![\w:])", re.I), _HIDDEN),
        # keys and tokens
        (re.compile(r"\beyJ[\w-]{6,}(?:\.[\w-]+){1,2}"), _HIDDEN),
        (re.compile(r"\b(?:sk|pk|rk|gsk|ghp|gho|glpat|xox[abpr])[-_][\w-]{8,}"), _HIDDEN),
        (re.compile(r"\b(?:AIza|AKIA)\w{8,}"), _HIDDEN),
        (re.compile(r"(?<=\bBearer )\S{6,}", re.I), _HIDDEN),
        # places on a disk
        (re.compile(r"(?<![\w/.])(?:/[\w.@-]+){2,}/?"), _HIDDEN),
        (re.compile(r"\b[A-Za-z]:\\\S+"), _HIDDEN),
        # identifiers that mean nothing to a person
        (re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.I), _HIDDEN),
        (re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{16,}\b", re.I), _HIDDEN),
        (
            re.compile(
                r"(?<![\w@.-])(?=\w*[a-z])(?=\w*[A-Z])(?=\w*\d)[A-Za-z0-9_]{16,}(?![\w@.-])"
            ),
            _HIDDEN,
        ),
    )


def tidied(message: str) -> str:
    """*message* on one line without stack trace, addresses of machines, paths and identifiers."""
    message = message[:_READ_CHARS]
    stack = _stack().search(message)
    text = message if stack is None else message[: stack.start()]
    text = one_line(text, 600)
    for pattern, replacement in _noise():
        text = pattern.sub(replacement, text)
    return one_line(text, CAUSE_CHARS)


# --- steps -----------------------------------------------------------------------------------

_STEP_TYPES: dict[str, tuple[str, str]] = {
    "httpRequest": ("chiamata a un servizio esterno", "call to an external service"),
    "emailSend": ("invio di un'email", "sending an e-mail"),
    "emailReadImap": ("lettura della posta", "reading the mailbox"),
    "gmail": ("posta Gmail", "Gmail"),
    "gmailTrigger": ("arrivo di un'email", "an e-mail coming in"),
    "microsoftOutlook": ("posta Outlook", "Outlook mail"),
    "microsoftOutlookTrigger": ("arrivo di un'email", "an e-mail coming in"),
    "webhook": ("richiesta in arrivo dal web", "request from the web"),
    "formTrigger": ("modulo compilato", "form filled in"),
    "chatTrigger": ("messaggio in chat", "chat message"),
    "scheduleTrigger": ("avvio a orario", "scheduled start"),
    "cron": ("avvio a orario", "scheduled start"),
    "manualTrigger": ("avvio a mano", "start by hand"),
    "errorTrigger": ("avviso di errore", "error notice"),
    "executeWorkflowTrigger": ("avvio da un altro processo", "start by another process"),
    "executeWorkflow": ("avvio di un altro processo", "starting another process"),
    "respondToWebhook": ("risposta a una richiesta", "answer to a request"),
    "code": ("elaborazione dei dati", "data processing"),
    "function": ("elaborazione dei dati", "data processing"),
    "functionItem": ("elaborazione dei dati", "data processing"),
    "set": ("preparazione dei dati", "data preparation"),
    "aggregate": ("raccolta dei dati", "collecting data"),
    "merge": ("unione dei dati", "joining data"),
    "filter": ("selezione dei dati", "selecting data"),
    "splitOut": ("suddivisione dei dati", "splitting data"),
    "splitInBatches": ("ripetizione per gruppi", "repeating in batches"),
    "if": ("scelta", "decision"),
    "switch": ("scelta", "decision"),
    "wait": ("attesa", "wait"),
    "noOp": ("nessuna operazione", "no operation"),
    "stopAndError": ("arresto con errore", "stop with an error"),
    "convertToFile": ("creazione di un file", "making a file"),
    "extractFromFile": ("lettura di un file", "reading a file"),
    "readWriteFile": ("lettura o scrittura di un file", "reading or writing a file"),
    "googleSheets": ("foglio Google", "Google sheet"),
    "googleDrive": ("documenti Google", "Google documents"),
    "slack": ("messaggio Slack", "Slack message"),
    "telegram": ("messaggio Telegram", "Telegram message"),
    "whatsApp": ("messaggio WhatsApp", "WhatsApp message"),
    "postgres": ("archivio dei dati", "database"),
    "mySql": ("archivio dei dati", "database"),
    "microsoftSql": ("archivio dei dati", "database"),
    "mongoDb": ("archivio dei dati", "database"),
    "redis": ("archivio dei dati", "database"),
    "agent": ("assistente AI", "AI assistant"),
    "chainLlm": ("assistente AI", "AI assistant"),
    "openAi": ("assistente AI", "AI assistant"),
    "lmChatOpenAi": ("modello AI", "AI model"),
}

_DEFAULT_STEP_NAMES = {
    "http request": "httpRequest",
    "send email": "emailSend",
    "email trigger (imap)": "emailReadImap",
    "gmail": "gmail",
    "gmail trigger": "gmailTrigger",
    "webhook": "webhook",
    "respond to webhook": "respondToWebhook",
    "schedule trigger": "scheduleTrigger",
    "code": "code",
    "function": "function",
    "edit fields": "set",
    "set": "set",
    "if": "if",
    "switch": "switch",
    "merge": "merge",
    "filter": "filter",
    "wait": "wait",
    "loop over items": "splitInBatches",
    "split in batches": "splitInBatches",
    "execute workflow": "executeWorkflow",
    "ai agent": "agent",
    "basic llm chain": "chainLlm",
    "postgres": "postgres",
    "mysql": "mySql",
    "google sheets": "googleSheets",
}
_COPY_NUMBER = re.compile(r"\s*\d{1,3}$")


def step_type_in_words(step_type: str | None, language: Language) -> str:
    """What a type of step does: "n8n-nodes-base.httpRequest" is a call to an external service."""
    name = (step_type or "").rpartition(".")[2].removesuffix("Tool")
    words = _STEP_TYPES.get(name)
    if words is None:
        return "un passo del processo" if language == "it" else "a step of the process"
    return words[0 if language == "it" else 1]


def step_in_words(step: str, language: Language) -> str:
    """A step in quotation marks: by its own name, or in our words where n8n named it."""
    step_type = _DEFAULT_STEP_NAMES.get(_COPY_NUMBER.sub("", step.strip()).lower())
    if step_type is not None:
        return quoted(step_type_in_words(step_type, language), language)
    return quoted(step, language, 60)
