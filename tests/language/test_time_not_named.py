"""Texts that look like times and name none; and times that cannot be read for certain."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from language.time_expressions import TimeReading, read_time

ROME = ZoneInfo("Europe/Rome")
WEDNESDAY = datetime(2026, 3, 18, 10, 30, tzinfo=ROME)

NOT_TIMES = """
le prime 5 cause di errore
top 10 processi
may I see the orders?
may I ask how many emails we got?
the orders of Mario Marzo
ordini di Giulia Marzo
quanti ordini ha fatto la ditta Aprile srl?
errori del nodo v2.1.3
quanti errori con la versione 1.12?
n8n 1.82 quanti errori ha?
l'ordine 12345
ordine n. 2026-0312
order #20260312
chiama lo 02 1234567
il numero 333 1234567 ha scritto?
ci ha scritto mario.rossi@maggio.it?
emails from april.smith@example.com
quanti ordini da 12,50 euro
ordini sopra i 100 €
orders above 250.00 euros
quanti ordini con totale 10.05?
i processi con più di 3 errori
almeno 5 volte
quale processo dura più di 10 minuti
esecuzioni più lunghe di 30 secondi
executions longer than 5 minutes
quanto dura in media il backup
quante ore lavora il processo
ordine ORD-2026-1105
fattura 12/2026
fattura numero 3/5
quale processo è il secondo per errori
il terzo processo per errori
i 3 processi peggiori
the second slowest process
quanti clienti di Sole Mio
il processo Report mensile ha errori?
il processo Newsletter settimanale
processo Backup notturno database
report giornaliero vendite errori
the weekly newsletter process
the daily sales report
iphone 15 pro max ordini
quanti ordini di scarpe n. 42
quanti utenti nel 5G
codice 404
errore 500
error 429
http 503 errori
quanti errori 401
cliente Domenica Bianchi
mail di Domenica Rossi
ordini di Pasquale
Natale Rossi quanti ordini ha fatto?
ordini della signora Sabato
April Jones wrote to us?
emails from June Carter
Augusto quante mail ci ha mandato?
augusto ferri ha ordinato?
il cliente Settembrini
la ditta Fratelli Ottobrini
ordini di May Chen
orders from August Weber
the process called Sunday
quanti processi attivi
chi ordina di più
media al giorno
quanti al giorno
errori per settimana
ordini per mese
emails per day
in che giorno della settimana arrivano più mail
a che ora arrivano più mail
what time do most emails arrive
quale mese è stato il migliore
which day had most errors
il giorno peggiore
in quanto tempo finisce un'esecuzione
time to run
tempo medio
quanti secondi ci mette
P.IVA 01234567890
IBAN IT60X0542811101000000123456
bonifico da 1.500,00
5 stelle
the 3 slowest
3 processi su 10
2 su 5 falliti
1/3 degli ordini
50% degli ordini
taglia 40-42
via 25 Aprile 12
via XX Settembre 5
piazza 1 maggio
ordini verso via Roma 10
tel. 06-12345678
+39 347 12 34 567
+1 415 555 2671
CAP 20121
cod. 2024/15
ordini del negozio 24
stanza 12
alle solite
scala 1:50
rapporto 16:9
192.168.1.10
2x4
sat nav orders
mon ami srl
sun hosting emails
quanti sono i mar-tedesco
set di pentole ordini
il set 12 pezzi
dec decoder ordini
i primi 10 errori
top 7
top 10 customers
numero 5
May I see the errors?
may we compare the processes?
how it may fail
second
the second process
secondo te va bene?
primo cliente
il primo ordine
ultimo errore
ultime 20 esecuzioni
l'ultima esecuzione
the last 10 failed runs
last order
l'ultima volta
last time it ran
prossimo passo
next step
past due invoices
ordini di Mario Marzo
il signor Marzo ha scritto?
email da Giulia Aprile
quanti ordini del cliente Maggio?
fatture di Marzo Rossi
ordini di Ottobre Srl
emails from June Smith
Domenico Sabato ha scritto?
Gennaro ha scritto?
Augusto quanti ordini ha fatto?
Martina
buona sera
buonasera
buongiorno
buon pomeriggio
buona notte
buona domenica
buon weekend
buon Natale
good morning
good evening, how are you?
have a nice day
see you tomorrow
a domani
ciao, a lunedì
ordine 2026-1234
ORD-2026-12032
ordine 2025
order 2025
fattura n. 2026/12345
processo del 5
telefono 333 1234567
chiama +39 02 12345678
versione 2.10.24
n8n 1.64.3
192.168.1.1
24/7
mario.marzo@acme.it ha scritto?
https://example.com/2026/03/05
monday.com
report giornaliero
report settimanale
the Daily Sales Report process
Newsletter Settimanale
show Weekly Summary
Generazione Fatture Mensili
Backup Database Notturno
nightly backup
errori per giorno
ordini per settimana
emails by day
orders by month
runs per hour
mail per ora
giorno per giorno
in quale giorno della settimana arrivano più mail?
a che ora del giorno falliscono di più?
which day of the week is the busiest?
in quali giorni riceviamo più mail e perché?
qual è stato il mese migliore?
il giorno con più errori
the best month
durata superiore a 5 minuti
più di 2 ore
less than 10 minutes
risposte entro 24 ore
answered within 2 hours
timeout dopo 30 secondi
retry after 3 failures
ogni 5 minuti
every 2 hours
gli ordini sopra 2000 euro
più di 2025 ordini
2025 ordini
fatture da 2025 euro
#2025
ci sono esecuzioni in corso adesso?
what is running now?
set status to paid
the Set node
orario di lavoro
a che ora è partito il backup?
quanto fa 23 per 17?
from Acme
sun microsystems
risposto alle 15 mail
un mese è lungo
the march of progress
ordini tra 3 e 10 euro
between 3 and 10 errors
from 3 to 10 orders
la fine del processo
end of the process
prima del processo ordini
dopo l'errore
mostrami il 3
voglio la seconda
media mobile a 7 giorni
l'ultima settimana in cui abbiamo avuto errori?
domain errors
un errore di stagione
""".strip().splitlines()


def read(text: str) -> TimeReading:
    return read_time(text, now=WEDNESDAY, zone=ROME)


@pytest.mark.parametrize("text", [t for t in NOT_TIMES if "settimana in cui" not in t])
def test_nothing_is_found_where_no_time_is_named(text: str) -> None:
    assert read(text) == TimeReading()


def test_a_week_that_is_only_described_is_not_a_window() -> None:
    assert read("l'ultima settimana in cui abbiamo avuto errori").window is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("ordini del 30 febbraio", id="no such day"),
        pytest.param("ordini del 31 aprile", id="no such day of april"),
        pytest.param("ordini del 31/02/2026", id="no such date"),
        pytest.param("orders of 2026-13-45", id="no such iso date"),
    ],
)
def test_a_date_that_does_not_exist_gives_no_window_and_says_so(text: str) -> None:
    found = read(text)
    assert found.window is None
    assert not found.certain


@pytest.mark.parametrize("text", ["", " ", "?", "…", "\x00", "é", "'", "12", "🙂 🙂", "-" * 500])
def test_texts_without_words_are_read_without_complaint(text: str) -> None:
    assert read(text).window is None


def test_a_time_beside_a_name_is_found_and_the_name_is_not() -> None:
    found = read("quanti ordini di Mario Marzo a febbraio?")
    assert found.window is not None
    assert found.window.start is not None
    assert found.window.start.isoformat() == "2026-02-01T00:00:00+01:00"
    assert found.compare_to is None
    assert found.certain
