"""What a journal's lines say: one JSON object a line, told apart by its key `entry`.

A run's journal begins with `Begun`. Before a request goes out there is `Asked`, after it `Answered`, and `Judged` once
the checks have spoken. So whatever is asked and not answered was in flight when the process died. Each line is written
whole or not at all, and no later line changes an earlier one.
"""

import msgspec

from seatrial.core.interaction import Interaction
from seatrial.core.run import RunInfo, RunState
from seatrial.core.score import Score

FORMAT = 1
"""The journal's format; a reader refuses a newer one."""


class Begun(msgspec.Struct, frozen=True, tag_field="entry", tag="begun"):
    """The head of a journal."""

    info: RunInfo
    format: int = FORMAT


class Asked(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="entry", tag="asked"):
    """A request is about to be in flight."""

    suite: str
    case: str
    repeat: int = 0
    turn: int = 0


class Answered(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="entry", tag="answered"):
    """A request ended, with an answer or a named failure; `more` when further turns of its Dialogue are to be asked."""

    interaction: Interaction
    more: bool = False


class Spoken(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="entry", tag="spoken"):
    """A simulated user's request ended: what it says before the turn of that number, its own Interaction, never judged.

    `more` when the Dialogue goes on with what it said; else it is over, or the simulated user failed.
    """

    interaction: Interaction
    more: bool = False


class Judged(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="entry", tag="judged"):
    """What the checks say of the Interaction with this id, the last of its Dialogue."""

    id: str
    scores: tuple[Score, ...] = ()


class Resumed(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="entry", tag="resumed"):
    """The run was taken up again; `in_flight` requests had gone out without an answer and are asked again."""

    at: int
    in_flight: int = 0


class Ended(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="entry", tag="ended"):
    """The engine stopped: all was asked (`done`), or not (`interrupted`, with the reasons)."""

    at: int
    state: RunState
    reasons: tuple[str, ...] = ()


class Concluded(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="entry", tag="concluded"):
    """What all gates came to: `ready`, `not ready` or `not enough evidence`."""

    at: int
    readiness: str


Entry = Begun | Asked | Answered | Spoken | Judged | Resumed | Ended | Concluded

encode = msgspec.json.Encoder().encode
"""An entry, or any part of one, as one line of JSON without its end."""
decode = msgspec.json.Decoder(Entry).decode
"""A line as an entry; raises `msgspec.DecodeError` when it is none."""
