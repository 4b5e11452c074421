"""The invented company of the demo: who works there, who buys, what is sold, what people write.

Bottega Monterosso S.r.l. packs oil, preserves and gift boxes on the Ligurian coast and sells
them in its web shop. Nobody and nothing here exists; all addresses are reserved for examples.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

COMPANY = "Bottega Monterosso S.r.l."
OWNER = "Ludovica Parodi"
OWNER_MAIL = "ludovica@bottegamonterosso.example"
OFFICE_MAIL = "ufficio@bottegamonterosso.example"
SHOP_MAIL = "ordini@bottegamonterosso.example"
HELP_MAIL = "assistenza@bottegamonterosso.example"
NEWS_MAIL = "novita@bottegamonterosso.example"
WAREHOUSE_MAIL = "magazzino@bottegamonterosso.example"
CALENDAR_MAIL = "Ufficio <ufficio@bottegamonterosso.example>"
N8N_ADDRESS = "https://automazioni.bottegamonterosso.example"

PROJECT_ID = "pJ4wMonTer0ss0Xy"
PROJECT_NAME = f"{OWNER} <{OWNER_MAIL}>"
TAGS = {
    "vendite": "tGv3nD1tE0000001",
    "clienti": "tGcL13nT10000002",
    "amministrazione": "tGaMm1N000000003",
    "di notte": "tGn0Tt3000000004",
}
N8N_SETTINGS = (
    ("userManagement.isInstanceOwnerSetUp", "true", 1),
    ("userManagement.authenticationMethod", "email", 1),
    ("ui.banners.dismissed", '["V1"]', 1),
)


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who buys or writes."""

    name: str
    mail: str
    vat: str | None = None
    """Set for a business."""

    @property
    def card(self) -> dict[str, str]:
        """The customer as the shop sends it."""
        card = {"name": self.name, "email": self.mail}
        if self.vat:
            card["vat"] = self.vat
        return card


@dataclass(frozen=True, slots=True)
class Product:
    """Something on the shelf; the price is in cents."""

    sku: str
    name: str
    cents: int


_FIRST_NAMES = (
    "Niccolò",
    "Giosuè",
    "Zoé",
    "Noemi",
    "Béatrice",
    "Elia",
    "Desirée",
    "Tommaso",
    "Maria José",
    "Søren",
    "Lucia",
    "Ettore",
    "Samuele",
    "Chloë",
    "Agnese",
    "Rocco",
)
_LAST_NAMES = (
    "Dell'Orto",
    "Canessa",
    "Peña",
    "D'Ambrosio",
    "Lavarello",
    "Sant'Elia",
    "Müller",
    "Bacigalupo",
    "De Sanctis",
    "Forlì",
)
_SHOPS = (
    "Trattoria Il Gozzo & Figli",
    "Enoteca L'Ombra S.n.c.",
    "Gruppo Acquisti 100% Bio",
    "negozio_online_est",
    'Gastronomia "Da Ninetta"',
    "Hotel Miramare S.p.A.",
    "Caffè dell'Università",
    "Osteria Sottovento",
    "Alimentari F.lli Razeto",
    "Dispensa Più Gusto S.r.l.",
    "Agriturismo Ca' du Ferru",
    "La Piazzetta Società Cooperativa",
)


def _mail_name(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("Ø", "O"))
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in plain if ord(c) < 0x300)
    return ".".join(words.lower().split())


def _customers() -> tuple[Customer, ...]:
    people = [
        Customer(f"{first} {last}", f"{_mail_name(first)}.{_mail_name(last)}@example.com")
        for index, first in enumerate(_FIRST_NAMES)
        for last in _LAST_NAMES[index % 3 :: 2]
    ]
    shops = [
        Customer(name, f"acquisti@{_mail_name(name).replace('.', '-')}.example", f"IT0{7_000 + i}")
        for i, name in enumerate(_SHOPS)
    ]
    return (*people, *shops)


CUSTOMERS = _customers()
BUSINESSES = tuple(customer for customer in CUSTOMERS if customer.vat)

