"""What outlives a question: the two databases, the caches, the language models."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Literal

from core.settings import Settings, load_settings
from graph.databases import Databases
from persistence.cache import AnswerCache

if TYPE_CHECKING:
    from providers.interface import Classifier


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
        self._classifiers: dict[str, Classifier] = {}

    def classifier(self, provider: Literal["gemini", "groq"]) -> Classifier | None:
        """The client of *provider*; None without a key. Built on first use."""
        settings = self.settings
        key = settings.gemini_api_key if provider == "gemini" else settings.groq_api_key
        if key is None:
            return None
        if provider not in self._classifiers:
            if provider == "gemini":
                from providers.gemini import GeminiClassifier

                self._classifiers[provider] = GeminiClassifier(
                    key,
                    model=settings.gemini_model,
                    base_url=settings.gemini_base_url,
                    timeout_s=settings.classify_timeout_s,
                )
            else:
                from providers.groq import GroqClassifier

                self._classifiers[provider] = GroqClassifier(
                    key,
                    model=settings.groq_model,
                    base_url=settings.groq_base_url,
                    timeout_s=settings.classify_timeout_s,
                )
        return self._classifiers[provider]

    async def close(self) -> None:
        """Stop what runs and close what is open."""
        for classifier in self._classifiers.values():
            await classifier.close()
        await self.databases.close()
        self.cache.close()


@functools.lru_cache(maxsize=1)
def default_services() -> Services:
    """The services of this process's own settings."""
    return Services(load_settings())
