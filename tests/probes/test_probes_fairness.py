"""Swaps of whole cases: what children carry, that they stay the same, and input that gives none."""

import re

import pytest
from fairness_cases import asked, case_of, children, swapped
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.core.case import Case
from seatrial.core.probe import Dose, Probe
from seatrial.core.request import Message
from seatrial.probes.fairness.given import swaps
from seatrial.probes.fairness.names import BY_GENDER, BY_ORIGIN
from seatrial.probes.fairness.swap import LONGEST
from seatrial.probes.table import families, find_probe

EMMA = "My name is Emma. May I bring my dog?"
ORIGINS = ("african_american", "arabic", "east_asian", "latin_american", "slavic", "south_asian", "west_african")
WORDS = "Emma Ahmed he she his her Germany German Muslim church 34 years old aged 70 {{ Emma }} emma@b.co wants is and"
TEXTS = st.lists(st.sampled_from(WORDS.split()) | st.text(max_size=5), max_size=25).map(" ".join)


@pytest.mark.parametrize("family", families("fairness"))
def test_each_family_changes_its_example(family):
    """Every swap is a Probe, expects the same answer, and has children of its own example."""
    probe = find_probe("fairness", family)
    assert isinstance(probe, Probe)
    assert (probe.name, probe.expects) == (family, "same_answer")
    found = list(probe.children(case_of(probe.example), Dose()))
    assert found
    assert all(child.turns[0].content != probe.example for child in found)


def test_what_a_child_carries():
    """Family, attribute, the group put in and the one before; the tags and checks of its original stay."""
    case = case_of(EMMA, tags={"language": "en"}, checks=("contains",), expect=("yes",))
    found = children(case, "names")
    assert {child.tags["attribute"] for child in found} == {"name_origin", "name_gender"}
    first = found[0]
    assert first.tags == {
        "language": "en",
        "family": "names",
        "strength": "1",
        "attribute": "name_origin",
        "group": "african_american",
        "from": "english",
    }
    assert (first.checks, first.expect) == (("contains",), ("yes",))
    assert re.fullmatch(r"c~names-[0-9a-f]{8}", first.id)


def test_every_other_group_and_not_its_own():
    """An English woman's name gives seven other origins, and the other gender."""
    found = children(EMMA, "names")
    groups = [(child.tags["attribute"], child.tags["group"]) for child in found]
    assert groups == [*(("name_origin", origin) for origin in ORIGINS), ("name_gender", "male")]


def test_more_children_a_group():
    """`per_case: 3` gives three different names of each group."""
    found = [child for child in children(EMMA, "names", count=3) if child.tags["group"] == "arabic"]
    assert len({child.turns[0].content for child in found}) == 3


@given(TEXTS, st.integers(0, 5))
@settings(max_examples=60)
def test_the_same_children_again(text, seed):
    """The same case and seed give the same children with ids of their own; templates and addresses stay."""
    first, again = (children(text, None, seed=seed, count=2) for _ in range(2))
    assert first == again
    assert len({child.id for child in first}) == len(first)
    for child in first:
        for kept in ("{{ Emma }}", "emma@b.co"):
            assert child.turns[0].content.count(kept) == text.count(kept)
        child.turns[0].content.encode("utf-8", "surrogatepass")


@given(st.text(max_size=200))
@settings(max_examples=60)
def test_texts_without_a_mention_have_no_children(text):
    """Digits, controls and other scripts break nothing."""
    for child in children(text, None):
        assert child.tags["from"] != "none"
        assert child.turns[0].content != text


def test_another_seed_draws_other_names():
    """The chance of a child comes from the seed."""
    assert len({asked(children(EMMA, "names", seed=seed))["arabic"] for seed in range(10)}) > 3


def test_all_texts_are_swapped_alike():
    """Turns, documents, expected answers, the reference and texts in checks; not the system's own words."""
    case = Case(
        id="c",
        turns=(
            Message("system", "You are Emma, the assistant."),
            Message("user", "I am Emma."),
            Message("assistant", "Hello Emma!"),
            Message("user", "Which seat does EMMA have?"),
        ),
        context=("Seat 4: Emma", "Seat 5: free"),
        expect=("Emma has seat 4",),
        reference="Emma sits on 4",
        checks=("f1", {"contains": "Emma"}, {"contains_all": {"values": ["Emma", 4]}}),
    )
    child = next(each for each in children(case, "names") if each.tags["group"] == "slavic")
    name = child.turns[1].content.removeprefix("I am ").removesuffix(".")
    assert name in {entry.forms[0] for entry in BY_ORIGIN.entries if entry.group == "slavic"}
    assert child.turns[0].content == "You are Emma, the assistant."
    assert [turn.content for turn in child.turns[2:]] == [f"Hello {name}!", f"Which seat does {name.upper()} have?"]
    assert child.context == (f"Seat 4: {name}", "Seat 5: free")
    assert (child.expect, child.reference) == ((f"{name} has seat 4",), f"{name} sits on 4")
    assert child.checks == ("f1", {"contains": name}, {"contains_all": {"values": [name, 4]}})


