"""What families of characters are made of: words, letters, one of several changes, and the language of a case."""

import random

import pytest

from seatrial.core.case import Case
from seatrial.core.probe import Dose
from seatrial.core.request import Message
from seatrial.probes.robustness.languages import ByLanguage, language_of
from seatrial.probes.robustness.signs import (
    WORD,
    any_of,
    as_cased,
    in_words,
    of_letters,
    of_whole,
    of_words,
    one_of,
    pick,
    whole,
)
from seatrial.text.kept import pieces


def drawn(seed: int = 1) -> random.Random:
    return random.Random(seed)


@pytest.mark.parametrize(
    ("word", "like", "cased"),
    [
        ("fery", "Ferry", "Fery"),
        ("fery", "FERRY", "FERY"),
        ("fery", "ferry", "fery"),
        ("i", "I", "I"),
        ("le", "A", "Le"),
        ("", "Ferry", ""),
        ("école", "Été", "École"),
    ],
)
def test_capitals_are_taken_over(word: str, like: str, cased: str) -> None:
    """All, the first, or none, as the word before had them."""
    assert as_cased(word, like) == cased


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the red car, 2 of 3", ["the", "red", "car", "of"]),
        ("船は何時に出ますか", ["船は何時", "に出ます", "か"]),
        ("snake_case", ["snake", "case"]),
        ("où est-il", ["où", "est", "il"]),
        ("12:30 !?", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    """Letters between anything else; where a script has no spaces, up to four of them."""
    assert WORD.findall(text) == words


@pytest.mark.parametrize("strength", [0.0, 0.2, 0.5, 0.8, 1.0])
def test_strength_is_the_share_of_words(strength: float) -> None:
    """Of 2,000 words as many are changed as the strength says, within four standard errors."""
    rewrite = of_words(lambda word, draw: word.upper())
    changed = sum(word.isupper() for word in rewrite(pieces("a b " * 1000), drawn(), strength).split())
    assert abs(changed / 2000 - strength) <= 4 * (strength * (1 - strength) / 2000) ** 0.5


def test_kept_pieces_are_left() -> None:
    """Whatever a slip does, it is not shown what must be kept."""
    rewrite = of_words(lambda word, draw: "x")
    assert rewrite(pieces("ask Kim at 21:40 about XK-17"), drawn(), 1.0) == "x Kim x 21:40 x XK-17"


def test_letters_are_replaced_by_their_table() -> None:
    """Longer keys come first, other letters stay."""
    assert of_letters({"r": "R", "rn": ["m"]})(pieces("corner barn"), drawn(), 1.0) == "comeR bam"
    assert any_of({"a": 1, "ab": 2, ".": 3}).findall("abc.a") == ["ab", ".", "a"]


def test_one_of_several_changes_that_change_something() -> None:
    """Which one is drawn; those that find nothing to change are passed over."""
    upper, noop = in_words(lambda word, draw: word.upper()), in_words(lambda word, draw: word)
    lower = in_words(lambda word, draw: word.lower())
    assert {one_of(upper, noop, noop)(pieces("red car"), drawn(seed), 1.0) for seed in range(9)} == {"RED CAR"}
    assert {one_of(upper, lower)(pieces("red Car?"), drawn(seed), 1.0) for seed in range(9)} == {"RED Car?"}
    assert one_of(noop)(pieces("red car"), drawn(), 1.0) == "red car"


def test_nothing_is_put_around_nothing() -> None:
    """Blank texts and a strength of 0 stay as they are."""
    rewrite = of_whole(lambda text, draw, strength: f"<{text}>")
    assert [rewrite(pieces(text), drawn(), 0.5) for text in ("a", "", " ")] == ["<a>", "", " "]
    assert rewrite(pieces("a"), drawn(), 0.0) == "a"
    assert whole(pieces("pay 12.50 € now")) == "pay 12.50 € now"


def test_every_option_is_picked() -> None:
    """As often as the others, within four standard errors."""
    draw = drawn()
    picked = [pick(draw, "abcd") for _ in range(4000)]
    assert all(abs(picked.count(each) - 1000) < 4 * (4000 * 0.25 * 0.75) ** 0.5 for each in "abcd")


@pytest.mark.parametrize(
    ("tag", "language"),
    [("de", "de"), ("de-CH", "de"), ("pt_BR", "pt"), (" German ", "de"), ("English", "en"), ("", ""), ("tlh", "tlh")],
)
def test_languages_of_cases(tag: str, language: str) -> None:
    """Codes, codes with a region, and English names of the common ones."""
    assert language_of(Case(id="c", turns=(), tags={"language": tag})) == language
    assert language_of(Case(id="c", turns=())) == ""


@pytest.mark.parametrize(("tag", "made"), [("de", ["ROT"]), ("fr", ["rot!"]), ("", ["rot!"])])
def test_a_family_by_language(tag: str, made: list[str]) -> None:
    """The tag chooses; a language that is not listed takes the one without a name."""
    upper = of_words(lambda word, draw: word.upper())
    marked = of_words(lambda word, draw: f"{word}!")
    probe = ByLanguage(name="loud", summary="", rewrites={"de": upper, "": marked}, example="rot")
    case = Case(id="c", turns=(Message("user", "rot"),), tags={"language": tag})
    assert [child.turns[-1].content for child in probe.children(case, Dose(1, 1.0))] == made


def test_a_family_without_the_language_has_no_children() -> None:
    """Where neither the language nor one for all others is listed."""
    probe = ByLanguage(name="loud", summary="", rewrites={}, example="rot")
    assert list(probe.children(Case(id="c", turns=(Message("user", "rot"),)), Dose(1, 1.0))) == []
