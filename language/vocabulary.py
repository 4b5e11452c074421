"""The words by which people ask: each meaning (`Cue`) with the phrases that express it.

A phrase is written in a small notation: ``a|b`` are alternatives, ``(a)`` may be missing, a
final ``~`` stands for the endings o, a, i, e. Commas separate phrases. Accents and capitals do
not matter. The longest phrase that fits wins, so "tasso di successo" is one meaning and not two.
Italian and English stand together: people mix them.
"""

from __future__ import annotations

from enum import StrEnum, auto

from language.tokens import word_set


class Cue(StrEnum):
    """What a phrase means."""

    # things that are counted
    EMAIL = auto()
    MESSAGE = auto()
    ORDER = auto()
    ORDER_VALUE = auto()
    AVERAGE_ORDER = auto()
    EXECUTION = auto()
    PROCESS = auto()
    ERROR = auto()
    FAILED = auto()
    SUCCESS = auto()
    RATE = auto()
    SUCCESS_RATE = auto()
    ERROR_RATE = auto()
    CANCELED = auto()
    UNFINISHED = auto()
    DURATION = auto()
    MEDIAN = auto()
    P95 = auto()
    LONGEST = auto()
    ASSISTANT = auto()
    ANSWER = auto()
    CONVERSATION = auto()
    RESPONSE_TIME = auto()
    ACTIVE = auto()
    INACTIVE = auto()
    ORDER_STATE = auto()
    UNLISTED = auto()
    CHANNEL = auto()
    VALUE = auto()
    UNANSWERED = auto()
    FREE_OF_ERRORS = auto()

    # what happened to them
    RECEIVED = auto()
    SENT = auto()
    SENT_BY_OTHERS = auto()
    WROTE_US = auto()
    WE_ANSWERED = auto()
    RAN = auto()
    BOUGHT = auto()
    SPENT = auto()
    PRODUCED = auto()
    WORKS = auto()

    # what they are grouped by
    DAY = auto()
    WEEK = auto()
    MONTH = auto()
    HOUR = auto()
    WEEKDAY = auto()
    SENDER = auto()
    CUSTOMER = auto()
    CAUSE = auto()
    STEP = auto()
    STATUS = auto()
    BY_DAY = auto()
    BY_WEEK = auto()
    BY_MONTH = auto()
    BY_HOUR = auto()
    BY_WEEKDAY = auto()
    PER = auto()
    EACH = auto()

    # how it is asked
    HOW_MANY = auto()
    HOW_MUCH = auto()
    TIMES = auto()
    WHO = auto()
    WHICH = auto()
    WHEN = auto()
    WHERE = auto()
    LIST = auto()
    GIVE = auto()
    THERE_IS = auto()
    LAST = auto()
    FIRST = auto()
    TOP = auto()
    BOTTOM = auto()
    MOST = auto()
    MORE = auto()
    LEAST = auto()
    BEST = auto()
    WORST = auto()
    SLOW = auto()
    FAST = auto()
    RELIABLE = auto()
    BUSY = auto()
    AT_LEAST = auto()
    MORE_THAN = auto()
    AT_MOST = auto()
    LESS_THAN = auto()
    EXACTLY = auto()
    NEVER = auto()
    NOT = auto()
    ONLY = auto()
    EXCEPT = auto()
    ABOUT = auto()
    IN_SUBJECT = auto()
    CAUSED_BY = auto()
    ORDINAL = auto()
    LARGEST = auto()

    # what kind of answer
    TREND = auto()
    COMPARE = auto()
    IMPROVE = auto()
    CHANGED = auto()
    USUAL = auto()
    MORE_OR_LESS = auto()
    TROUBLE = auto()
    SUMMARY = auto()
    STATE = auto()
    HOW_GOING = auto()
    HAPPENED = auto()
    TELL = auto()
    CONTENT = auto()
    WHY = auto()
    ANALYSE = auto()
    ANOMALY = auto()
    CORRELATION = auto()
    PREDICT = auto()
    FUTURE = auto()
    FIGURES = auto()
    KEY_FIGURES = auto()

    # turns of a conversation
    AND_WHAT_ABOUT = auto()
    INSTEAD = auto()
    THOSE = auto()
    OF_THEM = auto()
    MORE_ROWS = auto()
    CORRECTION = auto()
    SHOW_THEM = auto()
    ONE_BEFORE = auto()
    IN_ALL = auto()

    # questions that need no data
    GREETING = auto()
    THANKS = auto()
    HELP = auto()
    DEFINE = auto()
    DIFFERENCE = auto()
    SMALL_TALK = auto()
    CREATE_TEXT = auto()
    OFF_TOPIC = auto()
    FRAME = auto()