def test_a_name_in_a_document_only():
    """Who stands in the documents is swapped, too; children of different groups have different ids."""
    found = children(case_of("Who has seat 4?", context=("Seat 4: Emma",), expect=("Emma",)), "names")
    assert len({child.id for child in found}) == len(found) == 8
    assert all(child.expect[0] in child.context[0] for child in found)


def test_a_name_in_the_expected_answer_only():
    """It is nobody of the question, and there is nothing to swap."""
    assert children(case_of("Who runs the office?", expect=("Emma",)), "names") == []


def test_different_names_stay_different():
    """Two people of one origin become two of another; one who is of that group already stays."""
    text = swapped("Emma and Olivia met Emma.", "names", "arabic")
    first, second, third = re.findall(r"[A-Z]\w+", text)
    assert first == third != second
    assert re.fullmatch(r"(\w+) and Fatima", swapped("Emma and Fatima", "names", "arabic"))


def test_people_of_two_groups_are_mixed():
    """Then all of them become one group, and the original stands for none."""
    found = children("Emma and Fatima travel.", "names")
    assert {child.tags["from"] for child in found if child.tags["attribute"] == "name_origin"} == {"mixed"}
    assert "english" in {child.tags["group"] for child in found}


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("Emma's dog", r"\w+'s dog"),
        ("Emma’s dog", r"\w+’s dog"),
        ("James' dog barks", r"\w+'s dog barks"),
        ("It is James'", r"It is \w+'"),
        ("EMMA WROTE", r"[A-ZÀ-Ý]+ WROTE"),
        ("Ask (Emma)", r"Ask \(\w+\)"),
    ],
)
def test_possessives_and_case(text, pattern):
    """The swap keeps how the name is written."""
    for group in ORIGINS:
        found = swapped(text, "names", group)
        assert re.fullmatch(pattern, found)
        assert "Emma" not in found


@pytest.mark.parametrize("text", ["Emmanuel came", "emma", "{{ Emma }}", "x@Emma.com", "https://a.b/Emma", "_Emma_x"])
def test_what_is_no_mention(text):
    """Longer words, templates and addresses; names are written with a capital."""
    assert children(text, "names") == []


@pytest.mark.parametrize("text", ["", "   ", "\n", "\x00\x01"])
def test_an_empty_case_has_no_children(text):
    """Not even introduced."""
    if not text.strip():
        assert children(text, None, introduce=True) == []
    assert children(text, None) == []


def test_no_user_turn():
    """A case that asks nothing has nobody in it."""
    assert children(Case(id="c", turns=(Message("system", "Emma"),)), None, introduce=True) == []
    assert children(Case(id="c", turns=()), None, introduce=True) == []


def test_a_huge_case_has_no_children():
    """Up to 250,000 characters with its context; each child would be as long again."""
    assert children("Emma " + "a " * (LONGEST // 2), "names") == []
    assert children("Emma " + "a " * 50_000, "names")


@pytest.mark.parametrize("text", ["{{" * 20_000, "he" + " " * 100_000, "and " * 30_000, "a@" * 40_000, "9" * 100_000])
def test_texts_that_hold_patterns_up(text):
    """None of them takes long, whatever comes of them."""
    assert isinstance(children(f"{text} Emma", None), list)


def test_half_a_surrogate_pair():
    """Broken text is passed on as it is."""
    assert all("\ud800" in child.turns[0].content for child in children("Emma \ud800", "names"))


def test_introductions():
    """Without a mention the user says who they are; there is a child for every group, and the original is none."""
    found = children("When does the ferry leave?", "names", introduce=True)
    assert len(found) == len(BY_ORIGIN.groups) + len(BY_GENDER.groups)
    assert {child.tags["from"] for child in found} == {"none"}
    assert all(re.fullmatch(r"My name is \S+\. When does the ferry leave\?", child.turns[0].content) for child in found)


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("Wann fährt die Fähre und wo?", "Ich heiße "),
        ("¿Cuándo sale el barco y de dónde?", "Me llamo "),
        ("Quand part le bateau pour Saltholm ?", "Je m'appelle "),
    ],
)
def test_introductions_in_the_language_of_the_question(text, begins):
    """As far as the introduction is safe in it: other attributes have none here."""
    assert all(each.startswith(begins) for each in asked(children(text, "names", introduce=True)).values())
    assert children(text, ["country", "religion", "pronouns"], introduce=True) == []


def test_introductions_of_other_attributes():
    """One sentence each."""
    question = "When does the ferry leave?"
    said = {
        name: asked(children(question, name, introduce=True)) for name in ("pronouns", "religion", "country", "age")
    }
    assert said["pronouns"]["neutral"] == f"My pronouns are they/them. {question}"
    assert said["religion"]["jewish"] == f"I am Jewish. {question}"
    assert re.fullmatch(r"I am from [\w ]+\. When.*", said["country"]["low"])
    assert re.fullmatch(r"I am [67]\d years old\. When.*", said["age"]["old"])


def test_an_introduction_only_where_nobody_is_mentioned():
    """Who is there already is swapped and not introduced."""
    assert children(EMMA, "names", introduce=True)[0].tags["from"] == "english"
    assert len(swaps(None, introduce=True)) == len(families("fairness"))
