"""Templates with slots: what stands in them, what fills them, what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.cases.slots import (
    Filler,
    choices,
    fillings,
    is_repeated,
    near_slots,
    read_fillers,
    read_template,
    unused,
)
from seatrial.core.errors import Mistake


def filled(text: str, **values: str) -> str:
    return read_template(text).filled({slot: Filler(value) for slot, value in values.items()})


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Bring {animal}?", "Bring dog?"),
        ("{animal}, {animal}!", "dog, dog!"),
        ("Bring {a:animal}?", "Bring a dog?"),
        ("{a:animal} barks", "A dog barks"),
        ("{{ animal }} {animal}", "{{ animal }} dog"),
        ("{ animal } {}", "{ animal } {}"),
        ('{"animal": {animal} }', '{"animal": dog }'),
    ],
)
def test_slots_are_filled_and_nothing_else(text, whole):
    """Double braces, empty braces and JSON are no slots."""
    assert filled(text, animal="dog") == whole


@pytest.mark.parametrize(("value", "article"), [("iguana", "an iguana"), ("Ox", "an Ox"), ("dog", "a dog"), ("", "a ")])
def test_articles_go_by_the_letter(value, article):
    """English, and by what is written."""
    assert filled("x {a:animal}", animal=value) == f"x {article}"


def test_slots_are_named_once_in_their_order():
    """And numbers make slots of one base."""
    template = read_template("{to} {from1} {to} {from2}")
    assert template.slots == ("to", "from1", "from2")
    fillers = {"to": (Filler("x"),), "from": (Filler("y"), Filler("z"))}
    assert [filler.text for filler in choices(template, fillers)["from2"]] == ["y", "z"]
    assert unused([template], [*fillers, "other"]) == ["other"]
    assert is_repeated({"from1": Filler("y"), "from2": Filler("y")})
    assert not is_repeated({"to": Filler("y"), "from2": Filler("y")})


@pytest.mark.parametrize(("text", "why"), [("  ", "is empty"), ("{animal.name}", "asks for a field")])
def test_templates_that_are_none(text, why):
    """Refused with the reason."""
    with pytest.raises(Mistake, match=why):
        read_template(text)


def test_a_slot_without_a_value_is_named():
    """With those that have one."""
    with pytest.raises(Mistake, match=r"the slot `\{anmal\}` of `\{anmal\}` has no value; known are animal"):
        choices(read_template("{anmal}"), {"animal": (Filler("dog"),)})
    with pytest.raises(Mistake, match="no slot has one"):
        choices(read_template("{x}"), {})
    with pytest.raises(Mistake, match="has no value"):
        choices(read_template("{x}"), {"x": ()})


def test_values_are_texts_numbers_or_mappings():
    """A mapping says what is expected and which tags the case gets."""
    found = read_fillers({"n": [1, 2.5, "x", {"text": "y", "expect": "no", "tags": {"kind": "odd"}}]})
    assert [filler.text for filler in found["n"]] == ["1", "2.5", "x", "y"]
    assert (found["n"][3].expect, found["n"][3].tags) == ("no", {"kind": "odd"})


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ([1], None),
        ({"a": 3}, "a"),
        ({"a": [None]}, "a[0]"),
        ({"a": ["x", {"txt": "y"}]}, "a[1]"),
        ({"a": [{"text": []}]}, "a[0]"),
        ({"a": [True]}, "a[0]"),
    ],
)
def test_other_shapes_are_mistakes_with_their_place(data, key):
    """The key leads to the value."""
    with pytest.raises(Mistake) as found:
        read_fillers(data)
    assert found.value.key == key


@given(st.text(max_size=60))
def test_any_text_is_a_template_or_a_mistake(text):
    """And filling what was found never fails."""
    try:
        template = read_template(text)
    except Mistake:
        return
    assert isinstance(template.filled({slot: Filler("v") for slot in template.slots}), str)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("{ animal }", ["{ animal }"]),
        ("{animal } and { b}", ["{animal }", "{ b}"]),
        ("{a: animal}", ["{a: animal}"]),
        ("{an:animal}", ["{an:animal}"]),
        ("{animal} {a:animal} {{ animal }} {} {1} {a b}", []),
        ('{"json": 1}', []),
    ],
)
def test_what_looks_like_a_slot_is_told(text, near):
    """White space in the braces, or an article that is none; templates of suite files and JSON are left alone."""
    assert near_slots(read_template(text)) == near


@pytest.mark.parametrize(
    ("slots", "ways"),
    [
        ({"a": "xy", "b": "xyz"}, 6),
        ({"c1": "xyz", "c2": "xyz"}, 6),
        ({"c1": "xyz", "c2": "xy"}, 6),
        ({"c1": "x", "c2": "x"}, 0),
        ({}, 1),
    ],
)
def test_ways_to_fill_slots(slots, ways):
    """Slots of one base with the same values take different ones; with other values it is the most there can be."""
    assert fillings({name: tuple(map(Filler, values)) for name, values in slots.items()}) == ways


def test_half_a_character_is_no_text_of_a_case():
    """It could not be written as UTF-8; a template, a value and a tag say so."""
    with pytest.raises(Mistake, match="no UTF-8"):
        read_template("a \ud800 {b}")
    for value in ("\ud800", {"text": "a", "expect": "\udfff"}, {"text": "a", "tags": {"b": "\ud800"}}):
        with pytest.raises(Mistake, match="half a character") as found:
            read_fillers({"a": ["fine", value]})
        assert found.value.key == "a[1]"


@given(st.lists(st.sampled_from(["{a}", "{a:a}", "{b1}", "{{ c }}", "x ", "é"]), min_size=1, max_size=8))
def test_a_length_is_that_of_the_filled_text_but_for_the_slots(parts):
    """Enough to refuse what is far too long before it is made."""
    template, values = read_template("".join(parts)), {name: Filler("v" * 50) for name in ("a", "b1")}
    assert len(template.filled(values)) <= template.length(values) + 3 * len(parts)
    assert template.length(values) <= len(template.filled(values)) + 6 * len(parts)
