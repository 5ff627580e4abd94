"""Cases from templates: all combinations or some by chance, groups, expectations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.cases.generate import Made, Wish, generate
from seatrial.cases.slots import Filler, read_fillers, read_template
from seatrial.core.errors import Mistake

SLOTS = read_fillers({"animal": ["dog", "cat", {"text": "snake", "expect": "no"}], "time": ["first", "last"]})


def made(*templates: str, **wishes: object) -> Made:
    given = {"fillers": SLOTS, **wishes}
    return generate(Wish(templates=tuple(map(read_template, templates)), **given))


def test_every_combination_is_a_case():
    """Slots become tags, what a value expects is expected of its cases."""
    found = made("A {animal} on the {time}?")
    assert found.possible == len(found.rows) == 6
    assert found.rows[5]["ask"] == "A snake on the last?"
    assert found.rows[5]["expect"] == "no"
    assert found.rows[5]["tags"] == {"test": "functionality", "animal": "snake", "time": "last"}
    assert "expect" not in found.rows[0]
    assert len({row["id"] for row in found.rows}) == 6


def test_checks_tags_and_expectations_of_all():
    """They stand on each row; an expectation may have slots, too."""
    wishes = {"checks": ("contains",), "tags": {"use_case": "pets"}, "expect": read_template("{animal}: yes")}
    [row] = made("A {animal}?", **wishes, limit=1).rows
    assert row["expect"] == f"{row['tags']['animal']}: yes"
    assert (row["checks"], row["tags"]["use_case"]) == (["contains"], "pets")


def test_a_limit_draws_by_chance_and_the_seed_decides():
    """The same seed draws the same, another one others."""
    slots = read_fillers({"n": list(range(1000)), "m": list(range(1000))})
    first, again, other = (made("{n} {m}", fillers=slots, limit=20, seed=seed) for seed in (1, 1, 2))
    assert first == again != other
    assert (len(first.rows), first.possible) == (20, 1_000_000)


def test_groups_of_invariance_differ_in_one_slot():
    """All cases of a group have the same tag, groups have different ones."""
    rows = made("A {animal} on the {time}?", kind="invariance", vary="time").rows
    groups: dict[str, list[str]] = {}
    for row in rows:
        groups.setdefault(row["tags"]["group"], []).append(row["ask"])
    assert len(groups) == 3
    assert groups[rows[0]["tags"]["group"]] == ["A dog on the first?", "A dog on the last?"]


def test_groups_of_direction_have_steps():
    """In the order in which the values are written."""
    rows = made("A {animal}?", kind="direction", vary="animal", direction="down").rows
    assert [(row["tags"]["step"], row["tags"]["direction"]) for row in rows] == [(str(i), "down") for i in range(3)]


def test_a_limit_keeps_groups_whole():
    """Half a group could not be compared."""
    rows = made("A {animal} on the {time}?", kind="invariance", vary="time", limit=4).rows
    assert sorted(len([1 for each in rows if each["tags"]["group"] == row["tags"]["group"]]) for row in rows) == [2] * 4


def test_slots_of_one_base_differ():
    """From one place to another, never to itself."""
    rows = made("{animal1} or {animal2}?").rows
    assert len(rows) == 6
    assert all(row["tags"]["animal1"] != row["tags"]["animal2"] for row in rows)


@pytest.mark.parametrize("limit", [1, 4, 5, 6, 7, 8])
def test_a_limit_is_met_where_slots_of_one_base_differ(limit):
    """Pairs of a value with itself take no place among those that are drawn."""
    found = made("{animal1} or {animal2}?", limit=limit)
    assert (len(found.rows), found.possible) == (min(limit, 6), 6)


@pytest.mark.parametrize(("limit", "groups"), [(3, 1), (4, 1), (5, 1), (6, 2), (100, 2)])
def test_no_group_is_cut_by_the_limit(limit, groups):
    """A group of one case of three could not be compared; the second template takes what the first one leaves."""
    rows = made("A {animal}?", "The {animal}?", kind="invariance", vary="animal", limit=limit).rows
    names = [row["tags"]["group"] for row in rows]
    assert [names.count(name) for name in dict.fromkeys(names)] == [3] * groups


def test_a_limit_below_one_group_is_a_mistake():
    """It names both numbers."""
    with pytest.raises(Mistake, match="a group has 3 cases, as `animal` has values; the limit is 2"):
        made("A {animal}?", kind="invariance", vary="animal", limit=2)


def test_what_a_template_lacks_others_give():
    """One template has one case only; the limit is filled from the other."""
    slots = read_fillers({"n": list(range(50))})
    assert len(made("Hello", "{n}", fillers=slots, limit=20).rows) == 20


def test_more_combinations_than_a_machine_can_count():
    """A hundred slots of a hundred values are drawn from, each case once, by the seed."""
    letters = [a + b for a in "abcdefghij" for b in "abcdefghij"]
    slots = read_fillers({f"s{each}": list(range(100)) for each in letters})
    template = " ".join(f"{{s{each}}}" for each in letters)
    first, again = (made(template, fillers=slots, limit=5) for _ in range(2))
    assert first == again
    assert (len({row["ask"] for row in first.rows}), first.possible) == (5, 100**100)


def test_a_base_with_one_value_gives_nothing_and_ends():
    """From a place to itself is no question, among however many other slots."""
    slots = read_fillers({"city": ["A"], **{f"n{letter}": list(range(10)) for letter in "abcdef"}})
    found = made("{city1} {city2} {na} {nb} {nc} {nd} {ne} {nf}", fillers=slots, limit=3)
    assert (found.rows, found.possible) == ((), 0)


def test_a_slot_a_thousand_times_is_measured_before_it_is_filled():
    """A hundred megabytes are not made to find out that they are too many."""
    with pytest.raises(Mistake, match="comes to more than 100,000 characters"):
        made("{animal}" * 5_000, fillers=read_fillers({"animal": ["x" * 90_000]}))


def test_several_templates_are_told_apart():
    """By a tag; the same question from two templates is one case."""
    rows = made("A {animal}?", "The {animal}?", "A {animal}?").rows
    assert [row["tags"]["template"] for row in rows] == ["1"] * 3 + ["2"] * 3


@pytest.mark.parametrize(
    ("wishes", "why"),
    [
        ({"kind": "invariance"}, "needs `vary`"),
        ({"vary": "time"}, "say the kind"),
        ({"kind": "direction", "vary": "tide"}, "`tide`, does not stand in"),
        ({"fillers": read_fillers({"animal": ["x"]})}, "has no value"),
        ({"fillers": {"animal": (Filler("x" * 100_001),), "time": (Filler("y"),)}}, "more than 100,000"),
        ({"expect": read_template("{tide}")}, "`{tide}`"),
    ],
)
def test_wishes_that_make_no_sense(wishes, why):
    """Refused before a row is written."""
    with pytest.raises(Mistake) as found:
        made("A {animal} on the {time}?", **wishes)
    assert why in str(found.value)


def test_values_that_expect_different_things():
    """Nobody knows what a case of both should expect."""
    slots = read_fillers({"a": [{"text": "x", "expect": "yes"}], "b": [{"text": "y", "expect": "no"}]})
    with pytest.raises(Mistake, match=r"different answers \(no and yes\)"):
        made("{a} {b}", fillers=slots)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=3), st.integers(1, 30))
def test_laws_of_generation(sizes, limit):
    """As many cases as there are combinations or the limit allows, each with its own id and question."""
    slots = read_fillers({f"s{'abc'[i]}": [f"v{i}{j}" for j in range(size)] for i, size in enumerate(sizes)})
    found = made(" ".join(f"{{{name}}}" for name in slots), fillers=slots, limit=limit)
    possible = 1
    for size in sizes:
        possible *= size
    assert (found.possible, len(found.rows)) == (possible, min(limit, possible))
    assert len({row["ask"] for row in found.rows}) == len({row["id"] for row in found.rows}) == len(found.rows)
