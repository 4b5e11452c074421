"""The assistant: the one object that the CLI, the server and tests talk to."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from langchain_core.runnables import RunnableConfig

from core.clock import Clock, FixedClock, SystemClock
from core.errors import MilhenaError, QuestionError
from core.settings import Settings
from graph.answer import Answer
from graph.build import build_graph
from graph.context import AgentContext
from graph.services import Services
from graph.state import AgentState, Failure, Turn
from persistence.sync import SyncProgress, SyncReport


@dataclass(frozen=True)
class Step:
    """A graph node that has finished."""

    node: str


class UnansweredError(MilhenaError):
    """A question that could not be answered; ``code`` is that of its cause."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure["message"])
        self.code = failure["code"]


class Assistant:
    """Answers questions over one n8n. Make it with `open`; close it when done."""

    def __init__(self, services: Services, checkpointer: Any, resources: AsyncExitStack) -> None:
        self.services = services
        self._graph = build_graph().compile(checkpointer=checkpointer, name="milhena")
        # A question without a thread stands alone: nothing of it is kept.
        self._memoryless = self._graph.copy({"checkpointer": None})
        self._has_memory = checkpointer is not None
        self._resources = resources

    @classmethod
    async def open(cls, settings: Settings, *, memory: bool = False) -> Assistant:
        """Return an assistant; its databases are opened by the first question that needs them.

        :param memory: whether threads are kept; without, every question stands alone.
        :raises StoreError: conversations cannot be kept where the settings say.
        """
        resources = AsyncExitStack()
        checkpointer = None
        if memory:
            from persistence.checkpoints import open_checkpointer

            checkpointer = await resources.enter_async_context(
                open_checkpointer(settings.home, settings.store_url)
            )
        return cls(Services(settings), checkpointer, resources)

    async def ask(
        self,
        question: str,
        *,
        thread: str | None = None,
        user: str = "anonymous",
        language: Literal["it", "en"] | None = None,
        clock: Clock | None = None,
        use_cache: bool = True,
        request_id: str | None = None,
    ) -> Answer:
        """Return the answer to *question*.

        :param thread: the conversation it belongs to; one user's threads are never another's.
        :raises UnansweredError: it could not be answered (its ``code`` says why).
        """
        context = self._context(thread, user, language, clock, use_cache, request_id)
        graph, config = self._run_of(context)
        state = await graph.ainvoke(
            {"question": question}, config, context=context, **self._durability(context)
        )
        return _answer_of(cast(AgentState, state))

    async def stream(
        self,
        question: str,
        *,
        thread: str | None = None,
        user: str = "anonymous",
        language: Literal["it", "en"] | None = None,
        clock: Clock | None = None,
        use_cache: bool = True,
        request_id: str | None = None,
    ) -> AsyncIterator[Step | Answer]:
        """Yield a `Step` as each node finishes, then the `Answer`; raises as `ask` does."""
        context = self._context(thread, user, language, clock, use_cache, request_id)
        graph, config = self._run_of(context)
        state: dict[str, Any] = {}
        async for update in graph.astream(
            {"question": question},
            config,
            context=context,
            stream_mode="updates",
            **self._durability(context),
        ):
            for node, change in update.items():
                state.update(change or {})
                yield Step(node)
        yield _answer_of(cast(AgentState, state))

    async def history(self, thread: str, user: str = "anonymous") -> list[Turn]:
        """Return the turns of *thread*, oldest first; [] for an unknown one."""
        if not self._has_memory:
            return []
        state = await self._graph.aget_state(_thread_config(thread, user))
        return list(state.values.get("turns", []))

    async def synchronise(
        self,
        *,
        progress: Callable[[SyncProgress], None] | None = None,
        budget_s: float | None = None,
    ) -> SyncReport:
        """Copy what is new in n8n; *progress* is called from a worker thread."""
        return await self.services.synchronise(progress=progress, budget_s=budget_s)

    async def close(self) -> None:
        """Close everything that was opened."""
        await self.services.close()
        await self._resources.aclose()

    async def __aenter__(self) -> Assistant:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    def _context(
        self,
        thread: str | None,
        user: str,
        language: Literal["it", "en"] | None,
        clock: Clock | None,
        use_cache: bool,
        request_id: str | None,
    ) -> AgentContext:
        # "Now" is one moment for the whole question.
        moment: datetime = (clock or SystemClock()).now()
        return AgentContext(
            user_id=user,
            thread_id=thread,
            language=language,
            clock=FixedClock(moment),
            use_cache=use_cache,
            request_id=request_id or uuid.uuid4().hex,
            services=self.services,
        )

    def _run_of(self, context: AgentContext) -> tuple[Any, RunnableConfig]:
        if context.thread_id is None:
            return self._memoryless, {"metadata": {"request_id": context.request_id}}
        if not self._has_memory:
            raise QuestionError("this assistant was opened without memory: it keeps no threads")
        return self._graph, _thread_config(context.thread_id, context.user_id)

    @staticmethod
    def _durability(context: AgentContext) -> dict[str, Any]:
        # One checkpoint a question, written when it is answered.
        return {"durability": "exit"} if context.thread_id is not None else {}


def _thread_config(thread: str, user: str) -> RunnableConfig:
    # The user is part of the key, so that a guessed thread name opens nobody else's thread. The
    # length keeps ("a", "b:c") and ("a:b", "c") apart.
    return {"configurable": {"thread_id": f"{len(user)}:{user}:{thread}"}}


def _answer_of(state: AgentState) -> Answer:
    failure = state.get("failure")
    if failure is not None:
        raise UnansweredError(failure)
    return Answer.model_validate(state["answer"])
