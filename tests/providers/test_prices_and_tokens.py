"""What a call costs and how long it is, before it is made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import FailureKind, ProviderError, SettingsError
from core.settings import Settings, load_settings
from providers.gate import TokenUsage
from providers.prices import PRICES_TAKEN_ON, Prices, in_words, micro_usd, usd
from providers.tokens import context_window_tokens, count_at_most, fit

TODAY = date(2026, 11, 22)


def used(input_tokens: int, output_tokens: int, thought_tokens: int = 0) -> TokenUsage:
    return TokenUsage(
        input_tokens=input_tokens, output_tokens=output_tokens, thought_tokens=thought_tokens
    )


# --- prices --------------------------------------------------------------------------------------


def test_the_models_that_are_used_by_default_have_a_price() -> None:
    settings = Settings()
    for model in (settings.gemini_model, settings.groq_model):
        assert Prices().price(model, TODAY) is not None
    assert PRICES_TAKEN_ON <= TODAY


def test_a_dollar_per_million_tokens_is_a_micro_dollar_per_token() -> None:
    prices = Prices({"m": (Decimal("0.30"), Decimal("2.50"))})
    assert prices.cost_micro_usd("m", used(1000, 100, thought_tokens=60), TODAY) == 550
    assert prices.cost_micro_usd("m", used(1, 0), TODAY) == 1, "rounded up"
    assert prices.cost_micro_usd("m", used(0, 0), TODAY) == 0
    assert usd(550) == 0.00055


def test_an_announced_rise_holds_from_its_day_on() -> None:
    call = used(1_000_000, 0)
    before = Prices().cost_micro_usd("gemini-3.8-flash", call, date(2026, 12, 31))
    after = Prices().cost_micro_usd("gemini-3.8-flash", call, date(2027, 1, 1))
    assert (before, after) == (750_000, 1_500_000)


def test_a_model_without_a_price_has_no_cost_but_is_reserved_at_the_dearest() -> None:
    prices = Prices({"dear": (Decimal(90), Decimal(0)), "verbose": (Decimal(0), Decimal(90))})
    assert prices.cost_micro_usd("unheard-of", used(10, 10), TODAY) is None
    for tokens in ((100, 0), (0, 100)):
        at_most = prices.at_most_micro_usd(
            "unheard-of", input_tokens=tokens[0], output_tokens=tokens[1], day=TODAY
        )
        assert at_most == 9_000


def test_prices_are_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MILHENA_PRICES", "openai/gpt-oss-120b=1/2, gemini-3.5-flash-lite=0/0")
    prices = Prices(load_settings().prices)
    assert prices.cost_micro_usd("openai/gpt-oss-120b", used(10, 10), TODAY) == 30
    assert prices.cost_micro_usd("gemini-3.5-flash-lite", used(10, 10), TODAY) == 0
    assert prices.cost_micro_usd("openai/gpt-oss-20b", used(1000, 0), TODAY) == 75


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MILHENA_PRICES", "gemini-3.5-flash-lite=0.30"),
        ("MILHENA_PRICES", "gemini-3.5-flash-lite"),
        ("MILHENA_PRICES", "m=cheap/dear"),
        ("MILHENA_PRICES", "m=-1/2"),
        ("MILHENA_PRICES", "m=nan/2"),
        ("MILHENA_BUDGET_USD_PER_DAY", "-1"),
        ("MILHENA_BUDGET_USD_TOTAL", "a lot"),
    ],
)
def test_money_that_cannot_be_read_is_refused_with_its_setting(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=variable) as caught:
        load_settings()
    assert value in str(caught.value)


def test_limits_are_never_rounded_up() -> None:
    assert micro_usd(Decimal("0.0000019")) == 1
    assert micro_usd(Decimal("1.5")) == 1_500_000


@pytest.mark.parametrize(
    ("micro", "words"),
    [(1_250_000, "$1.25"), (0, "$0.00"), (310, "$0.00031"), (1_234_500_000, "$1,234.50")],
)
def test_money_in_words(micro: int, words: str) -> None:
    assert in_words(micro) == words


# --- tokens --------------------------------------------------------------------------------------


@given(st.text())
def test_a_text_has_at_most_as_many_tokens_as_bytes(text: str) -> None:
    assert 0 <= count_at_most(text) <= len(text.encode("utf-8", errors="surrogatepass"))


@given(st.text(), st.text())
def test_a_longer_text_never_has_fewer_tokens(first: str, second: str) -> None:
    assert count_at_most(first + " " + second) >= count_at_most(first)


@pytest.mark.parametrize(
    "text", ["AIzaSyD8kx9sQzXq", "🎉📧", "日本語", "1234567890", "xkcdqrst", "a" * 30]
)
def test_what_are_no_words_counts_byte_by_byte(text: str) -> None:
    assert count_at_most(text) == len(text.encode())


def test_words_count_about_half_their_letters() -> None:
    question = "Quante email abbiamo ricevuto dal processo fatturazione"
    assert len(question) / 3 < count_at_most(question) < len(question) * 0.6


# What the providers' own counters say of such texts is three to four characters a token.
@pytest.mark.parametrize(
    "text",
    [
        "Which process failed most last week, and why did its executions fail?",
        "Quanti ordini abbiamo ricevuto nell'ultimo trimestre rispetto al precedente?",
    ],
)
def test_the_bound_of_a_question_is_above_what_tokenizers_make_of_it(text: str) -> None:
    assert count_at_most(text) > len(text) / 3


def fitted(
    question: str, names: Sequence[str], limit: int, model: str = "gemini-3.5-flash-lite"
) -> tuple[str, int, int]:
    found = fit(
        lambda shown: "Processes: " + "; ".join(shown),
        question,
        process_names=names,
        provider="gemini",
        model=model,
        max_prompt_tokens=limit,
        max_output_tokens=1024,
    )
    return found.prompt, found.input_tokens, found.processes


def test_a_prompt_that_fits_keeps_all_its_processes() -> None:
    prompt, tokens, processes = fitted("Quante email?", ["Ordini", "Fatture"], 8_000)
    assert prompt == "Processes: Ordini; Fatture"
    assert processes == 2
    assert tokens >= count_at_most(prompt) + count_at_most("Quante email?")


def test_the_list_of_processes_is_cut_to_just_what_fits() -> None:
    names = [f"Processo numero {n}" for n in range(300)]
    prompt, tokens, processes = fitted("Quante email?", names, 1_000)
    assert 0 < processes < 300
    assert tokens <= 1_000
    assert prompt.endswith(names[processes - 1])
    one_more = fitted("Quante email?", names[: processes + 1], 100_000)[1]
    assert one_more > 1_000, "no name more would have fitted"


def test_the_question_is_never_cut_and_one_too_long_says_so() -> None:
    with pytest.raises(ProviderError) as caught:
        fitted("email? " * 2_000, ["Ordini"], 1_000)
    assert caught.value.kind is FailureKind.UNSUITABLE
    assert "too long" in caught.value.reason
    assert "1,000" in caught.value.reason


def test_a_small_context_window_counts_where_the_setting_is_larger() -> None:
    assert context_window_tokens("somebody-s-own-model") == 8_192
    with pytest.raises(ProviderError, match="too long"):
        fitted("1" * 7_500, [], 100_000, model="somebody-s-own-model")
    fitted("1" * 7_500, [], 100_000, model="openai/gpt-oss-20b")
