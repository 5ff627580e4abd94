"""`init` against servers that answer oddly, and names that a file must not take over as they are."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from app_support import refused
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.app.initial import FALLBACK, LONGEST_NAME, MOST_BYTES, PUBLIC, Found, discover, write_initial
from seatrial.app.suite import load

Serve = Callable[[bytes, int], str]
HERE = Found("http://127.0.0.1:9/v1", "m", None, "as said")


@pytest.fixture
def heard() -> list[Any]:
    """The paths and keys that the server was asked with."""
    return []


@pytest.fixture
def serve(heard: list[Any]) -> Iterator[Serve]:
    """Starts a server that answers everything with these bytes."""
    started = []

    def start(body: bytes, status: int = 200) -> str:
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                heard.append((self.path, self.headers.get("Authorization")))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Answer)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        started.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}/v1"

    yield start
    for server, thread in started:
        server.shutdown()
        thread.join()
        server.server_close()


def names(*ids: Any) -> bytes:
    return json.dumps({"data": [{"id": each} for each in ids]}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b'{"data": null}',
        b'{"data": "abc"}',
        b'{"data": [3]}',
        b'{"data": []}',
        b'{"data": [{"name": "x"}]}',
        b'{"data": [{"id": "\xff"}]}',
        b"[" * 100_000,
        b'{"data": [' + b'{"id": "x"},' * (MOST_BYTES // 10) + b"]}",
    ],
)
def test_answers_that_name_no_model_are_passed_over(serve: Serve, body: bytes) -> None:
    """Whatever stands behind the address, the file gets a name to be changed, and nothing fails."""
    assert discover(serve(body, 200), None, {}).model == "my-model"


@pytest.mark.parametrize("status", [204, 401, 404, 500])
def test_refusals_are_passed_over(serve: Serve, status: int) -> None:
    """A server that says no is written down all the same."""
    url = serve(b"{}" if status != 204 else b"", status)
    assert discover(url, None, {}) == Found(url, "my-model", None, "as said")


@pytest.mark.parametrize("name", ["${OPENAI_API_KEY}", "a${HOME}b", "x\ny", "\x1b[31m", "", "n" * (LONGEST_NAME + 1)])
def test_names_that_would_do_something_are_not_taken(serve: Serve, name: str) -> None:
    """A server cannot have a variable of the environment sent to it by calling its model so."""
    assert discover(serve(names(name, "honest"), 200), None, {}).model == "honest"
    assert discover(serve(names(name), 200), None, {}).model == "my-model"


def test_names_that_are_no_text_are_made_one(serve: Serve) -> None:
    """A number as a name is written as text."""
    assert discover(serve(names(7), 200), None, {}).model == "7"


def test_keys_stay_on_their_way(serve: Serve, heard: list[Any]) -> None:
    """A server on this machine is asked without OpenAI's key, and just once when the model must be found out."""
    found = discover(serve(names("m"), 200), None, {"OPENAI_API_KEY": "sk-secret"})
    assert (found.key, heard) == (None, [("/v1/models", None)])


def test_a_public_address_is_not_contacted() -> None:
    """Nobody is called only to write a file: OpenAI's own address gets a model by guess and its key by name."""
    found = discover(PUBLIC, None, {"OPENAI_API_KEY": "sk-secret"})
    assert (found.model, found.key) == ("gpt-4.1-mini", "OPENAI_API_KEY")
    assert "sk-secret" not in str(found)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a/b",
        "http://",
        "https:///v1",
        "http://[::1",
        "http://a:99999",
        "http://a:x",
        "http://a b",
        "http://a\n",
        "v1",
    ],
)
def test_addresses_that_are_none_are_refused(url: str) -> None:
    """An address that no request could go to is refused at once, with one that could."""
    assert f"is no address; write one such as {FALLBACK}" in refused(discover, url, "m", {})


def test_slashes_at_the_end_are_one_address() -> None:
    """An address is the same with and without a slash behind it."""
    assert discover("http://127.0.0.1:9/v1//", "m", {}).url == "http://127.0.0.1:9/v1"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=20).filter(lambda name: "${" not in name and name.strip()))
def test_any_name_survives_the_file(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    """Whatever a model is called, the written file is valid and has its name."""
    path = tmp_path_factory.getbasetemp() / "named.yaml"
    write_initial(path, HERE._replace(model=name), force=True)
    assert load(path).settings["bot"]["model"] == name


def test_half_a_character_is_left_out(tmp_path: Path) -> None:
    """A name with half of a surrogate pair cannot be written as UTF-8, and the file is valid without it."""
    write_initial(tmp_path / "a.yaml", HERE._replace(model="a\ud800b"))
    assert load(tmp_path / "a.yaml").settings["bot"]["model"] == "ab"
