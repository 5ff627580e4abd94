"""A virtual key: the text that a client shows, and what it stands for.

A key is `sk-st-ID-SECRET`: the id is public and stays when the secret is changed; only a keyed hash of the whole text
is kept (BLAKE2b with a key, RFC 7693), so that a copy of the store opens nothing.
"""

import hashlib
import secrets
from ipaddress import IPv4Network, IPv6Network

import msgspec

from seatrial.gateway.config import Terms

PREFIX = "sk-st-"
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""Without those that people take for one another (l and 1, o and 0): 5 bits each."""
ID_LENGTH, SECRET_LENGTH = 8, 40
LONGEST = 128
"""Longer texts are no keys, and not hashed."""

Network = IPv4Network | IPv6Network


class KeyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a key stands for; times are UTC nanoseconds, `models` None is every model, `allow` None from everywhere."""

    id: str
    name: str = ""
    project: str = "default"
    environment: str = "production"
    admin: bool = False
    models: tuple[str, ...] | None = None
    allow: tuple[str, ...] | None = None
    terms: Terms = Terms()
    created: int = 0
    expires: int | None = None
    revoked: int | None = None


def new_key_id() -> str:
    """An id that no other key has."""
    return _letters(ID_LENGTH)


def new_text(key_id: str) -> str:
    """The text of a key with a new secret of 200 random bits."""
    return f"{PREFIX}{key_id}-{_letters(SECRET_LENGTH)}"


def id_of(text: str) -> str:
    """The id in a key's id, in a shown key, or in the whole text of a key."""
    return text.strip().removeprefix(PREFIX).partition("-")[0][:20]


def shown(key_id: str) -> str:
    """How a key is named where its secret must not be."""
    return f"{PREFIX}{key_id}-..."


class Hasher:
    """Keyed hashes of keys.

    Looking a hash up takes no more or less time for a text that is nearly right: without the server's secret nobody can
    choose what its hash begins with.

    Args:
        secret: The server's.
    """

    __slots__ = ("_begun",)

    def __init__(self, secret: bytes) -> None:
        self._begun = hashlib.blake2b(key=secret, digest_size=32, person=b"seatrial key")

    def __call__(self, text: bytes) -> bytes:
        """32 bytes."""
        begun = self._begun.copy()
        begun.update(text)
        return begun.digest()


def _letters(length: int) -> str:
    return "".join(_LETTERS[byte & 31] for byte in secrets.token_bytes(length))
