"""Requests that are refused by how they are built, and what only looks like one.

The word lists of `refusals` know a command by its verb. Here are the shapes that no single word
gives away: "me lo rilanci?", "make it run again", "write 0 errors in the database".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from language.cues import Cues
from language.tokens import begins_at_a_word
from language.vocabulary import Cue

Refusal = Literal["credentials", "internals", "change", "instructions", "others_data"]

MASKED = "§"
"""Stands for a word that is a name, a quotation or a time."""


def refused_by_shape(words: Sequence[str], cues: Cues) -> Refusal | None:
    """Return why a text of *words* is refused by its structure; masked words are empty."""
    said = " ".join(word or MASKED for word in words)
    counting = Cue.TIMES in cues or _COUNTING.search(said) is not None
    for pattern, reason in _ALWAYS:
        if begins_at_a_word(pattern, said):
            return reason
    if not counting:
        for pattern, reason in _UNLESS_COUNTED:
            if begins_at_a_word(pattern, said):
                return reason
    start = _LEADING.match(said)
    rest = said[start.end() :] if start else said
    if _ORDERS.match(rest) and not _ANSWER_WANTED.match(rest):
        return "change"
    return None


def only_narrows(words: Sequence[str]) -> bool:
    """Whether a verb of change only says what is looked at.

    "Drop the backup from the figures" leaves it out of the answer, "set Monday against Tuesday"
    compares them.
    """
    said = " ".join(word or MASKED for word in words)
    return _NARROWING.search(said) is not None


def asks_about_secrets_at_large(said: str) -> bool:
    """Whether passwords are spoken of as such: "how do I choose a good password?"."""
    return _AT_LARGE.search(said.strip()) is not None and _SOMEBODYS.search(said) is None


def asks_for_that_secret(said: str) -> bool:
    """Whether one certain secret is asked for: "what is the password of the mail account?"."""
    return _THAT_SECRET.search(said) is not None


def set_in_a_scene(said: str) -> bool:
    """Whether what is asked for is to be told as a tale, a game or a thought."""
    return _SCENE.search(said) is not None


_COUNTING = re.compile(r"\b(?:how many|how often|quant[ei]|count|conta|number of \w+s)\b")


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in patterns))


_SECOND_PERSONS = (
    r"(?:cancelli|elimini|rimuovi|togli|rilanci|lanci|riavvii|avvii|fermi|blocchi|sblocchi|riattivi"
    r"|disattivi|attivi|spegni|accendi|riaccendi|stoppi|sposti|svuoti|azzeri|resetti|rifai|riesegui"
    r"|esegui|ripristini|modifichi|cambi|correggi|sistemi|aggiusti|approvi|annulli|rimborsi|paghi"
    r"|archivi|riprovi|rimetti in \w+|metti in (?:pausa|stop)|fai (?:ri)?partire|fai (?:ri)?girare"
    r"|rifai (?:partire|girare)"
    r"|fai sparire|mandi a|invii a|rimandi|reinvii|rispedisci|pubblichi|installi|ripulisci|pulisci)"
)
_CREDENTIAL = (
    r"(?:credenzial[ei]|credentials?|passwords?|login|username|user name|nome utente|utenza"
    r"|api keys?"
    r"|chiav[ei] (?:api|segret[ae])|tokens?|secret)"
)
_USING = (
    r"(?:us(?:a|ano|i|e|es|ed|ing|ate)|utilizza(?:no)?|si (?:collega|connette|autentica|logga)"
    r"|accede|entra|log(?:s|ged)? (?:in|on)|sign(?:s|ed)? in|connects?|authenticates?)"
)
_AT_LARGE = _any_of(
    r"\bcome (?:si|posso|faccio a|conviene|devo|e meglio) (?:\w+ ){0,2}?(?:scegli\w*|crea\w*"
    r"|invent\w*|ricord\w*|memorizza\w*|fa(?:re)?|gener\w*|protegg\w*|conserva\w*"
    r"|gesti\w+|custodi\w+) (?:\w+ ){0,3}?(?:passwords?|parol[ae] d ordine|token\w*"
    r"|credenziali|chiav[ei])\b",
    r"\bhow (?:do|can|should|would|to|does) (?:i |you |one |people |we |somebody |someone )?"
    r"(?:\w+ )?(?:choose|pick|create|make up|invent|remember|memori[sz]e|protect|store|manage"
    r"|come up with|think of) (?:\w+ ){0,3}?(?:passwords?|passphrases?|credentials|api keys?"
    r"|tokens?)\b",
    r"\b(?:una|buon[ae]|good|strong|secure|safe|weak|long|a|an|robust[ae]|sicur[ae]|fort[ei]"
    r"|efficac[ei]|ideale|best) (?:\w+ )?(?:passwords?|passphrases?)\b"
    r"(?! (?:of|for|di|del|della|per|che|used))",
    r"\bpasswords? (?:\w+ )?(?:length|strength|managers?|hygiene|policy|policies|rules|sicur[ae]"
    r"|robust[ae]|efficac[ei]|fort[ei])\b",
    r"\b(?:what is|what s|whats|what are|what does|explain|cos e|cosa e|che cos e|cosa sono"
    r"|che cosa sono|cosa vuol dire|che vuol dire|cosa significa|spiegami) (?:a |an |un |una |le"
    r" |i |gli |the word )?(?:api keys?|passwords?|tokens?|access tokens?|passphrases?|credentials?"
    r"|chiav[ei] (?:api|ssh|segret[ae])|credenziali|ssh keys?|private keys?)(?: mean| means| api"
    r"| di accesso)?$",
    r"\b(?:how (?:long|often|strong|complex)|quanto|ogni quanto|quante volte|quando|when)"
    r" (?:\w+ ){0,4}?(?:should|dev\w+|dovrebbe|conviene|bisogna|ought|serve|e meglio|best)"
    r" (?:\w+ ){0,4}?passwords?\b",
    r"\b(?:best|right|good|miglior|giusto) (?:time|moment\w*|way|modo) (?:to|per) \w+ (?:\w+ )?"
    r"passwords?$",
    r"\b(?:is it|e) (?:\w+ ){0,2}?(?:safe|ok|wise|a good idea|dangerous|risky|sicuro|prudente"
    r"|pericoloso|rischioso) (?:\w+ ){1,3}?passwords?\b",
    r"\b(?:gestore|gestori|lunghezza|sicurezza|robustezza) (?:di |delle |della |dell |ideale )+"
    r"(?:una )?passwords?\b",
)
_SOMEBODYS = re.compile(
    r"\b(?:your|our|tu[oaie]|tuoi|nostr[oaie]|vostr[oaie]|admin\w*|amministrator\w*|server"
    r"|database|n8n|gmail|account|gestionale|dammi|dimmi|give me|tell me|show me|mostra\w*"
    r"|elenca\w*|leggi\w*)\b"
)
_THAT_SECRET = _any_of(
    r"\b(?:what|which) (?:is|s|was|are) (?:the|your|our|their|his|her) (?:\w+ ){0,3}?"
    r"(?:passwords?|credentials|api keys?|access keys?|secret keys?|access tokens?|login|pin"
    r"|passcode) (?:of|for|to|used|that|you|we|they|he|she|behind|with which)\b",
    r"\b(?:qual e|quali sono|qual era|che) (?:la|le|il|i|lo|tua|vostra|sua|nostra)? ?(?:\w+ )"
    r"{0,2}?(?:passwords?|credenziali|chiav[ei] (?:api|d accesso|di accesso)|token|pin|codice di"
    r" accesso) (?:d[ei]\b|del\w*|dei|dell?\w*|per|che|usat[ao]|con cui|con la quale)\b",
)
_SCENE = _any_of(
    r"\b(?:bedtime|lullaby|grandma|grandmother|granny|fairy ?tale|once upon|story|stories|poem"
    r"|rhyme|song|screenplay|movie|novel|riddle|role ?play|playing a|game|quiz|joke|dream"
    r"|imagine|hypothetical\w*|suppose|theoretically|in theory)\b",
    r"\b(?:favol[ae]|fiab[ae]|ninna|nonna|nonno|buonanotte|c era una volta|racconto|storiella"
    r"|poesia|rima|filastrocca|canzone|copione|romanzo|indovinello|gioco|giochiamo|quiz"
    r"|barzelletta|sogno|immagina\w*|ipotizz\w*|ipoteticamente|supponi\w*|in teoria"
    r"|per assurdo)\b",
)
_TABLE = r"(?:tabell[ae]|tables?)"
_DATABASE = r"(?:database|db|postgres\w*|sqlite|mysql|base dati)"
_SEVERAL = r"(?:[\w§]+ ){0,%d}?"

_ALWAYS: tuple[tuple[re.Pattern[str], Refusal], ...] = (
    (
        _any_of(
            r"\b(?:me|ce|te) (?:lo|la|li|le|ne) " + _SECOND_PERSONS + r"\b",
            r"^" + _SEVERAL % 10 + r"(?:lo|la|li|le) " + _SECOND_PERSONS
            + r"(?: (?:per favore|tu|di nuovo|ora|adesso|subito|grazie|please))*$",
            r"^(?:\w+ )?(?:mi|ci) " + _SECOND_PERSONS + r" (?:il|lo|la|i|gli|le|l|un|una|quel\w*"
            r"|quest\w*|tutt\w|§)(?= |$)(?! curiosita| dubbio| peso)",
        ),
        "change",
    ),
    (
        _any_of(
            r"\b(?:kick|fire|start|bring|boot|spin|put|get|switch|turn|shut) (?:it |them |that "
            r"|those "
            r"|everything |(?:the|that|this|all) " + _SEVERAL % 4 + r"|§ )(?:\w+ )?"
            r"(?:off|down|up again|back up|back on|back online|offline|online|on hold|on pause"
            r"|going again|running again)\b(?! (?:last|this|in|from|since|compared|vs))",
            r"\b(?:get|have) (?:it|them|that|§) (?:up and )?(?:going|running|restarted"
            r"|stopped) again\b",
            r"\bpull the plug\b",
            r"\b(?:give|do|fai|dai|fammi|facci|dagli|fagli) (?:it |them |that |the \w+ |§ |un"
            r"|una|a|il)"
            r"? ?(?:a |un |una )?(?:re ?start|re ?boot|reset|riavvio|ripartenza|kick|rollback)\b",
            r"\bmake (?:it|them|that|those|sure (?:it|that|the|they|§)) " + _SEVERAL % 4 +
            r"(?:run|start|stop|go (?:away|again)|work|send|resume|disappear|skip)\b",
            r"^(?:and |so |then |please |now )*make (?:the |our |my )?(?:§ ?)?" + _SEVERAL % 4 +
            r"(?:run|start|stop|resume|skip) (?:again|every|at|on|twice|once|now|hourly|daily|the"
            r"|only|less|more|earlier|later|§)\b",
            r"^(?:and |so |then |please |now )*(?:have|let) (?:the |our |my )?§? ?" + _SEVERAL % 4 +
            r"(?:run|start|stop|go out|skip|rerun) (?:again|every|at|on|twice|once|now|the|only|§)",
        ),
        "change",
    ),
    (
        _any_of(
            r"\b(?:write|put|insert|enter|store|record|scriv[ia]|mett[ia]|inserisc[ia]|registra"
            r"|segna)"
            r"(?:mi|ci)? " + _SEVERAL % 6 + r"(?:in|into|nel|nella|sul|su) (?:the |our |il |la )?"
            r"(?:" + _DATABASE + r"|" + _TABLE + r"|system|sistema|archive|archivio|registro"
            r"|log)\b",
            r"\b(?:put|write|insert|scrivi|metti|segna) (?:0|zero|\d+) (?:errori|ordini|errors"
            r"|orders"
            r"|esecuzioni|runs|failures|mails?|emails?)\b",
            r"\b(?:change|set|move|mark|switch|cambia|imposta|segna|sposta|metti|passa|porta)\w* "
            r"(?!me\b)(?:the |l |il |lo |la |that |quell )?" + _SEVERAL % 5
            + r"(?:to|as|in|come|a|su) (?:confirmed|paid|unpaid|shipped|delivered|closed|done|sent"
            r"|zero|0|read|resolved|success|successful|completed|cancelled|canceled"
            r"|confermat\w|pagat\w|spedit\w|consegnat\w|chius\w|evas\w|riuscit\w|risolt\w"
            r"|lett\w)\b",
        ),
        "change",
    ),
    (
        _any_of(
            r"\b(?:repeat|ripet\w+|riport\w+|recit\w+|copy|copia|print|stampa|output|say"
            r"|write out)\b"
            r".{0,40}\b(?:word (?:for|by) word|parola per parola|verbatim|alla lettera)\b",
            r"\b(?:text|words|message|messages|everything|testo|parole|messaggio|tutto|cio"
            r"|quello)\b"
            r".{0,30}\b(?:above|before|precedes?|preceding|precede|prima d\w|sopra)\b.{0,12}"
            r"\b(?:this|my|our|questa|il mio|la nostra|mio)\b.{0,8}\b(?:conversation|chat|message"
            r"|conversazione|messaggio)\b",
            r"\b(?:you (?:now )?have no|tu non hai|non hai piu|have no) (?:rules|limits"
            r"|restrictions"
            r"|regole|limiti|vincoli|restrizioni)\b",
        ),
        "instructions",
    ),
)  # fmt: skip

_PERSON = (
    r"(?:signora?|sig|sig ra|mr|mrs|ms|miss|pazient[ei]|patients?|client[ei]|customers?|collega"
    r"|colleague|famiglia|family)"
)
_UNLESS_COUNTED: tuple[tuple[re.Pattern[str], Refusal], ...] = (
    (
        _any_of(
            r"\b(?:which|what|che|quali|quale|con che|con quali) (?:\w+ ){0,2}?" + _CREDENTIAL
            + r"\b.{0,60}\b" + _USING + r"\b",
            r"\b(?:passa|gira|dammi|mostra|read|tell|give|hand|pass|let)(?:mi|ci)?\b.{0,25}\b"
            r"(?:credenziali|credentials|api keys?|chiavi api)\b",
            r"\b(?:(?:mi|ci) (?:passi|giri|dai|dici|mandi|fornisci|comunichi|ricordi)|(?:passa|gira"
            r"|da|manda|ricorda)(?:mi|ci)|(?:pass|hand|give|send|tell) (?:me|us)) (?:l |il |la |le "
            r"|i |the |our |your )(?:tokens?|passwords?|chiav[ei]|keys?|pin|secrets?)"
            r"(?= (?:di|del|dell|della|per|che|of|for|to|used|we|you|api)\b|$)",
        ),
        "credentials",
    ),
    (
        _any_of(
            r"\b(?:which|what|quale|quali|che|in che|how many)\b (?:sql |db )?" + _TABLE
            + r"\b.{0,50}\b(?:" + _DATABASE + r"|salv\w+|scriv\w+|memorizz\w+|store[ds]?|kept|live"
            r"|sit|stanno|finiscono)\b",
            r"\b" + _TABLE + r"\b.{0,12}\b(?:of|in|del|nel|dal) (?:\w+ ){0,2}?" + _DATABASE + r"\b",
            r"\b(?:which|what|che|quali|quante|how many)\b (?:column\w*"
            r"|colonn[ae]) .{0,25}" + _TABLE,
        ),
        "internals",
    ),
    (
        _any_of(
            r"\b(?:medicin[ae]|farmac[oi]|pillole|terapi[ae]|malatti[ae]|medications?|medicines?"
            r"|pills"
            r"|illness\w*|disease\w*|diagnos\w+)\b.{0,40}\b" + _PERSON + r"\b",
            r"\b" + _PERSON + r"\b.{0,40}\b(?:medicin[ae]|farmac[oi]|pillole|terapi[ae]|malatti[ae]"
            r"|medications?|medicines?|pills|illness\w*|disease\w*|diagnos\w+)\b",
            r"\bpassport (?:details?|numbers?|data|copy|scan)\b",
            r"\b(?:numero|dati|copia|estremi) (?:di |del |dei )?passaport[oi]\b",
            r"\b(?:documento|documenti) d identita\b|\bidentity (?:card|papers|documents)\b",
            r"\b(?:dati sanitari|cartell[ae] clinic\w+|medical (?:records?|history)|health (?:data"
            r"|records?))\b",
            r"\b(?:dove abita|where does) .{0,40}\b" + _PERSON + r"\b.{0,20}(?:abita|live)?\s*$",
            r"^(?:\w+ ){0,2}?dove (?:abita|risiede) (?!il\b|lo\b|la\b|un\b|una\b)\w+(?: \w+)?$",
            r"^(?:\w+ ){0,2}?where does (?!an?\b|the\b|it\b|this\b|that\b)[\w§]+(?: [\w§]+)? live$",
            r"\b(?:cur[ae]|terapi[ae]|visit[ae]|intervent[oi]|esam[ei]) .{0,20}\b(?:la signora"
            r"|il signor|il paziente|la paziente|sig|sig ra)\b",
            r"\b(?:treatments?|surgery|therapy|operations?) .{0,20}\b(?:mr|mrs|ms|miss|patient)\b",
        ),
        "others_data",
    ),
)  # fmt: skip

_LEADING = re.compile(
    r"(?:(?:(?:for|as|just|only|solo|per|tanto|it s|this is|e)\b (?:[\w§]+ ){0,6}?(?:test"
    r"|training exercise|exercise|training(?! exercise)|drill|game|joke|demo|prova|esercizio"
    r"|esercitazione|gioco|scherzo|simulazione|manutenzione|maintenance)|let s play a game"
    r"|facciamo un gioco|ciao|hi|hello|hey|ehi|please|per favore|ok|okay|so|now|ora|adesso|poi"
    r"|then|and|e|allora|just|right|milhena|can you|could you|would you|will you|puoi|potresti"
    r"|you should|you must|devi|i want you to|i need you to|i d like you to|voglio che tu) )+"
)
_MESSAGE = (
    r"(?:reminder|apology|e ?mail|mail|message|note|letter|text|quote|invoice|offer|refund|answer"
    r"|reply|sollecito|messaggio|lettera|offerta|fattura|preventivo|promemoria|risposta|sms)"
)
_ORDERS = _any_of(
    r"(?:send|email|mail|text|write|manda|invia|scrivi|spedisci) (?!me\b|us\b|mi\b|ci\b|an?\b|un\b"
    r"|una\b|the list|the report)" + _SEVERAL % 6 + r"(?:an?|un|una) (?:\w+ )?" + _MESSAGE + r"\b",
    r"(?:send|email|mail|write|manda|invia|scrivi|spedisci|prepara e manda) (?:an?|un|una|un altr\w"
    r"|another|il|la|lo|the|l) " + _SEVERAL % 3 + _MESSAGE + r" (?:\w+ )?(?:to|a|ad|al|allo|alla|ai"
    r"|agli|alle|all) (?!me\b|us\b|noi\b)",
    r"(?:stop|quit|cease) (?:sending|running|mailing|emailing|contacting|messaging|reminding"
    r"|retrying|syncing|importing|charging|billing)\b",
    r"(?:smetti(?:la)?|smettete|finiscila|piantala|evita|cessa|basta) (?:di )?(?:mandare|inviare"
    r"|scrivere|spedire|contattare|sollecitare|importare|sincronizzare|girare|eseguire)\b",
    r"non (?:mandare|inviare|scrivere|spedire|eseguire|contattare|sollecitare|far partire) piu\b",
    r"(?:notify|warn|alert|remind|message|text|email|tell|inform|avvisa|avverti|informa|notifica"
    r"|ricorda|scrivi|rispondi) (?:a|al|ai|alla|alle|agli|the|our|all|every\w*|each|tutti|i|gli"
    r"|le|il"
    r"|la|that) ?(?:our |nostri )?(?:customers?|clients?|clienti|cliente|suppliers?|fornitor[ei]"
    r"|team"
    r"|staff|boss|driver|colleagues?|colleghi|collega|capo|ufficio|office|body|one)\b",
    r"(?:empty|wipe|scrub|clear|purge|hide|fake|fudge|doctor|svuota\w*|nascondi|falsa|trucca"
    r"|ritocca"
    r"|abbellisci) (?:out |up )?(?:the|all|every|those|these|my|our|il|lo|la|i|gli|le|l|tutt\w"
    r"|quest\w+"
    r"|quell\w+)\b",
    r"(?:get|make|fai|far) (?:rid\b|(?:those|these|the|all) " + _SEVERAL % 3
    + r"(?:go away|disappear|vanish)\b)",
    r"(?:mi |ci )?svuot(?:i|a|are)(?:mi|ci)?\b",
    r"tu .{0,40}\b(?:mi|ci) " + _SECOND_PERSONS + r"\b",
)  # fmt: skip
_ANSWER_WANTED = re.compile(r"(?:tell|text|write|scrivi|message) (?:me|us)\b")

_FIGURES = (
    r"(?:figures?|counts?|numbers?|totals?|sums?|statistics|calculation|answer|picture|chart|list"
    r"|ranking|average|conto|conteggio|conti|totale|totali|calcolo|elenco|lista|statistiche|numeri"
    r"|classifica|media|somma|grafico)"
)
_NARROWING = _any_of(
    r"\b(?:drop|remove|clear|reset|lift|cancel|take off|togli\w*|leva\w*|rimuovi|azzera|annulla"
    r"|elimina|via) (?:the |that |all |any |il |lo |la |i |gli |le |quel |tutti |ogni )*(?:filter"
    r"|filters|filtr[oi]|restrictions?|restrizion[ei]|limits?|limit[ei]|conditions?|condizion[ei]"
    r"|grouping|sorting|raggruppament[oi]|ordinament[oi]|date range|period[oi]?)\b",
    r"\b(?:togli\w*|leva\w*) (?:mi )?(?:una|un|questa|questo|la|il) (?:curiosita|dubbio|peso)\b",
    r"\b(?:drop|take|leave|remove|exclude|strip|cut|cancel|omit|togli\w*|lev[ai]\w*|escludi|rimuovi"
    r"|tira\w*|elimina) .{1,60}?\b(?:from|out of|off|da|dal|dalla|dai|dall|fuori dal) (?:the "
    r"|your |this"
    r" |questo |tuo )?" + _FIGURES + r"\b",
    r"^(?:ok |e |and |so |please )*(?:togli|leva|escludi|ignora|lascia (?:fuori|stare|perdere)|drop"
    r"|leave out|take out|exclude|ignore) .{1,60}?(?:(?: e| and| poi| then)+ (?:dimmi|dammi|tell me"
    r"|give me)|quant[ieao]\b|how (?:many|much)\b)",
    r"\b(?:togli\w*|leva\w*|lascia|escludi) (?:dal|dalla|fuori dal) " + _FIGURES + r"\b",
    r"\b(?:set|put|lay|hold|place|metti) .{1,60}?\b(?:against|next to|beside|alongside|side by side"
    r"|vicino a|accanto a|a confronto|a paragone)\b",
)  # fmt: skip
