"""Every assertion of a promptfoo suite becomes a check or is named with its line, whatever happens around it."""

from pathlib import Path
from typing import Any

import pytest
from importing_support import about, imported, put, refused, said, suite

from seatrial.cases.importing.notes import Level


def named(text: str) -> list[tuple[int, str]]:
    """Lines and types of the assertions that a refusal names."""
    found = []
    for line in text.splitlines()[:-1]:
        place, _, rest = line.partition(": not imported: ")
        if rest.startswith("assertion `"):
            found.append((int(place.rpartition(":")[2]), rest.split("`")[1]))
    return sorted(found)


def refusal(folder: Path, text: str, **files: Any) -> str:
    """What a suite is refused with."""
    put(folder, {"promptfooconfig.yaml": text, **{name.replace("__", "."): each for name, each in files.items()}})
    return refused(folder, "promptfoo:promptfooconfig.yaml")


@pytest.mark.parametrize(
    ("head", "test"),
    [
        ("prompts: [file://ask.py]", "vars: {q: 1}"),
        ("prompts: ['{{q}}']", "vars: {q: file://none.txt}"),
        ("prompts: ['{{q}}']", "vars: {q: file://fill.js}"),
        ("prompts: ['{{q}}']", "vars: {q: file://broken.yaml}"),
        ("prompts: ['{{q}}']", "vars: {q: 1}, prompts: [other]"),
        ("prompts: ['{{q}}']", "vars: {q: 1}, options: {transformVars: 'return {}'}"),
        ("prompts: ['{{q}}']", "vars: {q: 1}, options: {response_format: file://none.json}"),
        ("prompts: ['{{q}}']", "vars: {q: 1}, options: {transform: output.text}"),
        ("prompts: ['{{q}}']", "vars: {}"),
        ("prompts: ['{{q}} {{env.KEY}}']", "vars: {q: 1}"),
        ("prompts: ['{% for %}']", "vars: {q: 1}"),
    ],
)
def test_a_lost_test_names_its_assertions_one_by_one(tmp_path: Path, head: str, test: str) -> None:
    """Whatever a test is lost by, each of its assertions is named, those for all tests and those in sets, too."""
    text = f"""\
{head}
defaultTest:
  assert:
    - {{type: latency, threshold: 300}}
tests:
  - assert:
      - {{type: contains, value: a}}
      - type: assert-set
        assert:
          - {{type: regex, value: b}}
    {test.replace(", prompts", chr(10) + "    prompts").replace(", options", chr(10) + "    options")}
"""
    found = named(refusal(tmp_path, text, broken__yaml="a: ["))
    assert found == [(4, "latency"), (7, "contains"), (8, "assert-set"), (10, "regex")]


def test_tests_that_a_program_makes_leave_the_default_assertions_named(tmp_path: Path) -> None:
    """No case comes of a generator, and what would have judged its cases is told."""
    text = "prompts: [x]\ndefaultTest:\n  assert:\n    - type: is-json\ntests: file://make.py:tests\n"
    assert named(refusal(tmp_path, text)) == [(4, "is-json")]


def test_a_lost_scenario_names_the_assertions_of_its_entries_and_tests(tmp_path: Path) -> None:
    """An entry that is no mapping takes its tests with it, by name."""
    text = """\
prompts: ["{{q}}"]
scenarios:
  - config: [7]
    tests:
      - vars: {q: 1}
        assert:
          - {type: contains, value: a}
"""
    assert named(refusal(tmp_path, text)) == [(7, "contains")]


def test_a_scenario_without_tests_is_asked_for_each_entry(tmp_path: Path) -> None:
    """Promptfoo puts one empty test in the place of tests that are not written."""
    text = """\
prompts: ["{{q}}"]
scenarios:
  - config:
      - {vars: {q: one}, assert: [{type: contains, value: "1"}]}
      - {vars: {q: two}, assert: [{type: contains, value: "2"}]}
"""
    assert [row["ask"] for row in suite(tmp_path, text).rows] == ["one", "two"]