PHRASES: dict[Cue, str] = {
    # ------------------------------------------------------------------ things that are counted
    Cue.EMAIL: """
        get|gets|got|was|were mailed (out), mailed out,
        abbiamo|ho|avete scritto, we wrote|emailed|mailed, did we write|email|mail,
        email, emails, mail, mails, posta (elettronica), e mail, quante mai, pec,
        corrispondenza, messaggi|messaggio di posta, messaggi|messaggio email|mail, inbox,
        casella (di posta), email|mail messages|message
    """,
    Cue.MESSAGE: "messaggio, messaggi, message, messages, comunicazioni, comunicazione",
    Cue.ORDER: """
        ordine, ordini, order, orders, commessa, commesse, acquisto, acquisti, purchase,
        purchases, vendita, vendite, sale, sales, ordinazione, ordinazioni
    """,
    Cue.ORDER_VALUE: """
        fatturato, fatturati, incasso, incassi, incassato, ricavo, ricavi, revenue,
        revenues, turnover, takings, giro d affari, introiti, entrate economiche, valore (totale)
        degli|dei|di ordini|acquisti|commesse|vendite, valore ordini, importo (totale)
        degli|dei|di ordini|acquisti, importo ordini, importi, order|orders|sales
        value|amount, value of (the|all|our) orders|sales, amount of (the|all|our)
        orders, total in euros, quanto (ci) abbiamo|ho|avete|hanno|ha
        venduto|guadagnato|incassato|fatturato|fruttato|ricavato|portato|realizzato,
        quanto (ci) è|sono|era|erano entrat~, quanto (ci) entra|entrava, quanto (ci)
        frutta|fruttano|rende|rendono, quanto vendiamo|incassiamo|guadagniamo|fatturiamo|ricaviamo,
        ricaviamo, incassiamo, fatturiamo, guadagniamo, fruttato, quanto vend~|vendono, how much
        came|comes|coming in, how much (did|does|do|have|has) (we|it|they) earn|earned,
        volume d affari, volume degli affari, in soldi, in money, sales figures, quanto si è
        incassato|venduto, quanto
        fattureremo|incasseremo|venderemo|guadagneremo, fattureremo, incasseremo,
        guadagneremo, quanto vale|valgono|valevano gli|i ordini, how much (money)
        did|have we sell|sold|earn|earned|make|made, what did|have we
        earn|earned|make|made|sell|sold, soldi, money, euro (di ordini), quanto
        (abbiamo) speso, incassare, guadagnare, entrat~|entra|entrano in cassa,
        brought|bring in, took|take in money, grossed, what did|have we take|taken (in),
        quanto (ci) (ha|hanno|abbiamo) reso,
        totale venduto|incassato|fatturato|speso, a quanto
        ammonta|ammontano|ammontavano, (l) ammontare, venduto totale, il venduto, how much (money)
        have|did we taken|take|booked|book|grossed|gross|made|make
    """,
    Cue.AVERAGE_ORDER: """
        valore medio (degli|dei|di|dell) ordini|ordine, ordine medio, scontrino medio, importo
        medio (degli|dei|di|dell) (ordini|ordine), valore|importo medio di un|per ordine,
        quanto vale in media un ordine, average value|amount of an|each order,
        average|mean order (value|amount|size), mean order value, media (degli|dei) importi
    """,
    Cue.EXECUTION: """
        esecuzione, esecuzioni, execution, executions, run, runs, giro, giri, lavoro, lavori,
        job, jobs, avvio, avvii, lancio, lanci, elaborazione, elaborazioni, partenze,
        attivazioni, lavorazione, lavorazioni, operazione, operazioni, attività (svolte), task,
        tasks
    """,
    Cue.PROCESS: """
        processo, processi, process, processes, workflow, workflows, flusso, flussi, flow,
        flows, automazione, automazioni, automation, automations, automatismo, automatismi,
        procedura, procedure, procedures, pipeline, pipelines
    """,
    Cue.ERROR: """
        errore, errori, error, errors, blocco, blocchi, fallimento, fallimenti, failure,
        failures, guasto,
        guasti, ko, problema, problemi, problem, problems, issue, issues, crash, crashes, in
        rosso, malfunzionamento, malfunzionamenti, incidente, incidenti, incident, incidents,
        eccezione, eccezioni, exception, exceptions, intoppo, intoppi, inceppamento,
        inceppamenti, rotture, messaggi|messaggio di errore, error|errors messages|message,
        timeout, timeouts, disservizi, disservizio, grane, casini, inghippi, magagne, faults, fault
    """,
    Cue.FAILED: """
        fallit~, fallisc~, falliscono, fallire, fallisca, falliva, fallivano, fallirà,
        falliranno, falliamo, failed, fail, fails, failing, (andat~|finit~) in errore,
        andat~|andava|va|vanno|andando storto|storta|storti|storte|male,
        finit~|finisc~|finiscono|terminat~ in errore|male, finit~|finisc~|finiscono|terminat~ male,
        quanti|quante non sono andat~,
        get|gets|got|getting stuck, blew|blow|blows|blown up, fell over, choked, died,
        bombed, went|gone down,
        went|go|goes|going|gone wrong, broke, broken, break, breaks, esito negativo, bloccat~,
        arenat~, si è|sono rott~|piantat~|bloccat~|inceppat~|fermat~, si
        rompe|rompono|blocca|bloccano|pianta|inceppa|inceppano|ferma|fermano|arena|arenano,
        rott~, piantat~, inceppat~, non (è|sono) andat~ a buon fine, non (è|sono)
        riuscit~, non (ha|hanno) funzionato, non funziona, non funzionano, non riuscit~,
        did not work, didn t work, not working, does not work, doesn t work,
        unsuccessful, crashed, crash, dato|da|danno|dà errore|errori, dato problemi,
        sbagliat~, errored, not succeed, did not succeed, didn t succeed, not
        successful, saltat~, unsuccessfully, sta|stanno fallendo, fallendo, sbaglia, sbagliano,
        sbagliando, crasha, crashano, crashat~, va|vanno|andat~ in crash|ko|palla|tilt, non
        (è|sono) andat~ bene, dato|da|danno|dà problemi, cade, cadono, non (ha|hanno) girato
        bene, in crash, not go|going|gone|get|make|made through, not make|made it (through),
        didn|doesn|don|haven|hasn|isn|aren t go|going|gone|get|make|made through,
        didn|doesn|don|haven|hasn t make|made it (through),
        non (è|sono) passat~, went|gone|go|goes|going haywire|sideways|pear shaped|bust,
        conked out, packed up
    """,
    Cue.SUCCESS: """
        successo, successi, success, successes, successful, successfully, succeeded, succeed,
        riuscit~, (andat~) a buon fine, ok, andat~ bene, completat~, completed, went well|fine,
        in verde, buon esito, esito positivo, conclus~ bene, senza errori, without errors, no
        errors, non fallit~, correttamente, senza problemi, did not fail, didn t fail, non in
        errore, finished|ended|ran|run|worked|gone|went fine|ok|well|correctly|smoothly|through,
        finit~|terminat~|girat~|chius~|conclus~|partit~ bene|correttamente|regolarmente,
        senza intoppi|inciampi|fallire|inconvenienti|incidenti|guasti, ended well, went|gone|ran|run
        without a hitch, regolarmente, liscio|lisci|liscia|lisce
    """,
    Cue.FREE_OF_ERRORS: """
        senza errori|problemi|intoppi, senza (nemmeno|neanche|neppure) un errore|problema, (con)
        zero errori|problemi, (con) nessun errore|problema, (con) 0 errori, no errors|failures,
        without errors|failures|problems, without any|a (single) error|errors|failure|failures,
        (with) zero|0 errors|failures, error free, non (ha|hanno) (avuto|dato) errori|problemi,
        non (ha|hanno) (mai) (avuto|dato|fatto) (nessun|alcun) errore|problema,
        non (ha|hanno) (mai) (avuto|dato|fatto) (nemmeno|neanche|neppure) un errore|problema,
        not a single error|failure|problem, not have any errors
    """,
    Cue.RATE: """
        tasso, tassi, percentuale, percentuali, quota, rate, rates, percentage, percent, share,
        ratio, su cento, in proporzione, proporzione
    """,
    Cue.SUCCESS_RATE: """
        tasso|percentuale|percentuali|tassi (medio|media) di
        successo|successi|riuscita|riuscite|completamento, success|completion
        rate|rates|percentage|ratio, affidabilità, reliability, rate of success,
        percentage|share of successes, quanto (sono|è) affidabil~
    """,
    Cue.ERROR_RATE: """
        tasso|percentuale|percentuali|tassi (medio|media) di
        errore|errori|fallimento|fallimenti|insuccesso, error|failure|fail
        rate|rates|percentage, rate of error|errors|failure|failures, percentage|share of
        errors|failures, difettosità
    """,
    Cue.CANCELED: """
        annullat~, canceled, cancelled, interrott~ (a mano), stopped, cancellat~, eliminat~,
        fermate a mano, aborted, abortit~, deleted
    """,
    Cue.UNFINISHED: """
        in corso, in esecuzione, in attesa, in sospeso, in coda, queued, pending, waiting,
        running, currently running, still running, in progress, unfinished, non conclus~, non
        finit~, non terminat~, non complet~, ancora apert~, not finished, appes~, stuck,
        still going|working|open, ancora in giro,
        sta|stanno girando|lavorando|elaborando, sta|stanno ancora girando|lavorando, non ancora
        finit~|conclus~
    """,
    Cue.DURATION: """
        durata, durate, dura, durano, durare, durerà, dureranno, durat~, durava, duration,
        durations, how long, tempo di esecuzione|elaborazione|lavorazione,
        execution|run|running|processing time|times, runtime, tempo
        medio|massimo, tempi medi, average|mean time, quanto (tempo) ci
        mette|mettono|metteva|mettevano|impiega|impiegano|vuole, quanto (tempo) ci
        ha|hanno messo, quanto (tempo) ha|hanno impiegato|richiesto, quanto tempo, tempi
        di esecuzione|lavorazione, (ci) mette|mettono in media,
        impiega|impiegano|impiegato (in media), ci mette|mettono, ci ha|hanno messo,
        perdiamo|perde|perdono (più) tempo, lose|waste|wasting|losing (the) (most|more)
        time, se ne va (più) (il) tempo, richiede|richiedono, takes, take on average,
        velocità, speed, averaging, take, lasts, last for, take to run|finish|complete, took,
        tempistiche, in quanto tempo, quanti secondi|minuti, how many seconds|minutes, sped up,
        speed|speeding up, slowed down, slow|slowing down, accelerat~, accelerando, accelera,
        rallentat~, rallentando, rallenta, sta|stanno mettendo (ci) (di) più|meno (tempo),
        mettendoci (di) più|meno (tempo), impiegando (di) più|meno (tempo), taking longer
        (and longer), takes longer, took longer, take longer,
        taking|takes|took|take longer|more than, mette|mettono|impiega|impiegano più di,
        got|gotten|getting
        slower|faster|quicker
    """,
    Cue.MEDIAN: """
        mediana, mediano, median, tipica, tipico, typical, typically, di solito dura, tempo mediano,
        tempi mediani, median time|times|duration|runtime
    """,
    Cue.P95: "p95, percentile, 95 percentile, 95th percentile, novantacinquesimo percentile",
    Cue.LONGEST: """
        durata massima, tempo massimo, tempi massimi, il|la|le|i più
        lung~|lunghe|lunghi, più lung~|lunghe|lunghi, longest, maximum duration|time,
        max duration|time, durata più lunga, record di durata, durat~|dura|durano al massimo
    """,
    Cue.ASSISTANT: """
        assistente, assistant, chatbot, bot, agente, agenti, agent, agents, ia, intelligenza
        artificiale, artificial intelligence, copilota, copilot, risponditore, assistente
        virtuale, virtual assistant, assistente|agente|risposte|risposta ai, ai|ia
        assistant|agent|agents|bot|answers|responses|replies, assistente|agente|risposte ia,
        modello
    """,
    Cue.ANSWER: """
        risposta, risposte, answer, answers, reply, replies, response, responses, rispondere,
        risponde, rispondono, risposto, answered, replied, respond, responds, responded, answering,
        replying, responding, rispondendo
    """,
    Cue.CONVERSATION: """
        conversazione, conversazioni, conversation, conversations, chat, chats, dialoghi,
        dialogo, messaggi gestiti, messages handled, richieste gestite, requests handled
    """,
    Cue.RESPONSE_TIME: """
        tempo|tempi (medio|medi) di risposta, response|reply|answer time|times, velocità di
        risposta, time to reply|answer|respond, speed of reply, latenza, latency, quanto (tempo)
        ci mette|mettono (in media) (l) (assistente|chatbot|bot|agente) (in media) a rispondere,
        quanto (tempo) ci mette|mettono (in media) il bot|chatbot (in media) a rispondere,
        quanto è veloce a rispondere, in quanto (tempo) risponde|rispondono|rispondeva
    """,
    Cue.ACTIVE: """
        attivo, attiva, attivi, attive, active, acces~, abilitat~, enabled, switched|turned on
    """,
    Cue.INACTIVE: """
        non (è|sono|erano|era) attiv~|access~|acces~, are|is|aren|isn not active,
        inattiv~, inactive, spent~, disattivat~, disabilitat~, disabled, non attiv~, not
        active, deactivated, switched|turned off
    """,
    # Things that a business counts and that our records do not hold as such.
    Cue.ORDER_STATE: """
        spedit~, consegnat~, shipped, delivered, evas~, pagat~, paid, rimborsat~, refunded,
        apert~, chius~, open, closed, rifiutat~, rejected, sospes~, on hold, fulfilled,
        restituit~, returned, confermat~, confirmed, non pagat~, unpaid
    """,
    Cue.UNLISTED: """
        fattura, fatture, invoice, invoices, ticket, tickets, preventivo, preventivi, quote,
        quotes, reso, resi, return, returns, spedizione, spedizioni, shipment, shipments,
        pagamento, pagamenti, payment, payments, prodotto, prodotti, product, products,
        articoli, lead, leads, contratto, contratti, contract, contracts, dipendente,
        dipendenti, employee, employees, fornitore, fornitori, supplier, suppliers, vendor,
        vendors, stipendio, stipendi, salaries, payroll, recensione, recensioni, review,
        reviews, appuntamento, appuntamenti, appointment, appointments, prenotazione,
        prenotazioni, booking, bookings, telefonata, telefonate, chiamata, chiamate, calls,
        phone calls, visita, visite, visits, iscritti, iscritto, abbonati, subscribers,
        documento, documenti, document, documents, pratica, pratiche, rimborso, rimborsi,
        refund, refunds, scadenza, scadenze, offerta, offerte, offers, contatto, contatti,
        contacts, listino, listini, ddt, bolle, magazzino, warehouse, inventory, stock,
        newsletter, newsletters, promemoria, reminder, reminders, segnalazione, segnalazioni,
        reclamo, reclami, complaint, complaints, utenti, users, iscrizioni, signup, signups,
        candidati, candidature, candidates, progetti, projects, costi, costs, spese, expenses,
        margine, margini, profit, utile, sconti, discounts, backup, backups, import,
        importazione, importazioni, export, notifiche, notifications, report inviati, scorte
    """,
    Cue.CHANNEL: """
        whatsapp, telegram, slack, sms, facebook, instagram, messenger, teams, discord, gmail,
        outlook, imap, shopify, amazon, hubspot, sap, ebay, stripe, paypal, woocommerce
    """,
    Cue.VALUE: """
        valgono, vale, valevano, valeva, valore, value, worth, importo, amount, euro, in euro, in
        euros, i soldi, the money
    """,
    Cue.UNANSWERED: """
        senza (una) risposta, non rispost~, unanswered, unreplied, inevas~, ancora da
        rispondere, (a|alle|ai|al) cui|quali non abbiamo (ancora) risposto, non (hanno|ha)
        (avuto|ricevuto) risposta|risposte, non abbiamo (ancora) avuto|ricevuto risposta,
        not (yet) answered|replied, without (a|an)
        reply|answer|response, never answered, we did not|didn t|haven t
        answer|answered|replied (yet), waiting for a|an reply|answer, in attesa di risposta
    """,
    # ---------------------------------------------------------------- what happened to them
    Cue.RECEIVED: """
        ricevut~, riceve, riceviamo, ricevono, ricevere, ricevo, arrivat~, arriva, arrivano,
        arrivare, entrat~, received, receive, receives, get, got, came in, come in, comes in,
        coming in, incoming, inbound, in arrivo, in entrata, in ingresso, pervenut~, giunt~,
        arrived, arrive, landed, we take|took|taken, we ve|have taken, reaches us, reach
        us, reached us, entrano, ricevendo, arrivando, receiving, getting, arriving
    """,
    Cue.SENT: """
        invieremo, manderemo, spediremo, invierà, manderà, spedirà,
        get|gets|got|was|were mailed (out),
        mailed out, invii, inviat~, invia, inviamo, inviano, inviare, mandat~, manda, mandiamo,
        mandano, mandare,
        spedit~, spedisce, spediamo, spediscono, sent, send, sends, sending, in uscita,
        abbiamo|ho|avete scritto, we wrote|emailed|mailed, did we write|email|mail,
        outgoing, outbound, uscit~, partit~, trasmess~, inoltrat~, delivered, sent out, went
        out, recapitat~, consegnat~, gone|go|goes|going out, dispatched, fired off,
        did|have (our|the) customers|clients|buyers|people|users|guests get|gotten|received|receive,
        (i) clienti hanno ricevuto, hanno ricevuto i clienti
    """,
    Cue.SENT_BY_OTHERS: """
        inviat~|mandat~|spedit~ da clienti, inviat~|mandat~|spedit~ dai clienti, sent by (our)
        customers|clients, inviat~|mandat~ dagli utenti
    """,
    Cue.WROTE_US: """
        ci|mi ha|hanno|aveva|avevano|abbia scritto|contattato|mandato|inviato|spedito|risposto,
        ci|mi scrive|scrivono|contatta|contattano|manda|mandano|invia|inviano, chi
        scrive|scrivono, ha|hanno scritto, scritto, wrote (to) us|me, writes (to) us|me, write
        (to) us|me, written to us|me, contacted us|me, emailed us|me, mailed us, sent us|me,
        sends us|me, send us, sending us, contacts us, wrote in, wrote, hear from, heard from,
        emailing|mailing|writing|messaging|contacting (to) us|me, writing in, written in,
        messaged us|me, got|get|gets|getting|been in touch,
        si è|sono fatt~ sentire
    """,
    Cue.WE_ANSWERED: """
        abbiamo risposto, cosa (gli|le) abbiamo risposto, come abbiamo risposto, che (cosa)
        abbiamo risposto, what (did) we answer|answered|reply|replied|respond|responded, we
        answered|replied|responded, what did we say|write back, what (did) we say|said|wrote back,
        our answers|replies, nostre risposte, le risposte date
    """,
    Cue.RAN: """
        girat~, gira, girano, partit~, parte, partono, partirà, partiranno, girerà, gireranno,
        eseguit~, avviat~, lanciat~, lavorato, lavorano, ran, run, runs, started, start,
        executed, execute, launched, triggered, scattat~, fatt~ girare, entrat~ in funzione,
        svolt~, processat~, elaborat~, andat~, girato, funzionato, went off, kicked off, go
        off, gone off, lavoriamo,
        smistat~, usat~, utilizzat~, used, worked
    """,
    Cue.BOUGHT: """
        ordinato, comprato, acquistato, ordina, ordinano, compra, comprano, acquista,
        acquistano, ordered, bought, buys, buy, purchased, venduto, vendiamo, venduti, sold,
        sell, sells, vendendo, ordinando, comprando, acquistando, selling, buying, ordering,
        purchasing
    """,
    Cue.SPENT: """
        spender, spenders, spende, spendono, speso, spent, spends, spend, paga di più, pagano di più
    """,
    Cue.PRODUCED: """
        generat~, emess~, creat~, prodott~, generated, issued, (will|did|do) we issue, created,
        produced, compilat~
    """,
    Cue.WORKS: """
        funziona, funzionano, working, works, è ok, è a posto, va, va bene, sta bene, è acceso,
        è vivo, is fine, is ok, is up, a posto, ok
    """,
    # ---------------------------------------------------------------- what they are grouped by
    Cue.DAY: "giorno, giorni, giornata, giornate, data, day, days, date, dates",
    Cue.WEEK: "settimana, settimane, week, weeks",
    Cue.MONTH: "mese, mesi, month, months",
    Cue.HOUR: """
        ora, ore, orario, orari, fascia oraria, fasce orarie, hour, hours, hour of (the) day, a
        che ora, a quale ora, a che ore, what time (of day), what time of the day, what hour,
        ora del giorno, time of (the) day, in quale fascia, momento della giornata, momenti
        della giornata
    """,
    Cue.WEEKDAY: """
        giorno|giorni della settimana, weekday, weekdays, day|days of the week, giorno
        settimanale
    """,
    Cue.SENDER: """
        mittente, mittenti, sender, senders, da chi, from whom, indirizzo, indirizzi, persone,
        people
    """,
    Cue.CUSTOMER: """
        cliente, clienti, customer, customers, client, clients, acquirente, acquirenti, buyer,
        buyers, clientela
    """,
    Cue.CAUSE: """
        causa, cause, motivo, motivi, motivazione, motivazioni, ragione, ragioni, reason,
        reasons, causes, root cause|causes, tipo|tipi|tipologia|tipologie di
        errore|errori|problema, error type|types, kind|kinds|type|types of
        error|errors|failure|failures, errore più frequente|comune, errori più frequenti|comuni,
        most common error|errors, most frequent error|errors
    """,
    Cue.STEP: """
        passo, passi, passaggio, passaggi, nodo, nodi, step, steps, node, nodes, fase, fasi
    """,
    Cue.STATUS: "stato, stati, esito, esiti, status, statuses, outcome, outcomes",
    Cue.BY_DAY: """
        giorno per giorno, day by day, in un giorno, in una giornata, in a day, al
        giorno, ogni giorno, a day, every day, each day, giornalier~, quotidian~, daily,
        giornalmente, quotidianamente, di giorno in giorno, day per day, giorno x
        giorno, per singolo giorno
    """,
    Cue.BY_WEEK: """
        settimana per settimana, week by week, alla settimana, a settimana, ogni settimana, a
        week, every week, each week, settimanal~, settimanalmente, weekly, di settimana in
        settimana
    """,
    Cue.BY_MONTH: """
        mese per mese, month by month, al mese, ogni mese, a month, every month, each month,
        mensil~, mensilmente, monthly, di mese in mese, month over month
    """,
    Cue.BY_HOUR: """
        ora per ora, hour by hour, all ora, ogni ora, an hour, every hour, hourly, oraria,
        orarie, orari~ per orari~, in base all ora|orario, a seconda dell ora|orario, per fascia
        oraria
    """,
    Cue.BY_WEEKDAY: "in base al giorno della settimana, per giorno della settimana",
    Cue.PER: """
        per, by, divis~ per, suddivis~ per, raggruppat~ per, raggruppa|raggruppali|raggruppale
        per, dividi|dividili|dividile|suddividi|suddividili per, spezza per, group|split them
        by, grouped by, group by, split by, broken down by, break down by, breakdown by, a
        seconda del|della|dei, in base al|alla|ai, distint~ per, separat~ per, ordinat~ per
    """,
    Cue.EACH: "ogni, ciascun, ciascuno, ciascuna, ognuno, ognuna, singolo, singola, each, every",
    # ---------------------------------------------------------------------- how it is asked
    Cue.HOW_MANY: """
        quante volte, how many times, quanti, quante, numero (totale|complessivo)
        (di|degli|delle|dei|d), il numero, numero, totale (di|degli|delle|dei|d), totale,
        conteggio (di|degli|delle|dei), conta, contami, conto (di|degli|delle|dei), quantità,
        how many, number of, count, counts, total (number) (of), total, quant è|sono, volume,
        volumi, volume di, quantitativo, amount of, a quanto ammontano, how often, con che
        frequenza, ammontare, tally
    """,
    Cue.HOW_MUCH: "quanto, quanta, how much",
    Cue.TIMES: "quante volte, how many times, how often, volte, times, numero di volte",
    Cue.WHO: "chi, who, whom, da chi, from whom, con chi",
    Cue.WHICH: "quali, quale, qual, which, what, che, cosa, che cosa, (che) cosa è|sono, cos è",
    Cue.WHEN: """
        quando, when, a che ora, a quale ora, what time (of day), in che momento, da quando,
        since when
    """,
    Cue.WHERE: "dove, where, whereabouts, a|in che|quale punto, at what|which point",
    Cue.LIST: """
        find, find me, look up, trova, trovami, cerca, cercami,
        esporta, esportami, export the, scarica, scaricami, download, elenco, elenca, elencami,
        elencare, elencarmi, mi elenchi, lista, listami, list, mostra, mostrami, mostrare,
        mostrarmi, mostri, mi mostri, mi fai vedere, farmi vedere, mostraci, show, show me,
        display, fammi vedere, fa vedere, fammi l elenco, visualizza, dettaglio, dettagli,
        details, dettagliami, vedere, let me see, fammi una lista, give me a list, tabella,
        table, see, vorrei vedere, voglio vedere, apri l elenco, show all, enumerate, uno per uno,
        una per una, uno a uno, una a una, uno ad uno, una ad una, one by one, riga per riga, row by
        row, line by line, itemise, itemize, itemised, itemized, tirami|tira fuori, pull up,
        leggere, rileggere, leggermi, leggimi, fammi leggere, let me read, read me, read, have|take
        a look at, dare un occhiata a|ai|agli|alle|al|alla, fai|fammi vedere, una per riga, uno per
        riga, one line each, one per line, per esteso, nel dettaglio, in detail, bring up
    """,
    Cue.GIVE: """
        dammi, dimmi, dacci, dicci, dire, give, give me, tell me, sapere, fammi|farmi|facci avere,
        mandami, inviami, girami, passami, mandaci, mi mandi|passi|giri|apri, aprimi, tirami giù,
        send over, send me, get me, hand me, grab me, pull, fetch me, vorrei sapere, mi
        dici|dai, mi sai dire, puoi dirmi, mi puoi dire, fammi sapere, let me know, i want to
        know, i need, mi serve, mi servono, vorrei, voglio, i d like, could you tell me, can you
        tell me
    """,
    Cue.THERE_IS: """
        c è, ci sono, c era, ci sono stat~, c è stat~, ci son stat~, there is|are|were|was,
        is|are there, was|were there, any, qualche, qualcuno, qualcuna, qualcosa, anyone,
        something, anything, has|have there been, have we got, alcun~, nessun~
    """,
    Cue.LAST: """
        ultimo, ultima, ultimi, ultime, last, latest, (il|la|i|gli|le) più recente|recenti,
        (the) most recent, newest, recent, recenti, da quanto (tempo) non, how long since,
        how long ago
    """,
    Cue.FIRST: """
        il primo, la prima, the first, primo, prima, primi, prime, first, earliest, più vecchi~,
        oldest
    """,
    Cue.TOP: "top, i|le primi|prime, classifica, graduatoria, ranking, rank, the top, podio",
    Cue.BOTTOM: "bottom, flop, in fondo alla classifica, i|le ultimi|ultime in classifica",
    Cue.MOST: """
        di più, il|la|i|le più, più spesso, più volte, più frequent~, più
        frequentemente, maggiore, maggiori, maggiormente, maggior numero (di), (the)
        most (often), most frequently, highest, biggest, largest, greatest, più alt~,
        più elevat~, più grand~, in testa, massimo, record, picco,
        perdiamo|perde|perdono (più) tempo, lose|waste (the) most|more time, se ne va
        più (il) tempo, più numeros~, soprattutto, most frequent, most common, più
        comun~, massima, di punta, peak, more than any other, principal~, main, più tant~, più
        ricorrent~
    """,
    Cue.MORE: "più, more",
    Cue.LEAST: """
        di meno, il|la|i|le meno, meno spesso, meno volte, minore, minori, least (often),
        fewest, lowest, smallest, più bass~, più piccol~, minor numero (di), minimo, meno,
        minor, più rar~, meno frequent~, minima, unreliable, most unreliable, (più) inaffidabil~
    """,
    Cue.BEST: "miglior, miglior~, best, più bravo, più bravi, meglio, numero uno, number one",
    Cue.WORST: """
        peggior, peggior~, worst, più problematic~, most problematic, più critic~, most
        critical, critic~, problematic~, peggio, più difettos~, più instabil~, buggiest,
        flakiest, più fragil~
    """,
    Cue.SLOW: """
        lent~, più lent~, lentissim~, slow, slower, slowest, takes (the) longest, take (the)
        longest, ci mette|mettono di più, dura|durano di più, impiega|impiegano più tempo, ci
        mette|mettono più tempo, took (the) longest, ci ha messo di più, meno veloc~
    """,
    Cue.FAST: """
        veloc~, rapid~, quickly, velocemente, rapidamente, più veloc~, più rapid~, fast, faster,
        fastest, quick, quicker, quickest, ci mette|mettono (di) meno, dura|durano di meno,
        shortest, più brev~, più cort~, takes the least time, meno lent~, (più) in fretta,
        (più) celer~
    """,
    Cue.RELIABLE: """
        affidabil~, reliable, più affidabil~, most reliable, stabil~, più stabil~, unreliable,
        most unreliable, (più) inaffidabil~, dependable, most dependable
    """,
    Cue.BUSY: """
        più attiv~, most active, più usat~, most used, più utilizzat~, busiest, più
        impegnat~|trafficat~|intens~|caric~, che lavora di più, lavora|lavorano di più, meno
        usat~, meno attiv~, least used, least active, quietest
    """,
    Cue.AT_LEAST: "almeno, minimo, at least, no less than, not less than, non meno di",
    Cue.MORE_THAN: """
        superat~ (le|i|gli|il|la), exceeded, più di|del, oltre (le|i|gli|il|l|lo|la),
        sopra (le|i|gli|il|l|lo|la|ai|al|alle), al di
        sopra di|dei|delle|del, more than,
        taking|takes|took|take longer|more than, mette|mettono|impiega|impiegano più di,
        over, above,
        superior~ a|al|ai|alle|all, maggior~ di|del, greater than, longer than,
        bigger than
    """,
    Cue.AT_MOST: "al massimo, at most, non più di, no more than, not more than",
    Cue.LESS_THAN: """
        meno di, less than, fewer than, under, below, sotto (le|i|gli|il|l|lo|la|ai|al|alle), al di
        sotto di|dei|delle|del, inferior~ a|al|ai|alle|all, minor~ di|del, shorter than,
        smaller than
    """,
    Cue.EXACTLY: "esattamente, exactly, proprio, giusto",
    Cue.NEVER: """
        ferm~ da, idle since, mai, never, nemmeno una volta, neanche una volta, zero volte, not
        once, not even once, non sono partit~, non è partit~, non hanno girato, non si sono
        avviat~, nessuna volta, ever
    """,
    Cue.NOT: """
        non, not, nessun, nessuna, don t, didn t, doesn t, isn t, aren t,
        weren t, wasn t, haven t, hasn t
    """,
    Cue.ONLY: "solo, soltanto, solamente, only, just, unicamente, esclusivamente, limitat~ a",
    Cue.EXCEPT: """
        drop, leave out, take out, ignore, ignora, ignorare, lascia fuori|stare|perdere,
        togli, leva,
        escludiamo, tolgo, leave aside, w out, w o, all but, senza
        quelli|quelle|quello|quella (di|del|della|dei|delle|dell),
        togli|leva dal conto|totale|conteggio, togliendo dal conto|totale,
        senza contare|considerare|calcolare|includere, oltre a|al|alla|agli|ai|alle|all,
        non contando|considerando|includendo,
        lasciando fuori|stare, lasciando da parte, not counting|including|considering,
        without counting|considering, leaving aside, ad eccezione di|del|della|dei|delle, bar,
        a eccezione di|del|della|dei|delle, eccezion|eccezione fatta per, esclusione fatta per,
        con esclusione di|del|della|dei|delle, fuorché, tolt~, meno quell~, tranne che, salvo che,
        everything|anything|all|everyone but, aside from, save for, except in|from, outside of,
        tranne, eccetto, escluso, esclusa, esclusi, escluse, escludendo, escludi, senza, except,
        except for, excluding, exclude, without, but not, a parte,
        all infuori di|del|dello|della|dei|degli|delle|dell,
        al netto di|del|dello|della|dei|degli|delle|dell,
        other than, apart from, ma non, ignorando, togliendo, salvo, leaving out, minus
    """,
    Cue.ABOUT: """
        (che) parla|parlano di|del|della|dei|delle|degli|dello, che parla|parlano d, con
        oggetto, con l oggetto, con soggetto, (in cui) ci chiedono|chiede di|come, asking us
        to|for|about, (in cui) compare la parola, does the word, il cui oggetto contiene, (che)
        contengono|contiene (la parola), contenent~ (la parola), con la parola, con
        scritto, riguard~ (a|il|la|i|le|al|alla), riguardant~ (il|la|i|le|gli), in
        merito a|al|alla|alle|ai, relativ~ a|al|alla|alle|ai|agli, sul tema, sull
        argomento, about, regarding, mentioning, mention, that mention, (that)
        contain|contains|containing (the word), with (the) subject, subject, (with)
        (the|a) subject containing|contains|saying, concerning,
        che menzionano|menziona|citano|cita|nominano|nomina,
        che accennano|accenna a|al|alla|alle, intitolat~, a proposito di
    """,
    Cue.IN_SUBJECT: """
        (o) nell oggetto, nel oggetto, in oggetto, (o) nel testo|soggetto|titolo|corpo, in the
        subject|text|body|title (line), (or) in the subject (line), in their subject
    """,
    Cue.CAUSED_BY: """
        con causa, la cui causa contiene|è, whose cause contains|is|mentions, causat~
        da|dal|dalla|dai|dalle, dovut~ a|al|alla|ai|alle|agli, per colpa
        di|del|della, with (the) cause, caused by, due to, because of
    """,
    Cue.ORDINAL: """
        il primo, la prima, il secondo, la seconda, il terzo, la terza, il quarto, la quarta,
        the first (one), the second (one), the third (one), the fourth (one), second one, first
        one, third one, secondo, seconda, terzo, terza, quarto, quarta, second, third, fourth
    """,
    Cue.LARGEST: """
        più grand~, biggest, largest, più gross~, più costos~, più car~, most expensive, più
        piccol~, smallest, cheapest, più alt~, più bass~, highest, di (maggior|maggiore) valore,
        più lung~|lunghe|lunghi, longest, shortest, più brev~, più pesant~, più ricc~
    """,
    # ------------------------------------------------------------------ what kind of answer
    Cue.TREND: """
        andamento, andamenti, trend, trends, tendenza, tendenze, evoluzione, nel tempo, over
        time, progressione, curva, development, evolution, grafico, chart, graph, plot, stanno
        andando, sta andando, stanno|sta muovendo, stanno|sta evolvendo, si muovono, si sono
        mossi|mosse, developed, develop, developing, less and less, more and more, fewer and
        fewer, sempre meno|più|piu,
        sempre di meno|più|piu, getting|becoming slower|faster|longer|shorter|rarer, ogni
        volta di più|meno, storico, history, evolv~, come sono andat~, come è andat~ nel
        tempo
    """,
    Cue.COMPARE: """
        confronta, confrontal~, paragonal~, mettil~|mettiamol~ a confronto,
        next to, side by side, alongside, accanto
        a|al|alla|alle|ai,
        confrontami, confronto, confrontare, a confronto, paragona, paragone,
        paragonare, rispetto a|al|alla|all|ai|alle|agli|allo, compare, compared, comparing,
        comparison, vs, versus, in confronto, against, contro, differenza, difference,
        differenze, scostamento, variazione, change, differences
    """,
    Cue.IMPROVE: """
        migliorando, migliorat~, miglioriamo, migliora, migliorano, migliorare, peggiorando,
        peggiorat~, peggioriamo, peggiora, peggiorano, improving, improved, improve,
        sped up, speeding up, slowed down, slowing down, accelerat~, accelerando,
        rallentat~, rallentando, sta|stanno mettendo (ci) (di) più|meno (tempo),
        mettendoci (di) più|meno (tempo), impiegando (di) più|meno
        (tempo), taking longer (and longer), got|gotten|getting slower|faster|quicker,
        getting|gotten better|worse, better or worse, better, worse, worsening, worsened, in
        aumento, in calo, in crescita, aumentand~, aumentat~, aumentano, aumenta, calando,
        calat~, calano, diminuend~, diminuit~, diminuiscono, crescendo, cresciut~, crescono,
        salendo, salit~, scendendo, sces~, increasing, increased, decreasing, decreased,
        growing, grown, declining, declined,
        going|go|goes|gone|went up|down, rising, falling, dropping, dropped, meglio o peggio,
        meglio o peggio di, in miglioramento, in peggioramento, facendo progressi,
        calo, crollo, drop, decline,
        decrease, aumento, crescita, increase, spike, impennata, flessione, slump, surge, fall,
        jump, progressi, making progress, progress, more and more, less and less, fewer and fewer,
        sempre (di) più|meno, sempre peggio|meglio
    """,
    Cue.CHANGED: "cambiat~, cambia, cambiano, changed, changes, variat~, evolved",
    Cue.MORE_OR_LESS: "più o meno, meno o più, more or less, more or fewer, di più o di meno",
    Cue.USUAL: """
        del solito, rispetto al solito, dell usuale, di sempre, than usual, than normal, as
        usual, compared to|with normal, than average, della norma, della media
    """,
    Cue.TROUBLE: """
        cosa|che (cosa) non va|funziona|gira, cosa|che (cosa) non sta
        funzionando|andando|girando (bene), cosa|che (cosa) non funziona come dovrebbe,
        cosa|che (cosa) c è che non va|funziona, cosa|che (cosa) sta andando
        storto|male, cosa|che (cosa) va storto|male, cosa|che (cosa) si è
        rotto|inceppato|bloccato|guastato, quali sono i problemi, è il caso di
        preoccuparsi|preoccuparmi|preoccuparci|allarmarsi, devo|dobbiamo|dovrei|dovremmo
        preoccuparmi|preoccuparci, c è da preoccuparsi, ci dobbiamo|dovremmo
        preoccupare, mi devo preoccupare, what s|is wrong, what (s|is) going|gone wrong,
        what (s|is) not working, what isn t working, what doesn t|does not work, what
        s|is broken|failing|breaking, should i|we (be) worry|worried|concerned, do i|we
        (need|have) to worry, where should i|we look first, anything to worry about, any
        cause for concern, what needs (my|our) attention, cosa devo|dobbiamo
        guardare|controllare
    """,
    Cue.SUMMARY: """
        riepilogo, riepiloga, riepilogami, riassunto, riassumi, riassumimi, riassumere,
        riassume, riassuma, riassumerci, riassumermi, riassumici,
        resoconto, report, reportistica, rapporto, sintesi, sintetizza, sintetizzami, summary,
        summarize, summarise, sum up, recap, overview, panoramica, aggiornami
        su|sugli|sulle|sul|sulla|sui, update me on, fill me in on, run|walk|take|talk me|us
        through last|this|the week|month|quarter|year|weekend,
        what kind|sort of month|week|day|year|quarter was, che
        mese|settimana|giornata|anno|trimestre è stato|stata, overall picture, whole picture,
        sum up what i missed, catch me up (on), get me up to speed (on), bring me up to speed
        (on), mettimi al corrente (di|su), tell me about, parlami
        di|del|della, (il) punto della|sulla (situazione), il punto,
        quadro (generale|complessivo), quadro della situazione, bilancio, rundown, digest,
        wrap up, briefing, visione d insieme, big picture, rendiconto, consuntivo, snapshot, in a
        nutshell, brief me on, debrief, debrief me, round up, roundup, at a glance, tirami le somme,
        tira le somme, (a) quick summary|recap|report|overview|update|status|digest, (quick) status
        report, riepilogo|riassunto|report|resoconto|quadro|punto veloce|rapido|lampo
    """,
    Cue.STATE: "stato, situazione, status, state, condizione, condizioni, salute, health",
    Cue.HOW_GOING: """
        come va, come vanno, come andiamo, come (sta|stanno|stiamo) andando, come (è|sono)
        andat~, come si è|sono comportat~, com è andat~, com è andata, come siamo andati, come
        siamo messi, come stiamo messi, come stiamo, come procede, come procedono, come butta,
        tutto ok, tutto a posto, tutto liscio, è andato tutto bene, va tutto bene, how
        (are|is|s|re) we doing, how are things (going), how is|s it going, how are we, how did
        we do, how did it go, how did things go, how is|s business, how is|are everything|things
        (doing|going), how is|are, how did, how have, how has, how things are going, how are, how
        was|were, how is|are|s everything|things|all looking|going|shaping|coming
        (up|along), how is|s it (all) looking|shaping|coming (up|along), come si
        presenta|presentano,
        how we re doing, how it went, doing, come sono andat~, come è stato|stata, com è stata,
        com era, performing, performed, holding up, performance, prestazioni, rendimento, com è
        la situazione, è tutto ok|regolare, everything ok|fine, is everything ok|fine|running,
        everything run|ran|go|went|goes fine|well|ok|smoothly
    """,
    Cue.TELL: """
        raccontami, raccontaci, racconta, raccontamelo, raccontamela, raccontameli, raccontarmi,
        raccontare, mi racconti, ci racconti, il racconto, un racconto, racconto, walk|talk|run|take
        me|us through, the story of, narrate
    """,
    Cue.HAPPENED: """
        (che) cos è successo|accaduto|capitato, gone on, has been going on, been going on, quel|ciò
        che è successo|accaduto, quello che è successo|accaduto, (everything|all) that happened,
        (che) cosa|che è successo, (che) cosa|che è accaduto|capitato, (che) cosa|che succede,
        (che) cosa|che sta succedendo, successo qualcosa, è successo, what happened, what has
        happened, what s happened, what is|s happening, what s new, what s going on, any news,
        novità, cronaca, cosa ci siamo persi, what did i|we miss, what is|s going on, (che) cosa
        ha|hanno fatto, what did the processes|workflows|automations do, cosa abbiamo fatto, che
        cosa si è fatto, cosa bolle in pentola, (che) cosa c è di nuovo, what went on,
        racconta|raccontami la giornata, timeline, cronologia, sequenza degli eventi
    """,
    Cue.CONTENT: """
        di (che) cosa parlano|parla, di che parlano|parla, (che) cosa (ci|mi) dicono, (che) cosa
        (ci|mi) chiedono|chiedevano, (che) cosa (ci|mi) hanno scritto|chiesto|detto, (che) cosa
        vogliono|volevano, (che) cosa (ci|mi) scrivono, what (did) they
        write|wrote|want|wanted|say|said|ask|asked, what are they about, what were they about,
        what (do|did) (customers|people|clients) ask|want|write (us|about), per che cosa, di che
        si tratta, argomenti, topics, contenuto, content, oggetto
    """,
    Cue.WHY: """
        perché, come mai, why, how come, da cosa dipend~, da cosa dipendono, da che
        dipendono, what keeps, da che dipend~,
        what is|s causing, what causes|caused, (a|da) (che) cosa è|sono
        dovut~|causat~|provocat~, qual è la causa, quali sono le cause, what is the
        cause|reason, da che cosa dipendono, per quale motivo, per quali motivi, what made, what
        s behind, what is behind, (che) cosa provoca|causa|causano|genera, (che) cosa ha|hanno
        causato|provocato, spiega|spiegami perché, what s wrong, what is wrong, che cosa non va,
        cosa non va, per colpa di, per quale|che|quali ragione|ragioni|motivo|motivi|causa|cause,
        what keeps, what s making|breaking|stopping|blocking|slowing, what is
        making|breaking|stopping|blocking|slowing, what trips|tripped up, (che) cosa fa
        fallire|saltare|bloccare|crashare|inceppare|cadere, (che) cosa ha fatto
        fallire|saltare|bloccare|crashare|inceppare|cadere, (che) cosa manda in
        errore|crisi|tilt, (che) cosa ha mandato in errore|crisi|tilt, da che dipendono, for
        what|which reason|reasons, what s at the root of, root cause|causes, come si spiegano,
        come si
        spiega, a cosa si deve|devono, a cosa è|sono dovut~, where do|does come from
    """,
    Cue.ANALYSE: """
        analisi, analizza, analizzi, analizziamo, analizzami, analizzare, analyse, analyze,
        analysis, approfondisci,
        approfondimento, valutazione, valuta, studio, investigate, diagnosi, diagnose, insight,
        insights, esamina, statistiche, statistica, stats, statistics
    """,
    Cue.ANOMALY: """
        (qualcosa) che non va|funziona, qualcosa non va|funziona, anything|something wrong,
        anomalia, anomalie, anomalo, anomali, strano, strana, strani, strane, insolit~, unusual,
        weird, strange, anomaly, anomalies, anomalous, fuori dal normale, fuori norma, del
        solito, than usual, sospett~, suspicious, odd, fuori dall ordinario, out of the
        ordinary, preoccupant~, di cui preoccuparsi, worry about, abnormal
    """,
    Cue.CORRELATION: """
        correlazione, correlazioni, correlation, relazione tra, legame tra, nesso, relationship
        between, correlat~, correlated, dipend~ dall, dipendono dall, c entra, link between
    """,
    Cue.PREDICT: """
        prevedi, prevede, prevediamo, prevedere, prevedete, previsione, previsioni, prevision~,
        previst~, predici, predire, forecast, forecasts, forecasting, predict, prediction,
        predictions, predicted, stima, stime, stimi, stimare, stimat~, stimami, estimate,
        estimates, estimated, estimation, proiezione, proiezioni, projection, projected,
        projections, ci aspettiamo, mi aspetto, aspettarci, aspettarmi, ci aspetta, mi devo
        aspettare, aspettiamo, aspettare, expect, expected, expecting, expectation,
        expectations, potremmo avere|ricevere|fare, ci si aspetta, è probabile, likely,
        pronostico, pronostici, pronostica, outlook, anticipate, tra quanto, ipotesi, ipotizz~,
        ipotizziamo, ipotizzare, stimabil~, prevedibil~, presumibil~, presumibilmente, proiett~,
        proiettare, proiettami, fcst, forcast, foresee, foreseeable, foreseen, reckon, projecting,
        predicting, (your) best guess, your guess, take|make|hazard a guess, gimme a guess, give
        (me) a guess, should|do|must|can we plan|prepare|budget|staff|brace for, count on, in
        previsione, mettere in conto, metto in conto, mettiamo in conto, dobbiamo prepararci,
        on track|course for, headed for
    """,
    Cue.FUTURE: """
        will, ll, going to, gonna, sarà, saranno, avremo, faremo, avrò, farò, avrà, farà,
        stiamo per,
        dovremmo aspettarci, potremmo, shall, won t
    """,
    Cue.FIGURES: "dati, dato, data, info, informazioni, information, statistic",
    Cue.KEY_FIGURES: """
        numeri, numbers, figures, cifre, risultati, results, metriche, metrics, indicatori, kpi,
        kpis, dati principali, key figures, key numbers
    """,
    # ------------------------------------------------------------- turns of a conversation
    Cue.AND_WHAT_ABOUT: """
        e invece, e se, what about, how about, and what about, and how about, e riguardo, che mi
        dici, che ne dici di
    """,
    Cue.INSTEAD: "invece, instead, al posto, rather, piuttosto",
    Cue.THOSE: """
        quelli, quelle, quello, quella, questi, queste, those, these, ones, the ones, them,
        they, loro, the one, one, essi
    """,
    Cue.OF_THEM: """
        ne sono, ne abbiamo, ne ha, ne hanno, quanti di questi, quante di queste, quanti di
        quelli, quante di quelle, di questi, di queste, di quelli, di quelle, di cui, of them,
        of those, of these, of which, quanti sono, quante sono, ne, how many are|were there,
        sono quanti
    """,
    Cue.MORE_ROWS: """
        mostra altri|altre, mostramene altri|altre, mostrami altri|altre, altri, altre, altri
        risultati, altri dieci, altre dieci, more, show more, show me more, more results, vai
        avanti, avanti, continua, continue, go on, next page, pagina successiva, pagina dopo, il
        resto, the rest, next ones, i prossimi, i successivi, le successive, gli altri, le
        altre, ancora, keep going, see more, load more, more please, next
    """,
    Cue.CORRECTION: """
        no, intendevo, intendo, volevo dire, voglio dire, i meant, i mean, mi riferivo a, non
        quello, non quelle, non quelli, anzi, actually, scusa, rather, mi sono sbagliato, hai
        capito male, non intendevo, wrong, sbagliato, ho sbagliato, sorry, oops, ops, pardon,
        aspetta, wait, no wait, no aspetta, volevo, mi correggo, errata corrige
    """,
    Cue.ONE_BEFORE: """
        (e) quell~|quel prima (ancora), (e) quell~ precedent~, il|la|le|i precedent~,
        the one|ones before (that|it|this), the previous one|ones, previous one,
        the|that one before, the week|month|day|year before (that), il mese prima, la
        settimana prima, il giorno prima, l anno prima, one before
    """,
    Cue.IN_ALL: """
        in totale, in tutto, nel complesso, complessivamente, in tutti, tutti insieme,
        tutto insieme, in total, in all, overall, altogether, all together, all of them
        (together), for all, per tutti, per tutto, in generale, sommati, in sum
    """,
    Cue.SHOW_THEM: """
        mostrali, mostrale, mostrameli, mostramele, elencali, elencale, elencameli, elencamele,
        fammeli vedere, fammele vedere, fammelo vedere, fammela vedere, show me them,
        show them, list them, quali sono, which ones, quali,
        which, quali esattamente, dammi l elenco, dimmi quali, vediamoli, vediamole, e quali
        sono, what are they, show me which
    """,
    # -------------------------------------------------------- questions that need no data
    Cue.GREETING: """
        ciao, ciaoo, salve, buongiorno, buonasera, buonanotte, buon giorno, buona sera, buon
        pomeriggio, buona giornata, buona serata, buondì, ehi, ehilà, hey, hi, hello, hallo,
        good morning, good evening, good afternoon, good night, good day, greetings, bye,
        goodbye, see you, see ya, arrivederci, a dopo, a presto, a domani, ci vediamo, ci
        sentiamo, addio, howdy, yo, ave, morning, evening, have a nice day, take care, hola,
        hiya, heya, a più tardi, see you later, talk to you later, buon lavoro, buon weekend
    """,
    Cue.THANKS: """
        grazie, ringrazio, thanks, thank you, thank, grazie mille, thanks a lot, many thanks,
        ottimo, perfetto, benissimo, bravo, brava, great, perfect, awesome, well done, nice,
        excellent, ottimo lavoro, cool, fantastico, okay, bene, gentilissim~, sei un grande,
        much appreciated, cheers, mitico, ok, va bene, capito, got it, all good
    """,
    Cue.SMALL_TALK: """
        come stai, come ti va, tutto bene, come te la passi, how are you (doing) (today), how do
        you do, what s up, sup, tutto bene, stai bene, piacere (di conoscerti), nice to meet
        you, come ti chiami, chi sei, who are you, what s your name, what is your name, sei un
        bot|robot|umano, are you a bot|robot|human, sei lì, ci sei, are you there, how s your
        day
    """,
    Cue.HELP: """
        aiuto, help, help me, aiutami, mi aiuti, mi puoi|potresti aiutare, puoi aiutarmi,
        assistance, assist me, need help, serve aiuto, cosa|che sei in grado di fare|dirmi, di
        cosa sei capace, cosa sai fare, che sai fare|fa, che cosa sai fare, cosa puoi fare, che
        puoi fare, cosa riesci a fare, cosa fai, che fai, cosa puoi dirmi, cosa mi puoi|sai
        dire, come funzioni, come funziona questo|questa (strumento|app|coso), come ti uso, come
        ti posso usare, come posso usarti, come si usa, come usarti, come posso interrogarti,
        come ti interrogo, come ti devo fare le domande, come faccio a chiederti|farti|usarti,
        (che|quali) domande posso|possiamo (farti|fare|porti), (che|quali) domande (ti) posso
        fare, che domande capisci, (cosa|che) (ti) posso chiedere|chiederti, cosa posso
        chiederti|domandarti, in cosa (mi) puoi (essere) (utile|aiutarmi|aiutare), a cosa servi,
        a che servi, esempi di domande, esempio di domanda, qualche esempio, degli esempi,
        alcuni esempi, fammi un esempio, fammi degli esempi, (quali|che) dati hai (a
        disposizione), quali dati sono disponibili, (quali|che) informazioni puoi
        darmi|hai|dare, what can you do, what can you tell me, what do you do, what are you able
        to, what can i ask (you), what i can ask, what (kind|kinds|sort|type) of
        (data|questions|things) can i ask, which|what questions (do|can) you
        (understand|answer), which|what questions can i ask, how do i use (this|you|it), how
        does this work, how do you work, how to use (this|you|it), how can i use (this|you|it),
        example questions, sample questions, some examples, give me examples, give me an
        example, examples of questions, what data do you have, what data is available, which
        data can i, which data do you, capabilities, your features, funzionalità, guida,
        istruzioni per l uso, i m lost, i am lost, mi sono perso, non so come, non ho capito
        come, tutorial, che lavoro fai, di cosa ti occupi, what is|s this tool|app|bot|thing
        for, what do you know, cosa conosci, cosa sai, che sai, quali metriche (hai|conosci),
        quali metriche ci sono, what metrics do you have, what metrics are there, what metrics
        can i ask, what should i ask, how should i ask, come posso chiedere, how can you help
        (me), what is this (for), cos è questo strumento, in che modo puoi aiutarmi, menu,
        comandi
    """,
    Cue.DEFINE: """
        (che) cos è, (che) cosa è, (che) cosa sono, cose un|una|il|la, che è un|una, (che) cosa
        significa|significano, che significa, (che) cosa vuol dire, che vuol dire, (che) cosa
        vuole dire, (che) cosa si intende, che si intende, cosa s intende, significato,
        definizione, definisci, spiegami (che) cos è, spiegami, spiega, mi spieghi, puoi
        spiegarmi, concetto di, il concetto, come si calcola, come si calcolano, come viene
        calcolat~, come vengono calcolat~, come calcoli, come calcolate, come è calcolat~, a
        cosa serve, a cosa servono, a che serve, come funziona un|una|il|la, come funzionano
        i|le|gli, what is a|an, what a|an, what are, what s a|an, what does, what do you mean by,
        what is meant by, mean, means, meaning, definition, define, explain, can you explain, how
        is|are calculated|computed|measured, how do you calculate|compute|measure, how does
        a|an, how do, concept of, the concept, stand for, stands for, tell me what, in
        parole povere, in simple terms, che roba è, cosa intendi, calculated, computed, formula,
        quando si considera
    """,
    Cue.DIFFERENCE: """
        che differenza c è tra|fra, (qual è) la differenza tra|fra, what is|s the difference
        between, difference between, differenza tra|fra, in cosa differiscono, how do they
        differ
    """,
    Cue.OFF_TOPIC: """
        che giorno è, che ore sono, che ora è, what day is, what time is it, che tempo
        fa|farà|fara, previsioni del tempo, previsioni meteo, meteo, weather, oroscopo,
        horoscope, ricetta, recipe, joke, barzelletta, poesia, poem, battuta, ristorante,
        restaurant, film, movie
    """,
    Cue.CREATE_TEXT: """
        scrivimi, scrivi, componi, inventa, traduci, translate, write, write me, compose, sing,
        canta, cantami, raccontami, racconta, tell me a, consiglia, consigliami, mi consigli,
        recommend, suggest, draw, disegna, disegnami, calcola quanto fa, gioca, play, prepara,
        suggeriscimi, suggerisci, parlami di, talk to me about, dammi la ricetta, recipe, joke,
        barzelletta, poesia, poem, song, story about, code, codice
    """,
    # Words around a question that change nothing of what is asked.
    Cue.FRAME: """
        for a|my (sales|board|weekly|monthly|quarterly|annual|yearly)
        report|presentation|summary|spreadsheet|slide|slides, per un|una|il mio|la mia
        report|relazione|presentazione|resoconto, secondo te|voi|lei|noi, a tuo|vostro
        parere|avviso, in your opinion, do you think,
        run|talk|take me|us through, che
        tu sappia, as far as you know, per caso, by any chance, di preciso, in particolare, in
        particular, exactly how, di produzione, in produzione, in production,
        production, del sistema, di sistema, system, sistema, server
    """,
}

