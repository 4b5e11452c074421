"""What opens a turn and asks for nothing itself: "stessa cosa per …", "ok, e …", "non oggi, …".

A turn is brought into the plain form that the grammar reads ("e per gli ordini", "ieri"), with
what its opening said kept beside it. Only turns of a conversation are: alone the words stand as
they are.
"""

from __future__ import annotations

import re

from language.tokens import cleaned
from language.turns.adjusting import adjusted_answer
from language.turns.phrasing import Act, Opening, after, leading, plain, whole

_LONGEST = 14
"""Words from which on a turn is a question of its own, whatever opens it."""


# -------------------------------------------------------------------- what comes before a question

_POLITE = re.compile(
    r"^(?:(?:ah|oh|eh|ok|mmh|bene|grazie|thanks)\s+)*(?:ok|okay|okey|niente male|not bad|va bene|"
    r"bene|benissimo|perfetto|ottimo|(?:molte )?grazie(?: mille)?|capito|"
    r"thanks(?: a lot)?|thank you|great|got it|fine|right|alright|all right|good|cool|certo|si|yes|"
    r"yep|ah|oh|eh|mmh?|hmm?|allora|dunque|scusami?|sorry|aspetta|wait|please|per favore|senti|"
    r"ascolta|dai|interessante|interesting|peccato|vabbe|va be|vabe|boh|beh|bah|mah|comunque|"
    r"insomma|anyways?|well|wow|grande|bello|brav[oa]|super|perfect|lovely|nice|excellent|ecco|"
    r"tranquill[oa]|no problem|no worries|(?:non )?fa niente|pazienza|too bad|buono)"
    r"(?:\s*[,!.…:;]+\s*|\s+(?=(?:e|ed|and|ma|but|quindi|so|then|adesso|now|invece|poi)\s))(?=.)"
)
"""A word of courtesy, where a mark or a link sets it apart from what is asked."""
_FRESH = leading(
    """
    (no) (ok) (ma) lascia|lasciamo stare|perdere (e) (dimmi), non importa (e) (dimmi),
    nevermind, never mind, forget it|that|about (it), scratch that
    """
)
"""What drops the last question."""
_OTHER_SUBJECT = leading(
    """
    (ok) (ma) (ora|adesso) cambiamo|cambio|cambiando|cambia
    argomento|discorso|domanda|tema|soggetto,
    (ok) (ma) passiamo|passando|passo (ora) ad|a altro|altra|un (cosa|argomento),
    (ok) (ma) (e) (ora|adesso|poi) (c e) (un|una) (tutt) altra|nuova|diversa
    domanda|cosa|questione|curiosita, (ok) (ora) tutt altro, (e) poi un altra cosa,
    (ok) (and|now|let|lets|let s|let us) change|changing|switch|switching (of) (the|to)
    (a) (new|different) subject|topic|gears, (ok) (and|now|so) (a|an|one)
    different|other|another|new|separate|unrelated|next (quick) question|thing|topic|subject|matter,
    (ok) (now|and) (for) something|anything (completely|entirely|totally) different|else,
    (ok) (but) on another|a (different) note|topic|subject, unrelated (question), separately,
    moving on (to)
    """
)
"""What changes the subject: the question that follows stands alone."""
_AGAIN = (
    (
        leading(
            """
            (e) (fammi|dammi|dimmi|fai|fa) (la|lo|il|l) stesso|stessa|medesimo|medesima

            (cosa|domanda|roba|dato|numero|conto|calcolo|analisi|richiesta|ricerca|classifica|elenco)
            (ma|pero) (anche), (e) (idem|uguale) (ma) (anche),
            (e) (puoi)
            rifarlo|rifallo|ripetilo|ripeterlo|fallo|farlo|fammelo|dammelo|ridammelo|rifai|ripeti
            (la stessa cosa) (anche) (ma)
            """
        ),
        "per con su sul sulla di del della a al alla in nel nella da dal dalla senza",
        "e",
    ),
    (
        leading(
            """
            (and) (now) (can|could you) (do|give|show|tell) (me) (the) same|ditto
            (thing|question|number|numbers|figure|figures|data|again|one|list|ranking|table) (but)
            (also), (and) (can you) repeat|redo (that|this|it)
            """
        ),
        "for with by in on of without last this per",
        "and",
    ),
    (
        leading(
            """
            (e) per quanto|quel|quello|cio (che) riguarda|concerne,
            (e) riguardo|quanto|proposito a|ad|al|allo|alla|ai|agli|alle|di|del|della|dei|delle,
            (e) in merito a|ad|al|allo|alla|ai|agli|alle
            """
        ),
        "",
        "e per",
    ),
    (
        leading(
            """
            (and) as for|regards|concerns, (and) regarding, (and) with regard|regards to,
            (and) when it comes to, (and) concerning
            """
        ),
        "",
        "and for",
    ),
)
"""Openings that ask for the same of something else, the words that must follow (any where none is
named), and what stands for them."""
_CHANGED_TO = leading(
    """
    (no) make it|that, (no) change (it|that) to, (no) switch to, (no) try (with),
    (no) facciamo|mettiamo|proviamo|prova|passiamo (con|a), (no) cambia in, (no) anzi
    """
)
_INCLUDE = leading(
    """
    (e) (puoi) (anche)
    aggiungi|aggiungici|aggiungiamo|aggiungere|includi|includiamo|includere (anche) (pure), (e)
    metti|mettici (dentro) anche, (e) considera anche, (e) insieme|assieme a,
    (and) (can you) (please) (also) add|include (also) (in), (and) plus, (and) together|along with
    """
)

