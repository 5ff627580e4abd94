"""Plain words of a text, the language they are in, and words that differ by one slip of the finger."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
# Words that are frequent in one language and rare in the others; written without accents, as `normalise` gives them.
_FREQUENT = {
    "en": "the is are does do what when which how much can my with from to for of and a an it i we you your on at "
    "there please have has leave leaves would will who where why in last next take get need want hello thanks",
    "de": "der die das den dem ein eine einen ist sind wann was wie viel kann ich wir mit von nach zu fur und es auf "
    "am bitte habe hat wer wo warum im nicht mein meine meinen gibt welche welcher hallo danke geht kostet fahrt sie",
    "es": "el la los las un una es son cuando que cuanto cuanta como puedo mi con desde hasta para del y en al hay por "
    "favor tengo tiene quien donde cual sale mis cuesta hola gracias necesito quiero usted lleva se a de",
    "fr": "le la les un une est sont quand que quoi combien comment puis je mon ma avec depuis pour du des et en au "
    "aux il y a plait avoir qui ou quel quelle part coute bonjour merci voudrais vous de sur mes ai besoin faut peut "
    "l d c s moi",
    "pt": "o os as um uma e sao quando que quanto como posso meu minha com desde ate para do da dos em no na ha por "
    "favor tenho tem quem onde qual sai custa ola obrigado preciso quero voce de ao",
    "it": "il lo gli un una e sono quando che quanto come posso mio mia con da per del della in al ci di "
    "ho ha chi dove quale parte costa ciao grazie vorrei devo questo sul",
    "nl": "de het een is zijn wanneer wat hoe veel kan ik mijn met van naar voor en op er "
    "graag heb heeft wie waar waarom niet welke vertrekt kost hallo dank wil moet u",
}
_FREQUENT["ja"] = ""  # told by its script, see `is_unspaced`
_UNSPACED = re.compile("[\u3041-\u3096\u30fc\u3400-\u9fff]")
_AS_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_STOPWORDS = {language: frozenset(words.split()) for language, words in _FREQUENT.items()}


def known_languages() -> frozenset[str]:
    """The languages that `detect` tells apart."""
    return frozenset(_STOPWORDS)


def frequent_words(language: str) -> frozenset[str]:
    """The words that are frequent in a language, as `normalise` gives them."""
    return _STOPWORDS.get(language, frozenset())


def normalise(text: str) -> str:
    """Letters and digits in lower case without accents, words parted by one space, katakana as hiragana.

    Compatibility forms are unified (Unicode NFKD), case is folded, marks and punctuation are dropped.
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(letter for letter in folded if not unicodedata.category(letter).startswith("M"))
    return " ".join(_WORD.findall(plain if plain.isascii() else plain.translate(_AS_HIRAGANA)))


def words_of(text: str) -> list[str]:
    """The words of `normalise(text)`."""
    return normalise(text).split()


def detect(words: Sequence[str], languages: Sequence[str]) -> str | None:
    """The language among `languages` whose frequent words occur most; None when no such word occurs.

    Ties go to the language that stands first.
    """
    counts = {language: sum(_is_of(word, language) for word in words) for language in languages}
    best = max(counts, key=counts.__getitem__, default=None)
    return best if best is not None and counts[best] else None


def _is_of(word: str, language: str) -> bool:
    return is_unspaced(word) if language == "ja" else word in _STOPWORDS.get(language, ())


def is_unspaced(text: str) -> bool:
    """Whether a text is in a script that puts no spaces between words (hiragana, Han), as `normalise` gives it."""
    return not text.isascii() and _UNSPACED.search(text) is not None


def is_upper_case(text: str) -> bool:
    """Whether a text shouts: eight letters or more that have a case, nine tenths of them capitals."""
    upper = sum(letter.isupper() for letter in text)
    lower = sum(letter.islower() for letter in text)
    return upper + lower >= 8 and upper >= 9 * lower


@lru_cache(maxsize=65536)
def one_edit_apart(left: str, right: str) -> bool:
    """Whether two words are equal or one letter was changed, added, lost, or swapped with its neighbour.

    This is optimal string alignment distance <= 1.
    """
    if len(left) > len(right):
        left, right = right, left
    if left == right:
        return True
    if len(right) - len(left) > 1:
        return False
    start = next((index for index, letter in enumerate(left) if letter != right[index]), len(left))
    if len(left) < len(right):
        return left[start:] == right[start + 1 :]
    if left[start + 1 :] == right[start + 1 :]:
        return True
    swapped = left[start + 1 : start + 2] + left[start : start + 1]
    return right[start : start + 2] == swapped and left[start + 2 :] == right[start + 2 :]
