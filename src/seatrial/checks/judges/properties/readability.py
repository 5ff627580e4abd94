"""Is the answer easy enough to read?"""

from typing import ClassVar, Literal

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.judges.properties.spoken import told_language
from seatrial.checks.limits import Measuring, Units
from seatrial.core.check import Evidence
from seatrial.core.score import Score
from seatrial.text.readability import FORMULAS, counted

MOST_CHARACTERS = 200_000
LEAST_WORDS = 10
_IN_OTHER_LANGUAGES = {"de": "amstad", "es": "fernandez_huerta", "fr": "kandel_moles"}
"""The adaptations of Flesch's reading ease."""
Name = Literal[
    "flesch_kincaid",
    "flesch_reading_ease",
    "gunning_fog",
    "smog",
    "coleman_liau",
    "automated",
    "amstad",
    "wiener",
    "fernandez_huerta",
    "kandel_moles",
]


class Readability(Measuring, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer is as easy to read as a formula says: `readability <= 8` is the school grade of Flesch and Kincaid.

    Others by name: `readability.flesch_reading_ease >= 60` (in German, Spanish and French the formulas of Amstad,
    Fernández Huerta, and Kandel and Moles), `.gunning_fog`, `.smog`, `.coleman_liau`, `.automated`, and `.wiener` for
    German. A case with a tag `language` that the formula is not made for is not judged, nor is a text under 10 words.
    """

    of: Name = "flesch_kincaid"

    title = "readability"
    units: ClassVar[Units] = Units({"": 1.0, "points": 1.0}, "<= 8")
    after: ClassVar[str] = "Kincaid et al. 1975, Flesch 1948, Gunning 1952, McLaughlin 1969, Coleman and Liau 1975, ..."

    def called(self) -> str:
        """`readability`, or `readability.smog`."""
        return self.title if self.of == "flesch_kincaid" else f"{self.title}.{self.of}"

    def judge(self, evidence: Evidence) -> Score:
        """Count words, sentences and syllables."""
        language = told_language(evidence)
        name = _IN_OTHER_LANGUAGES.get(language, self.of) if self.of == "flesch_reading_ease" else self.of
        formula = FORMULAS[name]
        if language not in ("", formula.language):
            return self.cannot_say(
                f"The formula {name} is made for `{formula.language}`, and the answer is in `{language}`."
            )
        if len(evidence.text) > MOST_CHARACTERS:
            return self.cannot_say(f"It has {len(evidence.text):,} characters, and only {MOST_CHARACTERS:,} are read.")
        counts = counted(evidence.text, formula.language)
        if counts.words < LEAST_WORDS:
            return self.cannot_say(
                f"It has {counts.words} words; the formulas say nothing of fewer than {LEAST_WORDS}."
            )
        value = formula.of(counts)
        kind = "ease" if formula.easier else "grade"
        return self.measured(value, f"Its reading {kind} is {value:.1f} by {name} ({formula.after})")

    @classmethod
    def example(cls) -> Example:
        """Plain words, and the words of an office."""
        plain = "The last boat goes at nine. It stops at the red pier. You can buy a seat on board."
        heavy = (
            "Notwithstanding aforementioned considerations, transportation availability necessitates "
            "reservation confirmation preceding anticipated embarkation opportunities."
        )
        return examples_of("readability <= 8", plain, heavy)
