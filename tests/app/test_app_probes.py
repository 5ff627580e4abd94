"""Groups of probes in a suite file: they run beside the suites that they are of."""

import json
from pathlib import Path
from typing import Any

import pytest
from app_support import put, put_rows, refused

from seatrial.app.front import check
from seatrial.app.selection import Selection
from seatrial.app.suite import load

SUITE = """
targets:
  bot: {{python: "{module}:bot"}}
  other: {{python: "{module}:bot"}}
suites:
  behaviour: {{target: bot, cases: [{{from: cases.jsonl}}], checks: [contains]}}
  second: {{target: other, cases: [{{ask: "Another question", expect: x, checks: [contains]}}]}}
probes:
  robustness: {probes}
gates: {gates}
"""
CODE = "def bot(question):\n    return 'yes' if 'ferry' in question else 'no'\n"
QUESTIONS = ["When does the ferry leave?", "Does the ferry take a dog?", "Where does the ferry land?"]


def folder(tmp_path: Path, probes: str = "{of: [behaviour]}", gates: str = "[behaviour.pass_rate >= 10%]") -> Path:
    module = "probed_" + "".join(sign for sign in tmp_path.name if sign.isalnum())
    put(tmp_path, CODE, f"{module}.py")
    put_rows(tmp_path, [{"id": f"c{i}", "ask": ask, "expect": "yes"} for i, ask in enumerate(QUESTIONS)])
    return put(tmp_path, SUITE.format(module=module, probes=probes, gates=gates))


def children(path: Path, **selected: Any) -> list[Any]:
    trial = load(path, Selection(**selected))
    return list(trial.cases["robustness"].cases())


def test_children_are_asked_and_judged_as_their_originals(tmp_path: Path) -> None:
    """They keep expectation, checks and tags, say what they are, and gates see the pairs."""
    path = folder(
        tmp_path, "{of: [behaviour], families: [typos], strength: 1, per_case: 4}", "[robustness.flip_rate <= 1%]"
    )
    outcome = check(path)
    [gate] = [each for each in outcome.gates if "flip_rate" in each.gate.text]
    assert gate.readings[0].n == len(children(path)) > 6
    assert gate.readings[0].value > 0
    one = children(path)[0]
    assert (one.original, one.tags["family"], one.tags["strength"]) == ("behaviour/c0", "typos", "1")
    assert (one.expect, one.checks) == (("yes",), ("contains",))


def test_children_are_the_same_each_time(tmp_path: Path) -> None:
    """The seed decides them; another seed makes others."""
    path = folder(tmp_path, "{of: [behaviour], strength: 0.9}")
    ids = [case.id for case in children(path)]
    assert ids == [case.id for case in children(path)]
    assert ids != [case.id for case in children(path, seed=1)]


def test_a_group_alone_brings_its_suites(tmp_path: Path) -> None:
    """Without the answers to the originals nothing could be compared."""
    path = folder(tmp_path)
    assert [plan.name for plan in load(path, Selection(only=("robustness",))).suites] == ["behaviour", "robustness"]
    assert [plan.remembered for plan in load(path).suites] == [True, False, False]


def test_a_limit_and_a_slice_choose_originals(tmp_path: Path) -> None:
    """Only what is asked itself has children."""
    path = folder(tmp_path, "{of: [behaviour], strength: 1}")
    assert {case.original for case in children(path, limit=1)} == {"behaviour/c0"}


def test_some_cases_are_drawn_by_chance(tmp_path: Path) -> None:
    """As many as wished, the same ones each time."""
    path = folder(tmp_path, "{of: [behaviour], strength: 1, cases: 2}")
    assert len({case.original for case in children(path)}) == 2


def test_several_strengths_make_a_curve(tmp_path: Path) -> None:
    """Each strength is a tag, so gates and slices tell them apart."""
    path = folder(tmp_path, "{of: [behaviour], strength: [0.5, 1]}")
    assert {case.tags["strength"] for case in children(path)} == {"0.5", "1"}


@pytest.mark.parametrize(
    ("probes", "why"),
    [
        ("{}", "the suites ask different targets"),
        ("{of: [behavior]}", "did you mean `behaviour`?"),
        ("{of: [behaviour], families: [typo]}", "did you mean `typos`?"),
        ("{of: [behaviour], strenght: 1}", "did you mean `strength`?"),
        ("{of: [behaviour], per_case: 0}", "per_case"),
        ("3", "a mapping is expected"),
    ],
)
def test_mistakes_name_line_and_key(tmp_path: Path, probes: str, why: str) -> None:
    """And what is allowed."""
    said = refused(load, folder(tmp_path, probes))
    assert "seatrial.yaml:9: probes.robustness" in said
    assert why in said