GROUPED_BY: dict[Cue, str] = {
    Cue.PROCESS: "process",
    Cue.STATUS: "status",
    Cue.DAY: "day",
    Cue.WEEK: "week",
    Cue.MONTH: "month",
    Cue.HOUR: "hour",
    Cue.WEEKDAY: "weekday",
    Cue.SENDER: "sender",
    Cue.CUSTOMER: "customer",
    Cue.CAUSE: "cause",
    Cue.STEP: "step",
}
"""The nouns that may follow "per", or head a ranking."""

GROUPED_OUTRIGHT: dict[Cue, str] = {
    Cue.BY_DAY: "day",
    Cue.BY_WEEK: "week",
    Cue.BY_MONTH: "month",
    Cue.BY_HOUR: "hour",
    Cue.BY_WEEKDAY: "weekday",
}

THINGS: frozenset[Cue] = frozenset(
    {
        Cue.EMAIL, Cue.MESSAGE, Cue.ORDER, Cue.ORDER_VALUE, Cue.EXECUTION, Cue.ERROR, Cue.FAILED,
        Cue.SUCCESS_RATE, Cue.ERROR_RATE, Cue.CANCELED, Cue.UNFINISHED, Cue.DURATION,
        Cue.CONVERSATION, Cue.RESPONSE_TIME, Cue.WROTE_US, Cue.RAN, Cue.BOUGHT, Cue.P95,
        Cue.LONGEST, Cue.SLOW, Cue.FAST, Cue.RELIABLE, Cue.ASSISTANT, Cue.PROCESS,
    }
)  # fmt: skip
"""Cues that show that a question is about the records."""