PRODUCTS = (
    Product("OLV-500", "Olio extravergine «Riviera» 500 ml", 1290),
    Product("OLV-5L", "Olio extravergine, lattina 5 l", 7450),
    Product("PST-190", "Pesto senz'aglio 190 g", 690),
    Product("PST-190A", "Pesto classico 190 g", 650),
    Product("ACC-106", "Acciughe sott'olio 106 g", 890),
    Product("CAP-090", "Capperi di scoglio 90 g", 520),
    Product("MIE-250", "Miele d'erica 250 g", 840),
    Product("FOC-300", "Focaccia secca al rosmarino 300 g", 460),
    Product("TRO-500", "Trofie artigianali 500 g", 390),
    Product("SCI-750", "Vino bianco «Scogliera» 0,75 l", 1680),
    Product("CHI-040", "Chinotti canditi 40 g", 575),
    Product("REG-S", 'Cesta regalo "Mareggiata"', 4900),
    Product("REG-L", "Cesta regalo «Tutta la Riviera» 🎁", 11900),
    Product("TAZ-01", "Tazza in ceramica — bordo blu", 1450),
    Product("LIM-03", "Marmellata di limoni (100% frutta)", 610),
    Product("OLI-28", "Olive taggiasche denocciolate 280 g", 745),
)
OIL_CAN = PRODUCTS[1]
GIFT_BOXES = PRODUCTS[11:13]

