"""Does the answer match a regular expression?"""

import re
from functools import cached_property
from typing import ClassVar, Literal

from seatrial.checks.built_in import BuiltIn, answered
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.wording import quoted
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.score import Score
from seatrial.text.forms import composed

MOST_CHARACTERS = 100_000
"""`re` cannot be interrupted; this bounds a pattern's time where it grows with the square of the text, but a pattern
whose time grows exponentially, such as `(a+)+$`, can still stall a run: do not write one."""
_FLAGS = {"ignore_case": re.IGNORECASE, "multiline": re.MULTILINE, "dot_all": re.DOTALL, "verbose": re.VERBOSE}
Flag = Literal["ignore_case", "multiline", "dot_all", "verbose"]


class Regex(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer matches a regular expression (Python's `re`), anywhere or as a whole.

    At most the first 100,000 characters of an answer are searched. A longer answer is not judged when nothing was
    found there, or when it has to match as a whole.
    """

    pattern: str
    full: bool = False
    flags: tuple[Flag, ...] = ()

    title = "regex"
    short: ClassVar[str | None] = "pattern"

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, compiled once."""
        flags = re.NOFLAG
        for flag in self.flags:
            flags |= _FLAGS[flag]
        try:
            return re.compile(composed(self.pattern), flags)
        except (re.error, OverflowError, RecursionError) as error:
            raise Mistake(f"{quoted(self.pattern)} is no regular expression: {error}") from None

    def prepare(self) -> None:
        """Compile the pattern, so that a bad one is refused before anything is asked."""
        _ = self.compiled

    def judge(self, evidence: Evidence) -> Score:
        """Search, or match the whole answer without the white space around it."""
        text = composed(evidence.text)
        start = text[:MOST_CHARACTERS]
        cut = len(text) > MOST_CHARACTERS
        found = None if cut and self.full else self._found(start)
        if found is None and cut:
            return self.cannot_say(f"The answer has {len(text):,} characters; only 100,000 are searched.")
        if found is None:
            return self.says(False, f"Nothing matches {quoted(self.pattern)}; {answered(evidence)}.")
        return self.says(True, f"{quoted(found[0])} matches {quoted(self.pattern)}.")

    def _found(self, text: str) -> re.Match[str] | None:
        return self.compiled.fullmatch(text.strip()) if self.full else self.compiled.search(text)

    @classmethod
    def example(cls) -> Example:
        """A time of day."""
        return examples_of({"regex": r"\b\d{2}:\d{2}\b"}, "It leaves at 21:40.", "It leaves in the evening.")
