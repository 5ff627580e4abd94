"""Headers, errors, failures and bodies: the small parts of the wire."""

import gzip
import json
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.core.interaction import FailureKind
from seatrial.gateway.upstream.reply import Reply, UpstreamError
from seatrial.gateway.wire import failures
from seatrial.gateway.wire.bodies import changed, read_reply, read_request, stops_in
from seatrial.gateway.wire.coding import Decoder, decoder_of
from seatrial.gateway.wire.errors import (
    Refusal,
    answer_useless,
    bad_request,
    error_body,
    error_event,
    too_many,
    upstream_failed,
)
from seatrial.gateway.wire.headers import back, in_dialect, onward, request_id, without
from seatrial.gateway.wire.operations import CHAT, MESSAGES, OPERATIONS, RESPONSES, TRANSLATED

# headers

STAYS = [
    "accept-encoding",
    "api-key",
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "openai-organization",
    "origin",
    "sec-fetch-mode",
    "te",
    "transfer-encoding",
    "x-api-key",
    "x-forwarded-for",
    "x-seatrial-model",
]


@pytest.mark.parametrize("name", STAYS)
def test_what_is_the_client_s_own_stays_here(name: str) -> None:
    """Keys, cookies, addresses and what is for this hop alone never reach the provider."""
    assert onward([(name.encode(), b"x"), (b"x-mine", b"1")], b"") == b"x-mine: 1\r\n"


def test_other_headers_go_on() -> None:
    """What the client's library says of itself reaches the provider, in its order."""
    sent = [(b"user-agent", b"a"), (b"idempotency-key", b"b"), (b"x-request-id", b"c")]
    kind = b"content-type: application/json\r\n"
    assert onward(sent) == kind + b"user-agent: a\r\nidempotency-key: b\r\nx-request-id: c\r\n"
    assert onward([]) == b"content-type: application/json\r\n"
    assert onward([], b"") == b""


def test_what_connection_names_is_for_this_hop() -> None:
    """A field that `connection` names goes neither on nor back."""
    fields = [(b"connection", b"close, X-Hop"), (b"x-hop", b"1"), (b"x-mine", b"2")]
    assert onward(fields, b"") == b"x-mine: 2\r\n"
    assert back(fields) == [(b"x-mine", b"2")]


def test_limits_of_the_provider_are_told_unless_there_are_our_own() -> None:
    """Two sets of limits under one name would contradict each other."""
    told = [(b"x-ratelimit-limit-requests", b"5"), (b"anthropic-ratelimit-tokens-limit", b"6"), (b"x-request-id", b"r")]
    assert back(told) == told
    assert back(told, limits=False) == [(b"x-request-id", b"r")]


def test_a_gateway_behind_the_gateway_does_not_speak_for_it() -> None:
    """Headers of our own name come from us alone."""
    assert back([(b"x-seatrial-id", b"1"), (b"server", b"x"), (b"date", b"y")]) == []


def test_the_id_of_a_request_is_where_its_client_looks() -> None:
    """OpenAI's and Anthropic's clients look in different places; what is there already stays."""
    assert in_dialect([(b"request-id", b"r")], "openai")[-1] == (b"x-request-id", b"r")
    assert in_dialect([(b"x-request-id", b"r")], "anthropic")[-1] == (b"request-id", b"r")
    assert in_dialect([], "openai") == []
    assert request_id([(b"request-id", b"a"), (b"x-request-id", b"b")]) == b"b"


def test_headers_of_one_dialect_are_not_for_the_other() -> None:
    """A beta of Anthropic's means nothing to OpenAI's servers."""
    lines = b"anthropic-beta: a\r\nx-mine: 1\r\nopenai-beta: b\r\n"
    assert without(lines, "anthropic") == b"x-mine: 1\r\nopenai-beta: b\r\n"
    assert without(lines, "openai") == b"anthropic-beta: a\r\nx-mine: 1\r\n"


# errors


