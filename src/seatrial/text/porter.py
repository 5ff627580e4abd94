"""The stem of an English word: Porter's algorithm (1980) with the departures that NLTK made its standard.

M. F. Porter, "An algorithm for suffix stripping", Program 14(3), 1980. Other than the paper: words of one or two
letters stay; some irregular words are listed; `-ies` and `-ied` leave `-ie` in words of four letters; a final y becomes
i after a consonant that does not begin the word; two letters, a vowel and a consonant, count as a short stem; `-alli`
goes through step 2 twice; and step 2 knows `-bli`, `-fulli` and `-logi`. ROUGE and METEOR are computed with this form.
"""

from functools import lru_cache

_LONGEST_KEPT = 40
"""Letters of the words whose stems are remembered."""
_STAYING = ("news", "howe", "proceed", "exceed", "succeed")
_IRREGULAR = {"skies": "sky", "sky": "sky", "dying": "die", "lying": "lie", "tying": "tie"} | {
    word + ending: word for word in ("inning", "outing", "canning") for ending in ("", "s")
}
_PAIRS_2 = (
    "ational ate, tional tion, enci ence, anci ance, izer ize, bli ble, alli al, entli ent, eli e, ousli ous, "
    "ization ize, ation ate, ator ate, alism al, iveness ive, fulness ful, ousness ous, aliti al, iviti ive, "
    "biliti ble, fulli ful, logi log"
)
_STEP_2 = dict(pair.split() for pair in _PAIRS_2.split(", "))
_STEP_3 = {"icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": ""}
_ENDINGS_4 = "al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize"
_STEP_4 = tuple(_ENDINGS_4.split())
_AFTER_STEP_1B = {"at": "ate", "bl": "ble", "iz": "ize"}


def stemmed(word: str) -> str:
    """The stem of a word, in lower case."""
    return _remembered(word) if len(word) <= _LONGEST_KEPT else _stem(word)


def _stem(word: str) -> str:
    lower = word.lower()
    if len(word) <= 2 or lower in _STAYING:
        return lower
    if lower in _IRREGULAR:
        return _IRREGULAR[lower]
    return _step_5(_step_4(_step_3(_step_2(_step_1c(_step_1b(_step_1a(lower)))))))


_remembered = lru_cache(maxsize=1 << 15)(_stem)


def _shape(stem: str) -> str:
    """A c for each consonant, a v for each vowel; y is a vowel after a consonant only."""
    shape: list[str] = []
    before = "v"
    for letter in stem:
        if letter in "aeiou":
            before = "v"
        elif letter == "y":
            before = "v" if shape and before == "c" else "c"
        else:
            before = "c"
        shape.append(before)
    return "".join(shape)


def _measure(stem: str) -> int:
    """How often a vowel is followed by a consonant."""
    return _shape(stem).count("vc")


def _short(stem: str) -> bool:
    """Whether it ends with consonant, vowel, consonant other than w, x and y; or is vowel and consonant."""
    shape = _shape(stem)
    return (shape.endswith("cvc") and stem[-1] not in "wxy") or shape == "vc"


def _step_1a(word: str) -> str:
    if word.endswith("ies"):
        return word[:-1] if len(word) == 4 else word[:-2]
    if word.endswith("sses"):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _step_1b(word: str) -> str:
    if word.endswith("ied"):
        return word[:-1] if len(word) == 4 else word[:-2]
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) else word
    for suffix in ("ed", "ing"):
        stem = word.removesuffix(suffix)
        if stem != word and "v" in _shape(stem):
            return _mended(stem)
    return word


def _mended(stem: str) -> str:
    """What step 1b makes of a stem that has lost -ed or -ing."""
    for end, into in _AFTER_STEP_1B.items():
        if stem.endswith(end):
            return stem.removesuffix(end) + into
    shape = _shape(stem)
    if len(stem) > 1 and stem[-1] == stem[-2] and shape[-1] == "c":
        return stem if stem[-1] in "lsz" else stem[:-1]
    return stem + "e" if shape.count("vc") == 1 and _short(stem) else stem


def _step_1c(word: str) -> str:
    stem = word[:-1]
    return stem + "i" if word.endswith("y") and len(stem) > 1 and _shape(stem)[-1] == "c" else word


def _step_2(word: str) -> str:
    if word.endswith("alli") and _measure(word[:-4]):
        return _step_2(word[:-2])
    for suffix, into in _STEP_2.items():
        if word.endswith(suffix):
            stem = word[: -len(suffix)]
            # The l of -logi is counted with the stem.
            return stem + into if _measure(word[:-3] if suffix == "logi" else stem) else word
    return word


def _step_3(word: str) -> str:
    for suffix, into in _STEP_3.items():
        if word.endswith(suffix):
            stem = word[: -len(suffix)]
            return stem + into if _measure(stem) else word
    return word


def _step_4(word: str) -> str:
    for suffix in _STEP_4:
        if word.endswith(suffix):
            stem = word[: -len(suffix)]
            removed = _measure(stem) > 1 and (suffix != "ion" or stem[-1] in "st")
            return stem if removed else word
    return word


def _step_5(word: str) -> str:
    if word.endswith("e"):
        stem = word[:-1]
        measure = _measure(stem)
        if measure > 1 or (measure == 1 and not _short(stem)):
            word = stem
    return word[:-1] if word.endswith("ll") and _measure(word[:-1]) > 1 else word
