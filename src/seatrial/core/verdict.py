"""The Verdict: all Gates together, three-valued."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from seatrial.core.gate import Gate
from seatrial.core.reading import Reading


class Outcome(StrEnum):
    """What a Gate came to."""

    MET = "met"
    MISSED = "missed"
    UNDECIDED = "not enough evidence"


class Readiness(StrEnum):
    """What all Gates came to."""

    READY = "ready"
    NOT_READY = "not ready"
    UNDECIDED = "not enough evidence"

    @property
    def exit_code(self) -> int:
        """0 ready, 1 not ready, 3 not enough evidence (2 and 4 are errors, see `core.errors`)."""
        return {Readiness.READY: 0, Readiness.NOT_READY: 1, Readiness.UNDECIDED: 3}[self]


class GateResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a Gate came to, the Readings it was held against (several for `in every`), and why.

    `more_cases` is how many further cases would decide it if the value stays where it is; None when no number would or
    when it is decided. `looks` is how many times it was or could be looked at (its intervals are widened for that).
    """

    gate: Gate
    outcome: Outcome
    readings: tuple[Reading, ...] = ()
    why: str = ""
    more_cases: int | None = None
    looks: int = 1


class Verdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """Ready only if every Gate is met; not ready if any is missed; else not enough evidence."""

    readiness: Readiness
    gates: tuple[GateResult, ...] = ()
    reasons: tuple[str, ...] = ()
    """What else kept it from ready: an interrupted run, no cases, no gate."""

    @classmethod
    def of(cls, gates: Iterable[GateResult], reasons: Iterable[str] = ()) -> "Verdict":
        """All Gates together; a reason alone turns ready into not enough evidence, and so does having no Gate."""
        gates, reasons = tuple(gates), tuple(reasons)
        if not gates:
            reasons += ("no gate was judged",)
        outcomes = {result.outcome for result in gates}
        if Outcome.MISSED in outcomes:
            return cls(Readiness.NOT_READY, gates, reasons)
        if Outcome.UNDECIDED in outcomes or reasons:
            return cls(Readiness.UNDECIDED, gates, reasons)
        return cls(Readiness.READY, gates, reasons)
