"""Was the model sure of its own words?"""

import math
from typing import ClassVar

from seatrial.checks.evidence import Example, evidence_of
from seatrial.checks.limits import Measuring, Units
from seatrial.core.check import Evidence, Need
from seatrial.core.interaction import Answer, TokenLogprob
from seatrial.core.score import Score

_MOST = 1e12
"""What a perplexity beyond is shown as; endpoints give impossible tokens numbers such as -9999."""


class Perplexity(Measuring, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The model was sure enough of its own words: exp of the negative mean log-probability of the answer's tokens.

    1 means that no other word came into question, V that all of V words were equally likely. It measures fluency as the
    model itself sees it, not truth; a fluent lie has a low one. It needs an endpoint that gives log-probabilities
    (`params: {logprobs: true}`, for completions `params: {logprobs: 1}`), and values of different models cannot be
    compared, as their tokens differ.
    """

    title = "perplexity"
    units: ClassVar[Units] = Units({"": 1.0}, "<= 20", "choices")
    usual_needs: ClassVar[frozenset[Need]] = frozenset({Need.ANSWER, Need.LOGPROBS})
    after: ClassVar[str] = "Jelinek et al. 1977 (perplexity)"

    def judge(self, evidence: Evidence) -> Score:
        """Take the mean over all tokens that came with a log-probability."""
        answer = evidence.interaction.answer
        numbers = [token.logprob for token in (answer.logprobs if answer else None) or ()]
        if not numbers:
            return self.cannot_say("The answer has no log-probabilities.")
        odd = next((each for each in numbers if not each <= 1e-3), None)
        if odd is not None:
            return self.cannot_say(f"The endpoint gave {odd:.6g} as a log-probability, which is none.")
        mean = -sum(numbers) / len(numbers)
        value = min(_MOST, math.exp(min(mean, 700.0)))
        count = f"{len(numbers):,} token{'s' if len(numbers) > 1 else ''}"
        return self.measured(value, f"Perplexity over {count} is {value:.4g}")

    @classmethod
    def example(cls) -> Example:
        """An answer of likely words, and one of unlikely ones."""
        sure, unsure = (
            Answer("At 21:40.", logprobs=tuple(TokenLogprob(token, number) for token in ("At", " 21:40", ".")))
            for number in (-0.2, -5.0)
        )
        return Example("perplexity <= 20", evidence_of(sure), evidence_of(unsure))
