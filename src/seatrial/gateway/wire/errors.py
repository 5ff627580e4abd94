"""Refusals in OpenAI's shape, `{"error": {"message", "type", "param", "code"}}`, and in Anthropic's for its clients.

Source: OpenAI's API reference, "Errors", and Anthropic's, "Errors"; types and codes as their client libraries tell them
apart.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from seatrial.gateway.wire.operations import RESPONSES, Operation

ANTHROPIC_TYPES: Final = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
    529: "overloaded_error",
}
Headers = Sequence[tuple[bytes, bytes]]


class Refusal(Exception):
    """The gateway's own answer in the place of a provider's.

    Args:
        status: The HTTP status.
        type_: `invalid_request_error`, `authentication_error`, `rate_limit_error`, `api_error`, ...
        code: What exactly, in snake case.
        message: One sentence for a person, without any secret.
        param: The field of the request that it is about.
        headers: To be sent with it: `retry-after`, for example.
    """

    def __init__(
        self,
        status: int,
        type_: str,
        code: str,
        message: str,
        *,
        param: str | None = None,
        headers: Headers = (),
    ) -> None:
        self.status, self.type, self.code, self.message, self.param = status, type_, code, message, param
        self.headers = headers
        super().__init__(message)

    @property
    def body(self) -> bytes:
        """The JSON body."""
        return msgspec.json.encode({"error": self.error})

    @property
    def error(self) -> dict[str, str | None]:
        """What stands under `error`."""
        return {"message": self.message, "type": self.type, "param": self.param, "code": self.code}


def error_body(refusal: Refusal, dialect: str, request_id: str) -> bytes:
    """The refusal as a JSON body of a dialect."""
    return refusal.body if dialect == "openai" else msgspec.json.encode(_anthropic(refusal, request_id))


def error_event(refusal: Refusal, operation: Operation | None) -> bytes:
    """The refusal as an event in a stream that has begun: official clients raise it.

    Events of responses have a `type` of their own and no `error`; with both, clients of any age understand it.
    """
    if operation is None or (operation.dialect == "openai" and operation is not RESPONSES):
        return b"data: " + refusal.body + b"\n\n"
    body: dict[str, Any] = _anthropic(refusal, None)
    if operation is RESPONSES:
        error = refusal.error
        body = {**error, "type": "error", "error": error}
    return b"event: error\ndata: " + msgspec.json.encode(body) + b"\n\n"


def _anthropic(refusal: Refusal, request_id: str | None) -> dict[str, Any]:
    kind = ANTHROPIC_TYPES.get(refusal.status, "invalid_request_error" if refusal.status < 500 else "api_error")
    told = {"type": kind, "message": refusal.message}
    return {"type": "error", "error": told, **({"request_id": request_id} if request_id else {})}


def bad_request(message: str, code: str = "invalid_request", param: str | None = None) -> Refusal:
    """400: the client can mend it."""
    return Refusal(400, "invalid_request_error", code, message, param=param)


def too_many(message: str, code: str, retry_after: float) -> Refusal:
    """429 with the seconds after which it makes sense to come again."""
    seconds = max(1, int(-(-retry_after // 1)))
    headers = ((b"retry-after", str(seconds).encode()), (b"retry-after-ms", str(int(retry_after * 1000) or 1).encode()))
    return Refusal(429, "rate_limit_error", code, message, headers=headers)


def upstream_failed(kind: str, what: str) -> Refusal:
    """502, or 504 where it took too long: no provider gave an answer."""
    if kind == "timeout":
        return Refusal(504, "api_error", "upstream_timeout", f"The provider did not answer in time: {what}.")
    return Refusal(502, "api_error", f"upstream_{kind}", f"The provider could not be asked: {what}.")


def answer_useless(kind: str, what: str) -> Refusal:
    """502, or 504 where it took too long: what the provider gave is no answer, or not all of it."""
    status = 504 if kind == "timeout" else 502
    return Refusal(status, "api_error", f"upstream_{kind}", f"The provider's answer is of no use: {what}.")
