"""How friendly is the answer?"""

from typing import ClassVar

import msgspec

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.judges.properties.spoken import told_language
from seatrial.checks.limits import Measuring, Units
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.score import Score
from seatrial.text.languages import known_languages, language_of
from seatrial.text.sentiment import MOST_CHARACTERS, load_sentiment, sentiment_label, sentiment_of


class Sentiment(Measuring, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer is friendly enough: VADER's compound value of an English text, from -1 (negative) to 1 (positive).

    Its authors call a text positive from 0.05 and negative from -0.05 on. An answer in another language (by the case's
    tag `language`, else by its letters) is not judged, nor is one over 10,000 characters. The label says which it is.
    """

    title = "sentiment"
    units: ClassVar[Units] = Units({"": 1.0, "points": 1.0}, ">= 0.05")
    after: ClassVar[str] = "VADER (Hutto and Gilbert 2014)"

    def prepare(self) -> None:
        """Refuse limits that no text can be near, and a missing extra."""
        super().prepare()
        if not -1 <= self.bounds.bound <= 1:
            raise Mistake(f"`sentiment` is a number from -1 to 1, not `{self.limit}`; write e.g. `>= 0.05`")
        load_sentiment()
        known_languages("the check `sentiment`")

    def judge(self, evidence: Evidence) -> Score:
        """Look at the language first, since VADER finds nothing in another one."""
        text = evidence.text
        language = told_language(evidence) or language_of(text).code or "en"
        if language != "en":
            return self.cannot_say(f"Sentiment is known of English only, and the answer is in `{language}`.")
        if len(text) > MOST_CHARACTERS:
            return self.cannot_say(f"It has {len(text):,} characters, and only {MOST_CHARACTERS:,} are read.")
        value = sentiment_of(text)
        label = sentiment_label(value)
        return msgspec.structs.replace(self.measured(value, f"It is {label}: {value:.4g}"), label=label)

    @classmethod
    def example(cls) -> Example:
        """A friendly answer, and an unfriendly one."""
        return examples_of(
            "sentiment >= 0.05", "Happy to help! Have a great trip.", "That is a stupid question. Go away."
        )
