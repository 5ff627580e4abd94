"""Templates, generated cases, near texts and proposals: laws, and the limits of each."""

import asyncio
import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.cases.generate import LONGEST, MOST_LISTED, Wish, generate
from seatrial.cases.near import BAND, BINS, jaccard, near_pairs, runs_of, signature
from seatrial.cases.near import LONG as LONG_TEXT
from seatrial.cases.propose import LONGEST_REPLY, MOST_SHOWN, Proposal, propose
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
from seatrial.core.errors import CannotRun, Mistake
from seatrial.core.interaction import Answer, Interaction, Timing

SLOTS = read_fillers({"city": ["Hven", "Ven", "Oslo"], "animal": ["dog", "owl"], "n": [1, 2]})


def made(*templates, **wishes):
    """What is generated of templates."""
    return generate(Wish(templates=tuple(map(read_template, templates)), **{"fillers": SLOTS, **wishes}))


def asks(*templates, **wishes):
    """The questions that are generated of templates."""
    return [row["ask"] for row in made(*templates, **wishes).rows]


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("{city}", ("city",)),
        ("{a:animal} and {animal}", ("animal",)),
        ("{city1} to {city2} to {city1}", ("city1", "city2")),
        ("{größe}", ("größe",)),
        ("{_x}", ("_x",)),
        ("{{city}}", ()),
        ("{{ city }} and {city}", ("city",)),
        ("{}", ()),
        ("{1}", ()),
        ("{a b}", ()),
        ('{"city": 1}', ()),
        ("{city", ()),
        ("{b:city}", ()),
    ],
)
def test_slots_of_a_template(text, slots):
    """A name between single braces is a slot, named once, in order; nothing else is."""
    assert read_template(text).slots == slots


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("{city.name}", "`{city.name}` asks for a field"),
        ("{a:city.x} {n}", "asks for a field"),
        ("\ud800 {city}", "no UTF-8"),
    ],
)
def test_templates_that_are_none(text, why):
    """One sentence says what is wrong with it."""
    with pytest.raises(Mistake, match=why):
        read_template(text)


@pytest.mark.parametrize(
    ("text", "values", "filled"),
    [
        ("{a:animal} here", {"animal": "owl"}, "An owl here"),
        ("{a:animal} here", {"animal": "dog"}, "A dog here"),
        ("Is {a:animal} here", {"animal": "Owl"}, "Is an Owl here"),
        ("{animal} here", {"animal": "owl"}, "owl here"),
        ("{animal}{animal}", {"animal": "x"}, "xx"),
        ("{animal}", {"animal": "{city}"}, "{city}"),
        ("{{ animal }} {animal}", {"animal": "\\1"}, "{{ animal }} \\1"),
        ("{a:animal}", {"animal": ""}, "A "),
    ],
)
def test_templates_are_filled_once(text, values, filled):
    """Values are put in as they are, and what they hold is never filled again."""
    assert read_template(text).filled({name: Filler(value) for name, value in values.items()}) == filled


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        ({"a": ["x", 1, 2.5]}, ["x", "1", "2.5"]),
        ({"a": [{"text": "x", "expect": "y", "tags": {"k": "v"}}]}, ["x"]),
        ({"a": []}, []),
        ({1: ["x"]}, None),
    ],
)
def test_values_of_slots(data, texts):
    """Texts, numbers and mappings are values; names of slots are texts, too."""
    found = read_fillers(data)
    assert [each.text for each in found.get("a", ())] == (texts or [])
    assert list(found) == [str(key) for key in data]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (["x"], "slots are a mapping"),
        (None, "slots are a mapping"),
        ({"a": "x"}, "a: the values of a slot are a list"),
        ({"a": {"text": "x"}}, "a: the values of a slot are a list"),
        ({"a": ["x", None]}, r"a\[1\]: a value of a slot is a text"),
        ({"a": [True]}, r"a\[0\]: a value of a slot is a text"),
        ({"a": [["x"]]}, r"a\[0\]: a value of a slot is a text"),
        ({"a": [{}]}, r"a\[0\]: .*text"),
        ({"a": [{"text": 7}]}, r"a\[0\]: Expected `str`, got `int`"),
        ({"a": [{"text": "x", "expects": "y"}]}, r"a\[0\]: .*expects"),
        ({"a": [{"text": "x", "tags": ["k"]}]}, r"a\[0\]: "),
        ({"a": [{"text": "x", "expect": "\udfff"}]}, r"a\[0\]: .*half a character"),
        ({"a": [{"text": "x", "tags": {"\ud800": "v"}}]}, r"a\[0\]: .*half a character"),
    ],
)
def test_values_of_another_shape_are_told(data, why):
    """The key leads to the value that is wrong."""
    with pytest.raises(Mistake, match=why):
        read_fillers(data)


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("{ city }", ["{ city }"]),
        ("{b:city}", ["{b:city}"]),
        ("{the city}", []),
        ("{ci-ty}", ["{ci-ty}"]),
        ("{city} {{ city }}", []),
        ('{"a": 1}', []),
    ],
)
def test_what_nearly_is_a_slot(text, near):
    """Blanks, other articles and dashes look like a slot and are none."""
    assert near_slots(read_template(text)) == near


