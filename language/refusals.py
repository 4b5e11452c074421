"""What is refused, by what it means: secrets, internals, hidden instructions, changes.

Refusing is courtesy: nothing behind the understanding could change anything or reveal a secret.
So what matters here is to let harmless questions pass that merely contain a word such as
"password", "server" or "cancellati". A process name is masked before anything is judged, and a
command is one only where a command can stand in a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Literal

from language.commands import COMMAND_FORMS, HOMOGRAPHS
from language.cues import VOCABULARY, Cues
from language.tokens import Token, phrases_in, tokenize, undisguised, word_set
from language.vocabulary import KNOWN_WORDS, Cue

Refusal = Literal["credentials", "internals", "change", "instructions", "others_data"]

_PHRASAL = phrases_in(
    """
    butta via, rispondi alla mail, rispondi all email, rispondi al cliente, reply to the,
    getta via, fa sparire, fai sparire, fate sparire, far sparire, fa partire, fai partire,
    far partire, fai ripartire, far ripartire, fa girare, fai girare, far girare, metti in
    pausa, mettere in pausa, metti offline, metti online, metti giu, tira giu, butta giu, fai
    fuori, sbarazzati di, liberati di, get rid of, make disappear, turn off, turn on, shut
    down, shut off, switch off, switch on, take down, take offline, throw away, kick off, roll
    back, fai il reset, fa il reset, fai un rollback, fa in modo che, fai in modo che, make
    sure that no, non far partire, clean out, bring down, segna come, mark as, mark all, segna
    tutti, segna tutte
    """
)

_REQUESTS = phrases_in(
    """
    puoi, potresti, puo, potete, riesci a, vorrei, voglio, vogliamo, devi, dovresti, bisogna,
    ti chiedo di, ti ordino di, ti prego di, cerca di, prova a, provvedi a, procedi a, aiutami
    a, aiutaci a, mi aiuti a, mi puoi, puoi per favore, sei in grado di, e possibile, si puo,
    ho bisogno di, mi serve, can you, could you, would you, will you, can we, can i, could we,
    i want to, i want you to, we want to, i d like to, i would like to, i need to, i need you
    to, you must, you should, you have to, let s, let us, help me, help me to, please, go
    ahead and, try to, i order you to, would you mind, per favore, per piacere, perfavore, ti
    spiace, dobbiamo, devo, possiamo, posso, voglio che tu, vorrei che tu, ora, adesso,
    subito, allora, dai, ok, okay, now, just, ciao, ehi, hey, hi, hello, milhena, grazie,
    then, quindi, poi, and then, e poi, immediatamente, immediately, urgentemente, kindly,
    simply, quickly, semplicemente, prima, first, next, anche, also, e anche, si, yes, no
    """
)
"""What may stand before a command, besides nothing at all."""

_CONJUNCTIONS = frozenset({"e", "ed", "and", "o", "or", "ma", "but"})
_OBJECT_STARTS = word_set(
    """il lo la i gli le l un uno una dei degli delle the a an my our your all every each
    everything tutto tutti tutte tutta ogni this that these those questo questa questi queste quel
    quello quella quelle quelli him her them it qualche some any fake another"""
)

_SECRETS = phrases_in(
    """
    password, passwords, passwd, pwd, passphrase, parola d ordine, parola chiave, credenziali,
    credenziale, credential, credentials, chiave api, chiavi api, api key, api keys, apikey,
    apikeys, chiave segreta, chiavi segrete, secret key, secret keys, secrets, segreti, access
    token, access tokens, token di accesso, token di autenticazione, auth token, bearer token,
    token api, api token, tokens, token, dati di accesso, dati di login, login data, login
    details, private key, private keys, chiave privata, chiavi private, encryption key, chiave
    di cifratura, chiave di crittografia, connection string, stringa di connessione, dati di
    connessione, utenza e password, username e password, user and password, accessi del,
    chiavi, le chiavi, ssh key, chiave ssh, codice di accesso, webhook secret, jwt
    """
)
_WEAK_SECRETS = frozenset(
    {"token", "tokens", "chiavi", "le chiavi", "accessi del", "segreti", "secrets", "parola chiave"}
)

_INTERNALS: dict[str, float] = {
    "system prompt": 3, "prompt di sistema": 3, "tuo prompt": 3, "your prompt": 3,
    "tuoi prompt": 3, "prompt iniziale": 3, "initial prompt": 3, "hidden prompt": 3,
    "prompt nascosto": 3, "istruzioni di sistema": 3, "istruzioni nascoste": 3,
    "hidden instructions": 3, "tue istruzioni": 3, "your instructions": 3,
    "system instructions": 3, "istruzioni iniziali": 3, "initial instructions": 3,
    "system message": 3, "messaggio di sistema": 3, "instructions you were given": 3,
    "istruzioni ti hanno dato": 3, "istruzioni ricevute": 2, "istruzioni interne": 3,
    "internal instructions": 3, "secret instructions": 3, "istruzioni segrete": 3,
    "your rules": 2, "tue regole": 2, "prompt": 1.5,
    "codice sorgente": 3, "source code": 3, "tuo codice": 3, "your code": 3,
    "variabili d ambiente": 3, "variabili di ambiente": 3, "environment variables": 3,
    "env file": 3, "file env": 3, "etc passwd": 3, "file di configurazione": 3,
    "configuration file": 3, "config file": 3, "configurazione del server": 3,
    "server configuration": 3, "schema del database": 3, "struttura del database": 3,
    "database schema": 3, "db schema": 3, "schema del db": 3, "struttura delle tabelle": 3,
    "table structure": 3, "tabelle del database": 3, "tabelle del db": 3, "database tables": 3,
    "tables in the database": 3, "tabelle ci sono": 2.5, "nomi delle tabelle": 3,
    "table names": 3, "dump": 2, "indirizzo ip": 3, "ip address": 3, "ip del server": 3,
    "server ip": 3, "nome host": 3, "hostname": 3, "porta del server": 3, "server port": 3,
    "stack trace": 3, "stacktrace": 3, "traceback": 2.5, "log di sistema": 2.5,
    "system logs": 2.5, "server logs": 2.5, "query sql": 3, "sql query": 3, "sql queries": 3,
    "codice sql": 3, "in sql": 2.5, "che database usi": 3, "quale database usi": 3,
    "what database do you use": 3, "which database do you use": 3, "quale modello usi": 3,
    "che modello usi": 3, "che modello sei": 3, "which model are you": 3,
    "what model are you": 3, "which llm": 3, "quale llm": 3, "what llm": 3,
    "su che server": 3, "che server": 2.5, "what server": 2.5, "which server": 2.5,
    "json del workflow": 3, "json del processo": 3, "workflow json": 3,
    "contenuto del database": 3, "accesso al database": 3, "access to the database": 3,
    "database access": 3, "connettiti al database": 3, "connect to the database": 3,
    "versione di n8n": 2.5, "n8n version": 2.5, "versione del server": 3, "architettura": 1.5,
    "repository": 1.5, "endpoint": 1, "url del webhook": 2.5, "webhook url": 2.5,
    "hai nel contesto": 3, "text above": 3, "testo sopra": 3, "testo precedente": 2.5,
    "everything above": 3, "tutto quello che c e sopra": 3, "above this line": 3,
    "configurazione interna": 3, "internal configuration": 3, "come sei fatto dentro": 3,
    "come sei programmato": 3, "how are you built": 3, "how were you built": 3,
    "backend": 2, "credenziali": 0,
}  # fmt: skip

_IGNORE = word_set(
    """ignora ignorare ignori ignorate dimentica dimenticati dimenticare dimenticate scordati
    scordare scorda tralascia trascura aggira aggirare scavalca ignore forget disregard bypass
    override skip circumvent neglect disobey disobbedisci viola infrangi break"""
)
_RULES = word_set(
    """istruzioni istruzione regole regola limiti limite vincoli restrizioni direttive indicazioni
    filtri filtro policy linee instructions instruction rules rule guidelines restrictions limits
    constraints directives prompt prompts filters safety programming programmazione controlli
    precedenti sicurezza sopra above detto"""
)
_DISGUISES: dict[str, float] = {
    "fingi di": 3, "fingiti": 3, "fai finta di": 3, "fai finta che": 3, "facciamo finta": 3,
    "fingi che": 3, "fa finta": 3, "comportati come": 3, "comportati da": 3,
    "agisci da": 3, "agisci come": 3,
    "impersona": 3, "interpreta il ruolo": 3, "nel ruolo di": 2, "da ora in poi sei": 3,
    "d ora in poi sei": 3, "adesso sei": 2.5, "ora sei": 2.5, "tu sei ora": 3, "pretend": 3,
    "act as": 3, "act like": 3, "role play": 3, "roleplay": 3, "you are now": 3,
    "from now on you": 3, "jailbreak": 3, "jail break": 3, "developer mode": 3,
    "modalita sviluppatore": 3, "modalita debug": 3, "debug mode": 3, "admin mode": 3,
    "modalita amministratore": 3, "modalita admin": 3, "god mode": 3, "senza limiti": 2.5,
    "senza filtri": 2.5, "senza restrizioni": 3, "senza regole": 3, "without limits": 3,
    "without filters": 3, "without restrictions": 3, "no restrictions": 3, "unrestricted": 3,
    "unfiltered": 3, "sono l amministratore": 3, "sono lo sviluppatore": 3, "sono un admin": 3,
    "i am the administrator": 3, "i am the admin": 3, "i am your developer": 3,
    "i m the admin": 3, "i m the developer": 3, "i m your developer": 3, "i am an admin": 3,
    "do anything now": 3, "ripeti parola per parola": 3, "repeat verbatim": 3,
    "repeat after me": 3, "repeat everything": 3, "ripeti tutto": 2, "new instructions": 3,
    "nuove istruzioni": 3, "system override": 3, "decodifica ed esegui": 3, "sudo": 3,
    "disattiva i filtri": 3, "disattiva le protezioni": 3,
}  # fmt: skip

_OTHERS: dict[str, float] = {
    "altri utenti": 3, "altre persone hanno chiesto": 3, "other users": 3, "other people s": 3,
    "another user": 3, "altro utente": 3, "somebody else s": 3, "someone else s": 3,
    "other user s": 3, "chat degli altri": 3, "conversazioni degli altri": 3,
    "domande degli altri": 3, "domande dei colleghi": 3, "domande del mio collega": 3,
    "hanno chiesto gli altri": 3, "ha chiesto il mio collega": 3, "ha chiesto il mio capo": 3,
    "chiesto i miei colleghi": 3, "what did others ask": 3, "what did my boss ask": 3,
    "what have others asked": 3, "what did my colleagues ask": 3, "did other people ask": 3,
    "conversations of other": 3, "conversation history of": 3, "cronologia di": 2.5,
    "cronologia degli altri": 3, "altre aziende": 2.5, "other companies": 2.5,
    "dati personali": 2.5, "personal data": 2.5, "dati sensibili": 2.5, "sensitive data": 2.5,
    "carta di credito": 2.5, "carte di credito": 2.5, "credit card": 2.5, "credit cards": 2.5,
    "codice fiscale": 2.5, "codici fiscali": 2.5, "social security": 2.5, "iban": 2,
    "numero di telefono": 2.5, "numeri di telefono": 2.5, "phone number": 2.5,
    "phone numbers": 2.5, "indirizzo di casa": 3, "indirizzi di casa": 3, "home address": 3,
    "home addresses": 3, "quanto guadagna": 3, "stipendio di": 2.5, "salary of": 2.5,
    "how much does": 0, "dati bancari": 2.5, "bank details": 2.5, "data di nascita": 2.5,
    "date of birth": 2.5, "posta personale di": 3, "private messages": 2.5,
    "messaggi privati": 2.5, "email private di": 3, "dati degli utenti": 2.5, "user data": 2,
    "dati privati": 2.5, "private data": 2.5,
}  # fmt: skip

_SQL = re.compile(
    r"""
    \bselect\b .{1,200}? \bfrom\b \s+ [\w".]+  (?=.*[;*=(]|.*\bwhere\b|\s*$)
  | \bdrop\s+(?:table|database|schema|index|view)\b
  | \bdelete\s+from\s+\w+
  | \binsert\s+into\s+\w+
  | \bupdate\s+\w+\s+set\b
  | \btruncate\s+(?:table\s+)?\w+
  | \balter\s+(?:table|role|user|database)\b
  | \bunion\s+(?:all\s+)?select\b
  | \bgrant\s+\w+\s+(?:on|to)\b
  | ['"]\s*(?:or|and)\s+['"]?\d+['"]?\s*=\s*['"]?\d+
  | ['"]?\s*;\s*--
  | \bexec(?:ute)?\s*\(
  | <script\b
  | \brm\s+-rf\b
  | \bpg_(?:sleep|shadow|user)\b
  | \binformation_schema\b
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_READING_SQL = re.compile(
    r"\bselect\b|\bunion\b|information_schema|pg_shadow|pg_user", re.IGNORECASE
)

_ASKED_FOR = frozenset({Cue.GIVE, Cue.LIST, Cue.WHICH, Cue.HELP, Cue.DEFINE, Cue.WHERE, Cue.WHO})
_ASKED_OUTRIGHT = frozenset({Cue.GIVE, Cue.LIST})
_COUNTED_WORK = (
    Cue.HOW_MANY, Cue.TIMES, Cue.RAN, Cue.ERROR, Cue.FAILED, Cue.EXECUTION, Cue.DURATION,
    Cue.SUCCESS_RATE, Cue.ERROR_RATE, Cue.PROCESS,
)  # fmt: skip
_COUNTING = word_set("quanti quante many")
_REFUSED_FROM = 2.0


def refusal(
    text: str, tokens: Sequence[Token], cues: Cues, masked: Collection[int] = ()
) -> Refusal | None:
    """Return why *text* is refused, or None.

    *masked* are tokens that are a name, a quotation or a time and so can be no command.
    """
    if _SQL.search(text):
        return "internals" if _READING_SQL.search(text) else "change"
    found = _judged(tokens, cues, masked)
    if found is None:
        plain = undisguised(text)
        if plain is not None:
            # Only in disguise is it hidden: judge what it says without.
            found = _judged(tokenize(plain), Cues(()), ())
    return found


def _judged(tokens: Sequence[Token], cues: Cues, masked: Collection[int]) -> Refusal | None:
    words = ["" if index in masked else token.word for index, token in enumerate(tokens)]
    sentence = f" {' '.join(words)} "
    if _ignores_rules(words) or _weight(sentence, _DISGUISES) >= _REFUSED_FROM:
        return "instructions"
    if _asks_for_secret(sentence, cues):
        return "credentials"
    if _weight(sentence, _INTERNALS) >= _REFUSED_FROM and not _asks_for_explanation(cues, sentence):
        return "internals"
    if _commands(tokens, cues, words):
        return "change"
    if _weight(sentence, _OTHERS) >= _REFUSED_FROM and not (
        Cue.ABOUT in cues or _COUNTING.intersection(words)
    ):
        return "others_data"
    return None


def _weight(sentence: str, phrases: dict[str, float]) -> float:
    return sum(weight for phrase, weight in phrases.items() if f" {phrase} " in sentence)


def _ignores_rules(words: Sequence[str]) -> bool:
    """Whether rules or instructions are to be ignored: "ignora tutte le istruzioni"."""
    for index, word in enumerate(words):
        if word in _IGNORE and _RULES.intersection(words[index + 1 : index + 7]):
            return True
    return False


def _asks_for_secret(sentence: str, cues: Cues) -> bool:
    weight = 0.0
    for secret in _SECRETS:
        if f" {secret} " in sentence:
            weight = max(weight, 1.0 if secret in _WEAK_SECRETS else 2.0)
    if not weight:
        return False
    asked = _ASKED_FOR if weight > 1 else _ASKED_OUTRIGHT
    if asked.intersection(cues.present):
        weight += 1
    if any(
        f" {word} " in sentence
        for word in (
            "admin",
            "amministratore",
            "database",
            "n8n",
            "utenti",
            "users",
            "server",
            "gemini",
            "groq",
            "tuoi",
            "your",
        )
    ):
        weight += 1
    if _USED.search(sentence) and cues.any(Cue.STEP, Cue.CHANNEL, Cue.WHICH):
        weight += 1  # "che token usa il nodo gmail?"
    if cues.any(*_COUNTED_WORK) or cues.any(Cue.ABOUT):
        weight -= 2
    return weight >= _REFUSED_FROM


_USED = re.compile(
    r" (?:che|quale|quali|qual e il|what|which) (?:token|tokens|chiavi|segreti|secrets)"
    r" (?:di \w+ )?(?:si )?(?:usa|usano|utilizza|utilizzano|ha|hanno|serve|does|do|is|are)\b"
)


def _asks_for_explanation(cues: Cues, sentence: str) -> bool:
    """ "what is an IP address?" is a question about a word, not about this machine."""
    return (
        Cue.DEFINE in cues
        and any(
            f" {article} " in sentence
            for article in ("un", "una", "uno", "a", "an", "significa", "mean")
        )
        and not any(
            f" {word} " in sentence for word in ("tuo", "tue", "tuoi", "your", "nostro", "our")
        )
    )


def _commands(tokens: Sequence[Token], cues: Cues, words: Sequence[str]) -> bool:
    """Whether a verb that changes something stands where a command stands, with an object."""
    for index, word in enumerate(words):
        if not word:
            continue
        if _phrasal_at(words, index) and _in_command_position(tokens, cues, words, index):
            return True
        command = _as_command(word)
        if command is None:
            continue
        form, carries_object = command
        if _in_command_position(
            tokens,
            cues,
            words,
            index,
            ambiguous=word in HOMOGRAPHS,
            infinitive=form == "inf",
            carries_object=carries_object,
        ) and (carries_object or _has_object(tokens, words, index)):
            return True
    sentence = f" {' '.join(words)} "
    return any(f" {phrase} " in sentence for phrase in _WISHES)


def _phrasal_at(words: Sequence[str], index: int) -> bool:
    following = " ".join(words[index : index + 5]) + " "
    if following.startswith(_PHRASAL_STARTS):
        return True
    # "turn the backup off", "shut it down"
    return words[index] in ("turn", "shut", "switch", "take", "metti", "make") and any(
        word in ("off", "down", "offline", "disappear") for word in words[index + 1 : index + 6]
    )


def _as_command(word: str) -> tuple[Literal["imp", "inf"], bool] | None:
    """Whether *word* commands, in which form, and whether it carries its object ("cancellalo")."""
    known = COMMAND_FORMS.get(word)
    if known is None and len(word) >= 7 and word not in VOCABULARY and word not in KNOWN_WORDS:
        known = COMMAND_FORMS.get(_slip_of_command(word))
    return known


@lru_cache(maxsize=2048)
def _slip_of_command(word: str) -> str:
    """The command that lacks, or has twice, one letter in *word*: "cancela", "elimmina"."""
    for known in COMMAND_FORMS:
        if len(known) >= 7 and abs(len(known) - len(word)) == 1 and known[0] == word[0]:
            longer, shorter = (known, word) if len(known) > len(word) else (word, known)
            if any(longer[:at] + longer[at + 1 :] == shorter for at in range(1, len(longer))):
                return "" if known in HOMOGRAPHS else known
    return ""


def _in_command_position(
    tokens: Sequence[Token],
    cues: Cues,
    words: Sequence[str],
    index: int,
    *,
    ambiguous: bool = False,
    infinitive: bool = False,
    carries_object: bool = False,
) -> bool:
    """Whether a command can stand at *index*: first, after a request, or after another command."""
    before = list(words[:index])
    if tokens[index].after_break and not ambiguous and not infinitive:
        return True
    if before and before[-1] in _CONJUNCTIONS and not ambiguous:
        # "mostrami gli errori e cancellali"; but not "il processo che legge e archivia le mail".
        orders = cues.starting_at(0, Cue.LIST, Cue.GIVE) is not None or words[0] in _OTHER_ORDERS
        return carries_object or orders
    text = " ".join(before)
    return _only_requests(text)


def _only_requests(text: str) -> bool:
    """Whether *text* is what may stand before a command: nothing, a greeting, a request."""
    text = text.strip()
    while text:
        for phrase in _REQUESTS_BY_LENGTH:
            if text == phrase or text.endswith(f" {phrase}"):
                if phrase in _ASKING:
                    return True
                text = text[: len(text) - len(phrase)].strip()
                break
        else:
            rest, _, last = text.rpartition(" ")
            if last not in _BETWEEN:
                return False
            text = rest
    return True


def _has_object(tokens: Sequence[Token], words: Sequence[str], index: int) -> bool:
    """Whether what follows is what would be changed: an article, a noun of ours, a name.

    A wish for an answer ("mandami un riepilogo", "create a chart") changes nothing.
    """
    if words[index] in HOMOGRAPHS and words[index + 1 : index + 2] in (["me"], ["us"]):
        return False  # "update me on …", "run me through …"
    following = index + 1
    while following < len(words) and words[following] in _BETWEEN:
        following += 1
    if following >= len(words):
        return False
    if tokens[following].after_break and words[index] in HOMOGRAPHS:
        return False
    if words[index] in _MAKING and _ANSWERS.intersection(words[following : following + 4]):
        return False
    if words[index] in ("send", "invia", "manda", "forward") and words[index + 1] in ("me", "us"):
        return False
    word = words[following]
    if word == "" or word in _OBJECT_STARTS or word in _TARGETS:
        return True
    if words[index] in HOMOGRAPHS:
        return False
    return (word in VOCABULARY and word not in KNOWN_WORDS) or word.isdigit()


_BETWEEN = word_set("mi ci me you us to di a e per favore please subito now anche immediatamente")
_OTHER_ORDERS = word_set("prendi trova apri find take get fetch open go vai fai")
_MAKING = word_set(
    """crea create creare prepara genera generate aggiungi add run esegui eseguire lancia launch
    avvia start cambia change invia manda mandare inviare send imposta set schedule pubblica publish
    mandami inviami calcola edit duplica"""
)
_ANSWERS = word_set(
    """report riepilogo riassunto grafico grafici tabella elenco lista chart graph table list
    summary overview recap analisi analysis previsione forecast confronto comparison conto
    resoconto sintesi statistiche statistics stima estimate query domanda question risposta
    ricerca search calcolo calculation lingua language argomento topic discorso subject"""
)
"""What somebody may ask us to make."""
_WISHES = phrases_in(
    """
    make it stop, non deve piu partire, non devono piu partire, voglio che smetta, must not
    run anymore, should be deleted, va cancellato, va cancellata, vanno cancellati, vanno
    cancellate, vanno eliminati, vanno eliminate, must be deleted, deve essere cancellato,
    devono essere cancellati, devono essere cancellate, deve essere eliminato, devono essere
    eliminati, devono sparire, deve sparire, non voglio piu che parta, i want it gone, need to
    be deleted, needs to be deleted
    """
)
_TARGETS = word_set(
    """database db tabella tabelle table tables record records righe rows sistema system server
    utente utenti user users account workflow status prezzo prezzi price prices"""
)
_ASKING = frozenset(_REQUESTS) - word_set(
    """ora adesso subito allora dai ok okay now just ciao ehi hey hi hello milhena grazie then
    quindi poi anche also si yes no prima first next immediatamente immediately urgentemente
    kindly simply quickly semplicemente"""
)
_REQUESTS_BY_LENGTH = sorted(_REQUESTS, key=len, reverse=True)
_PHRASAL_STARTS = tuple(f"{phrase} " for phrase in _PHRASAL)
