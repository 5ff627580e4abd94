"""How does a model rate the answer after working through steps?"""

import math
import re
from collections.abc import Sequence
from typing import Annotated, ClassVar

import msgspec

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.graded.base import Graded
from seatrial.checks.graded.juror import Juror
from seatrial.checks.graded.jury import Verdict
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.interaction import TokenLogprob

LONGEST = 30_000
MOST_STEPS = 20
WISHES = {"logprobs": True, "top_logprobs": 20}
"""What a judge is asked for beside its rating; an endpoint that refuses it is asked without."""
_RATING = re.compile(r'"rating"\s*:\s*([1-5])')
_LOW, _HIGH = 1, 5
_HALF = 0.5


class Rating(msgspec.Struct, frozen=True, kw_only=True):
    """What the judge replies; the rating comes last, after the steps."""

    reason: str = ""
    rating: Annotated[int, msgspec.Meta(ge=_LOW, le=_HIGH)]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The steps that a judge writes."""

    steps: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=10)]


class Stepwise(Graded, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model works through steps and rates the answer from 1 to 5.

    `text` is the criterion. `steps` are what to do one after the other; without them the judge writes them once. Its
    value is the rating from 0 to 1: where the endpoint gives the probabilities of the ratings, the mean weighted by
    them, else the plain one; the reason says which. It passes from a rating of 3 (value 0.5) on, or from the
    `threshold` on.
    """

    text: str
    steps: tuple[str, ...] = ()

    title = "stepwise"
    short: ClassVar[str | None] = "text"
    prompt_name = "stepwise-1"
    after = "Liu et al. 2023, G-Eval"

    def prepare(self) -> None:
        """Refuse a criterion or steps without text."""
        super().prepare()
        if not self.text.strip() or len(self.text) > LONGEST:
            raise Mistake(f"`stepwise` needs a `text` that says what to rate, of at most {LONGEST:,} characters")
        if len(self.steps) > MOST_STEPS or not all(step.strip() for step in self.steps):
            raise Mistake(f"`stepwise` takes up to {MOST_STEPS} steps, none of them empty")

    async def verdict(self, juror: Juror, evidence: Evidence) -> Verdict:
        """Get the steps, then the rating."""
        steps = self.steps or (await juror.ask({"CRITERION": self.text}, Plan, "plan")).steps
        listed = "\n".join(f"{number}. {step.strip()}" for number, step in enumerate(steps, 1))
        parts = {"CRITERION": self.text, "STEPS": listed, **self.material(evidence)}
        found, answer = await juror.ask_whole(parts, Rating, wishes=WISHES)
        weighted = weighted_rating(answer.logprobs or (), found.rating)
        rating, how = (found.rating, "plain") if weighted is None else (weighted, "weighted by probability")
        value = (rating - _LOW) / (_HIGH - _LOW)
        reason = f"{rating:.3g} of 5 ({how}): {found.reason.strip()}".rstrip(": ")
        return Verdict(passed=value >= _HALF, value=value, reason=reason)

    @classmethod
    def example(cls) -> Example:
        """An answer that tells the time of departure, and one that does not."""
        spec = {
            "stepwise": {"text": "Tells when it leaves.", "steps": ["Look for a time.", "Is it that of the departure?"]}
        }
        return examples_of(spec, "It leaves at 21:40.", "Please ask at the harbour.")


def weighted_rating(tokens: Sequence[TokenLogprob], rating: int) -> float | None:
    """The mean of the ratings from 1 to 5, weighted by the probabilities that the judge gave them.

    Liu et al. 2023, equation 1, over the alternatives of the rating's token; those that are no rating are left out.
    None where the endpoint gave no alternatives, or the rating is no token of its own.
    """
    found = list(_RATING.finditer("".join(each.token for each in tokens)))
    place = 0
    for each in tokens if found else ():
        if place <= found[-1].start(1) < place + len(each.token):
            weights = _weights(each)
            total = math.fsum(weights.values())
            if each.token.strip() != str(rating) or len(weights) < 2 or total <= 0:
                return None
            return math.fsum(value * weight for value, weight in weights.items()) / total
        place += len(each.token)
    return None


def _weights(token: TokenLogprob) -> dict[int, float]:
    """The probability of each rating among a token and its alternatives."""
    chances = {each.token: math.exp(min(each.logprob, 0.0)) for each in (token, *token.top)}
    weights: dict[int, float] = {}
    for text, chance in chances.items():
        if text.strip() in ("1", "2", "3", "4", "5"):
            weights[int(text)] = weights.get(int(text), 0.0) + chance
    return weights
