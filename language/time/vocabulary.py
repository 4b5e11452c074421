"""What the words mean: both languages in one table, folded (no accents, no capitals).

The grammar never sees a word, only its `Meaning`, so that each rule is written once and mixed
languages are no special case. A word has a value (a number, a month, a weekday …) or plays a
role ("last", "of", "from"), often both: "marzo" is a month, "prima" a role and an ordinal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from language.time.periods import DAY, Unit, easter, thanksgiving

MORNING, LUNCH, AFTERNOON, EVENING, NIGHT = (
    (6 * 60, 12 * 60),
    (12 * 60, 14 * 60),
    (12 * 60, 18 * 60),
    (18 * 60, 1440),
    (0, 360),
)
NOON, MIDNIGHT = 12 * 60, 24 * 60

_NAMES_OF_VALUES = (
    "number", "ordinal", "unit", "month", "weekday", "day", "part", "feast", "season", "date",
    "clock", "week", "piece", "edge",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meaning:
    """All that a word can mean for time.

    ``day`` counts from today; ``part`` and ``clock`` are minutes of the day; ``date`` is
    (year, month, day) with None for what is not said; ``piece`` is (unit, number): "Q1", "H2";
    ``season`` is (first month, months). ``senses`` names the values and roles that are there.
    """

    number: int | None = None
    ordinal: int | None = None
    unit: Unit | None = None
    month: int | None = None
    weekday: int | None = None
    day: int | None = None
    part: tuple[int, int] | None = None
    feast: Callable[[int], date] | None = None
    season: tuple[int, int] | None = None
    date: tuple[int | None, int | None, int | None] | None = None
    clock: int | None = None
    week: tuple[int, int] | None = None
    piece: tuple[Unit, int] | None = None
    edge: str | None = None
    roles: frozenset[str] = frozenset()
    senses: tuple[str, ...] = ()


def meaning(*roles: str, **values: object) -> Meaning:
    """Return a meaning with these roles and values."""
    senses = (*(name for name in _NAMES_OF_VALUES if values.get(name) is not None), *roles)
    return Meaning(**values, roles=frozenset(roles), senses=senses)  # type: ignore[arg-type]  # by name


NOTHING = Meaning()

ROLES: dict[str, set[str]] = {}
VALUES: dict[str, dict[str, object]] = {}


def listed(words: str) -> frozenset[str]:
    """Return *words*, separated by blanks, as a set."""
    return frozenset(words.split())


def _say(words: str, *roles: str, **values: object) -> None:
    """Let each of *words* also mean this."""
    for word in words.split():
        ROLES.setdefault(word, set()).update(roles)
        VALUES.setdefault(word, {}).update(values)


def _say_in_order(words: str, name: str, first: int = 1) -> None:
    """Let the n-th of *words* (alternatives separated by /) have the value n."""
    for value, alternatives in enumerate(words.split(), first):
        _say(alternatives.replace("/", " "), **{name: value})


# --- small words -----------------------------------------------------------------------------
_say("il lo la i gli le l un uno una the a an", "article")
_say("di del dello della dell dei degli delle d of", "of")
_say(
    "in nel nello nella nell nei negli nelle on over during durante within at per for su sul sull "
    "sulla",
    "in",
)
_say("da dal dallo dalla dall dai dagli dalle since", "since")
_say("from", "from")
_say("dal dalla dall", "since the")
_say("a ad al allo alla all ai agli alle to through thru", "to")
_say("fino sino until till up", "until")
_say("entro by", "by")
_say("tra fra between", "between")
_say("e ed and", "and")
_say("o oppure or", "or")
_say("dopo after", "after")
_say("prima before", "before")
_say("alle all at ore", "at")
_say("dalle dall", "from hour")
_say("delle dell", "of hour")
_say("le l ore h", "hour article")
_say("verso circa intorno around about", "about")
_say("ogni every each tutti tutte", "every")
_say("fa ago", "ago")
_say("qualche alcuni alcune pochi poche few several", "few")
_say("tutto tutta intero intera whole all entire", "whole")
_say("giorno giornata day", "day word")
_say("primi prime", "first")
_say("buon buona buono good happy merry great nice bel bella felice", "greeting")
_say("in on at", "english in")
_say("per by ogni each every", "grouping")
_say("now ora adesso oggi today", "now")
_say("lo la il the that quella quello quelli one ones", "pronoun")

# --- which one ------------------------------------------------------------------------------
_say(
    "questo questa questi queste quest sto sta this these current corrente attuale present qst "
    "qsta qsto",
    "this",
)
_say(
    "scorso scorsa scorsi scorse passato passata passati passate previous prior precedente "
    "precedenti last lst preceding",
    "previous",
)
_say("ultimo ultima ultimi ultime ultimissimi ultimissime past last lst ult final", "rolling")
_say("precedente precedenti previous prior preceding", "before it")
_say(
    "prossimo prossima prossimi prossime prox next nxt coming upcoming entrante venturo ventura",
    "next",
)
_say("successivo successiva successivi successive seguente seguenti following", "after it")

# --- numbers --------------------------------------------------------------------------------
_say_in_order(
    "uno/un/una/an/a due/two/two tre/three quattro/four cinque/five sei/six sette/seven "
    "otto/eight nove/nine dieci/ten undici/eleven dodici/twelve/dozzina/dozen "
    "tredici/thirteen quattordici/fourteen quindici/fifteen/quindicina sedici/sixteen "
    "diciassette/seventeen diciotto/eighteen diciannove/nineteen venti/twenty/ventina",
    "number",
)
_say("one", number=1)
_say("paio couple", number=2)
_say("decina", number=10)
_DIGITS = ("uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove")
_TENS = {
    "venti": 20,
    "trenta": 30,
    "quaranta": 40,
    "cinquanta": 50,
    "sessanta": 60,
    "settanta": 70,
    "ottanta": 80,
    "novanta": 90,
}
for _tens, _value in _TENS.items():
    _say(_tens, number=_value)
    for _digit, _words in enumerate(_DIGITS, 1):
        # "ventuno", "ventotto": the vowel falls before a vowel.
        _say((_tens[:-1] if _words[0] in "uo" else _tens) + _words, number=_value + _digit)
_say("trentina", number=30)
_say("quarantina", number=40)
_say("cinquantina", number=50)
_say("cento hundred centinaio", number=100)
for _word, _value in {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}.items():
    _say(_word, number=_value)
_say("twenty thirty forty fifty sixty seventy eighty ninety", "tens")
_say("mezz mezza mezzo half", "half")
_say("quarto quarti quarter quarters", "quarter of an hour")
_say_in_order(
    "primo/prima/first secondo/seconda/second terzo/terza/third quarto/quarta/fourth "
    "quinto/quinta/fifth sesto/sesta/sixth settimo/settima/seventh ottavo/ottava/eighth "
    "nono/nona/ninth decimo/decima/tenth undicesimo/undicesima/eleventh "
    "dodicesimo/dodicesima/twelfth",
    "ordinal",
)
_say("i ii iii iv", "roman")

# --- units ----------------------------------------------------------------------------------
_say("minuto minute", unit=Unit.MINUTE)
_say("minuti minutes min mins", "plural", unit=Unit.MINUTE)
_say("ora hour", unit=Unit.HOUR)
_say("ore hours hrs hr h", "plural", unit=Unit.HOUR)
_say("giorno giornata day", unit=Unit.DAY)
_say("giorni giornate gg days d g", "plural", unit=Unit.DAY)
_say("weekend wkend wknd", unit=Unit.WEEKEND)
_say("weekends", "plural", unit=Unit.WEEKEND)
_say("settimana week sett wk", unit=Unit.WEEK)
_say("settimane weeks wks w", "plural", unit=Unit.WEEK)
_say("mese month mnth mth", unit=Unit.MONTH)
_say("mesi months", "plural", unit=Unit.MONTH)
_say("bimestre", unit=Unit.TWO_MONTHS)
_say("trimestre trim quarter", unit=Unit.QUARTER)
_say("trimestri quarters", "plural", unit=Unit.QUARTER)
_say("quadrimestre", unit=Unit.FOUR_MONTHS)
_say("semestre sem semester", unit=Unit.HALF)
_say("semestri semesters", "plural", unit=Unit.HALF)
_say("anno year yr", unit=Unit.YEAR)
_say("anni years yrs", "plural", unit=Unit.YEAR)
_say("lavorativi lavorativo feriali feriale working business", "working")
_say("weekday", "weekday word")
_say("weekdays", "weekday word", "plural")

# --- days and their parts -------------------------------------------------------------------
_say("oggi today todays odierno odierna ogg ogi oggii 2day tday tdy", day=0)
_say("ieri yesterday yesterdays ieir ier iri ierii yday yest ystrday ystd", day=-1)
_say("domani dmani doamni tomorrow tomorrows tommorow tommorrow tomorow tmrw tmr", day=1)
_say("dopodomani overmorrow", day=2)
_say("avantieri altroieri laltroieri ierlaltro avantiieri ierilaltro", day=-2)
_say("altro", "other")
_say("avant avanti", "ahead")
_say("stamattina stamani stamane", day=0, part=MORNING)
_say("stasera tonight tonights", day=0, part=EVENING)
_say("stanotte", "this night", day=0, part=NIGHT)
_say("mattina mattino mattinata morning", part=MORNING)
_say("pomeriggio afternoon pom pome arvo", part=AFTERNOON)
_say("lunchtime lunchtimes", part=LUNCH)
_say("sera serata evening", part=EVENING)
_say("notte nottata night", "night", part=NIGHT)
_say("overnight", "night", part=NIGHT)
_say("mornings mattine", "plural", part=MORNING)
_say("afternoons pomeriggi", "plural", part=AFTERNOON)
_say("evenings sere", "plural", part=EVENING)
_say("nights notti", "plural", part=NIGHT)
_say("mattutini mattutine", "plural", "of things", part=MORNING)
_say("pomeridiani pomeridiane", "plural", "of things", part=AFTERNOON)
_say("serali", "plural", "of things", part=EVENING)
_say("notturni notturne", "plural", "of things", part=NIGHT)
_say("mattinata serata nottata mattino", "single")
_say("mezzogiorno noon midday", "hour by name", clock=NOON)
_say("mezzanotte midnight", "hour by name", clock=MIDNIGHT)
_say("am", "am")
_say("pm", "pm")
_say_in_order(
    "lunedi/monday/mondays martedi/tuesday/tuesdays mercoledi/wednesday/wednesdays/wensday "
    "giovedi/thursday/thursdays venerdi/friday/fridays sabato/saturday/saturdays "
    "domenica/sunday/sundays",
    "weekday",
)
_say("mondays tuesdays wednesdays thursdays fridays saturdays sundays sabati domeniche", "plural")
_say("sabati", weekday=6)
_say("domeniche", weekday=7)
_say_in_order("lun/mon mar/tue/tues mer/wed gio/thu/thur/thurs ven/fri sab/sat dom/sun", "weekday")
_say(
    "lun mon mar tue tues mer wed gio thu thur thurs ven fri sab sat dom sun",
    "short weekday",
    "abbreviated",
)

# --- months, seasons, feasts ----------------------------------------------------------------
_say_in_order(
    "gennaio/january/gen/jan febbraio/february/feb/febr marzo/march/mar/mrz "
    "aprile/april/apr maggio/may/mag giugno/june/giu/jun luglio/july/lug/jul "
    "agosto/august/ago/aug settembre/september/sett/set/sep/sept ottobre/october/ott/oct "
    "novembre/november/nov dicembre/december/dic/dec",
    "month",
)
_say(
    "gen jan feb febr mar apr mag giu jun lug jul ago aug sett set sep sept ott oct nov dic dec "
    "trim sem gg h min dott sig dr ore ult n no nr",
    "abbreviated",
)
# Words of their own: a month only beside a number, a year, another month or a telling preposition.
_say("may march mar set ago gen giu mag jan dec sett sep", "doubtful")
_say("may mar set ago gen giu mag jan sett", "very doubtful")
_say("primavera spring", season=(3, 3))
_say("estate summer", season=(6, 3))
_say("autunno autumn", season=(9, 3))
_say("inverno winter", season=(12, 3))
_say("estate spring", "doubtful")


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _after_easter(days: int) -> Callable[[int], date]:
    return lambda year: easter(year) + days * DAY


def _second_sunday_of_may(year: int) -> date:
    first = date(year, 5, 1)
    return first + ((6 - first.weekday()) % 7 + 7) * DAY


FEASTS: dict[str, Callable[[int], date]] = {
    "natale": _fixed(12, 25), "christmas": _fixed(12, 25), "xmas": _fixed(12, 25),
    "christmas day": _fixed(12, 25), "giorno di natale": _fixed(12, 25),
    "vigilia": _fixed(12, 24), "vigilia di natale": _fixed(12, 24),
    "christmas eve": _fixed(12, 24),
    "santo stefano": _fixed(12, 26), "s stefano": _fixed(12, 26), "boxing day": _fixed(12, 26),
    "san silvestro": _fixed(12, 31), "new years eve": _fixed(12, 31),
    "new year s eve": _fixed(12, 31), "ultimo dell anno": _fixed(12, 31),
    "vigilia di capodanno": _fixed(12, 31),
    "capodanno": _fixed(1, 1), "new years day": _fixed(1, 1), "new year s day": _fixed(1, 1),
    "primo dell anno": _fixed(1, 1),
    "epifania": _fixed(1, 6), "befana": _fixed(1, 6), "epiphany": _fixed(1, 6),
    "san valentino": _fixed(2, 14), "valentine s day": _fixed(2, 14),
    "valentines day": _fixed(2, 14),
    "festa della donna": _fixed(3, 8), "festa del papa": _fixed(3, 19),
    "festa della mamma": _second_sunday_of_may,
    "ai santi": _fixed(11, 1), "giorno dei morti": _fixed(11, 2), "ai morti": _fixed(11, 2),
    "giovedi grasso": _after_easter(-52),
    "festa della liberazione": _fixed(4, 25), "liberation day": _fixed(4, 25),
    "festa dei lavoratori": _fixed(5, 1), "festa del lavoro": _fixed(5, 1),
    "labour day": _fixed(5, 1), "may day": _fixed(5, 1),
    "festa della repubblica": _fixed(6, 2),
    "ferragosto": _fixed(8, 15),
    "halloween": _fixed(10, 31),
    "ognissanti": _fixed(11, 1), "tutti i santi": _fixed(11, 1), "all saints day": _fixed(11, 1),
    "all saints": _fixed(11, 1), "all saints s day": _fixed(11, 1),
    "immacolata": _fixed(12, 8), "festa dell immacolata": _fixed(12, 8),
    "pasqua": _after_easter(0), "easter": _after_easter(0), "easter sunday": _after_easter(0),
    "domenica di pasqua": _after_easter(0),
    "pasquetta": _after_easter(1), "easter monday": _after_easter(1),
    "lunedi dell angelo": _after_easter(1), "lunedi di pasqua": _after_easter(1),
    "venerdi santo": _after_easter(-2), "good friday": _after_easter(-2),
    "domenica delle palme": _after_easter(-7),
    "martedi grasso": _after_easter(-47),
    "thanksgiving": thanksgiving, "thanksgiving day": thanksgiving,
    "black friday": lambda year: thanksgiving(year) + DAY,
    "cyber monday": lambda year: thanksgiving(year) + 4 * DAY,
}  # fmt: skip
"""Names of feasts, of one word or several, and when they are."""

FEASTS_BY_FIRST_WORD: dict[str, list[tuple[tuple[str, ...], Callable[[int], date]]]] = {}
for _name, _when in FEASTS.items():
    _parts = tuple(_name.split())
    FEASTS_BY_FIRST_WORD.setdefault(_parts[0], []).append((_parts, _when))
    _say(_parts[0], "feast name")
for _longest_first in FEASTS_BY_FIRST_WORD.values():
    _longest_first.sort(key=lambda entry: -len(entry[0]))

# --- beginnings, ends, vagueness ------------------------------------------------------------
_say("inizio inizi principio start beginning early", edge="start")
_say("meta middle mid", edge="middle")
_say("fine end late", edge="end")
_say("early late mid", "edge adjective")
_say("recently recentemente ultimamente lately", "recently")
_say("recente", "recent")
_say("finora sinora", "so far")
_say("so", "so")
_say("far", "far")
_say("date", "to date word")
_say("mtd qtd ytd wtd", "to date")
_say("sempre always", "always")
_say("corso progress", "course")
_say("poi onwards onward on avanti", "onwards")
_say("qui here", "here")
_say("partire starting commencing", "starting")
_say("stesso stessa same", "same")
_say("periodo period", "period")
_say("sono", "sono")
_say("che", "che")
_say("viene verra arriva segue vengono verranno seguono", "comes")
_say("esatto esatta esatti esattamente preciso precisi exactly precisely", "exactly")
_say("very exact stessissimo", "very")
_say("appena just", "just")
_say("chiudere chiudiamo finire close end finish", "closes")
_say("chiuderemo chiudera chiudero finiremo concluderemo", "closes", "foretelling")
_say("riunione meeting call appuntamento incontro standup presentazione", "appointment")
_say(
    "chiuso chiusa completo completa concluso conclusa finito finita full complete closed finished",
    "closed",
)

# --- comparing ------------------------------------------------------------------------------
_say(
    "confronta confronto confronti confrontare confrontami confrontando confrontato confrontati "
    "confrontate paragona paragone paragonare paragonato compara comparare comparazione compare "
    "comparing comparison differenza differenze difference scostamento variazione",
    "compare",
)
_say("rispetto compared vs versus contro against than", "reference")
_say("compare compared comparison difference confronto paragone", "compare")
_say("con with", "with")
_say("sopra sotto above below beating beat beats beaten battuto batte", "over")
_say(
    "calato calata calati calate cala calano salito salita saliti salite sale salgono sceso scesa "
    "scesi scese scende scendono aumentato aumentata aumentati aumentate aumenta aumentano "
    "cresciuto cresciuta cresciuti cresciute cresce crescono diminuito diminuita diminuiti "
    "diminuite diminuisce diminuiscono cambiato cambiata cambiati cambiate cambia cambiano "
    "migliorato migliorata migliorati migliorate peggiorato peggiorata peggiorati peggiorate "
    "risen rise rose fallen fell fall drop drops dropped dropping grown grew grow increase "
    "increased decrease decreased decline declined change changed improve improved worsen worsened "
    "jumped jump",
    "changes",
)
_say("fuori outside", "outside")
_say(
    "piu meno meglio peggio migliore migliori peggiore peggiori maggiore maggiori minore minori "
    "superiore inferiore more less fewer better worse higher lower greater busier quieter",
    "comparative",
)
_say("meglio peggio better worse migliorati peggiorati migliorato peggiorato", "better")

# --- about the future -----------------------------------------------------------------------
_say(
    "prevedi prevedere prevede prevedete previsto prevista previsti previste previsione "
    "previsioni previsoni prevision proiezione proiezioni stima stimi stimare stimami aspettarci "
    "aspettarmi aspettiamo aspettate attesi attese forecast forecasts forecasting predict "
    "prediction predictions expect expected expecting projected projection estimate estimated "
    "will ll arriveranno faremo avra verra",
    "foretelling",
)

# --- what is counted, never dated: "alle 15 mail", "March 5 errors" -------------------------
_say(
    "mail email emails mails messaggi messaggio messages message ordini ordine orders order "
    "errori errore errors error fallimenti failures esecuzioni esecuzione executions execution "
    "runs run fatture fattura invoices invoice clienti cliente customers customer processi "
    "processo processes process workflow workflows flussi flusso risposte risposta replies "
    "responses richieste requests righe rows volte times euro eur euros dollari dollars ticket "
    "tickets contatti contacts record records utenti users mittenti senders persone people "
    "prodotti products pezzi pieces cose things euro percento percent minuti minutes secondi "
    "seconds",
    "counted",
)
_say(
    "ordine order fattura invoice numero number n nr no num id codice code ticket processo "
    "n8n ver release build process workflow versione version v pratica riga row pagina page porta "
    "port interno "
    "protocollo flusso commessa lotto telefono tel cell fax phone scala scale rapporto ratio "
    "formato voto",
    "labelled",
)
_say(
    "signor signora sig dott dottor dottoressa ing avv cliente fornitore mittente customer mr mrs "
    "ms miss dr collega sender supplier mister client",
    "title",
)
_say("via viale piazza piazzale largo vicolo strada street", "street")
_say(
    "arrivano riceviamo ricevono scrivono falliscono fallisce ordinano vendiamo partono girano "
    "gira lavora lavorano mandiamo inviamo",
    "habit",
)
_say("called named chiamato chiamata denominato denominata intitolato intitolata", "calls")
_say(
    "oltre almeno massimo circa sopra sotto over above below least most exactly top primi prime "
    "meno piu than under",
    "amount word",
)
_say("i you we he she it they be have not also could need help ask see get", "after the verb may")
_say(
    "cui when where that which con with senza without piu migliore migliori peggiore peggiori "
    "best worst dove quando",
    "narrows",
)
_say(
    "quante quanti quanta quanto chi cosa come perche quale quali how what who why which did do "
    "does was were is are has have abbiamo ho hanno sono stati stato state stata ci si c we i "
    "you any ha ne mi invece please grazie only solo",
    "function",
)
ADJECTIVES = {
    **dict.fromkeys(("giornaliero", "giornaliera", "quotidiano", "quotidiana", "daily"), Unit.DAY),
    **dict.fromkeys(("settimanale", "weekly"), Unit.WEEK),
    **dict.fromkeys(("mensile", "monthly"), Unit.MONTH),
    **dict.fromkeys(("trimestrale", "quarterly"), Unit.QUARTER),
    **dict.fromkeys(("annuale", "annual", "yearly"), Unit.YEAR),
}
"""Adjectives of units: a period only beside a summary ("riassunto settimanale")."""
for _word in ADJECTIVES:
    _say(_word, "adjective")
_say(
    "riassunto riepilogo resoconto sintesi bilancio summary recap overview digest roundup rundown",
    "summary",
)
_say("andata andato andati andate va went go going was gone", "went")

GIVEN_NAMES = listed(
    """
    alessandro alessandra alessia alessio alice andrea angela angelo anna antonella antonio
    arianna beatrice bruno camilla carla carlo caterina chiara claudia claudio cristian cristina
    daniela daniele dario davide diego domenico elena eleonora elisa emanuele emma enrico enzo
    fabio fabrizio federica federico filippo francesca francesco franco gabriele gaia giacomo
    gianni gianluca giorgia giorgio giovanna giovanni giulia giulio giuseppe giuseppina greta
    ilaria irene ivan jacopo laura leonardo lorenzo luca lucia luciano luigi luisa manuela
    marcello marco margherita maria mario marta martina massimo matteo mattia maurizio mauro
    michela michele monica nadia nicola nicolo paola paolo patrizia piero pietro raffaele
    riccardo rita roberta roberto rocco rosa salvatore samuele sara sergio silvia simona simone
    sofia stefania stefano teresa tommaso umberto valentina valeria valerio vincenzo viola
    vittorio adam alex amy anne ben bob brian charles charlie chris daniel david emily eric
    frank fred george grace harry helen henry jack james jane jason jennifer jim joe john julia
    karen kate kevin linda lisa mark mary matt michael mike nancy nick oliver patrick paul peter
    robert ryan sam sarah scott steve susan thomas tim tom tony wendy william theresa
    """
)
"""Common given names: after one of them a month is a surname ("Mario Marzo")."""

NAMES_OF_PEOPLE = listed("april may june august augusto natale pasquale domenica sabato")
"""Words of time that are given names too: "April Jones", "Natale Rossi"."""

COMPANY_FORMS = listed(
    """
    srl spa snc sas srls inc ltd llc gmbh corp group
    """
)
