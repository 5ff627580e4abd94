"""Models are listed; files, batches and kept responses are passed to the deployment that knows them."""

import json
from pathlib import Path

import pytest
from gateway_support import config, gateway
from upstream import CUT, RESET, STREAM_HEAD, Upstream, answer, chunked, faults, head, whole
from wire_support import served

from seatrial.gateway.keys.key import KeyRecord

TWO = """
targets:
  one: {openai: "%s/v1", api_key: dummy}
gateway:
  keys: none
  models:
    support: {deployments: [{target: one}]}
    other: {deployments: [{target: one, dialect: anthropic}]}
"""


async def test_models_are_listed_for_either_client(tmp_path: Path) -> None:
    """The names of the routes, in the shape of whoever asks."""
    async with gateway(TWO % "http://127.0.0.1:9", tmp_path) as door:
        ours = (await door.ask("/v1/models")).json
        theirs = (await door.ask("/v1/models", headers={"anthropic-version": "2023-06-01"})).json
        assert (ours["object"], [each["id"] for each in ours["data"]]) == ("list", ["support", "other"])
        assert (theirs["has_more"], theirs["last_id"], theirs["data"][0]["type"]) == (False, "other", "model")


async def test_one_model_is_shown(tmp_path: Path) -> None:
    """A name that there is, is shown; one that there is not, is not found."""
    async with gateway(TWO % "http://127.0.0.1:9", tmp_path) as door:
        assert (await door.ask("/v1/models/other")).json["id"] == "other"
        assert (await door.ask("/v1/models/nix")).error == "model_not_found"
        assert (await door.ask("/v1/models", method="HEAD")).status == 200
        assert (await door.ask("/v1/models", method="DELETE")).status == 405


async def test_a_key_sees_only_its_models(tmp_path: Path) -> None:
    """What a key may not ask is not listed for it, not shown, and nothing is passed to it."""
    async with gateway(TWO.replace("none", "required") % "http://127.0.0.1:9", tmp_path) as door:
        assert (await door.ask("/v1/models")).status == 401
        with door.application.keys.open() as store:
            _, key = store.create(KeyRecord(id="", models=("support",)))
        door.application.keys.look()
        found = await door.ask("/v1/models", headers={"x-api-key": key})
        assert [each["id"] for each in found.json["data"]] == ["support"]
        for path in ("/v1/models/other", "/v1/files?model=other"):
            assert (await door.ask(path, key=key)).error == "model_not_found"


MULTIPART = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n\x00\xff\r\n--x--\r\n'


async def test_a_file_is_passed_as_it_is(tmp_path: Path) -> None:
    """A multipart upload reaches the provider with its boundary, and the answer comes back."""
    async with served(tmp_path, whole(b'{"id":"file-1"}')) as it:
        kind = {"content-type": "multipart/form-data; boundary=x"}
        reply = await it.door.ask("/v1/files?purpose=batch", MULTIPART, headers=kind)
        asked = it.upstream.requests[0]
        assert reply.json == {"id": "file-1"}
        assert (asked.method, asked.path, asked.body) == ("POST", "/v1/files?purpose=batch", MULTIPART)
        assert asked.headers["content-type"] == "multipart/form-data; boundary=x"
        assert asked.headers["authorization"] == "Bearer dummy"


async def test_what_a_file_holds_is_streamed(tmp_path: Path) -> None:
    """Any bytes of any kind come back as they are, with their length."""
    data = bytes(range(256)) * 100
    async with served(tmp_path, whole(data, kind="application/octet-stream")) as it:
        reply = await it.door.ask("/v1/files/file-1/content")
        assert (reply.body, reply.headers["content-length"]) == (data, str(len(data)))
        assert (await it.record()).failure is None
        await it.idle()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/v1/files/file-1"),
        ("GET", "/v1/batches?limit=2&after=b"),
        ("GET", "/v1/responses/resp_1/input_items"),
        ("POST", "/v1/batches/b-1/cancel"),
        ("POST", "/v1/responses/resp_1/cancel"),
    ],
)
async def test_methods_and_queries_are_passed(method: str, path: str, tmp_path: Path) -> None:
    """Each reaches the provider under its own method and address."""
    async with served(tmp_path, whole(b"{}")) as it:
        assert (await it.door.ask(path, method=method)).status == 200
        assert (it.upstream.requests[0].method, it.upstream.requests[0].path) == (method, path)


async def test_of_several_routes_one_is_named(tmp_path: Path) -> None:
    """By a header or in the address; the name itself is not passed on."""
    async with Upstream(whole(b"{}")) as upstream, gateway(TWO % upstream.url, tmp_path) as door:
        assert (await door.ask("/v1/files")).error == "no_model"
        assert (await door.ask("/v1/files?model=support&limit=1")).status == 200
        assert (await door.ask("/v1/files", headers={"x-seatrial-model": "support"})).status == 200
        assert (await door.ask("/v1/files?model=nix")).error == "model_not_found"
        assert (await door.ask("/v1/files?model=other")).error == "unsupported"
        assert [asked.path for asked in upstream.requests] == ["/v1/files?limit=1", "/v1/files"]


