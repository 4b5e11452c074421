"""Turns that say what is to be done with the query before: again, back, all of it, the others."""

from __future__ import annotations

from catalogue.query import BusinessQuery, Filter, QuestionType
from catalogue.reading import Reading
from language.drafts import Draft
from language.turns.phrasing import Opening
from language.turns.state import draft_of

_CERTAIN = 0.95


def acted(opening: Opening, previous: Reading) -> Draft | None:
    """Return the query of *previous* after the opening's act; None where it means nothing there."""
    query = previous.query
    if query is None:
        return None
    match opening.act:
        case "back":
            return _back(previous, query)
        case "repeat":
            return _again(previous, query)
        case "all":
            return _all(previous, query)
        case "others":
            return _others(previous, query)
        case "widen":
            return _widened(previous, query, opening.fields)
        case _:
            return None


def _again(reading: Reading, query: BusinessQuery) -> Draft:
    """The *query* of *reading* once more, all of it taken over."""
    draft = draft_of(query)
    draft.type, draft.focus = reading.type, reading.focus
    if draft.type is QuestionType.CLARIFY:
        draft.type = QuestionType.BUSINESS_DATA
    draft.window_words = reading.window_words
    draft.certainty = _CERTAIN
    draft.assume("metric")
    if draft.window is not None:
        draft.assume("window")
    if draft.filters:
        draft.assume("filters")
    return draft


def _back(previous: Reading, query: BusinessQuery) -> Draft:
    draft = _again(previous, query)
    if draft.offset and (draft.limit or 0) > 1:
        draft.offset = max(0, draft.offset - int(draft.limit or 0))
        return draft
    earlier = previous.earlier
    return _again(earlier, earlier.query) if earlier and earlier.query else draft


def _all(previous: Reading, query: BusinessQuery) -> Draft:
    """ "tutti": without the limit, or else without what it was narrowed to."""
    draft = _again(previous, query)
    if draft.limit is not None or draft.offset:
        draft.limit, draft.offset = None, 0
    elif draft.having is not None:
        draft.having = None
    elif draft.kind == "value" or draft.filters:
        draft.filters = [each for each in draft.filters if each.field == "status"]
    if draft.focus == "last":
        draft.focus = None
    return draft


def _widened(previous: Reading, query: BusinessQuery, fields: tuple[str, ...]) -> Draft:
    """ "togli il filtro", "rimettili": without its conditions, or those on *fields*."""
    draft = _again(previous, query)
    draft.offset = 0
    if fields == ("left out",):
        kept = [each for each in draft.filters if each.op != "is_not"]
        draft.filters = kept if kept != draft.filters else _of_state(draft)
    elif fields == ("window",):
        draft.window, draft.window_words, draft.hours, draft.weekdays = None, None, (), ()
    elif fields == ("having",):
        draft.having = draft.limit = None
    elif fields:
        draft.filters = [each for each in draft.filters if each.field not in fields]
    elif draft.filters != _of_state(draft):
        draft.filters = _of_state(draft)
    elif draft.having is not None:
        draft.having = None
    else:
        draft.hours, draft.weekdays, draft.limit = (), (), None
    if not draft.filters:
        draft.assumed = [each for each in draft.assumed if each != "filters"]
    return draft


def _of_state(draft: Draft) -> list[Filter]:
    """The conditions that say what is asked for, rather than of whom."""
    return [each for each in draft.filters if each.field == "status"]


def _others(previous: Reading, query: BusinessQuery) -> Draft | None:
    """ "e gli altri?": all but the process, sender or customer that was spoken of."""
    draft = _again(previous, query)
    for place, each in enumerate(draft.filters):
        if each.field in ("process", "sender", "customer") and each.op != "is_not":
            if each.op == "contains" and draft.kind == "list":
                return None
            draft.filters[place] = Filter(field=each.field, op="is_not", values=each.values)
            draft.offset = 0
            return draft
    return None
