"""Looking for texts inside an answer: what `contains` and its relatives share."""

from seatrial.checks.arguments import as_texts
from seatrial.checks.built_in import Expecting, answered
from seatrial.checks.wording import listed
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.score import Score
from seatrial.text.forms import collapsed, folded


def searchable(text: str, ignore_case: bool) -> str:
    """Unicode normal form C with white space collapsed, so that a line break inside a phrase does not hide it."""
    return folded(collapsed(text), ignore_case)


def refuse_empty(title: str, texts: tuple[str, ...]) -> None:
    """Refuse texts that are in every answer.

    Raises:
        Mistake: There are none, or one is empty.
    """
    if not texts or not all(text.strip() for text in texts):
        raise Mistake(f"`{title}` has an empty text, which every answer contains; give at least one that is not empty")


class Searching(Expecting, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A Check that looks for right answers inside the answer."""

    ignore_case: bool = False

    def prepare(self) -> None:
        """Refuse texts that are in every answer."""
        if self.expect is not None:
            refuse_empty(self.title, as_texts(self.expect))

    def comparable(self, text: str) -> str:
        """A text as it is compared."""
        return searchable(text, self.ignore_case)

    def judge(self, evidence: Evidence) -> Score:
        """Look for the right answers; an empty one (of the case) says nothing, since every answer contains it."""
        wanted = self.right_answers(evidence)
        if not all(text.strip() for text in wanted):
            return self.cannot_say("An expected text is empty, which every answer contains.")
        return self.look(self.comparable(evidence.text), wanted, evidence)

    def look(self, answer: str, wanted: tuple[str, ...], evidence: Evidence) -> Score:
        """Whether any right answer stands in the (comparable) answer."""
        for text in wanted:
            if self.comparable(text) in answer:
                return self.says(True, f"It contains {listed((text,))}.")
        return self.says(False, f"It does not contain {listed(wanted)}; {answered(evidence)}.")
