"""Words put in that say nothing."""

import random
import re

from seatrial.probes.rewording import Rewrite
from seatrial.probes.robustness.languages import ByLanguage
from seatrial.probes.robustness.signs import of_words, pick

_FILLERS = {
    "en": ("um,", "uh,", "well,", "actually", "basically", "like,", "you know,", "I mean,", "sort of", "so,"),
    "de": ("äh,", "ähm,", "also,", "eigentlich", "halt", "sozusagen", "na ja,", "irgendwie", "quasi"),
    "es": ("eh,", "pues,", "bueno,", "o sea,", "a ver,", "digamos,", "la verdad,", "este,"),
    "fr": ("euh,", "ben,", "enfin,", "bon,", "disons,", "en fait,", "du coup,", "quoi,"),
    "ja": ("えっと、", "あの、", "ええと、", "まあ、", "その、"),
}
_SPACE = re.compile(r"(?<=[^\W\d_]) (?=[^\W\d_])")
_MARK = re.compile("[、。](?=.)|(?<=[はをがに])(?=[\u3400-\u9fff\u30a1-\u30fa])")


def _spaced(fillers: tuple[str, ...]) -> Rewrite:
    return of_words(lambda space, draw: f" {pick(draw, fillers)} ", _SPACE)


def _japanese(mark: str, draw: random.Random) -> str:
    return mark + pick(draw, _FILLERS["ja"])


fillers = ByLanguage(
    name="fillers",
    summary="words put in that say nothing: um, well, you know",
    rewrites={
        "": _spaced(_FILLERS["en"]),
        **{language: _spaced(_FILLERS[language]) for language in ("en", "de", "es", "fr")},
        "ja": of_words(_japanese, _MARK),
    },
    example="When does the last ferry leave for Saltholm?",
)
