"""Does the answer ask something?"""

import re
from typing import ClassVar

from seatrial.checks.built_in import BuiltIn, answered
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.wording import quoted
from seatrial.core.check import Evidence
from seatrial.core.score import Score

_QUESTION = re.compile(r"(?<!\?)[?？؟](?=[\s\"'”»)\]}*_?!？！]|$)|[\u3040-\u30ff]か。")
"""A question mark that ends something (none inside an address); in Japanese also `か。`."""
_ADDRESS = re.compile(r"https?://\S+")


class Asks(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer asks something, as a good answer to an ambiguous question does: it holds a question.

    With `at_end: true` it must end with one. It sees that something is asked, not what; `asks_back` lets a model judge.
    """

    at_end: bool = False

    title = "asks"
    short: ClassVar[str | None] = "at_end"

    def judge(self, evidence: Evidence) -> Score:
        """Look for the last question."""
        text = _ADDRESS.sub("", evidence.text)
        last = None
        for found in _QUESTION.finditer(text):
            last = found
        if last is None:
            return self.says(False, f"Nothing is asked; {answered(evidence)}.")
        behind = text[last.end() :].strip(" \t\r\n\"'”»)]}*_?!？！")
        if self.at_end and behind:
            return self.says(False, f"Something is asked, but not at the end: {quoted(behind)} follows.")
        start = max(text.rfind(mark, 0, last.start()) for mark in ".!?。！？\n") + 1
        return self.says(True, f"It asks {quoted(text[start : last.end()].strip())}.")

    @classmethod
    def example(cls) -> Example:
        """A question back, and an answer."""
        return examples_of("asks", "To which island would you like to go?", "The last ferry leaves at 21:40.")
