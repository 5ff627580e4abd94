"""What tools return, in suite files: what is read, filled, refused, counted, and part of the plan."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest
from app_support import put, put_rows, refused

from seatrial.app.cases import MOST_CHARACTERS
from seatrial.app.evaluate import evaluate
from seatrial.app.json_schema import schema
from seatrial.app.preflight import costs
from seatrial.app.suite import load
from seatrial.app.yaml_places import parse_yaml
from seatrial.core.case import Case
from seatrial.core.interaction import Answer
from seatrial.core.request import Message, Request, Tool, ToolCall

SUITE = """
targets:
  bot: {openai: "http://127.0.0.1:1/v1", model: m, price: {input: 1, output: 1, currency: USD}}
suites:
  s:
    target: bot
    tools: [TOOLS]
    checks: [{length: {min: 1}}]
    cases:
      - CASE
gates: [pass_rate >= 1%]
"""
FIND = "{name: find, returns: {booking: XK-17, fare: 12.5}}"


def suite(tools: str = FIND, case: str = "{ask: Hello}") -> str:
    return SUITE.replace("TOOLS", tools).replace("CASE", case)


def cases(folder: Path, text: str) -> list[Case]:
    return list(load(put(folder, text)).cases["s"].cases())


def returned(folder: Path, tools: str, case: str = "{ask: Hello}") -> list[Any]:
    [found] = cases(folder, suite(tools, case))
    return [tool.returns for tool in found.tools]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("{booking: XK-17, fare: 12.5}", {"booking": "XK-17", "fare": 12.5}),
        ("Done", "Done"),
        ('""', ""),
        ("0", 0),
        ("false", False),
        ("[1, null]", [1, None]),
        ("null", None),
        ("21:40", "21:40"),
    ],
)
def test_a_result_is_any_value(tmp_path: Path, written: str, value: Any) -> None:
    """Texts, numbers, lists and mappings come into the case as written; null is no result."""
    assert returned(tmp_path, f"{{name: find, returns: {written}}}") == [value]


def test_without_the_key_there_is_no_result(tmp_path: Path) -> None:
    """A tool that says nothing of it gives nothing back."""
    assert returned(tmp_path, "{name: find}") == [None]


def test_a_cases_own_tools_go_first(tmp_path: Path) -> None:
    """Tools of a case take the place of those of its suite, with their results."""
    own = "{ask: Hello, tools: [{name: find, returns: nothing found}]}"
    assert returned(tmp_path, FIND, own) == ["nothing found"]


def test_results_are_templates(tmp_path: Path) -> None:
    """One tool of a suite can return another thing in every case; one expression alone keeps its type."""
    tools = '{name: find, returns: {fare: "{{ fare }}", text: "It is {{ fare }} for {{ n }}", plain: x}}'
    found = returned(tmp_path, tools, "{ask: Hello, variables: {fare: 12.5, n: 2}}")
    assert found == [{"fare": 12.5, "text": "It is 12.5 for 2", "plain": "x"}]


def test_rows_fill_them_too(tmp_path: Path) -> None:
    """Rows of our own form fill what tools return from their variables; foreign rows leave it as it is."""
    tools = '{name: find, returns: "{{ fare }}"}'
    put_rows(tmp_path, [{"ask": f"q{n}", "variables": {"fare": n}} for n in (1, 2)])
    found = cases(tmp_path, suite(tools, "{from: cases.jsonl}"))
    assert [case.tools[0].returns for case in found] == [1, 2]
    [foreign, _] = cases(tmp_path, suite(tools, "{from: cases.jsonl, ask: ask}"))
    assert foreign.tools[0].returns == "{{ fare }}"


def test_a_cell_of_a_table_holds_tools_as_json(tmp_path: Path) -> None:
    """In CSV the column `tools` is JSON, results with it."""
    put(tmp_path, 'ask,tools\nHello,"[{""name"": ""find"", ""returns"": [1]}]"\n', "rows.csv")
    [case] = cases(tmp_path, suite(case="{from: rows.csv}"))
    assert case.tools == (Tool("find", returns=[1]),)


@pytest.mark.parametrize(
    ("tools", "said"),
    [
        ('{name: find, returns: "{{ no }}"}', "the template cannot be filled"),
        ('{name: find, returns: "{{ range }}"}', "what the tool `find` returns is no JSON"),
        (f"{{name: find, returns: {'x' * (MOST_CHARACTERS + 1)}}}", "`find` returns more than 1,000,000 characters"),
        ("{name: find, retuns: x}", "did you mean `returns`?"),
    ],
)
def test_what_cannot_be_told_is_refused_with_its_line(tmp_path: Path, tools: str, said: str) -> None:
    """A result that cannot be made or told is a mistake with file and line, before anything is asked."""
    text = refused(load, put(tmp_path, suite(tools)))
    assert said in text
    assert "seatrial.yaml:" in text


def test_another_result_is_another_plan(tmp_path: Path) -> None:
    """Whoever changes what a tool returns must not take up a run that was begun."""
    texts = [suite(), suite("{name: find}"), suite("{name: find, returns: x}"), suite()]
    plans = [load(put(tmp_path, text)).info.plan for text in texts]
    assert plans[0] == plans[3]
    assert len(set(plans)) == 3


def test_one_round_a_turn_is_in_the_estimate(tmp_path: Path) -> None:
    """What is told before a run counts a second request for each turn where tools give something back."""

    def tokens(tools: str) -> int:
        [cost] = costs(load(put(tmp_path, suite(tools))))
        return cost.tokens

    assert tokens("{name: find, returns: x}") == 2 * tokens("{name: find}")


def test_a_function_is_asked_again_with_the_result() -> None:
    """In a notebook, an agent that is a function sees the results in the Request, and never beforehand."""

    def agent(request: Request) -> Answer:
        assert [tool.returns for tool in request.tools] == [None]
        results = [message.content for message in request.messages if message.role == "tool"]
        return Answer(f"It is {results[0]}.") if results else Answer(tool_calls=(ToolCall("fare"),))

    case = {"id": "c", "ask": "What is the fare?", "tools": [{"name": "fare", "returns": 12.5}]}
    outcome = evaluate(agent, [case], [{"contains": "It is 12.5."}, {"tool_call": "fare"}, "steps == 1"])
    assert outcome.report.counts.passed == 1


def test_what_is_no_json_is_a_mistake() -> None:
    """A result that was given in Python and cannot be told to a model ends in one sentence."""
    turns = (Message("user", "Hello"),)
    case = Case(id="c", turns=turns, tools=(Tool("fare", returns=object()),))
    assert "what the tool `fare` returns is no JSON" in refused(
        lambda: evaluate(lambda q: "x", [case], ["length >= 1"])
    )


def test_editors_know_the_key() -> None:
    """The JSON Schema takes any value in `returns`, and no misspelling of it."""
    validator = jsonschema.Draft202012Validator(schema())

    def marked(tools: str) -> bool:
        return bool(list(validator.iter_errors(parse_yaml(suite(tools), Path("x.yaml")).root.data)))

    assert not any(marked(f"{{name: find, returns: {value}}}") for value in ("x", "[1]", "{a: 1}", "null", "2.5"))
    assert marked("{name: find, retuns: x}")