def test_slots_that_no_template_has_are_named():
    """A base is used by its numbers, and a number by itself."""
    templates = [read_template("{city1} {n}")]
    assert unused(templates, ["city", "city1", "city2", "animal", "n"]) == ["city2", "animal"]
    assert unused([], ["a"]) == ["a"]


@pytest.mark.parametrize(
    ("slots", "why"),
    [({}, "no slot has one"), ({"dog": ["x"]}, "known are dog"), ({"city": []}, "known are city")],
)
def test_a_slot_without_values_is_told(slots, why):
    """With the slots that are known."""
    with pytest.raises(Mistake, match=rf"the slot `\{{city1\}}` of `In \{{city1\}}` has no value; {why}"):
        choices(read_template("In {city1}"), read_fillers(slots))


def test_values_of_a_number_win_over_those_of_its_base():
    """`city2` may have values of its own."""
    found = choices(read_template("{city1} {city2}"), read_fillers({"city": ["a"], "city2": ["b"]}))
    assert [[each.text for each in values] for values in found.values()] == [["a"], ["b"]]
    assert not is_repeated({"city1": Filler("a"), "city2": Filler("b")})
    assert is_repeated({"city1": Filler("a"), "city2": Filler("a")})
    assert not is_repeated({"city1": Filler("a"), "town2": Filler("a")})


@given(st.lists(st.integers(1, 4), min_size=1, max_size=3), st.integers(1, 3))
def test_ways_to_fill_are_counted_right(sizes, numbered):
    """As many as are made without a limit, with slots of one base taking different values."""
    slots = {f"s{chr(97 + i)}": [f"{i}-{j}" for j in range(size)] for i, size in enumerate(sizes)}
    text = " ".join(f"{{{name}}}" for name in slots) + "".join(f" {{sa{i}}}" for i in range(1, numbered))
    template, fillers = read_template(text), read_fillers(slots)
    expected = math.prod(sizes[1:]) * math.perm(sizes[0], numbered)
    assert fillings(choices(template, fillers)) == expected
    assert len(made(text, fillers=fillers).rows) == expected


def test_every_combination_in_its_order():
    """The last slot changes fastest, and no pair is equal."""
    assert asks("{city1}-{city2}", fillers=read_fillers({"city": ["a", "b", "c"]})) == [
        "a-b",
        "a-c",
        "b-a",
        "b-c",
        "c-a",
        "c-b",
    ]


