"""Prices, costs, token counts and estimates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from targets_servers import request

from seatrial.core.errors import Mistake
from seatrial.core.interaction import Answer, Money, Usage
from seatrial.core.request import Message, Request, ToolCall
from seatrial.targets.estimate import Estimate, estimate
from seatrial.targets.prices import Price, cost, find_price, is_local
from seatrial.targets.tokens import TokenCount

PAID = "https://api.openai.com/v1"
SMALL = Price.per_million({"input": 0.15, "output": 0.6, "cached": 0.075})


@pytest.mark.parametrize(
    ("usage", "nanos"),
    [
        (Usage(1_000_000, 0), 150_000_000),
        (Usage(0, 1_000_000), 600_000_000),
        (Usage(1_000_000, 0, cached=1_000_000), 75_000_000),
        (Usage(9, 2), 9 * 150 + 2 * 600),
        (Usage(1, 0, cached=1), 75),
        (Usage(1, 0, cached=5), 75),
        (Usage(), 0),
    ],
)
def test_a_cost_is_exact(usage, nanos):
    """Tokens times price in nano-dollars; cached tokens are part of the input."""
    assert cost(usage, SMALL) == Money(nanos, "USD")


def test_parts_of_a_nano_are_rounded_half_up():
    """37.5 nano-dollars are 38."""
    assert cost(Usage(1, 0), Price.per_million({"input": 0.0375, "output": 0})).nanos == 38


def test_cached_tokens_cost_as_input_when_nothing_is_said():
    """Without a price of their own they are not free."""
    assert Price.per_million({"input": 2, "output": 3, "currency": "eur"}) == Price(
        2 * 10**9, 3 * 10**9, 2 * 10**9, "EUR"
    )


@pytest.mark.parametrize("usage", [None, Usage(5, 5)])
def test_without_price_or_tokens_there_is_no_cost(usage):
    """Not knowing is not zero."""
    assert cost(usage, None) is None
    assert cost(None, SMALL) is None


def test_a_price_of_zero_is_a_cost_of_zero():
    """Zero is only said where the settings say it."""
    assert cost(Usage(5, 5), Price.per_million({"input": 0, "output": 0})) == Money(0)


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_costs_add_up(input_, output):
    """With whole nano prices, the cost of two answers together is the sum of theirs."""
    one, other = Usage(input_, 0), Usage(0, output)
    assert cost(Usage(input_, output), SMALL).nanos == cost(one, SMALL).nanos + cost(other, SMALL).nanos


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"input": 1}, "price.output"),
        ({"output": 1}, "price.input"),
        ({"input": "cheap", "output": 1}, "price.input"),
        ({"input": -1, "output": 1}, "price.input"),
        ({"input": True, "output": 1}, "price.input"),
        ({"input": float("inf"), "output": 1}, "price.input"),
        ({"input": 1, "output": 1, "cached": float("nan")}, "price.cached"),
        ({"input": 1, "output": 1, "cash": 1}, "price"),
    ],
)
def test_what_is_no_price_is_a_mistake(values, key):
    """The key is named."""
    with pytest.raises(Mistake) as caught:
        Price.per_million(values)
    assert caught.value.key == key


def test_the_settings_go_before_the_list():
    """A price that is written down counts, for any model."""
    found = find_price("gpt-4o-mini", PAID, {"input": 1, "output": 2})
    assert (found.price.input, found.reason) == (10**9, "from the settings")


def test_the_list_knows_paid_models():
    """gpt-4o-mini at OpenAI: 0.15, 0.60 and 0.075 dollars a million (price list of July 2024)."""
    pytest.importorskip("genai_prices", reason="extra `prices` is not installed")
    assert find_price("gpt-4o-mini", PAID).price == SMALL


def test_a_companys_own_gateway_is_priced_by_the_model():
    """Where the address is not in the list, the model's name decides."""
    pytest.importorskip("genai_prices", reason="extra `prices` is not installed")
    assert find_price("gpt-4o-mini", "https://models.example.com/v1").price == SMALL


def test_prices_with_tiers_have_a_base():
    """A model whose price depends on the prompt's length has its lowest tier's price."""
    pytest.importorskip("genai_prices", reason="extra `prices` is not installed")
    assert find_price("gemini-2.5-pro", "https://generativelanguage.googleapis.com").price.input > 0


@pytest.mark.parametrize(
    ("model", "url", "says"),
    [
        ("harbour-v1", PAID, "does not know the model harbour-v1"),
        (None, PAID, "no model"),
        ("gpt-4o-mini", "http://127.0.0.1:8410/v1", "local server"),
    ],
)
def test_an_unknown_price_has_a_reason(model, url, says):
    """None is never silent."""
    found = find_price(model, url)
    assert found.price is None
    assert says in found.reason


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost:8000", True),
        ("http://[::1]:8000", True),
        ("http://192.168.1.5/v1", True),
        ("http://gpu-box:8000", True),
        ("http://gpu.local", True),
        ("https://api.openai.com/v1", False),
        ("http://8.8.8.8/v1", False),
    ],
)
def test_local_addresses_are_known(url, local):
    """This machine and private networks have no list prices."""
    assert is_local(url) is local


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("a", 1), ("1234", 1), ("12345", 2)])
def test_an_unknown_model_counts_characters(text, tokens):
    """Four characters are about a token."""
    assert TokenCount("harbour-v1")(text) == tokens


def test_a_known_model_counts_with_its_vocabulary():
    """`hello world` are two tokens of o200k and of cl100k (OpenAI's tokenizer page)."""
    pytest.importorskip("splintr", reason="extra `tokens` is not installed")
    assert TokenCount("gpt-4o-mini")("hello world") == TokenCount("openai/gpt-4-turbo")("hello world") == 2


def test_an_estimated_usage_covers_everything():
    """Messages, system prompt, answer, tool calls and reasoning are counted, and marked."""
    asked = Request((Message("user", "1234"), Message("assistant", "1234"), Message("user", "1234")))
    answer = Answer("12345678", tool_calls=(ToolCall("book", "1234"),), reasoning="12345678")
    assert TokenCount(None).usage(asked, answer, "1234") == Usage(4, 6, 0, 2, estimated=True)


def test_an_estimate_adds_requests_up():
    """Input by the texts, output by max_tokens or 300, embeddings without output."""
    asked = [
        request("12345678"),
        request("1234", params={"max_tokens": 50}),
        request("1234", params={"max_completion_tokens": 10, "max_tokens": 50}),
        request("1234", kind="embedding"),
    ]
    assert estimate(iter(asked), None) == Estimate(4, 5, 360, None)


def test_an_estimate_has_a_cost_where_the_price_is_known():
    """The system prompt goes with every request."""
    found = estimate([request("1234")] * 10, SMALL, system="1234", output=100)
    assert found == Estimate(10, 20, 1000, Money(20 * 150 + 1000 * 600))


def test_an_estimate_of_nothing_is_nothing():
    """No request, no cost."""
    assert estimate([], SMALL) == Estimate(0, 0, 0, Money(0))
