"""Does one certain turn of a Dialogue pass?"""

from collections.abc import Awaitable, Mapping
from typing import Any

from seatrial.checks.composed import said
from seatrial.checks.evidence import Example
from seatrial.checks.of_turns import OfTurns
from seatrial.checks.turns import dialogue_of, judged_each, turns_of
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.score import Score


class Turn(OfTurns, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The inner check passes on one answer of the dialogue, judged with the turns before it.

    `{turn: {number: 2, check: {contains: booking}}}`: 1 is the first answer, -1 the last. A dialogue without such a
    turn is not judged.
    """

    number: int

    title = "turn"

    def prepare(self) -> None:
        """Refuse 0, which is no turn."""
        if not self.number:
            raise Mistake("the `number` of `turn` begins at 1; -1 is the last")

    def wrapping(self, inner: str) -> str:
        """`turn 2 contains`."""
        return f"turn {self.number} {inner}"

    def judge(self, evidence: Evidence) -> Score | Awaitable[Score]:
        """Judge that turn."""
        turns = turns_of(evidence)
        at = self.number - 1 if self.number > 0 else len(turns) + self.number
        if not 0 <= at < len(turns):
            have = "1 turn" if len(turns) == 1 else f"{len(turns)} turns"
            return self.cannot_say(f"The dialogue has {have}, so there is no turn {self.number}.")
        return judged_each(self.check, (turns[at],), self.combine)

    def combine(self, scores: tuple[Score, ...]) -> Score:
        """What the inner one says."""
        [inner] = scores
        reason = f"{said(inner)}."
        return self.cannot_say(reason) if inner.passed is None else self.says(inner.passed, reason)

    @classmethod
    def arguments_of(cls, value: Any) -> Mapping[str, Any]:
        """Always by name, since it takes two things."""
        if not isinstance(value, Mapping):
            raise Mistake(
                "`turn` takes a `number` and a `check`, e.g. `{turn: {number: 2, check: {contains: booking}}}`"
            )
        return value

    @classmethod
    def example(cls) -> Example:
        """The first answer asks back, or does not."""
        spec = {"turn": {"number": 1, "check": {"ends_with": "?"}}}
        return Example(spec, dialogue_of("Which booking?", "Done."), dialogue_of("Done.", "Which one?"))
