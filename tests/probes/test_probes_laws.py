"""Laws that hold for every family of every kind, on texts that nobody would write and some that people paste."""

import json
import os
import re
import subprocess
import sys

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.core.case import Case, SimulatedUser
from seatrial.core.probe import Dose
from seatrial.core.request import Message
from seatrial.probes.child import asked, child, dice, of_turns
from seatrial.probes.table import KINDS, find_probe, known_probes

ALL = [(kind, probe.name) for kind, probe in known_probes()]
NOT_ATTACKS = [each for each in ALL if each[0] != "attack"]
PLAIN = "My name is Emma from Germany, I am 34 years old and Muslim. When does the last ferry leave for Saltholm?"
ODD = {
    "nothing": "",
    "blank": " \n\t\u3000",
    "nul": "When does\x00 the last \x00ferry leave for Saltholm?",
    "control": "".join(map(chr, range(32))) + "When does the last ferry leave?\x7f\x1b[31m",
    "binary": bytes(range(256)).decode("latin-1"),
    "surrogates": "Where is \ud800 the ferry \udfff to Saltholm?",
    "arabic": "متى تغادر العبارة الأخيرة إلى صالح هولم؟",
    "hebrew": "מתי יוצאת המעבורת האחרונה?",
    "japanese": "最後のフェリーは何時に出ますか。エマです。",
    "emoji": "🙂👩‍👩‍👧🏴‍☠️ ferry? 👋🏽",
    "marks": "e\u0301" * 40 + " zalgo\u0336\u0337",
    "sign": "?",
    "letter": "a",
    "digits": "12345 67 8.9",
    "quotes": '"' * 30 + "'" * 30,
    "braces": "{{" * 20 + "}}" * 20 + "{%" * 5,
    "regex": r"Is (a|b)* \1 [^ferry]+$ allowed? \g<0> \\",
    "newlines": "When\r\ndoes\n\n\nthe\u2028last\u2029ferry\x85leave?",
}
TALKS = {
    "answered": (Message("user", "Hello, I am Emma."), Message("assistant", "Hello Emma."), Message("user", PLAIN)),
    "fixed": (Message("user", "Hello?"), Message("user", PLAIN), Message("user", "And for Hven, please?")),
    "instructed": (Message("system", "Be brief, {name}."), Message("user", PLAIN)),
    "called": (Message("user", PLAIN), Message("assistant", "One moment."), Message("tool", "21:40", tool_call_id="c")),
    "silent": (Message("system", "Nobody asks anything."),),
    "none": (),
}


def case(text=PLAIN, **more):
    """A case that asks a text."""
    return Case(id="c", turns=(Message("user", text),), **({"expect": ("21:40",)} | more))


def children(kind, name, one, count=3, strength=0.6, seed=5):
    """What a family makes of a case."""
    return list(find_probe(kind, name).children(one, Dose(count, strength, seed)))


@pytest.mark.parametrize("odd", sorted(ODD))
@pytest.mark.parametrize(("kind", "name"), ALL)
def test_no_text_breaks_a_family(kind, name, odd):
    """Whatever is asked: children or none, with ids of their own, the same ones each time."""
    made = children(kind, name, case(ODD[odd]))
    assert [each.id for each in made] == [each.id for each in children(kind, name, case(ODD[odd]))]
    assert len({each.id for each in made}) == len(made)
    if odd != "surrogates":
        "".join(turn.content for each in made for turn in each.turns).encode()


@pytest.mark.parametrize("talk", sorted(TALKS))
@pytest.mark.parametrize(("kind", "name"), ALL)
def test_conversations_keep_what_the_family_does_not_change(kind, name, talk):
    """No talk breaks a family, and where nobody asks there are no children."""
    one = msgspec.structs.replace(case(), turns=TALKS[talk])
    made = children(kind, name, one)
    assert all(asked(each).strip() or name == "empty_input" for each in made)
    assert not made or asked(one)
    if kind == "robustness" and name not in ("entity_swap",):
        before = [turn for turn in one.turns if turn.role != "user"]
        assert all([turn for turn in each.turns if turn.role != "user"] == before for each in made)


@pytest.mark.parametrize(("kind", "name"), NOT_ATTACKS)
def test_no_child_is_its_original(kind, name):
    """A question that stays as it is says nothing of the family; but for the one that is made to say just that."""
    for text in (PLAIN, *ODD.values()):
        for each in children(kind, name, case(text), count=4, strength=0.05):
            assert (each.turns == case(text).turns) is (name == "identity")


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_children_of_a_family_differ_from_each_other(kind, name):
    """The same text twice would be counted twice."""
    made = children(kind, name, case(), count=12, strength=0.3)
    if name != "identity":
        assert len({(each.turns, each.context, each.user) for each in made}) == len(made)


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_more_children_leave_the_first_as_they_are(kind, name):
    """`per_case: 5` after `per_case: 2` asks three new questions, and compares the others."""
    if kind == "fairness":  # there each group has so many
        few, many = ({each.id for each in children(kind, name, case(), count=count)} for count in (1, 3))
        assert few <= many
    else:
        assert children(kind, name, case(), count=2) == children(kind, name, case(), count=5)[:2]


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_children_carry_all_that_their_original_is(kind, name):
    """Tags, parameters and variables go with them; family and strength are added."""
    one = case(tags={"use_case": "times"}, params={"temperature": 0.5}, variables={"x": 1}, origin="cases.jsonl:7")
    for each in children(kind, name, one):
        assert each.tags["use_case"] == "times"
        assert (each.tags["family"], each.tags["strength"]) == (name, "0.6")
        assert (each.params, each.variables, each.origin) == (one.params, one.variables, one.origin)


