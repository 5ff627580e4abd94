"""An Interaction: what was asked, what came back, how long it took, what it cost. It always ends."""

from enum import StrEnum
from typing import Any, Literal

import msgspec

from seatrial.core.ids import new_id
from seatrial.core.request import Request, ToolCall

NANOSECONDS = 1_000_000_000


class TokenLogprob(msgspec.Struct, frozen=True, omit_defaults=True):
    """The natural-log probability that the model gave to a token of its answer, and those of others in its place."""

    token: str
    logprob: float
    top: tuple["TokenLogprob", ...] = ()


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came back. An empty text is an answer, too: checks judge it."""

    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    finish_reason: str | None = None
    refusal: str | None = None
    reasoning: str | None = None
    logprobs: tuple[TokenLogprob, ...] | None = None
    embeddings: tuple[tuple[float, ...], ...] | None = None
    data: Any = None
    """The endpoint's decoded JSON where a Target has more to show than text (HTTP Targets)."""


class FailureKind(StrEnum):
    """Why there is no answer."""

    TIMEOUT = "timeout"
    RATE_LIMITED = "rate_limited"
    QUOTA = "quota"
    REFUSED_CONNECTION = "refused_connection"
    CONNECTION_LOST = "connection_lost"
    TLS_ERROR = "tls_error"
    UNAUTHORISED = "unauthorised"
    BAD_REQUEST = "bad_request"
    NOT_FOUND = "not_found"
    SERVER_ERROR = "server_error"
    BAD_RESPONSE = "bad_response"
    CUT_STREAM = "cut_stream"
    TOO_LARGE = "too_large"
    NOT_RECORDED = "not_recorded"
    CRASHED = "crashed"
    CANCELLED = "cancelled"


class Failure(msgspec.Struct, frozen=True, omit_defaults=True):
    """A named failure with one clear sentence (it names the request's id where the endpoint gave one)."""

    kind: FailureKind
    message: str
    status: int | None = None
    partial: str = ""
    """What had come before the failure (a cut stream's text), bounded."""


class Usage(msgspec.Struct, frozen=True, omit_defaults=True):
    """Tokens. `cached` is part of `input`, `reasoning` part of `output`; `estimated` when the endpoint did not say."""

    input: int = 0
    output: int = 0
    cached: int = 0
    reasoning: int = 0
    estimated: bool = False


class Timing(msgspec.Struct, frozen=True, omit_defaults=True):
    """When: UTC nanoseconds. `started` is the attempt that ended it; the wait before that is not the model's."""

    due: int
    started: int
    ended: int
    first_token: int | None = None
    gap_mean: float | None = None
    """Mean seconds between chunks of a streamed answer."""
    gap_max: float | None = None

    @property
    def latency(self) -> float:
        """Seconds from the start of the last attempt to its end."""
        return (self.ended - self.started) / NANOSECONDS

    @property
    def to_first_token(self) -> float | None:
        """Seconds from the start of the last attempt to its first token; None when the answer was not streamed."""
        return None if self.first_token is None else (self.first_token - self.started) / NANOSECONDS

    @property
    def waited(self) -> float:
        """Seconds between the moment it was due and the start of the last attempt: queue, pace, retries."""
        return (self.started - self.due) / NANOSECONDS


class Money(msgspec.Struct, frozen=True):
    """An exact amount in whole nano-units (1e-9) of a currency: one short answer can cost less than a micro-unit."""

    nanos: int
    currency: str = "USD"

    @property
    def amount(self) -> float:
        """The amount in units of the currency."""
        return self.nanos / 1e9


class Interaction(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One request and its end: exactly one of `answer` and `failure` is set."""

    target: str
    request: Request
    timing: Timing
    answer: Answer | None = None
    failure: Failure | None = None
    id: str = msgspec.field(default_factory=new_id)
    source: str = "live"
    """`live`, or the id of the run."""
    suite: str | None = None
    case: str | None = None
    original: str | None = None
    """The case that a Probe made this one of, with its suite in front."""
    repeat: int = 0
    turn: int = 0
    session: str | None = None
    user: str | None = None
    """A keyed hash, never the name."""
    model: str | None = None
    variant: str | None = None
    deployment: str | None = None
    request_id: str | None = None
    """The endpoint's own id of the request (`x-request-id`)."""
    usage: Usage | None = None
    cost: Money | None = None
    attempts: int = 1
    served_by: Literal["upstream", "cache"] = "upstream"
    tags: dict[str, str] = {}

    @property
    def text(self) -> str:
        """The answer's text; empty on a failure."""
        return self.answer.text if self.answer is not None else ""
