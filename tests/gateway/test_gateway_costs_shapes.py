"""Every shape of an answer that tells no usage, bounds at their bounds, and prices as they are looked up."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits_support import deployment, exchange, route

from seatrial.gateway.costs.bound import most_cost, writes
from seatrial.gateway.costs.prices import FREE, Prices
from seatrial.gateway.costs.untold import untold_usage
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.wire.operations import OPERATIONS
from seatrial.targets.prices import Found, Price

PRICE = Price.per_million({"input": 1, "output": 2})


def told(body: bytes, *, stream: bool = False, size: int | None = None, asked: bytes = b"") -> Exchange:
    made = exchange(stream=stream)
    made.body, made.status, made.chunks = asked, 200, [body]
    made.size = len(body) if size is None else size
    return made


def written(body: bytes, **more: Any) -> int:
    found = untold_usage(told(body, **more))
    assert found is not None
    return found.output


def message(**fields: Any) -> Any:
    return {"choices": [{"message": fields}]}


WHOLE = [
    (message(content="x" * 8), 2),
    (message(content=None, refusal="x" * 8), 2),
    (message(content="x" * 4, reasoning_content="y" * 4), 2),
    (message(content="", tool_calls=[{"function": {"name": "f", "arguments": "x" * 8}}]), 2),
    (message(tool_calls=[{"function": {"arguments": "x" * 4}}, {"function": {"arguments": "x" * 4}}]), 2),
    (message(tool_calls=[{"type": "custom"}, {"function": None}, {"function": {"arguments": None}}]), 0),
    ({"choices": [{"text": "x" * 4}, {"text": "x" * 4}]}, 2),
    ({"choices": []}, 0),
    ({"choices": None}, 0),
    ({"content": [{"type": "text", "text": "x" * 8}]}, 2),
    ({"content": [{"type": "thinking", "thinking": "x" * 4}, {"type": "text", "text": "x" * 4}]}, 2),
    ({"content": []}, 0),
    ({"object": "unknown"}, 0),
    (message(content="x"), 1),
    (message(content="x" * 5), 2),
    (message(content=""), 0),
]


@pytest.mark.parametrize(("body", "tokens"), WHOLE)
def test_whole_answers_of_every_shape(body: Any, tokens: int) -> None:
    """Text, reasoning, refusals, arguments of calls and blocks count, four characters a token, begun ones whole."""
    assert written(json.dumps(body).encode()) == tokens


ODD = [
    b"",
    b"null",
    b"[]",
    b"7",
    b'"text"',
    b"{",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"choices": 7}',
    b'{"choices": [7]}',
    b'{"choices": [{"message": {"content": [1]}}]}',
    b'{"content": "text"}',
    b'{"delta": 7}',
]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("body", ODD)
def test_answers_of_odd_shape_count_as_nothing(body: bytes, stream: bool) -> None:
    """What is no answer of a known shape has no tokens, and never breaks the settlement."""
    assert written(b"data: " + body if stream else body, stream=stream) == 0


FRAMES = [
    (b'data: {"delta": "xxxx"}\n\n', 1),
    (b'data:{"delta": "xxxx"}\n\n', 1),
    (b'data: {"delta": "xxxx"}\r\n\r\n', 1),
    (b'event: e\ndata: {"delta": {"text": "xxxx"}}\n\n', 1),
    (b'data: {"delta": {"partial_json": "xxxx"}}\n\n', 1),
    (b'data: {"delta": {"thinking": "xxxx"}}\n\n', 1),
    (b': {"delta": "xxxx"}\n\n', 0),
    (b'{"delta": "xxxx"}\n\n', 0),
    (b' data: {"delta": "xxxx"}\n\n', 0),
    (b"data: [DONE]\n\n", 0),
    (b'data: {"delta": "xx"}\n\ndata: {"delta": "xx"}\n\n', 1),
    (b'data: nonsense\n\ndata: {"delta": "xxxx"}\n\n', 1),
]


@pytest.mark.parametrize(("body", "tokens"), FRAMES)
def test_frames_of_every_form(body: bytes, tokens: int) -> None:
    """Only lines of data count, with or without the space, whatever ends them; one broken frame hides no other."""
    assert written(body, stream=True) == tokens


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=9), max_size=6), st.integers(1, 5))
def test_a_stream_counts_the_same_however_it_is_cut(texts: list[str], size: int) -> None:
    """Chunks of the record are no frames: the same bytes in other pieces are the same estimate."""
    body = b"".join(b"data: " + json.dumps({"delta": text}).encode() + b"\n\n" for text in texts)
    made = told(body, stream=True)
    made.chunks = [body[place : place + size] for place in range(0, len(body), size)]
    found = untold_usage(made)
    assert found is None if not body else found is not None and found.output == -(-sum(map(len, texts)) // 4)


@pytest.mark.parametrize(
    ("size", "tokens"), [(0, 10), (1, 10), (100, 10), (102, 10), (103, 11), (150, 15), (1_000, 100), (10**9, 10**8)]
)
def test_what_was_not_kept_counts_in_proportion(size: int, tokens: int) -> None:
    """A record of a hundred bytes with forty characters stands for as many times as the answer was longer."""
    body = json.dumps(message(content="x" * 40)).encode()
    assert written(body.ljust(100), size=size) == tokens


@pytest.mark.parametrize(("asked", "tokens"), [(b"", 0), (b"x", 1), (b"xxxx", 1), (b"xxxxx", 2)])
def test_the_request_is_estimated_by_its_bytes(asked: bytes, tokens: int) -> None:
    """Four bytes of the body are a token of the input."""
    found = untold_usage(told(b"{}", asked=asked))
    assert found is not None
    assert found.input == tokens


def test_embeddings_have_an_input_alone() -> None:
    """What looks like text in an answer of numbers is none."""
    made = told(json.dumps(message(content="x" * 40)).encode(), asked=b"x" * 40)
    made.operation = OPERATIONS["/v1/embeddings"]
    found = untold_usage(made)
    assert found is not None
    assert (found.input, found.output, writes(made)) == (10, 0, False)


def test_a_request_that_nobody_has_read_writes_nothing() -> None:
    """Without its fields only the body counts."""
    made = exchange()
    made.asked, made.body = None, b"xx"
    assert most_cost(made, PRICE) == 2000


async def test_nothing_to_look_up_asks_nobody() -> None:
    """Own prices are known at once, and no list is opened for them."""
    prices = Prices(lambda model, url: pytest.fail("the list was opened"))
    own = deployment(price=(1, 2))
    await prices.look([own])
    assert prices.looked([own])
    assert prices.looked([])
    assert prices.known(own) is own.price


async def test_an_own_price_goes_before_the_list() -> None:
    """A deployment with a price keeps it, though the list knows its model."""
    prices = Prices(lambda model, url: Found(PRICE, "listed"))
    listed, own = deployment(price=None, model="m"), deployment(price=(9, 9), model="m")
    await prices.look([listed, own])
    assert prices.known(listed) is PRICE
    assert prices.known(own) is own.price


def test_cached_tokens_may_be_dearer() -> None:
    """Where a price for cached tokens is above that of others it is the bound of the input."""
    made = deployment(price=None)
    made = type(made)(name="one", url="http://h", price=Price(1, 5, 7, "EUR"))
    found = Prices().dearest([route("a", made)])
    assert (found.input, found.output, found.cached, found.currency) == (7, 5, 7, "EUR")


def test_what_has_no_price_bounds_nothing() -> None:
    """A free deployment beside a dear one leaves the dear one's price; alone it is free."""
    free, dear = route("a", deployment(price=None)), route("b", deployment(price=(3, 4)))
    assert Prices().dearest([free]) is FREE
    assert Prices().dearest([]) is FREE
    assert Prices().dearest([free, dear]).output == 4_000_000_000
