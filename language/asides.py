"""What a question says beside what it asks: why it is asked, and what to leave out of the answer.

"I'm late for a call - orders today?" asks for the orders; "board meeting at 11, brief me on last
week" names no time of the data by its 11. "Drop Rossi from the figures and tell me October's
orders" is "October's orders without Rossi". The circumstances are blanked out, what is left out is
said in the form that the grammar reads. Only what stands apart, by a mark or a link, is taken.
"""

from __future__ import annotations

import re

from language.tokens import fold, word_set


def without_asides(text: str) -> str:
    """Return *text* as the plain question that it is; *text* itself where nothing stands beside."""
    said = _plain(text)
    if len(said) != len(text):
        return text  # places in the one would not be places in the other
    if any(hint in said for hint in _OATHFUL):
        text = _without_oaths(text, said)
        said = _plain(text)
    start, end = 0, len(text)
    before = _BEFORE.match(said)
    if before is not None and _ASKED.search(said[before.end() :]):
        start = before.end()
    after = _AFTER.search(said, start)
    if after is not None and _ASKED.search(said[start : after.start()]):
        end = after.start("mark") + len(after["mark"].rstrip(" ,;-–—"))
    kept = text[start:end].strip()
    return _leaving_out(kept) if kept else text


def _without_oaths(text: str, said: str) -> str:
    """Return *text* without the oaths in it; *text* itself where nothing else is said."""
    kept, place = [], 0
    for match in _OATHS.finditer(said):
        # Of "what the hell" the question word stays.
        start = max(match.start(), match.start("after"), match.start("dopo"))
        kept.append(text[place:start])
        place = match.end()
    left = "".join((*kept, text[place:])).strip()
    return left if _ASKED.search(_plain(left)) else text


def _leaving_out(text: str) -> str:
    said = _plain(text)
    if not said.startswith(_LEAVING):
        return text
    for pattern in _LEFT_OUT:
        match = pattern.match(said)
        if match is not None:
            without = "without" if match["english"] else "senza"
            question = text[slice(*match.span("question"))].rstrip(" .!?")
            return f"{question} {without} {text[slice(*match.span('what'))].strip()}"
    return text


def _plain(text: str) -> str:
    return fold(text).replace("’", "'")


