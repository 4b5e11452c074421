"""What LangServe serves: a question in, an answer out, over the one assistant.

LangServe knows nothing of the graph's context and drops a compiled graph's thread id, so it gets
this small typed runnable instead.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Annotated, Any, Literal, cast

from langchain_core.runnables import Runnable, RunnableConfig, RunnableGenerator, RunnableLambda
from langchain_core.runnables.utils import ConfigurableFieldSpec
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, field_validator

from core.errors import MilhenaError, QuestionError
from graph.answer import Answer, ExplainedAnswer, FailedAnswer
from graph.assistant import Assistant
from server.limits import MAX_BATCH
from server.problems import UnansweredQuestionError

log = logging.getLogger("milhena.server")

AT_ONCE = 8
"""Questions of one batch that are worked on at the same time."""

_NAME = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"
"""No control characters, and not only spaces."""
_TEXT: dict[str, Any] = {"type": "string"}
"""What may be null is told as plain text: the playground cannot draw a type that may be null."""
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=_NAME)]


class Question(BaseModel):
    """What is asked, by whom, in which conversation."""

    model_config = ConfigDict(extra="forbid", title="Question")

    question: str = Field(description="In Italian or English, in plain words.")
    thread_id: Annotated[Name | None, WithJsonSchema(_TEXT)] = Field(
        None, description="The conversation it belongs to; without one it stands alone."
    )
    user: Name = Field("anonymous", description="Who asks.")
    language: Annotated[
        Literal["it", "en"] | None, WithJsonSchema({"type": "string", "enum": ["it", "en"]})
    ] = Field(None, description="Answer in this language; default: the question's.")

    explain: bool = Field(
        False, description="Also say why the models before the one that answered did not."
    )

    @field_validator("question")
    @classmethod
    def _can_be_written(cls, value: str) -> str:
        # JSON can carry half of a character, which no answer can repeat.
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise ValueError("the text holds half of a UTF-16 pair")
        return value


class MilhenaRunnable(Runnable[Question, Answer]):
    """Answers `Question` with `Answer`; LangServe hands both over as JSON types.

    ``ainvoke`` raises `UnansweredQuestionError`. In a batch each question fails alone, with a
    `FailedAnswer` in its place. A stream yields ``{"step": node}`` for every step of the graph and
    then the answer or the failure, since a stream that has begun cannot become an HTTP error.
    """

    name = "milhena"

    def __init__(self, assistant: Callable[[], Assistant]) -> None:
        """*assistant* is asked at each question: it is there once the server has started."""
        self._assistant = assistant
        # Their own implementations report runs to callbacks, which the playground shows.
        self._one = RunnableLambda(self._answer_or_raise, name=self.name)
        # Its type does not say that a function may take the config as well.
        in_steps = cast(Callable[[AsyncIterator[Any]], AsyncIterator[Any]], self._answer_in_steps)
        self._steps: Runnable[Any, Any] = RunnableGenerator(in_steps, name=self.name)

    @property
    def InputType(self) -> Any:  # noqa: N802  # langchain's name
        """The typed question."""
        return Question

    @property
    def OutputType(self) -> Any:  # noqa: N802  # langchain's name
        """An answer, or the reason why there is none."""
        return Answer | ExplainedAnswer | FailedAnswer

    @property
    def config_specs(self) -> list[ConfigurableFieldSpec]:
        """``configurable.thread_id``, which LangChain's clients send; LangServe drops the rest."""
        return [
            ConfigurableFieldSpec(
                id="thread_id",
                annotation=str,  # the playground cannot draw a type that may be null
                name="thread_id",
                description="The conversation, where the input names none.",
                default=None,
            )
        ]

    def invoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Any:
        """Not to be had: everything here is asynchronous."""
        raise NotImplementedError("use ainvoke: the assistant is asynchronous")

    async def ainvoke(self, input: Any, config: RunnableConfig | None = None, **kwargs: Any) -> Any:
        """Return the answer as JSON types.

        :raises UnansweredQuestionError: there is none.
        """
        return await self._one.ainvoke(input, config)

    async def abatch(
        self,
        inputs: list[Any],
        config: RunnableConfig | list[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **kwargs: Any,
    ) -> list[Any]:
        """Return one answer or failure per question, in order.

        Questions of one conversation are asked one after the other, as they stand.
        """
        if len(inputs) > MAX_BATCH:
            raise UnansweredQuestionError(
                _failure(
                    "", QuestionError(f"{len(inputs)} questions at once; send up to {MAX_BATCH}")
                )
            )
        configs = config if isinstance(config, list) else [config or {}] * len(inputs)
        lanes: dict[object, list[int]] = defaultdict(list)
        for index, (asked, own) in enumerate(zip(inputs, configs, strict=True)):
            question = _question_of(asked, own)
            lanes[(question.user, question.thread_id) if question.thread_id else index].append(
                index
            )
        results: list[Any] = [None] * len(inputs)
        slots = asyncio.Semaphore(AT_ONCE)

        async def work(lane: Sequence[int]) -> None:
            for index in lane:
                async with slots:
                    results[index] = await self._answer_or_failure(inputs[index], configs[index])

        await asyncio.gather(*(work(lane) for lane in lanes.values()))
        return results

    async def astream(
        self,
        input: Any,
        config: RunnableConfig | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[Any]:
        """Yield the steps, then the answer or the failure, as JSON types."""
        async for event in self._steps.astream(input, config):
            yield event

    async def _answer_or_failure(self, asked: Any, config: RunnableConfig) -> dict[str, Any]:
        try:
            return await self.ainvoke(asked, config)  # type: ignore[no-any-return]  # JSON types
        except UnansweredQuestionError as failed:
            return failed.failure.model_dump(mode="json")

    async def _answer_or_raise(self, asked: Any, config: RunnableConfig) -> dict[str, Any]:
        question, request_id = _question_of(asked, config), uuid.uuid4().hex
        try:
            answer = await self._assistant().ask(**_options(question, request_id))
        except MilhenaError as error:
            raise UnansweredQuestionError(_failure(question.question, error, request_id)) from None
        return answer.model_dump(mode="json")

    async def _answer_in_steps(
        self, asked: AsyncIterator[Any], config: RunnableConfig
    ) -> AsyncIterator[dict[str, Any]]:
        async for one in asked:
            question, request_id = _question_of(one, config), uuid.uuid4().hex
            try:
                async for event in self._assistant().stream(**_options(question, request_id)):
                    if isinstance(event, Answer):
                        yield event.model_dump(mode="json")
                    else:
                        yield {"step": event.node}
            except MilhenaError as error:
                yield _failure(question.question, error, request_id).model_dump(mode="json")
            except Exception as error:
                log.error("a stream failed unexpectedly", exc_info=error)
                unexpected = MilhenaError("Something unexpected went wrong; the log says what.")
                yield _failure(question.question, unexpected, request_id).model_dump(mode="json")


def _question_of(asked: Any, config: RunnableConfig) -> Question:
    question = Question.model_validate(asked if isinstance(asked, dict) else dict(asked))
    thread_id = (config.get("configurable") or {}).get("thread_id")
    if question.thread_id is None and thread_id:
        return Question.model_validate({**question.model_dump(), "thread_id": thread_id})
    return question


def _options(question: Question, request_id: str) -> dict[str, Any]:
    return {
        "question": question.question,
        "thread": question.thread_id,
        "user": question.user,
        "language": question.language,
        "explain": question.explain,
        "request_id": request_id,
    }


def _failure(question: str, error: MilhenaError, request_id: str | None = None) -> FailedAnswer:
    return FailedAnswer.of(question, error, request_id or uuid.uuid4().hex)