ORDER_NOTES = (
    "",
    "",
    "",
    "",
    "Consegnare dopo le 18, il citofono è quello dell'interno 4",
    "È un regalo: niente prezzi nella scatola, per favore 🎀",
    'Scrivete "Auguri, nonna!" sul biglietto',
    "Sconto del 10% come d'accordo con Ludovica",
    "Lasciare al bar_sotto_casa",
    "Ordine n. 2 di questo mese\u2028fattura separata\u2029grazie",
)
LONG_NOTE = (
    "Vi spiego con calma, così non ci sono malintesi. "
    + "Il corriere deve entrare dal cancello verde, non da quello grigio, perché il vialetto è "
    "stretto e il furgone non gira; se non risponde nessuno si può lasciare tutto dalla signora "
    "Ines, che abita al piano terra e c'è sempre fino all'una. " * 70
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a customer writes to the help desk and what the assistant answers."""

    subject: str
    text: str
    answer: str
    about_order: bool = False


LETTERS = (
    Letter(
        "Dov'è il mio pacco?",
        "Buongiorno, aspetto l'ordine {order} da qualche giorno. Potete dirmi dove si trova?",
        "Buongiorno, l'ordine {order} è partito ieri con il corriere e arriverà entro due giorni "
        "lavorativi. Un saluto da Monterosso.",
        about_order=True,
    ),
    Letter(
        "Vasetto rotto nell'ordine {order}",
        "Nell'ordine {order} un vasetto di pesto è arrivato rotto e ha sporcato tutto il resto 😞",
        "Ci dispiace molto. Rispediamo oggi stesso il vasetto dell'ordine {order}: non serve "
        "restituire nulla.",
        about_order=True,
    ),
    Letter(
        "Fattura per la ditta",
        "Mi serve la fattura intestata alla società per l'ordine {order}. Grazie!",
        "Certo: la fattura dell'ordine {order} è stata emessa e la riceverà in giornata.",
        about_order=True,
    ),
    Letter(
        "Il pesto contiene aglio?",
        "Mia figlia è allergica all'aglio. Quale pesto posso comprare?",
        "Il vasetto «senz'aglio» non ne contiene e si prepara su una linea separata.",
    ),
    Letter(
        "Spedite anche in Svizzera?",
        "Vivo a Lugano: spedite fin qui? E quanto costa?",
        "Sì, spediamo in Svizzera in 4–5 giorni; il costo si vede nel carrello prima di pagare.",
    ),
    Letter(
        "Ordine per 80 cesti natalizi",
        "Siamo un'azienda di 80 persone e vorremmo un'offerta per i cesti. È possibile il 15%?",
        "Volentieri: per 80 cesti prepariamo un'offerta su misura. La chiamerà Ludovica domani.",
    ),
    Letter(
        "Posso cambiare indirizzo?",
        "Ho sbagliato indirizzo nell'ordine {order}, il numero civico giusto è 12/B.",
        "Abbiamo corretto l'indirizzo dell'ordine {order}: civico 12/B.",
        about_order=True,
    ),
    Letter(
        "Complimenti ❤️",
        "Volevo solo dirvi che le trofie erano squisite. Continuate così!",
        "Grazie di cuore! Leggeremo il suo messaggio a tutto il laboratorio.",
    ),
    Letter(
        "Scadenza dell'olio",
        "Sulla lattina leggo 10/2027: è la scadenza o la data del raccolto?",
        "È il termine entro il quale consumarlo di preferenza; il raccolto è dell'autunno scorso.",
    ),
    Letter(
        "Sconto 5% non applicato",
        "Il codice SCOGLIO_5 non funziona: lo sconto del 5% non compare.",
        "Il codice vale da 40 € in su; glielo abbiamo riattivato fino a domenica.",
    ),
)
SPAM = (
    ("Re: VINCI un telefono nuovo", "Clicca subito, offerta 100% sicura!!!"),
    ("Guadagna 5000 € a settimana", "Lavora da casa senza fatica."),
)
SPAMMER = Customer("Premi & Vincite", "premi@vincite.example")
LONG_LETTER = (
    "Vi racconto tutta la storia dall'inizio, abbiate pazienza. "
    + "Eravamo in vacanza e siamo entrati nella vostra bottega per ripararci dalla pioggia; ne "
    "siamo usciti con tre borse piene e un ombrello in prestito. Tornati a casa abbiamo finito "
    "tutto in una settimana, e da allora ordiniamo ogni mese.\r\n" * 45
)

ENQUIRIES = (
    ("Degustazione per gruppi", "Siamo in 14, è possibile visitare il laboratorio a dicembre?"),
    ("Rivendita", "Abbiamo un negozio a Torino e vorremmo vendere i vostri prodotti."),
    ("Bomboniere", "Cerchiamo vasetti piccoli per un matrimonio, circa 120 pezzi."),
    ("Orari di apertura", "Siete aperti l'8 dicembre? Grazie, Gianmaria"),
    ("Collaborazione", "Scrivo di cucina e mi piacerebbe provare il pesto senz'aglio 🌿"),
)

REVIEWS = (
    (5, "Olio profumatissimo, l'ho regalato a tutti!", "positiva"),
    (5, "Spedizione veloce e imballo perfetto 👏", "positiva"),
    (4, "Buono il pesto, peccato per il vasetto piccolo.", "positiva"),
    (3, "Nella media. Il sito però è un po' lento.", "neutra"),
    (3, "Né bene né male: le trofie erano integre.", "neutra"),
    (1, "Arrivato in ritardo di una settimana e nessuno risponde!", "negativa"),
    (2, "Acciughe troppo salate, non le ricompro.", "negativa"),
)

CHAT = (
    ("Ciao, fate consegne il sabato?", "Sì, il sabato mattina nelle città capoluogo."),
    ("Il pesto va in frigo?", "Dopo l'apertura sì, coperto d'olio, per circa dieci giorni."),
    ("Avete ancora la cesta «Mareggiata»?", "Ne restano poche: la trova tra le ceste regalo."),
    ("Posso pagare con bonifico?", "Certo: spediamo appena il bonifico risulta accreditato."),
    ("Vorrei parlare con una persona", "La metto in contatto con l'ufficio, aperto fino alle 18."),
    ("E quanto ci mette?", "Di solito due giorni lavorativi, tre per le isole."),
    ("Grazie mille!", "Grazie a lei e buona giornata 🌊"),
)

SUPPLIERS = (
    ("Vetreria dell'Entella", "listini@vetreriaentella.example"),
    ("Scatolificio Alta Val di Vara", "commerciale@scatolificiovara.example"),
    ("Apicoltura Brezza d'Erica", "info@brezzaerica.example"),
)

APPLICANTS = (
    ("Gaia Ottonello", "gaia.ottonello@example.com"),
    ("Matteo D'Alò", "matteo.dalo@example.com"),
    ("Nina Kovač", "nina.kovac@example.com"),
)
