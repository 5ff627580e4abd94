"""What a run says of itself, and what it says while it goes on."""

from typing import Any, Literal, Protocol

import msgspec

from seatrial.core.finding import Inspection
from seatrial.core.interaction import Interaction
from seatrial.core.score import Score


class SuiteInfo(msgspec.Struct, frozen=True, omit_defaults=True):
    """One suite of a run: which Target, how many cases, how often each at the most."""

    name: str
    target: str
    identity: str
    cases: int
    repeat: int = 1


class RunInfo(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The head of a run; the first line of its journal.

    `plan` is a digest of what is asked and how it is judged: a run is resumed only by the same plan.
    """

    id: str
    at: int
    """UTC nanoseconds."""
    file: str
    plan: str
    suites: tuple[SuiteInfo, ...]
    gates: tuple[str, ...] = ()
    seed: int = 0
    seatrial: str = ""
    selection: dict[str, Any] = {}
    """What `--only`, `--slice` and `--limit` left of the suite file."""
    inspection: Inspection | None = None
    """What the scan of the suite file's `scan:` found, without the files that are clean."""


class Attempt(msgspec.Struct, frozen=True):
    """One attempt at a case, judged: the Interactions of its turns and the Scores of the last."""

    dialogue: tuple[Interaction, ...]
    scores: tuple[Score, ...]


RunState = Literal["running", "done", "interrupted"]


class Progress(Protocol):
    """Is told how a run goes on; must not block."""

    def begin(self, suite: str, total: int, done: int) -> None:
        """A suite begins with `total` attempts to make, `done` of which a resumed run already has."""
        ...

    def attempted(self, suite: str, attempt: Attempt) -> None:
        """An attempt is judged."""
        ...

    def end(self, suite: str) -> None:
        """A suite is over."""
        ...
