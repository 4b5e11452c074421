"""Turns that take something off the answer, put it back, swap it or show fewer lines of it.

"Togli la newsletter" after the errors of every process changes nothing but the answer, so it is
brought into the form that the grammar reads ("senza la newsletter") and is no command.
"""

from __future__ import annotations

import re

from language.tokens import word_set
from language.turns.phrasing import Opening, after, leading, plain, spaced

_OUT = (
    "togli|togliere|togliamo|toglimi|leva|levare|leviamo|escludi|escludiamo|escludere|escludimi"
    "|tralascia|tralasciamo|ignora|ignoriamo|scarta|scartiamo|ometti"
)
_LEAVE_OUT = leading(
    f"""
    (e|ed|ma|ok|ora|adesso|poi) (puoi|potresti|dovresti|possiamo|ora|adesso|poi) (mi)
    {_OUT} (pure|anche|invece|pero|tutti|tutte) (quelli|quelle|quello) (i|gli|le|il|lo|la|l),
    (e|ed|ma|ora|adesso|poi) lascia|lasciamo|tieni|teniamo fuori (pure|anche),
    (and|but|now|then|ok) (now|then) (can|could you) (please)
    exclude|omit|ignore|skip|discard (also|now),
    (and|but|now|then|ok) (now|then) (can|could you) (please) leave|take|filter|keep out (also)
    """
)
_TAKE_AWAY = leading(
    """
    (e|ed|ma|ora|adesso|poi) (puoi|potresti) (anche)
    rimuovi|rimuoviamo|rimuovere|elimina|eliminiamo|eliminare (pure|anche|invece),
    (and|but|now|then) (now|then) (can|could you) (please) remove|drop (also|now)
    """
)
"""Verbs that also change things: here they only mean a line of a table."""
_OFF_WHAT = re.compile(
    r"[\s,]+(?:dal|dalla|dall'|da|from|off|out of)\s+(?:the |this |that |quest[oa] )?"
    r"(?:conto|calcolo|conteggio|totale|elenco|lista|classifica|tabella|somma|it|that|list|table"
    r"|ranking|count|total|figures?|numbers?|results?)\W*$"
)

_TAKE_OFF = (
    "togli|togliere|togliamo|toglimi|leva|levare|leviamo|rimuovi|rimuovere|rimuoviamo|elimina"
    "|eliminare|cancella|annulla|azzera|resetta|remove|drop|clear|reset|delete|lift|cancel|undo"
    "|without|senza|no"
)
_CONDITIONS = leading(
    f"""
    (ok) (e|and|ma|but|now|ora|adesso) (puoi|can you) (please) {_TAKE_OFF}
    (il|i|lo|gli|la|le|quel|quei|questo|questi|ogni|the|that|those|this|these|any|all|tutti)
    (i|the) filtro|filtri|filter|filters|condizione|condizioni|condition|conditions|limite|limit
    (per|sul|sui|del|di|on|of|for) (il|the|la) (processo|processi|cliente|mittente|soglia|process
    |customer|sender),
    (e|and|ok) (ora|now) {_TAKE_OFF} (il|lo|la|the|that|quel|quella)

    processo|process|cliente|customer|client|mittente|sender|periodo|period|data|date|soglia|threshold
    """.replace("\n    |", "|")
)
_BACK_IN = leading(
    """
    (e|and|ok|ora|now)
    rimettili|rimettile|rimettilo|rimettila|reincludili|riaggiungili|riaggiungilo|riaggiungila
    (tutti|tutte|dentro|pure),
    (e|and|ok|ora|now) rimetti|rimettiamo|riaggiungi|reincludi|ricomprendi (anche|pure)
    tutto|tutti|tutte (quanti) (i|gli|le) (processi|clienti|mittenti|automazioni),
    (and|ok|now) (please) put|add|bring|include them|it|everything|all|those|that back (in),
    (and|ok|now) (please) (put|bring) back all|everything
    """
)
_EVERY = re.compile(
    r"^(?:(?:li |le )?(?:voglio|vorrei|prendi|considera|fammi vedere|mostra|mostrami|dammi|i want"
    r"|show me|show|take|give me|consider|for|per|su) )?(?:vedere )?(?:tutt[ie]|all)\b"
    r"(?: (?:quanti|quante|of))?(?: (?:i|gli|le|the))?"
    r"(?: (?:processi|automazioni|flussi|clienti|mittenti|processes|workflows|customers|senders"
    r"|them))?(?= |$)"
)
_FIELDS: dict[str, tuple[str, ...]] = {
    "process": ("processo", "processi", "process", "processes"),
    "customer": ("cliente", "clienti", "customer", "client"),
    "sender": ("mittente", "mittenti", "sender"),
    "window": ("periodo", "period", "data", "date"),
    "having": ("soglia", "threshold", "limite", "limit"),
}
"""The conditions by their nouns."""