NUMBER_WORDS: dict[str, int] = {
    "un": 1, "uno": 1, "una": 1, "due": 2, "tre": 3, "quattro": 4, "cinque": 5, "sei": 6,
    "sette": 7, "otto": 8, "nove": 9, "dieci": 10, "quindici": 15, "venti": 20, "trenta": 30,
    "cinquanta": 50, "cento": 100,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50, "hundred": 100,
    "once": 1, "twice": 2,
}  # fmt: skip

ORDINALS: dict[str, int] = {
    "primo": 1, "prima": 1, "first": 1, "secondo": 2, "seconda": 2, "second": 2, "terzo": 3,
    "terza": 3, "third": 3, "quarto": 4, "quarta": 4, "fourth": 4, "ultimo": -1, "ultima": -1,
    "last": -1,
}  # fmt: skip

CAUSE_WORDS = word_set(
    """timeout connessione connection rete network autenticazione authentication permessi
    permission quota limite limit dns ssl certificato certificate validazione validation
    formato format memoria memory autorizzazione authorization 400 401 403 404 408 409 422
    429 500 502 503 504"""
)
"""Words that say of what kind an error is: "errori di timeout"."""

ARTICLES = word_set(
    """il lo la i gli le l un uno una del dello della dei degli delle dell al allo alla ai agli
    alle all dal dallo dalla dai dagli dalle dall nel nello nella nei negli nelle nell sul
    sullo sulla sui sugli sulle sull the a an our my your their its di da de d of from for
    to in nostro nostra nostri nostre mio mia miei mie vostro suo sua col coi"""
)
SINGULAR_ARTICLES = word_set(
    """il lo la l del dello della dell al allo alla all dal dallo dalla dall nel nello nella nell
    sul sullo sulla sull the nostro nostra mio mia our my"""
)