# ----------------------------------------------------------------------------- what was said wrong

_NOT_THIS = re.compile(
    r"^(?:no[,.!]?\s+)?(?:non|not)\s+(?P<wrong>(?:\S+\s*){1,5}?)\s*"
    r"(?:[,;.:]\s*(?:ma|bensi|but|rather|invece)?|\s+(?:ma|bensi|but|rather))\s+(?P<right>.+)$"
)
_AND_NOT_THAT = re.compile(
    r"^(?P<right>.+?)\s*,\s*(?:e\s+|and\s+)?(?:non|not)\s+(?P<wrong>(?:\S+\s*){1,4})$"
)
_INSTEAD_OF = re.compile(
    r"^(?P<right>.+?)\s+(?:invece (?:che|di|del|dell|della|dello|dei|degli|delle)|anziche|"
    r"al posto (?:di|del|dell|della|dello|dei|degli|delle)|piuttosto che|instead of|rather than)"
    r"\b\W*(?P<wrong>(?:\S+\s*){1,4})$"
)
_SAYS_MORE = re.compile(
    r"\b(?:ho|hai|ha|abbiamo|hanno|sono|era|erano|va|vanno|funziona\w*|is|are|was|were|did|do|does|"
    r"have|has|work\w*|capito|understood|male|andat\w+|riuscit\w+|fallit\w+|finit\w+|partit\w+)\b"
)
"""Words by which a "non …" is a statement and not the taking back of a word."""
_NO_THING = frozenset({"so", "lo so", "capisco", "piu", "solo", "only", "sure", "really", "bene"})

# --------------------------------------------------------------------------- turns that are all act

