"""A question that ends before its end; what decides its answer stands there."""

import random
import re

from seatrial.probes.robustness.signs import pick
from seatrial.probes.robustness.worded import Reword, Worded, verified

_BEGUN = {
    "en": ("and", "because I", "so that I", "or if", "since we", "I mean"),
    "de": ("und", "weil ich", "damit ich", "oder wenn", "da wir", "ich meine"),
    "es": ("y", "porque yo", "o si", "es que", "ya que nosotros", "quiero decir"),
    "fr": ("et", "parce que je", "ou si", "car nous", "puisque je", "je veux dire"),
}
"""How people begin what they do not finish."""
_IDLE = {
    "en": "please|with me|on board|today|thanks|exactly|then|there",
    "de": "bitte|genau|denn|eigentlich|heute|danke",
    "es": "por favor|conmigo|a bordo|hoy|gracias|exactamente",
    "fr": "s'il vous plaît|avec moi|à bord|aujourd'hui|merci|exactement",
}
"""Last words that decide nothing."""
_SIGN = re.compile(r"[\s.?!…]+$")


def _reword(language: str) -> Reword:
    idle = re.compile(rf"(?<=\w),? (?:{_IDLE[language]})$", re.IGNORECASE)

    def other(text: str, draw: random.Random, strength: float) -> str:
        bare = _SIGN.sub("", text)
        cut = idle.sub("", bare)
        begun = [each.upper() if text.isupper() else each for each in _BEGUN[language]]
        forms = [f"{bare}...", *(f"{bare} {each}" for each in begun)]
        forms += [cut] if cut != bare else []
        return pick(draw, forms) if bare else text

    return other


incomplete = Worded(
    name="incomplete",
    summary="breaks off before its end, and still says all that decides its answer",
    rewrites={language: verified(_reword(language)) for language in _BEGUN},
    example="When does the last ferry leave for Saltholm, please?",
)
