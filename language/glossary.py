"""What the words of this business mean, for people who have never seen n8n.

A topic is a key of `GLOSSARY`; ``names`` are the words by which people ask for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalogue.metrics import METRICS, Language

OFF_TOPIC = "off_topic"
"""The topic of a question that has nothing to do with the company's processes."""
LOST = "lost"
"""The topic of help that is given where questions back did not make clear what was meant."""
UNKNOWN_CONCEPT = "unknown_concept"
"""The topic of a question for a concept that is not explained here."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One concept in both languages."""

    names: dict[Language, tuple[str, ...]]
    text: dict[Language, str]


def _entry(names_it: str, names_en: str, italian: str, english: str) -> Entry:
    return Entry(
        names={
            "it": tuple(names_it.split("|")),
            "en": tuple(names_en.split("|")),
        },
        text={"it": italian, "en": english},
    )


GLOSSARY: dict[str, Entry] = {
    "n8n": _entry(
        "n8n|che cos'è n8n|a cosa serve n8n",
        "n8n|what is n8n|what n8n is",
        "n8n è il programma che esegue le automazioni dell'azienda: collega posta, negozio, "
        "gestionale e altri servizi e fa da solo i lavori ripetitivi. Io leggo ciò che n8n ha "
        "registrato e ti rispondo con quei numeri; non cambio mai nulla.",
        "n8n is the program that runs the company's automations: it connects mail, shop, "
        "accounting and other services and does repetitive work by itself. I read what n8n has "
        "recorded and answer with those numbers; I never change anything.",
    ),
    "milhena": _entry(
        "milhena",
        "milhena",
        "Milhena sono io: leggo che cosa hanno fatto i processi automatici dell'azienda e "
        "rispondo a domande su email, ordini, errori, tempi e andamenti.",
        "I am Milhena: I read what the company's automatic processes have done and answer "
        "questions about emails, orders, errors, durations and trends.",
    ),
    "process": _entry(
        "processo|workflow|flusso|flusso di lavoro|automazione|processo automatico",
        "process|workflow|flow|automation",
        "Un processo (in n8n: workflow) è una sequenza di passi che si svolge da sola, per "
        "esempio: arriva un ordine, viene registrato, parte l'email di conferma.",
        "A process (in n8n: a workflow) is a sequence of steps that runs by itself, for example: "
        "an order comes in, it is recorded, the confirmation e-mail goes out.",
    ),
    "execution": _entry(
        "esecuzione|esecuzioni|giro|avvio di un processo",
        "execution|executions|run",
        "Un'esecuzione è un singolo giro di un processo, dall'inizio alla fine: se dieci ordini "
        "lo fanno partire dieci volte, le esecuzioni sono dieci. Può riuscire, fallire, essere "
        "annullata oppure non essere ancora conclusa. Le prove a mano non si contano.",
        "An execution is one single run of a process, from start to end: if ten orders start it "
        "ten times, there are ten executions. It can succeed, fail, be canceled or be still "
        "unfinished. Trial runs by hand do not count.",
    ),
    "process_and_execution": _entry(
        "differenza tra esecuzione e processo|differenza tra processo ed esecuzione|"
        "esecuzione e processo|processo ed esecuzione",
        "difference between an execution and a process|execution and process|"
        "process and execution|workflow and execution",
        "Il processo è la ricetta, l'esecuzione è ogni volta che la si segue. Un processo "
        "«Ordini» esiste una volta sola; le sue esecuzioni possono essere centinaia al giorno.",
        "The process is the recipe, an execution is each time it is followed. There is one "
        "process “Orders”; it may have hundreds of executions a day.",
    ),
    "step": _entry(
        "passo|nodo|node",
        "step|node",
        "Un passo (in n8n: nodo) è una singola operazione dentro un processo, per esempio "
        "«leggi la posta» o «invia l'email». Quando un'esecuzione fallisce, ti dico a quale passo.",
        "A step (in n8n: a node) is one single operation inside a process, such as “read the "
        "mailbox” or “send the e-mail”. When an execution fails, I tell you at which step.",
    ),
    "trigger": _entry(
        "trigger|innesco|evento di avvio|che cosa fa partire un processo",
        "trigger|what starts a process",
        "Un trigger è ciò che fa partire un processo: un'email che arriva, un modulo compilato, "
        "un orario fissato, una chiamata da un altro programma.",
        "A trigger is what starts a process: an e-mail that comes in, a form that is filled in, "
        "a fixed time, a call by another program.",
    ),
    "trigger_and_step": _entry(
        "differenza tra trigger e nodo|trigger e nodo|trigger e passo",
        "difference between a trigger and a node|trigger and node|trigger and step",
        "Il trigger è il passo che fa partire il processo; gli altri passi (nodi) fanno il lavoro "
        "che segue. Ogni processo ha almeno un trigger e, di solito, diversi passi.",
        "The trigger is the step that starts the process; the other steps (nodes) do the work "
        "that follows. Every process has at least one trigger and, usually, several steps.",
    ),
    "webhook": _entry(
        "webhook",
        "webhook",
        "Un webhook è un indirizzo web a cui un altro programma manda un avviso quando succede "
        "qualcosa: il negozio online, per esempio, avvisa così di un nuovo ordine e il processo "
        "parte subito.",
        "A webhook is a web address to which another program sends a notice when something "
        "happens: that is how an online shop reports a new order, and the process starts at once.",
    ),
    "api": _entry(
        "api|interfaccia di programmazione",
        "api|programming interface",
        "Un'API è il modo in cui due programmi si parlano: uno chiede, l'altro risponde, con "
        "regole fissate. I processi usano le API dei servizi che collegano.",
        "An API is how two programs talk to each other: one asks, the other answers, by fixed "
        "rules. Processes use the APIs of the services that they connect.",
    ),
    "success_rate": _entry(
        "tasso di successo|percentuale di successo|tasso di riuscita",
        "success rate|success percentage",
        "Il tasso di successo è la parte delle esecuzioni concluse che è riuscita: riuscite diviso "
        "(riuscite più fallite), in percentuale. Quelle annullate o ancora in corso non contano. "
        "Se nel periodo non si è concluso nulla, il tasso non esiste: non è zero.",
        "The success rate is the share of finished executions that succeeded: successes divided "
        "by (successes plus errors), as a percentage. Canceled and unfinished ones do not count. "
        "If nothing finished in the period there is no rate: it is not zero.",
    ),
    "error_rate": _entry(
        "tasso di errore|percentuale di errore|tasso di fallimento",
        "error rate|failure rate",
        "Il tasso di errore è la parte delle esecuzioni concluse che è fallita: fallite diviso "
        "(riuscite più fallite), in percentuale. Più è basso, meglio è.",
        "The error rate is the share of finished executions that failed: errors divided by "
        "(successes plus errors), as a percentage. The lower, the better.",
    ),
    "error": _entry(
        "errore|errori|fallimento|esecuzione fallita",
        "error|errors|failure|failed execution",
        "Un errore è un'esecuzione che non è arrivata in fondo: un passo ha fallito, oppure n8n si "
        "è fermato di colpo. Posso dirti quanti sono, dove, quando e per quale causa.",
        "An error is an execution that did not get to its end: a step failed, or n8n stopped all "
        "at once. I can tell you how many there were, where, when and why.",
    ),
    "canceled": _entry(
        "annullata|annullate|annullamento|esecuzione annullata|esecuzioni annullate|"
        "annullare un'esecuzione",
        "canceled|cancelled|canceled execution|canceled executions|cancelled execution|"
        "cancelled executions|canceled run|canceled runs|cancelled run|cancelled runs|"
        "cancellation",
        "Un'esecuzione annullata è stata fermata da una persona prima della fine. Non è riuscita "
        "né fallita: non conta nel tasso di successo, e la conto a parte.",
        "A canceled execution was stopped by a person before its end. It neither succeeded nor "
        "failed: it is not part of the success rate, and I count it separately.",
    ),
    "error_and_canceled": _entry(
        "differenza tra errore e annullamento|differenza tra errore ed esecuzione annullata|"
        "differenza tra fallita e annullata|fallita e annullata|errore e annullamento",
        "difference between an error and a canceled execution|"
        "difference between an error and a cancelled run|error and canceled|"
        "failed and canceled|error and cancelled|failed and cancelled",
        "Un errore capita da sé: un passo ha fallito e il lavoro non è arrivato in fondo. "
        "Un'esecuzione annullata, invece, l'ha fermata una persona di proposito. Gli errori "
        "abbassano il tasso di successo, le annullate no: le conto a parte.",
        "An error happens by itself: a step failed and the work did not get to its end. A "
        "canceled execution was stopped by a person on purpose. Errors lower the success rate, "
        "canceled executions do not: I count them separately.",
    ),
    "warning": _entry(
        "warning|avvertimento|avviso",
        "warning|warnings",
        "Un avviso (warning) segnala qualcosa di insolito, ma il lavoro va avanti. n8n non li "
        "registra, quindi non posso contarli: conto gli errori, che invece fermano l'esecuzione.",
        "A warning points at something unusual, but the work goes on. n8n does not record "
        "warnings, so I cannot count them: I count errors, which do stop the execution.",
    ),
    "error_and_warning": _entry(
        "differenza tra errore e warning|errore e warning|errore e avviso",
        "difference between an error and a warning|error and warning",
        "Un errore ferma l'esecuzione: il lavoro non è stato fatto. Un avviso (warning) segnala "
        "qualcosa di insolito, ma il lavoro va avanti. Io conto gli errori; gli avvisi n8n non "
        "li registra.",
        "An error stops the execution: the work was not done. A warning points at something "
        "unusual, but the work goes on. I count errors; n8n does not record warnings.",
    ),
    "timeout": _entry(
        "timeout|errore di timeout|tempo scaduto|time out",
        "timeout|timeout error|time out",
        "Un timeout è un tempo scaduto: il processo ha chiesto qualcosa a un servizio e la "
        "risposta non è arrivata in tempo. Spesso è passeggero; se si ripete, il servizio è lento "
        "o irraggiungibile.",
        "A timeout means that time ran out: the process asked a service for something and the "
        "answer did not come in time. It often passes; if it repeats, the service is slow or out "
        "of reach.",
    ),
    "duration": _entry(
        "durata|tempo medio|durata media|come si calcola il tempo medio|tempo di esecuzione",
        "duration|average duration|average time|mean time|execution time",
        "La durata di un'esecuzione è il tempo in cui ha lavorato, dall'inizio alla fine e senza "
        "le attese. La durata media è la somma delle durate divisa per il loro numero, sulle "
        "esecuzioni riuscite o fallite.",
        "The duration of an execution is the time it worked, from start to end and without its "
        "waits. The average duration is the sum of the durations divided by their number, over "
        "executions that succeeded or failed.",
    ),
    "median": _entry(
        "mediana|durata mediana|valore mediano",
        "median|median duration",
        "La mediana è il valore di mezzo: metà delle esecuzioni dura meno, metà di più. A "
        "differenza della media, un solo caso lunghissimo non la sposta.",
        "The median is the value in the middle: half of the executions take less, half take more. "
        "Unlike the average, one very long case does not move it.",
    ),
    "percentile": _entry(
        "percentile|95 percentile|95º percentile|p95",
        "percentile|95th percentile|p95",
        "Il 95º percentile è il tempo entro cui si conclude il 95% delle esecuzioni: solo una su "
        "venti dura di più. Dice quanto sono lenti i casi lenti.",
        "The 95th percentile is the time within which 95% of the executions finish: only one in "
        "twenty takes longer. It tells how slow the slow cases are.",
    ),
    "moving_average": _entry(
        "media mobile",
        "moving average|rolling average",
        "La media mobile è la media degli ultimi giorni, ricalcolata ogni giorno: smussa gli alti "
        "e bassi e lascia vedere la tendenza.",
        "A moving average is the average of the last days, computed anew every day: it smooths "
        "the ups and downs and shows the trend.",
    ),
    "kpi": _entry(
        "kpi|indicatore|indicatori|indicatore di prestazione",
        "kpi|key performance indicator|indicator",
        "Un KPI è un numero che dice come va un lavoro: quanti ordini, quale tasso di successo, "
        "quanto tempo ci vuole. Chiedimi «come va questa settimana?» per vedere i tuoi.",
        "A KPI is a number that tells how a job is going: how many orders, which success rate, how "
        "long it takes. Ask me “how are we doing this week?” to see yours.",
    ),
    "trend": _entry(
        "tendenza|trend|andamento",
        "trend",
        "Una tendenza è la direzione di un numero nel tempo: cresce, cala o resta stabile. La "
        "leggo confrontando la prima e l'ultima parte del periodo, senza i giorni non conclusi.",
        "A trend is the direction of a number over time: it rises, falls or stays level. I read it "
        "by comparing the first and the last part of the period, without days that are not over.",
    ),
    "forecast": _entry(
        "previsione|previsioni|stima",
        "forecast|prediction|estimate",
        "Una previsione è una stima del futuro fatta dai numeri del passato. È sempre incerta: "
        "vale solo se il passato è lungo e regolare.",
        "A forecast is an estimate of the future made from past numbers. It is always uncertain: "
        "it is worth something only if the past is long and regular.",
    ),
    "improvement": _entry(
        "migliorare un processo|come si può migliorare un processo|ottimizzare un processo|"
        "miglioramento",
        "improve a process|how to improve a process|optimize a process|improvement",
        "Per migliorare un processo: guarda dove fallisce più spesso e per quale causa, togli "
        "prima la causa più frequente, poi guarda i passi più lenti e ripeti la misura dopo ogni "
        "modifica. Chiedimi, per esempio, «quali sono le cause d'errore più frequenti?».",
        "To improve a process: look where it fails most often and why, remove the most frequent "
        "cause first, then look at the slowest steps, and measure again after every change. Ask "
        "me, for example, “what are the most frequent causes of errors?”.",
    ),
    "ai_assistant": _entry(
        "assistente ai|agente ai|intelligenza artificiale|chatbot|ai agent|assistente",
        "ai assistant|ai agent|artificial intelligence|chatbot|assistant answer",
        "Un assistente AI è un passo che legge un testo e ne scrive la risposta, per esempio a "
        "un'email di un cliente. Ne conto le risposte e misuro in quanto tempo le scrive.",
        "An AI assistant is a step that reads a text and writes an answer, for example to a "
        "customer's e-mail. I count its answers and measure how long it takes to write them.",
    ),
    "automation_schedule": _entry(
        "pianificazione|avvio a orario|schedulazione|cron|schedule",
        "schedule|scheduled start|cron",
        "Un avvio a orario fa partire un processo a ore fissate, per esempio ogni mattina alle 8, "
        "senza che nessuno lo avvii.",
        "A schedule starts a process at fixed times, for example every morning at 8:00, without "
        "anybody starting it.",
    ),
    "retry": _entry(
        "nuovo tentativo|riprova|retry|ritentativo",
        "retry|second attempt",
        "Un nuovo tentativo ripete un'esecuzione fallita dal passo in cui si era fermata. Conta "
        "come un'esecuzione in più, ma email e ordini già fatti non si contano due volte.",
        "A retry repeats a failed execution from the step where it had stopped. It counts as one "
        "more execution, but emails and orders already done are not counted twice.",
    ),
    "waiting": _entry(
        "in attesa|esecuzione in attesa|attesa",
        "waiting|waiting execution",
        "Un'esecuzione in attesa si è fermata di proposito, per esempio fino alla data di un "
        "sollecito, e riprenderà da sola. Non è un errore.",
        "A waiting execution has paused on purpose, for example until the date of a reminder, and "
        "will go on by itself. It is not an error.",
    ),
    "sub_process": _entry(
        "sottoprocesso|sub-workflow|sottoflusso|sub workflow",
        "sub-workflow|sub-process|subworkflow|sub workflow",
        "Un sottoprocesso è un processo che gira dentro un altro, come un pezzo riutilizzato. Le "
        "sue esecuzioni non si contano a parte: fanno parte di quella principale.",
        "A sub-process is a process that runs inside another one, like a part that is reused. Its "
        "executions are not counted separately: they belong to the main one.",
    ),
    "n8n_retention": _entry(
        "pulizia dei dati|conservazione dei dati|quanto tempo restano i dati|pruning|storico",
        "data retention|pruning|how long is data kept|history",
        "n8n, se non gli si dice altro, dimentica le esecuzioni dopo 14 giorni. Io ne conservo una "
        "copia a parte, così posso rispondere anche sui mesi passati.",
        "Unless told otherwise, n8n forgets executions after 14 days. I keep a copy of my own, so "
        "that I can also answer about past months.",
    ),
    "crm": _entry(
        "crm",
        "crm",
        "Un CRM è il programma in cui l'azienda tiene i suoi clienti e i contatti avuti con loro.",
        "A CRM is the program in which a company keeps its customers and its contacts with them.",
    ),
    "erp": _entry(
        "erp|gestionale",
        "erp|business management software",
        "Il gestionale (ERP) è il programma con cui l'azienda tiene ordini, magazzino e fatture.",
        "An ERP is the program with which a company keeps its orders, stock and invoices.",
    ),
    "database": _entry(
        "database|base di dati|archivio dati",
        "database",
        "Un database è un archivio ordinato di dati in cui i programmi leggono e scrivono.",
        "A database is an ordered store of data in which programs read and write.",
    ),
    "dashboard": _entry(
        "dashboard|cruscotto",
        "dashboard",
        "Una dashboard è una pagina che raccoglie i numeri più importanti. Puoi averla a parole: "
        "chiedimi «come va questa settimana?».",
        "A dashboard is a page that gathers the most important numbers. You can have it in words: "
        "ask me “how are we doing this week?”.",
    ),
}


def explain(topic: str, language: Language) -> str | None:
    """What *topic* means: a key of the glossary, or a metric of the catalogue; else None."""
    entry = GLOSSARY.get(topic)
    if entry is not None:
        return entry.text[language]
    metric = METRICS.get(topic)
    if metric is None:
        return None
    label, definition = metric.label[language], metric.definition[language]
    told = f"{metric.emoji} {label}: {definition}."
    return f"{told} {metric.caveat[language]}" if metric.caveat else told
