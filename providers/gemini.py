"""Gemini behind the `Classifier` interface."""

from __future__ import annotations

from providers._client import BuiltModel, LangChainClassifier, answering_with_a_reading


class GeminiClassifier(LangChainClassifier):
    """Reads questions with a Gemini model."""

    name = "gemini"

    def _build(self) -> BuiltModel:
        from langchain_google_genai import ChatGoogleGenerativeAI

        chat = ChatGoogleGenerativeAI(
            model=self._model,
            google_api_key=self._key,
            base_url=self._base_url,
            timeout=self._timeout_s,
            max_retries=1,  # attempts, not extra tries: the default of 6 waits 34 s on a 503
        )
        return BuiltModel(answering_with_a_reading(chat), chat.aclose)
