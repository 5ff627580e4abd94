"""Simple JavaScript and Python over an answer becomes checks that judge the same; nothing is ever run."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seatrial.cases.importing.promptfoo import javascript, python_code
from seatrial.checks.evidence import evidence_of
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake
from seatrial.core.score import Score

VARIABLES = {"word": "ferry", "n": 3, "deep": {"a": 1}}
LONG = "a" * 120
JAVASCRIPT: list[tuple[str, str, str]] = [
    ("output.includes('ferry')", "The ferry.", "The bus."),
    ('output.includes("it\\\'s")', "so it's", "its"),
    ("!output.includes('ferry')", "The bus.", "The ferry."),
    ("output.toLowerCase().includes('ferry')", "The FERRY.", "The bus."),
    ("output.includes(context.vars.word)", "The ferry.", "The bus."),
    ("output.length < 100", "short", LONG),
    ("100 > output.length;", "short", LONG),
    ("output.length >= 3 && output.length <= 5", "four", "sixsix"),
    ("output === 'Yes'", "Yes", "yes"),
    ("output == 'Yes'", "Yes", "No"),
    ("output !== 'Yes'", "No", "Yes"),
    ("output.trim() === 'Yes'", " Yes\n", "Yes."),
    ("output.trim().toLowerCase() === 'yes'", " YES ", "no"),
    ("output.startsWith('Ahoy')", "Ahoy there", "Hello"),
    ("output.endsWith('.')", "Done.", "Done"),
    ("/fer+y/i.test(output)", "FERRRY", "bus"),
    ("output.match(/^\\d+$/)", "42", "4 2"),
    ("output.includes('a') || output.includes('b')", "b", "c"),
    ("(output.includes('a') || output.includes('b')) && !output.includes('c')", "b", "bc"),
    ("output.split(/\\s+/).length <= 3", "one two three", "one two three four"),
    ("output.trim().split(' ').length === 2", "one two", "one"),
    ("return output.includes('x');", "x", "y"),
    ("// is it there?\nreturn output.includes('x')", "x", "y"),
    ("Boolean(output.includes('x'))", "x", "y"),
    ("String(output).includes('x')", "x", "y"),
    ("JSON.parse(output).color === 'red'", '{"color": "red"}', '{"color": "blue"}'),
    ("JSON.parse(output)['n'] == 3", '{"n": 3}', '{"n": 4}'),
    ("JSON.parse(output).list.includes('b')", '{"list": ["a", "b"]}', '{"list": ["a"]}'),
    ("output.color === 'red' && output.size !== null", '{"color": "red", "size": 1}', '{"color": "red", "size": null}'),
    ("output[0].name === context.vars.word", '[{"name": "ferry"}]', '[{"name": "bus"}]'),
    ("output.open === true", '{"open": true}', '{"open": "true"}'),
    ("output.degrees === -4", '{"degrees": -4}', '{"degrees": 4}'),
]
PYTHON: list[tuple[str, str, str]] = [
    ("'ferry' in output", "The ferry.", "The bus."),
    ("'ferry' not in output", "The bus.", "The ferry."),
    ("'ferry' in output.lower()", "The FERRY.", "The bus."),
    ("len(output) > 10", LONG, "short"),
    ("10 < len(output)", LONG, "short"),
    ("len(output.split()) <= 2", "one two", "one two three"),
    ("output == 'Yes'", "Yes", "No"),
    ("output.strip() == 'Yes'", " Yes ", "No"),
    ("output.strip().lower() == 'yes'", " YES ", "No"),
    ("output.startswith('A') and output.endswith('z')", "A to z", "A to y"),
    ("not ('a' in output or 'b' in output)", "c", "b"),
    ("context['vars']['word'] in output", "a ferry", "a bus"),
    ("return 'x' in output", "x", "y"),
    ("bool('x' in str(output))", "x", "y"),
    ("output != 'No'", "Yes", "No"),
]
UNTRANSLATED_JAVASCRIPT = [
    "Math.max(0, 1 - output.length / 900)",
    "output.length",
    "output",
    "'x'",
    "true",
    "output.length < 'x'",
    "process.exit(1)",
    "output.includes('x') ? 1 : 0",
    "const a = 1; return a;",
    "output.toLowerCase().includes('Ferry')",
    "output.toLowerCase() === 'Yes'",
    "output.items.some(i => i.ok)",
    "output.includes(`${context.vars.word}`)",
    "output.includes(context.vars.gone)",
    "output.includes(context.vars.deep)",
    "output.includes('')",
    "output.trim().length < 9",
    "output[0] === 'A'",
    "output[0] === output[0].toUpperCase()",
    "output[output.length] === 'A'",
    "output.includes('x'",
    "output.includes('x') output",
    "/(/.test(output)",
    "/x/y.test(output)",
    "output.toLowerCase().startsWith('x')",
    "JSON.parse(other).x === 1",
    "JSON.parse(output).list.length > 0",
    "output.includes('\\x41')",
    "@",
    "",
    "(" * 500,
    "!" * 500 + "output.includes('x')",
    "-" * 500 + "1",
    "output.includes('x') || " * 200 + "output.includes('y')",
]
UNTRANSLATED_PYTHON = [
    "max(0, len(output) - 300)",
    "import os",
    "__import__('os').system('true')",
    "len(output)",
    "len('x') > 1",
    "output.lower() == 'Yes'",
    "'X' in output.lower()",
    "'a' < output < 'b'",
    "output[0] == 'x'",
    "output is None",
    "output.upper().startswith('X')",
    "def get_assert(output, context):\n    return True",
    "context['vars']['gone'] in output",
    "'x' in output if output else False",
    "",
    "(" * 3000,
    "-" * 1500 + "1",
    "\x00",
]


def judged(spec: Any, answer: str) -> bool | None:
    """Whether the check of a spec passes."""
    score = build_check(spec).judge(evidence_of(answer))
    assert isinstance(score, Score)
    return score.passed


@pytest.mark.parametrize(("code", "good", "bad"), JAVASCRIPT)
def test_javascript_judges_the_same_as_a_check(code: str, good: str, bad: str) -> None:
    """What the expression finds true passes, what it finds false fails."""
    spec = javascript.check_of(code, VARIABLES)
    assert (judged(spec, good), judged(spec, bad)) == (True, False)


@pytest.mark.parametrize(("code", "good", "bad"), PYTHON)
def test_python_judges_the_same_as_a_check(code: str, good: str, bad: str) -> None:
    """What the expression finds true passes, what it finds false fails."""
    spec = python_code.check_of(code, VARIABLES)
    assert (judged(spec, good), judged(spec, bad)) == (True, False)


@pytest.mark.parametrize("code", UNTRANSLATED_JAVASCRIPT)
def test_javascript_that_says_more_is_not_translated(code: str) -> None:
    """It is a Mistake that says what to do instead, however wild the code is."""
    with pytest.raises(Mistake, match=r"simple comparisons|never|regular expressions|tool_call"):
        javascript.check_of(code, VARIABLES)


@pytest.mark.parametrize("code", UNTRANSLATED_PYTHON)
def test_python_that_says_more_is_not_translated(code: str) -> None:
    """It is a Mistake that says what to do instead, however wild the code is."""
    with pytest.raises(Mistake, match=r"simple comparisons|never"):
        python_code.check_of(code, VARIABLES)


def test_an_object_is_a_call_where_tools_are() -> None:
    """With tools, promptfoo's `output.name` is a call's, which the text of an answer does not hold."""
    with pytest.raises(Mistake, match="`tool_call`"):
        javascript.check_of("output.name === 'weather'", {}, tools=True)
    assert javascript.check_of("output.includes('x')", {}, tools=True) == {"contains": {"expect": "x"}}


@given(st.text(alphabet="output.includes('x')&|!<>=/1 \\\"`[]{}", max_size=60))
@example("output.includes('" + "\\" * 50)
@settings(max_examples=150)
def test_no_code_breaks_the_reader_of_javascript(code: str) -> None:
    """Any text gives a check that can be built, or a Mistake."""
    try:
        spec = javascript.check_of(code, VARIABLES)
    except Mistake:
        return
    build_check(spec)


@given(st.text(alphabet="output.in len()'x'<>= not and or[]", max_size=60))
@settings(max_examples=150)
def test_no_code_breaks_the_reader_of_python(code: str) -> None:
    """Any text gives a check that can be built, or a Mistake."""
    try:
        spec = python_code.check_of(code, VARIABLES)
    except Mistake:
        return
    build_check(spec)


@given(st.text(alphabet="abc ", min_size=1, max_size=6).filter(str.strip), st.text(alphabet="abc ", max_size=12))
@settings(max_examples=100)
def test_both_languages_agree(text: str, answer: str) -> None:
    """The same question in both languages is the same check."""
    one = javascript.check_of(f"output.includes('{text}')", {})
    other = python_code.check_of(f"'{text}' in output", {})
    assert one == other
    assert judged(one, answer) in (True, False)
