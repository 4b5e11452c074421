"""The assistant: the one object that the CLI, the server and tests talk to."""

from __future__ import annotations

import asyncio
import logging
import uuid
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, nullcontext
from dataclasses import dataclass
from typing import Any, Literal, cast

from langchain_core.runnables import RunnableConfig

from core.clock import Clock, FixedClock, SystemClock
from core.errors import MilhenaError, QuestionError, StoreError
from core.settings import Settings
from graph.answer import Answer, ExplainedAnswer
from graph.build import build_graph
from graph.context import AgentContext
from graph.services import Services
from graph.state import AgentState, Failure, Turn
from graph.tracing import start_tracing, stop_tracing, trace_metadata
from persistence.checkpoints import Conversations, open_conversations, storage_errors
from persistence.sync_report import SyncProgress, SyncReport

log = logging.getLogger("milhena")

Updates = AsyncIterator[dict[str, Any]]
"""What each finished node changed, by its name."""


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

    def __init__(
        self, services: Services, conversations: Conversations | None, resources: AsyncExitStack
    ) -> None:
        self.services = services
        self._conversations = conversations
        checkpointer = conversations.checkpointer if conversations else None
        self._graph: Any = build_graph().compile(checkpointer=checkpointer, name="milhena")
        # A question without a thread stands alone: nothing of it is kept.
        self._memoryless: Any = self._graph.copy({"checkpointer": None})
        self._turns: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()
        self._resources = resources
        self._traced = start_tracing(services.settings)

    @classmethod
    async def open(cls, settings: Settings, *, memory: bool = False) -> Assistant:
        """Return an assistant; its databases are opened by the first question that needs them.

        :param memory: whether threads are kept; without, every question stands alone.
        :raises StoreError: conversations cannot be kept where the settings say.
        """
        resources = AsyncExitStack()
        conversations = None
        if memory:
            conversations = await resources.enter_async_context(
                open_conversations(settings.home, settings.store_url)
            )
        return cls(Services(settings), conversations, resources)

    async def ask(
        self,
        question: str,
        *,
        thread: str | None = None,
        user: str = "anonymous",
        language: Literal["it", "en"] | None = None,
        clock: Clock | None = None,
        use_cache: bool = True,
        explain: bool = False,
        request_id: str | None = None,
    ) -> Answer:
        """Return the answer to *question*.

        :param thread: the conversation it belongs to; one user's threads are never another's.
            Its turns are answered one after the other.
        :param explain: return an `ExplainedAnswer`.
        :raises UnansweredError: it could not be answered (its ``code`` says why).
        """
        context = self._context(thread, user, language, clock, use_cache, explain, request_id)
        answer: Step | Answer | None = None
        async for item in self._run(question, context):
            answer = item
        return cast(Answer, answer)  # the last item, unless an error was raised

    async def stream(
        self,
        question: str,
        *,
        thread: str | None = None,
        user: str = "anonymous",
        language: Literal["it", "en"] | None = None,
        clock: Clock | None = None,
        use_cache: bool = True,
        explain: bool = False,
        request_id: str | None = None,
    ) -> AsyncIterator[Step | Answer]:
        """Yield a `Step` as each node finishes, then the `Answer`; raises as `ask` does."""
        context = self._context(thread, user, language, clock, use_cache, explain, request_id)
        async for item in self._run(question, context):
            yield item

    async def _run(self, question: str, context: AgentContext) -> AsyncIterator[Step | Answer]:
        state: dict[str, Any] = {}
        async with self._turn_of(context):
            try:
                async for update in self._updates(question, context):
                    for node, change in update.items():
                        state.update(change or {})
                        yield Step(node)
                await self._tidy(context)
            except storage_errors() as error:
                if self._conversations is None:
                    raise
                trouble = self._conversations.trouble(error)
                await self._conversations.give_up()
                if "answer" not in state:
                    raise trouble from None
                log.warning("%s The answer stands; the turn is forgotten.", trouble)
        yield _answer_of(cast(AgentState, state))

    def _updates(self, question: str, context: AgentContext) -> Updates:
        asked: dict[str, Any] = {"question": question}
        how: dict[str, Any] = {"context": context, "stream_mode": "updates"}
        named: RunnableConfig = {
            "run_name": "milhena",
            "metadata": trace_metadata(
                user=context.user_id, thread=context.thread_id, request_id=context.request_id
            ),
        }
        if context.thread_id is None:
            return cast(Updates, self._memoryless.astream(asked, named, **how))
        config: RunnableConfig = {**named, **_thread_config(context.thread_id, context.user_id)}
        # One checkpoint a question, written when it is answered.
        return cast(Updates, self._graph.astream(asked, config, durability="exit", **how))

    def _turn_of(self, context: AgentContext) -> Any:
        """Let the turns of one thread wait for each other: a turn goes on from the one before."""
        if context.thread_id is None:
            return nullcontext()
        if self._conversations is None:
            raise QuestionError("this assistant was opened without memory: it keeps no threads")
        key = _thread_key(context.thread_id, context.user_id)
        lock = self._turns.get(key)
        if lock is None:
            lock = self._turns[key] = asyncio.Lock()
        return lock

    async def _tidy(self, context: AgentContext) -> None:
        if context.thread_id is None or self._conversations is None:
            return
        key = _thread_key(context.thread_id, context.user_id)
        try:
            await self._conversations.keep_only_the_newest(key)
        except StoreError as trouble:
            log.warning("%s The turn is kept; what it replaces is deleted later.", trouble)

    async def history(self, thread: str, user: str = "anonymous") -> list[Turn]:
        """Return the turns of *thread*, oldest first; [] for an unknown one.

        :raises StoreError: the conversations cannot be read.
        """
        if self._conversations is None:
            return []
        try:
            state = await self._graph.aget_state(_thread_config(thread, user))
        except storage_errors() as error:
            raise self._conversations.trouble(error) from None
        return list(state.values.get("turns", []))

    async def synchronise(
        self,
        *,
        progress: Callable[[SyncProgress], None] | None = None,
        budget_s: float | None = None,
        rebuild: bool = False,
    ) -> SyncReport:
        """Copy what is new in n8n; *progress* is called from a worker thread.

        *rebuild* sums all days and months anew, too.
        """
        return await self.services.databases.synchronise(
            progress=progress, budget_s=budget_s, rebuild=rebuild
        )

    async def close(self) -> None:
        """Close everything that was opened."""
        await self.services.close()
        await self._resources.aclose()
        if self._traced:
            self._traced = False
            await asyncio.to_thread(stop_tracing)

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
        explain: bool,
        request_id: str | None,
    ) -> AgentContext:
        return AgentContext(
            user_id=user,
            thread_id=thread,
            language=language,
            # "Now" is one moment for the whole question.
            clock=FixedClock((clock or SystemClock()).now()),
            use_cache=use_cache,
            explain=explain,
            request_id=request_id or uuid.uuid4().hex,
            services=self.services,
        )


def _thread_key(thread: str, user: str) -> str:
    # The user is part of the key, so that a guessed thread name opens nobody else's thread. The
    # length keeps ("a", "b:c") and ("a:b", "c") apart.
    return f"{len(user)}:{user}:{thread}"


def _thread_config(thread: str, user: str) -> RunnableConfig:
    return {"configurable": {"thread_id": _thread_key(thread, user)}}


def _answer_of(state: AgentState) -> Answer:
    failure = state.get("failure")
    if failure is not None:
        raise UnansweredError(failure)
    kind = ExplainedAnswer if "explain" in state["answer"] else Answer
    return kind.model_validate(state["answer"])