def test_another_kind_and_a_taken_name(tmp_path: Path) -> None:
    """A group is named by its kind, and no suite may have its name."""
    path = folder(tmp_path)
    text = path.read_text()
    path.write_text(text.replace("robustness:", "robust:"))
    assert "did you mean `robustness`?" in refused(load, path)
    path.write_text(text.replace("  second:", "  robustness:"))
    assert "a suite is called `robustness`, too" in refused(load, path)


def test_gates_of_a_group_need_no_name(tmp_path: Path) -> None:
    """As gates of a suite."""
    path = folder(tmp_path, '{of: [behaviour], gates: ["flip_rate <= 50%"]}')
    assert "robustness.flip_rate <= 50%" in [gate.metric + " " + gate.op + " 50%" for gate in load(path).gates]


def test_more_checks_for_children(tmp_path: Path) -> None:
    """Beside those of their originals."""
    path = folder(tmp_path, '{of: [behaviour], checks: ["length <= 5"]}')
    assert children(path)[0].checks == ("contains", "length <= 5")


def test_a_case_that_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    """By its suite, and not again by each group."""
    path = folder(tmp_path)
    (tmp_path / "cases.jsonl").write_text(json.dumps({"ask": "x", "expects": 1}) + "\n")
    assert refused(load, path).count("expects") <= 2


def test_an_attacker_must_be_a_target(tmp_path: Path) -> None:
    """A family in which another model attacks needs one; without it the file is refused, not the run broken."""
    path = folder(tmp_path)
    path.write_text(
        path.read_text().replace("robustness: {of: [behaviour]}", "attack: {of: [behaviour], families: [adaptive]}")
    )
    said = refused(load, path)
    assert "probes.attack: these families need a target `attacker`" in said


def test_cases_of_two_suites_may_have_one_id(tmp_path: Path) -> None:
    """What is made of them is told apart, and held against its own original."""
    path = folder(tmp_path, "{families: [typos, case], strength: 1}")
    another = '{target: other, cases: [{ask: "Another question"'
    same = f'{{target: bot, cases: [{{id: c0, ask: "{QUESTIONS[0]}"'
    path.write_text(path.read_text().replace(another, same))
    made = children(path)
    assert len({case.id for case in made}) == len(made)
    assert {case.original for case in made} == {"behaviour/c0", "behaviour/c1", "behaviour/c2", "second/c0"}
    assert all(case.id.startswith(case.original) for case in made)


def test_a_text_that_a_weaker_strength_made_is_not_asked_again(tmp_path: Path) -> None:
    """Families that chance and strength change nothing of count once."""
    path = folder(tmp_path, "{of: [behaviour], families: [case, empty_input, typos, typos], strength: [0.1, 1, 1]}")
    made = [(case.tags["family"], case.turns, case.original) for case in children(path)]
    assert len(set(made)) == len(made)
    assert sum(family == "empty_input" for family, _, _ in made) == len(QUESTIONS)


@pytest.mark.parametrize("order", [["typos", "case"], ["case", "typos"], ["ocr", "case", "noise", "typos"]])
def test_ids_do_not_depend_on_what_else_is_made(tmp_path: Path, order: list[str]) -> None:
    """Another family, another order: the same children of a family."""
    made = children(
        folder(tmp_path, f"{{of: [behaviour], families: [{', '.join(order)}], strength: 0.9, per_case: 2}}")
    )
    alone = children(folder_again(tmp_path, "{of: [behaviour], families: [typos], strength: 0.9, per_case: 2}"))
    assert [case.id for case in made if case.tags["family"] == "typos"] == [case.id for case in alone]


def folder_again(tmp_path: Path, probes: str) -> Path:
    """The same folder with other probes."""
    path = tmp_path / "seatrial.yaml"
    lines = path.read_text().splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith("  robustness:"))
    lines[place] = f"  robustness: {probes}"
    path.write_text("\n".join(lines))
    return path


@pytest.mark.parametrize("strength", ["0", "-1", "1.5", ".nan", "[]", "[0.5, 0]", "yes"])
def test_a_strength_is_above_0_and_up_to_1(tmp_path: Path, strength: str) -> None:
    """Nothing else is one, and the sentence names the key."""
    said = refused(load, folder(tmp_path, f"{{of: [behaviour], strength: {strength}}}"))
    assert "seatrial.yaml:9: probes.robustness.strength" in said
    assert said.count("\n") == 0