_ACTS: tuple[tuple[Act, re.Pattern[str]], ...] = (
    (
        "back",
        whole(
            """
            (no) (ok) (e) torna|torniamo|ritorna|ritorniamo|tornare (a) prima|indietro,
            (no) (ok) (e) torna|torniamo|ritorna a|alla|al quello|quella|domanda|dato (di)
            prima|precedente, (vai) indietro, come prima, (quello|quella) di prima,
            la domanda di prima, il dato di prima,
            (la) domanda|pagina precedente, (please) (go|take me) back (please),
            (go) back to (the) previous|last|first|earlier (one|question), go back to that|it,
            (go) back to where we were, (go) back to what we had, (go) back to before,
            (the) previous question|page, as before, undo (that)
            """
        ),
    ),
    (
        "repeat",
        whole(
            """
            (puoi|mi|me lo) ripeti|ripetilo|ripetere|ripetermelo|ripetimelo|ridimmelo|ridillo
            (la risposta|il dato) (per favore|piacere), di nuovo, come scusa, come hai detto,
            (ma) (ne) sei (proprio) sicuro|sicura, sicuro, sicura, davvero,
            (can|could you) (please) repeat|say (that|it) (again) (please), (come) again,
            (are you) (really) sure (about that), really, seriously
            """
        ),
    ),
    (
        "all",
        whole(
            """
            (e) (di|per|in|su|a) tutti|tutte (quanti|quante), tutti|tutte i|gli|le
            processi|clienti|mittenti|automazioni, li|le voglio|vorrei (vedere) tutti|tutte,

            (mostra|mostrami|mostrali|mostrale|mostrameli|mostramele|elenca|elencali|elencale|dammi|dammeli)
            (tutti) tutti|tutte (quanti), (fa|fai|fammi|fammeli|fammele) vedere tutti|tutte,
            (la) lista|tabella|classifica completa|intera, (l) elenco completo, per intero,
            (and) all (of) (them|it), (and) for all (of) (them), everything,
            (show|list|give) (me) (them) all (of) (them),
            (the) full|whole|complete list|table|ranking,
            i want (to see) (them) all
            """
        ),
    ),
    (
        "others",
        whole(
            """
            (e) (per|di|in|su|a) (tutti|tutte)
            gli|le|degli|delle|negli|nelle|agli|alle|sugli|sulle|il|del altri|altre|resto
            (processi|flussi|automazioni|clienti|mittenti),
            (e) quelli|quelle|quello degli|delle|di|del (tutti|tutte) (gli|le)
            altri|altre|resto (processi|flussi|automazioni|clienti|mittenti),
            (and) (what|how about) (for|of|in) (all) (the) others|rest,
            (and) (what|how about) (for|of|in) (all) (the) other
            ones|processes|workflows|customers|senders,
            (and) those|ones of|from|in (all) (the) others|rest,
            (and) those|ones of|from|in (all) (the) other processes|workflows|ones
            """
        ),
    ),
    (
        "ours",
        whole(
            """
            (e) (ma) (invece|allora) (qual|quanto|quant|come|com) (e) (invece)
            il|la|i|le nostro|nostra|nostri|nostre (qual|quanto|quant|come|com) (e),
            (e) (ma) (da|per|in) noi|azienda (qual|quanto|quant|come|com) (e) (fa),
            (e) (noi) qual|quanto|quant e (da|per) (noi), (e) (noi) a|quanto|come (quanto)
            siamo|stiamo (noi|messi), (and) (but) (what|how) (s) (is) (about) (then) ours,
            (and) (but) (what|how) (s) (is) (about) our own (one), (and) (for|with|what about) us,
            (and) what|how (much|high|big|good) is it (for|with) (us) (here),
            (and) how are|do we (doing|do), (and) what do|have we (have|got), (and) we
            """
        ),
    ),
)  # fmt: skip
_IN_LANGUAGE = whole(
    """
    (e) (puoi) (me|mi) (lo) (dire|dimmelo|dillo|ripetilo|scrivilo|rispondi|risposta) in
    inglese|english|italiano|italian (per favore),
    (now|and) (please) (say|tell|answer|repeat) (it|me|that) in inglese|english|italiano|italian
    (please)
    """
)
_WORDED = (
    # What is said in several ways is said in the one that the grammar knows.
    (re.compile(r"\b(?:il|la) piu recente\b"), "l'ultimo"),
    (re.compile(r"\b(?:i|le) piu recenti\b"), "gli ultimi"),
    (re.compile(r"\bthe most recent(?: one)?\b"), "the last one"),
    (
        re.compile(r"^(?:e )?(?:qual e )?(?:il|la|i|le) piu (?:frequent[ei]|comun[ei]|grand[ei]|"
                   r"alt[oaie]|numeros[oaie]|ricorrent[ei])(?= |\?|$)"),
        "e il maggiore",
    ),
    (
        re.compile(r"^(?:solo |soltanto |only |just )?(?:the )?(?:il |la )?(?:prim[oa]|first|"
                   r"top (?:one|1))(?= ?\??$)"),
        "the first one",
    ),
    (re.compile(r"\b(?:in|di) tutta la storia\b|\bin tutto lo storico\b"), "da sempre"),
    (re.compile(r"\b(?:of|in|over) all (?:history|time)\b|\ball time\b"), "da sempre"),
    (
        re.compile(r"^(?:in ordine |order(?:ed)? |sort(?:ed)? )?(?:crescente|ascending)"),
        "dal più basso",
    ),
    (
        re.compile(r"^(?:in ordine |order(?:ed)? |sort(?:ed)? )?(?:decrescente|descending)"),
        "dal più alto",
    ),
    (re.compile(r"^(?:e )?(?:in fondo|in coda)(?= ?\??$)"), "e il minore"),
    (re.compile(r"^(?:and )?(?:at the )?bottom(?= ?\??$)"), "and the fewest"),
    (
        re.compile(r"^(?:ma )?non (?=i |il |la |le |gli |lo |l |quell|del|dei|su|in |per )"),
        "tranne ",
    ),
    (re.compile(r"^(?:but )?not (?=the |in |for |from )"), "except "),
    (re.compile(r"^(?:e )?(?:di chi e la colpa|chi e il colpevole)"), "e quali processi"),
    (re.compile(r"^(?:and )?(?:who s|who is|what s|what is) to blame"), "and which processes"),
)  # fmt: skip


