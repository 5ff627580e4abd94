"""A question without what decides its answer: a good answer asks back."""

import re
from collections.abc import Iterator

import msgspec

from seatrial.core.case import Case
from seatrial.core.probe import Dose, Expectation
from seatrial.probes.child import asked, child
from seatrial.probes.robustness.languages import language_of
from seatrial.probes.robustness.worded import capital_first
from seatrial.text.kept import LONGEST

CHECKS = ("asks",)
"""What a child is judged by, in place of its original's checks."""
FEWEST = 4
"""Words that must be left of what is no question; of a question, two."""
_BEFORE = {
    "en": "to|for|from|at|in|on|of|about",
    "de": "nach|ab|von",
    "es": "a|para|por|de|desde|hasta|en|sobre",
    "fr": "à|pour|vers|de|depuis|dans|sur",
}
"""By language: words that fall with the name or the code behind them."""
_ARTICLES = {"en": "the ", "de": "", "es": "(?:el|la) ", "fr": "(?:le|la) "}
_CODE = r"(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z])[A-Z0-9-]+"
_NAME = r"[A-ZÀ-ÖØ-Þ][^\W\d_]*[a-zß-öø-ÿ](?:-[^\W\d_]+)?"


class Ambiguous(msgspec.Struct, frozen=True, kw_only=True):
    """Leaves out the names and codes that decide the answer, and replaces the checks by one: the answer asks back.

    Names fall only behind a word such as `to` and `for`: a name by itself may be somebody's. Where nothing of this
    kind is named, there are no children.
    """

    name: str
    summary: str
    example: str
    expects: Expectation = "asks_back"
    after: str = ""

    def children(self, case: Case, dose: Dose) -> Iterator[Case]:
        """One child, or none: there is nothing left to chance."""
        language = language_of(case) or "en"
        if language in _BEFORE and dose.count > 0 and dose.strength > 0:
            text = asked(case)
            shorter = _without(text, language) if len(text) <= LONGEST else text
            if shorter != text:
                made = child(case, self.name, shorter, dose)
                yield msgspec.structs.replace(made, checks=CHECKS, expect=(), reference=None)


def _without(text: str, language: str) -> str:
    """A text without its codes, and without the names behind prepositions; too little left is no question."""
    before, article = _BEFORE[language], _ARTICLES[language]
    named = rf"(?:,? |^)(?i:{before}) (?:(?i:{article}))?{_NAME}(?![\w-])"
    coded = rf"(?:(?:,? |^)(?i:{before}|für))?(?: |^)(?:(?i:{article}))?{_CODE}(?![\w-])"
    made = re.sub(coded, "", re.sub(named, "", text) if not text.isupper() else text)
    made = re.sub(r"^[\s,;]+|\s+(?=[.,])", "", made).strip()
    left = len(made.split())
    return capital_first(made) if left >= FEWEST or (left > 1 and "?" in made) else text


ambiguous = Ambiguous(
    name="ambiguous",
    summary="leaves out the names and codes that decide the answer; a good answer asks back",
    example="When does the last ferry leave for Saltholm?",
)
