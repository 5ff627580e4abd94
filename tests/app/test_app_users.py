"""Simulated users in suite files: what is read, what is refused with its line, what is counted."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest
from app_support import put, put_rows, refused

from seatrial.app.evaluate import evaluate
from seatrial.app.json_schema import schema
from seatrial.app.preflight import costs
from seatrial.app.suite import load
from seatrial.app.yaml_places import parse_yaml
from seatrial.core.case import Case, SimulatedUser
from seatrial.run.cached import CachedTarget

SUITE = """
targets:
  bot: {openai: "http://127.0.0.1:1/v1", model: m, price: {input: 1, output: 1, currency: USD}}
  customer: {python: "nowhere:nothing"}
  other: {python: "nowhere:nothing"}
  vectors: {openai: "http://127.0.0.1:1/v1", model: m, kind: embedding}
suites:
  s:
    target: bot
    checks: [{length: {min: 1}}]
    cases:
      - CASE
gates: [pass_rate >= 1%]
"""
USER = "user: {target: customer, persona: A commuter, goal: A refund, patience: 6, until: [bye, '']}"


def suite(case: str) -> str:
    return SUITE.replace("CASE", case)


def cases(folder: Path, case: str) -> list[Case]:
    return list(load(put(folder, suite(case))).cases["s"].cases())


def digest(folder: Path, case: str, text: str = SUITE) -> str:
    return load(put(folder, text.replace("CASE", case))).info.plan


def test_a_user_is_read_as_written(tmp_path: Path) -> None:
    """Target, persona, goal, patience and ending phrases come into the Case; empty phrases are left out."""
    [case] = cases(tmp_path, f"{{ask: Hello, {USER}}}")
    wanted = SimulatedUser(target="customer", persona="A commuter", goal="A refund", patience=6, until=("bye",))
    assert case.user == wanted


def test_what_is_left_out_has_a_meaning(tmp_path: Path) -> None:
    """A target is enough; one phrase may stand without a list, and an empty list means none."""
    assert cases(tmp_path, "{ask: Hello, user: {target: customer}}")[0].user == SimulatedUser(target="customer")
    [case] = cases(tmp_path, "{ask: Hello, user: {target: customer, until: over}}")
    assert case.user is not None
    assert case.user.until == ("over",)
    [case] = cases(tmp_path, "{ask: Hello, user: {target: customer, until: []}}")
    assert case.user is not None
    assert case.user.until == ()


def test_persona_and_goal_are_templates(tmp_path: Path) -> None:
    """Variables of a case are filled into what its user is told."""
    user = 'user: {target: customer, persona: "From {{ town }}", goal: "Refund of {{ n }}"}'
    [case] = cases(tmp_path, f"{{ask: Hello, variables: {{town: Graynes, n: 7}}, {user}}}")
    assert case.user is not None
    assert (case.user.persona, case.user.goal) == ("From Graynes", "Refund of 7")


@pytest.mark.parametrize(("rows", "source"), [("rows.jsonl", ""), ("rows.jsonl", "ask: question, ")])
def test_a_user_may_play_in_every_row(tmp_path: Path, rows: str, source: str) -> None:
    """`user` beside `from` holds for all rows, of our own form or foreign; a row's own user wins."""
    put_rows(tmp_path, [{"question" if source else "ask": f"q{i}"} for i in range(2)], rows)
    found = cases(tmp_path, f"{{from: {rows}, {source}{USER}}}")
    assert [case.user.patience for case in found if case.user] == [6, 6]
    if not source:
        put_rows(tmp_path, [{"ask": "q", "user": {"target": "other"}}], rows)
        [case] = cases(tmp_path, f"{{from: {rows}, {USER}}}")
        assert case.user == SimulatedUser(target="other")