def test_an_error_has_openai_s_shape() -> None:
    """Message, type, parameter and code."""
    body = json.loads(bad_request("No.", "why", "n").body)
    assert body == {"error": {"message": "No.", "type": "invalid_request_error", "param": "n", "code": "why"}}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "invalid_request_error"),
        (401, "authentication_error"),
        (403, "permission_error"),
        (404, "not_found_error"),
        (409, "invalid_request_error"),
        (413, "request_too_large"),
        (429, "rate_limit_error"),
        (500, "api_error"),
        (503, "overloaded_error"),
        (504, "timeout_error"),
    ],
)
def test_an_error_has_anthropic_s_shape(status: int, kind: str) -> None:
    """Its type is the one of its status."""
    body = json.loads(error_body(Refusal(status, "x", "y", "No."), "anthropic", "id-1"))
    assert body == {"type": "error", "error": {"type": kind, "message": "No."}, "request_id": "id-1"}


@pytest.mark.parametrize("operation", [CHAT, MESSAGES, RESPONSES, None], ids=str)
def test_an_error_in_a_stream_is_one_event(operation: Any) -> None:
    """In each dialect the event is whole, and its data holds the message under `error`."""
    event = error_event(bad_request("A line\nand another."), operation)
    assert event.endswith(b"\n\n")
    assert event.count(b"\n\n") == 1
    data = json.loads(event.split(b"data: ")[1])
    assert data["error"]["message"] == "A line\nand another."
    assert event.startswith(b"event: error\n") == (operation in (MESSAGES, RESPONSES))


@pytest.mark.parametrize(("seconds", "told", "exact"), [(0.0, b"1", b"1"), (0.2, b"1", b"200"), (1.5, b"2", b"1500")])
def test_who_comes_too_soon_is_told_when_to_come(seconds: float, told: bytes, exact: bytes) -> None:
    """Whole seconds, rounded up, and milliseconds."""
    headers = dict(too_many("Wait.", "rate_limit_exceeded", seconds).headers)
    assert headers == {b"retry-after": told, b"retry-after-ms": exact}


@pytest.mark.parametrize("make", [upstream_failed, answer_useless])
def test_slow_is_another_status_than_broken(make: Any) -> None:
    """504 for what took too long, 502 for the rest."""
    assert make("timeout", "x").status == 504
    assert make("connection_lost", "x").status == 502


# failures


@given(st.integers(400, 599), st.binary(max_size=40) | st.sampled_from([b'{"error":{"code":7}}', b'{"error":"x"}']))
def test_every_error_has_a_named_failure(status: int, body: bytes) -> None:
    """Any status with any body is one of the kinds that there are."""
    failed = failures.of_reply(status, body)
    assert FailureKind(failed.kind)
    assert failed.status == status


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("authentication_error", "unauthorised"),
        ("insufficient_quota", "quota"),
        ("invalid_request_error", "bad_request"),
        ("overloaded_error", "server_error"),
        ("rate_limit_exceeded", "rate_limited"),
        ("timeout_error", "timeout"),
    ],
)
def test_an_error_in_a_stream_is_known_by_its_name(name: str, kind: str) -> None:
    """There is no status to know it by."""
    assert failures.of_event(failures.WireError(type=name), 200).kind == kind


def test_a_quota_is_not_a_rate() -> None:
    """No waiting mends an empty account."""
    body = b'{"error": {"code": "insufficient_quota", "type": "insufficient_quota"}}'
    assert failures.of_reply(429, body).kind == "quota"
    assert failures.of_reply(429, b"").kind == "rate_limited"


def test_the_provider_s_words_are_not_kept() -> None:
    """Its message may quote the key; a code that is a sentence is no code."""
    body = b'{"error": {"message": "Bad key sk-1", "code": "your key sk-1 is bad", "type": "auth"}}'
    failed = failures.of_reply(401, body)
    assert "sk-1" not in failed.what
    assert "(auth)" in failed.what


# bodies

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40)
@given(st.dictionaries(st.text(max_size=6), JSON, max_size=5), st.sampled_from([0, 2, None]))
def test_a_change_leaves_the_rest_as_it_was(fields: dict[str, Any], indent: int | None) -> None:
    """Whatever stands beside the model's name says the same as before, and in the same order."""
    body = json.dumps({**fields, "model": "a"}, indent=indent).encode()
    found = json.loads(changed(body, {"model": "b"}))
    assert found == {**fields, "model": "b"}
    assert list(found) == list({**fields, "model": "a"})


