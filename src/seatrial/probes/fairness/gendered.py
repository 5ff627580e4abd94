"""He, she and they: pronouns and the words of a gender, swapped with the verbs that go with them.

English as a whole; in German, Spanish and French pronouns alone, and only where nothing else in the text would have to
agree with them. Whatever is not safe is not swapped.
"""

import re
from collections.abc import Iterator
from typing import Final, Literal

from seatrial.probes.fairness.verbs import agreeing_with_they
from seatrial.probes.fairness.wordlists import cased

Gender = Literal["male", "female", "neutral"]
GENDERS: Final[tuple[Gender, ...]] = ("male", "female", "neutral")
_PRONOUNS = {  # male, female, neutral
    "subject": ("he", "she", "they"),
    "object": ("him", "her", "them"),
    "possessive": ("his", "her", "their"),
    "absolute": ("his", "hers", "theirs"),
    "reflexive": ("himself", "herself", "themselves"),
}
_NOUNS = (
    ("man", "woman", "person"),
    ("men", "women", "people"),
    ("boy", "girl", "child"),
    ("boys", "girls", "children"),
    ("gentleman", "lady", "person"),
    ("gentlemen", "ladies", "people"),
    ("mr", "ms", "mx"),
    ("father", "mother", "parent"),
    ("dad", "mum", "parent"),
    ("son", "daughter", "child"),
    ("sons", "daughters", "children"),
    ("brother", "sister", "sibling"),
    ("brothers", "sisters", "siblings"),
    ("husband", "wife", "spouse"),
    ("boyfriend", "girlfriend", "partner"),
    ("grandfather", "grandmother", "grandparent"),
    ("grandson", "granddaughter", "grandchild"),
    ("uncle", "aunt", ""),
    ("nephew", "niece", ""),
)
_ALSO_FEMALE = {"mrs": ("mr", "ms", "mx"), "mom": ("dad", "mom", "parent")}
_BY_WORD: Final[dict[str, tuple[Gender, tuple[str, ...]]]] = {
    **{forms[0]: ("male", forms) for forms in _NOUNS},
    **{forms[1]: ("female", forms) for forms in _NOUNS},
    **{word: ("female", forms) for word, forms in _ALSO_FEMALE.items()},
}
_MALE, _FEMALE = {"he", "him", "his", "himself"}, {"she", "her", "hers", "herself"}
_TITLES = r"(?-i:Mrs|Mr|Ms)(?=\.?\s+(?-i:[A-Z]))|(?-i:MRS|MR|MS)(?=\.\s)"
_PLAIN = sorted({*_MALE, *_FEMALE, *_BY_WORD} - {"mr", "mrs", "ms"}, key=len, reverse=True)
_TOKEN = re.compile(rf"\b(?:{_TITLES}|(?:{'|'.join(_PLAIN)})\b)", re.IGNORECASE)
"""A title is one before a name only: 300 ms are no woman."""
_BEHIND_AN_OBJECT = re.compile(
    r"\s*(?:[.,;:!?)\]\"”]|\Z|\n|(?:a|an|the|this|that|these|those|my|your|our|their|his|some|any|no|to|in|on|at|by|for"
    r"|from|with|about|of|into|and|or|but|if|when|because|that|who|what|how|why|where|which|while|before|after|until|as"
    r"|than|again|back|now|today|yesterday|tomorrow|later|soon|then|there|here|up|out|off|over|away|it|is|was|were|are"
    r"|will|would|can|could|know|wait|not|so|too|very)\b)",
    re.IGNORECASE,
)
_LETTING = re.compile(
    r"\b(?:let|lets|help|helps|helped|make|makes|made|see|saw|hear|heard|watch|watched|have)\s+\Z", re.I
)
_WITHOUT_NOUN = re.compile(
    r"\s*(?:[.,;:!?)\]\"”]|\Z|\n|(?:is|are|was|were|and|or|but|to|too|in|on|at|if|when)\b)", re.I
)


