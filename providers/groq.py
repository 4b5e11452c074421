"""Groq behind the `Classifier` interface."""

from __future__ import annotations

from providers._client import BuiltModel, LangChainClassifier, answering_with_a_reading

MAX_OUTPUT_TOKENS = 1024
"""Groq counts `max_tokens` against the limit before the call: no more than a reading needs."""


class GroqClassifier(LangChainClassifier):
    """Reads questions with a model on Groq."""

    name = "groq"

    def _build(self) -> BuiltModel:
        import httpx
        from langchain_groq import ChatGroq

        # Our own connections, because ChatGroq has no way to close those it makes.
        connections = httpx.AsyncClient(timeout=self._timeout_s)
        chat = ChatGroq(
            model_name=self._model,
            api_key=self._key,
            base_url=self._base_url,
            timeout=self._timeout_s,
            max_retries=0,  # the SDK sleeps on Retry-After before a fallback could act
            max_tokens=MAX_OUTPUT_TOKENS,
            temperature=0,
            http_async_client=connections,
        )
        return BuiltModel(answering_with_a_reading(chat), connections.aclose)
