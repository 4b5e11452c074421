"""Asking: one question after the other, each with an answer or the reason why there is none."""

from __future__ import annotations

import contextlib
import gc
import logging
import sys
import uuid
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, cast

from core.errors import MilhenaError, QuestionError, SettingsError
from terminal.output import can_animate, note, say
from terminal.progress import ProgressLine

if TYPE_CHECKING:
    import asyncio

    from core.clock import Clock
    from core.settings import Settings
    from graph.answer import Answer, ExplainedAnswer, FailedAnswer
    from graph.assistant import Assistant
    from graph.state import Turn

BYTES_PER_CHARACTER = 4
"""At most, in UTF-8."""
WORTH_SAYING = timedelta(minutes=5)
"""Data that are older than this are said to be."""


class Asking:
    """Asks in one event loop and one assistant; both are opened by the first question.

    Waiting for the next question happens outside the loop, so Ctrl-C works while waiting.

    :param settings: or the error with which every question is then answered.
    :param thread: the conversation that the questions belong to; it may be changed.
    :param words: language of the progress line.
    :param debug: let unexpected errors through.
    """

    def __init__(
        self,
        settings: Settings | SettingsError,
        *,
        thread: str | None,
        user: str,
        language: Literal["it", "en"] | None,
        clock: Clock | None = None,
        use_cache: bool = True,
        explain: bool = False,
        words: Literal["it", "en"] = "en",
        debug: bool = False,
    ) -> None:
        self.failures = 0
        self.thread = thread
        self._settings = settings
        self._user = user
        self._explain = explain
        self._told: set[str] = set()
        self._fixed: dict[str, Any] = {
            "user": user,
            "language": language,
            "clock": clock,
            "use_cache": use_cache,
            "explain": True,  # what needs somebody to act is said in any case
        }
        self._debug = debug
        self._runner: asyncio.Runner | None = None
        self._assistant: Assistant | None = None
        self._progress = ProgressLine(words)

    def __enter__(self) -> Asking:
        return self

    def __exit__(self, *_: object) -> None:
        if self._runner is not None:
            with self._runner as runner:
                if self._assistant is not None:
                    runner.run(self._assistant.close())

    @property
    def longest(self) -> int:
        """Characters of the longest question that is taken."""
        if isinstance(self._settings, SettingsError):
            return 10_000
        return self._settings.max_question_chars

    def ask(self, line: bytes, *, show_progress: bool = True) -> Answer | FailedAnswer:
        """Return the answer to *line* (UTF-8), or why there is none; raises only on Ctrl-C."""
        from graph.answer import FailedAnswer

        request_id = uuid.uuid4().hex
        try:
            question = _decoded(line, longest=self.longest)
            with _loading() if self._assistant is None else contextlib.nullcontext():
                answer = self._answer(question, request_id, show_progress=show_progress)
            self._progress.clear()
            return answer if self._explain else self._without_reasons(answer)
        except MilhenaError as error:
            failure = error
        except Exception as error:  # a bug in one question must not cost the answers of the rest
            if self._debug:
                raise
            failure = _coded(MilhenaError(unexpected(error)), "internal")
        finally:
            self._progress.clear()
        self.failures += 1
        return FailedAnswer.of(line.decode("utf-8", errors="replace"), failure, request_id)

    def _without_reasons(self, answer: ExplainedAnswer) -> Answer:
        """Tell, once a model, that its key or account needs somebody; drop the other reasons."""
        from graph.answer import Answer
        from language.tiers_in_words import needs_somebody

        for skipped in answer.explain:
            sentence = needs_somebody(skipped.tier, skipped.kind, answer.language)
            if sentence is not None and skipped.tier not in self._told:
                self._told.add(skipped.tier)
                note(sentence)
        return Answer.model_validate(answer.model_dump(exclude={"explain"}))

    def history(self) -> list[Turn]:
        """Return the turns of the conversation, oldest first.

        :raises MilhenaError: they cannot be read.
        """
        assistant, runner = self._open()
        return runner.run(assistant.history(self.thread or "", user=self._user))

    def _answer(self, question: str, request_id: str, *, show_progress: bool) -> ExplainedAnswer:
        show_progress = show_progress and self._progress.visible
        if show_progress:
            self._progress.show("")
        assistant, runner = self._open()
        options = {**self._fixed, "thread": self.thread, "request_id": request_id}
        if not show_progress:
            return cast("ExplainedAnswer", runner.run(assistant.ask(question, **options)))
        return runner.run(self._answer_with_progress(assistant, question, options))

    async def _answer_with_progress(
        self, assistant: Assistant, question: str, options: dict[str, Any]
    ) -> ExplainedAnswer:
        from graph.answer import Answer

        async for event in assistant.stream(question, **options):
            if isinstance(event, Answer):
                return cast("ExplainedAnswer", event)
            self._progress.show(event.node)
        raise RuntimeError("the stream ended without an answer")

    def _open(self) -> tuple[Assistant, asyncio.Runner]:
        if isinstance(self._settings, SettingsError):
            raise self._settings
        if self._assistant is None or self._runner is None:
            import asyncio

            from graph.assistant import Assistant

            if not self._debug:
                # What people need to know of it is said in their language, with the answer.
                logging.getLogger("milhena.providers").setLevel(logging.ERROR)
            self._runner = self._runner or asyncio.Runner()
            self._assistant = self._runner.run(
                Assistant.open(self._settings, memory=self.thread is not None)
            )
        return self._assistant, self._runner


