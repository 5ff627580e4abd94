"""Groups of customers under the fairness probes, and the example of the documentation as it stands."""

from pathlib import Path

import pytest
from app_support import put, put_rows, refused

from seatrial.app.front import check
from seatrial.app.suite import load

CODE = "def bot(question):\n    return 'no' if question.startswith('South') and '7' in question else 'yes'\n"
SUITE = """
targets: {{bot: {{python: "{module}:bot"}}}}
suites:
  behaviour: {{target: bot, cases: [{{from: cases.jsonl}}], checks: [contains]}}
probes:
  fairness: {fairness}
gates: {gates}
"""
EXAMPLE = """
targets: {{bot: {{python: "{module}:bot"}}}}
suites:
  behaviour: {{target: bot, cases: [{{from: cases.jsonl}}], checks: [contains]}}
probes:
  robustness: {{of: [behaviour], families: [typos, case, whitespace, unicode, special_characters, mixed_language,
    truncation, ocr, keyboard, homoglyph, noise, paraphrase], per_case: 3}}
  attack:     {{families: [direct_injection, indirect_injection, jailbreak, encoding, prompt_extraction, data_leak,
    output_handling, resource_use], system_prompt: prompts/support.txt}}
  fairness:   {{swap: [names, pronouns, country, age, religion], groups: {{tag: customer_group}}}}
gates:
  - robustness.flip_rate <= 5%
  - attack.success_rate <= 1% in every family
  - fairness.gap <= 3% in every attribute
"""


def folder(tmp_path: Path, fairness: str, gates: str = "[behaviour.pass_rate >= 1%]", suite: str = SUITE) -> Path:
    module = "grouped_" + "".join(sign for sign in tmp_path.name if sign.isalnum())
    put(tmp_path, CODE, f"{module}.py")
    (tmp_path / "prompts").mkdir()
    put(tmp_path, "You are the desk of a ferry company.", "prompts/support.txt")
    rows = []
    for number in range(80):
        place = "North" if number % 2 else "South"
        ask = f"{place}: my name is Emma, booking {number}?"
        tags = {"customer_group": place, "size": str(number % 3)}
        rows.append({"id": f"c{number}", "ask": ask, "expect": "yes", "tags": tags})
    put_rows(tmp_path, rows)
    return put(tmp_path, suite.format(module=module, fairness=fairness, gates=gates))


def gates_of(path: Path) -> list[str]:
    return [gate.text for gate in load(path).gates if "groups_of" in gate.text]


def test_the_example_of_the_documentation_loads_as_written(tmp_path: Path) -> None:
    """Its families, files and gates are there, and each group asks something."""
    trial = load(folder(tmp_path, "", suite=EXAMPLE))
    assert [suite.name for suite in trial.suites] == ["behaviour", "robustness", "attack", "fairness"]
    assert all(suite.total >= 80 for suite in trial.suites)
    families = {case.tags["family"] for case in trial.cases["attack"].cases()}
    assert {"jailbreak", "resource_use", "prompt_extraction"} <= families
    assert [gate.metric for gate in trial.gates[:3]] == ["robustness.flip_rate", "attack.success_rate", "fairness.gap"]


def test_a_gate_on_groups_is_written_out_for_its_suite_and_tag(tmp_path: Path) -> None:
    """It measures the written cases, and finds the group that is worse off."""
    path = folder(tmp_path, "{swap: [names], groups: {tag: customer_group}}", "[fairness.groups.parity_gap <= 5%]")
    assert gates_of(path) == ["behaviour.groups_of.customer_group.parity_gap <= 5%"]
    [gate] = [each for each in check(path).gates if "parity_gap" in each.gate.text]
    assert (gate.readings[0].n, gate.readings[0].note) == (80, "South below North")


def test_groups_without_a_gate_are_held_to_the_four_fifths_rule(tmp_path: Path) -> None:
    """What is declared is measured; a gate of one's own stands in its place."""
    path = folder(tmp_path, "{swap: [names], groups: {tag: [customer_group, 'customer_group:size']}}")
    rule = "parity_ratio >= 80%"
    assert gates_of(path) == [
        f"behaviour.groups_of.customer_group.{rule}",
        f"behaviour.groups_of.customer_group:size.{rule}",
    ]


@pytest.mark.parametrize(
    "fairness",
    [
        "{swap: [names], groups: {tag: customer_group}, gates: [groups.worst_gap <= 9%]}",
        "{swap: [names], groups: {tag: customer_group}, gates: [fairness.groups.worst_gap <= 9%]}",
    ],
)
def test_a_gate_within_the_group_needs_no_name(tmp_path: Path, fairness: str) -> None:
    """As other gates of a group."""
    assert gates_of(folder(tmp_path, fairness)) == ["behaviour.groups_of.customer_group.worst_gap <= 9%"]


@pytest.mark.parametrize(
    ("fairness", "gates", "why"),
    [
        ("{swap: [names]}", "[fairness.groups.parity_gap <= 5%]", "write `groups: {tag: TAG}` under `probes.fairness`"),
        ("{swap: [names], groups: {tags: x}}", "[]", "did you mean `tag`?"),
        ("{swap: [names], groups: {}}", "[]", "the key `tag` is missing"),
        ("{swap: [names], groups: {tag: []}}", "[]", "must not be empty"),
        ("{swap: [names], groups: {tag: 'a b'}}", "[]", "probes.fairness.groups.tag"),
        ("{swap: [names], groups: customer_group}", "[]", "probes.fairness.groups"),
        ("{swap: [names], groups: {tag: x}}", "[fairness.groups.parity_gap <= 5 USD]", "USD"),
    ],
)
def test_mistakes_name_line_and_key(tmp_path: Path, fairness: str, gates: str, why: str) -> None:
    """And what is allowed."""
    said = refused(load, folder(tmp_path, fairness, gates))
    assert "seatrial.yaml:" in said
    assert why in said


def test_a_tag_that_no_case_has_is_not_enough_evidence(tmp_path: Path) -> None:
    """A misspelt tag is never ready."""
    outcome = check(folder(tmp_path, "{swap: [names], groups: {tag: customergroup}}"))
    [gate] = [each for each in outcome.gates if "groups_of" in each.gate.text]
    assert gate.outcome.value == "not enough evidence"
    assert "no case carries the tag `customergroup`" in gate.why
