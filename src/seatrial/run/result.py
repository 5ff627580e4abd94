"""What a run came to, before any gate has looked at it."""

from dataclasses import dataclass, field

from seatrial.core.batch import Batch
from seatrial.core.errors import SeatrialError
from seatrial.core.run import Attempt, RunState
from seatrial.core.score import combined
from seatrial.store.lines import Damage
from seatrial.store.record import Counts


@dataclass(frozen=True, slots=True)
class RunResult:
    """A run's end.

    Attributes:
        batch: All attempts, those of a resumed run's earlier processes too.
        state: `done`, or `interrupted` for the `reasons`.
        reasons: Why it did not come to its end; the verdict carries them.
        counts: Attempts by what they came to.
        planned: Attempts that the plan asks for, at the most.
        resumed: Attempts that earlier processes had made.
        asked_again: Requests that were in flight when a process died or was cut off, and were therefore asked again.
        judged_again: Answers that an earlier process had not come to judge; they were not asked again.
        rounds: How many rounds of repeats each suite has had (its gates were looked at after each).
        error: What broke the run: a full disk, a case file that changed. Report what was measured, then raise it.
        damage: Lines of a resumed journal that could not be read.
    """

    batch: Batch
    state: RunState
    reasons: tuple[str, ...] = ()
    counts: Counts = field(default_factory=Counts)
    planned: int = 0
    resumed: int = 0
    asked_again: int = 0
    judged_again: int = 0
    rounds: dict[str, int] = field(default_factory=dict)
    error: SeatrialError | None = None
    damage: Damage = field(default_factory=Damage)


class Tally:
    """Attempts as they end: counted, and added to the Batch."""

    def __init__(self) -> None:
        self.batch = Batch()
        self._answered = self._failed = self._passed = self._rejected = 0

    def add(self, attempt: Attempt) -> None:
        """Take one attempt."""
        self.batch.add(attempt.dialogue, attempt.scores)
        if attempt.dialogue[-1].failure is not None:
            self._failed += 1
            return
        self._answered += 1
        passed = combined(attempt.scores)
        self._passed += passed is True
        self._rejected += passed is False

    @property
    def counts(self) -> Counts:
        """How many there are."""
        return Counts(self._answered, self._failed, self._passed, self._rejected)