@pytest.mark.parametrize("limit", [1, 2, 5, 6, 7])
def test_no_limit_is_passed(limit):
    """At most as many cases as are wished for, all of those that there are without one, in their order."""
    everything = asks("{city} {animal}")
    found = asks("{city} {animal}", limit=limit)
    assert len(found) == min(limit, 6)
    assert [each for each in everything if each in found] == found


@pytest.mark.parametrize(
    ("wishes", "why"),
    [
        ({"vary": "animal"}, "say the kind"),
        ({"kind": "invariance"}, "a test of invariance needs `vary`"),
        ({"kind": "direction"}, "a test of direction needs `vary`"),
        ({"kind": "invariance", "vary": "n"}, r"the slot to vary, `n`, does not stand in `\{city\} \{animal\}`"),
        (
            {"kind": "invariance", "vary": "city", "limit": 2},
            "a group has 3 cases, as `city` has values; the limit is 2",
        ),
    ],
)
def test_wishes_without_sense_are_told(wishes, why):
    """Before anything is made."""
    with pytest.raises(Mistake, match=why):
        made("{city} {animal}", **wishes)


def test_no_template_is_told():
    """Nothing can be made of nothing."""
    with pytest.raises(Mistake, match="there is no template"):
        made()


def test_a_group_varies_one_slot_and_nothing_else():
    """Steps go along the values as they are written, and each group has its own name."""
    rows = made("{city} {n}", kind="direction", vary="n", direction="down").rows
    assert [row["ask"] for row in rows] == ["Hven 1", "Hven 2", "Ven 1", "Ven 2", "Oslo 1", "Oslo 2"]
    assert [row["tags"]["step"] for row in rows] == ["0", "1"] * 3
    assert {row["tags"]["direction"] for row in rows} == {"down"}
    assert len({row["tags"]["group"] for row in rows}) == 3


def test_tags_of_a_wish_stand_above_those_of_values():
    """What is said for all wins over a value's tag, and that over the slot's own."""
    fillers = read_fillers({"animal": [{"text": "x" * 99, "tags": {"kind": "value", "mine": "value"}}]})
    (row,) = made("{animal}", fillers=fillers, tags={"mine": "wish"}).rows
    assert row["tags"] == {"test": "functionality", "animal": "x" * 60, "kind": "value", "mine": "wish"}


@pytest.mark.parametrize(("size", "fine"), [(LONGEST - 8, True), (LONGEST - 7, False)])
def test_a_case_has_a_longest(size, fine):
    """A template of eight signs and its value come to the limit, and not beyond."""
    fillers = read_fillers({"animal": ["x" * size]})
    if fine:
        assert len(asks("{animal}", fillers=fillers)[0]) == size
        return
    with pytest.raises(Mistake, match="comes to more than 100,000 characters"):
        made("{animal}", fillers=fillers)


def test_beyond_what_can_be_listed_cases_are_drawn():
    """Of more combinations than are put in an order, so many different ones come, the same for a seed."""
    fillers = read_fillers({"a": list(range(400)), "b": list(range(400))})
    assert MOST_LISTED + 2 * 20 < 400 * 400
    found = asks("{a} {b}", fillers=fillers, limit=20, seed=3)
    assert len(set(found)) == 20
    assert found == asks("{a} {b}", fillers=fillers, limit=20, seed=3)
    assert found != asks("{a} {b}", fillers=fillers, limit=20, seed=4)


@given(st.text(max_size=80))
def test_a_text_is_wholly_like_itself(text):
    """Its runs share everything; changes of case and blanks make no other text."""
    runs = runs_of(text)
    assert jaccard(runs, runs) == 1.0
    assert set(runs_of("  ".join(text.split(" ")))) == set(runs) or len(text) > LONG_TEXT // 2
    assert len(signature(runs)) == BINS


