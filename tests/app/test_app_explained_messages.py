"""Messages about data that does not fit: the sentence and the place, for every shape of mistake."""

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Meta

from seatrial.app.mistakes import Mistakes
from seatrial.app.schema import LATER, FileModel
from seatrial.app.validation import Place, convert, explain
from seatrial.app.yaml_places import parse_yaml
from seatrial.core.errors import Mistake


class Lamp(msgspec.Struct, forbid_unknown_fields=True):
    colour: Literal["red", "green"] = "red"
    watts: Annotated[int, Meta(ge=1, le=100)] = 5
    label: str | None = None


class Ship(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1)]
    lamps: list[Lamp] = []
    by_name: dict[str, Lamp] = {}
    sizes: dict[str, int] = {}
    code: Annotated[str, Meta(pattern="^[A-Z]+$")] = "A"
    either: int | str | list[str] = 0
    speed: Annotated[float, Meta(gt=0)] = 1.0
    crew: Annotated[list[str], Meta(min_length=1)] | None = None
    moored: bool = False


def told(data: Any, kind: Any = Ship) -> tuple[str, tuple[str | int, ...]]:
    """The sentence and the keys of the first thing that is wrong."""
    with pytest.raises(msgspec.ValidationError) as found:
        msgspec.convert(data, kind)
    return explain(str(found.value), data, kind)


WRONG: list[tuple[dict[str, Any], str, tuple[str | int, ...]]] = [
    ({"name": 7}, "a text is expected, `7` was found", ("name",)),
    ({"name": ""}, "a text must not be empty", ("name",)),
    ({"name": None}, "a text is expected, nothing was found", ("name",)),
    ({"lamps": {}}, "a list is expected, a mapping was found", ("lamps",)),
    ({"lamps": [7]}, "a mapping is expected, `7` was found", ("lamps", 0)),
    ({"lamps": [{}, {"watts": 0}]}, "a whole number of at least 1 is expected, `0` was found", ("lamps", 1, "watts")),
    ({"lamps": [{"watts": 101}]}, "a whole number of at most 100 is expected, `101` was found", ("lamps", 0, "watts")),
    ({"lamps": [{"watts": 1.5}]}, "a whole number is expected, `1.5` was found", ("lamps", 0, "watts")),
    ({"lamps": [{"watts": True}]}, "a whole number is expected, true was found", ("lamps", 0, "watts")),
    ({"lamps": [{"colour": "gren"}]}, "`gren` is not allowed; did you mean `green`?", ("lamps", 0, "colour")),
    ({"lamps": [{"colour": "x"}]}, "`x` is not allowed; allowed are ", ("lamps", 0, "colour")),
    ({"lamps": [{"colours": 1}]}, "this key is not known; did you mean `colour`?", ("lamps", 0, "colours")),
    ({"lamps": [{"label": 7}]}, "a text is expected, `7` was found", ("lamps", 0, "label")),
    ({"by_name": []}, "a mapping is expected, a list was found", ("by_name",)),
    ({"sizes": {"a": 1, "b": "x"}}, "a whole number is expected, `x` was found", ("sizes", "b")),
    ({"sizes": {"a": 1, "b": None}}, "a whole number is expected, nothing was found", ("sizes", "b")),
    ({"sizes": {"a": []}}, "a whole number is expected, a list was found", ("sizes", "a")),
    ({"code": "abc"}, "`abc` has the wrong form", ("code",)),
    ({"either": 1.5}, "a whole number, a text or a list is expected, `1.5` was found", ("either",)),
    ({"speed": 0}, "a number of more than 0.0 is expected, `0` was found", ("speed",)),
    ({"speed": "fast"}, "a number is expected, `fast` was found", ("speed",)),
    ({"crew": []}, "a list must not be empty", ("crew",)),
    ({"moored": "yes"}, "true or false is expected, `yes` was found", ("moored",)),
    ({"moored": 1}, "true or false is expected, `1` was found", ("moored",)),
    ({"nmae": "x"}, "this key is not known; did you mean `name`?", ("nmae",)),
    ({"zzzzzz": "x"}, "this key is not known; allowed are name, lamps, by_name,", ("zzzzzz",)),
]


@pytest.mark.parametrize(("data", "said", "keys"), WRONG)
def test_what_is_said_of_data_that_does_not_fit(data: dict[str, Any], said: str, keys: tuple[str | int, ...]) -> None:
    """In plain words, with what was found, at its own key however deep."""
    what, where = told({"name": "ok", **data})
    assert what.startswith(said)
    assert where == keys


@pytest.mark.parametrize(("data", "keys"), [({}, ()), ({"lamps": [{}]}, ())])
def test_what_is_missing(data: dict[str, Any], keys: tuple[Any, ...]) -> None:
    """A key that must be there is named at the mapping that lacks it."""
    assert told(data) == ("the key `name` is missing", keys)


