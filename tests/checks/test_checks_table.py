"""Checks from what stands in a suite file."""

import sys
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator

from seatrial.checks.evidence import evidence_of
from seatrial.checks.judge import judge_text
from seatrial.checks.table import build_check, known_checks
from seatrial.core.check import Check, Need
from seatrial.core.errors import Mistake
from seatrial.core.score import Score


class Loud:
    """A user's own check: any object with the right shape."""

    name, version, needs, cost = "loud", "7", frozenset({Need.ANSWER}), "free"

    def judge(self, evidence):
        """Judge whether the answer shouts."""
        return Score(self.name, evidence.text.isupper(), version=self.version)


def mistake(spec, targets=None):
    """The sentence that a wrong spec gives."""
    with pytest.raises(Mistake) as caught:
        build_check(spec, targets or {})
    return str(caught.value)


def test_a_name_is_a_check_that_takes_what_it_needs_from_the_case():
    """`contains` alone needs the case's expected answer and passes when it is there."""
    check = build_check("contains")
    assert check.name == "contains"
    assert check.needs == {Need.ANSWER, Need.EXPECTED}
    assert check.judge(evidence_of("At 21:40.", expect=["21:40"])).passed is True


def test_its_own_expect_wins_over_the_case():
    """A check with `expect` does not look at what the case expects, and does not need it."""
    check = build_check({"contains": "20:15"})
    assert check.needs == {Need.ANSWER}
    assert check.judge(evidence_of("At 21:40.", expect=["21:40"])).passed is False


@pytest.mark.parametrize("spec", ["latency <= 3s", "latency<=3000ms", " latency <= 0.05min ", {"latency": "<= 3s"}])
def test_one_grammar_for_measuring_checks(spec):
    """A limit reads the same as a line and in a mapping, with or without spaces, in any unit of time."""
    assert build_check(spec).name == "latency"


def test_a_line_may_name_a_part():
    """`tokens.output` counts only the tokens of the answer."""
    assert build_check("tokens.output <= 300").of == "output"


def test_the_mapping_form_takes_a_name():
    """`name` in a mapping is what Scores show."""
    score = judge_text({"regex": {"pattern": "a", "name": "has an a"}}, "banana")
    assert score.name == "has an a"


def test_an_object_of_the_right_shape_is_taken_as_it_is():
    """No base class is needed."""
    loud = Loud()
    assert isinstance(loud, Check)
    assert build_check(loud) is loud


def test_a_class_is_not_mistaken_for_its_objects():
    """A class that was not called has the attributes of a check and is none."""
    assert "cannot fill" in mistake(type("TwoArguments", (), {"__init__": lambda self, one, two: None}))


def test_a_function_is_a_check():
    """A plain function judges the Evidence and gives its name to the check."""

    def is_short(evidence):
        return len(evidence.text) < 10

    assert build_check(is_short).name == "is_short"
    assert judge_text(is_short, "At 21:40.").passed is True


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("contans", "did you mean `contains`?"),
        ("no such thing at all", ", all_of, answers_question, any_of"),
        ("latencyy <= 3s", "did you mean `latency`?"),
        ("contains <= 3", "measures nothing that can be compared; measuring checks are "),
        ({"contains": {"expct": "a"}}, "no argument `expct` (did you mean `expect`?); it takes `name`, `expect`"),
        ({"contains": True}, "expected a whole number or a number or a text"),
        ({"contains": ""}, "an empty text, which every answer contains"),
        ({"contains": []}, "an empty text"),
        ({"equals": []}, "an empty `expect`"),
        ({"not_any_of": {}}, "`not_any_of` needs `texts`"),
        ({"regex": 3}, "at `pattern`: expected a text, got a whole number"),
        ({"refusal": "yes"}, "takes no bare value; it takes `name`"),
        ({"regex": "a", "contains": "b"}, "one key, its name; this has 2: regex, contains"),
        ({}, "this has 0: none"),
        ({1: "a"}, "is a text, not 1"),
        (3, "int `3` is no check"),
        ("f1", "`f1` needs `limit`"),
        ("latency <= 3", "a unit is missing in `<= 3`; known are `ms`, `s`"),
        ("latency <= 3 parsecs", "the unit `parsecs` is not known"),
        ("f1 >= high", "is no limit"),
        ("cost <= 0.01", "names no currency; write e.g. `cost <= 0.01 USD`"),
        ({"regex": "("}, "is no regular expression"),
        ({"all_of": []}, "`all_of` is empty"),
        ({"all_of": ["contans"]}, "did you mean `contains`?"),
        ({"not": None}, "`not` needs `check`"),
    ],
)
def test_a_mistake_says_what_is_allowed(spec, said):
    """Whatever is wrong with a spec gives one sentence that names it and the way out."""
    assert said in mistake(spec)


