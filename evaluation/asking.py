"""Asking: every question of a set through the whole graph, as a user's would go."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from core.clock import FixedClock
from core.errors import MilhenaError
from core.settings import Settings
from evaluation.cases import EvaluationSet, Exchange, Header
from evaluation.marking import Mark, mark
from graph.answer import FailedAnswer
from graph.assistant import Assistant
from graph.services import Services
from persistence.checkpoints import open_conversations

Tier = Literal["gemini", "groq", "rules"]


def only_tier(settings: Settings, tier: Tier) -> Settings:
    """Return *settings* with which no other model than *tier*'s is asked; the rules always are."""
    from providers.keys import with_stored_keys

    settings = with_stored_keys(settings)
    keys = {"gemini": "gemini_api_key", "groq": "groq_api_key"}
    without: dict[str, Any] = {key: None for name, key in keys.items() if name != tier}
    # Nor is a stored key looked for in the place of one that is not wanted.
    return settings.model_copy(update={**without, "keys_store": "none"})


async def ask_all(
    questions: EvaluationSet, settings: Settings, *, progress: Callable[[int], None]
) -> list[Mark]:
    """Return one mark a question, in the order of the file.

    Nothing is taken from a cache, and the conversations are kept in a temporary folder, as is
    the company where the set brings its own processes.

    :param progress: is told how many questions are answered.
    :raises StoreError: the temporary folder cannot be written.
    """
    marks: list[Mark] = []
    with tempfile.TemporaryDirectory(prefix="milhena-eval-") as folder:
        company = _company_of(questions, settings, Path(folder))
        async with _assistant(company, Path(folder)) as assistant:
            for exchange in questions.exchanges:
                marks += await _asked(assistant, exchange, questions.header, company.zone)
                progress(len(marks))
    return marks


def _company_of(questions: EvaluationSet, settings: Settings, folder: Path) -> Settings:
    """Return the settings to ask with: those of exactly the set's processes, if it has some."""
    from persistence.demo.writer import write_processes

    header = questions.header
    # Made anew, not copied: the zone is worked out once for each settings object.
    changes: dict[str, Any] = {"timezone": header.timezone or settings.timezone}
    if header.processes:
        database = folder / "n8n.sqlite"
        write_processes(header.processes, database)
        changes |= {
            "home": folder,
            # Its calls cost the same money.
            "shared_home": settings.account_home,
            "usage_store_url": settings.usage_store_url or settings.store_url,
            "n8n_url": f"sqlite:///{database}",
            "n8n_schema": None,
            "store_url": None,
        }
    return settings.model_copy(update=changes)


@contextlib.asynccontextmanager
async def _assistant(settings: Settings, folder: Path) -> AsyncIterator[Assistant]:
    async with contextlib.AsyncExitStack() as resources:
        conversations = await resources.enter_async_context(open_conversations(folder, None))
        async with Assistant(Services(settings), conversations, resources.pop_all()) as assistant:
            yield assistant


async def _asked(
    assistant: Assistant, exchange: Exchange, header: Header, zone: ZoneInfo
) -> list[Mark]:
    moment = header.moment(zone)
    marks: list[Mark] = []
    for turn, case in enumerate(exchange.turns):
        answer: dict[str, Any]
        try:
            answered = await assistant.ask(
                case.text,
                thread=f"line {exchange.line}",
                user="evaluation",
                clock=None if moment is None else FixedClock(moment),
                use_cache=False,
            )
            answer = answered.model_dump(mode="json")
        except MilhenaError as error:
            answer = FailedAnswer.of(case.text, error, "").model_dump(mode="json")
        said = tuple(earlier.text for earlier in exchange.turns[:turn])
        marks.append(mark(case, answer, zone=zone, line=exchange.line, turn=turn, said_before=said))
    return marks
