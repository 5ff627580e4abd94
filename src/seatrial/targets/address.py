"""Where an endpoint is and what every request to it carries, from the settings and the environment."""

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

import msgspec

from seatrial.core.errors import Mistake
from seatrial.targets.secret import VARIABLE, Secret, expand, from_environment, refuse_literal
from seatrial.targets.secret_sources import is_sourced

_SECRET_HEADER = re.compile(r"authori[sz]ation|cookie|secret|token|(^|-)key$", re.IGNORECASE)
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class Address(msgspec.Struct, frozen=True):
    """An endpoint as the settings have it: variables are still `${NAME}`, so this may be shown.

    `url` may hold variables; those after `?` are taken for secrets. A `key` becomes `Authorization: Bearer`; a Secret
    is the key itself, a text names its variable. `written_as` is the key of the settings that the URL stands under.
    """

    url: str
    headers: dict[str, str] = {}
    key: Secret | str | None = None
    written_as: str = "url"

    def check(self) -> None:
        """Find what is wrong without looking at the environment.

        Raises:
            Mistake: The URL is none, a key is written down, or a header cannot be sent.
        """
        if VARIABLE.search(self.url) is None:
            _split(self.url, self.written_as)
        if isinstance(self.key, str) and not is_sourced(self.key):
            refuse_literal(self.key, key="api_key")
        for name, value in self.headers.items():
            if not isinstance(value, str) or not _HEADER_NAME.fullmatch(name) or any(c in value for c in "\r\n\0"):
                what = f"the header {name!r} cannot be sent: names and values are plain texts on one line"
                raise Mistake(what, key="headers")
            if _SECRET_HEADER.search(name):
                refuse_literal(value, f"the header {name}", "headers")

    def resolve(self, environ: Mapping[str, str] | None = None) -> "Resolved":
        """Fill in the variables.

        Raises:
            Mistake: One is not set, or the URL is none.
        """
        place, mark, query = self.url.partition("?")
        filled, asked = expand(place, environ).text, expand(query, environ)
        parts = _split(filled, self.written_as)
        headers, secrets = {}, list(asked.secrets)
        for name, value in self.headers.items():
            expanded = expand(value, environ)
            headers[name] = expanded.text
            secrets += expanded.secrets
        if self.key is not None:
            key = self.key if isinstance(self.key, Secret) else from_environment(self.key, environ)
            headers.setdefault("Authorization", f"Bearer {key.reveal()}")
            secrets.append(key)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return Resolved(filled.rstrip("/"), mark + asked.text, f"{host}:{port}", headers, tuple(secrets))

    def shown(self, environ: Mapping[str, str] | None = None) -> str:
        """The URL for an identity: variables before `?` filled in where they are set, those after it left as names."""
        place, mark, query = self.url.partition("?")
        try:
            place = expand(place, environ).text
        except Mistake:
            return self.url
        return place.rstrip("/") + mark + query


class Resolved(msgspec.Struct, frozen=True):
    """An Address with its variables filled in; not to be shown."""

    base: str
    query: str
    host: str
    headers: dict[str, str]
    secrets: tuple[Secret, ...]

    def url(self, path: str = "") -> str:
        """The address of a path below the base."""
        return f"{self.base}{path}{self.query}"


def _split(url: str, key: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        raise Mistake("is no address; write one such as http://127.0.0.1:8410/v1", key=key) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_fine or re.search(r"\s", url):
        raise Mistake("is no address; write one such as http://127.0.0.1:8410/v1", key=key)
    if parts.username is not None or parts.password is not None:
        raise Mistake("a URL must not hold a user or a password; send them as a header with ${NAME}", key=key)
    return parts
