"""What an HTTP status and its body are called, and which are worth another try."""

from collections.abc import Mapping
from typing import Any

import msgspec

from seatrial.core.interaction import Failure, FailureKind

LONGEST_MESSAGE = 400
_ID_HEADERS = ("x-request-id", "request-id", "apim-request-id", "x-amzn-requestid", "cf-ray")
_KINDS = {
    401: FailureKind.UNAUTHORISED,
    403: FailureKind.UNAUTHORISED,
    404: FailureKind.NOT_FOUND,
    413: FailureKind.BAD_REQUEST,
    429: FailureKind.RATE_LIMITED,
}
_SAYS = {
    401: "refuses the key",
    403: "forbids the request",
    404: "does not know the address or the model",
    405: "does not take this method at this address",
    408: "gave up waiting for the request",
    413: "finds the request too large",
    429: "refuses for rate",
}


class WireError(msgspec.Struct, frozen=True):
    """An error as OpenAI writes it: `{"message", "type", "code"}`; codes may be numbers (vLLM)."""

    message: str = ""
    type: str = ""
    code: str = ""

    @property
    def quota(self) -> bool:
        """Whether waiting will not help because nothing is left to spend."""
        return "insufficient_quota" in (self.code, self.type)

    @property
    def label(self) -> str:
        """The most telling of its code and type."""
        return self.code or self.type


def request_id(headers: Mapping[str, str]) -> str | None:
    """The endpoint's own id of the request, if it gives one (bounded)."""
    for name in _ID_HEADERS:
        value = headers.get(name)
        if value:
            return value[:100]
    return None


def wire_error(data: Any) -> WireError | None:
    """The error that decoded JSON holds, in one of the shapes that endpoints use; None when it holds none."""
    if not isinstance(data, dict):
        return None
    inner = data.get("error")
    if inner is None:
        inner = data if data.get("object") == "error" else data.get("detail")
    if isinstance(inner, dict):
        return WireError(*(_plain(inner.get(key)) for key in ("message", "type", "code")))
    if inner:
        return WireError(_plain(inner), "", _plain(data.get("code")))
    return WireError(_plain(data["message"])) if data.get("message") else None


def status_failure(status: int, body: bytes, host: str, location: str = "") -> tuple[Failure, WireError]:
    """The Failure that an HTTP answer other than 200 is, with the error that its body holds."""
    error = _error_in(body)
    if 300 <= status < 400:
        where = f" to {location}" if location else ""
        what = f"{host} redirects{where} (status {status}), which is not followed; write the final address"
        return Failure(FailureKind.BAD_RESPONSE, what, status), error
    kind = FailureKind.QUOTA if error.quota else _KINDS.get(status)
    if kind is None:
        kind = FailureKind.SERVER_ERROR if status >= 500 or status == 408 else FailureKind.BAD_REQUEST
    says = "has no quota left for this key" if error.quota else _SAYS.get(status)
    says = says or ("failed" if status >= 500 else "refuses the request")
    label = f", {error.label}" if error.label else ""
    why = f": {error.message[:LONGEST_MESSAGE]}" if error.message else ""
    return Failure(kind, f"{host} {says} (status {status}{label}){why}", status), error


def retriable(status: int, headers: Mapping[str, str], error: WireError) -> bool:
    """Whether an HTTP answer is worth another try: 408, 409, 429 and 5xx; `x-should-retry` wins, save without quota."""
    if error.quota:
        return False
    said = headers.get("x-should-retry", "").lower()
    if said in ("true", "false"):
        return said == "true"
    return status in (408, 409, 429) or status >= 500


def not_json(body: bytes, host: str) -> str:
    """One sentence on a body that is no JSON."""
    start = body[:2000].lstrip()
    if not start:
        return f"{host} sent an empty body"
    if start[:1] == b"<":
        return f"{host} answered with an HTML page instead of JSON; the address is perhaps a website's or lacks /v1"
    try:
        text = body[:200].decode("utf-8", "strict" if len(body) <= 200 else "ignore")
    except UnicodeDecodeError:
        text = "\0"
    if any(ord(character) < 32 and character not in "\t\r\n" for character in text):
        return f"{host} sent {len(body)} bytes that are no text"
    return f"{host} sent text that is no JSON: {' '.join(text.split())[:80]!r}"


def _error_in(body: bytes) -> WireError:
    try:
        error = wire_error(msgspec.json.decode(body))
    except (msgspec.DecodeError, RecursionError):
        text = body[:2000].decode("utf-8", "replace").strip()
        plain = text and not text.startswith("<") and text.isprintable()
        error = WireError(text[:LONGEST_MESSAGE]) if plain else None
    return error or WireError()


def _plain(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return " ".join(text.split())