def test_checks_inside_checks_have_a_bottom():
    """A list that holds itself, as an alias of YAML can make one, is refused and does not recurse for ever."""
    loop: dict[str, object] = {}
    loop["not"] = loop
    assert "inside each other" in mistake(loop)


def test_checks_inside_checks_have_a_number():
    """Aliases that multiply, as in a bomb of YAML, are refused before they fill the memory."""
    bomb: object = {"contains": "a"}
    for _ in range(6):
        bomb = {"all_of": [bomb] * 6}
    assert "more than 1000 altogether" in mistake(bomb)


def test_the_arguments_of_every_check_are_a_json_schema_that_takes_its_example():
    """The fragments that editors get accept what the examples write, and refuse an unknown argument."""
    for info in known_checks():
        whole = {**info.arguments, "$defs": {"check": {}}}
        Draft202012Validator.check_schema(whole)
        if isinstance(info.example.spec, dict):
            Draft202012Validator(whole).validate(info.example.spec[info.name])


def test_the_fragments_refuse_unknown_arguments():
    """An editor shows a misspelt argument."""
    [regex] = [info for info in known_checks() if info.name == "regex"]
    assert not Draft202012Validator(regex.arguments).is_valid({"patern": "a"})


@pytest.fixture
def third_party(tmp_path, monkeypatch):
    """A package of somebody else that is installed with entry points of ours."""
    lines = ["def louder(least=1):", "    return Shout(least)", "def broken(): return 3", "class Shout:"]
    lines += ["    name, version, needs, cost = 'louder', '1', frozenset(), 'free'"]
    lines += ["    def __init__(self, least): self.least = least", "    def judge(self, evidence):"]
    lines += ["        from seatrial.core.score import Score"]
    lines += ["        return Score('louder', evidence.text.count('!') >= self.least)"]
    (tmp_path / "shouting_pkg.py").write_text("\n".join(lines))
    info = tmp_path / "shouting_pkg-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shouting-pkg\nVersion: 1.0\n")
    points = "louder = shouting_pkg:louder\nbroken = shouting_pkg:broken\nequals = shouting_pkg:broken\n"
    (info / "entry_points.txt").write_text(f"[seatrial.checks]\n{points}gone = shouting_pkg:missing\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    sys.modules.pop("shouting_pkg", None)


def test_third_parties_add_checks_by_entry_point(third_party):
    """A name of an entry point is built by its factory: bare, with a value, with named arguments."""
    assert judge_text("louder", "Hey!").passed is True
    assert judge_text({"louder": 2}, "Hey!").passed is False
    assert judge_text({"louder": {"least": 2}}, "Hey!!").passed is True


def test_a_third_party_cannot_take_over_a_built_in_name(third_party):
    """`equals` stays ours."""
    assert judge_text({"equals": "a"}, "a").passed is True


def test_a_broken_third_party_is_named(third_party):
    """A factory that gives no check, refuses its arguments or cannot be imported is named in one sentence."""
    assert "`broken` is broken: its factory gave int" in mistake("broken")
    assert "`louder` refuses its arguments: TypeError" in mistake({"louder": {"most": 1}})
    assert "`gone` (shouting_pkg:missing) cannot be imported: AttributeError" in mistake("gone")


def test_checks_are_records():
    """Two checks of the same arguments are equal, and none can be changed."""
    one, other = build_check({"contains": "a"}), build_check({"contains": "a"})
    assert one == other
    with pytest.raises(AttributeError):
        one.expect = "b"
    assert msgspec.structs.asdict(one)["expect"] == "a"


def test_files_begin_at_the_folder_of_the_suite(tmp_path: Path):
    """A relative path in a check is looked for beside the suite file."""
    (tmp_path / "fare.json").write_text('{"type": "object", "required": ["fare"]}')
    check = build_check({"json_schema": "fare.json"}, folder=tmp_path)
    assert check.judge(evidence_of('{"fare": 1}')).passed is True
