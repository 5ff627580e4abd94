"""Is the answer JSON?"""

from typing import ClassVar

from seatrial.checks.built_in import BuiltIn, answered
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.json_texts import NotJson, read_json
from seatrial.core.check import Evidence
from seatrial.core.score import Score


class JsonValid(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole answer is JSON (RFC 8259); with `fenced`, the first block between ```json fences will do, too."""

    fenced: bool = False

    title = "json_valid"
    short: ClassVar[str | None] = None

    def judge(self, evidence: Evidence) -> Score:
        """Read it."""
        try:
            read_json(evidence.text, self.fenced)
        except NotJson as error:
            return self.says(False, f"It is no JSON: {error}; {answered(evidence)}.")
        return self.says(True, "It is JSON.")

    @classmethod
    def example(cls) -> Example:
        """An object, and one that was cut."""
        return examples_of("json_valid", '{"fare": 12.5}', '{"fare": 12.')
