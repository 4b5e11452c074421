"""Words of time as they are typed: exact, with a slip in a long word, in a short one beside others.

A slip is one letter missing, too many or wrong, or two neighbours swapped.
"""

from __future__ import annotations

from functools import lru_cache

from language.time.vocabulary import GIVEN_NAMES, NOTHING, ROLES, VALUES, Meaning, listed, meaning

_LONG_WORDS = listed(
    """
    gennaio febbraio maggio giugno luglio agosto settembre ottobre novembre dicembre january
    february september october november december august lunedi martedi mercoledi giovedi venerdi
    sabato domenica monday tuesday wednesday thursday friday saturday sunday yesterday tomorrow
    dopodomani avantieri stamattina stasera stanotte settimana settimane trimestre
    trimestri semestre weekend pomeriggio mattina mattinata afternoon morning evening prossima
    prossimo prossimi prossime precedente quarter minutes recently tonight
    """
)
_LOOK_ALIKE = listed(
    """
    gennaro maggior raggio saggio faggio giungo augusto augusta salato domenico sundry martina
    lattina gattina mourning moaning quartet decently minuets
    """
)
"""Words of their own, one letter away from a word of time."""


def _without_one_letter(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(len(word))}


_MISSPELLED: dict[str, list[str]] = {}
for _word in sorted(_LONG_WORDS):
    for _shape in (_word, *_without_one_letter(_word)):
        _MISSPELLED.setdefault(_shape, []).append(_word)


def _one_slip_apart(one: str, other: str) -> bool:
    """Whether one letter is missing, too many, wrong, or two neighbours are swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, rest_other = one[start:], other[start:]
    return (
        rest[1:] == rest_other[1:]
        or rest[1:] == rest_other
        or rest == rest_other[1:]
        or (rest[:2] == rest_other[1::-1] and rest[2:] == rest_other[2:] and len(rest) > 1)
    )


_SHORT_WORDS = listed(
    """
    giorni giorno mese mesi anno anni ore minuti week weeks month months year years days hours
    ultimi ultime ultimo ultima scorso scorsa scorsi scorse passato passata questa questo queste
    last past next this marzo aprile luglio april july dopo weekend
    """
)
"""Words too short to be forgiven a slip, but beside another word of time."""
_SHORT_LOOK_ALIKE = listed(
    """
    aprire aprite apriti marco marca marzia luglia messe masse messi tesi tese mete mesa peso
    ano nano hanno danno sanno vanno fanno inno ora ori orde oro ere moth moths mouth year ear
    wear near tear dear bear weak seek geek meek peek work word keeps weekly text nest neat best
    lost lust list cast fast mast vast blast easy dais dad hour our ours pays says ways ask pasta
    paste pass part paste thin thus his its shorts worsen minute minuto munite giorgi giorgio
    corso corsa torso dorso corsi morsa borsa borse orsa questi quesito testo test costa posta
    scorta scorte scorti scorto sconto score scores scorse
    posto pasto basta gusto cesto resto questua mesh mess messo modi case casa base rese anche
    monte worth north mouths hous house dates data date maps years scarso scarsa scarsi scarse
    ultimi ultima
    """
)
_NEAR_SHORT: dict[str, list[str]] = {}
for _word in sorted(_SHORT_WORDS):
    for _shape in (_word, *_without_one_letter(_word)):
        _NEAR_SHORT.setdefault(_shape, []).append(_word)


@lru_cache(maxsize=4096)
def slip_of(word: str) -> Meaning:
    """Return what the unknown *word* means if one slip of a short word of time was made."""
    if len(word) < 3 or word in _SHORT_LOOK_ALIKE or word in GIVEN_NAMES or word in ROLES:
        return NOTHING
    for shape in (word, *_without_one_letter(word)):
        for candidate in _NEAR_SHORT.get(shape, ()):
            near = len(word) > 3 and len(candidate) > 3
            if near and word[0] == candidate[0] and _one_slip_apart(word, candidate):
                return meaning_of(candidate)
    return NOTHING


FORETELLING = meaning("foretelling")
_FORETELLING_STEMS = (
    "preved", "previsi", "previst", "aspettar", "aspettia", "aspettate", "proiezion", "proiett",
    "forecast", "predict",
)  # fmt: skip
_NOT_FUTURE = listed("tiranno sanremo estremo supremo remo")


@lru_cache(maxsize=4096)
def meaning_of(word: str) -> Meaning:
    """Return what the folded *word* means; a slip in a long word is forgiven."""
    if word in ROLES:
        return meaning(*sorted(ROLES[word]), **VALUES[word])
    if len(word) < 6 or word in GIVEN_NAMES:
        return NOTHING
    if word.startswith(_FORETELLING_STEMS):
        return FORETELLING
    if word.endswith(("ranno", "remo")) and word not in _NOT_FUTURE:
        return FORETELLING
    if word in _LOOK_ALIKE:
        return NOTHING
    for shape in (word, *_without_one_letter(word)):
        for candidate in _MISSPELLED.get(shape, ()):
            if _one_slip_apart(word, candidate):
                return meaning_of(candidate)
    return NOTHING


def is_known(word: str) -> bool:
    """Whether the folded *word* is in the vocabulary as it stands."""
    return word in ROLES