def opened(text: str) -> Opening:
    """Return the turn *text* without what only links it to the conversation."""
    said = cleaned(text).strip()
    if not said or len(said.split()) > _LONGEST:
        return Opening(said)
    act = _act_of(said)
    if act is not None:
        return act
    said = _without_courtesy(said)
    act = _act_of(said) or adjusted_answer(said)
    if act is not None:
        return act
    dropped = after(_OTHER_SUBJECT, said)
    if dropped is not None:
        return Opening(dropped, drops=True)
    dropped = after(_FRESH, said)
    if dropped is not None:
        return Opening(dropped)
    linked = _linked(said)
    said = said if linked is None else linked
    right = _without_the_wrong(said)
    continues = linked is not None or right is not None
    said = said if right is None else right
    included = after(_INCLUDE, said)
    if included is not None:
        return Opening(included, continues=True, act="include")
    changed = after(_CHANGED_TO, said)
    if changed is not None:
        number = re.fullmatch(r"\d{1,3}\W*", changed)
        return Opening(f"top {changed}" if number else changed, continues=True)
    return Opening(_worded(said), continues=continues)


def _act_of(said: str) -> Opening | None:
    """What a turn asks for that consists of its opening alone."""
    bare = " ".join(re.findall(r"\w+", plain(said))) + " "
    if _IN_LANGUAGE.match(bare):
        english = "inglese" in bare or "english" in bare
        return Opening(said, continues=True, act="repeat", language="en" if english else "it")
    for act, pattern in _ACTS:
        if pattern.match(bare):
            return Opening(said, continues=True, act=act)
    return None


_TAIL = re.compile(
    r"(?P<question>.*\w)\W+(?:dico|intendo|intendevo|dicevo|per favore|per piacere|"
    r"grazie(?: mille)?|please|pls|thanks|thank you|i mean|i meant|though|then)\W*$"
)
"""A word of courtesy or of correction after what is asked."""


def _without_courtesy(said: str) -> str:
    for _ in range(3):
        match = _POLITE.match(plain(said))
        if match is None:
            break
        said = said[match.end() :]
    tail = _TAIL.match(plain(said))
    return said if tail is None else said[: tail.end("question")]


def _linked(said: str) -> str | None:
    """ "e per gli ordini" for "stessa cosa per gli ordini"."""
    for pattern, leads, link in _AGAIN:
        rest = after(pattern, said)
        if rest is not None and (not leads or plain(rest).split()[0] in leads.split()):
            return f"{link} {rest}"
    return None


def _without_the_wrong(said: str) -> str | None:
    """ "non oggi, ieri", "le email, non gli ordini", "ieri invece di oggi": what is right of it."""
    folded = plain(said)
    for pattern in (_NOT_THIS, _AND_NOT_THAT, _INSTEAD_OF):
        match = pattern.match(folded)
        if match is None or _SAYS_MORE.search(match["wrong"]):
            continue
        if match["wrong"].strip() not in _NO_THING:
            return said[slice(*match.span("right"))]
    return None


def _worded(said: str) -> str:
    folded = plain(said)
    for pattern, words in _WORDED:
        match = pattern.search(folded)
        if match is not None:
            return f"{said[: match.start()]}{words}{said[match.end() :]}"
    return said