_SWAP = leading(
    """
    (no) (ok|and|now) (can you) (please) swap|replace|change|substitute it|that|this|them
    for|with|to|by, (no) (ok|and|now) (can you) (please) swap (in),
    (no) (e|ok|ora) (puoi) sostituiscilo|sostituiscila|sostituiscili|sostituire con|a,
    (no) (e|ok|ora) (puoi) cambialo|cambiala|cambiali|scambialo|scambiala con|in
    """
)
_INSTEAD = re.compile(
    r"^(?:no )?(?:use|try|take|look at|check|usa|prendi|prova|guarda|metti|mettici|considera) "
    r"(?P<other>.{2,60}?) (?:instead|invece|al (?:suo )?posto)\W*$"
)

_NUMBER = (
    r"(?P<number>\d{1,3}|due|tre|quattro|cinque|sei|sette|otto|nove|dieci|venti|two|three|four|five"
    r"|six|seven|eight|nine|ten|twenty)"
)
_FEWER = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^(?:e |ok |no )?(?:me )?(?:ne )?(?:bastano|bastavano|basterebbero) (?:i |le |gli )?"
        rf"(?:primi |prime )?{_NUMBER}$",
        rf"^(?:mi )?(?:bastano|servono solo|interessano solo) (?:i |le |gli )?"
        rf"(?:primi |prime )?{_NUMBER}$",
        rf"^(?:i |le |gli )?(?:primi |prime )?{_NUMBER} (?:bastano|vanno bene|sono sufficienti"
        rf"|sono abbastanza|e basta)$",
        rf"^(?:ma |no |e |but |and |ok )*(?:solo|soltanto|solamente|only|just|dammene|mostramene"
        rf"|mostrane|dimmene|fammene vedere|max|massimo|al massimo|at most)(?: solo| just| only)?"
        rf" (?:i |le |gli |the )?(?:primi |prime |first |top )?{_NUMBER}"
        rf"(?: di (?:questi|queste|loro|quelli)| of (?:them|those|these)| please| per favore)?$",
        rf"^(?:the )?(?:first |top )?{_NUMBER} (?:is|are|will be|would be|s) "
        rf"(?:enough|fine|plenty|ok|sufficient)$",
        rf"^(?:the )?(?:first |top )?{_NUMBER} (?:will|would) do$",
        rf"^(?:show|give|list)(?: me)?(?: only| just)? (?:the )?(?:first )?{_NUMBER}"
        rf"(?: of (?:them|those|these))?$",
        rf"^(?:limit(?:a|al[aoie])? (?:it |them )?(?:a|to) |limit to ){_NUMBER}$",
    )
)


def adjusted_answer(said: str) -> Opening | None:
    """Return what *said*, a turn without courtesies, does with the answer before; else None."""
    for pattern in (_CONDITIONS, _BACK_IN):
        opening = _without_conditions(said, pattern)
        if opening is not None:
            return opening
    swapped = after(_SWAP, said)
    instead = _INSTEAD.match(plain(said)) if swapped is None else None
    if instead is not None:
        swapped = said[slice(*instead.span("other"))]
    if swapped is not None:
        return Opening(f"{_link(said)} {swapped}", continues=True, act="swap")
    for pattern, of_a_table in ((_LEAVE_OUT, False), (_TAKE_AWAY, True)):
        left_out = after(pattern, said)
        if left_out is not None:
            left_out = _OFF_WHAT.sub("", left_out)
            word = "without" if _is_english(said) else "senza"
            return Opening(
                f"{word} {left_out}", continues=True, act="exclude", of_a_table=of_a_table
            )
    return _shortened(said)


def _without_conditions(said: str, pattern: re.Pattern[str]) -> Opening | None:
    """ "togli il filtro, voglio tutti i processi": conditions are taken off, and what follows."""
    match = pattern.match(spaced(said))
    if match is None:
        return None
    words = match.group().split()
    fields = tuple(field for field, nouns in _FIELDS.items() if any(n in words for n in nouns))
    if pattern is _BACK_IN:
        fields = ("left out",)
    rest = said[match.end() :].strip(" ,.:;?!")
    every = _EVERY.match(re.sub(r"[,.:;!?]", " ", plain(rest)))
    if every is not None:
        rest = rest[every.end() :].strip(" ,.:;?!")
    if not rest:
        return Opening(said, continues=True, act="widen", fields=fields)
    if pattern is _CONDITIONS and not {"filter", "filters", "filtro", "filtri"} & {*words}:
        return None  # "senza cliente Rossi"
    linked = rest if plain(rest).split()[0] in ("e", "and") else f"{_link(said)} {rest}"
    return Opening(linked, continues=True, act="widen", fields=fields, goes_on=True)


def _shortened(said: str) -> Opening | None:
    """ "i primi tre bastano", "only 3 please": as many lines of the answer before."""
    bare = " ".join(re.findall(r"\w+", plain(said)))
    for pattern in _FEWER:
        match = pattern.match(bare)
        if match is not None:
            return Opening(f"top {match['number']}", continues=True)
    return None


def _link(said: str) -> str:
    return "and for" if _is_english(said) else "e per"


_ENGLISH = word_set(
    """exclude omit ignore skip discard leave take filter keep remove drop swap replace change
    substitute use try look check clear reset lift the that with for it them please without"""
)


def _is_english(said: str) -> bool:
    return not _ENGLISH.isdisjoint(plain(said).split()[:4])
