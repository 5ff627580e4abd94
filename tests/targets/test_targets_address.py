"""Addresses of endpoints, their headers and keys."""

import pytest

from seatrial.core.errors import Mistake
from seatrial.targets.address import Address
from seatrial.targets.secret import Secret

ENVIRON = {"HOST": "http://models.example", "KEY": "sk-123456", "TEAM": "harbour"}


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("http://127.0.0.1:8410/v1", "127.0.0.1:8410", "http://127.0.0.1:8410/v1/models"),
        ("http://127.0.0.1:8410/v1/", "127.0.0.1:8410", "http://127.0.0.1:8410/v1/models"),
        ("https://api.example.com", "api.example.com:443", "https://api.example.com/models"),
        ("http://[::1]:80/v1", "[::1]:80", "http://[::1]:80/v1/models"),
        ("${HOST}/v1", "models.example:80", "http://models.example/v1/models"),
        ("http://h/v1?version=2&k=${KEY}", "h:80", "http://h/v1/models?version=2&k=sk-123456"),
    ],
)
def test_a_path_goes_below_the_base(url, host, path):
    """Slashes at the end, queries and variables are put where they belong."""
    resolved = Address(url).resolve(ENVIRON)
    assert (resolved.host, resolved.url("/models")) == (host, path)


def test_the_key_becomes_a_bearer_header():
    """It is known as a secret, and so is every variable of a header."""
    resolved = Address("http://h", {"X-Team": "${TEAM}"}, "${KEY}").resolve(ENVIRON)
    assert resolved.headers == {"X-Team": "harbour", "Authorization": "Bearer sk-123456"}
    assert set(resolved.secrets) == {Secret("sk-123456"), Secret("harbour")}


def test_an_own_header_goes_before_the_bearer():
    """Whoever writes the header means it."""
    resolved = Address("http://h", {"Authorization": "Basic ${KEY}"}, Secret("other")).resolve(ENVIRON)
    assert resolved.headers["Authorization"] == "Basic sk-123456"


@pytest.mark.parametrize("url", ["${NOPE}/v1", "http://h/v1?k=${NOPE}"])
def test_an_unset_variable_is_named(url):
    """Only when the address is used: a Target that nobody asks needs none."""
    Address(url).check()
    with pytest.raises(Mistake, match="NOPE is not set"):
        Address(url).resolve(ENVIRON)


def test_a_variable_that_holds_no_address_is_a_mistake():
    """It is found when it is filled in, and the value is not shown."""
    with pytest.raises(Mistake, match="is no address") as caught:
        Address("${KEY}", written_as="openai").resolve(ENVIRON)
    assert caught.value.key == "openai"
    assert "sk-123456" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("${HOST}/v1/", "http://models.example/v1"),
        ("${NOPE}/v1", "${NOPE}/v1"),
        ("${HOST}/v1?k=${KEY}", "http://models.example/v1?k=${KEY}"),
    ],
)
def test_what_is_shown_holds_no_secret(url, shown):
    """Variables of the place are filled in where they are set, those of the query never."""
    assert Address(url).shown(ENVIRON) == shown


@pytest.mark.parametrize("name", ["Authorization", "x-api-key", "api-key", "Cookie", "X-Auth-Token", "Key"])
def test_a_secret_header_needs_a_variable(name):
    """Names that hold secrets by custom are checked; a fake value may stand."""
    Address("http://h", {name: "none"}).check()
    with pytest.raises(Mistake, match=f"the header {name} must not be written"):
        Address("http://h", {name: "abcdef"}).check()


@pytest.mark.parametrize("name", ["X-Team", "OpenAI-Organization", "X-Keyboard", "Accept"])
def test_other_headers_may_be_written_down(name):
    """A team's name is no secret."""
    Address("http://h", {name: "abcdef"}).check()