def test_an_assertion_that_no_test_uses_is_left_out_by_name(tmp_path: Path) -> None:
    """Defaults that every test refuses, templates nobody refers to and scenarios without entries are told."""
    text = """\
prompts: [x]
defaultTest:
  assert:
    - type: is-json
assertionTemplates:
  used: {type: contains, value: a}
  idle: {type: contains, value: b}
tests:
  - options: {disableDefaultAsserts: true}
    assert:
      - $ref: "#/assertionTemplates/used"
scenarios:
  - config: []
    tests:
      - assert:
          - {type: regex, value: c}
"""
    found = suite(tmp_path, text)
    lines = [note.place.line for note in said(found, Level.LEFT_OUT) if note.why == "no test uses it"]
    assert lines == [4, 16, 7]


def test_a_limit_says_nothing_about_the_tests_behind_it(tmp_path: Path) -> None:
    """The user asked for the first cases only."""
    text = (
        "prompts: [x]\ntests:\n- assert: [{type: contains, value: a}]\n- assert: [{type: contains-any, value: [b]}]\n"
    )
    put(tmp_path, {"promptfooconfig.yaml": text})
    assert imported(tmp_path, "promptfoo:promptfooconfig.yaml", limit=1).notes == []


def test_keys_beside_a_reference_are_laid_over_what_it_points_to(tmp_path: Path) -> None:
    """A template with another threshold is that template with that threshold."""
    text = """\
prompts: [x]
assertionTemplates:
  near: {type: similar, value: fare, threshold: 0.5}
tests:
  - assert:
      - {$ref: "#/assertionTemplates/near", threshold: 0.9}
"""
    found = suite(tmp_path, text)
    assert found.rows[0]["checks"] == [{"similar": {"limit": ">= 0.9", "expect": "fare"}}]
    assert about(found, "assertion `similar`").place.line == 6


def test_a_reference_to_nothing_loses_that_assertion_only(tmp_path: Path) -> None:
    """The other assertions of the suite are imported."""
    text = """\
prompts: [x]
tests:
  - assert:
      - $ref: "#/assertionTemplates/none"
      - {type: contains, value: a}
"""
    found = suite(tmp_path, text, lenient=True)
    assert about(found, "`$ref: #/assertionTemplates/none`").place.line == 4
    assert found.rows[0]["checks"] == [{"contains": {"expect": "a"}}]


@pytest.mark.parametrize(
    "text",
    [
        "weight: 0",
        "threshold: 0",
    ],
)
def test_a_set_that_decides_nothing_names_its_assertions(tmp_path: Path, text: str) -> None:
    """Each assertion of a set without weight has a line of its own."""
    config = f"""\
prompts: [x]
tests:
  - assert:
      - type: assert-set
        {text}
        assert:
          - {{type: contains, value: a}}
      - {{type: regex, value: b}}
"""
    found = suite(tmp_path, config)
    told = [(note.place.line, note.what) for note in said(found, Level.LEFT_OUT)]
    assert told == [(4, "assertion `assert-set`"), (7, "assertion `contains`")]


def test_a_test_of_threshold_0_names_its_assertions(tmp_path: Path) -> None:
    """Such a test passes whatever comes, so that its assertions are no checks."""
    found = suite(tmp_path, "prompts: [x]\ntests:\n  - threshold: 0\n    assert:\n      - {type: contains, value: a}\n")
    assert about(found, "assertion `contains`").place.line == 5
    assert "checks" not in found.rows[0]


