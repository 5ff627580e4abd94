"""Does the answer go round in circles?"""

from typing import ClassVar, Literal

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.limits import Measuring, Units
from seatrial.checks.wording import quoted
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.score import Score
from seatrial.text.repetition import longest_loop, repeated_share, tokens_of

_SHARE = Units({"": 1.0, "%": 0.01}, "<= 0.2")
_TIMES = Units({"": 1.0, "times": 1.0}, "<= 3", "times")


class Repetition(Measuring, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer repeats itself little: the share of its n-grams of `n` words that stood in it before (0 to 1).

    `repetition.loop <= 3` holds how often in a row one phrase of up to 50 words is said, which is how degenerate
    answers end. Where words are not spaced each character counts as one. The last 20,000 words are looked at.
    """

    of: Literal["share", "loop"] = "share"
    n: int = 4

    title = "repetition"
    units: ClassVar[Units] = Units({**_SHARE.factors, **_TIMES.factors}, "<= 0.2")
    after: ClassVar[str] = "Welleck et al. 2020 (arXiv 1908.04319), seq-rep-n"

    def prepare(self) -> None:
        """Refuse n-grams of nothing, and units of the other measure."""
        super().prepare()
        if not 1 <= self.n <= 50:
            raise Mistake(f"`n` of `repetition` is a number of words from 1 to 50, not {self.n}")
        if self.bounds.unit not in (_SHARE if self.of == "share" else _TIMES).factors:
            raise Mistake(
                f"`{self.called()}` is no number of `{self.bounds.unit}`; write e.g. `<= 0.2`, or `loop <= 3`"
            )

    @property
    def measure(self) -> str:
        """A share has no unit."""
        return "" if self.of == "share" else "times"

    def called(self) -> str:
        """`repetition`, or `repetition.loop`."""
        return self.title if self.of == "share" else f"{self.title}.{self.of}"

    def judge(self, evidence: Evidence) -> Score:
        """Count, and show the phrase that is said most often in a row."""
        words = tokens_of(evidence.text)
        if self.of == "share":
            return self._of_share(words)
        loop = longest_loop(words)
        what = f"{quoted(loop.phrase, 40)} is said" if loop.phrase else "No phrase is said more than"
        return self.measured(loop.times, f"{what} {loop.times:,} {'time' if loop.times == 1 else 'times'} in a row")

    def _of_share(self, words: list[str]) -> Score:
        share = repeated_share(words, self.n)
        return self.measured(share, f"{share:.1%} of its phrases of {self.n} words stood in it before")

    @classmethod
    def example(cls) -> Example:
        """A sentence, and one that does not end."""
        return examples_of(
            "repetition <= 20%", "The last ferry leaves at 21:40 from pier three.", "It leaves at nine. " * 20
        )
