"""Words as many people write them."""

import random
import re
from collections.abc import Mapping

from seatrial.probes.rewording import Rewrite
from seatrial.probes.robustness.languages import ByLanguage
from seatrial.probes.robustness.misspelling_lists import MISSPELT, misspelt, of_any_language
from seatrial.probes.robustness.signs import as_cased, of_words, pick

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def _of(wrong: Mapping[str, tuple[str, ...]]) -> Rewrite:
    def slip(word: str, draw: random.Random) -> str:
        ways = wrong.get(word.lower().replace("’", "'"))
        return as_cased(pick(draw, ways), word) if ways else word

    return of_words(slip, _WORD)


misspellings = ByLanguage(
    name="misspellings",
    summary="frequent misspellings of frequent words: English, German, Spanish, French",
    rewrites={"": _of(of_any_language()), **{language: _of(misspelt(language)) for language in MISSPELT}},
    example="When does the last ferry leave, and where can I receive a refund?",
)
