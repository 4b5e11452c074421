"""Questions about the assistant itself: what it can do, how it is asked, what it knows.

"Can you compare two periods?" asks for an ability and gets help; "can you compare October with
November?" asks for a comparison. What tells them apart is whether anything in particular is
named: a time, a process, a person.
"""

from __future__ import annotations

import re

from language.sentences import Sentence
from language.tokens import begins_at_a_word
from language.vocabulary import Cue


def asks_about_assistant(sentence: Sentence) -> bool:
    """Whether *sentence* asks what the assistant is for, can do or knows, or how to ask it."""
    # As written: "new starter" is no slip of "started".
    said = sentence.as_written
    if begins_at_a_word(_HOW_TO_ASK, said):
        return True
    if sentence.mentions or sentence.has_time or sentence.filters:
        return False
    if begins_at_a_word(_ABOUT_ITSELF, said):
        return True
    if begins_at_a_word(_NEWCOMER, said):
        return not sentence.cues.any(Cue.HOW_MANY, Cue.ERROR, Cue.FAILED)
    ability = _ABILITY.match(said)
    if ability is None:
        return False
    if _OR_ONLY.search(said):
        return True
    if sentence.cues.any(Cue.HOW_MANY, Cue.MOST, Cue.LEAST):
        return False
    return _IN_GENERAL.match(said[ability.end() :]) is not None


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in patterns))