ITALIAN_WORDS = word_set(
    """restano rimangono
    dobbiamo dovremmo dobbiate devono deve dovrebbero pensi credi ritieni pensate possono
    potremo sappiamo a abbia abbiamo abbiano abbiate adesso agli ai al alla alle allo altra
    altre altri altro anche ancora anzi assai avere avessi avete aveva avevamo avevano
    avrebbe beh ben bene c ce che chi ci cioe circa co come comunque con cosa cose cui d da
    dai dagli dal dall dalla dalle dallo davvero degli dei del dell della delle dello devo
    dentro di dice dici dimmi dire dopo dove due e ecco ed era erano eravamo esiste essere
    fa faccio facciamo fai fammi fanno far fare fatta fatte fatti fatto favore fino fino
    fossero fra gia gli grazie ha hai hanno ho i il in insomma invece io l la le lei li lo
    loro ma magari mai me meno mentre mi mia mie mio miei molti molto ne negli nei nel nell
    nella nelle nello no noi non nostra nostre nostri nostro nulla o oggi ogni oppure ora
    ormai parecchi per perche pero piu po poi possiamo posso prego prima proprio puo puoi
    pure qua qual qualche qualcosa qualcuno quale quali quando quante quanti quanto quel
    quella quelle quelli quello questa queste questi questo qui quindi riguardo rispetto sa
    sai se secondo sei sempre senza si sia siamo siano siete siccome sin solito solo sono
    sopra sta stai stanno stata state stati stato stia stiamo sto su sua sue sugli sui sul
    sull sulla sulle sullo suo suoi tanti tanto te ti tra tu tua tue tuo tuoi tutta tutte
    tutti tutto un una uno va vai vanno ve vediamo verso vi voglio voi volta volte vorrei
    vuoi vuole vogliamo buon ieri domani settimana mese mesi giorno giorni anno ieri scorso
    scorsa scorsi scorse dammi qualsiasi attuale attualmente complessivamente complessivo
    generale media medio caso tipo rispondi posto sapere volevo risulta risultano magari
    stavolta sola finora sinora tale durante presso tramite entro verso mediante nonostante col
    coi quest quell nessun tutt dov quant ciascun anch mezz effettuate effettuati registrate
    registrati piazzati avvenute avvenuti gestite gestiti trattate presi prese raccolti
    raccolte totali complessive complessivi nuovi nuove nuovo nuova principali effettive
    effettivi ok vari varie diversi diverse tutt sull gente persone persona azienda ditta
    societa circa pressappoco pressapoco grossomodo indicativamente orientativamente grosso modo
    italiano inglese"""
)
ENGLISH_WORDS = word_set(
    """a about actually after again all also am an and any anyone anything are as ask at away back
    be been before being between both but by came can come could d did do does doing done
    down each else end ever every everything far few first for from full get gets getting
    give given go goes gone good got had has have having he hello her here him his how i if
    in into is it its just keep know last least let like list ll long look lot made make
    many may me mean might mine more most much must my need never new next no not now of off
    often ok on once one only or other our out over own people per perhaps please put quite
    re really right s same say see seem she should show since so some something still such t
    take taken tell than that the their them then there these they thing things this those
    through till time times to today together too until up us use ve very want was way we
    week well went were what when where whether which while who why will with within without
    would yes yesterday yet you your month day days company business overall general average
    currently roughly approximately precisely english italian right company ones ours fewer
    less think believe suppose please must ought new
    placed handled
    processed taken recorded happened occurred unique different overall main latest made"""
)
KNOWN_WORDS = ITALIAN_WORDS | ENGLISH_WORDS
"""Words of a sentence's frame: they say nothing about what is asked."""