def test_mistakes_in_files_carry_the_lines_of_those_files(tmp_path: Path) -> None:
    """Tests, defaults, scenarios and prompts that stand elsewhere are told where they stand."""
    files = {
        "promptfooconfig.yaml": "prompts: [file://ask.yaml, x]\ndefaultTest: file://default.yaml\n"
        "tests: [file://more.yaml, file://broken.json]\nscenarios: [file://scene.yaml]\n",
        "ask.yaml": "- role: user\n  content: [\n",
        "default.yaml": "assert:\n  - type: webhook\n    value: http://x\n",
        "more.yaml": "- assert:\n    - type: pi\n",
        "broken.json": '[\n{"assert": [}\n]',
        "scene.yaml": "- config: [{}]\n  tests:\n    - assert:\n        - type: human\n",
    }
    put(tmp_path, files)
    text = refused(tmp_path, "promptfoo:promptfooconfig.yaml")
    for place in ("ask.yaml:3", "default.yaml:2", "more.yaml:2", "broken.json:2", "scene.yaml:4"):
        assert f"\n{place}: not imported" in f"\n{text}"


def test_a_file_of_tests_names_what_is_written_beside_them(tmp_path: Path) -> None:
    """A whole suite among the tests of another gives its tests, and its other keys are told."""
    more = "description: other\ndefaultTest:\n  assert:\n    - type: is-json\n"
    more += "tests:\n  - assert:\n      - {type: contains, value: a}\n"
    found = suite(tmp_path, "prompts: [x]\ntests: [file://more.yaml]\n", more__yaml=more)
    assert [note.place.line for note in said(found, Level.LEFT_OUT)] == [1, 2, 4]
    assert found.checks == {"contains": 1}


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("is-refusal", "value: x"),
        ("latency, threshold: 5", "value: 4"),
        ("contains, value: a", "threshold: 0.5"),
        ("contains, value: a", "rubricPrompt: judge it"),
        ("factuality, value: a", "rubricPrompt: judge it"),
        ("factuality, value: a", "threshold: 0.5"),
        ("answer-relevance", "value: x"),
        ("javascript, value: output.length > 3", "threshold: 0.5"),
        ("is-html", "value: x"),
        ("g-eval, value: good", "rubricPrompt: judge it"),
    ],
)
def test_a_key_that_its_assertion_does_not_read_is_named(tmp_path: Path, kind: str, key: str) -> None:
    """What promptfoo, or the check here, pays no heed to does not vanish."""
    found = suite(tmp_path, f"prompts: [x]\ntests:\n  - assert:\n      - {{type: {kind}, {key}}}\n")
    name = kind.partition(",")[0]
    assert about(found, f"assertion `{name}`: `{key.partition(':')[0]}`").place.line == 4


@pytest.mark.parametrize(
    "kind", ["similar, value: a", "llm-rubric, value: a", "levenshtein, value: abc", "cost", "rouge-n, value: a"]
)
def test_a_threshold_that_is_read_is_not_named(tmp_path: Path, kind: str) -> None:
    """Only what is not read is told."""
    found = suite(tmp_path, f"prompts: [x]\ntests:\n  - assert:\n      - {{type: {kind}, threshold: 0.5}}\n")
    assert not [note for note in found.notes if "`threshold`" in note.what]


def test_a_grading_prompt_without_anything_to_grade_is_named(tmp_path: Path) -> None:
    """A `rubricPrompt` for all tests of which none has a rubric is left out by name."""
    text = "prompts: [x]\ndefaultTest:\n  options:\n    rubricPrompt: judge\n"
    text += "tests:\n  - assert:\n      - {type: contains, value: a}\n"
    assert about(suite(tmp_path, text), "option `rubricPrompt`").place.line == 4


def test_the_environment_of_a_suite_is_named_without_its_values(tmp_path: Path) -> None:
    """The report says what `env` is for and shows none of it."""
    found = suite(
        tmp_path, "prompts: ['{{env.WHERE}}']\nenv: {WHERE: pier}\ntests: [{assert: [{type: contains, value: a}]}]\n"
    )
    assert about(found, "`env`").place.line == 2
    assert "pier" not in "\n".join(map(str, found.notes))
    assert found.rows[0]["ask"] == "pier"


