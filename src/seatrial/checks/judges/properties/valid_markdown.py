"""Is the answer Markdown as it was meant?"""

from itertools import islice
from typing import ClassVar

from seatrial.checks.built_in import BuiltIn
from seatrial.checks.evidence import Example, examples_of
from seatrial.core.check import Evidence
from seatrial.core.score import Score
from seatrial.text.syntax import CannotRead
from seatrial.text.syntax_markdown import faults_of_markdown

_MOST = 1_000


class ValidMarkdown(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer's Markdown is whole: fences and links are closed, references defined, the rows of tables even.

    Every text is Markdown; named is what surely was not meant: an open fence, a link with no destination or an open
    bracket, a reference without a definition, a table whose rows differ, a heading without a space.
    """

    title = "valid_markdown"
    short: ClassVar[str | None] = None
    after: ClassVar[str] = "CommonMark 0.31, GitHub Flavored Markdown 0.29"

    def judge(self, evidence: Evidence) -> Score:
        """Look for faults and name the first."""
        try:
            faults = list(islice(faults_of_markdown(evidence.text), _MOST))
        except CannotRead as error:
            return self.cannot_say(f"It is not read: {error}.")
        if not faults:
            return self.says(True, "No fault is seen in its Markdown.")
        more = f" (and {len(faults) - 1:,} more)" if len(faults) > 1 else ""
        return self.says(False, f"In {faults[0]}{more}.")

    @classmethod
    def example(cls) -> Example:
        """A table, and one with a ragged row."""
        head = "| from | to |\n| --- | --- |\n"
        return examples_of("valid_markdown", head + "| Saltholm | Pier 3 |", head + "| Saltholm |")