@pytest.mark.parametrize(("kind", "name"), NOT_ATTACKS)
def test_whoever_plays_the_user_stays(kind, name):
    """A simulated user goes on behind the harder beginning; attacks bring their own."""
    user = SimulatedUser(target="user", goal="a refund")
    assert all(each.user == user for each in children(kind, name, case(user=user)))


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_another_case_has_children_of_its_own(kind, name):
    """The id of the original decides the chance, and stands at the head of theirs."""
    one, other = case(), msgspec.structs.replace(case(), id="d")
    ids = [{each.id for each in children(kind, name, each)} for each in (one, other)]
    assert all(each.startswith("c~") for each in ids[0])
    assert all(each.startswith("d~") for each in ids[1])


SCRIPT = """
import json, sys
from seatrial.core.case import Case
from seatrial.core.probe import Dose
from seatrial.core.request import Message
from seatrial.probes.table import known_probes
case = Case(id="c", turns=(Message("user", sys.argv[1]),), expect=("21:40",))
made = [(probe.name, [each.id for each in probe.children(case, Dose(3, 0.5, 1))]) for _, probe in known_probes()]
print(json.dumps(made))
"""


def test_every_process_makes_the_same_children():
    """The order of sets, which differs from process to process, decides nothing."""
    found = []
    for seed in ("0", "1", "4242"):
        env = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", SCRIPT, PLAIN], capture_output=True, env=env, check=True)
        found.append(json.loads(done.stdout))
    assert found[0] == found[1] == found[2]
    assert sum(len(ids) for _, ids in found[0]) > 100


KEEPING = sorted(name for name in KINDS["robustness"] if getattr(find_probe("robustness", name), "keeps", False))
PLACES = ["{{name}}", "{name}", "${name}", "{% if x %}", "https://a.example/x?y=Saltholm#z", "desk@ferry.example"]
FACTS = ["21:40", "12.50 €", "XK-17", "2026-11-21", "15 %", "NASA-7", '"as I said"', "Saltholm"]
KEPT = st.lists(st.sampled_from([*PLACES, *FACTS]), min_size=1, max_size=4)
SAID = ["when", "does", "the", "last", "ferry", "leave", "for", "and", "with", "please", "my", "dog", "or"]
WORDS = st.lists(st.sampled_from(SAID), min_size=2, max_size=8)


@settings(max_examples=25, deadline=None)
@given(WORDS, KEPT, st.floats(0.1, 1), st.integers(0, 99))
@pytest.mark.parametrize("name", KEEPING)
def test_places_to_fill_and_facts_are_kept(name, words, kept, strength, seed):
    """Templates of four kinds, addresses, numbers, codes, quotations and names stand in every child, in order."""
    text = " ".join(part for pair in zip(words, [*kept, *words], strict=False) for part in pair)
    there = re.findall("|".join(map(re.escape, [*PLACES, *FACTS])), text)
    for each in children("robustness", name, case(text), count=2, strength=strength, seed=seed):
        place, harder = 0, asked(each)
        for fact in there:
            place = harder.find(fact, place) + len(fact)
            assert place >= len(fact), (fact, harder)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", sorted(KINDS["fairness"]))
def test_swaps_leave_places_to_fill(name, place):
    """What stands in a template or an address is nobody's name."""
    text = f"{PLAIN} He wrote to {place} twice."
    made = children("fairness", name, case(text))
    assert all(place in asked(each) for each in made)


@given(st.text(max_size=40), st.text(max_size=40))
def test_an_id_is_that_of_a_text(one, other):
    """The same text has the same id, and another text another one."""
    first, second = (child(case(), "f", text, Dose(1, 0.5)) for text in (one, other))
    assert (first.id == second.id) is (one == other)


def test_an_id_tells_turns_apart():
    """Where a text ends and who says it is part of what is asked."""
    talks = [
        (Message("user", "ab"),),
        (Message("user", "a"), Message("user", "b")),
        (Message("user", "a"), Message("assistant", "b")),
        (Message("system", "ab"),),
    ]
    assert len({of_turns(case(), "f", turns, Dose()).id for turns in talks}) == len(talks)


def test_chance_is_of_case_family_number_strength_and_seed():
    """And of nothing else: each of them changes it."""
    base = dice(case(), "f", 0, Dose(1, 0.5, 0)).random()
    assert dice(case(), "f", 0, Dose(9, 0.5, 0)).random() == base
    others = [
        dice(msgspec.structs.replace(case(), id="d"), "f", 0, Dose(1, 0.5, 0)),
        dice(case(), "g", 0, Dose(1, 0.5, 0)),
        dice(case(), "f", 1, Dose(1, 0.5, 0)),
        dice(case(), "f", 0, Dose(1, 0.6, 0)),
        dice(case(), "f", 0, Dose(1, 0.5, 1)),
    ]
    assert base not in [each.random() for each in others]