MIXED = """
targets:
  claude: {openai: "%s/v1", api_key: dummy}
  gpt: {openai: "%s/v1", api_key: dummy}
gateway:
  keys: none
  models:
    support: {deployments: [{target: claude, dialect: anthropic, weight: 1000000}, {target: gpt}]}
"""


async def test_who_does_not_speak_it_is_not_asked(tmp_path: Path) -> None:
    """Of deployments of both dialects, those are asked that can be; a chat may go to either."""
    async with Upstream(whole(b"{}")) as claude, Upstream(whole(b"{}")) as gpt:
        async with gateway(MIXED % (claude.url, gpt.url), tmp_path) as door:
            assert (await door.ask("/v1/embeddings", {"model": "support", "input": "Hi"})).status == 200
            assert (await door.ask("/v1/files")).status == 200
            assert (await door.ask("/v1/messages/batches")).status == 200
            await door.chat()
        assert [asked.path for asked in gpt.requests] == ["/v1/embeddings", "/v1/files"]
        assert [asked.path for asked in claude.requests] == ["/v1/messages/batches", "/v1/messages"]


async def test_batches_of_messages_are_passed_to_their_own_dialect(tmp_path: Path) -> None:
    """Anthropic's batches go to a deployment that speaks Anthropic's."""
    async with Upstream(whole(b"{}")) as upstream, gateway(TWO % upstream.url, tmp_path) as door:
        assert (await door.ask("/v1/messages/batches?model=other", b"{}")).status == 200
        assert upstream.requests[0].headers["x-api-key"] == "dummy"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/files/../models",
        "/v1/files/%2e%2e/x",
        "/v1/files/a/b/c/d",
        "/v1/files/a%2fb",
        "/v1/files//x",
        "/v1/files/.",
    ],
)
async def test_nobody_climbs_out(path: str, tmp_path: Path) -> None:
    """The gateway's key opens nothing beside what is passed."""
    async with served(tmp_path, whole(b"{}")) as it:
        request = f"GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        assert (await it.door.raw(request.encode())).startswith(b"HTTP/1.1 404")
        assert not it.upstream.requests


async def test_a_refusal_is_passed(tmp_path: Path) -> None:
    """What the provider refuses comes back as it is and is recorded."""
    async with served(tmp_path, faults.error(404, "no_such_file")) as it:
        reply = await it.door.ask("/v1/files/file-9")
        assert (reply.status, reply.error) == (404, "no_such_file")
        assert await it.failure() == "not_found"


@pytest.mark.parametrize("how", [CUT, RESET])
async def test_a_cut_file_never_looks_whole(how: object, tmp_path: Path) -> None:
    """The connection is closed before the end that was announced."""
    script = [head(200, "content-length: 1000") + b"half of", 0.02, how]
    async with served(tmp_path, script) as it:
        reply = await it.door.raw(b"GET /v1/files/f/content HTTP/1.1\r\nhost: x\r\n\r\n")
        assert reply.endswith(b"half of")
        assert await it.failure() == "connection_lost"
        await it.idle()


async def test_a_cut_stream_of_chunks_never_looks_whole(tmp_path: Path) -> None:
    """The last chunk is missing."""
    async with served(tmp_path, [STREAM_HEAD, chunked(b"data: {}\n\n"), 0.02, CUT]) as it:
        reply = await it.door.raw(b"GET /v1/responses/r?stream=true HTTP/1.1\r\nhost: x\r\n\r\n")
        assert not reply.endswith(b"0\r\n\r\n")


async def test_a_provider_that_is_not_there(tmp_path: Path) -> None:
    """A refused connection is an error in OpenAI's shape."""
    text = config("http://127.0.0.1:9", served="retry: {attempts: 1}")
    async with gateway(text, tmp_path) as door:
        assert (await door.ask("/v1/files")).error == "upstream_refused_connection"


async def test_a_response_is_passed_with_its_record(tmp_path: Path) -> None:
    """A streamed response is relayed as it is; its last event tells the usage, however long it is."""
    usage = {"input_tokens": 11, "output_tokens": 5, "output_tokens_details": {"reasoning_tokens": 2}}
    last = {"type": "response.completed", "response": {"output": ["x" * 100_000], "usage": usage}}
    told = b"event: response.completed\ndata: " + json.dumps(last).encode() + b"\n\n"
    async with served(tmp_path, [STREAM_HEAD, chunked(told), b"0\r\n\r\n"]) as it:
        reply = await it.door.ask("/v1/responses", {"model": "support", "input": "Hi", "stream": True})
        found = (await it.record()).usage
        assert reply.body == told
        assert found is not None
        assert (found.input, found.output, found.reasoning) == (11, 5, 2)


async def test_what_a_client_says_of_its_own_account_stays_with_it(tmp_path: Path) -> None:
    """Organisation and project belong to the client's own key, not to the gateway's."""
    async with served(tmp_path, answer()) as it:
        sent = {"openai-organization": "org-1", "openai-project": "p", "openai-beta": "x=1"}
        await it.door.ask("/v1/chat/completions", {"model": "support", "messages": []}, headers=sent)
        asked = it.upstream.requests[0].headers
        assert {name for name in asked if name.startswith("openai-")} == {"openai-beta"}
