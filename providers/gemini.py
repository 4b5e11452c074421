"""Google's models behind `ModelClient`."""

from __future__ import annotations

import logging
import warnings
from typing import Any

from pydantic import BaseModel

from providers._client import BuiltModel, LangChainClient
from providers.interface import Request
from providers.schemas import schema_of


class GeminiClient(LangChainClient):
    """Asks Gemini models."""

    provider = "gemini"

    def _build(self, model: str) -> BuiltModel:
        from langchain_google_genai import ChatGoogleGenerativeAI

        # An empty answer and a new reason to end are failures that we name ourselves; on a person's
        # screen the package's words about them would stand beside the answer.
        logging.getLogger("langchain_google_genai").setLevel(logging.ERROR)
        warnings.filterwarnings("ignore", "(?s).* is not a valid ", UserWarning, "google.genai")
        chat = ChatGoogleGenerativeAI(
            model=model,
            google_api_key=self._key,
            base_url=self._base_url,
            timeout=self._timeout_s,
            max_retries=1,  # attempts, not extra tries: the default of 6 waits 34 s on a 503
            # A question is read, not pondered. Older models have no such level and refuse it.
            thinking_level="low" if model.startswith("gemini-3") else None,
        )
        return BuiltModel(chat, chat.aclose)

    def _options(self, request: Request, answer: type[BaseModel] | None) -> dict[str, Any]:
        options: dict[str, Any] = {"max_output_tokens": request.max_output_tokens}
        if answer is not None:
            options["response_mime_type"] = "application/json"
            options["response_json_schema"] = schema_of(answer)
        return options
