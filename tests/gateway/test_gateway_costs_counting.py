"""What requests cost: unit prices, bounds before, estimates where nothing was told."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits_support import deployment, exchange, route

from seatrial.core.interaction import Usage
from seatrial.gateway.costs.bound import MOST_OUTPUT, TEXT, most_cost
from seatrial.gateway.costs.prices import FREE, Prices
from seatrial.gateway.costs.untold import untold_usage
from seatrial.gateway.wire.operations import OPERATIONS
from seatrial.targets.prices import Found, Price, cost

PRICE = Price.per_million({"input": 1, "output": 2})
"""1,000 nano-units a token in, 2,000 a token out."""


@pytest.mark.parametrize(
    ("asked", "routed", "tokens"),
    [
        ({"max_tokens": 100}, {}, 100),
        ({"max_completion_tokens": 100, "n": 3}, {}, 300),
        ({}, {}, MOST_OUTPUT),
        ({}, {"most_tokens": 50}, 50),
        ({"max_tokens": 100, "n": 9}, {"most_tokens": 50, "most_n": 2}, 100),
    ],
)
def test_the_bound_is_what_the_answer_may_take(asked: Any, routed: Any, tokens: int) -> None:
    """The client's bound, the route's, or the most that models write; times the answers asked for."""
    made = exchange(route=route("support", **routed), **asked)
    assert most_cost(made, PRICE) == 2 * 1000 + tokens * 2000


def test_embeddings_write_nothing() -> None:
    """What has no answer to write is bounded by its input alone."""
    made = exchange()
    made.operation = OPERATIONS["/v1/embeddings"]
    assert most_cost(made, PRICE) == 2 * 1000


@given(st.text(max_size=300), st.integers(1, 50), st.integers(0, 50))
def test_no_answer_within_its_bound_costs_more(text: str, bound: int, written: int) -> None:
    """The bound holds for every usage whose tokens are bytes at the least, and whose answer keeps to `max_tokens`."""
    made = exchange(max_tokens=bound)
    made.body = text.encode()
    spent = cost(Usage(len(made.body), min(written, bound)), PRICE)
    assert spent is not None
    assert spent.nanos <= most_cost(made, PRICE)


def test_large_bodies_are_taken_for_files() -> None:
    """A megabyte of image is not a million tokens."""
    made = exchange(max_tokens=1)
    made.body = b"x" * (TEXT + 4000)
    assert most_cost(made, PRICE) == (TEXT + 1000) * 1000 + 2000


async def test_a_listed_price_is_looked_up_once() -> None:
    """However many requests wait for a price, the slow list is asked once, beside the loop."""
    asked = []

    def find(model: str | None, url: str) -> Found:
        asked.append(model)
        return Found(PRICE, "a list")

    prices, made = Prices(find), deployment(price=None, model="m")
    assert prices.known(made) is None
    await asyncio.gather(*(prices.look([made]) for _ in range(20)))
    assert (prices.known(made), asked) == (PRICE, ["m"])


async def test_what_is_not_in_the_list_is_not_looked_up_again() -> None:
    """A model without a price stays one; nothing is dearest where nothing has a price."""
    asked = []
    prices = Prices(lambda model, url: (asked.append(model), Found(None, "unknown"))[1])
    made = deployment(price=None, model="m")
    for _ in range(3):
        await prices.look([made])
    assert asked == ["m"]
    assert prices.looked([made])
    assert prices.dearest([route("r", made)]) is FREE


def test_the_dearest_of_all_deployments_bounds() -> None:
    """Input and output each at the highest price that a fallback may have."""
    routes = [route("a", deployment("one", (1, 9))), route("b", deployment("two", (3, 2)))]
    found = Prices().dearest(routes)
    assert (found.input, found.output) == (3_000_000_000, 9_000_000_000)


def streamed(*frames: Any) -> bytes:
    return b"".join(b"data: " + json.dumps(each).encode() + b"\n\n" for each in frames) + b"data: [DONE]\n\n"


ANSWERS = {
    "chat": streamed(*[{"choices": [{"delta": {"content": "abcd"}}]}] * 5),
    "tools": streamed(
        {
            "choices": [
                {"delta": {"tool_calls": [{"function": {"name": "f", "arguments": '{"a": "' + "b" * 11 + '"}'}}]}}
            ]
        }
    ),
    "completion": streamed(*[{"choices": [{"text": "abcde"}]}] * 4),
    "responses": streamed(*[{"type": "response.output_text.delta", "delta": "abcde"}] * 4),
    "messages": streamed(*[{"type": "content_block_delta", "delta": {"type": "text_delta", "text": "abcdefghij"}}] * 2),
    "reasoning": streamed(*[{"choices": [{"delta": {"reasoning_content": "abcde"}}]}] * 4),
    "broken": streamed(*[{"choices": [{"delta": {"content": "abcd"}}]}] * 5) + b'data: {"choi',
}


@pytest.mark.parametrize("kind", sorted(ANSWERS))
def test_the_text_of_streams_is_counted(kind: str) -> None:
    """Twenty characters of whatever shape are five tokens, marked as an estimate."""
    made = exchange(stream=True)
    made.body, made.status = b"x" * 40, 200
    made.chunks, made.size = [ANSWERS[kind]], len(ANSWERS[kind])
    assert untold_usage(made) == Usage(10, 5, estimated=True)


def test_what_the_record_left_out_counts_like_the_rest() -> None:
    """Of a stream whose record was cut at half, twice as much is taken."""
    made = exchange(stream=True)
    made.status, made.chunks, made.size = 200, [ANSWERS["chat"]], 2 * len(ANSWERS["chat"])
    found = untold_usage(made)
    assert found is not None
    assert found.output == 10


def test_a_whole_answer_is_counted_too() -> None:
    """A reply in one piece that tells no usage."""
    made = exchange()
    body = json.dumps({"choices": [{"message": {"content": "abcdefgh"}}]}).encode()
    made.status, made.chunks, made.size = 200, [body], len(body)
    found = untold_usage(made)
    assert found is not None
    assert found.output == 2


def test_where_nothing_was_answered_nothing_was_taken() -> None:
    """No reply, or an error."""
    made = exchange()
    assert untold_usage(made) is None
    made.status, made.chunks = 500, [b"{}"]
    assert untold_usage(made) is None
