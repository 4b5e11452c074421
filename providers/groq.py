"""The models on Groq behind `ModelClient`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from providers._client import BuiltModel, LangChainClient, note_headers
from providers.interface import Request
from providers.schemas import schema_of


class GroqClient(LangChainClient):
    """Asks models on Groq."""

    provider = "groq"

    def _build(self, model: str) -> BuiltModel:
        import httpx
        from langchain_groq import ChatGroq

        # Our own connections, because ChatGroq has no way to close those it makes; and their
        # headers say on every answer what is left of the limits.
        connections = httpx.AsyncClient(
            timeout=self._timeout_s, event_hooks={"response": [note_headers]}
        )
        chat = ChatGroq(
            model_name=model,
            api_key=self._key,
            base_url=self._base_url,
            timeout=self._timeout_s,
            max_retries=0,  # the SDK sleeps on Retry-After before a fallback could act
            temperature=0,
            # A question is read, not pondered. Only these models reason.
            reasoning_effort="low" if model.startswith("openai/gpt-oss") else None,
            http_async_client=connections,
        )
        return BuiltModel(chat, connections.aclose)

    def _options(self, request: Request, answer: type[BaseModel] | None) -> dict[str, Any]:
        options: dict[str, Any] = {"max_tokens": request.max_output_tokens}
        if answer is not None:
            options["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": answer.__name__, "schema": schema_of(answer)},
            }
        return options
