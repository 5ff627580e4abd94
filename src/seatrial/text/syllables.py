"""How many syllables has a word? By rules of spelling, for English, German, Spanish and French.

Rules cannot know a pronunciation: `tests/text/test_text_syllables.py` says on which words they were measured, and how
often they are right. A word without a vowel ("hmm", "BBC", "42") counts as one syllable.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

_LETTERS = re.compile(r"[^\W\d_]+")
LONGEST = 60
"""Of a longer word only so many letters are looked at."""


def _groups(vowels: str, apart: str, silent: str = "(?!)") -> Callable[[str], int]:
    """A rule: drop silent letters, count groups of vowels, and one more at each place where two are spoken apart."""
    group, hiatus, dropped = re.compile(f"[{vowels}]+"), re.compile(apart), re.compile(silent)

    def count(word: str) -> int:
        spoken = dropped.sub("", word)
        return len(group.findall(spoken)) + len(hiatus.findall(spoken))

    return count


_ENDS = r"(?:$|ly$|ful(?:ly)?$|less(?:ly)?$|ness$|ments?$|ty$|(?:thing|one|body|how|where|what|times?)s?$)"
_ENGLISH = _groups(
    "aeiouyàâäéèêëïîôöûü",
    # the second vowel is spoken for itself: science, radio, museum, actual, going, create, idea, prism
    r"(?<![cstg])i(?=a)(?!iage|iar$|iant$)|gia(?=n)|i(?=ate)|(?<=[tc])i(?=ate|et)|(?<![cstgx])i(?=o)|(?<=d)i(?=o)(?!io)"
    r"|i(?=um|ety)|(?<=[lr])i(?=et)|(?<=^.)i(?=e[tn]|ant)|^sci(?=e)|u(?=iet)|(?<=[rd])i(?=en[ct])"
    r"|(?<=[^gq])u(?=a)|(?<=[^gq])u(?=ou)|e(?=um|o[rlns]?[^uadlps]*[yt]$|o$)|(?<=[aeouy])(?=ing)|^(?:co|re)(?=[ao][cp])"
    r"|(?<=cr)e(?=at(?:[ei]|$))|(?<=id)e(?=a)|^re(?=al)|(?<=ar)e(?=a)|(?<=^th)e(?=a)|(?<=^p)o(?=e)|(?<=[^aeiouy])ism|[^aeiouy]sms?$|thms?$|(?<=n)'t",
    rf"(?<=er)e(?=fore$)|(?<=[^aeiouy])(?<![^aeiouyrwl]l)e(?={_ENDS})|(?<=[aeouy])e(?={_ENDS})"
    r"|(?<=[^aeiouyscxzg])(?<![sc]h)(?<![^aeiouyrwl]l)es$|(?<=[^aeiouydt])(?<![^aeiouyrwl]l)e(?=d$)|(?<=[ou])e(?=[sd]$)",
)
_GERMAN = _groups(
    "aeiouyäöü",
    r"(?<=[aeo]u)e|(?<=äu)e|e(?=a)|i(?=o[^u])|i(?=[uä])|(?<=ee)e|u(?=ell)|i(?=a)|e(?=o)|o(?=a)|(?<=[^q])u(?=[ao])|e(?=i?g?um$)",
)
_SPANISH = _groups(
    "aeiouáéíóúüy",
    # two strong vowels, or a weak one with an accent, are spoken apart; u after q or g is silent
    r"[aeoáéó](?=[aeoáéó])|[íú](?=[aeoáéó])|[aeoáéó](?=[íú])",
    r"(?<=[qg])u(?=[eiéí])|(?<=[aeou])y$|y(?=[aeiouáéíóú])",
)
_FRENCH = _groups(
    "aeiouyàâäéèêëïîôöœûùü",
    r"[éè](?=[aouâ])|[aou](?=[éèïë])",
    r"(?<=[^aeiouyàâäéèêëïîôöœûùü])es?$|(?<=[^aeiouyàâäéèêëïîôöœûùüm])ent$|(?<=[aiouéèêîy])es?$|(?<=q)u|(?<=ill)es?$",
)
_RULES: Mapping[str, Callable[[str], int]] = {"en": _ENGLISH, "de": _GERMAN, "es": _SPANISH, "fr": _FRENCH}
LANGUAGES = tuple(_RULES)


@lru_cache(maxsize=20_000)
def syllables(word: str, language: str = "en") -> int:
    """The number of syllables of a word, at least 1.

    Args:
        word: One word in any case; of its parts (`twenty-one`, `don't`) all count.
        language: One of `LANGUAGES`.
    """
    rule = _RULES[language]
    return sum(max(1, rule(part)) for part in _LETTERS.findall(word.lower()[:LONGEST])) or 1
