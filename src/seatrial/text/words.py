"""Texts as words, by the schemes that the measures of translation and summary name.

`13a` is the tokenisation of NIST's mteval-v13a, the default of sacrebleu (Post 2018, arXiv 1804.08771). `zh` is
sacrebleu's for Chinese: characters of the ranges below one by one, then 13a. `char` is every character, `none` splits
at white space only. `auto` is ours, for scripts that put no spaces between words: Han, Hiragana, Katakana, Thai, Lao,
Burmese and Khmer characters one by one, then 13a. `rouge` is that of the program rouge-score: lower case, runs of a-z
and 0-9, so that other scripts have no words at all; `words` does the same for the letters and digits of all scripts.
"""

import re
from typing import Literal

Scheme = Literal["13a", "zh", "char", "none", "auto", "rouge", "words"]

_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e"  # Thai
    "\u0e81-\u0ecd\u0edc-\u0edf"  # Lao
    "\u1000-\u103f\u1050-\u108f"  # Burmese
    "\u1780-\u17d3"  # Khmer
    "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f"  # Hiragana, Katakana
    "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"  # Han
)
# As in sacrebleu's `tokenizer_zh`. Two of its ranges, meant for characters beyond U+FFFF, are written with too few
# digits there and so mean U+2001-2A6D and U+2F81-2FA1; the numbers of the program are the standard.
_ZH = (
    "\u2001-\u2a6d\u2e80-\u2eff\u2f00-\u2fdf\u2ff0-\u303f\u3100-\u312f\u31a0-\u31bf\u31c0-\u31ef\u3200-\u33ff"
    "\u3400-\u4db5\u4e00-\u9fbb\uf900-\ufa2d\ufa30-\ufa6a\ufa70-\ufad9\ufe10-\ufe1f\ufe30-\ufe4f\uff00-\uffef"
)
_UNSPACED_CHARACTER, _ZH_CHARACTER = re.compile(f"([{_UNSPACED}])"), re.compile(f"([{_ZH}])")
_PUNCTUATION = re.compile(r"[!-&(-/:-@\[-`{-~]")
_STEPS_13A = (
    (re.compile(r"([ -&(-+/:-@\[-`{-~])"), r" \1 "),
    (re.compile(r"([^0-9])([.,])"), r"\1 \2 "),
    (re.compile(r"([.,])([^0-9])"), r" \1 \2"),
    (re.compile(r"([0-9])(-)"), r"\1 \2 "),
)
_ENTITIES = (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"))
_LATIN = re.compile("[a-z0-9]+")
_WORDS = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")


def words(text: str, scheme: Scheme = "13a") -> list[str]:
    """The words of a text by a scheme."""
    match scheme:
        case "13a":
            return _mteval(text.rstrip())
        case "zh":
            return _western(_ZH_CHARACTER.sub(r" \1 ", text.strip()))
        case "auto":
            return _mteval(spaced(text.rstrip()))
        case "char":
            return [character for character in text if not character.isspace()]
        case "none":
            return text.split()
        case "rouge":
            return _LATIN.findall(text.lower())
        case "words":
            return _WORDS.findall(text.lower())


def spaced(text: str) -> str:
    """The text with a space on both sides of each character of a script that puts none between words."""
    return text if text.isascii() else _UNSPACED_CHARACTER.sub(r" \1 ", text)


def _mteval(text: str) -> list[str]:
    if not _PUNCTUATION.search(text):
        return text.split()
    text = text.replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    if "&" in text:
        for entity, character in _ENTITIES:
            text = text.replace(entity, character)
    return _western(f" {text} ")


def _western(text: str) -> list[str]:
    for pattern, into in _STEPS_13A:
        text = pattern.sub(into, text)
    return text.split()
