"""In which language is a text written? By py3langid (Lui and Baldwin 2012, "langid.py", ACL demos), extra `text`.

A text with too few letters, or one of which the model is not sure enough, has no known language: "Yes." is English as
well as Kabyle to any model of letters. Code, addresses and digits are left out before it is looked at.
"""

import re
from functools import lru_cache
from typing import Any, NamedTuple

from seatrial.text.blocks import prose_of
from seatrial.text.extras import extra

MOST_CHARACTERS = 2_000
"""Only the beginning of a longer text is looked at: the model grows unsure of a long text that says little."""
LEAST_LETTERS = 12
LEAST_CONFIDENCE = 0.5
_ADDRESS = re.compile(r"(?:https?://|www\.)\S{1,2000}|[\w.+-]{1,64}@[\w.-]{1,253}")
_DIGITS = re.compile(r"[\d_<>{}\[\]|=/\\#*]+")
_LETTER = re.compile(r"[^\W\d_]")
_DENSE = re.compile("[\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
"""Writing that needs fewer letters to say something: Thai, Lao, Korean, Japanese, Chinese."""
_NO_LANGUAGE = frozenset({"zxx", "und"})


class Language(NamedTuple):
    """A language (ISO 639 code) and how sure the model is, 0 to 1; the code is empty when it is unknown."""

    code: str
    confidence: float
    why_not: str = ""


@lru_cache(maxsize=1)
def _identifier() -> Any:
    """The model, read once a process: about 0.5 s and 120 MB."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def known_languages(needed_for: str = "the check `language`") -> frozenset[str]:
    """The codes that can be told apart.

    Raises:
        MissingExtra: The extra `text` is not installed.
    """
    with extra("text", needed_for):
        return _codes()


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    return frozenset(_identifier().labels) - _NO_LANGUAGE


def language_of(text: str, among: frozenset[str] = frozenset()) -> Language:
    """The language of a text.

    Args:
        text: Any text.
        among: The codes to choose from; all known ones when empty. A text in another language is then taken for the
            nearest of these.
    """
    words = _DIGITS.sub(" ", _ADDRESS.sub(" ", prose_of(text[:MOST_CHARACTERS])))
    letters = len(_LETTER.findall(words)) + 3 * len(_DENSE.findall(words))
    if letters < LEAST_LETTERS:
        return Language("", 0.0, "it has too few letters to tell")
    ranks = [each for each in _identifier().rank(words) if not among or each[0] in among]
    total = sum(share for _, share in ranks)
    if not total > 0:
        return Language("", 0.0, "nothing in it tells a language")
    code, share = ranks[0]
    confidence = share / total
    if code in _NO_LANGUAGE or confidence < LEAST_CONFIDENCE:
        return Language("", confidence, f"`{code}` is likeliest at only {confidence:.0%}")
    return Language(code, confidence)


def primary(tag: str) -> str:
    """The language of a tag: `en` of `en-GB` (BCP 47) or `en_GB`."""
    return re.split("[-_]", tag.strip().lower(), maxsplit=1)[0]
