"""look_up_answer: has this very question been answered over this very data?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from langgraph.runtime import Runtime
from pydantic import ValidationError

from catalogue import CATALOGUE_VERSION, BusinessQuery
from graph.answer import KeptAnswer
from graph.context import AgentContext, context_of
from graph.state import AgentState, Freshness
from persistence.cache import cache_key

FRESH_FOR = timedelta(seconds=60)
"""What was recorded until this short ago counts as recorded until now."""


async def look_up_answer(state: AgentState, runtime: Runtime[AgentContext]) -> dict[str, Any]:
    """Set `cached_answer` on a hit, else `answer_key` where the answer may be kept.

    The key holds all that an answer depends on; the answers themselves are the same for every
    user, so the user is not part of it.
    """
    context = context_of(runtime)
    freshness, reading = state.get("freshness"), state["reading"]
    store = context.services.databases.store
    if (
        not context.use_cache
        or store is None
        or freshness is None
        or reading.query is None
        or not _covers(freshness, reading.query, context)
        or _moves_with_the_clock(reading.query, context)
    ):
        return {"answer_key": None}
    key = cache_key(
        "answer",
        reading=reading.model_dump(mode="json", exclude={"certainty"}),
        day=context.now().date(),
        zone=context.settings.timezone,
        data=freshness["data_version"],
        store=store.engine.url.render_as_string(hide_password=True),
        catalogue=CATALOGUE_VERSION,
    )
    hit = await context.services.cache.get(key)
    if hit is None:
        return {"answer_key": key}
    try:
        return {"cached_answer": KeptAnswer.model_validate(hit[0]), "cache": hit[1]}
    except ValidationError:  # kept by another version, or damaged: made again and replaced
        return {"answer_key": key}


def _covers(freshness: Freshness, query: BusinessQuery, context: AgentContext) -> bool:
    """Whether all that n8n has of the query's windows is in the store."""
    if not freshness["caught_up"] or freshness["covers_end"] is None:
        return False
    now = context.now()
    windows = (query.window, query.compare_to)
    last = max((window.end for window in windows if window is not None), default=now)
    if query.window is None:
        last = now
    return min(last, now) <= freshness["covers_end"] + FRESH_FOR


def _moves_with_the_clock(query: BusinessQuery, context: AgentContext) -> bool:
    """Whether the answer changes while the day and the data do not.

    "The last 24 hours" end now; an unfinished period is compared with the part of the other one
    that has passed by now.
    """
    now = context.now()
    if query.window is not None and query.window.end == now:
        return True
    compares = query.compare_to is not None or query.story is not None
    return compares and (query.window is None or query.window.end > now)