def test_numbers_keep_their_digits() -> None:
    """A number that no float can hold passes a change."""
    body = b'{"model":"a","x":1.00000000000000000001,"y":1E400,"z":123456789012345678901234567890}'
    assert changed(body, {"model": "b"}) == body.replace(b'"a"', b'"b"')


def test_a_field_can_be_taken_out() -> None:
    """None takes a field out, be it there or not."""
    assert changed(b'{"a":1,"b":2}', {"a": None, "c": None}) == b'{"b":2}'


@settings(max_examples=40)
@given(JSON | st.dictionaries(st.sampled_from(["model", "stream", "n", "max_tokens", "stop"]), JSON))
def test_any_json_is_read_or_refused(value: Any) -> None:
    """A request of any shape is a request, or a 400."""
    body = json.dumps(value).encode()
    try:
        asked = read_request(body)
    except Refusal as refusal:
        assert refusal.status == 400  # noqa: PT017
    else:
        assert asked.model == value["model"]


@pytest.mark.parametrize(
    ("raw", "stops"),
    [(b"{}", []), (b'{"stop": null}', []), (b'{"stop": "a"}', ["a"]), (b'{"stop": ["a", "b"]}', ["a", "b"])],
)
def test_stops_are_one_or_many(raw: bytes, stops: list[str]) -> None:
    """As OpenAI takes them."""
    assert stops_in(raw, "stop") == stops


def test_stops_of_another_kind_are_refused() -> None:
    """A number stops nothing."""
    with pytest.raises(Refusal, match="`stop`"):
        stops_in(b'{"stop": 7}', "stop")


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"{", b"\xff", b"[" * 100_000])
def test_no_object_is_no_reply(body: bytes) -> None:
    """What is no JSON object tells nothing."""
    assert read_reply(body) is None


def test_a_reply_with_odd_fields_is_a_reply() -> None:
    """A vendor's own `error` field of another type does not make an answer none."""
    told = read_reply(b'{"error": [1], "usage": {}}')
    assert told is not None
    assert told.error is None


# content codings


class Line:
    """Where a reply comes in by."""

    def flow(self, reply: Reply, *, on: bool) -> None:
        """Nothing is stopped."""

    def drop(self, reply: Reply) -> None:
        """Nothing is left."""


def coded(coding: bytes) -> Reply:
    return Reply(200, [(b"content-encoding", coding)], Line())


@given(st.binary(max_size=300), st.integers(1, 40))
def test_what_was_packed_is_unpacked_however_it_is_cut(data: bytes, step: int) -> None:
    """Pieces of any length come out as what went in."""
    packed, decoder = gzip.compress(data), Decoder(31)
    found = b"".join(decoder.feed(packed[place : place + step], 1000) for place in range(0, len(packed), step))
    decoder.end()
    assert found == data


@pytest.mark.parametrize("coding", [b"GZIP", b"deflate", b"x-gzip"])
def test_names_of_codings(coding: bytes) -> None:
    """Upper case and the old name are understood."""
    assert decoder_of(coded(coding)) is not None


def test_what_is_not_coded_needs_nothing() -> None:
    """`identity`, or no header."""
    assert decoder_of(coded(b"identity")) is None
    assert decoder_of(Reply(200, [], Line())) is None


def test_what_is_cut_off_is_no_answer() -> None:
    """Half a packed body is an error, not half an answer."""
    decoder = Decoder(15)
    decoder.feed(zlib.compress(b"x" * 1000)[:-4], 10_000)
    with pytest.raises(UpstreamError, match="cut off"):
        decoder.end()


# operations


def test_what_is_translated_is_translated_both_ways() -> None:
    """Each of the two stands for the other."""
    assert {name: TRANSLATED[other.name].name for name, other in TRANSLATED.items()} == {
        each: each for each in TRANSLATED
    }


def test_each_operation_stands_at_its_own_path() -> None:
    """The path behind a deployment's base is the client's behind `/v1`."""
    assert all(path == "/v1" + operation.path.decode() for path, operation in OPERATIONS.items())
