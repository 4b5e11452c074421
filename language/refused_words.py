"""The words by which refusals are recognised, with how much each weighs."""

from __future__ import annotations

from language.tokens import phrases_in, word_set

PHRASAL = phrases_in(
    """
    butta via, rispondi alla mail, rispondi all email, rispondi al cliente, reply to the,
    rispondi alle mail, rispondi alle email, rispondi ai clienti, rispondi tu, rispondere alle mail,
    rispondere alle email, rispondere ai clienti, reply to, answer the email, answer the emails,
    answer the mails, answer the customers, log in as, accedi come,
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
REQUESTS = phrases_in(
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
    simply, quickly, semplicemente, prima, first, next, anche, also, e anche, si, yes, no,
    gia che ci sei, gia che ci siamo, visto che ci sei, dato che ci sei, intanto che ci sei,
    intanto, nel frattempo, gia che sei li, se riesci, se puoi, se ce la fai, fammi un favore,
    fammi il piacere di, mi fai il favore di, fammi la cortesia di, ti dispiace, ti va di,
    while you re at it, while you are at it, while at it, whilst you re at it, since you re at it,
    since you re there, while you re there, in the meantime, meanwhile, if you can, if possible,
    do me a favour and, do me a favor and, be a dear and, be so kind as to, be so kind and,
    dopo di che, dopodiche, once done
    """
)
"""What may stand before a command, besides nothing at all."""
OBJECT_STARTS = word_set(
    """il lo la i gli le l un uno una dei degli delle the a an my our your all every each
    everything tutto tutti tutte tutta ogni this that these those questo questa questi queste quel
    quello quella quelle quelli him her them it qualche some any fake another"""
)
SECRETS = phrases_in(
    """
    password, passwords, passwd, pwd, passphrase, parola d ordine, parola chiave, credenziali,
    credenziale, credential, credentials, chiave api, chiavi api, api key, api keys, apikey,
    apikeys, chiave segreta, chiavi segrete, secret key, secret keys, secrets, segreti, access
    token, access tokens, token di accesso, token di autenticazione, auth token, bearer token,
    token api, api token, tokens, token, dati di accesso, dati di login, login data, login
    details, private key, private keys, chiave privata, chiavi private, encryption key, chiave
    di cifratura, chiave di crittografia, connection string, stringa di connessione, dati di
    connessione, utenza e password, username e password, user and password, accessi del,
    login admin, admin login, login amministratore, accesso admin, accesso amministratore,
    webhook secret, secret used, secret of, admin access, admin account, account admin, pw, psw,
    passwort, secret, segreto,
    chiavi, le chiavi, ssh key, chiave ssh, codice di accesso, webhook secret, jwt
    """
)
WEAK_SECRETS = frozenset(
    {
        "token",
        "tokens",
        "secret",
        "segreto",
        "pw",
        "chiavi",
        "le chiavi",
        "accessi del",
        "segreti",
        "secrets",
        "parola chiave",
    }
)
STRONG_SECRETS = tuple(secret for secret in SECRETS if secret not in WEAK_SECRETS)
INTERNALS: dict[str, float] = {
    "system prompt": 3, "prompt di sistema": 3, "tuo prompt": 3, "your prompt": 3,
    "tuoi prompt": 3, "prompt iniziale": 3, "initial prompt": 3, "hidden prompt": 3,
    "prompt nascosto": 3, "istruzioni di sistema": 3, "istruzioni nascoste": 3,
    "hidden instructions": 3, "tue istruzioni": 3, "your instructions": 3,
    "system instructions": 3, "istruzioni iniziali": 3, "initial instructions": 3,
    "system message": 3, "messaggio di sistema": 3, "instructions you were given": 3,
    "istruzioni che ti hanno": 3, "istruzioni che hai": 3, "instructions you have": 3,
    "instructions you got": 3, "were you told": 3, "you were told": 3, "ti hanno detto prima": 3,
    "ti e stato detto": 3, "execution_entity": 3, "workflow_entity": 3, "credentials_entity": 3,
    "fammi una select": 3, "tutto il database": 3, "intero database": 3, "whole database": 3,
    "entire database": 3, "istruzioni ti hanno dato": 3, "istruzioni ricevute": 2,
    "istruzioni interne": 3,
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
IGNORE = word_set(
    """ignora ignorare ignori ignorate dimentica dimenticati dimenticare dimenticate scordati
    scordare scorda bypassare bypassa bypassi eludere eludi tralascia trascura aggira aggirare
    scavalca ignore forget disregard bypass
    override skip circumvent neglect disobey disobbedisci viola infrangi break"""
)
RULES = word_set(
    """istruzioni istruzione regole regola limiti limite vincoli restrizioni direttive indicazioni
    filtri filtro policy linee instructions instruction rules rule guidelines restrictions limits
    constraints directives prompt prompts filters safety programming programmazione controlli
    precedenti sicurezza sopra above detto"""
)
DISGUISES: dict[str, float] = {
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
OTHERS: dict[str, float] = {
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
PROPERTIES = word_set(
    """url uri porta port ip versione version log logs hostname percorso path endpoint dominio
    domain indirizzo address installato installata installed hosted ospitato configurazione
    configuration tabelle tables colonne columns schema
    """
)
MACHINES = word_set(
    """webhook webhooks server database db n8n postgres postgresql mysql mariadb mongodb redis
    docker kubernetes nginx api vps cloud host hosting backend macchina machine container
    """
)
INNARDS = word_set("codice code json javascript sorgente source yaml export script espressione")
PIECES = word_set("nodo node nodi nodes function workflow workflows flusso webhook")
COLLEAGUES = word_set(
    """collega colleghi colleague colleagues capo boss ceo direttore director manager utente utenti
    coworker coworkers"""
)
CONVERSED = word_set(
    """chiesto chiede chiedono domandato domande asked asks asking questions chat chats
    conversazione conversazioni conversation conversations cronologia history
    """
)
