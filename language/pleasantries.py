"""Turns that are nothing but courtesy: "grazie, great job today", "how are you today?", "saluti".

A turn is one when it falls, to its last word, into polite phrases. What asks for anything besides
is left to the grammar.
"""

from __future__ import annotations

import re
from typing import Literal

Courtesy = Literal["hello", "thanks", "bye"]


def courtesy(said: str) -> Courtesy | None:
    """Return what *said*, folded words between blanks, is polite about; None if it is more."""
    if _WHOLE.fullmatch(said) is None:
        return None
    if _BYE.search(said):
        return "bye"
    return "thanks" if _THANKS.search(said) else "hello"


_DAY = (
    r"(?: (?:today|again|so far|this (?:morning|afternoon|evening|week)|oggi|stamattina|stasera"
    r"|ancora|di nuovo|sempre|davvero|molto|as (?:ever|always|usual)|come sempre))*"
)
_HELLO_PHRASES = (
    r"(?:hi|hello|hey|hiya|howdy|yo|ciao|salve|ehi|ehila|buondi|buongiorno|buon giorno|buonasera"
    r"|buona sera|good (?:morning|afternoon|evening|day)|morning|afternoon|evening|welcome back"
    r"|bentornat[oa]|ben ritrovat[oa]|rieccomi|eccomi(?: qui| qua)?|i m back|it s me(?: again)?"
    r"|sono di nuovo io)(?: (?:there|all|everyone|everybody|team|milhena|a tutt[ie]|again|di"
    r" nuovo|bella|cara|caro))?",
    r"how (?:are|r) (?:you|u|ya|things with you)(?: (?:doing|feeling|keeping|getting on))?" + _DAY,
    r"how (?:have you been|do you do|do you feel|was your (?:day|weekend|night)|is your day(?:"
    r" going)?|s your day(?: going)?|s life|you doing)" + _DAY,
    r"(?:are you|you) (?:ok|okay|well|alright|all right|fine|good)" + _DAY,
    r"(?:come|tu come) (?:stai|sta|state|ti va la vita|ti senti|te la passi|ti va)" + _DAY,
    r"(?:hai|ha) dormito bene|(?:spero|mi auguro) (?:che )?(?:tu |lei )?(?:stia|sia)(?: tutto)?"
    r" bene|hope you (?:re|are) (?:well|doing well|good)|nice to (?:meet|see|have) you"
    + _DAY
    + r"|(?:piacere|lieto|lieta) di (?:conoscert[ia]|conoscerla|rivedert[ia])|piacere(?: mio)?",
)
_THANKS_PHRASES = (
    r"(?:thanks|thank you|thank u|thx|ty|cheers|ta|grazie|ti ringrazio|la ringrazio|many thanks"
    r"|grazie mille|mille grazie|grazie infinite|tante grazie|molte grazie|much obliged"
    r"|much appreciated|i appreciate (?:it|that)|appreciate it)(?: (?:a lot|a million|a bunch"
    r"|so much|very much|very|ever so much|again|ancora|di cuore|di tutto|tante|mille|milhena"
    r"|davvero|per l aiuto|per il tuo aiuto|dell aiuto|for (?:your|the|all the|all your) help"
    r"|for everything|for that|for this|anyway|lo stesso|comunque))*",
    r"(?:(?:you did|you re doing|that s|it s|what) )?(?:an? )?(?:great|good|nice|amazing|excellent"
    r"|fantastic|brilliant|superb|awesome|lovely|wonderful|terrific|top) (?:job|work|stuff|one"
    r"|effort)" + _DAY,
    r"(?:well done|lovely|brilliant|superb|wonderful|fantastic|marvellous|marvelous|perfect|great"
    r"|excellent|awesome|amazing|splendid|neat|sweet|nice|cool|good|very good|good to know"
    r"|that s (?:great|perfect|all|fine|good|lovely|brilliant|helpful|very helpful|very kind)"
    r"|(?:you re|you are|u r)(?: (?:very|so|really|quite))? (?:great|kind|helpful|the best"
    r"|a star|a legend|amazing|awesome|a lifesaver|brilliant|sweet)|love it|i love (?:it|you)"
    r"|very (?:kind|helpful)(?: of you)?|got it|understood|noted|all (?:clear|good))" + _DAY,
    r"(?:perfetto|ottimo|benissimo|fantastico|grandioso|magnifico|splendido|stupendo|eccellente"
    r"|bravissim[oa]|brav[oa]|complimenti|ben fatto|molto bene|molto gentile|gentilissim[oa]"
    r"|sei (?:un grande|una grande|fort[ei]|grande|un tesoro|un mito|gentil\w+|un angelo"
    r"|bravissim[oa]|brav[oa]|mitic[oa]|utilissim[oa])|che (?:brav[oa]|bello|gentile)|ricevuto"
    r"|capito|tutto chiaro|chiarissimo|che meraviglia|mitic[oa])" + _DAY,
    r"(?:ottim|buon|bel|gran) ?o? ?lavoro" + _DAY + r"|hai fatto (?:un )?(?:ottimo|bel|gran|buon)"
    r" lavoro" + _DAY,
)
_BYE_PHRASES = (
    r"(?:bye|bye bye|goodbye|good bye|good night|see (?:you|ya)(?: (?:later|soon|tomorrow|around"
    r"|next week|on monday))?|talk (?:to you )?(?:later|soon|tomorrow)|catch you later|ttyl"
    r"|so long|farewell|cheerio|take care|have a (?:good|nice|great|lovely) (?:one|day|evening"
    r"|weekend|night|afternoon)|(?:that s|that is|that ll be) all(?: for (?:today|now))?"
    r"|i m off(?: now| home)?|signing off|kind regards|best regards|best wishes|regards|cheers"
    r" then)",
    r"(?:saluti|cordiali saluti|distinti saluti|tanti saluti|un saluto|un caro saluto|ti saluto"
    r"|la saluto|vi saluto|arrivederci|arrivederla|a rivederci|a risentirci|a presto|a dopo"
    r"|a domani|a lunedi|a piu tardi|alla prossima|ci vediamo|ci si vede|ci sentiamo|ci si sente"
    r"|buona notte|buonanotte|buona giornata|buona serata|buon lavoro|buon weekend|buon fine"
    r" settimana|buon pranzo|buon pomeriggio|addio|stammi bene|stia bene|per oggi (?:e tutto"
    r"|basta cosi)|basta cosi|e tutto|e tutto per oggi|a buon rendere|vado a casa)",
)
_LINKING = (
    r"(?:ok|okay|ok(?:ay)? then|well|oh|ah|eh|and|e|so|allora|beh|bene|va bene|alright|all right"
    r"|right|si|yes|no|anche|too|you too|anche a te|altrettanto|dear|cara|caro|milhena|per ora"
    r"|per oggi|for now|for today|then|dai|mah|a tutti|a te|to you|tu|lei|wow|haha\w*|ahah\w*)"
)


def _one_of(phrases: tuple[str, ...]) -> str:
    return "(?:" + "|".join(phrases) + ")"


_POLITE = _one_of((*_HELLO_PHRASES, *_THANKS_PHRASES, *_BYE_PHRASES))
_WHOLE = re.compile(rf"(?:{_LINKING} )*{_POLITE}(?: (?:{_LINKING}|{_POLITE}))*")
_BYE = re.compile(rf"\b{_one_of(_BYE_PHRASES)}(?: {_LINKING})*$")
_THANKS = re.compile(rf"\b{_one_of(_THANKS_PHRASES)}(?= |$)")