@contextlib.contextmanager
def _loading() -> Generator[None]:
    """Load modules without a garbage collector that looks at them again and again.

    The first question loads some two thousand modules; collecting meanwhile would take a third
    of its time and find nothing.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # what is loaded stays: it need not be looked at later either
        gc.enable()


def lines_of_stdin(longest: int) -> Generator[bytes]:
    """Yield the lines of stdin without their ends; of an endless line only the beginning.

    The beginning is long enough to be refused as longer than *longest* characters, so memory
    stays bounded.
    """
    if sys.stdin is None:  # closed by the caller
        return
    limit = BYTES_PER_CHARACTER * longest + 1
    stream = sys.stdin.buffer
    first = True
    while line := stream.readline(limit):
        if len(line) == limit and not line.endswith(b"\n"):
            while (rest := stream.readline(65_536)) and not rest.endswith(b"\n"):
                pass
        if first:
            line = line.removeprefix(b"\xef\xbb\xbf")  # Windows editors begin files with a mark
            first = False
        yield line.rstrip(b"\r\n")


def _decoded(line: bytes, *, longest: int) -> str:
    if len(line) > BYTES_PER_CHARACTER * longest:  # of such a line there is only the beginning
        too_long = QuestionError(
            f"the question has more than {longest:,} characters. "
            "Shorten it, or raise MILHENA_MAX_QUESTION_CHARS."
        )
        raise _coded(too_long, "question_too_long")
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        unreadable = QuestionError(
            f"the question is not text: byte 0x{line[error.start]:02x} at position "
            f"{error.start + 1} is not UTF-8. Send it as UTF-8."
        )
        raise _coded(unreadable, "unreadable_question") from None


def _coded(error: MilhenaError, code: str) -> MilhenaError:
    error.code = code
    return error


def show(outcome: Answer | FailedAnswer, *, dated: bool = True, read_by: bool = True) -> None:
    """Print *outcome* for a person.

    :param dated: add from when the data are, where that matters.
    :param read_by: add, at a terminal, which tier read the question.
    """
    from graph.answer import ExplainedAnswer, FailedAnswer

    if isinstance(outcome, FailedAnswer):
        note(f"error: {outcome.error.message}")
        return
    say(outcome.answer)
    if isinstance(outcome, ExplainedAnswer):
        _show_tiers(outcome)
    elif read_by and can_animate(sys.stderr):
        _show_tier(outcome)
    if dated and (sentence := _staleness(outcome)):
        note(sentence)


def _show_tier(answer: Answer) -> None:
    from language.tiers_in_words import read_by

    note(read_by(answer.classified_by, answer.language))


def _show_tiers(answer: ExplainedAnswer) -> None:
    from language.tiers_in_words import tier_name

    _show_tier(answer)
    for tier in answer.explain:
        note(f"  {tier_name(tier.tier, answer.language)}: {tier.reason}")


def _staleness(answer: Answer) -> str | None:
    if answer.query is None or answer.provenance.fresh_as_of is None:
        return None
    fresh = datetime.fromisoformat(answer.provenance.fresh_as_of)
    if datetime.now(UTC) - fresh < WORTH_SAYING:
        return None
    if answer.language == "it":
        return f"(dati aggiornati al {fresh:%d/%m/%Y %H:%M})"
    return f"(data as of {fresh:%Y-%m-%d %H:%M})"


def unexpected(error: Exception) -> str:
    """Return one sentence about an error that nobody expected."""
    reason = " ".join(str(error).split())[:300]
    return (
        f"something unexpected went wrong ({type(error).__name__}: {reason}). "
        "agent-cli --debug shows where."
    )
