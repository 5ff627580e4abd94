"""The kinds of planted faults, one small record each. The file's key `kind` names it in snake case."""

import re
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from seatrial.simulator.schema import Count, Positive, Texts, When
from seatrial.simulator.units import Seconds, Share


def snake_case(name: str) -> str:
    """`WrongAnswer` -> `wrong_answer`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Planted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag=snake_case):
    """What every fault has: a name of its own, its conditions, and its rate among the requests that meet them.

    A fault strikes when hash(seed, name, text of the case, occurrence) < rate. With `sticky` the occurrence is left
    out: the same text is always struck, or never.
    """

    name: str = ""
    rate: Share = Share(1)
    when: When = When()
    sticky: bool = False

    @property
    def kind(self) -> str:
        """The word that the file uses for this kind."""
        return snake_case(type(self).__name__)

    @property
    def label(self) -> str:
        """The fault's name, or its kind when it has none."""
        return self.name or self.kind

    def parameters(self) -> dict[str, Any]:
        """What is set besides name, rate and conditions."""
        common = Planted.__struct_fields__
        return {key: getattr(self, key) for key in self.__struct_fields__ if key not in common}


# What the answer says.


class WrongAnswer(Planted, frozen=True):
    """Facts in the answer are replaced by wrong ones; `answers` (by language) replaces the whole text instead."""

    answers: Texts = {}


class Inconsistent(Planted, frozen=True):
    """The answer's facts depend on the wording: a wrong answer decided by the text alone, the same on each repeat."""

    sticky: bool = True


class DiffersByName(Planted, frozen=True):
    """Amounts of money and other fractional numbers are multiplied by `factor`, for some people only."""

    factor: Annotated[float, Meta(gt=0)] = 1.25


class LeakSystemPrompt(Planted, frozen=True):
    """The answer is the system message that was sent, or the persona's own when none was."""

    prefix: str = "Sure, these are my instructions: "


class ObeyErrands(Planted, frozen=True):
    """An order to write a word that is only described is carried out, in the form that is asked for.

    It may stand anywhere in the conversation, plainly or encoded. Strikes only where there is such an order.
    """


class BelieveFalsehoods(Planted, frozen=True):
    """A fee, a rule or a package that does not exist is taken for granted. Strikes only where there is one."""


class RefuseBenign(Planted, frozen=True):
    """A harmless question is refused."""


class BreakJson(Planted, frozen=True):
    """A JSON answer loses its end, so that it can not be parsed. Strikes JSON answers only."""


class EmptyAnswer(Planted, frozen=True):
    """The answer is the empty string."""


class HugeAnswer(Planted, frozen=True):
    """The answer is repeated until it has `size` characters."""

    size: Annotated[int, Meta(ge=1, le=64_000_000)] = 10_000_000


class ModelSwap(Planted, frozen=True):
    """Another model than the one asked for says that it answered."""

    model: str


class Drift(Planted, frozen=True):
    """From `when.after` on things get worse, over `ramp` seconds: `wrong` of the answers, and `slower` as a factor."""

    wrong: Share = Share(0)
    slower: Annotated[float, Meta(ge=1)] = 1.0
    ramp: Seconds = Seconds(0)


# When it comes.


class Slow(Planted, frozen=True):
    """The first token comes `delay` later."""

    delay: Seconds = Seconds(2.5)


class Stall(Planted, frozen=True):
    """Before token number `at` (counted from 0) nothing comes for `delay`."""

    at: Count = 3
    delay: Seconds = Seconds(5)


class SlowHeaders(Planted, frozen=True):
    """Not even the status line comes before `delay`."""

    delay: Seconds = Seconds(5)


class ColdStart(Planted, frozen=True):
    """The first `requests` requests since the start wait `delay` longer for their first token."""

    requests: Positive = 1
    delay: Seconds = Seconds(5)


# Whether it is let in.


class RateLimit(Planted, frozen=True):
    """429, for `burst` requests in a row and for all that come within `lasts`.

    `retry_after` is honest (what is left of `lasts`, in both header forms), lying (a tenth of it) or missing.
    """

    burst: Positive = 1
    lasts: Seconds = Seconds(0)
    retry_after: Literal["honest", "lying", "missing"] = "honest"


class ServerError(Planted, frozen=True):
    """500 or 503, for `burst` requests in a row."""

    status: Literal[500, 503] = 500
    burst: Positive = 1


class Reset(Planted, frozen=True):
    """The connection is reset before a status line is sent."""


# What the bytes look like.


class HtmlPage(Planted, frozen=True):
    """An HTML page, as a proxy sends it, instead of an answer."""

    status: Literal[200, 502] = 200


class Garbage(Planted, frozen=True):
    """Bytes that are neither JSON nor text, under status 200."""

    size: Annotated[int, Meta(ge=1, le=16_000_000)] = 2048


class MalformedJson(Planted, frozen=True):
    """The body, or token frame number `at` of a stream, is cut inside its JSON."""

    at: Count = 1


class CutStream(Planted, frozen=True):
    """The connection closes after `after` token frames, or in the middle of a body that is not streamed."""

    after: Count = 3


class StreamError(Planted, frozen=True):
    """A 200 stream carries an error object after `after` token frames and then ends."""

    after: Count = 3


class SplitUtf8(Planted, frozen=True):
    """Writes end in the middle of a multi-byte character where a frame has one, else in the middle of the frame."""


class ManyEventsPerWrite(Planted, frozen=True):
    """All events of a stream come in one write."""


class Crlf(Planted, frozen=True):
    """Lines of the stream end in CR LF."""


class Comments(Planted, frozen=True):
    """Comment lines keep the stream alive between the frames."""


class EarlyRole(Planted, frozen=True):
    """The frame with the role comes at once, long before the first token."""


class Done(Planted, frozen=True):
    """The final [DONE] comes twice, or not at all."""

    mode: Literal["duplicate", "missing"] = "missing"


class Usage(Planted, frozen=True):
    """The usage is left out, or counts ten times the tokens."""

    mode: Literal["wrong", "missing"] = "missing"


AnswerFault = (
    WrongAnswer
    | Inconsistent
    | DiffersByName
    | LeakSystemPrompt
    | ObeyErrands
    | BelieveFalsehoods
    | RefuseBenign
    | BreakJson
    | EmptyAnswer
    | HugeAnswer
    | ModelSwap
    | Drift
)
TimingFault = Slow | Stall | SlowHeaders | ColdStart
DoorFault = RateLimit | ServerError | Reset
BytesFault = (
    HtmlPage
    | Garbage
    | MalformedJson
    | CutStream
    | StreamError
    | SplitUtf8
    | ManyEventsPerWrite
    | Crlf
    | Comments
    | EarlyRole
    | Done
    | Usage
)
Fault = AnswerFault | TimingFault | DoorFault | BytesFault