@settings(max_examples=50)
@given(st.text("abcdef ", min_size=20, max_size=60), st.text("abcdef ", min_size=20, max_size=60))
def test_the_index_of_two_texts(one, other):
    """A share of 0 to 1, the same both ways, and 1 only for equal runs."""
    index = jaccard(runs_of(one), runs_of(other))
    assert 0.0 <= index <= 1.0
    assert index == jaccard(runs_of(other), runs_of(one))
    assert (index == 1.0) is (set(runs_of(one)) == set(runs_of(other)))


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("May I bring my dog on board?", "MAY I  BRING MY DOG ON BOARD?", True),
        ("May I bring 2 dogs on board?", "May I bring 3 dogs on board?", False),
        ("May I bring 2 or 3 dogs on board?", "May I bring 3 or 2 dogs on board?", False),
        ("It leaves at 3 and at 3 again today", "It leaves at 3 and at 3 again today!", True),
        ("It leaves at 3 and at 3 again today", "It leaves at 3 and at 33 again today", False),
        ("", "", True),
        ("a", "b", False),
        ("word " * 200 + "end", "word " * 200 + "and", False),
        (" ".join(map(chr, range(4000, 4400))), " ".join(map(chr, range(4000, 4400))).upper(), True),
    ],
)
def test_texts_that_are_near_and_texts_that_are_not(one, other, near):
    """Case, blanks and a sign at the end do not matter; numbers do, and so does a word in a text of few."""
    found = [(first, second) for first, second, _ in near_pairs([one, other])]
    assert found == ([(0, 1)] if near else [])


def test_bands_fill_the_signature():
    """Each bin belongs to one band."""
    assert BINS % BAND == 0


class Replying:
    """A Target that always gives one reply, and counts how often it was asked."""

    name = identity = "replying"

    def __init__(self, text):
        self.text, self.times = text, 0

    async def ready(self): ...

    async def aclose(self): ...

    async def ask(self, request):
        self.times += 1
        timing = Timing(due=0, started=0, ended=1)
        return Interaction(target=self.name, request=request, timing=timing, answer=Answer(self.text))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is no such JSON object"),
        ("no", "it is no such JSON object"),
        ("[]", "it is no such JSON object"),
        ("{}", "it is no such JSON object"),
        ('{"cases": []}', "it proposes no case"),
        ('{"cases": [{"expect": "x"}]}', "it is no such JSON object"),
        ('{"cases": ["x"]}', "it is no such JSON object"),
        ("[" * 5000, "it is no such JSON object"),
        (" " * (LONGEST_REPLY + 1), "characters"),
    ],
)
def test_replies_of_another_form_are_asked_for_once_more(text, why):
    """Twice the same wrong form is a failure that says why; nothing is taken of it."""
    target = Replying(text)
    with pytest.raises(CannotRun, match=why):
        asyncio.run(propose(target, [Proposal("q")], 3))
    assert target.times == 2


@pytest.mark.parametrize(
    ("asked", "fresh"),
    [
        ("When?", False),
        (" WHEN ", False),
        ("when...", False),
        ("When!", False),
        ("When, though?", True),
        ("Whence?", True),
        ("", False),
    ],
)
def test_only_new_questions_are_taken(asked, fresh):
    """Case, blanks, and signs at the end make no other question."""
    reply = json.dumps({"cases": [{"ask": asked}, {"ask": "Where?"}]})
    found = asyncio.run(propose(Replying(f"```json\n{reply}\n```"), [Proposal("When?")], 9))
    assert [each.ask for each in found] == [*([asked] if fresh else []), "Where?"]


def test_what_is_shown_is_known_beyond_what_the_model_sees():
    """A proposal that repeats the last of many cases is dropped, though the model never saw that one."""
    shown = [Proposal(f"q{number}") for number in range(MOST_SHOWN + 5)]
    reply = json.dumps({"cases": [{"ask": shown[-1].ask}, {"ask": "new", "expect": " ", "why": "w" * 600}]})
    assert asyncio.run(propose(Replying(reply), shown, 9)) == [Proposal("new", None, "w" * 500)]
