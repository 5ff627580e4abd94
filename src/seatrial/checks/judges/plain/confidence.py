"""Does the answer say how sure it is?"""

from functools import cached_property
from typing import ClassVar

import msgspec

from seatrial.checks.built_in import BuiltIn, answered
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.stated import Place, number_in
from seatrial.core.check import Evidence
from seatrial.core.score import Score


class Confidence(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """The answer states a confidence from 0 to 1 (or in %), behind a pattern or at a JSONPath (`$.confidence`).

    What is stated is held against what came true by the metrics `checks.confidence.ece`, `.brier` and
    `.overconfidence`. An answer that states none fails.
    """

    place: str = (
        r"\b(?:confiden\w*|certain\w*|sicher\w*|konfidenz|confianza|confiance|segur\w*|certitude)"
        r"[^\d.%]{0,20}((?:\d+(?:[.,]\d+)?|\.\d+)\s*%?)"
        r"|(?<![\d:.,])(\d+(?:[.,]\d+)?\s*%|[01]?[.,]\d+)\s*(?:confiden|certain|sure\b|sicher|segur|sûr)"
    )

    title = "confidence"
    short: ClassVar[str | None] = "place"
    after: ClassVar[str] = "Guo et al. 2017 (calibration)"

    def prepare(self) -> None:
        """Read the place."""
        _ = self.read

    @cached_property
    def read(self) -> Place:
        """Where the confidence stands."""
        return Place(self.place)

    def judge(self, evidence: Evidence) -> Score:
        """Read the number."""
        stated = number_in(evidence.text, self.read)
        if stated is None or not 0 <= stated <= 1:
            what = "no confidence" if stated is None else f"{stated:g}, which is no confidence from 0 to 1"
            return self.says(False, f"It states {what}; {answered(evidence)}.", 0.0, "probability")
        score = self.says(True, f"It is {stated:.0%} sure.", stated, "probability")
        return msgspec.structs.replace(score, parts={"stated": stated})

    @classmethod
    def example(cls) -> Example:
        """A confidence in per cent, and none."""
        return examples_of("confidence", "At 21:40. Confidence: 90 %", "At 21:40.")
