"""What the catalogue knows of a run, and how to find that out from its journal alone."""

from pathlib import Path

import msgspec

from seatrial.core.run import RunInfo, RunState
from seatrial.core.score import combined
from seatrial.store.entries import Answered, Begun, Concluded, Ended, Judged, Resumed, Spoken
from seatrial.store.lines import Entries


class Counts(msgspec.Struct, frozen=True):
    """How many attempts a run has: answered or failed for a named reason, and of the answered ones what checks said.

    Answers that are in neither `passed` nor `rejected` were not judged.
    """

    answered: int = 0
    failed: int = 0
    passed: int = 0
    rejected: int = 0

    @property
    def attempts(self) -> int:
        """All attempts that ended."""
        return self.answered + self.failed

    @property
    def not_judged(self) -> int:
        """Answers of which the checks could say nothing."""
        return self.answered - self.passed - self.rejected

    @property
    def pass_rate(self) -> float | None:
        """Passed over judged; None when nothing was judged."""
        judged = self.passed + self.rejected
        return self.passed / judged if judged else None


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A run in the catalogue."""

    id: str
    at: int
    """UTC nanoseconds."""
    file: str
    plan: str
    suites: tuple[str, ...]
    targets: tuple[str, ...]
    state: RunState = "running"
    readiness: str | None = None
    counts: Counts = Counts()

    @classmethod
    def of(cls, info: RunInfo) -> "RunRecord":
        """The record of a run that begins."""
        return cls(
            id=info.id,
            at=info.at,
            file=info.file,
            plan=info.plan,
            suites=tuple(suite.name for suite in info.suites),
            targets=tuple(dict.fromkeys(suite.target for suite in info.suites)),
        )


def summarise(path: Path) -> RunRecord | None:
    """Read a journal through and say what the catalogue must know; None when it has lost its head.

    A journal that does not say how it ended comes out as `running`.

    Raises:
        CannotRun: The file cannot be read or is of a newer format.
    """
    record: RunRecord | None = None
    answered = failed = passed = rejected = 0
    state: RunState = "running"
    readiness: str | None = None
    for entry in Entries(path):
        match entry:
            case Answered(interaction=interaction, more=more):
                failed += interaction.failure is not None
                answered += interaction.failure is None and not more
            case Spoken(more=more):
                answered += not more
            case Judged(scores=scores):
                verdict = combined(scores)
                passed += verdict is True
                rejected += verdict is False
            case Begun(info=info):
                record = RunRecord.of(info)
            case Resumed():
                state, readiness = "running", None
            case Ended():
                state = entry.state
            case Concluded():
                readiness = entry.readiness
    if record is None:
        return None
    counts = Counts(answered, failed, passed, rejected)
    return msgspec.structs.replace(record, state=state, readiness=readiness, counts=counts)
