"""What a client's headers say about the cache.

Source of `cache-control`: RFC 9111, section 5.2.1.
"""

from typing import Final, NamedTuple

from seatrial.gateway.asgi import Headers

SAID: Final = frozenset({b"cache-control", b"pragma", b"x-seatrial-cache", b"x-seatrial-cache-tag"})
VARIED: Final = frozenset({b"openai-beta", b"anthropic-beta", b"x-seatrial-region"})
"""Headers that decide what is answered, or where."""
MOST_TAGS: Final = 16
LONGEST_TAG: Final = 64


class Wish(NamedTuple):
    """`skip`: leave the cache out; `fresh`: fetch a new answer and keep it; `varied`: the headers that decide."""

    skip: bool = False
    fresh: bool = False
    tags: tuple[str, ...] = ()
    varied: tuple[tuple[bytes, bytes], ...] = ()


NOTHING: Final = Wish()


def wish_of(headers: Headers) -> Wish:
    """Read them; what is not understood is passed over."""
    found = [pair for pair in headers if pair[0] in SAID or pair[0] in VARIED]
    if not found:
        return NOTHING
    skip = fresh = False
    tags: list[str] = []
    for name, value in found:
        words = [word.strip() for word in value.lower().split(b",")]
        if name == b"x-seatrial-cache":
            skip = skip or b"skip" in words
        elif name == b"x-seatrial-cache-tag":
            tags += [tag.strip() for tag in value.decode("latin-1").split(",")]
        elif name not in VARIED:
            skip = skip or b"no-store" in words
            fresh = fresh or b"no-cache" in words
    bounded = tuple(tag[:LONGEST_TAG] for tag in tags if tag)[:MOST_TAGS]
    return Wish(skip, fresh, bounded, tuple(sorted(pair for pair in found if pair[0] in VARIED)))