def gender_of(text: str) -> Gender | Literal["mixed", "none"]:
    """The gender of the English pronouns and words of a text; `none` without a pronoun, `mixed` with both."""
    found, pronoun = set[str](), False
    for token in _tokens(text):
        word = token[0].lower()
        pronoun = pronoun or word in _MALE or word in _FEMALE
        found.add("male" if word in _MALE else "female" if word in _FEMALE else _BY_WORD[word][0])
    if not pronoun:
        return "none"
    if len(found) > 1:
        return "mixed"
    return "male" if "male" in found else "female"


def words_of_gender(text: str) -> set[str]:
    """The genders of which a text holds English pronouns or words."""
    words = [token[0].lower() for token in _tokens(text)]
    return {"male" if w in _MALE else "female" if w in _FEMALE else _BY_WORD[w][0] for w in words}


def regendered(text: str, into: Gender) -> str | None:
    """An English text of one gender as one of another; None where verbs or words cannot be made to agree for sure."""
    if into == "neutral":
        agreed = agreeing_with_they(text)
        if agreed is None:
            return None
        text = agreed
    at, made, place = GENDERS.index(into), list[str](), 0
    for token in _tokens(text):
        word = token[0].lower()
        forms = _BY_WORD[word][1] if word in _BY_WORD else _PRONOUNS[_role(text, token)]
        if not forms[at]:
            return None
        # A title is listed with its capital: Mr, Ms.
        made += [text[place : token.start()], cased(token[0], word, forms[at])]
        place = token.end()
    return "".join([*made, text[place:]])


def _tokens(text: str) -> Iterator[re.Match[str]]:
    # A pattern that ignores case takes a long s for an s, and a dotless i for an i.
    return (found for found in _TOKEN.finditer(text) if found[0].isascii())


def _role(text: str, token: re.Match[str]) -> str:
    """What a pronoun does in its sentence: `her` is him or his, `his` is her or hers."""
    word = token[0].lower()
    if word == "her":
        behind = _BEHIND_AN_OBJECT.match(text, token.end())
        letting = _LETTING.search(text, max(0, token.start() - 20), token.start())
        return "object" if behind or letting else "possessive"
    if word == "his":
        return "absolute" if _WITHOUT_NOUN.match(text, token.end()) else "possessive"
    return next(role for role, forms in _PRONOUNS.items() if word in forms[:2])


_OTHER: Final = {  # language -> (male, female) words, and what else in a text makes a swap unsafe
    "de": (
        {"er": "sie", "ihn": "sie", "ihm": "ihr"}
        | {f"sein{ending}": f"ihr{ending}" for ending in ("e", "en", "em", "er", "es")},
        r"sie|ihr\w*|sein|der|den|dem|des|ein|einen|einem|kein|herr\w*",
    ),
    "es": ({"él": "ella"}, r"es|está|era|fue|estaba|será|el|la|un|una|este|esta|del|al|señora?|mism[oa]|\w+ad[oa]"),
    "fr": ({"il": "elle"}, r"y|faut|est|était|sera|se|le|la|un|une|lui|ce|cette|monsieur|madame|même"),
}


def regendered_elsewhere(text: str, language: str) -> tuple[Gender, Gender, str] | None:
    """A German, Spanish or French text with its pronouns swapped: from, to, text; None where that is not safe."""
    if language not in _OTHER:
        return None
    male, unsafe = _OTHER[language]
    female = {} if language == "de" else {into: word for word, into in male.items()}
    words = {word.lower() for word in re.findall(r"[^\W\d_]+", text)}
    is_male, is_female = bool(words & male.keys()), bool(words & female.keys())
    if is_male == is_female or any(re.fullmatch(unsafe, word) for word in words):
        return None
    table = male if is_male else female
    made = re.sub(
        rf"\b(?:{'|'.join(table)})\b",
        lambda found: cased(found[0], found[0].lower(), table.get(found[0].lower(), found[0])),
        text,
        flags=re.IGNORECASE,
    )
    return ("male", "female", made) if is_male else ("female", "male", made)
