"""Families that put something around a question, cut it, rename in it, ask it again, or ask nothing."""

import json

import msgspec
import pytest

from seatrial.core.case import Case
from seatrial.core.probe import Dose, Probe
from seatrial.core.request import Message
from seatrial.probes.robustness.long_input import LONGEST
from seatrial.probes.robustness.noise import LONGEST as NOISIEST
from seatrial.probes.table import find_probe

QUESTION = "When does the last ferry leave for Saltholm?"
READ = Case(
    id="c",
    turns=(Message("system", "Ask about Saltholm."), Message("user", "When does the ferry leave for Saltholm?")),
    context=("To Saltholm at 21:40. Saltholmers take the red pier.",),
    expect=("21:40 to Saltholm",),
    reference="It leaves for Saltholm at 21:40.",
    checks=("contains", {"contains_any": ["Saltholm", "island"]}, "length <= 400"),
)


def children(family: str, case: Case | str, dose: Dose = Dose(3, 1.0), language: str = "en") -> list[Case]:  # noqa: B008
    if isinstance(case, str):
        case = Case(id="c", turns=(Message("user", case),), tags={"language": language})
    return list(find_probe("robustness", family).children(case, dose))


def texts(family: str, text: str, dose: Dose = Dose(3, 1.0), language: str = "en") -> list[str]:  # noqa: B008
    return [child.turns[-1].content for child in children(family, text, dose, language)]


@pytest.mark.parametrize("family", ["noise", "markup", "long_input", "truncation", "identity", "empty_input"])
@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_nothing_is_put_around_nothing(family: str, text: str) -> None:
    """A question of white space has no children."""
    assert texts(family, text) == []


@pytest.mark.parametrize("family", ["noise", "markup", "long_input"])
def test_the_question_stands_within(family: str) -> None:
    """It is there as it was, and not alone."""
    for made in texts(family, QUESTION):
        assert QUESTION in made
        assert made != QUESTION


@pytest.mark.parametrize(("strength", "most"), [(0.1, 0.1), (0.5, 0.5), (1.0, 1.0)])
def test_noise_grows_with_strength(strength: float, most: float) -> None:
    """Each side has up to so many signs, and never a digit that could be read with a number."""
    for made in texts("noise", QUESTION, Dose(10, strength)):
        before, after = (part.strip() for part in made.split(QUESTION))
        assert 0 < max(len(before), len(after)) <= NOISIEST * most + 1
        assert not any(sign.isdigit() for sign in before + after)


def test_long_input_grows_with_strength() -> None:
    """A tenth of the strength is a tenth of the story; none of it asks, or says a number."""
    lengths = {}
    for strength in (0.1, 1.0):
        [made] = texts("long_input", QUESTION, Dose(1, strength))
        story, question = made.split("\n\n")
        assert question == QUESTION
        assert not any(sign.isdigit() or sign in "?¿" for sign in story)
        lengths[strength] = len(story)
    assert LONGEST <= lengths[1.0] < LONGEST * 1.1
    assert lengths[0.1] == pytest.approx(lengths[1.0] / 10, rel=0.1)


@pytest.mark.parametrize(
    ("language", "word"),
    [("en", " the "), ("de", " der "), ("es", " la "), ("fr", " le "), ("ja", "雨"), ("sw", " the ")],
)
def test_long_input_is_in_the_language(language: str, word: str) -> None:
    """The story is told in the language of the question; in English where we have none."""
    [made] = texts("long_input", "12?", Dose(1, 0.2), language)
    assert word in made


def test_markup_is_well_formed() -> None:
    """JSON can be read and holds the question; at low strength there is one form, at full strength three."""
    for made in texts("markup", QUESTION, Dose(30, 0.1)):
        if made.startswith("{"):
            assert json.loads(made) == {"type": "message", "text": QUESTION}
        assert sum(made.count(mark) for mark in ("<html>", "<table", "<ticket>", '{"type"', "```text", "def ")) <= 1
    assert all(
        made.count("\n") + made.count("<") + made.count("*") + made.count('"') for made in texts("markup", QUESTION)
    )


def test_markup_keeps_quotations() -> None:
    """Forms that would escape a quotation are not taken."""
    made = texts("markup", 'He said "no dogs" to me. Is that so?', Dose(10, 0.3))
    assert made
    assert all('"no dogs"' in each for each in made)


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("Does the ferry take dogs on board today, please tell me soon", "Does the ferry take dogs on board today"),
        ("When does it leave for Saltholm", "When does it leave for Saltholm"),
        ("Pay 12.50 € at the desk", "Pay 12.50 €"),
        ("船は21:40に出ますか教えてください", "船は21:40に出ますか"),
    ],
)
def test_truncation_cuts_late(text: str, stays: str) -> None:
    """At most a quarter is missing, all of it from the end, and nothing that must be kept."""
    for made in texts("truncation", text, Dose(8, 1.0)):
        assert text.startswith(made)
        assert made.startswith(stays)
        assert len(made) >= 0.74 * len(text) - 1


