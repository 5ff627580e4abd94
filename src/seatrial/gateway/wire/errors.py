"""Refusals in OpenAI's shape: `{"error": {"message", "type", "param", "code"}}`.

Source: OpenAI's API reference, "Errors"; types and codes as its client libraries tell them apart.
"""

from collections.abc import Sequence

import msgspec

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
        return msgspec.json.encode(self._error())

    @property
    def event(self) -> bytes:
        """The same as an event in a stream that has begun."""
        return b"data: " + msgspec.json.encode(self._error()) + b"\n\n"

    def _error(self) -> dict[str, dict[str, str | None]]:
        return {"error": {"message": self.message, "type": self.type, "param": self.param, "code": self.code}}


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