TIME_WORDS = word_set(
    """settimana settimane giornata giornate giorni giorno gennaio febbraio marzo aprile maggio
    giugno luglio agosto settembre ottobre novembre dicembre lunedi martedi mercoledi
    giovedi venerdi sabato domenica domani stanotte stamattina stamani stasera pomeriggio
    mattina mattino scorso scorsa scorsi scorse ultimo ultima ultimi ultime prossimo
    prossima prossimi prossime trimestre semestre weekend january february march april june
    july august september october november december monday tuesday wednesday thursday friday
    saturday sunday yesterday tomorrow today tonight morning afternoon evening month months
    weeks quarter previous current oggi ieri passato passata corrente recente mezzanotte
    mezzogiorno capodanno natale pasqua ferragosto minuti minuto minutes minute secondi
    seconds ottobre anno year years anni"""
)
"""Words that the reading of time knows: a misspelled one is repaired before it reads."""

ORDINARY_WORDS = word_set(
    """marco aprire costa costo costi porta porte carta posti conto corsi cassa tassa spesa spesso
    scorta scorte passato lista giulio mario maria rossi bianchi verdi neri ferrari russo
    greco parti parto colto esperto diretto ordinare mandato leader mailer meeting meta
    forma ferma firma casi caso media sport tempo campo tanto corte morte parole parola
    booked storia lavare nuovo nuova nuovi costume consumo agenda causare forte fonte"""
)
"""Ordinary words that are one letter away from one of ours and mean something else."""