_ASKING = r"(?:chied\w+|domand\w+|scriver\w*|formular\w*|porr\w+|interrogar\w*|digitar\w*)"
_HOW_TO_ASK = _any_of(
    # "come te lo devo scrivere?", "in che modo ti chiedo un confronto?"
    r"\b(?:come|in che modo) (?:te |ti |lo |la |li |le |si |mi |io )*(?:devo |posso |dovrei "
    r"|potrei "
    r"|faccio a |conviene |debbo |si deve |va |e meglio )(?:far\w+ |porre )?(?:la |una |le "
    r"|delle )?" + _ASKING,
    r"\b(?:come|in che modo) (?:te lo|ti) (?:chied|domand)\w+\b",
    r"\b(?:cosa|che|quali parole) (?:devo|dovrei|debbo|bisogna) (?:scrivert?i|scrivere|digitare)\b",
    r"\b(?:how|in what way|what s the (?:best |right )?way) (?:should|do|would|could|can|must|to) "
    r"?(?:i |we |one |you )?(?:phrase|word|ask (?:you|for|about|a|something)|formulate|type"
    r"|query you"
    r"|talk to you|put (?:a|my) question)\b",
    r"\bwhat (?:should|do|must|would) (?:i|we) (?:type|ask|have to (?:type|write|ask))\b",
    r"\b(?:ti|le|vi) si (?:puo|possono|potrebbe) (?:\w+ )?(?:chied|domand)\w+",
    r"\b(?:cosa|che|quali domande) (?:\w+ )?(?:posso|possiamo|potrei|si puo) (?:chied\w+"
    r"|domand\w+)(?:le|ti|vi)\b",
    r"\b(?:spunt[oi]|ide[ae]|suggeriment[oi]|consigli[oa]?|dritt[ae]) (?:su|di|per|riguardo a)"
    r" (?:cosa|che cosa|quali \w+|che) (?:\w+ )?(?:guardare|chieder\w+|controllare|domandar\w+"
    r"|tenere d occhio|monitorare|seguire)\b",
    r"\b(?:ideas?|tips?|hints?|suggestions?|advice|inspiration) (?:on|of|for|about|as to)?"
    r" ?(?:what|which \w+) (?:to|i (?:can|could|should)|we (?:can|could|should)) (?:look at|ask"
    r"|check|watch|monitor|track)\b",
    r"\b(?:told|heard|read|mi hanno detto|ho sentito|dicono|mi dicono)(?: \w+){0,2}? (?:that )?"
    r"(?:you can|you could|che puoi|che sai|puoi|sai) (?:give|tell|provide|show|answer|help|dar\w*"
    r"|dir\w*|risponder\w*|mostrar\w*|aiutar\w*)\b(?!.{0,60}\b(?:how many|quant[ei])\b)",
)
_KNOWN = r"(?:informazion\w+|info|dat[io]|argoment\w+|funzion\w+|cose|domand[ae]|period[io]|numeri)"
_KNOWN_EN = (
    r"(?:information|info|data|topics?|subjects?|features?|functions?|things|questions?|periods?"
    r"|stuff|numbers)"
)
_KNOWING = r"(?:hai|tieni|conosci|copri|guardi|raccogli|conservi|gestisci|sai|puoi|offri|capisci)"
_KNOWING_EN = (
    r"(?:(?:do|can|could|will|would) you (?:\w+ )?(?:have|keep|know|cover|hold|look at|collect|use"
    r"|handle|tell|give|answer|take|offer|understand)|you (?:can|could|have|keep|know|cover))"
)
_ABOUT_ITSELF = _any_of(
    # what it knows and covers
    r"\b(?:che|quali|di che|di quali|su che|su quali) (?:tipo di |genere di |altre )?" + _KNOWN
    + r" (?:ti )?" + _KNOWING + r"\b",
    r"\b(?:what|which) (?:kind of |kinds of |sort of |other )?" + _KNOWN_EN + r" " + _KNOWING_EN
    + r"\b",
    r"\b(?:di|su) (?:quali|che) (?:processi|flussi|numeri) (?:puoi|sai|riesci)\b",
    r"\b(?:processes|flows|workflows|numbers|things|topics|questions) (?:that )?you (?:can|could"
    r"|are "
    r"able to) (?:tell|answer|talk|report|help|do)\b",
    r"\b(?:what|how much) do you know (?:about|of) (?:us|our|me|my)\b",
    # what can be asked
    r"\b(?:cosa|che|quali|di cosa|di che) (?:\w+ ){0,3}?(?:posso|possiamo|potrei|si puo"
    r"|si possono) "
    r"(?:\w+ ){0,2}?(?:chied\w+|domand\w+|sapere da te|parlare con te)\b",
    r"\b(?:what|which|anything|something) (?:\w+ ){0,3}?(?:can|could|should|may|might) (?:i|we"
    r"|one) "
    r"(?:\w+ )?ask\b",
    r"\b(?:suggest|propose|recommend|give me|show me|got|have you got|any|need|want|suggerisc\w+"
    r"|propon\w+|consigliami|dammi|fammi|hai|mi dai|mi fai) (?:[\w]+ ){0,5}?(?:domand[ae]"
    r"|questions?"
    r"|idee|esempi(?: di domand\w+)?$|examples? (?:questions?|of)|sample|cheat sheet|prompts?$)\b"
    r"(?! (?:dei|from|by|asked|received|ricevut\w+))",
    r"\b(?:cheat ?sheet|user manual|user guide|quick (?:guide|tour|start)|guida rapida|tutorial"
    r"|istruzioni per l uso)\b",
    r"^(?:c e|hai|is there|got|have you got|do you have) (?:un|una|a|an|any) (?:manuale|guida"
    r"|manual"
    r"|guide|menu|tutorial)\b",
    # what it cannot do
    r"\b(?:anything|something|what|things?|questions?) (?:\w+ ){0,2}?(?:you )(?:can t|cannot"
    r"|can not"
    r"|don t|do not|won t|aren t able to|are not able to)\b",
    r"\bwhat (?:can|don|won|do) ?t? (?:you )(?:not )?(?:do|answer|know|understand|handle)$",
    r"\b(?:cosa|che cosa|su cosa|a cosa|qualcosa che|cose che|di cosa) (?:tu )?non (?:sai|puoi"
    r"|riesci"
    r"|capisci|fai)\b",
    r"\b(?:i tuoi limiti|your limits|your limitations|i tuoi compiti|il tuo compito)\b",
    # what it is for
    r"\b(?:a che|a cosa) (?:mi |ci )?serv(?:i|e|irebbe) (?:tu|questo assistente|questa chat|questo"
    r" strumento|quest app|questo coso|questo bot|milhena)?$",
    r"\bwhat (?:are you|is this|s this) (?:\w+ )?(?:good )?for$",
    r"\b(?:who am i|with whom am i|con chi sto) (?:talking|speaking|chatting|parlando|chattando)\b"
    r".*\b(?:do|job|help|role|purpose|fai|puoi|servi|lavoro)\b",
    r"\b(?:what s|what is|qual e|quale sarebbe) (?:your|il tuo) (?:job|role|purpose|task|lavoro"
    r"|ruolo"
    r"|scopo|compito|mestiere)\b",
    # where its figures come from
    r"\b(?:da dove|where) (?:\w+ ){0,2}?(?:prendi|ricavi|your (?:numbers|figures|data) come|do you"
    r" (?:get|take))\b",
    r"\b(?:ogni quanto|how often) (?:ti aggiorni|do you (?:refresh|update|sync))\b",
    r"\b(?:how fresh|how recent|how up to date|quanto sono aggiornati"
    r"|quanto sono freschi)\b.*\b(?:your"
    r"|tuoi|you)\b",
    r"\bhow (?:far back|long back) (?:can|do|does) (?:you|your)\b",
)  # fmt: skip
_NEWCOMER = _any_of(
    r"\b(?:new (?:starter|here|joiner|hire|user)|first (?:time|day) (?:here|using|with)|never used"
    r" (?:this|you|it)|sono nuov[oa]|appena arrivat[oa]|prima volta (?:qui|che ti|che uso)"
    r"|non ti ho"
    r" mai usat[oa]|mai usato)\b",
    r"^(?:can you |could you |puoi |please |mi )*(?:show (?:me )?(?:a ?round|round|how (?:this|it)"
    r" works)|walk me through (?:how )?(?:this|it)(?: works)?$|teach me|give me (?:a"
    r"|the) (?:quick )?"
    r"tour|insegn\w+ a usart?i|fammi fare un giro|fai (?:fare )?un giro$)",
)
_ABILITY = _any_of(
    r"^(?:\w+ ){0,3}?(?:can|could|do|would|will) you (?:also |even |actually |only |just "
    r"|really )*",
    r"^(?:\w+ ){0,3}?(?:are|am|is) (?:you|i|it|there) (?:\w+ )?(?:able to|capable of|possible to"
    r"|allowed to)\b ?(?:also |even )*(?:ask (?:you )?(?:for |about |to )?)?",
    r"^(?:\w+ ){0,3}?(?:may|can|could) (?:i|we) (?:also |even )*(?:ask (?:you )?(?:for |about "
    r"|to ))",
    r"^(?:\w+ ){0,3}?(?:puoi|sai|riesci|potresti|sapresti) (?:anche |pure |a |per caso |solo )*",
    r"^(?:\w+ ){0,3}?(?:sei|saresti) (?:in grado|capace) (?:anche )?di (?:anche )?",
    r"^(?:\w+ ){0,2}?(?:con te|da te) (?:si )?(?:posso|possiamo|puo|possono) (?:anche )?",
    r"^(?:\w+ ){0,2}?(?:posso|possiamo|si puo|e possibile) (?:anche )?(?:chied\w+"
    r"|domand\w+) ?(?:ti )?"
    r"(?:anche )?",
    r"^(?:fai|fate|parli|capisci|accetti|tieni|rispondi|do you do|do you speak) (?:anche )?",
)
_OR_ONLY = _any_of(
    r"\b(?:o|oppure) (?:solo|soltanto|solamente|no$|mi dai solo|guardi|conti)\b",
    r"\bor (?:only|just|not$|is it|do you only|are you only|no$)\b",
    r"\bor (?:\w+ )?(?:only|just)\b",
)
_PERIODS = (
    r"(?:period[oi]|periods?|months?|weeks?|days|years|mesi|settimane|giorni|anni|date|dates|cose"
    r"|things|processi|processes|clienti|customers)"
)
_CAPABILITY = (
    r"(?:charts?|graphs?|graphics|tables?|forecasts?|forecasting|predictions?|comparisons?|trends?"
    r"|excel|pdf|csv|calculations?|statistics|stats|languages?|italian|english|typos?"
    r"|abbreviations?"
    r"|voice|grafic[oi]|grafici|tabell[ae]|prevision[ei]|confronti|statistiche|calcoli|analisi"
    r"|stime"
    r"|stima|andamenti|italiano|inglese|tedesco|francese|dialetto|abbreviazioni|lingue|riassunti"
    r"|avvisi|alerts?|notifiche|notifications?)"
)
_DOING = (
    r"(?:do|make|draw|show|plot|produce|give|create|handle|support|speak|understand|read|export"
    r"|send"
    r"|use|build|generate|deal with|cope with|work with|talk|answer in|fare|far|disegnare|creare"
    r"|mostrare|parlare|capire|esportare|leggere|produrre|gestire|usare|dare|darmi|rispondere)"
)
_IN_GENERAL = _any_of(
    r"(?:me |mi |us |ci )?"
    + _DOING
    + r" (?:me |to |with |in |anche |pure |also |le |i |dei |delle "
    r"|degli |the |any |some |even |a |un |una )*" + _CAPABILITY + r"(?: (?:too|also|as well|anche"
    r"|pure|or|o|and|e)\b.*)?$",
    r"(?:anche |le |i |dei |delle |in |l |any )*"
    + _CAPABILITY
    + r"(?: (?:too|also|as well|anche|pure|or|o|and|e)\b.*)?$",
    r"(?:compare|comparing|confrontare|paragonare|mettere a confronto|handle|gestire) (?:\w+ )?"
    r"(?:two|three|several|different|more|any|due|tre|piu|diversi|vari[ei])"
    r" (?:different |diversi )?" + _PERIODS + r"\b.*$",
    r"(?:forecast|predict|prevedere|compare|confrontare|disegnare|export|esportare)$",
    r"(?:remember|ricordare|ricordi|ti ricordi) (?:what|our|my|le mie|quello|cosa)\b.*$",
    r"(?:understand|capire|capirmi|capisci) (?:me|se|if|anche|when|what|typing|messaggi)\b.*$",
    r"(?:answer|rispondere|rispondermi|help|aiutar\w+)(?: me)?(?: (?:with|to|con|a))?"
    r"(?: (?:any|all|qualsiasi|qualunque|tutte le|questions?|domand[ae]|anything"
    r"|everything)){0,2}$",
)
