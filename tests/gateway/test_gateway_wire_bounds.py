"""Bounds that clients set: none of them, however odd, gets around those of the route, of limits and of budgets."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from guards_support import exchange_of, passed
from hypothesis import given, settings
from hypothesis import strategies as st
from upstream import answer
from wire_support import ONCE, served

from seatrial.gateway.guards.credentials import Credentials
from seatrial.gateway.guards.guard import Guard, Guarding
from seatrial.gateway.wire.bodies import read_request
from seatrial.gateway.wire.errors import Refusal

KEY = "ghp_Zr4tW9qLm2Xv7Bn5Kd8Jf3Hs6Gp1Qc0YaBcD"


def asked(**fields: Any) -> Any:
    return read_request(json.dumps({"model": "m"} | fields).encode())


@pytest.mark.parametrize(
    ("fields", "most"),
    [
        ({}, None),
        ({"max_tokens": 1}, 1),
        ({"max_tokens": 0}, None),
        ({"max_tokens": -1}, None),
        ({"max_tokens": None}, None),
        ({"max_completion_tokens": 5}, 5),
        ({"max_output_tokens": 6}, 6),
        ({"max_completion_tokens": 5, "max_tokens": 9}, 9),
        ({"max_completion_tokens": 9, "max_tokens": 5}, 9),
        ({"max_completion_tokens": -1, "max_tokens": 5}, 5),
    ],
)
def test_what_bounds_an_answer(fields: dict[str, Any], most: int | None) -> None:
    """The largest of the bounds, as it is not known which the server obeys; nothing and less are no bound."""
    assert asked(**fields).most_output == most


@pytest.mark.parametrize(("n", "read"), [(None, None), (0, None), (-3, None), (1, 1), (128, 128)])
def test_less_than_one_answer_is_not_counted(n: int | None, read: int | None) -> None:
    """A negative number would give back what others have taken of a limit."""
    assert asked(n=n).n == read


@pytest.mark.parametrize(
    "fields",
    [
        *({"max_tokens": "5"}, {"max_tokens": 1.5}, {"n": "2"}, {"stream": "yes"}, {"model": 5}, {"model": None}),
        *({"stream_options": []}, {"user": 7}),
    ],
)
def test_a_field_of_another_type_is_told(fields: dict[str, Any]) -> None:
    """400 with the name of the field, before anybody is asked."""
    with pytest.raises(Refusal) as refused:
        asked(**fields)
    assert refused.value.status == 400
    assert f"$.{next(iter(fields))}" in refused.value.message


@given(
    st.dictionaries(st.sampled_from(["max_tokens", "max_completion_tokens", "max_output_tokens", "n"]), st.integers())
)
@settings(max_examples=50)
def test_no_number_bounds_below_one(fields: dict[str, int]) -> None:
    """Whatever integers a client sends, what is reckoned with is at least one, or nothing."""
    try:
        found = asked(**fields)
    except Refusal:
        return
    assert found.most_output is None or found.most_output >= 1
    assert found.n is None or found.n >= 1


@pytest.mark.parametrize(
    ("sent", "arrived"),
    [
        ({"max_tokens": 49}, {"max_tokens": 49}),
        ({"max_tokens": 50}, {"max_tokens": 50}),
        ({"max_tokens": 51}, {"max_tokens": 50}),
        ({"max_tokens": -1}, {"max_tokens": 50}),
        ({"max_tokens": 0}, {"max_tokens": 50}),
        ({"max_completion_tokens": -1}, {"max_tokens": 50, "max_completion_tokens": 50}),
        ({"max_completion_tokens": 5, "max_tokens": 900}, {"max_tokens": 50, "max_completion_tokens": 5}),
        ({}, {"max_tokens": 50}),
    ],
)
async def test_the_bound_of_a_route_holds(tmp_path: Path, sent: dict[str, int], arrived: dict[str, int]) -> None:
    """No request reaches the provider with a larger bound, with none, or with one that means none."""
    async with served(tmp_path, answer(), served=f"{ONCE}\nlimits: {{max_tokens: 50}}") as it:
        await it.door.chat(**sent)
        got = it.upstream.requests[0].json
        assert {name: value for name, value in got.items() if name.startswith("max_")} == arrived


async def test_without_a_bound_of_the_route_the_clients_own_goes_on(tmp_path: Path) -> None:
    """What a server means by -1 is its own business, and the body is the client's."""
    async with served(tmp_path, answer()) as it:
        await it.door.chat(max_tokens=-1, n=0)
        assert (it.upstream.requests[0].json["max_tokens"], it.upstream.requests[0].json["n"]) == (-1, 0)


def custom(*pieces: str) -> list[bytes]:
    """A stream of responses in which a custom tool is called with plain text, which its end repeats."""
    item = {"type": "custom_tool_call", "id": "i", "call_id": "c", "name": "shell"}
    events: list[dict[str, Any]] = [{"type": "response.output_item.added", "output_index": 0, "item": item}]
    delta = {"type": "response.custom_tool_call_input.delta", "output_index": 0}
    events += [delta | {"delta": piece} for piece in pieces]
    whole = "".join(pieces)
    events += [{"type": "response.custom_tool_call_input.done", "output_index": 0, "input": whole}]
    events += [{"type": "response.output_item.done", "output_index": 0, "item": item | {"input": whole}}]
    events += [{"type": "response.completed", "response": {"output": [item | {"input": whole}]}}]
    return [b"data: " + json.dumps(event).encode() + b"\n\n" for event in events]


@given(st.lists(st.integers(1, 50), max_size=4))
@settings(max_examples=30)
def test_a_secret_in_the_input_of_a_custom_tool_never_arrives(places: list[int]) -> None:
    """Neither in its pieces nor in any event that repeats them; all have the same placeholder."""
    text = f"echo {KEY} > f"
    ends = sorted({min(place, len(text)) for place in places} | {0, len(text)})
    pieces = [text[a:b] for a, b in itertools.pairwise(ends)]
    guards = Guarding(answer=(Guard("secrets", "redact", Credentials()),))
    received = passed(exchange_of({"model": "support", "input": "x"}, "/v1/responses"), guards, custom(*pieces))
    assert KEY not in received.data.decode()
    assert received.data.count(b"echo [SECRETS_1] > f") >= 3
    deltas = [event["delta"] for event in received.events if event["type"].endswith(".delta")]
    assert "".join(deltas) == "echo [SECRETS_1] > f"


def test_a_blocked_secret_in_the_input_of_a_custom_tool_ends_the_answer() -> None:
    """Nothing of it goes on, whichever event brings it first."""
    guards = Guarding(answer=(Guard("secrets", "block", Credentials()),))
    for events in (custom(KEY, " "), custom(KEY)[2:], custom(KEY)[3:]):
        received = passed(exchange_of({"model": "support", "input": "x"}, "/v1/responses"), guards, events)
        assert received.refusal is not None
        assert KEY not in received.data.decode()
