"""Is the answer free of unwanted texts?"""

from typing import ClassVar

from seatrial.checks.arguments import Texts, as_texts
from seatrial.checks.built_in import BuiltIn
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.searching import refuse_empty, searchable
from seatrial.checks.wording import quoted
from seatrial.core.check import Evidence
from seatrial.core.score import Score


class NotAnyOf(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer contains none of the texts (compared as `contains` does)."""

    texts: Texts
    ignore_case: bool = False

    title = "not_any_of"
    short: ClassVar[str | None] = "texts"

    def prepare(self) -> None:
        """Refuse texts that are in every answer."""
        refuse_empty(self.title, as_texts(self.texts))

    def judge(self, evidence: Evidence) -> Score:
        """Look for each text."""
        answer = searchable(evidence.text, self.ignore_case)
        for text in as_texts(self.texts):
            if searchable(text, self.ignore_case) in answer:
                return self.says(False, f"It contains {quoted(text)}.")
        return self.says(True, "It contains none of the unwanted texts.")

    @classmethod
    def example(cls) -> Example:
        """A phrase that gives the model away."""
        spec = {"not_any_of": {"texts": ["as an AI", "language model"], "ignore_case": True}}
        return examples_of(spec, "The ferry leaves at 21:40.", "As an AI I have no timetable.")
