"""Does the user reach a goal in the conversation?"""

from typing import ClassVar

from seatrial.checks.evidence import Example
from seatrial.checks.graded.base import Graded
from seatrial.checks.graded.judgement import Judgement
from seatrial.checks.graded.juror import Juror, NoVerdict
from seatrial.checks.graded.jury import Verdict
from seatrial.checks.graded.talks import talk
from seatrial.checks.graded.transcript import whole
from seatrial.core.check import Evidence


class ReachesGoal(Graded, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model finds that the user has reached a goal by the end of the conversation.

    `goal` says what the user wants; without it that is the goal of the case's simulated user. With a `threshold` the
    judge's score (0 to 1) decides, so that a goal may be reached in part.
    """

    goal: str = ""

    title = "reaches_goal"
    short: ClassVar[str | None] = "goal"
    prompt_name = "reaches_goal-1"
    after = "Walker et al. 1997, PARADISE (task success)"

    async def verdict(self, juror: Juror, evidence: Evidence) -> Verdict:
        """Ask about the whole conversation."""
        user = evidence.case.user if evidence.case is not None else None
        goal = self.goal.strip() or (user.goal.strip() if user is not None else "")
        if not goal:
            raise NoVerdict("There is no `goal`, and the case's user has none either.")
        return (await juror.ask({"GOAL": goal, "DIALOGUE": whole(evidence)}, Judgement)).verdict()

    @classmethod
    def example(cls) -> Example:
        """A user who learns the time, and one who does not."""
        said = ("When does it leave?", "Which ferry?", "The last one to Saltholm.")
        spec = {"reaches_goal": "Know when the last ferry to Saltholm leaves."}
        return Example(spec, talk(*said, "At 21:40."), talk(*said, "I shall look that up for you."))
