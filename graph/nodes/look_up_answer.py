"""look_up_answer: has this very question been answered over this very data?"""

from __future__ import annotations

from typing import Any

from langgraph.runtime import Runtime

from catalogue import CATALOGUE_VERSION, BusinessQuery
from graph.context import AgentContext, context_of
from graph.state import AgentState
from persistence.cache import cache_key


async def look_up_answer(state: AgentState, runtime: Runtime[AgentContext]) -> dict[str, Any]:
    """Set `cached_answer` on a hit, else `answer_key` where the answer may be kept.

    The key holds all that an answer depends on; the answers themselves are the same for every
    user, so the user is not part of it.
    """
    context = context_of(runtime)
    freshness, reading = state.get("freshness"), state["reading"]
    if (
        not context.use_cache
        or freshness is None
        or not freshness["caught_up"]
        or reading.query is None
        or _moves_with_the_clock(reading.query, context)
    ):
        return {"answer_key": None}
    store = context.services.store()
    key = cache_key(
        "answer",
        reading=reading.model_dump(mode="json", exclude={"certainty"}),
        day=context.now().date(),
        zone=context.settings.timezone,
        data=freshness["data_version"],
        store=store.engine.url.render_as_string(hide_password=True) if store else None,
        catalogue=CATALOGUE_VERSION,
    )
    hit = await context.services.cache.get(key)
    if hit is None:
        return {"answer_key": key}
    return {"cached_answer": hit[0], "cache": hit[1]}


def _moves_with_the_clock(query: BusinessQuery, context: AgentContext) -> bool:
    """Whether the answer changes while the day and the data do not.

    An unfinished period is compared with the part of the other one that has passed by now.
    """
    compares = query.compare_to is not None or query.story is not None
    return compares and (query.window is None or query.window.end > context.now())
