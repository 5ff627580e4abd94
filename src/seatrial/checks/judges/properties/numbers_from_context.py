"""Do the answer's numbers stand in the context?"""

import math
from decimal import Decimal
from itertools import chain
from typing import ClassVar

from seatrial.checks.arguments import Texts, as_texts
from seatrial.checks.built_in import ANSWER, BuiltIn
from seatrial.checks.evidence import Example, evidence_of
from seatrial.checks.wording import quoted
from seatrial.core.check import Evidence, Need
from seatrial.core.errors import Mistake
from seatrial.core.score import Score
from seatrial.text.quantities import MOST_CHARACTERS, joined, number_words_in, quantities_in
from seatrial.text.quantity import Quantity, Stated

MOST_NUMBERS = 2_000
_MOST_IN_CONTEXT = 400_000
"""Characters of context and question that are read altogether."""
_MOST_IN_PART = 20_000
"""Numbers in 200,000 characters of these."""


class NumbersFromContext(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Each number of the answer, with its unit, stands in the context or in the question.

    Units of length, mass, volume, time, temperature, speed and data are converted (5 mi is 8 km: as many digits as are
    written must agree), currencies are not; `9:40 pm` is 21:40 and 25 % is 0.25. `tolerance` is absolute, `relative` a
    share. `allow` lists numbers that may stand for themselves. Sums and other results of reckoning are not known: they
    fail, so use it where answers quote and do not reckon. Marks of lists and of citations do not count. Its value is
    the share of the numbers that stand there.
    """

    tolerance: float = 0.0
    relative: float = 0.0
    allow: Texts = ()

    title = "numbers_from_context"
    short: ClassVar[str | None] = None
    usual_needs: ClassVar[frozenset[Need]] = ANSWER | {Need.CONTEXT}

    def prepare(self) -> None:
        """Refuse tolerances that are none, and allowed texts without a number."""
        if not all(math.isfinite(each) and each >= 0 for each in (self.tolerance, self.relative)):
            raise Mistake("`tolerance` and `relative` of `numbers_from_context` are numbers from 0 on")
        for text in as_texts(self.allow):
            if not quantities_in(text):
                raise Mistake(f"`allow` of `numbers_from_context` wants numbers, {quoted(text)} holds none")

    def judge(self, evidence: Evidence) -> Score:
        """Look each number up, alone or with the one behind it (`2 h 30 min`)."""
        if len(evidence.text) > MOST_CHARACTERS:
            return self.cannot_say(f"It has {len(evidence.text):,} characters, and only {MOST_CHARACTERS:,} are read.")
        numbers = quantities_in(evidence.text, MOST_NUMBERS + 1)
        if len(numbers) > MOST_NUMBERS:
            return self.cannot_say(f"It has {len(numbers):,} numbers, and only {MOST_NUMBERS:,} are looked up.")
        if not numbers:
            return self.says(True, "There is no number in it.", 1)
        stated, whole = self._stated(evidence)
        lacking = self._lacking(evidence.text, numbers, stated)
        share = 1 - len(lacking) / len(numbers)
        if not lacking:
            return self.says(True, f"All {len(numbers):,} of its numbers stand in the context or the question.", share)
        what = f"{quoted(lacking[0].text, 30)} stands neither in the context nor in the question"
        if not whole:
            return self.cannot_say(f"{what}, as far as these are read ({_MOST_IN_CONTEXT:,} characters).")
        return self.says(False, f"{what} ({len(lacking):,} of {len(numbers):,} numbers do not).", share)

    def _stated(self, evidence: Evidence) -> tuple[Stated, bool]:
        """The numbers of context and question, and whether all of these was read."""
        questions = (message.content for message in evidence.interaction.request.messages if message.role == "user")
        found: list[Quantity] = []
        left, whole = _MOST_IN_CONTEXT, True
        for text in (*evidence.context, *questions, *as_texts(self.allow)):
            for start in range(0, min(len(text), left), MOST_CHARACTERS):
                part = text[start : start + MOST_CHARACTERS]
                numbers = quantities_in(part, _MOST_IN_PART)
                whole = whole and len(numbers) < _MOST_IN_PART
                found += chain(numbers, joined(numbers, part), number_words_in(part))
            whole = whole and len(text) <= left
            left = max(0, left - len(text))
        return Stated(found), whole

    def _lacking(self, text: str, numbers: list[Quantity], stated: Stated) -> list[Quantity]:
        tolerance, relative = Decimal(repr(self.tolerance)), Decimal(repr(self.relative))
        sums = [each for each in joined(numbers, text) if stated.hold(each, tolerance, relative)]
        inside = {number.start for each in sums for number in numbers if each.start <= number.start < each.end}
        return [each for each in numbers if each.start not in inside and not stated.hold(each, tolerance, relative)]

    @classmethod
    def example(cls) -> Example:
        """The fare of the price list, and another one."""
        context = ("A bicycle costs 4.60 euros. The crossing is 12 km long.",)
        passing = evidence_of("It costs 4.60 euros for 12,000 m.", context=context)
        return Example("numbers_from_context", passing, evidence_of("It costs 5.60 euros for 12 km.", context=context))