_ASKED = re.compile(r"[a-z]{3,}")
_MARK = r"(?P<mark>\s*[,;:.!?]+\s*|\s+[-–—]+\s+)"
_OCCASION = (
    r"(?:(?:board|team|staff|sales|management|budget|monday|weekly|daily|status|review|investor"
    r"|client|customer)[ -])?(?:meeting|call|stand ?up|review|presentation|briefing)"
)
_OCCASIONE = (
    r"(?:riunione|call|meeting|chiamata|telefonata|presentazione|incontro|consiglio|cda|colloquio"
    r"|videocall|assemblea)"
)
_WHEN = (
    r"(?: (?:today|tomorrow|soon|shortly|now|at (?:noon|half past \w+|\w+ o'clock|\d{1,2}(?:[:.]"
    r"\d\d)?(?: ?[ap]m)?)|in (?:an?|\d+|half|\w+) (?:\w+ )?(?:minutes?|mins?|hours?|moment|bit"
    r"|sec(?:ond)?s?)|with (?:\w+ ){1,3}?\w+|coming up))*"
)
_QUANDO = (
    r"(?: (?:oggi|domani|adesso|ora|subito|a breve|a momenti|alle? \d{1,2}(?:[:.]\d\d)?|a"
    r" mezzogiorno|tra (?:un|una|\d+|\w+) (?:\w+ )?(?:minut\w|or[ae]|attimo|poco|momento)|tra poco"
    r"|fra poco|col \w+|con (?:il |la |i |l')?\w+))*"
)
_CIRCUMSTANCES = (
    # English
    r"(?:i'?m|i am|we'?re|we are)(?: (?:running|already|a bit|very))* (?:late|in a (?:hurry|rush)"
    r"|on my way|about to|off|just about)(?: (?:for|to|into|in|go|leave|start|join)(?: (?:an?|the"
    r"|my|our|\w+))* ?" + _OCCASION + r"?" + _WHEN + r")?",
    r"(?:i|we)(?:'ve| have|'ve got| have got| got) (?:an?|the|my|our) (?:\w+ )?" + _OCCASION
    + _WHEN,
    r"(?:the |an? |my |our )?" + _OCCASION + r"(?: is| starts| begins)?"
    r"(?= (?:today|tomorrow|soon|now|shortly|at|in|coming))" + _WHEN,
    r"(?:before|for) (?:the |my |our |an? )" + _OCCASION + _WHEN,
    r"my (?:boss|manager|director|ceo|colleague|wife|husband|accountant) (?:is asking|asks|wants to"
    r" know|needs to know|wants the number)",
    r"(?:sorry to bother you|sorry for (?:asking|bothering you)(?: again)?|quick (?:question|one)"
    r"|one (?:last|more|quick) (?:thing|question)|(?:just )?out of (?:curiosity|interest)"
    r"|just curious|no rush|no hurry|asking for my boss)",
    # Italian
    r"(?:sono|siamo)(?: (?:gia|un po'?|molto))* (?:in ritardo|di (?:fretta|corsa)|di passaggio)"
    r"(?: per (?:un[ao']? ?|il |la |l')?" + _OCCASIONE + r")?",
    r"(?:ho|abbiamo)(?: gia)? (?:fretta|poco tempo|(?:un[ao']? ?|il |la |l'|i )?" + _OCCASIONE
    + r"(?: di \w+)?" + _QUANDO + r")",
    r"(?:tra|fra) (?:poco|un attimo|(?:\d+|un|\w+) (?:minut\w|or[ae])) (?:ho|abbiamo|inizia|entro"
    r" in) (?:un[ao']? ?|il |la |l'|in )?" + _OCCASIONE + r"(?: con (?:il |la |i |l')?\w+)?",
    _OCCASIONE + r"(?= (?:alle|tra|fra|a|oggi|domani))" + _QUANDO,
    r"(?:il (?:mio )?(?:capo|direttore|commercialista|titolare)|la (?:mia )?(?:capa|direttrice"
    r"|titolare|socia)|il (?:mio )?socio|mia moglie|mio marito) (?:lo |me lo )?(?:chiede|vuole"
    r" saperlo|aspetta)",
    r"(?:scusa|scusi|scusami)(?: (?:il disturbo|se disturbo|se insisto))|(?:una )?domanda (?:veloce"
    r"|rapida|al volo)|una cosa (?:veloce|al volo)|(?:solo )?per (?:pura )?curiosita|senza fretta",
)  # fmt: skip
"""What tells why, or how hurriedly, somebody asks, and nothing of what is asked."""
_SAID = "(?:" + "|".join(f"(?:{each})" for each in _CIRCUMSTANCES) + ")"
_HELLO = r"(?:(?:hi|hello|hey|ciao|salve|buongiorno|ehi)(?: (?:again|a tutti))?[ ,!.-]+)?"
_BEFORE = re.compile(
    r"\s*" + _HELLO + _SAID + r"(?:" + _MARK + r"(?:(?:so|quindi|allora|and|e)\s+)?"
    r"|\s+(?:so|and|quindi|e)\s+(?=(?:i|can|could|what|how|give|mi|dammi|quant|dimmi)))"
)
_AFTER = re.compile(_MARK + r"(?:(?:because|since|che|perche|as)\s+)?" + _SAID + r"[\s.!]*$")