def test_truncation_leaves_something() -> None:
    """The shortest questions are not cut away."""
    assert texts("truncation", "a") == []
    assert texts("truncation", "ab") == ["a"]


@pytest.mark.parametrize(
    ("text", "among"),
    [
        (
            "When to Saint-Malo?",
            {"When to SAINT-MALO?", "When to saint-malo?", "When to Saint Malo?", "When to SaintMalo?"},
        ),
        ("Is René here?", {"Is RENÉ here?", "Is rené here?", "Is Rene here?"}),
        (
            "Ask Mary O'Hara now",
            {"Ask MARY O'HARA now", "Ask mary o'hara now", "Ask Mary OHara now", "Ask Mary O Hara now"},
        ),
        ("Book XK-17 for Kim", {"Book XK-17 for KIM", "Book XK-17 for kim"}),
    ],
)
def test_names_are_written_otherwise(text: str, among: set[str]) -> None:
    """In capitals, small letters, ASCII or without special characters; codes stay."""
    made = set(texts("entities", text, Dose(20, 1.0)))
    assert made <= among
    assert len(made) > 1


@pytest.mark.parametrize(
    "text", ["when does it leave?", "When? Where?", "¿Cuándo sale?", 'He said "Ask Mary"', "Tell {{ Name }}", "XK-17"]
)
def test_without_a_name_there_are_no_children(text: str) -> None:
    """Beginnings of sentences, quotations, templates and codes are no names."""
    assert texts("entities", text) == []


def test_a_name_is_swapped_everywhere() -> None:
    """In question, context, expectation, reference and checks; what only contains it stays."""
    for child in children("entity_swap", READ, Dose(4, 1.0)):
        name = child.turns[-1].content.removeprefix("When does the ferry leave for ").removesuffix("?")
        assert name != "Saltholm"
        assert child.context == (f"To {name} at 21:40. Saltholmers take the red pier.",)
        assert child.expect == (f"21:40 to {name}",)
        assert child.reference == f"It leaves for {name} at 21:40."
        assert child.checks == ("contains", {"contains_any": [name, "island"]}, "length <= 400")
        assert child.turns[0].content == f"Ask about {name}."


def test_swaps_take_known_and_invented_names_in_turn() -> None:
    """All children differ, are the same each time, and say what they are."""
    made = children("entity_swap", READ, Dose(6, 0.2))
    assert len({child.id for child in made}) == 6
    assert made == children("entity_swap", READ, Dose(6, 0.2))
    assert made[0].tags == {"family": "entity_swap", "strength": "0.2"}


def test_names_that_no_document_has_are_not_swapped() -> None:
    """What a model knows of the old name need not hold of the new one."""
    assert children("entity_swap", msgspec.structs.replace(READ, context=())) == []
    assert children("entity_swap", msgspec.structs.replace(READ, context=("Saltholmers only.",))) == []


def test_identity_changes_nothing() -> None:
    """As many children as wished, all with the same turns and ids of their own."""
    made = children("identity", READ, Dose(3, 0.5))
    assert [child.turns for child in made] == [READ.turns] * 3
    assert len({child.id for child in made}) == 3
    assert made[0].checks == READ.checks


def test_empty_input_asks_nothing_and_demands_an_answer() -> None:
    """White space of several kinds; checks and expectations of the original are gone."""
    made = children("empty_input", READ, Dose(20, 0.5))
    assert len(made) == len({child.id for child in made}) == 8
    assert find_probe("robustness", "empty_input").expects == "no_crash"
    for child in made:
        assert not child.turns[-1].content.replace("\u200b", "").strip()
        assert (child.checks, child.expect, child.reference) == (("length >= 1",), (), None)
        assert child.turns[0] == READ.turns[0]


@pytest.mark.parametrize("family", ["identity", "empty_input", "entity_swap"])
def test_small_probes_are_probes(family: str) -> None:
    """They have the shape of a Probe, an example that they change or repeat, and no children where nobody asks."""
    probe = find_probe("robustness", family)
    assert isinstance(probe, Probe)
    assert children(family, probe.example, Dose(1, 1.0))
    assert children(family, Case(id="c", turns=(Message("system", "Be kind."),))) == []
