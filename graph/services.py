"""What outlives a question: the two databases, the caches, the language models."""

from __future__ import annotations

import functools

from core.settings import Settings, load_settings
from graph.databases import Databases
from language.question_types.classifier import QuestionTypeClassifier
from persistence.cache import AnswerCache
from providers.router import ModelRouter


class Services:
    """The databases, caches and models of one process; used from one event loop."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.databases = Databases(settings)
        self.cache = AnswerCache(
            settings.home / "cache",
            memory_entries=settings.memory_cache_entries,
            disk_mb=settings.disk_cache_mb,
        )
        self.models = ModelRouter(settings)
        self.question_types = QuestionTypeClassifier(settings.home / "models")

    async def close(self) -> None:
        """Stop what runs and close what is open."""
        await self.models.close()
        await self.databases.close()
        self.cache.close()


@functools.lru_cache(maxsize=1)
def default_services() -> Services:
    """The services of this process's own settings."""
    return Services(load_settings())