@pytest.mark.parametrize("name", sorted(LATER))
def test_keys_of_later_versions(name: str) -> None:
    """At the top of a suite file they are told as such; in other records they are unknown."""
    message = f"Object contains unknown field `{name}`"
    assert explain(message, {name: 1}, FileModel) == (f"`{name}` comes with a later version of Seatrial", (name,))
    assert explain(message, {name: 1}, Ship)[0].startswith("this key is not known")


def placed(text: str) -> tuple[Any, Place]:
    document = parse_yaml(text, Path("ship.yaml"))
    return document.root.data, Place(document, Mistakes())


def all_told(text: str, kind: Any = Ship) -> list[str]:
    """Each mistake of a text."""
    data, place = placed(text)
    made = convert(data, kind, place)
    assert (made is None) is bool(len(place.mistakes))
    with pytest.raises(Mistake) as found:
        place.mistakes.end()
    return str(found.value).splitlines()


def test_good_data_is_a_record() -> None:
    """What fits becomes the record, and the data stays as it was."""
    data, place = placed("name: x\nlamps: [{watts: 7}]\n")
    made = convert(data, Ship, place)
    assert made == Ship("x", [Lamp(watts=7)])
    assert (len(place.mistakes), data) == (0, {"name": "x", "lamps": [{"watts": 7}]})


def test_all_mistakes_of_a_mapping_are_told() -> None:
    """One pass over the file is enough: each has its own line."""
    said = all_told("name: x\ncode: abc\nspeed: 0\nnmae: 1\nmoored: 2\n")
    assert sorted(line.split(": ")[0] for line in said) == [f"ship.yaml:{number}" for number in (2, 3, 4, 5)]
    assert sorted(line.split(": ")[1] for line in said) == ["code", "moored", "nmae", "speed"]


def test_data_is_not_changed_by_looking_at_it() -> None:
    """Wrong keys are left out of a copy."""
    data, place = placed("name: x\nlamps: [{watts: 0, nope: 1}]\ncode: abc\n")
    convert(data, Ship, place)
    assert data == {"name": "x", "lamps": [{"watts": 0, "nope": 1}], "code": "abc"}


def test_mistakes_inside_a_list_do_not_move_the_others() -> None:
    """A wrong entry of a list ends the search: the places behind it would not be right."""
    assert [line.split(": ")[0] for line in all_told("name: x\nlamps:\n- 7\n- {watts: 0}\n")] == ["ship.yaml:3"]


def test_mistakes_in_mappings_of_a_list_are_all_told() -> None:
    """Keys of entries are left out one by one, so each is told at its line."""
    said = all_told("name: x\nlamps:\n- {watts: 0}\n- {nope: 1}\n- {label: 7}\n")
    assert sorted(line.split(": ")[0] for line in said) == ["ship.yaml:3", "ship.yaml:4", "ship.yaml:5"]


def test_a_missing_key_ends_the_search() -> None:
    """Nothing can be left out to find more; what was told before it stays."""
    said = all_told("code: abc\n")
    assert any("the key `name` is missing" in line for line in said)


@pytest.mark.parametrize("text", ["[a]", "7", "text", "null", "true"])
def test_what_is_no_mapping(text: str) -> None:
    """Is told as it was found."""
    (said,) = all_told(text)
    assert "a mapping is expected, " in said
    assert said.endswith(" was found")


def test_a_place_further_in_has_its_line() -> None:
    """Mistakes that others find are told at the key that they name."""
    _, place = placed("name: x\nlamps:\n- watts: 1\n  label: y\n")
    place.below("lamps", 0).add("is dim", "label")
    with pytest.raises(Mistake, match=r"ship\.yaml:4: lamps\[0\]\.label: is dim"):
        place.mistakes.end()


def test_more_mistakes_than_anybody_reads() -> None:
    """A mapping of hundreds of unknown keys ends, and its rest is counted."""
    said = all_told("name: x\n" + "".join(f"k{number}: 1\n" for number in range(300)))
    assert len(said) == 51
    assert said[-1].startswith("and ")


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 200)
    | st.floats(allow_nan=False, width=16)
    | st.text("abA", max_size=3),
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "lamps", "watts", "colour", "sizes", "x"]), part, max_size=3)
    ),
    max_leaves=5,
)
KEYS = st.sampled_from([*Ship.__struct_fields__, "nmae"])


@given(st.dictionaries(KEYS, VALUES, max_size=5))
@settings(max_examples=60, deadline=None)
def test_any_data_is_a_record_or_is_told_of(data: dict[str, Any]) -> None:
    """One of both, never both, never a crash; and no sentence speaks of the insides of the program."""
    place = Place(parse_yaml("name: x\n", Path("ship.yaml")), Mistakes())
    made = convert(data, Ship, place)
    assert (made is None) is bool(len(place.mistakes))
    if made is None:
        with pytest.raises(Mistake) as found:
            place.mistakes.end()
        assert not any(word in str(found.value) for word in ("Expected", "Object", "Struct", "$."))
