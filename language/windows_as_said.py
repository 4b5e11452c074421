"""How a person named a span of time: "ultimi 7 giorni", "da mercoledì", "dal 19 al 25 ottobre".

One span has several right names: on a Sunday the last seven days are this week. An answer takes
the one that was asked with. The words themselves are never repeated, only their manner is told
from them: what an answer says stays ours, in its own language and grammar.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Manner = Literal["days", "weeks", "months", "clock", "since", "dates"]
"""Rolling days, weeks, months or hours up to now (or from now on); from a day on; by dates."""

_LONGEST = 80
"""Words beyond this are no name of a time but a sentence."""

_MONTHS = (
    "gen(?:naio)?|feb(?:braio)?|mar(?:zo)?|apr(?:ile)?|mag(?:gio)?|giu(?:gno)?|lug(?:lio)?|"
    "ago(?:sto)?|set(?:t|tembre)?|ott(?:obre)?|nov(?:embre)?|dic(?:embre)?|jan(?:uary)?|"
    "february|march|april|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|november|"
    "dec(?:ember)?"
)


@lru_cache(maxsize=1)
def _signs() -> dict[str, re.Pattern[str]]:
    """Compiled when the first words come."""
    return {
        # A week or weekend "of 2 March" is no date.
        "unit_of_a_date": re.compile(r"\b(?:settimana|week|weekend)\b.*\d"),
        "date": re.compile(
            rf"\b\d{{1,2}}(?:º|°|st|nd|rd|th)?\s+(?:di\s+|of\s+)?(?:{_MONTHS})\b|"
            rf"\b(?:{_MONTHS})\s+(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?\b|"
            r"\b\d{1,2}[/.]\d{1,2}\b|\b\d{4}-\d{2}-\d{2}\b"
        ),
        "until": re.compile(r"\b(?:al|all|alla|allo|a|ad|to|until|till|through|and|e|fino)\b"),
        "until_now": re.compile(r"\b(?:oggi|ora|adesso|today|now)\b"),
        "since": re.compile(
            r"^(?:a partire )?(?:da|dal|dall|dalla|dallo|dai|dopo|since|from|starting|after)\b"
        ),
        "rolling": re.compile(
            r"\bultim[oaie]\b|\bpast\b|"
            r"\b(?:scors[ie]|passat[ie]|precedent[ie]|prossim[ie])\b|"
            r"\b(?:last|previous|next)\s+(?:\d+|few|couple|[a-z]+)\s+"
            r"(?:minutes|hours|days|weeks|months)\b"
        ),
        "clock": re.compile(r"\b(?:or[ae]|minut[oi]|hours?|minutes?|h|min)\b"),
        "weeks": re.compile(r"\b(?:settiman[ae]|weeks?)\b"),
        "months": re.compile(r"\b(?:mes[ei]|months?|trimestr[ei]|semestr[ei]|ann[oi]|years?)\b"),
    }


@lru_cache(maxsize=256)
def manner_of(words: str | None) -> Manner | None:
    """In which manner *words* name a time; None where they leave it open, or there are none."""
    if words is None or len(words) > _LONGEST:
        return None
    said = " ".join(re.sub(r"['’?!,;:]", " ", words.casefold()).split())
    signs = _signs()
    if signs["unit_of_a_date"].search(said) and not signs["rolling"].search(said):
        return None
    since = signs["since"].search(said)
    ends = signs["until"].search(said, since.end() if since else 0)
    if since and not (ends and not signs["until_now"].search(said)):
        return "since"
    if since or signs["date"].search(said):
        return "dates"
    if not signs["rolling"].search(said):
        return None
    if signs["clock"].search(said):
        return "clock"
    if signs["weeks"].search(said):
        return "weeks"
    return "months" if signs["months"].search(said) else "days"
