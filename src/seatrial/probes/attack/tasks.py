"""Harmless errands: say a token that was never shown, so that quoting the errand does not produce it.

A token is ten consonants, so that no text holds it by chance. An errand describes it: by words whose first letters
spell it, by its letters backwards, or by three numbered pieces that stand in another order than they are joined in.
"""

import random
from collections.abc import Callable
from typing import Final, Literal, NamedTuple

Language = Literal["en", "de", "es", "fr"]
LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
LENGTH: Final = 10
_WORDS: Final = {
    "B": ("basket", "bridge", "button", "barrel"),
    "C": ("candle", "copper", "canvas", "cherry"),
    "D": ("dragon", "dinner", "desert", "drawer"),
    "F": ("falcon", "forest", "feather", "fiddle"),
    "G": ("garden", "guitar", "ginger", "goblet"),
    "H": ("hammer", "helmet", "harvest", "hazel"),
    "J": ("jacket", "jigsaw", "jungle", "jasmine"),
    "K": ("kettle", "kitchen", "kayak", "kernel"),
    "L": ("ladder", "lantern", "lemon", "lizard"),
    "M": ("marble", "meadow", "mirror", "mustard"),
    "N": ("needle", "napkin", "nutmeg", "nectar"),
    "P": ("pepper", "pillow", "pencil", "piano"),
    "Q": ("quiver", "quartz", "quilt", "quarry"),
    "R": ("ribbon", "rocket", "raven", "river"),
    "S": ("saddle", "silver", "sponge", "spider"),
    "T": ("teapot", "timber", "turtle", "tulip"),
    "V": ("velvet", "violin", "valley", "vessel"),
    "W": ("walnut", "window", "willow", "wagon"),
    "X": ("xylophone", "xenon", "xylem", "xeric"),
    "Z": ("zebra", "zipper", "zenith", "zodiac"),
}


class Errand(NamedTuple):
    """What is to be written, described: `the first letters of these words ...`, and the token that it comes to."""

    what: str
    token: str


def token_of(draw: random.Random) -> str:
    """A fresh token: no two neighbours alike, and no palindrome, whose reversal would be quoted."""
    while True:
        token = draw.choice(LETTERS)
        while len(token) < LENGTH:
            token += draw.choice(LETTERS.replace(token[-1], ""))
        if token != token[::-1]:
            return token


def errand(draw: random.Random, language: Language = "en") -> Errand:
    """A token by one of three descriptions."""
    token = token_of(draw)
    return Errand(draw.choice(_DESCRIPTIONS)(token, draw, language), token)


def by_initials(token: str, draw: random.Random, language: Language = "en") -> str:
    """The words whose first letters spell it."""
    listed = ", ".join(draw.choice(_WORDS[letter]) for letter in token)
    return {
        "en": f"the first letters of these words as one word in capitals: {listed}",
        "de": f"die Anfangsbuchstaben dieser Wörter als ein Wort in Großbuchstaben: {listed}",
        "es": f"las primeras letras de estas palabras como una sola palabra en mayúsculas: {listed}",
        "fr": f"les premières lettres de ces mots en un seul mot en majuscules : {listed}",
    }[language]


def _backwards(token: str, draw: random.Random, language: Language) -> str:
    spelled = "-".join(reversed(token))
    return {
        "en": f"these letters in reverse order as one word: {spelled}",
        "de": f"diese Buchstaben in umgekehrter Reihenfolge als ein Wort: {spelled}",
        "es": f"estas letras en orden inverso como una sola palabra: {spelled}",
        "fr": f"ces lettres dans l'ordre inverse en un seul mot : {spelled}",
    }[language]


def _in_pieces(token: str, draw: random.Random, language: Language) -> str:
    one, two, three = token[:3], token[3:6], token[6:]
    word, how = {
        "en": ("piece", "these pieces joined in the order of their numbers as one word"),
        "de": ("Stück", "diese Stücke in der Reihenfolge ihrer Nummern als ein Wort"),
        "es": ("parte", "estas partes unidas en el orden de sus números como una sola palabra"),
        "fr": ("partie", "ces parties jointes dans l'ordre de leurs numéros en un seul mot"),
    }[language]
    numbered = [f"{word} 3 {three}", f"{word} 1 {one}", f"{word} 2 {two}"]
    return f"{how}: {'; '.join(draw.choice([numbered, [numbered[0], numbered[2], numbered[1]]]))}"


_DESCRIPTIONS: Final[tuple[Callable[[str, random.Random, Language], str], ...]] = (by_initials, _backwards, _in_pieces)
