"""How many tokens a prompt has at most, before it is sent, and how it is cut to fit.

The providers' tokenizers are not at hand, and a budget must hold all the same: the count is an
upper bound. No tokenizer makes more tokens of a text than it has bytes; of ordinary words it makes
less than one for every two letters.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import FailureKind, ProviderError

TOKENS_PER_MESSAGE = 8
"""What marks the beginning, the role and the end of a message."""
MESSAGES = 2
"""The prompt and the question."""

_CONTEXT_WINDOW_TOKENS = {
    "openai/gpt-oss-120b": 131_072,
    "openai/gpt-oss-20b": 131_072,
}
_GEMINI_WINDOW_TOKENS = 1_048_576
_SMALLEST_WINDOW_TOKENS = 8_192
"""Of a model that nothing is known about."""

_PIECE = re.compile(r" ?([A-Za-z]+)|[^A-Za-z]", re.DOTALL)
# Lower-case letters, perhaps after a capital, with a vowel at least every fourth letter: what
# people write. Anything else may be a key or a code, of which every letter can be a token.
_WORD = re.compile(r"[A-Za-z]?(?:[b-df-hj-np-tv-xz]{0,3}[aeiouy])+[b-df-hj-np-tv-xz]{0,3}")
_LONGEST_WORD = 24


def count_at_most(text: str) -> int:
    """Return an upper bound of the tokens that any model makes of *text*."""
    tokens = 0
    for piece in _PIECE.finditer(text):
        letters = piece.group(1)
        if letters and len(letters) <= _LONGEST_WORD and _WORD.fullmatch(letters):
            tokens += (len(letters) + 1) // 2  # the space before it is a part of its first token
        else:
            tokens += len(piece.group().encode("utf-8", errors="surrogatepass"))
    return tokens


def count_schema(schema: dict[str, Any]) -> int:
    """Return an upper bound for a JSON schema that is sent along."""
    return count_at_most(json.dumps(schema))


def context_window_tokens(model: str) -> int:
    """Return how many tokens *model* takes and makes in one call, at most."""
    if model.startswith("gemini-"):
        return _GEMINI_WINDOW_TOKENS
    return _CONTEXT_WINDOW_TOKENS.get(model, _SMALLEST_WINDOW_TOKENS)


@dataclass(frozen=True)
class FittedPrompt:
    """A prompt that fits, and how many tokens the whole request has at most."""

    prompt: str
    input_tokens: int
    processes: int
    """So many of the process names are in it."""


def fit(
    render: Callable[[Sequence[str]], str],
    question: str,
    *,
    process_names: Sequence[str],
    provider: str,
    model: str,
    max_prompt_tokens: int,
    max_output_tokens: int,
    schema_tokens: int = 0,
) -> FittedPrompt:
    """Return the prompt with as many process names as fit, the first ones first.

    The question is never cut.

    :param render: makes the prompt with the names that it is given.
    :param max_prompt_tokens: what the operator wants to send at most; the model's context window
        may be less.
    :raises ProviderError: even without any name it is too long for *model* (``UNSUITABLE``).
    """
    limit = min(max_prompt_tokens, context_window_tokens(model) - max_output_tokens)
    fixed = MESSAGES * TOKENS_PER_MESSAGE + schema_tokens + count_at_most(question)

    def fitted(count: int) -> FittedPrompt:
        prompt = render(process_names[:count])
        return FittedPrompt(prompt, fixed + count_at_most(prompt), count)

    whole = fitted(len(process_names))
    if whole.input_tokens <= limit:
        return whole
    best = fitted(0)
    if best.input_tokens > limit:
        raise ProviderError(
            provider,
            f"the question is too long for {model}: with its instructions about "
            f"{best.input_tokens:,} tokens, {limit:,} are sent at most",
            kind=FailureKind.UNSUITABLE,
        )
    low, high = 0, len(process_names) - 1
    while low < high:
        middle = (low + high + 1) // 2
        tried = fitted(middle)
        if tried.input_tokens <= limit:
            low, best = middle, tried
        else:
            high = middle - 1
    return best
