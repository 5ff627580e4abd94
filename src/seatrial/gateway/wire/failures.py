"""Which named failure an error of a provider's is. Its own words are not kept: they may quote what was sent."""

import re
from typing import Final, NamedTuple

import msgspec

_KINDS: Final = {
    401: "unauthorised",
    402: "quota",
    403: "unauthorised",
    404: "not_found",
    408: "timeout",
    413: "too_large",
    429: "rate_limited",
    504: "timeout",
}
_BY_NAME: Final = (
    ("insufficient_quota", "quota"),
    ("billing", "quota"),
    ("rate_limit", "rate_limited"),
    ("timeout", "timeout"),
    ("authentication", "unauthorised"),
    ("permission", "unauthorised"),
    ("invalid_api_key", "unauthorised"),
    ("not_found", "not_found"),
    ("invalid_request", "bad_request"),
)
_NAME: Final = re.compile(r"[A-Za-z0-9_.\-]{1,64}")


class Failed(NamedTuple):
    """Kind (one of `core.interaction.FailureKind`), sentence and status, as `Exchange.fail` takes them."""

    kind: str
    what: str
    status: int


class WireError(msgspec.Struct):
    """What stands under `error`: words, or an object with a type and a code (a number with some servers)."""

    type: str | None = None
    code: str | int | None = None


class _Body(msgspec.Struct):
    error: WireError | str | None = None


_body = msgspec.json.Decoder(_Body)


def of_status(status: int) -> str:
    """The kind of failure for the status of an error."""
    return _KINDS.get(status, "bad_request" if status < 500 else "server_error")


def of_reply(status: int, body: bytes) -> Failed:
    """An error that came as a reply of its own."""
    try:
        error = _body.decode(body).error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        error = None
    kind, name = of_status(status), name_of(error)
    if status == 429 and name == "insufficient_quota":
        kind = "quota"
    return Failed(kind, f"the provider answered with status {status}" + (f" ({name})" if name else ""), status)


def of_event(error: "WireError | str", status: int) -> Failed:
    """An error inside a reply that had begun well."""
    name = name_of(error) or "error"
    kind = next((kind for part, kind in _BY_NAME if part in name), "server_error")
    return Failed(kind, f"the provider sent an error inside its answer ({name})", status)


def name_of(error: "WireError | str | None") -> str | None:
    """The code of an error, else its type, where that is a name and no sentence."""
    if not isinstance(error, WireError):
        return None
    for name in (error.code, error.type):
        if isinstance(name, str) and _NAME.fullmatch(name):
            return name
    return None
