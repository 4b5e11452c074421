"""The language models of this installation: which there are, whether they may be asked, asking one.

The order in which they are asked is the graph's (its edges); here one of them is asked, through all
gates, within the time that the graph gives it.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from core.errors import CallRefused, FailureKind, ProviderError, Refusal
from providers.choice import ModelChoice, Need, models_for, models_in_use
from providers.gate import Call, Gate, GateStatus, ProviderName, TokenUsage

if TYPE_CHECKING:
    from pydantic import SecretStr

    from core.settings import Settings
    from providers.calling import Accepted, Deadline
    from providers.interface import ModelClient, StructuredRequest, T

R = TypeVar("R")
PROVIDERS: tuple[ProviderName, ...] = ("gemini", "groq")
KEY_VARIABLES: dict[ProviderName, str] = {"gemini": "GOOGLE_API_KEY", "groq": "GROQ_API_KEY"}


@dataclass(frozen=True)
class LastFailure:
    """The newest failure of one model in this process."""

    target: str
    kind: FailureKind
    reason: str
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return {
            "target": self.target,
            "kind": self.kind.value,
            "reason": self.reason,
            "at": self.at.isoformat(timespec="seconds"),
        }


class ModelRouter:
    """Asks the models that the settings name.

    :param gates: what every call passes, in this order; default: those of the settings.
    """

    def __init__(self, settings: Settings, gates: Sequence[Gate] | None = None) -> None:
        self._settings = settings
        self._given_gates = gates
        self._gates: Sequence[Gate] | None = gates
        self._clients: dict[ProviderName, ModelClient] = {}
        self._failures: dict[str, LastFailure] = {}

    async def look_for_keys(self) -> None:
        """Read the stored keys, once; a keyring may take its time, so not on the event loop."""
        if "_keyed" not in self.__dict__:
            await asyncio.to_thread(lambda: self._keyed)

    def has_key(self, provider: ProviderName) -> bool:
        """Whether there is an API key for *provider*; it is not looked into."""
        return self._key(provider) is not None

    def models_for(self, need: Need) -> list[ModelChoice]:
        """Return the models to ask for *need* that there is a key for, the first one first."""
        return [each for each in models_for(need, self._settings) if self.has_key(each.provider)]

    async def ask(
        self,
        choice: ModelChoice,
        request: StructuredRequest[T],
        *,
        accept: Callable[[T], R],
        need: str,
        deadline: Deadline,
        user_id: str,
        request_id: str,
    ) -> Accepted[R]:
        """Return the answer of one model before *deadline*; see `providers.calling.ask`.

        :raises ProviderError: it failed.
        :raises CallRefused: it was not asked.
        """
        from providers.calling import ask

        client = self._client(choice.provider)
        if client is None:
            raise CallRefused(choice.provider, "no key", refusal=Refusal.NO_KEY)
        call = Call(
            provider=choice.provider,
            model=choice.model,
            account=self._account(choice.provider),
            need=need,
            user_id=user_id,
            request_id=request_id,
            input_tokens=request.input_tokens,
            max_output_tokens=request.max_output_tokens,
            timeout_s=deadline.left_s,
        )
        try:
            return await ask(
                client,
                self.gates,
                call,
                request,
                accept=accept,
                deadline=deadline,
                attempts=self._settings.model_attempts,
            )
        except ProviderError as error:
            self._failures[choice.target] = LastFailure(
                choice.target, error.kind, error.reason, datetime.now(UTC)
            )
            raise

    async def load(self, choices: Iterable[ModelChoice]) -> None:
        """Make the clients of *choices*: the first question then need not wait for them."""
        for choice in choices:
            client = self._client(choice.provider)
            if client is not None:
                with contextlib.suppress(ProviderError):  # raised again when it is asked
                    await client.load(choice.model)

    def cost_usd(self, model: str, usage: TokenUsage) -> float | None:
        """Return what *usage* costs in US dollars; None where no price is known."""
        from providers.prices import Prices, usd

        today = datetime.now(self._settings.zone).date()
        cost = Prices(self._settings.prices).cost_micro_usd(model, usage, today)
        return None if cost is None else usd(cost)

    @property
    def gates(self) -> Sequence[Gate]:
        """What every call passes: pauses and limits, the breaker, the budget."""
        if self._gates is None:
            from providers.gates import open_gates

            self._gates = open_gates(self._settings, seen=self._in_use())
        return self._gates

    @property
    def last_failures(self) -> list[LastFailure]:
        """The newest failure of each model in this process."""
        return list(self._failures.values())

    async def status(self) -> list[GateStatus]:
        """Return how the providers stand at all gates."""
        return [one for gate in self.gates for one in await gate.status()]

    def _in_use(self) -> list[tuple[str, str, str]]:
        return [
            (provider, model, self._account(provider))
            for provider in PROVIDERS
            if self.has_key(provider)
            for model in models_in_use(self._settings, provider)
        ]

    async def close(self) -> None:
        """Close what was opened on the running event loop."""
        for client in self._clients.values():
            await client.close()
        gates, self._gates = self._gates, self._given_gates
        for gate in gates or ():
            await gate.close()

    @functools.cached_property
    def _keyed(self) -> Settings:
        # Read when a model is first thought of: a sync or a diagnosis opens no keyring.
        from providers.keys import with_stored_keys

        return with_stored_keys(self._settings)

    def _key(self, provider: ProviderName) -> SecretStr | None:
        settings = self._keyed
        return settings.gemini_api_key if provider == "gemini" else settings.groq_api_key

    def _account(self, provider: ProviderName) -> str:
        key = self._key(provider)
        secret = key.get_secret_value() if key else ""
        return hashlib.sha256(f"{provider}:{secret}".encode()).hexdigest()[:12]

    def _client(self, provider: ProviderName) -> ModelClient | None:
        """The client of *provider*, made on first use; None without a key."""
        key = self._key(provider)
        if key is None:
            return None
        if provider not in self._clients:
            settings = self._settings
            client: ModelClient
            if provider == "gemini":
                from providers.gemini import GeminiClient

                client = GeminiClient(
                    key, base_url=settings.gemini_base_url, timeout_s=settings.model_timeout_s
                )
            else:
                from providers.groq import GroqClient

                client = GroqClient(
                    key, base_url=settings.groq_base_url, timeout_s=settings.model_timeout_s
                )
            self._clients[provider] = client
        return self._clients[provider]
