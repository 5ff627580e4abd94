"""Character error rate: how many characters must be put in, left out or replaced?"""

from collections.abc import Sequence

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.referring import Measure, Referring, against, bounded_words
from seatrial.text.corpus import error_parts
from seatrial.text.error_rates import error_sums, quotient
from seatrial.text.forms import composed


class CharacterErrorRate(Referring, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Few enough characters of the reference are missing, wrong or too many: edits by characters of the reference.

    0 is equal, more than 1 is possible; write `character_error_rate <= 0.05`. It suits every script. White space around
    the texts does not count. Of several references the best counts. More than 20,000 characters are not judged.
    `checks.character_error_rate.corpus` is the rate of the whole run.
    """

    ignore_case: bool = False

    title = "character_error_rate"
    after = "Levenshtein 1966; NIST sclite"
    most = float("inf")

    def compare(self, answer: str, references: Sequence[str]) -> Measure:
        """Count the edits."""
        given, wanted = self._form(answer), [self._form(text) for text in references]
        bounded_words((given, *wanted), "characters")
        sums = error_sums(given, wanted)
        value = quotient(*sums)
        shown = f"Character error rate is {value:.3g} ({sums.edits:.0f} of {sums.length:.0f}) {against(references)}"
        return Measure(value, shown, error_parts(*sums))

    def _form(self, text: str) -> str:
        text = composed(text.strip())
        return text.lower() if self.ignore_case else text

    @classmethod
    def example(cls) -> Example:
        """Two letters changed places, and another word."""
        return examples_of("character_error_rate <= 0.2", "Saltholm harbuor", "Graynes", "Saltholm harbour")