def test_a_cell_of_a_table_holds_a_user_as_json(tmp_path: Path) -> None:
    """In CSV the column `user` is JSON."""
    put(tmp_path, 'ask,user\nHello,"{""target"": ""customer"", ""patience"": 2}"\n', "rows.csv")
    [case] = cases(tmp_path, "{from: rows.csv}")
    assert case.user == SimulatedUser(target="customer", patience=2)


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("{ask: a, user: {target: custmer}}", "there is no target `custmer` to play the user; there are bot, customer"),
        ("{ask: a, user: {target: vectors}}", "the target `vectors` cannot play the user, it is no chat"),
        ("{ask: a, user: {target: customer, patience: 0}}", "a whole number of at least 1 is expected, `0` was found"),
        ("{ask: a, user: {target: customer, patiense: 3}}", "this key is not known; did you mean `patience`?"),
        ("{ask: a, user: {persona: x}}", "the key `target` is missing"),
        ("{ask: a, user: customer}", "a mapping is expected, `customer` was found"),
        ('{ask: a, user: {target: customer, goal: "{{ no }}"}}', "the template cannot be filled"),
    ],
)
def test_what_is_refused_has_its_line(tmp_path: Path, case: str, said: str) -> None:
    """A wrong user is a mistake with file and line, told before anything is asked."""
    text = refused(load, put(tmp_path, suite(case)))
    assert said in text
    assert "seatrial.yaml:12" in text


def test_only_a_chat_can_be_talked_to(tmp_path: Path) -> None:
    """A suite over embeddings cannot have simulated users."""
    text = suite(f"{{ask: a, {USER}}}").replace("target: bot", "target: vectors")
    assert "a simulated user needs a chat; the target `vectors` is none" in refused(load, put(tmp_path, text))


def test_a_row_names_its_own_line(tmp_path: Path) -> None:
    """A wrong user in a file of cases is told with that file's line."""
    put_rows(tmp_path, [{"ask": "a"}, {"ask": "b", "user": {"target": "nobody"}}])
    assert "cases.jsonl:2: there is no target `nobody`" in refused(load, put(tmp_path, suite("{from: cases.jsonl}")))


def test_the_plan_has_who_plays(tmp_path: Path) -> None:
    """A suite's plan holds the Targets that its cases name as users, and no others; they are made ready with it."""
    trial = load(put(tmp_path, suite(f"{{ask: a, {USER}}}")))
    assert list(trial.suites[0].users) == ["customer"]
    assert trial.suites[0].users["customer"] is trial.targets["customer"]
    assert "customer" not in trial.asked


def test_a_suite_that_keeps_answers_keeps_the_users_too(tmp_path: Path) -> None:
    """With `cache`, what the user said is kept as well, or the kept answers would never be met again."""
    trial = load(put(tmp_path, suite(f"{{ask: a, {USER}}}").replace("target: bot", "target: bot\n    cache: true")))
    assert isinstance(trial.suites[0].users["customer"], CachedTarget)


def test_another_user_is_another_plan(tmp_path: Path) -> None:
    """Whoever plays otherwise, or is another, must not take up a run that was begun."""
    plans = {
        digest(tmp_path, "{ask: a}"),
        digest(tmp_path, f"{{ask: a, {USER}}}"),
        digest(tmp_path, f"{{ask: a, {USER.replace('6', '7')}}}"),
        digest(tmp_path, f"{{ask: a, {USER}}}", SUITE.replace("nowhere:nothing", "elsewhere:nothing")),
    }
    assert len(plans) == 4
    assert digest(tmp_path, f"{{ask: a, {USER}}}") in plans


def test_patience_counts_in_the_estimate(tmp_path: Path) -> None:
    """The cost that is told before a run is that of the longest dialogue there can be."""

    def tokens(case: str) -> Any:
        [cost] = costs(load(put(tmp_path, suite(case))))
        return cost.tokens

    alone, talked = tokens("{ask: a}"), tokens(f"{{ask: a, {USER}}}")
    assert talked == 7 * alone


def test_a_notebook_has_nobody_to_play(tmp_path: Path) -> None:
    """`evaluate` knows one function only; a case with a simulated user is refused in one sentence."""
    case = {"id": "c", "ask": "a", "user": {"target": "customer"}}
    said = refused(lambda: evaluate(lambda question: "yes", [case], ["length >= 1"]))
    assert said == "the user of the case `c` is played by `customer`, which is no target here"


def test_editors_accept_what_is_accepted_here() -> None:
    """The example has nothing that an editor would mark; a user without a target has."""
    path = Path(__file__).resolve().parents[2] / "examples/dialogues/seatrial.yaml"
    validator = jsonschema.Draft202012Validator(schema())
    assert list(validator.iter_errors(parse_yaml(path.read_text(), path).root.data)) == []
    nobody = parse_yaml(suite("{ask: a, user: {persona: x}}"), path).root.data
    assert list(validator.iter_errors(nobody))
