"""Does the person want the answer at once? It decides which model is asked first, nothing else."""

from __future__ import annotations

import re

_IN_A_HURRY = re.compile(
    r"""
    \b(?:
        asap | a\.s\.a\.p | as\ soon\ as\ possible | right\ away | straight\ away | in\ a\ hurry
      | urgently | urgentemente | d[’']urgenza | con\ urgenza | ho\ urgenza | abbiamo\ urgenza
      | il\ prima\ possibile | al\ più\ presto | quanto\ prima | in\ fretta | di\ corsa
      | (?:subito|immediatamente|immediately) (?!\ (?:dopo|prima|after|before)\b)
    )\b
    # The word alone: "Urgente: …", "…, è urgente". An urgent order is not an urgent question.
    | (?:^|[.,;:!?–—-])\W*
      (?:(?:è|e['’]|it['’]?s|this\ is|it\ is|molto|davvero|very|really)\ +)*
      urgente?\ *(?:[.,;:!?–—-]|$)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SHOUTED = re.compile(r"^\W*URGENTE?\b")


def is_urgent(text: str) -> bool:
    """Whether *text* asks for haste ("urgente", "subito", "ASAP"), in Italian or English."""
    return bool(_IN_A_HURRY.search(text) or _SHOUTED.match(text))