def test_prefix_and_suffix_around_a_chat_are_named(tmp_path: Path) -> None:
    """They are texts, and a chat has no place for them."""
    text = """\
prompts:
  - [{role: user, content: "{{q}}"}]
tests:
  - vars: {q: hello}
    options:
      prefix: P
    assert: [{type: contains, value: a}]
"""
    found = suite(tmp_path, text)
    assert found.rows[0]["ask"] == [{"user": "hello"}]
    assert about(found, "option `prefix`").place.line == 6


def test_a_prompt_that_is_a_list_of_something_else_is_named(tmp_path: Path) -> None:
    """A list that is no chat is no prompt, and not the text of a list."""
    text = "prompts:\n  - x\n  - [1, 2]\ntests:\n  - assert: [{type: contains, value: a}]\n"
    found = suite(tmp_path, text, lenient=True)
    assert [row["ask"] for row in found.rows] == ["x"]
    assert said(found, Level.NOT_IMPORTED)[0].place.line == 3


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("output.length > 3 &&\n output.length < 9", "without `return`"),
        ("// long enough\noutput.length > 3", "without `return`"),
        ("const n = output.length;\nreturn n > 3", "simple comparisons"),
    ],
)
def test_lines_of_javascript_that_return_nothing_are_not_a_check(tmp_path: Path, code: str, why: str) -> None:
    """Promptfoo runs several lines as the body of a function."""
    put(tmp_path, {"s.json": {"prompts": ["x"], "tests": [{"assert": [{"type": "javascript", "value": code}]}]}})
    assert why in refused(tmp_path, "promptfoo:s.json")


def test_a_pattern_that_python_warns_of_is_imported_in_silence(tmp_path: Path) -> None:
    """A bracket inside brackets is a warning about somebody else's pattern."""
    text = "prompts: [x]\ntests:\n  - assert:\n      - {type: regex, value: '[[]a'}\n"
    text += "      - {type: python, value: '\"\\d\" in output'}\n"
    assert suite(tmp_path, text).checks == {"regex": 1, "contains": 1}


@pytest.mark.parametrize(
    ("cell", "check"),
    [
        ("latency", {"latency": {"limit": "<= 0.75ms"}}),
        ("similar: near", {"similar": {"limit": ">= 0.8", "expect": "near"}}),
        ("rouge-n: some words", {"rouge_1": {"limit": ">= 0.75", "reference": "some words"}}),
        ("answer-relevance", {"answers_question": {"threshold": 0.75}}),
    ],
)
def test_thresholds_that_tables_leave_out_are_those_of_tables(tmp_path: Path, cell: str, check: Any) -> None:
    """Promptfoo's tables have other defaults than its YAML."""
    found = suite(tmp_path, "prompts: [x]\ntests: t.csv\n", t__csv=f"q,__expected\na,{cell}\n")
    assert found.rows[0]["checks"] == [check]


def test_any_column_that_begins_with_expected_is_an_assertion(tmp_path: Path) -> None:
    """Promptfoo looks at the beginning of the name only."""
    found = suite(tmp_path, "prompts: [x]\ntests: t.csv\n", t__csv="__expected_place,__expectedB\ncontains:a,regex:b\n")
    assert found.checks == {"contains": 1, "regex": 1}


def test_assertions_at_the_top_are_named_one_by_one(tmp_path: Path) -> None:
    """They belong into `defaultTest`, and judge nothing where they are."""
    text = "prompts: [x]\ntests: [{}]\nassert:\n  - {type: contains, value: a}\n  - {type: regex, value: b}\n"
    lines = [note.place.line for note in said(suite(tmp_path, text), Level.LEFT_OUT)]
    assert lines == [3, 4, 5]


def test_a_case_that_the_loader_refuses_names_its_checks(tmp_path: Path) -> None:
    """Each assertion of a case that cannot be written is told."""
    text = {"prompts": ["\ud800 {{q}}"], "tests": [{"vars": {"q": 1}, "assert": [{"type": "contains", "value": "a"}]}]}
    put(tmp_path, {"s.json": text})
    assert "assertion `contains`: its case is not imported" in refused(tmp_path, "promptfoo:s.json")
