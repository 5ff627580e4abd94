"""Keys: where they come from (the environment) and where they must never show up (anywhere else)."""

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from seatrial.core.errors import Mistake
from seatrial.targets.secret_sources import is_sourced, read_source

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
SHORTEST = 4
"""Shorter values are not scrubbed: blotting out every `x` of a text would hide the text, not a key."""
FAKE_KEYS = frozenset(
    {"none", "no-key", "not-needed", "dummy", "fake", "test", "empty", "local", "unused", "sk-no-key-required"}
)
"""Literal keys that may stand in a suite file: local servers that want some key take them, and nobody guards them."""
MASK = "***"


class Secret:
    """A text that does not show itself in a repr, a message or a report."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself; for the wire only."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret('{MASK}')"

    def __str__(self) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


class Expanded(NamedTuple):
    """A text with its variables filled in, and the values that were filled in."""

    text: str
    secrets: tuple[Secret, ...]


def expand(text: str, environ: Mapping[str, str] | None = None) -> Expanded:
    """Fill in each `${NAME}`.

    Raises:
        Mistake: A variable is not set, or is empty.
    """
    environ = os.environ if environ is None else environ
    found: list[Secret] = []

    def fill(match: re.Match[str]) -> str:
        value = environ.get(match[1], "")
        if not value:
            raise Mistake(f"the environment variable {match[1]} is not set; set it before the run")
        found.append(Secret(value))
        return value

    return Expanded(VARIABLE.sub(fill, text), tuple(found))


def from_environment(text: str, environ: Mapping[str, str] | None = None) -> Secret:
    """The key that a suite file means by `${NAME}` or `file:PATH`, or one of `FAKE_KEYS` as it stands.

    Raises:
        Mistake: The variable is not set, the file cannot be read, or the suite file holds a key itself.
        CannotRun: A secret manager did not give the key.
    """
    if is_sourced(text):
        return Secret(read_source(text))
    refuse_literal(text)
    return Secret(expand(text, environ).text)


def refuse_literal(text: str, what: str = "the key", key: str | None = None) -> None:
    """Check, without looking at the environment, that a key is not written down.

    Args:
        text: What is written.
        what: What the message calls it.
        key: The key of the settings that it stands under.

    Raises:
        Mistake: It is; the message does not repeat it.
    """
    if VARIABLE.search(text) is None and text.strip().lower() not in FAKE_KEYS:
        raise Mistake(
            f"{what} must not be written in the file; write ${{NAME}} and set NAME in the environment", key=key
        )


class Scrubber:
    """Blots out secrets in what an endpoint sends back."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        plain = {secret.reveal() for secret in secrets}
        kept = {text for text in plain if len(text) >= SHORTEST and text.lower() not in FAKE_KEYS}
        kept |= {quote(text, safe="") for text in kept}
        # The longest first: one secret may be the beginning of another.
        self._needles = tuple(sorted(kept, key=len, reverse=True))

    def __bool__(self) -> bool:
        return bool(self._needles)

    def text(self, text: str) -> str:
        """The text without secrets."""
        for needle in self._needles:
            if needle in text:
                text = text.replace(needle, MASK)
        return text

    def body(self, body: bytes) -> bytes:
        """Bytes without secrets, before they are cut short."""
        for needle in self._needles:
            body = body.replace(needle.encode(), MASK.encode())
        return body

    def data(self, value: Any) -> Any:
        """Decoded JSON without secrets, in keys as well as in values."""
        if not self._needles:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.data(each) for each in value]
        if isinstance(value, dict):
            return {self.data(key): self.data(each) for key, each in value.items()}
        return value
