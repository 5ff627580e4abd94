"""What one exchange with an endpoint comes to, before it becomes an Interaction."""

import msgspec

from seatrial.core.interaction import Answer, Failure, FailureKind, Timing, Usage

LONGEST_PARTIAL = 20_000
"""Characters of a cut answer that are kept."""


class Result(msgspec.Struct, frozen=True):
    """An answer or a failure, with what came beside it; times are UTC nanoseconds."""

    answer: Answer | None = None
    failure: Failure | None = None
    usage: Usage | None = None
    model: str | None = None
    first_token: int | None = None
    gap_mean: float | None = None
    gap_max: float | None = None
    ended: int | None = None
    """When the answer was whole, where that is not the end of the exchange."""


class Ended(msgspec.Struct, frozen=True):
    """A Result with the story of its attempts."""

    result: Result
    timing: Timing
    attempts: int
    request_id: str | None = None


class Fault(Exception):
    """Carries a Failure out of the reading of an answer; never leaves this room."""

    def __init__(self, kind: FailureKind, message: str) -> None:
        super().__init__(message)
        self.kind, self.message = kind, message