_OATHS = re.compile(
    r"^(?:(?:ffs|wtf|omg|omfg|jesus(?: christ)?|jeez|christ|oh my god|my god|good grief|bloody hell"
    r"|damn(?: it)?|dammit|god ?damn(?:it)?|for (?:fuck'?s|god'?s|christ'?s|pete'?s|heaven'?s"
    r"|goodness) sake|(?:oh )?(?:shit|crap|fuck|hell)|argh+|ugh+|cazzo|porca (?:miseria|vacca"
    r"|puttana|eva)|porco \w+|mannaggia|che palle|uffa|oddio|maledizione|accidenti|diamine)"
    r"(?:\s*[,;:.!-]+\s*|\s+))+"
    r"|\b(?:what|why|who|how|where|when) (?P<after>(?:in )?the (?:hell|heck|f\w*|f\*+k?|devil"
    r"|bloody hell) )"
    r"|\b(?:che|chi|ma|cosa|come|dove|perche|quant[ie]|quali) (?P<dopo>(?:cazzo|diavolo|diamine"
    r"|accidenti|caspita|cavolo) (?:di )?)"
    r"|\b(?:bloody|damn(?:ed)?|freaking|fricking|frigging|fucking|f\*+(?:k|king)|goddamn|sodding"
    r"|effing) (?=\w)"
    r"|\b(?:cazzo|maledett[ioae]|dannat[ioae]) (?:di )?(?=\w)"
)
"""Oaths say how somebody feels, and nothing of what is asked."""
_OATHFUL = word_set(
    """hell heck fuck f* damn ffs wtf omg omfg bloody cazzo cavolo diavol jesus jeez christ sake god
    shit crap argh ugh freak fric frig sodding effing porc mannaggia palle uffa oddio maledi maledet
    dannat accidenti diamine caspita grief devil"""
)
"""Letters of which every oath has some."""
_FIGURES = r"(?:figures?|counts?|numbers?|totals?|sums?|statistics|calculation|picture|mix)"
_CONTI = r"(?:cont[oi]|conteggi[oi]?|total[ei]|calcol[oi]|statistiche|numeri|cifre|somma|media)"
_ASKING = (
    r"(?:tell|show|give|list|what|how|which|count|quant[oiae]|dimmi|dammi|mostra\w*|elenca\w*"
    r"|fammi|qual[ei]?|conta|errori|errors|orders|ordini)\b"
)
_LEAVING = (
    "please ", "drop", "take", "leave", "remove", "exclude", "strip", "omit", "togli", "leva",
    "levi", "escludi", "lascia", "tira",
)  # fmt: skip
"""What everything of `_LEFT_OUT` begins with."""
_LEFT_OUT = (
    re.compile(
        r"(?:please )?(?P<english>drop|take|leave|remove|exclude|strip|omit) (?P<what>[^,.;:?]+?)"
        r" (?:from|out of|off) (?:the |your |our )?" + _FIGURES
        + r"(?: and| then|,|:|;)+\s*(?:then )?(?P<question>.+)$"
    ),
    re.compile(
        r"(?:please )?(?P<english>leave|take) out (?P<what>[^,.;:?]+?)(?: and| then|,|:|;)+\s*"
        r"(?:then )?(?P<question>" + _ASKING + r".+)$"
    ),
    re.compile(
        r"(?P<english>)(?:togli\w*|lev[ai]\w*|escludi\w*|lascia(?:mo)? fuori|tira\w* fuori)"
        r" (?:dal|dalla|dai|dalle|da) (?:tuo |tuoi )?" + _CONTI
        + r" (?P<what>[^,.;:?]+?)(?: e| poi|,|:|;)+\s+(?:poi )?(?P<question>.+)$"
    ),
    re.compile(
        r"(?P<english>)(?:togli\w*|lev[ai]\w*|escludi\w*|lascia(?:mo)? fuori) (?P<what>[^,.;:?]+?)"
        r"(?: (?:dal|dalla|dai|dalle|fuori dal) " + _CONTI + r")?(?: e| poi|,|:|;)+\s+(?:poi )?"
        r"(?P<question>" + _ASKING + r".+)$"
    ),
)  # fmt: skip
